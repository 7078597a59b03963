use serde::{Deserialize, Serialize};

use super::{Accepted, Blank, Choice, Fault, FillIn, Form, GAP, Numeric, Response, Share};

/// What is to be put into a gap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GapAnswer {
    Text(Vec<Accepted>),
    Number(Numeric),
    /// One or several of a list.
    Choice(Choice),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// How much it counts among the gaps of its question.
    pub weight: u32,
    pub answer: GapAnswer,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Piece {
    Text(String),
    Gap(Gap),
}

/// 综合填空: a text with gaps of several forms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cloze {
    pub pieces: Vec<Piece>,
}

impl Cloze {
    pub fn gaps(&self) -> impl Iterator<Item = &Gap> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Gap(gap) => Some(gap),
            Piece::Text(_) => None,
        })
    }

    /// Joins texts that stand side by side.
    pub(super) fn settle(&mut self) {
        let mut pieces: Vec<Piece> = vec![];
        for piece in std::mem::take(&mut self.pieces) {
            match (piece, pieces.last_mut()) {
                (Piece::Text(text), _) if text.is_empty() => (),
                (Piece::Text(text), Some(Piece::Text(before))) => before.push_str(&text),
                (piece, _) => pieces.push(piece),
            }
        }
        self.pieces = pieces;
    }

    /// The text and the form of a cloze that takes words in every gap, or asks for one number and nothing else; `None` for
    /// any other.
    pub fn as_other(&self) -> Option<(String, Form)> {
        let text = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Gap(_) => GAP.to_owned(),
        };
        let stem = self.pieces.iter().map(text).collect();
        let gaps: Vec<&Gap> = self.gaps().collect();
        if let [gap] = gaps[..]
            && let GapAnswer::Number(numeric) = &gap.answer
        {
            return Some((stem, Form::Numeric(numeric.clone())));
        }
        let blanks = gaps.iter().map(|gap| match &gap.answer {
            GapAnswer::Text(accepted) => Some(gap.blank(accepted)),
            _ => None,
        });
        let blanks: Vec<Blank> = blanks.collect::<Option<_>>()?;
        let form = Form::FillIn(FillIn { blanks, ordered: true });
        (!gaps.is_empty()).then_some((stem, form))
    }

    /// The shares of the gaps by their weights.
    pub fn mark(&self, given: &[Response]) -> Share {
        let worth = |gap: &Gap, response: &Response| u64::from(gap.weight) * u64::from(gap.mark(response).parts());
        let earned = self.gaps().zip(given).map(|(gap, response)| worth(gap, response)).sum();
        let all: u64 = self.gaps().map(|gap| u64::from(gap.weight)).sum();
        Share::of(earned, all * u64::from(Share::FULL.parts()))
    }

    /// # Errors
    /// The first thing that stands in the way of marking.
    pub fn fit(&self) -> Result<(), Fault> {
        if self.gaps().next().is_none() {
            return Err(Fault::NoGap);
        }
        self.gaps().try_for_each(Gap::fit)
    }
}

impl Gap {
    fn mark(&self, response: &Response) -> Share {
        match (&self.answer, response) {
            (GapAnswer::Text(accepted), Response::Text(text)) => self.blank(accepted).mark(text),
            (GapAnswer::Number(numeric), Response::Text(text)) => numeric.mark(text),
            (GapAnswer::Choice(choice), Response::Choice(chosen)) => choice.mark(*chosen),
            _ => Share::NONE,
        }
    }

    fn blank(&self, accepted: &[Accepted]) -> Blank {
        Blank {
            weight: self.weight,
            accepted: accepted.to_vec(),
        }
    }

    fn fit(&self) -> Result<(), Fault> {
        if self.weight == 0 {
            return Err(Fault::Syntax);
        }
        match &self.answer {
            GapAnswer::Text(accepted) => self.blank(accepted).fit(),
            GapAnswer::Number(numeric) => numeric.fit(),
            GapAnswer::Choice(choice) => choice.fit(),
        }
    }
}
