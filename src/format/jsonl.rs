//! Questions as JSON Lines: one object a line, the options inside the question text.

use serde::Deserialize;

/// One line. Fields that are not named here are passed over.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Line {
    pub(super) input: String,
    #[serde(alias = "output")]
    pub(super) answer: String,
}

/// The lines that are not blank with their numbers; `None` for a line that is no such object.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, Option<Line>)> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(at, line)| (at + 1, serde_json::from_str(line).ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_numbered_as_they_stand_and_bad_ones_are_told() {
        let text = "{\"input\":\"一\",\"answer\":\"A\",\"instruction\":\"\"}\n\n{\"input\":\"二\"}\n";
        let read: Vec<_> = lines(text).collect();
        let first = Line {
            input: "一".into(),
            answer: "A".into(),
        };
        assert_eq!(read, [(1, Some(first)), (3, None)]);
    }
}
