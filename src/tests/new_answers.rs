//! “What I wrote is right too”: further answers to a question beyond choice, accepted by a ruling or in one exam.

use mingfa::{
    db,
    domain::{
        answer::{Fault as AnswerFault, joined},
        attempt::Event,
        blueprint::Blueprint,
        dispute::State,
        exam::{Band, Moment, Policy, Review, Thing},
        id::{AttemptId, ExamId, QuestionId, VersionId},
        item::{Kind, OptionSet, Question},
        key::{Chosen, Key, KeyFault},
        key_correction::{Correction, Method},
        marking::Second,
        objection::{About, State as ObjectionState},
        points::Points,
    },
    error::Fault,
    service::{Caller, dispute, exam::Setup, key_correction, objection, review, sitting, statistics, verify},
};

use crate::{
    browser::{Browser, Reply},
    dispute::carried_out,
    forms::{bank_of_all, right, rules},
    support::{Stage, each_engine, event, fault, operator, texts},
};

/// The blanks of the bank of all forms with one more answer, and the same alone.
const MORE: &str = "标准答案甲 | 三十日\n×3 标准答案乙 | 书面 | 当面";
const ONLY: &str = "标准答案甲\n×3 当面";

/// Every kind that rules mark, once: 55 points, 51 to pass; all is shown after the hand-in.
async fn rules_only(stage: &Stage, bank: mingfa::domain::id::BankId) -> ExamId {
    let set = rules(bank, Second::default());
    let parts = set.blueprint.parts.clone().into_iter();
    let by_rules = parts.filter(|part| !part.kind.is_read_by_people() && part.kind != Kind::Case);
    let everything = Thing::ALL.iter().map(|thing| (*thing, Moment::RightAfter));
    let policy = Policy {
        review: Review::Custom(everything.collect()),
        ..set.policy.clone()
    };
    stage
        .open_exam(Setup {
            blueprint: Blueprint::of(by_rules.collect()),
            policy,
            ..set
        })
        .await
}

/// Starts, answers everything rightly but for the blanks, and does not hand in; the item of the blanks.
async fn answered(stage: &Stage, name: &str, exam: ExamId, blanks: [&str; 2]) -> (Caller, AttemptId, u16) {
    let (caller, attempt) = stage.start(name, exam).await;
    let mut item_of_blanks = 0;
    let mut row = Vec::new();
    for (item, (kind, key)) in (1u16..).zip(stage.keys(attempt).await) {
        let text = match kind {
            Kind::FillBlank => {
                item_of_blanks = item;
                joined(&blanks.map(str::to_owned))
            }
            kind if kind.is_choice() => String::new(),
            kind => right(kind),
        };
        let choice = if kind.is_choice() { key } else { OptionSet::EMPTY };
        row.push(Event {
            text,
            ..event(u32::from(item), item, choice)
        });
    }
    let saved = sitting::save(&stage.app, &caller, attempt, row).await;
    saved.expect("the answers are stored");
    (caller, attempt, item_of_blanks)
}

async fn sat(stage: &Stage, name: &str, exam: ExamId, blanks: [&str; 2]) -> (Caller, AttemptId, u16) {
    let sat = answered(stage, name, exam, blanks).await;
    sitting::hand_in(&stage.app, &sat.0, sat.1).await.expect("handed in");
    sat
}

struct Scene {
    exams: [ExamId; 2],
    /// By exam and person: everything right, 当面 for 书面, and nothing in the blanks.
    attempts: [[AttemptId; 3]; 2],
    /// Of the question in the pool of each exam.
    places: [u32; 2],
    question: QuestionId,
    version: VersionId,
    blanks: Question,
}

impl Scene {
    fn looked_at(&self) -> (QuestionId, VersionId) {
        (self.question, self.version)
    }

    fn method(&self, code: &str, answers: &str) -> Method {
        let chosen = Chosen {
            method: code.into(),
            key: OptionSet::EMPTY,
            answers: answers.into(),
        };
        chosen.method(&self.blanks).expect("it can be read").expect("a method")
    }

    /// Scores of both exams, person by person.
    async fn scores(&self, stage: &Stage) -> Vec<(i64, bool)> {
        let mut all = Vec::new();
        for id in self.attempts.iter().flatten() {
            let settled = stage.attempt(*id).await.outcome.expect("handed in").settled;
            all.push((settled.score.0, settled.band == Band::Pass));
        }
        all
    }
}

async fn scene(stage: &Stage) -> Scene {
    stage.roster(4, 1).await;
    let bank = bank_of_all(stage).await;
    let exams = [rules_only(stage, bank).await, rules_only(stage, bank).await];
    let mut attempts = [[AttemptId(0); 3]; 2];
    for (exam, own) in exams.iter().zip(&mut attempts) {
        for ((name, blanks), attempt) in [
            ("1001", ["30日", "书面"]),
            ("1002", ["30日", "当面。"]),
            ("1003", ["", ""]),
        ]
        .into_iter()
        .zip(own)
        {
            *attempt = sat(stage, name, *exam, blanks).await.1;
        }
    }
    let mut places = [0; 2];
    let mut found = None;
    for (exam, place) in exams.iter().zip(&mut places) {
        let pool = db::bank::pool(&stage.app.db, *exam).await.expect("the pool");
        let at = pool.iter().position(|stored| stored.question.kind == Kind::FillBlank);
        *place = at.expect("blanks") as u32;
        found = Some(pool[*place as usize].clone());
    }
    let found = found.expect("two exams");
    Scene {
        exams,
        attempts,
        places,
        question: found.id,
        version: found.version,
        blanks: found.question,
    }
}

/// What `verify` says.
async fn differences(stage: &Stage) -> usize {
    let report = verify::verify(&stage.app, &operator(), |_| ()).await.expect("verified");
    assert!(report.attempts > 0);
    report.differences.len()
}

async fn result_page(stage: &Stage, name: &str, attempt: AttemptId) -> String {
    let browser = Browser::new(&stage.app).signed_in(&stage.token(name).await);
    browser.get(&format!("/attempts/{attempt}/result")).await.body
}

/// Which part of its points a question earned, once that is counted.
async fn facility(stage: &Stage, exam: ExamId, place: u32) -> f64 {
    for _ in 0..600 {
        let one = statistics::one(&stage.app, &operator(), exam, place)
            .await
            .expect("the question");
        if one.progress.is_none() {
            return one.row.expect("counted").figures.facility.expect("papers");
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the figures of an exam are not counted after half a minute");
}

/// Points of a person by what the blanks earn: the other 45 are right.
fn person(blanks: i64) -> (i64, bool) {
    (4500 + blanks, 4500 + blanks >= 5100)
}

#[tokio::test]
async fn a_further_answer_is_accepted_in_every_exam_and_taken_back() {
    each_engine(async |stage| {
        let scene = scene(stage).await;
        let published = [person(1000), person(250), person(0)].repeat(2);
        assert_eq!(scene.scores(stage).await, published);
        assert_eq!(differences(stage).await, 0);
        let caller = stage.caller("1002").await;
        let attempt = scene.attempts[0][1];
        let kinds = stage.keys(attempt).await;
        let item = 1 + kinds
            .iter()
            .position(|(kind, _)| *kind == Kind::FillBlank)
            .expect("blanks") as u16;
        let raised = objection::raise(&stage.app, &caller, attempt, About::Item(item), "当面告知也对").await;
        let raised = raised.expect("raised");

        let method = scene.method("either_key", MORE);
        let preview = dispute::preview(&stage.app, &operator(), scene.looked_at(), method.clone()).await;
        let preview = preview.expect("a dry run");
        assert_eq!((preview.exams.len(), preview.competitions.len()), (2, 0));
        for exam in &preview.exams {
            let impact = &exam.run.as_ref().expect("not left out").impact;
            assert_eq!(
                (impact.attempts, impact.raised, impact.lowered, impact.up.len()),
                (3, 1, 0, 1)
            );
        }
        let id = dispute::propose(
            &stage.app,
            &operator(),
            scene.looked_at(),
            method.clone(),
            "当面告知同样有效",
        )
        .await;
        let id = id.expect("proposed");
        assert_eq!(scene.scores(stage).await, published, "a proposal changes nothing");
        let stored = db::dispute::get(&stage.app.db, id).await.expect("the rulings");
        assert_eq!(stored.expect("the ruling").method, method, "as it was proposed");
        let second = stage.second_administrator("second").await;
        dispute::approve(&stage.app, &second, id).await.expect("approved");
        assert_eq!(carried_out(&stage.app, id).await, State::Applied);
        assert_eq!(
            scene.scores(stage).await,
            [person(1000), person(1000), person(0)].repeat(2)
        );
        for (exam, pool) in scene.exams.iter().zip(scene.places) {
            let in_force = db::key_correction::in_force(&stage.app.db, *exam)
                .await
                .expect("the keys");
            let method = method.clone();
            assert_eq!(in_force, [Correction { pool, method }]);
        }
        assert_eq!(differences(stage).await, 0);
        let decided = db::objection::get(&stage.app.db, raised).await.expect("the objections");
        assert_eq!(decided.expect("the objection").state, ObjectionState::Upheld);
        for act in ["ruling_proposed", "key_correction_applied"] {
            let kept = texts(&stage.app.db, "SELECT act || after FROM audit_entry").await;
            let kept: Vec<_> = kept.iter().filter(|text| text.starts_with(act)).collect();
            assert!(!kept.is_empty(), "{act}");
            assert!(act != "ruling_proposed" || kept[0].contains("当面"), "{kept:?}");
        }

        // Whoever hands in from now on is marked by it too, and the figures of the question count it as right.
        let (_, late, _) = sat(stage, "1004", scene.exams[0], ["三十日", "当面"]).await;
        let settled = stage.attempt(late).await.outcome.expect("handed in").settled;
        assert_eq!((settled.score, settled.band), (Points::whole(55), Band::Pass));
        let figures = async || facility(stage, scene.exams[0], scene.places[0]).await;
        assert!((figures().await - 0.75).abs() < 1e-9, "three of four");
        assert_eq!(differences(stage).await, 0);

        let view = review::result(&stage.app, &caller, attempt)
            .await
            .expect("a result")
            .expect("over");
        let shown = view.paper.expect("all is shown").remove(usize::from(item) - 1);
        assert_eq!((shown.right, shown.corrected), (Some(true), Some(method)));
        let page = result_page(stage, "1002", attempt).await;
        assert!(
            page.contains("本题答案已更正：新旧答案都给分") && page.contains("标准答案乙 / 书面 / 当面"),
            "{page}"
        );
        let case = objection::case(&stage.app, &operator(), raised)
            .await
            .expect("the objection");
        assert!(
            case.marked[0].right.join("").contains("当面"),
            "{:?}",
            case.marked[0].right
        );

        // The stored form is what scores are computed by.
        stage
            .run("UPDATE key_correction SET key_form = REPLACE(key_form, '当面', '背面')")
            .await;
        assert!(differences(stage).await >= 3, "1002 in both exams and 1004");
        stage
            .run("UPDATE key_correction SET key_form = REPLACE(key_form, '背面', '当面')")
            .await;
        assert_eq!(differences(stage).await, 0);

        dispute::undo(&stage.app, &second, id, "复核后维持原答案")
            .await
            .expect("undone");
        assert_eq!(carried_out(&stage.app, id).await, State::Undone);
        assert_eq!(scene.scores(stage).await, published);
        let settled = stage.attempt(late).await.outcome.expect("handed in").settled;
        assert_eq!(settled.score, Points(4750));
        assert!((figures().await - (1.0 + 0.25 + 0.25) / 4.0).abs() < 1e-9);
        let page = result_page(stage, "1002", attempt).await;
        assert!(
            !page.contains("新旧答案都给分") && !page.contains("书面 / 当面"),
            "{page}"
        );
        assert_eq!(differences(stage).await, 0);
    })
    .await;
}

#[tokio::test]
async fn new_answers_alone_take_points_and_are_undone_to_the_byte() {
    each_engine(async |stage| {
        let scene = scene(stage).await;
        let parts = async || {
            texts(
                &stage.app.db,
                "SELECT parts || CAST(score AS TEXT) FROM attempt ORDER BY id",
            )
            .await
        };
        let before = parts().await;
        let correction = Correction {
            pool: scene.places[0],
            method: scene.method("new_key", ONLY),
        };
        let exam = scene.exams[0];
        let run = key_correction::dry_run(&stage.app, &operator(), exam, correction.clone()).await;
        let impact = run.expect("a dry run").impact;
        assert_eq!((impact.attempts, impact.raised, impact.lowered), (3, 1, 1));
        assert_eq!((impact.up.len(), impact.down.len()), (1, 1));
        let id = key_correction::propose(&stage.app, &operator(), exam, correction, "原答案有误", None).await;
        let id = id.expect("proposed");
        let second = stage.second_administrator("second").await;
        key_correction::apply(&stage.app, &second, id).await.expect("applied");
        // 30日 is no more right, 当面 is; the other exam keeps its answers.
        let expected = [person(0), person(750), person(0), person(1000), person(250), person(0)];
        assert_eq!(scene.scores(stage).await, expected);
        for attempt in scene.attempts[0] {
            let again = key_correction::marked_again(&stage.app, &operator(), attempt)
                .await
                .expect("marked");
            let settled = stage.attempt(attempt).await.outcome.expect("handed in").settled;
            assert_eq!((again.score, again.parts), (settled.score, settled.parts));
        }
        assert_eq!(differences(stage).await, 0);
        key_correction::undo(&stage.app, &operator(), id, "误操作")
            .await
            .expect("undone");
        assert_eq!(parts().await, before);
        assert_eq!(differences(stage).await, 0);
    })
    .await;
}

#[tokio::test]
async fn what_does_not_fit_is_refused_by_the_services_and_nothing_is_stored() {
    each_engine(async |stage| {
        let scene = scene(stage).await;
        let present = Key::from(scene.blanks.form.clone().expect("a form"));
        let cases = [
            (Method::NewKey(OptionSet(1).into()), KeyFault::Options),
            (Method::EitherKey(present), KeyFault::Same),
            (scene.method("either_key", "标准答案甲"), KeyFault::Asks),
            (
                scene.method("new_key", "标准答案甲\n×3 当面 (50%)"),
                KeyFault::Unfit(AnswerFault::NoFullAnswer),
            ),
        ];
        for (method, why) in cases {
            let ruling = dispute::propose(&stage.app, &operator(), scene.looked_at(), method.clone(), "有误").await;
            assert_eq!(fault(ruling), Fault::NewKey(why));
            let correction = Correction {
                pool: scene.places[0],
                method,
            };
            let own = key_correction::propose(&stage.app, &operator(), scene.exams[0], correction, "有误", None).await;
            assert_eq!(fault(own), Fault::NewKey(why));
        }
        for sql in ["SELECT COUNT(*) FROM ruling", "SELECT COUNT(*) FROM key_correction"] {
            assert_eq!(stage.count(sql).await, 0, "{sql}");
        }
    })
    .await;
}

/// Waits for a ruling to be carried out; a correction is when its page answers.
async fn settled(stage: &Stage, page: &str) {
    if let Some(id) = page.strip_prefix("/admin/rulings/") {
        carried_out(&stage.app, id.parse().expect("an id")).await;
    }
}

/// Both forms, of one exam and of a ruling, sent as a browser does.
#[tokio::test]
async fn the_forms_keep_what_was_typed_and_lead_to_the_approval() {
    each_engine(async |stage| {
        let scene = scene(stage).await;
        let first = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        stage.second_administrator("second").await;
        let second = Browser::new(&stage.app).signed_in(&stage.token("second").await);
        let version = scene.version.to_string();
        let of_exam = format!("/admin/exams/{}/keys/{}", scene.exams[0], scene.places[0]);
        let of_question = format!("/admin/disputes/{}", scene.question);
        for (path, kind, step) in [
            (&of_exam, "key-corrections", "apply"),
            (&of_question, "rulings", "approve"),
        ] {
            let open = first.get(path).await.body;
            assert!(
                open.contains(">标准答案甲 | 三十日\n×3 标准答案乙 | 书面</textarea>") && open.contains("either_key"),
                "{open}"
            );
            let send = async |fields: &[(&str, &str)]| -> Reply {
                let mut all = vec![("version", &*version), ("method", "either_key")];
                all.extend_from_slice(fields);
                first.post(path, &all).await
            };
            let faulty = "标准答案甲\r\n×三 书面 | 当面 & <b>";
            for end in [("step", "try"), ("reason", "当面也对")] {
                let told = send(&[("answers", faulty), end]).await;
                assert!(
                    told.status == 422
                        && told.body.contains("新答案第 2 行")
                        && told.body.contains("×三 书面 | 当面 &amp; &lt;b></textarea>"),
                    "{}",
                    told.body
                );
            }
            let english = first.with_cookie("lang", "en");
            let trial = [
                ("version", &*version),
                ("method", "either_key"),
                ("answers", faulty),
                ("step", "try"),
            ];
            let english = english.post(path, &trial).await.body;
            assert!(english.contains("New answers, line 2"), "{english}");
            let fewer = send(&[("answers", "当面"), ("step", "try")]).await;
            assert!(
                fewer.status == 422 && fewer.body.contains("新答案要和试卷上问的一样"),
                "{}",
                fewer.body
            );
            for stored in [
                "SELECT COUNT(*) FROM ruling WHERE state <> 'undone'",
                "SELECT COUNT(*) FROM key_correction WHERE state <> 'undone'",
            ] {
                assert_eq!(stage.count(stored).await, 0, "{stored}");
            }
            let sent = MORE.replace('\n', "\r\n");
            let run = send(&[("answers", &sent), ("step", "try")]).await;
            assert!(
                run.status == 200 && run.body.contains("会有什么变化") && run.body.contains("当面"),
                "{}",
                run.body
            );
            let short = send(&[("answers", &sent), ("reason", " ")]).await;
            assert!(
                short.status == 422 && short.body.contains("请写明理由") && short.body.contains("当面</textarea>"),
                "{}",
                short.body
            );
            let proposed = send(&[("answers", &sent), ("reason", "当面告知同样有效")]).await;
            let detail = proposed.location().to_owned();
            assert!(detail.contains(kind), "{detail}");
            let seen = second.get(&detail).await.body;
            assert!(
                seen.contains("新旧答案都给分（标准答案甲 / 三十日；标准答案乙 / 书面 / 当面）")
                    && seen.contains("新答案：")
                    && seen.contains("批准并生效"),
                "{seen}"
            );
            assert_eq!(second.post(&format!("{detail}/{step}"), &[]).await.status, 303);
            settled(stage, &detail).await;
            let done = first.get(&detail).await.body;
            assert!(done.contains("已生效"), "{done}");
            let bank = done.contains("把题库中的答案改为 标准答案甲 / 三十日；标准答案乙 / 书面 / 当面");
            assert_eq!(bank, kind == "rulings", "{done}");
            let list = match kind {
                "rulings" => "/admin/rulings".to_owned(),
                _ => format!("/admin/exams/{}/keys", scene.exams[0]),
            };
            assert!(first.get(&list).await.body.contains("当面"), "{list}");
            let undone = second.post(&format!("{detail}/undo"), &[("reason", "误操作")]).await;
            assert_eq!(undone.status, 303);
            settled(stage, &detail).await;
        }
        assert_eq!(
            scene.scores(stage).await,
            [person(1000), person(250), person(0)].repeat(2)
        );
    })
    .await;
}

#[tokio::test]
async fn what_people_mark_has_no_answers_to_change() {
    each_engine(async |stage| {
        stage.roster(1, 1).await;
        let bank = bank_of_all(stage).await;
        let exam = stage.open_exam(rules(bank, Second::default())).await;
        let browser = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let pool = db::bank::pool(&stage.app.db, exam).await.expect("the pool");
        for (place, stored) in pool.iter().enumerate() {
            let path = format!("/admin/exams/{exam}/keys/{place}");
            let page = browser.get(&path).await.body;
            let read = matches!(stored.question.kind, Kind::Essay | Kind::ShortAnswer | Kind::Case);
            assert_eq!(!page.contains("new_key"), read, "{page}");
            assert_eq!(
                page.contains("name=\"answers\""),
                !read && stored.question.form.is_some(),
                "{page}"
            );
            if !read {
                continue;
            }
            let made = [("method", "either_key"), ("answers", ""), ("reason", "也对")];
            let refused = browser.post(&path, &made).await;
            assert!(refused.status == 422, "{}", refused.body);
        }
        assert_eq!(stage.count("SELECT COUNT(*) FROM key_correction").await, 0);
    })
    .await;
}
