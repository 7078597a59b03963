//! A competition as those see it who play: its rules, joining, the own standing, results, boards.

pub mod board;
pub mod case;
pub mod certificate;
pub mod flag;
pub mod form;
pub mod front;
pub mod me;
mod prize;
pub mod result;

use std::collections::HashMap;

use leptos::prelude::*;

use self::form::Place;
use crate::{
    domain::{
        competition::{
            Rules, Stage,
            board::Scope,
            play::Play,
            player::{Player, masked_name},
        },
        id::OrganizationId,
        lang::Lang,
        time::Timestamp,
    },
    service::{competition::Contest, qr::Qr},
    ui::{
        part::{Tone, heading, moment, notice, qr},
        shell::{Frame, page},
    },
};

/// What divisions and units are called, as far as a page names them.
#[derive(Debug, Default)]
pub struct Names {
    pub divisions: HashMap<u32, Place>,
    pub units: HashMap<OrganizationId, String>,
}

impl Names {
    fn division(&self, code: u32) -> String {
        place_name(self.divisions.get(&code), code)
    }

    fn unit(&self, id: OrganizationId) -> String {
        self.units.get(&id).cloned().unwrap_or_else(|| id.to_string())
    }

    /// A part of everybody, in words.
    fn scope(&self, scope: Scope, lang: Lang) -> String {
        match scope {
            Scope::All => lang.pick("全部", "Everybody").to_owned(),
            Scope::Identity(identity) => identity.name(lang).to_owned(),
            Scope::Division(code) => self.division(code),
            Scope::Organization(id) => self.unit(id),
        }
    }
}

/// The path of a division; the code itself when nothing is known of it.
pub fn place_name(place: Option<&Place>, code: u32) -> String {
    place.map_or_else(|| code.to_string(), |place| place.path.clone())
}

/// The path of a competition's first page.
fn path(contest: &Contest) -> String {
    format!("/c/{}", contest.competition.code)
}

/// As others see a player: the masked name, or the code where there is no name.
fn shown_name(player: &Player) -> String {
    match player.name.as_str() {
        "" => player.code.clone(),
        name => masked_name(name),
    }
}

/// The stage an attempt was begun in, and the rules that held.
fn stage_of<'a>(contest: &'a Contest, play: &Play) -> Option<(&'a Rules, &'a Stage)> {
    let version = contest.versions.iter().find(|version| version.number == play.rules)?;
    let stage = version.rules.stages.get(play.stage as usize)?;
    Some((&version.rules, stage))
}

/// Which stage is open, or which one opens next, with date and time.
fn stage_now(rules: &Rules, lang: Lang, now: Timestamp) -> String {
    if let Some((_, stage)) = rules.stage_at(now) {
        let (name, until) = (stage.kind.name(lang), moment(lang, stage.window.closes_at));
        return match lang {
            Lang::Zh => format!("{name}进行中，{until} 结束"),
            Lang::En => format!("{name}: open until {until}"),
        };
    }
    let to_come = rules.stages.iter().filter(|stage| now < stage.window.opens_at);
    match to_come.min_by_key(|stage| stage.window.opens_at) {
        Some(stage) => {
            let (name, from) = (stage.kind.name(lang), moment(lang, stage.window.opens_at));
            match lang {
                Lang::Zh => format!("还没有开放，{name}于 {from} 开始"),
                Lang::En => format!("Not open yet. {name}: from {from}"),
            }
        }
        None => {
            let end = moment(lang, rules.ends_at());
            match lang {
                Lang::Zh => format!("竞赛已于 {end} 结束"),
                Lang::En => format!("The competition ended at {end}"),
            }
        }
    }
}

/// Names the questions that a hand-in found wrong; empty when there are none.
pub fn wrong(lang: Lang, numbers: &[usize]) -> String {
    if numbers.is_empty() {
        return String::new();
    }
    let list: Vec<String> = numbers.iter().map(usize::to_string).collect();
    match lang {
        Lang::Zh => format!("第 {} 题不对，请再答。全部答对后交卷就完成了。", list.join("、")),
        Lang::En => format!(
            "Not right yet: {}. Answer again and hand in; it is done when all is right.",
            list.join(", ")
        ),
    }
}

/// State staff stand on no board while burden reduction holds; says so to them.
fn unlisted(contest: &Contest, lang: Lang) -> Option<impl IntoView + use<>> {
    (!contest.lists_staff()).then(|| {
        notice(
            Tone::Plain,
            lang.pick(
                "按减负要求，党政机关干部职工不参加个人排名；本人看得到自己的成绩，得分照常计入所在单位和地区。",
                "By the rules of burden reduction state staff are not ranked as persons. They see their own results, which count for their unit and region as usual.",
            ),
        )
    })
}

/// Before a second device takes over: whose play it will go on with.
pub fn enter(frame: &Frame, contest: &Contest, player: &Player, token: &str) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("在这台设备上继续参赛", "Go on with this device");
    let who = shown_name(player);
    let words = match lang {
        Lang::Zh => format!("您将以参赛者“{who}”的身份继续，原来的设备仍然可用。"),
        Lang::En => format!("You will go on as “{who}”; your first device can still be used."),
    };
    let main = view! {
        <div class="narrow stack">
            {heading(title, contest.competition.title.clone())}
            <form class="card stack" action=format!("{}/enter/{token}", path(contest)) method="post">
                <p>{words}</p>
                <p class="small soft">{lang.pick(
                    "只在自己的设备上这样做：谁打开这个链接，谁就能替您答题。",
                    "Do this on your own device only: whoever opens this link can play in your place.",
                )}</p>
                <button class="button primary wide" r#type="submit">{lang.pick("继续", "Go on")}</button>
            </form>
        </div>
    };
    page(frame, title, main)
}

/// A page for the wall: what it is, when, and the code to scan.
pub fn poster(frame: &Frame, contest: &Contest, link: &str, code: Option<&Qr>, now: Timestamp) -> impl IntoView {
    let lang = frame.lang;
    let rules = &contest.version(now).rules;
    let (from, to) = (moment(lang, rules.begins_at()), moment(lang, rules.ends_at()));
    let when = match lang {
        Lang::Zh => format!("{from} 至 {to}"),
        Lang::En => format!("{from} to {to}"),
    };
    let picture = code.map(|code| qr(code, lang.pick("参赛二维码", "QR code of the competition")));
    let main = view! {
        <div class="poster stack">
            <h1>{contest.competition.title.clone()}</h1>
            <p class="num">{when}</p>
            {picture}
            <p>{lang.pick("扫码参赛，或打开网址：", "Scan to play, or open:")}</p>
            <p class="code">{link.to_owned()}</p>
            <p class="small soft no-print">{lang.pick("用浏览器的打印功能打印。", "Print with the browser.")}</p>
        </div>
    };
    page(frame, &contest.competition.title, main)
}
