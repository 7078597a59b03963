//! XML as a tree, within limits; and XML written.

use std::fmt::Write as _;

use encoding_rs::Encoding;
use quick_xml::{
    Reader, XmlVersion,
    events::{BytesRef, BytesStart, Event},
};

use crate::domain::intake::Matter;

/// The deepest nesting that is read; real files have some thirty.
const MAX_DEPTH: usize = 100;
/// The most elements of one file; a bank of ten thousand questions has some four hundred thousand.
const MAX_ELEMENTS: usize = 2_000_000;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::format) struct Element {
    pub(in crate::format) name: String,
    pub(in crate::format) attributes: Vec<(String, String)>,
    pub(in crate::format) children: Vec<Node>,
    pub(in crate::format) line: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::format) enum Node {
    Element(Element),
    Text(String),
}

impl Element {
    pub(in crate::format) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(in crate::format) fn elements(&self) -> impl DoubleEndedIterator<Item = &Self> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    pub(in crate::format) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.elements().filter(move |element| element.name == name)
    }

    pub(in crate::format) fn first(&self, name: &str) -> Option<&Self> {
        self.elements().find(|element| element.name == name)
    }

    /// Every element below it, in order.
    pub(in crate::format) fn below(&self) -> Vec<&Self> {
        let mut found = vec![];
        let mut open: Vec<&Self> = self.elements().rev().collect();
        while let Some(element) = open.pop() {
            found.push(element);
            open.extend(element.elements().rev());
        }
        found
    }

    /// The text directly in it.
    pub(in crate::format) fn own_text(&self) -> String {
        let texts = self.children.iter().filter_map(|node| match node {
            Node::Text(text) => Some(text.as_str()),
            Node::Element(_) => None,
        });
        texts.collect()
    }
}

/// Reads a document. `named` writes the names of elements and attributes as they are looked up.
///
/// # Errors
/// [`Matter::BadXml`] for what is broken, too deep, too large, or has a DOCTYPE: whoever defines entities of their own
/// wants something else than to hand over questions.
pub(in crate::format) fn parse(text: &str, named: fn(&str) -> String) -> Result<Element, Matter> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut lines = Lines { text, at: 0, line: 1 };
    let mut open: Vec<Element> = vec![];
    let mut root = None;
    let mut count = 0;
    loop {
        let line = lines.at(usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX));
        match reader.read_event().map_err(|error| bad(&error.to_string()))? {
            Event::Start(tag) => {
                count += 1;
                if open.len() >= MAX_DEPTH || count > MAX_ELEMENTS || root.is_some() {
                    return Err(bad("depth"));
                }
                open.push(element(&tag, line, named)?);
            }
            Event::End(_) => {
                let element = open.pop().ok_or_else(|| bad("end"))?;
                match open.last_mut() {
                    Some(parent) => parent.children.push(Node::Element(element)),
                    None => root = Some(element),
                }
            }
            Event::Text(text) => add(&mut open, &text.xml_content(XmlVersion::Implicit1_0)),
            Event::CData(text) => add(&mut open, &text),
            Event::GeneralRef(reference) => add(&mut open, letter(&reference)?.encode_utf8(&mut [0; 4])),
            Event::DocType(_) => return Err(bad("DOCTYPE")),
            Event::Eof => break,
            _ => (),
        }
    }
    root.filter(|_| open.is_empty()).ok_or_else(|| bad("end"))
}

pub(in crate::format) fn bad(detail: &str) -> Matter {
    Matter::BadXml {
        detail: detail.chars().take(60).collect(),
    }
}

struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl Lines<'_> {
    /// The line in which a byte stands; they are asked for in order.
    fn at(&mut self, place: usize) -> usize {
        let place = place.clamp(self.at, self.text.len());
        self.line += self.text.as_bytes()[self.at..place]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count();
        self.at = place;
        self.line
    }
}

fn add(open: &mut [Element], text: &str) {
    // Base64 of files that are packed in; nobody reads it.
    let Some(parent) = open.last_mut().filter(|parent| parent.name != "file") else {
        return;
    };
    match parent.children.last_mut() {
        Some(Node::Text(before)) => before.push_str(text),
        _ => parent.children.push(Node::Text(text.to_owned())),
    }
}

fn element(tag: &BytesStart<'_>, line: usize, named: fn(&str) -> String) -> Result<Element, Matter> {
    let mut attributes = vec![];
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| bad(&error.to_string()))?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0);
        let value = value.map_err(|error| bad(&error.to_string()))?.into_owned();
        attributes.push((named(attribute.key.local_name().as_ref()), value));
    }
    Ok(Element {
        name: named(tag.local_name().as_ref()),
        attributes,
        children: vec![],
        line,
    })
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
        _ => Err(bad("entity")),
    }
}

/// Decodes a document: by its mark, by what its declaration says, or as UTF-8.
///
/// # Errors
/// [`Matter::UnknownEncoding`].
pub(super) fn decode(bytes: &[u8]) -> Result<String, Matter> {
    let declared = declared(bytes);
    let encoding = Encoding::for_bom(bytes).map(|(encoding, _)| encoding).or(declared);
    let (text, _, faulty) = encoding.unwrap_or(encoding_rs::UTF_8).decode(bytes);
    if faulty || text.contains('\0') {
        return Err(Matter::UnknownEncoding);
    }
    Ok(text.into_owned())
}

fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(200)];
    let head = head.iter().position(|byte| *byte == b'>').map(|end| &head[..end])?;
    let head = std::str::from_utf8(head).ok()?.trim_start();
    let label = head
        .strip_prefix("<?xml")?
        .split_once("encoding")?
        .1
        .trim_start_matches([' ', '=', '"', '\'']);
    let label = &label[..label.find(['"', '\'', ' ', '?'])?];
    // What declares UTF-16 and could be read so far is not.
    Encoding::for_label(label.as_bytes()).filter(|encoding| encoding.is_ascii_compatible())
}

/// The name of the root element and its first lines, as far as a look tells.
pub(super) fn root(text: &str) -> Option<&str> {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->")?.1.trim_start();
        } else if rest.starts_with("<?") || rest.starts_with("<!") {
            let end = rest.find('>')?;
            // A DOCTYPE may hold declarations; it is refused, but only once it is known what the file would be.
            let end = match rest[..end].contains('[') {
                true => rest.find("]>")? + 1,
                false => end,
            };
            rest = rest[end + 1..].trim_start();
        } else {
            let name = rest.strip_prefix('<')?;
            let name = &name[..name.find(|c: char| c.is_whitespace() || c == '>' || c == '/')?];
            return Some(name.rsplit(':').next().unwrap_or(name));
        }
    }
}

/// XML that is being written.
#[derive(Default)]
pub(super) struct Writer {
    pub(super) out: String,
    open: Vec<String>,
    /// The name that an element or attribute has in the format; none: as it is.
    named: Option<fn(&str) -> String>,
}

impl Writer {
    pub(super) fn new(named: Option<fn(&str) -> String>) -> Self {
        Self {
            out: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned(),
            named,
            ..Self::default()
        }
    }

    /// Writes a part of a document, without its beginning.
    pub(super) fn part(named: Option<fn(&str) -> String>) -> Self {
        Self {
            named,
            ..Self::default()
        }
    }

    fn name(&self, name: &str) -> String {
        self.named.map_or_else(|| name.to_owned(), |named| named(name))
    }

    fn tag(&mut self, name: &str, attributes: &[(&str, &str)], end: &str) {
        self.out.push('<');
        self.out.push_str(name);
        for (key, value) in attributes {
            let key = match key.contains(':') || key.starts_with("xmlns") {
                true => (*key).to_owned(),
                // Elements and attributes are renamed alike, but only elements carry the prefix.
                false => self.name(key).trim_start_matches("qti-").to_owned(),
            };
            let _ = write!(
                self.out,
                " {key}=\"{}\"",
                escaped(value).replace('\n', "&#10;").replace('\t', "&#9;")
            );
        }
        self.out.push_str(end);
    }

    pub(super) fn begin(&mut self, name: &str, attributes: &[(&str, &str)]) {
        let name = self.name(name);
        self.tag(&name, attributes, ">");
        self.open.push(name);
    }

    pub(super) fn end(&mut self) {
        if let Some(name) = self.open.pop() {
            let _ = write!(self.out, "</{name}>");
        }
    }

    pub(super) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        let name = self.name(name);
        self.tag(&name, attributes, "/>");
    }

    pub(super) fn line(&mut self) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n("  ", self.open.len()));
    }

    pub(super) fn text(&mut self, text: &str) {
        self.out.push_str(&escaped(text));
    }

    pub(super) fn leaf(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.begin(name, attributes);
        self.text(text);
        self.end();
    }
}

/// Text with its marks written as references. `>` is always, so that `]]>` never stands in a text.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // XML 1.0 has no way to write these.
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c if c.is_control() && !matches!(c, '\n' | '\t') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(name: &str) -> String {
        name.to_owned()
    }

    #[test]
    fn trees_know_their_lines_and_texts() {
        let root = parse(
            "<?xml version='1.0'?>\n<a x='1 &amp; 2'>\n <b/>一<![CDATA[<二>]]>&#65;</a>",
            same,
        )
        .expect("XML");
        assert_eq!((root.name.as_str(), root.attribute("x")), ("a", Some("1 & 2")));
        assert_eq!(root.first("b").map(|b| b.line), Some(3));
        assert_eq!(root.own_text().trim(), "一<二>A");
    }

    #[test]
    fn hostile_documents_are_refused() {
        let deep = "<a>".repeat(100_000);
        let laughs = "<!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;\">]><a>&lol2;</a>";
        let outside = "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>";
        for text in [
            deep.as_str(),
            laughs,
            outside,
            "<a>&lol;</a>",
            "<a><b></a>",
            "<a>",
            "",
            "<a/><b/>",
            "<a b='&x;'/>",
        ] {
            assert!(
                matches!(parse(text, same), Err(Matter::BadXml { .. })),
                "{}",
                &text[..text.len().min(40)]
            );
        }
    }

    #[test]
    fn the_encoding_is_what_the_document_declares() {
        let text = "<?xml version=\"1.0\" encoding=\"GB2312\"?><quiz>法律</quiz>";
        let (bytes, _, _) = encoding_rs::GB18030.encode(text);
        assert_eq!(decode(&bytes).as_deref(), Ok(text));
        assert_eq!(decode(b"<a>\xff</a>"), Err(Matter::UnknownEncoding));
        assert_eq!(root(text), Some("quiz"));
        assert_eq!(root("<!-- a --><x:quiz a='1'>"), Some("quiz"));
    }

    #[test]
    fn what_is_written_reads_back() {
        let mut writer = Writer::new(None);
        writer.begin("a", &[("b", "\"<&>\n'\t")]);
        writer.leaf("c", &[], "]]> & <d>\n\t");
        writer.end();
        let root = parse(&writer.out, same).expect("XML");
        assert_eq!(root.attribute("b"), Some("\"<&>\n'\t"));
        assert_eq!(root.first("c").map(Element::own_text).as_deref(), Some("]]> & <d>\n\t"));
    }
}
