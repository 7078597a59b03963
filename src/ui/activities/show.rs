//! One entry of the ledger: facts, evidence, name list, and what can be done with it.

use leptos::prelude::*;

use super::{ACCEPTED, state_tag};
use crate::{
    domain::{
        activity::{FILES, State},
        lang::Lang,
    },
    error::Fault,
    service::activity::Record,
    ui::{
        part::{
            Tone, fault,
            form::{Typed, line, typed_or},
            heading, moment, notice, upload,
        },
        shell::{Frame, page},
    },
};

pub fn show(
    frame: &Frame,
    record: &Record,
    words: &str,
    typed: &Typed,
    wrong: Option<&Fault>,
) -> impl IntoView + use<> {
    let lang = frame.lang;
    let entry = &record.activity;
    let title = entry.wish.title.clone();
    let below = [
        entry.wish.kind.name(lang),
        &entry.wish.day.day_field(),
        &record.units.path(entry.wish.unit),
    ]
    .join(" · ");
    let changeable = record.writes && !record.closed && entry.state != State::Withdrawn;
    let change = changeable.then(|| {
        view! { <a class="button" href=format!("/admin/activities/{}/edit", entry.id)>{lang.pick("修改", "Change")}</a> }
    });
    let sent_back = (entry.state == State::Returned).then(|| {
        let text = match lang {
            Lang::Zh => format!("上级退回：{}。修改保存后重新计入或重新送审。", entry.decision),
            Lang::En => format!("Sent back: {}. Change and save it to enter it again.", entry.decision),
        };
        notice(Tone::Warn, text)
    });
    let again = (changeable && record.needs_approval_again()).then(|| {
        let text = lang.pick(
            "上级已审核通过。改动内容、名单或佐证之后要重新审核，审核通过前不计入数据。",
            "The level above has approved it. After a change of its words, names or files it waits for approval again and does not count until then.",
        );
        notice(Tone::Plain, text)
    });
    let main = view! {
        <p class="small"><a href=format!("/admin/activities?year={}", entry.year)>{lang.pick("活动台账", "Ledger of activities")}</a></p>
        <div class="row between wrap">{heading(title.clone(), below)}<div class="row">{state_tag(lang, entry.state)}{change}</div></div>
        {fault(wrong, lang)}
        {sent_back}{again}
        {facts(lang, record)}
        {evidence(lang, record, changeable)}
        {people(lang, record, words, changeable)}
        {decision(lang, record, typed)}
    };
    page(frame, &title, main)
}

fn facts(lang: Lang, record: &Record) -> impl IntoView + use<> {
    let entry = &record.activity;
    let wish = &entry.wish;
    let mut facts = vec![(lang.pick("方式", "Manner"), wish.mode.name(lang).to_owned())];
    if wish.kind.has_audience() {
        let audience = wish.audience.map_or_else(
            || lang.pick("没有统计", "not counted").to_owned(),
            |audience| audience.to_string(),
        );
        facts.push((lang.pick("参加或受众人数", "People reached"), audience));
    }
    if let Some(label) = wish.kind.quantity(lang) {
        facts.push((label, wish.quantity.to_string()));
    }
    facts.extend([
        (lang.pick("地点", "Place"), wish.place.clone()),
        (wish.kind.form(lang), wish.form.clone()),
        (lang.pick("证明文件", "Document"), wish.document.clone()),
        (lang.pick("说明", "Note"), wish.note.clone()),
        (lang.pick("登记时间", "Entered"), moment(lang, entry.entered_at)),
    ]);
    if let Some((_, at)) = entry.decided {
        facts.push((lang.pick("办理时间", "Settled"), moment(lang, at)));
        facts.push((lang.pick("办理意见", "Decision"), entry.decision.clone()));
    }
    let rows = facts
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(label, text)| view! { <tr><th class="plain" scope="row">{label}</th><td>{text}</td></tr> })
        .collect_view();
    view! { <section class="card"><table><tbody>{rows}</tbody></table></section> }
}

fn evidence(lang: Lang, record: &Record, changeable: bool) -> impl IntoView + use<> {
    let files = record
        .evidence
        .iter()
        .map(|file| {
            let address = format!("/admin/evidence/{}", file.id);
            let size = format!("{} KB · {}", (file.size + 1023) / 1024, moment(lang, file.uploaded_at));
            let picture = file.media.is_picture().then(|| {
                view! { <a href=address.clone()><img class="evidence" src=address.clone() alt=file.name.clone() loading="lazy"/></a> }
            });
            let remove = changeable.then(|| {
                view! {
                    <details>
                        <summary>{lang.pick("删除", "Remove")}<span class="visually-hidden">{format!(" {}", file.name)}</span></summary>
                        <form class="stack" action=format!("{address}/remove") method="post">
                            <label>{lang.pick("为什么删除", "Why")}" "<input name="reason" r#type="text" maxlength="200" required=true/></label>
                            <button class="button" r#type="submit">{lang.pick("确认删除", "Remove it")}</button>
                        </form>
                    </details>
                }
            });
            view! {
                <li class="row between wrap"><div class="stack">{picture}
                    <span><a href=address.clone()>{file.name.clone()}</a>" "<span class="small soft num">{size}</span></span></div>{remove}</li>
            }
        })
        .collect_view();
    let none = record
        .evidence
        .is_empty()
        .then(|| view! { <p class="soft">{lang.pick("还没有照片或文件。", "No picture or file yet.")}</p> });
    let add = (changeable && record.evidence.len() < FILES).then(|| {
        upload(
            format!("/admin/activities/{}/evidence", record.activity.id),
            lang.pick("添加照片或文件", "Add a picture or file"),
            lang.pick(
                "照片、PDF、OFD、Office 文件或 MP4 视频，每个不超过 20 MB。",
                "Pictures, PDF, OFD, office files or MP4, up to 20 MB each.",
            ),
            ACCEPTED,
            lang.pick("上传", "Upload"),
        )
    });
    view! { <section class="card stack"><h2>{lang.pick("佐证", "Evidence")}</h2>{none}<ul class="plain-list stack">{files}</ul>{add}</section> }
}

fn people(lang: Lang, record: &Record, words: &str, changeable: bool) -> impl IntoView + use<> {
    let id = record.activity.id;
    let rows = record
        .attendees
        .iter()
        .map(|attendee| {
            let remove = changeable.then(|| {
                let to = format!("/admin/activities/{id}/persons/remove");
                let person = view! { <input r#type="hidden" name="person" value=attendee.person.to_string()/> };
                match record.activity.state {
                    State::Recorded => view! {
                        <details>
                            <summary>{lang.pick("移除", "Take off")}<span class="visually-hidden">{format!(" {}", attendee.name)}</span></summary>
                            <form class="stack" action=to method="post">
                                {person}
                                <label>{lang.pick("为什么移除", "Why")}" "<input name="reason" r#type="text" maxlength="200" required=true/></label>
                                <button class="button" r#type="submit">{lang.pick("确认移除", "Take off the list")}</button>
                            </form>
                        </details>
                    }
                    .into_any(),
                    _ => view! {
                        <form action=to method="post">
                            {person}
                            <button class="button" r#type="submit" aria-label=format!("{} {}", lang.pick("移除", "Take off"), attendee.name)>{lang.pick("移除", "Take off")}</button>
                        </form>
                    }
                    .into_any(),
                }
            });
            view! {
                <li class="row between wrap"><span>{attendee.name.clone()}" "<span class="small soft">{format!("{} · {}", attendee.number, record.units.path(attendee.unit))}</span></span>{remove}</li>
            }
        })
        .collect_view();
    let title = match lang {
        Lang::Zh => format!("参加人员（{} 人）", record.attendees.len()),
        Lang::En => format!("Name list ({})", record.attendees.len()),
    };
    view! {
        <section class="card stack" id="people">
            <h2>{title}</h2>
            <ul class="plain-list">{rows}</ul>
            {changeable.then(|| picker(lang, record, words))}
        </section>
    }
}

/// Finds persons by words and offers them to be ticked.
fn picker(lang: Lang, record: &Record, words: &str) -> impl IntoView + use<> {
    let id = record.activity.id;
    let offered = record
        .offered
        .iter()
        .map(|person| {
            let label = format!("{} {} · {}", person.name, person.number, record.units.path(person.unit));
            view! { <label class="tick"><input r#type="checkbox" name="person" value=person.id.to_string()/><span>{label}</span></label> }
        })
        .collect_view();
    let asked = !words.trim().is_empty();
    let found = match (asked, record.offered.is_empty()) {
        (false, _) => None,
        (true, true) => Some(notice(Tone::Plain, lang.pick("本单位及下级没有这样的人，或者已在名单里。", "Nobody of the unit fits, or all stand on the list.")).into_any()),
        (true, false) => Some(
            view! {
                <form class="stack" action=format!("/admin/activities/{id}/persons") method="post">
                    <fieldset class="stack"><legend>{lang.pick("勾选参加的人", "Tick who took part")}</legend>{offered}</fieldset>
                    <button class="button primary" r#type="submit">{lang.pick("加入名单", "Put on the list")}</button>
                </form>
            }
            .into_any(),
        ),
    };
    view! {
        <form class="filter" action=format!("/admin/activities/{id}#people") method="get">
            {line("people", ("words", "search"), lang.pick("按姓名或工号找人", "Find by name or number"), words.to_owned(), false)}
            <button class="button" r#type="submit">{lang.pick("查找", "Find")}</button>
        </form>
        {found}
    }
}

fn decision(lang: Lang, record: &Record, typed: &Typed) -> impl IntoView + use<> {
    let entry = &record.activity;
    let alive = !record.closed && entry.state != State::Withdrawn;
    let to = |step: &str| format!("/admin/activities/{}/{step}", entry.id);
    (alive && (record.decides || record.writes)).then(|| {
        let approve = (record.decides && entry.state == State::Waiting)
            .then(|| view! { <button class="button primary" r#type="submit" formaction=to("approve")>{lang.pick("审核通过", "Approve")}</button> });
        let send_back = (record.decides && entry.state != State::Returned)
            .then(|| view! { <button class="button" r#type="submit" formaction=to("send-back")>{lang.pick("退回", "Send back")}</button> });
        let withdraw = record
            .writes
            .then(|| view! { <button class="button" r#type="submit" formaction=to("withdraw")>{lang.pick("作废", "Withdraw")}</button> });
        view! {
            <form class="card stack" action=to("withdraw") method="post">
                <input r#type="hidden" name="seen" value=record.seen()/>
                <h2>{lang.pick("办理", "Settle")}</h2>
                {line("decision", ("reason", "text"), lang.pick("理由（退回和作废必填）", "Reason (needed to send back or withdraw)"), typed_or(typed, "reason", ""), false)}
                <div class="row wrap">{approve}{send_back}{withdraw}</div>
            </form>
        }
    })
}
