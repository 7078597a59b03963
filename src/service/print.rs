//! Printed forms (A 卷, B 卷, …) of an opened exam, for a room without machines, and their keys. Each form is drawn from the
//! exam's seed and the form's letter, so it is the same whenever it is printed.

use super::{App, Caller, Result, draw, exam::exam, random};
use crate::{
    db,
    domain::{
        answer::{Asking, Form as AnswerForm, numbered},
        bank::Stored,
        blueprint::{Part, Prepared},
        exam::{Exam, State},
        id::{ExamId, QuestionId},
        item::OptionSet,
        paper::{Drawn, PoolItem},
    },
    error::Fault,
};

/// The letters a form can have.
pub const LETTERS: [char; 8] = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'];

/// One question as printed: nothing in it tells the key.
pub struct Printed {
    /// From 1, through all parts.
    pub number: usize,
    pub stem: String,
    pub options: Vec<String>,
    /// The fields of a question beyond choice.
    pub asking: Option<Asking>,
}

/// A form as it is handed out.
pub struct Form {
    pub exam: Exam,
    pub letter: char,
    /// The first digits of the paper's digest: the same on a form and on its key, and on no other.
    pub code: String,
    pub parts: Vec<(Part, Vec<Printed>)>,
}

/// One line of a key.
pub struct KeyLine {
    pub number: usize,
    /// The right options by the labels printed on the form.
    pub shown: OptionSet,
    /// The right options by the labels of the bank.
    pub authored: OptionSet,
    /// What is right where it is not a choice, in lines.
    pub right: Vec<String>,
    pub question: QuestionId,
    /// Number of the question's version.
    pub version: u32,
}

/// The key of a form.
pub struct Key {
    pub exam: Exam,
    pub letter: char,
    pub code: String,
    pub parts: Vec<(Part, Vec<KeyLine>)>,
}

struct Source {
    exam: Exam,
    pool: Vec<Stored>,
    paper: Vec<Drawn>,
    code: String,
}

async fn source(app: &App, caller: &Caller, id: ExamId, letter: char) -> Result<Source> {
    let exam = exam(app, caller, id).await?;
    if !LETTERS.contains(&letter) {
        return Err(Fault::BadRequest.into());
    }
    // Before the opening there is no seed.
    if exam.state != State::Open {
        return Err(Fault::WrongState.into());
    }
    let pool = db::bank::pool(&app.db, id).await?;
    let shape: Vec<_> = pool.iter().map(PoolItem::of).collect();
    let prepared = Prepared::new(&shape, &exam.blueprint, &exam.policy).map_err(Fault::Short)?;
    let paper = draw::form(app, &prepared, id, letter).await?;
    let digest = random::hex(&random::digest(&paper.to_bytes()));
    Ok(Source {
        exam,
        pool,
        paper: paper.0,
        code: digest[..8].to_uppercase(),
    })
}

impl Source {
    /// The questions part by part, numbered through.
    fn parts<T>(&self, line: impl Fn(usize, &Drawn, &Stored) -> T) -> Result<Vec<(Part, Vec<T>)>> {
        let mut parts: Vec<(Part, Vec<T>)> = Vec::new();
        for part in &self.exam.blueprint.parts {
            parts.push((part.clone(), Vec::new()));
        }
        for (number, drawn) in (1..).zip(&self.paper) {
            let stored = self.pool.get(drawn.pool as usize).ok_or(Fault::NotFound)?;
            let part = parts.iter_mut().find(|(part, _)| part.kind == stored.question.kind);
            part.ok_or(Fault::NotFound)?.1.push(line(number, drawn, stored));
        }
        Ok(parts)
    }
}

/// A form to print.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages the exam asks, [`Fault::BadRequest`] for another letter,
/// [`Fault::WrongState`] before the opening.
pub async fn form(app: &App, caller: &Caller, id: ExamId, letter: char) -> Result<Form> {
    let source = source(app, caller, id, letter).await?;
    let parts = source.parts(|number, drawn, stored| Printed {
        number,
        stem: match stored.question.form {
            Some(_) => numbered(&stored.question.stem),
            None => stored.question.stem.clone(),
        },
        asking: stored.question.form.as_ref().map(AnswerForm::asking),
        options: drawn
            .order
            .iter()
            .filter_map(|place| stored.question.options.get(usize::from(*place)).cloned())
            .collect(),
    })?;
    Ok(Form {
        letter,
        parts,
        code: source.code,
        exam: source.exam,
    })
}

/// The key of the form of the same letter.
///
/// # Errors
/// As [`form`].
pub async fn key(app: &App, caller: &Caller, id: ExamId, letter: char) -> Result<Key> {
    let source = source(app, caller, id, letter).await?;
    let parts = source.parts(|number, drawn, stored| KeyLine {
        number,
        shown: drawn.shown(stored.question.key),
        authored: stored.question.key,
        right: stored.question.form.as_ref().map(AnswerForm::right).unwrap_or_default(),
        question: stored.id,
        version: stored.number,
    })?;
    Ok(Key {
        letter,
        parts,
        code: source.code,
        exam: source.exam,
    })
}
