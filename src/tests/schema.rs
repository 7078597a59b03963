//! The two engines hold the same schema, and an older program keeps its hands off a newer one's.

use mingfa::db::{self, Db};

use crate::support::{Engine, Place, each_engine, texts};

/// Without the index for searching laws, for which each engine has a kind of table of its own.
const COLUMNS: [&str; 2] = [
    "SELECT m.name || '.' || c.name || ' '
         || CASE c.type WHEN 'INTEGER' THEN 'number' WHEN 'TEXT' THEN 'text' ELSE 'bytes' END
         || CASE c.\"notnull\" WHEN 1 THEN ' not null' ELSE ' null' END
         || CASE c.dflt_value IS NULL WHEN true THEN '' ELSE ' with a default' END
     FROM sqlite_master m JOIN pragma_table_info(m.name) c
     WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name <> '_sqlx_migrations'
       AND m.name NOT LIKE 'law_search%' ORDER BY m.name, c.cid",
    "SELECT table_name || '.' || column_name || ' '
         || CASE data_type WHEN 'bigint' THEN 'number' WHEN 'integer' THEN 'number' WHEN 'text' THEN 'text' WHEN 'bytea' THEN 'bytes'
                           ELSE data_type END
         || CASE is_nullable WHEN 'NO' THEN ' not null' ELSE ' null' END
         || CASE column_default IS NULL WHEN true THEN '' ELSE ' with a default' END
     FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name NOT IN ('_sqlx_migrations', 'law_search') ORDER BY table_name COLLATE \"C\", ordinal_position",
];

const KEYS: [&str; 2] = [
    "SELECT name || ' ' || columns FROM (
         SELECT m.name, (SELECT group_concat(c.name) FROM pragma_table_info(m.name) c WHERE c.pk > 0 ORDER BY c.pk) AS columns
         FROM sqlite_master m WHERE m.type = 'table'
         UNION
         SELECT m.name, (SELECT group_concat(c.name) FROM pragma_index_info(i.name) c ORDER BY c.seqno) AS columns
         FROM sqlite_master m JOIN pragma_index_list(m.name) i WHERE m.type = 'table' AND i.\"unique\" = 1)
     WHERE name NOT LIKE 'sqlite%' AND name <> '_sqlx_migrations' AND name NOT LIKE 'law_search%' ORDER BY 1",
    "SELECT t.relname || ' ' || string_agg(a.attname, ',' ORDER BY k.place)
     FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace
     JOIN LATERAL unnest(i.indkey::int[]) WITH ORDINALITY AS k(column_number, place) ON true
     JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.column_number
     WHERE n.nspname = 'public' AND i.indisunique AND t.relname NOT IN ('_sqlx_migrations', 'law_search')
     GROUP BY t.relname, i.indexrelid ORDER BY 1",
];

const INDEXES: [&str; 2] = [
    "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND sql NOT LIKE 'CREATE UNIQUE%' ORDER BY name",
    "SELECT c.relname::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND NOT i.indisunique
       AND c.relname <> 'law_search_grams' ORDER BY c.relname COLLATE \"C\"",
];

async fn sorted(db: &Db, sql: &'static str) -> Vec<String> {
    let mut rows = texts(db, sql).await;
    rows.sort();
    rows
}

#[tokio::test]
async fn both_engines_hold_the_same_tables_columns_and_keys() {
    let mut schemas = Vec::new();
    for (number, engine) in [Engine::Sqlite, Engine::Postgres].into_iter().enumerate() {
        let Some(place) = Place::new(engine).await else { return };
        let db = place.connect().await;
        db.migrate().await.expect("the migrations run");
        let columns = texts(&db, COLUMNS[number]).await;
        for column in &columns {
            assert!(column.contains(" not null"), "{engine:?}: {column}");
        }
        let rest = [sorted(&db, KEYS[number]).await, sorted(&db, INDEXES[number]).await];
        assert!(
            columns.len() > 60 && rest.iter().all(|rows| rows.len() > 5),
            "{engine:?}: {columns:?} {rest:?}"
        );
        schemas.push((columns, rest));
        db.close().await;
        place.remove().await;
    }
    assert_eq!(schemas[0].0, schemas[1].0, "columns");
    assert_eq!(schemas[0].1, schemas[1].1, "keys and indexes");
}

#[tokio::test]
async fn migrating_again_and_from_two_nodes_at_once_is_harmless() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(place) = Place::new(engine).await else {
            continue;
        };
        let (here, there) = (place.connect().await, place.connect().await);
        let (first, second) = tokio::join!(here.migrate(), there.migrate());
        first.expect("one node migrates");
        second.expect("the other node waits for it");
        here.migrate().await.expect("nothing to do");
        here.ping().await.expect("the database answers");
        here.close().await;
        there.close().await;
        place.remove().await;
    }
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_left_alone() {
    each_engine(async |stage| {
        stage.roster(2, 1).await;
        from_the_future(stage).await;
        assert!(matches!(stage.app.db.migrate().await, Err(db::Error::Newer)));
        assert_eq!(stage.count("SELECT COUNT(*) FROM person").await, 2);
    })
    .await;
}

/// Writes down a migration that this program does not know.
pub async fn from_the_future(stage: &crate::support::Stage) {
    let sql = match stage.place.engine {
        Engine::Sqlite => "INSERT INTO _sqlx_migrations VALUES (999999, 'of the future', '2030-01-01', true, x'00', 1)",
        Engine::Postgres => "INSERT INTO _sqlx_migrations VALUES (999999, 'of the future', now(), true, '\\x00', 1)",
    };
    stage.run(sql).await;
}

#[tokio::test]
async fn an_address_that_is_none_or_leads_nowhere_is_an_error_and_no_panic() {
    for address in ["", "mysql://x", "sqlite", "/tmp/x.db"] {
        assert!(
            matches!(Db::connect(address).await, Err(db::Error::Address)),
            "{address}"
        );
    }
    for address in [
        "sqlite:/dev/null/x/mingfa.db",
        "sqlite:/",
        "postgres:///x?host=/nowhere",
        "postgres://[",
        "sqlite:/tmp/x.db?mode=rubbish",
    ] {
        let refused = Db::connect(address).await.err();
        assert!(
            matches!(refused, Some(db::Error::Unreachable(_))),
            "{address}: {refused:?}"
        );
    }
    let place = Place::new(Engine::Sqlite).await.expect("SQLite is always there");
    let rubbish = place.file("rubbish.db", &[7; 8192]);
    let refused = Db::connect(&format!("sqlite:{}", rubbish.display())).await.err();
    assert!(matches!(refused, Some(db::Error::Unreachable(_))), "{refused:?}");
}
