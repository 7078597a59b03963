//! Review by two persons: what waits in a bank, and one question with all that helps to judge it.

use leptos::prelude::*;

use super::{
    address, options, overexposed,
    question::{bases, changes, exams, explained, person, preview},
    tags, used, version, what_is_exposure,
};
use crate::{
    domain::{lang::Lang, vetting::Progress},
    error::Fault,
    service::vetting::{Approved, Queue, Shown, Waiting},
    ui::{
        part::{Tone, difference, fault, heading, moment, notice, pager, tag},
        shell::{Frame, page},
    },
};

/// What is said above the queue.
pub enum Said<'a> {
    Nothing,
    Approved(&'a Approved),
    Wrong(&'a Fault),
}

pub fn queue(frame: &Frame, queue: &Queue, said: Said<'_>) -> impl IntoView {
    let lang = frame.lang;
    let bank = queue.bank.bank.id;
    let title = lang.pick("待审题目", "Questions to review");
    let count = match lang {
        Lang::Zh => format!("{} 题", queue.all),
        Lang::En => format!("{} question(s)", queue.all),
    };
    let rule = if queue.bank.bank.vetted {
        lang.pick(
            "这个题库要双人审题：新写、修改、导入的题，由写题人以外的另一个人审过才会被抽到。修改过的题审完以前，抽题用原来那一版。",
            "This bank needs two persons: what is written, changed or imported is drawn only after somebody else has approved it. While \
             a change waits, the version before it stays in the draw.",
        )
    } else {
        lang.pick(
            "这个题库不要求双人审题：写好的题直接可用。可以在本页下方启用。",
            "This bank does not ask for a second person: what is written can be drawn at once. It is switched on below.",
        )
    };
    let empty = queue
        .waiting
        .is_empty()
        .then(|| notice(Tone::Good, lang.pick("没有待审的题目。", "Nothing waits for review.")));
    let rows = queue
        .waiting
        .iter()
        .map(|waiting| row(lang, queue, waiting))
        .collect_view();
    let own = |waiting: &&Waiting| waiting.named.vetting.author == queue.caller;
    let mine = queue.waiting.iter().filter(own).count();
    let approve = (queue.editable && mine < queue.waiting.len()).then(|| {
        view! {
            <section class="card stack">
                <label class="tick"><input r#type="checkbox" name="all" value="yes"/><span>{lang.pick("本页的题我都看过了，全部通过（自己写的除外）", "I have read all on this page; approve them (but for my own)")}</span></label>
                <div class="row"><button class="button primary" r#type="submit">{lang.pick("通过勾选的题", "Approve what is ticked")}</button></div>
            </section>
        }
    });
    let main = view! {
        <p class="small"><a href=format!("/admin/banks/{bank}")>{queue.bank.bank.name.clone()}</a></p>
        {heading(title, count)}
        <p class="small">{rule}</p>
        {above(lang, &said)}
        {empty}
        <form class="stack" action=format!("/admin/banks/{bank}/review") method="post">{rows}{approve}</form>
        {pager(lang, queue.page, queue.pages, move |page| format!("/admin/banks/{bank}/review?page={page}"))}
        {queue.editable.then(|| setting(lang, queue))}
    };
    page(frame, title, main)
}

fn above(lang: Lang, said: &Said<'_>) -> AnyView {
    let approved = match said {
        Said::Nothing => return ().into_any(),
        Said::Wrong(wrong) => return fault(Some(wrong), lang).into_any(),
        Said::Approved(approved) => approved,
    };
    let done = match lang {
        Lang::Zh => format!("通过 {} 题。", approved.done),
        Lang::En => format!("{} approved.", approved.done),
    };
    let refused = approved
        .refused
        .iter()
        .map(|(vetting, fault)| view! { <li><span class="num">{vetting.to_string()}</span>" "{fault.message(lang)}</li> })
        .collect_view();
    let tone = if approved.refused.is_empty() {
        Tone::Good
    } else {
        Tone::Warn
    };
    let not = match lang {
        Lang::Zh => format!("没有通过 {} 题：", approved.refused.len()),
        Lang::En => format!("{} not approved:", approved.refused.len()),
    };
    let more = (!approved.refused.is_empty()).then(|| view! { <p>{not}</p><ul class="options">{refused}</ul> });
    view! { {notice(tone, done)}{more} }.into_any()
}

/// Who asks, since when, and why.
fn asked(lang: Lang, waiting: &Waiting) -> String {
    let vetting = &waiting.named.vetting;
    let (author, at) = (person(lang, &waiting.named.author), moment(lang, vetting.asked_at));
    let reason = vetting.reason.as_str();
    let why = if reason.is_empty() {
        String::new()
    } else {
        format!(" · {reason}")
    };
    match lang {
        Lang::Zh => format!("{author} {at} 送审{why}"),
        Lang::En => format!("{author}, {at}{why}"),
    }
}

/// New, or another version.
fn what(lang: Lang, waiting: &Waiting) -> String {
    match (&waiting.named.vetting.proposed, waiting.current.number, lang) {
        (Some(_), number, Lang::Zh) => format!("修改（现用第 {number} 版）"),
        (Some(_), number, Lang::En) => format!("Change of version {number}"),
        (None, 1, _) => lang.pick("新题", "New").to_owned(),
        (None, number, Lang::Zh) => format!("第 {number} 版，尚未启用"),
        (None, number, Lang::En) => format!("Version {number}, not in use yet"),
    }
}

fn row(lang: Lang, queue: &Queue, waiting: &Waiting) -> impl IntoView + use<> {
    let vetting = &waiting.named.vetting;
    let question = waiting.question();
    let href = format!("/admin/banks/{}/review/{}", queue.bank.bank.id, vetting.id);
    let pick = format!("{}-{}", vetting.id, waiting.current.number);
    let own = vetting.author == queue.caller;
    let tick = (queue.editable && !own).then(|| {
        view! {
            <input r#type="hidden" name="here" value=pick.clone()/>
            <label class="tick"><input r#type="checkbox" name="pick" value=pick/><span>{lang.pick("通过", "Approve")}</span></label>
        }
    });
    let own = own.then(|| {
        tag(
            Tone::Plain,
            lang.pick("自己写的，由别人审", "Your own: somebody else reviews it"),
        )
    });
    let body = match &vetting.proposed {
        Some(proposed) => changes(lang, &waiting.current.question, proposed).into_any(),
        None => view! { {options(lang, question)}{explained(lang, question)} }.into_any(),
    };
    view! {
        <article class="card stack">
            <div class="row wrap">{tag(Tone::Action, what(lang, waiting))}{tags(lang, question)}</div>
            <p lang="zh-CN"><a href=href>{question.stem.clone()}</a></p>
            {body}
            <p class="small soft num break">{asked(lang, waiting)}</p>
            {own}{tick}
        </article>
    }
}

fn setting(lang: Lang, queue: &Queue) -> impl IntoView + use<> {
    let (bank, vetted) = (queue.bank.bank.id, queue.bank.bank.vetted);
    let (button, to) = match vetted {
        true => (lang.pick("不再要求双人审题", "Ask for two persons no longer"), "no"),
        false => (lang.pick("启用双人审题", "Ask for two persons"), "yes"),
    };
    let note = lang.pick(
        "只管以后写入的题：已经可用的题不变，正在待审的题仍要审完。开和关都记入操作记录。法律修订后只改条号的题不用审。",
        "It holds for what is written from now on: what is ready stays so, what waits goes on waiting. Switching it is logged. Questions \
         whose article only got another number need no review.",
    );
    view! {
        <section class="card stack">
            <h2>{lang.pick("双人审题", "Review by two persons")}</h2>
            <p class="small">{note}</p>
            <form class="stack" action=format!("/admin/banks/{bank}/review/setting") method="post">
                <input r#type="hidden" name="vetted" value=to/>
                <div class="field">
                    <label for="setting-reason">{lang.pick("原因", "Reason")}</label>
                    <input id="setting-reason" name="reason" maxlength="500" required=true/>
                </div>
                <div class="row"><button class="button" r#type="submit">{button}</button></div>
            </form>
        </section>
    }
}

pub fn review(frame: &Frame, shown: &Shown, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let bank = shown.bank.bank.id;
    let waiting = &shown.waiting;
    let question = waiting.question();
    let title = lang.pick("审题", "Review a question");
    let compared = waiting.named.vetting.proposed.as_ref().map(|proposed| {
        let below = version(lang, waiting.current.number);
        view! {
            <section class="card stack">
                <div class="row between wrap"><h2>{lang.pick("和现用版本的不同", "What it changes")}</h2><span class="small soft">{below}</span></div>
                {changes(lang, &waiting.current.question, proposed)}
            </section>
        }
    });
    let main = view! {
        <p class="small"><a href=format!("/admin/banks/{bank}/review")>{shown.bank.bank.name.clone()}" · "{lang.pick("待审题目", "Questions to review")}</a></p>
        {heading(title, what(lang, waiting))}
        <p class="small num break">{asked(lang, waiting)}" · "<a href=address(bank, &waiting.current)>{lang.pick("题目和它的历史", "The question and its history")}</a></p>
        {fault(wrong, lang)}
        {decided(lang, shown)}
        {compared}
        <section class="card stack"><h2>{lang.pick("考生看到的样子", "As candidates see it")}</h2>{preview(lang, question)}</section>
        <section class="card stack">
            <h2>{lang.pick("答案和依据", "Key and basis")}</h2>
            <div class="row wrap">{tags(lang, question)}</div>
            {options(lang, question)}
            {explained(lang, question)}
        </section>
        {bases(lang, &shown.bases)}
        {near(lang, shown)}
        {usage(lang, shown)}
        {decide(lang, shown)}
    };
    page(frame, title, main)
}

fn decided(lang: Lang, shown: &Shown) -> impl IntoView + use<> {
    let named = &shown.waiting.named;
    let decision = named.vetting.decision.as_ref()?;
    let tone = match named.vetting.progress {
        Progress::Approved => Tone::Good,
        _ => Tone::Warn,
    };
    let who = person(lang, &named.decider);
    let line = format!(
        "{}：{who}，{}",
        named.vetting.progress.name(lang),
        moment(lang, decision.at)
    );
    let comment = (!decision.comment.is_empty()).then(|| view! { <p class="break">{decision.comment.clone()}</p> });
    let again = (shown.editable && named.vetting.progress != Progress::Approved).then(|| {
        let edit = format!("{}/edit", address(shown.bank.bank.id, &shown.waiting.current));
        let href = match named.vetting.proposed {
            Some(_) => format!("{edit}?from={}", named.vetting.id),
            None => edit,
        };
        view! { <p><a class="button" href=href>{lang.pick("接着改", "Change it")}</a></p> }
    });
    Some(view! { {notice(tone, line)}{comment}{again} })
}

fn near(lang: Lang, shown: &Shown) -> impl IntoView + use<> {
    let stem = &shown.waiting.question().stem;
    let rows = shown
        .near
        .iter()
        .map(|(other, percent)| {
            view! {
                <div class="stack">
                    <p><a href=address(shown.bank.bank.id, other)>{other.id.to_string()}</a>" "<span class="small soft num">{format!("{percent}%")}</span></p>
                    <p>{difference(lang, &other.question.stem, stem)}</p>
                    {options(lang, &other.question)}
                </div>
            }
        })
        .collect_view();
    let none = shown
        .near
        .is_empty()
        .then(|| view! { <p class="small soft">{lang.pick("没有近似的题。", "Nothing is almost the same.")}</p> });
    view! { <section class="card stack"><h2>{lang.pick("题库里近似的题", "Almost the same in this bank")}</h2>{none}{rows}</section> }
}

fn usage(lang: Lang, shown: &Shown) -> impl IntoView + use<> {
    (shown.usage.pools > 0 || shown.usage.competitions > 0).then(|| {
        view! {
            <section class="card stack">
                <h2>{lang.pick("使用和曝光", "Use and exposure")}</h2>
                <p>{used(lang, shown.usage)}{overexposed(lang, shown.usage)}</p>
                {exams(lang, &shown.exams, &shown.figures)}
                <p class="small soft">{what_is_exposure(lang)}</p>
            </section>
        }
    })
}

/// What the viewer may do with it.
fn decide(lang: Lang, shown: &Shown) -> impl IntoView + use<> {
    let vetting = &shown.waiting.named.vetting;
    if !shown.editable || vetting.progress != Progress::Waiting {
        return None;
    }
    let own = vetting.author == shown.caller;
    let action = format!("/admin/banks/{}/review/{}", shown.bank.bank.id, vetting.id);
    let seen = shown.waiting.current.number.to_string();
    let field = |label: &'static str| {
        view! {
            <div class="field">
                <label for="comment">{label}</label>
                <input id="comment" name="comment" maxlength="500"/>
            </div>
        }
    };
    let body = if own {
        view! {
            <p class="small">{lang.pick("这道题是您写的，要由另一个人审。可以撤回再改。", "You wrote this: somebody else reviews it. You can withdraw and change it.")}</p>
            {field(lang.pick("为什么撤回", "Why it is withdrawn"))}
            <div class="row wrap"><button class="button" r#type="submit" name="decision" value="withdraw">{lang.pick("撤回", "Withdraw")}</button></div>
        }
        .into_any()
    } else {
        view! {
            {field(lang.pick("意见（退回时必填，写题人会收到）", "Comment (needed to send it back; its author is told)"))}
            <div class="row wrap">
                <button class="button primary" r#type="submit" name="decision" value="approve">{lang.pick("通过，可以抽题", "Approve: it may be drawn")}</button>
                <button class="button" r#type="submit" name="decision" value="return">{lang.pick("退回", "Send back")}</button>
            </div>
        }
        .into_any()
    };
    Some(view! {
        <form class="card stack" action=action method="post">
            <h2>{lang.pick("审题意见", "Your decision")}</h2>
            <input r#type="hidden" name="seen" value=seen/>
            {body}
        </form>
    })
}
