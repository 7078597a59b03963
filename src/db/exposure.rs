//! Where questions were used, and how many papers of how many held them.

use std::collections::{BTreeSet, HashMap};

use super::{Db, Result, bank::wanted, column::to_json, competition_count, read_all};
use crate::domain::{
    bank::{Filter, OVEREXPOSED_PAPERS, OVEREXPOSED_PERCENT, Sort, Usage},
    competition::item_count::Items,
    id::{CompetitionId, QuestionId},
    item::{Difficulty, Kind, State},
    time::Timestamp,
};

/// Where each of these questions was used, whatever its version. `since`: papers of exams opened and of competitions published before do
/// not count as exposure.
///
/// # Errors
/// When the database fails.
pub async fn usage(db: &Db, questions: &[QuestionId], since: Timestamp) -> Result<HashMap<QuestionId, Usage>> {
    let ids = to_json(&questions.iter().map(|question| question.0).collect::<Vec<_>>());
    let (exams, papers, competitions) = match db {
        Db::Sqlite { .. } => (
            "SELECT v.question, e.id, e.opened_at, i.papers
             FROM json_each($1) r CROSS JOIN question_version v ON v.question = r.value
             JOIN exam_item i ON i.version = v.id JOIN exam e ON e.id = i.exam WHERE e.state = 'open'",
            "SELECT r.value, (SELECT COUNT(*) FROM paper p WHERE p.exam = r.value) FROM json_each($1) r",
            "SELECT v.question, c.id, i.place, c.published_at
             FROM json_each($1) r CROSS JOIN question_version v ON v.question = r.value
             JOIN competition_item i ON i.version = v.id JOIN competition c ON c.id = i.competition",
        ),
        Db::Postgres(_) => (
            "SELECT v.question, e.id, e.opened_at, i.papers
             FROM jsonb_array_elements_text($1::jsonb) r JOIN question_version v ON v.question = CAST(r AS BIGINT)
             JOIN exam_item i ON i.version = v.id JOIN exam e ON e.id = i.exam WHERE e.state = 'open'",
            "SELECT CAST(r AS BIGINT), (SELECT COUNT(*) FROM paper p WHERE p.exam = CAST(r AS BIGINT))
             FROM jsonb_array_elements_text($1::jsonb) r",
            "SELECT v.question, c.id, i.place, c.published_at
             FROM jsonb_array_elements_text($1::jsonb) r JOIN question_version v ON v.question = CAST(r AS BIGINT)
             JOIN competition_item i ON i.version = v.id JOIN competition c ON c.id = i.competition",
        ),
    };
    let rows = read_all!(db, (i64, i64, i64, i64), exams, ids.as_str())?;
    let recent: BTreeSet<i64> = rows.iter().filter(|row| row.2 >= since.0).map(|row| row.1).collect();
    let totals: HashMap<i64, i64> = match recent.is_empty() {
        true => HashMap::new(),
        false => read_all!(db, (i64, i64), papers, to_json(&recent))?
            .into_iter()
            .collect(),
    };
    let mut all: HashMap<QuestionId, Usage> = HashMap::new();
    for (question, exam, opened_at, papers) in rows {
        let usage = all.entry(QuestionId(question)).or_default();
        usage.pools += 1;
        usage.papers += papers;
        if papers > 0 {
            usage.exams += 1;
            usage.last = usage.last.max(Some(Timestamp(opened_at)));
        }
        if let Some(total) = totals.get(&exam) {
            usage.recent.papers += papers;
            usage.recent.all += total;
        }
    }
    let rows = read_all!(db, (i64, i64, i64, i64), competitions, ids.as_str())?;
    add_plays(db, &mut all, rows, since).await?;
    Ok(all)
}

/// Adds what competitions asked: rows of question, competition, place in its pool and when it was published.
async fn add_plays(
    db: &Db,
    all: &mut HashMap<QuestionId, Usage>,
    rows: Vec<(i64, i64, i64, i64)>,
    since: Timestamp,
) -> Result<()> {
    let recent: BTreeSet<i64> = rows.iter().filter(|row| row.3 >= since.0).map(|row| row.1).collect();
    let mut counted: HashMap<i64, Items> = HashMap::new();
    for competition in recent {
        if let Some(found) = competition_count::get(db, CompetitionId(competition)).await? {
            counted.insert(competition, found.count.items);
        }
    }
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    for (question, competition, place, published_at) in rows {
        let usage = all.entry(QuestionId(question)).or_default();
        usage.competitions += 1;
        if published_at < since.0 {
            continue;
        }
        let Some(items) = counted.get(&competition) else {
            usage.uncounted += 1;
            continue;
        };
        let asked = usize::try_from(place).ok().and_then(|place| items.items.get(place));
        let asked = asked.map_or(0, |item| number(item.papers));
        usage.plays += asked;
        usage.recent.papers += asked;
        usage.recent.all += number(items.papers);
    }
    Ok(())
}

/// `played`: version, attempts that asked it and all attempts, of each question of the competitions of the bank published since `$10`, as
/// far as they were counted.
macro_rules! played {
    (sqlite) => {
        "counted AS MATERIALIZED (
             SELECT c.id, n.body, CAST(n.body->>'$.items.papers' AS BIGINT) AS everything
             FROM competition c JOIN competition_count n ON n.competition = c.id
             WHERE c.bank = $1 AND c.state = 'published' AND c.published_at >= $10),
         played AS (
             SELECT i.version, CAST(e.value->>'$.papers' AS BIGINT) AS papers, k.everything
             FROM counted k CROSS JOIN json_each(k.body, '$.items.items') e
             CROSS JOIN competition_item i ON i.competition = k.id AND i.place = e.key),"
    };
    (postgres) => {
        "counted AS MATERIALIZED (
             SELECT c.id, CAST(n.body AS jsonb)->'items' AS items
             FROM competition c JOIN competition_count n ON n.competition = c.id
             WHERE c.bank = $1 AND c.state = 'published' AND c.published_at >= $10),
         played AS (
             SELECT i.version, CAST(e.item->>'papers' AS BIGINT) AS papers, CAST(k.items->>'papers' AS BIGINT) AS everything
             FROM counted k CROSS JOIN LATERAL jsonb_array_elements(k.items->'items') WITH ORDINALITY AS e (item, place)
             JOIN competition_item i ON i.competition = k.id AND i.place = e.place - 1),"
    };
}

/// `x`: on how many papers of how many each question of the bank stood, over the exams opened and the competitions published since
/// `$10`; with `$11` not 0 only what stood on so many and on more than `$12` percent.
macro_rules! exposed {
    ($columns:literal, $engine:ident, $($end:literal),+) => {
        concat!(
            "WITH recent AS MATERIALIZED (
                 SELECT e.id, (SELECT COUNT(*) FROM paper p WHERE p.exam = e.id) AS papers FROM exam e
                 WHERE e.bank = $1 AND e.state = 'open' AND e.opened_at >= $10),",
            played!($engine),
            "exposure AS MATERIALIZED (
                 SELECT v.question, CAST(SUM(a.papers) AS BIGINT) AS papers, CAST(SUM(a.everything) AS BIGINT) AS everything
                 FROM (SELECT i.version, i.papers, r.papers AS everything FROM recent r JOIN exam_item i ON i.exam = r.id
                       UNION ALL SELECT version, papers, everything FROM played) a
                 JOIN question_version v ON v.id = a.version
                 GROUP BY v.question) ",
            $columns,
            " FROM question q JOIN question_version v ON v.id = q.current LEFT JOIN exposure x ON x.question = q.id",
            wanted!($engine),
            " AND (CAST($11 AS BIGINT) = 0 OR (x.papers >= $11 AND x.papers * 100 > x.everything * CAST($12 AS BIGINT)))"
            $(, $end)+
        )
    };
}

macro_rules! by_exposure {
    ($engine:ident, $direction:literal) => {
        exposed!(
            "SELECT q.id, COUNT(*) OVER ()",
            $engine,
            " ORDER BY COALESCE(x.papers * 1000000 / NULLIF(x.everything, 0), 0) ",
            $direction,
            ", q.id LIMIT $13 OFFSET $14"
        )
    };
}

/// One page of a bank's questions by their exposure, or of those that are overexposed, and how many there are in all (0 behind the
/// last page); `since` as with [`usage`].
///
/// # Errors
/// When the database fails.
pub async fn page(
    db: &Db,
    filter: &Filter,
    since: Timestamp,
    limit: u32,
    offset: u32,
) -> Result<(Vec<QuestionId>, i64)> {
    let sql = match (db, filter.sort) {
        (Db::Sqlite { .. }, Sort::MostExposed) => by_exposure!(sqlite, "DESC"),
        (Db::Sqlite { .. }, _) => by_exposure!(sqlite, "ASC"),
        (Db::Postgres(_), Sort::MostExposed) => by_exposure!(postgres, "DESC"),
        (Db::Postgres(_), _) => by_exposure!(postgres, "ASC"),
    };
    let (kind, state) = (filter.kind.map_or("", Kind::code), filter.state.map_or("", State::code));
    let difficulty = filter.difficulty.map_or("", Difficulty::code);
    let (any_topic, topic) = (i64::from(filter.topic.is_some()), filter.topic.as_deref().unwrap_or(""));
    let (used, bound) = (filter.used.map_or(2, i64::from), filter.bound.map_or(2, i64::from));
    let words = filter.folded_words();
    let least = if filter.over { OVEREXPOSED_PAPERS } else { 0 };
    let rows = read_all!(
        db,
        (i64, i64),
        sql,
        filter.bank.0,
        kind,
        state,
        words.as_str(),
        difficulty,
        any_topic,
        topic,
        used,
        bound,
        since.0,
        least,
        OVEREXPOSED_PERCENT,
        i64::from(limit),
        i64::from(offset)
    )?;
    // Behind the last page there is no row to count them by.
    let total = rows.first().map_or(0, |(_, total)| *total);
    Ok((rows.into_iter().map(|(id, _)| QuestionId(id)).collect(), total))
}
