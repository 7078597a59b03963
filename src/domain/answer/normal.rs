//! Two writings of the same words made one.

use unicode_normalization::UnicodeNormalization;

use super::numeral::{is_chinese, is_numeral, value};
use crate::domain::law::is_invisible;

/// The form in which two texts are compared: NFKC (half width, ⑴ as (1), the characters that copying from a PDF yields in place of
/// those that look the same), lower case, no blanks but those between Latin words, one kind of each mark, no quotation and title
/// marks, no mark at the end, and numbers in digits where a number stands (第十二条 and 第12条, 三年 and 3年, 百分之五十 and 50%,
/// 三万元 and 30000元). Nothing else is the same: 应当 is not 不应当.
pub fn normal(text: &str) -> String {
    let mut text = folded(text);
    // Digits may make a number of what stands beside them (1,三百年), so that it is done until nothing changes.
    for _ in 0..PASSES {
        let next = numbers(&text);
        if next == text {
            break;
        }
        text = next;
    }
    text
}

/// More than any text needs; each pass takes numerals away.
const PASSES: usize = 8;

/// One mark for all that mean the same; `None` for marks that are dropped.
fn mark(c: char) -> Option<char> {
    Some(match c {
        '“' | '”' | '„' | '‟' | '"' | '‘' | '’' | '‚' | '\'' | '`' | '´' | '「' | '」' | '『' | '』' | '《' | '》'
        | '〈' | '〉' => return None,
        '、' => ',',
        '。' => '.',
        '—' | '–' | '‐' | '‑' | '‒' | '−' | '―' | '─' => '-',
        '〜' | '∼' => '~',
        '•' | '‧' | '・' | '∙' => '·',
        // Of ½.
        '\u{2044}' => '/',
        '【' | '〔' | '〖' => '[',
        '】' | '〕' | '〗' => ']',
        c => c,
    })
}

/// Whether a blank beside the character parts words.
fn is_spaced(c: char) -> bool {
    let chinese = matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}');
    c.is_alphanumeric() && !chinese
}

/// The text with everything but its numerals written alike.
pub(super) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    // A lone accent would become a blank with an accent upon it.
    let plain = text.chars().filter(|c| *c != '´').nfkc();
    for c in plain.flat_map(char::to_lowercase) {
        if is_invisible(c) || c.is_control() {
            gap |= c.is_whitespace();
            continue;
        }
        let Some(c) = mark(c) else { continue };
        let last = out.chars().next_back();
        if c == '-' && last == Some('-') {
            continue;
        }
        if std::mem::take(&mut gap) && is_spaced(c) && last.is_some_and(is_spaced) {
            out.push(' ');
        }
        out.push(c);
    }
    let end = out.trim_end_matches(['.', ',', ';', ':', '!', '?', '·']).len();
    // A text of nothing but marks is those marks.
    if end > 0 {
        out.truncate(end);
    }
    out
}

/// Characters behind a number that say what is counted.
const UNITS: &str = "年月日天周季时分秒点小刻个名人位次回岁元角块条款项目章节编部篇页卷册份件台辆艘架套间层号级等届期倍成米厘毫公升吨克斤亩里楼座户家所处种类门度代例票瓦伏安摄%‰°";

/// Every number that is known to be one, in digits.
fn numbers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_numeral) {
        let (before, run) = rest.split_at(start);
        out.push_str(before);
        let (run, behind) = run.split_at(run_length(run));
        rest = behind;
        if let Some((fraction, behind)) = fraction(run, behind) {
            out.push_str(&fraction);
            rest = behind;
        } else if counts(&out, run, behind)
            && let Some(number) = value(run)
        {
            out.push_str(&number.to_string());
        } else {
            out.push_str(run);
        }
    }
    out.push_str(rest);
    out
}

/// Bytes of the number that `text` begins with. A point belongs to it before a digit, a comma between digits.
fn run_length(text: &str) -> usize {
    let mut end = 0;
    let mut last = ' ';
    let mut letters = text.char_indices().peekable();
    while let Some((at, c)) = letters.next() {
        let next = letters.peek().is_some_and(|(_, next)| next.is_ascii_digit());
        let joins = match c {
            '.' => next && is_numeral(last),
            ',' => next && last.is_ascii_digit(),
            c => is_numeral(c),
        };
        if !joins {
            break;
        }
        last = c;
        end = at + c.len_utf8();
    }
    end
}

/// 百分之五十 as `50%`, 三分之二 as `2/3`; with what stands behind.
fn fraction<'a>(run: &str, behind: &'a str) -> Option<(String, &'a str)> {
    let above = behind.strip_prefix("分之")?;
    let (above, behind) = above.split_at(run_length(above));
    if (run, above) == ("百", "百") {
        return Some(("100%".to_owned(), behind));
    }
    let above = value(above)?;
    let written = match run {
        "百" => format!("{above}%"),
        "千" => format!("{above}‰"),
        "万" => format!("{above}/10000"),
        below => format!("{above}/{}", value(below)?),
    };
    Some((written, behind))
}

/// Whether what stands around a run says that it is a number: 第, a unit, brackets, or nothing at all.
fn counts(before: &str, run: &str, behind: &str) -> bool {
    let numbered = before.ends_with('第') || before.ends_with("条之");
    let bracketed = before.ends_with('(') && behind.starts_with(')');
    let alone = before.is_empty() && behind.is_empty() && (is_chinese(run) || run.contains(','));
    numbered || bracketed || alone || behind.starts_with(|c| UNITS.contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(writings: &[&str]) {
        for writing in writings {
            assert_eq!(normal(writing), normal(writings[0]), "{writing}");
        }
    }

    #[test]
    fn writings_of_the_same_are_the_same() {
        same(&["第十二条", "第12条", "第１２条", " 第 十二 条。", "《第十二条》"]);
        same(&["第十二条之一", "第12条之1"]);
        same(&["三年", "3年", "３ 年"]);
        same(&["十五日内", "15日内"]);
        same(&["三万元", "3万元", "30000元", "30,000元"]);
        same(&["百分之五十", "50%", "５０％", "百分之50"]);
        same(&["三分之二以上", "2/3以上"]);
        same(&["两年", "二年", "2年"]);
        same(&["二〇二四年", "2024年"]);
        same(&["第一款第（二）项", "第1款第(2)项", "第1款第㈡项"]);
        same(&["三", "3"]);
        same(&["《刑法》", "刑法", "“刑法”", "刑法。"]);
        same(&["No one", "no  one.", "Ｎｏ　ｏｎｅ"]);
        same(&["甲、乙", "甲，乙", "甲,乙", "甲, 乙"]);
        same(&["⼈民", "人民"]);
        same(&["\u{f90a}额", "金额"]);
        same(&["（1）", "⑴", "(1)", "（一）"]);
        same(&["第㉑项", "第21项", "第二十一项"]);
        same(&["½", "二分之一", "1/2"]);
        same(&["甲…乙", "甲...乙"]);
        same(&["公告´", "公告"]);
        same(&["50㎡", "50m²", "50m2"]);
        same(&["2024—2025", "2024－2025", "2024-2025"]);
    }

    #[test]
    fn what_means_something_else_stays_different() {
        for (one, other) in [
            ("不应当", "应当"),
            ("十年以下", "十年以上"),
            ("三年以上", "三年以下"),
            ("十二条", "二十条"),
            ("一百零五元", "一百五十元"),
            ("3.5年", "35年"),
            ("1.5万元", "1.5元"),
            ("百分之五", "百分之五十"),
            ("千分之五", "百分之五"),
            ("三分之一", "三分之二"),
            ("no one", "noone"),
            ("-5", "5"),
            ("第十二条", "第十二条之一"),
            ("甲或者乙", "甲和乙"),
            ("可以", "应当"),
        ] {
            assert_ne!(normal(one), normal(other), "{one} {other}");
        }
    }

    #[test]
    fn words_that_only_look_like_numbers_are_left_alone() {
        for text in ["一般", "万一", "千方百计", "一切", "三心二意", "统一"] {
            assert_eq!(normal(text), text);
        }
    }
}
