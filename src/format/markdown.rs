//! Markdown of a lesson into blocks. HTML in it is text, links lead to pages of ours or by http(s), and there are no pictures.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::domain::course::{Block, MOST_DEPTH, Piece, Span};

/// Reads a text. A line `[[安全生产法 第二十一条]]` becomes [`Piece::Quoted`].
pub fn read(source: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut fenced = false;
    for line in source.lines() {
        let trimmed = line.trim();
        fenced ^= trimmed.starts_with("```") || trimmed.starts_with("~~~");
        let quoted = trimmed.strip_prefix("[[").and_then(|rest| rest.strip_suffix("]]"));
        match quoted.map(str::trim).filter(|quoted| !fenced && !quoted.is_empty()) {
            Some(quoted) => {
                flush(&mut pieces, &mut text);
                pieces.push(Piece::Quoted(quoted.to_owned()));
            }
            None => {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    flush(&mut pieces, &mut text);
    pieces
}

fn flush(pieces: &mut Vec<Piece>, text: &mut String) {
    let blocks = blocks(text);
    if !blocks.is_empty() {
        pieces.push(Piece::Text(blocks));
    }
    text.clear();
}

/// Emphasis and links inside one another, at most.
const MOST_SPANS: usize = 8;

/// What is open while a text is read.
enum Open {
    /// A list: whether it is numbered, and its lines so far.
    List(bool, Vec<Vec<Block>>),
    Quote,
    Item,
}

/// A place to put blocks: its frame and what it holds.
struct Reader {
    open: Vec<(Open, Vec<Block>)>,
    root: Vec<Block>,
    /// Spans that are open: how they end, where they lead, and what is in them.
    spans: Vec<(Option<TagEnd>, String, Vec<Span>)>,
    code: Option<String>,
    /// Frames that were too deep to open.
    skipped: usize,
    /// Spans that were.
    flat: usize,
}

fn blocks(source: &str) -> Vec<Block> {
    let mut reader = Reader {
        open: Vec::new(),
        root: Vec::new(),
        spans: vec![(None, String::new(), Vec::new())],
        code: None,
        skipped: 0,
        flat: 0,
    };
    for event in Parser::new_ext(source, Options::empty()) {
        reader.take(event);
    }
    reader.paragraph();
    while !reader.open.is_empty() {
        reader.close();
    }
    reader.root
}

impl Reader {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(end) => self.end(end),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => match &mut self.code {
                Some(code) => code.push_str(&text),
                None => self.span(Span::Text(text.into_string())),
            },
            Event::Code(text) => self.span(Span::Code(text.into_string())),
            Event::SoftBreak => self.span(Span::Text("\n".to_owned())),
            Event::HardBreak => self.span(Span::Break),
            Event::Rule => self.push(Block::Rule),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::List(first) => self.nest(Open::List(first.is_some(), Vec::new())),
            Tag::BlockQuote(_) => self.nest(Open::Quote),
            Tag::Item => {
                self.paragraph();
                // An item of a list that was too deep to open has no list to go into.
                match self.open.last() {
                    Some((Open::List(..), _)) => self.open.push((Open::Item, Vec::new())),
                    _ => self.skipped += 1,
                }
            }
            Tag::CodeBlock(_) => {
                self.paragraph();
                self.code = Some(String::new());
            }
            Tag::Strong => self.open_span(TagEnd::Strong, String::new()),
            Tag::Emphasis => self.open_span(TagEnd::Emphasis, String::new()),
            Tag::Link { dest_url, .. } => self.open_span(TagEnd::Link, dest_url.into_string()),
            // What stands for a picture is read, the picture is not shown.
            Tag::Image { .. } => self.open_span(TagEnd::Image, String::new()),
            Tag::Paragraph | Tag::Heading { .. } | Tag::HtmlBlock => self.paragraph(),
            _ => {}
        }
    }

    fn end(&mut self, end: TagEnd) {
        match end {
            TagEnd::Strong | TagEnd::Emphasis | TagEnd::Link | TagEnd::Image => self.end_span(end),
            TagEnd::Paragraph | TagEnd::HtmlBlock => self.paragraph(),
            TagEnd::Heading(level) => {
                let spans = self.line();
                let level = match level {
                    HeadingLevel::H1 => 1,
                    HeadingLevel::H2 => 2,
                    _ => 3,
                };
                self.push(Block::Heading(level, spans));
            }
            TagEnd::CodeBlock => {
                if let Some(code) = self.code.take() {
                    self.push(Block::Code(code));
                }
            }
            TagEnd::List(_) | TagEnd::BlockQuote(_) | TagEnd::Item => {
                self.paragraph();
                match self.skipped {
                    0 => self.close(),
                    _ => self.skipped -= 1,
                }
            }
            _ => {}
        }
    }

    fn nest(&mut self, open: Open) {
        self.paragraph();
        if self.open.len() >= MOST_DEPTH * 2 || self.skipped > 0 {
            self.skipped += 1;
        } else {
            self.open.push((open, Vec::new()));
        }
    }

    fn span(&mut self, span: Span) {
        let Some((_, _, spans)) = self.spans.last_mut() else {
            return;
        };
        match (spans.last_mut(), span) {
            // What the parser told in pieces is one text.
            (Some(Span::Text(last)), Span::Text(more)) => last.push_str(&more),
            (_, span) => spans.push(span),
        }
    }

    fn open_span(&mut self, end: TagEnd, to: String) {
        match self.spans.len() {
            ..=MOST_SPANS => self.spans.push((Some(end), to, Vec::new())),
            _ => self.flat += 1,
        }
    }

    fn end_span(&mut self, end: TagEnd) {
        if self.flat > 0 {
            self.flat -= 1;
            return;
        }
        if self.spans.len() < 2 {
            return;
        }
        let Some((_, to, inside)) = self.spans.pop() else {
            return;
        };
        match end {
            TagEnd::Strong => self.span(Span::Strong(inside)),
            TagEnd::Emphasis => self.span(Span::Emphasis(inside)),
            TagEnd::Link if allowed(&to) => self.span(Span::Link(to, inside)),
            _ => inside.into_iter().for_each(|span| self.span(span)),
        }
    }

    /// The spans of the line that ends.
    fn line(&mut self) -> Vec<Span> {
        self.flat = 0;
        while self.spans.len() > 1 {
            let end = self.spans.last().and_then(|(end, _, _)| *end);
            self.end_span(end.unwrap_or(TagEnd::Image));
        }
        self.spans
            .last_mut()
            .map(|(_, _, spans)| std::mem::take(spans))
            .unwrap_or_default()
    }

    /// Ends the paragraph that is open, if one is.
    fn paragraph(&mut self) {
        let spans = self.line();
        if !spans.is_empty() {
            self.push(Block::Paragraph(spans));
        }
    }

    fn push(&mut self, block: Block) {
        match self.open.last_mut() {
            Some((_, blocks)) => blocks.push(block),
            None => self.root.push(block),
        }
    }

    fn close(&mut self) {
        let Some((open, blocks)) = self.open.pop() else {
            return;
        };
        match open {
            Open::Quote => self.push(Block::Quote(blocks)),
            Open::List(numbered, items) => self.push(Block::List(numbered, items)),
            Open::Item => match self.open.last_mut() {
                Some((Open::List(_, items), _)) => items.push(blocks),
                _ => blocks.into_iter().for_each(|block| self.push(block)),
            },
        }
    }
}

/// Whether a link may be followed: to a path of ours, or by http or https.
fn allowed(to: &str) -> bool {
    let lower = to.to_ascii_lowercase();
    let own = to.starts_with('/') && !to.starts_with("//") && !to.contains('\\') || to.starts_with('#');
    let web = lower.starts_with("https://") || lower.starts_with("http://");
    (own || web) && !to.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Vec<Span> {
        vec![Span::Text(text.to_owned())]
    }

    fn only(source: &str) -> Vec<Block> {
        match read(source).as_slice() {
            [Piece::Text(blocks)] => blocks.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn headings_lists_and_emphasis_are_read() {
        let blocks = only("# 题目\n\n一段**重点**文字\n\n1. 甲\n2. 乙\n   - 丙\n\n> 引文\n");
        assert_eq!(blocks[0], Block::Heading(1, text("题目")));
        let strong = Span::Strong(text("重点"));
        assert_eq!(
            blocks[1],
            Block::Paragraph([text("一段"), vec![strong], text("文字")].concat())
        );
        let Block::List(true, items) = &blocks[2] else {
            panic!("{blocks:?}")
        };
        assert_eq!(items[0], [Block::Paragraph(text("甲"))]);
        assert_eq!(
            items[1][1],
            Block::List(false, vec![vec![Block::Paragraph(text("丙"))]])
        );
        assert_eq!(blocks[3], Block::Quote(vec![Block::Paragraph(text("引文"))]));
    }

    #[test]
    fn an_article_stands_on_a_line_of_its_own() {
        let pieces = read("先看：\n[[安全生产法 第二十一条]]\n后文 [[不在行首]]\n```\n[[代码]]\n```\n");
        assert!(
            matches!(&pieces[1], Piece::Quoted(name) if name == "安全生产法 第二十一条"),
            "{pieces:?}"
        );
        assert_eq!(pieces.len(), 3, "{pieces:?}");
    }

    #[test]
    fn html_is_text_and_dangerous_links_are_none() {
        let blocks = only("<script>alert(1)</script>\n\n<b onclick=x>粗</b>");
        let shown = format!("{blocks:?}");
        assert!(shown.contains("<script>") && shown.contains("<b onclick=x>"), "{shown}");
        for bad in [
            "javascript:alert(1)",
            "JaVaScRiPt:x",
            "data:text/html,x",
            "//evil.example",
            "/\\evil",
            "vbscript:x",
            "mailto:a@b.c",
        ] {
            let shown = format!("{:?}", only(&format!("[看](<{bad}>)")));
            assert!(!shown.contains("Link"), "{bad}: {shown}");
        }
        for good in ["https://example.cn/a", "http://example.cn", "/laws", "#top"] {
            let shown = format!("{:?}", only(&format!("[看](<{good}>)")));
            assert!(shown.contains("Link"), "{good}: {shown}");
        }
        let picture = format!("{:?}", only("![说明](https://example.cn/a.png)"));
        assert!(picture.contains("说明") && !picture.contains("a.png"), "{picture}");
    }

    #[test]
    fn anything_is_read_without_end_of_depth() {
        for source in [
            ">".repeat(5000) + "深",
            "- ".repeat(3000) + "深",
            (0..400).map(|n| format!("{}- 行\n", " ".repeat(2 * n))).collect(),
            "*".repeat(20_000),
            "[".repeat(20_000),
            "[[]]\n[[ ]]".to_owned(),
            "```\n没有结束".to_owned(),
        ] {
            let pieces = read(&source);
            assert!(depth(&pieces) <= 2 * MOST_DEPTH + 2);
        }
        assert!(read("").is_empty());
    }

    fn depth(pieces: &[Piece]) -> usize {
        fn of(blocks: &[Block]) -> usize {
            let inside = |block: &Block| match block {
                Block::Quote(blocks) => 1 + of(blocks),
                Block::List(_, items) => 1 + items.iter().map(|item| of(item)).max().unwrap_or(0),
                _ => 1,
            };
            blocks.iter().map(inside).max().unwrap_or(0)
        }
        let of_piece = |piece: &Piece| match piece {
            Piece::Text(blocks) => of(blocks),
            Piece::Quoted(_) => 1,
        };
        pieces.iter().map(of_piece).max().unwrap_or(0)
    }
}
