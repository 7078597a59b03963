//! Which items somebody should look at, and why. A remark changes no mark, retires no item and corrects no key: a person reads the
//! item and decides.

use serde::{Deserialize, Serialize};

use super::{
    classical::ItemFigures,
    dif::{Class, Dif},
    sheet::Item,
};
use crate::domain::{item::letter, lang::Lang};

/// From where on an item is remarked on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Thresholds {
    /// With fewer papers nothing is said.
    pub least_papers: u64,
    /// A facility above is too easy to tell anything.
    pub too_easy: f64,
    /// A facility below is too hard, where no chance of blind choices is known.
    pub too_hard: f64,
    /// An item–rest correlation below is weak; below zero it is remarked on as negative.
    pub weak: f64,
    /// A wrong option is preferred by the strong when its share in the upper group is so much above that in the lower.
    pub strong_distractor: f64,
    /// The key is suspect when a wrong option correlates so much with the rest, and a right one below zero.
    pub suspect: f64,
    /// A share of papers without an answer above is remarked on.
    pub skipped: f64,
    /// Half of all first answers came within less: nobody reads so fast. In milliseconds, as the next.
    pub fast_ms: f64,
    /// Half of all first answers took longer.
    pub slow_ms: f64,
}

impl Default for Thresholds {
    /// `weak` and `too_easy` as item banks commonly have them (Ebel and Frisbie 1991 call items below 0.2 poor; items above 0.98 are
    /// known to all), the others so that with [`Self::least_papers`] papers a remark by chance is rare.
    fn default() -> Self {
        Self {
            least_papers: 30,
            too_easy: 0.98,
            too_hard: 0.1,
            weak: 0.1,
            strong_distractor: 0.1,
            suspect: 0.1,
            skipped: 0.2,
            fast_ms: 3_000.0,
            slow_ms: 180_000.0,
        }
    }
}

/// Why to look at an item, with the numbers that say so. Options by place as authored.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "remark", rename_all = "snake_case")]
pub enum Remark {
    /// The strong choose a wrong option, and do not choose a right one: perhaps the key is wrong.
    KeySuspect {
        option: usize,
        option_r: f64,
        /// The right option with the lowest correlation.
        key: usize,
        key_r: f64,
    },
    /// Who does well on the rest does worse on this item.
    NegativeDiscrimination {
        item_rest_r: f64,
    },
    /// Fewer are right than would be by blind choices.
    BelowChance {
        facility: f64,
        chance: f64,
    },
    TooHard {
        facility: f64,
        limit: f64,
    },
    TooEasy {
        facility: f64,
        limit: f64,
    },
    WeakDiscrimination {
        item_rest_r: f64,
        limit: f64,
    },
    /// A wrong option is chosen more by the upper than by the lower group.
    StrongDistractor {
        option: usize,
        upper: f64,
        lower: f64,
    },
    /// Nobody chose it: it makes nothing harder.
    UnusedOption {
        option: usize,
        papers: u64,
    },
    Skipped {
        share: f64,
        limit: f64,
    },
    /// The median time is shorter than reading takes.
    Fast {
        median_ms: f64,
        limit_ms: f64,
    },
    /// The median time is long.
    Slow {
        median_ms: f64,
        limit_ms: f64,
    },
    /// Harder for one group than for another of the same ability. Only from a comparison of groups ([`super::dif`]).
    GroupDifference {
        d_dif: f64,
        class: Class,
    },
}

/// What is less grave than this costs nobody points and calls for nobody at once.
const GRAVE: u8 = 3;

/// How much the remarks on a question matter: the gravest, then how many.
pub fn weight(remarks: &[Remark]) -> (u8, usize) {
    (remarks.iter().map(Remark::gravity).max().unwrap_or(0), remarks.len())
}

impl Remark {
    /// What may have cost somebody points comes before what only says little.
    fn gravity(&self) -> u8 {
        match self {
            Self::KeySuspect { .. } => 10,
            Self::NegativeDiscrimination { .. } => 9,
            Self::GroupDifference { .. } => 8,
            Self::BelowChance { .. } => 7,
            Self::TooHard { .. } => 6,
            Self::StrongDistractor { .. } => 5,
            Self::Skipped { .. } => 4,
            Self::WeakDiscrimination { .. } => 3,
            Self::TooEasy { .. } | Self::Fast { .. } | Self::Slow { .. } => 2,
            Self::UnusedOption { .. } => 1,
        }
    }

    /// Whether somebody should look at the question soon.
    pub fn is_grave(&self) -> bool {
        self.gravity() >= GRAVE
    }

    /// The identifier used in files and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::KeySuspect { .. } => "key_suspect",
            Self::NegativeDiscrimination { .. } => "negative_discrimination",
            Self::BelowChance { .. } => "below_chance",
            Self::TooHard { .. } => "too_hard",
            Self::TooEasy { .. } => "too_easy",
            Self::WeakDiscrimination { .. } => "weak_discrimination",
            Self::StrongDistractor { .. } => "strong_distractor",
            Self::UnusedOption { .. } => "unused_option",
            Self::Skipped { .. } => "skipped",
            Self::Fast { .. } => "fast",
            Self::Slow { .. } => "slow",
            Self::GroupDifference { .. } => "group_difference",
        }
    }

    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::KeySuspect { .. } => lang.pick("答案存疑", "Key suspect"),
            Self::NegativeDiscrimination { .. } => lang.pick("区分度为负", "Negative discrimination"),
            Self::BelowChance { .. } => lang.pick("低于猜测", "Below chance"),
            Self::TooHard { .. } => lang.pick("过难", "Too hard"),
            Self::TooEasy { .. } => lang.pick("过易", "Too easy"),
            Self::WeakDiscrimination { .. } => lang.pick("区分度低", "Weak discrimination"),
            Self::StrongDistractor { .. } => lang.pick("干扰项吸引高分者", "Distractor of the strong"),
            Self::UnusedOption { .. } => lang.pick("无人选择的选项", "Unused option"),
            Self::Skipped { .. } => lang.pick("空题较多", "Often left empty"),
            Self::Fast { .. } => lang.pick("答得太快", "Answered very fast"),
            Self::Slow { .. } => lang.pick("答得太慢", "Takes very long"),
            Self::GroupDifference { .. } => lang.pick("群体差异", "Difference between groups"),
        }
    }

    /// The numbers as a sentence.
    pub fn sentence(self, lang: Lang) -> String {
        let percent = |share: f64| format!("{:.1}", 100.0 * share);
        let seconds = |ms: f64| format!("{:.1}", ms / 1_000.0);
        match (self, lang) {
            (
                Self::KeySuspect {
                    option,
                    option_r,
                    key,
                    key_r,
                },
                _,
            ) => {
                let (option, key) = (letter(option), letter(key));
                match lang {
                    Lang::Zh => format!(
                        "其余题答得好的人多选 {option}（相关 {option_r:.2}），少选答案中的 {key}（相关 {key_r:.2}）。请核对答案。"
                    ),
                    Lang::En => format!(
                        "Those who do well on the rest choose {option} (r = {option_r:.2}) rather than {key} of the key (r = {key_r:.2}). Please check the key."
                    ),
                }
            }
            (Self::NegativeDiscrimination { item_rest_r }, Lang::Zh) => {
                format!("与其余题得分的相关为 {item_rest_r:.2}：其余题答得越好，这题反而越差。")
            }
            (Self::NegativeDiscrimination { item_rest_r }, Lang::En) => {
                format!(
                    "The correlation with the rest is {item_rest_r:.2}: who does better on the rest does worse here."
                )
            }
            (Self::BelowChance { facility, chance }, Lang::Zh) => {
                format!("得分率 {} %，低于随意选择的 {} %。", percent(facility), percent(chance))
            }
            (Self::BelowChance { facility, chance }, Lang::En) => {
                format!(
                    "{} % of the points were earned; blind choices would earn {} %.",
                    percent(facility),
                    percent(chance)
                )
            }
            (Self::TooHard { facility, limit }, Lang::Zh) => {
                format!("得分率 {} %，低于 {} %。", percent(facility), percent(limit))
            }
            (Self::TooHard { facility, limit }, Lang::En) => {
                format!(
                    "{} % of the points were earned, below {} %.",
                    percent(facility),
                    percent(limit)
                )
            }
            (Self::TooEasy { facility, limit }, Lang::Zh) => {
                format!(
                    "得分率 {} %，高于 {} %，几乎人人答对，分不出高下。",
                    percent(facility),
                    percent(limit)
                )
            }
            (Self::TooEasy { facility, limit }, Lang::En) => {
                format!(
                    "{} % of the points were earned, above {} %: nearly all know it.",
                    percent(facility),
                    percent(limit)
                )
            }
            (Self::WeakDiscrimination { item_rest_r, limit }, Lang::Zh) => {
                format!("与其余题得分的相关为 {item_rest_r:.2}，低于 {limit:.2}。")
            }
            (Self::WeakDiscrimination { item_rest_r, limit }, Lang::En) => {
                format!("The correlation with the rest is {item_rest_r:.2}, below {limit:.2}.")
            }
            (Self::StrongDistractor { option, upper, lower }, Lang::Zh) => format!(
                "错误选项 {}：高分组 {} % 的人选择，低分组 {} %。",
                letter(option),
                percent(upper),
                percent(lower)
            ),
            (Self::StrongDistractor { option, upper, lower }, Lang::En) => format!(
                "{}, which is wrong, was chosen by {} % of the upper group and {} % of the lower.",
                letter(option),
                percent(upper),
                percent(lower)
            ),
            (Self::UnusedOption { option, papers }, Lang::Zh) => {
                format!("{papers} 份答卷中无人选择 {}。", letter(option))
            }
            (Self::UnusedOption { option, papers }, Lang::En) => {
                format!("Nobody chose {} on {papers} papers.", letter(option))
            }
            (Self::Skipped { share, limit }, Lang::Zh) => {
                format!("{} % 的答卷空着这题，高于 {} %。", percent(share), percent(limit))
            }
            (Self::Skipped { share, limit }, Lang::En) => {
                format!(
                    "{} % of the papers leave it empty, above {} %.",
                    percent(share),
                    percent(limit)
                )
            }
            (Self::Fast { median_ms, limit_ms }, Lang::Zh) => format!(
                "半数人 {} 秒内就作答，不到 {} 秒：可能不用读题就知道答案。",
                seconds(median_ms),
                seconds(limit_ms)
            ),
            (Self::Fast { median_ms, limit_ms }, Lang::En) => format!(
                "Half answered within {} s, less than {} s: perhaps it need not be read.",
                seconds(median_ms),
                seconds(limit_ms)
            ),
            (Self::Slow { median_ms, limit_ms }, Lang::Zh) => format!(
                "半数人用了 {} 秒以上，多于 {} 秒：题目可能太长或不好懂。",
                seconds(median_ms),
                seconds(limit_ms)
            ),
            (Self::Slow { median_ms, limit_ms }, Lang::En) => format!(
                "Half took longer than {} s, more than {} s: perhaps it is long or hard to understand.",
                seconds(median_ms),
                seconds(limit_ms)
            ),
            (Self::GroupDifference { d_dif, class }, Lang::Zh) => {
                format!("水平相当时，两组的差异为 {d_dif:.2}（MH D-DIF），属于 {class:?} 类。")
            }
            (Self::GroupDifference { d_dif, class }, Lang::En) => {
                format!("Between groups of the same ability the difference is {d_dif:.2} (MH D-DIF), class {class:?}.")
            }
        }
    }
}

/// What is to be remarked on an item, what matters most first.
pub fn remarks(item: &Item, figures: &ItemFigures, thresholds: &Thresholds) -> Vec<Remark> {
    if figures.papers < thresholds.least_papers {
        return Vec::new();
    }
    let mut remarks: Vec<Remark> = key_suspect(item, figures, thresholds).into_iter().collect();
    if let Some(item_rest_r) = figures.item_rest_r.filter(|r| *r < 0.0) {
        remarks.push(Remark::NegativeDiscrimination { item_rest_r });
    }
    remarks.extend(
        figures
            .facility
            .and_then(|facility| of_facility(item, facility, thresholds)),
    );
    if let Some(item_rest_r) = figures.item_rest_r.filter(|r| (0.0..thresholds.weak).contains(r)) {
        let limit = thresholds.weak;
        remarks.push(Remark::WeakDiscrimination { item_rest_r, limit });
    }
    if !item.key.is_empty() && figures.answered > 0 {
        remarks.extend(of_options(item, figures, thresholds));
    }
    let share = figures.papers.saturating_sub(figures.answered) as f64 / figures.papers.max(1) as f64;
    if share > thresholds.skipped {
        let limit = thresholds.skipped;
        remarks.push(Remark::Skipped { share, limit });
    }
    remarks.extend(figures.time.and_then(|time| of_time(time.median_ms, thresholds)));
    remarks
}

fn of_time(median_ms: f64, thresholds: &Thresholds) -> Option<Remark> {
    let (fast, slow) = (thresholds.fast_ms, thresholds.slow_ms);
    match median_ms {
        _ if median_ms < fast => Some(Remark::Fast {
            median_ms,
            limit_ms: fast,
        }),
        _ if median_ms > slow => Some(Remark::Slow {
            median_ms,
            limit_ms: slow,
        }),
        _ => None,
    }
}

/// Whether a difference between groups is worth a look: classes B and C.
pub fn of_groups(dif: &Dif) -> Option<Remark> {
    (dif.class != Class::A).then_some(Remark::GroupDifference {
        d_dif: dif.d_dif,
        class: dif.class,
    })
}

fn of_facility(item: &Item, facility: f64, thresholds: &Thresholds) -> Option<Remark> {
    let (easy, hard) = (thresholds.too_easy, thresholds.too_hard);
    match item.chance() {
        _ if facility > easy => Some(Remark::TooEasy { facility, limit: easy }),
        Some(chance) if facility < chance => Some(Remark::BelowChance { facility, chance }),
        None if facility < hard => Some(Remark::TooHard { facility, limit: hard }),
        _ => None,
    }
}

fn key_suspect(item: &Item, figures: &ItemFigures, thresholds: &Thresholds) -> Option<Remark> {
    let r = |place: usize| Some((place, figures.options.get(place)?.point_biserial?));
    let (key, key_r) = item.key.places().filter_map(r).min_by(|a, b| a.1.total_cmp(&b.1))?;
    let wrong = (0..figures.options.len()).filter(|place| !item.key.contains(*place));
    let (option, option_r) = wrong.filter_map(r).max_by(|a, b| a.1.total_cmp(&b.1))?;
    (key_r < 0.0 && option_r >= thresholds.suspect).then_some(Remark::KeySuspect {
        option,
        option_r,
        key,
        key_r,
    })
}

fn of_options(item: &Item, figures: &ItemFigures, thresholds: &Thresholds) -> Vec<Remark> {
    let mut remarks = Vec::new();
    for (option, of) in figures.options.iter().enumerate() {
        let wrong = !item.key.contains(option);
        if let Some(groups) = of
            .groups
            .filter(|it| wrong && it.difference() > thresholds.strong_distractor)
        {
            let (upper, lower) = (groups.upper, groups.lower);
            remarks.push(Remark::StrongDistractor { option, upper, lower });
        }
        if of.chosen == 0 {
            let papers = figures.papers;
            remarks.push(Remark::UnusedOption { option, papers });
        }
    }
    remarks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        item::{Kind, OptionSet},
        statistics::{
            classical::analyse,
            duration::Times,
            group::Groups,
            sheet::{Basis, Given},
        },
    };

    const ITEM: Item = Item {
        kind: Some(Kind::Single),
        options: 4,
        key: OptionSet(1),
    };

    fn figures(facility: f64, r: f64) -> ItemFigures {
        ItemFigures {
            papers: 100,
            answered: 100,
            facility: Some(facility),
            item_rest_r: Some(r),
            ..ItemFigures::default()
        }
    }

    fn codes(figures: &ItemFigures) -> Vec<&'static str> {
        let remarks = remarks(&ITEM, figures, &Thresholds::default());
        remarks.into_iter().map(Remark::code).collect()
    }

    #[test]
    fn an_item_within_bounds_is_not_remarked_on_and_few_papers_say_nothing() {
        assert_eq!(codes(&figures(0.7, 0.3)), [""; 0]);
        let few = ItemFigures {
            papers: 29,
            ..figures(0.1, -0.5)
        };
        assert_eq!(codes(&few), [""; 0]);
    }

    #[test]
    fn each_remark_has_its_bound() {
        assert_eq!(codes(&figures(0.99, 0.3)), ["too_easy"]);
        assert_eq!(codes(&figures(0.24, 0.3)), ["below_chance"]);
        assert_eq!(codes(&figures(0.25, 0.3)), [""; 0]);
        assert_eq!(codes(&figures(0.5, -0.01)), ["negative_discrimination"]);
        assert_eq!(codes(&figures(0.5, 0.05)), ["weak_discrimination"]);
        let empty = ItemFigures {
            answered: 70,
            ..figures(0.5, 0.3)
        };
        assert_eq!(codes(&empty), ["skipped"]);
        let timed = |ms: u32| ItemFigures {
            time: Times::of([ms; 30]),
            ..figures(0.5, 0.3)
        };
        assert_eq!(
            (codes(&timed(2_999)), codes(&timed(180_001))),
            (vec!["fast"], vec!["slow"])
        );
        assert_eq!((codes(&timed(3_000)), codes(&timed(180_000))), (vec![], vec![]));
    }

    /// Persons 0 to 99, the more able the higher; on the first item the able choose B, though the key says A.
    #[test]
    fn a_wrong_key_is_suspected() {
        let sheet = |person: u32| {
            let given = |item: u32, choice: usize| Given {
                item,
                mark: f64::from(u8::from(choice == 0)),
                full: 1.0,
                answered: true,
                choice: OptionSet::of([choice]),
                took_ms: None,
            };
            let others = (1..10).map(|item| given(item, usize::from(person < item * 10)));
            let miskeyed = given(0, if person >= 40 { 1 } else { person as usize % 3 });
            std::iter::once(miskeyed).chain(others).collect::<Vec<_>>()
        };
        let sheets: Vec<_> = (0..100).map(sheet).collect();
        let analysis = analyse(&[ITEM; 10], &sheets, Basis::Fixed);
        let found = remarks(&ITEM, &analysis.items[0], &Thresholds::default());
        assert!(
            matches!(found[0], Remark::KeySuspect { option: 1, key: 0, .. }),
            "{found:?}"
        );
        let names: Vec<_> = found.iter().map(|remark| remark.code()).collect();
        assert_eq!(
            names,
            [
                "key_suspect",
                "negative_discrimination",
                "below_chance",
                "strong_distractor",
                "unused_option"
            ]
        );
        let groups: Option<Groups> = analysis.items[0].options[1].groups;
        assert_eq!(groups.map(|groups| groups.upper), Some(1.0));
        for remark in found {
            assert!(remark.sentence(Lang::Zh).ends_with('。') && remark.sentence(Lang::En).ends_with('.'));
        }
    }
}
