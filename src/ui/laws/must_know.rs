//! Lists of what holders of a post must know: all of them, one to read, one to write.

use leptos::prelude::*;

use super::{
    super::{
        part::{
            Tone, fault,
            form::{Typed, line, lines as several, select, tick, typed_or},
            heading, notice, tag,
        },
        shell::{Frame, page},
    },
    law_path, status_tag, trail, version_path,
};
use crate::{
    domain::{
        id::MustKnowListId,
        lang::Lang,
        law::Followed,
        must_know::MustKnowList,
        person::{Category, RankLevel},
        role::Right,
    },
    error::Fault,
    service::law::{Line, Lines, Target},
};

pub fn lists(frame: &Frame, lists: &[MustKnowList]) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("应知应会清单", "Must-know lists");
    let below = lang.pick(
        "按岗位和年度列出应当掌握的法规、条文和政策措施",
        "What holders of a post must know, by year",
    );
    let new = frame.offers(Right::ManageLaws).then(|| {
        view! { <a class="button primary" href="/admin/must-know/new">{lang.pick("新建清单", "New list")}</a> }
    });
    let empty = lists
        .is_empty()
        .then(|| notice(Tone::Plain, lang.pick("还没有清单。", "There is no list yet.")));
    let cards = lists
        .iter()
        .map(|list| {
            let below = match lang {
                Lang::Zh => format!("{} 年 · {}", list.year, list.whom.name(lang)),
                Lang::En => format!("{} · {}", list.year, list.whom.name(lang)),
            };
            view! {
                <article class="card">
                    <h2 lang="zh-CN"><a class="quiet" href=format!("/laws/lists/{}", list.id)>{list.title.clone()}</a></h2>
                    <p class="small soft num" lang=(!list.whom.post.is_empty()).then_some("zh-CN")>{below}</p>
                </article>
            }
        })
        .collect_view();
    let main = view! {
        {trail(frame)}
        <div class="row between wrap">{heading(title, below)}{new}</div>
        {empty}
        <div class="stack">{cards}</div>
    };
    page(frame, title, main)
}

pub fn lines(frame: &Frame, list: &Lines) -> impl IntoView {
    let lang = frame.lang;
    let whom = list.list.whom.name(lang);
    let below = match lang {
        Lang::Zh => format!("{} 年 · {whom} · {} 项", list.list.year, list.lines.len()),
        Lang::En => format!("{} · {whom} · {} lines", list.list.year, list.lines.len()),
    };
    let change = frame.offers(Right::ManageLaws).then(|| {
        let path = format!("/admin/must-know/{}", list.list.id);
        view! { <a class="button" href=path>{lang.pick("修改清单", "Change the list")}</a> }
    });
    let items = list.lines.iter().map(|line| self::item(lang, line)).collect_view();
    let main = view! {
        <p class="small"><a href="/laws/lists">{lang.pick("应知应会清单", "Must-know lists")}</a></p>
        <div class="row between wrap"><div lang=(!list.list.whom.post.is_empty()).then_some("zh-CN")>{heading(list.list.title.clone(), below)}</div>{change}</div>
        <section class="card"><ol class="plain-list">{items}</ol></section>
    };
    page(frame, &list.list.title, main)
}

fn item(lang: Lang, line: &Line) -> impl IntoView + use<> {
    match &line.target {
        Target::Law(record, status) => view! {
            <li><a lang="zh-CN" href=law_path(record.entry.id)>{record.entry.name()}</a>" "{status_tag(lang, *status)}</li>
        }
        .into_any(),
        Target::Article(record, version, number, since) => {
            let told = match since {
                Followed::Same => None,
                Followed::Renumbered(_) => Some((Tone::Plain, match lang {
                    Lang::Zh => format!("列入时写作“{}”，序号有变，文字未变", line.title),
                    Lang::En => format!("listed as “{}”; renumbered since, the same words", line.title),
                })),
                Followed::Changed(_) => Some((Tone::Warn, match lang {
                    Lang::Zh => format!("列入时写作“{}”，条文有改动", line.title),
                    Lang::En => format!("listed as “{}”; reworded since", line.title),
                })),
                Followed::Deleted => Some((Tone::Seal, lang.pick("现在的版本里没有这一条", "today's version has no such article").to_owned())),
            };
            let path = version_path(record, *version);
            view! {
                <li><a lang="zh-CN" href=format!("{path}#art-{number}")>{format!("{} {}", record.entry.short(), number.chinese())}</a>
                    " "{told.map(|(tone, words)| tag(tone, words))}</li>
            }
            .into_any()
        }
        Target::Other => view! {
            <li><span lang="zh-CN">{line.title.clone()}</span>" "<span class="small soft">{lang.pick("（库外）", "(not in the library)")}</span></li>
        }
        .into_any(),
    }
}

/// The form of a list: a new one, or one that is changed.
pub fn edit(frame: &Frame, id: Option<MustKnowListId>, typed: &Typed, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let title = match id {
        Some(_) => lang.pick("修改清单", "Change a list"),
        None => lang.pick("新建清单", "New list"),
    };
    let action = match id {
        Some(id) => format!("/admin/must-know/{id}"),
        None => "/admin/must-know".to_owned(),
    };
    let any = || (String::new(), lang.pick("不限", "Any").to_owned());
    let ranks = RankLevel::ALL
        .iter()
        .map(|rank| (rank.code().to_owned(), rank.name(lang).to_owned()));
    let ranks = std::iter::once(any()).chain(ranks).collect();
    let categories = Category::ALL
        .iter()
        .map(|one| (one.code().to_owned(), one.name(lang).to_owned()));
    let categories = std::iter::once(any()).chain(categories).collect();
    let value = |name: &str| typed_or(typed, name, "");
    let remove = id.map(|id| {
        view! {
            <form class="row" action=format!("/admin/must-know/{id}/remove") method="post">
                {tick("sure", lang.pick("确认删除", "Yes, remove it"), false)}
                <button class="button danger" r#type="submit">{lang.pick("删除这份清单", "Remove this list")}</button>
            </form>
        }
    });
    let main = view! {
        <p class="small"><a href="/laws/lists">{lang.pick("应知应会清单", "Must-know lists")}</a></p>
        {heading(title, "")}
        {fault(wrong, lang)}
        <form class="card stack" action=action method="post">
            {line("list", ("title", "text"), lang.pick("清单名称", "Title"), value("title"), true)}
            <div class="thirds">
                {line("list", ("year", "number"), lang.pick("年度", "Year"), value("year"), true)}
                {select("list", "rank_level", lang.pick("职级层次", "Rank level"), ranks, &value("rank_level"))}
                {select("list", "category", lang.pick("人员类别", "Category"), categories, &value("category"))}
            </div>
            {line("list", ("post", "text"), lang.pick("岗位名称（可不填）", "Post (optional)"), value("post"), false)}
            {several("list", "lines", lang.pick("内容，每行一项", "What must be known, one line each"), value("lines"))}
            <p class="small soft">
                {lang.pick("写法规名称，或名称加条号，例如：", "Write the name of a law, or its name with an article: ")}
                <span lang="zh-CN">"行政处罚法 第十二条"</span>
                {lang.pick("。库里有的会自动链接，并跟随以后的版本；库里没有的（政策措施等）按名称列出。",
                    ". What the library holds is linked and follows later versions; anything else is listed by its words.")}
            </p>
            <div class="row"><button class="button primary" r#type="submit">{lang.pick("保存", "Save")}</button>
                <a class="button" href="/laws/lists">{lang.pick("取消", "Cancel")}</a></div>
        </form>
        {remove}
    };
    page(frame, title, main)
}
