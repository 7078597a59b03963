//! How a count stands in running text: 138, 200余, 近300, 450万. The exact number stands beside it in the annex.

use crate::domain::lang::Lang;

/// Counts below this are written as they are.
const EXACT: i64 = 20;

/// What the rule makes of some counts, as its words show it.
const EXAMPLES: [(i64, &str); 8] = [
    (19, "19"),
    (34, "30余"),
    (100, "100"),
    (189, "100余"),
    (190, "近200"),
    (213, "200余"),
    (12_345, "1.2万余"),
    (4_500_000, "450万"),
];

/// The rule of [`rounded`] in words, and which counts it is for, as the page of a year and the annex of its report have it.
pub fn rounding(lang: Lang) -> String {
    let examples = EXAMPLES.map(|(count, words)| match lang {
        Lang::Zh => format!("{count} 写作“{words}”"),
        Lang::En => format!("{count} is “{words}”"),
    });
    let examples = examples.join(lang.pick("，", ", "));
    match lang {
        Lang::Zh => format!(
            "法治讲座、普法宣教活动、普法作品和参赛人次写约数，其他的数照写。不到 {EXACT} 的照写；两位数以 10 为一档，\
             三位数以 100 为一档，四位以上保留前两位数字，以第二位上的 1 为一档。正好在档上的照写；\
             离上面一档不超过一档的十分之一的，写“近”上面一档；其他的写下面一档“余”。例如：{examples}。"
        ),
        Lang::En => format!(
            "Lectures, publicity events, works and participations are written in round words, all other numbers as \
             they are. Below {EXACT} a count is written as it is. The step is 10 for two digits and 100 for three; of \
             longer numbers the first two digits are kept, and the step is 1 of the second. On a step the number stands \
             alone; within the last tenth of a step before the next one it is “近” (close to) that one; everywhere else it \
             is “余” (more than) the step below. So {examples}."
        ),
    }
}

/// A count in the words of a report, by the rule of [`rounding`]: what a reader is told is above the count by a tenth of a step at most,
/// and below it by less than a step.
pub fn rounded(count: i64) -> String {
    if count < EXACT {
        return count.to_string();
    }
    let step = step(count);
    let (below, rest) = (count / step * step, count % step);
    match rest {
        0 => tens(below, ""),
        rest if rest * 10 >= step * 9 => format!("近{}", tens(below + step, "")),
        _ => tens(below, "余"),
    }
}

fn step(count: i64) -> i64 {
    match count {
        ..100 => 10,
        100..10_000 => 100,
        10_000..100_000 => 1_000,
        _ => 10_i64.pow(count.ilog10().saturating_sub(1)),
    }
}

/// A round number with 万 and 亿; 余 stands before 万 behind a round number only: 450余万, but 12万余.
fn tens(count: i64, more: &str) -> String {
    let (power, sign) = match count {
        ..10_000 => return format!("{count}{more}"),
        10_000..100_000_000 => (10_000, "万"),
        _ => (100_000_000, "亿"),
    };
    let (whole, rest) = (count / power, count % power);
    match rest {
        0 if whole % 10 == 0 => return format!("{whole}{more}{sign}"),
        0 => return format!("{whole}{sign}{more}"),
        _ => {}
    }
    let decimals = format!("{:0width$}", rest, width = power.ilog10() as usize);
    format!("{whole}.{}{sign}{more}", decimals.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_report_of_2023() {
        assert_eq!(rounded(213), "200余");
        assert_eq!(rounded(34), "30余");
        assert_eq!(rounded(4_500_000), "450万");
        assert_eq!(rounded(4), "4");
        assert_eq!(rounded(138), "100余");
    }

    #[test]
    fn the_rule_says_what_is_done() {
        for (count, words) in EXAMPLES {
            assert_eq!(rounded(count), words, "{count}");
        }
        let rule = rounding(Lang::Zh);
        assert!(
            rule.contains("不到 20 的照写") && rule.contains("190 写作“近200”"),
            "{rule}"
        );
        assert!(rounding(Lang::En).contains("189 is “100余”"));
        // The step of each length, and its last tenth.
        for (least, step) in [
            (20, 10),
            (100, 100),
            (1_000, 100),
            (10_000, 1_000),
            (100_000, 10_000),
            (1_000_000, 100_000),
        ] {
            assert_eq!(super::step(least), step, "{least}");
            let (next, near) = (least + step, least + step - step / 10);
            assert_eq!(rounded(near), format!("近{}", rounded(next)), "{near}");
            assert!(rounded(near - 1).contains('余'), "{near}");
        }
    }

    #[test]
    fn near_a_step_and_beyond_it() {
        let cases = [
            (0, "0"),
            (19, "19"),
            (20, "20"),
            (21, "20余"),
            (28, "20余"),
            (29, "近30"),
            (99, "近100"),
            (100, "100"),
            (190, "近200"),
            (189, "100余"),
            (9_950, "9900余"),
            (9_990, "近1万"),
            (10_000, "1万"),
            (12_345, "1.2万余"),
            (12_950, "近1.3万"),
            (99_999, "近10万"),
            (123_456, "12万余"),
            (4_532_118, "450余万"),
            (4_498_000, "近450万"),
            (99_000_000, "9900万"),
            (99_500_000, "9900余万"),
            (99_950_000, "近1亿"),
            (850_000_000, "8.5亿"),
            (853_000_000, "8.5亿余"),
        ];
        for (count, words) in cases {
            assert_eq!(rounded(count), words, "{count}");
        }
    }
}
