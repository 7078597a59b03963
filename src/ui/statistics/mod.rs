//! What the papers of an exam say of its questions: which to look at first and why, the paper as a whole, every question.

mod curve;
mod groups;
mod information;
mod item;
mod precision;

use leptos::prelude::*;

use super::{
    part::{Tone, bar, heading, moment, notice, pager, table},
    shell::{Frame, page},
};
use crate::{
    domain::{
        exam::{Exam, State},
        id::ExamId,
        key_correction::Method,
        lang::Lang,
        points::Points,
        statistics::{
            classical::PaperFigures,
            irt::{Curve, Estimate},
            remark::{Remark, Thresholds},
            sheet::Basis,
        },
        time::Timestamp,
    },
    service::statistics::{By, Counted, Deep, LEAST_CALIBRATED, LEAST_SLOPES, Order, Overview, Progress, Row, Wish},
};

pub use item::item;

/// A number that may not exist.
pub(super) fn or_dash(number: Option<f64>, show: impl Fn(f64) -> String) -> String {
    number.map_or_else(|| "—".to_owned(), show)
}

pub(super) fn two(number: f64) -> String {
    // Not "-0.00".
    let text = format!("{number:.2}");
    if text == "-0.00" { "0.00".to_owned() } else { text }
}

fn one(number: f64) -> String {
    let text = format!("{number:.1}");
    if text == "-0.0" { "0.0".to_owned() } else { text }
}

pub(super) fn percent(share: f64) -> String {
    format!("{}\u{a0}%", one(100.0 * share))
}

/// The difficulty on the scale of abilities.
fn difficulty(estimate: Option<Estimate>) -> String {
    with_error(estimate, |curve| curve.b, |estimate| estimate.errors().1)
}

/// How steeply the curve rises at its difficulty.
fn slope(estimate: Option<Estimate>) -> String {
    with_error(estimate, |curve| curve.a, |estimate| estimate.errors().0)
}

/// A number of a curve with its standard error, out of those of slope and difficulty.
fn with_error(estimate: Option<Estimate>, of: fn(Curve) -> f64, error: fn(Estimate) -> Option<f64>) -> String {
    let number = estimate.and_then(Estimate::curve).map(of);
    or_dash(number, |number| match estimate.and_then(error) {
        Some(se) => format!("{} ± {}", two(number), two(se)),
        None => two(number),
    })
}

/// The beginning of a question's text.
fn short(stem: &str) -> String {
    let short: String = stem.chars().take(60).collect();
    match short.len() < stem.len() {
        true => format!("{short}…"),
        false => short,
    }
}

fn address(exam: ExamId, pool: u32) -> String {
    format!("/admin/exams/{exam}/items/{pool}")
}

/// The address of the list as it is wished.
fn listed(exam: ExamId, wish: Wish) -> String {
    let groups = match wish.by == By::default() {
        true => String::new(),
        false => format!("&groups={}", wish.by.code()),
    };
    let minus = if wish.descending { "-" } else { "" };
    let only = if wish.remarked { "&only=remarked" } else { "" };
    let page = if wish.page > 1 {
        format!("&page={}", wish.page)
    } else {
        String::new()
    };
    format!(
        "/admin/exams/{exam}/items?sort={minus}{}{only}{page}{groups}",
        wish.order.code()
    )
}

/// The questions of an exam and the figures of its paper.
pub fn overview(frame: &Frame, overview: &Overview, wish: Wish) -> impl IntoView {
    let lang = frame.lang;
    let (exam, id) = (&overview.exam, overview.exam.id);
    let title = lang.pick("试题分析", "Item analysis");
    let here = listed(id, wish);
    let body = match &overview.counted {
        Some(counted) if counted.paper.papers > 0 => view! {
            {left_out(lang, overview.read)}
            {few(lang, counted.paper.papers)}
            {first(lang, overview, wish)}
            {paper(lang, overview, counted)}
            {precision::section(lang, counted)}
            {groups::section(lang, overview, wish)}
            {questions(lang, overview, wish)}
            {definitions(lang)}
        }
        .into_any(),
        Some(_) => nobody(lang, exam).into_any(),
        None if overview.progress.is_some() => ().into_any(),
        None => nobody(lang, exam).into_any(),
    };
    let main = view! {
        <p class="small"><a href=format!("/admin/exams/{id}")>{exam.title.clone()}</a></p>
        {heading(title, overview.counted.as_ref().map(|counted| covered(lang, counted.paper.papers, counted.at)).unwrap_or_default())}
        {overview.progress.map(|progress| how_far(lang, here, overview.counted.is_some(), progress))}
        {overview.counted.as_ref().and_then(|counted| behind(lang, counted.behind()?))}
        {body}
    };
    page(frame, title, main)
}

fn covered(lang: Lang, papers: u64, at: Timestamp) -> String {
    let at = moment(lang, at);
    match lang {
        Lang::Zh => format!("{papers} 份答卷（每人第一次交的卷） · 统计于 {at}"),
        Lang::En => format!("{papers} papers (the first that each person handed in) · counted {at}"),
    }
}

/// That what is not summed up at each hand-in stands as it was.
fn behind(lang: Lang, deep: &Deep) -> Option<impl IntoView + use<>> {
    let (papers, at) = (deep.paper.papers, moment(lang, deep.at));
    let text = match lang {
        Lang::Zh => format!(
            "得分率、区分度和各选项人数算到最新交卷。中位数、高低分组、选项曲线、难度与信息量和人群比较按 {at} 的 {papers} 份答卷，重算较费时。"
        ),
        Lang::En => format!(
            "Facility, discrimination and options are up to the last hand-in. Median, groups, option curves, difficulties, information and comparisons of groups are those of {papers} papers at {at}; they take longer to count."
        ),
    };
    (papers > 0).then(|| view! { <p class="small soft">{text}</p> })
}

fn nobody(lang: Lang, exam: &Exam) -> impl IntoView + use<> {
    let text = match exam.state {
        State::Open => lang.pick(
            "还没有人交卷。有人交卷后，这里有每道题的得分率、区分度和选项分布。",
            "Nobody has handed in yet. When somebody has, facility, discrimination and options of every question appear here.",
        ),
        _ => lang.pick(
            "考试还没有开考，没有答卷可以分析。",
            "The exam is not open yet: there are no papers to look at.",
        ),
    };
    notice(Tone::Plain, text)
}

/// That questions which people read are not counted here.
fn left_out(lang: Lang, read: u32) -> impl IntoView + use<> {
    (read > 0).then(|| {
        let text = match lang {
            Lang::Zh => format!("这里统计按规则判分的题。每份试卷另有 {read} 道要由人阅卷的题（简答、论述等），没有计入，也不在各题的“其余各题”里。"),
            Lang::En => format!("Counted are the questions that rules mark; {read} on each paper that people read are not, nor are they in the rest of the paper."),
        };
        notice(Tone::Plain, text)
    })
}

/// That numbers of few papers are unsure.
fn few(lang: Lang, papers: u64) -> impl IntoView + use<> {
    let least = Thresholds::default().least_papers;
    (papers < least).then(|| {
        let text = match lang {
            Lang::Zh => format!("只有 {papers} 份答卷，不到 {least} 份：这些数字很不稳定，只供参考，也不对题目给出提示。"),
            Lang::En => format!("Only {papers} papers, fewer than {least}: the numbers are unsure, and nothing is remarked on any question."),
        };
        notice(Tone::Warn, text)
    })
}

/// How far counting has come; the page asks again by itself.
fn how_far(lang: Lang, here: String, known: bool, progress: Progress) -> impl IntoView + use<> {
    let text = match (progress, lang) {
        (Progress::Failed, _) => {
            let text = lang.pick(
                "上次统计没有做完。刷新本页会重新统计。",
                "The last count broke off. Reload this page to count again.",
            );
            return notice(Tone::Warn, text).into_any();
        }
        (Progress::Waiting, Lang::Zh) => "正在等另一场考试统计完。".to_owned(),
        (Progress::Waiting, Lang::En) => "Another exam is being counted; this one waits.".to_owned(),
        (Progress::Reading(read, all), Lang::Zh) => format!("正在统计：已读 {read} / {all} 份答卷。"),
        (Progress::Reading(read, all), Lang::En) => format!("Counting: {read} of {all} papers read."),
        (Progress::Counting, Lang::Zh) => "正在统计：答卷已读完，正在计算每道题。".to_owned(),
        (Progress::Counting, Lang::En) => "Counting: all papers are read, now every question.".to_owned(),
        (Progress::Calibrating, Lang::Zh) => "正在统计：最后一步，按项目反应理论定难度。".to_owned(),
        (Progress::Calibrating, Lang::En) => "Counting: last step, the calibration of difficulties.".to_owned(),
    };
    let share = match progress {
        Progress::Reading(read, all) => {
            bar(i64::try_from((read * 10_000).checked_div(all).unwrap_or(0)).unwrap_or(10_000)).into_any()
        }
        _ => ().into_any(),
    };
    let old = known.then(|| {
        let text = lang.pick("下面是上一次的统计。", "Below is the count before.");
        view! { <p class="small soft">{text}</p> }
    });
    view! {
        <section class="card stack">
            <meta http-equiv="refresh" content="3"/>
            <p role="status">{text}</p>
            {share}{old}
            <p class="small"><a href=here>{lang.pick("每 3 秒更新，也可以点这里", "Renewed every 3 seconds, or here")}</a></p>
        </section>
    }
    .into_any()
}

/// The remarks on a question, each with its numbers.
fn reasons(lang: Lang, remarks: &[Remark]) -> impl IntoView + use<> {
    let lines = remarks
        .iter()
        .map(|remark| view! { <li><b>{remark.name(lang)}</b>{lang.pick("：", ": ")}{remark.sentence(lang)}</li> })
        .collect_view();
    view! { <ul class="plain-list">{lines}</ul> }
}

fn first(lang: Lang, overview: &Overview, wish: Wish) -> impl IntoView + use<> {
    let id = overview.exam.id;
    let enough = overview
        .counted
        .as_ref()
        .is_some_and(|counted| counted.paper.papers >= Thresholds::default().least_papers);
    enough.then(|| {
        let rows = overview
            .first
            .iter()
            .map(|row| {
                view! {
                    <li>
                        <a href=address(id, row.pool)><span lang="zh-CN">{format!("{}. {}", row.pool + 1, short(&row.stored.question.stem))}</span></a>
                        {reasons(lang, &row.remarks)}
                    </li>
                }
            })
            .collect_view();
        let more = overview.remarked.saturating_sub(overview.first.len());
        let more = (more > 0).then(|| {
            let href = listed(id, Wish { remarked: true, order: Order::Remarks, descending: true, page: 1, ..wish });
            let text = match lang {
                Lang::Zh => format!("另有 {more} 题有提示，全部列出"),
                Lang::En => format!("{more} more with remarks; list all"),
            };
            view! { <p><a href=href>{text}</a></p> }
        });
        let list = match overview.first.is_empty() {
            true => view! { <p>{lang.pick("没有需要先看的题目。", "No question calls for a look at once.")}</p> }.into_any(),
            false => view! { <ol class="look-at">{rows}</ol> }.into_any(),
        };
        // Whoever asked for the list itself has seen this.
        (wish.page <= 1).then(|| view! {
            <section class="card stack">
                <h2>{lang.pick("先看这些题", "Look at these first")}</h2>
                <p class="small soft">{lang.pick(
                    "这里只说明数字哪里不寻常，不改分，也不停用题目：请人读题后决定。",
                    "This says which numbers are unusual. It changes no score and retires no question: a person reads it and decides.",
                )}</p>
                {list}{more}
            </section>
        })
    })
}

/// The figures of the paper, each with its definition.
fn paper(lang: Lang, overview: &Overview, counted: &Counted) -> impl IntoView + use<> {
    let PaperFigures {
        papers,
        mean,
        sd,
        median,
        alpha,
        sem,
        ..
    } = counted.paper;
    let fixed = counted.basis == Basis::Fixed;
    let score = move |number: f64| if fixed { two(number) } else { percent(number) };
    let full = points(overview.full);
    let of_score = match (fixed, lang) {
        (true, Lang::Zh) => format!("各题得分之和，卷面满分 {full}"),
        (true, Lang::En) => format!("Of the sums of marks; the paper has {full} points"),
        (false, Lang::Zh) => "各人试卷题目不同，按得分占该卷总分的比例".to_owned(),
        (false, Lang::En) => "Papers differ, so scores are shares of each paper's points".to_owned(),
    };
    let only_fixed = match fixed {
        true => "",
        false => lang.pick("；各人题目不同，不能计算", "; not defined where papers differ"),
    };
    let reliability = counted.scale().and_then(|scale| scale.reliability());
    let cells = [
        (
            lang.pick("答卷数", "Papers"),
            papers.to_string(),
            lang.pick("每人第一次交的卷", "The first that each person handed in")
                .to_owned(),
        ),
        (lang.pick("平均分", "Mean"), or_dash(mean, score), of_score),
        (
            lang.pick("标准差", "Standard deviation"),
            or_dash(sd, score),
            lang.pick("分数的离散程度，除以 n − 1", "How far scores spread, over n − 1")
                .to_owned(),
        ),
        (
            lang.pick("中位数", "Median"),
            or_dash(median, score),
            lang.pick("一半的人不高于它", "Half of all are not above it").to_owned(),
        ),
        (
            lang.pick("信度 α", "Alpha"),
            or_dash(alpha, two),
            format!(
                "{}{only_fixed}",
                lang.pick(
                    "克龙巴赫 α：各题一致的程度，最高 1",
                    "Cronbach's alpha: how far items agree, at most 1"
                )
            ),
        ),
        (
            lang.pick("测量标准误", "Error of measurement"),
            or_dash(sem, score),
            format!(
                "{}{only_fixed}",
                lang.pick(
                    "标准差 × √(1 − α)：同一人的分数偶然上下多少",
                    "SD × √(1 − alpha): by how much a score varies by chance"
                )
            ),
        ),
    ];
    let calibrated = reliability.map(|reliability| match lang {
        Lang::Zh => format!("按 Rasch 模型，能力估计的信度为 {}。", two(reliability)),
        Lang::En => format!(
            "By the Rasch model, the reliability of estimated abilities is {}.",
            two(reliability)
        ),
    });
    let calibrated = calibrated.or_else(|| {
        (papers < LEAST_CALIBRATED).then(|| match lang {
            Lang::Zh => format!(
                "不到 {LEAST_CALIBRATED} 份答卷，不按 Rasch 模型定难度；满 {LEAST_SLOPES} 份才按双参数模型估计。"
            ),
            Lang::En => format!(
                "With fewer than {LEAST_CALIBRATED} papers no Rasch difficulties are estimated, with fewer than {LEAST_SLOPES} no slopes."
            ),
        })
    });
    let cells = cells
        .into_iter()
        .map(|(name, value, def)| view! { <div class="figure"><span class="small soft">{name}</span><b>{value}</b><span class="def">{def}</span></div> })
        .collect_view();
    view! {
        <section class="stack" aria-labelledby="paper-figures">
            <h2 id="paper-figures">{lang.pick("整卷", "The paper")}</h2>
            <div class="figures of-paper num">{cells}</div>
            {calibrated.map(|text| view! { <p class="small soft">{text}</p> })}
        </section>
    }
}

fn points(points: Points) -> String {
    points.to_string()
}

fn questions(lang: Lang, overview: &Overview, wish: Wish) -> impl IntoView + use<> {
    let id = overview.exam.id;
    let label = lang.pick("全部题目", "All questions");
    let column = |order: Order, name: &'static str, number: bool| {
        let here = wish.order == order;
        // Numbers that are asked for stand with the lowest first, remarks with the gravest first.
        let descending = if here {
            !wish.descending
        } else {
            order == Order::Remarks
        };
        let href = listed(
            id,
            Wish {
                order,
                descending,
                page: 1,
                ..wish
            },
        );
        let sorted = here.then_some(if wish.descending { "descending" } else { "ascending" });
        let arrow = here.then_some(if wish.descending { " ↓" } else { " ↑" });
        let class = if number { "n" } else { "" };
        view! { <th class=class scope="col" aria-sort=sorted><a href=href>{name}</a><span aria-hidden="true">{arrow}</span></th> }
    };
    let head = view! {
        {column(Order::Place, lang.pick("题目", "Question"), false)}
        {column(Order::Facility, lang.pick("得分率", "Facility"), true)}
        {column(Order::Discrimination, lang.pick("区分度", "Discrimination"), true)}
        <th class="n" scope="col">{lang.pick("题余相关 r", "Item–rest r")}</th>
        <th class="n" scope="col">{lang.pick("Rasch 难度", "Rasch difficulty")}</th>
        <th class="n" scope="col">{lang.pick("双参数 a", "2PL a")}</th>
        <th class="n" scope="col">{lang.pick("双参数 b", "2PL b")}</th>
        <th class="n" scope="col">{lang.pick("答卷", "Papers")}</th>
        {column(Order::Remarks, lang.pick("提示", "Remarks"), false)}
    };
    let rows = overview.rows.iter().map(|row| line(lang, id, row)).collect_view();
    let filter = |remarked: bool, text: String| {
        let href = listed(
            id,
            Wish {
                remarked,
                page: 1,
                ..wish
            },
        );
        let current = (wish.remarked == remarked).then_some("page");
        view! { <a class="button" href=href aria-current=current>{text}</a> }
    };
    let (asked, remarked) = (overview.asked, overview.remarked);
    let all = match lang {
        Lang::Zh => format!("全部 {asked} 题"),
        Lang::En => format!("All {asked}"),
    };
    let some = match lang {
        Lang::Zh => format!("只看有提示的 {remarked} 题"),
        Lang::En => format!("Only the {remarked} with remarks"),
    };
    let list = match overview.rows.is_empty() {
        true => notice(Tone::Plain, lang.pick("没有这样的题目。", "There is no such question.")).into_any(),
        false => table(label, head, rows).into_any(),
    };
    let (number, pages) = (
        u32::try_from(overview.page).unwrap_or(u32::MAX),
        u32::try_from(overview.pages).unwrap_or(u32::MAX),
    );
    view! {
        <section class="card stack">
            <h2>{label}</h2>
            <nav class="row wrap" aria-label=lang.pick("筛选", "Filter")>{filter(false, all)}{filter(true, some)}</nav>
            {list}
            {pager(lang, number, pages, |page| listed(id, Wish { page: page as usize, ..wish }))}
        </section>
    }
}

fn line(lang: Lang, exam: ExamId, row: &Row) -> impl IntoView + use<> {
    let figures = &row.figures;
    let names: Vec<_> = row.remarks.iter().map(|remark| remark.name(lang)).collect();
    let mut names: Vec<_> = names.into_iter().fold(Vec::new(), |mut once, name| {
        if !once.contains(&name) {
            once.push(name);
        }
        once
    });
    names.extend(row.method.as_ref().and_then(|method| corrected(lang, method)));
    view! {
        <tr>
            <td class="break"><a href=address(exam, row.pool)><span lang="zh-CN">{format!("{}. {}", row.pool + 1, short(&row.stored.question.stem))}</span></a></td>
            <td class="n">{or_dash(figures.facility, percent)}</td>
            <td class="n">{or_dash(figures.discrimination_index, one)}</td>
            <td class="n">{or_dash(figures.item_rest_r, two)}</td>
            <td class="n">{difficulty(row.estimate)}</td>
            <td class="n">{slope(row.sloped)}</td>
            <td class="n">{difficulty(row.sloped)}</td>
            <td class="n">{figures.papers.to_string()}</td>
            <td>{names.join(lang.pick("、", ", "))}</td>
        </tr>
    }
}

/// What became of a question after the exam, in a word.
fn corrected(lang: Lang, method: &Method) -> Option<&'static str> {
    match method {
        Method::NewKey(_) | Method::EitherKey(_) => Some(lang.pick("答案已更正", "Key corrected")),
        Method::FullCredit => Some(lang.pick("已全部给分", "Full points to everybody")),
        Method::Void => Some(lang.pick("已作废", "Void")),
        Method::Leave => None,
    }
}

fn definitions(lang: Lang) -> impl IntoView {
    let all = [
        (
            lang.pick("得分率", "Facility"),
            lang.pick("全体在这道题上得到的分 ÷ 满分；没有作答按规则计分（0 分）。越高越容易。", "Points earned ÷ points that could be earned; what is left empty counts. The higher, the easier."),
        ),
        (
            lang.pick("题余相关 r、区分度", "Item–rest r and discrimination"),
            lang.pick("这道题的得分与其余各题得分的相关，−1 到 1；区分度是它的 100 倍。0.2 以上为好，负数要查。", "Correlation of the mark with those of all other questions, −1 to 1; discrimination is 100 times that. Above 0.2 is good; below 0 calls for a look."),
        ),
        (
            lang.pick("Rasch 难度", "Rasch difficulty"),
            lang.pick("得满分的可能为一半的能力值，以考生能力的标准差为单位，0 为平均；± 是标准误。", "The ability at which full marks are as likely as not, in standard deviations of those who sat, 0 in the middle; ± standard error."),
        ),
        (
            lang.pick("双参数 a、b", "Two-parameter a and b"),
            lang.pick("每题有自己的斜率 a：越大，越能把水平高低的人分开；b 与 Rasch 难度同义。信息量在 b 处最大，为 a²/4。", "Each question has its own slope a: the larger, the better it tells able from less able. b is read like the Rasch difficulty. Information is highest at b, a²/4."),
        ),
        (
            lang.pick("哪些答卷", "Which papers"),
            lang.pick("每人第一次交的卷：以后的卷是见过题目的人答的。更正后的答案已经算进；作废的题不计。", "The first that each person handed in: later ones are sat by people who have seen questions. Corrected keys are in force; void questions do not count."),
        ),
    ];
    let all = all
        .into_iter()
        .map(|(name, words)| view! { <div><dt>{name}</dt><dd>{words}</dd></div> })
        .collect_view();
    view! {
        <section class="card stack">
            <h2>{lang.pick("这些数字的意思", "What the numbers mean")}</h2>
            <dl class="definitions">{all}</dl>
        </section>
    }
}
