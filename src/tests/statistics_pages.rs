//! The figures of questions from real attempts: counted by hand, kept until something changes, shown to whoever manages the exam.

use mingfa::{
    db,
    domain::{
        blueprint::{Blueprint, Part},
        exam::Policy,
        id::ExamId,
        item::{Kind, OptionSet},
        key_correction::{Correction, Method},
        paper::Paper,
        points::Points,
        role::{Grant, Role},
        statistics::{
            irt::{Curve, Estimate},
            remark::Remark,
            sheet::Basis,
        },
    },
    error::Fault,
    service::{
        exam::Setup,
        key_correction, role, sitting,
        statistics::{self, Order, Overview, Row, Wish},
    },
};

use crate::{
    browser::Browser,
    support::{Stage, each_engine, event, fault, operator, setup},
};

const QUESTIONS: usize = 4;

/// An open exam of four questions that everybody has; the key of question 0 is A, of 1 B, of 2 C, of 3 D. Two attempts.
async fn open_exam(stage: &Stage, persons: usize) -> ExamId {
    stage.roster(persons, 2).await;
    let bank = stage.bank("题库", &[(Kind::Single, QUESTIONS)]).await;
    let set = setup(bank);
    let policy = Policy {
        pass_mark: Points::whole(2),
        attempts: 2,
        ..set.policy.clone()
    };
    let blueprint = Blueprint::of(vec![Part::new(Kind::Single, QUESTIONS as u32, Points::whole(1))]);
    stage
        .open_exam(Setup {
            policy,
            blueprint,
            ..set
        })
        .await
}

/// The place in the pool of the question with this number.
async fn place(stage: &Stage, exam: ExamId, number: usize) -> u32 {
    let pool = db::bank::pool(&stage.app.db, exam).await.expect("the pool");
    let found = pool
        .iter()
        .position(|stored| stored.question.key == OptionSet::of([number]));
    found.expect("the question") as u32
}

/// Sits with these letters by number of the question; `-` leaves it empty.
async fn sit(stage: &Stage, name: &str, exam: ExamId, letters: &str) {
    let pool = db::bank::pool(&stage.app.db, exam).await.expect("the pool");
    let (caller, attempt) = stage.start(name, exam).await;
    let stored = stage.attempt(attempt).await;
    let body = db::exam::paper(&stage.app.db, exam, stored.person, stored.number)
        .await
        .expect("the papers")
        .expect("the paper");
    let paper = Paper::from_bytes(&body).expect("a whole paper");
    let mut row = Vec::new();
    for (place, drawn) in (1..).zip(&paper.0) {
        let key = pool[drawn.pool as usize].question.key;
        let number = key.places().next().expect("a key");
        if let Some(choice) = OptionSet::from_letters(&letters[number..=number]) {
            row.push(event(row.len() as u32 + 1, place, drawn.shown(choice)));
        }
    }
    sitting::save(&stage.app, &caller, attempt, row).await.expect("stored");
    sitting::hand_in(&stage.app, &caller, attempt).await.expect("handed in");
}

async fn overview(stage: &Stage, exam: ExamId, wish: Wish) -> Overview {
    let overview = statistics::overview(&stage.app, &operator(), exam, wish)
        .await
        .expect("the figures");
    assert_eq!(overview.progress, None, "counted at once");
    overview
}

async fn row(stage: &Stage, exam: ExamId, number: usize) -> Row {
    let place = place(stage, exam, number).await;
    let one = statistics::one(&stage.app, &operator(), exam, place).await;
    one.expect("the question").row.expect("its figures")
}

fn near(number: Option<f64>, expected: f64) -> bool {
    number.is_some_and(|number| (number - expected).abs() < 1e-9)
}

fn chosen(row: &Row) -> Vec<u64> {
    row.figures.options.iter().map(|option| option.chosen).collect()
}

/// Scores 4, 3, 2, 1, 0, 2.
const SIX: [&str; 6] = ["ABCD", "ABCA", "ABAA", "ACAA", "BCA-", "BDCD"];

async fn six(stage: &Stage) -> ExamId {
    let exam = open_exam(stage, 7).await;
    for (person, letters) in (1001..).zip(SIX) {
        sit(stage, &person.to_string(), exam, letters).await;
    }
    exam
}

#[tokio::test]
async fn six_papers_give_the_figures_that_were_computed_by_hand() {
    each_engine(async |stage| {
        let exam = six(stage).await;
        // Who has seen the questions does not count again.
        sit(stage, "1005", exam, "ABCD").await;
        let all = overview(stage, exam, Wish::default()).await;
        let counted = all.counted.expect("counted");
        assert_eq!((counted.basis, all.asked, all.remarked), (Basis::Fixed, 4, 0));
        let paper = counted.paper;
        assert_eq!((paper.papers, paper.median), (6, Some(2.0)));
        assert!(near(paper.mean, 2.0) && near(paper.sd, 2f64.sqrt()), "{paper:?}");
        // Variances of the items 4/15, 3/10, 3/10, 4/15; of the sum 2.
        let alpha = 4.0 / 3.0 * (1.0 - (4.0 / 15.0 + 0.3 + 0.3 + 4.0 / 15.0) / 2.0);
        assert!(near(paper.alpha, alpha), "{paper:?}");
        assert!(near(paper.sem, (2.0 * (1.0 - alpha)).sqrt()), "{paper:?}");

        let rows = [
            row(stage, exam, 0).await,
            row(stage, exam, 1).await,
            row(stage, exam, 2).await,
            row(stage, exam, 3).await,
        ];
        let options: Vec<_> = rows.iter().map(chosen).collect();
        assert_eq!(options, [[4, 2, 0, 0], [0, 3, 2, 1], [3, 0, 3, 0], [3, 0, 0, 2]]);
        for (row, right) in rows.iter().zip([4.0, 3.0, 3.0, 2.0]) {
            assert!(near(row.figures.facility, right / 6.0), "{:?}", row.figures);
            assert!(row.estimate.is_none() && row.remarks.is_empty(), "too few papers");
        }
        assert_eq!((rows[0].figures.answered, rows[3].figures.answered), (6, 5));
        // Question 0 right: 1 1 1 1 0 0; the rest: 3 2 1 0 0 2.
        let r = (2.0 / 3.0) / (4.0 / 3.0 * 22.0 / 3.0f64).sqrt();
        assert!(near(rows[0].figures.item_rest_r, r), "{:?}", rows[0].figures);
        assert!(near(rows[0].figures.discrimination_index, 100.0 * r));
        // Fifths of six papers in the order of scores 0 1 2 2 3 4: the lowest 1.2 papers are that with 0 and a fifth of that with 1.
        let fifths = rows[0].figures.options[0].fifths.expect("six papers");
        assert!(
            near(Some(fifths[0]), 0.2 / 1.2) && near(Some(fifths[4]), 1.0),
            "{fifths:?}"
        );
        // 1.62 papers each are the upper and the lower group; between them 1.76 of 2.76 are right.
        let browser = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let path = format!("/admin/exams/{exam}/items/{}", place(stage, exam, 0).await);
        let page = browser.get(&path).await.body;
        assert!(
            page.contains("高分组 100.0\u{a0}%，中间组 63.8\u{a0}%，低分组 38.3\u{a0}%"),
            "{page}"
        );
        assert!(!page.contains("题目信息量"), "nothing is estimated");
    })
    .await;
}

#[tokio::test]
async fn figures_are_kept_until_somebody_hands_in_or_a_key_is_corrected() {
    each_engine(async |stage| {
        let exam = six(stage).await;
        let counted = async || overview(stage, exam, Wish::default()).await.counted.expect("counted");
        let first = counted().await;
        assert!(std::sync::Arc::ptr_eq(&first, &counted().await), "nothing has changed");
        sit(stage, "1007", exam, "ABCD").await;
        assert_eq!(counted().await.paper.papers, 7);

        let second = stage.second_administrator("second").await;
        let apply = async |number, method| {
            let pool = place(stage, exam, number).await;
            let correction = Correction { pool, method };
            let id = key_correction::propose(&stage.app, &operator(), exam, correction, "原答案有误", None)
                .await
                .expect("proposed");
            key_correction::apply(&stage.app, &second, id).await.expect("applied");
        };
        apply(0, Method::NewKey(OptionSet::of([1]).into())).await;
        let corrected = row(stage, exam, 0).await;
        assert!(near(corrected.figures.facility, 2.0 / 7.0), "{:?}", corrected.figures);
        assert_eq!(
            (corrected.key, chosen(&corrected)),
            (OptionSet::of([1]), vec![5, 2, 0, 0])
        );
        apply(3, Method::Void).await;
        let all = overview(stage, exam, Wish::default()).await;
        assert_eq!((all.asked, row(stage, exam, 3).await.figures.papers), (3, 0));
        assert_eq!(all.counted.expect("counted").basis, Basis::Fixed);
    })
    .await;
}

/// So many persons, some of whom sit: the abler, the more of 1 to 3 is right; at question 0 most of the able choose B, which is not its key.
async fn many(stage: &Stage, persons: usize, sit_it: usize) -> ExamId {
    let exam = open_exam(stage, persons).await;
    for person in 0..sit_it {
        let able = person * 4 / persons;
        let first = if (able >= 2) == (person % 3 > 0) { "B" } else { "A" };
        let more = ["AAA", "BAA", "BCA", "BCD"][able];
        // A little chance, or nothing could be calibrated.
        let more = if person % 11 == 0 { "ACD" } else { more };
        sit(stage, &(1001 + person).to_string(), exam, &format!("{first}{more}")).await;
    }
    exam
}

#[tokio::test]
async fn a_question_with_the_wrong_key_stands_first_and_the_page_says_why_in_both_languages() {
    each_engine(async |stage| {
        let exam = many(stage, 100, 100).await;
        let (suspect, last) = (place(stage, exam, 0).await, place(stage, exam, 3).await);
        let all = overview(stage, exam, Wish::default()).await;
        let first = &all.first[0];
        assert_eq!(first.pool, suspect);
        assert!(
            matches!(first.remarks[0], Remark::KeySuspect { option: 1, key: 0, .. }),
            "{:?}",
            first.remarks
        );
        let estimate = row(stage, exam, 3).await.estimate.expect("enough papers");
        assert!(
            estimate.curve().is_some_and(|curve| curve.b > 0.0),
            "hard: {estimate:?}"
        );

        let order = async |sort: &str| -> Vec<u32> {
            let sorted = overview(stage, exam, Wish::of(sort, false, 1)).await;
            sorted.rows.iter().map(|row| row.pool).collect()
        };
        assert_eq!(order("facility").await[0], last);
        let reversed: Vec<u32> = order("-place").await.into_iter().rev().collect();
        assert_eq!(reversed, order("place").await);
        assert_eq!(order("discrimination").await[0], suspect);
        assert_eq!(order("-remarks").await[0], suspect);
        assert_eq!(Wish::of("-nothing", true, 1).order, Order::Place);
        let some = overview(stage, exam, Wish::of("", true, 1)).await;
        assert_eq!(some.rows.len(), some.remarked);
        assert!(some.remarked < 4 || some.rows.iter().all(|row| !row.remarks.is_empty()));

        let browser = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let english = browser.with_cookie("lang", "en");
        let path = format!("/admin/exams/{exam}/items");
        let has = async |browser: &Browser, path: &str, words: &[&str]| {
            let page = browser.get(path).await;
            assert_eq!(page.status, 200, "{path}");
            for words in words {
                assert!(page.body.contains(words), "{words}: {}", page.body);
            }
        };
        has(
            &browser,
            &path,
            &[
                "试题分析",
                "100 份答卷",
                "先看这些题",
                "答案存疑",
                "多选 B",
                "信度 α",
                "Rasch 难度",
            ],
        )
        .await;
        has(
            &english,
            &path,
            &["Item analysis", "Look at these first", "Key suspect", "Alpha"],
        )
        .await;
        has(
            &browser,
            &format!("{path}?sort=-facility&only=remarked&page=9"),
            &["aria-sort=\"descending\""],
        )
        .await;
        let one = format!("{path}/{suspect}");
        has(
            &browser,
            &one,
            &[
                "<polyline",
                "role=\"img\"",
                "为什么要看这道题",
                "第 5 组（最高）",
                "点二列相关",
            ],
        )
        .await;
        has(
            &english,
            &one,
            &[
                "Option curves",
                "Point-biserial",
                "Group 1 (lowest)",
                "Why to look at it",
            ],
        )
        .await;
        has(&browser, &format!("/admin/exams/{exam}"), &[&path]).await;
        for nothing in ["9999", "x", "-1"] {
            assert_eq!(browser.get(&format!("{path}/{nothing}")).await.status, 404, "{nothing}");
        }
    })
    .await;
}

/// What the page of a question has beside an ability.
fn told(page: &str, curve: Curve, theta: f64) -> bool {
    let (information, right) = (curve.information(theta), 100.0 * curve.chance(theta));
    let row = format!(">{theta:.1}</th><td class=\"n\">{information:.2}</td><td class=\"n\">{right:.1}\u{a0}%</td>");
    // Without the marks that Leptos leaves behind children.
    page.replace("<!>", "").contains(&row)
}

#[tokio::test]
async fn the_page_draws_what_the_paper_tells_and_slopes_need_two_hundred_papers() {
    each_engine(async |stage| {
        let exam = many(stage, 200, 199).await;
        let path = format!("/admin/exams/{exam}/items");
        let browser = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let english = browser.with_cookie("lang", "en");
        let rasch = browser.get(&path).await.body;
        assert!(
            rasch.contains("测验信息与标准误") && rasch.contains("双参数模型要满 200 份答卷"),
            "{rasch}"
        );
        assert!(rasch.contains("<polyline") && rasch.contains(">-3.0<") && rasch.contains(">3.0<"));
        let hard = place(stage, exam, 3).await;
        let none = row(stage, exam, 3).await;
        assert!(none.sloped.is_none() && none.estimate.is_some());
        let item = browser.get(&format!("{path}/{hard}")).await.body;
        assert!(item.contains("满 200 份答卷"), "{item}");
        let curve = none.estimate.and_then(Estimate::curve).expect("a curve");
        let most = format!(
            "按 Rasch 模型（各题斜率相同）。在能力 θ = {:.2} 处信息量最大，a²/4 = {:.2}。",
            curve.b,
            curve.a * curve.a / 4.0
        );
        assert!(item.contains("题目信息量") && item.contains(&most), "{item}");
        for theta in [-3.0, -0.5, 0.0, 1.0, 3.0] {
            assert!(told(&item, curve, theta), "{theta}: {item}");
        }

        sit(stage, "1200", exam, "AACD").await;
        let all = overview(stage, exam, Wish::default()).await;
        let counted = all.counted.expect("counted");
        let scale = counted.scale().expect("enough papers");
        assert!(scale.has_slopes() && scale.precision.len() == 13);
        let curves: Vec<_> = all.rows.iter().filter_map(|row| row.sloped?.curve()).collect();
        let at_zero: f64 = curves.iter().map(|curve| curve.information(0.0)).sum();
        assert!(
            near(Some(scale.precision[6].information), at_zero),
            "the sum over all questions"
        );
        assert!(browser.get(&path).await.body.contains("按双参数模型。"));
        let page = english.get(&path).await.body;
        assert!(
            page.contains("By the two-parameter model.") && page.contains("2PL a"),
            "{page}"
        );
        let curve = row(stage, exam, 3)
            .await
            .sloped
            .expect("estimated")
            .curve()
            .expect("a curve");
        let item = english.get(&format!("{path}/{hard}")).await.body;
        assert!(
            item.contains(&format!("Highest information a²/4 = {:.2}", curve.a * curve.a / 4.0)),
            "{item}"
        );
        let most = format!(
            "By the two-parameter model. It tells most at ability θ = {:.2}: a²/4 = {:.2}.",
            curve.b,
            curve.a * curve.a / 4.0
        );
        assert!(item.contains("Item information") && item.contains(&most), "{item}");
        for theta in [-3.0, -0.5, 0.0, 1.0, 3.0] {
            assert!(told(&item, curve, theta), "{theta}: {item}");
        }
    })
    .await;
}

#[tokio::test]
async fn before_anybody_hands_in_the_page_says_so_and_few_papers_are_called_unsure() {
    each_engine(async |stage| {
        let exam = open_exam(stage, 2).await;
        let browser = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let english = browser.with_cookie("lang", "en");
        let path = format!("/admin/exams/{exam}/items");
        assert!(browser.get(&path).await.body.contains("还没有人交卷"));
        assert!(english.get(&path).await.body.contains("Nobody has handed in yet"));
        assert!(
            browser
                .get(&format!("{path}/0"))
                .await
                .body
                .contains("没有已交的答卷里有这道题")
        );
        sit(stage, "1001", exam, "ABCD").await;
        assert!(browser.get(&path).await.body.contains("只有 1 份答卷"));
        assert!(
            english
                .get(&format!("{path}/0"))
                .await
                .body
                .contains("the numbers are unsure")
        );
    })
    .await;
}

#[tokio::test]
async fn only_who_manages_the_exam_sees_its_figures() {
    each_engine(async |stage| {
        let exam = open_exam(stage, 2).await;
        let candidate = stage.caller("1001").await;
        let refused = statistics::overview(&stage.app, &candidate, exam, Wish::default()).await;
        assert_eq!(fault(refused.map(|_| ())), Fault::Forbidden);
        role::make_account(&stage.app, &operator(), "part")
            .await
            .expect("an account");
        let units = db::person::units(&stage.app.db).await.expect("the units");
        let grant = Grant {
            role: Role::ExamAdministrator,
            unit: Some(units.find(&["市局".to_owned(), "0科".to_owned()]).expect("a unit").id),
        };
        role::grant(&stage.app, &operator(), "part", grant)
            .await
            .expect("a role");
        let part = stage.caller("part").await;
        let refused = statistics::one(&stage.app, &part, exam, 0).await;
        assert_eq!(
            fault(refused.map(|_| ())),
            Fault::NotFound,
            "an exam of all is beyond a part"
        );
    })
    .await;
}
