//! The prize draw (抽奖) of a competition: the rule by which anybody can draw again, and the draw as it is kept.

mod kept;
mod rule;

pub use kept::{Drawn, Lottery, MOST_PRIZES, NoLottery, Placed, Won, check_wish, prizes};
pub use rule::{
    Broken, Digest, Entrant, FORMAT, MOST_CHANCES, Prize, PublicValue, Published, Winner, bytes, check_terms,
    commitment_text, follows, hex, list_line, list_text,
};
