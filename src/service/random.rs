//! Randomness from an injected seed: ids, tokens, and the dice of the draw.

use std::sync::{Arc, Mutex, PoisonError};

use rand_chacha::{
    ChaCha20Rng,
    rand_core::{RngCore, SeedableRng},
};
use sm3::{Digest, Sm3};

pub use crate::domain::hex::hex;
use crate::domain::{
    id::{ExamId, PersonId, PlayerId},
    paper::Dice,
    time::Timestamp,
};

/// 2024-01-01T00:00:00Z, from which ids count their milliseconds.
const ID_EPOCH_MS: i64 = 1_704_067_200_000;
/// Low bits of an id that are random.
const ID_RANDOM_BITS: u32 = 22;

/// A shared generator.
#[derive(Clone)]
pub struct Random(Arc<Mutex<State>>);

struct State {
    rng: ChaCha20Rng,
    last_id: i64,
}

impl Random {
    /// Seeded by the operating system.
    pub fn from_os() -> Self {
        Self::with(ChaCha20Rng::from_os_rng())
    }

    /// The same row of numbers for the same seed.
    pub fn from_seed(seed: u64) -> Self {
        Self::with(ChaCha20Rng::seed_from_u64(seed))
    }

    fn with(rng: ChaCha20Rng) -> Self {
        Self(Arc::new(Mutex::new(State { rng, last_id: 0 })))
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// 32 random bytes.
    pub fn bytes(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.state().rng.fill_bytes(&mut bytes);
        bytes
    }

    /// A new id: 41 bits of milliseconds and 22 of chance, always above the last one of this node.
    pub fn id<T: From<i64>>(&self, now: Timestamp) -> T {
        let mut state = self.state();
        let chance = i64::from(state.rng.next_u32() >> (32 - ID_RANDOM_BITS));
        let id = ((now.0 - ID_EPOCH_MS).max(0) << ID_RANDOM_BITS | chance).max(state.last_id + 1);
        state.last_id = id;
        T::from(id)
    }
}

/// The dice of one paper. ChaCha20 is a published standard (RFC 8439) and the sampling stands below, so that no
/// library can change which paper a seed gives.
#[derive(Clone)]
pub struct PaperDice(ChaCha20Rng);

impl PaperDice {
    /// The dice for one attempt of one person: its seed is the SM3 digest of the exam's seed and who it is for.
    pub fn new(exam_seed: &[u8; 32], exam: ExamId, person: PersonId, number: u32) -> Self {
        let mut hash = Sm3::new();
        hash.update(b"mingfa paper 1");
        hash.update(exam_seed);
        hash.update(exam.0.to_be_bytes());
        hash.update(person.0.to_be_bytes());
        hash.update(number.to_be_bytes());
        Self(ChaCha20Rng::from_seed(hash.finalize().into()))
    }
}

impl Dice for PaperDice {
    fn below(&mut self, n: u32) -> u32 {
        below(&mut self.0, n)
    }
}

/// The dice of a printed form.
pub struct FormDice(ChaCha20Rng);

impl FormDice {
    /// The dice for one form of an exam: its seed is the SM3 digest of the exam's seed and the form's letter.
    pub fn new(exam_seed: &[u8; 32], exam: ExamId, letter: char) -> Self {
        let mut hash = Sm3::new();
        hash.update(b"mingfa form 1");
        hash.update(exam_seed);
        hash.update(exam.0.to_be_bytes());
        hash.update(u32::from(letter).to_be_bytes());
        Self(ChaCha20Rng::from_seed(hash.finalize().into()))
    }
}

impl Dice for FormDice {
    fn below(&mut self, n: u32) -> u32 {
        below(&mut self.0, n)
    }
}

/// The dice of a competition: one row for each round through the pool, one for each attempt.
pub struct PlayDice(ChaCha20Rng);

impl PlayDice {
    /// The dice for one purpose of one player: its seed is the SM3 digest of the competition's seed, the player, and numbers
    /// that tell the purpose.
    pub fn new(seed: &[u8], player: PlayerId, purpose: [u32; 3]) -> Self {
        let mut hash = Sm3::new();
        hash.update(b"mingfa play 1");
        hash.update(seed);
        hash.update(player.0.to_be_bytes());
        purpose.iter().for_each(|number| hash.update(number.to_be_bytes()));
        Self(ChaCha20Rng::from_seed(hash.finalize().into()))
    }
}

impl Dice for PlayDice {
    fn below(&mut self, n: u32) -> u32 {
        below(&mut self.0, n)
    }
}

/// The dice of a run in study, which nobody has to throw again.
pub struct RunDice(ChaCha20Rng);

impl RunDice {
    pub fn new(seed: [u8; 32]) -> Self {
        Self(ChaCha20Rng::from_seed(seed))
    }
}

impl Dice for RunDice {
    fn below(&mut self, n: u32) -> u32 {
        below(&mut self.0, n)
    }
}

/// Unbiased by rejection (D. Lemire, "Fast random integer generation in an interval", 2019).
fn below(rng: &mut ChaCha20Rng, n: u32) -> u32 {
    let threshold = n.wrapping_neg() % n;
    loop {
        let wide = u64::from(rng.next_u32()) * u64::from(n);
        if wide as u32 >= threshold {
            return (wide >> 32) as u32;
        }
    }
}

/// The SM3 digest (GB/T 32905-2016) of some bytes.
pub fn digest(bytes: &[u8]) -> [u8; 32] {
    Sm3::digest(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::AttemptId;

    #[test]
    fn ids_grow_even_within_a_millisecond_and_when_the_clock_is_set_back() {
        let random = Random::from_seed(1);
        let ids: Vec<AttemptId> = (0..1000)
            .map(|i| random.id(Timestamp(1_800_000_000_000 - i % 3)))
            .collect();
        assert!(ids.is_sorted());
        assert!(ids.windows(2).all(|pair| pair[0] != pair[1]));
    }

    /// GB/T 32905-2016, appendix A.1.
    #[test]
    fn sm3_of_abc() {
        assert_eq!(
            hex(&digest(b"abc")),
            "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
        );
    }

    /// If this changes, papers drawn before can no longer be drawn again. The row was computed by a second
    /// implementation, from GB/T 32905 and RFC 8439.
    #[test]
    fn the_dice_of_a_seed_never_change() {
        let mut dice = PaperDice::new(&[7; 32], ExamId(1), PersonId(2), 1);
        let row: Vec<u32> = (0..8).map(|_| dice.below(100)).collect();
        assert_eq!(row, [58, 74, 93, 37, 47, 78, 98, 66]);
    }
}
