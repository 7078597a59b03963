//! The persons behind a count.

use leptos::prelude::*;

use super::query;
use crate::{
    domain::{exam::Band, lang::Lang, tally::Tallied},
    service::figure::{Asked, Listed, Persons},
    ui::{
        part::{Tone, heading, moment, notice, pager, table, tag},
        shell::{Frame, page},
    },
};

pub fn persons(frame: &Frame, persons: &Persons, asked: &Asked) -> impl IntoView {
    let lang = frame.lang;
    let exam = persons.exam.id;
    let title = asked.who.name(lang);
    let total = persons.total;
    let below = match lang {
        Lang::Zh => format!("{total} 人 · 统计于 {}", moment(lang, persons.as_of)),
        Lang::En => format!("{total} · counted {}", moment(lang, persons.as_of)),
    };
    // What narrows the list down, in the order of the address.
    let of = [
        asked.part.unit.map(|unit| persons.units.path(unit)),
        persons.round.map(|round| round.name(lang)),
        asked.rank.map(|rank| rank.name(lang).to_owned()),
        asked.category.map(|category| category.name(lang).to_owned()),
        Some(persons.region.clone()).filter(|region| !region.is_empty()),
    ];
    let of: Vec<_> = of.into_iter().flatten().map(|text| tag(Tone::Plain, text)).collect();
    let of = (!of.is_empty()).then(|| view! { <p class="row wrap">{of}</p> });
    let rows = persons
        .rows
        .iter()
        .map(|person| row(lang, persons, person))
        .collect_view();
    let score = persons
        .scores
        .then(|| view! { <th class="n">{lang.pick("成绩", "Score")}</th> });
    let head = view! {
        <th>{lang.pick("工号", "Number")}</th><th>{lang.pick("姓名", "Name")}</th><th>{lang.pick("单位", "Unit")}</th>
        <th>{lang.pick("职级", "Rank level")}</th><th>{lang.pick("人员类别", "Category")}</th><th>{lang.pick("结果", "Result")}</th>
        {score}
    };
    let back = format!("/admin/exams/{exam}/figures?{}", query(asked.part));
    let more = [
        asked.rank.map(|rank| format!("&rank={}", rank.code())),
        asked.category.map(|category| format!("&category={}", category.code())),
        asked.region.map(|region| format!("&region={region}")),
    ];
    let more: String = more.into_iter().flatten().collect();
    let here = format!("{}&who={}{more}", query(asked.part), asked.who.code());
    let link = move |page: u32| format!("/admin/exams/{exam}/figures/persons?{here}&page={page}");
    let list = if persons.rows.is_empty() {
        notice(Tone::Plain, lang.pick("没有这样的人。", "Nobody.")).into_any()
    } else {
        let pager = pager(lang, persons.page, persons.pages, link);
        view! { <section class="card stack">{table(title, head, rows)}{pager}</section> }.into_any()
    };
    let main = view! {
        <p class="small"><a href=back>{persons.exam.title.clone()}</a></p>
        {heading(title, below)}
        {of}
        {list}
    };
    page(frame, title, main)
}

fn row(lang: Lang, persons: &Persons, person: &Listed) -> impl IntoView + use<> {
    let tone = match person.tallied {
        Tallied::Absent => Tone::Warn,
        Tallied::Sat(Band::Fail, _) => Tone::Seal,
        Tallied::Sat(Band::Awaiting, _) => Tone::Plain,
        Tallied::Sat(..) => Tone::Good,
        Tallied::Exempt | Tallied::Outside => Tone::Plain,
    };
    let score = persons.scores.then(|| {
        let score = match person.tallied {
            Tallied::Sat(_, score) => score.to_string(),
            _ => "—".to_owned(),
        };
        view! { <td class="n">{score}</td> }
    });
    view! {
        <tr>
            <td class="num">{person.number.clone()}</td>
            <td>{person.name.clone()}</td>
            <td>{persons.units.path(person.unit)}</td>
            <td>{person.rank.name(lang)}</td>
            <td>{person.category.name(lang)}</td>
            <td>{tag(tone, person.tallied.name(lang))}</td>
            {score}
        </tr>
    }
}
