//! Figures, against a case counted by hand.

use std::collections::HashMap;

use mingfa::{
    domain::{
        figure::{Counts, FigureId, Value, figures, report_sentence},
        id::ExamId,
        lang::Lang,
        points::Points,
    },
    error::Fault,
    service::{figure, roster, sitting},
};

use crate::{
    browser::Browser,
    support::{Stage, each_engine, event, fault, operator, setup},
};

/// One person sits: so many questions right from the front, then the hand-in, or the clock's.
async fn sit(stage: &Stage, name: &str, exam: ExamId, right: usize) -> Points {
    let (caller, attempt) = stage.start(name, exam).await;
    let keys = stage.keys(attempt).await;
    let row: Vec<_> = (1..)
        .zip(&keys)
        .take(right)
        .map(|(number, (_, key))| event(u32::from(number), number, *key))
        .collect();
    if !row.is_empty() {
        sitting::save(&stage.app, &caller, attempt, row)
            .await
            .expect("the answers are stored");
    }
    sitting::hand_in(&stage.app, &caller, attempt)
        .await
        .expect("the hand-in");
    stage.attempt(attempt).await.outcome.expect("handed in").settled.score
}

/// Seven persons in three units (0: 1001, 1004, 1007; 1: 1002, 1005; 2: 1003, 1006). Scores by hand: the first five
/// questions give 1 each, the next two 2 each, the last three 1 each; 7 to pass.
///
/// | person | right | score | | unit | due | sat | passed | sum |
/// |---|---|---|---|---|---|---|---|---|
/// | 1001 | 10 | 12 pass | | 0 | 3 | 3 | 2 | 12 + 7 + 0 |
/// | 1004 | 6  | 7 pass  | | 1 | 2 | 1 | 0 | 5 |
/// | 1007 | 0  | 0       | | 2 | 2 | 0 | 0 | 0, 1006 still sits |
/// | 1002 | 5  | 5       | |   |   |   |   | |
#[tokio::test]
async fn a_case_counted_by_hand_comes_out_by_unit_and_in_sum() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(7).await;
        for (name, right, score) in [("1001", 10, 12), ("1004", 6, 7), ("1007", 0, 0), ("1002", 5, 5)] {
            assert_eq!(sit(stage, name, exam, right).await, Points::whole(score), "{name}");
        }
        stage.start("1006", exam).await;
        let counted = figure::figures(&stage.app, &operator(), exam).await.expect("the figures");
        let counts = |registered, sat, passed, sum| Counts {
            registered,
            exempted: 0,
            due: registered,
            sat,
            passed,
            score_sum: Points::whole(sum),
            ..Counts::default()
        };
        let by_path: HashMap<String, Counts> =
            counted.by_unit.iter().map(|(unit, counts)| (counted.units.path(*unit), *counts)).collect();
        assert_eq!(by_path["市局 / 0科"], counts(3, 3, 2, 19));
        assert_eq!(by_path["市局 / 1科"], counts(2, 1, 0, 5));
        assert_eq!(by_path["市局 / 2科"], counts(2, 0, 0, 0));
        assert_eq!(counted.total, counts(7, 4, 2, 24));
        let top = counted.units.children(None).next().expect("市局").id;
        assert_eq!(counted.with_below()[&top], counted.total, "counts are summed up the tree");

        let list = figures(&counted.total, &counted.unit_counts(), counted.as_of, Lang::Zh);
        let value = |id: FigureId| list.iter().find(|figure| figure.id == id).expect("the figure").value.clone();
        let text = |text: &str| Value::Text(text.to_owned());
        assert_eq!(value(FigureId::Absent), Value::Count(3));
        assert_eq!(value(FigureId::AvgScore), text("6.00"));
        assert_eq!(value(FigureId::ExamParticipationRate), text("57.14%"));
        assert_eq!((value(FigureId::PassRateOfDue), value(FigureId::PassRateOfSat)), (text("28.57%"), text("50.00%")));
        assert_eq!(
            report_sentence(&counted.total),
            "组织4名国家工作人员参加学法考法培训活动，考法通过率按应考人数28.57%、按实考人数50%。应考7人、实考4人、合格2人。"
        );
    })
    .await;
}

#[tokio::test]
async fn when_everybody_has_passed_the_sentence_says_a_hundred_percent() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(3).await;
        for name in ["1001", "1002", "1003"] {
            sit(stage, name, exam, 10).await;
        }
        let counted = figure::figures(&stage.app, &operator(), exam)
            .await
            .expect("the figures");
        assert_eq!(
            report_sentence(&counted.total),
            "组织3名国家工作人员参加学法考法培训活动，考法通过率100%。应考3人、实考3人、合格3人。"
        );
    })
    .await;
}

#[tokio::test]
async fn an_exam_that_was_not_opened_has_figures_over_nobody() {
    each_engine(async |stage| {
        stage.roster(2, 1).await;
        let bank = stage.usual_bank().await;
        let exam = stage.draft(crate::support::setup(bank)).await;
        let counted = figure::figures(&stage.app, &operator(), exam)
            .await
            .expect("the figures");
        assert_eq!(counted.total, Counts::default());
        let list = figures(&counted.total, &counted.unit_counts(), counted.as_of, Lang::Zh);
        assert!(
            list.iter()
                .all(|figure| matches!(figure.value, Value::Count(0) | Value::None(()))),
            "{list:?}"
        );
        let nowhere = figure::figures(&stage.app, &operator(), ExamId(1)).await;
        assert_eq!(fault(nowhere.map(|_| ())), Fault::NotFound);
        let candidate = stage.caller("1001").await;
        assert_eq!(
            fault(figure::figures(&stage.app, &candidate, exam).await.map(|_| ())),
            Fault::Forbidden
        );
    })
    .await;
}

#[tokio::test]
async fn figures_by_rank_level_category_and_region_count_everybody_once() {
    each_engine(async |stage| {
        let csv = "工号,姓名,单位,职级,类别,行政区划\n\
                   1001,甲,市局/张店分局/一科,处级,公务员,\n\
                   1002,乙,市局/张店分局,科级,公务员,山东省/淄博市/张店区\n\
                   1003,丙,市局/临淄分局,科级,事业单位人员,山东省/淄博市/临淄区\n\
                   1004,丁,市局,科级,公务员,\n";
        let report = roster::import(&stage.app, &operator(), "roster.csv", csv.as_bytes()).await;
        assert_eq!(report.expect("an import").plan.created.len(), 4);
        let exam = stage.open_exam(setup(stage.usual_bank().await)).await;
        for (name, right) in [("1001", 10), ("1002", 0), ("1003", 10)] {
            sit(stage, name, exam, right).await;
        }
        let counted = figure::figures(&stage.app, &operator(), exam)
            .await
            .expect("the figures");
        let short = |counts: &Counts| (counts.due, counts.sat, counts.passed);
        assert_eq!(short(&counted.total), (4, 3, 2));
        let ranks: Vec<_> = counted
            .by_rank
            .iter()
            .map(|(rank, counts)| (rank.code(), short(counts)))
            .collect();
        assert_eq!(ranks, [("chu", (1, 1, 1)), ("ke", (3, 2, 1))]);
        let categories: Vec<_> = counted
            .by_category
            .iter()
            .map(|(category, counts)| (category.code(), short(counts)))
            .collect();
        assert_eq!(categories, [("civil_servant", (3, 2, 1)), ("institution", (1, 1, 1))]);
        let regions: Vec<_> = counted
            .by_region
            .iter()
            .map(|(_, path, counts)| (path.as_str(), short(counts)))
            .collect();
        assert_eq!(
            regions,
            [
                ("山东省", (3, 3, 2)),
                ("山东省/淄博市", (3, 3, 2)),
                ("山东省/淄博市/临淄区", (1, 1, 1)),
                ("山东省/淄博市/张店区", (2, 2, 1)),
            ],
            "a section is where its office is; the head office stands in no region"
        );
        let page = Browser::new(&stage.app)
            .signed_in(&stage.administrator().await)
            .get(&format!("/admin/exams/{exam}/figures"))
            .await;
        for words in ["各职级", "各类人员", "各地区", "山东省/淄博市/张店区"] {
            assert!(page.body.contains(words), "{words}");
        }
    })
    .await;
}
