//! Certificates: issued to those who passed, checked by anybody, withdrawn when a correction makes somebody fail.

use std::path::{Path, PathBuf};

use tokio::sync::{Semaphore, SemaphorePermit};

use super::{
    App, Caller, Error, Result,
    audit::{self, By, Deed},
    notice,
    qr::Qr,
};
use crate::{
    db::{self, Tx, certificate::Done},
    domain::{
        audit::Act as Audited,
        certificate::{self, Certificate, CertificateCode, Follow, Shows, masked, same_name},
        exam::{Exam, State},
        id::{CertificateId, ExamId, KeyCorrectionId, PersonId},
        key_correction::{Act, Final},
        lang::Lang,
        notice::About as News,
        objection::reason,
        points::Points,
        role::Right,
        time::Timestamp,
    },
    error::Fault,
    format,
};

/// Certificates on a page.
pub const PAGE: u32 = 50;

/// PDFs made at a time: each holds a whole font, some 25 MB, while it is set.
pub struct Printing(Semaphore);

impl Default for Printing {
    fn default() -> Self {
        Self(Semaphore::new(2))
    }
}

impl Printing {
    /// Few documents are made at a time: others wait, and those who sit do not.
    pub(super) async fn permit(&self) -> Result<SemaphorePermit<'_>> {
        self.0.acquire().await.map_err(|_| Fault::Unavailable.into())
    }
}

/// Where fonts with Chinese letters usually are (Debian's fonts-noto-cjk, fonts-wqy and others).
const FONTS: [&str; 5] = [
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-serif-cjk-fonts/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
];

/// The certificates of an exam.
pub struct Overview {
    pub exam: Exam,
    pub certificates: Vec<Certificate>,
    pub all: i64,
    /// Persons who passed and have no valid certificate.
    pub eligible: i64,
    pub page: u32,
    pub pages: u32,
}

/// A page of an exam's certificates.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages exams asks, [`Fault::NotFound`], [`Fault::WrongState`] before the opening.
pub async fn overview(app: &App, caller: &Caller, id: ExamId, page: u32) -> Result<Overview> {
    let exam = opened(app, caller, id).await?;
    let page = page.clamp(1, 100_000);
    let offset = i64::from(page - 1) * i64::from(PAGE);
    let (certificates, all) = db::certificate::page(&app.db, id, i64::from(PAGE), offset).await?;
    Ok(Overview {
        eligible: db::certificate::count_eligible(&app.db, id, exam.policy.counting).await?,
        exam,
        certificates,
        all,
        page,
        pages: u32::try_from(all).unwrap_or(u32::MAX).div_ceil(PAGE),
    })
}

/// The exam, if the caller manages it and it was opened.
async fn opened(app: &App, caller: &Caller, id: ExamId) -> Result<Exam> {
    let exam = super::exam::exam(app, caller, id).await?;
    if exam.state == State::Open {
        Ok(exam)
    } else {
        Err(Fault::WrongState.into())
    }
}

/// Issues certificates to everybody who passed and has no valid one, or to one person by number. Gives how many.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages exams asks, [`Fault::NoCertificate`] when there is nobody to issue one to.
pub async fn issue(app: &App, caller: &Caller, id: ExamId, shows: Shows, only: Option<&str>) -> Result<usize> {
    let exam = opened(app, caller, id).await?;
    let only = match only {
        None => None,
        Some(number) => {
            let person = db::person::by_number(&app.db, number).await?;
            Some(person.ok_or(Fault::NoCertificate)?.id)
        }
    };
    let tree = db::person::units(&app.db).await?;
    let by = By::new(app, caller);
    let issued: Result<usize> = app
        .db
        .write(
            (exam, tree, by, app.random.clone()),
            move |tx, (exam, tree, by, random)| {
                Box::pin(async move {
                    let now = by.at;
                    let eligible = db::certificate::eligible(tx, exam.id, exam.policy.counting, only).await?;
                    if eligible.is_empty() {
                        return Err(Fault::NoCertificate.into());
                    }
                    let (year, count) = (now.civil().year, eligible.len() as i64);
                    let first = db::certificate::take_numbers(tx, year, count).await?;
                    let certificates: Vec<Certificate> = (first..)
                        .zip(eligible)
                        .map(|(place, one)| Certificate {
                            id: random.id(now),
                            exam: exam.id,
                            person: one.person,
                            number: certificate::number(year, place),
                            code: CertificateCode::of(&random.bytes()),
                            name: one.name,
                            unit: tree.path(one.unit),
                            title: exam.title.clone(),
                            shows,
                            score: one.score,
                            issued_at: now,
                            withdrawn: None,
                        })
                        .collect();
                    db::certificate::insert_all(tx, &certificates, by.id()).await?;
                    let deed = Deed::new(Audited::CertificatesIssued, format!("exam {id}")).after(&certificates.len());
                    audit::record(tx, &by, deed).await?;
                    let news = certificates.iter().map(|one| {
                        let about = News::CertificateIssued {
                            title: one.title.clone(),
                            certificate: one.id,
                        };
                        (one.person, about)
                    });
                    notice::tell(tx, &random, now, news).await?;
                    Ok(certificates.len())
                })
            },
        )
        .await;
    match issued {
        // Somebody else issued one of them at the same moment.
        Err(Error::Db(db::Error::Taken)) => Err(Fault::NoCertificate.into()),
        issued => issued,
    }
}

/// Withdraws a certificate and tells its holder.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages exams asks, [`Fault::NotFound`], [`Fault::Withdrawn`],
/// [`Fault::Objection`] when the reason is missing.
pub async fn withdraw(app: &App, caller: &Caller, id: CertificateId, words: &str) -> Result<ExamId> {
    caller.may(Right::ManageExams)?;
    let certificate = db::certificate::get(&app.db, id).await?.ok_or(Fault::NotFound)?;
    let exam = super::exam::exam(app, caller, certificate.exam).await?.id;
    let by = By::new(app, caller);
    let act = Act {
        by: by.id(),
        at: by.at,
        reason: reason(words).map_err(Fault::Objection)?,
    };
    app.db
        .write(
            (certificate, act, app.random.clone()),
            |tx, (certificate, act, random)| {
                Box::pin(async move {
                    let done = done(&act, certificate::Act::Withdrawn, &act.reason);
                    if !db::certificate::withdraw(tx, certificate.id, None, done).await? {
                        return Err(Fault::Withdrawn.into());
                    }
                    let news = News::CertificateWithdrawn {
                        title: certificate.title,
                        certificate: certificate.id,
                    };
                    notice::tell(tx, &random, act.at, [(certificate.person, news)]).await
                })
            },
        )
        .await
        .map(|()| exam)
}

fn done<'a>(act: &Act, what: certificate::Act, reason: &'a str) -> Done<'a> {
    Done {
        act: what,
        by: act.by,
        at: act.at,
        reason,
    }
}

/// What follows for certificates from changed final scores. Of several withdrawn certificates of one person only the
/// newest comes back, and only while none is valid.
pub(super) fn follows<'a>(
    certificates: &'a [Certificate],
    changed: &[Final],
) -> Vec<(&'a Certificate, Follow, Points)> {
    let finals: std::collections::HashMap<PersonId, &Final> = changed.iter().map(|one| (one.person, one)).collect();
    let mut seen = std::collections::HashSet::new();
    let valid = certificates.iter().filter(|one| one.withdrawn.is_none());
    let withdrawn = certificates.iter().rev().filter(|one| one.withdrawn.is_some());
    valid
        .chain(withdrawn)
        .filter(|one| seen.insert(one.person))
        .filter_map(|one| {
            let last = finals.get(&one.person)?;
            let follow = certificate::follow(one, last.after, last.band_after.passed())?;
            Some((one, follow, last.after))
        })
        .collect()
}

/// Lets certificates follow changed scores, within the transaction that changes them.
///
/// # Errors
/// When the database fails.
pub(super) async fn follow(
    tx: &mut Tx,
    random: &super::random::Random,
    exam: &Exam,
    changed: &[Final],
    (cause, act, reason): (KeyCorrectionId, &Act, &str),
) -> Result<()> {
    let certificates = db::certificate::of_exam_in(tx, exam.id).await?;
    let mut news = Vec::new();
    for (one, follow, score) in follows(&certificates, changed) {
        let title = one.title.clone();
        match follow {
            Follow::Withdraw => {
                let done = done(act, certificate::Act::Withdrawn, reason);
                db::certificate::withdraw(tx, one.id, Some(cause), done).await?;
                news.push((
                    one.person,
                    News::CertificateWithdrawn {
                        title,
                        certificate: one.id,
                    },
                ));
            }
            Follow::Reinstate => {
                let done = done(act, certificate::Act::Reinstated, reason);
                db::certificate::reinstate(tx, one.id, score, done).await?;
                news.push((
                    one.person,
                    News::CertificateReinstated {
                        title,
                        certificate: one.id,
                    },
                ));
            }
            Follow::Rescore => {
                let words = format!("{} → {score}：{reason}", one.score);
                let done = done(act, certificate::Act::Rescored, &words);
                db::certificate::set_score(tx, one.id, score, done).await?;
            }
        }
    }
    notice::tell(tx, random, act.at, news).await
}

/// A certificate as its holder or whoever manages the exam sees it.
pub struct Shown {
    pub certificate: Certificate,
    /// Where anybody can check it.
    pub link: String,
    pub qr: Option<Qr>,
}

/// A certificate, for its holder or whoever manages the exam; `base` is the address of the site.
///
/// # Errors
/// [`Fault::NotFound`] for everybody else, and when there is none.
pub async fn show(app: &App, caller: &Caller, id: CertificateId, base: &str) -> Result<Shown> {
    let certificate = db::certificate::get(&app.db, id).await?.ok_or(Fault::NotFound)?;
    let own = caller.person().is_ok_and(|person| person == certificate.person);
    if !own {
        // Whoever may not know of it learns nothing of it.
        super::exam::exam(app, caller, certificate.exam)
            .await
            .map_err(|error| match error {
                Error::Fault(_) => Fault::NotFound.into(),
                error => error,
            })?;
    }
    let link = format!("{base}/certificate/{}", certificate.code);
    Ok(Shown {
        qr: Qr::of(&link),
        certificate,
        link,
    })
}

/// The caller's certificates, newest first.
///
/// # Errors
/// [`Fault::Forbidden`] for accounts outside the roster.
pub async fn own(app: &App, caller: &Caller) -> Result<Vec<Certificate>> {
    Ok(db::certificate::of_person(&app.db, caller.person()?).await?)
}

/// The sentence of a certificate.
pub fn sentence(certificate: &Certificate, lang: Lang) -> String {
    let Certificate { name, unit, title, .. } = certificate;
    let (result, date) = (result(certificate, lang), day(certificate.issued_at));
    match lang {
        Lang::Zh => format!("{name}（{unit}）参加“{title}”，成绩{result}。特发此证。"),
        Lang::En => format!("{name} ({unit}) sat “{title}” and {result}. Issued {date}."),
    }
}

fn result(certificate: &Certificate, lang: Lang) -> String {
    match (certificate.shows, lang) {
        (Shows::Score, Lang::Zh) => format!(" {} 分，合格", certificate.score),
        (Shows::Score, Lang::En) => format!("passed with {} points", certificate.score),
        (Shows::Grade, _) => lang.pick("合格", "passed").to_owned(),
    }
}

/// A day as certificates have it.
pub fn day(at: Timestamp) -> String {
    let civil = at.civil();
    format!("{}年{}月{}日", civil.year, civil.month, civil.day)
}

/// A certificate as PDF. `font`: the font set for this server; without one it is looked for in the usual places.
///
/// # Errors
/// As [`show`]; [`Fault::NoFont`] when there is no font with Chinese letters.
pub async fn pdf(app: &App, caller: &Caller, id: CertificateId, base: &str, font: Option<&Path>) -> Result<Vec<u8>> {
    let Shown { certificate, qr, .. } = show(app, caller, id, base).await?;
    let sheet = format::certificate::Sheet {
        title: "合格证书".to_owned(),
        body: sentence(&certificate, Lang::Zh),
        facts: vec![
            format!("证书编号：{}", certificate.number),
            format!("颁发日期：{}", day(certificate.issued_at)),
            format!("核验码：{}", certificate.code),
        ],
        hint: "扫码或凭核验码核验".to_owned(),
        stamp: certificate.withdrawn.map_or("", |_| "已撤回").to_owned(),
        qr: qr.map_or((0, Vec::new()), |qr| (qr.width, qr.squares().collect())),
    };
    print(app, sheet, font).await
}

/// Sets a sheet as PDF. `font`: the font set for this server; without one it is looked for in the usual places.
///
/// # Errors
/// [`Fault::NoFont`] when there is no font with Chinese letters.
pub(super) async fn print(app: &App, sheet: format::certificate::Sheet, font: Option<&Path>) -> Result<Vec<u8>> {
    let _permit = app.printing.permit().await?;
    let places: Vec<PathBuf> = match font {
        Some(font) => vec![font.to_owned()],
        None => FONTS.iter().map(PathBuf::from).collect(),
    };
    let made = tokio::task::spawn_blocking(move || {
        let font = places.iter().find_map(|place| std::fs::read(place).ok());
        font.map(|font| format::certificate::write(&sheet, font))
    });
    match made.await.map_err(|_| Fault::Unavailable)? {
        Some(Ok(pdf)) => Ok(pdf),
        Some(Err(error)) => {
            tracing::error!(%error, "a certificate could not be set; is the font (MINGFA_FONT) whole?");
            Err(Fault::NoFont.into())
        }
        None => {
            tracing::warn!("no font with Chinese letters: install fonts-noto-cjk or set MINGFA_FONT");
            Err(Fault::NoFont.into())
        }
    }
}

/// What the public page says of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Check {
    /// There is such a certificate. The name is whole only if the asker wrote it.
    Found {
        number: String,
        title: String,
        name: String,
        /// The name the asker wrote is the one on the certificate; `None`: none was written.
        name_fits: Option<bool>,
        issued_at: Timestamp,
        /// The score on it was corrected at this moment.
        rescored_at: Option<Timestamp>,
        withdrawn: Option<certificate::Withdrawn>,
    },
    Unknown,
    Malformed,
}

/// Checks a certificate for whoever holds its code (125 random bits: nobody guesses one). The name is masked, for a
/// certificate passes through many hands and its code through pictures of it; who writes the full name already knows
/// it and is told whether it fits, so that a forged name on a true code is found out. Score and unit are not told.
///
/// # Errors
/// When the database fails.
pub async fn verify(app: &App, code: &str, name: &str) -> Result<Check> {
    let Ok(code) = code.parse::<CertificateCode>() else {
        return Ok(Check::Malformed);
    };
    let Some(certificate) = db::certificate::by_code(&app.db, &code).await? else {
        return Ok(Check::Unknown);
    };
    let name_fits = (!name.trim().is_empty()).then(|| same_name(name, &certificate.name));
    let rescored_at = match certificate.shows {
        Shows::Score => db::certificate::rescored_at(&app.db, certificate.id).await?,
        Shows::Grade => None,
    };
    Ok(Check::Found {
        number: certificate.number,
        title: certificate.title,
        name: match name_fits {
            Some(true) => certificate.name,
            Some(false) | None => masked(&certificate.name),
        },
        name_fits,
        issued_at: certificate.issued_at,
        rescored_at,
        withdrawn: certificate.withdrawn,
    })
}
