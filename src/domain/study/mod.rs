//! Study (学习): questions that a person answers to learn, what follows from an answer, and what the person knows.

mod card;
mod fault;
mod knowledge;
mod run;

pub use card::{Answered, Card, Confidence, Given, LEAVES_AFTER, Memory, Model, Phase, Rating};
pub use fault::StudyFault;
pub use knowledge::{Known, prior};
pub use run::{MAX_QUESTIONS, Placed, Purpose, Run};
