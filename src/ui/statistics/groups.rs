//! Groups of persons of the same ability, compared question by question.

use leptos::prelude::*;

use super::{address, listed, short, two};
use crate::{
    domain::{
        lang::Lang,
        statistics::{
            compare::{LEAST_BOTH, LEAST_FOCAL},
            dif::{Class, Dif},
        },
    },
    service::statistics::{By, Difference, Grouping, Overview, Wish},
    ui::part::table,
};

/// What a difference comes to, in plain words.
pub(super) fn verdict(lang: Lang, one: &Difference) -> String {
    let (focal, reference) = (one.focal.name(lang), one.reference.name(lang));
    let harder = one.dif.d_dif < 0.0;
    match (one.dif.class, lang) {
        (Class::A, Lang::Zh) => "没有值得看的差异".to_owned(),
        (Class::A, Lang::En) => "No difference worth a look".to_owned(),
        (_, Lang::Zh) => {
            let to = if harder { &focal } else { &reference };
            format!("可能对“{to}”不公平，请人看看")
        }
        (_, Lang::En) => {
            let to = if harder { &focal } else { &reference };
            format!("May be unfair to “{to}”: have somebody read it")
        }
    }
}

/// The size of a difference with its standard error and its class.
pub(super) fn size(dif: &Dif) -> String {
    format!("{} ± {} ({:?})", two(dif.d_dif), two(dif.se), dif.class)
}

pub(super) fn section(lang: Lang, overview: &Overview, wish: Wish) -> impl IntoView + use<> {
    let id = overview.exam.id;
    let choices = By::ALL
        .into_iter()
        .map(|by| {
            let href = format!("{}#groups", listed(id, Wish { by, page: 1, ..wish }));
            let current = (by == wish.by).then_some("page");
            view! { <a class="button" href=href aria-current=current>{by.name(lang)}</a> }
        })
        .collect_view();
    let body = match overview.grouping(wish.by) {
        Some(grouping) => compared(lang, overview, grouping).into_any(),
        None => {
            let text = match overview.counted.as_ref().is_some_and(|counted| counted.deep.is_some()) {
                true => lang.pick(
                    "名册上这样分只有一个人群，没有可比的。",
                    "Grouped like this the roster has one group only: nothing to compare.",
                ),
                false => lang.pick("还没有算完。", "Not counted yet."),
            };
            view! { <p>{text}</p> }.into_any()
        }
    };
    let note = match lang {
        Lang::Zh => format!(
            "按 Mantel–Haenszel 方法把总分相同的人放在一起比：差异小于 0 表示这道题对该人群更难，大于 0 表示更容易；A 可忽略，B 中等，C 较大（ETS 分级）。答过这道题的人里，较小的人群不到 {LEAST_FOCAL} 人或两群合计不到 {LEAST_BOTH} 人的不比。题目是否不公平由读题的人判断，系统不因此改分或停用题目。"
        ),
        Lang::En => format!(
            "Persons of the same score are compared by the method of Mantel and Haenszel: below 0 the question is harder for the group, above 0 easier; A is negligible, B moderate, C large (classes of ETS). Groups of fewer than {LEAST_FOCAL} persons who had the question, or of fewer than {LEAST_BOTH} with the largest group, are not compared. Whether a question is unfair is for whoever reads it to say; no score changes and no question is retired by it."
        ),
    };
    view! {
        <section class="card stack" id="groups">
            <h2>{lang.pick("对不同人群是否一样难", "Whether it is as hard for every group")}</h2>
            <nav class="row wrap" aria-label=lang.pick("按什么分人群", "How persons are grouped")>{choices}</nav>
            {body}
            <p class="small soft">{note}</p>
        </section>
    }
}

fn compared(lang: Lang, overview: &Overview, grouping: &Grouping) -> impl IntoView + use<> {
    let sizes = grouping
        .groups
        .iter()
        .zip(&grouping.compared.sizes)
        .enumerate()
        .map(|(place, (group, size))| {
            let name = group.name(lang);
            let role = match (place == grouping.compared.reference, *size < LEAST_FOCAL) {
                (true, _) => lang.pick("，其他人群与它比", ", the others are compared with it"),
                (false, true) => lang.pick("，人数太少，不比", ", too few to compare"),
                (false, false) => "",
            };
            let text = match lang {
                Lang::Zh => format!("{name} {size} 份{role}"),
                Lang::En => format!("{name}: {size} papers{role}"),
            };
            view! { <li>{text}</li> }
        })
        .collect_view();
    let any = grouping.compared.items.iter().any(|item| !item.is_empty());
    let label = lang.pick("有差异的题目", "Questions with a difference");
    let rows = overview
        .differences
        .iter()
        .map(|(row, one)| {
            view! {
                <tr>
                    <td class="break"><a href=address(overview.exam.id, row.pool)><span lang="zh-CN">{format!("{}. {}", row.pool + 1, short(&row.stored.question.stem))}</span></a><div class="small">{verdict(lang, one)}</div></td>
                    <td>{one.focal.name(lang)}</td>
                    <td class="n">{size(&one.dif)}</td>
                    <td class="n">{format!("{} / {}", one.dif.focal, one.dif.reference)}</td>
                </tr>
            }
        })
        .collect_view();
    let head = view! {
        <th scope="col">{lang.pick("题目", "Question")}</th><th scope="col">{lang.pick("人群", "Group")}</th>
        <th class="n" scope="col">{lang.pick("差异 ± 标准误", "Difference ± SE")}</th>
        <th class="n" scope="col">{lang.pick("人数：该群 / 对照", "Persons: group / others")}</th>
    };
    let list = match (any, overview.differing) {
        (false, _) => view! { <p>{lang.pick("人数不够，没有可比的题目。", "There are too few persons to compare any question.")}</p> }.into_any(),
        (true, 0) => view! { <p>{lang.pick("各题都没有值得看的差异。", "No question has a difference worth a look.")}</p> }.into_any(),
        (true, _) => table(label, head, rows).into_any(),
    };
    let more = overview.differing.saturating_sub(overview.differences.len());
    let more = (more > 0).then(|| {
        let text = match lang {
            Lang::Zh => format!("另有 {more} 处较小的差异，见各题的页面。"),
            Lang::En => format!("{more} smaller differences stand on the pages of the questions."),
        };
        view! { <p class="small">{text}</p> }
    });
    view! { <ul class="plain-list small">{sizes}</ul>{list}{more} }
}

/// On the page of a question: every group that could be compared.
pub(super) fn of_question(lang: Lang, differences: &[Difference]) -> impl IntoView + use<> {
    let label = lang.pick("对不同人群是否一样难", "Whether it is as hard for every group");
    let rows = differences
        .iter()
        .map(|one| {
            view! {
                <tr>
                    <th class="plain break" scope="row">{format!("{}{}{}", one.by.name(lang), lang.pick("：", ": "), one.focal.name(lang))}<div class="small">{verdict(lang, one)}</div></th>
                    <td>{one.reference.name(lang)}</td>
                    <td class="n">{size(&one.dif)}</td>
                    <td class="n">{format!("{} / {}", one.dif.focal, one.dif.reference)}</td>
                </tr>
            }
        })
        .collect_view();
    let head = view! {
        <th scope="col">{lang.pick("人群", "Group")}</th><th scope="col">{lang.pick("对照", "Compared with")}</th>
        <th class="n" scope="col">{lang.pick("差异 ± 标准误", "Difference ± SE")}</th>
        <th class="n" scope="col">{lang.pick("人数：该群 / 对照", "Persons: group / others")}</th>
    };
    (!differences.is_empty()).then(|| {
        view! {
            <section class="card stack">
                <h2>{label}</h2>
                <p class="small soft">{lang.pick(
                    "总分相同的人放在一起比（Mantel–Haenszel）；小于 0 表示对该人群更难。",
                    "Persons of the same score are compared (Mantel–Haenszel); below 0 it is harder for the group.",
                )}</p>
                {table(label, head, rows)}
            </section>
        }
    })
}
