//! The XML of one sheet, changed only where cells are filled and where a formula has kept what it was worth before.

use std::{collections::BTreeMap, fmt::Write as _, ops::Range};

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};

use crate::domain::annual::named::Filling;
use crate::domain::intake::Matter;
use crate::format::exchange::xml::bad as broken;

/// The last row and column of Excel.
const ROWS: u32 = 1_048_576;
const COLUMNS: u32 = 16_384;

/// Row and column, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cell {
    pub row: u32,
    pub column: u32,
}

impl Cell {
    /// `B3`.
    pub fn parse(text: &str) -> Option<Self> {
        let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (letters, digits) = text.split_at(letters);
        if letters.is_empty() || letters.len() > 3 || digits.is_empty() || !digits.bytes().all(|c| c.is_ascii_digit()) {
            return None;
        }
        let letter = |column: u32, c: u8| column * 26 + u32::from(c.to_ascii_uppercase() - b'A') + 1;
        let column = letters.bytes().fold(0, letter);
        let row = digits.parse().ok()?;
        ((1..=ROWS).contains(&row) && (1..=COLUMNS).contains(&column)).then_some(Self { row, column })
    }
}

impl std::fmt::Display for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (mut letters, mut column) = (Vec::new(), self.column);
        while column > 0 {
            letters.push(char::from(b'A' + ((column - 1) % 26) as u8));
            column = (column - 1) / 26;
        }
        letters.iter().rev().try_for_each(|letter| f.write_char(*letter))?;
        write!(f, "{}", self.row)
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag
        .attributes()
        .flatten()
        .find(|one| one.key.local_name().as_ref() == name)?;
    Some(found.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned())
}

/// Cells that were merged: first and last of each area.
pub(super) fn merged(text: &str) -> Vec<(Cell, Cell)> {
    let mut reader = Reader::from_str(text);
    let mut areas = Vec::new();
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == "mergeCell" => {
                let area = attribute(&tag, "ref");
                let area = area.as_deref().and_then(|area| area.split_once(':'));
                areas.extend(area.and_then(|(first, last)| Some((Cell::parse(first)?, Cell::parse(last)?))));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    areas
}

/// A cell while it is read.
struct Open {
    at: Cell,
    start: usize,
    /// Name of its tag, with the prefix, and which format it has.
    tag: String,
    format: Option<String>,
    formula: bool,
    /// Where its value stands.
    value: Option<Range<usize>>,
}

/// What is put where in the text.
#[derive(Default)]
struct Edits(Vec<(Range<usize>, String)>);

/// Fills cells; gives the text if it changed, and the names (by number) whose cell holds a formula and was left alone. What formulas of
/// the sheet were worth before is taken out: it was computed from what stood in the cells before.
pub(super) fn fill(
    text: &str,
    cells: &BTreeMap<Cell, (usize, Filling)>,
    percent: &[bool],
) -> Result<(Option<String>, Vec<usize>), Matter> {
    let mut scan = Scan {
        left: cells.clone(),
        percent,
        edits: Edits::default(),
        formulas: Vec::new(),
        row: 0,
        column: 0,
        prefix: String::new(),
    };
    scan.walk(text)?;
    if scan.edits.0.is_empty() {
        return Ok((None, scan.formulas));
    }
    let mut out = String::with_capacity(text.len() + 200 * scan.edits.0.len());
    let mut at = 0;
    for (range, put) in scan.edits.0 {
        out.push_str(text.get(at..range.start).ok_or_else(|| broken("order"))?);
        out.push_str(&put);
        at = range.end;
    }
    out.push_str(text.get(at..).ok_or_else(|| broken("order"))?);
    Ok((Some(out), scan.formulas))
}

struct Scan<'a> {
    /// Cells that have not been met.
    left: BTreeMap<Cell, (usize, Filling)>,
    percent: &'a [bool],
    edits: Edits,
    formulas: Vec<usize>,
    /// Where the last row and cell stood: a row or cell may leave out its place, and then follows on them.
    row: u32,
    column: u32,
    prefix: String,
}

impl Scan<'_> {
    fn walk(&mut self, text: &str) -> Result<(), Matter> {
        let mut reader = Reader::from_str(text);
        let (mut inside, mut found) = (false, false);
        let mut open: Option<Open> = None;
        let mut value_start = 0;
        loop {
            let start = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            let event = reader.read_event().map_err(|error| broken(&error.to_string()))?;
            let end = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            match event {
                Event::DocType(_) => return Err(broken("DOCTYPE")),
                Event::Eof => break,
                Event::Start(tag) => match (tag.local_name().as_ref(), inside) {
                    ("sheetData", false) => {
                        (inside, found) = (true, true);
                        self.prefixed(&tag);
                    }
                    ("row", true) => self.begin_row(&tag, start)?,
                    ("c", true) => open = Some(self.begin_cell(&tag, start)?),
                    ("f", true) => open.iter_mut().for_each(|cell| cell.formula = true),
                    ("v", true) => value_start = start,
                    _ => {}
                },
                Event::Empty(tag) => match (tag.local_name().as_ref(), inside) {
                    ("sheetData", false) => {
                        found = true;
                        self.prefixed(&tag);
                        if !self.left.is_empty() {
                            let name = tag.name().as_ref().to_owned();
                            let rows = self.rows_before(u32::MAX);
                            self.edits.0.push((start..end, format!("<{name}>{rows}</{name}>")));
                        }
                    }
                    ("row", true) => self.empty_row(text, &tag, start..end)?,
                    ("c", true) => {
                        let cell = self.begin_cell(&tag, start)?;
                        self.end_cell(cell, end);
                    }
                    ("f", true) => open.iter_mut().for_each(|cell| cell.formula = true),
                    _ => {}
                },
                Event::End(tag) => match (tag.local_name().as_ref(), inside) {
                    ("sheetData", true) => {
                        inside = false;
                        let rows = self.rows_before(u32::MAX);
                        self.insert(start, rows);
                    }
                    ("row", true) => {
                        let cells = self.cells_before(u32::MAX);
                        self.insert(start, cells);
                    }
                    ("c", true) => open.take().into_iter().for_each(|cell| self.end_cell(cell, end)),
                    ("v", true) => open.iter_mut().for_each(|cell| cell.value = Some(value_start..end)),
                    _ => {}
                },
                _ => {}
            }
        }
        if found { Ok(()) } else { Err(broken("sheetData")) }
    }

    fn prefixed(&mut self, tag: &BytesStart<'_>) {
        let name = tag.name();
        let name = name.as_ref();
        self.prefix = name.strip_suffix("sheetData").unwrap_or_default().to_owned();
    }

    fn insert(&mut self, at: usize, put: String) {
        if !put.is_empty() {
            self.edits.0.push((at..at, put));
        }
    }

    fn begin_row(&mut self, tag: &BytesStart<'_>, start: usize) -> Result<(), Matter> {
        let row = match attribute(tag, "r") {
            Some(row) => row.parse().map_err(|_| broken("row"))?,
            None => self.row + 1,
        };
        if row <= self.row || row > ROWS {
            return Err(broken("row"));
        }
        let rows = self.rows_before(row);
        self.insert(start, rows);
        (self.row, self.column) = (row, 0);
        Ok(())
    }

    fn empty_row(&mut self, text: &str, tag: &BytesStart<'_>, range: Range<usize>) -> Result<(), Matter> {
        self.begin_row(tag, range.start)?;
        let cells = self.cells_before(u32::MAX);
        if !cells.is_empty() {
            let name = tag.name().as_ref().to_owned();
            let head = text.get(range.clone()).unwrap_or_default();
            let head = head.trim_end_matches('>').trim_end_matches('/');
            self.edits.0.push((range, format!("{head}>{cells}</{name}>")));
        }
        Ok(())
    }

    fn begin_cell(&mut self, tag: &BytesStart<'_>, start: usize) -> Result<Open, Matter> {
        let at = match attribute(tag, "r") {
            Some(place) => Cell::parse(&place).ok_or_else(|| broken("cell"))?,
            None => Cell {
                row: self.row,
                column: self.column + 1,
            },
        };
        if at.row != self.row || at.column <= self.column {
            return Err(broken("cell"));
        }
        let cells = self.cells_before(at.column);
        self.insert(start, cells);
        self.column = at.column;
        Ok(Open {
            at,
            start,
            tag: tag.name().as_ref().to_owned(),
            format: attribute(tag, "s"),
            formula: false,
            value: None,
        })
    }

    fn end_cell(&mut self, cell: Open, end: usize) {
        let wanted = self.left.remove(&cell.at);
        match (wanted, cell.formula) {
            (Some((name, _)), true) => {
                self.formulas.push(name);
                self.edits.0.extend(cell.value.map(|range| (range, String::new())));
            }
            (None, true) => self.edits.0.extend(cell.value.map(|range| (range, String::new()))),
            (Some((_, filling)), false) => {
                let put = self.cell(&cell.tag, cell.at, cell.format.as_deref(), &filling);
                self.edits.0.push((cell.start..end, put));
            }
            (None, false) => {}
        }
    }

    /// Cells of the row being read that stand in front of a column and are not in the text.
    fn cells_before(&mut self, column: u32) -> String {
        let row = self.row;
        let cells = self.left.range(Cell { row, column: 0 }..Cell { row, column });
        let cells: Vec<Cell> = cells.map(|(cell, _)| *cell).collect();
        self.take(&cells)
    }

    /// Whole rows in front of one that are not in the text.
    fn rows_before(&mut self, row: u32) -> String {
        let from = Cell {
            row: self.row + 1,
            column: 0,
        };
        let to = Cell { row, column: 0 };
        if from >= to {
            return String::new();
        }
        let cells: Vec<Cell> = self.left.range(from..to).map(|(cell, _)| *cell).collect();
        let mut rows = String::new();
        for row in cells.chunk_by(|one, other| one.row == other.row) {
            let (prefix, number) = (self.prefix.clone(), row[0].row);
            let inside = self.take(row);
            let _ = write!(rows, "<{prefix}row r=\"{number}\">{inside}</{prefix}row>");
        }
        rows
    }

    fn take(&mut self, cells: &[Cell]) -> String {
        let tag = format!("{}c", self.prefix);
        let mut text = String::new();
        for cell in cells {
            if let Some((_, filling)) = self.left.remove(cell) {
                text.push_str(&self.cell(&tag, *cell, None, &filling));
            }
        }
        text
    }

    /// A rate is a number where the cell shows percentages, and else as people read it.
    fn cell(&self, tag: &str, at: Cell, format: Option<&str>, filling: &Filling) -> String {
        let prefix = tag.strip_suffix('c').unwrap_or_default();
        let style = format
            .map(|format| format!(" s=\"{}\"", escaped(format)))
            .unwrap_or_default();
        let place = format.and_then(|format| format.parse::<usize>().ok()).unwrap_or(0);
        let percent = self.percent.get(place).copied().unwrap_or(false);
        let number = match filling {
            Filling::Count(count) => Some(count.to_string()),
            Filling::Rate(points) if percent => Some(format!("{}.{:04}", points / 10_000, points % 10_000)),
            _ => None,
        };
        match number {
            Some(number) => format!("<{tag} r=\"{at}\"{style}><{prefix}v>{number}</{prefix}v></{tag}>"),
            None => format!(
                "<{tag} r=\"{at}\"{style} t=\"inlineStr\"><{prefix}is><{prefix}t xml:space=\"preserve\">{}</{prefix}t></{prefix}is></{tag}>",
                escaped(&filling.shown())
            ),
        }
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() && c != '\n' && c != '\t' => {}
            c => out.push(c),
        }
    }
    out
}
