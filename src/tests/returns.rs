//! The return of a year and forms of others filled in, over HTTP: what was left out is told before the file is taken.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use mingfa::{db, service::edition};
use rust_xlsxwriter::Workbook;

use crate::{
    annual::lived,
    browser::Browser,
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
        let file = browser.get(&format!("{}/file", sent.location())).await;
        assert_eq!(file.status, 200);
        assert!(file.header("content-disposition").contains("attachment"));
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
