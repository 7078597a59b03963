//! The integration tests: one binary, because linking costs more than running.

mod browser;
mod support;

mod access;
mod check_questions;
mod deadline;
mod hostile;
mod journal;
mod no_key;
mod sign_in;
