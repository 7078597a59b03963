//! What weights of options and answers in foreign files mean here.

use crate::domain::answer::{Accepted, Share};
use crate::domain::intake::Loss;
use crate::domain::item::{Kind, OptionSet};

use super::super::key::truth;

/// What choosing an option earns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Negative,
    Nothing,
    Part(Share),
    /// All the points, or the author says it is right.
    Full,
}

impl Weight {
    /// `None` is less than nothing.
    pub(super) fn of(share: Option<Share>, right: bool) -> Self {
        match share {
            None => Self::Negative,
            Some(Share::FULL) => Self::Full,
            Some(_) if right => Self::Full,
            Some(Share::NONE) => Self::Nothing,
            Some(share) => Self::Part(share),
        }
    }
}

/// The kind and the key that weights come to. `one`: a single option may be chosen. What the weights say beyond right
/// and wrong is lost.
pub(super) fn judged(
    weights: &[Weight],
    one: bool,
    texts: &[String],
    lose: &mut dyn FnMut(Loss, &str),
) -> (Kind, OptionSet) {
    let places = |wanted: fn(&Weight) -> bool| (0..weights.len().min(16)).filter(move |place| wanted(&weights[*place]));
    let detail = |place: usize| {
        texts
            .get(place)
            .map(|text| super::super::text::brief(text))
            .unwrap_or_default()
    };
    for place in places(|weight| *weight == Weight::Negative) {
        lose(Loss::NegativeWeight, &detail(place));
    }
    if one {
        for place in places(|weight| matches!(weight, Weight::Part(_))) {
            lose(Loss::PartialCredit, &detail(place));
        }
        let key = OptionSet::of(places(|weight| *weight == Weight::Full));
        if key.len() > 1 {
            lose(Loss::AnyOne, &key.letters());
            return (Kind::Multiple, key);
        }
        let judged = texts.len() == 2 && truth(&texts[0]) == Some(true) && truth(&texts[1]) == Some(false);
        return (if judged { Kind::TrueFalse } else { Kind::Single }, key);
    }
    let right = |weight: &Weight| matches!(weight, Weight::Part(_) | Weight::Full);
    let key = OptionSet::of(places(right));
    let mut shares: Vec<u32> = weights
        .iter()
        .filter_map(|weight| match weight {
            Weight::Part(share) => Some(share.parts() / 1000),
            Weight::Full => Some(Share::FULL.parts() / 1000),
            _ => None,
        })
        .collect();
    shares.sort_unstable();
    // Thirds are rounded differently by different programs.
    if shares
        .first()
        .zip(shares.last())
        .is_some_and(|(least, most)| most - least > 2)
    {
        lose(Loss::UnevenWeights, &key.letters());
    }
    (
        if key.len() > 1 {
            Kind::Multiple
        } else {
            Kind::Indefinite
        },
        key,
    )
}

/// An accepted answer of a blank; `None`, with the loss named, for one that earns nothing or has a wildcard. `\*` is an
/// asterisk.
pub(super) fn accepted(
    text: String,
    share: Share,
    feedback: String,
    lose: &mut dyn FnMut(Loss, &str),
) -> Option<Accepted> {
    let bare = text.replace("\\*", "");
    if bare.contains('*') && !bare.trim_matches('*').is_empty() || share > Share::NONE && bare.contains('*') {
        lose(Loss::Wildcard, &super::super::text::brief(&text));
        return None;
    }
    if share == Share::NONE {
        if !feedback.is_empty() {
            lose(Loss::Feedback, &super::super::text::brief(&feedback));
        }
        return None;
    }
    Some(Accepted {
        text: text.replace("\\*", "*"),
        share,
        feedback,
    })
}
