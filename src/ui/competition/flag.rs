//! Saying that something is wrong with a question, and what came of it.

use leptos::prelude::*;

use super::path;
use crate::{
    domain::{
        id::VersionId,
        key_correction::Method,
        lang::Lang,
        objection::{About, LONGEST, SHORTEST},
    },
    error::Fault,
    service::{competition::Contest, dispute::Mine},
    ui::{
        part::{Tone, area, choice, fault, moment, tag},
        shell::as_text,
    },
};

/// What stands in the form of one question, and why it was not taken.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tried<'a> {
    /// The place of the question on the paper, from 1; 0: none was tried.
    pub item: u16,
    pub reason: &'a str,
    pub wrong: Option<&'a Fault>,
}

/// The form below a question, or what became of the player's own flag.
pub(super) fn form(
    lang: Lang,
    contest: &Contest,
    (number, item): (u32, usize),
    version: VersionId,
    mine: &[Mine],
    tried: Tried<'_>,
) -> impl IntoView + use<> {
    if let Some(own) = mine.iter().find(|one| one.flag.version == version) {
        return view! { <p class="small">{outcome(lang, own)}</p> }.into_any();
    }
    let here = usize::from(tried.item) == item;
    let wrong = tried
        .wrong
        .filter(|_| here)
        .map(|fault| view! { <p class="notice seal" role="alert">{fault.message(lang)}</p> });
    let (id, hint) = (format!("reason-{item}"), format!("reason-{item}-hint"));
    let words = if here { tried.reason } else { "" };
    let open = wrong.is_some();
    view! {
        <details class="more" open=open>
            <summary>{lang.pick("这道题有问题", "Something is wrong with this question")}</summary>
            <form class="stack" action=format!("{}/play/{number}/flag", path(contest)) method="post">
                {wrong}
                <input type="hidden" name="item" value=item.to_string()/>
                <div class="field">
                    <label for=id.clone()>{lang.pick("哪里有问题", "What is wrong")}</label>
                    <textarea id=id name="reason" rows="3" minlength=SHORTEST.to_string() maxlength=LONGEST.to_string() required=true aria-describedby=hint.clone() inner_html=as_text(words)></textarea>
                    <p class="small soft" id=hint>{lang.pick(
                        "例如答案不对、题干有歧义、法条已经修改。结论会写在“我的竞赛”页。一道题只能提一次。",
                        "For example: the key is wrong, the question is ambiguous, the law has changed. You will read the outcome on “My competition”. Once for each question.",
                    )}</p>
                </div>
                <button class="button" r#type="submit">{lang.pick("提出异议", "Send")}</button>
            </form>
        </details>
    }
    .into_any()
}

/// Where no answers are shown: what became of the player's own flags, and a form that takes the number of a question. `asked`: the
/// questions of the attempt, in its order.
pub(super) fn by_number(
    lang: Lang,
    contest: &Contest,
    (number, asked): (u32, &[VersionId]),
    mine: &[Mine],
    tried: Tried<'_>,
) -> impl IntoView + use<> {
    let own = |version: VersionId| mine.iter().find(|one| one.flag.version == version);
    let questions = || (1u16..).map(About::Item).zip(asked.iter().copied());
    let flagged = questions()
        .filter_map(|(about, version)| {
            let own = own(version)?;
            Some(view! { <p class="row small"><span>{about.name(lang)}</span>{outcome(lang, own)}</p> })
        })
        .collect_view();
    let options: Vec<_> = questions()
        .filter(|(_, version)| own(*version).is_none())
        .map(|(about, _)| (about.item().to_string(), about.name(lang)))
        .collect();
    let form = (!options.is_empty()).then(|| {
        view! {
            <details class="card more" open=tried.wrong.is_some()>
                <summary>{lang.pick("某道题有问题", "Something is wrong with a question")}</summary>
                <form class="stack" action=format!("{}/play/{number}/flag", path(contest)) method="post">
                    {fault(tried.wrong, lang)}
                    {choice("item", lang.pick("第几题", "Which question"), options, &tried.item.to_string())}
                    {area("reason", lang.pick("哪里有问题", "What is wrong"), tried.reason, lang.pick(
                        "例如题干有歧义、没有对的选项、法条已经修改。题号和您答题时一样。结论会写在“我的竞赛”页。一道题只能提一次。",
                        "For example: the question is ambiguous, no option is right, the law has changed. Questions have the numbers you saw. You will read the outcome on “My competition”. Once for each question.",
                    ))}
                    <button class="button" r#type="submit">{lang.pick("提出异议", "Send")}</button>
                </form>
            </details>
        }
    });
    view! { {flagged}{form} }
}

fn outcome(lang: Lang, own: &Mine) -> impl IntoView + use<> {
    match &own.ruling {
        None => tag(
            Tone::Plain,
            lang.pick("您提出了异议，等待处理", "You flagged it; it waits"),
        )
        .into_any(),
        Some(ruling) if ruling.method == Method::Leave => tag(
            Tone::Plain,
            lang.pick("您的异议已处理：维持原答案", "Your flag was answered: the key stays"),
        )
        .into_any(),
        Some(_) => tag(
            Tone::Good,
            lang.pick("您的异议已处理：已更正", "Your flag was answered: corrected"),
        )
        .into_any(),
    }
}

/// What somebody has flagged, on the own page.
pub fn mine(lang: Lang, list: &[Mine]) -> impl IntoView + use<> {
    (!list.is_empty()).then(|| {
        let lines = list.iter().map(|one| line(lang, one)).collect_view();
        view! {
            <section class="card stack" id="flags">
                <h2>{lang.pick("我提出的题目异议", "Questions I flagged")}</h2>
                <ul class="plain-list stack">{lines}</ul>
            </section>
        }
    })
}

fn line(lang: Lang, one: &Mine) -> impl IntoView + use<> {
    let answer = one.ruling.as_ref().map(|ruling| {
        if !one.told {
            let words = lang.pick(
                "这一阶段不公布答案，怎么裁定、理由是什么，竞赛结束后写在这里。",
                "No answers are shown in this stage; how it was ruled and why will stand here when the competition is over.",
            );
            return view! { <p class="small soft">{words}</p> }.into_any();
        }
        let method = Method::name(ruling.method.code(), lang);
        view! {
            <p class="small strong">{format!("{}{method}", lang.pick("结论：", "Ruling: "))}</p>
            <p class="small lines break">{format!("{}{}", lang.pick("理由：", "Reason: "), ruling.proposed.reason)}</p>
        }
        .into_any()
    });
    view! {
        <li class="stack">
            <p class="break" lang="zh-CN">{one.asked.question.stem.clone()}</p>
            <p class="small soft break">{format!("{} · {}", moment(lang, one.flag.at), one.flag.reason)}</p>
            <p class="small">{outcome(lang, one)}</p>
            {answer}
        </li>
    }
}
