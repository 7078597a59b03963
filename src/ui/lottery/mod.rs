//! A prize draw as anybody sees it: what was promised, who has won, and how to check both.

mod manage;

use leptos::prelude::*;

use super::{
    part::{Tone, fault, heading, moment, notice, pager, table, tag},
    shell::{Frame, encode, page},
};
use crate::{
    domain::{
        lang::Lang,
        lottery::{Drawn, Lottery, MOST_CHANCES, hex},
    },
    error::Fault,
    service::lottery::{Checked, Shown},
};

pub use manage::overview;

/// What one visitor looks at.
#[derive(Debug, Clone, Copy, Default)]
pub struct Look<'a> {
    /// The code that was looked for among the winners; empty: all of them.
    pub code: &'a str,
    /// The winners picked again, if that was asked for.
    pub checked: Option<&'a Checked>,
    pub wrong: Option<&'a Fault>,
}

/// The public page of a draw.
pub fn show(frame: &Frame, shown: &Shown, look: Look<'_>) -> impl IntoView {
    let lang = frame.lang;
    let lottery = &shown.lottery;
    let title = lang.pick("抽奖公示", "Prize draw");
    let state = match &lottery.drawn {
        None => notice(
            Tone::Action,
            lang.pick(
                "名单已封存，尚未开奖。下面的承诺请截图或抄存，开奖后可以用来核对。",
                "The list is closed; the draw has not taken place. Keep a copy of the commitment below: it is what the draw is checked against.",
            ),
        )
        .into_any(),
        Some(drawn) => {
            let at = moment(lang, drawn.at);
            let words = match lang {
                Lang::Zh => format!("已于 {at} 开奖。种子、名单和规则全部公开，任何人都可以重新算出同样的中奖名单。"),
                Lang::En => {
                    format!("Drawn at {at}. Seed, list and rule are public: anybody can pick the same winners again.")
                }
            };
            notice(Tone::Good, words).into_any()
        }
    };
    let winners = lottery.drawn.as_ref().map(|_| winners(lang, shown, look.code));
    let main = view! {
        <p class="small soft">{shown.competition.clone()}</p>
        {heading(lottery.title.clone(), title)}
        {fault(look.wrong, lang)}
        {state}
        {look.checked.map(|checked| verdict(lang, checked))}
        {winners}
        {prizes(lang, lottery)}
        {promise(lang, lottery)}
        {how_to_check(lang, lottery)}
        {rule(lang, lottery)}
        {others(lang, &shown.others)}
    };
    page(frame, title, main)
}

/// What a check on this server found.
fn verdict(lang: Lang, checked: &Checked) -> impl IntoView + use<> {
    let at = checked.at.local();
    match &checked.outcome {
        Ok(()) => {
            let words = match lang {
                Lang::Zh => format!("相符：本服务器于 {at} 按规则重新计算，承诺、名单和全部中奖者都与公布的一致。"),
                Lang::En => format!(
                    "It agrees: this server picked the winners again at {at}; commitment, list and every winner are as published."
                ),
            };
            notice(Tone::Good, words)
        }
        Err(broken) => {
            let why = broken.message(lang);
            let words = match lang {
                Lang::Zh => {
                    format!("不符：本服务器于 {at} 按规则重新计算，{why}。请保存本页并向主办单位或公证机构反映。")
                }
                Lang::En => format!(
                    "It does not agree: this server picked the winners again at {at}: {why}. Keep this page and report it."
                ),
            };
            notice(Tone::Seal, words)
        }
    }
}

fn winners(lang: Lang, shown: &Shown, code: &str) -> impl IntoView + use<> {
    let path = format!("/draws/{}", shown.lottery.id);
    let label = lang.pick("中奖名单", "Winners");
    let rows = shown
        .winners
        .iter()
        .map(|one| {
            view! {
                <tr>
                    <td class="n">{one.place}</td>
                    <td>{one.winner.prize.clone()}</td>
                    <td class="num">{one.winner.code.clone()}</td>
                </tr>
            }
        })
        .collect_view();
    let head = view! {
        <th class="n">{lang.pick("顺序", "Place")}</th><th>{lang.pick("奖项", "Prize")}</th><th>{lang.pick("代码", "Code")}</th>
    };
    let list = if shown.winners.is_empty() {
        notice(
            Tone::Plain,
            lang.pick(
                "中奖名单里没有这个代码。代码在参赛者自己的页面上，请核对是否抄错。",
                "This code is not among the winners. It stands on the player's own page; please check for typing errors.",
            ),
        )
        .into_any()
    } else {
        table(label, head, rows).into_any()
    };
    let all = (!code.is_empty())
        .then(|| view! { <a class="button quiet" href=path.clone()>{lang.pick("看全部", "See all")}</a> });
    let (entrants, prizes) = (u64::from(shown.lottery.entrants), shown.lottery.prize_count());
    let left = prizes.saturating_sub(entrants);
    let left = (left > 0).then(|| match lang {
        Lang::Zh => format!("参加人数少于奖品份数，人人中奖，余下 {left} 份没有抽出。"),
        Lang::En => format!("There are more prizes than players: everybody has won, and {left} prizes are left."),
    });
    let link = {
        let (path, code) = (path.clone(), encode(code));
        move |page: u32| format!("{path}?code={code}&page={page}")
    };
    view! {
        <section class="card stack">
            <h2>{label}</h2>
            <form class="filter" action=path method="get">
                <div class="field">
                    <label for="code">{lang.pick("查我的代码", "Look for a code")}</label>
                    <input id="code" name="code" value=code.to_owned() maxlength="200" autocomplete="off" autocapitalize="characters" spellcheck="false"/>
                </div>
                <button class="button" r#type="submit">{lang.pick("查找", "Search")}</button>
                {all}
            </form>
            {list}
            {left.map(|words| view! { <p class="small soft">{words}</p> })}
            {pager(lang, shown.page, shown.pages, link)}
        </section>
    }
}

fn prizes(lang: Lang, lottery: &Lottery) -> impl IntoView + use<> {
    let label = lang.pick("奖项", "Prizes");
    let rows = lottery
        .prizes
        .iter()
        .map(|prize| view! { <tr><td>{prize.name.clone()}</td><td class="n">{prize.count}</td></tr> })
        .collect_view();
    let head = view! { <th>{lang.pick("名称", "Name")}</th><th class="n">{lang.pick("数量", "Number")}</th> };
    view! { <section class="card stack"><h2>{label}</h2>{table(label, head, rows)}</section> }
}

/// A term with its value.
fn line(label: &'static str, value: impl Into<String>) -> impl IntoView {
    view! { <div><dt>{label}</dt><dd class="num">{value.into()}</dd></div> }
}

/// A term with a digest, which breaks anywhere: it is longer than a phone is wide.
fn digest(label: &'static str, value: impl Into<String>) -> impl IntoView {
    view! { <div><dt>{label}</dt><dd class="code">{value.into()}</dd></div> }
}

/// What was published before the draw, and what the draw has added.
fn promise(lang: Lang, lottery: &Lottery) -> impl IntoView + use<> {
    let entrants = match lang {
        Lang::Zh => format!("{} 人，每人 1 至 {MOST_CHANCES} 次机会", lottery.entrants),
        Lang::En => format!("{} players with 1 to {MOST_CHANCES} chances each", lottery.entrants),
    };
    let source = lottery.source.clone().unwrap_or_else(|| {
        let none = lang.pick(
            "没有约定，只由种子和名单决定",
            "None promised: seed and list alone decide",
        );
        none.to_owned()
    });
    let disclosed = lottery.drawn.as_ref().map(|Drawn { seed, value, at, .. }| {
        let value = (!value.is_empty()).then(|| line(lang.pick("公开数值", "Public value"), value.clone()));
        view! {
            {digest(lang.pick("种子（开奖时公开）", "Seed (disclosed at the draw)"), hex(seed))}
            {value}
            {line(lang.pick("开奖时间", "Drawn"), moment(lang, *at))}
        }
    });
    view! {
        <section class="card stack">
            <h2>{lang.pick("开奖前公布的承诺", "Committed to before the draw")}</h2>
            <dl class="definitions">
                {digest(lang.pick("承诺", "Commitment"), lottery.commitment.clone())}
                {digest(lang.pick("种子摘要", "Digest of the seed"), lottery.seed_digest.clone())}
                {digest(lang.pick("名单摘要", "Digest of the list"), lottery.list_digest.clone())}
                {line(lang.pick("参加抽奖", "In the draw"), entrants)}
                {line(lang.pick("名单封存时间", "List closed"), moment(lang, lottery.committed_at))}
                {line(lang.pick("公开数值的来源", "Where the public value comes from"), source)}
                {disclosed}
            </dl>
            <p class="small soft">{lang.pick(
                "名单只有代码和机会数，没有姓名和单位。代码在参赛者自己的页面上。正在核查的参赛者不在名单里。",
                "The list holds codes and chances, no names and no units. The codes stand on the players' own pages. Players about whom a case is open are not in it.",
            )}</p>
            <div class="row"><a class="button" href=format!("/draws/{}/list", lottery.id)>{lang.pick("下载封存的名单", "Download the closed list")}</a></div>
        </section>
    }
}

fn how_to_check(lang: Lang, lottery: &Lottery) -> impl IntoView + use<> {
    let id = lottery.id;
    let steps = match lottery.drawn {
        None => view! {
            <p>{lang.pick(
                "现在可以核对的是名单：下载的名单的 SM3 摘要应当等于上面的名单摘要，您的代码和机会数应当在里面。开奖后这里会公布种子和完整的抽奖文件。",
                "What can be checked now is the list: its SM3 digest has to be the one above, and your code has to be in it with your chances. After the draw the seed and the whole draw as a file are published here.",
            )}</p>
            <p class="code">{format!("openssl dgst -sm3 list-{id}.txt")}</p>
        }
        .into_any(),
        Some(_) => view! {
            <p>{lang.pick(
                "下载抽奖文件，在自己的电脑上用明法的程序重新计算，不需要数据库，也不连接本网站；也可以用源代码里不到 40 行的独立核验程序（Node.js），或者照下面的规则自己写一个。把文件里的承诺和开奖前抄存的承诺比一比。",
                "Download the file of the draw and pick the winners again on a computer of your own, with Mingfa's program, which needs no database and no connection, or with the independent verifier of fewer than 40 lines for Node.js in its source, or write one by the rule below. Compare the commitment in the file with the one you kept.",
            )}</p>
            <p class="code lines">{format!("mingfa draw verify draw-{id}.json\nnode end2end/draw-verify.mjs draw-{id}.json")}</p>
            <div class="row">
                <a class="button primary" href=format!("/draws/{id}/file")>{lang.pick("下载抽奖文件", "Download the file")}</a>
                <form action=format!("/draws/{id}") method="post">
                    <button class="button" r#type="submit">{lang.pick("在本服务器上重新计算", "Check again on this server")}</button>
                </form>
            </div>
        }
        .into_any(),
    };
    view! {
        <section class="card stack">
            <h2>{lang.pick("怎样核对", "How to check")}</h2>
            {steps}
            <p class="small"><a href="#rule">{lang.pick("规则全文见下", "The rule in full stands below")}</a></p>
        </section>
    }
}

/// The rule of docs/lottery.md in words.
fn rule(lang: Lang, lottery: &Lottery) -> impl IntoView + use<> {
    let value = lottery.source.is_some();
    let lines = [
        lang.pick(
            "文字都是 UTF-8，每行以一个换行符结束；摘要都是 SM3（GB/T 32905），写成 64 位小写十六进制数。",
            "Texts are UTF-8, each line ends with one line feed; digests are SM3 (GB/T 32905) in 64 lower-case hexadecimal digits.",
        ),
        lang.pick(
            "种子是 32 字节的秘密随机数，种子摘要是它的 SM3。封存以后到开奖以前，任何页面都不显示种子。",
            "The seed is 32 secret random bytes, its digest their SM3. Between commitment and draw no page shows the seed.",
        ),
        lang.pick(
            "名单每人一行：代码、空格、机会数，按代码的字节排列；名单摘要是全部各行的 SM3。",
            "The list has a line for each player: code, space, chances, in the order of the codes by bytes; its digest is the SM3 of all lines.",
        ),
        lang.pick(
            "承诺是这些行的 SM3：“mingfa draw 1”、抽奖名称、每种奖项一行“prize 数量 名称”、有约定时“public 来源”、“seed 种子摘要”、“list 名单摘要”。",
            "The commitment is the SM3 of these lines: “mingfa draw 1”, the title, “prize count name” for each kind of prize, “public source” where one is promised, “seed digest”, “list digest”.",
        ),
        lang.pick(
            "一个人的第 n 次机会的值是 SM3(种子 ‖ 承诺 ‖ 公开数值 ‖ 换行 ‖ 代码 ‖ 空格 ‖ n)；一个人的值取自己各次机会里最小的。",
            "Chance number n of a player is worth SM3(seed ‖ commitment ‖ public value ‖ line feed ‖ code ‖ space ‖ n); a player is worth the smallest of the own chances.",
        ),
        lang.pick(
            "所有人按值从小到大排列，最前面的得第一种奖项，接着是下一种，发完为止。每人最多中奖一次；有三次机会的人中奖的可能约是一次的三倍。",
            "The players in the order of their worth, smallest first, win the first prize, then the next, until all are given. Nobody wins twice; three chances are three times as likely to win as one.",
        ),
    ];
    let lines = lines.map(|line| view! { <li>{line}</li> }).collect_view();
    let why = value.then(|| {
        lang.pick(
            "公开数值在封存时谁也不知道，所以连能看到种子的人也不能靠试名单来挑选中奖者。",
            "Nobody knows the public value when the list is closed, so not even one who could see the seed can choose winners by trying out lists.",
        )
    });
    view! {
        <section class="card stack" id="rule">
            <h2>{lang.pick("抽奖规则", "The rule")}</h2>
            <ol class="plain-list">{lines}</ol>
            {why.map(|words| view! { <p>{words}</p> })}
        </section>
    }
}

/// Drawn or not yet.
fn state_tag(lang: Lang, lottery: &Lottery) -> impl IntoView + use<> {
    match lottery.drawn {
        None => tag(Tone::Action, lang.pick("待开奖", "Not drawn yet")),
        Some(_) => tag(Tone::Good, lang.pick("已开奖", "Drawn")),
    }
}

/// Draws of the same competition: one that was committed to and never drawn stays in sight.
fn others(lang: Lang, others: &[Lottery]) -> impl IntoView + use<> {
    let items = others
        .iter()
        .map(|other| {
            let href = format!("/draws/{}", other.id);
            let at = moment(lang, other.committed_at);
            view! { <li><a href=href>{other.title.clone()}</a>" "{state_tag(lang, other)}<span class="small soft">" "{at}</span></li> }
        })
        .collect_view();
    (!others.is_empty()).then(|| {
        view! {
            <section class="card stack">
                <h2>{lang.pick("本竞赛的其他抽奖", "Other draws of this competition")}</h2>
                <ul class="plain-list">{items}</ul>
            </section>
        }
    })
}
