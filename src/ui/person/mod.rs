//! One person: state and transfers, accommodations, requests, and what imports did.

use leptos::prelude::*;

use super::{
    part::{
        Tone, day, fault,
        form::{Typed, line, lines, select, tick, typed_or},
        heading, moment, notice, table, tag,
    },
    shell::{Frame, page},
    units::{or_none, status_tag},
};
use crate::{
    domain::{
        accommodation::{Accommodation, Ground},
        exam::State as ExamState,
        exemption,
        lang::Lang,
        people::{PersonChange, PersonChangeKind, Status},
        person::PersonState,
        roster::{Import, Touched, Values},
        unit::Tree,
    },
    error::Fault,
    service::person::Record,
};

pub fn state_tag(lang: Lang, state: PersonState) -> impl IntoView {
    let tone = match state {
        PersonState::Active => Tone::Good,
        _ => Tone::Warn,
    };
    tag(tone, state.name(lang))
}

pub fn person(frame: &Frame, record: &Record, typed: &Typed, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let person = &record.person;
    let below = [
        person.number.as_str(),
        &record.units.path(person.unit),
        person.rank_level.name(lang),
        person.category.name(lang),
    ]
    .join(" · ");
    let identity = record.identity.as_ref().map(
        |masked| view! { <p class="small soft num">{lang.pick("身份证号 ", "Identity number ")}{masked.clone()}</p> },
    );
    let main = view! {
        <p class="small"><a href="/admin/people">{lang.pick("人员与单位", "People and units")}</a></p>
        <div class="row between wrap">{heading(person.name.clone(), below)}{state_tag(lang, person.state)}</div>
        {identity}
        <p><a class="button" href=action(record, "record")>{lang.pick("学法档案", "Law record")}</a></p>
        {same_identity(lang, record)}
        {fault(wrong, lang)}
        {record.manages_people.then(|| change_forms(lang, record, typed))}
        {changes(lang, record)}
        {record.manages_people.then(|| accommodations(lang, record, typed))}
        {record.manages_exams.then(|| exemptions(lang, record, typed))}
        {record.manages_people.then(|| imports(lang, record))}
    };
    page(frame, &person.name, main)
}

fn same_identity(lang: Lang, record: &Record) -> impl IntoView + use<> {
    (!record.same_identity.is_empty()).then(|| {
        let links = record
            .same_identity
            .iter()
            .map(|(id, named)| view! { <li><a href=format!("/admin/people/{id}")>{named.clone()}</a></li> })
            .collect_view();
        view! {
            {notice(Tone::Warn, lang.pick("这些人的身份证号与此人相同，可能是同一个人：", "These have the same identity number and may be the same person:"))}
            <ul class="plain-list">{links}</ul>
        }
    })
}

fn action(record: &Record, step: &str) -> String {
    format!("/admin/people/{}/{step}", record.person.id)
}

fn when_and_why(lang: Lang, form: &'static str, record: &Record, typed: &Typed) -> impl IntoView + use<> {
    view! {
        {line(form, ("from", "date"), lang.pick("从哪天起", "From"), typed_or(typed, "from", record.now.day_field()), true)}
        {line(form, ("reason", "text"), lang.pick("原因", "Reason"), typed_or(typed, "reason", ""), true)}
    }
}

fn change_forms(lang: Lang, record: &Record, typed: &Typed) -> impl IntoView + use<> {
    let states = PersonState::ALL
        .iter()
        .map(|state| (state.code().to_owned(), state.name(lang).to_owned()))
        .collect();
    let chosen = typed_or(typed, "state", record.person.state.code());
    let unit = record.units.path(record.person.unit);
    view! {
        <div class="halves">
            <form class="card stack" action=action(record, "transfer") method="post">
                <h2>{lang.pick("调动单位", "Transfer")}</h2>
                {line("transfer", ("unit", "text"), lang.pick("新单位（写全路径）", "New unit (whole path)"), typed_or(typed, "unit", unit), true)}
                {when_and_why(lang, "transfer", record, typed)}
                <button class="button" r#type="submit">{lang.pick("调动", "Transfer")}</button>
            </form>
            <form class="card stack" action=action(record, "state") method="post">
                <h2>{lang.pick("调出、离职、退休", "Leaving and coming back")}</h2>
                {select("state", "state", lang.pick("状态", "State"), states, &chosen)}
                {when_and_why(lang, "state", record, typed)}
                <button class="button" r#type="submit">{lang.pick("保存", "Save")}</button>
            </form>
        </div>
    }
}

fn changes(lang: Lang, record: &Record) -> impl IntoView + use<> {
    let title = lang.pick("状态与调动", "State and transfers");
    let row = |change: &PersonChange| {
        let (before, after) = match change.kind {
            PersonChangeKind::Transfer => (record.units.path(change.before.0), record.units.path(change.after.0)),
            PersonChangeKind::State => (
                change.before.1.name(lang).to_owned(),
                change.after.1.name(lang).to_owned(),
            ),
        };
        let refused = change
            .refusal
            .as_ref()
            .map(|fault| view! { <p class="small">{fault.message(lang)}</p> });
        let back = (change.status == Status::Planned && record.manages_people).then(|| {
            view! {
                <form action=format!("/admin/person-changes/{}/withdraw", change.id) method="post">
                    <button class="button small quiet" r#type="submit">{lang.pick("撤回", "Withdraw")}</button>
                </form>
            }
        });
        view! {
            <tr><td class="num">{day(change.from)}</td><td>{change.kind.name(lang)}</td><td>{format!("{before} → {after}")}{refused}</td>
                <td>{change.reason.clone()}</td><td>{status_tag(lang, change.status)}{back}</td></tr>
        }
    };
    let rows = record.changes.iter().map(row).collect_view();
    let head = view! {
        <th>{lang.pick("从哪天起", "From")}</th><th>{lang.pick("变动", "Change")}</th><th>{lang.pick("内容", "What")}</th>
        <th>{lang.pick("原因", "Reason")}</th><th>{lang.pick("状态", "State")}</th>
    };
    section(
        title,
        record.changes.is_empty(),
        lang.pick("还没有变动。", "No change yet."),
        table(title, head, rows),
    )
}

fn section(title: &'static str, empty: bool, words: &'static str, table: impl IntoView + 'static) -> impl IntoView {
    let body = if empty {
        view! { <p class="soft">{words}</p> }.into_any()
    } else {
        table.into_any()
    };
    view! { <section class="card stack"><h2>{title}</h2>{body}</section> }
}

fn accommodations(lang: Lang, record: &Record, typed: &Typed) -> impl IntoView + use<> {
    let title = lang.pick("考试便利", "Accommodations");
    let row = |entry: &Accommodation| {
        let holds = entry.holds(record.now);
        let time = format!("{} ×", entry.factor.times());
        let text = if entry.larger_text {
            lang.pick("大字", "Larger text")
        } else {
            "—"
        };
        let state = if holds {
            tag(Tone::Good, lang.pick("有效", "Holds")).into_any()
        } else {
            tag(Tone::Plain, lang.pick("不在有效期", "Does not hold")).into_any()
        };
        let open = entry.ended_at.is_none() && record.now < entry.valid_until;
        let end = open.then(|| {
            view! {
                <form action=format!("/admin/accommodations/{}/end", entry.id) method="post">
                    <button class="button small quiet" r#type="submit">{lang.pick("现在结束", "End now")}</button>
                </form>
            }
        });
        view! {
            <tr><td class="num">{time}</td><td>{text}</td><td class="num">{format!("{} — {}", day(entry.valid_from), day(entry.valid_until.plus_seconds(-1)))}</td>
                <td>{entry.ground.name(lang)}</td><td>{state}{end}</td></tr>
        }
    };
    let rows = record.accommodations.iter().map(row).collect_view();
    let head = view! {
        <th>{lang.pick("答题时间", "Time")}</th><th>{lang.pick("字号", "Text")}</th><th>{lang.pick("有效期", "Holds")}</th>
        <th>{lang.pick("事由", "Ground")}</th><th>{lang.pick("状态", "State")}</th>
    };
    let grounds = Ground::ALL
        .iter()
        .map(|ground| (ground.code().to_owned(), ground.name(lang).to_owned()))
        .collect();
    let year = record.now.civil().year;
    view! {
        {section(title, record.accommodations.is_empty(), lang.pick("没有。", "None."), table(title, head, rows))}
        <form class="card stack" action=action(record, "accommodations") method="post">
            <h2>{lang.pick("给予考试便利", "Give an accommodation")}</h2>
            <p class="small soft">{lang.pick("有效期内的每场考试自动执行，不用逐场设置。", "Every exam honours it by itself while it holds.")}</p>
            <div class="thirds">
                {line("accommodation", ("percent", "number"), lang.pick("答题时间（%，150 是 1.5 倍）", "Time (%, 150 is 1.5 times)"), typed_or(typed, "percent", "100"), true)}
                {line("accommodation", ("valid_from", "date"), lang.pick("从哪天起", "From"), typed_or(typed, "valid_from", record.now.day_field()), true)}
                {line("accommodation", ("valid_until", "date"), lang.pick("到哪天止（含当天）", "Until (that day included)"), typed_or(typed, "valid_until", format!("{year:04}-12-31")), true)}
            </div>
            {select("accommodation", "ground", lang.pick("事由", "Ground"), grounds, &typed_or(typed, "ground", "sight"))}
            {tick("larger_text", lang.pick("考试时用大字", "Larger text in exams"), typed.contains_key("larger_text"))}
            <button class="button" r#type="submit">{lang.pick("保存", "Save")}</button>
        </form>
    }
}

fn exemptions(lang: Lang, record: &Record, typed: &Typed) -> impl IntoView + use<> {
    let title = lang.pick("免考与缓考", "Exemption and deferral");
    let exam_title = |id| {
        let exam = record.exams.iter().find(|exam| exam.id == id);
        exam.map(|exam| exam.title.clone()).unwrap_or_default()
    };
    let row = |request: &exemption::Exemption| {
        view! {
            <tr><td><a href=format!("/admin/exemptions/{}", request.id)>{exam_title(request.exam)}</a></td><td>{request.kind.name(lang)}</td>
                <td>{request.ground.name(lang)}</td><td class="num">{moment(lang, request.requested_at)}</td>
                <td>{super::exemptions::state_tag(lang, request.state)}</td></tr>
        }
    };
    let rows = record.exemptions.iter().map(row).collect_view();
    let head = view! {
        <th>{lang.pick("考试", "Exam")}</th><th>{lang.pick("类型", "Kind")}</th><th>{lang.pick("事由", "Ground")}</th>
        <th>{lang.pick("申请时间", "Asked")}</th><th>{lang.pick("状态", "State")}</th>
    };
    let ask = if record.exams.is_empty() {
        None
    } else {
        Some(request_form(lang, record, typed))
    };
    view! {
        {section(title, record.exemptions.is_empty(), lang.pick("没有申请。", "No request."), table(title, head, rows))}
        {ask}
    }
}

fn request_form(lang: Lang, record: &Record, typed: &Typed) -> impl IntoView + use<> {
    let state = |state| match state {
        ExamState::Draft => lang.pick("草稿", "draft"),
        ExamState::Published => lang.pick("已发布", "published"),
        ExamState::Open => lang.pick("已开考", "open"),
    };
    let exams = record
        .exams
        .iter()
        .map(|exam| (exam.id.to_string(), format!("{}（{}）", exam.title, state(exam.state))))
        .collect();
    let kinds = exemption::Kind::ALL
        .iter()
        .map(|kind| (kind.code().to_owned(), kind.name(lang).to_owned()))
        .collect();
    let grounds = exemption::Ground::ALL
        .iter()
        .map(|ground| (ground.code().to_owned(), ground.name(lang).to_owned()))
        .collect();
    view! {
        <form class="card stack" action=action(record, "exemptions") method="post" enctype="multipart/form-data">
            <h2>{lang.pick("申请免考或缓考", "Ask for exemption or deferral")}</h2>
            {select("request", "exam", lang.pick("考试", "Exam"), exams, &typed_or(typed, "exam", ""))}
            <div class="halves">
                {select("request", "kind", lang.pick("类型", "Kind"), kinds, &typed_or(typed, "kind", "exemption"))}
                {select("request", "request_ground", lang.pick("事由", "Ground"), grounds, &typed_or(typed, "request_ground", "retiring"))}
            </div>
            {lines("request", "words", lang.pick("说明（选“其他”时必填）", "Explanation (needed for “other”)"), typed_or(typed, "words", ""))}
            <div class="field">
                <label for="request-file">{lang.pick("证明材料（可选，不超过 10 MB；开考后批准免考必须有）", "Document (optional, up to 10 MB; needed for an exemption after the opening)")}</label>
                <input id="request-file" name="file" r#type="file"/>
            </div>
            <button class="button" r#type="submit">{lang.pick("提交申请", "Ask")}</button>
        </form>
    }
}

fn imports(lang: Lang, record: &Record) -> impl IntoView + use<> {
    let title = lang.pick("导入记录", "Imports");
    let row = |(import, touched): &(Import, Touched)| {
        let undone = import
            .undone_at
            .map(|_| tag(Tone::Plain, lang.pick("已撤销", "Undone")));
        view! {
            <tr><td><a href=format!("/admin/people/imports/{}", import.id)>{format!("#{}", import.number)}</a>" "{undone}</td>
                <td class="num">{moment(lang, import.made_at)}</td><td>{touched.kind.name(lang)}</td><td>{differences(lang, touched, &record.units)}</td></tr>
        }
    };
    let rows = record.imports.iter().map(row).collect_view();
    let head = view! {
        <th>{lang.pick("导入", "Import")}</th><th>{lang.pick("时间", "When")}</th><th>{lang.pick("变动", "Change")}</th><th>{lang.pick("内容", "What")}</th>
    };
    section(
        title,
        record.imports.is_empty(),
        lang.pick("没有。", "None."),
        table(title, head, rows),
    )
}

/// What differs between before and after; all of it for somebody new.
pub fn differences(lang: Lang, touched: &Touched, units: &Tree) -> String {
    let facts = |values: &Values| {
        [
            values.name.clone(),
            or_none(lang, &units.path(values.unit)),
            values.rank_level.name(lang).to_owned(),
            values.category.name(lang).to_owned(),
            values.state.name(lang).to_owned(),
            values
                .identity
                .as_ref()
                .map(|identity| identity.masked.clone())
                .unwrap_or_default(),
        ]
    };
    let after = facts(&touched.after);
    let Some(before) = touched.before.as_ref().map(facts) else {
        return after[..4].join(" · ");
    };
    let differs = before
        .into_iter()
        .zip(after)
        .filter(|(before, after)| before != after)
        .map(|(before, after)| format!("{} → {}", or_none(lang, &before), or_none(lang, &after)));
    differs.collect::<Vec<_>>().join(lang.pick("；", "; "))
}
