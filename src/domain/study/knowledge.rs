//! What a person knows of something that questions ask about: an article, a topic.

use crate::domain::item::Difficulty;

/// How probably a question that somebody has never answered in study is answered right, by what its author says of it. A
/// convention, not a measurement: nothing is known of the person here.
pub fn prior(difficulty: Difficulty) -> f64 {
    match difficulty {
        Difficulty::Easy => 0.75,
        Difficulty::Medium | Difficulty::Unknown => 0.6,
        Difficulty::Hard => 0.4,
    }
}

/// What is known of a set of questions.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Known {
    /// Questions that may be asked of it.
    pub questions: u32,
    /// Those of them that the person has answered.
    pub seen: u32,
    /// Answers to them, and the right ones.
    pub asked: u32,
    pub right: u32,
    /// Sum over the questions of the probability that each is answered right today.
    sum: f64,
}

impl Known {
    /// Adds a question: its answers and those that are right, and the probability that it is answered right today.
    pub fn add(&mut self, asked: u32, right: u32, probability: f64) {
        self.questions += 1;
        self.seen += u32::from(asked > 0);
        self.asked += asked;
        self.right += right;
        self.sum += probability;
    }

    /// A question that is part of it, and until now counted with this probability, has been answered.
    pub fn answered(&mut self, before: f64, asked: u32, right: u32, probability: f64) {
        self.seen += u32::from(asked > 0);
        self.asked += asked;
        self.right += right;
        self.sum += probability - before;
    }

    /// The mean probability, from 0 to 1, that a question is answered right today; 0 where there is none.
    pub fn probability(&self) -> f64 {
        match self.questions {
            0 => 0.0,
            questions => self.sum / f64::from(questions),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_the_mean_over_the_questions() {
        let mut known = Known::default();
        assert_eq!(known.probability(), 0.0);
        known.add(0, 0, 0.6);
        known.add(3, 2, 0.9);
        assert_eq!((known.questions, known.seen, known.asked, known.right), (2, 1, 3, 2));
        assert!((known.probability() - 0.75).abs() < 1e-12);
    }

    #[test]
    fn an_answer_to_one_of_them_counts_as_if_it_had_been_added_with_it() {
        let (mut at_once, mut later) = (Known::default(), Known::default());
        at_once.add(0, 0, 0.6);
        at_once.add(3, 2, 0.9);
        later.add(0, 0, 0.6);
        later.add(0, 0, 0.5);
        later.answered(0.5, 3, 2, 0.9);
        assert_eq!((later.questions, later.seen, later.asked, later.right), (2, 1, 3, 2));
        assert!((later.probability() - at_once.probability()).abs() < 1e-12);
    }
}
