//! What an attempt was worth, and why.

use leptos::prelude::*;

use super::{
    flag::{Tried, by_number, form},
    me::{next, rank_line},
    path, stage_of, unlisted,
};
use crate::{
    domain::{
        attempt::HandIn,
        competition::{Chances, IdentityType, board::Scope, player::Player},
        lang::Lang,
    },
    service::{
        competition::{
            Contest,
            play::{Outcome, Reviewed, Standing},
        },
        dispute::Mine,
        review,
    },
    ui::{
        part::{Tone, duration, notice},
        shell::{Frame, page},
        sit::question,
    },
};

/// What it shows.
pub struct Ended<'a> {
    pub contest: &'a Contest,
    pub player: &'a Player,
    pub outcome: &'a Outcome,
    pub standing: &'a Standing,
    pub ranks: &'a [(Scope, u64, u64)],
    /// What the player has flagged.
    pub flags: &'a [Mine],
    pub tried: Tried<'a>,
}

pub fn result(frame: &Frame, view: &Ended<'_>) -> impl IntoView {
    let lang = frame.lang;
    let outcome = view.outcome;
    let title = match lang {
        Lang::Zh => format!("{} 分，答对 {} 题", outcome.score, outcome.right),
        Lang::En => format!("{} point(s), {} right", outcome.score, outcome.right),
    };
    let rules = &view.contest.version(view.standing.now).rules;
    let staff =
        (view.player.identity == IdentityType::StateStaff && outcome.official).then(|| unlisted(view.contest, lang));
    let main = view! {
        <div class="narrow stack">
            <div class="row between">
                <div><p class="soft small">{view.contest.competition.title.clone()}</p><h1>{title.clone()}</h1></div>
                <span class="stamp" aria-hidden="true">{lang.pick("已交卷", "Done")}</span>
            </div>
            {verdict(lang, view)}
            <section class="card"><table><tbody>{facts(lang, view)}</tbody></table></section>
            {staff}
            {next(lang, view.contest, view.standing, rules)}
            {answers(lang, view)}
            <p class="row">
                <a class="button" href=format!("{}/me", path(view.contest))>{lang.pick("我的竞赛", "My competition")}</a>
                <a class="button" href=format!("{}/board", path(view.contest))>{lang.pick("看榜单", "Boards")}</a>
            </p>
        </div>
    };
    page(frame, &title, main)
}

/// Whether it counts, and by which rule.
fn verdict(lang: Lang, view: &Ended<'_>) -> impl IntoView + use<> {
    let outcome = view.outcome;
    let rule = stage_of(view.contest, &outcome.play).map(|(rules, _)| rules.validity_words(lang));
    let (tone, words) = match (outcome.official, outcome.valid) {
        (false, _) => (
            Tone::Plain,
            lang.pick(
                "这是训练赛：不计分、不上榜。",
                "This was training: it gives no points and stands on no board.",
            ),
        ),
        (true, true) => (
            Tone::Good,
            lang.pick("这一次有效，已经计入。", "This attempt is valid and counts."),
        ),
        (true, false) => (
            Tone::Warn,
            lang.pick(
                "这一次不算有效，没有计入。",
                "This attempt is not valid and does not count.",
            ),
        ),
    };
    let rule = rule
        .filter(|_| outcome.official)
        .map(|rule| view! { <p class="small soft">{rule}</p> });
    view! { {notice(tone, words)}{rule} }
}

fn facts(lang: Lang, view: &Ended<'_>) -> impl IntoView + use<> {
    let outcome = view.outcome;
    let how = outcome.play.ended.map(|ended| match ended.hand_in {
        HandIn::Submit => lang.pick("本人交卷", "By yourself"),
        HandIn::AutoSubmit => lang.pick("到时间自动交卷", "By the clock at the deadline"),
        HandIn::ForceSubmit => lang.pick("由主办单位收卷", "By the organiser"),
    });
    let right = match lang {
        Lang::Zh => format!("{} 题，共 {} 题", outcome.right, outcome.questions),
        Lang::En => format!("{} of {}", outcome.right, outcome.questions),
    };
    let mut rows = vec![
        (lang.pick("得分", "Score"), outcome.score.to_string()),
        (lang.pick("答对", "Right"), right),
        (lang.pick("用时", "Time used"), duration(lang, outcome.elapsed_ms)),
        (lang.pick("交卷方式", "How"), how.unwrap_or_default().to_owned()),
    ];
    let draws = stage_of(view.contest, &outcome.play).is_some_and(|(rules, _)| rules.chances != Chances::None);
    if outcome.official && draws {
        rows.push((
            lang.pick("这一次得到的抽奖机会", "Chances in the draw"),
            outcome.chances.to_string(),
        ));
    }
    rows.extend(view.ranks.iter().map(|rank| rank_line(lang, *rank)));
    rows.into_iter()
        .map(|(label, value)| view! { <tr><th class="plain" scope="row">{label}</th><td class="n">{value}</td></tr> })
        .collect_view()
}

fn answers(lang: Lang, view: &Ended<'_>) -> impl IntoView + use<> {
    let Some(reviewed) = &view.outcome.reviewed else {
        let words = lang.pick(
            "按规则，这一阶段交卷后不公布答案。",
            "By the rules no answers are shown in this stage.",
        );
        let asked = (view.outcome.play.number, view.outcome.asked.as_slice());
        let flag = by_number(lang, view.contest, asked, view.flags, view.tried);
        return view! { {notice(Tone::Plain, words)}{flag} }.into_any();
    };
    let cards = (1..)
        .zip(reviewed)
        .map(|(place, one)| {
            let number = view.outcome.play.number;
            let flag = form(lang, view.contest, (number, place), one.version, view.flags, view.tried);
            view! { {question(lang, &card(place, one))}{flag} }
        })
        .collect_view();
    view! { <section class="stack"><h2>{lang.pick("题目和答案", "Questions and answers")}</h2>{cards}</section> }
        .into_any()
}

/// A question in the form in which results of exams show one.
fn card(place: usize, one: &Reviewed) -> review::Reviewed {
    let told = !one.explanation.is_empty() || !one.basis.is_empty();
    review::Reviewed {
        place,
        shown: one.shown.clone(),
        choice: one.choice,
        said: Vec::new(),
        right: Some(one.right),
        waits: false,
        part: None,
        key: one.key,
        corrected: one.corrected.clone(),
        model: None,
        explanation: told.then(|| (one.explanation.clone(), one.basis.clone())),
    }
}
