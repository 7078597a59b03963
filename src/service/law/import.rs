//! Texts of laws on their way into the library.

use super::{aside, library, settle, subject, text};
use crate::{
    db,
    domain::{
        audit::Act,
        id::{LawArticleId, LawId, LawVersionId, UploadId},
        intake::Note,
        law::{Comparison, Days, Entry, Law, LawFault, Level, Record, Version, compare},
        role::Right,
    },
    error::Fault,
    format,
    service::{
        App, Caller, Result,
        audit::{self, By, Deed},
        random, upload,
    },
};

/// How many articles a version keeps and changes of the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Counts {
    pub unchanged: usize,
    pub renumbered: usize,
    pub changed: usize,
    pub added: usize,
    pub deleted: usize,
}

impl Counts {
    pub fn of(comparison: &Comparison) -> Self {
        Self {
            unchanged: comparison.unchanged.len(),
            renumbered: comparison.renumbered.len(),
            changed: comparison.changed.len(),
            added: comparison.added.len(),
            deleted: comparison.deleted.len(),
        }
    }
}

/// What an administrator adds to what the text says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Choice {
    pub level: Option<Level>,
    pub days: Days,
}

impl Choice {
    /// What the text says itself.
    fn of(law: &Law) -> Self {
        let days = Days {
            promulgated: law.version_date(),
            effective: law.effective(),
            repealed: law.validity().repealed,
        };
        // A text whose days contradict each other is brought in without those that cannot be.
        let days = match days.check() {
            Ok(()) => days,
            Err(_) => Days {
                promulgated: days.promulgated,
                ..Days::default()
            },
        };
        Self {
            level: law.level(),
            days,
        }
    }
}

/// A text that was read, and where it belongs.
pub struct Text {
    pub law: Law,
    pub choice: Choice,
    digest: String,
    /// The law whose version it is; `None`: a new one.
    pub known: Option<Record>,
    /// The version with exactly this text.
    pub same: Option<Version>,
    /// The versions it would stand between.
    pub before: Option<Version>,
    pub after: Option<Version>,
    /// Compared with the version before or, without one, with the one after.
    pub counts: Option<Counts>,
}

/// What an import of a file would do, or did.
pub struct Preview {
    pub name: String,
    /// `None`: the file holds no law.
    pub text: Option<Text>,
    pub warnings: Vec<Note>,
    pub errors: Vec<Note>,
}

/// The text of a law with nothing but what it says: its digest is the same whatever file it came in.
fn plain(law: &Law) -> String {
    let mut lines = vec![law.title.clone(), law.volume.clone().unwrap_or_default()];
    lines.extend(law.history.iter().map(|event| event.text.clone()));
    let mut divisions = law.divisions.iter().peekable();
    for (place, article) in law.articles.iter().enumerate() {
        while let Some(division) = divisions.next_if(|division| division.articles_before <= place) {
            lines.push(division.heading());
            lines.extend(division.text.iter().cloned());
        }
        lines.push(article.number.chinese());
        lines.push(article.normalised());
    }
    for division in divisions {
        lines.push(division.heading());
        lines.extend(division.text.iter().cloned());
    }
    lines.join("\n")
}

/// The digest by which a text is known.
pub(super) fn digest(law: &Law) -> String {
    crate::domain::hex::hex(&random::digest(plain(law).as_bytes()))
}

async fn look(app: &App, name: &str, body: Vec<u8>) -> Result<Preview> {
    let file = name.to_owned();
    let read = aside(move || {
        let reading = format::law::read(&file, &body);
        let law = reading.found.into_iter().next().map(|found| found.value);
        let law = law.map(|law| (digest(&law), law));
        (law, reading.warnings, reading.errors)
    });
    let (law, warnings, errors) = read.await?;
    let text = match law {
        Some((digest, law)) => Some(place(app, law, digest).await?),
        None => None,
    };
    Ok(Preview {
        name: name.to_owned(),
        text,
        warnings,
        errors,
    })
}

/// Finds where a text belongs.
async fn place(app: &App, law: Law, digest: String) -> Result<Text> {
    let library = library(app).await?;
    let known = library.titled(&law.title, law.volume.as_deref()).cloned();
    let mut records = library.records().iter().flat_map(Record::versions);
    let same = records.find(|version| version.digest == digest).cloned();
    let choice = Choice::of(&law);
    let (before, after) = match &known {
        Some(record) => record.slot(&choice.days),
        None => (None, None),
    };
    let (before, after) = (before.cloned(), after.cloned());
    let counts = match (&before, &after) {
        _ if same.is_some() => None,
        (Some(before), _) => {
            let (old, new) = (text(app, before.id).await?, law.clone());
            Some(aside(move || Counts::of(&compare(&old, &new))).await?)
        }
        (None, Some(after)) => {
            let (old, new) = (law.clone(), text(app, after.id).await?);
            Some(aside(move || Counts::of(&compare(&old, &new))).await?)
        }
        (None, None) => None,
    };
    Ok(Text {
        law,
        choice,
        digest,
        known,
        same,
        before,
        after,
        counts,
    })
}

/// Keeps a file for its preview.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages laws everywhere.
pub async fn receive(app: &App, caller: &Caller, name: String, body: Vec<u8>) -> Result<UploadId> {
    caller.may_everywhere(Right::ManageLaws)?;
    upload::keep(app, caller, name, body).await
}

/// What the import of a kept file would do.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages laws everywhere, [`Fault::UploadGone`].
pub async fn preview(app: &App, caller: &Caller, id: UploadId) -> Result<Preview> {
    caller.may_everywhere(Right::ManageLaws)?;
    let (name, body) = upload::get(app, caller, id).await?;
    look(app, &name, body).await
}

/// Imports a kept file with what the administrator says of its level and days, and forgets it.
///
/// # Errors
/// As [`preview`] and [`import`].
pub async fn import_kept(app: &App, caller: &Caller, id: UploadId, choice: Choice) -> Result<(LawId, LawVersionId)> {
    caller.may_everywhere(Right::ManageLaws)?;
    let (name, body) = upload::get(app, caller, id).await?;
    let preview = look(app, &name, body).await?;
    let stored = store(app, caller, preview, Some(choice)).await?;
    upload::forget(app, caller, id).await?;
    Ok(stored)
}

/// Imports a file; gives what was found in it and, unless it was refused, the law and the version. A text that is in the library
/// already is refused.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages laws everywhere; when the database fails.
pub async fn import(
    app: &App,
    caller: &Caller,
    name: &str,
    body: Vec<u8>,
) -> Result<(Preview, std::result::Result<(LawId, LawVersionId), Fault>)> {
    caller.may_everywhere(Right::ManageLaws)?;
    let preview = look(app, name, body).await?;
    let shown = Preview {
        name: preview.name.clone(),
        warnings: preview.warnings.clone(),
        errors: preview.errors.clone(),
        text: preview.text.as_ref().map(|text| Text {
            law: text.law.clone(),
            digest: text.digest.clone(),
            known: text.known.clone(),
            same: text.same.clone(),
            before: text.before.clone(),
            after: text.after.clone(),
            ..*text
        }),
    };
    match store(app, caller, preview, None).await {
        Ok(stored) => Ok((shown, Ok(stored))),
        Err(crate::service::Error::Fault(fault)) => Ok((shown, Err(fault))),
        Err(error) => Err(error),
    }
}

async fn store(app: &App, caller: &Caller, preview: Preview, choice: Option<Choice>) -> Result<(LawId, LawVersionId)> {
    let text = preview.text.ok_or(Fault::Law(LawFault::Unreadable))?;
    if text.law.title.is_empty() {
        return Err(Fault::Law(LawFault::Untitled).into());
    }
    if text.same.is_some() {
        return Err(Fault::Law(LawFault::SameText).into());
    }
    let choice = choice.unwrap_or(text.choice);
    choice.days.check().map_err(Fault::Law)?;
    let by = By::new(app, caller);
    let entry = Entry {
        continues: None,
        id: app.random.id(by.at),
        title: text.law.title.clone(),
        volume: text.law.volume.clone(),
        level: choice.level,
    };
    let version = Version {
        id: app.random.id(by.at),
        law: entry.id,
        days: choice.days,
        articles: u32::try_from(text.law.articles.len()).unwrap_or(u32::MAX),
        file: preview.name,
        digest: text.digest,
        imported_by: by.id(),
        imported_at: by.at,
    };
    let ids: Vec<LawArticleId> = text.law.articles.iter().map(|_| app.random.id(by.at)).collect();
    let text = std::sync::Arc::new((text.law, ids));
    let stored: Result<(LawId, LawVersionId)> = app
        .db
        .write((entry, version, text, by), |tx, (entry, mut version, text, by)| {
            Box::pin(async move {
                version.law = db::law::entry(tx, &entry).await?;
                let (law, ids) = &*text;
                let stored = db::law::insert(tx, &version, law, ids).await;
                stored.map_err(|error| match error {
                    db::Error::Taken => Fault::Law(LawFault::SameText).into(),
                    other => crate::service::Error::from(other),
                })?;
                let after = (
                    entry.name(),
                    version.days,
                    version.articles,
                    &version.digest,
                    &version.file,
                );
                let deed = Deed::new(Act::LawImported, subject(version.law)).after(&after);
                audit::record(tx, &by, deed).await?;
                Ok((version.law, version.id))
            })
        })
        .await;
    let stored = stored?;
    settle(app, None).await?;
    Ok(stored)
}
