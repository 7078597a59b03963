//! A ledger of enforcement certificates as a table: a certificate a row, and the template to fill in.

use crate::domain::{
    intake::{Found, Matter, Note, Reading},
    law::Date,
    officer::{Category, OfficerFault, Wish},
    time::Timestamp,
};

use super::cell::Cell as Read;
use super::file::{Contents, Refusal, open};
use super::table::{Headings, INSTRUCTIONS, Row, Table, sections};
use super::text::brief;
use super::workbook::{self, Cell, Sheet};

/// Words of which a ledger in GB18030 holds at least one.
const WORDS: &[&str] = &["工号", "证件编号", "执法证"];
/// Numbers from here on have lost digits in a cell that holds a number.
const DIGITS_LOST: f64 = 1e15;

/// A row as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The number of the person.
    pub person: String,
    /// The name, to be compared; empty: not given.
    pub name: String,
    pub wish: Wish,
}

#[derive(Debug)]
struct Columns {
    person: usize,
    name: Option<usize>,
    number: usize,
    area: Option<usize>,
    category: Option<usize>,
    issued: usize,
    until: usize,
}

impl Headings for Columns {
    const NEEDED: &'static [&'static str] = &["工号", "证件编号", "发证日期", "有效期至"];

    fn recognise(words: &[(usize, String)]) -> Option<Self> {
        let find = |names: &[&str]| {
            names
                .iter()
                .find_map(|name| words.iter().find(|(_, word)| word == name).map(|(column, _)| *column))
        };
        Some(Self {
            person: find(&["工号", "人员编号", "person"])?,
            name: find(&["姓名", "name"]),
            number: find(&["证件编号", "执法证号", "执法证编号", "证号", "证件号", "certificate"])?,
            area: find(&["执法领域", "执法类别", "领域", "area"]),
            category: find(&["证件类别", "证件类型", "category"]),
            issued: find(&["发证日期", "发证时间", "领证日期", "issued"])?,
            until: find(&["有效期至", "有效期", "有效截止日期", "截止日期", "until"])?,
        })
    }

    fn filled_down(&self) -> Vec<usize> {
        self.area.into_iter().chain(self.category).collect()
    }
}

/// Reads a ledger: XLSX or CSV. A row is taken whole or refused. The file name serves only to know lock files.
pub fn read(file_name: &str, bytes: &[u8]) -> Reading<Entry> {
    let reading = match open(file_name, bytes, WORDS) {
        Ok(Contents::Tables { format, tables }) => from_tables(format, tables),
        Ok(Contents::JsonLines(_)) => Err(Refusal {
            format: "jsonl",
            matter: Matter::UnknownHeader {
                found: vec![],
                needed: Columns::NEEDED.iter().map(|word| (*word).to_owned()).collect(),
            },
        }),
        Err(refusal) => Err(refusal),
    };
    reading.unwrap_or_else(Reading::from)
}

fn from_tables(format: &'static str, tables: Vec<Table>) -> Result<Reading<Entry>, Refusal> {
    let (sections, notes) = sections::<Columns>(tables).map_err(|matter| Refusal { format, matter })?;
    let mut reading = Reading {
        format,
        found: vec![],
        warnings: notes,
        errors: vec![],
    };
    for section in &sections {
        for row in section.rows() {
            let place = section.table.place(row.number);
            match entry(&section.headings, row) {
                Ok(value) => reading.found.push(Found { place, value }),
                Err(matter) => reading.errors.push(Note { place, matter }),
            }
        }
    }
    Ok(reading)
}

fn entry(columns: &Columns, row: &Row) -> Result<Entry, Matter> {
    let fault = |fault| Matter::Officer { fault };
    for column in [columns.person, columns.number] {
        if let Some(Read::Number(number)) = row.cell(column)
            && number.abs() >= DIGITS_LOST
        {
            let written = brief(&row.text(Some(column)));
            return Err(Matter::DamagedNumber { written });
        }
    }
    let person = row.text(Some(columns.person));
    if person.is_empty() {
        return Err(Matter::NoNumber);
    }
    let kind = row.text(columns.category);
    let category = Category::ALL
        .iter()
        .copied()
        .find(|known| kind == known.name(crate::domain::lang::Lang::Zh) || kind == known.code());
    let category = match (category, kind.as_str()) {
        (Some(known), _) => known,
        (None, "") => Category::default(),
        (None, word) => return Err(Matter::UnknownCategory { word: brief(word) }),
    };
    let wish = Wish {
        number: row.text(Some(columns.number)),
        area: row.text(columns.area),
        category,
        issued: day(&row.text(Some(columns.issued))).ok_or(fault(OfficerFault::Day))?,
        until: day(&row.text(Some(columns.until))).ok_or(fault(OfficerFault::Day))?,
    };
    Ok(Entry {
        person,
        name: row.text(columns.name),
        wish,
    })
}

/// `2021-05-10`, with slashes or dots, `2021年5月10日`, or such a day with a time behind it.
fn day(text: &str) -> Option<Timestamp> {
    let text = text.split([' ', 'T']).next().unwrap_or_default();
    if let Some((date, "")) = Date::lead(text) {
        return Some(date.begins());
    }
    let date: Date = text.replace(['/', '.'], "-").parse().ok()?;
    Some(date.begins())
}

/// The workbook to fill in.
pub fn template() -> Vec<u8> {
    let head = vec![
        ("工号", 14),
        ("姓名", 12),
        ("证件编号", 22),
        ("执法领域", 20),
        ("证件类别", 16),
        ("发证日期", 14),
        ("有效期至", 14),
    ];
    let sheet = Sheet {
        name: "执法证",
        notes: vec![],
        head,
        rows: Box::new(std::iter::empty()),
    };
    let rules: [[&str; 2]; 7] = [
        ["工号", "花名册里的工号，必填。请把这一列设为文本。"],
        ["姓名", "可以不填；填了就和花名册核对，对不上的一行不导入。"],
        ["证件编号", "必填，每本证一个编号，不能重复。请把这一列设为文本。"],
        ["执法领域", "例如安全生产。可以不填。"],
        ["证件类别", "行政执法证或行政执法监督证，不填就是行政执法证。"],
        ["发证日期", "例如 2021-05-10。"],
        ["有效期至", "最后一个有效的日子，例如 2026-05-09。"],
    ];
    let instructions = Sheet {
        name: INSTRUCTIONS,
        notes: vec!["在“执法证”一页填写，一行一本证。这一页只供查看，导入时不读。".to_owned()],
        head: vec![("列", 14), ("怎么填", 60)],
        rows: Box::new(rules.into_iter().map(|row| Vec::from(row.map(Cell::from)))),
    };
    // The names of the sheets are ones that Excel takes, and memory does not fail.
    workbook::write(vec![sheet, instructions], Timestamp(0)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_becomes_a_certificate_and_what_cannot_be_read_is_named() {
        let text = "工号,姓名,执法证号,执法领域,证件类别,发证日期,有效期至\n\
                    1001,王伟,ZJ-1,安全生产,,2021-05-10,2026年5月9日\n\
                    1002,李丽,ZJ-2,,行政执法监督证,2021/5/10,2026.5.9\n\
                    1003,,ZJ-3,,,二〇二一,2026-05-09\n\
                    ,,ZJ-4,,,2021-05-10,2026-05-09\n\
                    1005,,ZJ-5,,出入证,2021-05-10,2026-05-09\n";
        let reading = read("执法证.csv", text.as_bytes());
        let found: Vec<_> = reading.found.iter().map(|found| &found.value).collect();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].wish.until, Timestamp::parse_day("2026-05-09").expect("a day"));
        assert_eq!(found[0].wish.issued, found[1].wish.issued);
        assert_eq!(found[1].wish.category, Category::Supervision);
        let codes: Vec<_> = reading
            .errors
            .iter()
            .map(|note| format!("{} {}", note.place, note.matter.code()))
            .collect();
        assert_eq!(codes, ["4 officer", "5 no_number", "6 unknown_category"]);
    }

    #[test]
    fn the_template_has_the_headings_that_are_read() {
        let reading = read("执法证.xlsx", &template());
        assert_eq!(reading.errors[0].matter.code(), "no_rows");
    }
}
