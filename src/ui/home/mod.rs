//! The first page after signing in: what is to be done now.

use leptos::prelude::*;

use super::{
    part::{Tone, heading, notice, rules::headline, tag},
    shell::{Frame, page},
    sit,
};
use crate::{
    domain::{
        exam::{Band, Exam},
        lang::Lang,
        time::Timestamp,
    },
    service::{review::Told, sitting::Standing},
};

/// A candidate's exams.
pub fn candidate(frame: &Frame, standings: &[Standing], exempted: &[Exam], now: Timestamp) -> impl IntoView {
    let lang = frame.lang;
    let open = standings
        .iter()
        .filter(|standing| standing.running().is_some() || standing.no_start.is_none())
        .count();
    let title = match open {
        0 => lang.pick("现在没有要考的试", "No exam to sit now"),
        _ => lang.pick("今年还差一件事：学法考试", "One thing left this year: the law exam"),
    };
    let cards = standings
        .iter()
        .map(|standing| exam_card(frame, standing, now))
        .collect_view();
    let exempted: Vec<_> = exempted
        .iter()
        .map(|exam| {
            let text = match lang {
                Lang::Zh => format!("“{}”：您已获准免考，不用参加。", exam.title),
                Lang::En => format!("“{}”: you are exempt and need not sit it.", exam.title),
            };
            notice(Tone::Good, text)
        })
        .collect();
    let empty = (standings.is_empty() && exempted.is_empty()).then(|| {
        notice(
            Tone::Plain,
            lang.pick(
                "还没有考试轮到您。开考后这里会出现，不用每天来看。",
                "No exam is due for you yet. It will appear here when it opens; no need to look every day.",
            ),
        )
    });
    let study = view! {
        <nav class="row" aria-label=lang.pick("学法", "Study")>
            <a class="button" href="/courses">{lang.pick("课程和学分", "Courses and credits")}</a>
            <a class="button" href="/record">{lang.pick("学法档案", "Law record")}</a>
        </nav>
    };
    let main = view! { <div class="narrow stack">{heading(title, "")}{empty}{exempted}{cards}{study}</div> };
    page(frame, lang.pick("首页", "Home"), main)
}

fn exam_card(frame: &Frame, standing: &Standing, now: Timestamp) -> impl IntoView + use<> {
    let lang = frame.lang;
    let exam = &standing.exam;
    let result = match standing.told() {
        Told::Nothing => None,
        Told::Pending => Some((
            Tone::Plain,
            lang.pick("成绩待公布", "Result not released yet").to_owned(),
        )),
        Told::Result { score, band } => {
            let tone = match band {
                Some(Band::Fail) => Tone::Warn,
                Some(Band::Awaiting) => Tone::Plain,
                Some(_) => Tone::Good,
                None => Tone::Plain,
            };
            let words = [
                band.map(|band| band.name(lang).to_owned()),
                // Of one that waits the points so far are no result.
                score
                    .filter(|_| band != Some(Band::Awaiting))
                    .map(|score| score.to_string()),
            ];
            Some((tone, words.into_iter().flatten().collect::<Vec<_>>().join(" ")))
        }
    };
    let result = result.map(|(tone, words)| tag(tone, words));
    let days = left(lang, standing, now).map(|text| tag(Tone::Warn, text));
    view! {
        <section class="card stack">
            <div class="row between wrap"><h2><a class="quiet" href=format!("/exams/{}", exam.id)>{exam.title.clone()}</a></h2>{result}{days}</div>
            <p class="soft">{headline(lang, exam)}</p>
            <p class="small soft num">{sit::round_now(lang, standing)}</p>
            {sit::action(frame, standing)}
        </section>
    }
}

/// How long the round stays open that the person can sit in.
fn left(lang: Lang, standing: &Standing, now: Timestamp) -> Option<String> {
    let round = standing.round().filter(|round| round.is_open(now))?;
    standing.no_start.is_none().then_some(())?;
    let hours = (round.window.closes_at.0 - now.0) / 3_600_000;
    Some(match (hours, lang) {
        (0..48, Lang::Zh) => format!("还有 {} 小时", hours.max(1)),
        (0..48, Lang::En) => format!("{} hours left", hours.max(1)),
        (_, Lang::Zh) => format!("还有 {} 天", hours / 24),
        (_, Lang::En) => format!("{} days left", hours / 24),
    })
}

/// An administrator's overview: a number, what it counts, where it leads.
pub fn administrator(frame: &Frame, counts: Vec<(&'static str, i64, &'static str, &'static str)>) -> impl IntoView {
    let lang = frame.lang;
    let cards = counts
        .into_iter()
        .map(|(label, count, href, link)| {
            view! {
                <div class="figure">
                    <span class="small soft">{label}</span>
                    <b>{count.to_string()}</b>
                    <a class="small" href=href>{link}</a>
                </div>
            }
        })
        .collect_view();
    let title = lang.pick("总览", "Overview");
    let empty = frame
        .viewer
        .as_ref()
        .is_none_or(|viewer| viewer.rights.is_empty())
        .then(|| {
            let text = lang.pick(
                "这个账号还没有任何角色。请让系统管理员授予。",
                "This account has no role yet. Ask a system administrator for one.",
            );
            notice(Tone::Plain, text)
        });
    let main = view! { {heading(title, "")}{empty}<div class="figures num">{cards}</div> };
    page(frame, title, main)
}
