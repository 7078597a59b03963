//! Settings from the command line and the environment, parsed once.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand};

/// Mingfa: law study, the yearly law exam, and figures that can be proved.
#[derive(Debug, Parser)]
#[command(name = "mingfa", version)]
pub struct Config {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the site.
    Serve(Serve),
    /// Bring the schema of the database up to date.
    Migrate(Database),
    /// Import a file in one transaction.
    #[command(subcommand)]
    Import(Import),
    /// Check files and store nothing; needs no database.
    #[command(subcommand)]
    Check(Check),
    /// Compare two versions and store nothing; needs no database.
    #[command(subcommand)]
    Diff(Diff),
    /// Write a file in another format; needs no database.
    #[command(subcommand)]
    Convert(Convert),
    /// Write a workbook to be filled in.
    #[command(subcommand)]
    Template(Template),
    /// The figures of an exam.
    Figures(Figures),
    /// Item analysis and calibration of answers from elsewhere; needs no database.
    Stats(Stats),
    /// Recompute every paper, score, receipt and figure from what was stored first, and name what differs.
    Verify(Verify),
    /// Prize draws.
    #[command(subcommand)]
    Draw(Draw),
    /// Make up data of real size.
    #[command(subcommand)]
    Simulate(Simulate),
    /// The training part of the annual report, the return, or a form of others filled in.
    Report(Report),
    /// Fill an empty database with demonstration content.
    Demo(Demo),
    /// A one-time sign-in link for a login name.
    Link {
        name: String,
        #[command(flatten)]
        database: Database,
        /// Address under which people reach the site.
        #[arg(long, env = "MINGFA_URL", default_value = "http://127.0.0.1:8080")]
        url: String,
    },
}

/// What is made up.
#[derive(Debug, Clone, Subcommand)]
pub enum Simulate {
    /// A competition of a month with players and attempts, the same for the same seed; prints its link.
    Contest {
        #[arg(long, default_value_t = 1_200_000)]
        players: u32,
        /// Attempts of all of them together.
        #[arg(long, default_value_t = 4_500_000)]
        participations: u32,
        #[arg(long, default_value_t = 30)]
        days: u32,
        /// Units that play.
        #[arg(long, default_value_t = 20_000)]
        units: u32,
        #[arg(long, default_value_t = 1)]
        seed: u64,
        #[command(flatten)]
        database: Database,
    },
}

/// What is done with a prize draw.
#[derive(Debug, Subcommand)]
pub enum Draw {
    /// Pick the winners of published draws again and compare everything with what was promised; needs no database.
    Verify {
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
}

/// Where the data is.
#[derive(Clone, Args)]
pub struct Database {
    /// sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME
    #[arg(
        long = "database",
        env = "MINGFA_DATABASE",
        default_value = "sqlite:data/mingfa.db",
        hide_env_values = true
    )]
    address: String,
    /// Key for the digests of identity numbers, at least 16 characters. Without it an embedded database gets a key file
    /// of its own beside it.
    #[arg(long, env = "MINGFA_SECRET", hide_env_values = true)]
    secret: Option<String>,
}

impl Database {
    pub fn address(&self) -> &str {
        &self.address
    }

    pub fn secret(&self) -> Option<&str> {
        self.secret.as_deref()
    }
}

impl std::fmt::Debug for Database {
    /// The address may hold a password, and the secret is one.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Database(***)")
    }
}

#[derive(Debug, Clone, Args)]
pub struct Verify {
    #[command(flatten)]
    pub database: Database,
    /// Only the frozen figures of this year
    #[arg(long)]
    pub year: Option<u16>,
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Clone, Args)]
pub struct Serve {
    #[command(flatten)]
    pub database: Database,
    #[arg(long, env = "MINGFA_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Fill an empty database with demonstration content first.
    #[arg(long)]
    pub demo: bool,
    /// Served behind TLS: cookies are sent over https only.
    #[arg(long, env = "MINGFA_HTTPS")]
    pub https: bool,
    /// Served behind a proxy of our own: its last X-Forwarded-For entry is the network address.
    #[arg(long, env = "MINGFA_BEHIND_PROXY")]
    pub behind_proxy: bool,
    /// Address under which people reach the site, for QR codes and mails: https://HOST
    #[arg(long, env = "MINGFA_URL")]
    pub url: Option<String>,
    /// Font with Chinese letters for printed certificates; without it the usual places are searched.
    #[arg(long, env = "MINGFA_FONT")]
    pub font: Option<PathBuf>,
    #[command(flatten)]
    pub mail: Mail,
    /// Program that is given each reminder as JSON on its standard input, for a messenger of the bureau's own
    #[arg(long, env = "MINGFA_MESSENGER")]
    pub messenger: Option<PathBuf>,
}

/// How notices are mailed; without a server they stay in the inbox.
#[derive(Debug, Clone, Args)]
pub struct Mail {
    /// smtp://NAME:PASSWORD@HOST:587?tls=required or smtps://NAME:PASSWORD@HOST
    #[arg(long, env = "MINGFA_SMTP", hide_env_values = true)]
    pub smtp: Option<Secret>,
    /// Sender of mails, such as 明法 <mingfa@example.cn>
    #[arg(long = "mail-from", env = "MINGFA_MAIL_FROM", default_value = "")]
    pub from: String,
}

/// A setting that is never printed.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

#[derive(Debug, Subcommand)]
pub enum Import {
    /// Units and persons from XLSX or CSV.
    Roster {
        files: Vec<PathBuf>,
        #[command(flatten)]
        database: Database,
    },
    /// Divisions (行政区划) from CSV or XLSX with the columns code and name; files of several levels go together.
    Divisions {
        #[arg(required = true)]
        files: Vec<PathBuf>,
        #[command(flatten)]
        database: Database,
    },
    /// Texts of laws (Markdown, plain text, DOCX): new ones, or new versions of known ones.
    Laws {
        #[arg(required = true)]
        files: Vec<PathBuf>,
        #[command(flatten)]
        database: Database,
    },
    /// Activities for the ledger of a year, from XLSX or CSV: all of a file or nothing of it.
    Activities {
        #[arg(required = true)]
        files: Vec<PathBuf>,
        #[arg(long)]
        year: u16,
        /// Enter what looks like another entry as well: somebody has seen that it is not the same.
        #[arg(long)]
        distinct: bool,
        #[command(flatten)]
        database: Database,
    },
    /// Questions from GIFT, Aiken, Moodle XML, QTI 2.1 and 3, XLSX, CSV or JSON Lines.
    Questions {
        files: Vec<PathBuf>,
        /// The bank they go into; by default one named like the file.
        #[arg(long)]
        bank: Option<String>,
        #[command(flatten)]
        database: Database,
    },
}

#[derive(Debug, Subcommand)]
pub enum Check {
    /// What an import of these files would store, and every row that is refused or doubtful.
    Questions {
        files: Vec<PathBuf>,
        /// One JSON object per line and file.
        #[arg(long)]
        json: bool,
    },
    /// What is in the texts of laws (Markdown, plain text, DOCX), and what is missing or doubtful.
    Laws {
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// One JSON object per line and file.
        #[arg(long)]
        json: bool,
    },
    /// The Config Keys of configurations of Safe Exam Browser.
    Seb { files: Vec<PathBuf> },
}

/// What is converted.
#[derive(Debug, Subcommand)]
pub enum Convert {
    /// Questions: GIFT, Aiken, Moodle XML, QTI 2.1 and 3, XLSX, CSV or JSON Lines in. What the format cannot hold is named.
    Questions {
        input: PathBuf,
        output: PathBuf,
        /// gift, aiken, moodle-xml, qti21, qti3 or xlsx.
        #[arg(long, value_parser = ["gift", "aiken", "moodle-xml", "qti21", "qti3", "xlsx"])]
        to: String,
    },
}

/// What is written to be filled in.
#[derive(Debug, Subcommand)]
pub enum Template {
    /// A workbook (XLSX) for questions, with a sheet that says how.
    Questions { output: PathBuf },
}

/// What is compared.
#[derive(Debug, Subcommand)]
pub enum Diff {
    /// Which articles of a law a later version keeps, renumbers, changes, adds and deletes.
    Laws {
        old: PathBuf,
        new: PathBuf,
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
pub struct Stats {
    /// CSV with a row for each person and a column for each item: marks from 0 to 1, or chosen letters with a key. Blank: not
    /// answered; NA or -: not on the person's paper.
    pub file: PathBuf,
    /// The right options: ABCD, or A,BC,D where items have several.
    #[arg(long, conflicts_with = "key_file")]
    pub key: Option<String>,
    /// A file that holds the key.
    #[arg(long)]
    pub key_file: Option<PathBuf>,
    /// One JSON object instead of tables.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Demo {
    /// The bureau as it was at the end of this year, instead of today: with an exam that everybody has sat, a ledger, and the year
    /// closed
    #[arg(long)]
    pub year: Option<u16>,
    #[command(flatten)]
    pub database: Database,
}

#[derive(Debug, Args)]
pub struct Report {
    #[arg(long)]
    pub year: u16,
    /// File to write: .docx for the report, .xlsx for the return
    #[arg(long)]
    pub out: PathBuf,
    /// A workbook (.xlsx) with named cells, such as mingfa_exam_passed, to fill in instead
    #[arg(long)]
    pub fill: Option<PathBuf>,
    /// A unit by its path, such as 市局/执法支队; by default everything
    #[arg(long)]
    pub unit: Option<String>,
    #[command(flatten)]
    pub database: Database,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct FiguresOf {
    /// An exam, by the id in the address of its page
    #[arg(long)]
    pub exam: Option<String>,
    /// A calendar year
    #[arg(long)]
    pub year: Option<u16>,
}

#[derive(Debug, Args)]
pub struct Figures {
    #[command(flatten)]
    pub of: FiguresOf,
    /// One of the editions of the year, whether or not there are later ones
    #[arg(long, requires = "year")]
    pub edition: Option<u32>,
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub database: Database,
}
