//! Before the exam: its rules in words, generated from the rules themselves.

use leptos::prelude::*;

use crate::{
    domain::{
        accommodation::TimeFactor,
        attempt::{Attempt, NoStart},
        exam::{Exam, MultiplePolicy, Shown},
        item::Kind,
        lang::Lang,
    },
    service::sitting::Standing,
    ui::{
        part::{Tone, heading, moment, notice, tag},
        shell::{Frame, page},
    },
};

/// One line: time, questions, points, pass mark, attempts.
pub fn rules(lang: Lang, exam: &Exam) -> String {
    let (minutes, count, total) = (exam.policy.minutes, exam.blueprint.count(), exam.blueprint.total());
    let (pass, attempts) = (exam.policy.pass_mark, exam.policy.attempts);
    match lang {
        Lang::Zh => {
            format!("{minutes} 分钟，{count} 题，满分 {total} 分，{pass} 分合格。可考 {attempts} 次，取最好成绩。")
        }
        Lang::En => format!(
            "{minutes} minutes, {count} questions, {total} points, {pass} to pass. {attempts} attempt(s); the best one counts."
        ),
    }
}

fn multiple_rule(lang: Lang, policy: MultiplePolicy) -> &'static str {
    match policy {
        MultiplePolicy::AllOrNothing => lang.pick(
            "多选题选全才得分，多选、错选、少选、不选都不得分。",
            "Multiple choice scores only when exactly the right options are chosen.",
        ),
        MultiplePolicy::HalfIfIncomplete => lang.pick(
            "多选题少选得一半分，有错选不得分。",
            "Multiple choice: half the points if incomplete, none with a wrong option.",
        ),
        MultiplePolicy::ShareIfIncomplete => lang.pick(
            "多选题少选按选对的比例得分，有错选不得分。",
            "Multiple choice: a share of the points if incomplete, none with a wrong option.",
        ),
    }
}

fn shown_rule(lang: Lang, what: &'static str, shown: Shown) -> String {
    let when = match shown {
        Shown::AfterHandIn => lang.pick("交卷后就能看", "right after the hand-in"),
        Shown::AfterClose => lang.pick("考试结束后能看", "after the exam has closed"),
        Shown::Never => lang.pick("不公布", "not shown"),
    };
    format!("{what}{}{when}{}", lang.pick("", ": "), lang.pick("。", "."))
}

/// What a candidate reads before starting.
pub fn intro(frame: &Frame, standing: &Standing) -> impl IntoView {
    let lang = frame.lang;
    let exam = &standing.exam;
    let window = format!(
        "{} — {}",
        moment(lang, exam.window.opens_at),
        moment(lang, exam.window.closes_at)
    );
    let parts = exam.blueprint.parts.iter().map(|part| {
        let (heading, instruction) = (part.heading(lang), &part.instruction);
        match lang {
            Lang::Zh => format!("{heading} {} 题，每题 {} 分。{instruction}", part.count, part.points),
            Lang::En => format!(
                "{heading}: {} questions, {} point(s) each. {instruction}",
                part.count, part.points
            ),
        }
    });
    let has_multiple = exam
        .blueprint
        .parts
        .iter()
        .any(|part| matches!(part.kind, Kind::Multiple | Kind::Indefinite));
    let multiple = has_multiple.then(|| multiple_rule(lang, exam.policy.multiple).to_owned());
    let fixed = [
        lang.pick(
            "每次作答马上保存。换设备、刷新、断网都不要紧，回来接着答，时间照常走。",
            "Every answer is saved at once. You may change device, reload or lose the network and go on; the clock keeps running.",
        )
        .to_owned(),
        lang.pick("到时间自动交卷，已保存的答案都算数。", "At the deadline the paper is handed in by itself; every saved answer counts.").to_owned(),
        shown_rule(lang, lang.pick("成绩", "Score"), exam.policy.show_score),
        shown_rule(lang, lang.pick("答案和解析", "Answers and explanations"), exam.policy.show_answers),
    ];
    let lines = parts
        .chain(multiple)
        .chain(fixed)
        .map(|line| view! { <li>{line}</li> })
        .collect_view();
    let main = view! {
        <div class="narrow stack">
            {heading(exam.title.clone(), window)}
            <section class="card stack">
                <p>{rules(lang, exam)}</p>
                <ul class="plain-list">{lines}</ul>
                {allowance(lang, standing)}
                {action(frame, standing)}
            </section>
            {attempts(frame, standing)}
        </div>
    };
    page(frame, &exam.title, main)
}

/// More time, said before the clock starts.
fn allowance(lang: Lang, standing: &Standing) -> impl IntoView + use<> {
    let factor = standing.allowance.factor;
    (factor != TimeFactor::USUAL && standing.no_start.is_none()).then(|| {
        let text = match lang {
            Lang::Zh => format!("您的答题时间按 {} 倍计算。", factor.times()),
            Lang::En => format!("Your time is {} times the usual.", factor.times()),
        };
        notice(Tone::Action, text)
    })
}

/// The one thing to do now: start, go on, or nothing and why.
pub fn action(frame: &Frame, standing: &Standing) -> impl IntoView + use<> {
    let lang = frame.lang;
    if let Some(running) = standing.running() {
        let until = format!("{}{}", lang.pick("截止 ", "Until "), running.deadline.clock());
        let href = format!("/attempts/{}", running.id);
        return view! {
            <a class="button primary wide" href=href>{lang.pick("继续考试", "Go on with the exam")}</a>
            <p class="small soft num">{until}</p>
        }
        .into_any();
    }
    let words = match standing.no_start {
        None => {
            let action = format!("/exams/{}/start", standing.exam.id);
            return view! {
                <form action=action method="post">
                    <button class="button primary wide" r#type="submit">{lang.pick("开始考试", "Start the exam")}</button>
                </form>
                <p class="small soft">{lang.pick("点开始就计时。", "The clock starts when you press start.")}</p>
            }
            .into_any();
        }
        Some(NoStart::NotYet) => lang.pick("还没有到开放时间。", "Not open yet."),
        Some(NoStart::Closed) => lang.pick("考试已结束。", "The exam has closed."),
        Some(NoStart::NotDue) => lang.pick("您不在应考名单里。", "You are not on the list."),
        Some(NoStart::NoAttemptLeft) => lang.pick("您已经交卷。", "You have handed in."),
    };
    notice(Tone::Plain, words).into_any()
}

fn attempts(frame: &Frame, standing: &Standing) -> impl IntoView {
    let lang = frame.lang;
    let done: Vec<_> = standing
        .attempts
        .iter()
        .filter(|attempt| attempt.outcome.is_some())
        .collect();
    (!done.is_empty()).then(|| {
        let rows = done.into_iter().map(|attempt| row(lang, attempt)).collect_view();
        view! { <section class="card stack"><h2>{lang.pick("我的成绩", "My results")}</h2>{rows}</section> }
    })
}

fn row(lang: Lang, attempt: &Attempt) -> impl IntoView + use<> {
    let label = match lang {
        Lang::Zh => format!("第 {} 次", attempt.number),
        Lang::En => format!("Attempt {}", attempt.number),
    };
    view! {
        <p class="row between">
            <a href=format!("/attempts/{}/result", attempt.id)>{label}</a>
            {tag(Tone::Plain, lang.pick("已交卷", "Handed in"))}
        </p>
    }
}
