//! Reminders that were sent, how they are sent, and what is switched off.

use super::{Db, Result, Tx, column::Column, read_all, read_one, tx_run};
use crate::domain::{
    id::{AccountId, ExamId, NoticeId, PersonId, UnitId},
    notice::Notice,
    reminder::{Kind, Off, Sent, Settings},
    time::Timestamp,
};

type SettingRow = (i64, i64, i64, i64);

fn settings_of((per_week, days_before, from_hour, to_hour): SettingRow) -> Result<Settings> {
    let column = |name| Column("reminder_setting", name, 1);
    Ok(Settings {
        per_week: column("per_week").number(per_week)?,
        days_before: column("days_before").number(days_before)?,
        from_hour: column("from_hour").number(from_hour)?,
        to_hour: column("to_hour").number(to_hour)?,
    })
}

/// How reminders are sent.
///
/// # Errors
/// When the database fails.
pub async fn settings(db: &Db) -> Result<Settings> {
    let row = read_one!(
        db,
        SettingRow,
        "SELECT per_week, days_before, from_hour, to_hour FROM reminder_setting WHERE id = 1"
    )?;
    row.map_or_else(|| Ok(Settings::default()), settings_of)
}

/// # Errors
/// When the database fails.
pub async fn set_settings(tx: &mut Tx, settings: &Settings) -> Result<()> {
    tx_run!(
        tx,
        "UPDATE reminder_setting SET per_week = $1, days_before = $2, from_hour = $3, to_hour = $4 WHERE id = 1",
        i64::from(settings.per_week),
        i64::from(settings.days_before),
        i64::from(settings.from_hour),
        i64::from(settings.to_hour)
    )?;
    Ok(())
}

/// Takes the turn to look for whom to remind; `false` when a node did since `before`.
///
/// # Errors
/// When the database fails.
pub async fn take_turn(tx: &mut Tx, now: Timestamp, before: Timestamp) -> Result<bool> {
    let taken = tx_run!(
        tx,
        "UPDATE reminder_setting SET ran_at = $1 WHERE id = 1 AND ran_at <= $2",
        now.0,
        before.0
    )?;
    Ok(taken == 1)
}

type SentRow = (i64, String, i64, i64);

fn sent_of((person, kind, subject, at): SentRow) -> Result<Sent> {
    Ok(Sent {
        person: PersonId(person),
        kind: Column("reminder", "kind", person).code(&kind, Kind::from_code)?,
        subject,
        at: Timestamp(at),
    })
}

/// What was sent since a moment.
///
/// # Errors
/// When the database fails.
pub async fn sent_since(db: &Db, from: Timestamp) -> Result<Vec<Sent>> {
    let rows = read_all!(
        db,
        SentRow,
        "SELECT person, kind, subject, at FROM reminder WHERE at >= $1",
        from.0
    )?;
    rows.into_iter().map(sent_of).collect()
}

/// Writes down that a reminder is sent; `false` when it was sent on this day already.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &mut Tx, sent: &Sent, notice: NoticeId) -> Result<bool> {
    let inserted = tx_run!(
        tx,
        "INSERT INTO reminder (person, subject, day, at, notice, hook_next, hook_tries, kind, hook)
         VALUES ($1, $2, $3, $4, $5, $4, 0, $6, 'waiting') ON CONFLICT (person, subject, day, kind) DO NOTHING",
        sent.person.0,
        sent.subject,
        sent.at.day(),
        sent.at.0,
        notice.0,
        sent.kind.code()
    )?;
    Ok(inserted == 1)
}

/// A reminder that was sent, as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub kind: Kind,
    pub at: Timestamp,
    pub name: String,
    pub unit: UnitId,
    /// `None`: the notice is gone.
    pub notice: Option<Notice>,
    /// How the mail stands; empty: none, for want of an address.
    pub mail: String,
}

/// What was sent last, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn last(db: &Db, limit: i64) -> Result<Vec<Shown>> {
    let rows = read_all!(
        db,
        (i64, String, i64, String, i64, i64, String, String, i64),
        "SELECT r.person, r.kind, r.at, p.name, p.unit, r.notice, COALESCE(n.about, ''), COALESCE(m.state, ''), COALESCE(n.read_at, 0)
         FROM reminder r JOIN person p ON p.id = r.person LEFT JOIN notice n ON n.id = r.notice LEFT JOIN mail m ON m.notice = r.notice
         ORDER BY r.at DESC, r.person, r.kind, r.subject LIMIT $1",
        limit
    )?;
    rows.into_iter()
        .map(|(person, kind, at, name, unit, notice, about, mail, read_at)| {
            let notice = match about.as_str() {
                "" => None,
                json => Some(Notice {
                    id: NoticeId(notice),
                    person: PersonId(person),
                    about: Column("notice", "about", notice).json(json)?,
                    at: Timestamp(at),
                    read: read_at != 0,
                }),
            };
            Ok(Shown {
                kind: Column("reminder", "kind", person).code(&kind, Kind::from_code)?,
                at: Timestamp(at),
                name,
                unit: UnitId(unit),
                notice,
                mail,
            })
        })
        .collect()
}

/// What is switched off.
///
/// # Errors
/// When the database fails.
pub async fn off(db: &Db) -> Result<Vec<Off>> {
    let rows = read_all!(
        db,
        (String, i64, i64, String),
        "SELECT kind, unit, exam, reason FROM reminder_off ORDER BY kind, unit, exam"
    )?;
    rows.into_iter()
        .map(|(kind, unit, exam, reason)| {
            Ok(Off {
                kind: Column("reminder_off", "kind", unit).code(&kind, Kind::from_code)?,
                unit: (unit != 0).then_some(UnitId(unit)),
                exam: (exam != 0).then_some(ExamId(exam)),
                reason,
            })
        })
        .collect()
}

/// # Errors
/// [`super::Error::Taken`] when just this is switched off already.
pub async fn switch_off(tx: &mut Tx, off: &Off, by: AccountId, at: Timestamp) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO reminder_off (unit, exam, off_by, off_at, kind, reason) VALUES ($1, $2, $3, $4, $5, $6)",
        off.unit.map_or(0, |unit| unit.0),
        off.exam.map_or(0, |exam| exam.0),
        by.0,
        at.0,
        off.kind.code(),
        off.reason.as_str()
    )?;
    Ok(())
}

/// `false` when it is not switched off.
///
/// # Errors
/// When the database fails.
pub async fn switch_on(tx: &mut Tx, kind: Kind, unit: Option<UnitId>, exam: Option<ExamId>) -> Result<bool> {
    let deleted = tx_run!(
        tx,
        "DELETE FROM reminder_off WHERE kind = $1 AND unit = $2 AND exam = $3",
        kind.code(),
        unit.map_or(0, |unit| unit.0),
        exam.map_or(0, |exam| exam.0)
    )?;
    Ok(deleted == 1)
}

/// A reminder for the messenger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub sent: Sent,
    /// The person's number and name.
    pub number: String,
    pub name: String,
    pub notice: Notice,
    /// Failures so far.
    pub tries: u32,
}

/// Reminders sent since `from` whose time for the messenger has come.
///
/// # Errors
/// When the database fails.
pub async fn messages(db: &Db, from: Timestamp, now: Timestamp, limit: i64) -> Result<Vec<Message>> {
    let rows = read_all!(
        db,
        (i64, String, i64, i64, String, String, i64, String, i64),
        "SELECT r.person, r.kind, r.subject, r.at, p.number, p.name, r.notice, n.about, r.hook_tries
         FROM reminder r JOIN person p ON p.id = r.person JOIN notice n ON n.id = r.notice
         WHERE r.at >= $1 AND r.hook IN ('waiting', 'sending') AND r.hook_next <= $2 ORDER BY r.at, r.person LIMIT $3",
        from.0,
        now.0,
        limit
    )?;
    rows.into_iter()
        .map(|(person, kind, subject, at, number, name, notice, about, tries)| {
            Ok(Message {
                sent: sent_of((person, kind, subject, at))?,
                number,
                name,
                notice: Notice {
                    id: NoticeId(notice),
                    person: PersonId(person),
                    about: Column("notice", "about", notice).json(&about)?,
                    at: Timestamp(at),
                    read: false,
                },
                tries: Column("reminder", "hook_tries", person).number(tries)?,
            })
        })
        .collect()
}

/// Takes a reminder to hand it to the messenger; `false` when another node was faster.
///
/// # Errors
/// When the database fails.
pub async fn take_message(tx: &mut Tx, sent: &Sent, now: Timestamp, until: Timestamp) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE reminder SET hook = 'sending', hook_next = $6
         WHERE person = $1 AND kind = $2 AND subject = $3 AND day = $4 AND hook IN ('waiting', 'sending') AND hook_next <= $5",
        sent.person.0,
        sent.kind.code(),
        sent.subject,
        sent.at.day(),
        now.0,
        until.0
    )?;
    Ok(changed == 1)
}

/// Writes down what became of a reminder that was taken. `again`: when to try once more; `None`: it is settled.
///
/// # Errors
/// When the database fails.
pub async fn settle_message(tx: &mut Tx, sent: &Sent, done: bool, again: Option<Timestamp>) -> Result<()> {
    let hook = match (done, again) {
        (true, _) => "sent",
        (false, Some(_)) => "waiting",
        (false, None) => "given_up",
    };
    tx_run!(
        tx,
        "UPDATE reminder SET hook = $5, hook_next = $6, hook_tries = hook_tries + $7
         WHERE person = $1 AND kind = $2 AND subject = $3 AND day = $4",
        sent.person.0,
        sent.kind.code(),
        sent.subject,
        sent.at.day(),
        hook,
        again.map_or(0, |at| at.0),
        i64::from(!done)
    )?;
    Ok(())
}

/// The persons who are liaisons, with the unit of each grant; `None`: everywhere.
///
/// # Errors
/// When the database fails.
pub async fn liaisons(db: &Db) -> Result<Vec<(PersonId, Option<UnitId>)>> {
    let rows = read_all!(
        db,
        (i64, i64),
        "SELECT a.person, g.unit FROM role_grant g JOIN account a ON a.id = g.account WHERE g.role = 'liaison' AND a.person <> 0"
    )?;
    Ok(rows
        .into_iter()
        .map(|(person, unit)| (PersonId(person), (unit != 0).then_some(UnitId(unit))))
        .collect())
}
