//! Objections: raising one, the queue, and a case with journal and key.

use leptos::prelude::*;

use super::{
    part::{Tone, area, choice, fault, heading, moment, notice, pager, table, tag},
    shell::{Frame, page},
};
use crate::{
    domain::{
        item::{OptionSet, letter},
        key_correction::State as CorrectionState,
        lang::Lang,
        objection::{About, Objection, State},
    },
    error::Fault,
    service::objection::{Case, Marked, Mine, Queue},
};

fn state_tag(lang: Lang, state: State) -> impl IntoView {
    let tone = match state {
        State::Open => Tone::Action,
        State::Upheld => Tone::Good,
        State::Rejected => Tone::Plain,
    };
    tag(tone, state.name(lang))
}

/// The candidate's objections about an attempt, and the form for another. `typed`: question and text of the last try.
pub fn mine(frame: &Frame, mine: &Mine, typed: (&str, &str), wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let id = mine.attempt.id;
    let title = lang.pick("异议与复核", "Objections");
    let until = moment(lang, mine.until);
    let until = match lang {
        Lang::Zh => format!("{} · 受理到 {until}", mine.exam.title),
        Lang::En => format!("{} · until {until}", mine.exam.title),
    };
    let raised = mine.raised.iter().map(|one| raised(lang, one)).collect_view();
    let form = match mine.closed {
        Some(closed) => notice(Tone::Plain, Fault::Objection(closed).message(lang)).into_any(),
        None => form(lang, mine, typed).into_any(),
    };
    let main = view! {
        <div class="narrow stack">
            {heading(title, until)}
            {fault(wrong, lang)}
            {raised}
            {form}
            <p><a class="button" href=format!("/attempts/{id}/result")>{lang.pick("回成绩页", "Back to the result")}</a></p>
        </div>
    };
    page(frame, title, main)
}

fn form(lang: Lang, mine: &Mine, (item, body): (&str, &str)) -> impl IntoView + use<> {
    let score = mine.show_score.then_some(About::Score);
    let items = (1..=mine.questions).map(About::Item);
    let options = score
        .into_iter()
        .chain(items)
        .filter(|about| mine.raised.iter().all(|raised| raised.about != *about))
        .map(|about| (about.item().to_string(), about.name(lang)))
        .collect();
    view! {
        <form class="card stack" action=format!("/attempts/{}/objection", mine.attempt.id) method="post">
            <h2>{lang.pick("提出异议", "Raise an objection")}</h2>
            {choice("item", lang.pick("对什么有异议", "About"), options, item)}
            {area("body", lang.pick("理由", "Reason"), body, lang.pick(
                "写清楚哪里不对、依据是什么，2 到 1000 字。交卷时的题号和您答题时一样。",
                "Say what is wrong and on what ground, 2 to 1000 characters. Questions have the numbers you saw.",
            ))}
            <button class="button primary" r#type="submit">{lang.pick("提交异议", "Submit")}</button>
        </form>
    }
}

fn raised(lang: Lang, one: &Objection) -> impl IntoView + use<> {
    let decision = one.decided.as_ref().map(|act| {
        let words = format!("{}{}", lang.pick("结论理由：", "Reason: "), act.reason);
        view! { <p class="lines">{words}</p><p class="small soft num">{moment(lang, act.at)}</p> }
    });
    view! {
        <article class="card stack">
            <div class="row between"><h2>{one.about.name(lang)}</h2>{state_tag(lang, one.state)}</div>
            <p class="lines soft">{one.body.clone()}</p>
            {decision}
        </article>
    }
}

/// The queue of an administrator.
pub fn queue(frame: &Frame, queue: &Queue) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("异议", "Objections");
    let below = match (queue.open, lang) {
        (true, Lang::Zh) => format!("待处理 {} 件", queue.all),
        (true, Lang::En) => format!("{} waiting", queue.all),
        (false, Lang::Zh) => format!("已处理 {} 件", queue.all),
        (false, Lang::En) => format!("{} decided", queue.all),
    };
    let other = match queue.open {
        true => (
            "/admin/objections?state=decided",
            lang.pick("看已处理的", "Decided ones"),
        ),
        false => ("/admin/objections", lang.pick("看待处理的", "Waiting ones")),
    };
    let rows = queue
        .entries
        .iter()
        .map(|entry| {
            let one = &entry.objection;
            view! {
                <tr>
                    <td><a href=format!("/admin/objections/{}", one.id)>{one.about.name(lang)}</a></td>
                    <td>{entry.title.clone()}</td>
                    <td>{format!("{} {}", entry.number, entry.name)}</td>
                    <td>{queue.units.path(entry.unit)}</td>
                    <td>{moment(lang, one.raised_at)}</td>
                    <td>{state_tag(lang, one.state)}</td>
                </tr>
            }
        })
        .collect_view();
    let head = view! {
        <th>{lang.pick("关于", "About")}</th><th>{lang.pick("考试", "Exam")}</th><th>{lang.pick("考生", "Candidate")}</th>
        <th>{lang.pick("单位", "Unit")}</th><th>{lang.pick("提出时间", "Raised")}</th><th>{lang.pick("状态", "State")}</th>
    };
    let list = if queue.entries.is_empty() {
        notice(Tone::Plain, lang.pick("没有异议。", "There is none.")).into_any()
    } else {
        view! { <section class="card">{table(title, head, rows)}</section> }.into_any()
    };
    let state = if queue.open { "" } else { "state=decided&" };
    let main = view! {
        <div class="row between wrap">{heading(title, below)}<a class="button" href=other.0>{other.1}</a></div>
        {list}
        {pager(lang, queue.page, queue.pages, |page| format!("/admin/objections?{state}page={page}"))}
    };
    page(frame, title, main)
}

/// One objection with all that is needed to decide it. `typed`: the reason of the last try.
pub fn case(frame: &Frame, case: &Case, typed: &str, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let one = &case.objection;
    let title = format!("{}：{}", lang.pick("异议", "Objection"), one.about.name(lang));
    let below = format!(
        "{} · {} {} · {}",
        case.exam.title,
        case.number,
        case.name,
        moment(lang, one.raised_at)
    );
    let (upheld, item) = (one.state == State::Upheld, one.about != About::Score);
    let correct = |marked: &Marked| {
        let href = format!(
            "/admin/exams/{}/keys/{}?objection={}",
            case.exam.id, marked.pool, one.id
        );
        (upheld && (item || marked.points != Some(marked.full))).then(
            || view! { <p><a class="button" href=href>{lang.pick("更正这道题", "Correct this question")}</a></p> },
        )
    };
    let marked = case
        .marked
        .iter()
        .map(|one| view! { <article class="card stack">{marked(lang, one)}{correct(one)}</article> })
        .collect_view();
    let corrections = case
        .corrections
        .iter()
        .map(|proposal| {
            let tone = match proposal.state {
                CorrectionState::Applied => Tone::Good,
                CorrectionState::Proposed => Tone::Action,
                CorrectionState::Refused | CorrectionState::Undone => Tone::Plain,
            };
            view! { <p class="row"><a href=format!("/admin/key-corrections/{}", proposal.id)>{lang.pick("由此提出的更正", "Correction it led to")}</a>{tag(tone, proposal.state.name(lang))}</p> }
        })
        .collect_view();
    let decision = match &one.decided {
        Some(act) => {
            let by = case.decided_by.clone().unwrap_or_default();
            view! {
                <section class="card stack">
                    <div class="row between"><h2>{lang.pick("结论", "Decision")}</h2>{state_tag(lang, one.state)}</div>
                    <p class="lines">{act.reason.clone()}</p>
                    <p class="small soft num">{format!("{by} · {}", moment(lang, act.at))}</p>
                    {corrections}
                </section>
            }
            .into_any()
        }
        None => view! {
            <form class="card stack" action=format!("/admin/objections/{}", one.id) method="post">
                <h2>{lang.pick("作出结论", "Decide")}</h2>
                {area("reason", lang.pick("理由", "Reason"), typed, lang.pick(
                    "考生会看到这段话。考试未关闭时不要写出答案。",
                    "The candidate will read this. Do not name the answer while the exam is open.",
                ))}
                <div class="row">
                    <button class="button primary" name="decision" value="upheld" r#type="submit">{lang.pick("异议成立", "Uphold")}</button>
                    <button class="button" name="decision" value="rejected" r#type="submit">{lang.pick("异议不成立", "Do not uphold")}</button>
                </div>
                <p class="small soft">{lang.pick(
                    "结论本身不改分。成立后可以提出更正，由另一名管理员批准。",
                    "A decision changes no score. When upheld, a correction can be proposed, which another administrator approves.",
                )}</p>
            </form>
        }
        .into_any(),
    };
    let main = view! {
        <p class="small"><a href="/admin/objections">{lang.pick("异议", "Objections")}</a></p>
        {heading(title.clone(), below)}
        {fault(wrong, lang)}
        <section class="card stack"><h2>{lang.pick("考生的理由", "What the candidate says")}</h2><p class="lines">{one.body.clone()}</p></section>
        {decision}
        {marked}
    };
    page(frame, &title, main)
}

fn letters(set: OptionSet, lang: Lang) -> String {
    match set.is_empty() {
        true => lang.pick("未作答", "none").to_owned(),
        false => set.letters(),
    }
}

/// Letters, or what was filled in.
fn said(choice: OptionSet, lines: &[String], lang: Lang) -> String {
    match lines {
        [] => letters(choice, lang),
        lines => lines.join(lang.pick("；", "; ")),
    }
}

fn marked(lang: Lang, one: &Marked) -> impl IntoView + use<> {
    let options = one
        .options
        .iter()
        .enumerate()
        .map(|(place, text)| {
            let right = one.key.contains(place);
            let note = match right {
                true => lang.pick("（答案）", " (key)"),
                false => "",
            };
            view! { <li class:right=right>{format!("{} {text}{note}", letter(place))}</li> }
        })
        .collect_view();
    let right = one
        .right
        .iter()
        .map(|line| view! { <li class="right">{line.clone()}</li> })
        .collect_view();
    let points = match (one.points, lang) {
        (Some(_), _) if one.waits => lang.pick("主观题待阅", "waits to be marked").to_owned(),
        (Some(points), Lang::Zh) => format!("得 {points} 分，满分 {} 分", one.full),
        (Some(points), Lang::En) => format!("{points} of {} points", one.full),
        (None, _) => lang.pick("作废", "void").to_owned(),
    };
    let chosen = format!(
        "{}{} · {points}",
        lang.pick("最后作答：", "Last answer: "),
        said(one.choice, &one.said, lang)
    );
    let journal = one
        .journal
        .iter()
        .map(|(at, choice, lines)| view! { <li class="num">{format!("{} {}", at.local(), said(*choice, lines, lang))}</li> })
        .collect_view();
    let journal = (!one.journal.is_empty()).then(|| {
        view! {
            <details><summary>{lang.pick("作答记录", "Journal")}</summary><ul class="plain-list small">{journal}</ul></details>
        }
    });
    let head = match lang {
        Lang::Zh => format!("第 {} 题", one.place),
        Lang::En => format!("Question {}", one.place),
    };
    view! {
        <h2>{head}</h2>
        <p class="lines" lang="zh-CN">{one.stem.clone()}</p>
        <ul class="options" lang="zh-CN">{options}{right}</ul>
        <p class="small lines">{chosen}</p>
        {journal}
    }
}
