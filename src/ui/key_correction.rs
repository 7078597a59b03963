//! Correcting a key: the questions of an exam, the dry run, and a correction from its proposal to its undoing.

use leptos::prelude::*;

use super::{
    new_key,
    part::{Tone, area, choice, fault, heading, moment, notice, pager, table, tag},
    shell::{Frame, encode, page},
};
use crate::{
    domain::{
        figure::mean,
        id::ObjectionId,
        item::{OptionSet, Question, letter},
        key::{Chosen, Key},
        key_correction::{Method, State},
        lang::Lang,
        unit::Tree,
    },
    error::Fault,
    service::key_correction::{Detail, DryRun, LISTED, Named, Overview, Subject, UnitChange},
};

/// What stands in the form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    pub chosen: Chosen,
    pub reason: String,
    pub objection: Option<ObjectionId>,
}

fn state_tag(lang: Lang, state: State) -> impl IntoView {
    let tone = match state {
        State::Proposed => Tone::Action,
        State::Applied => Tone::Good,
        State::Refused | State::Undone => Tone::Plain,
    };
    tag(tone, state.name(lang))
}

/// The beginning of a question's text.
fn short(stem: &str) -> String {
    let short: String = stem.chars().take(60).collect();
    match short.len() < stem.len() {
        true => format!("{short}…"),
        false => short,
    }
}

/// The corrections of an exam, and its questions to choose one from.
pub fn overview(frame: &Frame, overview: &Overview, words: &str) -> impl IntoView {
    let lang = frame.lang;
    let (exam, id) = (&overview.exam, overview.exam.id);
    let title = lang.pick("更正答案", "Correct a key");
    let proposals = overview
        .proposals
        .iter()
        .map(|(proposal, stem)| {
            view! {
                <tr>
                    <td class="break"><a href=format!("/admin/key-corrections/{}", proposal.id)>{short(stem)}</a></td>
                    <td>{method_name(lang, &proposal.correction.method)}</td>
                    <td>{moment(lang, proposal.proposed.at)}</td>
                    <td>{state_tag(lang, proposal.state)}</td>
                </tr>
            }
        })
        .collect_view();
    let head = view! {
        <th>{lang.pick("题目", "Question")}</th><th>{lang.pick("做法", "Method")}</th>
        <th>{lang.pick("提出时间", "Proposed")}</th><th>{lang.pick("状态", "State")}</th>
    };
    let proposals = (!overview.proposals.is_empty()).then(|| {
        let label = lang.pick("已有的更正", "Corrections");
        view! { <section class="card stack"><h2>{label}</h2>{table(label, head, proposals)}</section> }
    });
    let questions = overview
        .questions
        .iter()
        .map(|(pool, stored)| {
            let question = &stored.question;
            view! {
                <tr>
                    <td class="break"><a href=format!("/admin/exams/{id}/keys/{pool}")>{short(&question.stem)}</a></td>
                    <td>{question.kind.name(lang)}</td>
                    <td>{match &question.form { Some(form) => short(&form.right().join("；")), None => question.key.letters() }}</td>
                </tr>
            }
        })
        .collect_view();
    let head = view! { <th>{lang.pick("题目", "Question")}</th><th>{lang.pick("题型", "Kind")}</th><th>{lang.pick("答案", "Key")}</th> };
    let found = match lang {
        Lang::Zh => format!("{} 题", overview.found),
        Lang::En => format!("{} question(s)", overview.found),
    };
    let label = lang.pick("选择要更正的题目", "Choose the question");
    let link = |page: u32| format!("/admin/exams/{id}/keys?words={}&page={page}", encode(words));
    let (page_number, pages) = (overview.page as u32, overview.pages as u32);
    let main = view! {
        <p class="small"><a href=format!("/admin/exams/{id}")>{exam.title.clone()}</a></p>
        {heading(title, exam.title.clone())}
        {proposals}
        <section class="card stack">
            <h2>{label}</h2>
            <form class="filter" action=format!("/admin/exams/{id}/keys") method="get">
                <div class="field"><label for="words">{lang.pick("题干含有", "Text contains")}</label><input id="words" name="words" value=words.to_owned()/></div>
                <button class="button" r#type="submit">{lang.pick("查找", "Search")}</button>
                <span class="small soft">{found}</span>
            </form>
            {table(label, head, questions)}
            {pager(lang, page_number, pages, link)}
        </section>
    };
    page(frame, title, main)
}

/// What a method is called, with the key it takes.
pub(super) fn method_name(lang: Lang, method: &Method) -> String {
    let name = Method::name(method.code(), lang);
    match method.key() {
        Some(key) => format!("{name}（{}）", short(&key.words())),
        None => name.to_owned(),
    }
}

/// The options of a question, the right ones by the published and by a new key named.
pub(super) fn options(lang: Lang, question: &Question, new: Option<OptionSet>) -> impl IntoView + use<> {
    question
        .options
        .iter()
        .enumerate()
        .map(|(place, text)| {
            let old = question.key.contains(place);
            let marks = [
                old.then(|| lang.pick("原答案", "old key")),
                new.is_some_and(|key| key.contains(place))
                    .then(|| lang.pick("新答案", "new key")),
            ];
            let marks: Vec<_> = marks.into_iter().flatten().collect();
            let note = match marks.is_empty() {
                true => String::new(),
                false => format!("（{}）", marks.join(lang.pick("、", ", "))),
            };
            view! { <li class:right=old>{format!("{} {text}{note}", letter(place))}</li> }
        })
        .collect_view()
}

fn question(lang: Lang, question: &Question, new: Option<&Key>) -> impl IntoView + use<> {
    let options = options(lang, question, new.and_then(Key::options));
    view! {
        <section class="card stack">
            <h2>{question.kind.name(lang)}</h2>
            <p class="lines" lang="zh-CN">{question.stem.clone()}</p>
            <ul class="options" lang="zh-CN">{options}</ul>
            {new_key::right(lang, question, new)}
        </section>
    }
}

/// One question: how its key may be corrected, what that would do, and the proposal.
pub fn subject(
    frame: &Frame,
    subject: &Subject,
    typed: &Typed,
    dry_run: Option<&DryRun>,
    wrong: Option<&Fault>,
) -> impl IntoView {
    let lang = frame.lang;
    let (id, pool) = (subject.exam.id, subject.pool);
    let title = lang.pick("更正这道题", "Correct this question");
    let action = format!("/admin/exams/{id}/keys/{pool}");
    let chosen = &typed.chosen;
    let methods = Method::codes_for(&subject.question)
        .map(|code| (code.to_owned(), Method::name(code, lang).to_owned()))
        .collect();
    let objection = || {
        typed
            .objection
            .map(|id| view! { <input type="hidden" name="objection" value=id.to_string()/> })
    };
    let body = match &subject.standing {
        Some(standing) => view! {
            {notice(Tone::Warn, Fault::KeyCorrection(crate::domain::key_correction::NoCorrection::Another).message(lang))}
            <p><a class="button" href=format!("/admin/key-corrections/{}", standing.id)>{lang.pick("看这项更正", "See that correction")}</a></p>
        }
        .into_any(),
        None => view! {
            <form class="card stack" action=action.clone() method=new_key::sent_by(&subject.question)>
                <h2>{lang.pick("一、怎么更正", "1. How")}</h2>
                {choice("method", lang.pick("做法", "Method"), methods, &chosen.method)}
                {new_key::field(lang, &subject.question, chosen)}
                {objection()}
                <button class="button" r#type="submit">{lang.pick("试算", "Dry run")}</button>
                <p class="small soft">{lang.pick("试算不改动任何成绩。", "A dry run changes nothing.")}</p>
            </form>
            {dry_run.map(|run| view! {
                <h2>{lang.pick("二、会有什么变化", "2. What would change")}</h2>
                {impact(lang, run)}
                <form class="card stack" action=action method="post">
                    <h2>{lang.pick("三、提出更正", "3. Propose")}</h2>
                    {new_key::kept(chosen)}
                    {objection()}
                    {area("reason", lang.pick("理由", "Reason"), &typed.reason, lang.pick(
                        "写明依据。批准人和以后的查询都会看到。",
                        "Name the ground. Whoever approves it, and any later enquiry, will read it.",
                    ))}
                    <button class="button primary" r#type="submit">{lang.pick("提出，等待另一名管理员批准", "Propose; another administrator approves")}</button>
                </form>
            })}
        }
        .into_any(),
    };
    let main = view! {
        <p class="small"><a href=format!("/admin/exams/{id}/keys")>{lang.pick("更正答案", "Correct a key")}</a></p>
        {heading(title, subject.exam.title.clone())}
        {fault(wrong, lang)}
        {question(lang, &subject.question, None)}
        {body}
    };
    page(frame, title, main)
}

fn signed(number: i64) -> String {
    format!("{number:+}")
}

fn impact(lang: Lang, run: &DryRun) -> impl IntoView + use<> {
    let impact = &run.impact;
    let average = |sum| mean(sum, impact.sat).unwrap_or_else(|| "—".to_owned());
    let facts = [
        (
            lang.pick("试卷上有这道题的答卷", "Papers with this question"),
            impact.attempts.to_string(),
        ),
        (
            lang.pick("分数提高的答卷", "Scores that rise"),
            impact.raised.to_string(),
        ),
        (
            lang.pick("分数降低的答卷", "Scores that fall"),
            impact.lowered.to_string(),
        ),
        (
            lang.pick("不合格变合格", "Persons who pass only afterwards"),
            impact.up.len().to_string(),
        ),
        (
            lang.pick("合格变不合格", "Persons who pass no longer"),
            impact.down.len().to_string(),
        ),
        (
            lang.pick("平均分", "Average score"),
            format!("{} → {}", average(impact.sum_before), average(impact.sum_after)),
        ),
        (
            lang.pick("合格人数", "Passed"),
            format!("{} → {}", run.total.passed_before, run.total.passed_after),
        ),
        (
            lang.pick("合格率，按应考人数", "Pass rate, of those due"),
            rates(run.total.of_due()),
        ),
        (
            lang.pick("合格率，按实考人数", "Pass rate, of those who sat"),
            rates(run.total.of_sat()),
        ),
        (
            lang.pick("撤回证书", "Certificates withdrawn"),
            run.withdrawn.to_string(),
        ),
        (
            lang.pick("恢复证书", "Certificates that hold again"),
            run.reinstated.to_string(),
        ),
        (
            lang.pick("可补发证书", "Certificates that can be issued"),
            run.issuable.to_string(),
        ),
    ];
    let rows = facts
        .into_iter()
        .map(|(label, value)| view! { <tr><th class="plain" scope="row">{label}</th><td class="n">{value}</td></tr> })
        .collect_view();
    view! {
        <section class="card"><table class="facts"><tbody>{rows}</tbody></table></section>
        {turned(lang, lang.pick("不合格变合格", "Pass only afterwards"), &run.up, impact.up.len(), &run.tree)}
        {turned(lang, lang.pick("合格变不合格", "Pass no longer"), &run.down, impact.down.len(), &run.tree)}
        {units(lang, &run.units.0, run.units.1)}
    }
}

fn rates((before, after): (crate::domain::figure::Rate, crate::domain::figure::Rate)) -> String {
    format!("{} → {}", before.percent(), after.percent())
}

fn more(lang: Lang, listed: usize, all: usize) -> impl IntoView + use<> {
    let rest = all.saturating_sub(listed);
    (rest > 0).then(|| {
        let words = match lang {
            Lang::Zh => format!("还有 {rest} 行没有列出。"),
            Lang::En => format!("{rest} more are not listed."),
        };
        view! { <p class="small soft">{words}</p> }
    })
}

fn turned(lang: Lang, title: &'static str, list: &[Named], all: usize, units: &Tree) -> impl IntoView + use<> {
    (all > 0).then(|| {
        let rows = list
            .iter()
            .map(|one| {
                view! {
                    <tr>
                        <td>{one.number.clone()}</td><td>{one.name.clone()}</td><td>{units.path(one.unit)}</td>
                        <td class="n">{one.scores.before.to_string()}</td><td class="n">{one.scores.after.to_string()}</td>
                    </tr>
                }
            })
            .collect_view();
        let head = view! {
            <th>{lang.pick("工号", "Number")}</th><th>{lang.pick("姓名", "Name")}</th><th>{lang.pick("单位", "Unit")}</th>
            <th class="n">{lang.pick("更正前", "Before")}</th><th class="n">{lang.pick("更正后", "After")}</th>
        };
        view! { <section class="card stack"><h2>{format!("{title}（{all}）")}</h2>{table(title, head, rows)}{more(lang, list.len(), all)}</section> }
    })
}

fn units(lang: Lang, list: &[UnitChange], all: usize) -> impl IntoView + use<> {
    (all > 0).then(|| {
        let rows = list
            .iter()
            .map(|unit| {
                view! {
                    <tr>
                        <th class="plain" scope="row">{unit.name.clone()}</th>
                        <td class="n">{unit.due.to_string()}</td><td class="n">{unit.sat.to_string()}</td>
                        <td class="n">{format!("{} → {}", unit.passed_before, unit.passed_after)}</td>
                        <td class="n">{signed(unit.passed_after - unit.passed_before)}</td>
                        <td class="n">{rates(unit.of_due())}</td><td class="n">{rates(unit.of_sat())}</td>
                    </tr>
                }
            })
            .collect_view();
        let head = view! {
            <th>{lang.pick("单位", "Unit")}</th><th class="n">{lang.pick("应考", "Due")}</th><th class="n">{lang.pick("实考", "Sat")}</th>
            <th class="n">{lang.pick("合格", "Passed")}</th><th class="n">{lang.pick("增减", "Change")}</th>
            <th class="n">{lang.pick("合格率（应考）", "Pass rate (due)")}</th><th class="n">{lang.pick("合格率（实考）", "Pass rate (sat)")}</th>
        };
        let title = lang.pick("合格人数有变化的单位（含下级）", "Units whose number passed changes (units below included)");
        view! { <section class="card stack"><h2>{title}</h2>{table(title, head, rows)}{more(lang, list.len(), all)}</section> }
    })
}

/// A correction: proposed, decided, undone; with what it would do or did.
pub fn detail(frame: &Frame, detail: &Detail, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let (proposal, exam) = (&detail.proposal, &detail.exam);
    let title = lang.pick("答案更正", "Correction of a key");
    let act = |label: &'static str, who: String, at, reason: &str| {
        let reason = (!reason.is_empty()).then(|| view! { <p class="lines">{reason.to_owned()}</p> });
        view! { <div><p class="small soft num">{format!("{label} · {who} · {}", moment(lang, at))}</p>{reason}</div> }
    };
    let proposed = act(
        lang.pick("提出", "Proposed"),
        detail.proposed_by.clone(),
        proposal.proposed.at,
        &proposal.proposed.reason,
    );
    let decided = proposal.decided.as_ref().map(|decided| {
        let label = match proposal.state {
            State::Refused => lang.pick("未批准", "Refused"),
            _ => lang.pick("批准生效", "Approved"),
        };
        act(
            label,
            detail.decided_by.clone().unwrap_or_default(),
            decided.at,
            &decided.reason,
        )
    });
    let undone = proposal.undone.as_ref().map(|undone| {
        act(
            lang.pick("撤销", "Undone"),
            detail.undone_by.clone().unwrap_or_default(),
            undone.at,
            &undone.reason,
        )
    });
    let objection = proposal.objection.map(|id| {
        view! { <p><a href=format!("/admin/objections/{id}")>{lang.pick("由这项异议引起", "The objection it came from")}</a></p> }
    });
    let ruling = detail.ruling.map(|id| {
        view! { <p><a href=format!("/admin/rulings/{id}")>{lang.pick("属于这项题目裁定，由它一并撤销", "A part of this ruling, undone with it")}</a></p> }
    });
    let main = view! {
        <p class="small"><a href=format!("/admin/exams/{}/keys", exam.id)>{exam.title.clone()}</a></p>
        <div class="row between wrap">{heading(title, method_name(lang, &proposal.correction.method))}{state_tag(lang, proposal.state)}</div>
        {fault(wrong, lang)}
        {question(lang, &detail.question, proposal.correction.method.key())}
        <section class="card stack"><h2>{lang.pick("经过", "History")}</h2>{proposed}{decided}{undone}{objection}{ruling}</section>
        {detail.dry_run.as_ref().map(|run| impact(lang, run))}
        {steps(lang, detail)}
        {changes(lang, detail)}
    };
    page(frame, title, main)
}

fn steps(lang: Lang, detail: &Detail) -> impl IntoView + use<> {
    let id = detail.proposal.id;
    let reason = |step: &'static str, label: &'static str, button: &'static str| {
        view! {
            <form class="card stack" action=format!("/admin/key-corrections/{id}/{step}") method="post">
                {area("reason", label, "", "")}
                <button class="button" r#type="submit">{button}</button>
            </form>
        }
    };
    match detail.proposal.state {
        State::Proposed => {
            let apply = match detail.may_apply {
                true => view! {
                    <form class="card stack" action=format!("/admin/key-corrections/{id}/apply") method="post">
                        <p>{lang.pick("批准后，上面列出的变化立即生效，并通知本人。可以撤销。", "Approving carries out what is listed above at once and tells the persons. It can be undone.")}</p>
                        <button class="button primary" r#type="submit">{lang.pick("批准并生效", "Approve and apply")}</button>
                    </form>
                }
                .into_any(),
                false => notice(Tone::Plain, lang.pick("要由提出人以外的另一名管理员批准。", "Another administrator than the proposer must approve it.")).into_any(),
            };
            view! {
                {apply}
                {reason("refuse", lang.pick("不批准的理由", "Reason to refuse"), lang.pick("不批准", "Refuse"))}
            }
            .into_any()
        }
        State::Applied if detail.ruling.is_some() => ().into_any(),
        State::Applied => reason(
            "undo",
            lang.pick("撤销的理由", "Reason to undo"),
            lang.pick("撤销更正，恢复原来的成绩", "Undo it and restore the scores"),
        )
        .into_any(),
        State::Refused | State::Undone => ().into_any(),
    }
}

fn changes(lang: Lang, detail: &Detail) -> impl IntoView + use<> {
    let (list, all) = &detail.changes;
    let all = usize::try_from(*all).unwrap_or(LISTED);
    (all > 0).then(|| {
        let rows = list
            .iter()
            .map(|one| {
                let step = match one.undo() {
                    true => lang.pick("撤销", "Undone"),
                    false => lang.pick("更正", "Applied"),
                };
                view! {
                    <tr>
                        <td>{one.number.clone()}</td><td>{one.name.clone()}</td><td>{detail.units.path(one.unit())}</td><td>{step}</td>
                        <td class="n">{one.before().to_string()}</td><td class="n">{one.after().to_string()}</td>
                    </tr>
                }
            })
            .collect_view();
        let head = view! {
            <th>{lang.pick("工号", "Number")}</th><th>{lang.pick("姓名", "Name")}</th><th>{lang.pick("单位", "Unit")}</th>
            <th>{lang.pick("动作", "Step")}</th><th class="n">{lang.pick("之前", "Before")}</th><th class="n">{lang.pick("之后", "After")}</th>
        };
        let title = lang.pick("成绩变动记录", "Scores changed");
        view! { <section class="card stack"><h2>{format!("{title}（{all}）")}</h2>{table(title, head, rows)}{more(lang, list.len(), all)}</section> }
    })
}
