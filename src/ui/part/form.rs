//! Labelled parts of forms that stand several times on a page: an id is the form's name and the field's together.

use std::collections::HashMap;

use leptos::prelude::*;

use crate::ui::shell::as_text;

/// What was typed into a form, by field, so that nothing is lost when something has to be mended.
pub type Typed = HashMap<String, String>;

/// What was typed into a field, or else `usual`.
pub fn typed_or(typed: &Typed, name: &str, usual: impl Into<String>) -> String {
    typed.get(name).cloned().unwrap_or_else(|| usual.into())
}

/// One line to write in.
pub fn line(
    form: &'static str,
    (name, kind): (&'static str, &'static str),
    label: &'static str,
    value: impl Into<String>,
    required: bool,
) -> impl IntoView {
    let id = format!("{form}-{name}");
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input id=id name=name r#type=kind value=value.into() required=required/>
        </div>
    }
}

/// Several lines to write in.
pub fn lines(form: &'static str, name: &'static str, label: &'static str, value: impl Into<String>) -> impl IntoView {
    let id = format!("{form}-{name}");
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <textarea id=id name=name rows="3" inner_html=as_text(&value.into())></textarea>
        </div>
    }
}

/// A choice among few: value, label.
pub fn select(
    form: &'static str,
    name: &'static str,
    label: &'static str,
    options: Vec<(String, String)>,
    chosen: &str,
) -> impl IntoView + use<> {
    let id = format!("{form}-{name}");
    let options = options
        .into_iter()
        .map(|(value, label)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected>{label}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select id=id name=name>{options}</select>
        </div>
    }
}

/// A box to tick.
pub fn tick(name: &'static str, label: impl Into<String>, ticked: bool) -> impl IntoView {
    view! { <label class="tick"><input r#type="checkbox" name=name value="yes" checked=ticked/><span>{label.into()}</span></label> }
}
