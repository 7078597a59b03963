//! Disputed questions: flagged by those who were asked, ruled on by two people, carried out wherever they were used, and taken back.

use std::sync::Arc;

use mingfa::{
    db,
    domain::{
        attempt::Event,
        competition::{IdentityType, player::Form, player::Player},
        dispute::{NoDispute, Part, State, Step, Target},
        exam::Policy,
        id::{AccountId, AttemptId, BankId, ExamId, PlayerId, QuestionId, RulingId, VersionId},
        item::{Kind, OptionSet},
        key::KeyFault,
        key_correction::{Act, Correction, Method, NoCorrection},
        objection::{About, State as ObjectionState},
        paper::Paper,
        points::Points,
        role::{Grant, Role},
    },
    error::Fault,
    service::{
        App, Caller,
        competition::{self, Contest, join, play, setup as contests},
        dispute::{self, Preview, Wish},
        exam::Setup,
        key_correction, objection, role,
        verify::verify,
    },
};

use crate::{
    browser::{Browser, Reply},
    support::{BASED, Chance, EXPLAINED, Engine, Stage, each_engine, fault, operator, setup, texts},
};

/// A question that stands on every paper of two exams and one competition.
struct Scene {
    exams: [ExamId; 2],
    attempts: Vec<AttemptId>,
    contest: Arc<Contest>,
    players: Vec<Arc<Player>>,
    question: QuestionId,
    version: VersionId,
    key: OptionSet,
    new: OptionSet,
}

/// Exactly what a paper takes.
const COUNTS: [(Kind, usize); 4] = [
    (Kind::Single, 5),
    (Kind::Multiple, 2),
    (Kind::TrueFalse, 2),
    (Kind::Indefinite, 1),
];

async fn contest_of(stage: &Stage, bank: BankId, answers_shown: bool) -> Arc<Contest> {
    let mut rules = crate::competition_admin::rules();
    (rules.stages[0].items, rules.stages[0].answers_shown) = (10, answers_shown);
    rules.validity.least_right = 4;
    let wish = contests::Setup {
        title: "知识竞赛".to_owned(),
        unit: None,
        bank,
        rules,
    };
    let id = contests::create(&stage.app, &operator(), wish).await.expect("a draft");
    contests::publish(&stage.app, &operator(), id).await.expect("published");
    let stored = db::competition::get(&stage.app.db, id).await.expect("the competitions");
    let code = stored.expect("the competition").code;
    competition::contest(&stage.app, &code).await.expect("published")
}

/// Begins an attempt and answers all of it by chance: the key, or the option behind it.
async fn answers(app: &App, contest: &Arc<Contest>, player: &Player, chance: &mut Chance) -> u32 {
    let sitting = play::start(app, contest, player, 0).await.expect("begun");
    let stored = db::play::get(&app.db, player.id, sitting.number).await;
    let stored = stored.expect("the attempts").expect("the attempt");
    let paper = Paper::from_bytes(&stored.paper).expect("a whole paper");
    let pool = db::competition::pool(&app.db, contest.id()).await.expect("the pool");
    let events: Vec<Event> = (0u16..)
        .zip(&paper.0)
        .map(|(place, drawn)| {
            let key = pool[drawn.pool as usize].question.key;
            let chosen = if chance.below(2) == 0 { key } else { behind(key) };
            Event {
                version: u32::from(place) + 1,
                item: place + 1,
                choice: drawn.shown(chosen),
                flagged: false,
                text: String::new(),
            }
        })
        .collect();
    play::save(app, contest, player, sitting.number, &events)
        .await
        .expect("saved");
    sitting.number
}

async fn hands_in(app: &App, contest: &Arc<Contest>, player: &Player, number: u32) {
    let ended = play::hand_in(app, contest, player, number, false).await;
    assert_eq!(ended.expect("handed in"), play::HandedIn::Ended);
}

/// Somebody who joins over the API: the browser, and the player.
async fn joins(stage: &Stage, contest: &Contest) -> (Browser, Player) {
    let code = &contest.competition.code;
    let nobody = Browser::new(&stage.app);
    let joined = nobody
        .post_json(
            &format!("/api/v1/competitions/{code}/players"),
            r#"{"identity":"employee","division":370303}"#,
        )
        .await;
    let token = joined.json()["token"].as_str().expect("a token").to_owned();
    let id = joined.json()["player"]
        .as_str()
        .expect("a player")
        .parse()
        .expect("an id");
    let player = db::player::get(&stage.app.db, id).await.expect("the players");
    (
        nobody.with_cookie(&format!("play_{code}"), &token),
        player.expect("joined").0,
    )
}

/// Another option than the first of a key, which every kind of question has.
fn behind(key: OptionSet) -> OptionSet {
    OptionSet::of([usize::from(key.contains(0))])
}

async fn scene(stage: &Stage) -> Scene {
    stage.roster(6, 2).await;
    let bank = stage.bank("题库", &COUNTS).await;
    let mut attempts = Vec::new();
    let mut exams = [ExamId(0); 2];
    for (place, exam) in exams.iter_mut().enumerate() {
        let set = setup(bank);
        let policy = Policy {
            pass_mark: Points::whole(6),
            ..set.policy.clone()
        };
        *exam = stage.open_exam(Setup { policy, ..set }).await;
        for person in 1001..=1006 {
            let chance = std::cell::RefCell::new(Chance(person + 10 * place as u64));
            let choose = |_, _, key: OptionSet| match chance.borrow_mut().below(2) {
                0 => behind(key),
                _ => key,
            };
            attempts.push(stage.sit(&person.to_string(), *exam, choose).await.1);
        }
    }
    let contest = contest_of(stage, bank, true).await;
    let mut players = Vec::new();
    let mut chance = Chance(7);
    for number in 0..6 {
        let form = Form {
            identity: Some(IdentityType::Employee),
            division: 3703,
            account: number == 0,
            ..Form::default()
        };
        let caller = match number {
            0 => Some(stage.caller("1006").await),
            _ => None,
        };
        let joined = join::join(&stage.app, &contest, caller.as_ref(), &form, number).await;
        let player = joined.expect("joined").0;
        for _ in 0..2 {
            let number = answers(&stage.app, &contest, &player, &mut chance).await;
            stage.clock.advance_seconds(20);
            hands_in(&stage.app, &contest, &player, number).await;
        }
        players.push(player);
    }
    let pool = db::competition::pool(&stage.app.db, contest.id())
        .await
        .expect("the pool");
    let disputed = pool.iter().find(|stored| stored.question.kind == Kind::Single);
    let disputed = disputed.expect("a single choice");
    Scene {
        question: disputed.id,
        version: disputed.version,
        key: disputed.question.key,
        new: behind(disputed.question.key),
        exams,
        attempts,
        contest,
        players,
    }
}

impl Scene {
    fn looked_at(&self) -> (QuestionId, VersionId) {
        (self.question, self.version)
    }

    /// Where the question stands on a player's attempt, from 1.
    async fn item(&self, stage: &Stage, player: &Player, number: u32) -> u16 {
        let stored = db::play::get(&stage.app.db, player.id, number).await;
        let paper = Paper::from_bytes(&stored.expect("the attempts").expect("the attempt").paper).expect("a paper");
        let pool = db::competition::pool(&stage.app.db, self.contest.id())
            .await
            .expect("the pool");
        let place = paper
            .0
            .iter()
            .position(|drawn| pool[drawn.pool as usize].version == self.version);
        place.expect("on every paper") as u16 + 1
    }

    /// Where it stands on an attempt of an exam.
    async fn exam_item(&self, stage: &Stage, attempt: AttemptId) -> u16 {
        let stored = stage.attempt(attempt).await;
        let body = db::exam::paper(&stage.app.db, stored.exam, stored.person, stored.number).await;
        let paper = Paper::from_bytes(&body.expect("the papers").expect("the paper")).expect("a paper");
        let pool = db::bank::pool(&stage.app.db, stored.exam).await.expect("the pool");
        let place = paper
            .0
            .iter()
            .position(|drawn| pool[drawn.pool as usize].version == self.version);
        place.expect("on every paper") as u16 + 1
    }

    async fn flag(&self, stage: &Stage, player: usize, words: &str) -> mingfa::service::Result<()> {
        let player = &self.players[player];
        let item = self.item(stage, player, 1).await;
        let flagged = dispute::flag(&stage.app, &self.contest, player, (1, item), words).await;
        flagged.map(|_| ())
    }

    async fn three_flags(&self, stage: &Stage) {
        self.flag(stage, 0, "答案与法条不符").await.expect("flagged");
        self.flag(stage, 1, "两个选项都对").await.expect("flagged");
        let caller = stage.caller("1001").await;
        let item = self.exam_item(stage, self.attempts[0]).await;
        objection::raise(&stage.app, &caller, self.attempts[0], About::Item(item), "答案有误")
            .await
            .expect("raised");
    }

    async fn proposed(&self, stage: &Stage, method: Method) -> RulingId {
        dispute::propose(&stage.app, &operator(), self.looked_at(), method, "经复核，原答案有误")
            .await
            .expect("proposed")
    }
}

/// Approving and undoing return after a while also when there is more to do, on a busy machine too.
pub async fn carried_out(app: &App, id: RulingId) -> State {
    for _ in 0..600 {
        let ruling = db::dispute::get(&app.db, id).await.expect("the rulings");
        let state = ruling.expect("the ruling").state;
        if !matches!(state, State::Applying | State::Undoing) {
            return state;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("a ruling is not carried out after a minute");
}

/// Everything that a ruling may change, as texts.
async fn snapshot(stage: &Stage) -> Vec<String> {
    let mut all = Vec::new();
    for sql in [
        "SELECT CAST(player AS TEXT) || ' ' || CAST(number AS TEXT) || ' ' || CAST(score AS TEXT) || ' ' || CAST(correct AS TEXT)
             || ' ' || CAST(valid AS TEXT) || ' ' || CAST(chances AS TEXT) || ' ' || CAST(handed_in_at AS TEXT)
         FROM play ORDER BY player, number",
        "SELECT CAST(player AS TEXT) || ' ' || CAST(score AS TEXT) || ' ' || CAST(elapsed_ms AS TEXT) || ' '
             || CAST(finished_at AS TEXT) || ' ' || CAST(time_ms AS TEXT) || ' ' || CAST(of_day AS TEXT) || ' '
             || CAST(number AS TEXT) || ' ' || CAST(correct AS TEXT) || ' ' || CAST(person_times AS TEXT) || ' '
             || CAST(answers AS TEXT) || ' ' || CAST(answers_right AS TEXT) || ' ' || CAST(valid_day AS TEXT) || ' '
             || CAST(chances AS TEXT) || ' ' || CAST(chances_of_day AS TEXT) || ' ' || CAST(frozen AS TEXT)
         FROM standing ORDER BY player",
        "SELECT CAST(id AS TEXT) || ' ' || CAST(score AS TEXT) || ' ' || band || ' ' || parts FROM attempt ORDER BY id",
    ] {
        all.extend(texts(&stage.app.db, sql).await);
    }
    all
}

/// Nothing differs from what it is computed from.
async fn clean(app: &App, when: &str) {
    let report = verify(app, &operator(), |_| {}).await.expect("verified");
    assert_eq!(report.differences, [], "{when}");
    assert!(report.plays > 0 && report.attempts > 0, "{when}");
}

/// Score and validity of every attempt of the competition.
async fn plays(stage: &Stage, scene: &Scene) -> Vec<(Points, u32, bool)> {
    let ids: Vec<_> = scene.players.iter().map(|player| player.id).collect();
    let plays = db::play::of_players(&stage.app.db, &ids).await.expect("the attempts");
    let ended = plays.into_iter().filter_map(|play| play.ended);
    ended.map(|ended| (ended.score, ended.right, ended.valid)).collect()
}

async fn standings(stage: &Stage, scene: &Scene) -> Vec<Points> {
    let mut all = Vec::new();
    for player in &scene.players {
        let record = db::play::record(&stage.app.db, player.id).await.expect("the records");
        let standing = record.expect("the record").standing;
        all.push(standing.map_or(Points::ZERO, |standing| standing.score));
    }
    all
}

async fn exam_scores(stage: &Stage, scene: &Scene) -> Vec<Points> {
    let mut all = Vec::new();
    for id in &scene.attempts {
        all.push(stage.attempt(*id).await.outcome.expect("handed in").settled.score);
    }
    all
}

/// How many of these rose and fell.
fn turned<T: PartialOrd>(before: &[T], after: &[T]) -> (u64, u64) {
    let pairs = || before.iter().zip(after);
    (
        pairs().filter(|(was, is)| is > was).count() as u64,
        pairs().filter(|(was, is)| is < was).count() as u64,
    )
}

async fn same_as_foretold(stage: &Stage, scene: &Scene, preview: &Preview, before: &Before, code: &str) {
    let scores = |plays: &[(Points, u32, bool)]| plays.iter().map(|one| one.0).collect::<Vec<_>>();
    let valid = |plays: &[(Points, u32, bool)]| plays.iter().map(|one| one.2).collect::<Vec<_>>();
    let after = plays(stage, scene).await;
    let told = preview.competitions[0].turned.expect("not left out");
    assert_eq!(told.attempts, 12, "{code}: it stands on every paper");
    assert_eq!(
        turned(&scores(&before.plays), &scores(&after)),
        (told.raised, told.lowered),
        "{code}"
    );
    assert_eq!(
        turned(&valid(&before.plays), &valid(&after)),
        (told.valid, told.invalid),
        "{code}"
    );
    let now = standings(stage, scene).await;
    assert_eq!(
        turned(&before.standings, &now),
        (told.up, told.down),
        "{code}: standings"
    );
    let now = exam_scores(stage, scene).await;
    for (place, exam) in scene.exams.iter().enumerate() {
        let run = preview.exams.iter().find(|one| one.exam == *exam).expect("the exam");
        let run = run.run.as_ref().expect("not left out");
        let own = place * 6..place * 6 + 6;
        let (raised, lowered) = turned(&before.exams[own.clone()], &now[own]);
        let foretold = (run.impact.raised as u64, run.impact.lowered as u64);
        assert_eq!((raised, lowered), foretold, "{code}: exam {place}");
    }
}

struct Before {
    plays: Vec<(Points, u32, bool)>,
    standings: Vec<Points>,
    exams: Vec<Points>,
}

#[tokio::test]
async fn every_ruling_does_what_it_foretold_everywhere_and_undoing_it_restores_every_byte() {
    each_engine(async |stage| {
        let scene = scene(stage).await;
        scene.three_flags(stage).await;
        let second = stage.second_administrator("second").await;
        clean(&stage.app, "before").await;
        let start = snapshot(stage).await;
        let mut changes = 0;
        for code in Method::CODES {
            let method = Method::from_code(code, scene.new).expect("a code");
            let before = Before {
                plays: plays(stage, &scene).await,
                standings: standings(stage, &scene).await,
                exams: exam_scores(stage, &scene).await,
            };
            let preview = dispute::preview(&stage.app, &operator(), scene.looked_at(), method.clone())
                .await
                .expect("a dry run");
            assert_eq!((preview.exams.len(), preview.competitions.len()), (2, 1));
            let id = scene.proposed(stage, method.clone()).await;
            assert_eq!(snapshot(stage).await, start, "{code}: a proposal changes nothing");
            let own = dispute::approve(&stage.app, &operator(), id).await;
            assert_eq!(fault(own), Fault::Dispute(NoDispute::SamePerson));
            dispute::approve(&stage.app, &second, id).await.expect("approved");
            assert_eq!(carried_out(&stage.app, id).await, State::Applied, "{code}");
            let detail = dispute::detail(&stage.app, &second, id).await.expect("the ruling");
            assert_eq!(detail.settled, 3, "{code}: two flags and an objection");
            same_as_foretold(stage, &scene, &preview, &before, code).await;
            clean(&stage.app, code).await;
            marked_from_scratch(stage, &scene, method).await;
            changes += usize::from(snapshot(stage).await != start);

            let list = dispute::work_list(&stage.app, &operator(), Wish::default()).await;
            assert_eq!(list.expect("the list").all, 0, "{code}: nothing waits");
            let again = dispute::approve(&stage.app, &second, id).await;
            assert_eq!(fault(again), Fault::Dispute(NoDispute::Decided));
            dispute::undo(&stage.app, &second, id, "误操作").await.expect("undone");
            assert_eq!(carried_out(&stage.app, id).await, State::Undone, "{code}");
            assert_eq!(snapshot(stage).await, start, "{code}: undone");
            clean(&stage.app, "undone").await;
            let list = dispute::work_list(&stage.app, &operator(), Wish::default()).await;
            let list = list.expect("the list");
            assert_eq!(
                (list.questions[0].flags, list.questions[0].objections),
                (2, 1),
                "{code}"
            );
        }
        assert_eq!(changes, 4, "all but keeping it change something");
        let told = stage
            .count("SELECT COUNT(*) FROM notice WHERE about LIKE '%flag_settled%'")
            .await;
        assert_eq!(told, 5, "the person who plays is told each time");
        let told = stage
            .count("SELECT COUNT(*) FROM notice WHERE about LIKE '%objection_decided%'")
            .await;
        assert_eq!(told, 5);
    })
    .await;
}

/// Marks every attempt of the competition by hand with the new key.
async fn marked_from_scratch(stage: &Stage, scene: &Scene, method: Method) {
    let Method::NewKey(new) = method else { return };
    let new = new.options().expect("options");
    let pool = db::competition::pool(&stage.app.db, scene.contest.id())
        .await
        .expect("the pool");
    let ids: Vec<_> = scene.players.iter().map(|player| player.id).collect();
    for play in db::play::of_players(&stage.app.db, &ids).await.expect("the attempts") {
        let paper = Paper::from_bytes(&play.paper).expect("a paper");
        let entries = mingfa::domain::competition::journal::Entry::read_all(&play.journal).expect("a journal");
        let mut last = vec![OptionSet::EMPTY; paper.0.len()];
        for answer in entries.iter().flat_map(|entry| &entry.answers) {
            last[usize::from(answer.place)] = answer.choice;
        }
        let right = paper.0.iter().zip(last).filter(|(drawn, choice)| {
            let stored = &pool[drawn.pool as usize];
            let key = if stored.version == scene.version {
                new
            } else {
                stored.question.key
            };
            drawn.authored(*choice) == key
        });
        let (right, ended) = (right.count() as u32, play.ended.expect("handed in"));
        assert_eq!((ended.right, ended.score), (right, Points::whole(i64::from(right))));
        assert_eq!(ended.valid, right >= 4);
    }
}

#[tokio::test]
async fn only_who_was_asked_flags_and_once() {
    each_engine(async |stage| {
        let scene = scene(stage).await;
        let player = &scene.players[1];
        let flag = async |number, item, words: &str| {
            dispute::flag(&stage.app, &scene.contest, player, (number, item), words).await
        };
        assert_eq!(fault(flag(1, 1, " x ").await), Fault::Dispute(NoDispute::Words));
        assert_eq!(fault(flag(1, 0, "有误").await), Fault::NotFound);
        assert_eq!(fault(flag(1, 11, "有误").await), Fault::NotFound);
        assert_eq!(fault(flag(9, 1, "有误").await), Fault::NotFound);
        let running = answers(&stage.app, &scene.contest, player, &mut Chance(3)).await;
        assert_eq!(fault(flag(running, 1, "有误").await), Fault::NotFound, "it runs");
        scene.flag(stage, 1, "答案有误").await.expect("flagged");
        let item = scene.item(stage, player, 2).await;
        let again = flag(2, item, "还是有误").await;
        assert_eq!(
            fault(again),
            Fault::Dispute(NoDispute::Flagged),
            "asked again, the same question"
        );
        assert_eq!(stage.count("SELECT COUNT(*) FROM item_flag").await, 1);
        let mine = dispute::of_player(&stage.app, &scene.contest, player)
            .await
            .expect("the flags");
        assert_eq!((mine.len(), mine[0].ruling.is_none()), (1, true));
        let others = dispute::of_player(&stage.app, &scene.contest, &scene.players[2]).await;
        assert_eq!(others.expect("the flags").len(), 0);
    })
    .await;
}

#[tokio::test]
async fn what_does_not_suit_or_comes_second_is_refused() {
    each_engine(async |stage| {
        let scene = scene(stage).await;
        scene.three_flags(stage).await;
        let propose = async |caller: &Caller, method, words: &str| {
            dispute::propose(&stage.app, caller, scene.looked_at(), method, words).await
        };
        let no = |why| Fault::Dispute(why);
        let new = Method::NewKey(scene.new.into());
        for key in [scene.key, OptionSet::EMPTY, OptionSet::of([0, 1]), OptionSet::of([9])] {
            let wrong = propose(&operator(), Method::NewKey(key.into()), "有误").await;
            assert_eq!(fault(wrong), Fault::NewKey(KeyFault::Options), "{key:?}");
        }
        assert_eq!(fault(propose(&operator(), new.clone(), "").await), no(NoDispute::Words));
        // An exam with a correction of its own is named and left out.
        let place = db::dispute::uses(&stage.app.db, scene.question)
            .await
            .expect("the uses");
        let place = place
            .iter()
            .find(|one| one.target == Target::Exam(scene.exams[0]))
            .expect("used")
            .place;
        let correction = Correction {
            pool: place,
            method: Method::FullCredit,
        };
        let own = key_correction::propose(&stage.app, &operator(), scene.exams[0], correction, "有误", None).await;
        let own = own.expect("proposed");
        let second = stage.second_administrator("second").await;
        let id = propose(&operator(), new, "答案有误").await.expect("proposed");
        assert_eq!(
            fault(propose(&second, Method::Void, "有误").await),
            no(NoDispute::Another)
        );
        dispute::approve(&stage.app, &second, id).await.expect("approved");
        assert_eq!(carried_out(&stage.app, id).await, State::Applied);
        let detail = dispute::detail(&stage.app, &operator(), id).await.expect("the ruling");
        let steps: Vec<_> = detail
            .parts
            .iter()
            .map(|shown| (shown.part.target, shown.part.step))
            .collect();
        assert!(
            steps.contains(&(Target::Exam(scene.exams[0]), Step::LeftOut)),
            "{steps:?}"
        );
        assert!(
            steps.contains(&(Target::Exam(scene.exams[1]), Step::Applied)),
            "{steps:?}"
        );
        assert_eq!(
            fault(propose(&second, Method::Void, "有误").await),
            no(NoDispute::Another),
            "in force"
        );
        // What came by a ruling goes with it only.
        let part = detail
            .parts
            .iter()
            .find_map(|shown| shown.part.correction)
            .expect("a correction");
        let alone = key_correction::undo(&stage.app, &second, part, "撤销").await;
        assert_eq!(fault(alone), Fault::KeyCorrection(NoCorrection::Ruling));
        key_correction::refuse(&stage.app, &second, own, "随裁定")
            .await
            .expect("refused");
        // The objection stands in the exam that was left out.
        assert_eq!(detail.settled, 2);
        clean(&stage.app, "applied").await;
        dispute::undo(&stage.app, &second, id, "撤销").await.expect("undone");
        assert_eq!(carried_out(&stage.app, id).await, State::Undone);
        let third = propose(&second, Method::Void, "题干有歧义").await.expect("proposed");
        dispute::refuse(&stage.app, &second, third, "证据不足")
            .await
            .expect("refused");
        let refused = dispute::approve(&stage.app, &operator(), third).await;
        assert_eq!(fault(refused), no(NoDispute::Decided));
    })
    .await;
}

#[tokio::test]
async fn nobody_rules_on_a_question_they_flagged_and_only_who_manages_everything_rules() {
    each_engine(async |stage| {
        let scene = scene(stage).await;
        scene.three_flags(stage).await;
        let nobody = stage.caller("1002").await;
        let list = dispute::work_list(&stage.app, &nobody, Wish::default()).await;
        assert_eq!(fault(list.map(|_| ())), Fault::Forbidden);
        let grant = |unit| Grant {
            role: Role::ExamAdministrator,
            unit,
        };
        for name in ["1001", "1006"] {
            role::grant(&stage.app, &operator(), name, grant(None))
                .await
                .expect("a role");
            let caller = stage.caller(name).await;
            let own = dispute::propose(&stage.app, &caller, scene.looked_at(), Method::FullCredit, "有误").await;
            assert_eq!(fault(own), Fault::Dispute(NoDispute::Own), "{name}");
        }
        let unit = db::person::units(&stage.app.db).await.expect("the units");
        let unit = unit.children(None).next().map(|unit| unit.id);
        role::grant(&stage.app, &operator(), "1003", grant(unit))
            .await
            .expect("a role");
        let part = stage.caller("1003").await;
        let list = dispute::work_list(&stage.app, &part, Wish::default()).await;
        assert_eq!(
            fault(list.map(|_| ())),
            Fault::Forbidden,
            "a part of the tree is not enough"
        );
    })
    .await;
}

#[tokio::test]
async fn whoever_hands_in_while_or_after_a_ruling_comes_into_force_is_marked_by_it() {
    each_engine(async |stage| {
        let scene = scene(stage).await;
        let other = match stage.place.engine {
            Engine::Postgres => stage.second_node().await,
            Engine::Sqlite => stage.app.clone(),
        };
        // The other node remembers the competition as it was.
        let code = &scene.contest.competition.code;
        let theirs = competition::contest(&other, code).await.expect("published");
        let mut chance = Chance(11);
        let mut running = Vec::new();
        for (place, player) in scene.players.iter().enumerate() {
            let app = if place % 2 == 0 { &stage.app } else { &other };
            running.push((app.clone(), answers(app, &theirs, player, &mut chance).await));
        }
        let second = stage.second_administrator("second").await;
        let id = scene.proposed(stage, Method::NewKey(scene.new.into())).await;
        let ends = |from: usize, to: usize| {
            let mut ending = tokio::task::JoinSet::new();
            for (player, (app, number)) in scene.players.iter().zip(&running).take(to).skip(from) {
                let (app, number, player, contest) = (app.clone(), *number, Arc::clone(player), Arc::clone(&theirs));
                ending.spawn(async move { hands_in(&app, &contest, &player, number).await });
            }
            ending
        };
        let (approved, _) = tokio::join!(dispute::approve(&stage.app, &second, id), ends(0, 3).join_all());
        approved.expect("approved");
        assert_eq!(carried_out(&stage.app, id).await, State::Applied);
        clean(&stage.app, "handed in meanwhile").await;
        ends(3, 6).join_all().await;
        clean(&other, "handed in after").await;
        let third = play::start(&other, &theirs, &scene.players[0], 0).await;
        assert!(third.is_err(), "three a day");
        let (undone, _) = tokio::join!(
            dispute::undo(&stage.app, &second, id, "撤销"),
            dispute::work_list(&other, &second, Wish::default())
        );
        undone.expect("undone");
        assert_eq!(carried_out(&stage.app, id).await, State::Undone);
        clean(&other, "undone").await;
        if stage.place.engine == Engine::Postgres {
            other.db.close().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_ruling_left_lying_is_taken_up_by_another_node() {
    each_engine(async |stage| {
        let scene = scene(stage).await;
        scene.three_flags(stage).await;
        let start = snapshot(stage).await;
        let method = Method::NewKey(scene.new.into());
        let id = scene.proposed(stage, method.clone()).await;
        let uses = db::dispute::uses(&stage.app.db, scene.question)
            .await
            .expect("the uses");
        let parts: Vec<Part> = uses
            .iter()
            .map(|one| Part {
                target: one.target,
                place: one.place,
                correction: None,
                through: PlayerId(0),
                attempts: 0,
                step: Step::Waiting,
            })
            .collect();
        let act = Act {
            by: AccountId(0),
            at: stage.app.now(),
            reason: String::new(),
        };
        // A node approves, brings the key of the competition into force, and dies.
        let (contest, place) = uses
            .iter()
            .find_map(|one| match one.target {
                Target::Competition(id) => Some((id, one.place)),
                Target::Exam(_) => None,
            })
            .expect("the competition");
        let died: db::Result<()> = stage
            .app
            .db
            .write((parts, act, method.clone()), move |tx, (parts, act, method)| {
                Box::pin(async move {
                    assert!(db::dispute::decide(tx, id, State::Applying, &act, 4711).await?);
                    db::dispute::insert_parts(tx, id, &parts).await?;
                    let correction = Correction { pool: place, method };
                    db::competition_correction::put(tx, contest, id, &correction).await
                })
            })
            .await;
        died.expect("stored");
        assert_eq!(dispute::carry_on(&stage.app).await.expect("looked"), 0, "it may live");
        assert_eq!(snapshot(stage).await, start);
        let refused = dispute::undo(&stage.app, &operator(), id, "撤销").await;
        assert_eq!(fault(refused), Fault::Dispute(NoDispute::Decided), "not in force yet");
        stage.clock.advance_seconds(61);
        assert_eq!(dispute::carry_on(&stage.app).await.expect("looked"), 1);
        assert_eq!(dispute::carry_on(&stage.app).await.expect("looked"), 0, "once");
        clean(&stage.app, "taken up").await;
        let detail = dispute::detail(&stage.app, &operator(), id).await.expect("the ruling");
        assert_eq!((detail.ruling.state, detail.settled), (State::Applied, 3));
        marked_from_scratch(stage, &scene, method).await;
        // Another one dies on the way back.
        let act = Act {
            by: AccountId(0),
            at: stage.app.now(),
            reason: "撤销".to_owned(),
        };
        let died: db::Result<()> = stage
            .app
            .db
            .write(act, move |tx, act| {
                Box::pin(async move {
                    assert!(db::dispute::undo(tx, id, &act, 4711).await?);
                    db::competition_correction::withdraw(tx, contest, id, place).await
                })
            })
            .await;
        died.expect("stored");
        stage.clock.advance_seconds(61);
        assert_eq!(dispute::carry_on(&stage.app).await.expect("looked"), 1);
        assert_eq!(snapshot(stage).await, start, "restored");
        let objections = texts(&stage.app.db, "SELECT state FROM objection").await;
        assert_eq!(objections, [ObjectionState::Open.code()]);
        clean(&stage.app, "restored").await;
    })
    .await;
}

#[tokio::test]
async fn from_the_flag_to_the_answer_by_pages() {
    each_engine(async |stage| {
        let scene = scene(stage).await;
        let code = &scene.contest.competition.code;
        let nobody = Browser::new(&stage.app);
        let (browser, player) = joins(stage, &scene.contest).await;
        let number = answers(&stage.app, &scene.contest, &player, &mut Chance(5)).await;
        let item = scene.item(stage, &player, number).await.to_string();
        let flag = format!("/c/{code}/play/{number}/flag");
        let early = browser.post(&flag, &[("item", &item), ("reason", "有误")]).await;
        assert_eq!(early.status, 404, "nothing is flagged before the hand-in");
        hands_in(&stage.app, &scene.contest, &player, number).await;
        let page = browser.get(&format!("/c/{code}/play/{number}/result")).await;
        assert_eq!(
            page.body.matches("这道题有问题").count(),
            10,
            "a form for each question"
        );
        let short = browser.post(&flag, &[("item", &item), ("reason", "x")]).await;
        assert!(
            short.status == 422 && short.body.contains("请写明理由"),
            "{}",
            short.status
        );
        let sent = browser
            .post(&flag, &[("item", &item), ("reason", "答案<b>有误</b>")])
            .await;
        assert_eq!(sent.status, 303, "{}", sent.body);
        let twice = browser.post(&flag, &[("item", &item), ("reason", "有误")]).await;
        assert_eq!(twice.status, 409);

        let editor = nobody.signed_in(&stage.administrator().await);
        let list = editor.get("/admin/disputes?order=newest").await;
        let link = format!("/admin/disputes/{}", scene.question);
        assert!(list.status == 200 && list.body.contains(&link), "{}", list.status);
        let question = editor.get(&link).await;
        assert!(
            question.body.contains("答案&lt;b&gt;有误&lt;/b&gt;"),
            "what was said, as text"
        );
        assert!(!question.body.contains(&player.code), "no names");
        let key = scene.new.places().next().expect("a key").to_string();
        let version = scene.version.to_string();
        let dry = editor
            .get(&format!("{link}?version={version}&method=new_key&key={key}"))
            .await;
        assert!(dry.body.contains("提出，等待另一名管理员批准"), "{}", dry.status);
        let form = [
            ("version", version.as_str()),
            ("method", "new_key"),
            ("key", &key),
            ("reason", "经核对条文，原答案有误"),
        ];
        let proposed = editor.post(&link, &form).await;
        assert_eq!(proposed.status, 303, "{}", proposed.body);
        let ruling = proposed.location().to_owned();
        let own = editor.post(&format!("{ruling}/approve"), &[]).await;
        assert_eq!(own.status, 403);
        stage.second_administrator("second").await;
        let second = nobody.signed_in(&stage.token("second").await);
        assert_eq!(second.get(&ruling).await.status, 200);
        let done = second.post(&format!("{ruling}/approve"), &[]).await;
        assert_eq!(done.status, 303, "{}", done.body);
        let id = ruling.rsplit('/').next().expect("an id").parse().expect("an id");
        assert_eq!(carried_out(&stage.app, id).await, State::Applied);
        assert!(second.get(&ruling).await.body.contains("已生效"));
        let me = browser.get(&format!("/c/{code}/me")).await;
        assert!(
            me.body.contains("经核对条文，原答案有误") && me.body.contains("只按新答案给分"),
            "told why"
        );
        let result = browser.get(&format!("/c/{code}/play/{number}/result")).await;
        assert!(result.body.contains("本题答案已更正") && result.body.contains("您的异议已处理：已更正"));
        let undone = second.post(&format!("{ruling}/undo"), &[("reason", "撤销")]).await;
        assert_eq!(undone.status, 303);
        assert_eq!(carried_out(&stage.app, id).await, State::Undone);
        let me = browser.get(&format!("/c/{code}/me")).await;
        assert!(me.body.contains("等待处理"), "it waits again");
        assert_eq!(editor.get("/admin/rulings").await.status, 200);
        clean(&stage.app, "by pages").await;
    })
    .await;
}

#[tokio::test]
async fn where_no_answers_are_shown_a_question_is_flagged_by_its_number_and_no_key_is_told() {
    each_engine(async |stage| {
        let bank = stage.bank("题库", &COUNTS).await;
        let contest = contest_of(stage, bank, false).await;
        let (browser, player) = joins(stage, &contest).await;
        let number = answers(&stage.app, &contest, &player, &mut Chance(5)).await;
        let own = format!("/c/{}", contest.competition.code);
        let (result, flag) = (
            format!("{own}/play/{number}/result"),
            format!("{own}/play/{number}/flag"),
        );
        let keeps = |reply: Reply| {
            for mark in [EXPLAINED, BASED, "正确答案：", "key_set"] {
                assert!(!reply.body.contains(mark), "{mark}: {}", reply.body);
            }
            reply
        };
        let sends = async |browser: &Browser, item: &str, reason: &str| {
            keeps(browser.post(&flag, &[("item", item), ("reason", reason)]).await)
        };
        let sees = async |path: &str| keeps(browser.get(path).await).body;
        assert_eq!(sends(&browser, "3", "有误").await.status, 404, "not before the hand-in");
        hands_in(&stage.app, &contest, &player, number).await;
        let page = sees(&result).await;
        assert!(page.contains("不公布答案") && page.contains("某道题有问题"), "{page}");
        assert!(page.contains("第 10 题") && !page.contains("第 11 题"), "{page}");
        assert!(page.contains("value=\"3\""), "{page}");
        let (stranger, _) = joins(stage, &contest).await;
        assert_eq!(sends(&stranger, "3", "有误").await.status, 404, "another's attempt");
        for (item, status) in [("0", 404), ("11", 404), ("65535", 404), ("x", 400)] {
            assert_eq!(sends(&browser, item, "有误").await.status, status, "{item}");
        }
        let short = sends(&browser, "3", "x").await;
        assert!(
            short.status == 422 && short.body.contains("请写明理由"),
            "{}",
            short.body
        );
        assert_eq!(sends(&browser, "3", "没有对的选项").await.status, 303);
        assert_eq!(sends(&browser, "3", "没有对的选项").await.status, 409);
        let page = sees(&result).await;
        assert!(page.contains("等待处理") && !page.contains("value=\"3\""), "{page}");
        assert_eq!(stage.count("SELECT COUNT(*) FROM item_flag").await, 1);

        let mine = dispute::of_player(&stage.app, &contest, &player).await.expect("flags");
        let looked_at = (mine[0].asked.id, mine[0].flag.version);
        let why = "四个选项里该选丙";
        let ruling = dispute::propose(&stage.app, &operator(), looked_at, Method::FullCredit, why).await;
        let ruling = ruling.expect("proposed");
        let second = stage.second_administrator("second").await;
        dispute::approve(&stage.app, &second, ruling).await.expect("approved");
        assert_eq!(carried_out(&stage.app, ruling).await, State::Applied);
        assert!(sees(&result).await.contains("您的异议已处理：已更正"));
        let me = format!("{own}/me");
        let told = sees(&me).await;
        assert!(told.contains("您的异议已处理：已更正") && !told.contains(why), "{told}");
        stage.clock.advance_seconds(31 * 86_400);
        assert!(sees(&me).await.contains(why), "nobody plays any more");
    })
    .await;
}

#[tokio::test]
async fn what_is_flagged_when_a_ruling_is_in_force_is_answered_by_it_at_once() {
    each_engine(async |stage| {
        let scene = scene(stage).await;
        scene.flag(stage, 1, "两个选项都对").await.expect("flagged");
        let second = stage.second_administrator("second").await;
        let approved = async |method| {
            let ruling = scene.proposed(stage, method).await;
            dispute::approve(&stage.app, &second, ruling).await.expect("approved");
            assert_eq!(carried_out(&stage.app, ruling).await, State::Applied);
            ruling
        };
        let open = "SELECT COUNT(*) FROM item_flag WHERE state = 'open'";
        // After a ruling that left the key as it was somebody may know better: it waits.
        approved(Method::Leave).await;
        scene.flag(stage, 2, "还是不对").await.expect("flagged");
        assert_eq!(stage.count(open).await, 1);
        let ruling = approved(Method::NewKey(scene.new.into())).await;
        assert_eq!(stage.count(open).await, 0);
        let notices = "SELECT COUNT(*) FROM notice";
        let before = stage.count(notices).await;
        scene.flag(stage, 3, "答案有误").await.expect("flagged");
        assert_eq!(stage.count(notices).await, before, "nobody of the roster");
        scene.flag(stage, 0, "答案有误").await.expect("flagged");
        assert_eq!((stage.count(open).await, stage.count(notices).await), (0, before + 1));
        let mine = dispute::of_player(&stage.app, &scene.contest, &scene.players[3])
            .await
            .expect("flags");
        assert_eq!(mine[0].ruling.as_ref().map(|ruling| ruling.id), Some(ruling));
        let listed = dispute::work_list(&stage.app, &operator(), Wish::default())
            .await
            .expect("the list");
        assert!(listed.questions.iter().all(|one| one.question != scene.question));
        // It waits again when the ruling is taken back, as the others do.
        dispute::undo(&stage.app, &second, ruling, "撤销")
            .await
            .expect("undone");
        assert_eq!(carried_out(&stage.app, ruling).await, State::Undone);
        assert_eq!(stage.count(open).await, 3);
        scene.flag(stage, 4, "答案有误").await.expect("flagged");
        assert_eq!(stage.count(open).await, 4);
    })
    .await;
}

/// A ruling that waits, for the table of who reaches what.
pub async fn ruling_on(stage: &Stage, question: QuestionId) -> RulingId {
    let bank = db::dispute::bank_of(&stage.app.db, question).await.expect("the banks");
    let versions = db::bank::versions(&stage.app.db, bank.expect("its bank"), question).await;
    let version = versions.expect("the versions")[0].stored.version;
    dispute::propose(&stage.app, &operator(), (question, version), Method::Leave, "答案无误")
        .await
        .expect("proposed")
}
