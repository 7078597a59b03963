//! Question banks: counts, questions, import.

use leptos::prelude::*;

use super::{
    part::{Tone, choice, heading, notes, notice, pager, table, tag, upload},
    shell::{Frame, encode, page},
};
use crate::{
    domain::{
        bank::{BankSummary, Filter, Stored, Usage},
        id::UploadId,
        item::{Difficulty, Kind, State, letter},
        lang::Lang,
    },
    service::bank::Report,
};

pub fn banks(frame: &Frame, banks: &[BankSummary]) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("题库", "Question banks");
    let kinds = [Kind::Single, Kind::Multiple, Kind::TrueFalse, Kind::Indefinite];
    let head = view! {
        <th>{lang.pick("名称", "Name")}</th>
        {kinds.map(|kind| view! { <th class="n">{kind.name(lang)}</th> }).collect_view()}
        <th class="n">{lang.pick("可用", "Ready")}</th><th class="n">{lang.pick("待补正", "Drafts")}</th>
    };
    let rows = banks
        .iter()
        .map(|summary| {
            let counts = kinds
                .map(|kind| view! { <td class="n">{summary.count(Some(kind), None).to_string()}</td> })
                .collect_view();
            view! {
                <tr>
                    <td><a href=format!("/admin/banks/{}", summary.bank.id)>{summary.bank.name.clone()}</a></td>
                    {counts}
                    <td class="n">{summary.count(None, Some(State::Ready)).to_string()}</td>
                    <td class="n">{summary.count(None, Some(State::Draft)).to_string()}</td>
                </tr>
            }
        })
        .collect_view();
    let list = if banks.is_empty() {
        notice(
            Tone::Plain,
            lang.pick("还没有题库。请先导入题目。", "No bank yet. Import questions first."),
        )
        .into_any()
    } else {
        view! { <section class="card">{table(title, head, rows)}</section> }.into_any()
    };
    let main = view! {
        {heading(title, "")}
        {list}
        <section class="card stack">
            <h2>{lang.pick("导入题目", "Import questions")}</h2>
            {upload(
                "/admin/banks/import".into(),
                lang.pick("XLSX、CSV 或 JSON Lines 文件", "XLSX, CSV or JSON Lines file"),
                lang.pick("常见的题库表格都能认。先预览，逐行说明哪里有问题，确认后才写入。",
                    "Common layouts are recognised. You see a preview that names every doubtful row first."),
                ".xlsx,.csv,.json,.jsonl",
                lang.pick("预览", "Preview"),
            )}
        </section>
    };
    page(frame, title, main)
}

/// Questions of one bank, filtered.
pub fn questions(
    frame: &Frame,
    bank: &BankSummary,
    filter: &Filter,
    found: &[(Stored, Usage)],
    total: i64,
    at: (u32, u32),
) -> impl IntoView {
    let lang = frame.lang;
    let all = lang.pick("全部", "All").to_owned();
    let kinds = std::iter::once((String::new(), all.clone()))
        .chain(
            Kind::ALL
                .into_iter()
                .map(|kind| (kind.code().to_owned(), kind.name(lang).to_owned())),
        )
        .collect();
    let states = std::iter::once((String::new(), all))
        .chain(
            State::ALL
                .into_iter()
                .map(|state| (state.code().to_owned(), state.name(lang).to_owned())),
        )
        .collect();
    let action = format!("/admin/banks/{}", bank.bank.id);
    let base = action.clone();
    let query = (
        filter.kind.map_or("", Kind::code),
        filter.state.map_or("", State::code),
        encode(&filter.words),
    );
    let link = move |page: u32| {
        format!(
            "{base}?kind={}&state={}&words={}&page={page}",
            query.0, query.1, query.2
        )
    };
    let count = match lang {
        Lang::Zh => format!("找到 {total} 题"),
        Lang::En => format!("{total} found"),
    };
    let list = found
        .iter()
        .map(|(stored, usage)| question(lang, stored, *usage))
        .collect_view();
    let empty = found
        .is_empty()
        .then(|| notice(Tone::Plain, lang.pick("没有符合条件的题目。", "No question fits.")));
    let main = view! {
        <p class="small"><a href="/admin/banks">{lang.pick("题库", "Question banks")}</a></p>
        {heading(bank.bank.name.clone(), count)}
        <form class="filter card" action=action method="get">
            {choice("kind", lang.pick("题型", "Kind"), kinds, filter.kind.map_or("", Kind::code))}
            {choice("state", lang.pick("状态", "State"), states, filter.state.map_or("", State::code))}
            <div class="field">
                <label for="words">{lang.pick("题干、选项或标签", "Text or tag")}</label>
                <input id="words" name="words" r#type="search" value=filter.words.clone()/>
            </div>
            <button class="button" r#type="submit">{lang.pick("筛选", "Filter")}</button>
        </form>
        {empty}
        {list}
        {pager(lang, at.0, at.1, link)}
    };
    page(frame, &bank.bank.name, main)
}

fn question(lang: Lang, stored: &Stored, usage: Usage) -> impl IntoView + use<> {
    let q = &stored.question;
    let options = q
        .options
        .iter()
        .enumerate()
        .map(|(place, text)| {
            let right = q.key.contains(place);
            let pinned = q.pinned.contains(place);
            view! {
                <li class:right=right>
                    <span class="num">{format!("{}. ", letter(place))}</span>{text.clone()}
                    {right.then(|| view! { <span class="small good">{lang.pick("　正确", " right")}</span> })}
                    {pinned.then(|| view! { <span class="small soft">{lang.pick("　乱序时不动", " stays in place when shuffled")}</span> })}
                </li>
            }
        })
        .collect_view();
    let state = match q.state {
        State::Ready => tag(Tone::Good, q.state.name(lang)),
        State::Draft => tag(Tone::Warn, q.state.name(lang)),
        State::Retired => tag(Tone::Plain, q.state.name(lang)),
    };
    let version = match lang {
        Lang::Zh => format!("第 {} 版", stored.number),
        Lang::En => format!("Version {}", stored.number),
    };
    let topic = (!q.topic.is_empty()).then(|| match lang {
        Lang::Zh => tag(Tone::Plain, format!("知识点：{}", q.topic)),
        Lang::En => tag(Tone::Plain, format!("Topic: {}", q.topic)),
    });
    let level = (q.difficulty != Difficulty::Unknown).then(|| match lang {
        Lang::Zh => tag(Tone::Plain, format!("难度：{}", q.difficulty.name(lang))),
        Lang::En => tag(Tone::Plain, format!("Difficulty: {}", q.difficulty.name(lang))),
    });
    let used = match (lang, usage.exams) {
        (Lang::Zh, 0) => "还没有用过".to_owned(),
        (Lang::Zh, exams) => format!("用过 {exams} 场考试，出现在 {} 份试卷上", usage.papers),
        (Lang::En, 0) => "Not used yet".to_owned(),
        (Lang::En, exams) => format!("Used in {exams} exam(s), on {} paper(s)", usage.papers),
    };
    let id = match lang {
        Lang::Zh => format!("编号 {}", stored.id),
        Lang::En => format!("Number {}", stored.id),
    };
    let tags = q
        .tags
        .iter()
        .filter(|text| **text != q.topic)
        .map(|text| tag(Tone::Plain, text.clone()))
        .collect_view();
    view! {
        <article class="card stack">
            <div class="row wrap">{tag(Tone::Action, q.kind.name(lang))}{state}{topic}{level}{tags}<span class="small soft">{version}</span></div>
            <p>{q.stem.clone()}</p>
            <ol class="options">{options}</ol>
            {(!q.explanation.is_empty()).then(|| view! { <p class="law small" lang="zh-CN">{q.explanation.clone()}</p> })}
            {(!q.basis.is_empty()).then(|| view! { <p class="small soft" lang="zh-CN">{q.basis.join("；")}</p> })}
            <p class="small soft num">{id}{lang.pick("　", " · ")}{used}</p>
        </article>
    }
}

/// What an import would store, or stored (`pending` is `None` then).
pub fn import(frame: &Frame, file: &str, report: &Report, pending: Option<UploadId>) -> impl IntoView {
    let lang = frame.lang;
    let title = match pending {
        Some(_) => lang.pick("题目预览", "Question preview"),
        None => lang.pick("题目已导入", "Questions imported"),
    };
    let kinds = report.by_kind.iter().map(|(kind, count)| (kind.name(lang), *count));
    let rest = [
        (lang.pick("待补正", "Drafts"), report.drafts),
        (lang.pick("拒绝", "Refused"), report.errors.len()),
        (lang.pick("存疑", "Doubtful"), report.warnings.len()),
    ];
    let figures = kinds
        .chain(rest)
        .map(|(label, count)| view! { <div class="figure"><span class="small soft">{label}</span><b>{count.to_string()}</b></div> })
        .collect_view();
    let done = report.created.map(|created| {
        let (all, bank) = (report.questions(), &report.bank);
        let text = match lang {
            Lang::Zh => format!(
                "题库“{bank}”新增 {created} 题；{} 题原来就有，没有重复写入。",
                all - created
            ),
            Lang::En => format!(
                "Bank “{bank}”: {created} new; {} were there already and not stored twice.",
                all - created
            ),
        };
        notice(Tone::Good, text)
    });
    let confirm = pending.filter(|_| report.questions() > 0).map(|id| {
        view! {
            <form class="card stack" action=format!("/admin/banks/import/{id}") method="post">
                <div class="field">
                    <label for="bank">{lang.pick("导入到题库（没有就新建）", "Into bank (made if there is none)")}</label>
                    <input id="bank" name="bank" value=report.bank.clone() maxlength="60" required=true/>
                </div>
                <div class="row">
                    <button class="button primary" r#type="submit">{lang.pick("确认导入", "Import")}</button>
                    <a class="button" href="/admin/banks">{lang.pick("取消", "Cancel")}</a>
                </div>
            </form>
        }
    });
    let back = pending
        .is_none()
        .then(|| view! { <p><a class="button" href="/admin/banks">{lang.pick("看题库", "See the banks")}</a></p> });
    let main = view! {
        {heading(title, file.to_owned())}
        <div class="figures num">{figures}</div>
        {done}
        {confirm}
        {notes(lang, lang.pick("拒绝（不会写入）", "Refused (not stored)").into(), &report.errors)}
        {notes(lang, lang.pick("存疑（照写，请核对；待补正的题不会被抽到）", "Doubtful (stored; drafts are never drawn)").into(), &report.warnings)}
        {back}
    };
    page(frame, title, main)
}
