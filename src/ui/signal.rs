//! Signals of an exam: what stands out, with the numbers that show it, and the way to a case.

use leptos::prelude::*;

use super::{
    part::{Tone, area, bar, fault, heading, moment, notice, pager, table},
    shell::{Frame, page},
};
use crate::{
    domain::{id::ExamId, lang::Lang, signal::Kind},
    error::Fault,
    service::signal::{Found, Listed, Progress},
};

pub fn found(frame: &Frame, found: &Found, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let id = found.exam.id;
    let title = lang.pick("异常线索", "Signals");
    let button = match found.compared {
        Some(_) => lang.pick("重新比对", "Compare again"),
        None => lang.pick("比对全部已交试卷", "Compare all that is handed in"),
    };
    let body = match found.compared {
        None => notice(
            Tone::Plain,
            lang.pick("还没有比对过。", "Nothing has been compared yet."),
        )
        .into_any(),
        Some(_) => kinds(lang, found).into_any(),
    };
    let running = matches!(found.progress, Some(Progress::Reading(..) | Progress::Comparing));
    let main = view! {
        <p class="small"><a href=format!("/admin/exams/{id}")>{found.exam.title.clone()}</a></p>
        <div class="row between wrap">
            {heading(title, covered(lang, found))}
            <div class="row">
                <a class="button" href="/admin/cases">{lang.pick("核查", "Cases")}</a>
                <form action=format!("/admin/exams/{id}/signals") method="post"><button class="button primary" r#type="submit" disabled=running>{button}</button></form>
            </div>
        </div>
        {fault(wrong, lang)}
        {found.progress.map(|progress| how_far(lang, id, progress))}
        {notice(Tone::Plain, lang.pick(
            "线索只说明什么与众不同，不说明谁做错了什么：不改分，不处分。觉得有必要的，写明理由立项核查，由另一名管理员作结论，本人可以说明和申诉。",
            "A signal says what stands out, not that anybody did wrong: it changes no score and punishes nobody. Where it is worth it, open a case with a reason; another administrator decides, and the person concerned is heard and can appeal.",
        ))}
        {body}
    };
    page(frame, title, main)
}

/// How far a comparison has come; the page asks again by itself.
fn how_far(lang: Lang, exam: ExamId, progress: Progress) -> impl IntoView + use<> {
    let text = match (progress, lang) {
        (Progress::Failed, Lang::Zh) => "上次比对没有做完，原来的结果还在。请再比对一次。".to_owned(),
        (Progress::Failed, Lang::En) => {
            "The last comparison broke off; what was found before is still there. Compare again.".to_owned()
        }
        (Progress::Reading(read, all), Lang::Zh) => format!("正在比对：已读 {read} / {all} 份试卷。"),
        (Progress::Reading(read, all), Lang::En) => format!("Comparing: {read} of {all} attempts read."),
        (Progress::Comparing, Lang::Zh) => "正在比对：试卷已读完，正在两两比对。".to_owned(),
        (Progress::Comparing, Lang::En) => "Comparing: all attempts are read, now pair by pair.".to_owned(),
    };
    if progress == Progress::Failed {
        return notice(Tone::Warn, text).into_any();
    }
    let again = view! { <meta http-equiv="refresh" content="3"/> };
    let share = match progress {
        Progress::Reading(read, all) => bar((read * 10_000).checked_div(all).unwrap_or(0) as i64).into_any(),
        _ => ().into_any(),
    };
    view! {
        <section class="card stack">
            {again}
            <p role="status">{text}</p>
            {share}
            <p class="small"><a href=format!("/admin/exams/{exam}/signals")>{lang.pick("每 3 秒更新，也可以点这里", "Renewed every 3 seconds, or here")}</a></p>
        </section>
    }
    .into_any()
}

/// What the last comparison covered.
fn covered(lang: Lang, found: &Found) -> String {
    let Some(compared) = found.compared else {
        return String::new();
    };
    let (at, by) = (moment(lang, compared.at), found.by.clone().unwrap_or_default());
    let (attempts, pairs, left_out) = (compared.attempts, compared.pairs, compared.left_out);
    match (lang, left_out) {
        (Lang::Zh, 0) => format!("{at} {by} 比对：{attempts} 份试卷，{pairs} 对"),
        (Lang::Zh, _) => {
            format!("{at} {by} 比对：{attempts} 份试卷，{pairs} 对；{left_out} 个单位人数过多，没有两两比对")
        }
        (Lang::En, 0) => format!("Compared {at} {by}: {attempts} attempts, {pairs} pairs"),
        (Lang::En, _) => {
            format!("Compared {at} {by}: {attempts} attempts, {pairs} pairs; {left_out} units too large for pairs")
        }
    }
}

fn kinds(lang: Lang, found: &Found) -> impl IntoView + use<> {
    let id = found.exam.id;
    let tabs = found
        .counts
        .iter()
        .map(|(kind, count)| {
            let here = (*kind == found.kind).then_some("page");
            let href = format!("/admin/exams/{id}/signals?kind={}", kind.code());
            let label = format!("{} {count}", kind.name(lang));
            view! { <a class="button" href=href aria-current=here>{label}</a> }
        })
        .collect_view();
    let rows = found
        .entries
        .iter()
        .map(|entry| row(lang, id, found.kind, entry, &found.units.path(entry.unit)))
        .collect_view();
    let head = view! {
        <th>{lang.pick("考生", "Candidate")}</th><th>{lang.pick("单位", "Unit")}</th>
        <th>{lang.pick("依据", "Evidence")}</th><th>{lang.pick("核查", "Case")}</th>
    };
    let list = if found.entries.is_empty() {
        notice(Tone::Plain, lang.pick("没有这类线索。", "There is none of this kind.")).into_any()
    } else {
        table(found.kind.name(lang), head, rows).into_any()
    };
    let kind = found.kind.code();
    view! {
        <nav class="row wrap" aria-label=lang.pick("线索种类", "Kinds of signals")>{tabs}</nav>
        <section class="card stack">
            <h2>{found.kind.name(lang)}</h2>
            <p class="small soft">{found.kind.false_alarms(lang)}</p>
            {list}
        </section>
        {pager(lang, found.page, found.pages, |page| format!("/admin/exams/{id}/signals?kind={kind}&page={page}"))}
    }
}

fn row(lang: Lang, exam: ExamId, kind: Kind, entry: &Listed, unit: &str) -> impl IntoView + use<> {
    let case = match entry.case {
        Some(case) => view! { <a href=format!("/admin/cases/{case}")>{lang.pick("看核查", "See the case")}</a> }.into_any(),
        None => view! {
            <details>
                <summary>{lang.pick("立项核查", "Open a case")}</summary>
                <form class="stack" action=format!("/admin/exams/{exam}/cases") method="post">
                    <input type="hidden" name="attempt" value=entry.signal.attempt.to_string()/>
                    <input type="hidden" name="kind" value=kind.code()/>
                    {area("reason", lang.pick("理由", "Reason"), "", "")}
                    <button class="button" r#type="submit">{lang.pick("立项并通知本人", "Open and tell the person")}</button>
                </form>
            </details>
        }
        .into_any(),
    };
    view! {
        <tr>
            <td>{format!("{} {}", entry.number, entry.name)}</td>
            <td>{unit.to_owned()}</td>
            <td>{entry.signal.evidence.sentence(lang)}</td>
            <td>{case}</td>
        </tr>
    }
}
