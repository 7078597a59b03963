//! The liaison's page: who has not sat, links to hand out, corrections to ask for; and deciding about corrections.

use leptos::prelude::*;

use super::{
    part::{Tone, choice, fault, heading, moment, notice, pager, table, tag},
    shell::{Frame, as_text, page},
};
use crate::{
    domain::{
        correction::{Correction, LONGEST, State},
        lang::Lang,
    },
    error::Fault,
    service::liaison::Overview,
};

pub fn unit(
    frame: &Frame,
    overview: &Overview,
    corrections: &[Correction],
    (number, wish): (&str, &str),
    wrong: Option<&Fault>,
) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("本单位", "My unit");
    let main = view! {
        <div class="row between wrap">{heading(title, "")}
            <a class="button" href="/admin/records">{lang.pick("学法记录", "Law records")}</a></div>
        {fault(wrong, lang)}
        {missing(lang, overview)}
        <div class="halves">
            <section class="card stack">
                <h2>{lang.pick("登录链接", "Sign-in links")}</h2>
                <p class="small soft">{lang.pick(
                    "给本单位还没有设密码的人生成一次性链接，打印后分发。以前发出的链接同时作废。",
                    "Makes one-time links for those of your unit without a password, to print and hand out. Links given out before end.",
                )}</p>
                <form action="/admin/people/links" method="post"><button class="button" r#type="submit">{lang.pick("生成并打印清单", "Make the list")}</button></form>
                <p class="small"><a href="/admin/people">{lang.pick("按人查找，单独发链接", "Find one person and give a link")}</a></p>
            </section>
            <section class="card stack" id="corrections">
                <h2>{lang.pick("名册有误，提出更正", "Ask for a correction of the roster")}</h2>
                {ask_form(lang, number, wish)}
            </section>
        </div>
        {asked(lang, corrections)}
    };
    page(frame, title, main)
}

fn missing(lang: Lang, overview: &Overview) -> impl IntoView + use<> {
    let Some(shown) = overview.shown else {
        let text = lang.pick(
            "还没有开考的考试。开考后这里列出谁还没考。",
            "No exam has opened yet. Those who have not sat will be listed here.",
        );
        return notice(Tone::Plain, text).into_any();
    };
    let exams = overview
        .exams
        .iter()
        .map(|exam| (exam.id.to_string(), exam.title.clone()))
        .collect();
    let count = match (overview.total, lang) {
        (0, Lang::Zh) => "应考人员都已交卷。".to_owned(),
        (0, Lang::En) => "Everybody due has handed in.".to_owned(),
        (total, Lang::Zh) => format!("还有 {total} 人没有交卷"),
        (total, Lang::En) => format!("{total} have not handed in"),
    };
    let head = view! {
        <th>{lang.pick("单位", "Unit")}</th><th>{lang.pick("工号", "Number")}</th><th>{lang.pick("姓名", "Name")}</th>
        <th>{lang.pick("状态", "State")}</th><th>{lang.pick("登录", "Sign-in")}</th>
    };
    let rows = overview
        .missing
        .iter()
        .map(|person| {
            let state = if person.sitting {
                tag(Tone::Action, lang.pick("正在考", "Sitting")).into_any()
            } else {
                tag(Tone::Warn, lang.pick("未开始", "Not started")).into_any()
            };
            view! {
                <tr>
                    <td>{overview.units.path(person.unit)}</td>
                    <td>{person.number.clone()}</td>
                    <td>{person.name.clone()}</td>
                    <td>{state}</td>
                    <td>
                        <form action=format!("/admin/people/{}/link", person.person) method="post">
                            <button class="button small quiet" r#type="submit" aria-label=format!("{} {}", lang.pick("新链接：", "New link for"), person.name)>{lang.pick("新链接", "New link")}</button>
                        </form>
                    </td>
                </tr>
            }
        })
        .collect_view();
    let title = lang.pick("谁还没考", "Who has not sat");
    let list = (overview.total > 0).then(|| table(title, head, rows));
    view! {
        <section class="card stack">
            <h2>{title}</h2>
            <form class="filter" action="/unit" method="get">
                {choice("exam", lang.pick("考试", "Exam"), exams, &shown.to_string())}
                <button class="button" r#type="submit">{lang.pick("查看", "Show")}</button>
                <span class="small soft num" role="status">{count}</span>
            </form>
            {list}
            {pager(lang, overview.page, overview.pages, move |page| format!("/unit?exam={shown}&page={page}"))}
        </section>
    }
    .into_any()
}

fn ask_form(lang: Lang, number: &str, wish: &str) -> impl IntoView + use<> {
    view! {
        <form class="stack" action="/unit/corrections" method="post">
            <div class="field">
                <label for="number">{lang.pick("谁（工号）", "Whom (number)")}</label>
                <input id="number" name="number" r#type="text" value=number.to_owned() required=true/>
            </div>
            <div class="field">
                <label for="wish">{lang.pick("哪里不对，应当怎样", "What is wrong, and what is right")}</label>
                <textarea id="wish" name="wish" rows="3" maxlength=LONGEST.to_string() required=true inner_html=as_text(wish)></textarea>
            </div>
            <button class="button" r#type="submit">{lang.pick("提出", "Ask")}</button>
        </form>
    }
}

fn state_tag(lang: Lang, state: State) -> impl IntoView {
    let tone = match state {
        State::Open => Tone::Warn,
        State::Done => Tone::Good,
        State::Refused => Tone::Plain,
    };
    tag(tone, state.name(lang))
}

fn asked(lang: Lang, corrections: &[Correction]) -> impl IntoView + use<> {
    let title = lang.pick("提出过的更正", "Corrections asked for");
    let head = view! {
        <th>{lang.pick("时间", "Time")}</th><th>{lang.pick("谁", "Whom")}</th><th>{lang.pick("内容", "What")}</th>
        <th>{lang.pick("状态", "State")}</th><th>{lang.pick("答复", "Answer")}</th>
    };
    let rows = corrections
        .iter()
        .map(|correction| {
            view! {
                <tr>
                    <td class="num">{moment(lang, correction.asked_at)}</td>
                    <td>{format!("{} {}", correction.number, correction.name)}</td>
                    <td class="break">{correction.wish.clone()}</td>
                    <td>{state_tag(lang, correction.state)}</td>
                    <td class="break">{correction.answer.clone()}</td>
                </tr>
            }
        })
        .collect_view();
    (!corrections.is_empty())
        .then(|| view! { <section class="card stack"><h2>{title}</h2>{table(title, head, rows)}</section> })
}

/// What liaisons ask for, to be decided.
pub fn corrections(frame: &Frame, corrections: &[Correction], wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("名册更正", "Corrections of the roster");
    let below = lang.pick(
        "联络员提出的更正。先把名册改好（重新导入该行即可），再在这里答复。",
        "Asked for by liaisons. Put the roster right first (import the row again), then answer here.",
    );
    let cards = corrections
        .iter()
        .map(|correction| card(lang, correction))
        .collect_view();
    let empty = corrections.is_empty().then(|| {
        notice(
            Tone::Plain,
            lang.pick("没有人提出更正。", "Nobody has asked for a correction."),
        )
    });
    let main = view! { <div class="narrow stack">{heading(title, below)}{fault(wrong, lang)}{empty}{cards}</div> };
    page(frame, title, main)
}

fn card(lang: Lang, correction: &Correction) -> impl IntoView + use<> {
    let id = format!("answer-{}", correction.id);
    let whom = format!("{} {}", correction.number, correction.name);
    let asked = match lang {
        Lang::Zh => format!("{} 于 {} 提出", correction.asker, moment(lang, correction.asked_at)),
        Lang::En => format!("{}, {}", correction.asker, moment(lang, correction.asked_at)),
    };
    let answer = if correction.state == State::Open {
        view! {
            <form class="stack" action=format!("/admin/corrections/{}", correction.id) method="post">
                <div class="field">
                    <label for=id.clone()>{lang.pick("答复", "Answer")}</label>
                    <textarea id=id name="answer" rows="2" maxlength=LONGEST.to_string() required=true></textarea>
                </div>
                <div class="row">
                    <button class="button primary" r#type="submit" name="done" value="1">{lang.pick("已更正", "Put right")}</button>
                    <button class="button" r#type="submit">{lang.pick("不采纳", "Refuse")}</button>
                </div>
            </form>
        }
        .into_any()
    } else {
        view! { <p class="break">{correction.answer.clone()}</p> }.into_any()
    };
    view! {
        <section class="card stack">
            <div class="row between wrap"><h2>{whom}</h2>{state_tag(lang, correction.state)}</div>
            <p class="small soft">{asked}</p>
            <p class="break">{correction.wish.clone()}</p>
            {answer}
        </section>
    }
}
