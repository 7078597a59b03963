//! Questions beyond choice: what is right, and how they look to a candidate.

use leptos::prelude::*;

use crate::{
    domain::{
        answer::{Asking, Form, Input},
        item::letter,
        lang::Lang,
        points::Points,
    },
    ui::shell::as_text,
};

/// What is right, line by line, and for what people give points.
pub(in crate::ui) fn right(lang: Lang, form: &Form) -> impl IntoView + use<> {
    let lines = form
        .right()
        .into_iter()
        .map(|line| view! { <li class="right" lang="zh-CN">{line}</li> })
        .collect_view();
    let criteria = form
        .is_written()
        .then(|| form.criteria(Points::ZERO))
        .into_iter()
        .flatten()
        .filter(|one| !one.name.is_empty());
    let criteria: Vec<String> = criteria
        .map(|one| match lang {
            Lang::Zh => format!("{}（{} 分）", one.name, one.points),
            Lang::En => format!("{} ({})", one.name, one.points),
        })
        .collect();
    let criteria = (!criteria.is_empty()).then(|| {
        let title = lang.pick("评分点：", "Criteria: ");
        view! { <p class="small" lang="zh-CN">{format!("{title}{}", criteria.join("；"))}</p> }
    });
    view! { <ul class="options">{lines}</ul>{criteria} }
}

/// Its fields, to look at.
pub(in crate::ui) fn fields(lang: Lang, asking: &Asking) -> impl IntoView + use<> {
    let several = asking.blocks.len() > 1;
    let blocks = asking
        .blocks
        .iter()
        .enumerate()
        .map(|(at, block)| {
            let title = several.then(|| {
                let text = format!("({}) {}", at + 1, block.text);
                view! { <p class="part-stem">{text}</p> }
            });
            let entries = block.entries.iter().map(|entry| {
                let label = entry.label.clone();
                match &entry.input {
                    Input::Pick { options, .. } => {
                        let options = options.iter().enumerate();
                        let options = options.map(|(place, text)| {
                            view! { <p class="option"><span class="letter" aria-hidden="true">{letter(place).to_string()}</span><span>{text.clone()}</span></p> }
                        });
                        options.collect_view().into_any()
                    }
                    Input::Area { .. } => {
                        view! { <div class="field"><textarea rows="3" disabled=true aria-label=lang.pick("回答", "Answer") inner_html=as_text("")></textarea></div> }.into_any()
                    }
                    Input::Partner => {
                        view! { <p>{label}" → "<span class="soft">{block.partners.join(" / ")}</span></p> }.into_any()
                    }
                    Input::Place => view! { <p>"___ "{label}</p> }.into_any(),
                    Input::Number(unit) => view! { <p>"_____ "{unit.clone()}</p> }.into_any(),
                    Input::Line => view! { <p>"_____"</p> }.into_any(),
                }
            });
            view! { <div class="fields stack">{title}{entries.collect_view()}</div> }
        })
        .collect_view();
    view! { {blocks} }
}
