//! Divisions (行政区划) as the public lists write them: a code and a name a row, one file for each level or one for all.

use std::collections::HashMap;

use crate::domain::division::DivisionCode;
use crate::domain::intake::{Field, Found, Matter, Note, Place, Reading};

use super::file::{Contents, Refusal, open};
use super::table::{Headings, Row, Table, sections};
use super::text::brief;

const NAME_LIMIT: usize = 60;
/// Words of which a list in GB18030 holds at least one.
const WORDS: &[&str] = &["代码", "名称", "区划"];

#[derive(Debug)]
struct Columns {
    code: usize,
    name: usize,
}

impl Headings for Columns {
    const NEEDED: &'static [&'static str] = &["code", "name"];

    fn recognise(words: &[(usize, String)]) -> Option<Self> {
        let find = |names: &[&str]| {
            let found = words.iter().find(|(_, word)| names.contains(&word.as_str()));
            found.map(|(column, _)| *column)
        };
        Some(Self {
            code: find(&["code", "代码", "行政区划代码", "区划代码"])?,
            name: find(&["name", "名称", "行政区划", "行政区划名称", "单位名称"])?,
        })
    }

    fn filled_down(&self) -> Vec<usize> {
        vec![]
    }
}

/// Reads codes and names; codes in `found` are unique. The file name serves only to know lock files.
pub fn read(file_name: &str, bytes: &[u8]) -> Reading<(DivisionCode, String)> {
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

fn from_tables(format: &'static str, tables: Vec<Table>) -> Result<Reading<(DivisionCode, String)>, Refusal> {
    let (sections, warnings) = sections::<Columns>(tables).map_err(|matter| Refusal { format, matter })?;
    let (mut found, mut errors) = (vec![], vec![]);
    let mut seen: HashMap<DivisionCode, Place> = HashMap::new();
    for section in &sections {
        for row in section.rows() {
            let place = section.table.place(row.number);
            match division(&section.headings, row).and_then(|value| unrepeated(value, &place, &mut seen)) {
                Ok(value) => found.push(Found { place, value }),
                Err(matter) => errors.push(Note { place, matter }),
            }
        }
    }
    Ok(Reading {
        format,
        found,
        warnings,
        errors,
    })
}

fn division(columns: &Columns, row: &Row) -> Result<(DivisionCode, String), Matter> {
    let written = row.text(Some(columns.code));
    let code = DivisionCode::parse(&written).ok_or_else(|| Matter::BadDivisionCode {
        written: brief(&written),
    })?;
    let name = row.text(Some(columns.name));
    match name.chars().count() {
        0 => Err(Matter::NoName),
        length if length > NAME_LIMIT => Err(Matter::TooLong {
            field: Field::Name,
            length,
            limit: NAME_LIMIT,
        }),
        _ => Ok((code, name)),
    }
}

fn unrepeated(
    (code, name): (DivisionCode, String),
    place: &Place,
    seen: &mut HashMap<DivisionCode, Place>,
) -> Result<(DivisionCode, String), Matter> {
    if let Some(first) = seen.get(&code) {
        return Err(Matter::RepeatedDivision {
            code: code.to_string(),
            first: first.clone(),
        });
    }
    seen.insert(code, place.clone());
    Ok((code, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> (Vec<String>, Vec<String>) {
        let reading = read("区划.csv", text.as_bytes());
        let found = reading
            .found
            .iter()
            .map(|found| format!("{} {}", found.value.0, found.value.1));
        let errors = reading
            .errors
            .iter()
            .map(|note| format!("{} {}", note.place, note.matter.code()));
        (found.collect(), errors.collect())
    }

    #[test]
    fn every_level_is_told_by_its_code() {
        let text = "code,name,areaCode\n37,\"山东省\",\n3703,淄博市,\n370303,张店区,\n370303001,车站街道,370303\n";
        let (found, errors) = codes(text);
        assert_eq!(
            found,
            ["37 山东省", "3703 淄博市", "370303 张店区", "370303001 车站街道"]
        );
        assert_eq!(errors, [] as [&str; 0]);
    }

    #[test]
    fn a_row_that_cannot_be_kept_is_named() {
        let (found, errors) = codes("名称,代码\n山东省,37\n某村,370303001012\n山东,37\n,3703\n淄博市,三七\n");
        assert_eq!(found, ["37 山东省"]);
        let expected = [
            "3 bad_division_code",
            "4 repeated_division",
            "5 no_name",
            "6 bad_division_code",
        ];
        assert_eq!(errors, expected);
        assert_eq!(codes("工号,姓名\n1,甲\n").1, [" unknown_header"]);
        assert_eq!(codes("{}").1, [" unknown_header"]);
        assert_eq!(codes("").1, [" empty_file"]);
    }
}
