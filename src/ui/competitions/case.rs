//! Cases about players: the list, and one with all that is needed to decide it.

use leptos::prelude::*;

use super::top;
use crate::{
    domain::{
        case::{State, Words},
        key_correction::Act,
        lang::Lang,
    },
    error::Fault,
    service::competition::case::{File, List},
    ui::{
        part::{Tone, area, fault, heading, moment, notice, pager, table, tag},
        shell::{Frame, page},
    },
};

fn state_tag(lang: Lang, state: State) -> impl IntoView {
    let tone = match state {
        State::Open | State::Appealed => Tone::Action,
        State::NoFinding | State::Lifted => Tone::Good,
        State::Finding | State::Confirmed => Tone::Warn,
    };
    tag(tone, state.name(lang))
}

pub fn cases(frame: &Frame, list: &List) -> impl IntoView {
    let lang = frame.lang;
    let id = list.competition.id;
    let title = lang.pick("核查", "Cases");
    let below = match (list.waiting, lang) {
        (true, Lang::Zh) => format!("待处理 {} 件", list.all),
        (true, Lang::En) => format!("{} waiting", list.all),
        (false, Lang::Zh) => format!("已有结论 {} 件", list.all),
        (false, Lang::En) => format!("{} decided", list.all),
    };
    let (other, label) = match list.waiting {
        true => ("?state=decided", lang.pick("看已有结论的", "Decided ones")),
        false => ("", lang.pick("看待处理的", "Waiting ones")),
    };
    let rows = list
        .cases
        .iter()
        .map(|case| {
            view! {
                <tr>
                    <td><a href=format!("/admin/competition-cases/{}", case.id)>{case.evidence.kind().name(lang)}</a></td>
                    <td class="num">{case.player.to_string()}</td>
                    <td>{moment(lang, case.opened.at)}</td>
                    <td>{state_tag(lang, case.state)}</td>
                </tr>
            }
        })
        .collect::<Vec<_>>();
    let head = view! {
        <th>{lang.pick("依据", "Evidence")}</th><th>{lang.pick("参赛编号", "Player")}</th>
        <th>{lang.pick("立项时间", "Opened")}</th><th>{lang.pick("状态", "State")}</th>
    };
    let body = if rows.is_empty() {
        notice(Tone::Plain, lang.pick("没有核查。", "There is none.")).into_any()
    } else {
        view! { <section class="card">{table(title, head, rows)}</section> }.into_any()
    };
    let state = if list.waiting { "" } else { "state=decided&" };
    let beside = view! { <a class="button" href=format!("/admin/competitions/{id}/cases{other}")>{label}</a> };
    let main = view! {
        {top(lang, &list.competition, title, below, beside)}
        {body}
        {pager(lang, list.page, list.pages, |page| format!("/admin/competitions/{id}/cases?{state}page={page}"))}
    };
    page(frame, title, main)
}

fn act(lang: Lang, title: &'static str, act: &Act, who: Option<&str>) -> impl IntoView + use<> {
    let by = who.map(|who| format!("{who} · ")).unwrap_or_default();
    view! {
        <section class="card stack">
            <h2>{title}</h2>
            <p class="lines">{act.reason.clone()}</p>
            <p class="small soft num">{format!("{by}{}", moment(lang, act.at))}</p>
        </section>
    }
}

fn words(lang: Lang, title: &'static str, words: &Words) -> impl IntoView + use<> {
    view! {
        <section class="card stack">
            <h2>{title}</h2>
            <p class="lines">{words.text.clone()}</p>
            <p class="small soft num">{moment(lang, words.at)}</p>
        </section>
    }
}

/// One case with all that is needed to decide it. `typed`: the reason of the last try.
pub fn file(frame: &Frame, file: &File, typed: &str, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let case = &file.case;
    let title = format!("{}{}", lang.pick("核查：", "Case: "), case.evidence.kind().name(lang));
    let player = &file.player;
    let below = [
        player.code.as_str(),
        player.identity.name(lang),
        &file.unit,
        &player.phone,
    ];
    let below: Vec<_> = below.into_iter().filter(|part| !part.is_empty()).collect();
    let frozen = match file.frozen {
        true => notice(
            Tone::Warn,
            lang.pick(
                "成绩已冻结：保留不删，不上榜，不计入各项数据。",
                "Results are frozen: kept, on no board, in no count.",
            ),
        ),
        false => notice(Tone::Good, lang.pick("成绩没有冻结。", "Results are not frozen.")),
    };
    let who = |place: usize| file.who.get(place).and_then(Option::as_deref);
    let next = matches!(case.state, State::Open | State::Appealed).then(|| match file.barred {
        Some(why) => notice(Tone::Plain, Fault::Case(why).message(lang)).into_any(),
        None => decision(lang, file, typed).into_any(),
    });
    let main = view! {
        <p class="small"><a href=format!("/admin/competitions/{}/cases", file.competition.id)>{format!("{} · {}", file.competition.title, lang.pick("核查", "cases"))}</a></p>
        <div class="row between wrap">{heading(title.clone(), below.join(" · "))}{state_tag(lang, case.state)}</div>
        {fault(wrong, lang)}
        {frozen}
        <section class="card stack">
            <h2>{lang.pick("依据", "Evidence")}</h2>
            <p>{case.evidence.sentence(&file.unit, lang)}</p>
        </section>
        {act(lang, lang.pick("立项理由", "Why it was opened"), &case.opened, who(0))}
        {case.statement.as_ref().map(|said| words(lang, lang.pick("本人说明", "Statement of the player"), said))}
        {case.decided.as_ref().map(|decided| act(lang, lang.pick("结论", "Decision"), decided, who(1)))}
        {case.appeal.as_ref().map(|said| words(lang, lang.pick("本人申诉", "Appeal"), said))}
        {case.closed.as_ref().map(|closed| act(lang, lang.pick("复核结论", "Decision on the appeal"), closed, who(2)))}
        {next}
    };
    page(frame, &title, main)
}

fn decision(lang: Lang, file: &File, typed: &str) -> impl IntoView + use<> {
    let (title, choices) = match file.case.state {
        State::Appealed => (
            lang.pick("复核申诉", "Decide the appeal"),
            [
                (
                    "lift",
                    lang.pick("撤销原结论，解冻成绩", "Lift the finding, free the results"),
                ),
                (
                    "confirm",
                    lang.pick("维持原结论，继续冻结", "Confirm the finding, keep them frozen"),
                ),
            ],
        ),
        _ => (
            lang.pick("作出结论", "Decide"),
            [
                (
                    "no_finding",
                    lang.pick("未发现问题，解冻成绩", "No finding, free the results"),
                ),
                (
                    "finding",
                    lang.pick("认定有问题，继续冻结", "Finding, keep them frozen"),
                ),
            ],
        ),
    };
    let unheard = (file.case.state == State::Open && file.case.statement.is_none()).then(|| {
        notice(
            Tone::Warn,
            lang.pick("本人还没有说明情况。", "The player has not given a statement yet."),
        )
    });
    let buttons = choices
        .map(|(value, label)| {
            view! { <button class="button" name="decision" value=value r#type="submit">{label}</button> }
        })
        .collect_view();
    view! {
        <form class="card stack" action=format!("/admin/competition-cases/{}", file.case.id) method="post">
            <h2>{title}</h2>
            {unheard}
            {area("reason", lang.pick("理由", "Reason"), typed, lang.pick("本人会看到这段话。", "The player concerned will read this."))}
            <div class="row wrap">{buttons}</div>
            <p class="small soft">{lang.pick(
                "结论不改分，也不删除任何答题记录；对“认定有问题”，本人可在 15 日内申诉。",
                "A decision changes no score and erases nothing; a finding can be appealed within 15 days.",
            )}</p>
        </form>
    }
}
