//! One certificate: for those who keep it, and for its holder.

use leptos::prelude::*;

use super::{review_fields, standing_tag, training_fields};
use crate::{
    domain::{
        lang::Lang,
        officer::{Review, State, Training},
    },
    error::Fault,
    service::officer::{Own, Record},
    ui::{
        part::{
            Tone, fault,
            form::{Typed, line, select, typed_or},
            heading, table, tag,
        },
        shell::{Frame, page},
    },
};

fn state_tag(lang: Lang, state: State) -> impl IntoView {
    let tone = match state {
        State::Valid => Tone::Good,
        State::Suspended => Tone::Warn,
        State::Returned | State::Withdrawn => Tone::Seal,
    };
    tag(tone, state.name(lang))
}

pub fn show(frame: &Frame, record: &Record, typed: &Typed, wrong: Option<&Fault>) -> impl IntoView + use<> {
    let lang = frame.lang;
    let certificate = &record.row.certificate;
    let (number, name) = record.row.holder.clone().unwrap_or_default();
    let title = format!("{name} {}", certificate.wish.number);
    let below = [
        number,
        record.units.path(certificate.unit),
        certificate.wish.area.clone(),
    ];
    let below: Vec<_> = below.into_iter().filter(|part| !part.is_empty()).collect();
    let main = view! {
        <p class="small"><a href=format!("/admin/officers?year={}", record.rule.year)>{lang.pick("执法证台账", "Enforcement certificates")}</a></p>
        {heading(title.clone(), below.join(" · "))}
        {fault(wrong, lang)}
        {facts(lang, record)}
        {reviews(lang, record)}
        {trainings(lang, record)}
        {record.writes.then(|| acts(lang, record, typed))}
    };
    page(frame, &title, main)
}

fn facts(lang: Lang, record: &Record) -> impl IntoView + use<> {
    let row = &record.row;
    let (certificate, wish) = (&row.certificate, &row.certificate.wish);
    let reason = (!certificate.reason.is_empty()).then(|| {
        let since = certificate.state_day.day_field();
        view! { <p class="small">{format!("{since} {}", certificate.reason)}</p> }
    });
    let year = record.rule.year;
    let lines = [
        (lang.pick("证件类别", "Category"), wish.category.name(lang).to_owned()),
        (lang.pick("发证日期", "Issued"), wish.issued.day_field()),
        (lang.pick("有效期至", "Good until"), row.until.day_field()),
        (
            lang.pick("本年培训学时", "Training this year"),
            format!("{} / {}", row.hours, record.rule.hours),
        ),
    ];
    let lines = lines
        .map(|(name, value)| view! { <tr><th class="plain" scope="row">{name}</th><td class="num">{value}</td></tr> })
        .collect_view();
    view! {
        <section class="card stack">
            <p>{state_tag(lang, certificate.state)}" "{standing_tag(lang, row.standing)}" "<span class="small soft num">{year}</span></p>
            {reason}
            <table class="facts"><tbody>{lines}</tbody></table>
        </section>
    }
}

fn review_rows(lang: Lang, reviews: &[Review]) -> impl IntoView + use<> {
    reviews
        .iter()
        .map(|review| {
            let until = review.until.map_or("—".to_owned(), |until| until.day_field());
            view! {
                <tr><td class="num">{review.year}</td><td>{review.outcome.name(lang)}</td><td class="num">{review.day.day_field()}</td>
                    <td class="num">{until}</td><td>{review.document.clone()}</td></tr>
            }
        })
        .collect_view()
}

fn reviews(lang: Lang, record: &Record) -> impl IntoView + use<> {
    let title = lang.pick("历年年审", "Reviews");
    let head = view! {
        <th>{lang.pick("年度", "Year")}</th><th>{lang.pick("结果", "Outcome")}</th><th>{lang.pick("办理日期", "Day")}</th>
        <th>{lang.pick("新的有效期", "New end")}</th><th>{lang.pick("文件", "Document")}</th>
    };
    let inside = if record.reviews.is_empty() {
        view! { <p class="soft">{lang.pick("还没有年审记录。", "No review yet.")}</p> }.into_any()
    } else {
        table(title, head, review_rows(lang, &record.reviews)).into_any()
    };
    let id = record.row.certificate.id;
    let last = record.reviews.last().filter(|_| record.writes).map(|review| {
        view! {
            <details><summary>{lang.pick("登记错了，撤销最近一次", "Undo the last one")}</summary>
                <form class="stack" action=format!("/admin/officers/{id}/undo") method="post">
                    <input r#type="hidden" name="year" value=review.year.to_string()/>
                    {line("undo", ("reason", "text"), lang.pick("理由", "Reason"), String::new(), true)}
                    <button class="button" r#type="submit">{lang.pick("撤销", "Undo")}</button>
                </form></details>
        }
    });
    view! { <section class="card stack"><h2>{title}</h2>{inside}{last}</section> }
}

fn training_line(training: &Training) -> String {
    format!(
        "{} {}（{}）",
        training.day.day_field(),
        training.title,
        training.document
    )
}

fn trainings(lang: Lang, record: &Record) -> impl IntoView + use<> {
    let title = lang.pick("本年培训", "Training this year");
    let id = record.row.certificate.id;
    let writes = record.writes;
    let rows = record
        .trainings
        .iter()
        .map(|training| {
            let remove = writes.then(|| {
                let label = format!("{} {}", lang.pick("删除的理由", "Reason to remove"), training.title);
                view! {
                    <details><summary>{lang.pick("删除", "Remove")}</summary>
                        <form class="stack" action=format!("/admin/officers/{id}/untrain") method="post">
                            <input r#type="hidden" name="training" value=training.id.to_string()/>
                            <div class="field"><input name="reason" aria-label=label required=true maxlength="120"/></div>
                            <button class="button small" r#type="submit">{lang.pick("删除", "Remove")}</button>
                        </form></details>
                }
            });
            view! { <tr><td class="num">{training.hours.to_string()}</td><td>{training_line(training)}{remove}</td></tr> }
        })
        .collect_view();
    let measured = (record.measured.0 > 0).then(|| {
        let text = lang.pick("本系统测得的学习时长", "Study measured here");
        view! { <tr><td class="num">{record.measured.to_string()}</td><td>{text}</td></tr> }
    });
    let head = view! { <th class="num">{lang.pick("学时", "Hours")}</th><th>{lang.pick("培训", "Training")}</th> };
    let inside = if record.trainings.is_empty() && measured.is_none() {
        view! { <p class="soft">{lang.pick("还没有登记。", "Nothing entered yet.")}</p> }.into_any()
    } else {
        table(title, head, view! { {rows}{measured} }).into_any()
    };
    view! { <section class="card stack"><h2>{title}</h2>{inside}</section> }
}

fn acts(lang: Lang, record: &Record, typed: &Typed) -> impl IntoView + use<> {
    let id = record.row.certificate.id;
    let now = record.row.certificate.state;
    let states = State::ALL
        .iter()
        .filter(|state| **state != now)
        .map(|state| (state.code().to_owned(), state.name(lang).to_owned()))
        .collect();
    let hidden = view! {
        <input r#type="hidden" name="certificate" value=id.to_string()/>
        <input r#type="hidden" name="back" value=id.to_string()/>
        <input r#type="hidden" name="year" value=record.rule.year.to_string()/>
    };
    view! {
        <form class="card stack" action="/admin/officers/review" method="post">
            <h2>{lang.pick("办理", "Settle")}</h2>
            {hidden}
            {review_fields(lang, typed, record.now)}
            {training_fields(lang, typed)}
        </form>
        <form class="card stack" action=format!("/admin/officers/{id}/state") method="post">
            <h2>{lang.pick("变更证件状态", "Change its state")}</h2>
            <div class="halves">
                {select("state", "state", lang.pick("改为", "To"), states, &typed_or(typed, "state", ""))}
                {line("state", ("day", "date"), lang.pick("从哪天起", "From"), typed_or(typed, "day", record.now.day_field()), true)}
            </div>
            {line("state", ("reason", "text"), lang.pick("理由", "Reason"), typed_or(typed, "reason", ""), true)}
            <button class="button" r#type="submit">{lang.pick("变更", "Change")}</button>
        </form>
    }
}

/// What a person sees of the own certificates.
pub fn own(lang: Lang, all: &[Own]) -> impl IntoView + use<> {
    let rows = all
        .iter()
        .map(|own| {
            let certificate = &own.row.certificate;
            let by = match own.row.standing {
                Some(standing) if standing.is_open() => own.review_by.day_field(),
                _ => "—".to_owned(),
            };
            view! {
                <tr><td class="num">{certificate.wish.number.clone()}</td><td>{state_tag(lang, certificate.state)}</td>
                    <td class="num">{own.row.until.day_field()}</td><td>{standing_tag(lang, own.row.standing)}</td><td class="num">{by}</td>
                    <td class="num">{format!("{} / {}", own.row.hours, own.rule.hours)}</td></tr>
            }
        })
        .collect_view();
    let title = lang.pick("行政执法证", "Enforcement certificates");
    let head = view! {
        <th>{lang.pick("证件编号", "Number")}</th><th>{lang.pick("状态", "State")}</th><th>{lang.pick("有效期至", "Good until")}</th>
        <th>{lang.pick("本年年审", "Review this year")}</th><th>{lang.pick("最晚办理", "To be done by")}</th>
        <th class="num">{lang.pick("培训学时", "Training")}</th>
    };
    (!all.is_empty()).then(|| {
        view! { <section class="card stack"><h2>{title}</h2>{table(title, head, rows)}</section> }
    })
}
