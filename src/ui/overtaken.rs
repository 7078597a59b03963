//! Questions that the law or their bank has overtaken since an exam or a competition was published.

use leptos::prelude::*;

use crate::{
    domain::{
        id::{BankId, QuestionId},
        lang::Lang,
    },
    ui::part::{Tone, notice, table},
};

/// Questions listed; the rest is counted.
const LISTED: usize = 50;

/// Such a question.
pub struct Line {
    pub question: QuestionId,
    pub stem: String,
    /// The law has changed; the bank says something else by now; the bank does not use it any more.
    pub by_law: bool,
    pub by_bank: bool,
    pub unused: bool,
    /// Whether papers to come ask it, where that is told.
    pub papers: Option<&'static str>,
    /// Where its key is corrected, and what that is called.
    pub mend: Option<(String, &'static str)>,
}

/// Nothing where there are none. `course`: what becomes of them.
pub fn section(lang: Lang, bank: BankId, course: &'static str, lines: Vec<Line>) -> Option<impl IntoView + use<>> {
    let all = lines.len();
    if all == 0 {
        return None;
    }
    let papers = lines.iter().any(|line| line.papers.is_some());
    let papers = papers.then(|| view! { <th>{lang.pick("以后抽卷", "Papers to come")}</th> });
    let rows = lines
        .into_iter()
        .take(LISTED)
        .map(|line| row(lang, bank, line))
        .collect_view();
    let more = all.saturating_sub(LISTED);
    let more = (more > 0).then(|| match lang {
        Lang::Zh => format!("还有 {more} 题没有列出。"),
        Lang::En => format!("{more} more are not listed."),
    });
    let title = lang.pick("法条或题库已变的题目", "Questions overtaken by law or bank");
    let head = view! {
        <th>{lang.pick("题目", "Question")}</th><th>{lang.pick("变了什么", "What has changed")}</th>
        {papers}<th>{lang.pick("处理", "What to do")}</th>
    };
    Some(view! {
        <section class="card stack">
            <h2>{title}</h2>
            {notice(Tone::Warn, course)}
            {table(title, head, rows)}
            {more.map(|text| view! { <p class="small soft">{text}</p> })}
            <p class="small"><a href=format!("/admin/banks/{bank}/laws")>{lang.pick("题库里待复核的题目", "What waits to be looked at in the bank")}</a></p>
        </section>
    })
}

fn row(lang: Lang, bank: BankId, line: Line) -> impl IntoView + use<> {
    let law = lang.pick(
        "所依据的法条已变，还没有复核",
        "Its law has changed, nobody has looked yet",
    );
    let changed = lang.pick(
        "题库里的题干、选项或答案已经改过",
        "Text, options or key are others in the bank by now",
    );
    let unused = lang.pick("题库里不再使用", "Its bank does not use it any more");
    let what = [(line.by_law, law), (line.by_bank, changed), (line.unused, unused)];
    let what: Vec<_> = what
        .into_iter()
        .filter_map(|(holds, words)| holds.then_some(words))
        .collect();
    let question = line.question;
    view! {
        <tr>
            <td class="break"><a href=format!("/admin/banks/{bank}/questions/{question}")><span lang="zh-CN">{line.stem}</span></a></td>
            <td>{what.join(lang.pick("；", "; "))}</td>
            {line.papers.map(|papers| view! { <td>{papers}</td> })}
            <td>{line.mend.map(|(address, what)| view! { <a href=address>{what}</a> })}</td>
        </tr>
    }
}
