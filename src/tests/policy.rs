//! The rules of an exam at work: bands, part minimums, penalties, release, and that nobody changes them after the opening.

use mingfa::{
    db,
    domain::{
        exam::{Band, Bands, Minimum, MultiplePolicy, Policy, Preset, Release, State},
        id::{AttemptId, ExamId},
        item::{Kind, OptionSet},
        points::Points,
    },
    error::Fault,
    service::{exam, figure, round, sitting},
};

use crate::{
    browser::Browser,
    support::{Stage, each_engine, event, fault, operator, setup},
};

async fn open(stage: &Stage, persons: usize, change: impl FnOnce(&mut Policy)) -> ExamId {
    stage.roster(persons, 1).await;
    let mut setup = setup(stage.usual_bank().await);
    change(&mut setup.policy);
    stage.open_exam(setup).await
}

/// Sits with the right answer to every question for which `right` says so, and none to the others.
async fn sit(stage: &Stage, name: &str, exam: ExamId, right: impl Fn(Kind) -> bool) -> AttemptId {
    choose(stage, name, exam, |kind, key| right(kind).then_some(key)).await
}

/// Sits with these choices, by kind and right options.
async fn choose(
    stage: &Stage,
    name: &str,
    exam: ExamId,
    choice: impl Fn(Kind, OptionSet) -> Option<OptionSet>,
) -> AttemptId {
    let (caller, attempt) = stage.start(name, exam).await;
    let keys = stage.keys(attempt).await;
    let chosen = (1..)
        .zip(&keys)
        .filter_map(|(number, (kind, key))| Some((number, choice(*kind, *key)?)));
    let row: Vec<_> = (1..)
        .zip(chosen)
        .map(|(version, (number, choice))| event(version, number, choice))
        .collect();
    if !row.is_empty() {
        sitting::save(&stage.app, &caller, attempt, row).await.expect("stored");
    }
    sitting::hand_in(&stage.app, &caller, attempt).await.expect("handed in");
    attempt
}

async fn result(stage: &Stage, name: &str, attempt: AttemptId) -> String {
    let browser = Browser::new(&stage.app).signed_in(&stage.token(name).await);
    browser.get(&format!("/attempts/{attempt}/result")).await.body
}

/// Twelve points; 多选 has four of them.
#[tokio::test]
async fn who_misses_the_minimum_of_a_part_fails_and_is_told_why() {
    each_engine(async |stage| {
        let exam = open(stage, 2, |policy| {
            policy.minimums = vec![Minimum {
                kind: Kind::Multiple,
                points: Points::whole(2),
            }];
            policy.bands = Bands {
                excellent: Some(Points::whole(12)),
                good: Some(Points::whole(8)),
            };
        })
        .await;
        let missed = sit(stage, "1001", exam, |kind| kind != Kind::Multiple).await;
        let whole = sit(stage, "1002", exam, |_| true).await;
        let settled = async |attempt| stage.attempt(attempt).await.outcome.expect("handed in").settled;
        let (below, full) = (settled(missed).await, settled(whole).await);
        assert_eq!((below.score, below.band), (Points::whole(8), Band::Fail));
        assert_eq!((full.score, full.band), (Points::whole(12), Band::Excellent));
        let page = result(stage, "1001", missed).await;
        assert!(
            page.contains("不合格，8 分") && page.contains("多选题得 0 分，不到 2 分"),
            "{page}"
        );
        assert!(result(stage, "1002", whole).await.contains("优秀，12 分"));
        let counted = figure::figures(&stage.app, &operator(), exam)
            .await
            .expect("the figures")
            .total;
        assert_eq!(
            (counted.sat, counted.passed, counted.good, counted.excellent),
            (2, 1, 0, 1)
        );
    })
    .await;
}

/// Two wrong 判断 at half a point each, and 多选 right minus wrong: one right option each, of two.
#[tokio::test]
async fn penalties_and_the_marking_of_multiple_choice_are_those_of_the_rules() {
    each_engine(async |stage| {
        let exam = open(stage, 1, |policy| {
            policy.wrong_judgement = Points(50);
            policy.multiple = MultiplePolicy::RightMinusWrong;
        })
        .await;
        let attempt = choose(stage, "1001", exam, |kind, key| match kind {
            Kind::TrueFalse => Some(OptionSet(key.0 ^ 3)),
            Kind::Multiple => Some(OptionSet::of(key.places().take(1))),
            _ => None,
        })
        .await;
        let settled = stage.attempt(attempt).await.outcome.expect("handed in").settled;
        let of = |kind| {
            settled
                .parts
                .iter()
                .find(|part| part.kind == kind)
                .expect("the part")
                .score
        };
        assert_eq!(
            (of(Kind::TrueFalse), of(Kind::Multiple)),
            (Points::whole(-1), Points::whole(2))
        );
        assert_eq!(settled.score, Points::whole(1));
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        let intro = browser.get(&format!("/exams/{exam}")).await.body;
        assert!(
            intro.contains("判断题答错一题扣 0.5 分") && intro.contains("一题最低 0 分"),
            "{intro}"
        );
    })
    .await;
}

#[tokio::test]
async fn results_that_need_approval_wait_for_it() {
    each_engine(async |stage| {
        let exam = open(stage, 1, |policy| policy.release = Release::Approved).await;
        let attempt = sit(stage, "1001", exam, |_| true).await;
        let home = async || {
            let browser = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
            browser.get("/").await.body
        };
        let page = result(stage, "1001", attempt).await;
        assert!(
            page.contains("成绩待公布") && !page.contains("12 分") && !page.contains("合格，"),
            "{page}"
        );
        assert!(home().await.contains("成绩待公布"));
        stage.clock.advance_seconds(25 * 3600);
        assert!(
            result(stage, "1001", attempt).await.contains("成绩待公布"),
            "the close alone releases nothing"
        );

        let candidate = stage.caller("1001").await;
        assert_eq!(
            fault(round::release(&stage.app, &candidate, exam, 1).await),
            Fault::Forbidden
        );
        assert_eq!(
            fault(round::release(&stage.app, &operator(), exam, 2).await),
            Fault::NotFound
        );
        let administrator = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let release = format!("/admin/exams/{exam}/release");
        assert_eq!(administrator.post(&release, &[("round", "1")]).await.status, 303);
        let again = administrator.post(&release, &[("round", "1")]).await;
        assert_eq!(again.status, 409, "once");
        let page = result(stage, "1001", attempt).await;
        assert!(page.contains("合格，12 分") && page.contains("全部答对"), "{page}");
        assert!(home().await.contains("合格 12"));
        let logged = stage
            .count("SELECT COUNT(*) FROM audit_entry WHERE act = 'results_released'")
            .await;
        assert_eq!(logged, 1);
    })
    .await;
}

#[tokio::test]
async fn an_exam_without_approval_has_nothing_to_release() {
    each_engine(async |stage| {
        let exam = open(stage, 1, |_| {}).await;
        assert_eq!(
            fault(round::release(&stage.app, &operator(), exam, 1).await),
            Fault::WrongState
        );
    })
    .await;
}

/// Every field of the set-up form as it is sent for an exam.
fn sent(bank: &str) -> Vec<(&'static str, String)> {
    let mut fields: Vec<_> = [
        ("title", "改过的考试"),
        ("opens_at", "2026-12-01T09:00"),
        ("closes_at", "2026-12-09T09:00"),
        ("minutes", "600"),
        ("attempts", "10"),
        ("counting", "best"),
        ("outage_minutes", "0"),
        ("pass_mark", "1"),
        ("multiple", "mapping"),
        ("mapping_wrong", "10"),
        ("mapping_lower", "0"),
        ("mapping_upper", "100"),
        ("wrong_judgement", "0"),
        ("review", "practice"),
        ("release", "at_once"),
        ("single_count", "1"),
        ("single_points", "1"),
        ("multiple_count", "0"),
        ("true_false_count", "0"),
        ("indefinite_count", "0"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .to_vec();
    fields.push(("bank", bank.to_owned()));
    fields
}

#[tokio::test]
async fn a_forged_form_changes_nothing_of_an_exam_that_is_published_or_open() {
    each_engine(async |stage| {
        stage.roster(1, 1).await;
        let bank = stage.usual_bank().await;
        let id = stage.draft(setup(bank)).await;
        let path = format!("/admin/exams/{id}");
        let administrator = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let bank = bank.to_string();
        let fields = sent(&bank);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let step = async |step: &str| administrator.post(&format!("{path}/{step}"), &[]).await.status.as_u16();
        let stored = async || {
            let exam = db::exam::get(&stage.app.db, id)
                .await
                .expect("the exams")
                .expect("the exam");
            let rounds = db::round::of_exam(&stage.app.db, id).await.expect("the rounds");
            (exam, rounds)
        };
        assert_eq!(step("publish").await, 303);
        let published = stored().await;
        assert_eq!(administrator.post(&path, &fields).await.status, 409);
        assert_eq!(stored().await, published);
        assert_eq!(administrator.get(&format!("{path}/edit")).await.status, 409);

        assert_eq!(step("withdraw").await, 303);
        assert_eq!(administrator.post(&path, &fields).await.status, 303, "a draft again");
        let (changed, rounds) = stored().await;
        assert_eq!((changed.policy.minutes, changed.state), (600, State::Draft));
        assert_eq!(
            (rounds[0].window, rounds[0].attempts),
            (changed.window, 10),
            "the main round follows"
        );

        assert_eq!((step("publish").await, step("open").await), (303, 303));
        let opened = stored().await;
        let mut forged = fields.clone();
        forged.retain(|(name, _)| *name != "minutes");
        forged.push(("minutes", "1"));
        assert_eq!(administrator.post(&path, &forged).await.status, 409);
        for wrong in ["withdraw", "publish", "open"] {
            assert_eq!(step(wrong).await, 409, "{wrong}");
        }
        assert_eq!(stored().await, opened);
        assert_eq!(
            fault(exam::withdraw(&stage.app, &operator(), id).await),
            Fault::WrongState
        );
    })
    .await;
}

#[tokio::test]
async fn the_form_of_a_new_exam_begins_with_the_preset_chosen_and_says_what_each_sets() {
    each_engine(async |stage| {
        stage.usual_bank().await;
        let administrator = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        for preset in Preset::ALL {
            let page = administrator
                .get(&format!("/admin/exams/new?preset={}", preset.code()))
                .await;
            assert_eq!(page.status, 200);
            let policy = preset.content().policy;
            for (name, value) in [
                ("minutes", policy.minutes.to_string()),
                ("pass_mark", policy.pass_mark.to_string()),
                ("attempts", policy.attempts.to_string()),
            ] {
                let input = page.body.split(&format!("name=\"{name}\"")).nth(1).expect("the field");
                let tag = input.split('>').next().expect("a tag");
                assert!(tag.contains(&format!("value=\"{value}\"")), "{preset:?} {name}: {tag}");
            }
            for other in Preset::ALL {
                let content = other.content();
                assert!(
                    page.body.contains(content.source.0) && page.body.contains(content.note.0),
                    "{other:?}"
                );
            }
        }
        for odd in ["", "?preset=x", "?preset=%3Cscript%3E"] {
            assert_eq!(administrator.get(&format!("/admin/exams/new{odd}")).await.status, 200);
        }
    })
    .await;
}

/// Puts an open exam back into the form of the version before, and migrates it again.
#[tokio::test]
async fn an_exam_of_the_version_before_keeps_its_rules_and_its_results() {
    each_engine(async |stage| {
        let exam = open(stage, 3, |_| {}).await;
        let passed = sit(stage, "1001", exam, |_| true).await;
        sit(stage, "1002", exam, |_| false).await;
        let (_, running) = stage.start("1003", exam).await;
        let total = async || {
            figure::figures(&stage.app, &operator(), exam)
                .await
                .expect("the figures")
                .total
        };
        let before = (total().await, stage.attempt(passed).await, stage.attempt(running).await);
        for sql in [
            "DROP TABLE exam_round",
            "ALTER TABLE attempt DROP COLUMN round",
            "ALTER TABLE attempt DROP COLUMN band",
            r#"UPDATE exam SET policy = '{"pass_mark":700,"minutes":60,"attempts":1,"shuffle_items":true,
               "shuffle_options":true,"multiple":"all_or_nothing","show_score":"after_hand_in",
               "show_answers":"after_close"}'"#,
            "DELETE FROM _sqlx_migrations WHERE version = 3",
        ] {
            stage.run(sql).await;
        }
        stage.app.db.migrate().await.expect("the migration runs");
        assert_eq!(
            (total().await, stage.attempt(passed).await, stage.attempt(running).await),
            before
        );
        let rounds = round::rounds(&stage.app, &operator(), exam).await.expect("the rounds");
        let exam = exam::exam(&stage.app, &operator(), exam).await.expect("the exam");
        assert_eq!(rounds, [mingfa::domain::exam::Round::main(&exam)]);
        assert!(result(stage, "1001", passed).await.contains("合格，12 分"));
    })
    .await;
}
