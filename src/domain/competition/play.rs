//! What the rules make of play: who may start, until when, what an attempt is worth, and who stands before whom.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::{Chances, Counting, GRACE_MS, Rules, SPEED_STEP_MS, Scoring, Stage, StageKind, TieBreak};
use crate::domain::{
    attempt::HandIn,
    id::{CompetitionId, PlayerId},
    key_correction::Method,
    points::Points,
    time::Timestamp,
};

/// The attempts a player has begun, as far as the next one depends on them. Stages follow each other in time, so of each but
/// the last nothing is needed any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tried {
    /// Attempts begun in all.
    pub number: u32,
    /// The place in the rules of the stage of the last one.
    pub stage: u32,
    /// Attempts begun in that stage.
    pub in_stage: u32,
    /// The day of the last one, and how many were begun in its stage on it.
    pub day: i64,
    pub on_day: u32,
    /// The last one runs.
    pub running: bool,
}

impl Tried {
    /// With one more attempt, begun now.
    pub fn begun(self, stage: u32, now: Timestamp) -> Self {
        let same_stage = self.number > 0 && self.stage == stage;
        let same_day = same_stage && self.day == now.day();
        Self {
            number: self.number + 1,
            stage,
            in_stage: if same_stage { self.in_stage + 1 } else { 1 },
            day: now.day(),
            on_day: if same_day { self.on_day + 1 } else { 1 },
            running: true,
        }
    }
}

/// Why no attempt can be started now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
    pub fn may_start(&self, tried: &Tried, now: Timestamp) -> Result<(u32, &Stage), NoPlay> {
        if tried.running {
            return Err(NoPlay::Running);
        }
        let Some((place, stage)) = self.stage_at(now) else {
            let next = self.stages.iter().map(|stage| stage.window.opens_at);
            let next = next.filter(|opens_at| now < *opens_at).min();
            return Err(next.map_or(NoPlay::Over, NoPlay::NotYet));
        };
        match (self.left(tried, now), stage.per_day, stage.total) {
            ((Some(0), _), Some(most), _) => Err(NoPlay::Today(most)),
            ((_, Some(0)), _, Some(most)) => Err(NoPlay::Stage(most)),
            _ => Ok((place, stage)),
        }
    }

    /// The stage that is open, and its place.
    pub fn stage_at(&self, now: Timestamp) -> Option<(u32, &Stage)> {
        let open = |(_, stage): &(u32, &Stage)| stage.window.opens_at <= now && now < stage.window.closes_at;
        (0..).zip(&self.stages).find(open)
    }

    /// Attempts left today and in the stage that is open; `None`: any number.
    pub fn left(&self, tried: &Tried, now: Timestamp) -> (Option<u32>, Option<u32>) {
        let Some((place, stage)) = self.stage_at(now) else {
            return (Some(0), Some(0));
        };
        let here = tried.number > 0 && tried.stage == place;
        let in_stage = if here { tried.in_stage } else { 0 };
        let today = if here && tried.day == now.day() {
            tried.on_day
        } else {
            0
        };
        let left = |most: Option<u32>, used: u32| most.map(|most| most.saturating_sub(used));
        (left(stage.per_day, today), left(stage.total, in_stage))
    }
}

/// An answer as the server has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered {
    pub right: bool,
    /// When it reached the server.
    pub at: Timestamp,
}

/// How a question of a paper is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// No answer in time.
    Unanswered,
    Given(Answered),
    /// By a correction everybody who was asked gets the full points; when an answer came, if one did.
    Full(Option<Timestamp>),
    /// By a correction it no longer counts.
    Void(Option<Timestamp>),
}

impl Verdict {
    /// When an answer reached the server.
    pub fn at(self) -> Option<Timestamp> {
        match self {
            Self::Unanswered => None,
            Self::Given(answered) => Some(answered.at),
            Self::Full(at) | Self::Void(at) => at,
        }
    }

    /// The same with a correction of the question, whose new keys `right` knows already.
    pub fn under(self, method: &Method) -> Self {
        match method {
            Method::FullCredit => Self::Full(self.at()),
            Method::Void => Self::Void(self.at()),
            Method::NewKey(_) | Method::EitherKey(_) | Method::Leave => self,
        }
    }
}

/// What an attempt is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Worth {
    pub score: Points,
    pub right: u32,
    /// Questions answered in time.
    pub answered: u32,
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
    /// What an attempt is worth. `verdicts`: in the order of the questions; where questions are answered again until all is right,
    /// of the first answers. `all_right`: whether the last answers are. Of a paper with void questions the rest is counted as if it
    /// were the whole: score, right answers and answers grow in proportion, half up, so that nobody loses by a question that was
    /// ours to get right; in a row of right answers a void question keeps its place.
    pub fn worth(
        &self,
        stage: &Stage,
        (started_at, handed_in_at): (Timestamp, Timestamp),
        verdicts: &[Verdict],
        all_right: bool,
    ) -> Worth {
        let whole = verdicts.len();
        let mut sum = Sum::default();
        let (mut row, mut rows) = (0, 0);
        let length = match self.chances {
            Chances::InARow { length, .. } => length,
            _ => u32::MAX,
        };
        let mut before = started_at;
        for verdict in verdicts {
            let took = |at: Timestamp| u32::try_from(at.0 - before.0).unwrap_or(0);
            let earned = match verdict {
                Verdict::Given(Answered { right: true, at }) => Some(self.scoring.of_right(took(*at))),
                Verdict::Full(_) => Some(self.scoring.of_right(0)),
                Verdict::Unanswered | Verdict::Given(_) | Verdict::Void(_) => None,
            };
            let void = matches!(verdict, Verdict::Void(_));
            row = if earned.is_some() || void { row + 1 } else { 0 };
            if row == length {
                (rows, row) = (rows + 1, 0);
            }
            before = verdict.at().map_or(before, |at| before.max(at));
            sum.counted += i64::from(!void);
            sum.right += i64::from(earned.is_some());
            sum.answered += i64::from(!void && *verdict != Verdict::Unanswered);
            sum.score = sum.score + earned.unwrap_or(Points::ZERO);
        }
        let (score, right, answered) = sum.of(whole, self.scoring.of_right(0));
        let again = matches!(self.scoring, Scoring::UntilRight { .. });
        let valid = right >= self.validity.least_right
            && (score > Points::ZERO || !self.validity.above_zero)
            && (all_right || !again);
        let counts = valid && stage.kind == StageKind::Official;
        let chances = match self.chances {
            Chances::Valid => u32::from(valid),
            Chances::AllRight => u32::from(valid && (all_right && again || right as usize == whole)),
            Chances::InARow { .. } => rows,
            Chances::None => 0,
        };
        Worth {
            score,
            right,
            answered,
            elapsed_ms: u64::try_from(handed_in_at.0 - started_at.0).unwrap_or(0),
            valid,
            chances: if counts { chances } else { 0 },
        }
    }
}

/// What the questions of a paper that count add up to.
#[derive(Default)]
struct Sum {
    score: Points,
    right: i64,
    answered: i64,
    counted: i64,
}

impl Sum {
    /// Score, right answers and answers as of a whole paper. `each`: the most that a question gives.
    fn of(self, whole: usize, each: Points) -> (Points, u32, u32) {
        let whole = i64::try_from(whole).unwrap_or(i64::MAX);
        let number = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
        match self.counted {
            0 => (Points(each.0.saturating_mul(whole)), number(whole), number(whole)),
            counted => {
                let scaled = |part: i64| (2 * part * whole + counted) / (2 * counted);
                let score = if counted == whole {
                    self.score.0
                } else {
                    scaled(self.score.0)
                };
                (Points(score), number(scaled(self.right)), number(scaled(self.answered)))
            }
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
    /// Valid attempts (人次), and over all of them: questions answered, answered rightly, and the time taken.
    pub person_times: u32,
    pub answers: u32,
    pub answers_right: u32,
    pub time_ms: u64,
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
            answers: worth.answered,
            answers_right: worth.right,
            time_ms: worth.elapsed_ms,
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
            answers: before.answers + worth.answered,
            answers_right: before.answers_right + worth.right,
            time_ms: before.time_ms + worth.elapsed_ms,
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

/// Everything that is kept of a player's play from one attempt to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    pub player: PlayerId,
    pub competition: CompetitionId,
    pub tried: Tried,
    /// `None` until there is a valid attempt in an official stage.
    pub standing: Option<Standing>,
    /// A case is open: the player does not stand on any board until it is decided.
    pub frozen: bool,
}

/// An attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Play {
    pub player: PlayerId,
    /// Counts a player's attempts, from 1.
    pub number: u32,
    /// The place of its stage in the rules, and the version of these.
    pub stage: u32,
    pub rules: u32,
    pub started_at: Timestamp,
    pub deadline: Timestamp,
    /// A digest of the network it was started from.
    pub network: i64,
    /// How many times answers came.
    pub version: u32,
    /// As [`crate::domain::paper::Paper`] writes it.
    pub paper: Vec<u8>,
    /// As [`super::journal::Entry`] writes it.
    pub journal: Vec<u8>,
    pub ended: Option<Ended>,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    pub handed_in_at: Timestamp,
    pub hand_in: HandIn,
    pub score: Points,
    pub right: u32,
    pub valid: bool,
    pub chances: u32,
}

/// The bits of a [`RankKey`]: score, right answers, elapsed time, moment of the finish.
const BITS: [u32; 4] = [36, 20, 34, 36];

/// By which players are ordered: the smaller stands before the larger, equal ones share a rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RankKey(pub u128);

impl Rules {
    /// The key of a standing; orders as [`Rules::order`] does for scores below 680 million points, a million right answers,
    /// half a year of play and two years from the beginning.
    pub fn rank_key(&self, standing: &Standing) -> RankKey {
        let fits = |value: i64, bits: u32| u128::try_from(value.max(0)).unwrap_or(0).min((1 << bits) - 1);
        let most_first = |value: i64, bits: u32| (1 << bits) - 1 - fits(value, bits);
        let score = most_first(standing.score.0, BITS[0]);
        let key = self.tie_breaks.iter().fold(score, |key, rule| {
            let (part, bits) = match rule {
                TieBreak::MoreRight => (most_first(i64::from(standing.right), BITS[1]), BITS[1]),
                TieBreak::ShorterTime => {
                    let elapsed = i64::try_from(standing.elapsed_ms).unwrap_or(i64::MAX);
                    (fits(elapsed, BITS[2]), BITS[2])
                }
                TieBreak::EarlierFinish => (fits(standing.finished_at.0 - self.begins_at().0, BITS[3]), BITS[3]),
            };
            key << bits | part
        });
        RankKey(key)
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

    fn begun(started_at: &[i64]) -> Tried {
        let all = started_at
            .iter()
            .fold(Tried::default(), |tried, at| tried.begun(0, Timestamp(*at)));
        Tried { running: false, ..all }
    }

    fn answers(right: &[bool]) -> Vec<Verdict> {
        (1..)
            .zip(right)
            .map(|(k, right)| {
                Verdict::Given(Answered {
                    right: *right,
                    at: Timestamp(MIDNIGHT + k * 2_000),
                })
            })
            .collect()
    }

    fn worth(rules: &Rules, right: &[bool]) -> Worth {
        let stage = rules.stages.iter().find(|stage| stage.kind == StageKind::Official);
        let stage = stage.expect("an official stage");
        let all_right = right.iter().all(|right| *right);
        let times = (Timestamp(MIDNIGHT), Timestamp(MIDNIGHT + 30_000));
        rules.worth(stage, times, &answers(right), all_right)
    }

    #[test]
    fn the_day_is_the_day_of_china_and_a_running_attempt_goes_first() {
        let rules = of(Preset::Daily15);
        let ten = begun(&[MIDNIGHT + 10 * 3_600_000]);
        let at = |moment| rules.may_start(&ten, Timestamp(moment)).map(|(place, _)| place);
        assert_eq!(at(MIDNIGHT + DAY - 1), Err(NoPlay::Today(1)));
        assert_eq!(at(MIDNIGHT + DAY), Ok(0));
        let running = Tried::default().begun(0, Timestamp(MIDNIGHT));
        assert_eq!(
            rules.may_start(&running, Timestamp(MIDNIGHT + DAY)),
            Err(NoPlay::Running)
        );
        let none = Tried::default();
        let early = rules.may_start(&none, Timestamp(MIDNIGHT - 1));
        assert_eq!(early, Err(NoPlay::NotYet(Timestamp(MIDNIGHT))));
        assert_eq!(
            rules.may_start(&none, Timestamp(MIDNIGHT + 30 * DAY)),
            Err(NoPlay::Over)
        );
        let mut few = rules;
        few.stages[0].total = Some(2);
        let two = begun(&[MIDNIGHT, MIDNIGHT + DAY]);
        let third = Timestamp(MIDNIGHT + 3 * DAY);
        assert_eq!(few.may_start(&two, third), Err(NoPlay::Stage(2)));
        assert_eq!(few.left(&two, third), (Some(1), Some(0)));
        assert_eq!(few.left(&none, third), (Some(1), Some(2)));
    }

    #[test]
    fn each_stage_counts_its_own_attempts() {
        let rules = of(Preset::OfficialFive);
        let training = begun(&[MIDNIGHT, MIDNIGHT + 1, MIDNIGHT + 2]);
        assert_eq!(
            rules.may_start(&training, Timestamp(MIDNIGHT + 3)),
            Err(NoPlay::Today(3))
        );
        let official = rules.stages[1].window.opens_at;
        assert_eq!(rules.may_start(&training, official).map(|(place, _)| place), Ok(1));
        let next = training.begun(1, official);
        assert_eq!((next.number, next.in_stage, next.on_day), (4, 1, 1));
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
        let late = rules.worth(
            &rules.stages[0],
            (Timestamp(0), Timestamp(9)),
            &[Verdict::Unanswered; 5],
            false,
        );
        assert_eq!((late.right, late.valid, late.elapsed_ms), (0, false, 9));
    }

    #[test]
    fn again_until_all_is_right_counts_only_when_it_is() {
        let rules = of(Preset::AllRight);
        let stage = rules.stages.last().expect("a stage");
        let times = (Timestamp(MIDNIGHT), Timestamp(MIDNIGHT + 30_000));
        let first_go = answers(&[true, false, true]);
        let done = rules.worth(stage, times, &first_go, true);
        assert_eq!((done.valid, done.chances, done.right), (true, 1, 2));
        let given_up = rules.worth(stage, times, &first_go, false);
        assert_eq!((given_up.valid, given_up.chances), (false, 0));
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
    fn a_corrected_question_gives_all_or_leaves_its_share_to_the_others() {
        let rules = of(Preset::Daily15);
        let stage = &rules.stages[0];
        let times = (Timestamp(MIDNIGHT), Timestamp(MIDNIGHT + 30_000));
        let worth = |verdicts: &[Verdict]| rules.worth(stage, times, verdicts, false);
        let given = answers(&[true, false, true, true, true, true]);
        let with = |method| {
            let mut verdicts = given.clone();
            verdicts[1] = verdicts[1].under(&method);
            worth(&verdicts)
        };
        let each = worth(&answers(&[true])).score;
        let (full, void) = (with(Method::FullCredit), with(Method::Void));
        assert_eq!(
            (full.score, full.right, full.answered, full.chances),
            (Points(each.0 * 6), 6, 6, 1)
        );
        assert_eq!(
            (void.score, void.right, void.answered, void.chances),
            (full.score, 6, 6, 1)
        );
        assert_eq!(with(Method::Leave), worth(&given));
        // Three of five are 3.6 of six.
        let mut three = answers(&[true, true, true, false, false, false]);
        three[5] = three[5].under(&Method::Void);
        let three = worth(&three);
        assert_eq!((three.score, three.right), (Points(each.0 * 18 / 5), 4));
        let nothing = worth(&[Verdict::Void(None); 4]);
        assert_eq!(
            (nothing.score, nothing.right),
            (Points(each.0 * 4), 4),
            "nothing is left to ask"
        );
        let unanswered = worth(&[Verdict::Full(None), Verdict::Unanswered]);
        assert_eq!((unanswered.right, unanswered.answered), (1, 1));
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
