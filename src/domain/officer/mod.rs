//! Enforcement officers (行政执法人员): the two exams before a certificate, the certificate (执法证) with its annual review (年审) and
//! renewal (换证), and the hours of training of a year. Nothing here takes a certificate away: the rules say who is due, and a person
//! decides.

mod application;
mod fault;
mod training;

use serde::{Deserialize, Serialize};

use super::{
    id::{AccountId, OfficerCertificateId, PersonId, UnitId},
    person::codes,
    time::{Civil, Timestamp},
};

pub use application::{Application, Passed, Proof, Stage, State as ApplicationState};
pub use fault::OfficerFault;
pub use training::{Hours, MEASURED_MINUTES, Training};

/// Characters of a number, an area, a document and a reason.
pub const LINE: usize = 120;
/// The most certificates that one act may review.
pub const MANY: usize = 500;

/// What a certificate is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    #[default]
    Enforcement,
    Supervision,
}

codes!(Category {
    Enforcement => "enforcement", "行政执法证", "Enforcement certificate";
    Supervision => "supervision", "行政执法监督证", "Supervision certificate";
});

/// How a certificate stands. A person says so, with a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Valid,
    /// 暂扣
    Suspended,
    /// 交回: the holder has left or changed post.
    Returned,
    /// 注销、收回
    Withdrawn,
}

codes!(State {
    Valid => "valid", "有效", "Valid";
    Suspended => "suspended", "暂扣", "Suspended";
    Returned => "returned", "已交回", "Returned";
    Withdrawn => "withdrawn", "已收回", "Withdrawn";
});

impl State {
    /// Whether the certificate is at an end: no review is due after that.
    pub fn is_end(self) -> bool {
        matches!(self, Self::Returned | Self::Withdrawn)
    }
}

/// What was typed, or read from a file, of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    /// Unique among all certificates.
    pub number: String,
    /// 执法领域, free words.
    pub area: String,
    pub category: Category,
    /// Midnight in China, as the next one.
    pub issued: Timestamp,
    /// The last day on which it is good.
    pub until: Timestamp,
}

fn text_fits(text: &str) -> bool {
    text.chars().count() <= LINE && !text.chars().any(char::is_control)
}

/// A text that must be there and fit into a line.
///
/// # Errors
/// [`OfficerFault::Text`], or `missing` when there is none.
pub fn checked(text: &str, missing: OfficerFault) -> Result<String, OfficerFault> {
    let text = text.trim();
    match text {
        "" => Err(missing),
        text if text_fits(text) => Ok(text.to_owned()),
        _ => Err(OfficerFault::Text),
    }
}

impl Wish {
    /// Checks a certificate on `today`.
    ///
    /// # Errors
    /// The first thing that does not hold.
    pub fn check(&self, today: Timestamp) -> Result<(), OfficerFault> {
        checked(&self.number, OfficerFault::Number)?;
        if !text_fits(&self.area) {
            return Err(OfficerFault::Text);
        }
        if self.issued.day() > today.day() {
            return Err(OfficerFault::Future);
        }
        if self.issued.civil().year < 1980 || self.until.day() <= self.issued.day() || self.until.civil().year > 2200 {
            return Err(OfficerFault::Term);
        }
        Ok(())
    }
}

/// A certificate. It belongs to the unit for which it was issued: who moves on is given another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    pub id: OfficerCertificateId,
    pub person: PersonId,
    pub unit: UnitId,
    pub wish: Wish,
    /// The first year that counts it. A year that was closed before it was entered never does.
    pub since: u16,
    pub state: State,
    /// The day from which it stands so; that of issue while it is valid.
    pub state_day: Timestamp,
    pub reason: String,
    pub entered_by: AccountId,
    pub entered_at: Timestamp,
}

/// What came of the review of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Reviewed,
    /// Reviewed, and the certificate has a later end.
    Renewed,
    /// Not to be reviewed this year; a document says so.
    Exempt,
}

codes!(Outcome {
    Reviewed => "reviewed", "年审合格", "Reviewed";
    Renewed => "renewed", "年审并换证", "Reviewed and renewed";
    Exempt => "exempt", "免审", "Exempt";
});

/// The review of a certificate in a year; there is at most one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Review {
    pub certificate: OfficerCertificateId,
    pub year: u16,
    pub outcome: Outcome,
    pub day: Timestamp,
    /// The new end; `None` unless renewed.
    pub until: Option<Timestamp>,
    pub document: String,
    pub by: AccountId,
    pub at: Timestamp,
}

/// What a year asks of those who hold a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule {
    pub year: u16,
    /// Training that is asked for.
    pub hours: Hours,
    /// The last day for reviews.
    pub review_by: Timestamp,
    /// The document that says so; empty: the usual rule of this program.
    pub document: String,
}

/// Training asked for where no rule was set: 60 class hours, as for officers of cities and counties.
pub const USUAL_HOURS: Hours = Hours(600);

impl Rule {
    /// The rule of a year for which none was set.
    pub fn usual(year: u16) -> Self {
        Self {
            year,
            hours: USUAL_HOURS,
            review_by: last_day(year),
            document: String::new(),
        }
    }

    /// # Errors
    /// [`OfficerFault::Hours`], [`OfficerFault::OutsideYear`], [`OfficerFault::Document`].
    pub fn check(&self) -> Result<(), OfficerFault> {
        if !(0..=20_000).contains(&self.hours.0) {
            return Err(OfficerFault::Hours);
        }
        if self.review_by.civil().year != i64::from(self.year) {
            return Err(OfficerFault::OutsideYear(self.year));
        }
        checked(&self.document, OfficerFault::Document).map(|_| ())
    }
}

/// The last day of a year in China.
pub fn last_day(year: u16) -> Timestamp {
    Timestamp::from_civil(Civil {
        year: i64::from(year),
        month: 12,
        day: 31,
        hour: 0,
        minute: 0,
        second: 0,
    })
}

/// How a certificate stands to the review of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Standing {
    /// Its time for review is over, or the certificate itself has run out.
    Late,
    Due,
    Reviewed,
    Renewed,
    Exempt,
    /// Issued in the year: nothing is due yet.
    New,
}

codes!(Standing {
    Late => "late", "逾期未审", "Late";
    Due => "due", "待年审", "Due";
    Reviewed => "reviewed", "已年审", "Reviewed";
    Renewed => "renewed", "已换证", "Renewed";
    Exempt => "exempt", "免审", "Exempt";
    New => "new", "本年新领", "Issued this year";
});

impl Standing {
    /// Whether somebody must still do something.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Late | Self::Due)
    }
}

/// The last day on which a certificate is good, as far as `year` knows: that of its latest renewal, or its own.
pub fn good_until(certificate: &Certificate, reviews: &[Review], year: u16) -> Timestamp {
    let renewals = reviews
        .iter()
        .filter(|review| review.certificate == certificate.id && review.year <= year);
    let latest = renewals.filter_map(|review| Some((review.year, review.until?))).max();
    latest.map_or(certificate.wish.until, |(_, until)| until)
}

/// How a certificate stands to the review of the rule's year on a day; `None`: the year does not count it, because it was issued or
/// entered later, or had come to an end. A suspended one is due like any other.
pub fn standing(certificate: &Certificate, reviews: &[Review], rule: &Rule, today: Timestamp) -> Option<Standing> {
    let year = rule.year;
    let mut of_year = reviews
        .iter()
        .filter(|review| review.certificate == certificate.id && review.year == year);
    if let Some(review) = of_year.next() {
        return Some(match review.outcome {
            Outcome::Reviewed => Standing::Reviewed,
            Outcome::Renewed => Standing::Renewed,
            Outcome::Exempt => Standing::Exempt,
        });
    }
    let ended = certificate.state.is_end() && certificate.state_day.civil().year <= i64::from(year);
    if certificate.since > year || ended {
        return None;
    }
    if certificate.wish.issued.civil().year == i64::from(year) {
        return Some(Standing::New);
    }
    let by = last_chance(certificate, reviews, rule);
    Some(if today.day() > by.day() {
        Standing::Late
    } else {
        Standing::Due
    })
}

/// The last day for the review of a year: the rule's, or an earlier end of the certificate.
pub fn last_chance(certificate: &Certificate, reviews: &[Review], rule: &Rule) -> Timestamp {
    good_until(certificate, reviews, rule.year).min(rule.review_by)
}

/// The first year that counts a certificate issued on a day, where `closed` is the last closed year.
pub fn since(issued: Timestamp, closed: Option<u16>) -> u16 {
    let year = u16::try_from(issued.civil().year).unwrap_or_default();
    closed.map_or(year, |closed| year.max(closed.saturating_add(1)))
}

impl Review {
    /// Checks the outcome of a review of a certificate on `today`.
    ///
    /// # Errors
    /// The first thing that does not hold: a day of another year or that has not come, an end no later than the one before, an
    /// exemption without a document, a certificate to which the year has nothing to say.
    pub fn check(&self, certificate: &Certificate, before: &[Review], today: Timestamp) -> Result<(), OfficerFault> {
        let earlier: Vec<Review> = before
            .iter()
            .filter(|review| review.year != self.year)
            .cloned()
            .collect();
        let rule = Rule::usual(self.year);
        match standing(certificate, &earlier, &rule, today) {
            None | Some(Standing::New) => return Err(OfficerFault::NotDue),
            _ => {}
        }
        if self.day.civil().year != i64::from(self.year) {
            return Err(OfficerFault::OutsideYear(self.year));
        }
        if self.day.day() > today.day() {
            return Err(OfficerFault::Future);
        }
        let later = self.until.is_some_and(|until| {
            until > good_until(certificate, &earlier, self.year) && until > self.day && until.civil().year <= 2200
        });
        match self.outcome {
            Outcome::Renewed if !later => Err(OfficerFault::Term),
            Outcome::Reviewed | Outcome::Exempt if self.until.is_some() => Err(OfficerFault::Term),
            Outcome::Exempt => checked(&self.document, OfficerFault::Document).map(|_| ()),
            _ if text_fits(&self.document) => Ok(()),
            _ => Err(OfficerFault::Text),
        }
    }
}

/// Checks a change of state on a day.
///
/// # Errors
/// [`OfficerFault::Settled`] when it stands so already, [`OfficerFault::Future`], [`OfficerFault::Term`] for a day before the issue.
pub fn check_state(
    certificate: &Certificate,
    state: State,
    day: Timestamp,
    today: Timestamp,
) -> Result<(), OfficerFault> {
    if certificate.state == state {
        return Err(OfficerFault::Settled);
    }
    if day.day() > today.day() {
        return Err(OfficerFault::Future);
    }
    if day < certificate.wish.issued {
        return Err(OfficerFault::Term);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
