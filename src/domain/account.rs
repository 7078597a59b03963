//! Accounts, roles, and how failed sign-ins slow down further ones.

use serde::{Deserialize, Serialize};

use super::{
    id::{AccountId, PersonId},
    role::Grant,
    time::Timestamp,
};

/// Who signs in; `name` is the login name, for people of the roster their number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub id: AccountId,
    pub name: String,
    /// The person's name, or the login name outside the roster.
    pub display: String,
    /// `None`: somebody outside the roster, who sits no exam.
    pub person: Option<PersonId>,
    /// Roles beside that of a candidate.
    pub grants: Vec<Grant>,
}

/// Failed sign-ins in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failures {
    pub count: i64,
    pub last_at: Timestamp,
}

impl Default for Failures {
    fn default() -> Self {
        Self {
            count: 0,
            last_at: Timestamp(0),
        }
    }
}

/// Failures older than this are forgotten.
pub const MEMORY_MS: i64 = 3_600_000;
/// Free failures of one name from one address.
const FREE_FROM_HERE: i64 = 5;
/// Free failures of one name from all addresses together; far above what one person mistypes.
const FREE_FROM_ANYWHERE: i64 = 50;
const LONGEST_WAIT_SECONDS: i64 = 900;

/// When the next try is allowed. A name is slowed down for the address that fails, doubling each time, so that
/// colleagues behind the same address and the owner at another one are not held up. Only when many addresses
/// together try one name does that name wait everywhere, half a minute at most.
pub fn next_try(here: Failures, anywhere: Failures, now: Timestamp) -> Timestamp {
    let wait = |failures: Failures, free: i64, longest: i64| {
        let over = failures.count - free;
        if over < 0 || now.0 - failures.last_at.0 > MEMORY_MS {
            return Timestamp(0);
        }
        failures.last_at.plus_seconds((1i64 << over.min(10)).min(longest))
    };
    wait(here, FREE_FROM_HERE, LONGEST_WAIT_SECONDS).max(wait(anywhere, FREE_FROM_ANYWHERE, 30))
}

/// What is wrong with a new password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WeakPassword {
    Short,
    Long,
    /// The login name, one repeated character, or a row such as 12345678.
    Guessable,
}

/// Checks a new password by length and against what is tried first (NIST SP 800-63B §5.1.1.2: no composition rules).
///
/// # Errors
/// The first fault.
pub fn check_password(password: &str, name: &str) -> Result<(), WeakPassword> {
    let length = password.chars().count();
    let codes: Vec<i64> = password.chars().map(|c| i64::from(u32::from(c))).collect();
    let row = |step: i64| codes.windows(2).all(|pair| pair[1] - pair[0] == step);
    if length < 8 {
        Err(WeakPassword::Short)
    } else if length > 128 {
        Err(WeakPassword::Long)
    } else if password.eq_ignore_ascii_case(name) || row(0) || row(1) || row(-1) {
        Err(WeakPassword::Guessable)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(10_000_000);

    fn failures(count: i64) -> Failures {
        Failures { count, last_at: NOW }
    }

    #[test]
    fn the_wait_doubles_for_the_address_that_fails_and_ends_after_a_quarter_of_an_hour() {
        let wait = |count| (next_try(failures(count), Failures::default(), NOW).0 - NOW.0).max(0) / 1000;
        assert_eq!((wait(4), wait(5), wait(6), wait(9), wait(40)), (0, 1, 2, 16, 900));
    }

    #[test]
    fn another_address_is_not_held_up_by_an_attacker() {
        assert_eq!(next_try(Failures::default(), failures(49), NOW), Timestamp(0));
        assert!(next_try(Failures::default(), failures(1000), NOW) <= NOW.plus_seconds(30));
    }

    #[test]
    fn failures_are_forgotten_after_an_hour() {
        assert_eq!(
            next_try(failures(40), failures(40), Timestamp(NOW.0 + MEMORY_MS + 1)),
            Timestamp(0)
        );
    }

    #[test]
    fn passwords_everybody_tries_are_refused() {
        for weak in ["88888888", "12345678", "87654321", "20230015"] {
            assert_eq!(check_password(weak, "20230015"), Err(WeakPassword::Guessable), "{weak}");
        }
        assert_eq!(check_password("短密码", "a"), Err(WeakPassword::Short));
        assert_eq!(check_password("法治安全二〇二六年", "a"), Ok(()));
    }
}
