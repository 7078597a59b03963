//! Drawing for persons: who draws with which dice, and in which order.
//!
//! Each paper has dice of its own, made of the exam's seed, the person and the number of the attempt. Without an exposure
//! ceiling that alone decides the paper. With one, the persons of the opening are taken in the order of their ids, in
//! blocks of [`BLOCK`]; inside a block the uses of each question are counted, and the papers of later attempts form a
//! block of their own for each number, drawn for the same persons in the same order whether they sit or not. So any paper,
//! be it of a later attempt drawn alone, is drawn again from seed, pool, what it was drawn without, rules and the persons of one block. Who was not
//! there at the opening is drawn alone, outside the ceiling.

use std::collections::{BTreeMap, HashMap};

use super::{
    App, Result,
    random::{FormDice, PaperDice},
};
use crate::{
    db::{self, exam::FirstPaper},
    domain::{
        blueprint::{BLOCK, Drawer, Prepared, Shortage},
        exam::Exam,
        id::{ExamId, PersonId},
        paper::{Paper, PoolItem},
    },
    error::Fault,
};

/// Dice for papers that nobody gets.
pub(super) fn trial_dice(exam: ExamId) -> PaperDice {
    PaperDice::new(&[0; 32], exam, PersonId(0), 0)
}

/// Draws a whole block on trial.
///
/// # Errors
/// What is short.
pub(super) fn prove(prepared: &Prepared, exam: ExamId) -> std::result::Result<(), Vec<Shortage>> {
    let persons = if prepared.has_ceiling() { BLOCK as i64 } else { 1 };
    let dice: Vec<_> = (0..persons)
        .map(|person| PaperDice::new(&[0; 32], exam, PersonId(person), 0))
        .collect();
    prepared.drawer().block(&dice).map(|_| ())
}

/// Papers, and for each place of the pool that is used on how many.
type Drawn = (Vec<FirstPaper>, Vec<(u32, i64)>);

/// Everybody's first paper. Persons are in the order of their ids.
///
/// # Errors
/// What is short.
pub(super) fn first_papers(
    prepared: &Prepared,
    seed: &[u8; 32],
    exam: ExamId,
    persons: &[PersonId],
) -> std::result::Result<Drawn, Vec<Shortage>> {
    let mut drawer = prepared.drawer();
    let mut papers = Vec::with_capacity(persons.len());
    let mut counts = BTreeMap::new();
    for (number, block) in (1..).zip(persons.chunks(BLOCK)) {
        let dice: Vec<_> = block
            .iter()
            .map(|person| PaperDice::new(seed, exam, *person, 1))
            .collect();
        for (person, paper) in block.iter().zip(drawer.block(&dice)?) {
            paper
                .0
                .iter()
                .for_each(|drawn| *counts.entry(drawn.pool).or_insert(0) += 1);
            papers.push(FirstPaper {
                person: *person,
                block: if prepared.has_ceiling() { number } else { 0 },
                body: paper.to_bytes(),
            });
        }
    }
    Ok((papers, counts.into_iter().collect()))
}

/// A pool, or what is left of it without some of its places, made ready for the draw.
pub(super) struct Source {
    prepared: Prepared,
    /// Where each question of what is left stands in the pool; `None`: it is whole.
    places: Option<Vec<u32>>,
}

impl Source {
    /// # Errors
    /// What is short.
    pub fn new(pool: &[PoolItem], without: &[u32], exam: &Exam) -> std::result::Result<Self, Vec<Shortage>> {
        if without.is_empty() {
            return Ok(Self {
                prepared: Prepared::new(pool, &exam.blueprint, &exam.policy)?,
                places: None,
            });
        }
        let kept = |place: &u32| without.binary_search(place).is_err();
        let places: Vec<u32> = (0..).take(pool.len()).filter(kept).collect();
        let left: Vec<PoolItem> = places.iter().map(|place| pool[*place as usize].clone()).collect();
        Ok(Self {
            prepared: Prepared::new(&left, &exam.blueprint, &exam.policy)?,
            places: Some(places),
        })
    }

    /// As [`prove`].
    ///
    /// # Errors
    /// What is short.
    pub fn prove(&self, exam: ExamId) -> std::result::Result<(), Vec<Shortage>> {
        prove(&self.prepared, exam)
    }

    /// A paper drawn from it, by the places of the whole pool.
    fn placed(&self, mut paper: Paper) -> Paper {
        if let Some(places) = &self.places {
            for drawn in &mut paper.0 {
                drawn.pool = places[drawn.pool as usize];
            }
        }
        paper
    }
}

/// The paper of one person's attempt, from what is stored: pool, rules, seed and the persons of the block.
///
/// # Errors
/// [`Fault::NotFound`] for an exam that was not opened, [`Fault::Short`] if the stored pool were damaged.
pub(super) async fn again(app: &App, source: &Source, exam: ExamId, person: PersonId, number: u32) -> Result<Paper> {
    let prepared = &source.prepared;
    let seed = db::exam::seed(&app.db, exam).await?.ok_or(Fault::NotFound)?;
    let persons = if prepared.has_ceiling() {
        db::exam::block_of(&app.db, exam, person).await?
    } else {
        Vec::new()
    };
    let mut drawer = prepared.drawer();
    let Some(place) = persons.iter().position(|other| *other == person) else {
        let mut dice = PaperDice::new(&seed, exam, person, number);
        return Ok(source.placed(drawer.paper(&mut dice).map_err(Fault::Short)?));
    };
    let dice: Vec<_> = persons
        .iter()
        .map(|person| PaperDice::new(&seed, exam, *person, number))
        .collect();
    let mut papers = drawer.block(&dice).map_err(Fault::Short)?;
    Ok(source.placed(papers.swap_remove(place)))
}

/// All that decides the papers of an opened exam: pool, what later papers did without, rules, seed and the blocks of its persons.
pub(super) struct Again {
    exam: ExamId,
    seed: [u8; 32],
    /// By [`LeftOut::number`](db::exam::LeftOut::number), the whole pool first.
    sources: BTreeMap<u32, Source>,
    /// Under an exposure ceiling the persons of each block, in the order of the draw.
    blocks: BTreeMap<i64, Vec<PersonId>>,
    block_of: HashMap<PersonId, i64>,
}

impl Again {
    /// # Errors
    /// [`Fault::NotFound`] for an exam that was not opened, [`Fault::Short`] if the stored pool were damaged.
    pub async fn new(app: &App, exam: &Exam) -> Result<Self> {
        let seed = db::exam::seed(&app.db, exam.id).await?.ok_or(Fault::NotFound)?;
        let pool: Vec<_> = db::bank::pool(&app.db, exam.id)
            .await?
            .iter()
            .map(PoolItem::of)
            .collect();
        let whole = Source::new(&pool, &[], exam).map_err(Fault::Short)?;
        let has_ceiling = whole.prepared.has_ceiling();
        let mut sources = BTreeMap::from([(0, whole)]);
        for left_out in db::exam::left_out(&app.db, exam.id).await? {
            let source = Source::new(&pool, &left_out.places, exam).map_err(Fault::Short)?;
            sources.insert(left_out.number, source);
        }
        let (mut blocks, mut block_of) = (BTreeMap::<i64, Vec<PersonId>>::new(), HashMap::new());
        if has_ceiling {
            for (block, person) in db::exam::blocks(&app.db, exam.id).await? {
                blocks.entry(block).or_default().push(person);
                block_of.insert(person, block);
            }
        }
        Ok(Self {
            exam: exam.id,
            seed,
            sources,
            blocks,
            block_of,
        })
    }

    pub fn drawer(&self) -> AgainDrawer<'_> {
        AgainDrawer {
            again: self,
            drawers: BTreeMap::new(),
            kept: HashMap::new(),
        }
    }
}

/// Draws any papers of one exam again.
pub(super) struct AgainDrawer<'a> {
    again: &'a Again,
    drawers: BTreeMap<u32, Drawer<'a>>,
    /// For each number of an attempt, and each pool it was drawn from, the block drawn last, since whoever asks goes from person to
    /// person.
    kept: HashMap<(u32, u32), (i64, Vec<Paper>)>,
}

impl AgainDrawer<'_> {
    /// `left_out`: by which of what papers have done without it was drawn; one that is not known gives another paper.
    ///
    /// # Errors
    /// [`Fault::Short`] if the stored pool were damaged.
    pub fn draw(&mut self, person: PersonId, number: u32, left_out: u32) -> Result<Paper> {
        let Again {
            exam,
            seed,
            sources,
            blocks,
            block_of,
        } = self.again;
        let source = sources.get(&left_out).unwrap_or(&sources[&0]);
        let drawer = self.drawers.entry(left_out).or_insert_with(|| source.prepared.drawer());
        let dice = |person: PersonId| PaperDice::new(seed, *exam, person, number);
        let persons = block_of
            .get(&person)
            .and_then(|block| Some((*block, blocks.get(block)?)));
        let Some((block, persons)) = persons else {
            return Ok(source.placed(drawer.paper(&mut dice(person)).map_err(Fault::Short)?));
        };
        let key = (number, left_out);
        if self.kept.get(&key).is_none_or(|(kept, _)| *kept != block) {
            let dice: Vec<_> = persons.iter().copied().map(dice).collect();
            let papers = drawer.block(&dice).map_err(Fault::Short)?;
            self.kept.insert(key, (block, papers));
        }
        let place = persons.binary_search(&person).map_err(|_| Fault::NotFound)?;
        let paper = self.kept.get(&key).and_then(|(_, papers)| papers.get(place));
        Ok(source.placed(paper.ok_or(Fault::NotFound)?.clone()))
    }
}

/// The printed form of this letter.
///
/// # Errors
/// As [`again`].
pub(super) async fn form(app: &App, prepared: &Prepared, exam: ExamId, letter: char) -> Result<Paper> {
    let seed = db::exam::seed(&app.db, exam).await?.ok_or(Fault::NotFound)?;
    let mut dice = FormDice::new(&seed, exam, letter);
    Ok(prepared.drawer().paper(&mut dice).map_err(Fault::Short)?)
}
