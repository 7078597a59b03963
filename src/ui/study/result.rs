//! What came of a run.

use leptos::prelude::*;

use super::{
    Refused, article_path, begin,
    question::{answered, flag},
    trail,
};
use crate::{
    domain::{exam::Band, lang::Lang},
    service::study::{
        mock::Marked,
        run::{Feedback, Outcome},
    },
    ui::{
        part::{Tone, heading, notice},
        shell::{Frame, page},
    },
};

/// What came of a practice, a test or, with its marks, a mock exam.
pub fn result(
    frame: &Frame,
    outcome: &Outcome,
    marked: Option<&Marked>,
    refused: Option<Refused<'_>>,
) -> impl IntoView + use<> {
    let above = marked.map(|marked| score(frame.lang, marked));
    let lang = frame.lang;
    let (asked, right) = (outcome.run.asked, outcome.run.right);
    let title = match (asked, lang) {
        (0, Lang::Zh) => "没有作答".to_owned(),
        (0, Lang::En) => "Nothing answered".to_owned(),
        (_, Lang::Zh) => format!("{asked} 题，答对 {right} 题"),
        (_, Lang::En) => format!("{right} of {asked} right"),
    };
    let main = view! {
        <div class="narrow stack">
            {trail(lang)}
            {heading(title.clone(), outcome.run.purpose.name(lang))}
            {above}
            {read_again(lang, outcome)}
            {lines(lang, outcome, refused)}
            <div class="row wrap">
                <a class="button primary" href="/study">{lang.pick("回到学习", "Back to study")}</a>
                {(right < asked).then(|| begin("kind", "mistakes".to_owned(), lang.pick("做错题", "Practise mistakes").to_owned(), false))}
            </div>
        </div>
    };
    page(frame, &title, main)
}

/// The articles on which questions answered wrong stand.
pub fn read_again(lang: Lang, outcome: &Outcome) -> impl IntoView + use<> {
    let links: Vec<_> = outcome
        .articles
        .iter()
        .filter(|article| article.right < article.asked)
        .map(|article| view! { <li><a href=article_path(&article.bound) lang="zh-CN">{article.name.clone()}</a></li> })
        .collect();
    (!links.is_empty()).then(|| {
        view! { <section class="card stack"><h2>{lang.pick("值得再读的条文", "Articles worth reading again")}</h2><ul class="plain-list">{links}</ul></section> }
    })
}

fn lines(lang: Lang, outcome: &Outcome, refused: Option<Refused<'_>>) -> impl IntoView + use<> {
    let (right, wrong): (Vec<_>, Vec<_>) = outcome.lines.iter().partition(|line| line.right);
    let card = |line: &&Feedback| view! { {answered(lang, line)}{flag(lang, &outcome.run, line.place, refused)} };
    let cards = |lines: &[&Feedback]| lines.iter().map(card).collect_view();
    let open = right
        .iter()
        .any(|line| refused.is_some_and(|refused| refused.place == line.place));
    let all =
        (wrong.is_empty() && !right.is_empty()).then(|| notice(Tone::Good, lang.pick("全部答对。", "All right.")));
    let missed = (!wrong.is_empty()).then(|| {
        view! { <section class="stack"><h2>{lang.pick("答错或没答的题", "Wrong or left out")}</h2>{cards(&wrong)}</section> }
    });
    let known = (!right.is_empty()).then(|| {
        view! { <details open=open><summary>{lang.pick("看答对的题", "See those answered right")}</summary><div class="stack">{cards(&right)}</div></details> }
    });
    view! { {all}{missed}{known} }
}

/// The score of a mock exam and what it would be worth.
fn score(lang: Lang, marked: &Marked) -> impl IntoView + use<> {
    let (score, exam) = (&marked.score, &marked.about.exam);
    let rows = score
        .parts
        .iter()
        .map(|part| {
            view! {
                <tr>
                    <th class="plain" scope="row">{part.kind.name(lang)}</th>
                    <td class="n">{format!("{} / {}", part.right, part.count)}</td>
                    <td class="n">{format!("{} / {}", part.score, part.full)}</td>
                </tr>
            }
        })
        .collect_view();
    let worth = match &marked.grade {
        Some(grade) => {
            let tone = if grade.band == Band::Fail {
                Tone::Warn
            } else {
                Tone::Good
            };
            let (name, title) = (grade.band.name(lang), &exam.title);
            let text = match lang {
                Lang::Zh => format!("按“{title}”的规则，这个分数是：{name}。"),
                Lang::En => format!("By the rules of “{title}” this score is: {name}."),
            };
            notice(tone, text).into_any()
        }
        None => {
            let total = exam.blueprint.total();
            let text = match lang {
                Lang::Zh => format!("这份卷子的满分不到真实的 {total} 分，所以不说是否合格。"),
                Lang::En => format!(
                    "This paper has fewer than the {total} points of a real one, so nothing is said about passing."
                ),
            };
            notice(Tone::Plain, text).into_any()
        }
    };
    let total = match lang {
        Lang::Zh => format!("{} 分（满分 {}）", score.score, score.full),
        Lang::En => format!("{} of {} points", score.score, score.full),
    };
    view! {
        <section class="card stack">
            <h2 class="num">{total}</h2>
            {worth}
            <table>
                <thead><tr><th>{lang.pick("题型", "Kind")}</th><th class="n">{lang.pick("答对", "Right")}</th><th class="n">{lang.pick("得分", "Score")}</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
}
