//! Properties of the rules of competitions that single cases would not show.

use std::collections::HashMap;

use mingfa::domain::{
    competition::{
        IdentityType, TieBreak,
        board::{Board, Member, Reached, Scope},
        play::{RankKey, Standing},
        preset::Preset,
    },
    exam::Window,
    id::{OrganizationId, PlayerId},
    points::Points,
    time::Timestamp,
};
use proptest::prelude::*;

const DIVISIONS: [u32; 4] = [0, 37, 3703, 370_303_001];

fn member(player: i64, key: Option<u128>, organization: i64, frozen: bool) -> Member {
    Member {
        player: PlayerId(player),
        identity: IdentityType::Employee,
        division: DIVISIONS[usize::try_from(player % 4).expect("small")],
        organization: (organization > 0).then_some(OrganizationId(organization)),
        result: key.map(|key| Reached {
            key: RankKey(key),
            score: Points(1_000 - i64::try_from(key).expect("small")),
            person_times: 2,
            answers: 10,
            answers_right: 7,
            time_ms: 60_000,
        }),
        frozen,
        stamp: 0,
    }
}

fn counts_in(member: &Member, scope: Scope) -> bool {
    match scope {
        Scope::All => true,
        Scope::Identity(identity) => member.identity == identity,
        Scope::Division(code) => member.division.to_string().starts_with(&code.to_string()),
        Scope::Organization(id) => member.organization == Some(id),
    }
}

proptest! {
    /// The packed key orders as the rules do.
    #[test]
    fn the_rank_key_orders_as_the_rules(
        one in (0i64..100_000, 0u32..50, 0u64..9_000, 0i64..9_000),
        other in (0i64..100_000, 0u32..50, 0u64..9_000, 0i64..9_000),
        chain in Just(TieBreak::ALL.to_vec()).prop_shuffle(),
        used in 0usize..4,
        level in 0u8..3,
    ) {
        let opens_at = Timestamp(1_780_243_200_000);
        let mut rules = Preset::BestScore.rules(Window { opens_at, closes_at: opens_at.plus_seconds(30 * 86_400) });
        rules.tie_breaks = chain[..used].to_vec();
        let standing = |(score, right, elapsed_ms, finished): (i64, u32, u64, i64)| Standing {
            // Often equal in the first parts, so that the later ones decide.
            score: Points(if level > 0 { 500 } else { score }),
            right: if level > 1 { 5 } else { right },
            elapsed_ms,
            finished_at: Timestamp(opens_at.0 + finished),
            person_times: 1,
            answers: 0,
            answers_right: 0,
            time_ms: 0,
            day: 0,
            of_day: Points::ZERO,
            chances: 0,
            chances_of_day: 0,
        };
        let (one, other) = (standing(one), standing(other));
        prop_assert_eq!(rules.rank_key(&one).cmp(&rules.rank_key(&other)), rules.order(&one, &other));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Whatever changes in whatever order: ranks, pages and sums are those of a plain sorted list.
    #[test]
    fn a_board_is_a_sorted_list(
        changes in prop::collection::vec((0i64..900, prop::option::weighted(0.9, 0u128..300), 0i64..4, any::<bool>()), 1..3_000),
    ) {
        let mut board = Board::default();
        let mut plain: HashMap<i64, Member> = HashMap::new();
        for (player, key, organization, frozen) in changes {
            let member = member(player, key, organization, frozen && player % 7 == 0);
            board.put(member);
            plain.insert(player, member);
        }
        // Put together at once, it is the same, and goes on as well.
        let mut half: Vec<Member> = plain.values().copied().collect();
        half.sort_by_key(|member| member.player);
        let rest = half.split_off(half.len() / 2);
        let mut at_once = Board::of(false, half);
        rest.into_iter().for_each(|member| at_once.put(member));
        for (scope, board) in [Scope::All, Scope::Division(37), Scope::Organization(OrganizationId(2))]
            .into_iter()
            .flat_map(|scope| [(scope, &board), (scope, &at_once)])
        {
            let mut rows: Vec<(u128, i64)> = plain
                .values()
                .filter(|member| counts_in(member, scope) && !member.frozen)
                .filter_map(|member| Some((member.result?.key.0, member.player.0)))
                .collect();
            rows.sort_unstable();
            prop_assert_eq!(board.ranked(scope), rows.len() as u64);
            let rank = |key: u128| rows.partition_point(|row| row.0 < key) as u64 + 1;
            for (key, player) in &rows {
                prop_assert_eq!(board.rank(scope, PlayerId(*player)), Some(rank(*key)));
            }
            let page = board.page(scope, rows.len() / 3, 40);
            let expected: Vec<u64> = rows.iter().skip(rows.len() / 3).take(40).map(|row| rank(row.0)).collect();
            prop_assert_eq!(page.iter().map(|line| line.rank).collect::<Vec<_>>(), expected);
            prop_assert_eq!(board.tally(scope).participants, rows.len() as u64);
            let sum: i64 = rows.iter().map(|row| 1_000 - i64::try_from(row.0).expect("small")).sum();
            prop_assert_eq!(board.tally(scope).score_sum, sum);
        }
    }
}
