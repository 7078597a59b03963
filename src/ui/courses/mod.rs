//! Courses: the shelf, a course with its lessons, a lesson to read, its test, and the pages of those who write them.

mod lesson;
mod manage;
mod test;
mod text;

use leptos::prelude::*;

pub use lesson::lesson;
pub use manage::{desk, edit, edit_lesson, preview};
pub use test::{form, result};

use super::{
    part::{Tone, bar, fault, heading, notice, tag},
    shell::{Frame, page},
};
use crate::{
    domain::{
        course::{Course, LessonKind, State},
        credit::Credits,
        lang::Lang,
    },
    error::Fault,
    service::{
        course::{Done, First, OnShelf, Page, Row, Shelf},
        credit::{Ahead, Standing},
    },
};

pub(super) fn kind_name(lang: Lang, compulsory: bool) -> &'static str {
    match compulsory {
        true => lang.pick("必修", "Compulsory"),
        false => lang.pick("选修", "Elective"),
    }
}

pub(super) fn state_tag(lang: Lang, state: State) -> impl IntoView {
    let tone = match state {
        State::Draft => Tone::Warn,
        State::Published => Tone::Good,
        State::Closed => Tone::Plain,
    };
    tag(tone, state.name(lang))
}

fn done_tag(lang: Lang, done: Option<Done>) -> impl IntoView {
    match done {
        Some(Done::Known) => tag(Tone::Good, lang.pick("已掌握", "Known already")),
        Some(Done::Passed) => tag(Tone::Good, lang.pick("已通过", "Passed")),
        None => tag(Tone::Plain, lang.pick("未完成", "Not done")),
    }
}

/// Credits with their unit.
pub(super) fn credits(lang: Lang, credits: Credits) -> String {
    match lang {
        Lang::Zh => format!("{credits} 学分"),
        Lang::En => format!("{credits} credits"),
    }
}

/// So much of an aim, in hundredths of a percent.
fn share(have: Credits, aim: Credits) -> i64 {
    if aim.0 == 0 {
        10_000
    } else {
        (have.0 * 10_000 / aim.0).min(10_000)
    }
}

/// How a person stands in the year: what counts, what is asked for, and what counts on the next days.
pub(super) fn standing(lang: Lang, standing: &Standing) -> impl IntoView + use<> {
    let (account, rule) = (&standing.account, &standing.kept.rule);
    let total = match lang {
        Lang::Zh => format!("{} / {} 学分", account.total, rule.total),
        Lang::En => format!("{} of {} credits", account.total, rule.total),
    };
    let compulsory = match lang {
        Lang::Zh => format!("其中必修 {} / {}", account.compulsory, rule.compulsory),
        Lang::En => format!("{} of {} compulsory", account.compulsory, rule.compulsory),
    };
    let done = standing.is_done().then(|| {
        notice(
            Tone::Good,
            lang.pick("今年的学法学分已经修满。", "This year's credits are complete."),
        )
    });
    let ahead = standing
        .ahead
        .iter()
        .map(|ahead| before_exam(lang, ahead))
        .collect_view();
    let cap = rule.per_day.map(|cap| {
        let text = match lang {
            Lang::Zh => format!("每天最多计入 {cap} 学分，超出的从第二天起自动计入，不会丢失。"),
            Lang::En => format!("At most {cap} credits count on one day; what is above that counts on the next days by itself and is not lost."),
        };
        view! { <p class="small soft">{text}</p> }
    });
    view! {
        <section class="card stack num">
            <h2>{match lang { Lang::Zh => format!("{} 年学分", standing.year), Lang::En => format!("Credits of {}", standing.year) }}</h2>
            <div class="row nowrap"><span class="strong">{total}</span>{bar(share(account.total, rule.total))}</div>
            <div class="row nowrap"><span>{compulsory}</span>{bar(share(account.compulsory, rule.compulsory))}</div>
            {done}
            {waiting(lang, standing)}
            {ahead}
            {cap}
        </section>
    }
}

/// What is missing before an exam may be begun.
fn before_exam(lang: Lang, ahead: &Ahead) -> impl IntoView + use<> {
    let (title, gate) = (&ahead.title, ahead.held.gate);
    let short = ahead.held.total.short_of(Credits::whole(gate.total.into()));
    let compulsory = ahead.held.compulsory.short_of(Credits::whole(gate.compulsory.into()));
    let mut text = match lang {
        Lang::Zh => format!("“{title}”考前要求 {} 学分，还差 {short} 学分", gate.total),
        Lang::En => format!(
            "“{title}” asks for {} credits before it; {short} are missing",
            gate.total
        ),
    };
    if compulsory > Credits::ZERO {
        text += &match lang {
            Lang::Zh => format!("，其中必修 {} 学分，还差 {compulsory} 学分", gate.compulsory),
            Lang::En => format!(", of them {} compulsory; {compulsory} are missing", gate.compulsory),
        };
    }
    view! { <p class="small">{text}{lang.pick("。", ".")}</p> }
}

/// What was earned and does not count yet, and what never will this year.
pub(super) fn waiting(lang: Lang, standing: &Standing) -> impl IntoView + use<> {
    let (account, rule) = (&standing.account, &standing.kept.rule);
    let full = rule.per_day.is_some_and(|cap| account.today >= cap);
    let waits = (account.waiting > Credits::ZERO).then(|| {
        let (today, waiting) = (account.today, account.waiting);
        let text = match (full, lang) {
            (true, Lang::Zh) => format!("今天已满 {today} 学分，其余 {waiting} 学分从明天起逐日计入。"),
            (false, Lang::Zh) => format!("另有 {waiting} 学分从明天起逐日计入。"),
            (true, Lang::En) => {
                format!("Today's {today} credits are full; the other {waiting} count from tomorrow on.")
            }
            (false, Lang::En) => format!("{waiting} more credits count from tomorrow on."),
        };
        notice(Tone::Action, text)
    });
    let beyond = (account.beyond > Credits::ZERO).then(|| {
        let text = match lang {
            Lang::Zh => format!(
                "有 {} 学分得到得太晚，年底前的天数不够，不能计入 {} 年。",
                account.beyond, standing.year
            ),
            Lang::En => format!(
                "{} credits were earned too late: the days left of {} are not enough for them, so they do not count.",
                account.beyond, standing.year
            ),
        };
        notice(Tone::Warn, text)
    });
    view! { {waits}{beyond} }
}

/// Every course for the person.
pub fn shelf(frame: &Frame, shelf: &Shelf) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("课程", "Courses");
    let empty = shelf.courses.is_empty().then(|| {
        notice(
            Tone::Plain,
            lang.pick(
                "还没有发布课程。发布后会出现在这里，不用每天来看。",
                "No course is published yet. It will appear here; no need to look every day.",
            ),
        )
    });
    let courses = shelf.courses.iter().map(|one| on_shelf(lang, one)).collect_view();
    let main = view! {
        <div class="narrow stack">
            <div class="row between wrap">{heading(title, "")}<a class="button" href="/record">{lang.pick("学法档案", "Law record")}</a></div>
            {standing(lang, &shelf.standing)}
            {empty}
            {courses}
        </div>
    };
    page(frame, title, main)
}

fn on_shelf(lang: Lang, one: &OnShelf) -> impl IntoView + use<> {
    let heading = &one.course.heading;
    let (done, lessons) = (one.done, one.lessons);
    let progress = match lang {
        Lang::Zh => format!("{done} / {lessons} 课，{} / {} 学分", one.earned, one.credits),
        Lang::En => format!("{done} of {lessons} lessons, {} of {} credits", one.earned, one.credits),
    };
    let closed = (one.course.state == State::Closed).then(|| state_tag(lang, one.course.state));
    let parts = (done * 10_000).checked_div(lessons).unwrap_or(0) as i64;
    view! {
        <section class="card stack">
            <div class="row between wrap">
                <h2><a class="quiet" href=format!("/courses/{}", one.course.id)>{heading.title.clone()}</a></h2>
                <span class="row">{tag(Tone::Action, kind_name(lang, heading.compulsory))}{tag(Tone::Plain, heading.year.to_string())}{closed}</span>
            </div>
            <p class="soft">{heading.summary.clone()}</p>
            <div class="row nowrap num"><span class="small">{progress}</span>{bar(parts)}</div>
            <p><a class="button" href=format!("/courses/{}", one.course.id)>{lang.pick("进入课程", "Open the course")}</a></p>
        </section>
    }
}

/// What stands above the pages of a course.
fn trail(lang: Lang, course: Option<&Course>) -> impl IntoView + use<> {
    let course = course.map(|course| {
        view! { " · "<a href=format!("/courses/{}", course.id)>{course.heading.title.clone()}</a> }
    });
    view! { <p class="small"><a href="/courses">{lang.pick("课程", "Courses")}</a>{course}</p> }
}

/// Why a course gives no credits now, if it does not.
fn no_credits(lang: Lang, gives: bool) -> impl IntoView {
    (!gives).then(|| {
        notice(
            Tone::Plain,
            lang.pick(
                "这门课程已经结束，或者不是今年的课程：可以学、可以测，不再给学分。",
                "This course is closed or of another year: it can be read and its tests taken, without credits.",
            ),
        )
    })
}

/// A course with its lessons.
pub fn course(frame: &Frame, shown: &Page, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let course = &shown.course;
    let below = [
        kind_name(lang, course.heading.compulsory).to_owned(),
        course.heading.year.to_string(),
        credits(lang, shown.credits),
    ]
    .join(" · ");
    let rows = (1usize..)
        .zip(&shown.rows)
        .map(|(place, row)| lesson_row(lang, course, place, row))
        .collect_view();
    let main = view! {
        <div class="narrow stack">
            {trail(lang, None)}
            {heading(course.heading.title.clone(), below)}
            {fault(wrong, lang)}
            <p>{course.heading.summary.clone()}</p>
            {no_credits(lang, shown.gives)}
            {first(lang, shown)}
            <section class="card stack"><h2>{lang.pick("课时", "Lessons")}</h2><ol class="course-lessons">{rows}</ol></section>
            {waiting(lang, &shown.standing)}
        </div>
    };
    page(frame, &course.heading.title, main)
}

fn lesson_row(lang: Lang, course: &Course, place: usize, row: &Row) -> impl IntoView + use<> {
    let draft = &row.lesson.draft;
    let case = (draft.kind == LessonKind::Case).then(|| tag(Tone::Action, draft.kind.name(lang)));
    view! {
        <li>
            <span><a href=format!("/courses/{}/lessons/{place}", course.id)>{format!("{place}. {}", draft.title)}</a></span>
            <span class="row small num">{case}{credits(lang, draft.credits)}{done_tag(lang, row.done)}</span>
        </li>
    }
}

/// The test that comes first (先测后学).
fn first(lang: Lang, shown: &Page) -> impl IntoView + use<> {
    let count = shown.course.heading.diagnostic;
    match shown.first {
        First::None => ().into_any(),
        First::Taken(run) => view! {
            <p class="small"><a href=format!("/courses/tests/{run}")>{lang.pick("看课前测的结果", "See the result of the first test")}</a></p>
        }
        .into_any(),
        First::Running(run) => view! {
            <section class="card stack">
                <h2>{lang.pick("课前测还没有交", "The first test is not handed in")}</h2>
                <p><a class="button primary" href=format!("/courses/tests/{run}")>{lang.pick("继续课前测", "Go on with it")}</a></p>
            </section>
        }
        .into_any(),
        First::Open => {
            let text = match lang {
                Lang::Zh => format!("每课先答 {count} 题。某一课全部答对，就算已掌握，直接得到学分，不用再学；其余的课再学再测。课前测只做一次，答错不影响以后。"),
                Lang::En => format!("{count} questions for each lesson come first. A lesson whose questions are all answered right counts as known and gives its credits at once; the others are studied and tested. The first test is taken once; a wrong answer costs nothing."),
            };
            view! {
                <section class="card stack">
                    <h2>{lang.pick("先测后学", "Test first")}</h2>
                    <p>{text}</p>
                    <form action=format!("/courses/{}/first", shown.course.id) method="post">
                        <button class="button primary" r#type="submit">{lang.pick("开始课前测", "Begin the first test")}</button>
                    </form>
                    <p class="small soft">{lang.pick("也可以不测，直接从第一课学起。", "You may leave it out and begin with the first lesson.")}</p>
                </section>
            }
            .into_any()
        }
    }
}
