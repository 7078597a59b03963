//! The ledger of activities, its name lists and its evidence.

use std::collections::{HashMap, HashSet};

use super::{
    Db, Result, Tx,
    column::{Column, to_json},
    read_all, read_one, tx_all, tx_one, tx_run,
};
use crate::domain::{
    activity::{Activity, Attendee, Evidence, Kind, Media, Mode, State, Wish},
    annual::records::Observer,
    id::{AccountId, ActivityId, EvidenceId, PersonId, UnitId},
    time::Timestamp,
};

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    year: i64,
    unit: i64,
    day: i64,
    audience: i64,
    quantity: i64,
    entered_by: i64,
    entered_at: i64,
    decided_by: i64,
    decided_at: i64,
    kind: String,
    mode: String,
    state: String,
    title: String,
    place: String,
    form: String,
    document: String,
    note: String,
    decision: String,
}

impl Row {
    fn activity(self) -> Result<Activity> {
        let column = |name| Column("activity", name, self.id);
        Ok(Activity {
            id: ActivityId(self.id),
            year: column("year").number(self.year)?,
            state: column("state").code(&self.state, State::from_code)?,
            entered_by: AccountId(self.entered_by),
            entered_at: Timestamp(self.entered_at),
            decided: (self.decided_at != 0).then_some((AccountId(self.decided_by), Timestamp(self.decided_at))),
            wish: Wish {
                kind: column("kind").code(&self.kind, Kind::from_code)?,
                mode: column("mode").code(&self.mode, Mode::from_code)?,
                unit: UnitId(self.unit),
                day: Timestamp(self.day),
                title: self.title,
                place: self.place,
                form: self.form,
                audience: (self.audience >= 0).then_some(self.audience),
                quantity: self.quantity,
                document: self.document,
                note: self.note,
            },
            decision: self.decision,
        })
    }
}

const OF_YEAR: &str =
    "SELECT id, year, unit, day, audience, quantity, entered_by, entered_at, decided_by, decided_at, kind, mode, state, title,
            place, form, document, note, decision
     FROM activity WHERE year = $1 ORDER BY day DESC, id DESC";

/// The entries of a year, the latest day first.
///
/// # Errors
/// When the database fails.
pub async fn of_year(db: &Db, year: u16) -> Result<Vec<Activity>> {
    let rows = read_all!(db, Row, OF_YEAR, i64::from(year))?;
    rows.into_iter().map(Row::activity).collect()
}

/// # Errors
/// When the database fails.
pub async fn of_year_in(tx: &mut Tx, year: u16) -> Result<Vec<Activity>> {
    let rows = tx_all!(tx, Row, OF_YEAR, i64::from(year))?;
    rows.into_iter().map(Row::activity).collect()
}

const LISTED: &str =
    "SELECT a.activity, a.person FROM activity v JOIN activity_person a ON a.activity = v.id WHERE v.year = $1";

/// Everybody on the name lists of a year, by entry.
///
/// # Errors
/// When the database fails.
pub async fn listed(db: &Db, year: u16) -> Result<HashSet<(ActivityId, PersonId)>> {
    let rows = read_all!(db, (i64, i64), LISTED, i64::from(year))?;
    Ok(rows
        .into_iter()
        .map(|(entry, person)| (ActivityId(entry), PersonId(person)))
        .collect())
}

/// # Errors
/// When the database fails.
pub async fn listed_in(tx: &mut Tx, year: u16) -> Result<HashSet<(ActivityId, PersonId)>> {
    let rows = tx_all!(tx, (i64, i64), LISTED, i64::from(year))?;
    Ok(rows
        .into_iter()
        .map(|(entry, person)| (ActivityId(entry), PersonId(person)))
        .collect())
}

/// The name lists of a year's entries, each in the order of the persons, with the unit of then.
///
/// # Errors
/// When the database fails.
pub async fn lists(db: &Db, year: u16) -> Result<HashMap<ActivityId, Vec<(PersonId, UnitId)>>> {
    let rows = read_all!(
        db,
        (i64, i64, i64),
        "SELECT a.activity, a.person, a.unit FROM activity v JOIN activity_person a ON a.activity = v.id WHERE v.year = $1
         ORDER BY a.activity, a.person",
        i64::from(year)
    )?;
    let mut lists: HashMap<_, Vec<_>> = HashMap::new();
    for (activity, person, unit) in rows {
        let list = lists.entry(ActivityId(activity)).or_default();
        list.push((PersonId(person), UnitId(unit)));
    }
    Ok(lists)
}

/// What is stored of a file but its content: id, who uploaded it and when, name, media, digest.
pub type FileRow = (i64, i64, i64, String, String, String);

/// The files of a year's entries, each in the order of their ids.
///
/// # Errors
/// When the database fails.
pub async fn files(db: &Db, year: u16) -> Result<HashMap<ActivityId, Vec<FileRow>>> {
    let rows = read_all!(
        db,
        (i64, i64, i64, i64, String, String, String),
        "SELECT e.activity, e.id, e.uploaded_by, e.uploaded_at, e.name, e.media, e.digest
         FROM activity v JOIN evidence e ON e.activity = v.id WHERE v.year = $1 ORDER BY e.activity, e.id",
        i64::from(year)
    )?;
    let mut files: HashMap<_, Vec<_>> = HashMap::new();
    for (activity, id, by, at, name, media, digest) in rows {
        let of_entry = files.entry(ActivityId(activity)).or_default();
        of_entry.push((id, by, at, name, media, digest));
    }
    Ok(files)
}

/// The first file of a year's entries behind another one: its id and entry, the digest stored with it, and its content.
///
/// # Errors
/// When the database fails.
pub async fn file_after(
    db: &Db,
    year: u16,
    after: EvidenceId,
) -> Result<Option<(EvidenceId, ActivityId, String, Vec<u8>)>> {
    let row = read_one!(
        db,
        (i64, i64, String, Vec<u8>),
        "SELECT e.id, e.activity, e.digest, e.body FROM evidence e JOIN activity v ON v.id = e.activity
         WHERE v.year = $1 AND e.id > $2 ORDER BY e.id LIMIT 1",
        i64::from(year),
        after.0
    )?;
    Ok(row.map(|(id, activity, digest, body)| (EvidenceId(id), ActivityId(activity), digest, body)))
}

/// Rows written by one statement.
const CHUNK: usize = 2_000;

/// Stores new entries.
///
/// # Errors
/// When the database fails.
pub async fn insert_all(tx: &mut Tx, activities: &[Activity]) -> Result<()> {
    let sql = match tx {
        Tx::Sqlite(_) => {
            "INSERT INTO activity (id, year, unit, day, audience, quantity, entered_by, entered_at, decided_by, decided_at, kind, mode,
                                   state, title, place, form, document, note, decision)
             SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7, 0, 0, value->>8, value->>9,
                    value->>10, value->>11, value->>12, value->>13, value->>14, value->>15, '' FROM json_each($1)"
        }
        Tx::Postgres(_) => {
            "INSERT INTO activity (id, year, unit, day, audience, quantity, entered_by, entered_at, decided_by, decided_at, kind, mode,
                                   state, title, place, form, document, note, decision)
             SELECT (r->>0)::bigint, (r->>1)::bigint, (r->>2)::bigint, (r->>3)::bigint, (r->>4)::bigint, (r->>5)::bigint,
                    (r->>6)::bigint, (r->>7)::bigint, 0, 0, r->>8, r->>9, r->>10, r->>11, r->>12, r->>13, r->>14, r->>15, ''
             FROM jsonb_array_elements($1::jsonb) r"
        }
    };
    for chunk in activities.chunks(CHUNK) {
        let rows: Vec<_> = chunk.iter().map(new_row).collect();
        tx_run!(tx, sql, to_json(&rows))?;
    }
    Ok(())
}

/// An entry nobody has decided upon, as JSON.
fn new_row(activity: &Activity) -> serde_json::Value {
    let wish = &activity.wish;
    serde_json::json!([
        activity.id.0,
        activity.year,
        wish.unit.0,
        wish.day.0,
        wish.audience.unwrap_or(-1),
        wish.quantity,
        activity.entered_by.0,
        activity.entered_at.0,
        wish.kind.code(),
        wish.mode.code(),
        activity.state.code(),
        wish.title,
        wish.place,
        wish.form,
        wish.document,
        wish.note
    ])
}

/// Puts persons on name lists of new entries, with the unit of this day.
///
/// # Errors
/// When the database fails.
pub async fn insert_persons(tx: &mut Tx, persons: &[(ActivityId, PersonId, UnitId)]) -> Result<()> {
    let sql = match tx {
        Tx::Sqlite(_) => {
            "INSERT INTO activity_person (activity, person, unit) SELECT value->>0, value->>1, value->>2 FROM json_each($1)"
        }
        Tx::Postgres(_) => {
            "INSERT INTO activity_person (activity, person, unit)
             SELECT (r->>0)::bigint, (r->>1)::bigint, (r->>2)::bigint FROM jsonb_array_elements($1::jsonb) r"
        }
    };
    for chunk in persons.chunks(CHUNK) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|(entry, person, unit)| (entry.0, person.0, unit.0))
            .collect();
        tx_run!(tx, sql, to_json(&rows))?;
    }
    Ok(())
}

/// The recorded entries on whose name list a person stands, the latest day first.
///
/// # Errors
/// When the database fails.
pub async fn of_person(db: &Db, person: PersonId) -> Result<Vec<Activity>> {
    let rows = read_all!(
        db,
        Row,
        "SELECT v.id, v.year, v.unit, v.day, v.audience, v.quantity, v.entered_by, v.entered_at, v.decided_by, v.decided_at, v.kind,
                v.mode, v.state, v.title, v.place, v.form, v.document, v.note, v.decision
         FROM activity_person a JOIN activity v ON v.id = a.activity
         WHERE a.person = $1 AND v.state = 'recorded' ORDER BY v.day DESC, v.id DESC",
        person.0
    )?;
    rows.into_iter().map(Row::activity).collect()
}

/// Entries of a unit within a week of a day, as the transaction sees them.
///
/// # Errors
/// When the database fails.
pub async fn around(tx: &mut Tx, wish: &Wish, year: u16) -> Result<Vec<Activity>> {
    let rows = tx_all!(
        tx,
        Row,
        "SELECT id, year, unit, day, audience, quantity, entered_by, entered_at, decided_by, decided_at, kind, mode, state, title,
                place, form, document, note, decision
         FROM activity WHERE year = $1 AND day BETWEEN $2 AND $3 AND unit = $4 AND state <> 'withdrawn' ORDER BY day, id",
        i64::from(year),
        wish.day.plus_seconds(-7 * 86_400).0,
        wish.day.plus_seconds(7 * 86_400).0,
        wish.unit.0
    )?;
    rows.into_iter().map(Row::activity).collect()
}

const ONE: &str =
    "SELECT id, year, unit, day, audience, quantity, entered_by, entered_at, decided_by, decided_at, kind, mode, state,
            title, place, form, document, note, decision
     FROM activity WHERE id = $1";

/// # Errors
/// When the database fails.
pub async fn get(db: &Db, id: ActivityId) -> Result<Option<Activity>> {
    read_one!(db, Row, ONE, id.0)?.map(Row::activity).transpose()
}

/// An entry as it was stored last, held until the transaction ends: on PostgreSQL a transaction that writes it is waited for.
///
/// # Errors
/// When the database fails.
pub async fn get_in(tx: &mut Tx, id: ActivityId) -> Result<Option<Activity>> {
    let sql = match tx {
        Tx::Sqlite(_) => ONE,
        Tx::Postgres(_) => {
            "SELECT id, year, unit, day, audience, quantity, entered_by, entered_at, decided_by, decided_at, kind, mode, state,
                    title, place, form, document, note, decision
             FROM activity WHERE id = $1 FOR UPDATE"
        }
    };
    tx_one!(tx, Row, sql, id.0)?.map(Row::activity).transpose()
}

/// Stores an entry, in the place of one with the same id.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, activity: &Activity) -> Result<()> {
    let wish = &activity.wish;
    let (decided_by, decided_at) = activity.decided.map_or((0, 0), |(by, at)| (by.0, at.0));
    tx_run!(
        tx,
        "INSERT INTO activity (id, year, unit, day, audience, quantity, entered_by, entered_at, decided_by, decided_at, kind, mode,
                               state, title, place, form, document, note, decision)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
         ON CONFLICT (id) DO UPDATE SET year = excluded.year, unit = excluded.unit, day = excluded.day,
             audience = excluded.audience, quantity = excluded.quantity, entered_by = excluded.entered_by,
             entered_at = excluded.entered_at, decided_by = excluded.decided_by, decided_at = excluded.decided_at,
             kind = excluded.kind, mode = excluded.mode, state = excluded.state, title = excluded.title,
             place = excluded.place, form = excluded.form, document = excluded.document, note = excluded.note,
             decision = excluded.decision",
        activity.id.0,
        i64::from(activity.year),
        wish.unit.0,
        wish.day.0,
        wish.audience.unwrap_or(-1),
        wish.quantity,
        activity.entered_by.0,
        activity.entered_at.0,
        decided_by,
        decided_at,
        wish.kind.code(),
        wish.mode.code(),
        activity.state.code(),
        wish.title.as_str(),
        wish.place.as_str(),
        wish.form.as_str(),
        wish.document.as_str(),
        wish.note.as_str(),
        activity.decision.as_str()
    )?;
    Ok(())
}

/// The name list of an entry, by unit and number.
///
/// # Errors
/// When the database fails.
pub async fn attendees(db: &Db, id: ActivityId) -> Result<Vec<Attendee>> {
    let rows = read_all!(
        db,
        (i64, i64, String, String),
        "SELECT a.person, a.unit, p.number, p.name FROM activity_person a JOIN person p ON p.id = a.person
         WHERE a.activity = $1 ORDER BY a.unit, p.number",
        id.0
    )?;
    Ok(rows
        .into_iter()
        .map(|(person, unit, number, name)| Attendee {
            person: PersonId(person),
            number,
            name,
            unit: UnitId(unit),
        })
        .collect())
}

/// How many entries of a year wait for the level above, as the transaction sees them.
///
/// # Errors
/// When the database fails.
pub async fn waiting(tx: &mut Tx, year: u16) -> Result<usize> {
    let year = i64::from(year);
    let row = tx_one!(
        tx,
        (i64,),
        "SELECT COUNT(*) FROM activity WHERE year = $1 AND state = 'waiting'",
        year
    )?;
    Column("activity", "year", year).number(row.map_or(0, |(count,)| count))
}

/// Everybody on the name lists of a year's recorded court observations, with the unit of then; once for each list.
///
/// # Errors
/// When the database fails.
pub async fn observers(db: &Db, year: u16) -> Result<Vec<Observer>> {
    let rows = read_all!(
        db,
        (i64, i64, i64),
        "SELECT v.id, a.person, a.unit FROM activity v JOIN activity_person a ON a.activity = v.id
         WHERE v.year = $1 AND v.kind = 'court_observation' AND v.state = 'recorded'",
        i64::from(year)
    )?;
    Ok(rows
        .into_iter()
        .map(|(activity, person, unit)| Observer {
            activity: ActivityId(activity),
            person: PersonId(person),
            unit: UnitId(unit),
        })
        .collect())
}

/// Puts a person on the name list, with the unit of this day; `false` when the person stands on it.
///
/// # Errors
/// When the database fails.
pub async fn add_person(tx: &mut Tx, id: ActivityId, person: PersonId, unit: UnitId) -> Result<bool> {
    let added = tx_run!(
        tx,
        "INSERT INTO activity_person (activity, person, unit) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        id.0,
        person.0,
        unit.0
    )?;
    Ok(added == 1)
}

/// # Errors
/// When the database fails.
pub async fn remove_person(tx: &mut Tx, id: ActivityId, person: PersonId) -> Result<bool> {
    let removed = tx_run!(
        tx,
        "DELETE FROM activity_person WHERE activity = $1 AND person = $2",
        id.0,
        person.0
    )?;
    Ok(removed == 1)
}

/// How many persons stand on the name list and how many files are kept, as the transaction sees them.
///
/// # Errors
/// When the database fails.
pub async fn sizes(tx: &mut Tx, id: ActivityId) -> Result<(usize, usize)> {
    let row = tx_one!(
        tx,
        (i64, i64),
        "SELECT (SELECT COUNT(*) FROM activity_person WHERE activity = $1), (SELECT COUNT(*) FROM evidence WHERE activity = $1)",
        id.0
    )?;
    let (persons, files) = row.unwrap_or_default();
    let column = Column("activity", "id", id.0);
    Ok((column.number(persons)?, column.number(files)?))
}

/// Who stands on the name list of an entry and the digests of its files, each in the order of their ids, as the transaction sees them.
///
/// # Errors
/// When the database fails.
pub async fn behind(tx: &mut Tx, id: ActivityId) -> Result<(Vec<PersonId>, Vec<String>)> {
    let persons = tx_all!(
        tx,
        (i64,),
        "SELECT person FROM activity_person WHERE activity = $1 ORDER BY person",
        id.0
    )?;
    let files = tx_all!(
        tx,
        (String,),
        "SELECT digest FROM evidence WHERE activity = $1 ORDER BY id",
        id.0
    )?;
    Ok((
        persons.into_iter().map(|(person,)| PersonId(person)).collect(),
        files.into_iter().map(|(digest,)| digest).collect(),
    ))
}

/// # Errors
/// When the database fails.
pub async fn insert_evidence(
    tx: &mut Tx,
    activity: ActivityId,
    evidence: &Evidence,
    body: &[u8],
    by: AccountId,
) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO evidence (id, activity, uploaded_by, uploaded_at, name, media, digest, body)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        evidence.id.0,
        activity.0,
        by.0,
        evidence.uploaded_at.0,
        evidence.name.as_str(),
        evidence.media.code(),
        evidence.digest.as_str(),
        body
    )?;
    Ok(())
}

/// The files of an entry, without their content.
///
/// # Errors
/// When the database fails.
pub async fn evidence(db: &Db, activity: ActivityId) -> Result<Vec<Evidence>> {
    let rows = read_all!(
        db,
        (i64, i64, i64, String, String, String),
        "SELECT id, uploaded_at, CAST(LENGTH(body) AS BIGINT), name, media, digest FROM evidence WHERE activity = $1 ORDER BY id",
        activity.0
    )?;
    rows.into_iter()
        .map(|(id, uploaded_at, size, name, media, digest)| {
            Ok(Evidence {
                id: EvidenceId(id),
                media: Column("evidence", "media", id).code(&media, Media::from_code)?,
                name,
                size,
                digest,
                uploaded_at: Timestamp(uploaded_at),
            })
        })
        .collect()
}

/// The entry a file belongs to, its name, what it is, and its content.
///
/// # Errors
/// When the database fails.
pub async fn file(db: &Db, id: EvidenceId) -> Result<Option<(ActivityId, String, Media, Vec<u8>)>> {
    let row = read_one!(
        db,
        (i64, String, String, Vec<u8>),
        "SELECT activity, name, media, body FROM evidence WHERE id = $1",
        id.0
    )?;
    row.map(|(activity, name, media, body)| {
        let media = Column("evidence", "media", id.0).code(&media, Media::from_code)?;
        Ok((ActivityId(activity), name, media, body))
    })
    .transpose()
}

/// Removes a file; `false` when there is none.
///
/// # Errors
/// When the database fails.
pub async fn remove_evidence(tx: &mut Tx, id: EvidenceId) -> Result<bool> {
    Ok(tx_run!(tx, "DELETE FROM evidence WHERE id = $1", id.0)? == 1)
}
