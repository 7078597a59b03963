//! HTML, as question texts of other systems are written in it, to plain text.

use crate::domain::intake::Loss;

use super::flow::Flow;

/// Puts HTML into the flow. It never fails: what is no markup is text.
pub(super) fn flow(html: &str, flow: &mut Flow) {
    let mut rest = html;
    let mut kept = Vec::new();
    while !rest.is_empty() {
        let next = rest.find('<').unwrap_or(rest.len());
        let (text, markup) = rest.split_at(next);
        flow.text(&decoded(text));
        if let Some(behind) = markup.strip_prefix("<!--") {
            rest = behind.split_once("-->").map_or("", |(_, behind)| behind);
        } else if let Some((tag, behind)) = tag(markup) {
            rest = behind;
            match tag.name.as_str() {
                // What they hold is not shown.
                "script" | "style" if !tag.end => {
                    flow.lose(Loss::Markup, &tag.name);
                    let named = |at: usize| {
                        rest.get(at + 2..at + 2 + tag.name.len())
                            .is_some_and(|name| name.eq_ignore_ascii_case(&tag.name))
                    };
                    let close = rest.match_indices("</").map(|(at, _)| at).find(|at| named(*at));
                    rest = &rest[close.unwrap_or(rest.len())..];
                }
                _ => tag.lay(flow, &mut kept),
            }
        } else if markup.contains('>') {
            flow.text("<");
            rest = &markup[1..];
        } else {
            // Nothing more can be a tag.
            flow.text(&decoded(markup));
            rest = "";
        }
    }
    flow.verbatim = kept.first().copied().unwrap_or(flow.verbatim);
}

struct Tag<'a> {
    name: String,
    end: bool,
    attributes: &'a str,
}

/// How far the end of a tag is looked for with an eye on quotations.
const TAG: usize = 4000;

/// The tag that `markup` begins with, and what stands behind it.
fn tag(markup: &str) -> Option<(Tag<'_>, &str)> {
    let inner = markup.strip_prefix('<')?;
    let (end, inner) = match inner.strip_prefix('/') {
        Some(inner) => (true, inner),
        None => (false, inner.strip_prefix(['!', '?']).unwrap_or(inner)),
    };
    inner.starts_with(|c: char| c.is_ascii_alphabetic()).then_some(())?;
    let length = inner.find(|c: char| !(c.is_ascii_alphanumeric() || c == ':' || c == '-'));
    let (name, rest) = inner.split_at(length.unwrap_or(inner.len()));
    let mut quote = None;
    let close = rest.char_indices().take(TAG).find(|(_, c)| match (quote, *c) {
        (None, '>') => true,
        (None, '"' | '\'') => {
            quote = Some(*c);
            false
        }
        (Some(open), c) if open == c => {
            quote = None;
            false
        }
        _ => false,
    });
    // A quotation that does not end is none.
    let at = close.map(|(at, _)| at).or_else(|| rest.find('>'))?;
    let tag = Tag {
        name: name.to_ascii_lowercase(),
        end,
        attributes: &rest[..at],
    };
    Some((tag, &rest[at + 1..]))
}

impl Tag<'_> {
    /// `kept` remembers whether blanks meant something before each `<pre>` that is open.
    fn lay(&self, flow: &mut Flow, kept: &mut Vec<bool>) {
        match self.name.as_str() {
            "br" => flow.line_break(),
            "pre" => {
                flow.edge();
                if self.end {
                    flow.verbatim = kept.pop().unwrap_or(flow.verbatim);
                } else if kept.len() < 64 {
                    kept.push(flow.verbatim);
                    flow.verbatim = true;
                }
            }
            "p" | "div" | "ul" | "ol" | "body" | "html" | "section" | "article" => flow.edge(),
            "span" | "head" | "font" | "o:p" | "doctype" => (),
            "li" => {
                flow.edge();
                if !self.end {
                    flow.text("- ");
                }
            }
            "tr" | "table" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "blockquote" | "hr" | "dl" | "dt" | "dd" => {
                flow.edge();
                flow.lose(Loss::Markup, &self.name);
            }
            "td" | "th" => {
                flow.text(" ");
                flow.lose(Loss::Markup, &self.name);
            }
            "img" => flow.object(Loss::Picture, &self.attribute("alt"), &self.attribute("src")),
            "audio" | "video" | "object" | "embed" | "iframe" | "svg" | "math" | "canvas" if !self.end => {
                let source = [self.attribute("src"), self.attribute("data")].concat();
                let source = if source.is_empty() { self.name.clone() } else { source };
                flow.object(Loss::Media, &self.attribute("title"), &source);
            }
            "a" if !self.end => flow.lose(Loss::Link, &self.attribute("href")),
            "a" => (),
            name if !self.end => flow.lose(Loss::Markup, name),
            _ => (),
        }
    }

    fn attribute(&self, name: &str) -> String {
        let mut rest = self.attributes;
        while let Some(at) = rest.find('=') {
            let key = rest[..at]
                .trim()
                .rsplit(|c: char| c.is_whitespace() || c == '/')
                .next()
                .unwrap_or_default();
            let value = rest[at + 1..].trim_start();
            let quoted = value.chars().next().filter(|c| matches!(c, '"' | '\''));
            let (value, behind) = match quoted {
                Some(quote) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
                None => value.split_once(char::is_whitespace).unwrap_or((value, "")),
            };
            if key.eq_ignore_ascii_case(name) {
                return decoded(value);
            }
            rest = behind;
        }
        String::new()
    }
}

/// The longest name of a character, with `#x10FFFF`.
const ENTITY: usize = 10;

/// Text with the characters that its references stand for.
pub(super) fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let end = rest.bytes().take(ENTITY + 1).position(|byte| byte == b';');
        match end.and_then(|end| Some((character(&rest[..end])?, end))) {
            Some((c, end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => out.push('&'),
        }
    }
    out.push_str(rest);
    out
}

fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let number = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(number);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "ensp" => '\u{2002}',
        "emsp" => '\u{2003}',
        "hellip" => '…',
        "mdash" => '—',
        "ndash" => '–',
        "ldquo" => '“',
        "rdquo" => '”',
        "lsquo" => '‘',
        "rsquo" => '’',
        "laquo" => '«',
        "raquo" => '»',
        "middot" => '·',
        "bull" => '•',
        "times" => '×',
        "divide" => '÷',
        "deg" => '°',
        "plusmn" => '±',
        "le" => '≤',
        "ge" => '≥',
        "ne" => '≠',
        "copy" => '©',
        "sect" => '§',
        "rarr" => '→',
        "larr" => '←',
        "yen" => '¥',
        "permil" => '‰',
        "bsol" => '\\',
        _ => return None,
    })
}

/// Plain text as HTML that reads back as the same.
pub(super) fn written(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    if super::flow::is_regular(text) {
        escaped.replace('\n', "<br>")
    } else {
        format!("<pre>{escaped}</pre>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(html: &str) -> (String, Vec<Loss>) {
        let mut laid = Flow::default();
        flow(html, &mut laid);
        (laid.take(), laid.lost.iter().map(|(loss, _)| *loss).collect())
    }

    #[test]
    fn paragraphs_and_breaks_become_lines() {
        assert_eq!(plain("<p>一\n 二</p>\n<p>三<br />四</p>").0, "一 二\n三\n四");
        assert_eq!(plain("<ul><li>甲</li><li>乙</li></ul>").0, "- 甲\n- 乙");
        assert_eq!(plain("a<br><br>b").0, "a\n\nb");
        assert_eq!(plain("<pre>a  b\n\tc</pre>d").0, "a  b\n\tc\nd");
    }

    #[test]
    fn what_is_no_markup_is_text() {
        assert_eq!(plain("1 < 2 & 3 > 2"), ("1 < 2 & 3 > 2".to_owned(), vec![]));
        assert_eq!(plain("a <b").0, "a <b");
        assert_eq!(plain("&nosuch; &amp;lt; &#65;&#x42;").0, "&nosuch; &lt; AB");
    }

    #[test]
    fn pictures_and_links_are_named() {
        let (text, lost) =
            plain("看<img src='@@PLUGINFILE@@/旗.png' alt=\"国旗\">和<a href=\"https://x\">此处</a>，<b>重</b>");
        assert_eq!(text, "看［图片：国旗］和此处，重");
        assert_eq!(lost, [Loss::Picture, Loss::Link, Loss::Markup]);
        assert_eq!(plain("<img src=\"media/a.jpg\"/>").0, "［图片：a.jpg］");
        assert_eq!(plain("<script>alert('<p>')</script>好").0, "好");
    }

    #[test]
    fn texts_read_back_as_they_were() {
        for text in ["a<b>&amp;\n\nc", "  两  格\t", "<p>", "a\n b", "&lt;"] {
            let text = super::super::super::text::tidy(text);
            assert_eq!(plain(&written(&text)).0, text);
        }
    }
}
