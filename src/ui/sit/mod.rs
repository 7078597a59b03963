//! Sitting an exam: before, during, checking, and the result.

mod filling;
mod sender;
pub mod sheet;
pub mod wire;

#[cfg(feature = "ssr")]
mod after;
#[cfg(feature = "ssr")]
mod before;
#[cfg(feature = "ssr")]
pub mod fields;

#[cfg(feature = "ssr")]
pub(in crate::ui) use after::question;
#[cfg(feature = "ssr")]
pub use after::{Check, check, result};
#[cfg(feature = "ssr")]
pub use before::{action, intro, round_now};
