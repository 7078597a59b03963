//! The life of an exam: draft, published, open; the pool fixed, the roster frozen, the papers drawn.

use std::collections::BTreeSet;

use mingfa::{
    db::{self, bank as banks, exam as store, sitting as sittings},
    domain::{
        attempt::NoStart,
        blueprint::{Blueprint, Part, Shortage},
        exam::{Audience, Policy, SetupFault, State, Window},
        id::{ExamId, PersonId},
        item::Kind,
        paper::Paper,
        person::{Category, RankLevel},
        points::Points,
    },
    error::Fault,
    service::{exam, exam::Setup, figure, roster, sitting, slot::Entry},
};

use crate::support::{START, each_engine, fault, operator, roster_csv, setup};

#[tokio::test]
async fn an_exam_goes_from_draft_to_published_to_open_and_is_fixed_then() {
    each_engine(async |stage| {
        stage.roster(4, 2).await;
        let bank = stage.usual_bank().await;
        let id = stage.draft(setup(bank)).await;
        let renamed = Setup {
            title: "  改名  ".to_owned(),
            ..setup(bank)
        };
        exam::update(&stage.app, &operator(), id, renamed.clone())
            .await
            .expect("a draft may change");
        let state = async || {
            store::get(&stage.app.db, id)
                .await
                .expect("the exams")
                .expect("the exam")
                .state
        };
        assert_eq!(state().await, State::Draft);
        assert_eq!(fault(exam::open(&stage.app, &operator(), id).await), Fault::WrongState);
        exam::publish(&stage.app, &operator(), id).await.expect("published");
        assert_eq!(
            fault(exam::publish(&stage.app, &operator(), id).await),
            Fault::WrongState
        );
        assert_eq!(
            fault(exam::update(&stage.app, &operator(), id, renamed.clone()).await),
            Fault::WrongState
        );
        assert_eq!(
            (state().await, store::seed(&stage.app.db, id).await.expect("the seed")),
            (State::Published, None)
        );
        exam::withdraw(&stage.app, &operator(), id).await.expect("taken back");
        assert_eq!(state().await, State::Draft);
        assert_eq!(
            stage.count("SELECT COUNT(*) FROM exam_item").await,
            0,
            "and with it the pool"
        );
        assert_eq!(
            fault(exam::withdraw(&stage.app, &operator(), id).await),
            Fault::WrongState
        );
        exam::update(&stage.app, &operator(), id, renamed.clone())
            .await
            .expect("a draft again");
        exam::publish(&stage.app, &operator(), id).await.expect("published");
        stage.clock.advance_seconds(60);
        assert_eq!(exam::open(&stage.app, &operator(), id).await.expect("opened"), 4);
        for refused in [
            exam::withdraw(&stage.app, &operator(), id).await,
            exam::update(&stage.app, &operator(), id, renamed).await,
        ] {
            assert_eq!(fault(refused), Fault::WrongState);
        }
        assert_eq!(fault(exam::open(&stage.app, &operator(), id).await), Fault::WrongState);
        let opened = exam::exam(&stage.app, &operator(), id).await.expect("the exam");
        assert_eq!(
            (opened.title.as_str(), opened.state, opened.opened_at),
            ("改名", State::Open, Some(START.plus_seconds(60)))
        );
        assert_eq!(store::all(&stage.app.db).await.expect("the exams"), [opened]);
        assert_eq!(
            fault(exam::exam(&stage.app, &operator(), ExamId(1)).await),
            Fault::NotFound
        );
    })
    .await;
}

#[tokio::test]
async fn two_administrators_who_open_at_once_open_once() {
    each_engine(async |stage| {
        stage.roster(10, 2).await;
        let bank = stage.usual_bank().await;
        let id = stage.draft(setup(bank)).await;
        let (caller, other) = (operator(), operator());
        let (a, b) = tokio::join!(
            exam::publish(&stage.app, &caller, id),
            exam::publish(&stage.app, &other, id)
        );
        assert_ne!(a.is_ok(), b.is_ok());
        assert_eq!(stage.count("SELECT COUNT(*) FROM exam_item").await, 20);
        let (a, b) = tokio::join!(exam::open(&stage.app, &caller, id), exam::open(&stage.app, &other, id));
        assert_ne!(a.is_ok(), b.is_ok());
        assert_eq!(fault(if a.is_ok() { b } else { a }), Fault::WrongState);
        assert_eq!(stage.count("SELECT COUNT(*) FROM paper").await, 10);
    })
    .await;
}

#[tokio::test]
async fn a_short_bank_is_refused_with_every_short_cell_and_nothing_is_published() {
    each_engine(async |stage| {
        let bank = stage.bank("小", &[(Kind::Single, 8), (Kind::Multiple, 1)]).await;
        let id = stage.draft(setup(bank)).await;
        let short = Shortage::of;
        let expected = vec![
            short(Kind::Multiple, 2, 1),
            short(Kind::TrueFalse, 2, 0),
            short(Kind::Indefinite, 1, 0),
        ];
        let draft = exam::exam(&stage.app, &operator(), id).await.expect("the exam");
        assert_eq!(
            exam::report(&stage.app, &operator(), &draft)
                .await
                .expect("the report")
                .shortages,
            expected
        );
        assert_eq!(
            fault(exam::publish(&stage.app, &operator(), id).await),
            Fault::Short(expected)
        );
        let after = exam::exam(&stage.app, &operator(), id).await.expect("the exam");
        assert_eq!(after.state, State::Draft);
        assert_eq!(stage.count("SELECT COUNT(*) FROM exam_item").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_set_up_that_cannot_be_is_refused_with_every_fault() {
    each_engine(async |stage| {
        let bank = stage.usual_bank().await;
        let wrong = Setup {
            title: " ".to_owned(),
            window: Window {
                opens_at: START,
                closes_at: START,
            },
            blueprint: Blueprint::of(vec![]),
            ..setup(bank)
        };
        let refused = fault(exam::create(&stage.app, &operator(), wrong).await);
        assert_eq!(
            refused,
            Fault::Setup(vec![
                SetupFault::Title,
                SetupFault::Window,
                SetupFault::PassMark,
                SetupFault::Blueprint
            ])
        );
        let nowhere = setup(mingfa::domain::id::BankId(1));
        assert_eq!(
            fault(exam::create(&stage.app, &operator(), nowhere).await),
            Fault::NotFound
        );
        assert_eq!(stage.count("SELECT COUNT(*) FROM exam").await, 0);
    })
    .await;
}

#[tokio::test]
async fn the_pool_is_fixed_when_the_exam_is_published() {
    each_engine(async |stage| {
        stage.roster(1, 1).await;
        let bank = stage
            .bank(
                "甲",
                &[
                    (Kind::Single, 8),
                    (Kind::Multiple, 5),
                    (Kind::TrueFalse, 4),
                    (Kind::Indefinite, 3),
                ],
            )
            .await;
        let id = stage.draft(setup(bank)).await;
        exam::publish(&stage.app, &operator(), id).await.expect("published");
        let pool = banks::pool(&stage.app.db, id).await.expect("the pool");
        assert_eq!(pool.len(), 20);
        stage.bank("甲", &[(Kind::Single, 30)]).await;
        exam::open(&stage.app, &operator(), id).await.expect("opened");
        assert_eq!(banks::pool(&stage.app.db, id).await.expect("the pool"), pool);
        let shape = stage
            .write(move |tx| Box::pin(store::pool_shape(tx, id)))
            .await
            .expect("the shape");
        let of_pool: Vec<_> = pool
            .iter()
            .map(|stored| (stored.question.kind, stored.question.options.len()))
            .collect();
        assert_eq!(
            shape
                .iter()
                .map(|item| (item.kind, usize::from(item.options)))
                .collect::<Vec<_>>(),
            of_pool
        );
    })
    .await;
}

#[tokio::test]
async fn what_happens_to_the_roster_after_the_opening_changes_nothing_about_who_is_due() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(6).await;
        let csv = roster_csv([(1001, 2), (1002, 2), (2001, 0), (2002, 7)]);
        roster::import(&stage.app, &operator(), "r.csv", csv.as_bytes())
            .await
            .expect("an import");
        assert_eq!(stage.count("SELECT COUNT(*) FROM roster_entry").await, 6);
        let before = figure::figures(&stage.app, &operator(), exam)
            .await
            .expect("the figures")
            .by_unit;
        assert_eq!(
            before.iter().map(|(_, counts)| counts.due).collect::<Vec<_>>(),
            [2, 2, 2],
            "by the units of the opening"
        );
        let newcomer = stage.caller("2001").await;
        let refused = fault(sitting::start(&stage.app, &newcomer, exam, Entry::default()).await);
        assert_eq!(refused, Fault::CannotStart(NoStart::NotDue));
        assert_eq!(
            fault(sitting::standing(&stage.app, &newcomer, exam).await.map(|_| ())),
            Fault::NotFound
        );
        let person = newcomer.person().expect("a person");
        assert!(!sittings::is_due(&stage.app.db, exam, person).await.expect("the roster"));
        assert!(
            store::with_person(&stage.app.db, person)
                .await
                .expect("the exams")
                .is_empty()
        );
        let due = stage.caller("1001").await;
        let standings = sitting::standings(&stage.app, &due).await.expect("the exams");
        assert_eq!(
            standings.iter().map(|standing| standing.exam.id).collect::<Vec<_>>(),
            [exam]
        );
        sitting::start(&stage.app, &due, exam, Entry::default())
            .await
            .expect("a person who was moved is still due");
    })
    .await;
}

#[tokio::test]
async fn papers_are_the_same_byte_for_byte_when_drawn_again() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(12).await;
        let mut different = BTreeSet::new();
        for number in 1001..1013 {
            let person = stage.person(&number.to_string()).await;
            assert!(
                exam::paper_is_reproducible(&stage.app, &operator(), exam, person, 1)
                    .await
                    .expect("a paper")
            );
            let bytes = store::paper(&stage.app.db, exam, person, 1)
                .await
                .expect("the papers")
                .expect("a paper");
            let paper = Paper::from_bytes(&bytes).expect("a whole paper");
            assert_eq!((paper.0.len(), paper.to_bytes()), (10, bytes.clone()));
            different.insert(bytes);
        }
        assert!(different.len() > 10, "each person has a paper of their own");
        let nobody = exam::paper_is_reproducible(&stage.app, &operator(), exam, PersonId(1), 1).await;
        assert_eq!(fault(nobody), Fault::NotFound);

        let person = stage.person("1001").await;
        let other = store::paper(&stage.app.db, exam, stage.person("1002").await, 1)
            .await
            .expect("the papers")
            .expect("a paper");
        let other = std::sync::Arc::new(store::StoredPaper {
            person,
            number: 1,
            left_out: 0,
            body: other,
        });
        let again = stage.app.db.write(other, move |tx, paper| {
            Box::pin(async move { store::insert_paper(tx, exam, &paper).await })
        });
        again.await.expect("a paper that is there already stays");
        assert!(
            exam::paper_is_reproducible(&stage.app, &operator(), exam, person, 1)
                .await
                .expect("a paper")
        );
    })
    .await;
}

#[tokio::test]
async fn a_second_attempt_has_another_paper_and_the_best_one_counts() {
    each_engine(async |stage| {
        stage.roster(1, 1).await;
        let bank = stage.usual_bank().await;
        let usual = setup(bank);
        let policy = Policy {
            attempts: 2,
            ..usual.policy.clone()
        };
        let exam = stage.open_exam(Setup { policy, ..usual }).await;
        let (caller, first) = stage.start("1001", exam).await;
        assert_eq!(
            sitting::start(&stage.app, &caller, exam, Entry::default())
                .await
                .expect("the running one"),
            first
        );
        let keys = stage.keys(first).await;
        let row = (1..)
            .zip(&keys)
            .map(|(number, (_, key))| crate::support::event(u32::from(number), number, *key))
            .collect();
        sitting::save(&stage.app, &caller, first, row).await.expect("all right");
        sitting::hand_in(&stage.app, &caller, first).await.expect("the hand-in");
        let second = sitting::start(&stage.app, &caller, exam, Entry::default())
            .await
            .expect("a second attempt");
        assert_ne!(second, first);
        sitting::hand_in(&stage.app, &caller, second)
            .await
            .expect("an empty paper");
        let refused = fault(sitting::start(&stage.app, &caller, exam, Entry::default()).await);
        assert_eq!(refused, Fault::CannotStart(NoStart::NoAttemptLeft));
        let person = caller.person().expect("a person");
        let attempts = sittings::of_person(&stage.app.db, exam, person)
            .await
            .expect("the attempts");
        assert_eq!(
            attempts
                .iter()
                .map(|attempt| (attempt.id, attempt.number))
                .collect::<Vec<_>>(),
            [(first, 1), (second, 2)]
        );
        let paper = async |number| {
            store::paper(&stage.app.db, exam, person, number)
                .await
                .expect("the papers")
        };
        assert!(paper(2).await.is_some() && paper(2).await != paper(1).await && paper(3).await.is_none());
        let standing = sitting::standing(&stage.app, &caller, exam)
            .await
            .expect("the standing");
        let counts = standing.counting().map(|attempt| (attempt.id, attempt.number));
        assert_eq!(counts, Some((first, 1)));
        let figures = figure::figures(&stage.app, &operator(), exam)
            .await
            .expect("the figures")
            .by_unit;
        assert_eq!(
            (figures[0].1.sat, figures[0].1.passed, figures[0].1.score_sum),
            (1, 1, Points::whole(12))
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_devices_that_start_at_once_start_one_attempt() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(10).await;
        let node = stage.second_node().await;
        for number in 1001..1011 {
            let caller = stage.caller(&number.to_string()).await;
            let (here, there) = tokio::join!(
                sitting::start(&stage.app, &caller, exam, Entry::default()),
                sitting::start(&node, &caller, exam, Entry::default())
            );
            assert_eq!(here.expect("started"), there.expect("the same"));
        }
        assert_eq!(stage.count("SELECT COUNT(*) FROM attempt").await, 10);
        node.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn an_exam_is_sat_inside_its_window_only() {
    each_engine(async |stage| {
        stage.roster(1, 1).await;
        let bank = stage.usual_bank().await;
        let window = Window {
            opens_at: START.plus_seconds(60),
            closes_at: START.plus_seconds(120),
        };
        let exam = stage.open_exam(Setup { window, ..setup(bank) }).await;
        let caller = stage.caller("1001").await;
        let start = async || sitting::start(&stage.app, &caller, exam, Entry::default()).await;
        assert_eq!(fault(start().await), Fault::CannotStart(NoStart::NotYet));
        stage.clock.advance_seconds(120);
        assert_eq!(fault(start().await), Fault::CannotStart(NoStart::Closed));
        assert_eq!(stage.count("SELECT COUNT(*) FROM attempt").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_big_roster_gets_its_papers_in_one_go() {
    each_engine(async |stage| {
        stage.roster(2500, 40).await;
        let bank = stage.usual_bank().await;
        let part = Part::new(Kind::Single, 8, Points::whole(1));
        let exam = stage
            .open_exam(Setup {
                blueprint: Blueprint::of(vec![part]),
                ..setup(bank)
            })
            .await;
        assert_eq!(stage.count("SELECT COUNT(*) FROM paper").await, 2500);
        let last = stage.person("3500").await;
        assert!(
            exam::paper_is_reproducible(&stage.app, &operator(), exam, last, 1)
                .await
                .expect("a paper")
        );
    })
    .await;
}

#[tokio::test]
async fn an_exam_for_some_rank_levels_and_categories_is_for_those_only() {
    each_engine(async |stage| {
        let rows = [
            ("1001", "厅级", "公务员"),
            ("1002", "处级", "公务员"),
            ("1003", "处级", "事业单位人员"),
            ("1004", "科级", "公务员"),
        ];
        let mut csv = String::from("工号,姓名,单位,职级,类别\n");
        for (number, rank, category) in rows {
            csv.push_str(&format!("{number},张{number},市局/一科,{rank},{category}\n"));
        }
        let report = roster::import(&stage.app, &operator(), "roster.csv", csv.as_bytes()).await;
        assert_eq!(report.expect("an import").errors.len(), 0);
        let bank = stage.usual_bank().await;
        let audience = Audience {
            ranks: vec![RankLevel::Ting, RankLevel::Chu],
            categories: vec![Category::CivilServant],
        };
        let due = |audience: &Audience| {
            let audience = audience.clone();
            async move {
                let set = setup(bank);
                let policy = Policy {
                    audience: audience.clone(),
                    ..set.policy.clone()
                };
                let size = roster::size(&stage.app, &operator(), None, &audience)
                    .await
                    .expect("the size");
                let exam = stage.open_exam(Setup { policy, ..set }).await;
                let roster = db::exam::roster(&stage.app.db, exam).await.expect("the roster");
                assert_eq!(roster.len() as i64, size, "what was announced before the opening");
                (exam, roster.len())
            }
        };
        assert_eq!(due(&Audience::default()).await.1, 4);
        let (exam, count) = due(&audience).await;
        assert_eq!(count, 2);
        for (number, is_due) in [("1001", true), ("1002", true), ("1003", false), ("1004", false)] {
            let caller = stage.caller(number).await;
            let started = sitting::start(&stage.app, &caller, exam, Entry::default()).await;
            assert_eq!(started.is_ok(), is_due, "{number}");
        }
    })
    .await;
}
