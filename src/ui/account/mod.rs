//! Signing in and one's own settings.

use leptos::prelude::*;

use super::{
    part::{fault, heading},
    shell::{Frame, page},
};
use crate::error::Fault;

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

/// Who one is here: rows of label and value.
pub fn me(frame: &Frame, rows: Vec<(&'static str, String)>) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("我的", "Me");
    let rows = rows
        .into_iter()
        .map(|(label, value)| view! { <tr><th class="plain" scope="row">{label}</th><td>{value}</td></tr> })
        .collect_view();
    let main = view! {
        <div class="narrow stack">
            {heading(title, "")}
            <section class="card"><table><tbody>{rows}</tbody></table></section>
            <p class="small soft">{lang.pick(
                "信息有误请联系本单位管理员更正。忘记密码时，管理员可以给您一个新的登录链接。",
                "If something is wrong, ask your administrator to correct it. If you forget your password, they can give you a new sign-in link.",
            )}</p>
            <form action="/sign-out" method="post"><button class="button" r#type="submit">{lang.pick("退出登录", "Sign out")}</button></form>
        </div>
    };
    page(frame, title, main)
}
