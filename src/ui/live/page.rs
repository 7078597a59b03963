//! How everybody stands, and what can be done about it.

use std::collections::HashMap;

use leptos::prelude::*;

use super::refresh::Refresh;
use crate::{
    domain::{
        id::{EventId, SlotId, UnitId},
        lang::Lang,
        supervision::{MOST_MINUTES, Stand},
    },
    error::Fault,
    service::supervision::{Live, Row},
    ui::{
        part::{Tone, choice, duration, fault, heading, moment, notice, pager, table, tag},
        shell::{Frame, encode, page_with_islands},
    },
};

/// What part of the view to show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    pub unit: Option<UnitId>,
    pub slot: Option<SlotId>,
    pub stand: Option<Stand>,
    pub words: String,
    pub page: u32,
}

impl Wanted {
    fn covers(&self, live: &Live, row: &Row) -> bool {
        let unit = |root: UnitId| live.units.ancestors(row.unit).any(|above| above.id == root);
        self.unit.is_none_or(unit) && self.slot.is_none_or(|slot| live.seats.get(&row.person) == Some(&slot))
    }

    fn query(&self) -> String {
        format!(
            "unit={}&slot={}&stand={}&words={}",
            self.unit.map(|unit| unit.to_string()).unwrap_or_default(),
            self.slot.map(|slot| slot.to_string()).unwrap_or_default(),
            self.stand.map_or("", Stand::code),
            encode(&self.words)
        )
    }
}

/// Persons on one page.
const PAGE: usize = 50;
/// Units listed with their counts; all are reached by the filter.
const UNITS: usize = 100;

pub fn live(frame: &Frame, live: &Live, wanted: &Wanted, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let id = live.exam.id;
    let title = lang.pick("现场", "Live view");
    let address = format!("/admin/exams/{id}/live/now?{}&page={}", wanted.query(), wanted.page);
    let main = view! {
        <p class="small"><a href=format!("/admin/exams/{id}")>{live.exam.title.clone()}</a></p>
        <div class="row between wrap">
            {heading(title, "")}
            <div class="row"><Refresh lang=lang address=address/><a class="button" href=format!("/admin/exams/{id}/live?{}", wanted.query())>{lang.pick("更新", "Renew")}</a></div>
        </div>
        {fault(wrong, lang)}
        {filter(lang, live, wanted)}
        <div class="stack" id="now">{now(lang, live, wanted)}</div>
        {deals(lang, live)}
    };
    page_with_islands(frame, title, main)
}

/// The part that changes by itself.
pub fn now(lang: Lang, live: &Live, wanted: &Wanted) -> impl IntoView + use<> {
    let mut counts: HashMap<Stand, usize> = HashMap::new();
    let mut by_unit: HashMap<UnitId, HashMap<Stand, usize>> = HashMap::new();
    let mut by_slot: HashMap<Option<SlotId>, HashMap<Stand, usize>> = HashMap::new();
    for (row, stand) in live.persons.iter().filter(|(row, _)| wanted.covers(live, row)) {
        *counts.entry(*stand).or_default() += 1;
        *by_unit.entry(row.unit).or_default().entry(*stand).or_default() += 1;
        let slot = live.seats.get(&row.person).copied();
        *by_slot.entry(slot).or_default().entry(*stand).or_default() += 1;
    }
    let cells = Stand::ALL
        .into_iter()
        .map(|stand| {
            let count = counts.get(&stand).copied().unwrap_or(0);
            view! { <div class="figure"><span class="small soft">{stand.name(lang)}</span><b>{count}</b></div> }
        })
        .collect_view();
    let at = format!("{} {}", lang.pick("截至", "As of"), live.now.local());
    view! {
        <p class="small soft num">{at}</p>
        <div class="figures num">{cells}</div>
        {outages(lang, live)}
        {persons(lang, live, wanted)}
        {slots(lang, live, &by_slot)}
        {units(lang, live, by_unit)}
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

fn persons(lang: Lang, live: &Live, wanted: &Wanted) -> impl IntoView + use<> {
    let words = crate::domain::bank::fold(&wanted.words);
    let mut fitting: Vec<_> = live
        .persons
        .iter()
        .filter(|(row, stand)| {
            wanted.stand.is_none_or(|wanted| wanted == *stand)
                && wanted.covers(live, row)
                && crate::domain::bank::fold(&[row.name.as_str(), &row.number].concat()).contains(&words)
        })
        .collect();
    // Those to look after first; inside by unit and number as they came.
    fitting.sort_by_key(|(_, stand)| *stand);
    let total = fitting.len();
    let pages = u32::try_from(total.div_ceil(PAGE)).unwrap_or(u32::MAX).max(1);
    let page = wanted.page.clamp(1, pages);
    let exam = live.exam.id;
    let query = wanted.query();
    let rows = fitting
        .into_iter()
        .skip((page as usize - 1) * PAGE)
        .take(PAGE)
        .map(|(row, stand)| {
            let running = row.running.map(|running| {
                let left = duration(lang, running.deadline.0 - live.now.0);
                let seen = (running.seen != EventId(0)).then(|| lang.pick(" · 已看到消息", " · has seen what was told"));
                let heard = format!("{} {}", lang.pick("最近联系", "heard"), running.heard_at.clock());
                view! { <span class="num">{format!("{} {left}", lang.pick("还剩", "left:"))}</span><br/><span class="small soft num">{heard}{seen}</span> }
            });
            view! {
                <tr>
                    <td>{stand_tag(lang, *stand)}</td>
                    <td>{row.name.clone()}</td>
                    <td class="num">{row.number.clone()}</td>
                    <td>{live.units.path(row.unit)}</td>
                    <td>{running}</td>
                </tr>
            }
        })
        .collect_view();
    let head = view! {
        <th>{lang.pick("状态", "State")}</th><th>{lang.pick("姓名", "Name")}</th><th>{lang.pick("工号", "Number")}</th>
        <th>{lang.pick("单位", "Unit")}</th><th>{lang.pick("作答", "Attempt")}</th>
    };
    let title = match lang {
        Lang::Zh => format!("人员（{total} 人）"),
        Lang::En => format!("Persons ({total})"),
    };
    let link = move |page: u32| format!("/admin/exams/{exam}/live?{query}&page={page}");
    view! {
        <section class="card stack">
            <h2>{title}</h2>
            {table(lang.pick("人员", "Persons"), head, rows)}
            {pager(lang, page, pages, link)}
        </section>
    }
}

fn slots(lang: Lang, live: &Live, by_slot: &HashMap<Option<SlotId>, HashMap<Stand, usize>>) -> impl IntoView + use<> {
    (!live.slots.is_empty()).then(|| {
        let seated = live.slots.iter().map(|slot| (Some(slot.id), slot.name()));
        let unseated = (None, lang.pick("没有场次", "Without a slot").to_owned());
        let rows = seated
            .chain([unseated])
            .filter_map(|(slot, name)| Some((name, by_slot.get(&slot)?)))
            .map(|(name, counts)| {
                let cells = Stand::ALL
                    .into_iter()
                    .map(|stand| view! { <td class="num">{counts.get(&stand).copied().unwrap_or(0)}</td> })
                    .collect_view();
                view! { <tr><th class="plain" scope="row">{name}</th>{cells}</tr> }
            })
            .collect_view();
        let head = view! {
            <th>{lang.pick("场次", "Slot")}</th>
            {Stand::ALL.into_iter().map(|stand| view! { <th>{stand.name(lang)}</th> }).collect_view()}
        };
        let title = lang.pick("各场次", "By slot");
        view! { <section class="card stack"><h2>{title}</h2>{table(title, head, rows)}</section> }
    })
}

fn units(lang: Lang, live: &Live, by_unit: HashMap<UnitId, HashMap<Stand, usize>>) -> impl IntoView + use<> {
    let order = live
        .units
        .walk()
        .into_iter()
        .filter_map(|(_, unit)| Some((unit.id, by_unit.get(&unit.id)?)));
    let rows = order
        .take(UNITS)
        .map(|(unit, counts)| {
            let cells = Stand::ALL
                .into_iter()
                .map(|stand| view! { <td class="num">{counts.get(&stand).copied().unwrap_or(0)}</td> })
                .collect_view();
            view! { <tr><th class="plain" scope="row">{live.units.path(unit)}</th>{cells}</tr> }
        })
        .collect_view();
    let head = view! {
        <th>{lang.pick("单位", "Unit")}</th>
        {Stand::ALL.into_iter().map(|stand| view! { <th>{stand.name(lang)}</th> }).collect_view()}
    };
    let title = lang.pick("各单位", "By unit");
    view! { <section class="card stack"><h2>{title}</h2>{table(title, head, rows)}</section> }
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

fn filter(lang: Lang, live: &Live, wanted: &Wanted) -> impl IntoView + use<> {
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

fn deals(lang: Lang, live: &Live) -> impl IntoView + use<> {
    let running: Vec<_> = live.persons.iter().filter(|(row, _)| row.running.is_some()).collect();
    if running.is_empty() {
        let text = lang.pick("现在没有人正在考。", "Nobody is sitting now.");
        return notice(Tone::Plain, text).into_any();
    }
    let mut whom = unit_options(lang, live, "unit ");
    whom.extend(running.iter().map(|(row, _)| {
        let person = format!("{} {}", row.number, row.name);
        (format!("person {}", row.person), person)
    }));
    let closes = format!(
        "{} {}",
        lang.pick("考试关闭：", "The exam closes:"),
        moment(lang, live.exam.window.closes_at)
    );
    let button = |value: &'static str, class: &'static str, label: &'static str| {
        view! { <button class=class r#type="submit" name="deal" value=value>{label}</button> }
    };
    view! {
        <section class="card stack">
            <h2>{lang.pick("对正在考的人", "For those who are sitting")}</h2>
            <p class="small soft">{lang.pick(
                "两秒内送到考生页面，并记入操作记录。延长的时间可以超过关闭时间。",
                "Reaches their pages within two seconds and goes into the audit log. An extension may go beyond the close.",
            )}" "<span class="num">{closes}</span></p>
            <form class="stack" action=format!("/admin/exams/{}/live", live.exam.id) method="post">
                {choice("whom", lang.pick("对谁（单位含下级）", "Whom (a unit with those below)"), whom, "all")}
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
