//! Names of cells in a bureau's own workbook: what a name such as `mingfa_exam_passed` asks for, and what is put there.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{AnnualId, Base};
use crate::domain::{figure::Rate, lang::Lang};

/// What names of ours begin with; a figure's code alone does too.
const PREFIX: &str = "mingfa_";
/// What may stand between prefix and code, for the eye: where the figure comes from.
const SOURCES: [&str; 3] = ["exam_", "contest_", "ledger_"];

/// What a name asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Asked {
    Figure(AnnualId),
    /// The two numbers of a rate.
    Numerator(AnnualId),
    Denominator(AnnualId),
    Year,
    /// Name of the unit.
    Unit,
    /// When it was counted.
    AsOf,
    /// Draft, or which edition.
    State,
    /// Digest of the edition.
    Digest,
}

/// Reads a name; `None` when it names nothing of ours. Excel does not tell capital letters from small ones in names.
pub fn asked(name: &str) -> Option<Asked> {
    let name = name.to_ascii_lowercase();
    match name.as_str() {
        "mingfa_year" => return Some(Asked::Year),
        "mingfa_unit" => return Some(Asked::Unit),
        "mingfa_as_of" => return Some(Asked::AsOf),
        "mingfa_state" => return Some(Asked::State),
        "mingfa_digest" => return Some(Asked::Digest),
        _ => {}
    }
    let code = name.strip_prefix(PREFIX).unwrap_or(&name);
    let bare = SOURCES.iter().filter_map(|source| code.strip_prefix(source));
    std::iter::once(code).chain(bare).find_map(figure)
}

fn figure(code: &str) -> Option<Asked> {
    let part = |end: &str| code.strip_suffix(end).and_then(AnnualId::from_code);
    let whole = AnnualId::from_code(code).map(Asked::Figure);
    let numerator = || part("_numerator").map(Asked::Numerator);
    let denominator = || part("_denominator").map(Asked::Denominator);
    whole.or_else(numerator).or_else(denominator)
}

/// What is put into a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filling {
    Count(i64),
    /// Hundredths of a percent.
    Rate(i64),
    Text(String),
}

impl Filling {
    /// As people read it.
    pub fn shown(&self) -> String {
        match self {
            Self::Count(count) => count.to_string(),
            Self::Rate(points) => format!("{}.{:02}%", points / 100, points % 100),
            Self::Text(text) => text.clone(),
        }
    }
}

/// Why a named cell was left as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// The name is none that is known here.
    NoFigure,
    /// The figure has no value: there is nothing to divide by, there is no edition yet, or the edition did not count it.
    NoValue,
    /// The name stands for no cell of this workbook, or for several.
    NotOneCell,
    /// The cell holds a formula.
    Formula,
    /// Another name has filled the same cell.
    Twice,
}

impl Loss {
    pub fn message(self, lang: Lang) -> &'static str {
        match self {
            Self::NoFigure => lang.pick(
                "名称不是这里的指标，没有填写。",
                "The name is no figure known here; not filled in.",
            ),
            Self::NoValue => lang.pick(
                "这个指标现在没有值（分母为 0，还没有版次，或者版次当时不统计），没有填写。",
                "The figure has no value now (nothing to divide by, no edition yet, or one that did not count it); not filled in.",
            ),
            Self::NotOneCell => lang.pick(
                "名称没有指向本工作簿里的一个单元格，没有填写。",
                "The name does not stand for one cell of this workbook; not filled in.",
            ),
            Self::Formula => lang.pick(
                "单元格里是公式，没有改动。",
                "The cell holds a formula and was left alone.",
            ),
            Self::Twice => lang.pick(
                "另一个名称已经填了这个单元格，没有再填。",
                "Another name has filled this cell already; not filled in again.",
            ),
        }
    }
}

/// A named cell and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub name: String,
    /// `上报表!B3`, as the workbook has it.
    pub place: String,
    /// What was put there, as people read it.
    pub done: Result<String, Loss>,
}

/// A workbook's names with what became of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Told {
    pub named: Vec<Named>,
}

impl Told {
    pub fn filled(&self) -> impl Iterator<Item = (&Named, &str)> {
        self.named
            .iter()
            .filter_map(|named| Some((named, named.done.as_deref().ok()?)))
    }

    pub fn losses(&self) -> impl Iterator<Item = (&Named, Loss)> {
        self.named
            .iter()
            .filter_map(|named| Some((named, *named.done.as_ref().err()?)))
    }

    /// Figures that no name of the workbook asks for, in the order of the registry.
    pub fn unasked(&self) -> Vec<AnnualId> {
        let asked: BTreeSet<AnnualId> = self
            .named
            .iter()
            .filter_map(|named| match asked(&named.name)? {
                Asked::Figure(id) | Asked::Numerator(id) | Asked::Denominator(id) => Some(id),
                _ => None,
            })
            .collect();
        AnnualId::ALL.iter().copied().filter(|id| !asked.contains(id)).collect()
    }
}

/// What cells may be filled with.
#[derive(Debug, Clone, Copy)]
pub struct Values<'a> {
    pub year: u16,
    pub unit: &'a str,
    pub base: &'a Base,
    /// That of the records it is counted from.
    pub version: u16,
    pub as_of: &'a str,
    pub state: &'a str,
    /// Empty: no edition yet.
    pub digest: &'a str,
}

impl Values<'_> {
    /// What stands in a cell that asks for this.
    ///
    /// # Errors
    /// [`Loss::NoValue`].
    pub fn of(&self, asked: Asked) -> Result<Filling, Loss> {
        let text = |text: &str| match text {
            "" => Err(Loss::NoValue),
            text => Ok(Filling::Text(text.to_owned())),
        };
        if let Asked::Figure(id) | Asked::Numerator(id) | Asked::Denominator(id) = asked
            && id.since() > self.version
        {
            return Err(Loss::NoValue);
        }
        match asked {
            Asked::Figure(id) => match self.base.parts(id) {
                (count, None) => Ok(Filling::Count(count)),
                (numerator, Some(denominator)) => {
                    let rate = Rate { numerator, denominator };
                    rate.basis_points().map(Filling::Rate).ok_or(Loss::NoValue)
                }
            },
            Asked::Numerator(id) => Ok(Filling::Count(self.base.parts(id).0)),
            Asked::Denominator(id) => self.base.parts(id).1.map(Filling::Count).ok_or(Loss::NoValue),
            Asked::Year => Ok(Filling::Count(self.year.into())),
            Asked::Unit => text(self.unit),
            Asked::AsOf => text(self.as_of),
            Asked::State => text(self.state),
            Asked::Digest => text(self.digest),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{annual::records::VERSION, figure::Counts};

    #[test]
    fn names_are_read_with_and_without_prefix_and_source() {
        for name in ["passed", "mingfa_passed", "MINGFA_EXAM_PASSED", "mingfa_exam_passed"] {
            assert_eq!(asked(name), Some(Asked::Figure(AnnualId::Passed)), "{name}");
        }
        let rate = AnnualId::ParticipationRate;
        assert_eq!(asked("mingfa_exam_participation_rate"), Some(Asked::Figure(rate)));
        assert_eq!(
            asked("exam_participation_rate_denominator"),
            Some(Asked::Denominator(rate))
        );
        assert_eq!(asked("mingfa_year"), Some(Asked::Year));
        for none in ["", "mingfa_", "mingfa_staff", "year", "Print_Area", "contest_"] {
            assert_eq!(asked(none), None, "{none}");
        }
        // No figure hides behind what another name means.
        for id in AnnualId::ALL {
            assert_eq!(asked(&format!("mingfa_{}", id.code())), Some(Asked::Figure(*id)));
        }
    }

    #[test]
    fn a_rate_over_nobody_is_no_value() {
        let base = Base {
            exam: Counts {
                due: 2005,
                sat: 1970,
                ..Counts::default()
            },
            ..Base::default()
        };
        let values = Values {
            year: 2023,
            unit: "局",
            base: &base,
            version: VERSION,
            as_of: "",
            state: "草稿",
            digest: "",
        };
        let of = |name: &str| values.of(asked(name).expect("a name")).map(|filling| filling.shown());
        assert_eq!(of("mingfa_exam_participation_rate"), Ok("98.25%".to_owned()));
        assert_eq!(of("pass_rate_of_sat"), Ok("0.00%".to_owned()));
        assert_eq!(of("mingfa_digest"), Err(Loss::NoValue));
        let empty = Base::default();
        let values = Values { base: &empty, ..values };
        assert_eq!(values.of(Asked::Figure(AnnualId::PassRateOfDue)), Err(Loss::NoValue));
        assert_eq!(values.of(Asked::Denominator(AnnualId::Due)), Err(Loss::NoValue));
        let officers = |version| Values { version, ..values }.of(Asked::Figure(AnnualId::OfficersDue));
        assert_eq!((officers(0), officers(1)), (Err(Loss::NoValue), Ok(Filling::Count(0))));
    }

    #[test]
    fn figures_that_nobody_asked_for_are_told() {
        let named = |name: &str| Named {
            name: name.to_owned(),
            place: String::new(),
            done: Err(Loss::NotOneCell),
        };
        let told = Told {
            named: vec![named("passed"), named("pass_rate_of_due_numerator"), named("other")],
        };
        let unasked = told.unasked();
        assert_eq!(unasked.len(), AnnualId::ALL.len() - 2);
        assert!(!unasked.contains(&AnnualId::Passed) && !unasked.contains(&AnnualId::PassRateOfDue));
    }
}
