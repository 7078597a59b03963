//! One article across the versions of its law, with what somebody keeps of it.

use leptos::prelude::*;

use super::{
    super::{
        part::{Tone, fault, form::lines, heading, notice},
        shell::{Frame, page},
    },
    article_path, body, changes, law_path, not_in_force, status_tag, trail, version_name, version_path,
};
use crate::{
    domain::{
        lang::Lang,
        law::{Followed, Words},
    },
    error::Fault,
    service::law::{Across, Step},
};

pub fn article(frame: &Frame, across: &Across, typed: Option<&str>, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let reading = &across.reading;
    let record = &reading.record;
    let title = format!("{} {}", record.entry.short(), across.number.chinese());
    let place: Vec<_> = reading
        .law
        .divisions_of(&across.article)
        .map(|division| division.heading())
        .collect();
    let place = place.into_iter().rev().collect::<Vec<_>>().join(" · ");
    let back = {
        let path = version_path(record, reading.version.id);
        format!("{path}#art-{}", across.number)
    };
    let steps = across
        .steps
        .iter()
        .rev()
        .map(|step| self::step(lang, across, step))
        .collect_view();
    let several = across.steps.len() > 1;
    // That the version in force has none is said above.
    let told = record.in_force(reading.today).is_some() && present(across).is_none();
    let gone = (across.deleted && !told).then(|| {
        notice(
            Tone::Warn,
            lang.pick(
                "后来的版本里没有这一条了。",
                "Later versions have no such article any more.",
            ),
        )
    });
    let inserted = (across.inserted && record.versions().len() > 1).then(|| {
        let text = lang.pick(
            "更早的版本里没有这一条，是这里最早的版本新增的。",
            "Earlier versions have no such article: the earliest of these added it.",
        );
        view! { <p class="small soft">{text}</p> }
    });
    let main = view! {
        {trail(frame)}
        <div lang="zh-CN">{heading(title.clone(), place)}</div>
        <div class="row">
            {status_tag(lang, reading.status)}
            <span class="small soft num">{version_name(lang, &reading.version)}</span>
            <a class="small" href=back>{lang.pick("在全文中看", "See it in the whole text")}</a>
        </div>
        {standing(lang, across)}
        <section class="card stack"><div class="law" lang="zh-CN">{body(&across.article, &Words::default())}</div></section>
        {keep(lang, across, typed, wrong)}
        {gone}
        <section class="stack">
            <h2>{lang.pick("各版本", "Versions")}</h2>
            {(!several).then(|| view! { <p class="small soft">{lang.pick("只有一个版本有这一条。", "One version has this article.")}</p> })}
            {steps}
            {inserted}
        </section>
    };
    page(frame, &title, main)
}

/// The article in the version in force, if there is one and has it.
fn present(across: &Across) -> Option<&Step> {
    let current = across.reading.record.in_force(across.reading.today)?;
    across.steps.iter().find(|step| step.version.id == current.id)
}

/// Says so when the version is not the one in force, and where the article stands in that.
fn standing(lang: Lang, across: &Across) -> Option<impl IntoView + use<>> {
    let reading = &across.reading;
    let record = &reading.record;
    let current = record.in_force(reading.today).is_some();
    let status = match current {
        true => reading.status,
        // Of a repealed law the earlier versions say no more than that they were amended.
        false => record.standing(reading.today),
    };
    let text = not_in_force(lang, status)?;
    let now = match present(across) {
        Some(step) => {
            let number = step.article.number;
            let href = article_path(record.entry.id, step.version.id, number);
            let lead = lang.pick("有效的版本里是", "In the version in force it is ");
            let link = view! { {lead}<a href=href lang="zh-CN">{number.chinese()}</a>{lang.pick("。", ".")} };
            Some(link.into_any())
        }
        None if current => {
            let none = lang.pick("有效的版本里没有这一条。", "The version in force has no such article.");
            Some(none.into_any())
        }
        None => None,
    };
    Some(view! { <p class="notice warn" role="status">{text}" "{now}</p> })
}

/// The form of the bookmark.
fn keep(lang: Lang, across: &Across, typed: Option<&str>, wrong: Option<&Fault>) -> impl IntoView + use<> {
    let reading = &across.reading;
    let marked = reading.marks.get(&across.number);
    let action = format!("{}/articles/{}/mark", law_path(reading.record.entry.id), across.number);
    let note = typed
        .map(str::to_owned)
        .or_else(|| marked.map(|marked| marked.note.clone()));
    let since = marked.and_then(|marked| match marked.since {
        Followed::Same => None,
        Followed::Renumbered(_) => Some(
            notice(
                Tone::Plain,
                lang.pick(
                    "收藏时这一条是另一个序号，文字没有变。",
                    "When you bookmarked it the article had another number; its words are the same.",
                ),
            )
            .into_any(),
        ),
        Followed::Changed(_) | Followed::Deleted => Some(
            notice(
                Tone::Warn,
                lang.pick(
                    "您收藏的是另一个版本，条文有改动。请核对笔记后保存。",
                    "You bookmarked another version; the article was reworded. Look your note through and save it.",
                ),
            )
            .into_any(),
        ),
    });
    let remove = marked.map(|_| {
        view! { <button class="button" r#type="submit" name="do" value="remove">{lang.pick("取消收藏", "Remove the bookmark")}</button> }
    });
    let save = match marked {
        Some(_) => lang.pick("保存笔记", "Save the note"),
        None => lang.pick("收藏", "Bookmark"),
    };
    view! {
        <section class="card stack no-print">
            <h2>{lang.pick("我的收藏和笔记", "My bookmark and note")}</h2>
            {fault(wrong, lang)}
            {since}
            <form class="stack" action=action method="post">
                <input type="hidden" name="version" value=reading.version.id.to_string()/>
                {lines("mark", "note", lang.pick("笔记（可不填，只有您能看到）", "Note (optional; only you see it)"), note.unwrap_or_default())}
                <div class="row"><button class="button primary" r#type="submit" name="do" value="save">{save}</button>{remove}</div>
            </form>
        </section>
    }
}

fn step(lang: Lang, across: &Across, step: &Step) -> impl IntoView + use<> {
    let reading = &across.reading;
    let number = step.article.number;
    let path = version_path(&reading.record, step.version.id);
    let here = step.version.id == reading.version.id;
    let content = match &step.change {
        Some(pieces) => changes(lang, pieces, true, true).into_any(),
        None if here => {
            view! { <p class="small soft">{lang.pick("就是上面的文字。", "The words above.")}</p> }.into_any()
        }
        None => view! { <div class="law" lang="zh-CN">{body(&step.article, &Words::default())}</div> }.into_any(),
    };
    let told = match &step.change {
        Some(_) => lang.pick("文字有改动", "reworded"),
        None => "",
    };
    view! {
        <article class="card stack">
            <div class="row between">
                <h3><a class="quiet num" href=format!("{path}#art-{number}")>{version_name(lang, &step.version)}</a>" "<span lang="zh-CN">{number.chinese()}</span></h3>
                <span class="row">{status_tag(lang, step.status)}<span class="small soft">{told}</span></span>
            </div>
            {content}
        </article>
    }
}
