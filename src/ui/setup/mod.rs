//! Exams as administrators set them up: list, form, publishing and opening.

pub mod matrix;
mod overtaken;
mod presets;
mod rounds;
pub mod rules;
mod steps;

use leptos::prelude::*;

pub use steps::{Step, Summary};

use super::{
    part::{
        Tone, choice, fault, form, heading, moment, notice,
        rules::{headline, rules as words},
        table, tag,
    },
    shell::{Frame, page},
};
use crate::{
    domain::{
        bank::BankSummary,
        blueprint::Report,
        exam::{Exam, Preset, Round, State},
        id::{ExamId, UnitId},
        lang::Lang,
        time::Timestamp,
    },
    error::Fault,
    service::overtaken::Found,
};

fn state_tag(lang: Lang, state: State) -> impl IntoView {
    match state {
        State::Draft => tag(Tone::Plain, lang.pick("草稿", "Draft")),
        State::Published => tag(Tone::Action, lang.pick("已发布", "Published")),
        State::Open => tag(Tone::Good, lang.pick("已开考", "Open")),
    }
}

pub fn exams(frame: &Frame, exams: &[Exam]) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("考试", "Exams");
    let rows = exams
        .iter()
        .map(|exam| {
            view! {
                <tr>
                    <td><a href=format!("/admin/exams/{}", exam.id)>{exam.title.clone()}</a></td>
                    <td>{state_tag(lang, exam.state)}</td>
                    <td>{moment(lang, exam.window.opens_at)}</td>
                    <td>{moment(lang, exam.window.closes_at)}</td>
                </tr>
            }
        })
        .collect_view();
    let head = view! {
        <th>{lang.pick("名称", "Title")}</th><th>{lang.pick("状态", "State")}</th>
        <th>{lang.pick("开放", "Opens")}</th><th>{lang.pick("关闭", "Closes")}</th>
    };
    let list = if exams.is_empty() {
        notice(Tone::Plain, lang.pick("还没有考试。", "No exam yet.")).into_any()
    } else {
        view! { <section class="card">{table(title, head, rows)}</section> }.into_any()
    };
    let main = view! {
        <div class="row between wrap">
            {heading(title, "")}
            <a class="button" href="/admin/exemptions">{lang.pick("免考与缓考", "Exemptions")}</a>
            <a class="button" href="/admin/reminders">{lang.pick("提醒", "Reminders")}</a>
            <a class="button primary" href="/admin/exams/new">{lang.pick("新建考试", "New exam")}</a>
        </div>
        {list}
    };
    page(frame, title, main)
}

/// What stands in the set-up form: as typed, so that nothing is lost when something has to be mended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    pub title: String,
    /// Empty: everybody.
    pub unit: String,
    pub bank: String,
    pub opens_at: String,
    pub closes_at: String,
    pub rules: rules::Typed,
    pub blueprint: matrix::TypedBlueprint,
}

impl Typed {
    pub fn of(exam: &Exam) -> Self {
        Self {
            title: exam.title.clone(),
            unit: exam.unit.map(|unit| unit.to_string()).unwrap_or_default(),
            bank: exam.bank.to_string(),
            opens_at: exam.window.opens_at.local_field(),
            closes_at: exam.window.closes_at.local_field(),
            rules: rules::Typed::of(&exam.policy),
            blueprint: matrix::TypedBlueprint::of(&exam.blueprint),
        }
    }
}

/// What the form offers to choose from.
pub struct Choices {
    pub banks: Vec<BankSummary>,
    /// Whom an exam may be for, with names; `None`: everybody.
    pub units: Vec<(Option<UnitId>, String)>,
    /// The topics of the bank chosen, with their numbers of questions.
    pub topics: Vec<(String, i64)>,
}

/// Where in the form somebody is.
pub struct At {
    /// `None`: a new exam.
    pub id: Option<ExamId>,
    /// What a new one is filled with, to choose another.
    pub preset: Option<Preset>,
    pub step: Step,
    /// For [`Step::Check`].
    pub summary: Option<Result<Summary, Fault>>,
}

/// The set-up form, new or of a draft.
pub fn form(frame: &Frame, at: &At, typed: &Typed, choices: &Choices, wrong: Option<&Fault>) -> impl IntoView {
    let At {
        id,
        preset,
        step,
        summary,
    } = at;
    let (id, preset, step) = (*id, *preset, *step);
    let lang = frame.lang;
    let title = if id.is_some() {
        lang.pick("修改考试", "Change the exam")
    } else {
        lang.pick("新建考试", "New exam")
    };
    let action = id.map_or("/admin/exams".to_owned(), |id| format!("/admin/exams/{id}"));
    let bank_options = choices
        .banks
        .iter()
        .map(|summary| {
            let ready = summary.count(None, Some(crate::domain::item::State::Ready));
            (
                summary.bank.id.to_string(),
                format!("{}（{} {ready}）", summary.bank.name, lang.pick("可用", "ready")),
            )
        })
        .collect();
    let everybody = lang.pick("全体在册人员", "Everybody on the roster");
    let unit_options = choices
        .units
        .iter()
        .map(|(unit, path)| match unit {
            Some(unit) => (unit.to_string(), path.clone()),
            None => (String::new(), everybody.to_owned()),
        })
        .collect();
    let body = if choices.banks.is_empty() {
        view! {
            {notice(Tone::Warn, lang.pick("还没有题库，请先导入题目。", "There is no bank yet. Import questions first."))}
            <p><a class="button" href="/admin/banks">{lang.pick("去题库", "To the banks")}</a></p>
        }
        .into_any()
    } else {
        view! {
            <form class="stack" action=action method="post">
                {steps::usual(lang, step)}
                <input r#type="hidden" name="step" value=step.code()/>
                {steps::way(lang, step)}
                <div class="stack" hidden=!step.shows(Step::Whom)>
                <fieldset class="card stack">
                    <legend><h2>{lang.pick("考什么，什么时候", "What and when")}</h2></legend>
                    {input(("title", "text"), lang.pick("考试名称", "Title"), &typed.title)}
                    {choice("unit", lang.pick("谁要考（含下级单位）", "Who has to sit (with the units below)"), unit_options, &typed.unit)}
                    {choice("bank", lang.pick("从哪个题库抽题", "Question bank"), bank_options, &typed.bank)}
                    <div class="halves">
                        {input(("opens_at", "datetime-local"), lang.pick("开放时间（北京时间）", "Opens (Beijing time)"), &typed.opens_at)}
                        {input(("closes_at", "datetime-local"), lang.pick("关闭时间（北京时间）", "Closes (Beijing time)"), &typed.closes_at)}
                    </div>
                </fieldset>
                {rules::whom(lang, &typed.rules)}
                </div>
                <div class="stack" hidden=!step.shows(Step::Paper)>
                    {matrix::fields(lang, &typed.blueprint, &choices.topics)}
                    {rules::marking(lang, &typed.rules)}
                </div>
                <div class="stack" hidden=!step.shows(Step::Passing)>{rules::time(lang, &typed.rules)}{rules::passing(lang, &typed.rules)}</div>
                <div class="stack" hidden=!step.shows(Step::Showing)>{rules::showing(lang, &typed.rules)}</div>
                {summary.as_ref().map(|summary| steps::summary(lang, summary.as_ref()))}
                {steps::buttons(lang, step)}
            </form>
        }
        .into_any()
    };
    let below = match (preset, lang) {
        (None, _) => String::new(),
        (Some(preset), Lang::Zh) => format!("已按“{}”的规则填好。", preset.name(lang)),
        (Some(preset), Lang::En) => format!("Filled with the rules of {}.", preset.name(lang)),
    };
    let presets = preset.map(|preset| presets::presets(lang, preset));
    let main = view! { {heading(title, below)}{fault(wrong, lang)}{presets}{body} };
    page(frame, title, main)
}

fn input((id, kind): (&'static str, &'static str), label: &'static str, value: &str) -> impl IntoView + use<> {
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input id=id name=id r#type=kind value=value.to_owned() required=true/>
        </div>
    }
}

/// What the page of an exam says besides its rules.
pub struct About {
    pub bank: String,
    /// The unit it is for; `None`: everybody.
    pub whom: Option<String>,
    /// Whether papers can be made; for a draft.
    pub report: Option<Report>,
    /// What the law or the bank has overtaken; `None` for a draft.
    pub overtaken: Option<Found>,
    pub rounds: Vec<Round>,
    /// What was typed into the form for a round.
    pub typed_round: form::Typed,
    pub now: Timestamp,
    /// How many would be due now.
    pub persons: i64,
}

/// One exam: its rules in words and the next step.
pub fn exam(frame: &Frame, exam: &Exam, about: &About, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let window = format!(
        "{} — {}",
        moment(lang, exam.window.opens_at),
        moment(lang, exam.window.closes_at)
    );
    let source = format!("{}{}", lang.pick("题库：", "Bank: "), about.bank);
    let whom = about
        .whom
        .as_deref()
        .unwrap_or(lang.pick("全体在册人员", "everybody on the roster"));
    let whom = format!("{}{whom}", lang.pick("谁要考：", "For: "));
    let lines = [whom, source]
        .into_iter()
        .chain(words(lang, &exam.policy, &exam.blueprint, &about.rounds))
        .chain(matrix::lines(lang, &exam.blueprint))
        .map(|line| view! { <li>{line}</li> })
        .collect_view();
    let main = view! {
        <p class="small"><a href="/admin/exams">{lang.pick("考试", "Exams")}</a></p>
        <div class="row between wrap">{heading(exam.title.clone(), window)}{state_tag(lang, exam.state)}</div>
        {fault(wrong, lang)}
        <section class="card stack">
            <h2>{lang.pick("规则", "Rules")}</h2>
            <p>{headline(lang, exam)}</p>
            <ul class="plain-list">{lines}</ul>
        </section>
        {next_step(lang, exam, about)}
        {about.overtaken.as_ref().map(|found| overtaken::section(lang, exam, found))}
        {(exam.state == State::Open).then(|| rounds::rounds(lang, exam, &about.rounds, about.now, &about.typed_round))}
    };
    page(frame, &exam.title, main)
}

fn next_step(lang: Lang, exam: &Exam, about: &About) -> impl IntoView + use<> {
    let (id, report, persons) = (exam.id, about.report.as_ref(), about.persons);
    let texts = exam.blueprint.parts.iter().any(|part| !part.kind.is_choice());
    match exam.state {
        State::Draft => {
            view! {
                <section class="card stack">
                    <h2>{lang.pick("下一步：发布", "Next: publish")}</h2>
                    <p class="small soft">{lang.pick("发布后规则和题目固定；开考前可以撤回发布再改，开考后不能再改。", "Publishing fixes the rules and the questions. Until the opening it can be taken back; after that nothing changes.")}</p>
                    {report.map(|report| matrix::report(lang, report))}
                    <div class="row">
                        <form action=format!("/admin/exams/{id}/publish") method="post"><button class="button primary" r#type="submit">{lang.pick("发布", "Publish")}</button></form>
                        <a class="button" href=format!("/admin/exams/{id}/edit")>{lang.pick("修改", "Change")}</a>
                    </div>
                </section>
            }
            .into_any()
        }
        State::Published => {
            let count = match lang {
                Lang::Zh => format!("现在在册 {persons} 人，开考时全部列为应考，并为每人抽好试卷。以后名册再变，应考人数不变。"),
                Lang::En => format!("{persons} persons are registered now. Opening makes them all due and draws everybody's paper; later changes of the roster do not change that."),
            };
            view! {
                <section class="card stack">
                    <h2>{lang.pick("下一步：开考", "Next: open")}</h2>
                    <p>{count}</p>
                    <div class="row">
                        <form action=format!("/admin/exams/{id}/open") method="post"><button class="button primary" r#type="submit">{lang.pick("冻结名册并开考", "Freeze the roster and open")}</button></form>
                        <form action=format!("/admin/exams/{id}/withdraw") method="post"><button class="button" r#type="submit">{lang.pick("撤回发布，回到草稿", "Take it back to a draft")}</button></form>
                    </div>
                </section>
            }
            .into_any()
        }
        State::Open => view! {
            <section class="card stack">
                <h2>{lang.pick("已开考", "Open")}</h2>
                <p class="soft">{lang.pick("应考人员在开放时间内登录即可参加。", "Everybody due can sit within the window after signing in.")}</p>
                <div class="row">
                    <a class="button primary" href=format!("/admin/exams/{id}/live")>{lang.pick("看现场", "Live view")}</a>
                    <a class="button" href=format!("/admin/exams/{id}/slots")>{lang.pick("考场和场次", "Rooms and slots")}</a>
                    <a class="button" href=format!("/admin/exams/{id}/figures")>{lang.pick("看数据", "Figures")}</a>
                    <a class="button" href=format!("/admin/exams/{id}/certificates")>{lang.pick("合格证书", "Certificates")}</a>
                    <a class="button" href=format!("/admin/exams/{id}/items")>{lang.pick("试题分析", "Item analysis")}</a>
                    <a class="button" href=format!("/admin/exams/{id}/keys")>{lang.pick("更正答案", "Correct a key")}</a>
                    {texts.then(|| view! { <a class="button" href=format!("/admin/exams/{id}/marking")>{lang.pick("阅卷", "Marking")}</a> })}
                    <a class="button" href=format!("/admin/exams/{id}/signals")>{lang.pick("异常线索", "Signals")}</a>
                    <a class="button" href="/admin/objections">{lang.pick("异议", "Objections")}</a>
                </div>
                <p class="row wrap">
                    <a href=format!("/admin/exams/{id}/print?form=A")>{lang.pick("打印 A 卷", "Print form A")}</a>
                    <a href=format!("/admin/exams/{id}/print?form=B")>{lang.pick("打印 B 卷", "Print form B")}</a>
                </p>
            </section>
        }
        .into_any(),
    }
}
