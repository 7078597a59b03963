//! Pure rules and values: no I/O, no clock, no randomness, no framework.

pub mod accommodation;
pub mod account;
pub mod attempt;
pub mod audit;
pub mod bank;
pub mod correction;
pub mod exam;
pub mod exemption;
pub mod figure;
pub mod id;
pub mod identity;
pub mod intake;
pub mod item;
pub mod lang;
pub mod mark;
pub mod outbox;
pub mod paper;
pub mod people;
pub mod person;
pub mod points;
pub mod region;
pub mod role;
pub mod roster;
pub mod supervision;
pub mod time;
pub mod unit;
