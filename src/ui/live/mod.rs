//! The live view of a running exam.

#[cfg(feature = "ssr")]
mod page;
pub mod refresh;

#[cfg(feature = "ssr")]
pub use page::{live, now};
