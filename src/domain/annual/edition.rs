//! An edition: the figures of a closed year, frozen with the records they were counted from, in a chain.

use super::records::{NoRecord, Records};
use crate::domain::{
    annual::{Annual, figures_of},
    id::AccountId,
    lang::Lang,
    time::Timestamp,
};

/// What is told of an edition without its records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub year: u16,
    /// From 1.
    pub number: u32,
    /// Account 0: the operator at the machine.
    pub made_by: AccountId,
    pub made_at: Timestamp,
    /// Why there is a later one; empty for the first.
    pub reason: String,
    /// Digest of the edition before, of whatever year; empty for the very first.
    pub previous: String,
    /// SM3 of [`Edition::sealed`], in hexadecimal digits.
    pub digest: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    pub head: Head,
    /// JSON of [`Annual`], in Chinese.
    pub figures: String,
    /// [`Records::lines`].
    pub records: String,
}

/// Why an edition does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    #[error("its digest is not that of its content")]
    Digest,
    #[error("it does not follow the edition before")]
    Chain,
    #[error("{0}")]
    Record(#[from] NoRecord),
    #[error("its figures are not what its records add up to")]
    Figures,
}

impl Edition {
    /// The text that its digest is over: every column of the row but the digest, in lines.
    pub fn sealed(&self) -> String {
        let Head {
            year,
            number,
            made_by,
            made_at,
            reason,
            previous,
            ..
        } = &self.head;
        let reason = reason.replace('\n', " ");
        [
            format!("edition {year} {number}"),
            format!("made {made_by} {}", made_at.0),
            format!("reason {reason}"),
            format!("previous {previous}"),
            format!("figures {}", self.figures),
            self.records.clone(),
        ]
        .join("\n")
    }

    /// The figures counted again from the frozen records.
    ///
    /// # Errors
    /// The first line that is no record.
    pub fn recounted(&self) -> Result<Vec<Annual>, NoRecord> {
        Ok(self.counted(&Records::parse(&self.records)?))
    }

    /// The same of its records when they have been read already.
    pub fn counted(&self, records: &Records) -> Vec<Annual> {
        let base = records.base(|_| true);
        figures_of(records.version(), &base, self.head.made_at, Lang::Zh)
    }
}
