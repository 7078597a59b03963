//! Pieces that pages share.

pub mod form;
pub mod rules;

use leptos::prelude::*;
use similar::{ChangeTag, TextDiff};

use crate::{
    domain::{
        figure::{Counts, mean},
        intake::Note,
        lang::Lang,
        time::Timestamp,
    },
    error::Fault,
    service::qr::Qr,
    ui::shell::as_text,
};

/// What a tag or notice is about; its words say it too, never the colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Plain,
    Good,
    Warn,
    Seal,
    Action,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Seal => "seal",
            Self::Action => "action",
        }
    }
}

pub fn tag(tone: Tone, text: impl Into<String>) -> impl IntoView {
    view! { <span class=format!("tag {}", tone.class())>{text.into()}</span> }
}

/// A sentence that stands out; read aloud when it appears.
pub fn notice(tone: Tone, text: impl Into<String>) -> impl IntoView {
    view! { <p class=format!("notice {}", tone.class()) role="status">{text.into()}</p> }
}

/// The fault of the last try, above the form it belongs to.
pub fn fault(fault: Option<&Fault>, lang: Lang) -> impl IntoView {
    fault.map(|fault| view! { <p class="notice seal" role="alert">{fault.message(lang)}</p> })
}

/// Page title with a line below it.
pub fn heading(title: impl Into<String>, below: impl Into<String>) -> impl IntoView {
    let below: String = below.into();
    view! {
        <div>
            <h1>{title.into()}</h1>
            {(!below.is_empty()).then(|| view! { <p class="soft small num">{below}</p> })}
        </div>
    }
}

/// A horizontal bar for a share in hundredths of a percent; decoration beside its number.
pub fn bar(basis_points: i64) -> impl IntoView {
    let width = format!("{:.2}", basis_points.clamp(0, 10_000) as f64 / 100.0);
    view! {
        <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
            <rect class="rail" width="100" height="6"></rect>
            <rect class="fill" width=width height="6"></rect>
        </svg>
    }
}

/// The average score of those who sat.
pub fn mean_or_dash(counts: &Counts) -> String {
    mean(counts.score_sum, counts.sat).unwrap_or_else(|| "—".into())
}

/// Two texts as one: what only the old one has is struck out, what only the new one has is marked.
pub fn difference(lang: Lang, old: &str, new: &str) -> impl IntoView + use<> {
    let diff = TextDiff::from_chars(old, new);
    let mut runs: Vec<(ChangeTag, String)> = Vec::new();
    for change in diff.iter_all_changes() {
        match runs.last_mut() {
            Some((tag, run)) if *tag == change.tag() => run.push_str(change.value()),
            _ => runs.push((change.tag(), change.value().to_owned())),
        }
    }
    let spoken = |text: &'static str| view! { <span class="visually-hidden">{text}</span> };
    let runs = runs
        .into_iter()
        .map(|(tag, run)| match tag {
            ChangeTag::Equal => run.into_any(),
            ChangeTag::Delete => view! { <del>{spoken(lang.pick("删去", "deleted: "))}{run}</del> }.into_any(),
            ChangeTag::Insert => view! { <ins>{spoken(lang.pick("加上", "added: "))}{run}</ins> }.into_any(),
        })
        .collect_view();
    view! { <span class="difference" lang="zh-CN">{runs}</span> }
}

/// A labelled text field.
pub fn field(id: &'static str, label: &'static str, value: impl Into<String>, kind: &'static str) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input id=id name=id r#type=kind value=value.into() required=true/>
        </div>
    }
}

/// A labelled field for a longer text, with a hint below it.
pub fn area(id: &'static str, label: &'static str, value: &str, hint: &'static str) -> impl IntoView + use<> {
    let hint_id = format!("{id}-hint");
    let described = (!hint.is_empty()).then(|| hint_id.clone());
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <textarea id=id name=id rows="4" maxlength="1000" required=true aria-describedby=described inner_html=as_text(value)></textarea>
            {(!hint.is_empty()).then(|| view! { <p class="small soft" id=hint_id>{hint}</p> })}
        </div>
    }
}

/// A form that asks for a code and shows what is known of it on the same page.
pub fn code_form(action: String, label: &'static str, code: &str, button: &'static str) -> impl IntoView + use<> {
    let code: String = code.chars().take(200).collect();
    view! {
        <form class="card stack" action=action method="get">
            <div class="field">
                <label for="code">{label}</label>
                <input id="code" name="code" value=code maxlength="200" autocomplete="off" autocapitalize="characters" spellcheck="false" required=true/>
            </div>
            <button class="button primary" r#type="submit">{button}</button>
        </form>
    }
}

/// A QR code with the light rim a scanner needs.
pub fn qr(code: &Qr, label: &'static str) -> impl IntoView + use<> {
    let side = code.width + 8;
    view! {
        <svg class="qr" viewBox=format!("-4 -4 {side} {side}") role="img" aria-label=label>
            <rect class="light" x="-4" y="-4" width=side.to_string() height=side.to_string()></rect>
            <path class="dark" d=code.path()></path>
        </svg>
    }
}

/// A choice among few: value, label.
pub fn choice(
    id: &'static str,
    label: &'static str,
    options: Vec<(String, String)>,
    chosen: &str,
) -> impl IntoView + use<> {
    let options = options
        .into_iter()
        .map(|(value, label)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected>{label}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <select id=id name=id>{options}</select>
        </div>
    }
}

/// A file to upload, with its button.
pub fn upload(
    action: String,
    label: &'static str,
    hint: &'static str,
    accept: &'static str,
    button: &'static str,
) -> impl IntoView {
    view! {
        <form class="stack" action=action method="post" enctype="multipart/form-data">
            <div class="field">
                <label for="file">{label}</label>
                <input id="file" name="file" r#type="file" accept=accept required=true aria-describedby="file-hint"/>
                <p class="small soft" id="file-hint">{hint}</p>
            </div>
            <button class="button" r#type="submit">{button}</button>
        </form>
    }
}

/// How many notes one page lists; the rest is counted.
const NOTES: usize = 200;

/// Refused or doubtful rows as a table.
pub fn notes(lang: Lang, title: String, notes: &[Note]) -> impl IntoView + use<> {
    let rows = notes
        .iter()
        .take(NOTES)
        .map(|note| {
            let place = note.place.to_string();
            view! { <tr><td class="num">{if place.is_empty() { "—".to_owned() } else { place }}</td><td>{note.message(lang)}</td></tr> }
        })
        .collect_view();
    let more = notes.len().saturating_sub(NOTES);
    let more = (more > 0).then(|| {
        let text = match lang {
            Lang::Zh => format!("还有 {more} 条没有列出。"),
            Lang::En => format!("{more} more are not listed."),
        };
        view! { <p class="small soft">{text}</p> }
    });
    (!notes.is_empty()).then(|| {
        view! {
            <section class="card stack">
                <h2>{title}</h2>
                <div class="scroll" tabindex="0" role="group" aria-label=lang.pick("表格", "Table")>
                    <table>
                        <thead><tr><th>{lang.pick("位置", "Place")}</th><th>{lang.pick("说明", "What is wrong")}</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
                {more}
            </section>
        }
    })
}

/// A wide table that scrolls inside its own box, also by keyboard.
pub fn table(label: &'static str, head: impl IntoView, body: impl IntoView) -> impl IntoView {
    view! {
        <div class="scroll" tabindex="0" role="group" aria-label=label>
            <table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>
        </div>
    }
}

/// Links to the page before and after. `link` gives the address of a page (from 1).
pub fn pager(lang: Lang, page: u32, pages: u32, link: impl Fn(u32) -> String) -> impl IntoView {
    (pages > 1).then(|| {
        let before = (page > 1).then(|| view! { <a class="button" rel="prev" href=link(page - 1)>{lang.pick("上一页", "Previous")}</a> });
        let after = (page < pages).then(|| view! { <a class="button" rel="next" href=link(page + 1)>{lang.pick("下一页", "Next")}</a> });
        let here = match lang {
            Lang::Zh => format!("第 {page} 页，共 {pages} 页"),
            Lang::En => format!("Page {page} of {pages}"),
        };
        view! {
            <nav class="row" aria-label=lang.pick("翻页", "Pages")>{before}<span class="small soft num">{here}</span>{after}</nav>
        }
    })
}

/// Date and time to the minute, as people write it.
pub fn moment(lang: Lang, at: Timestamp) -> String {
    let c = at.civil();
    match lang {
        Lang::Zh => format!("{}年{}月{}日 {:02}:{:02}", c.year, c.month, c.day, c.hour, c.minute),
        Lang::En => format!(
            "{:04}-{:02}-{:02} {:02}:{:02}",
            c.year, c.month, c.day, c.hour, c.minute
        ),
    }
}

/// A day: `2026-12-01`.
pub fn day(at: Timestamp) -> String {
    at.day_field()
}

/// A length of time in minutes and seconds.
pub fn duration(lang: Lang, ms: i64) -> String {
    let seconds = ms.max(0) / 1000;
    match lang {
        Lang::Zh => format!("{} 分 {:02} 秒", seconds / 60, seconds % 60),
        Lang::En => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}
