//! The prize draw with SM3: committing, drawing, and checking a published draw.

use sm3::{Digest as _, Sm3};

use crate::domain::lottery::{
    Broken, Digest, Entrant, FORMAT, Prize, PublicValue, Published, check, commitment_text, hex, list_text, winners,
};

fn sm3(bytes: &[u8]) -> Digest {
    Sm3::digest(bytes).into()
}

/// What is drawn: the title, the prizes, and where a public value will come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    pub title: String,
    pub prizes: Vec<Prize>,
    pub source: Option<String>,
}

/// What is published before the draw: three digests in hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitment {
    pub seed: String,
    pub list: String,
    pub whole: String,
}

/// Commits to a draw; `entrants` in the order of codes.
///
/// # Errors
/// [`Broken::Text`] or [`Broken::List`] when terms or list cannot be drawn.
pub fn commit(terms: &Terms, entrants: &[Entrant], seed: &Digest) -> Result<Commitment, Broken> {
    let source = terms.source.as_deref();
    check(&terms.title, &terms.prizes, source, entrants)?;
    let (seed, list) = (hex(&sm3(seed)), hex(&sm3(list_text(entrants).as_bytes())));
    let text = commitment_text(&terms.title, &terms.prizes, source, &seed, &list);
    Ok(Commitment {
        whole: hex(&sm3(text.as_bytes())),
        seed,
        list,
    })
}

/// Draws: everything that is published afterwards. `value`: the public value, where one was promised.
///
/// # Errors
/// As [`commit`]; [`Broken::Text`] when a public value was promised and is missing.
pub fn draw(terms: &Terms, entrants: Vec<Entrant>, seed: &Digest, value: Option<&str>) -> Result<Published, Broken> {
    let commitment = commit(terms, &entrants, seed)?;
    let public_value = terms.source.clone().map(|source| PublicValue {
        source,
        value: value.unwrap_or_default().to_owned(),
    });
    let text = public_value.as_ref().map_or("", |public| public.value.as_str());
    let whole = crate::domain::lottery::bytes(&commitment.whole).ok_or(Broken::Commitment)?;
    let published = Published {
        format: FORMAT.to_owned(),
        title: terms.title.clone(),
        prizes: terms.prizes.clone(),
        winners: winners(&terms.prizes, &entrants, seed, &whole, text, sm3),
        public_value,
        seed_digest: commitment.seed,
        list_digest: commitment.list,
        commitment: commitment.whole,
        seed: hex(seed),
        entrants,
    };
    verify(&published)?;
    Ok(published)
}

/// Picks the winners again and compares everything with what was published.
///
/// # Errors
/// [`Broken`]: the first thing that is not as promised.
pub fn verify(published: &Published) -> Result<(), Broken> {
    published.verify(sm3)
}
