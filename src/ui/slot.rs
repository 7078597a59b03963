//! Rooms and slots: the list with its form, and the list of one slot for the door.

use leptos::prelude::*;

use super::{
    part::{
        Tone, fault,
        form::{Typed, line, lines, typed_or},
        heading, notice, table, tag,
    },
    shell::{Frame, page},
};
use crate::{
    domain::{exam::State, lang::Lang},
    error::Fault,
    service::slot::{List, Slots},
};

/// `typed`: the slot of the last try.
pub fn slots(frame: &Frame, slots: &Slots, typed: &Typed, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let id = slots.exam.id;
    let title = lang.pick("考场和场次", "Rooms and slots");
    let seats: u32 = slots.slots.iter().map(|(slot, _)| slot.capacity).sum();
    let below = match lang {
        Lang::Zh => format!("应考 {} 人，共 {seats} 座", slots.due),
        Lang::En => format!("{} due, {seats} seats", slots.due),
    };
    let body = if slots.slots.is_empty() {
        notice(Tone::Plain, lang.pick(
            "没有设场次：在考试时间里，人人可以在任何地方开考。设了场次的那一轮，就只能在自己的场次和考场里开考，场次结束自动交卷。",
            "There is no slot: within the time of the exam everybody may begin anywhere. A round with slots is begun only in one's own slot and room, and handed in when the slot ends.",
        )).into_any()
    } else {
        view! { <section class="card stack">{list_of(lang, slots)}{give_all(lang, slots)}</section> }.into_any()
    };
    let form = match slots.exam.state {
        State::Open => add(lang, slots, typed).into_any(),
        _ => notice(
            Tone::Plain,
            lang.pick(
                "开考（冻结名册）以后才能设场次。",
                "Slots are set after the opening, when the roster is frozen.",
            ),
        )
        .into_any(),
    };
    let main = view! {
        <p class="small"><a href=format!("/admin/exams/{id}")>{slots.exam.title.clone()}</a></p>
        {heading(title, below)}
        {fault(wrong, lang)}
        {body}
        {form}
    };
    page(frame, title, main)
}

fn list_of(lang: Lang, slots: &Slots) -> impl IntoView + use<> {
    let id = slots.exam.id;
    let rows = slots
        .slots
        .iter()
        .map(|(slot, taken)| {
            let round = slots.rounds.iter().find(|round| round.number == slot.round);
            let full = (*taken >= slot.capacity).then(|| tag(Tone::Warn, lang.pick("已满", "Full")));
            let rules = [
                (!slot.password.is_empty()).then(|| lang.pick("有口令", "password").to_owned()),
                (!slot.addresses.is_empty()).then(|| slot.addresses.clone()),
            ];
            let rules = rules.into_iter().flatten().collect::<Vec<_>>().join(lang.pick("；", "; "));
            view! {
                <tr>
                    <td><a href=format!("/admin/exams/{id}/slots/{}", slot.id)>{slot.name()}</a></td>
                    <td>{round.map(|round| round.name(lang))}</td>
                    <td class="num">{format!("{taken} / {}", slot.capacity)}" "{full}</td>
                    <td>{rules}</td>
                    <td>
                        <form action=format!("/admin/exams/{id}/slots/{}/remove", slot.id) method="post">
                            <button class="button small quiet" r#type="submit" aria-label=format!("{}{}", lang.pick("撤销：", "Take away: "), slot.name())>{lang.pick("撤销", "Take away")}</button>
                        </form>
                    </td>
                </tr>
            }
        })
        .collect_view();
    let head = view! {
        <th>{lang.pick("场次", "Slot")}</th><th>{lang.pick("轮次", "Round")}</th><th>{lang.pick("已安排 / 容量", "Seats taken")}</th>
        <th>{lang.pick("进入条件", "To enter")}</th><th>{lang.pick("操作", "To do")}</th>
    };
    table(lang.pick("场次", "Slots"), head, rows)
}

/// One button for each round that has slots.
fn give_all(lang: Lang, slots: &Slots) -> impl IntoView + use<> {
    let id = slots.exam.id;
    let buttons = slots
        .rounds
        .iter()
        .filter(|round| slots.slots.iter().any(|(slot, _)| slot.round == round.number))
        .map(|round| {
            let label = match lang {
                Lang::Zh => format!("给{}没有座位的人按单位安排座位", round.name(lang)),
                Lang::En => format!("Give seats to all without one: {}", round.name(lang).to_lowercase()),
            };
            view! {
                <form action=format!("/admin/exams/{id}/slots/seats") method="post">
                    <input type="hidden" name="round" value=round.number.to_string()/>
                    <button class="button" r#type="submit">{label}</button>
                </form>
            }
        })
        .collect_view();
    view! {
        <p class="small soft">{lang.pick(
            "考生也可以自己选场次，直到所选场次开始；管理员安排的座位本人不能改。",
            "Candidates may also choose a slot themselves until it begins; a seat given here they cannot change.",
        )}</p>
        {buttons}
    }
}

fn add(lang: Lang, slots: &Slots, typed: &Typed) -> impl IntoView + use<> {
    let last = slots.rounds.last().map_or(slots.exam.window, |round| round.window);
    let usual = (last.opens_at.local_field(), last.closes_at.local_field());
    view! {
        <form class="card stack" action=format!("/admin/exams/{}/slots", slots.exam.id) method="post">
            <h2>{lang.pick("添加场次", "Add a slot")}</h2>
            <div class="halves">
                {line("slot", ("room", "text"), lang.pick("考场", "Room"), typed_or(typed, "room", ""), true)}
                {line("slot", ("capacity", "number"), lang.pick("容量（座）", "Seats"), typed_or(typed, "capacity", "30"), true)}
                {line("slot", ("opens_at", "datetime-local"), lang.pick("开始（北京时间）", "Begins (Beijing time)"), typed_or(typed, "opens_at", usual.0), true)}
                {line("slot", ("closes_at", "datetime-local"), lang.pick("结束（北京时间）", "Ends (Beijing time)"), typed_or(typed, "closes_at", usual.1), true)}
            </div>
            {line("slot", ("password", "text"), lang.pick("考场口令（可不填；6 个字符以上，在考场当面公布）", "Password of the room (optional; 6 characters or more, read out in the room)"), typed_or(typed, "password", ""), false)}
            {lines("slot", "addresses", lang.pick("电脑的地址范围（可不填；例如 10.1.2.0/24，10.1.3.10-10.1.3.40）", "Addresses of the computers (optional; e.g. 10.1.2.0/24, 10.1.3.10-10.1.3.40)"), typed_or(typed, "addresses", ""))}
            <button class="button primary" r#type="submit">{lang.pick("添加场次", "Add the slot")}</button>
        </form>
    }
}

/// Who sits in a slot. `typed`: the number of the last try.
pub fn list(frame: &Frame, list: &List, typed: &str, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let (exam, slot) = (&list.exam, &list.slot);
    let title = lang.pick("场次名单", "List of the slot");
    let below = match lang {
        Lang::Zh => format!("{} · {} / {} 人", slot.name(), list.seated.len(), slot.capacity),
        Lang::En => format!("{} · {} of {}", slot.name(), list.seated.len(), slot.capacity),
    };
    let password = (!slot.password.is_empty()).then(|| {
        let text = format!("{}{}", lang.pick("考场口令：", "Password of the room: "), slot.password);
        notice(Tone::Action, text)
    });
    let rows = list
        .seated
        .iter()
        .zip(1..)
        .map(|(one, place): (_, u32)| {
            view! {
                <tr><td class="n">{place}</td><td class="num">{one.number.clone()}</td><td>{one.name.clone()}</td>
                    <td>{list.units.path(one.unit)}</td><td></td></tr>
            }
        })
        .collect_view();
    let head = view! {
        <th class="n">{lang.pick("序号", "No.")}</th><th>{lang.pick("工号", "Number")}</th><th>{lang.pick("姓名", "Name")}</th>
        <th>{lang.pick("单位", "Unit")}</th><th>{lang.pick("签到", "Signature")}</th>
    };
    let body = if list.seated.is_empty() {
        notice(Tone::Plain, lang.pick("还没有人。", "Nobody yet.")).into_any()
    } else {
        view! { <section class="card">{table(title, head, rows)}</section> }.into_any()
    };
    let main = view! {
        <p class="small"><a href=format!("/admin/exams/{}/slots", exam.id)>{exam.title.clone()}" · "{lang.pick("考场和场次", "Rooms and slots")}</a></p>
        {heading(title, below)}
        {fault(wrong, lang)}
        {password}
        <form class="filter card" action=format!("/admin/exams/{}/slots/{}", exam.id, slot.id) method="post">
            {line("seat", ("number", "text"), lang.pick("给这个工号安排座位", "Give a seat to this number"), typed.to_owned(), true)}
            <button class="button" r#type="submit">{lang.pick("安排", "Give")}</button>
        </form>
        {body}
    };
    page(frame, title, main)
}
