//! How the fields of a question beyond choice are filled in: their markup is the server's, and here is what happens when
//! somebody writes into it.

use leptos::prelude::*;

use super::{sheet::Desk, wire::Fields};
use crate::domain::lang::Lang;

/// The fields of a question, listening.
pub(super) fn filling(desk: Desk, number: usize, fields: Fields) -> impl IntoView {
    let html = if cfg!(feature = "ssr") {
        fields.filled
    } else {
        fields.html
    };
    #[cfg(feature = "hydrate")]
    {
        let root = NodeRef::<leptos::html::Div>::new();
        let place = browser::Place {
            desk,
            number,
            count: fields.count,
            root,
        };
        Effect::new(move |_| place.show());
        view! {
            <div id="fields" node_ref=root inner_html=html on:input=move |event| place.written(&event, true)
                on:change=move |event| place.written(&event, false) on:click=move |event| place.stepped(&event)></div>
        }
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = (desk, number);
        view! { <div id="fields" inner_html=html></div> }
    }
}

/// How much has been written into a field of several lines, and how much more it takes.
pub(super) fn room_left(lang: Lang, text: &str, most: usize) -> String {
    let written = text.chars().count();
    let left = most.saturating_sub(written);
    match lang {
        Lang::Zh => format!("已写 {written} 字，还可写 {left} 字。"),
        Lang::En => format!("{written} characters, {left} left."),
    }
}

/// The order as it stands, of places and items; read aloud when it changes.
pub(super) fn order_line(lang: Lang, places: impl Iterator<Item = (String, String)>) -> String {
    let mut placed: Vec<(u32, String)> = places
        .filter_map(|(place, item)| Some((place.parse().ok()?, item)))
        .collect();
    placed.sort_unstable();
    if placed.is_empty() {
        return lang.pick("还没有排。", "Nothing is placed yet.").to_owned();
    }
    let items: Vec<String> = placed.iter().map(|(place, item)| format!("{place} {item}")).collect();
    format!("{}{}", lang.pick("现在的顺序：", "The order now: "), items.join(" → "))
}

#[cfg(feature = "hydrate")]
pub(super) use browser::take_over;

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::{html::Div, prelude::*};
    use wasm_bindgen::JsCast;
    use web_sys::{Element, Event, HtmlInputElement};

    use super::{Desk, order_line, room_left};
    use crate::domain::answer::{joined, parted, plain};

    /// What was filled in before the page woke up is taken over, as if it were done now.
    pub fn take_over(desk: Desk, number: usize) {
        let count = desk
            .questions
            .with_value(|questions| Some(questions.get(number.wrapping_sub(1))?.fields.as_ref()?.count));
        if let (Some(count), Some(root)) = (count, document().get_element_by_id("fields")) {
            desk.fill(number, read(&root, count), false);
        }
    }

    /// The fields of the question in view.
    #[derive(Clone, Copy)]
    pub struct Place {
        pub desk: Desk,
        pub number: usize,
        pub count: usize,
        pub root: NodeRef<Div>,
    }

    impl Place {
        /// The fields as they were answered.
        fn answered(self) -> Vec<String> {
            untrack(|| self.desk.look(self.number, |answer| parted(&answer.text, self.count)))
        }

        /// Puts what was answered into fields that were drawn anew.
        pub fn show(self) {
            let Some(root) = self.root.get().filter(|_| self.desk.awake.get_value()) else {
                return;
            };
            let fields = self.answered();
            for input in inputs(&root, "[name^=text]") {
                let Some(value) = fields.get(field(&input)) else {
                    continue;
                };
                if ticked(&input) {
                    input.set_checked(value.contains(&input.value()));
                } else {
                    input.set_value(value);
                }
            }
            self.tell(&root);
        }

        /// Something was written or chosen; while somebody is `typing` more is to come, and there is no hurry.
        pub fn written(self, event: &Event, typing: bool) {
            let input: HtmlInputElement = event_target(event);
            if input.has_attribute("data-item") {
                // A select reports each choice twice.
                if typing {
                    return;
                }
                self.make_way(&input);
            }
            self.take(typing);
        }

        /// A button that moves an item by one place.
        pub fn stepped(self, event: &Event) {
            let target: Element = event_target(event);
            let step: Option<i64> = target.get_attribute("data-step").and_then(|step| step.parse().ok());
            let beside = target.parent_element();
            let item = beside.and_then(|beside| inputs(&beside, "select").pop());
            let (Some(step), Some(item)) = (step, item) else { return };
            let places: Vec<i64> = neighbours(&item)
                .filter_map(|other| other.value().parse().ok())
                .collect();
            let most = neighbours(&item).count() as i64;
            let to = match item.value().parse::<i64>() {
                Ok(now) => (now + step).clamp(1, most),
                Err(_) => (1..=most).find(|place| !places.contains(place)).unwrap_or(1),
            };
            item.set_value(&to.to_string());
            self.make_way(&item);
            self.take(false);
        }

        /// Whoever stands where an item has moved changes places with it.
        fn make_way(self, moved: &HtmlInputElement) {
            let before = self.answered();
            let place = moved.value();
            for other in neighbours(moved).filter(|_| !place.is_empty()) {
                if other.value() == place && other.name() != moved.name() {
                    other.set_value(before.get(field(moved)).map_or("", String::as_str));
                }
            }
        }

        fn take(self, typing: bool) {
            if let Some(root) = self.root.get_untracked() {
                self.desk.fill(self.number, read(&root, self.count), typing);
                self.tell(&root);
            }
        }

        /// Brings what the page says about its fields up to date.
        fn tell(self, root: &Element) {
            let lang = self.desk.lang;
            for input in inputs(root, ".option input") {
                if let Some(option) = input.parent_element() {
                    option.set_class_name(if input.checked() { "option chosen" } else { "option" });
                }
            }
            for area in inputs(root, "textarea") {
                let most = area.get_attribute("maxlength").and_then(|most| most.parse().ok());
                let beside = area.parent_element();
                for told in beside.iter().flat_map(|beside| inputs(beside, "p span")) {
                    say(&told, &room_left(lang, &area.value(), most.unwrap_or_default()));
                }
            }
            for told in inputs(root, "[data-order]") {
                let items = neighbours(&told);
                let label = |item: &HtmlInputElement| item.get_attribute("data-item").unwrap_or_default();
                say(&told, &order_line(lang, items.map(|item| (item.value(), label(&item)))));
            }
        }
    }

    /// What fits a selector, in the order of the page. All that is asked of one is its name, its value and whether it is
    /// ticked, which selects and texts answer under the same names as inputs.
    fn inputs(root: &Element, selector: &str) -> Vec<HtmlInputElement> {
        let Ok(list) = root.query_selector_all(selector) else {
            return vec![];
        };
        let each = (0..list.length()).filter_map(|at| list.item(at));
        each.map(JsCast::unchecked_into).collect()
    }

    /// The items that are put in order with this one.
    fn neighbours(item: &Element) -> impl Iterator<Item = HtmlInputElement> + use<> {
        let block = item.closest(".fields").ok().flatten();
        let items = block.map(|block| inputs(&block, "[data-item]"));
        items.into_iter().flatten()
    }

    /// The number of a field, from 0; see [`super::super::fields::name`].
    fn field(input: &HtmlInputElement) -> usize {
        let name = input.name();
        name.trim_start_matches("text").parse().unwrap_or(usize::MAX)
    }

    fn ticked(input: &HtmlInputElement) -> bool {
        matches!(input.type_().as_str(), "radio" | "checkbox")
    }

    /// The answer as it stands on the page.
    fn read(root: &Element, count: usize) -> String {
        let mut fields = vec![String::new(); count];
        for input in inputs(root, "[name^=text]") {
            let Some(value) = fields.get_mut(field(&input)) else {
                continue;
            };
            if !ticked(&input) {
                *value = plain(&input.value());
            } else if input.checked() {
                value.push_str(&input.value());
            }
        }
        joined(&fields)
    }

    /// Nothing is read aloud again that has not changed.
    fn say(told: &Element, text: &str) {
        if told.text_content().as_deref() != Some(text) {
            told.set_text_content(Some(text));
        }
    }
}
