//! What a ruling would do, exam by exam and competition by competition.

use leptos::prelude::*;

use crate::{
    domain::{dispute::Turned, lang::Lang, lottery::Lottery},
    service::{
        dispute::{InCompetition, InExam, Preview},
        key_correction::DryRun,
    },
    ui::part::{Tone, moment, notice, table},
};

pub(super) fn impact(lang: Lang, preview: &Preview) -> impl IntoView + use<> {
    if preview.exams.is_empty() && preview.competitions.is_empty() {
        let words = lang.pick(
            "还没有考试或竞赛用过这道题，裁定只用来答复提出异议的人。",
            "No exam or competition has used this question; the ruling only answers those who flagged it.",
        );
        return notice(Tone::Plain, words).into_any();
    }
    view! { {exams(lang, &preview.exams)}{competitions(lang, &preview.competitions)} }.into_any()
}

fn left_out(lang: Lang) -> &'static str {
    lang.pick("另有更正，不纳入", "left out: it has a correction of its own")
}

fn exams(lang: Lang, list: &[InExam]) -> impl IntoView + use<> {
    (!list.is_empty()).then(|| {
        let title = lang.pick("考试", "Exams");
        let rows = list.iter().map(|one| exam(lang, one)).collect_view();
        let head = view! {
            <th>{lang.pick("考试", "Exam")}</th><th class="n">{lang.pick("有这道题的答卷", "Papers with it")}</th>
            <th class="n">{lang.pick("分数提高", "Scores rise")}</th><th class="n">{lang.pick("分数降低", "Scores fall")}</th>
            <th class="n">{lang.pick("不合格变合格", "Pass only afterwards")}</th><th class="n">{lang.pick("合格变不合格", "Pass no longer")}</th>
            <th class="n">{lang.pick("合格人数", "Passed")}</th><th class="n">{lang.pick("证书", "Certificates")}</th>
        };
        view! { <section class="card stack"><h2>{title}</h2>{table(title, head, rows)}</section> }
    })
}

fn exam(lang: Lang, one: &InExam) -> impl IntoView + use<> {
    let name = view! { <th class="plain" scope="row"><a href=format!("/admin/exams/{}/keys", one.exam)>{one.title.clone()}</a></th> };
    let Some(run) = &one.run else {
        return view! { <tr>{name}<td colspan="7">{left_out(lang)}</td></tr> }.into_any();
    };
    let impact = &run.impact;
    let numbers = [
        impact.attempts,
        impact.raised,
        impact.lowered,
        impact.up.len(),
        impact.down.len(),
    ];
    let numbers = numbers
        .map(|number| view! { <td class="n">{number.to_string()}</td> })
        .collect_view();
    view! {
        <tr>
            {name}{numbers}
            <td class="n">{format!("{} → {}", run.total.passed_before, run.total.passed_after)}</td>
            <td class="n">{certificates(lang, run)}</td>
        </tr>
    }
    .into_any()
}

fn certificates(lang: Lang, run: &DryRun) -> String {
    let parts = [
        (run.withdrawn, lang.pick("撤回", "withdrawn")),
        (run.reinstated, lang.pick("恢复", "hold again")),
        (run.issuable, lang.pick("可补发", "can be issued")),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, words)| format!("{words} {number}"))
        .collect();
    match parts.is_empty() {
        true => "—".to_owned(),
        false => parts.join(lang.pick("，", ", ")),
    }
}

fn competitions(lang: Lang, list: &[InCompetition]) -> impl IntoView + use<> {
    list.iter()
        .map(|one| {
            let body = match &one.turned {
                Some(turned) => competition(lang, one, turned).into_any(),
                None => view! { <p>{left_out(lang)}</p> }.into_any(),
            };
            let title = format!("{}{}", lang.pick("竞赛：", "Competition: "), one.title);
            view! { <section class="card stack"><h2>{title}</h2>{body}</section> }
        })
        .collect_view()
}

fn competition(lang: Lang, one: &InCompetition, turned: &Turned) -> impl IntoView + use<> {
    let facts = [
        (
            lang.pick("有这道题的答卷", "Attempts with the question"),
            turned.attempts.to_string(),
        ),
        (
            lang.pick("分数提高、降低的答卷", "Attempts whose scores rise, fall"),
            format!("{} / {}", turned.raised, turned.lowered),
        ),
        (
            lang.pick("变为有效、变为无效的答卷", "Attempts that become valid, not valid"),
            format!("{} / {}", turned.valid, turned.invalid),
        ),
        (
            lang.pick("计入得分提高、降低的人", "Players whose counted score rises, falls"),
            format!("{} / {}", turned.up, turned.down),
        ),
        (
            lang.pick(
                "进入、退出获奖名次的人",
                "Players who enter, leave the ranks that are awarded",
            ),
            format!("{} / {}", one.entering, one.leaving),
        ),
        (
            lang.pick("抽奖机会有变化的人", "Players whose chances in a draw change"),
            turned.chances_changed.to_string(),
        ),
        (
            lang.pick("涉及人员的抽奖机会合计", "Chances of the players concerned"),
            format!("{} → {}", turned.chances_before, turned.chances_after),
        ),
    ];
    let rows = facts
        .into_iter()
        .map(|(label, value)| view! { <tr><th class="plain" scope="row">{label}</th><td class="n">{value}</td></tr> })
        .collect_view();
    view! { <table class="facts"><tbody>{rows}</tbody></table>{draws(lang, &one.draws)} }
}

/// What has been promised to the public is not touched.
fn draws(lang: Lang, list: &[Lottery]) -> impl IntoView + use<> {
    let (drawn, closed): (Vec<_>, Vec<_>) = list.iter().partition(|lottery| lottery.drawn.is_some());
    let names = |list: &[&Lottery]| {
        let named = list.iter().map(|lottery| match &lottery.drawn {
            Some(drawn) => format!("{} · {}", lottery.title, moment(lang, drawn.at)),
            None => lottery.title.clone(),
        });
        named.collect::<Vec<_>>().join(lang.pick("；", "; "))
    };
    let drawn = (!drawn.is_empty()).then(|| {
        let words = lang.pick(
            "已经开奖，中奖结果不变，不重抽：",
            "Draws that have taken place stay as they are and are not held again: ",
        );
        notice(Tone::Warn, format!("{words}{}", names(&drawn)))
    });
    let closed = (!closed.is_empty()).then(|| {
        let words = lang.pick(
            "名单已经封存，机会数按封存时的计算，不再变动：",
            "Lists that are closed keep the chances they were closed with: ",
        );
        notice(Tone::Warn, format!("{words}{}", names(&closed)))
    });
    view! { {drawn}{closed} }
}
