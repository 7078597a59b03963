//! Law texts: Markdown, plain text and Word documents in, a law and notes out.

mod docx;
mod head;
mod lines;
mod reader;

use crate::domain::intake::{Matter, Place, Reading};
use crate::domain::law::Law;

use super::container::{Kept, document_or_text, unpack};
use super::file::Refusal;
use super::text::decode;
use lines::Line;

/// The most text that is read; the longest law has 360 KB.
const TEXT_LIMIT: u64 = 8 * 1024 * 1024;
/// The largest `word/document.xml` that is unpacked: Word writes twenty bytes for one of text.
const DOCUMENT_LIMIT: u64 = 64 * 1024 * 1024;
/// The most lines that are read; the longest law has 2,500.
const LINE_LIMIT: usize = 20_000;

/// Words of which a text that is not Unicode must hold one near its beginning.
const WORDS: &[&str] = &["条", "章", "节"];

/// Reads a law. `found` holds one law or, when the file is refused, none. The file name serves only to know lock files.
///
/// Nothing is mended: numbers that are missing, stand twice or out of order are named, and the articles stay as they are.
pub fn read(file_name: &str, bytes: &[u8]) -> Reading<Law> {
    taken(file_name, bytes).unwrap_or_else(Reading::from)
}

fn taken(file_name: &str, bytes: &[u8]) -> Result<Reading<Law>, Refusal> {
    let refusal = |format| move |matter| Refusal { format, matter };
    let (format, lines) = match document_or_text(file_name, bytes).map_err(refusal("unknown"))? {
        Some(kept) => ("docx", document(bytes, &kept).map_err(refusal("docx"))?),
        None => {
            bounded(bytes.len() as u64).map_err(refusal("unknown"))?;
            let text = decode(bytes, WORDS).map_err(|_| refusal("unknown")(Matter::UnreadableText))?;
            let lines = lines::of_text(&text);
            let format = if lines.iter().any(|line| line.level.is_some()) {
                "markdown"
            } else {
                "text"
            };
            (format, lines)
        }
    };
    let read = within_limit(lines.len()).and_then(|()| reader::read(format, &lines));
    read.map_err(refusal(format))
}

fn document(bytes: &[u8], kept: &Kept) -> Result<Vec<Line>, Matter> {
    let xml = unpack(bytes, kept, DOCUMENT_LIMIT)?;
    let lines = docx::lines(&xml)?;
    bounded(lines.iter().map(|line| line.text.len() as u64).sum())?;
    Ok(lines)
}

fn within_limit(lines: usize) -> Result<(), Matter> {
    let limit = LINE_LIMIT;
    if lines > limit {
        Err(Matter::TooManyRows { limit })
    } else {
        Ok(())
    }
}

fn bounded(bytes: u64) -> Result<(), Matter> {
    let limit = TEXT_LIMIT;
    if bytes > limit {
        Err(Matter::FileTooLarge { bytes, limit })
    } else {
        Ok(())
    }
}

/// Where a line stands; paragraphs of a Word document are counted like lines.
fn place(line: usize) -> Place {
    Place::Line(line)
}

#[cfg(test)]
mod tests;
