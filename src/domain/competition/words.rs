//! The rules in words, made from the record: what players read is what the server does.

use super::{Asked, Chances, Rules, Scoring, Stage, StageKind, Track};
use crate::domain::{lang::Lang, points::Points};

fn minutes(seconds: u32, lang: Lang) -> String {
    let (whole, rest) = (seconds / 60, seconds % 60);
    match (lang, whole, rest) {
        (Lang::Zh, 0, rest) => format!("{rest} 秒"),
        (Lang::Zh, whole, 0) => format!("{whole} 分钟"),
        (Lang::Zh, whole, rest) => format!("{whole} 分 {rest} 秒"),
        (Lang::En, 0, rest) => format!("{rest} s"),
        (Lang::En, whole, 0) => format!("{whole} min"),
        (Lang::En, whole, rest) => format!("{whole} min {rest} s"),
    }
}

/// Milliseconds as seconds with as many decimals as are wanted.
fn seconds(ms: u32) -> String {
    Points(i64::from(ms / 10)).to_string()
}

fn how_often(stage: &Stage, lang: Lang) -> String {
    match (lang, stage.per_day, stage.total) {
        (Lang::Zh, None, None) => "次数不限".to_owned(),
        (Lang::Zh, Some(day), None) => format!("每人每天 {day} 次"),
        (Lang::Zh, None, Some(all)) => format!("每人共 {all} 次"),
        (Lang::Zh, Some(day), Some(all)) => format!("每人每天 {day} 次、共 {all} 次"),
        (Lang::En, None, None) => "any number of attempts".to_owned(),
        (Lang::En, Some(day), None) => format!("attempts per person and day: {day}"),
        (Lang::En, None, Some(all)) => format!("attempts per person: {all}"),
        (Lang::En, Some(day), Some(all)) => format!("attempts per person: {day} a day, {all} in all"),
    }
}

fn stage(stage: &Stage, lang: Lang) -> String {
    let (name, window) = (stage.kind.name(lang), stage.window);
    let (from, to) = (window.opens_at.local(), window.closes_at.local());
    let (often, time) = (how_often(stage, lang), minutes(stage.seconds, lang));
    let each = stage.item_seconds.map(|each| match lang {
        Lang::Zh => format!("，平均每题 {each} 秒：第几题就要在开始后几个 {each} 秒之内答完"),
        Lang::En => format!(", {each} s for each question: the k-th must be answered within k times {each} s"),
    });
    let each = each.unwrap_or_default();
    let shown = match (stage.answers_shown, lang) {
        (true, Lang::Zh) => "交卷后看得到正确答案和解析",
        (false, Lang::Zh) => "交卷后不公布答案",
        (true, Lang::En) => "right answers and explanations after the hand-in",
        (false, Lang::En) => "no answers after the hand-in",
    };
    let counts = match (stage.kind, lang) {
        (StageKind::Training, Lang::Zh) => "不计分、不上榜",
        (StageKind::Training, Lang::En) => "no points, on no board",
        (StageKind::Official, Lang::Zh) => "计分",
        (StageKind::Official, Lang::En) => "counts",
    };
    match lang {
        Lang::Zh => format!(
            "{name}：{from} 至 {to}，{often}，每次从题库随机抽 {} 题，限时 {time}{each}；{counts}；{shown}。",
            stage.items
        ),
        Lang::En => format!(
            "{name}: {from} to {to}, {often}, {} questions drawn at random, {time}{each}; {counts}; {shown}.",
            stage.items
        ),
    }
}

fn validity(rules: &Rules, lang: Lang) -> String {
    let of = rules.validity;
    let mut needs = vec![
        lang.pick(
            "已经交卷，或到时间由系统收卷",
            "handed in, by the player or by the clock",
        )
        .to_owned(),
    ];
    if of.least_right > 0 {
        needs.push(match lang {
            Lang::Zh => format!("至少答对 {} 题", of.least_right),
            Lang::En => format!("at least {} right", of.least_right),
        });
    }
    if of.above_zero {
        needs.push(lang.pick("得分大于 0", "more than 0 points").to_owned());
    }
    match lang {
        Lang::Zh => format!(
            "有效参赛：{}。人次按有效的正式赛答题次数计，人数按有过有效答题的人计。",
            needs.join("，")
        ),
        Lang::En => format!(
            "A valid attempt: {}. Participations are valid official attempts; participants are the persons who have one.",
            needs.join(", ")
        ),
    }
}

fn scoring(scoring: Scoring, lang: Lang) -> String {
    match (scoring, lang) {
        (Scoring::Right { points }, Lang::Zh) => {
            format!("得分：每答对一题 {points} 分，答错、少选、多选、不答都是 0 分。")
        }
        (Scoring::Right { points }, Lang::En) => {
            format!("Score: {points} for each right answer; wrong, incomplete or no answers give 0.")
        }
        (Scoring::UntilRight { points }, Lang::Zh) => {
            format!("得分：答错的题可以再答，直到全对；一次就答对的题每题 {points} 分。")
        }
        (Scoring::UntilRight { points }, Lang::En) => {
            format!(
                "Score: wrong answers are given again until all is right; {points} for each question right at first."
            )
        }
        (
            Scoring::Speed {
                points,
                bonus,
                full_ms,
                none_ms,
            },
            lang,
        ) => {
            let (full, none) = (seconds(full_ms), seconds(none_ms));
            match lang {
                Lang::Zh => format!(
                    "得分：每答对一题 {points} 分，另按速度加分：{full} 秒以内加 {bonus} 分，之后按比例减少，{none} 秒起不加。一题的用时从服务器收到上一题的答案（第一题从开始）算到收到这一题的答案，按 0.1 秒计。"
                ),
                Lang::En => format!(
                    "Score: {points} for each right answer and a bonus for speed: {bonus} within {full} s, then less in proportion, none from {none} s. The time of a question runs from the server's receipt of the answer before it (of the first one, from the start) to the receipt of its own, in steps of 0.1 s."
                ),
            }
        }
    }
}

fn ranking(rules: &Rules, lang: Lang) -> String {
    let chain: Vec<&str> = rules.tie_breaks.iter().map(|rule| rule.name(lang)).collect();
    let cap = rules.cap_per_day.map(|cap| match lang {
        Lang::Zh => format!("，每天最多计 {cap} 分"),
        Lang::En => format!(", no more than {cap} a day"),
    });
    let (counting, cap) = (rules.counting.name(lang), cap.unwrap_or_default());
    match (lang, chain.is_empty()) {
        (Lang::Zh, true) => format!("名次：{counting}{cap}；得分相同的并列。"),
        (Lang::Zh, false) => format!(
            "名次：{counting}{cap}；得分相同时，{}；仍相同的并列。",
            chain.join("，再同时")
        ),
        (Lang::En, true) => format!("Rank: {counting}{cap}; equal scores share the rank."),
        (Lang::En, false) => {
            format!(
                "Rank: {counting}{cap}; between equal scores {}; who is still equal shares the rank.",
                chain.join(", then ")
            )
        }
    }
}

fn who(rules: &Rules, lang: Lang) -> String {
    let names: Vec<&str> = rules.identities.iter().map(|identity| identity.name(lang)).collect();
    let regions = rules.regions.len();
    let correction = match (rules.correction_days, lang) {
        (0, Lang::Zh) => "参赛信息提交后不能自行修改".to_owned(),
        (days, Lang::Zh) => format!("参赛信息在 {days} 天内可以自行改正一次"),
        (0, Lang::En) => "the registration cannot be corrected by oneself".to_owned(),
        (days, Lang::En) => format!("the registration can be corrected once within {days} days"),
    };
    match (lang, regions) {
        (Lang::Zh, 0) => format!("参赛对象：{}，不限地区；{correction}。", names.join("、")),
        (Lang::Zh, regions) => format!(
            "参赛对象：{}，限所列 {regions} 个地区；{correction}。",
            names.join("、")
        ),
        (Lang::En, 0) => format!("Who may play: {}, from anywhere; {correction}.", names.join(", ")),
        (Lang::En, regions) => format!(
            "Who may play: {}, from the {regions} region(s) named; {correction}.",
            names.join(", ")
        ),
    }
}

/// What is asked for when somebody joins, and what becomes of it.
fn registration(rules: &Rules, lang: Lang) -> String {
    let of = rules.registration;
    let name = if rules.certificate { Asked::Required } else { Asked::No };
    let fields = [
        (of.division, "所在地区", "region"),
        (of.organization, "所在单位", "unit"),
        (name, "真实姓名（证书上用）", "real name (for the certificate)"),
        (of.phone, "手机号", "telephone number"),
        (of.account, "本站账号", "account on this site"),
    ];
    let list = |wanted: Asked| -> Vec<&str> {
        let these = fields.iter().filter(|(asked, ..)| *asked == wanted);
        these.map(|(_, zh, en)| lang.pick(*zh, *en)).collect()
    };
    let (must, may) = (list(Asked::Required), list(Asked::Optional));
    let some =
        |words: &str, list: &[&str]| (!list.is_empty()).then(|| format!("{words}{}", list.join(lang.pick("、", ", "))));
    let parts: Vec<String> = [
        some(lang.pick("必填", "required: "), &must),
        some(lang.pick("选填", "optional: "), &may),
    ]
    .into_iter()
    .flatten()
    .collect();
    let phone = if of.phone == Asked::No {
        ""
    } else {
        lang.pick(
            "手机号只保存密钥摘要和打码后的样子，用来防止一人报两次。",
            " Of a telephone number only a keyed digest and a masked form are kept, so that nobody joins twice.",
        )
    };
    match (lang, parts.is_empty()) {
        (Lang::Zh, true) => "报名：只选参赛身份。".to_owned(),
        (Lang::En, true) => "Joining: the identity type only.".to_owned(),
        (Lang::Zh, false) => format!("报名：选参赛身份；{}。{phone}", parts.join("；")),
        (Lang::En, false) => format!("Joining: identity type; {}.{phone}", parts.join("; ")),
    }
}

fn units(rules: &Rules, lang: Lang) -> String {
    match (lang, rules.best_of_unit) {
        (Lang::Zh, 0) => "单位排名：按本单位参赛人员的平均得分。".to_owned(),
        (Lang::Zh, best) => {
            format!("单位排名：按本单位得分最高的 {best} 人的平均得分，不足 {best} 人的按 {best} 人平均。")
        }
        (Lang::En, 0) => "Units are ranked by the mean score of their players.".to_owned(),
        (Lang::En, best) => {
            format!(
                "Units are ranked by the mean score of their best {best} players; who has fewer is divided by {best} as well."
            )
        }
    }
}

fn papers(rules: &Rules, lang: Lang) -> Option<String> {
    let ceiling = rules.ceiling_percent?;
    Some(match lang {
        Lang::Zh => {
            format!("抽题：每道题出现在试卷中的比例不超过 {ceiling}%；同一人把全部题目答过一遍之前不会遇到重复的题。")
        }
        Lang::En => format!(
            "Questions: each stands on no more than {ceiling} % of the papers; nobody meets one again before having met all."
        ),
    })
}

fn chances(chances: Chances, lang: Lang) -> Option<String> {
    Some(match (chances, lang) {
        (Chances::None, _) => return None,
        (Chances::Valid, Lang::Zh) => "抽奖：每次有效参赛得 1 次机会。".to_owned(),
        (Chances::Valid, Lang::En) => "Draw: each valid attempt gives a chance.".to_owned(),
        (Chances::AllRight, Lang::Zh) => "抽奖：每次全部答对得 1 次机会。".to_owned(),
        (Chances::AllRight, Lang::En) => "Draw: each attempt with all answers right gives a chance.".to_owned(),
        (Chances::InARow { length, per_day }, Lang::Zh) => {
            format!("抽奖：每连续答对 {length} 题得 1 次机会，每天最多 {per_day} 次。")
        }
        (Chances::InARow { length, per_day }, Lang::En) => {
            format!("Draw: each {length} right answers in a row give a chance, at most {per_day} a day.")
        }
    })
}

impl Rules {
    /// The rules, one statement each.
    pub fn words(&self, lang: Lang) -> Vec<String> {
        let mut words = vec![who(self, lang), registration(self, lang)];
        words.extend(self.stages.iter().map(|one| stage(one, lang)));
        words.push(scoring(self.scoring, lang));
        words.push(validity(self, lang));
        words.push(ranking(self, lang));
        words.push(units(self, lang));
        words.extend(papers(self, lang));
        words.extend(chances(self.chances, lang));
        if self.track == Track::Team {
            words.push(
                lang.pick(
                    "本赛为团队赛：队员的得分只计入团队，不进个人榜。",
                    "This is for teams: scores count for the team and stand on no personal board.",
                )
                .to_owned(),
            );
        }
        let clock = lang.pick(
            "时间、得分和名次都以服务器为准；网络断开时答案存在手机里，连上后自动补交，到时间后到达的不计。",
            "Times, scores and ranks are the server's. Without a network answers wait on the device and are sent when it is back; what arrives after the time does not count.",
        );
        words.push(clock.to_owned());
        words
    }

    /// How players are ranked.
    pub fn ranking_words(&self, lang: Lang) -> String {
        ranking(self, lang)
    }

    /// How units are ranked.
    pub fn unit_words(&self, lang: Lang) -> String {
        units(self, lang)
    }

    /// What makes an attempt count.
    pub fn validity_words(&self, lang: Lang) -> String {
        validity(self, lang)
    }

    /// What a later version says otherwise: statements that fall away and statements that are new.
    pub fn changes(&self, later: &Self, lang: Lang) -> (Vec<String>, Vec<String>) {
        let (before, after) = (self.words(lang), later.words(lang));
        let only = |these: &[String], others: &[String]| -> Vec<String> {
            these.iter().filter(|one| !others.contains(one)).cloned().collect()
        };
        (only(&before, &after), only(&after, &before))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        competition::{Counting, preset::Preset},
        exam::Window,
        time::Timestamp,
    };

    fn of(preset: Preset) -> Rules {
        preset.rules(Window {
            opens_at: Timestamp(1_780_243_200_000),
            closes_at: Timestamp(1_780_243_200_000 + 30 * 86_400_000),
        })
    }

    #[test]
    fn every_number_of_the_record_stands_in_the_words() {
        let text = of(Preset::Daily15).words(Lang::Zh).join("\n");
        for words in [
            "党政机关干部职工、生产经营单位从业人员、社会公众",
            "正式赛：2026-06-01 00:00:00 至 2026-07-01 00:00:00，每人每天 1 次，每次从题库随机抽 15 题，限时 15 分钟；计分",
            "每答对一题 1 分",
            "累计；得分相同时，答对题数多的在前，再同时用时短的在前，再同时先完成的在前；仍相同的并列",
            "每连续答对 5 题得 1 次机会，每天最多 3 次",
        ] {
            assert!(text.contains(words), "{words}\n{text}");
        }
        let mut speed = of(Preset::BestScore);
        speed.scoring = Scoring::Speed {
            points: Points::whole(10),
            bonus: Points(250),
            full_ms: 1_500,
            none_ms: 20_000,
        };
        let text = speed.words(Lang::Zh).join("\n");
        assert!(
            text.contains("1.5 秒以内加 2.5 分，之后按比例减少，20 秒起不加"),
            "{text}"
        );
        let english = of(Preset::OfficialFive).words(Lang::En).join("\n");
        assert!(
            english.contains("Training: ") && english.contains("no points, on no board"),
            "{english}"
        );
    }

    #[test]
    fn any_two_different_rules_differ_in_words() {
        let base = of(Preset::OfficialFive);
        let changes: [fn(&mut Rules); 18] = [
            |rules| rules.stages[1].per_day = None,
            |rules| rules.stages[1].total = Some(9),
            |rules| rules.stages[0].items = 4,
            |rules| rules.stages[0].seconds = 181,
            |rules| rules.stages[1].item_seconds = Some(30),
            |rules| rules.stages[1].answers_shown = false,
            |rules| rules.stages[1].window.closes_at.0 -= 1_000,
            |rules| rules.validity.least_right = 4,
            |rules| rules.validity.above_zero = true,
            |rules| rules.counting = Counting::Best,
            |rules| rules.cap_per_day = Some(Points::whole(10)),
            |rules| rules.tie_breaks.clear(),
            |rules| rules.correction_days = 0,
            |rules| rules.chances = Chances::Valid,
            |rules| rules.registration.phone = Asked::Required,
            |rules| rules.certificate = false,
            |rules| rules.best_of_unit = 10,
            |rules| rules.ceiling_percent = Some(20),
        ];
        for (number, change) in changes.iter().enumerate() {
            let mut later = base.clone();
            change(&mut later);
            for lang in [Lang::Zh, Lang::En] {
                let (gone, new) = base.changes(&later, lang);
                assert!(!new.is_empty() || !gone.is_empty(), "change {number} in {lang:?}");
            }
        }
        assert_eq!(base.changes(&base, Lang::Zh), (Vec::new(), Vec::new()));
    }
}
