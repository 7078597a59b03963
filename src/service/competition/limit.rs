//! Who may join and play how fast, as this node has seen it: by network, by device, by player.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use super::Contest;
use crate::{
    domain::{
        competition::limit::{Bucket, DEVICE, HumanCheck, NETWORK, PLAYER, Rate, Sum, typed_number},
        id::PlayerId,
        lang::Lang,
        time::Timestamp,
    },
    error::Fault,
    service::{
        App, Result,
        random::{digest, hex},
    },
};

/// An answer is taken so long.
const CHECK_SECONDS: i64 = 600;
/// Beyond so many, buckets that are full are forgotten.
const KNOWN: usize = 200_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    Network(i64),
    Device(i64),
    Player(PlayerId),
}

impl Key {
    fn rate(self) -> Rate {
        match self {
            Self::Network(_) => NETWORK,
            Self::Device(_) => DEVICE,
            Self::Player(_) => PLAYER,
        }
    }
}

/// What a node has seen.
#[derive(Default)]
pub struct Limits {
    buckets: Mutex<HashMap<Key, Bucket>>,
    /// Checks answered, until when they could be answered again.
    spent: Mutex<HashMap<String, Timestamp>>,
}

impl Limits {
    fn with<T>(&self, key: Key, now: Timestamp, work: impl FnOnce(&mut Bucket) -> T) -> T {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= KNOWN && !buckets.contains_key(&key) {
            buckets.retain(|key, bucket| !bucket.is_full(key.rate(), now));
        }
        work(buckets.entry(key).or_insert_with(|| Bucket::new(key.rate(), now)))
    }

    fn take(&self, key: Key, now: Timestamp) -> std::result::Result<(), i64> {
        self.with(key, now, |bucket| bucket.take(key.rate(), now))
    }
}

/// From where somebody joins.
#[derive(Debug, Clone, Copy)]
pub struct Origin {
    pub network: i64,
    /// A digest of what the browser says of itself and the network.
    pub device: i64,
}

/// What was answered to a check.
#[derive(Debug, Clone, Copy)]
pub struct Proof<'a> {
    pub token: &'a str,
    pub answer: &'a str,
}

/// Whether somebody may join from there now. Where many have joined without playing, a small question comes first.
///
/// # Errors
/// [`Fault::Human`] with the question.
pub fn joining(app: &App, contest: &Contest, origin: Origin, proof: Option<Proof<'_>>) -> Result<()> {
    let now = app.now();
    let keys = [Key::Network(origin.network), Key::Device(origin.device)];
    let free = keys
        .map(|key| app.limits.take(key, now))
        .iter()
        .all(std::result::Result::is_ok);
    if free || proof.is_some_and(|proof| answered(app, contest, proof, now)) {
        return Ok(());
    }
    Err(Fault::Human(Box::new(ask(app, contest, now))).into())
}

/// Somebody who joined has played: the place is free for another.
pub(super) fn played(app: &App, network: i64) {
    let (key, now) = (Key::Network(network), app.now());
    app.limits.with(key, now, |bucket| bucket.give_back(key.rate()));
}

/// Whether a player may do one more thing now.
///
/// # Errors
/// [`Fault::Slower`] with the seconds to wait.
pub(in crate::service) fn acting(app: &App, player: PlayerId) -> Result<()> {
    let taken = app.limits.take(Key::Player(player), app.now());
    taken.map_err(|seconds| Fault::Slower(seconds).into())
}

/// What proves a check: known to every node, and to nobody else.
fn seal(contest: &Contest, nonce: &str, until: i64, answer: u8) -> String {
    let mut bytes = b"human check 1".to_vec();
    bytes.extend(&contest.competition.seed);
    bytes.extend(nonce.as_bytes());
    bytes.extend(until.to_be_bytes());
    bytes.push(answer);
    hex(&digest(&bytes)[..16])
}

fn ask(app: &App, contest: &Contest, now: Timestamp) -> HumanCheck {
    let bytes = app.random.bytes();
    let sum = Sum::of(bytes[0], bytes[1], bytes[2] & 1 == 1);
    let (nonce, until) = (hex(&bytes[8..16]), now.plus_seconds(CHECK_SECONDS).0);
    let seal = seal(contest, &nonce, until, sum.answer());
    HumanCheck {
        question_zh: sum.words(Lang::Zh),
        question_en: sum.words(Lang::En),
        token: format!("{nonce}.{until}.{seal}"),
    }
}

/// Whether the answer is right, in time, and given for the first time.
fn answered(app: &App, contest: &Contest, Proof { token, answer }: Proof<'_>, now: Timestamp) -> bool {
    let mut parts = token.splitn(3, '.');
    let (Some(nonce), Some(until), Some(sealed)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let (Some(until), Some(answer)) = (until.parse::<i64>().ok(), typed_number(answer)) else {
        return false;
    };
    if now.0 > until || sealed != seal(contest, nonce, until, answer) {
        return false;
    }
    let mut spent = app.limits.spent.lock().unwrap_or_else(PoisonError::into_inner);
    spent.retain(|_, until| *until >= now);
    spent.insert(nonce.to_owned(), Timestamp(until)).is_none()
}
