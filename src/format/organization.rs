//! The directory of units that play, as a table: a name a row, and what is known of the unit.

use crate::domain::intake::{Found, Matter, Note, Reading};
use crate::domain::organization::{Entry, Uscc, headcount, name, trade};

use super::file::{Contents, Refusal, open};
use super::table::{Headings, Row, Table, sections};
use super::text::brief;

/// Words of which a directory in GB18030 holds at least one.
const WORDS: &[&str] = &["单位", "企业", "名称"];

#[derive(Debug)]
struct Columns {
    name: usize,
    uscc: Option<usize>,
    division: Option<usize>,
    trade: Option<usize>,
    headcount: Option<usize>,
}

impl Headings for Columns {
    const NEEDED: &'static [&'static str] = &["单位名称"];

    fn recognise(words: &[(usize, String)]) -> Option<Self> {
        let find = |names: &[&str]| {
            names
                .iter()
                .find_map(|name| words.iter().find(|(_, word)| word == name).map(|(column, _)| *column))
        };
        Some(Self {
            name: find(&["单位名称", "企业名称", "参赛单位", "单位", "名称", "unit", "name"])?,
            uscc: find(&["统一社会信用代码", "社会信用代码", "信用代码", "uscc"]),
            division: find(&[
                "行政区划",
                "行政区划代码",
                "区划代码",
                "所在地区",
                "所属地区",
                "地区",
                "region",
                "division",
            ]),
            trade: find(&["行业", "所属行业", "行业类别", "trade", "industry"]),
            headcount: find(&["人数", "职工人数", "从业人数", "从业人员数", "员工人数", "headcount"]),
        })
    }

    fn filled_down(&self) -> Vec<usize> {
        self.division.into_iter().chain(self.trade).collect()
    }
}

/// Reads a directory: XLSX or CSV. A row without a usable name is refused; of other cells that cannot be read the row is kept
/// without them and the cell is named. The file name serves only to know lock files.
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
            let mut doubts = vec![];
            match entry(&section.headings, row, &mut doubts) {
                Ok(value) => {
                    let notes = doubts.into_iter().map(|matter| Note {
                        place: place.clone(),
                        matter,
                    });
                    reading.warnings.extend(notes);
                    reading.found.push(Found { place, value });
                }
                Err(matter) => reading.errors.push(Note { place, matter }),
            }
        }
    }
    Ok(reading)
}

fn entry(columns: &Columns, row: &Row, doubts: &mut Vec<Matter>) -> Result<Entry, Matter> {
    let written = row.text(Some(columns.name));
    if written.is_empty() {
        return Err(Matter::NoUnit);
    }
    let name = name(&written).ok_or_else(|| Matter::BadUnitName {
        written: brief(&written),
    })?;
    let (code, people, kind) = (
        row.text(columns.uscc),
        row.text(columns.headcount),
        row.text(columns.trade),
    );
    let uscc = Uscc::parse(&code);
    if uscc.is_none() && !code.is_empty() {
        doubts.push(Matter::BadUscc { written: brief(&code) });
    }
    let headcount = headcount(&people).unwrap_or_else(|_| {
        doubts.push(Matter::BadHeadcount {
            written: brief(&people),
        });
        None
    });
    let trade = trade(&kind).unwrap_or_else(|| {
        doubts.push(Matter::BadTrade { written: brief(&kind) });
        String::new()
    });
    Ok(Entry {
        name,
        uscc,
        division: row.text(columns.division),
        trade,
        headcount,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_becomes_an_entry_and_what_cannot_be_read_is_named() {
        let text = "单位名称,统一社会信用代码,行政区划,行业,人数\n\
                    示例（山东）公司,91440300708461136t,370303,化工,\"1,200\"\n\
                    示例二厂,91440300708461136S,张店区,,约三百\n,,,化工,\n!,,,,\n";
        let reading = read("目录.csv", text.as_bytes());
        let names: Vec<_> = reading.found.iter().map(|found| found.value.name.as_str()).collect();
        assert_eq!(names, ["示例（山东）公司", "示例二厂"]);
        let first = &reading.found[0].value;
        assert_eq!(
            (first.headcount, first.trade.as_str(), first.division.as_str()),
            (Some(1200), "化工", "370303")
        );
        assert_eq!(first.uscc, Uscc::parse("91440300708461136T"));
        let codes = |notes: &[Note]| -> Vec<String> {
            let code = |note: &Note| format!("{} {}", note.place, note.matter.code());
            notes.iter().map(code).collect()
        };
        assert_eq!(codes(&reading.warnings), ["3 bad_uscc", "3 bad_headcount"]);
        assert_eq!(codes(&reading.errors), ["4 no_unit", "5 bad_unit_name"]);
    }

    #[test]
    fn a_name_alone_is_enough() {
        let reading = read("a.csv", "单位\n示例一厂\n".as_bytes());
        assert_eq!(reading.found.len(), 1);
        assert_eq!(
            read("a.csv", "姓名,工号\n甲,1\n".as_bytes()).errors[0].matter.code(),
            "unknown_header"
        );
        assert_eq!(read("a.csv", b"{}").errors.len(), 1);
    }
}
