//! The directory of units that play: the list and its import, one unit, and the merge desk.

mod desk;
mod import;
mod record;

use leptos::prelude::*;

use super::{
    part::{
        Tone,
        form::{line, select},
        heading, notice, pager, table, tag, upload,
    },
    shell::{Frame, encode, page},
};
use crate::{
    domain::{lang::Lang, organization::State},
    service::organization::{Page, Row, Standing},
};

pub use desk::desk;
pub use import::import;
pub use record::record;

/// What the list was asked for.
pub struct Asked {
    pub words: String,
    pub standing: Standing,
}

const STANDINGS: [(Standing, &str, &str, &str); 4] = [
    (Standing::Any, "", "全部", "All"),
    (Standing::Listed, "listed", "已收录", "Listed"),
    (Standing::Proposed, "proposed", "待核", "To be looked at"),
    (Standing::Merged, "merged", "已合并", "Merged"),
];

/// The filter of this word in the address; all for any other.
pub fn standing(code: &str) -> Standing {
    let known = STANDINGS.iter().find(|(_, known, ..)| *known == code);
    known.map_or(Standing::Any, |(standing, ..)| *standing)
}

fn code(standing: Standing) -> &'static str {
    let known = STANDINGS.iter().find(|(known, ..)| *known == standing);
    known.map_or("", |(_, code, ..)| code)
}

pub fn list(frame: &Frame, shown: &Page, asked: &Asked) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("参赛单位目录", "Units that play");
    let below = match lang {
        Lang::Zh => format!("找到 {} 个单位", shown.total),
        Lang::En => format!("{} units found", shown.total),
    };
    let waiting = match lang {
        Lang::Zh => format!("合并台（{} 个待核）", shown.waiting),
        Lang::En => format!("Merge desk ({} to be looked at)", shown.waiting),
    };
    let (words, state) = (encode(&asked.words), code(asked.standing));
    let link = move |page: u32| format!("/admin/organizations?words={words}&state={state}&page={page}");
    let body = if shown.rows.is_empty() {
        let text = if asked.words.is_empty() && asked.standing == Standing::Any {
            lang.pick(
                "目录里还没有单位。请先导入，或等参赛者填写后在合并台核对。",
                "The directory is empty. Import units, or look at the merge desk once players have typed theirs.",
            )
        } else {
            lang.pick("没有符合条件的单位。", "No unit fits.")
        };
        notice(Tone::Plain, text).into_any()
    } else {
        view! {
            {table(title, head(lang), shown.rows.iter().map(|row| listed(lang, row)).collect_view())}
            {pager(lang, shown.page, shown.pages, link)}
        }
        .into_any()
    };
    let standings = STANDINGS
        .iter()
        .map(|(_, code, zh, en)| ((*code).to_owned(), lang.pick(*zh, *en).to_owned()))
        .collect();
    let main = view! {
        <div class="row between wrap">
            {heading(title, below)}
            <div class="row"><a class="button" href="/admin/organizations/desk">{waiting}</a></div>
        </div>
        <section class="card stack">
            <form class="filter" action="/admin/organizations" method="get">
                {line("filter", ("words", "search"), lang.pick("单位名称或信用代码", "Name or credit code"), asked.words.clone(), false)}
                {select("filter", "state", lang.pick("状态", "State"), standings, state)}
                <button class="button" r#type="submit">{lang.pick("筛选", "Filter")}</button>
            </form>
            {body}
        </section>
        {import_card(lang)}
    };
    page(frame, title, main)
}

fn head(lang: Lang) -> impl IntoView {
    view! {
        <th>{lang.pick("单位", "Unit")}</th><th>{lang.pick("行政区划", "Region")}</th><th>{lang.pick("统一社会信用代码", "Credit code")}</th>
        <th>{lang.pick("行业", "Trade")}</th><th class="n">{lang.pick("人数", "Headcount")}</th><th>{lang.pick("状态", "State")}</th>
    }
}

fn listed(lang: Lang, row: &Row) -> impl IntoView + use<> {
    let unit = &row.unit;
    view! {
        <tr>
            <td><a lang="zh-CN" href=address(row)>{unit.name.clone()}</a></td>
            <td lang="zh-CN">{row.path.clone()}</td>
            <td class="num">{unit.uscc.as_ref().map(ToString::to_string)}</td>
            <td lang="zh-CN">{unit.trade.clone()}</td>
            <td class="n">{unit.headcount.map(|count| count.to_string())}</td>
            <td>{standing_tag(lang, row)}</td>
        </tr>
    }
}

fn address(row: &Row) -> String {
    format!("/admin/organizations/{}", row.unit.id)
}

/// Listed, to be looked at, or merged into which.
fn standing_tag(lang: Lang, row: &Row) -> impl IntoView + use<> {
    let (tone, text) = match (&row.into, row.unit.state) {
        (Some(into), _) => (Tone::Plain, format!("{}{into}", lang.pick("已并入 ", "Merged into "))),
        (None, State::Listed) => (Tone::Good, State::Listed.name(lang).to_owned()),
        (None, State::Proposed) => (Tone::Warn, State::Proposed.name(lang).to_owned()),
    };
    tag(tone, text)
}

fn import_card(lang: Lang) -> impl IntoView {
    view! {
        <section class="card stack">
            <h2>{lang.pick("导入单位", "Import units")}</h2>
            {upload(
                "/admin/organizations/import".into(),
                lang.pick("XLSX 或 CSV 文件", "XLSX or CSV file"),
                lang.pick("需要列：单位名称；统一社会信用代码、行政区划（代码或名称）、行业、人数可选。先预览，确认后才写入；不会删除任何单位。",
                    "Columns: name; credit code, region (code or name), trade and headcount optional. You see a preview first; no unit is removed."),
                ".xlsx,.csv",
                lang.pick("预览", "Preview"),
            )}
        </section>
    }
}
