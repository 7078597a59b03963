//! Questions of a published competition that the law or their bank has overtaken, and what becomes of them.

use leptos::prelude::*;

use crate::{
    domain::{id::BankId, lang::Lang},
    service::competition::overtaken::{Course, Found, Overtaken},
    ui::part::{Tone, notice, table},
};

/// Questions listed; the rest is counted.
const LISTED: usize = 50;

/// Nothing where there are none.
pub(super) fn section(lang: Lang, bank: BankId, found: &Found) -> Option<impl IntoView + use<>> {
    let all = found.questions.len();
    if all == 0 {
        return None;
    }
    let rows = found
        .questions
        .iter()
        .take(LISTED)
        .map(|one| row(lang, bank, one))
        .collect_view();
    let more = all.saturating_sub(LISTED);
    let more = (more > 0).then(|| match lang {
        Lang::Zh => format!("还有 {more} 题没有列出。"),
        Lang::En => format!("{more} more are not listed."),
    });
    let title = lang.pick("法条或题库已变的题目", "Questions overtaken by law or bank");
    let head = view! {
        <th>{lang.pick("题目", "Question")}</th><th>{lang.pick("变了什么", "What has changed")}</th>
        <th>{lang.pick("处理", "What to do")}</th>
    };
    Some(view! {
        <section class="card stack">
            <h2>{title}</h2>
            {notice(Tone::Warn, course(lang, found.course))}
            {table(title, head, rows)}
            {more.map(|text| view! { <p class="small soft">{text}</p> })}
            <p class="small"><a href=format!("/admin/banks/{bank}/laws")>{lang.pick("题库里待复核的题目", "What waits to be looked at in the bank")}</a></p>
        </section>
    })
}

fn course(lang: Lang, course: Course) -> &'static str {
    match course {
        Course::Leaves => lang.pick(
            "还没有开赛：法条已变的题会在开赛前自动移出抽题范围（每十分钟查一次）；题库里改过的题仍按发布时的样子出。",
            "It has not begun: questions whose law has changed leave before it does, by themselves (looked for every ten minutes); those changed in the bank are asked as they were published.",
        ),
        Course::Stays => lang.pick(
            "还没有开赛，但是这些题不会自动移出：移出后题目不够，或者已经有裁定涉及这次竞赛。请核对；确实错的，作裁定。",
            "It has not begun, but these stay: too few questions would be left, or a ruling names this competition. Look at them; where one is wrong, rule on it.",
        ),
        Course::Begun => lang.pick(
            "已经开赛（或马上开赛），题目和答案不会自动改。请逐题核对：答案按现行法仍然对的，不用处理；错了的，作裁定，由第二人批准后统一改判。",
            "It has begun, or is about to: questions and keys do not change by themselves. Look at each: where the key is right by the law in force, nothing is to be done; where it is wrong, rule on it, and after a second person's approval all are marked anew.",
        ),
    }
}

fn row(lang: Lang, bank: BankId, one: &Overtaken) -> impl IntoView + use<> {
    let law = one.by_law.then(|| {
        lang.pick(
            "所依据的法条已变，还没有复核",
            "Its law has changed, nobody has looked yet",
        )
    });
    let bank_changed = one.by_bank.then(|| {
        lang.pick(
            "题库里的题干、选项或答案已经改过",
            "Text, options or key are others in the bank by now",
        )
    });
    let what: Vec<_> = law.into_iter().chain(bank_changed).collect();
    let question = one.question;
    view! {
        <tr>
            <td class="break"><a href=format!("/admin/banks/{bank}/questions/{question}")><span lang="zh-CN">{one.stem.clone()}</span></a></td>
            <td>{what.join(lang.pick("；", "; "))}</td>
            <td><a href=format!("/admin/disputes/{question}")>{lang.pick("裁定", "Ruling")}</a></td>
        </tr>
    }
}
