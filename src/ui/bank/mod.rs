//! Question banks: counts, questions, import; one question, its editor, and what is almost the same.

pub(super) mod beyond;
mod doubles;
mod editor;
mod export;
mod law;
mod question;
mod vetting;

use leptos::prelude::*;

use super::{
    part::{Tone, choice, day, heading, notes, notice, pager, table, tag, upload},
    shell::{Frame, encode, page},
};
use crate::{
    domain::{
        bank::{BankSummary, EXPOSURE_DAYS, Filter, OVEREXPOSED_PAPERS, OVEREXPOSED_PERCENT, Sort, Stored, Usage},
        id::{BankId, UploadId},
        item::{Difficulty, Kind, Question, State, letter},
        lang::Lang,
    },
    service::bank::{Preview, Report},
};

pub use doubles::doubles;
pub use editor::{editor, new_editor};
pub use export::export;
pub use law::law_list;
pub use question::question;
pub use vetting::{Said, queue, review};

fn address(bank: BankId, stored: &Stored) -> String {
    format!("/admin/banks/{bank}/questions/{}", stored.id)
}

/// `everywhere`: whether the viewer manages all banks, and with them what is disputed.
pub fn banks(frame: &Frame, banks: &[BankSummary], everywhere: bool) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("题库", "Question banks");
    let kinds = Kind::CHOICES;
    let head = view! {
        <th>{lang.pick("名称", "Name")}</th>
        {kinds.map(|kind| view! { <th class="n">{kind.name(lang)}</th> }).collect_view()}
        <th class="n">{lang.pick("其他题型", "Other kinds")}</th>
        <th class="n">{lang.pick("可用", "Ready")}</th><th class="n">{lang.pick("待审题", "In review")}</th>
        <th class="n">{lang.pick("法条变动", "Law changed")}</th><th class="n">{lang.pick("待补正", "Drafts")}</th>
    };
    let rows = banks
        .iter()
        .map(|summary| {
            let others: i64 = Kind::ALL
                .into_iter()
                .filter(|kind| !kind.is_choice())
                .map(|kind| summary.count(Some(kind), None))
                .sum();
            let counts = kinds
                .map(|kind| view! { <td class="n">{summary.count(Some(kind), None).to_string()}</td> })
                .collect_view();
            let stale = match summary.count(None, Some(State::Stale)) {
                0 => "0".into_any(),
                stale => view! { <a href=format!("/admin/banks/{}/laws", summary.bank.id)>{stale.to_string()}</a> }
                    .into_any(),
            };
            view! {
                <tr>
                    <td><a href=format!("/admin/banks/{}", summary.bank.id)>{summary.bank.name.clone()}</a></td>
                    {counts}
                    <td class="n">{others.to_string()}</td>
                    <td class="n">{summary.count(None, Some(State::Ready)).to_string()}</td>
                    <td class="n">{summary.count(None, Some(State::InReview)).to_string()}</td>
                    <td class="n">{stale}</td>
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
        {everywhere.then(|| view! { <p><a href="/admin/disputes">{lang.pick("题目异议", "Disputed questions")}</a></p> })}
        <section class="card stack">
            <h2>{lang.pick("导入题目", "Import questions")}</h2>
            {upload(
                "/admin/banks/import".into(),
                lang.pick(
                    "XLSX、CSV、JSON Lines、GIFT、Aiken、Moodle XML 或 QTI 文件",
                    "XLSX, CSV, JSON Lines, GIFT, Aiken, Moodle XML or QTI file",
                ),
                lang.pick("常见的题库表格和其他考试系统导出的文件都能认。先预览，逐处说明哪里有问题、什么没有带过来，确认后才写入。",
                    "Common tables and the files of other programs are recognised. You see a preview first that names every doubt and loss."),
                ".xlsx,.csv,.json,.jsonl,.gift,.txt,.xml,.zip",
                lang.pick("预览", "Preview"),
            )}
            <p class="small"><a href="/admin/banks/template" download="">{lang.pick("下载 XLSX 模板（带填写说明）", "Download the XLSX template, with instructions")}</a></p>
        </section>
    };
    page(frame, title, main)
}

/// Questions of one bank, filtered. `topics`: of its questions, to choose from; `waiting`: how many wait for review, `overtaken`:
/// for somebody to look since their law has changed; `editable`: whether the viewer may change it.
pub fn questions(
    frame: &Frame,
    bank: &BankSummary,
    (filter, topics): (&Filter, &[(String, i64)]),
    (found, total): (&[(Stored, Usage)], i64),
    at: (u32, u32),
    (waiting, overtaken): (i64, i64),
    editable: bool,
) -> impl IntoView {
    let lang = frame.lang;
    let id = bank.bank.id;
    let query = query(filter);
    let export = format!("/admin/banks/{id}/export?{query}");
    let link = move |page: u32| format!("/admin/banks/{id}?{query}&page={page}");
    let count = match lang {
        Lang::Zh => format!("找到 {total} 题"),
        Lang::En => format!("{total} found"),
    };
    let list = found
        .iter()
        .map(|(stored, usage)| listed(lang, id, stored, *usage))
        .collect_view();
    let empty = found
        .is_empty()
        .then(|| notice(Tone::Plain, lang.pick("没有符合条件的题目。", "No question fits.")));
    let new = editable.then(|| {
        view! { <a class="button" href=format!("/admin/banks/{id}/questions/new")>{lang.pick("写一道题", "Write a question")}</a> }
    });
    let review = match (lang, bank.bank.vetted, waiting) {
        (Lang::Zh, false, 0) => "双人审题".to_owned(),
        (Lang::Zh, ..) => format!("待审题目（{waiting}）"),
        (Lang::En, false, 0) => "Review by two".to_owned(),
        (Lang::En, ..) => format!("To review ({waiting})"),
    };
    let laws = match (lang, overtaken) {
        (Lang::Zh, 0) => "法条变动待复核".to_owned(),
        (Lang::Zh, _) => format!("法条变动待复核（{overtaken}）"),
        (Lang::En, 0) => "Law changes to look at".to_owned(),
        (Lang::En, _) => format!("Law changes to look at ({overtaken})"),
    };
    let main = view! {
        <p class="small"><a href="/admin/banks">{lang.pick("题库", "Question banks")}</a></p>
        <div class="row between wrap">
            {heading(bank.bank.name.clone(), count)}
            <div class="row wrap">
                {new}
                <a class="button" href=format!("/admin/banks/{id}/review")>{review}</a>
                <a class="button" href=format!("/admin/banks/{id}/laws")>{laws}</a>
                <a class="button" href=format!("/admin/banks/{id}/near")>{lang.pick("查近似题", "Find near-duplicates")}</a>
                {editable.then(|| view! { <a class="button" href=export>{lang.pick("导出", "Export")}</a> })}
            </div>
        </div>
        {practice(lang, bank, editable)}
        {filter_form(lang, id, filter, topics)}
        {empty}
        {list}
        {pager(lang, at.0, at.1, link)}
    };
    page(frame, &bank.bank.name, main)
}

/// A filter as it stands in an address.
fn query(filter: &Filter) -> String {
    fields(filter)
        .into_iter()
        .map(|(name, value)| format!("{name}={}", encode(&value)))
        .collect::<Vec<_>>()
        .join("&")
}

/// A filter as the fields of a form.
fn fields(filter: &Filter) -> Vec<(&'static str, String)> {
    vec![
        ("kind", filter.kind.map_or("", Kind::code).to_owned()),
        ("state", filter.state.map_or("", State::code).to_owned()),
        ("difficulty", filter.difficulty.map_or("", Difficulty::code).to_owned()),
        ("topic", filter.topic.as_deref().map(topic_code).unwrap_or_default()),
        ("used", used_code(filter).to_owned()),
        ("bound", bound_code(filter).to_owned()),
        ("words", filter.words.clone()),
        ("sort", filter.sort.code().to_owned()),
    ]
}

/// Whether whoever studies may be asked questions of the bank, and the switch for it.
fn practice(lang: Lang, bank: &BankSummary, editable: bool) -> impl IntoView + use<> {
    let open = bank.bank.practice;
    let text = match open {
        true => lang.pick(
            "这个题库开放练习：学习的人会做到其中可用的题，答完就看到答案和解析；要由人阅卷的题（简答、论述等）不练。",
            "Open to practice: whoever studies is asked its ready questions and told the keys; those that people have to read are not asked.",
        ),
        false => lang.pick(
            "这个题库没有开放练习：题目只用于考试和竞赛。开放以后，学习的人答完题就看到答案；保密的考题请放在另一个题库。",
            "Closed to practice: its questions serve exams and competitions only. Once open, whoever studies is told the keys; keep secret questions in another bank.",
        ),
    };
    let (value, label) = match open {
        true => ("closed", lang.pick("关闭练习", "Close to practice")),
        false => ("open", lang.pick("开放练习", "Open to practice")),
    };
    let switch = editable.then(|| {
        view! {
            <form action=format!("/admin/banks/{}/practice", bank.bank.id) method="post">
                <button class="button" r#type="submit" name="practice" value=value>{label}</button>
            </form>
        }
    });
    view! { <section class="card row between wrap"><p class="small">{text}</p>{switch}</section> }
}

/// In the address: `-` for questions without a topic.
fn topic_code(topic: &str) -> String {
    if topic.is_empty() {
        "-".to_owned()
    } else {
        topic.to_owned()
    }
}

fn used_code(filter: &Filter) -> &'static str {
    match filter.used {
        _ if filter.over => "over",
        None => "",
        Some(true) => "yes",
        Some(false) => "no",
    }
}

fn bound_code(filter: &Filter) -> &'static str {
    match filter.bound {
        None => "",
        Some(true) => "yes",
        Some(false) => "no",
    }
}

fn filter_form(lang: Lang, bank: BankId, filter: &Filter, topics: &[(String, i64)]) -> impl IntoView + use<> {
    let all = || std::iter::once((String::new(), lang.pick("全部", "All").to_owned()));
    let pairs = |codes: Vec<(&str, &str)>| -> Vec<(String, String)> {
        let codes = codes.into_iter().map(|(code, name)| (code.to_owned(), name.to_owned()));
        all().chain(codes).collect()
    };
    let kinds = pairs(Kind::ALL.map(|kind| (kind.code(), kind.name(lang))).into());
    let states = pairs(State::ALL.map(|state| (state.code(), state.name(lang))).into());
    let levels = pairs(Difficulty::ALL.map(|level| (level.code(), level.name(lang))).into());
    let used = pairs(vec![
        ("yes", lang.pick("用过", "Used")),
        ("no", lang.pick("没有用过", "Not used")),
        ("over", lang.pick("曝光偏高", "Overexposed")),
    ]);
    let bound = pairs(vec![
        ("yes", lang.pick("有对应条文", "Articles known")),
        ("no", lang.pick("没有对应条文", "No article")),
    ]);
    let sorts = Sort::ALL.map(|sort| (sort.code().to_owned(), sort_name(lang, sort).to_owned()));
    let topics = topics.iter().map(|(topic, count)| {
        let name = if topic.is_empty() {
            lang.pick("没有知识点", "No topic")
        } else {
            topic
        };
        (topic_code(topic), format!("{name}（{count}）"))
    });
    let topics = all().chain(topics).collect();
    let topic = filter.topic.as_deref().map(topic_code).unwrap_or_default();
    view! {
        <form class="filter card" action=format!("/admin/banks/{bank}") method="get">
            {choice("kind", lang.pick("题型", "Kind"), kinds, filter.kind.map_or("", Kind::code))}
            {choice("state", lang.pick("状态", "State"), states, filter.state.map_or("", State::code))}
            {choice("difficulty", lang.pick("难度", "Difficulty"), levels, filter.difficulty.map_or("", Difficulty::code))}
            {choice("topic", lang.pick("知识点", "Topic"), topics, &topic)}
            {choice("used", lang.pick("使用", "Use"), used, used_code(filter))}
            {choice("bound", lang.pick("依据", "Basis"), bound, bound_code(filter))}
            {choice("sort", lang.pick("排序", "Order"), sorts.into(), filter.sort.code())}
            <div class="field">
                <label for="words">{lang.pick("题干、选项或标签", "Text or tag")}</label>
                <input id="words" name="words" r#type="search" value=filter.words.clone()/>
            </div>
            <button class="button" r#type="submit">{lang.pick("筛选", "Filter")}</button>
        </form>
    }
}

fn sort_name(lang: Lang, sort: Sort) -> &'static str {
    match sort {
        Sort::Number => lang.pick("按编号", "By number"),
        Sort::MostExposed => lang.pick("曝光率从高到低", "Most exposed first"),
        Sort::LeastExposed => lang.pick("曝光率从低到高", "Least exposed first"),
    }
}

/// Kind, state, topic, difficulty and tags of a question.
fn tags(lang: Lang, q: &Question) -> impl IntoView + use<> {
    let state = match q.state {
        State::Ready => tag(Tone::Good, q.state.name(lang)),
        State::Draft | State::InReview | State::Stale => tag(Tone::Warn, q.state.name(lang)),
        State::Retired => tag(Tone::Plain, q.state.name(lang)),
    };
    let topic = (!q.topic.is_empty()).then(|| {
        view! { <span class="tag">{lang.pick("知识点：", "Topic: ")}<span lang="zh-CN">{q.topic.clone()}</span></span> }
    });
    let level = (q.difficulty != Difficulty::Unknown).then(|| match lang {
        Lang::Zh => tag(Tone::Plain, format!("难度：{}", q.difficulty.name(lang))),
        Lang::En => tag(Tone::Plain, format!("Difficulty: {}", q.difficulty.name(lang))),
    });
    let tags = q
        .tags
        .iter()
        .filter(|text| **text != q.topic)
        .map(|text| view! { <span class="tag" lang="zh-CN">{text.clone()}</span> })
        .collect_view();
    view! { {tag(Tone::Action, q.kind.name(lang))}{state}{topic}{level}{tags} }
}

/// The options with the right ones marked; of a question beyond choice, what is right.
fn options(lang: Lang, q: &Question) -> impl IntoView + use<> {
    if let Some(form) = &q.form {
        return beyond::right(lang, form).into_any();
    }
    let options = q
        .options
        .iter()
        .enumerate()
        .map(|(place, text)| {
            let right = q.key.contains(place);
            let pinned = q.pinned.contains(place);
            view! {
                <li class:right=right>
                    <span class="num">{format!("{}. ", letter(place))}</span><span lang="zh-CN">{text.clone()}</span>
                    {right.then(|| view! { <span class="small good">{lang.pick("　正确", " right")}</span> })}
                    {pinned.then(|| view! { <span class="small soft">{lang.pick("　乱序时不动", " stays in place when shuffled")}</span> })}
                </li>
            }
        })
        .collect_view();
    view! { <ol class="options">{options}</ol> }.into_any()
}

fn version(lang: Lang, number: u32) -> String {
    match lang {
        Lang::Zh => format!("第 {number} 版"),
        Lang::En => format!("Version {number}"),
    }
}

fn listed(lang: Lang, bank: BankId, stored: &Stored, usage: Usage) -> impl IntoView + use<> {
    let q = &stored.question;
    let used = used(lang, usage);
    let id = match lang {
        Lang::Zh => format!("编号 {}", stored.id),
        Lang::En => format!("Number {}", stored.id),
    };
    view! {
        <article class="card stack">
            <div class="row wrap">{tags(lang, q)}<span class="small soft">{version(lang, stored.number)}</span></div>
            <p class="lines" lang="zh-CN">{q.stem.clone()}</p>
            {options(lang, q)}
            {(!q.explanation.is_empty()).then(|| view! { <p class="law small" lang="zh-CN">{q.explanation.clone()}</p> })}
            {(!q.basis.is_empty()).then(|| view! { <p class="small soft" lang="zh-CN">{q.basis.join("；")}</p> })}
            <p class="small soft num"><a href=address(bank, stored)>{id}</a>{lang.pick("　", " · ")}{used}{overexposed(lang, usage)}</p>
        </article>
    }
}

/// Where a question was used, in a line.
fn used(lang: Lang, usage: Usage) -> String {
    let ever = match (lang, usage.exams) {
        (Lang::Zh, 0) => "还没有考过".to_owned(),
        (Lang::Zh, exams) => format!("考过 {exams} 场，共 {} 份试卷", usage.papers),
        (Lang::En, 0) => "Not examined yet".to_owned(),
        (Lang::En, exams) => format!("On {} paper(s) of {exams} exam(s)", usage.papers),
    };
    let last = usage.last.map(|at| match lang {
        Lang::Zh => format!("，最近一次 {}", day(at)),
        Lang::En => format!(", last on {}", day(at)),
    });
    let recent = (usage.recent.all > 0).then(|| {
        let (papers, rate) = (usage.recent.papers, usage.recent.rate().percent_short());
        match lang {
            Lang::Zh => format!("；近 12 个月考试和竞赛 {papers} 份，曝光率 {rate}"),
            Lang::En => format!("; {papers} in exams and competitions within 12 months, exposure {rate}"),
        }
    });
    let competitions = (usage.competitions > 0).then(|| match lang {
        Lang::Zh => format!(
            "；在 {} 场竞赛的题目里，近 12 个月 {} 次答题",
            usage.competitions, usage.plays
        ),
        Lang::En => format!(
            "; among the questions of {} competition(s), in {} attempts within 12 months",
            usage.competitions, usage.plays
        ),
    });
    let uncounted = (usage.uncounted > 0).then(|| match lang {
        Lang::Zh => format!("（其中 {} 场还没有统计，未计入）", usage.uncounted),
        Lang::En => format!(" (without {} that nobody has counted yet)", usage.uncounted),
    });
    let parts = [Some(ever), last, recent, competitions, uncounted];
    parts.into_iter().flatten().collect()
}

/// The hint that a question is known too well.
fn overexposed(lang: Lang, usage: Usage) -> impl IntoView + use<> {
    usage
        .recent
        .is_over()
        .then(|| view! { " "{tag(Tone::Warn, lang.pick("曝光偏高", "Overexposed"))} })
}

/// What exposure is, and from when on it is too high.
fn what_is_exposure(lang: Lang) -> String {
    match lang {
        Lang::Zh => format!(
            "曝光率：近 {EXPOSURE_DAYS} 天开考的考试和发布的竞赛里，凡抽题范围有这道题的，出现这道题的试卷 ÷ 全部试卷。按试卷计，考两次的人算两份。竞赛按最近一次“题目统计”计：只计已交卷的正式赛答题；结束后自动统计，没有统计过的不计。超过 {OVEREXPOSED_PERCENT}% 且不少于 {OVEREXPOSED_PAPERS} 份试卷，提示“曝光偏高”：可以先停用一段时间，或给题库补题。"
        ),
        Lang::En => format!(
            "Exposure: over the exams opened and competitions published within {EXPOSURE_DAYS} days that could draw this question, papers with it ÷ all papers. Papers are counted, so who sat twice counts twice. Of a competition the official attempts handed in that its last count of questions looked at; it is counted by itself when it is over, and not at all before the first count. Above {OVEREXPOSED_PERCENT}%, on at least {OVEREXPOSED_PAPERS} papers, it is called overexposed: rest it for a while, or add questions to the bank."
        ),
    }
}

/// What an import would store.
pub fn preview(frame: &Frame, file: &str, preview: &Preview, pending: UploadId) -> impl IntoView {
    import(
        frame,
        file,
        &preview.report,
        Some(pending),
        Some(doubles::of_file(frame.lang, preview)),
    )
}

/// What an import stored.
pub fn imported(frame: &Frame, file: &str, report: &Report) -> impl IntoView {
    import(frame, file, report, None, None::<()>)
}

fn import<D: IntoView>(
    frame: &Frame,
    file: &str,
    report: &Report,
    pending: Option<UploadId>,
    doubles: Option<D>,
) -> impl IntoView + use<D> {
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
    let waits = (report.waiting > 0).then(|| {
        let waiting = report.waiting;
        let text = match lang {
            Lang::Zh => format!("这个题库要双人审题：{waiting} 题已进入待审，由另一个人审过才会被抽到。"),
            Lang::En => format!("This bank needs two persons: {waiting} wait for review and are drawn after somebody else approved them."),
        };
        notice(Tone::Warn, text)
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
        {waits}
        {confirm}
        {doubles}
        {notes(lang, lang.pick("拒绝（不会写入）", "Refused (not stored)").into(), &report.errors)}
        {notes(lang, lang.pick("存疑（照写，请核对；待补正的题不会被抽到）", "Doubtful (stored; drafts are never drawn)").into(), &report.warnings)}
        {back}
    };
    page(frame, title, main)
}
