//! Units and persons, their import, and links to hand out.

use leptos::prelude::*;

use super::{
    part::{Tone, form, heading, notes, notice, pager, table, tag, upload},
    person::state_tag,
    shell::{Frame, encode, page},
};
use crate::{
    domain::{
        id::{UnitId, UploadId},
        lang::Lang,
        person::{Person, PersonState},
        role::Right,
        unit::{PATH_SEPARATOR, Tree},
    },
    service::roster::Report,
};

/// What part of the roster to show.
pub struct Shown {
    pub units: Tree,
    /// Own persons and those of the units below, by unit.
    pub sizes: Vec<(UnitId, i64)>,
    pub persons: Vec<Person>,
    /// Persons that fit the filter, over all pages.
    pub total: usize,
    pub page: u32,
    pub pages: u32,
    pub unit: Option<UnitId>,
    pub words: String,
    /// Persons in all.
    pub all: usize,
}

pub fn roster(frame: &Frame, shown: &Shown) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("人员与单位", "People and units");
    let below = match lang {
        Lang::Zh => format!("{} 人，{} 个单位", shown.all, shown.units.len()),
        Lang::En => format!("{} persons, {} units", shown.all, shown.units.len()),
    };
    let main = view! {
        <div class="row between wrap">{heading(title, below)}{elsewhere(frame)}</div>
        <div class="halves">
            {frame.offers(Right::ManagePeople).then(|| import_card(lang))}
            {frame.offers(Right::HandOutLinks).then(|| links_card(lang))}
        </div>
        {if shown.all == 0 {
            notice(Tone::Plain, lang.pick("还没有人员。请先导入花名册。", "Nobody here yet. Import a roster first.")).into_any()
        } else {
            persons(lang, shown).into_any()
        }}
    };
    page(frame, title, main)
}

/// What else there is about people.
fn elsewhere(frame: &Frame) -> impl IntoView + use<> {
    let lang = frame.lang;
    let imports = frame.offers(Right::ManagePeople).then(|| {
        view! { <a class="button" href="/admin/people/imports">{lang.pick("导入记录", "Imports")}</a> }
    });
    let exemptions = frame.offers(Right::ManageExams).then(|| {
        view! { <a class="button" href="/admin/exemptions">{lang.pick("免考与缓考", "Exemptions")}</a> }
    });
    let corrections = frame.offers(Right::ManagePeople).then(|| {
        view! { <a class="button" href="/admin/corrections">{lang.pick("名册更正", "Corrections")}</a> }
    });
    let roles = frame
        .offers(Right::ManageRoles)
        .then(|| view! { <a class="button" href="/admin/roles">{lang.pick("角色", "Roles")}</a> });
    view! {
        <div class="row">
            <a class="button" href="/admin/units">{lang.pick("单位", "Units")}</a>
            {imports}{exemptions}{corrections}{roles}
        </div>
    }
}

fn import_card(lang: Lang) -> impl IntoView {
    view! {
        <section class="card stack">
                <h2>{lang.pick("导入花名册", "Import a roster")}</h2>
                {upload(
                    "/admin/people/import".into(),
                    lang.pick("XLSX 或 CSV 文件", "XLSX or CSV file"),
                    lang.pick("需要列：工号、姓名、单位（可写成 局/科）；职级、类别、上级单位、行政区划、身份证号可选。先预览，确认后才写入。",
                        "Columns: number, name, unit (as Bureau/Section); rank, category, superior, region and identity number optional. You see a preview first."),
                    ".xlsx,.csv",
                    lang.pick("预览", "Preview"),
                )}
            </section>
    }
}

fn links_card(lang: Lang) -> impl IntoView {
    view! {
        <section class="card stack">
                <h2>{lang.pick("登录链接", "Sign-in links")}</h2>
                <p class="small soft">{lang.pick(
                    "给每个还没有设密码的人生成一个一次性链接，打印后剪开分发。以前发出的链接同时作废。",
                    "Makes a one-time link for everyone without a password, to print and hand out. Links given out before end.",
                )}</p>
                <form action="/admin/people/links" method="post"><button class="button" r#type="submit">{lang.pick("生成并打印清单", "Make the list")}</button></form>
            </section>
    }
}

fn persons(lang: Lang, shown: &Shown) -> impl IntoView + use<> {
    let head = view! {
        <th>{lang.pick("工号", "Number")}</th><th>{lang.pick("姓名", "Name")}</th><th>{lang.pick("单位", "Unit")}</th>
        <th>{lang.pick("职级", "Rank")}</th><th>{lang.pick("类别", "Category")}</th><th>{lang.pick("登录", "Sign-in")}</th>
    };
    let rows = shown
        .persons
        .iter()
        .map(|person| {
            view! {
                <tr>
                    <td>{person.number.clone()}</td>
                    <td><a href=format!("/admin/people/{}", person.id)>{person.name.clone()}</a>" "{gone(lang, person)}</td>
                    <td>{shown.units.path(person.unit)}</td>
                    <td>{person.rank_level.name(lang)}</td>
                    <td>{person.category.name(lang)}</td>
                    <td>
                        <form action=format!("/admin/people/{}/link", person.id) method="post">
                            <button class="button small quiet" r#type="submit" aria-label=format!("{} {}", lang.pick("新链接：", "New link for"), person.name)>{lang.pick("新链接", "New link")}</button>
                        </form>
                    </td>
                </tr>
            }
        })
        .collect_view();
    let found = match lang {
        Lang::Zh => format!("找到 {} 人", shown.total),
        Lang::En => format!("{} found", shown.total),
    };
    let (unit, words) = (
        shown.unit.map(|unit| unit.to_string()).unwrap_or_default(),
        shown.words.clone(),
    );
    let link = move |page: u32| format!("/admin/people?unit={unit}&words={}&page={page}", encode(&words));
    view! {
        <section class="card stack">
            <form class="filter" action="/admin/people" method="get">
                <div class="field">
                    <label for="unit">{lang.pick("单位", "Unit")}</label>
                    <select id="unit" name="unit">{unit_options(lang, shown)}</select>
                </div>
                <div class="field">
                    <label for="words">{lang.pick("姓名或工号", "Name or number")}</label>
                    <input id="words" name="words" r#type="search" value=shown.words.clone()/>
                </div>
                <button class="button" r#type="submit">{lang.pick("筛选", "Filter")}</button>
                <span class="small soft num" role="status">{found}</span>
            </form>
            {table(lang.pick("人员", "Persons"), head, rows)}
            {pager(lang, shown.page, shown.pages, link)}
        </section>
    }
}

/// The state of somebody who is no longer on the roster.
fn gone(lang: Lang, person: &Person) -> impl IntoView + use<> {
    (person.state != PersonState::Active).then(|| state_tag(lang, person.state))
}

fn unit_options(lang: Lang, shown: &Shown) -> impl IntoView + use<> {
    let size = |id: UnitId| {
        shown
            .sizes
            .iter()
            .find(|(unit, _)| *unit == id)
            .map_or(0, |(_, size)| *size)
    };
    let options = shown
        .units
        .walk()
        .into_iter()
        .map(|(depth, unit)| {
            let label = format!("{}{}（{}）", "　".repeat(depth), unit.name, size(unit.id));
            view! { <option value=unit.id.to_string() selected=shown.unit == Some(unit.id)>{label}</option> }
        })
        .collect_view();
    view! { <option value="" selected=shown.unit.is_none()>{lang.pick("全部", "All")}</option>{options} }
}

/// What an import would do, or did (`pending` is `None` then).
pub fn import(frame: &Frame, file: &str, report: &Report, pending: Option<UploadId>) -> impl IntoView {
    let lang = frame.lang;
    let plan = &report.plan;
    let title = match pending {
        Some(_) => lang.pick("花名册预览", "Roster preview"),
        None => lang.pick("花名册已导入", "Roster imported"),
    };
    // Somebody may still have gone although the file itself changes nothing.
    let nothing = plan.is_idle() && plan.missing.is_empty();
    let departed = report.import.as_ref().map(|import| import.departed);
    let missing = match departed {
        None => (lang.pick("文件里没有", "Not in the file"), plan.missing.len()),
        Some(departed) => (lang.pick("离开", "Gone"), usize::try_from(departed).unwrap_or(0)),
    };
    let counts = [
        (lang.pick("新增", "Created"), plan.created.len()),
        (lang.pick("变更", "Changed"), plan.changed.len()),
        missing,
        (lang.pick("不变", "Unchanged"), plan.unchanged),
        (lang.pick("拒绝", "Refused"), report.errors.len()),
    ];
    let figures = counts
        .into_iter()
        .map(|(label, count)| view! { <div class="figure"><span class="small soft">{label}</span><b>{count.to_string()}</b></div> })
        .collect_view();
    let confirm = pending.filter(|_| !nothing).map(|id| {
        view! {
            <form class="stack" action=format!("/admin/people/import/{id}") method="post">
                {absentees(lang, report)}
                <div class="row">
                    <button class="button primary" r#type="submit">{lang.pick("确认导入", "Import")}</button>
                    <a class="button" href="/admin/people">{lang.pick("取消", "Cancel")}</a>
                </div>
            </form>
        }
    });
    let idle = (pending.is_some() && nothing).then(|| {
        notice(
            Tone::Plain,
            lang.pick("没有要写入的内容。", "There is nothing to store."),
        )
    });
    let back = pending
        .is_none()
        .then(|| {
            let kept = report.import.as_ref().map(|import| {
                view! { <a class="button" href=format!("/admin/people/imports/{}", import.id)>{lang.pick("看这次导入", "See this import")}</a> }
            });
            view! { <p class="row"><a class="button" href="/admin/people">{lang.pick("看人员", "See the people")}</a>{kept}</p> }
        });
    let main = view! {
        {heading(title, file.to_owned())}
        <div class="figures num">{figures}</div>
        {idle}
        {confirm}
        {notes(lang, lang.pick("拒绝的行（不会写入）", "Refused rows (not stored)").into(), &report.errors)}
        {notes(lang, lang.pick("存疑的行（照写，请核对）", "Doubtful rows (stored; please check)").into(), &report.warnings)}
        {changes(lang, report)}
        {back}
    };
    page(frame, title, main)
}

/// How many persons who are not in the file one page lists.
const ABSENTEES: usize = 200;

/// Who is on the roster and not in the file: they stay unless they are ticked.
fn absentees(lang: Lang, report: &Report) -> impl IntoView + use<> {
    let plan = &report.plan;
    let count = plan.missing.len();
    (count > 0).then(|| {
        let rows = plan
            .missing
            .iter()
            .take(ABSENTEES)
            .map(|missing| {
                let person = &missing.person;
                let label = format!("{} {} · {}", person.number, person.name, missing.unit);
                view! { <label class="tick"><input r#type="checkbox" name="gone" value=person.id.to_string()/><span>{label}</span></label> }
            })
            .collect_view();
        let covered = plan.covered.join(lang.pick("、", ", "));
        let words = match lang {
            Lang::Zh => format!("{covered} 的名册里有 {count} 人不在文件里。不勾选的人保持在册。"),
            Lang::En => format!("{count} persons of {covered} are not in the file. Who is not ticked stays active."),
        };
        let all = match lang {
            Lang::Zh => format!("全部 {count} 人"),
            Lang::En => format!("All {count}"),
        };
        let more = (count > ABSENTEES).then(|| view! { <p class="small soft">{lang.pick("列出前 200 人。", "The first 200 are listed.")}</p> });
        let states = PersonState::ALL
            .iter()
            .filter(|state| **state != PersonState::Active)
            .map(|state| (state.code().to_owned(), state.name(lang).to_owned()))
            .collect();
        view! {
            <fieldset class="card stack">
                <legend><h2>{lang.pick("系统里有、文件里没有", "On the roster, not in the file")}</h2></legend>
                <p>{words}</p>
                {form::select("gone", "gone_state", lang.pick("勾选的人记为", "Those ticked become"), states, PersonState::Left.code())}
                {form::tick("gone_all", all, false)}
                {rows}
                {more}
            </fieldset>
        }
    })
}

/// How many changes one page shows.
const CHANGES: usize = 100;

fn changes(lang: Lang, report: &Report) -> impl IntoView + use<> {
    let plan = &report.plan;
    let created = plan.created.iter().take(CHANGES).map(|entry| {
        view! {
            <tr><td>{tag(Tone::Good, lang.pick("新增", "Created"))}</td><td>{entry.number.clone()}</td><td>{entry.name.clone()}</td>
                <td>{entry.unit_path()}</td><td>{entry.rank_level.name(lang)}</td><td>{entry.category.name(lang)}</td></tr>
        }
        .into_any()
    });
    let differs = |before: &str, after: &str| {
        if before == after {
            after.to_owned()
        } else {
            format!("{before} → {after}")
        }
    };
    let changed = plan.changed.iter().take(CHANGES).map(|change| {
        let (before, after) = (&change.before, &change.after);
        view! {
            <tr><td>{tag(Tone::Warn, lang.pick("变更", "Changed"))}{gone(lang, before)}</td><td>{after.number.clone()}</td>
                <td>{differs(&before.name, &after.name)}</td>
                <td>{differs(&change.before_unit, &after.unit_path())}</td>
                <td>{differs(before.rank_level.name(lang), after.rank_level.name(lang))}</td>
                <td>{differs(before.category.name(lang), after.category.name(lang))}</td></tr>
        }
        .into_any()
    });
    let placed = plan.placed.iter().take(CHANGES).map(|placed| {
        let region = differs(&placed.before, &placed.region.join("/"));
        view! {
            <tr><td>{tag(Tone::Action, lang.pick("行政区划", "Region"))}</td><td></td><td></td>
                <td>{format!("{}：{region}", placed.unit.join(PATH_SEPARATOR))}</td><td></td><td></td></tr>
        }
        .into_any()
    });
    let rows = changed.chain(created).chain(placed).collect_view();
    let head = view! {
        <th>{lang.pick("变动", "Change")}</th><th>{lang.pick("工号", "Number")}</th><th>{lang.pick("姓名", "Name")}</th><th>{lang.pick("单位", "Unit")}</th>
        <th>{lang.pick("职级", "Rank")}</th><th>{lang.pick("类别", "Category")}</th>
    };
    let more = (plan.created.len().max(plan.changed.len()) > CHANGES).then(|| {
        view! { <p class="small soft">{lang.pick("新增和变更各列出前 100 行。", "The first 100 of each are listed.")}</p> }
    });
    (!plan.is_idle())
        .then(|| view! { <section class="card stack"><h2>{lang.pick("内容", "Rows")}</h2>{table(lang.pick("内容", "Rows"), head, rows)}{more}</section> })
}

/// A list of links to print: unit, number, name, address.
pub fn links(frame: &Frame, units: &Tree, list: &[(Person, String)]) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("登录链接清单", "Sign-in links");
    let below = match lang {
        Lang::Zh => format!(
            "{} 人 · 每个链接只能用一次，14 天内有效 · 这一页只显示这一次",
            list.len()
        ),
        Lang::En => format!(
            "{} persons · each link works once, for 14 days · this page is shown only now",
            list.len()
        ),
    };
    let rows = list
        .iter()
        .map(|(person, link)| {
            view! {
                <tr><td>{units.path(person.unit)}</td><td>{person.number.clone()}</td><td>{person.name.clone()}</td>
                    <td class="break">{link.clone()}</td></tr>
            }
        })
        .collect_view();
    let head = view! {
        <th>{lang.pick("单位", "Unit")}</th><th>{lang.pick("工号", "Number")}</th><th>{lang.pick("姓名", "Name")}</th>
        <th>{lang.pick("链接", "Link")}</th>
    };
    let body = if list.is_empty() {
        notice(
            Tone::Plain,
            lang.pick(
                "所有人都已设置密码，不需要链接。",
                "Everybody has a password; no links are needed.",
            ),
        )
        .into_any()
    } else {
        view! { <section class="card">{table(title, head, rows)}</section> }.into_any()
    };
    let main = view! { {heading(title, below)}{body}<p class="no-print"><a class="button" href="/admin/people">{lang.pick("返回", "Back")}</a></p> };
    page(frame, title, main)
}
