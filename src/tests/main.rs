//! The integration tests: one binary, because linking costs more than running.

mod browser;
mod support;

mod access;
mod account;
mod audit;
mod bank;
mod blueprint;
mod blueprint_any;
mod certificate;
mod check_questions;
mod commands;
mod deadline;
mod exam;
mod exemption;
mod figure;
mod files;
mod hostile;
mod journal;
mod key_correction;
mod kill;
mod layers;
mod liaison;
mod no_key;
mod notice;
mod objection;
mod people;
mod receipt;
mod role;
mod roster;
mod schema;
mod sign_in;
mod supervision;
mod upload;
mod verify;
