//! The personal law record (学法档案) as page and on paper, and the desk of those who confirm its entries.

mod desk;

use leptos::prelude::*;

pub use desk::desk;

use super::{
    courses::{credits, kind_name, standing as standing_of},
    officers,
    part::{
        Tone, day, fault,
        form::{Typed, line, lines, select, typed_or},
        heading, notice, table, tag,
    },
    shell::{Frame, page},
};
use crate::{
    domain::{
        credit::Held,
        exam::{Band, Exam},
        lang::Lang,
        record::{Entry, Kind, State},
    },
    error::Fault,
    service::{
        record::{CompetitionLine, Record},
        review::Told,
        sitting::Standing,
    },
};

pub(super) fn state_tag(lang: Lang, state: State) -> impl IntoView {
    let tone = match state {
        State::Entered => Tone::Action,
        State::Confirmed => Tone::Good,
        State::Refused => Tone::Warn,
    };
    tag(tone, state.name(lang))
}

/// The caller's own record. `typed`: an entry that is to be mended.
pub fn own(frame: &Frame, record: &Record, typed: &Typed, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("学法档案", "Law record");
    let main = view! {
        <div class="record stack">
            {head(lang, record, "/record")}
            {fault(wrong, lang)}
            {body(lang, record)}
            {enter(lang, typed)}
        </div>
    };
    page(frame, title, main)
}

/// The record of somebody else.
pub fn of(frame: &Frame, record: &Record, typed: &Typed, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let title = format!("{} · {}", record.person.name, lang.pick("学法档案", "Law record"));
    let back = format!("/admin/people/{}", record.person.id);
    let main = view! {
        <div class="record stack">
            <p class="small no-print"><a href=back.clone()>{record.person.name.clone()}</a></p>
            {head(lang, record, &format!("{back}/record"))}
            {fault(wrong, lang)}
            {gates(lang, record, typed)}
            {body(lang, record)}
        </div>
    };
    page(frame, &title, main)
}

/// `path`: of the page, without a year.
fn head(lang: Lang, record: &Record, path: &str) -> impl IntoView + use<> {
    let person = &record.person;
    let title = match lang {
        Lang::Zh => format!("{} 年学法档案", record.standing.year),
        Lang::En => format!("Law record {}", record.standing.year),
    };
    let below = [
        person.name.as_str(),
        &person.number,
        &record.unit,
        person.rank_level.name(lang),
        person.category.name(lang),
    ]
    .join(" · ");
    let years = record
        .years
        .iter()
        .map(|year| {
            let current = (*year == record.standing.year).then_some("page");
            view! { <a class="button small" href=format!("{path}?year={year}") aria-current=current>{year.to_string()}</a> }
        })
        .collect_view();
    let label = lang.pick("年度", "Years");
    let years =
        (record.years.len() > 1).then(|| view! { <nav class="row wrap no-print" aria-label=label>{years}</nav> });
    view! {
        <div class="row between wrap">{heading(title, below)}
            <span class="small soft no-print">{lang.pick("可以直接用浏览器打印。", "Print it with the browser.")}</span></div>
        {years}
    }
}

fn body(lang: Lang, record: &Record) -> impl IntoView + use<> {
    view! {
        {standing_of(lang, &record.standing)}
        {studied(lang, record)}
        {courses(lang, record)}
        {exams(lang, record)}
        {listed(lang, record)}
        {entries(lang, record)}
        {competitions(lang, record)}
        {certificates(lang, record)}
        {officers::own(lang, &record.officer)}
    }
}

/// A section with a table, or a sentence where there is nothing.
fn section(title: &'static str, empty: Option<&'static str>, inside: impl IntoView + 'static) -> impl IntoView {
    let inside = match empty {
        Some(text) => view! { <p class="soft">{text}</p> }.into_any(),
        None => inside.into_any(),
    };
    view! { <section class="card stack"><h2>{title}</h2>{inside}</section> }
}

fn studied(lang: Lang, record: &Record) -> impl IntoView + use<> {
    let (hours, ms) = (record.standing.kept.rule.hours.as_ref()?, record.standing.studied?);
    let (minutes, document) = (ms / 60_000, hours.document.clone());
    let text = match lang {
        Lang::Zh => format!(
            "学习时长 {} 小时 {} 分（按 {document} 统计，由服务器计算）",
            minutes / 60,
            minutes % 60
        ),
        Lang::En => format!(
            "{} h {} min of study (counted by {document}, measured by the server)",
            minutes / 60,
            minutes % 60
        ),
    };
    Some(view! { <p class="num">{text}</p> })
}

fn courses(lang: Lang, record: &Record) -> impl IntoView + use<> {
    let title = lang.pick("课程", "Courses");
    let empty = record
        .courses
        .is_empty()
        .then(|| lang.pick("这一年还没有完成的课时。", "No lesson done in this year yet."));
    let head = view! {
        <th>{lang.pick("课程", "Course")}</th><th>{lang.pick("类别", "Kind")}</th><th class="n">{lang.pick("课时", "Lessons")}</th>
        <th class="n">{lang.pick("学分", "Credits")}</th>
    };
    let rows = record
        .courses
        .iter()
        .map(|line| {
            let heading = &line.course.heading;
            view! {
                <tr><td>{heading.title.clone()}</td><td>{kind_name(lang, heading.compulsory)}</td>
                    <td class="n">{format!("{} / {}", line.done, line.lessons)}</td><td class="n">{format!("{} / {}", line.earned, line.credits)}</td></tr>
            }
        })
        .collect_view();
    section(title, empty, table(title, head, rows))
}

fn result(lang: Lang, standing: &Standing) -> String {
    match standing.told() {
        Told::Nothing if standing.attempts.is_empty() => lang.pick("没有参加", "Not sat").to_owned(),
        Told::Nothing => lang.pick("已参加", "Sat").to_owned(),
        Told::Pending => lang.pick("成绩待公布", "Result not released yet").to_owned(),
        Told::Result { score, band } => {
            let words = [
                band.map(|band: Band| band.name(lang).to_owned()),
                score.map(|score| score.to_string()),
            ];
            words.into_iter().flatten().collect::<Vec<_>>().join(" ")
        }
    }
}

fn exams(lang: Lang, record: &Record) -> impl IntoView + use<> {
    let title = lang.pick("考试", "Exams");
    let empty = record
        .exams
        .is_empty()
        .then(|| lang.pick("还没有考试。", "No exam yet."));
    let head = view! { <th>{lang.pick("考试", "Exam")}</th><th>{lang.pick("开放日期", "Opened")}</th><th>{lang.pick("结果", "Result")}</th> };
    let rows = record
        .exams
        .iter()
        .map(|standing| {
            let exam = &standing.exam;
            view! { <tr><td>{exam.title.clone()}</td><td>{day(exam.window.opens_at)}</td><td>{result(lang, standing)}</td></tr> }
        })
        .collect_view();
    section(title, empty, table(title, head, rows))
}

fn entries(lang: Lang, record: &Record) -> impl IntoView + use<> {
    let title = lang.pick(
        "旁听庭审、讲座和其他培训",
        "Court hearings, lectures and other training",
    );
    let empty = record
        .entries
        .is_empty()
        .then(|| lang.pick("还没有记录。", "No entry yet."));
    let head = view! {
        <th>{lang.pick("日期", "Day")}</th><th>{lang.pick("类型", "Kind")}</th><th>{lang.pick("名称", "Title")}</th>
        <th>{lang.pick("地点、主办", "Place, organiser")}</th><th>{lang.pick("材料", "Documents")}</th><th>{lang.pick("状态", "State")}</th>
    };
    let rows = record
        .entries
        .iter()
        .map(|entry| row(lang, record, entry))
        .collect_view();
    section(title, empty, table(title, head, rows))
}

/// What the person was at by the ledger of the units; nothing when nothing is there, for most units keep no name lists.
fn listed(lang: Lang, record: &Record) -> impl IntoView + use<> {
    let title = lang.pick(
        "单位登记的学习、讲座和旁听",
        "Sessions, lectures and hearings entered by units",
    );
    let head = view! {
        <th>{lang.pick("日期", "Day")}</th><th>{lang.pick("类型", "Kind")}</th><th>{lang.pick("名称", "Title")}</th>
        <th>{lang.pick("方式、地点", "Manner, place")}</th>
    };
    let rows = record
        .listed
        .iter()
        .map(|entry| {
            let wish = &entry.wish;
            let place = [wish.mode.name(lang), wish.place.as_str()];
            let place: Vec<_> = place.into_iter().filter(|text| !text.is_empty()).collect();
            view! {
                <tr><td class="num">{day(wish.day)}</td><td>{wish.kind.name(lang)}</td><td>{wish.title.clone()}</td>
                    <td>{place.join(lang.pick("，", ", "))}</td></tr>
            }
        })
        .collect_view();
    (!record.listed.is_empty()).then(|| {
        view! {
            <section class="card stack"><h2>{title}</h2>{table(title, head, rows)}
                <p class="small soft">{lang.pick("来自活动台账的参加人员名单，只作记录，不另计学分。", "From the name lists of the ledger; for the record only, no credits follow from them.")}</p></section>
        }
    })
}

fn row(lang: Lang, record: &Record, entry: &Entry) -> impl IntoView + use<> {
    let wish = &entry.wish;
    let files = record.files;
    let documents = record
        .documents
        .iter()
        .filter(|(of, ..)| *of == entry.id)
        .map(|(_, id, name)| view! { <a href=format!("{files}/{id}")>{name.clone()}</a>" " })
        .collect_view();
    let place = [wish.place.as_str(), &wish.organiser];
    let place: Vec<_> = place.into_iter().filter(|text| !text.is_empty()).collect();
    let note = (!wish.note.is_empty()).then(|| view! { <p class="small soft">{wish.note.clone()}</p> });
    let reason = (!entry.reason.is_empty()).then(|| view! { <p class="small">{entry.reason.clone()}</p> });
    let decide = (record.decides && entry.state == State::Entered).then(|| decision(lang, entry));
    view! {
        <tr><td class="num">{wish.day.to_string()}</td><td>{wish.kind.name(lang)}</td><td>{wish.title.clone()}{note}</td>
            <td>{place.join("，")}</td><td>{documents}</td><td>{state_tag(lang, entry.state)}{reason}{decide}</td></tr>
    }
}

/// Confirm an entry, or say why not.
fn decision(lang: Lang, entry: &Entry) -> impl IntoView + use<> {
    let label = format!("{} {}", lang.pick("不确认的理由", "Why not"), entry.wish.title);
    view! {
        <form class="stack no-print" action=format!("/admin/records/{}", entry.id) method="post">
            <div class="field"><input name="reason" aria-label=label placeholder=lang.pick("不确认时写理由", "A reason if not confirmed") maxlength="500"/></div>
            <div class="row"><button class="button small" r#type="submit" name="do" value="confirm">{lang.pick("确认", "Confirm")}</button>
                <button class="button small" r#type="submit" name="do" value="refuse">{lang.pick("不确认", "Do not confirm")}</button></div>
        </form>
    }
}

fn competitions(lang: Lang, record: &Record) -> impl IntoView + use<> {
    let title = lang.pick("用账号参加的竞赛", "Competitions joined with the account");
    let empty = record
        .competitions
        .is_empty()
        .then(|| lang.pick("没有用账号参加过竞赛。", "None joined with the account."));
    let head = view! {
        <th>{lang.pick("竞赛", "Competition")}</th><th>{lang.pick("报名日期", "Joined")}</th>
        <th class="n">{lang.pick("有效答题次数", "Valid attempts")}</th><th>{lang.pick("成绩", "Result")}</th>
    };
    let own = record.own;
    let rows = record
        .competitions
        .iter()
        .map(|line| {
            let times = line.result.map_or(0, |result| result.person_times);
            view! {
                <tr><td>{line.competition.title.clone()}</td><td>{day(line.joined_at)}</td><td class="n">{times.to_string()}</td>
                    <td>{reached(lang, line, own)}</td></tr>
            }
        })
        .collect_view();
    section(title, empty, table(title, head, rows))
}

/// What counts of a competition, in words. Others see that there is a result, not which.
fn reached(lang: Lang, line: &CompetitionLine, own: bool) -> String {
    match (line.result, own) {
        _ if line.frozen => lang
            .pick("核查中，暂不计", "Being looked into, does not count for now")
            .to_owned(),
        (None, _) => lang.pick("没有有效成绩", "No valid result").to_owned(),
        (Some(_), false) => lang.pick("有有效成绩", "There is a valid result").to_owned(),
        (Some(result), true) => match lang {
            Lang::Zh => format!("计入 {} 分，答对 {} 题", result.score, result.right),
            Lang::En => format!("Score {}, {} right", result.score, result.right),
        },
    }
}

fn certificates(lang: Lang, record: &Record) -> impl IntoView + use<> {
    let title = lang.pick("合格证书", "Certificates");
    let empty = record
        .certificates
        .is_empty()
        .then(|| lang.pick("还没有证书。", "No certificate yet."));
    let head = view! { <th>{lang.pick("考试", "Exam")}</th><th>{lang.pick("编号", "Number")}</th><th>{lang.pick("核验码", "Code to check it")}</th><th>{lang.pick("颁发", "Issued")}</th> };
    let rows = record
        .certificates
        .iter()
        .map(|one| {
            let gone = one.withdrawn.as_ref().map(|_| tag(Tone::Seal, lang.pick("已撤回", "Withdrawn")));
            view! { <tr><td>{one.title.clone()}</td><td class="num">{one.number.clone()}" "{gone}</td><td class="code">{one.code.to_string()}</td><td>{day(one.issued_at)}</td></tr> }
        })
        .collect_view();
    section(title, empty, table(title, head, rows))
}

pub(super) fn fields(lang: Lang, form: &'static str, typed: &Typed) -> impl IntoView + use<> {
    let kinds = Kind::ALL
        .iter()
        .map(|kind| (kind.code().to_owned(), kind.name(lang).to_owned()))
        .collect();
    let value = |name: &str| typed_or(typed, name, "");
    view! {
        <div class="halves">
            {select(form, "kind", lang.pick("类型", "Kind"), kinds, &value("kind"))}
            {line(form, ("day", "date"), lang.pick("日期", "Day"), value("day"), true)}
        </div>
        {line(form, ("title", "text"), lang.pick("名称（案由、讲座题目等）", "Title (case, subject of the lecture, …)"), value("title"), true)}
        <div class="halves">
            {line(form, ("place", "text"), lang.pick("地点（可不填）", "Place (optional)"), value("place"), false)}
            {line(form, ("organiser", "text"), lang.pick("主办单位（可不填）", "Organiser (optional)"), value("organiser"), false)}
        </div>
        {lines(form, "note", lang.pick("备注（可不填）", "Note (optional)"), value("note"))}
    }
}

fn enter(lang: Lang, typed: &Typed) -> impl IntoView + use<> {
    view! {
        <form class="card stack no-print" action="/record/entries" method="post" enctype="multipart/form-data">
            <h2>{lang.pick("添加一条记录", "Add an entry")}</h2>
            <p class="small soft">{lang.pick(
                "旁听庭审、法治讲座和其他培训填在这里，由本单位联络员或管理员确认。单位统一登记过的不用再填。",
                "Court hearings, law lectures and other training go here; your unit's liaison or an administrator confirms them. What your unit has entered for you need not be entered again.",
            )}</p>
            {fields(lang, "entry", typed)}
            <div class="field">
                <label for="file">{lang.pick("证明材料（可不传，不超过 10 MB）", "Document (optional, up to 10 MB)")}</label>
                <input id="file" name="file" r#type="file"/>
            </div>
            <div class="row"><button class="button primary" r#type="submit">{lang.pick("提交", "Submit")}</button></div>
        </form>
    }
}

/// Exams that the person cannot begin for want of credits, and the way to admit the person all the same.
fn gates(lang: Lang, record: &Record, typed: &Typed) -> impl IntoView + use<> {
    let one = |(exam, held): &(Exam, Held)| {
        let have = match lang {
            Lang::Zh => format!(
                "要求 {} 学分（必修 {}），现有 {}（必修 {}）。",
                held.gate.total, held.gate.compulsory, held.total, held.compulsory
            ),
            Lang::En => format!(
                "{} asked for ({} compulsory), {} there ({} compulsory).",
                credits(lang, crate::domain::credit::Credits::whole(held.gate.total.into())),
                held.gate.compulsory,
                held.total,
                held.compulsory
            ),
        };
        let id = format!("admit-{}", exam.id);
        view! {
            <form class="stack" action=format!("/admin/people/{}/admit", record.person.id) method="post">
                <input r#type="hidden" name="exam" value=exam.id.to_string()/>
                <p><span class="strong">{exam.title.clone()}</span>" "{have}</p>
                <div class="field"><label for=id.clone()>{lang.pick("准许参加的理由", "Reason for admitting")}</label>
                    <input id=id name="reason" maxlength="500" value=typed_or(typed, "reason", "") required=true/></div>
                <button class="button" r#type="submit">{lang.pick("学分不够，仍准许参加", "Admit without the credits")}</button>
            </form>
        }
    };
    let forms = record.gates.iter().map(one).collect_view();
    (!record.gates.is_empty()).then(|| {
        view! {
            <section class="card stack no-print">
                <h2>{lang.pick("学分不够、不能开考的考试", "Exams that cannot be begun for want of credits")}</h2>
                {notice(Tone::Plain, lang.pick("准许参加会写入操作记录，不改变学分。", "An admission stands in the log and changes no credits."))}
                {forms}
            </section>
        }
    })
}
