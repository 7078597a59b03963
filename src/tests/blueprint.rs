//! Papers by blueprint: topics and difficulties from the file to the paper, the report before publishing, ceilings, forms
//! on paper and the use of questions.

use std::collections::{BTreeMap, BTreeSet};

use mingfa::{
    db::{self, exam as store},
    domain::{
        bank::Filter,
        blueprint::{Blueprint, Bound, Part, Shortage, Where},
        exam::{Policy, SetupFault},
        id::{BankId, ExamId, QuestionId},
        item::{Difficulty, Kind, OptionSet},
        paper::Paper,
        points::Points,
    },
    error::Fault,
    service::{bank, exam, exam::Setup, print, sitting, slot::Entry},
};

use crate::{
    browser::Browser,
    support::{START, Stage, each_engine, fault, operator, setup},
};

/// Single-choice questions of three topics and three difficulties, four of each pair; the fourth option speaks of the others.
fn matrix_csv() -> String {
    let mut csv = String::from("题型,题目,难度,选项A,选项B,选项C,选项D,答案,知识点,标签\n");
    let mut number = 0;
    for topic in ["宪法", "民法", "刑法"] {
        for level in ["易", "中等", "较难"] {
            for _ in 0..4 {
                number += 1;
                csv += &format!(
                    "单选题,第{number}号题？,{level},甲{number},乙{number},丙{number},以上都不对,A,{topic}、其他,\n"
                );
            }
        }
    }
    csv
}

fn bound(topic: Option<&str>, difficulty: Option<Difficulty>, min: u32, max: u32) -> Bound {
    Bound {
        topic: topic.map(str::to_owned),
        difficulty,
        min,
        max,
    }
}

fn matrix_setup(bank: BankId) -> Setup {
    let bounds = vec![
        bound(Some("宪法"), None, 4, 4),
        bound(None, Some(Difficulty::Hard), 3, 5),
        bound(Some("刑法"), Some(Difficulty::Easy), 1, 2),
    ];
    Setup {
        blueprint: Blueprint::of(vec![Part {
            bounds,
            title: "单项选择".to_owned(),
            instruction: "每题只有一个正确答案。".to_owned(),
            ..Part::new(Kind::Single, 10, Points::whole(1))
        }]),
        ..setup(bank)
    }
}

async fn question(stage: &Stage, bank: BankId, words: &str) -> QuestionId {
    let filter = Filter {
        words: words.to_owned(),
        ..Filter::of(bank)
    };
    let (found, _) = bank::questions(&stage.app, &operator(), &filter, 1)
        .await
        .expect("a page");
    found[0].0.id
}

/// The questions of everybody's paper of this number.
async fn papers(stage: &Stage, exam: ExamId, persons: usize, number: u32) -> Vec<Vec<QuestionId>> {
    let pool = db::bank::pool(&stage.app.db, exam).await.expect("the pool");
    let mut papers = Vec::new();
    for person in 0..persons {
        let person = stage.person(&(1001 + person).to_string()).await;
        let bytes = store::paper(&stage.app.db, exam, person, number)
            .await
            .expect("the papers");
        let Some(bytes) = bytes else { continue };
        let paper = Paper::from_bytes(&bytes).expect("a whole paper");
        papers.push(paper.0.iter().map(|drawn| pool[drawn.pool as usize].id).collect());
    }
    papers
}

#[tokio::test]
async fn a_file_brings_topic_difficulty_and_options_that_stay_last() {
    each_engine(async |stage| {
        let id = stage.bank_from("矩阵", &matrix_csv()).await;
        let filter = Filter {
            words: "第12号题".to_owned(),
            ..Filter::of(id)
        };
        let (found, _) = bank::questions(&stage.app, &operator(), &filter, 1)
            .await
            .expect("a page");
        let question = &found[0].0.question;
        assert_eq!(
            (question.topic.as_str(), question.difficulty, question.pinned),
            ("宪法", Difficulty::Hard, OptionSet::of([3]))
        );
        assert_eq!(question.tags, ["宪法", "其他"]);
        let topics = bank::topics(&stage.app, &operator(), id).await.expect("the topics");
        assert_eq!(topics.len(), 3);
        assert!(topics.iter().all(|(_, count)| *count == 12));
        let page = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let page = page.get(&format!("/admin/banks/{id}?words=12")).await.body;
        for words in [
            "lang=\"zh-CN\">宪法",
            "难度：难",
            "乱序时不动",
            "还没有考过",
            &found[0].0.id.to_string(),
        ] {
            assert!(page.contains(words), "{words}");
        }
    })
    .await;
}

#[tokio::test]
async fn every_paper_keeps_the_matrix_and_the_uses_are_counted() {
    each_engine(async |stage| {
        stage.roster(30, 3).await;
        let bank = stage.bank_from("矩阵", &matrix_csv()).await;
        let setup = matrix_setup(bank);
        let policy = Policy {
            attempts: 2,
            ..setup.policy.clone()
        };
        let exam = stage.open_exam(Setup { policy, ..setup }).await;
        let pool = db::bank::pool(&stage.app.db, exam).await.expect("the pool");
        let by_id: BTreeMap<_, _> = pool.iter().map(|stored| (stored.id, &stored.question)).collect();
        let mut uses = BTreeMap::new();
        for paper in papers(stage, exam, 30, 1).await {
            let count = |topic: Option<&str>, level: Option<Difficulty>| {
                let fits = |id: &&QuestionId| {
                    let question = by_id[*id];
                    topic.is_none_or(|topic| topic == question.topic)
                        && level.is_none_or(|level| level == question.difficulty)
                };
                paper.iter().filter(fits).count()
            };
            assert_eq!((paper.len(), count(Some("宪法"), None)), (10, 4));
            assert!((3..=5).contains(&count(None, Some(Difficulty::Hard))));
            assert!((1..=2).contains(&count(Some("刑法"), Some(Difficulty::Easy))));
            paper.iter().for_each(|id| *uses.entry(*id).or_insert(0) += 1);
        }
        let (caller, first) = stage.start("1001", exam).await;
        sitting::hand_in(&stage.app, &caller, first).await.expect("the hand-in");
        sitting::start(&stage.app, &caller, exam, Entry::default())
            .await
            .expect("a second attempt");
        let second = papers(stage, exam, 1, 2).await;
        second[0].iter().for_each(|id| *uses.entry(*id).or_insert(0) += 1);
        let ids: Vec<_> = by_id.keys().copied().collect();
        let usage = db::exposure::usage(&stage.app.db, &ids, START)
            .await
            .expect("the usage");
        for id in ids {
            let expected = uses.get(&id).copied().unwrap_or(0);
            assert_eq!(
                (usage[&id].papers, usage[&id].exams),
                (expected, i64::from(expected > 0))
            );
        }
        let browser = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let (id, most) = uses.iter().max_by_key(|(_, count)| **count).expect("some question");
        let number = pool.iter().position(|stored| stored.id == *id).expect("in the pool") + 1;
        let page = browser.get(&format!("/admin/banks/{bank}?words=第{number}号题")).await;
        assert!(
            page.body.contains(&format!("考过 1 场，共 {most} 份试卷")),
            "{}",
            page.body
        );
    })
    .await;
}

#[tokio::test]
async fn under_a_ceiling_everybody_gets_a_paper_and_any_paper_is_drawn_again() {
    each_engine(async |stage| {
        // More than one block.
        stage.roster(130, 3).await;
        let bank = stage.bank_from("矩阵", &matrix_csv()).await;
        let mut setup = matrix_setup(bank);
        setup.policy.attempts = 3;
        setup.blueprint.ceiling = Some(40);
        setup.blueprint.must_include = vec![question(stage, bank, "第36号题").await];
        setup.blueprint.enemies = vec![vec![
            question(stage, bank, "第1号题").await,
            question(stage, bank, "第13号题").await,
        ]];
        let named: BTreeSet<_> = setup.blueprint.enemies[0].iter().copied().collect();
        let must = setup.blueprint.must_include[0];
        let exam = stage.open_exam(setup).await;
        let mut uses = BTreeMap::new();
        let all = papers(stage, exam, 130, 1).await;
        for paper in &all {
            assert!(paper.contains(&must) && paper.iter().filter(|id| named.contains(id)).count() < 2);
            paper.iter().for_each(|id| *uses.entry(*id).or_insert(0) += 1);
        }
        assert_eq!((all.len(), uses.remove(&must)), (130, Some(130)));
        assert!(uses.values().all(|count| *count <= 52), "40 % of 130: {uses:?}");
        let again = async |number, person: &str| {
            let person = stage.person(person).await;
            exam::paper_is_reproducible(&stage.app, &operator(), exam, person, number)
                .await
                .expect("a paper")
        };
        assert!(again(1, "1001").await && again(1, "1100").await && again(1, "1130").await);
        for name in ["1007", "1128"] {
            let (caller, first) = stage.start(name, exam).await;
            sitting::hand_in(&stage.app, &caller, first).await.expect("the hand-in");
            sitting::start(&stage.app, &caller, exam, Entry::default())
                .await
                .expect("a second attempt");
            assert!(again(2, name).await);
        }
        let node = stage.second_node().await;
        let caller = stage.caller("1007").await;
        let second = sitting::standing(&node, &caller, exam).await.expect("the standing");
        let second = second.running().expect("the second attempt").id;
        sitting::hand_in(&node, &caller, second).await.expect("the hand-in");
        sitting::start(&node, &caller, exam, Entry::default())
            .await
            .expect("a third attempt, on another node");
        assert!(again(3, "1007").await);
        node.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_short_is_told_with_place_and_number_and_nothing_is_published() {
    each_engine(async |stage| {
        let bank = stage.bank_from("矩阵", &matrix_csv()).await;
        let other = stage.bank("别的", &[(Kind::Single, 3)]).await;
        let browser = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let refused = async |blueprint: Blueprint| {
            let policy = Policy {
                pass_mark: Points::whole(1),
                ..setup(bank).policy
            };
            let id = stage
                .draft(Setup {
                    blueprint,
                    policy,
                    ..setup(bank)
                })
                .await;
            let page = browser.get(&format!("/admin/exams/{id}")).await;
            let reply = browser.post(&format!("/admin/exams/{id}/publish"), &[]).await;
            assert_eq!(reply.status, 409);
            let Fault::Short(short) = fault(exam::publish(&stage.app, &operator(), id).await) else {
                panic!("short")
            };
            assert!(
                page.body
                    .contains(&Fault::Short(short.clone()).message(mingfa::domain::lang::Lang::Zh))
            );
            assert_eq!(stage.count("SELECT COUNT(*) FROM exam_item").await, 0);
            (short, page.body)
        };
        let part = |count, bounds| {
            Blueprint::of(vec![Part {
                bounds,
                ..Part::new(Kind::Single, count, Points::whole(1))
            }])
        };
        let cell = bound(Some("民法"), Some(Difficulty::Hard), 6, 8);
        let (short, page) = refused(part(10, vec![cell])).await;
        assert_eq!(
            short,
            [Shortage {
                place: Where::Cell(Kind::Single, Some("民法".into()), Some(Difficulty::Hard)),
                need: 6,
                have: 4
            }]
        );
        assert!(page.contains("差 2 题") && page.contains("4 / 6–8"), "{page}");
        let contradiction = vec![bound(Some("民法"), None, 6, 9), bound(Some("宪法"), None, 6, 9)];
        let (short, _) = refused(part(10, contradiction)).await;
        assert!(matches!(short[0].place, Where::Bounds(Kind::Single, _)) && short[0].missing() == 2);
        let (short, _) = refused(Blueprint {
            ceiling: Some(20),
            ..part(10, vec![])
        })
        .await;
        assert_eq!((short[0].need, short[0].have), (50, 36));
        let enemies = vec![vec![
            question(stage, bank, "第1号题").await,
            question(stage, bank, "第2号题").await,
        ]];
        let (short, _) = refused(Blueprint {
            enemies,
            ..part(36, vec![])
        })
        .await;
        assert_eq!(
            (short[0].place.clone(), short[0].need, short[0].have),
            (Where::Enemies, 36, 35)
        );
        let foreign = Blueprint {
            must_include: vec![question(stage, other, "第1号").await],
            ..part(10, vec![])
        };
        let foreign = exam::create(
            &stage.app,
            &operator(),
            Setup {
                blueprint: foreign,
                ..setup(bank)
            },
        )
        .await;
        assert_eq!(fault(foreign), Fault::Setup(vec![SetupFault::Questions]));
    })
    .await;
}

#[tokio::test]
async fn the_matrix_is_set_up_by_a_plain_form_that_keeps_what_was_typed() {
    each_engine(async |stage| {
        let bank = stage.bank_from("矩阵", &matrix_csv()).await.to_string();
        let one = question(stage, bank.parse().expect("an id"), "第1号题")
            .await
            .to_string();
        let browser = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let fields = |change: &[(&'static str, &'static str)]| {
            let mut fields: BTreeMap<&str, String> = [
                ("title", "考试"),
                ("opens_at", "2026-12-02T09:00"),
                ("closes_at", "2026-12-03T09:00"),
                ("minutes", "60"),
                ("attempts", "1"),
                ("pass_mark", "6"),
                ("outage_minutes", "30"),
                ("multiple", "all_or_nothing"),
                ("review", "yearly"),
                ("single_count", "10"),
                ("single_points", "1"),
                ("single_title", "单项选择"),
                ("single_bound_0_topic", "=宪法"),
                ("single_bound_0_difficulty", "hard"),
                ("single_bound_0_number", "1–3"),
                ("single_bound_1_topic", ""),
                ("single_bound_1_difficulty", ""),
                ("single_bound_1_number", ""),
                ("single_bound_2_topic", ""),
                ("single_bound_2_difficulty", "easy"),
                ("single_bound_2_number", "2-"),
                ("multiple_count", "0"),
                ("multiple_points", "2"),
                ("true_false_count", "0"),
                ("true_false_points", "1"),
                ("indefinite_count", "0"),
                ("indefinite_points", "1"),
                ("ceiling", "60"),
            ]
            .into_iter()
            .map(|(name, value)| (name, value.to_owned()))
            .collect();
            fields.insert("bank", bank.clone());
            fields.insert("must_include", one.clone());
            change
                .iter()
                .for_each(|(name, value)| drop(fields.insert(name, (*value).to_owned())));
            fields
        };
        let send = async |path: &str, fields: BTreeMap<&str, String>| {
            let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            browser.post(path, &fields).await
        };
        let form = browser.get("/admin/exams/new").await;
        assert!(form.body.contains("value=\"=宪法\"") && form.body.contains("single_bound_2_number"));
        for (name, value) in [
            ("single_bound_0_number", "3-1"),
            ("single_bound_0_number", "很多"),
            ("single_bound_1_number", "2"),
            ("single_bound_1_topic", "=民法"),
            ("must_include", "4711"),
            ("enemies", "0000000000001"),
            ("ceiling", "0"),
            ("ceiling", "101"),
        ] {
            let reply = send("/admin/exams", fields(&[(name, value)])).await;
            assert_eq!(reply.status, 422, "{name}={value}");
            assert!(
                reply.body.contains("1–3") || name == "single_bound_0_number",
                "{name}: what was typed is kept"
            );
            assert!(reply.body.contains(value), "{name}={value}");
        }
        let more = send("/admin/exams", fields(&[("more", "single")])).await;
        assert!(more.status == 200 && more.body.contains("single_bound_4_number"));
        let step = send("/admin/exams", fields(&[("go", "passing"), ("step", "paper")])).await;
        assert_eq!(step.status, 200);
        assert!(step.body.contains("value=\"1–3\""), "what was typed goes along");
        assert!(step.body.contains("name=\"step\" value=\"passing\""), "{}", step.body);
        let check = send("/admin/exams", fields(&[("go", "check")])).await;
        assert_eq!(check.status, 200);
        for words in [
            "这场考试是这样的",
            "最多出现在 60% 的试卷上",
            "题库够用",
            "从题库“矩阵”抽题",
            "2026年12月2日 09:00",
        ] {
            assert!(check.body.contains(words), "{words}: {}", check.body);
        }
        let wrong = send(
            "/admin/exams",
            fields(&[("go", "check"), ("pass_mark", "999"), ("title", "")]),
        )
        .await;
        assert!(
            wrong.body.contains("还不能保存") && wrong.body.contains("value=\"999\""),
            "{}",
            wrong.body
        );
        assert_eq!(
            stage.count("SELECT COUNT(*) FROM exam").await,
            0,
            "nothing is stored on the way"
        );
        let stored = send("/admin/exams", fields(&[])).await;
        assert_eq!(stored.status, 303, "{}", stored.body);
        let page = browser.get(stored.location()).await.body;
        for words in [
            "单项选择 10 题，每题 1 分。",
            "“宪法”·难 1–3 题",
            "易 至少 2 题",
            "最多出现在 60% 的试卷上",
            "题库够用",
            "的试卷上。不同的试卷至少有 10 的",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let again = browser.get(&format!("{}/edit", stored.location())).await.body;
        for words in ["value=\"1-3\"", "value=\"2-\"", "value=\"60\"", &one] {
            assert!(again.contains(words), "{words}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_printed_form_and_its_key_belong_together_and_only_administrators_see_them() {
    each_engine(async |stage| {
        stage.roster(2, 1).await;
        let bank = stage.bank_from("矩阵", &matrix_csv()).await;
        let id = stage.draft(matrix_setup(bank)).await;
        let early = print::form(&stage.app, &operator(), id, 'A').await.map(|_| ());
        assert_eq!(fault(early), Fault::WrongState, "there is no seed before the opening");
        exam::publish(&stage.app, &operator(), id).await.expect("published");
        exam::open(&stage.app, &operator(), id).await.expect("opened");
        let form = print::form(&stage.app, &operator(), id, 'A').await.expect("a form");
        let same = print::form(&stage.app, &operator(), id, 'A').await.expect("a form");
        let other = print::form(&stage.app, &operator(), id, 'B').await.expect("a form");
        let key = print::key(&stage.app, &operator(), id, 'A').await.expect("a key");
        assert_eq!((&form.code, &form.code), (&same.code, &key.code));
        assert_ne!(form.code, other.code);
        for (printed, line) in form.parts[0].1.iter().zip(&key.parts[0].1) {
            let right = line.shown.places().next().expect("one right option");
            assert!(printed.options[right].starts_with('甲'), "the authored key is A");
            assert_eq!((line.authored, printed.number), (OptionSet::of([0]), line.number));
            assert_eq!(printed.options[3], "以上都不对");
        }
        let browser = Browser::new(&stage.app);
        let administrator = browser.signed_in(&stage.administrator().await);
        let page = administrator.get(&format!("/admin/exams/{id}/print?form=A")).await;
        assert_eq!(page.status, 200);
        for words in [form.code.as_str(), "单项选择", "每题只有一个正确答案。", "print-box"] {
            assert!(page.body.contains(words), "{words}");
        }
        let keys = administrator.get(&format!("/admin/exams/{id}/print/key?form=A")).await;
        assert!(keys.body.contains(&form.code) && keys.body.contains("答案（题库）"));
        for wrong in ["Z", "AB", "%3C"] {
            let reply = administrator
                .get(&format!("/admin/exams/{id}/print?form={wrong}"))
                .await;
            assert_eq!(reply.status, 400, "{wrong}");
        }
        let candidate = browser.signed_in(&stage.token("1001").await);
        for path in ["print", "print/key"] {
            let reply = candidate.get(&format!("/admin/exams/{id}/{path}?form=A")).await;
            assert_eq!(reply.status, 403, "{path}");
            assert!(
                !reply.body.contains(&form.code) && !reply.body.contains("号题"),
                "{path}"
            );
        }
        let refused = print::key(&stage.app, &stage.caller("1001").await, id, 'A')
            .await
            .map(|_| ());
        assert_eq!(fault(refused), Fault::Forbidden);
        let intro = candidate.get(&format!("/exams/{id}")).await;
        assert!(intro.body.contains("单项选择 10 题") && intro.body.contains("每题只有一个正确答案。"));
        let sheet = candidate
            .post(&format!("/exams/{id}/start"), &[])
            .await
            .location()
            .to_owned();
        let sheet = candidate.get(&sheet).await.body;
        assert!(
            sheet.contains("单项选择 · 1 分") && sheet.contains("每题只有一个正确答案。"),
            "{sheet}"
        );
    })
    .await;
}
