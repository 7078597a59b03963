//! How everybody stands, and what can be done about it.

use std::collections::HashMap;

use leptos::prelude::*;

use super::refresh::Refresh;
use crate::{
    domain::{
        id::{EventId, UnitId},
        lang::Lang,
        supervision::{MOST_MINUTES, Stand, Stands},
    },
    error::Fault,
    service::supervision::{CHOICES, Live, Row, Wanted},
    ui::{
        part::{Tone, choice, duration, fault, heading, moment, notice, pager, table, tag},
        shell::{Frame, encode, page_with_islands},
    },
};

fn query(wanted: &Wanted) -> String {
    format!(
        "unit={}&slot={}&stand={}&words={}",
        wanted.unit.map(|unit| unit.to_string()).unwrap_or_default(),
        wanted.slot.map(|slot| slot.to_string()).unwrap_or_default(),
        wanted.stand.map_or("", Stand::code),
        encode(&wanted.words)
    )
}

/// Units listed with their counts; the others are reached by the filter.
const UNITS: usize = 100;

/// `whom`: chosen for the form of what can be done.
pub fn live(frame: &Frame, live: &Live, whom: &str, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let id = live.exam.id;
    let title = lang.pick("现场", "Live view");
    let here = query(&live.wanted);
    let address = format!("/admin/exams/{id}/live/now?{here}&page={}", live.page);
    let main = view! {
        <p class="small"><a href=format!("/admin/exams/{id}")>{live.exam.title.clone()}</a></p>
        <div class="row between wrap">
            {heading(title, "")}
            <div class="row"><Refresh lang=lang address=address/><a class="button" href=format!("/admin/exams/{id}/live?{here}")>{lang.pick("更新", "Renew")}</a></div>
        </div>
        {fault(wrong, lang)}
        {filter(lang, live)}
        <div class="stack" id="now">{now(lang, live)}</div>
        {deals(lang, live, whom)}
    };
    page_with_islands(frame, title, main)
}

/// The part that changes by itself.
pub fn now(lang: Lang, live: &Live) -> impl IntoView + use<> {
    let cells = Stand::ALL
        .into_iter()
        .map(|stand| {
            let count = live.counts.of(stand);
            view! { <div class="figure"><span class="small soft">{stand.name(lang)}</span><b>{count}</b></div> }
        })
        .collect_view();
    let at = format!("{} {}", lang.pick("截至", "As of"), live.now.local());
    view! {
        <p class="small soft num">{at}</p>
        <div class="figures num">{cells}</div>
        {outages(lang, live)}
        {persons(lang, live)}
        {slots(lang, live)}
        {units(lang, live)}
    }
}

fn outages(lang: Lang, live: &Live) -> impl IntoView + use<> {
    let lines = live
        .outages
        .iter()
        .map(|(outage, attempts)| {
            let (from, length) = (
                outage.began_at.local(),
                duration(lang, outage.ended_at.0 - outage.began_at.0),
            );
            let text = match lang {
                Lang::Zh => format!("{from} 起服务中断 {length}，已给 {attempts} 份正在作答的试卷补时。"),
                Lang::En => format!(
                    "From {from} the service was down for {length}; {attempts} running attempts got time for it."
                ),
            };
            notice(Tone::Warn, text)
        })
        .collect_view();
    view! { {lines} }
}

fn stand_tag(lang: Lang, stand: Stand) -> impl IntoView {
    let tone = match stand {
        Stand::LostContact => Tone::Seal,
        Stand::Paused | Stand::NotStarted => Tone::Warn,
        Stand::Sitting => Tone::Action,
        Stand::HandedIn => Tone::Plain,
        Stand::Passed => Tone::Good,
    };
    tag(tone, stand.name(lang))
}

fn persons(lang: Lang, live: &Live) -> impl IntoView + use<> {
    let exam = live.exam.id;
    let query = query(&live.wanted);
    let rows = live
        .rows
        .iter()
        .map(|row| person(lang, live, row, &query))
        .collect_view();
    let head = view! {
        <th>{lang.pick("状态", "State")}</th><th>{lang.pick("姓名", "Name")}</th><th>{lang.pick("工号", "Number")}</th>
        <th>{lang.pick("单位", "Unit")}</th><th>{lang.pick("作答", "Attempt")}</th>
    };
    let total = live.total;
    let title = match lang {
        Lang::Zh => format!("人员（{total} 人）"),
        Lang::En => format!("Persons ({total})"),
    };
    let link = move |page: u32| format!("/admin/exams/{exam}/live?{query}&page={page}");
    view! {
        <section class="card stack">
            <h2>{title}</h2>
            {table(lang.pick("人员", "Persons"), head, rows)}
            {pager(lang, live.page, live.pages, link)}
        </section>
    }
}

fn person(lang: Lang, live: &Live, row: &Row, query: &str) -> impl IntoView + use<> {
    let attempt = row.running.map(|running| {
        let left = duration(lang, running.deadline.0 - live.now.0);
        let seen = (running.seen != EventId(0)).then(|| lang.pick(" · 已看到消息", " · has seen what was told"));
        let heard = format!("{} {}", lang.pick("最近联系", "heard"), running.heard_at.clock());
        let href = format!("/admin/exams/{}/live?{query}&page={}&whom=person+{}#deal", live.exam.id, live.page, row.person);
        view! {
            <span class="num">{format!("{} {left}", lang.pick("还剩", "left:"))}</span>" "
            <a class="small" href=href aria-label=format!("{}{}", lang.pick("处理：", "Act on "), row.name)>{lang.pick("处理", "Act")}</a><br/>
            <span class="small soft num">{heard}{seen}</span>
        }
    });
    view! {
        <tr>
            <td>{stand_tag(lang, row.stand)}</td>
            <td>{row.name.clone()}</td>
            <td class="num">{row.number.clone()}</td>
            <td>{live.units.path(row.unit)}</td>
            <td>{attempt}</td>
        </tr>
    }
}

/// Counts as the cells of a row.
fn cells(counts: &Stands) -> impl IntoView + use<> {
    let counts = *counts;
    let cell = move |stand| view! { <td class="num">{counts.of(stand)}</td> };
    Stand::ALL.into_iter().map(cell).collect_view()
}

fn slots(lang: Lang, live: &Live) -> impl IntoView + use<> {
    (!live.slots.is_empty()).then(|| {
        let seated = live.slots.iter().map(|slot| (Some(slot.id), slot.name()));
        let unseated = (None, lang.pick("没有场次", "Without a slot").to_owned());
        let rows = seated
            .chain([unseated])
            .filter_map(|(slot, name)| Some((name, live.by_slot.get(&slot)?)))
            .map(|(name, counts)| view! { <tr><th class="plain" scope="row">{name}</th>{cells(counts)}</tr> })
            .collect_view();
        let head = view! {
            <th>{lang.pick("场次", "Slot")}</th>
            {Stand::ALL.into_iter().map(|stand| view! { <th>{stand.name(lang)}</th> }).collect_view()}
        };
        let title = lang.pick("各场次", "By slot");
        view! { <section class="card stack"><h2>{title}</h2>{table(title, head, rows)}</section> }
    })
}

/// The units right below the one wanted, each with those below it.
fn units(lang: Lang, live: &Live) -> impl IntoView + use<> {
    let mut sums: HashMap<UnitId, Stands> = HashMap::new();
    let mut own: HashMap<UnitId, Stands> = HashMap::new();
    for (unit, counts) in live.by_unit.iter().filter(|(_, counts)| counts.total() > 0) {
        own.insert(*unit, *counts);
        for above in live.units.ancestors(*unit) {
            *sums.entry(above.id).or_default() += *counts;
        }
    }
    let (top, level) = live.units.level(
        live.wanted.unit,
        |unit| sums.contains_key(&unit),
        |unit| own.contains_key(&unit),
    );
    let id = live.exam.id;
    let slot = live.wanted.slot;
    let more = level.len().saturating_sub(UNITS);
    let rows = level
        .into_iter()
        .take(UNITS)
        .map(|unit| {
            let wanted = Wanted { unit: Some(unit.id), slot, ..Wanted::default() };
            let href = format!("/admin/exams/{id}/live?{}", query(&wanted));
            view! { <tr><th class="plain" scope="row"><a href=href>{unit.name.clone()}</a></th>{cells(&sums[&unit.id])}</tr> }
        })
        .collect_view();
    let own = top.and_then(|top| own.get(&top)).map(|counts| {
        let name = lang.pick("本级人员", "Directly in it");
        view! { <tr><th class="plain" scope="row">{name}</th>{cells(counts)}</tr> }
    });
    let head = view! {
        <th>{lang.pick("单位", "Unit")}</th>
        {Stand::ALL.into_iter().map(|stand| view! { <th>{stand.name(lang)}</th> }).collect_view()}
    };
    let title = lang.pick("各单位", "By unit");
    let of = top.map(|top| live.units.path(top)).unwrap_or_default();
    let more = (more > 0).then(|| {
        let text = match lang {
            Lang::Zh => format!("还有 {more} 个单位没有列出，可在上面按单位筛选。"),
            Lang::En => format!("{more} more units are not listed; find them by the filter above."),
        };
        view! { <p class="small soft">{text}</p> }
    });
    view! {
        <section class="card stack">
            <div class="row between wrap"><h2>{title}</h2><span class="small soft">{of}</span></div>
            {table(title, head, view! { {own}{rows} })}
            {more}
        </section>
    }
}

fn unit_options(lang: Lang, live: &Live, prefix: &str) -> Vec<(String, String)> {
    let mut options = vec![(
        if prefix.is_empty() {
            String::new()
        } else {
            "all".to_owned()
        },
        lang.pick("全部单位", "All units").to_owned(),
    )];
    let units = live.units.walk().into_iter();
    options.extend(units.map(|(_, unit)| (format!("{prefix}{}", unit.id), live.units.path(unit.id))));
    options
}

fn filter(lang: Lang, live: &Live) -> impl IntoView + use<> {
    let wanted = &live.wanted;
    let stands = std::iter::once((String::new(), lang.pick("全部状态", "Any state").to_owned()))
        .chain(
            Stand::ALL
                .into_iter()
                .map(|stand| (stand.code().to_owned(), stand.name(lang).to_owned())),
        )
        .collect();
    let unit = wanted.unit.map(|unit| unit.to_string()).unwrap_or_default();
    let slot = wanted.slot.map(|slot| slot.to_string()).unwrap_or_default();
    let slots = (!live.slots.is_empty()).then(|| {
        let any = (String::new(), lang.pick("全部场次", "Any slot").to_owned());
        let slots = live.slots.iter().map(|slot| (slot.id.to_string(), slot.name()));
        choice(
            "slot",
            lang.pick("场次", "Slot"),
            std::iter::once(any).chain(slots).collect(),
            &slot,
        )
    });
    view! {
        <form class="filter card" action=format!("/admin/exams/{}/live", live.exam.id) method="get">
            {slots}
            {choice("unit", lang.pick("单位", "Unit"), unit_options(lang, live, ""), &unit)}
            {choice("stand", lang.pick("状态", "State"), stands, wanted.stand.map_or("", Stand::code))}
            <div class="field">
                <label for="words">{lang.pick("姓名或工号", "Name or number")}</label>
                <input id="words" name="words" r#type="search" value=wanted.words.clone()/>
            </div>
            <button class="button" r#type="submit">{lang.pick("筛选", "Filter")}</button>
        </form>
    }
}

fn deals(lang: Lang, live: &Live, chosen: &str) -> impl IntoView + use<> {
    if live.sitting == 0 {
        let text = lang.pick("现在没有人正在考。", "Nobody is sitting now.");
        return notice(Tone::Plain, text).into_any();
    }
    let mut whom = unit_options(lang, live, "unit ");
    let mut persons: Vec<_> = live.running.iter().collect();
    let shown = live.rows.iter().filter(|row| row.running.is_some());
    persons.extend(shown.filter(|row| !live.running.iter().any(|other| other.person == row.person)));
    whom.extend(
        persons
            .iter()
            .map(|row| (format!("person {}", row.person), format!("{} {}", row.number, row.name))),
    );
    let chosen = if whom.iter().any(|(value, _)| value == chosen) {
        chosen
    } else {
        "all"
    };
    let more = (live.sitting > CHOICES).then(|| {
        let text = lang.pick(
            "人多时这里只列出一部分人；用上面的筛选找到其他人。",
            "Of so many only some are listed here; find the others by the filter above.",
        );
        view! { <p class="small soft">{text}</p> }
    });
    let closes = format!(
        "{} {}",
        lang.pick("考试关闭：", "The exam closes:"),
        moment(lang, live.exam.window.closes_at)
    );
    let button = |value: &'static str, class: &'static str, label: &'static str| {
        view! { <button class=class r#type="submit" name="deal" value=value>{label}</button> }
    };
    view! {
        <section class="card stack" id="deal">
            <h2>{lang.pick("对正在考的人", "For those who are sitting")}</h2>
            <p class="small soft">{lang.pick(
                "两秒内送到考生页面，并记入操作记录。延长的时间可以超过关闭时间。",
                "Reaches their pages within two seconds and goes into the audit log. An extension may go beyond the close.",
            )}" "<span class="num">{closes}</span></p>
            <form class="stack" action=format!("/admin/exams/{}/live", live.exam.id) method="post">
                {choice("whom", lang.pick("对谁（单位含下级）", "Whom (a unit with those below)"), whom, chosen)}
                {more}
                <div class="field">
                    <label for="deal-words">{lang.pick("消息或原因", "Message or reason")}</label>
                    <textarea id="deal-words" name="words" rows="2" maxlength="500" required=true></textarea>
                </div>
                <div class="field">
                    <label for="minutes">{lang.pick("延长分钟数（只在延长时填）", "Minutes (only for more time)")}</label>
                    <input id="minutes" name="minutes" r#type="number" min="1" max=MOST_MINUTES.to_string()/>
                </div>
                <div class="row wrap">
                    {button("message", "button primary", lang.pick("发消息", "Send the message"))}
                    {button("extend", "button", lang.pick("延长时间", "More time"))}
                    {button("pause", "button", lang.pick("暂停", "Pause"))}
                    {button("resume", "button", lang.pick("恢复", "Resume"))}
                    {button("hand_in", "button danger", lang.pick("强制交卷", "Hand in for them"))}
                </div>
            </form>
        </section>
    }
    .into_any()
}
