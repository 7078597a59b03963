use std::io::Write;

use encoding_rs::GB18030;
use flate2::{Compression, write::DeflateEncoder};
use proptest::prelude::*;

use super::*;
use crate::domain::law::{Act, Division, DivisionKind};

/// A law as the official database writes it: the history in brackets, the contents, and then every heading again.
const OFFICIAL: &str = "中华人民共和国某某法

（2007年8月30日第十届全国人民代表大会常务委员会第二十九次会议通过　2024年6月28日第十四届全国人民代表大会常务委员会第十次会议修订）

目　　录

第一章　总　　则
第二章　管理与指挥体制
　第一节　一般规定
　第二节　指挥
第三章　附　　则

第一章　总　　则

　　第一条　为了预防突发事件，制定本法。
　　第二条　本法所称突发事件，是指：
　　（一）自然灾害；
　　（二）事故灾难。
　　前款规定由国务院解释。

第二章　管理与指挥体制

第一节　一般规定

　　第三条　国家建立制度。
　　第三条之一　依照第一条
第二条规定的程序办理。

第二节　指挥

　　第四条　统一指挥。

第三章　附　　则

　　第五条　本法自2024年11月1日起施行。
";

fn law(reading: &Reading<Law>) -> &Law {
    assert_eq!(reading.errors, []);
    &reading.found.first().expect("a law").value
}

fn codes(reading: &Reading<Law>) -> Vec<String> {
    let notes = reading.errors.iter().chain(&reading.warnings);
    notes
        .map(|note| format!("{} {}", note.place, note.matter.code()).trim().to_owned())
        .collect()
}

fn text(lines: &[&str]) -> Reading<Law> {
    read("a.txt", lines.join("\n").as_bytes())
}

fn numbers(law: &Law) -> Vec<String> {
    law.articles.iter().map(|article| article.number.to_string()).collect()
}

fn headings(law: &Law) -> Vec<String> {
    law.divisions.iter().map(Division::heading).collect()
}

/// What is true of the official text however it comes.
fn is_official(reading: &Reading<Law>) {
    let law = law(reading);
    assert_eq!((law.title.as_str(), &law.volume), ("中华人民共和国某某法", &None));
    assert_eq!(
        law.history.iter().map(|event| event.act).collect::<Vec<_>>(),
        [Act::Passed, Act::Revised]
    );
    assert_eq!(
        law.effective().map(|date| date.to_string()).as_deref(),
        Some("2024-11-01")
    );
    assert_eq!(
        headings(law),
        [
            "第一章 总　　则",
            "第二章 管理与指挥体制",
            "第一节 一般规定",
            "第二节 指挥",
            "第三章 附　　则"
        ]
    );
    assert_eq!(numbers(law), ["1", "2", "3", "3-1", "4", "5"]);
    let second = &law.articles[1];
    assert_eq!((second.paragraphs.len(), second.paragraphs[0].items.len()), (2, 2));
    let within: Vec<_> = law.divisions_of(&law.articles[4]).map(Division::heading).collect();
    assert_eq!(within, ["第二节 指挥", "第二章 管理与指挥体制"]);
    assert_eq!(law.divisions_of(&law.articles[5]).count(), 1);
    assert_eq!(codes(reading), [""; 0]);
}

#[test]
fn the_official_text_is_read_without_counting_its_contents() {
    is_official(&read("a.txt", OFFICIAL.as_bytes()));
    let bare = OFFICIAL.replace("目　　录\n", "");
    is_official(&read("a.txt", bare.as_bytes()));
    let windows = OFFICIAL.replace('\n', "\r\n");
    let (old, _, _) = GB18030.encode(&windows);
    is_official(&read("a.txt", &old));
    let broken = OFFICIAL
        .replace("二十九次会议", "二十九次\n会议")
        .replace("　2024年6月28日第", "\n2024年6月28日第");
    is_official(&read("a.txt", broken.as_bytes()));
    let crowded = OFFICIAL
        .replace("　总　　则\n第二章", " 总  则……………1\n第二章")
        .replace("指挥体制\n　", "指挥体制\t2\n　");
    is_official(&read("a.txt", crowded.as_bytes()));
}

#[test]
fn a_line_broken_within_a_sentence_begins_no_article() {
    let reading = text(&[
        "某某条例",
        "第一条 依照",
        "第二条规定的程序和",
        "第三章规定的处罚，",
        "第三条、第四条办理。",
        "第二条为了安全。",
    ]);
    assert_eq!(numbers(law(&reading)), ["1", "2"]);
    assert_eq!(law(&reading).articles[0].lines().len(), 4);
    assert_eq!(codes(&reading), [""; 0]);
}

#[test]
fn numbers_that_are_missing_doubled_or_out_of_order_are_named() {
    let reading = text(&[
        "某某条例",
        "第二条 乙",
        "第三条 丙",
        "第三条 丙",
        "第七条",
        "第六条 己",
        "第六条之二 己",
    ]);
    assert_eq!(
        codes(&reading),
        [
            "2 missing_articles",
            "4 repeated_article",
            "5 empty_article",
            "6 article_out_of_order",
            "6 missing_articles",
            "7 missing_articles"
        ]
    );
    let ranges = reading.warnings.iter().filter_map(|note| match &note.matter {
        Matter::MissingArticles { first, last } => Some(format!("{first} {last}")),
        _ => None,
    });
    assert_eq!(ranges.collect::<Vec<_>>(), ["1 1", "4 5", "6-1 6-1"]);
    assert_eq!(numbers(law(&reading)), ["2", "3", "3", "7", "6", "6-2"]);
}

#[test]
fn quoted_articles_belong_to_the_one_that_quotes_them() {
    let reading = text(&[
        "某某法修正案",
        "第九条 增加一节，内容如下：",
        "第七节 委员会",
        "第一百二十三条 委员会独立。",
        "第一百二十四条 委员会由下列人员组成：",
        "第十条 改为：",
        "第五十条 委员会对大会负责。",
        "第十一条 施行。",
    ]);
    assert_eq!(numbers(law(&reading)), ["9", "10", "11"]);
    assert_eq!(law(&reading).articles[0].lines().len(), 4);
    assert_eq!(codes(&reading), ["3 quoted_text", "7 quoted_text"]);
}

#[test]
fn a_gap_behind_a_colon_does_not_swallow_what_follows() {
    let reading = text(&[
        "某某条例",
        "第一条 有下列情形的：",
        "第三条 丙：",
        "第二章 乙",
        "第四条 丁",
    ]);
    assert_eq!(numbers(law(&reading)), ["1", "3", "4"]);
    assert_eq!(codes(&reading), ["3 missing_articles", "4 missing_heading"]);
    let reading = text(&["某某条例", "第一条 内容如下：", "第一百条 别的法。", "第二条 乙"]);
    assert_eq!(numbers(law(&reading)), ["1", "2"]);
    assert_eq!(codes(&reading), ["3 quoted_text"]);
}

#[test]
fn headings_that_are_missing_are_named() {
    let reading = text(&[
        "某某条例",
        "第二章 甲",
        "第一条 一",
        "第四章",
        "乙",
        "第二条 二",
        "第三章 丙",
        "第三条 三",
    ]);
    assert_eq!(
        codes(&reading),
        ["2 missing_heading", "4 missing_heading", "7 heading_out_of_order"]
    );
    assert_eq!(headings(law(&reading)), ["第二章 甲", "第四章 乙", "第三章 丙"]);

    let reading = text(&[
        "某某条例",
        "目录",
        "第一章 甲",
        "第二章 乙",
        "附则",
        "第一章 甲",
        "第一条 一",
        "第三章 丙",
        "第二条 二",
    ]);
    assert_eq!(
        codes(&reading),
        ["4 heading_not_in_text", "5 heading_not_in_text", "8 missing_heading"]
    );
    let reading = text(&["某某条例", "目录", "第一章 甲", "第一条 一"]);
    assert_eq!(
        (codes(&reading), law(&reading).count(DivisionKind::Chapter)),
        (vec!["3 heading_not_in_text".to_owned()], 0)
    );
}

#[test]
fn sections_begin_anew_in_every_chapter() {
    let reading = text(&[
        "某某条例",
        "第一章 甲",
        "第一节 子",
        "第一条 一",
        "第二章 乙",
        "第二节 丑",
        "第二条 二",
    ]);
    assert_eq!(codes(&reading), ["6 missing_heading"]);
}

#[test]
fn the_title_is_found_below_an_order_and_over_two_lines() {
    let order = text(&[
        "中华人民共和国主席令",
        "第二十五号",
        "《某某法》已通过，现予公布，自2024年11月1日起施行。",
        "中华人民共和国",
        "某某法",
        "(2024年6月28日通过)",
        "第一条 一",
    ]);
    let law_of_order = law(&order);
    assert_eq!(law_of_order.title, "中华人民共和国某某法");
    assert_eq!(
        law_of_order.effective().map(|date| date.to_string()).as_deref(),
        Some("2024-11-01")
    );

    let volume = text(&[
        "中华人民共和国民法典",
        "总则",
        "2020年5月28日第三次会议通过",
        "第一条 一",
    ]);
    assert_eq!(
        (law(&volume).title.as_str(), law(&volume).volume.as_deref()),
        ("中华人民共和国民法典", Some("总则"))
    );
    assert_eq!(codes(&text(&["第一条 一"])), ["1 no_title"]);
}

#[test]
fn an_annex_is_text_and_a_preface_too() {
    let reading = text(&[
        "某某法",
        "序　言",
        "很久以前。",
        "第一条 一",
        "附件1：",
        "第一条 不是条",
        "第一章 不是章",
        "附件二　名单",
        "名单",
    ]);
    let law = law(&reading);
    assert_eq!(numbers(law), ["1"]);
    let texts: Vec<_> = law
        .divisions
        .iter()
        .map(|division| (division.kind, division.text.len()))
        .collect();
    assert_eq!(
        texts,
        [
            (DivisionKind::Unnumbered, 1),
            (DivisionKind::Annex, 2),
            (DivisionKind::Annex, 1)
        ]
    );
    assert_eq!(codes(&reading), [""; 0]);
}

#[test]
fn markdown_may_mark_articles_too() {
    let reading = read(
        "a.md",
        "# 某某法\n## 第一编 甲\n### 第一章 乙\n#### 第一条 目的\n为了安全。\n第二章 不是章\n#### **第二条**\n二"
            .as_bytes(),
    );
    let law = law(&reading);
    assert_eq!(
        (numbers(law), headings(law)),
        (
            vec!["1".to_owned(), "2".into()],
            vec!["第一编 甲".to_owned(), "第一章 乙".into()]
        )
    );
    assert_eq!((law.articles[0].lines().len(), codes(&reading)), (3, vec![]));
}

#[test]
fn what_is_no_law_is_refused() {
    let refusal = |name: &str, bytes: &[u8]| codes(&read(name, bytes)).join(",");
    assert_eq!(refusal("a.txt", b""), "empty_file");
    assert_eq!(refusal("a.txt", "须知\n一、甲".as_bytes()), "no_articles");
    assert_eq!(refusal("~$a.docx", b"x"), "lock_file");
    assert_eq!(refusal("a.docx", b"\x89PNG\r\n\x1a\n"), "other_document");
    assert_eq!(refusal("a.docx", b"%PDF-1.7"), "other_document");
    assert_eq!(refusal("a.txt", b"\xff\xff\xff"), "unreadable_text");
    assert_eq!(refusal("a.txt", &vec![b'a'; TEXT_LIMIT as usize + 1]), "file_too_large");
    assert_eq!(
        refusal("a.txt", "第一条 一\n".repeat(LINE_LIMIT + 1).as_bytes()),
        "too_many_rows"
    );
    assert_eq!(
        refusal("a.docx", &archive(&[("xl/workbook.xml", b"x", true)])),
        "other_document"
    );
    assert_eq!(
        refusal("a.docx", &archive(&[("word/styles.xml", b"x", true)])),
        "damaged_document"
    );
    assert_eq!(refusal("a.docx", b"PK\x03\x04 and no more"), "damaged_document");
    assert_eq!(
        refusal(
            "a.doc",
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0"
        ),
        "old_document"
    );
}

/// A zip archive; the last of each entry says whether it is packed.
fn archive(entries: &[(&str, &[u8], bool)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut directory = Vec::new();
    for (name, contents, packed) in entries {
        let (method, stored) = if *packed {
            (8u16, deflated(contents))
        } else {
            (0, contents.to_vec())
        };
        let mut fields = Vec::new();
        fields.extend(20u16.to_le_bytes());
        fields.extend(0u16.to_le_bytes());
        fields.extend(method.to_le_bytes());
        fields.extend([0; 8]);
        fields.extend((stored.len() as u32).to_le_bytes());
        fields.extend((contents.len() as u32).to_le_bytes());
        fields.extend((name.len() as u16).to_le_bytes());
        fields.extend(0u16.to_le_bytes());
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&fields);
        directory.extend([0; 10]);
        directory.extend((bytes.len() as u32).to_le_bytes());
        directory.extend(name.as_bytes());
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&fields);
        bytes.extend(name.as_bytes());
        bytes.extend(stored);
    }
    let start = bytes.len() as u32;
    let size = directory.len() as u32;
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend((entries.len() as u16).to_le_bytes());
    bytes.extend((entries.len() as u16).to_le_bytes());
    bytes.extend(size.to_le_bytes());
    bytes.extend(start.to_le_bytes());
    bytes.extend([0; 2]);
    bytes
}

fn deflated(contents: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(contents).expect("memory");
    encoder.finish().expect("memory")
}

fn document_of(paragraphs: &str) -> Vec<u8> {
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">\
         <w:body>{paragraphs}<w:sectPr/></w:body></w:document>"
    );
    archive(&[
        ("[Content_Types].xml", b"<Types/>", true),
        ("word/document.xml", xml.as_bytes(), true),
    ])
}

/// Every line a paragraph, cut into runs as Word does.
fn paragraphs(text: &str) -> String {
    let runs = |line: &str| {
        let letters: Vec<char> = line.chars().collect();
        let runs = letters.chunks(7).map(|run| {
            let run: String = run.iter().collect();
            format!(
                "<w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">{}</w:t></w:r>",
                run.replace('<', "&lt;")
            )
        });
        runs.collect::<String>()
    };
    text.lines()
        .map(|line| format!("<w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr>{}</w:p>", runs(line)))
        .collect()
}

#[test]
fn a_word_document_is_read_like_the_text_in_it() {
    let reading = read("a.docx", &document_of(&paragraphs(OFFICIAL)));
    assert_eq!(reading.format, "docx");
    is_official(&reading);
    let stored = archive(&[(
        "word/document.xml",
        format!("<w:document><w:body>{}</w:body></w:document>", paragraphs(OFFICIAL)).as_bytes(),
        false,
    )]);
    is_official(&read("a.docx", &stored));
}

#[test]
fn what_word_keeps_beside_the_text_is_not_read() {
    let reading = read(
        "a.docx",
        &document_of(
            "<w:p><w:r><w:t>某某法</w:t></w:r></w:p>\
         <w:p><w:r><w:t>第一条</w:t><w:tab/><w:t>一&amp;二</w:t></w:r><w:del><w:r><w:delText>删</w:delText></w:r></w:del>\
         <w:moveFrom><w:r><w:t>移走</w:t></w:r></w:moveFrom><w:ins><w:r><w:t>增</w:t></w:r></w:ins>\
         <w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:br/><w:t>（一）项</w:t></w:r></w:p>\
         <mc:AlternateContent><mc:Choice><w:p><w:r><w:t>框</w:t></w:r></w:p></mc:Choice><mc:Fallback><w:p><w:r><w:t>框</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent>\
         <w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>自动编号</w:t></w:r></w:p>",
        ),
    );
    assert_eq!(
        law(&reading).articles[0].lines(),
        ["一&二增", "（一）项", "框", "自动编号"]
    );
    assert_eq!(codes(&reading), ["5 automatic_numbers"]);
}

#[test]
fn documents_made_to_do_harm_are_refused() {
    let refusal = |bytes: &[u8]| codes(&read("a.docx", bytes)).join(",");
    // A few hundred kilobytes that would unpack to far more than a law has.
    let bomb = archive(&[("word/document.xml", &vec![b' '; DOCUMENT_LIMIT as usize + 1], true)]);
    assert!(bomb.len() < 1024 * 1024);
    assert_eq!(refusal(&bomb), "unpacks_too_large");
    // The same, and the directory lies about it.
    let mut liar = bomb;
    let size = (DOCUMENT_LIMIT as u32 + 1).to_le_bytes();
    while let Some(at) = liar.windows(4).position(|window| window == size) {
        liar[at..at + 4].copy_from_slice(&9u32.to_le_bytes());
    }
    assert_eq!(refusal(&liar), "damaged_document");
    let xml = |xml: &str| refusal(&archive(&[("word/document.xml", xml.as_bytes(), true)]));
    assert_eq!(
        xml("<!DOCTYPE a [<!ENTITY b \"c\">]><document><body/></document>"),
        "damaged_document"
    );
    assert_eq!(
        xml("<document><body><p><r><t>&b;</t></r></p></body></document>"),
        "damaged_document"
    );
    assert_eq!(xml(&"<a>".repeat(100_000)), "damaged_document");
    assert_eq!(xml("<document><body>"), "damaged_document");
    assert_eq!(xml("<html/>"), "damaged_document");
    assert_eq!(xml("\u{feff}"), "damaged_document");
    let mut torn = document_of(&paragraphs(OFFICIAL));
    let middle = torn.len() / 2;
    torn[middle] ^= 0xff;
    read("a.docx", &torn);
}

fn any_line() -> impl Strategy<Value = String> {
    prop_oneof![
        (1u32..9, "[ \u{3000}]?", "[甲乙，。：]{0,4}").prop_map(|(n, blank, text)| format!("第{n}条{blank}{text}")),
        ("#{0,3} ?", "[一二三]", "(编|分编|章|节|条|条之一)", " ?[甲总则]{0,3}")
            .prop_map(|(mark, n, unit, text)| format!("{mark}第{n}{unit}{text}")),
        "(目录|附则|序言|附件一|#|##|# 目录|（一）甲|1.乙|（2024年6月28日通过　2025年1月1日修正）|<!--|-->|第)",
        any::<String>(),
    ]
}

proptest! {
    #[test]
    fn no_lines_panic_and_no_article_is_lost(lines in prop::collection::vec(any_line(), 0..40)) {
        let reading = read("a", lines.join("\n").as_bytes());
        prop_assert_eq!(reading.found.len() + reading.errors.len(), 1);
        for found in &reading.found {
            let law = &found.value;
            prop_assert!(law.articles.iter().all(|article| article.division.is_none_or(|place| place < law.divisions.len())));
            for (place, division) in law.divisions.iter().enumerate() {
                prop_assert!(division.above.is_none_or(|above| above < place));
            }
            let missing = law.missing();
            prop_assert!(missing.iter().all(|number| law.article(*number).is_none()));
        }
    }

    #[test]
    fn no_bytes_panic(name in ".{0,8}", bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        read(&name, &bytes);
    }

    #[test]
    fn no_damaged_document_panics(place in any::<usize>(), byte in any::<u8>(), cut in any::<usize>()) {
        let mut bytes = document_of(&paragraphs("某某法\n第一条 一"));
        let place = place % bytes.len();
        bytes[place] = byte;
        read("a.docx", &bytes);
        bytes.truncate(cut % bytes.len());
        read("a.docx", &bytes);
    }
}
