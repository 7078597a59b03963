//! Word documents as lines.

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesRef, Event},
};

use crate::domain::intake::Matter;

use super::{lines::Line, within_limit};

/// The deepest nesting that is read; real documents have some thirty.
const MAX_DEPTH: usize = 256;

/// Elements whose text is not part of the document: text that was moved away or deleted, the old form of a drawing, field codes.
const APART: [&str; 4] = ["moveFrom", "del", "Fallback", "instrText"];

/// The paragraphs of `word/document.xml`, counted from 1, without those that show nothing.
///
/// # Errors
/// [`Matter::DamagedDocument`] when it is not what Word writes, [`Matter::TooManyRows`] when it is no law.
pub(super) fn lines(xml: &[u8]) -> Result<Vec<Line>, Matter> {
    let text = std::str::from_utf8(xml).map_err(|_| damaged("encoding"))?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    reader.config_mut().expand_empty_elements = true;
    let mut document = Document::default();
    loop {
        within_limit(document.lines.len())?;
        match reader.read_event().map_err(|error| damaged(&error.to_string()))? {
            Event::Start(tag) => document.start(tag.local_name().as_ref())?,
            Event::End(tag) => document.end(tag.local_name().as_ref()),
            Event::Text(text) => document.text(&text.xml_content(XmlVersion::Implicit1_0)),
            Event::CData(text) => document.text(&text),
            Event::GeneralRef(reference) => document.text(letter(&reference)?.encode_utf8(&mut [0; 4])),
            // Whoever defines entities of their own wants something else than to show a law.
            Event::DocType(_) => return Err(damaged("DOCTYPE")),
            Event::Eof => break,
            _ => (),
        }
    }
    if document.depth > 0 || !document.has_body {
        return Err(damaged("document.xml"));
    }
    document.end_line();
    Ok(document.lines)
}

fn damaged(detail: &str) -> Matter {
    Matter::DamagedDocument {
        detail: detail.chars().take(60).collect(),
    }
}

fn letter(reference: &BytesRef) -> Result<char, Matter> {
    if let Ok(Some(letter)) = reference.resolve_char_ref() {
        return Ok(letter);
    }
    match reference.as_ref() {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => Err(damaged("entity")),
    }
}

#[derive(Default)]
struct Document {
    lines: Vec<Line>,
    count: usize,
    line: String,
    numbered: bool,
    depth: usize,
    /// The depth of the outermost element around that is no part of the document.
    apart: Option<usize>,
    in_text: bool,
    has_body: bool,
}

impl Document {
    fn start(&mut self, name: &str) -> Result<(), Matter> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(damaged("depth"));
        }
        if self.apart.is_none() && APART.contains(&name) {
            self.apart = Some(self.depth);
        }
        if self.apart.is_some() {
            return Ok(());
        }
        match name {
            "body" => self.has_body = true,
            // A text box stands inside of a paragraph.
            "p" if !self.line.is_empty() => self.end_line(),
            "t" => self.in_text = true,
            "br" | "cr" => self.end_line(),
            "tab" => self.line.push(' '),
            "numPr" => self.numbered = true,
            _ => (),
        }
        Ok(())
    }

    fn end(&mut self, name: &str) {
        match name {
            "t" => self.in_text = false,
            "p" if self.apart.is_none() => self.end_line(),
            _ => (),
        }
        if self.apart == Some(self.depth) {
            self.apart = None;
        }
        self.depth = self.depth.saturating_sub(1);
    }

    fn text(&mut self, text: &str) {
        if self.in_text && self.apart.is_none() {
            self.line.push_str(text);
        }
    }

    fn end_line(&mut self) {
        self.count += 1;
        if let Some(mut line) = Line::plain(self.count, &self.line) {
            line.numbered = self.numbered;
            self.lines.push(line);
        }
        self.line.clear();
        self.numbered = false;
    }
}
