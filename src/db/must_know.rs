//! Lists of what holders of a post must know.

use std::collections::BTreeSet;

use super::{
    Db, Result, Tx,
    column::{Column, to_json},
    read_all, tx_all, tx_run,
};
use crate::domain::{
    id::{AccountId, LawId, LawVersionId, MustKnowListId},
    law::ArticleNumber,
    must_know::{For, Item, MustKnowList, Named},
    person::{Category, RankLevel},
    time::Timestamp,
};

/// Stores a list, in the place of one with the same id.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, list: &MustKnowList, items: &[Item]) -> Result<()> {
    tx_run!(tx, "DELETE FROM must_know_item WHERE list = $1", list.id.0)?;
    tx_run!(
        tx,
        "INSERT INTO must_know_list (id, year, made_by, made_at, title, rank_level, category, post)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (id) DO UPDATE SET year = excluded.year, made_by = excluded.made_by, made_at = excluded.made_at,
             title = excluded.title, rank_level = excluded.rank_level, category = excluded.category, post = excluded.post",
        list.id.0,
        i64::from(list.year),
        list.made_by.0,
        list.made_at.0,
        list.title.as_str(),
        list.whom.rank_level.map_or("", RankLevel::code),
        list.whom.category.map_or("", Category::code),
        list.whom.post.as_str()
    )?;
    let sql = match tx {
        Tx::Sqlite(_) => {
            "INSERT INTO must_know_item (list, place, law, version, number, insertion, title)
             SELECT $1, value->>0, value->>1, value->>2, value->>3, value->>4, value->>5 FROM json_each($2)"
        }
        Tx::Postgres(_) => {
            "INSERT INTO must_know_item (list, place, law, version, number, insertion, title)
             SELECT $1, (r->>0)::bigint, (r->>1)::bigint, (r->>2)::bigint, (r->>3)::bigint, (r->>4)::bigint, r->>5
             FROM jsonb_array_elements($2::jsonb) r"
        }
    };
    let rows: Vec<_> = items
        .iter()
        .enumerate()
        .map(|(place, item)| {
            let (law, version, number, insertion) = match item.named {
                Named::Law(law) => (law.0, 0, 0, 0),
                Named::Article(law, version, number) => (law.0, version.0, number.number(), number.insertion()),
                Named::Other => (0, 0, 0, 0),
            };
            (place, law, version, number, insertion, item.title.as_str())
        })
        .collect();
    tx_run!(tx, sql, list.id.0, to_json(&rows))?;
    Ok(())
}

/// Removes a list; `false` when there is none.
///
/// # Errors
/// When the database fails.
pub async fn remove(tx: &mut Tx, id: MustKnowListId) -> Result<bool> {
    tx_run!(tx, "DELETE FROM must_know_item WHERE list = $1", id.0)?;
    let removed = tx_run!(tx, "DELETE FROM must_know_list WHERE id = $1", id.0)?;
    Ok(removed == 1)
}

/// The years to which a list belongs, the earlier first: its own, and those whose plans have it as an entry. On PostgreSQL the list is
/// held until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn years_in(tx: &mut Tx, id: MustKnowListId) -> Result<Vec<u16>> {
    let own = match tx {
        Tx::Sqlite(_) => "SELECT year FROM must_know_list WHERE id = $1",
        Tx::Postgres(_) => "SELECT year FROM must_know_list WHERE id = $1 FOR UPDATE",
    };
    let own = tx_all!(tx, (i64,), own, id.0)?;
    let planned = tx_all!(tx, (i64,), "SELECT year FROM plan_entry WHERE list = $1", id.0)?;
    let column = Column("must_know_list", "year", id.0);
    let years = own.into_iter().chain(planned).map(|(year,)| column.number(year));
    let years: BTreeSet<u16> = years.collect::<Result<_>>()?;
    Ok(years.into_iter().collect())
}

type ListRow = (i64, i64, i64, i64, String, String, String, String);

fn list(row: ListRow) -> Result<MustKnowList> {
    let (id, year, made_by, made_at, title, rank_level, category, post) = row;
    let column = |name| Column("must_know_list", name, id);
    let rank_level = match rank_level.as_str() {
        "" => None,
        code => Some(column("rank_level").code(code, RankLevel::from_code)?),
    };
    let category = match category.as_str() {
        "" => None,
        code => Some(column("category").code(code, Category::from_code)?),
    };
    Ok(MustKnowList {
        id: MustKnowListId(id),
        title,
        year: column("year").number(year)?,
        whom: For {
            rank_level,
            category,
            post,
        },
        made_by: AccountId(made_by),
        made_at: Timestamp(made_at),
    })
}

/// Every list, the latest year first.
///
/// # Errors
/// When the database fails.
pub async fn all(db: &Db) -> Result<Vec<MustKnowList>> {
    let rows = read_all!(
        db,
        ListRow,
        "SELECT id, year, made_by, made_at, title, rank_level, category, post FROM must_know_list ORDER BY year DESC, id"
    )?;
    rows.into_iter().map(list).collect()
}

/// What stands on a list, in its order.
///
/// # Errors
/// When the database fails.
pub async fn items(db: &Db, id: MustKnowListId) -> Result<Vec<Item>> {
    let rows = read_all!(
        db,
        (i64, i64, i64, i64, String),
        "SELECT law, version, number, insertion, title FROM must_know_item WHERE list = $1 ORDER BY place",
        id.0
    )?;
    rows.into_iter()
        .map(|(law, version, number, insertion, title)| {
            let column = Column("must_know_item", "number", id.0);
            let named = match (law, version) {
                (0, _) => Named::Other,
                (law, 0) => Named::Law(LawId(law)),
                (law, version) => {
                    let number = ArticleNumber::new(column.number(number)?, column.number(insertion)?);
                    let number = number.ok_or_else(|| column.unreadable())?;
                    Named::Article(LawId(law), LawVersionId(version), number)
                }
            };
            Ok(Item { title, named })
        })
        .collect()
}
