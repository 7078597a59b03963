//! The integration tests: one binary, because linking costs more than running.

mod browser;
mod support;

mod access;
mod account;
mod audit;
mod bank;
mod check_questions;
mod commands;
mod deadline;
mod exam;
mod exemption;
mod figure;
mod files;
mod hostile;
mod journal;
mod kill;
mod layers;
mod liaison;
mod no_key;
mod people;
mod policy;
mod policy_property;
mod role;
mod roster;
mod round;
mod schema;
mod sign_in;
mod supervision;
mod upload;
mod verify;
