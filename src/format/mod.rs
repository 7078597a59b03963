//! Readers of foreign files: bytes in, domain values and notes out; and writers, the other way. No database, no async,
//! no I/O.
//!
//! Dialects are known by their headings, never by the file name. Nothing is dropped in silence and nothing is mended
//! by guess: a row is stored, stored with a warning, or refused with its place and the reason.

mod cell;
pub mod certificate;
mod container;
mod delimited;
pub mod divisions;
pub mod evidence;
pub mod exchange;
mod file;
mod jsonl;
mod key;
pub mod law;
pub mod ledger;
pub mod markdown;
pub mod named_cells;
pub mod officer;
pub mod official;
mod options;
pub mod organization;
pub mod question;
mod question_columns;
pub mod responses;
pub mod roster;
mod roster_columns;
mod roster_words;
pub mod seb;
mod stem;
mod table;
mod text;
pub mod workbook;
mod xlsx;
