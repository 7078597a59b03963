//! The draws of a competition as its administrators see them: what was committed to, the draw itself, and the form.

use leptos::prelude::*;

use super::state_tag;
use crate::{
    domain::{
        id::AccountId,
        lang::Lang,
        lottery::{Lottery, MOST_CHANCES},
    },
    error::Fault,
    service::lottery::Overview,
    ui::{
        part::{
            Tone, fault,
            form::{Typed, line, typed_or},
            heading, moment, notice,
        },
        shell::{Frame, as_text, page},
    },
};

/// `typed`: what stood in the form of the last try.
pub fn overview(frame: &Frame, overview: &Overview, typed: &Typed, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("抽奖", "Prize draws");
    let draws = if overview.lotteries.is_empty() {
        notice(
            Tone::Plain,
            lang.pick(
                "还没有抽奖。抽奖分两步：先由一名管理员封存名单并公布承诺，再由另一名管理员开奖；任何人都可以核对。",
                "There is no draw yet. It takes two steps: one administrator closes the list and publishes the commitment, another one draws; anybody can check it.",
            ),
        )
        .into_any()
    } else {
        let draws = overview.lotteries.iter();
        draws.map(|one| draw(lang, overview, one)).collect_view().into_any()
    };
    let main = view! {
        {heading(title, overview.host.title.clone())}
        {fault(wrong, lang)}
        {draws}
        {commit(lang, overview, typed)}
    };
    page(frame, title, main)
}

fn name_of(lang: Lang, overview: &Overview, account: AccountId) -> String {
    let operator = || lang.pick("服务器管理员", "the operator").to_owned();
    overview.names.get(&account).cloned().unwrap_or_else(operator)
}

/// One draw with what can be done about it.
fn draw(lang: Lang, overview: &Overview, one: &Lottery) -> impl IntoView + use<> {
    let (at, by) = (
        moment(lang, one.committed_at),
        name_of(lang, overview, one.committed_by),
    );
    let mut lines = vec![match lang {
        Lang::Zh => format!(
            "{by} 于 {at} 封存名单，{} 人参加，{} 份奖品。",
            one.entrants,
            one.prize_count()
        ),
        Lang::En => format!(
            "{by} closed the list at {at}: {} players, {} prizes.",
            one.entrants,
            one.prize_count()
        ),
    }];
    lines.extend(one.drawn.as_ref().map(|drawn| {
        let (at, by) = (moment(lang, drawn.at), name_of(lang, overview, drawn.by));
        match lang {
            Lang::Zh => format!("{by} 于 {at} 开奖。"),
            Lang::En => format!("{by} drew at {at}."),
        }
    }));
    let lines = lines.into_iter().map(|line| view! { <p>{line}</p> }).collect_view();
    let next = one.drawn.is_none().then(|| {
        if one.committed_by == overview.caller {
            let words = lang.pick(
                "名单是您封存的，要由另一名管理员开奖。",
                "You closed this list; another administrator has to draw.",
            );
            view! { <p class="small soft">{words}</p> }.into_any()
        } else {
            now(lang, one).into_any()
        }
    });
    view! {
        <section class="card stack">
            <h2>{one.title.clone()}" "{state_tag(lang, one)}</h2>
            {lines}
            <p class="small break"><span class="soft">{lang.pick("承诺：", "Commitment: ")}</span><span class="code">{one.commitment.clone()}</span></p>
            <p><a href=format!("/draws/{}", one.id)>{lang.pick("打开公示页（任何人可看）", "Open the public page")}</a></p>
            {next}
        </section>
    }
}

/// The form that draws.
fn now(lang: Lang, one: &Lottery) -> impl IntoView + use<> {
    let value = one.source.clone().map(|source| {
        let (id, hint) = (format!("value-{}", one.id), format!("value-{}-hint", one.id));
        view! {
            <div class="field">
                <label for=id.clone()>{lang.pick("公开数值", "Public value")}</label>
                <input id=id name="value" maxlength="200" required=true autocomplete="off" aria-describedby=hint.clone()/>
                <p class="small soft" id=hint>{lang.pick("照公布的样子填写：", "Write it as it was published: ")}{source}</p>
            </div>
        }
    });
    view! {
        <form class="stack" action=format!("/admin/draws/{}/draw", one.id) method="post">
            {value}
            <p class="small soft">{lang.pick(
                "开奖只有一次，结果立即公布，不能撤回。",
                "There is one draw; its result is public at once and cannot be taken back.",
            )}</p>
            <button class="button primary" r#type="submit">{lang.pick("开奖", "Draw")}</button>
        </form>
    }
}

/// The form that closes a list, or why there is none.
fn commit(lang: Lang, overview: &Overview, typed: &Typed) -> impl IntoView + use<> {
    if !overview.host.published {
        return notice(
            Tone::Plain,
            lang.pick(
                "竞赛发布以后才能抽奖。",
                "There can be draws once the competition is published.",
            ),
        )
        .into_any();
    }
    if overview.ready == 0 {
        return notice(
            Tone::Plain,
            lang.pick(
                "现在没有人有抽奖机会。参赛者按竞赛规则得到机会以后，才能封存名单。",
                "Nobody has a chance now. A list can be closed once players have won chances by the rules.",
            ),
        )
        .into_any();
    }
    form(lang, overview, typed).into_any()
}

fn form(lang: Lang, overview: &Overview, typed: &Typed) -> impl IntoView + use<> {
    let (ready, frozen) = (overview.ready, overview.frozen);
    let count = match lang {
        Lang::Zh => format!(
            "现在封存，名单上有 {ready} 人（每人最多计 {MOST_CHANCES} 次机会）；另有 {frozen} 人正在核查，不列入。"
        ),
        Lang::En => format!(
            "A list closed now holds {ready} players, with at most {MOST_CHANCES} chances each; {frozen} more are left out because a case is open."
        ),
    };
    view! {
        <form class="card stack" action=format!("/admin/competitions/{}/draws", overview.host.id) method="post">
            <h2>{lang.pick("封存名单并公布承诺", "Close the list and commit")}</h2>
            <p>{count}</p>
            {line("lottery", ("title", "text"), lang.pick("抽奖名称", "Title"), typed_or(typed, "title", ""), true)}
            <div class="field">
                <label for="lottery-prizes">{lang.pick("奖项", "Prizes")}</label>
                <textarea id="lottery-prizes" name="prizes" rows="4" required=true aria-describedby="lottery-prizes-hint" inner_html=as_text(&typed_or(typed, "prizes", ""))></textarea>
                <p class="small soft" id="lottery-prizes-hint">{lang.pick(
                    "每行一种，从最高的奖项写起：名称、空格、数量。例如“一等奖 3”。",
                    "One kind on a line, the highest first: name, space, count, e.g. “First prize 3”.",
                )}</p>
            </div>
            <div class="field">
                <label for="lottery-source">{lang.pick("公开数值的来源（可不填）", "Where a public value will come from (optional)")}</label>
                <input id="lottery-source" name="source" maxlength="200" value=typed_or(typed, "source", "") aria-describedby="lottery-source-hint"/>
                <p class="small soft" id="lottery-source-hint">{lang.pick(
                    "现在谁也不知道、以后会公开的一个数，例如“双色球 2026141 期开奖号码”。约定了它，连能看到种子的人也不能挑选中奖者；开奖时必须填写。",
                    "A number that nobody knows now and that will be public, e.g. the result of a named state lottery. With it not even one who can see the seed can choose winners; it has to be given at the draw.",
                )}</p>
            </div>
            <p class="small soft">{lang.pick(
                "封存以后名单、奖项和来源都不能再改，也不能撤销。名单（只有代码）和承诺立即公开。要由另一名管理员开奖。",
                "List, prizes and source cannot be changed or withdrawn afterwards. The list (codes only) and the commitment are public at once. Another administrator has to draw.",
            )}</p>
            <button class="button primary" r#type="submit">{lang.pick("封存名单并公布承诺", "Close the list and commit")}</button>
        </form>
    }
}
