//! How the questions of a competition were answered, from the last count over all attempts.

use leptos::prelude::*;

use super::{
    counts::{percent, share},
    top,
};
use crate::{
    domain::{
        competition::{
            IdentityType,
            item_count::{Count, Item},
        },
        id::CompetitionId,
        item::letter,
        lang::Lang,
        statistics::{
            compare::{LEAST_BOTH, LEAST_FOCAL},
            dif::Class,
        },
    },
    service::competition::count::{Found, Progress},
    ui::{
        part::{Tone, bar, moment, notice, pager, table, tag},
        shell::{Frame, page},
    },
};

/// Questions on a page.
const PAGE: usize = 100;

/// When was counted, over how much, and by whom.
pub(super) fn covered(lang: Lang, found: &Found) -> String {
    let Some(counted) = &found.counted else {
        return String::new();
    };
    let (at, by, attempts) = (
        moment(lang, counted.at),
        found.by.clone().unwrap_or_default(),
        counted.attempts,
    );
    match lang {
        Lang::Zh => format!("{at} {by} 统计：{attempts} 次答题"),
        Lang::En => format!("Counted {at} {by}: {attempts} attempts"),
    }
}

/// The button that begins a count; `place`: the page to come back to.
pub(super) fn button(lang: Lang, found: &Found, place: &'static str) -> impl IntoView + use<> {
    let id = found.contest.id();
    let running = matches!(found.progress, Some(Progress::Reading(..)));
    let label = match found.counted {
        Some(_) => lang.pick("重新统计", "Count again"),
        None => lang.pick("统计全部答题", "Count all attempts"),
    };
    view! {
        <form action=format!("/admin/competitions/{id}/{place}") method="post"><button class="button primary" r#type="submit" disabled=running>{label}</button></form>
    }
}

/// How far a count has come; the page asks again by itself.
pub(super) fn how_far(lang: Lang, id: CompetitionId, place: &'static str, progress: Progress) -> impl IntoView + use<> {
    let (read, all) = match progress {
        Progress::Reading(read, all) => (read, all),
        Progress::Failed => {
            let text = lang.pick(
                "上次统计没有做完，原来的结果还在。请再统计一次。",
                "The last count broke off; what was found before is still there. Count again.",
            );
            return notice(Tone::Warn, text).into_any();
        }
    };
    let text = match lang {
        Lang::Zh => format!("正在统计：已读 {read} / {all} 次答题。"),
        Lang::En => format!("Counting: {read} of {all} attempts read."),
    };
    view! {
        <section class="card stack">
            <meta http-equiv="refresh" content="3"/>
            <p role="status">{text}</p>
            {bar(i64::try_from((read * 10_000).checked_div(all).unwrap_or(0)).unwrap_or(10_000))}
            <p class="small"><a href=format!("/admin/competitions/{id}/{place}")>{lang.pick("每 3 秒更新，也可以点这里", "Renewed every 3 seconds, or here")}</a></p>
        </section>
    }
    .into_any()
}

pub fn items(frame: &Frame, found: &Found, page_number: u32) -> impl IntoView {
    let lang = frame.lang;
    let id = found.contest.id();
    let title = lang.pick("题目统计", "Questions");
    let body = match &found.counted {
        None => notice(
            Tone::Plain,
            lang.pick("还没有统计过。", "Nothing has been counted yet."),
        )
        .into_any(),
        Some(counted) => questions(lang, found, &counted.count, page_number).into_any(),
    };
    let main = view! {
        {top(lang, &found.contest.competition, title, covered(lang, found), button(lang, found, "items"))}
        {found.progress.map(|progress| how_far(lang, id, "items", progress))}
        {notice(Tone::Plain, lang.pick(
            "只统计已交卷的正式赛答题；核查中冻结的人不计。答对率 = 答对 ÷ 作答，未作答不计。",
            "Over official attempts that were handed in, without whoever is frozen by a case. Right = right answers ÷ answers; no answer is not counted.",
        ))}
        {body}
    };
    page(frame, title, main)
}

fn questions(lang: Lang, found: &Found, count: &Count, page_number: u32) -> impl IntoView + use<> {
    let items = &count.items;
    let id = found.contest.id();
    // The hardest first; those nobody answered last.
    let mut order: Vec<(usize, &Item)> = items.items.iter().enumerate().collect();
    let rate = |item: &Item| (item.right * 10_000).checked_div(item.answers).unwrap_or(u64::MAX);
    order.sort_by_key(|(place, item)| (rate(item), *place));
    let pages = u32::try_from(order.len().div_ceil(PAGE)).unwrap_or(u32::MAX);
    let page_number = page_number.clamp(1, pages.max(1));
    let rows = order
        .into_iter()
        .skip((page_number as usize - 1) * PAGE)
        .take(PAGE)
        .map(|(place, item)| row(lang, found, count, place, item))
        .collect_view();
    let title = lang.pick("题目", "Questions");
    let head = view! {
        <th>{title}</th><th class="n">{lang.pick("答对率", "Right")}</th><td class="wide"></td>
        <th class="n">{lang.pick("作答", "Answers")}</th><th>{lang.pick("各选项被选", "Options chosen")}</th>
        <th class="n">{lang.pick("用时中位数（秒）", "Median seconds")}</th><th class="n">{lang.pick("出现在试卷中", "On papers")}</th>
    };
    let staff = if found.contest.times_staff() {
        ""
    } else {
        lang.pick("不含党政机关干部职工。", " Without state staff.")
    };
    let note = format!(
        "{}{staff}",
        lang.pick(
            "用时从服务器收到前一个答案算到收到这一题的答案；断网后一起补交的答案不计用时，不到 30 次不显示。",
            "Time runs from the server's receipt of the answer before to that of its own; answers sent together after a time without network have none. Shown from 30 times on.",
        )
    );
    view! {
        <section class="card stack">
            <div class="row between wrap"><h2>{lang.pick("从最难的起", "The hardest first")}</h2>
                <span class="small soft num">{format!("{} {}", lang.pick("试卷", "papers:"), items.papers)}</span></div>
            {table(title, head, rows)}
            <p class="small soft">{note}</p>
            <p class="small soft">{compared(lang)}</p>
            {pager(lang, page_number, pages, |page| format!("/admin/competitions/{id}/items?page={page}"))}
        </section>
    }
}

/// Between whom questions are compared, and what the classes mean.
fn compared(lang: Lang) -> String {
    match lang {
        Lang::Zh => format!(
            "同等水平下的人群差异（写在题目下面）：按身份类型，和人数最多的一类比，每人取第一次有效的正式赛答题，得分在同一个十分之一内的算同等水平；某类不足 {LEAST_FOCAL} 人，或两类一共不足 {LEAST_BOTH} 人的不比。A 没有值得看的差异，B 中等，C 大（Mantel-Haenszel，ETS 分级）；负数是对这一类更难。只提示从哪看起，公不公平由读题的人判断。"
        ),
        Lang::En => format!(
            "Groups of the same ability (below the question): each identity type with the largest, over the first valid official attempt of each player; who earns the same tenth of the score counts as of the same ability. Not below {LEAST_FOCAL} persons of a type, or {LEAST_BOTH} of both. A: nothing worth a look, B: moderate, C: large (Mantel-Haenszel, classes of ETS); below 0 it is harder for that type. It says where to look first; whether a question is fair is for people who read it to say."
        ),
    }
}

/// How each identity type that could be compared stands to the largest.
fn differences(lang: Lang, count: &Count, place: usize) -> impl IntoView + use<> {
    let all = count.compared.items.get(place).map_or(&[][..], Vec::as_slice);
    let lines = all
        .iter()
        .filter_map(|(group, dif)| Some((IdentityType::ALL.get(*group)?, dif)))
        .map(|(identity, dif)| {
            let tone = match dif.class {
                Class::A => Tone::Plain,
                Class::B | Class::C => Tone::Warn,
            };
            let size = format!("{:?} {:+.2}", dif.class, dif.d_dif);
            view! { <li>{identity.name(lang)}" "{tag(tone, size)}</li> }
        })
        .collect_view();
    (!all.is_empty()).then(|| view! { <ul class="options small num">{lines}</ul> })
}

fn row(lang: Lang, found: &Found, count: &Count, place: usize, item: &Item) -> impl IntoView + use<> {
    let papers = count.items.papers;
    let question = found.question(place).map(|stored| &stored.question);
    let stem = question.map(|question| question.stem.clone()).unwrap_or_default();
    let kind = question.map(|question| question.kind.name(lang)).unwrap_or_default();
    let options = item
        .choices
        .iter()
        .enumerate()
        .map(|(option, chosen)| {
            let key = question.is_some_and(|question| question.key.contains(option));
            let text = format!("{} {}", letter(option), percent(*chosen, item.answers));
            match key {
                true => view! { <li class="right">{format!("{text} ✓")}<span class="visually-hidden">{lang.pick("（答案）", " (key)")}</span></li> }.into_any(),
                false => view! { <li>{text}</li> }.into_any(),
            }
        })
        .collect_view();
    let median = item.median_ms.map(|ms| ms / 100);
    let median = median.map_or("—".to_owned(), |tenths| format!("{}.{}", tenths / 10, tenths % 10));
    view! {
        <tr>
            <td class="break"><span class="small soft">{kind}</span>" "<span lang="zh-CN">{stem}</span>{differences(lang, count, place)}</td>
            <td class="n">{percent(item.right, item.answers)}</td><td>{share(item.right, item.answers)}</td>
            <td class="n">{item.answers.to_string()}</td>
            <td><ul class="options small num">{options}</ul></td>
            <td class="n">{median}</td>
            <td class="n">{percent(item.papers, papers)}</td>
        </tr>
    }
}
