//! Files between their preview and their import.

use mingfa::{
    db::upload as store,
    domain::id::{AccountId, UploadId},
    error::Fault,
    service::{account, upload},
};

use crate::{
    browser::Browser,
    support::{START, each_engine, fault, roster_csv},
};

#[tokio::test]
async fn a_file_is_kept_for_an_hour_for_the_account_that_uploaded_it() {
    each_engine(async |stage| {
        let token = stage.administrator().await;
        let caller = account::caller(&stage.app, &token)
            .await
            .expect("the sessions")
            .expect("signed in");
        let body = vec![0, 255, 7];
        let id = upload::keep(&stage.app, &caller, "表.xlsx".to_owned(), body.clone())
            .await
            .expect("kept");
        assert_eq!(
            upload::get(&stage.app, &caller, id).await.expect("the file"),
            ("表.xlsx".to_owned(), body)
        );
        let owner = caller.account().expect("an account").id;
        assert!(
            store::get(&stage.app.db, id, AccountId(owner.0 + 1), START)
                .await
                .expect("the files")
                .is_none()
        );
        stage.clock.advance_seconds(3600);
        assert_eq!(fault(upload::get(&stage.app, &caller, id).await), Fault::UploadGone);
        account::tidy(&stage.app).await.expect("tidying");
        assert_eq!(stage.count("SELECT COUNT(*) FROM upload").await, 0);
        assert_eq!(
            fault(upload::keep(&stage.app, &caller, String::new(), vec![]).await),
            Fault::NoFile
        );
    })
    .await;
}

#[tokio::test]
async fn tidying_leaves_what_is_not_over() {
    each_engine(async |stage| {
        for (id, seconds) in [(1, 10), (2, 20)] {
            let put = stage.write(move |tx| {
                Box::pin(store::insert(
                    tx,
                    UploadId(id),
                    AccountId(1),
                    "a.csv",
                    b"a",
                    START.plus_seconds(seconds),
                ))
            });
            put.await.expect("kept");
        }
        stage
            .write(|tx| Box::pin(store::delete_expired(tx, START.plus_seconds(10))))
            .await
            .expect("tidied");
        assert_eq!(stage.count("SELECT MIN(id) FROM upload").await, 2);
        stage
            .write(|tx| Box::pin(store::delete(tx, UploadId(2))))
            .await
            .expect("forgotten");
        assert_eq!(stage.count("SELECT COUNT(*) FROM upload").await, 0);
    })
    .await;
}

#[tokio::test]
async fn an_administrator_uploads_previews_and_imports_a_roster() {
    each_engine(async |stage| {
        let browser = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let csv = roster_csv([(1, 1), (2, 1)]);
        let sent = browser
            .upload("/admin/people/import", "花名册.csv", csv.as_bytes())
            .await;
        assert_eq!(sent.status, 303);
        let preview = browser.get(sent.location()).await;
        assert!(
            preview.status == 200 && preview.body.contains("花名册.csv"),
            "{}",
            preview.status
        );
        assert_eq!(
            stage.count("SELECT COUNT(*) FROM person").await,
            0,
            "a preview stores nothing"
        );
        assert_eq!(browser.post(sent.location(), &[]).await.status, 200);
        assert_eq!(stage.count("SELECT COUNT(*) FROM person").await, 2);
        assert_eq!(
            browser.post(sent.location(), &[]).await.status,
            410,
            "the same form sent again"
        );
    })
    .await;
}
