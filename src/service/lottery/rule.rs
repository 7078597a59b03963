//! The rule of a draw with SM3: closing a list, committing, drawing, and checking a published draw.

use std::io::{self, Read as _, Write as _};

use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use sm3::{Digest as _, Sm3};

use crate::domain::lottery::{Broken, Digest, Prize, Published, check_terms, commitment_text, follows, hex};

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

/// A list while it is closed, player by player: only its packed text is kept.
pub struct Closing {
    packer: GzEncoder<Vec<u8>>,
    digest: Sm3,
    last: Option<String>,
    entrants: u32,
}

impl Default for Closing {
    fn default() -> Self {
        Self {
            packer: GzEncoder::new(Vec::new(), Compression::default()),
            digest: Sm3::new(),
            last: None,
            entrants: 0,
        }
    }
}

/// A list that is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// Its text, packed (gzip).
    pub packed: Vec<u8>,
    /// SM3 of its text in hexadecimal digits.
    pub digest: String,
    pub entrants: u32,
}

impl Closing {
    /// Takes the next player, in the order of codes.
    ///
    /// # Errors
    /// [`Broken::Text`] or [`Broken::List`] for one who cannot stand there.
    pub fn take(&mut self, code: &str, chances: u32) -> Result<(), Broken> {
        follows(self.last.as_deref(), code, chances)?;
        let line = format!("{code} {chances}\n");
        self.digest.update(&line);
        self.packer
            .write_all(line.as_bytes())
            .map_err(|_| Broken::List(code.to_owned()))?;
        let last = self.last.get_or_insert_default();
        last.clear();
        last.push_str(code);
        self.entrants += 1;
        Ok(())
    }

    /// # Errors
    /// When the list cannot be packed.
    pub fn close(self) -> io::Result<Closed> {
        let digest: Digest = self.digest.finalize().into();
        Ok(Closed {
            packed: self.packer.finish()?,
            digest: hex(&digest),
            entrants: self.entrants,
        })
    }
}

/// The text of a packed list.
///
/// # Errors
/// When it is none.
pub fn unpack(packed: &[u8]) -> io::Result<String> {
    let mut text = String::new();
    GzDecoder::new(packed).read_to_string(&mut text)?;
    Ok(text)
}

/// What is published before the draw: three digests in hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitment {
    pub seed: String,
    pub list: String,
    pub whole: String,
}

/// Commits to a draw among the players of a closed list.
///
/// # Errors
/// [`Broken::Text`] when the terms cannot be drawn.
pub fn commit(terms: &Terms, list: &Closed, seed: &Digest) -> Result<Commitment, Broken> {
    let source = terms.source.as_deref();
    check_terms(&terms.title, &terms.prizes, source)?;
    let seed = hex(&sm3(seed));
    let text = commitment_text(&terms.title, &terms.prizes, source, &seed, &list.digest);
    Ok(Commitment {
        whole: hex(&sm3(text.as_bytes())),
        seed,
        list: list.digest.clone(),
    })
}

/// Draws among the players of a list: what was promised, with the winners.
///
/// # Errors
/// [`Broken`]: the first thing that is not as promised.
pub fn draw(promised: Published, list: &str) -> Result<Published, Broken> {
    promised.draw(list, sm3)
}

/// Picks the winners again and compares everything with what was published.
///
/// # Errors
/// [`Broken`]: the first thing that is not as promised.
pub fn verify(published: &Published) -> Result<(), Broken> {
    published.verify(sm3)
}

/// The same where the list is at hand as its text, and `entrants` was left empty.
///
/// # Errors
/// As [`verify`].
pub(super) fn verify_list(published: &Published, list: &str) -> Result<(), Broken> {
    published.verify_list(list, sm3)
}
