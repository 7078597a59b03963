//! QTI 2.1 and 2.2, and 3.0, whose elements are the same under other names: items, and packages with a test.

mod item;
mod names;
mod package;
mod write;

use crate::domain::intake::{Loss, Matter, Note, Place};

use super::collection::Collection;
use super::xml::{Element, parse};

pub(super) use package::read as read_package;
pub(super) use write::write;

/// Roots of documents that are read.
pub(super) fn is_root(name: &str) -> bool {
    matches!(
        names::plain(name).as_str(),
        "assessmentItem" | "assessmentTest" | "assessmentSection"
    )
}

fn format(root: &str) -> &'static str {
    if root.starts_with("qti-") { "qti3" } else { "qti21" }
}

/// Reads one document. A test or section names its items and holds none, so that alone it says only what is missing.
pub(super) fn read(text: &str, root: &str) -> Result<Collection, Matter> {
    let document = parse(text, names::plain)?;
    let mut collection = Collection::of(format(root));
    if document.name == "assessmentItem" {
        item::read(&document, Place::Line(document.line), "", &[], &mut collection);
        return Ok(collection);
    }
    for reference in references(&document) {
        let href = reference.attribute("href").unwrap_or_default();
        collection
            .losses
            .push(Note::lost(Place::Line(reference.line), Loss::Missing, href));
    }
    collection.errors.push(Note {
        place: Place::File,
        matter: Matter::NoQuestions,
    });
    Ok(collection)
}

fn references(document: &Element) -> Vec<&Element> {
    let below = document.below().into_iter();
    below
        .filter(|element| matches!(element.name.as_str(), "assessmentItemRef" | "assessmentSectionRef"))
        .collect()
}
