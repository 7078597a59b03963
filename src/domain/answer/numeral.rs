//! Numbers as Chinese texts write them: 三万五千, 二〇二四, 1,200, 3万.

use super::Decimal;
use crate::domain::law::numeral;

const DIGITS: &str = "零一二三四五六七八九";

fn digit(c: char) -> Option<u8> {
    match c {
        '0'..='9' => Some(c as u8 - b'0'),
        '〇' | '○' => Some(0),
        '两' => Some(2),
        _ => (0..)
            .zip(DIGITS.chars())
            .find(|(_, digit)| *digit == c)
            .map(|(value, _)| value),
    }
}

/// Whether a character can stand in a number; `.` and `,` only do between digits.
pub(super) fn is_numeral(c: char) -> bool {
    digit(c).is_some() || "十百千万亿".contains(c)
}

/// Whether a number is written in characters at least in part.
pub(super) fn is_chinese(number: &str) -> bool {
    number.chars().any(|c| is_numeral(c) && !c.is_ascii_digit())
}

/// The value of a whole number or decimal; `None` for what is none or could mean two numbers (三万五).
pub(super) fn value(text: &str) -> Option<Decimal> {
    let text = ungrouped(text)?;
    let (hundred_millions, rest) = split(&text, '亿', 100_000_000)?;
    let (ten_thousands, rest) = split(rest, '万', 10_000)?;
    let ones = match (rest, hundred_millions.is_some() || ten_thousands.is_some()) {
        ("", true) => Decimal::default(),
        (rest, true) => lower(rest)?,
        (rest, false) => section(rest)?,
    };
    let higher = [hundred_millions, ten_thousands].into_iter().flatten();
    Some(higher.fold(ones, Decimal::plus))
}

/// What stands before a unit, multiplied; and the rest behind it.
fn split(text: &str, unit: char, factor: u32) -> Option<(Option<Decimal>, &str)> {
    let Some((before, rest)) = text.split_once(unit) else {
        return Some((None, text));
    };
    // 一亿零五百万: the zero only joins.
    let before = before
        .strip_prefix('零')
        .filter(|rest| !rest.is_empty())
        .unwrap_or(before);
    Some((Some(section(before)?.times(factor)?), rest))
}

/// What stands behind 万 or 亿. A bare digit there (三万五) is taken differently by different people.
fn lower(text: &str) -> Option<Decimal> {
    let bare = text.strip_prefix('零');
    let number = section(bare.unwrap_or(text))?;
    let clear = bare.is_some() || text.contains(['十', '百', '千']) || number >= Decimal::whole(1000);
    (clear && number < Decimal::whole(10_000)).then_some(number)
}

/// A number without 万 and 亿.
fn section(text: &str) -> Option<Decimal> {
    if text.contains(['十', '百', '千']) {
        return numeral(text).map(|number| Decimal::whole(i64::from(number)));
    }
    let digits: Option<String> = text
        .chars()
        .map(|c| {
            if c == '.' {
                Some('.')
            } else {
                digit(c).map(|digit| char::from(b'0' + digit))
            }
        })
        .collect();
    let digits = digits?;
    (digits.starts_with(|c: char| c.is_ascii_digit()) && digits.len() <= 24).then_some(())?;
    digits.parse().ok()
}

/// Without the commas that group thousands; `None` where they do not.
fn ungrouped(text: &str) -> Option<String> {
    if !text.contains(',') {
        return Some(text.to_owned());
    }
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != ',')
        .unwrap_or(text.len());
    let groups: Vec<&str> = text[..end].split(',').collect();
    let grouped = groups.iter().enumerate().all(|(place, group)| match place {
        0 => (1..=3).contains(&group.len()),
        _ => group.len() == 3,
    });
    (grouped && !text[end..].contains(',')).then(|| groups.concat() + &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_every_writing_have_their_value() {
        for (text, expected) in [
            ("三", "3"),
            ("十二", "12"),
            ("两百", "200"),
            ("二〇二四", "2024"),
            ("一八四○", "1840"),
            ("三万", "30000"),
            ("3万", "30000"),
            ("1.5万", "15000"),
            ("三万五千", "35000"),
            ("三万零五百", "30500"),
            ("一亿二千万", "120000000"),
            ("一亿零五百万", "105000000"),
            ("3万5000", "35000"),
            ("5千", "5000"),
            ("1,200", "1200"),
            ("12,345,678.5", "12345678.5"),
            ("007", "7"),
        ] {
            assert_eq!(
                value(text).map(|value| value.to_string()).as_deref(),
                Some(expected),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_number_or_two_has_no_value() {
        for text in [
            "",
            "万",
            "百",
            "三万五",
            "一百五",
            "1,20",
            "十百",
            "万一",
            "1,200,3",
            ".",
            "三万一万",
        ] {
            assert_eq!(value(text), None, "{text}");
        }
    }
}
