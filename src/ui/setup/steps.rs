//! The set-up form in steps: all of it is one form, of which a step shows a part; nothing is stored on the way, and what
//! was typed goes along. The last step says the rules in words.

use leptos::prelude::*;

use super::{matrix, words};
use crate::{
    domain::{
        blueprint::Report,
        exam::{Exam, Round},
        lang::Lang,
    },
    error::Fault,
    ui::part::{fault, moment, rules::headline},
};

/// A part of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Whom,
    Paper,
    Passing,
    Showing,
    /// Everything in words.
    Check,
    /// Everything on one page.
    All,
}

impl Step {
    const GUIDED: [Self; 5] = [Self::Whom, Self::Paper, Self::Passing, Self::Showing, Self::Check];

    /// The identifier in addresses and forms.
    pub fn code(self) -> &'static str {
        match self {
            Self::Whom => "whom",
            Self::Paper => "paper",
            Self::Passing => "passing",
            Self::Showing => "showing",
            Self::Check => "check",
            Self::All => "all",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        let mut all = Self::GUIDED.into_iter().chain([Self::All]);
        all.find(|step| step.code() == code)
    }

    fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Whom => lang.pick("谁考、何时考", "Who and when"),
            Self::Paper => lang.pick("组卷和给分", "Paper and marking"),
            Self::Passing => lang.pick("时间和合格线", "Time and pass mark"),
            Self::Showing => lang.pick("公布什么", "What is shown"),
            Self::Check => lang.pick("核对", "Check"),
            Self::All => lang.pick("全部在一页", "All on one page"),
        }
    }

    /// Whether this step shows what belongs to another.
    pub fn shows(self, of: Self) -> bool {
        self == of || self == Self::All && of != Self::Check
    }

    fn beside(self, by: isize) -> Option<Self> {
        let here = Self::GUIDED.iter().position(|step| *step == self)?;
        Self::GUIDED.get(here.checked_add_signed(by)?).copied()
    }
}

fn go(step: Step, class: &'static str, label: String, current: bool) -> impl IntoView {
    let current = current.then_some("step");
    // What a step before lacks is said at the end; it must not keep anybody from going there.
    view! { <button class=class r#type="submit" name="go" value=step.code() formnovalidate=true aria-current=current>{label}</button> }
}

/// The way through the form.
pub fn way(lang: Lang, here: Step) -> impl IntoView {
    let guided = Step::GUIDED.into_iter().zip(1..).map(|(step, number)| {
        let label = format!("{number} {}", step.name(lang));
        view! { <li>{go(step, "button small", label, step == here)}</li> }
    });
    let guided = guided.collect_view();
    view! {
        <nav class="row between wrap" aria-label=lang.pick("步骤", "Steps")>
            <ol class="steps">{guided}</ol>
            {go(Step::All, "button small quiet", Step::All.name(lang).to_owned(), here == Step::All)}
        </nav>
    }
}

/// What the Enter key presses: the first button of a form.
pub fn usual(lang: Lang, here: Step) -> impl IntoView {
    match here.beside(1) {
        Some(next) => view! { <button class="visually-hidden" r#type="submit" tabindex="-1" aria-hidden="true" name="go" value=next.code() formnovalidate=true>{lang.pick("下一步", "Next")}</button> }.into_any(),
        None => view! { <button class="visually-hidden" r#type="submit" tabindex="-1" aria-hidden="true">{lang.pick("保存草稿", "Save the draft")}</button> }.into_any(),
    }
}

/// On to the next step, or the end.
pub fn buttons(lang: Lang, here: Step) -> impl IntoView {
    let back = here.beside(-1).map(|step| {
        go(
            step,
            "button",
            format!("{}{}", lang.pick("上一步：", "Back: "), step.name(lang)),
            false,
        )
    });
    let next = match here.beside(1) {
        Some(step) => {
            let label = format!("{}{}", lang.pick("下一步：", "Next: "), step.name(lang));
            go(step, "button primary", label, false).into_any()
        }
        None => {
            view! { <button class="button primary" r#type="submit">{lang.pick("保存草稿", "Save the draft")}</button> }
                .into_any()
        }
    };
    view! {
        <div class="row wrap">
            {back}
            {next}
            <a class="button quiet" href="/admin/exams">{lang.pick("取消", "Cancel")}</a>
        </div>
    }
}

/// What was typed, as an exam that is not stored yet.
pub struct Summary {
    pub exam: Exam,
    pub bank: String,
    /// The unit and the persons of it; `None`: everybody.
    pub whom: Option<String>,
    pub report: Report,
    /// How many would be due now.
    pub persons: i64,
}

/// The rules in words, and whether papers can be made; or what is wrong with them.
pub fn summary(lang: Lang, summary: Result<&Summary, &Fault>) -> impl IntoView + use<> {
    let summary = match summary {
        Ok(summary) => summary,
        Err(wrong) => {
            let text = lang.pick(
                "还不能保存。回到对应的步骤改好，再来核对；填过的内容都还在。",
                "It cannot be saved yet. Go back to the step and mend it; what was typed is still there.",
            );
            return view! { <section class="card stack"><h2>{Step::Check.name(lang)}</h2>{fault(Some(wrong), lang)}<p class="small soft">{text}</p></section> }
                .into_any();
        }
    };
    let exam = &summary.exam;
    let (opens, closes, persons) = (
        moment(lang, exam.window.opens_at),
        moment(lang, exam.window.closes_at),
        summary.persons,
    );
    let everybody = lang.pick("全体在册人员", "everybody on the roster");
    let whom = summary.whom.as_deref().unwrap_or(everybody);
    let first = match lang {
        Lang::Zh => [
            format!("“{}”，{opens} 开放，{closes} 关闭。", exam.title),
            format!("谁要考：{whom}，现在 {persons} 人；以开考时的名册为准。"),
            format!("从题库“{}”抽题。", summary.bank),
        ],
        Lang::En => [
            format!("“{}” opens {opens} and closes {closes}.", exam.title),
            format!("For: {whom}, {persons} now; the roster at the opening counts."),
            format!("Questions come from the bank “{}”.", summary.bank),
        ],
    };
    let rounds = [Round::main(exam)];
    let lines = first
        .into_iter()
        .chain(words(lang, &exam.policy, &exam.blueprint, &rounds))
        .chain(matrix::lines(lang, &exam.blueprint))
        .map(|line| view! { <li>{line}</li> })
        .collect_view();
    view! {
        <section class="card stack">
            <h2>{lang.pick("这场考试是这样的", "This is the exam")}</h2>
            <p>{headline(lang, exam)}</p>
            <ul class="plain-list">{lines}</ul>
        </section>
        <section class="card stack">
            <h2>{lang.pick("题库够不够", "Whether the bank is enough")}</h2>
            {matrix::report(lang, &summary.report)}
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_lead_from_the_first_to_the_last_and_back() {
        let mut at = Step::Whom;
        let mut walked = vec![at];
        while let Some(next) = at.beside(1) {
            assert_eq!(next.beside(-1), Some(at));
            at = next;
            walked.push(at);
        }
        assert_eq!(walked, Step::GUIDED);
        assert_eq!((Step::All.beside(1), Step::Whom.beside(-1)), (None, None));
        for step in walked.into_iter().chain([Step::All]) {
            assert_eq!(Step::from_code(step.code()), Some(step));
        }
    }

    #[test]
    fn a_step_shows_its_own_part_and_one_page_shows_every_part_that_is_filled_in() {
        for part in Step::GUIDED {
            assert!(part.shows(part));
            assert_eq!(Step::All.shows(part), part != Step::Check);
            assert_eq!(Step::GUIDED.into_iter().filter(|step| step.shows(part)).count(), 1);
        }
    }
}
