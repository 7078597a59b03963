//! The fields of a question beyond choice: plain inputs that a form without scripts sends as well. The server draws them,
//! for the page as it is sent and for the sheet that turns to them; [`super::filling`] fills them in the browser.

use leptos::prelude::*;

use super::{
    filling::{order_line, room_left},
    wire::{Fields, Question},
};
use crate::{
    domain::{
        answer::{Asking, Block, Entry, Input, parted},
        attempt::Sheet,
        item::{OptionSet, letter},
        lang::Lang,
        paper::Shown,
    },
    ui::shell::as_text,
};

/// The name of a field in the form, from 0. `before`: what the names of a question begin with where several stand on one form; on a
/// sheet, which shows one question at a time, nothing.
pub fn name(before: &str, field: usize) -> String {
    format!("{before}text{field}")
}

/// The fields of a question on a form that stands still: nothing is filled in, and nothing is told while it is.
pub fn still(lang: Lang, asking: &Asking, before: &str) -> String {
    fields(lang, asking, before, "")
}

/// The questions of a paper as the sheet shows them, with the answer to the one in view, from 1.
pub fn questions(lang: Lang, shown: Vec<Shown>, sheet: &Sheet, here: usize) -> Vec<Question> {
    let mut answers = sheet.answers.iter();
    (1..)
        .zip(shown)
        .map(|(number, shown)| {
            let answer = answers.next().map_or("", |answer| answer.text.as_str());
            question(lang, shown, (number == here).then_some(answer))
        })
        .collect()
}

fn question(lang: Lang, shown: Shown, answer: Option<&str>) -> Question {
    let heading = shown.heading(lang).to_owned();
    let fields = shown.asking.map(|asking| Fields {
        count: asking.entries().count(),
        html: fields(lang, &asking, "", ""),
        filled: answer.map_or_else(String::new, |answer| fields(lang, &asking, "", answer)),
    });
    Question {
        heading,
        points: shown.points,
        instruction: shown.instruction,
        stem: shown.stem,
        options: shown.options,
        one: shown.kind.one_choice(),
        fields,
    }
}

/// A field: its name, what it is called, and what stands in it.
struct Field<'a> {
    name: String,
    label: String,
    /// The author's words.
    authored: bool,
    value: &'a str,
}

impl Field<'_> {
    /// The language of its label, where it is not that of the page.
    fn lang(&self) -> Option<&'static str> {
        self.authored.then_some(AUTHORED)
    }
}

/// The language of the texts of questions.
const AUTHORED: &str = "zh-CN";

/// The markup of everything that is to be filled in for a question.
fn fields(lang: Lang, asking: &Asking, before: &str, answer: &str) -> String {
    let several = asking.blocks.len() > 1;
    let values = parted(answer, asking.entries().count());
    let mut rest = &values[..];
    let mut first = 0;
    let blocks: Vec<_> = (1..)
        .zip(&asking.blocks)
        .map(|(number, block): (usize, &Block)| {
            let (own, others) = rest.split_at(block.entries.len());
            let inner = entries(lang, before, first, block, own);
            (first, rest) = (first + block.entries.len(), others);
            let title = several.then(|| {
                let text = format!("({number}) {}", block.text);
                view! { <p class="part-stem" id=format!("{before}part{number}") lang=AUTHORED>{text}</p> }
            });
            let role = several.then_some("group");
            let named = several.then(|| format!("{before}part{number}"));
            view! { <div class="fields stack" role=role aria-labelledby=named>{title}{inner}</div> }
        })
        .collect();
    let fields = view! {
        <input r#type="hidden" name=format!("{before}fields") value=values.len().to_string()/>
        {blocks}
    };
    fields.to_html()
}

fn entries(lang: Lang, before: &str, first: usize, block: &Block, values: &[String]) -> impl IntoView + use<> {
    let count = block.entries.len();
    let fields: Vec<_> = block
        .entries
        .iter()
        .zip(values)
        .enumerate()
        .map(|(at, (entry, value))| {
            let field = Field {
                name: name(before, first + at),
                label: label(lang, entry, at, count),
                authored: !entry.label.is_empty(),
                value,
            };
            match &entry.input {
                Input::Line => text(field, None, "text").into_any(),
                Input::Number(unit) => text(field, Some(unit), "decimal").into_any(),
                Input::Area { most, words } => area(lang, field, *most, *words).into_any(),
                Input::Pick { options, one } => pick(field, options, *one).into_any(),
                Input::Partner => partner(lang, field, &block.partners).into_any(),
                Input::Place => order(lang, field, count).into_any(),
            }
        })
        .collect();
    // What the order is now is told by the sheet.
    let places = before.is_empty() && block.entries.iter().any(|entry| entry.input == Input::Place);
    let order = places.then(|| {
        let placed = block.entries.iter().zip(values);
        let line = order_line(lang, placed.map(|(entry, value)| (value.clone(), entry.label.clone())));
        view! { <p class="small" role="status" data-order="">{line}</p> }
    });
    view! { {fields}{order} }
}

fn label(lang: Lang, entry: &Entry, at: usize, count: usize) -> String {
    match (&entry.input, lang) {
        _ if !entry.label.is_empty() => entry.label.clone(),
        (Input::Area { .. }, _) => lang.pick("您的回答", "Your answer").to_owned(),
        (_, Lang::Zh) if count > 1 => format!("第 {} 空", at + 1),
        (_, Lang::En) if count > 1 => format!("Blank {}", at + 1),
        (Input::Number(_), _) => lang.pick("填数", "Number").to_owned(),
        (Input::Pick { .. }, _) => lang.pick("选择", "Choose").to_owned(),
        _ => lang.pick("填空", "Fill in").to_owned(),
    }
}

fn text(field: Field, unit: Option<&str>, mode: &'static str) -> impl IntoView + use<> {
    let Field { name, label, value, .. } = field;
    let most = if unit.is_some() { 60 } else { 200 };
    let unit = unit.filter(|unit| !unit.is_empty());
    let described = unit.map(|_| format!("{name}-unit"));
    let unit = unit.map(|unit| view! { <span id=format!("{name}-unit")>{unit.to_owned()}</span> });
    view! {
        <div class="field">
            <label for=name.clone()>{label}</label>
            <div class="with-unit">
                <input id=name.clone() name=name r#type="text" inputmode=mode maxlength=most autocomplete="off" autocapitalize="none"
                    spellcheck="false" aria-describedby=described value=value.to_owned()/>
                {unit}
            </div>
        </div>
    }
}

fn area(lang: Lang, field: Field, most: u32, words: (Option<u32>, Option<u32>)) -> impl IntoView + use<> {
    let Field { name, label, value, .. } = field;
    let hint = format!("{name}-hint");
    let asked = match (words, lang) {
        ((None, None), _) => String::new(),
        ((Some(least), Some(most)), Lang::Zh) => format!("要求 {least} 至 {most} 字。"),
        ((Some(least), None), Lang::Zh) => format!("要求不少于 {least} 字。"),
        ((None, Some(most)), Lang::Zh) => format!("要求不超过 {most} 字。"),
        ((Some(least), Some(most)), Lang::En) => format!("{least} to {most} words are asked for. "),
        ((Some(least), None), Lang::En) => format!("At least {least} words are asked for. "),
        ((None, Some(most)), Lang::En) => format!("At most {most} words are asked for. "),
    };
    let left = room_left(lang, value, most as usize);
    // A line end at the beginning would be taken for one of the markup.
    let inner = format!("\n{}", as_text(value));
    view! {
        <div class="field">
            <label for=name.clone()>{label}</label>
            <textarea id=name.clone() name=name rows="6" maxlength=most aria-describedby=hint.clone() inner_html=inner></textarea>
            <p class="small soft num" id=hint>{asked}<span>{left}</span></p>
        </div>
    }
}

fn pick(field: Field, options: &[String], one: bool) -> impl IntoView + use<> {
    let chosen = OptionSet::from_letters(field.value).unwrap_or_default();
    let options: Vec<_> = options
        .iter()
        .enumerate()
        .map(|(at, text)| {
            let checked = chosen.contains(at);
            let class = if checked { "option chosen" } else { "option" };
            view! {
                <label class=class>
                    <input class="visually-hidden" r#type=if one { "radio" } else { "checkbox" } name=field.name.clone()
                        value=letter(at).to_string() checked=checked/>
                    <span class="letter" aria-hidden="true">{letter(at).to_string()}</span>
                    <span lang=AUTHORED>{text.clone()}</span>
                </label>
            }
        })
        .collect();
    view! { <fieldset class="pick"><legend class="small soft">{field.label}</legend>{options}</fieldset> }
}

/// What a select offers: each by its number, from 1.
fn offered(chosen: &str, texts: impl Iterator<Item = String>) -> Vec<AnyView> {
    (1..)
        .zip(texts)
        .map(|(number, text): (usize, String)| {
            let value = number.to_string();
            let selected = value == chosen;
            view! { <option value=value selected=selected lang=AUTHORED>{text}</option> }.into_any()
        })
        .collect()
}

fn partner(lang: Lang, field: Field, partners: &[String]) -> impl IntoView + use<> {
    let options = offered(field.value, partners.iter().cloned());
    let written = field.lang();
    let Field { name, label, .. } = field;
    view! {
        <div class="field">
            <label for=name.clone() lang=written>{label}</label>
            <select id=name.clone() name=name><option value="">{lang.pick("请选择", "Choose")}</option>{options}</select>
        </div>
    }
}

/// The place of one item: a number to choose, and two buttons that move it by one.
fn order(lang: Lang, field: Field, count: usize) -> impl IntoView + use<> {
    let options = offered(field.value, (1..=count).map(|number| number.to_string()));
    let written = field.lang();
    let Field { name, label, .. } = field;
    let up = format!("{}：{label}", lang.pick("提前", "Earlier"));
    let down = format!("{}：{label}", lang.pick("推后", "Later"));
    view! {
        <div class="field order">
            <label for=name.clone() lang=written>{label.clone()}</label>
            <select id=name.clone() name=name data-item=label><option value="">{lang.pick("第几位", "Place")}</option>{options}</select>
            <button class="button needs-script" r#type="button" data-step="-1" aria-label=up>"↑"</button>
            <button class="button needs-script" r#type="button" data-step="1" aria-label=down>"↓"</button>
        </div>
    }
}
