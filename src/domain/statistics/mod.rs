//! What answers say of the items and of the paper: figures of classical test theory from all papers ([`classical`]) or from running
//! sums ([`sums`], kept as [`running`]), calibration by item response theory ([`irt`]), differences between groups of persons ([`dif`],
//! [`compare`]), and which
//! items somebody should look at ([`remark`]). Nothing here decides anything.
//!
//! Formulas, definitions and sources: `docs/statistics.md`.

pub mod classical;
pub mod compare;
pub mod dif;
pub mod duration;
pub mod group;
pub mod irt;
mod number;
pub mod remark;
pub mod running;
pub mod sheet;
pub mod sums;
