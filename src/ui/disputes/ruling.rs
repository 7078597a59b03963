//! A ruling: proposed, decided, carried out, undone; with what it would do or did.

use leptos::prelude::*;

use super::{card, impact::impact, method_name, short, state_tag};
use crate::{
    domain::{
        dispute::{State, Step, Target},
        item::State as QuestionState,
        key_correction::Method,
        lang::Lang,
    },
    error::Fault,
    service::dispute::{Detail, PartShown},
    ui::{
        part::{Tone, area, fault, heading, moment, notice, table, tag},
        shell::{Frame, page},
    },
};

pub fn detail(frame: &Frame, detail: &Detail, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let ruling = &detail.ruling;
    let title = lang.pick("题目裁定", "Ruling on a question");
    let running = matches!(ruling.state, State::Applying | State::Undoing).then(|| {
        let words = lang.pick(
            "正在重算成绩，可以离开本页，稍后刷新查看进度。答题不受影响。",
            "Scores are being counted anew. You may leave this page and reload it later; nobody who plays or sits is held up.",
        );
        notice(Tone::Warn, words)
    });
    let main = view! {
        <p class="small"><a href=format!("/admin/disputes/{}?version={}", ruling.question, ruling.version)>{lang.pick("这道题的异议", "What was said of the question")}</a></p>
        <div class="row between wrap">{heading(title, method_name(lang, &ruling.method))}{state_tag(lang, ruling.state)}</div>
        {fault(wrong, lang)}
        {running}
        {card(lang, &detail.version.question, ruling.method.key())}
        {history(lang, detail)}
        {detail.preview.as_ref().map(|preview| view! { <h2>{lang.pick("批准后会有什么变化", "What approving would change")}</h2>{impact(lang, preview)} })}
        {parts(lang, &detail.parts)}
        {detail.may_rule.then(|| steps(lang, detail))}
        {bank(lang, detail)}
    };
    page(frame, title, main)
}

fn history(lang: Lang, detail: &Detail) -> impl IntoView + use<> {
    let ruling = &detail.ruling;
    let act = |label: &'static str, who: String, at, reason: &str| {
        let reason = (!reason.is_empty()).then(|| view! { <p class="lines break">{reason.to_owned()}</p> });
        view! { <div><p class="small soft num">{format!("{label} · {who} · {}", moment(lang, at))}</p>{reason}</div> }
    };
    let proposed = act(
        lang.pick("提出", "Proposed"),
        detail.proposed_by.clone(),
        ruling.proposed.at,
        &ruling.proposed.reason,
    );
    let decided = ruling.decided.as_ref().map(|decided| {
        let label = match ruling.state {
            State::Refused => lang.pick("未批准", "Refused"),
            _ => lang.pick("批准", "Approved"),
        };
        let who = detail.decided_by.clone().unwrap_or_default();
        act(label, who, decided.at, &decided.reason)
    });
    let undone = ruling.undone.as_ref().map(|undone| {
        let who = detail.undone_by.clone().unwrap_or_default();
        act(lang.pick("撤销", "Undone"), who, undone.at, &undone.reason)
    });
    let settled = (detail.settled > 0).then(|| {
        let words = match lang {
            Lang::Zh => format!("已答复 {} 项异议。", detail.settled),
            Lang::En => format!("{} flag(s) and objection(s) were answered.", detail.settled),
        };
        view! { <p class="small">{words}</p> }
    });
    view! { <section class="card stack"><h2>{lang.pick("经过", "History")}</h2>{proposed}{decided}{undone}{settled}</section> }
}

fn parts(lang: Lang, list: &[PartShown]) -> impl IntoView + use<> {
    (!list.is_empty()).then(|| {
        let title = lang.pick("执行情况", "How far it has come");
        let rows = list
            .iter()
            .map(|shown| {
                let part = &shown.part;
                let kind = match part.target {
                    Target::Exam(_) => lang.pick("考试", "Exam"),
                    Target::Competition(_) => lang.pick("竞赛", "Competition"),
                };
                let name = match part.correction {
                    Some(id) => view! { <a href=format!("/admin/key-corrections/{id}")>{shown.title.clone()}</a> }.into_any(),
                    None => shown.title.clone().into_any(),
                };
                let attempts = match part.target {
                    Target::Competition(_) => part.attempts.to_string(),
                    Target::Exam(_) => "—".to_owned(),
                };
                let tone = match part.step {
                    Step::Waiting => Tone::Action,
                    Step::Applied => Tone::Good,
                    Step::Undone => Tone::Plain,
                    Step::LeftOut => Tone::Warn,
                };
                view! {
                    <tr>
                        <th class="plain" scope="row">{name}</th><td>{kind}</td><td>{tag(tone, part.step.name(lang))}</td>
                        <td class="n">{attempts}</td>
                    </tr>
                }
            })
            .collect_view();
        let head = view! {
            <th>{lang.pick("名称", "Name")}</th><th>{lang.pick("种类", "Kind")}</th><th>{lang.pick("状态", "State")}</th>
            <th class="n">{lang.pick("已重算的竞赛答卷", "Attempts counted anew")}</th>
        };
        view! { <section class="card stack"><h2>{title}</h2>{table(title, head, rows)}</section> }
    })
}

fn steps(lang: Lang, detail: &Detail) -> impl IntoView + use<> {
    let id = detail.ruling.id;
    let reason = |step: &'static str, label: &'static str, button: &'static str| {
        view! {
            <form class="card stack" action=format!("/admin/rulings/{id}/{step}") method="post">
                {area("reason", label, "", "")}
                <button class="button" r#type="submit">{button}</button>
            </form>
        }
    };
    match detail.ruling.state {
        State::Proposed => {
            let approve = match detail.may_approve {
                true => view! {
                    <form class="card stack" action=format!("/admin/rulings/{id}/approve") method="post">
                        <p>{lang.pick(
                            "批准后，上面列出的变化在各考试和竞赛中生效，并把理由告诉提出异议的人。可以撤销；已经开奖的不重抽。",
                            "Approving carries out what is listed above in every exam and competition, and tells the reason to those who flagged \
                             the question. It can be undone; draws are not held again.",
                        )}</p>
                        <button class="button primary" r#type="submit">{lang.pick("批准并生效", "Approve and apply")}</button>
                    </form>
                }
                .into_any(),
                false => notice(Tone::Plain, lang.pick("要由提出人以外的另一名管理员批准。", "Another administrator than the proposer must approve it.")).into_any(),
            };
            view! {
                {approve}
                {reason("refuse", lang.pick("不批准的理由", "Reason to refuse"), lang.pick("不批准", "Refuse"))}
            }
            .into_any()
        }
        State::Applied => reason(
            "undo",
            lang.pick("撤销的理由", "Reason to undo"),
            lang.pick("撤销裁定，恢复原来的成绩", "Undo it and restore the scores"),
        )
        .into_any(),
        State::Refused | State::Applying | State::Undoing | State::Undone => ().into_any(),
    }
}

/// What is left to do in the bank: papers to come are not mended by a ruling on those that were.
fn bank(lang: Lang, detail: &Detail) -> impl IntoView + use<> {
    let open = detail.ruling.state == State::Applied && detail.ruling.method != Method::Leave;
    let same = detail.current.question.is_same(&detail.version.question);
    let drawn = detail.current.question.state != QuestionState::Retired;
    (open && same && drawn).then(|| {
        let here = format!("/admin/banks/{}/questions/{}", detail.bank, detail.current.id);
        let key = detail.ruling.method.key().map(|key| {
            let words = match lang {
                Lang::Zh => format!("把题库中的答案改为 {}", short(&key.words())),
                Lang::En => format!("Change the key in the bank to {}", short(&key.words())),
            };
            view! { <a class="button" href=format!("{here}/edit")>{words}</a> }
        });
        view! {
            <section class="card stack">
                <h2>{lang.pick("题库里的这道题还没有改", "The question in the bank is as it was")}</h2>
                <p>{lang.pick(
                    "裁定只处理已经用过它的考试和竞赛。今后出卷仍会抽到原来的题目和答案，请改成新的一版，或者停用。",
                    "The ruling settles the exams and competitions that used it. Papers to come would still have the old key: make a new version, or retire it.",
                )}</p>
                <div class="row wrap">
                    {key}
                    <a class="button" href=here>{lang.pick("修改或停用", "Change or retire it")}</a>
                </div>
            </section>
        }
    })
}
