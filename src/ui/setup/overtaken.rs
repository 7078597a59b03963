//! Questions of a published exam that the law or their bank has overtaken, and what becomes of them.

use leptos::prelude::*;

use crate::{
    domain::{exam::Exam, lang::Lang},
    service::overtaken::{Found, Overtaken},
    ui::part::{Tone, notice, table},
};

/// Questions listed; the rest is counted.
const LISTED: usize = 50;

/// Nothing where there are none.
pub(super) fn section(lang: Lang, exam: &Exam, found: &Found) -> Option<impl IntoView + use<>> {
    let all = found.questions.len();
    if all == 0 {
        return None;
    }
    let rows = found
        .questions
        .iter()
        .take(LISTED)
        .map(|(one, out)| row(lang, exam, found.open, one, *out))
        .collect_view();
    let more = all.saturating_sub(LISTED);
    let more = (more > 0).then(|| match lang {
        Lang::Zh => format!("还有 {more} 题没有列出。"),
        Lang::En => format!("{more} more are not listed."),
    });
    let title = lang.pick("法条或题库已变的题目", "Questions overtaken by law or bank");
    let head = view! {
        <th>{lang.pick("题目", "Question")}</th><th>{lang.pick("变了什么", "What has changed")}</th>
        <th>{lang.pick("以后抽卷", "Papers to come")}</th><th>{lang.pick("处理", "What to do")}</th>
    };
    let bank = exam.bank;
    Some(view! {
        <section class="card stack">
            <h2>{title}</h2>
            {notice(Tone::Warn, course(lang, found.open))}
            {table(title, head, rows)}
            {more.map(|text| view! { <p class="small soft">{text}</p> })}
            <p class="small"><a href=format!("/admin/banks/{bank}/laws")>{lang.pick("题库里待复核的题目", "What waits to be looked at in the bank")}</a></p>
        </section>
    })
}

fn course(lang: Lang, open: bool) -> &'static str {
    match open {
        false => lang.pick(
            "还没有开考：开考时，法条已变还没有复核的题、题库不再使用的题会自动移出，题库里改过的题按新的内容出。题目不够时不能开考。",
            "It is not open: at the opening, questions whose law has changed and that nobody has looked at leave, as do those the bank does not use any more; those changed in the bank are asked as they are then. It cannot open with too few.",
        ),
        true => lang.pick(
            "已经开考：抽好的试卷不变，缺考人员补考也用抽好的那份。以后抽的试卷（再考，不合格人员补考）尽量不出这些题，每十分钟查一次。请逐题核对：答案按现行法仍然对的，不用处理；错了的，更正答案，由第二人批准后统一改判。",
            "It is open: papers that are drawn stay, and who was absent sits that paper in a make-up round. Papers drawn from now on, for further attempts, do without these questions as far as enough are left; that is looked at every ten minutes. Look at each: where the key is right by the law in force, nothing is to be done; where it is wrong, correct the key, and after a second person's approval all are marked anew.",
        ),
    }
}

fn row(lang: Lang, exam: &Exam, open: bool, one: &Overtaken, out: bool) -> impl IntoView + use<> {
    let law = one.by_law.then(|| {
        lang.pick(
            "所依据的法条已变，还没有复核",
            "Its law has changed, nobody has looked yet",
        )
    });
    let changed = one.by_bank.then(|| {
        lang.pick(
            "题库里的题干、选项或答案已经改过",
            "Text, options or key are others in the bank by now",
        )
    });
    let unused = one
        .unused
        .then(|| lang.pick("题库里不再使用", "Its bank does not use it any more"));
    let what: Vec<_> = law.into_iter().chain(changed).chain(unused).collect();
    let papers = match (open, out) {
        (false, _) if one.by_law || one.unused => lang.pick("开考时移出", "Leaves at the opening"),
        (false, _) => lang.pick("开考时按新的内容出", "Asked as it is then"),
        (true, true) => lang.pick("不再抽", "Not drawn"),
        (true, false) => lang.pick("照常抽", "Drawn"),
    };
    let (id, bank, question) = (exam.id, exam.bank, one.question);
    let correct = open.then(|| {
        view! { <a href=format!("/admin/exams/{id}/keys/{}", one.place)>{lang.pick("更正答案", "Correct the key")}</a> }
    });
    view! {
        <tr>
            <td class="break"><a href=format!("/admin/banks/{bank}/questions/{question}")><span lang="zh-CN">{one.stem.clone()}</span></a></td>
            <td>{what.join(lang.pick("；", "; "))}</td>
            <td>{papers}</td>
            <td>{correct}</td>
        </tr>
    }
}
