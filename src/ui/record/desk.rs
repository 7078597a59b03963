//! What waits to be confirmed, and entering for many at once.

use leptos::prelude::*;

use super::{decision, fields};
use crate::{
    domain::{lang::Lang, person::Person},
    error::Fault,
    service::record::Desk,
    ui::{
        part::{
            Tone, fault,
            form::{Typed, select},
            heading, notice, table,
        },
        shell::{Frame, page},
    },
};

pub fn desk(frame: &Frame, desk: &Desk, typed: &Typed, picked: &[String], wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("学法记录", "Law records");
    let main = view! {
        {heading(title, lang.pick("旁听庭审、法治讲座和其他培训", "Court hearings, law lectures and other training"))}
        {fault(wrong, lang)}
        {waiting(lang, desk)}
        {many(lang, desk, typed, picked)}
    };
    page(frame, title, main)
}

fn waiting(lang: Lang, desk: &Desk) -> impl IntoView + use<> {
    let title = lang.pick("待确认", "To be confirmed");
    let rows = desk
        .waiting
        .iter()
        .map(|waiting| {
            let (entry, wish) = (&waiting.entry, &waiting.entry.wish);
            let documents = match (waiting.documents, lang) {
                (0, Lang::Zh) => "无材料".to_owned(),
                (0, Lang::En) => "none".to_owned(),
                (count, Lang::Zh) => format!("{count} 份"),
                (count, Lang::En) => count.to_string(),
            };
            let place = [wish.place.as_str(), &wish.organiser, &wish.note];
            let place: Vec<_> = place.into_iter().filter(|text| !text.is_empty()).collect();
            view! {
                <tr><td><a href=format!("/admin/people/{}/record", entry.person)>{waiting.name.clone()}</a></td><td>{waiting.number.clone()}</td>
                    <td>{desk.units.path(waiting.unit)}</td><td class="num">{wish.day.to_string()}</td><td>{wish.kind.name(lang)}</td>
                    <td>{wish.title.clone()}<p class="small soft">{place.join("，")}</p></td><td>{documents}</td><td>{decision(lang, entry)}</td></tr>
            }
        })
        .collect_view();
    let head = view! {
        <th>{lang.pick("姓名", "Name")}</th><th>{lang.pick("工号", "Number")}</th><th>{lang.pick("单位", "Unit")}</th>
        <th>{lang.pick("日期", "Day")}</th><th>{lang.pick("类型", "Kind")}</th><th>{lang.pick("名称", "Title")}</th>
        <th>{lang.pick("材料", "Documents")}</th><th>{lang.pick("办理", "Settle")}</th>
    };
    let body = match desk.waiting.is_empty() {
        true => notice(
            Tone::Good,
            lang.pick("没有待确认的记录。", "Nothing waits to be confirmed."),
        )
        .into_any(),
        false => table(title, head, rows).into_any(),
    };
    view! { <section class="card stack"><h2>{title}</h2>{body}</section> }
}

fn many(lang: Lang, desk: &Desk, typed: &Typed, picked: &[String]) -> impl IntoView + use<> {
    let chosen = desk.unit.map(|unit| unit.to_string()).unwrap_or_default();
    let units = desk
        .choice
        .iter()
        .map(|(id, path)| (id.to_string(), path.clone()))
        .collect();
    let person = |person: &Person| {
        let id = person.id.to_string();
        let on = picked.contains(&id);
        let label = format!("{} {} · {}", person.name, person.number, desk.units.path(person.unit));
        view! { <label class="tick"><input r#type="checkbox" name="person" value=id checked=on/><span>{label}</span></label> }
    };
    let persons = desk.persons.iter().map(person).collect_view();
    let more = desk.more.then(|| {
        notice(
            Tone::Warn,
            lang.pick(
                "人数太多，只列出前 500 人。请选下级单位。",
                "Only the first 500 are listed. Choose a smaller unit.",
            ),
        )
    });
    let none = desk.persons.is_empty().then(|| {
        view! { <p class="soft">{lang.pick("这个单位没有在册人员。", "This unit has nobody on the roster.")}</p> }
    });
    let hidden = chosen.clone();
    view! {
        <section class="card stack">
            <h2>{lang.pick("为多人登记", "Enter for many")}</h2>
            <form class="filter" action="/admin/records" method="get">
                {select("filter", "unit", lang.pick("单位", "Unit"), units, &chosen)}
                <button class="button" r#type="submit">{lang.pick("列出人员", "List its people")}</button>
            </form>
            {more}{none}
            <form class="stack" action="/admin/records" method="post">
                <input r#type="hidden" name="unit" value=hidden/>
                {fields(lang, "many", typed)}
                <fieldset><legend class="strong">{lang.pick("参加的人员", "Who attended")}</legend>{persons}</fieldset>
                <p class="small soft">{lang.pick("这样登记的记录直接算已确认。", "What is entered here counts as confirmed.")}</p>
                <button class="button primary" r#type="submit">{lang.pick("登记", "Enter")}</button>
            </form>
        </section>
    }
}
