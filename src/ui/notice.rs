//! The inbox.

use leptos::prelude::*;

use super::{
    part::{Tone, heading, moment, notice, pager, tag},
    shell::{Frame, page},
};
use crate::{domain::lang::Lang, service::notice::Inbox};

/// A page of notices, newest first.
pub fn inbox(frame: &Frame, inbox: &Inbox) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("通知", "Notices");
    let below = match lang {
        Lang::Zh => format!("共 {} 条", inbox.all),
        Lang::En => format!("{} in all", inbox.all),
    };
    let unread = inbox.notices.iter().any(|one| !one.read);
    let newest = inbox
        .notices
        .first()
        .filter(|_| unread)
        .map(|newest| newest.id.to_string());
    let read = newest.map(|newest| {
        view! {
            <form action="/notices/read" method="post">
                <input type="hidden" name="upto" value=newest/>
                <button class="button" r#type="submit">{lang.pick("全部标为已读", "Mark all as read")}</button>
            </form>
        }
    });
    let empty = inbox.notices.is_empty().then(|| {
        notice(
            Tone::Plain,
            lang.pick(
                "还没有通知。成绩公布、异议有结论、证书颁发时会写在这里。",
                "No notices yet. Results, decisions and certificates will be told here.",
            ),
        )
    });
    let cards = inbox
        .notices
        .iter()
        .map(|one| {
            let new = (!one.read).then(|| tag(Tone::Action, lang.pick("未读", "New")));
            view! {
                <article class="card stack">
                    <div class="row between"><h2>{one.about.subject(lang)}</h2>{new}</div>
                    <p>{one.about.text(lang)}</p>
                    <div class="row between">
                        <span class="small soft num">{moment(lang, one.at)}</span>
                        <a class="button small" href=one.about.path()>{lang.pick("查看", "View")}</a>
                    </div>
                </article>
            }
        })
        .collect_view();
    let main = view! {
        <div class="narrow stack">
            <div class="row between wrap">{heading(title, below)}{read}</div>
            {empty}{cards}
            {pager(lang, inbox.page, inbox.pages, |page| format!("/notices?page={page}"))}
        </div>
    };
    page(frame, title, main)
}
