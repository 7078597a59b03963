//! Question texts as they circulate: numbered.

/// The stem without a number before it (`12.`, `3、`, `７．`). A number that belongs to the text stays: nothing is
/// removed where a digit follows at once (`1.5米`), except a year (`1.2009年`), or where nothing would be left.
pub(super) fn without_number(stem: &str) -> &str {
    let digits = stem.trim_start_matches(is_digit);
    let count = stem[..stem.len() - digits.len()].chars().count();
    if !(1..=4).contains(&count) {
        return stem;
    }
    let marked = digits.trim_start();
    let Some(text) = marked.strip_prefix(['.', '．', '、']) else {
        return stem;
    };
    if text.trim().is_empty() || (text.starts_with(is_digit) && !starts_with_year(text)) {
        stem
    } else {
        text.trim_start()
    }
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '０'..='９')
}

fn starts_with_year(text: &str) -> bool {
    let rest = text.trim_start_matches(is_digit);
    text.len() - rest.len() == 4 && rest.starts_with('年')
}

#[cfg(test)]
mod tests {
    use super::without_number;

    #[test]
    fn numbers_of_questions_are_removed() {
        assert_eq!(without_number("1.安全"), "安全");
        assert_eq!(without_number("12、《矿山安全法》"), "《矿山安全法》");
        assert_eq!(without_number("12 . 安全"), "安全");
        assert_eq!(without_number("１２．安全"), "安全");
        assert_eq!(without_number("163.\u{a0}高处作业"), "高处作业");
        assert_eq!(without_number("172.()的作用"), "()的作用");
        assert_eq!(without_number("199. 50千克"), "50千克");
    }

    #[test]
    fn numbers_of_the_text_stay() {
        for stem in [
            "1949年新中国成立",
            "1.5米以上",
            "50m的距离",
            "178关于安全",
            "3.14",
            "1.",
            "7",
            "1、2、3号楼",
        ] {
            assert_eq!(without_number(stem), stem);
        }
        assert_eq!(without_number("1.2009年国务院"), "2009年国务院");
    }
}
