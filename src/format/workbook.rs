//! Workbooks (XLSX) written row by row, so that one of a city takes little memory.

use rust_xlsxwriter::{Color, DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, XlsxError};

use crate::domain::{points::Points, time::Timestamp};

/// One place of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Text(String),
    Count(i64),
    Points(Points),
    /// Hundredths of a percent, rounded already; `None`: there was nothing to divide by.
    Percent(Option<i64>),
    /// Hundredths; `None`: over nobody.
    Mean(Option<i64>),
    /// What may still change: the same on a ground of its own.
    Draft(Box<Cell>),
    Empty,
}

impl Cell {
    /// The same, marked where it is of a draft and there is something in it.
    #[must_use]
    pub fn of_draft(self, draft: bool) -> Self {
        match self {
            Self::Empty => self,
            cell if draft => Self::Draft(Box::new(cell)),
            cell => cell,
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// A heading and how wide its column is, in characters.
pub type Column<'a> = (&'a str, u16);

/// One sheet.
pub struct Sheet<'a> {
    /// At most 31 characters, none of `[]:*?/\`.
    pub name: &'a str,
    /// Lines above the table.
    pub notes: Vec<String>,
    pub head: Vec<Column<'a>>,
    pub rows: Box<dyn Iterator<Item = Vec<Cell>> + 'a>,
}

/// Rows of a sheet, by the format.
const ROWS: u32 = 1_048_576;

/// The bytes of a workbook with these sheets. A table that is longer than a sheet goes on in another one, with the same head.
///
/// # Errors
/// When the name of a sheet is not what Excel takes.
pub fn write(sheets: Vec<Sheet<'_>>, created: Timestamp) -> Result<Vec<u8>, XlsxError> {
    write_within(sheets, created, ROWS)
}

/// The same with `most` rows on a sheet.
fn write_within(sheets: Vec<Sheet<'_>>, created: Timestamp, most: u32) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let at = ExcelDateTime::from_timestamp(created.0 / 1000)?;
    workbook.set_properties(&DocProperties::new().set_author("明法").set_creation_datetime(&at));
    let looks = Looks::new();
    for mut sheet in sheets {
        let mut rows = std::mem::replace(&mut sheet.rows, Box::new(std::iter::empty())).peekable();
        for part in 1.. {
            let name = match part {
                1 => sheet.name.to_owned(),
                part => format!("{} {part}", sheet.name),
            };
            let page = workbook.add_worksheet_with_constant_memory()?;
            page.set_name(name)?;
            let mut row = looks.begin(page, &sheet)?;
            while row + 1 < most
                && let Some(cells) = rows.next()
            {
                row += 1;
                for (column, cell) in (0..).zip(cells) {
                    looks.write(page, (row, column), &cell)?;
                }
            }
            if rows.peek().is_none() {
                break;
            }
        }
    }
    workbook.save_to_buffer()
}

/// The yellow of a marker, light enough for black figures when printed.
const MARKED: Color = Color::RGB(0xFF_F2_99);

struct Looks {
    head: Format,
    plain: Look,
    draft: Look,
}

/// The formats of cells that stand on the same ground.
struct Look {
    /// Of texts and counts; `None`: they have no format, which is quicker to write.
    text: Option<Format>,
    percent: Format,
    decimals: Format,
    none: Format,
}

impl Look {
    fn on(ground: Option<Format>) -> Self {
        let text = ground.clone();
        let ground = ground.unwrap_or_default();
        Self {
            text,
            percent: ground.clone().set_num_format("0.00%"),
            decimals: ground.clone().set_num_format("0.00"),
            none: ground.clone().set_align(FormatAlign::Right),
        }
    }
}

impl Looks {
    fn new() -> Self {
        Self {
            head: Format::new().set_bold().set_text_wrap(),
            plain: Look::on(None),
            draft: Look::on(Some(Format::new().set_background_color(MARKED))),
        }
    }

    /// Writes notes and head; gives the row of the head.
    fn begin(&self, page: &mut rust_xlsxwriter::Worksheet, sheet: &Sheet<'_>) -> Result<u32, XlsxError> {
        for (column, (_, width)) in (0..).zip(&sheet.head) {
            page.set_column_width(column, f64::from(*width))?;
        }
        let mut row = 0;
        for note in &sheet.notes {
            page.write_string(row, 0, note)?;
            row += 1;
        }
        row += u32::from(row > 0);
        for (column, (name, _)) in (0..).zip(&sheet.head) {
            page.write_string_with_format(row, column, *name, &self.head)?;
        }
        page.set_freeze_panes(row + 1, 0)?;
        Ok(row)
    }

    fn write(&self, page: &mut rust_xlsxwriter::Worksheet, place: (u32, u16), cell: &Cell) -> Result<(), XlsxError> {
        let (row, column) = place;
        let (look, cell) = match cell {
            Cell::Draft(cell) => (&self.draft, &**cell),
            cell => (&self.plain, cell),
        };
        match (cell, &look.text) {
            // As text whatever it begins with: a name is never a formula.
            (Cell::Text(text), None) => page.write_string(row, column, text)?,
            (Cell::Text(text), Some(format)) => page.write_string_with_format(row, column, text, format)?,
            (Cell::Count(count), None) => page.write_number(row, column, *count as f64)?,
            (Cell::Count(count), Some(format)) => page.write_number_with_format(row, column, *count as f64, format)?,
            (Cell::Points(points), _) => {
                page.write_number_with_format(row, column, points.0 as f64 / 100.0, &look.decimals)?
            }
            (Cell::Percent(Some(points)), _) => {
                page.write_number_with_format(row, column, *points as f64 / 10_000.0, &look.percent)?
            }
            (Cell::Mean(Some(mean)), _) => {
                page.write_number_with_format(row, column, *mean as f64 / 100.0, &look.decimals)?
            }
            (Cell::Percent(None) | Cell::Mean(None), _) => {
                page.write_string_with_format(row, column, "—", &look.none)?
            }
            // Nothing, or a draft of a draft, of which there is none.
            (Cell::Empty | Cell::Draft(_), _) => page,
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader as _, Xlsx};

    use super::*;

    #[test]
    fn a_table_longer_than_a_sheet_goes_on_in_another_one_with_the_same_head() {
        let sheet = |name, rows: i64| Sheet {
            name,
            notes: vec!["说明".to_owned()],
            head: vec![("编号", 10)],
            rows: Box::new((0..rows).map(|number| vec![Cell::Count(number)])),
        };
        // Note, empty row, head: seven rows are left of ten.
        let bytes = write_within(
            vec![sheet("人员", 20), sheet("单位", 7), sheet("空", 0)],
            Timestamp(0),
            10,
        );
        let mut book = Xlsx::new(Cursor::new(bytes.expect("written"))).expect("a workbook");
        assert_eq!(book.sheet_names(), ["人员", "人员 2", "人员 3", "单位", "空"]);
        let mut numbers = Vec::new();
        for name in ["人员", "人员 2", "人员 3"] {
            let range = book.worksheet_range(name).expect("a sheet");
            assert_eq!(range.get_value((2, 0)), Some(&Data::String("编号".to_owned())));
            numbers.extend(range.rows().skip(3).filter_map(|row| match row[0] {
                Data::Float(number) => Some(number as i64),
                _ => None,
            }));
        }
        assert_eq!(numbers, (0..20).collect::<Vec<_>>());
    }
}
