//! What every writer needs: to say what is lost, and what was carried.

use crate::domain::intake::{Loss, Note, Place};

use super::super::text::brief;

/// Says that something of the question at hand is lost.
pub(super) type Lose<'a> = dyn FnMut(Loss, &str) + 'a;

/// The report of a writer, by place of the question in its list.
pub(super) struct Output {
    places: Vec<Place>,
    pub(super) losses: Vec<Note>,
    /// The questions that stand in the file, in its order.
    pub(super) carried: Vec<usize>,
    lossy: Vec<bool>,
}

impl Output {
    pub(super) fn new(places: Vec<Place>) -> Self {
        Self {
            losses: vec![],
            carried: vec![],
            lossy: vec![false; places.len()],
            places,
        }
    }

    pub(super) fn lose(&mut self, place: usize, loss: Loss, detail: &str) {
        self.lossy[place] = true;
        let note = Note::lost(self.places[place].clone(), loss, brief(detail));
        if !self.losses.contains(&note) || self.losses.len() > 1000 {
            self.losses.push(note);
        }
    }

    pub(super) fn carry(&mut self, place: usize) {
        self.carried.push(place);
    }

    pub(super) fn is_lossy(&self, place: usize) -> bool {
        self.lossy[place]
    }
}
