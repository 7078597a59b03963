//! A table as workbooks and delimited text both yield it, so that every dialect is written once.

use std::borrow::Cow;

use crate::domain::intake::{Matter, Note, Place};

use super::cell::Cell;
use super::text::{brief, word};

/// The most rows or lines that are read of one file: as many as a sheet can have. It bounds the notes on a file in
/// which every row is bad.
pub(super) const ROW_LIMIT: usize = 1 << 20;
/// Rows at the top of a sheet in which headings are looked for; titles often stand above them.
const SEARCHED_ROWS: usize = 10;
/// Headings quoted in a message, and characters of each.
const QUOTED: (usize, usize) = (20, 30);

/// A row with at least one cell that is not blank.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// Counted from 1 as the person sees it: the row of a sheet or the line of a text file.
    pub(super) number: usize,
    /// Only cells that hold something, by column, in order.
    cells: Vec<(usize, Cell)>,
}

impl Row {
    /// A row of these cells; `None` when all are blank.
    pub(super) fn new(number: usize, cells: impl IntoIterator<Item = (usize, Cell)>) -> Option<Self> {
        let mut cells: Vec<_> = cells.into_iter().filter(|(_, cell)| !cell.is_blank()).collect();
        cells.sort_by_key(|(column, _)| *column);
        (!cells.is_empty()).then_some(Self { number, cells })
    }

    pub(super) fn cell(&self, column: usize) -> Option<&Cell> {
        let at = self.cells.binary_search_by_key(&column, |(column, _)| *column).ok()?;
        self.cells.get(at).map(|(_, cell)| cell)
    }

    /// The tidied text of a cell; empty when there is none.
    pub(super) fn text(&self, column: Option<usize>) -> String {
        column
            .and_then(|column| self.cell(column))
            .map(Cell::tidy)
            .unwrap_or_default()
    }

    /// The text of a cell as it stands; empty when there is none.
    pub(super) fn raw(&self, column: Option<usize>) -> Cow<'_, str> {
        column
            .and_then(|column| self.cell(column))
            .map(Cell::raw)
            .unwrap_or_default()
    }

    fn set_if_blank(&mut self, column: usize, cell: &Cell) -> bool {
        match self.cells.binary_search_by_key(&column, |(column, _)| *column) {
            Ok(_) => false,
            Err(at) => {
                self.cells.insert(at, (column, cell.clone()));
                true
            }
        }
    }
}

/// A merged range; rows count from 1, columns from 0, both ends belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Merged {
    pub(super) column: usize,
    pub(super) first_row: usize,
    pub(super) last_row: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Table {
    /// The sheet's name; `None` for a text file.
    pub(super) sheet: Option<String>,
    /// By number, ascending. Blank rows are not here.
    pub(super) rows: Vec<Row>,
    /// Ranges that cover more than one row.
    pub(super) merged: Vec<Merged>,
}

impl Table {
    pub(super) fn place(&self, row: usize) -> Place {
        match &self.sheet {
            Some(sheet) => Place::Row {
                sheet: sheet.clone(),
                row,
            },
            None => Place::Line(row),
        }
    }

    /// Gives the value of a merged range in one of `columns` to every row below `header` that it covers.
    fn fill_down(&mut self, columns: &[usize], header: usize) -> Vec<Note> {
        let mut merged: Vec<Merged> = self
            .merged
            .iter()
            .filter(|range| columns.contains(&range.column))
            .copied()
            .collect();
        merged.sort();
        // Ranges of a sound workbook never overlap; walking over each row once keeps a forged one from costing more.
        merged.dedup_by(|later, earlier| later.column == earlier.column && later.first_row <= earlier.last_row);
        merged
            .iter()
            .filter(|range| range.first_row > header)
            .filter_map(|range| self.fill_range(*range))
            .collect()
    }

    fn fill_range(&mut self, range: Merged) -> Option<Note> {
        let from = self.rows.partition_point(|row| row.number < range.first_row);
        let to = self.rows.partition_point(|row| row.number <= range.last_row);
        let (first, below) = self.rows.get_mut(from..to)?.split_first_mut()?;
        let cell = first.cell(range.column).filter(|_| first.number == range.first_row)?;
        let filled = below
            .iter_mut()
            .filter_map(|row| row.set_if_blank(range.column, cell).then_some(row.number));
        let last_row = filled.max()?;
        let value = brief(&cell.tidy());
        Some(Note {
            place: self.place(range.first_row),
            matter: Matter::MergedCells { value, last_row },
        })
    }
}

/// A table with known headings.
pub(super) struct Section<H> {
    pub(super) table: Table,
    pub(super) headings: H,
    /// Index of the first row below the headings.
    first: usize,
}

impl<H> Section<H> {
    pub(super) fn rows(&self) -> &[Row] {
        self.table.rows.get(self.first..).unwrap_or_default()
    }
}

/// What a set of headings must tell about itself to be found in a table.
pub(super) trait Headings: Sized {
    /// The columns a file cannot do without, as they are best written.
    const NEEDED: &'static [&'static str];

    /// Understands a row as headings, if it names all that is needed. Words come as [`word`] makes them.
    fn recognise(words: &[(usize, String)]) -> Option<Self>;

    /// Columns in which a merged cell speaks for every row it covers.
    fn filled_down(&self) -> Vec<usize>;
}

/// The sheet of our own template that says how to fill the others in. It is passed over without a word.
pub(super) const INSTRUCTIONS: &str = "填写说明";

/// Finds the headings of every table. Sheets without any are skipped with a note, unless no sheet has them.
///
/// # Errors
/// What is wrong with the file as a whole.
pub(super) fn sections<H: Headings>(tables: Vec<Table>) -> Result<(Vec<Section<H>>, Vec<Note>), Matter> {
    let (mut sections, mut notes, mut strangers) = (vec![], vec![], vec![]);
    let read = |table: &Table| !table.rows.is_empty() && table.sheet.as_deref() != Some(INSTRUCTIONS);
    for mut table in tables.into_iter().filter(read) {
        match locate::<H>(&table) {
            Some((at, headings)) => {
                let header = table.rows.get(at).map_or(0, |row| row.number);
                notes.extend(table.fill_down(&headings.filled_down(), header));
                sections.push(Section {
                    table,
                    headings,
                    first: at + 1,
                });
            }
            None => strangers.push(table),
        }
    }
    if sections.is_empty() {
        return Err(strangers.first().map_or(Matter::NoRows, |table| Matter::UnknownHeader {
            found: quoted(table),
            needed: H::NEEDED.iter().map(|word| (*word).to_owned()).collect(),
        }));
    }
    if sections.iter().all(|section| section.rows().is_empty()) {
        return Err(Matter::NoRows);
    }
    notes.extend(strangers.iter().map(skipped));
    Ok((sections, notes))
}

fn locate<H: Headings>(table: &Table) -> Option<(usize, H)> {
    let near_top = table.rows.iter().take(SEARCHED_ROWS).enumerate();
    near_top
        .into_iter()
        .find_map(|(at, row)| Some((at, H::recognise(&words(row))?)))
}

fn words(row: &Row) -> Vec<(usize, String)> {
    row.cells
        .iter()
        .map(|(column, cell)| (*column, word(&cell.raw())))
        .collect()
}

fn skipped(table: &Table) -> Note {
    let place = table.sheet.clone().map_or(Place::File, Place::Sheet);
    Note {
        place,
        matter: Matter::SheetSkipped { found: quoted(table) },
    }
}

/// The texts of the fullest row near the top: most likely the headings a person meant.
fn quoted(table: &Table) -> Vec<String> {
    let near_top = table.rows.iter().take(SEARCHED_ROWS).rev();
    let fullest = near_top.max_by_key(|row| row.cells.len());
    let cells = fullest.map(|row| row.cells.as_slice()).unwrap_or_default();
    cells
        .iter()
        .take(QUOTED.0)
        .map(|(_, cell)| cell.tidy().chars().take(QUOTED.1).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Kinds(usize);

    impl Headings for Kinds {
        const NEEDED: &'static [&'static str] = &["题型"];

        fn recognise(words: &[(usize, String)]) -> Option<Self> {
            words
                .iter()
                .find(|(_, word)| word == "题型")
                .map(|(column, _)| Self(*column))
        }

        fn filled_down(&self) -> Vec<usize> {
            vec![self.0]
        }
    }

    fn table(rows: &[(usize, &[&str])]) -> Table {
        let row = |(number, texts): &(usize, &[&str])| {
            Row::new(
                *number,
                texts.iter().map(|text| Cell::Text((*text).to_owned())).enumerate(),
            )
        };
        Table {
            sheet: Some("甲".into()),
            rows: rows.iter().filter_map(row).collect(),
            merged: vec![],
        }
    }

    #[test]
    fn headings_are_found_below_titles() {
        let (sections, notes) = sections::<Kinds>(vec![table(&[
            (1, &["2024 年题库"]),
            (3, &["题型", "题目"]),
            (4, &["单选"]),
        ])])
        .expect("headings in row 3");
        assert_eq!(sections[0].rows()[0].number, 4);
        assert!(notes.is_empty());
    }

    #[test]
    fn a_sheet_without_headings_is_skipped_only_beside_one_that_has_them() {
        let stranger = || table(&[(1, &["说明", "填写方法"])]);
        let known = table(&[(1, &["题型"]), (2, &["单选"])]);
        let (sections, notes) = sections::<Kinds>(vec![stranger(), known]).expect("one known sheet");
        assert_eq!(sections.len(), 1);
        assert_eq!(
            notes[0].matter,
            Matter::SheetSkipped {
                found: vec!["说明".into(), "填写方法".into()]
            }
        );
        let refused = super::sections::<Kinds>(vec![stranger()]).err();
        assert_eq!(refused.map(|matter| matter.code()), Some("unknown_header"));
    }

    #[test]
    fn headings_alone_and_nothing_at_all_are_refused() {
        assert_eq!(
            sections::<Kinds>(vec![table(&[(1, &["题型"])])]).err(),
            Some(Matter::NoRows)
        );
        assert_eq!(sections::<Kinds>(vec![table(&[])]).err(), Some(Matter::NoRows));
    }

    #[test]
    fn a_merged_range_fills_the_rows_it_covers_and_no_other() {
        let mut merged = table(&[
            (1, &["题型"]),
            (2, &["单选", "一"]),
            (3, &["", "二"]),
            (5, &["", "三"]),
            (6, &["", "四"]),
        ]);
        merged.merged = vec![Merged {
            column: 0,
            first_row: 2,
            last_row: 5,
        }];
        let (sections, notes) = sections::<Kinds>(vec![merged]).expect("headings");
        let kinds: Vec<String> = sections[0].rows().iter().map(|row| row.text(Some(0))).collect();
        assert_eq!(kinds, ["单选", "单选", "单选", ""]);
        assert_eq!(notes[0].place.to_string(), "甲!2");
        assert_eq!(
            notes[0].matter,
            Matter::MergedCells {
                value: "单选".into(),
                last_row: 5
            }
        );
    }
}
