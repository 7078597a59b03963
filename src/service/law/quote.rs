//! Articles as a text quotes them: `安全生产法 第二十一条`, followed from the day the text was written to today.

use super::{Library, follow, text, today};
use crate::{
    domain::{
        law::{Article, ArticleNumber, Cited, Date, Followed, Names, Record, Status, Version, cited},
        time::Timestamp,
    },
    service::{App, Result},
};

/// What a quotation leads to today.
pub enum Quoted {
    /// The article, in the version that is shown today.
    Article {
        record: Record,
        version: Version,
        article: Article,
        /// What became of it since the text was written.
        since: Followed,
        status: Status,
    },
    /// It was there when the text was written and is no more.
    Gone { record: Record, number: ArticleNumber },
    /// No law of this name, or no such article of it.
    Unknown,
}

/// Follows quotations of a text that was written at this moment; where one names an edition, it is followed from that.
///
/// # Errors
/// When the database fails.
pub async fn quote(app: &App, library: &Library, written_at: Timestamp, words: &[String]) -> Result<Vec<Quoted>> {
    let names = Names::of(library);
    let mut quoted = Vec::with_capacity(words.len());
    for words in words {
        quoted.push(match cited(words) {
            Some(cited) => one(app, &names, &cited, written_at).await?,
            None => Quoted::Unknown,
        });
    }
    Ok(quoted)
}

async fn one(app: &App, names: &Names<'_>, cited: &Cited<'_>, written_at: Timestamp) -> Result<Quoted> {
    let today = today(app);
    for (record, version) in cited.versions(names, today) {
        let from = match cited.edition {
            Some(_) => version.clone(),
            None => shown_then(record, written_at),
        };
        let now = record.shown(today).clone();
        let shown = text(app, now.id).await?;
        let article = |number| shown.article(number).cloned();
        let held = text(app, from.id).await?.article(cited.number).is_some();
        let since = match held {
            true => follow(app, record, from.id, now.id, cited.number).await?,
            // The text speaks of a version that came later than it.
            false if article(cited.number).is_some() => Followed::Same,
            false => continue,
        };
        let article = since.number(cited.number).and_then(article);
        return Ok(match article {
            Some(article) => Quoted::Article {
                status: record.status(&now, today),
                record: record.clone(),
                version: now,
                article,
                since,
            },
            None => Quoted::Gone {
                record: record.clone(),
                number: cited.number,
            },
        });
    }
    Ok(Quoted::Unknown)
}

/// The version that was shown at a moment, of those the library held then; without any, the one shown first.
fn shown_then(record: &Record, at: Timestamp) -> Version {
    let known: Vec<_> = record
        .versions()
        .iter()
        .filter(|version| version.imported_at <= at)
        .cloned()
        .collect();
    let then = Record::new(record.entry.clone(), known);
    then.as_ref().unwrap_or(record).shown(Date::of(at)).clone()
}
