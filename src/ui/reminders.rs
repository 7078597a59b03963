//! Reminders: how they are sent, what is switched off, and what was sent.

use leptos::prelude::*;

use super::{
    part::{
        Tone, fault,
        form::{Typed, line, select, typed_or},
        heading, moment, notice, table,
    },
    shell::{Frame, page},
};
use crate::{
    domain::{
        lang::Lang,
        reminder::{GAP_DAYS, Kind, REVIEW_DAYS},
    },
    error::Fault,
    service::reminder::Overview,
};

pub fn overview(frame: &Frame, shown: &Overview, typed: &Typed, wrong: Option<&Fault>) -> impl IntoView + use<> {
    let lang = frame.lang;
    let title = lang.pick("提醒", "Reminders");
    let main = view! {
        <p class="small"><a href="/admin/exams">{lang.pick("考试", "Exams")}</a></p>
        {heading(title, "")}
        {fault(wrong, lang)}
        {rules(lang, shown)}
        {switched_off(lang, shown, typed)}
        {sent(lang, shown)}
    };
    page(frame, title, main)
}

fn rules(lang: Lang, shown: &Overview) -> impl IntoView + use<> {
    let settings = &shown.settings;
    let text = match lang {
        Lang::Zh => format!(
            "考试截止前 {} 天、执法证年审截止前 {REVIEW_DAYS} 天起提醒；同一件事至少隔 {GAP_DAYS} 天，每人每 7 天最多 {} 次，只在 {} 点到 {} 点之间。办完、免考、离开的人不再提醒。",
            settings.days_before, settings.per_week, settings.from_hour, settings.to_hour
        ),
        Lang::En => format!(
            "From {} days before an exam ends and {REVIEW_DAYS} days before a review is due; {GAP_DAYS} days between two about one thing, at most {} in 7 days for a person, and only between {} and {} o'clock. Who is done, exempt or gone is left alone.",
            settings.days_before, settings.per_week, settings.from_hour, settings.to_hour
        ),
    };
    let form = shown.everywhere.then(|| {
        view! {
            <form class="filter" action="/admin/reminders" method="post">
                {line("set", ("per_week", "number"), lang.pick("每人每 7 天最多几次", "At most in 7 days"), settings.per_week.to_string(), true)}
                {line("set", ("days_before", "number"), lang.pick("考试截止前几天起", "Days before an exam ends"), settings.days_before.to_string(), true)}
                {line("set", ("from_hour", "number"), lang.pick("几点起", "From o'clock"), settings.from_hour.to_string(), true)}
                {line("set", ("to_hour", "number"), lang.pick("几点止", "To o'clock"), settings.to_hour.to_string(), true)}
                <button class="button" r#type="submit">{lang.pick("保存", "Save")}</button>
            </form>
        }
    });
    view! { <section class="card stack"><h2>{lang.pick("怎样提醒", "How")}</h2><p>{text}</p>{form}</section> }
}

fn switched_off(lang: Lang, shown: &Overview, typed: &Typed) -> impl IntoView + use<> {
    let everywhere = lang.pick("全部单位", "all units");
    let any = lang.pick("全部考试", "all exams");
    let exam_name = |id| {
        let exam = shown.exams.iter().find(|exam| exam.id == id);
        exam.map_or_else(|| id.to_string(), |exam| exam.title.clone())
    };
    let rows = shown
        .off
        .iter()
        .map(|off| {
            let unit = off.unit.map_or(everywhere.to_owned(), |unit| shown.units.path(unit));
            let exam = off.exam.map_or(any.to_owned(), exam_name);
            let mine = match off.unit {
                Some(unit) => shown.own.contains(&unit),
                None => shown.everywhere,
            };
            let on = mine.then(|| {
                let label = format!("{} {unit} {exam}", lang.pick("恢复", "Switch on"));
                view! {
                    <form action="/admin/reminders/on" method="post">
                        <input r#type="hidden" name="kind" value=off.kind.code()/>
                        <input r#type="hidden" name="unit" value=off.unit.map(|unit| unit.to_string()).unwrap_or_default()/>
                        <input r#type="hidden" name="exam" value=off.exam.map(|exam| exam.to_string()).unwrap_or_default()/>
                        <button class="button small" r#type="submit" aria-label=label>{lang.pick("恢复", "Switch on")}</button>
                    </form>
                }
            });
            view! { <tr><td>{off.kind.name(lang)}</td><td>{unit.clone()}</td><td>{exam.clone()}</td><td>{off.reason.clone()}</td><td>{on}</td></tr> }
        })
        .collect_view();
    let head = view! {
        <th>{lang.pick("提醒", "Reminder")}</th><th>{lang.pick("单位", "Unit")}</th><th>{lang.pick("考试", "Exam")}</th>
        <th>{lang.pick("理由", "Reason")}</th><th>{lang.pick("操作", "Act")}</th>
    };
    let title = lang.pick("停发的提醒", "Switched off");
    let list = if shown.off.is_empty() {
        view! { <p class="soft">{lang.pick("没有停发的提醒。", "Nothing is switched off.")}</p> }.into_any()
    } else {
        table(title, head, rows).into_any()
    };
    let kinds = Kind::ALL
        .iter()
        .map(|kind| (kind.code().to_owned(), kind.name(lang).to_owned()))
        .collect();
    let all = shown.everywhere.then(|| (String::new(), everywhere.to_owned()));
    let own = shown.own.iter().map(|unit| (unit.to_string(), shown.units.path(*unit)));
    let units = all.into_iter().chain(own).collect();
    let mut exams = vec![(String::new(), any.to_owned())];
    exams.extend(shown.exams.iter().map(|exam| (exam.id.to_string(), exam.title.clone())));
    view! {
        <section class="card stack">
            <h2>{title}</h2>
            {list}
            <form class="filter" action="/admin/reminders/off" method="post">
                {select("off", "kind", lang.pick("停发哪种", "Which"), kinds, &typed_or(typed, "kind", ""))}
                {select("off", "unit", lang.pick("哪个单位（含下级）", "Of which unit and below"), units, &typed_or(typed, "unit", ""))}
                {select("off", "exam", lang.pick("哪场考试", "Of which exam"), exams, &typed_or(typed, "exam", ""))}
                {line("off", ("reason", "text"), lang.pick("理由", "Reason"), typed_or(typed, "reason", ""), true)}
                <button class="button" r#type="submit">{lang.pick("停发", "Switch off")}</button>
            </form>
        </section>
    }
}

fn mail_words(lang: Lang, state: &str) -> &'static str {
    match state {
        "" => lang.pick("没有邮箱", "no address"),
        "sent" => lang.pick("已发邮件", "mailed"),
        "given_up" => lang.pick("邮件没有发出", "not mailed"),
        _ => lang.pick("邮件待发", "to be mailed"),
    }
}

fn sent(lang: Lang, shown: &Overview) -> impl IntoView + use<> {
    let rows = shown
        .sent
        .iter()
        .map(|one| {
            let text = one.notice.as_ref().map(|notice| notice.about.text(lang));
            let read = match one.notice.as_ref().is_some_and(|notice| notice.read) {
                true => lang.pick("已读", "read"),
                false => lang.pick("未读", "not read"),
            };
            let how = format!("{read} · {}", mail_words(lang, &one.mail));
            view! {
                <tr><td class="num">{moment(lang, one.at)}</td><td>{one.name.clone()}</td><td>{shown.units.path(one.unit)}</td>
                    <td>{text}</td><td class="small">{how}</td></tr>
            }
        })
        .collect_view();
    let head = view! {
        <th>{lang.pick("时间", "When")}</th><th>{lang.pick("姓名", "Name")}</th><th>{lang.pick("单位", "Unit")}</th>
        <th>{lang.pick("内容", "Text")}</th><th>{lang.pick("送达", "Delivery")}</th>
    };
    let title = lang.pick("最近发出的提醒", "Sent lately");
    let list = if shown.sent.is_empty() {
        notice(Tone::Plain, lang.pick("还没有发过提醒。", "No reminder was sent yet.")).into_any()
    } else {
        table(title, head, rows).into_any()
    };
    view! { <section class="card stack"><h2>{title}</h2>{list}</section> }
}
