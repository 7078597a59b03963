//! Competitions as administrators keep them: set-up, later rules, waivers, counts, the workbook, the truth meter, cases.

use std::{io::Cursor, sync::Arc};

use calamine::{Data, Reader as _, Xlsx};
use mingfa::{
    db,
    domain::{
        attempt::Event,
        case::{Decision, NoCase, State},
        competition::{
            Asked, Counting, IdentityType, Rules, RulesFault, Scoring, TieBreak,
            burden::Clause,
            play::Play,
            player::{Form, Player},
            preset::Preset,
            truth::{BURST, Flag, Kind as Sign},
        },
        exam::Window,
        id::{CaseId, CompetitionId, UnitId},
        item::{Kind, OptionSet},
        lang::Lang,
        paper::Paper,
        points::Points,
        role::{Grant, Role},
        time::Timestamp,
    },
    error::Fault,
    service::{
        Caller, annual,
        competition::{
            Contest, boards, case, contest, count, export,
            figures::{self, Order},
            join, play,
            setup::{self, Setup},
        },
        role,
    },
};

use crate::{
    browser::{Browser, Reply},
    support::{START, Stage, each_engine, fault, operator},
};

const DAY: i64 = 24 * 3_600;

/// Five questions, a point each, three attempts a day, for thirty days from the start of the test.
pub fn rules() -> Rules {
    let mut rules = Preset::Daily15.rules(Window {
        opens_at: START,
        closes_at: START.plus_seconds(30 * DAY),
    });
    let stage = &mut rules.stages[0];
    (stage.items, stage.per_day, stage.seconds) = (5, Some(3), 600);
    rules.scoring = Scoring::Right {
        points: Points::whole(1),
    };
    rules.counting = Counting::Sum;
    rules.tie_breaks = vec![TieBreak::MoreRight];
    rules.registration.division = Asked::Optional;
    rules
}

async fn bank(stage: &Stage) -> mingfa::domain::id::BankId {
    stage.bank("竞赛题库", &[(Kind::Single, 6), (Kind::Multiple, 6)]).await
}

/// A published competition held by a unit.
pub async fn published(stage: &Stage, unit: Option<UnitId>, rules: Rules) -> CompetitionId {
    let wish = Setup {
        title: "法律知识竞赛".to_owned(),
        unit,
        bank: bank(stage).await,
        rules,
    };
    let id = setup::create(&stage.app, &operator(), wish).await.expect("a draft");
    setup::publish(&stage.app, &operator(), id).await.expect("published");
    id
}

/// A case about somebody who joined.
pub async fn case_of(stage: &Stage, id: CompetitionId) -> CaseId {
    let contest = known(stage, id).await;
    let player = employee(stage, &contest).await;
    let opened = case::open(&stage.app, &operator(), id, player.id, Sign::Report, "有人举报").await;
    opened.expect("opened")
}

async fn known(stage: &Stage, id: CompetitionId) -> Arc<Contest> {
    let competition = setup::competition(&stage.app, &operator(), id).await.expect("there");
    contest(&stage.app, &competition.code).await.expect("published")
}

/// Somebody joins from a network.
async fn joins(stage: &Stage, contest: &Contest, identity: IdentityType, division: u32, network: i64) -> Arc<Player> {
    let form = Form {
        identity: Some(identity),
        division,
        ..Form::default()
    };
    let joined = join::join(&stage.app, contest, None, &form, network).await;
    joined.expect("joined").0
}

async fn employee(stage: &Stage, contest: &Contest) -> Arc<Player> {
    joins(stage, contest, IdentityType::Employee, 370_303, 7).await
}

/// Plays an attempt: the first `right` questions rightly, the others wrongly, each so many milliseconds after the one before.
pub async fn plays(
    stage: &Stage,
    contest: &Arc<Contest>,
    player: &Player,
    network: i64,
    right: usize,
    times: &[i64],
) -> Play {
    let app = &stage.app;
    let sitting = play::start(app, contest, player, network).await.expect("started");
    let stored = db::play::get(&app.db, player.id, sitting.number).await;
    let stored = stored.expect("the attempts").expect("the attempt");
    let paper = Paper::from_bytes(&stored.paper).expect("a paper");
    let pool = db::competition::pool(&app.db, contest.id()).await.expect("the pool");
    for (place, drawn) in paper.0.iter().enumerate() {
        let now = app.now().0 + times.get(place).copied().unwrap_or(4_000);
        stage.clock.set(Timestamp(now));
        let key = drawn.shown(pool[drawn.pool as usize].question.key);
        // One option alone that the key does not hold, which is wrong whatever the kind.
        let wrong = OptionSet::of((0..4).find(|option| !key.contains(*option)));
        let event = Event {
            version: place as u32 + 1,
            item: place as u16 + 1,
            choice: if place < right { key } else { wrong },
            flagged: false,
            text: String::new(),
        };
        let saved = play::save(app, contest, player, sitting.number, &[event]).await;
        saved.expect("saved");
    }
    let ended = play::hand_in(app, contest, player, sitting.number, false).await;
    assert_eq!(ended.expect("handed in"), play::HandedIn::Ended);
    let stored = db::play::get(&app.db, player.id, sitting.number).await;
    stored.expect("the attempts").expect("the attempt")
}

async fn administrator(stage: &Stage) -> Browser {
    Browser::new(&stage.app).signed_in(&stage.administrator().await)
}

/// What the form sends for [`rules`].
fn fields(bank: &str) -> Vec<(&'static str, String)> {
    [
        ("title", "法律知识竞赛"),
        ("unit", ""),
        ("bank", bank),
        ("track", "personal"),
        ("ask_phone", "optional"),
        ("ask_account", "optional"),
        ("ask_division", "optional"),
        ("ask_organization", "optional"),
        ("stages", "1"),
        ("stage0_kind", "official"),
        ("stage0_opens_at", "2026-12-01T09:00"),
        ("stage0_closes_at", "2026-12-31T09:00"),
        ("stage0_per_day", "3"),
        ("stage0_total", ""),
        ("stage0_items", "5"),
        ("stage0_seconds", "600"),
        ("stage0_item_seconds", ""),
        ("stage0_answers_shown", "1"),
        ("least_right", "0"),
        ("scoring", "right"),
        ("points", "1"),
        ("bonus", ""),
        ("full_s", ""),
        ("none_s", ""),
        ("counting", "sum"),
        ("cap_per_day", ""),
        ("tie_0", "more_right"),
        ("tie_1", ""),
        ("tie_2", ""),
        ("identity_state_staff", "1"),
        ("identity_employee", "1"),
        ("identity_public", "1"),
        ("regions", ""),
        ("correction_days", "10"),
        ("chances", "in_a_row"),
        ("row_length", "5"),
        ("row_per_day", "3"),
        ("best_of_unit", "0"),
        ("ceiling_percent", ""),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .to_vec()
}

async fn sends(browser: &Browser, path: &str, fields: &[(&str, String)], more: &[(&str, &str)]) -> Reply {
    let kept = fields
        .iter()
        .filter(|(name, _)| more.iter().all(|(other, _)| name != other));
    let kept: Vec<(&str, &str)> = kept.map(|(name, value)| (*name, value.as_str())).collect();
    browser.post(path, &[&kept[..], more].concat()).await
}

#[tokio::test]
async fn competition_admin_sets_up_with_a_preset_and_mends_what_is_wrong() {
    each_engine(async |stage| {
        let bank = bank(stage).await.to_string();
        let administrator = administrator(stage).await;
        let page = administrator.get("/admin/competitions/new?preset=daily_15").await;
        for words in ["链工宝 2021", "测测你的安全力", "name=\"stage0_items\"", "value=\"15\""] {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
        let fields = fields(&bank);
        let more = [("title", "<b>竞赛</b>"), ("stage0_items", "0"), ("cap_per_day", "x")];
        let wrong = sends(&administrator, "/admin/competitions", &fields, &more).await;
        assert_eq!(wrong.status, 422);
        for words in [
            "每次答题 1 到 100 题",
            "&lt;b&gt;竞赛",
            "value=\"x\"",
            "只有累计得分才能设每日封顶",
        ] {
            assert!(wrong.body.contains(words), "{words}: {}", wrong.body);
        }
        let more = sends(&administrator, "/admin/competitions", &fields, &[("go", "add_stage")]).await;
        assert_eq!(more.status, 200);
        assert!(more.body.contains("stage1_items") && more.body.contains("2026-12-31T09:00"));
        assert_eq!(stage.count("SELECT COUNT(*) FROM competition").await, 0);

        let stored = sends(&administrator, "/admin/competitions", &fields, &[]).await;
        let path = stored.location().to_owned();
        assert_eq!(stored.status, 303, "{}", stored.body);
        let page = administrator.get(&path).await;
        for words in ["下一步：发布", "12 道题固定", "每人每天 3 次，每次从题库随机抽 5 题"] {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
        let form = administrator.get(&format!("{path}/edit")).await;
        assert!(form.body.contains("value=\"法律知识竞赛\""), "{}", form.body);
        let id: CompetitionId = path.rsplit('/').next().expect("an id").parse().expect("an id");
        let draft = setup::competition(&stage.app, &operator(), id).await.expect("there");
        assert_eq!(draft.rules, rules());
        // A question that stands on more papers than the ceiling allows: five of twelve are 42 %.
        let ceiling = [("ceiling_percent", "40")];
        assert_eq!(sends(&administrator, &path, &fields, &ceiling).await.status, 303);
        let short = administrator.post(&format!("{path}/publish"), &[]).await;
        assert_eq!(short.status, 422);
        assert!(short.body.contains("题库里启用的题不够"), "{}", short.body);
        assert!(administrator.get(&path).await.body.contains("还不够，现在不能发布"));
        let ceiling = [("ceiling_percent", "42")];
        assert_eq!(sends(&administrator, &path, &fields, &ceiling).await.status, 303);
        assert_eq!(administrator.post(&format!("{path}/publish"), &[]).await.status, 303);
        let page = administrator.get(&path).await;
        let link = format!("http://mingfa.test/c/{}", draft.code);
        assert!(
            page.body.contains(&link) && page.body.contains("class=\"qr\""),
            "{}",
            page.body
        );
        let again = administrator.post(&format!("{path}/publish"), &[]).await;
        assert_eq!(again.status, 409);
        assert_eq!(
            sends(&administrator, &path, &fields, &[]).await.status,
            409,
            "published"
        );
        let list = administrator.get("/admin/competitions").await;
        assert!(
            list.body.contains("法律知识竞赛") && list.body.contains("0 / 0"),
            "{}",
            list.body
        );
    })
    .await;
}

async fn holder(stage: &Stage, name: &str, role: Role, unit: Option<UnitId>) -> (Caller, Browser) {
    role::make_account(&stage.app, &operator(), name)
        .await
        .expect("an account");
    role::grant(&stage.app, &operator(), name, Grant { role, unit })
        .await
        .expect("granted");
    let browser = Browser::new(&stage.app).signed_in(&stage.token(name).await);
    (stage.caller(name).await, browser)
}

#[tokio::test]
async fn competition_admin_is_kept_from_other_roles_and_other_units() {
    each_engine(async |stage| {
        stage.roster(2, 2).await;
        let (own, other) = (
            crate::access::unit_named(stage, "市局 / 0科").await,
            crate::access::unit_named(stage, "市局 / 1科").await,
        );
        let id = published(stage, Some(own), rules()).await;
        let path = format!("/admin/competitions/{id}");
        let pages = [
            "",
            "/edit",
            "/burden",
            "/counts",
            "/items",
            "/truth",
            "/cases",
            "/export.xlsx",
        ];
        for (number, role) in [Role::Liaison, Role::SystemAdministrator, Role::Auditor]
            .into_iter()
            .enumerate()
        {
            let (_, browser) = holder(stage, &format!("role{number}"), role, None).await;
            for page in pages {
                assert_eq!(
                    browser.get(&format!("{path}{page}")).await.status,
                    403,
                    "{role:?} {page}"
                );
            }
        }
        let (_, local) = holder(stage, "local", Role::ExamAdministrator, Some(own)).await;
        let (elsewhere, browser) = holder(stage, "elsewhere", Role::ExamAdministrator, Some(other)).await;
        for page in pages {
            assert_eq!(local.get(&format!("{path}{page}")).await.status, 200, "{page}");
            assert_eq!(browser.get(&format!("{path}{page}")).await.status, 404, "{page}");
        }
        assert!(!browser.get("/admin/competitions").await.body.contains("法律知识竞赛"));
        let everywhere = Setup {
            title: "全站竞赛".to_owned(),
            unit: None,
            bank: db::bank::summaries(&stage.app.db).await.expect("the banks")[0].bank.id,
            rules: rules(),
        };
        let refused = setup::create(&stage.app, &elsewhere, everywhere).await;
        assert_eq!(fault(refused), Fault::Forbidden, "wider than the own reach");
        assert_eq!(fault(count::count(&stage.app, &elsewhere, id).await), Fault::NotFound);
    })
    .await;
}

#[tokio::test]
async fn competition_admin_announces_rules_that_hold_later_with_reason_and_difference() {
    each_engine(async |stage| {
        let id = published(stage, None, rules()).await;
        let path = format!("/admin/competitions/{id}");
        let administrator = administrator(stage).await;
        let form = administrator.get(&format!("{path}/edit")).await;
        assert!(form.body.contains("公布新的规则") && form.body.contains("name=\"effective_at\""));
        let fields = fields("");
        let to = format!("{path}/rules");
        let later = [
            ("stage0_per_day", "5"),
            ("regions", "3703 3701"),
            ("effective_at", "2026-12-03T00:00"),
            ("reason", "应各单位要求增加次数"),
        ];
        let past = [
            &later[..2],
            &[("effective_at", "2026-12-01T08:59"), ("reason", "补记")][..],
        ]
        .concat();
        let early = sends(&administrator, &to, &fields, &past).await;
        assert_eq!(early.status, 422);
        assert!(
            early.body.contains("新规则要先公布后生效") && early.body.contains("补记"),
            "{}",
            early.body
        );
        let silent = sends(&administrator, &to, &fields, &later[..3]).await;
        assert_eq!(silent.status, 422, "no reason");
        let moved = [("stage0_opens_at", "2026-12-02T09:00")];
        let moved = sends(&administrator, &to, &fields, &[&later[1..], &moved[..]].concat()).await;
        assert!(
            moved.status == 422 && moved.body.contains("已经开始的阶段不能挪动"),
            "{}",
            moved.body
        );
        assert_eq!(stage.count("SELECT COUNT(*) FROM competition_rules").await, 1);

        assert_eq!(sends(&administrator, &to, &fields, &later).await.status, 303);
        let page = administrator.get(&path).await;
        for words in [
            "已公布，未生效",
            "应各单位要求增加次数",
            "限定地区：3703、3701",
            "<del>",
            "每人每天 5 次",
        ] {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
        let per_day = |contest: &Contest, now| contest.version(now).rules.stages[0].per_day;
        let now = known(stage, id).await;
        assert_eq!(per_day(&now, stage.app.now()), Some(3));
        stage.clock.set(START.plus_seconds(3 * DAY));
        let then = known(stage, id).await;
        assert_eq!(per_day(&then, stage.app.now()), Some(5));
        // The session of then has ended.
        let administrator = self::administrator(stage).await;
        let page = administrator.get(&path).await;
        assert!(
            page.body.contains("第 2 版") && page.body.contains("现行"),
            "{}",
            page.body
        );
        let acts = "SELECT COUNT(*) FROM audit_entry WHERE act = 'competition_rules_changed'";
        assert_eq!(stage.count(acts).await, 1);
    })
    .await;
}

#[tokio::test]
async fn competition_admin_waives_a_clause_only_with_who_approved_and_why() {
    each_engine(async |stage| {
        let id = published(stage, None, rules()).await;
        let path = format!("/admin/competitions/{id}/burden");
        let administrator = administrator(stage).await;
        let page = administrator.get(&path).await;
        for clause in Clause::ALL {
            assert!(page.body.contains(clause.name(Lang::Zh)), "{clause:?}");
        }
        assert!(page.body.contains("各条都符合") && page.body.contains("产品没有这项功能"));
        let waive = async |fields: &[(&str, &str)]| administrator.post(&format!("{path}/waive"), fields).await;
        let without = waive(&[("clause", "duration"), ("reason", "局里要求"), ("approver", " ")]).await;
        assert!(
            without.status == 422 && without.body.contains("局里要求"),
            "{}",
            without.body
        );
        let without = waive(&[("clause", "duration"), ("approver", "王局长")]).await;
        assert_eq!(without.status, 422);
        let never = waive(&[("clause", "sign_in"), ("approver", "王局长"), ("reason", "打卡")]).await;
        assert_eq!(never.status, 409);
        assert!(!known(stage, id).await.times_staff());
        let done = waive(&[
            ("clause", "duration"),
            ("approver", "王局长"),
            ("reason", "比较各科室的用时"),
        ])
        .await;
        assert_eq!(done.status, 303);
        let page = administrator.get(&path).await;
        for words in ["王局长 批准", "比较各科室的用时", "经批准不执行", "恢复执行"] {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
        assert!(known(stage, id).await.times_staff());
        stage.clock.set(START.plus_seconds(60));
        let restored = administrator
            .post(&format!("{path}/restore"), &[("clause", "duration")])
            .await;
        assert_eq!(restored.status, 303);
        assert!(!known(stage, id).await.times_staff());
        assert!(administrator.get(&path).await.body.contains("以前的例外"));
    })
    .await;
}

/// Four players of three kinds with seven valid attempts and one of training. Gives the competition.
async fn played(stage: &Stage) -> (CompetitionId, Vec<Arc<Player>>) {
    let mut rules = rules();
    let training = mingfa::domain::competition::Stage {
        kind: mingfa::domain::competition::StageKind::Training,
        window: Window {
            opens_at: START,
            closes_at: START.plus_seconds(DAY),
        },
        ..rules.stages[0].clone()
    };
    rules.stages[0].window.opens_at = START.plus_seconds(DAY);
    rules.stages.insert(0, training);
    rules.validity.least_right = 1;
    let id = published(stage, None, rules).await;
    let contest = known(stage, id).await;
    let mut players = Vec::new();
    for (identity, division) in [
        (IdentityType::Employee, 370_303),
        (IdentityType::Employee, 370_302),
        (IdentityType::Public, 3701),
        (IdentityType::StateStaff, 370_303),
        (IdentityType::Public, 0),
    ] {
        players.push(joins(stage, &contest, identity, division, 7).await);
    }
    plays(stage, &contest, &players[0], 7, 5, &[]).await;
    stage.clock.set(START.plus_seconds(DAY + 3_600));
    plays(stage, &contest, &players[0], 7, 5, &[4_000; 5]).await;
    plays(stage, &contest, &players[0], 7, 3, &[2_000; 5]).await;
    plays(stage, &contest, &players[1], 7, 2, &[6_000; 5]).await;
    plays(stage, &contest, &players[2], 8, 0, &[6_000; 5]).await;
    plays(stage, &contest, &players[3], 9, 4, &[60_000; 5]).await;
    stage.clock.set(START.plus_seconds(2 * DAY + 3_600));
    plays(stage, &contest, &players[1], 7, 4, &[4_000; 5]).await;
    plays(stage, &contest, &players[2], 8, 1, &[4_000; 5]).await;
    (id, players)
}

#[tokio::test]
async fn competition_admin_counts_are_those_of_a_hand_count() {
    each_engine(async |stage| {
        let (id, players) = played(stage).await;
        let look = async |division| {
            let figures = figures::figures(&stage.app, &operator(), id, division, Order::Participants, 1).await;
            figures.expect("the counts")
        };
        let figures = look(None).await;
        let total = figures.total;
        assert_eq!((total.person_times, total.participants, total.joined), (6, 4, 5));
        // Right: 5 + 3, 2 + 4, 1, 4; the attempt with none is not valid.
        assert_eq!((total.answers, total.answers_right), (30, 19));
        // 20 s, 10 s, 30 s, 20 s, 20 s; the 300 s of state staff left out.
        assert_eq!(total.mean_ms(false), Some(20_000));
        let numbers: Vec<_> = figures
            .divisions
            .iter()
            .map(|division| (division.code, division.tally.participants, division.tally.joined))
            .collect();
        assert_eq!(numbers, [(Some(37), 4, 4), (None, 0, 1)]);
        let city = look(Some(3703)).await;
        let numbers: Vec<_> = city
            .divisions
            .iter()
            .map(|division| (division.code, division.tally.person_times))
            .collect();
        assert_eq!(numbers, [(Some(370_303), 3), (Some(370_302), 2)]);
        assert_eq!(city.here.person_times, 5);

        let administrator = administrator(stage).await;
        let path = format!("/admin/competitions/{id}");
        let page = administrator.get(&format!("{path}/counts?division=37")).await;
        for words in ["63.33%", "0 分 20 秒", "1.50", "不含党政机关干部职工"] {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
        assert_eq!(
            administrator.get(&format!("{path}/counts?division=x")).await.status,
            404
        );
        let counted = administrator.post(&format!("{path}/items"), &[]).await;
        assert_eq!(counted.location(), format!("{path}/items"));
        let found = count::found(&stage.app, &operator(), id).await.expect("the count");
        let counted = found.counted.expect("counted");
        assert_eq!(counted.attempts, 8);
        let days: Vec<_> = counted
            .count
            .days
            .iter()
            .map(|day| (day.person_times, day.first, day.training))
            .collect();
        assert_eq!(days, [(0, 0, 1), (4, 3, 0), (2, 1, 0)]);
        let items = &counted.count.items;
        let sum = |value: fn(&mingfa::domain::competition::item_count::Item) -> u64| -> u64 {
            items.items.iter().map(value).sum()
        };
        // Seven official papers, one of which is not valid.
        assert_eq!(
            (items.papers, sum(|item| item.papers), sum(|item| item.answers)),
            (7, 35, 35)
        );
        assert_eq!(sum(|item| item.right), 19);
        assert_eq!(sum(|item| item.timed), 30, "without state staff");
        assert!(items.items.iter().all(|item| item.median_ms.is_none()), "too few times");
        let page = administrator.get(&format!("{path}/items")).await;
        assert!(
            page.body.contains("从最难的起") && page.body.contains("8 次答题"),
            "{}",
            page.body
        );

        let bytes = export::workbook(&stage.app, &operator(), id, Lang::Zh)
            .await
            .expect("a workbook");
        let mut book = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
        assert_eq!(book.sheet_names(), ["参赛人员", "单位", "地区", "逐日"]);
        let sheet = book.worksheet_range("参赛人员").expect("the players");
        let row = |player: &Player| {
            let own = |row: &&[Data]| row[0] == Data::String(player.code.clone());
            sheet.rows().find(own).expect("the player").to_vec()
        };
        let number = |cell: &Data| match cell {
            Data::Float(number) => Some(*number),
            _ => None,
        };
        let numbers = |player: &Player| row(player)[5..11].iter().map(number).collect::<Vec<_>>();
        let first = [8.0, 8.0, 10.0, 30.0, 2.0, 1.0].map(Some);
        assert_eq!(numbers(&players[0]), first);
        let staff = [Some(4.0), Some(4.0), Some(5.0), None, Some(1.0), None];
        assert_eq!(numbers(&players[3]), staff, "neither time nor rank");
        assert_eq!(numbers(&players[4]), [None; 6]);
        let days = book.worksheet_range("逐日").expect("the days");
        assert!(
            days.rows()
                .any(|row| row[0] == Data::String("2026-12-02".to_owned()) && row[1] == Data::Float(4.0))
        );
        let acts = "SELECT COUNT(*) FROM audit_entry WHERE act = 'persons_exported'";
        assert_eq!(stage.count(acts).await, 1);
        let file = administrator.get(&format!("{path}/export.xlsx")).await;
        assert!(file.header("content-type").contains("spreadsheetml"));
        assert_eq!(stage.count(acts).await, 2);
    })
    .await;
}

async fn signs(stage: &Stage, id: CompetitionId) -> Vec<Flag> {
    count::count(&stage.app, &operator(), id).await.expect("counted");
    let found = count::found(&stage.app, &operator(), id).await.expect("the count");
    assert_eq!(found.progress, None);
    found.counted.expect("counted").count.truth.flags
}

#[tokio::test]
async fn competition_admin_truth_meter_finds_what_was_planted_and_nothing_in_honest_play() {
    each_engine(async |stage| {
        let id = published(stage, None, rules()).await;
        let contest = known(stage, id).await;
        let mut chance = crate::support::Chance(3);
        for _ in 0..12 {
            let player = employee(stage, &contest).await;
            for _ in 0..3 {
                let times: Vec<i64> = (0..5).map(|_| 1_500 + i64::from(chance.below(9_000))).collect();
                plays(stage, &contest, &player, 7, 4, &times).await;
            }
        }
        assert_eq!(signs(stage, id).await, []);

        // Two players answer as by one script.
        stage.clock.set(START.plus_seconds(DAY));
        let times = [3_110, 2_630, 4_170, 1_880, 5_130];
        let mut twins = Vec::new();
        for jitter in [0, 3] {
            let player = employee(stage, &contest).await;
            plays(stage, &contest, &player, 21, 5, &times.map(|ms| ms + jitter)).await;
            twins.push(player.id);
        }
        // Somebody has more attempts than the rules allow: not by the program, but by whoever holds the database.
        let cheat = employee(stage, &contest).await;
        for _ in 0..3 {
            plays(stage, &contest, &cheat, 22, 5, &[]).await;
        }
        let copy = "INSERT INTO play (player, number, stage, rules, started_at, deadline, network, paper, handed_in_at, score,
                                      version, correct, valid, chances, hand_in, journal)
                    SELECT player, 4, stage, rules, started_at, deadline, network, paper, handed_in_at, score, version, correct,
                           valid, chances, hand_in, journal FROM play WHERE number = 3 AND network = 22";
        stage.run(copy).await;
        // Many begin within ten minutes from one network.
        stage.clock.set(START.plus_seconds(2 * DAY));
        let at = stage.app.now();
        for number in 0..BURST {
            let player = joins(stage, &contest, IdentityType::Public, 3701, 23).await;
            if number % 2 == 0 {
                stage.clock.set(at.plus_seconds(i64::from(number / 2)));
            }
            let sitting = play::start(&stage.app, &contest, &player, 23).await.expect("started");
            let ended = play::hand_in(&stage.app, &contest, &player, sitting.number, false).await;
            ended.expect("handed in");
        }
        let flags = signs(stage, id).await;
        let kinds: Vec<_> = flags.iter().map(Flag::kind).collect();
        assert_eq!(kinds, [Sign::TooMany, Sign::Burst, Sign::SameTimings], "{flags:?}");
        assert!(matches!(&flags[0], Flag::TooMany { player, attempts: 4, allowed: 3, day: Some(_), .. } if *player == cheat.id));
        assert!(matches!(&flags[1], Flag::Burst { network: 23, attempts, players, .. } if (*attempts, *players) == (BURST, BURST)));
        twins.sort_unstable();
        assert!(matches!(&flags[2], Flag::SameTimings { players, spread_ms: 3, .. } if *players == twins));

        let administrator = administrator(stage).await;
        let page = administrator.get(&format!("/admin/competitions/{id}/truth")).await;
        for words in ["规则允许 3 次", "逐题用时最多相差 3 毫秒", "预期误报", "没有误报率可言", "没有发现", &cheat.code] {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
    })
    .await;
}

async fn decide(stage: &Stage, by: &Caller, id: CaseId, decision: Decision) -> Result<(), mingfa::service::Error> {
    case::decide(&stage.app, by, id, decision, "核对了记录").await
}

#[tokio::test]
async fn competition_admin_case_freezes_and_frees_and_changes_no_score() {
    each_engine(async |stage| {
        let (id, players) = played(stage).await;
        let (first, second) = (
            stage.second_administrator("first").await,
            stage.second_administrator("second").await,
        );
        let player = &players[0];
        let scores = "SELECT CAST(SUM(score) AS BIGINT) FROM standing";
        let before = stage.count(scores).await;
        let participants = async || {
            let contest = known(stage, id).await;
            let (total, _) = boards::totals(&stage.app, &contest).await.expect("the sums");
            (total.participants, total.frozen)
        };
        assert_eq!(participants().await, (4, 0));
        stage.run("UPDATE player SET person = id").await;
        let none = case::open(&stage.app, &first, id, player.id, Sign::TooMany, "次数").await;
        assert_eq!(fault(none), Fault::Case(NoCase::NoSignal), "nothing was counted");
        let silent = case::open(&stage.app, &first, id, player.id, Sign::Report, " ").await;
        assert_eq!(fault(silent), Fault::Case(NoCase::Words));
        let opened = case::open(&stage.app, &first, id, player.id, Sign::Report, "有人举报代答").await;
        let opened = opened.expect("opened");
        let again = case::open(&stage.app, &first, id, player.id, Sign::Report, "再次举报").await;
        assert_eq!(fault(again), Fault::Case(NoCase::Opened));
        assert_eq!(participants().await, (3, 1));
        assert_eq!(
            fault(decide(stage, &first, opened, Decision::NoFinding).await),
            Fault::Case(NoCase::SamePerson)
        );
        case::state_own(&stage.app, player, opened, "是我自己答的")
            .await
            .expect("stated");
        let other = case::state_own(&stage.app, &players[1], opened, "不是我").await;
        assert_eq!(fault(other), Fault::NotFound, "another player's");
        decide(stage, &second, opened, Decision::Finding)
            .await
            .expect("decided");
        assert_eq!(participants().await, (3, 1), "stays frozen");
        case::appeal(&stage.app, player, opened, "请看时间记录")
            .await
            .expect("appealed");
        let same = decide(stage, &second, opened, Decision::Lift).await;
        assert_eq!(fault(same), Fault::Case(NoCase::SamePerson));
        decide(stage, &first, opened, Decision::Lift).await.expect("lifted");
        assert_eq!(participants().await, (4, 0));
        let mine = case::of_player(&stage.app, player).await.expect("the cases");
        assert_eq!(mine[0].case.state, State::Lifted);
        // Who plays with an account was told of the case, the finding and the lifting.
        assert_eq!(stage.count("SELECT COUNT(*) FROM notice").await, 3);
        assert_eq!(stage.count("SELECT DISTINCT person FROM notice").await, player.id.0);

        // Without a finding the results are freed at once; a finding upon another player stays.
        let other = case::open(&stage.app, &first, id, players[1].id, Sign::Report, "举报")
            .await
            .expect("opened");
        decide(stage, &second, other, Decision::NoFinding)
            .await
            .expect("decided");
        assert_eq!(participants().await, (4, 0));
        let third = case::open(&stage.app, &first, id, players[2].id, Sign::Report, "举报")
            .await
            .expect("opened");
        decide(stage, &second, third, Decision::Finding).await.expect("decided");
        assert_eq!(participants().await, (3, 1));
        stage.clock.set(stage.app.now().plus_seconds(15 * DAY + 1));
        let late = case::appeal(&stage.app, &players[2], third, "不服").await;
        assert!(matches!(fault(late), Fault::Case(NoCase::TooLate(_))));
        assert_eq!(stage.count(scores).await, before);
        let acts = "SELECT COUNT(*) FROM audit_entry WHERE act IN ('case_opened', 'case_decided')";
        assert_eq!(stage.count(acts).await, 7);
        // The second node sees it too.
        let there = stage.second_node().await;
        let frozen = boards::look(&there, id, |board| {
            board.member(players[2].id).is_some_and(|member| member.frozen)
        })
        .await;
        assert!(frozen.expect("the board"));
        there.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn competition_admin_figures_of_the_year_leave_out_who_is_frozen_by_a_case() {
    each_engine(async |stage| {
        let (id, players) = played(stage).await;
        let (first, second) = (
            stage.second_administrator("first").await,
            stage.second_administrator("second").await,
        );
        let year = u16::try_from(stage.app.now().civil().year).expect("a year");
        let of_year = async || {
            let base = annual::annual(&stage.app, &operator(), year, None)
                .await
                .expect("the figures")
                .base;
            (base.participants, base.person_times)
        };
        let on_boards = async || {
            let contest = known(stage, id).await;
            let (total, _) = boards::totals(&stage.app, &contest).await.expect("the sums");
            let number = |count: u64| i64::try_from(count).expect("a count");
            (number(total.participants), number(total.person_times))
        };
        let open = async |player: usize| {
            case::open(&stage.app, &first, id, players[player].id, Sign::Report, "有人举报代答")
                .await
                .expect("opened")
        };
        let all = of_year().await;
        assert_eq!((all.0, all), (4, on_boards().await));
        let opened = open(0).await;
        assert_eq!(
            (of_year().await.0, of_year().await),
            (3, on_boards().await),
            "while it is open"
        );
        decide(stage, &second, opened, Decision::Finding)
            .await
            .expect("decided");
        assert_eq!(
            (of_year().await.0, of_year().await),
            (3, on_boards().await),
            "upon a finding"
        );
        case::appeal(&stage.app, &players[0], opened, "请看时间记录")
            .await
            .expect("appealed");
        decide(stage, &first, opened, Decision::Lift).await.expect("lifted");
        assert_eq!(of_year().await, all, "once it is lifted");
        let other = open(1).await;
        assert_eq!(of_year().await.0, 3);
        decide(stage, &second, other, Decision::NoFinding)
            .await
            .expect("decided");
        assert_eq!(of_year().await, all, "without a finding");
    })
    .await;
}

#[tokio::test]
async fn competition_admin_opens_and_decides_a_case_by_pages() {
    each_engine(async |stage| {
        let (id, players) = played(stage).await;
        let path = format!("/admin/competitions/{id}");
        let browser = administrator(stage).await;
        let open = async |player: &str| {
            let fields = [("player", player), ("kind", "report"), ("reason", "代答 <b>举报</b>")];
            browser.post(&format!("{path}/cases"), &fields).await
        };
        let unknown = open("0000000000000").await;
        assert!(
            unknown.status == 422 && unknown.body.contains("没有这个参赛编号"),
            "{}",
            unknown.body
        );
        assert!(unknown.body.contains("代答 &lt;b>举报"), "{}", unknown.body);
        let opened = open(&players[0].code.to_uppercase()).await;
        let file = opened.location().to_owned();
        assert!(file.starts_with("/admin/competition-cases/"), "{}", opened.body);
        assert!(browser.get(&format!("{path}/cases")).await.body.contains(&file));
        let own = browser.get(&file).await;
        for words in ["成绩已冻结", "要由另一名管理员决定", &players[0].code] {
            assert!(own.body.contains(words), "{words}: {}", own.body);
        }
        assert!(!own.body.contains("<b>举报"));
        stage.second_administrator("judge").await;
        let judge = Browser::new(&stage.app).signed_in(&stage.token("judge").await);
        let short = judge.post(&file, &[("decision", "no_finding"), ("reason", "x")]).await;
        assert_eq!(short.status, 422);
        let decided = judge
            .post(&file, &[("decision", "no_finding"), ("reason", "记录正常")])
            .await;
        assert_eq!(decided.location(), file);
        assert!(judge.get(&file).await.body.contains("成绩没有冻结"));
        let list = judge.get(&format!("{path}/cases?state=decided")).await;
        assert!(list.body.contains("未发现问题"), "{}", list.body);
    })
    .await;
}

#[tokio::test]
async fn competition_admin_refuses_rules_that_cannot_hold() {
    each_engine(async |stage| {
        let bank = bank(stage).await;
        let create = async |title: &str, rules: Rules| {
            let wish = Setup {
                title: title.to_owned(),
                unit: None,
                bank,
                rules,
            };
            setup::create(&stage.app, &operator(), wish).await
        };
        let mut bad = rules();
        bad.identities.clear();
        bad.regions = vec![5];
        assert_eq!(
            fault(create("竞赛", bad).await),
            Fault::Rules(vec![RulesFault::Identities, RulesFault::Regions])
        );
        assert_eq!(fault(create(" ", rules()).await), Fault::Wording);
        let mut large = rules();
        large.stages[0].items = 13;
        let id = create("竞赛", large).await.expect("a draft");
        let refused = setup::publish(&stage.app, &operator(), id).await;
        assert_eq!(fault(refused), Fault::Rules(vec![RulesFault::Pool]));
        let draft = setup::competition(&stage.app, &operator(), id).await.expect("there");
        assert_eq!(
            draft.state,
            mingfa::domain::competition::State::Draft,
            "nothing was stored"
        );
        assert_eq!(stage.count("SELECT COUNT(*) FROM competition_item").await, 0);
    })
    .await;
}
