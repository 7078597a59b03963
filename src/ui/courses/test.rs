//! A test of a course as one form, and what came of it.

use leptos::prelude::*;

use super::{no_credits, standing, trail, waiting};
use crate::{
    domain::{
        item::{Kind, letter},
        lang::Lang,
    },
    error::Fault,
    service::{
        course::{Place, TestResult},
        study::run::{Article, Basis, Feedback, Posed, View},
    },
    ui::{
        part::{Tone, fault, heading, notice, tag},
        shell::{Frame, page},
        study::{
            Refused, article_path, each, flag,
            question::{blanks, name, written},
            result::read_again,
        },
    },
};

fn title(lang: Lang, place: &Place) -> String {
    match &place.lesson {
        Some((_, lesson)) => format!("{}{}", lang.pick("测验：", "Test: "), lesson.draft.title),
        None => format!(
            "{}{}",
            lang.pick("课前测：", "First test: "),
            place.course.heading.title
        ),
    }
}

/// The questions of a test. `wrong`: why the last try to hand it in was refused.
pub fn form(frame: &Frame, place: &Place, view: &View, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let title = title(lang, place);
    let count = view.posed.len();
    let below = match lang {
        Lang::Zh => format!("共 {count} 题，不限时间，一次交卷后看对错"),
        Lang::En => format!("{count} questions, no time limit; what is right is told after the hand-in"),
    };
    let questions = view
        .posed
        .iter()
        .enumerate()
        .map(|(place, posed)| question(lang, place, posed))
        .collect_view();
    let main = view! {
        <div class="narrow stack">
            {trail(lang, Some(&place.course))}
            {heading(title.clone(), below)}
            {fault(wrong, lang)}
            <form class="stack" action=format!("/courses/tests/{}", view.run.id) method="post">
                {questions}
                <button class="button primary wide" r#type="submit">{lang.pick("交卷", "Hand in")}</button>
            </form>
        </div>
    };
    page(frame, &title, main)
}

fn question(lang: Lang, place: usize, posed: &Posed) -> impl IntoView + use<> {
    let name = name(place);
    let kind = if posed.kind.one_choice() { "radio" } else { "checkbox" };
    let options = posed
        .options
        .iter()
        .enumerate()
        .map(|(option, text)| {
            let label = match posed.kind {
                Kind::TrueFalse => text.clone(),
                _ => format!("{}. {text}", letter(option)),
            };
            let name = name.clone();
            view! { <label class="tick"><input r#type=kind name=name value=option.to_string()/><span>{label}</span></label> }
        })
        .collect_view();
    view! {
        <fieldset class="card question">
            <legend>{format!("{}. {}", place + 1, posed.stem)}" "{tag(Tone::Plain, posed.kind.name(lang))}</legend>
            {match &posed.asking {
                Some(asking) => blanks(lang, asking, place).into_any(),
                None => options.into_any(),
            }}
        </fieldset>
    }
}

/// What came of a test: passed or not, the credits, and each question with the article it stands on.
pub fn result(frame: &Frame, shown: &TestResult, refused: Option<Refused<'_>>) -> impl IntoView {
    let lang = frame.lang;
    let title = title(lang, &shown.place);
    let (right, asked) = (shown.outcome.run.right, shown.outcome.lines.len());
    let below = match lang {
        Lang::Zh => format!("答对 {right} 题，共 {asked} 题"),
        Lang::En => format!("{right} of {asked} right"),
    };
    let lines = shown
        .outcome
        .lines
        .iter()
        .map(|line| view! { {self::line(lang, line)}{flag(lang, &shown.outcome.run, line.place, refused)} })
        .collect_view();
    let main = view! {
        <div class="narrow stack">
            {trail(lang, Some(&shown.place.course))}
            {heading(title.clone(), below)}
            {verdict(lang, shown)}
            {waiting(lang, &shown.standing)}
            {no_credits(lang, shown.gives)}
            {match shown.passed {
                Some(_) => read_again(lang, &shown.outcome).into_any(),
                None => to_learn(lang, shown).into_any(),
            }}
            {onward(lang, shown)}
            {lines}
            {standing(lang, &shown.standing)}
        </div>
    };
    page(frame, &title, main)
}

fn verdict(lang: Lang, shown: &TestResult) -> impl IntoView + use<> {
    match shown.passed {
        Some(true) => notice(Tone::Good, lang.pick("通过了这一课。", "You have passed this lesson.")).into_any(),
        Some(false) => notice(
            Tone::Warn,
            lang.pick(
                "这次没有通过。下面写着每题的答案和依据，看过以后可以再测，题目尽量换新的。",
                "Not passed this time. Below are the answers with the articles they stand on; read them and test again, with other questions as far as there are any.",
            ),
        )
        .into_any(),
        None if shown.known.is_empty() => notice(
            Tone::Plain,
            lang.pick(
                "还没有哪一课全部答对，请从第一课学起。",
                "No lesson had all its questions right; begin with the first one.",
            ),
        )
        .into_any(),
        None => {
            let known = shown
                .known
                .iter()
                .map(|(place, title)| view! { <li>{format!("{place}. {title}")}</li> })
                .collect_view();
            view! {
                <section class="card stack">
                    <h2>{lang.pick("这些课已掌握，学分已给", "Known already, credits given")}</h2>
                    <ul class="plain-list">{known}</ul>
                </section>
            }
            .into_any()
        }
    }
}

/// The lessons that the test has not shown to be known, each with the articles on which its questions answered wrong stand.
fn to_learn(lang: Lang, shown: &TestResult) -> Option<impl IntoView + use<>> {
    let lessons: Vec<_> = shown
        .unknown
        .iter()
        .map(|lesson| {
            let href = format!("/courses/{}/lessons/{}", shown.place.course.id, lesson.place);
            let articles: Vec<_> = lesson.articles.iter().map(link).collect();
            let articles = (!articles.is_empty()).then(|| {
                view! { <p class="small">{lang.pick("答错的题依据：", "Its wrong answers stand on: ")}{articles}</p> }
            });
            view! { <li><a href=href>{format!("{}. {}", lesson.place, lesson.title)}</a>{articles}</li> }
        })
        .collect();
    (!lessons.is_empty()).then(|| {
        view! {
            <section class="card stack">
                <h2>{lang.pick("还要学的课", "Lessons to learn")}</h2>
                <ul class="plain-list">{lessons}</ul>
            </section>
        }
    })
}

/// The way to an article.
fn link(article: &Article) -> impl IntoView + use<> {
    view! { <a href=article_path(&article.bound) lang="zh-CN">{article.name.clone()}</a>" " }
}

/// Where to go from here.
fn onward(lang: Lang, shown: &TestResult) -> impl IntoView + use<> {
    let course = format!("/courses/{}", shown.place.course.id);
    let again = shown.place.lesson.as_ref().filter(|_| shown.passed == Some(false)).map(|(place, _)| {
        let lesson = format!("{course}/lessons/{place}");
        view! {
            <form action=format!("{lesson}/test") method="post"><button class="button primary" r#type="submit">{lang.pick("再测一次", "Test again")}</button></form>
            <a class="button" href=lesson>{lang.pick("重读这一课", "Read the lesson again")}</a>
        }
    });
    view! { <div class="row">{again}<a class="button" href=course>{lang.pick("回到课程", "Back to the course")}</a></div> }
}

fn line(lang: Lang, line: &Feedback) -> impl IntoView + use<> {
    let options = line
        .posed
        .options
        .iter()
        .enumerate()
        .map(|(place, text)| {
            let (chosen, right) = (line.choice.contains(place), line.key.contains(place));
            let label = match line.posed.kind {
                Kind::TrueFalse => text.clone(),
                _ => format!("{}. {text}", letter(place)),
            };
            let mark = match (chosen, right) {
                (true, true) => lang.pick("（您选了，正确）", " (chosen, right)"),
                (true, false) => lang.pick("（您选了）", " (chosen)"),
                (false, true) => lang.pick("（正确答案）", " (right)"),
                (false, false) => "",
            };
            view! { <li class=right.then_some("right")>{label}{mark}</li> }
        })
        .collect_view();
    let left_out = line.choice.is_empty() && line.said.is_empty();
    let verdict = match (line.right, left_out) {
        (true, _) => tag(Tone::Good, lang.pick("答对", "Right")),
        (false, true) => tag(Tone::Warn, lang.pick("未作答", "Not answered")),
        (false, false) => tag(Tone::Warn, lang.pick("答错", "Wrong")),
    };
    let basis = line.basis.iter().map(basis).collect_view();
    let basis =
        (!line.basis.is_empty()).then(|| view! { <p class="small">{lang.pick("依据：", "Basis: ")}{basis}</p> });
    let explanation = (!line.explanation.is_empty()).then(|| view! { <p class="small">{line.explanation.clone()}</p> });
    view! {
        <section class="card stack">
            <p class="strong lines">{format!("{}. {}", line.place + 1, line.posed.stem)}" "{verdict}</p>
            {match line.posed.asking {
                Some(_) => written(lang, line).into_any(),
                None => view! { <ul class="options">{options}</ul> }.into_any(),
            }}
            {explanation}
            {basis}
        </section>
    }
}

/// A legal basis, as a way to its article where the library has it.
fn basis(basis: &Basis) -> impl IntoView + use<> {
    let text = basis.text.clone();
    match basis.articles.as_slice() {
        [] => view! { <span>{text}" "</span> }.into_any(),
        [bound] => view! { <a href=article_path(bound)>{text}</a>" " }.into_any(),
        several => view! { <span>{text}{each(several)}" "</span> }.into_any(),
    }
}
