//! Demonstration content: an invented emergency-management bureau with 138 staff, questions of our own, an open exam,
//! the divisions of one city, invented units of it, regulations that we made up, and a planned year. It goes in through the same doors as an administrator's files.

mod plan;

pub mod year;

mod officers;

use std::fmt::Write;

use super::{
    App, Caller, Result, bank,
    competition::{self, simulate},
    course, division, exam, law, organization, roster,
};
use crate::{
    db,
    domain::{
        blueprint::Blueprint,
        competition::{StageKind, preset::Preset},
        course::{Draft, Heading, LessonKind, Source},
        credit::Credits,
        exam::{Policy, Window},
        id::{BankId, ExamId},
        must_know::{For, Wish},
        person::RankLevel,
        role::Right,
        time::{DAY, Timestamp},
    },
    error::Fault,
};

const BANK: &str = "年度学法考试题库";
/// One question of every kind beyond choice.
const FORMS_BANK: &str = "题型示例";
const FORMS: &[u8] = include_bytes!("questions/forms.csv");
/// 淄博市 with its districts and the towns of three of them: facts, written down by us.
const DIVISIONS: &[u8] = include_bytes!("divisions.csv");
const ORGANIZATIONS: &[u8] = include_bytes!("organizations.csv");
const BUREAU: &str = "示例市应急管理局";
const WINDOW_SECONDS: i64 = 30 * 24 * 3600;

const QUESTIONS: [(&str, &[u8]); 4] = [
    ("安全生产法.csv", include_bytes!("questions/work_safety.csv")),
    ("突发事件应对法.csv", include_bytes!("questions/emergency_response.csv")),
    ("消防法.csv", include_bytes!("questions/fire_protection.csv")),
    ("行政处罚法.csv", include_bytes!("questions/administrative_penalty.csv")),
];

/// Two regulations of a city that does not exist, one of them in two versions.
const LAWS: [(&str, &[u8]); 3] = [
    ("燃气使用安全办法（2019）.md", include_bytes!("laws/gas_2019.md")),
    ("燃气使用安全办法（2025）.md", include_bytes!("laws/gas_2025.md")),
    ("应急避难场所管理规定.md", include_bytes!("laws/shelter_2022.md")),
];

/// Lessons written by us: kind, title, text, and the law whose questions its test asks.
const LESSONS: [(LessonKind, &str, &str, &str); 3] = [
    (
        LessonKind::Text,
        "安全生产：谁来负责",
        include_str!("courses/responsibility.md"),
        "安全生产法",
    ),
    (
        LessonKind::Text,
        "突发事件：报告、指挥和安置",
        include_str!("courses/emergency.md"),
        "突发事件应对法",
    ),
    (
        LessonKind::Case,
        "夜市里的液化气瓶",
        include_str!("courses/night_market.md"),
        "消防法",
    ),
];

/// Units with their number of staff: 15 units, 138 persons.
const UNITS: [(&str, usize); 15] = [
    ("局领导", 7),
    ("办公室", 9),
    ("政治部", 6),
    ("规划财务科", 5),
    ("政策法规科", 5),
    ("应急指挥中心", 14),
    ("安全生产综合协调科", 7),
    ("安全生产基础科", 6),
    ("危险化学品监管科", 10),
    ("防汛抗旱科", 7),
    ("火灾防治管理科", 6),
    ("地震和地质灾害救援科", 5),
    ("救灾和物资保障科", 6),
    ("安全生产执法支队", 31),
    ("应急救援保障中心", 14),
];

const SURNAMES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕";
const GIVEN: &str =
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建文辉力晶晨宇浩凯倩琳雪梅松柏青山河海清远志新国庆安宁思源";

/// Brings our own questions in; gives their bank.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages banks asks.
pub async fn questions(app: &App, caller: &Caller) -> Result<BankId> {
    for (file, body) in QUESTIONS {
        bank::import(app, caller, BANK, file, body).await?;
    }
    let banks = bank::banks(app, caller).await?;
    let bank = banks.into_iter().find(|summary| summary.bank.name == BANK);
    let id = bank.ok_or(Fault::NotFound)?.bank.id;
    bank::set_practice(app, caller, id, true).await?;
    Ok(id)
}

/// Fills an empty database. Gives the exam, or `None` when there are persons or exams already.
///
/// # Errors
/// When the database fails.
pub async fn fill(app: &App, caller: &Caller) -> Result<Option<ExamId>> {
    caller.may_everywhere(Right::ManageRoles)?;
    if !db::person::all(&app.db).await?.is_empty() || !db::exam::all(&app.db).await?.is_empty() {
        return Ok(None);
    }
    roster::import(app, caller, "花名册.csv", roster_csv(2026).as_bytes()).await?;
    let bank = questions(app, caller).await?;
    bank::import(app, caller, FORMS_BANK, "各种题型.csv", FORMS).await?;
    divisions(app, caller).await?;
    organization::import(app, caller, "参赛单位.csv", ORGANIZATIONS.to_vec()).await?;
    laws(app, caller).await?;
    lessons(app, caller).await?;
    contest(app, caller, bank).await?;
    plan::fill(app, caller, BUREAU).await?;
    officers::fill(app, caller).await?;
    let now = app.now();
    let setup = exam::Setup {
        title: format!("{} 年度国家工作人员学法考试", now.civil().year),
        unit: None,
        bank,
        window: Window {
            opens_at: now,
            closes_at: end_of_day(now.plus_seconds(WINDOW_SECONDS)),
        },
        policy: Policy::jining(),
        blueprint: Blueprint::jining(),
    };
    let id = exam::create(app, caller, setup).await?;
    exam::publish(app, caller, id).await?;
    exam::open(app, caller, id).await?;
    Ok(Some(id))
}

/// Brings our own regulations in, and a list of what must be known of them.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages laws everywhere.
pub async fn laws(app: &App, caller: &Caller) -> Result<()> {
    for (file, body) in LAWS {
        let (_, stored) = law::import(app, caller, file, body.to_vec()).await?;
        stored?;
    }
    let year = app.now().civil().year;
    let wish = Wish {
        title: format!("{year} 年度应急管理执法人员应知应会清单"),
        year: u16::try_from(year).unwrap_or_default(),
        whom: For {
            rank_level: Some(RankLevel::Ke),
            category: None,
            post: "执法岗位".to_owned(),
        },
        lines: Wish::lines(
            "示例市燃气使用安全办法\n示例市燃气使用安全办法 第七条\n示例市应急避难场所管理规定 第六条\n本局年度执法检查计划",
        ),
    };
    law::make(app, caller, None, wish).await?;
    Ok(())
}

/// Publishes a course of this year.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages courses everywhere.
pub async fn lessons(app: &App, caller: &Caller) -> Result<()> {
    let heading = Heading {
        title: "应急管理干部必修法律课".to_owned(),
        summary: "三课，每课五题。先测后学：已经掌握的直接给学分。".to_owned(),
        year: super::credit::this_year(app),
        unit: None,
        compulsory: true,
        diagnostic: 3,
    };
    let id = course::create(app, caller, heading).await?;
    for (place, (kind, title, body, law)) in (1..).zip(LESSONS) {
        let draft = Draft {
            kind,
            title: title.to_owned(),
            body: body.to_owned(),
            credits: Credits::whole(5),
            questions: 5,
            pass: 4,
            sources: Source::lines(law),
        };
        course::change_lesson(app, caller, id, None, place, draft).await?;
    }
    course::publish(app, caller, id).await
}

/// Brings the divisions of one city in.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages competitions everywhere asks.
pub async fn divisions(app: &App, caller: &Caller) -> Result<()> {
    let file = ("行政区划.csv".to_owned(), DIVISIONS.to_vec());
    division::import(app, caller, vec![file]).await?;
    Ok(())
}

/// Days that the demonstration's competition has been open, and invented people who have played in it.
const CONTEST_DAYS: u32 = 10;
const CONTEST_PLAYERS: u32 = 300;

/// A competition that anybody can join, with invented people on its boards.
async fn contest(app: &App, caller: &Caller, bank: BankId) -> Result<()> {
    let opens_at = Timestamp(app.now().0 - i64::from(CONTEST_DAYS) * DAY);
    let window = Window {
        opens_at,
        closes_at: end_of_day(app.now().plus_seconds(WINDOW_SECONDS)),
    };
    let mut rules = Preset::OfficialFive.rules(window);
    rules.stages.retain(|stage| stage.kind == StageKind::Official);
    rules.stages.iter_mut().for_each(|stage| stage.window = window);
    rules.certificate = false;
    rules.best_of_unit = 5;
    let setup = competition::setup::Setup {
        title: "示例市应急管理普法知识竞赛".to_owned(),
        unit: None,
        bank,
        rules,
    };
    let id = competition::setup::create(app, caller, setup).await?;
    competition::setup::publish(app, caller, id).await?;
    let size = simulate::Size {
        players: CONTEST_PLAYERS,
        participations: CONTEST_PLAYERS * 3,
        days: CONTEST_DAYS,
        units: 0,
        seed: 2026,
    };
    let units = organization::known(app).await?;
    simulate::fill(app, caller, id, size, &units, |_| {}).await?;
    Ok(())
}

fn end_of_day(moment: Timestamp) -> Timestamp {
    Timestamp::from_civil(crate::domain::time::Civil {
        hour: 18,
        minute: 0,
        second: 0,
        ..moment.civil()
    })
}

/// A roster file of invented people, the same for the same seed.
pub fn roster_csv(seed: u64) -> String {
    use crate::domain::paper::Dice;

    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_be_bytes());
    let mut dice = super::random::PaperDice::new(&bytes, ExamId(0), crate::domain::id::PersonId(0), 0);
    let (surnames, given): (Vec<char>, Vec<char>) = (SURNAMES.chars().collect(), GIVEN.chars().collect());
    let mut pick = |from: &[char]| from[dice.below(from.len() as u32) as usize];
    let mut names = std::collections::HashSet::new();
    let mut csv = String::from("工号,姓名,单位,职级,类别\n");
    let mut number = 20_230_001;
    for (unit, staff) in UNITS {
        for place in 0..staff {
            let name = loop {
                let mut name = String::from(pick(&surnames));
                name.push(pick(&given));
                if number % 3 != 0 {
                    name.push(pick(&given));
                }
                if names.insert(name.clone()) {
                    break name;
                }
            };
            let rank = match (unit, place) {
                ("局领导", _) => "处级",
                (_, 0..=1) => "科级",
                _ => "其他",
            };
            let category = match unit {
                "应急救援保障中心" => "事业单位人员",
                "安全生产执法支队" => "参公人员",
                _ => "公务员",
            };
            // Writing to a String cannot fail.
            let _ = writeln!(csv, "{number},{name},{BUREAU}/{unit},{rank},{category}");
            number += 1;
        }
    }
    csv
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bureau_has_138_staff_in_15_units() {
        assert_eq!(UNITS.iter().map(|(_, staff)| staff).sum::<usize>(), 138);
        assert_eq!(roster_csv(1).lines().count(), 139);
        assert_eq!(roster_csv(1), roster_csv(1));
    }
}
