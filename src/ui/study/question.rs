//! A question to answer, a form of them, and what is right.

use leptos::prelude::*;

use super::{article_path, run_path, trail};
use crate::{
    domain::{
        answer::Asking,
        item::{Kind, letter},
        lang::Lang,
        law::Bound,
        study::{Confidence, Run},
    },
    error::Fault,
    service::{
        dispute::Mine,
        study::{
            mock::About,
            run::{Basis, Feedback, Posed, View},
        },
    },
    ui::{
        competition::flag::mine,
        part::{Tone, fault, heading, notice},
        shell::{Frame, as_text, page},
        sit::fields::still,
    },
};

fn number(lang: Lang, place: usize, run: &Run) -> String {
    let (here, all) = (place + 1, run.questions.len());
    match lang {
        Lang::Zh => format!("第 {here} 题，共 {all} 题"),
        Lang::En => format!("Question {here} of {all}"),
    }
}

/// What the names of the fields of a question begin with, from 0; on a form that of its options is this.
pub fn name(place: usize) -> String {
    format!("q{place}")
}

/// What is chosen, in fields of this name, or filled in for the question at a place, from 0.
fn inputs(lang: Lang, posed: &Posed, place: usize, choice: &str) -> impl IntoView + use<> {
    match &posed.asking {
        Some(asking) => blanks(lang, asking, place).into_any(),
        None => options(posed, choice).into_any(),
    }
}

/// The fields of a question beyond choice.
pub fn blanks(lang: Lang, asking: &Asking, place: usize) -> impl IntoView + use<> {
    view! { <div inner_html=still(lang, asking, &name(place))></div> }
}

/// The options as fields; `name` is theirs.
fn options(posed: &Posed, name: &str) -> impl IntoView + use<> {
    let kind = if posed.kind.one_choice() { "radio" } else { "checkbox" };
    posed
        .options
        .iter()
        .enumerate()
        .map(|(place, text)| {
            view! {
                <label class="option">
                    <input class="visually-hidden" r#type=kind name=name.to_owned() value=place.to_string()/>
                    <span class="letter" aria-hidden="true">{letter(place).to_string()}</span>
                    <span lang="zh-CN">{text.clone()}</span>
                </label>
            }
        })
        .collect_view()
}

fn finish(lang: Lang, run: &Run) -> impl IntoView + use<> {
    view! {
        <form action=format!("{}/finish", run_path(run)) method="post">
            <button class="button quiet" r#type="submit">{lang.pick("到此为止，看结果", "Stop here and see the result")}</button>
        </form>
    }
}

/// One question of a practice, from 0, not answered yet.
pub fn ask(frame: &Frame, view: &View, place: usize, posed: &Posed, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let run = &view.run;
    let sure = Confidence::ALL
        .map(|confidence| {
            let checked = confidence == Confidence::Plain;
            view! {
                <label class="tick">
                    <input r#type="radio" name="confidence" value=confidence.code() checked=checked/>
                    <span>{confidence.name(lang)}</span>
                </label>
            }
        })
        .into_iter()
        .collect_view();
    let main = view! {
        <div class="narrow stack">
            {trail(lang)}
            {heading(run.purpose.name(lang), number(lang, place, run))}
            {fault(wrong, lang)}
            <form class="stack" action=format!("{}/answer", run_path(run)) method="post">
                <input r#type="hidden" name="place" value=place.to_string()/>
                <fieldset>
                    <legend>
                        <span class="soft small">{posed.kind.name(lang)}</span>
                        <h2 class="stem" lang="zh-CN">{posed.stem.clone()}</h2>
                    </legend>
                    {inputs(lang, posed, place, "choice")}
                </fieldset>
                <fieldset>
                    <legend class="small soft">{lang.pick("您的把握（不选也可以，只影响什么时候再问）", "How sure you are (optional; it only decides when you are asked again)")}</legend>
                    <div class="row wrap">{sure}</div>
                </fieldset>
                <button class="button primary wide" r#type="submit">{lang.pick("提交答案", "Submit")}</button>
            </form>
            {finish(lang, run)}
        </div>
    };
    page(frame, run.purpose.name(lang), main)
}

/// A flag that was not taken.
#[derive(Clone, Copy)]
pub struct Refused<'a> {
    /// Of the question in its run, from 0.
    pub place: u32,
    pub words: &'a str,
    pub fault: &'a Fault,
}

/// A question that was answered, and the way on.
pub fn told(frame: &Frame, view: &View, feedback: &Feedback, refused: Option<Refused<'_>>) -> impl IntoView {
    let lang = frame.lang;
    let run = &view.run;
    let (label, href) = match run.finished_at {
        Some(_) => (
            lang.pick("看结果", "See the result"),
            format!("{}/result", run_path(run)),
        ),
        None => (lang.pick("下一题", "Next question"), run_path(run)),
    };
    let main = view! {
        <div class="narrow stack">
            {trail(lang)}
            {heading(run.purpose.name(lang), number(lang, feedback.place as usize, run))}
            {answered(lang, feedback)}
            <a class="button primary wide" href=href>{label}</a>
            {flag(lang, run, feedback.place, refused)}
            {run.finished_at.is_none().then(|| finish(lang, run))}
        </div>
    };
    page(frame, run.purpose.name(lang), main)
}

/// Saying that something is wrong with the question.
pub(in crate::ui) fn flag(lang: Lang, run: &Run, place: u32, refused: Option<Refused<'_>>) -> impl IntoView + use<> {
    let refused = refused.filter(|refused| refused.place == place);
    let wrong = refused.map(|refused| refused.fault);
    let words = refused.map_or("", |refused| refused.words);
    let (id, hint) = (format!("reason-{place}"), format!("reason-{place}-hint"));
    let open = wrong.is_some();
    view! {
        <details class="more" open=open>
            <summary>{lang.pick("这道题有问题", "Something is wrong with this question")}</summary>
            <form class="stack" action=format!("{}/flag", run_path(run)) method="post">
                {fault(wrong, lang)}
                <input r#type="hidden" name="place" value=place.to_string()/>
                <div class="field">
                    <label for=id.clone()>{lang.pick("哪里有问题", "What is wrong")}</label>
                    <textarea id=id name="reason" rows="3" maxlength="1000" required=true aria-describedby=hint.clone() inner_html=as_text(words)></textarea>
                    <p class="small soft" id=hint>{lang.pick(
                        "例如答案不对、题干有歧义、法条已经修改。结论会用通知告诉您。一道题只能提一次。",
                        "For example: the key is wrong, the question is ambiguous, the law has changed. A notice tells you the outcome. Once for each question.",
                    )}</p>
                </div>
                <button class="button" r#type="submit">{lang.pick("提出异议", "Send")}</button>
            </form>
        </details>
    }
}

/// What somebody has flagged in study, and what came of it.
pub fn flags(frame: &Frame, list: &[Mine]) -> impl IntoView + use<> {
    let lang = frame.lang;
    let title = lang.pick("我提出的题目异议", "Questions I flagged");
    let none = list.is_empty().then(|| {
        notice(
            Tone::Plain,
            lang.pick(
                "还没有提出过。做完一道题，在解析下面可以提出。",
                "None yet. Below the explanation of a question you have answered you can flag it.",
            ),
        )
    });
    let main = view! { <div class="narrow stack">{trail(lang)}{heading(title, "")}{none}{mine(lang, list)}</div> };
    page(frame, title, main)
}

/// A question with the choice made and what is right.
pub(super) fn answered(lang: Lang, feedback: &Feedback) -> impl IntoView + use<> {
    let left_out = feedback.choice.is_empty() && feedback.said.is_empty();
    let verdict = match (feedback.right, left_out) {
        (true, _) => notice(Tone::Good, lang.pick("答对了。", "Right.")).into_any(),
        (false, true) => notice(Tone::Warn, lang.pick("没有作答。", "Not answered.")).into_any(),
        (false, false) => notice(Tone::Warn, lang.pick("答错了。", "Wrong.")).into_any(),
    };
    let options = feedback
        .posed
        .options
        .iter()
        .enumerate()
        .map(|(place, text)| {
            let (right, chosen) = (feedback.key.contains(place), feedback.choice.contains(place));
            let words = match (right, chosen) {
                (true, true) => lang.pick("　正确，您选了", " right, your choice"),
                (true, false) => lang.pick("　正确", " right"),
                (false, true) => lang.pick("　您选了，不对", " your choice, wrong"),
                (false, false) => "",
            };
            view! {
                <li class:right=right>
                    <span class="num">{format!("{}. ", letter(place))}</span><span lang="zh-CN">{text.clone()}</span>
                    <span class="small">{words}</span>
                </li>
            }
        })
        .collect_view();
    let explanation = (!feedback.explanation.is_empty())
        .then(|| view! { <p class="law" lang="zh-CN">{feedback.explanation.clone()}</p> });
    view! {
        <article class="card stack">
            <p class="soft small">{feedback.posed.kind.name(lang)}</p>
            <p lang="zh-CN">{feedback.posed.stem.clone()}</p>
            {verdict}
            {match feedback.posed.asking {
                Some(_) => written(lang, feedback).into_any(),
                None => view! { <ol class="options">{options}</ol> }.into_any(),
            }}
            {explanation}
            {stands_on(lang, &feedback.basis)}
        </article>
    }
}

/// What was written into the fields of a question beyond choice, and what is right.
pub fn written(lang: Lang, feedback: &Feedback) -> impl IntoView + use<> {
    let parts = feedback.posed.asking.iter().flat_map(|asking| &asking.blocks);
    let parts = (1..)
        .zip(parts)
        .filter(|(_, block)| !block.text.is_empty())
        .map(|(number, block)| view! { <p class="lines" lang="zh-CN">{format!("({number}) {}", block.text)}</p> })
        .collect_view();
    let lines = |title: &'static str, lines: &[String]| {
        let text = lines.join("\n");
        (!lines.is_empty()).then(
            || view! { <div class="small"><p class="soft">{title}</p><p class="lines" lang="zh-CN">{text}</p></div> },
        )
    };
    view! {
        {parts}
        {lines(lang.pick("您的答案", "Your answer"), &feedback.given)}
        {lines(lang.pick("正确答案", "Right answer"), &feedback.right_lines)}
    }
}

fn stands_on(lang: Lang, basis: &[Basis]) -> impl IntoView + use<> {
    let lines = basis
        .iter()
        .map(|basis| {
            let text = basis.text.clone();
            match basis.articles.as_slice() {
                [] => view! { <li lang="zh-CN">{text}</li> }.into_any(),
                [bound] => view! { <li><a href=article_path(bound) lang="zh-CN">{text}</a></li> }.into_any(),
                several => view! { <li lang="zh-CN">{text}{each(several)}</li> }.into_any(),
            }
        })
        .collect_view();
    (!basis.is_empty()).then(|| {
        view! { <div class="small"><p class="soft">{lang.pick("法律依据", "Legal basis")}</p><ul class="plain-list">{lines}</ul></div> }
    })
}

/// Ways to each of several articles that one basis names.
pub(in crate::ui) fn each(articles: &[Bound]) -> impl IntoView + use<> {
    articles
        .iter()
        .map(|bound| view! { " "<a href=article_path(bound) lang="zh-CN">{bound.number.chinese()}</a> })
        .collect_view()
}

/// All questions of a run on one form. `mock`: what is to be said of the exam it imitates.
pub fn form(frame: &Frame, view: &View, mock: Option<&About>) -> impl IntoView {
    let lang = frame.lang;
    let run = &view.run;
    let title = run.purpose.name(lang);
    let questions = view
        .posed
        .iter()
        .enumerate()
        .map(|(place, posed)| {
            view! {
                <fieldset class="card">
                    <legend>
                        <span class="soft small num">{format!("{}. {}", place + 1, posed.kind.name(lang))}</span>
                        <h2 class="stem" lang="zh-CN">{posed.stem.clone()}</h2>
                    </legend>
                    <div>{inputs(lang, posed, place, &name(place))}</div>
                </fieldset>
            }
        })
        .collect_view();
    let count = view.posed.len();
    let below = match lang {
        Lang::Zh => format!("共 {count} 题，一起提交。答案留在这个页面上，提交以后才保存。"),
        Lang::En => format!("{count} questions, submitted together. Answers stay on this page until you submit them."),
    };
    let main = view! {
        <div class="narrow stack">
            {trail(lang)}
            {heading(title, below)}
            {mock.map(|about| self::about(lang, about))}
            <form class="stack" action=format!("{}/hand-in", run_path(run)) method="post">
                {questions}
                <button class="button primary wide" r#type="submit">{lang.pick("提交，看结果", "Submit and see the result")}</button>
            </form>
        </div>
    };
    page(frame, title, main)
}

/// That the kinds among these that are read by people are not asked in study.
pub fn read_by_people(lang: Lang, kinds: &[Kind]) -> Option<impl IntoView + use<>> {
    let read = kinds.iter();
    let read: Vec<_> = read
        .filter(|kind| kind.is_read_by_people())
        .map(|kind| kind.name(lang))
        .collect();
    let names = read.join(lang.pick("、", ", "));
    let text = match lang {
        Lang::Zh => format!("{names}要由人阅卷，学习里不练。"),
        Lang::En => format!("Read by people, so not asked in study: {names}."),
    };
    let read = (!read.is_empty()).then(|| view! { <p>{text}</p> });
    let case = kinds.contains(&Kind::Case).then(|| {
        let text = lang.pick(
            "带简答、论述的案例题要由人阅卷，学习里也不练。",
            "Cases with texts that people read are not asked either.",
        );
        view! { <p>{text}</p> }
    });
    (read.is_some() || case.is_some()).then(|| view! { {read}{case} })
}

/// Which exam is imitated, and what the paper lacks.
fn about(lang: Lang, about: &About) -> impl IntoView + use<> {
    let exam = &about.exam;
    let (title, minutes, pass) = (&exam.title, exam.policy.minutes, exam.policy.pass_mark);
    let text = match lang {
        Lang::Zh => format!("模拟“{title}”。正式考试限时 {minutes} 分钟，{pass} 分合格；这里不计时。"),
        Lang::En => format!(
            "Imitates “{title}”. The real exam has {minutes} minutes and {pass} points to pass; here no clock runs."
        ),
    };
    let kinds: Vec<_> = exam.blueprint.parts.iter().map(|part| part.kind).collect();
    let short: Vec<_> = about.short.iter().map(|shortage| shortage.message(lang)).collect();
    let short = (!short.is_empty()).then(|| {
        let lines = short.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
        view! {
            <div class="notice warn">
                <p>{lang.pick("开放练习的题不够，这份卷子和真实的不完全一样：", "There are not enough questions open to practice, so this paper differs from a real one:")}</p>
                <ul class="plain-list">{lines}</ul>
                {read_by_people(lang, &kinds)}
            </div>
        }
    });
    view! { {notice(Tone::Plain, text)}{short} }
}
