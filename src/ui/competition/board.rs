//! Boards: of persons, of units, of divisions from the provinces down.

use leptos::prelude::*;

use super::{Names, path, shown_name, unlisted};
use crate::{
    domain::{
        competition::{
            IdentityType,
            board::{Scope, Tally},
            player::Player,
        },
        division::line_of,
        id::OrganizationId,
        lang::Lang,
        points::Points,
        time::Timestamp,
    },
    service::competition::{
        Contest,
        boards::{GroupLine, Named},
    },
    ui::{
        part::{Tone, duration, heading, notice, pager, table, tag},
        shell::{Frame, page},
    },
};

/// Who is ranked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Persons,
    Units,
    Trades,
    Divisions,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Persons, Self::Units, Self::Trades, Self::Divisions];

    pub fn code(self) -> &'static str {
        match self {
            Self::Persons => "persons",
            Self::Units => "units",
            Self::Trades => "trades",
            Self::Divisions => "divisions",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Persons => lang.pick("个人榜", "Persons"),
            Self::Units => lang.pick("单位榜", "Units"),
            Self::Trades => lang.pick("行业榜", "Trades"),
            Self::Divisions => lang.pick("地区榜", "Regions"),
        }
    }
}

/// A part of everybody as it stands in an address: `all`, `identity-public`, `division-3703`, `unit-…`.
pub fn scope_code(scope: Scope) -> String {
    match scope {
        Scope::All => "all".to_owned(),
        Scope::Identity(identity) => format!("identity-{}", identity.code()),
        Scope::Division(code) => format!("division-{code}"),
        Scope::Organization(id) => format!("unit-{id}"),
    }
}

/// Reads what [`scope_code`] writes; nothing is everybody.
pub fn scope(text: &str) -> Option<Scope> {
    match text.split_once('-') {
        None => ["", "all"].contains(&text).then_some(Scope::All),
        Some(("identity", code)) => IdentityType::from_code(code).map(Scope::Identity),
        Some(("division", code)) => code.parse().ok().filter(|code| *code > 0).map(Scope::Division),
        Some(("unit", id)) => id.parse().ok().map(Scope::Organization),
        Some(_) => None,
    }
}

/// The lines of one page.
pub enum Lines {
    Persons(Vec<Named>, Tally),
    Units(Vec<GroupLine<OrganizationId>>),
    Trades(Vec<GroupLine<String>>),
    Divisions(Vec<GroupLine<u32>>),
}

impl Lines {
    fn is_empty(&self) -> bool {
        match self {
            Self::Persons(lines, _) => lines.is_empty(),
            Self::Units(lines) => lines.is_empty(),
            Self::Trades(lines) => lines.is_empty(),
            Self::Divisions(lines) => lines.is_empty(),
        }
    }
}

/// What it shows.
pub struct Board<'a> {
    pub contest: &'a Contest,
    pub now: Timestamp,
    pub by: Kind,
    pub scope: Scope,
    pub page: u32,
    pub pages: u32,
    pub lines: Lines,
    pub names: &'a Names,
    /// Who looks, if that is a player.
    pub player: Option<&'a Player>,
    /// The own rank here, and the page it stands on.
    pub own: Option<(u64, u32)>,
}

impl Board<'_> {
    fn link(&self, by: Kind, scope: Scope, page: u32) -> String {
        link(self.contest, by, scope, page)
    }
}

fn link(contest: &Contest, by: Kind, scope: Scope, page: u32) -> String {
    let path = path(contest);
    let page = if page > 1 {
        format!("&page={page}")
    } else {
        String::new()
    };
    format!("{path}/board?by={}&scope={}{page}", by.code(), scope_code(scope))
}

pub fn board(frame: &Frame, board: &Board<'_>) -> impl IntoView {
    let lang = frame.lang;
    let title = board.by.name(lang);
    let below = match board.by {
        Kind::Units | Kind::Trades => String::new(),
        _ => board.names.scope(board.scope, lang),
    };
    let lines = match board.lines.is_empty() {
        true => notice(
            Tone::Plain,
            lang.pick(
                "还没有人上榜。有了有效的正式赛成绩，这里就会出现。",
                "Nobody stands here yet; valid results of the official stage appear at once.",
            ),
        )
        .into_any(),
        false => rows(lang, board).into_any(),
    };
    let contest = board.contest;
    let (by, scope) = (board.by, board.scope);
    let main = view! {
        <p class="small"><a href=path(contest)>{contest.competition.title.clone()}</a></p>
        {heading(title, below)}
        {kinds(lang, board)}
        {parts(lang, board)}
        {own(lang, board)}
        {lines}
        {pager(lang, board.page, board.pages, |page| link(contest, by, scope, page))}
        {how(lang, board)}
    };
    page(frame, title, main)
}

/// The boards there are.
fn kinds(lang: Lang, board: &Board<'_>) -> impl IntoView + use<> {
    let persons = board.contest.ranks_persons(board.now);
    let links = Kind::ALL
        .into_iter()
        .filter(|kind| persons || *kind != Kind::Persons)
        .map(|kind| {
            let here = (kind == board.by).then_some("page");
            view! { <a class="button small" href=board.link(kind, Scope::All, 1) aria-current=here>{kind.name(lang)}</a> }
        })
        .collect_view();
    view! { <nav class="row" aria-label=lang.pick("榜单", "Boards")>{links}</nav> }
}

/// Which part of everybody the board shows, and the ways to others.
fn parts(lang: Lang, board: &Board<'_>) -> impl IntoView + use<> {
    let by = board.by;
    let mut scopes = Vec::new();
    match by {
        Kind::Persons => {
            let identities = &board.contest.version(board.now).rules.identities;
            let listed =
                |identity: &&IdentityType| board.contest.lists_staff() || **identity != IdentityType::StateStaff;
            scopes.push(Scope::All);
            scopes.extend(
                identities
                    .iter()
                    .filter(listed)
                    .map(|identity| Scope::Identity(*identity)),
            );
            if let Some(player) = board.player {
                scopes.extend((player.division > 0).then_some(Scope::Division(player.division)));
                scopes.extend(player.organization.map(Scope::Organization));
            }
            if !scopes.contains(&board.scope) {
                scopes.push(board.scope);
            }
        }
        Kind::Units | Kind::Trades => {}
        Kind::Divisions => {
            scopes.push(Scope::All);
            if let Scope::Division(code) = board.scope {
                let line = line_of(code);
                let mut line: Vec<_> = line.map(Scope::Division).collect();
                line.reverse();
                scopes.extend(line);
            }
        }
    }
    let own = board.player.map(|player| (player.division, player.organization));
    let label = |scope: Scope| match (scope, own, by) {
        (Scope::Division(code), Some((own, _)), Kind::Persons) if code == own => {
            lang.pick("我的地区", "My region").to_owned()
        }
        (Scope::Organization(id), Some((_, own)), Kind::Persons) if Some(id) == own => {
            lang.pick("我的单位", "My unit").to_owned()
        }
        (Scope::All, _, Kind::Divisions) => lang.pick("各省", "Provinces").to_owned(),
        (scope, ..) => board.names.scope(scope, lang),
    };
    let links = scopes
        .iter()
        .map(|scope| {
            let here = (*scope == board.scope).then_some("true");
            view! { <a class="button small quiet" href=board.link(by, *scope, 1) aria-current=here>{label(*scope)}</a> }
        })
        .collect_view();
    (scopes.len() > 1).then(|| view! { <nav class="row" aria-label=lang.pick("范围", "Among")>{links}</nav> })
}

/// The own place, with the way to it.
fn own(lang: Lang, board: &Board<'_>) -> impl IntoView + use<> {
    board.own.map(|(rank, page)| {
        let words = match lang {
            Lang::Zh => format!("您在第 {rank} 名"),
            Lang::En => format!("You are number {rank}"),
        };
        let there = (page != board.page).then(|| {
            let href = board.link(board.by, board.scope, page);
            view! { " "<a href=href>{lang.pick("到那一页", "Go to that page")}</a> }
        });
        view! { <p class="notice action num">{words}{there}</p> }
    })
}

fn rows(lang: Lang, board: &Board<'_>) -> impl IntoView + use<> {
    let label = board.by.name(lang);
    match &board.lines {
        Lines::Persons(lines, _) => {
            let head = view! {
                <th class="n">{lang.pick("名次", "Rank")}</th><th>{lang.pick("参赛者", "Player")}</th><th>{lang.pick("地区和单位", "Region and unit")}</th>
                <th class="n">{lang.pick("得分", "Score")}</th><th class="n">{lang.pick("人次", "Valid attempts")}</th><th class="n">{lang.pick("用时", "Time")}</th>
            };
            let rows = lines.iter().map(|named| person(lang, board, named)).collect_view();
            table(label, head, rows).into_any()
        }
        Lines::Units(lines) => {
            let rows = lines
                .iter()
                .map(|line| {
                    let href = board.link(Kind::Persons, Scope::Organization(line.group), 1);
                    let own = board
                        .player
                        .is_some_and(|player| player.organization == Some(line.group));
                    group(lang, line, board.names.unit(line.group), Some(href), own)
                })
                .collect_view();
            table(label, group_head(lang, lang.pick("单位", "Unit")), rows).into_any()
        }
        Lines::Trades(lines) => {
            let row = |line: &GroupLine<String>| group(lang, line, line.group.clone(), None, false);
            let rows = lines.iter().map(row).collect_view();
            table(label, group_head(lang, lang.pick("行业", "Trade")), rows).into_any()
        }
        Lines::Divisions(lines) => {
            let rows = lines
                .iter()
                .map(|line| {
                    // Below a town there is nothing but its people.
                    let by = if line.group >= 100_000_000 {
                        Kind::Persons
                    } else {
                        Kind::Divisions
                    };
                    let href = board.link(by, Scope::Division(line.group), 1);
                    let name = match board.names.divisions.get(&line.group) {
                        Some(place) => place.name.clone(),
                        None => line.group.to_string(),
                    };
                    let own = board
                        .player
                        .is_some_and(|player| line_of(player.division).any(|code| code == line.group));
                    group(lang, line, name, Some(href), own)
                })
                .collect_view();
            table(label, group_head(lang, lang.pick("地区", "Region")), rows).into_any()
        }
    }
}

fn person(lang: Lang, board: &Board<'_>, Named { line, player }: &Named) -> impl IntoView + use<> {
    let own = board.player.is_some_and(|own| own.id == player.id);
    let mine = own.then(|| view! { " "{tag(Tone::Action, lang.pick("我", "You"))} });
    let division = (player.division > 0).then(|| board.names.division(player.division));
    let place: Vec<String> = division
        .into_iter()
        .chain(player.organization.map(|id| board.names.unit(id)))
        .collect();
    let timed = player.identity != IdentityType::StateStaff || board.contest.times_staff();
    let time = match timed {
        true => duration(lang, i64::try_from(line.time_ms).unwrap_or(i64::MAX)),
        false => "—".to_owned(),
    };
    view! {
        <tr class=own.then_some("own")>
            <td class="n">{line.rank.to_string()}</td>
            <td>{shown_name(player)}{mine}</td>
            <td class="small">{place.join(" · ")}</td>
            <td class="n">{line.score.to_string()}</td>
            <td class="n">{line.person_times.to_string()}</td>
            <td class="n">{time}</td>
        </tr>
    }
}

fn group_head(lang: Lang, what: &'static str) -> impl IntoView {
    view! {
        <th class="n">{lang.pick("名次", "Rank")}</th><th>{what}</th><th class="n">{lang.pick("平均得分", "Mean score")}</th>
        <th class="n">{lang.pick("参赛人数", "Participants")}</th><th class="n">{lang.pick("参赛人次", "Participations")}</th>
    }
}

fn group<T>(lang: Lang, line: &GroupLine<T>, name: String, href: Option<String>, own: bool) -> impl IntoView + use<T> {
    let mine = own.then(|| view! { " "{tag(Tone::Action, lang.pick("我的", "Mine"))} });
    let named = match href {
        Some(href) => view! { <a href=href>{name}</a> }.into_any(),
        None => name.into_any(),
    };
    view! {
        <tr class=own.then_some("own")>
            <td class="n">{line.rank.to_string()}</td>
            <td>{named}{mine}</td>
            <td class="n">{Points(line.mean).to_string()}</td>
            <td class="n">{line.tally.participants.to_string()}</td>
            <td class="n">{line.tally.person_times.to_string()}</td>
        </tr>
    }
}

/// By what is ranked, and who is left out.
fn how(lang: Lang, board: &Board<'_>) -> impl IntoView + use<> {
    let rules = &board.contest.version(board.now).rules;
    let words = match board.by {
        Kind::Persons => rules.ranking_words(lang),
        Kind::Units => rules.unit_words(lang),
        Kind::Trades => lang
            .pick(
                "行业按其各单位全部参赛人员的平均得分排名；没有填行业的单位不计入。",
                "Trades are ranked by the mean score of all players of their units; units that state no trade are left out.",
            )
            .to_owned(),
        Kind::Divisions => lang
            .pick(
                "地区排名：按本地区（含下级）参赛人员的平均得分；相同时参赛人数多的在前。",
                "Regions are ranked by the mean score of their players, those below included; between equal ones by the number of players.",
            )
            .to_owned(),
    };
    let counted = lang.pick(
        "参赛人次：有效的正式赛答题次数。参赛人数：至少有一次有效答题的人。",
        "Participations: valid official attempts. Participants: persons with at least one.",
    );
    let frozen = match &board.lines {
        Lines::Persons(_, tally) if tally.frozen > 0 => Some(match lang {
            Lang::Zh => format!("有 {} 人的成绩正在核查，结论作出前不上榜。", tally.frozen),
            Lang::En => format!(
                "Results of {} player(s) are being looked into and stand here only when it is decided.",
                tally.frozen
            ),
        }),
        _ => None,
    };
    let staff = (board.by == Kind::Persons).then(|| unlisted(board.contest, lang));
    view! {
        {staff}
        <p class="small soft">{words}</p>
        <p class="small soft">{counted}</p>
        {frozen.map(|words| view! { <p class="small soft">{words}</p> })}
    }
}
