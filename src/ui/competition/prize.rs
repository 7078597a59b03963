//! Prize draws as players see them: which there are, and what was won.

use leptos::prelude::*;

use crate::{
    domain::lang::Lang,
    service::lottery::{Summary, Won},
    ui::part::moment,
};

/// What a player won; nothing where nothing was.
pub(super) fn won(lang: Lang, won: &[Won]) -> impl IntoView + use<> {
    let lines = won
        .iter()
        .map(|one| {
            let at = moment(lang, one.at);
            let words = match lang {
                Lang::Zh => format!("：{}（{at} 开奖）", one.prize),
                Lang::En => format!(": {} (drawn {at})", one.prize),
            };
            view! { <li><a href=format!("/draws/{}", one.lottery)>{one.title.clone()}</a>{words}</li> }
        })
        .collect_view();
    (!won.is_empty()).then(|| {
        view! {
            <section class="card stack">
                <h2>{lang.pick("我中的奖", "What I won")}</h2>
                <ul class="plain-list">{lines}</ul>
                <p class="small soft">{lang.pick(
                    "怎样领奖请看主办单位的通知。",
                    "How to claim a prize is told by the organiser.",
                )}</p>
            </section>
        }
    })
}

/// The draws that were committed to, the newest first.
pub(super) fn draws(lang: Lang, draws: &[Summary]) -> impl IntoView + use<> {
    let lines = draws
        .iter()
        .map(|draw| {
            let state = match (draw.drawn_at, lang) {
                (Some(at), Lang::Zh) => format!("（{} 已开奖）", moment(lang, at)),
                (Some(at), Lang::En) => format!(" (drawn {})", moment(lang, at)),
                (None, Lang::Zh) => "（名单已封存，尚未开奖）".to_owned(),
                (None, Lang::En) => " (the list is closed, not drawn yet)".to_owned(),
            };
            view! { <li><a href=format!("/draws/{}", draw.id)>{draw.title.clone()}</a>{state}</li> }
        })
        .collect_view();
    (!draws.is_empty()).then(|| {
        view! {
            <section class="card stack">
                <h2>{lang.pick("抽奖公示", "Prize draws")}</h2>
                <ul class="plain-list">{lines}</ul>
            </section>
        }
    })
}
