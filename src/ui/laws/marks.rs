//! What somebody has bookmarked.

use leptos::prelude::*;

use super::{
    super::{
        part::{Tone, heading, notice, tag},
        shell::{Frame, page},
    },
    article_path, law_path, trail, version_name,
};
use crate::{
    domain::{lang::Lang, law::Followed},
    service::law::Kept,
};

pub fn marks(frame: &Frame, marks: &[Kept]) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("我的收藏和笔记", "My bookmarks and notes");
    let below = match lang {
        Lang::Zh => format!("共 {} 条，只有您能看到", marks.len()),
        Lang::En => format!("{} in all; only you see them", marks.len()),
    };
    let empty = marks.is_empty().then(|| {
        notice(
            Tone::Plain,
            lang.pick(
                "还没有收藏。打开一条条文，就可以收藏它或写笔记。",
                "Nothing is bookmarked yet. Open an article to bookmark it or to write a note.",
            ),
        )
    });
    let cards = marks.iter().map(|kept| card(lang, kept)).collect_view();
    let main = view! { {trail(frame)}{heading(title, below)}{empty}<div class="stack">{cards}</div> };
    page(frame, title, main)
}

fn card(lang: Lang, kept: &Kept) -> impl IntoView + use<> {
    let record = &kept.record;
    let was = kept.mark.number;
    let path = law_path(record.entry.id);
    let (version, number) = match kept.since.number(was) {
        Some(now) => (kept.version.id, now),
        None => (kept.mark.version, was),
    };
    let href = article_path(record.entry.id, version, number);
    let made_in = record
        .version(kept.mark.version)
        .map(|version| version_name(lang, version))
        .unwrap_or_default();
    let told = match kept.since {
        Followed::Same => None,
        Followed::Renumbered(_) => Some((
            Tone::Plain,
            match lang {
                Lang::Zh => format!("收藏时是{}，文字未变", was.chinese()),
                Lang::En => format!("was article {was} when you bookmarked it; the words are the same"),
            },
        )),
        Followed::Changed(_) => Some((
            Tone::Warn,
            match lang {
                Lang::Zh => format!("收藏的是{made_in}，条文有改动，请核对"),
                Lang::En => format!("you bookmarked the {made_in}; reworded since, please check"),
            },
        )),
        Followed::Deleted => Some((
            Tone::Seal,
            match lang {
                Lang::Zh => format!("收藏的是{made_in}，现在的版本里没有这一条"),
                Lang::En => format!("you bookmarked the {made_in}; today's version has no such article"),
            },
        )),
    };
    let note = (!kept.mark.note.is_empty()).then(|| view! { <p class="lines">{kept.mark.note.clone()}</p> });
    view! {
        <article class="card stack">
            <div class="row between">
                <h2 lang="zh-CN"><a class="quiet" href=href>{format!("{} {}", record.entry.short(), number.chinese())}</a></h2>
                {told.map(|(tone, words)| tag(tone, words))}
            </div>
            {note}
            <form action=format!("{path}/articles/{was}/mark") method="post">
                <input type="hidden" name="version" value=kept.mark.version.to_string()/>
                <input type="hidden" name="back" value="marks"/>
                <button class="button small" r#type="submit" name="do" value="remove">{lang.pick("取消收藏", "Remove the bookmark")}</button>
            </form>
        </article>
    }
}
