//! The running sums over questions: they grow with what is handed in, begin anew when a key is corrected or a hand-in comes late, are
//! what a count of everything gives, and tell groups of persons apart.

use std::{sync::Arc, time::Duration};

use mingfa::{
    db::{self, item_sums::Stored},
    domain::{
        blueprint::{Blueprint, Part},
        exam::Policy,
        id::ExamId,
        item::{Kind, OptionSet},
        key_correction::{Correction, Method},
        points::Points,
        statistics::sheet::Basis,
    },
    service::{
        exam::Setup,
        key_correction, roster,
        statistics::{self, By, Counted, Overview, Wish},
        verify::{What, verify},
    },
};

use crate::{
    browser::Browser,
    support::{Stage, each_engine, operator, setup},
};

/// An open exam whose papers have so many of the bank's four questions.
async fn open_exam(stage: &Stage, on_paper: u32) -> ExamId {
    let bank = stage.bank("题库", &[(Kind::Single, 4)]).await;
    let set = setup(bank);
    let policy = Policy {
        pass_mark: Points::whole(1),
        attempts: 2,
        ..set.policy.clone()
    };
    let blueprint = Blueprint::of(vec![Part::new(Kind::Single, on_paper, Points::whole(1))]);
    stage
        .open_exam(Setup {
            policy,
            blueprint,
            ..set
        })
        .await
}

/// Sits; the first `right` questions of the paper are right.
async fn sit(stage: &Stage, person: usize, exam: ExamId, right: usize) {
    stage
        .sit(
            &person.to_string(),
            exam,
            |place, _, key| {
                if place < right { key } else { beside(key) }
            },
        )
        .await;
}

/// A wrong choice.
fn beside(key: OptionSet) -> OptionSet {
    OptionSet::of((0..4).filter(|option| !key.contains(*option)).take(1))
}

async fn stored(stage: &Stage, exam: ExamId) -> Option<Stored> {
    db::item_sums::get(&stage.app.db, exam).await.expect("the sums")
}

async fn fold(stage: &Stage) {
    stage.clock.advance_seconds(120);
    statistics::fold(&stage.app).await.expect("summed up");
}

/// Once everything is counted, be it beside the request.
async fn overview(stage: &Stage, exam: ExamId, wish: Wish) -> Overview {
    loop {
        let overview = statistics::overview(&stage.app, &operator(), exam, wish).await;
        let overview = overview.expect("the figures");
        if overview.progress.is_none() {
            return overview;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn counted(stage: &Stage, exam: ExamId) -> Arc<Counted> {
    let overview = overview(stage, exam, Wish::default()).await;
    overview.counted.expect("counted")
}

/// What a full count finds wrong: how many sums were compared, and what about them.
async fn wrong(stage: &Stage) -> (u64, Vec<String>) {
    let report = verify(&stage.app, &operator(), |_| {}).await.expect("verified");
    let differences = report.differences.into_iter();
    let named = differences.map(|one| {
        assert_eq!(one.what, What::Sums, "{one:?}");
        one.subject
    });
    (report.sums, named.collect())
}

#[tokio::test]
async fn sums_hold_what_cannot_change_any_more_and_the_page_everything() {
    each_engine(async |stage| {
        stage.roster(6, 2).await;
        let exam = open_exam(stage, 4).await;
        fold(stage).await;
        assert_eq!(stored(stage, exam).await, None, "nothing to sum up");
        for (person, right) in [(1001, 4), (1002, 2), (1003, 0)] {
            sit(stage, person, exam, right).await;
        }
        assert_eq!(counted(stage, exam).await.paper.papers, 3);
        assert_eq!(
            stored(stage, exam).await,
            None,
            "another node may still add one of this minute"
        );
        fold(stage).await;
        let first = stored(stage, exam).await.expect("summed up");
        assert_eq!((first.attempts, first.sums.sums().paper().papers), (3, 3));
        assert_eq!(first.sums.sums().basis(), Basis::Fixed);
        fold(stage).await;
        assert_eq!(
            stored(stage, exam).await.as_ref(),
            Some(&first),
            "nothing new, nothing written"
        );

        // Who has seen the questions is read, but does not count again.
        sit(stage, 1001, exam, 0).await;
        sit(stage, 1004, exam, 1).await;
        let shown = counted(stage, exam).await;
        assert_eq!((shown.paper.papers, shown.paper.mean), (4, Some(7.0 / 4.0)));
        assert_eq!(stored(stage, exam).await.as_ref(), Some(&first));
        fold(stage).await;
        let second = stored(stage, exam).await.expect("summed up");
        assert_eq!((second.attempts, second.version), (5, first.version + 1));
        assert_eq!(second.sums.sums().paper().papers, 4);
        assert_eq!(wrong(stage).await, (1, vec![]));
    })
    .await;
}

#[tokio::test]
async fn a_corrected_key_and_its_undoing_end_in_right_sums() {
    each_engine(async |stage| {
        stage.roster(4, 2).await;
        let exam = open_exam(stage, 4).await;
        for (person, right) in [(1001, 4), (1002, 4), (1003, 0)] {
            sit(stage, person, exam, right).await;
        }
        fold(stage).await;
        let before = stored(stage, exam).await.expect("summed up");
        let pool = db::bank::pool(&stage.app.db, exam).await.expect("the pool");
        let key = pool[0].question.key;
        let other = beside(key);
        let correction = Correction {
            pool: 0,
            method: Method::NewKey(other.into()),
        };
        let id = key_correction::propose(&stage.app, &operator(), exam, correction, "原答案有误", None)
            .await
            .expect("proposed");
        let second = stage.second_administrator("second").await;
        key_correction::apply(&stage.app, &second, id).await.expect("applied");
        assert_eq!(stored(stage, exam).await.expect("kept").keys, "", "to be counted anew");
        assert_eq!(wrong(stage).await, (0, vec![]), "sums that wait are not wrong");
        fold(stage).await;
        let after = stored(stage, exam).await.expect("summed up");
        let facility = |stored: &Stored| stored.sums.sums().items()[0].facility;
        assert_eq!(
            (facility(&before), facility(&after)),
            (Some(2.0 / 3.0), Some(1.0 / 3.0))
        );
        assert_eq!(wrong(stage).await, (1, vec![]));
        assert_eq!(counted(stage, exam).await.items[0].facility, Some(1.0 / 3.0));

        key_correction::undo(&stage.app, &operator(), id, "原答案无误")
            .await
            .expect("undone");
        assert_eq!(counted(stage, exam).await.items[0].facility, Some(2.0 / 3.0));
        assert_eq!(stored(stage, exam).await.expect("summed up").sums, before.sums);
        assert_eq!(wrong(stage).await, (1, vec![]));

        // A node that counted with the keys of before does not store what it found.
        let exam_sums = stored(stage, exam).await.expect("summed up");
        let overtaken = Stored {
            version: exam_sums.version - 1,
            ..exam_sums
        };
        let put = stage.write(move |tx| {
            let overtaken = overtaken.clone();
            Box::pin(async move { db::item_sums::put(tx, exam, &overtaken).await })
        });
        assert!(!put.await.expect("the database"));
    })
    .await;
}

#[tokio::test]
async fn a_hand_in_that_is_seen_late_is_not_lost() {
    each_engine(async |stage| {
        stage.roster(3, 2).await;
        let exam = open_exam(stage, 4).await;
        sit(stage, 1001, exam, 4).await;
        stage.clock.advance_seconds(10);
        sit(stage, 1002, exam, 4).await;
        fold(stage).await;
        sit(stage, 1003, exam, 0).await;
        // As if its transaction had ended long after its time.
        stage
            .run("UPDATE attempt SET handed_in_at = (SELECT MIN(handed_in_at) FROM attempt WHERE handed_in_at > 0) + 1 WHERE handed_in_at = (SELECT MAX(handed_in_at) FROM attempt)")
            .await;
        assert_eq!(counted(stage, exam).await.paper.papers, 3);
        let sums = stored(stage, exam).await.expect("summed up");
        assert_eq!((sums.attempts, sums.sums.sums().paper().papers), (3, 3));
    })
    .await;
}

#[tokio::test]
async fn papers_that_turn_out_to_differ_are_counted_as_drawn_ones() {
    each_engine(async |stage| {
        stage.roster(12, 2).await;
        let exam = open_exam(stage, 2).await;
        for person in 0..12 {
            sit(stage, 1001 + person, exam, person % 3).await;
        }
        fold(stage).await;
        let sums = stored(stage, exam).await.expect("summed up").sums;
        assert_eq!((sums.sums().basis(), sums.sums().paper().papers), (Basis::Drawn, 12));
        let shown = counted(stage, exam).await;
        assert_eq!(shown.basis, Basis::Drawn);
        assert_eq!(shown.items.iter().map(|item| item.papers).sum::<u64>(), 24);
        assert_eq!(wrong(stage).await, (1, vec![]));
    })
    .await;
}

#[tokio::test]
async fn a_sum_that_was_changed_is_named() {
    each_engine(async |stage| {
        stage.roster(2, 2).await;
        let exam = open_exam(stage, 4).await;
        sit(stage, 1001, exam, 4).await;
        fold(stage).await;
        let mut damaged = stored(stage, exam).await.expect("summed up");
        damaged.sums = serde_json::from_str(&serde_json::to_string(&damaged.sums).expect("JSON").replacen(
            "\"answered\":1",
            "\"answered\":7",
            1,
        ))
        .expect("sums");
        let put = stage.write(move |tx| {
            let damaged = damaged.clone();
            Box::pin(async move { db::item_sums::put(tx, exam, &damaged).await })
        });
        assert!(put.await.expect("the database"));
        assert_eq!(wrong(stage).await, (1, vec!["question 1".to_owned()]));
        stage.run("UPDATE item_sums SET attempts = 9").await;
        assert_eq!(wrong(stage).await.1, ["attempts", "question 1"]);
        // The next look sees that they are not whole and counts again.
        counted(stage, exam).await;
        assert_eq!(wrong(stage).await, (1, vec![]));
    })
    .await;
}

/// Five hundred persons of the section level and two hundred above; the question of the last place is right only for the former.
#[tokio::test]
async fn a_question_that_is_harder_for_a_group_is_shown_with_plain_words_and_without_consequence() {
    each_engine(async |stage| {
        let mut csv = String::from("工号,姓名,单位,职级,类别\n");
        for person in 0..520 {
            let rank = if person % 5 < 2 { "处级" } else { "科级" };
            csv += &format!("{},张{person},市局/{}科,{rank},公务员\n", 1001 + person, person % 3);
        }
        let report = roster::import(&stage.app, &operator(), "roster.csv", csv.as_bytes()).await;
        assert_eq!(report.expect("an import").plan.created.len(), 520);
        let exam = open_exam(stage, 4).await;
        for person in 0..520 {
            let (above, able) = (person % 5 < 2, person / 5 % 4);
            stage
                .sit(&(1001 + person).to_string(), exam, |_, pool, key| {
                    // The abler, the more of the first three; of the last, chance among equals decides, but against a group.
                    let right = match pool {
                        3 => person / 20 % if above { 10 } else { 2 } == 0,
                        pool => (pool as usize) < able,
                    };
                    if right { key } else { beside(key) }
                })
                .await;
        }
        let wish = Wish {
            by: By::Rank,
            ..Wish::default()
        };
        let overview = overview(stage, exam, wish).await;
        let grouping = overview.grouping(By::Rank).expect("two ranks");
        assert_eq!(grouping.compared.sizes.iter().sum::<u64>(), 520);
        assert!(overview.grouping(By::Category).is_none() && overview.grouping(By::Region).is_none());
        // In so regular answers the other questions seem easier for the group, by as much as this one is harder.
        let of_last = overview.differences.iter().find(|(row, _)| row.pool == 3);
        let (_, one) = of_last.expect("a difference");
        assert!(one.by == By::Rank && one.dif.d_dif < -1.5, "{one:?}");

        let browser = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let path = format!("/admin/exams/{exam}/items");
        for (address, words) in [
            (
                format!("{path}?groups=rank"),
                &["可能对“处级”不公平，请人看看", "不到 200 人"][..],
            ),
            (format!("{path}?groups=category"), &["没有可比的"]),
            (format!("{path}?groups=nothing"), &["可能对“处级”不公平"]),
            (
                format!("{path}/3"),
                &["对不同人群是否一样难", "可能对“处级”不公平，请人看看"],
            ),
        ] {
            let page = browser.get(&address).await;
            assert_eq!(page.status, 200, "{address}");
            for words in words {
                assert!(page.body.contains(words), "{address} {words}: {}", page.body);
            }
        }
        let english = browser.with_cookie("lang", "en").get(&path).await;
        assert!(
            english
                .body
                .contains("May be unfair to “Division level”: have somebody read it"),
            "{}",
            english.body
        );
    })
    .await;
}
