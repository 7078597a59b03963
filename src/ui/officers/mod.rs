//! The ledger of enforcement certificates: the list of a year, with what is done to several at a time.

mod applications;
mod import;
mod show;

use std::collections::HashSet;

use leptos::prelude::*;

use super::{
    part::{
        Tone, fault,
        form::{Typed, line, select, typed_or},
        heading, notice, pager, table, tag, upload,
    },
    shell::{Frame, encode, page},
};
use crate::{
    domain::{
        activity::ActivityFault,
        id::OfficerCertificateId,
        lang::Lang,
        officer::{Category, Outcome, Standing},
        time::Timestamp,
    },
    error::Fault,
    service::officer::{Filter, Page, Row},
};

pub use applications::{application, applications};
pub use import::import;
pub use show::{own, show};

/// The state that asks for what the year does not count.
pub const UNCOUNTED: &str = "uncounted";

fn standing_tag(lang: Lang, standing: Option<Standing>) -> impl IntoView {
    let tone = match standing {
        Some(Standing::Late) => Tone::Seal,
        Some(Standing::Due) => Tone::Action,
        Some(Standing::Reviewed | Standing::Renewed) => Tone::Good,
        Some(Standing::Exempt | Standing::New) | None => Tone::Plain,
    };
    let words = standing.map_or(lang.pick("本年不计", "Not counted"), |standing| standing.name(lang));
    tag(tone, words)
}

/// What was typed into a form over several certificates, and which were ticked.
#[derive(Default)]
pub struct Batch {
    pub typed: Typed,
    pub ticked: HashSet<OfficerCertificateId>,
}

pub fn list(
    frame: &Frame,
    shown: &Page,
    filter: &Filter,
    batch: &Batch,
    today: Timestamp,
    wrong: Option<&Fault>,
) -> impl IntoView + use<> {
    let lang = frame.lang;
    let title = lang.pick("执法证台账", "Enforcement certificates");
    let below = match lang {
        Lang::Zh => format!("{} 年度，找到 {} 本", filter.year, shown.total),
        Lang::En => format!("{}, {} found", filter.year, shown.total),
    };
    let enter = shown.writes.then(|| {
        view! { <a class="button primary" href="/admin/officers/new">{lang.pick("登记执法证", "Enter a certificate")}</a> }
    });
    let main = view! {
        <p class="small"><a href=format!("/admin/activities?year={}", filter.year)>{lang.pick("活动台账", "Ledger of activities")}</a></p>
        <div class="row between wrap">{heading(title, below)}<div class="row wrap">
            <a class="button" href="/admin/officers/applications">{lang.pick("申领办理", "Applications")}</a>{enter}</div></div>
        {fault(wrong, lang)}
        {year_notice(lang, shown, filter.year)}
        {rule(lang, shown)}
        <section class="card stack">
            {filters(lang, shown, filter)}
            {counts(lang, shown)}
            {body(lang, shown, filter, batch, today)}
            {pager(lang, shown.page, shown.pages, address(filter))}
        </section>
        {shown.everywhere.then(|| set_rule(lang, shown, filter.year))}
        {shown.writes.then(|| files(lang))}
    };
    page(frame, title, main)
}

fn address(filter: &Filter) -> impl Fn(u32) -> String + use<> {
    let unit = filter.unit.map(|unit| unit.to_string()).unwrap_or_default();
    let until = filter.until.map(Timestamp::day_field).unwrap_or_default();
    let (year, state, words) = (filter.year, state_code(filter), encode(&filter.words));
    move |page| format!("/admin/officers?year={year}&state={state}&unit={unit}&until={until}&words={words}&page={page}")
}

fn state_code(filter: &Filter) -> &'static str {
    match (filter.standing, filter.uncounted) {
        (Some(standing), _) => standing.code(),
        (None, true) => UNCOUNTED,
        (None, false) => "",
    }
}

fn year_notice(lang: Lang, shown: &Page, number: u16) -> impl IntoView + use<> {
    let text = match (&shown.year, lang) {
        (None, Lang::Zh) => format!("{number} 年度还没有开始，年审和培训学时暂时不能登记。"),
        (None, Lang::En) => format!("The year {number} was not begun; reviews and training cannot be entered yet."),
        (Some(year), _) if year.must_be_open().is_err() => ActivityFault::Closed(number).message(lang),
        _ => return None,
    };
    Some(notice(Tone::Plain, text))
}

fn rule(lang: Lang, shown: &Page) -> impl IntoView + use<> {
    let rule = &shown.rule;
    let source = match (rule.document.as_str(), lang) {
        ("", Lang::Zh) => "没有另行设定，按通常要求".to_owned(),
        ("", Lang::En) => "nothing was set; the usual requirement".to_owned(),
        (document, _) => document.to_owned(),
    };
    let text = match lang {
        Lang::Zh => format!(
            "本年度年审最晚 {}，培训要求 {} 学时（{source}）。是否年审合格、是否收回证件由人决定，系统只列出谁到期。",
            rule.review_by.day_field(),
            rule.hours
        ),
        Lang::En => format!(
            "Reviews by {}, {} class hours of training ({source}). People decide about reviews and certificates; this list only says who is due.",
            rule.review_by.day_field(),
            rule.hours
        ),
    };
    view! { <p class="small soft">{text}</p> }
}

fn with_all(lang: Lang, options: impl Iterator<Item = (String, String)>) -> Vec<(String, String)> {
    let all = (String::new(), lang.pick("全部", "All").to_owned());
    std::iter::once(all).chain(options).collect()
}

fn filters(lang: Lang, shown: &Page, filter: &Filter) -> impl IntoView + use<> {
    let states = Standing::ALL
        .iter()
        .map(|standing| (standing.code().to_owned(), standing.name(lang).to_owned()));
    let ended = (
        UNCOUNTED.to_owned(),
        lang.pick("本年不计（已交回、收回等）", "Not counted (returned, withdrawn, …)")
            .to_owned(),
    );
    let units = shown.units.walk();
    let units = units
        .into_iter()
        .map(|(_, unit)| (unit.id.to_string(), shown.units.path(unit.id)));
    let unit = filter.unit.map(|unit| unit.to_string()).unwrap_or_default();
    let until = filter.until.map(Timestamp::day_field).unwrap_or_default();
    view! {
        <form class="filter" action="/admin/officers" method="get">
            {line("filter", ("year", "number"), lang.pick("年度", "Year"), filter.year.to_string(), true)}
            {select("filter", "state", lang.pick("年审状态", "Review"), with_all(lang, states.chain([ended])), state_code(filter))}
            {select("filter", "unit", lang.pick("单位", "Unit"), with_all(lang, units), &unit)}
            {line("filter", ("until", "date"), lang.pick("有效期不晚于", "Good until no later than"), until, false)}
            {line("filter", ("words", "search"), lang.pick("姓名、工号、证号或领域", "Name, number, certificate or area"), filter.words.clone(), false)}
            <button class="button" r#type="submit">{lang.pick("筛选", "Filter")}</button>
        </form>
    }
}

fn counts(lang: Lang, shown: &Page) -> impl IntoView + use<> {
    let figure = |(standing, count): (&Standing, &usize)| {
        view! { <div class="figure"><span class="small soft">{standing.name(lang)}</span><b>{count.to_string()}</b></div> }
    };
    let figures = shown.counts.iter().map(figure).collect_view();
    (!shown.counts.is_empty()).then(|| view! { <div class="figures num">{figures}</div> })
}

fn body(lang: Lang, shown: &Page, filter: &Filter, batch: &Batch, today: Timestamp) -> AnyView {
    if shown.rows.is_empty() {
        let none = lang.pick("没有这样的执法证。", "No such certificate.");
        return notice(Tone::Plain, none).into_any();
    }
    let open = shown.year.is_some_and(|year| year.must_be_open().is_ok());
    let ticks = shown.writes && open;
    let rows = shown
        .rows
        .iter()
        .map(|one| {
            row(
                lang,
                shown,
                one,
                ticks.then(|| batch.ticked.contains(&one.certificate.id)),
            )
        })
        .collect_view();
    let head = view! {
        {ticks.then(|| view! { <th>{lang.pick("勾选", "Tick")}</th> })}
        <th>{lang.pick("姓名", "Name")}</th><th>{lang.pick("证件编号", "Certificate")}</th><th>{lang.pick("单位", "Unit")}</th>
        <th>{lang.pick("执法领域", "Area")}</th><th>{lang.pick("有效期至", "Good until")}</th>
        <th class="num">{lang.pick("学时", "Hours")}</th><th>{lang.pick("年审", "Review")}</th>
    };
    let list = table(lang.pick("执法证", "Certificates"), head, rows);
    if !ticks {
        return list.into_any();
    }
    view! {
        <form class="stack" action="/admin/officers/review" method="post">
            <input r#type="hidden" name="year" value=filter.year.to_string()/>
            {list}
            {review_fields(lang, &batch.typed, today)}
            {training_fields(lang, &batch.typed)}
        </form>
    }
    .into_any()
}

fn row(lang: Lang, shown: &Page, one: &Row, ticked: Option<bool>) -> impl IntoView + use<> {
    let certificate = &one.certificate;
    let wish = &certificate.wish;
    let (number, name) = one.holder.clone().unwrap_or_default();
    let tick = ticked.map(|ticked| {
        let label = format!("{name} {}", wish.number);
        view! { <td><input r#type="checkbox" name="certificate" value=certificate.id.to_string() checked=ticked aria-label=label/></td> }
    });
    // The figures of the year are those of the other category.
    let supervision = (wish.category == Category::Supervision).then(|| {
        let text = lang.pick(
            "行政执法监督证，不计入年度数据",
            "Supervision certificate, not in the figures of the year",
        );
        view! { <p class="small soft">{text}</p> }
    });
    view! {
        <tr>{tick}<td>{name}" "<span class="small soft num">{number}</span></td>
            <td class="num"><a href=format!("/admin/officers/{}", certificate.id)>{wish.number.clone()}</a></td>
            <td>{shown.units.path(certificate.unit)}</td><td>{wish.area.clone()}{supervision}</td><td class="num">{one.until.day_field()}</td>
            <td class="num">{one.hours.to_string()}</td><td>{standing_tag(lang, one.standing)}</td></tr>
    }
}

/// What came of a review, of whichever certificates.
fn review_fields(lang: Lang, typed: &Typed, today: Timestamp) -> impl IntoView + use<> {
    let outcomes = Outcome::ALL
        .iter()
        .map(|outcome| (outcome.code().to_owned(), outcome.name(lang).to_owned()))
        .collect();
    view! {
        <fieldset class="stack">
            <legend>{lang.pick("登记年审结果", "Enter the review")}</legend>
            <div class="halves">
                {select("review", "outcome", lang.pick("结果", "Outcome"), outcomes, &typed_or(typed, "outcome", Outcome::Reviewed.code()))}
                {line("review", ("reviewed", "date"), lang.pick("办理日期", "Day"), typed_or(typed, "reviewed", today.day_field()), false)}
            </div>
            <div class="halves">
                {line("review", ("renewed_until", "date"), lang.pick("换证后的有效期至（只有换证填）", "New end (only for a renewal)"), typed_or(typed, "renewed_until", ""), false)}
                {line("review", ("review_document", "text"), lang.pick("文件（免审必填）", "Document (needed for an exemption)"), typed_or(typed, "review_document", ""), false)}
            </div>
            <button class="button primary" r#type="submit">{lang.pick("登记年审", "Enter the review")}</button>
        </fieldset>
    }
}

/// Training, of whichever holders.
fn training_fields(lang: Lang, typed: &Typed) -> impl IntoView + use<> {
    view! {
        <fieldset class="stack">
            <legend>{lang.pick("登记培训学时", "Enter training")}</legend>
            <div class="halves">
                {line("training", ("trained", "date"), lang.pick("培训日期", "Day"), typed_or(typed, "trained", ""), false)}
                {line("training", ("hours", "text"), lang.pick("学时，例如 8 或 4.5", "Class hours, such as 8 or 4.5"), typed_or(typed, "hours", ""), false)}
            </div>
            <div class="halves">
                {line("training", ("training", "text"), lang.pick("培训名称", "Training"), typed_or(typed, "training", ""), false)}
                {line("training", ("training_document", "text"), lang.pick("证明文件", "Document"), typed_or(typed, "training_document", ""), false)}
            </div>
            <button class="button" r#type="submit" formaction="/admin/officers/train">{lang.pick("登记学时", "Enter training")}</button>
        </fieldset>
    }
}

fn set_rule(lang: Lang, shown: &Page, year: u16) -> impl IntoView + use<> {
    let rule = &shown.rule;
    view! {
        <form class="card stack" action="/admin/officers/rule" method="post">
            <h2>{lang.pick("年度要求", "What the year asks for")}</h2>
            <input r#type="hidden" name="year" value=year.to_string()/>
            <div class="halves">
                {line("rule", ("hours", "text"), lang.pick("培训学时", "Class hours of training"), rule.hours.to_string(), true)}
                {line("rule", ("review_by", "date"), lang.pick("年审最晚日期", "Reviews by"), rule.review_by.day_field(), true)}
            </div>
            {line("rule", ("document", "text"), lang.pick("依据文件", "Document"), rule.document.clone(), true)}
            <button class="button" r#type="submit">{lang.pick("保存", "Save")}</button>
        </form>
    }
}

fn files(lang: Lang) -> impl IntoView {
    view! {
        <section class="card stack">
            <h2>{lang.pick("导入已有台账", "Import an existing ledger")}</h2>
            {upload(
                "/admin/officers/import".to_owned(),
                lang.pick("台账文件（XLSX 或 CSV）", "Ledger (XLSX or CSV)"),
                lang.pick("先预览，逐行指出问题，确认后一次写入。", "It is previewed first, row by row, and stored at once when confirmed."),
                ".xlsx,.csv",
                lang.pick("上传并预览", "Upload and preview"),
            )}
            <p class="small"><a href="/admin/officers/template" download="officers.xlsx">{lang.pick("下载模板", "Download the template")}</a></p>
        </section>
    }
}

/// The form for a certificate.
pub fn edit(frame: &Frame, typed: &Typed, wrong: Option<&Fault>) -> impl IntoView + use<> {
    let lang = frame.lang;
    let title = lang.pick("登记执法证", "Enter a certificate");
    let main = view! {
        <p class="small"><a href="/admin/officers">{lang.pick("执法证台账", "Enforcement certificates")}</a></p>
        {heading(title, "")}
        {fault(wrong, lang)}
        <form class="card stack" action="/admin/officers" method="post">
            {line("officer", ("person", "text"), lang.pick("持证人工号", "Number of the holder"), typed_or(typed, "person", ""), true)}
            {certificate_fields(lang, typed)}
            <div class="halves">
                {line("officer", ("area", "text"), lang.pick("执法领域", "Area"), typed_or(typed, "area", ""), false)}
                {select("officer", "category", lang.pick("证件类别", "Category"), categories(lang), &typed_or(typed, "category", Category::default().code()))}
            </div>
            <button class="button primary" r#type="submit">{lang.pick("保存", "Save")}</button>
        </form>
    };
    page(frame, title, main)
}

fn categories(lang: Lang) -> Vec<(String, String)> {
    let option = |category: &Category| (category.code().to_owned(), category.name(lang).to_owned());
    Category::ALL.iter().map(option).collect()
}

/// What stands on a certificate beside its holder.
fn certificate_fields(lang: Lang, typed: &Typed) -> impl IntoView + use<> {
    view! {
        {line("officer", ("number", "text"), lang.pick("证件编号", "Number of the certificate"), typed_or(typed, "number", ""), true)}
        <div class="halves">
            {line("officer", ("issued", "date"), lang.pick("发证日期", "Issued"), typed_or(typed, "issued", ""), true)}
            {line("officer", ("until", "date"), lang.pick("有效期至", "Good until"), typed_or(typed, "until", ""), true)}
        </div>
    }
}
