//! GIFT, Moodle's text format for questions.

mod read;
pub mod tree;
mod write;

pub(super) use read::{looks_like, read};
pub(super) use write::write;
