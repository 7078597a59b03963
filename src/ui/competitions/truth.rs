//! The truth meter: what stands out in the attempts of a competition, with its numbers and what to expect of honest play, and
//! the way to a case.

use leptos::prelude::*;

use super::{
    items::{button, covered, how_far},
    top,
};
use crate::{
    domain::{
        competition::truth::{Flag, Kind, Truth},
        id::{CompetitionId, PlayerId},
        lang::Lang,
    },
    error::Fault,
    service::competition::count::Found,
    ui::{
        part::{Tone, fault, form::Typed, notice},
        shell::{Frame, as_text, page},
    },
};

/// Flags of a kind shown; the rest is counted.
const SHOWN: usize = 100;
/// Players named of one flag.
const NAMED: usize = 20;

/// `typed`: what was written into the form for a case that is to be mended.
pub fn truth(frame: &Frame, found: &Found, typed: &Typed, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let id = found.contest.id();
    let title = lang.pick("真实性检查", "Truth meter");
    let body = match &found.counted {
        None => notice(
            Tone::Plain,
            lang.pick("还没有统计过。", "Nothing has been counted yet."),
        )
        .into_any(),
        Some(counted) => kinds(lang, found, &counted.count.truth).into_any(),
    };
    let main = view! {
        {top(lang, &found.contest.competition, title, covered(lang, found), button(lang, found, "truth"))}
        {fault(wrong, lang)}
        {found.progress.map(|progress| how_far(lang, id, "truth", progress))}
        {notice(Tone::Plain, lang.pick(
            "线索只说明什么与众不同，不说明谁做错了什么：不改分，也不会自动处理。觉得有必要的，写明理由立项核查：核查期间冻结成绩，由另一名管理员作结论，本人可以说明和申诉。",
            "What stands out is not wrong by that: no score changes, and nothing happens by itself. Where it is worth it, open a case with a reason: results are frozen meanwhile, another administrator decides, and the player is heard and can appeal.",
        ))}
        {body}
        {open(lang, id, typed)}
    };
    page(frame, title, main)
}

fn kinds(lang: Lang, found: &Found, truth: &Truth) -> impl IntoView + use<> {
    let left_out = (truth.left_out > 0).then(|| {
        let text = match lang {
            Lang::Zh => format!("还有 {} 条较弱的线索没有保留。", truth.left_out),
            Lang::En => format!("{} weaker ones were not kept.", truth.left_out),
        };
        view! { <p class="small soft">{text}</p> }
    });
    let kinds = Kind::COUNTED
        .map(|kind| one_kind(lang, found, truth, kind))
        .collect_view();
    view! { {kinds}{left_out} }
}

fn one_kind(lang: Lang, found: &Found, truth: &Truth, kind: Kind) -> impl IntoView + use<> {
    let count = truth.of(kind).count();
    let lines = truth
        .of(kind)
        .take(SHOWN)
        .map(|flag| line(lang, found, flag))
        .collect_view();
    let more = count.saturating_sub(SHOWN);
    let more = (more > 0).then(|| {
        let text = match lang {
            Lang::Zh => format!("还有 {more} 条没有列出。"),
            Lang::En => format!("{more} more are not listed."),
        };
        view! { <p class="small soft">{text}</p> }
    });
    let none = (count == 0).then(|| view! { <p>{lang.pick("没有发现。", "Nothing found.")}</p> });
    view! {
        <section class="card stack">
            <h2>{format!("{} {count}", kind.name(lang))}</h2>
            <p class="small soft">{truth.expectation(kind, lang)}</p>
            {none}
            <ul class="plain-list">{lines}</ul>
            {more}
        </section>
    }
}

fn line(lang: Lang, found: &Found, flag: &Flag) -> impl IntoView + use<> {
    let name = match flag {
        Flag::OverHeadcount { organization, .. } => found.names.get(organization).cloned().unwrap_or_default(),
        _ => String::new(),
    };
    let players: &[PlayerId] = match flag {
        Flag::TooMany { player, .. } => std::slice::from_ref(player),
        Flag::SameTimings { players, .. } => players,
        _ => &[],
    };
    let more = players.len().saturating_sub(NAMED);
    let more = (more > 0).then(|| match lang {
        Lang::Zh => format!("等 {} 人", players.len()),
        Lang::En => format!("and {more} more"),
    });
    let (id, kind) = (found.contest.id(), flag.kind());
    let links = players
        .iter()
        .take(NAMED)
        .map(|player| {
            let href = format!(
                "/admin/competitions/{id}/truth?player={player}&kind={}#open",
                kind.code()
            );
            view! { " "<a class="num" href=href>{player.to_string()}</a> }
        })
        .collect_view();
    let named = (!players.is_empty())
        .then(|| view! { <p class="small">{lang.pick("参赛编号：", "Players:")}{links}" "{more}</p> });
    view! { <li><p>{flag.sentence(&name, lang)}</p>{named}</li> }
}

fn open(lang: Lang, id: CompetitionId, typed: &Typed) -> impl IntoView + use<> {
    let text = |name: &str| typed.get(name).cloned().unwrap_or_default();
    let chosen = text("kind");
    let kinds = Kind::ALL
        .iter()
        .map(|kind| {
            let selected = kind.code() == chosen;
            view! { <option value=kind.code() selected=selected>{kind.name(lang)}</option> }
        })
        .collect_view();
    view! {
        <form class="card stack" id="open" action=format!("/admin/competitions/{id}/cases") method="post">
            <h2>{lang.pick("立项核查", "Open a case")}</h2>
            <div class="halves">
                <div class="field">
                    <label for="player">{lang.pick("参赛编号", "Code of the player")}</label>
                    <input id="player" name="player" r#type="text" value=text("player") autocomplete="off" spellcheck="false" required=true/>
                </div>
                <div class="field">
                    <label for="kind">{lang.pick("依据", "Evidence")}</label>
                    <select id="kind" name="kind">{kinds}</select>
                </div>
            </div>
            <div class="field">
                <label for="reason">{lang.pick("理由", "Reason")}</label>
                <textarea id="reason" name="reason" maxlength="1000" required=true aria-describedby="reason-hint" inner_html=as_text(&text("reason"))></textarea>
                <p class="small soft" id="reason-hint">{lang.pick("本人会看到这段话，2 到 1000 字。立项后成绩冻结，不上榜、不计数，直到有结论。", "The player will read this, 2 to 1000 characters. Results are frozen, on no board and in no count, until it is decided.")}</p>
            </div>
            <button class="button primary" r#type="submit">{lang.pick("立项并冻结成绩", "Open it and freeze the results")}</button>
        </form>
    }
}
