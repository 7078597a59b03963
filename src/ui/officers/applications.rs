//! Applications for a certificate: the list, and one with its two exams.

use leptos::prelude::*;

use super::{categories, certificate_fields};
use crate::{
    domain::{
        lang::Lang,
        officer::{Application, ApplicationState, Category, Proof, Stage},
        time::Timestamp,
    },
    error::Fault,
    service::officer::{Desk, Line},
    ui::{
        part::{
            Tone, fault,
            form::{Typed, line, select, typed_or},
            heading, notice, table, tag,
        },
        shell::{Frame, page},
    },
};

fn state_tag(lang: Lang, application: &Application) -> impl IntoView + use<> {
    let (tone, words) = match (application.state, application.next()) {
        (ApplicationState::Granted, _) => (Tone::Good, application.state.name(lang)),
        (ApplicationState::Withdrawn, _) => (Tone::Plain, application.state.name(lang)),
        (ApplicationState::Open, Some(Stage::Special)) => {
            (Tone::Action, lang.pick("待专门考试", "Special exam awaited"))
        }
        (ApplicationState::Open, Some(Stage::General)) => {
            (Tone::Action, lang.pick("待通用考试", "General exam awaited"))
        }
        (ApplicationState::Open, None) => (Tone::Warn, lang.pick("待发证", "Certificate awaited")),
    };
    tag(tone, words)
}

fn holder(line: &Line) -> (String, String) {
    let person = line.person.as_ref();
    person
        .map(|person| (person.number.clone(), person.name.clone()))
        .unwrap_or_default()
}

/// The applications within reach.
pub fn applications(frame: &Frame, desk: &Desk, typed: &Typed, wrong: Option<&Fault>) -> impl IntoView + use<> {
    let lang = frame.lang;
    let title = lang.pick("执法证申领", "Applications for a certificate");
    let rows = desk
        .lines
        .iter()
        .map(|line| {
            let application = &line.application;
            let (number, name) = holder(line);
            view! {
                <tr><td><a href=format!("/admin/officers/applications/{}", application.id)>{name}</a>" "<span class="small soft num">{number}</span></td>
                    <td>{desk.units.path(application.unit)}</td><td>{application.area.clone()}</td>
                    <td class="num">{application.entered_at.day_field()}</td><td>{state_tag(lang, application)}</td></tr>
            }
        })
        .collect_view();
    let head = view! {
        <th>{lang.pick("姓名", "Name")}</th><th>{lang.pick("单位", "Unit")}</th><th>{lang.pick("执法领域", "Area")}</th>
        <th>{lang.pick("登记", "Entered")}</th><th>{lang.pick("进度", "Progress")}</th>
    };
    let list = if desk.lines.is_empty() {
        notice(Tone::Plain, lang.pick("还没有申领登记。", "No application yet.")).into_any()
    } else {
        table(title, head, rows).into_any()
    };
    let new = desk.writes.then(|| {
        view! {
            <form class="card stack" action="/admin/officers/applications" method="post">
                <h2>{lang.pick("登记申领", "Enter an application")}</h2>
                {line("apply", ("person", "text"), lang.pick("申领人工号", "Number of the applicant"), typed_or(typed, "person", ""), true)}
                <div class="halves">
                    {line("apply", ("area", "text"), lang.pick("执法领域", "Area"), typed_or(typed, "area", ""), false)}
                    {select("apply", "category", lang.pick("证件类别", "Category"), categories(lang), &typed_or(typed, "category", Category::default().code()))}
                </div>
                <button class="button primary" r#type="submit">{lang.pick("登记", "Enter")}</button>
            </form>
        }
    });
    let main = view! {
        <p class="small"><a href="/admin/officers">{lang.pick("执法证台账", "Enforcement certificates")}</a></p>
        {heading(title, lang.pick("先专门法律知识考试，后通用法律知识考试，两项都通过再发证。", "The special law exam first, the general one second, then the certificate."))}
        {fault(wrong, lang)}
        <section class="card stack">{list}</section>
        {new}
    };
    page(frame, title, main)
}

/// One application with what is to be done next.
pub fn application(
    frame: &Frame,
    desk: &Desk,
    typed: &Typed,
    today: Timestamp,
    wrong: Option<&Fault>,
) -> impl IntoView + use<> {
    let lang = frame.lang;
    let one = desk.lines.first();
    let (_, name) = one.map(holder).unwrap_or_default();
    let title = match lang {
        Lang::Zh => format!("{name}的执法证申领"),
        Lang::En => format!("Application of {name}"),
    };
    let inside = one.map(|line| inside(lang, desk, line, typed, today));
    let main = view! {
        <p class="small"><a href="/admin/officers/applications">{lang.pick("执法证申领", "Applications for a certificate")}</a></p>
        {heading(title.clone(), one.map(|line| desk.units.path(line.application.unit)).unwrap_or_default())}
        {fault(wrong, lang)}
        {inside}
    };
    page(frame, &title, main)
}

fn inside(lang: Lang, desk: &Desk, line: &Line, typed: &Typed, today: Timestamp) -> impl IntoView + use<> {
    let application = &line.application;
    let rows = Stage::ALL
        .iter()
        .map(|stage| stage_row(lang, desk, application, *stage))
        .collect_view();
    let head = view! {
        <th>{lang.pick("考试", "Exam")}</th><th>{lang.pick("结果", "Result")}</th><th>{lang.pick("日期", "Day")}</th><th>{lang.pick("依据", "Proof")}</th>
    };
    let reason = (!application.reason.is_empty()).then(|| view! { <p class="small">{application.reason.clone()}</p> });
    let certificate = application.certificate.map(|id| {
        view! { <p><a href=format!("/admin/officers/{id}")>{lang.pick("查看证件", "The certificate")}</a></p> }
    });
    let open = desk.writes && application.state == ApplicationState::Open;
    let next = open.then(|| match application.next() {
        Some(stage) => stage_form(lang, desk, application, stage, typed, today).into_any(),
        None => grant_form(lang, application, typed).into_any(),
    });
    let withdraw = open.then(|| {
        view! {
            <form class="card stack" action=format!("/admin/officers/applications/{}/withdraw", application.id) method="post">
                <h2>{lang.pick("撤回申领", "Withdraw")}</h2>
                {line_of(lang)}
                <button class="button" r#type="submit">{lang.pick("撤回", "Withdraw")}</button>
            </form>
        }
    });
    view! {
        <section class="card stack">
            <p>{state_tag(lang, application)}" "{application.category.name(lang)}" "{application.area.clone()}</p>
            {reason}{certificate}
            {table(lang.pick("两项考试", "The two exams"), head, rows)}
        </section>
        {next}{withdraw}
    }
}

fn line_of(lang: Lang) -> impl IntoView {
    line(
        "withdraw",
        ("reason", "text"),
        lang.pick("理由", "Reason"),
        String::new(),
        true,
    )
}

fn stage_row(lang: Lang, desk: &Desk, application: &Application, stage: Stage) -> impl IntoView + use<> {
    let result = application.result(stage);
    let (words, day, proof) = match result {
        None => ("—", String::new(), String::new()),
        Some(result) => {
            let words = match (&result.proof, result.passed) {
                (Proof::Exempt(_), _) => lang.pick("免试", "Exempt"),
                (_, true) => lang.pick("合格", "Passed"),
                (_, false) => lang.pick("不合格", "Not passed"),
            };
            let proof = match &result.proof {
                Proof::Document(document) | Proof::Exempt(document) => document.clone(),
                Proof::Exam(id) => {
                    let exam = desk.exams.iter().find(|exam| exam.id == *id);
                    exam.map_or_else(|| id.to_string(), |exam| exam.title.clone())
                }
            };
            (words, result.day.day_field(), proof)
        }
    };
    view! { <tr><td>{stage.name(lang)}</td><td>{words}</td><td class="num">{day}</td><td>{proof}</td></tr> }
}

fn stage_form(
    lang: Lang,
    desk: &Desk,
    application: &Application,
    stage: Stage,
    typed: &Typed,
    today: Timestamp,
) -> impl IntoView + use<> {
    let mut exams = vec![(String::new(), lang.pick("不在本系统考", "Not held here").to_owned())];
    exams.extend(desk.exams.iter().map(|exam| (exam.id.to_string(), exam.title.clone())));
    let results = [
        ("passed", lang.pick("合格", "Passed")),
        ("failed", lang.pick("不合格", "Not passed")),
        ("exempt", lang.pick("免试", "Exempt")),
    ];
    let results = results.map(|(code, name)| (code.to_owned(), name.to_owned())).to_vec();
    view! {
        <form class="card stack" action=format!("/admin/officers/applications/{}/stage", application.id) method="post">
            <h2>{format!("{} · {}", lang.pick("登记结果", "Enter the result"), stage.name(lang))}</h2>
            <input r#type="hidden" name="stage" value=stage.code()/>
            {select("stage", "exam", lang.pick("本系统考试：取计分的那次成绩", "Exam held here: the attempt that counts"), exams, &typed_or(typed, "exam", ""))}
            <p class="small soft">{lang.pick("选了考试，下面三项不用填。", "With an exam chosen, the next three are not needed.")}</p>
            <div class="halves">
                {select("stage", "result", lang.pick("结果", "Result"), results, &typed_or(typed, "result", "passed"))}
                {line("stage", ("day", "date"), lang.pick("考试（免试批准）日期", "Day of the exam or exemption"), typed_or(typed, "day", today.day_field()), false)}
            </div>
            {line("stage", ("document", "text"), lang.pick("文件：文号或名称", "Document"), typed_or(typed, "document", ""), false)}
            <button class="button primary" r#type="submit">{lang.pick("登记", "Enter")}</button>
        </form>
    }
}

fn grant_form(lang: Lang, application: &Application, typed: &Typed) -> impl IntoView + use<> {
    view! {
        <form class="card stack" action=format!("/admin/officers/applications/{}/grant", application.id) method="post">
            <h2>{lang.pick("登记发证", "Enter the certificate")}</h2>
            {certificate_fields(lang, typed)}
            <button class="button primary" r#type="submit">{lang.pick("发证", "Issue")}</button>
        </form>
    }
}
