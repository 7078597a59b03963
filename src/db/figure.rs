//! Base counts of an exam over its frozen roster.

use super::{Db, Result, read_all};
use crate::domain::{
    figure::Counts,
    id::{ExamId, UnitId},
    points::Points,
};

/// Counts by the unit each person belonged to when the roster was frozen. A person's score is the best of all
/// attempts handed in.
///
/// # Errors
/// When the database fails.
pub async fn by_unit(db: &Db, exam: ExamId, pass_mark: Points) -> Result<Vec<(UnitId, Counts)>> {
    let rows = read_all!(
        db,
        (i64, i64, i64, i64, i64, i64, i64),
        "SELECT r.unit, COUNT(*),
                CAST(SUM(CASE WHEN r.standing = 'exempt' THEN 1 ELSE 0 END) AS BIGINT),
                CAST(SUM(CASE WHEN r.standing = 'due' THEN 1 ELSE 0 END) AS BIGINT),
                CAST(SUM(CASE WHEN r.standing = 'due' AND b.best IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT),
                CAST(SUM(CASE WHEN r.standing = 'due' AND b.best >= $2 THEN 1 ELSE 0 END) AS BIGINT),
                CAST(SUM(CASE WHEN r.standing = 'due' THEN COALESCE(b.best, 0) ELSE 0 END) AS BIGINT)
         FROM roster_entry r
         LEFT JOIN (SELECT person, MAX(score) AS best FROM attempt
                    WHERE exam = $1 AND state = 'handed_in' GROUP BY person) b ON b.person = r.person
         WHERE r.exam = $1 GROUP BY r.unit",
        exam.0,
        pass_mark.0
    )?;
    Ok(rows
        .into_iter()
        .map(|(unit, registered, exempted, due, sat, passed, score)| {
            (
                UnitId(unit),
                Counts {
                    registered,
                    exempted,
                    due,
                    sat,
                    passed,
                    score_sum: Points(score),
                },
            )
        })
        .collect())
}
