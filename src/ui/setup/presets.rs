//! Presets to begin a new exam with: what each sets, in words, and where it comes from.

use leptos::prelude::*;

use super::super::part::rules::rules;
use crate::domain::{exam::Preset, lang::Lang};

/// Every preset as a plain link; `chosen` is the one the form is filled with.
pub fn presets(lang: Lang, chosen: Preset) -> impl IntoView {
    let items = Preset::ALL
        .iter()
        .map(|preset| item(lang, *preset, *preset == chosen))
        .collect_view();
    view! {
        <section class="card stack">
            <h2>{lang.pick("从哪里的规则开始", "Whose rules to begin with")}</h2>
            <p class="small soft">{lang.pick(
                "选一套填好表单，再改成自己的。开考前都能改，开考后固定。换一套会丢掉下面已填的内容。",
                "Choose one to fill the form, then change it. Everything can be changed until the opening. Choosing another \
                 one drops what is typed below.",
            )}</p>
            <ul class="plain-list">{items}</ul>
        </section>
    }
}

fn item(lang: Lang, preset: Preset, chosen: bool) -> impl IntoView {
    let content = preset.content();
    let lines = rules(lang, &content.policy, &content.blueprint, &[])
        .into_iter()
        .map(|line| view! { <li>{line}</li> })
        .collect_view();
    let (source, note) = (content.source, content.note);
    let current = chosen.then_some("true");
    let mark = chosen.then(|| lang.pick("（已填入下面的表单）", " (in the form below)"));
    view! {
        <li>
            <a href=format!("/admin/exams/new?preset={}", preset.code()) aria-current=current>{preset.name(lang)}</a>{mark}
            <details>
                <summary class="small">{lang.pick("设了什么，出自哪里", "What it sets, and its source")}</summary>
                <ul class="plain-list small">{lines}</ul>
                <p class="small">{format!("{}{}", lang.pick("来源：", "Source: "), lang.pick(source.0, source.1))}</p>
                <p class="small soft">{lang.pick(note.0, note.1)}</p>
            </details>
        </li>
    }
}
