//! Every reader of foreign files on damaged ones: no panic, and what is refused is refused with a note. Each runs for a moment with
//! the other tests; `cargo test --features ssr --test integration -- --ignored fuzz_readers --nocapture` runs each for the
//! seconds in `MINGFA_FUZZ_SECONDS`, ten minutes by default, from the seed in `MINGFA_FUZZ_SEED`; `MINGFA_FUZZ_READERS` names some of
//! them, with commas between. Where the shared data are absent the readers begin from a few files of our own.

use std::{path::Path, time::Instant};

use mingfa::{
    domain::intake::Reading,
    format::{
        divisions, exchange, exchange::Dialect, law, ledger, markdown, organization, question, responses, roster, seb,
    },
};

use crate::exchange::{corpus, folder, zipped};

/// A generator of no merit whose numbers are the same everywhere.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).unwrap_or(0)
    }
}

/// Words that mean something to one of the formats.
const WORDS: &[&str] = &[
    "{",
    "}",
    "=",
    "~",
    "#",
    "->",
    "%",
    "%50%",
    "%-50%",
    "::",
    "####",
    "\\",
    "//",
    "\n\n",
    "{#",
    "..",
    "ANSWER: A",
    "A) ",
    "<",
    ">",
    "</",
    "/>",
    "<![CDATA[",
    "]]>",
    "&",
    "&#0;",
    "&amp;",
    "<!--",
    "<?",
    "<!DOCTYPE a>",
    "\"",
    "{1:MC:",
    "{9999:SA:=a}",
    "<pre>",
    "\u{fdd0}",
    "\u{feff}",
    "\0",
    "PK\x05\x06",
    "../",
    "🙂",
    "1e99",
    "-",
    "<question type=\"cloze\">",
    "identifier=\"\"",
    "第一条 ",
    "第九千九百九十九条之一 ",
    "第二章 ",
    "附件",
    "序言",
    "（2019年2月30日",
    "|",
    "\t",
    "\r",
    ",\",",
    "{\"\":[[",
    "99999999999999999999",
    "<w:p>",
    "<c r=\"XFD1048576\"><v>",
    "<c t=\"s\"><v>7</v></c>",
];

fn damaged(bytes: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=numbers.below(8) {
        let at = numbers.below(bytes.len() + 1);
        match numbers.below(6) {
            0 if at < bytes.len() => bytes[at] = numbers.below(256) as u8,
            1 => bytes.truncate(at),
            2 => {
                let end = (at + numbers.below(200)).min(bytes.len());
                bytes.drain(at..end);
            }
            3 => {
                let end = (at + numbers.below(200)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                let to = numbers.below(bytes.len() + 1);
                bytes.splice(to..to, piece);
            }
            _ => {
                let word = WORDS[numbers.below(WORDS.len())].bytes();
                bytes.splice(at..at, word);
            }
        }
    }
    bytes
}

/// A reader with the files it begins from; `pack`: what becomes of a damaged file before it is read.
struct Reader {
    files: Vec<Vec<u8>>,
    pack: fn(Vec<u8>) -> Vec<u8>,
    read: fn(&[u8], &mut Numbers),
}

/// Reads damaged files until the time is over; gives how many.
fn fuzz(reader: &Reader, seed: u64, mut more: impl FnMut(usize) -> bool) -> usize {
    let mut numbers = Numbers(seed.max(1));
    let mut count = 0;
    while more(count) {
        count += 1;
        let file = &reader.files[numbers.below(reader.files.len())];
        // Now and then the container is damaged, not what is in it.
        let bytes = match numbers.below(8) {
            0 => damaged(&(reader.pack)(file.clone()), &mut numbers),
            _ => (reader.pack)(damaged(file, &mut numbers)),
        };
        (reader.read)(&bytes, &mut numbers);
    }
    count
}

/// A file that gave nothing says why.
fn told<T>(reading: &Reading<T>) {
    assert!(
        !(reading.found.is_empty() && reading.errors.is_empty() && reading.warnings.is_empty())
            || reading.format != "unknown"
    );
}

/// The files below a folder of the shared data whose names end like this.
fn shared(inside: &str, ending: &str) -> Vec<Vec<u8>> {
    fn walk(folder: &Path, ending: &str, found: &mut Vec<(String, Vec<u8>)>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            match path.is_dir() {
                true => walk(&path, ending, found),
                false if path.to_string_lossy().ends_with(ending) => {
                    let bytes = std::fs::read(&path).expect("a file");
                    found.push((path.display().to_string(), bytes));
                }
                false => {}
            }
        }
    }
    let mut found = Vec::new();
    walk(&folder().join(inside), ending, &mut found);
    found.sort();
    found.into_iter().map(|(_, bytes)| bytes).collect()
}

/// With files of our own, so that there is always one.
fn and<const N: usize>(mut files: Vec<Vec<u8>>, own: [&str; N]) -> Vec<Vec<u8>> {
    files.extend(own.map(|text| text.as_bytes().to_vec()));
    files
}

const LAW: &str = "# 示例市公园管理办法\n\n（2019年5月6日示例市人民政府令第7号公布 自2019年7月1日起施行）\n\n目录\n\n序言\n\n为了管理。\n\n\
                   ## 第一章 总则\n\n第一条 甲：\n（一）乙；\n1. 丙。\n\n第二条之一 丁。\n\n附件\n\n戊\n";

fn as_is(bytes: Vec<u8>) -> Vec<u8> {
    bytes
}

fn law_text() -> Reader {
    Reader {
        files: and(shared("laws", ".md"), [LAW]),
        pack: as_is,
        read: |bytes, _| told(&law::read("a.md", bytes)),
    }
}

/// The same texts as a Word document has them.
fn law_document() -> Reader {
    let paragraphs = |text: Vec<u8>| {
        let text = String::from_utf8_lossy(&text).replace(['&', '<'], "");
        let lines = text
            .lines()
            .map(|line| format!("<w:p><w:r><w:t>{line}</w:t></w:r></w:p>"));
        let body: String = lines.collect();
        format!(
            "<?xml version=\"1.0\"?><w:document xmlns:w=\"w\"><w:body>{body}<w:tbl><w:tr><w:tc/></w:tr></w:tbl></w:body></w:document>"
        )
    };
    Reader {
        files: law_text()
            .files
            .into_iter()
            .map(|text| paragraphs(text).into_bytes())
            .collect(),
        pack: |xml| zipped(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", &xml)]),
        read: |bytes, _| told(&law::read("a.docx", bytes)),
    }
}

const TABLES: [&str; 5] = [
    "题型,题目,选项A,选项B,选项C,选项D,答案,法律依据\n单选题,\"甲，\n乙？\",甲,乙,丙,丁,A,《某法》第一条\n多选题,某？,A.甲;B.乙,,,,AB,\n",
    "工号,姓名,单位,职级,类别\n1001,张某,市局/一科,科级,公务员\n1002,李某,市局/二科,处级,事业\n",
    "代码,名称\n370000,某省\n370800,某市\n",
    "单位名称,统一社会信用代码,行政区划代码\n某局,11370800004312345X,370800\n",
    "类型,名称,日期,单位,参加人数,数量,参加人员工号\n讲座,某讲座,2026-01-31,市局/一科,40,,1001、1002\n作品,漫画,2026年2月1日,一科,,6件,\n",
];

/// All that reads tables.
fn any_table(bytes: &[u8]) {
    told(&question::read("a", bytes));
    told(&roster::read("a", bytes, &|_| None));
    told(&divisions::read("a", bytes));
    told(&organization::read("a", bytes));
    told(&ledger::read("a", bytes));
}

/// Answers for statistics: what is taken has a mark within its bounds for every item it names.
fn answers() -> Reader {
    let own = [
        "一,二,三\nA,BC,\nB,NA,D\n-,A,C\n",
        "1,0,0.5\n0,NA,1\n",
        "q1\tq2\n1\t0\n",
    ];
    let mut files = shared("interop/irt", ".csv");
    files.iter_mut().for_each(|file| file.truncate(2_000));
    Reader {
        files: and(files, own),
        pack: as_is,
        read: |bytes, numbers| {
            let key = [None, Some("ABC"), Some("A,BC,D"), Some("A;;B"), Some("")][numbers.below(5)];
            let Ok(answers) = responses::read(bytes, key) else {
                return;
            };
            assert_eq!(answers.names.len(), answers.items.len());
            for given in answers.sheets.iter().flatten() {
                assert!((given.item as usize) < answers.items.len() && (0.0..=given.full).contains(&given.mark));
            }
        },
    }
}

/// The text of a lesson.
fn lesson_text() -> Reader {
    let own = [
        "# 标题\n\n**粗** *斜* `码` [链](https://example.org \"题\")\n\n> 引\n\n- 一\n- 二\n  1. 三\n\n| 甲 | 乙 |\n|---|:-:|\n| 丙 | 丁 |\n",
        "《某法》第一条\n\n[[某法 第二条]]\n\n```\n<script>\n```\n\n![图](a.png)<b>&amp;\n\n---\n[^1]\n\n[^1]: 注\n",
    ];
    Reader {
        files: and(shared("laws", ".md"), own),
        pack: as_is,
        read: |bytes, _| drop(markdown::read(&String::from_utf8_lossy(bytes))),
    }
}

fn delimited() -> Reader {
    Reader {
        files: and(shared("", ".csv"), TABLES),
        pack: as_is,
        read: |bytes, _| any_table(bytes),
    }
}

/// The same tables as the sheet of a workbook, whose XML is damaged.
fn sheets() -> Reader {
    let sheet = |table: &str| {
        let cell = |text: &str| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c><c t=\"n\"><v>7</v></c>");
        let row = |line: &str| format!("<row>{}</row>", line.split(',').map(cell).collect::<String>());
        let rows: String = table.lines().map(row).collect();
        format!(
            "<?xml version=\"1.0\"?><worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData><mergeCells><mergeCell ref=\"A2:A3\"/></mergeCells></worksheet>"
        )
    };
    Reader {
        files: TABLES.map(|table| sheet(table).into_bytes()).to_vec(),
        pack: |sheet| {
            zipped(&[
                ("[Content_Types].xml", br#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#),
                ("_rels/.rels", br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#),
                ("xl/workbook.xml", br#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>"#),
                ("xl/_rels/workbook.xml.rels", br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#),
                ("xl/worksheets/sheet1.xml", &sheet),
            ])
        },
        read: |bytes, _| any_table(bytes),
    }
}

/// Whole workbooks as they circulate; of these the container is damaged.
fn workbooks() -> Reader {
    Reader {
        files: match shared("", ".xlsx") {
            files if files.is_empty() => vec![(sheets().pack)(sheets().files.swap_remove(0))],
            files => files,
        },
        pack: as_is,
        read: |bytes, _| any_table(bytes),
    }
}

fn json_lines() -> Reader {
    let own = [
        r#"{"type":"single","stem":"某？","options":["甲","乙"],"answer":"A","tags":[],"basis":["《某法》第一条"]}"#,
        "{\"题型\":\"判断题\",\"题目\":\"某。\",\"答案\":true}\n{\"题型\":\"多选题\"}\n",
    ];
    let mut files = shared("", ".jsonl");
    files.extend(shared("", ".json"));
    Reader {
        files: and(files, own),
        pack: as_is,
        read: |bytes, _| any_table(bytes),
    }
}

fn safe_browser() -> Reader {
    let mut files = shared("interop/seb", "");
    files.retain(|file| file.len() < 1 << 20);
    let own = [
        "<?xml version=\"1.0\"?><plist version=\"1.0\"><dict><key>a</key><integer>1</integer><key>b</key><array><true/></array></dict></plist>",
    ];
    Reader {
        files: and(files, own),
        pack: as_is,
        read: |bytes, _| drop(seb::config_key(bytes)),
    }
}

/// Question files of other programs; what is taken must be fit, and be written without a panic.
fn exchanged(kind: fn(&[u8]) -> bool) -> Reader {
    let own = [
        "::甲:: 某？ {=乙 ~丙 ~%50%丁}\n",
        "某？\nA. 甲\nB) 乙\nANSWER: A\n",
        "<?xml version=\"1.0\"?><quiz><question type=\"truefalse\"><questiontext><text>某</text></questiontext><answer fraction=\"100\"><text>true</text></answer></question></quiz>",
        "<?xml version=\"1.0\"?><assessmentItem identifier=\"a\"><itemBody><p>某</p></itemBody></assessmentItem>",
    ];
    let files = match folder().join("interop").is_dir() {
        true => corpus().into_iter().map(|(_, bytes)| bytes).collect(),
        false => Vec::new(),
    };
    let mut files = and(files, own);
    files.retain(|file| kind(file));
    Reader {
        files,
        pack: as_is,
        read: |bytes, numbers| {
            let Some(collection) = exchange::read(bytes) else {
                return;
            };
            for found in &collection.found {
                assert_eq!(found.value.fit(), Ok(()), "{:?}", found.value);
            }
            exchange::write(&collection.found, Dialect::ALL[numbers.below(Dialect::ALL.len())]);
            told(&exchange::questions("a", bytes));
        },
    }
}

/// A package of QTI with a test of two sections, of which the manifest, the test, a section or an item is damaged. Packages of others
/// are damaged as containers only.
fn packages() -> Reader {
    const PARTS: [(&str, &str); 4] = [
        (
            "imsmanifest.xml",
            "<?xml version=\"1.0\"?><manifest><resources><resource identifier=\"t\" type=\"imsqti_test_xmlv2p1\" href=\"test.xml\"><file href=\"test.xml\"/><dependency identifierref=\"a\"/></resource><resource identifier=\"a\" type=\"imsqti_item_xmlv2p1\" href=\"items/a.xml\"><file href=\"items/a.xml\"/></resource><resource identifier=\"s\" type=\"imsqti_section_xmlv2p1\" href=\"s.xml\"/></resources></manifest>",
        ),
        (
            "test.xml",
            "<?xml version=\"1.0\"?><assessmentTest identifier=\"t\" title=\"某\"><testPart identifier=\"p\"><assessmentSection identifier=\"one\" title=\"一\"><assessmentItemRef identifier=\"a\" href=\"items/a.xml\"><weight identifier=\"w\" value=\"2\"/></assessmentItemRef></assessmentSection><assessmentSectionRef identifier=\"s\" href=\"s.xml\"/></testPart></assessmentTest>",
        ),
        (
            "s.xml",
            "<?xml version=\"1.0\"?><assessmentSection identifier=\"s\" title=\"二\"><assessmentSection identifier=\"in\"><assessmentItemRef identifier=\"b\" href=\"items/a.xml\"/></assessmentSection><assessmentSectionRef identifier=\"s\" href=\"s.xml\"/></assessmentSection>",
        ),
        (
            "items/a.xml",
            "<?xml version=\"1.0\"?><assessmentItem identifier=\"a\" title=\"某\"><responseDeclaration identifier=\"R\" cardinality=\"single\" baseType=\"identifier\"><correctResponse><value>A</value></correctResponse></responseDeclaration><itemBody><choiceInteraction responseIdentifier=\"R\" maxChoices=\"1\"><prompt>某？</prompt><simpleChoice identifier=\"A\">甲</simpleChoice><simpleChoice identifier=\"B\">乙</simpleChoice></choiceInteraction></itemBody></assessmentItem>",
        ),
    ];
    Reader {
        files: PARTS
            .map(|(name, text)| [name, "\n", text].concat().into_bytes())
            .to_vec(),
        // The first line says which part it is; where it does not any more, all parts are whole.
        pack: |part| {
            let end = part.iter().position(|byte| *byte == b'\n').unwrap_or(part.len());
            let (name, text) = (&part[..end], part.get(end + 1..).unwrap_or_default());
            let parts = PARTS.map(|(known, whole)| match known.as_bytes() == name {
                true => (known, text),
                false => (known, whole.as_bytes()),
            });
            zipped(&parts)
        },
        read: exchanged(|file| file.starts_with(b"<?xml")).read,
    }
}

fn holds(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|window| window == word.as_bytes())
}

/// Every reader by name.
fn readers() -> Vec<(&'static str, Reader)> {
    vec![
        ("law texts", law_text()),
        ("Word documents", law_document()),
        (
            "GIFT",
            exchanged(|file| !holds(file, "ANSWER:") && !holds(file, "<?xml") && !file.starts_with(b"PK")),
        ),
        ("Aiken", exchanged(|file| holds(file, "ANSWER:"))),
        ("Moodle XML", exchanged(|file| holds(file, "<quiz"))),
        (
            "QTI",
            exchanged(|file| file.starts_with(b"PK") || holds(file, "ssessmentItem") || holds(file, "assessment-item")),
        ),
        ("packages of QTI", packages()),
        ("delimited tables", delimited()),
        ("sheets of workbooks", sheets()),
        ("workbooks", workbooks()),
        ("JSON Lines", json_lines()),
        ("answers for statistics", answers()),
        ("texts of lessons", lesson_text()),
        ("configurations of Safe Exam Browser", safe_browser()),
    ]
}

#[test]
fn a_damaged_file_never_panics() {
    for (name, reader) in readers() {
        assert!(!reader.files.is_empty(), "{name}");
        fuzz(&reader, 0x6d69_6e67, |count| count < 300);
    }
}

/// What is damaged is taken when it is whole, so that the damage is met where the parts are read.
#[test]
fn the_whole_package_is_read() {
    let reader = packages();
    for part in reader.files {
        let collection = exchange::read(&(reader.pack)(part)).expect("a package");
        assert_eq!((collection.found.len(), collection.errors), (1, vec![]));
    }
}

#[test]
#[ignore = "runs for ten minutes with each reader"]
fn fuzz_readers() {
    let number = |name: &str, default| {
        let text = std::env::var(name).ok();
        text.and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    let (seconds, seed) = (number("MINGFA_FUZZ_SECONDS", 600), number("MINGFA_FUZZ_SEED", 1));
    let only = std::env::var("MINGFA_FUZZ_READERS").unwrap_or_default();
    let wanted = |name: &str| only.is_empty() || only.split(',').any(|only| only == name);
    #[expect(
        clippy::disallowed_methods,
        reason = "a limit on the time of a test, not a time of the product"
    )]
    let now = Instant::now;
    for (name, reader) in readers().into_iter().filter(|(name, _)| wanted(name)) {
        let begun = now();
        let count = fuzz(&reader, seed, |_| begun.elapsed().as_secs() < seconds);
        println!(
            "{name}: {count} damaged files from {} whole ones, seed {seed}",
            reader.files.len()
        );
    }
}
