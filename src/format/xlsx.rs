//! Workbooks as tables.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Dimensions, ExcelDateTime, Reader, Xlsx, XlsxError};

use crate::domain::intake::Matter;

use super::cell::Cell;
use super::container::UNPACKED_LIMIT;
use super::delimited::COLUMNS;
use super::table::{Merged, ROW_LIMIT, Row, Table};

/// The longest name Excel gives a sheet; every place in the sheet repeats it.
const SHEET_NAME: usize = 31;

/// Reads every sheet of a workbook, in order.
///
/// # Errors
/// Why the workbook cannot be read.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Table>, Matter> {
    // The library's parsers index into what the file declares; a forged file must not take the server down.
    let outcome = catch_unwind(AssertUnwindSafe(|| tables(bytes)));
    outcome.unwrap_or_else(|_| Err(Matter::DamagedFile { detail: "xlsx".into() }))
}

fn tables(bytes: &[u8]) -> Result<Vec<Table>, Matter> {
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(refusal)?;
    let mut budget = Budget::default();
    let names = workbook.sheet_names();
    names
        .into_iter()
        .filter_map(|name| table(&mut workbook, name, &mut budget).transpose())
        .collect()
}

fn refusal(error: XlsxError) -> Matter {
    match error {
        XlsxError::Password => Matter::ProtectedWorkbook,
        error => Matter::DamagedFile {
            detail: error.to_string(),
        },
    }
}

/// One sheet; `None` for charts and the like, which are sheets without cells.
fn table(workbook: &mut Xlsx<Cursor<&[u8]>>, name: String, budget: &mut Budget) -> Result<Option<Table>, Matter> {
    let rows = match rows(workbook, &name, budget) {
        Err(Stop::Workbook(XlsxError::NotAWorksheet(_))) => return Ok(None),
        Err(Stop::Workbook(error)) => return Err(refusal(error)),
        Err(Stop::Limit(matter)) => return Err(matter),
        Ok(rows) => rows,
    };
    let merged = workbook.merge_cells_by_sheet_name(&name).map_err(refusal)?;
    let merged = merged
        .into_iter()
        .filter(|range| range.start.0 < range.end.0)
        .map(Merged::from)
        .collect();
    Ok(Some(Table {
        sheet: Some(name.chars().take(SHEET_NAME).collect()),
        rows,
        merged,
    }))
}

enum Stop {
    Workbook(XlsxError),
    Limit(Matter),
}

impl From<XlsxError> for Stop {
    fn from(error: XlsxError) -> Self {
        Self::Workbook(error)
    }
}

/// The cells are read one by one: a range of the library holds a place for every cell between the first and the
/// last, so that two cells far apart would fill the memory.
fn rows(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str, budget: &mut Budget) -> Result<Vec<Row>, Stop> {
    let mut reader = workbook.worksheet_cells_reader(name)?;
    let mut rows: BTreeMap<usize, Vec<(usize, Cell)>> = BTreeMap::new();
    while let Some(found) = reader.next_cell()? {
        let (row, column) = found.get_position();
        if column as usize >= COLUMNS {
            continue;
        }
        if let Some(cell) = cell(found.get_value()) {
            budget.spend_text(&cell)?;
            let cells = rows.entry(row as usize + 1).or_default();
            if cells.is_empty() {
                budget.spend_row()?;
            }
            cells.push((column as usize, cell));
        }
    }
    Ok(rows
        .into_iter()
        .filter_map(|(number, cells)| Row::new(number, cells))
        .collect())
}

/// What has been taken out of a workbook. Text is shared between cells in the file, but not here, so that a small file
/// can yield a great deal of it.
#[derive(Default)]
struct Budget {
    bytes: u64,
    rows: usize,
}

impl Budget {
    fn spend_text(&mut self, cell: &Cell) -> Result<(), Stop> {
        self.bytes += match cell {
            Cell::Text(text) => text.len() as u64,
            Cell::Number(_) => 0,
        };
        let (bytes, limit) = (self.bytes, UNPACKED_LIMIT);
        if bytes > limit {
            Err(Stop::Limit(Matter::UnpacksTooLarge { bytes, limit }))
        } else {
            Ok(())
        }
    }

    fn spend_row(&mut self) -> Result<(), Stop> {
        self.rows += 1;
        if self.rows > ROW_LIMIT {
            Err(Stop::Limit(Matter::TooManyRows { limit: ROW_LIMIT }))
        } else {
            Ok(())
        }
    }
}

fn cell(value: &DataRef<'_>) -> Option<Cell> {
    match value {
        DataRef::Int(number) => Some(Cell::Text(number.to_string())),
        DataRef::Float(number) => Some(Cell::Number(*number)),
        DataRef::String(text) => Some(Cell::Text(text.clone())),
        DataRef::SharedString(text) => Some(Cell::Text((*text).to_owned())),
        DataRef::Bool(value) => Some(Cell::Text(if *value { "TRUE".into() } else { "FALSE".into() })),
        DataRef::DateTime(moment) => Some(Cell::Text(date(*moment))),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Some(Cell::Text(text.clone())),
        DataRef::Error(error) => Some(Cell::Text(error.to_string())),
        DataRef::Empty => None,
    }
}

/// `2021-06-10`, with the time of day only where there is one; a bare time or a duration as `12:30:00`.
fn date(moment: ExcelDateTime) -> String {
    let serial = moment.as_f64();
    if moment.is_duration() || (0.0..1.0).contains(&serial) {
        let seconds = (serial * 86_400.0).round().max(0.0) as u64;
        return format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
    match moment.to_ymd_hms_milli() {
        (year, month, day, 0, 0, 0, _) => format!("{year:04}-{month:02}-{day:02}"),
        (year, month, day, hour, minute, second, _) => {
            format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
        }
    }
}

impl From<Dimensions> for Merged {
    fn from(range: Dimensions) -> Self {
        Self {
            column: range.start.1 as usize,
            first_row: range.start.0 as usize + 1,
            last_row: range.end.0 as usize + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rust_xlsxwriter::{ExcelDateTime as Moment, Format, Workbook};

    use super::*;

    #[test]
    fn numbers_booleans_and_dates_become_text() {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        let day = Moment::from_ymd(2021, 6, 10).expect("a day");
        let noon = Moment::from_ymd(2021, 6, 10)
            .and_then(|day| day.and_hms(12, 30, 0))
            .expect("a time");
        let format = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
        sheet
            .write(2, 0, 3)
            .and_then(|sheet| sheet.write(2, 1, 3.5))
            .expect("numbers");
        sheet
            .write(2, 2, true)
            .and_then(|sheet| sheet.write(2, 3, " 甲 "))
            .expect("others");
        sheet.write_with_format(2, 4, &day, &format).expect("a date");
        sheet
            .write_with_format(2, 5, &noon, &format)
            .expect("a date with a time");
        let tables = read(&workbook.save_to_buffer().expect("a workbook")).expect("readable");
        let row = &tables[0].rows[0];
        let texts: Vec<_> = (0..6).map(|column| row.raw(Some(column)).into_owned()).collect();
        assert_eq!(texts, ["3", "3.5", "TRUE", " 甲 ", "2021-06-10", "2021-06-10 12:30:00"]);
        assert_eq!(row.number, 3);
    }

    #[test]
    fn cells_far_apart_cost_no_more_than_cells_side_by_side() {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet
            .write(0, 0, "甲")
            .and_then(|sheet| sheet.write(1_048_575, 200, "乙"))
            .expect("two cells");
        let tables = read(&workbook.save_to_buffer().expect("a workbook")).expect("readable");
        assert_eq!(tables[0].rows.len(), 2);
        assert_eq!(tables[0].rows[1].number, 1_048_576);
    }

    #[test]
    fn merged_ranges_over_several_rows_are_told() {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.merge_range(0, 0, 0, 3, "标题", &Format::new()).expect("a title");
        sheet.merge_range(1, 1, 4, 1, "单选题", &Format::new()).expect("a kind");
        let tables = read(&workbook.save_to_buffer().expect("a workbook")).expect("readable");
        assert_eq!(
            tables[0].merged,
            [Merged {
                column: 1,
                first_row: 2,
                last_row: 5
            }]
        );
    }

    proptest! {
        #[test]
        fn a_damaged_workbook_never_panics(
            flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
        ) {
            let mut workbook = Workbook::new();
            workbook.add_worksheet().write(0, 0, "甲").and_then(|sheet| sheet.write(1, 0, 1.5)).expect("cells");
            let mut bytes = workbook.save_to_buffer().expect("a workbook");
            for (at, value) in flips {
                let at = at.index(bytes.len());
                bytes[at] = value;
            }
            let _ = read(&bytes);
        }
    }
}
