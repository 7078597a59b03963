//! One question: how candidates see it, its versions, where it is used, and what is almost the same.

use leptos::prelude::*;

use super::{address, beyond, options, overexposed, tags, used, version, what_is_exposure};
use crate::{
    domain::{
        answer::{Form, numbered},
        figure::Rate,
        item::{MOVED_WITH_LAW, Question, State, letter},
        lang::Lang,
        law::{Article, Bound},
        statistics::classical::ItemFigures,
        vetting::Progress,
    },
    error::Fault,
    service::{
        law::Basis,
        question::{InExam, Shown, Version},
    },
    ui::{
        part::{Tone, bar, difference, fault, heading, moment, notice, table, tag},
        shell::{Frame, page},
        study::article_path,
    },
};

pub fn question(frame: &Frame, shown: &Shown, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let current = shown.current();
    let bank = shown.bank.bank.id;
    let title = match lang {
        Lang::Zh => format!("题目 {}", current.id),
        Lang::En => format!("Question {}", current.id),
    };
    let below = version(lang, current.number);
    let edit = shown.editable.then(|| {
        let href = format!("{}/edit", address(bank, current));
        view! { <a class="button" href=href>{lang.pick("修改", "Change")}</a> }
    });
    let main = view! {
        <p class="small"><a href=format!("/admin/banks/{bank}")>{shown.bank.bank.name.clone()}</a></p>
        <div class="row between wrap">{heading(title.clone(), below)}{edit}</div>
        {fault(wrong, lang)}
        {overtaken(lang, shown)}
        {vetted(lang, shown)}
        <section class="card stack">
            <h2>{lang.pick("考生看到的样子", "As candidates see it")}</h2>
            {preview(lang, &current.question)}
        </section>
        <section class="card stack">
            <h2>{lang.pick("答案和依据", "Key and basis")}</h2>
            <div class="row wrap">{tags(lang, &current.question)}</div>
            {options(lang, &current.question)}
            {explained(lang, &current.question)}
        </section>
        {bases(lang, &shown.bases)}
        {near(lang, shown)}
        {usage(lang, shown)}
        {versions(lang, shown)}
        {shown.editable.then(|| state(lang, shown))}
    };
    page(frame, &title, main)
}

/// A login name; nobody's is that of the operator.
pub(super) fn person(lang: Lang, name: &str) -> &str {
    if name.is_empty() {
        lang.pick("操作员", "the operator")
    } else {
        name
    }
}

/// That it is not drawn since its law has changed.
fn overtaken(lang: Lang, shown: &Shown) -> impl IntoView + use<> {
    (shown.current().question.state == State::Stale).then(|| {
        let text = lang.pick(
            "依据的条文有变动，这道题已退出抽题，等人复核。",
            "Its law has changed: it is not drawn until somebody has looked.",
        );
        let href = format!("/admin/banks/{}/laws", shown.bank.bank.id);
        view! { <p class="notice warn">{text}" "<a href=href>{lang.pick("看修改对照", "See what changed")}</a></p> }
    })
}

/// What waits for a second person, or came back from one.
fn vetted(lang: Lang, shown: &Shown) -> impl IntoView + use<> {
    let named = shown.vettings.first()?;
    let (vetting, bank) = (&named.vetting, shown.bank.bank.id);
    let page = format!("/admin/banks/{bank}/review/{}", vetting.id);
    let again = format!("{}/edit?from={}", address(bank, shown.current()), vetting.id);
    let author = person(lang, &named.author).to_owned();
    let asked = moment(lang, vetting.asked_at);
    let text = match (vetting.progress, vetting.proposed.is_some(), lang) {
        (Progress::Waiting, true, Lang::Zh) => {
            format!("{author} {asked} 提交了新的一版，正在等另一个人审题；审完以前抽题用现在这版。")
        }
        (Progress::Waiting, true, Lang::En) => {
            format!(
                "{author} proposed a new version ({asked}). Until somebody else has approved it, this one is drawn."
            )
        }
        (Progress::Waiting, false, Lang::Zh) => format!("{author} {asked} 送审，另一个人审过才会被抽到。"),
        (Progress::Waiting, false, Lang::En) => {
            format!("Waits for review since {asked}, by {author}; it is drawn when somebody else has approved it.")
        }
        (Progress::Returned, _, Lang::Zh) => {
            format!("{} 把 {author} 送审的一版退回了，意见：", person(lang, &named.decider))
        }
        (Progress::Returned, _, Lang::En) => {
            format!("{} sent back what {author} proposed:", person(lang, &named.decider))
        }
        (Progress::Withdrawn, true, Lang::Zh) => "有一版送审后撤回了，没有采用。".to_owned(),
        (Progress::Withdrawn, true, Lang::En) => "A proposed version was withdrawn and is not in use.".to_owned(),
        _ => return None,
    };
    let later = vetting.proposed.is_some() && vetting.progress != Progress::Waiting;
    // A version made since has overtaken what came back.
    if vetting.progress != Progress::Waiting && shown.versions[0].made_at > vetting.asked_at {
        return None;
    }
    let comment = vetting
        .decision
        .as_ref()
        .filter(|_| vetting.progress == Progress::Returned);
    let comment = comment.map(|decision| view! { <p class="break">{decision.comment.clone()}</p> });
    let more = later && shown.editable;
    Some(view! {
        <section class="card stack">
            {notice(Tone::Warn, text)}
            {comment}
            <div class="row wrap">
                <a class="button" href=page>{lang.pick("看审题页", "See its review")}</a>
                {more.then(|| view! { <a class="button" href=again>{lang.pick("接着这一版改", "Go on from that version")}</a> })}
            </div>
        </section>
    })
}

/// Without the key, and with nothing to press.
pub(super) fn preview(lang: Lang, question: &Question) -> impl IntoView + use<> {
    let options = question
        .options
        .iter()
        .enumerate()
        .map(|(place, text)| {
            view! { <p class="option"><span class="letter" aria-hidden="true">{letter(place).to_string()}</span><span>{text.clone()}</span></p> }
        })
        .collect_view();
    let asking = question.form.as_ref().map(Form::asking);
    let fields = asking.map(|asking| beyond::fields(Lang::Zh, &asking));
    let stem = match question.form {
        Some(_) => numbered(&question.stem),
        None => question.stem.clone(),
    };
    let shuffled = (question.pinned.len() < question.options.len()).then(|| {
        let text = lang.pick("组卷时选项按规则乱序。", "Options may be shuffled on a paper.");
        view! { <p class="small soft">{text}</p> }
    });
    view! {
        <div class="question" lang="zh-CN">
            <p class="small soft">{question.kind.name(Lang::Zh)}</p>
            <p class="stem">{stem}</p>
            {options}
            {fields}
        </div>
        {shuffled}
    }
}

pub(super) fn explained(lang: Lang, question: &Question) -> impl IntoView + use<> {
    let explanation = (!question.explanation.is_empty())
        .then(|| view! { <p class="law small" lang="zh-CN">{question.explanation.clone()}</p> });
    let basis = (!question.basis.is_empty())
        .then(|| view! { <p class="small soft" lang="zh-CN">{question.basis.join("；")}</p> });
    let none = (question.explanation.is_empty() && question.basis.is_empty()).then(|| {
        let text = lang.pick(
            "没有解析，也没有写依据。",
            "Neither an explanation nor a basis is given.",
        );
        view! { <p class="small soft">{text}</p> }
    });
    view! { {explanation}{basis}{none} }
}

/// The articles that legal bases mean, or that the library has none.
pub(super) fn bases(lang: Lang, bases: &[Basis]) -> impl IntoView + use<> {
    let rows = bases
        .iter()
        .map(|basis| {
            let article = |(bound, name, article): &(Bound, String, Article)| {
                view! {
                    <p><a lang="zh-CN" href=article_path(bound)>{format!("{name}{}", article.number.chinese())}</a></p>
                    <p class="law break lines" lang="zh-CN">{article.text()}</p>
                }
            };
            let articles = basis.articles.iter().map(article).collect_view();
            let none = basis.articles.is_empty().then(|| {
                let words = lang.pick(
                    "法规库里没有找到这一条，请另行核对。",
                    "The library has no such article; check it elsewhere.",
                );
                view! { <p class="small soft">{words}</p> }
            });
            view! { <div class="stack"><p lang="zh-CN">{basis.text.clone()}</p>{articles}{none}</div> }
        })
        .collect_view();
    (!bases.is_empty()).then(|| {
        view! { <section class="card stack"><h2>{lang.pick("依据的条文（现行）", "Its articles, as in force")}</h2>{rows}</section> }
    })
}

fn near(lang: Lang, shown: &Shown) -> impl IntoView + use<> {
    let bank = shown.bank.bank.id;
    let stem = &shown.current().question.stem;
    let rows = shown
        .near
        .iter()
        .map(|(other, percent)| {
            view! {
                <li>
                    <a href=address(bank, other)>{other.id.to_string()}</a>" "
                    <span class="small soft num">{format!("{percent}%")}</span>" "
                    <span>{difference(lang, stem, &other.question.stem)}</span>
                </li>
            }
        })
        .collect_view();
    (!shown.near.is_empty()).then(|| {
        view! {
            <section class="card stack">
                <h2>{lang.pick("题库里近似的题", "Almost the same in this bank")}</h2>
                <ul class="options">{rows}</ul>
            </section>
        }
    })
}

fn usage(lang: Lang, shown: &Shown) -> impl IntoView + use<> {
    let title = lang.pick("使用和曝光", "Use and exposure");
    view! {
        <section class="card stack">
            <h2>{title}</h2>
            <p>{used(lang, shown.usage)}{overexposed(lang, shown.usage)}</p>
            {exams(lang, &shown.exams, &shown.figures)}
            <p class="small soft">{what_is_exposure(lang)}</p>
        </section>
    }
}

/// The exams in whose pool a question was. `figures`: what their papers say of it, where that is known.
pub(super) fn exams(lang: Lang, exams: &[InExam], figures: &[Option<ItemFigures>]) -> impl IntoView + use<> {
    let rows = exams
        .iter()
        .zip(figures.iter().chain(std::iter::repeat(&None)))
        .map(|(used, figures)| {
            let figure = |value: Option<f64>| value.map_or("—".to_owned(), |value| format!("{value:.2}"));
            let facility = figure(figures.as_ref().and_then(|figures| figures.facility));
            let rest = figure(figures.as_ref().and_then(|figures| figures.item_rest_r));
            let share = Rate { numerator: used.papers, denominator: used.all };
            view! {
                <tr>
                    <th class="plain" scope="row"><a href=format!("/admin/exams/{}", used.exam)>{used.title.clone()}</a></th>
                    <td class="num">{moment(lang, used.opened_at)}</td>
                    <td>{version(lang, used.number)}</td>
                    <td class="n">{format!("{} / {}", used.papers, used.all)}</td>
                    <td><div class="row nowrap">{bar(share.basis_points().unwrap_or(0))}<span>{share.percent()}</span></div></td>
                    <td class="n">{facility}</td>
                    <td class="n">{rest}</td>
                    <td><a href=format!("/admin/exams/{}/items/{}", used.exam, used.place)>{lang.pick("作答情况", "Answers")}</a></td>
                </tr>
            }
        })
        .collect_view();
    let head = view! {
        <th>{lang.pick("考试", "Exam")}</th><th>{lang.pick("开考", "Opened")}</th><th>{lang.pick("版本", "Version")}</th>
        <th class="n">{lang.pick("试卷", "Papers")}</th><th class="wide">{lang.pick("曝光率（出现的试卷 ÷ 全部试卷）", "Exposure (papers with it ÷ all papers)")}</th>
        <th class="n">{lang.pick("得分率", "Facility")}</th><th class="n">{lang.pick("区分度 r", "Discrimination r")}</th><th>{lang.pick("详情", "More")}</th>
    };
    if exams.is_empty() {
        notice(
            Tone::Plain,
            lang.pick("还没有进过任何考试。", "It has not been in any exam yet."),
        )
        .into_any()
    } else {
        table(lang.pick("各场考试的使用情况", "Use by exam"), head, rows).into_any()
    }
}

fn reason(lang: Lang, reason: &str) -> String {
    match reason {
        MOVED_WITH_LAW => lang
            .pick(
                "依据的条文内容未变，条号变了，依据随之更新。",
                "The article says the same under another number; the basis names it.",
            )
            .to_owned(),
        written => written.to_owned(),
    }
}

fn versions(lang: Lang, shown: &Shown) -> impl IntoView + use<> {
    let cards = shown
        .versions
        .iter()
        .enumerate()
        .map(|(place, made)| {
            let before = shown.versions.get(place + 1).map(|before| &before.stored);
            let by = match made.made_by.as_str() {
                "" if made.reason == MOVED_WITH_LAW => lang.pick("随法律修订", "with its law"),
                "" => lang.pick("导入", "import"),
                name => name,
            };
            let line = format!("{} · {by}", moment(lang, made.made_at));
            view! {
                <li class="stack">
                    <p><b>{version(lang, made.stored.number)}</b>" "<span class="small soft num">{line}</span></p>
                    {(!made.reason.is_empty()).then(|| view! { <p class="break">{reason(lang, &made.reason)}</p> })}
                    {approved(lang, shown, made)}
                    {before.map(|before| changes(lang, &before.question, &made.stored.question))}
                    {(shown.editable && place > 0).then(|| restore(lang, shown, made))}
                </li>
            }
        })
        .collect_view();
    let title = lang.pick("版本", "Versions");
    let note = lang.pick(
        "试卷一直用抽题时的版本；改动只影响以后的考试。",
        "Papers keep the version they were drawn with; a change holds for later exams only.",
    );
    view! {
        <section class="card stack">
            <div class="row between wrap"><h2>{title}</h2><span class="small soft">{note}</span></div>
            <ol class="history stack">{cards}</ol>
        </section>
    }
}

/// Who approved a version, where somebody had to.
fn approved(lang: Lang, shown: &Shown, made: &Version) -> impl IntoView + use<> {
    let version = Some(made.stored.version);
    let mut decided = shown
        .vettings
        .iter()
        .filter_map(|named| Some((named, named.vetting.decision.as_ref()?)));
    let found = decided.find(|(_, decision)| decision.version == version);
    found.map(|(named, decision)| {
        let (name, at) = (person(lang, &named.decider).to_owned(), moment(lang, decision.at));
        let text = match lang {
            Lang::Zh => format!("{name} {at} 审题通过"),
            Lang::En => format!("Approved by {name}, {at}"),
        };
        view! { <p class="small num">{text}</p> }
    })
}

/// The form that takes the question back to an older version.
fn restore(lang: Lang, shown: &Shown, made: &Version) -> impl IntoView + use<> {
    let (current, number) = (shown.current(), made.stored.number);
    let id = format!("restore-{number}");
    let title = match lang {
        Lang::Zh => format!("恢复成第 {number} 版"),
        Lang::En => format!("Back to version {number}"),
    };
    view! {
        <details>
            <summary>{title.clone()}</summary>
            <form class="stack" action=format!("{}/restore", address(shown.bank.bank.id, current)) method="post">
                <input r#type="hidden" name="before" value=current.number.to_string()/>
                <input r#type="hidden" name="number" value=number.to_string()/>
                <div class="field">
                    <label for=id.clone()>{lang.pick("为什么恢复（存为新版本，原来的版本都保留）", "Why (it becomes a new version; all others are kept)")}</label>
                    <input id=id name="reason" maxlength="500" required=true/>
                </div>
                <div class="row"><button class="button" r#type="submit">{title}</button></div>
            </form>
        </details>
    }
}

/// What a version changed, part by part.
pub(super) fn changes(lang: Lang, old: &Question, new: &Question) -> impl IntoView + use<> {
    let key = |question: &Question| match &question.form {
        Some(form) => {
            let (stem, lines) = form.notation(&question.stem);
            if lines.is_empty() { stem } else { lines }
        }
        None => question.key.letters(),
    };
    let parts = [
        (
            lang.pick("题型", "Kind"),
            old.kind.name(lang).to_owned(),
            new.kind.name(lang).to_owned(),
        ),
        (lang.pick("题目", "Question"), old.stem.clone(), new.stem.clone()),
        (
            lang.pick("选项", "Options"),
            old.options.join("\n"),
            new.options.join("\n"),
        ),
        (lang.pick("答案", "Key"), key(old), key(new)),
        (
            lang.pick("解析", "Explanation"),
            old.explanation.clone(),
            new.explanation.clone(),
        ),
        (lang.pick("依据", "Basis"), old.basis.join("\n"), new.basis.join("\n")),
        (lang.pick("知识点", "Topic"), old.topic.clone(), new.topic.clone()),
        (
            lang.pick("难度", "Difficulty"),
            old.difficulty.name(lang).to_owned(),
            new.difficulty.name(lang).to_owned(),
        ),
        (lang.pick("标签", "Tags"), old.tags.join("，"), new.tags.join("，")),
    ];
    let rows = parts
        .into_iter()
        .filter(|(_, old, new)| old != new)
        .map(|(name, old, new)| view! { <div><dt>{name}</dt><dd class="break">{difference(lang, &old, &new)}</dd></div> })
        .collect_view();
    view! { <dl class="definitions">{rows}</dl> }
}

fn state(lang: Lang, shown: &Shown) -> impl IntoView + use<> {
    let current = shown.current();
    let now = current.question.state;
    let buttons = State::CHOSEN
        .into_iter()
        .filter(|state| *state != now)
        .map(|state| {
            let label = match state {
                State::Ready => lang.pick("启用", "Put in use"),
                State::Draft | State::InReview | State::Stale => lang.pick("退回待补正", "Back to drafts"),
                State::Retired => lang.pick("停用", "Retire"),
            };
            view! { <button class="button" r#type="submit" name="state" value=state.code()>{label}</button> }
        })
        .collect_view();
    view! {
        <section class="card stack">
            <div class="row between wrap"><h2>{lang.pick("能不能抽到", "Whether it is drawn")}</h2>{tag(Tone::Plain, now.name(lang))}</div>
            <form class="stack" action=format!("{}/state", address(shown.bank.bank.id, current)) method="post">
                <div class="field">
                    <label for="reason">{lang.pick("原因", "Reason")}</label>
                    <input id="reason" name="reason" maxlength="500" required=true/>
                </div>
                <div class="row wrap">{buttons}</div>
            </form>
        </section>
    }
}
