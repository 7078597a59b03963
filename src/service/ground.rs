//! What the records of a year rest upon, with digests of everything that is too long to be frozen word by word.

use sm3::{Digest, Sm3};

use super::{App, Result, audit::json, tally::Tally};
use crate::{
    db,
    domain::{
        activity::{Activity, Kind},
        annual::{Persons, ground::Ground},
        competition::Competition,
        exam::Exam,
        hex::hex,
        id::{ActivityId, EvidenceId},
        unit::Tree,
    },
};

fn digest(text: &str) -> String {
    hex(&Sm3::digest(text.as_bytes()))
}

/// Of an exam with everybody on its roster.
///
/// # Errors
/// When the database fails.
pub(super) async fn of_exam(app: &App, exam: &Exam, tally: &Tally) -> Result<Ground> {
    let of_unit = tally.iter().flat_map(|(unit, block)| {
        let persons = block.persons();
        persons.map(|(entry, _)| (entry.person, *unit, entry.exempt))
    });
    let mut roster: Vec<_> = of_unit.collect();
    roster.sort_unstable();
    let mut sm3 = Sm3::new();
    for (person, unit, exempt) in roster {
        sm3.update(person.0.to_be_bytes());
        sm3.update(unit.0.to_be_bytes());
        sm3.update([u8::from(exempt)]);
    }
    let keys = db::key_correction::in_force(&app.db, exam.id).await?;
    Ok(Ground::Exam {
        id: exam.id,
        roster: hex(&sm3.finalize()),
        policy: digest(&db::exam::policy_text(&app.db, exam.id).await?),
        keys: digest(&json(&keys)),
    })
}

/// # Errors
/// When the database fails.
pub(super) async fn of_contest(app: &App, contest: &Competition) -> Result<Ground> {
    let keys = db::competition_correction::in_force(&app.db, contest.id).await?;
    Ok(Ground::Contest {
        id: contest.id,
        rules: digest(&db::competition::rules_text(&app.db, contest.id).await?),
        keys: digest(&json(&keys)),
    })
}

/// Everything of an entry, part by part: what its digest is over may not change when an entry gets another field.
fn words(entry: &Activity) -> impl serde::Serialize {
    let wish = &entry.wish;
    (
        (entry.id.0, entry.year, entry.state.code(), &entry.decision),
        (
            entry.entered_by.0,
            entry.entered_at.0,
            entry.decided.map(|(by, at)| (by.0, at.0)),
        ),
        (wish.kind.code(), wish.mode.code(), wish.unit.0, wish.day.0),
        (&wish.title, &wish.place, &wish.form, &wish.document, &wish.note),
        (wish.audience, wish.quantity),
    )
}

/// Of recorded entries, reviews, persons and units.
///
/// # Errors
/// When the database fails.
pub(super) async fn of_rest(
    app: &App,
    number: u16,
    entries: &[Activity],
    persons: &Persons,
    units: &Tree,
) -> Result<Vec<Ground>> {
    let lists = db::activity::lists(&app.db, number).await?;
    let files = db::activity::files(&app.db, number).await?;
    let entry = |entry: &Activity| {
        let whole = (words(entry), lists.get(&entry.id), files.get(&entry.id));
        Ground::Entry {
            id: entry.id,
            digest: digest(&json(&whole)),
        }
    };
    let elsewhere = entries.iter().filter(|entry| entry.wish.kind == Kind::ContestElsewhere);
    let places = elsewhere.filter_map(|entry| Ground::place(entry.id, entry.wish.unit, &entry.wish.place));
    let reviews = db::officer::reviews(&app.db, number).await?;
    let reviews = reviews.iter().filter(|review| review.year == number);
    let reviews = reviews.map(|review| Ground::Review {
        id: review.certificate,
        digest: digest(&json(&(
            (review.outcome.code(), review.day.0, review.until.map(|until| until.0)),
            (&review.document, review.by.0, review.at.0),
        ))),
    });
    let moved = persons
        .moved()
        .map(|(person, from, to)| Ground::Moved { person, from, to });
    let units = units.walk().into_iter().map(|(_, unit)| Ground::unit(unit));
    let entries = entries.iter().map(entry);
    Ok(entries.chain(places).chain(reviews).chain(moved).chain(units).collect())
}

/// A file whose content is not what was uploaded.
pub(super) struct Altered {
    pub entry: ActivityId,
    pub file: EvidenceId,
    /// Digests: of what was uploaded, and of what is there.
    pub stored: String,
    pub found: String,
}

/// Makes the digests of the files of a year's entries again; gives how many there are and those that differ.
///
/// # Errors
/// When the database fails.
pub(super) async fn altered_files(app: &App, number: u16) -> Result<(u64, Vec<Altered>)> {
    let (mut count, mut altered) = (0, Vec::new());
    let mut last = EvidenceId(0);
    while let Some((file, entry, stored, body)) = db::activity::file_after(&app.db, number, last).await? {
        count += 1;
        let found = hex(&Sm3::digest(&body));
        if found != stored {
            altered.push(Altered {
                entry,
                file,
                stored,
                found,
            });
        }
        last = file;
    }
    Ok((count, altered))
}
