//! Rosters: every layout in, entries and notes out.

use std::collections::HashMap;

use crate::domain::identity::{Identity, IdentityNumber};
use crate::domain::intake::{Field, Found, Matter, Note, Place, Reading};
use crate::domain::person::{Category, RankLevel};
use crate::domain::region;
use crate::domain::roster::Entry;
use crate::domain::unit::PATH_SEPARATOR;

use super::cell::Cell;
use super::file::{Contents, Refusal, open};
use super::roster_columns::{Columns, NameColumns, WORDS};
use super::roster_words::{category, rank_level};
use super::table::{Headings, Row, Section, Table, sections};
use super::text::{brief, half_width, is_invisible, parts, tidy};

const NUMBER_LIMIT: usize = 40;
const NAME_LIMIT: usize = 60;
const UNIT_LIMIT: usize = 100;
const UNIT_DEPTH: usize = 10;
const UNIT_SEPARATORS: &[char] = &['/', '>', '|', '\\', '／', '＞', '｜', '＼'];
/// Excel keeps fifteen digits of a number; beyond that the last ones are no longer the person's.
const EXACT_NUMBER: f64 = 1e15;

/// Makes of an identity number what may be kept of it; `None` when there is no key to do it with.
pub type Seal<'a> = &'a dyn Fn(&IdentityNumber) -> Option<Identity>;

/// Reads a roster: XLSX or CSV in any known layout. Numbers in `found` are unique, and no unit stands below itself.
///
/// Unknown words for rank and category are kept as “other” with a warning. Identity numbers leave this function sealed
/// only. The file name serves only to know lock files.
pub fn read(file_name: &str, bytes: &[u8], seal: Seal<'_>) -> Reading<Entry> {
    let reading = match open(file_name, bytes, WORDS) {
        Ok(Contents::Tables { format, tables }) => from_tables(format, tables, seal),
        Ok(Contents::JsonLines(_)) => Err(no_roster()),
        Err(refusal) => Err(refusal),
    };
    reading.unwrap_or_else(Reading::from)
}

fn no_roster() -> Refusal {
    let needed = Columns::NEEDED.iter().map(|word| (*word).to_owned()).collect();
    Refusal {
        format: "jsonl",
        matter: Matter::UnknownHeader { found: vec![], needed },
    }
}

fn from_tables(format: &'static str, tables: Vec<Table>, seal: Seal<'_>) -> Result<Reading<Entry>, Refusal> {
    let (sections, notes) = sections::<Columns>(tables).map_err(|matter| Refusal { format, matter })?;
    let mut reading = Reading {
        format,
        found: vec![],
        warnings: notes,
        errors: vec![],
    };
    let mut numbers = HashMap::new();
    let mut regions = HashMap::new();
    let superiors = superiors(&sections);
    let mut paths = HashMap::new();
    for section in &sections {
        for row in section.rows() {
            let place = section.table.place(row.number);
            let mut doubts = vec![];
            let entry = entry(&section.headings, row, seal, &mut doubts)
                .and_then(|entry| below_superiors(entry, &row.text(section.headings.superior), &superiors, &mut paths))
                .map(|entry| agreed_region(entry, &place, &mut regions, &mut doubts));
            match entry.and_then(|entry| unrepeated(entry, &place, &mut numbers)) {
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
    say_once_that_there_is_no_key(&mut reading);
    Ok(reading)
}

/// The lack of a key concerns the file, not each of its rows.
fn say_once_that_there_is_no_key(reading: &mut Reading<Entry>) {
    let before = reading.warnings.len();
    reading.warnings.retain(|note| note.matter != Matter::NoIdentityKey);
    if reading.warnings.len() < before {
        reading.warnings.push(Note {
            place: Place::File,
            matter: Matter::NoIdentityKey,
        });
    }
}

/// What the rows say stands above each unit, with the row that said it first.
type Superiors = HashMap<String, (Vec<String>, Place)>;

fn superiors(sections: &[Section<Columns>]) -> Superiors {
    let mut superiors = Superiors::new();
    for section in sections {
        let Some(column) = section.headings.superior else {
            continue;
        };
        for row in section.rows() {
            let above = parts(&row.text(Some(column)), UNIT_SEPARATORS);
            let top = unit(&section.headings.units, row)
                .ok()
                .and_then(|path| path.into_iter().next());
            if let Some(top) = top.filter(|_| !above.is_empty()) {
                superiors
                    .entry(top)
                    .or_insert_with(|| (above, section.table.place(row.number)));
            }
        }
    }
    superiors
}

/// Puts the unit of an entry below its superiors, and refuses one that comes to stand below itself.
fn below_superiors(
    mut entry: Entry,
    superior: &str,
    superiors: &Superiors,
    paths: &mut HashMap<String, Result<Vec<String>, Matter>>,
) -> Result<Entry, Matter> {
    let top = entry.unit.first().cloned().ok_or(Matter::NoUnit)?;
    let told = parts(superior, UNIT_SEPARATORS);
    let other = |(known, _): &&(Vec<String>, Place)| !told.is_empty() && *known != told;
    if let Some((_, first)) = superiors.get(&top).filter(other) {
        return Err(Matter::SuperiorDisagrees {
            unit: top,
            first: first.clone(),
        });
    }
    let above = paths
        .entry(top)
        .or_insert_with_key(|top| above(top, superiors))
        .clone()?;
    entry.unit.splice(0..0, above);
    if entry.unit.len() > UNIT_DEPTH {
        return Err(Matter::UnitTooDeep {
            depth: entry.unit.len(),
            limit: UNIT_DEPTH,
        });
    }
    let repeats = |(place, name): (usize, &String)| entry.unit[..place].contains(name);
    if entry.unit.iter().enumerate().any(repeats) {
        return Err(Matter::UnitCircle {
            path: entry.unit.join(PATH_SEPARATOR),
        });
    }
    Ok(entry)
}

/// The names above a unit, from the top down.
fn above(unit: &str, superiors: &Superiors) -> Result<Vec<String>, Matter> {
    let (mut path, mut highest) = (Vec::new(), unit.to_owned());
    let mut passed = vec![unit.to_owned()];
    while let Some((names, _)) = superiors.get(&highest) {
        path.splice(0..0, names.iter().cloned());
        highest.clone_from(&names[0]);
        let again = passed.contains(&highest);
        passed.push(highest.clone());
        if again {
            return Err(Matter::UnitCircle {
                path: brief(&passed.join(" → ")),
            });
        }
    }
    Ok(path)
}

/// A unit stands in one region: the one that its first row told.
fn agreed_region(
    mut entry: Entry,
    place: &Place,
    regions: &mut HashMap<Vec<String>, (Vec<String>, Place)>,
    doubts: &mut Vec<Matter>,
) -> Entry {
    if entry.region.is_empty() {
        return entry;
    }
    match regions.get(&entry.unit) {
        None => {
            regions.insert(entry.unit.clone(), (entry.region.clone(), place.clone()));
        }
        Some((known, first)) if *known != entry.region => {
            doubts.push(Matter::RegionDisagrees {
                unit: entry.unit_path(),
                first: first.clone(),
            });
            entry.region.clone_from(known);
        }
        Some(_) => {}
    }
    entry
}

/// Refuses an entry whose number has been seen; the first one keeps it.
fn unrepeated(entry: Entry, place: &Place, seen: &mut HashMap<String, Place>) -> Result<Entry, Matter> {
    if let Some(first) = seen.get(&entry.number) {
        return Err(Matter::RepeatedNumber {
            number: entry.number,
            first: first.clone(),
        });
    }
    seen.insert(entry.number.clone(), place.clone());
    Ok(entry)
}

fn entry(columns: &Columns, row: &Row, seal: Seal<'_>, doubts: &mut Vec<Matter>) -> Result<Entry, Matter> {
    let number = row
        .cell(columns.number)
        .map(|cell| number(cell, doubts))
        .unwrap_or_default();
    let number = within(Field::Number, number, NUMBER_LIMIT, Matter::NoNumber)?;
    let name = within(Field::Name, name(columns.name, row), NAME_LIMIT, Matter::NoName)?;
    let unit = unit(&columns.units, row)?;
    let (rank, class) = (row.text(columns.rank), row.text(columns.category));
    let rank_level = rank_level(&rank).unwrap_or_else(|| {
        doubts.push(Matter::UnknownRank { word: brief(&rank) });
        RankLevel::Other
    });
    let identity = columns
        .identity
        .and_then(|column| row.cell(column))
        .and_then(|cell| identity(cell, seal).map_err(|matter| doubts.push(matter)).ok());
    let region = region::parse_path(&row.text(columns.region)).unwrap_or_else(|| {
        doubts.push(Matter::BadRegion);
        vec![]
    });
    let category = category(&class).unwrap_or_else(|| {
        doubts.push(Matter::UnknownCategory { word: brief(&class) });
        Category::Other
    });
    Ok(Entry {
        number,
        name,
        unit,
        rank_level,
        category,
        region,
        identity,
    })
}

fn identity(cell: &Cell, seal: Seal<'_>) -> Result<Identity, Matter> {
    let Cell::Text(text) = cell else {
        return Err(Matter::DamagedIdentity);
    };
    let text: String = tidy(text)
        .chars()
        .map(half_width)
        .filter(|c| !is_invisible(*c))
        .collect();
    let number = IdentityNumber::parse(text.trim_start_matches(['\'', '’', '‘', '`']))
        .map_err(|fault| Matter::BadIdentity { fault })?;
    seal(&number).ok_or(Matter::NoIdentityKey)
}

fn within(field: Field, text: String, limit: usize, missing: Matter) -> Result<String, Matter> {
    match text.chars().count() {
        0 => Err(missing),
        length if length > limit => Err(Matter::TooLong { field, length, limit }),
        _ => Ok(text),
    }
}

/// The number as it was meant. What Excel made of it is undone where nothing was lost, and noted where digits may be.
fn number(cell: &Cell, doubts: &mut Vec<Matter>) -> String {
    let (number, exact) = match cell {
        Cell::Number(value) => (cell.tidy(), value.trunc() == *value && value.abs() < EXACT_NUMBER),
        Cell::Text(text) => {
            let text: String = tidy(text).chars().map(half_width).collect();
            let text = tidy(text.trim_start_matches(['\'', '’', '‘', '`']));
            let (whole, exact) = without_zero_fraction(&text);
            (whole.to_owned(), exact)
        }
    };
    if !exact {
        doubts.push(Matter::DamagedNumber {
            written: number.clone(),
        });
    }
    number
}

/// `20230015.0` is 20230015; of `4.40106E+17` the digits are gone.
fn without_zero_fraction(text: &str) -> (&str, bool) {
    let all_digits = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    match text.split_once('.') {
        Some((whole, zeros)) if all_digits(whole) && !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') => {
            (whole, true)
        }
        _ => (
            text,
            !text
                .split_once("E+")
                .is_some_and(|(head, tail)| all_digits(tail) && head.parse::<f64>().is_ok()),
        ),
    }
}

fn name(columns: NameColumns, row: &Row) -> String {
    match columns {
        NameColumns::Whole(column) => unspaced(row.text(Some(column))),
        NameColumns::Parts { last, first } => {
            let (last, first) = (row.text(Some(last)), row.text(Some(first)));
            if is_chinese(&last) {
                unspaced(last + &first)
            } else {
                tidy(&format!("{first} {last}"))
            }
        }
    }
}

/// A Chinese name without the blanks that align names of two and three characters.
fn unspaced(name: String) -> String {
    if is_chinese(&name) {
        name.chars().filter(|c| !is_invisible(*c)).collect()
    } else {
        name
    }
}

fn is_chinese(name: &str) -> bool {
    name.chars()
        .all(|c| is_invisible(c) || matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{323af}'))
}

fn unit(columns: &[usize], row: &Row) -> Result<Vec<String>, Matter> {
    let path: Vec<String> = columns
        .iter()
        .flat_map(|column| parts(&row.text(Some(*column)), UNIT_SEPARATORS))
        .collect();
    if path.len() > UNIT_DEPTH {
        return Err(Matter::UnitTooDeep {
            depth: path.len(),
            limit: UNIT_DEPTH,
        });
    }
    if path.is_empty() {
        return Err(Matter::NoUnit);
    }
    path.into_iter()
        .map(|name| within(Field::Unit, name, UNIT_LIMIT, Matter::NoUnit))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rust_xlsxwriter::{Format, Workbook};

    use super::*;

    /// A seal that a test can see through.
    fn seal(number: &IdentityNumber) -> Option<Identity> {
        Some(Identity {
            masked: number.masked(),
            digest: number.as_bytes().iter().rev().map(|byte| char::from(*byte)).collect(),
        })
    }

    fn csv(rows: &[&str]) -> Reading<Entry> {
        read("花名册.csv", rows.join("\n").as_bytes(), &seal)
    }

    fn codes(notes: &[Note]) -> Vec<String> {
        notes
            .iter()
            .map(|note| format!("{} {}", note.place, note.matter.code()))
            .collect()
    }

    #[test]
    fn a_row_becomes_an_entry() {
        let reading = csv(&[
            "工号,姓名,单位,职级,人员类别",
            "001,张　三,市局 / 执法支队,副处级,参公",
            "2,Ann Lee,市局,,",
        ]);
        assert_eq!((codes(&reading.warnings), codes(&reading.errors)), (vec![], vec![]));
        let expected = Entry {
            number: "001".into(),
            name: "张三".into(),
            unit: vec!["市局".into(), "执法支队".into()],
            rank_level: RankLevel::Chu,
            category: Category::CivilServantEquivalent,
            region: vec![],
            identity: None,
        };
        assert_eq!(
            reading.found[0],
            Found {
                place: Place::Line(2),
                value: expected
            }
        );
        let second = &reading.found[1].value;
        assert_eq!(
            (second.name.as_str(), second.rank_level, second.category),
            ("Ann Lee", RankLevel::Other, Category::Other)
        );
    }

    #[test]
    fn units_may_stand_in_several_columns() {
        let reading = csv(&[
            "一级单位,二级单位,三级单位,工号,姓名",
            "省局,市局,,1,甲",
            "省局＞市局,县局|一科,二组,2,乙",
        ]);
        assert_eq!(reading.found[0].value.unit, ["省局", "市局"]);
        assert_eq!(reading.found[1].value.unit, ["省局", "市局", "县局", "一科", "二组"]);
    }

    #[test]
    fn names_may_stand_in_two_columns() {
        let reading = csv(&[
            "username,firstname,lastname,department",
            "jonest,Tom,Jones,Sales",
            "z3,三,张,局",
        ]);
        let names: Vec<_> = reading.found.iter().map(|found| found.value.name.as_str()).collect();
        assert_eq!(names, ["Tom Jones", "张三"]);
    }

    #[test]
    fn what_is_missing_repeated_or_too_long_is_refused_with_its_reason() {
        let deep = ["甲"; 11].join("/");
        let rows = [
            "工号,姓名,单位".to_owned(),
            ",甲,局".into(),
            "1,,局".into(),
            "2,甲, / ".into(),
            "3,甲,局".into(),
            "３,乙,局".into(),
            format!("4,{},局", "长".repeat(61)),
            format!("{},甲,局", "9".repeat(41)),
            format!("5,甲,{deep}"),
        ];
        let reading = csv(&rows.each_ref().map(String::as_str));
        let expected = [
            "2 no_number",
            "3 no_name",
            "4 no_unit",
            "6 repeated_number",
            "7 too_long",
            "8 too_long",
            "9 unit_too_deep",
        ];
        assert_eq!(codes(&reading.errors), expected);
        let repeated = Matter::RepeatedNumber {
            number: "3".into(),
            first: Place::Line(5),
        };
        assert_eq!(reading.errors[3].matter, repeated);
        assert_eq!(reading.found.len(), 1);
    }

    #[test]
    fn unknown_words_are_kept_as_other_and_named() {
        let reading = csv(&["工号,姓名,单位,职级,类别", "1,甲,局,首席,劳务派遣"]);
        assert_eq!(codes(&reading.warnings), ["2 unknown_rank", "2 unknown_category"]);
        assert_eq!(reading.warnings[0].matter, Matter::UnknownRank { word: "首席".into() });
        assert_eq!(reading.found[0].value.rank_level, RankLevel::Other);
    }

    #[test]
    fn numbers_are_mended_where_nothing_is_lost() {
        let written = |cell: Cell| {
            let mut doubts = vec![];
            (number(&cell, &mut doubts), doubts.len())
        };
        let text = |text: &str| Cell::Text(text.into());
        assert_eq!(written(Cell::Number(20_230_015.0)), ("20230015".into(), 0));
        assert_eq!(written(text("20230015.0")), ("20230015".into(), 0));
        assert_eq!(written(text("'００12 ")), ("0012".into(), 0));
        assert_eq!(written(text("12E3")), ("12E3".into(), 0));
        assert_eq!(written(text("B.00")), ("B.00".into(), 0));
        assert_eq!(written(text("4.40106E+17")), ("4.40106E+17".into(), 1));
        assert_eq!(written(Cell::Number(1.5)), ("1.5".into(), 1));
        assert_eq!(written(Cell::Number(440_106_199_001_011_200.0)).1, 1);
    }

    #[test]
    fn a_unit_that_stands_below_itself_is_refused_with_the_circle() {
        let reading = csv(&[
            "工号,姓名,单位,上级单位",
            "1,甲,一科,支队",
            "2,乙,支队,局",
            "3,丙,局,一科",
            "4,丁,别局,",
            "5,戊,厅/处/厅,",
            "6,己,二科,别局/支部",
            "7,庚,二科,别局",
            "8,辛,二科,",
        ]);
        assert_eq!(
            codes(&reading.errors),
            [
                "2 unit_circle",
                "3 unit_circle",
                "4 unit_circle",
                "6 unit_circle",
                "8 superior_disagrees"
            ]
        );
        let circle = Matter::UnitCircle {
            path: "一科 → 支队 → 局 → 一科".into(),
        };
        assert_eq!(reading.errors[0].matter, circle);
        let units: Vec<String> = reading.found.iter().map(|found| found.value.unit_path()).collect();
        assert_eq!(units, ["别局", "别局 / 支部 / 二科", "别局 / 支部 / 二科"]);
    }

    #[test]
    fn an_identity_number_is_sealed_and_a_bad_one_named_by_its_row() {
        let reading = csv(&[
            "工号,姓名,单位,身份证号",
            "1,甲,局,11010519491231002x",
            "2,乙,局,110105194912310021",
            "3,丙,局,",
            "4,丁,局,1234",
        ]);
        assert_eq!(codes(&reading.warnings), ["3 bad_identity", "5 bad_identity"]);
        assert_eq!((reading.found.len(), reading.errors.len()), (4, 0));
        let sealed = reading.found[0].value.identity.as_ref().expect("an identity");
        assert_eq!(sealed.masked, "110***********002X");
        assert!(reading.found[1..].iter().all(|found| found.value.identity.is_none()));
        let all = format!("{reading:?}");
        assert!(
            !all.contains("11010519491231002") && !all.contains("110105194912310021"),
            "{all}"
        );
        let rows = "工号,姓名,单位,身份证号\n1,甲,局,11010519491231002X\n2,乙,局,440524188001010014";
        let unsealed = read("a.csv", rows.as_bytes(), &|_| None);
        assert_eq!(codes(&unsealed.warnings), [" no_identity_key"]);
        assert_eq!(identity(&Cell::Number(1.1e17), &seal), Err(Matter::DamagedIdentity));
    }

    #[test]
    fn a_unit_stands_in_the_region_that_its_first_row_tells() {
        let reading = csv(&[
            "工号,姓名,单位,行政区划",
            "1,甲,局/一科,山东省/淄博市",
            "2,乙,局/一科,山东省/济宁市",
            "3,丙,局/二科,",
            "4,丁,局/三科,1/2/3/4/5/6/7",
        ]);
        assert_eq!(codes(&reading.warnings), ["3 region_disagrees", "5 bad_region"]);
        let regions: Vec<String> = reading.found.iter().map(|found| found.value.region.join("/")).collect();
        assert_eq!(regions, ["山东省/淄博市", "山东省/淄博市", "", ""]);
    }

    #[test]
    fn merged_units_speak_for_their_rows() {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet
            .merge_range(0, 0, 0, 2, "花名册", &Format::new())
            .expect("a title");
        sheet.write_row(1, 0, ["单位", "工号", "姓名"]).expect("headings");
        sheet
            .merge_range(2, 0, 4, 0, "市局", &Format::new())
            .expect("a merged unit");
        for row in 2..5 {
            sheet
                .write(row, 1, 20_230_000 + row)
                .and_then(|sheet| sheet.write(row, 2, "甲"))
                .expect("a person");
        }
        let reading = read("花名册.xlsx", &workbook.save_to_buffer().expect("a workbook"), &seal);
        assert_eq!((reading.found.len(), codes(&reading.errors)), (3, vec![]));
        assert_eq!(codes(&reading.warnings), ["Sheet1!3 merged_cells"]);
        assert_eq!(reading.found[2].value.number, "20230004");
    }

    #[test]
    fn a_file_that_is_no_roster_says_what_is_needed() {
        let reading = csv(&["题目,答案", "甲？,A"]);
        let expected = Matter::UnknownHeader {
            found: vec!["题目".into(), "答案".into()],
            needed: vec!["工号".into(), "姓名".into(), "单位".into()],
        };
        assert_eq!(
            reading.errors,
            [Note {
                place: Place::File,
                matter: expected
            }]
        );
        assert_eq!(read("a.json", b"{}", &seal).errors[0].matter.code(), "unknown_header");
    }

    proptest! {
        #[test]
        fn no_bytes_panic(name in ".{0,8}", bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            read(&name, &bytes, &seal);
        }

        #[test]
        fn entries_are_whole_and_numbers_unique(rows in prop::collection::vec(prop::array::uniform4(".{0,6}"), 0..8)) {
            let mut writer = ::csv::Writer::from_writer(vec![]);
            writer.write_record(["工号", "姓名", "单位", "职级"]).expect("headings");
            for row in &rows {
                writer.write_record(row).expect("a row");
            }
            let reading = read("a.csv", &writer.into_inner().expect("text"), &seal);
            let mut numbers = std::collections::HashSet::new();
            for found in &reading.found {
                let entry = &found.value;
                assert!(!entry.name.is_empty() && !entry.unit.is_empty() && !entry.number.is_empty());
                assert!(numbers.insert(&entry.number));
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn no_workbook_panics(
            cells in prop::collection::vec(prop::array::uniform3(any::<(bool, f64, String)>()), 0..6),
        ) {
            let mut workbook = Workbook::new();
            let sheet = workbook.add_worksheet();
            sheet.write_row(0, 0, ["工号", "姓名", "单位"]).expect("headings");
            for (row, cells) in cells.iter().enumerate() {
                for (column, (is_number, number, text)) in cells.iter().enumerate() {
                    let (row, column) = (row as u32 + 1, column as u16);
                    let written = match is_number {
                        true => sheet.write(row, column, *number),
                        false => sheet.write(row, column, text),
                    };
                    written.expect("a cell");
                }
            }
            read("a.xlsx", &workbook.save_to_buffer().expect("a workbook"), &seal);
        }
    }
}
