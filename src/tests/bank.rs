//! Banks: what an import stores, once, and how it is found again.

use mingfa::{
    db::bank as store,
    domain::{
        bank::Filter,
        id::BankId,
        item::{Kind, OptionSet, State},
        lang::Lang,
    },
    service::bank,
};

use crate::support::{EXPLAINED, Stage, bank_csv, each_engine, key_of, operator};

async fn import(stage: &Stage, name: &str, csv: &str) -> bank::Report {
    bank::import(&stage.app, &operator(), name, "q.csv", csv.as_bytes())
        .await
        .expect("an import")
}

#[tokio::test]
async fn the_same_file_imported_again_adds_nothing_and_another_bank_has_its_own() {
    each_engine(async |stage| {
        let csv = bank_csv(&[(Kind::Single, 3), (Kind::Multiple, 2)], |kind, number| {
            key_of(kind, number).letters()
        });
        let first = import(stage, "甲", &csv).await;
        assert_eq!((first.questions(), first.created, first.drafts), (5, Some(5), 0));
        assert_eq!(import(stage, "甲", &csv).await.created, Some(0));
        assert_eq!(import(stage, "乙", &csv).await.created, Some(5));
        let more = bank_csv(&[(Kind::Single, 4)], |kind, number| key_of(kind, number).letters());
        assert_eq!(import(stage, "甲", &more).await.created, Some(1));
        let banks = store::summaries(&stage.app.db).await.expect("the banks");
        let sizes: Vec<_> = banks
            .iter()
            .map(|bank| (bank.bank.name.as_str(), bank.count(None, None)))
            .collect();
        assert_eq!(sizes, [("乙", 5), ("甲", 6)]);
        let explained = csv.replace(EXPLAINED, "更好的解析");
        assert_eq!(
            import(stage, "甲", &explained).await.created,
            Some(0),
            "a better explanation is no second question"
        );
    })
    .await;
}

#[tokio::test]
async fn a_question_comes_back_as_it_was_imported() {
    each_engine(async |stage| {
        let csv = "题型,题目,选项A,选项B,选项C,答案,解析,法律依据,标签\n\
                   多选题,\"谁，“负责”？\n第二行\",甲 & 乙,<b>丙</b>,'丁',AC,为什么,安全生产法第五条；消防法第二条,总则、责任\n\
                   单选题,没有答案的？,一,二,,,,,\n";
        let report = import(stage, "甲", csv).await;
        assert_eq!((report.questions(), report.drafts), (2, 1));
        let bank = store::summaries(&stage.app.db).await.expect("the banks")[0].clone();
        let filter = Filter::of(bank.bank.id);
        let (found, total) = store::page(&stage.app.db, &filter, 10, 0).await.expect("a page");
        assert_eq!((found.len(), total), (2, 2));
        let question = &found[0].question;
        assert_eq!(question.options, ["甲 & 乙", "<b>丙</b>", "'丁'"]);
        assert_eq!((question.kind, question.key, question.state), (Kind::Multiple, OptionSet(0b101), State::Ready));
        assert!(question.stem.contains("“负责”") && question.stem.contains("第二行"));
        assert_eq!((question.explanation.as_str(), question.basis.len(), question.tags.len()), ("为什么", 2, 2));
        assert_eq!((found[0].number, found[1].question.state), (1, State::Draft));
        let ready = store::ready(&stage.app.db, bank.bank.id).await.expect("the pool");
        assert_eq!(ready.iter().map(|item| (item.kind, item.options)).collect::<Vec<_>>(), [(Kind::Multiple, 3)]);
    })
    .await;
}

#[tokio::test]
async fn questions_are_found_by_kind_state_and_words() {
    each_engine(async |stage| {
        let id = stage.bank("甲", &[(Kind::Single, 25), (Kind::TrueFalse, 3)]).await;
        let find = async |kind, state, words: &str, page| {
            let filter = Filter {
                kind,
                state,
                words: words.to_owned(),
                ..Filter::of(id)
            };
            let (found, total) = bank::questions(&stage.app, &operator(), &filter, page)
                .await
                .expect("a page");
            (found.len(), total)
        };
        assert_eq!(find(None, None, "", 1).await, (20, 28));
        assert_eq!(find(None, None, "", 2).await, (8, 28));
        assert_eq!(find(None, None, "", u32::MAX).await, (0, 28));
        assert_eq!(find(Some(Kind::TrueFalse), None, "", 1).await, (3, 3));
        assert_eq!(find(None, Some(State::Draft), "", 1).await, (0, 0));
        assert_eq!(
            find(Some(Kind::Single), Some(State::Ready), "第２４号 ？", 1).await,
            (1, 1)
        );
        for words in ["%", "_", "\\", "'", "%第%"] {
            assert_eq!(
                find(None, None, words, 1).await,
                (0, 0),
                "{words} is text and nothing else"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_bank_is_made_once_for_its_name() {
    each_engine(async |stage| {
        let name = |id: i64| {
            let now = stage.app.now();
            stage.write(move |tx| Box::pin(store::bank_named(tx, BankId(id), "甲", now)))
        };
        let (here, there) = tokio::join!(name(1), name(2));
        assert_eq!(here.expect("a bank"), there.expect("the same bank"));
        assert_eq!(name(3).await.expect("the bank"), name(4).await.expect("the bank"));
        assert_eq!(stage.count("SELECT COUNT(*) FROM bank").await, 1);
    })
    .await;
}

#[tokio::test]
async fn nothing_of_a_file_that_holds_no_question_is_stored() {
    each_engine(async |stage| {
        for body in [
            "",
            "题型,题目\n",
            "rubbish",
            "\u{feff}",
            "题型,题目,选项A,选项B,答案\n单选题,,,,\n",
        ] {
            let report = import(stage, "甲", body).await;
            assert_eq!((report.created, report.questions()), (Some(0), 0), "{body:?}");
            assert!(!report.errors.is_empty(), "{body:?} is refused with a reason");
        }
        assert_eq!(stage.count("SELECT COUNT(*) FROM bank").await, 0);
    })
    .await;
}

/// What other programs write is imported as far as a bank can hold it, and the rest is named.
#[tokio::test]
async fn questions_of_other_programs_are_imported_and_what_a_bank_cannot_hold_is_named() {
    let gift = "// 一份 GIFT\n::第一题::宪法日是哪一天？{ =十二月四日 ~十月一日 ~五月一日 }\n\n国旗是五星红旗。{TRUE}\n\n首都在{ =北京 =北京市 }\n\n这是一段说明，什么也不问。\n";
    each_engine(async |stage| {
        let (app, operator) = (&stage.app, operator());
        let preview = bank::preview(app, &operator, "q.gift", gift.as_bytes())
            .await
            .expect("read");
        assert_eq!(
            preview.report.by_kind,
            [(Kind::Single, 1), (Kind::TrueFalse, 1), (Kind::FillBlank, 1)]
        );
        let report = bank::import(app, &operator, "别处来的", "q.gift", gift.as_bytes())
            .await
            .expect("an import");
        assert_eq!((report.created, report.errors.len(), report.drafts), (Some(3), 0, 0));
        let left = report.warnings.iter().find(|note| note.matter.code() == "lost");
        let left = left.expect("named").message(Lang::Zh);
        assert!(left.contains("这是一段说明"), "{left}");
        let broken = "<?xml version=\"1.0\"?><quiz><question type=\"truefalse\"><name>";
        let report = bank::import(app, &operator, "坏的", "q.xml", broken.as_bytes())
            .await
            .expect("looked at");
        assert_eq!((report.created, report.errors.len()), (Some(0), 1));
    })
    .await;
}
