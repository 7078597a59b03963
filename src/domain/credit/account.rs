//! How much of what was earned counts by when: so much a day, the rest on the next days, until the year is over.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::{Caps, Credits};

/// Credits earned on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earned {
    /// The day in China, counted from 1970-01-01.
    pub day: i64,
    pub amount: Credits,
    pub compulsory: bool,
}

/// How a person stands in a year on a day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account {
    /// What counts, compulsory and elective.
    pub total: Credits,
    /// Of it compulsory (必修).
    pub compulsory: Credits,
    /// Of it what began to count today.
    pub today: Credits,
    /// Earned, and counts on one of the next days.
    pub waiting: Credits,
    /// Earned so late that the days of the year are not enough for it.
    pub beyond: Credits,
    /// What began to count on each day, the earliest first.
    pub days: Vec<(i64, Credits)>,
}

/// Folds what was earned, in the order of earning. Nothing is lost by a cap: what is above it counts on the next day, in the
/// order of earning, up to and with `last`, the last day of the year.
pub fn account(earned: &[Earned], caps: &Caps, today: i64, last: i64) -> Account {
    let mut account = Account::default();
    let mut earned = earned
        .iter()
        .copied()
        .filter(|earned| earned.amount > Credits::ZERO)
        .peekable();
    let mut queue: VecDeque<Earned> = VecDeque::new();
    let Some(mut day) = earned.peek().map(|first| first.day) else {
        return account;
    };
    while day <= last && (earned.peek().is_some() || !queue.is_empty()) {
        while let Some(next) = earned.next_if(|next| next.day <= day) {
            queue.push_back(next);
        }
        let counted = day_of(&mut queue, caps.on(day));
        let sum: Credits = counted.iter().map(|part| part.amount).sum();
        if day <= today {
            let compulsory: Credits = counted
                .iter()
                .filter(|part| part.compulsory)
                .map(|part| part.amount)
                .sum();
            account.total = account.total + sum;
            account.compulsory = account.compulsory + compulsory;
            if sum > Credits::ZERO {
                account.days.push((day, sum));
            }
            if day == today {
                account.today = sum;
            }
        } else {
            account.waiting = account.waiting + sum;
        }
        day = match queue.is_empty() {
            true => earned.peek().map_or(day + 1, |next| next.day.max(day + 1)),
            false => day + 1,
        };
    }
    account.beyond = queue
        .iter()
        .map(|part| part.amount)
        .chain(earned.map(|rest| rest.amount))
        .sum();
    account
}

/// Takes from the front of the queue what counts on one day; no cap: everything.
fn day_of(queue: &mut VecDeque<Earned>, cap: Option<Credits>) -> Vec<Earned> {
    let mut left = cap.map_or(i64::MAX, |cap| cap.0);
    let mut counted = Vec::new();
    while left > 0
        && let Some(front) = queue.front_mut()
    {
        let amount = front.amount.0.min(left);
        counted.push(Earned {
            amount: Credits(amount),
            ..*front
        });
        left -= amount;
        front.amount.0 -= amount;
        if front.amount == Credits::ZERO {
            queue.pop_front();
        }
    }
    counted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn earned(day: i64, credits: i64, compulsory: bool) -> Earned {
        Earned {
            day,
            amount: Credits::whole(credits),
            compulsory,
        }
    }

    fn caps() -> Caps {
        Caps::of(Some(Credits::whole(5)), [])
    }

    #[test]
    fn what_a_day_has_no_room_for_counts_on_the_next_ones() {
        let all = [earned(10, 4, true), earned(10, 8, false)];
        let first = account(&all, &caps(), 10, 100);
        assert_eq!(
            (first.total, first.compulsory, first.today, first.waiting),
            (
                Credits::whole(5),
                Credits::whole(4),
                Credits::whole(5),
                Credits::whole(7)
            )
        );
        let third = account(&all, &caps(), 12, 100);
        assert_eq!(
            (third.total, third.today, third.waiting),
            (Credits::whole(12), Credits::whole(2), Credits::ZERO)
        );
        assert_eq!(account(&all, &caps(), 50, 100).today, Credits::ZERO);
    }

    #[test]
    fn the_end_of_the_year_is_the_end() {
        let all = [earned(99, 7, true), earned(100, 9, true)];
        let end = account(&all, &caps(), 200, 100);
        assert_eq!(
            (end.total, end.waiting, end.beyond),
            (Credits::whole(10), Credits::ZERO, Credits::whole(6))
        );
    }

    #[test]
    fn without_a_cap_everything_counts_at_once() {
        let end = account(&[earned(3, 30, false)], &Caps::of(None, []), 3, 10);
        assert_eq!(
            (end.total, end.compulsory, end.waiting),
            (Credits::whole(30), Credits::ZERO, Credits::ZERO)
        );
    }
}
