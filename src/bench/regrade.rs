//! What a corrected key costs over an exam that many have sat, at the level of the library code: the dry run, applying and undoing
//! it; and summing up the answers to all questions.

use std::time::Duration;

use mingfa::{
    db,
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
    service::{App, Caller, bank, exam, exam::Setup, key_correction, role, roster, statistics, statistics::Wish},
};

use super::{
    measure,
    prepare::Stage,
    table::{Lines, seconds},
};

type Failed = Box<dyn std::error::Error>;

/// On everybody's paper.
const QUESTIONS: u32 = 80;

pub async fn on_engine(stage: &Stage, persons: usize) -> Result<Lines, Failed> {
    let app = &stage.app().await?;
    let mut lines = Lines::default();
    let exam = prepare(app, persons).await?;
    let operator = Caller::operator();
    sum_up(app, exam, persons, &mut lines).await?;
    let correction = Correction {
        pool: 0,
        method: Method::NewKey(OptionSet::of([1]).into()),
    };
    let (mut longest, mut touched) = (Duration::ZERO, 0);
    for _ in 0..3 {
        let begun = measure::now();
        let impact = key_correction::dry_run(app, &operator, exam, correction.clone())
            .await?
            .impact;
        longest = longest.max(begun.elapsed());
        touched = impact.up.len() + impact.down.len();
        if impact.attempts != persons || touched == 0 {
            return Err("the dry run is short".into());
        }
    }
    let what = format!(
        "dry run of one corrected key over {persons} attempts ({touched} results change), the longest of three"
    );
    lines.say(what, "≤ 3 s", seconds(longest));
    let second = second(app).await?;
    let id = key_correction::propose(app, &second, exam, correction, "measured", None).await?;
    let begun = measure::now();
    key_correction::apply(app, &operator, id).await?;
    lines.took("applying it", "", begun);
    let begun = measure::now();
    key_correction::undo(app, &operator, id, "measured").await?;
    lines.took("undoing it", "", begun);
    app.db.close().await;
    Ok(lines)
}

/// The sums over all questions, once for all attempts and once for those that come later; and everything else the page shows.
async fn sum_up(app: &App, exam: ExamId, persons: usize, lines: &mut Lines) -> Result<(), Failed> {
    let begun = measure::now();
    statistics::fold(app).await?;
    lines.took(
        format!("summing up {persons} attempts of {QUESTIONS} questions, all at once"),
        "",
        begun,
    );
    let begun = measure::now();
    statistics::fold(app).await?;
    lines.took("the same, nothing new", "", begun);
    let begun = measure::now();
    let operator = Caller::operator();
    while statistics::overview(app, &operator, exam, Wish::default())
        .await?
        .progress
        .is_some()
    {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    lines.took(
        "groups, calibration and comparisons of groups, in the background",
        "",
        begun,
    );
    let begun = measure::now();
    statistics::overview(app, &operator, exam, Wish::default()).await?;
    lines.took("a look at the page after that", "", begun);
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
    for number in 0..QUESTIONS {
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
        blueprint: Blueprint::of(vec![Part::new(Kind::Single, QUESTIONS, Points::whole(1))]),
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
                rejudged: None,
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
