//! Base counts of an exam over its frozen roster.

use std::collections::BTreeMap;

use super::{Db, Result, column::Column, read_all};
use crate::domain::{
    exam::{Admits, Counting, Round},
    figure::Counts,
    id::{ExamId, UnitId},
    person::{Category, RankLevel},
    points::Points,
};

/// The place of an attempt among those of one person as one number, the highest of which counts: what
/// [`Counting::rank`] says, in decimal places (14 on: order; 13: band; below: score). `$counting` names a parameter.
macro_rules! rank {
    ($counting:literal) => {
        concat!(
            "CASE CAST(",
            $counting,
            " AS TEXT) WHEN 'last' THEN number WHEN 'first' THEN 1000 - number ELSE 0 END * 10000000000000
             + CASE band WHEN 'excellent' THEN 3 WHEN 'good' THEN 2 WHEN 'pass' THEN 1 ELSE 0 END * 1000000000000 + score"
        )
    };
}

pub(super) use rank;

#[derive(sqlx::FromRow)]
struct CountsRow {
    unit: i64,
    rank_level: String,
    category: String,
    registered: i64,
    exempted: i64,
    due: i64,
    sat: i64,
    passed: i64,
    good: i64,
    excellent: i64,
    score: i64,
}

/// Persons who are counted together: what they were when the roster was frozen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group {
    pub unit: UnitId,
    pub rank: RankLevel,
    pub category: Category,
}

/// Counts by unit, as [`by_group`].
///
/// # Errors
/// When the database fails.
pub async fn by_unit(
    db: &Db,
    exam: ExamId,
    counting: Counting,
    round: Option<&Round>,
) -> Result<Vec<(UnitId, Counts)>> {
    let mut units: BTreeMap<UnitId, Counts> = BTreeMap::new();
    for (group, counts) in by_group(db, exam, counting, round).await? {
        let sum = units.entry(group.unit).or_default();
        *sum = *sum + counts;
    }
    Ok(units.into_iter().collect())
}

/// Counts by the unit, rank level and category of each person when the roster was frozen, over all rounds, or over one:
/// then due are those whom it admits, and only its own attempts count.
///
/// # Errors
/// When the database fails.
pub async fn by_group(
    db: &Db,
    exam: ExamId,
    counting: Counting,
    round: Option<&Round>,
) -> Result<Vec<(Group, Counts)>> {
    let rows = read_all!(
        db,
        CountsRow,
        concat!(
            "SELECT c.unit, c.rank_level, c.category, COUNT(*) AS registered,
                    CAST(SUM(CASE WHEN c.standing = 'exempt' THEN 1 ELSE 0 END) AS BIGINT) AS exempted,
                    CAST(SUM(c.due) AS BIGINT) AS due,
                    CAST(SUM(CASE WHEN c.best IS NOT NULL THEN c.due ELSE 0 END) AS BIGINT) AS sat,
                    CAST(SUM(CASE WHEN c.best / 1000000000000 % 10 >= 1 THEN c.due ELSE 0 END) AS BIGINT) AS passed,
                    CAST(SUM(CASE WHEN c.best / 1000000000000 % 10 = 2 THEN c.due ELSE 0 END) AS BIGINT) AS good,
                    CAST(SUM(CASE WHEN c.best / 1000000000000 % 10 = 3 THEN c.due ELSE 0 END) AS BIGINT) AS excellent,
                    CAST(SUM(COALESCE(c.best % 1000000000000, 0) * c.due) AS BIGINT) AS score
             FROM (SELECT r.unit, r.rank_level, r.category, r.standing, b.best,
                          CASE WHEN r.standing <> 'due' THEN 0
                               WHEN CAST($4 AS TEXT) = 'all' THEN 1
                               WHEN p.best IS NULL THEN CASE WHEN CAST($4 AS TEXT) = 'failed' THEN 0 ELSE 1 END
                               WHEN p.best / 1000000000000 % 10 >= 1 THEN 0
                               WHEN CAST($4 AS TEXT) = 'absent' THEN 0
                               ELSE 1 END AS due
                   FROM roster_entry r
                   LEFT JOIN (SELECT person, MAX(",
            rank!("$2"),
            ") AS best FROM attempt
                              WHERE exam = $1 AND state = 'handed_in' AND (CAST($3 AS BIGINT) = 0 OR round = $3)
                              GROUP BY person) b ON b.person = r.person
                   LEFT JOIN (SELECT person, MAX(",
            rank!("$2"),
            ") AS best FROM attempt WHERE exam = $1 AND state = 'handed_in' AND round < $3
                              GROUP BY person) p ON p.person = r.person
                   WHERE r.exam = $1) c
             GROUP BY c.unit, c.rank_level, c.category"
        ),
        exam.0,
        counting.code(),
        round.map_or(0, |round| i64::from(round.number)),
        round.map_or(Admits::All, |round| round.admits).code()
    )?;
    rows.into_iter()
        .map(|row| {
            let column = |name| Column("roster_entry", name, exam.0);
            let group = Group {
                unit: UnitId(row.unit),
                rank: column("rank_level").code(&row.rank_level, RankLevel::from_code)?,
                category: column("category").code(&row.category, Category::from_code)?,
            };
            let counts = Counts {
                registered: row.registered,
                exempted: row.exempted,
                due: row.due,
                sat: row.sat,
                passed: row.passed,
                good: row.good,
                excellent: row.excellent,
                score_sum: Points(row.score),
            };
            Ok((group, counts))
        })
        .collect()
}
