//! Published draws: drawn by us, checked by `mingfa draw verify`, by the library, and by a verifier in another language.

use std::{path::Path, process::Command};

use mingfa::{
    domain::lottery::{Broken, Entrant, Prize, Published},
    service::lottery::{Terms, commit, draw, verify},
};
use proptest::prelude::*;

use crate::support::{Engine, Place};

fn terms(source: Option<&str>) -> Terms {
    let prize = |name: &str, count| Prize {
        name: name.to_owned(),
        count,
    };
    Terms {
        title: "法律知识竞赛抽奖".to_owned(),
        prizes: vec![prize("一等奖", 2), prize("纪念奖 20 元", 10)],
        source: source.map(str::to_owned),
    }
}

fn entrants(count: u32) -> Vec<Entrant> {
    (0..count)
        .map(|number| Entrant {
            code: format!("K{number:06}"),
            chances: number % 3 + 1,
        })
        .collect()
}

fn program(file: &Path) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_mingfa"))
        .args(["draw", "verify"])
        .arg(file)
        .env("RUST_LOG", "warn")
        .output()
        .expect("the program runs");
    (
        output.status.success(),
        String::from_utf8_lossy(&output.stdout).into_owned(),
    )
}

/// What the verifier in JavaScript says; `None` without Node.
fn other_language(file: &Path) -> Option<bool> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("end2end/draw-verify.mjs");
    let output = Command::new("node").arg(script).arg(file).output();
    match output {
        Ok(output) => Some(output.status.success()),
        Err(error) => {
            println!("skipped the verifier in JavaScript: node cannot be started: {error}");
            None
        }
    }
}

#[tokio::test]
async fn what_was_drawn_is_confirmed_by_the_program_and_by_a_verifier_in_another_language() {
    let place = Place::new(Engine::Sqlite).await.expect("SQLite is always there");
    for (source, value) in [
        (None, None),
        (Some("双色球 2026141 期"), Some("03 08 15 16 22 30 + 07")),
    ] {
        let good = draw(&terms(source), entrants(400), &[0x5a; 32], value).expect("a draw");
        assert_eq!(good.winners.len(), 12);
        let mut bad = good.clone();
        bad.winners.swap(1, 2);
        bad.winners[1].prize = good.winners[1].prize.clone();
        bad.winners[2].prize = good.winners[2].prize.clone();
        for (name, published, holds) in [("good.json", &good, true), ("bad.json", &bad, false)] {
            let file = place.file(name, &serde_json::to_vec_pretty(published).expect("JSON"));
            let (agrees, words) = program(&file);
            assert_eq!(agrees, holds, "{words}");
            assert!(
                words.contains(if holds {
                    "400 人参加抽奖，12 人中奖"
                } else {
                    "第 2 位应为"
                }),
                "{words}"
            );
            if let Some(agrees) = other_language(&file) {
                assert_eq!(agrees, holds, "{name}");
            }
        }
    }
    let (agrees, words) = program(&place.file("no.json", b"{\"format\":1}"));
    assert!(!agrees && words.contains("不是抽奖文件"), "{words}");
}

#[test]
fn a_promised_public_value_must_be_there_and_the_list_in_order() {
    let missing = draw(&terms(Some("某期")), entrants(5), &[1; 32], None);
    assert!(matches!(missing, Err(Broken::Text(_))), "{missing:?}");
    let mut list = entrants(5);
    list.swap(0, 4);
    assert!(matches!(commit(&terms(None), &list, &[1; 32]), Err(Broken::List(_))));
    let twice = vec![list[1].clone(), list[1].clone()];
    assert!(matches!(commit(&terms(None), &twice, &[1; 32]), Err(Broken::List(_))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is drawn verifies, and one changed letter anywhere in the file does not, save in blanks between its parts.
    #[test]
    fn a_changed_file_is_never_confirmed(count in 1u32..60, seed in any::<[u8; 32]>(), place in any::<prop::sample::Index>()) {
        let published = draw(&terms(None), entrants(count), &seed, None).expect("a draw");
        prop_assert_eq!(verify(&published), Ok(()));
        let mut text = serde_json::to_vec(&published).expect("JSON");
        let place = place.index(text.len());
        text[place] = if text[place].is_ascii_digit() { b'0' + (text[place] - b'0' + 1) % 10 } else { text[place] ^ 1 };
        if let Ok(changed) = serde_json::from_slice::<Published>(&text) {
            prop_assert!(verify(&changed).is_err(), "{}", String::from_utf8_lossy(&text));
        }
    }
}
