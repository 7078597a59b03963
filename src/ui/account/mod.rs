//! Signing in and one's own settings.

use leptos::prelude::*;

use super::{
    part::{Tone, fault, heading, tag},
    shell::{Frame, page},
};
use crate::{domain::certificate::Certificate, error::Fault};

/// The sign-in form, with the name typed before and why it did not work.
pub fn sign_in(frame: &Frame, name: &str, to: &str, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("登录", "Sign in");
    let main = view! {
        <div class="narrow stack">
            {heading(title, "")}
            {fault(wrong, lang)}
            <form class="card stack" action="/sign-in" method="post">
                <input r#type="hidden" name="to" value=to.to_owned()/>
                <div class="field">
                    <label for="name">{lang.pick("工号或账号", "Staff number or account")}</label>
                    <input id="name" name="name" value=name.to_owned() autocomplete="username" required=true/>
                </div>
                <div class="field">
                    <label for="password">{lang.pick("密码", "Password")}</label>
                    <input id="password" name="password" r#type="password" autocomplete="current-password" required=true/>
                </div>
                <button class="button primary wide" r#type="submit">{title}</button>
            </form>
            <p class="small soft">{lang.pick(
                "第一次使用请打开管理员发给您的登录链接，自己设置密码。没有统一的初始密码。",
                "First time here? Open the link your administrator gave you and set a password of your own. There is no default password.",
            )}</p>
        </div>
    };
    page(frame, title, main)
}

/// The page behind a one-time link: choose a password.
pub fn set_password(frame: &Frame, link: &str, name: &str, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("设置密码", "Set your password");
    let main = view! {
        <div class="narrow stack">
            {heading(title, format!("{}{name}", lang.pick("账号：", "Account: ")))}
            {fault(wrong, lang)}
            <form class="card stack" action=format!("/link/{link}") method="post">
                <input r#type="hidden" name="name" value=name.to_owned() autocomplete="username"/>
                <div class="field">
                    <label for="password">{lang.pick("新密码", "New password")}</label>
                    <input id="password" name="password" r#type="password" autocomplete="new-password" minlength="8" maxlength="128" required=true aria-describedby="password-hint"/>
                    <p class="small soft" id="password-hint">{lang.pick("至少 8 个字符，可以用一句话。", "At least 8 characters; a sentence is fine.")}</p>
                </div>
                <div class="field">
                    <label for="repeat">{lang.pick("再输入一次", "Once more")}</label>
                    <input id="repeat" name="repeat" r#type="password" autocomplete="new-password" required=true/>
                </div>
                <button class="button primary wide" r#type="submit">{lang.pick("保存并登录", "Save and sign in")}</button>
            </form>
            <p class="small soft">{lang.pick("这个链接只能用一次，设置密码后就失效。", "This link works once; it ends when the password is set.")}</p>
        </div>
    };
    page(frame, title, main)
}

/// What stands on a person's own page.
#[derive(Default)]
pub struct Own {
    /// Label and value.
    pub rows: Vec<(&'static str, String)>,
    /// The address notices are mailed to, or what was typed as one; `None` for accounts outside the roster.
    pub email: Option<String>,
    pub certificates: Vec<Certificate>,
}

/// Who one is here, where notices go, and one's certificates.
pub fn me(frame: &Frame, own: Own, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("我的", "Me");
    let email = own.email.map(|email| {
        view! {
            <form class="card stack" action="/me/email" method="post">
                <div class="field">
                    <label for="email">{lang.pick("邮箱（可不填）", "E-mail (optional)")}</label>
                    <input id="email" name="email" r#type="email" autocomplete="email" maxlength="254" value=email aria-describedby="email-hint"/>
                    <p class="small soft" id="email-hint">{lang.pick("填写后，通知也会发到这里。清空保存就不再发。", "Notices are also sent here. Save it empty to stop them.")}</p>
                </div>
                <button class="button" r#type="submit">{lang.pick("保存邮箱", "Save")}</button>
            </form>
        }
    });
    let certificates = own
        .certificates
        .iter()
        .map(|one| {
            let state = one.withdrawn.as_ref().map(|_| tag(Tone::Seal, lang.pick("已撤回", "Withdrawn")));
            view! { <li><a href=format!("/certificates/{}", one.id)>{format!("{} {}", one.title, one.number)}</a>" "{state}</li> }
        })
        .collect_view();
    let certificates = (!own.certificates.is_empty()).then(|| {
        view! { <section class="card stack"><h2>{lang.pick("合格证书", "Certificates")}</h2><ul class="plain-list">{certificates}</ul></section> }
    });
    let candidate = frame.viewer.as_ref().is_some_and(|viewer| viewer.candidate);
    let record = candidate.then(|| {
        view! { <p><a class="button" href="/record">{lang.pick("学法档案", "Law record")}</a></p> }
    });
    let rows = own
        .rows
        .into_iter()
        .map(|(label, value)| view! { <tr><th class="plain" scope="row">{label}</th><td>{value}</td></tr> })
        .collect_view();
    let main = view! {
        <div class="narrow stack">
            {heading(title, "")}
            {fault(wrong, lang)}
            <section class="card"><table><tbody>{rows}</tbody></table></section>
            {record}
            {certificates}
            {email}
            <p class="small soft">{lang.pick(
                "信息有误请联系本单位管理员更正。忘记密码时，管理员可以给您一个新的登录链接。",
                "If something is wrong, ask your administrator to correct it. If you forget your password, they can give you a new sign-in link.",
            )}</p>
            <form action="/sign-out" method="post"><button class="button" r#type="submit">{lang.pick("退出登录", "Sign out")}</button></form>
        </div>
    };
    page(frame, title, main)
}
