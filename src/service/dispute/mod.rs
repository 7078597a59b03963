//! Disputes (题目异议): what people say is wrong with questions, the work list of those who rule on it, and one ruling carried out in
//! every exam and competition that used the question.

mod flag;
mod preview;
mod ruling;
mod work;

use std::{
    cmp::Reverse,
    collections::{HashMap, hash_map::Entry},
};

use super::{App, Caller, Result, law, statistics};
use crate::{
    db::{
        self,
        bank::Version,
        dispute::{Titled, Use},
    },
    domain::{
        bank::Stored,
        competition::item_count::Item,
        dispute::{Ruling, State, Target, covered},
        id::{BankId, ExamId, QuestionId, VersionId},
        key_correction::Method,
        objection::{Objection, State as ObjectionState},
        paper::Paper,
        role::Right,
        time::Timestamp,
    },
    error::Fault,
};

pub use flag::{Mine, flag, flag_studied, of_learner, of_player};
pub use preview::{InCompetition, InExam, Preview, method, preview};
pub use ruling::{Detail, PartShown, approve, detail, propose, refuse, undo};
pub use work::{Working, carry_on};

/// Questions, or rulings, on a page.
pub const PAGE: u32 = 30;
/// Flags and objections shown of one question; the rest is counted.
pub const SHOWN: u32 = 200;
/// Objections that wait looked at for the list.
const OBJECTIONS: u32 = 5_000;
/// Exams of which statistics are counted for a page.
const COUNTED: usize = 10;

/// Whoever manages banks everywhere sees what is disputed.
fn may_see(caller: &Caller) -> Result<()> {
    caller.may_everywhere(Right::ManageBanks)
}

/// A ruling reaches into every exam and competition.
fn may_rule(caller: &Caller) -> Result<()> {
    may_see(caller)?;
    caller.may_everywhere(Right::ManageExams)?;
    caller.may_everywhere(Right::ManageCompetitions)
}

/// How the log names a ruling.
fn subject_of(ruling: &Ruling) -> String {
    format!("ruling {} question {}", ruling.id, ruling.question)
}

/// By what the list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// The most flagged first.
    #[default]
    Most,
    /// The last flagged first.
    Newest,
}

impl Order {
    pub fn code(self) -> &'static str {
        match self {
            Self::Most => "most",
            Self::Newest => "newest",
        }
    }

    /// Anything else than the code of another order means the usual one.
    pub fn of(code: &str) -> Self {
        if code == Self::Newest.code() {
            Self::Newest
        } else {
            Self::Most
        }
    }
}

/// Which questions are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wish {
    pub order: Order,
    pub bank: Option<BankId>,
    pub page: u32,
}

/// A question of which somebody says that it is wrong.
pub struct Listed {
    pub question: QuestionId,
    pub bank_name: String,
    pub stem: String,
    /// Flags of players and objections of candidates that wait.
    pub flags: u64,
    pub objections: u64,
    pub latest: Timestamp,
    /// The ruling that waits or is carried out.
    pub ruling: Option<Ruling>,
}

/// A page of the questions that wait for a ruling.
pub struct WorkList {
    pub questions: Vec<Listed>,
    /// The banks that have one, by name.
    pub banks: Vec<(BankId, String)>,
    pub all: usize,
    pub page: u32,
    pub pages: u32,
}

struct Sum {
    flags: u64,
    objections: u64,
    latest: Timestamp,
}

impl Default for Sum {
    fn default() -> Self {
        Self {
            flags: 0,
            objections: 0,
            latest: Timestamp(0),
        }
    }
}

/// What waits, by question.
async fn waiting(app: &App) -> Result<HashMap<QuestionId, Sum>> {
    let mut sums: HashMap<QuestionId, Sum> = HashMap::new();
    for (question, _, count, latest) in db::dispute::open(&app.db).await? {
        let sum = sums.entry(question).or_default();
        sum.flags += count;
        sum.latest = sum.latest.max(latest);
    }
    let mut pools: HashMap<ExamId, HashMap<u32, (QuestionId, VersionId)>> = HashMap::new();
    for (objection, paper) in db::objection::to_items(&app.db, None, OBJECTIONS).await? {
        if let Entry::Vacant(slot) = pools.entry(objection.exam) {
            slot.insert(db::dispute::pool_of_exam(&app.db, objection.exam).await?);
        }
        let Some(place) = place_of(&objection, &paper)? else {
            continue;
        };
        let Some((question, _)) = pools.get(&objection.exam).and_then(|pool| pool.get(&place)) else {
            continue;
        };
        let sum = sums.entry(*question).or_default();
        sum.objections += 1;
        sum.latest = sum.latest.max(objection.raised_at);
    }
    Ok(sums)
}

/// The place in the pool of the question that an objection is about.
fn place_of(objection: &Objection, paper: &[u8]) -> Result<Option<u32>> {
    let paper = Paper::from_bytes(paper).map_err(|_| db::Error::Inconsistent {
        table: "paper",
        column: "body",
        row: objection.person.0,
    })?;
    let item = usize::from(objection.about.item());
    let drawn = item.checked_sub(1).and_then(|place| paper.0.get(place));
    Ok(drawn.map(|drawn| drawn.pool))
}

/// The questions that somebody has flagged in a competition or objected to in an exam, and that wait for a ruling.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages banks everywhere.
pub async fn work_list(app: &App, caller: &Caller, wish: Wish) -> Result<WorkList> {
    may_see(caller)?;
    let sums = waiting(app).await?;
    let ids: Vec<QuestionId> = sums.keys().copied().collect();
    let named = db::dispute::named(&app.db, &ids).await?;
    let mut banks: Vec<(BankId, String)> = named.iter().map(|one| (one.bank(), one.bank_name.clone())).collect();
    banks.sort_by(|one, other| (&one.1, one.0).cmp(&(&other.1, other.0)));
    banks.dedup();
    let mut rows: Vec<_> = named
        .into_iter()
        .filter(|one| wish.bank.is_none_or(|bank| one.bank() == bank))
        .filter_map(|one| sums.get(&one.question()).map(|sum| (one, sum)))
        .collect();
    rows.sort_by_key(|(one, sum)| {
        let most = match wish.order {
            Order::Most => sum.flags + sum.objections,
            Order::Newest => 0,
        };
        (Reverse(most), Reverse(sum.latest), one.question())
    });
    let all = rows.len();
    let pages = u32::try_from(all).unwrap_or(u32::MAX).div_ceil(PAGE).max(1);
    let page = wish.page.clamp(1, pages);
    let mut questions = Vec::new();
    for (one, sum) in rows
        .into_iter()
        .skip((page - 1) as usize * PAGE as usize)
        .take(PAGE as usize)
    {
        let rulings = db::dispute::rulings_on(&app.db, one.question()).await?;
        let under_way = |ruling: &Ruling| matches!(ruling.state, State::Proposed | State::Applying | State::Undoing);
        questions.push(Listed {
            question: one.question(),
            ruling: rulings.into_iter().find(under_way),
            bank_name: one.bank_name,
            stem: one.stem,
            flags: sum.flags,
            objections: sum.objections,
            latest: sum.latest,
        });
    }
    Ok(WorkList {
        questions,
        banks,
        all,
        page,
        pages,
    })
}

/// A page of all rulings, the newest first, each with the text of its question; and how many pages there are.
///
/// # Errors
/// As [`work_list`].
pub async fn rulings(app: &App, caller: &Caller, page: u32) -> Result<(Vec<(Ruling, String)>, u32, u32)> {
    may_see(caller)?;
    let page = page.clamp(1, 100_000);
    let (rulings, all) = db::dispute::rulings(&app.db, PAGE, (page - 1) * PAGE).await?;
    let ids: Vec<QuestionId> = rulings.iter().map(|ruling| ruling.question).collect();
    let stems: HashMap<QuestionId, String> = db::dispute::named(&app.db, &ids)
        .await?
        .into_iter()
        .map(|named| (named.question(), named.stem))
        .collect();
    let rulings = rulings.into_iter().map(|ruling| {
        let stem = stems.get(&ruling.question).cloned().unwrap_or_default();
        (ruling, stem)
    });
    let pages = u32::try_from(all).unwrap_or(u32::MAX).div_ceil(PAGE).max(1);
    Ok((rulings.collect(), page, pages))
}

/// A question with its versions, and the one that is looked at.
struct Looked {
    bank: BankId,
    versions: Vec<Version>,
    version: Stored,
    /// Versions of the same words and key.
    covered: Vec<VersionId>,
    /// Where any version was used.
    uses: Vec<Use>,
}

impl Looked {
    /// Where the question was used with the same words and key.
    fn concerned(&self) -> impl Iterator<Item = &Use> {
        self.uses.iter().filter(|one| self.covered.contains(&one.version))
    }
}

/// `version`: which one; otherwise the one that most is said of, or the one that is drawn.
async fn looked(app: &App, question: QuestionId, version: Option<VersionId>) -> Result<Looked> {
    let bank = db::dispute::bank_of(&app.db, question).await?.ok_or(Fault::NotFound)?;
    let versions = db::bank::versions(&app.db, bank, question).await?;
    let wanted = match version {
        Some(version) => Some(version),
        None => {
            let open = db::dispute::open(&app.db).await?;
            let own = open.into_iter().filter(|one| one.0 == question);
            own.max_by_key(|one| one.2).map(|one| one.1)
        }
    };
    let found = match wanted {
        Some(wanted) => versions.iter().find(|one| one.stored.version == wanted),
        None => versions.first(),
    };
    let version = found.ok_or(Fault::NotFound)?.stored.clone();
    Ok(Looked {
        bank,
        covered: covered(versions.iter().map(|one| &one.stored), &version.question),
        uses: db::dispute::uses(&app.db, question).await?,
        version,
        versions,
    })
}

/// The objections of candidates to a question where it was used, each with the title of the exam.
async fn objections(app: &App, looked: &Looked) -> Result<Vec<(Objection, String)>> {
    let mut found = Vec::new();
    for one in looked.concerned() {
        let Target::Exam(exam) = one.target else { continue };
        for (objection, paper) in db::objection::to_items(&app.db, Some(exam), OBJECTIONS).await? {
            if place_of(&objection, &paper)? == Some(one.place) {
                found.push((objection, one.title.clone()));
            }
        }
    }
    Ok(found)
}

/// What is known of a question in one exam.
pub struct ExamFigures {
    pub exam: ExamId,
    pub title: String,
    pub place: u32,
    /// `None` until they are counted.
    pub row: Option<statistics::Row>,
}

/// What the last count of a competition found of a question.
pub struct CompetitionFigures {
    pub title: String,
    /// `None` until it is counted.
    pub item: Option<Item>,
}

/// A question with all that is known of it, to rule on.
pub struct Subject {
    pub bank: BankId,
    pub version: Stored,
    /// Every version, the newest first.
    pub versions: Vec<Version>,
    /// Flags raised in competitions, the newest first; names are not told.
    pub flags: Vec<Titled>,
    pub objections: Vec<(Objection, String)>,
    /// Its legal bases, each with the article cited and the one in force.
    pub bases: Vec<law::Beside>,
    pub exams: Vec<ExamFigures>,
    pub competitions: Vec<CompetitionFigures>,
    /// Where a version of other words or another key was used: a ruling leaves them out.
    pub others: Vec<Use>,
    pub rulings: Vec<Ruling>,
    /// Whether the caller may rule.
    pub may_rule: bool,
}

impl Subject {
    /// The ruling that has to be undone or decided before another can be proposed.
    pub fn standing(&self) -> Option<&Ruling> {
        let covered = covered(self.versions.iter().map(|one| &one.stored), &self.version.question);
        self.rulings.iter().find(|ruling| stands(ruling, &covered))
    }
}

/// Whether a ruling leaves no room for another on these versions.
fn stands(ruling: &Ruling, covered: &[VersionId]) -> bool {
    match ruling.state {
        State::Proposed | State::Applying | State::Undoing => true,
        State::Applied => ruling.method != Method::Leave && covered.contains(&ruling.version),
        State::Refused | State::Undone => false,
    }
}

/// A disputed question: what was said, what it stands on, how it was answered, where it was used.
///
/// # Errors
/// As [`work_list`]; [`Fault::NotFound`] when there is no such question or version.
pub async fn subject(app: &App, caller: &Caller, question: QuestionId, version: Option<VersionId>) -> Result<Subject> {
    may_see(caller)?;
    let looked = looked(app, question, version).await?;
    let mut flags = db::dispute::of_question(&app.db, question, SHOWN).await?;
    flags.retain(|titled| looked.covered.contains(&titled.flag.version));
    let mut objections = objections(app, &looked).await?;
    objections.sort_by_key(|(objection, _)| (objection.state != ObjectionState::Open, Reverse(objection.raised_at)));
    let may_rule = may_rule(caller).is_ok();
    let (mut exams, mut competitions) = (Vec::new(), Vec::new());
    for one in looked.concerned() {
        match one.target {
            Target::Exam(exam) => {
                let row = match may_rule && exams.len() < COUNTED {
                    true => statistics::one(app, caller, exam, one.place).await?.row,
                    false => None,
                };
                exams.push(ExamFigures {
                    exam,
                    title: one.title.clone(),
                    place: one.place,
                    row,
                });
            }
            Target::Competition(id) => {
                let counted = db::competition_count::get(&app.db, id).await?;
                let item = counted.and_then(|counted| counted.count.items.items.get(one.place as usize).cloned());
                competitions.push(CompetitionFigures {
                    title: one.title.clone(),
                    item,
                });
            }
        }
    }
    Ok(Subject {
        bases: law::beside(app, question, &looked.version.question.basis).await?,
        rulings: db::dispute::rulings_on(&app.db, question).await?,
        others: looked
            .uses
            .iter()
            .filter(|one| !looked.covered.contains(&one.version))
            .cloned()
            .collect(),
        bank: looked.bank,
        version: looked.version,
        versions: looked.versions,
        flags,
        objections,
        exams,
        competitions,
        may_rule,
    })
}
