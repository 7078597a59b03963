//! Roles: who may hold which together, and that somebody is always left to manage them.

use mingfa::{
    domain::{
        id::AccountId,
        role::{Grant, Right, Role},
    },
    error::Fault,
    service::{account, role},
};

use crate::support::{Stage, each_engine, fault, operator};

const fn everywhere(role: Role) -> Grant {
    Grant { role, unit: None }
}

async fn give(stage: &Stage, name: &str, role: Role) -> Result<(), mingfa::service::Error> {
    role::grant(&stage.app, &operator(), name, everywhere(role)).await
}

async fn account_of(stage: &Stage, name: &str) -> AccountId {
    let found = mingfa::db::account::by_name(&stage.app.db, name)
        .await
        .expect("the accounts");
    found.expect("the account").0.id
}

#[tokio::test]
async fn the_first_administrator_manages_everything_but_audits_nothing() {
    each_engine(async |stage| {
        let administrator = stage.administrator().await;
        let caller = account::caller(&stage.app, &administrator)
            .await
            .expect("the sessions")
            .expect("signed in");
        for right in Right::ALL {
            let expected = !matches!(right, Right::ReadAudit | Right::AskForCorrections);
            assert_eq!(caller.may_everywhere(right).is_ok(), expected, "{right:?}");
        }
        // Asked again, it makes no second one.
        account::first_administrator(&stage.app, &operator())
            .await
            .expect("the roles");
        assert_eq!(stage.count("SELECT COUNT(*) FROM account").await, 1);
    })
    .await;
}

#[tokio::test]
async fn nobody_both_acts_and_audits() {
    each_engine(async |stage| {
        stage.roster(2, 1).await;
        give(stage, "1001", Role::Auditor).await.expect("granted");
        assert_eq!(
            fault(give(stage, "1001", Role::SystemAdministrator).await),
            Fault::RolesApart
        );
        give(stage, "1001", Role::Liaison).await.expect("granted");
        give(stage, "1002", Role::ExamAdministrator).await.expect("granted");
        assert_eq!(fault(give(stage, "1002", Role::Auditor).await), Fault::RolesApart);
        assert_eq!(fault(give(stage, "9999", Role::Liaison).await), Fault::NoSuchAccount);
        assert_eq!(stage.count("SELECT COUNT(*) FROM role_grant").await, 3);
    })
    .await;
}

#[tokio::test]
async fn the_last_system_administrator_stays() {
    each_engine(async |stage| {
        stage.administrator().await;
        let first = account_of(stage, account::FIRST_ADMINISTRATOR).await;
        let take = async |account| {
            role::withdraw(&stage.app, &operator(), account, everywhere(Role::SystemAdministrator)).await
        };
        assert_eq!(fault(take(first).await), Fault::LastAdministrator);
        stage.roster(1, 1).await;
        give(stage, "1001", Role::SystemAdministrator).await.expect("granted");
        take(first).await.expect("another one is left");
        assert_eq!(fault(take(first).await), Fault::NotFound);
    })
    .await;
}

#[tokio::test]
async fn a_role_holds_at_once_and_ends_at_once() {
    each_engine(async |stage| {
        stage.roster(1, 1).await;
        let token = stage.token("1001").await;
        let caller = async || {
            let caller = account::caller(&stage.app, &token).await.expect("the sessions");
            caller.expect("signed in")
        };
        assert!(!caller().await.has(Right::ReadFigures));
        give(stage, "1001", Role::Liaison).await.expect("granted");
        assert!(caller().await.has(Right::ReadFigures));
        let account = account_of(stage, "1001").await;
        role::withdraw(&stage.app, &operator(), account, everywhere(Role::Liaison))
            .await
            .expect("withdrawn");
        assert!(!caller().await.has(Right::ReadFigures));
    })
    .await;
}
