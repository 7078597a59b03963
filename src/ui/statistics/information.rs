//! What a question tells over abilities: drawn, and as a table beneath.

use leptos::prelude::*;

use super::{curve, one, percent, two};
use crate::{
    domain::{lang::Lang, statistics::irt::Estimate},
    service::statistics::Row,
    ui::part::table,
};

/// By the two-parameter model, else by that of Rasch; `None` where the question has a curve in neither.
pub fn section(lang: Lang, row: &Row) -> Option<impl IntoView + use<>> {
    let sloped = row.sloped.and_then(Estimate::curve);
    let item = sloped.or_else(|| row.estimate.and_then(Estimate::curve))?;
    let rows = item
        .precision()
        .iter()
        .map(|at| {
            view! {
                <tr>
                    <th class="plain" scope="row">{one(at.theta)}</th>
                    <td class="n">{two(at.information)}</td>
                    <td class="n">{percent(at.expected_right)}</td>
                </tr>
            }
        })
        .collect_view();
    let head = view! {
        <th scope="col">{lang.pick("能力 θ", "Ability θ")}</th>
        <th class="n" scope="col">{lang.pick("信息量", "Information")}</th>
        <th class="n" scope="col">{lang.pick("预计得满分", "Expected right")}</th>
    };
    let label = lang.pick("题目信息量", "Item information");
    let model = match sloped {
        Some(_) => lang.pick("按双参数模型。", "By the two-parameter model. "),
        None => lang.pick(
            "按 Rasch 模型（各题斜率相同）。",
            "By the Rasch model (one slope for all questions). ",
        ),
    };
    let (at, most) = (two(item.b), two(item.most_information()));
    let beyond = (item.b.abs() > f64::from(curve::ABLEST)).then_some(lang.pick("（在图外）", " (outside the picture)"));
    let beyond = beyond.unwrap_or_default();
    let sentence = match lang {
        Lang::Zh => format!("在能力 θ = {at} 处{beyond}信息量最大，a²/4 = {most}。"),
        Lang::En => format!("It tells most at ability θ = {at}{beyond}: a²/4 = {most}."),
    };
    Some(view! {
        <section class="card stack">
            <h2>{label}</h2>
            <p class="small soft">{lang.pick(
                "信息量越大，这道题在该水平上越能分开水平高低的人。能力以考生的标准差为单位，0 为平均。",
                "The more information, the better the question tells people of about that ability apart. Abilities are in standard deviations of those who sat, 0 in the middle.",
            )}</p>
            <p class="small num">{format!("{model}{sentence}")}</p>
            {curve::information(lang, label, item)}
            {table(label, head, rows)}
        </section>
    })
}
