//! The year of a city: its exams with their rounds, a ledger of activities and a competition of real size; the pages that are
//! counted from all of them, the closing and the recomputation of the edition.

use std::fmt;

use mingfa::{
    db,
    domain::{
        activity::{Activity, Kind, Mode, State, Wish},
        exam::{Admits, Round, Window},
        id::{AccountId, CompetitionId, UnitId},
        time::{DAY, Timestamp},
    },
    service::{Caller, Error, competition::simulate, edition, exam, plan, round, verify as recomputed, year},
};

use super::{
    city::results,
    client::{Failed, Result},
    measure,
    prepare::{Person, Shape, Stage, library},
};

pub struct Size {
    /// With the first one, which has the rounds.
    exams: usize,
    rounds: u32,
    /// Of the ledger of activities.
    entries: usize,
    crowd: simulate::Size,
}

impl fmt::Display for Size {
    fn fmt(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            text,
            "The year has a plan of every unit, {} exams of everybody, of which the first has {} rounds, {} entries in its ledger, and a \
             competition of {} persons with {} participations.",
            self.exams, self.rounds, self.entries, self.crowd.players, self.crowd.participations
        )
    }
}

pub const CITY: Size = Size {
    exams: 5,
    rounds: 5,
    entries: 20_000,
    crowd: simulate::Size {
        players: 1_200_000,
        participations: 4_500_000,
        days: 30,
        units: 2_000,
        seed: 1,
    },
};

pub const VILLAGE: Size = Size {
    exams: 2,
    rounds: 2,
    entries: 500,
    crowd: simulate::Size {
        players: 5_000,
        participations: 20_000,
        days: 30,
        units: 20,
        seed: 1,
    },
};

/// A year with everything in it.
pub struct Year {
    number: u16,
    contest: CompetitionId,
    made_seconds: f64,
}

/// Adds to an exam that these people have sat in what else belongs to the year.
pub async fn fill(stage: &Stage, shape: Shape, persons: &[Person], size: &Size) -> Result<Year> {
    let started = measure::now();
    let number = ledger(stage, size.entries).await?;
    let mut failed = persons.to_vec();
    for _ in Round::MAIN..size.rounds {
        // Of those who are left, as `results` gives them out.
        failed = failed.into_iter().step_by(6).collect();
        let round = make_up(stage).await?;
        results(stage, (stage.exam, round), &failed).await?;
    }
    for _ in 1..size.exams {
        let app = stage.app().await?;
        let exam = Stage::exam(&app, shape).await?;
        exam::open(&app, &Caller::operator(), exam).await.map_err(library)?;
        app.db.close().await;
        results(stage, (exam, Round::MAIN), persons).await?;
    }
    let app = stage.app().await?;
    let made = simulate::contest(&app, &Caller::operator(), size.crowd, |_| {})
        .await
        .map_err(library)?;
    app.db.close().await;
    Ok(Year {
        number,
        contest: made.competition,
        made_seconds: started.elapsed().as_secs_f64(),
    })
}

/// One more round of the exam; gives its number.
async fn make_up(stage: &Stage) -> Result<u32> {
    let (app, operator) = (stage.app().await?, Caller::operator());
    let rounds = round::rounds(&app, &operator, stage.exam).await.map_err(library)?;
    let opens_at = rounds.last().map_or(app.now(), |last| last.window.closes_at);
    let wish = round::Wish {
        admits: Admits::Both,
        window: Window {
            opens_at,
            closes_at: opens_at.plus_seconds(3600),
        },
        attempts: 1,
    };
    let number = round::add(&app, &operator, stage.exam, wish).await.map_err(library)?;
    app.db.close().await;
    Ok(number)
}

/// Begins the year, plans it for every unit and enters so many activities of all kinds and units into its ledger; gives the year.
async fn ledger(stage: &Stage, entries: usize) -> Result<u16> {
    let (app, operator) = (stage.app().await?, Caller::operator());
    let now = app.now();
    let number = u16::try_from(now.civil().year).unwrap_or_default();
    year::begin(&app, &operator, number).await.map_err(library)?;
    let units = db::person::units(&app.db).await.map_err(library)?;
    let units: Vec<UnitId> = units.walk().into_iter().map(|(_, unit)| unit.id).collect();
    for unit in &units {
        plan::propose(&app, &operator, number, *unit).await.map_err(library)?;
    }
    let entry = |place: usize| Activity {
        id: app.random.id(now),
        year: number,
        wish: Wish {
            kind: Kind::ALL[place % Kind::ALL.len()],
            mode: Mode::Onsite,
            unit: units[place.wrapping_mul(7) % units.len()],
            day: Timestamp(now.0 - (place as i64 % 300) * DAY),
            title: format!("第 {place} 次活动"),
            place: "会议室".to_owned(),
            form: String::new(),
            audience: Some(place as i64 % 90),
            quantity: 1 + place as i64 % 5,
            document: "通报".to_owned(),
            note: String::new(),
        },
        state: State::Recorded,
        entered_by: AccountId(0),
        entered_at: now,
        decided: None,
        decision: String::new(),
    };
    let all: Vec<Activity> = (0..entries).map(entry).collect();
    let stored: std::result::Result<(), Error> = app
        .db
        .write(all, |tx, all| {
            Box::pin(async move { Ok(db::activity::insert_all(tx, &all).await?) })
        })
        .await;
    stored.map_err(library)?;
    app.db.close().await;
    Ok(number)
}

/// What was measured of the year.
pub struct Measured {
    /// What preparing it took, in seconds.
    pub made_seconds: f64,
    /// What closing and recomputing the edition took, in seconds; and of how many bytes it is.
    pub close: f64,
    pub verify: f64,
    pub bytes: usize,
}

impl Year {
    /// The pages counted from all of it, by name.
    pub fn pages(&self, unit: UnitId) -> [(&'static str, String); 12] {
        let year = format!("/admin/years/{}", self.number);
        [
            ("page for the head of the bureau", format!("{year}/head")),
            ("page for the head, of a unit", format!("{year}/head?unit={unit}")),
            ("figures of the year", year.clone()),
            ("figures of the year, of a unit", format!("{year}?unit={unit}")),
            (
                "records behind a figure of the year",
                format!("{year}/records?figure=due&page=9"),
            ),
            (
                "records behind a figure of study",
                format!("{year}/records?figure=completion_rate&page=9"),
            ),
            ("who has handed in figures", format!("{year}/filings")),
            ("plan", format!("{year}/plan")),
            ("plan of a unit", format!("{year}/plan?unit={unit}")),
            ("calendar", format!("{year}/calendar")),
            ("ledger, first page", format!("/admin/activities?year={}", self.number)),
            (
                "counts of the competition",
                format!("/admin/competitions/{}/counts", self.contest),
            ),
        ]
    }

    /// Closes it and recomputes its edition.
    pub async fn closed(self, stage: &Stage) -> Result<Measured> {
        let (app, operator, number) = (stage.app().await?, Caller::operator(), self.number);
        let started = measure::now();
        edition::close(&app, &operator, number).await.map_err(library)?;
        let close = started.elapsed().as_secs_f64();
        let started = measure::now();
        let report = recomputed::of_year(&app, &operator, number).await.map_err(library)?;
        let verify = started.elapsed().as_secs_f64();
        if report.editions != 1 || !report.differences.is_empty() {
            return Err(Failed(format!("the edition does not hold: {:?}", report.differences)));
        }
        let edition = db::edition::get(&app.db, number, 1).await.map_err(library)?;
        app.db.close().await;
        Ok(Measured {
            made_seconds: self.made_seconds,
            close,
            verify,
            bytes: edition.map_or(0, |edition| edition.records.len()),
        })
    }
}
