//! Correcting a key (更正答案) on an exam that people have sat, and the one function that marks a paper: at the
//! hand-in, before a correction as a dry run, when it is applied, and when it is taken back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    answer::{Form, Judged},
    exam::{Band, Counting},
    id::{AccountId, AttemptId, ExamId, KeyCorrectionId, ObjectionId, PersonId, UnitId},
    item::{Kind, OptionSet, Question},
    key::Key,
    lang::Lang,
    mark::{Marking, PartScore, Score, mark},
    points::Points,
    time::Timestamp,
};

/// What becomes of a question whose key was wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "method", content = "key", rename_all = "snake_case")]
pub enum Method {
    /// 按新答案: only the new key earns points.
    NewKey(Key),
    /// 新旧答案都算: whichever of the two keys gives more.
    EitherKey(Key),
    /// 全部给分: full points to everybody who was asked, answered or not.
    FullCredit,
    /// 作废并折算: the question no longer counts; its points go to the other questions of its part, in proportion.
    Void,
    /// 维持原判: looked at, and left as it is.
    Leave,
}

impl Method {
    /// The codes in the order of the form.
    pub const CODES: [&'static str; 5] = ["new_key", "either_key", "full_credit", "void", "leave"];

    pub fn code(&self) -> &'static str {
        match self {
            Self::NewKey(_) => "new_key",
            Self::EitherKey(_) => "either_key",
            Self::FullCredit => "full_credit",
            Self::Void => "void",
            Self::Leave => "leave",
        }
    }

    /// The method of this code; `key` is used by those that need one.
    pub fn from_code(code: &str, key: impl Into<Key>) -> Option<Self> {
        match code {
            "new_key" => Some(Self::NewKey(key.into())),
            "either_key" => Some(Self::EitherKey(key.into())),
            "full_credit" => Some(Self::FullCredit),
            "void" => Some(Self::Void),
            "leave" => Some(Self::Leave),
            _ => None,
        }
    }

    /// Whether the method of this code needs a new key.
    pub fn needs_key(code: &str) -> bool {
        matches!(code, "new_key" | "either_key")
    }

    /// The codes that suit a question: what people read has no key to change.
    pub fn codes_for(question: &Question) -> impl Iterator<Item = &'static str> {
        let by_rules = question.form.as_ref().is_some_and(|form| !form.is_written());
        let keyed = question.kind.is_choice() || by_rules;
        Self::CODES
            .into_iter()
            .filter(move |code| keyed || !Self::needs_key(code))
    }

    /// The new key.
    pub fn key(&self) -> Option<&Key> {
        match self {
            Self::NewKey(key) | Self::EitherKey(key) => Some(key),
            Self::FullCredit | Self::Void | Self::Leave => None,
        }
    }

    /// The name of a code.
    pub fn name(code: &str, lang: Lang) -> &'static str {
        match code {
            "new_key" => lang.pick("只按新答案给分", "The new key only"),
            "either_key" => lang.pick("新旧答案都给分", "The old or the new key"),
            "full_credit" => lang.pick("这道题所有人得满分", "Full points to everybody"),
            "void" => lang.pick(
                "这道题作废，分值按比例摊给同一部分的其他题",
                "Void; its points go to the other questions of its part",
            ),
            _ => lang.pick("维持原判，不改分", "Leave it as it is"),
        }
    }
}

/// A correction in force: data for [`mark_paper`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// The question's place in the exam's fixed pool.
    pub pool: u32,
    pub method: Method,
}

/// The correction of the question at a place.
pub fn correction_of(corrections: &[Correction], pool: u32) -> Option<&Correction> {
    corrections.iter().rfind(|correction| correction.pool == pool)
}

/// By which form answers to the question at a place are marked anew.
pub fn new_form(corrections: &[Correction], pool: u32) -> Option<&Form> {
    correction_of(corrections, pool)?.method.key()?.form()
}

/// One question of a paper with what was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    pub pool: u32,
    pub kind: Kind,
    /// The key as published, in authored places.
    pub key: OptionSet,
    /// In authored places.
    pub choice: OptionSet,
    pub full: Points,
    /// What the answer to a question beyond choice earned; `None`: its key marks a choice.
    pub judged: Option<Judged>,
    /// What it earned by the [`new_form`] of a correction in force.
    pub rejudged: Option<Judged>,
}

/// The points a question earns with the corrections in force; `None` when it no longer counts.
pub fn mark_asked(marking: Marking, corrections: &[Correction], asked: &Asked) -> Option<Points> {
    let by_options = |key| mark(marking, asked.kind, key, asked.choice, asked.full);
    let published = match asked.judged {
        Some(judged) => judged.points,
        None => by_options(asked.key),
    };
    let corrected = |key: &Key| match (key, asked.judged) {
        (Key::Options(key), None) => by_options(*key),
        _ => asked.rejudged.map_or(published, |judged| judged.points),
    };
    match correction_of(corrections, asked.pool).map(|correction| &correction.method) {
        None | Some(Method::Leave) => Some(published),
        Some(Method::NewKey(key)) => Some(corrected(key)),
        Some(Method::EitherKey(key)) => Some(corrected(key).max(published)),
        Some(Method::FullCredit) => Some(asked.full),
        Some(Method::Void) => None,
    }
}

/// Whether people have to read the answer before the question counts for good: a correction that gives or takes all its
/// points spares them.
pub fn waits(corrections: &[Correction], asked: &Asked) -> bool {
    let lifted = correction_of(corrections, asked.pool);
    let lifted = lifted.is_some_and(|one| matches!(one.method, Method::FullCredit | Method::Void));
    !lifted && asked.judged.is_some_and(|judged| judged.waits)
}

/// Marks a whole paper: the only function that makes a score. A part whose questions were voided keeps its full
/// points: what is left of it is scaled up, half a hundredth upwards; a part of which nothing is left gives them all,
/// for nobody may lose by a question that was ours to get right.
pub fn mark_paper(marking: Marking, corrections: &[Correction], paper: impl IntoIterator<Item = Asked>) -> Score {
    struct Part {
        shown: PartScore,
        counted: Points,
    }
    let mut parts: Vec<Part> = Vec::new();
    for asked in paper {
        let place = parts
            .iter()
            .position(|part| part.shown.kind == asked.kind)
            .unwrap_or_else(|| {
                parts.push(Part {
                    shown: PartScore {
                        kind: asked.kind,
                        score: Points::ZERO,
                        full: Points::ZERO,
                        right: 0,
                        count: 0,
                        awaiting: 0,
                    },
                    counted: Points::ZERO,
                });
                parts.len() - 1
            });
        let part = &mut parts[place];
        part.shown.full = part.shown.full + asked.full;
        part.shown.awaiting += u32::from(waits(corrections, &asked));
        if let Some(points) = mark_asked(marking, corrections, &asked) {
            part.shown.score = part.shown.score + points;
            part.counted = part.counted + asked.full;
            part.shown.right += u32::from(points == asked.full);
            part.shown.count += 1;
        }
    }
    let parts: Vec<PartScore> = parts
        .into_iter()
        .map(|Part { shown, counted }| PartScore {
            score: scaled(shown.score, counted, shown.full),
            ..shown
        })
        .collect();
    Score {
        score: parts.iter().map(|part| part.score).sum::<Points>().max(Points::ZERO),
        full: parts.iter().map(|part| part.full).sum(),
        parts,
    }
}

/// `score` of `counted` points as the share of `full` points, half up.
fn scaled(score: Points, counted: Points, full: Points) -> Points {
    if counted == full {
        return score;
    }
    if counted <= Points::ZERO {
        return full;
    }
    let (score, counted, full) = (i128::from(score.0), i128::from(counted.0), i128::from(full.0));
    Points(i64::try_from((2 * score * full + counted) / (2 * counted)).unwrap_or(i64::MAX))
}

/// The last choice for each question, as it is kept beside a handed-in attempt: two bytes each, low first.
pub fn sheet_bytes(choices: impl IntoIterator<Item = OptionSet>) -> Vec<u8> {
    choices.into_iter().flat_map(|choice| choice.0.to_le_bytes()).collect()
}

/// `None` when these are not the choices of a paper with so many questions.
pub fn sheet_choices(bytes: &[u8], questions: usize) -> Option<Vec<OptionSet>> {
    (bytes.len() == 2 * questions && questions > 0).then(|| {
        bytes
            .chunks_exact(2)
            .map(|pair| OptionSet(u16::from_le_bytes([pair[0], pair[1]])))
            .collect()
    })
}

/// Where a correction stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Waits for a second person.
    Proposed,
    Refused,
    Applied,
    Undone,
}

impl State {
    pub fn code(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Refused => "refused",
            Self::Applied => "applied",
            Self::Undone => "undone",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Proposed, Self::Refused, Self::Applied, Self::Undone]
            .into_iter()
            .find(|state| state.code() == code)
    }

    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Proposed => lang.pick("待第二人批准", "Waits for a second person"),
            Self::Refused => lang.pick("未批准", "Refused"),
            Self::Applied => lang.pick("已生效", "In force"),
            Self::Undone => lang.pick("已撤销", "Undone"),
        }
    }
}

/// Who did something, when, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// `AccountId(0)`: the operator at the machine.
    pub by: AccountId,
    pub at: Timestamp,
    pub reason: String,
}

/// A correction as it was proposed, with what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    pub id: KeyCorrectionId,
    pub exam: ExamId,
    pub correction: Correction,
    /// The objection that led to it.
    pub objection: Option<ObjectionId>,
    pub state: State,
    pub proposed: Act,
    /// Applied or refused.
    pub decided: Option<Act>,
    pub undone: Option<Act>,
}

/// A score before and after, of a handed-in attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Graded {
    pub attempt: AttemptId,
    pub person: PersonId,
    /// The unit on the frozen roster.
    pub unit: UnitId,
    /// Whether the person counts as due.
    pub due: bool,
    /// Whether the question stands on this attempt's paper.
    pub asked: bool,
    /// The number of the attempt among those of the person.
    pub number: u32,
    pub before: Points,
    pub after: Points,
    pub band_before: Band,
    pub band_after: Band,
}

/// A person's final score and band before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Final {
    pub person: PersonId,
    pub unit: UnitId,
    pub due: bool,
    pub before: Points,
    pub after: Points,
    pub band_before: Band,
    pub band_after: Band,
}

/// What a correction does, or did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Impact {
    /// Handed-in attempts whose paper holds the question.
    pub attempts: usize,
    /// Of these, how many scores rise and fall.
    pub raised: usize,
    pub lowered: usize,
    /// Everybody whose final score changes, by person.
    pub changed: Vec<Final>,
    /// Of the due persons who sat: how many, and the sums of their final scores.
    pub sat: i64,
    pub sum_before: Points,
    pub sum_after: Points,
    /// Persons who pass only afterwards, and only before.
    pub up: Vec<Final>,
    pub down: Vec<Final>,
    /// Change of the number passed of each unit (due persons, own persons only), where there is one.
    pub units: BTreeMap<UnitId, i64>,
}

/// Sums up what happens to persons. `counting` says which of the attempts of a person is the final one; a correction may
/// make it another. `graded` holds every handed-in attempt of the exam, in any order.
pub fn impact(graded: &[Graded], counting: Counting) -> Impact {
    struct Ranked {
        last: Final,
        before: (i64, Band, Points),
        after: (i64, Band, Points),
    }
    let mut persons: BTreeMap<PersonId, Ranked> = BTreeMap::new();
    let mut sum = Impact::default();
    for one in graded {
        sum.attempts += usize::from(one.asked);
        sum.raised += usize::from(one.after > one.before);
        sum.lowered += usize::from(one.after < one.before);
        let before = counting.rank(one.number, one.band_before, one.before);
        let after = counting.rank(one.number, one.band_after, one.after);
        let ranked = persons.entry(one.person).or_insert(Ranked {
            last: Final {
                person: one.person,
                unit: one.unit,
                due: one.due,
                before: one.before,
                after: one.after,
                band_before: one.band_before,
                band_after: one.band_after,
            },
            before,
            after,
        });
        ranked.before = ranked.before.max(before);
        ranked.after = ranked.after.max(after);
    }
    for Ranked { last, before, after } in persons.into_values() {
        let best = Final {
            before: before.2,
            after: after.2,
            band_before: before.1,
            band_after: after.1,
            ..last
        };
        if best.due {
            sum.sat += 1;
            sum.sum_before = sum.sum_before + best.before;
            sum.sum_after = sum.sum_after + best.after;
        }
        if (best.before, best.band_before) != (best.after, best.band_after) {
            sum.changed.push(best);
        }
        let step = match (best.band_before.passed(), best.band_after.passed()) {
            (false, true) => {
                sum.up.push(best);
                1
            }
            (true, false) => {
                sum.down.push(best);
                -1
            }
            _ => continue,
        };
        if best.due {
            *sum.units.entry(best.unit).or_default() += step;
        }
    }
    sum.units.retain(|_, change| *change != 0);
    sum
}

/// Why somebody may not carry out a proposed correction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoCorrection {
    /// Another correction of this question waits or is in force.
    Another,
    /// Who proposed it may not apply it.
    SamePerson,
    /// It was decided or undone meanwhile.
    Decided,
    /// It is a part of a ruling, and is taken back with it.
    Ruling,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        answer::{Blank, FillIn},
        exam::MultiplePolicy,
    };

    const POLICY: Marking = Marking {
        multiple: MultiplePolicy::AllOrNothing,
        wrong_judgement: Points::ZERO,
    };

    fn asked(pool: u32, key: u16, choice: u16) -> Asked {
        Asked {
            pool,
            kind: Kind::Single,
            key: OptionSet(key),
            choice: OptionSet(choice),
            full: Points::whole(1),
            judged: None,
            rejudged: None,
        }
    }

    fn score(corrections: &[Correction], paper: &[Asked]) -> Points {
        mark_paper(POLICY, corrections, paper.iter().copied()).score
    }

    fn one(method: Method) -> [Correction; 1] {
        [Correction { pool: 7, method }]
    }

    #[test]
    fn each_method_gives_what_its_name_says() {
        let (old, new, none) = (asked(7, 1, 1), asked(7, 1, 2), asked(7, 1, 0));
        let points = |method| {
            let corrections = one(method);
            [old, new, none].map(|asked| score(&corrections, &[asked]).0)
        };
        assert_eq!(points(Method::Leave), [100, 0, 0]);
        assert_eq!(points(Method::NewKey(OptionSet(2).into())), [0, 100, 0]);
        assert_eq!(points(Method::EitherKey(OptionSet(2).into())), [100, 100, 0]);
        assert_eq!(points(Method::FullCredit), [100, 100, 100]);
        assert_eq!(points(Method::Void), [100, 100, 100], "nothing is left to ask");
    }

    #[test]
    fn other_answers_earn_what_the_new_form_gives_or_the_better_of_the_two() {
        let blanks = vec![Blank::taking(["三十日"])];
        let key = || {
            Key::from(Form::FillIn(FillIn {
                blanks: blanks.clone(),
                ordered: true,
            }))
        };
        let judged = |points| {
            Some(Judged {
                points: Points(points),
                waits: false,
            })
        };
        let points = |method| {
            let corrections = one(method);
            [(100, 0), (0, 100), (50, 25)].map(|(published, new)| {
                let asked = Asked {
                    kind: Kind::FillBlank,
                    judged: judged(published),
                    rejudged: judged(new),
                    ..asked(7, 0, 0)
                };
                score(&corrections, &[asked]).0
            })
        };
        assert_eq!(points(Method::Leave), [100, 0, 50]);
        assert_eq!(points(Method::NewKey(key())), [0, 100, 25]);
        assert_eq!(points(Method::EitherKey(key())), [100, 100, 50]);
        assert_eq!(points(Method::FullCredit), [100, 100, 100]);
        assert!(new_form(&one(Method::NewKey(key())), 7).is_some_and(|form| form.is_right("30日")));
        assert_eq!(new_form(&one(Method::NewKey(key())), 8), None);
        assert_eq!(new_form(&one(Method::NewKey(OptionSet(2).into())), 7), None);
    }

    /// Editions keep digests of it.
    #[test]
    fn a_correction_of_options_is_written_as_it_was_before_there_were_forms() {
        let new = one(Method::NewKey(OptionSet(2).into()));
        let text = serde_json::to_string(&new).expect("JSON");
        assert_eq!(text, r#"[{"pool":7,"method":{"method":"new_key","key":2}}]"#);
        assert_eq!(
            serde_json::from_str::<[Correction; 1]>(&text).expect("a correction"),
            new
        );
        let void = serde_json::to_string(&one(Method::Void)).expect("JSON");
        assert_eq!(void, r#"[{"pool":7,"method":{"method":"void"}}]"#);
    }

    #[test]
    fn a_text_waits_for_people_unless_a_correction_gives_or_takes_all_its_points() {
        let text = Asked {
            kind: Kind::Essay,
            judged: Some(Judged {
                points: Points(30),
                waits: true,
            }),
            ..asked(7, 0, 0)
        };
        let marked = |corrections: &[Correction]| {
            let score = mark_paper(POLICY, corrections, [text]);
            (score.score, score.parts[0].awaiting)
        };
        assert_eq!(marked(&[]), (Points(30), 1));
        assert_eq!(
            marked(&one(Method::NewKey(OptionSet(2).into()))),
            (Points(30), 1),
            "it has no key"
        );
        assert_eq!(marked(&one(Method::FullCredit)), (Points::whole(1), 0));
        assert_eq!(marked(&one(Method::Void)), (Points::whole(1), 0));
    }

    #[test]
    fn a_correction_of_a_question_that_is_not_on_the_paper_changes_nothing() {
        let paper = [asked(1, 1, 1), asked(2, 1, 2)];
        for code in Method::CODES {
            let method = Method::from_code(code, OptionSet(2)).expect("a code");
            assert_eq!(score(&one(method), &paper), score(&[], &paper));
        }
    }

    #[test]
    fn a_voided_question_leaves_its_points_to_the_rest_of_its_part() {
        let paper = [asked(7, 1, 2), asked(8, 1, 1), asked(9, 1, 1), asked(10, 1, 2)];
        let marked = mark_paper(POLICY, &one(Method::Void), paper);
        assert_eq!(
            (marked.score, marked.full),
            (Points(267), Points(400)),
            "4 × 2/3, half up"
        );
        assert_eq!((marked.parts[0].right, marked.parts[0].count), (2, 3));
    }

    #[test]
    fn parts_add_up_to_the_total() {
        let two = Asked {
            kind: Kind::Multiple,
            key: OptionSet(3),
            choice: OptionSet(3),
            full: Points(200),
            pool: 3,
            judged: None,
            rejudged: None,
        };
        let score = mark_paper(POLICY, &[], [asked(1, 1, 1), asked(2, 1, 2), two]);
        assert_eq!((score.score, score.full), (Points::whole(3), Points::whole(4)));
        let of = |part: &PartScore| (part.kind, part.score, part.full, part.right, part.count);
        assert_eq!(of(&score.parts[0]), (Kind::Single, Points(100), Points(200), 1, 2));
        assert_eq!(of(&score.parts[1]), (Kind::Multiple, Points(200), Points(200), 1, 1));
    }

    /// Every combination of small papers: no method takes a paper out of its bounds, and only the new key alone can
    /// take points away; a void question can too, from those who had it right and others wrong.
    #[test]
    fn no_correction_leaves_the_bounds_or_lowers_a_score_it_must_not_lower() {
        for bits in 0..64u16 {
            let paper = [
                asked(7, 1, bits & 3),
                asked(8, 1, bits >> 2 & 3),
                asked(9, 1, bits >> 4 & 3),
            ];
            let before = score(&[], &paper);
            for code in Method::CODES {
                let method = Method::from_code(code, OptionSet(2)).expect("a code");
                let after = score(&one(method.clone()), &paper);
                assert!((Points::ZERO..=Points(300)).contains(&after));
                if matches!(method, Method::EitherKey(_) | Method::FullCredit) {
                    assert!(after >= before, "{code}");
                }
                if before == Points(300) && !matches!(method, Method::NewKey(_)) {
                    assert_eq!(after, before, "{code}: a full paper stays full");
                }
            }
        }
    }

    #[test]
    fn a_sheet_survives_its_bytes_and_another_length_is_refused() {
        let choices = [OptionSet(1), OptionSet(0), OptionSet(0x3ff)];
        let bytes = sheet_bytes(choices);
        assert_eq!(sheet_choices(&bytes, 3).as_deref(), Some(choices.as_slice()));
        assert_eq!(sheet_choices(&bytes, 2), None);
        assert_eq!(sheet_choices(&[], 0), None);
    }

    #[test]
    fn a_person_is_judged_by_the_best_attempt_before_and_after() {
        let band = |points| if points >= 7 { Band::Pass } else { Band::Fail };
        let graded = |attempt: i64, person, before, after| Graded {
            attempt: AttemptId(attempt),
            number: attempt as u32,
            band_before: band(before),
            band_after: band(after),
            person: PersonId(person),
            unit: UnitId(person % 2),
            due: true,
            asked: before != after,
            before: Points::whole(before),
            after: Points::whole(after),
        };
        let all = [
            graded(1, 1, 5, 7),
            graded(2, 1, 6, 6),
            graded(3, 2, 7, 6),
            graded(4, 2, 8, 8),
            graded(5, 3, 7, 5),
            graded(6, 4, 6, 6),
        ];
        let impact = super::impact(&all, Counting::Best);
        let persons = |list: &[Final]| list.iter().map(|one| one.person.0).collect::<Vec<_>>();
        assert_eq!((persons(&impact.up), persons(&impact.down)), (vec![1], vec![3]));
        assert_eq!((impact.attempts, impact.raised, impact.lowered), (3, 1, 2));
        assert_eq!(persons(&impact.changed), [1, 3]);
        assert!(impact.units.is_empty(), "unit 1 wins one and loses one");
        assert_eq!(
            (impact.sat, impact.sum_before, impact.sum_after),
            (4, Points::whole(27), Points::whole(26))
        );
        let first = super::impact(&all, Counting::First);
        assert_eq!((persons(&first.up), persons(&first.down)), (vec![1], vec![2, 3]));
        let last = super::impact(&all, Counting::Last);
        assert_eq!((persons(&last.up), persons(&last.down)), (vec![], vec![3]));
    }
}
