//! Study: runs and answers, what follows from them, and what a person knows.

use std::{collections::HashMap, path::PathBuf};

use mingfa::{
    db,
    domain::{
        bank::Filter,
        id::{BankId, QuestionId, RunId, VersionId},
        item::{Kind, OptionSet, State},
        paper::Drawn,
        study::{Answered, Card, Confidence, Phase, Placed, Purpose, Run, StudyFault},
        time::{DAY, Timestamp},
    },
    error::Fault,
    service::{
        Caller, bank, credit, law,
        study::{Wish, knowledge, memory, overview, plan, practise, run},
    },
};
use serde_json::Value;

use crate::{
    law::{FIRST, OLD, brought, regulation},
    support::{Stage, each_engine, fault, operator, setup},
};

/// Two persons and a bank that is open to practice.
pub async fn open_bank(stage: &Stage) -> BankId {
    stage.roster(2, 1).await;
    let bank = stage.usual_bank().await;
    bank::set_practice(&stage.app, &operator(), bank, true)
        .await
        .expect("opened");
    bank
}

/// The versions of a bank's questions, with their keys in authored places.
pub async fn versions(stage: &Stage, bank: BankId) -> Vec<(VersionId, Kind, OptionSet)> {
    let page = db::bank::page(&stage.app.db, &Filter::of(bank), 100, 0).await;
    let (questions, _) = page.expect("the bank");
    questions
        .into_iter()
        .map(|stored| (stored.version, stored.question.kind, stored.question.key))
        .collect()
}

/// A run of a person that is there whatever the rules say about beginning one.
pub async fn stored_run(stage: &Stage, name: &str, bank: BankId) -> RunId {
    let version = versions(stage, bank).await[0].0;
    let now = stage.app.now();
    let run = Run {
        id: stage.app.random.id(now),
        person: stage.person(name).await,
        purpose: Purpose::Practice,
        subject: 0,
        questions: vec![Placed {
            version,
            drawn: Drawn {
                pool: 0,
                order: vec![0, 1, 2, 3],
            },
        }],
        started_at: now,
        finished_at: None,
        asked: 0,
        right: 0,
    };
    let id = run.id;
    stage
        .write(move |tx| {
            let run = run.clone();
            Box::pin(async move { db::study::insert_run(tx, &run).await })
        })
        .await
        .expect("stored");
    id
}

async fn begun(stage: &Stage, caller: &Caller, purpose: Purpose, versions: &[VersionId]) -> RunId {
    run::start(&stage.app, caller, purpose, 0, versions.to_vec())
        .await
        .expect("begun")
}

/// The right choice for a place of a run, as shown.
pub async fn key(stage: &Stage, caller: &Caller, id: RunId, place: u32) -> OptionSet {
    let person = caller.person().expect("a person");
    let run = db::study::run(&stage.app.db, person, id)
        .await
        .expect("the runs")
        .expect("the run");
    let placed = &run.questions[place as usize];
    let stored = db::study::stored(&stage.app.db, &[placed.version])
        .await
        .expect("the versions");
    placed.drawn.shown(stored[&placed.version].question.key)
}

/// A wrong choice that fits any question.
fn wrong(key: OptionSet) -> OptionSet {
    match key == OptionSet::of([0]) {
        true => OptionSet::of([1]),
        false => OptionSet::of([0]),
    }
}

async fn answer(stage: &Stage, caller: &Caller, id: RunId, place: u32, right: bool) -> run::Feedback {
    let key = key(stage, caller, id, place).await;
    let choice = if right { key } else { wrong(key) };
    run::answer(&stage.app, caller, id, place, choice, Confidence::Plain)
        .await
        .expect("answered")
}

/// What the journal alone gives must be what is stored.
async fn cards_follow_from_the_journal(stage: &Stage, caller: &Caller, runs: &[RunId]) {
    let person = caller.person().expect("a person");
    let mut given = Vec::new();
    for run in runs {
        given.extend(
            db::study::answers(&stage.app.db, person, *run)
                .await
                .expect("the journal"),
        );
    }
    given.sort_by_key(|answer| answer.at);
    let mut cards: HashMap<QuestionId, Card> = HashMap::new();
    for answer in given.iter().filter_map(|given| given.answered()) {
        let card = Card::after(cards.get(&answer.question), answer, 2, &memory::Fsrs);
        cards.insert(answer.question, card);
    }
    assert_eq!(db::study::cards(&stage.app.db, person).await.expect("the cards"), cards);
}

#[tokio::test]
async fn the_first_answer_counts_and_a_repeat_changes_nothing() {
    each_engine(async |stage| {
        let bank = open_bank(stage).await;
        let questions: Vec<_> = versions(stage, bank)
            .await
            .into_iter()
            .map(|one| one.0)
            .take(3)
            .collect();
        let caller = stage.caller("1001").await;
        let id = begun(stage, &caller, Purpose::Practice, &questions).await;
        let view = run::view(&stage.app, &caller, id).await.expect("the run");
        assert_eq!((view.posed.len(), view.answered.len(), view.run.asked), (3, 0, 0));
        assert_eq!(
            view.run
                .questions
                .iter()
                .map(|placed| placed.version)
                .collect::<Vec<_>>(),
            questions
        );

        let told = answer(stage, &caller, id, 1, false).await;
        assert!(!told.right && told.explanation.contains("解析记号") && told.basis.len() == 1);
        assert_eq!(told.key, key(stage, &caller, id, 1).await);
        stage.clock.advance_seconds(5);
        let again = answer(stage, &caller, id, 1, true).await;
        assert_eq!(again, told, "the second answer is told what the first was");
        let run = run::view(&stage.app, &caller, id).await.expect("the run").run;
        assert_eq!((run.asked, run.right, run.finished_at), (1, 0, None));
        assert_eq!(stage.count("SELECT COUNT(*) FROM study_answer").await, 1);

        answer(stage, &caller, id, 0, true).await;
        answer(stage, &caller, id, 2, true).await;
        let outcome = run::outcome(&stage.app, &caller, id).await.expect("the outcome");
        assert_eq!((outcome.run.asked, outcome.run.right), (3, 2));
        assert_eq!(outcome.run.finished_at, Some(stage.app.now()));
        assert_eq!(
            outcome.lines.iter().map(|line| line.right).collect::<Vec<_>>(),
            [true, false, true]
        );
        cards_follow_from_the_journal(stage, &caller, &[id]).await;
        let (mistakes, all) = db::study::mistakes(&stage.app.db, run.person, 10)
            .await
            .expect("mistakes");
        assert_eq!((mistakes, all), (vec![questions[1]], 1));
        // The year asks for one right answer only: what is answered from now on leaves the book at once.
        let rule = mingfa::domain::credit::Rule {
            mistake_leaves_after: 1,
            ..Default::default()
        };
        let made = credit::make_rule(&stage.app, &operator(), 2026, rule, "题少，一次即可").await;
        made.expect("made");
        assert_eq!(
            overview(&stage.app, &caller).await.expect("the overview").leaves_after,
            1
        );
        let again = begun(stage, &caller, Purpose::Mistakes, &questions[1..2]).await;
        answer(stage, &caller, again, 0, true).await;
        let left = db::study::mistakes(&stage.app.db, run.person, 10)
            .await
            .expect("mistakes");
        assert_eq!(left, (Vec::new(), 0));
    })
    .await;
}

#[tokio::test]
async fn a_run_is_the_persons_own_and_refuses_what_does_not_fit() {
    each_engine(async |stage| {
        let bank = open_bank(stage).await;
        let all = versions(stage, bank).await;
        let single = all.iter().find(|one| one.1 == Kind::Single).expect("one").0;
        let (caller, stranger) = (stage.caller("1001").await, stage.caller("1002").await);
        let id = begun(stage, &caller, Purpose::Practice, &[single]).await;
        let app = &stage.app;
        let choose = |choice| run::answer(app, &caller, id, 0, choice, Confidence::Plain);
        assert_eq!(fault(run::view(app, &stranger, id).await), Fault::NotFound);
        assert_eq!(fault(run::outcome(app, &stranger, id).await), Fault::NotFound);
        assert_eq!(
            fault(run::feedback(app, &caller, id, 0).await),
            Fault::NotFound,
            "not answered yet"
        );
        let one = OptionSet::of([0]);
        let strange = run::answer(app, &stranger, id, 0, one, Confidence::Plain).await;
        assert_eq!(fault(strange), Fault::NotFound);
        assert_eq!(fault(choose(OptionSet::of([0, 1])).await), Fault::NoSuchChoice);
        assert_eq!(fault(choose(OptionSet::of([7])).await), Fault::NoSuchChoice);
        assert_eq!(
            fault(choose(OptionSet::EMPTY).await),
            Fault::Study(StudyFault::NothingChosen)
        );
        let beyond = run::answer(app, &caller, id, 1, one, Confidence::Plain).await;
        assert_eq!(fault(beyond), Fault::NotFound);
        assert_eq!(
            fault(run::hand_in(app, &caller, id, vec![one]).await),
            Fault::WrongState
        );
        assert_eq!(stage.count("SELECT COUNT(*) FROM study_answer").await, 0);
        assert_eq!(
            fault(run::start(app, &operator(), Purpose::Practice, 0, vec![single]).await),
            Fault::Forbidden
        );
        let start = |versions| run::start(app, &caller, Purpose::Practice, 0, versions);
        assert_eq!(fault(start(vec![]).await), Fault::Study(StudyFault::Nothing));
        assert_eq!(fault(start(vec![single, single]).await), Fault::BadRequest);
        assert_eq!(fault(start(vec![VersionId(7)]).await), Fault::Study(StudyFault::Closed));
        run::finish(app, &caller, id).await.expect("finished");
        assert_eq!(fault(choose(one).await), Fault::WrongState, "the run is over");
    })
    .await;
}

#[tokio::test]
async fn only_ready_questions_of_open_banks_are_asked_and_the_switch_is_logged() {
    each_engine(async |stage| {
        let bank = open_bank(stage).await;
        let caller = stage.caller("1001").await;
        let all = versions(stage, bank).await;
        let count = async || db::study::askable(&stage.app.db).await.expect("askable").len();
        assert_eq!(count().await, all.len());
        let id = begun(stage, &caller, Purpose::Practice, &[all[0].0]).await;
        answer(stage, &caller, id, 0, false).await;
        let stored = db::study::stored(&stage.app.db, &[all[0].0]).await.expect("stored");
        let question = stored[&all[0].0].id;
        for state in [State::Draft, State::Stale, State::Retired] {
            stage
                .write(move |tx| Box::pin(async move { db::bank::set_state(tx, question, state).await }))
                .await
                .expect("set");
            assert_eq!(count().await, all.len() - 1, "{state:?}");
            let again = run::start(&stage.app, &caller, Purpose::Practice, 0, vec![all[0].0]).await;
            assert_eq!(fault(again), Fault::Study(StudyFault::Closed), "{state:?}");
            let person = caller.person().expect("a person");
            let mistakes = db::study::mistakes(&stage.app.db, person, 10).await.expect("mistakes");
            assert_eq!(mistakes.1, 0, "{state:?}");
            let later = stage.app.now().plus_seconds(3600);
            assert_eq!(
                db::study::due(&stage.app.db, person, later, 10).await.expect("due").1,
                0,
                "{state:?}"
            );
        }
        bank::set_practice(&stage.app, &operator(), bank, false)
            .await
            .expect("closed");
        bank::set_practice(&stage.app, &operator(), bank, false)
            .await
            .expect("closed already");
        assert_eq!(count().await, 0);
        let logged = "SELECT COUNT(*) FROM audit_entry WHERE act = 'bank_practice_set'";
        assert_eq!(stage.count(logged).await, 2, "opened and closed once each");
        let no = bank::set_practice(&stage.app, &caller, bank, true).await;
        assert_eq!(fault(no), Fault::Forbidden);
        let none = bank::set_practice(&stage.app, &operator(), BankId(5), true).await;
        assert_eq!(fault(none), Fault::NotFound);
    })
    .await;
}

#[tokio::test]
async fn a_form_tells_nothing_before_it_is_handed_in_and_takes_one_hand_in() {
    each_engine(async |stage| {
        let bank = open_bank(stage).await;
        let questions: Vec<_> = versions(stage, bank)
            .await
            .into_iter()
            .map(|one| one.0)
            .take(4)
            .collect();
        let caller = stage.caller("1001").await;
        let id = run::start(&stage.app, &caller, Purpose::Lesson, 77, questions.clone())
            .await
            .expect("begun");
        let app = &stage.app;
        let one = run::answer(app, &caller, id, 0, OptionSet::of([0]), Confidence::Plain).await;
        assert_eq!(fault(one), Fault::WrongState);
        assert_eq!(fault(run::outcome(app, &caller, id).await), Fault::WrongState);
        assert_eq!(fault(run::finish(app, &caller, id).await), Fault::WrongState);
        let right = [key(stage, &caller, id, 0).await, key(stage, &caller, id, 1).await];
        let choices = vec![right[0], wrong(right[1]), OptionSet::EMPTY, OptionSet::EMPTY];
        assert_eq!(
            fault(run::hand_in(app, &caller, id, choices[..3].to_vec()).await),
            Fault::BadRequest
        );
        let outcome = run::hand_in(app, &caller, id, choices.clone())
            .await
            .expect("handed in");
        let marks: Vec<_> = outcome.lines.iter().map(|line| (line.version, line.right)).collect();
        let expected: Vec<_> = questions.iter().copied().zip([true, false, false, false]).collect();
        assert_eq!(marks, expected);
        assert_eq!((outcome.run.asked, outcome.run.right, outcome.run.subject), (4, 1, 77));
        let again = run::hand_in(
            app,
            &caller,
            id,
            vec![right[0], right[1], OptionSet::EMPTY, OptionSet::EMPTY],
        )
        .await
        .expect("harmless");
        assert_eq!(again.run.right, 1);
        // What was left out says nothing about the memory.
        assert_eq!(stage.count("SELECT COUNT(*) FROM study_card").await, 2);
        assert_eq!(stage.count("SELECT COUNT(*) FROM study_answer").await, 4);
        cards_follow_from_the_journal(stage, &caller, &[id]).await;
    })
    .await;
}

#[tokio::test]
async fn answers_to_one_question_from_several_places_at_once_all_count() {
    each_engine(async |stage| {
        let bank = open_bank(stage).await;
        let question = versions(stage, bank).await[0].0;
        let caller = stage.caller("1001").await;
        let other = stage.second_node().await;
        let mut runs = Vec::new();
        for _ in 0..6 {
            runs.push(begun(stage, &caller, Purpose::Practice, &[question]).await);
        }
        let mut tasks = Vec::new();
        for (number, id) in runs.iter().copied().enumerate() {
            let app = if number % 2 == 0 {
                stage.app.clone()
            } else {
                other.clone()
            };
            let caller = caller.clone();
            let choose = OptionSet::of([number % 2]);
            tasks.push(tokio::spawn(async move {
                run::answer(&app, &caller, id, 0, choose, Confidence::Plain)
                    .await
                    .expect("answered")
            }));
        }
        let mut right = 0;
        for task in tasks {
            right += i64::from(task.await.expect("no panic").right);
        }
        assert_eq!(stage.count("SELECT COUNT(*) FROM study_answer").await, 6);
        assert_eq!(stage.count("SELECT asked FROM study_card").await, 6);
        assert_eq!(stage.count("SELECT right_count FROM study_card").await, right);
        other.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_known_is_told_by_article_and_topic() {
    each_engine(async |stage| {
        stage.roster(2, 1).await;
        let mut csv = String::from("题型,题目,选项A,选项B,答案,法律依据,标签,难度\n");
        for (stem, basis, tag, level) in [
            ("目的是什么", "示例市消防水源管理办法第一条", "总则", "易"),
            ("多久检查一次", "示例市消防水源管理办法第二条", "检查", "难"),
            ("谁来检查", "示例市消防水源管理办法第二条", "检查", "难"),
            ("没有依据", "", "", ""),
        ] {
            csv += &format!("单选,{stem}？,甲 {stem},乙 {stem},A,{basis},{tag},{level}\n");
        }
        let bank = stage.bank_from("消防水源", &csv).await;
        bank::set_practice(&stage.app, &operator(), bank, true)
            .await
            .expect("opened");
        let (law, version) = brought(stage, "old.md", regulation(FIRST, &OLD)).await;
        law::settle(&stage.app, None).await.expect("settled");
        let caller = stage.caller("1001").await;
        let before = knowledge::of(&stage.app, &caller).await.expect("known");
        let known_before = before.articles(None);
        let told: Vec<_> = known_before
            .iter()
            .map(|one| (one.name.as_str(), one.known.questions, one.known.seen))
            .collect();
        assert_eq!(
            told,
            [
                ("示例市消防水源管理办法第一条", 1, 0),
                ("示例市消防水源管理办法第二条", 2, 0)
            ]
        );
        assert!(
            known_before[0].known.probability() > known_before[1].known.probability(),
            "by difficulty"
        );
        assert_eq!(
            before
                .topics()
                .find(|(topic, _)| *topic == "检查")
                .map(|(_, known)| known.questions),
            Some(2)
        );

        let questions: Vec<_> = versions(stage, bank).await.into_iter().map(|one| one.0).collect();
        let id = begun(stage, &caller, Purpose::Practice, &questions).await;
        let told = answer(stage, &caller, id, 0, false).await;
        let article = told.basis[0].articles[0];
        assert_eq!(
            (article.law, article.version, article.number.to_string()),
            (law, version, "1".to_owned())
        );
        answer(stage, &caller, id, 1, true).await;
        let outcome = run::outcome(&stage.app, &caller, id).await.expect("the outcome");
        let again: Vec<_> = outcome
            .articles
            .iter()
            .map(|one| (one.name.as_str(), one.asked, one.right))
            .collect();
        assert_eq!(
            again,
            [
                ("示例市消防水源管理办法第一条", 1, 0),
                ("示例市消防水源管理办法第二条", 1, 1)
            ]
        );
        stage.clock.advance_seconds(3 * 24 * 3600);
        let after = knowledge::of(&stage.app, &caller).await.expect("known");
        let after = after.articles(None);
        let (first, second) = (after[0].known, after[1].known);
        assert_eq!((first.seen, first.asked, first.right), (1, 1, 0));
        assert_eq!((second.seen, second.asked, second.right), (1, 1, 1));
        assert!(first.probability() < known_before[0].known.probability());
        assert!(second.probability() > known_before[1].known.probability());
        let other = knowledge::of(&stage.app, &stage.caller("1002").await)
            .await
            .expect("known");
        assert_eq!(other.articles(None), known_before, "of another person nothing is known");
    })
    .await;
}

/// What a run asks, in its order.
async fn asked(stage: &Stage, caller: &Caller, id: RunId) -> Vec<VersionId> {
    let view = run::view(&stage.app, caller, id).await.expect("the run");
    view.run.questions.iter().map(|placed| placed.version).collect()
}

#[tokio::test]
async fn the_first_day_of_a_plan_is_practised_as_planned_and_no_question_twice() {
    each_engine(async |stage| {
        let bank = open_bank(stage).await;
        let exam = stage.open_exam(setup(bank)).await;
        let app = &stage.app;
        let (caller, other) = (stage.caller("1001").await, stage.caller("1002").await);
        let planned = async || plan::plan(app, &caller, exam).await.expect("a plan").questions;
        let all = planned().await;
        assert_eq!(all.len(), 20, "fifteen minutes are enough for every question");
        let stored = db::study::stored(&app.db, &all[..1]).await.expect("stored");
        let question = stored[&all[0]].id;
        stage
            .write(move |tx| Box::pin(async move { db::bank::set_state(tx, question, State::Stale).await }))
            .await
            .expect("set");
        let open = planned().await;
        assert_eq!(open, all[1..], "what waits for review is not practised");

        for (from, until) in [(0, 10), (10, 19)] {
            let id = practise(app, &caller, &Wish::Plan(exam)).await.expect("begun");
            assert_eq!(asked(stage, &caller, id).await, open[from..until]);
            for place in 0..(until - from) as u32 {
                answer(stage, &caller, id, place, place % 2 == 0).await;
            }
            assert_eq!(planned().await, open[until..], "what was answered today is left out");
        }
        let none = practise(app, &caller, &Wish::Plan(exam)).await;
        assert_eq!(fault(none), Fault::Study(StudyFault::Nothing));

        plan::set_minutes(app, &other, exam, "5").await.expect("set");
        let id = practise(app, &other, &Wish::Plan(exam)).await.expect("begun");
        assert_eq!(asked(stage, &other, id).await, open[..6]);
        bank::set_practice(app, &operator(), bank, false).await.expect("closed");
        let closed = practise(app, &other, &Wish::Plan(exam)).await;
        assert_eq!(fault(closed), Fault::Study(StudyFault::Nothing));
        let strange = practise(app, &operator(), &Wish::Plan(exam)).await;
        assert_eq!(fault(strange), Fault::Forbidden);
    })
    .await;
}

#[tokio::test]
async fn questions_without_topic_and_basis_are_practised_too_the_least_known_first() {
    each_engine(async |stage| {
        stage.roster(2, 1).await;
        let mut csv = String::from("题型,题目,选项A,选项B,答案,标签,难度\n");
        for (stem, tag, level) in [("谁来检查", "检查", "易"), ("没有范围", "", "难"), ("也没有", "", "中")]
        {
            csv += &format!("单选,{stem}？,甲 {stem},乙 {stem},A,{tag},{level}\n");
        }
        let bank = stage.bank_from("消防水源", &csv).await;
        stage.usual_bank().await;
        bank::set_practice(&stage.app, &operator(), bank, true)
            .await
            .expect("opened");
        let caller = stage.caller("1001").await;
        let any = async || practise(&stage.app, &caller, &Wish::Any).await;
        let id = any().await.expect("begun");
        let view = run::view(&stage.app, &caller, id).await.expect("the run");
        let stems: Vec<_> = view.posed.iter().map(|posed| posed.stem.as_str()).collect();
        assert_eq!(
            stems,
            ["没有范围？", "也没有？", "谁来检查？"],
            "nothing of the closed bank"
        );
        bank::set_practice(&stage.app, &operator(), bank, false)
            .await
            .expect("closed");
        assert_eq!(fault(any().await), Fault::Study(StudyFault::Nothing));
    })
    .await;
}

fn shared(file: &str) -> Option<Value> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/interop/fsrs")).join(file);
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: {} is absent", path.display());
        return None;
    };
    Some(serde_json::from_str(&text).expect("JSON"))
}

/// The card after an answer of this rating, from 1 (again) to 4 (easy).
fn rated(card: Option<&Card>, rating: u64, at: Timestamp) -> Card {
    let (right, confidence) = match rating {
        1 => (false, Confidence::Plain),
        2 => (true, Confidence::Guessed),
        3 => (true, Confidence::Plain),
        _ => (true, Confidence::Sure),
    };
    let answer = Answered {
        question: QuestionId(1),
        right,
        confidence,
        at,
    };
    Card::after(card, answer, 2, &memory::Fsrs)
}

fn days(card: &Card) -> i64 {
    (card.due_at.0 - card.last_at.0) / DAY
}

fn close(found: f64, expected: &Value, what: &str) {
    let expected = expected.as_f64().expect("a number");
    let off = (found - expected).abs() / expected.abs().max(1.0);
    assert!(off < 1e-4, "{what}: {found} instead of {expected}");
}

fn memory_is(card: &Card, stability: &Value, difficulty: &Value, what: &str) {
    close(card.memory.stability as f64 / 1e6, stability, what);
    close(f64::from(card.memory.difficulty) / 1e6, difficulty, what);
}

#[test]
fn the_memory_model_gives_what_its_published_vectors_say() {
    let Some(file) = shared("fsrs6-upstream-vectors.json") else {
        return;
    };
    let vectors = file["vectors"].as_array().expect("vectors");
    let numbers = |value: &Value| -> Vec<i64> {
        value
            .as_array()
            .expect("a row")
            .iter()
            .map(|one| one.as_i64().expect("a number"))
            .collect()
    };
    let start = Timestamp::parse_local("2022-11-29T20:30").expect("a moment");

    let mut card: Option<Card> = None;
    let mut intervals = Vec::new();
    for rating in numbers(&vectors[0]["ratings"]) {
        let at = card.as_ref().map_or(start, |card| card.due_at);
        let next = rated(card.as_ref(), rating as u64, at);
        intervals.push(days(&next));
        card = Some(next);
    }
    assert_eq!(intervals, numbers(&vectors[0]["expected_interval_days"]));

    let (mut card, mut at): (Option<Card>, _) = (None, start);
    for (rating, wait) in numbers(&vectors[1]["ratings"])
        .into_iter()
        .zip(numbers(&vectors[1]["wait_days_before"]))
    {
        at = Timestamp(at.0 + wait * DAY);
        card = Some(rated(card.as_ref(), rating as u64, at));
    }
    let card = card.expect("answered");
    memory_is(
        &card,
        &vectors[1]["expected_stability"],
        &vectors[1]["expected_difficulty"],
        "waits",
    );

    let mut easy = rated(None, 4, start);
    for _ in 1..10 {
        easy = rated(Some(&easy), 4, start);
    }
    close(
        f64::from(easy.memory.difficulty) / 1e6,
        &vectors[2]["expected_difficulty"],
        "easy",
    );

    let first = |rating| {
        let card = rated(None, rating, start);
        (card.phase, card.step, (card.due_at.0 - start.0) / 1000)
    };
    assert_eq!(first(3), (Phase::Learning, 1, 600));
    assert_eq!(first(1), (Phase::Learning, 0, 60));
    assert_eq!(first(2), (Phase::Learning, 0, 330));
    let (phase, _, seconds) = first(4);
    assert!(phase == Phase::Review && seconds >= 24 * 3600);
    assert_eq!(vectors.len(), 7, "every vector of the file stands here");
}

#[test]
fn the_traces_of_the_reference_scheduler_are_followed_step_by_step() {
    let Some(file) = shared("fsrs6-traces.json") else {
        return;
    };
    let moment = |value: &Value| {
        let text = value.as_str().expect("a moment");
        let utc = Timestamp::parse_local(&text[..16]).expect("a moment");
        Timestamp(utc.0 + 8 * 3_600_000)
    };
    let mut steps = 0;
    for trace in file["traces"].as_array().expect("traces") {
        let mut card: Option<Card> = None;
        for step in trace["steps"].as_array().expect("steps") {
            let at = moment(&step["at"]);
            let what = format!("{} at {}", trace["name"], step["at"]);
            if let Some(card) = &card {
                let whole = card.days_since(at).floor();
                close(
                    memory::after_days(card.memory, whole),
                    &step["retrievability_before"],
                    &what,
                );
            }
            let next = rated(card.as_ref(), step["rating"].as_u64().expect("a rating"), at);
            memory_is(&next, &step["stability"], &step["difficulty"], &what);
            assert_eq!(next.due_at, moment(&step["due"]), "{what}");
            let phase = step["state"].as_str().expect("a state").to_lowercase();
            assert_eq!(next.phase.code(), phase, "{what}");
            assert_eq!(u64::from(next.step), step["step"].as_u64().unwrap_or(0), "{what}");
            card = Some(next);
            steps += 1;
        }
    }
    assert!(steps > 15, "{steps} steps");
}
