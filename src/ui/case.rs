//! Cases: the list, one with all that is needed to decide it, and the page of the person concerned.

use leptos::prelude::*;

use super::{
    part::{Tone, area, fault, heading, moment, notice, pager, table, tag},
    shell::{Frame, page},
};
use crate::{
    domain::{
        case::{APPEAL_DAYS, State, Words},
        key_correction::Act,
        lang::Lang,
    },
    error::Fault,
    service::case::{File, List, Mine},
};

pub(super) fn state_tag(lang: Lang, state: State) -> impl IntoView {
    let tone = match state {
        State::Open | State::Appealed => Tone::Action,
        State::NoFinding | State::Lifted => Tone::Good,
        State::Finding | State::Confirmed => Tone::Warn,
    };
    tag(tone, state.name(lang))
}

pub fn list(frame: &Frame, list: &List) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("核查", "Cases");
    let below = match (list.waiting, lang) {
        (true, Lang::Zh) => format!("待处理 {} 件", list.all),
        (true, Lang::En) => format!("{} waiting", list.all),
        (false, Lang::Zh) => format!("已有结论 {} 件", list.all),
        (false, Lang::En) => format!("{} decided", list.all),
    };
    let other = match list.waiting {
        true => ("/admin/cases?state=decided", lang.pick("看已有结论的", "Decided ones")),
        false => ("/admin/cases", lang.pick("看待处理的", "Waiting ones")),
    };
    let rows = list
        .entries
        .iter()
        .map(|entry| {
            let case = &entry.case;
            view! {
                <tr>
                    <td><a href=format!("/admin/cases/{}", case.id)>{case.evidence.kind().name(lang)}</a></td>
                    <td>{entry.title.clone()}</td>
                    <td>{format!("{} {}", entry.number, entry.name)}</td>
                    <td>{list.units.path(entry.unit)}</td>
                    <td>{moment(lang, case.opened.at)}</td>
                    <td>{state_tag(lang, case.state)}</td>
                </tr>
            }
        })
        .collect_view();
    let head = view! {
        <th>{lang.pick("线索", "Signal")}</th><th>{lang.pick("考试", "Exam")}</th><th>{lang.pick("考生", "Candidate")}</th>
        <th>{lang.pick("单位", "Unit")}</th><th>{lang.pick("立项时间", "Opened")}</th><th>{lang.pick("状态", "State")}</th>
    };
    let body = if list.entries.is_empty() {
        notice(Tone::Plain, lang.pick("没有核查。", "There is none.")).into_any()
    } else {
        view! { <section class="card">{table(title, head, rows)}</section> }.into_any()
    };
    let state = if list.waiting { "" } else { "state=decided&" };
    let main = view! {
        <div class="row between wrap">{heading(title, below)}<a class="button" href=other.0>{other.1}</a></div>
        {body}
        {pager(lang, list.page, list.pages, |page| format!("/admin/cases?{state}page={page}"))}
    };
    page(frame, title, main)
}

pub(super) fn act(lang: Lang, title: &'static str, act: &Act, who: Option<&str>) -> impl IntoView + use<> {
    let by = who.map(|who| format!("{who} · ")).unwrap_or_default();
    view! {
        <section class="card stack">
            <h2>{title}</h2>
            <p class="lines">{act.reason.clone()}</p>
            <p class="small soft num">{format!("{by}{}", moment(lang, act.at))}</p>
        </section>
    }
}

pub(super) fn words(lang: Lang, title: &'static str, words: &Words) -> impl IntoView + use<> {
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
    let kind = case.evidence.kind();
    let title = format!("{}：{}", lang.pick("核查", "Case"), kind.name(lang));
    let below = format!("{} · {} {}", file.exam.title, file.number, file.name);
    let other = file.other.as_ref().map(|(number, name)| {
        view! { <p class="small">{format!("{}{number} {name}", lang.pick("另一人：", "The other person: "))}</p> }
    });
    let who = |place: usize| file.who.get(place).and_then(Option::as_deref);
    let next = matches!(case.state, State::Open | State::Appealed).then(|| match file.barred {
        Some(why) => notice(Tone::Plain, Fault::Case(why).message(lang)).into_any(),
        None => decision(lang, file, typed).into_any(),
    });
    let main = view! {
        <p class="small"><a href="/admin/cases">{lang.pick("核查", "Cases")}</a></p>
        <div class="row between wrap">{heading(title.clone(), below)}{state_tag(lang, case.state)}</div>
        {fault(wrong, lang)}
        <section class="card stack">
            <h2>{lang.pick("依据", "Evidence")}</h2>
            <p>{case.evidence.sentence(lang)}</p>
            {other}
            <p class="small soft">{kind.false_alarms(lang)}</p>
        </section>
        {act(lang, lang.pick("立项理由", "Why it was opened"), &case.opened, who(0))}
        {case.statement.as_ref().map(|said| words(lang, lang.pick("本人说明", "Statement of the person"), said))}
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
                ("lift", lang.pick("撤销原结论", "Lift the finding")),
                ("confirm", lang.pick("维持原结论", "Confirm the finding")),
            ],
        ),
        _ => (
            lang.pick("作出结论", "Decide"),
            [
                ("no_finding", lang.pick("未发现问题", "No finding")),
                ("finding", lang.pick("认定有问题", "Finding")),
            ],
        ),
    };
    let unheard = (file.case.state == State::Open && file.case.statement.is_none()).then(|| {
        notice(
            Tone::Warn,
            lang.pick("本人还没有说明情况。", "The person has not given a statement yet."),
        )
    });
    let buttons = choices
        .map(|(value, label)| {
            view! { <button class="button" name="decision" value=value r#type="submit">{label}</button> }
        })
        .collect_view();
    view! {
        <form class="card stack" action=format!("/admin/cases/{}", file.case.id) method="post">
            <h2>{title}</h2>
            {unheard}
            {area("reason", lang.pick("理由", "Reason"), typed, lang.pick("本人会看到这段话。", "The person concerned will read this."))}
            <div class="row wrap">{buttons}</div>
            <p class="small soft">{lang.pick(
                "结论不改分，也不影响合格与否。",
                "A decision changes no score and no result.",
            )}</p>
        </form>
    }
}

/// The page of the person concerned. `typed`: the words of the last try.
pub fn mine(frame: &Frame, mine: &Mine, typed: &str, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let case = &mine.case;
    let title = lang.pick("作答情况核查", "A case about your attempt");
    let form = if case.may_state().is_ok() {
        let hint = lang.pick(
            "不说明也可以，不会因此推定有问题。2 到 1000 字，只能提交一次。",
            "You may leave this empty: nothing is concluded from it. 2 to 1000 characters, once.",
        );
        let to = format!("/cases/{}/statement", case.id);
        own_form(lang, to, lang.pick("说明情况", "Your side"), typed, hint).into_any()
    } else if case.may_appeal(mine.now).is_ok() {
        let hint = lang.pick(
            "由没有参与前面决定的管理员复核。2 到 1000 字。",
            "It is decided by an administrator who had no part in the decision. 2 to 1000 characters.",
        );
        let to = format!("/cases/{}/appeal", case.id);
        own_form(lang, to, lang.pick("申诉", "Appeal"), typed, hint).into_any()
    } else {
        ().into_any()
    };
    let until = case
        .appeal_until()
        .filter(|_| case.state == State::Finding)
        .map(|until| {
            let until = moment(lang, until);
            let text = match lang {
                Lang::Zh => format!("不服可以在 {APPEAL_DAYS} 日内申诉，到 {until} 止。"),
                Lang::En => format!("You can appeal within {APPEAL_DAYS} days, until {until}."),
            };
            notice(Tone::Action, text)
        });
    let main = view! {
        <div class="narrow stack">
            <div class="row between wrap">{heading(title, mine.title.clone())}{state_tag(lang, case.state)}</div>
            {fault(wrong, lang)}
            <section class="card stack">
                <h2>{lang.pick("依据", "Evidence")}</h2>
                <p>{case.evidence.sentence(lang)}</p>
                <p class="small soft">{case.evidence.kind().false_alarms(lang)}</p>
                <p class="small soft">{lang.pick("核查不改变您的成绩。", "A case does not change your score.")}</p>
            </section>
            {act(lang, lang.pick("为什么核查", "Why it was opened"), &case.opened, None)}
            {case.statement.as_ref().map(|said| words(lang, lang.pick("您的说明", "Your statement"), said))}
            {case.decided.as_ref().map(|decided| act(lang, lang.pick("结论", "Decision"), decided, None))}
            {until}
            {case.appeal.as_ref().map(|said| words(lang, lang.pick("您的申诉", "Your appeal"), said))}
            {case.closed.as_ref().map(|closed| act(lang, lang.pick("复核结论", "Decision on the appeal"), closed, None))}
            {form}
        </div>
    };
    page(frame, title, main)
}

/// The form for what the person concerned has to say.
pub(super) fn own_form(
    lang: Lang,
    to: String,
    title: &'static str,
    typed: &str,
    hint: &'static str,
) -> impl IntoView + use<> {
    view! {
        <form class="card stack" action=to method="post">
            {area("words", title, typed, hint)}
            <button class="button primary" r#type="submit">{lang.pick("提交", "Submit")}</button>
        </form>
    }
}
