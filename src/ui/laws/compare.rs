//! Two versions side by side.

use leptos::prelude::*;

use super::{
    super::{
        part::{Tone, form::select, heading, notice, tag},
        shell::{Frame, page},
    },
    body, changes, law_path, status_tag, trail, version_name, version_path,
};
use crate::{
    domain::{
        lang::Lang,
        law::{ArticleNumber, Law, Record, Row, Words},
    },
    service::law::{Compared, Counts},
};

pub fn compared(frame: &Frame, record: &Record, compared: Option<&Compared>) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("版本对照", "Versions compared");
    let name = record.entry.name();
    let whole = match compared {
        None => notice(
            Tone::Plain,
            lang.pick(
                "这部法规在库里只有一个版本，没有可对照的。",
                "The library holds one version of this law: there is nothing to compare.",
            ),
        )
        .into_any(),
        Some(compared) => view! {
            {choose(lang, compared)}
            {counts(lang, &Counts::of(&compared.comparison))}
            {rows(lang, compared)}
        }
        .into_any(),
    };
    let main = view! {
        {trail(frame)}
        {heading(title, "")}
        <p lang="zh-CN"><a href=law_path(record.entry.id)>{name.clone()}</a></p>
        {whole}
    };
    page(frame, &format!("{title} · {name}"), main)
}

fn choose(lang: Lang, compared: &Compared) -> impl IntoView + use<> {
    let options = || {
        compared
            .record
            .versions()
            .iter()
            .map(|version| (version.id.to_string(), version_name(lang, version)))
            .collect::<Vec<_>>()
    };
    let action = format!("{}/compare", law_path(compared.record.entry.id));
    (compared.record.versions().len() > 2).then(|| {
        view! {
            <form class="filter no-print" action=action method="get">
                {select("compare", "old", lang.pick("旧版本", "Old version"), options(), &compared.old.0.id.to_string())}
                {select("compare", "new", lang.pick("新版本", "New version"), options(), &compared.new.0.id.to_string())}
                <button class="button" r#type="submit">{lang.pick("对照", "Compare")}</button>
            </form>
        }
    })
}

/// How many articles are what.
pub(super) fn counts(lang: Lang, counts: &Counts) -> impl IntoView + use<> {
    let figures = [
        (lang.pick("未变", "Unchanged"), counts.unchanged),
        (lang.pick("只改序号", "Renumbered"), counts.renumbered),
        (lang.pick("文字改动", "Reworded"), counts.changed),
        (lang.pick("新增", "Added"), counts.added),
        (lang.pick("删去", "Deleted"), counts.deleted),
    ];
    let figures = figures
        .into_iter()
        .map(|(label, count)| view! { <div class="figure"><span class="small soft">{label}</span><b>{count.to_string()}</b></div> })
        .collect_view();
    view! { <div class="figures num">{figures}</div> }
}

fn rows(lang: Lang, compared: &Compared) -> impl IntoView + use<> {
    let (old, new) = (&*compared.old.1, &*compared.new.1);
    let mut parts: Vec<AnyView> = Vec::new();
    let mut same: Vec<ArticleNumber> = Vec::new();
    for row in compared.comparison.rows(old, new) {
        if let Row::Unchanged(number) = row {
            same.push(number);
            continue;
        }
        parts.extend(folded(lang, new, &std::mem::take(&mut same)).map(IntoAny::into_any));
        parts.push(self::row(lang, old, new, row).into_any());
    }
    parts.extend(folded(lang, new, &same).map(IntoAny::into_any));
    let column = |side: &'static str, version: &crate::domain::law::Version| {
        let href = version_path(&compared.record, version.id);
        let status = status_tag(lang, compared.record.status(version, compared.today));
        view! { <p class="row"><span class="strong">{side}</span><a class="num" href=href>{version_name(lang, version)}</a>{status}</p> }
    };
    view! {
        <div class="stack">
            <div class="halves">
                {column(lang.pick("旧", "Old"), &compared.old.0)}
                {column(lang.pick("新", "New"), &compared.new.0)}
            </div>
            {parts}
        </div>
    }
}

/// A run of articles that are the same in both, folded away.
fn folded(lang: Lang, law: &Law, numbers: &[ArticleNumber]) -> Option<impl IntoView + use<>> {
    let (first, last) = (numbers.first()?, numbers.last()?);
    let which = match first == last {
        true => first.chinese(),
        false => format!("{}—{}", first.chinese(), last.chinese()),
    };
    let count = match lang {
        Lang::Zh => format!("，{} 条未变", numbers.len()),
        Lang::En => format!(": {} unchanged", numbers.len()),
    };
    let texts = numbers
        .iter()
        .filter_map(|number| law.article(*number))
        .map(|article| view! { <div><p class="law-number">{article.number.chinese()}</p>{body(article, &Words::default())}</div> })
        .collect_view();
    Some(view! {
        <details class="card folded"><summary><span lang="zh-CN">{which}</span>{count}</summary><div class="law stack" lang="zh-CN">{texts}</div></details>
    })
}

fn row(lang: Lang, old: &Law, new: &Law, row: Row<'_>) -> impl IntoView + use<> {
    let whole = |law: &Law, number: ArticleNumber| {
        let text = law.article(number).map(|article| body(article, &Words::default()));
        view! { <div class="law" lang="zh-CN">{text}</div> }.into_any()
    };
    let absent = |text: &'static str| view! { <p class="small soft">{text}</p> }.into_any();
    let (tone, word, numbers, left, right) = match row {
        Row::Unchanged(number) => (
            Tone::Plain,
            lang.pick("未变", "Unchanged"),
            (Some(number), Some(number)),
            whole(old, number),
            whole(new, number),
        ),
        Row::Renumbered(from, to) => (
            Tone::Plain,
            lang.pick("只改序号", "Renumbered"),
            (Some(from), Some(to)),
            absent(lang.pick("文字未变，见新版本。", "The same words; see the new version.")),
            whole(new, to),
        ),
        Row::Changed(change) => (
            Tone::Warn,
            lang.pick("文字改动", "Reworded"),
            (Some(change.old), Some(change.new)),
            changes(lang, &change.pieces, true, false).into_any(),
            changes(lang, &change.pieces, false, true).into_any(),
        ),
        Row::Added(number) => (
            Tone::Good,
            lang.pick("新增", "Added"),
            (None, Some(number)),
            absent(lang.pick("旧版本没有这一条。", "The old version has no such article.")),
            whole(new, number),
        ),
        Row::Deleted(number) => (
            Tone::Seal,
            lang.pick("删去", "Deleted"),
            (Some(number), None),
            whole(old, number),
            absent(lang.pick("新版本没有这一条。", "The new version has no such article.")),
        ),
    };
    let side = |label: &'static str, number: Option<ArticleNumber>, content: AnyView| {
        let number = number.map(|number| view! { <span class="law-number" lang="zh-CN">{number.chinese()}</span> });
        view! { <div class="side"><p class="row"><span class="small soft">{label}</span>{number}</p>{content}</div> }
    };
    view! {
        <section class="card stack">
            <p>{tag(tone, word)}</p>
            <div class="halves">
                {side(lang.pick("旧", "Old"), numbers.0, left)}
                {side(lang.pick("新", "New"), numbers.1, right)}
            </div>
        </section>
    }
}
