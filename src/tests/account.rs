//! The store of accounts, links, sessions and failures.

use mingfa::{
    db::{self, account as store},
    domain::{
        account::{Account, Failures, MEMORY_MS},
        id::AccountId,
        time::Timestamp,
    },
    error::Fault,
    service::account,
};

use crate::support::{START, Stage, each_engine, fault, operator};

fn someone(id: i64, name: &str) -> Account {
    Account {
        id: AccountId(id),
        name: name.to_owned(),
        display: name.to_owned(),
        person: None,
        grants: Vec::new(),
    }
}

async fn insert(stage: &Stage, account: Account) -> db::Result<()> {
    let insert = stage.app.db.write(account, |tx, account| {
        Box::pin(async move { store::insert(tx, &account).await })
    });
    insert.await
}

#[tokio::test]
async fn a_login_name_belongs_to_one_account() {
    each_engine(async |stage| {
        insert(stage, someone(1, "first")).await.expect("a new name");
        assert!(matches!(
            insert(stage, someone(2, "first")).await,
            Err(db::Error::Taken)
        ));
        let (found, hash) = store::by_name(&stage.app.db, "first")
            .await
            .expect("the accounts")
            .expect("the account");
        assert_eq!((found, hash.as_str()), (someone(1, "first"), ""));
        assert_eq!(
            store::by_name(&stage.app.db, "FIRST").await.expect("the accounts"),
            None
        );
    })
    .await;
}

#[tokio::test]
async fn an_account_of_the_roster_shows_the_persons_name() {
    each_engine(async |stage| {
        stage.roster(1, 1).await;
        let person = stage.person("1001").await;
        let (found, _) = store::by_name(&stage.app.db, "1001")
            .await
            .expect("the accounts")
            .expect("the account");
        assert_eq!(
            (found.display.as_str(), found.person, found.grants.len()),
            ("张1001", Some(person), 0)
        );
        assert_eq!(
            db::person::account_of(&stage.app.db, person)
                .await
                .expect("the accounts"),
            Some(found.id)
        );
        assert_eq!(stage.caller("1001").await.person().expect("a person"), person);
    })
    .await;
}

#[tokio::test]
async fn a_link_is_used_once_even_by_two_at_the_same_moment() {
    each_engine(async |stage| {
        insert(stage, someone(1, "first")).await.expect("a new name");
        let (token, until) = ([1; 32], START.plus_seconds(60));
        let give = || stage.write(move |tx| Box::pin(store::insert_link(tx, &[1; 32], AccountId(1), until)));
        let take = || stage.write(move |tx| Box::pin(async move { store::use_link(tx, &token, START).await }));
        give().await.expect("the link is stored");
        assert_eq!(
            store::by_link(&stage.app.db, &token, START).await.expect("the links"),
            Some(someone(1, "first"))
        );
        assert_eq!(
            store::by_link(&stage.app.db, &token, until).await.expect("the links"),
            None,
            "its time is over"
        );
        let (here, there) = tokio::join!(take(), take());
        let mut taken = [here.expect("the links"), there.expect("the links")];
        taken.sort_unstable();
        assert_eq!(taken, [None, Some(AccountId(1))]);

        give().await.expect("another link");
        stage
            .write(|tx| Box::pin(store::withdraw_links(tx, AccountId(1))))
            .await
            .expect("it is withdrawn");
        assert_eq!(take().await.expect("the links"), None);
        give().await.expect("another link");
        let late = stage.write(move |tx| Box::pin(async move { store::use_link(tx, &token, until).await }));
        assert_eq!(late.await.expect("the links"), None);
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_by_sign_out_by_time_or_by_a_new_password() {
    each_engine(async |stage| {
        insert(stage, someone(1, "first")).await.expect("a new name");
        for (token, hours) in [([1; 32], 1), ([2; 32], 2), ([3; 32], 3)] {
            let until = START.plus_seconds(hours * 3600);
            let open = stage
                .write(move |tx| Box::pin(async move { store::insert_session(tx, &token, AccountId(1), until).await }));
            open.await.expect("the session is stored");
        }
        let alive = async |token: [u8; 32], now: Timestamp| {
            store::by_session(&stage.app.db, &token, now)
                .await
                .expect("the sessions")
        };
        assert_eq!(
            alive([1; 32], START).await,
            Some((someone(1, "first"), START.plus_seconds(3600)))
        );
        assert_eq!(alive([1; 32], START.plus_seconds(3600)).await, None);
        assert_eq!(alive([9; 32], START).await, None);
        stage
            .write(|tx| Box::pin(store::delete_session(tx, &[2; 32])))
            .await
            .expect("signed out");
        assert!(alive([2; 32], START).await.is_none() && alive([3; 32], START).await.is_some());
        stage
            .write(|tx| Box::pin(store::delete_expired(tx, START.plus_seconds(3600))))
            .await
            .expect("tidied");
        assert!(alive([1; 32], START).await.is_none() && alive([3; 32], START).await.is_some());
        stage
            .write(|tx| Box::pin(store::set_password(tx, AccountId(1), "hash")))
            .await
            .expect("a new password");
        assert!(alive([3; 32], START).await.is_none());
        let (_, hash) = store::by_name(&stage.app.db, "first")
            .await
            .expect("the accounts")
            .expect("the account");
        assert_eq!(hash, "hash");
    })
    .await;
}

#[tokio::test]
async fn failures_are_counted_per_name_and_address_and_forgotten_after_an_hour() {
    each_engine(async |stage| {
        let count = async |address: &'static str, now: Timestamp| {
            let counted =
                stage.write(move |tx| Box::pin(async move { store::count_failure(tx, "first", address, now).await }));
            counted.await.expect("the failure is counted");
        };
        let of = async |address: &str| {
            store::failures(&stage.app.db, "first", address)
                .await
                .expect("the failures")
        };
        for second in 0..3 {
            count("here", START.plus_seconds(second)).await;
        }
        count("", START).await;
        assert_eq!(
            of("here").await,
            Failures {
                count: 3,
                last_at: START.plus_seconds(2)
            }
        );
        assert_eq!((of("").await.count, of("there").await), (1, Failures::default()));
        stage
            .write(|tx| Box::pin(store::forget_failures(tx, "first", "here")))
            .await
            .expect("forgotten");
        assert_eq!((of("here").await.count, of("").await.count), (0, 1));
        let later = Timestamp(START.0 + MEMORY_MS + 1);
        count("", later).await;
        assert_eq!(
            of("").await,
            Failures {
                count: 1,
                last_at: later
            },
            "an old row of failures does not go on"
        );
        let much_later = Timestamp(later.0 + MEMORY_MS);
        stage
            .write(move |tx| Box::pin(async move { store::delete_expired(tx, much_later).await }))
            .await
            .expect("tidied");
        assert_eq!(of("").await, Failures::default());
    })
    .await;
}

#[tokio::test]
async fn the_list_of_links_is_for_everybody_without_a_password() {
    each_engine(async |stage| {
        stage.roster(3, 2).await;
        let first = account::link_for_name(&stage.app, &operator(), "1001")
            .await
            .expect("a link");
        account::set_password(
            &stage.app,
            first.text(),
            "安全生产人人有责".to_owned(),
            "安全生产人人有责",
        )
        .await
        .expect("set");
        let old = account::link_for_name(&stage.app, &operator(), "1002")
            .await
            .expect("a link");
        let list = account::links_for_all(&stage.app, &operator()).await.expect("the list");
        let mut numbers: Vec<&str> = list.iter().map(|(person, _)| person.number.as_str()).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, ["1002", "1003"]);
        assert_eq!(
            fault(account::link_owner(&stage.app, old.text()).await),
            Fault::Link,
            "the newest link alone holds"
        );
        for (person, token) in &list {
            let owner = account::link_owner(&stage.app, token.text())
                .await
                .expect("the link holds");
            assert_eq!(owner.person, Some(person.id));
        }
        let candidate = stage.caller("1001").await;
        assert_eq!(
            fault(account::links_for_all(&stage.app, &candidate).await.map(|_| ())),
            Fault::Forbidden
        );
    })
    .await;
}

#[tokio::test]
async fn the_first_administrator_gets_a_link_until_a_password_is_set() {
    each_engine(async |stage| {
        let first = account::first_administrator(&stage.app, &operator())
            .await
            .expect("made")
            .expect("a link");
        let second = account::first_administrator(&stage.app, &operator())
            .await
            .expect("known")
            .expect("a newer link");
        assert_eq!(fault(account::link_owner(&stage.app, first.text()).await), Fault::Link);
        let words = "应急管理依法行政".to_owned();
        account::set_password(&stage.app, second.text(), words.clone(), &words)
            .await
            .expect("set");
        assert!(
            account::first_administrator(&stage.app, &operator())
                .await
                .expect("known")
                .is_none()
        );
        assert_eq!(stage.count("SELECT COUNT(*) FROM account").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_piece_of_work_that_fails_takes_back_all_it_wrote_and_nothing_of_its_neighbours() {
    each_engine(async |stage| {
        let both = || {
            stage.write(|tx| {
                Box::pin(async move {
                    store::insert(tx, &someone(1, "first")).await?;
                    store::insert(tx, &someone(2, "first")).await
                })
            })
        };
        let other = |id: i64| insert(stage, someone(id, &format!("other {id}")));
        let (before, failed, after) = tokio::join!(other(11), both(), other(12));
        assert!(before.is_ok() && after.is_ok());
        assert!(matches!(failed, Err(db::Error::Taken)));
        assert_eq!(stage.count("SELECT COUNT(*) FROM account").await, 2);
        assert_eq!(
            store::by_name(&stage.app.db, "first").await.expect("the accounts"),
            None
        );
    })
    .await;
}

#[tokio::test]
async fn a_closed_database_refuses_and_a_stored_value_that_cannot_be_read_is_named() {
    each_engine(async |stage| {
        insert(stage, someone(1, "first")).await.expect("a new name");
        stage
            .run("INSERT INTO role_grant (account, role, unit, granted_by, granted_at) VALUES (1, 'emperor', 0, 0, 0)")
            .await;
        let unreadable = store::by_name(&stage.app.db, "first").await;
        assert!(matches!(
            unreadable,
            Err(db::Error::Inconsistent {
                table: "role_grant",
                column: "role",
                row: 1
            })
        ));
        let other = stage.place.connect().await;
        other.ping().await.expect("it answers");
        other.close().await;
        assert!(other.ping().await.is_err());
        let refused: db::Result<()> = other.write((), |_, ()| Box::pin(async { Ok(()) })).await;
        assert!(refused.is_err());
    })
    .await;
}
