//! Delimited text (CSV) as a table.

use ::csv::{ReaderBuilder, StringRecord};

use crate::domain::intake::Matter;

use super::cell::Cell;
use super::table::{ROW_LIMIT, Row, Table};

/// Columns beyond this are not looked at.
pub(super) const COLUMNS: usize = 256;

/// Reads delimited text. Rows may differ in length; places are the lines on which rows begin.
///
/// # Errors
/// [`Matter::TooManyRows`].
pub(super) fn read(text: &str) -> Result<Table, Matter> {
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter(text))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut lines = Lines::of(text);
    let mut record = StringRecord::new();
    let mut rows = vec![];
    // A record can fail to be read only for its encoding, and `text` is sound.
    while let Ok(true) = reader.read_record(&mut record) {
        let start = record.position().map_or(0, |position| position.byte());
        rows.extend(row(lines.number_at(start), &record));
        if rows.len() > ROW_LIMIT {
            return Err(Matter::TooManyRows { limit: ROW_LIMIT });
        }
    }
    Ok(Table {
        sheet: None,
        rows,
        merged: vec![],
    })
}

fn row(number: usize, record: &StringRecord) -> Option<Row> {
    let cells = record.iter().take(COLUMNS).enumerate();
    Row::new(
        number,
        cells.map(|(column, text)| (column, Cell::Text(text.to_owned()))),
    )
}

/// The most frequent of comma, tab and semicolon on the first line that has any of them.
pub(super) fn delimiter(text: &str) -> u8 {
    const CANDIDATES: [u8; 3] = [b';', b'\t', b','];
    let count = |line: &str, mark: u8| line.bytes().filter(|byte| *byte == mark).count();
    let line = text
        .lines()
        .find(|line| CANDIDATES.iter().any(|mark| count(line, *mark) > 0))
        .unwrap_or_default();
    CANDIDATES
        .into_iter()
        .max_by_key(|mark| count(line, *mark))
        .unwrap_or(b',')
}

/// Line numbers of ascending byte offsets. The reader's own count starts a record at the blank lines before it.
pub(super) struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    number: usize,
}

impl<'a> Lines<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self {
            bytes: text.as_bytes(),
            at: 0,
            number: 1,
        }
    }

    /// The line on which the first byte at or after `offset` stands that is no line end.
    pub(super) fn number_at(&mut self, offset: u64) -> usize {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        while let Some(byte) = self.bytes.get(self.at) {
            if self.at >= offset && !matches!(byte, b'\r' | b'\n') {
                break;
            }
            let lone_return = *byte == b'\r' && self.bytes.get(self.at + 1) != Some(&b'\n');
            self.number += usize::from(*byte == b'\n' || lone_return);
            self.at += 1;
        }
        self.number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Row> {
        read(text).expect("a few rows").rows
    }

    fn lines(text: &str) -> Vec<(usize, String)> {
        rows(text).iter().map(|row| (row.number, row.text(Some(0)))).collect()
    }

    #[test]
    fn places_are_the_lines_on_which_rows_begin() {
        let text = "题目,答案\r\n\r\n\"一\r\n二\",A\r\n,\r\n三,B\r\n";
        assert_eq!(
            lines(text),
            [(1, "题目".into()), (3, "一\n二".into()), (6, "三".into())]
        );
    }

    #[test]
    fn tabs_and_semicolons_part_columns_too() {
        assert_eq!(rows("题库\n题目\t答案，A\n")[1].text(Some(1)), "答案，A");
        assert_eq!(rows("题目;答案;解析\n")[0].text(Some(2)), "解析");
    }

    #[test]
    fn an_open_quote_swallows_the_rest_and_nothing_breaks() {
        assert_eq!(rows("a,b\n\"c,d\ne,f\n").len(), 2);
    }

    #[test]
    fn more_rows_than_a_sheet_has_are_refused() {
        let refused = read(&"a\n".repeat(ROW_LIMIT + 1)).err();
        assert_eq!(refused, Some(Matter::TooManyRows { limit: ROW_LIMIT }));
    }
}
