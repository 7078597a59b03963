//! Study (学习): questions that a person answers to learn, what follows from an answer, and what the person knows.

mod card;
mod fault;
mod knowledge;
mod plan;
mod run;

pub use card::{Answered, Card, Confidence, Given, Memory, Model, Phase, Rating};
pub use fault::StudyFault;
pub use knowledge::{Known, prior};
pub use plan::{
    Day, Forecast, Item, MINUTES, PRACTICES, PartChance, Plan, SECONDS_A_QUESTION, forecast, minutes, plan,
};
pub use run::{MAX_QUESTIONS, Placed, Purpose, Reply, Run};
