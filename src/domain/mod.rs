//! Pure rules and values: no I/O, no clock, no randomness, no framework.

pub mod account;
pub mod attempt;
pub mod bank;
pub mod blueprint;
pub mod exam;
pub mod figure;
pub mod id;
pub mod intake;
pub mod item;
pub mod lang;
pub mod mark;
pub mod outbox;
pub mod paper;
pub mod person;
pub mod points;
pub mod roster;
pub mod time;
pub mod unit;
