//! A law to read: contents, text, versions.

use leptos::prelude::*;

use super::{
    super::{
        part::{Tone, heading, tag},
        shell::{Frame, page},
    },
    article_path, body, days_line, law_path, not_in_force, status_tag, trail, version_name, version_path,
};
use crate::{
    domain::{
        lang::Lang,
        law::{Article, Division, DivisionKind, Followed, Law, Words},
        role::Right,
    },
    service::law::{Marked, Reading},
};

pub fn reader(frame: &Frame, reading: &Reading) -> impl IntoView {
    let lang = frame.lang;
    let record = &reading.record;
    let path = law_path(record.entry.id);
    let level = record.entry.level.map(|level| tag(Tone::Plain, level.name(lang)));
    let manage = frame.offers(Right::ManageLaws).then(|| {
        view! { <a class="button" href=format!("/admin/laws/{}", record.entry.id)>{lang.pick("日期与废止", "Days and repeal")}</a> }
    });
    let several = record.versions().len() > 1;
    let compare = several.then(|| {
        let href = format!("{path}/compare?new={}", reading.version.id);
        view! { <a class="button" href=href>{lang.pick("与前一版本对照", "Compare with the version before")}</a> }
    });
    let history = reading
        .law
        .history
        .iter()
        .map(|event| view! { <li>{event.text.clone()}</li> })
        .collect_view();
    let history = (!reading.law.history.is_empty()).then(|| {
        view! { <ul class="plain-list small soft law" lang="zh-CN">{history}</ul> }
    });
    let title = record.entry.name();
    let main = view! {
        {trail(frame)}
        <div lang="zh-CN">{heading(title.clone(), "")}</div>
        <div class="row">{status_tag(lang, reading.status)}{level}<span class="small soft num">{days_line(lang, &reading.version.days)}</span></div>
        {called_before(lang, reading)}
        {standing(lang, reading)}
        {several.then(|| versions(lang, reading))}
        <div class="row no-print">{compare}{manage}</div>
        {history}
        <div class="law-page">
            {contents(lang, &reading.law)}
            <div class="law-text" lang="zh-CN">{text(frame, reading)}</div>
        </div>
    };
    page(frame, &title, main)
}

/// Says so when the version is not the one in force.
fn standing(lang: Lang, reading: &Reading) -> Option<impl IntoView + use<>> {
    let current = reading.record.in_force(reading.today);
    let link = current
        .filter(|current| current.id != reading.version.id)
        .map(|current| {
            let href = version_path(&reading.record, current.id);
            view! { " "<a href=href>{lang.pick("看有效的版本", "See the version in force")}</a> }
        });
    let text = match not_in_force(lang, reading.status) {
        Some(text) => text.to_owned(),
        None => {
            let ends = reading.record.validity(&reading.version);
            let next = ends.superseded.map(|date| match lang {
                Lang::Zh => format!("这个版本有效到 {date} 之前，那天起施行新的版本。"),
                Lang::En => format!("This version is in force until {date}, when a later one takes effect."),
            });
            let gone = ends.repealed.map(|date| match lang {
                Lang::Zh => format!("本法规自 {date} 起废止。"),
                Lang::En => format!("This law is repealed from {date}."),
            });
            gone.or(next)?
        }
    };
    Some(view! { <p class="notice warn" role="status">{text}{link}</p> })
}

fn versions(lang: Lang, reading: &Reading) -> impl IntoView + use<> {
    let links = reading
        .record
        .versions()
        .iter()
        .rev()
        .map(|version| {
            let href = version_path(&reading.record, version.id);
            let here = version.id == reading.version.id;
            let status = reading.record.status(version, reading.today);
            let name = format!(
                "{}{}{}",
                version_name(lang, version),
                lang.pick("：", ": "),
                status.name(lang)
            );
            view! { <li><a class="button small num" href=href aria-current=here.then_some("page")>{name}</a></li> }
        })
        .collect_view();
    view! {
        <nav class="no-print" aria-label=lang.pick("版本", "Versions")><ul class="steps">{links}</ul></nav>
    }
}

fn depth(kind: DivisionKind) -> &'static str {
    match kind {
        DivisionKind::Part | DivisionKind::Unnumbered | DivisionKind::Annex => "contents-1",
        DivisionKind::Subpart => "contents-2",
        DivisionKind::Chapter => "contents-2",
        DivisionKind::Section => "contents-3",
    }
}

fn contents(lang: Lang, law: &Law) -> impl IntoView + use<> {
    /// With more, the contents of a long law would be all that a phone shows; they open by a touch.
    const OPEN: usize = 15;
    (!law.divisions.is_empty()).then(|| {
        let open = law.divisions.len() <= OPEN;
        let links = law
            .divisions
            .iter()
            .enumerate()
            .map(|(place, division)| {
                view! { <li class=depth(division.kind)><a href=format!("#div-{place}") lang="zh-CN">{division.heading()}</a></li> }
            })
            .collect_view();
        view! {
            <nav class="law-contents no-print" aria-label=lang.pick("目录", "Contents")>
                <details open=open><summary>{lang.pick("目录", "Contents")}</summary><ul>{links}</ul></details>
            </nav>
        }
    })
}

/// Divisions and articles in the order of the text.
fn text(frame: &Frame, reading: &Reading) -> impl IntoView + use<> {
    let law = &reading.law;
    let mut parts: Vec<AnyView> = Vec::new();
    let mut divisions = law.divisions.iter().enumerate().peekable();
    for (place, article) in law.articles.iter().enumerate() {
        while let Some((at, division)) = divisions.next_if(|(_, division)| division.articles_before <= place) {
            parts.push(self::division(at, division).into_any());
        }
        // A number that stands twice has its anchor at the first.
        let first = law.articles.iter().position(|one| one.number == article.number) == Some(place);
        parts.push(self::article(frame, reading, article, first).into_any());
    }
    for (at, division) in divisions {
        parts.push(self::division(at, division).into_any());
    }
    parts.collect_view()
}

/// The titles that the law had before.
fn called_before(lang: Lang, reading: &Reading) -> impl IntoView + use<> {
    let names: Vec<String> = reading
        .record
        .former
        .iter()
        .map(|before| format!("《{}》", before.name()))
        .collect();
    (!names.is_empty()).then(|| view! {
        <p class="small soft">{lang.pick("原名：", "Called before: ")}<span lang="zh-CN">{names.join("、")}</span></p>
    })
}

fn division(at: usize, division: &Division) -> impl IntoView + use<> {
    let id = format!("div-{at}");
    let heading = division.heading();
    let heading = match division.kind {
        DivisionKind::Section => view! { <h3 class="law-heading" id=id>{heading}</h3> }.into_any(),
        _ => view! { <h2 class="law-heading" id=id>{heading}</h2> }.into_any(),
    };
    let lines = division
        .text
        .iter()
        .map(|line| view! { <p class="law-paragraph">{line.clone()}</p> })
        .collect_view();
    view! { {heading}{lines} }
}

fn article(frame: &Frame, reading: &Reading, article: &Article, first: bool) -> impl IntoView + use<> {
    let lang = frame.lang;
    let number = article.number;
    let href = article_path(reading.record.entry.id, reading.version.id, number);
    let mark = reading
        .marks
        .get(&number)
        .filter(|_| first)
        .map(|marked| self::mark(lang, marked));
    view! {
        <article class="law-article" id=first.then(|| format!("art-{number}"))>
            <p class="law-number"><a class="quiet" href=href>{number.chinese()}</a>{mark}</p>
            {body(article, &Words::default())}
        </article>
    }
}

/// What somebody keeps of the article.
fn mark(lang: Lang, marked: &Marked) -> impl IntoView + use<> {
    let since = matches!(marked.since, Followed::Changed(_)).then(|| {
        view! { <span class="tag warn">{lang.pick("收藏后条文有改动", "reworded since")}</span> }
    });
    let note = (!marked.note.is_empty()).then(|| view! { <span class="law-note lines">{marked.note.clone()}</span> });
    view! { <span class="law-mark" lang=lang.tag()>{tag(Tone::Action, lang.pick("已收藏", "Bookmarked"))}{since}{note}</span> }
}
