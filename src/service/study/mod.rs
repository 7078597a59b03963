//! Study: what a person is asked, what follows from the answers, and what is known of it. All of it is the person's own: nobody else
//! sees runs, answers or plans.

mod choose;
pub mod knowledge;
pub mod memory;
pub mod mock;
pub mod plan;
pub(super) mod pool;
pub mod run;

pub use choose::{Overview, Wish, law, overview, practise};
