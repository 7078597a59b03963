//! Questions and the laws they stand on: what moves along, what leaves the draw on the day, and what brings it back.

use std::{collections::HashSet, path::PathBuf};

use mingfa::{
    db,
    domain::{
        bank::{Filter, Sort, Stored},
        blueprint::{Blueprint, Part},
        editor::Typed,
        exam::{Policy, Window},
        id::{BankId, ExamId},
        item::{Kind, State},
        law::Fate,
        points::Points,
    },
    error::Fault,
    format,
    service::{
        bank as banks,
        exam::{self, Setup},
        law,
        question::{self, Wish},
    },
};

use crate::{
    browser::Browser,
    law::{FIRST, NEW, OLD, brought, regulation},
    support::{START, Stage, each_engine, fault, operator},
};

/// In force nine days after the tests begin.
pub const NEXT: &str =
    "（2019年5月6日示例市人民政府令第7号公布 2026年11月20日示例市人民政府令第30号修订 自2026年12月10日起施行）";
pub const DAYS: i64 = 24 * 3600;

pub async fn bank(stage: &Stage) -> BankId {
    let mut csv = String::from("题型,题目,选项A,选项B,答案,法律依据\n");
    for (stem, basis) in [
        ("目的是什么", "示例市消防水源管理办法第一条"),
        ("多久检查一次", "示例市消防水源管理办法第二条"),
        ("能否埋压", "《示例市消防水源管理办法》（2019-05-06）第3条"),
        ("罚款多少", "示例市消防水源管理办法第四条第一款"),
        ("出自别的法", "民法典第一条"),
        ("没有这一条", "示例市消防水源管理办法第九十条"),
        ("没有依据", ""),
    ] {
        csv += &format!("单选,{stem}？,甲 {stem},乙 {stem},A,{basis}\n");
    }
    stage.bank_from("消防水源", &csv).await
}

/// The bank, some days after the second version came into force.
async fn overtaken(stage: &Stage) -> BankId {
    let bank = bank(stage).await;
    brought(stage, "old.md", regulation(FIRST, &OLD)).await;
    brought(stage, "new.md", regulation(NEXT, &NEW)).await;
    stage.clock.advance_seconds(10 * DAYS);
    law::settle(&stage.app, None).await.expect("settled");
    bank
}

pub async fn questions(stage: &Stage, bank: BankId) -> Vec<Stored> {
    let page = db::bank::page(&stage.app.db, &Filter::of(bank), 100, 0).await;
    page.expect("the bank").0
}

/// The question that begins so.
async fn question_of(stage: &Stage, bank: BankId, stem: &str) -> Stored {
    let all = questions(stage, bank).await;
    let found = all.into_iter().find(|one| one.question.stem.starts_with(stem));
    found.unwrap_or_else(|| panic!("{stem}"))
}

/// State, number of the version and bases of the question that begins so.
pub async fn stands(stage: &Stage, bank: BankId, stem: &str) -> (State, u32, Vec<String>) {
    let found = question_of(stage, bank, stem).await;
    (found.question.state, found.number, found.question.basis)
}

pub fn setup(bank: BankId, count: u32) -> Setup {
    Setup {
        title: "消防水源考试".to_owned(),
        unit: None,
        bank,
        window: Window {
            opens_at: START,
            closes_at: START.plus_seconds(30 * DAYS),
        },
        policy: Policy {
            pass_mark: Points::whole(1),
            ..Policy::jining()
        },
        blueprint: Blueprint::of(vec![Part::new(Kind::Single, count, Points::whole(1))]),
    }
}

async fn published(stage: &Stage, bank: BankId, count: u32) -> ExamId {
    let id = exam::create(&stage.app, &operator(), setup(bank, count))
        .await
        .expect("created");
    exam::publish(&stage.app, &operator(), id).await.expect("published");
    id
}

pub async fn pool(stage: &Stage, exam: ExamId) -> Vec<String> {
    let pool = db::bank::pool(&stage.app.db, exam).await.expect("the pool");
    pool.into_iter().map(|stored| stored.question.stem).collect()
}

#[tokio::test]
async fn on_the_day_the_law_changes_what_it_touches_leaves_the_draw_and_the_rest_moves_along() {
    each_engine(async |stage| {
        stage.roster(2, 1).await;
        let bank = bank(stage).await;
        // The bank was there before the law.
        brought(stage, "old.md", regulation(FIRST, &OLD)).await;
        let known = law::settle(&stage.app, None).await.expect("settled");
        assert_eq!((known.known, known.unknown, known.moved, known.taken_out), (4, 2, 0, 0));
        let all = published(stage, bank, 7).await;
        let few = published(stage, bank, 2).await;
        brought(stage, "new.md", regulation(NEXT, &NEW)).await;
        assert_eq!(
            law::waiting(&stage.app, bank).await.expect("counted"),
            0,
            "not in force yet"
        );
        stage.clock.advance_seconds(8 * DAYS + 14 * 3600 + 3599);
        assert_eq!(law::settle(&stage.app, None).await.expect("settled").taken_out, 0);

        // 2026-12-10 in China.
        stage.clock.advance_seconds(1);
        let settled = law::settle(&stage.app, None).await.expect("settled");
        assert_eq!(
            (settled.known, settled.moved, settled.taken_out, settled.put_back),
            (4, 1, 2, 0)
        );
        let basis = |text: &str| vec![text.to_owned()];
        assert_eq!(
            stands(stage, bank, "目的").await,
            (State::Ready, 1, basis("示例市消防水源管理办法第一条"))
        );
        assert_eq!(
            stands(stage, bank, "能否").await,
            (State::Ready, 2, basis("《示例市消防水源管理办法》（2026-11-20）第4条"))
        );
        assert_eq!(stands(stage, bank, "多久").await.0, State::Stale);
        assert_eq!(stands(stage, bank, "罚款").await.0, State::Stale);
        for untouched in ["出自", "没有这", "没有依"] {
            assert_eq!(stands(stage, bank, untouched).await.0, State::Ready, "{untouched}");
        }
        // Who left and who moved is in the log.
        let left = "SELECT COUNT(*) FROM audit_entry WHERE act = 'questions_settled'";
        let went = "SELECT COUNT(*) FROM audit_entry WHERE act = 'question_moved'";
        assert_eq!((stage.count(left).await, stage.count(went).await), (1, 1));
        // Again finds nothing new.
        let again = law::settle(&stage.app, None).await.expect("settled");
        assert_eq!((again.moved, again.taken_out, again.put_back), (0, 0, 0));

        // An exam published before cannot draw them any more: one has too few questions now, the other goes on without.
        let short = exam::open(&stage.app, &operator(), all).await;
        assert!(matches!(fault(short), Fault::Short(_)));
        assert_eq!(pool(stage, all).await.len(), 7, "nothing was changed");
        exam::open(&stage.app, &operator(), few).await.expect("opened");
        let left = pool(stage, few).await;
        assert_eq!(left.len(), 5);
        assert!(
            !left
                .iter()
                .any(|stem| stem.starts_with("多久") || stem.starts_with("罚款")),
            "{left:?}"
        );
        let places = stage
            .count("SELECT COUNT(*) FROM exam_item WHERE place >= 0 AND place < 5")
            .await;
        assert_eq!(places, 10, "five of each exam");
    })
    .await;
}

#[tokio::test]
async fn whoever_looks_confirms_what_is_still_right_and_changes_the_rest() {
    each_engine(async |stage| {
        let bank = overtaken(stage).await;
        let list = law::work_list(&stage.app, &operator(), bank, 1)
            .await
            .expect("the list");
        let named: Vec<_> = list
            .reviews
            .iter()
            .map(|review| {
                let basis = &review.bases[0];
                let number = |article: &Option<mingfa::domain::law::Article>| {
                    article.as_ref().map(|article| article.number.to_string())
                };
                (
                    review.stored.question.stem.as_str(),
                    basis.fate,
                    number(&basis.was),
                    number(&basis.is),
                )
            })
            .collect();
        let number = |text: &str| Some(text.to_owned());
        assert_eq!(
            named,
            [
                ("多久检查一次？", Fate::Changed, number("2"), number("3")),
                ("罚款多少？", Fate::Deleted, number("4"), None),
            ]
        );
        let (changed, deleted) = (list.reviews[0].stored.clone(), list.reviews[1].stored.clone());

        let confirm = async |id, why: &str| law::confirm(&stage.app, &operator(), bank, id, why).await;
        assert_eq!(fault(confirm(changed.id, " ").await), Fault::Wording);
        assert_eq!(fault(confirm(deleted.id, "还对").await), Fault::NoArticle);
        confirm(changed.id, "题目只问由谁检查").await.expect("confirmed");
        assert_eq!(fault(confirm(changed.id, "再来").await), Fault::WrongState);
        let (state, version, basis) = stands(stage, bank, "多久").await;
        assert_eq!(
            (state, version, basis),
            (State::Ready, 2, vec!["示例市消防水源管理办法第三条".to_owned()])
        );

        // In use by hand is not enough while its article is gone.
        question::set_state(&stage.app, &operator(), bank, deleted.id, State::Ready, "要用")
            .await
            .expect("said");
        assert_eq!(stands(stage, bank, "罚款").await.0, State::Stale);
        let wish = Wish {
            typed: Typed {
                basis: "示例市消防水源管理办法第五条".to_owned(),
                ..Typed::of(&deleted.question)
            },
            reason: "按新办法改依据".to_owned(),
            anyway: true,
        };
        question::revise(&stage.app, &operator(), bank, deleted.id, deleted.number, &wish)
            .await
            .expect("changed");
        assert_eq!(stands(stage, bank, "罚款").await.0, State::Ready);
        assert_eq!(law::waiting(&stage.app, bank).await.expect("counted"), 0);
        let acts = "SELECT COUNT(*) FROM audit_entry WHERE act = 'question_confirmed'";
        assert_eq!(stage.count(acts).await, 1);
        assert_eq!(
            stage
                .count("SELECT COUNT(*) FROM question_law WHERE pending <> ''")
                .await,
            0
        );
    })
    .await;
}

#[tokio::test]
async fn a_day_that_was_wrong_puts_questions_back_and_a_repeal_takes_all_out() {
    each_engine(async |stage| {
        let bank = bank(stage).await;
        brought(stage, "old.md", regulation(FIRST, &OLD)).await;
        let (id, new) = brought(stage, "new.md", regulation(NEXT, &NEW)).await;
        stage.clock.advance_seconds(10 * DAYS);
        assert_eq!(law::settle(&stage.app, None).await.expect("settled").taken_out, 2);
        let record = law::library(&stage.app).await.expect("the laws");
        let version = record
            .get(id)
            .and_then(|record| record.version(new))
            .expect("there")
            .clone();
        let later = mingfa::domain::law::Days {
            effective: "2027-01-01".parse().ok(),
            ..version.days
        };
        law::correct(&stage.app, &operator(), new, later, None, "施行日期录错")
            .await
            .expect("corrected");
        assert_eq!(law::waiting(&stage.app, bank).await.expect("counted"), 0);
        assert_eq!(stands(stage, bank, "多久").await.0, State::Ready);

        stage.clock.advance_seconds(60 * DAYS);
        assert_eq!(law::settle(&stage.app, None).await.expect("settled").taken_out, 2);
        let day = "2027-02-01".parse().expect("a day");
        law::repeal(&stage.app, &operator(), id, day, "停止执行")
            .await
            .expect("repealed");
        assert_eq!(
            law::waiting(&stage.app, bank).await.expect("counted"),
            4,
            "nothing is left to stand on"
        );
        assert_eq!(stands(stage, bank, "目的").await.0, State::Stale);
        assert_eq!(stands(stage, bank, "出自").await.0, State::Ready);
    })
    .await;
}

#[tokio::test]
async fn the_work_list_is_for_who_manages_banks_and_shows_both_articles() {
    each_engine(async |stage| {
        let bank = overtaken(stage).await;
        stage.roster(1, 1).await;
        let candidate = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        let path = format!("/admin/banks/{bank}/laws");
        assert_eq!(candidate.get(&path).await.status, 403);
        let changed = law::work_list(&stage.app, &operator(), bank, 1)
            .await
            .expect("the list")
            .reviews[0]
            .stored
            .id;
        let confirm = format!("/admin/banks/{bank}/questions/{changed}/law");
        assert_eq!(candidate.post(&confirm, &[("reason", "对")]).await.status, 403);

        let editor = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let page = editor.get(&path).await;
        for words in [
            "条文有修改",
            "条文已删去",
            "<del>",
            "<ins>",
            "现为示例市消防水源管理办法第三条",
            "仍然正确，恢复抽题",
        ] {
            assert!(
                page.status == 200 && page.body.contains(words),
                "{words}: {}",
                page.body
            );
        }
        let english = editor.with_cookie("lang", "en").get(&path).await.body;
        assert!(
            english.contains("Article changed") && english.contains("Still right"),
            "{english}"
        );
        let refused = editor.post(&confirm, &[("reason", "")]).await;
        assert!(
            refused.status == 422 && refused.body.contains("条文有修改"),
            "{}",
            refused.status
        );
        let done = editor.post(&confirm, &[("reason", "题目只问由谁检查")]).await;
        assert_eq!((done.status.as_u16(), done.location()), (303, path.as_str()));
        assert!(!editor.get(&path).await.body.contains("仍然正确，恢复抽题"));
        assert_eq!(editor.post(&confirm, &[("reason", "再来")]).await.status, 409);
    })
    .await;
}

#[tokio::test]
async fn what_the_law_has_overtaken_is_announced_until_somebody_has_looked() {
    each_engine(async |stage| {
        let bank = overtaken(stage).await;
        let editor = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let english = editor.with_cookie("lang", "en");
        let here = format!("/admin/banks/{bank}");
        let deleted = question_of(stage, bank, "罚款").await;
        let question = format!("{here}/questions/{}", deleted.id);
        let linked = format!("{here}/laws\">2</a>");
        let banks = editor.get("/admin/banks").await.body.replace("<!>", "");
        assert!(banks.contains("法条变动") && banks.contains(&linked), "{banks}");
        for (browser, path, words) in [
            (&editor, here.as_str(), "法条变动待复核（2）"),
            (&english, here.as_str(), "Law changes to look at (2)"),
            (&editor, "/", "法条变动待复核的题"),
            (&english, "/", "Questions whose law has changed"),
            (&editor, question.as_str(), "这道题已退出抽题"),
        ] {
            let page = browser.get(path).await.body;
            assert!(page.contains(words), "{path}: {page}");
        }

        let changed = question_of(stage, bank, "多久").await;
        law::confirm(&stage.app, &operator(), bank, changed.id, "题目只问由谁检查")
            .await
            .expect("confirmed");
        question::set_state(&stage.app, &operator(), bank, deleted.id, State::Retired, "不再考")
            .await
            .expect("retired");
        let banks = editor.get("/admin/banks").await.body;
        assert!(!banks.contains(&format!("{here}/laws")), "{banks}");
        let page = editor.get(&here).await.body;
        assert!(
            page.contains("法条变动待复核") && !page.contains("法条变动待复核（"),
            "{page}"
        );
        assert!(!editor.get("/").await.body.contains("法条变动待复核"));
        assert!(!editor.get(&question).await.body.contains("这道题已退出抽题"));
    })
    .await;
}

/// 突发事件应对法: a question on each of its 70 articles of 2007, and what is left in the draw under the law of 2024.
#[tokio::test]
async fn the_revision_of_a_real_law_keeps_exactly_the_questions_whose_words_it_kept() {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/laws"));
    let read = |name: &str| std::fs::read(folder.join(name));
    let (Ok(old), Ok(new)) = (
        read("突发事件应对法(2007-08-30).md"),
        read("突发事件应对法(2024-06-28).md"),
    ) else {
        eprintln!("skipped: {} is not there", folder.display());
        return;
    };
    let articles = |body: &[u8]| format::law::read("law.md", body).found.remove(0).value.articles;
    let words = |body: &[u8]| -> HashSet<String> {
        let articles = articles(body).into_iter();
        articles.map(|article| article.normalised()).collect()
    };
    let kept = words(&new);
    let (stay, leave): (Vec<_>, Vec<_>) = articles(&old)
        .into_iter()
        .partition(|article| kept.contains(&article.normalised()));
    assert_eq!((stay.len(), leave.len()), (9, 61));
    each_engine(async |stage| {
        let mut csv = String::from("题型,题目,选项A,选项B,答案,法律依据\n");
        for article in stay.iter().chain(&leave) {
            let number = article.number.chinese();
            csv += &format!("单选,{number}说什么？,甲 {number},乙 {number},A,突发事件应对法{number}\n");
        }
        let bank = stage.bank_from("突发事件应对", &csv).await;
        brought(stage, "2007.md", old.clone()).await;
        brought(stage, "2024.md", new.clone()).await;
        let all = questions(stage, bank).await;
        let stems = |state: State| -> HashSet<String> {
            let with = all.iter().filter(|one| one.question.state == state);
            with.map(|one| one.question.stem.clone()).collect()
        };
        let named = |articles: &[mingfa::domain::law::Article]| -> HashSet<String> {
            let articles = articles.iter();
            articles
                .map(|article| format!("{}说什么？", article.number.chinese()))
                .collect()
        };
        assert_eq!(stems(State::Ready), named(&stay));
        assert_eq!(stems(State::Stale), named(&leave));
        assert_eq!(law::waiting(&stage.app, bank).await.expect("counted"), 61);
    })
    .await;
}

/// Questions of one option each way, with these stems and bases.
async fn bank_of(stage: &Stage, questions: &[(&str, &str)]) -> BankId {
    let mut csv = String::from("题型,题目,选项A,选项B,答案,法律依据\n");
    for (stem, basis) in questions {
        csv += &format!("单选,{stem}？,甲 {stem},乙 {stem},A,{basis}\n");
    }
    stage.bank_from("消防水源", &csv).await
}

#[tokio::test]
async fn a_basis_of_several_articles_stands_on_each_of_them_and_moves_as_a_whole() {
    each_engine(async |stage| {
        let law = "示例市消防水源管理办法";
        let bases = [
            ("都没变", format!("{law}第一条、第三条第一款")),
            ("一条变了", format!("{law}第一条、第二条")),
            ("一段", format!("{law}第一条至第三条")),
            ("写明版本", format!("《{law}》（2019-05-06）第1、3条")),
            ("另一部法", format!("《{law}》第三条、《别的法》第三条")),
            ("没有的条", format!("{law}第三条、第九十条")),
        ];
        let bases: Vec<_> = bases.iter().map(|(stem, basis)| (*stem, basis.as_str())).collect();
        let bank = bank_of(stage, &bases).await;
        brought(stage, "old.md", regulation(FIRST, &OLD)).await;
        let settled = law::settle(&stage.app, None).await.expect("settled");
        assert_eq!((settled.known, settled.unknown), (6, 0));
        assert_eq!(
            stage.count("SELECT COUNT(*) FROM question_law").await,
            2 + 2 + 3 + 2 + 1 + 1
        );
        let found = law::bases(&stage.app, &[bases[2].1.to_owned()])
            .await
            .expect("looked up");
        assert_eq!(found[0].articles.len(), 3);

        brought(stage, "new.md", regulation(NEXT, &NEW)).await;
        stage.clock.advance_seconds(10 * DAYS);
        let settled = law::settle(&stage.app, None).await.expect("settled");
        assert_eq!((settled.moved, settled.taken_out), (3, 3));
        for (stem, state, basis) in [
            ("都没变", State::Ready, format!("{law}第一条、第四条第一款")),
            // While somebody has to look at one of them, none moves.
            ("一条变了", State::Stale, format!("{law}第一条、第二条")),
            ("一段", State::Stale, format!("{law}第一条至第三条")),
            ("写明版本", State::Ready, format!("《{law}》（2026-11-20）第1、4条")),
            ("另一部法", State::Ready, format!("《{law}》第四条、《别的法》第三条")),
            // What would be left of it would be of two versions.
            ("没有的条", State::Stale, format!("{law}第三条、第九十条")),
        ] {
            let (is, _, words) = stands(stage, bank, stem).await;
            assert_eq!((is, words), (state, vec![basis]), "{stem}");
        }
        let again = law::settle(&stage.app, None).await.expect("settled");
        assert_eq!((again.moved, again.taken_out, again.put_back), (0, 0, 0));

        let id = async |stem: &str| {
            let all = questions(stage, bank).await;
            let found = all.into_iter().find(|one| one.question.stem.starts_with(stem));
            found.expect("the question")
        };
        let confirm = async |stem: &str| law::confirm(&stage.app, &operator(), bank, id(stem).await.id, "仍然对").await;
        confirm("一条变了").await.expect("confirmed");
        let stood = stands(stage, bank, "一条变了").await;
        assert_eq!((stood.0, stood.2), (State::Ready, vec![format!("{law}第一条、第三条")]));
        // The row would take in an article that is new.
        assert_eq!(fault(confirm("一段").await), Fault::BasisUnclear);
        assert_eq!(fault(confirm("没有的条").await), Fault::BasisUnclear);
        let editor = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let page = editor.get(&format!("/admin/banks/{bank}/laws")).await.body;
        assert!(
            page.contains("这条法律依据写了几条") && !page.contains("恢复抽题"),
            "{page}"
        );
        let stored = id("一段").await;
        let wish = Wish {
            typed: Typed {
                basis: format!("{law}第一条；{law}第三条至第四条"),
                ..Typed::of(&stored.question)
            },
            reason: "按新办法改依据".to_owned(),
            anyway: true,
        };
        question::revise(&stage.app, &operator(), bank, stored.id, stored.number, &wish)
            .await
            .expect("changed");
        let stood = stands(stage, bank, "一段").await;
        assert_eq!((stood.0, stood.2.len()), (State::Ready, 2), "semicolons part bases");

        // A law that comes later is found beside the one that was known.
        let rows = "SELECT COUNT(*) FROM question_law";
        let before = stage.count(rows).await;
        let text = String::from_utf8(regulation(FIRST, &OLD)).expect("UTF-8");
        brought(stage, "other.md", text.replacen(law, "别的法", 1).into_bytes()).await;
        law::settle(&stage.app, None).await.expect("settled");
        assert_eq!(stage.count(rows).await, before + 1);
    })
    .await;
}

#[tokio::test]
async fn questions_that_no_change_of_a_law_would_reach_are_found_and_told() {
    each_engine(async |stage| {
        let law = "示例市消防水源管理办法";
        let (known, misspelt, half) = (
            format!("{law}第一条"),
            format!("{law}第九十条"),
            format!("{law}第一条；民法典第一条"),
        );
        let stems = [
            ("有条文", known.as_str()),
            ("写错了", misspelt.as_str()),
            ("两处依据", half.as_str()),
            ("没有依据", ""),
        ];
        let bank = bank_of(stage, &stems).await;
        let (id, _) = brought(stage, "old.md", regulation(FIRST, &OLD)).await;
        let found = async |bound: bool, sort: Sort| {
            let filter = Filter {
                bound: Some(bound),
                sort,
                ..Filter::of(bank)
            };
            let (found, total) = banks::questions(&stage.app, &operator(), &filter, 1)
                .await
                .expect("a page");
            assert_eq!(found.len() as i64, total);
            found
                .into_iter()
                .map(|(stored, _)| stored.question.stem)
                .collect::<HashSet<_>>()
        };
        let these = |stems: &[&str]| stems.iter().map(|stem| format!("{stem}？")).collect::<HashSet<_>>();
        let unbound = ["写错了", "两处依据", "没有依据"];
        for sort in Sort::ALL {
            assert_eq!(found(true, sort).await, these(&["有条文"]), "{sort:?}");
            assert_eq!(found(false, sort).await, these(&unbound), "{sort:?}");
        }

        let editor = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let english = editor.with_cookie("lang", "en");
        let laws = format!("/admin/banks/{bank}/laws");
        let page = editor.get(&laws).await.body;
        assert!(
            page.contains("3 道可用的题没有写依据") && page.contains("bound=no"),
            "{page}"
        );
        let page = english.get(&laws).await.body;
        assert!(page.contains("3 ready question(s) name no basis"), "{page}");
        let page = editor
            .get(&format!("/admin/banks/{bank}?state=ready&bound=no"))
            .await
            .body;
        assert!(page.contains("找到 3 题") && !page.contains("有条文？"), "{page}");
        // What leads on from the page keeps it.
        assert!(page.contains("/export?") && page.contains("bound=no"), "{page}");

        let article = format!("/laws/{id}/articles/1?version=");
        for (stem, cites, lacks) in [
            ("有条文", true, false),
            ("写错了", false, true),
            ("两处依据", true, true),
            ("没有依据", false, false),
        ] {
            let stored = question_of(stage, bank, stem).await;
            let page = editor
                .get(&format!("/admin/banks/{bank}/questions/{}", stored.id))
                .await
                .body;
            assert_eq!(page.contains(&article), cites, "{stem}: {page}");
            assert_eq!(page.contains("法规库里没有找到这一条"), lacks, "{stem}: {page}");
        }

        for stem in unbound {
            let stored = question_of(stage, bank, stem).await;
            let wish = Wish {
                typed: Typed {
                    basis: format!("{law}第三条"),
                    ..Typed::of(&stored.question)
                },
                reason: "补上依据".to_owned(),
                anyway: true,
            };
            question::revise(&stage.app, &operator(), bank, stored.id, stored.number, &wish)
                .await
                .expect("changed");
        }
        assert_eq!(found(false, Sort::Number).await, HashSet::new());
        assert!(!editor.get(&laws).await.body.contains("道可用的题"));
        assert_eq!(found(true, Sort::MostExposed).await.len(), 4);
    })
    .await;
}

#[tokio::test]
async fn what_was_bound_by_its_first_article_alone_is_completed() {
    each_engine(async |stage| {
        let basis = "示例市消防水源管理办法第一条、第三条";
        let bank = bank_of(stage, &[("两条", basis)]).await;
        brought(stage, "old.md", regulation(FIRST, &OLD)).await;
        law::settle(&stage.app, None).await.expect("settled");
        let rows = "SELECT COUNT(*) FROM question_law";
        let as_before = "DELETE FROM question_law WHERE number <> 1";
        stage.run(as_before).await;
        law::settle(&stage.app, None).await.expect("settled");
        assert_eq!(stage.count(rows).await, 2);
        // Also where the law has changed since: the version is that of the article which was found.
        stage.run(as_before).await;
        brought(stage, "new.md", regulation(NEXT, &NEW)).await;
        stage.clock.advance_seconds(10 * DAYS);
        law::settle(&stage.app, None).await.expect("settled");
        let (state, _, words) = stands(stage, bank, "两条").await;
        assert_eq!(
            (state, words),
            (State::Ready, vec!["示例市消防水源管理办法第一条、第四条".to_owned()])
        );
        assert_eq!(stage.count(rows).await, 2);
    })
    .await;
}

#[tokio::test]
async fn whoever_writes_a_waiting_question_anew_says_that_it_is_right() {
    each_engine(async |stage| {
        let bank = overtaken(stage).await;
        for (stem, state, version, basis) in [
            ("多久", State::Ready, 3, "示例市消防水源管理办法第三条"),
            // Its article is no more, whatever it says.
            ("罚款", State::Stale, 2, "示例市消防水源管理办法第四条第一款"),
        ] {
            let all = questions(stage, bank).await;
            let stored = all.into_iter().find(|one| one.question.stem.starts_with(stem));
            let stored = stored.expect("the question");
            let wish = Wish {
                typed: Typed {
                    key: "B".to_owned(),
                    ..Typed::of(&stored.question)
                },
                reason: "按新办法改答案".to_owned(),
                anyway: true,
            };
            question::revise(&stage.app, &operator(), bank, stored.id, stored.number, &wish)
                .await
                .expect("changed");
            let stood = stands(stage, bank, stem).await;
            assert_eq!(stood, (state, version, vec![basis.to_owned()]));
        }
        let log = "SELECT COUNT(*) FROM audit_entry WHERE act = 'question_confirmed' AND reason = '按新办法改答案'";
        assert_eq!(stage.count(log).await, 1);
    })
    .await;
}
