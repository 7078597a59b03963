//! Questions of every form (题型), and how an answer to one is marked.
//!
//! Nothing is marked by similarity: two texts are the same once width, blanks, marks and numerals are written alike
//! ([`normal`]), or they are not. What people have to judge (简答, 论述) is marked by people.

mod asking;
mod blank;
mod cells;
mod cloze;
mod decimal;
mod fault;
mod judged;
mod normal;
mod notation;
mod numeral;
mod numeric;
mod pairs;
mod share;
mod task;
mod written;

pub use asking::{Asking, BREAK, Block, Entry, Input, given, joined, numbered, parted, plain};
pub use blank::{Accepted, Blank, FillIn};
pub use cells::Cells;
pub use cloze::{Cloze, Gap, GapAnswer, Piece};
pub use decimal::Decimal;
pub use fault::Fault;
pub use judged::Judged;
pub use normal::normal;
pub use notation::NotationFault;
pub use numeric::{Accept, Numeric, Quantity};
pub use pairs::{Matching, OrderRule, Ordering, PairRule};
pub use share::Share;
pub use task::{Case, Choice, Form, GAP, Marked, Response, Task};
pub use written::{Criterion, Length, RubricFault, Written};
