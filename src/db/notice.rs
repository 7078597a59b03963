//! Notices in the inbox, and the mails that carry them.

use super::{
    Db, Result, Tx,
    column::{Column, to_json},
    read_all, read_one, tx_all, tx_run,
};
use crate::domain::{
    id::{AttemptId, ExamId, NoticeId, PersonId},
    notice::Notice,
    time::Timestamp,
};

#[derive(sqlx::FromRow)]
struct NoticeRow {
    id: i64,
    person: i64,
    about: String,
    at: i64,
    read_at: i64,
}

impl NoticeRow {
    fn notice(self) -> Result<Notice> {
        Ok(Notice {
            id: NoticeId(self.id),
            person: PersonId(self.person),
            about: Column("notice", "about", self.id).json(&self.about)?,
            at: Timestamp(self.at),
            read: self.read_at != 0,
        })
    }
}

const CHUNK: usize = 2000;

/// Stores notices, and a mail for each whose person has an address.
///
/// # Errors
/// When the database fails.
pub async fn insert_all(tx: &mut Tx, notices: &[Notice]) -> Result<()> {
    for chunk in notices.chunks(CHUNK) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|notice| (notice.id.0, notice.person.0, to_json(&notice.about), notice.at.0))
            .collect();
        let json = to_json(&rows);
        let (notice, mail) = match tx {
            Tx::Sqlite(_) => (
                "INSERT INTO notice (id, person, about, at, read_at)
                 SELECT r.value->>0, r.value->>1, r.value->>2, r.value->>3, 0 FROM json_each($1) r",
                "INSERT INTO mail (notice, state, tries, next_at, done_at, error)
                 SELECT r.value->>0, 'waiting', 0, r.value->>3, 0, '' FROM json_each($1) r
                 JOIN person p ON p.id = r.value->>1 WHERE p.email <> ''",
            ),
            Tx::Postgres(_) => (
                "INSERT INTO notice (id, person, about, at, read_at)
                 SELECT (r->>0)::bigint, (r->>1)::bigint, r->>2, (r->>3)::bigint, 0
                 FROM jsonb_array_elements($1::jsonb) r",
                "INSERT INTO mail (notice, state, tries, next_at, done_at, error)
                 SELECT (r->>0)::bigint, 'waiting', 0, (r->>3)::bigint, 0, ''
                 FROM jsonb_array_elements($1::jsonb) r
                 JOIN person p ON p.id = (r->>1)::bigint WHERE p.email <> ''",
            ),
        };
        tx_run!(tx, notice, json.as_str())?;
        tx_run!(tx, mail, json.as_str())?;
    }
    Ok(())
}

/// A page of a person's notices, newest first, and how many there are.
///
/// # Errors
/// When the database fails.
pub async fn page(db: &Db, person: PersonId, limit: i64, offset: i64) -> Result<(Vec<Notice>, i64)> {
    let all = read_one!(db, (i64,), "SELECT COUNT(*) FROM notice WHERE person = $1", person.0)?;
    let rows = read_all!(
        db,
        NoticeRow,
        "SELECT id, person, about, at, read_at FROM notice WHERE person = $1 ORDER BY id DESC LIMIT $2 OFFSET $3",
        person.0,
        limit,
        offset
    )?;
    let page = rows.into_iter().map(NoticeRow::notice).collect::<Result<_>>()?;
    Ok((page, all.map_or(0, |(all,)| all)))
}

/// How many notices a person has not read.
///
/// # Errors
/// When the database fails.
pub async fn unread(db: &Db, person: PersonId) -> Result<i64> {
    let row = read_one!(
        db,
        (i64,),
        "SELECT COUNT(*) FROM notice WHERE person = $1 AND read_at = 0",
        person.0
    )?;
    Ok(row.map_or(0, |(unread,)| unread))
}

/// Marks the notices of a person up to this one as read.
///
/// # Errors
/// When the database fails.
pub async fn mark_read(tx: &mut Tx, person: PersonId, upto: NoticeId, now: Timestamp) -> Result<()> {
    tx_run!(
        tx,
        "UPDATE notice SET read_at = $3 WHERE person = $1 AND id <= $2 AND read_at = 0",
        person.0,
        upto.0,
        now.0
    )?;
    Ok(())
}

/// Writes down that the results of an exam are announced; `false` when they were before.
///
/// # Errors
/// When the database fails.
pub async fn announce(tx: &mut Tx, exam: ExamId, now: Timestamp) -> Result<bool> {
    let inserted = tx_run!(
        tx,
        "INSERT INTO result_announcement (exam, at) VALUES ($1, $2) ON CONFLICT (exam) DO NOTHING",
        exam.0,
        now.0
    )?;
    Ok(inserted == 1)
}

/// Opened exams that closed before `before` and whose results were not announced.
///
/// # Errors
/// When the database fails.
pub async fn unannounced(db: &Db, before: Timestamp) -> Result<Vec<ExamId>> {
    let rows = read_all!(
        db,
        (i64,),
        "SELECT e.id FROM exam e WHERE e.state = 'open' AND (SELECT MAX(o.closes_at) FROM exam_round o WHERE o.exam = e.id) < $1
           AND NOT EXISTS (SELECT 1 FROM result_announcement r WHERE r.exam = e.id) ORDER BY e.id",
        before.0
    )?;
    Ok(rows.into_iter().map(|(id,)| ExamId(id)).collect())
}

/// Everybody who has handed in, each with the last attempt; `round` narrows it to the attempts of one round.
///
/// # Errors
/// When the database fails.
pub async fn last_attempts(tx: &mut Tx, exam: ExamId, round: Option<u32>) -> Result<Vec<(PersonId, AttemptId)>> {
    let rows = tx_all!(
        tx,
        (i64, i64),
        "SELECT person, MAX(id) FROM attempt WHERE exam = $1 AND state = 'handed_in' AND (CAST($2 AS BIGINT) = 0 OR round = $2)
         GROUP BY person ORDER BY person",
        exam.0,
        round.map_or(0, i64::from)
    )?;
    Ok(rows
        .into_iter()
        .map(|(person, attempt)| (PersonId(person), AttemptId(attempt)))
        .collect())
}

/// The address of a person; empty: none.
///
/// # Errors
/// When the database fails.
pub async fn email(db: &Db, person: PersonId) -> Result<String> {
    let row = read_one!(db, (String,), "SELECT email FROM person WHERE id = $1", person.0)?;
    Ok(row.map_or_else(String::new, |(email,)| email))
}

/// # Errors
/// When the database fails.
pub async fn set_email(tx: &mut Tx, person: PersonId, email: &str) -> Result<()> {
    tx_run!(tx, "UPDATE person SET email = $2 WHERE id = $1", person.0, email)?;
    Ok(())
}

/// A mail to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub notice: Notice,
    /// The person's address now; empty: none any more.
    pub email: String,
    pub name: String,
    /// Failures so far.
    pub tries: u32,
}

/// Mails whose time has come, the longest waiting first. A mail that another node was sending is among them once that
/// node must be believed dead.
///
/// # Errors
/// When the database fails.
pub async fn mails(db: &Db, now: Timestamp, limit: i64) -> Result<Vec<Mail>> {
    #[derive(sqlx::FromRow)]
    struct Row {
        #[sqlx(flatten)]
        notice: NoticeRow,
        email: String,
        name: String,
        tries: i64,
    }
    let rows = read_all!(
        db,
        Row,
        "SELECT n.id, n.person, n.about, n.at, n.read_at, COALESCE(p.email, '') AS email, COALESCE(p.name, '') AS name,
                m.tries
         FROM mail m JOIN notice n ON n.id = m.notice LEFT JOIN person p ON p.id = n.person
         WHERE m.state IN ('waiting', 'sending') AND m.next_at <= $1 ORDER BY m.next_at, m.notice LIMIT $2",
        now.0,
        limit
    )?;
    rows.into_iter()
        .map(|row| {
            let id = row.notice.id;
            Ok(Mail {
                notice: row.notice.notice()?,
                email: row.email,
                name: row.name,
                tries: Column("mail", "tries", id).number(row.tries)?,
            })
        })
        .collect()
}

/// Takes a mail to send it; `false` when another node was faster. Until `until` no other takes it.
///
/// # Errors
/// When the database fails.
pub async fn take_mail(tx: &mut Tx, notice: NoticeId, now: Timestamp, until: Timestamp) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE mail SET state = 'sending', next_at = $3
         WHERE notice = $1 AND state IN ('waiting', 'sending') AND next_at <= $2",
        notice.0,
        now.0,
        until.0
    )?;
    Ok(changed == 1)
}

/// What became of a mail that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    Done,
    /// Not taken by the mail server: to be tried again at this moment.
    Again(Timestamp, String),
    /// Not to be tried any more, and why.
    GivenUp(String),
}

/// Writes down what became of a mail.
///
/// # Errors
/// When the database fails.
pub async fn settle_mail(tx: &mut Tx, notice: NoticeId, sent: &Sent, now: Timestamp) -> Result<()> {
    let (state, failed, next_at, done_at, error) = match sent {
        Sent::Done => ("sent", 0i64, 0, now.0, ""),
        Sent::Again(at, error) => ("waiting", 1, at.0, 0, error.as_str()),
        Sent::GivenUp(error) => ("given_up", 1, 0, now.0, error.as_str()),
    };
    tx_run!(
        tx,
        "UPDATE mail SET state = $2, tries = tries + $3, next_at = $4, done_at = $5, error = $6
         WHERE notice = $1 AND state = 'sending'",
        notice.0,
        state,
        failed,
        next_at,
        done_at,
        error
    )?;
    Ok(())
}
