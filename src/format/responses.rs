//! Answers from elsewhere: delimited text with a row for each person and a column for each item, either marks from 0 to 1 or the
//! chosen letters with a key.
//!
//! A blank cell is an item that was left empty: it earns nothing. `NA`, `N/A` or `-` is an item that was not on that person's paper. A first
//! row without a single answer in it, or one that counts 1, 2, 3 …, is the heading.

use ::csv::{ReaderBuilder, StringRecord};

use crate::domain::{
    item::{Kind, OptionSet},
    statistics::sheet::{Given, Item},
};

use super::delimited::{Lines, delimiter};
use super::text::{brief, decode};

/// Words of which one stands in the heading of a file that is no Unicode.
const WORDS: [&str; 2] = ["题", "第"];

/// What the file holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Answers {
    /// From the heading, or the numbers of the columns.
    pub names: Vec<String>,
    pub items: Vec<Item>,
    /// A paper for each person.
    pub sheets: Vec<Vec<Given>>,
}

/// Why the file is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("the encoding is neither UTF-8, UTF-16 nor GB18030")]
    Encoding,
    #[error("there are no answers in it")]
    Empty,
    #[error("row {row} has {found} columns, the first has {columns}")]
    Columns { row: usize, found: usize, columns: usize },
    #[error("row {row}, column {column} ({name}): `{text}` {what}")]
    Cell {
        /// The line on which the row begins.
        row: usize,
        /// From 1.
        column: usize,
        name: String,
        text: String,
        what: &'static str,
    },
    #[error("the key has {found} answers for {columns} items")]
    KeyLength { found: usize, columns: usize },
    #[error("the key of item {item} is `{text}`, not letters from A to J")]
    KeyLetters { item: usize, text: String },
}

/// A cell as it was written.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Cell {
    NotOnPaper,
    Empty,
    Mark(f64),
    Choice(OptionSet),
}

/// Reads a file. With a key the cells are chosen letters, otherwise marks.
///
/// # Errors
/// [`Fault`].
pub fn read(bytes: &[u8], key: Option<&str>) -> Result<Answers, Fault> {
    let text = decode(bytes, &WORDS).map_err(|_| Fault::Encoding)?;
    let mut rows = rows(&text);
    let columns = rows.first().ok_or(Fault::Empty)?.1.len();
    let key = key.map(|key| read_key(key, columns)).transpose()?;
    let heading = is_heading(&rows[0].1, key.is_some()).then(|| rows.remove(0).1);
    if rows.is_empty() {
        return Err(Fault::Empty);
    }
    let name = |column: usize| {
        let named = heading.as_ref().and_then(|heading| heading.get(column)).map(str::trim);
        let number = || (column + 1).to_string();
        named.filter(|name| !name.is_empty()).map_or_else(number, str::to_owned)
    };
    let names: Vec<String> = (0..columns).map(name).collect();
    let mut persons = Vec::with_capacity(rows.len());
    for (row, record) in &rows {
        let (row, found) = (*row, record.len());
        if found != columns {
            return Err(Fault::Columns { row, found, columns });
        }
        let read = |(column, text): (usize, &str)| {
            cell(text, key.is_some()).map_err(|what| Fault::Cell {
                row,
                column: column + 1,
                name: names[column].clone(),
                text: brief(text),
                what,
            })
        };
        persons.push(
            record
                .iter()
                .enumerate()
                .map(read)
                .collect::<Result<Vec<Cell>, Fault>>()?,
        );
    }
    let items: Vec<Item> = match &key {
        None => vec![Item::default(); columns],
        Some(key) => key
            .iter()
            .enumerate()
            .map(|(column, key)| item(*key, column, &persons))
            .collect(),
    };
    let sheets = persons.iter().map(|cells| sheet(cells, &items)).collect();
    Ok(Answers { names, items, sheets })
}

/// The rows with the lines on which they begin.
fn rows(text: &str) -> Vec<(usize, StringRecord)> {
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter(text))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut lines = Lines::of(text);
    let mut rows = Vec::new();
    let mut record = StringRecord::new();
    // A record can fail to be read only for its encoding, and `text` is sound.
    while let Ok(true) = reader.read_record(&mut record) {
        let start = record.position().map_or(0, |position| position.byte());
        rows.push((lines.number_at(start), record.clone()));
    }
    rows
}

fn is_heading(first: &StringRecord, choices: bool) -> bool {
    let counts = first.len() > 1
        && first
            .iter()
            .enumerate()
            .all(|(column, text)| text.trim() == (column + 1).to_string());
    let mut words = first.iter().filter(|text| !text.trim().is_empty()).peekable();
    counts || words.peek().is_some() && words.all(|text| cell(text, choices).is_err())
}

/// # Errors
/// What is wrong with the cell, to be read behind its text.
fn cell(text: &str, choices: bool) -> Result<Cell, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(Cell::Empty);
    }
    if ["NA", "N/A", "-"].iter().any(|word| text.eq_ignore_ascii_case(word)) {
        return Ok(Cell::NotOnPaper);
    }
    let chosen = OptionSet::from_letters(&text.to_ascii_uppercase());
    if choices {
        return chosen.map(Cell::Choice).ok_or("is no choice: letters from A to J are");
    }
    match text.parse::<f64>() {
        Ok(mark) if (0.0..=1.0).contains(&mark) => Ok(Cell::Mark(mark)),
        Ok(_) => Err("is no mark from 0 to 1"),
        Err(_) if chosen.is_some() => Err("is a choice, which needs a key (--key)"),
        Err(_) => Err("is no mark from 0 to 1"),
    }
}

/// `ACBD` for items with one right option each, or `A,BC,D` parted by commas, blanks or line ends.
fn read_key(text: &str, columns: usize) -> Result<Vec<OptionSet>, Fault> {
    let parts: Vec<String> = text
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '，' | '、' | '；'))
        .filter(|part| !part.is_empty())
        .map(str::to_ascii_uppercase)
        .collect();
    let parts: Vec<String> = match parts.as_slice() {
        [letters] if columns > 1 => letters.chars().map(String::from).collect(),
        _ => parts,
    };
    if parts.len() != columns {
        let found = parts.len();
        return Err(Fault::KeyLength { found, columns });
    }
    let of = |(place, text): (usize, &String)| {
        OptionSet::from_letters(text).ok_or_else(|| Fault::KeyLetters {
            item: place + 1,
            text: brief(text),
        })
    };
    parts.iter().enumerate().map(of).collect()
}

/// What the key and the choices show of an item: options beyond the last letter seen are not known.
fn item(key: OptionSet, column: usize, persons: &[Vec<Cell>]) -> Item {
    let choices = persons.iter().filter_map(|cells| match cells[column] {
        Cell::Choice(choice) => Some(choice),
        _ => None,
    });
    let (mut seen, mut several) = (key, false);
    for choice in choices {
        seen = OptionSet(seen.0 | choice.0);
        several |= choice.len() > 1;
    }
    let kind = match key.len() {
        1 if several => Kind::Indefinite,
        1 => Kind::Single,
        _ => Kind::Multiple,
    };
    Item {
        kind: Some(kind),
        options: seen.places().max().map_or(0, |last| last + 1),
        key,
    }
}

fn sheet(cells: &[Cell], items: &[Item]) -> Vec<Given> {
    let given = |(place, (cell, item)): (usize, (&Cell, &Item))| {
        let (mark, choice) = match *cell {
            Cell::NotOnPaper => return None,
            Cell::Empty => (0.0, OptionSet::EMPTY),
            Cell::Mark(mark) => (mark, OptionSet::EMPTY),
            Cell::Choice(choice) => (f64::from(u8::from(choice == item.key)), choice),
        };
        Some(Given {
            item: place as u32,
            mark,
            full: 1.0,
            answered: *cell != Cell::Empty,
            choice,
            took_ms: None,
        })
    };
    cells.iter().zip(items).enumerate().filter_map(given).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str, key: Option<&str>) -> String {
        read(text.as_bytes(), key).expect_err("refused").to_string()
    }

    #[test]
    fn marks_with_or_without_a_heading_are_the_same() {
        let plain = read(b"1,0\n0.5,\n-,1\n", None).expect("answers");
        let named = read("\u{feff}第一题;第二题\r\n1;0\r\n0.5;\r\nNA;1\r\n".as_bytes(), None).expect("answers");
        let counted = read(b"1,2\n1,0\n0.5,\n-,1\n", None).expect("answers");
        assert_eq!((&plain.sheets, &plain.sheets), (&named.sheets, &counted.sheets));
        assert_eq!(
            (plain.names, named.names),
            (vec!["1".into(), "2".into()], vec!["第一题".into(), "第二题".into()])
        );
        let marks: Vec<Vec<(u32, f64, bool)>> = plain
            .sheets
            .iter()
            .map(|sheet| {
                sheet
                    .iter()
                    .map(|given| (given.item, given.mark, given.answered))
                    .collect()
            })
            .collect();
        assert_eq!(
            marks,
            [
                vec![(0, 1.0, true), (1, 0.0, true)],
                vec![(0, 0.5, true), (1, 0.0, false)],
                vec![(1, 1.0, true)]
            ]
        );
    }

    #[test]
    fn choices_are_marked_by_the_key() {
        let answers = read(b"q1,q2\na,AC\nD,C\nB,\n", Some("A,ac")).expect("answers");
        let marks: Vec<f64> = answers.sheets.iter().flatten().map(|given| given.mark).collect();
        assert_eq!(marks, [1.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!(
            (answers.items[0].kind, answers.items[0].options),
            (Some(Kind::Single), 4)
        );
        assert_eq!(
            (answers.items[1].kind, answers.items[1].options),
            (Some(Kind::Multiple), 3)
        );
        assert_eq!(
            read(b"A,B\nB,B\n", Some("AB")).expect("answers").sheets.len(),
            2,
            "no heading"
        );
    }

    #[test]
    fn a_fault_says_where_it_is() {
        assert_eq!(fault("", None), "there are no answers in it");
        assert_eq!(fault("甲,乙\n", None), "there are no answers in it");
        assert_eq!(
            fault("a1,a2\n1,0\n\n1,2\n", None),
            "row 4, column 2 (a2): `2` is no mark from 0 to 1"
        );
        assert_eq!(
            fault("1,0\n1,x\n", None),
            "row 2, column 2 (2): `x` is no mark from 0 to 1"
        );
        assert_eq!(
            fault("1,0\n1,NaN\n", None),
            "row 2, column 2 (2): `NaN` is no mark from 0 to 1"
        );
        assert_eq!(
            fault("q1,q2\n1,A\n", None),
            "row 2, column 2 (q2): `A` is a choice, which needs a key (--key)"
        );
        assert_eq!(
            fault("A,B\nA,K\n", Some("AB")),
            "row 2, column 2 (2): `K` is no choice: letters from A to J are"
        );
        assert_eq!(fault("1,0\n1\n", None), "row 2 has 1 columns, the first has 2");
        assert_eq!(fault("A,B\n", Some("ABC")), "the key has 3 answers for 2 items");
        assert_eq!(
            fault("A,B\n", Some("A,X")),
            "the key of item 2 is `X`, not letters from A to J"
        );
    }
}
