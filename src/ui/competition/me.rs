//! A player's own page: what can be done now, how it stands, the attempts, the registration.

use leptos::prelude::*;

use super::{
    case, certificate, flag,
    form::{self, Choices, Purpose, faults},
    path, prize, shown_name, stage_now, stage_of, unlisted,
};
use crate::{
    domain::{
        competition::{Chances, IdentityType, Rules, StageKind, board::Scope, play::Play, player::Player},
        lang::Lang,
        time::Timestamp,
    },
    error::Fault,
    service::{
        competition::{Contest, case::Mine, play::Standing},
        dispute,
        lottery::Won,
    },
    ui::{
        part::{Tone, form::Typed, heading, moment, notice, table, tag},
        shell::{Frame, page},
    },
};

/// What it shows.
pub struct Own<'a> {
    pub contest: &'a Contest,
    pub player: &'a Player,
    pub standing: &'a Standing,
    /// Among whom, the rank, of how many.
    pub ranks: &'a [(Scope, u64, u64)],
    pub won: &'a [Won],
    pub cases: &'a [Mine],
    pub flags: &'a [dispute::Mine],
    pub division: Option<String>,
    pub unit: Option<String>,
    /// To go on with another device; known where a cookie lets this one play.
    pub link: Option<String>,
    pub choices: &'a Choices,
    pub typed: &'a Typed,
    pub wrong: Option<&'a Fault>,
}

pub fn me(frame: &Frame, own: &Own<'_>) -> impl IntoView {
    let lang = frame.lang;
    let rules = &own.contest.version(own.standing.now).rules;
    let title = lang.pick("我的竞赛", "My competition");
    let main = view! {
        <div class="narrow stack">
            <p class="small"><a href=path(own.contest)>{own.contest.competition.title.clone()}</a></p>
            {heading(title, stage_now(rules, lang, own.standing.now))}
            {faults(lang, own.wrong)}
            {next(lang, own.contest, own.standing, rules)}
            {case::list(lang, own.contest, own.cases)}
            {reached(lang, own, rules)}
            {prize::won(lang, own.won)}
            {rules.certificate.then(|| certificate::ways(lang, own.contest))}
            {attempts(lang, own)}
            {flag::mine(lang, own.flags)}
            {registration(lang, own, rules)}
            {other_device(lang, own)}
        </div>
    };
    page(frame, title, main)
}

/// The one thing to do now: go on, start, or nothing and why.
pub(super) fn next(lang: Lang, contest: &Contest, standing: &Standing, rules: &Rules) -> impl IntoView + use<> {
    let (path, now, tried) = (path(contest), standing.now, &standing.record.tried);
    if tried.running {
        let number = tried.number;
        let running = standing.plays.iter().find(|play| play.number == number);
        let until = running.map(|play| format!("{}{}", lang.pick("截止 ", "Until "), play.deadline.clock()));
        return view! {
            <section class="card stack">
                <a class="button primary wide" href=format!("{path}/play/{number}")>{lang.pick("接着答题", "Go on with your attempt")}</a>
                <p class="small soft num">{until}</p>
            </section>
        }
        .into_any();
    }
    match rules.may_start(tried, now) {
        Ok((_, stage)) => {
            let minutes = crate::ui::part::duration(lang, i64::from(stage.seconds) * 1000);
            let what = match lang {
                Lang::Zh => format!("{}：{} 题，限时 {minutes}", stage.kind.name(lang), stage.items),
                Lang::En => format!("{}: {} questions, {minutes}", stage.kind.name(lang), stage.items),
            };
            view! {
                <section class="card stack">
                    <p>{what}</p>
                    <p class="small soft num">{left(lang, rules.left(tried, now))}</p>
                    <form action=format!("{path}/start") method="post">
                        <button class="button primary wide" r#type="submit">{lang.pick("开始答题", "Start")}</button>
                    </form>
                    <p class="small soft">{lang.pick("点开始就计时。", "The clock starts when you press start.")}</p>
                </section>
            }
            .into_any()
        }
        Err(why) => notice(Tone::Plain, Fault::CannotPlay(why).message(lang)).into_any(),
    }
}

/// Attempts left, in words.
fn left(lang: Lang, left: (Option<u32>, Option<u32>)) -> String {
    match (lang, left) {
        (Lang::Zh, (None, None)) => "次数不限".to_owned(),
        (Lang::En, (None, None)) => "any number of attempts".to_owned(),
        (Lang::Zh, (Some(day), None)) => format!("今天还剩 {day} 次"),
        (Lang::En, (Some(day), None)) => format!("{day} left today"),
        (Lang::Zh, (None, Some(all))) => format!("本阶段还剩 {all} 次"),
        (Lang::En, (None, Some(all))) => format!("{all} left in this stage"),
        (Lang::Zh, (Some(day), Some(all))) => format!("今天还剩 {day} 次，本阶段还剩 {all} 次"),
        (Lang::En, (Some(day), Some(all))) => format!("{day} left today, {all} in this stage"),
    }
}

/// Among whom, in words.
fn among(lang: Lang, scope: Scope) -> &'static str {
    match scope {
        Scope::Division(_) => lang.pick("本地区名次", "Rank in your region"),
        Scope::Organization(_) => lang.pick("本单位名次", "Rank in your unit"),
        Scope::All | Scope::Identity(_) => lang.pick("总名次", "Rank"),
    }
}

/// A rank with how many there are.
pub(super) fn rank_line(lang: Lang, (scope, rank, of): (Scope, u64, u64)) -> (&'static str, String) {
    let words = match lang {
        Lang::Zh => format!("第 {rank} 名，共 {of} 人"),
        Lang::En => format!("{rank} of {of}"),
    };
    (among(lang, scope), words)
}

/// Score, rank and chances.
fn reached(lang: Lang, own: &Own<'_>, rules: &Rules) -> impl IntoView + use<> {
    let Some(reached) = own.standing.record.standing else {
        return notice(
            Tone::Plain,
            lang.pick("还没有有效的正式赛成绩。", "No valid result of the official stage yet."),
        )
        .into_any();
    };
    let mut rows = vec![
        (lang.pick("计入的得分", "Score that counts"), reached.score.to_string()),
        (
            lang.pick("有效答题次数", "Valid attempts"),
            reached.person_times.to_string(),
        ),
    ];
    rows.extend(own.ranks.iter().map(|rank| rank_line(lang, *rank)));
    if rules.chances != Chances::None {
        rows.push((
            lang.pick("抽奖机会", "Chances in the draw"),
            reached.chances.to_string(),
        ));
    }
    let rows = rows
        .into_iter()
        .map(|(label, value)| view! { <tr><th class="plain" scope="row">{label}</th><td class="n">{value}</td></tr> })
        .collect_view();
    let staff = (own.player.identity == IdentityType::StateStaff).then(|| unlisted(own.contest, lang));
    let frozen = own.standing.record.frozen.then(|| {
        notice(
            Tone::Warn,
            lang.pick(
                "您的成绩正在核查，暂不上榜；结论会告诉您。",
                "Your results are being looked into and stand on no board until it is decided.",
            ),
        )
    });
    view! {
        <section class="card stack">
            <h2>{lang.pick("我的成绩", "My standing")}</h2>
            <table><tbody>{rows}</tbody></table>
            {staff}
            {frozen}
            <p><a href=format!("{}/board", path(own.contest))>{lang.pick("看榜单", "Boards")}</a></p>
        </section>
    }
    .into_any()
}

fn attempts(lang: Lang, own: &Own<'_>) -> impl IntoView + use<> {
    let rows = own
        .standing
        .plays
        .iter()
        .map(|play| attempt(lang, own.contest, play))
        .collect_view();
    (!own.standing.plays.is_empty()).then(|| {
        let head = view! {
            <th>{lang.pick("次", "No.")}</th><th>{lang.pick("开始", "Begun")}</th><th>{lang.pick("阶段", "Stage")}</th>
            <th class="n">{lang.pick("得分", "Score")}</th><th>{lang.pick("结果", "Result")}</th>
        };
        view! {
            <section class="card stack">
                <h2>{lang.pick("最近的答题", "Last attempts")}</h2>
                {table(lang.pick("最近的答题", "Last attempts"), head, rows)}
            </section>
        }
    })
}

fn attempt(lang: Lang, contest: &Contest, play: &Play) -> impl IntoView + use<> {
    let stage = stage_of(contest, play).map(|(_, stage)| stage.kind);
    let path = format!("{}/play/{}", path(contest), play.number);
    let (score, state, to) = match play.ended {
        None => (
            "—".to_owned(),
            tag(Tone::Action, lang.pick("进行中", "Running")).into_any(),
            path,
        ),
        Some(ended) => {
            let state = match (stage, ended.valid) {
                (Some(StageKind::Training), _) => tag(Tone::Plain, lang.pick("训练", "Training")).into_any(),
                (_, true) => tag(Tone::Good, lang.pick("有效", "Valid")).into_any(),
                (_, false) => tag(Tone::Warn, lang.pick("无效", "Not valid")).into_any(),
            };
            (ended.score.to_string(), state, format!("{path}/result"))
        }
    };
    let label = match lang {
        Lang::Zh => format!("第 {} 次", play.number),
        Lang::En => format!("Attempt {}", play.number),
    };
    view! {
        <tr>
            <td><a href=to>{label}</a></td>
            <td>{moment(lang, play.started_at)}</td>
            <td>{stage.map(|stage| stage.name(lang))}</td>
            <td class="n">{score}</td>
            <td>{state}</td>
        </tr>
    }
}

/// What was given to join, and the one correction.
fn registration(lang: Lang, own: &Own<'_>, rules: &Rules) -> impl IntoView + use<> {
    let player = own.player;
    let given = [
        (lang.pick("参赛编号", "Player"), Some(player.code.clone())),
        (
            lang.pick("参赛身份", "You play as"),
            Some(player.identity.name(lang).to_owned()),
        ),
        (lang.pick("所在地区", "Region"), own.division.clone()),
        (lang.pick("所在单位", "Unit"), own.unit.clone()),
        (
            lang.pick("姓名", "Name"),
            Some(player.name.clone()).filter(|name| !name.is_empty()),
        ),
        (
            lang.pick("手机号", "Telephone"),
            Some(player.phone.clone()).filter(|phone| !phone.is_empty()),
        ),
        (
            lang.pick("榜上显示", "On boards"),
            Some(shown_name(player)).filter(|name| *name != player.code),
        ),
    ];
    let rows = given
        .into_iter()
        .filter_map(|(label, value)| Some((label, value?)))
        .map(|(label, value)| view! { <tr><th class="plain" scope="row">{label}</th><td class="n">{value}</td></tr> })
        .collect_view();
    view! {
        <section class="card stack">
            <h2>{lang.pick("参赛信息", "Registration")}</h2>
            <table><tbody>{rows}</tbody></table>
            {correction(lang, own, rules, own.standing.now)}
        </section>
    }
}

fn correction(lang: Lang, own: &Own<'_>, rules: &Rules, now: Timestamp) -> impl IntoView + use<> {
    let Some(until) = own.player.correction_until(rules.correction_days, now) else {
        let words = match own.player.corrected_at {
            Some(_) => lang.pick(
                "已经改正过一次，不能再改。",
                "Corrected once; it cannot be changed again.",
            ),
            None => lang.pick("参赛信息不能自行修改。", "It cannot be changed by yourself."),
        };
        return view! { <p class="small soft">{words}</p> }.into_any();
    };
    let until = moment(lang, until);
    let words = match lang {
        Lang::Zh => format!("填错了可以自己改正一次，{until} 前有效。手机号和账号不能改。"),
        Lang::En => {
            format!("If something is wrong, you can correct it once, until {until}. Telephone number and account stay.")
        }
    };
    let open = own.typed.contains_key("go") || matches!(own.wrong, Some(Fault::Join(_)));
    view! {
        <details class="more" open=open>
            <summary>{lang.pick("改正参赛信息", "Correct it")}</summary>
            <form class="stack" action=format!("{}/correct", path(own.contest)) method="post">
                <p class="small soft">{words}</p>
                {form::fields(lang, rules, own.choices, own.typed, Purpose::Correct)}
                <button class="button wide" r#type="submit">{lang.pick("改正（只能一次）", "Correct it (once)")}</button>
            </form>
        </details>
    }
    .into_any()
}

/// The link by which another device goes on.
fn other_device(lang: Lang, own: &Own<'_>) -> impl IntoView + use<> {
    own.link.clone().map(|link| {
        let text = link.clone();
        view! {
            <details class="card more">
                <summary>{lang.pick("换一台设备继续", "Continue on another device")}</summary>
                <div class="stack">
                    <p class="small">{lang.pick(
                        "把下面的链接抄到或发到自己的另一台设备上打开。有了它就能替您答题，请不要给别人。",
                        "Open this link on another device of yours. Whoever has it can play in your place, so keep it to yourself.",
                    )}</p>
                    <p class="code"><a href=link>{text}</a></p>
                </div>
            </details>
        }
    })
}
