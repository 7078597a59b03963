//! Enforcement certificates of the invented bureau's squad, one of them reviewed, one that has run out, and an application.

use crate::{
    domain::{
        officer::{Category, Outcome, Wish},
        time::{DAY, Timestamp},
    },
    service::{
        App, Caller, Result, credit,
        officer::{self, Reviewing},
    },
};

/// Number of the first person of the squad, and how many hold a certificate.
const FIRST: u32 = 20_230_094;
const HOLDERS: u32 = 12;
/// Days since the oldest certificate was issued, and for how long each is good.
const OLDEST: i64 = 5 * 365 + 20;
const TERM: i64 = 5 * 365;

/// Enters the certificates; their year is begun with its plan.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who keeps certificates everywhere.
pub async fn fill(app: &App, caller: &Caller) -> Result<()> {
    let number = credit::this_year(app);
    let (today, mut ids) = (app.now(), Vec::new());
    for place in 0..HOLDERS {
        let issued = midnight(today, OLDEST - i64::from(place) * 90);
        let wish = Wish {
            number: format!("示执{:04}", place + 1),
            area: if place % 3 == 0 {
                "危险化学品"
            } else {
                "安全生产"
            }
            .to_owned(),
            category: Category::Enforcement,
            until: Timestamp(issued.0 + TERM * DAY),
            issued,
        };
        ids.push(officer::enter(app, caller, &(FIRST + place).to_string(), wish).await?);
    }
    let done = Reviewing {
        year: number,
        outcome: Outcome::Reviewed,
        day: midnight(today, 0),
        until: None,
        document: "年审通知".to_owned(),
    };
    officer::review(app, caller, &ids[HOLDERS as usize / 2..], done).await?;
    let next = (FIRST + HOLDERS).to_string();
    officer::apply(app, caller, &next, "安全生产", Category::Enforcement).await?;
    Ok(())
}

/// The beginning of the day so many days ago.
fn midnight(today: Timestamp, days: i64) -> Timestamp {
    let day = Timestamp(today.0 - days * DAY).day_field();
    Timestamp::parse_day(&day).unwrap_or(today)
}
