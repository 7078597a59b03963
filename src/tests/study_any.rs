//! Whatever somebody knows and however long they study: the plan keeps within the time, and more of it never harms.

use std::collections::BTreeSet;

use mingfa::domain::study::{Item, PRACTICES, SECONDS_A_QUESTION, plan};
use proptest::prelude::*;

fn item() -> impl Strategy<Value = Item> {
    let chance = 0u32..=100;
    let points = prop_oneof![1 => Just(0u32), 4 => 1u32..=50];
    (
        0usize..4,
        points,
        chance.clone(),
        chance.clone(),
        chance.clone(),
        chance,
    )
        .prop_map(|(area, points, a, b, c, d)| {
            // Points and chances in steps, so that sums can be compared; rising in most cases, but not in all.
            let mut chances = [a, b, c, d];
            if a % 3 != 0 {
                chances.sort_unstable();
            }
            Item {
                area,
                points: f64::from(points) / 10.0,
                chances: chances.map(|chance| f64::from(chance) / 100.0),
            }
        })
}

/// What each practice is worth as the plan reckons it.
fn gains(item: &Item) -> [f64; PRACTICES] {
    let mut most = f64::INFINITY;
    std::array::from_fn(|place| {
        let gain = (item.points * (item.chances[place + 1] - item.chances[place])).max(0.0);
        most = most.min(gain);
        most
    })
}

/// The best that so many practices can bring, by trying every way to share them out.
fn best(items: &[Item], left: usize, most: usize) -> f64 {
    let Some((first, rest)) = items.split_first() else {
        return 0.0;
    };
    (0..=left.min(most))
        .map(|practices| gains(first)[..practices].iter().sum::<f64>() + best(rest, left - practices, most))
        .fold(0.0, f64::max)
}

proptest! {
    #[test]
    fn a_plan_keeps_within_the_minutes_of_every_day(
        items in prop::collection::vec(item(), 0..60), days in 0u32..40, minutes in 0u32..40
    ) {
        let plan = plan(&items, days, minutes);
        prop_assert_eq!(plan.days.len(), days.max(1) as usize);
        for day in &plan.days {
            prop_assert!(day.questions() * SECONDS_A_QUESTION <= minutes * 60);
        }
        let planned: u32 = plan.days.iter().map(|day| day.questions()).sum();
        prop_assert_eq!(planned as usize, plan.practices.iter().sum::<usize>());
    }

    #[test]
    fn the_first_day_is_of_questions_that_it_counts_and_of_none_twice(
        items in prop::collection::vec(item(), 0..60), days in 0u32..40, minutes in 0u32..40
    ) {
        let plan = plan(&items, days, minutes);
        let once: BTreeSet<_> = plan.first.iter().collect();
        prop_assert_eq!(once.len(), plan.first.len());
        prop_assert_eq!(plan.first.len(), plan.days[0].questions() as usize);
        for (area, count) in &plan.days[0].areas {
            let of = plan.first.iter().filter(|place| items[**place].area == *area);
            prop_assert_eq!(of.count(), *count as usize);
        }
    }

    #[test]
    fn more_minutes_or_more_days_never_lower_the_forecast(
        items in prop::collection::vec(item(), 0..40), days in 1u32..20, minutes in 0u32..20, more in 0u32..10
    ) {
        let now = plan(&items, days, minutes);
        prop_assert!(now.with >= now.without - 1e-9);
        prop_assert!(plan(&items, days, minutes + more).with >= now.with - 1e-9);
        prop_assert!(plan(&items, days + more, minutes).with >= now.with - 1e-9);
    }

    #[test]
    fn what_brings_no_points_is_not_planned(mut items in prop::collection::vec(item(), 1..40), days in 1u32..20) {
        for item in items.iter_mut().filter(|item| item.area == 2) {
            item.points = 0.0;
        }
        let plan = plan(&items, days, 60);
        for day in &plan.days {
            prop_assert!(day.areas.iter().all(|(area, _)| *area != 2));
        }
    }

    #[test]
    fn no_other_plan_brings_more(items in prop::collection::vec(item(), 0..6), days in 1u32..5, minutes in 0u32..4) {
        let plan = plan(&items, days, minutes);
        let practices = (minutes * 60 / SECONDS_A_QUESTION * days) as usize;
        let most = PRACTICES.min(days as usize);
        let best = plan.without + best(&items, practices, most);
        prop_assert!((plan.with - best).abs() < 1e-9, "{} instead of {}", plan.with, best);
    }
}
