//! The first page of a competition: what is on now, the rules in words, and the way in.

use leptos::prelude::*;

use super::{
    form::{self, Choices, Purpose},
    path, prize, stage_now,
};
use crate::{
    domain::{
        competition::{Asked, Rules, board::Tally, player::Player},
        lang::Lang,
        time::Timestamp,
    },
    error::Fault,
    service::{competition::Contest, lottery::Summary},
    ui::{
        part::{Tone, form::Typed, heading, moment, notice},
        shell::{Frame, encode, page},
    },
};

/// What it shows.
pub struct Front<'a> {
    pub contest: &'a Contest,
    pub now: Timestamp,
    /// Who has joined with this browser.
    pub player: Option<&'a Player>,
    /// An account is signed in that can be used.
    pub account: bool,
    pub tally: Tally,
    /// The newest first.
    pub draws: &'a [Summary],
    pub choices: &'a Choices,
    pub typed: &'a Typed,
    pub wrong: Option<&'a Fault>,
}

pub fn front(frame: &Frame, view: &Front<'_>) -> impl IntoView {
    let lang = frame.lang;
    let rules = &view.contest.version(view.now).rules;
    let title = view.contest.competition.title.clone();
    let lines = rules
        .words(lang)
        .into_iter()
        .map(|line| view! { <li>{line}</li> })
        .collect_view();
    let main = view! {
        <div class="narrow stack">
            {heading(title.clone(), stage_now(rules, lang, view.now))}
            {form::faults(lang, view.wrong)}
            {way_in(frame, view, rules)}
            {announced(lang, view, rules)}
            <section class="card stack">
                <h2>{lang.pick("规则", "Rules")}</h2>
                <ul class="plain-list">{lines}</ul>
            </section>
            {counts(lang, view)}
            {prize::draws(lang, view.draws)}
            <p class="row">
                <a class="button" href=format!("{}/board", path(view.contest))>{lang.pick("看榜单", "Boards")}</a>
                <a class="button quiet" href=format!("{}/qr", path(view.contest))>{lang.pick("参赛二维码", "QR code")}</a>
                {rules.certificate.then(|| view! { <a class="button quiet" href=format!("{}/verify", path(view.contest))>{lang.pick("核验证书", "Check a certificate")}</a> })}
            </p>
        </div>
    };
    page(frame, &title, main)
}

/// The form, or the way on for who has joined, or why there is neither.
fn way_in(frame: &Frame, view: &Front<'_>, rules: &Rules) -> impl IntoView + use<> {
    let (lang, path) = (frame.lang, path(view.contest));
    if view.player.is_some() {
        return view! {
            <section class="card stack">
                <p>{lang.pick("您已报名。", "You have joined.")}</p>
                <a class="button primary wide" href=format!("{path}/me")>{lang.pick("进入竞赛", "Go on")}</a>
            </section>
        }
        .into_any();
    }
    if view.now >= rules.ends_at() {
        let words = lang.pick(
            "竞赛已经结束，不再接受报名。",
            "The competition is over; nobody can join any more.",
        );
        return notice(Tone::Plain, words).into_any();
    }
    let account = Purpose::Join { account: view.account };
    let sign_in = (!view.account && rules.registration.account != Asked::No).then(|| {
        let to = format!("/sign-in?to={}", encode(&path));
        view! { <p class="small"><a href=to>{lang.pick("有本站账号的，可以先登录再报名", "If you have an account here, you may sign in first")}</a></p> }
    });
    view! {
        <form class="card stack" action=format!("{path}/join") method="post">
            <h2>{lang.pick("报名", "Join")}</h2>
            {form::fields(lang, rules, view.choices, view.typed, account)}
            {human(lang, view.wrong)}
            <button class="button primary wide" r#type="submit">{lang.pick("报名参赛", "Join")}</button>
            {sign_in}
            <p class="small soft">{lang.pick(
                "以前报过名、换了设备的，请用当时的“换设备链接”进入。",
                "If you joined before with another device, use the link for another device from there.",
            )}</p>
        </form>
    }
    .into_any()
}

/// The small question that comes first where many have joined.
fn human(lang: Lang, wrong: Option<&Fault>) -> impl IntoView + use<> {
    let Some(Fault::Human(check)) = wrong else {
        return None;
    };
    let (question, token) = (check.question(lang).to_owned(), check.token.clone());
    Some(view! {
        <div class="field">
            <label for="human">{question}</label>
            <input r#type="hidden" name="human_token" value=token/>
            <input id="human" name="human" inputmode="numeric" maxlength="4" autocomplete="off" required=true aria-describedby="human-hint"/>
            <p class="small soft" id="human-hint">{lang.pick("用数字填写。", "Answer in digits.")}</p>
        </div>
    })
}

/// A change of the rules that is to come: what falls away, what is new, from when, and why.
fn announced(lang: Lang, view: &Front<'_>, rules: &Rules) -> impl IntoView + use<> {
    view.contest.announced(view.now).map(|later| {
        let (gone, new) = rules.changes(&later.rules, lang);
        let from = moment(lang, later.effective_at);
        let title = match lang {
            Lang::Zh => format!("规则将于 {from} 变更"),
            Lang::En => format!("The rules change at {from}"),
        };
        let list = |label: &'static str, lines: Vec<String>| {
            (!lines.is_empty()).then(|| {
                let lines = lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
                view! { <h3>{label}</h3><ul class="plain-list">{lines}</ul> }
            })
        };
        view! {
            <section class="card stack">
                <h2>{title}</h2>
                <p>{lang.pick("原因：", "Reason: ")}<span lang="zh-CN">{later.reason.clone()}</span></p>
                {list(lang.pick("不再有效", "No longer"), gone)}
                {list(lang.pick("改为", "From then on"), new)}
            </section>
        }
    })
}

/// Participations and participants side by side, each with what it counts.
fn counts(lang: Lang, view: &Front<'_>) -> impl IntoView + use<> {
    let figures = [
        (
            lang.pick("参赛人次", "Participations"),
            view.tally.person_times,
            lang.pick("有效的正式赛答题次数", "valid official attempts"),
        ),
        (
            lang.pick("参赛人数", "Participants"),
            view.tally.participants,
            lang.pick("至少有一次有效答题的人", "persons with at least one"),
        ),
        (
            lang.pick("报名人数", "Joined"),
            view.tally.joined,
            lang.pick("已经报名的人", "persons who joined"),
        ),
    ];
    let figures = figures
        .into_iter()
        .map(|(label, count, def)| {
            view! { <div class="figure"><span class="small soft">{label}</span><b>{count.to_string()}</b><span class="def">{def}</span></div> }
        })
        .collect_view();
    view! { <div class="figures num">{figures}</div> }
}
