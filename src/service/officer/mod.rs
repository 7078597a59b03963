//! The ledger of enforcement certificates (执法证台账): who is due for review, what each holder has, and what a year counts.

mod act;
mod application;
mod import;

use std::collections::{BTreeMap, HashMap};

use super::{
    App, Caller, Error, Result,
    credit::{self, days_of},
};
use crate::{
    db,
    domain::{
        annual::fact::Fact,
        bank::fold,
        id::{OfficerCertificateId, PersonId, UnitId},
        officer::{
            Category, Certificate, Hours, OfficerFault, Review, Rule, Standing, Training, good_until, last_chance,
            standing,
        },
        person::Person,
        role::{Reach, Right},
        time::Timestamp,
        unit::Tree,
        year::Year,
    },
    error::Fault,
};

pub use act::{Reviewing, Trained, enter, remove_training, review, set_rule, set_state, train, undo_review};
pub use application::{Claim, Desk, Line, apply, desk, grant, take_stage, withdraw};
pub use import::{Report, import_kept, preview, receive, template};

/// Certificates on one page.
const PAGE: usize = 100;

impl From<OfficerFault> for Error {
    fn from(fault: OfficerFault) -> Self {
        Fault::Officer(fault).into()
    }
}

/// Everything that a year needs to know.
pub(super) struct Ledger {
    pub rule: Rule,
    pub certificates: Vec<Certificate>,
    reviews: HashMap<OfficerCertificateId, Vec<Review>>,
    hours: HashMap<PersonId, Hours>,
}

impl Ledger {
    /// # Errors
    /// When the database fails.
    pub async fn of_year(app: &App, year: u16) -> Result<Self> {
        let mut reviews: HashMap<_, Vec<Review>> = HashMap::new();
        for review in db::officer::reviews(&app.db, year).await? {
            reviews.entry(review.certificate).or_default().push(review);
        }
        let mut hours: HashMap<PersonId, Hours> = HashMap::new();
        let mut add = |person, more: Hours| hours.entry(person).or_default().0 += more.0;
        for training in db::officer::trainings(&app.db, year).await? {
            add(training.person, training.hours);
        }
        // Study time is counted only where a document asks for it.
        if credit::rule(app, year).await?.rule.hours.is_some() {
            for (person, ms) in db::officer::measured(&app.db, days_of(year)).await? {
                add(person, Hours::measured(ms));
            }
        }
        Ok(Self {
            rule: rule(app, year).await?,
            certificates: db::officer::certificates(&app.db).await?,
            reviews,
            hours,
        })
    }

    fn reviews(&self, certificate: &Certificate) -> &[Review] {
        self.reviews.get(&certificate.id).map_or(&[], Vec::as_slice)
    }

    pub fn standing(&self, certificate: &Certificate, today: Timestamp) -> Option<Standing> {
        standing(certificate, self.reviews(certificate), &self.rule, today)
    }

    /// The last day for its review.
    pub fn last_chance(&self, certificate: &Certificate) -> Timestamp {
        last_chance(certificate, self.reviews(certificate), &self.rule)
    }

    fn hours(&self, person: PersonId) -> Hours {
        self.hours.get(&person).copied().unwrap_or_default()
    }
}

/// What a year asks for.
///
/// # Errors
/// When the database fails.
pub(super) async fn rule(app: &App, year: u16) -> Result<Rule> {
    let rule = db::officer::rule(&app.db, year).await?;
    Ok(rule.unwrap_or_else(|| Rule::usual(year)))
}

/// The records of a year from this ledger.
///
/// # Errors
/// When the database fails.
pub(super) async fn facts(app: &App, year: u16) -> Result<Vec<Fact>> {
    let ledger = Ledger::of_year(app, year).await?;
    let (now, needed) = (app.now(), ledger.rule.hours.0);
    let mut facts = Vec::new();
    let mut trained = Vec::new();
    // The figures are those of 执法证; who oversees enforcement holds another certificate.
    let enforces = |certificate: &&Certificate| certificate.wish.category == Category::Enforcement;
    for certificate in ledger.certificates.iter().filter(enforces) {
        let (person, unit) = (certificate.person, certificate.unit);
        let Some(standing) = ledger.standing(certificate, now) else {
            continue;
        };
        facts.push(Fact::Officer {
            certificate: certificate.id,
            person,
            unit,
            reviewed: standing.into(),
        });
        let had = ledger.hours(person).0;
        trained.extend((had > 0).then_some(Fact::Training {
            person,
            unit,
            had,
            needed,
        }));
    }
    trained.sort_unstable();
    trained.dedup();
    facts.extend(trained);
    for application in db::officer::applications(&app.db).await? {
        if application.passed_general_in(year) {
            facts.push(Fact::General {
                person: application.person,
                unit: application.unit,
            });
        }
    }
    Ok(facts)
}

/// Which certificates to show.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    pub year: u16,
    pub unit: Option<UnitId>,
    pub standing: Option<Standing>,
    /// Those that the year does not count: ended, or of a later year.
    pub uncounted: bool,
    /// Only those whose end is no later than this day.
    pub until: Option<Timestamp>,
    pub words: String,
    /// From 1.
    pub page: u32,
}

/// A certificate as a list shows it.
pub struct Row {
    pub certificate: Certificate,
    /// `None`: gone from the roster.
    pub holder: Option<(String, String)>,
    pub standing: Option<Standing>,
    pub until: Timestamp,
    pub hours: Hours,
}

/// A page of the ledger.
pub struct Page {
    pub rule: Rule,
    pub year: Option<Year>,
    pub rows: Vec<Row>,
    pub total: usize,
    pub page: u32,
    pub pages: u32,
    /// How many of those that fit the rest of the filter stand how.
    pub counts: BTreeMap<Standing, usize>,
    pub units: Tree,
    /// The caller keeps certificates somewhere, and everywhere.
    pub writes: bool,
    pub everywhere: bool,
}

/// The ledger of a year within the caller's reach, those first who are late.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who reads persons.
pub async fn list(app: &App, caller: &Caller, filter: &Filter) -> Result<Page> {
    let reach = caller.may(Right::ReadPeople)?;
    let units = db::person::units(&app.db).await?;
    let ledger = Ledger::of_year(app, filter.year).await?;
    let persons: HashMap<PersonId, Person> = db::person::all(&app.db)
        .await?
        .into_iter()
        .map(|person| (person.id, person))
        .collect();
    let (now, words) = (app.now(), fold(&filter.words));
    let mut rows = Vec::new();
    for certificate in &ledger.certificates {
        let holder = persons.get(&certificate.person);
        let holder = holder.map(|person| (person.number.clone(), person.name.clone()));
        let (number, name) = holder.clone().unwrap_or_default();
        let until = good_until(certificate, ledger.reviews(certificate), filter.year);
        let fits = reach.covers(&units, Some(certificate.unit))
            && filter.unit.is_none_or(|top| units.is_within(certificate.unit, top))
            && filter.until.is_none_or(|last| until <= last)
            && fold(&[certificate.wish.number.as_str(), &certificate.wish.area, &number, &name].concat())
                .contains(&words);
        if fits {
            rows.push(Row {
                standing: ledger.standing(certificate, now),
                hours: ledger.hours(certificate.person),
                certificate: certificate.clone(),
                holder,
                until,
            });
        }
    }
    let mut counts = BTreeMap::new();
    for standing in rows.iter().filter_map(|row| row.standing) {
        *counts.entry(standing).or_default() += 1;
    }
    rows.retain(|row| match filter.standing {
        Some(standing) => row.standing == Some(standing),
        None => row.standing.is_none() == filter.uncounted,
    });
    rows.sort_by_key(|row| (row.standing, row.until));
    let total = rows.len();
    let pages = u32::try_from(total.div_ceil(PAGE)).unwrap_or(u32::MAX).max(1);
    let page = filter.page.clamp(1, pages);
    let years = db::year::all(&app.db).await?;
    Ok(Page {
        rule: ledger.rule,
        year: years.into_iter().find(|year| year.year == filter.year),
        rows: rows.into_iter().skip((page as usize - 1) * PAGE).take(PAGE).collect(),
        total,
        page,
        pages,
        counts,
        units,
        writes: caller.has(Right::KeepOfficers),
        everywhere: caller.may_everywhere(Right::KeepOfficers).is_ok(),
    })
}

/// A certificate with all that belongs to it.
pub struct Record {
    pub row: Row,
    pub units: Tree,
    pub rule: Rule,
    pub reviews: Vec<Review>,
    pub trainings: Vec<Training>,
    /// What the platform measured, where that counts.
    pub measured: Hours,
    pub writes: bool,
    pub now: Timestamp,
}

/// A certificate within reach, in this year.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who reads persons, [`Fault::NotFound`] when there is none within reach.
pub async fn record(app: &App, caller: &Caller, id: OfficerCertificateId) -> Result<Record> {
    let reach = caller.may(Right::ReadPeople)?;
    let units = db::person::units(&app.db).await?;
    let certificate = db::officer::get(&app.db, id).await?;
    let certificate = certificate.filter(|certificate| reach.covers(&units, Some(certificate.unit)));
    let certificate = certificate.ok_or(Fault::NotFound)?;
    let keeps = caller.may(Right::KeepOfficers).ok();
    let writes = keeps.is_some_and(|reach: Reach| reach.covers(&units, Some(certificate.unit)));
    let person = db::person::get(&app.db, certificate.person).await?;
    let own = Own::of(app, certificate).await?;
    Ok(Record {
        row: Row {
            holder: person.map(|person| (person.number, person.name)),
            ..own.row
        },
        units,
        rule: own.rule,
        reviews: own.reviews,
        trainings: own.trainings,
        measured: own.measured,
        writes,
        now: app.now(),
    })
}

/// A certificate as its holder sees it, this year.
pub struct Own {
    pub row: Row,
    pub rule: Rule,
    pub reviews: Vec<Review>,
    pub trainings: Vec<Training>,
    pub measured: Hours,
    /// The last day for this year's review.
    pub review_by: Timestamp,
}

impl Own {
    async fn of(app: &App, certificate: Certificate) -> Result<Self> {
        let year = credit::this_year(app);
        let rule = rule(app, year).await?;
        let reviews = db::officer::reviews_of(&app.db, certificate.id).await?;
        let mut trainings = db::officer::trainings(&app.db, year).await?;
        trainings.retain(|training| training.person == certificate.person);
        let measured = match credit::rule(app, year).await?.rule.hours {
            Some(_) => db::credit::studied(&app.db, certificate.person, days_of(year)).await?,
            None => 0,
        };
        let measured = Hours::measured(measured);
        let hours = trainings.iter().map(|training| training.hours).chain([measured]).sum();
        Ok(Self {
            review_by: last_chance(&certificate, &reviews, &rule),
            row: Row {
                standing: standing(&certificate, &reviews, &rule, app.now()),
                until: good_until(&certificate, &reviews, year),
                certificate,
                holder: None,
                hours,
            },
            rule,
            reviews,
            trainings,
            measured,
        })
    }
}

/// The certificates of a person; the use case has checked who asks.
///
/// # Errors
/// When the database fails.
pub(super) async fn of_person(app: &App, person: PersonId) -> Result<Vec<Own>> {
    let mut all = Vec::new();
    for certificate in db::officer::of_person(&app.db, person).await? {
        all.push(Own::of(app, certificate).await?);
    }
    Ok(all)
}
