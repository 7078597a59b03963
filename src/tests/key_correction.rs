//! Correcting a key: the dry run foretells exactly what is done, a second person does it, and it can be undone.

use std::collections::BTreeMap;

use mingfa::{
    db,
    domain::{
        certificate::Shows,
        exam::{Moment, Policy, Review, Thing},
        id::{AttemptId, ExamId, KeyCorrectionId},
        item::{Kind, OptionSet},
        key::KeyFault,
        key_correction::{Correction, Method, NoCorrection, State},
        points::Points,
    },
    error::Fault,
    service::{Caller, certificate, exam::Setup, figure, key_correction, review, sitting},
};

use crate::{
    browser::Browser,
    support::{Chance, Stage, each_engine, event, fault, operator, setup},
};

/// A question of this kind that stands on the most papers handed in, with its published key.
async fn common(stage: &Stage, exam: ExamId, attempts: &[AttemptId], kind: Kind) -> (u32, OptionSet) {
    let pool = db::bank::pool(&stage.app.db, exam).await.expect("the pool");
    let mut seen: BTreeMap<u32, usize> = BTreeMap::new();
    for attempt in attempts {
        let attempt = stage.attempt(*attempt).await;
        let body = db::exam::paper(&stage.app.db, exam, attempt.person, attempt.number).await;
        let body = body.expect("the papers").expect("the paper");
        let paper = mingfa::domain::paper::Paper::from_bytes(&body).expect("a whole paper");
        for drawn in paper
            .0
            .iter()
            .filter(|drawn| pool[drawn.pool as usize].question.kind == kind)
        {
            *seen.entry(drawn.pool).or_default() += 1;
        }
    }
    let (place, _) = seen
        .into_iter()
        .max_by_key(|(_, count)| *count)
        .expect("a paper with this kind");
    (place, pool[place as usize].question.key)
}

fn other_key(key: OptionSet) -> OptionSet {
    OptionSet::of([(key.places().next().expect("a key") + 1) % 4])
}

async fn scores(stage: &Stage, attempts: &[AttemptId]) -> Vec<(Points, String)> {
    let mut list = Vec::new();
    for id in attempts {
        let settled = stage.attempt(*id).await.outcome.expect("handed in").settled;
        list.push((settled.score, serde_json::to_string(&settled.parts).expect("JSON")));
    }
    list
}

/// Twelve persons in three units who answer by chance, about half of it right.
async fn sat(stage: &Stage, policy: impl Fn(Policy) -> Policy) -> (ExamId, Vec<AttemptId>) {
    stage.roster(12, 3).await;
    let bank = stage.usual_bank().await;
    let set = setup(bank);
    let policy = policy(set.policy.clone());
    let exam = stage.open_exam(Setup { policy, ..set }).await;
    let mut attempts = Vec::new();
    for person in 1001..=1012 {
        let chance = std::cell::RefCell::new(Chance(person));
        let choose = |_, _, key: OptionSet| match chance.borrow_mut().below(3) {
            0 => OptionSet(1),
            _ => key,
        };
        attempts.push(stage.sit(&person.to_string(), exam, choose).await.1);
    }
    (exam, attempts)
}

async fn propose(stage: &Stage, caller: &Caller, exam: ExamId, pool: u32, method: Method) -> KeyCorrectionId {
    key_correction::propose(
        &stage.app,
        caller,
        exam,
        Correction { pool, method },
        "原答案有误",
        None,
    )
    .await
    .expect("the proposal is stored")
}

#[tokio::test]
async fn every_method_does_what_its_dry_run_says_and_undoing_it_restores_every_byte() {
    each_engine(async |stage| {
        let (exam, attempts) = sat(stage, |policy| policy).await;
        certificate::issue(&stage.app, &operator(), exam, Shows::Grade, None)
            .await
            .expect("some passed");
        let second = stage.second_administrator("second").await;
        let (pool, key) = common(stage, exam, &attempts, Kind::Single).await;
        let before = scores(stage, &attempts).await;
        let valid = async || {
            stage
                .count("SELECT COUNT(*) FROM certificate WHERE state = 'valid'")
                .await
        };
        let certificates = valid().await;
        let mut turned = 0;
        for code in Method::CODES {
            let method = Method::from_code(code, other_key(key)).expect("a code");
            let correction = Correction {
                pool,
                method: method.clone(),
            };
            let run = key_correction::dry_run(&stage.app, &operator(), exam, correction)
                .await
                .expect("a dry run");
            assert_eq!(
                scores(stage, &attempts).await,
                before,
                "{code}: a dry run changes nothing"
            );
            let figures = figure::figures(&stage.app, &operator(), exam)
                .await
                .expect("the figures");
            let id = propose(stage, &operator(), exam, pool, method).await;
            key_correction::apply(&stage.app, &second, id)
                .await
                .expect("applied by another");

            let after = figure::figures(&stage.app, &operator(), exam)
                .await
                .expect("the figures");
            assert_eq!(figures.total.passed, run.total.passed_before, "{code}");
            assert_eq!(after.total.passed, run.total.passed_after, "{code}");
            assert_eq!(after.total.score_sum, run.impact.sum_after, "{code}");
            let changes: i64 = run.impact.up.len() as i64 - run.impact.down.len() as i64;
            assert_eq!(after.total.passed - figures.total.passed, changes, "{code}");
            for ((unit, was), (_, is)) in figures.by_unit.iter().zip(&after.by_unit) {
                let told = run.impact.units.get(unit).copied().unwrap_or(0);
                assert_eq!(is.passed - was.passed, told, "{code}: {unit}");
            }
            assert_eq!(valid().await, certificates - run.withdrawn as i64, "{code}");
            for attempt in &attempts {
                let again = key_correction::marked_again(&stage.app, &operator(), *attempt)
                    .await
                    .expect("marked");
                let settled = stage.attempt(*attempt).await.outcome.expect("handed in").settled;
                assert_eq!((again.score, again.parts), (settled.score, settled.parts), "{code}");
            }
            turned += run.impact.up.len() + run.impact.down.len();

            key_correction::undo(&stage.app, &operator(), id, "误操作")
                .await
                .expect("undone");
            assert_eq!(scores(stage, &attempts).await, before, "{code}: undone");
            assert_eq!(valid().await, certificates, "{code}: certificates hold again");
        }
        assert!(turned > 0, "a case in which nobody turns proves little");
    })
    .await;
}

#[tokio::test]
async fn every_changed_score_is_kept_with_who_why_before_and_after() {
    each_engine(async |stage| {
        let (exam, attempts) = sat(stage, |policy| policy).await;
        let second = stage.second_administrator("second").await;
        let (pool, key) = common(stage, exam, &attempts, Kind::Single).await;
        let before = scores(stage, &attempts).await;
        let id = propose(stage, &operator(), exam, pool, Method::NewKey(other_key(key).into())).await;
        key_correction::apply(&stage.app, &second, id).await.expect("applied");
        let after = scores(stage, &attempts).await;
        key_correction::undo(&stage.app, &second, id, "复核后维持")
            .await
            .expect("undone");
        let mut changed = 0;
        for (place, attempt) in attempts.iter().enumerate() {
            let history = db::key_correction::changes_of_attempt(&stage.app.db, *attempt)
                .await
                .expect("the history");
            let (was, is) = (before[place].0, after[place].0);
            if was == is {
                assert!(history.is_empty());
                continue;
            }
            changed += 1;
            let [done, undone] = history.as_slice() else {
                panic!("two changes: {history:?}")
            };
            assert_eq!((done.before, done.after, done.undo), (was, is, false));
            assert_eq!((undone.before, undone.after, undone.undo), (is, was, true));
            assert_eq!(
                (done.reason.as_str(), undone.reason.as_str()),
                ("原答案有误", "复核后维持")
            );
            assert_eq!(Some(done.by), second.account().map(|account| account.id));
        }
        assert!(changed > 0);
        let told = stage
            .count("SELECT COUNT(*) FROM notice WHERE about LIKE '%score_changed%'")
            .await;
        assert_eq!(told, 2 * changed, "told when it changed and when it changed back");
    })
    .await;
}

#[tokio::test]
async fn who_proposes_a_correction_cannot_apply_it_and_nobody_decides_twice() {
    each_engine(async |stage| {
        let (exam, attempts) = sat(stage, |policy| policy).await;
        let (first, second) = (
            stage.second_administrator("first").await,
            stage.second_administrator("second").await,
        );
        let (pool, key) = common(stage, exam, &attempts, Kind::Single).await;
        let before = scores(stage, &attempts).await;
        let id = propose(stage, &first, exam, pool, Method::FullCredit).await;
        let no = |why| Fault::KeyCorrection(why);
        assert_eq!(
            fault(key_correction::apply(&stage.app, &first, id).await),
            no(NoCorrection::SamePerson)
        );
        let candidate = stage.caller("1001").await;
        assert_eq!(
            fault(key_correction::apply(&stage.app, &candidate, id).await),
            Fault::Forbidden
        );
        assert_eq!(
            fault(key_correction::undo(&stage.app, &second, id, "早了").await),
            no(NoCorrection::Decided)
        );
        let correction = Correction {
            pool,
            method: Method::Void,
        };
        let another = key_correction::propose(&stage.app, &second, exam, correction, "另一种", None).await;
        assert_eq!(fault(another), no(NoCorrection::Another));
        assert_eq!(scores(stage, &attempts).await, before);

        let (here, there) = tokio::join!(
            key_correction::apply(&stage.app, &second, id),
            key_correction::apply(&stage.app, &second, id)
        );
        assert_eq!([&here, &there].iter().filter(|done| done.is_ok()).count(), 1);
        assert_eq!(
            fault(key_correction::refuse(&stage.app, &first, id, "晚了").await),
            no(NoCorrection::Decided)
        );

        for (method, why) in [
            (Method::NewKey(key.into()), "the old key"),
            (Method::NewKey(OptionSet::EMPTY.into()), "no key"),
            (Method::NewKey(OptionSet(1 << 9).into()), "no such option"),
            (Method::EitherKey(OptionSet(7).into()), "three keys of a single choice"),
        ] {
            let run = key_correction::dry_run(&stage.app, &first, exam, Correction { pool, method }).await;
            assert_eq!(fault(run), Fault::NewKey(KeyFault::Options), "{why}");
        }
        let nowhere = Correction {
            pool: 9999,
            method: Method::Void,
        };
        assert_eq!(
            fault(key_correction::dry_run(&stage.app, &first, exam, nowhere).await),
            Fault::NotFound
        );
    })
    .await;
}

#[tokio::test]
async fn a_refused_proposal_changes_nothing_and_makes_room_for_another() {
    each_engine(async |stage| {
        let (exam, attempts) = sat(stage, |policy| policy).await;
        let (pool, _) = common(stage, exam, &attempts, Kind::Single).await;
        let before = scores(stage, &attempts).await;
        let id = propose(stage, &operator(), exam, pool, Method::Void).await;
        key_correction::refuse(&stage.app, &operator(), id, "自己收回")
            .await
            .expect("refused");
        let second = stage.second_administrator("second").await;
        let late = key_correction::apply(&stage.app, &second, id).await;
        assert_eq!(fault(late), Fault::KeyCorrection(NoCorrection::Decided));
        assert_eq!(scores(stage, &attempts).await, before);
        let next = propose(stage, &operator(), exam, pool, Method::Leave).await;
        key_correction::apply(&stage.app, &second, next).await.expect("applied");
        assert_eq!(scores(stage, &attempts).await, before, "left as it is");
        let stored = db::key_correction::get(&stage.app.db, next)
            .await
            .expect("there")
            .expect("there");
        assert_eq!(stored.state, State::Applied);
    })
    .await;
}

#[tokio::test]
async fn whoever_hands_in_later_is_marked_by_the_correction_too() {
    each_engine(async |stage| {
        let (exam, attempts) = sat(stage, |policy| Policy { attempts: 2, ..policy }).await;
        let (pool, key) = common(stage, exam, &attempts, Kind::Single).await;
        let id = propose(stage, &operator(), exam, pool, Method::NewKey(other_key(key).into())).await;
        let second = stage.second_administrator("second").await;
        key_correction::apply(&stage.app, &second, id).await.expect("applied");
        let mut with = 0;
        for person in 1001..=1012 {
            let (_, attempt) = stage.sit(&person.to_string(), exam, |_, _, key| key).await;
            let stored = stage.attempt(attempt).await;
            let body = db::exam::paper(&stage.app.db, exam, stored.person, 2)
                .await
                .expect("the papers");
            let paper = mingfa::domain::paper::Paper::from_bytes(&body.expect("the paper")).expect("whole");
            let asked = paper.0.iter().any(|drawn| drawn.pool == pool);
            with += usize::from(asked);
            let score = stored.outcome.expect("handed in").settled.score;
            assert_eq!(score, Points::whole(if asked { 11 } else { 12 }));
        }
        assert!(with > 0);
        key_correction::undo(&stage.app, &second, id, "误操作")
            .await
            .expect("undone");
        let best = stage
            .count("SELECT COUNT(*) FROM attempt WHERE number = 2 AND score = 1200")
            .await;
        assert_eq!(best, 12, "taken back for them too");
    })
    .await;
}

/// On PostgreSQL a hand-in and a correction meet in two transactions; whoever is first, the score is the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_correction_applied_while_people_hand_in_misses_nobody() {
    each_engine(async |stage| {
        stage.roster(12, 3).await;
        let bank = stage.usual_bank().await;
        let exam = stage.open_exam(setup(bank)).await;
        let mut running = Vec::new();
        for person in 1001..=1012 {
            let (caller, attempt) = stage.start(&person.to_string(), exam).await;
            let row = (1..=10u16)
                .map(|item| event(u32::from(item), item, OptionSet(1)))
                .collect();
            sitting::save(&stage.app, &caller, attempt, row).await.expect("saved");
            running.push((caller, attempt));
        }
        let attempts: Vec<_> = running.iter().map(|(_, attempt)| *attempt).collect();
        let (pool, _) = common(stage, exam, &attempts, Kind::Single).await;
        let id = propose(stage, &operator(), exam, pool, Method::FullCredit).await;
        let second = stage.second_administrator("second").await;
        let node = stage.second_node().await;
        let hand_in = async {
            for (caller, attempt) in &running {
                sitting::hand_in(&stage.app, caller, *attempt).await.expect("handed in");
            }
        };
        let apply = async {
            tokio::time::sleep(std::time::Duration::from_millis(8)).await;
            key_correction::apply(&node, &second, id).await.expect("applied");
        };
        tokio::join!(hand_in, apply);
        for attempt in &attempts {
            let again = key_correction::marked_again(&stage.app, &operator(), *attempt)
                .await
                .expect("marked");
            let settled = stage.attempt(*attempt).await.outcome.expect("handed in").settled;
            assert_eq!(again.score, settled.score);
        }
        node.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn attempts_whose_choices_were_not_kept_are_marked_from_the_journal() {
    each_engine(async |stage| {
        let (exam, attempts) = sat(stage, |policy| policy).await;
        let (pool, _) = common(stage, exam, &attempts, Kind::Multiple).await;
        let correction = Correction {
            pool,
            method: Method::Void,
        };
        let run = async || {
            let run = key_correction::dry_run(&stage.app, &operator(), exam, correction.clone()).await;
            run.expect("a dry run").impact
        };
        let kept = run().await;
        assert!(kept.attempts > 0);
        stage
            .run("UPDATE attempt SET sheet = (SELECT token_hash FROM session LIMIT 1)")
            .await;
        assert_eq!(run().await, kept);
    })
    .await;
}

#[tokio::test]
async fn a_hidden_score_is_not_announced_by_a_correction_and_a_corrected_question_says_so() {
    each_engine(async |stage| {
        let (exam, attempts) = sat(stage, |policy| Policy {
            review: Review::Custom(
                [Thing::Score, Thing::Answers, Thing::Right]
                    .map(|thing| (thing, Moment::AfterClose))
                    .into(),
            ),
            ..policy
        })
        .await;
        let (pool, key) = common(stage, exam, &attempts, Kind::Single).await;
        let new = other_key(key);
        let id = propose(stage, &operator(), exam, pool, Method::NewKey(new.into())).await;
        let second = stage.second_administrator("second").await;
        key_correction::apply(&stage.app, &second, id).await.expect("applied");
        assert_eq!(stage.count("SELECT COUNT(*) FROM notice").await, 0);
        let result = format!("/attempts/{}/result", attempts[0]);
        let page = Browser::new(&stage.app)
            .signed_in(&stage.token("1001").await)
            .get(&result)
            .await;
        assert!(!page.body.contains("更正"), "nothing before the close");
        stage.clock.advance_seconds(25 * 3600);
        let mut corrected = 0;
        for (person, attempt) in (1001..).zip(&attempts) {
            let caller = stage.caller(&person.to_string()).await;
            let view = review::result(&stage.app, &caller, *attempt)
                .await
                .expect("a result")
                .expect("over");
            let wrong = view.wrong.expect("answers are shown");
            let marked: Vec<_> = wrong.iter().filter(|one| one.corrected.is_some()).collect();
            corrected += marked.len();
            assert!(marked.iter().all(|one| one.key.is_some_and(|key| key.len() == 1)));
        }
        assert!(corrected > 0);
        let token = stage.token("1001").await;
        assert_eq!(
            Browser::new(&stage.app).signed_in(&token).get(&result).await.status,
            200
        );
    })
    .await;
}

#[tokio::test]
async fn an_administrator_goes_from_the_question_to_the_approval_by_pages() {
    each_engine(async |stage| {
        let (exam, attempts) = sat(stage, |policy| policy).await;
        let (pool, key) = common(stage, exam, &attempts, Kind::Single).await;
        let place = other_key(key).places().next().expect("a key").to_string();
        let first = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        stage.second_administrator("second").await;
        let second = Browser::new(&stage.app).signed_in(&stage.token("second").await);
        let list = first.get(&format!("/admin/exams/{exam}/keys?words=单选")).await;
        assert!(
            list.body.contains(&format!("/admin/exams/{exam}/keys/{pool}\"")),
            "{}",
            list.body
        );
        let path = format!("/admin/exams/{exam}/keys/{pool}");
        let run = first.get(&format!("{path}?method=new_key&key={place}")).await;
        assert!(run.status == 200 && run.body.contains("会有什么变化"), "{}", run.body);
        let nothing = first.get(&format!("{path}?method=new_key")).await;
        assert_eq!(nothing.status, 422, "a new key must be chosen");
        let short = first
            .post(&path, &[("method", "new_key"), ("key", &place), ("reason", " ")])
            .await;
        assert!(
            short.status == 422 && short.body.contains("请写明理由"),
            "{}",
            short.body
        );
        let proposed = first
            .post(
                &path,
                &[("method", "new_key"), ("key", &place), ("reason", "依据第三条")],
            )
            .await;
        let detail = proposed.location().to_owned();
        assert!(
            first
                .get(&detail)
                .await
                .body
                .contains("要由提出人以外的另一名管理员批准")
        );
        assert_eq!(first.post(&format!("{detail}/apply"), &[]).await.status, 403);
        let seen = second.get(&detail).await;
        assert!(
            seen.body.contains("批准并生效") && seen.body.contains("依据第三条"),
            "{}",
            seen.body
        );
        assert_eq!(second.post(&format!("{detail}/apply"), &[]).await.status, 303);
        let done = first.get(&detail).await;
        assert!(
            done.body.contains("已生效") && done.body.contains("成绩变动记录"),
            "{}",
            done.body
        );
        let undone = first.post(&format!("{detail}/undo"), &[("reason", "误操作")]).await;
        assert_eq!(undone.status, 303);
        assert!(first.get(&detail).await.body.contains("已撤销"));
    })
    .await;
}

#[tokio::test]
async fn a_key_is_mended_in_the_bank_until_the_exam_opens() {
    each_engine(async |stage| {
        stage.roster(1, 1).await;
        let bank = stage.usual_bank().await;
        let draft = stage.draft(setup(bank)).await;
        let overview = key_correction::overview(&stage.app, &operator(), draft, "", 1).await;
        assert_eq!(fault(overview), Fault::WrongState);
    })
    .await;
}
