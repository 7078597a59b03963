//! Pictures of the page for the head of the bureau. Each says in its label what it shows; the numbers stand in a table behind it.

use leptos::prelude::*;

use crate::domain::{
    annual::{AnnualId, Base, head::not_passed},
    figure::Counts,
    lang::Lang,
    weakness::{Share, percent, step},
};

const WIDTH: f64 = 480.0;
const NAME: f64 = 138.0;
const ROW: f64 = 22.0;
/// Letters of a name that fit beside a bar; the table has the whole.
const LETTERS: usize = 11;

/// A name cut to what fits.
fn short(name: &str, most: usize) -> String {
    match name.chars().count() > most {
        true => name.chars().take(most - 1).chain(['…']).collect(),
        false => name.to_owned(),
    }
}

fn number(value: f64) -> String {
    format!("{value:.1}")
}

/// A name at the left of a row.
fn name(text: &str, top: f64) -> impl IntoView + use<> {
    view! { <text lang="zh-CN" x=number(NAME - 8.0) y=number(top + 15.0) text-anchor="end">{short(text, LETTERS)}</text> }
}

/// A piece of a bar from one share of its length to another.
fn piece(class: &'static str, (from, to): (f64, f64), (top, height): (f64, f64)) -> impl IntoView + use<> {
    let length = WIDTH - NAME - 60.0;
    view! { <rect class=class x=number(NAME + length * from) y=number(top) width=number(length * (to - from).max(0.0)) height=number(height)></rect> }
}

/// For each unit those who have passed, were absent, failed, and wait to be marked, as shares of those due.
pub fn missing(lang: Lang, rows: &[(String, Counts)]) -> impl IntoView + use<> {
    let bars = rows.iter().enumerate().map(|(place, (unit, counts))| {
        let top = ROW * place as f64;
        let due = (counts.due as f64).max(1.0);
        let failed = counts.sat - counts.passed - counts.awaiting;
        let mut at = 0.0;
        let parts = [
            ("passed", counts.passed),
            ("absent", counts.absent()),
            ("failed", failed),
            ("waits", counts.awaiting),
        ];
        let parts = parts.map(|(class, count)| {
            let from = at;
            at += count as f64 / due;
            piece(class, (from, at), (top + 3.0, ROW - 7.0))
        });
        let text = format!("{} / {}", not_passed(counts), counts.due);
        view! { {name(unit, top)}{parts.collect_view()}<text x=number(WIDTH - 54.0) y=number(top + 15.0)>{text}</text> }
    });
    let bars = bars.collect_view();
    let bottom = ROW * rows.len() as f64;
    let legend = [
        ("passed", lang.pick("合格", "passed")),
        ("absent", lang.pick("缺考", "absent")),
        ("failed", lang.pick("不合格", "failed")),
        ("waits", lang.pick("待阅卷", "unmarked")),
    ];
    let legend = legend.into_iter().enumerate().map(|(place, (class, text))| {
        let x = NAME + 84.0 * place as f64;
        view! {
            <rect class=class x=number(x) y=number(bottom + 8.0) width="12" height="12"></rect>
            <text x=number(x + 17.0) y=number(bottom + 18.0)>{text}</text>
        }
    });
    let label = lang.pick(
        "各单位合格、缺考、不合格、待阅卷的比例；条尾是还没有合格的人数和应考人数，数字见下表",
        "For each unit the shares of passed, absent, failed and unmarked; at the end how many of those due have not passed; numbers in the table below",
    );
    view! {
        <svg class="head-chart" viewBox=format!("0 0 {WIDTH} {:.0}", bottom + 24.0) role="img" aria-label=label>{bars}{legend.collect_view()}</svg>
    }
}

/// A row of the heat map: name, and a share for each law.
pub type Heat = (String, Vec<Share>);

/// A share in words: a percentage without decimals, or a point where there is too little to tell.
pub fn told(share: Share) -> String {
    match share.rate() {
        Some(rate) => format!("{}%", percent(rate)),
        None => "·".to_owned(),
    }
}

/// Units down, laws across; the darker, the fewer right answers.
pub fn heat(lang: Lang, laws: &[String], rows: &[Heat]) -> impl IntoView + use<> {
    const HEAD: f64 = 34.0;
    const CELL: f64 = 24.0;
    let width = (WIDTH - NAME) / laws.len().max(1) as f64;
    let middle = |column: usize| NAME + width * (column as f64 + 0.5);
    let letters = ((width / 11.0) as usize).max(3);
    let heads = laws.iter().enumerate().map(|(column, law)| {
        let all: Vec<char> = law.chars().collect();
        let first: String = all.iter().take(letters).collect();
        let second = short(&all.iter().skip(letters).collect::<String>(), letters);
        view! {
            <text lang="zh-CN" x=number(middle(column)) y="13" text-anchor="middle">{first}</text>
            <text lang="zh-CN" x=number(middle(column)) y="27" text-anchor="middle">{second}</text>
        }
    });
    let heads = heads.collect_view();
    let body = rows.iter().enumerate().map(|(place, (unit, shares))| {
        let top = HEAD + CELL * place as f64;
        let cells = shares.iter().enumerate().map(|(column, share)| {
            let class = match share.rate() {
                Some(rate) => format!("heat-{}", step(rate)),
                None => "heat-none".to_owned(),
            };
            let x = NAME + width * column as f64;
            view! {
                <rect class=class.clone() x=number(x + 1.0) y=number(top + 1.0) width=number(width - 2.0) height=number(CELL - 2.0)></rect>
                <text class=class x=number(middle(column)) y=number(top + 16.0) text-anchor="middle">{told(*share)}</text>
            }
        });
        view! { {name(unit, top)}{cells.collect_view()} }
    });
    let bottom = HEAD + CELL * rows.len() as f64;
    let label = lang.pick(
        "各单位各部法律的正确率，颜色越深越薄弱，数字见下表",
        "Right answers by unit and law, the darker the weaker; the numbers are in the table below",
    );
    view! {
        <svg class="head-chart" viewBox=format!("0 0 {WIDTH} {:.0}", bottom + 2.0) role="img" aria-label=label>{heads}{body.collect_view()}</svg>
    }
}

/// How long the bars of a figure are, this year's and the one of the year before: rates as they are, counts beside the larger.
fn lengths(base: &Base, before: &Base, id: AnnualId) -> (f64, f64) {
    let of = |base: &Base| match base.parts(id) {
        (numerator, Some(denominator)) if denominator > 0 => numerator as f64 / denominator as f64,
        (_, Some(_)) => 0.0,
        (count, None) => count as f64,
    };
    let (now, then) = (of(base), of(before));
    let most = match id.unit(Lang::Zh) {
        "" => 1.0,
        _ => now.max(then).max(1.0),
    };
    (now / most, then / most)
}

/// Two bars for each figure below its name, this year above the year before.
pub fn compared(lang: Lang, base: &Base, before: &Base, ids: &[AnnualId]) -> impl IntoView + use<> {
    const THREE: f64 = 36.0;
    const LENGTH: f64 = WIDTH - 70.0;
    let bar = |class: &'static str, share: f64, top: f64| {
        view! { <rect class=class x="0" y=number(top) width=number(LENGTH * share) height="9"></rect> }
    };
    let text = |text: String, y: f64| view! { <text x=WIDTH.to_string() y=number(y) text-anchor="end">{text}</text> };
    let rows = ids.iter().enumerate().map(|(place, id)| {
        let top = THREE * place as f64;
        let (now, then) = lengths(base, before, *id);
        view! {
            <text x="0" y=number(top + 12.0)>{id.name(lang)}</text>
            {bar("now", now, top + 16.0)}{bar("then", then, top + 26.0)}
            {text(large(lang, base, *id), top + 24.0)}{text(large(lang, before, *id), top + 36.0)}
        }
    });
    let rows = rows.collect_view();
    let label = lang.pick(
        "主要数据，上面一条是本年，下面一条是上年，数字见下表",
        "Main figures, this year above the year before; the numbers are in the table below",
    );
    let height = format!("{:.0}", THREE * ids.len() as f64);
    view! { <svg class="head-chart" viewBox=format!("0 0 {WIDTH} {height}") role="img" aria-label=label>{rows}</svg> }
}

/// A figure in as few letters as fit beside a bar.
fn large(lang: Lang, base: &Base, id: AnnualId) -> String {
    match (base.parts(id), lang) {
        ((count, None), Lang::Zh) if count >= 100_000 => format!("{}万", count / 10_000),
        ((count, None), Lang::En) if count >= 1_000_000 => format!("{}.{}M", count / 1_000_000, count / 100_000 % 10),
        ((count, None), Lang::En) if count >= 100_000 => format!("{}k", count / 1_000),
        _ => base.shown(id),
    }
}

/// How a plan has come on: done, late, and what is not due yet.
pub fn progress(lang: Lang, (planned, done, late): (i64, i64, i64)) -> impl IntoView + use<> {
    let share = |count: i64| count as f64 / (planned as f64).max(1.0);
    let (done, late) = (share(done), share(late));
    let label = lang.pick(
        "计划里已完成、逾期和还没到期的比例，数字见上面一行",
        "Shares of the plan that are done, late and not due yet; the numbers stand in the line above",
    );
    view! {
        <svg class="head-chart" viewBox=format!("{NAME} 0 {:.0} 18", WIDTH - NAME - 60.0) role="img" aria-label=label>
            {piece("waits", (0.0, 1.0), (2.0, 14.0))}{piece("now", (0.0, done), (2.0, 14.0))}{piece("failed", (done, done + late), (2.0, 14.0))}
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_is_only_what_is_complete() {
        let share = |asked, right| Share {
            persons: 50,
            asked,
            right,
        };
        let told = [
            share(1000, 1000),
            share(1000, 999),
            share(1000, 905),
            share(19, 19),
            share(1000, 0),
        ]
        .map(told);
        assert_eq!(told, ["100%", "99%", "91%", "·", "0%"]);
    }

    #[test]
    fn bars_are_never_longer_than_their_place() {
        let mut base = Base::default();
        base.exam.due = 10;
        base.exam.sat = 10;
        base.exam.passed = 10;
        base.person_times = 3;
        for id in AnnualId::ALL {
            let (now, then) = lengths(&base, &Base::default(), *id);
            assert!((0.0..=1.0).contains(&now) && then == 0.0, "{id:?}");
        }
        assert_eq!(short("应急救援保障中心", 11), "应急救援保障中心");
        assert_eq!(short("示例市应急管理局安全生产执法支队", 6), "示例市应急…");
    }
}
