//! The rules of an exam in words, for administrators and candidates alike.

use super::moment;
use crate::domain::{
    blueprint::Blueprint,
    exam::{Exam, Policy, Release, Review, Round, Thing},
    item::Kind,
    lang::Lang,
    points::Points,
};

/// One line: time, questions, points, pass mark, attempts.
pub fn headline(lang: Lang, exam: &Exam) -> String {
    let (policy, blueprint) = (&exam.policy, &exam.blueprint);
    let (minutes, count, total) = (policy.minutes, blueprint.count(), blueprint.total());
    let (pass, attempts, counting) = (policy.pass_mark, policy.attempts, policy.counting.name(lang));
    match lang {
        Lang::Zh => {
            format!("{minutes} 分钟，{count} 题，满分 {total} 分，{pass} 分合格。可考 {attempts} 次，{counting}。")
        }
        Lang::En => format!(
            "{minutes} minutes, {count} questions, {total} points, {pass} to pass. {attempts} attempt(s). {counting}."
        ),
    }
}

/// All rules, a sentence or two each. `rounds` may be empty while there are none.
pub fn rules(lang: Lang, policy: &Policy, blueprint: &Blueprint, rounds: &[Round]) -> Vec<String> {
    let mut lines = vec![paper(lang, policy, blueprint)];
    lines.extend(policy.audience.names(lang).map(|names| match lang {
        Lang::Zh => format!("面向：{names}。"),
        Lang::En => format!("For: {names}."),
    }));
    lines.extend(blueprint.parts.iter().map(|part| {
        let (name, count, points, instruction) = (part.heading(lang), part.count, part.points, &part.instruction);
        match lang {
            Lang::Zh => format!("{name} {count} 题，每题 {points} 分。{instruction}"),
            Lang::En => format!("{name}: {count} questions, {points} point(s) each. {instruction}"),
        }
    }));
    lines.push(bands(lang, policy));
    lines.extend(policy.minimums.iter().map(|minimum| {
        let (name, points) = (minimum.kind.name(lang), minimum.points);
        match lang {
            Lang::Zh => format!("{name}不到 {points} 分的，总分再高也是不合格。"),
            Lang::En => format!("{name}: below {points} points the exam is not passed, whatever the total."),
        }
    }));
    lines.push(attempts(lang, policy));
    let has = |kinds: &[Kind]| blueprint.parts.iter().any(|part| kinds.contains(&part.kind));
    if has(&[Kind::Multiple, Kind::Indefinite]) {
        lines.push(policy.multiple.rule(lang));
    }
    if has(&[Kind::TrueFalse]) && policy.wrong_judgement > Points::ZERO {
        let points = policy.wrong_judgement;
        lines.push(match lang {
            Lang::Zh => format!("判断题答错一题扣 {points} 分，不答不扣分；全卷最低 0 分。"),
            Lang::En => format!(
                "A wrong true-or-false answer costs {points} point(s), none costs nothing; the whole paper gives at least 0."
            ),
        });
    }
    lines.extend(beyond_choice(lang, blueprint));
    lines.extend(shuffle(lang, policy));
    lines.extend(shown(lang, &policy.review));
    if policy.release == Release::Approved {
        lines.push(
            lang.pick(
                "成绩由管理员批准后公布，公布前显示“成绩待公布”。",
                "Results are shown after an administrator has released them; until then they are marked as not released.",
            )
            .to_owned(),
        );
    }
    if !policy.seb_keys.is_empty() {
        lines.push(
            lang.pick(
                "要用 Safe Exam Browser 和主办单位发的配置文件参加。",
                "The exam is sat in Safe Exam Browser with the organiser's configuration.",
            )
            .to_owned(),
        );
    }
    if !policy.credits.is_none() {
        lines.push(policy.credits.rule(lang));
    }
    if policy.objection_days > 0 {
        let days = policy.objection_days;
        lines.push(match lang {
            Lang::Zh => format!("交卷或关闭后 {days} 天内可以提出异议。"),
            Lang::En => format!("Objections can be raised within {days} days after the hand-in or the close."),
        });
    }
    lines.extend(rounds.iter().map(|round| round_line(lang, round)));
    lines
}

fn paper(lang: Lang, policy: &Policy, blueprint: &Blueprint) -> String {
    let (minutes, count, total) = (policy.minutes, blueprint.count(), blueprint.total());
    match lang {
        Lang::Zh => format!("{minutes} 分钟，{count} 题，满分 {total} 分。"),
        Lang::En => format!("{minutes} minutes, {count} questions, {total} points."),
    }
}

/// How questions beyond choice are marked, where there are any.
fn beyond_choice(lang: Lang, blueprint: &Blueprint) -> Vec<String> {
    let has = |kinds: &[Kind]| blueprint.parts.iter().any(|part| kinds.contains(&part.kind));
    let shares = has(&[Kind::FillBlank, Kind::Numeric, Kind::Matching, Kind::Ordering, Kind::Cloze]).then(|| {
        lang.pick(
            "填空、数值、连线、排序按答对的部分给分，四舍五入到百分之一分；全角半角、标点和数字写法不影响对错。",
            "Blanks, numbers, pairs and orders earn the share that is right, rounded to a hundredth; width, marks and ways to write a number do not matter.",
        )
    });
    let case =
        has(&[Kind::Case]).then(|| lang.pick("案例题的各小题分值相同。", "The questions of a case count alike."));
    let people = has(&[Kind::ShortAnswer, Kind::Essay, Kind::Case]).then(|| {
        lang.pick(
            "要写文字的题由阅卷人评阅，评阅时看不到姓名；评完以前只有客观题得分，不是最终成绩。",
            "Longer answers are read by people who see no names; before that there are only the points of the rest and no final result.",
        )
    });
    [shares, case, people]
        .into_iter()
        .flatten()
        .map(str::to_owned)
        .collect()
}

fn bands(lang: Lang, policy: &Policy) -> String {
    let from = |name: &str, points: Points| match lang {
        Lang::Zh => format!("{points} 分起{name}"),
        Lang::En => format!("{name} from {points} points"),
    };
    let marks = [
        (lang.pick("合格", "pass"), Some(policy.pass_mark)),
        (lang.pick("良好", "good"), policy.bands.good),
        (lang.pick("优秀", "excellent"), policy.bands.excellent),
    ];
    let marks: Vec<_> = marks
        .into_iter()
        .filter_map(|(name, mark)| Some(from(name, mark?)))
        .collect();
    sentence(lang, &marks.join(lang.pick("，", ", ")))
}

fn sentence(lang: Lang, text: &str) -> String {
    let mut letters = text.chars();
    let first = letters
        .next()
        .map(|first| first.to_uppercase().to_string())
        .unwrap_or_default();
    format!("{first}{}{}", letters.as_str(), lang.pick("。", "."))
}

fn attempts(lang: Lang, policy: &Policy) -> String {
    let (attempts, counting) = (policy.attempts, policy.counting.name(lang));
    match lang {
        Lang::Zh => format!("主考可考 {attempts} 次；有多次成绩的（包括补考），{counting}。"),
        Lang::En => {
            format!("{attempts} attempt(s) in the main round. Of several, make-up rounds included: {counting}.")
        }
    }
}

fn shuffle(lang: Lang, policy: &Policy) -> Option<String> {
    let text = match (policy.shuffle_items, policy.shuffle_options) {
        (true, true) => lang.pick(
            "每人的题目和选项顺序不同。",
            "Questions and options stand in another order for everybody.",
        ),
        (true, false) => lang.pick(
            "每人的题目顺序不同。",
            "Questions stand in another order for everybody.",
        ),
        (false, true) => lang.pick("每人的选项顺序不同。", "Options stand in another order for everybody."),
        (false, false) => return None,
    };
    Some(text.to_owned())
}

/// What is shown when: things shown at the same time together.
fn shown(lang: Lang, review: &Review) -> Vec<String> {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for thing in Thing::ALL {
        let when = review.when(*thing, lang);
        match groups.iter_mut().find(|(known, _)| *known == when) {
            Some((_, things)) => things.push(thing.name(lang)),
            None => groups.push((when, vec![thing.name(lang)])),
        }
    }
    let mut lines: Vec<_> = groups
        .into_iter()
        .map(|(when, things)| {
            format!(
                "{}{}{when}{}",
                things.join(lang.pick("、", ", ")),
                lang.pick("：", ": "),
                lang.pick("。", ".")
            )
        })
        .collect();
    if *review != Review::Practice {
        lines.push(
            lang.pick(
                "还能再考的人，考完最后一次才能看到对错和答案。",
                "Who can still sit sees what is right only after the last attempt.",
            )
            .to_owned(),
        );
    }
    lines
}

/// `主考：… 至 …，面向全部应考人员，可考 1 次。`
fn round_line(lang: Lang, round: &Round) -> String {
    let (name, admits, attempts) = (round.name(lang), round.admits.name(lang), round.attempts);
    let (opens, closes) = (
        moment(lang, round.window.opens_at),
        moment(lang, round.window.closes_at),
    );
    match lang {
        Lang::Zh => format!("{name}：{opens} 至 {closes}，面向{admits}，可考 {attempts} 次。"),
        Lang::En => format!(
            "{name}: {opens} to {closes}, for {}, {attempts} attempt(s).",
            admits.to_lowercase()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::exam::{Bands, Minimum, MultiplePolicy, Preset};

    fn text(lang: Lang, policy: &Policy) -> String {
        rules(lang, policy, &Blueprint::jining(), &[]).join("\n")
    }

    #[test]
    fn every_rule_that_differs_stands_in_the_words() {
        let usual = Policy::jining();
        let others = [
            Policy {
                pass_mark: Points::whole(70),
                ..usual.clone()
            },
            Policy {
                minutes: 61,
                ..usual.clone()
            },
            Policy {
                attempts: 2,
                ..usual.clone()
            },
            Policy {
                counting: crate::domain::exam::Counting::Last,
                ..usual.clone()
            },
            Policy {
                bands: Bands {
                    excellent: Some(Points::whole(90)),
                    good: None,
                },
                ..usual.clone()
            },
            Policy {
                minimums: vec![Minimum {
                    kind: Kind::Multiple,
                    points: Points::whole(20),
                }],
                ..usual.clone()
            },
            Policy {
                shuffle_items: false,
                ..usual.clone()
            },
            Policy {
                shuffle_options: false,
                ..usual.clone()
            },
            Policy {
                multiple: MultiplePolicy::PerRight,
                ..usual.clone()
            },
            Policy {
                wrong_judgement: Points(50),
                ..usual.clone()
            },
            Policy {
                review: Review::Competition,
                ..usual.clone()
            },
            Policy {
                release: Release::Approved,
                ..usual.clone()
            },
        ];
        for lang in [Lang::Zh, Lang::En] {
            let mut seen = vec![text(lang, &usual)];
            for other in &others {
                let words = text(lang, other);
                assert!(!seen.contains(&words), "{other:?}");
                seen.push(words);
            }
        }
    }

    #[test]
    fn a_preset_reads_as_people_write_it() {
        let content = Preset::Shaanxi2020.content();
        let lines = rules(Lang::Zh, &content.policy, &content.blueprint, &[]);
        assert_eq!(lines[0], "90 分钟，50 题，满分 100 分。");
        assert!(
            lines.contains(&"60 分起合格，80 分起良好，90 分起优秀。".to_owned()),
            "{lines:?}"
        );
        assert!(
            lines.contains(&"主考可考 3 次；有多次成绩的（包括补考），取最好成绩。".to_owned()),
            "{lines:?}"
        );
        let english = rules(Lang::En, &content.policy, &content.blueprint, &[]);
        assert!(
            english.contains(&"Pass from 60 points, good from 80 points, excellent from 90 points.".to_owned()),
            "{english:?}"
        );
    }
}
