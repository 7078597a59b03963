//! The draw of an attempt's questions. For each player the pool is shuffled anew for every round through it, and attempts
//! take their questions from it one after the other: nobody meets a question again within a round, and over all players
//! each stands on the share of papers that an attempt has of the pool.

use crate::domain::paper::{Dice, Drawn, Paper, PoolItem, shown_order, shuffle_first};

/// Draws the paper of a player's attempt of so many questions, the `turn`-th (from 0) in its stage. `round`: the dice for a
/// round through the pool, by its number; `own`: the dice of the attempt, for the order of options. The pool has at least
/// that many questions.
pub fn draw<D: Dice>(
    pool: &[PoolItem],
    items: usize,
    turn: u32,
    round: impl FnOnce(u32) -> D,
    own: &mut dyn Dice,
) -> Paper {
    let papers = u32::try_from(pool.len() / items.max(1)).unwrap_or(u32::MAX).max(1);
    let mut places: Vec<u32> = (0..).take(pool.len()).collect();
    // No further than this attempt reaches.
    let from = (turn % papers) as usize * items;
    shuffle_first(&mut places, from + items, &mut round(turn / papers));
    let drawn = places.iter().skip(from).take(items).map(|place| {
        let item = &pool[*place as usize];
        Drawn {
            pool: *place,
            order: shown_order(item.kind, item.options, item.pinned, own),
        }
    });
    Paper(drawn.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        id::QuestionId,
        item::{Difficulty, Kind, OptionSet},
    };

    /// A small generator that is good enough to count with (Steele, Lea, Flood: SplitMix64, 2014).
    struct Plain(u64);

    impl Dice for Plain {
        fn below(&mut self, n: u32) -> u32 {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
            ((mixed ^ mixed >> 31) % u64::from(n)) as u32
        }
    }

    fn pool(count: i64) -> Vec<PoolItem> {
        let item = |number| PoolItem {
            question: QuestionId(number),
            kind: Kind::Single,
            options: 4,
            pinned: OptionSet::of([3]),
            topic: String::new(),
            difficulty: Difficulty::Medium,
        };
        (0..count).map(item).collect()
    }

    fn paper(pool: &[PoolItem], player: u64, turn: u32) -> Paper {
        let round = |number: u32| Plain(player << 20 | u64::from(number));
        draw(pool, 5, turn, round, &mut Plain(player << 40 | u64::from(turn)))
    }

    #[test]
    fn nobody_meets_a_question_twice_in_a_round_and_rounds_differ() {
        let pool = pool(23);
        let round = |player, from: u32| -> Vec<u32> {
            let papers = (from..from + 4).map(|turn| paper(&pool, player, turn));
            papers.flat_map(|paper| paper.0).map(|drawn| drawn.pool).collect()
        };
        for player in 1..20 {
            let mut seen = round(player, 0);
            assert_eq!(seen.len(), 20);
            assert_ne!(seen, round(player, 4));
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen.len(), 20, "player {player}");
        }
        let last = paper(&pool, 1, 0).0;
        assert!(
            last.iter().all(|drawn| drawn.order.last() == Some(&3)),
            "pinned options stay last"
        );
    }

    #[test]
    fn every_question_stands_on_its_share_of_papers() {
        let pool = pool(20);
        let mut uses = [0u32; 20];
        for player in 0..4_000 {
            for drawn in paper(&pool, player, 1).0 {
                uses[drawn.pool as usize] += 1;
            }
        }
        // 1,000 expected of each; six standard deviations of 27 either way.
        assert!(uses.iter().all(|count| (836..=1_164).contains(count)), "{uses:?}");
    }
}
