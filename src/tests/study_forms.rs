//! Questions beyond choice in study: practised, kept in the mistake book, asked in mock exams and in tests of lessons.

use mingfa::{
    domain::{
        answer::BREAK,
        blueprint::Blueprint,
        exam::Policy,
        id::{BankId, RunId},
        item::Kind,
        marking::Second,
        points::Points,
    },
    service::{
        bank,
        exam::Setup,
        question::{self, Wish},
        study::run,
    },
};

use crate::{
    browser::{Browser, Reply},
    course::{heading, lesson, published},
    forms::{MODEL, RIGHT, bank_of_all, right, rules, typed},
    study::key,
    study_pages::{chosen, post, run_of},
    support::{EXPLAINED, Stage, each_engine, operator},
};

/// The topic of the questions of [`bank_of_forms`].
const TOPIC: &str = "办案";

/// Three questions that rules mark, and two that people would have to read.
const FORMS: [(&str, &str, &str); 5] = [
    ("fill_blank", "期限为_____，应当_____告知", "标准答案甲 | 三十日\n书面"),
    ("matching", "连线：性质", "拘役 = 刑事措施\n罚款 = 行政措施\n= 纪律措施"),
    (
        "case",
        "某局处罚了某公司。",
        "【单选题】\n谁可以申请复议？\n答：\n* 某公司\n- 某局\n【填空题】\n期限为_____\n答：\n标准答案乙 | 六十日",
    ),
    ("short_answer", "为什么要听证？", "参考答案：\n参考记号一"),
    (
        "case",
        "另一案。文中有 \"written\":{ 也无妨。",
        "【简答题】\n理由是什么？\n答：\n参考答案：\n参考记号二",
    ),
];

async fn bank_of_forms(stage: &Stage) -> BankId {
    stage.roster(2, 1).await;
    let bank = stage.bank("题型", &[(Kind::Single, 1)]).await;
    for form in FORMS {
        let wish = Wish {
            typed: mingfa::domain::editor::Typed {
                tags: TOPIC.to_owned(),
                ..typed(form)
            },
            anyway: true,
            ..Wish::default()
        };
        let stored = question::add(&stage.app, &operator(), bank, &wish).await;
        stored.unwrap_or_else(|error| panic!("{}: {error}", form.1));
    }
    bank::set_practice(&stage.app, &operator(), bank, true)
        .await
        .expect("opened");
    bank
}

async fn kinds(stage: &Stage, id: RunId) -> Vec<Kind> {
    let caller = stage.caller("1001").await;
    let view = run::view(&stage.app, &caller, id).await.expect("the run");
    view.posed.iter().map(|posed| posed.kind).collect()
}

/// The fields of a form that write this answer for the question at a place.
fn written(place: usize, answer: &str) -> Vec<(String, String)> {
    let fields: Vec<&str> = answer.split(BREAK).collect();
    let mut sent = vec![(format!("q{place}fields"), fields.len().to_string())];
    let texts = fields.into_iter().enumerate();
    sent.extend(texts.map(|(field, text)| (format!("q{place}text{field}"), text.to_owned())));
    sent
}

fn joined(fields: &[&str]) -> String {
    fields.join(&BREAK.to_string())
}

/// A right answer to the question of [`FORMS`] of this kind.
fn answer(kind: Kind) -> String {
    match kind {
        Kind::FillBlank => joined(&["30日", "书面。"]),
        // Shown by their texts: 刑事措施, 纪律措施, 行政措施.
        Kind::Matching => joined(&["1", "3"]),
        _ => joined(&["A", "60日"]),
    }
}

fn tells_nothing(page: &Reply) {
    assert_eq!(page.status, 200, "{}", page.body);
    for mark in [RIGHT, MODEL, EXPLAINED, "→"] {
        assert!(!page.body.contains(mark), "{mark} in {}", page.body);
    }
}

#[tokio::test]
async fn blanks_and_pairs_are_practised_and_what_was_wrong_stands_in_the_mistake_book() {
    each_engine(async |stage| {
        bank_of_forms(stage).await;
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        let page = browser.get("/study").await.body;
        assert!(
            page.contains(&format!("{TOPIC}（3 题）")),
            "none that people read: {page}"
        );
        let id = run_of(&browser.post("/study/practice", &[("topic", TOPIC)]).await);
        let path = format!("/study/runs/{id}");
        let send = async |place: usize, mut fields: Vec<(String, String)>| {
            fields.push(("place".to_owned(), place.to_string()));
            post(&browser, &format!("{path}/answer"), &fields).await
        };
        let asked = kinds(stage, id).await;
        assert_eq!(asked.len(), 3, "{asked:?}");
        for (place, kind) in asked.iter().enumerate() {
            let page = browser.get(&path).await;
            tells_nothing(&page);
            assert!(page.body.contains(&format!("name=\"q{place}text0\"")), "{}", page.body);
            assert!(!page.body.contains("还没有排") && !page.body.contains("<script"));
            let empty = send(place, written(place, &joined(&["", ""]))).await;
            assert!(
                empty.status == 422 && empty.body.contains("也没有填写"),
                "{}",
                empty.body
            );
            assert_eq!(
                send(place, written(place, "一个")).await.status,
                422,
                "one field too few"
            );
            let chosen = vec![("choice".to_owned(), "0".to_owned())];
            assert_eq!(send(place, chosen).await.status, 422, "nothing is to be chosen");
            let said = match kind {
                Kind::Matching => joined(&["2", "3"]),
                kind => answer(*kind),
            };
            let answered = send(place, written(place, &said)).await;
            assert_eq!(
                answered.location(),
                format!("{path}?q={}", place + 1),
                "{}",
                answered.body
            );
            let told = browser.get(answered.location()).await.body;
            let right = if *kind == Kind::Matching {
                "答错了。"
            } else {
                "答对了。"
            };
            assert!(told.contains(right) && told.contains(EXPLAINED), "{kind:?}: {told}");
            assert!(told.contains("您的答案") && told.contains("正确答案"), "{told}");
            match kind {
                Kind::Matching => assert!(
                    told.contains("拘役 → 纪律措施") && told.contains("拘役 → 刑事措施"),
                    "{told}"
                ),
                Kind::FillBlank => assert!(told.contains("（1）30日") && told.contains("标准答案甲"), "{told}"),
                _ => assert!(
                    told.contains("(1) 谁可以申请复议？") && told.contains("A 某公司"),
                    "{told}"
                ),
            }
        }
        let result = browser.get(&format!("{path}/result")).await.body;
        assert!(
            result.contains("3 题，答对 2 题") && result.contains("拘役 → 刑事措施"),
            "{result}"
        );
        assert!(browser.get("/study").await.body.contains("错题本里有 1 题"));
        // A repeat changes nothing; what was said is kept.
        send(0, written(0, &answer(asked[0]))).await;
        assert_eq!(
            stage
                .count("SELECT COUNT(*) FROM study_answer WHERE said <> '' AND choice = 0")
                .await,
            3
        );

        let again = run_of(&browser.post("/study/practice", &[("kind", "mistakes")]).await);
        assert_eq!(kinds(stage, again).await, [Kind::Matching]);
        let mut fields = written(0, &answer(Kind::Matching));
        fields.push(("place".to_owned(), "0".to_owned()));
        let answered = post(&browser, &format!("/study/runs/{again}/answer"), &fields).await;
        assert!(browser.get(answered.location()).await.body.contains("答对了。"));
        stage.clock.advance_seconds(700);
        let due = run_of(&browser.post("/study/practice", &[("kind", "due")]).await);
        assert_eq!(kinds(stage, due).await.len(), 3);
        let english = browser.with_cookie("lang", "en");
        let told = english.get(&format!("{path}?q=1")).await.body;
        assert!(told.contains("Your answer") && told.contains("Right answer"), "{told}");

        // Flagged like any other; further answers can be ruled for it, but no key of options.
        let place = asked.iter().position(|kind| *kind == Kind::FillBlank).expect("blanks") as u32;
        let said = [("place", &*place.to_string()), ("reason", "行政拘留也对")];
        assert_eq!(
            browser.post(&format!("/study/runs/{id}/flag"), &said).await.location(),
            "/study/flags"
        );
        let caller = stage.caller("1001").await;
        let told = run::feedback(&stage.app, &caller, id, place).await.expect("answered");
        let editor = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let page = format!("/admin/disputes/{}", told.question);
        let shown = editor.get(&page).await.body;
        assert!(
            shown.contains("行政拘留也对") && shown.contains("either_key") && shown.contains("name=\"answers\""),
            "{shown}"
        );
        let version = told.version.to_string();
        for method in ["new_key", "either_key"] {
            let hand_made = [
                ("version", &*version),
                ("method", method),
                ("key", "0"),
                ("reason", "两个都对"),
            ];
            let refused = editor.post(&page, &hand_made).await;
            assert!(
                refused.status == 422 && refused.body.contains("新答案要和试卷上问的一样"),
                "{}",
                refused.body
            );
        }
        assert_eq!(stage.count("SELECT COUNT(*) FROM ruling").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_mock_exam_asks_every_kind_that_rules_mark_and_has_a_grade() {
    each_engine(async |stage| {
        stage.roster(2, 1).await;
        let bank = bank_of_all(stage).await;
        bank::set_practice(&stage.app, &operator(), bank, true)
            .await
            .expect("opened");
        let set = rules(bank, Second::default());
        let parts = set.blueprint.parts.clone().into_iter();
        let by_rules = parts.filter(|part| !part.kind.is_read_by_people() && part.kind != Kind::Case);
        let exam = stage
            .open_exam(Setup {
                blueprint: Blueprint::of(by_rules.collect()),
                policy: Policy {
                    pass_mark: Points::whole(51),
                    ..set.policy.clone()
                },
                ..set
            })
            .await;
        let caller = stage.caller("1001").await;
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        // Everything right; and one of two pairs wrong, which is worth half of ten points.
        for (pairs, score, grade) in [("3", "55 分（满分 55）", "合格"), ("2", "50 分（满分 55）", "不合格")]
        {
            let id = run_of(&browser.post(&format!("/study/mock/{exam}"), &[]).await);
            let path = format!("/study/runs/{id}");
            let form = browser.get(&path).await;
            tells_nothing(&form);
            assert!(!form.body.contains("不够"), "{}", form.body);
            let mut fields = Vec::new();
            for (place, kind) in kinds(stage, id).await.into_iter().enumerate() {
                match kind {
                    Kind::Single => fields.extend(chosen(
                        &format!("q{place}"),
                        key(stage, &caller, id, place as u32).await,
                    )),
                    Kind::Matching => fields.extend(written(place, &joined(&["1", pairs]))),
                    kind => fields.extend(written(place, &right(kind))),
                }
            }
            let done = post(&browser, &format!("{path}/hand-in"), &fields).await;
            let result = browser.get(done.location()).await.body;
            assert!(
                result.contains(score) && result.contains(&format!("这个分数是：{grade}")),
                "{result}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn what_people_read_is_not_asked_and_the_pages_say_so() {
    each_engine(async |stage| {
        stage.roster(2, 1).await;
        let bank = bank_of_all(stage).await;
        bank::set_practice(&stage.app, &operator(), bank, true)
            .await
            .expect("opened");
        let exam = stage.open_exam(rules(bank, Second::default())).await;
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        let id = run_of(&browser.post(&format!("/study/mock/{exam}"), &[]).await);
        assert_eq!(kinds(stage, id).await.len(), 10, "five choices and five forms");
        for page in [format!("/study/runs/{id}"), format!("/study/plan/{exam}")] {
            let chinese = browser.get(&page).await.body;
            assert!(chinese.contains("简答题、论述题要由人阅卷，学习里不练。"), "{chinese}");
            let english = browser.with_cookie("lang", "en").get(&page).await.body;
            assert!(
                english.contains("Read by people, so not asked in study: Short answer, Essay."),
                "{english}"
            );
            assert!(chinese.contains("带简答、论述的案例题") && english.contains("Cases with texts that people read"));
        }
        let plan = browser.get(&format!("/study/plan/{exam}")).await.body;
        assert!(
            !plan.contains("填空题、") && plan.contains("案例题现在没有可以练的题"),
            "{plan}"
        );
    })
    .await;
}

#[tokio::test]
async fn the_test_of_a_lesson_asks_forms_too() {
    each_engine(async |stage| {
        bank_of_forms(stage).await;
        let course = published(stage, heading("办案"), &[lesson("程序", 2, TOPIC)]).await;
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        let begun = browser.post(&format!("/courses/{course}/lessons/1/test"), &[]).await;
        let test = begun.location().to_owned();
        let id = run_of(&begun);
        let form = browser.get(&test).await;
        tells_nothing(&form);
        let asked = kinds(stage, id).await;
        assert_eq!(asked.len(), 3);
        let mut fields = Vec::new();
        for (place, kind) in asked.iter().enumerate() {
            assert!(form.body.contains(&format!("name=\"q{place}fields\"")), "{}", form.body);
            // The last is left out.
            if place < 2 {
                fields.extend(written(place, &answer(*kind)));
            }
        }
        let sent = post(&browser, &test, &fields).await;
        assert_eq!(sent.status, 303, "{}", sent.body);
        let result = browser.get(&test).await.body;
        assert!(
            result.contains("答对 2 题，共 3 题") && result.contains("通过了这一课"),
            "{result}"
        );
        assert!(result.contains("未作答") && result.contains("正确答案"), "{result}");
    })
    .await;
}
