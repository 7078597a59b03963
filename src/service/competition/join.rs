//! Joining a competition, coming back to it, correcting the own registration once.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, PoisonError, RwLock},
};

use super::{
    Contest,
    writer::{Act, Done},
};
use crate::{
    db::{self, player::NewPlayer},
    domain::{
        competition::player::{Form, FormFault, Player, masked_telephone, telephone},
        division::DivisionCode,
        id::{CompetitionId, OrganizationId, PersonId, PlayerId},
        time::Timestamp,
    },
    error::Fault,
    service::{
        App, Caller, Error, Result, division, organization,
        random::{digest, hex},
    },
};

/// So long a node believes what it knows of a player.
const KEPT_MS: i64 = 10_000;
/// Beyond so many the known players are begun anew.
const KNOWN: usize = 200_000;

/// A player and the digest of the secret.
type Known = (Timestamp, Arc<Player>, [u8; 32]);

/// The players a node has seen.
#[derive(Default)]
pub struct Players(RwLock<HashMap<PlayerId, Known>>);

impl Players {
    fn put(&self, now: Timestamp, player: &Arc<Player>, token: [u8; 32]) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KNOWN {
            known.clear();
        }
        known.insert(player.id, (now, Arc::clone(player), token));
    }

    fn forget(&self, id: PlayerId) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }
}

/// What a player's browser keeps: who it is, and the secret that proves it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    player: PlayerId,
    secret: String,
}

impl Token {
    /// `PLAYER.SECRET`
    pub fn text(&self) -> String {
        format!("{}.{}", self.player, self.secret)
    }

    /// Reads what [`Self::text`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        let (player, secret) = text.split_once('.')?;
        let fits = secret.len() == 32 && secret.bytes().all(|byte| byte.is_ascii_hexdigit());
        Some(Self {
            player: player.parse().ok().filter(|_| fits)?,
            secret: secret.to_owned(),
        })
    }

    fn digest(&self) -> [u8; 32] {
        digest(self.secret.as_bytes())
    }
}

/// The network an address lies in, as a short digest: of IPv4 the first three bytes, of IPv6 the first six.
pub fn network(app: &App, address: &str) -> i64 {
    let part: Vec<u8> = match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V4(address)) => address.octets()[..3].to_vec(),
        Ok(IpAddr::V6(address)) => address.octets()[..6].to_vec(),
        Err(_) => return 0,
    };
    let digest = match &app.secret {
        Some(secret) => secret.keyed(b"network 1", &part),
        None => digest(&part),
    };
    i64::from_be_bytes(digest.first_chunk().copied().unwrap_or_default())
}

/// Digests by which the same person is found again.
fn keys(app: &App, telephone: Option<&str>, person: Option<PersonId>) -> Vec<String> {
    let telephone = telephone.and_then(|digits| {
        let secret = app.secret.as_ref()?;
        Some(hex(&secret.keyed(b"telephone 1", digits.as_bytes())))
    });
    telephone.into_iter().chain(person.map(person_key)).collect()
}

fn person_key(person: PersonId) -> String {
    format!("person {person}")
}

/// Somebody joins. Gives the player and what the browser is to keep.
///
/// # Errors
/// [`Fault::Join`] with everything wrong in the form, [`Fault::JoinedAlready`] when the telephone number or the account has,
/// [`Fault::CannotPlay`] when it is over.
pub async fn join(
    app: &App,
    contest: &Contest,
    caller: Option<&Caller>,
    form: &Form,
    network: i64,
) -> Result<(Arc<Player>, Token)> {
    let now = app.now();
    let rules = &contest.version(now).rules;
    if now >= rules.ends_at() {
        return Err(Fault::CannotPlay(crate::domain::competition::play::NoPlay::Over).into());
    }
    let faults = form.faults(rules);
    if !faults.is_empty() {
        return Err(Fault::Join(faults).into());
    }
    let person = caller.filter(|_| form.account).and_then(|caller| caller.person().ok());
    let digits = telephone(&form.phone);
    let id: PlayerId = app.random.id(now);
    let token = Token {
        player: id,
        secret: hex(&app.random.bytes()[..16]),
    };
    let player = Player {
        id,
        competition: contest.id(),
        code: id.to_string(),
        identity: form.identity.ok_or(Fault::BadRequest)?,
        division: form.division,
        organization: organization(app, form).await?,
        name: if rules.certificate {
            form.name.trim().to_owned()
        } else {
            String::new()
        },
        phone: digits.as_deref().map(masked_telephone).unwrap_or_default(),
        person,
        network,
        joined_at: now,
        corrected_at: None,
    };
    let new = NewPlayer {
        keys: keys(app, digits.as_deref(), person),
        token: token.digest(),
        player,
    };
    let player = Arc::new(new.player.clone());
    match app.plays.carry_out(Act::Join(Arc::new(new))).await? {
        Done::Joined => {
            app.players.put(now, &player, token.digest());
            Ok((player, token))
        }
        _ => Err(Fault::JoinedAlready.into()),
    }
}

/// The unit somebody chose or wrote, in a division that there is.
async fn organization(app: &App, form: &Form) -> Result<Option<OrganizationId>> {
    let wrong = |fault| Fault::Join(vec![fault]);
    let divisions = division::divisions(app).await?;
    let code = DivisionCode::new(form.division);
    // Where no divisions were imported, codes are taken as they are.
    let is_known = code.is_some_and(|code| divisions.get(code).is_some());
    if form.division > 0 && !is_known && !divisions.children(None).is_empty() {
        return Err(wrong(FormFault::Division).into());
    }
    if let Some(id) = form.organization {
        let chosen = organization::chosen(app, id).await?;
        return Ok(Some(chosen.ok_or_else(|| wrong(FormFault::Organization))?));
    }
    if form.organization_text.trim().is_empty() {
        return Ok(None);
    }
    let proposal = organization::proposal(app, &form.organization_text, code.filter(|_| is_known)).await;
    let proposal = match proposal {
        Err(Error::Fault(_)) => return Err(wrong(FormFault::Organization).into()),
        other => other?,
    };
    // What stays when the joining fails is a name that waits at the merge desk and that nobody sees.
    let now = app.now();
    app.db
        .write(proposal, move |tx, proposal| {
            Box::pin(async move { organization::propose(tx, &proposal, now).await.map(Some) })
        })
        .await
}

/// Whom a token belongs to, if it is of this competition.
///
/// # Errors
/// When the database fails.
pub async fn player(app: &App, contest: &Contest, token: &Token) -> Result<Option<Arc<Player>>> {
    let now = app.now();
    let known = {
        let known = app.players.0.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&token.player).cloned()
    };
    let fresh = known.filter(|(since, ..)| (*since..Timestamp(since.0 + KEPT_MS)).contains(&now));
    let (player, secret) = match fresh {
        Some((_, player, secret)) => (player, secret),
        None => {
            let Some((player, secret)) = db::player::get(&app.db, token.player).await? else {
                return Ok(None);
            };
            let secret: [u8; 32] = secret.try_into().unwrap_or_default();
            let player = Arc::new(player);
            app.players.put(now, &player, secret);
            (player, secret)
        }
    };
    // Digests are compared: how many bytes agree tells nothing about the secret.
    let own = secret == token.digest() && player.competition == contest.id();
    Ok(own.then_some(player))
}

/// The player who joined with the account that asks.
///
/// # Errors
/// When the database fails.
pub async fn by_account(app: &App, contest: &Contest, caller: &Caller) -> Result<Option<Arc<Player>>> {
    let Ok(person) = caller.person() else {
        return Ok(None);
    };
    Ok(of_person(app, contest.id(), person).await?.map(Arc::new))
}

/// The player that a person is in a competition; the use case has checked who asks.
pub(in crate::service) async fn of_person(
    app: &App,
    competition: CompetitionId,
    person: PersonId,
) -> Result<Option<Player>> {
    let Some(id) = db::player::by_key(&app.db, competition, &person_key(person)).await? else {
        return Ok(None);
    };
    Ok(db::player::get(&app.db, id).await?.map(|(player, _)| player))
}

/// Corrects a registration, once: identity type, division, unit and name.
///
/// # Errors
/// [`Fault::NoCorrection`] when it was done before or the time is over, [`Fault::Join`] with everything wrong.
pub async fn correct(app: &App, contest: &Contest, player: &Player, form: &Form) -> Result<()> {
    let now = app.now();
    let rules = &contest.version(now).rules;
    if player.correction_until(rules.correction_days, now).is_none() {
        return Err(Fault::NoCorrection.into());
    }
    // The telephone number and the account stay as they are.
    let form = Form {
        phone: String::new(),
        account: true,
        ..form.clone()
    };
    let mut faults = form.faults(rules);
    faults.retain(|fault| *fault != FormFault::Phone);
    if !faults.is_empty() {
        return Err(Fault::Join(faults).into());
    }
    let corrected = Player {
        identity: form.identity.ok_or(Fault::BadRequest)?,
        division: form.division,
        organization: organization(app, &form).await?,
        name: if rules.certificate {
            form.name.trim().to_owned()
        } else {
            String::new()
        },
        corrected_at: Some(now),
        ..player.clone()
    };
    let act = Act::Correct {
        player: Arc::new(corrected),
        at: now,
    };
    let done = app.plays.carry_out(act).await?;
    app.players.forget(player.id);
    match done {
        Done::Changed => Ok(()),
        _ => Err(Fault::NoCorrection.into()),
    }
}
