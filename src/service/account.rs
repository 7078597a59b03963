//! Signing in: one-time links, passwords, sessions.

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
};

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;

use super::{
    App, Caller, Error, Result,
    audit::{self, By, Deed},
    random::{digest, hex},
};
use crate::{
    db::{self, account::TokenHash},
    domain::{
        account::{Account, check_password, next_try},
        audit::Act,
        id::{AccountId, PersonId},
        person::Person,
        role::{Grant, Right, Role},
        time::Timestamp,
    },
    error::Fault,
};

/// A session ends so long after its sign-in.
pub const SESSION_SECONDS: i64 = 12 * 3600;
/// A one-time link holds so long.
pub const LINK_SECONDS: i64 = 14 * 24 * 3600;
/// A session is believed so long without asking the database, so that a withdrawal on another node takes hold.
const SESSION_CACHE_MS: i64 = 10_000;
/// Beyond so many cached sessions the cache is begun anew.
const SESSION_CACHE: usize = 100_000;

/// Sessions asked for lately.
#[derive(Default)]
pub struct Sessions(RwLock<HashMap<TokenHash, Cached>>);

struct Cached {
    caller: Caller,
    until: Timestamp,
}

impl Sessions {
    fn get(&self, token: &TokenHash, now: Timestamp) -> Option<Caller> {
        let sessions = self.0.read().unwrap_or_else(PoisonError::into_inner);
        sessions
            .get(token)
            .filter(|cached| now < cached.until)
            .map(|cached| cached.caller.clone())
    }

    fn put(&self, token: TokenHash, caller: &Caller, until: Timestamp) {
        let mut sessions = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if sessions.len() >= SESSION_CACHE {
            sessions.clear();
        }
        sessions.insert(
            token,
            Cached {
                caller: caller.clone(),
                until,
            },
        );
    }

    /// Asks the database again about an account whose rights have changed.
    pub(super) fn forget_account(&self, account: AccountId) {
        self.forget(|_, caller| caller.account().is_none_or(|other| other.id != account));
    }

    fn forget(&self, keep: impl Fn(&TokenHash, &Caller) -> bool) {
        let mut sessions = self.0.write().unwrap_or_else(PoisonError::into_inner);
        sessions.retain(|token, cached| keep(token, &cached.caller));
    }
}

/// Password hashing on its own bounded pool: a rush of sign-ins cannot starve those who already sit.
pub struct Hashing(Semaphore);

impl Hashing {
    pub fn new(at_once: usize) -> Self {
        Self(Semaphore::new(at_once.max(1)))
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let _permit = self.0.acquire().await.map_err(|_| Error::Fault(Fault::Unavailable))?;
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| Fault::Unavailable.into())
    }
}

/// A secret given to a person once; only its digest is stored.
pub struct Token(String);

impl Token {
    fn new(app: &App) -> Self {
        Self(hex(&app.random.bytes()))
    }

    pub fn text(&self) -> &str {
        &self.0
    }

    fn hash(&self) -> TokenHash {
        token_hash(&self.0)
    }
}

fn token_hash(token: &str) -> TokenHash {
    digest(token.as_bytes())
}

/// Asks the database anew for every session, after accounts were removed.
pub(super) fn forget_sessions(app: &App) {
    app.sessions.forget(|_, _| false);
}

/// Who a session token belongs to, if to anybody.
///
/// # Errors
/// When the database fails.
pub async fn caller(app: &App, token: &str) -> Result<Option<Caller>> {
    let (hash, now) = (token_hash(token), app.now());
    if let Some(caller) = app.sessions.get(&hash, now) {
        return Ok(Some(caller));
    }
    let Some((account, expires_at)) = db::account::by_session(&app.db, &hash, now).await? else {
        return Ok(None);
    };
    let caller = Caller::of(account);
    app.sessions
        .put(hash, &caller, expires_at.min(Timestamp(now.0 + SESSION_CACHE_MS)));
    Ok(Some(caller))
}

/// Signs in by login name and password; gives the session's token.
///
/// # Errors
/// [`Fault::WrongNameOrPassword`], or [`Fault::Wait`] after too many failures.
pub async fn sign_in(app: &App, name: &str, password: String, address: &str) -> Result<Token> {
    let name = name.trim();
    if !is_login_name(name) {
        return Err(Fault::WrongNameOrPassword.into());
    }
    let now = app.now();
    let here = db::account::failures(&app.db, name, address).await?;
    let anywhere = db::account::failures(&app.db, name, "").await?;
    let next = next_try(here, anywhere, now);
    if next > now {
        return Err(Fault::Wait((next.0 - now.0 + 999) / 1000).into());
    }
    let found = db::account::by_name(&app.db, name).await?;
    // An unknown name costs the same time as a wrong password.
    let hash = found
        .as_ref()
        .map(|(_, hash)| hash.clone())
        .filter(|hash| !hash.is_empty());
    let right = app.hashing.run(move || verify(&password, hash.as_deref())).await?;
    let Some((account, _)) = found.filter(|_| right) else {
        let args = (name.to_owned(), address.to_owned());
        let counted: Result<()> = app
            .db
            .write(args, move |tx, (name, address)| {
                Box::pin(async move {
                    db::account::count_failure(tx, &name, &address, now).await?;
                    Ok(db::account::count_failure(tx, &name, "", now).await?)
                })
            })
            .await;
        counted?;
        return Err(Fault::WrongNameOrPassword.into());
    };
    if here.count > 0 {
        let args = (account.name.clone(), address.to_owned());
        let forgotten: Result<()> = app
            .db
            .write(args, |tx, (name, address)| {
                Box::pin(async move { Ok(db::account::forget_failures(tx, &name, &address).await?) })
            })
            .await;
        forgotten?;
    }
    begin_session(app, account).await
}

fn hash(password: &str, salt: &[u8]) -> argon2::password_hash::Result<String> {
    let hash: PasswordHash = Argon2::default().hash_password_with_salt(password.as_bytes(), salt)?;
    Ok(hash.to_string())
}

/// Whether there can be an account of this name; anything else is not worth a query or a memory.
pub(super) fn is_login_name(name: &str) -> bool {
    (1..=100).contains(&name.chars().count()) && !name.chars().any(char::is_control)
}

/// A digest no password has, checked when there is no account, so that the time tells nothing.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IG5vYm9keSE$sXM4bU6ZNHPlC4YqE3QBGYxqPXO2RrFPzZVYbHqQBhE";

fn verify(password: &str, hash: Option<&str>) -> bool {
    let verified = Argon2::default()
        .verify_password(password.as_bytes(), hash.unwrap_or(NOBODY))
        .is_ok();
    verified && hash.is_some()
}

async fn begin_session(app: &App, account: Account) -> Result<Token> {
    let token = Token::new(app);
    let (hash, expires_at) = (token.hash(), app.now().plus_seconds(SESSION_SECONDS));
    let stored: Result<()> = app
        .db
        .write((hash, account.id), move |tx, (hash, id)| {
            Box::pin(async move { Ok(db::account::insert_session(tx, &hash, id, expires_at).await?) })
        })
        .await;
    stored?;
    app.sessions
        .put(hash, &Caller::of(account), Timestamp(app.now().0 + SESSION_CACHE_MS));
    Ok(token)
}

/// Ends a session.
///
/// # Errors
/// When the database fails.
pub async fn sign_out(app: &App, token: &str) -> Result<()> {
    let hash = token_hash(token);
    app.sessions.forget(|cached, _| *cached != hash);
    app.db
        .write(hash, |tx, hash| {
            Box::pin(async move { Ok(db::account::delete_session(tx, &hash).await?) })
        })
        .await
}

/// Whose link this is, while it holds.
///
/// # Errors
/// [`Fault::Link`] when it was used, withdrawn or has expired.
pub async fn link_owner(app: &App, link: &str) -> Result<Account> {
    db::account::by_link(&app.db, &token_hash(link), app.now())
        .await?
        .ok_or_else(|| Fault::Link.into())
}

/// Uses a one-time link up: sets the password and signs in.
///
/// # Errors
/// [`Fault::Link`], [`Fault::Password`], [`Fault::PasswordRepeat`]; the link still holds after the last two.
pub async fn set_password(app: &App, link: &str, password: String, repeat: &str) -> Result<Token> {
    let account = link_owner(app, link).await?;
    check_password(&password, &account.name).map_err(Fault::Password)?;
    if password != repeat {
        return Err(Fault::PasswordRepeat.into());
    }
    let salt = app.random.bytes();
    let hash = app
        .hashing
        .run(move || hash(&password, &salt[..16]))
        .await?
        .map_err(|error| {
            tracing::error!(%error, "a password could not be hashed");
            Error::Fault(Fault::Unavailable)
        })?;
    let now = app.now();
    let used: Result<()> = app
        .db
        .write((token_hash(link), account.id, hash), move |tx, (link, id, hash)| {
            Box::pin(async move {
                if db::account::use_link(tx, &link, now).await? != Some(id) {
                    return Err(Fault::Link.into());
                }
                Ok(db::account::set_password(tx, id, &hash).await?)
            })
        })
        .await;
    used?;
    app.sessions.forget_account(account.id);
    begin_session(app, account).await
}

/// A one-time link for an account; links given out before no longer hold.
async fn new_link(app: &App, caller: &Caller, account: &Account) -> Result<Token> {
    let token = Token::new(app);
    let expires_at = app.now().plus_seconds(LINK_SECONDS);
    let args = (token.hash(), account.clone(), By::new(app, caller));
    let stored: Result<()> = app
        .db
        .write(args, move |tx, (hash, account, by)| {
            Box::pin(async move {
                let subject = format!("account {}", account.name);
                audit::record(tx, &by, Deed::new(Act::LinkGiven, subject)).await?;
                db::account::withdraw_links(tx, account.id).await?;
                Ok(db::account::insert_link(tx, &hash, account.id, expires_at).await?)
            })
        })
        .await;
    stored.map(|()| token)
}

/// A link makes whoever opens it the account's owner; so one for an account with roles is given only by those who could
/// grant them.
fn may_give(caller: &Caller, account: &Account) -> Result<()> {
    if account.grants.is_empty() {
        Ok(())
    } else {
        caller.may_everywhere(Right::ManageRoles)
    }
}

/// A one-time link for a login name.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages roles everywhere, [`Fault::NotFound`] when there is no such
/// name.
pub async fn link_for_name(app: &App, caller: &Caller, name: &str) -> Result<Token> {
    caller.may_everywhere(Right::ManageRoles)?;
    let (account, _) = db::account::by_name(&app.db, name).await?.ok_or(Fault::NotFound)?;
    new_link(app, caller, &account).await
}

/// A one-time link for a person of the roster.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who hands out links and whose rights are not below the person's own,
/// [`Fault::NotFound`] when there is no such person within reach.
pub async fn link_for_person(app: &App, caller: &Caller, person: PersonId) -> Result<(Person, Token)> {
    let reach = caller.may(Right::HandOutLinks)?;
    let found = db::person::get(&app.db, person).await?.ok_or(Fault::NotFound)?;
    if !reach.covers(&db::person::units(&app.db).await?, Some(found.unit)) {
        return Err(Fault::NotFound.into());
    }
    let (account, _) = db::account::by_name(&app.db, &found.number)
        .await?
        .ok_or(Fault::NotFound)?;
    may_give(caller, &account)?;
    Ok((found, new_link(app, caller, &account).await?))
}

/// A printable list: a new link for every person within reach who has set no password yet. Persons with roles are left
/// out: they get theirs one by one.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who hands out links.
pub async fn links_for_all(app: &App, caller: &Caller) -> Result<Vec<(Person, Token)>> {
    let reach = caller.may(Right::HandOutLinks)?;
    let units = db::person::units(&app.db).await?;
    let persons = db::person::without_password(&app.db).await?;
    let list: Vec<_> = persons
        .into_iter()
        .filter(|(person, _)| reach.covers(&units, Some(person.unit)))
        .map(|(person, account)| (person, account, Token::new(app)))
        .collect();
    let rows: Vec<_> = list
        .iter()
        .map(|(_, account, token)| (*account, token.hash()))
        .collect();
    let expires_at = app.now().plus_seconds(LINK_SECONDS);
    let stored: Result<()> = app
        .db
        .write((rows, By::new(app, caller)), move |tx, (rows, by)| {
            Box::pin(async move {
                let subject = format!("{} persons", rows.len());
                audit::record(tx, &by, Deed::new(Act::LinkGiven, subject)).await?;
                for (account, hash) in rows {
                    db::account::withdraw_links(tx, account).await?;
                    db::account::insert_link(tx, &hash, account, expires_at).await?;
                }
                Ok(())
            })
        })
        .await;
    stored?;
    Ok(list.into_iter().map(|(person, _, token)| (person, token)).collect())
}

/// The login name of the first administrator.
pub const FIRST_ADMINISTRATOR: &str = "admin";

/// Makes the first administrator when there is none, and gives a link while no password is set.
///
/// # Errors
/// When the database fails.
pub async fn first_administrator(app: &App, caller: &Caller) -> Result<Option<Token>> {
    caller.may_everywhere(Right::ManageRoles)?;
    let by = By::new(app, caller);
    let id = app.random.id(by.at);
    let made: Result<()> = app
        .db
        .write(by, move |tx, by| {
            Box::pin(async move {
                if db::role::holders_everywhere(tx, Role::SystemAdministrator).await? > 0 {
                    return Ok(());
                }
                let account = Account {
                    id,
                    name: FIRST_ADMINISTRATOR.to_owned(),
                    display: FIRST_ADMINISTRATOR.to_owned(),
                    person: None,
                    grants: Vec::new(),
                };
                audit::record(
                    tx,
                    &by,
                    Deed::new(Act::AccountMade, format!("account {FIRST_ADMINISTRATOR}")),
                )
                .await?;
                db::account::insert(tx, &account).await.map_err(super::taken)?;
                for role in [Role::ExamAdministrator, Role::SystemAdministrator] {
                    db::role::insert(tx, id, Grant { role, unit: None }, by.id(), by.at).await?;
                }
                Ok(())
            })
        })
        .await;
    made?;
    match db::account::by_name(&app.db, FIRST_ADMINISTRATOR).await? {
        Some((account, hash)) if hash.is_empty() => new_link(app, caller, &account).await.map(Some),
        _ => Ok(None),
    }
}

/// Forgets sessions, links and failures whose time is over.
///
/// # Errors
/// When the database fails.
pub async fn tidy(app: &App) -> Result<()> {
    let now = app.now();
    app.db
        .write((), move |tx, ()| {
            Box::pin(async move {
                db::account::delete_expired(tx, now).await?;
                Ok(db::upload::delete_expired(tx, now).await?)
            })
        })
        .await
}
