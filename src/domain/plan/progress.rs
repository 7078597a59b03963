//! How far a plan has come: every entry with the records that count for it.

use std::{
    cell::LazyCell,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use super::{Entry, Kind, Wish};
use crate::domain::{
    activity::{self, Activity, State},
    bank::fold,
    id::{ActivityId, CompetitionId, ExamId, MustKnowListId, UnitId},
    lang::Lang,
    law::citation,
    person::codes,
    time::Timestamp,
    unit::Tree,
};

/// An exam or a competition that was held: for this unit and all below it; `None`: for everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held<T> {
    pub id: T,
    pub unit: Option<UnitId>,
    /// When it was opened or began; what has not is not here.
    pub at: Timestamp,
}

/// What was recorded of a year.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// In any state; only recorded ones count.
    pub activities: &'a [Activity],
    pub exams: &'a [Held<ExamId>],
    pub contests: &'a [Held<CompetitionId>],
    /// The lines of must-know lists.
    pub lists: &'a HashMap<MustKnowListId, Vec<String>>,
    pub units: &'a Tree,
}

/// One record behind the number of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// With what it adds to the number.
    Activity(ActivityId, i64),
    Exam(ExamId),
    Contest(CompetitionId),
    /// A line of the list, by its place from 0, with the first entry of the ledger that names it.
    Line(usize, ActivityId),
}

impl Source {
    fn amount(self) -> i64 {
        match self {
            Self::Activity(_, amount) => amount,
            _ => 1,
        }
    }
}

/// How an entry stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Past its day without its number.
    Late,
    /// The day has not passed.
    OnPlan,
    Done,
}

codes!(Standing {
    Late => "late", "逾期未完成", "Late";
    OnPlan => "on_plan", "期限内", "Not due yet";
    Done => "done", "已完成", "Done";
});

/// How far an entry has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    pub done: i64,
    pub standing: Standing,
    /// Days until it is due; negative: since.
    pub days_left: i64,
    /// What the number is the sum of.
    pub sources: Vec<Source>,
}

impl Progress {
    fn new(wish: &Wish, sources: Vec<Source>, today: Timestamp) -> Self {
        let done = sources.iter().map(|source| source.amount()).sum();
        let days_left = wish.due.day() - today.day();
        let standing = match done >= wish.planned {
            true => Standing::Done,
            false if days_left < 0 => Standing::Late,
            false => Standing::OnPlan,
        };
        Self {
            done,
            standing,
            days_left,
            sources,
        }
    }

    /// In a sentence: how it stands, and until or since when.
    pub fn words(&self, lang: Lang) -> String {
        let days = self.days_left.abs();
        match (self.standing, lang) {
            (Standing::Done, _) => self.standing.name(lang).to_owned(),
            (Standing::Late, Lang::Zh) => format!("逾期 {days} 天"),
            (Standing::Late, Lang::En) => format!("{days} days late"),
            (Standing::OnPlan, Lang::Zh) if days == 0 => "今天到期".to_owned(),
            (Standing::OnPlan, Lang::En) if days == 0 => "due today".to_owned(),
            (Standing::OnPlan, Lang::Zh) => format!("还有 {days} 天"),
            (Standing::OnPlan, Lang::En) => format!("{days} days left"),
        }
    }
}

/// How far each entry has come on `today`, in their order. The work is one pass over the ledger, however many units have plans.
pub fn tally(entries: &[&Entry], facts: &Facts<'_>, today: Timestamp) -> Vec<Progress> {
    let mut sources: Vec<BTreeSet<Source>> = vec![BTreeSet::new(); entries.len()];
    from_ledger(entries, facts, &mut sources);
    from_lists(entries, facts, &mut sources);
    for (entry, sources) in entries.iter().zip(&mut sources) {
        let wish = &entry.wish;
        match wish.kind {
            Kind::Exam => sources.extend(held(wish, facts.exams, facts.units).map(Source::Exam)),
            Kind::Contest => sources.extend(held(wish, facts.contests, facts.units).map(Source::Contest)),
            _ => {}
        }
    }
    entries
        .iter()
        .zip(sources)
        .map(|(entry, sources)| Progress::new(&entry.wish, sources.into_iter().collect(), today))
        .collect()
}

fn within(wish: &Wish, at: Timestamp) -> bool {
    (wish.begins.day()..=wish.due.day()).contains(&at.day())
}

/// What was held for the unit of an entry, or below it.
fn held<'a, T: Copy>(wish: &'a Wish, all: &'a [Held<T>], units: &'a Tree) -> impl Iterator<Item = T> + 'a {
    let concerns = |of: Option<UnitId>| match of {
        None => true,
        Some(of) => units.is_within(wish.unit, of) || units.is_within(of, wish.unit),
    };
    all.iter()
        .filter(move |held| within(wish, held.at) && concerns(held.unit))
        .map(|held| held.id)
}

fn recorded<'a>(facts: &Facts<'a>) -> impl Iterator<Item = &'a Activity> + use<'a> {
    facts
        .activities
        .iter()
        .filter(|activity| activity.state == State::Recorded)
}

fn from_ledger(entries: &[&Entry], facts: &Facts<'_>, sources: &mut [BTreeSet<Source>]) {
    let mut wanted: HashMap<(activity::Kind, UnitId), Vec<(usize, String)>> = HashMap::new();
    for (place, entry) in entries.iter().enumerate() {
        if let Some(kind) = entry.wish.kind.activity() {
            let words = fold(&entry.wish.words);
            wanted.entry((kind, entry.wish.unit)).or_default().push((place, words));
        }
    }
    if wanted.is_empty() {
        return;
    }
    for activity in recorded(facts) {
        let wish = &activity.wish;
        // Most entries count whatever a record is called.
        let text = LazyCell::new(|| fold(&[wish.title.as_str(), "\u{0}", &wish.form].concat()));
        for above in facts.units.ancestors(wish.unit) {
            for (place, words) in wanted.get(&(wish.kind, above.id)).into_iter().flatten() {
                let planned = &entries[*place].wish;
                if within(planned, wish.day) && (words.is_empty() || text.contains(words)) {
                    let amount = if planned.kind == Kind::Work { wish.quantity } else { 1 };
                    sources[*place].insert(Source::Activity(activity.id, amount));
                }
            }
        }
    }
}

/// The name by which a line of a list is looked for: that of its law, without the country and marks around it.
fn name(line: &str) -> String {
    let law = citation(line).map_or(line, |(law, _)| if law.is_empty() { line } else { law });
    fold(law).replace(['《', '》'], "").replace("中华人民共和国", "")
}

fn from_lists(entries: &[&Entry], facts: &Facts<'_>, sources: &mut [BTreeSet<Source>]) {
    let names: HashMap<MustKnowListId, Vec<String>> = facts
        .lists
        .iter()
        .map(|(list, lines)| (*list, lines.iter().map(|line| name(line)).collect()))
        .collect();
    let mut wanted: HashMap<UnitId, Vec<(usize, &[String])>> = HashMap::new();
    for (place, entry) in entries.iter().enumerate() {
        if let Some(names) = entry.wish.list.and_then(|list| names.get(&list)) {
            wanted.entry(entry.wish.unit).or_default().push((place, names));
        }
    }
    if wanted.is_empty() {
        return;
    }
    let mut found: BTreeMap<(usize, usize), (Timestamp, ActivityId)> = BTreeMap::new();
    let studies = |kind| matches!(kind, activity::Kind::StudySession | activity::Kind::Lecture);
    for activity in recorded(facts).filter(|activity| studies(activity.wish.kind)) {
        let wish = &activity.wish;
        let text = fold(&[wish.title.as_str(), "\u{0}", &wish.note].concat()).replace(['《', '》'], "");
        for above in facts.units.ancestors(wish.unit) {
            for (place, names) in wanted.get(&above.id).into_iter().flatten() {
                if !within(&entries[*place].wish, wish.day) {
                    continue;
                }
                for (line, name) in names.iter().enumerate() {
                    if !name.is_empty() && text.contains(name.as_str()) {
                        let first = found.entry((*place, line)).or_insert((wish.day, activity.id));
                        *first = (*first).min((wish.day, activity.id));
                    }
                }
            }
        }
    }
    for ((place, line), (_, activity)) in found {
        sources[place].insert(Source::Line(line, activity));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        activity::Mode,
        id::{AccountId, PlanEntryId},
        unit::Unit,
    };

    const CITY: UnitId = UnitId(1);
    const BUREAU: UnitId = UnitId(2);
    const SECTION: UnitId = UnitId(3);
    const OTHER: UnitId = UnitId(4);
    const LIST: MustKnowListId = MustKnowListId(9);

    fn tree() -> Tree {
        let unit = |id, parent| Unit {
            id,
            parent,
            name: format!("{id}"),
        };
        Tree::new(vec![
            unit(CITY, None),
            unit(BUREAU, Some(CITY)),
            unit(SECTION, Some(BUREAU)),
            unit(OTHER, Some(CITY)),
        ])
    }

    fn day(text: &str) -> Timestamp {
        Timestamp::parse_day(text).expect("a day")
    }

    fn activity(id: i64, kind: activity::Kind, unit: UnitId, on: &str, title: &str) -> Activity {
        Activity {
            id: ActivityId(id),
            year: 2026,
            wish: activity::Wish {
                kind,
                mode: Mode::Onsite,
                unit,
                day: day(on),
                title: title.to_owned(),
                place: String::new(),
                form: String::new(),
                audience: None,
                quantity: 1,
                document: String::new(),
                note: String::new(),
            },
            state: State::Recorded,
            entered_by: AccountId(0),
            entered_at: day(on),
            decided: None,
            decision: String::new(),
        }
    }

    fn entry(kind: Kind, unit: UnitId, (begins, due): (&str, &str), planned: i64) -> Entry {
        Entry {
            id: PlanEntryId(1),
            year: 2026,
            wish: Wish {
                kind,
                unit,
                responsible: unit,
                title: "任务".to_owned(),
                begins: day(begins),
                due: day(due),
                planned,
                list: (kind == Kind::LawList).then_some(LIST),
                words: String::new(),
                note: String::new(),
            },
            made_by: AccountId(0),
            made_at: day(begins),
        }
    }

    const QUARTER: (&str, &str) = ("2026-04-01", "2026-06-30");

    fn progress(entry: Entry, activities: &[Activity], today: &str) -> Progress {
        let lists = HashMap::from([(
            LIST,
            vec![
                "中华人民共和国安全生产法".to_owned(),
                "《消防法》 第五条".to_owned(),
                "年度执法检查计划".to_owned(),
            ],
        )]);
        let facts = Facts {
            activities,
            exams: &[],
            contests: &[],
            lists: &lists,
            units: &tree(),
        };
        tally(&[&entry], &facts, day(today)).swap_remove(0)
    }

    #[test]
    fn an_entry_counts_what_its_unit_and_those_below_recorded_within_its_days() {
        let of = |id, unit, on| activity(id, activity::Kind::Publicity, unit, on, "进企业");
        let all = [
            of(1, BUREAU, "2026-03-31"),
            of(2, BUREAU, "2026-04-01"),
            of(3, SECTION, "2026-06-30"),
            of(4, SECTION, "2026-07-01"),
            of(5, OTHER, "2026-05-01"),
            of(6, CITY, "2026-05-01"),
            activity(7, activity::Kind::Lecture, BUREAU, "2026-05-01", "讲座"),
            Activity {
                state: State::Waiting,
                ..of(8, BUREAU, "2026-05-02")
            },
        ];
        let progress = progress(entry(Kind::Publicity, BUREAU, QUARTER, 2), &all, "2026-06-30");
        let counted = [2, 3].map(|id| Source::Activity(ActivityId(id), 1));
        assert_eq!((progress.done, &progress.sources[..]), (2, &counted[..]));
        assert_eq!(progress.standing, Standing::Done);
    }

    #[test]
    fn an_entry_is_late_from_the_day_after_it_was_due() {
        let standing = |today| {
            let progress = progress(entry(Kind::Lecture, BUREAU, QUARTER, 1), &[], today);
            (progress.standing, progress.days_left)
        };
        assert_eq!(standing("2026-06-29"), (Standing::OnPlan, 1));
        assert_eq!(standing("2026-06-30"), (Standing::OnPlan, 0));
        assert_eq!(standing("2026-07-01"), (Standing::Late, -1));
    }

    #[test]
    fn works_are_counted_by_their_number_and_words_narrow_an_entry() {
        let mut works = activity(1, activity::Kind::Work, BUREAU, "2026-05-01", "民法典漫画");
        works.wish.quantity = 12;
        let mut other = activity(2, activity::Kind::Work, BUREAU, "2026-05-02", "短视频");
        other.wish.form = "《民法典》宣传".to_owned();
        let neither = activity(3, activity::Kind::Work, BUREAU, "2026-05-03", "海报");
        let mut planned = entry(Kind::Work, BUREAU, QUARTER, 30);
        let all = [works, other, neither];
        assert_eq!(progress(planned.clone(), &all, "2026-05-03").done, 14);
        planned.wish.words = "民 法典".to_owned();
        assert_eq!(progress(planned, &all, "2026-05-03").done, 13);
    }

    #[test]
    fn a_line_of_the_list_is_studied_once_a_session_or_lecture_names_it() {
        let kind = activity::Kind::StudySession;
        let mut noted = activity(2, activity::Kind::Lecture, SECTION, "2026-05-09", "专题讲座");
        noted.wish.note = "讲《中华人民共和国消防法》和检查计划。".to_owned();
        let all = [
            activity(3, kind, BUREAU, "2026-05-10", "学习《安全生产法》"),
            activity(1, kind, BUREAU, "2026-05-08", "安全生产法专题学习"),
            noted,
            activity(4, activity::Kind::Publicity, BUREAU, "2026-05-08", "年度执法检查计划"),
        ];
        let progress = progress(entry(Kind::LawList, BUREAU, QUARTER, 3), &all, "2026-05-11");
        let expected = [Source::Line(0, ActivityId(1)), Source::Line(1, ActivityId(2))];
        assert_eq!((progress.done, &progress.sources[..]), (2, &expected[..]));
    }

    #[test]
    fn an_exam_counts_for_the_units_that_sit_it_and_those_above() {
        let held = |id, unit| Held {
            id: ExamId(id),
            unit,
            at: day("2026-05-01"),
        };
        let exams = [
            held(1, None),
            held(2, Some(BUREAU)),
            held(3, Some(SECTION)),
            held(4, Some(OTHER)),
        ];
        let of = |unit| {
            let facts = Facts {
                activities: &[],
                exams: &exams,
                contests: &[],
                lists: &HashMap::new(),
                units: &tree(),
            };
            tally(&[&entry(Kind::Exam, unit, QUARTER, 1)], &facts, day("2026-05-02"))[0].done
        };
        assert_eq!([CITY, BUREAU, SECTION, OTHER].map(of), [4, 3, 3, 2]);
    }
}
