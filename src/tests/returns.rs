//! The return of a year and forms of others filled in, over HTTP: what was left out is told before the file is taken.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use mingfa::{
    db,
    domain::{
        annual::{AnnualId, rounding},
        lang::Lang,
    },
    service::edition,
};
use rust_xlsxwriter::Workbook;

use crate::{
    annual::lived,
    browser::Browser,
    packed::part,
    support::{Stage, each_engine, operator},
};

fn form(names: &[&str]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().set_name("上报").expect("a name");
    for (row, name) in (1..).zip(names) {
        workbook.define_name(*name, &format!("=上报!$B${row}")).expect("a name");
    }
    workbook.save_to_buffer().expect("a workbook")
}

fn cell(bytes: &[u8], sheet: &str, place: (u32, u32)) -> Data {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.to_vec())).expect("a workbook");
    let range = book.worksheet_range(sheet).expect("the sheet");
    range.get_value(place).cloned().unwrap_or(Data::Empty)
}

/// The value of a figure in a return.
fn figure(bytes: &[u8], code: &str) -> Data {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.to_vec())).expect("a workbook");
    let range = book.worksheet_range("数据").expect("the sheet");
    let row = range.rows().find(|row| row[0] == Data::String(code.into()));
    row.expect("the figure")[2].clone()
}

async fn browser(stage: &Stage) -> Browser {
    Browser::new(&stage.app).signed_in(&stage.administrator().await)
}

#[tokio::test]
async fn a_form_is_filled_in_and_what_was_left_out_is_named() {
    each_engine(async |stage| {
        let [first, _] = lived(stage).await;
        let browser = browser(stage).await;
        let names = ["mingfa_works", "mingfa_exam_sat", "mingfa_staff", "mingfa_digest"];
        let sent = browser
            .upload("/admin/years/2026/fill", "上报表.xlsx", &form(&names))
            .await;
        assert_eq!(sent.status, 303, "{}", sent.body);
        let page = browser.get(sent.location()).await;
        assert_eq!(page.status, 200, "{}", page.body);
        for text in [
            "填了 2 个单元格，2 个名称没有填",
            "mingfa_staff",
            "名称不是这里的指标",
            "这个指标现在没有值",
            "mingfa_publicity_events",
        ] {
            assert!(page.body.contains(text), "{text}\n{}", page.body);
        }
        assert!(page.body.contains("填入的数都是草稿"), "{}", page.body);
        let file = browser.get(&format!("{}/file", sent.location())).await;
        assert_eq!(file.status, 200);
        // 草稿_上报表.xlsx
        let name = "%E8%8D%89%E7%A8%BF_%E4%B8%8A%E6%8A%A5%E8%A1%A8.xlsx";
        let told = file.header("content-disposition");
        assert!(told.contains("attachment") && told.contains(name), "{told}");
        assert_eq!(cell(&file.bytes, "上报", (0, 1)), Data::Float(34.0));
        assert_eq!(cell(&file.bytes, "上报", (1, 1)), Data::Float(2.0));
        // The same form for one unit.
        let path = format!("/admin/years/2026/fill?unit={first}");
        let sent = browser.upload(&path, "上报表.xlsx", &form(&names)).await;
        let file = browser.get(&sent.location().replace('?', "/file?")).await;
        assert_eq!(
            cell(&file.bytes, "上报", (0, 1)),
            Data::Float(0.0),
            "the other unit made them"
        );

        for (body, told) in [
            (form(&["own"]), "没有指标名称"),
            (b"a,b".to_vec(), "这是 CSV 文件"),
            (b"PK\x03\x04 and no more".to_vec(), "已损坏"),
        ] {
            let sent = browser.upload("/admin/years/2026/fill", "a.xlsx", &body).await;
            let page = browser.get(sent.location()).await;
            assert!(page.status == 200 && page.body.contains(told), "{told}\n{}", page.body);
            assert_eq!(browser.get(&format!("{}/file", sent.location())).await.status, 400);
        }
        let nothing = browser.post("/admin/years/2026/fill", &[]).await;
        assert_eq!(nothing.status, 400);
    })
    .await;
}

#[tokio::test]
async fn a_return_says_whether_it_is_final() {
    each_engine(async |stage| {
        lived(stage).await;
        let browser = browser(stage).await;
        let book = async || browser.get("/admin/years/2026/return").await.bytes.to_vec();
        let draft = book().await;
        assert_eq!(
            cell(&draft, "数据", (2, 0)),
            Data::String("状态：草稿，年度未封账".into())
        );
        edition::close(&stage.app, &operator(), 2026).await.expect("closed");
        let heads = edition::of_year(&stage.app, &operator(), 2026)
            .await
            .expect("the editions");
        let last = book().await;
        assert_eq!(cell(&last, "数据", (2, 0)), Data::String("状态：正式，第 1 版".into()));
        assert_eq!(
            cell(&last, "数据", (3, 0)),
            Data::String(format!("SM3 摘要：{}", heads[0].digest))
        );
        assert_eq!(cell(&last, "各单位", (1, 0)), Data::String("市局".into()));
        // What comes later waits for the next edition.
        let exams = db::exam::all(&stage.app.db).await.expect("the exams");
        stage.sit("1003", exams[0].id, |_, _, key| key).await;
        assert_eq!(figure(&book().await, "sat"), Data::Float(2.0));
        edition::renew(&stage.app, &operator(), 2026, "补考成绩入账")
            .await
            .expect("edition 2");
        let next = book().await;
        assert_eq!(cell(&next, "数据", (2, 0)), Data::String("状态：正式，第 2 版".into()));
        assert_eq!(figure(&next, "sat"), Data::Float(3.0));
        let liaison = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        assert_eq!(liaison.get("/admin/years/2026/return").await.status, 403);
    })
    .await;
}

/// Value, numerator and denominator of a figure in the XML of a return: the format of each cell, empty for none.
fn formats(sheet: &str, row: usize) -> Vec<String> {
    let format = |column: char| {
        let cell = format!("<c r=\"{column}{row}\"");
        let (_, rest) = sheet.split_once(&cell).unwrap_or_default();
        let tag = rest.split('>').next().unwrap_or_default();
        let (_, format) = tag.split_once("s=\"").unwrap_or_default();
        format.split('"').next().unwrap_or_default().to_owned()
    };
    ['C', 'E', 'F'].map(format).to_vec()
}

/// Places of formats that have the ground of a draft, in the styles of a workbook.
fn grounds(styles: &str) -> Vec<String> {
    let (_, fills) = styles.split_once("<fills").expect("fills");
    let (fills, _) = fills.split_once("</fills>").expect("fills");
    let fill = fills.split("<fill>").skip(1).position(|fill| fill.contains("FFFFF299"));
    let Some(fill) = fill.map(|place| format!("fillId=\"{place}\"")) else {
        return Vec::new();
    };
    let (_, formats) = styles.split_once("<cellXfs").expect("formats");
    let formats = formats.split("<xf ").skip(1).enumerate();
    let marked = formats.filter(|(_, format)| format.contains(&fill));
    marked.map(|(place, _)| place.to_string()).collect()
}

#[tokio::test]
async fn a_draft_marks_every_number_and_a_final_return_none() {
    each_engine(async |stage| {
        lived(stage).await;
        let browser = browser(stage).await;
        for draft in [true, false] {
            if !draft {
                edition::close(&stage.app, &operator(), 2026).await.expect("closed");
            }
            let book = browser.get("/admin/years/2026/return").await.bytes;
            let marked = grounds(&part(&book, "xl/styles.xml"));
            assert_eq!(marked.is_empty(), !draft, "{marked:?}");
            let sheet = part(&book, "xl/worksheets/sheet1.xml");
            // Five notes, with one more in a draft, an empty line and the head.
            let first = if draft { 9 } else { 8 };
            for (row, id) in (first..).zip(AnnualId::ALL) {
                let cell = cell(&book, "数据", (row - 1, 0));
                assert_eq!(cell, Data::String(id.code().into()));
                let rate = id.unit(Lang::Zh).is_empty();
                let formats = formats(&sheet, row as usize);
                let numbers = if rate { &formats[..] } else { &formats[..2] };
                assert!(
                    numbers.iter().all(|format| marked.contains(format) == draft),
                    "{id:?}: {formats:?} of {marked:?}"
                );
            }
            assert_eq!(cell(&book, "数据", (5, 0)) == Data::String(MARKED.into()), draft);
            assert_eq!(cell(&book, "各单位", (0, 0)) == Data::String(MARKED.into()), draft);
            let head = first - 2;
            let heads = ["总体", "期间", "口径版本", "英文名称"];
            for (column, name) in (8..).zip(heads) {
                assert_eq!(cell(&book, "数据", (head, column)), Data::String(name.into()));
                assert_ne!(cell(&book, "数据", (head + 1, column)), Data::Empty);
            }

            let report = browser.get("/admin/years/2026/report").await.bytes;
            let document = part(&report, "word/document.xml");
            let annex = document.split("附件：数据和口径").nth(1).expect("the annex");
            let rows: Vec<_> = annex.split("<w:tr>").skip(1).collect();
            let heads = rows.iter().filter(|row| row.contains(">分子<")).count();
            assert_eq!(rows.len(), AnnualId::ALL.len() + heads);
            let figures = rows.iter().filter(|row| !row.contains(">分子<"));
            for (id, row) in AnnualId::ALL.iter().zip(figures) {
                let english = id.name(Lang::En).replace('\'', "&apos;");
                assert!(row.contains(id.name(Lang::Zh)) && row.contains(&english), "{row}");
                for (place, cell) in row.split("<w:tc>").skip(1).enumerate() {
                    let text = cell.split("<w:t ").nth(1).unwrap_or_default();
                    let text = text.split_once('>').map_or("", |(_, text)| text);
                    let number = (1..=3).contains(&place) && text.starts_with(|c: char| c.is_ascii_digit());
                    assert_eq!(cell.contains("<w:highlight"), draft && number, "{id:?} {place}: {cell}");
                }
            }
            assert_eq!(document.contains("加底色的数字都可能变动"), draft);
            let words = annex.split('<').filter_map(|part| Some(part.split_once('>')?.1));
            assert!(words.collect::<String>().contains(&rounding(Lang::Zh)), "{annex}");
        }
    })
    .await;
}

/// What a return says of the ground of its cells.
const MARKED: &str = "草稿：加底色的数在年度封账之前都可能变动。";

#[tokio::test]
async fn the_report_has_three_levels_of_headings_and_names_what_stands_for_a_font() {
    each_engine(async |stage| {
        lived(stage).await;
        let report = browser(stage).await.get("/admin/years/2026/report").await.bytes;
        let document = part(&report, "word/document.xml");
        let paragraphs: Vec<_> = document.split("<w:p ").skip(1).collect();
        for (level, font, start) in [
            (0, "黑体", "一、"),
            (1, "楷体_GB2312", "（一）"),
            (2, "仿宋_GB2312", "1."),
        ] {
            let level = format!("<w:outlineLvl w:val=\"{level}\"");
            let headings: Vec<_> = paragraphs.iter().filter(|text| text.contains(&level)).collect();
            let named = headings
                .iter()
                .any(|text| text.contains(&format!(">{start}")) && text.contains(font));
            assert!(named, "{start}: {headings:?}");
        }
        let fonts = part(&report, "word/fontTable.xml");
        let used = document.match_indices("w:eastAsia=\"").map(|(at, start)| {
            let rest = &document[at + start.len()..];
            rest.split('"').next().unwrap_or_default()
        });
        for font in used {
            let named = format!("<w:font w:name=\"{font}\"><w:altName w:val=\"");
            let (_, others) = fonts.split_once(&named).unwrap_or_else(|| panic!("{font}: {fonts}"));
            let others = others.split('"').next().unwrap_or_default();
            assert!(others.split(',').count() > 2, "{font}: {others}");
        }
        assert!(fonts.contains("<w:font w:name=\"Times New Roman\"><w:altName "));
    })
    .await;
}
