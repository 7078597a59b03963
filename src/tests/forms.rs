//! Questions beyond choice: written in the editor, asked on papers, answered with and without scripts, marked by rules and by people.

use mingfa::{
    db,
    domain::{
        answer::BREAK,
        attempt::Event,
        blueprint::{Blueprint, Part},
        editor::Typed,
        exam::{Band, Moment, Policy, Review, Thing},
        id::{AttemptId, BankId, ExamId},
        item::{Kind, OptionSet, State},
        key::KeyFault,
        key_correction::{Correction, Method},
        marking::{NoMark, Second},
        paper::Paper,
        points::Points,
        role::{Grant, Role},
        statistics::sheet::Basis,
    },
    error::Fault,
    service::{
        Caller, bank,
        exam::Setup,
        figure, key_correction,
        marking::{self, Given},
        question::{self, Wish},
        receipt, review, role, sitting, statistics, verify,
    },
};

use crate::{
    browser::Browser,
    support::{Stage, each_engine, event, fault, operator, setup},
};

/// Marks in right answers, which no page before the hand-in may show.
pub const RIGHT: &str = "标准答案";
pub const MODEL: &str = "参考记号";

/// One question of every kind beyond choice: kind, text, answers.
const QUESTIONS: [(&str, &str, &str); 8] = [
    (
        "fill_blank",
        "期限为_____，应当_____告知",
        "标准答案甲 | 三十日\n×3 标准答案乙 | 书面",
    ),
    ("numeric", "罚款上限是多少？", "30000 ± 500\n单位：元"),
    ("matching", "连线：性质", "拘役 = 刑事措施\n罚款 = 行政措施\n= 纪律措施"),
    ("ordering", "排序：办案步骤", "按位置计分\n立案\n调查\n决定"),
    (
        "cloze",
        "应当{?*书面|口头}答复，期限{标准答案丙 | 丙}，处{#3;万元}以下",
        "",
    ),
    (
        "short_answer",
        "为什么要听证？",
        "说明权利 = 4\n说明程序 = 6\n参考答案：\n参考记号一",
    ),
    ("essay", "论依法行政。", "参考答案：\n参考记号二"),
    (
        "case",
        "某局对某公司作出处罚。",
        "【单选题】\n谁可以申请复议？\n答：\n* 某公司\n- 某局\n【简答题】\n理由是什么？\n答：\n参考答案：\n参考记号三",
    ),
];

pub fn typed((kind, stem, form): (&str, &str, &str)) -> Typed {
    Typed {
        kind: kind.into(),
        stem: stem.into(),
        form: form.into(),
        state: "ready".into(),
        explanation: crate::support::EXPLAINED.into(),
        ..Typed::default()
    }
}

pub async fn bank_of_all(stage: &Stage) -> BankId {
    let bank = stage.usual_bank().await;
    for question in QUESTIONS {
        let wish = Wish {
            typed: typed(question),
            anyway: true,
            ..Wish::default()
        };
        let stored = question::add(&stage.app, &operator(), bank, &wish).await;
        stored.unwrap_or_else(|error| panic!("{}: {error}", question.0));
    }
    bank
}

/// Single choice 5 × 1, then one question of each other kind: 10 points each; 51 to pass of 85.
pub fn rules(bank: BankId, second: Second) -> Setup {
    let set = setup(bank);
    let mut parts = vec![Part::new(Kind::Single, 5, Points::whole(1))];
    let others = Kind::ALL.into_iter().filter(|kind| !kind.is_choice());
    parts.extend(others.map(|kind| Part::new(kind, 1, Points::whole(10))));
    Setup {
        policy: Policy {
            pass_mark: Points::whole(51),
            shuffle_items: false,
            second,
            ..set.policy.clone()
        },
        blueprint: Blueprint::of(parts),
        ..set
    }
}

fn fields(list: &[&str]) -> String {
    list.join(&BREAK.to_string())
}

/// A right answer to the question of this kind, with the texts to be read.
pub fn right(kind: Kind) -> String {
    match kind {
        Kind::FillBlank => fields(&["30日", "书面。"]),
        Kind::Numeric => "3万".to_owned(),
        // Shown by their texts: 刑事措施, 纪律措施, 行政措施.
        Kind::Matching => fields(&["1", "3"]),
        // Shown: 决定, 立案, 调查.
        Kind::Ordering => fields(&["3", "1", "2"]),
        Kind::Cloze => fields(&["A", "丙", "三万元"]),
        Kind::Case => fields(&["A", "因为它是相对人\n第二行"]),
        _ => "听证保障陈述和申辩的权利。".to_owned(),
    }
}

fn write(version: u32, item: u16, text: &str) -> Event {
    Event {
        text: text.into(),
        ..event(version, item, OptionSet::EMPTY)
    }
}

/// The kind of each question of an attempt's paper, and its place in the pool.
async fn paper(stage: &Stage, attempt: AttemptId) -> Vec<(Kind, u32)> {
    let stored = stage.attempt(attempt).await;
    let body = db::exam::paper(&stage.app.db, stored.exam, stored.person, stored.number).await;
    let paper = Paper::from_bytes(&body.expect("the papers").expect("the paper")).expect("whole");
    let pool = db::bank::pool(&stage.app.db, stored.exam).await.expect("the pool");
    let kind = |drawn: &mingfa::domain::paper::Drawn| (pool[drawn.pool as usize].question.kind, drawn.pool);
    paper.0.iter().map(kind).collect()
}

/// Starts and answers everything rightly, without handing in.
async fn answered(stage: &Stage, name: &str, exam: ExamId) -> (Caller, AttemptId) {
    let (caller, attempt) = stage.start(name, exam).await;
    let keys = stage.keys(attempt).await;
    let row = (1..)
        .zip(keys)
        .map(|(item, (kind, key)): (u16, _)| match kind.is_choice() {
            true => event(u32::from(item), item, key),
            false => write(u32::from(item), item, &right(kind)),
        });
    let saved = sitting::save(&stage.app, &caller, attempt, row.collect()).await;
    saved.expect("the answers are stored");
    (caller, attempt)
}

async fn sat(stage: &Stage, name: &str, exam: ExamId) -> (Caller, AttemptId) {
    let (caller, attempt) = answered(stage, name, exam).await;
    sitting::hand_in(&stage.app, &caller, attempt).await.expect("handed in");
    (caller, attempt)
}

async fn settled(stage: &Stage, attempt: AttemptId) -> (Points, Band) {
    let settled = stage.attempt(attempt).await.outcome.expect("handed in").settled;
    (settled.score, settled.band)
}

async fn verified(stage: &Stage) {
    let report = verify::verify(&stage.app, &operator(), |_| ()).await.expect("verified");
    assert!(report.differences.is_empty(), "{:?}", report.differences);
}

/// An account that marks everywhere.
async fn marker(stage: &Stage, name: &str) -> Caller {
    role::make_account(&stage.app, &operator(), name)
        .await
        .expect("an account");
    let grant = Grant {
        role: Role::Marker,
        unit: None,
    };
    role::grant(&stage.app, &operator(), name, grant).await.expect("a role");
    stage.caller(name).await
}

/// Takes the next answer to a question and gives these points; `None` when there is none to take.
async fn read(stage: &Stage, marker: &Caller, exam: ExamId, pool: u32, points: &[i64]) -> Option<()> {
    let desk = marking::desk(&stage.app, marker, exam, pool, true)
        .await
        .expect("the question");
    let answer = desk.answer?;
    assert!(!answer.lines.is_empty(), "the answer is there to be read");
    let given = Given {
        reference: answer.reference,
        points: points.iter().map(|points| Some(Points::whole(*points))).collect(),
        comment: "论述完整".into(),
    };
    marking::mark(&stage.app, marker, exam, pool, &given)
        .await
        .expect("stored");
    Some(())
}

#[tokio::test]
async fn every_kind_is_written_in_the_editor_kept_and_changed() {
    each_engine(async |stage| {
        let bank = bank_of_all(stage).await;
        let summary = bank::bank(&stage.app, &operator(), bank).await.expect("the bank");
        for (kind, stem, form) in QUESTIONS {
            let kind = Kind::from_code(kind).expect("a kind");
            assert_eq!(summary.count(Some(kind), Some(State::Ready)), 1, "{kind:?}");
            let mut filter = mingfa::domain::bank::Filter::of(bank);
            filter.kind = Some(kind);
            let (found, _) = db::bank::page(&stage.app.db, &filter, 9, 0).await.expect("the page");
            let stored = &found[0];
            let again = Typed::of(&stored.question);
            assert_eq!((again.stem.as_str(), again.form.as_str()), (stem, form), "{kind:?}");
            // The right words are found by the search of the bank.
            filter.words = stored.question.form.as_ref().expect("a form").right()[0]
                .chars()
                .take(3)
                .collect();
            let (found, _) = db::bank::page(&stage.app.db, &filter, 9, 0).await.expect("the page");
            assert_eq!(found.len(), 1, "{kind:?} {}", filter.words);
            let wish = Wish {
                typed: Typed {
                    explanation: "改过的解析".into(),
                    ..again
                },
                reason: "补充解析".into(),
                anyway: true,
            };
            question::revise(&stage.app, &operator(), bank, stored.id, 1, &wish)
                .await
                .expect("revised");
            let versions = db::bank::versions(&stage.app.db, bank, stored.id)
                .await
                .expect("the versions");
            assert_eq!(versions.len(), 2);
            assert_eq!(versions[0].stored.question.form, versions[1].stored.question.form);
        }
        let same = Wish {
            typed: typed(QUESTIONS[1]),
            anyway: true,
            ..Wish::default()
        };
        let twice = question::add(&stage.app, &operator(), bank, &same).await;
        assert_eq!(fault(twice.map(|_| ())), Fault::SameQuestion);
    })
    .await;
}

#[tokio::test]
async fn files_of_other_programs_give_questions_that_can_be_asked() {
    each_engine(async |stage| {
        let gift = "::一:: 期限是多少日？ {=30 =三十}\n\n::二:: 上限？ {#30000:500}\n\n\
                    ::三:: 连线 {=拘役 -> 刑事 =罚款 -> 行政 =警告 -> 行政}\n\n::四:: 谈谈看法。 {}\n";
        let report = bank::import(&stage.app, &operator(), "题库", "a.gift", gift.as_bytes())
            .await
            .expect("an import");
        assert_eq!(
            (report.created, report.drafts, report.errors.len()),
            (Some(4), 0, 0),
            "{:?}",
            report.warnings
        );
        let kinds: Vec<Kind> = report.by_kind.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(kinds, [Kind::FillBlank, Kind::Numeric, Kind::Matching, Kind::Essay]);
    })
    .await;
}

#[tokio::test]
async fn the_demonstration_has_a_question_of_every_kind() {
    let file = include_bytes!("../service/demo/questions/forms.csv");
    let reading = mingfa::format::exchange::questions("各种题型.csv", file);
    assert!(reading.errors.is_empty(), "{:?}", reading.errors);
    let kinds: Vec<Kind> = reading.found.iter().map(|found| found.value.kind).collect();
    let beyond: Vec<Kind> = Kind::ALL.into_iter().filter(|kind| !kind.is_choice()).collect();
    assert_eq!(kinds, beyond);
    for found in &reading.found {
        assert_eq!(
            (found.value.fit(), found.value.state),
            (Ok(()), State::Ready),
            "{}",
            found.value.stem
        );
        let criteria = found.value.form.as_ref().expect("a form").criteria(Points::whole(10));
        let expected = match found.value.kind {
            Kind::ShortAnswer | Kind::Essay => 3,
            Kind::Case => 2,
            _ => 0,
        };
        assert_eq!(criteria.len(), expected, "{}", found.value.stem);
    }
}

#[tokio::test]
async fn texts_are_kept_marked_by_rules_and_regraded() {
    each_engine(async |stage| {
        stage.roster(2, 1).await;
        let exam = stage
            .open_exam(rules(bank_of_all(stage).await, Second::default()))
            .await;
        let (caller, attempt) = answered(stage, "1001", exam).await;
        let open = sitting::open(&stage.app, &caller, attempt)
            .await
            .expect("open")
            .expect("it runs");
        let place = open
            .questions
            .iter()
            .position(|shown| shown.kind == Kind::Case)
            .expect("a case");
        assert_eq!(
            open.sheet.answers[place].text,
            right(Kind::Case),
            "another device finds it"
        );
        sitting::hand_in(&stage.app, &caller, attempt).await.expect("handed in");
        // 5 choices, 5 × 10 by rules, and half of the case.
        assert_eq!(settled(stage, attempt).await, (Points::whole(60), Band::Awaiting));
        assert_eq!(stage.count("SELECT COUNT(*) FROM answer_text").await, 8);
        assert_eq!(stage.count("SELECT COUNT(*) FROM marking_task").await, 3);
        verified(stage).await;

        let counted = figure::figures(&stage.app, &operator(), exam)
            .await
            .expect("figures")
            .total;
        assert_eq!(
            (counted.sat, counted.awaiting, counted.passed),
            (1, 1, 0),
            "sat, and nobody knows more"
        );
        let eligible = stage
            .write(move |tx| {
                Box::pin(async move { db::certificate::eligible(tx, exam, Default::default(), None).await })
            })
            .await;
        assert_eq!(
            eligible.expect("the list").len(),
            0,
            "nothing is certified before it is final"
        );

        let outcome = stage.attempt(attempt).await.outcome.expect("handed in");
        let code = mingfa::domain::receipt::ReceiptCode {
            attempt,
            digest: outcome.settled.receipt,
        };
        let genuine = receipt::verify(&stage.app, &code.to_string()).await.expect("checked");
        assert!(matches!(genuine, receipt::Verdict::Genuine(proof) if proof.answered == 13));
        stage
            .run("UPDATE answer_event SET text = text || '。' WHERE text LIKE '听证%'")
            .await;
        let changed = receipt::verify(&stage.app, &code.to_string()).await.expect("checked");
        assert_eq!(changed, receipt::Verdict::Changed, "a text is as safe as a choice");
        stage
            .run("UPDATE answer_event SET text = substr(text, 1, length(text) - 1) WHERE text LIKE '听证%'")
            .await;

        let (kind, blanks) = *paper(stage, attempt)
            .await
            .iter()
            .find(|(kind, _)| *kind == Kind::FillBlank)
            .expect("it");
        assert_eq!(kind, Kind::FillBlank);
        let correct = async |method| {
            let correction = Correction { pool: blanks, method };
            key_correction::propose(&stage.app, &operator(), exam, correction, "写法有误", None).await
        };
        let refused = fault(correct(Method::NewKey(OptionSet(1).into())).await);
        assert_eq!(refused, Fault::NewKey(KeyFault::Options), "it has no letters");
        // Nobody who left it empty loses by it any more.
        let (other, empty) = stage.start("1002", exam).await;
        sitting::hand_in(&stage.app, &other, empty).await.expect("handed in");
        assert_eq!(
            settled(stage, empty).await,
            (Points::ZERO, Band::Fail),
            "an empty text waits for nobody"
        );
        let id = correct(Method::FullCredit).await.expect("proposed");
        let second = stage.second_administrator("second").await;
        key_correction::apply(&stage.app, &second, id).await.expect("applied");
        assert_eq!(settled(stage, empty).await.0, Points::whole(10));
        assert_eq!(settled(stage, attempt).await, (Points::whole(60), Band::Awaiting));
        verified(stage).await;
    })
    .await;
}

#[tokio::test]
async fn what_is_no_answer_is_refused_and_what_is_late_is_kept() {
    each_engine(async |stage| {
        stage.roster(1, 1).await;
        let exam = stage
            .open_exam(rules(bank_of_all(stage).await, Second::default()))
            .await;
        let (caller, attempt) = stage.start("1001", exam).await;
        let kinds = paper(stage, attempt).await;
        let place = |wanted| 1 + kinds.iter().position(|(kind, _)| *kind == wanted).expect("it") as u16;
        let save = async |event| {
            sitting::save(&stage.app, &caller, attempt, vec![event])
                .await
                .map(|_| ())
        };
        let blanks = place(Kind::FillBlank);
        for wrong in [
            write(1, place(Kind::Single), "甲"),
            event(1, blanks, OptionSet(1)),
            write(1, blanks, "只有一空"),
            write(1, blanks, &fields(&["甲", "乙", "丙"])),
            write(1, blanks, &fields(&["甲\0", "乙"])),
            write(1, blanks, &fields(&[&"长".repeat(201), ""])),
            write(1, place(Kind::Essay), &"长".repeat(5001)),
        ] {
            assert_eq!(fault(save(wrong.clone()).await), Fault::NoSuchChoice, "{wrong:?}");
        }
        let twice = write(1, blanks, &fields(&["甲", "乙"]));
        save(twice.clone()).await.expect("stored");
        save(twice.clone()).await.expect("known by what it says");
        let other = write(1, blanks, &fields(&["甲", "丙"]));
        assert_eq!(
            fault(save(other).await),
            Fault::Stale(1),
            "the same version with other words"
        );
        sitting::hand_in(&stage.app, &caller, attempt).await.expect("handed in");
        for late in ["迟到甲", "迟到乙", "迟到乙"] {
            assert_eq!(fault(save(write(2, place(Kind::Essay), late)).await), Fault::Late);
        }
        let kept = crate::support::texts(&stage.app.db, "SELECT text FROM late_answer_event").await;
        assert_eq!(kept, ["迟到甲\u{1e}迟到乙"], "both devices' words are evidence");
    })
    .await;
}

#[tokio::test]
async fn figures_of_questions_count_what_rules_mark_and_leave_out_what_people_read() {
    each_engine(async |stage| {
        stage.roster(3, 1).await;
        let exam = stage
            .open_exam(rules(bank_of_all(stage).await, Second::default()))
            .await;
        let mut read_by_people = Vec::new();
        for name in ["1001", "1002"] {
            let (_, attempt) = sat(stage, name, exam).await;
            let paper = paper(stage, attempt).await.into_iter();
            read_by_people = paper
                .filter(|(kind, _)| matches!(kind, Kind::Essay | Kind::Case))
                .collect();
        }
        // Of two blanks the one that weighs a quarter, and nothing else.
        let (caller, attempt) = stage.start("1003", exam).await;
        let keys = stage.keys(attempt).await;
        let place = keys
            .iter()
            .position(|(kind, _)| *kind == Kind::FillBlank)
            .expect("blanks");
        let half = write(1, place as u16 + 1, &fields(&["30日", "口头"]));
        sitting::save(&stage.app, &caller, attempt, vec![half])
            .await
            .expect("stored");
        sitting::hand_in(&stage.app, &caller, attempt).await.expect("handed in");

        let overview = statistics::overview(&stage.app, &operator(), exam, statistics::Wish::default()).await;
        let overview = overview.expect("the figures");
        assert_eq!(overview.read, 3, "short answer, essay and a case with a text");
        let row = |kind| overview.rows.iter().find(|row| row.stored.question.kind == kind);
        let blanks = &row(Kind::FillBlank).expect("counted").figures;
        assert_eq!((blanks.papers, blanks.answered, blanks.facility), (3, 3, Some(0.75)));
        let pairs = &row(Kind::Matching).expect("counted").figures;
        assert_eq!((pairs.papers, pairs.answered), (3, 2));
        assert!(pairs.item_rest_r.is_some_and(|r| r > 0.9), "{pairs:?}");
        for (kind, _) in &read_by_people {
            assert!(row(*kind).is_none(), "{kind:?}");
        }
        // All points that rules give: 55, 55 and 2.5 of 55.
        let counted = overview.counted.as_ref().expect("counted");
        let full = if counted.basis == Basis::Fixed { 55.0 } else { 1.0 };
        let mean = counted.paper.mean.expect("three papers") / full;
        assert!((mean - 112.5 / 165.0).abs() < 1e-6, "{mean}");

        stage.clock.advance_seconds(120);
        statistics::fold(&stage.app).await.expect("summed up");
        verified(stage).await;
        assert_eq!(
            stage.count("SELECT COUNT(*) FROM item_sums WHERE attempts = 3").await,
            1
        );
        let browser = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let page = browser.get(&format!("/admin/exams/{exam}/items")).await.body;
        assert!(page.contains("另有 3 道要由人阅卷的题"), "{page}");
        let blank = row(Kind::FillBlank).expect("counted").pool;
        let item = browser.get(&format!("/admin/exams/{exam}/items/{blank}")).await.body;
        assert!(item.contains("75.0\u{a0}%") && item.contains("标准答案甲"), "{item}");
    })
    .await;
}

#[tokio::test]
async fn people_read_two_by_two_and_a_third_decides() {
    each_engine(async |stage| {
        stage.roster(3, 1).await;
        let second = Second {
            percent: 100,
            threshold: Points::whole(2),
        };
        let exam = stage.open_exam(rules(bank_of_all(stage).await, second)).await;
        let (_, attempt) = sat(stage, "1001", exam).await;
        let kinds = paper(stage, attempt).await;
        let pool = |wanted| kinds.iter().find(|(kind, _)| *kind == wanted).expect("it").1;
        let (short, essay, case) = (pool(Kind::ShortAnswer), pool(Kind::Essay), pool(Kind::Case));
        let (one, two, three) = (
            marker(stage, "m1").await,
            marker(stage, "m2").await,
            marker(stage, "m3").await,
        );

        let no_right = marking::overview(&stage.app, &stage.caller("1002").await, exam).await;
        assert_eq!(fault(no_right.map(|_| ())), Fault::Forbidden);
        let desk = marking::desk(&stage.app, &one, exam, short, true)
            .await
            .expect("the question");
        let answer = desk.answer.expect("an answer");
        let names: Vec<&str> = answer.criteria.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["说明权利", "说明程序"]);
        let nobody = marking::desk(&stage.app, &two, exam, short, true)
            .await
            .expect("the question");
        assert!(nobody.answer.is_none(), "one answer is before one reader at a time");
        let mark = async |caller: &Caller, reference: &str, points: [Option<Points>; 2]| {
            let given = Given {
                reference: reference.into(),
                points: points.into(),
                comment: String::new(),
            };
            marking::mark(&stage.app, caller, exam, short, &given).await
        };
        let [four, seven] = [Some(Points::whole(4)), Some(Points::whole(7))];
        assert_eq!(
            fault(mark(&one, &answer.reference, [four, seven]).await),
            Fault::Marking(NoMark::Points)
        );
        assert_eq!(
            fault(mark(&one, "0123", [four, four]).await),
            Fault::Marking(NoMark::Taken),
            "of another answer"
        );
        assert_eq!(
            fault(mark(&two, &answer.reference, [four, four]).await),
            Fault::Marking(NoMark::Taken)
        );
        // Whoever waits too long gives it back.
        stage.clock.advance_seconds(10 * 60 + 1);
        assert_eq!(
            fault(mark(&one, &answer.reference, [four, four]).await),
            Fault::Marking(NoMark::Taken)
        );
        read(stage, &two, exam, short, &[4, 5])
            .await
            .expect("the claim was over");
        assert_eq!(
            read(stage, &two, exam, short, &[4, 5]).await,
            None,
            "nobody reads the same twice"
        );
        read(stage, &one, exam, short, &[2, 2]).await.expect("a second reading");
        let overview = marking::overview(&stage.app, &one, exam).await.expect("the overview");
        let row = overview.rows.iter().find(|row| row.progress.pool == short).expect("it");
        assert_eq!(
            (row.progress.all, row.progress.done, row.progress.third),
            (1, 0, 1),
            "9 and 4 differ too much"
        );
        assert_eq!(
            read(stage, &one, exam, short, &[3, 3]).await,
            None,
            "it is for a third person"
        );
        read(stage, &three, exam, short, &[3, 3])
            .await
            .expect("the third reading");

        for (marker, points) in [(&one, 7), (&two, 8)] {
            read(stage, marker, exam, essay, &[points]).await.expect("a reading");
        }
        assert_eq!(
            settled(stage, attempt).await,
            (Points::whole(60), Band::Awaiting),
            "nothing counts before all is read"
        );
        read(stage, &one, exam, case, &[3]).await.expect("a reading");
        let told = stage.count("SELECT COUNT(*) FROM notice").await;
        read(stage, &three, exam, case, &[5]).await.expect("a reading");
        assert_eq!(
            stage.count("SELECT COUNT(*) FROM notice").await,
            told + 1,
            "the candidate is told"
        );
        // 60 by rules, 6 by the third, 7.5 in the mean, and of the case's other half 3 and 5 in the mean.
        assert_eq!(settled(stage, attempt).await, (Points(7_750), Band::Pass));
        let counted = figure::figures(&stage.app, &operator(), exam)
            .await
            .expect("figures")
            .total;
        assert_eq!((counted.sat, counted.awaiting, counted.passed), (1, 0, 1));
        verified(stage).await;
        stage
            .run("UPDATE marking SET criteria = '[100,100]' WHERE round = 'third'")
            .await;
        let report = verify::verify(&stage.app, &operator(), |_| ()).await.expect("verified");
        assert_eq!(report.differences.len(), 1, "{:?}", report.differences);
    })
    .await;
}

#[tokio::test]
async fn nobody_reads_their_own_answer_and_a_void_question_waits_for_nobody() {
    each_engine(async |stage| {
        stage.roster(2, 1).await;
        let exam = stage
            .open_exam(rules(bank_of_all(stage).await, Second::default()))
            .await;
        let (_, attempt) = sat(stage, "1001", exam).await;
        let kinds = paper(stage, attempt).await;
        let pools: Vec<u32> = kinds
            .iter()
            .filter(|(kind, _)| matches!(kind, Kind::ShortAnswer | Kind::Essay | Kind::Case))
            .map(|(_, pool)| *pool)
            .collect();
        for name in ["1001", "1002"] {
            let grant = Grant {
                role: Role::Marker,
                unit: None,
            };
            role::grant(&stage.app, &operator(), name, grant).await.expect("a role");
        }
        let (own, other) = (stage.caller("1001").await, stage.caller("1002").await);
        assert_eq!(
            read(stage, &own, exam, pools[0], &[4, 6]).await,
            None,
            "it is their own"
        );
        read(stage, &other, exam, pools[0], &[4, 6]).await.expect("a reading");
        read(stage, &other, exam, pools[2], &[5]).await.expect("a reading");
        assert_eq!(settled(stage, attempt).await.1, Band::Awaiting);
        let correction = Correction {
            pool: pools[1],
            method: Method::Void,
        };
        let id = key_correction::propose(&stage.app, &operator(), exam, correction, "题目作废", None).await;
        let id = id.expect("proposed");
        let second = stage.second_administrator("second").await;
        key_correction::apply(&stage.app, &second, id).await.expect("applied");
        // 60, 10, 5 more of the case, and the void essay gives its points to everybody.
        assert_eq!(settled(stage, attempt).await, (Points::whole(85), Band::Pass));
        verified(stage).await;
        key_correction::undo(&stage.app, &second, id, "恢复")
            .await
            .expect("undone");
        assert_eq!(
            settled(stage, attempt).await.1,
            Band::Awaiting,
            "it is to be read again"
        );
        read(stage, &other, exam, pools[1], &[1]).await.expect("a reading");
        assert_eq!(settled(stage, attempt).await, (Points::whole(76), Band::Pass));
        verified(stage).await;
    })
    .await;
}

/// The whole way without scripts, and no answer of ours on it before the policy allows.
#[tokio::test]
async fn a_walk_without_scripts_saves_every_kind_and_tells_no_answer() {
    each_engine(async |stage| {
        stage.roster(1, 1).await;
        let set = rules(bank_of_all(stage).await, Second::default());
        let cells = Thing::ALL.iter().map(|thing| (*thing, Moment::AfterClose));
        let early = [(Thing::Score, Moment::RightAfter), (Thing::Band, Moment::RightAfter)];
        let policy = Policy {
            review: Review::Custom(cells.chain(early).collect()),
            ..set.policy.clone()
        };
        let exam = stage.open_exam(Setup { policy, ..set }).await;
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        let start = browser.post(&format!("/exams/{exam}/start"), &[]).await;
        let path = start.location().to_owned();
        let attempt: AttemptId = path.rsplit('/').next().expect("an id").parse().expect("an id");
        let tells = |body: &str| {
            [RIGHT, MODEL, crate::support::EXPLAINED, "说明权利"]
                .iter()
                .any(|word| body.contains(word))
        };
        for (place, (kind, key)) in stage.keys(attempt).await.into_iter().enumerate() {
            let item = (place + 1).to_string();
            let page = browser.get(&format!("{path}?q={item}")).await;
            assert_eq!(page.status, 200);
            assert!(!tells(&page.body), "{kind:?} tells an answer");
            let version = place.to_string();
            let mut form = vec![
                ("version", version.as_str()),
                ("item", item.as_str()),
                ("go", item.as_str()),
            ];
            let texts: Vec<String> = right(kind)
                .split(BREAK)
                .map(|text| text.replace('\n', "\r\n"))
                .collect();
            let count = texts.len().to_string();
            let names: Vec<String> = (0..texts.len())
                .map(|field| mingfa::ui::sit::fields::name("", field))
                .collect();
            let chosen: Vec<String> = key.places().map(|place| place.to_string()).collect();
            if kind.is_choice() {
                form.extend(chosen.iter().map(|place| ("choice", place.as_str())));
            } else {
                assert!(
                    page.body.contains(&format!("name=\"{}\"", names[0])),
                    "{kind:?} has a field"
                );
                form.push(("fields", &count));
                form.extend(names.iter().map(String::as_str).zip(texts.iter().map(String::as_str)));
            }
            assert_eq!(
                browser.post(&format!("{path}/answer"), &form).await.status,
                303,
                "{kind:?}"
            );
            let again = browser.get(&format!("{path}?q={item}")).await;
            assert!(
                kind.is_choice() || again.body.contains(texts[0].as_str()),
                "{kind:?} is shown again"
            );
        }
        let check = browser.get(&format!("{path}/check")).await;
        assert!(check.body.contains("每道题都作答了"));
        browser.post(&format!("{path}/hand-in"), &[]).await;
        assert_eq!(settled(stage, attempt).await.0, Points::whole(60), "as with scripts");
        let result = browser.get(&format!("{path}/result")).await;
        assert!(result.body.contains("客观题 60 分，主观题待阅"), "{}", result.body);
        assert!(!tells(&result.body));

        marker(stage, "m1").await;
        let reader = Browser::new(&stage.app).signed_in(&stage.token("m1").await);
        assert!(reader.get("/admin/marking").await.body.contains("3 份待阅"));
        for (_, pool) in paper(stage, attempt)
            .await
            .into_iter()
            .filter(|(kind, _)| matches!(kind, Kind::ShortAnswer | Kind::Essay | Kind::Case))
        {
            let desk = format!("/admin/exams/{exam}/marking/{pool}");
            reader.post(&format!("{desk}/take"), &[]).await;
            let page = reader.get(&desk).await;
            assert!(
                !page.body.contains("张1001") && !page.body.contains("1001"),
                "no name and no number"
            );
            let between = |from: &str, to: &str| {
                let at = page.body.find(from).expect(from) + from.len();
                page.body[at..].split(to).next().unwrap_or_default().to_owned()
            };
            let reference = between("name=\"answer\" value=\"", "\"");
            let count = between("name=\"criteria\" value=\"", "\"");
            let none = [("answer", reference.as_str()), ("criteria", count.as_str())];
            assert_eq!(reader.post(&desk, &none).await.status, 422, "points are missing");
            let given = [none[0], none[1], ("points0", "2"), ("points1", "3.5")];
            assert_eq!(reader.post(&desk, &given).await.status, 303);
        }
        // 60 by rules, 5.5 of the short answer, 2 of the essay, 2 of the case.
        assert_eq!(settled(stage, attempt).await, (Points(6_950), Band::Pass));
        let result = browser.get(&format!("{path}/result")).await;
        assert!(result.body.contains("69.5 分") && !tells(&result.body));
        stage.clock.advance_seconds(24 * 3600 + 60);
        let browser = browser.signed_in(&stage.token("1001").await);
        let result = browser.get(&format!("{path}/result")).await;
        assert!(
            result.body.contains(MODEL) && result.body.contains(RIGHT),
            "after the close the policy allows it"
        );
        let told = review::result(&stage.app, &stage.caller("1001").await, attempt)
            .await
            .expect("the result");
        let parts: Vec<_> = told
            .expect("it is over")
            .paper
            .expect("shown")
            .iter()
            .filter_map(|one| one.part)
            .collect();
        assert_eq!(parts, [Points(550), Points::whole(2), Points::whole(7)]);
    })
    .await;
}
