//! One question: its options and who chose them.

use leptos::prelude::*;

use super::{
    corrected, curve, difficulty, few, groups, how_far, information, one, or_dash, percent, reasons, slope, two,
};
use crate::{
    domain::{
        item::letter,
        key_correction::Method,
        lang::Lang,
        role::Right,
        statistics::{
            group::{FIFTHS, Groups},
            irt::Estimate,
        },
    },
    service::statistics::{LEAST_SLOPES, One, Row},
    ui::{
        part::{Tone, heading, moment, notice, table, tag},
        shell::{Frame, page},
    },
};

pub fn item(frame: &Frame, subject: &One) -> impl IntoView {
    let lang = frame.lang;
    let (exam, id, pool) = (&subject.exam, subject.exam.id, subject.pool);
    let question = &subject.stored.question;
    let title = match lang {
        Lang::Zh => format!("第 {} 题", pool + 1),
        Lang::En => format!("Question {}", pool + 1),
    };
    let below = match subject.at {
        Some(at) => format!("{} · {}", question.kind.name(lang), moment(lang, at)),
        None => question.kind.name(lang).to_owned(),
    };
    let row = subject.row.as_ref().filter(|row| row.figures.papers > 0);
    let body = match row {
        Some(row) => view! {
            {few(lang, row.figures.papers)}
            {remarked(lang, row)}
            {figures(lang, row)}
            {options(lang, row)}
            {information::section(lang, row)}
            {groups::of_question(lang, &row.differences)}
        }
        .into_any(),
        None if subject.progress.is_some() && subject.row.is_none() => ().into_any(),
        None => notice(
            Tone::Plain,
            lang.pick(
                "没有已交的答卷里有这道题，或者这道题已经作废。",
                "No paper that was handed in has this question, or it is void.",
            ),
        )
        .into_any(),
    };
    let key = row.map_or(question.key, |row| row.key);
    let texts = question
        .options
        .iter()
        .enumerate()
        .map(|(place, text)| {
            let right = key.contains(place);
            let mark = right.then(|| view! { <span lang=lang.code()>{lang.pick("（答案）", " (key)")}</span> });
            view! { <li class:right=right>{format!("{} {text}", letter(place))}{mark}</li> }
        })
        .collect_view();
    let new = row.and_then(|row| row.method.as_ref()?.key()?.form());
    let right = new.or(question.form.as_ref()).map(|form| {
        let lines = form.right().join("\n");
        view! { <p class="small soft">{lang.pick("正确答案", "Right answer")}</p><p class="lines" lang="zh-CN">{lines}</p> }
    });
    let state = row
        .and_then(|row| corrected(lang, row.method.as_ref()?))
        .map(|text| tag(Tone::Action, text));
    let bank = frame.offers(Right::ManageBanks).then(|| {
        let href = format!("/admin/banks/{}/questions/{}", exam.bank, subject.stored.id);
        view! { <a class="button" href=href>{lang.pick("在题库中查看", "See it in its bank")}</a> }
    });
    let here = super::address(id, pool);
    let main = view! {
        <p class="small"><a href=format!("/admin/exams/{id}/items")>{format!("{} · {}", exam.title, lang.pick("试题分析", "Item analysis"))}</a></p>
        <div class="row between wrap">{heading(title.clone(), below)}{state}</div>
        {subject.progress.map(|progress| how_far(lang, here, row.is_some(), progress))}
        <section class="card stack">
            <p class="lines" lang="zh-CN">{question.stem.clone()}</p>
            <ul class="options" lang="zh-CN">{texts}</ul>
            {right}
            <div class="row wrap">
                <a class="button" href=format!("/admin/exams/{id}/keys/{pool}")>{lang.pick("更正答案", "Correct the key")}</a>
                {bank}
            </div>
        </section>
        {body}
    };
    page(frame, &title, main)
}

fn remarked(lang: Lang, row: &Row) -> impl IntoView + use<> {
    (!row.remarks.is_empty()).then(|| {
        view! {
            <section class="card stack">
                <h2>{lang.pick("为什么要看这道题", "Why to look at it")}</h2>
                {reasons(lang, &row.remarks)}
            </section>
        }
    })
}

fn figures(lang: Lang, row: &Row) -> impl IntoView + use<> {
    let figures = &row.figures;
    let answered = match lang {
        Lang::Zh => format!("作答 {}", figures.answered),
        Lang::En => format!("{} answered", figures.answered),
    };
    let groups = figures.groups.map(|groups| {
        let [upper, middle, lower] = [groups.upper, groups.middle, groups.lower].map(percent);
        match lang {
            Lang::Zh => format!("高分组 {upper}，中间组 {middle}，低分组 {lower}"),
            Lang::En => format!("Upper group {upper}, middle {middle}, lower {lower}"),
        }
    });
    let cells = [
        (lang.pick("答卷数", "Papers"), figures.papers.to_string(), answered),
        (
            lang.pick("得分率", "Facility"),
            or_dash(figures.facility, percent),
            lang.pick("得到的分 ÷ 满分", "Points earned ÷ points possible")
                .to_owned(),
        ),
        (
            lang.pick("区分度", "Discrimination"),
            or_dash(figures.discrimination_index, one),
            format!(
                "{}{}",
                lang.pick("题余相关 r = ", "Item–rest r = "),
                or_dash(figures.item_rest_r, two)
            ),
        ),
        (
            lang.pick("高低分组之差", "Upper − lower group"),
            or_dash(figures.groups.map(|groups| groups.difference()), two),
            groups.unwrap_or_default(),
        ),
        (
            lang.pick("Rasch 难度", "Rasch difficulty"),
            difficulty(row.estimate),
            match row.estimate {
                None => lang
                    .pick("答卷太少，没有估计", "Too few papers to estimate it")
                    .to_owned(),
                some => unestimated(
                    lang,
                    some,
                    lang.pick(
                        "以能力的标准差为单位，0 为平均",
                        "In standard deviations of ability, 0 in the middle",
                    ),
                ),
            },
        ),
        (
            lang.pick("双参数 a", "Two-parameter a"),
            slope(row.sloped),
            unestimated(
                lang,
                row.sloped,
                lang.pick(
                    "斜率：越大，越能分开水平高低的人",
                    "Slope: the larger, the better it tells people apart",
                ),
            ),
        ),
        (
            lang.pick("双参数 b", "Two-parameter b"),
            difficulty(row.sloped),
            match row.sloped.and_then(Estimate::curve) {
                Some(curve) => format!(
                    "{}{}",
                    lang.pick("最大信息量 a²/4 = ", "Highest information a²/4 = "),
                    two(curve.most_information())
                ),
                None => unestimated(lang, row.sloped, ""),
            },
        ),
        (
            lang.pick("区分效率", "Discriminative efficiency"),
            or_dash(figures.discriminative_efficiency, |number| {
                format!("{}\u{a0}%", one(number))
            }),
            lang.pick(
                "占这样的得分分布下可能的最大值",
                "Of the most that such marks could have",
            )
            .to_owned(),
        ),
    ];
    let time = figures.time.map(|time| {
        let seconds = |ms: f64| format!("{:.1}", ms / 1_000.0);
        let (median, from, to) = (seconds(time.median_ms), seconds(time.quarter_ms), seconds(time.three_quarters_ms));
        let timed = time.timed;
        let text = match lang {
            Lang::Zh => format!("用时：半数人不超过 {median} 秒，中间一半在 {from}–{to} 秒之间（{timed} 次首次作答；只看题目，不看个人）。"),
            Lang::En => format!("Time: half took no longer than {median} s, the middle half {from} to {to} s ({timed} first answers; of the question, of nobody)."),
        };
        view! { <p class="small soft num">{text}</p> }
    });
    let cells = cells
        .into_iter()
        .map(|(name, value, def)| view! { <div class="figure"><span class="small soft">{name}</span><b>{value}</b><span class="def">{def}</span></div> })
        .collect_view();
    view! { <div class="figures of-paper num">{cells}</div>{time} }
}

/// Why there is no curve, or else what its number is.
fn unestimated(lang: Lang, estimate: Option<Estimate>, what: &'static str) -> String {
    match (estimate, lang) {
        (Some(Estimate::Curve { .. }), _) => what.to_owned(),
        (Some(Estimate::NotEstimable(reason)), _) => reason.name(lang).to_owned(),
        (None, Lang::Zh) => format!("满 {LEAST_SLOPES} 份答卷、有 3 题可估计才估计"),
        (None, Lang::En) => format!("Needs {LEAST_SLOPES} papers and 3 questions that can be estimated"),
    }
}

fn options(lang: Lang, row: &Row) -> impl IntoView + use<> {
    let figures = &row.figures;
    let letters = |place: usize| {
        let key = row.key.contains(place).then_some(lang.pick("（答案）", " (key)"));
        format!("{}{}", letter(place), key.unwrap_or_default())
    };
    let rows = figures
        .options
        .iter()
        .enumerate()
        .map(|(place, option)| {
            let group = |share: fn(Groups) -> f64| or_dash(option.groups.map(share), percent);
            view! {
                <tr>
                    <th class="plain" scope="row">{letters(place)}</th>
                    <td class="n">{option.chosen.to_string()}</td>
                    <td class="n">{or_dash(option.share, percent)}</td>
                    <td class="n">{or_dash(option.point_biserial, two)}</td>
                    <td class="n">{group(|groups| groups.upper)}</td>
                    <td class="n">{group(|groups| groups.middle)}</td>
                    <td class="n">{group(|groups| groups.lower)}</td>
                </tr>
            }
        })
        .collect_view();
    let head = view! {
        <th scope="col">{lang.pick("选项", "Option")}</th><th class="n" scope="col">{lang.pick("人数", "Chosen")}</th>
        <th class="n" scope="col">{lang.pick("比例", "Share")}</th><th class="n" scope="col">{lang.pick("点二列相关", "Point-biserial")}</th>
        <th class="n" scope="col">{lang.pick("高分组 27 %", "Upper 27 %")}</th><th class="n" scope="col">{lang.pick("中间 46 %", "Middle 46 %")}</th>
        <th class="n" scope="col">{lang.pick("低分组 27 %", "Lower 27 %")}</th>
    };
    let label = lang.pick("各选项", "Options");
    let correct = matches!(row.method, Some(Method::NewKey(_) | Method::EitherKey(_))).then(|| {
        let text = lang.pick("标出的是更正后的答案。", "The key marked is the corrected one.");
        view! { <p class="small soft">{text}</p> }
    });
    (!figures.options.is_empty()).then(|| {
        view! {
            <section class="card stack">
                <h2>{label}</h2>
                <p class="small soft">{lang.pick(
                    "点二列相关：选了这一项与其余题得分的相关。正确选项应为正，错误选项应为负。",
                    "Point-biserial: correlation of having chosen it with the marks on the rest. It should be positive for the key and negative for what is wrong.",
                )}</p>
                {correct}
                {table(label, head, rows)}
            </section>
            {curves(lang, row, letters)}
        }
    })
}

/// The share that chose each option over five groups of scores: drawn, and as a table beneath.
fn curves<L: Fn(usize) -> String>(lang: Lang, row: &Row, letters: L) -> impl IntoView + use<L> {
    let lines: Vec<curve::Line> = row
        .figures
        .options
        .iter()
        .enumerate()
        .filter_map(|(place, option)| {
            Some(curve::Line {
                place,
                right: row.key.contains(place),
                shares: option.fifths?,
            })
        })
        .collect();
    let rows = lines
        .iter()
        .map(|line| {
            let cells = line
                .shares
                .iter()
                .map(|share| view! { <td class="n">{percent(*share)}</td> })
                .collect_view();
            view! { <tr><th class="plain" scope="row">{letters(line.place)}</th>{cells}</tr> }
        })
        .collect_view();
    let groups = (1..=FIFTHS)
        .map(|group| {
            let end = match group {
                1 => lang.pick("（最低）", " (lowest)"),
                FIFTHS => lang.pick("（最高）", " (highest)"),
                _ => "",
            };
            let name = match lang {
                Lang::Zh => format!("第 {group} 组{end}"),
                Lang::En => format!("Group {group}{end}"),
            };
            view! { <th class="n" scope="col">{name}</th> }
        })
        .collect_view();
    let label = lang.pick(
        "各分数组选择各选项的比例",
        "Share that chose each option, by group of scores",
    );
    let head = view! { <th scope="col">{lang.pick("选项", "Option")}</th>{groups} };
    (!lines.is_empty()).then(|| {
        view! {
            <section class="card stack">
                <h2>{lang.pick("选项曲线", "Option curves")}</h2>
                <p class="small soft">{lang.pick(
                    "答卷按总分从低到高分成人数相等的五组。正确选项（实线）应随分数上升，其他选项（虚线）应下降。",
                    "Papers by score in five groups of equal size. The key (solid) should rise with the score, the other options (dashed) should fall.",
                )}</p>
                {curve::draw(lang, label, &lines)}
                {table(label, head, rows)}
            </section>
        }
    })
}
