//! The first page after signing in: what is to be done now.

use leptos::prelude::*;

use super::{
    part::{Tone, heading, moment, notice, tag},
    shell::{Frame, page},
    sit,
};
use crate::{
    domain::{exam::Exam, lang::Lang, time::Timestamp},
    service::sitting::Standing,
};

/// A candidate's exams.
pub fn candidate(frame: &Frame, standings: &[Standing], now: Timestamp) -> impl IntoView {
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
    let empty = standings.is_empty().then(|| {
        notice(
            Tone::Plain,
            lang.pick(
                "还没有考试轮到您。开考后这里会出现，不用每天来看。",
                "No exam is due for you yet. It will appear here when it opens; no need to look every day.",
            ),
        )
    });
    let main = view! { <div class="narrow stack">{heading(title, "")}{empty}{cards}</div> };
    page(frame, lang.pick("首页", "Home"), main)
}

fn exam_card(frame: &Frame, standing: &Standing, now: Timestamp) -> impl IntoView + use<> {
    let lang = frame.lang;
    let exam = &standing.exam;
    let window = match lang {
        Lang::Zh => format!(
            "开放时间 {} 至 {}",
            moment(lang, exam.window.opens_at),
            moment(lang, exam.window.closes_at)
        ),
        Lang::En => format!(
            "Open {} to {}",
            moment(lang, exam.window.opens_at),
            moment(lang, exam.window.closes_at)
        ),
    };
    let best = standing
        .best()
        .filter(|_| exam.policy.show_score.allows(now, exam.window.closes_at));
    let result = best.map(|best| {
        let (tone, words) = if best >= exam.policy.pass_mark {
            (Tone::Good, lang.pick("合格", "Passed"))
        } else {
            (Tone::Warn, lang.pick("不合格", "Not passed"))
        };
        tag(tone, format!("{words} {best}"))
    });
    let days = left(lang, exam, now)
        .filter(|_| best.is_none())
        .map(|text| tag(Tone::Warn, text));
    view! {
        <section class="card stack">
            <div class="row between wrap"><h2><a class="quiet" href=format!("/exams/{}", exam.id)>{exam.title.clone()}</a></h2>{result}{days}</div>
            <p class="soft">{sit::rules(lang, exam)}</p>
            <p class="small soft num">{window}</p>
            {sit::action(frame, standing)}
        </section>
    }
}

/// How long the exam stays open.
fn left(lang: Lang, exam: &Exam, now: Timestamp) -> Option<String> {
    let hours = (exam.window.closes_at.0 - now.0) / 3_600_000;
    (now >= exam.window.opens_at && now < exam.window.closes_at).then(|| match (hours, lang) {
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
