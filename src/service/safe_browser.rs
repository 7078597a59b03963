//! Safe Exam Browser, where an exam asks for it: a page is shown only to a browser that proves one of the configurations.
//!
//! Whoever has the configuration file can compute the proof, so this keeps honest candidates in the right browser; it is no
//! evidence against anybody.

use super::{App, Result, sitting};
use crate::{domain::id::ExamId, error::Fault, format::seb};

/// The page asked for, with what the browser sent along.
#[derive(Debug, Clone)]
pub struct Asked {
    /// As the browser has it, without fragment.
    pub url: String,
    /// The header `X-SafeExamBrowser-ConfigKeyHash`.
    pub proof: Option<String>,
}

/// # Errors
/// [`Fault::SafeBrowser`] when the exam asks for Safe Exam Browser and this is not it, [`Fault::NotFound`].
pub async fn check(app: &App, exam: ExamId, asked: &Asked) -> Result<()> {
    let material = sitting::material(app, exam).await?;
    let keys = &material.exam.policy.seb_keys;
    let proves = |proof: &str| {
        keys.iter()
            .any(|key| seb::proof(&asked.url, key).eq_ignore_ascii_case(proof))
    };
    if keys.is_empty() || asked.proof.as_deref().is_some_and(proves) {
        Ok(())
    } else {
        Err(Fault::SafeBrowser.into())
    }
}
