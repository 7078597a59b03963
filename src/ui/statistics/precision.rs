//! What the paper tells over abilities: drawn, and as a table beneath.

use leptos::prelude::*;

use super::{curve, one, or_dash, two};
use crate::{
    domain::{lang::Lang, statistics::sheet::Basis},
    service::statistics::{Counted, LEAST_SLOPES},
    ui::part::table,
};

/// `None` where nothing was calibrated.
pub fn section(lang: Lang, counted: &Counted) -> Option<impl IntoView + use<>> {
    let scale = counted.scale()?;
    let rows = scale
        .precision
        .iter()
        .map(|at| {
            view! {
                <tr>
                    <th class="plain" scope="row">{one(at.theta)}</th>
                    <td class="n">{two(at.information)}</td>
                    <td class="n">{or_dash(at.se, two)}</td>
                    <td class="n">{one(at.expected_right)}</td>
                </tr>
            }
        })
        .collect_view();
    let head = view! {
        <th scope="col">{lang.pick("能力 θ", "Ability θ")}</th>
        <th class="n" scope="col">{lang.pick("信息量", "Information")}</th>
        <th class="n" scope="col">{lang.pick("标准误", "Standard error")}</th>
        <th class="n" scope="col">{lang.pick("预计满分题数", "Questions expected right")}</th>
    };
    let label = lang.pick("测验信息与标准误", "Test information and standard error");
    let model = match (scale.has_slopes(), lang) {
        (true, _) => lang.pick("按双参数模型。", "By the two-parameter model.").to_owned(),
        (false, Lang::Zh) => format!("按 Rasch 模型：双参数模型要满 {LEAST_SLOPES} 份答卷、有 3 题可估计才估计。"),
        (false, Lang::En) => format!(
            "By the Rasch model: the two-parameter model needs {LEAST_SLOPES} papers and 3 questions that can be estimated."
        ),
    };
    let average = (counted.basis == Basis::Drawn).then(|| {
        lang.pick(
            "各人题目不同，这里按平均的一份卷。",
            " Papers differ; this is of the average one.",
        )
    });
    Some(view! {
        <section class="card stack">
            <h2>{label}</h2>
            <p class="small soft">{lang.pick(
                "信息量（实线，左边刻度）越大，这份卷在该水平上分得越细；标准误（虚线，右边刻度）= 1/√信息量，是只凭答卷估计能力的误差。能力以考生的标准差为单位，0 为平均。",
                "The more information (solid, left scale), the finer the paper tells people of that ability apart. Standard error (dashed, right scale) = 1/√information: how far an ability told from the answers alone may be off. Abilities are in standard deviations of those who sat, 0 in the middle.",
            )}</p>
            <p class="small soft">{model}{average}</p>
            {curve::precision(lang, label, &scale.precision)}
            {table(label, head, rows)}
        </section>
    })
}
