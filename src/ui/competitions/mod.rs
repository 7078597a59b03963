//! Competitions as administrators keep them: list, set-up form, one competition with the versions of its rules, and the pages
//! around it.

mod burden;
mod case;
mod counts;
mod items;
mod overtaken;
pub mod rules;
mod truth;

use leptos::prelude::*;

pub use burden::burden;
pub use case::{cases, file};
pub use counts::counts;
pub use items::items;
pub use truth::truth;

use super::{
    part::{Tone, choice, fault, heading, moment, notice, qr, table, tag},
    shell::{Frame, page},
};
use crate::{
    domain::{
        bank::BankSummary,
        competition::{Competition, Rules, State, Version, preset::Preset},
        id::{CompetitionId, UnitId},
        item::{Kind, State as ItemState},
        lang::Lang,
        time::Timestamp,
    },
    error::Fault,
    service::{
        competition::{figures::Listed, overtaken::Found},
        qr::Qr,
    },
    ui::shell::as_text,
};

/// The longest title, reason or name of who approved.
const LONGEST: &str = "200";

fn state_tag(lang: Lang, state: State) -> impl IntoView {
    let tone = match state {
        State::Draft => Tone::Plain,
        State::Published => Tone::Good,
    };
    tag(tone, state.name(lang))
}

fn window(lang: Lang, rules: &Rules) -> String {
    format!(
        "{} — {}",
        moment(lang, rules.begins_at()),
        moment(lang, rules.ends_at())
    )
}

pub fn list(frame: &Frame, rows: &[Listed]) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("竞赛", "Competitions");
    let lines = rows
        .iter()
        .map(|row| {
            let id = row.competition.id;
            let counts = match (row.total, row.competition.state) {
                (Some(total), _) => format!("{} / {}", total.person_times, total.participants).into_any(),
                (None, State::Draft) => "—".into_any(),
                (None, State::Published) => {
                    let href = format!("/admin/competitions/{id}/counts");
                    view! { <a href=href>{lang.pick("查看", "See")}</a> }.into_any()
                }
            };
            view! {
                <tr>
                    <td><a href=format!("/admin/competitions/{id}")>{row.competition.title.clone()}</a></td>
                    <td>{state_tag(lang, row.competition.state)}</td>
                    <td>{window(lang, &row.rules)}</td>
                    <td class="n">{counts}</td>
                </tr>
            }
        })
        .collect_view();
    let head = view! {
        <th>{lang.pick("名称", "Title")}</th><th>{lang.pick("状态", "State")}</th><th>{lang.pick("时间", "Time")}</th>
        <th class="n">{lang.pick("人次 / 人数", "Attempts / persons")}</th>
    };
    let list = if rows.is_empty() {
        notice(Tone::Plain, lang.pick("还没有竞赛。", "No competition yet.")).into_any()
    } else {
        view! { <section class="card">{table(title, head, lines)}</section> }.into_any()
    };
    let main = view! {
        <div class="row between wrap">
            {heading(title, "")}
            <a class="button primary" href="/admin/competitions/new">{lang.pick("新建竞赛", "New competition")}</a>
        </div>
        {list}
    };
    page(frame, title, main)
}

/// What stands in the set-up form, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    pub title: String,
    /// Empty: the whole site.
    pub unit: String,
    pub bank: String,
    pub rules: rules::Typed,
}

impl Typed {
    pub fn of(competition: &Competition) -> Self {
        Self {
            title: competition.title.clone(),
            unit: competition.unit.map(|unit| unit.to_string()).unwrap_or_default(),
            bank: competition.bank.to_string(),
            rules: rules::Typed::of(&competition.rules),
        }
    }
}

/// What the form offers to choose from.
pub struct Choices {
    pub banks: Vec<BankSummary>,
    /// Who may hold it, with names; `None`: the whole site.
    pub units: Vec<(Option<UnitId>, String)>,
}

/// Questions of a bank that papers can be drawn from.
pub fn ready(bank: &BankSummary) -> i64 {
    let kinds = Kind::CHOICES.into_iter();
    kinds.map(|kind| bank.count(Some(kind), Some(ItemState::Ready))).sum()
}

/// The set-up form, new or of a draft. `preset`: what a new one is filled with.
pub fn form(
    frame: &Frame,
    id: Option<CompetitionId>,
    preset: Option<Preset>,
    typed: &Typed,
    choices: &Choices,
    wrong: Option<&Fault>,
) -> impl IntoView {
    let lang = frame.lang;
    let title = match id {
        Some(_) => lang.pick("修改竞赛", "Change the competition"),
        None => lang.pick("新建竞赛", "New competition"),
    };
    let (action, cancel) = match id {
        Some(id) => (format!("/admin/competitions/{id}"), format!("/admin/competitions/{id}")),
        None => ("/admin/competitions".to_owned(), "/admin/competitions".to_owned()),
    };
    let banks = choices
        .banks
        .iter()
        .map(|summary| {
            let ready = ready(summary);
            let label = format!("{}（{} {ready}）", summary.bank.name, lang.pick("可用", "ready"));
            (summary.bank.id.to_string(), label)
        })
        .collect();
    let everybody = lang.pick("全站", "The whole site");
    let units = choices
        .units
        .iter()
        .map(|(unit, path)| match unit {
            Some(unit) => (unit.to_string(), path.clone()),
            None => (String::new(), everybody.to_owned()),
        })
        .collect();
    let body = if choices.banks.is_empty() {
        view! {
            {notice(Tone::Warn, lang.pick("还没有题库，请先导入题目。", "There is no bank yet. Import questions first."))}
            <p><a class="button" href="/admin/banks">{lang.pick("去题库", "To the banks")}</a></p>
        }
        .into_any()
    } else {
        view! {
            <form class="stack" action=action method="post">
                // What the Enter key presses is the first button of a form.
                <button class="visually-hidden" r#type="submit" tabindex="-1" aria-hidden="true">{lang.pick("保存草稿", "Save the draft")}</button>
                <fieldset class="card stack">
                    <legend><h2>{lang.pick("竞赛和题库", "Competition and questions")}</h2></legend>
                    <div class="field">
                        <label for="title">{lang.pick("竞赛名称", "Title")}</label>
                        <input id="title" name="title" r#type="text" value=typed.title.clone() maxlength=LONGEST required=true/>
                    </div>
                    {choice("unit", lang.pick("主办单位", "Held by"), units, &typed.unit)}
                    {choice("bank", lang.pick("从哪个题库抽题", "Question bank"), banks, &typed.bank)}
                </fieldset>
                {rules::fields(lang, &typed.rules)}
                <div class="row wrap">
                    <button class="button primary" r#type="submit">{lang.pick("保存草稿", "Save the draft")}</button>
                    <a class="button quiet" href=cancel>{lang.pick("取消", "Cancel")}</a>
                </div>
            </form>
        }
        .into_any()
    };
    let presets = preset.map(|preset| presets(lang, preset));
    let main = view! { {heading(title, "")}{fault(wrong, lang)}{presets}{body} };
    page(frame, title, main)
}

/// Whose rules to begin with.
fn presets(lang: Lang, chosen: Preset) -> impl IntoView {
    let items = Preset::ALL
        .iter()
        .map(|preset| {
            let current = (*preset == chosen).then_some("true");
            let mark = (*preset == chosen).then(|| lang.pick("（已填入下面的表单）", " (in the form below)"));
            let note = preset.note();
            view! {
                <li>
                    <a href=format!("/admin/competitions/new?preset={}", preset.code()) aria-current=current>{preset.name(lang)}</a>{mark}
                    <p class="small soft">{lang.pick(note.0, note.1)}</p>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="card stack">
            <h2>{lang.pick("从哪里的规则开始", "Whose rules to begin with")}</h2>
            <p class="small soft">{lang.pick(
                "选一套填好表单，再改成自己的。换一套会丢掉下面已填的内容。",
                "Choose one to fill the form, then change it. Choosing another one drops what is typed below.",
            )}</p>
            <ul class="plain-list">{items}</ul>
        </section>
    }
}

/// What the page of a competition says besides its rules.
pub struct About {
    pub bank: String,
    /// Questions that papers can be drawn from: of the bank for a draft, else of the fixed pool.
    pub questions: i64,
    /// Who holds it; `None`: the whole site.
    pub unit: Option<String>,
    /// Where players reach it.
    pub link: String,
    pub qr: Option<Qr>,
    /// Empty for a draft.
    pub versions: Vec<Version>,
    /// The number of the version that holds now.
    pub current: u32,
    /// What the law or the bank has overtaken; `None` for a draft.
    pub overtaken: Option<Found>,
    pub now: Timestamp,
}

/// The codes of the regions, which the words only count.
fn regions(lang: Lang, rules: &Rules) -> Option<String> {
    (!rules.regions.is_empty()).then(|| {
        let codes: Vec<_> = rules.regions.iter().map(u32::to_string).collect();
        let codes = codes.join(lang.pick("、", ", "));
        format!("{}{codes}", lang.pick("限定地区：", "Regions: "))
    })
}

fn words(lang: Lang, rules: &Rules) -> impl IntoView + use<> {
    let lines = rules.words(lang).into_iter().chain(regions(lang, rules));
    let lines = lines.map(|line| view! { <li>{line}</li> }).collect_view();
    view! { <ul class="plain-list">{lines}</ul> }
}

/// One competition. `wrong`: why the last step was not carried out.
pub fn competition(frame: &Frame, competition: &Competition, about: &About, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let current = about.versions.iter().find(|version| version.number == about.current);
    let rules = current.map_or(&competition.rules, |version| &version.rules);
    let whole = lang.pick("全站", "the whole site");
    let unit = about.unit.as_deref().unwrap_or(whole);
    let source = match lang {
        Lang::Zh => format!("主办：{unit}；题库：{}，{} 题可抽。", about.bank, about.questions),
        Lang::En => format!("Held by {unit}; {} questions of {}.", about.questions, about.bank),
    };
    let main = view! {
        <p class="small"><a href="/admin/competitions">{lang.pick("竞赛", "Competitions")}</a></p>
        <div class="row between wrap">{heading(competition.title.clone(), window(lang, rules))}{state_tag(lang, competition.state)}</div>
        {fault(wrong, lang)}
        {(competition.state == State::Published).then(|| ways(lang, competition.id))}
        {about.overtaken.as_ref().map(|found| overtaken::section(lang, competition.bank, found))}
        <section class="card stack">
            <h2>{lang.pick("规则", "Rules")}</h2>
            <p>{source}</p>
            {words(lang, rules)}
            <p class="small soft">{lang.pick("参赛人看到的就是这段话，由规则自动写成。", "Players read these very words; they are made from the rules.")}</p>
        </section>
        {match competition.state {
            State::Draft => draft(lang, competition, about).into_any(),
            State::Published => published(lang, competition, about).into_any(),
        }}
    };
    page(frame, &competition.title, main)
}

/// The pages around a published competition.
fn ways(lang: Lang, id: CompetitionId) -> impl IntoView {
    let links = [
        ("counts", lang.pick("参赛数据", "Counts")),
        ("items", lang.pick("题目统计", "Questions")),
        ("truth", lang.pick("真实性检查", "Truth meter")),
        ("cases", lang.pick("核查", "Cases")),
        ("burden", lang.pick("减负自查", "Burden reduction")),
        ("draws", lang.pick("抽奖", "Prize draws")),
    ];
    let links = links
        .into_iter()
        .map(|(place, name)| view! { <a class="button" href=format!("/admin/competitions/{id}/{place}")>{name}</a> })
        .collect_view();
    // Units are the same for all competitions.
    view! {
        <nav class="row wrap" aria-label=lang.pick("这次竞赛", "This competition")>
            {links}
            <a class="button quiet" href="/admin/organizations">{lang.pick("单位目录", "Directory of units")}</a>
            <a class="button quiet" href="/admin/organizations/desk">{lang.pick("单位归并", "Merge desk")}</a>
        </nav>
    }
}

fn draft(lang: Lang, competition: &Competition, about: &About) -> impl IntoView + use<> {
    let (id, questions) = (competition.id, about.questions);
    let enough = competition.rules.pool_fits(usize::try_from(questions).unwrap_or(0));
    let fixed = match lang {
        Lang::Zh => format!(
            "发布后：题库里现在启用的 {questions} 道题固定为抽题范围，以后改题库不影响本次竞赛（开赛前法条改了的题会移出）；规则从发布时起生效，之后只能先公布、后生效地改；不能撤回草稿。"
        ),
        Lang::En => format!(
            "Publishing fixes the {questions} questions now in use as those papers are drawn from, whatever happens to the bank later; until it begins, those whose law changes leave. The rules hold from then on and can only be changed by announcing a new version first. It cannot be taken back to a draft."
        ),
    };
    let short = (!enough).then(|| {
        notice(
            Tone::Warn,
            lang.pick(
                "题库里启用的题还不够，现在不能发布。",
                "The bank has too few questions in use; it cannot be published yet.",
            ),
        )
    });
    view! {
        <section class="card stack">
            <h2>{lang.pick("下一步：发布", "Next: publish")}</h2>
            <p>{fixed}</p>
            {short}
            <div class="row wrap">
                <form action=format!("/admin/competitions/{id}/publish") method="post"><button class="button primary" r#type="submit">{lang.pick("发布", "Publish")}</button></form>
                <a class="button" href=format!("/admin/competitions/{id}/edit")>{lang.pick("修改", "Change")}</a>
                <a class="button" href=format!("/admin/competitions/{id}/burden")>{lang.pick("减负自查", "Burden reduction")}</a>
            </div>
        </section>
    }
}

fn published(lang: Lang, competition: &Competition, about: &About) -> impl IntoView + use<> {
    let id = competition.id;
    let code = about
        .qr
        .as_ref()
        .map(|code| qr(code, lang.pick("参赛入口的二维码", "QR code of the way in")));
    view! {
        <section class="card stack">
            <h2>{lang.pick("参赛入口", "The way in")}</h2>
            <div class="row">
                {code}
                <div class="stack">
                    <p><a class="code" href=format!("/c/{}", competition.code)>{about.link.clone()}</a></p>
                    <p class="small soft">{lang.pick("链接和二维码不变，可以印在海报上。", "Link and code stay the same and can be printed on a poster.")}</p>
                </div>
            </div>
        </section>
        {versions(lang, about)}
        <p><a class="button" href=format!("/admin/competitions/{id}/edit")>{lang.pick("公布新的规则", "Announce new rules")}</a></p>
    }
}

/// Every version of the rules with its reason and what it says otherwise, the newest first.
fn versions(lang: Lang, about: &About) -> impl IntoView + use<> {
    let items = about
        .versions
        .iter()
        .enumerate()
        .rev()
        .map(|(place, version)| {
            let before = place.checked_sub(1).and_then(|before| about.versions.get(before));
            view! { <li>{one_version(lang, version, before, about)}</li> }
        })
        .collect_view();
    view! {
        <section class="card stack">
            <h2>{lang.pick("规则的各个版本", "Versions of the rules")}</h2>
            <ol class="history stack">{items}</ol>
        </section>
    }
}

fn one_version(lang: Lang, version: &Version, before: Option<&Version>, about: &About) -> impl IntoView + use<> {
    let (number, at) = (version.number, version.effective_at);
    let state = if version.number == about.current {
        Some(tag(Tone::Good, lang.pick("现行", "Holds now")))
    } else if at > about.now {
        Some(tag(Tone::Action, lang.pick("已公布，未生效", "Announced")))
    } else {
        None
    };
    let title = match lang {
        Lang::Zh => format!("第 {number} 版，{} 起生效", at.local()),
        Lang::En => format!("Version {number}, from {}", at.local()),
    };
    let made = match lang {
        Lang::Zh => format!("{} 公布", version.made_at.local()),
        Lang::En => format!("Announced {}", version.made_at.local()),
    };
    let reason = (!version.reason.is_empty())
        .then(|| view! { <p>{format!("{}{}", lang.pick("理由：", "Reason: "), version.reason)}</p> });
    let differences = before.map(|before| differences(lang, &before.rules, &version.rules));
    view! {
        <p class="strong">{title}" "{state}</p>
        <p class="small soft num">{made}</p>
        {reason}
        {differences}
    }
}

fn differences(lang: Lang, before: &Rules, after: &Rules) -> impl IntoView + use<> {
    let (mut gone, mut new) = before.changes(after, lang);
    if before.regions != after.regions {
        gone.extend(regions(lang, before));
        new.extend(regions(lang, after));
    }
    let spoken = |text: &'static str| view! { <span class="visually-hidden">{text}</span> };
    let gone = gone
        .into_iter()
        .map(|line| view! { <li><del>{spoken(lang.pick("删去：", "deleted: "))}{line}</del></li> })
        .collect_view();
    let new = new
        .into_iter()
        .map(|line| view! { <li><ins>{spoken(lang.pick("加上：", "added: "))}{line}</ins></li> })
        .collect_view();
    view! { <ul class="plain-list difference">{gone}{new}</ul> }
}

/// What is typed to announce new rules, beside the rules.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Announced {
    pub effective_at: String,
    pub reason: String,
}

/// The form to announce a new version of the rules, filled with those announced last.
pub fn announce(
    frame: &Frame,
    competition: &Competition,
    typed: &rules::Typed,
    announced: &Announced,
    wrong: Option<&Fault>,
) -> impl IntoView {
    let (lang, id) = (frame.lang, competition.id);
    let title = lang.pick("公布新的规则", "Announce new rules");
    let main = view! {
        <p class="small"><a href=format!("/admin/competitions/{id}")>{competition.title.clone()}</a></p>
        {heading(title, "")}
        {fault(wrong, lang)}
        {notice(Tone::Plain, lang.pick(
            "新规则立即公布在竞赛页上，到生效时间才起作用；已经开始的答题按开始时的规则计。已开始的阶段不能挪动或删去。",
            "New rules are shown at once and hold from the time below; attempts that have begun are judged by the rules they were begun under. A stage that has opened cannot be moved or left out.",
        ))}
        <form class="stack" action=format!("/admin/competitions/{id}/rules") method="post">
            <button class="visually-hidden" r#type="submit" tabindex="-1" aria-hidden="true">{lang.pick("公布", "Announce")}</button>
            {rules::fields(lang, typed)}
            <fieldset class="card stack">
                <legend><h2>{lang.pick("什么时候生效，为什么改", "From when, and why")}</h2></legend>
                <div class="field">
                    <label for="effective_at">{lang.pick("生效时间（北京时间，不能早于现在）", "Holds from (Beijing time, not before now)")}</label>
                    <input id="effective_at" name="effective_at" r#type="datetime-local" value=announced.effective_at.clone() required=true/>
                </div>
                <div class="field">
                    <label for="reason">{lang.pick("理由（参赛人看得到，不超过 200 字）", "Reason (players read it, at most 200 characters)")}</label>
                    <textarea id="reason" name="reason" maxlength=LONGEST required=true inner_html=as_text(&announced.reason)></textarea>
                </div>
            </fieldset>
            <div class="row wrap">
                <button class="button primary" r#type="submit">{lang.pick("公布", "Announce")}</button>
                <a class="button quiet" href=format!("/admin/competitions/{id}")>{lang.pick("取消", "Cancel")}</a>
            </div>
        </form>
    };
    page(frame, title, main)
}

/// The way back, the title of a page about a competition, and what stands beside it.
fn top(lang: Lang, competition: &Competition, title: &str, below: String, beside: impl IntoView) -> impl IntoView {
    let href = format!("/admin/competitions/{}", competition.id);
    view! {
        <p class="small"><a href=href>{competition.title.clone()}</a></p>
        <div class="row between wrap">{heading(title, below)}<div class="row wrap">{beside}</div></div>
        {(competition.state == State::Published).then(|| ways(lang, competition.id))}
    }
}
