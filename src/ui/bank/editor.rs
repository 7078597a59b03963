//! Writing a question, and changing one.

use leptos::prelude::*;

use super::{address, options, version};
use crate::{
    domain::{
        bank::{BankSummary, Stored},
        item::{Difficulty, Kind, State},
        lang::Lang,
    },
    error::Fault,
    service::question::{Shown, Wish},
    ui::{
        part::{
            Tone, difference, fault,
            form::{line, lines, select, tick},
            heading, notice,
        },
        shell::{Frame, page},
    },
};

const FORM: &str = "question";

/// For a question that is there. `near`: what is almost the same, when that kept it from being stored.
pub fn editor(
    frame: &Frame,
    shown: &Shown,
    wish: &Wish,
    near: &[(Stored, usize)],
    wrong: Option<&Fault>,
) -> impl IntoView {
    let lang = frame.lang;
    let current = shown.current();
    let here = address(shown.bank.bank.id, current);
    let title = lang.pick("修改题目", "Change a question");
    let main = view! {
        <p class="small"><a href=here.clone()>{format!("{} · {}", shown.bank.bank.name, current.id)}</a></p>
        {heading(title, version(lang, current.number))}
        {fault(wrong, lang)}
        <form class="stack" action=here method="post">
            <input r#type="hidden" name="before" value=current.number.to_string()/>
            {almost(lang, wish, near)}
            {fields(lang, wish)}
            <section class="card stack">
                {second_person(lang, &shown.bank)}
                {line(FORM, ("reason", "text"), lang.pick("为什么改（记入版本和操作记录）", "Why (kept with the version and in the audit log)"), wish.reason.clone(), true)}
                <div class="row"><button class="button primary" r#type="submit">{lang.pick("存为新版本", "Store as a new version")}</button></div>
            </section>
        </form>
    };
    page(frame, title, main)
}

/// For a new one.
pub fn new_editor(
    frame: &Frame,
    bank: &BankSummary,
    wish: &Wish,
    near: &[(Stored, usize)],
    wrong: Option<&Fault>,
) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("写一道题", "Write a question");
    let id = bank.bank.id;
    let main = view! {
        <p class="small"><a href=format!("/admin/banks/{id}")>{bank.bank.name.clone()}</a></p>
        {heading(title, "")}
        {fault(wrong, lang)}
        <form class="stack" action=format!("/admin/banks/{id}/questions/new") method="post">
            {almost(lang, wish, near)}
            {fields(lang, wish)}
            {second_person(lang, bank)}
            <div class="row"><button class="button primary" r#type="submit">{lang.pick("存入题库", "Store")}</button></div>
        </form>
    };
    page(frame, title, main)
}

/// What becomes of it in a bank of two persons.
fn second_person(lang: Lang, bank: &BankSummary) -> impl IntoView + use<> {
    let text = lang.pick(
        "这个题库要双人审题：存为“可用”的题，由另一个人审过才会被抽到。",
        "This bank needs two persons: what is stored as ready is drawn after somebody else has approved it.",
    );
    bank.bank.vetted.then(|| view! { <p class="small">{text}</p> })
}

fn almost(lang: Lang, wish: &Wish, near: &[(Stored, usize)]) -> impl IntoView + use<> {
    let rows = near
        .iter()
        .map(|(other, percent)| {
            view! {
                <div class="stack">
                    <p class="small num">{format!("{} · {percent}%", other.id)}</p>
                    <p>{difference(lang, &other.question.stem, &wish.typed.stem)}</p>
                    {options(lang, &other.question)}
                </div>
            }
        })
        .collect_view();
    let words = lang.pick(
        "还没有存：题库里有近似的题。确实是另一道题，就勾选下面一项再存。",
        "Not stored yet: the bank has almost the same. If it is another question, tick below and store again.",
    );
    (!near.is_empty()).then(|| {
        view! {
            <section class="card stack">
                {notice(Tone::Warn, words)}
                {rows}
                {tick("anyway", lang.pick("是另一道题，照存", "It is another question; store it"), false)}
            </section>
        }
    })
}

/// How the answers of each kind are written.
fn notation(lang: Lang) -> impl IntoView + use<> {
    let kinds: [(Kind, &str, &str); 8] = [
        (
            Kind::FillBlank,
            lang.pick(
                "题目里用 _____ 表示空。每行一个空，几种写法用 | 分开，括号里是只得一部分分的比例；×2 表示这一空算双份；各空可以换位就单写一行“不分先后”。",
                "Write _____ for a blank. A blank a line; alternatives with | between; in brackets the share of one that earns a part; ×2 for one that counts twice; “不分先后” on a line of its own for any order.",
            ),
            "三十 | 30 | 一个月 (50%)\n×2 书面",
        ),
        (
            Kind::Numeric,
            lang.pick(
                "写数、误差或范围；单位另起一行。考生写 3万、三万元、30,000 都认。",
                "A number, a tolerance or a range; the unit on a line of its own. “3万”, “三万元” and 30,000 are the same.",
            ),
            "30000 ± 500\n1 .. 5 (50%)\n单位：元",
        ),
        (
            Kind::Matching,
            lang.pick(
                "每行一对；等号左边空着的是干扰项；要全对才给分就单写一行“全对才得分”。",
                "A pair a line; without an item it is a distractor; “全对才得分” on a line of its own for all or nothing.",
            ),
            "拘役 = 刑罚\n罚款 = 行政处罚\n = 政务处分",
        ),
        (
            Kind::Ordering,
            lang.pick(
                "按正确顺序每行一项。默认全对才得分；也可以单写一行“按位置计分”“按相邻计分”或“按先后计分”。",
                "The items in the right order. All or nothing, unless a line says “按位置计分” (by place), “按相邻计分” (by neighbours) or “按先后计分” (by pairs).",
            ),
            "立案\n调查\n决定",
        ),
        (
            Kind::ShortAnswer,
            lang.pick(
                "简答和论述：每行一个评分点和分值，按比例折成本题的分；字数和参考答案可不写。",
                "Short answers and essays: a criterion and its points a line, scaled to the points of the question; length and model answer are optional.",
            ),
            "定性准确 = 4\n说理充分 = 6\n字数：100-300\n参考答案：\n……",
        ),
        (
            Kind::Cloze,
            lang.pick(
                "答案直接写在题目里：花括号里是空，# 开头是数，? 开头是选一项，?? 开头是选几项，* 标正确项。",
                "The answers stand in the question: braces make a gap, # a number, ? one of a list, ?? several, * the right ones.",
            ),
            "应当在{三十 | 30}日内{?*书面 | 口头}答复，处{#3;万元}以下罚款",
        ),
        (
            Kind::Case,
            lang.pick(
                "材料写在题目里。下面每道小题以【题型】开头，“答：”后面按该题型的写法；选择题的选项用 * 和 - 标对错。",
                "The material is the question. Each question begins with its kind in 【】; behind 答： it is written like that kind; options are marked * and -.",
            ),
            "【单选题】\n谁应当承担责任？\n答：\n* 甲公司\n- 乙公司\n【简答题】\n说明理由。\n答：\n理由 = 5",
        ),
        (
            Kind::Essay,
            lang.pick("一行开头的特殊符号前加 \\ 就是普通字。", "A backslash makes a mark at the beginning of a line a letter."),
            "\\*不是选项*",
        ),
    ];
    let lines = kinds
        .into_iter()
        .map(|(kind, how, example)| {
            let name = if kind == Kind::Essay {
                lang.pick("另外", "Besides")
            } else {
                kind.name(lang)
            };
            view! { <dt>{name}</dt><dd>{how}<pre class="small" lang="zh-CN">{example}</pre></dd> }
        })
        .collect_view();
    view! {
        <details>
            <summary>{lang.pick("每种题型怎么写", "How each kind is written")}</summary>
            <dl class="definitions">{lines}</dl>
        </details>
    }
}

fn fields(lang: Lang, wish: &Wish) -> impl IntoView + use<> {
    let typed = &wish.typed;
    let own = |pairs: Vec<(&str, &str)>| -> Vec<(String, String)> {
        let pairs = pairs.into_iter();
        pairs.map(|(code, name)| (code.to_owned(), name.to_owned())).collect()
    };
    let kinds = own(Kind::ALL.map(|kind| (kind.code(), kind.name(lang))).into());
    let levels = own(Difficulty::ALL.map(|level| (level.code(), level.name(lang))).into());
    let states = own(State::CHOSEN.map(|state| (state.code(), state.name(lang))).into());
    let beyond = Kind::from_code(&typed.kind).is_some_and(|kind| !kind.is_choice());
    view! {
        <section class="card stack">
            {select(FORM, "kind", lang.pick("题型", "Kind"), kinds, &typed.kind)}
            {lines(FORM, "stem", lang.pick("题目", "Question"), typed.stem.clone())}
            {lines(FORM, "options", lang.pick("选项，每行一个，不写字母（判断题可以不填）", "Options, one a line, without letters (a judgement needs none)"), typed.options.clone())}
            {line(FORM, ("key", "text"), lang.pick("答案：选项字母，例如 B 或 ACD；判断题 A 正确，B 错误", "Key: option letters such as B or ACD; of a judgement A is right and B is wrong"), typed.key.clone(), false)}
            <details class="more" open=beyond>
                <summary>{lang.pick("填空、数值、连线、排序、简答、论述、案例的答案与细则", "Answers of blanks, numbers, pairs, orders, texts and cases")}</summary>
                {lines(FORM, "form", lang.pick("答案与细则", "Answers"), typed.form.clone())}
                {notation(lang)}
            </details>
            {lines(FORM, "explanation", lang.pick("解析", "Explanation"), typed.explanation.clone())}
            {lines(FORM, "basis", lang.pick("法律依据，每行一条或用分号隔开", "Legal basis, one a line or with semicolons between them"), typed.basis.clone())}
        </section>
        <section class="card stack">
            {line(FORM, ("topic", "text"), lang.pick("知识点", "Topic"), typed.topic.clone(), false)}
            {line(FORM, ("tags", "text"), lang.pick("标签，用逗号分开", "Tags, with commas between"), typed.tags.clone(), false)}
            {select(FORM, "difficulty", lang.pick("难度", "Difficulty"), levels, &typed.difficulty)}
            {select(FORM, "state", lang.pick("状态（只有可用的题会被抽到）", "State (only ready questions are drawn)"), states, &typed.state)}
        </section>
    }
}
