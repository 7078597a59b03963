//! What the rules make of play: who may start, until when, what an attempt is worth, and who stands before whom.

use std::cmp::Ordering;

use super::{Chances, Counting, GRACE_MS, Rules, SPEED_STEP_MS, Scoring, Stage, StageKind, TieBreak};
use crate::domain::{points::Points, time::Timestamp};

/// An attempt a player has begun, as far as the next one depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Begun {
    /// The place of its stage in the rules.
    pub stage: usize,
    pub started_at: Timestamp,
    pub handed_in: bool,
}

/// Why no attempt can be started now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoPlay {
    /// No stage is open yet; the next one opens then.
    NotYet(Timestamp),
    Over,
    /// One is still running.
    Running,
    /// All of today's are used; so many are allowed.
    Today(u32),
    /// All of the stage's are used; so many are allowed.
    Stage(u32),
}

impl Rules {
    /// The stage in which a player may start an attempt now, by its place.
    ///
    /// # Errors
    /// The reason why not.
    pub fn may_start(&self, begun: &[Begun], now: Timestamp) -> Result<(usize, &Stage), NoPlay> {
        if begun.iter().any(|attempt| !attempt.handed_in) {
            return Err(NoPlay::Running);
        }
        let open = |(_, stage): &(usize, &Stage)| stage.window.opens_at <= now && now < stage.window.closes_at;
        let Some((place, stage)) = self.stages.iter().enumerate().find(open) else {
            let next = self.stages.iter().map(|stage| stage.window.opens_at);
            let next = next.filter(|opens_at| now < *opens_at).min();
            return Err(next.map_or(NoPlay::Over, NoPlay::NotYet));
        };
        let (mut all, mut today) = (0, 0);
        for attempt in begun.iter().filter(|attempt| attempt.stage == place) {
            all += 1;
            today += u32::from(attempt.started_at.day() == now.day());
        }
        match (stage.per_day, stage.total) {
            (Some(most), _) if today >= most => Err(NoPlay::Today(most)),
            (_, Some(most)) if all >= most => Err(NoPlay::Stage(most)),
            _ => Ok((place, stage)),
        }
    }
}

/// An answer as the server has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered {
    pub right: bool,
    /// When it reached the server.
    pub at: Timestamp,
}

/// What an attempt is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Worth {
    pub score: Points,
    pub right: u32,
    /// From the start to the hand-in, by the server's clock.
    pub elapsed_ms: u64,
    pub valid: bool,
    /// Chances in the prize draw, before the limit of the day.
    pub chances: u32,
}

impl Stage {
    /// The last moment of an attempt: its time, but never past the close of the stage.
    pub fn deadline(&self, started_at: Timestamp) -> Timestamp {
        started_at
            .plus_seconds(i64::from(self.seconds))
            .min(self.window.closes_at)
    }

    /// Whether the answer to the k-th question (from 1) came in time.
    pub fn in_time(&self, started_at: Timestamp, deadline: Timestamp, k: u32, at: Timestamp) -> bool {
        let own = self
            .item_seconds
            .map_or(deadline, |each| started_at.plus_seconds(i64::from(each) * i64::from(k)));
        at.0 <= own.min(deadline).0 + GRACE_MS
    }
}

impl Scoring {
    /// What a right answer is worth that took so long.
    pub fn of_right(self, took_ms: u32) -> Points {
        match self {
            Self::Right { points } | Self::UntilRight { points } => points,
            Self::Speed {
                points,
                bonus,
                full_ms,
                none_ms,
            } => {
                let took = took_ms / SPEED_STEP_MS * SPEED_STEP_MS;
                let left = i64::from(none_ms.saturating_sub(took.max(full_ms)));
                let span = i64::from(none_ms.saturating_sub(full_ms).max(1));
                points + Points(bonus.0 * left / span)
            }
        }
    }
}

impl Rules {
    /// What an attempt is worth. `answers`: in the order of the questions, `None` where there is no answer in time; where
    /// questions are answered again until all is right, the first answers.
    pub fn worth(
        &self,
        stage: &Stage,
        started_at: Timestamp,
        handed_in_at: Timestamp,
        answers: &[Option<Answered>],
    ) -> Worth {
        let (mut score, mut right, mut row, mut rows) = (Points::ZERO, 0, 0, 0);
        let length = match self.chances {
            Chances::InARow { length, .. } => length,
            _ => u32::MAX,
        };
        let mut before = started_at;
        for answer in answers {
            let Some(Answered { right: true, at }) = answer else {
                row = 0;
                before = answer.map_or(before, |answer| before.max(answer.at));
                continue;
            };
            score = score + self.scoring.of_right(u32::try_from(at.0 - before.0).unwrap_or(0));
            before = before.max(*at);
            right += 1;
            row += 1;
            if row == length {
                (rows, row) = (rows + 1, 0);
            }
        }
        let all = answers.len();
        let valid = right >= self.validity.least_right && (score > Points::ZERO || !self.validity.above_zero);
        let counts = valid && stage.kind == StageKind::Official;
        let chances = match self.chances {
            Chances::Valid => u32::from(valid),
            Chances::AllRight => u32::from(valid && right as usize == all),
            Chances::InARow { .. } => rows,
            Chances::None => 0,
        };
        Worth {
            score,
            right,
            elapsed_ms: u64::try_from(handed_in_at.0 - started_at.0).unwrap_or(0),
            valid,
            chances: if counts { chances } else { 0 },
        }
    }
}

/// How a player stands in the official stages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub score: Points,
    pub right: u32,
    pub elapsed_ms: u64,
    /// When the score was reached.
    pub finished_at: Timestamp,
    /// Valid attempts.
    pub person_times: u32,
    /// The day of the last valid attempt, and what that day has given.
    pub day: i64,
    pub of_day: Points,
    pub chances: u32,
    pub chances_of_day: u32,
}

impl Rules {
    /// How a player stands after one more valid attempt in an official stage. Attempts come in the order they are handed in.
    pub fn add(&self, before: Option<Standing>, worth: &Worth, handed_in_at: Timestamp) -> Standing {
        let day = handed_in_at.day();
        let same_day = before.filter(|standing| standing.day == day);
        let of_day = same_day.map_or(Points::ZERO, |standing| standing.of_day);
        let most = match self.chances {
            Chances::InARow { per_day, .. } => per_day,
            _ => u32::MAX,
        };
        let chances_of_day = same_day.map_or(0, |standing| standing.chances_of_day);
        let chances = worth.chances.min(most.saturating_sub(chances_of_day));
        let given = match (self.counting, self.cap_per_day) {
            (Counting::Sum, Some(cap)) => Points(worth.score.0.min((cap.0 - of_day.0).max(0))),
            _ => worth.score,
        };
        let alone = Standing {
            score: given,
            right: worth.right,
            elapsed_ms: worth.elapsed_ms,
            finished_at: handed_in_at,
            person_times: 1,
            day,
            of_day: of_day + given,
            chances,
            chances_of_day: chances_of_day + chances,
        };
        let Some(before) = before else {
            return alone;
        };
        let counted = match self.counting {
            Counting::Best if self.order(&alone, &before) == Ordering::Less => alone,
            Counting::Best => before,
            Counting::Sum => Standing {
                score: before.score + given,
                right: before.right + worth.right,
                elapsed_ms: before.elapsed_ms + worth.elapsed_ms,
                finished_at: if given > Points::ZERO {
                    handed_in_at
                } else {
                    before.finished_at
                },
                ..alone
            },
        };
        Standing {
            person_times: before.person_times + 1,
            day,
            of_day: alone.of_day,
            chances: before.chances + chances,
            chances_of_day: alone.chances_of_day,
            ..counted
        }
    }

    /// [`Ordering::Less`]: `a` stands before `b`. Equal ones share a rank.
    pub fn order(&self, a: &Standing, b: &Standing) -> Ordering {
        self.tie_breaks.iter().fold(b.score.cmp(&a.score), |order, rule| {
            order.then_with(|| match rule {
                TieBreak::MoreRight => b.right.cmp(&a.right),
                TieBreak::ShorterTime => a.elapsed_ms.cmp(&b.elapsed_ms),
                TieBreak::EarlierFinish => a.finished_at.cmp(&b.finished_at),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{competition::preset::Preset, exam::Window};

    const DAY: i64 = 86_400_000;
    /// 2026-06-01 00:00 in China.
    const MIDNIGHT: i64 = 1_780_243_200_000;

    fn of(preset: Preset) -> Rules {
        preset.rules(Window {
            opens_at: Timestamp(MIDNIGHT),
            closes_at: Timestamp(MIDNIGHT + 30 * DAY),
        })
    }

    fn begun(started_at: i64) -> Begun {
        Begun {
            stage: 0,
            started_at: Timestamp(started_at),
            handed_in: true,
        }
    }

    fn answers(right: &[bool]) -> Vec<Option<Answered>> {
        (1..)
            .zip(right)
            .map(|(k, right)| {
                Some(Answered {
                    right: *right,
                    at: Timestamp(MIDNIGHT + k * 2_000),
                })
            })
            .collect()
    }

    fn worth(rules: &Rules, right: &[bool]) -> Worth {
        let stage = rules.stages.iter().find(|stage| stage.kind == StageKind::Official);
        let stage = stage.expect("an official stage");
        rules.worth(
            stage,
            Timestamp(MIDNIGHT),
            Timestamp(MIDNIGHT + 30_000),
            &answers(right),
        )
    }

    #[test]
    fn the_day_is_the_day_of_china_and_a_running_attempt_goes_first() {
        let rules = of(Preset::Daily15);
        let at = |moment| {
            rules
                .may_start(&[begun(MIDNIGHT + 10 * 3_600_000)], Timestamp(moment))
                .map(|(place, _)| place)
        };
        assert_eq!(at(MIDNIGHT + DAY - 1), Err(NoPlay::Today(1)));
        assert_eq!(at(MIDNIGHT + DAY), Ok(0));
        let running = Begun {
            handed_in: false,
            ..begun(MIDNIGHT)
        };
        assert_eq!(
            rules.may_start(&[running], Timestamp(MIDNIGHT + DAY)),
            Err(NoPlay::Running)
        );
        let early = rules.may_start(&[], Timestamp(MIDNIGHT - 1));
        assert_eq!(early, Err(NoPlay::NotYet(Timestamp(MIDNIGHT))));
        assert_eq!(rules.may_start(&[], Timestamp(MIDNIGHT + 30 * DAY)), Err(NoPlay::Over));
        let mut few = rules;
        few.stages[0].total = Some(2);
        let two = [begun(MIDNIGHT), begun(MIDNIGHT + DAY)];
        assert_eq!(
            few.may_start(&two, Timestamp(MIDNIGHT + 3 * DAY)),
            Err(NoPlay::Stage(2))
        );
    }

    #[test]
    fn an_attempt_ends_with_its_time_or_with_its_stage() {
        let mut stage = of(Preset::Daily15).stages[0].clone();
        (stage.items, stage.seconds, stage.item_seconds) = (5, 100, Some(20));
        let start = Timestamp(MIDNIGHT);
        assert_eq!(stage.deadline(start), start.plus_seconds(100));
        let late = Timestamp(stage.window.closes_at.0 - 1);
        assert_eq!(stage.deadline(late), stage.window.closes_at);
        let in_time = |k, ms| stage.in_time(start, stage.deadline(start), k, Timestamp(MIDNIGHT + ms));
        assert!(in_time(1, 20_000 + GRACE_MS) && !in_time(1, 20_001 + GRACE_MS));
        assert!(in_time(3, 60_000) && !in_time(5, 100_001 + GRACE_MS));
    }

    #[test]
    fn speed_is_paid_in_proportion_and_by_steps() {
        let speed = Scoring::Speed {
            points: Points::whole(10),
            bonus: Points::whole(5),
            full_ms: 2_000,
            none_ms: 12_000,
        };
        for (took, points) in [
            (0, 1500),
            (2_000, 1500),
            (2_099, 1500),
            (2_100, 1495),
            (7_000, 1250),
            (12_000, 1000),
            (99_000, 1000),
        ] {
            assert_eq!(speed.of_right(took), Points(points), "{took}");
        }
    }

    #[test]
    fn valid_is_what_the_rules_say() {
        let mut rules = of(Preset::OfficialFive);
        rules.validity.least_right = 4;
        assert!(worth(&rules, &[true, true, true, true, false]).valid);
        assert!(!worth(&rules, &[true, true, true, false, false]).valid);
        rules.validity = super::super::Validity {
            least_right: 0,
            above_zero: true,
        };
        assert!(!worth(&rules, &[false; 5]).valid);
        let late = rules.worth(&rules.stages[0], Timestamp(0), Timestamp(9), &[None; 5]);
        assert_eq!((late.right, late.valid, late.elapsed_ms), (0, false, 9));
    }

    #[test]
    fn five_in_a_row_give_a_chance_and_three_a_day_are_the_limit() {
        let rules = of(Preset::Daily15);
        assert_eq!(worth(&rules, &[true; 15]).chances, 3);
        let broken = [true, true, true, true, false, true, true, true, true, true, false];
        assert_eq!(worth(&rules, &broken).chances, 1);
        let once = rules.add(None, &worth(&rules, &[true; 15]), Timestamp(MIDNIGHT + 1));
        let again = rules.add(Some(once), &worth(&rules, &[true; 15]), Timestamp(MIDNIGHT + 2));
        let next_day = rules.add(Some(again), &worth(&rules, &[true; 5]), Timestamp(MIDNIGHT + DAY));
        assert_eq!((again.chances, next_day.chances, next_day.person_times), (3, 4, 3));
    }

    #[test]
    fn the_best_attempt_stays_and_all_attempts_are_counted() {
        let rules = of(Preset::BestScore);
        let first = rules.add(None, &worth(&rules, &[true, true, false]), Timestamp(MIDNIGHT + 1));
        let worse = rules.add(
            Some(first),
            &worth(&rules, &[true, false, false]),
            Timestamp(MIDNIGHT + 2),
        );
        assert_eq!((worse.score, worse.right, worse.person_times), (first.score, 2, 2));
        assert_eq!(worse.finished_at, first.finished_at);
        let quick = Worth {
            elapsed_ms: 10,
            ..worth(&rules, &[true, true, false])
        };
        let better = rules.add(Some(worse), &quick, Timestamp(MIDNIGHT + 3));
        assert_eq!(
            (better.score, better.elapsed_ms, better.person_times),
            (first.score, 10, 3)
        );
    }

    #[test]
    fn sums_are_capped_by_the_day() {
        let mut rules = of(Preset::OfficialFive);
        let five = worth(&rules, &[true; 5]);
        rules.cap_per_day = Some(Points(five.score.0 * 3 / 2));
        let once = rules.add(None, &five, Timestamp(MIDNIGHT + 1));
        let twice = rules.add(Some(once), &five, Timestamp(MIDNIGHT + 2));
        let thrice = rules.add(Some(twice), &five, Timestamp(MIDNIGHT + 3));
        assert_eq!((twice.score, thrice.score), (Points(five.score.0 * 3 / 2), twice.score));
        assert_eq!(thrice.finished_at, twice.finished_at, "nothing was added");
        let next_day = rules.add(Some(thrice), &five, Timestamp(MIDNIGHT + DAY));
        assert_eq!(next_day.score, Points(five.score.0 * 5 / 2));
    }

    #[test]
    fn ties_are_broken_in_the_stated_order_and_then_shared() {
        let mut rules = of(Preset::BestScore);
        let some = rules.add(None, &worth(&rules, &[true, true]), Timestamp(MIDNIGHT));
        let (more, short) = (
            Standing {
                right: 3,
                elapsed_ms: 90_000,
                ..some
            },
            Standing { elapsed_ms: 5, ..some },
        );
        rules.tie_breaks = vec![TieBreak::MoreRight, TieBreak::ShorterTime];
        assert_eq!(rules.order(&more, &short), Ordering::Less);
        rules.tie_breaks.reverse();
        assert_eq!(rules.order(&more, &short), Ordering::Greater);
        rules.tie_breaks = vec![TieBreak::EarlierFinish];
        assert_eq!(rules.order(&more, &short), Ordering::Equal);
    }
}
