//! The new key in the forms and on the pages of corrections and rulings: ticks for options, a text for other answers.

use leptos::prelude::*;

use super::{bank::beyond, shell::as_text};
use crate::domain::{
    item::{Kind, Question, letter},
    key::{Chosen, Key},
    key_correction::Method,
    lang::Lang,
};

/// How a form asks what would change: new answers are too long for an address.
pub(super) fn sent_by(question: &Question) -> &'static str {
    if question.form.is_some() { "post" } else { "get" }
}

/// Where the new key is said; nothing for a question that people mark.
pub(super) fn field(lang: Lang, question: &Question, chosen: &Chosen) -> impl IntoView + use<> {
    let takes_key = Method::codes_for(question).any(Method::needs_key);
    let said = takes_key.then(|| match question.form {
        Some(_) => answers(lang, question, chosen).into_any(),
        None => ticks(lang, question, chosen).into_any(),
    });
    let trial = question.form.is_some();
    let trial = trial.then(|| view! { <input type="hidden" name="step" value="try"/> });
    view! { {said}{trial} }
}

fn ticks(lang: Lang, question: &Question, chosen: &Chosen) -> impl IntoView + use<> {
    let ticks = (0..question.options.len())
        .map(|place| {
            let on = chosen.key.contains(place);
            view! { <label class="tick"><input name="key" r#type="checkbox" value=place.to_string() checked=on/><span>{letter(place).to_string()}</span></label> }
        })
        .collect_view();
    view! {
        <fieldset>
            <legend class="strong">{lang.pick("新答案（前两种做法要选）", "New key (for the first two)")}</legend>
            <div class="row wrap">{ticks}</div>
        </fieldset>
    }
}

fn answers(lang: Lang, question: &Question, chosen: &Chosen) -> impl IntoView + use<> {
    let typed = match chosen.answers.as_str() {
        "" => Chosen::present(question),
        typed => typed.to_owned(),
    };
    let rows = (typed.lines().count() + 1).clamp(3, 20).to_string();
    view! {
        <div class="field">
            <label for="answers">{lang.pick("新答案（前两种做法要写）", "New answers (for the first two)")}</label>
            <textarea id="answers" name="answers" rows=rows lang="zh-CN" spellcheck="false" aria-describedby="answers-hint" inner_html=as_text(&typed)></textarea>
            <p class="small soft" id="answers-hint">{hint(lang, question.kind)}</p>
        </div>
    }
}

/// How another answer is added to those that stand there.
fn hint(lang: Lang, kind: Kind) -> &'static str {
    match kind {
        Kind::FillBlank => lang.pick(
            "现在认可的答案已经写在这里，每行一个空。还要认可的写在同一行，用 | 分开；括号里是只得一部分分的比例，例如：三十日 | 一个月 (50%)",
            "The answers taken now stand here, a blank a line. Write what else is right on the same line with | between; in brackets the share of one that earns a part: 三十日 | 一个月 (50%)",
        ),
        Kind::Numeric => lang.pick(
            "现在认可的数已经写在这里。还要认可的另起一行，例如 30000、30000 ± 500 或 1 .. 5；单位一行不要改。",
            "The numbers taken now stand here. Write what else is right on a line of its own, such as 30000, 30000 ± 500 or 1 .. 5; leave the line of the unit.",
        ),
        Kind::Matching => lang.pick(
            "现在的配对已经写在这里，每行一对。项目和配对项的文字不要改，只改哪一项配哪一项。",
            "The pairs that are right now stand here, one a line. Leave the words as they are and change only what belongs to what.",
        ),
        Kind::Ordering => lang.pick(
            "现在的正确顺序已经写在这里，每行一项。文字不要改，只调换各行。",
            "The right order as it is now stands here, an item a line. Leave the words as they are and change only the order of the lines.",
        ),
        Kind::Cloze => lang.pick(
            "现在认可的答案写在花括号里。还要认可的加在同一个括号里，用 | 分开；选择题的空在正确选项前加 *。括号外的文字不要改。",
            "The answers taken now stand in braces. Add what else is right within the same braces with | between; a list has * before what is right. Leave the words around them.",
        ),
        _ => lang.pick(
            "现在认可的答案写在每个小题的“答：”下面：选择题的正确选项前是 *，错的是 -；填空题每行一个空，几种答案用 | 分开。小题的文字不要改。",
            "The answers taken now stand below “答：” of each question: * before a right option and - before a wrong one; a blank a line, alternatives with | between. Leave the words of the questions.",
        ),
    }
}

/// What was chosen, to be sent along with the reason.
pub(super) fn kept(chosen: &Chosen) -> impl IntoView + use<> {
    let places: Vec<_> = chosen.key.places().collect();
    let key = places.into_iter();
    let key = key.map(|place| view! { <input type="hidden" name="key" value=place.to_string()/> });
    let answers = (!chosen.answers.is_empty())
        .then(|| view! { <input type="hidden" name="answers" value=chosen.answers.clone()/> });
    view! {
        <input type="hidden" name="method" value=chosen.method.clone()/>
        {key.collect_view()}
        {answers}
    }
}

/// What is right of a question beyond choice, as published and by a new key.
pub(super) fn right(lang: Lang, question: &Question, new: Option<&Key>) -> impl IntoView + use<> {
    let published = question.form.as_ref().map(|form| beyond::right(lang, form));
    let new = new.and_then(Key::form).map(|form| {
        view! { <p class="small strong">{lang.pick("新答案：", "New answers:")}</p>{beyond::right(lang, form)} }
    });
    view! { {published}{new} }
}
