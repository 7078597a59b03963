//! Marking, grades and the attempt that counts, over random papers, against plain restatements of the rules.

use mingfa::domain::{
    attempt::{Attempt, HandIn, Outcome, Settled},
    exam::{Band, Bands, Counting, Mapping, Minimum, MultiplePolicy, Policy},
    id::{AttemptId, ExamId, PersonId},
    item::{Kind, OptionSet},
    key_correction::{Asked, mark_paper},
    mark::{Marking, PartScore, mark},
    points::Points,
    time::Timestamp,
};
use proptest::prelude::*;

fn banded() -> Policy {
    Policy {
        pass_mark: Points::whole(60),
        bands: Bands {
            excellent: Some(Points::whole(90)),
            good: Some(Points::whole(80)),
        },
        ..Policy::jining()
    }
}

fn attempt(number: u32, score: Points, band: Band) -> Attempt {
    Attempt {
        id: AttemptId(i64::from(number)),
        exam: ExamId(1),
        person: PersonId(1),
        number,
        round: 1,
        started_at: Timestamp(0),
        deadline: Timestamp(0),
        paused_at: None,
        outcome: Some(Outcome {
            handed_in_at: Timestamp(0),
            hand_in: HandIn::Submit,
            settled: Settled {
                score,
                parts: vec![],
                band,
                receipt: [0; 32],
            },
        }),
    }
}

/// The definitions in whole shares of the question, as fractions: numerator and denominator.
fn earned(policy: MultiplePolicy, right: i64, wrong: i64, of: i64) -> (i64, i64) {
    let all = right == of && wrong == 0;
    match policy {
        _ if right + wrong == 0 => (0, 1),
        MultiplePolicy::AllOrNothing => (i64::from(all), 1),
        MultiplePolicy::HalfIfIncomplete if wrong == 0 => (if all { 2 } else { 1 }, 2),
        MultiplePolicy::ShareIfIncomplete if wrong == 0 => (right, of),
        MultiplePolicy::HalfIfIncomplete | MultiplePolicy::ShareIfIncomplete => (0, 1),
        MultiplePolicy::PerOption => (right - wrong, of),
        MultiplePolicy::RightMinusWrong => ((right - wrong).max(0), of),
        MultiplePolicy::PerRight if right + wrong > of => (0, 1),
        MultiplePolicy::PerRight => (right, of),
        MultiplePolicy::Mapping(Mapping {
            wrong: costs,
            lower,
            upper,
        }) => {
            let sum = 100 * right - i64::from(costs) * wrong * of;
            (sum.clamp(i64::from(lower) * of, i64::from(upper) * of), 100 * of)
        }
    }
}

fn policies() -> impl Strategy<Value = MultiplePolicy> {
    (0..7usize, 1..=100u32, -100..=0i32, 1..=100u32).prop_map(|(place, wrong, lower, upper)| match MultiplePolicy::ALL
        [place]
    {
        MultiplePolicy::Mapping(_) => MultiplePolicy::Mapping(Mapping { wrong, lower, upper }),
        other => other,
    })
}

proptest! {
    /// Up to ten options, any points: what is earned is the share of the definition, rounded down to a hundredth.
    #[test]
    fn a_question_earns_the_share_that_its_definition_says(
        policy in policies(), key in 1..1024u16, choice in 0..1024u16, full in 1..100_000i64, indefinite in any::<bool>(),
    ) {
        let kind = if indefinite { Kind::Indefinite } else { Kind::Multiple };
        let marking = Marking { multiple: policy, wrong_judgement: Points::ZERO };
        let points = mark(marking, kind, OptionSet(key), OptionSet(choice), Points(full));
        let (right, of) = (i64::from((key & choice).count_ones()), i64::from(key.count_ones()));
        let (numerator, denominator) = earned(policy, right, i64::from((choice & !key).count_ones()), of);
        prop_assert_eq!(points.0, (full * numerator).div_euclid(denominator));
        prop_assert!(points.0 <= full);
    }

    /// The whole is the sum of its parts, never below zero.
    #[test]
    fn the_whole_is_the_sum_of_its_parts_but_never_below_zero(
        marked in prop::collection::vec((any::<bool>(), 0..3u16, 1..300i64), 0..40), costs in 0..400i64,
    ) {
        // The key is the first option; a choice of 0 is none, 1 the right one, 2 a wrong one.
        let marking = Marking { multiple: MultiplePolicy::AllOrNothing, wrong_judgement: Points(costs) };
        let paper = marked.iter().map(|(judged, choice, full)| Asked {
            pool: 0,
            kind: if *judged { Kind::TrueFalse } else { Kind::Single },
            key: OptionSet(1),
            choice: OptionSet(*choice),
            full: Points(*full),
            judged: None,
            rejudged: None,
        });
        let score = mark_paper(marking, &[], paper);
        let earned = |(judged, choice, full): &(bool, u16, i64)| match (judged, choice) {
            (_, 1) => *full,
            (true, 2) => -costs,
            _ => 0,
        };
        let sum: i64 = marked.iter().map(earned).sum();
        prop_assert_eq!(score.score.0, sum.max(0));
        prop_assert_eq!(score.parts.iter().map(|part| part.score.0).sum::<i64>(), sum);
        prop_assert_eq!(score.parts.iter().map(|part| part.count).sum::<u32>() as usize, marked.len());
    }

    /// More points never make a result worse, and a part below its minimum always fails.
    #[test]
    fn a_grade_rises_with_the_score(
        score in 0..10_000i64, more in 0..3_000i64, reached in -500..2_000i64, least in 1..2_000i64,
    ) {
        let minimum = Minimum { kind: Kind::TrueFalse, points: Points(least) };
        let policy = Policy { minimums: vec![minimum], ..banded() };
        let part = PartScore { kind: Kind::TrueFalse, score: Points(reached), full: Points(2_000), right: 0, count: 20, awaiting: 0 };
        let grade = |score| policy.grade(Points(score), std::slice::from_ref(&part));
        let (low, high) = (grade(score), grade(score + more));
        prop_assert!(low.band <= high.band);
        prop_assert_eq!(reached < least, !low.below.is_empty());
        prop_assert!(low.below.is_empty() || high.band == Band::Fail);
        prop_assert!(low.band == Band::Fail || score >= 6_000);
    }

    /// With the best one counting nobody loses by trying again; the last and the first are what they are called.
    #[test]
    fn the_attempt_that_counts_is_the_one_the_rule_names(scores in prop::collection::vec(0..100i64, 1..7)) {
        let made: Vec<_> = (1..)
            .zip(&scores)
            .map(|(number, score)| (number, Points::whole(*score)))
            .map(|(number, score)| attempt(number, score, banded().grade(score, &[]).band))
            .collect();
        let number = |counting: Counting, attempts: &[Attempt]| counting.of(attempts).map(|attempt| attempt.number);
        let highest = scores.iter().max().expect("one at least");
        let first_highest = scores.iter().position(|score| score == highest).map(|place| place as u32 + 1);
        prop_assert_eq!(number(Counting::Best, &made), first_highest);
        prop_assert_eq!(number(Counting::First, &made), Some(1));
        prop_assert_eq!(number(Counting::Last, &made), Some(scores.len() as u32));
    }
}
