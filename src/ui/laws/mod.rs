//! The library of laws: the list, searching, one law, two versions of it, what somebody keeps, and must-know lists.

mod article;
mod compare;
mod manage;
mod marks;
mod must_know;
mod reader;

use leptos::prelude::*;

use super::{
    part::{Tone, heading, notice, pager, table, tag},
    shell::{Frame, encode, page},
};
use crate::{
    domain::{
        id::{LawId, LawVersionId},
        lang::Lang,
        law::{Article, ArticleNumber, Date, Days, Library, Piece, Record, SEARCH_LIMIT, Status, Version, Words},
        role::Right,
    },
    service::law::{CITED, Hit, NAMED, PASSAGES, Passage, Search},
};

pub use article::article;
pub use compare::compared;
pub use manage::{file, list as manage, preview};
pub use marks::marks;
pub use must_know::{edit, lines, lists};
pub use reader::reader;

/// Whether a version counts, in words and in colour.
fn status_tag(lang: Lang, status: Status) -> impl IntoView {
    let tone = match status {
        Status::InForce => Tone::Good,
        Status::NotYetInForce => Tone::Action,
        Status::Amended => Tone::Warn,
        Status::Repealed => Tone::Seal,
    };
    tag(tone, status.name(lang))
}

fn day(date: Option<Date>) -> String {
    date.map_or_else(|| "—".to_owned(), |date| date.to_string())
}

/// `2025-03-01 公布，2025-05-01 施行`.
fn days_line(lang: Lang, days: &Days) -> String {
    let parts = [
        (days.promulgated, lang.pick("公布", "promulgated")),
        (days.effective, lang.pick("施行", "effective")),
        (days.repealed, lang.pick("废止", "repealed")),
    ];
    let known = parts.into_iter().filter_map(|(date, word)| {
        let date = date?;
        Some(match lang {
            Lang::Zh => format!("{date} {word}"),
            Lang::En => format!("{word} {date}"),
        })
    });
    let known: Vec<_> = known.collect();
    match known.is_empty() {
        true => lang.pick("日期不详", "days not known").to_owned(),
        false => known.join(lang.pick("，", ", ")),
    }
}

/// A version as it is named among others: by the day from which it is in force.
fn version_name(lang: Lang, version: &Version) -> String {
    let begins = day(version.days.begins());
    match lang {
        Lang::Zh => format!("{begins} 起的版本"),
        Lang::En => format!("version from {begins}"),
    }
}

fn law_path(id: LawId) -> String {
    format!("/laws/{id}")
}

/// Where the versions of a law stand side by side.
pub(super) fn changed_path(id: LawId) -> String {
    format!("{}/compare", law_path(id))
}

/// The page of a version. It is named also when it is the one that is shown anyway, so that the address leads to the same text after
/// a revision.
fn version_path(record: &Record, version: LawVersionId) -> String {
    format!("{}?version={version}", law_path(record.entry.id))
}

/// The page of an article in a version, which is named for the same reason.
pub(super) fn article_path(law: LawId, version: LawVersionId, number: ArticleNumber) -> String {
    format!("{}/articles/{number}?version={version}", law_path(law))
}

/// Says that a version is not in force; `None`: it is.
fn not_in_force(lang: Lang, status: Status) -> Option<&'static str> {
    match status {
        Status::InForce => None,
        Status::NotYetInForce => Some(lang.pick(
            "这个版本尚未生效，现在不能作为依据。",
            "This version is not in force yet and is no basis for anything today.",
        )),
        Status::Amended => Some(lang.pick(
            "这个版本已被后来的版本代替，只供查阅。",
            "A later version has replaced this one; it is kept for reference.",
        )),
        Status::Repealed => Some(lang.pick(
            "本法规已经废止，只供查阅。",
            "This law is repealed; it is kept for reference.",
        )),
    }
}

/// The text of an article: paragraphs, items and points, without its number.
pub(super) fn body(article: &Article, words: &Words) -> impl IntoView + use<> {
    let line = |class: &'static str, text: String| view! { <p class=class>{marked(words, &text)}</p> }.into_any();
    let mut lines: Vec<AnyView> = Vec::new();
    for paragraph in &article.paragraphs {
        if !paragraph.text.is_empty() {
            lines.push(line("law-paragraph", paragraph.text.clone()));
        }
        for item in &paragraph.items {
            lines.push(line("law-item", format!("{}{}", item.label, item.text)));
            for point in &item.points {
                lines.push(line("law-point", format!("{}{}", point.label, point.text)));
            }
        }
    }
    lines.collect_view()
}

/// A text with the words that were looked for.
fn marked(words: &Words, text: &str) -> impl IntoView + use<> {
    if words.is_empty() {
        return text.to_owned().into_any();
    }
    let pieces = words.mark(text).into_iter();
    pieces
        .map(|(found, piece)| match found {
            true => view! { <mark>{piece}</mark> }.into_any(),
            false => piece.into_any(),
        })
        .collect_view()
        .into_any()
}

/// Text as it was changed: what is gone is struck out, what is new is underlined, and both say so when read aloud.
fn changes(lang: Lang, pieces: &[Piece], old: bool, new: bool) -> impl IntoView + use<> {
    let spoken = |text: &'static str| view! { <span class="visually-hidden">{text}</span> };
    let piece = |piece: &Piece| match piece {
        Piece::Kept(text) => Some(text.clone().into_any()),
        Piece::Removed(text) => {
            old.then(|| view! { <del>{spoken(lang.pick("删去：", "deleted: "))}{text.clone()}</del> }.into_any())
        }
        Piece::Added(text) => {
            new.then(|| view! { <ins>{spoken(lang.pick("加上：", "added: "))}{text.clone()}</ins> }.into_any())
        }
    };
    let pieces = pieces.iter().filter_map(piece).collect_view();
    view! { <p class="difference law lines" lang="zh-CN">{pieces}</p> }
}

/// The way back to the library, and on to what belongs to it.
fn trail(frame: &Frame) -> impl IntoView + use<> {
    let lang = frame.lang;
    view! { <p class="small"><a href="/laws">{lang.pick("法规库", "Library of laws")}</a></p> }
}

/// What the library was asked for.
pub struct Asked<'a> {
    pub typed: &'a str,
    /// All versions, not only those in force.
    pub all: bool,
}

fn search_form(lang: Lang, asked: &Asked<'_>) -> impl IntoView + use<> {
    let typed: String = asked.typed.chars().take(SEARCH_LIMIT).collect();
    view! {
        <form class="card stack" action="/laws" method="get" role="search">
            <div class="field">
                <label for="words">{lang.pick("查法规、条文或字词", "Look for a law, an article or words")}</label>
                <input id="words" name="words" r#type="search" value=typed maxlength=SEARCH_LIMIT.to_string() autocomplete="off" aria-describedby="words-hint"/>
                <p class="small soft" id="words-hint">
                    {lang.pick("可以这样写：", "Write for example: ")}<span lang="zh-CN">"应急预案"</span>{lang.pick("、", ", ")}
                    <span lang="zh-CN">"行政处罚法 第十二条"</span>{lang.pick("、", ", ")}<span lang="zh-CN">"第12条"</span>
                    {lang.pick("。几个词之间空一格，全部要有。", ". Several words, with a blank between them, must all be there.")}
                </p>
            </div>
            <div class="row between">
                <label class="tick"><input r#type="checkbox" name="all" value="yes" checked=asked.all/><span>{lang.pick("也查已修改、已废止和尚未生效的版本", "Also versions not in force")}</span></label>
                <button class="button primary" r#type="submit">{lang.pick("查找", "Search")}</button>
            </div>
        </form>
    }
}

/// The list of laws.
pub fn library(frame: &Frame, library: &Library, today: Date, asked: &Asked<'_>) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("法规库", "Library of laws");
    let count = library.records().len();
    let below = match lang {
        Lang::Zh => format!("{count} 部，今天是 {today}"),
        Lang::En => format!("{count} laws, today is {today}"),
    };
    let list = if count == 0 {
        let text = match frame.offers(Right::ManageLaws) {
            true => lang.pick(
                "还没有法规。请到“管理法规”里导入文本。",
                "No laws yet. Import their texts under “Manage laws”.",
            ),
            false => lang.pick(
                "还没有法规。管理员导入后会列在这里。",
                "No laws yet. They will be listed here once an administrator has imported them.",
            ),
        };
        notice(Tone::Plain, text).into_any()
    } else {
        let rows = library
            .records()
            .iter()
            .map(|record| row(lang, record, today))
            .collect_view();
        table(title, head(lang), rows).into_any()
    };
    let manage = frame.offers(Right::ManageLaws).then(|| {
        view! { <a class="button" href="/admin/laws">{lang.pick("管理法规", "Manage laws")}</a> }
    });
    let main = view! {
        <div class="row between wrap">
            {heading(title, below)}
            <div class="row">
                <a class="button" href="/laws/lists">{lang.pick("应知应会清单", "Must-know lists")}</a>
                <a class="button" href="/laws/marks">{lang.pick("我的收藏和笔记", "My bookmarks and notes")}</a>
                {manage}
            </div>
        </div>
        {search_form(lang, asked)}
        {list}
    };
    page(frame, title, main)
}

fn head(lang: Lang) -> impl IntoView {
    view! {
        <th class="wide">{lang.pick("法规与今天的状态", "Law and its status today")}</th><th>{lang.pick("效力级别", "Level")}</th>
        <th>{lang.pick("施行", "Effective")}</th><th class="n">{lang.pick("条", "Articles")}</th><th class="n">{lang.pick("版本", "Versions")}</th>
    }
}

fn row(lang: Lang, record: &Record, today: Date) -> impl IntoView + use<> {
    let shown = record.shown(today);
    view! {
        <tr>
            <td><a href=law_path(record.entry.id) lang="zh-CN">{record.entry.name()}</a>" "{status_tag(lang, record.standing(today))}</td>
            <td>{record.entry.level.map(|level| level.name(lang))}</td>
            <td class="num">{day(shown.days.begins())}</td>
            <td class="n">{shown.articles.to_string()}</td>
            <td class="n">{record.versions().len().to_string()}</td>
        </tr>
    }
}

/// What a search found.
pub fn found(frame: &Frame, search: &Search, asked: &Asked<'_>) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("查找结果", "Search results");
    let laws = (!search.laws.is_empty()).then(|| {
        let items = search
            .laws
            .iter()
            .map(|(record, status)| {
                view! { <li><a href=law_path(record.entry.id) lang="zh-CN">{record.entry.name()}</a>" "{status_tag(lang, *status)}</li> }
            })
            .collect_view();
        let more = search.more_laws.then(|| {
            let text = match lang {
                Lang::Zh => format!("只列前 {NAMED} 部。请把名称写得更全。"),
                Lang::En => format!("Only the first {NAMED} are listed. Write more of the name."),
            };
            view! { <p class="small soft">{text}</p> }
        });
        view! { <section class="card stack"><h2>{lang.pick("法规", "Laws")}</h2><ul class="options">{items}</ul>{more}</section> }
    });
    let cited = search.number.map(|number| {
        let label = match lang {
            Lang::Zh => format!("第 {number} 条"),
            Lang::En => format!("Article {number}"),
        };
        let none = search.cited.is_empty().then(|| {
            notice(
                Tone::Plain,
                lang.pick("没有这一条。", "There is no article of this number."),
            )
        });
        let hits = search
            .cited
            .iter()
            .map(|hit| self::hit(lang, hit, &Words::default()))
            .collect_view();
        let more = search.more_cited.then(|| {
            let (text, end) = match lang {
                Lang::Zh => (format!("只列前 {CITED} 条。请加上法规名称缩小范围，例如："), "。"),
                Lang::En => (
                    format!("Only the first {CITED} are listed. Add the name of a law, for example: "),
                    ".",
                ),
            };
            view! { <p class="small soft">{text}<span lang="zh-CN">"行政处罚法 第十二条"</span>{end}</p> }
        });
        view! { <section class="stack"><h2>{label}</h2>{none}{hits}{more}</section> }
    });
    let count = search.total;
    let label = match lang {
        Lang::Zh => format!("条文里找到 {count} 处"),
        Lang::En => format!("Articles with these words: {count}"),
    };
    let nothing =
        (count == 0 && search.cited.is_empty() && search.laws.is_empty() && search.passages.is_empty()).then(|| {
            let text = if search.words.is_empty() {
                lang.pick(
                    "要查的内容里没有文字或数字。请换一个词。",
                    "There is no letter or digit in what you look for. Try another word.",
                )
            } else if asked.all {
                lang.pick(
                    "全部版本里都没有找到。请少写几个字，或换一种说法。",
                    "Nothing was found in any version. Try fewer or other words.",
                )
            } else {
                lang.pick(
                "有效的版本里没有找到。可以勾选“也查已修改、已废止和尚未生效的版本”，或少写几个字。",
                "Nothing was found in the versions in force. Look in the other versions as well, or try fewer words.",
            )
            };
            notice(Tone::Plain, text)
        });
    let cut = (asked.typed.chars().count() > SEARCH_LIMIT).then(|| {
        let text = match lang {
            Lang::Zh => format!("内容太长，只查了前 {SEARCH_LIMIT} 个字。"),
            Lang::En => format!("That was too long: only the first {SEARCH_LIMIT} characters were looked for."),
        };
        notice(Tone::Warn, text)
    });
    let hits = search
        .hits
        .iter()
        .map(|hit| self::hit(lang, hit, &search.words))
        .collect_view();
    let typed: String = asked.typed.chars().take(SEARCH_LIMIT).collect();
    let link = {
        let (typed, all) = (encode(&typed), if asked.all { "&all=yes" } else { "" });
        move |page: u32| format!("/laws?words={typed}{all}&page={page}")
    };
    let main = view! {
        {trail(frame)}
        {heading(title, "")}
        {search_form(lang, asked)}
        {cut}
        {nothing}
        {laws}
        {cited}
        {(count > 0).then(|| view! { <section class="stack"><h2 class="num">{label}</h2>{hits}{pager(lang, search.page, search.pages, link)}</section> })}
        {passages(lang, search)}
    };
    page(frame, title, main)
}

/// What holds the words and is no article.
fn passages(lang: Lang, search: &Search) -> impl IntoView + use<> {
    let passage = |passage: &Passage| {
        let path = version_path(&passage.record, passage.version.id);
        let lines = passage
            .lines
            .iter()
            .map(|line| view! { <p class="law-paragraph">{marked(&search.words, line)}</p> })
            .collect_view();
        view! {
            <li class="stack">
                <span class="row wrap"><a href=format!("{path}#div-{}", passage.place) lang="zh-CN">{format!("{} ", passage.record.entry.short())}{marked(&search.words, &passage.heading)}</a>{status_tag(lang, passage.status)}</span>
                <div class="law" lang="zh-CN">{lines}</div>
            </li>
        }
    };
    let items = search.passages.iter().map(passage).collect_view();
    let many = (search.passages.len() >= PASSAGES).then(|| {
        let text = match lang {
            Lang::Zh => format!("只列前 {PASSAGES} 处。"),
            Lang::En => format!("Only the first {PASSAGES} are listed."),
        };
        view! { <p class="small soft">{text}</p> }
    });
    (!search.passages.is_empty()).then(|| view! {
        <section class="card stack"><h2>{lang.pick("标题、序言和附件", "Headings, preambles and annexes")}</h2><ul class="plain-list stack">{items}</ul>{many}</section>
    })
}

fn hit(lang: Lang, hit: &Hit, words: &Words) -> impl IntoView + use<> {
    let number = hit.article.number;
    let path = version_path(&hit.record, hit.version.id);
    let versions = article_path(hit.record.entry.id, hit.version.id, number);
    view! {
        <article class="card stack">
            <div class="row between">
                <h3 lang="zh-CN"><a class="quiet" href=format!("{path}#art-{number}")>{format!("{} {}", hit.record.entry.short(), number.chinese())}</a></h3>
                <span class="row">
                    {status_tag(lang, hit.status)}
                    <a class="small" href=versions>{lang.pick("各版本", "All versions")}</a>
                </span>
            </div>
            <div class="law" lang="zh-CN">{body(&hit.article, words)}</div>
        </article>
    }
}
