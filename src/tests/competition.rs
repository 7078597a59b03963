//! Competitions through the service: joining, the rules at work, what is refused, rules that change, a second node.

use std::sync::Arc;

use mingfa::{
    db,
    domain::{
        attempt::{Event, HandIn},
        competition::{
            Asked, Chances, Counting, IdentityType, Rules, RulesFault, Scoring, StageKind, TieBreak, Validity,
            board::Scope,
            burden::Clause,
            play::NoPlay,
            player::{Form, FormFault, Player},
            preset::Preset,
        },
        exam::Window,
        id::CompetitionId,
        item::{Kind, OptionSet},
        paper::Paper,
        points::Points,
        time::Timestamp,
    },
    error::Fault,
    service::{
        App, Error,
        competition::{
            self, Contest, boards, join,
            play::{self, HandedIn, Sitting},
            setup::{self, Setup},
        },
    },
};

use crate::support::{Engine, START, Stage, each_engine, fault, operator};

const DAYS: i64 = 30;

/// One official stage from the start of the test on; a question a point, three attempts a day.
pub fn rules() -> Rules {
    let window = Window {
        opens_at: START,
        closes_at: START.plus_seconds(DAYS * 86_400),
    };
    let mut rules = Preset::OfficialFive.rules(window);
    rules.stages.retain(|stage| stage.kind == StageKind::Official);
    rules.stages[0].window = window;
    rules.certificate = false;
    rules.registration.division = Asked::Optional;
    rules
}

/// A published competition under these rules.
pub async fn published(stage: &Stage, rules: Rules) -> Arc<Contest> {
    let bank = stage
        .bank(
            "竞赛题库",
            &[(Kind::Single, 20), (Kind::Multiple, 10), (Kind::TrueFalse, 10)],
        )
        .await;
    let setup = Setup {
        title: "安全生产法律知识竞赛".to_owned(),
        unit: None,
        bank,
        rules,
    };
    let id = setup::create(&stage.app, &operator(), setup).await.expect("a draft");
    setup::publish(&stage.app, &operator(), id)
        .await
        .expect("the bank is enough");
    contest(&stage.app, id).await
}

pub async fn contest(app: &App, id: CompetitionId) -> Arc<Contest> {
    let code = db::competition::get(&app.db, id)
        .await
        .expect("the competitions")
        .expect("the competition")
        .code;
    competition::contest(app, &code).await.expect("it is published")
}

pub fn form(division: u32) -> Form {
    Form {
        identity: Some(IdentityType::Employee),
        division,
        ..Form::default()
    }
}

pub async fn joined(stage: &Stage, contest: &Contest, form: &Form) -> Arc<Player> {
    let (player, _) = join::join(&stage.app, contest, None, form, 0)
        .await
        .expect("somebody joins");
    player
}

/// The keys of an attempt's paper as shown.
pub async fn keys(app: &App, contest: &Contest, player: &Player, number: u32) -> Vec<OptionSet> {
    let play = db::play::get(&app.db, player.id, number)
        .await
        .expect("the attempts")
        .expect("the attempt");
    let pool = db::competition::pool(&app.db, contest.id()).await.expect("the pool");
    let paper = Paper::from_bytes(&play.paper).expect("a whole paper");
    let key = |drawn: &mingfa::domain::paper::Drawn| drawn.shown(pool[drawn.pool as usize].question.key);
    paper.0.iter().map(key).collect()
}

/// A choice that is not the key.
fn wrong(key: OptionSet) -> OptionSet {
    OptionSet(if key.contains(0) { 2 } else { 1 })
}

/// Answers from this version on: right or wrong, for questions 1, 2, …
fn answers(keys: &[OptionSet], right: &[bool], from: u32) -> Vec<Event> {
    (0..)
        .zip(keys.iter().zip(right))
        .map(|(place, (key, right))| Event {
            version: from + u32::from(place),
            item: place + 1,
            choice: if *right { *key } else { wrong(*key) },
            flagged: false,
            text: String::new(),
        })
        .collect()
}

/// Plays an attempt to its end.
async fn play(stage: &Stage, contest: &Arc<Contest>, player: &Player, right: &[bool]) -> Sitting {
    let sitting = play::start(&stage.app, contest, player, 0)
        .await
        .expect("an attempt begins");
    let keys = keys(&stage.app, contest, player, sitting.number).await;
    stage.clock.advance_seconds(10);
    play::save(&stage.app, contest, player, sitting.number, &answers(&keys, right, 1))
        .await
        .expect("answers are saved");
    play::hand_in(&stage.app, contest, player, sitting.number, false)
        .await
        .expect("a hand-in");
    sitting
}

async fn record(stage: &Stage, player: &Player) -> mingfa::domain::competition::play::Record {
    db::play::record(&stage.app.db, player.id)
        .await
        .expect("the records")
        .expect("the record")
}

#[tokio::test]
async fn a_player_joins_plays_and_stands_on_the_board() {
    each_engine(async |stage| {
        let contest = published(stage, rules()).await;
        let (one, other) = (
            joined(stage, &contest, &form(370_303)).await,
            joined(stage, &contest, &form(3703)).await,
        );
        play(stage, &contest, &one, &[true, true, true, true, false]).await;
        play(stage, &contest, &other, &[true, true, true, true, true]).await;
        play(stage, &contest, &one, &[true, false, false, false, false]).await;
        let standing = record(stage, &one).await.standing.expect("a standing");
        assert_eq!(
            (standing.score, standing.person_times, standing.answers),
            (Points::whole(5), 2, 10)
        );
        let ranks = boards::ranks(&stage.app, &contest, &one).await.expect("the ranks");
        // Equal scores: the earlier finish decides, and that was the other's.
        assert_eq!(ranks, [(Scope::All, 2, 2), (Scope::Division(370_303), 1, 1)]);
        let result = play::result(&stage.app, &contest, &one, 1)
            .await
            .expect("the result")
            .expect("it is over");
        assert_eq!(
            (result.score, result.right, result.questions, result.valid),
            (Points::whole(4), 4, 5, true)
        );
        assert_eq!(
            result
                .reviewed
                .expect("answers are shown")
                .iter()
                .filter(|one| one.right)
                .count(),
            4
        );
        let (all, by_identity) = boards::totals(&stage.app, &contest).await.expect("the totals");
        assert_eq!(
            (all.joined, all.participants, all.person_times, all.answers_right),
            (2, 2, 3, 10)
        );
        assert_eq!(by_identity[1].1.person_times, 3);
        let divisions = boards::divisions(&stage.app, &contest, mingfa::domain::division::DivisionCode::new(37))
            .await
            .expect("the board of divisions");
        assert_eq!((divisions[0].group, divisions[0].tally.participants), (3703, 2));
    })
    .await;
}

#[tokio::test]
async fn what_the_rules_do_not_allow_is_refused_and_changes_nothing() {
    each_engine(async |stage| {
        let mut strict = rules();
        (strict.stages[0].per_day, strict.stages[0].total) = (Some(2), Some(3));
        let contest = published(stage, strict).await;
        let (player, other) = (
            joined(stage, &contest, &form(0)).await,
            joined(stage, &contest, &form(0)).await,
        );
        let app = &stage.app;
        for _ in 0..2 {
            play(stage, &contest, &player, &[true; 5]).await;
        }
        let third = play::start(app, &contest, &player, 0).await;
        assert_eq!(fault(third), Fault::CannotPlay(NoPlay::Today(2)));
        // The day of China begins at 16:00 of the day before in UTC.
        stage.clock.set(Timestamp(START.0 + 15 * 3_600_000));
        play(stage, &contest, &player, &[true; 5]).await;
        stage.clock.advance_seconds(86_400);
        assert_eq!(
            fault(play::start(app, &contest, &player, 0).await),
            Fault::CannotPlay(NoPlay::Stage(3))
        );
        let before = record(stage, &player).await;

        let sitting = play::start(app, &contest, &other, 0).await.expect("an attempt begins");
        let good = answers(&keys(app, &contest, &other, 1).await, &[true; 5], 1);
        // Another's attempt, one that never was, a question that is not there, an option that is not there.
        assert_eq!(
            fault(play::save(app, &contest, &player, 4, &good).await),
            Fault::NotFound
        );
        assert_eq!(
            fault(play::hand_in(app, &contest, &other, 2, false).await),
            Fault::NotFound
        );
        let bad = |item, choice| {
            [Event {
                item,
                choice: OptionSet(choice),
                ..good[0].clone()
            }]
        };
        assert_eq!(
            fault(play::save(app, &contest, &other, 1, &bad(6, 1)).await),
            Fault::NoSuchChoice
        );
        assert_eq!(
            fault(play::save(app, &contest, &other, 1, &bad(1, 1 << 9)).await),
            Fault::NoSuchChoice
        );
        assert_eq!(
            fault(play::save(app, &contest, &other, 1, &[]).await),
            Fault::BadRequest
        );
        play::save(app, &contest, &other, sitting.number, &good[..2])
            .await
            .expect("two answers");
        // The same again is no harm; another page that does not know them is told so; one that goes on is taken.
        play::save(app, &contest, &other, 1, &good[..2])
            .await
            .expect("a repeat");
        let stale = [Event {
            choice: wrong(good[0].choice),
            ..good[0].clone()
        }];
        assert_eq!(
            fault(play::save(app, &contest, &other, 1, &stale).await),
            Fault::Stale(2)
        );
        play::save(app, &contest, &other, 1, &good)
            .await
            .expect("a head that is known, and the rest");
        // Late: after the deadline and the seconds of grace.
        stage.clock.advance_seconds(300 + 5);
        let late = [Event {
            version: 6,
            ..good[0].clone()
        }];
        assert_eq!(fault(play::save(app, &contest, &other, 1, &late).await), Fault::Late);
        assert_eq!(play::hand_in_overdue(app).await.expect("a sweep"), 1);
        let ended = db::play::get(&app.db, other.id, 1)
            .await
            .expect("it")
            .expect("is there")
            .ended
            .expect("and over");
        assert_eq!((ended.hand_in, ended.right, ended.valid), (HandIn::AutoSubmit, 5, true));
        assert_eq!(ended.handed_in_at, sitting.deadline);
        assert_eq!(record(stage, &player).await, before);
    })
    .await;
}

#[tokio::test]
async fn handing_in_many_times_at_once_counts_once() {
    each_engine(async |stage| {
        let contest = published(stage, rules()).await;
        let player = joined(stage, &contest, &form(0)).await;
        let starts = (0..50).map(|_| {
            let (app, contest, player) = (stage.app.clone(), Arc::clone(&contest), Arc::clone(&player));
            tokio::spawn(async move {
                play::start(&app, &contest, &player, 0)
                    .await
                    .map(|sitting| sitting.number)
            })
        });
        for start in starts.collect::<Vec<_>>() {
            assert_eq!(start.await.expect("no panic").expect("one attempt"), 1);
        }
        let good = answers(&keys(&stage.app, &contest, &player, 1).await, &[true; 5], 1);
        play::save(&stage.app, &contest, &player, 1, &good)
            .await
            .expect("answers");
        let hand_ins = (0..1_000).map(|_| {
            let (app, contest, player) = (stage.app.clone(), Arc::clone(&contest), Arc::clone(&player));
            tokio::spawn(async move { play::hand_in(&app, &contest, &player, 1, false).await })
        });
        let (mut ended, mut slower) = (0, 0);
        for hand_in in hand_ins.collect::<Vec<_>>() {
            match hand_in.await.expect("no panic") {
                Ok(HandedIn::Ended) => ended += 1,
                Err(Error::Fault(Fault::Slower(_))) => slower += 1,
                other => panic!("{other:?}"),
            }
        }
        // No person hands in a thousand times; whatever is taken counts once.
        assert!(ended > 0 && slower > 0, "{ended} {slower}");
        let standing = record(stage, &player).await.standing.expect("a standing");
        assert_eq!((standing.person_times, standing.score), (1, Points::whole(5)));
        let (all, _) = boards::totals(&stage.app, &contest).await.expect("the totals");
        assert_eq!((all.person_times, all.answers), (1, 5));
    })
    .await;
}

#[tokio::test]
async fn wrong_answers_are_given_again_until_all_is_right() {
    each_engine(async |stage| {
        let mut again = rules();
        again.scoring = Scoring::UntilRight {
            points: Points::whole(1),
        };
        again.counting = Counting::Best;
        again.chances = Chances::AllRight;
        let contest = published(stage, again).await;
        let player = joined(stage, &contest, &form(0)).await;
        let app = &stage.app;
        play::start(app, &contest, &player, 0).await.expect("an attempt begins");
        let keys = keys(app, &contest, &player, 1).await;
        let first = answers(&keys, &[true, false, true, false, true], 1);
        play::save(app, &contest, &player, 1, &first).await.expect("answers");
        let handed_in = play::hand_in(app, &contest, &player, 1, false).await.expect("a go");
        assert_eq!(handed_in, HandedIn::Again(vec![2, 4]));
        // The go was one version more.
        let second = [Event {
            version: 7,
            item: 2,
            choice: keys[1],
            flagged: true,
            text: String::new(),
        }];
        play::save(app, &contest, &player, 1, &second)
            .await
            .expect("a better answer");
        let handed_in = play::hand_in(app, &contest, &player, 1, false).await.expect("a go");
        assert_eq!(handed_in, HandedIn::Again(vec![4]));
        let sitting = play::open(app, &contest, &player, 1).await.expect("it").expect("runs");
        assert_eq!((sitting.sheet.version, sitting.sheet.answers[1].flagged), (8, true));
        let third = [Event {
            version: 9,
            item: 4,
            choice: keys[3],
            flagged: false,
            text: String::new(),
        }];
        play::save(app, &contest, &player, 1, &third)
            .await
            .expect("a better answer");
        assert_eq!(
            play::hand_in(app, &contest, &player, 1, false).await.expect("the end"),
            HandedIn::Ended
        );
        let standing = record(stage, &player).await.standing.expect("a standing");
        assert_eq!((standing.score, standing.chances), (Points::whole(3), 1));

        play::start(app, &contest, &player, 0).await.expect("a second attempt");
        let handed_in = play::hand_in(app, &contest, &player, 2, true).await.expect("given up");
        assert_eq!(handed_in, HandedIn::Ended);
        let ended = db::play::get(&app.db, player.id, 2)
            .await
            .expect("it")
            .expect("is there")
            .ended
            .expect("and over");
        assert_eq!((ended.valid, ended.chances), (false, 0));
        assert_eq!(
            record(stage, &player).await.standing.expect("a standing").person_times,
            1
        );
    })
    .await;
}

#[tokio::test]
async fn nobody_joins_twice_with_one_number_and_faults_are_named() {
    each_engine(async |stage| {
        let mut asking = rules();
        asking.registration.phone = Asked::Required;
        asking.certificate = true;
        asking.regions = vec![3703];
        let contest = published(stage, asking).await;
        let app = &stage.app;
        let good = Form {
            name: "张三".to_owned(),
            phone: "138 0000 0001".to_owned(),
            ..form(370_303)
        };
        let (player, token) = join::join(app, &contest, None, &good, 7).await.expect("somebody joins");
        assert_eq!((player.phone.as_str(), player.name.as_str()), ("138****0001", "张三"));
        let again = Form {
            phone: "１３８０００００００１".to_owned(),
            ..good.clone()
        };
        assert_eq!(
            fault(join::join(app, &contest, None, &again, 7).await),
            Fault::JoinedAlready
        );
        let bad = Form {
            name: "<b>".to_owned(),
            phone: "12".to_owned(),
            ..form(3601)
        };
        assert_eq!(
            fault(join::join(app, &contest, None, &bad, 7).await),
            Fault::Join(vec![FormFault::OtherDivision, FormFault::Name, FormFault::Phone])
        );
        assert_eq!(stage.count("SELECT COUNT(*) FROM player").await, 1);
        assert_eq!(
            stage
                .count("SELECT COUNT(*) FROM player WHERE phone LIKE '%0000000%'")
                .await,
            0
        );
        // The secret opens, another one does not, nor does it open another competition.
        let found = join::player(app, &contest, &token).await.expect("the players");
        assert_eq!(found.map(|found| found.id), Some(player.id));
        let forged = join::Token::parse(&format!("{}.{}", player.id, "0".repeat(32))).expect("a token");
        assert!(
            join::player(app, &contest, &forged)
                .await
                .expect("the players")
                .is_none()
        );

        // One correction, in time, in everything but the number.
        let other = Form {
            name: "张珊".to_owned(),
            ..form(370_304)
        };
        join::correct(app, &contest, &player, &other)
            .await
            .expect("a correction");
        let corrected = join::player(app, &contest, &token)
            .await
            .expect("the players")
            .expect("the player");
        assert_eq!((corrected.name.as_str(), corrected.division), ("张珊", 370_304));
        assert_eq!(
            fault(join::correct(app, &contest, &corrected, &good).await),
            Fault::NoCorrection
        );
        let counted = boards::look(app, contest.id(), |board| board.tally(Scope::Division(370_304)).joined).await;
        assert_eq!(counted.expect("the board"), 1);
    })
    .await;
}

#[tokio::test]
async fn rules_change_from_a_moment_on_with_notice() {
    each_engine(async |stage| {
        let contest = published(stage, rules()).await;
        let (app, by, id) = (&stage.app, operator(), contest.id());
        let player = joined(stage, &contest, &form(0)).await;
        let mut later = rules();
        later.stages[0].per_day = Some(1);
        later.validity = Validity {
            least_right: 4,
            above_zero: false,
        };
        let from = START.plus_seconds(3_600);
        assert_eq!(
            fault(setup::announce(app, &by, id, later.clone(), Timestamp(START.0 - 1), "太多了").await),
            Fault::Rules(vec![RulesFault::Effective])
        );
        assert_eq!(
            fault(setup::announce(app, &by, id, later.clone(), from, " ").await),
            Fault::Wording
        );
        setup::announce(app, &by, id, later.clone(), from, "每天一次，让更多人参加")
            .await
            .expect("new rules");
        let contest = competition::contest(app, &contest.competition.code).await.expect("it");
        assert_eq!(contest.announced(START).map(|version| version.number), Some(2));
        play(stage, &contest, &player, &[true; 5]).await;
        play(stage, &contest, &player, &[true; 5]).await;
        stage.clock.set(from);
        assert_eq!(
            fault(play::start(app, &contest, &player, 0).await),
            Fault::CannotPlay(NoPlay::Today(1))
        );
        stage.clock.advance_seconds(86_400);
        let contest = competition::contest(app, &contest.competition.code).await.expect("it");
        play(stage, &contest, &player, &[true, true, true, false, false]).await;
        let standing = record(stage, &player).await.standing.expect("a standing");
        assert_eq!(
            standing.person_times, 2,
            "three right are not enough under the new rules"
        );

        // State staff stand on personal boards only by a waiver, which needs who approved it and why.
        let staff = Form {
            identity: Some(IdentityType::StateStaff),
            ..form(0)
        };
        let staff = joined(stage, &contest, &staff).await;
        play(stage, &contest, &staff, &[true; 5]).await;
        let ranks = |contest: Arc<Contest>| {
            let (app, staff) = (app.clone(), Arc::clone(&staff));
            async move { boards::ranks(&app, &contest, &staff).await.expect("the ranks").len() }
        };
        assert_eq!(ranks(Arc::clone(&contest)).await, 0);
        let ranking = Clause::PersonalRanking;
        assert_eq!(
            fault(setup::waive(app, &by, id, ranking, "", "为了评奖").await),
            Fault::Wording
        );
        assert_eq!(
            fault(setup::waive(app, &by, id, Clause::SignIn, "王局长", "为了评奖").await),
            Fault::WrongState
        );
        setup::waive(app, &by, id, ranking, "王局长", "为了评奖")
            .await
            .expect("a waiver");
        let contest = competition::contest(app, &contest.competition.code).await.expect("it");
        assert_eq!(ranks(Arc::clone(&contest)).await, 1);
        setup::end_waiver(app, &by, id, ranking).await.expect("it ends");
        let contest = competition::contest(app, &contest.competition.code).await.expect("it");
        assert_eq!(ranks(Arc::clone(&contest)).await, 0);
    })
    .await;
}

#[tokio::test]
async fn too_small_a_bank_and_a_second_publishing_are_refused() {
    each_engine(async |stage| {
        let mut wide = rules();
        wide.ceiling_percent = Some(10);
        let bank = stage.bank("小题库", &[(Kind::Single, 49)]).await;
        let setup = |rules| Setup {
            title: "竞赛".to_owned(),
            unit: None,
            bank,
            rules,
        };
        let id = setup::create(&stage.app, &operator(), setup(wide))
            .await
            .expect("a draft");
        let publish = setup::publish(&stage.app, &operator(), id).await;
        assert_eq!(fault(publish), Fault::Rules(vec![RulesFault::Pool]));
        assert_eq!(stage.count("SELECT COUNT(*) FROM competition_item").await, 0);
        setup::update(&stage.app, &operator(), id, setup(rules()))
            .await
            .expect("a draft can be changed");
        setup::publish(&stage.app, &operator(), id)
            .await
            .expect("now it is enough");
        assert_eq!(
            fault(setup::publish(&stage.app, &operator(), id).await),
            Fault::WrongState
        );
        assert_eq!(
            fault(setup::update(&stage.app, &operator(), id, setup(rules())).await),
            Fault::WrongState
        );
    })
    .await;
}

#[tokio::test]
async fn another_node_sees_what_was_played_within_its_next_look() {
    let Some(place) = crate::support::Place::ready(Engine::Postgres).await else {
        return;
    };
    let stage = Stage::new(place, 1).await;
    let mut summed = rules();
    summed.tie_breaks = vec![TieBreak::MoreRight];
    let here = published(&stage, summed).await;
    let other = stage.second_node().await;
    let there = contest(&other, here.id()).await;
    let player = joined(&stage, &here, &form(37)).await;
    let rank = || async {
        boards::follow(&stage.app).await.expect("following");
        boards::follow(&other).await.expect("following");
        (
            boards::ranks(&stage.app, &here, &player)
                .await
                .expect("ranks")
                .first()
                .map(|rank| rank.1),
            boards::ranks(&other, &there, &player)
                .await
                .expect("ranks")
                .first()
                .map(|rank| rank.1),
        )
    };
    assert_eq!(rank().await, (None, None));
    play(&stage, &here, &player, &[true; 5]).await;
    assert_eq!(rank().await, (Some(1), Some(1)));
    let (second, _) = join::join(&other, &there, None, &form(37), 0)
        .await
        .expect("somebody joins there");
    for _ in 0..2 {
        let sitting = play::start(&other, &there, &second, 0)
            .await
            .expect("an attempt begins");
        let keys = keys(&other, &there, &second, sitting.number).await;
        play::save(&other, &there, &second, sitting.number, &answers(&keys, &[true; 5], 1))
            .await
            .expect("answers");
        // Handed in on the other node, and again on this one.
        play::hand_in(&stage.app, &here, &second, sitting.number, false)
            .await
            .expect("a hand-in");
        play::hand_in(&other, &there, &second, sitting.number, false)
            .await
            .expect("the same hand-in");
    }
    assert_eq!(rank().await, (Some(2), Some(2)));
    for (app, contest) in [(&stage.app, &here), (&other, &there)] {
        let (all, _) = boards::totals(app, contest).await.expect("the totals");
        assert_eq!((all.participants, all.person_times, all.score_sum), (2, 3, 1_500));
    }
    stage.remove().await;
}
