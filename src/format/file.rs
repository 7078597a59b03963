//! From the bytes of an upload to tables or lines, whatever the file holds.

use crate::domain::intake::{Matter, Note, Place, Reading};

use super::container::{Nature, nature};
use super::table::Table;
use super::{delimited, text, xlsx};

/// The contents of a file.
pub(super) enum Contents {
    Tables {
        format: &'static str,
        tables: Vec<Table>,
    },
    /// JSON, one object a line.
    JsonLines(String),
}

/// A file that is refused as a whole.
pub(super) struct Refusal {
    pub(super) format: &'static str,
    pub(super) matter: Matter,
}

impl<T> From<Refusal> for Reading<T> {
    fn from(refusal: Refusal) -> Self {
        let error = Note {
            place: Place::File,
            matter: refusal.matter,
        };
        Self {
            format: refusal.format,
            found: vec![],
            warnings: vec![],
            errors: vec![error],
        }
    }
}

/// Opens a file. `words` are headings of which a text file in doubtful encoding must hold one.
///
/// # Errors
/// Why the file is refused.
pub(super) fn open(file_name: &str, bytes: &[u8], words: &[&str]) -> Result<Contents, Refusal> {
    let unknown = |matter| Refusal {
        format: "unknown",
        matter,
    };
    match nature(file_name, bytes).map_err(unknown)? {
        Nature::Workbook => {
            let tables = xlsx::read(bytes).map_err(|matter| Refusal { format: "xlsx", matter })?;
            Ok(Contents::Tables { format: "xlsx", tables })
        }
        Nature::Text => {
            let text = text::decode(bytes, words).map_err(unknown)?;
            if text.trim_start().starts_with('{') {
                return Ok(Contents::JsonLines(text));
            }
            let table = delimited::read(&text).map_err(|matter| Refusal { format: "csv", matter })?;
            Ok(Contents::Tables {
                format: "csv",
                tables: vec![table],
            })
        }
    }
}
