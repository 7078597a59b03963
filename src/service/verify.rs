//! Everything that can be computed again is computed again from what was stored first, and compared with what is stored
//! now: papers from seed and pool, scores and receipts from the journal, figures from roster and attempts, the sums over questions, winners of draws,
//! digests of laws, the chain of the log. Nothing is changed.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use super::{
    App, Caller, Error, Result, audit, competition, draw, edition, figure, filing, ground, law, lottery,
    receipt::receipt, sitting, statistics,
};
use crate::{
    db,
    domain::{
        attempt::{Answer, Attempt},
        competition::State,
        exam::{Band, Exam},
        figure::Counts,
        hex::hex,
        id::{AttemptId, ExamId, PersonId, UnitId},
        key_correction::Correction,
        lang::Lang,
        marking,
        paper::Paper,
        points::Points,
        role::Right,
    },
};

/// What was recomputed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    Paper,
    Score,
    /// What people gave for an answer.
    Marking,
    Receipt,
    Figure,
    /// The running sums over the questions of an exam.
    Sums,
    /// The text of a version of a law.
    Law,
    /// How a player of a competition stands.
    Standing,
    /// A prize draw: what was promised before it, and its winners.
    Draw,
    /// Frozen figures of a closed year.
    Edition,
    /// Figures that a unit handed in.
    Filing,
    Audit,
}

/// Something that differs.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Difference {
    pub what: What,
    /// `None` for the log, for competitions and for laws.
    pub exam: Option<ExamId>,
    /// The person, attempt, unit or entry.
    pub subject: String,
    pub stored: String,
    pub recomputed: String,
}

/// What was looked at, and what differs.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Report {
    pub exams: u64,
    pub papers: u64,
    pub attempts: u64,
    /// Units whose counts were recomputed.
    pub figures: u64,
    /// Exams whose running sums over questions were counted again.
    pub sums: u64,
    /// Versions of laws whose digest was made again.
    pub laws: u64,
    /// Competitions, their players, and attempts handed in.
    pub competitions: u64,
    pub players: u64,
    pub plays: u64,
    /// Prize draws committed to.
    pub draws: u64,
    /// Frozen figures of closed years.
    pub editions: u64,
    /// Files of their entries whose digest was made again.
    pub files: u64,
    /// Figures that units handed in.
    pub filings: u64,
    /// Entries of the log.
    pub audit: u64,
    /// When the last of them was written, RFC 3339 in the time of China, and its SM3 digest in hexadecimal digits: the head of the
    /// chain, to be compared with what was printed earlier. Empty where the log was not walked.
    pub audit_at: String,
    pub audit_head: String,
    pub differences: Vec<Difference>,
}

/// Rows read at a time.
const PAGE: u32 = 1000;

/// Recomputes everything. `progress` is told after every page what was looked at so far.
///
/// # Errors
/// [`crate::error::Fault::Forbidden`] unless somebody who audits asks; when the database fails.
pub async fn verify(app: &App, caller: &Caller, mut progress: impl FnMut(&Report)) -> Result<Report> {
    caller.may_everywhere(Right::ReadAudit)?;
    let mut report = Report::default();
    for exam in db::exam::all(&app.db).await? {
        if exam.opened_at.is_none() {
            continue;
        }
        report.exams += 1;
        papers(app, &exam, &mut report, &mut progress).await?;
        let finals = attempts(app, &exam, &mut report, &mut progress).await?;
        figures(app, &exam, &finals, &mut report).await?;
        sums(app, &exam, &mut report).await?;
        progress(&report);
    }
    for competition in db::competition::all(&app.db).await? {
        if competition.state == State::Published {
            report.competitions += 1;
            competition::verify::verify(app, competition.id, &mut report, &mut progress).await?;
        }
        for draw in db::lottery::of_competition(&app.db, competition.id).await? {
            report.draws += 1;
            if let Err(broken) = lottery::as_promised(app, &draw).await? {
                report.differences.push(Difference {
                    what: What::Draw,
                    exam: None,
                    subject: format!("draw {}", draw.id),
                    stored: broken.message(Lang::En),
                    recomputed: String::new(),
                });
            }
        }
    }
    laws(app, &mut report).await?;
    editions(app, None, &mut report).await?;
    log(app, caller, &mut report).await?;
    Ok(report)
}

/// Walks the chain of the log.
async fn log(app: &App, caller: &Caller, report: &mut Report) -> Result<()> {
    let walk = audit::walk(app, caller).await?;
    report.audit = walk.entries;
    report.audit_at = walk.last_at.map(|at| at.rfc3339()).unwrap_or_default();
    report.audit_head = hex(&walk.head);
    if let Some(seq) = walk.broken {
        report.differences.push(Difference {
            what: What::Audit,
            exam: None,
            subject: format!("entry {seq}"),
            stored: String::new(),
            recomputed: "the chain breaks here".to_owned(),
        });
    }
    Ok(())
}

/// Recomputes the editions of one year only, and walks the log that tells of them.
///
/// # Errors
/// [`crate::error::Fault::Forbidden`] unless somebody who audits asks; when the database fails.
pub async fn of_year(app: &App, caller: &Caller, year: u16) -> Result<Report> {
    caller.may_everywhere(Right::ReadAudit)?;
    let mut report = Report::default();
    editions(app, Some(year), &mut report).await?;
    log(app, caller, &mut report).await?;
    Ok(report)
}

/// Records of a year that are told of one by one.
const CHANGED: usize = 20;

async fn editions(app: &App, year: Option<u16>, report: &mut Report) -> Result<()> {
    let mut last = BTreeMap::new();
    for head in db::edition::heads(&app.db).await? {
        if year.is_none_or(|year| year == head.year) {
            report.editions += 1;
            last.insert(head.year, head);
        }
    }
    let mut differs = |subject, stored, recomputed| {
        report.differences.push(Difference {
            what: What::Edition,
            exam: None,
            subject,
            stored,
            recomputed,
        });
    };
    for (head, broken) in edition::verify(app, year).await? {
        differs(
            format!("year {} edition {}", head.year, head.number),
            head.digest,
            broken.to_string(),
        );
    }
    for (subject, stored, logged) in edition::against_log(app, year).await? {
        differs(subject, stored, logged);
    }
    // What has changed since the last edition and stands in none.
    for (year, head) in last {
        let (files, altered) = ground::altered_files(app, year).await?;
        report.files += files;
        for file in altered {
            let subject = format!("year {year} activity {} file {}", file.entry, file.file);
            differs(subject, file.stored, file.found);
        }
        let changed = edition::changed_by_now(app, &head).await?.unwrap_or_default();
        for line in changed.gone.into_iter().take(CHANGED) {
            differs(format!("year {year}"), line, String::new());
        }
        for line in changed.come.into_iter().take(CHANGED) {
            differs(format!("year {year}"), String::new(), line);
        }
    }
    let filings = filing::verify(app, year).await?;
    report.filings += filings.len() as u64;
    let broken = filings
        .into_iter()
        .filter(|checked| checked.stored != checked.recomputed);
    report.differences.extend(broken.map(|broken| Difference {
        what: What::Filing,
        exam: None,
        subject: broken.subject,
        stored: broken.stored,
        recomputed: broken.recomputed,
    }));
    Ok(())
}

/// Band and score.
type Final = (Band, Points);

async fn papers(app: &App, exam: &Exam, report: &mut Report, progress: &mut impl FnMut(&Report)) -> Result<()> {
    let again = draw::Again::new(app, exam).await?;
    let mut drawer = again.drawer();
    let mut last = (PersonId(0), 0);
    loop {
        let page = db::exam::papers(&app.db, exam.id, last, PAGE).await?;
        for db::exam::StoredPaper {
            person,
            number,
            left_out,
            body,
        } in &page
        {
            report.papers += 1;
            let again = drawer.draw(*person, *number, *left_out)?.to_bytes();
            if again != *body {
                report.differences.push(Difference {
                    what: What::Paper,
                    exam: Some(exam.id),
                    subject: format!("person {person} paper {number}"),
                    stored: hex_digest(body),
                    recomputed: hex_digest(&again),
                });
            }
        }
        progress(report);
        match page.last() {
            Some(paper) if page.len() == PAGE as usize => last = (paper.person, paper.number),
            _ => return Ok(()),
        }
    }
}

fn hex_digest(bytes: &[u8]) -> String {
    super::random::hex(&super::random::digest(bytes))
}

/// Band and score of the attempt that counts of each person who has handed in, as recomputed.
async fn attempts(
    app: &App,
    exam: &Exam,
    report: &mut Report,
    progress: &mut impl FnMut(&Report),
) -> Result<HashMap<PersonId, Final>> {
    let material = sitting::material(app, exam.id).await?;
    let corrections = db::key_correction::in_force(&app.db, exam.id).await?;
    let mut finals: HashMap<PersonId, (i64, Band, Points)> = HashMap::new();
    let mut last = AttemptId(0);
    loop {
        let page = db::sitting::of_exam(&app.db, exam.id, last, PAGE).await?;
        for (attempt, body) in &page {
            report.attempts += 1;
            if let Some((band, score)) = attempt_again(app, (&material, &corrections), attempt, body, report).await? {
                let rank = exam.policy.counting.rank(attempt.number, band, score);
                let highest = finals.entry(attempt.person).or_insert(rank);
                *highest = rank.max(*highest);
            }
        }
        progress(report);
        match page.last() {
            Some((attempt, _)) if page.len() == PAGE as usize => last = attempt.id,
            _ => {
                let of = |(person, (_, band, score))| (person, (band, score));
                return Ok(finals.into_iter().map(of).collect());
            }
        }
    }
}

/// The score of an attempt that was handed in, from its journal and the corrections in force.
async fn attempt_again(
    app: &App,
    (material, corrections): (&Arc<sitting::Material>, &[Correction]),
    attempt: &Attempt,
    body: &[u8],
    report: &mut Report,
) -> Result<Option<Final>> {
    let Some(outcome) = &attempt.outcome else {
        return Ok(None);
    };
    let paper = Paper::from_bytes(body).map_err(|_| unreadable(attempt.person))?;
    let events = db::sitting::events(&app.db, attempt.id).await?;
    let answers = sitting::answers(&paper, &events);
    let tasks = match material.has_texts() {
        true => db::marking::of_attempt(&app.db, attempt.id).await?,
        false => Vec::new(),
    };
    for (item, stored, recomputed) in readings_again(app, material, &answers, &tasks).await? {
        report.differences.push(Difference {
            what: What::Marking,
            exam: Some(attempt.exam),
            subject: format!("attempt {} question {item}", attempt.id),
            stored: stored.to_string(),
            recomputed: recomputed.to_string(),
        });
    }
    let marks = marking::marks(&tasks, corrections);
    let again = sitting::settle(material, corrections, &paper, &answers, &marks);
    let mut differs = |what, stored: String, recomputed: String| {
        if stored != recomputed {
            report.differences.push(Difference {
                what,
                exam: Some(attempt.exam),
                subject: format!("attempt {}", attempt.id),
                stored,
                recomputed,
            });
        }
    };
    let settled = &outcome.settled;
    differs(What::Score, settled.score.to_string(), again.score.to_string());
    differs(
        What::Score,
        settled.band.code().to_owned(),
        again.band.code().to_owned(),
    );
    let chain = receipt(attempt.id, body, &events, outcome.hand_in, outcome.handed_in_at);
    differs(
        What::Receipt,
        super::random::hex(&settled.receipt),
        super::random::hex(&chain),
    );
    Ok(Some((again.band, again.score)))
}

/// Answers that people have read whose points are not what their readings give: item, stored, recomputed.
async fn readings_again(
    app: &App,
    material: &sitting::Material,
    answers: &[Answer],
    tasks: &[marking::Task],
) -> Result<Vec<(u16, Points, Points)>> {
    let Some(first) = tasks.first() else {
        return Ok(Vec::new());
    };
    let readings = db::marking::readings(&app.db, first.attempt).await?;
    let again = |task: &marking::Task| {
        let question = &material.question(task.pool)?.question;
        let full = material.exam.blueprint.points_of(question.kind);
        let text = answers.get(usize::from(task.item) - 1)?.text.as_str();
        let own = readings.iter().filter(|(item, _)| *item == task.item);
        let totals = own.map(|(_, reading)| {
            let judged = question.form.as_ref()?.judged(text, full, Some(&reading.criteria));
            judged.ok().map(|judged| judged.points)
        });
        let totals: Option<Vec<Points>> = totals.collect();
        match marking::decide(task.needed, &totals?, material.exam.policy.second.threshold) {
            marking::Step::Done(points) => Some(points),
            _ => None,
        }
    };
    let done = tasks.iter().filter(|task| task.state == marking::State::Done);
    let differ = done.filter_map(|task| match again(task) {
        Some(points) if points == task.points => None,
        other => Some((task.item, task.points, other.unwrap_or(Points(-1)))),
    });
    Ok(differ.collect())
}

fn unreadable(person: PersonId) -> Error {
    db::Error::Inconsistent {
        table: "paper",
        column: "body",
        row: person.0,
    }
    .into()
}

/// Makes the digests of the texts of laws again.
async fn laws(app: &App, report: &mut Report) -> Result<()> {
    let (versions, altered) = law::check(app).await?;
    report.laws = versions;
    report.differences.extend(altered.into_iter().map(|altered| Difference {
        what: What::Law,
        exam: None,
        subject: format!("law {} version {}", altered.law, altered.version),
        stored: altered.stored,
        recomputed: altered.recomputed,
    }));
    Ok(())
}

/// Counts the answers to the questions again.
async fn sums(app: &App, exam: &Exam, report: &mut Report) -> Result<()> {
    let Some(wrong) = statistics::check(app, exam.id).await? else {
        return Ok(());
    };
    report.sums += 1;
    report.differences.extend(wrong.into_iter().map(|wrong| Difference {
        what: What::Sums,
        exam: Some(exam.id),
        subject: wrong.subject,
        stored: wrong.stored,
        recomputed: wrong.recomputed,
    }));
    Ok(())
}

/// Counts by unit again, row by row, from the roster and the recomputed scores; another way than the figures are counted.
async fn figures(app: &App, exam: &Exam, finals: &HashMap<PersonId, Final>, report: &mut Report) -> Result<()> {
    let mut again: HashMap<UnitId, Counts> = HashMap::new();
    for (person, unit, due) in db::exam::roster(&app.db, exam.id).await? {
        let counts = again.entry(unit).or_default();
        counts.registered += 1;
        if !due {
            counts.exempted += 1;
            continue;
        }
        counts.due += 1;
        if let Some((band, score)) = finals.get(&person) {
            counts.sat += 1;
            counts.awaiting += i64::from(!band.is_final());
            counts.passed += i64::from(band.passed());
            counts.good += i64::from(*band == Band::Good);
            counts.excellent += i64::from(*band == Band::Excellent);
            counts.score_sum = counts.score_sum + *score;
        }
    }
    let mut stored = figure::counted_anew(app, exam).await?;
    report.figures += again.len() as u64;
    let mut units: Vec<_> = again.keys().chain(stored.keys()).copied().collect();
    units.sort_unstable();
    units.dedup();
    for unit in units {
        let (counted, recounted) = (
            stored.remove(&unit).unwrap_or_default(),
            again.remove(&unit).unwrap_or_default(),
        );
        if counted != recounted {
            report.differences.push(Difference {
                what: What::Figure,
                exam: Some(exam.id),
                subject: format!("unit {unit}"),
                stored: super::audit::json(&counted),
                recomputed: super::audit::json(&recounted),
            });
        }
    }
    Ok(())
}
