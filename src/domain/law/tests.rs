use super::*;
use crate::domain::time::Timestamp;

fn number(text: &str) -> ArticleNumber {
    text.parse().expect("a number")
}

fn date(text: &str) -> Date {
    text.parse().expect("a day")
}

/// A law of articles with one line each.
fn law(articles: &[(&str, &str)]) -> Law {
    let mut law = Law {
        title: "甲法".into(),
        ..Law::default()
    };
    for (written, text) in articles {
        let mut article = Article::new(number(written), None);
        article.push(text);
        law.articles.push(article);
    }
    law
}

fn headed(lines: &[&str]) -> Law {
    Law {
        title: "中华人民共和国甲法".into(),
        history: lines.iter().flat_map(|line| events(line)).collect(),
        ..Law::default()
    }
}

fn written(numbers: &[ArticleNumber]) -> Vec<String> {
    numbers.iter().map(ToString::to_string).collect()
}

#[test]
fn numbers_left_out_are_named() {
    let missing = |numbers: &[&str]| {
        let articles: Vec<_> = numbers.iter().map(|number| (*number, "文")).collect();
        written(&law(&articles).missing())
    };
    assert_eq!(missing(&["1", "2", "2-1", "2-2", "3"]), [""; 0]);
    assert_eq!(missing(&["2", "5", "5-2", "6"]), ["1", "3", "4", "5-1"]);
    assert_eq!(missing(&["1", "3", "2"]), [""; 0], "the order does not matter");
    assert_eq!(missing(&["1", "1", "3-1"]), ["2", "3"]);
    let volume = Law {
        volume: Some("合同编".into()),
        ..law(&[("463", "文"), ("465", "文")])
    };
    assert_eq!(written(&volume.missing()), ["464"]);
}

#[test]
fn lines_become_paragraphs_items_and_points() {
    let mut article = Article::new(number("4"), None);
    for line in [
        "应当：",
        "（一）甲；",
        "1.子；",
        "（2）丑；",
        "(十二)乙。",
        "1.5米以上的，除外。",
        "前款规定适用。",
        "1．丙；",
    ] {
        article.push(line);
    }
    let shape: Vec<_> = article
        .paragraphs
        .iter()
        .map(|paragraph| {
            let items = paragraph
                .items
                .iter()
                .map(|item| (item.label.as_str(), item.points.len()));
            (paragraph.text.as_str(), items.collect::<Vec<_>>())
        })
        .collect();
    assert_eq!(
        shape,
        [
            ("应当：", vec![("（一）", 2), ("(十二)", 0)]),
            ("1.5米以上的，除外。", vec![]),
            ("前款规定适用。", vec![("1．", 0)]),
        ]
    );
    assert!(
        article.text().starts_with("应当：\n（一）甲；\n1.子；\n（2）丑；"),
        "{}",
        article.text()
    );
}

#[test]
fn a_head_is_read_event_by_event() {
    let line = "（2002年6月29日第九届全国人民代表大会常务委员会第二十八次会议通过　根据2014年8月31日第十二届全国人民代表大会\
                常务委员会第十次会议《关于修改〈2002年1月1日安全法〉的决定》第二次修正　2021年6月10日修订，自2021年9月1日起施行）";
    let told: Vec<_> = events(line)
        .into_iter()
        .map(|event| (event.date.map(|date| date.to_string()).unwrap_or_default(), event.act))
        .collect();
    let event = |date: &str, act| (date.to_owned(), act);
    assert_eq!(
        told,
        [
            event("2002-06-29", Act::Passed),
            event("2014-08-31", Act::Amended),
            event("2021-06-10", Act::Revised),
            event("2021-09-01", Act::Effective),
        ]
    );
    let texts: Vec<_> = events(line).into_iter().map(|event| event.text).collect();
    assert!(
        texts[1].starts_with("根据2014") && texts[1].ends_with("第二次修正"),
        "{texts:?}"
    );
    assert_eq!(texts[3], "自2021年9月1日起施行");
    assert_eq!(
        events("2024年6月28日第十次会议修订）")[0].text,
        "2024年6月28日第十次会议修订"
    );
    assert_eq!(events("国务院令第708号")[0].act, Act::Other);
    assert_eq!(events(" \u{3000}"), []);
}

#[test]
fn the_day_of_taking_effect_belongs_to_the_version_that_states_it() {
    let mut law = headed(&["2007年8月30日通过", "2024年6月28日修订"]);
    let mut article = Article::new(number("106"), None);
    article.push("本法自2024年11月1日起施行。");
    law.articles = vec![article];
    assert_eq!(
        (law.promulgated(), law.version_date()),
        (Some(date("2007-08-30")), Some(date("2024-06-28")))
    );
    assert_eq!(law.effective(), Some(date("2024-11-01")));
    // An amendment leaves the sentence of the revision before it.
    law.history.extend(events("2026年1月1日修正"));
    assert_eq!((law.commencement(), law.effective()), (Some(date("2024-11-01")), None));

    let mut at_once = headed(&["1991年4月9日通过", "2021年12月24日《关于修改的决定》修正"]);
    let mut article = Article::new(number("291"), None);
    article.push("本法自公布之日起施行，试行法同时废止。");
    at_once.articles = vec![article];
    assert_eq!(at_once.commencement(), Some(date("1991-04-09")));
    assert_eq!(at_once.validity().repealed, None);
}

#[test]
fn the_status_follows_from_the_days() {
    let validity = Validity {
        effective: Some(date("2024-11-01")),
        superseded: Some(date("2026-01-01")),
        repealed: Some(date("2027-01-01")),
    };
    let status = |today| validity.status(date(today)).code();
    assert_eq!(status("2024-10-31"), "not_yet_in_force");
    assert_eq!(status("2024-11-01"), "in_force");
    assert_eq!(status("2026-01-01"), "amended");
    assert_eq!(status("2027-01-01"), "repealed");
    assert_eq!(Validity::default().status(Date::of(Timestamp(0))), Status::InForce);
}

#[test]
fn the_level_is_that_of_who_made_it() {
    let level = |title: &str, head: &str| {
        let law = Law {
            title: title.into(),
            history: events(head),
            ..Law::default()
        };
        law.level().map(Level::code)
    };
    let congress = "2021年6月10日第十三届全国人民代表大会常务委员会第二十九次会议通过";
    assert_eq!(level("中华人民共和国安全生产法", congress), Some("statute"));
    assert_eq!(level("中华人民共和国宪法", congress), Some("constitution"));
    assert_eq!(
        level("生产安全事故应急条例", "2019年2月17日中华人民共和国国务院令第708号公布"),
        Some("admin_regulation")
    );
    assert_eq!(
        level(
            "山东省安全生产条例",
            "2017年1月18日山东省第十二届人民代表大会常务委员会通过"
        ),
        Some("local_regulation")
    );
    assert_eq!(
        level(
            "生产安全事故应急预案管理办法",
            "2016年6月3日国家安全生产监督管理总局令第88号公布"
        ),
        Some("rule")
    );
    assert_eq!(level("中国共产党纪律处分条例", ""), Some("party_regulation"));
    assert_eq!(level("中华人民共和国监察法", ""), Some("statute"));
    assert_eq!(level("须知", ""), None);
    assert!(
        Level::ALL
            .into_iter()
            .all(|level| Level::parse(level.code()) == Some(level))
    );
}

const LONG: &str =
    "生产经营单位必须遵守本法和其他有关安全生产的法律、法规，加强安全生产管理，建立健全全员安全生产责任制。";

#[test]
fn a_comparison_tells_moved_from_changed_from_new() {
    let changed = LONG.replace("加强安全生产管理", "加强安全生产监督和管理");
    let old = law(&[
        ("1", "为了安全，制定本法。"),
        ("2", "国家实行责任制度。"),
        ("3", LONG),
        ("4", "罚款五万元以下。"),
    ]);
    let new = law(&[
        ("1", "为了 安全，\u{200b}制定本法。"),
        ("2", "本章另有规定除外。"),
        ("2-1", "国家实行责任制度。"),
        ("4", &changed),
    ]);
    let told = compare(&old, &new);
    assert_eq!(written(&told.unchanged), ["1"]);
    assert_eq!(told.renumbered, [(number("2"), number("2-1"))]);
    assert_eq!(told.changed.len(), 1);
    assert_eq!((told.changed[0].old, told.changed[0].new), (number("3"), number("4")));
    assert!(
        told.changed[0].pieces.contains(&Piece::Added("监督和".into())),
        "{:?}",
        told.changed[0].pieces
    );
    assert_eq!(
        (written(&told.added), written(&told.deleted)),
        (vec!["2".to_owned()], vec!["4".to_owned()])
    );
}
