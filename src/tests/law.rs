//! The library of laws: imports, versions, searching, marks and must-know lists, on both engines and over HTTP.

use std::{path::PathBuf, time::Instant};

use mingfa::{
    db,
    domain::{
        id::{LawId, LawVersionId},
        law::{ArticleNumber, Date, Days, Followed, Law, LawFault, Level, Status, Words},
        must_know::{For, Wish},
        person::RankLevel,
        role::{Grant, Role},
    },
    error::Fault,
    format,
    service::{
        law::{self, Target},
        role,
    },
};

use crate::support::{Stage, each_engine, fault, operator};

/// A made-up regulation: how it was made known, and the body of its articles.
pub fn regulation(head: &str, articles: &[&str]) -> Vec<u8> {
    let mut text = format!("# 示例市消防水源管理办法\n\n{head}\n\n## 第一章 总则\n\n");
    for (place, body) in (1..).zip(articles) {
        let number = ArticleNumber::new(place, 0).expect("a number").chinese();
        text += &format!("{number} {body}\n\n");
    }
    text.into_bytes()
}

pub const FIRST: &str = "（2019年5月6日示例市人民政府令第7号公布 自2019年7月1日起施行）";
pub const SECOND: &str =
    "（2019年5月6日示例市人民政府令第7号公布 2025年3月1日示例市人民政府令第21号修订 自2025年5月1日起施行）";
const BETWEEN: &str =
    "（2019年5月6日示例市人民政府令第7号公布 2022年1月10日示例市人民政府令第12号修订 自2022年3月1日起施行）";

pub const OLD: [&str; 4] = [
    "为了保护消防水源，制定本办法。",
    "供水单位应当每月检查市政消火栓一次，并作记录。",
    "任何人不得埋压、圈占消火栓。",
    "违反本办法规定的，处五百元罚款。",
];
pub const NEW: [&str; 5] = [
    "为了保护消防水源，制定本办法。",
    "本办法所称天然水源，包括江河、湖泊和水塘。",
    "供水单位应当每周检查市政消火栓一次，并作记录，发现损坏及时修复。",
    "任何人不得埋压、圈占消火栓。",
    "拒不改正的由综合行政执法部门依照有关法律法规的规定处理。",
];

/// Imports a text; gives the law and the version.
pub async fn brought(stage: &Stage, name: &str, body: Vec<u8>) -> (LawId, LawVersionId) {
    let (preview, stored) = law::import(&stage.app, &operator(), name, body)
        .await
        .expect("an import");
    stored.unwrap_or_else(|fault| panic!("{name}: {fault:?} {:?}", preview.errors))
}

/// The two versions of the made-up regulation.
pub async fn two_versions(stage: &Stage) -> (LawId, LawVersionId, LawVersionId) {
    let (law, old) = brought(stage, "old.md", regulation(FIRST, &OLD)).await;
    let (same, new) = brought(stage, "new.md", regulation(SECOND, &NEW)).await;
    assert_eq!(law, same);
    (law, old, new)
}

fn n(number: u32) -> ArticleNumber {
    ArticleNumber::new(number, 0).expect("a number")
}

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

#[tokio::test]
async fn a_law_is_stored_as_it_was_read_and_the_same_text_only_once() {
    each_engine(async |stage| {
        let body = regulation(FIRST, &OLD);
        let read = format::law::read("old.md", &body).found.remove(0).value;
        let (_, version) = brought(stage, "old.md", body.clone()).await;
        let stored = db::law::document(&stage.app.db, version).await.expect("the laws");
        assert_eq!(stored.as_ref(), Some(&read));
        // The same words from another kind of file.
        let text = String::from_utf8(body)
            .expect("UTF-8")
            .replace('#', "")
            .replace("\n\n", "\r\n");
        for (name, body) in [("old.md", regulation(FIRST, &OLD)), ("old.txt", text.into_bytes())] {
            let (preview, stored) = law::import(&stage.app, &operator(), name, body)
                .await
                .expect("looked at");
            assert_eq!(stored, Err(Fault::Law(LawFault::SameText)), "{name}");
            assert_eq!(
                preview.text.and_then(|text| text.same).map(|same| same.id),
                Some(version)
            );
        }
        assert_eq!(stage.count("SELECT COUNT(*) FROM law_version").await, 1);
        assert_eq!(stage.count("SELECT COUNT(*) FROM law_article").await, 4);
        let logged = stage
            .count("SELECT COUNT(*) FROM audit_entry WHERE act = 'law_imported'")
            .await;
        assert_eq!(logged, 1);
    })
    .await;
}

#[tokio::test]
async fn a_version_finds_its_place_between_two_others() {
    each_engine(async |stage| {
        let (id, old, new) = two_versions(stage).await;
        let mut middle = OLD;
        middle[3] = "违反本办法规定的，处一千元罚款。";
        let (preview, stored) = law::import(&stage.app, &operator(), "b.md", regulation(BETWEEN, &middle))
            .await
            .expect("an import");
        let text = preview.text.expect("a law");
        assert_eq!(text.before.map(|version| version.id), Some(old));
        assert_eq!(text.after.map(|version| version.id), Some(new));
        let counts = text.counts.expect("compared");
        assert_eq!((counts.unchanged, counts.changed), (3, 1));
        let (_, between) = stored.expect("stored");
        let reading = law::read(&stage.app, &operator(), id, None).await.expect("the law");
        let order: Vec<_> = reading.record.versions().iter().map(|version| version.id).collect();
        assert_eq!(order, [old, between, new]);
        assert_eq!((reading.version.id, reading.status), (new, Status::InForce));
        let status = |version| {
            let version = reading.record.version(version).expect("a version");
            reading.record.status(version, reading.today)
        };
        assert_eq!([status(old), status(between)], [Status::Amended, Status::Amended]);
        assert_eq!(reading.record.entry.level, Some(Level::Rule));
        assert_eq!(reading.version.days.effective, Some(day("2025-05-01")));
        assert_eq!(reading.version.days.promulgated, Some(day("2025-03-01")));
        assert!(law::read(&stage.app, &operator(), LawId(1), None).await.is_err());
        assert!(
            law::read(&stage.app, &operator(), id, Some(LawVersionId(1)))
                .await
                .is_err()
        );
    })
    .await;
}

#[tokio::test]
async fn what_is_no_law_is_refused_and_what_is_doubtful_is_named() {
    each_engine(async |stage| {
        for (name, body) in [
            ("空.md", Vec::new()),
            ("图.docx", vec![0x50, 0x4b, 3, 4, 9, 9]),
            ("通知.txt", "关于开会的通知\n请准时参加。".as_bytes().to_vec()),
            ("零.txt", "示例办法\n第一条 甲\0乙。".as_bytes().to_vec()),
        ] {
            let (preview, stored) = law::import(&stage.app, &operator(), name, body)
                .await
                .expect("looked at");
            if name != "零.txt" {
                assert_eq!(stored, Err(Fault::Law(LawFault::Unreadable)), "{name}");
                assert!(!preview.errors.is_empty(), "{name}");
            }
        }
        let untitled = "第一条 没有名称。\n第二条 也没有。".as_bytes().to_vec();
        let (_, stored) = law::import(&stage.app, &operator(), "x.txt", untitled)
            .await
            .expect("looked at");
        assert_eq!(stored, Err(Fault::Law(LawFault::Untitled)));
        let twice = "# 示例市公园管理办法\n\n第一条 甲。\n\n第二条 乙。\n\n第二条 丙。\n\n第四条 丁。\n";
        let (preview, stored) = law::import(&stage.app, &operator(), "t.md", twice.as_bytes().to_vec())
            .await
            .expect("looked at");
        let (_, version) = stored.expect("kept as it is");
        assert!(preview.warnings.len() >= 2, "{:?}", preview.warnings);
        let law = db::law::document(&stage.app.db, version)
            .await
            .expect("the laws")
            .expect("the law");
        assert_eq!(law.articles.len(), 4);
    })
    .await;
}

/// The numbers of the articles that a search finds.
async fn found(stage: &Stage, typed: &str, all: bool) -> Vec<String> {
    let search = law::search(&stage.app, typed, all, 1).await.expect("a search");
    assert_eq!(search.total, search.hits.len());
    search.hits.iter().map(|hit| hit.article.number.to_string()).collect()
}

async fn cited(stage: &Stage, typed: &str) -> Vec<String> {
    let search = law::search(&stage.app, typed, false, 1).await.expect("a search");
    let name = |hit: &law::Hit| format!("{} {}", hit.record.entry.title, hit.article.number);
    search.cited.iter().map(name).collect()
}

#[tokio::test]
async fn articles_are_found_by_words_of_any_length_and_by_their_number() {
    each_engine(async |stage| {
        two_versions(stage).await;
        for (typed, numbers) in [
            ("栓", &["3", "4"][..]),
            ("检查", &["3"]),
            ("消火栓", &["3", "4"]),
            ("埋压、圈占", &["4"]),
            ("每周 记录", &["3"]),
            ("每月", &[]),
            ("消栓", &[]),
            // Both pairs stand in the article, but not as one word.
            ("作记录，发现损坏及时修复", &["3"]),
            ("%_*\"' OR", &[]),
            ("<script>", &[]),
            ("，。", &[]),
            ("", &[]),
        ] {
            assert_eq!(found(stage, typed, false).await, numbers, "{typed}");
        }
        assert_eq!(found(stage, "每月", true).await, ["2"]);
        assert_eq!(found(stage, "消火栓", true).await, ["3", "4", "2", "3"]);
        assert!(found(stage, &"水".repeat(4096), false).await.is_empty());
        let title = "示例市消防水源管理办法";
        for typed in ["消防水源管理办法 第三条", "水源3", "第3条", " 三 "] {
            assert_eq!(cited(stage, typed).await, [format!("{title} 3")], "{typed}");
        }
        assert!(cited(stage, "消防水源管理办法 第99条").await.is_empty());
        assert!(cited(stage, "别的法 第3条").await.is_empty());
        let search = law::search(&stage.app, "水源 办法", false, 7).await.expect("a search");
        assert_eq!((search.laws.len(), search.page), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn an_article_is_followed_through_the_versions() {
    each_engine(async |stage| {
        let (id, old, new) = two_versions(stage).await;
        let across = law::article(&stage.app, &operator(), id, None, n(3))
            .await
            .expect("the article");
        let steps: Vec<_> = across
            .steps
            .iter()
            .map(|step| (step.version.id, step.article.number, step.change.is_some()))
            .collect();
        assert_eq!(steps, [(old, n(2), false), (new, n(3), true)]);
        assert!(!across.inserted && !across.deleted);
        let inserted = law::article(&stage.app, &operator(), id, None, n(2))
            .await
            .expect("the article");
        assert!(inserted.inserted && inserted.steps.len() == 1);
        let deleted = law::article(&stage.app, &operator(), id, Some(old), n(4))
            .await
            .expect("the article");
        assert!(deleted.deleted && deleted.steps.len() == 1);
        assert!(law::article(&stage.app, &operator(), id, None, n(6)).await.is_err());
        let (_, compared) = law::compared(&stage.app, id, Some(new), Some(old))
            .await
            .expect("compared");
        let compared = compared.expect("two versions");
        assert_eq!((compared.old.0.id, compared.new.0.id), (old, new));
        let counts = law::Counts::of(&compared.comparison);
        assert_eq!(
            (
                counts.unchanged,
                counts.renumbered,
                counts.changed,
                counts.added,
                counts.deleted
            ),
            (1, 1, 1, 2, 1)
        );
        let (lone, _) = brought(stage, "x.md", "# 示例市绿地办法\n\n第一条 甲。\n".into()).await;
        let (_, nothing) = law::compared(&stage.app, lone, None, None).await.expect("a law");
        assert!(nothing.is_none());
    })
    .await;
}

#[tokio::test]
async fn days_are_corrected_and_a_repeal_is_recorded_with_a_reason() {
    each_engine(async |stage| {
        let (id, old, new) = two_versions(stage).await;
        let (app, operator) = (&stage.app, operator());
        let days = Days {
            promulgated: Some(day("2025-03-01")),
            effective: Some(day("2027-01-01")),
            repealed: None,
        };
        let level = Some(Level::LocalRegulation);
        assert_eq!(
            fault(law::correct(app, &operator, new, days, level, " ").await),
            Fault::Wording
        );
        let wrong = Days {
            effective: Some(day("2025-01-01")),
            ..days
        };
        assert_eq!(
            fault(law::correct(app, &operator, new, wrong, level, "有误").await),
            Fault::Law(LawFault::DayOrder)
        );
        law::correct(app, &operator, new, days, level, "施行日期抄错")
            .await
            .expect("corrected");
        let reading = law::read(app, &operator, id, None).await.expect("the law");
        assert_eq!((reading.version.id, reading.record.entry.level), (old, level));
        assert_eq!(found(stage, "每月", false).await, ["2"]);
        assert_eq!(
            fault(law::repeal(app, &operator, id, day("2026-01-01"), "已废止").await),
            Fault::Law(LawFault::DayOrder)
        );
        let back = Days {
            effective: Some(day("2025-05-01")),
            ..days
        };
        law::correct(app, &operator, new, back, level, "改回")
            .await
            .expect("corrected");
        law::repeal(app, &operator, id, day("2026-11-30"), "由新条例代替")
            .await
            .expect("repealed");
        let reading = law::read(app, &operator, id, None).await.expect("the law");
        assert_eq!((reading.version.id, reading.status), (new, Status::Repealed));
        assert!(found(stage, "消火栓", false).await.is_empty());
        assert_eq!(found(stage, "消火栓", true).await.len(), 4);
        assert_eq!(cited(stage, "水源办法 3").await.len(), 0);
        assert_eq!(cited(stage, "示例市消防水源管理办法 3").await.len(), 1);
        assert!(
            law::repeal(app, &operator, LawId(7), day("2026-11-30"), "x")
                .await
                .is_err()
        );
    })
    .await;
}

#[tokio::test]
async fn only_who_manages_laws_everywhere_changes_them() {
    each_engine(async |stage| {
        stage.roster(2, 1).await;
        let (id, _, new) = two_versions(stage).await;
        let candidate = stage.caller("1001").await;
        let unit = crate::access::unit_named(stage, "市局 / 0科").await;
        let grant = Grant {
            role: Role::ExamAdministrator,
            unit: Some(unit),
        };
        role::grant(&stage.app, &operator(), "1002", grant)
            .await
            .expect("a role");
        let local = stage.caller("1002").await;
        let wish = || Wish {
            title: "清单".to_owned(),
            year: 2026,
            whom: For::default(),
            lines: vec!["消防法".to_owned()],
        };
        for caller in [&candidate, &local] {
            let body = regulation(BETWEEN, &OLD);
            assert_eq!(
                fault(law::import(&stage.app, caller, "b.md", body.clone()).await),
                Fault::Forbidden
            );
            assert_eq!(
                fault(law::receive(&stage.app, caller, "b.md".to_owned(), body).await),
                Fault::Forbidden
            );
            assert_eq!(
                fault(law::correct(&stage.app, caller, new, Days::default(), None, "x").await),
                Fault::Forbidden
            );
            assert_eq!(
                fault(law::repeal(&stage.app, caller, id, day("2026-01-01"), "x").await),
                Fault::Forbidden
            );
            assert_eq!(
                fault(law::make(&stage.app, caller, None, wish()).await),
                Fault::Forbidden
            );
            law::read(&stage.app, caller, id, None).await.expect("everybody reads");
        }
        assert!(law::file(&stage.app, &candidate, id).await.is_err());
        let somebody = stage.second_administrator("法规员").await;
        let body = regulation(BETWEEN, &OLD);
        let upload = law::receive(&stage.app, &somebody, "b.md".to_owned(), body)
            .await
            .expect("kept");
        let preview = law::preview(&stage.app, &somebody, upload).await.expect("a preview");
        let choice = preview.text.expect("a law").choice;
        law::import_kept(&stage.app, &somebody, upload, choice)
            .await
            .expect("imported");
        assert_eq!(
            fault(law::import_kept(&stage.app, &somebody, upload, choice).await),
            Fault::UploadGone
        );
    })
    .await;
}

#[tokio::test]
async fn of_two_imports_of_one_text_at_once_one_is_refused_and_nothing_is_there_by_half() {
    each_engine(async |stage| {
        let other = stage.second_node().await;
        let one = operator();
        let (a, b) = tokio::join!(
            law::import(&stage.app, &one, "a.md", regulation(FIRST, &OLD)),
            law::import(&other, &one, "b.md", regulation(FIRST, &OLD)),
        );
        let stored = [a.expect("an answer").1.is_ok(), b.expect("an answer").1.is_ok()];
        assert_eq!(stored.iter().filter(|stored| **stored).count(), 1);
        assert_eq!(stage.count("SELECT COUNT(*) FROM law").await, 1);
        assert_eq!(stage.count("SELECT COUNT(*) FROM law_version").await, 1);
        assert_eq!(stage.count("SELECT COUNT(*) FROM law_article").await, 4);
        other.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_note_follows_its_article_or_says_that_it_was_reworded() {
    each_engine(async |stage| {
        stage.roster(2, 1).await;
        let (id, old) = brought(stage, "old.md", regulation(FIRST, &OLD)).await;
        let (app, caller) = (&stage.app, stage.caller("1001").await);
        for (number, note) in [(1, ""), (2, "每月查"), (3, "圈占"), (4, "罚款")] {
            law::mark(app, &caller, id, old, n(number), note).await.expect("marked");
        }
        let (_, new) = brought(stage, "new.md", regulation(SECOND, &NEW)).await;
        let marks = law::marks(app, &caller).await.expect("the marks");
        let since: Vec<_> = marks.iter().map(|kept| kept.since).collect();
        assert_eq!(
            since,
            [
                Followed::Same,
                Followed::Changed(n(3)),
                Followed::Renumbered(n(4)),
                Followed::Deleted
            ]
        );
        let reading = law::read(app, &caller, id, None).await.expect("the law");
        assert_eq!(reading.marks.len(), 3);
        assert_eq!(reading.marks[&n(3)].note, "每月查");
        // Written anew, the note belongs to the new version and no longer to the old one.
        law::mark(app, &caller, id, new, n(3), "每周查").await.expect("marked");
        let marks = law::marks(app, &caller).await.expect("the marks");
        assert_eq!(marks.len(), 4);
        assert!(
            marks
                .iter()
                .any(|kept| kept.mark.note == "每周查" && kept.since == Followed::Same)
        );
        // Seen from the old version it belongs to the reworded article.
        let reading = law::read(app, &caller, id, Some(old)).await.expect("the law");
        assert_eq!(reading.marks[&n(2)].since, Followed::Changed(n(2)));
        law::unmark(app, &caller, id, new, n(4)).await.expect("taken away");
        law::unmark(app, &caller, id, old, n(4)).await.expect("taken away");
        assert_eq!(law::marks(app, &caller).await.expect("the marks").len(), 2);
        assert_eq!(
            fault(law::mark(app, &caller, id, new, n(9), "").await),
            Fault::Law(LawFault::NoArticle)
        );
        assert_eq!(
            fault(law::mark(app, &caller, id, new, n(1), &"长".repeat(1001)).await),
            Fault::Law(LawFault::Note)
        );
        let other = stage.caller("1002").await;
        assert!(law::marks(app, &other).await.expect("the marks").is_empty());
        assert_eq!(fault(law::marks(app, &operator()).await), Fault::Forbidden);
    })
    .await;
}

#[tokio::test]
async fn a_must_know_list_names_laws_articles_and_other_measures() {
    each_engine(async |stage| {
        let (id, old) = brought(stage, "old.md", regulation(FIRST, &OLD)).await;
        let (app, operator) = (&stage.app, operator());
        let wish = Wish {
            title: "应知应会清单".to_owned(),
            year: 2026,
            whom: For {
                rank_level: Some(RankLevel::Ke),
                ..For::default()
            },
            lines: Wish::lines(
                "示例市消防水源管理办法\r\n\n 消防水源管理办法 第三条 \n水源 第2条\n关于加强值班的通知\n无此法 第3条",
            ),
        };
        let list = law::make(app, &operator, None, wish.clone()).await.expect("made");
        brought(stage, "new.md", regulation(SECOND, &NEW)).await;
        let lines = law::lines(app, list).await.expect("the list");
        let told: Vec<_> = lines
            .lines
            .iter()
            .map(|line| match &line.target {
                Target::Law(record, status) => format!("law {} {}", record.entry.id == id, status.code()),
                Target::Article(_, version, number, since) => format!("{} {number} {since:?}", *version == old),
                Target::Other => "other".to_owned(),
            })
            .collect();
        assert_eq!(
            told,
            [
                "law true in_force",
                &format!("false 4 Renumbered({:?})", n(4)),
                &format!("false 3 Changed({:?})", n(3)),
                "other",
                "other"
            ]
        );
        let again = law::list_wish(app, &operator, list).await.expect("the list");
        assert_eq!(again, wish);
        let shorter = Wish {
            lines: vec!["消防法".to_owned()],
            ..wish.clone()
        };
        assert_eq!(
            law::make(app, &operator, Some(list), shorter).await.expect("changed"),
            list
        );
        assert_eq!(law::lines(app, list).await.expect("the list").lines.len(), 1);
        for (wrong, why) in [
            (
                Wish {
                    year: 26,
                    ..wish.clone()
                },
                LawFault::List,
            ),
            (
                Wish {
                    lines: vec![],
                    ..wish.clone()
                },
                LawFault::List,
            ),
            (
                Wish {
                    title: "长".repeat(201),
                    ..wish.clone()
                },
                LawFault::ListLength,
            ),
            (
                Wish {
                    lines: vec!["行".to_owned(); 201],
                    ..wish.clone()
                },
                LawFault::ListLength,
            ),
        ] {
            assert_eq!(fault(law::make(app, &operator, None, wrong).await), Fault::Law(why));
        }
        law::remove(app, &operator, list).await.expect("removed");
        assert!(law::lines(app, list).await.is_err());
        assert!(law::remove(app, &operator, list).await.is_err());
        assert_eq!(stage.count("SELECT COUNT(*) FROM must_know_item").await, 0);
    })
    .await;
}

#[expect(clippy::disallowed_methods, reason = "what is measured is real time")]
fn now() -> Instant {
    Instant::now()
}

/// The files of real laws, where they are.
fn real() -> Option<Vec<PathBuf>> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/laws"));
    let folder = match std::env::var("MINGFA_SHARED_DATA") {
        Ok(data) => PathBuf::from(data).join("laws"),
        Err(_) => folder,
    };
    let mut files = Vec::new();
    let mut folders = vec![folder.clone()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            println!("skipped: {} is not there", folder.display());
            return None;
        };
        for entry in entries {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => folders.push(path),
                false => files.push(path),
            }
        }
    }
    files.sort();
    Some(files)
}

#[tokio::test]
async fn real_laws_are_imported_found_and_compared() {
    let Some(files) = real() else { return };
    each_engine(async |stage| {
        let mut read: Vec<Law> = Vec::new();
        for path in &files {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            let body = std::fs::read(path).expect("a file");
            let law = format::law::read(&name, &body).found.remove(0).value;
            let (_, version) = brought(stage, &name, body).await;
            let stored = db::law::document(&stage.app.db, version).await.expect("the laws");
            assert_eq!(stored.as_ref(), Some(&law), "{name}");
            read.push(law);
        }
        let articles: usize = read.iter().map(|law| law.articles.len()).sum();
        assert_eq!(stage.count("SELECT COUNT(*) FROM law_article").await, articles as i64);
        let library = law::library(&stage.app).await.expect("the laws");
        let record = library.meant("突发事件应对法").expect("the law");
        assert_eq!(record.versions().len(), 2);
        let (_, compared) = law::compared(&stage.app, record.entry.id, None, None)
            .await
            .expect("compared");
        let comparison = compared.expect("two versions").comparison;
        let counts = law::Counts::of(&comparison);
        assert_eq!(
            counts.unchanged + counts.renumbered + counts.changed + counts.deleted,
            70
        );
        assert_eq!(
            counts.unchanged + counts.renumbered + counts.changed + counts.added,
            106
        );
        assert_eq!(
            cited(stage, "行政处罚法 第十二条").await,
            ["中华人民共和国行政处罚法 12"]
        );
        let reads = law::search(&stage.app, "刑法 第一百二十条之一", false, 1)
            .await
            .expect("a search");
        assert_eq!(reads.cited.len(), 1);
        // Whatever the index says must be what a look at every text says.
        let mut times = Vec::new();
        for typed in [
            "罚",
            "处罚",
            "应急预案",
            "安全生产 责任",
            "人民政府",
            "突发事件应对",
            "不可抗力",
            "未成年人 网络",
            "继承",
        ] {
            let words = Words::new(typed);
            let held = |text: &str| words.words().iter().all(|word| text.contains(word.as_str()));
            let expected = read
                .iter()
                .flat_map(|law| &law.articles)
                .filter(|article| held(&article.normalised()))
                .count();
            let begun = now();
            let search = law::search(&stage.app, typed, true, 1).await.expect("a search");
            times.push((begun.elapsed(), typed, search.total));
            assert_eq!(
                (search.total, search.hits.len()),
                (expected, expected.min(20)),
                "{typed}"
            );
        }
        println!("{articles} articles: {counts:?} {times:?}");
    })
    .await;
}
