//! The part of the set-up form that holds the rules of a competition.

use std::collections::HashMap;

use leptos::prelude::*;

use super::super::part::choice;
use crate::{
    domain::{
        competition::{
            Asked, Chances, Counting, IdentityType, Registration, Rules, Scoring, Stage, StageKind, TieBreak, Track,
            Validity,
        },
        exam::Window,
        lang::Lang,
        points::Points,
        time::Timestamp,
    },
    error::Fault,
    ui::shell::as_text,
};

/// What stands in these fields, by name: as typed, so that nothing is lost when something has to be mended. A box that is
/// not ticked is not there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed(HashMap<String, String>);

/// As many stages as rules may have; a form that says more is not ours.
const STAGES: usize = 20;
const DAY: i64 = 24 * 3600;

fn of_stage(stage: usize, name: &str) -> String {
    format!("stage{stage}_{name}")
}

fn identity_tick(identity: IdentityType) -> String {
    format!("identity_{}", identity.code())
}

fn tie(place: usize) -> String {
    format!("tie_{place}")
}

/// Seconds with up to three decimals, as typed, to milliseconds.
fn parse_ms(text: &str) -> Option<u32> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() || part.len() > 3 || !whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let part: u32 = format!("{part:0<3}").parse().ok()?;
    whole.parse::<u32>().ok()?.checked_mul(1_000)?.checked_add(part)
}

/// `1.5`, `20`
fn seconds(ms: u32) -> String {
    let text = format!("{}.{:03}", ms / 1_000, ms % 1_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

const SCORINGS: [(&str, &str, &str); 3] = [
    ("right", "每题固定分值", "Points for each right answer"),
    ("speed", "固定分值加速度分", "Points and a bonus for speed"),
    ("until_right", "再答至全对", "Again until all is right"),
];

const CHANCES: [(&str, &str, &str); 4] = [
    ("none", "没有抽奖", "No draw"),
    ("valid", "每次有效参赛 1 次机会", "One for each valid attempt"),
    (
        "all_right",
        "每次全部答对 1 次机会",
        "One for each attempt with all right",
    ),
    ("in_a_row", "连续答对若干题 1 次机会", "One for so many right in a row"),
];

impl Typed {
    pub fn of(rules: &Rules) -> Self {
        let optional = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
        let (scoring, points, bonus, full, none) = match rules.scoring {
            Scoring::Right { points } => ("right", points, None, None, None),
            Scoring::UntilRight { points } => ("until_right", points, None, None, None),
            Scoring::Speed {
                points,
                bonus,
                full_ms,
                none_ms,
            } => ("speed", points, Some(bonus), Some(full_ms), Some(none_ms)),
        };
        let (chances, row) = match rules.chances {
            Chances::None => ("none", None),
            Chances::Valid => ("valid", None),
            Chances::AllRight => ("all_right", None),
            Chances::InARow { length, per_day } => ("in_a_row", Some((length, per_day))),
        };
        let regions: Vec<String> = rules.regions.iter().map(u32::to_string).collect();
        let fields = [
            ("track", rules.track.code().to_owned()),
            ("ask_phone", rules.registration.phone.code().to_owned()),
            ("ask_account", rules.registration.account.code().to_owned()),
            ("ask_division", rules.registration.division.code().to_owned()),
            ("ask_organization", rules.registration.organization.code().to_owned()),
            ("stages", rules.stages.len().to_string()),
            ("least_right", rules.validity.least_right.to_string()),
            ("scoring", scoring.to_owned()),
            ("points", points.to_string()),
            ("bonus", bonus.map(|bonus| bonus.to_string()).unwrap_or_default()),
            ("full_s", full.map(seconds).unwrap_or_default()),
            ("none_s", none.map(seconds).unwrap_or_default()),
            ("counting", rules.counting.code().to_owned()),
            (
                "cap_per_day",
                rules.cap_per_day.map(|cap| cap.to_string()).unwrap_or_default(),
            ),
            ("regions", regions.join(" ")),
            ("correction_days", rules.correction_days.to_string()),
            ("chances", chances.to_owned()),
            ("row_length", optional(row.map(|(length, _)| length))),
            ("row_per_day", optional(row.map(|(_, per_day)| per_day))),
            ("best_of_unit", rules.best_of_unit.to_string()),
            ("ceiling_percent", optional(rules.ceiling_percent)),
        ];
        let mut typed = Self(HashMap::new());
        for (name, value) in fields {
            typed.put(name.to_owned(), value);
        }
        typed.tick("above_zero".to_owned(), rules.validity.above_zero);
        typed.tick("certificate".to_owned(), rules.certificate);
        for identity in &rules.identities {
            typed.tick(identity_tick(*identity), true);
        }
        for (place, rule) in rules.tie_breaks.iter().enumerate() {
            typed.put(tie(place), rule.code().to_owned());
        }
        for (place, stage) in rules.stages.iter().enumerate() {
            typed.put_stage(place, stage);
        }
        typed
    }

    fn put(&mut self, name: String, value: String) {
        self.0.insert(name, value);
    }

    fn tick(&mut self, name: String, on: bool) {
        if on {
            self.put(name, "1".to_owned());
        }
    }

    fn put_stage(&mut self, place: usize, stage: &Stage) {
        let optional = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
        let fields = [
            ("kind", stage.kind.code().to_owned()),
            ("opens_at", stage.window.opens_at.local_field()),
            ("closes_at", stage.window.closes_at.local_field()),
            ("per_day", optional(stage.per_day)),
            ("total", optional(stage.total)),
            ("items", stage.items.to_string()),
            ("seconds", stage.seconds.to_string()),
            ("item_seconds", optional(stage.item_seconds)),
        ];
        for (name, value) in fields {
            self.put(of_stage(place, name), value);
        }
        self.tick(of_stage(place, "answers_shown"), stage.answers_shown);
    }

    /// What came with a form; names it does not know do no harm.
    pub fn from_fields(fields: &HashMap<String, String>) -> Self {
        let trimmed = |(name, value): (&String, &String)| (name.clone(), value.trim().to_owned());
        Self(fields.iter().map(trimmed).collect())
    }

    fn text(&self, name: &str) -> &str {
        self.0.get(name).map(String::as_str).unwrap_or_default()
    }

    fn ticked(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// How many stages the form has.
    pub fn stages(&self) -> usize {
        self.text("stages").parse().unwrap_or(0).min(STAGES)
    }

    /// With one more stage behind the last one, for as long and with the same numbers.
    pub fn with_stage(mut self) -> Self {
        let count = self.stages();
        if count >= STAGES {
            return self;
        }
        if let Some(last) = count.checked_sub(1) {
            let names = [
                "kind",
                "per_day",
                "total",
                "items",
                "seconds",
                "item_seconds",
                "answers_shown",
            ];
            for name in names {
                if let Some(value) = self.0.get(&of_stage(last, name)).cloned() {
                    self.put(of_stage(count, name), value);
                }
            }
            let window = ["opens_at", "closes_at"].map(|name| Timestamp::parse_local(self.text(&of_stage(last, name))));
            if let [Some(opens_at), Some(closes_at)] = window {
                let length = closes_at.0.saturating_sub(opens_at.0).max(DAY * 1_000);
                self.put(of_stage(count, "opens_at"), closes_at.local_field());
                self.put(
                    of_stage(count, "closes_at"),
                    Timestamp(closes_at.0.saturating_add(length)).local_field(),
                );
            }
        }
        self.put("stages".to_owned(), (count + 1).to_string());
        self
    }

    /// Without the last stage; one remains.
    pub fn without_stage(mut self) -> Self {
        let count = self.stages().saturating_sub(1).max(1);
        self.put("stages".to_owned(), count.to_string());
        self
    }

    /// The rules as typed. What cannot be read becomes a value that the rules refuse, so that every fault is named at once and
    /// by the same check.
    ///
    /// # Errors
    /// [`Fault::BadRequest`] for a choice that no form of ours offers.
    pub fn rules(&self) -> Result<Rules, Fault> {
        let code = |name: &str, read: fn(&str) -> Option<Asked>| read(self.text(name)).ok_or(Fault::BadRequest);
        let asked = |name: &str| code(name, Asked::from_code);
        let regions = self
            .text("regions")
            .split(|c: char| c.is_whitespace() || matches!(c, ',' | '，' | '、'));
        let regions = regions.filter(|code| !code.is_empty());
        let identities = IdentityType::ALL.iter().copied();
        Ok(Rules {
            track: Track::from_code(self.text("track")).ok_or(Fault::BadRequest)?,
            registration: Registration {
                phone: asked("ask_phone")?,
                account: asked("ask_account")?,
                division: asked("ask_division")?,
                organization: asked("ask_organization")?,
            },
            stages: (0..self.stages())
                .map(|stage| self.stage(stage))
                .collect::<Result<_, _>>()?,
            validity: Validity {
                least_right: self.number("least_right", Some(0), u32::MAX),
                above_zero: self.ticked("above_zero"),
            },
            scoring: self.scoring()?,
            counting: Counting::from_code(self.text("counting")).ok_or(Fault::BadRequest)?,
            cap_per_day: match self.text("cap_per_day") {
                "" => None,
                text => Some(Points::parse(text).unwrap_or(Points::ZERO)),
            },
            tie_breaks: self.tie_breaks()?,
            identities: identities
                .filter(|identity| self.ticked(&identity_tick(*identity)))
                .collect(),
            regions: regions.map(|code| code.parse().unwrap_or(0)).collect(),
            correction_days: self.number("correction_days", Some(0), u32::MAX),
            certificate: self.ticked("certificate"),
            chances: self.chances()?,
            best_of_unit: self.number("best_of_unit", Some(0), u32::MAX),
            ceiling_percent: self.optional("ceiling_percent", 0),
        })
    }

    /// A number; `empty` where nothing was typed, `bad` for what is none.
    fn number(&self, name: &str, empty: Option<u32>, bad: u32) -> u32 {
        match (self.text(name), empty) {
            ("", Some(empty)) => empty,
            (text, _) => text.parse().unwrap_or(bad),
        }
    }

    /// A number that may be left out.
    fn optional(&self, name: &str, bad: u32) -> Option<u32> {
        (!self.text(name).is_empty()).then(|| self.number(name, None, bad))
    }

    fn stage(&self, place: usize) -> Result<Stage, Fault> {
        let name = |name: &str| of_stage(place, name);
        let moment = |field: &str| Timestamp::parse_local(self.text(&name(field)));
        Ok(Stage {
            kind: StageKind::from_code(self.text(&name("kind"))).ok_or(Fault::BadRequest)?,
            window: Window {
                opens_at: moment("opens_at").unwrap_or(Timestamp(i64::MAX)),
                closes_at: moment("closes_at").unwrap_or(Timestamp(0)),
            },
            per_day: self.optional(&name("per_day"), 0),
            total: self.optional(&name("total"), 0),
            items: self.number(&name("items"), None, 0),
            seconds: self.number(&name("seconds"), None, 0),
            item_seconds: self.optional(&name("item_seconds"), 0),
            answers_shown: self.ticked(&name("answers_shown")),
        })
    }

    fn scoring(&self) -> Result<Scoring, Fault> {
        let points = Points::parse(self.text("points")).unwrap_or(Points::ZERO);
        match self.text("scoring") {
            "right" => Ok(Scoring::Right { points }),
            "until_right" => Ok(Scoring::UntilRight { points }),
            "speed" => Ok(Scoring::Speed {
                points,
                bonus: Points::parse(self.text("bonus")).unwrap_or(Points::ZERO),
                full_ms: parse_ms(self.text("full_s")).unwrap_or(u32::MAX),
                none_ms: parse_ms(self.text("none_s")).unwrap_or(0),
            }),
            _ => Err(Fault::BadRequest),
        }
    }

    fn tie_breaks(&self) -> Result<Vec<TieBreak>, Fault> {
        let places = (0..TieBreak::ALL.len()).map(tie);
        let codes = places
            .map(|name| self.text(&name).to_owned())
            .filter(|code| !code.is_empty());
        codes
            .map(|code| TieBreak::from_code(&code).ok_or(Fault::BadRequest))
            .collect()
    }

    fn chances(&self) -> Result<Chances, Fault> {
        match self.text("chances") {
            "none" => Ok(Chances::None),
            "valid" => Ok(Chances::Valid),
            "all_right" => Ok(Chances::AllRight),
            "in_a_row" => Ok(Chances::InARow {
                length: self.number("row_length", None, 0),
                per_day: self.number("row_per_day", None, 0),
            }),
            _ => Err(Fault::BadRequest),
        }
    }
}

fn input(typed: &Typed, name: String, kind: &'static str, label: String, required: bool) -> impl IntoView + use<> {
    let value = typed.text(&name).to_owned();
    view! {
        <div class="field">
            <label for=name.clone()>{label}</label>
            <input id=name.clone() name=name r#type=kind value=value required=required/>
        </div>
    }
}

fn field(
    typed: &Typed,
    name: &'static str,
    kind: &'static str,
    label: &'static str,
    required: bool,
) -> impl IntoView + use<> {
    input(typed, name.to_owned(), kind, label.to_owned(), required)
}

fn tick(typed: &Typed, name: String, label: String) -> impl IntoView + use<> {
    let on = typed.ticked(&name);
    view! { <label class="tick"><input name=name r#type="checkbox" value="1" checked=on/><span>{label}</span></label> }
}

fn select(name: String, label: String, options: Vec<(String, String)>, chosen: &str) -> impl IntoView + use<> {
    let options = options
        .into_iter()
        .map(|(value, label)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected>{label}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for=name.clone()>{label}</label>
            <select id=name.clone() name=name>{options}</select>
        </div>
    }
}

fn pairs(lang: Lang, of: &[(&'static str, &'static str, &'static str)]) -> Vec<(String, String)> {
    let pair = |(code, zh, en): &(&'static str, &'static str, &'static str)| {
        ((*code).to_owned(), lang.pick(*zh, *en).to_owned())
    };
    of.iter().map(pair).collect()
}

/// All fields of the rules.
pub fn fields(lang: Lang, typed: &Typed) -> impl IntoView + use<> {
    view! {
        {who(lang, typed)}
        {stages(lang, typed)}
        {scoring(lang, typed)}
        {ranking(lang, typed)}
        {more(lang, typed)}
    }
}

fn who(lang: Lang, typed: &Typed) -> impl IntoView + use<> {
    let identities = IdentityType::ALL
        .iter()
        .map(|identity| tick(typed, identity_tick(*identity), identity.name(lang).to_owned()))
        .collect_view();
    let asked: Vec<_> = Asked::ALL
        .iter()
        .map(|asked| (asked.code().to_owned(), asked.name(lang).to_owned()))
        .collect();
    let ask = |name: &'static str, label: &'static str| choice(name, label, asked.clone(), typed.text(name));
    let tracks = Track::ALL
        .iter()
        .map(|track| (track.code().to_owned(), track.name(lang).to_owned()))
        .collect();
    view! {
        <fieldset class="card stack">
            <legend><h2>{lang.pick("谁来参赛，报名填什么", "Who plays, and what is asked for")}</h2></legend>
            {choice("track", lang.pick("赛道", "Track"), tracks, typed.text("track"))}
            <fieldset><legend class="strong">{lang.pick("允许的参赛身份", "Identity types admitted")}</legend><div class="row wrap">{identities}</div></fieldset>
            <div class="field">
                <label for="regions">{lang.pick("限定地区（行政区划代码，空格隔开；不限留空）", "Regions (codes of divisions with spaces between; empty: everywhere)")}</label>
                <textarea id="regions" name="regions" inner_html=as_text(typed.text("regions"))></textarea>
            </div>
            <div class="halves">
                {ask("ask_division", lang.pick("所在地区", "Region"))}
                {ask("ask_organization", lang.pick("所在单位", "Unit"))}
                {ask("ask_phone", lang.pick("手机号（只存摘要和打码）", "Telephone (digest and masked form only)"))}
                {ask("ask_account", lang.pick("本站账号", "Account on this site"))}
            </div>
            {tick(typed, "certificate".to_owned(), lang.pick("发证书，因此要填真实姓名", "A certificate is given, so the real name is asked for").to_owned())}
            {field(typed, "correction_days", "number", lang.pick("参赛信息几天内可自行改正一次（0 表示不能）", "Days to correct the registration once (0: not at all)"), true)}
        </fieldset>
    }
}

fn stages(lang: Lang, typed: &Typed) -> impl IntoView + use<> {
    let count = typed.stages();
    let each = (0..count).map(|place| stage(lang, typed, place)).collect_view();
    let button = |value: &'static str, label: &'static str| {
        view! { <button class="button" r#type="submit" name="go" value=value formnovalidate=true>{label}</button> }
    };
    view! {
        <section class="stack" id="stages">
            <input r#type="hidden" name="stages" value=count.to_string()/>
            {each}
            <div class="row wrap">
                {(count < STAGES).then(|| button("add_stage", lang.pick("再加一个阶段", "Add a stage")))}
                {(count > 1).then(|| button("remove_stage", lang.pick("去掉最后一个阶段", "Remove the last stage")))}
            </div>
            <p class="small soft">{lang.pick("填过的内容都会保留。", "What was typed is kept.")}</p>
        </section>
    }
}

fn stage(lang: Lang, typed: &Typed, place: usize) -> impl IntoView + use<> {
    let name = |name: &str| of_stage(place, name);
    let line = |field: &str, kind: &'static str, label: &'static str, required: bool| {
        input(typed, name(field), kind, label.to_owned(), required)
    };
    let kinds = StageKind::ALL
        .iter()
        .map(|kind| (kind.code().to_owned(), kind.name(lang).to_owned()))
        .collect();
    let title = match lang {
        Lang::Zh => format!("第 {} 阶段", place + 1),
        Lang::En => format!("Stage {}", place + 1),
    };
    view! {
        <fieldset class="card stack">
            <legend><h2>{title}</h2></legend>
            {select(name("kind"), lang.pick("训练赛不计分、另计数", "Training gives no points and is counted apart").to_owned(), kinds, typed.text(&name("kind")))}
            <div class="halves">
                {line("opens_at", "datetime-local", lang.pick("开始（北京时间）", "Opens (Beijing time)"), true)}
                {line("closes_at", "datetime-local", lang.pick("结束（北京时间）", "Closes (Beijing time)"), true)}
            </div>
            <div class="thirds">
                {line("per_day", "number", lang.pick("每人每天几次（不限留空）", "Attempts a day (empty: any)"), false)}
                {line("total", "number", lang.pick("每人共几次（不限留空）", "Attempts in all (empty: any)"), false)}
                {line("items", "number", lang.pick("每次几题", "Questions of an attempt"), true)}
                {line("seconds", "number", lang.pick("每次限时（秒）", "Seconds for an attempt"), true)}
                {line("item_seconds", "number", lang.pick("每题限时（秒，不限留空）", "Seconds for a question (empty: none)"), false)}
            </div>
            {tick(typed, name("answers_shown"), lang.pick("交卷后公布正确答案和解析", "Right answers and explanations after the hand-in").to_owned())}
        </fieldset>
    }
}

fn scoring(lang: Lang, typed: &Typed) -> impl IntoView + use<> {
    view! {
        <fieldset class="card stack">
            <legend><h2>{lang.pick("怎样算有效，怎样得分", "What is valid, and what it is worth")}</h2></legend>
            <div class="halves">
                {field(typed, "least_right", "number", lang.pick("至少答对几题才有效（0 表示交卷就有效）", "Right answers needed to be valid (0: none)"), true)}
                {tick(typed, "above_zero".to_owned(), lang.pick("得分大于 0 才有效", "Valid only with more than 0 points").to_owned())}
            </div>
            <div class="halves">
                {choice("scoring", lang.pick("得分办法", "Scoring"), pairs(lang, &SCORINGS), typed.text("scoring"))}
                {field(typed, "points", "text", lang.pick("每题分值", "Points for a right answer"), true)}
            </div>
            <details class="more" open=typed.text("scoring") == "speed">
                <summary>{lang.pick("速度分（选“固定分值加速度分”时有效）", "The bonus for speed (for that one only)")}</summary>
                <div class="thirds">
                    {field(typed, "bonus", "text", lang.pick("速度分满额", "Full bonus"), false)}
                    {field(typed, "full_s", "text", lang.pick("几秒以内得满额", "Full within (seconds)"), false)}
                    {field(typed, "none_s", "text", lang.pick("几秒起不得", "None from (seconds)"), false)}
                </div>
                <p class="small soft">{lang.pick("两者之间按比例减少；时间由服务器计，按 0.1 秒一档。", "In proportion between them; the server's time in steps of 0.1 s.")}</p>
            </details>
        </fieldset>
    }
}

fn ranking(lang: Lang, typed: &Typed) -> impl IntoView + use<> {
    let counting = Counting::ALL
        .iter()
        .map(|counting| (counting.code().to_owned(), counting.name(lang).to_owned()))
        .collect();
    let none = (String::new(), lang.pick("（并列）", "(shared)").to_owned());
    let rules: Vec<_> = std::iter::once(none)
        .chain(
            TieBreak::ALL
                .iter()
                .map(|rule| (rule.code().to_owned(), rule.name(lang).to_owned())),
        )
        .collect();
    let ties = (0..TieBreak::ALL.len())
        .map(|place| {
            let label = match lang {
                Lang::Zh => format!("同分时第 {} 看", place + 1),
                Lang::En => format!("Tie-break {}", place + 1),
            };
            select(tie(place), label, rules.clone(), typed.text(&tie(place)))
        })
        .collect_view();
    view! {
        <fieldset class="card stack">
            <legend><h2>{lang.pick("怎样排名", "How players and units are ranked")}</h2></legend>
            <div class="halves">
                {choice("counting", lang.pick("多次成绩怎样算", "Which attempts count"), counting, typed.text("counting"))}
                {field(typed, "cap_per_day", "text", lang.pick("每天最多计几分（只用于累计，不限留空）", "Most points of a day (for sums only, empty: none)"), false)}
            </div>
            <div class="thirds">{ties}</div>
            {field(typed, "best_of_unit", "number", lang.pick("单位排名取最好的几人平均（0 表示全体参赛人员）", "Best players of a unit whose mean it is ranked by (0: all)"), true)}
        </fieldset>
    }
}

fn more(lang: Lang, typed: &Typed) -> impl IntoView + use<> {
    view! {
        <fieldset class="card stack">
            <legend><h2>{lang.pick("抽题和抽奖", "Questions and prize draw")}</h2></legend>
            {field(typed, "ceiling_percent", "number", lang.pick("曝光率上限（每题最多出现在百分之几的试卷里，不限留空）", "Exposure ceiling (most percent of papers a question stands on, empty: none)"), false)}
            {choice("chances", lang.pick("抽奖机会", "Chances in the draw"), pairs(lang, &CHANCES), typed.text("chances"))}
            <details class="more" open=typed.text("chances") == "in_a_row">
                <summary>{lang.pick("连续答对（选“连续答对若干题”时有效）", "In a row (for that one only)")}</summary>
                <div class="halves">
                    {field(typed, "row_length", "number", lang.pick("连续几题", "Right answers in a row"), false)}
                    {field(typed, "row_per_day", "number", lang.pick("每天最多几次机会", "Most chances a day"), false)}
                </div>
            </details>
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::competition::{RulesFault, preset::Preset};

    const WINDOW: Window = Window {
        opens_at: Timestamp(1_780_243_200_000),
        closes_at: Timestamp(1_780_243_200_000 + 30 * 86_400_000),
    };

    #[test]
    fn all_rules_survive_the_form() {
        let odd = Rules {
            track: Track::Team,
            validity: Validity {
                least_right: 2,
                above_zero: true,
            },
            scoring: Scoring::Speed {
                points: Points::whole(10),
                bonus: Points(250),
                full_ms: 1_500,
                none_ms: 20_000,
            },
            cap_per_day: Some(Points(1_250)),
            tie_breaks: vec![TieBreak::ShorterTime, TieBreak::MoreRight],
            identities: vec![IdentityType::Employee],
            regions: vec![3703, 370_303],
            chances: Chances::InARow { length: 5, per_day: 2 },
            best_of_unit: 20,
            ceiling_percent: Some(30),
            certificate: true,
            ..Preset::Daily15.rules(WINDOW)
        };
        for rules in Preset::ALL.iter().map(|preset| preset.rules(WINDOW)).chain([odd]) {
            assert_eq!(Typed::of(&rules).rules(), Ok(rules));
        }
    }

    #[test]
    fn what_cannot_be_read_is_a_rule_that_cannot_be() {
        let faults = |name: &str, value: &str| {
            let mut typed = Typed::of(&Preset::OfficialFive.rules(WINDOW));
            typed.put(name.to_owned(), value.to_owned());
            typed.rules().map(|rules| rules.faults())
        };
        for (name, value, fault) in [
            ("stage0_opens_at", "x", RulesFault::Windows),
            ("stage1_items", "five", RulesFault::Items),
            ("stage1_seconds", "", RulesFault::Seconds),
            ("stage1_per_day", "-1", RulesFault::Attempts),
            ("stage1_total", "x", RulesFault::Attempts),
            ("stage1_item_seconds", "x", RulesFault::Seconds),
            ("least_right", "x", RulesFault::Validity),
            ("points", "-1", RulesFault::Scoring),
            ("scoring", "speed", RulesFault::Scoring),
            ("cap_per_day", "x", RulesFault::Cap),
            ("regions", "3703 山东", RulesFault::Regions),
            ("correction_days", "x", RulesFault::Correction),
            ("best_of_unit", "x", RulesFault::BestOfUnit),
            ("ceiling_percent", "x", RulesFault::Ceiling),
            ("chances", "in_a_row", RulesFault::Chances),
            ("tie_1", "earlier_finish", RulesFault::TieBreaks),
        ] {
            assert_eq!(faults(name, value), Ok(vec![fault]), "{name}");
        }
        for name in [
            "track",
            "ask_phone",
            "scoring",
            "counting",
            "chances",
            "tie_0",
            "stage0_kind",
        ] {
            assert_eq!(faults(name, "rubbish"), Err(Fault::BadRequest), "{name}");
        }
    }

    #[test]
    fn a_stage_is_added_behind_the_last_one_and_one_remains() {
        let typed = Typed::of(&Preset::OfficialFive.rules(WINDOW)).with_stage();
        let rules = typed.rules().expect("rules");
        assert_eq!((rules.stages.len(), rules.faults()), (3, Vec::new()));
        assert_eq!(rules.stages[2].window.opens_at, rules.stages[1].window.closes_at);
        let bare = (0..5).fold(typed, |typed, _| typed.without_stage());
        assert_eq!(bare.stages(), 1);
        let full = (0..30).fold(bare, |typed, _| typed.with_stage());
        assert_eq!(full.stages(), STAGES);
    }

    #[test]
    fn seconds_are_read_to_the_millisecond() {
        for (text, ms) in [
            ("1.5", Some(1_500)),
            ("20", Some(20_000)),
            ("0.001", Some(1)),
            ("", None),
            ("1.2345", None),
            ("-1", None),
            ("99999999", None),
        ] {
            assert_eq!(parse_ms(text), ms, "{text}");
        }
        assert_eq!([1_500, 20_000, 1, 0].map(seconds), ["1.5", "20", "0.001", "0"]);
    }
}
