//! Whatever an attempt of a competition looks like: what a correction may and may not do to its worth.

use mingfa::domain::{
    competition::{
        play::{Answered, Verdict, Worth},
        preset::Preset,
    },
    exam::Window,
    item::OptionSet,
    key_correction::Method,
    time::Timestamp,
};
use proptest::prelude::*;

const START: i64 = 1_780_243_200_000;

fn verdict() -> impl Strategy<Value = Verdict> {
    prop_oneof![
        Just(Verdict::Unanswered),
        (any::<bool>(), 0i64..60_000).prop_map(|(right, after)| Verdict::Given(Answered {
            right,
            at: Timestamp(START + after),
        })),
    ]
}

fn preset() -> impl Strategy<Value = Preset> {
    prop::sample::select(vec![Preset::Daily15, Preset::OfficialFive, Preset::BestScore])
}

fn worth(preset: Preset, verdicts: &[Verdict]) -> Worth {
    let rules = preset.rules(Window {
        opens_at: Timestamp(START),
        closes_at: Timestamp(START + 86_400_000 * 30),
    });
    let stage = rules.stages.last().expect("a stage");
    rules.worth(stage, (Timestamp(START), Timestamp(START + 60_000)), verdicts, false)
}

proptest! {
    #[test]
    fn full_points_never_take_any_and_void_gives_no_more_than_all(
        preset in preset(),
        verdicts in prop::collection::vec(verdict(), 1..20),
        place in any::<prop::sample::Index>(),
    ) {
        let place = place.index(verdicts.len());
        let with = |method| {
            let mut corrected = verdicts.clone();
            corrected[place] = corrected[place].under(&method);
            worth(preset, &corrected)
        };
        let before = worth(preset, &verdicts);
        let full = with(Method::FullCredit);
        prop_assert!(full.score >= before.score && full.right >= before.right && full.chances >= before.chances);
        prop_assert!(full.valid || !before.valid);
        for kept in [Method::Leave, Method::NewKey(OptionSet(1).into()), Method::EitherKey(OptionSet(1).into())] {
            prop_assert_eq!(with(kept), before);
        }
        let void = with(Method::Void);
        let most = worth(preset, &vec![Verdict::Full(None); verdicts.len()]);
        prop_assert!(void.score <= most.score && void.right <= most.right);
        prop_assert!(void.right <= void.answered, "no more right than answered");
    }

    #[test]
    fn whoever_has_all_the_rest_right_loses_nothing_by_a_void_question(
        preset in preset(),
        count in 2usize..20,
        place in any::<prop::sample::Index>(),
        right in any::<bool>(),
    ) {
        let given = |right| Verdict::Given(Answered { right, at: Timestamp(START) });
        let mut verdicts = vec![given(true); count];
        let all = worth(preset, &verdicts);
        let place = place.index(count);
        verdicts[place] = given(right).under(&Method::Void);
        let void = worth(preset, &verdicts);
        prop_assert_eq!((void.score, void.right, void.chances), (all.score, all.right, all.chances));
    }
}
