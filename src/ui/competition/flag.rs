//! Saying that something is wrong with a question, and what came of it.

use leptos::prelude::*;

use super::path;
use crate::{
    domain::{
        id::VersionId,
        key_correction::Method,
        lang::Lang,
        objection::{LONGEST, SHORTEST},
    },
    error::Fault,
    service::{competition::Contest, dispute::Mine},
    ui::{
        part::{Tone, moment, tag},
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
        let method = Method::name(ruling.method.code(), lang);
        view! {
            <p class="small strong">{format!("{}{method}", lang.pick("结论：", "Ruling: "))}</p>
            <p class="small lines break">{format!("{}{}", lang.pick("理由：", "Reason: "), ruling.proposed.reason)}</p>
        }
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
