//! A file of activities on its way into the ledger: what a line says, what is wrong with it, and what of the file is new.

mod doubt;

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::{
    activity::{Activity, Kind, Mode, State, Wish},
    id::{PersonId, UnitId},
    intake::{Matter, Note, Place},
    time::Timestamp,
    unit::Tree,
};

pub use doubt::Doubt;

/// The most lines of a file, and the most names on all its lists.
pub const LINES: usize = 50_000;
pub const NAMES: usize = 200_000;
/// Days within which entries of one title are hinted.
const NEAR: i64 = 7;

/// A line as it was read: the unit and the persons by what was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub kind: Kind,
    pub mode: Mode,
    /// A path of names, a name, or a unit's own id.
    pub unit: String,
    /// Midnight in China.
    pub day: Timestamp,
    pub title: String,
    pub place: String,
    pub form: String,
    pub audience: Option<i64>,
    pub quantity: i64,
    pub document: String,
    pub note: String,
    /// Numbers of the roster (工号).
    pub persons: Vec<String>,
}

impl Row {
    pub fn wish(&self, unit: UnitId) -> Wish {
        Wish {
            kind: self.kind,
            mode: self.mode,
            unit,
            day: self.day,
            title: self.title.clone(),
            place: self.place.clone(),
            form: self.form.clone(),
            audience: self.audience,
            quantity: self.quantity,
            document: self.document.clone(),
            note: self.note.clone(),
        }
    }
}

/// A note about a line.
pub fn note(place: &Place, doubt: Doubt) -> Note {
    Note {
        place: place.clone(),
        matter: Matter::Ledger(doubt),
    }
}

/// Units by what a file calls them.
pub struct Names<'a> {
    units: &'a Tree,
    by_name: HashMap<&'a str, Vec<UnitId>>,
}

impl<'a> Names<'a> {
    pub fn new(units: &'a Tree) -> Self {
        let mut by_name: HashMap<&str, Vec<UnitId>> = HashMap::new();
        for (_, unit) in units.walk() {
            by_name.entry(unit.name.as_str()).or_default().push(unit.id);
        }
        Self { units, by_name }
    }

    /// The unit that is written: its id, or the end of its path that only one unit has; among several the one that `may` write for.
    ///
    /// # Errors
    /// [`Doubt::NoUnit`], [`Doubt::UnknownUnit`], [`Doubt::AmbiguousUnit`], [`Doubt::UnitBeyond`].
    pub fn find(&self, written: &str, may: impl Fn(UnitId) -> bool) -> Result<UnitId, Doubt> {
        let parts: Vec<&str> = written
            .split(['/', '>', '|', '\\', '／', '＞', '｜', '＼'])
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .collect();
        let Some(last) = parts.last() else {
            return Err(Doubt::NoUnit);
        };
        let own_id = written.trim().parse().ok().filter(|id| self.units.get(*id).is_some());
        let ends_so = |unit: &UnitId| {
            let mut above = self.units.ancestors(*unit);
            let mut names = parts.iter().rev();
            names.all(|part| above.next().is_some_and(|unit| unit.name == **part))
        };
        let called = self.by_name.get(last).into_iter().flatten().copied().filter(ends_so);
        let found: Vec<UnitId> = own_id.into_iter().chain(called).collect();
        let mine: Vec<UnitId> = found.iter().copied().filter(|unit| may(*unit)).collect();
        match (mine.as_slice(), found.len()) {
            ([one], _) => Ok(*one),
            (_, 0) => Err(Doubt::UnknownUnit(written.to_owned())),
            ([], 1) => Err(Doubt::UnitBeyond(written.to_owned())),
            ([], count) => Err(Doubt::AmbiguousUnit(written.to_owned(), count)),
            (several, _) => match self
                .units
                .find(&parts.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>())
            {
                // A whole path from the top means itself, whatever else ends so.
                Some(whole) if several.contains(&whole.id) => Ok(whole.id),
                _ => Err(Doubt::AmbiguousUnit(written.to_owned(), several.len())),
            },
        }
    }
}

/// A line that can be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub place: Place,
    pub wish: Wish,
    pub persons: Vec<PersonId>,
}

/// What of a file is new.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// The lines to store, by their place in the file's order.
    pub fresh: Vec<usize>,
    /// Lines that are not stored: the ledger has them, or a line above says the same. With a note each.
    pub skipped: Vec<Note>,
    /// Lines that look like an entry or another line: a hint for a person.
    pub alike: Vec<Note>,
}

/// Where something like a line was seen.
#[derive(Clone)]
enum Seen {
    Entry(usize),
    Line(usize),
}

/// What was seen of one unit and one kind.
#[derive(Default)]
struct Near {
    by_day: HashMap<i64, Seen>,
    by_title: HashMap<String, BTreeSet<(i64, usize)>>,
    seen: Vec<Seen>,
}

impl Near {
    fn add(&mut self, wish: &Wish, seen: Seen) {
        let day = wish.day.day();
        self.by_day.entry(day).or_insert_with(|| seen.clone());
        self.by_title
            .entry(wish.plain_title())
            .or_default()
            .insert((day, self.seen.len()));
        self.seen.push(seen);
    }

    /// As [`Wish::looks_like`] would find it, without looking at every other.
    fn find(&self, wish: &Wish) -> Option<&Seen> {
        let day = wish.day.day();
        let titled = self.by_title.get(&wish.plain_title());
        let titled = titled.and_then(|days| days.range((day - NEAR, 0)..=(day + NEAR, usize::MAX)).next());
        match titled {
            Some((_, place)) => self.seen.get(*place),
            None => self.by_day.get(&day),
        }
    }
}

/// Compares the lines of a file with the ledger of their year and with each other. `listed`: how many of a line's persons stand on the
/// list of an entry of the ledger.
pub fn plan(lines: &[Line], entries: &[Activity], listed: impl Fn(&Activity, &[PersonId]) -> usize) -> Plan {
    let mut known: HashMap<&Wish, usize> = HashMap::new();
    let mut near: HashMap<(UnitId, Kind), Near> = HashMap::new();
    for (place, entry) in entries.iter().enumerate() {
        if entry.state != State::Withdrawn {
            known.entry(&entry.wish).or_insert(place);
            let key = (entry.wish.unit, entry.wish.kind);
            near.entry(key).or_default().add(&entry.wish, Seen::Entry(place));
        }
    }
    let mut first: HashMap<&Wish, usize> = HashMap::new();
    let mut plan = Plan::default();
    for (place, line) in lines.iter().enumerate() {
        let wish = &line.wish;
        if let Some(entry) = known.get(wish) {
            let missing = line.persons.len() - listed(&entries[*entry], &line.persons).min(line.persons.len());
            let doubt = match missing {
                0 => Doubt::Known,
                count => Doubt::KnownWithoutPersons(count),
            };
            plan.skipped.push(note(&line.place, doubt));
            continue;
        }
        if let Some(before) = first.get(wish) {
            let before = lines[*before].place.clone();
            plan.skipped.push(note(&line.place, Doubt::Repeated(before)));
            continue;
        }
        let around = near.entry((wish.unit, wish.kind)).or_default();
        match around.find(wish) {
            Some(Seen::Entry(entry)) => {
                let other = &entries[*entry].wish;
                let doubt = Doubt::Like(other.title.clone(), other.day.day_field());
                plan.alike.push(note(&line.place, doubt));
            }
            Some(Seen::Line(other)) => {
                let doubt = Doubt::LikeLine(lines[*other].place.clone());
                plan.alike.push(note(&line.place, doubt));
            }
            None => {}
        }
        around.add(wish, Seen::Line(place));
        first.insert(wish, place);
        plan.fresh.push(place);
    }
    plan
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        id::{AccountId, ActivityId},
        unit::Unit,
    };

    fn tree() -> Tree {
        let unit = |id, parent: Option<i64>, name: &str| Unit {
            id: UnitId(id),
            parent: parent.map(UnitId),
            name: name.to_owned(),
        };
        Tree::new(vec![
            unit(1, None, "市局"),
            unit(2, Some(1), "办公室"),
            unit(3, None, "区局"),
            unit(4, Some(3), "办公室"),
            unit(5, Some(3), "法规科"),
            unit(6, Some(5), "市局"),
            unit(7, Some(6), "办公室"),
        ])
    }

    fn line(number: usize, title: &str, day: &str) -> Line {
        Line {
            place: Place::Line(number),
            wish: Wish {
                kind: Kind::Publicity,
                mode: Mode::Onsite,
                unit: UnitId(2),
                day: Timestamp::parse_day(day).expect("a day"),
                title: title.to_owned(),
                place: String::new(),
                form: String::new(),
                audience: None,
                quantity: 1,
                document: String::new(),
                note: String::new(),
            },
            persons: vec![],
        }
    }

    fn entry(line: &Line, state: State) -> Activity {
        Activity {
            id: ActivityId(1),
            year: 2026,
            wish: line.wish.clone(),
            state,
            entered_by: AccountId(0),
            entered_at: Timestamp(0),
            decided: None,
            decision: String::new(),
        }
    }

    fn codes(notes: &[Note]) -> Vec<String> {
        let code = |note: &Note| match &note.matter {
            Matter::Ledger(doubt) => format!("{} {}", note.place, doubt.code()),
            other => panic!("no doubt about a line: {other:?}"),
        };
        notes.iter().map(code).collect()
    }

    #[test]
    fn a_unit_is_found_by_the_end_of_its_path_if_that_is_enough() {
        let units = tree();
        let names = Names::new(&units);
        let anybody = |_| true;
        assert_eq!(names.find("法规科", anybody), Ok(UnitId(5)));
        assert_eq!(names.find("区局 / 办公室", anybody), Ok(UnitId(4)));
        assert_eq!(names.find(&UnitId(4).to_string(), anybody), Ok(UnitId(4)));
        // From the top the path is whole, although a deeper unit ends so too.
        assert_eq!(names.find("市局/办公室", anybody), Ok(UnitId(2)));
        assert_eq!(
            names.find("办公室", anybody),
            Err(Doubt::AmbiguousUnit("办公室".into(), 3))
        );
        assert_eq!(names.find("办公室", |unit| unit == UnitId(4)), Ok(UnitId(4)));
        assert_eq!(
            names.find("法规科", |unit| unit == UnitId(4)),
            Err(Doubt::UnitBeyond("法规科".into()))
        );
        assert_eq!(
            names.find("区局/财务科", anybody),
            Err(Doubt::UnknownUnit("区局/财务科".into()))
        );
        assert_eq!(names.find(" / ", anybody), Err(Doubt::NoUnit));
    }

    #[test]
    fn what_the_ledger_has_is_not_stored_again_and_what_looks_so_is_hinted() {
        let lines = [
            line(2, "进企业宣讲", "2026-03-01"),
            line(3, "进企业宣讲", "2026-03-05"),
            line(4, "进企业宣讲。", "2026-03-20"),
            line(5, "普法集市", "2026-03-20"),
            line(6, "普法集市", "2026-03-20"),
            line(7, "进社区", "2026-06-01"),
        ];
        let before = plan(&lines, &[], |_, _| 0);
        assert_eq!(before.fresh, [0, 1, 2, 3, 5]);
        assert_eq!(codes(&before.skipped), ["6 repeated"]);
        assert_eq!(codes(&before.alike), ["3 like_line", "5 like_line"]);

        let ledger = [entry(&lines[0], State::Recorded), entry(&lines[5], State::Withdrawn)];
        let after = plan(&lines, &ledger, |_, _| 0);
        assert_eq!(after.fresh, [1, 2, 3, 5]);
        assert_eq!(codes(&after.skipped), ["2 known", "6 repeated"]);
        assert_eq!(codes(&after.alike), ["3 like", "5 like_line"]);

        let all: Vec<_> = lines.iter().map(|line| entry(line, State::Waiting)).collect();
        assert_eq!(plan(&lines, &all, |_, _| 0).fresh, [0usize; 0]);
        let mut named = line(8, "进社区", "2026-06-01");
        named.persons = vec![PersonId(1), PersonId(2)];
        let skipped = plan(&[named], &all, |_, _| 1).skipped;
        assert_eq!(codes(&skipped), ["8 known_without_persons"]);
    }

    #[test]
    fn every_hint_is_one_the_form_would_give() {
        let texts = ["甲", "甲。", "乙"];
        let days = ["2026-03-01", "2026-03-08", "2026-03-09"];
        for (one, other) in texts.iter().flat_map(|text| texts.map(|other| (*text, other))) {
            for (day, later) in days.iter().flat_map(|day| days.map(|later| (*day, later))) {
                let lines = [line(1, one, day), line(2, other, later)];
                let found = plan(&lines, &[], |_, _| 0);
                let noted = !found.alike.is_empty() || !found.skipped.is_empty();
                assert_eq!(
                    noted,
                    lines[0].wish.looks_like(&lines[1].wish),
                    "{one} {day}, {other} {later}"
                );
            }
        }
    }
}
