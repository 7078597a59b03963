//! The merge desk: what players typed beside the listed units it could be.

use leptos::prelude::*;

use super::{address, record::choice, standing_tag};
use crate::{
    domain::lang::Lang,
    service::organization::{Alike, Desk, Row, Waiting},
    ui::{
        part::{Tone, day, heading, notice, pager, table},
        shell::{Frame, page},
    },
};

/// Where a step of the desk leads back to.
pub const DESK: &str = "desk";

pub fn desk(frame: &Frame, shown: &Desk) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("合并台", "Merge desk");
    let below = match lang {
        Lang::Zh => format!("{} 个单位待核：参赛者填写、目录里没有的名称", shown.total),
        Lang::En => format!(
            "{} names to be looked at: typed by players, not in the directory",
            shown.total
        ),
    };
    let waiting = if shown.waiting.is_empty() {
        notice(
            Tone::Good,
            lang.pick("没有待核的单位。", "Nothing waits to be looked at."),
        )
        .into_any()
    } else {
        shown
            .waiting
            .iter()
            .map(|waiting| card(lang, waiting))
            .collect_view()
            .into_any()
    };
    let main = view! {
        <p class="small"><a href="/admin/organizations">{lang.pick("参赛单位目录", "Units that play")}</a></p>
        {heading(title, below)}
        {waiting}
        {pager(lang, shown.page, shown.pages, |page| format!("/admin/organizations/desk?page={page}"))}
        {decided(lang, &shown.decided)}
    };
    page(frame, title, main)
}

fn card(lang: Lang, waiting: &Waiting) -> impl IntoView + use<> {
    let Row { unit, path, .. } = &waiting.row;
    let id = unit.id;
    let since = match lang {
        Lang::Zh => format!("{path}　{} 首次填写", day(unit.created_at)),
        Lang::En => format!("{path} · first typed {}", day(unit.created_at)),
    };
    let back = || view! { <input r#type="hidden" name="back" value=DESK/> };
    let merge = if waiting.alike.is_empty() {
        view! { <p class="soft">{lang.pick("目录里没有名称相近的单位。", "No listed unit has a name like this.")}</p> }
            .into_any()
    } else {
        let choices = waiting
            .alike
            .iter()
            .map(|alike| alike_choice(lang, alike))
            .collect_view();
        view! {
            <form class="stack" action=format!("/admin/organizations/{id}/merge") method="post">
                {back()}
                <fieldset class="stack"><legend class="small soft">{lang.pick("名称相近的单位", "Units with similar names")}</legend>{choices}</fieldset>
                <button class="button" r#type="submit">{lang.pick("并入所选单位", "Merge into the chosen one")}</button>
            </form>
        }
        .into_any()
    };
    view! {
        <article class="card stack">
            <div><h2 lang="zh-CN">{unit.name.clone()}</h2><p class="small soft num">{since}</p></div>
            {merge}
            <div class="row wrap">
                <form action=format!("/admin/organizations/{id}/list") method="post">
                    {back()}
                    <button class="button" r#type="submit" aria-label=format!("{}{}", lang.pick("收录：", "List: "), unit.name)>{lang.pick("收录为新单位", "List as a new unit")}</button>
                </form>
                <a class="button quiet" href=address(&waiting.row)>{lang.pick("查找别的单位", "Search for another")}</a>
            </div>
        </article>
    }
}

fn alike_choice(lang: Lang, alike: &Alike) -> impl IntoView + use<> {
    let hint = match lang {
        Lang::Zh => format!("相似 {}%", alike.percent),
        Lang::En => format!("{}% alike", alike.percent),
    };
    choice(&alike.found, &hint)
}

fn decided(lang: Lang, rows: &[Row]) -> impl IntoView + use<> {
    let title = lang.pick("最近的处理", "Last decisions");
    (!rows.is_empty()).then(|| {
        let row = |row: &Row| {
            view! {
                <tr>
                    <td><a lang="zh-CN" href=address(row)>{row.unit.name.clone()}</a></td>
                    <td>{standing_tag(lang, row)}</td>
                    <td class="num">{row.unit.decided_at.map(day)}</td>
                    <td><form action=format!("{}/undo", address(row)) method="post">
                        <input r#type="hidden" name="back" value=DESK/>
                        <button class="button small quiet" r#type="submit" aria-label=format!("{}{}", lang.pick("撤销：", "Undo: "), row.unit.name)>{lang.pick("撤销", "Undo")}</button>
                    </form></td>
                </tr>
            }
        };
        let rows = rows.iter().map(row).collect_view();
        let head = view! {
            <th>{lang.pick("单位", "Unit")}</th><th>{lang.pick("结果", "Outcome")}</th><th>{lang.pick("日期", "Day")}</th><th>{lang.pick("撤销", "Undo")}</th>
        };
        view! { <section class="card stack"><h2>{title}</h2>{table(title, head, rows)}</section> }
    })
}
