//! What a year hands out, opened by programs that are not ours: they find the numbers that `mingfa figures` tells. LibreOffice is
//! large, so it is asked only where it is installed; Python with openpyxl must be there when `make test` says so, and opens them all.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use rust_xlsxwriter::{Format, Formula, Workbook};
use serde_json::Value;

use crate::support::{Engine, Place, each_engine};

fn mingfa(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_mingfa"))
        .args(args)
        .env("RUST_LOG", "warn")
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The report's own words, where they are facts of the demonstration's records.
const SENTENCES: [&str; 6] = [
    "102名行政执法人员年审换证",
    "组织138名国家工作人员参加学法考法培训活动，考法通过率100%",
    "应考138人、实考138人、合格138人",
    "开展各类普法宣教活动200余次，制作征集普法作品30余件",
    "全市累计参赛450万人次",
    "党委理论学习中心组专题学法4次",
];

#[tokio::test]
async fn the_demonstration_of_a_year_has_the_sentences_of_the_report() {
    each_engine(async |stage| {
        let database = ["--database", &stage.place.address];
        let told = mingfa(&[&["demo", "--year", "2023"][..], &database].concat());
        assert!(told.contains("2022 和 2023 两个年度"), "{told}");
        let figures = mingfa(&[&["figures", "--year", "2023"][..], &database].concat());
        for sentence in SENTENCES {
            assert!(figures.contains(sentence), "{sentence}\n{figures}");
        }
        let whole = mingfa(&[&["verify"][..], &database].concat());
        assert!(
            whole.contains("年度版次 2 个") && whole.contains("：0 处不一致"),
            "{whole}"
        );
        let again = mingfa(&[&["demo", "--year", "2023"][..], &database].concat());
        assert!(again.contains("没有写入"), "{again}");
    })
    .await;
}

/// Value, numerator and denominator of a figure, as text; a rate in hundredths of a percent.
type Numbers = BTreeMap<String, (i64, i64, Option<i64>)>;

fn hundredths(percent: &str) -> i64 {
    let digits: String = percent.chars().filter(char::is_ascii_digit).collect();
    digits.parse().expect("a percentage with two decimals")
}

/// What `mingfa figures --json` says.
fn told(json: &str) -> Numbers {
    let figures: Vec<Value> = serde_json::from_str(json).expect("JSON");
    let of = |figure: &Value| {
        let value = match &figure["value"] {
            Value::String(percent) => hundredths(percent),
            value => value.as_i64().unwrap_or(-1),
        };
        let code = figure["id"].as_str().expect("a code").to_owned();
        let numerator = figure["numerator"].as_i64().expect("a numerator");
        (code, (value, numerator, figure["denominator"].as_i64()))
    };
    figures.iter().map(of).collect()
}

/// The code of a figure as names of cells have it.
fn codes(json: &str) -> Vec<(String, String)> {
    let figures: Vec<Value> = serde_json::from_str(json).expect("JSON");
    let pair = |figure: &Value| {
        let name = figure["name"].as_str().expect("a name").to_owned();
        (figure["id"].as_str().expect("a code").to_owned(), name)
    };
    figures.iter().map(pair).collect()
}

/// A form of others: for each figure its name and a named cell, below them a formula.
fn form(codes: &[(String, String)], path: &Path) {
    let mut workbook = Workbook::new();
    let percent = Format::new().set_num_format("0.00%");
    let sheet = workbook.add_worksheet();
    sheet.set_name("上报").expect("a name");
    for (row, (code, name)) in (0..).zip(codes) {
        sheet.write(row, 0, name).expect("a text");
        if code.ends_with("_rate") || code.starts_with("pass_rate") {
            sheet.write_blank(row, 1, &percent).expect("a cell");
        }
    }
    let row = |code: &str| codes.iter().position(|(known, _)| known == code).expect("a figure") + 1;
    let sum = format!("B{}+B{}", row("passed"), row("works"));
    let below = codes.len() as u32;
    sheet.write(below, 0, "合计").expect("a text");
    sheet
        .write_formula(below, 1, Formula::new(&sum).set_result("999"))
        .expect("a formula");
    for (row, (code, _)) in (1..).zip(codes) {
        workbook
            .define_name(format!("mingfa_{code}"), &format!("=上报!$B${row}"))
            .expect("a name");
    }
    workbook.save(path).expect("a workbook");
}

/// Reads with openpyxl: of a sheet all rows, with values as they are stored.
const OPENPYXL: &str = "
import json, sys, openpyxl
book = openpyxl.load_workbook(sys.argv[1])
rows = [list(row) for row in book[sys.argv[2]].iter_rows(values_only=True)]
names = book.defined_names
names = names.definedName if hasattr(names, 'definedName') else names.values()
names = {name.name: name.attr_text for name in names}
json.dump({'rows': rows, 'names': names, 'sheets': book.sheetnames}, sys.stdout, default=str)
";

/// Reads a DOCX with Python's own ZIP and XML: every part, and of the text all paragraphs and all rows of tables.
const DOCX: &str = "
import json, sys, zipfile
from xml.etree import ElementTree
W = '{http://schemas.openxmlformats.org/wordprocessingml/2006/main}'
with zipfile.ZipFile(sys.argv[1]) as file:
    assert file.testzip() is None
    parts = {name: file.read(name) for name in file.namelist()}
trees = {name: ElementTree.fromstring(part) for name, part in parts.items() if name.endswith(('.xml', '.rels'))}
text = lambda within: ''.join(run.text or '' for run in within.iter(W + 't'))
body = trees['word/document.xml']
paragraphs = [text(paragraph) for paragraph in body.iter(W + 'p')]
rows = [[text(cell) for cell in row.iter(W + 'tc')] for row in body.iter(W + 'tr')]
json.dump({'paragraphs': paragraphs, 'rows': rows}, sys.stdout)
";

fn python() -> Option<PathBuf> {
    // Debian's own comes second: whoever has another one in the path may have openpyxl only there.
    for python in ["python3", "/usr/bin/python3"] {
        let known = Command::new(python).args(["-c", "import openpyxl"]).output();
        if known.is_ok_and(|output| output.status.success()) {
            return Some(PathBuf::from(python));
        }
    }
    assert!(
        std::env::var_os("MINGFA_OTHER_PROGRAMS").is_none(),
        "python3 has no openpyxl; tools/setup.sh installs it"
    );
    println!("skipped: python3 has no openpyxl (on Debian: apt-get install python3-openpyxl)");
    None
}

/// What a script tells of a file.
fn read_by(python: &Path, script: &str, file: &Path, more: &[&str]) -> Value {
    let output = Command::new(python)
        .args(["-c", script])
        .arg(file)
        .args(more)
        .output()
        .expect("python runs");
    assert!(output.status.success(), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn openpyxl(python: &Path, file: &Path, sheet: &str) -> Value {
    read_by(python, OPENPYXL, file, &[sheet])
}

fn soffice() -> Option<&'static str> {
    let found = ["soffice", "libreoffice"].into_iter().find(|name| {
        Command::new(name)
            .arg("--version")
            .output()
            .is_ok_and(|output| output.status.success())
    });
    if found.is_none() {
        println!(
            "skipped: no LibreOffice (on Debian: apt-get install libreoffice-writer-nogui libreoffice-calc-nogui)"
        );
    }
    found
}

/// The text LibreOffice makes of a file.
fn converted(soffice: &str, file: &Path, to: &str, ending: &str) -> String {
    let folder = file.parent().expect("a folder");
    let output: Output = Command::new(soffice)
        .arg(format!(
            "-env:UserInstallation=file://{}",
            folder.join("office").display()
        ))
        .args(["--headless", "--convert-to", to, "--outdir"])
        .args([folder, file])
        .output()
        .expect("LibreOffice runs");
    assert!(output.status.success(), "{}", text(&output.stderr));
    std::fs::read_to_string(file.with_extension(ending)).expect("the text")
}

/// A table as LibreOffice writes it: values as stored, separated by tabs.
const TABLE: &str = "csv:Text - txt - csv (StarCalc):9,34,76,1,,0,false,false,false";

#[tokio::test]
async fn other_programs_find_the_same_numbers() {
    let place = Place::new(Engine::Sqlite).await.expect("SQLite is always there");
    let database = ["--database", &place.address];
    mingfa(&[&["demo", "--year", "2023"][..], &database].concat());
    let json = mingfa(&[&["figures", "--year", "2023", "--json"][..], &database].concat());
    let (told, codes) = (told(&json), codes(&json));
    let folder = place.file("form.xlsx", b"").parent().expect("a folder").to_owned();
    let path = |name: &str| folder.join(name);
    form(&codes, &path("form.xlsx"));
    let write = |name: &str, more: &[&str]| {
        let out = path(name).display().to_string();
        mingfa(&[&["report", "--year", "2023", "--out", &out][..], more, &database].concat())
    };
    write("report.docx", &[]);
    write("return.xlsx", &[]);
    let form = path("form.xlsx").display().to_string();
    let losses = write("filled.xlsx", &["--fill", &form]);
    assert!(
        !losses.contains("没有填写") && !losses.contains("没有要的指标"),
        "{losses}"
    );

    if let Some(python) = python() {
        let book = openpyxl(&python, &path("return.xlsx"), "数据");
        assert_eq!(book["sheets"], serde_json::json!(["数据", "各单位"]));
        assert_eq!(returned(&book["rows"]), told, "the return by openpyxl");
        let notes = book["rows"].to_string();
        assert!(
            notes.contains("正式，第 1 版") && notes.contains("示例市应急管理局"),
            "{notes}"
        );
        let book = openpyxl(&python, &path("filled.xlsx"), "上报");
        assert_eq!(filled(&book["rows"], &codes), values(&told), "the form by openpyxl");
        assert_eq!(book["names"].as_object().map(|names| names.len()), Some(codes.len()));
        let last = book["rows"].as_array().and_then(|rows| rows.last()).expect("the sum");
        assert!(
            last[1].as_str().is_some_and(|formula| formula.starts_with('=')),
            "{last}"
        );
        let report = read_by(&python, DOCX, &path("report.docx"), &[]);
        let paragraphs = report["paragraphs"].as_array().expect("paragraphs");
        for sentence in SENTENCES {
            let says = |paragraph: &Value| paragraph.as_str().is_some_and(|text| text.contains(sentence));
            assert!(paragraphs.iter().any(says), "{sentence}\n{paragraphs:?}");
        }
        assert_eq!(annexed(&report["rows"], &codes), told, "the report by Python");
    }
    if let Some(soffice) = soffice() {
        let report = converted(soffice, &path("report.docx"), "txt:Text (encoded):UTF8", "txt");
        for sentence in SENTENCES {
            assert!(report.contains(sentence), "{sentence}\n{report}");
        }
        for (code, (value, ..)) in &told {
            let name = codes
                .iter()
                .find(|(known, _)| known == code)
                .map_or("", |(_, name)| name);
            let shown = if is_rate(code) {
                percent(*value)
            } else {
                value.to_string()
            };
            let annex = report.split("附件：数据和口径").nth(1).expect("the annex");
            let mut lines = annex.lines().map(str::trim).skip_while(|line| *line != name);
            let next = lines.nth(1).unwrap_or_default();
            assert!(next.starts_with(&shown), "{name}: {shown}, not {next}");
        }
        let table = converted(soffice, &path("return.xlsx"), TABLE, "csv");
        assert_eq!(returned(&tabbed(&table)), told, "the return by LibreOffice");
        let table = tabbed(&converted(soffice, &path("filled.xlsx"), TABLE, "csv"));
        assert_eq!(filled(&table, &codes), values(&told), "the form by LibreOffice");
        let last = table.as_array().and_then(|rows| rows.last()).expect("the sum");
        let sum = told["passed"].0 + told["works"].0;
        assert_eq!(
            number(&last[1]),
            sum as f64,
            "the formula is computed anew, not what it was before"
        );
    }
    place.remove().await;
}

fn is_rate(code: &str) -> bool {
    code.ends_with("_rate") || code.starts_with("pass_rate")
}

fn percent(hundredths: i64) -> String {
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

fn tabbed(table: &str) -> Value {
    let cell = |cell: &str| Value::String(cell.trim_matches('"').to_owned());
    let row = |line: &str| Value::Array(line.split('\t').map(cell).collect());
    Value::Array(table.lines().map(row).collect())
}

/// A number as a program gives it: a number, or a text that is one.
fn number(value: &Value) -> f64 {
    match value {
        Value::String(text) => match text.strip_suffix('%') {
            Some(percent) => percent
                .parse::<f64>()
                .map(|percent| percent / 100.0)
                .unwrap_or(f64::NAN),
            None => text.parse().unwrap_or(f64::NAN),
        },
        value => value.as_f64().unwrap_or(f64::NAN),
    }
}

fn value_of(code: &str, value: &Value) -> i64 {
    let scale = if is_rate(code) { 10_000.0 } else { 1.0 };
    (number(value) * scale).round() as i64
}

/// The rows below the head of the return.
fn returned(rows: &Value) -> Numbers {
    let rows = rows.as_array().expect("rows");
    let head = rows.iter().position(|row| row[0] == "代码").expect("the head");
    let figure = |row: &Value| {
        let code = row[0].as_str().expect("a code").to_owned();
        let denominator = number(&row[5]);
        let denominator = (!denominator.is_nan()).then_some(denominator as i64);
        (
            code.clone(),
            (value_of(&code, &row[2]), number(&row[4]) as i64, denominator),
        )
    };
    rows[head + 1..].iter().map(figure).collect()
}

/// The rows of the annex of the report: name, value with its unit, numerator, denominator or a dash.
fn annexed(rows: &Value, codes: &[(String, String)]) -> Numbers {
    let rows = rows.as_array().expect("rows");
    let figure = |row: &Value| {
        let cell = |column: usize| row[column].as_str().expect("a text");
        let (code, _) = codes.iter().find(|(_, name)| name == cell(0)).expect("a figure");
        let value = if is_rate(code) {
            hundredths(cell(1))
        } else {
            let digits = cell(1).trim_end_matches(|c: char| !c.is_ascii_digit());
            digits.parse::<i64>().expect("a number")
        };
        let numerator: i64 = cell(2).parse().expect("a numerator");
        let denominator: Option<i64> = cell(3).parse().ok();
        (code.clone(), (value, numerator, denominator))
    };
    rows.iter().filter(|row| row[0] != "指标").map(figure).collect()
}

fn values(told: &Numbers) -> BTreeMap<String, i64> {
    told.iter().map(|(code, (value, ..))| (code.clone(), *value)).collect()
}

fn filled(rows: &Value, codes: &[(String, String)]) -> BTreeMap<String, i64> {
    let rows = rows.as_array().expect("rows");
    let of = |(row, (code, _)): (usize, &(String, String))| (code.clone(), value_of(code, &rows[row][1]));
    codes.iter().enumerate().map(of).collect()
}
