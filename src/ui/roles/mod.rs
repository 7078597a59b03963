//! Who holds which role where; granting, taking back, accounts for people outside the roster.

use leptos::prelude::*;

use super::{
    part::{Tone, choice, fault, field, heading, moment, notice, table},
    shell::{Frame, page},
};
use crate::{
    domain::{
        lang::Lang,
        role::{Held, Reach, Role},
        unit::Tree,
    },
    error::Fault,
};

/// What stands in the form for a grant, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    pub name: String,
    pub role: String,
    pub unit: String,
}

pub fn roles(
    frame: &Frame,
    held: &[Held],
    units: &Tree,
    reach: &Reach,
    typed: &Typed,
    wrong: Option<&Fault>,
) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("角色", "Roles");
    let purposes = Role::ALL
        .into_iter()
        .map(|role| view! { <li><b>{role.name(lang)}</b>" "{role.purpose(lang)}</li> })
        .collect_view();
    let account = (*reach == Reach::Everything).then(|| account_card(lang));
    let main = view! {
        {heading(title, "")}
        {fault(wrong, lang)}
        <section class="card stack">
            <h2>{lang.pick("现有角色", "Roles held")}</h2>
            {table(title, head(lang), rows(lang, held, units))}
        </section>
        <div class="halves">
            <section class="card stack">
                <h2>{lang.pick("授予角色", "Grant a role")}</h2>
                {grant_form(lang, units, reach, typed)}
                <ul class="plain-list small soft">{purposes}</ul>
            </section>
            {account}
        </div>
    };
    page(frame, title, main)
}

fn head(lang: Lang) -> impl IntoView {
    view! {
        <th>{lang.pick("账号", "Account")}</th><th>{lang.pick("姓名", "Name")}</th><th>{lang.pick("角色", "Role")}</th>
        <th>{lang.pick("范围", "Where")}</th><th>{lang.pick("授予时间", "Since")}</th><th>{lang.pick("操作", "Action")}</th>
    }
}

fn everywhere(lang: Lang) -> &'static str {
    lang.pick("全部单位", "Everywhere")
}

fn rows(lang: Lang, held: &[Held], units: &Tree) -> impl IntoView + use<> {
    held.iter()
        .map(|held| {
            let place = held.grant.unit.map_or(everywhere(lang).to_owned(), |unit| units.path(unit));
            let what = format!("{} {} {place}", held.display, held.grant.role.name(lang));
            let since = if held.granted_at.0 == 0 { "—".to_owned() } else { moment(lang, held.granted_at) };
            view! {
                <tr>
                    <td>{held.name.clone()}</td>
                    <td>{held.display.clone()}</td>
                    <td>{held.grant.role.name(lang)}</td>
                    <td>{place}</td>
                    <td class="num">{since}</td>
                    <td>
                        <form action="/admin/roles/withdraw" method="post">
                            <input r#type="hidden" name="account" value=held.account.to_string()/>
                            <input r#type="hidden" name="role" value=held.grant.role.code()/>
                            <input r#type="hidden" name="unit" value=held.grant.unit.map(|unit| unit.to_string()).unwrap_or_default()/>
                            <button class="button small quiet" r#type="submit" aria-label=format!("{}{what}", lang.pick("收回：", "Withdraw: "))>{lang.pick("收回", "Withdraw")}</button>
                        </form>
                    </td>
                </tr>
            }
        })
        .collect_view()
}

fn grant_form(lang: Lang, units: &Tree, reach: &Reach, typed: &Typed) -> impl IntoView + use<> {
    let roles = Role::ALL
        .into_iter()
        .map(|role| (role.code().to_owned(), role.name(lang).to_owned()))
        .collect();
    let all = reach
        .covers(units, None)
        .then(|| (String::new(), everywhere(lang).to_owned()));
    let below = units
        .walk()
        .into_iter()
        .filter(|(_, unit)| reach.covers(units, Some(unit.id)));
    let places = all
        .into_iter()
        .chain(below.map(|(_, unit)| (unit.id.to_string(), units.path(unit.id))))
        .collect();
    view! {
        <form class="stack" action="/admin/roles/grant" method="post">
            {field("name", lang.pick("账号（在册人员填工号）", "Account (the number of a person)"), typed.name.clone(), "text")}
            {choice("role", lang.pick("角色", "Role"), roles, &typed.role)}
            {choice("unit", lang.pick("范围（含下级单位）", "Where (with the units below)"), places, &typed.unit)}
            <button class="button primary" r#type="submit">{lang.pick("授予", "Grant")}</button>
        </form>
    }
}

fn account_card(lang: Lang) -> impl IntoView {
    view! {
        <section class="card stack">
            <h2>{lang.pick("名册外的账号", "An account outside the roster")}</h2>
            <p class="small soft">{lang.pick(
                "给不在花名册里的人新建账号，例如上级派来的审计员。新账号没有角色，建好后再授予。",
                "For somebody who is not on the roster, such as an auditor from outside. A new account has no role; grant one afterwards.",
            )}</p>
            <form class="stack" action="/admin/accounts" method="post">
                <div class="field">
                    <label for="new-name">{lang.pick("登录名", "Login name")}</label>
                    <input id="new-name" name="name" r#type="text" maxlength="100" required=true/>
                </div>
                <button class="button" r#type="submit">{lang.pick("新建并生成登录链接", "Make it, with a sign-in link")}</button>
            </form>
        </section>
    }
}

/// The link of an account that was just made: shown this once.
pub fn made(frame: &Frame, name: &str, link: &str) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("账号已新建", "The account is made");
    let main = view! {
        <div class="narrow stack">
            {heading(title, name)}
            {notice(Tone::Good, lang.pick(
                "请把下面的一次性链接交给本人。它只显示这一次，14 天内有效。",
                "Give this one-time link to the person. It is shown only now and holds for 14 days.",
            ))}
            <p class="card num break">{link.to_owned()}</p>
            <p><a class="button" href="/admin/roles">{lang.pick("去授予角色", "Grant a role")}</a></p>
        </div>
    };
    page(frame, title, main)
}
