//! How a count stands in running text: 138, 200余, 近300, 450万. The exact number stands beside it in the annex.

/// Counts below this are written as they are.
const EXACT: i64 = 20;

/// A count in the words of a report.
///
/// The step is ten below a hundred, a hundred below ten thousand, a thousand below a hundred thousand, and beyond that a hundredth
/// of the number's power of ten (450万 has the step 10万). On a step the number stands alone; in the last tenth before one it is
/// 近 that step; everywhere else it is 余 beyond the step below. So a reader is never told more than there was by a whole step, and
/// never less.
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
