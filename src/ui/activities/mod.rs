//! The ledger of activities: the list of a year, and the form.

mod import;
mod show;

use leptos::prelude::*;

use super::{
    part::{
        Tone, fault,
        form::{Typed, line, lines, select, tick, typed_or},
        heading, notice, pager, table, tag,
    },
    shell::{Frame, encode, page},
};
use crate::{
    domain::{
        activity::{Activity, ActivityFault, Kind, Mode, State, Wish},
        id::UnitId,
        lang::Lang,
        role::Right,
        time::Timestamp,
        unit::Tree,
        year::Year,
    },
    error::Fault,
    service::activity::{Filter, Ledger},
};

pub use import::{choose, report};
pub use show::show;

/// What a browser offers as evidence; what is taken the server decides by the content.
const ACCEPTED: &str = "image/jpeg,image/png,image/webp,application/pdf,.ofd,.docx,.xlsx,.pptx,video/mp4";

fn state_tag(lang: Lang, state: State) -> impl IntoView {
    let tone = match state {
        State::Waiting => Tone::Action,
        State::Recorded => Tone::Good,
        State::Returned => Tone::Warn,
        State::Withdrawn => Tone::Plain,
    };
    tag(tone, state.name(lang))
}

fn with_all(lang: Lang, options: impl Iterator<Item = (String, String)>) -> Vec<(String, String)> {
    let all = (String::new(), lang.pick("全部", "All").to_owned());
    std::iter::once(all).chain(options).collect()
}

pub fn ledger(frame: &Frame, shown: &Ledger, filter: &Filter) -> impl IntoView + use<> {
    ledger_with(frame, shown, filter, None)
}

/// The list, with why nothing was changed.
pub fn ledger_with(frame: &Frame, shown: &Ledger, filter: &Filter, wrong: Option<&Fault>) -> impl IntoView + use<> {
    let lang = frame.lang;
    let title = lang.pick("活动台账", "Ledger of activities");
    let below = match lang {
        Lang::Zh => format!("{} 年，找到 {} 条", filter.year, shown.total),
        Lang::En => format!("{}, {} entries found", filter.year, shown.total),
    };
    let year = shown.years.iter().find(|year| year.year == filter.year);
    let open = year.is_some_and(|year| year.must_be_open().is_ok());
    let add = (open && !shown.own.is_empty()).then(
        || view! { <a class="button primary" href="/admin/activities/new">{lang.pick("登记活动", "Enter an activity")}</a> },
    );
    let import = (open && !shown.own.is_empty()).then(
        || view! { <a class="button" href=format!("/admin/years/{}/import", filter.year)>{lang.pick("导入", "Import")}</a> },
    );
    let body = if shown.rows.is_empty() {
        let none = lang.pick("没有这样的登记。", "No such entry.");
        notice(Tone::Plain, none).into_any()
    } else {
        table(title, head(lang), rows(lang, shown)).into_any()
    };
    let link = address(filter);
    let main = view! {
        <div class="row between wrap">{heading(title, below)}<div class="row wrap">
            <a class="button" href=format!("/admin/years/{}/plan", filter.year)>{lang.pick("年度计划", "Plan")}</a>
            <a class="button" href=format!("/admin/years/{}", filter.year)>{lang.pick("年度数据", "Figures of the year")}</a>
            <a class="button" href=format!("/admin/officers?year={}", filter.year)>{lang.pick("执法证台账", "Enforcement certificates")}</a>{import}{add}</div></div>
        {fault(wrong, lang)}
        {year_notice(lang, filter.year, year)}
        <section class="card stack">
            {filters(lang, shown, filter)}
            {sums(lang, shown)}
            {body}
            {pager(lang, shown.page, shown.pages, link)}
        </section>
        {years(frame, shown, filter.year, year)}
    };
    page(frame, title, main)
}

fn address(filter: &Filter) -> impl Fn(u32) -> String + use<> {
    let (kind, state) = (filter.kind.map_or("", Kind::code), filter.state.map_or("", State::code));
    let unit = filter.unit.map(|unit| unit.to_string()).unwrap_or_default();
    let (year, words) = (filter.year, encode(&filter.words));
    move |page| format!("/admin/activities?year={year}&kind={kind}&state={state}&unit={unit}&words={words}&page={page}")
}

fn year_notice(lang: Lang, number: u16, year: Option<&Year>) -> impl IntoView + use<> {
    let text = match (year, lang) {
        (None, Lang::Zh) => format!("{number} 年度还没有开始，现在不能登记。"),
        (None, Lang::En) => format!("The year {number} was not begun; nothing can be entered yet."),
        (Some(year), _) if year.must_be_open().is_err() => ActivityFault::Closed(number).message(lang),
        (Some(year), _) if year.approval => lang
            .pick(
                "这个年度的登记要经上级审核，审核后才计入数据；审核后又改了内容、名单或佐证的，要重新审核。",
                "Entries of this year count once the level above has approved them; one whose words, names or files change is approved again.",
            )
            .to_owned(),
        _ => return None,
    };
    Some(notice(Tone::Plain, text))
}

fn filters(lang: Lang, shown: &Ledger, filter: &Filter) -> impl IntoView + use<> {
    let mut years: Vec<u16> = shown.years.iter().map(|year| year.year).collect();
    if !years.contains(&filter.year) {
        years.insert(0, filter.year);
    }
    let years = years
        .into_iter()
        .map(|year| (year.to_string(), year.to_string()))
        .collect();
    let kinds = Kind::ALL
        .iter()
        .map(|kind| (kind.code().to_owned(), kind.name(lang).to_owned()));
    let states = State::ALL
        .iter()
        .map(|state| (state.code().to_owned(), state.name(lang).to_owned()));
    let units = shown.units.walk();
    let units = units
        .into_iter()
        .map(|(_, unit)| (unit.id.to_string(), shown.units.path(unit.id)));
    let unit = filter.unit.map(|unit| unit.to_string()).unwrap_or_default();
    view! {
        <form class="filter" action="/admin/activities" method="get">
            {select("filter", "year", lang.pick("年度", "Year"), years, &filter.year.to_string())}
            {select("filter", "kind", lang.pick("类型", "Kind"), with_all(lang, kinds), filter.kind.map_or("", Kind::code))}
            {select("filter", "state", lang.pick("状态", "State"), with_all(lang, states), filter.state.map_or("", State::code))}
            {select("filter", "unit", lang.pick("单位", "Unit"), with_all(lang, units), &unit)}
            {line("filter", ("words", "search"), lang.pick("名称、地点或文号", "Title, place or document"), filter.words.clone(), false)}
            <button class="button" r#type="submit">{lang.pick("筛选", "Filter")}</button>
        </form>
    }
}

/// What the recorded entries add up to. Each number says what it counts.
fn sums(lang: Lang, shown: &Ledger) -> impl IntoView + use<> {
    let row = |kind: Kind, entries: i64, quantity: i64, audience: i64, uncounted: i64| {
        let counted = kind.quantity(lang).map_or("—".to_owned(), |_| quantity.to_string());
        let reached = match (kind.has_audience(), uncounted, lang) {
            (false, ..) => "—".to_owned(),
            (true, 0, _) => audience.to_string(),
            (true, _, Lang::Zh) => format!("{audience}（{uncounted} 场没有统计）"),
            (true, _, Lang::En) => format!("{audience} ({uncounted} not counted)"),
        };
        view! {
            <tr><th class="plain" scope="row">{kind.name(lang)}</th><td class="num">{entries}</td><td class="num">{counted}</td>
                <td class="num">{reached}</td></tr>
        }
    };
    let rows = Kind::ALL
        .iter()
        .filter_map(|kind| shown.totals.get(kind.code()))
        .map(|(kind, total)| row(*kind, total.entries, total.quantity, total.audience, total.uncounted))
        .collect_view();
    let head = view! {
        <th>{lang.pick("已登记的", "Recorded")}</th><th class="num">{lang.pick("场次（条）", "Entries")}</th>
        <th class="num">{lang.pick("件数或人次", "Works or participations")}</th>
        <th class="num">{lang.pick("参加或受众人数", "People reached")}</th>
    };
    (!shown.totals.is_empty()).then(|| table(lang.pick("合计", "Totals"), head, rows))
}

fn head(lang: Lang) -> impl IntoView {
    view! {
        <th>{lang.pick("日期", "Day")}</th><th>{lang.pick("名称", "Title")}</th><th>{lang.pick("类型", "Kind")}</th>
        <th>{lang.pick("单位", "Unit")}</th><th class="num">{lang.pick("人数", "People")}</th><th>{lang.pick("状态", "State")}</th>
    }
}

fn rows(lang: Lang, shown: &Ledger) -> impl IntoView + use<> {
    let row = |entry: &Activity| {
        let wish = &entry.wish;
        let form = (!wish.form.is_empty()).then(|| view! { <span class="small soft">" · "{wish.form.clone()}</span> });
        view! {
            <tr><td class="num">{wish.day.day_field()}</td><td><a href=format!("/admin/activities/{}", entry.id)>{wish.title.clone()}</a></td>
                <td>{wish.kind.name(lang)}{form}</td><td>{shown.units.path(wish.unit)}</td>
                <td class="num">{wish.audience.map_or("—".to_owned(), |audience| audience.to_string())}</td>
                <td>{state_tag(lang, entry.state)}</td></tr>
        }
    };
    shown.rows.iter().map(row).collect_view()
}

/// Beginning a year, and how its entries are approved: for those who keep the ledger everywhere; others are refused.
fn years(frame: &Frame, shown: &Ledger, number: u16, year: Option<&Year>) -> impl IntoView + use<> {
    let lang = frame.lang;
    let everywhere = shown.own.len() == shown.units.len() && !shown.own.is_empty();
    let keeps = frame
        .viewer
        .as_ref()
        .is_none_or(|viewer| viewer.rights.contains(&Right::KeepLedger));
    (everywhere && keeps).then(|| {
        let approval = year.filter(|year| year.must_be_open().is_ok()).map(|year| {
            let (now, value, button) = if year.approval {
                (
                    lang.pick("下级单位的登记要经上级审核后才计入。", "Entries of lower units count once the level above has approved them."),
                    "no",
                    lang.pick("改为登记即计入", "Count them at once"),
                )
            } else {
                (
                    lang.pick("登记即计入，不需要上级审核。", "Entries count at once, without the level above."),
                    "yes",
                    lang.pick("改为上级审核后计入", "Ask for approval"),
                )
            };
            view! {
                <form class="row between wrap" action="/admin/years" method="post">
                    <p>{now}</p>
                    <input r#type="hidden" name="year" value=number.to_string()/><input r#type="hidden" name="approval" value=value/>
                    <button class="button" r#type="submit">{button}</button>
                </form>
            }
        });
        view! {
            <section class="card stack">
                <h2>{lang.pick("年度设置", "The year")}</h2>
                {approval}
                <form class="filter" action="/admin/years" method="post">
                    {line("begin", ("year", "number"), lang.pick("开始一个年度", "Begin a year"), if year.is_none() { number.to_string() } else { String::new() }, true)}
                    <button class="button" r#type="submit">{lang.pick("开始", "Begin")}</button>
                </form>
            </section>
        }
    })
}

/// An entry as it would have been typed.
pub fn typed(wish: &Wish) -> Typed {
    let counted = wish.kind.quantity(Lang::Zh).is_some();
    let audience = wish.audience.map(|audience| audience.to_string());
    [
        ("kind", wish.kind.code().to_owned()),
        ("mode", wish.mode.code().to_owned()),
        ("unit", wish.unit.to_string()),
        ("day", wish.day.day_field()),
        ("title", wish.title.clone()),
        ("place", wish.place.clone()),
        ("form", wish.form.clone()),
        ("audience", audience.unwrap_or_default()),
        (
            "quantity",
            if counted {
                wish.quantity.to_string()
            } else {
                String::new()
            },
        ),
        ("document", wish.document.clone()),
        ("note", wish.note.clone()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

/// The form: what is asked of every entry first, so that a phone needs one screen for most. `entry`: the one to be changed.
pub fn edit(
    frame: &Frame,
    entry: Option<&Activity>,
    (units, own): &(Tree, Vec<UnitId>),
    typed: &Typed,
    today: Timestamp,
    wrong: Option<&Fault>,
) -> impl IntoView + use<> {
    let lang = frame.lang;
    let (title, action) = match entry {
        Some(entry) => (
            lang.pick("修改活动", "Change an activity"),
            format!("/admin/activities/{}", entry.id),
        ),
        None => (
            lang.pick("登记活动", "Enter an activity"),
            "/admin/activities".to_owned(),
        ),
    };
    let kinds = Kind::ALL
        .iter()
        .map(|kind| (kind.code().to_owned(), kind.name(lang).to_owned()))
        .collect();
    let modes = Mode::ALL
        .iter()
        .map(|mode| (mode.code().to_owned(), mode.name(lang).to_owned()))
        .collect();
    let places = own.iter().map(|unit| (unit.to_string(), units.path(*unit))).collect();
    let of = |name: &str| typed_or(typed, name, "");
    let alike = matches!(wrong, Some(Fault::Activity(ActivityFault::Alike(_)))).then(|| {
        tick(
            "distinct",
            lang.pick("不是重复，照样保存", "Not a duplicate, store it"),
            false,
        )
    });
    let reason = entry.filter(|entry| entry.state == State::Recorded).map(|_| {
        line(
            "activity",
            ("reason", "text"),
            lang.pick("修改理由（会写入操作记录）", "Reason (kept in the log)"),
            of("reason"),
            true,
        )
    });
    let (files, encoding, later) = match entry {
        Some(_) => (
            None,
            None,
            lang.pick(
                "照片、文件和参加人员在这一条的页面上添加。",
                "Pictures, files and the name list are added on the page of the entry.",
            ),
        ),
        None => (
            Some(files(lang, wrong.is_some())),
            Some("multipart/form-data"),
            lang.pick(
                "保存之后可以再添加照片和文件、选参加人员。",
                "More pictures and files and the name list are added after saving.",
            ),
        ),
    };
    let main = view! {
        <p class="small"><a href="/admin/activities">{lang.pick("活动台账", "Ledger of activities")}</a></p>
        {heading(title, "")}
        {fault(wrong, lang)}
        <form class="card stack" action=action method="post" enctype=encoding>
            {alike}
            {select("activity", "kind", lang.pick("类型", "Kind"), kinds, &typed_or(typed, "kind", Kind::Publicity.code()))}
            {line("activity", ("title", "text"), lang.pick("名称", "Title"), of("title"), true)}
            {line("activity", ("day", "date"), lang.pick("日期", "Day"), typed_or(typed, "day", today.day_field()), true)}
            {select("activity", "unit", lang.pick("开展单位", "Unit"), places, &of("unit"))}
            {line("activity", ("audience", "number"), lang.pick("参加或受众人数（没有统计就空着）", "People reached (empty: not counted)"), of("audience"), false)}
            {line("activity", ("quantity", "number"), lang.pick("作品数或参赛人次（只有这两类要填）", "Works or participations (only for these two kinds)"), of("quantity"), false)}
            {line("activity", ("document", "text"), lang.pick("证明文件：文号或名称（获奖、外部竞赛、通报必填）", "Document (needed for awards, competitions elsewhere, circulars)"), of("document"), false)}
            {line("activity", ("form", "text"), lang.pick("形式，例如进企业、集市；获奖写名次或奖项（必填，如第一名、一等奖），作品写制作或征集", "Form, such as a market stall; of an award the place or prize (needed, such as first place), of works whether made or collected"), of("form"), false)}
            <details open=!of("place").is_empty() || !of("note").is_empty()>
                <summary>{lang.pick("地点、方式和说明", "Place, manner and note")}</summary>
                <div class="stack">
                    {line("activity", ("place", "text"), lang.pick("地点", "Place"), of("place"), false)}
                    {select("activity", "mode", lang.pick("现场或线上", "On site or on line"), modes, &typed_or(typed, "mode", Mode::Onsite.code()))}
                    {lines("activity", "note", lang.pick("说明", "Note"), of("note"))}
                </div>
            </details>
            {files}{reason}
            <button class="button primary" r#type="submit">{lang.pick("保存", "Save")}</button>
            <p class="small soft">{later}</p>
        </form>
    };
    page(frame, title, main)
}

/// Pictures and files that go with a new entry. `again`: the form comes back, and a browser keeps no files.
fn files(lang: Lang, again: bool) -> impl IntoView {
    let hint = match again {
        true => lang.pick(
            "上次没有保存，照片和文件请重新选一次。每个不超过 20 MB，合计不超过 50 MB。",
            "Nothing was stored; choose pictures and files again. Up to 20 MB each, 50 MB together.",
        ),
        false => lang.pick(
            "可不选，可选多个：照片、PDF、OFD、Office 文件或 MP4 视频，每个不超过 20 MB，合计不超过 50 MB。",
            "Optional, one or more: pictures, PDF, OFD, office files or MP4, up to 20 MB each, 50 MB together.",
        ),
    };
    view! {
        <div class="field">
            <label for="file">{lang.pick("照片和文件", "Pictures and files")}</label>
            <input id="file" name="file" r#type="file" multiple=true accept=ACCEPTED aria-describedby="file-hint"/>
            <p class="small soft" id="file-hint">{hint}</p>
        </div>
    }
}
