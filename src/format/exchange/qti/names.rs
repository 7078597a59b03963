//! `simpleChoice` is `qti-simple-choice` in QTI 3.

/// The name as QTI 2 writes it.
pub(super) fn plain(name: &str) -> String {
    let bare = name.strip_prefix("qti-").unwrap_or(name);
    if name.starts_with("data-") || name.starts_with("aria-") || !name.contains('-') {
        return name.to_owned();
    }
    let mut out = String::with_capacity(bare.len());
    let mut raise = false;
    for c in bare.chars() {
        match c {
            '-' => raise = true,
            c if std::mem::take(&mut raise) => out.push(c.to_ascii_uppercase()),
            c => out.push(c),
        }
    }
    out
}

/// The name as QTI 3 writes it; HTML keeps its own.
pub(super) fn of_qti3(name: &str) -> String {
    if matches!(name, "p" | "div" | "br" | "pre" | "span") {
        return name.to_owned();
    }
    let mut out = "qti-".to_owned();
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            out.push('-');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// Marks what this program wrote, so that it reads it back without guessing.
pub(super) const TOOL: &str = "mingfa";
/// Identifiers that were made up begin with it.
pub(super) const MADE_UP: &str = "mingfa-";
/// The outcome that shows the explanation.
pub(super) const EXPLANATION: &str = "EXPLANATION";
/// The class of what only holds a field, without a place in the text.
pub(super) const FIELD: &str = "mingfa-field";
pub(super) const UNIT: &str = "mingfa-unit";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_both_ways() {
        for name in ["simpleChoice", "assessmentItemRef", "itemBody", "prompt"] {
            assert_eq!(plain(&of_qti3(name)), name);
        }
        assert_eq!(plain("response-identifier"), "responseIdentifier");
        assert_eq!(
            (plain("data-x-y"), plain("p"), of_qti3("p")),
            ("data-x-y".into(), "p".into(), "p".into())
        );
    }
}
