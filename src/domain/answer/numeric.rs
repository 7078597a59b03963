use serde::{Deserialize, Serialize};

use super::normal::folded;
use super::numeral::value;
use super::{Decimal, Fault, Share, normal};

/// Which numbers an answer takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Accept {
    /// This number, or another one at most the tolerance away from it.
    Near { value: Decimal, tolerance: Decimal },
    /// The same with the tolerance in percent of the number.
    Percent { value: Decimal, percent: Decimal },
    /// Every number from the low one to the high one.
    Between { low: Decimal, high: Decimal },
}

impl Accept {
    /// The lowest and the highest number it takes.
    pub fn bounds(self) -> (Decimal, Decimal) {
        match self {
            Self::Near { value, tolerance } => (value.minus(tolerance), value.plus(tolerance)),
            Self::Percent { value, percent } => {
                let tolerance = value.share(percent);
                (value.minus(tolerance), value.plus(tolerance))
            }
            Self::Between { low, high } => (low, high),
        }
    }

    pub fn takes(self, number: Decimal) -> bool {
        let (low, high) = self.bounds();
        low <= number && number <= high
    }

    fn is_sound(self) -> bool {
        match self {
            Self::Near { tolerance, .. } => !tolerance.is_negative(),
            Self::Percent { percent, .. } => !percent.is_negative(),
            Self::Between { low, high } => low <= high,
        }
    }
}

/// One accepted quantity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quantity {
    pub accept: Accept,
    pub share: Share,
    pub feedback: String,
}

/// A number to be given, in a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numeric {
    pub quantities: Vec<Quantity>,
    /// The unit the numbers stand in, such as 元, 万元 or %; empty for none. The answer may name it or not.
    pub unit: String,
}

impl Numeric {
    /// One number and nothing else.
    pub fn exactly(number: Decimal) -> Self {
        let accept = Accept::Near {
            value: number,
            tolerance: Decimal::default(),
        };
        Self {
            quantities: vec![Quantity {
                accept,
                share: Share::FULL,
                feedback: String::new(),
            }],
            unit: String::new(),
        }
    }

    /// The share of the best quantity that takes the number; nothing for what is not a number in this unit.
    pub fn mark(&self, given: &str) -> Share {
        let Some(number) = self.number(given) else {
            return Share::NONE;
        };
        let taking = self.quantities.iter().filter(|quantity| quantity.accept.takes(number));
        taking.map(|quantity| quantity.share).max().unwrap_or_default()
    }

    /// The number that was given, in the unit of the question: 3万, 三万元 and 30000 are the same in 元, 3 and 30000元
    /// in 万元, 百分之五 and 5% in %, 0.05 and 5% without a unit.
    pub fn number(&self, given: &str) -> Option<Decimal> {
        // Numerals stay as they are written: 3万 says that 万 was meant.
        let given = folded(given);
        let given = if given.contains("分之") {
            normal(&given)
        } else {
            given
        };
        let (negative, given) = match given.strip_prefix('-').or_else(|| given.strip_prefix('负')) {
            Some(rest) => (true, rest),
            None => (false, given.strip_prefix('+').unwrap_or(&given)),
        };
        let unit = folded(&self.unit);
        let end = given
            .char_indices()
            .find(|(_, c)| !(super::numeral::is_numeral(*c) || matches!(c, '.' | ',')))
            .map_or(given.len(), |(at, _)| at);
        let (number, named) = given.split_at(end);
        let number = value(number).or_else(|| number.parse().ok())?;
        let (scale, base) = scaled(&unit);
        let number = match named.trim() {
            // 30000 in a question that asks for 万元 is thirty thousand of them; 3万 is not.
            "" if scale > 1 && given[..end].ends_with(['万', '亿']) => number.divided(scale)?,
            "" => number,
            named if named == unit => number,
            "%" if unit.is_empty() => number.divided(100)?,
            "‰" if unit.is_empty() => number.divided(1000)?,
            named if named == base && scale > 1 => number.divided(scale)?,
            _ => return None,
        };
        Some(if negative {
            Decimal::default().minus(number)
        } else {
            number
        })
    }

    /// # Errors
    /// The first thing that stands in the way of marking.
    pub fn fit(&self) -> Result<(), Fault> {
        if self.quantities.is_empty() {
            return Err(Fault::NoKey);
        }
        if self.quantities.iter().any(|quantity| !quantity.accept.is_sound()) {
            return Err(Fault::BadRange);
        }
        let full = self.quantities.iter().any(|quantity| quantity.share == Share::FULL);
        full.then_some(()).ok_or(Fault::NoFullAnswer)
    }
}

/// 万元 is ten thousand 元.
fn scaled(unit: &str) -> (u32, &str) {
    let scales = [("万", 10_000), ("亿", 100_000_000)];
    let found = scales
        .iter()
        .find_map(|(word, scale)| Some((*scale, unit.strip_prefix(word)?)));
    found.unwrap_or((1, unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asking(accept: Accept, unit: &str) -> Numeric {
        Numeric {
            quantities: vec![Quantity {
                accept,
                share: Share::FULL,
                feedback: String::new(),
            }],
            unit: unit.into(),
        }
    }

    fn near(value: &str, tolerance: &str) -> Accept {
        Accept::Near {
            value: value.parse().expect("a number"),
            tolerance: tolerance.parse().expect("a number"),
        }
    }

    fn takes(question: &Numeric, right: &[&str], wrong: &[&str]) {
        for given in right {
            assert_eq!(question.mark(given), Share::FULL, "{given}");
        }
        for given in wrong {
            assert_eq!(question.mark(given), Share::NONE, "{given}");
        }
    }

    #[test]
    fn units_and_chinese_numerals_are_understood() {
        let money = asking(near("30000", "0"), "元");
        takes(
            &money,
            &["30000", "3万", "三万", "三万元", "3 万元", "30,000", "３００００元"],
            &["3", "30000万", "三万五", "30000角", "", "约三万"],
        );
        let large = asking(near("3", "0"), "万元");
        takes(&large, &["3", "3万", "三万元", "30000元"], &["30000", "3元"]);
        takes(&asking(near("5", "0"), "%"), &["5", "5%", "百分之五"], &["0.05", "5‰"]);
        takes(
            &asking(near("0.05", "0"), ""),
            &["0.05", "5%", "百分之五", ".05"],
            &["5"],
        );
        takes(
            &asking(near("-3.142", "0.001"), ""),
            &["-3.142", "−3.141", "-3.143"],
            &["3.142", "-3.144"],
        );
    }

    #[test]
    fn ranges_include_their_ends() {
        let between = Accept::Between {
            low: Decimal::whole(1),
            high: Decimal::whole(5),
        };
        takes(
            &asking(between, ""),
            &["1", "5", "3.5", "五"],
            &["0.999", "5.001", "-3"],
        );
        let percent = Accept::Percent {
            value: "4.136".parse().expect("a number"),
            percent: Decimal::whole(5),
        };
        takes(&asking(percent, ""), &["4.136", "4.3428", "3.9292"], &["4.35", "3.92"]);
        let empty = Accept::Between {
            low: Decimal::whole(5),
            high: Decimal::whole(1),
        };
        assert_eq!(asking(empty, "").fit(), Err(Fault::BadRange));
    }
}
