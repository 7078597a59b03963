//! What a competition leaves behind: questions that were asked, and a result in the record of whoever played with an account.

use std::sync::Arc;

use mingfa::{
    domain::{
        bank::{Filter, Sort},
        competition::{IdentityType, player::Form},
        item::State,
    },
    service::{
        bank,
        competition::{contest, count, join, setup},
        record,
    },
};

use crate::{
    browser::Browser,
    competition_admin::{plays, published, rules},
    support::{START, Stage, each_engine, operator},
};

const DAY: i64 = 24 * 3600;

async fn joined(stage: &Stage, code: &str) -> Arc<mingfa::domain::competition::player::Player> {
    let form = Form {
        identity: Some(IdentityType::Employee),
        division: 370_303,
        account: true,
        ..Form::default()
    };
    let caller = stage.caller("1001").await;
    let contest = contest(&stage.app, code).await.expect("published");
    let joined = join::join(&stage.app, &contest, Some(&caller), &form, 7).await;
    joined.expect("joined").0
}

#[tokio::test]
async fn attempts_of_a_competition_count_as_exposure_once_they_are_counted_which_happens_by_itself_at_the_end() {
    each_engine(async |stage| {
        stage.roster(2, 1).await;
        let (app, operator) = (&stage.app, operator());
        let id = published(stage, None, rules()).await;
        let competition = setup::competition(app, &operator, id).await.expect("there");
        let player = joined(stage, &competition.code).await;
        let contest = contest(app, &competition.code).await.expect("published");
        for right in [5, 2] {
            plays(stage, &contest, &player, 7, right, &[]).await;
        }
        let list = async |sort| {
            let filter = Filter {
                state: Some(State::Ready),
                sort,
                ..Filter::of(competition.bank)
            };
            bank::questions(app, &operator, &filter, 1).await.expect("a page").0
        };
        for (_, usage) in list(Sort::Number).await {
            assert_eq!(
                (usage.competitions, usage.uncounted, usage.plays, usage.recent.all),
                (1, 1, 0, 0)
            );
        }
        assert_eq!(count::count_ended(app).await.expect("looked"), 0, "it goes on");
        stage.clock.set(START.plus_seconds(30 * DAY + 4 * 3600));
        assert_eq!(count::count_ended(app).await.expect("counted"), 1);
        assert_eq!(count::count_ended(app).await.expect("looked"), 0, "nothing new");
        for sort in Sort::ALL {
            let found = list(sort).await;
            let asked: Vec<i64> = found.iter().map(|(_, usage)| usage.recent.papers).collect();
            assert_eq!(
                (found.len(), asked.iter().sum::<i64>()),
                (12, 10),
                "two attempts of five questions"
            );
            assert!(
                found
                    .iter()
                    .all(|(_, usage)| usage.uncounted == 0 && usage.recent.all == 2)
            );
            assert!(
                sort != Sort::MostExposed || asked.is_sorted_by(|a, b| a >= b),
                "{asked:?}"
            );
            assert!(sort != Sort::LeastExposed || asked.is_sorted(), "{asked:?}");
        }
        let counted = count::found(app, &operator, id)
            .await
            .expect("found")
            .counted
            .expect("counted");
        assert_eq!(
            counted.count.compared.sizes.iter().sum::<u64>(),
            1,
            "a player is compared once"
        );
        let browser = Browser::new(app).signed_in(&stage.administrator().await);
        let page = browser.get(&format!("/admin/competitions/{id}/items")).await.body;
        assert!(page.contains("同等水平下的人群差异"), "{page}");
        let page = browser.get(&format!("/admin/banks/{}", competition.bank)).await.body;
        assert!(page.contains("在 1 场竞赛的题目里，近 12 个月"), "{page}");
        stage.clock.set(START.plus_seconds(366 * DAY));
        let fresh = list(Sort::MostExposed).await;
        assert!(
            fresh
                .iter()
                .all(|(_, usage)| usage.recent.all == 0 && usage.competitions == 1)
        );
    })
    .await;
}

#[tokio::test]
async fn the_record_tells_its_person_the_result_of_a_competition_and_others_that_there_is_one() {
    each_engine(async |stage| {
        stage.roster(2, 1).await;
        let app = &stage.app;
        let id = published(stage, None, rules()).await;
        let code = setup::competition(app, &operator(), id).await.expect("there").code;
        let player = joined(stage, &code).await;
        let own = Browser::new(app).signed_in(&stage.token("1001").await);
        assert!(own.get("/record").await.body.contains("没有有效成绩"));
        let contest = contest(app, &code).await.expect("published");
        plays(stage, &contest, &player, 7, 4, &[]).await;
        let caller = stage.caller("1001").await;
        let line = record::mine(app, &caller, None)
            .await
            .expect("the record")
            .competitions
            .remove(0);
        let result = line.result.expect("a result");
        assert_eq!((result.person_times, result.right, line.frozen), (1, 4, false));
        let page = own.get("/record").await.body;
        assert!(page.contains("计入 4 分，答对 4 题"), "{page}");
        let english = own.with_cookie("lang", "en").get("/record").await.body;
        assert!(english.contains("Score 4, 4 right"));
        let administrator = Browser::new(app).signed_in(&stage.administrator().await);
        let person = stage.person("1001").await;
        let page = administrator.get(&format!("/admin/people/{person}/record")).await;
        assert!(
            page.status == 200 && page.body.contains("有有效成绩") && !page.body.contains("计入 4 分"),
            "{}",
            page.body
        );
    })
    .await;
}
