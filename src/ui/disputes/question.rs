//! One disputed question: what was said, what it stands on, how it was answered, where it was used, and a ruling to propose.

use leptos::prelude::*;

use super::{card, impact::impact, method_name, rulings_table};
use crate::{
    domain::{
        item::letter, key::Chosen, key_correction::Method, lang::Lang, law::Article, objection::State as ObjectionState,
    },
    error::Fault,
    service::{
        dispute::{CompetitionFigures, ExamFigures, Preview, SHOWN, Subject},
        law::Beside,
    },
    ui::{
        new_key,
        part::{Tone, area, choice, difference, fault, heading, moment, notice, table, tag},
        shell::{Frame, page},
        statistics::{or_dash, percent, two},
    },
};

/// What stands in the form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    pub chosen: Chosen,
    pub reason: String,
}

pub fn subject(
    frame: &Frame,
    subject: &Subject,
    typed: &Typed,
    preview: Option<&Preview>,
    wrong: Option<&Fault>,
) -> impl IntoView {
    let lang = frame.lang;
    let version = &subject.version;
    let title = lang.pick("题目异议", "Disputed question");
    let number = match lang {
        Lang::Zh => format!("第 {} 版", version.number),
        Lang::En => format!("version {}", version.number),
    };
    let main = view! {
        <p class="small"><a href="/admin/disputes">{lang.pick("题目异议", "Disputed questions")}</a></p>
        {heading(title, number)}
        {fault(wrong, lang)}
        {versions(lang, subject)}
        {card(lang, &version.question, None)}
        <p class="small"><a href=format!("/admin/banks/{}/questions/{}", subject.bank, version.id)>{lang.pick("在题库中查看", "See it in its bank")}</a></p>
        {said(lang, subject)}
        {bases(lang, &subject.bases)}
        {exams(lang, &subject.exams)}
        {competitions(lang, &subject.competitions)}
        {others(lang, subject)}
        {history(lang, subject)}
        {rule(lang, subject, typed, preview)}
    };
    page(frame, title, main)
}

/// The versions of the question, to look at another.
fn versions(lang: Lang, subject: &Subject) -> impl IntoView + use<> {
    (subject.versions.len() > 1).then(|| {
        let links = subject
            .versions
            .iter()
            .map(|one| {
                let stored = &one.stored;
                let here = (stored.version == subject.version.version).then_some("page");
                let words = match lang {
                    Lang::Zh => format!("第 {} 版", stored.number),
                    Lang::En => format!("Version {}", stored.number),
                };
                view! { <a href=format!("/admin/disputes/{}?version={}", stored.id, stored.version) aria-current=here>{words}</a> }
            })
            .collect_view();
        view! { <nav class="row wrap" aria-label=lang.pick("版本", "Versions")>{links}</nav> }
    })
}

/// Flags and objections; names are not told.
fn said(lang: Lang, subject: &Subject) -> impl IntoView + use<> {
    let line = |from: String, open: bool, words: &str| {
        let state = match open {
            true => tag(Tone::Action, lang.pick("待处理", "Waiting")).into_any(),
            false => tag(Tone::Plain, lang.pick("已处理", "Settled")).into_any(),
        };
        view! { <li class="stack"><div class="row between wrap"><span class="small soft">{from}</span>{state}</div><p class="lines break">{words.to_owned()}</p></li> }
    };
    let flags = subject
        .flags
        .iter()
        .map(|titled| {
            let flag = &titled.flag;
            let title = match titled.title.as_str() {
                "" => lang.pick("学习", "Study"),
                title => title,
            };
            let from = format!("{title} · {}", moment(lang, flag.at));
            line(from, flag.ruling.is_none(), &flag.reason)
        })
        .collect_view();
    let shown = subject.objections.iter().take(SHOWN as usize);
    let objections = shown
        .map(|(objection, title)| {
            let from = format!("{title} · {}", moment(lang, objection.raised_at));
            let link = format!("/admin/objections/{}", objection.id);
            let body = line(from, objection.state == ObjectionState::Open, &objection.body);
            view! { {body}<li class="small"><a href=link>{lang.pick("看这项考试异议", "See this objection")}</a></li> }
        })
        .collect_view();
    let title = match lang {
        Lang::Zh => format!(
            "异议（竞赛和学习 {}，考试 {}）",
            subject.flags.len(),
            subject.objections.len()
        ),
        Lang::En => format!(
            "What was said ({} in competitions and study, {} in exams)",
            subject.flags.len(),
            subject.objections.len()
        ),
    };
    let none = (subject.flags.is_empty() && subject.objections.is_empty()).then(|| {
        view! { <p class="soft">{lang.pick("没有人对这一版提出异议。", "Nobody has flagged this version.")}</p> }
    });
    view! { <section class="card stack"><h2>{title}</h2>{none}<ul class="plain-list stack">{flags}{objections}</ul></section> }
}

/// Each basis: the article cited beside the one in force.
fn bases(lang: Lang, list: &[Beside]) -> impl IntoView + use<> {
    let one = |basis: &Beside| {
        let text = |article: &Option<Article>| article.as_ref().map(Article::text).unwrap_or_default();
        let (was, is) = (text(&basis.was), text(&basis.is));
        let body = match (&basis.law, was == is) {
            (None, _) => view! { <p class="small soft">{lang.pick("法规库中没有对应的条文。", "The library of laws does not have it.")}</p> }.into_any(),
            (Some(_), true) => view! {
                <p class="small soft">{lang.pick("引用的条文与现行条文一致：", "The article cited is the one in force:")}</p>
                <div class="law break" lang="zh-CN">{was}</div>
            }
            .into_any(),
            (Some(_), false) => view! {
                <div class="halves">
                    <div class="stack"><h3>{lang.pick("引用的条文", "As cited")}</h3><div class="law break" lang="zh-CN">{was.clone()}</div></div>
                    <div class="stack"><h3>{lang.pick("现行条文", "In force")}</h3><div class="law break" lang="zh-CN">
                        {match is.is_empty() {
                            true => lang.pick("现行法律中没有对应条文。", "The law in force has no such article.").into_any(),
                            false => difference(lang, &was, &is).into_any(),
                        }}
                    </div></div>
                </div>
            }
            .into_any(),
        };
        view! { <div class="stack"><p class="strong" lang="zh-CN">{basis.words.clone()}</p>{body}</div> }
    };
    (!list.is_empty()).then(|| {
        let bases = list.iter().map(one).collect_view();
        view! { <section class="card stack"><h2>{lang.pick("法律依据", "Legal basis")}</h2>{bases}</section> }
    })
}

fn exams(lang: Lang, list: &[ExamFigures]) -> impl IntoView + use<> {
    (!list.is_empty()).then(|| {
        let title = lang.pick("用过它的考试", "Exams that used it");
        let rows = list
            .iter()
            .map(|one| {
                let name = view! { <th class="plain" scope="row"><a href=format!("/admin/exams/{}/items/{}", one.exam, one.place)>{one.title.clone()}</a></th> };
                let Some(row) = &one.row else {
                    return view! { <tr>{name}<td colspan="4">{lang.pick("统计还没有算出", "not counted yet")}</td></tr> }.into_any();
                };
                let figures = &row.figures;
                let shares = figures.options.iter().enumerate();
                let shares: Vec<String> = shares
                    .map(|(place, option)| format!("{} {}", letter(place), or_dash(option.share, percent)))
                    .collect();
                view! {
                    <tr>
                        {name}<td class="n">{figures.papers.to_string()}</td>
                        <td class="n">{or_dash(figures.facility, percent)}</td><td class="n">{or_dash(figures.item_rest_r, two)}</td>
                        <td class="small">{shares.join(lang.pick("，", ", "))}</td>
                    </tr>
                }
                .into_any()
            })
            .collect_view();
        let head = view! {
            <th>{lang.pick("考试", "Exam")}</th><th class="n">{lang.pick("答卷", "Papers")}</th>
            <th class="n">{lang.pick("得分率", "Facility")}</th><th class="n">{lang.pick("区分度", "Discrimination")}</th>
            <th>{lang.pick("各选项选择率", "Share of each option")}</th>
        };
        view! { <section class="card stack"><h2>{title}</h2>{table(title, head, rows)}</section> }
    })
}

fn competitions(lang: Lang, list: &[CompetitionFigures]) -> impl IntoView + use<> {
    (!list.is_empty()).then(|| {
        let title = lang.pick("用过它的竞赛", "Competitions that used it");
        let share = |part: u64, whole: u64| match whole {
            0 => "—".to_owned(),
            whole => percent(part as f64 / whole as f64),
        };
        let rows = list
            .iter()
            .map(|one| {
                let name = view! { <th class="plain" scope="row">{one.title.clone()}</th> };
                let Some(item) = &one.item else {
                    return view! { <tr>{name}<td colspan="3">{lang.pick("还没有统计过", "not counted yet")}</td></tr> }.into_any();
                };
                let shares = item.choices.iter().enumerate();
                let shares: Vec<String> = shares
                    .map(|(place, chosen)| format!("{} {}", letter(place), share(*chosen, item.papers)))
                    .collect();
                view! {
                    <tr>
                        {name}<td class="n">{item.papers.to_string()}</td><td class="n">{share(item.right, item.papers)}</td>
                        <td class="small">{shares.join(lang.pick("，", ", "))}</td>
                    </tr>
                }
                .into_any()
            })
            .collect_view();
        let head = view! {
            <th>{lang.pick("竞赛", "Competition")}</th><th class="n">{lang.pick("答卷", "Papers")}</th>
            <th class="n">{lang.pick("答对率", "Right")}</th><th>{lang.pick("各选项选择率", "Share of each option")}</th>
        };
        view! { <section class="card stack"><h2>{title}</h2>{table(title, head, rows)}</section> }
    })
}

/// Uses that a ruling on this version leaves out.
fn others(lang: Lang, subject: &Subject) -> impl IntoView + use<> {
    (!subject.others.is_empty()).then(|| {
        let lines = subject
            .others
            .iter()
            .map(|one| {
                let words = match lang {
                    Lang::Zh => format!("{}：第 {} 版", one.title, one.number),
                    Lang::En => format!("{}: version {}", one.title, one.number),
                };
                view! { <li>{words}</li> }
            })
            .collect_view();
        view! {
            <section class="card stack">
                <h2>{lang.pick("用的是另一种写法或答案，不受影响", "Used with other words or another key; not touched")}</h2>
                <ul>{lines}</ul>
            </section>
        }
    })
}

fn history(lang: Lang, subject: &Subject) -> impl IntoView + use<> {
    (!subject.rulings.is_empty()).then(|| {
        let title = lang.pick("这道题的裁定", "Rulings on this question");
        let stem = &subject.version.question.stem;
        let list: Vec<_> = subject
            .rulings
            .iter()
            .map(|ruling| (ruling.clone(), stem.clone()))
            .collect();
        view! { <section class="card stack"><h2>{title}</h2>{rulings_table(lang, title, &list)}</section> }
    })
}

fn rule(lang: Lang, subject: &Subject, typed: &Typed, preview: Option<&Preview>) -> impl IntoView + use<> {
    if !subject.may_rule {
        let words = lang.pick(
            "裁定涉及全部考试和竞赛，要由管理全部题库、考试和竞赛的管理员提出。",
            "A ruling reaches into every exam and competition: somebody who manages all of them has to propose it.",
        );
        return notice(Tone::Plain, words).into_any();
    }
    if let Some(standing) = subject.standing() {
        let link = format!("/admin/rulings/{}", standing.id);
        return view! {
            {notice(Tone::Warn, crate::domain::dispute::NoDispute::Another.message(lang))}
            <p><a class="button" href=link>{format!("{}{}", lang.pick("看这项裁定：", "See that ruling: "), method_name(lang, &standing.method))}</a></p>
        }
        .into_any();
    }
    let version = &subject.version;
    let action = format!("/admin/disputes/{}", version.id);
    let chosen = &typed.chosen;
    let methods = Method::codes_for(&version.question)
        .map(|code| (code.to_owned(), Method::name(code, lang).to_owned()))
        .collect();
    let hidden = version.version.to_string();
    view! {
        <form class="card stack" action=action.clone() method=new_key::sent_by(&version.question)>
            <h2>{lang.pick("一、怎么裁定", "1. How to rule")}</h2>
            <input type="hidden" name="version" value=hidden.clone()/>
            {choice("method", lang.pick("做法", "Method"), methods, &chosen.method)}
            {new_key::field(lang, &version.question, chosen)}
            <button class="button" r#type="submit">{lang.pick("试算", "Dry run")}</button>
            <p class="small soft">{lang.pick("试算不改动任何成绩。答卷很多时要等几秒。", "A dry run changes nothing. With very many attempts it takes some seconds.")}</p>
        </form>
        {preview.map(|preview| view! {
            <h2>{lang.pick("二、会有什么变化", "2. What would change")}</h2>
            {impact(lang, preview)}
            <form class="card stack" action=action method="post">
                <h2>{lang.pick("三、提出裁定", "3. Propose")}</h2>
                <input type="hidden" name="version" value=hidden/>
                {new_key::kept(chosen)}
                {area("reason", lang.pick("理由", "Reason"), &typed.reason, lang.pick(
                    "写明依据。批准人会看到，提出异议的人也会看到。",
                    "Name the ground. Whoever approves it will read it, and so will those who flagged the question.",
                ))}
                <button class="button primary" r#type="submit">{lang.pick("提出，等待另一名管理员批准", "Propose; another administrator approves")}</button>
            </form>
        })}
    }
    .into_any()
}
