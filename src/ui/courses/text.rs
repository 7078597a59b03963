//! The text of a lesson. It is built of elements of ours alone, so nothing that was typed becomes markup.

use leptos::prelude::*;

use crate::{
    domain::{
        course::{Block, Media, Span},
        lang::Lang,
        law::{Followed, Status, Words},
    },
    service::{
        course::{Shown, Text},
        law::Quoted,
    },
    ui::{
        laws::{article_path, body, changed_path},
        part::{Tone, tag},
    },
};

/// Media, then the text with the articles it quotes. `files`: the path below which the media are.
pub(super) fn text(lang: Lang, text: &Text, files: &str) -> impl IntoView + use<> {
    let media = (!text.media.is_empty()).then(|| {
        let files = text.media.iter().map(|media| file(media, files)).collect_view();
        view! { <div class="lesson-media no-print">{files}</div> }
    });
    let pieces = text
        .pieces
        .iter()
        .map(|piece| match piece {
            Shown::Blocks(blocks) => self::blocks(blocks).into_any(),
            Shown::Quoted(words, quoted) => self::quoted(lang, words, quoted).into_any(),
        })
        .collect_view();
    view! { {media}<div class="lesson" lang="zh-CN">{pieces}</div> }
}

fn file(media: &Media, files: &str) -> impl IntoView + use<> {
    let src = format!("{files}/{}", media.id);
    let player = match media.format.is_video() {
        true => view! { <video src=src controls=true preload="metadata"></video> }.into_any(),
        false => view! { <audio src=src controls=true preload="metadata"></audio> }.into_any(),
    };
    view! { <figure class="stack">{player}<figcaption class="small soft">{media.name.clone()}</figcaption></figure> }
}

fn blocks(blocks: &[Block]) -> impl IntoView + use<> {
    blocks.iter().map(block).collect_view()
}

fn block(block: &Block) -> AnyView {
    match block {
        // The page has the first heading.
        Block::Heading(1, line) => view! { <h2>{spans(line)}</h2> }.into_any(),
        Block::Heading(2, line) => view! { <h3>{spans(line)}</h3> }.into_any(),
        Block::Heading(_, line) => view! { <h4>{spans(line)}</h4> }.into_any(),
        Block::Paragraph(line) => view! { <p>{spans(line)}</p> }.into_any(),
        Block::List(numbered, items) => {
            let items = items
                .iter()
                .map(|item| view! { <li>{blocks(item)}</li> })
                .collect_view();
            match numbered {
                true => view! { <ol>{items}</ol> }.into_any(),
                false => view! { <ul>{items}</ul> }.into_any(),
            }
        }
        Block::Quote(inside) => view! { <blockquote>{blocks(inside)}</blockquote> }.into_any(),
        Block::Code(text) => view! { <pre>{text.clone()}</pre> }.into_any(),
        Block::Rule => view! { <hr/> }.into_any(),
    }
}

fn spans(line: &[Span]) -> impl IntoView + use<> {
    line.iter().map(span).collect_view()
}

fn span(span: &Span) -> AnyView {
    match span {
        Span::Text(text) => text.clone().into_any(),
        Span::Strong(inside) => view! { <strong>{spans(inside)}</strong> }.into_any(),
        Span::Emphasis(inside) => view! { <em>{spans(inside)}</em> }.into_any(),
        Span::Code(text) => view! { <code>{text.clone()}</code> }.into_any(),
        Span::Link(to, inside) => view! { <a href=to.clone() rel="noopener">{spans(inside)}</a> }.into_any(),
        Span::Break => view! { <br/> }.into_any(),
    }
}

/// An article as it is in force today, with what became of it since the lesson was written.
fn quoted(lang: Lang, words: &str, quoted: &Quoted) -> AnyView {
    match quoted {
        Quoted::Article {
            record,
            version,
            article,
            since,
            status,
        } => {
            let law = record.entry.id;
            let name = format!("{}{}", record.entry.short(), article.number.chinese());
            let note = match since {
                Followed::Same | Followed::Deleted => None,
                Followed::Renumbered(_) => Some(match lang {
                    Lang::Zh => format!("课文写的是“{words}”，法律修订后条号变了，内容没有变。"),
                    Lang::En => format!(
                        "The lesson says \u{201c}{words}\u{201d}; the article has another number now, and the same words."
                    ),
                }),
                Followed::Changed(_) => Some(match lang {
                    Lang::Zh => format!("课文写成后这一条有修改，这里是现在的条文（课文写的是“{words}”）。"),
                    Lang::En => format!(
                        "The article was changed after the lesson was written; this is its text now (the lesson says \u{201c}{words}\u{201d})."
                    ),
                }),
            };
            let note = note.map(|note| {
                let compare = changed_path(law);
                view! { <p class="notice warn small">{note}" "<a href=compare>{lang.pick("看修改对照", "See what changed")}</a></p> }
            });
            let status = (*status != Status::InForce).then(|| tag(Tone::Warn, status.name(lang)));
            view! {
                <section class="lesson-quote">
                    <p class="law-number"><a href=article_path(law, version.id, article.number)>{name}</a>{status}</p>
                    {body(article, &Words::default())}
                    {note}
                </section>
            }
            .into_any()
        }
        Quoted::Gone { record, .. } => {
            let text = match lang {
                Lang::Zh => format!("“{words}”：课文写成后，这一条已经删去。"),
                Lang::En => format!("\u{201c}{words}\u{201d}: this article was deleted after the lesson was written."),
            };
            let compare = changed_path(record.entry.id);
            view! { <p class="notice warn">{text}" "<a href=compare>{lang.pick("看修改对照", "See what changed")}</a></p> }
                .into_any()
        }
        Quoted::Unknown => view! { <p class="soft">{words.to_owned()}</p> }.into_any(),
    }
}
