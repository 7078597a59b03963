//! Objections: in time, once, by the candidate; decided by an administrator, with a reason the candidate reads.

use std::collections::BTreeSet;

use mingfa::{
    domain::{
        exam::{Policy, Review},
        key_correction::{Correction, Method},
        objection::{About, NoObjection, State},
        role::{Grant, Role},
    },
    error::Fault,
    service::{exam::Setup, key_correction, objection, role},
};

use crate::{
    browser::Browser,
    support::{START, Stage, each_engine, fault, operator, setup},
};

fn no(why: NoObjection) -> Fault {
    Fault::Objection(why)
}

#[tokio::test]
async fn an_objection_is_taken_until_its_last_moment_and_refused_with_the_reason_after_it() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(2).await;
        let (_, attempt) = stage.sit("1001", exam, |_, _, key| key).await;
        let until = START.plus_seconds(6 * 24 * 3600);
        stage.clock.advance_seconds(6 * 24 * 3600);
        let caller = stage.caller("1001").await;
        objection::raise(&stage.app, &caller, attempt, About::Item(1), "答案有误")
            .await
            .expect("the last moment");
        stage.clock.advance_seconds(1);
        let late = objection::raise(&stage.app, &caller, attempt, About::Item(2), "答案有误").await;
        assert_eq!(fault(late), no(NoObjection::TooLate(until)));
        assert_eq!(stage.count("SELECT COUNT(*) FROM objection").await, 1);
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        let path = format!("/attempts/{attempt}/objection");
        let page = browser.post(&path, &[("item", "2"), ("body", "答案有误")]).await;
        assert!(
            page.status == 409 && page.body.contains("异议期已于 2026-12-07 09:00:00 结束"),
            "{}",
            page.body
        );
    })
    .await;
}

#[tokio::test]
async fn what_does_not_fit_is_refused_and_nothing_is_stored() {
    each_engine(async |stage| {
        stage.roster(3, 1).await;
        let bank = stage.usual_bank().await;
        let open = |days, review| {
            let set = setup(bank);
            let policy = Policy {
                objection_days: days,
                review,
                ..set.policy.clone()
            };
            Setup { policy, ..set }
        };
        let exam = stage.open_exam(open(5, Review::Custom(BTreeSet::new()))).await;
        let (running, attempt) = stage.start("1002", exam).await;
        let raise = async |caller: &_, attempt, about, body: &str| {
            fault(objection::raise(&stage.app, caller, attempt, about, body).await)
        };
        assert_eq!(
            raise(&running, attempt, About::Item(1), "有误").await,
            no(NoObjection::Running)
        );
        let (caller, attempt) = stage.sit("1001", exam, |_, _, key| key).await;
        assert_eq!(
            raise(&running, attempt, About::Item(1), "有误").await,
            Fault::NotFound,
            "not theirs"
        );
        assert_eq!(
            raise(&caller, attempt, About::Score, "有误").await,
            no(NoObjection::NotShown)
        );
        assert_eq!(
            raise(&caller, attempt, About::Item(11), "有误").await,
            no(NoObjection::NoSuchItem)
        );
        assert_eq!(
            raise(&caller, attempt, About::Item(1), " 误 ").await,
            no(NoObjection::Words)
        );
        assert_eq!(
            raise(&caller, attempt, About::Item(1), &"误".repeat(1001)).await,
            no(NoObjection::Words)
        );
        assert_eq!(
            raise(&operator(), attempt, About::Item(1), "有误").await,
            Fault::Forbidden
        );
        let none = stage.open_exam(open(0, Review::Yearly)).await;
        let (caller, attempt) = stage.sit("1003", none, |_, _, key| key).await;
        assert_eq!(
            raise(&caller, attempt, About::Score, "有误").await,
            no(NoObjection::None)
        );
        assert_eq!(stage.count("SELECT COUNT(*) FROM objection").await, 0);
    })
    .await;
}

#[tokio::test]
async fn one_objection_about_one_matter_and_one_decision() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(2).await;
        let (caller, attempt) = stage.sit("1001", exam, |_, _, key| key).await;
        let raise = |about| objection::raise(&stage.app, &caller, attempt, about, "请复核");
        let id = raise(About::Score).await.expect("raised");
        assert_eq!(fault(raise(About::Score).await), no(NoObjection::Raised));
        raise(About::Item(3)).await.expect("another matter");

        let decide =
            async |caller: &_, upheld, words: &str| objection::decide(&stage.app, caller, id, upheld, words).await;
        assert_eq!(
            fault(decide(&caller, true, "可以").await),
            Fault::Forbidden,
            "a candidate decides nothing"
        );
        assert_eq!(fault(decide(&operator(), true, "").await), no(NoObjection::Words));
        let judge = operator();
        let (here, there) = tokio::join!(decide(&judge, true, "属实"), decide(&judge, false, "不属实"));
        assert_eq!([&here, &there].iter().filter(|done| done.is_ok()).count(), 1);
        assert_eq!(stage.count("SELECT COUNT(*) FROM notice").await, 1, "told once");
        let mine = objection::mine(&stage.app, &caller, attempt)
            .await
            .expect("mine")
            .expect("over");
        assert!(matches!(mine.raised[0].state, State::Upheld | State::Rejected));
        assert_eq!(mine.raised[1].state, State::Open);
    })
    .await;
}

#[tokio::test]
async fn nobody_decides_on_their_own_objection() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(2).await;
        let (caller, attempt) = stage.sit("1001", exam, |_, _, key| key).await;
        let id = objection::raise(&stage.app, &caller, attempt, About::Score, "请复核")
            .await
            .expect("raised");
        let everywhere = Grant {
            role: Role::ExamAdministrator,
            unit: None,
        };
        role::grant(&stage.app, &operator(), "1001", everywhere)
            .await
            .expect("a role");
        let caller = stage.caller("1001").await;
        let own = objection::decide(&stage.app, &caller, id, true, "属实").await;
        assert_eq!(fault(own), no(NoObjection::Own));
    })
    .await;
}

#[tokio::test]
async fn an_upheld_objection_leads_by_pages_to_a_correction() {
    each_engine(async |stage: &Stage| {
        let exam = stage.usual_exam(2).await;
        let (_, attempt) = stage.sit("1001", exam, |_, _, key| key).await;
        let candidate = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        let path = format!("/attempts/{attempt}/objection");
        let raised = candidate
            .post(&path, &[("item", "1"), ("body", "第 1 题 <b>两个</b>答案都对")])
            .await;
        assert_eq!(raised.status, 303);
        let mine = candidate.get(&path).await;
        assert!(
            mine.body.contains("待处理") && !mine.body.contains("<b>两个"),
            "{}",
            mine.body
        );

        let administrator = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let queue = administrator.get("/admin/objections").await;
        let link = queue.body.split("href=\"/admin/objections/").nth(1).expect("a case");
        let case = format!("/admin/objections/{}", link.split('"').next().expect("an id"));
        let page = administrator.get(&case).await;
        for words in ["答案都对", "（答案）", "最后作答", "作答记录"] {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
        assert!(!page.body.contains("更正这道题"), "before the decision");
        let decided = administrator
            .post(&case, &[("decision", "upheld"), ("reason", "题目确有歧义")])
            .await;
        assert_eq!(decided.status, 303);
        let page = administrator.get(&case).await;
        let link = page.body.split("/keys/").nth(1).expect("a link to the correction");
        let rest = link.split('"').next().expect("the rest").replace("&amp;", "&");
        let (pool, query) = rest.split_once('?').expect("with the objection");
        assert!(query.starts_with("objection="));
        let objection = query.strip_prefix("objection=").expect("an id");
        let proposed = administrator
            .post(
                &format!("/admin/exams/{exam}/keys/{pool}"),
                &[
                    ("method", "full_credit"),
                    ("reason", "题目确有歧义"),
                    ("objection", objection),
                ],
            )
            .await;
        let correction = proposed.location().to_owned();
        assert!(
            administrator.get(&case).await.body.contains(&correction),
            "linked both ways"
        );
        assert!(administrator.get(&correction).await.body.contains(&case));

        let told = candidate.get("/notices").await;
        assert!(told.body.contains("您的异议已有结论"), "{}", told.body);
        let mine = candidate.get(&path).await;
        assert!(
            mine.body.contains("题目确有歧义") && mine.body.contains("成立"),
            "{}",
            mine.body
        );
        assert!(
            administrator
                .get("/admin/objections?state=decided")
                .await
                .body
                .contains(&case)
        );
    })
    .await;
}

#[tokio::test]
async fn a_correction_names_only_an_objection_about_the_same_exam() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(2).await;
        let (caller, attempt) = stage.sit("1001", exam, |_, _, key| key).await;
        let id = objection::raise(&stage.app, &caller, attempt, About::Item(1), "有误")
            .await
            .expect("raised");
        let bank = mingfa::db::bank::summaries(&stage.app.db).await.expect("the banks")[0]
            .bank
            .id;
        let other = stage.open_exam(setup(bank)).await;
        let correction = Correction {
            pool: 0,
            method: Method::Void,
        };
        let wrong = key_correction::propose(&stage.app, &operator(), other, correction, "有误", Some(id)).await;
        assert_eq!(fault(wrong), Fault::NotFound);
    })
    .await;
}

#[tokio::test]
async fn whoever_manages_other_exams_or_is_a_liaison_decides_nothing() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(3).await;
        let (caller, attempt) = stage.sit("1001", exam, |_, _, key| key).await;
        let id = objection::raise(&stage.app, &caller, attempt, About::Item(1), "有误")
            .await
            .expect("raised");
        let units = mingfa::db::person::units(&stage.app.db).await.expect("the units");
        let unit = units.walk().last().map(|(_, unit)| unit.id);
        for (name, held, refusal) in [
            ("1002", Role::Liaison, Fault::Forbidden),
            ("1003", Role::ExamAdministrator, Fault::NotFound),
        ] {
            role::grant(&stage.app, &operator(), name, Grant { role: held, unit })
                .await
                .expect("a role");
            let caller = stage.caller(name).await;
            let decided = objection::decide(&stage.app, &caller, id, true, "属实").await;
            assert_eq!(fault(decided), refusal, "{name}");
            let case = objection::case(&stage.app, &caller, id).await;
            assert_eq!(fault(case), refusal, "{name}");
            let run = Correction {
                pool: 0,
                method: Method::Void,
            };
            assert_eq!(
                fault(key_correction::dry_run(&stage.app, &caller, exam, run).await),
                refusal,
                "{name}"
            );
        }
        let scoped = stage.caller("1003").await;
        let queue = objection::queue(&stage.app, &scoped, true, 1)
            .await
            .expect("their queue");
        assert_eq!((queue.all, queue.entries.len()), (0, 0));
        let all = objection::queue(&stage.app, &operator(), true, 1)
            .await
            .expect("the queue");
        assert_eq!((all.all, all.entries.len()), (1, 1));
        assert_eq!(stage.count("SELECT COUNT(*) FROM notice").await, 0);
    })
    .await;
}
