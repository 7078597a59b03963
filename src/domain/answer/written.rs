use serde::{Deserialize, Serialize};

use super::Fault;
use crate::domain::points::Points;

/// How much is to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Length {
    /// 简答.
    Short,
    /// 论述.
    #[default]
    Essay,
}

/// One thing that is marked (评分点), with the most it can earn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Criterion {
    pub name: String,
    pub points: Points,
}

/// 简答 or 论述: read and marked by people.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Written {
    pub length: Length,
    /// What the markers read: a model answer or hints (参考答案).
    pub model: String,
    /// Empty: marked as a whole.
    pub rubric: Vec<Criterion>,
    pub least_words: Option<u32>,
    pub most_words: Option<u32>,
}

/// Why points given by a marker are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RubricFault {
    #[error("every criterion needs points, and no more than there are")]
    Count,
    #[error("criterion {0} cannot earn that many points")]
    Points(usize),
}

impl Written {
    /// The sum of what the marker gave for each criterion.
    ///
    /// # Errors
    /// When a criterion is missing or gets less than nothing or more than it can earn.
    pub fn mark(&self, given: &[Points]) -> Result<Points, RubricFault> {
        if given.len() != self.rubric.len() {
            return Err(RubricFault::Count);
        }
        let fits = |(criterion, points): (&Criterion, &Points)| (Points::ZERO..=criterion.points).contains(points);
        match self.rubric.iter().zip(given).position(|pair| !fits(pair)) {
            Some(place) => Err(RubricFault::Points(place)),
            None => Ok(given.iter().copied().sum()),
        }
    }

    /// # Errors
    /// When a criterion could not be marked.
    pub fn fit(&self) -> Result<(), Fault> {
        let sound = |criterion: &Criterion| !criterion.name.is_empty() && criterion.points > Points::ZERO;
        let bounds = self
            .least_words
            .zip(self.most_words)
            .is_none_or(|(least, most)| least <= most);
        match (self.rubric.iter().all(sound), bounds) {
            (false, _) => Err(Fault::BadRubric),
            (_, false) => Err(Fault::BadRange),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_stays_within_each_criterion() {
        let criterion = |name: &str, points| Criterion {
            name: name.into(),
            points: Points::whole(points),
        };
        let question = Written {
            rubric: vec![criterion("定性", 4), criterion("说理", 6)],
            ..Written::default()
        };
        assert_eq!(question.mark(&[Points::whole(3), Points(550)]), Ok(Points(850)));
        assert_eq!(
            question.mark(&[Points::whole(5), Points::ZERO]),
            Err(RubricFault::Points(0))
        );
        assert_eq!(question.mark(&[Points::ZERO, Points(-1)]), Err(RubricFault::Points(1)));
        assert_eq!(question.mark(&[Points::ZERO]), Err(RubricFault::Count));
        let empty = Written {
            rubric: vec![criterion("", 1)],
            ..Written::default()
        };
        assert_eq!(empty.fit(), Err(Fault::BadRubric));
    }
}
