//! Credits of a year for any earnings: what a day may count, what is never lost, what never changes again.

use mingfa::domain::credit::{Account, Caps, Credits, Earned, account};
use proptest::prelude::*;

const FIRST: i64 = 1000;
const LAST: i64 = FIRST + 40;

fn earnings() -> impl Strategy<Value = Vec<Earned>> {
    let one = (0..=40i64, 0..=1200i64, any::<bool>()).prop_map(|(day, amount, compulsory)| Earned {
        day: FIRST + day,
        amount: Credits(amount),
        compulsory,
    });
    prop::collection::vec(one, 0..30).prop_map(|mut all| {
        all.sort_by_key(|earned| earned.day);
        all
    })
}

fn caps() -> impl Strategy<Value = Caps> {
    let cap = || prop::option::weighted(0.9, (1..=900i64).prop_map(Credits));
    let later = prop::collection::btree_map(FIRST..LAST, cap(), 0..3);
    (cap(), later).prop_map(|(first, later)| Caps::of(first, later))
}

fn sum(earned: &[Earned]) -> i64 {
    earned.iter().map(|earned| earned.amount.0).sum()
}

fn counted(account: &Account) -> i64 {
    account.days.iter().map(|(_, credits)| credits.0).sum()
}

proptest! {
    #[test]
    fn no_day_counts_more_than_its_cap(earned in earnings(), caps in caps()) {
        for (day, credits) in account(&earned, &caps, LAST, LAST).days {
            prop_assert!(day <= LAST && caps.on(day).is_none_or(|cap| credits <= cap), "{day}: {credits}");
        }
    }

    #[test]
    fn the_days_add_up_and_nothing_is_lost(earned in earnings(), caps in caps(), today in FIRST - 1..=LAST + 5) {
        let account = account(&earned, &caps, today, LAST);
        prop_assert_eq!(counted(&account), account.total.0);
        prop_assert_eq!(account.total.0 + account.waiting.0 + account.beyond.0, sum(&earned));
        prop_assert!(account.today <= account.total);
    }

    #[test]
    fn compulsory_counts_no_elective(earned in earnings(), caps in caps(), today in FIRST..=LAST) {
        let whole = account(&earned, &caps, today, LAST);
        let compulsory: i64 = earned.iter().filter(|earned| earned.compulsory).map(|earned| earned.amount.0).sum();
        prop_assert!(whole.compulsory.0 <= compulsory && whole.compulsory <= whole.total);
        let elective: Vec<_> = earned.iter().map(|one| Earned { compulsory: false, ..*one }).collect();
        prop_assert_eq!(account(&elective, &caps, today, LAST).compulsory, Credits::ZERO);
    }

    #[test]
    fn what_counts_today_counts_tomorrow_whatever_is_earned_since(
        earned in earnings(),
        caps in caps(),
        today in FIRST..LAST,
        later in 0..=1200i64,
        compulsory in any::<bool>(),
    ) {
        let known: Vec<_> = earned.iter().filter(|one| one.day <= today).copied().collect();
        let before = account(&known, &caps, today, LAST);
        let mut more = known.clone();
        more.push(Earned { day: today, amount: Credits(later), compulsory });
        let after = account(&more, &caps, today, LAST);
        prop_assert!(after.total >= before.total && after.compulsory >= before.compulsory);
        let tomorrow = account(&more, &caps, today + 1, LAST);
        prop_assert!(tomorrow.total >= after.total && tomorrow.compulsory >= after.compulsory);
    }

    #[test]
    fn a_year_with_room_counts_everything(earned in earnings(), cap in 1..=900i64) {
        let caps = Caps::of(Some(Credits(cap)), []);
        let days_needed = sum(&earned) / cap + 42;
        let end = account(&earned, &caps, FIRST + 2 * days_needed, FIRST + 2 * days_needed);
        prop_assert_eq!((end.total.0, end.beyond), (sum(&earned), Credits::ZERO));
    }
}
