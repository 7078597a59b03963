//! The page for what did not work.

use leptos::prelude::*;

use super::shell::{Frame, page};
use crate::error::Fault;

/// The first page of the competition that a path belongs to.
fn competition(path: &str) -> Option<String> {
    let code = path.strip_prefix("/c/")?.split(['/', '?']).next()?;
    Some(format!("/c/{code}"))
}

pub fn problem(frame: &Frame, fault: &Fault) -> impl IntoView {
    let lang = frame.lang;
    let title = match fault.status() {
        401 if *fault == Fault::NotJoined => lang.pick("还没有报名", "Not joined yet"),
        401 => lang.pick("需要登录", "Sign-in needed"),
        403 => lang.pick("没有权限", "Not allowed"),
        404 => lang.pick("没有找到", "Not found"),
        409 | 410 => lang.pick("没有执行", "Not carried out"),
        500.. => lang.pick("出错了", "Something went wrong"),
        _ => lang.pick("内容有问题", "Something is not right"),
    };
    let (href, label) = match (fault, competition(&frame.path)) {
        (Fault::NotSignedIn, _) => ("/sign-in".to_owned(), lang.pick("去登录", "Sign in")),
        // Who plays has no other first page.
        (fault, Some(path)) if *fault != Fault::NotFound => (path, lang.pick("回竞赛首页", "To the competition")),
        _ => ("/".to_owned(), lang.pick("回首页", "Home")),
    };
    let main = view! {
        <div class="narrow stack">
            <h1>{title}</h1>
            <p role="alert">{fault.message(lang)}</p>
            <p><a class="button" href=href>{label}</a></p>
        </div>
    };
    page(frame, title, main)
}
