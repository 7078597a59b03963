//! What may be asked in study, as nodes keep it: right at once where something changes, within a second everywhere else.

use mingfa::{
    db,
    domain::item::State,
    service::{App, Caller, bank, study::knowledge},
};

use crate::{
    study::{open_bank, versions},
    support::{bank_csv, each_engine, key_of, operator},
};

async fn asked(app: &App, caller: &Caller) -> usize {
    knowledge::of(app, caller).await.expect("known").questions()
}

#[tokio::test]
async fn a_change_shows_at_once_on_its_own_node_and_within_a_second_on_another() {
    each_engine(async |stage| {
        let here = &stage.app;
        let bank = open_bank(stage).await;
        let (caller, all) = (stage.caller("1001").await, versions(stage, bank).await.len());
        let there = stage.second_node().await;
        let both = async || (asked(here, &caller).await, asked(&there, &caller).await);
        assert_eq!(both().await, (all, all));

        bank::set_practice(here, &operator(), bank, false)
            .await
            .expect("closed");
        assert_eq!(asked(here, &caller).await, 0);
        stage.clock.advance_seconds(1);
        assert_eq!(both().await, (0, 0));

        bank::set_practice(&there, &operator(), bank, true)
            .await
            .expect("opened");
        assert_eq!(asked(&there, &caller).await, all);
        stage.clock.advance_seconds(1);
        assert_eq!(both().await, (all, all));

        // More questions, by an import on this node.
        let more = bank_csv(&[(mingfa::domain::item::Kind::Single, 200)], |kind, number| {
            key_of(kind, number).letters()
        });
        let name = bank::banks(here, &operator()).await.expect("the banks")[0]
            .bank
            .name
            .clone();
        let report = bank::import(here, &operator(), &name, "q.csv", more.as_bytes())
            .await
            .expect("read");
        let created = report.created.expect("stored");
        assert!(created > 0);
        assert_eq!(asked(here, &caller).await, all + created);
        stage.clock.advance_seconds(1);
        assert_eq!(both().await, (all + created, all + created));

        // Whatever changes the database is seen, whoever did it.
        let question = db::study::askable(&here.db).await.expect("askable")[0].question;
        stage
            .write(move |tx| Box::pin(async move { db::bank::set_state(tx, question, State::Stale).await }))
            .await
            .expect("set");
        stage.clock.advance_seconds(1);
        assert_eq!(both().await, (all + created - 1, all + created - 1));
        there.db.close().await;
    })
    .await;
}
