//! Signing in and out, first page, own settings.

use axum::{
    Form,
    extract::{Path, Query, State},
    http::{HeaderMap, header},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    extract::{Address, cookie, own_path},
    guard::SESSION,
    respond::{Fail, fault_of, html, page_with_status},
    router,
};
use crate::{
    domain::{correction, exam::Audience, item::State as ItemState, lang::Lang, role::Right},
    service::{App, Caller, account, bank, certificate, exam, figure, liaison, notice, objection, roster, sitting},
    ui::{self, shell::Frame},
};

/// Where to go on to.
#[derive(Deserialize)]
pub struct To {
    #[serde(default)]
    to: String,
}

pub async fn home(State(app): State<App>, frame: Frame, caller: Caller) -> Result<Response, Fail> {
    if caller.person().is_err() {
        return administrator(&app, &frame, &caller).await;
    }
    let sitting::Home { due, exempt } = sitting::home(&app, &caller).await?;
    let now = app.now();
    Ok(html(|| ui::home::candidate(&frame, &due, &exempt, now)))
}

/// What somebody outside the roster has to do with, in numbers.
async fn administrator(app: &App, frame: &Frame, caller: &Caller) -> Result<Response, Fail> {
    let lang = frame.lang;
    let mut counts = Vec::new();
    if caller.has(Right::ReadPeople) {
        let persons = roster::size(app, caller, None, &Audience::default()).await?;
        let label = lang.pick("在册人员", "Registered persons");
        counts.push((label, persons, "/admin/people", lang.pick("人员与单位", "People")));
    }
    if caller.has(Right::ManageBanks) {
        let banks = bank::banks(app, caller).await?;
        let all = |state: ItemState| -> i64 { banks.iter().map(|bank| bank.count(None, Some(state))).sum() };
        let label = lang.pick("可用题目", "Ready questions");
        let ready = all(ItemState::Ready);
        counts.push((label, ready, "/admin/banks", lang.pick("题库", "Questions")));
        let stale = all(ItemState::Stale);
        if stale > 0 {
            let label = lang.pick("法条变动待复核的题", "Questions whose law has changed");
            counts.push((label, stale, "/admin/banks", lang.pick("去复核", "Look at them")));
        }
    }
    if caller.has(Right::ManageExams) {
        let exams = exam::exams(app, caller).await?.len() as i64;
        let label = lang.pick("全部考试", "Exams");
        counts.push((label, exams, "/admin/exams", lang.pick("考试", "Exams")));
    }
    if caller.has(Right::ManageExams) {
        let waiting = objection::queue(app, caller, true, 1).await?.all;
        let label = lang.pick("待处理异议", "Objections waiting");
        counts.push((label, waiting, "/admin/objections", lang.pick("异议", "Objections")));
    }
    if caller.has(Right::ReadFigures) {
        let opened = figure::exams(app, caller).await?.len() as i64;
        let label = lang.pick("已开考", "Opened exams");
        counts.push((label, opened, "/admin/figures", lang.pick("数据", "Figures")));
    }
    if caller.has(Right::ManagePeople) {
        let open = liaison::corrections(app, caller).await?;
        let open = open
            .iter()
            .filter(|correction| correction.state == correction::State::Open)
            .count() as i64;
        let label = lang.pick("待处理的名册更正", "Corrections to decide");
        counts.push((label, open, "/admin/corrections", lang.pick("去处理", "Decide")));
    }
    Ok(html(|| ui::home::administrator(frame, counts)))
}

pub async fn sign_in_page(frame: Frame, Query(To { to }): Query<To>) -> Response {
    html(|| ui::account::sign_in(&frame, "", own_path(&to), None))
}

#[derive(Deserialize)]
pub struct SignIn {
    name: String,
    password: String,
    #[serde(default)]
    to: String,
}

pub async fn sign_in(
    State(state): State<router::State>,
    frame: Frame,
    Address(address): Address,
    Form(form): Form<SignIn>,
) -> Response {
    match account::sign_in(&state.app, &form.name, form.password, &address).await {
        Ok(token) => signed_in(&state, &token, own_path(&form.to)),
        Err(error) => {
            let fault = fault_of(error);
            page_with_status(&fault, || {
                ui::account::sign_in(&frame, &form.name, own_path(&form.to), Some(&fault))
            })
        }
    }
}

fn signed_in(state: &router::State, token: &account::Token, to: &str) -> Response {
    let cookie = session_cookie(state, token.text(), account::SESSION_SECONDS);
    (AppendHeaders([(header::SET_COOKIE, cookie)]), Redirect::to(to)).into_response()
}

fn session_cookie(state: &router::State, value: &str, seconds: i64) -> String {
    let secure = if state.edge.https { "; Secure" } else { "" };
    format!("{SESSION}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}")
}

pub async fn sign_out(State(state): State<router::State>, headers: HeaderMap) -> Result<Response, Fail> {
    if let Some(token) = cookie(&headers, SESSION) {
        account::sign_out(&state.app, token).await?;
    }
    let gone = session_cookie(&state, "", 0);
    Ok((AppendHeaders([(header::SET_COOKIE, gone)]), Redirect::to("/sign-in")).into_response())
}

pub async fn link_page(State(app): State<App>, frame: Frame, Path(link): Path<String>) -> Result<Response, Fail> {
    let owner = account::link_owner(&app, &link).await?;
    Ok(html(|| ui::account::set_password(&frame, &link, &owner.name, None)))
}

#[derive(Deserialize)]
pub struct NewPassword {
    #[serde(default)]
    name: String,
    password: String,
    repeat: String,
}

pub async fn set_password(
    State(state): State<router::State>,
    frame: Frame,
    Path(link): Path<String>,
    Form(form): Form<NewPassword>,
) -> Response {
    match account::set_password(&state.app, &link, form.password, &form.repeat).await {
        Ok(token) => signed_in(&state, &token, "/"),
        Err(error) => {
            let fault = fault_of(error);
            page_with_status(&fault, || {
                ui::account::set_password(&frame, &link, &form.name, Some(&fault))
            })
        }
    }
}

pub async fn language(Path(lang): Path<String>, Query(To { to }): Query<To>) -> Response {
    let lang = Lang::parse(&lang).unwrap_or_default();
    remember("lang", lang.code(), &to)
}

pub async fn size(Path(size): Path<String>, Query(To { to }): Query<To>) -> Response {
    remember("size", if size == "large" { "large" } else { "normal" }, &to)
}

fn remember(name: &str, value: &str, to: &str) -> Response {
    let cookie = format!("{name}={value}; Path=/; SameSite=Lax; Max-Age=31536000");
    (
        AppendHeaders([(header::SET_COOKIE, cookie)]),
        Redirect::to(own_path(to)),
    )
        .into_response()
}

pub async fn me(State(app): State<App>, frame: Frame, caller: Caller) -> Result<Response, Fail> {
    let own = own(&app, &frame, &caller).await?;
    Ok(html(|| ui::account::me(&frame, own, None)))
}

/// What stands on the caller's own page.
pub(super) async fn own(app: &App, frame: &Frame, caller: &Caller) -> Result<ui::account::Own, Fail> {
    let lang = frame.lang;
    let mut rows = Vec::new();
    if let Some(account) = caller.account() {
        rows.push((lang.pick("账号", "Account"), account.name.clone()));
        let roles: Vec<_> = account.grants.iter().map(|grant| grant.role.name(lang)).collect();
        if !roles.is_empty() {
            rows.push((lang.pick("角色", "Roles"), roles.join(lang.pick("、", ", "))));
        }
    }
    if let Some((person, unit)) = roster::own_entry(app, caller).await? {
        rows.extend([
            (lang.pick("姓名", "Name"), person.name),
            (lang.pick("单位", "Unit"), unit),
            (lang.pick("职级", "Rank"), person.rank_level.name(lang).to_owned()),
            (lang.pick("类别", "Category"), person.category.name(lang).to_owned()),
        ]);
    }
    let (email, certificates) = match caller.person() {
        Ok(_) => (
            Some(notice::own_email(app, caller).await?),
            certificate::own(app, caller).await?,
        ),
        Err(_) => (None, Vec::new()),
    };
    Ok(ui::account::Own {
        rows,
        email,
        certificates,
    })
}
