//! Study: what there is to do now, a law article by article, questions, and what came of them.

mod plan;
pub mod question;
pub mod result;

use leptos::prelude::*;

use super::{
    part::{Tone, bar, choice, fault, heading, notice, table},
    shell::{Frame, page},
};
use crate::{
    domain::{
        lang::Lang,
        law::Bound,
        study::{Known, Run},
    },
    error::Fault,
    service::study::{
        Overview,
        knowledge::{ArticleKnown, LawKnown},
    },
};

pub use plan::plan;
pub use question::{Refused, ask, flags, form, told};
pub(super) use question::{each, flag};
pub use result::result;

fn run_path(run: &Run) -> String {
    format!("/study/runs/{}", run.id)
}

/// The article in the library, in the version the question stands on.
pub fn article_path(bound: &Bound) -> String {
    super::laws::article_path(bound.law, bound.version, bound.number)
}

/// The way back.
fn trail(lang: Lang) -> impl IntoView {
    view! { <p class="small no-print"><a href="/study">{lang.pick("学习", "Study")}</a></p> }
}

/// A button that begins a practice.
fn begin(name: &'static str, value: String, label: String, primary: bool) -> impl IntoView {
    let class = if primary { "button primary" } else { "button" };
    view! {
        <form action="/study/practice" method="post">
            <button class=class r#type="submit" name=name value=value>{label}</button>
        </form>
    }
}

/// What there is to do now.
pub fn overview(frame: &Frame, overview: &Overview, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("学习", "Study");
    let main = match overview.questions {
        0 => view! {
            {heading(title, "")}
            {fault(wrong, lang)}
            {notice(Tone::Plain, lang.pick(
                "还没有开放练习的题库。管理员开放以后，这里可以做题。",
                "No question bank is open to practice yet. Once an administrator opens one, you can practise here.",
            ))}
        }
        .into_any(),
        _ => view! {
            {heading(title, lang.pick("学习记录只有您自己能看到。", "What you do here is seen by nobody but you."))}
            {fault(wrong, lang)}
            {now(lang, overview)}
            {choose(lang, overview)}
            {exams(lang, overview)}
            {topics(lang, overview)}
            {laws(lang, overview)}
        }
        .into_any(),
    };
    let courses = view! {
        <nav class="row" aria-label=lang.pick("课程", "Courses")>
            <a class="button" href="/courses">{lang.pick("课程和学分", "Courses and credits")}</a>
            <a class="button" href="/record">{lang.pick("学法档案", "Law record")}</a>
        </nav>
    };
    page(frame, title, view! { {main}{courses} })
}

/// Due questions, mistakes, and what was begun.
fn now(lang: Lang, overview: &Overview) -> impl IntoView + use<> {
    let running = overview.running.as_ref().map(|run| {
        let (left, name) = (run.questions.len() as u32 - run.asked, run.purpose.name(lang));
        let text = match lang {
            Lang::Zh => format!("接着做：{name}，还剩 {left} 题"),
            Lang::En => format!("Go on: {name}, {left} left"),
        };
        view! { <a class="button" href=run_path(run)>{text}</a> }
    });
    let line =
        |count: i64, kind: &'static str, some: String, none: &'static str, label: &'static str, primary: bool| {
            let text = if count > 0 { some } else { none.to_owned() };
            let button = (count > 0).then(|| begin("kind", kind.to_owned(), label.to_owned(), primary));
            view! { <div class="row between wrap"><p>{text}</p>{button}</div> }
        };
    let (due, mistakes, leaves_after) = (overview.due, overview.mistakes, overview.leaves_after);
    let due_text = match lang {
        Lang::Zh => format!("有 {due} 题快要忘了，现在复习最省力。"),
        Lang::En => format!("{due} question(s) are about to be forgotten; now is the best time to look at them again."),
    };
    let mistakes_text = match lang {
        Lang::Zh => format!("错题本里有 {mistakes} 题，连续答对 {leaves_after} 次就移出。"),
        Lang::En => format!(
            "{mistakes} question(s) in your mistake book; {leaves_after} right answer(s) in a row take one out."
        ),
    };
    view! {
        <section class="card stack">
            <h2>{lang.pick("现在可以做的", "What to do now")}</h2>
            {running}
            {line(due, "due", due_text, lang.pick("没有到期要复习的题。", "Nothing is due for review."), lang.pick("开始复习", "Review"), true)}
            {line(mistakes, "mistakes", mistakes_text, lang.pick("错题本是空的。", "Your mistake book is empty."), lang.pick("做错题", "Practise mistakes"), false)}
        </section>
    }
}

/// Topics and laws to choose from, and everything at once: not every question has a topic or a law.
fn choose(lang: Lang, overview: &Overview) -> impl IntoView + use<> {
    let counted = |name: &str, known: &Known| match lang {
        Lang::Zh => format!("{name}（{} 题）", known.questions),
        Lang::En => format!("{name} ({})", known.questions),
    };
    let topics: Vec<_> = overview
        .topics
        .iter()
        .map(|(topic, known)| (topic.clone(), counted(topic, known)))
        .collect();
    let laws: Vec<_> = overview
        .laws
        .iter()
        .map(|law| (law.law.to_string(), counted(&law.name, &law.known)))
        .collect();
    let form = |id: &'static str, label: &'static str, options: Vec<(String, String)>| {
        (!options.is_empty()).then(|| {
            view! {
                <form class="stack" action="/study/practice" method="post">
                    {choice(id, label, options, "")}
                    <div><button class="button" r#type="submit">{lang.pick("做 10 题", "Ten questions")}</button></div>
                </form>
            }
        })
    };
    view! {
        <section class="card stack">
            <h2>{lang.pick("选一个范围练习", "Choose what to practise")}</h2>
            {form("topic", lang.pick("知识点", "Topic"), topics)}
            {form("law", lang.pick("法规", "Law"), laws)}
            {begin("kind", "any".to_owned(), lang.pick("随便做 10 题", "Any ten questions").to_owned(), false)}
            <p class="small soft">{lang.pick("“随便做 10 题”从全部开放练习的题里出，没有标知识点和法规的题也在内。总是先出掌握得最差的题。每题答完就能看到答案、解析和法律依据。", "“Any ten questions” takes from everything that is open to practice, also what has no topic and no law. The questions you know least always come first. Each is explained as soon as you have answered it.")}</p>
        </section>
    }
}

/// Exams to try out.
fn exams(lang: Lang, overview: &Overview) -> impl IntoView + use<> {
    let cards = overview
        .exams
        .iter()
        .map(|standing| {
            let exam = &standing.exam;
            let id = exam.id;
            view! {
                <div class="row between wrap">
                    <p lang="zh-CN">{exam.title.clone()}</p>
                    <div class="row wrap">
                        <a class="button" href=format!("/study/plan/{id}")>{lang.pick("备考计划", "Plan")}</a>
                        <form action=format!("/study/mock/{id}") method="post">
                            <button class="button" r#type="submit">{lang.pick("模拟考试", "Mock exam")}</button>
                        </form>
                    </div>
                </div>
            }
        })
        .collect_view();
    (!overview.exams.is_empty()).then(|| {
        view! {
            <section class="card stack">
                <h2>{lang.pick("为考试做准备", "Prepare for an exam")}</h2>
                {cards}
                <p class="small soft">{lang.pick("模拟考试按真实的组卷规则出题、按真实的评分规则判分，不影响正式考试，也不是正式的试卷。", "A mock exam is drawn and marked by the rules of the real one. It has no effect on the exam, and is not its paper.")}</p>
            </section>
        }
    })
}

/// A share as words and as a bar.
fn share(known: &Known) -> impl IntoView + use<> {
    let percent = (known.probability() * 100.0).round();
    view! { <td class="wide"><span class="row">{bar((percent * 100.0) as i64)}<span class="num">{format!("{percent:.0}%")}</span></span></td> }
}

fn columns(lang: Lang, first: &'static str) -> impl IntoView {
    view! {
        <th>{first}</th>
        <th class="n">{lang.pick("做过 / 全部", "Answered / all")}</th>
        <th class="wide">{lang.pick("现在答对的把握", "Right if asked now")}</th>
        <th>{lang.pick("练习", "Practise")}</th>
    }
}

fn row(lang: Lang, name: impl IntoView, known: &Known, field: &'static str, value: String) -> impl IntoView {
    view! {
        <tr>
            <td>{name}</td>
            <td class="n">{format!("{} / {}", known.seen, known.questions)}</td>
            {share(known)}
            <td>{begin(field, value, lang.pick("练习", "Practise").to_owned(), false)}</td>
        </tr>
    }
}

/// What the estimate rests on.
fn basis(lang: Lang) -> impl IntoView {
    view! {
        <p class="small soft">{lang.pick(
            "“现在答对的把握”是估计：做过的题按遗忘曲线（FSRS-6）算到此刻，没做过的题按难度先估。",
            "“Right if asked now” is an estimate: by the forgetting curve (FSRS-6) for questions you have answered, by their difficulty for others.",
        )}</p>
    }
}

/// Topics that a table shows; all are in the list to choose from.
const TOPICS: usize = 30;

fn topics(lang: Lang, overview: &Overview) -> impl IntoView + use<> {
    let rows = overview
        .topics
        .iter()
        .take(TOPICS)
        .map(|(topic, known)| {
            let name = view! { <span lang="zh-CN">{topic.clone()}</span> };
            row(lang, name, known, "topic", topic.clone())
        })
        .collect_view();
    let title = lang.pick("各知识点", "Topics");
    let more = overview.topics.len().saturating_sub(TOPICS);
    let more = (more > 0).then(|| {
        let text = match lang {
            Lang::Zh => format!("还有 {more} 个题少的知识点没有列出，在上面的“知识点”里可以选。"),
            Lang::En => format!("{more} more with fewer questions are not listed; they are in the list above."),
        };
        view! { <p class="small soft">{text}</p> }
    });
    (!overview.topics.is_empty()).then(|| {
        view! {
            <details class="card folded"><summary>{title}</summary>
                <div class="stack">{table(title, columns(lang, lang.pick("知识点", "Topic")), rows)}{more}{basis(lang)}</div>
            </details>
        }
    })
}

fn laws(lang: Lang, overview: &Overview) -> impl IntoView + use<> {
    let rows = overview
        .laws
        .iter()
        .map(|law| {
            let name = view! { <a href=format!("/study/laws/{}", law.law) lang="zh-CN">{law.name.clone()}</a> };
            row(lang, name, &law.known, "law", law.law.to_string())
        })
        .collect_view();
    let title = lang.pick("各部法规", "Laws");
    (!overview.laws.is_empty()).then(|| {
        view! {
            <details class="card folded"><summary>{title}</summary>
                <div class="stack">{table(title, columns(lang, lang.pick("法规", "Law")), rows)}{basis(lang)}</div>
            </details>
        }
    })
}

/// A law, article by article.
pub fn law(frame: &Frame, law: &LawKnown, articles: &[ArticleKnown]) -> impl IntoView {
    let lang = frame.lang;
    let rows = articles
        .iter()
        .map(|article| {
            let bound = &article.bound;
            let name = view! { <a href=article_path(bound) lang="zh-CN">{bound.number.chinese()}</a> };
            let value = format!("{} {}", bound.law, bound.number);
            row(lang, name, &article.known, "article", value)
        })
        .collect_view();
    let below = match lang {
        Lang::Zh => format!("{} 条有题可练", articles.len()),
        Lang::En => format!("{} articles have questions", articles.len()),
    };
    let first = articles.first().map(|_| {
        begin(
            "law",
            law.law.to_string(),
            lang.pick("做 10 题", "Ten questions").to_owned(),
            true,
        )
    });
    let list = match articles.is_empty() {
        true => notice(
            Tone::Plain,
            lang.pick(
                "没有开放练习的题以这部法规为依据。",
                "No question that is open to practice stands on this law.",
            ),
        )
        .into_any(),
        false => view! {
            <section class="card stack">
                {table(lang.pick("条文", "Articles"), columns(lang, lang.pick("条文", "Article")), rows)}
                {basis(lang)}
            </section>
        }
        .into_any(),
    };
    let main = view! {
        {trail(lang)}
        <div class="row between wrap"><div lang="zh-CN">{heading(law.name.clone(), below)}</div>{first}</div>
        {list}
    };
    page(frame, &law.name, main)
}
