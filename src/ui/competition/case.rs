//! A case as its player sees it, and the cases on the own page. Nobody else is named.

use leptos::prelude::*;

use super::path;
use crate::{
    domain::{
        case::{APPEAL_DAYS, State},
        lang::Lang,
    },
    error::Fault,
    service::competition::{Contest, case::Mine},
    ui::{
        case::{act, own_form, state_tag, words},
        part::{Tone, fault, heading, moment, notice},
        shell::{Frame, page},
    },
};

fn case_path(contest: &Contest, mine: &Mine) -> String {
    format!("{}/cases/{}", path(contest), mine.case.id)
}

/// The cases about a player, for the own page.
pub(super) fn list(lang: Lang, contest: &Contest, cases: &[Mine]) -> impl IntoView + use<> {
    let lines = cases
        .iter()
        .map(|mine| {
            let words = format!(
                "{}，{}",
                mine.case.evidence.kind().name(lang),
                moment(lang, mine.case.opened.at)
            );
            let to = case_path(contest, mine);
            view! { <li><a href=to>{words}</a>" "{state_tag(lang, mine.case.state)}</li> }
        })
        .collect_view();
    (!cases.is_empty()).then(|| {
        view! {
            <section class="card stack">
                <h2>{lang.pick("关于我的核查", "Cases about me")}</h2>
                <p class="small">{lang.pick(
                    "您可以说明情况；对认定的结论可以申诉。",
                    "You can give your side, and appeal a finding.",
                )}</p>
                <ul class="plain-list">{lines}</ul>
            </section>
        }
    })
}

/// One case. `unit`: the name of the player's unit; `typed`: the words of the last try.
pub fn mine(
    frame: &Frame,
    contest: &Contest,
    mine: &Mine,
    unit: &str,
    typed: &str,
    wrong: Option<&Fault>,
) -> impl IntoView {
    let lang = frame.lang;
    let case = &mine.case;
    let title = lang.pick("参赛情况核查", "A case about your play");
    let form = if case.may_state().is_ok() {
        let hint = lang.pick(
            "不说明也可以，不会因此推定有问题。2 到 1000 字，只能提交一次。",
            "You may leave this empty: nothing is concluded from it. 2 to 1000 characters, once.",
        );
        let to = format!("{}/statement", case_path(contest, mine));
        own_form(lang, to, lang.pick("说明情况", "Your side"), typed, hint).into_any()
    } else if case.may_appeal(mine.now).is_ok() {
        let hint = lang.pick(
            "由没有作出原结论的管理员复核。2 到 1000 字。",
            "It is decided by another administrator than the one who decided before. 2 to 1000 characters.",
        );
        let to = format!("{}/appeal", case_path(contest, mine));
        own_form(lang, to, lang.pick("申诉", "Appeal"), typed, hint).into_any()
    } else {
        ().into_any()
    };
    let until = case
        .appeal_until()
        .filter(|_| case.state == State::Finding)
        .map(|until| {
            let until = moment(lang, until);
            let text = match lang {
                Lang::Zh => format!("不服可以在 {APPEAL_DAYS} 日内申诉，到 {until} 止。"),
                Lang::En => format!("You can appeal within {APPEAL_DAYS} days, until {until}."),
            };
            notice(Tone::Action, text)
        });
    let main = view! {
        <div class="narrow stack">
            <p class="small"><a href=format!("{}/me", path(contest))>{lang.pick("我的竞赛", "My competition")}</a></p>
            <div class="row between wrap">{heading(title, contest.competition.title.clone())}{state_tag(lang, case.state)}</div>
            {fault(wrong, lang)}
            <section class="card stack">
                <h2>{lang.pick("依据", "Evidence")}</h2>
                <p>{case.evidence.sentence(unit, lang)}</p>
                <p class="small soft">{lang.pick(
                    "核查期间和认定有问题以后，成绩保留不删，不上榜，不参加抽奖，也不发证书；核查不改变得分。",
                    "While it runs, and after a finding, your results are kept but stand on no board, in no draw and on no certificate. No score changes.",
                )}</p>
            </section>
            {act(lang, lang.pick("为什么核查", "Why it was opened"), &case.opened, None)}
            {case.statement.as_ref().map(|said| words(lang, lang.pick("您的说明", "Your statement"), said))}
            {case.decided.as_ref().map(|decided| act(lang, lang.pick("结论", "Decision"), decided, None))}
            {until}
            {case.appeal.as_ref().map(|said| words(lang, lang.pick("您的申诉", "Your appeal"), said))}
            {case.closed.as_ref().map(|closed| act(lang, lang.pick("复核结论", "Decision on the appeal"), closed, None))}
            {form}
        </div>
    };
    page(frame, title, main)
}
