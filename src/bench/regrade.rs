//! How long the dry run of one corrected key takes, and applying and undoing it, over so many attempts that all hold the question, and
//! how long summing up the answers to all questions: `cargo bench --bench regrade --features ssr -- 100000`. On SQLite, or on the
//! PostgreSQL of `MINGFA_BENCH_POSTGRES` (an empty database).

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use mingfa::{
    db::{self, Db},
    domain::{
        attempt::{Attempt, HandIn, Settled},
        blueprint::{Blueprint, Part},
        exam::{Policy, Window},
        id::{AttemptId, ExamId},
        item::{Kind, OptionSet},
        key_correction::{Asked, Correction, Method, mark_paper, sheet_bytes},
        paper::Paper,
        points::Points,
    },
    service::{
        App, Caller, bank, clock::SystemClock, exam, exam::Setup, key_correction, random::Random, role, roster,
        statistics, statistics::Wish,
    },
};

type Failed = Box<dyn std::error::Error>;

fn main() -> Result<(), Failed> {
    let persons: usize = std::env::args().find_map(|arg| arg.parse().ok()).unwrap_or(100_000);
    tokio::runtime::Runtime::new()?.block_on(run(persons))
}

#[expect(
    clippy::disallowed_methods,
    reason = "a measurement needs the machine's own stopwatch"
)]
fn stopwatch() -> Instant {
    Instant::now()
}

async fn run(persons: usize) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let address = std::env::var("MINGFA_BENCH_POSTGRES")
        .unwrap_or_else(|_| format!("sqlite:{}", folder.path().join("regrade.db").display()));
    let db = Db::connect(&address).await?;
    db.migrate().await?;
    let app = App::new(db, Arc::new(SystemClock), Random::from_seed(1), 1);
    let exam = prepare(&app, persons).await?;
    let operator = Caller::operator();
    sum_up(&app, exam).await?;
    let correction = Correction {
        pool: 0,
        method: Method::NewKey(OptionSet::of([1])),
    };
    for _ in 0..3 {
        let start = stopwatch();
        let run = key_correction::dry_run(&app, &operator, exam, correction).await?;
        let (up, down) = (run.impact.up.len(), run.impact.down.len());
        let (attempts, taken) = (run.impact.attempts, start.elapsed());
        println!("dry run over {attempts} attempts: {taken:.2?} ({up} up, {down} down)");
    }
    let second = second(&app).await?;
    let id = key_correction::propose(&app, &second, exam, correction, "measured", None).await?;
    let start = stopwatch();
    key_correction::apply(&app, &operator, id).await?;
    println!("applied: {:.2?}", start.elapsed());
    let start = stopwatch();
    key_correction::undo(&app, &operator, id, "measured").await?;
    println!("undone: {:.2?}", start.elapsed());
    app.db.close().await;
    Ok(())
}

/// The sums over all questions, once for all attempts and once for those that come later; and everything else the page shows.
async fn sum_up(app: &App, exam: ExamId) -> Result<(), Failed> {
    let start = stopwatch();
    statistics::fold(app).await?;
    println!("summed up: {:.2?}", start.elapsed());
    let start = stopwatch();
    statistics::fold(app).await?;
    println!("nothing new: {:.2?}", start.elapsed());
    let start = stopwatch();
    let operator = Caller::operator();
    while statistics::overview(app, &operator, exam, Wish::default())
        .await?
        .progress
        .is_some()
    {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    println!("groups, calibration and comparisons: {:.2?}", start.elapsed());
    let start = stopwatch();
    statistics::overview(app, &operator, exam, Wish::default()).await?;
    println!("a look after that: {:.2?}", start.elapsed());
    Ok(())
}

/// Another administrator than the operator.
async fn second(app: &App) -> Result<Caller, Failed> {
    let operator = Caller::operator();
    let link = role::make_account(app, &operator, "second").await?;
    let everywhere = mingfa::domain::role::Grant {
        role: mingfa::domain::role::Role::ExamAdministrator,
        unit: None,
    };
    role::grant(app, &operator, "second", everywhere).await?;
    let password = "load generator 2026";
    let token = mingfa::service::account::set_password(app, link.text(), password.to_owned(), password).await?;
    let caller = mingfa::service::account::caller(app, token.text()).await?;
    caller.ok_or_else(|| "no session".into())
}

/// A roster, eighty questions on everybody's paper, and handed-in attempts with answers by chance.
async fn prepare(app: &App, persons: usize) -> Result<ExamId, Failed> {
    let operator = Caller::operator();
    let mut csv = String::from("工号,姓名,单位,职级,类别\n");
    for person in 0..persons {
        csv += &format!("{},张{person},市局/{}科,科级,公务员\n", 100_000 + person, person / 100);
    }
    roster::import(app, &operator, "roster.csv", csv.as_bytes()).await?;
    let mut csv = String::from("题型,题目,选项A,选项B,选项C,选项D,答案\n");
    for number in 0..80 {
        csv += &format!("单选题,第{number}题？,甲,乙,丙,丁{number},A\n");
    }
    bank::import(app, &operator, "题库", "bank.csv", csv.as_bytes()).await?;
    let now = app.now();
    let setup = Setup {
        title: "考试".to_owned(),
        unit: None,
        bank: bank::banks(app, &operator).await?[0].bank.id,
        window: Window {
            opens_at: now,
            closes_at: now.plus_seconds(3600),
        },
        policy: Policy {
            pass_mark: Points::whole(40),
            ..Policy::jining()
        },
        blueprint: Blueprint::of(vec![Part::new(Kind::Single, 80, Points::whole(1))]),
    };
    let policy = setup.policy.clone();
    let exam = exam::create(app, &operator, setup).await?;
    exam::publish(app, &operator, exam).await?;
    exam::open(app, &operator, exam).await?;
    let people = db::person::all(&app.db).await?;
    // Long enough ago that no hand-in can still be on its way.
    let now = now.plus_seconds(-120);
    for chunk in people.chunks(500) {
        let mut rows = Vec::with_capacity(chunk.len());
        for person in chunk {
            let body = db::exam::paper(&app.db, exam, person.id, 1).await?.ok_or("no paper")?;
            let paper = Paper::from_bytes(&body)?;
            let chance = app.random.bytes();
            let choices: Vec<_> = (0..paper.0.len())
                .map(|place| {
                    // About half of the answers are right, so that the pass mark stands in the crowd.
                    let right = chance[place % 32] >> (place / 32) & 1 == 0;
                    (right, usize::from(chance[(place + 7) % 32] & 3))
                })
                .collect();
            let shown: Vec<_> = paper
                .0
                .iter()
                .zip(&choices)
                .map(|(drawn, (right, other))| match right {
                    true => drawn.shown(OptionSet::of([0])),
                    false => OptionSet::of([*other]),
                })
                .collect();
            let asked = paper.0.iter().zip(&shown).map(|(drawn, choice)| Asked {
                pool: drawn.pool,
                kind: Kind::Single,
                key: OptionSet::of([0]),
                choice: drawn.authored(*choice),
                full: Points::whole(1),
                judged: None,
            });
            let score = mark_paper(policy.marking(), &[], asked);
            let settled = Settled {
                score: score.score,
                band: policy.grade(score.score, &score.parts).band,
                parts: score.parts,
                receipt: chance,
            };
            let attempt = Attempt {
                id: app.random.id::<AttemptId>(now),
                exam,
                person: person.id,
                number: 1,
                round: 1,
                started_at: now,
                deadline: now.plus_seconds(3600),
                paused_at: None,
                outcome: None,
            };
            rows.push((attempt, settled, sheet_bytes(shown)));
        }
        let stored: db::Result<()> = app
            .db
            .write(rows, move |tx, rows| {
                Box::pin(async move {
                    for (attempt, settled, sheet) in rows {
                        db::sitting::start(tx, &attempt, None).await?;
                        db::sitting::close(tx, attempt.exam, attempt.id, HandIn::Submit, now).await?;
                        db::sitting::settle(tx, attempt.id, &settled, &sheet).await?;
                    }
                    Ok(())
                })
            })
            .await;
        stored?;
    }
    Ok(exam)
}
