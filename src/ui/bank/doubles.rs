//! Questions that are almost the same, side by side.

use leptos::prelude::*;

use super::{address, options, tags};
use crate::{
    domain::{
        bank::{BankSummary, Stored},
        item::Question,
        lang::Lang,
        near::NEAR_PERCENT,
    },
    service::{bank::Preview, question::Of},
    ui::{
        part::{Tone, difference, heading, notice, tag},
        shell::{Frame, page},
    },
};

/// Pairs shown of one file.
const SHOWN: usize = 50;

fn share(lang: Lang, percent: usize) -> String {
    match lang {
        Lang::Zh => format!("{percent}% 相同"),
        Lang::En => format!("{percent}% the same"),
    }
}

fn what_is_near(lang: Lang) -> String {
    match lang {
        Lang::Zh => format!(
            "题干和选项里每三个连续的字算一段，两道题相同的段占 {NEAR_PERCENT}% 以上就列在这里；标点、空格和选项顺序不算。"
        ),
        Lang::En => format!(
            "Every three characters in a row of stem and options are a piece; two questions with {NEAR_PERCENT}% of their pieces in \
             common are listed. Punctuation, blanks and the order of options do not count."
        ),
    }
}

/// One question of a pair.
fn side(lang: Lang, title: AnyView, question: &Question) -> impl IntoView + use<> {
    view! {
        <div class="stack">
            <p class="small">{title}</p>
            <div class="row wrap">{tags(lang, question)}</div>
            <p lang="zh-CN">{question.stem.clone()}</p>
            {options(lang, question)}
        </div>
    }
}

/// What an import has that is almost there already.
pub fn of_file(lang: Lang, preview: &Preview) -> impl IntoView + use<> {
    let cards = preview
        .doubles
        .iter()
        .take(SHOWN)
        .filter_map(|double| {
            let new = preview.questions.get(double.new)?;
            let place = |at: usize| preview.places.get(at).cloned().unwrap_or_default();
            let mine = match lang {
                Lang::Zh => format!("文件 {}", place(double.new)),
                Lang::En => format!("File, {}", place(double.new)),
            };
            let (theirs, other) = match &double.of {
                Of::Stored(bank, stored) => (format!("{bank} · {}", stored.id), &stored.question),
                Of::File(at) => match lang {
                    Lang::Zh => (format!("文件 {}", place(*at)), preview.questions.get(*at)?),
                    Lang::En => (format!("File, {}", place(*at)), preview.questions.get(*at)?),
                },
            };
            Some(view! {
                <div class="card stack">
                    <p>{tag(Tone::Warn, share(lang, double.percent))}</p>
                    <div class="halves">{side(lang, theirs.into_any(), other)}{side(lang, mine.into_any(), new)}</div>
                    <p class="small">{lang.pick("不同之处：", "What differs: ")}{difference(lang, &other.stem, &new.stem)}</p>
                </div>
            })
        })
        .collect_view();
    let total = preview.doubles.len();
    let title = match lang {
        Lang::Zh => format!("近似题 {total} 对（照写，请核对是不是同一道题）"),
        Lang::En => format!("{total} pair(s) almost the same (stored; check whether they are one question)"),
    };
    let more = (total > SHOWN).then(|| {
        let more = total - SHOWN;
        let text = match lang {
            Lang::Zh => format!("还有 {more} 对没有列出；导入后可以在题库里“查近似题”。"),
            Lang::En => {
                format!("{more} more are not listed; the bank's own list of near-duplicates has them after the import.")
            }
        };
        view! { <p class="small soft">{text}</p> }
    });
    (total > 0).then(|| {
        view! {
            <section class="stack" id="near">
                <h2>{title}</h2>
                <p class="small soft">{what_is_near(lang)}</p>
                {cards}
                {more}
            </section>
        }
    })
}

/// The pairs of a bank.
pub fn doubles(
    frame: &Frame,
    bank: &BankSummary,
    pairs: &[(Stored, Stored, usize)],
    total: usize,
) -> impl IntoView + use<> {
    let lang = frame.lang;
    let id = bank.bank.id;
    let title = lang.pick("近似题", "Near-duplicates");
    let below = match lang {
        Lang::Zh => format!("{total} 对，停用的题不算"),
        Lang::En => format!("{total} pair(s), without retired questions"),
    };
    let cards = pairs
        .iter()
        .map(|(one, other, percent)| {
            let name = |stored: &Stored| {
                view! { <a href=address(id, stored)>{stored.id.to_string()}</a> }.into_any()
            };
            view! {
                <section class="card stack">
                    <p>{tag(Tone::Warn, share(lang, *percent))}</p>
                    <div class="halves">{side(lang, name(one), &one.question)}{side(lang, name(other), &other.question)}</div>
                    <p class="small">{lang.pick("不同之处：", "What differs: ")}{difference(lang, &one.question.stem, &other.question.stem)}</p>
                </section>
            }
        })
        .collect_view();
    let none = pairs.is_empty().then(|| {
        notice(
            Tone::Good,
            lang.pick("没有近似的题。", "No two questions are almost the same."),
        )
    });
    let more = (total > pairs.len()).then(|| {
        let more = total - pairs.len();
        let text = match lang {
            Lang::Zh => format!("先列最像的；还有 {more} 对，处理完这些再来看。"),
            Lang::En => format!("The most alike come first; {more} more are shown when these are dealt with."),
        };
        view! { <p class="small soft">{text}</p> }
    });
    let main = view! {
        <p class="small"><a href=format!("/admin/banks/{id}")>{bank.bank.name.clone()}</a></p>
        {heading(title, below)}
        <p class="small soft">{what_is_near(lang)}</p>
        {none}
        {cards}
        {more}
    };
    page(frame, title, main)
}
