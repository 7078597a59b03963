//! The part of the set-up form that says how the exam runs, what passes, how it is marked and what is shown when.

use std::collections::{BTreeSet, HashMap};

use leptos::prelude::*;

use super::super::part::{choice, table};
use crate::{
    domain::{
        credit::Gate,
        exam::{Audience, Bands, Counting, Mapping, Minimum, Moment, MultiplePolicy, Policy, Release, Review, Thing},
        item::Kind,
        lang::Lang,
        marking::Second,
        person::{Category, RankLevel},
        points::Points,
    },
    error::Fault,
    ui::shell::as_text,
};

/// What stands in these fields, by name: as typed, so that nothing is lost when something has to be mended. A box that is
/// not ticked is not there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed(HashMap<String, String>);

/// After the hand-in: while the attempt runs, the matrix cannot be changed.
const MOMENTS: [Moment; 3] = [Moment::RightAfter, Moment::Later, Moment::AfterClose];

fn cell(thing: Thing, moment: Moment) -> String {
    format!("show_{}_{}", thing.code(), moment.code())
}

fn rank_tick(rank: RankLevel) -> String {
    format!("rank_{}", rank.code())
}

fn category_tick(category: Category) -> String {
    format!("category_{}", category.code())
}

fn minimum(kind: Kind) -> String {
    format!("{}_minimum", kind.code())
}

impl Typed {
    pub fn of(policy: &Policy) -> Self {
        let mapping = match policy.multiple {
            MultiplePolicy::Mapping(mapping) => mapping,
            _ => Mapping::USUAL,
        };
        let optional = |points: Option<Points>| points.map(|points| points.to_string()).unwrap_or_default();
        let mut fields = HashMap::from([
            ("minutes", policy.minutes.to_string()),
            ("attempts", policy.attempts.to_string()),
            ("counting", policy.counting.code().to_owned()),
            ("outage_minutes", policy.outage_minutes.to_string()),
            ("second_percent", policy.second.percent.to_string()),
            ("second_threshold", policy.second.threshold.to_string()),
            ("objection_days", policy.objection_days.to_string()),
            ("seb_keys", policy.seb_keys.join("\n")),
            ("credits_total", policy.credits.total.to_string()),
            ("credits_compulsory", policy.credits.compulsory.to_string()),
            ("pass_mark", policy.pass_mark.to_string()),
            ("good", optional(policy.bands.good)),
            ("excellent", optional(policy.bands.excellent)),
            ("multiple", policy.multiple.code().to_owned()),
            ("mapping_wrong", mapping.wrong.to_string()),
            ("mapping_lower", mapping.lower.to_string()),
            ("mapping_upper", mapping.upper.to_string()),
            ("wrong_judgement", policy.wrong_judgement.to_string()),
            ("review", policy.review.code().to_owned()),
            ("release", policy.release.code().to_owned()),
        ]);
        let ticks = [
            ("shuffle_items", policy.shuffle_items),
            ("shuffle_options", policy.shuffle_options),
        ];
        fields.extend(
            ticks
                .into_iter()
                .filter(|(_, on)| *on)
                .map(|(name, _)| (name, "1".to_owned())),
        );
        let ranks = policy.audience.ranks.iter().map(|rank| rank_tick(*rank));
        let categories = policy
            .audience
            .categories
            .iter()
            .map(|category| category_tick(*category));
        let audience: Vec<_> = ranks.chain(categories).map(|name| (name, "1".to_owned())).collect();
        let mut fields: HashMap<String, String> = fields
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        fields.extend(audience);
        fields.extend(
            policy
                .minimums
                .iter()
                .map(|of| (minimum(of.kind), of.points.to_string())),
        );
        for (thing, moment) in Thing::ALL
            .iter()
            .flat_map(|thing| MOMENTS.map(|moment| (*thing, moment)))
        {
            if policy.review.has(thing, moment) {
                fields.insert(cell(thing, moment), "1".to_owned());
            }
        }
        Self(fields)
    }

    /// These fields of a form that was sent.
    pub fn from_fields(fields: &HashMap<String, String>) -> Self {
        Self(
            fields
                .iter()
                .map(|(name, value)| (name.clone(), value.trim().to_owned()))
                .collect(),
        )
    }

    fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    fn ticked(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The rules typed. What cannot be read becomes a value that the rules refuse, so that every fault is named at once
    /// and by the same check. A field that a form of an earlier version does not send keeps its usual value.
    ///
    /// # Errors
    /// [`Fault::BadRequest`] for a choice that no form of ours offers.
    pub fn policy(&self) -> Result<Policy, Fault> {
        let usual = Policy::jining();
        let number = |name| self.text(name).parse::<u32>();
        let points = |name: &str| Points::parse(self.text(name));
        // Nothing typed is no band; rubbish is one that cannot be.
        let band = |name| (!self.text(name).is_empty()).then(|| points(name).unwrap_or(Points::ZERO));
        let minimums = Kind::ALL.into_iter().filter_map(|kind| {
            let name = minimum(kind);
            let points = || points(&name).unwrap_or(Points::ZERO);
            (!matches!(self.text(&name), "" | "0")).then(|| Minimum { kind, points: points() })
        });
        let credits = |name: &str| match self.text(name) {
            "" => 0,
            text => text.parse().unwrap_or(u32::MAX),
        };
        Ok(Policy {
            pass_mark: points("pass_mark").unwrap_or(Points::ZERO),
            minutes: number("minutes").unwrap_or(0),
            attempts: number("attempts").unwrap_or(0),
            counting: self.code("counting", Counting::from_code)?.unwrap_or_default(),
            bands: Bands {
                excellent: band("excellent"),
                good: band("good"),
            },
            minimums: minimums.collect(),
            shuffle_items: self.ticked("shuffle_items"),
            shuffle_options: self.ticked("shuffle_options"),
            multiple: self.multiple()?,
            wrong_judgement: match self.text("wrong_judgement") {
                "" => Points::ZERO,
                text => Points::parse(text).unwrap_or(Points(-1)),
            },
            review: self.review()?,
            release: self.code("release", Release::from_code)?.unwrap_or_default(),
            outage_minutes: match self.text("outage_minutes") {
                "" => usual.outage_minutes,
                text => text.parse().unwrap_or(u32::MAX),
            },
            second: Second {
                percent: match self.text("second_percent") {
                    "" => 0,
                    text => text.parse().unwrap_or(u32::MAX),
                },
                threshold: match self.text("second_threshold") {
                    "" => Points::ZERO,
                    text => Points::parse(text).unwrap_or(Points(-1)),
                },
            },
            seb_keys: self
                .text("seb_keys")
                .split_whitespace()
                .map(str::to_ascii_lowercase)
                .collect(),
            credits: Gate {
                total: credits("credits_total"),
                compulsory: credits("credits_compulsory"),
            },
            audience: Audience {
                ranks: RankLevel::ALL
                    .iter()
                    .copied()
                    .filter(|rank| self.ticked(&rank_tick(*rank)))
                    .collect(),
                categories: Category::ALL
                    .iter()
                    .copied()
                    .filter(|category| self.ticked(&category_tick(*category)))
                    .collect(),
            },
            objection_days: match self.text("objection_days") {
                "" => usual.objection_days,
                text => text.parse().unwrap_or(u32::MAX),
            },
        })
    }

    /// A choice; `None` when the form did not have it.
    fn code<T>(&self, name: &str, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Fault> {
        match self.0.get(name) {
            None => Ok(None),
            Some(code) => read(code).map(Some).ok_or(Fault::BadRequest),
        }
    }

    fn multiple(&self) -> Result<MultiplePolicy, Fault> {
        let policy = MultiplePolicy::from_code(self.text("multiple")).ok_or(Fault::BadRequest)?;
        Ok(match policy {
            // 0 and the extremes are refused by the rules.
            MultiplePolicy::Mapping(_) => MultiplePolicy::Mapping(Mapping {
                wrong: self.text("mapping_wrong").parse().unwrap_or(0),
                lower: self.text("mapping_lower").parse().unwrap_or(i32::MIN),
                upper: self.text("mapping_upper").parse().unwrap_or(0),
            }),
            other => other,
        })
    }

    fn review(&self) -> Result<Review, Fault> {
        let cells = Thing::ALL
            .iter()
            .flat_map(|thing| MOMENTS.map(|moment| (*thing, moment)));
        let set: BTreeSet<_> = cells
            .filter(|(thing, moment)| self.ticked(&cell(*thing, *moment)))
            .collect();
        Review::from_code(self.text("review"), set).ok_or(Fault::BadRequest)
    }
}

fn input(
    typed: &Typed,
    (id, kind): (&'static str, &'static str),
    label: &'static str,
    required: bool,
) -> impl IntoView + use<> {
    let value = typed.text(id).to_owned();
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input id=id name=id r#type=kind value=value required=required/>
        </div>
    }
}

fn tick(typed: &Typed, id: String, label: String) -> impl IntoView + use<> {
    let on = typed.ticked(&id);
    view! { <label class="tick"><input name=id r#type="checkbox" value="1" checked=on/><span>{label}</span></label> }
}

pub fn time(lang: Lang, typed: &Typed) -> impl IntoView + use<> {
    let counting = Counting::ALL
        .iter()
        .map(|counting| (counting.code().to_owned(), counting.name(lang).to_owned()))
        .collect();
    view! {
        <fieldset class="card stack">
            <legend><h2>{lang.pick("时间和次数", "Time and attempts")}</h2></legend>
            <div class="thirds">
                {input(typed, ("minutes", "number"), lang.pick("时长（分钟）", "Minutes"), true)}
                {input(typed, ("attempts", "number"), lang.pick("主考可考次数", "Attempts in the main round"), true)}
                {choice("counting", lang.pick("考了多次算哪次", "Which attempt counts"), counting, typed.text("counting"))}
            </div>
            {input(typed, ("outage_minutes", "number"), lang.pick("停电断网最多补时（分钟，0 表示不补）", "Outages made good, at most (minutes; 0: none)"), true)}
            {input(typed, ("objection_days", "number"), lang.pick("异议期（交卷或关闭后的天数，0 表示不接受）", "Days for objections after hand-in or close (0: none)"), true)}
            <details class="more" open=!typed.text("seb_keys").is_empty()>
                <summary>{lang.pick("限用 Safe Exam Browser（机房考试）", "Only in Safe Exam Browser (rooms with computers)")}</summary>
                <div class="field">
                    <label for="seb_keys">{lang.pick("配置密钥（每行一个，不限浏览器留空）", "Config Keys (one a line, empty for any browser)")}</label>
                    <textarea id="seb_keys" name="seb_keys" inner_html=as_text(typed.text("seb_keys"))></textarea>
                    <p class="small soft">{lang.pick("用 mingfa check seb 文件 算出；只有用这些配置打开的浏览器能开始和打开试卷。", "mingfa check seb FILE computes it. Only a browser with one of these configurations can begin and open the paper.")}</p>
                </div>
            </details>
            <p class="small soft">{lang.pick("补考在开考后另行添加，算法同上。", "Make-up rounds are added after the opening and count by the same rule.")}</p>
        </fieldset>
    }
}

pub fn whom(lang: Lang, typed: &Typed) -> impl IntoView + use<> {
    let ranks = RankLevel::ALL
        .iter()
        .map(|rank| tick(typed, rank_tick(*rank), rank.name(lang).to_owned()))
        .collect_view();
    let categories = Category::ALL
        .iter()
        .map(|category| tick(typed, category_tick(*category), category.name(lang).to_owned()))
        .collect_view();
    let group = |label: &'static str| view! { <legend class="strong">{label}</legend> };
    view! {
        <fieldset class="card stack">
            <legend><h2>{lang.pick("哪些人要考", "Who of them is due")}</h2></legend>
            <p class="small soft">{lang.pick(
                "都不选就是全部。厅级、处级、科级用不同试卷的，各设一场考试，各选各的职级。",
                "None ticked: everybody. Where papers differ by rank level, set up one exam for each and tick its levels.",
            )}</p>
            <fieldset>{group(lang.pick("职级", "Rank level"))}<div class="row wrap">{ranks}</div></fieldset>
            <fieldset>{group(lang.pick("人员类别", "Category"))}<div class="row wrap">{categories}</div></fieldset>
            <div class="halves">
                {input(typed, ("credits_total", "number"), lang.pick("考前须修满的学分（0 表示不要求）", "Credits needed before the exam (0: none)"), false)}
                {input(typed, ("credits_compulsory", "number"), lang.pick("其中必修学分", "Of them compulsory"), false)}
            </div>
            <p class="small soft">{lang.pick(
                "学分不够的人不能开始考试，页面会写明还差多少；确有原因的，可在此人的学法档案里写明理由后准许参加。",
                "Without them the exam cannot be begun, and the page says what is missing. With a reason, somebody can be admitted all the same on the page of their law record.",
            )}</p>
        </fieldset>
    }
}

pub fn passing(lang: Lang, typed: &Typed) -> impl IntoView + use<> {
    let minimum_of = |kind: &Kind| {
        let (id, value) = (minimum(*kind), typed.text(&minimum(*kind)).to_owned());
        let label = format!("{} · {}", kind.name(lang), lang.pick("最低分", "minimum"));
        view! {
            <div class="field">
                <label for=id.clone()>{label}</label>
                <input id=id.clone() name=id inputmode="decimal" value=value/>
            </div>
        }
    };
    let (choices, others): (Vec<Kind>, Vec<Kind>) = Kind::ALL.into_iter().partition(|kind| kind.is_choice());
    let set = others.iter().any(|kind| !typed.text(&minimum(*kind)).is_empty());
    let minimums = choices.iter().map(minimum_of).collect_view();
    let others = others.iter().map(minimum_of).collect_view();
    view! {
        <fieldset class="card stack">
            <legend><h2>{lang.pick("怎样算合格", "What passes")}</h2></legend>
            <div class="thirds">
                {input(typed, ("pass_mark", "text"), lang.pick("合格线（分）", "Pass mark (points)"), true)}
                {input(typed, ("good", "text"), lang.pick("良好线（没有就留空）", "Good from (empty: none)"), false)}
                {input(typed, ("excellent", "text"), lang.pick("优秀线（没有就留空）", "Excellent from (empty: none)"), false)}
            </div>
            <p class="small soft">{lang.pick(
                "题型最低分：这一题型不到这个分数，总分再高也不合格。不设就留空。",
                "Minimum of a part: below it the exam is not passed, whatever the total. Leave it empty for none.",
            )}</p>
            <div class="halves">{minimums}</div>
            <details class="more" open=set>
                <summary>{lang.pick("其他题型的最低分", "Minimums of other kinds")}</summary>
                <div class="halves">{others}</div>
            </details>
        </fieldset>
    }
}

pub fn marking(lang: Lang, typed: &Typed) -> impl IntoView + use<> {
    let options = MultiplePolicy::ALL
        .into_iter()
        .map(|policy| (policy.code().to_owned(), policy.name(lang).to_owned()))
        .collect();
    let definitions = MultiplePolicy::ALL
        .into_iter()
        .map(|policy| view! { <div><dt>{policy.name(lang)}</dt><dd>{policy.rule(lang)}</dd></div> })
        .collect_view();
    let mapped = typed.text("multiple") == MultiplePolicy::Mapping(Mapping::USUAL).code();
    view! {
        <fieldset class="card stack">
            <legend><h2>{lang.pick("怎么给分", "Marking")}</h2></legend>
            {choice("multiple", lang.pick("多选题和不定项怎么给分", "Marking of multiple choice"), options, typed.text("multiple"))}
            <details>
                <summary>{lang.pick("七种给分办法各是什么意思", "What each of the seven means")}</summary>
                <dl class="definitions">{definitions}</dl>
            </details>
            <p class="small soft">{lang.pick(
                "填空、数值、连线、排序按答对的部分给分，四舍五入到百分之一分；案例的各小题分值相同。简答、论述由阅卷人评阅，评完以前不出最终成绩。",
                "Blanks, numbers, pairs and orders earn the share that is right, rounded to a hundredth; the questions of a case count alike. Short answers and essays are read by people; there is no final result before.",
            )}</p>
            <div class="halves">
                {input(typed, ("second_percent", "number"), lang.pick("双评：多少 % 的主观题答卷由两人各评一次（0 不双评）", "Second reading of so many % of the longer answers (0: none)"), false)}
                {input(typed, ("second_threshold", "text"), lang.pick("两人相差超过多少分由第三人定（不超过取平均）", "Difference in points beyond which a third person decides (else the mean)"), false)}
            </div>
            <details open=mapped>
                <summary>{lang.pick("“按设定扣分”的设定（只对这一种有效）", "Numbers of the mapping (for that one only)")}</summary>
                <div class="thirds">
                    {input(typed, ("mapping_wrong", "number"), lang.pick("每错一项扣本题的 %", "% off for each wrong option"), false)}
                    {input(typed, ("mapping_lower", "number"), lang.pick("一题最低得 %（可为负）", "Least a question gives, %"), false)}
                    {input(typed, ("mapping_upper", "number"), lang.pick("一题最高得 %", "Most a question gives, %"), false)}
                </div>
            </details>
            {input(typed, ("wrong_judgement", "text"), lang.pick("判断题答错一题扣多少分（0 表示不扣）", "Points off for a wrong true-or-false answer (0: none)"), true)}
            {tick(typed, "shuffle_items".to_owned(), lang.pick("题目乱序", "Shuffle questions").to_owned())}
            {tick(typed, "shuffle_options".to_owned(), lang.pick("选项乱序（判断题除外）", "Shuffle options (not true or false)").to_owned())}
        </fieldset>
    }
}

pub fn showing(lang: Lang, typed: &Typed) -> impl IntoView + use<> {
    let custom = Review::Custom(BTreeSet::new());
    let reviews = Review::PRESETS.into_iter().chain([custom.clone()]);
    let options = reviews
        .map(|review| (review.code().to_owned(), review.name(lang).to_owned()))
        .collect();
    let releases = Release::ALL
        .iter()
        .map(|release| (release.code().to_owned(), release.name(lang).to_owned()))
        .collect();
    let is_custom = typed.text("review") == custom.code();
    view! {
        <fieldset class="card stack">
            <legend><h2>{lang.pick("什么时候给看什么", "What is shown when")}</h2></legend>
            <div class="halves">
                {choice("review", lang.pick("按哪种办法公布", "Shown as in"), options, typed.text("review"))}
                {choice("release", lang.pick("成绩要不要先批准", "Release of results"), releases, typed.text("release"))}
            </div>
            <p class="small soft">{lang.pick(
                "不管怎么选，还能再考的人都看不到对错和答案；只有练习例外。",
                "Whatever is chosen, nobody who can still sit sees what is right; practice is the only exception.",
            )}</p>
            <details>
                <summary>{lang.pick("四种办法的对照表", "The four side by side")}</summary>
                {presets(lang)}
            </details>
            <details open=is_custom>
                <summary>{lang.pick("自定义（上面选“自定义”时有效）", "One by one (when \u{201c}As set below\u{201d} is chosen above)")}</summary>
                {matrix(lang, typed)}
            </details>
        </fieldset>
    }
}

/// Each thing with the moments at which each preset shows it.
fn presets(lang: Lang) -> impl IntoView {
    let head = view! {
        <th>{lang.pick("内容", "What")}</th>
        {Review::PRESETS.map(|review| view! { <th>{review.name(lang)}</th> }).collect_view()}
    };
    let rows = Thing::ALL
        .iter()
        .map(|thing| {
            let cells = Review::PRESETS
                .map(|review| view! { <td>{review.when(*thing, lang)}</td> })
                .collect_view();
            view! { <tr><th class="plain" scope="row">{thing.name(lang)}</th>{cells}</tr> }
        })
        .collect_view();
    table(lang.pick("四种办法", "The four presets"), head, rows)
}

fn matrix(lang: Lang, typed: &Typed) -> impl IntoView + use<> {
    let head = view! {
        <th>{lang.pick("内容", "What")}</th>
        {MOMENTS.map(|moment| view! { <th>{moment.name(lang)}</th> }).collect_view()}
    };
    let row = |thing: Thing| {
        let cells = MOMENTS
            .map(|moment| {
                let id = cell(thing, moment);
                let label = format!("{} · {}", thing.name(lang), moment.name(lang));
                let on = typed.ticked(&id);
                view! { <td><label class="tick"><input name=id r#type="checkbox" value="1" checked=on aria-label=label/></label></td> }
            })
            .collect_view();
        view! { <tr><th class="plain" scope="row">{thing.name(lang)}</th>{cells}</tr> }
    };
    let rows = Thing::ALL.iter().map(|thing| row(*thing)).collect_view();
    table(lang.pick("自定义", "One by one"), head, rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::exam::Preset;

    #[test]
    fn every_policy_survives_the_form() {
        let odd = Policy {
            counting: Counting::Last,
            bands: Bands {
                excellent: Some(Points(9_050)),
                good: None,
            },
            minimums: vec![Minimum {
                kind: Kind::Multiple,
                points: Points(1_250),
            }],
            multiple: MultiplePolicy::Mapping(Mapping {
                wrong: 30,
                lower: -20,
                upper: 90,
            }),
            wrong_judgement: Points(50),
            review: Review::Custom(BTreeSet::from([(Thing::Score, Moment::Later)])),
            release: Release::Approved,
            shuffle_items: false,
            audience: Audience {
                ranks: vec![RankLevel::Ting, RankLevel::Ke],
                categories: vec![Category::Institution],
            },
            ..Policy::jining()
        };
        for policy in Preset::ALL.iter().map(|preset| preset.content().policy).chain([odd]) {
            assert_eq!(Typed::of(&policy).policy(), Ok(policy));
        }
    }

    #[test]
    fn what_no_form_of_ours_offers_is_refused_and_what_cannot_be_read_is_a_rule_that_cannot_be() {
        let typed = |name: &str, value: &str| {
            let mut typed = Typed::of(&Policy::jining());
            typed.0.insert(name.to_owned(), value.to_owned());
            typed.policy()
        };
        for name in ["counting", "multiple", "review", "release"] {
            assert_eq!(typed(name, "rubbish"), Err(Fault::BadRequest), "{name}");
        }
        assert_eq!(
            typed("good", "x").map(|policy| policy.bands.good),
            Ok(Some(Points::ZERO))
        );
        assert_eq!(
            typed("wrong_judgement", "-1").map(|policy| policy.wrong_judgement),
            Ok(Points(-1))
        );
        assert_eq!(
            typed("multiple_minimum", "x").map(|policy| policy.minimums[0].points),
            Ok(Points::ZERO)
        );
    }
}
