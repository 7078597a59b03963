//! The blueprint's part of the set-up form: what was typed, and what it means.

use std::collections::HashMap;

use crate::{
    domain::{
        blueprint::{Blueprint, Bound, MAX_BOUNDS, MAX_COUNT, Part},
        id::QuestionId,
        item::{Difficulty, Kind},
        points::Points,
    },
    ui::setup::matrix::{TypedBlueprint, TypedBound, TypedPart},
};

/// What was typed.
pub fn typed(fields: &HashMap<String, String>) -> TypedBlueprint {
    let text = |name: &str| {
        fields
            .get(name)
            .map(|value| value.trim().to_owned())
            .unwrap_or_default()
    };
    let part = |kind: Kind| {
        let code = kind.code();
        let own = |field: &str| text(&format!("{code}_{field}"));
        let bound = |place: usize| {
            let name = |field: &str| format!("{code}_bound_{place}_{field}");
            fields.contains_key(&name("number")).then(|| TypedBound {
                // A topic is taken as it is: blanks at its ends belong to it.
                topic: fields.get(&name("topic")).cloned().unwrap_or_default(),
                difficulty: text(&name("difficulty")),
                number: text(&name("number")),
            })
        };
        TypedPart {
            kind,
            count: own("count"),
            points: own("points"),
            order: own("order"),
            title: own("title"),
            instruction: own("instruction").replace("\r\n", "\n"),
            bounds: (0..=MAX_BOUNDS)
                .map_while(bound)
                .filter(|bound| *bound != TypedBound::default())
                .collect(),
        }
    };
    TypedBlueprint {
        parts: Kind::ALL.into_iter().map(part).collect(),
        must_include: text("must_include"),
        enemies: text("enemies"),
        ceiling: text("ceiling"),
    }
}

/// What was typed as a blueprint. What cannot be read becomes a value that the rules refuse.
pub fn parse(typed: &TypedBlueprint) -> Blueprint {
    let mut parts: Vec<(u32, Part)> = typed
        .parts
        .iter()
        .zip(1..)
        // A form of an earlier version does not send kinds beyond choice.
        .filter(|(part, _)| part.count != "0" && (part.kind.is_choice() || !part.count.is_empty()))
        .map(|(part, place)| (part.order.parse().unwrap_or(place), self::part(part)))
        .collect();
    parts.sort_by_key(|(order, _)| *order);
    let enemies = typed.enemies.lines().map(questions).filter(|set| !set.is_empty());
    Blueprint {
        parts: parts.into_iter().map(|(_, part)| part).collect(),
        must_include: questions(&typed.must_include),
        enemies: enemies.collect(),
        ceiling: (!typed.ceiling.is_empty()).then(|| typed.ceiling.trim_end_matches(['%', '％']).parse().unwrap_or(0)),
    }
}

fn part(typed: &TypedPart) -> Part {
    let bound = |bound: &TypedBound| {
        // More than any part can have and less than none: refused, whatever the rest says.
        let (min, max) = range(&bound.number).unwrap_or((1, 0));
        Bound {
            topic: bound.topic.strip_prefix('=').map(str::to_owned),
            difficulty: Difficulty::from_code(&bound.difficulty),
            min,
            max,
        }
    };
    Part {
        title: typed.title.clone(),
        instruction: typed.instruction.clone(),
        bounds: typed.bounds.iter().map(bound).collect(),
        ..Part::new(
            typed.kind,
            typed.count.parse::<u32>().unwrap_or(0).min(100_000),
            Points::parse(&typed.points).unwrap_or(Points::ZERO),
        )
    }
}

/// `2-5`, `3`, `2-`, `-5`, with any of the dashes that people type.
fn range(text: &str) -> Option<(u32, u32)> {
    let text: String = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '–' | '—' | '－' | '~' | '～' | '至' | '到' => '-',
            '０'..='９' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            c => c,
        })
        .collect();
    let number = |text: &str| text.parse::<u32>().ok().filter(|number| *number <= MAX_COUNT);
    match text.split_once('-') {
        None => number(&text).map(|exactly| (exactly, exactly)),
        Some(("", "")) => None,
        Some(("", most)) => Some((0, number(most)?)),
        Some((least, "")) => Some((number(least)?, MAX_COUNT)),
        Some((least, most)) => Some((number(least)?, number(most)?)),
    }
}

/// Numbers of questions; one that is none becomes a number that no question has.
fn questions(text: &str) -> Vec<QuestionId> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.to_ascii_lowercase().parse().unwrap_or(QuestionId(0)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_people_type_them() {
        for (text, expected) in [
            ("2-5", Some((2, 5))),
            ("２～５", Some((2, 5))),
            ("3", Some((3, 3))),
            (" 2 – ", Some((2, MAX_COUNT))),
            ("-5", Some((0, 5))),
            ("5-2", Some((5, 2))),
            ("", None),
            ("-", None),
            ("a", None),
            ("1-2-3", None),
            ("99999999999", None),
        ] {
            assert_eq!(range(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_typed_again_is_the_same_blueprint() {
        let mut blueprint = Blueprint::jining();
        blueprint.parts.rotate_left(1);
        blueprint.parts[0].title = "多项选择".to_owned();
        blueprint.parts[1].bounds = vec![
            Bound {
                topic: Some("消防 法".to_owned()),
                difficulty: Some(Difficulty::Hard),
                min: 2,
                max: MAX_COUNT,
            },
            Bound {
                topic: None,
                difficulty: Some(Difficulty::Easy),
                min: 0,
                max: 7,
            },
        ];
        blueprint.must_include = vec![QuestionId(77)];
        blueprint.enemies = vec![vec![QuestionId(1), QuestionId(2)], vec![QuestionId(3), QuestionId(4)]];
        blueprint.ceiling = Some(40);
        assert_eq!(parse(&TypedBlueprint::of(&blueprint)), blueprint);
        assert_eq!(questions("77"), [QuestionId(0)], "no number of a question");
    }
}
