//! A figure of a year with its definition, the numbers behind it, and the records that were counted.

use leptos::prelude::*;

use crate::{
    domain::{
        annual::{AnnualId, Source},
        id::UnitId,
        lang::Lang,
        role::Right,
        tally::{Tallied, Who},
    },
    service::annual_records::{Asked, How, Listed, Row, What},
    ui::{
        part::{Tone, heading, moment, notice, pager, table},
        shell::{Frame, page},
    },
};

/// Where a number of a year opens to its definition and its records.
pub fn address(asked: &Asked) -> String {
    let Asked {
        year,
        figure,
        unit,
        own,
        who,
    } = asked;
    let unit = unit.map(|unit| format!("&unit={unit}")).unwrap_or_default();
    let own = if *own { "&own=yes" } else { "" };
    let who = who.map(|who| format!("&who={}", who.code())).unwrap_or_default();
    format!("/admin/years/{year}/records?figure={}{unit}{own}{who}", figure.code())
}

/// A number that leads there: that of a unit with those below it.
pub fn number(year: u16, figure: AnnualId, unit: Option<UnitId>, text: String) -> impl IntoView + use<> {
    let asked = Asked {
        year,
        figure,
        unit,
        own: false,
        who: None,
    };
    view! { <a href=address(&asked)>{text}</a> }
}

pub fn page_of(frame: &Frame, shown: &Listed) -> impl IntoView + use<> {
    let (lang, asked) = (frame.lang, &shown.asked);
    let title = asked.figure.name(lang);
    let below = match lang {
        Lang::Zh => format!("{} 年度 · 统计于 {}", asked.year, moment(lang, shown.as_of)),
        Lang::En => format!("Year {} · counted {}", asked.year, moment(lang, shown.as_of)),
    };
    let query = asked.unit.map(|unit| format!("?unit={unit}")).unwrap_or_default();
    let back = match lang {
        Lang::Zh => format!("{} 年度数据", asked.year),
        Lang::En => format!("Figures of {}", asked.year),
    };
    let main = view! {
        <p class="small"><a href=format!("/admin/years/{}{query}", asked.year)>{back}</a></p>
        {heading(title, below)}
        {whose(lang, shown)}
        {definition(lang, shown)}
        {sources(frame, shown)}
        {records(frame, shown)}
    };
    page(frame, title, main)
}

/// Of which units the records are.
fn whose(lang: Lang, shown: &Listed) -> impl IntoView + use<> {
    let unit = shown.asked.unit.map(|unit| shown.units.path(unit));
    let reach = match (&unit, shown.asked.own) {
        (None, _) => lang.pick("可查看的全部单位", "All units within your reach"),
        (Some(_), true) => lang.pick("只算本单位，不含下级", "This unit alone, without those below it"),
        (Some(_), false) => lang.pick("含下级单位", "With the units below it"),
    };
    let edition = shown.edition.map(|number| match lang {
        Lang::Zh => format!(" · 取自第 {number} 版"),
        Lang::En => format!(" · of edition {number}"),
    });
    view! { <p>{unit.map(|unit| view! { <b lang="zh-CN">{unit}</b>" · " })}{reach}{edition}</p> }
}

/// What a figure is called in the other language.
pub fn other_name(lang: Lang, id: AnnualId) -> impl IntoView + use<> {
    let other = lang.pick(Lang::En, Lang::Zh);
    view! { <span lang=other.tag()>{id.name(other)}</span> }
}

fn definition(lang: Lang, shown: &Listed) -> impl IntoView + use<> {
    let (id, base) = (shown.asked.figure, &shown.base);
    let (numerator, denominator) = base.parts(id);
    let parts = denominator.map(|denominator| {
        let parts = [
            (lang.pick("分子", "Numerator"), numerator),
            (lang.pick("分母", "Denominator"), denominator),
        ];
        parts
            .map(|(name, count)| view! { <div><dt>{name}</dt><dd class="num">{count}</dd></div> })
            .collect_view()
    });
    let words = [
        (lang.pick("定义", "Definition"), id.definition(lang).to_owned()),
        (lang.pick("总体", "Population"), id.population().name(lang).to_owned()),
        (lang.pick("期间", "Period"), id.period().name(lang).to_owned()),
        (lang.pick("来源", "Source"), id.source().name(lang).to_owned()),
        (
            lang.pick("口径版本", "Version of the definition"),
            id.version().to_string(),
        ),
    ];
    let words = words.map(|(name, text)| view! { <div><dt>{name}</dt><dd>{text}</dd></div> });
    view! {
        <section class="card stack">
            <h2>{lang.pick("数和口径", "The number and what it means")}</h2>
            <dl class="definitions">
                <div><dt>{lang.pick("数值", "Value")}</dt><dd class="num"><b>{base.shown(id)}</b>" "{id.unit(lang)}</dd></div>
                {parts}
                <div><dt>{lang.pick("英文名称", "Chinese name")}</dt><dd>{other_name(lang, id)}</dd></div>
                {words.collect_view()}
            </dl>
        </section>
    }
}

/// Where the records come from, for those who want to see more of it.
fn sources(frame: &Frame, shown: &Listed) -> impl IntoView + use<> {
    let (lang, asked) = (frame.lang, &shown.asked);
    let unit = asked.unit.map(|unit| format!("&unit={unit}")).unwrap_or_default();
    match (asked.figure.kind(), asked.figure.source()) {
        (Some(kind), _) => {
            let href = format!(
                "/admin/activities?year={}&kind={}&state=recorded{unit}",
                asked.year,
                kind.code()
            );
            Some(
                view! { <p><a href=href>{lang.pick("在活动台账里看", "See them in the ledger of activities")}</a></p> }
                    .into_any(),
            )
        }
        (None, Source::Officer) if frame.offers(Right::ReadPeople) => {
            let href = format!("/admin/officers?year={}{unit}", asked.year);
            let text = lang.pick("在执法证台账里看", "See the ledger of enforcement certificates");
            Some(view! { <p><a href=href>{text}</a></p> }.into_any())
        }
        (None, Source::Exam) if !shown.exams.is_empty() => {
            let query = asked.unit.map(|unit| format!("?unit={unit}")).unwrap_or_default();
            let exams = shown.exams.iter().map(|exam| {
                let href = format!("/admin/exams/{}/figures{query}", exam.id);
                view! { <li><a lang="zh-CN" href=href>{exam.title.clone()}</a></li> }
            });
            let text = lang.pick(
                "计入的考试；一个人参加几场时，按最好的一场算：",
                "The exams counted; of several exams of a person the best one counts:",
            );
            Some(view! { <p>{text}</p><ul>{exams.collect_view()}</ul> }.into_any())
        }
        _ => None,
    }
}

/// What the lines add up to, so that it can be compared with the number above.
fn sum(lang: Lang, shown: &Listed) -> String {
    let (total, numerator, denominator) = (shown.total, shown.numerator, shown.denominator);
    let rate = shown.base.parts(shown.asked.figure).1.is_some();
    match (shown.asked.who, rate, lang) {
        (Some(who), _, Lang::Zh) => format!("只列其中的{}，共 {total} 人。", who.name(lang)),
        (Some(who), _, Lang::En) => format!("Of them only: {}; {total} persons.", who.name(lang)),
        (None, true, Lang::Zh) => format!("共 {total} 条，计入分子 {numerator}，计入分母 {denominator}。"),
        (None, true, Lang::En) => {
            format!("{total} lines, {numerator} of the numerator and {denominator} of the denominator.")
        }
        (None, false, Lang::Zh) => format!("共 {total} 条，合计 {numerator}。"),
        (None, false, Lang::En) => format!("{total} lines, together {numerator}."),
    }
}

fn records(frame: &Frame, shown: &Listed) -> impl IntoView + use<> {
    let lang = frame.lang;
    let title = lang.pick("计入的记录", "The records counted");
    if shown.rows.is_empty() {
        let none = lang.pick("没有计入的记录。", "There are no records.");
        return view! { <section class="card stack"><h2>{title}</h2>{notice(Tone::Plain, none)}</section> }.into_any();
    }
    let rate = shown.base.parts(shown.asked.figure).1.is_some();
    let rows = shown
        .rows
        .iter()
        .map(|row| line(frame, shown, row, rate))
        .collect_view();
    let adds = match rate {
        true => view! { <th class="n">{lang.pick("计入分子", "Numerator")}</th><th class="n">{lang.pick("计入分母", "Denominator")}</th> }.into_any(),
        false => view! { <th class="n">{lang.pick("计入", "Counts")}</th> }.into_any(),
    };
    let head = view! {
        <th>{lang.pick("记录", "Record")}</th><th>{lang.pick("单位", "Unit")}</th><th>{lang.pick("情况", "How it counts")}</th>{adds}
    };
    let here = address(&shown.asked);
    let link = move |page: u32| format!("{here}&page={page}");
    view! {
        <section class="card stack"><h2>{title}</h2>
            <p>{sum(lang, shown)}</p>
            {table(title, head, rows)}
            {pager(lang, shown.page, shown.pages, link)}</section>
    }
    .into_any()
}

fn line(frame: &Frame, shown: &Listed, row: &Row, rate: bool) -> impl IntoView + use<> {
    let lang = frame.lang;
    let unit = row.unit.map_or("—".to_owned(), |unit| shown.units.path(unit));
    let denominator = rate.then(|| view! { <td class="n">{row.denominator}</td> });
    view! {
        <tr><th class="plain" scope="row">{named(frame, &row.what)}</th><td lang="zh-CN">{unit}</td><td>{how(lang, &row.what)}</td>
            <td class="n">{row.numerator}</td>{denominator}</tr>
    }
}

fn linked(href: String, text: String) -> AnyView {
    view! { <a lang="zh-CN" href=href>{text}</a> }.into_any()
}

/// What a record is called, with the way to it.
fn named(frame: &Frame, what: &What) -> AnyView {
    let lang = frame.lang;
    let unknown = || {
        lang.pick("（不再有，或无权查看）", "(gone, or not yours to see)")
            .into_any()
    };
    match what {
        What::Person { holder: None, .. } => unknown(),
        What::Person {
            holder: Some((number, name)),
            ..
        } => view! { <span class="num">{number.clone()}</span>" "<span lang="zh-CN">{name.clone()}</span> }.into_any(),
        What::Contest { id, title, code, .. } => match frame.offers(Right::ManageCompetitions) {
            _ if code.is_empty() => unknown(),
            true => linked(format!("/admin/competitions/{id}"), title.clone()),
            false => linked(format!("/c/{code}"), title.clone()),
        },
        What::Entry { id, title, .. } => linked(format!("/admin/activities/{id}"), title.clone()),
        What::Certificate { id, certificate, named } => {
            let Some(certificate) = certificate.as_ref().filter(|_| *named) else {
                return unknown();
            };
            let text = format!("{} {}", certificate.number, certificate.name);
            match frame.offers(Right::ManageExams) {
                true => linked(format!("/admin/certificates/{id}"), text),
                false => view! { <span lang="zh-CN">{text}</span> }.into_any(),
            }
        }
    }
}

fn how(lang: Lang, what: &What) -> AnyView {
    match what {
        What::Person { how, .. } => of_person(lang, how),
        What::Contest {
            participants,
            person_times,
            ..
        } => match lang {
            Lang::Zh => format!("参赛 {participants} 人，{person_times} 人次"),
            Lang::En => format!("{participants} participants, {person_times} attempts"),
        }
        .into_any(),
        What::Entry { kind, day, .. } => {
            let kind = kind.map(|kind| kind.name(lang)).unwrap_or_default();
            format!("{} {kind}", day.day_field()).into_any()
        }
        What::Certificate { certificate, .. } => {
            let title = certificate.as_ref().map(|certificate| certificate.title.clone());
            view! { <span lang="zh-CN">{title}</span> }.into_any()
        }
    }
}

fn of_person(lang: Lang, how: &How) -> AnyView {
    match how {
        How::Exam(tallied) => tallied.name(lang).into_any(),
        How::Study { exam, done } => {
            let study = match done {
                Some(true) => lang.pick("已完成学法", "study done"),
                Some(false) => lang.pick("已参学，未完成", "has studied, not done"),
                None => lang.pick("没有学分", "no credits"),
            };
            let exempt = (*exam == Some(Tallied::Exempt)).then(|| Tallied::Exempt.name(lang));
            let parts: Vec<_> = std::iter::once(study).chain(exempt).collect();
            parts.join(lang.pick("；", "; ")).into_any()
        }
        How::Court(sessions) => sessions
            .iter()
            .zip(1..)
            .map(|(id, place)| {
                let text = match lang {
                    Lang::Zh => format!("第 {place} 场"),
                    Lang::En => format!("hearing {place}"),
                };
                view! { <a href=format!("/admin/activities/{id}")>{text}</a>" " }
            })
            .collect_view()
            .into_any(),
        How::Officer {
            certificates,
            applications,
            training,
        } => {
            let certificates = certificates.iter().map(|(id, number, reviewed)| {
                let number = if number.is_empty() { "—".to_owned() } else { number.clone() };
                view! { <li><a lang="zh-CN" href=format!("/admin/officers/{id}")>{number}</a>" "{reviewed.name(lang)}</li> }
            });
            let passed = lang.pick("通用法律知识考试合格", "passed the general law exam");
            let applications = applications.iter().map(|id| {
                view! { <li><a href=format!("/admin/officers/applications/{id}")>{passed}</a></li> }
            });
            let training = training.map(|(had, needed)| {
                let text = match lang {
                    Lang::Zh => format!("培训 {had} 学时，要求 {needed}"),
                    Lang::En => format!("{had} hours of training of {needed}"),
                };
                view! { <li>{text}</li> }
            });
            let (certificates, applications) = (certificates.collect_view(), applications.collect_view());
            view! { <ul class="plain-list">{certificates}{applications}{training}</ul> }.into_any()
        }
    }
}

/// The persons of exams that a count of the page for the head stands for, as a figure and who of it; `None`: a count of all of them.
pub fn persons(who: Who) -> (AnnualId, Option<Who>) {
    match who {
        Who::Registered => (AnnualId::Registered, None),
        Who::Exempted => (AnnualId::Exempted, None),
        Who::Due => (AnnualId::Due, None),
        Who::Sat => (AnnualId::Sat, None),
        Who::Passed => (AnnualId::Passed, None),
        Who::Awaiting => (AnnualId::Awaiting, None),
        Who::Absent => (AnnualId::Due, Some(who)),
        Who::Failed => (AnnualId::Sat, Some(who)),
        Who::Fair | Who::Good | Who::Excellent => (AnnualId::Passed, Some(who)),
    }
}
