use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use proptest::prelude::*;
use rust_xlsxwriter::{Color, Format, Formula, Workbook};

use super::*;
use crate::domain::annual::{Base, records::VERSION};
use crate::domain::figure::Counts;
use crate::format::exchange::archive::Packed;

fn base() -> Base {
    Base {
        exam: Counts {
            registered: 140,
            due: 138,
            sat: 136,
            passed: 135,
            ..Counts::default()
        },
        ..Base::default()
    }
}

fn values(base: &Base) -> Values<'_> {
    Values {
        year: 2023,
        unit: "示例市 <应急> & 局",
        base,
        version: VERSION,
        as_of: "2024-01-05 09:00",
        state: "草稿",
        digest: "",
    }
}

/// A bureau's own form: a merged cell, a percentage and a plain cell for rates, a formula over what is filled in, names that fit and
/// names that do not, and a second sheet that has nothing to do with it.
fn form() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let bold = Format::new().set_bold().set_background_color(Color::Yellow);
    let percent = Format::new().set_num_format("0.00%");
    let sheet = workbook.add_worksheet();
    sheet.set_name("上报 表").expect("a name");
    sheet.merge_range(0, 0, 0, 3, "", &bold).expect("a title");
    sheet.write_with_format(2, 1, 7, &bold).expect("a number");
    sheet.write_blank(3, 1, &percent).expect("a cell");
    sheet.write(3, 3, "后面").expect("a text");
    sheet
        .write_formula(4, 1, Formula::new("B3*2").set_result("14"))
        .expect("a formula");
    let other = workbook.add_worksheet();
    other.set_name("别的").expect("a name");
    other.write(0, 0, "不动").expect("a text");
    for (name, refers) in [
        ("mingfa_unit", "='上报 表'!$A$1:$D$1"),
        ("mingfa_exam_passed", "='上报 表'!$B$3"),
        ("mingfa_exam_participation_rate", "='上报 表'!$B$4"),
        ("pass_rate_of_sat", "='上报 表'!$C$4"),
        ("mingfa_year", "='上报 表'!$F$12"),
        ("mingfa_digest", "='上报 表'!$G$1"),
        ("mingfa_staff", "='上报 表'!$G$2"),
        ("own_total", "='上报 表'!$B$5"),
        ("registered", "='上报 表'!$B$5"),
        ("sat", "='上报 表'!$A$20:$A$22"),
        ("due", "=别的!$C$3"),
        ("mingfa_due", "=别的!$C$3"),
    ] {
        workbook.define_name(name, refers).expect("a name");
    }
    workbook.save_to_buffer().expect("a workbook")
}

fn part(bytes: &[u8], path: &str) -> String {
    Parts::open("a.xlsx", bytes)
        .and_then(|parts| parts.text(path))
        .expect("the part")
}

#[test]
fn named_cells_are_filled_and_everything_else_stays() {
    let (base, form) = (base(), form());
    let (done, told) = filled("上报表.xlsx", &form, &values(&base)).expect("filled");
    let of: BTreeMap<&str, _> = told
        .named
        .iter()
        .map(|one| (one.name.as_str(), one.done.clone()))
        .collect();
    let ok = |text: &str| Ok(text.to_owned());
    assert_eq!(of["mingfa_unit"], ok("示例市 <应急> & 局"));
    assert_eq!(of["mingfa_exam_passed"], ok("135"));
    assert_eq!(of["mingfa_exam_participation_rate"], ok("98.55%"));
    assert_eq!(
        (&of["mingfa_digest"], &of["mingfa_staff"]),
        (&Err(Loss::NoValue), &Err(Loss::NoFigure))
    );
    assert_eq!(
        (&of["own_total"], &of["registered"]),
        (&Err(Loss::NoFigure), &Err(Loss::Formula))
    );
    assert_eq!(of["sat"], Err(Loss::NotOneCell));
    let twice = [&of["due"], &of["mingfa_due"]];
    assert!(
        twice.contains(&&ok("138")) && twice.contains(&&Err(Loss::Twice)),
        "{twice:?}"
    );

    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(done.clone())).expect("a workbook");
    let range = book.worksheet_range("上报 表").expect("the sheet");
    let cell = |row, column| range.get_value((row, column)).cloned().unwrap_or(Data::Empty);
    assert_eq!(cell(0, 0), Data::String("示例市 <应急> & 局".into()));
    assert_eq!(cell(2, 1), Data::Float(135.0));
    assert_eq!(cell(3, 1), Data::Float(0.9855), "the cell shows percentages");
    assert_eq!(cell(3, 2), Data::String("99.26%".into()), "the cell does not");
    assert_eq!(
        (cell(3, 3), cell(11, 5)),
        (Data::String("后面".into()), Data::Float(2023.0))
    );
    assert_eq!(cell(4, 1), Data::Empty, "what the formula was worth before is gone");
    let formulas = book.worksheet_formula("上报 表").expect("formulas");
    assert_eq!(formulas.get_value((4, 1)).map(String::as_str), Some("B3*2"));
    assert!(part(&done, "xl/workbook.xml").contains("fullCalcOnLoad=\"1\""));

    for same in [
        "xl/styles.xml",
        "xl/sharedStrings.xml",
        "[Content_Types].xml",
        "xl/theme/theme1.xml",
    ] {
        assert_eq!(part(&done, same), part(&form, same), "{same}");
    }
    let (before, after) = (
        part(&form, "xl/worksheets/sheet1.xml"),
        part(&done, "xl/worksheets/sheet1.xml"),
    );
    let style = |text: &str| {
        let at = text.find("r=\"B3\"").expect("the cell");
        text[at..].split('>').next().map(str::to_owned)
    };
    assert_eq!(style(&before), style(&after), "the look of a cell stays");
    // Filled again with other figures it is the same form: nothing grew.
    let again = filled("a.xlsx", &done, &values(&base)).expect("filled").0;
    assert_eq!(part(&again, "xl/worksheets/sheet1.xml"), after);
}

#[test]
fn a_sheet_without_rows_and_rows_without_places_are_filled() {
    let empty = "<worksheet><sheetData/></worksheet>";
    let cells = |place: &str| BTreeMap::from([(Cell::parse(place).expect("a cell"), (0, Filling::Count(5)))]);
    let (text, _) = fill(empty, &cells("AB12"), &[]).expect("filled");
    assert_eq!(
        text.as_deref(),
        Some("<worksheet><sheetData><row r=\"12\"><c r=\"AB12\"><v>5</v></c></row></sheetData></worksheet>")
    );
    let bare = "<x:worksheet><x:sheetData><x:row><x:c><x:v>1</x:v></x:c><x:c s=\"2\"/></x:row><x:row r=\"4\"/></x:sheetData></x:worksheet>";
    let at = |place| fill(bare, &cells(place), &[]).expect("filled").0.expect("changed");
    assert!(at("B1").contains("<x:c r=\"B1\" s=\"2\"><x:v>5</x:v></x:c>"));
    assert!(at("C1").contains("<x:c s=\"2\"/><x:c r=\"C1\"><x:v>5</x:v></x:c></x:row>"));
    assert!(at("A2").contains("</x:row><x:row r=\"2\"><x:c r=\"A2\"><x:v>5</x:v></x:c></x:row><x:row r=\"4\"/>"));
    assert!(at("A4").contains("<x:row r=\"4\"><x:c r=\"A4\"><x:v>5</x:v></x:c></x:row>"));
    assert!(at("A9").ends_with("<x:row r=\"9\"><x:c r=\"A9\"><x:v>5</x:v></x:c></x:row></x:sheetData></x:worksheet>"));
    assert_eq!(fill(bare, &BTreeMap::new(), &[]).expect("nothing to do").0, None);
    for wrong in [
        "<worksheet/>",
        "<sheetData><row r=\"2\"/><row r=\"1\"/></sheetData>",
        "<sheetData><row r=\"1\"><c r=\"B1\"/><c r=\"A1\"/></row></sheetData>",
        "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><sheetData/>",
    ] {
        assert!(fill(wrong, &cells("A1"), &[]).is_err(), "{wrong}");
    }
}

#[test]
fn places_are_read_and_written_as_excel_does() {
    for (text, row, column) in [
        ("A1", 1, 1),
        ("Z9", 9, 26),
        ("AA10", 10, 27),
        ("XFD1048576", 1_048_576, 16_384),
    ] {
        let cell = Cell::parse(text).expect("a cell");
        assert_eq!((cell.row, cell.column, cell.to_string().as_str()), (row, column, text));
    }
    for none in ["", "A", "1", "A0", "XFE1", "A1048577", "A1B", "ABCD1", "Ａ1"] {
        assert_eq!(Cell::parse(none), None, "{none}");
    }
    assert!(reference("'它''的'!$A$1").is_some_and(|(sheet, ..)| sheet == "它'的"));
    for none in [
        "#REF!",
        "别的!#REF!",
        "[1]别的!$A$1",
        "'[a.xlsx]别的'!$A$1",
        "42",
        "SUM(A!A1)",
        "A!$A$1,A!$B$1",
        "A!$A:$A",
    ] {
        assert_eq!(reference(none), None, "{none}");
    }
}

fn refusal(bytes: &[u8]) -> &'static str {
    let base = base();
    filled("a.xlsx", bytes, &values(&base)).map_or_else(|matter| matter.code(), |_| "taken")
}

/// A workbook of these parts.
fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = Archive::default();
    for (name, text) in parts {
        archive.add(name, text.as_bytes());
    }
    archive.finish()
}

#[test]
fn hostile_workbooks_are_refused_with_the_reason() {
    assert_eq!(refusal(b""), "empty_file");
    assert_eq!(refusal("工号,姓名".as_bytes()), "not_a_form");
    assert_eq!(refusal(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), "not_a_form");
    assert_eq!(refusal(&package(&[("word/document.xml", "")])), "not_a_form");
    let mut unnamed = Workbook::new();
    unnamed.add_worksheet();
    assert_eq!(
        refusal(&unnamed.save_to_buffer().expect("a workbook")),
        "no_named_cells"
    );
    assert_eq!(
        refusal(&package(&[(WORKBOOK, "<workbook/>"), ("xl/vbaProject.bin", "")])),
        "not_a_form"
    );
    let entity = "<!DOCTYPE w [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><workbook>&e;</workbook>";
    assert_eq!(refusal(&package(&[(WORKBOOK, entity)])), "bad_xml");
    assert_eq!(refusal(&package(&[(WORKBOOK, "<workbook><sheets>")])), "bad_xml");
    assert_eq!(
        refusal(&package(&[(WORKBOOK, "<workbook/>")])),
        "damaged_file",
        "no relations"
    );
    // A few bytes that say they are 400 MB.
    let mut bomb = Archive::default();
    bomb.add(WORKBOOK, b"<workbook/>");
    bomb.add_packed(&Packed {
        name: b"xl/worksheets/sheet1.xml",
        method: 8,
        crc: 0,
        size: 400 << 20,
        bytes: b"small",
    });
    assert_eq!(refusal(&bomb.finish()), "unpacks_too_large");
    // A directory that declares less than there is.
    let mut lying = form();
    let name = lying
        .windows(15)
        .rposition(|window| window == WORKBOOK.as_bytes())
        .expect("a directory");
    let size = name - 46 + 24;
    lying[size..size + 4].copy_from_slice(&1u32.to_le_bytes());
    assert_eq!(refusal(&lying), "damaged_file");
}

proptest! {
    #[test]
    fn a_damaged_form_never_panics(flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20)) {
        let mut bytes = form();
        for (at, value) in flips {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        let _ = refusal(&bytes);
    }

    #[test]
    fn a_damaged_sheet_never_panics(
        flips in prop::collection::vec((any::<prop::sample::Index>(), "[<>/ca-z\"=é ]"), 1..8),
        row in 1u32..30,
    ) {
        let mut sheet: Vec<char> = part(&form(), "xl/worksheets/sheet1.xml").chars().collect();
        for (at, value) in flips {
            let at = at.index(sheet.len());
            sheet[at] = value.chars().next().unwrap_or(' ');
        }
        let text: String = sheet.into_iter().collect();
        let cells = BTreeMap::from([(Cell { row, column: 2 }, (0, Filling::Count(1)))]);
        let _ = (fill(&text, &cells, &[]), merged(&text));
    }
}
