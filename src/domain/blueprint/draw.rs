//! The draw of papers from a fixed pool.
//!
//! Questions of a part that no bound tells apart form a class. A part is drawn question by question: a class by lot,
//! weighted by the questions left in it, then a question of it by lot. A flow over topics and difficulties
//! ([`Network`]) is carried along as the proof that the part can still be completed within all its bounds; a class
//! that would break the proof is closed for this paper. So the bounds hold exactly, nothing is tried in vain, and every
//! question that can stand on a paper has its chance. A part without bounds is one class, and the draw is the plain
//! Fisher–Yates shuffle of the first version, byte for byte.
//!
//! Never-together sets take their other members out of the pool when one is drawn. In the rare case that the rest of the
//! paper cannot be completed then, the draw begins anew, and at last from a part of the pool without any enemies that
//! was proved to be enough when the pool was prepared.

use std::collections::HashMap;

use super::{Blueprint, Bound, MAX_COUNT, Part, Shortage, Where, flow::Network};
use crate::domain::{
    exam::Policy,
    item::{Difficulty, Kind, OptionSet},
    paper::{Dice, Drawn, Paper, PoolItem, shown_order, shuffle_first},
};

/// Papers among which the exposure ceiling holds. The persons of an opening are taken in blocks of this size, so that any
/// paper can be drawn again by drawing its block; with a ceiling in whole per cent nothing is lost by it.
pub const BLOCK: usize = 100;

/// Draws anew before the part of the pool without enemies is used.
const TRIES: usize = 8;
/// Draws anew of a whole block under a ceiling.
const BLOCK_TRIES: u32 = 20;
/// Choices looked at when a part of the pool without enemies is sought.
const SEARCH: usize = 20_000;
/// Blind tries for a question that may be taken before they are listed.
const BLIND: usize = 16;

/// Questions of a part that no bound tells apart.
#[derive(Debug, Clone)]
pub(super) struct Class {
    /// Its arc in the network of the part.
    pub arc: usize,
    pub items: Vec<u32>,
    /// The most a bound of this very cell allows.
    pub max: i64,
}

/// A part with its classes and a flow that proves it possible.
#[derive(Debug, Clone)]
pub(super) struct PartPlan {
    pub count: u32,
    pub classes: Vec<Class>,
    pub network: Network,
    /// What each arc is about, for words: topic, difficulty.
    pub labels: Vec<(Option<String>, Option<Difficulty>)>,
    /// Whether a question's place among the others of the part is as drawn (see the module's text).
    plain: bool,
}

/// What the draw needs of one question of the pool.
#[derive(Debug, Clone, Copy)]
struct Slot {
    kind: Kind,
    options: u8,
    pinned: OptionSet,
    part: u16,
    class: u16,
}

const NO_PART: u16 = u16::MAX;

/// A pool made ready for a blueprint: done once per exam, then every paper is cheap.
#[derive(Debug, Clone)]
pub struct Prepared {
    slots: Vec<Slot>,
    pub(super) parts: Vec<PartPlan>,
    must: Vec<u32>,
    /// For each question of a never-together set the places of those it may not stand with.
    enemies: HashMap<u32, Vec<u32>>,
    /// Without these the pool has no enemies left and is still enough.
    pub(super) spared: Vec<u32>,
    ceiling: Option<u32>,
    shuffle_items: bool,
    shuffle_options: bool,
}

impl PartPlan {
    /// The network: source 0, sink 1, then topics, then difficulties, as far as bounds tell them apart.
    fn new(part: &Part, pool: &[PoolItem], plain: bool) -> Self {
        let mut topics: Vec<&str> = part.bounds.iter().filter_map(|bound| bound.topic.as_deref()).collect();
        topics.sort_unstable();
        topics.dedup();
        let mut levels: Vec<Difficulty> = part.bounds.iter().filter_map(|bound| bound.difficulty).collect();
        levels.sort_unstable();
        levels.dedup();
        let rows: HashMap<&str, usize> = topics.iter().enumerate().map(|(row, topic)| (*topic, row)).collect();
        // The last row and the last column hold what no bound names.
        let (height, width) = (topics.len() + 1, levels.len() + 1);
        let mut items = vec![Vec::new(); height * width];
        for (place, item) in (0u32..).zip(pool).filter(|(_, item)| item.kind == part.kind) {
            let row = rows.get(item.topic.as_str()).copied().unwrap_or(topics.len());
            let column = levels
                .iter()
                .position(|level| *level == item.difficulty)
                .unwrap_or(levels.len());
            items[row * width + column].push(place);
        }
        let bound = |topic: Option<&str>, level: Option<Difficulty>| {
            let fits = |bound: &&Bound| bound.topic.as_deref() == topic && bound.difficulty == level;
            let bound = part.bounds.iter().find(fits);
            bound.map_or((0, i64::from(MAX_COUNT)), |bound| {
                (i64::from(bound.min), i64::from(bound.max))
            })
        };
        let (topic_of, level_of) = (
            |row: usize| topics.get(row).copied(),
            |column: usize| levels.get(column).copied(),
        );
        let mut network = Network::new(2 + height + width);
        let mut labels = vec![(None, None)];
        let total = i64::from(part.count);
        network.arc(1, 0, total, total);
        for row in 0..height {
            let (low, high) = topic_of(row).map_or((0, total), |topic| bound(Some(topic), None));
            network.arc(0, 2 + row as u32, low, high);
            labels.push((topic_of(row).map(str::to_owned), None));
        }
        for column in 0..width {
            let (low, high) = level_of(column).map_or((0, total), |level| bound(None, Some(level)));
            network.arc((2 + height + column) as u32, 1, low, high);
            labels.push((None, level_of(column)));
        }
        let mut classes = Vec::new();
        for (place, items) in items.into_iter().enumerate() {
            let (row, column) = (place / width, place % width);
            let (low, max) = match (topic_of(row), level_of(column)) {
                (Some(topic), Some(level)) => bound(Some(topic), Some(level)),
                _ => (0, total),
            };
            if items.is_empty() && low == 0 {
                continue;
            }
            let (from, to) = ((2 + row) as u32, (2 + height + column) as u32);
            let arc = network.arc(from, to, low, max.min(items.len() as i64));
            labels.push((topic_of(row).map(str::to_owned), level_of(column)));
            classes.push(Class { arc, items, max });
        }
        Self {
            count: part.count,
            classes,
            network,
            labels,
            plain,
        }
    }

    /// The bounds of `papers` such papers together, with so many uses left in each class. Minimums and maximums grow with the
    /// number of papers; the flow stays as it is.
    pub(super) fn widen(&self, network: &mut Network, papers: i64, uses: &[i64], included: &[i64]) {
        for (arc, own) in network.arcs.iter_mut().zip(&self.network.arcs) {
            (arc.low, arc.high) = (own.low * papers, own.high * papers);
        }
        for ((class, uses), included) in self.classes.iter().zip(uses).zip(included) {
            let arc = &mut network.arcs[class.arc];
            arc.high = (class.max * papers).min(*uses);
            arc.low = arc.low.max(included * papers);
        }
    }
}

impl Prepared {
    /// Makes a pool ready.
    ///
    /// # Errors
    /// Every reason why no paper can be made of it.
    pub fn new(pool: &[PoolItem], blueprint: &Blueprint, policy: &Policy) -> Result<Self, Vec<Shortage>> {
        let mut shortages = super::feasibility::plain_shortages(pool, blueprint);
        let free = blueprint.draws_freely();
        let plan = |part: &Part| PartPlan::new(part, pool, free && part.bounds.is_empty());
        let mut prepared = Self {
            slots: pool
                .iter()
                .map(|item| Slot {
                    kind: item.kind,
                    options: item.options,
                    pinned: item.pinned,
                    part: NO_PART,
                    class: 0,
                })
                .collect(),
            parts: blueprint.parts.iter().map(plan).collect(),
            must: Vec::new(),
            enemies: HashMap::new(),
            spared: Vec::new(),
            ceiling: blueprint.ceiling,
            shuffle_items: policy.shuffle_items,
            shuffle_options: policy.shuffle_options,
        };
        for (number, part) in prepared.parts.iter().enumerate() {
            for (class, items) in part.classes.iter().enumerate() {
                for place in &items.items {
                    let slot = &mut prepared.slots[*place as usize];
                    (slot.part, slot.class) = (number as u16, class as u16);
                }
            }
        }
        // A part that is short as it stands says all there is to say about its flow.
        for (part, plan) in blueprint.parts.iter().zip(&mut prepared.parts) {
            let known = shortages.iter().any(|short| short.place.kind() == Some(part.kind));
            if !known && let Err(cut) = plan.network.settle() {
                shortages.push(super::feasibility::contradiction(part.kind, plan, &cut));
            }
        }
        if shortages.is_empty() {
            shortages = prepared.name(pool, blueprint);
        }
        if shortages.is_empty() {
            shortages = super::feasibility::ceiling_shortages(&prepared, pool, blueprint);
        }
        if shortages.is_empty() {
            Ok(prepared)
        } else {
            Err(shortages)
        }
    }

    /// Finds the questions that the blueprint names one by one and proves that a paper with them exists.
    fn name(&mut self, pool: &[PoolItem], blueprint: &Blueprint) -> Vec<Shortage> {
        if blueprint.named().next().is_none() {
            return Vec::new();
        }
        let wanted: std::collections::HashSet<_> = blueprint.named().collect();
        let places: HashMap<_, _> = (0u32..)
            .zip(pool)
            .filter(|(_, item)| wanted.contains(&item.question))
            .map(|(place, item)| (item.question, place))
            .collect();
        let mut shortages = Vec::new();
        for question in &blueprint.must_include {
            match places.get(question) {
                Some(place) if self.slots[*place as usize].part != NO_PART => self.must.push(*place),
                Some(place) => {
                    let kind = self.slots[*place as usize].kind;
                    shortages.push(Shortage {
                        place: Where::Included(kind),
                        need: 1,
                        have: 0,
                    });
                }
                None => shortages.push(Shortage {
                    place: Where::Missing(*question),
                    need: 1,
                    have: 0,
                }),
            }
        }
        let sets: Vec<Vec<u32>> = blueprint
            .enemies
            .iter()
            .map(|set| {
                let known = set.iter().filter_map(|question| places.get(question).copied());
                known
                    .filter(|place| self.slots[*place as usize].part != NO_PART)
                    .collect()
            })
            .collect();
        for set in &sets {
            for place in set {
                let others = set.iter().copied().filter(|other| other != place);
                self.enemies.entry(*place).or_default().extend(others);
            }
        }
        if !shortages.is_empty() {
            return shortages;
        }
        let mut drawer = self.drawer();
        drawer.begin(None);
        for (taken, place) in self.must.iter().enumerate() {
            if drawer.stamp[*place as usize] == drawer.now {
                return vec![Shortage {
                    place: Where::Enemies,
                    need: taken as u32 + 1,
                    have: taken as u32,
                }];
            }
            if !drawer.take_named(*place) {
                let kind = self.slots[*place as usize].kind;
                let of_kind = |place: &&u32| self.slots[**place as usize].kind == kind;
                let need = self.must.iter().filter(of_kind).count() as u32;
                let have = self.must[..taken].iter().filter(of_kind).count() as u32;
                return vec![Shortage {
                    place: Where::Included(kind),
                    need,
                    have,
                }];
            }
        }
        let mut spared = Vec::new();
        let mut left = SEARCH;
        let found = drawer.spare(&sets, &mut spared, &mut left);
        if found {
            self.spared = spared;
            return Vec::new();
        }
        vec![Shortage {
            place: Where::Enemies,
            need: blueprint.count(),
            have: self.peaceful().min(blueprint.count() - 1),
        }]
    }

    /// How many questions a paper can be given when they are taken as they come, whatever the bounds.
    fn peaceful(&self) -> u32 {
        let mut chosen: Vec<u32> = Vec::new();
        let all = self.must.iter().copied().chain(0..self.slots.len() as u32);
        for place in all.filter(|place| self.slots[*place as usize].part != NO_PART) {
            let part = self.slots[place as usize].part;
            let enemies = self.enemies.get(&place).map_or(&[][..], Vec::as_slice);
            let in_part = chosen
                .iter()
                .filter(|other| self.slots[**other as usize].part == part)
                .count();
            let room = in_part < self.parts[usize::from(part)].count as usize;
            if room && !chosen.contains(&place) && !chosen.iter().any(|other| enemies.contains(other)) {
                chosen.push(place);
            }
        }
        chosen.len() as u32
    }

    /// Something to draw with. It copies the pool's places once, so keep it for many papers.
    pub fn drawer(&self) -> Drawer<'_> {
        let class = |class: &Class| Deck {
            order: class.items.clone(),
            ..Deck::default()
        };
        Drawer {
            prepared: self,
            decks: self
                .parts
                .iter()
                .map(|part| part.classes.iter().map(class).collect())
                .collect(),
            networks: self.parts.iter().map(|part| part.network.clone()).collect(),
            stamp: vec![0; self.slots.len()],
            now: 0,
            undo: Vec::new(),
            chosen: vec![Vec::new(); self.parts.len()],
            turn: None,
        }
    }

    pub fn has_ceiling(&self) -> bool {
        self.ceiling.is_some()
    }

    /// The uses of a question that a ceiling allows in a block of so many papers, rounded up.
    pub(super) fn allowed(percent: u32, papers: usize) -> u32 {
        (percent as usize * papers).div_ceil(100) as u32
    }

    /// The questions of a class that every paper has.
    pub(super) fn included(&self, part: usize, class: usize) -> i64 {
        let inside = |place: &&u32| {
            let slot = &self.slots[**place as usize];
            (usize::from(slot.part), usize::from(slot.class)) == (part, class)
        };
        self.must.iter().filter(inside).count() as i64
    }
}

/// The questions of a class in the order they are dealt from.
#[derive(Debug, Clone, Default)]
struct Deck {
    order: Vec<u32>,
    /// Those before it were dealt in this round.
    next: usize,
    /// Questions that may still be taken for this paper.
    free: i64,
    /// Whether some question from `next` on may not be taken for this paper.
    holes: bool,
    picked: i64,
    /// No further question of it can stand on this paper.
    closed: bool,
    /// Questions that have reached the ceiling.
    spent: i64,
    /// Under a ceiling: how many questions were used how often, those on every paper left out.
    used: Vec<i64>,
}

/// What is counted across the papers of a block under a ceiling.
#[derive(Debug)]
struct Turn {
    allowed: u32,
    uses: Vec<u32>,
    /// For each part a flow that proves the papers from here on possible together.
    networks: Vec<Network>,
}

/// A question ruled out for a paper, and what its class allowed before.
struct RuledOut {
    place: u32,
    high: i64,
    /// Whether it could have been taken before.
    free: bool,
}

/// A deal to be taken back: part, class, the two places swapped, where the deck stood.
#[derive(Debug)]
struct Dealt(usize, usize, usize, usize, usize);

/// Draws papers, one after the other, from one prepared pool.
#[derive(Debug)]
pub struct Drawer<'a> {
    prepared: &'a Prepared,
    decks: Vec<Vec<Deck>>,
    networks: Vec<Network>,
    /// The number of the paper for which a question was taken or ruled out last.
    stamp: Vec<u32>,
    now: u32,
    undo: Vec<Dealt>,
    chosen: Vec<Vec<u32>>,
    turn: Option<Turn>,
}

impl Drawer<'_> {
    /// Draws one paper that stands alone: no ceiling.
    ///
    /// # Errors
    /// None that [`Prepared::new`] did not find; an error all the same, so that nothing is ever short in silence.
    pub fn paper(&mut self, dice: &mut dyn Dice) -> Result<Paper, Vec<Shortage>> {
        self.turn = None;
        self.one(dice, 1).ok_or_else(|| self.stuck())
    }

    /// Draws the papers of one block, at most [`BLOCK`], in the order of `dice`. Under a ceiling questions take turns: of
    /// those that no bound tells apart the least used come first, chosen by lot. The same dice give the same papers, so
    /// one paper of the block is drawn again by drawing the block again.
    ///
    /// # Errors
    /// When ceiling and never-together sets leave no paper for somebody.
    pub fn block<D: Dice + Clone>(&mut self, dice: &[D]) -> Result<Vec<Paper>, Vec<Shortage>> {
        let Some(percent) = self.prepared.ceiling else {
            return dice.iter().map(|dice| self.paper(&mut dice.clone())).collect();
        };
        for again in 0..BLOCK_TRIES {
            if !self.start_turn(Prepared::allowed(percent, dice.len()), dice.len()) {
                break;
            }
            let left = dice.len() as i64;
            let papers: Option<Vec<_>> = dice
                .iter()
                .enumerate()
                .map(|(place, dice)| {
                    let mut dice = dice.clone();
                    // Another row of numbers for another try, the same one whenever the block is drawn again.
                    for _ in 0..again {
                        dice.below(2);
                    }
                    self.one(&mut dice, left - place as i64)
                })
                .collect();
            if let Some(papers) = papers {
                return Ok(papers);
            }
        }
        Err(self.stuck())
    }

    fn stuck(&self) -> Vec<Shortage> {
        let place = if self.prepared.ceiling.is_some() {
            Where::Turns
        } else {
            Where::Enemies
        };
        let need = self.prepared.parts.iter().map(|part| part.count).sum();
        let have = self.chosen.iter().map(|part| part.len() as u32).sum();
        vec![Shortage { place, need, have }]
    }

    /// Begins to count: every question may be used `allowed` times in `papers` papers. `false` when that is impossible.
    fn start_turn(&mut self, allowed: u32, papers: usize) -> bool {
        self.take_back();
        for (number, (decks, part)) in self.decks.iter_mut().zip(&self.prepared.parts).enumerate() {
            for (place, (deck, class)) in decks.iter_mut().zip(&part.classes).enumerate() {
                deck.order.clone_from(&class.items);
                deck.used = vec![0; allowed as usize + 1];
                deck.used[0] = class.items.len() as i64 - self.prepared.included(number, place);
                (deck.next, deck.spent) = (0, 0);
            }
        }
        self.turn = Some(Turn {
            allowed,
            uses: vec![0; self.prepared.slots.len()],
            networks: self.prepared.parts.iter().map(|part| part.network.clone()).collect(),
        });
        self.prove(papers as i64)
    }

    /// Proves that so many further papers are possible together, and keeps the proof.
    fn prove(&mut self, papers: i64) -> bool {
        let Some(turn) = &self.turn else { return true };
        let mut networks = turn.networks.clone();
        for (number, (network, part)) in networks.iter_mut().zip(&self.prepared.parts).enumerate() {
            let decks = &self.decks[number];
            let included: Vec<i64> = (0..decks.len())
                .map(|class| self.prepared.included(number, class))
                .collect();
            let uses: Vec<i64> = decks
                .iter()
                .zip(&included)
                .map(|(deck, included)| {
                    let left = (0..)
                        .zip(&deck.used)
                        .map(|(used, questions)| questions * (i64::from(turn.allowed) - used).min(papers));
                    left.sum::<i64>() + included * papers
                })
                .collect();
            part.widen(network, papers, &uses, &included);
            if network.settle().is_err() {
                return false;
            }
        }
        if let Some(turn) = &mut self.turn {
            turn.networks = networks;
        }
        true
    }

    /// One paper; `left` papers are still to be drawn in the block, this one included.
    fn one(&mut self, dice: &mut dyn Dice, left: i64) -> Option<Paper> {
        if self.prepared.parts.iter().all(|part| part.plain) {
            self.begin(None);
            let mut items = Vec::new();
            for part in 0..self.prepared.parts.len() {
                if !self.draw_part(part, dice) {
                    return None;
                }
                self.finish_part(part, dice, &mut items);
            }
            return Some(Paper(items));
        }
        for again in 0..=TRIES {
            let evenly = (again > 0).then_some(left);
            let ready = self.begin(evenly) && self.take_included(again == TRIES);
            let drawn = ready && (0..self.prepared.parts.len()).all(|part| self.draw_part(part, dice));
            if drawn && self.keep(left) {
                let mut items = Vec::new();
                (0..self.prepared.parts.len()).for_each(|part| self.finish_part(part, dice, &mut items));
                return Some(Paper(items));
            }
        }
        None
    }

    /// Begins a paper. Under a ceiling `evenly` keeps it to its even share of the proof for so many papers, from which a
    /// paper always exists: the flow divided by their number and rounded (integral flows decompose).
    fn begin(&mut self, evenly: Option<i64>) -> bool {
        self.take_back();
        self.now += 1;
        self.chosen.iter_mut().for_each(Vec::clear);
        let mut possible = true;
        for (number, (decks, part)) in self.decks.iter_mut().zip(&self.prepared.parts).enumerate() {
            let network = &mut self.networks[number];
            network.restore(&part.network);
            for (deck, class) in decks.iter_mut().zip(&part.classes) {
                (deck.free, deck.picked, deck.closed) = (deck.order.len() as i64 - deck.spent, 0, false);
                deck.holes = self.turn.is_some();
                let arc = &mut network.arcs[class.arc];
                arc.high = arc.high.min(deck.free);
            }
            if let (Some(turn), Some(left)) = (&self.turn, evenly) {
                for (arc, all) in network.arcs.iter_mut().zip(&turn.networks[number].arcs) {
                    arc.low = arc.low.max(all.flow.div_euclid(left));
                    arc.high = arc.high.min((all.flow + left - 1).div_euclid(left));
                }
            }
            possible &= self.turn.is_none() || network.settle().is_ok();
            if self.turn.is_some() && evenly.is_some() && possible {
                for class in &part.classes {
                    let arc = &mut network.arcs[class.arc];
                    (arc.low, arc.high) = (arc.flow, arc.flow);
                }
            }
        }
        possible
    }

    /// Puts the questions on the paper that every paper has.
    fn take_included(&mut self, spare: bool) -> bool {
        let prepared = self.prepared;
        prepared.must.iter().all(|place| self.take_named(*place))
            && (!spare || prepared.spared.iter().all(|place| self.rule_out(*place).is_some()))
    }

    fn take_named(&mut self, place: u32) -> bool {
        let (part, class) = self.class_of(place);
        let arc = self.prepared.parts[part].classes[class].arc;
        let low = self.decks[part][class].picked + 1;
        let arc_low = &mut self.networks[part].arcs[arc].low;
        *arc_low = low.max(*arc_low);
        if self.stamp[place as usize] == self.now || !self.networks[part].mend(arc) {
            return false;
        }
        self.decks[part][class].holes = true;
        self.take(part, class, place)
    }

    fn class_of(&self, place: u32) -> (usize, usize) {
        let slot = &self.prepared.slots[place as usize];
        (usize::from(slot.part), usize::from(slot.class))
    }

    /// Draws what is missing of a part; `false` when never-together sets have left too little.
    fn draw_part(&mut self, part: usize, dice: &mut dyn Dice) -> bool {
        let count = self.prepared.parts[part].count as usize;
        while self.chosen[part].len() < count {
            let open = |deck: &&Deck| !deck.closed;
            let total: i64 = self.decks[part].iter().filter(open).map(|deck| deck.free).sum();
            if total <= 0 {
                return false;
            }
            let mut offset = i64::from(dice.below(total as u32));
            let mut found = 0;
            for (class, deck) in self.decks[part].iter().enumerate().filter(|(_, deck)| !deck.closed) {
                found = class;
                if offset < deck.free {
                    break;
                }
                offset -= deck.free;
            }
            let arc = self.prepared.parts[part].classes[found].arc;
            let low = self.networks[part].arcs[arc].low;
            if !self.open_class(part, found) {
                continue;
            }
            let Some(place) = self.deal(part, found, offset as usize, dice) else {
                return false;
            };
            if !self.take(part, found, place) {
                self.networks[part].arcs[arc].low = low;
                if self.rule_out(place).is_none() {
                    return false;
                }
            }
        }
        true
    }

    /// Whether one more question of the class leaves the part possible; if not, it is closed for this paper.
    fn open_class(&mut self, part: usize, class: usize) -> bool {
        let (number, deck) = (
            self.prepared.parts[part].classes[class].arc,
            &mut self.decks[part][class],
        );
        let network = &mut self.networks[part];
        let before = network.arcs[number].low;
        network.arcs[number].low = before.max(deck.picked + 1);
        let possible = deck.picked < network.arcs[number].high && network.mend(number);
        if !possible {
            network.arcs[number].low = before;
            deck.closed = true;
        }
        possible
    }

    /// Deals a question of the class: without holes the one at `offset`, otherwise one by lot among those that may be
    /// taken, the undealt ones of this round first.
    fn deal(&mut self, part: usize, class: usize, offset: usize, dice: &mut dyn Dice) -> Option<u32> {
        let (stamp, now, turn) = (&self.stamp, self.now, &self.turn);
        let may = |place: u32| {
            let spent = turn
                .as_ref()
                .is_some_and(|turn| turn.uses[place as usize] >= turn.allowed);
            stamp[place as usize] != now && !spent
        };
        let deck = &mut self.decks[part][class];
        let before = deck.next;
        if deck.next == deck.order.len() {
            deck.next = 0;
        }
        let start = deck.next;
        let at = if deck.holes {
            let room = (deck.order.len() - start) as u32;
            let blind = (0..BLIND)
                .map(|_| start + dice.below(room) as usize)
                .find(|at| may(deck.order[*at]));
            blind.or_else(|| {
                [start..deck.order.len(), 0..start].into_iter().find_map(|range| {
                    let listed: Vec<usize> = range.filter(|at| may(deck.order[*at])).collect();
                    (!listed.is_empty()).then(|| listed[dice.below(listed.len() as u32) as usize])
                })
            })?
        } else {
            start + offset
        };
        let place = deck.order[at];
        let swapped = at.max(start);
        deck.order.swap(start, swapped);
        if at >= start {
            deck.next = start + 1;
        }
        self.undo.push(Dealt(part, class, start, swapped, before));
        Some(place)
    }

    /// Puts a question on the paper and rules its enemies out; `false`, with nothing changed, when the rest of the paper
    /// would not be possible without them.
    fn take(&mut self, part: usize, class: usize, place: u32) -> bool {
        let prepared = self.prepared;
        let mut ruled = Vec::new();
        for enemy in prepared.enemies.get(&place).map_or(&[][..], Vec::as_slice) {
            let chosen = self.chosen.iter().any(|part| part.contains(enemy));
            match (chosen, self.stamp[*enemy as usize] == self.now) {
                (false, true) => {}
                (false, false) => match self.rule_out(*enemy) {
                    Some(out) => ruled.push(out),
                    None => {
                        self.rule_in(ruled);
                        return false;
                    }
                },
                (true, _) => {
                    self.rule_in(ruled);
                    return false;
                }
            }
        }
        self.stamp[place as usize] = self.now;
        let deck = &mut self.decks[part][class];
        (deck.picked, deck.free) = (deck.picked + 1, deck.free - 1);
        self.chosen[part].push(place);
        true
    }

    /// Takes a question out of the pool for this paper; `None`, with nothing changed, when the paper needs it.
    fn rule_out(&mut self, place: u32) -> Option<RuledOut> {
        let (part, class) = self.class_of(place);
        let number = self.prepared.parts[part].classes[class].arc;
        let high = self.networks[part].arcs[number].high;
        let spent = self
            .turn
            .as_ref()
            .is_some_and(|turn| turn.uses[place as usize] >= turn.allowed);
        if self.stamp[place as usize] == self.now || spent {
            self.stamp[place as usize] = self.now;
            return Some(RuledOut {
                place,
                high,
                free: false,
            });
        }
        let deck = &mut self.decks[part][class];
        self.networks[part].arcs[number].high = high.min(deck.picked + deck.free - 1);
        if !self.networks[part].mend(number) {
            self.networks[part].arcs[number].high = high;
            return None;
        }
        (deck.free, deck.holes) = (deck.free - 1, true);
        self.stamp[place as usize] = self.now;
        Some(RuledOut {
            place,
            high,
            free: true,
        })
    }

    /// Takes rulings back, the last one first.
    fn rule_in(&mut self, ruled: Vec<RuledOut>) {
        for RuledOut { place, high, free } in ruled.into_iter().rev() {
            let (part, class) = self.class_of(place);
            let number = self.prepared.parts[part].classes[class].arc;
            self.networks[part].arcs[number].high = high;
            self.decks[part][class].free += i64::from(free);
            self.stamp[place as usize] = self.now - 1;
        }
    }

    /// Counts the paper's questions under a ceiling; `false`, with nothing counted, when the papers after it would not be
    /// possible.
    fn keep(&mut self, left: i64) -> bool {
        if self.turn.is_none() {
            return true;
        }
        self.count(1);
        if self.prove(left - 1) {
            self.undo.clear();
            return true;
        }
        self.count(-1);
        false
    }

    fn count(&mut self, by: i64) {
        let Some(turn) = &mut self.turn else { return };
        for (number, chosen) in self.chosen.iter().enumerate() {
            let network = &mut turn.networks[number];
            for place in chosen {
                let slot = &self.prepared.slots[*place as usize];
                let class = usize::from(slot.class);
                let (from, to) = {
                    let arc = &mut network.arcs[self.prepared.parts[number].classes[class].arc];
                    arc.flow -= by;
                    (arc.from as usize, arc.to as usize)
                };
                // The arcs of a topic and of a difficulty stand one before the number of their node.
                for arc in [0, from - 1, to - 1] {
                    network.arcs[arc].flow -= by;
                }
                if self.prepared.must.contains(place) {
                    continue;
                }
                let uses = &mut turn.uses[*place as usize];
                let deck = &mut self.decks[number][class];
                deck.used[*uses as usize] -= 1;
                *uses = (i64::from(*uses) + by) as u32;
                deck.used[*uses as usize] += 1;
                deck.spent = deck.used[turn.allowed as usize];
            }
        }
    }

    /// Takes back what was dealt since the last paper that was kept.
    fn take_back(&mut self) {
        while let Some(Dealt(part, class, one, other, next)) = self.undo.pop() {
            let deck = &mut self.decks[part][class];
            deck.order.swap(one, other);
            deck.next = next;
        }
    }

    /// Brings the questions of a part into their order on the paper and their options into theirs.
    fn finish_part(&mut self, part: usize, dice: &mut dyn Dice, items: &mut Vec<Drawn>) {
        let prepared = self.prepared;
        let chosen = &mut self.chosen[part];
        let plain = prepared.parts[part].plain;
        if !prepared.shuffle_items || !plain {
            chosen.sort_unstable();
        }
        if prepared.shuffle_items && !plain {
            let count = chosen.len();
            shuffle_first(chosen, count, dice);
        }
        for place in chosen.iter() {
            let slot = &prepared.slots[*place as usize];
            let options = slot.options;
            let order = if prepared.shuffle_options {
                shown_order(slot.kind, options, slot.pinned, dice)
            } else {
                (0..options).collect()
            };
            items.push(Drawn { pool: *place, order });
        }
    }

    /// Chooses of every never-together set the one question that is kept, so that what is left of the pool is still enough.
    /// Complete: if any paper exists, keeping its own question of every set is one of the choices.
    fn spare(&mut self, sets: &[Vec<u32>], spared: &mut Vec<u32>, left: &mut usize) -> bool {
        let Some((set, rest)) = sets.split_first() else {
            return true;
        };
        let mut open: Vec<u32> = set
            .iter()
            .copied()
            .filter(|place| self.stamp[*place as usize] != self.now)
            .collect();
        if open.len() < 2 {
            return self.spare(rest, spared, left);
        }
        // The question of the smallest class is the hardest to do without.
        open.sort_by_key(|place| {
            let (part, class) = self.class_of(*place);
            (self.decks[part][class].free, *place)
        });
        for kept in &open {
            if *left == 0 {
                return false;
            }
            *left -= 1;
            let mut ruled = Vec::new();
            let possible = open.iter().filter(|place| *place != kept).all(|place| {
                let out = self.rule_out(*place);
                let possible = out.is_some();
                ruled.extend(out);
                possible
            });
            let known = spared.len();
            spared.extend(ruled.iter().map(|out| out.place));
            if possible && self.spare(rest, spared, left) {
                return true;
            }
            spared.truncate(known);
            self.rule_in(ruled);
        }
        false
    }
}
