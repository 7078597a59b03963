//! Courses: written, checked and published; tested first, studied, tested again; and what that gives.

use mingfa::{
    db,
    domain::{
        course::{CourseFault, Draft, Heading, LessonKind, Missing, Source, State},
        credit::Credits,
        id::{BankId, CourseId, LessonId, RunId},
        item::OptionSet,
        role::{Grant, Role},
        time::{DAY, Timestamp},
    },
    error::Fault,
    service::{
        Caller, bank, course as service,
        course::{Done, First, Shown},
        credit, law, role,
    },
};

use crate::{
    access::unit_named,
    law::{FIRST, NEW, OLD, SECOND, brought, regulation},
    study::{key, open_bank},
    support::{BASED, Stage, each_engine, fault, operator},
};

/// 2026-11-02 09:00 in China.
pub const EARLY: Timestamp = Timestamp(1_796_086_800_000 - 29 * DAY);

pub fn heading(title: &str) -> Heading {
    Heading {
        title: title.to_owned(),
        summary: String::new(),
        year: 2026,
        unit: None,
        compulsory: true,
        diagnostic: 0,
    }
}

pub fn lesson(title: &str, credits: i64, sources: &str) -> Draft {
    Draft {
        kind: LessonKind::Text,
        title: title.to_owned(),
        body: "# 要点\n\n先看条文，再做测验。\n".to_owned(),
        credits: Credits::whole(credits),
        questions: 3,
        pass: 2,
        sources: Source::lines(sources),
    }
}

/// Two topics of four true-or-false questions each, in a bank open to practice.
pub async fn topics(stage: &Stage) -> BankId {
    let mut csv = String::from("题型,题目,选项A,选项B,答案,法律依据,标签\n");
    for topic in ["用火", "用电"] {
        for number in 0..4 {
            let answer = ["A", "B"][number % 2];
            csv += &format!("判断题,{topic}第{number}问？,正确,错误,{answer},{BASED}{topic}{number},{topic}\n");
        }
    }
    let id = stage.bank_from("练习题库", &csv).await;
    bank::set_practice(&stage.app, &operator(), id, true)
        .await
        .expect("opened");
    id
}

/// A course with these lessons, published.
pub async fn published(stage: &Stage, heading: Heading, lessons: &[Draft]) -> CourseId {
    let id = service::create(&stage.app, &operator(), heading)
        .await
        .expect("created");
    for (place, draft) in (1..).zip(lessons) {
        service::change_lesson(&stage.app, &operator(), id, None, place, draft.clone())
            .await
            .expect("written");
    }
    service::publish(&stage.app, &operator(), id).await.expect("published");
    id
}

/// Hands a test in with so many right answers.
pub async fn hand_in(stage: &Stage, caller: &Caller, run: RunId, right: usize) {
    let (_, view) = service::view(&stage.app, caller, run)
        .await
        .expect("the test")
        .expect("it runs");
    let mut choices = Vec::new();
    for place in 0..view.posed.len() {
        let key = key(stage, caller, run, place as u32).await;
        choices.push(if place < right {
            key
        } else {
            OptionSet::of([0, 1]).common(OptionSet(!key.0))
        });
    }
    service::hand_in(&stage.app, caller, run, choices)
        .await
        .expect("handed in");
}

/// Takes the test of a lesson.
pub async fn take(stage: &Stage, caller: &Caller, course: CourseId, place: usize, right: usize) -> RunId {
    let run = service::start_lesson(&stage.app, caller, course, place)
        .await
        .expect("begun");
    hand_in(stage, caller, run, right).await;
    run
}

async fn done(stage: &Stage, caller: &Caller, course: CourseId) -> Vec<Option<Done>> {
    let page = service::page(&stage.app, caller, course).await.expect("the course");
    page.rows.iter().map(|row| row.done).collect()
}

#[tokio::test]
async fn a_course_is_published_when_nothing_is_missing_and_what_is_missing_is_named() {
    each_engine(async |stage| {
        stage.roster(2, 1).await;
        let id = service::create(&stage.app, &operator(), heading("安全用火"))
            .await
            .expect("created");
        let app = &stage.app;
        assert_eq!(
            fault(service::publish(app, &operator(), id).await),
            Fault::Course(CourseFault::NoLessons)
        );
        let bare = Draft {
            body: String::new(),
            ..lesson("第一课", 3, "用火")
        };
        let first = service::change_lesson(app, &operator(), id, None, 1, bare)
            .await
            .expect("written");
        let Fault::Course(CourseFault::Incomplete(lacking)) = fault(service::publish(app, &operator(), id).await)
        else {
            panic!("it lacks text and questions");
        };
        let few = Missing::Questions { wanted: 3, fitting: 0 };
        assert_eq!(lacking, [("第一课".to_owned(), vec![Missing::Text, few])]);
        let bank = topics(stage).await;
        service::change_lesson(app, &operator(), id, Some(first), 1, lesson("第一课", 3, "用火"))
            .await
            .expect("written");
        let caller = stage.caller("1001").await;
        assert_eq!(
            fault(service::page(app, &caller, id).await.map(|_| ())),
            Fault::NotFound,
            "a draft"
        );
        service::publish(app, &operator(), id).await.expect("published");
        assert_eq!(
            service::page(app, &caller, id).await.expect("there").credits,
            Credits::whole(3)
        );
        // A bank that is closed to practice gives no question.
        bank::set_practice(app, &operator(), bank, false).await.expect("closed");
        stage.clock.set(Timestamp(app.now().0 + 120_000));
        let begun = service::start_lesson(app, &caller, id, 1).await;
        assert_eq!(fault(begun), Fault::Course(CourseFault::NoQuestions));
        let acts =
            "SELECT COUNT(*) FROM audit_entry WHERE act IN ('course_created', 'lesson_changed', 'course_published')";
        assert_eq!(stage.count(acts).await, 4);
    })
    .await;
}

#[tokio::test]
async fn what_is_known_counts_at_once_and_the_rest_is_studied_and_tested() {
    each_engine(async |stage| {
        stage.roster(2, 1).await;
        topics(stage).await;
        let heading = Heading {
            diagnostic: 2,
            ..heading("用火用电")
        };
        let id = published(stage, heading, &[lesson("用火", 3, "用火"), lesson("用电", 2, "用电")]).await;
        let app = &stage.app;
        let caller = stage.caller("1001").await;
        let run = service::start_diagnostic(app, &caller, id).await.expect("begun");
        assert_eq!(
            service::start_diagnostic(app, &caller, id).await.expect("the same"),
            run
        );
        let (_, view) = service::view(app, &caller, run)
            .await
            .expect("the test")
            .expect("it runs");
        assert_eq!(view.posed.len(), 4);
        // The first two are of the first lesson, and of the others one is wrong.
        hand_in(stage, &caller, run, 3).await;
        assert_eq!(done(stage, &caller, id).await, [Some(Done::Known), None]);
        let result = service::result(app, &caller, run).await.expect("the result");
        assert_eq!((result.known, result.passed), (vec![(1, "用火".to_owned())], None));
        let again = service::start_diagnostic(app, &caller, id).await;
        assert_eq!(fault(again), Fault::Course(CourseFault::NoDiagnostic));
        let page = service::page(app, &caller, id).await.expect("the course");
        assert_eq!(page.first, First::Taken(run));

        take(stage, &caller, id, 2, 1).await;
        assert_eq!(
            done(stage, &caller, id).await,
            [Some(Done::Known), None],
            "one of three does not pass"
        );
        let passed = take(stage, &caller, id, 2, 2).await;
        assert_eq!(done(stage, &caller, id).await, [Some(Done::Known), Some(Done::Passed)]);
        take(stage, &caller, id, 2, 3).await;
        take(stage, &caller, id, 1, 3).await;
        let standing = credit::mine(app, &caller).await.expect("the standing");
        assert_eq!(
            (standing.account.total, standing.lines.len()),
            (Credits::whole(5), 2),
            "nothing counts twice"
        );
        assert_eq!(standing.account.compulsory, Credits::whole(5));
        // Whoever asks for the result again changes nothing, and nobody else sees it.
        service::result(app, &caller, passed).await.expect("the result");
        let other = stage.caller("1002").await;
        assert_eq!(
            fault(service::result(app, &other, passed).await.map(|_| ())),
            Fault::NotFound
        );
        assert_eq!(stage.count("SELECT COUNT(*) FROM credit").await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_test_is_repeated_with_other_questions_as_long_as_there_are_any() {
    each_engine(async |stage| {
        stage.roster(1, 1).await;
        topics(stage).await;
        let draft = Draft {
            questions: 2,
            pass: 2,
            ..lesson("用火", 1, "用火")
        };
        let id = published(stage, heading("用火"), &[draft]).await;
        let caller = stage.caller("1001").await;
        let person = caller.person().expect("a person");
        let mut met = Vec::new();
        for _ in 0..2 {
            let run = take(stage, &caller, id, 1, 0).await;
            let answers = db::course::answers(&stage.app.db, person, run)
                .await
                .expect("the answers");
            met.extend(answers.into_iter().map(|(question, _)| question));
        }
        met.sort_unstable();
        met.dedup();
        assert_eq!(met.len(), 4, "four questions, two at a time");
        take(stage, &caller, id, 1, 0).await;
        let running = service::start_lesson(&stage.app, &caller, id, 1).await.expect("begun");
        assert_eq!(
            service::start_lesson(&stage.app, &caller, id, 1)
                .await
                .expect("the same"),
            running
        );
    })
    .await;
}

#[tokio::test]
async fn credits_of_one_day_are_capped_and_the_rest_follows_even_when_hand_ins_race() {
    each_engine(async |stage| {
        stage.roster(1, 1).await;
        topics(stage).await;
        let lessons = ["一", "二", "三"].map(|name| lesson(name, 4, "用火"));
        let id = published(stage, heading("用火"), &lessons).await;
        let caller = stage.caller("1001").await;
        let second = stage.second_node().await;
        let mut runs = Vec::new();
        for place in 1..=3 {
            runs.push(
                service::start_lesson(&stage.app, &caller, id, place)
                    .await
                    .expect("begun"),
            );
        }
        let mut sheets = Vec::new();
        for run in &runs {
            let mut keys = Vec::new();
            for place in 0..3 {
                keys.push(key(stage, &caller, *run, place).await);
            }
            sheets.push(keys);
        }
        // Two nodes at once, each run handed in on both.
        let acts = runs.iter().zip(&sheets).flat_map(|(run, sheet)| {
            [&stage.app, &second].map(|app| service::hand_in(app, &caller, *run, sheet.clone()))
        });
        let mut set = Vec::new();
        for act in acts {
            set.push(act);
        }
        let [a, b, c, d, e, f] = <[_; 6]>::try_from(set).ok().expect("six");
        let done = tokio::join!(a, b, c, d, e, f);
        for done in [done.0, done.1, done.2, done.3, done.4, done.5] {
            done.expect("handed in");
        }
        let stand = async |days: i64| {
            stage.clock.set(Timestamp(crate::support::START.0 + days * DAY));
            credit::mine(&stage.app, &caller).await.expect("the standing").account
        };
        let today = stand(0).await;
        assert_eq!((today.total, today.waiting), (Credits::whole(5), Credits::whole(7)));
        assert_eq!(stand(1).await.total, Credits::whole(10));
        let later = stand(2).await;
        assert_eq!((later.total, later.waiting), (Credits::whole(12), Credits::ZERO));
        assert_eq!(stage.count("SELECT COUNT(*) FROM credit").await, 3);
    })
    .await;
}

#[tokio::test]
async fn a_course_gives_credits_in_its_year_and_to_its_unit_while_it_is_published() {
    each_engine(async |stage| {
        stage.roster(2, 2).await;
        topics(stage).await;
        let app = &stage.app;
        let unit = unit_named(stage, "市局 / 1科").await;
        let of_unit = Heading {
            unit: Some(unit),
            ..heading("一科的课")
        };
        let own = published(stage, of_unit, &[lesson("用火", 1, "用火")]).await;
        let (zero, one) = (stage.caller("1001").await, stage.caller("1002").await);
        assert_eq!(fault(service::page(app, &zero, own).await.map(|_| ())), Fault::NotFound);
        assert!(service::shelf(app, &zero).await.expect("a shelf").courses.is_empty());
        assert_eq!(service::shelf(app, &one).await.expect("a shelf").courses.len(), 1);

        let past = Heading {
            year: 2025,
            ..heading("去年的课")
        };
        let past = published(stage, past, &[lesson("用火", 1, "用火")]).await;
        take(stage, &one, past, 1, 3).await;
        service::withdraw(app, &operator(), own)
            .await
            .expect("nobody has credits");
        service::publish(app, &operator(), own).await.expect("published again");
        take(stage, &one, own, 1, 3).await;
        let withdrawn = service::withdraw(app, &operator(), own).await;
        assert_eq!(
            fault(withdrawn),
            Fault::Course(CourseFault::Fixed),
            "somebody has credits"
        );
        service::close(app, &operator(), own).await.expect("closed");
        take(stage, &one, own, 1, 3).await;
        let standing = credit::mine(app, &one).await.expect("the standing");
        assert_eq!((standing.lines.len(), standing.account.total), (1, Credits::whole(1)));
        let page = service::page(app, &one, own).await.expect("still to be read");
        assert_eq!((page.course.state, page.gives), (State::Closed, false));
    })
    .await;
}

#[tokio::test]
async fn a_published_course_keeps_its_terms_and_its_text_may_change() {
    each_engine(async |stage| {
        stage.roster(1, 1).await;
        topics(stage).await;
        let app = &stage.app;
        let id = published(stage, heading("用火"), &[lesson("用火", 3, "用火")]).await;
        let known = db::course::lessons(&app.db, id).await.expect("the lessons").remove(0);
        let change = async |draft: Draft| service::change_lesson(app, &operator(), id, Some(known.id), 1, draft).await;
        let dearer = Draft {
            credits: Credits::whole(9),
            ..known.draft.clone()
        };
        assert_eq!(fault(change(dearer).await), Fault::Course(CourseFault::Fixed));
        stage.clock.set(Timestamp(app.now().0 + DAY));
        let renamed = Draft {
            title: "用火须知".to_owned(),
            ..known.draft.clone()
        };
        change(renamed.clone()).await.expect("changed");
        let written = async || db::course::lessons(&app.db, id).await.expect("the lessons")[0].written_at;
        assert_eq!(written().await, known.written_at, "its text is as old as before");
        change(Draft {
            body: "新的正文".to_owned(),
            ..renamed
        })
        .await
        .expect("changed");
        assert!(written().await > known.written_at);
        let added = service::change_lesson(app, &operator(), id, None, 2, lesson("用电", 3, "用电")).await;
        assert_eq!(fault(added), Fault::Course(CourseFault::Fixed));
        assert_eq!(
            fault(service::remove_lesson(app, &operator(), known.id).await),
            Fault::Course(CourseFault::Fixed)
        );
    })
    .await;
}

#[tokio::test]
async fn a_course_belongs_to_those_who_manage_its_unit() {
    each_engine(async |stage| {
        stage.roster(2, 2).await;
        topics(stage).await;
        let app = &stage.app;
        let all = service::create(app, &operator(), heading("全体"))
            .await
            .expect("created");
        let unit = unit_named(stage, "市局 / 0科").await;
        role::make_account(app, &operator(), "local").await.expect("an account");
        let grant = Grant {
            role: Role::ExamAdministrator,
            unit: Some(unit),
        };
        role::grant(app, &operator(), "local", grant).await.expect("granted");
        let local = stage.caller("local").await;
        assert_eq!(
            fault(service::file(app, &local, all).await.map(|_| ())),
            Fault::NotFound
        );
        assert_eq!(
            fault(service::create(app, &local, heading("全体")).await),
            Fault::Forbidden
        );
        let own = Heading {
            unit: Some(unit),
            ..heading("本单位")
        };
        service::create(app, &local, own).await.expect("created");
        let rule = credit::rule(app, 2026).await.expect("the rule").rule;
        assert_eq!(
            fault(credit::make_rule(app, &local, 2026, rule, "调整").await),
            Fault::Forbidden
        );
        let candidate = stage.caller("1001").await;
        assert_eq!(
            fault(service::desk(app, &candidate).await.map(|_| ())),
            Fault::Forbidden
        );
    })
    .await;
}

/// What the only quotation of a lesson leads to.
async fn quoted(stage: &Stage, lesson: LessonId) -> String {
    let (_, _, text) = service::preview(&stage.app, &operator(), lesson)
        .await
        .expect("the lesson");
    let quoted = text.pieces.into_iter().find_map(|piece| match piece {
        Shown::Quoted(_, quoted) => Some(*quoted),
        Shown::Blocks(_) => None,
    });
    match quoted.expect("a quotation") {
        law::Quoted::Article { article, since, .. } => format!("{} {since:?} {}", article.number, article.text()),
        law::Quoted::Gone { number, .. } => format!("{number} gone"),
        law::Quoted::Unknown => "unknown".to_owned(),
    }
}

#[tokio::test]
async fn a_lesson_quotes_the_law_in_force_and_says_what_changed_since() {
    each_engine(async |stage| {
        stage.roster(1, 1).await;
        stage.clock.set(EARLY);
        let app = &stage.app;
        brought(stage, "old.md", regulation(FIRST, &OLD)).await;
        let id = service::create(app, &operator(), heading("水源"))
            .await
            .expect("created");
        let mut lessons = Vec::new();
        for (place, words) in (1..).zip(["第一条", "第二条", "第三条", "第九条"]) {
            let draft = Draft {
                body: format!("看条文：\n[[示例市消防水源管理办法 {words}]]\n"),
                ..lesson(words, 1, "用火")
            };
            let written = service::change_lesson(app, &operator(), id, None, place, draft).await;
            lessons.push(written.expect("written"));
        }
        let unknown = Draft {
            body: "[[没有的法 第一条]]".to_owned(),
            ..lesson("别的", 1, "用火")
        };
        lessons.push(
            service::change_lesson(app, &operator(), id, None, 9, unknown)
                .await
                .expect("written"),
        );
        assert_eq!(quoted(stage, lessons[1]).await, format!("2 Same {}", OLD[1]));
        assert_eq!(quoted(stage, lessons[3]).await, "unknown");
        assert_eq!(quoted(stage, lessons[4]).await, "unknown");

        stage.clock.set(Timestamp(EARLY.0 + DAY));
        brought(stage, "new.md", regulation(SECOND, &NEW)).await;
        assert_eq!(quoted(stage, lessons[0]).await, format!("1 Same {}", NEW[0]));
        let second = quoted(stage, lessons[1]).await;
        assert!(second.starts_with("3 Changed") && second.ends_with(NEW[2]), "{second}");
        let third = quoted(stage, lessons[2]).await;
        assert!(third.starts_with("4 Renumbered") && third.ends_with(NEW[3]), "{third}");
    })
    .await;
}

#[tokio::test]
async fn the_questions_of_an_article_follow_it_to_its_new_number() {
    each_engine(async |stage| {
        stage.roster(1, 1).await;
        let app = &stage.app;
        brought(stage, "old.md", regulation(FIRST, &OLD)).await;
        let csv =
            "题型,题目,选项A,选项B,答案,法律依据\n判断题,可以埋压消火栓吗？,正确,错误,B,示例市消防水源管理办法第三条\n";
        let bank = stage.bank_from("水源题库", csv).await;
        bank::set_practice(app, &operator(), bank, true).await.expect("opened");
        let draft = Draft {
            questions: 1,
            pass: 1,
            ..lesson("消火栓", 1, "示例市消防水源管理办法 第三条")
        };
        let id = published(stage, heading("水源"), &[draft]).await;
        stage.clock.set(Timestamp(app.now().0 + DAY));
        brought(stage, "new.md", regulation(SECOND, &NEW)).await;
        law::settle(app, None).await.expect("followed");
        let caller = stage.caller("1001").await;
        let run = take(stage, &caller, id, 1, 1).await;
        let result = service::result(app, &caller, run).await.expect("the result");
        assert_eq!((result.passed, result.outcome.lines.len()), (Some(true), 1));
        assert!(
            !result.outcome.lines[0].basis[0].articles.is_empty(),
            "the way to the article"
        );
    })
    .await;
}

#[tokio::test]
async fn a_test_of_study_is_no_test_of_a_course() {
    each_engine(async |stage| {
        let bank = open_bank(stage).await;
        let caller = stage.caller("1001").await;
        let versions = crate::study::versions(stage, bank).await;
        let versions: Vec<_> = versions.into_iter().map(|(version, ..)| version).take(3).collect();
        let practice = mingfa::service::study::run::start(
            &stage.app,
            &caller,
            mingfa::domain::study::Purpose::Practice,
            0,
            versions,
        )
        .await
        .expect("begun");
        let view = service::view(&stage.app, &caller, practice).await.map(|_| ());
        assert_eq!(fault(view), Fault::NotFound);
    })
    .await;
}
