//! Plans and ledger files for any trees, entries and lines.

use std::collections::HashMap;

use mingfa::domain::{
    activity::{self, Activity, Mode, State},
    id::{AccountId, ActivityId, PlanEntryId, UnitId},
    intake::Place,
    ledger::{self, Line},
    plan::{Entry, Facts, Kind, Standing, Wish, tally},
    time::{DAY, Timestamp},
    unit::{Tree, Unit},
};
use proptest::prelude::*;

const TITLES: [&str; 4] = ["民法典进企业", "民法典 进企业。", "安全生产月", "集市"];

fn first() -> Timestamp {
    Timestamp::of_day(2026, 1, 1)
}

fn on(day: i64) -> Timestamp {
    Timestamp(first().0 + day * DAY)
}

/// Units 1 to 6, each below an earlier one or at the top.
fn trees() -> impl Strategy<Value = Tree> {
    prop::collection::vec(0..6i64, 6).prop_map(|parents| {
        let unit = |(id, parent): (i64, i64)| Unit {
            id: UnitId(id),
            parent: (parent > 0 && parent < id).then_some(UnitId(parent)),
            name: format!("单位{id}"),
        };
        Tree::new((1..=6).zip(parents).map(unit).collect())
    })
}

fn wishes() -> impl Strategy<Value = activity::Wish> {
    let kinds = prop::sample::select(vec![
        activity::Kind::Publicity,
        activity::Kind::Work,
        activity::Kind::Lecture,
    ]);
    (kinds, 1..=6i64, 0..40i64, 0..4usize, 1..5i64).prop_map(|(kind, unit, day, title, quantity)| activity::Wish {
        kind,
        mode: Mode::Onsite,
        unit: UnitId(unit),
        day: on(day),
        title: TITLES[title].to_owned(),
        place: String::new(),
        form: String::new(),
        audience: None,
        quantity: if kind == activity::Kind::Work { quantity } else { 1 },
        document: String::new(),
        note: String::new(),
    })
}

fn entry_of(number: i64, wish: activity::Wish, state: State) -> Activity {
    Activity {
        id: ActivityId(number),
        year: 2026,
        wish,
        state,
        entered_by: AccountId(0),
        entered_at: first(),
        decided: None,
        decision: String::new(),
    }
}

fn ledgers() -> impl Strategy<Value = Vec<Activity>> {
    let state = prop::sample::select(State::ALL.to_vec());
    prop::collection::vec((wishes(), state), 0..40).prop_map(|all| {
        let numbered = (1..).zip(all);
        numbered
            .map(|(number, (wish, state))| entry_of(number, wish, state))
            .collect()
    })
}

fn plans() -> impl Strategy<Value = Vec<Entry>> {
    let kinds = prop::sample::select(vec![Kind::Publicity, Kind::Work, Kind::Lecture]);
    let words = prop::sample::select(vec!["", "民法典", "安全"]);
    let one = (kinds, 1..=6i64, 0..40i64, 0..20i64, 1..6i64, words);
    prop::collection::vec(one, 0..12).prop_map(|all| {
        let numbered = (1..).zip(all);
        numbered
            .map(|(number, (kind, unit, begins, long, planned, words))| Entry {
                id: PlanEntryId(number),
                year: 2026,
                wish: Wish {
                    kind,
                    unit: UnitId(unit),
                    responsible: UnitId(unit),
                    title: "任务".to_owned(),
                    begins: on(begins),
                    due: on(begins + long),
                    planned,
                    list: None,
                    words: words.to_owned(),
                    note: String::new(),
                },
                made_by: AccountId(0),
                made_at: first(),
            })
            .collect()
    })
}

/// What counts for an entry, said the long way round.
fn counted(wish: &Wish, entry: &Activity, units: &Tree) -> i64 {
    let of = &entry.wish;
    let fits = entry.state == State::Recorded
        && wish.kind.activity() == Some(of.kind)
        && units.is_within(of.unit, wish.unit)
        && wish.begins <= of.day
        && of.day <= wish.due
        && of.title.contains(&wish.words);
    match (fits, wish.kind) {
        (false, _) => 0,
        (true, Kind::Work) => of.quantity,
        (true, _) => 1,
    }
}

proptest! {
    #[test]
    fn one_pass_over_the_ledger_counts_what_each_entry_would_count_alone(
        units in trees(), ledger in ledgers(), plan in plans(), today in 0..80i64,
    ) {
        let (today, lists) = (on(today), HashMap::new());
        let facts = Facts { activities: &ledger, exams: &[], contests: &[], lists: &lists, units: &units };
        let all = tally(&plan.iter().collect::<Vec<_>>(), &facts, today);
        for (entry, progress) in plan.iter().zip(&all) {
            let wish = &entry.wish;
            let done: i64 = ledger.iter().map(|one| counted(wish, one, &units)).sum();
            prop_assert_eq!(progress.done, done);
            let late = today > wish.due && done < wish.planned;
            prop_assert_eq!(progress.standing == Standing::Done, done >= wish.planned);
            prop_assert_eq!(progress.standing == Standing::Late, late);
            prop_assert_eq!(progress, &tally(&[entry], &facts, today)[0]);
        }
    }

    #[test]
    fn a_file_that_was_entered_has_nothing_new_and_loses_no_line(
        before in ledgers(), wishes in prop::collection::vec(wishes(), 0..40),
    ) {
        let lines: Vec<Line> = (1..).zip(wishes).map(|(number, wish)| Line {
            place: Place::Line(number),
            wish,
            persons: vec![],
        }).collect();
        let found = ledger::plan(&lines, &before, |_, _| 0);
        prop_assert_eq!(found.fresh.len() + found.skipped.len(), lines.len());
        // A hint for exactly those that look like an entry or a line before them that is stored.
        for place in &found.fresh {
            let line = &lines[*place];
            let living = before.iter().filter(|entry| entry.state != State::Withdrawn).map(|entry| &entry.wish);
            let above = found.fresh.iter().filter(|other| *other < place).map(|other| &lines[*other].wish);
            let alike = living.chain(above).any(|other| line.wish.looks_like(other));
            let hinted = found.alike.iter().any(|note| note.place == line.place);
            prop_assert_eq!(alike, hinted, "{:?}", line);
        }
        let mut after = before;
        for place in &found.fresh {
            let number = i64::try_from(after.len()).expect("few") + 1;
            after.push(entry_of(number, lines[*place].wish.clone(), State::Waiting));
        }
        let again = ledger::plan(&lines, &after, |_, _| 0);
        prop_assert_eq!((again.fresh.len(), again.skipped.len()), (0, lines.len()));
    }
}
