//! The memory model: FSRS-6 with the parameters that fit the average person, as the crate `fsrs` computes it.

use std::sync::LazyLock;

use fsrs::{FSRS, FSRS6_DEFAULT_DECAY, MemoryState};

use crate::domain::{
    study::{Card, Memory, Model, Rating},
    time::Timestamp,
};

/// A question is asked again when it would be remembered with this probability.
pub const RETENTION: f32 = 0.9;

const MILLION: f64 = 1e6;

static MODEL: LazyLock<FSRS> = LazyLock::new(FSRS::default);

/// FSRS-6.
pub struct Fsrs;

fn state(memory: Memory) -> MemoryState {
    MemoryState {
        // The model reckons in single precision.
        stability: (memory.stability as f64 / MILLION) as f32,
        difficulty: (f64::from(memory.difficulty) / MILLION) as f32,
    }
}

fn memory(state: MemoryState) -> Memory {
    // Both are above zero and far below what the whole numbers hold: the model keeps them within bounds.
    Memory {
        stability: (f64::from(state.stability) * MILLION).round() as u64,
        difficulty: (f64::from(state.difficulty) * MILLION).round() as u32,
    }
}

impl Model for Fsrs {
    fn next(&self, before: Option<Memory>, rating: Rating, days: u32) -> Memory {
        let Ok(next) = MODEL.next_states(before.map(state), RETENTION, days) else {
            // Only for a state that is no number, which whole numbers cannot make.
            return before.unwrap_or(Memory {
                stability: 0,
                difficulty: 0,
            });
        };
        let chosen = match rating {
            Rating::Again => next.again,
            Rating::Hard => next.hard,
            Rating::Good => next.good,
            Rating::Easy => next.easy,
        };
        memory(chosen.memory)
    }

    fn interval(&self, memory: Memory) -> f64 {
        f64::from(MODEL.next_interval(Some(state(memory).stability), RETENTION, 0))
    }
}

/// How probably a question is answered right at a moment, from 0 to 1.
pub fn recalled(card: &Card, at: Timestamp) -> f64 {
    after_days(card.memory, card.days_since(at))
}

/// The same so many days after the last answer.
pub fn after_days(memory: Memory, days: f64) -> f64 {
    let state = state(memory);
    f64::from(fsrs::current_retrievability(state, days as f32, FSRS6_DEFAULT_DECAY))
}
