//! Questions whose law has changed: the article as it was beside the article as it is, and what to do.

use leptos::prelude::*;

use super::{address, options, query, tags};
use crate::{
    domain::{
        bank::Filter,
        lang::Lang,
        law::{Article, Fate},
    },
    error::Fault,
    service::law::{Review, Waiting, WorkList},
    ui::{
        part::{Tone, difference, heading, notice, pager, tag},
        shell::{Frame, page},
    },
};

pub fn law_list(frame: &Frame, list: &WorkList, fault: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let bank = list.bank.bank.id;
    let title = lang.pick("法条变动待复核", "Law changes to look at");
    let count = match lang {
        Lang::Zh => format!("{} 题", list.all),
        Lang::En => format!("{} questions", list.all),
    };
    let empty = list.reviews.is_empty().then(|| {
        notice(
            Tone::Good,
            lang.pick(
                "没有待复核的题目：能对应到法规库的法律依据，都是现行条文。",
                "Nothing to look at: every basis that the library knows stands on the law in force.",
            ),
        )
    });
    let unbound = (list.unbound > 0).then(|| {
        let words = match lang {
            Lang::Zh => format!(
                "{} 道可用的题没有写依据，或有依据在法规库里没有对应条文：法律修订时不会自动退出抽题。",
                list.unbound
            ),
            Lang::En => format!(
                "{} ready question(s) name no basis, or one that the library has no article for: they stay in the draw when that law changes.",
                list.unbound
            ),
        };
        let href = format!("/admin/banks/{bank}?{}", query(&Filter::unbound(bank)));
        view! { <p class="notice warn">{words}" "<a href=href>{lang.pick("看这些题", "See them")}</a></p> }
    });
    let fault = fault.map(|fault| notice(Tone::Seal, fault.message(lang)));
    let cards = list
        .reviews
        .iter()
        .map(|review| card(lang, list, review))
        .collect_view();
    let main = view! {
        <p class="small"><a href=format!("/admin/banks/{bank}")>{list.bank.bank.name.clone()}</a></p>
        {heading(title.to_owned(), count)}
        <p class="small">{lang.pick(
            "新法施行之日起，条文有修改或被删去的题目自动退出抽题，列在这里；内容未变、只改条号的题目自动跟随新条号。已经生成的试卷不变。",
            "From the day a new version is in force, questions on changed or deleted articles leave the draw and stand here; where only \
             the number has changed they go along by themselves. Papers that are drawn stay as they are.",
        )}</p>
        {fault}
        {empty}
        {unbound}
        {cards}
        {pager(lang, list.page, list.pages, move |page| format!("/admin/banks/{bank}/laws?page={page}"))}
    };
    page(frame, title, main)
}

fn card(lang: Lang, list: &WorkList, review: &Review) -> impl IntoView + use<> {
    let stored = &review.stored;
    let here = address(list.bank.bank.id, stored);
    let bases = review.bases.iter().map(|basis| compared(lang, basis)).collect_view();
    let papers = (review.exams > 0).then(|| {
        let words = match lang {
            Lang::Zh => format!("已用于 {} 场考试，试卷不变。", review.exams),
            Lang::En => format!("On papers of {} exams, which stay as they are.", review.exams),
        };
        view! { <p class="small">{words}</p> }
    });
    let obstacle = review.obstacle.as_ref().filter(|_| list.editable);
    let unclear = obstacle
        .filter(|fault| matches!(fault, Fault::BasisUnclear))
        .map(|fault| notice(Tone::Warn, fault.message(lang)));
    let confirm = (list.editable && obstacle.is_none()).then(|| {
        let id = format!("reason-{}", stored.id);
        view! {
            <form class="stack" action=format!("{here}/law") method="post">
                <div class="field">
                    <label for=id.clone()>{lang.pick("复核意见：为什么题目和答案仍然正确", "Why question and key are still right")}</label>
                    <input id=id name="reason" maxlength="500" required=true/>
                </div>
                <div class="row wrap">
                    <button class="button primary" r#type="submit">{lang.pick("仍然正确，恢复抽题", "Still right: draw it again")}</button>
                </div>
            </form>
        }
    });
    let change = list.editable.then(|| {
        view! {
            <div class="row wrap">
                <a class="button" href=format!("{here}/edit")>{lang.pick("修改题目或依据", "Change question or basis")}</a>
                <a class="button" href=here.clone()>{lang.pick("停用或查看历史", "Retire, or see its history")}</a>
            </div>
        }
    });
    view! {
        <section class="card stack">
            <div class="row wrap">{tags(lang, &stored.question)}</div>
            <p lang="zh-CN">{stored.question.stem.clone()}</p>
            {options(lang, &stored.question)}
            {bases}
            {papers}
            {unclear}
            {confirm}
            {change}
        </section>
    }
}

fn compared(lang: Lang, basis: &Waiting) -> impl IntoView + use<> {
    let tone = match basis.fate {
        Fate::Changed => Tone::Warn,
        Fate::Deleted => Tone::Seal,
    };
    let text = |article: &Option<Article>| article.as_ref().map(Article::text).unwrap_or_default();
    let (was, is) = (text(&basis.was), text(&basis.is));
    let place = match (&basis.is, lang) {
        (Some(article), Lang::Zh) => format!("现为{}{}", basis.law, article.number.chinese()),
        (Some(article), Lang::En) => format!("now article {} of {}", article.number, basis.law),
        (None, Lang::Zh) => "现行法律中没有对应条文".to_owned(),
        (None, Lang::En) => "the law in force has no such article".to_owned(),
    };
    view! {
        <div class="stack">
            <div class="row wrap">{tag(tone, basis.fate.name(lang))}<span lang="zh-CN">{basis.standing.text.clone()}</span><span class="small">{place}</span></div>
            <div class="law break" lang="zh-CN">{difference(lang, &was, &is)}</div>
        </div>
    }
}
