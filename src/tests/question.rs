//! The editor of a bank: versions, two writers at once, near-duplicates, what papers keep.

use std::collections::BTreeSet;

use mingfa::{
    domain::{
        audit::Act,
        bank::{Filter, Stored},
        editor::{QuestionFault, Typed},
        id::BankId,
        item::{Difficulty, State, Unfit},
        near::{NEAR_PERCENT, Pieces, pairs},
    },
    error::Fault,
    service::{
        audit, bank,
        question::{self, Of, Outcome, Wish},
    },
};

use proptest::prelude::*;

use crate::{
    browser::Browser,
    support::{Stage, each_engine, fault, operator, setup},
};

/// Every three characters in a row.
fn pieces(text: &str) -> BTreeSet<String> {
    let letters: Vec<char> = text.chars().collect();
    match letters.len() {
        0 => BTreeSet::new(),
        1 | 2 => [text.to_owned()].into(),
        _ => letters.windows(3).map(|piece| piece.iter().collect()).collect(),
    }
}

proptest! {
    /// Comparing only questions that share one of their rarest pieces finds what comparing each with each finds.
    #[test]
    fn no_near_pair_is_missed(texts in prop::collection::vec("[甲乙丙丁]{0,12}", 0..14), new in 0usize..14) {
        let typed = |stem: &String| Typed { kind: "short_answer".to_owned(), stem: stem.clone(), ..Typed::default() };
        let texts: Vec<_> = texts.into_iter().filter(|text| !text.is_empty()).collect();
        let all: Vec<_> = texts.iter().map(|text| Pieces::of(&typed(text).question().expect("a draft"))).collect();
        let sets: Vec<_> = texts.iter().map(|text| pieces(text)).collect();
        let mut plain = Vec::new();
        for other in new.min(sets.len())..sets.len() {
            for one in 0..other {
                let common = sets[one].intersection(&sets[other]).count();
                if common * 100 / sets[one].union(&sets[other]).count() >= NEAR_PERCENT {
                    plain.push((one, other));
                }
            }
        }
        let mut found: Vec<_> = pairs(&all, new).iter().map(|pair| (pair.one, pair.other)).collect();
        found.sort_by_key(|(one, other)| (*other, *one));
        prop_assert_eq!(found, plain);
    }
}

async fn first(stage: &Stage, bank: BankId, words: &str) -> Stored {
    let filter = Filter {
        words: words.to_owned(),
        ..Filter::of(bank)
    };
    let (found, _) = bank::questions(&stage.app, &operator(), &filter, 1)
        .await
        .expect("a page");
    found.into_iter().next().expect("a question").0
}

fn wish(stored: &Stored, change: impl FnOnce(&mut Typed)) -> Wish {
    let mut typed = Typed::of(&stored.question);
    change(&mut typed);
    Wish {
        typed,
        reason: "表述有误".to_owned(),
        anyway: true,
    }
}

fn id_of(outcome: Outcome) -> mingfa::domain::id::QuestionId {
    match outcome {
        Outcome::Stored(id) => id,
        Outcome::Near(near) => panic!("{} are almost the same", near.len()),
    }
}

#[tokio::test]
async fn a_change_is_a_new_version_and_papers_keep_theirs() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(2).await;
        let (_, attempt) = stage.start("1001", exam).await;
        let keys = stage.keys(attempt).await;
        let bank = mingfa::db::bank::summaries(&stage.app.db).await.expect("the banks")[0]
            .bank
            .id;
        let used = Filter {
            used: Some(true),
            ..Filter::of(bank)
        };
        let (found, _) = bank::questions(&stage.app, &operator(), &used, 1)
            .await
            .expect("a page");
        let (old, usage) = found.into_iter().next().expect("a question");
        let change = wish(&old, |typed| {
            typed.stem = format!("{}（修订）", old.question.stem);
            typed.difficulty = "hard".to_owned();
        });
        let outcome = question::revise(&stage.app, &operator(), bank, old.id, 1, &change)
            .await
            .expect("stored");
        assert_eq!(id_of(outcome), old.id);
        let shown = question::show(&stage.app, &operator(), bank, old.id)
            .await
            .expect("the question");
        let numbers: Vec<_> = shown.versions.iter().map(|version| version.stored.number).collect();
        assert_eq!(numbers, [2, 1]);
        assert_eq!(shown.current().question.difficulty, Difficulty::Hard);
        assert_eq!(
            (shown.versions[0].reason.as_str(), shown.versions[1].reason.as_str()),
            ("表述有误", "")
        );
        assert_eq!(
            shown.versions[1].stored.question, old.question,
            "the old one is as it was"
        );
        assert_eq!(stage.keys(attempt).await, keys, "the paper is as it was");
        assert_eq!((shown.exams.len(), shown.exams[0].number), (1, 1));
        assert_eq!((shown.exams[0].papers, shown.exams[0].all), (usage.papers, 2));
        assert!(usage.papers > 0);
        let log = audit::page(&stage.app, &operator(), Some(Act::QuestionRevised), 1)
            .await
            .expect("the log");
        assert_eq!(log.entries.len(), 1);
        let entry = &log.entries[0];
        assert!(entry.before.contains(&old.question.stem) && entry.after.contains("（修订）"));

        let stale = question::revise(&stage.app, &operator(), bank, old.id, 1, &change)
            .await
            .map(id_of);
        assert_eq!(fault(stale), Fault::QuestionChanged);
        let same = Wish {
            reason: "没有改动".to_owned(),
            ..wish(shown.current(), |_| {})
        };
        question::revise(&stage.app, &operator(), bank, old.id, 2, &same)
            .await
            .map(id_of)
            .expect("nothing to do");
        let silent = Wish {
            reason: " ".to_owned(),
            ..wish(shown.current(), |typed| typed.topic = "别的".to_owned())
        };
        let silent = question::revise(&stage.app, &operator(), bank, old.id, 2, &silent)
            .await
            .map(id_of);
        assert_eq!(fault(silent), Fault::Wording);
        assert_eq!(
            stage
                .count("SELECT COUNT(*) FROM question_version WHERE number > 1")
                .await,
            1
        );
    })
    .await;
}

#[tokio::test]
async fn of_two_who_change_the_same_version_one_is_told() {
    each_engine(async |stage| {
        let bank = stage.usual_bank().await;
        let old = first(stage, bank, "").await;
        let change = |words: &str| wish(&old, |typed| typed.explanation = words.to_owned());
        let (one, other) = (change("甲的解析"), change("乙的解析"));
        let operator = operator();
        let tries = [&one, &other].map(|wish| question::revise(&stage.app, &operator, bank, old.id, 1, wish));
        let [one, other] = tries;
        let done = tokio::join!(one, other);
        let done = [done.0.map(id_of), done.1.map(id_of)];
        assert_eq!(done.iter().filter(|one| one.is_ok()).count(), 1);
        for refused in done.into_iter().filter(Result::is_err) {
            assert_eq!(fault(refused), Fault::QuestionChanged);
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_almost_there_is_shown_before_it_is_stored() {
    each_engine(async |stage| {
        let csv = "题型,题目,选项A,选项B,答案\n\
                   单选题,生产经营单位的主要负责人对本单位的安全生产工作全面负责吗,负责,不负责,A\n\
                   单选题,特种作业人员未取得相应资格的可以上岗作业吗,可以,不可以,B\n";
        let bank = stage.bank_from("甲", csv).await;
        let typed = Typed {
            kind: "single".to_owned(),
            state: "ready".to_owned(),
            stem: "生产经营单位的主要负责人，对本单位的安全生产工作全面负责吗？".to_owned(),
            options: "不负责\n负责".to_owned(),
            key: "B".to_owned(),
            ..Typed::default()
        };
        let add = async |typed: &Typed, anyway: bool| {
            let wish = Wish {
                typed: typed.clone(),
                anyway,
                ..Wish::default()
            };
            question::add(&stage.app, &operator(), bank, &wish).await
        };
        let Outcome::Near(near) = add(&typed, false).await.expect("a warning") else {
            panic!("stored at once")
        };
        assert_eq!((near.len(), near[0].1), (1, 100));
        assert_eq!(stage.count("SELECT COUNT(*) FROM question").await, 2);
        let id = id_of(add(&typed, true).await.expect("stored"));
        assert_eq!(
            fault(add(&typed, true).await.map(id_of)),
            Fault::SameQuestion,
            "not twice the very same"
        );
        let (_, pairs, total) = question::pairs_of_bank(&stage.app, &operator(), bank)
            .await
            .expect("the pairs");
        assert_eq!((pairs.len(), total), (1, 1));
        assert_eq!(pairs[0].1.id, id);

        let file = "题型,题目,选项A,选项B,答案\n\
                    单选题,特种作业人员未取得相应资格的，能上岗作业吗,可以,不可以,B\n\
                    单选题,特种作业人员未取得相应资格的可以上岗作业吗,可以,不可以,B\n\
                    单选题,罚款最高多少,一万,两万,A\n";
        let preview = bank::preview(&stage.app, &operator(), "乙.csv", file.as_bytes())
            .await
            .expect("a preview");
        let found: Vec<_> = preview
            .doubles
            .iter()
            .map(|double| match &double.of {
                Of::Stored(bank, _) => (double.new, bank.as_str()),
                Of::File(_) => (double.new, ""),
            })
            .collect();
        assert_eq!(
            found,
            [(0, "甲"), (1, "")],
            "the very same is not a near one: {}",
            preview.places[0]
        );
        question::set_state(&stage.app, &operator(), bank, id, State::Retired, "重复")
            .await
            .expect("retired");
        let (_, pairs, _) = question::pairs_of_bank(&stage.app, &operator(), bank)
            .await
            .expect("the pairs");
        assert!(pairs.is_empty(), "what is retired is no second question");
    })
    .await;
}

#[tokio::test]
async fn a_retired_question_is_not_drawn_and_an_unfit_one_not_put_in_use() {
    each_engine(async |stage| {
        stage.roster(1, 1).await;
        let bank = stage.usual_bank().await;
        let ready = async || {
            mingfa::db::bank::ready(&stage.app.db, bank)
                .await
                .expect("the pool")
                .len()
        };
        let before = ready().await;
        let stored = first(stage, bank, "").await;
        question::set_state(&stage.app, &operator(), bank, stored.id, State::Retired, "法律已修改")
            .await
            .expect("done");
        assert_eq!(ready().await, before - 1);
        let exam = stage.open_exam(setup(bank)).await;
        let pool = mingfa::db::bank::pool(&stage.app.db, exam).await.expect("the pool");
        assert!(pool.iter().all(|other| other.id != stored.id));
        question::set_state(&stage.app, &operator(), bank, stored.id, State::Ready, "恢复")
            .await
            .expect("done");
        assert_eq!(ready().await, before);
        let unfit = wish(&stored, |typed| {
            typed.key = String::new();
            typed.state = "draft".to_owned();
        });
        question::revise(&stage.app, &operator(), bank, stored.id, 1, &unfit)
            .await
            .map(id_of)
            .expect("a draft");
        let refused = question::set_state(&stage.app, &operator(), bank, stored.id, State::Ready, "恢复").await;
        assert_eq!(fault(refused), Fault::Question(QuestionFault::Unfit(Unfit::NoKey)));
        assert_eq!(ready().await, before - 1);
    })
    .await;
}

#[tokio::test]
async fn the_filter_finds_by_topic_difficulty_and_use() {
    each_engine(async |stage| {
        stage.usual_exam(1).await;
        let bank = mingfa::db::bank::summaries(&stage.app.db).await.expect("the banks")[0]
            .bank
            .id;
        let all = bank::questions(&stage.app, &operator(), &Filter::of(bank), 1)
            .await
            .expect("a page")
            .1;
        let count = async |filter: Filter| {
            bank::questions(&stage.app, &operator(), &filter, 1)
                .await
                .expect("a page")
                .1
        };
        let used = count(Filter {
            used: Some(true),
            ..Filter::of(bank)
        })
        .await;
        let unused = count(Filter {
            used: Some(false),
            ..Filter::of(bank)
        })
        .await;
        assert_eq!((used, unused), (10, all - 10), "one paper of ten");
        let old = first(stage, bank, "").await;
        let change = wish(&old, |typed| {
            typed.topic = "应急预案".to_owned();
            typed.difficulty = "easy".to_owned();
        });
        question::revise(&stage.app, &operator(), bank, old.id, 1, &change)
            .await
            .map(id_of)
            .expect("stored");
        assert_eq!(
            count(Filter {
                topic: Some("应急预案".to_owned()),
                ..Filter::of(bank)
            })
            .await,
            1
        );
        assert_eq!(
            count(Filter {
                difficulty: Some(Difficulty::Easy),
                ..Filter::of(bank)
            })
            .await,
            1
        );
    })
    .await;
}

#[tokio::test]
async fn the_pages_of_a_question_show_the_difference_and_keep_what_was_typed() {
    each_engine(async |stage| {
        let bank = stage.usual_bank().await;
        let old = first(stage, bank, "").await;
        let admin = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let here = format!("/admin/banks/{bank}/questions/{}", old.id);
        let post = async |stem: &str, before: &str, key: &str| {
            let options = old.question.options.join("\n");
            let kind = old.question.kind.code();
            let fields = [
                ("kind", kind),
                ("stem", stem),
                ("options", &options),
                ("key", key),
                ("state", "ready"),
                ("reason", "改得更清楚"),
                ("before", before),
                ("anyway", "yes"),
            ];
            admin.post(&here, &fields).await
        };
        let key = old.question.key.letters();
        let refused = post("<b>新题目</b>", "1", "").await;
        assert_eq!(refused.status, 422);
        assert!(
            refused.body.contains("&lt;b>新题目") && refused.body.contains("可用的题要有答案"),
            "{}",
            refused.body
        );
        let stored = post("<b>新题目</b>", "1", &key).await;
        assert_eq!((stored.status.as_u16(), stored.location()), (303, here.as_str()));
        let page = admin.get(&here).await;
        assert!(page.body.contains("<ins>") && page.body.contains("<del>") && page.body.contains("改得更清楚"));
        assert!(!page.body.contains("<b>新题目"), "escaped");
        assert_eq!(
            post("更新的题目", "1", &key).await.status,
            409,
            "somebody else was faster"
        );
        let edit = admin.get(&format!("{here}/edit")).await;
        assert!(edit.body.contains("新题目") && edit.body.contains("value=\"2\""));
        assert_eq!(
            admin
                .get(&format!("/admin/banks/{bank}/questions/0000000000000"))
                .await
                .status,
            404
        );
    })
    .await;
}
