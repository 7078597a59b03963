//! Bringing laws in, correcting their days, recording repeals.

use leptos::prelude::*;

use super::{
    super::{
        part::{
            Tone, fault,
            form::{Typed, line, select, typed_or},
            heading, moment, notes, notice, table, tag, upload,
        },
        shell::{Frame, page},
    },
    compare::counts,
    days_line, law_path, status_tag, version_name, version_path,
};
use crate::{
    domain::{
        id::UploadId,
        lang::Lang,
        law::{Date, DivisionKind, LawFault, Level, Library, Record, Version},
    },
    error::Fault,
    service::law::{Citing, File, Preview, Text},
};

/// All laws, for those who keep them, and the import.
pub fn list(frame: &Frame, library: &Library, today: Date, editable: bool) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("管理法规", "Manage laws");
    let rows = library
        .records()
        .iter()
        .map(|record| row(lang, record, today))
        .collect_view();
    let head = view! {
        <th>{lang.pick("法规", "Law")}</th><th>{lang.pick("今天的状态", "Status today")}</th>
        <th class="n">{lang.pick("版本", "Versions")}</th><th>{lang.pick("最后导入", "Last import")}</th>
    };
    let laws = match library.records().is_empty() {
        true => notice(Tone::Plain, lang.pick("还没有法规。", "No laws yet.")).into_any(),
        false => view! { <section class="card stack"><h2>{lang.pick("全部法规", "All laws")}</h2>{table(title, head, rows)}</section> }.into_any(),
    };
    let import = editable.then(|| view! {
        <section class="card stack">
            <h2>{lang.pick("导入法规", "Import a law")}</h2>
            {upload(
                "/admin/laws/import".into(),
                lang.pick("法规文本（DOCX、Markdown 或纯文本）", "Text of a law (DOCX, Markdown or plain text)"),
                lang.pick("先预览，确认后才写入。同名法规作为新的版本保存，原来的版本不会被改动。",
                    "You see a preview first. A law of the same title becomes a new version; earlier ones stay as they are."),
                ".docx,.md,.txt",
                lang.pick("预览", "Preview"),
            )}
        </section>
    });
    let main = view! {
        <p class="small"><a href="/laws">{lang.pick("法规库", "Library of laws")}</a></p>
        {heading(title, "")}
        {import}
        {laws}
    };
    page(frame, title, main)
}

fn row(lang: Lang, record: &Record, today: Date) -> impl IntoView + use<> {
    let last = record.versions().iter().map(|version| version.imported_at).max();
    view! {
        <tr>
            <td class="break"><a href=format!("/admin/laws/{}", record.entry.id) lang="zh-CN">{record.entry.name()}</a></td>
            <td>{status_tag(lang, record.standing(today))}</td>
            <td class="n">{record.versions().len().to_string()}</td>
            <td class="num">{last.map(|at| moment(lang, at))}</td>
        </tr>
    }
}

fn levels(lang: Lang) -> Vec<(String, String)> {
    let unknown = (String::new(), lang.pick("不清楚", "Not known").to_owned());
    let levels = Level::ALL
        .into_iter()
        .map(|level| (level.code().to_owned(), level.name(lang).to_owned()));
    std::iter::once(unknown).chain(levels).collect()
}

fn field(date: Option<Date>) -> String {
    date.map(|date| date.to_string()).unwrap_or_default()
}

/// What an import would do.
pub fn preview(frame: &Frame, preview: &Preview, id: UploadId, typed: &Typed, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("法规预览", "Preview of a law");
    let main = view! {
        <p class="small"><a href="/admin/laws">{lang.pick("管理法规", "Manage laws")}</a></p>
        {heading(title, "")}
        <p class="small soft" lang="zh-CN">{preview.name.clone()}</p>
        {fault(wrong, lang)}
        {preview.text.as_ref().map(|text| read(lang, text, id, typed))}
        {preview.text.is_none().then(|| notice(Tone::Seal, LawFault::Unreadable.message(lang)))}
        {notes(lang, lang.pick("拒绝的内容", "Refused").into(), &preview.errors)}
        {notes(lang, lang.pick("存疑（照原文写入，请核对）", "Doubtful (stored as it is; please check)").into(), &preview.warnings)}
    };
    page(frame, title, main)
}

fn read(lang: Lang, text: &Text, id: UploadId, typed: &Typed) -> impl IntoView + use<> {
    let law = &text.law;
    let name = match &law.volume {
        Some(volume) => format!("{}·{volume}", law.title),
        None => law.title.clone(),
    };
    let known = match (&text.same, &text.known) {
        (Some(_), _) => tag(
            Tone::Warn,
            lang.pick("库里已有完全相同的文本", "Exactly this text is in the library"),
        )
        .into_any(),
        (None, Some(_)) => tag(
            Tone::Action,
            lang.pick("已有法规的新版本", "New version of a known law"),
        )
        .into_any(),
        (None, None) => tag(Tone::Good, lang.pick("新的法规", "New law")).into_any(),
    };
    let figures = [
        (lang.pick("条", "Articles"), law.articles.len()),
        (lang.pick("章", "Chapters"), law.count(DivisionKind::Chapter)),
        (lang.pick("缺少的条号", "Numbers missing"), law.missing().len()),
    ];
    let figures = figures
        .into_iter()
        .map(|(label, count)| view! { <div class="figure"><span class="small soft">{label}</span><b>{count.to_string()}</b></div> })
        .collect_view();
    let neighbour = |word: &'static str, version: &Option<Version>| {
        version.as_ref().map(|version| {
            let status = days_line(lang, &version.days);
            view! { <li>{word}<a class="num" href=format!("/laws/{}?version={}", version.law, version.id)>{version_name(lang, version)}</a>{format!(" ({status})")}</li> }
        })
    };
    let place = (text.before.is_some() || text.after.is_some()).then(|| {
        view! {
            <ul class="plain-list small">
                {neighbour(lang.pick("在它之前：", "Before it: "), &text.before)}
                {neighbour(lang.pick("在它之后：", "After it: "), &text.after)}
            </ul>
        }
    });
    let same_day = [&text.before, &text.after]
        .into_iter()
        .flatten()
        .any(|version| version.days.begins().is_some() && version.days.begins() == text.choice.days.begins());
    let same_day = (same_day && text.same.is_none()).then(|| {
        notice(
            Tone::Warn,
            lang.pick(
                "库里已有同一天施行的版本，但文字不同。请确认不是同一版本的另一份抄本。",
                "The library has a version from the same day with other words. Make sure that this is no other copy of it.",
            ),
        )
    });
    let undated = text.choice.days.begins().is_none().then(|| {
        notice(
            Tone::Warn,
            lang.pick(
                "文本里没有读到公布或施行日期，请在下面填写，否则这个版本排在最前面。",
                "The text names no day of promulgation or effect. Fill it in below, or this version will stand before all others.",
            ),
        )
    });
    let counted = text.counts.as_ref().map(|compared| {
        let label = match text.before {
            Some(_) => lang.pick("与前一版本对照", "Compared with the version before"),
            None => lang.pick("与后一版本对照", "Compared with the version after"),
        };
        view! { <h2>{label}</h2>{counts(lang, compared)} }
    });
    let confirm = text.same.is_none().then(|| {
        let days = &text.choice.days;
        let value = |name: &str, usual: Option<Date>| typed_or(typed, name, field(usual));
        let level = typed_or(typed, "level", text.choice.level.map_or("", Level::code));
        view! {
            <form class="card stack" action=format!("/admin/laws/import/{id}") method="post">
                <h2>{lang.pick("核对后导入", "Check and import")}</h2>
                <div class="halves">
                    {select("import", "level", lang.pick("效力级别", "Level"), levels(lang), &level)}
                    {line("import", ("promulgated", "date"), lang.pick("公布日期", "Promulgated"), value("promulgated", days.promulgated), false)}
                    {line("import", ("effective", "date"), lang.pick("施行日期", "Effective"), value("effective", days.effective), false)}
                    {line("import", ("repealed", "date"), lang.pick("废止日期", "Repealed"), value("repealed", days.repealed), false)}
                </div>
                <div class="row">
                    <button class="button primary" r#type="submit">{lang.pick("确认导入", "Import")}</button>
                    <a class="button" href="/admin/laws">{lang.pick("取消", "Cancel")}</a>
                </div>
            </form>
        }
    });
    view! {
        <div class="row"><p class="strong" lang="zh-CN">{name}</p>{known}</div>
        <div class="figures num">{figures}</div>
        {place}
        {same_day}
        {undated}
        {counted}
        {confirm}
    }
}

/// The versions of a law with their days, and its repeal.
pub fn file(frame: &Frame, file: &File, typed: &Typed, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let record = &file.record;
    let name = record.entry.name();
    let forms = record
        .versions()
        .iter()
        .rev()
        .map(|version| self::version(lang, file, version, typed))
        .collect_view();
    let last = record.last();
    let repeal = (file.editable && last.days.repealed.is_none()).then(|| {
        let value = |name: &str| match typed.get("form").map(String::as_str) {
            Some("repeal") => typed_or(typed, name, ""),
            _ => String::new(),
        };
        view! {
            <section class="card stack">
                <h2>{lang.pick("登记废止", "Record a repeal")}</h2>
                <form class="stack" action=format!("/admin/laws/{}/repeal", record.entry.id) method="post">
                    <input type="hidden" name="form" value="repeal"/>
                    {line("repeal", ("repealed", "date"), lang.pick("废止日期", "Repealed from"), value("repealed"), true)}
                    {line("repeal", ("reason", "text"), lang.pick("依据", "Why"), value("reason"), true)}
                    <button class="button danger" r#type="submit">{lang.pick("登记废止", "Record the repeal")}</button>
                </form>
            </section>
        }
    });
    let main = view! {
        <p class="small"><a href="/admin/laws">{lang.pick("管理法规", "Manage laws")}</a></p>
        <div lang="zh-CN">{heading(name.clone(), "")}</div>
        <div class="row">{status_tag(lang, record.standing(file.today))}<a class="small" href=law_path(record.entry.id)>{lang.pick("阅读", "Read it")}</a></div>
        {fault(wrong, lang)}
        {forms}
        {repeal}
        {renamed(lang, file, typed)}
    };
    page(frame, &name, main)
}

/// What the law was called before, and where to say so.
fn renamed(lang: Lang, file: &File, typed: &Typed) -> impl IntoView + use<> {
    let record = &file.record;
    let former = record
        .former
        .iter()
        .map(|before| {
            let id = format!("part-{}-reason", before.id);
            let undo = file.editable.then(|| view! {
                <form class="row wrap" action=format!("/admin/laws/{}/part", before.id) method="post">
                    <div class="field"><label for=id.clone()>{lang.pick("撤销原因", "Why it is taken back")}</label><input id=id name="reason" r#type="text" required/></div>
                    <button class="button" r#type="submit">{lang.pick("撤销登记", "Take it back")}</button>
                </form>
            });
            view! { <li class="stack"><span lang="zh-CN">{before.name()}</span>{undo}</li> }
        })
        .collect_view();
    let former = (!record.former.is_empty()).then(|| {
        view! {
            <p>{lang.pick("原来的名称：", "Called before:")}</p><ul class="plain-list stack">{former}</ul>
        }
    });
    let mine = typed.get("form").is_some_and(|form| form == "join");
    let reason = if mine {
        typed_or(typed, "reason", "")
    } else {
        String::new()
    };
    let options: Vec<_> = std::iter::once((String::new(), lang.pick("请选择", "Choose one").to_owned()))
        .chain(file.others.iter().map(|(id, name)| (id.to_string(), name.clone())))
        .map(|(id, name)| view! { <option value=id>{name}</option> })
        .collect();
    let join = (file.editable && !file.others.is_empty()).then(|| view! {
        <form class="stack" action=format!("/admin/laws/{}/join", record.entry.id) method="post">
            <input type="hidden" name="form" value="join"/>
            <p class="small soft">{lang.pick(
                "修订时改了名称的法规，把原来那部接到这里：两部的版本按日期排在一起，对照条文、题目依据、收藏和清单都会接着往下找。可以撤销。",
                "A law that was renamed at a revision is joined here with the one before: the versions of both stand in the order of their days, and comparisons, bases of questions, bookmarks and lists follow through. It can be taken back.",
            )}</p>
            <div class="field"><label for="join-before">{lang.pick("原来的法规", "The law before")}</label><select id="join-before" name="before" required lang="zh-CN">{options}</select></div>
            {line("join", ("reason", "text"), lang.pick("依据", "Why"), reason, true)}
            <button class="button" r#type="submit">{lang.pick("接上", "Join them")}</button>
        </form>
    });
    (former.is_some() || join.is_some()).then(|| {
        view! {
            <section class="card stack"><h2>{lang.pick("更名", "Renamed")}</h2>{former}{join}</section>
        }
    })
}

/// Takes back a version that was imported by mistake, or says what cites it.
fn removal(lang: Lang, file: &File, version: &Version) -> impl IntoView + use<> {
    let Citing {
        questions,
        marks,
        lists,
    } = file.citing.get(&version.id).copied().unwrap_or_default();
    let body = match questions + marks + lists {
        0 => {
            let id = format!("removal-{}-reason", version.id);
            view! {
                <form class="stack" action=format!("/admin/law-versions/{}/removal", version.id) method="post">
                    <p class="small soft">{lang.pick(
                        "只用于导错的文本：正文、条文和检索一起删除，操作记录里留下名称、日期、摘要和原因。",
                        "Only for a text imported by mistake: text, articles and index go; name, days, digest and reason stay in the log.",
                    )}</p>
                    <div class="field"><label for=id.clone()>{lang.pick("删除原因", "Why")}</label><input id=id name="reason" r#type="text" required/></div>
                    <button class="button danger" r#type="submit">{lang.pick("删除这个版本", "Remove this version")}</button>
                </form>
            }
            .into_any()
        }
        _ => {
            let text = match lang {
                Lang::Zh => {
                    format!("不能删除：题目依据 {questions} 处、收藏和笔记 {marks} 处、应知应会清单 {lists} 行引用它。")
                }
                Lang::En => format!(
                    "It cannot be removed: {questions} bases of questions, {marks} bookmarks and notes and {lists} lines of must-know lists cite it."
                ),
            };
            view! { <p>{text}</p> }.into_any()
        }
    };
    view! { <details><summary>{lang.pick("误导入？", "Imported by mistake?")}</summary>{body}</details> }
}

fn version(lang: Lang, file: &File, version: &Version, typed: &Typed) -> impl IntoView + use<> {
    let record = &file.record;
    let mine = typed.get("form").is_some_and(|form| *form == version.id.to_string());
    let value = |name: &str, usual: String| match mine {
        true => typed_or(typed, name, usual),
        false => usual,
    };
    let form: &'static str = "days";
    let id = |name: &str| format!("{form}-{}-{name}", version.id);
    let input = |name: &'static str, label: &'static str, kind: &'static str, value: String, required: bool| {
        let id = id(name);
        view! {
            <div class="field"><label for=id.clone()>{label}</label><input id=id name=name r#type=kind value=value required=required/></div>
        }
    };
    let level = value("level", record.entry.level.map_or("", Level::code).to_owned());
    let level_id = id("level");
    let options = levels(lang)
        .into_iter()
        .map(|(code, name)| {
            let selected = code == level;
            view! { <option value=code selected=selected>{name}</option> }
        })
        .collect_view();
    let who = file.importers.get(&version.imported_by).cloned();
    let who = who.unwrap_or_else(|| lang.pick("系统管理员", "operator").to_owned());
    let imported = match lang {
        Lang::Zh => format!("{} 由{who}导入，文件 ", moment(lang, version.imported_at)),
        Lang::En => format!("imported {} by {who} from ", moment(lang, version.imported_at)),
    };
    let days = &version.days;
    let href = version_path(record, version.id);
    view! {
        <section class="card stack">
            <div class="row between">
                <h2><a class="quiet num" href=href>{version_name(lang, version)}</a></h2>
                {status_tag(lang, record.status(version, file.today))}
            </div>
            <p class="small num">{days_line(lang, days)}</p>
            <p class="small soft">{imported}<span lang="zh-CN">{version.file.clone()}</span></p>
            <p class="small soft num break">"SM3 "{version.digest.clone()}</p>
            {file.editable.then(|| view! { <details open=mine>
                <summary>{lang.pick("更正日期", "Correct the days")}</summary>
                <form class="stack" action=format!("/admin/law-versions/{}", version.id) method="post">
                    <input type="hidden" name="form" value=version.id.to_string()/>
                    <div class="halves">
                        {input("promulgated", lang.pick("公布日期", "Promulgated"), "date", value("promulgated", field(days.promulgated)), false)}
                        {input("effective", lang.pick("施行日期", "Effective"), "date", value("effective", field(days.effective)), false)}
                        {input("repealed", lang.pick("废止日期", "Repealed"), "date", value("repealed", field(days.repealed)), false)}
                        <div class="field"><label for=level_id.clone()>{lang.pick("效力级别", "Level")}</label><select id=level_id name="level">{options}</select></div>
                    </div>
                    {input("reason", lang.pick("更正原因", "Why"), "text", value("reason", String::new()), true)}
                    <button class="button" r#type="submit">{lang.pick("保存更正", "Save")}</button>
                </form>
            </details> })}
            {file.editable.then(|| removal(lang, file, version))}
        </section>
    }
}
