//! What a year asks for in credits, and the versions of that rule.

use leptos::prelude::*;

use super::{
    part::{
        Tone, fault,
        form::{Typed, line, lines, tick, typed_or},
        heading, moment, notice, table,
    },
    shell::{Frame, page},
};
use crate::{
    domain::{
        credit::{Kept, Rule},
        lang::Lang,
        record::Kind,
    },
    error::Fault,
    service::credit::Counts,
};

/// The field of what a confirmed entry gives.
pub fn entry_field(kind: Kind) -> String {
    format!("entry_{}", kind.code())
}

/// The fields of the form that a rule fills.
pub fn typed(year: u16, rule: &Rule) -> Typed {
    let mut typed = Typed::from([
        ("year".to_owned(), year.to_string()),
        ("total".to_owned(), rule.total.to_string()),
        ("compulsory".to_owned(), rule.compulsory.to_string()),
        ("before_exam".to_owned(), rule.before_exam.to_string()),
        (
            "per_day".to_owned(),
            rule.per_day.map(|cap| cap.to_string()).unwrap_or_default(),
        ),
        ("mistake_leaves_after".to_owned(), rule.mistake_leaves_after.to_string()),
    ]);
    for kind in Kind::ALL {
        typed.insert(entry_field(*kind), rule.entry(*kind).to_string());
    }
    if let Some(hours) = &rule.hours {
        typed.insert("hours".to_owned(), "yes".to_owned());
        typed.insert("document".to_owned(), hours.document.clone());
        typed.insert("minutes_a_day".to_owned(), hours.minutes_a_day.to_string());
    }
    typed
}

/// A rule in words.
fn words(lang: Lang, rule: &Rule) -> Vec<String> {
    let mut words = vec![
        match lang {
            Lang::Zh => format!("全年 {} 学分，其中必修 {}", rule.total, rule.compulsory),
            Lang::En => format!("{} credits a year, {} of them compulsory", rule.total, rule.compulsory),
        },
        match lang {
            Lang::Zh => format!("考前 {}", rule.before_exam),
            Lang::En => format!("{} before the exam", rule.before_exam),
        },
        match (rule.per_day, lang) {
            (Some(cap), Lang::Zh) => format!("每天最多计 {cap}"),
            (None, Lang::Zh) => "每天不限".to_owned(),
            (Some(cap), Lang::En) => format!("at most {cap} a day"),
            (None, Lang::En) => "any number a day".to_owned(),
        },
    ];
    for (kind, credits) in rule.entries.iter().filter(|(_, credits)| credits.0 > 0) {
        words.push(format!("{} {credits}", kind.name(lang)));
    }
    words.push(match (&rule.hours, lang) {
        (None, Lang::Zh) => "不统计学习时长".to_owned(),
        (None, Lang::En) => "study time is not counted".to_owned(),
        (Some(hours), Lang::Zh) => format!(
            "按 {} 统计学习时长，每天最多 {} 分钟",
            hours.document, hours.minutes_a_day
        ),
        (Some(hours), Lang::En) => {
            format!(
                "study time is counted by {}, at most {} minutes a day",
                hours.document, hours.minutes_a_day
            )
        }
    });
    words.push(match lang {
        Lang::Zh => format!("错题连续答对 {} 次移出错题本", rule.mistake_leaves_after),
        Lang::En => format!(
            "{} right in a row take a question out of the mistake book",
            rule.mistake_leaves_after
        ),
    });
    words
}

pub fn rules(
    frame: &Frame,
    (year, next): (u16, u16),
    versions: &[Kept],
    (typed, editable): (&Typed, bool),
    counts: Option<Counts>,
    wrong: Option<&Fault>,
) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("学分规则", "Rules of credits");
    let links = [year, next]
        .map(|one| {
            let here = (typed.get("year").map(String::as_str) == Some(one.to_string().as_str())).then_some("page");
            view! { <a class="button small num" href=format!("/admin/credits?year={one}") aria-current=here>{one.to_string()}</a> }
        })
        .collect_view();
    let main = view! {
        <p class="small"><a href="/admin/courses">{lang.pick("课程", "Courses")}</a></p>
        <div class="row between wrap">{heading(title, "")}<nav class="row" aria-label=lang.pick("年度", "Years")>{links}</nav></div>
        {fault(wrong, lang)}
        {counts.map(|counts| figures(lang, counts))}
        {editable.then(|| form(lang, typed))}
        {history(lang, versions)}
    };
    page(frame, title, main)
}

/// How many study, each number with what it counts.
fn figures(lang: Lang, counts: Counts) -> impl IntoView {
    let figure = |label: &'static str, count: i64, what: &'static str| {
        view! { <div class="figure"><span class="small soft">{label}</span><b>{count.to_string()}</b><span class="small soft">{what}</span></div> }
    };
    view! {
        <div class="figures num">
            {figure(lang.pick("在册人数", "Registered"), counts.registered, lang.pick("您管理范围内现在在册的人", "active persons within your reach, now"))}
            {figure(lang.pick("参学人数", "Studying"), counts.enrolled_study, lang.pick("其中今年得过学分的人", "of them those with credits of the year"))}
            {figure(lang.pick("完成学法人数", "Study done"), counts.study_done, lang.pick("其中计入的学分已达到全年总学分和必修学分的人", "of them those whose counted credits meet the year's total and its compulsory part"))}
        </div>
    }
}

fn form(lang: Lang, typed: &Typed) -> impl IntoView + use<> {
    let value = |name: &str| typed_or(typed, name, "");
    let entries = Kind::ALL
        .iter()
        .map(|kind| {
            let (id, value) = (entry_field(*kind), value(&entry_field(*kind)));
            view! {
                <div class="field"><label for=id.clone()>{kind.name(lang)}</label>
                    <input id=id.clone() name=id inputmode="decimal" value=value/></div>
            }
        })
        .collect_view();
    let hours = typed.contains_key("hours");
    view! {
        <form class="card stack" action="/admin/credits" method="post">
            <div class="halves">
                {line("rule", ("total", "text"), lang.pick("全年学分", "Credits a year"), value("total"), true)}
                {line("rule", ("compulsory", "text"), lang.pick("其中必修", "Of them compulsory"), value("compulsory"), true)}
                {line("rule", ("before_exam", "text"), lang.pick("考前要求", "Before the exam"), value("before_exam"), true)}
                {line("rule", ("per_day", "text"), lang.pick("每天最多计入（不限就留空）", "At most a day (empty: any number)"), value("per_day"), false)}
                {line("rule", ("mistake_leaves_after", "number"), lang.pick("错题连续答对几次移出错题本", "Right answers in a row that take a question out of the mistake book"), value("mistake_leaves_after"), true)}
            </div>
            <p class="small soft">{lang.pick(
                "每天的上限从改后第二天起执行，以前计入的不收回。各场考试的学分门槛在考试设置里。",
                "A new limit holds from the day after the change and takes nothing back. The gate of each exam stands in its own set-up.",
            )}</p>
            <details class="more">
                <summary>{lang.pick("学法记录确认后给的学分（选修）", "Credits of confirmed entries (elective)")}</summary>
                <div class="halves">{entries}</div>
            </details>
            <details class="more" open=hours>
                <summary>{lang.pick("统计学习时长（默认不统计）", "Count study time (off by default)")}</summary>
                <p class="small soft">{lang.pick(
                    "国办函〔2026〕12号 不许强制统计在线时长。只有上级文件明确要求学时的才能打开，并写明文号；时长由服务器计算。",
                    "“国办函〔2026〕12号” forbids making time on line a duty. It can be turned on only where a document demands hours, by its number; the server measures them.",
                )}</p>
                {tick("hours", lang.pick("统计学习时长", "Count study time"), hours)}
                <div class="halves">
                    {line("rule", ("document", "text"), lang.pick("要求统计的文件文号", "Number of the document that demands it"), value("document"), false)}
                    {line("rule", ("minutes_a_day", "number"), lang.pick("每天最多计入（分钟）", "At most a day (minutes)"), typed_or(typed, "minutes_a_day", "120"), false)}
                </div>
            </details>
            {lines("rule", "reason", lang.pick("理由", "Reason"), value("reason"))}
            <div class="row">
                <input r#type="hidden" name="year" value=value("year")/>
                <button class="button primary" r#type="submit">{lang.pick("保存为新版本", "Save as a new version")}</button>
            </div>
        </form>
    }
}

fn history(lang: Lang, versions: &[Kept]) -> impl IntoView + use<> {
    let title = lang.pick("各个版本", "Versions");
    let row = |kept: &Kept| {
        let rule = words(lang, &kept.rule).join(lang.pick("；", "; "));
        view! {
            <tr><td class="n">{kept.version.to_string()}</td><td class="break">{rule}</td><td>{kept.reason.clone()}</td>
                <td>{moment(lang, kept.made_at)}</td></tr>
        }
    };
    let body = match versions.is_empty() {
        true => {
            let usual = words(lang, &Rule::default()).join(lang.pick("；", "; "));
            let text = match lang {
                Lang::Zh => format!("还没有改过，按通常的规则：{usual}。"),
                Lang::En => format!("Never changed; the usual rule holds: {usual}."),
            };
            notice(Tone::Plain, text).into_any()
        }
        false => {
            let head = view! {
                <th class="n">{lang.pick("版本", "Version")}</th><th>{lang.pick("规则", "Rule")}</th>
                <th>{lang.pick("理由", "Reason")}</th><th>{lang.pick("时间", "Made")}</th>
            };
            table(title, head, versions.iter().rev().map(row).collect_view()).into_any()
        }
    };
    view! { <section class="card stack"><h2>{title}</h2>{body}</section> }
}
