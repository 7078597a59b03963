//! The commands as an operator meets them: what they print, how they end, and that a failure is one clear line.

use std::process::{Command, Output};

use mingfa::{
    domain::{figure::FigureId, points::Points},
    service::{edition, sitting, year},
};
use serde_json::Value;

use crate::{
    schema::from_the_future,
    support::{Engine, Place, each_engine, operator, roster_csv},
};

fn mingfa(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mingfa"))
        .args(args)
        .env("RUST_LOG", "warn")
        .output()
        .expect("the program runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The one line that a failed command leaves.
fn complaint(output: &Output) -> String {
    let errors = text(&output.stderr);
    assert!(!output.status.success(), "{errors}");
    assert!(
        !errors.contains("panicked") && !errors.contains("backtrace"),
        "{errors}"
    );
    assert_eq!(errors.lines().count(), 1, "{errors}");
    errors.trim().to_owned()
}

#[tokio::test]
async fn questions_of_other_programs_are_checked_and_converted_without_a_database() {
    let place = Place::new(Engine::Sqlite).await.expect("SQLite is always there");
    let gift = "$CATEGORY: 总则\n\n::题::对否？{T}\n\n哪个？{~%50%甲 ~%50%乙 ~%-100%丙}\n\n坏{\n";
    let file = place.file("a.txt", gift.as_bytes()).display().to_string();

    let output = mingfa(&["check", "questions", &file, "--json"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let line: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&line["format"], &line["questions"]), (&"gift".into(), &2.into()));
    assert_eq!(line["by_type"], serde_json::json!({ "true_false": 1, "multiple": 1 }));
    assert_eq!(line["categories"], serde_json::json!(["总则"]));
    assert_eq!(
        (&line["losses"][0]["what"], &line["losses"][0]["detail"]),
        (&"negative_weight".into(), &"丙".into())
    );
    assert_eq!(
        (&line["errors"][0]["place"], &line["errors"][0]["what"]),
        (&"7".into(), &"unfinished".into())
    );

    let to = place.file("b", b"").display().to_string();
    let output = mingfa(&["convert", "questions", &file, &to, "--to", "aiken"]);
    let told = text(&output.stderr);
    assert!(output.status.success(), "{told}");
    assert!(
        told.contains("标题没有保留") && told.contains("这种题型带不过来"),
        "{told}"
    );
    assert_eq!(
        std::fs::read_to_string(&to).expect("a file"),
        "对否？\nA) 正确\nB) 错误\nANSWER: A\n\n"
    );
    for format in ["gift", "moodle-xml", "qti21", "qti3", "xlsx"] {
        assert!(
            mingfa(&["convert", "questions", &file, &to, "--to", format])
                .status
                .success()
        );
        let output = mingfa(&["check", "questions", &to, "--json"]);
        let line: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!((&line["format"], &line["questions"]), (&format.into(), &2.into()));
    }
    let none = place.file("c.txt", b"nothing").display().to_string();
    let output = mingfa(&["convert", "questions", &none, &to, "--to", "gift"]);
    assert!(!output.status.success() && text(&output.stderr).contains("no question was taken"));
}

#[tokio::test]
async fn laws_are_checked_and_compared_without_a_database() {
    let place = Place::new(Engine::Sqlite).await.expect("SQLite is always there");
    let rule = "生产经营单位应当建立健全安全生产责任制，加强安全生产管理";
    let old =
        format!("某某条例\n第一章 总则\n第一条 为了安全。\n第二条 {rule}。\n第三条 由省人民政府解释。\n第四条 罚款。");
    let new = format!(
        "某某条例\n第一条 为 了安全。\n第二条 由省人民政府解释。\n第二条之一 {rule}和监督。\n第四条 罚款五万元。\n第六条 新。"
    );
    let file = |name: &str, text: &str| place.file(name, text.as_bytes()).display().to_string();
    let (old, new, bad) = (file("old.txt", &old), file("new.txt", &new), file("bad.txt", "须知"));

    let output = mingfa(&["check", "laws", &new, &bad, "--json"]);
    assert_eq!(complaint(&output), "mingfa: 1 of 2 files were refused");
    let printed = text(&output.stdout);
    let (first, second) = printed.split_once('\n').expect("two lines");
    let first: Value = serde_json::from_str(first).expect("JSON");
    assert_eq!(
        (&first["file"], &first["title"], &first["articles"], &first["chapters"]),
        (&new.as_str().into(), &"某某条例".into(), &5.into(), &0.into())
    );
    assert_eq!(first["missing"], serde_json::json!([3, 5]));
    assert_eq!(
        (&first["warnings"][0]["place"], &first["warnings"][0]["code"]),
        (&"5".into(), &"missing_articles".into())
    );
    let second: Value = serde_json::from_str(second).expect("JSON");
    assert_eq!(second["errors"][0]["code"], "no_articles");

    let output = mingfa(&["diff", "laws", &old, &new, "--json"]);
    let told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let expected = serde_json::json!({
        "unchanged": [1],
        "renumbered": [[3, 2]],
        "changed": ["2-1", 4],
        "changed_pairs": [[2, "2-1"], [4, 4]],
        "added": [6],
        "deleted": [],
    });
    assert_eq!(told, expected);
    let words = text(&mingfa(&["diff", "laws", &old, &new]).stdout);
    assert!(
        words.contains("修改：第二条 → 第二条之一") && words.contains("〔增：和监督〕"),
        "{words}"
    );
    assert!(complaint(&mingfa(&["diff", "laws", &old, &bad])).contains("bad.txt: 没有一行以“第…条”开头。"));
    let words = text(&mingfa(&["check", "laws", &old]).stdout);
    assert!(words.contains("《某某条例》1 章 4 条。"), "{words}");
}

#[tokio::test]
async fn laws_are_imported_and_a_text_that_is_known_is_refused() {
    each_engine(async |stage| {
        let address = &stage.place.address;
        let head = "（2020年1月2日示例市人民政府令第1号公布 自2020年2月1日起施行）";
        let file = |name: &str, text: &str| stage.place.file(name, text.as_bytes()).display().to_string();
        let old = file(
            "old.md",
            &format!("# 示例市绿道管理办法\n\n{head}\n\n第一条 甲。\n\n第二条 管理单位应当每年检修一次。\n"),
        );
        let new = file(
            "new.md",
            "# 示例市绿道管理办法\n\n（2024年1月2日修订）\n\n第一条 甲。\n\n第二条 管理单位应当每季检修一次。\n",
        );
        let bad = file("bad.txt", "须知");
        let words = text(&mingfa(&["import", "laws", &old, &new, "--database", address]).stdout);
        assert!(
            words.contains("《示例市绿道管理办法》新的法规，2 条，2020-01-02 公布，2020-02-01 施行。")
                && words.contains(
                    "新的版本，2 条，2024-01-02 公布；与前一版本对照：未变 1 条，只改序号 0 条，文字改动 1 条"
                ),
            "{words}"
        );
        let output = mingfa(&["import", "laws", &old, &bad, "--database", address]);
        assert_eq!(complaint(&output), "mingfa: 2 of 2 files were refused");
        let words = text(&output.stdout);
        assert!(
            words.contains("完全相同的版本") && words.contains("没有读到法规条文"),
            "{words}"
        );
        assert_eq!(stage.count("SELECT COUNT(*) FROM law_version").await, 2);
    })
    .await;
}

#[tokio::test]
async fn checking_files_prints_one_object_per_file() {
    let place = Place::new(Engine::Sqlite).await.expect("SQLite is always there");
    let good = place.file(
        "good.csv",
        "题型,题目,选项A,选项B,选项C,答案\n单选题,甲？,一,二,三,A\n多选题,乙？,一,二,三,A B\n判断题,丙。,,,,对\n单选题,,一,二,三,A\n".as_bytes(),
    );
    let bad = place.file("bad.csv", b"");
    let (good, bad) = (good.display().to_string(), bad.display().to_string());
    let output = mingfa(&["check", "questions", &good, &bad, "--json"]);
    assert_eq!(complaint(&output), "mingfa: 1 of 2 files were refused");
    let lines: Vec<Value> = text(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(lines.len(), 2);
    for (line, file) in lines.iter().zip([&good, &bad]) {
        let names: Vec<&String> = line.as_object().expect("an object").keys().collect();
        let mut expected = ["file", "format", "questions", "by_type", "warnings", "errors"];
        expected.sort_unstable();
        assert_eq!(names, expected.iter().collect::<Vec<_>>());
        assert_eq!(line["file"], **file);
        for note in line["warnings"]
            .as_array()
            .into_iter()
            .chain(line["errors"].as_array())
            .flatten()
        {
            assert!(
                ["place", "code", "message"].iter().all(|name| note[name].is_string()),
                "{note}"
            );
            assert_eq!(note.as_object().map(serde_json::Map::len), Some(3));
        }
    }
    assert_eq!(
        (&lines[0]["format"], &lines[0]["questions"]),
        (&"csv".into(), &3.into())
    );
    assert_eq!(
        lines[0]["by_type"],
        serde_json::json!({"multiple": 1, "single": 1, "true_false": 1})
    );
    assert_eq!(lines[0]["errors"][0]["code"], "no_stem");
    assert_eq!(lines[0]["warnings"][0]["code"], "key_normalised");
    assert_eq!(
        (&lines[1]["questions"], &lines[1]["errors"][0]["code"]),
        (&0.into(), &"empty_file".into())
    );

    let output = mingfa(&["check", "questions", &good, "--json"]);
    assert!(output.status.success());
    assert!(complaint(&mingfa(&["check", "questions", "/nowhere/x.csv"])).contains("/nowhere/x.csv"));
}

#[tokio::test]
async fn a_database_that_cannot_be_reached_is_one_line_and_a_failure() {
    let place = Place::new(Engine::Sqlite).await.expect("SQLite is always there");
    let rubbish = place.file(
        "rubbish.db",
        b"this is no database, and long enough to be read as one all the same",
    );
    let rubbish = format!("sqlite:{}", rubbish.display());
    for address in [
        "sqlite:/dev/null/x.db",
        &rubbish,
        "postgres:///x?host=/nowhere",
        "mysql://x",
    ] {
        for command in [
            &["migrate"][..],
            &["serve", "--listen", "127.0.0.1:0"],
            &["demo"],
            &["link", "admin"],
        ] {
            let line = complaint(&mingfa(&[command, &["--database", address]].concat()));
            assert!(line.starts_with("mingfa: the database "), "{line}");
        }
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = taken.local_addr().expect("its address").to_string();
    complaint(&mingfa(&["serve", "--listen", &taken, "--database", &place.address]));
}

#[tokio::test]
async fn a_password_in_the_address_of_a_database_is_never_printed() {
    let output = mingfa(&["migrate", "--database", "postgres://u:geheim@localhost/x?host=/nowhere"]);
    assert!(!complaint(&output).contains("geheim"));
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_one_line_and_a_failure() {
    each_engine(async |stage| {
        from_the_future(stage).await;
        for command in [&["migrate"][..], &["serve", "--listen", "127.0.0.1:0"], &["demo"]] {
            let line = complaint(&mingfa(&[command, &["--database", &stage.place.address]].concat()));
            assert!(line.contains("newer"), "{line}");
        }
        assert_eq!(stage.count("SELECT COUNT(*) FROM person").await, 0);
    })
    .await;
}

#[tokio::test]
async fn files_that_cannot_be_imported_are_named_and_nothing_is_stored() {
    each_engine(async |stage| {
        let mut noise = crate::support::Chance(3);
        let rubbish: Vec<u8> = (0..10_000_000).map(|_| noise.below(256) as u8).collect();
        let files = [
            stage.place.file("~$roster.xlsx", b"lock"),
            stage.place.file("empty.xlsx", b""),
            stage.place.file("empty.csv", b""),
            stage.place.file("rubbish.xlsx", &rubbish),
            stage.place.file("rubbish.csv", &rubbish),
            stage.place.file("picture.png", b"\x89PNG\r\n\x1a\n0000"),
            stage.place.file("header.csv", "工号,姓名,单位\n".as_bytes()),
        ];
        for file in files {
            let file = file.display().to_string();
            for kind in ["roster", "questions"] {
                let output = mingfa(&["import", kind, &file, "--database", &stage.place.address]);
                assert_eq!(complaint(&output), "mingfa: 1 of 1 files were refused");
                assert!(
                    text(&output.stdout).contains("拒绝"),
                    "{file}: {}",
                    text(&output.stdout)
                );
            }
        }
        assert!(
            complaint(&mingfa(&[
                "import",
                "roster",
                "/nowhere.csv",
                "--database",
                &stage.place.address
            ]))
            .contains("/nowhere.csv")
        );
        for table in [
            "SELECT COUNT(*) FROM person",
            "SELECT COUNT(*) FROM bank",
            "SELECT COUNT(*) FROM unit",
        ] {
            assert_eq!(stage.count(table).await, 0, "{table}");
        }
    })
    .await;
}

#[tokio::test]
async fn importing_a_roster_says_what_it_did() {
    each_engine(async |stage| {
        let file = stage
            .place
            .file("roster.csv", roster_csv([(1, 1), (2, 1), (3, 2)]).as_bytes())
            .display()
            .to_string();
        let import = || text(&mingfa(&["import", "roster", &file, "--database", &stage.place.address]).stdout);
        assert_eq!(
            import().trim(),
            "roster.csv：新增 3 人，变更 0 人，不变 0 人，拒绝 0 行。"
        );
        assert_eq!(
            import().trim(),
            "roster.csv：新增 0 人，变更 0 人，不变 3 人，拒绝 0 行。"
        );
        let output = mingfa(&[
            "link",
            "2",
            "--url",
            "http://exam.test/",
            "--database",
            &stage.place.address,
        ]);
        assert!(
            text(&output.stdout).starts_with("http://exam.test/link/"),
            "{}",
            text(&output.stdout)
        );
        complaint(&mingfa(&["link", "9", "--database", &stage.place.address]));
    })
    .await;
}

#[tokio::test]
async fn activities_are_imported_whole_or_not_at_all_and_say_why() {
    each_engine(async |stage| {
        stage.roster(9, 3).await;
        let head = "类型,名称,日期,单位,参加人数,数量,证明文件,参加人员工号";
        let file = |name: &str, rows: &str| {
            let body = format!("{head}\n{rows}");
            stage.place.file(name, body.as_bytes()).display().to_string()
        };
        let good = file(
            "good.csv",
            "讲座,安全生产法讲座,2026-03-02,1科,40,,,\n旁听庭审,网上旁听,2026-04-02,1科,,,,1002、1005\n",
        );
        let bad = file(
            "bad.csv",
            "讲座,消防法讲座,2026-05-02,1科,40,,,\n讲座,去年的,2025-03-02,9科,40,,,\n",
        );
        let alike = file("alike.csv", "讲座,安全生产法 讲座,2026-03-03,1科,41,,,\n");
        let import = |files: &[&str], more: &[&str]| {
            let head = ["import", "activities"];
            let tail = ["--year", "2026", "--database", &stage.place.address];
            mingfa(&[&head[..], files, more, &tail].concat())
        };
        let early = import(&[&good], &[]);
        assert_eq!(complaint(&early), "mingfa: 1 of 1 files were refused");
        assert!(
            text(&early.stdout).contains("2026 年度还没有开始"),
            "{}",
            text(&early.stdout)
        );
        year::begin(&stage.app, &operator(), 2026).await.expect("a year");

        let output = import(&[&good, &bad], &[]);
        assert_eq!(complaint(&output), "mingfa: 1 of 2 files were refused");
        let words = text(&output.stdout);
        for line in [
            "good.csv → 2026 年：新登记 2 条（旁听庭审 1 条、法治讲座 1 条），名单 2 人次，已有 0 条。",
            "bad.csv → 2026 年：可登记 1 条（法治讲座 1 条），已有 0 条，拒绝 2 处。有 1 行不能登记",
            "  拒绝 bad.csv 3：",
        ] {
            assert!(words.contains(line), "{line}: {words}");
        }
        assert_eq!(
            stage.count("SELECT COUNT(*) FROM activity").await,
            2,
            "nothing of the other file"
        );
        assert_eq!(stage.count("SELECT COUNT(*) FROM activity_person").await, 2);

        let again = import(&[&good], &[]);
        assert!(again.status.success() && text(&again.stdout).contains("新登记 0 条，名单 0 人次，已有 2 条。"));
        let hinted = import(&[&alike], &[]);
        assert_eq!(complaint(&hinted), "mingfa: 1 of 1 files were refused");
        assert!(
            text(&hinted.stdout).contains("  相似 alike.csv 2："),
            "{}",
            text(&hinted.stdout)
        );
        assert!(import(&[&alike], &["--distinct"]).status.success());
        assert_eq!(stage.count("SELECT COUNT(*) FROM activity").await, 3);
        assert!(
            !mingfa(&["import", "activities", &good]).status.success(),
            "a year is needed"
        );
    })
    .await;
}

#[tokio::test]
async fn figures_are_a_list_with_everything_needed_to_check_them() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(3).await;
        let (caller, attempt) = stage.start("1001", exam).await;
        sitting::hand_in(&stage.app, &caller, attempt)
            .await
            .expect("the hand-in");
        let id = exam.to_string();
        let output = mingfa(&["figures", "--exam", &id, "--json", "--database", &stage.place.address]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let list: Vec<Value> = serde_json::from_slice(&output.stdout).expect("a JSON list");
        let ids: Vec<Value> = FigureId::ALL
            .iter()
            .map(|id| serde_json::to_value(id).expect("an id"))
            .collect();
        assert_eq!(list.iter().map(|figure| figure["id"].clone()).collect::<Vec<_>>(), ids);
        for figure in &list {
            let mut names: Vec<&str> = figure
                .as_object()
                .expect("an object")
                .keys()
                .map(String::as_str)
                .collect();
            names.sort_unstable();
            assert_eq!(
                names,
                ["as_of", "definition", "denominator", "id", "name", "numerator", "value"]
            );
            assert!(
                figure["as_of"]
                    .as_str()
                    .is_some_and(|moment| moment.ends_with("+08:00"))
            );
        }
        let value = |id: &str| list.iter().find(|figure| figure["id"] == id).expect("the figure")["value"].clone();
        assert_eq!(
            (value("due"), value("sat"), value("absent")),
            (3.into(), 1.into(), 2.into())
        );
        assert_eq!(value("exam_participation_rate"), "33.33%");
        assert_eq!(
            (value("pass_rate_of_due"), value("pass_rate_of_sat")),
            ("0.00%".into(), "0.00%".into())
        );
        assert_eq!(
            stage.attempt(attempt).await.outcome.expect("handed in").settled.score,
            Points::ZERO
        );
        for exam in ["x", "0000000000001"] {
            complaint(&mingfa(&[
                "figures",
                "--exam",
                exam,
                "--database",
                &stage.place.address,
            ]));
        }
    })
    .await;
}

#[tokio::test]
async fn figures_of_an_earlier_edition_are_printed() {
    each_engine(async |stage| {
        crate::annual::lived(stage).await;
        let (app, by) = (&stage.app, operator());
        edition::close(app, &by, 2026).await.expect("closed");
        let exams = mingfa::db::exam::all(&app.db).await.expect("the exams");
        stage.sit("1003", exams[0].id, |_, _, key| key).await;
        edition::renew(app, &by, 2026, "补考成绩入账").await.expect("edition 2");
        let of = |edition: &str| {
            let year = ["figures", "--year", "2026", "--json", "--edition", edition];
            mingfa(&[&year[..], &["--database", &stage.place.address]].concat())
        };
        for (edition, sat) in [("1", 2), ("2", 3)] {
            let list: Vec<Value> = serde_json::from_str(&text(&of(edition).stdout)).expect("JSON");
            let figure = list.iter().find(|figure| figure["id"] == "sat").expect("the figure");
            assert_eq!(figure["value"], sat, "{edition}");
        }
        complaint(&of("3"));
    })
    .await;
}

#[tokio::test]
async fn the_demonstration_fills_an_empty_database_once() {
    each_engine(async |stage| {
        let demo = || text(&mingfa(&["demo", "--database", &stage.place.address]).stdout);
        assert!(demo().contains("已写入"));
        assert_eq!(stage.count("SELECT COUNT(*) FROM roster_entry").await, 138);
        assert_eq!(stage.count("SELECT COUNT(DISTINCT unit) FROM person").await, 15);
        for (sql, least) in [
            (
                "SELECT COUNT(*) FROM question WHERE kind = 'single' AND state = 'ready'",
                80,
            ),
            (
                "SELECT COUNT(*) FROM question WHERE kind = 'multiple' AND state = 'ready'",
                40,
            ),
            (
                "SELECT COUNT(*) FROM question WHERE kind = 'true_false' AND state = 'ready'",
                30,
            ),
        ] {
            assert!(stage.count(sql).await >= least, "{sql}");
        }
        assert_eq!(
            stage
                .count("SELECT COUNT(*) FROM question_version WHERE form = '' AND (explanation = '' OR basis = '[]')")
                .await,
            0
        );
        assert_eq!(stage.count("SELECT COUNT(*) FROM division").await, 42);
        assert_eq!(stage.count("SELECT COUNT(*) FROM organization").await, 12);
        assert_eq!(stage.count("SELECT COUNT(*) FROM law_version").await, 3);
        let linked = stage.count("SELECT COUNT(*) FROM must_know_item WHERE law <> 0").await;
        assert_eq!(linked, 3);
        assert!(demo().contains("没有写入"));
        assert_eq!(stage.count("SELECT COUNT(*) FROM person").await, 138);
    })
    .await;
}
