//! Notices: the inbox of a person, the announcement of results, and the mails that carry both.

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
};

use super::{App, Caller, Result, mail::Mailer, review::shows_scores, sitting::Material};
use crate::{
    db::{self, Tx, notice::Sent},
    domain::{
        attempt::{Attempt, HandIn},
        exam::{GRACE_SECONDS, Moment, Release, Thing},
        id::{AttemptId, ExamId, NoticeId, PersonId},
        lang::Lang,
        notice::{About, GIVE_UP_MS, LEASE_SECONDS, Notice, email, next_try},
        time::Timestamp,
    },
    error::Fault,
};

/// Notices on a page.
pub const PAGE: u32 = 30;
/// A count is believed so long without asking the database: it stands on every page.
const COUNT_CACHE_MS: i64 = 10_000;
/// Beyond so many cached counts the cache is begun anew.
const COUNT_CACHE: usize = 100_000;

/// Counts of unread notices asked for lately.
#[derive(Default)]
pub struct Unread(RwLock<HashMap<PersonId, (i64, Timestamp)>>);

impl Unread {
    fn get(&self, person: PersonId, now: Timestamp) -> Option<i64> {
        let counts = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let (count, until) = counts.get(&person)?;
        (now < *until).then_some(*count)
    }

    fn put(&self, person: PersonId, count: i64, until: Timestamp) {
        let mut counts = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= COUNT_CACHE {
            counts.clear();
        }
        counts.insert(person, (count, until));
    }

    fn forget(&self, person: PersonId) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(&person);
    }
}

/// How many notices the caller has not read; ten seconds old at most. 0 for accounts outside the roster.
///
/// # Errors
/// When the database fails.
pub async fn unread(app: &App, caller: &Caller) -> Result<i64> {
    let Ok(person) = caller.person() else { return Ok(0) };
    let now = app.now();
    if let Some(count) = app.unread.get(person, now) {
        return Ok(count);
    }
    let count = db::notice::unread(&app.db, person).await?;
    app.unread.put(person, count, Timestamp(now.0 + COUNT_CACHE_MS));
    Ok(count)
}

/// A page of the caller's notices.
pub struct Inbox {
    pub notices: Vec<Notice>,
    pub all: i64,
    pub page: u32,
    pub pages: u32,
}

/// The caller's notices, newest first.
///
/// # Errors
/// [`Fault::Forbidden`] for accounts outside the roster.
pub async fn inbox(app: &App, caller: &Caller, page: u32) -> Result<Inbox> {
    let person = caller.person()?;
    let page = page.clamp(1, 10_000);
    let offset = i64::from(page - 1) * i64::from(PAGE);
    let (notices, all) = db::notice::page(&app.db, person, i64::from(PAGE), offset).await?;
    Ok(Inbox {
        notices,
        all,
        page,
        pages: u32::try_from(all).unwrap_or(u32::MAX).div_ceil(PAGE),
    })
}

/// Marks the caller's notices as read, up to the newest one they were shown.
///
/// # Errors
/// [`Fault::Forbidden`] for accounts outside the roster.
pub async fn mark_read(app: &App, caller: &Caller, upto: NoticeId) -> Result<()> {
    let person = caller.person()?;
    let now = app.now();
    let marked: Result<()> = app
        .db
        .write((), move |tx, ()| {
            Box::pin(async move { Ok(db::notice::mark_read(tx, person, upto, now).await?) })
        })
        .await;
    app.unread.forget(person);
    marked
}

/// The caller's e-mail address; empty: none.
///
/// # Errors
/// [`Fault::Forbidden`] for accounts outside the roster.
pub async fn own_email(app: &App, caller: &Caller) -> Result<String> {
    Ok(db::notice::email(&app.db, caller.person()?).await?)
}

/// Sets the caller's e-mail address; an empty one takes it away.
///
/// # Errors
/// [`Fault::Email`] for what is no address.
pub async fn set_own_email(app: &App, caller: &Caller, typed: &str) -> Result<()> {
    let person = caller.person()?;
    let address = match typed.trim() {
        "" => "",
        typed => email(typed).ok_or(Fault::Email)?,
    };
    app.db
        .write(address.to_owned(), move |tx, address| {
            Box::pin(async move { Ok(db::notice::set_email(tx, person, &address).await?) })
        })
        .await
}

/// Tells persons something, within the transaction in which it happened: either both are stored or neither.
///
/// # Errors
/// When the database fails.
pub(super) async fn tell(
    tx: &mut Tx,
    random: &super::random::Random,
    now: Timestamp,
    news: impl IntoIterator<Item = (PersonId, About)>,
) -> Result<()> {
    let notices: Vec<Notice> = news
        .into_iter()
        .map(|(person, about)| Notice {
            id: random.id(now),
            person,
            about,
            at: now,
            read: false,
        })
        .collect();
    Ok(db::notice::insert_all(tx, &notices).await?)
}

/// Tells a person whose paper the clock handed in that the result can be seen, where it can be seen at once. Whoever
/// hands in by hand is led to the result anyway.
///
/// # Errors
/// When the database fails.
pub(super) async fn after_hand_in(
    tx: &mut Tx,
    random: &super::random::Random,
    now: Timestamp,
    material: &Material,
    attempt: &Attempt,
    how: HandIn,
) -> Result<()> {
    let policy = &material.exam.policy;
    let seen = policy.release == Release::AtOnce && policy.review.has(Thing::Score, Moment::RightAfter);
    if how != HandIn::AutoSubmit || !seen {
        return Ok(());
    }
    let about = About::ResultAvailable {
        title: material.exam.title.clone(),
        attempt: attempt.id,
    };
    tell(tx, random, now, [(attempt.person, about)]).await
}

/// Tells a candidate that everything is marked, where the rules show the score then.
///
/// # Errors
/// When the database fails.
pub(super) async fn after_marking(
    tx: &mut Tx,
    random: &super::random::Random,
    now: Timestamp,
    material: &Material,
    (person, attempt): (PersonId, AttemptId),
) -> Result<()> {
    let policy = &material.exam.policy;
    if policy.release != Release::AtOnce || !policy.review.has(Thing::Score, Moment::Later) {
        return Ok(());
    }
    let title = material.exam.title.clone();
    tell(tx, random, now, [(person, About::ResultAvailable { title, attempt })]).await
}

/// Tells everybody who has handed in that the result of an exam can be seen; once for each exam, whoever calls it.
/// Gives how many were told.
///
/// # Errors
/// When the database fails.
pub(super) async fn announce(
    tx: &mut Tx,
    random: &super::random::Random,
    now: Timestamp,
    exam: ExamId,
    title: &str,
) -> Result<usize> {
    if !db::notice::announce(tx, exam, now).await? {
        return Ok(0);
    }
    let attempts = db::notice::last_attempts(tx, exam, None).await?;
    let told = attempts.len();
    let news = attempts.into_iter().map(|(person, attempt)| {
        let title = title.to_owned();
        (person, About::ResultAvailable { title, attempt })
    });
    tell(tx, random, now, news).await?;
    Ok(told)
}

/// Tells everybody who has handed in within a round that its results are released.
///
/// # Errors
/// When the database fails.
pub(super) async fn tell_round(
    tx: &mut Tx,
    random: &super::random::Random,
    now: Timestamp,
    exam: ExamId,
    title: &str,
    round: u32,
) -> Result<()> {
    let attempts = db::notice::last_attempts(tx, exam, Some(round)).await?;
    let news = attempts.into_iter().map(|(person, attempt)| {
        let title = title.to_owned();
        (person, About::ResultAvailable { title, attempt })
    });
    // The close must not tell it a second time.
    db::notice::announce(tx, exam, now).await?;
    tell(tx, random, now, news).await
}

/// Announces the results of exams that show them after the close and have closed. Safe to run on every node.
///
/// # Errors
/// When the database fails.
pub async fn announce_closed(app: &App) -> Result<usize> {
    let now = app.now();
    let before = now.plus_seconds(-GRACE_SECONDS - 1);
    let mut told = 0;
    for id in db::notice::unannounced(&app.db, before).await? {
        let Some(exam) = db::exam::get(&app.db, id).await? else {
            continue;
        };
        let rounds = db::round::of_exam(&app.db, id).await?;
        let review = &exam.policy.review;
        let told_before = [Moment::RightAfter, Moment::Later]
            .into_iter()
            .any(|moment| review.has(Thing::Score, moment));
        if told_before || !shows_scores(&exam.policy, &rounds, now) {
            continue;
        }
        let random = app.random.clone();
        let announced: Result<usize> = app
            .db
            .write((exam, random), move |tx, (exam, random)| {
                Box::pin(async move { announce(tx, &random, now, exam.id, &exam.title).await })
            })
            .await;
        told += announced?;
    }
    Ok(told)
}

/// Mails sent at a time.
const MAILS: i64 = 20;

/// Sends the mails whose time has come; gives how many the mail server took. A mail is taken first, so that no other
/// node sends it too, and only what the mail server took is marked as sent.
///
/// # Errors
/// When the database fails.
pub async fn send_mails(app: &App, mailer: &Mailer) -> Result<usize> {
    let mut sent = 0;
    for mail in db::notice::mails(&app.db, app.now(), MAILS).await? {
        let (id, now) = (mail.notice.id, app.now());
        let taken: Result<bool> = app
            .db
            .write((), move |tx, ()| {
                Box::pin(async move { Ok(db::notice::take_mail(tx, id, now, now.plus_seconds(LEASE_SECONDS)).await?) })
            })
            .await;
        if !taken? {
            continue;
        }
        let outcome = deliver(app, mailer, &mail).await;
        sent += usize::from(outcome == Sent::Done);
        if let Sent::Again(_, error) | Sent::GivenUp(error) = &outcome {
            tracing::warn!(notice = %id, tries = mail.tries + 1, error, "a mail was not sent");
        }
        let now = app.now();
        let settled: Result<()> = app
            .db
            .write(outcome, move |tx, outcome| {
                Box::pin(async move { Ok(db::notice::settle_mail(tx, id, &outcome, now).await?) })
            })
            .await;
        settled?;
    }
    Ok(sent)
}

async fn deliver(app: &App, mailer: &Mailer, mail: &db::notice::Mail) -> Sent {
    let now = app.now();
    if mail.email.is_empty() {
        return Sent::GivenUp("the person has no address any more".to_owned());
    }
    if now.0 - mail.notice.at.0 > GIVE_UP_MS {
        return Sent::GivenUp("too old".to_owned());
    }
    // The same words as in the inbox, in both languages: which one a person reads is not known here.
    let about = &mail.notice.about;
    let body = format!(
        "{}：\n\n{}\n{}\n\n{}\n",
        mail.name,
        about.text(Lang::Zh),
        about.text(Lang::En),
        mailer.link(&about.path())
    );
    let sent = mailer
        .send(&mail.notice.id.to_string(), &mail.email, about.subject(Lang::Zh), body)
        .await;
    match sent {
        Ok(()) => Sent::Done,
        Err(error) if error.final_ => Sent::GivenUp(error.words),
        Err(error) => Sent::Again(next_try(now, mail.tries + 1), error.words),
    }
}
