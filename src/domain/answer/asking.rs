//! A question beyond choice as a candidate sees it: fields to fill, and nothing that tells what is right.

use serde::{Deserialize, Serialize};

use super::{Form, GAP, GapAnswer, Length, Response, Task};
use crate::domain::item::{Kind, OptionSet, letter};

/// Parts the fields of an answer as it is saved; nobody can type it.
pub const BREAK: char = '\u{1f}';

/// Characters of an answer to a blank, to a 简答 and to a 论述.
const LINE: u32 = 200;
const SHORT: u32 = 1000;
const ESSAY: u32 = 5000;
/// Fields of one question.
const ENTRIES: usize = 50;
/// Characters of one answer with all its fields.
const WHOLE: u32 = 20_000;

/// What is to be put into a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// Words of at most [`Input::most`] characters.
    Line,
    /// A number, in this unit.
    Number(String),
    /// Several lines; at most so many characters, and how many words the author asks for.
    Area {
        most: u32,
        words: (Option<u32>, Option<u32>),
    },
    /// The letters of one, or several, of these.
    Pick { options: Vec<String>, one: bool },
    /// The number of a partner, from 1.
    Partner,
    /// The place in the order, from 1.
    Place,
}

impl Input {
    /// Characters it takes.
    pub fn most(&self) -> u32 {
        match self {
            Self::Line => LINE,
            Self::Number(_) => 60,
            Self::Area { most, .. } => *most,
            Self::Pick { .. } => OptionSet::MAX as u32,
            Self::Partner | Self::Place => 3,
        }
    }
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The item that a partner or a place is asked for; else empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    pub input: Input,
}

/// Fields that belong together: all of a question, or of one question of a case.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Block {
    /// The question of a case; empty where the stem asks.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    pub entries: Vec<Entry>,
    /// What items are matched with, in the order shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub partners: Vec<String>,
}

/// All fields of a question, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Asking {
    pub blocks: Vec<Block>,
}

impl Asking {
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.blocks.iter().flat_map(|block| &block.entries)
    }

    /// Whether this can be an answer: no field too long, no more fields than asked for, nothing that is no text.
    pub fn fits(&self, text: &str) -> bool {
        if text.is_empty() {
            return true;
        }
        let control = |c: char| c.is_control() && !matches!(c, '\n' | '\t' | BREAK);
        let fields: Vec<&str> = text.split(BREAK).collect();
        let long = |(field, entry): (&&str, &Entry)| field.chars().count() > entry.input.most() as usize;
        fields.len() == self.entries().count()
            && !text.chars().any(control)
            && !fields.iter().zip(self.entries()).any(long)
    }
}

/// The fields of an answer as it is saved, as many as are asked for.
pub fn parted(answer: &str, count: usize) -> Vec<String> {
    let mut fields: Vec<String> = answer.split(BREAK).map(str::to_owned).collect();
    fields.resize(count, String::new());
    fields
}

/// The answer as it is saved; empty when nothing is filled in.
pub fn joined(fields: &[String]) -> String {
    let empty = fields.iter().all(|field| field.trim().is_empty());
    if empty {
        String::new()
    } else {
        fields.join(&BREAK.to_string())
    }
}

/// A field as it is kept: line ends as the platform has them, and no other control characters.
pub fn plain(field: &str) -> String {
    let kept = field.replace("\r\n", "\n").replace('\r', "\n");
    kept.chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect()
}

/// The order in which items and partners are shown, on every paper: by their texts, which tells nothing that they do not
/// say themselves.
fn arranged(texts: &[String]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..texts.len()).collect();
    order.sort_by_key(|place| &texts[*place]);
    order
}

fn in_order(texts: &[String]) -> Vec<String> {
    arranged(texts).into_iter().map(|place| texts[place].clone()).collect()
}

fn bare(input: Input) -> Entry {
    Entry {
        label: String::new(),
        input,
    }
}

impl Form {
    /// The kind of a question of this form; `None` for a text that asks nothing.
    pub fn kind(&self) -> Option<Kind> {
        Kind::from_code(self.code())
    }

    /// The fields of a question of this form. A choice by itself has options instead.
    pub fn asking(&self) -> Asking {
        let blocks = match self {
            Self::Case(case) => case.questions.iter().map(|task| task.block()).collect(),
            form => vec![form.block()],
        };
        Asking { blocks }
    }

    /// Whether a candidate sees no difference: the same fields under the same words, white space around these aside.
    pub fn asks_as(&self, other: &Self) -> bool {
        let text = |form: &Self| match form {
            Self::Cloze(cloze) => cloze.text().trim().to_owned(),
            _ => String::new(),
        };
        let shown = |form: &Self| {
            let mut asking = form.asking();
            for block in &mut asking.blocks {
                block.text = block.text.trim().to_owned();
            }
            asking
        };
        self.kind() == other.kind() && text(self) == text(other) && shown(self) == shown(other)
    }

    fn block(&self) -> Block {
        let lines = |count: usize| (0..count).map(|_| bare(Input::Line)).collect();
        let mut block = Block::default();
        block.entries = match self {
            Self::FillIn(blanks) => lines(blanks.blanks.len()),
            Self::Numeric(numeric) => vec![bare(Input::Number(numeric.unit.clone()))],
            Self::Matching(matching) => {
                block.partners = in_order(&matching.partners);
                let entry = |(item, _): &(String, usize)| Entry {
                    label: item.clone(),
                    input: Input::Partner,
                };
                matching.items.iter().map(entry).collect()
            }
            Self::Ordering(ordering) => {
                let entry = |item| Entry {
                    label: item,
                    input: Input::Place,
                };
                in_order(&ordering.items).into_iter().map(entry).collect()
            }
            Self::Written(written) => vec![bare(Input::Area {
                most: if written.length == Length::Short { SHORT } else { ESSAY },
                words: (written.least_words, written.most_words),
            })],
            Self::Choice(choice) => vec![bare(Input::Pick {
                options: choice.options.clone(),
                one: choice.kind.one_choice(),
            })],
            Self::Cloze(cloze) => cloze
                .gaps()
                .map(|gap| match &gap.answer {
                    GapAnswer::Text(_) => bare(Input::Line),
                    GapAnswer::Number(numeric) => bare(Input::Number(numeric.unit.clone())),
                    GapAnswer::Choice(choice) => bare(Input::Pick {
                        options: choice.options.clone(),
                        one: choice.kind.one_choice(),
                    }),
                })
                .collect(),
            Self::Case(_) | Self::Information => vec![],
        };
        block
    }

    /// Whether a paper can ask it: it can be marked, and its answer has a size that can be saved.
    ///
    /// # Errors
    /// The first reason why not.
    pub fn fit_for_paper(&self) -> Result<(), super::Fault> {
        self.fit()?;
        let asking = self.asking();
        let most: u32 = asking.entries().map(|entry| entry.input.most() + 1).sum();
        match asking.entries().count() {
            0 => Err(super::Fault::NoGap),
            count if count > ENTRIES || most > WHOLE => Err(super::Fault::TooLarge),
            _ => Ok(()),
        }
    }

    /// What an answer as it is saved means.
    pub fn response(&self, text: &str) -> Response {
        self.take(&mut text.split(BREAK))
    }

    fn take(&self, fields: &mut dyn Iterator<Item = &str>) -> Response {
        let mut next = || fields.next().unwrap_or_default();
        match self {
            Self::FillIn(blanks) => Response::Texts(blanks.blanks.iter().map(|_| next().to_owned()).collect()),
            Self::Numeric(_) | Self::Written(_) => Response::Text(next().to_owned()),
            Self::Choice(_) => Response::Choice(OptionSet::from_letters(next()).unwrap_or_default()),
            Self::Matching(matching) => {
                let order = arranged(&matching.partners);
                let partner = |field: &str| order.get(field.parse::<usize>().ok()?.checked_sub(1)?).copied();
                Response::Pairs(matching.items.iter().map(|_| partner(next())).collect())
            }
            Self::Ordering(ordering) => {
                let order = arranged(&ordering.items);
                let mut placed: Vec<Option<usize>> = vec![None; order.len()];
                for item in order {
                    let place = next().parse::<usize>().ok().and_then(|place| place.checked_sub(1));
                    if let Some(place) = place.and_then(|place| placed.get_mut(place)) {
                        *place = Some(item);
                    }
                }
                // A place that was left out, or given twice, makes no order.
                Response::Order(placed.into_iter().collect::<Option<_>>().unwrap_or_default())
            }
            Self::Cloze(cloze) => {
                let gap = |answer: &GapAnswer, field: &str| match answer {
                    GapAnswer::Choice(_) => Response::Choice(OptionSet::from_letters(field).unwrap_or_default()),
                    _ => Response::Text(field.to_owned()),
                };
                Response::Parts(cloze.gaps().map(|one| gap(&one.answer, next())).collect())
            }
            Self::Case(case) => Response::Parts(case.questions.iter().map(|task| task.form.take(fields)).collect()),
            Self::Information => Response::Text(String::new()),
        }
    }

    /// What is right, in lines for people.
    pub fn right(&self) -> Vec<String> {
        let full = |accepted: &[super::Accepted]| -> String {
            let texts: Vec<&str> = accepted.iter().map(|one| one.text.as_str()).collect();
            texts.join(" / ")
        };
        match self {
            Self::FillIn(blanks) => blanks.blanks.iter().map(|blank| full(&blank.accepted)).collect(),
            Self::Numeric(numeric) => vec![numeric.right()],
            Self::Matching(matching) => {
                let pair = |(item, partner): &(String, usize)| {
                    format!(
                        "{item} → {}",
                        matching.partners.get(*partner).map_or("", String::as_str)
                    )
                };
                matching.items.iter().map(pair).collect()
            }
            Self::Ordering(ordering) => (1..)
                .zip(&ordering.items)
                .map(|(n, item)| format!("{n}. {item}"))
                .collect(),
            Self::Written(written) => written.model.lines().map(str::to_owned).collect(),
            Self::Choice(choice) => vec![named(&choice.options, choice.key)],
            Self::Cloze(cloze) => cloze
                .gaps()
                .map(|gap| match &gap.answer {
                    GapAnswer::Text(accepted) => full(accepted),
                    GapAnswer::Number(numeric) => numeric.right(),
                    GapAnswer::Choice(choice) => named(&choice.options, choice.key),
                })
                .collect(),
            Self::Case(case) => (1..)
                .zip(&case.questions)
                .map(|(n, task): (usize, &Task)| format!("({n}) {}", task.form.right().join("；")))
                .collect(),
            Self::Information => vec![],
        }
    }
}

impl super::Numeric {
    fn right(&self) -> String {
        let one = |quantity: &super::Quantity| {
            let (low, high) = quantity.accept.bounds();
            if low == high {
                format!("{low}{}", self.unit)
            } else {
                format!("{low}–{high}{}", self.unit)
            }
        };
        self.quantities.iter().map(one).collect::<Vec<_>>().join(" / ")
    }
}

/// Options by their letters, with their texts.
fn named(options: &[String], set: OptionSet) -> String {
    let texts = set
        .places()
        .filter_map(|place| Some(format!("{} {}", letter(place), options.get(place)?)));
    texts.collect::<Vec<_>>().join("；")
}

impl Task {
    /// A question of a case.
    fn block(&self) -> Block {
        let text = match &self.form {
            Form::Cloze(cloze) => cloze.text(),
            _ => self.stem.clone(),
        };
        Block {
            text: numbered(&text),
            ..self.form.block()
        }
    }
}

/// A text whose blanks are numbered, where it has several.
pub fn numbered(text: &str) -> String {
    let pieces: Vec<&str> = text.split(GAP).collect();
    if pieces.len() < 3 {
        return text.to_owned();
    }
    let mut out = String::new();
    for (place, piece) in pieces.iter().enumerate() {
        if place > 0 {
            out.push_str(&format!("（{place}）{GAP}"));
        }
        out.push_str(piece.trim_start_matches('_'));
    }
    out
}

/// What was answered, in lines for people; empty when nothing was.
pub fn given(asking: &Asking, text: &str) -> Vec<String> {
    if text.is_empty() {
        return vec![];
    }
    let fields = parted(text, asking.entries().count());
    let mut fields = fields.iter();
    let mut lines = vec![];
    for (number, block) in (1..).zip(&asking.blocks) {
        let several = block.entries.len() > 1;
        let mut placed: Vec<(u32, String)> = vec![];
        for (place, entry) in (1..).zip(&block.entries) {
            let field = fields.next().map_or("", String::as_str);
            let said = match &entry.input {
                Input::Pick { options, .. } => named(options, OptionSet::from_letters(field).unwrap_or_default()),
                Input::Partner => {
                    let partner = field
                        .parse::<usize>()
                        .ok()
                        .and_then(|n| block.partners.get(n.checked_sub(1)?));
                    format!("{} → {}", entry.label, partner.map_or("—", String::as_str))
                }
                Input::Place => {
                    placed.push((field.parse().unwrap_or(u32::MAX), format!("{field}. {}", entry.label)));
                    continue;
                }
                Input::Number(unit) if !field.is_empty() && !field.ends_with(unit.as_str()) => format!("{field}{unit}"),
                _ => field.to_owned(),
            };
            let said = if said.is_empty() { "—".to_owned() } else { said };
            let head = match (asking.blocks.len() > 1, several && entry.label.is_empty()) {
                (true, true) => format!("({number}.{place}) "),
                (true, false) => format!("({number}) "),
                (false, true) => format!("（{place}）"),
                (false, false) => String::new(),
            };
            lines.push(head + &said);
        }
        placed.sort();
        lines.extend(placed.into_iter().map(|(_, line)| line));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::super::{Case, Choice, Matching, Ordering, Share, Written};
    use super::*;

    fn texts(list: &[&str]) -> Vec<String> {
        list.iter().map(|text| (*text).to_owned()).collect()
    }

    fn join(fields: &[&str]) -> String {
        joined(&texts(fields))
    }

    #[test]
    fn the_order_shown_is_that_of_the_texts_and_answers_are_turned_back() {
        let order = Form::Ordering(Ordering {
            items: texts(&["立案", "侦查", "起诉"]),
            rule: super::super::OrderRule::All,
        });
        let asking = order.asking();
        let shown: Vec<&str> = asking.entries().map(|entry| entry.label.as_str()).collect();
        assert_eq!(shown, ["侦查", "立案", "起诉"]);
        let right = join(&["2", "1", "3"]);
        assert_eq!(order.response(&right), Response::Order(vec![0, 1, 2]));
        assert_eq!(
            order.response(&join(&["2", "2", "3"])),
            Response::Order(vec![]),
            "no order"
        );
        assert_eq!(given(&asking, &right), ["1. 立案", "2. 侦查", "3. 起诉"]);
    }

    #[test]
    fn partners_are_named_by_their_number_as_shown() {
        let matching = Form::Matching(Matching {
            items: vec![("拘役".into(), 0), ("罚款".into(), 1)],
            partners: texts(&["刑罚", "处罚", "处分"]),
            rule: super::super::PairRule::Each,
        });
        let asking = matching.asking();
        assert_eq!(asking.blocks[0].partners, ["刑罚", "处分", "处罚"]);
        assert_eq!(
            matching.response(&join(&["1", "3"])),
            Response::Pairs(vec![Some(0), Some(1)])
        );
        assert_eq!(matching.response(&join(&["0", "9"])), Response::Pairs(vec![None, None]));
    }

    #[test]
    fn the_questions_of_a_case_share_one_answer() {
        let written = Written {
            length: Length::Short,
            ..Written::default()
        };
        let case = Form::Case(Case {
            material: String::new(),
            questions: vec![
                Task::new("谁对？", Form::Choice(Choice::truth(true))),
                Task::new("为什么？", Form::Written(written)),
            ],
        });
        let asking = case.asking();
        assert_eq!((asking.blocks.len(), asking.entries().count()), (2, 2));
        let Response::Parts(parts) = case.response(&join(&["A", "因为\n如此"])) else {
            panic!("a case has parts")
        };
        assert_eq!(
            parts,
            [
                Response::Choice(OptionSet::of([0])),
                Response::Text("因为\n如此".into())
            ]
        );
        assert_eq!(
            Task::new("", case.clone()).mark(&case.response("A")),
            super::super::Marked::Parts(vec![
                super::super::Marked::Share(Share::FULL),
                super::super::Marked::ByPeople
            ])
        );
    }

    #[test]
    fn an_answer_that_no_page_sends_does_not_fit() {
        let asking = Form::FillIn(super::super::FillIn {
            blanks: vec![super::super::Blank::taking(["甲"]), super::super::Blank::taking(["乙"])],
            ordered: true,
        })
        .asking();
        assert!(asking.fits("") && asking.fits(&join(&["甲", ""])));
        assert!(!asking.fits("甲"), "one field too few");
        assert!(!asking.fits(&join(&["甲", "乙", "丙"])));
        assert!(!asking.fits(&join(&["甲\0", ""])), "no database keeps that");
        assert!(!asking.fits(&join(&[&"长".repeat(201), ""])));
        assert_eq!(join(&[" ", ""]), "");
    }

    #[test]
    fn blanks_are_numbered_where_there_are_several() {
        assert_eq!(numbered("应当在_____日内"), "应当在_____日内");
        assert_eq!(numbered("_____和_____"), "（1）_____和（2）_____");
    }
}
