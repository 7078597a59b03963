//! What figures are counted from: everybody on a frozen roster, with the results that may count.

use super::{
    exam::{Admits, Band, Counting, Round},
    figure::Counts,
    id::PersonId,
    lang::Lang,
    person::{Category, RankLevel, codes},
    points::Points,
};

/// A result of a person: an attempt that was handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scored {
    pub round: u32,
    /// Which attempt of the person it is, over all rounds, from 1.
    pub number: u32,
    pub band: Band,
    pub score: Points,
}

/// A person of a frozen roster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    pub person: PersonId,
    pub rank: RankLevel,
    pub category: Category,
    pub exempt: bool,
}

/// The persons of one unit as frozen, in the order of their numbers, without those of the units below.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Block {
    /// Each with the place at which its results end; they begin where those of the one before end.
    entries: Vec<(Entry, u32)>,
    results: Vec<Scored>,
}

impl Block {
    pub fn push(&mut self, entry: Entry, results: impl IntoIterator<Item = Scored>) {
        self.results.extend(results);
        self.entries.push((entry, self.results.len() as u32));
    }

    /// Everybody with all results.
    pub fn persons(&self) -> impl Iterator<Item = (&Entry, &[Scored])> {
        let mut from = 0;
        self.entries.iter().map(move |(entry, end)| {
            let results = &self.results[from..*end as usize];
            from = *end as usize;
            (entry, results)
        })
    }
}

/// How a person counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tallied {
    Exempt,
    /// The round counted does not admit this person.
    Outside,
    Absent,
    /// The band and the score that count.
    Sat(Band, Points),
}

/// How a person counts over all rounds, or over one: then only its own attempts count, and only for those whom it admits
/// by what they did before it.
pub fn tallied(entry: &Entry, results: &[Scored], counting: Counting, round: Option<&Round>) -> Tallied {
    let best = |results: &mut dyn Iterator<Item = &Scored>| {
        results
            .max_by_key(|it| counting.rank(it.number, it.band, it.score))
            .copied()
    };
    if entry.exempt {
        return Tallied::Exempt;
    }
    let counts = match round {
        None => best(&mut results.iter()),
        Some(round) => {
            let before = best(&mut results.iter().filter(|it| it.round < round.number));
            let admitted = match (round.admits, before) {
                (Admits::All, _) => true,
                (admits, None) => matches!(admits, Admits::Absent | Admits::Both),
                (_, Some(before)) if !before.band.is_final() => false,
                (admits, Some(before)) => !before.band.passed() && matches!(admits, Admits::Failed | Admits::Both),
            };
            if !admitted {
                return Tallied::Outside;
            }
            best(&mut results.iter().filter(|it| it.round == round.number))
        }
    };
    counts.map_or(Tallied::Absent, |it| Tallied::Sat(it.band, it.score))
}

impl Tallied {
    /// The counts of this one person.
    pub fn counts(self) -> Counts {
        let one = |so: bool| i64::from(so);
        let band = match self {
            Self::Sat(band, _) => Some(band),
            _ => None,
        };
        Counts {
            registered: 1,
            exempted: one(self == Self::Exempt),
            due: one(self == Self::Absent || band.is_some()),
            sat: one(band.is_some()),
            awaiting: one(band == Some(Band::Awaiting)),
            passed: one(band.is_some_and(Band::passed)),
            good: one(band == Some(Band::Good)),
            excellent: one(band == Some(Band::Excellent)),
            score_sum: match self {
                Self::Sat(_, score) => score,
                _ => Points::ZERO,
            },
        }
    }

    /// In words, as a list of persons has it.
    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Exempt => lang.pick("免考", "Exempt"),
            Self::Outside => lang.pick("不属本轮", "Not of this round"),
            Self::Absent => lang.pick("缺考", "Absent"),
            Self::Sat(band, _) => band.name(lang),
        }
    }
}

/// By which rules the persons of an exam are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub counting: Counting,
    /// `None`: over all rounds.
    pub round: Option<Round>,
    /// Those that are counted each for itself as well.
    pub rounds: Vec<Round>,
}

/// What a block amounts to by one rule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums {
    pub all: Counts,
    /// In the order of the rule.
    pub by_round: Vec<Counts>,
    by_group: Vec<(RankLevel, Category, Counts)>,
}

impl Sums {
    pub fn of(block: &Block, rule: &Rule) -> Self {
        let mut sums = Self {
            by_round: vec![Counts::default(); rule.rounds.len()],
            ..Self::default()
        };
        for (entry, results) in block.persons() {
            let counts = tallied(entry, results, rule.counting, rule.round.as_ref()).counts();
            sums.all = sums.all + counts;
            for (round, sum) in rule.rounds.iter().zip(&mut sums.by_round) {
                *sum = *sum + tallied(entry, results, rule.counting, Some(round)).counts();
            }
            let mut groups = sums.by_group.iter_mut();
            match groups.find(|(rank, category, _)| (*rank, *category) == (entry.rank, entry.category)) {
                Some((_, _, sum)) => *sum = *sum + counts,
                None => sums.by_group.push((entry.rank, entry.category, counts)),
            }
        }
        sums
    }

    /// The persons of each rank level and category that has some.
    pub fn groups(&self) -> impl Iterator<Item = (RankLevel, Category, Counts)> {
        self.by_group.iter().copied()
    }
}

/// The persons behind one count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Registered,
    Exempted,
    Due,
    Sat,
    Absent,
    Passed,
    Failed,
    Awaiting,
    /// Passed, neither good nor excellent.
    Fair,
    Good,
    Excellent,
}

codes!(Who {
    Registered => "registered", "在册人员", "Registered";
    Exempted => "exempted", "免考人员", "Exempted";
    Due => "due", "应考人员", "Due to sit";
    Sat => "sat", "实考人员", "Sat";
    Absent => "absent", "缺考人员", "Absent";
    Passed => "passed", "合格人员", "Passed";
    Failed => "failed", "不合格人员", "Sat and did not pass";
    Awaiting => "awaiting", "待阅卷人员", "Sat, waits to be marked";
    Fair => "fair", "合格段人员", "In the pass band";
    Good => "good", "良好人员", "Good";
    Excellent => "excellent", "优秀人员", "Excellent";
});

impl Who {
    /// Whether a person who counts so is one of them.
    pub fn covers(self, tallied: Tallied) -> bool {
        let band = |wanted: Band| matches!(tallied, Tallied::Sat(band, _) if band == wanted);
        match self {
            Self::Registered => true,
            Self::Exempted => tallied == Tallied::Exempt,
            Self::Due => matches!(tallied, Tallied::Absent | Tallied::Sat(..)),
            Self::Sat => matches!(tallied, Tallied::Sat(..)),
            Self::Absent => tallied == Tallied::Absent,
            Self::Passed => matches!(tallied, Tallied::Sat(band, _) if band.passed()),
            Self::Failed => band(Band::Fail),
            Self::Awaiting => band(Band::Awaiting),
            Self::Fair => band(Band::Pass),
            Self::Good => band(Band::Good),
            Self::Excellent => band(Band::Excellent),
        }
    }

    /// The count of which these are the persons.
    pub fn count(self, counts: &Counts) -> i64 {
        match self {
            Self::Registered => counts.registered,
            Self::Exempted => counts.exempted,
            Self::Due => counts.due,
            Self::Sat => counts.sat,
            Self::Absent => counts.absent(),
            Self::Passed => counts.passed,
            Self::Failed => counts.sat - counts.passed - counts.awaiting,
            Self::Awaiting => counts.awaiting,
            Self::Fair => counts.fair(),
            Self::Good => counts.good,
            Self::Excellent => counts.excellent,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        exam::{RoundKind, Window},
        time::Timestamp,
    };

    fn entry(exempt: bool) -> Entry {
        Entry {
            person: PersonId(1),
            rank: RankLevel::Ke,
            category: Category::CivilServant,
            exempt,
        }
    }

    fn scored(round: u32, number: u32, band: Band, score: i64) -> Scored {
        Scored {
            round,
            number,
            band,
            score: Points::whole(score),
        }
    }

    fn round(number: u32, admits: Admits) -> Round {
        Round {
            number,
            kind: RoundKind::Makeup,
            admits,
            window: Window {
                opens_at: Timestamp(0),
                closes_at: Timestamp(1),
            },
            attempts: 1,
            released_at: None,
        }
    }

    const ROW: [Scored; 3] = [
        Scored {
            round: 1,
            number: 1,
            band: Band::Fail,
            score: Points(4000),
        },
        Scored {
            round: 1,
            number: 2,
            band: Band::Fail,
            score: Points(5000),
        },
        Scored {
            round: 2,
            number: 3,
            band: Band::Good,
            score: Points(8500),
        },
    ];

    #[test]
    fn over_all_rounds_the_rules_say_which_attempt_counts() {
        let over = |counting| tallied(&entry(false), &ROW, counting, None);
        assert_eq!(over(Counting::Best), Tallied::Sat(Band::Good, Points::whole(85)));
        assert_eq!(over(Counting::Last), Tallied::Sat(Band::Good, Points::whole(85)));
        assert_eq!(over(Counting::First), Tallied::Sat(Band::Fail, Points::whole(40)));
        let last = [scored(1, 1, Band::Good, 85), scored(1, 2, Band::Fail, 40)];
        assert_eq!(
            tallied(&entry(false), &last, Counting::Last, None),
            Tallied::Sat(Band::Fail, Points::whole(40))
        );
        assert_eq!(tallied(&entry(true), &ROW, Counting::Best, None), Tallied::Exempt);
    }

    #[test]
    fn a_round_counts_its_own_attempts_for_those_whom_it_admits() {
        let of = |results: &[Scored], number, admits| {
            tallied(&entry(false), results, Counting::Best, Some(&round(number, admits)))
        };
        assert_eq!(of(&ROW, 1, Admits::All), Tallied::Sat(Band::Fail, Points::whole(50)));
        assert_eq!(of(&ROW, 2, Admits::Both), Tallied::Sat(Band::Good, Points::whole(85)));
        assert_eq!(of(&ROW, 2, Admits::Absent), Tallied::Outside, "sat before");
        assert_eq!(of(&ROW, 3, Admits::Both), Tallied::Outside, "has passed before");
        assert_eq!(of(&[], 2, Admits::Failed), Tallied::Outside, "has not sat before");
        assert_eq!(of(&[], 2, Admits::Absent), Tallied::Absent);
    }

    #[test]
    fn the_persons_behind_a_count_are_as_many_as_it_says() {
        let everybody = [
            Tallied::Exempt,
            Tallied::Outside,
            Tallied::Absent,
            Tallied::Sat(Band::Fail, Points::whole(59)),
            Tallied::Sat(Band::Pass, Points::whole(60)),
            Tallied::Sat(Band::Good, Points::whole(80)),
            Tallied::Sat(Band::Excellent, Points::whole(95)),
        ];
        let counts: Counts = everybody.into_iter().map(Tallied::counts).sum();
        for who in Who::ALL {
            let persons = everybody.into_iter().filter(|it| who.covers(*it)).count();
            assert_eq!(who.count(&counts), persons as i64, "{who:?}");
        }
        assert_eq!((counts.registered, counts.due, counts.sat, counts.passed), (7, 5, 4, 3));
        assert_eq!(counts.score_sum, Points::whole(59 + 60 + 80 + 95));
    }

    #[test]
    fn sums_are_those_of_every_person() {
        let mut block = Block::default();
        let other = Entry {
            category: Category::Institution,
            ..entry(false)
        };
        for (entry, results) in [(entry(false), &ROW[..]), (entry(true), &[]), (other, &ROW[..1])] {
            block.push(entry, results.iter().copied());
        }
        let rule = Rule {
            counting: Counting::Best,
            round: None,
            rounds: vec![round(1, Admits::All), round(2, Admits::Both)],
        };
        let sums = Sums::of(&block, &rule);
        assert_eq!(
            (sums.all.registered, sums.all.due, sums.all.sat, sums.all.passed),
            (3, 2, 2, 1)
        );
        let by_round: Vec<_> = sums.by_round.iter().map(|it| (it.due, it.sat, it.passed)).collect();
        assert_eq!(by_round, [(2, 2, 0), (2, 1, 1)]);
        let groups: Vec<_> = sums
            .groups()
            .map(|(_, category, it)| (category, it.registered))
            .collect();
        assert_eq!(groups, [(Category::CivilServant, 2), (Category::Institution, 1)]);
        let second = Rule {
            round: Some(round(2, Admits::Both)),
            ..rule
        };
        assert_eq!(Sums::of(&block, &second).all, sums.by_round[1]);
    }

    #[test]
    fn a_block_gives_back_everybody_with_their_results() {
        let mut block = Block::default();
        block.push(entry(false), ROW);
        block.push(entry(true), []);
        block.push(entry(false), [ROW[0]]);
        let lengths: Vec<_> = block.persons().map(|(_, results)| results.len()).collect();
        assert_eq!(lengths, [3, 0, 1]);
        assert_eq!(block.persons().last().map(|(_, results)| results[0]), Some(ROW[0]));
    }
}
