//! Requests for exemption and deferral: the queue, and one request with its documents and its decision.

use leptos::prelude::*;

use super::{
    part::{
        Tone, fault,
        form::{Typed, line, select, typed_or},
        heading, moment, notice, pager, table, tag,
    },
    shell::{Frame, encode, page},
};
use crate::{
    domain::{
        exam::State as ExamState,
        exemption::{Kind, Listed, State},
        id::AccountId,
        lang::Lang,
    },
    error::Fault,
    service::exemption::{Filter, Page, Record},
};

pub(super) fn state_tag(lang: Lang, state: State) -> impl IntoView {
    let tone = match state {
        State::Requested => Tone::Action,
        State::Approved => Tone::Good,
        State::Refused => Tone::Seal,
        State::Withdrawn => Tone::Plain,
    };
    tag(tone, state.name(lang))
}

fn with_all(lang: Lang, options: impl Iterator<Item = (String, String)>) -> Vec<(String, String)> {
    let all = (String::new(), lang.pick("全部", "All").to_owned());
    std::iter::once(all).chain(options).collect()
}

pub fn queue(frame: &Frame, shown: &Page, filter: &Filter) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("免考与缓考", "Exemption and deferral");
    let below = match lang {
        Lang::Zh => format!("找到 {} 项申请", shown.total),
        Lang::En => format!("{} requests found", shown.total),
    };
    let (exam, state, kind) = (
        filter.exam.map(|exam| exam.to_string()).unwrap_or_default(),
        filter.state.map_or("", State::code),
        filter.kind.map_or("", Kind::code),
    );
    let exams = shown.exams.iter().map(|exam| (exam.id.to_string(), exam.title.clone()));
    let states = State::ALL
        .iter()
        .map(|state| (state.code().to_owned(), state.name(lang).to_owned()));
    let kinds = Kind::ALL
        .iter()
        .map(|kind| (kind.code().to_owned(), kind.name(lang).to_owned()));
    let link = {
        let (exam, words) = (exam.clone(), filter.words.clone());
        move |page: u32| {
            let words = encode(&words);
            format!("/admin/exemptions?exam={exam}&state={state}&kind={kind}&words={words}&page={page}")
        }
    };
    let body = if shown.rows.is_empty() {
        notice(
            Tone::Plain,
            lang.pick(
                "没有这样的申请。申请从人员的页面提出。",
                "No such request. Requests are made on a person's page.",
            ),
        )
        .into_any()
    } else {
        table(title, head(lang), rows(lang, shown)).into_any()
    };
    let main = view! {
        <div class="row between wrap">
            {heading(title, below)}
            <a class="button" href="/admin/people">{lang.pick("找人提出申请", "Find a person to ask for")}</a>
        </div>
        <section class="card stack">
            <form class="filter" action="/admin/exemptions" method="get">
                {select("filter", "exam", lang.pick("考试", "Exam"), with_all(lang, exams), &exam)}
                {select("filter", "state", lang.pick("状态", "State"), with_all(lang, states), state)}
                {select("filter", "kind", lang.pick("类型", "Kind"), with_all(lang, kinds), kind)}
                {line("filter", ("words", "search"), lang.pick("姓名或工号", "Name or number"), filter.words.clone(), false)}
                <button class="button" r#type="submit">{lang.pick("筛选", "Filter")}</button>
            </form>
            {body}
            {pager(lang, shown.page, shown.pages, link)}
        </section>
    };
    page(frame, title, main)
}

fn head(lang: Lang) -> impl IntoView {
    view! {
        <th>{lang.pick("姓名", "Name")}</th><th>{lang.pick("工号", "Number")}</th><th>{lang.pick("单位", "Unit")}</th>
        <th>{lang.pick("考试", "Exam")}</th><th>{lang.pick("类型", "Kind")}</th><th>{lang.pick("事由", "Ground")}</th>
        <th>{lang.pick("申请时间", "Asked")}</th><th>{lang.pick("状态", "State")}</th>
    }
}

fn rows(lang: Lang, shown: &Page) -> impl IntoView + use<> {
    let row = |listed: &Listed| {
        let request = &listed.exemption;
        let exam = shown.exams.iter().find(|exam| exam.id == request.exam);
        view! {
            <tr><td><a href=format!("/admin/exemptions/{}", request.id)>{listed.name.clone()}</a></td><td>{listed.number.clone()}</td>
                <td>{shown.units.path(listed.unit)}</td><td>{exam.map(|exam| exam.title.clone()).unwrap_or_default()}</td>
                <td>{request.kind.name(lang)}</td><td>{request.ground.name(lang)}</td>
                <td class="num">{moment(lang, request.requested_at)}</td><td>{state_tag(lang, request.state)}</td></tr>
        }
    };
    shown.rows.iter().map(row).collect_view()
}

pub fn request(frame: &Frame, record: &Record, typed: &Typed, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let request = &record.exemption;
    let title = format!(
        "{}{} {}",
        request.kind.name(lang),
        lang.pick("：", ":"),
        record.person.name
    );
    let below = [record.person.number.as_str(), &record.unit, &record.exam.title].join(" · ");
    let late = (record.exam.state == ExamState::Open && request.state == State::Requested).then(|| {
        notice(
            Tone::Warn,
            lang.pick(
                "已经开考。现在批准免考要有材料，并会改变这一个人在冻结名册里的身份，应考人数随之减一。",
                "The exam has opened. An exemption now needs its document and changes this one person's standing on the frozen roster: one less is due.",
            ),
        )
    });
    let main = view! {
        <p class="small"><a href="/admin/exemptions">{lang.pick("免考与缓考", "Exemption and deferral")}</a></p>
        <div class="row between wrap">{heading(title.clone(), below)}{state_tag(lang, request.state)}</div>
        {fault(wrong, lang)}
        {late}
        {facts(lang, record)}
        {documents(lang, record)}
        {decision(lang, record, typed)}
        <p><a class="button" href=format!("/admin/people/{}", request.person)>{lang.pick("看这个人", "See the person")}</a></p>
    };
    page(frame, &title, main)
}

fn who(lang: Lang, record: &Record, account: Option<AccountId>) -> String {
    account.map_or_else(
        || lang.pick("本机操作员", "Operator").to_owned(),
        |account| record.accounts.get(&account).cloned().unwrap_or_else(|| "—".to_owned()),
    )
}

fn facts(lang: Lang, record: &Record) -> impl IntoView + use<> {
    let request = &record.exemption;
    let mut facts = vec![
        (lang.pick("事由", "Ground"), request.ground.name(lang).to_owned()),
        (lang.pick("说明", "Explanation"), request.words.clone()),
        (
            lang.pick("申请", "Asked"),
            format!(
                "{} · {}",
                who(lang, record, request.requested_by),
                moment(lang, request.requested_at)
            ),
        ),
    ];
    if let Some(at) = request.decided_at {
        let decided = format!("{} · {}", who(lang, record, request.decided_by), moment(lang, at));
        facts.push((lang.pick("办理", "Settled"), decided));
        facts.push((lang.pick("理由", "Reason"), request.reason.clone()));
    }
    let rows = facts
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(label, text)| view! { <tr><th class="plain" scope="row">{label}</th><td>{text}</td></tr> })
        .collect_view();
    view! { <section class="card"><table><tbody>{rows}</tbody></table></section> }
}

fn documents(lang: Lang, record: &Record) -> impl IntoView + use<> {
    let list = record
        .documents
        .iter()
        .map(|document| {
            let size = format!("{} KB", (document.size + 1023) / 1024);
            view! {
                <li><a href=format!("/admin/documents/{}", document.id)>{document.name.clone()}</a>
                    " "<span class="small soft num">{format!("{size} · {}", moment(lang, document.uploaded_at))}</span></li>
            }
        })
        .collect_view();
    let none = record
        .documents
        .is_empty()
        .then(|| view! { <p class="soft">{lang.pick("还没有材料。", "No document yet.")}</p> });
    let alive = matches!(record.exemption.state, State::Requested | State::Approved);
    let add = alive.then(|| {
        view! {
            <form class="stack" action=format!("/admin/exemptions/{}/documents", record.exemption.id) method="post" enctype="multipart/form-data">
                <div class="field">
                    <label for="document">{lang.pick("添加材料（不超过 10 MB）", "Add a document (up to 10 MB)")}</label>
                    <input id="document" name="file" r#type="file" required=true/>
                </div>
                <button class="button" r#type="submit">{lang.pick("上传", "Upload")}</button>
            </form>
        }
    });
    view! { <section class="card stack"><h2>{lang.pick("证明材料", "Documents")}</h2>{none}<ul class="plain-list">{list}</ul>{add}</section> }
}

fn decision(lang: Lang, record: &Record, typed: &Typed) -> impl IntoView + use<> {
    let request = &record.exemption;
    let waits = request.state == State::Requested;
    let withdrawable = (waits || request.state == State::Approved) && record.exam.state != ExamState::Open;
    let to = |step: &str| format!("/admin/exemptions/{}/{step}", request.id);
    (waits || withdrawable).then(|| {
        let decide = waits.then(|| {
            view! {
                <button class="button primary" r#type="submit" formaction=to("approve")>{lang.pick("批准", "Approve")}</button>
                <button class="button" r#type="submit" formaction=to("refuse")>{lang.pick("不批准", "Refuse")}</button>
            }
        });
        let withdraw = withdrawable.then(|| {
            view! { <button class="button" r#type="submit" formaction=to("withdraw")>{lang.pick("撤回申请", "Withdraw")}</button> }
        });
        view! {
            <form class="card stack" action=to("refuse") method="post">
                <h2>{lang.pick("办理", "Settle")}</h2>
                {line("decision", ("reason", "text"), lang.pick("理由（不批准时必填）", "Reason (needed for a refusal)"), typed_or(typed, "reason", ""), false)}
                <div class="row">{decide}{withdraw}</div>
            </form>
        }
    })
}
