//! The commands that do one thing and end. Each error is one line for the operator.

mod figures;
mod questions;
mod report;
mod stats;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::Serialize;

use crate::{
    config,
    db::{self, Db},
    domain::{
        intake::Note,
        lang::Lang,
        law::{ArticleNumber, Comparison, DivisionKind, Law, Piece, compare},
        lottery::Published,
    },
    format,
    service::{
        self, App, Caller, account, bank,
        clock::{Clock, ManualClock, SystemClock},
        competition::simulate,
        demo, division, law, ledger, lottery,
        random::Random,
        roster,
        secret::Secret,
        verify,
    },
};

pub use figures::print_figures;
pub use questions::{check_questions, convert_questions, template_of_questions};
pub use report::report;
pub use stats::stats;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{0}")]
    Db(#[from] db::Error),
    #[error("{}", operator_text(.0))]
    Service(#[from] service::Error),
    #[error("{path}: {source}")]
    File { path: String, source: std::io::Error },
    #[error("{path}: {reason}")]
    NotALaw { path: String, reason: String },
    #[error("{path}: {fault}")]
    Answers {
        path: String,
        fault: format::responses::Fault,
    },
    #[error("{0} of {1} files were refused")]
    Refused(usize, usize),
    #[error("{0}")]
    Io(#[from] std::io::Error),
    #[error("{path}: no question was taken")]
    NoQuestions { path: String },
    #[error("{0} stored values are not what they are computed from")]
    Differs(usize),
    #[error("MINGFA_SECRET must have at least 16 characters")]
    Secret,
    #[error("{0}")]
    Mail(#[from] service::mail::BadSettings),
    #[error("not an exam id: {0}")]
    ExamId(String),
    #[error("the demonstration has years from 2000 to the last one that is over, not {0}")]
    Year(u16),
    #[error("no such unit: {0}")]
    Unit(String),
    #[error("{0}: write a .docx (report) or an .xlsx (return, or a form that is filled in)")]
    Ending(String),
    #[error("{path}: {reason}")]
    Form { path: String, reason: String },
}

fn operator_text(error: &service::Error) -> String {
    match error {
        service::Error::Fault(fault) => fault.message(Lang::Zh),
        service::Error::Db(error) => error.to_string(),
    }
}

type Result<T> = std::result::Result<T, Error>;

/// Opens the database, brings it up to date, and builds the application on it.
///
/// # Errors
/// When the database cannot be reached or is newer than the program.
pub async fn app(database: &config::Database) -> Result<App> {
    app_at(database, Arc::new(SystemClock)).await
}

/// The same, with a clock of its own.
async fn app_at(database: &config::Database, clock: Arc<dyn Clock>) -> Result<App> {
    let db = Db::connect(database.address()).await?;
    db.migrate().await?;
    let random = Random::from_os();
    let secret = match (database.secret(), db.file()) {
        (Some(text), _) => Some(Secret::of(text).ok_or(Error::Secret)?),
        (None, Some(file)) => Some(Secret::beside(&file, &random).map_err(|source| Error::File {
            path: Secret::path(&file).display().to_string(),
            source,
        })?),
        (None, None) => None,
    };
    let hashers = std::thread::available_parallelism().map_or(1, |cores| cores.get().saturating_sub(1));
    Ok(App::with_secret(db, clock, random, hashers, secret))
}

/// # Errors
/// As [`app`].
pub async fn migrate(database: &config::Database) -> Result<()> {
    app(database).await?.db.close().await;
    println!("数据库结构已是最新。");
    Ok(())
}

/// Picks the winners of published draws again.
///
/// # Errors
/// [`Error::Refused`] when a file is no draw or a draw is not what was promised; the reasons are printed.
pub fn verify_draws(files: &[PathBuf]) -> Result<()> {
    let mut refused = 0;
    for path in files {
        let (_, body) = read(path)?;
        let file = path.display();
        let checked = serde_json::from_slice(&body)
            .map_err(|error| format!("不是抽奖文件：{error}"))
            .and_then(|draw: Published| {
                lottery::verify(&draw)
                    .map(|()| draw)
                    .map_err(|broken| broken.to_string())
            });
        match checked {
            Ok(draw) => println!(
                "{file}：相符。“{}”，{} 人参加抽奖，{} 人中奖，承诺 {}",
                draw.title,
                draw.entrants.len(),
                draw.winners.len(),
                draw.commitment
            ),
            Err(reason) => {
                refused += 1;
                println!("{file}：不符。{reason}");
            }
        }
    }
    all_taken(refused, files.len())
}

/// # Errors
/// When a file cannot be read or the database fails.
pub async fn import(import: config::Import) -> Result<()> {
    match import {
        config::Import::Divisions { files, database } => import_divisions(&files, &database).await,
        config::Import::Laws { files, database } => import_laws(&files, &database).await,
        config::Import::Roster { files, database } => import_roster(&files, &database).await,
        config::Import::Activities {
            files,
            year,
            distinct,
            database,
        } => import_activities(&files, year, distinct, &database).await,
        config::Import::Questions { files, bank, database } => import_questions(&files, bank, &database).await,
    }
}

async fn import_divisions(files: &[PathBuf], database: &config::Database) -> Result<()> {
    let files: Vec<(String, Vec<u8>)> = files.iter().map(|path| read(path)).collect::<Result<_>>()?;
    let app = app(database).await?;
    let count = files.len();
    let report = division::import(&app, &Caller::operator(), files).await?;
    for file in &report.files {
        println!("{}：{} 个区划，拒绝 {} 行。", file.name, file.taken, file.errors.len());
        print_notes(&file.name, &file.errors, &file.warnings);
    }
    let (created, changed, unchanged) = (report.created, report.changed, report.unchanged);
    println!("新增 {created} 个，更名 {changed} 个，不变 {unchanged} 个。");
    app.db.close().await;
    all_taken(report.files.iter().filter(|file| file.taken == 0).count(), count)
}

async fn import_laws(files: &[PathBuf], database: &config::Database) -> Result<()> {
    let app = app(database).await?;
    let mut refused = 0;
    for path in files {
        let (name, body) = read(path)?;
        let (preview, stored) = law::import(&app, &Caller::operator(), &name, body).await?;
        let title = match &preview.text {
            Some(text) => match &text.law.volume {
                Some(volume) => format!("《{}·{volume}》", text.law.title),
                None => format!("《{}》", text.law.title),
            },
            None => String::new(),
        };
        match &stored {
            Ok(_) => println!("{name}：{title}{}。", imported(&preview)),
            Err(fault) => println!("{name}：{title}{}", fault.message(Lang::Zh)),
        }
        print_notes(&name, &preview.errors, &preview.warnings);
        refused += usize::from(stored.is_err());
    }
    app.db.close().await;
    all_taken(refused, files.len())
}

/// What an import of a law did, in words.
fn imported(preview: &law::Preview) -> String {
    let Some(text) = &preview.text else {
        return String::new();
    };
    let articles = text.law.articles.len();
    let days = [
        (text.choice.days.promulgated, "公布"),
        (text.choice.days.effective, "施行"),
    ];
    let days: String = days
        .iter()
        .filter_map(|(date, word)| date.map(|date| format!("，{date} {word}")))
        .collect();
    let kind = if text.known.is_some() {
        "新的版本"
    } else {
        "新的法规"
    };
    let compared = text.counts.map(|counts| {
        let with = if text.before.is_some() { "前" } else { "后" };
        format!(
            "；与{with}一版本对照：未变 {} 条，只改序号 {} 条，文字改动 {} 条，新增 {} 条，删去 {} 条",
            counts.unchanged, counts.renumbered, counts.changed, counts.added, counts.deleted
        )
    });
    format!("{kind}，{articles} 条{days}{}", compared.unwrap_or_default())
}

async fn import_roster(files: &[PathBuf], database: &config::Database) -> Result<()> {
    let app = app(database).await?;
    let mut refused = 0;
    for path in files {
        let (name, body) = read(path)?;
        let report = roster::import(&app, &Caller::operator(), &name, &body).await?;
        let (plan, errors) = (&report.plan, report.errors.len());
        let (created, changed, unchanged) = (plan.created.len(), plan.changed.len(), plan.unchanged);
        println!("{name}：新增 {created} 人，变更 {changed} 人，不变 {unchanged} 人，拒绝 {errors} 行。");
        print_notes(&name, &report.errors, &report.warnings);
        refused += usize::from(created + changed + unchanged == 0);
    }
    app.db.close().await;
    all_taken(refused, files.len())
}

async fn import_activities(files: &[PathBuf], year: u16, distinct: bool, database: &config::Database) -> Result<()> {
    let app = app(database).await?;
    let mut refused = 0;
    for path in files {
        let (name, body) = read(path)?;
        let file = (name.clone(), body);
        let (report, stored) = ledger::import_file(&app, &Caller::operator(), year, file, distinct).await?;
        let kinds = report.kinds.values();
        let kinds: Vec<_> = kinds
            .map(|(kind, count)| format!("{} {count} 条", kind.name(Lang::Zh)))
            .collect();
        let kinds = match kinds.is_empty() {
            true => String::new(),
            false => format!("（{}）", kinds.join("、")),
        };
        let (fresh, names, skipped, errors) = (report.fresh, report.names, report.skipped.len(), report.errors.len());
        match &stored {
            Ok(()) => println!("{name} → {year} 年：新登记 {fresh} 条{kinds}，名单 {names} 人次，已有 {skipped} 条。"),
            Err(fault) => println!(
                "{name} → {year} 年：可登记 {fresh} 条{kinds}，已有 {skipped} 条，拒绝 {errors} 处。{}",
                fault.message(Lang::Zh)
            ),
        }
        print_labelled(&name, &[("已有", &report.skipped), ("相似", &report.alike)]);
        print_notes(&name, &report.errors, &report.warnings);
        refused += usize::from(stored.is_err());
    }
    app.db.close().await;
    all_taken(refused, files.len())
}

async fn import_questions(files: &[PathBuf], bank: Option<String>, database: &config::Database) -> Result<()> {
    let app = app(database).await?;
    let mut refused = 0;
    for path in files {
        let (name, body) = read(path)?;
        let bank = bank.clone().unwrap_or_else(|| bank::bank_name(&name));
        let report = bank::import(&app, &Caller::operator(), &bank, &name, &body).await?;
        let (all, created, errors) = (report.questions(), report.created.unwrap_or(0), report.errors.len());
        println!(
            "{name} → {bank}：读到 {all} 题，新增 {created} 题，已有 {} 题，待补正 {} 题，拒绝 {errors} 行。",
            all - created,
            report.drafts
        );
        print_notes(&name, &report.errors, &report.warnings);
        refused += usize::from(all == 0);
    }
    app.db.close().await;
    all_taken(refused, files.len())
}

fn all_taken(refused: usize, files: usize) -> Result<()> {
    if refused == 0 {
        Ok(())
    } else {
        Err(Error::Refused(refused, files))
    }
}

fn print_notes(file: &str, errors: &[Note], warnings: &[Note]) {
    print_labelled(file, &[("拒绝", errors), ("存疑", warnings)]);
}

fn print_labelled(file: &str, labelled: &[(&str, &[Note])]) {
    for (label, notes) in labelled {
        for note in *notes {
            println!("  {label} {file} {}：{}", note.place, note.message(Lang::Zh));
        }
    }
}

fn read(path: &Path) -> Result<(String, Vec<u8>)> {
    let name = path.file_name().map_or_else(
        || path.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    );
    let body = std::fs::read(path).map_err(|source| Error::File {
        path: path.display().to_string(),
        source,
    })?;
    Ok((name, body))
}

#[derive(Serialize)]
struct CheckedNote {
    place: String,
    code: &'static str,
    message: String,
}

impl From<Note> for CheckedNote {
    fn from(note: Note) -> Self {
        Self {
            place: note.place.to_string(),
            code: note.matter.code(),
            message: note.message(Lang::Zh),
        }
    }
}

/// # Errors
/// When a file cannot be read, or is no configuration.
pub fn check_seb(files: &[PathBuf]) -> Result<()> {
    let mut refused = 0;
    for path in files {
        let (_, body) = read(path)?;
        let file = path.display();
        match format::seb::config_key(&body) {
            Ok(key) => println!("{key}  {file}"),
            Err(error) => {
                refused += 1;
                eprintln!("{file}: {error}");
            }
        }
    }
    if refused == 0 {
        Ok(())
    } else {
        Err(Error::Refused(refused, files.len()))
    }
}

/// One line of `check laws --json`.
#[derive(Serialize)]
struct CheckedLaw {
    file: String,
    format: &'static str,
    title: String,
    volume: Option<String>,
    level: Option<&'static str>,
    articles: usize,
    chapters: usize,
    sections: usize,
    parts: usize,
    subparts: usize,
    missing: Vec<ArticleNumber>,
    warnings: Vec<CheckedNote>,
    errors: Vec<CheckedNote>,
}

/// # Errors
/// When a file cannot be read, or is not the text of a law.
pub fn check_laws(files: &[PathBuf], json: bool) -> Result<()> {
    let mut refused = 0;
    for path in files {
        let (name, body) = read(path)?;
        let reading = format::law::read(&name, &body);
        refused += usize::from(reading.found.is_empty());
        let law = reading
            .found
            .into_iter()
            .next()
            .map(|found| found.value)
            .unwrap_or_default();
        let checked = CheckedLaw {
            file: path.display().to_string(),
            format: reading.format,
            volume: law.volume.clone(),
            level: law.level().map(|level| level.code()),
            articles: law.articles.len(),
            chapters: law.count(DivisionKind::Chapter),
            sections: law.count(DivisionKind::Section),
            parts: law.count(DivisionKind::Part),
            subparts: law.count(DivisionKind::Subpart),
            missing: law.missing(),
            warnings: Vec::new(),
            errors: Vec::new(),
            title: law.title,
        };
        if json {
            let notes = |notes: Vec<Note>| notes.into_iter().map(CheckedNote::from).collect();
            let line = CheckedLaw {
                warnings: notes(reading.warnings),
                errors: notes(reading.errors),
                ..checked
            };
            println!("{}", serde_json::to_string(&line).unwrap_or_default());
        } else {
            println!("{}", in_words(&checked));
            print_notes(&name, &reading.errors, &reading.warnings);
        }
    }
    all_taken(refused, files.len())
}

fn in_words(law: &CheckedLaw) -> String {
    let counts = [
        (law.parts, "编"),
        (law.subparts, "分编"),
        (law.chapters, "章"),
        (law.sections, "节"),
        (law.articles, "条"),
    ];
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts: Vec<_> = counts.map(|(count, unit)| format!("{count} {unit}")).collect();
    let volume = law
        .volume
        .as_deref()
        .map(|volume| format!("·{volume}"))
        .unwrap_or_default();
    let missing = match law.missing.len() {
        0 => String::new(),
        count => format!("，缺 {count} 条"),
    };
    format!("{}：《{}{volume}》{}{missing}。", law.file, law.title, counts.join(" "))
}

/// The answer of `diff laws --json`.
#[derive(Serialize)]
struct Differences {
    unchanged: Vec<ArticleNumber>,
    renumbered: Vec<(ArticleNumber, ArticleNumber)>,
    /// The numbers in the new text.
    changed: Vec<ArticleNumber>,
    /// The same articles: old number, new number.
    changed_pairs: Vec<(ArticleNumber, ArticleNumber)>,
    added: Vec<ArticleNumber>,
    deleted: Vec<ArticleNumber>,
}

impl From<Comparison> for Differences {
    fn from(told: Comparison) -> Self {
        Self {
            changed: told.changed.iter().map(|change| change.new).collect(),
            changed_pairs: told.changed.iter().map(|change| (change.old, change.new)).collect(),
            unchanged: told.unchanged,
            renumbered: told.renumbered,
            added: told.added,
            deleted: told.deleted,
        }
    }
}

/// # Errors
/// When a file cannot be read, or is not the text of a law.
pub fn diff_laws(old: &Path, new: &Path, json: bool) -> Result<()> {
    let (old, new) = (law(old)?, law(new)?);
    let told = compare(&old, &new);
    if json {
        println!(
            "{}",
            serde_json::to_string(&Differences::from(told)).unwrap_or_default()
        );
    } else {
        print_comparison(&old, &new, &told);
    }
    Ok(())
}

fn law(path: &Path) -> Result<Law> {
    let (name, body) = read(path)?;
    let reading = format::law::read(&name, &body);
    let reason = reading.errors.first().map(|note| note.message(Lang::Zh));
    let law = reading.found.into_iter().next().map(|found| found.value);
    law.ok_or_else(|| Error::NotALaw {
        path: path.display().to_string(),
        reason: reason.unwrap_or_default(),
    })
}

fn print_comparison(old: &Law, new: &Law, told: &Comparison) {
    println!(
        "《{}》{} 条 → 《{}》{} 条：不变 {} 条，只改条号 {} 条，修改 {} 条，新增 {} 条，删去 {} 条。",
        old.title,
        old.articles.len(),
        new.title,
        new.articles.len(),
        told.unchanged.len(),
        told.renumbered.len(),
        told.changed.len(),
        told.added.len(),
        told.deleted.len()
    );
    let moved = |old: ArticleNumber, new: ArticleNumber| match old == new {
        true => old.chinese(),
        false => format!("{} → {}", old.chinese(), new.chinese()),
    };
    let list = |numbers: &[ArticleNumber]| {
        numbers
            .iter()
            .map(|number| number.chinese())
            .collect::<Vec<_>>()
            .join("、")
    };
    for (old, new) in &told.renumbered {
        println!("只改条号：{}", moved(*old, *new));
    }
    for change in &told.changed {
        println!(
            "修改：{}\n{}",
            moved(change.old, change.new),
            difference(&change.pieces)
        );
    }
    for (word, numbers) in [("新增", &told.added), ("删去", &told.deleted)] {
        if !numbers.is_empty() {
            println!("{word}：{}", list(numbers));
        }
    }
}

/// The new wording with what was taken out and put in.
fn difference(pieces: &[Piece]) -> String {
    let text: String = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Kept(text) => text.clone(),
            Piece::Removed(text) => format!("〔删：{text}〕"),
            Piece::Added(text) => format!("〔增：{text}〕"),
        })
        .collect();
    text.lines()
        .map(|line| format!("    {line}"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// # Errors
/// When something differs, or the database fails.
pub async fn verify(args: config::Verify) -> Result<()> {
    let app = app(&args.database).await?;
    let told = |report: &verify::Report| {
        if !args.json {
            eprint!(
                "\r试卷 {} 份，答卷 {} 份，竞赛作答 {} 次",
                report.papers, report.attempts, report.plays
            );
        }
    };
    let report = match args.year {
        None => verify::verify(&app, &Caller::operator(), told).await?,
        Some(year) => verify::of_year(&app, &Caller::operator(), year).await?,
    };
    if args.json {
        println!("{}", serde_json::to_string_pretty(&report).unwrap_or_default());
    } else {
        eprintln!();
        println!(
            "重算考试 {} 场、试卷 {} 份、答卷 {} 份、单位数据 {} 个、试题累计 {} 场，竞赛 {} 场、{} 人、作答 {} 次，抽奖 {} 次，年度版次 {} 个，佐证文件 {} 个，上报 {} 次，法规版本 {} 个，操作记录 {} 条：{} 处不一致。",
            report.exams,
            report.papers,
            report.attempts,
            report.figures,
            report.sums,
            report.competitions,
            report.players,
            report.plays,
            report.draws,
            report.editions,
            report.files,
            report.filings,
            report.laws,
            report.audit,
            report.differences.len()
        );
        if !report.audit_head.is_empty() {
            println!(
                "操作记录链头：第 {} 条，{}，SM3 {}",
                report.audit, report.audit_at, report.audit_head
            );
        }
        for difference in &report.differences {
            let exam = difference.exam.map(|exam| format!("考试 {exam} ")).unwrap_or_default();
            println!(
                "  {:?} {exam}{}：存的是 {}，重算是 {}",
                difference.what, difference.subject, difference.stored, difference.recomputed
            );
        }
    }
    app.db.close().await;
    match report.differences.len() {
        0 => Ok(()),
        count => Err(Error::Differs(count)),
    }
}

/// # Errors
/// When the database fails.
pub async fn demo(args: &config::Demo) -> Result<()> {
    if let Some(year) = args.year {
        return demo_of_year(&args.database, year).await;
    }
    let app = app(&args.database).await?;
    match demo::fill(&app, &Caller::operator()).await? {
        Some(exam) => println!("已写入示例内容，考试编号 {exam}。"),
        None => println!("数据库里已有人员或考试，没有写入示例内容。"),
    }
    app.db.close().await;
    Ok(())
}

/// Years that can be lived: from the year 2000 on, until one is over.
const FIRST_YEAR: u16 = 2000;

async fn demo_of_year(database: &config::Database, year: u16) -> Result<()> {
    let now = SystemClock.now();
    if year < FIRST_YEAR || i64::from(year) >= now.civil().year {
        return Err(Error::Year(year));
    }
    let clock = Arc::new(ManualClock::at(now));
    let app = app_at(database, Arc::clone(&clock) as Arc<dyn Clock>).await?;
    match demo::year::fill(&app, &clock, &Caller::operator(), year).await? {
        true => println!("已写入示例单位 {} 和 {year} 两个年度，均已封账。", year - 1),
        false => println!("数据库里已有人员或考试，没有写入示例内容。"),
    }
    app.db.close().await;
    Ok(())
}

/// Makes up a competition of real size.
///
/// # Errors
/// When the database fails.
pub async fn simulate(simulate: config::Simulate) -> Result<()> {
    let config::Simulate::Contest {
        players,
        participations,
        days,
        units,
        seed,
        database,
    } = simulate;
    let app = app(&database).await?;
    let size = simulate::Size {
        players,
        participations,
        days: days.max(1),
        units: units.max(1),
        seed,
    };
    let made = simulate::contest(&app, &Caller::operator(), size, |done| {
        eprint!("\r已写入 {done} / {participations} 人次");
    })
    .await?;
    eprintln!();
    println!(
        "已写入模拟竞赛 /c/{}：{} 人，{} 人次，其中有效 {} 人次。",
        made.code, made.players, made.participations, made.valid
    );
    app.db.close().await;
    Ok(())
}

/// # Errors
/// When there is no such login name or the database fails.
pub async fn link(name: &str, database: &config::Database, url: &str) -> Result<()> {
    let app = app(database).await?;
    let token = account::link_for_name(&app, &Caller::operator(), name).await?;
    println!("{}/link/{}", url.trim_end_matches('/'), token.text());
    app.db.close().await;
    Ok(())
}
