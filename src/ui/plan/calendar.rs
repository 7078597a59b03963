//! The twelve months of a year: small grids on a desk and on paper, lists on a phone.

use std::collections::{BTreeMap, HashSet};

use leptos::prelude::*;

use super::{chooser, elsewhere, standing_tag, year_notice};
use crate::{
    domain::{
        activity,
        calendar::{Week, weeks},
        id::UnitId,
        lang::Lang,
        time::{Civil, Timestamp},
    },
    service::plan::{Calendar, Event, What},
    ui::{
        part::{Tone, heading, tag},
        shell::{Frame, page},
    },
};

/// Activities of a month that are listed one by one; more are counted by kind.
const LISTED: usize = 8;
/// The same of what is due.
const DUES: usize = 40;

pub fn calendar(frame: &Frame, shown: &Calendar) -> impl IntoView + use<> {
    let (lang, number) = (frame.lang, shown.number);
    let title = match lang {
        Lang::Zh => format!("{number} 年日历"),
        Lang::En => format!("Calendar of {number}"),
    };
    let whole = lang.pick("全部单位", "all units").to_owned();
    let place = shown.unit.map_or(whole, |unit| shown.units.path(unit));
    let months = (1..=12).map(|month| Month::of(shown, month).view(lang)).collect_view();
    let query = shown.unit.map(|unit| format!("?unit={unit}")).unwrap_or_default();
    let main = view! {
        <div class="row between wrap">{heading(title.clone(), place)}
            <div class="row wrap no-print">{elsewhere(lang, number, shown.unit, "calendar")}
                <a class="button" href=format!("/admin/years/{}/calendar{query}", number.saturating_sub(1))>{lang.pick("上一年", "Year before")}</a>
                <a class="button" href=format!("/admin/years/{}/calendar{query}", number.saturating_add(1))>{lang.pick("下一年", "Year after")}</a>
            </div></div>
        {year_notice(lang, number, shown.year.as_ref())}
        {chooser(lang, format!("/admin/years/{number}/calendar"), (&shown.units, &shown.within), shown.unit)}
        <div class="calendar">{months}</div>
        {sources(lang, shown)}
    };
    page(frame, &title, main)
}

/// What of a year touches a month.
struct Month<'a> {
    number: u16,
    /// The unit looked at.
    unit: Option<UnitId>,
    month: u8,
    weeks: Vec<Week>,
    /// Everything but activities and what is due, by day.
    events: Vec<&'a Event>,
    dues: Vec<&'a Event>,
    activities: Vec<&'a Event>,
    /// `None`: another month.
    today: Option<u8>,
}

impl<'a> Month<'a> {
    fn of(shown: &'a Calendar, month: u8) -> Self {
        let number = shown.number;
        let within = |at: Civil| at.year == i64::from(number) && at.month == month;
        let first = |month: u8| {
            let ended = month > 12;
            let day = Civil {
                year: i64::from(number) + i64::from(ended),
                month: if ended { 1 } else { month },
                day: 1,
                hour: 0,
                minute: 0,
                second: 0,
            };
            Timestamp::from_civil(day)
        };
        let (begins, ends) = (first(month), first(month + 1));
        let touches = |event: &&Event| event.begins < ends && event.ends >= begins;
        let is_done = |event: &&Event| matches!(event.what, What::Activity(..));
        let is_due = |event: &&Event| matches!(event.what, What::Due(_));
        let (activities, events): (Vec<_>, Vec<_>) = shown.events.iter().filter(touches).partition(is_done);
        let (dues, events) = events.into_iter().partition(is_due);
        let now = shown.as_of.civil();
        Self {
            number,
            unit: shown.unit,
            month,
            weeks: weeks(number, month),
            events,
            dues,
            activities,
            today: within(now).then_some(now.day),
        }
    }

    /// The day of this month on which something begins; of what began before, the first.
    fn day(&self, event: &Event) -> u8 {
        let begins = event.begins.civil();
        match (begins.year, begins.month) == (i64::from(self.number), self.month) {
            true => begins.day,
            false => 1,
        }
    }

    fn anchor(&self, day: u8) -> String {
        format!("day-{}-{day}", self.month)
    }

    /// What is listed: everything, but activities and what is due only while they are few.
    fn listed(&self) -> Vec<&'a Event> {
        let few = self.activities.iter().filter(|_| self.activities.len() <= LISTED);
        let dues = self.dues.iter().filter(|_| self.dues.len() <= DUES);
        let mut listed: Vec<_> = self.events.iter().chain(dues).chain(few).copied().collect();
        listed.sort_by_key(|event| self.day(event));
        listed
    }

    fn view(&self, lang: Lang) -> impl IntoView + use<> {
        let name = match lang {
            Lang::Zh => format!("{} 月", self.month),
            Lang::En => MONTHS[usize::from(self.month.clamp(1, 12)) - 1].to_owned(),
        };
        let listed = self.listed();
        let empty = listed.is_empty() && self.activities.is_empty();
        let none = empty.then(|| view! { <p class="small soft">{lang.pick("没有安排。", "Nothing.")}</p> });
        let mut seen = HashSet::new();
        let items = listed
            .into_iter()
            .map(|event| {
                let day = self.day(event);
                // Only the first of a day is what the grid leads to.
                let anchor = seen.insert(day).then(|| self.anchor(day));
                item(lang, event, day, anchor)
            })
            .collect_view();
        view! {
            <section class="card month">
                <h2>{name.clone()}</h2>
                {self.grid(lang, &name)}
                {none}
                <ol class="plain-list small">{items}{self.due(lang)}{self.summed(lang)}</ol>
            </section>
        }
    }

    fn grid(&self, lang: Lang, name: &str) -> impl IntoView + use<> {
        let listed: HashSet<u8> = self.listed().into_iter().map(|event| self.day(event)).collect();
        let crowd = self.activities.iter().chain(&self.dues);
        let busy: HashSet<u8> = crowd.map(|event| self.day(event)).collect();
        let cell = |day: Option<u8>| {
            let Some(day) = day else {
                return view! { <td></td> }.into_any();
            };
            let today = self.today == Some(day);
            let current = today.then_some("date");
            if listed.contains(&day) {
                let href = format!("#{}", self.anchor(day));
                view! { <td aria-current=current><a href=href>{day}</a></td> }.into_any()
            } else {
                let class = busy.contains(&day).then_some("busy");
                view! { <td class=class aria-current=current>{day}</td> }.into_any()
            }
        };
        let rows = self
            .weeks
            .iter()
            .map(|week| view! { <tr>{week.map(cell).collect_view()}</tr> })
            .collect_view();
        let heads = lang
            .pick("一 二 三 四 五 六 日", "Mo Tu We Th Fr Sa Su")
            .split(' ')
            .map(|head| view! { <th scope="col">{head}</th> })
            .collect_view();
        view! {
            <table class="weeks num"><caption class="visually-hidden">{name.to_owned()}</caption>
                <thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>
        }
    }

    /// Many entries of the plan in one line.
    fn due(&self, lang: Lang) -> impl IntoView + use<> {
        let count = self.dues.len();
        (count > DUES).then(|| {
            let text = match lang {
                Lang::Zh => format!("{count} 项任务本月到期"),
                Lang::En => format!("{count} entries due in this month"),
            };
            let query = self.unit.map(|unit| format!("?unit={unit}")).unwrap_or_default();
            let href = format!("/admin/years/{}/plan{query}", self.number);
            view! { <li>{tag(Tone::Plain, lang.pick("计划", "Plan"))}" "<a href=href>{text}</a></li> }
        })
    }

    /// Many activities by kind.
    fn summed(&self, lang: Lang) -> impl IntoView + use<> {
        let mut kinds: BTreeMap<&'static str, (activity::Kind, usize)> = BTreeMap::new();
        if self.activities.len() > LISTED {
            for event in &self.activities {
                if let What::Activity(_, kind, _) = &event.what {
                    kinds.entry(kind.code()).or_insert((*kind, 0)).1 += 1;
                }
            }
        }
        let number = self.number;
        let unit = self.unit.map(|unit| format!("&unit={unit}")).unwrap_or_default();
        kinds
            .into_values()
            .map(|(kind, count)| {
                let text = match lang {
                    Lang::Zh => format!("{} {count} 条", kind.name(lang)),
                    Lang::En => format!("{}: {count}", kind.name(lang)),
                };
                let href = format!(
                    "/admin/activities?year={number}&kind={}&state=recorded{unit}",
                    kind.code()
                );
                view! { <li>{tag(Tone::Good, lang.pick("已开展", "Done"))}" "<a href=href>{text}</a></li> }
            })
            .collect_view()
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn item(lang: Lang, event: &Event, day: u8, anchor: Option<String>) -> impl IntoView + use<> {
    let body = match &event.what {
        What::Observance(one) => view! { <span class="strong">{one.name(lang)}</span> }.into_any(),
        What::Due(line) => {
            let wish = &line.entry.wish;
            let progress = format!(" {}/{} ", line.progress.done, wish.planned);
            let due = lang.pick("计划", "Plan");
            view! {
                {tag(Tone::Plain, due)}" "<a href=format!("/admin/plan/{}", line.entry.id)>{wish.title.clone()}</a>
                <span class="num">{progress}</span>{standing_tag(lang, &line.progress)}
            }
            .into_any()
        }
        What::Exam(id, title) => {
            let title = match id {
                Some(id) => view! { <a href=format!("/admin/exams/{id}/figures")>{title.clone()}</a> }.into_any(),
                None => title.clone().into_any(),
            };
            view! { {tag(Tone::Action, lang.pick("考试", "Exam"))}" "{title} }.into_any()
        }
        What::Contest(_, title) => {
            view! { {tag(Tone::Action, lang.pick("竞赛", "Competition"))}" "{title.clone()} }.into_any()
        }
        What::Activity(id, kind, title) => {
            view! { {tag(Tone::Good, kind.name(lang))}" "<a href=format!("/admin/activities/{id}")>{title.clone()}</a> }
                .into_any()
        }
    };
    let (begins, ends) = (event.begins.civil(), event.ends.civil());
    let until = (event.begins.day() != event.ends.day()).then(|| match lang {
        Lang::Zh if begins.month == ends.month && begins.year == ends.year => format!("–{}", ends.day),
        Lang::Zh => format!(" 至 {}月{}日", ends.month, ends.day),
        Lang::En if begins.month == ends.month && begins.year == ends.year => format!("–{}", ends.day),
        Lang::En => format!(" to {}-{:02}", ends.month, ends.day),
    });
    let when = match lang {
        Lang::Zh if until.as_deref().is_some_and(|text| text.starts_with(' ')) => {
            format!("{}月{}日{}", begins.month, begins.day, until.unwrap_or_default())
        }
        Lang::Zh => format!("{day}{} 日", until.unwrap_or_default()),
        Lang::En if until.as_deref().is_some_and(|text| text.starts_with(' ')) => {
            format!("{}-{:02}{}", begins.month, begins.day, until.unwrap_or_default())
        }
        Lang::En => format!("{day}{}", until.unwrap_or_default()),
    };
    view! { <li id=anchor><span class="num soft">{when}</span>" "{body}</li> }
}

/// On which documents the days of every year rest.
fn sources(lang: Lang, shown: &Calendar) -> impl IntoView + use<> {
    let rows = shown
        .events
        .iter()
        .filter_map(|event| match &event.what {
            What::Observance(one) => {
                Some(view! { <li>{one.name(lang)}" "<span class="small soft" lang="zh-CN">{one.source}</span></li> })
            }
            _ => None,
        })
        .collect_view();
    view! {
        <details class="card no-print"><summary>{lang.pick("每年固定日期的依据", "What the days of every year rest on")}</summary><ul>{rows}</ul></details>
    }
}
