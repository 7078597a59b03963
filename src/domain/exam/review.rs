//! What a candidate is shown when: seven things at four moments, behind four presets.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{GRACE_SECONDS, Round};
use crate::domain::{attempt::Attempt, lang::Lang, person::codes, time::Timestamp};

/// When a candidate looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// While the attempt runs.
    During,
    /// Up to [`RIGHT_AFTER_SECONDS`] after the hand-in.
    RightAfter,
    /// After that, while the exam can still be sat by anybody.
    Later,
    /// When the last round has closed.
    AfterClose,
}

codes!(Moment {
    During => "during", "答题时", "While sitting";
    RightAfter => "right_after", "刚交卷", "Right after the hand-in";
    Later => "later", "交卷后考试未结束", "Later, while the exam is open";
    AfterClose => "after_close", "考试结束后", "After the close";
});

/// So long after the hand-in a candidate has only just handed in.
pub const RIGHT_AFTER_SECONDS: i64 = 10 * 60;

impl Moment {
    /// Where an attempt stands at `now` between its start and the close of the last round.
    pub fn of(attempt: &Attempt, rounds: &[Round], now: Timestamp) -> Self {
        let Some(outcome) = &attempt.outcome else {
            return Self::During;
        };
        // Answers on their way at the close still count for a moment.
        let over = |round: &Round| now > round.window.closes_at.plus_seconds(GRACE_SECONDS);
        if rounds.iter().all(over) {
            Self::AfterClose
        } else if now <= outcome.handed_in_at.plus_seconds(RIGHT_AFTER_SECONDS) {
            Self::RightAfter
        } else {
            Self::Later
        }
    }
}

/// What a candidate may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Thing {
    /// The questions of the paper and what was chosen.
    Attempt,
    Score,
    /// Band, or passed and not passed.
    Band,
    /// Points of each part.
    Parts,
    /// Which of the own answers are right.
    Answers,
    /// The right answers.
    Right,
    /// Explanation and legal basis.
    Explanation,
}

codes!(Thing {
    Attempt => "attempt", "试卷和所选答案", "Paper and choices";
    Score => "score", "分数", "Score";
    Band => "band", "是否合格、等次", "Passed or not, band";
    Parts => "parts", "各题型得分", "Points of each part";
    Answers => "answers", "哪些答对、哪些答错", "Which answers are right";
    Right => "right", "正确答案", "Right answers";
    Explanation => "explanation", "解析和依据", "Explanation and basis";
});

impl Thing {
    /// Whether a key can be told from it.
    pub fn tells_keys(self) -> bool {
        matches!(self, Self::Answers | Self::Right | Self::Explanation)
    }
}

/// What is shown when.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub enum Review {
    /// 年度考试: the result after the hand-in, everything after the close.
    #[default]
    Yearly,
    /// 模拟考试: everything after the hand-in.
    Mock,
    /// 练习: everything, also while sitting.
    Practice,
    /// 竞赛: the score after the hand-in, everything else after the close.
    Competition,
    /// As set one by one. While the attempt runs there is only the attempt itself.
    Custom(BTreeSet<(Thing, Moment)>),
}

impl Review {
    pub const PRESETS: [Self; 4] = [Self::Yearly, Self::Mock, Self::Practice, Self::Competition];
    const CUSTOM: &str = "custom";

    pub fn code(&self) -> &'static str {
        match self {
            Self::Yearly => "yearly",
            Self::Mock => "mock",
            Self::Practice => "practice",
            Self::Competition => "competition",
            Self::Custom(_) => Self::CUSTOM,
        }
    }

    /// `custom` is what was set one by one.
    pub fn from_code(code: &str, set: BTreeSet<(Thing, Moment)>) -> Option<Self> {
        if code == Self::CUSTOM {
            return Some(Self::Custom(set));
        }
        Self::PRESETS.into_iter().find(|review| review.code() == code)
    }

    pub fn name(&self, lang: Lang) -> &'static str {
        match self {
            Self::Yearly => lang.pick("年度考试", "Yearly exam"),
            Self::Mock => lang.pick("模拟考试", "Mock exam"),
            Self::Practice => lang.pick("练习", "Practice"),
            Self::Competition => lang.pick("竞赛", "Competition"),
            Self::Custom(_) => lang.pick("自定义", "As set below"),
        }
    }

    /// What the rules have in this place of the matrix, whoever asks.
    pub fn has(&self, thing: Thing, moment: Moment) -> bool {
        use Moment as M;
        use Thing as T;
        match (self, moment) {
            (Self::Practice, _) => true,
            (_, M::During) => thing == T::Attempt,
            (Self::Yearly, M::AfterClose) | (Self::Mock, _) | (Self::Competition, M::AfterClose) => true,
            (Self::Yearly, M::RightAfter | M::Later) => matches!(thing, T::Score | T::Band | T::Parts),
            (Self::Competition, M::RightAfter | M::Later) => thing == T::Score,
            (Self::Custom(set), _) => set.contains(&(thing, moment)),
        }
    }

    /// Whether something is shown. Whatever the matrix says, nobody who may still sit is shown what tells a key, except
    /// in practice.
    pub fn shows(&self, thing: Thing, moment: Moment, may_still_sit: bool) -> bool {
        self.has(thing, moment) && (!thing.tells_keys() || !may_still_sit || *self == Self::Practice)
    }

    /// When something is shown, in words.
    pub fn when(&self, thing: Thing, lang: Lang) -> &'static str {
        let at = |moment| self.has(thing, moment);
        let after = (at(Moment::RightAfter), at(Moment::Later), at(Moment::AfterClose));
        match (at(Moment::During) && thing != Thing::Attempt, after) {
            (true, _) => lang.pick("答题时就能看", "already while sitting"),
            (_, (true, true, true)) => lang.pick("交卷后就能看", "from the hand-in on"),
            (_, (true, true, false)) => lang.pick("交卷后到考试结束前能看", "from the hand-in until the close"),
            (_, (true, false, true)) => {
                lang.pick("刚交卷和考试结束后能看", "right after the hand-in and after the close")
            }
            (_, (true, false, false)) => lang.pick("刚交卷的 10 分钟内能看", "for 10 minutes after the hand-in"),
            (_, (false, true, true)) => lang.pick("交卷 10 分钟后能看", "from 10 minutes after the hand-in on"),
            (_, (false, true, false)) => lang.pick(
                "交卷 10 分钟后到考试结束前能看",
                "from 10 minutes after the hand-in until the close",
            ),
            (_, (false, false, true)) => lang.pick("考试结束后能看", "after the close"),
            (_, (false, false, false)) => lang.pick("不公布", "not shown"),
        }
    }
}

/// What the first version of the program stored, two fields for all of this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Shown {
    AfterHandIn,
    AfterClose,
    Never,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StoredReview {
    Yearly,
    Mock,
    Practice,
    Competition,
    Custom(BTreeSet<(Thing, Moment)>),
}

#[derive(Serialize, Deserialize)]
struct Stored {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    review: Option<StoredReview>,
    #[serde(default, skip_serializing)]
    show_score: Option<Shown>,
    #[serde(default, skip_serializing)]
    show_answers: Option<Shown>,
}

impl From<Review> for Stored {
    fn from(review: Review) -> Self {
        let review = match review {
            Review::Yearly => StoredReview::Yearly,
            Review::Mock => StoredReview::Mock,
            Review::Practice => StoredReview::Practice,
            Review::Competition => StoredReview::Competition,
            Review::Custom(set) => StoredReview::Custom(set),
        };
        Self {
            review: Some(review),
            show_score: None,
            show_answers: None,
        }
    }
}

impl From<Stored> for Review {
    fn from(stored: Stored) -> Self {
        match stored.review {
            Some(StoredReview::Yearly) => Self::Yearly,
            Some(StoredReview::Mock) => Self::Mock,
            Some(StoredReview::Practice) => Self::Practice,
            Some(StoredReview::Competition) => Self::Competition,
            Some(StoredReview::Custom(set)) => Self::Custom(set),
            None => of_first_version(stored.show_score, stored.show_answers),
        }
    }
}

/// The score stood for band and parts as well, the answers for everything that tells keys. Where a field is missing,
/// nothing is shown.
fn of_first_version(score: Option<Shown>, answers: Option<Shown>) -> Review {
    use Thing as T;
    let moments: fn(Option<Shown>) -> &'static [Moment] = |shown| match shown {
        Some(Shown::AfterHandIn) => &[Moment::RightAfter, Moment::Later, Moment::AfterClose],
        Some(Shown::AfterClose) => &[Moment::AfterClose],
        Some(Shown::Never) | None => &[],
    };
    let mut set = BTreeSet::new();
    for moment in moments(score) {
        set.extend([T::Score, T::Band, T::Parts].map(|thing| (thing, *moment)));
    }
    for moment in moments(answers) {
        set.extend([T::Attempt, T::Answers, T::Right, T::Explanation].map(|thing| (thing, *moment)));
    }
    Review::Custom(set)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AFTER: [Moment; 3] = [Moment::RightAfter, Moment::Later, Moment::AfterClose];

    #[test]
    fn nobody_who_may_still_sit_is_shown_a_key_except_in_practice() {
        let all: BTreeSet<_> = Thing::ALL
            .iter()
            .flat_map(|thing| Moment::ALL.iter().map(move |moment| (*thing, *moment)))
            .collect();
        for review in Review::PRESETS.into_iter().chain([Review::Custom(all)]) {
            for (thing, moment) in Thing::ALL
                .iter()
                .flat_map(|thing| Moment::ALL.iter().map(move |m| (*thing, *m)))
            {
                let shown = review.shows(thing, moment, true);
                if review != Review::Practice && (thing.tells_keys() || moment == Moment::During) {
                    assert!(!shown || thing == Thing::Attempt, "{review:?} {thing:?} {moment:?}");
                }
                assert!(!shown || review.shows(thing, moment, false), "who is done sees no less");
            }
        }
    }

    /// The presets, cell by cell: while sitting, right after, later, after the close.
    #[test]
    fn the_presets_are_what_their_table_says() {
        let row = |review: &Review, thing| -> String {
            Moment::ALL
                .iter()
                .map(|moment| if review.has(thing, *moment) { 'x' } else { '-' })
                .collect()
        };
        let table = |review: Review| {
            Thing::ALL
                .iter()
                .map(|thing| row(&review, *thing))
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(table(Review::Yearly), "x--x -xxx -xxx -xxx ---x ---x ---x");
        assert_eq!(table(Review::Mock), "xxxx -xxx -xxx -xxx -xxx -xxx -xxx");
        assert_eq!(table(Review::Practice), "xxxx xxxx xxxx xxxx xxxx xxxx xxxx");
        assert_eq!(table(Review::Competition), "x--x -xxx ---x ---x ---x ---x ---x");
    }

    #[test]
    fn old_settings_show_what_they_showed() {
        let read = |score: &str, answers: &str| -> Review {
            let json = format!(r#"{{"show_score":"{score}","show_answers":"{answers}"}}"#);
            serde_json::from_str(&json).expect("old settings")
        };
        let usual = read("after_hand_in", "after_close");
        for moment in Moment::ALL {
            for thing in Thing::ALL {
                let yearly = Review::Yearly.has(*thing, *moment) && *moment != Moment::During;
                assert_eq!(
                    usual.has(*thing, *moment),
                    yearly || (*thing, *moment) == (Thing::Attempt, Moment::During)
                );
            }
        }
        let never = read("never", "never");
        assert!(
            AFTER
                .iter()
                .all(|moment| Thing::ALL.iter().all(|thing| !never.has(*thing, *moment)))
        );
        let mock = read("after_hand_in", "after_hand_in");
        assert!(
            AFTER
                .iter()
                .all(|moment| Thing::ALL.iter().all(|thing| mock.has(*thing, *moment)))
        );
    }

    #[test]
    fn every_review_is_stored_and_read_and_says_when_each_thing_is_shown() {
        let odd = Review::Custom(BTreeSet::from([
            (Thing::Score, Moment::Later),
            (Thing::Band, Moment::RightAfter),
        ]));
        for review in Review::PRESETS.into_iter().chain([odd]) {
            let json = serde_json::to_string(&review).expect("JSON");
            assert_eq!(
                serde_json::from_str::<Review>(&json).expect("a review"),
                review,
                "{json}"
            );
            for (thing, lang) in Thing::ALL
                .iter()
                .flat_map(|thing| [(*thing, Lang::Zh), (*thing, Lang::En)])
            {
                let never = Moment::ALL[1..].iter().all(|moment| !review.has(thing, *moment));
                assert_eq!(review.when(thing, lang) == lang.pick("不公布", "not shown"), never);
            }
        }
    }
}
