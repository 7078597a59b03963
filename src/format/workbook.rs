//! Workbooks (XLSX) written row by row, so that one of a city takes little memory.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, XlsxError};

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
    Empty,
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

/// The bytes of a workbook with these sheets.
///
/// # Errors
/// When a sheet is not what Excel takes: its name, or more than 1,048,576 rows.
pub fn write(sheets: Vec<Sheet<'_>>, created: Timestamp) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let at = ExcelDateTime::from_timestamp(created.0 / 1000)?;
    workbook.set_properties(&DocProperties::new().set_author("明法").set_creation_datetime(&at));
    let look = Look::new();
    for sheet in sheets {
        let page = workbook.add_worksheet_with_constant_memory()?;
        page.set_name(sheet.name)?;
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
            page.write_string_with_format(row, column, *name, &look.head)?;
        }
        page.set_freeze_panes(row + 1, 0)?;
        for cells in sheet.rows {
            row += 1;
            for (column, cell) in (0..).zip(cells) {
                look.write(page, (row, column), &cell)?;
            }
        }
    }
    workbook.save_to_buffer()
}

struct Look {
    head: Format,
    percent: Format,
    decimals: Format,
    none: Format,
}

impl Look {
    fn new() -> Self {
        Self {
            head: Format::new().set_bold().set_text_wrap(),
            percent: Format::new().set_num_format("0.00%"),
            decimals: Format::new().set_num_format("0.00"),
            none: Format::new().set_align(FormatAlign::Right),
        }
    }

    fn write(&self, page: &mut rust_xlsxwriter::Worksheet, place: (u32, u16), cell: &Cell) -> Result<(), XlsxError> {
        let (row, column) = place;
        match cell {
            // As text whatever it begins with: a name is never a formula.
            Cell::Text(text) => page.write_string(row, column, text)?,
            Cell::Count(count) => page.write_number(row, column, *count as f64)?,
            Cell::Points(points) => {
                page.write_number_with_format(row, column, points.0 as f64 / 100.0, &self.decimals)?
            }
            Cell::Percent(Some(points)) => {
                page.write_number_with_format(row, column, *points as f64 / 10_000.0, &self.percent)?
            }
            Cell::Mean(Some(mean)) => {
                page.write_number_with_format(row, column, *mean as f64 / 100.0, &self.decimals)?
            }
            Cell::Percent(None) | Cell::Mean(None) => page.write_string_with_format(row, column, "—", &self.none)?,
            Cell::Empty => page,
        };
        Ok(())
    }
}
