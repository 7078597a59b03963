//! The fields of a question beyond choice: plain inputs that a form without scripts sends as well.

use leptos::prelude::*;

use super::sheet::Desk;
use crate::domain::{
    answer::{Asking, Block, Entry, Input, plain},
    item::{OptionSet, letter},
    lang::Lang,
};

/// The name of a field in the form, from 0.
pub fn name(field: usize) -> String {
    format!("text{field}")
}

/// One field of the question in view.
#[derive(Clone, Copy)]
struct Place {
    desk: Desk,
    number: usize,
    field: usize,
    asking: StoredValue<Asking>,
}

impl Place {
    /// All fields as they stand.
    fn all(self) -> Vec<String> {
        self.desk.look(self.number, |answer| {
            self.asking.with_value(|asking| asking.split(&answer.text))
        })
    }

    fn value(self) -> String {
        self.all().swap_remove(self.field)
    }

    /// Stores several fields at once. `typing`: more is to come, so that there is no hurry.
    fn set(self, changes: &[(usize, String)], typing: bool) {
        let mut fields = untrack(|| self.all());
        for (field, value) in changes {
            if let Some(old) = fields.get_mut(*field) {
                *old = plain(value);
            }
        }
        self.desk.fill(self.number, Asking::join(&fields), typing);
    }

    fn write(self, value: String, typing: bool) {
        self.set(&[(self.field, value)], typing);
    }
}

/// What was filled in before the page woke up is taken over, as if it were done now.
#[cfg(feature = "hydrate")]
pub(super) fn take_over(count: usize) {
    let bubbling = web_sys::EventInit::new();
    bubbling.set_bubbles(true);
    for field in (0..count).filter_map(|field| document().get_element_by_id(&name(field))) {
        let kind = if field.tag_name() == "SELECT" {
            "change"
        } else {
            "input"
        };
        if let Ok(event) = web_sys::Event::new_with_event_init_dict(kind, &bubbling) {
            let _ = field.dispatch_event(&event);
        }
    }
}

/// Everything that is to be filled in for a question.
pub(super) fn fields(desk: Desk, number: usize, asking: Asking) -> impl IntoView {
    let lang = desk.lang;
    let several = asking.blocks.len() > 1;
    let count = asking.entries().count();
    let blocks = asking.blocks.clone();
    let asking = StoredValue::new(asking);
    let mut first = 0;
    let blocks: Vec<_> = blocks
        .into_iter()
        .enumerate()
        .map(|(at, block)| {
            let from = first;
            first += block.entries.len();
            let place = Place {
                desk,
                number,
                field: from,
                asking,
            };
            let title = several.then(|| {
                let text = format!("({}) {}", at + 1, block.text);
                view! { <p class="part-stem" id=format!("part{at}")>{text}</p> }
            });
            let role = several.then_some("group");
            let named = several.then(|| format!("part{at}"));
            view! { <div class="fields stack" role=role aria-labelledby=named>{title}{entries(lang, place, block)}</div> }
        })
        .collect();
    view! {
        <input r#type="hidden" name="fields" value=count.to_string()/>
        {blocks}
    }
}

fn entries(lang: Lang, first: Place, block: Block) -> impl IntoView {
    let count = block.entries.len();
    let places = block.entries.iter().any(|entry| entry.input == Input::Place);
    let partners = block.partners;
    let line = places.then(|| order_line(lang, first, block.entries.clone()));
    let fields: Vec<_> = block
        .entries
        .into_iter()
        .enumerate()
        .map(|(at, entry)| {
            let place = Place {
                field: first.field + at,
                ..first
            };
            let label = label(lang, &entry, at, count);
            match entry.input {
                Input::Line => text(place, label, None, "text").into_any(),
                Input::Number(unit) => text(place, label, Some(unit), "decimal").into_any(),
                Input::Area { most, words } => area(lang, place, label, most, words).into_any(),
                Input::Pick { options, one } => pick(place, label, options, one).into_any(),
                Input::Partner => partner(lang, place, label, &partners).into_any(),
                Input::Place => order(lang, place, label, (first.field, count)).into_any(),
            }
        })
        .collect();
    view! { {fields}{line} }
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

fn text(place: Place, label: String, unit: Option<String>, mode: &'static str) -> impl IntoView {
    let name = name(place.field);
    let most = if unit.is_some() { 60 } else { 200 };
    let unit = unit.filter(|unit| !unit.is_empty());
    let described = unit.as_ref().map(|_| format!("{name}-unit"));
    let unit = unit.map(|unit| view! { <span id=format!("{name}-unit")>{unit}</span> });
    view! {
        <div class="field">
            <label for=name.clone()>{label}</label>
            <div class="with-unit">
                <input id=name.clone() name=name r#type="text" inputmode=mode maxlength=most autocomplete="off" autocapitalize="none"
                    spellcheck="false" aria-describedby=described value=untrack(|| place.value())
                    on:input=move |event| place.write(event_target_value(&event), true)
                    on:change=move |event| place.write(event_target_value(&event), false)/>
                {unit}
            </div>
        </div>
    }
}

fn area(lang: Lang, place: Place, label: String, most: u32, words: (Option<u32>, Option<u32>)) -> impl IntoView {
    let name = name(place.field);
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
    let left = move || {
        let written = place.value().chars().count();
        let left = (most as usize).saturating_sub(written);
        match lang {
            Lang::Zh => format!("已写 {written} 字，还可写 {left} 字。"),
            Lang::En => format!("{written} characters, {left} left."),
        }
    };
    let value = untrack(|| place.value());
    let inner = value.replace('&', "&amp;").replace('<', "&lt;");
    // A line end at the beginning would be taken for one of the markup; what a script sets is no markup.
    let inner = if cfg!(feature = "ssr") {
        format!("\n{inner}")
    } else {
        inner
    };
    view! {
        <div class="field">
            <label for=name.clone()>{label}</label>
            <textarea id=name.clone() name=name rows="6" maxlength=most aria-describedby=hint.clone() inner_html=inner
                on:input=move |event| place.write(event_target_value(&event), true)
                on:change=move |event| place.write(event_target_value(&event), false)></textarea>
            <p class="small soft num" id=hint>{asked}{left}</p>
        </div>
    }
}

fn pick(place: Place, label: String, options: Vec<String>, one: bool) -> impl IntoView {
    let chosen = move || OptionSet::from_letters(&place.value()).unwrap_or_default();
    let options: Vec<_> = options
        .into_iter()
        .enumerate()
        .map(|(at, text)| {
            let toggle = move |_| {
                let now = match one {
                    true => OptionSet::of([at]),
                    false => untrack(chosen).toggled(at),
                };
                place.write(now.letters(), false);
            };
            view! {
                <label class="option" class:chosen=move || chosen().contains(at)>
                    <input class="visually-hidden" r#type=if one { "radio" } else { "checkbox" } name=name(place.field)
                        value=letter(at).to_string() checked=untrack(chosen).contains(at) on:change=toggle/>
                    <span class="letter" aria-hidden="true">{letter(at).to_string()}</span>
                    <span>{text}</span>
                </label>
            }
        })
        .collect();
    view! { <fieldset class="pick"><legend class="small soft">{label}</legend>{options}</fieldset> }
}

/// What the list of a select offers: nothing first, then each by its number.
fn offered(lang: Lang, chosen: &str, texts: Vec<String>) -> impl IntoView + use<> {
    let options: Vec<_> = (1..)
        .zip(texts)
        .map(|(number, text): (usize, String)| {
            let value = number.to_string();
            let selected = value == chosen;
            view! { <option value=value selected=selected>{text}</option> }
        })
        .collect();
    view! { <option value="">{lang.pick("请选择", "Choose")}</option>{options} }
}

fn partner(lang: Lang, place: Place, label: String, partners: &[String]) -> impl IntoView + use<> {
    let name = name(place.field);
    let options = offered(lang, &untrack(|| place.value()), partners.to_vec());
    view! {
        <div class="field">
            <label for=name.clone()>{label}</label>
            <select id=name.clone() name=name on:change=move |event| place.write(event_target_value(&event), false)>{options}</select>
        </div>
    }
}

/// The place of one item: a number to choose, and two buttons that move it by one. Whoever stands there changes places.
fn order(lang: Lang, place: Place, label: String, (first, count): (usize, usize)) -> impl IntoView {
    let name = name(place.field);
    let places: Vec<String> = (1..=count).map(|number| number.to_string()).collect();
    let move_to = move |to: String| {
        let fields = untrack(|| place.all());
        let own = fields[place.field].clone();
        let there =
            (first..first + count).find(|field| *field != place.field && fields[*field] == to && !to.is_empty());
        let mut changes = vec![(place.field, to)];
        changes.extend(there.map(|field| (field, own)));
        place.set(&changes, false);
    };
    let step = move |by: i64| {
        let fields = untrack(|| place.all());
        let taken = |number: &i64| (first..first + count).any(|field| fields[field] == number.to_string());
        let free = || (1..=count as i64).find(|number| !taken(number)).unwrap_or(1);
        let to = fields[place.field]
            .parse::<i64>()
            .map_or_else(|_| free(), |now| now + by);
        move_to(to.clamp(1, count as i64).to_string());
    };
    let up = format!("{}：{label}", lang.pick("提前", "Earlier"));
    let down = format!("{}：{label}", lang.pick("推后", "Later"));
    let options: Vec<_> = places
        .into_iter()
        .map(|number| {
            let (value, here) = (number.clone(), number.clone());
            let chosen = untrack(|| place.value()) == number;
            view! { <option value=value selected=chosen prop:selected=move || place.value() == here>{number}</option> }
        })
        .collect();
    view! {
        <div class="field order">
            <label for=name.clone()>{label}</label>
            <select id=name.clone() name=name on:change=move |event| move_to(event_target_value(&event))>
                <option value="" prop:selected=move || place.value().is_empty()>{lang.pick("第几位", "Place")}</option>
                {options}
            </select>
            <button class="button needs-script" r#type="button" aria-label=up on:click=move |_| step(-1)>"↑"</button>
            <button class="button needs-script" r#type="button" aria-label=down on:click=move |_| step(1)>"↓"</button>
        </div>
    }
}

/// The order as it stands, read aloud when it changes.
fn order_line(lang: Lang, first: Place, entries: Vec<Entry>) -> impl IntoView {
    let now = move || {
        let fields = first.all();
        let own = fields.iter().skip(first.field).zip(&entries);
        let mut placed: Vec<(u32, &str)> = own
            .filter_map(|(field, entry)| Some((field.parse().ok()?, entry.label.as_str())))
            .collect();
        placed.sort_unstable();
        let items: Vec<String> = placed.iter().map(|(place, item)| format!("{place} {item}")).collect();
        match items.is_empty() {
            true => lang.pick("还没有排。", "Nothing is placed yet.").to_owned(),
            false => format!("{}{}", lang.pick("现在的顺序：", "The order now: "), items.join(" → ")),
        }
    };
    view! { <p class="small" role="status">{now}</p> }
}
