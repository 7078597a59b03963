//! A lesson as a person reads it.

use leptos::prelude::*;

use super::{credits, done_tag, no_credits, text::text, trail};
use crate::{
    domain::lang::Lang,
    error::Fault,
    service::course::{Done, Reading},
    ui::{
        part::{fault, heading},
        shell::{Frame, page_with_script},
    },
};

/// The script that sends signs of life, on pages of a year whose rule counts study time.
const STUDY_TIME: &str = "study-time.js";

pub fn lesson(frame: &Frame, reading: &Reading, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let draft = &reading.lesson.draft;
    let below = match lang {
        Lang::Zh => format!(
            "第 {} 课，共 {} 课 · {}",
            reading.place,
            reading.lessons,
            credits(lang, draft.credits)
        ),
        Lang::En => format!(
            "Lesson {} of {} · {}",
            reading.place,
            reading.lessons,
            credits(lang, draft.credits)
        ),
    };
    let counted = reading.counted.then(|| {
        view! { <p class="small soft no-print">{lang.pick(
            "按文件要求，本页由服务器统计学习时长：页面在前台并且有操作时才计入。",
            "A document demands study time to be counted: the server does so while this page is in front and in use.",
        )}</p> }
    });
    let main = view! {
        <div class="narrow stack">
            {trail(lang, Some(&reading.course))}
            <div class="row between wrap">{heading(draft.title.clone(), below)}{done_tag(lang, reading.done)}</div>
            {fault(wrong, lang)}
            {text(lang, &reading.text, "/courses/media")}
            {test(lang, reading)}
            {neighbours(lang, reading)}
            {counted}
        </div>
    };
    page_with_script(frame, &draft.title, reading.counted.then_some(STUDY_TIME), main)
}

/// The test of the lesson: what it asks, and the way to it.
fn test(lang: Lang, reading: &Reading) -> impl IntoView + use<> {
    let draft = &reading.lesson.draft;
    let (questions, pass) = (draft.questions, draft.pass);
    let terms = match lang {
        Lang::Zh => format!("{questions} 题，答对 {pass} 题通过，不限时间。没通过可以再测，题目尽量换新的。"),
        Lang::En => format!(
            "{questions} questions, {pass} right answers pass, without a time limit. A test not passed can be repeated, with other questions as far as there are any."
        ),
    };
    let done = reading.done.map(|done| {
        let text = match done {
            Done::Known => lang.pick(
                "课前测已经表明您掌握了这一课，学分已经给了。想学可以照常读、照常测，不再另给学分。",
                "The first test has shown that you know this lesson; its credits are given. You may read and test it all the same, without further credits.",
            ),
            Done::Passed => lang.pick("您已经通过这一课，学分已经给了。", "You have passed this lesson; its credits are given."),
        };
        view! { <p class="good">{text}</p> }
    });
    let last = reading.last.map(|run| {
        view! { <a class="button" href=format!("/courses/tests/{run}")>{lang.pick("看上次测验", "See the last test")}</a> }
    });
    let begin = match (reading.running, reading.done) {
        (Some(_), _) => lang.pick("继续测验", "Go on with the test"),
        (None, Some(_)) => lang.pick("再测一次", "Test again"),
        (None, None) => lang.pick("开始测验", "Begin the test"),
    };
    let class = match reading.done {
        Some(_) => "button",
        None => "button primary",
    };
    let action = format!("/courses/{}/lessons/{}/test", reading.course.id, reading.place);
    view! {
        <section class="card stack no-print" id="test">
            <h2>{lang.pick("课时测验", "Lesson test")}</h2>
            {done}
            <p>{terms}</p>
            {no_credits(lang, reading.gives)}
            <form class="row" action=action method="post"><button class=class r#type="submit">{begin}</button>{last}</form>
        </section>
    }
}

fn neighbours(lang: Lang, reading: &Reading) -> impl IntoView + use<> {
    let to = |place: usize| format!("/courses/{}/lessons/{place}", reading.course.id);
    let before = (reading.place > 1).then(|| {
        view! { <a class="button" rel="prev" href=to(reading.place - 1)>{lang.pick("上一课", "Previous lesson")}</a> }
    });
    let after = (reading.place < reading.lessons).then(|| {
        view! { <a class="button" rel="next" href=to(reading.place + 1)>{lang.pick("下一课", "Next lesson")}</a> }
    });
    view! { <nav class="row between no-print" aria-label=lang.pick("前后课时", "Lessons before and after")>{before}{after}</nav> }
}
