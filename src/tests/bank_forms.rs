//! The workbook of a bank: every form out of it and in again; and how much an import can hold.

use mingfa::{
    domain::{
        answer::Form,
        bank::Filter,
        id::BankId,
        item::{Kind, Question, State},
    },
    service::{
        bank,
        exchange::{self, Dialect},
    },
};

use crate::support::{Stage, bank_csv, each_engine, key_of, operator};

/// A question of every kind in the columns of our own workbook, some of them in several ways.
const ALL: &str = r#"题型,题目,选项A,选项B,选项C,答案,评分规则,解析,法律依据,标签,难度
单选题,谁负责巡查？,主管部门,物业,居民,A,,见办法,示例市消防水源管理办法第二条,巡查、责任,易
多选题,哪些算水源？,消火栓,水池,水井,ABC,,,,水源,中
判断题,可以埋压消火栓。,,,,错误,,,,,难
不定项选择题,哪些说法对？,甲,乙,丙,B,,,,,
填空题,上限_____，下限_____。,,,,五千元 | 5000元；五百元,,,,,
填空题,核对_____和_____。,,,,"台账
现场 | 实物 (50%)",不分先后,,,,
数值题,最远多少？,,,,150 ± 5%,单位：米,,,,
数值题,几日？,,,,10 .. 15,,,,,
连线题,连起来。,,,,"埋压 = 改正
逾期 = 罚款
= 拘留",全对才得分,,,,
排序题,排出步骤。,,,,"出示证件
现场检查
送达",按先后计分,,,,
综合填空题,在{三十 | 30}日内修，花{#3 ± 0.5;万元}，{?*可以|不得}先修。,,,,,,,,,
简答题,简述程序。,,,,"先出示证件；
再检查。","完整 = 3
先后 = 2",,,,
简答题,只有参考答案。,,,,照实写。,,,,,
论述题,论述专人管理。,,,,三个方面。,"观点 = 4
论证 = 6
字数：300-800",,,,
案例题,某日，有人埋压消火栓。,,,,"【单选题】
谁责令改正？
答：
* 主管部门
- 物业
【填空题】
依据第_____条。
答：
三 | 3
【简答题】
说明理由。
答：
依据 = 2
事实 = 1
参考答案：
妨碍取水。",,,,,
"#;

async fn questions(stage: &Stage, bank: BankId) -> Vec<Question> {
    let (found, _) = bank::questions(&stage.app, &operator(), &Filter::of(bank), 1)
        .await
        .expect("the bank");
    let mut questions: Vec<_> = found.into_iter().map(|(stored, _)| stored.question).collect();
    questions.sort_by(|a, b| a.stem.cmp(&b.stem));
    questions
}

async fn bank_of(stage: &Stage, name: &str) -> BankId {
    let banks = bank::banks(&stage.app, &operator()).await.expect("the banks");
    banks
        .iter()
        .find(|one| one.bank.name == name)
        .expect("the bank")
        .bank
        .id
}

#[tokio::test]
async fn a_bank_of_every_form_comes_back_from_its_workbook_as_it_was() {
    each_engine(async |stage| {
        let (app, operator) = (&stage.app, operator());
        let report = bank::import(app, &operator, "甲", "题库.csv", ALL.as_bytes())
            .await
            .expect("read");
        let rows = 15;
        assert_eq!(
            (report.created, report.drafts),
            (Some(rows), 0),
            "{:?} {:?}",
            report.errors,
            report.warnings
        );
        assert_eq!(report.by_kind.len(), Kind::ALL.len(), "every kind");
        let bank = bank_of(stage, "甲").await;
        let before = questions(stage, bank).await;
        let Some(Form::FillIn(blanks)) = before.iter().find_map(|one| one.form.clone()) else {
            panic!("blanks")
        };
        assert_eq!(blanks.blanks[0].accepted.len(), 2);

        let export = exchange::export(app, &operator, &Filter::of(bank), Dialect::Xlsx)
            .await
            .expect("written");
        assert_eq!((export.written.questions, &export.written.losses), (rows, &vec![]));
        let report = bank::import(app, &operator, "乙", "题库.xlsx", &export.written.bytes)
            .await
            .expect("read");
        assert_eq!(
            (report.created, report.drafts, report.errors, report.warnings),
            (Some(rows), 0, vec![], vec![])
        );
        let after = questions(stage, bank_of(stage, "乙").await).await;
        assert_eq!(after, before);
        // What comes back is known: nothing is stored twice.
        let again = bank::import(app, &operator, "甲", "题库.xlsx", &export.written.bytes)
            .await
            .expect("read");
        assert_eq!(again.created, Some(0));
    })
    .await;
}

#[tokio::test]
async fn rules_that_are_none_of_the_kind_are_refused_and_a_table_without_the_column_is_read_as_before() {
    each_engine(async |stage| {
        let (app, operator) = (&stage.app, operator());
        let csv = "题型,题目,选项A,选项B,答案,评分规则\n\
                   单选题,甲？,一,二,A,不分先后\n填空题,乙_____,,,三,单位：元\n论述题,丙,,,答,定性\n";
        let report = bank::import(app, &operator, "甲", "q.csv", csv.as_bytes())
            .await
            .expect("read");
        let codes: Vec<_> = report.errors.iter().map(|note| note.matter.code()).collect();
        assert_eq!((report.created, codes), (Some(0), vec!["unusable"; 3]));
        let csv = "题型,题目,答案\n填空题,丁_____,三|3\n";
        bank::import(app, &operator, "乙", "q.csv", csv.as_bytes())
            .await
            .expect("read");
        let read = questions(stage, bank_of(stage, "乙").await).await;
        let Some(Form::FillIn(blanks)) = &read[0].form else {
            panic!("blanks")
        };
        assert_eq!(blanks.blanks[0].accepted[0].text, "三|3", "no alternatives were meant");
    })
    .await;
}

#[tokio::test]
async fn a_large_file_is_stored_whole_each_question_once_and_the_same_again_adds_nothing() {
    each_engine(async |stage| {
        let (app, operator) = (&stage.app, operator());
        let csv = bank_csv(&[(Kind::Single, 1203)], |kind, number| key_of(kind, number).letters());
        let mut lines: Vec<&str> = csv.lines().collect();
        // The same question again: in its own statement, in the next one and in the last one.
        let (head, first, last) = (lines[0], lines[1], lines[1200]);
        lines.insert(20, first);
        lines.insert(700, first);
        lines.push(last);
        assert!(head.starts_with("题型"));
        let report = bank::import(app, &operator, "甲", "q.csv", lines.join("\n").as_bytes())
            .await
            .expect("read");
        assert_eq!((report.questions(), report.created), (1206, Some(1203)));
        let ids = async || stage.count("SELECT CAST(SUM(id % 1000003) AS BIGINT) FROM question").await;
        let before = ids().await;
        for (sql, count) in [
            ("SELECT COUNT(*) FROM question", 1203),
            ("SELECT COUNT(*) FROM question q JOIN question_version v ON v.id = q.current AND v.question = q.id", 1203),
            ("SELECT COUNT(*) FROM question_version WHERE number = 1 AND reason = '' AND made_by = 0 AND created_at > 0", 1203),
            ("SELECT COUNT(*) FROM question WHERE LENGTH(digest) = 32", 1203),
        ] {
            assert_eq!(stage.count(sql).await, count, "{sql}");
        }
        let again = bank::import(app, &operator, "甲", "q.csv", csv.as_bytes()).await.expect("read");
        assert_eq!((again.created, ids().await), (Some(0), before));

        // Where a second person has to look, each new question waits once.
        mingfa::service::vetting::set_vetted(app, &operator, bank_of(stage, "甲").await, true, "两人审题")
            .await
            .expect("switched on");
        let more = bank_csv(&[(Kind::Single, 1203), (Kind::Multiple, 700)], |kind, number| {
            key_of(kind, number).letters()
        });
        let report = bank::import(app, &operator, "甲", "more.csv", more.as_bytes()).await.expect("read");
        assert_eq!((report.created, report.waiting), (Some(700), 700));
        let waits = "SELECT COUNT(*) FROM vetting t JOIN question q ON q.id = t.question AND q.bank = t.bank
                     WHERE t.state = 'waiting' AND t.seen = 1 AND t.reason = 'more.csv' AND q.state = 'in_review'";
        assert_eq!(stage.count(waits).await, 700);
        let (_, ready) = bank::questions(
            app,
            &operator,
            &Filter {
                state: Some(State::Ready),
                ..Filter::of(bank_of(stage, "甲").await)
            },
            1,
        )
        .await
        .expect("counted");
        assert_eq!(ready, 1203);
    })
    .await;
}
