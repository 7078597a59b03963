//! A past year of the bureau, lived through its own use cases by a clock that is moved along: an exam that everybody sits, a ledger
//! of what was done for legal education, and the closing. What a report says of the year is counted from this.

use super::{BUREAU, UNITS, end_of_day, laws, lessons, questions, roster_csv};
use crate::{
    db,
    domain::{
        activity::{Kind, Mode, Wish},
        attempt::Event,
        blueprint::Blueprint,
        exam::{Policy, Window},
        id::{BankId, ExamId, OfficerCertificateId, PersonId, UnitId},
        item::{Kind as Form, OptionSet, Question},
        law::cited,
        officer::{Category, Outcome, Wish as CertificateWish},
        paper::{Dice as _, Drawn, Paper},
        person::Person,
        role::Right,
        time::{Civil, DAY, Timestamp},
        unit::Tree,
    },
    error::Fault,
    service::{
        App, Caller, Result, activity,
        clock::ManualClock,
        edition, exam,
        officer::{self, Reviewing},
        random::PaperDice,
        roster, sitting,
        slot::Entry,
        year,
    },
};

/// What one year had.
struct Story {
    year: u16,
    publicity: usize,
    /// Pieces of each entry of works.
    works: &'static [i64],
    sessions: usize,
    courts: usize,
    /// 人次 of the competition that the province held.
    participations: i64,
    edition: &'static str,
    award: &'static str,
    /// Holders of enforcement certificates whose yearly review is done.
    reviewed: usize,
    /// Persons who did not come to the exam, and who failed it.
    absent: usize,
    failing: usize,
}

/// Persons of the bureau who hold an enforcement certificate.
const HOLDERS: usize = 102;

/// The year before, so that there is something to compare with.
fn before(year: u16) -> Story {
    Story {
        year,
        publicity: 164,
        works: &[5, 4, 7, 3],
        sessions: 3,
        courts: 2,
        participations: 3_120_000,
        edition: "第一届全省应急管理普法知识竞赛",
        award: "三等奖",
        reviewed: 97,
        absent: 4,
        failing: 5,
    }
}

fn told(year: u16) -> Story {
    Story {
        year,
        publicity: 213,
        works: &[6, 8, 5, 4, 7, 4],
        sessions: 4,
        courts: 3,
        participations: 4_500_000,
        edition: "第二届全省应急管理普法知识竞赛",
        award: "一等奖",
        reviewed: HOLDERS,
        absent: 0,
        failing: 0,
    }
}

/// Fills an empty database with the bureau as it was at the end of `year`: that year and the one before, both closed. `false` when
/// there are persons or exams already. `clock` is the clock of `app`.
///
/// # Errors
/// [`Fault::Forbidden`] unless the operator asks; when the database fails.
pub async fn fill(app: &App, clock: &ManualClock, caller: &Caller, number: u16) -> Result<bool> {
    caller.may_everywhere(Right::ManageRoles)?;
    if !db::person::all(&app.db).await?.is_empty() || !db::exam::all(&app.db).await?.is_empty() {
        return Ok(false);
    }
    clock.set(at(number - 1, 1, 4, 9));
    roster::import(app, caller, "花名册.csv", roster_csv(2026).as_bytes()).await?;
    let bank = questions(app, caller).await?;
    let mut bureau = Bureau::read(app).await?;
    bureau.certificates = certificates(app, caller, &bureau, number - 1).await?;
    live(app, clock, caller, &bureau, (bank, &before(number - 1))).await?;
    clock.set(at(number, 1, 11, 9));
    laws(app, caller).await?;
    lessons(app, caller).await?;
    live(app, clock, caller, &bureau, (bank, &told(number))).await?;
    Ok(true)
}

fn at(year: u16, month: u8, day: u8, hour: u8) -> Timestamp {
    Timestamp::from_civil(Civil {
        year: year.into(),
        month,
        day,
        hour,
        minute: 0,
        second: 0,
    })
}

/// The units by the places of [`UNITS`], and everybody in the order of numbers.
struct Bureau {
    units: Vec<UnitId>,
    persons: Vec<Person>,
    /// Of the first [`HOLDERS`] persons.
    certificates: Vec<OfficerCertificateId>,
}

impl Bureau {
    async fn read(app: &App) -> Result<Self> {
        let tree: Tree = db::person::units(&app.db).await?;
        let unit = |name: &str| tree.find(&[BUREAU.to_owned(), name.to_owned()]).map(|unit| unit.id);
        let units: Option<Vec<UnitId>> = UNITS.iter().map(|(name, _)| unit(name)).collect();
        let mut persons = db::person::all(&app.db).await?;
        persons.sort_by(|one, other| one.number.cmp(&other.number));
        Ok(Self {
            units: units.ok_or(Fault::NotFound)?,
            persons,
            certificates: Vec::new(),
        })
    }

    fn of(&self, unit: UnitId) -> impl Iterator<Item = PersonId> {
        self.persons
            .iter()
            .filter(move |person| person.unit == unit)
            .map(|person| person.id)
    }
}

/// A year from its beginning to its closing in the January after it.
async fn live(
    app: &App,
    clock: &ManualClock,
    caller: &Caller,
    bureau: &Bureau,
    (bank, story): (BankId, &Story),
) -> Result<()> {
    clock.set(at(story.year, 1, 11, 10));
    year::begin(app, caller, story.year).await?;
    for entry in ledger(bureau, story) {
        // Entered in the evening of the day it took place.
        clock.set(entry.wish.day.plus_seconds(18 * 3600));
        let id = activity::enter(app, caller, entry.wish, true).await?;
        for some in entry.persons.chunks(50) {
            activity::add_persons(app, caller, id, some).await?;
        }
    }
    sat(app, clock, caller, bureau, (bank, story)).await?;
    clock.set(at(story.year, 11, 20, 10));
    let reviewing = Reviewing {
        year: story.year,
        outcome: Outcome::Reviewed,
        day: at(story.year, 11, 20, 0),
        until: None,
        document: format!("示司发〔{}〕31号", story.year),
    };
    officer::review(app, caller, &bureau.certificates[..story.reviewed], reviewing).await?;
    clock.set(at(story.year + 1, 1, 10, 9));
    edition::close(app, caller, story.year).await
}

/// Enters the certificates that the bureau's officers hold when a year begins; they are good beyond the next one.
async fn certificates(app: &App, caller: &Caller, bureau: &Bureau, year: u16) -> Result<Vec<OfficerCertificateId>> {
    let mut ids = Vec::new();
    for (place, person) in bureau.persons.iter().take(HOLDERS).enumerate() {
        let certificate = CertificateWish {
            number: format!("示执{:04}", place + 1),
            area: "安全生产".to_owned(),
            category: Category::Enforcement,
            issued: at(year - 1, 6, 1, 0),
            until: at(year + 4, 5, 31, 0),
        };
        ids.push(officer::enter(app, caller, &person.number, certificate).await?);
    }
    Ok(ids)
}

/// An entry with its name list.
struct Entered {
    wish: Wish,
    persons: Vec<PersonId>,
}

/// Month, and what that month is about.
const OCCASIONS: [(u8, &str); 12] = [
    (1, "岁末年初安全提示"),
    (2, "春节烟花爆竹安全"),
    (3, "复工复产安全"),
    (4, "全民国家安全教育日"),
    (5, "民法典宣传月和防灾减灾日"),
    (6, "安全生产月"),
    (7, "防汛避险"),
    (8, "高温作业安全"),
    (9, "开学第一课"),
    (10, "国际减灾日"),
    (11, "消防宣传月"),
    (12, "宪法宣传周"),
];
const FORMS: [&str; 8] = [
    "进企业",
    "进农村",
    "进社区",
    "进学校",
    "进家庭",
    "现场咨询",
    "以案释法",
    "应急广播",
];
/// Units that go out to the public, by their places.
const OUT: [usize; 10] = [4, 6, 7, 8, 9, 10, 11, 12, 13, 14];
const WORKS: [&str; 4] = ["普法短视频", "普法海报", "以案释法折页", "普法情景剧"];

/// Everything of a year's ledger, in the order of days.
fn ledger(bureau: &Bureau, story: &Story) -> Vec<Entered> {
    let entry = |kind, unit: usize, day, title: String| Wish {
        kind,
        mode: Mode::Onsite,
        unit: bureau.units[unit],
        day,
        title,
        place: String::new(),
        form: String::new(),
        audience: None,
        quantity: 1,
        document: String::new(),
        note: String::new(),
    };
    let day = |month, day| at(story.year, month, day, 0);
    let plain = |wish| Entered {
        wish,
        persons: Vec::new(),
    };
    let mut all: Vec<Entered> = (0..story.publicity)
        .map(|place| {
            // Spread over the year from 12 January on.
            let on = Timestamp(day(1, 12).0 + (place * 350 / story.publicity) as i64 * DAY);
            let (month, form) = (on.civil().month, FORMS[place % FORMS.len()]);
            let occasion = OCCASIONS[usize::from(month) - 1].1;
            plain(Wish {
                form: form.to_owned(),
                place: ["园区", "集市", "广场", "村委会", "学校"][place % 5].to_owned(),
                // Not every event counts who came.
                audience: (place % 3 != 0).then_some(40 + (place * 37 % 160) as i64),
                ..entry(
                    Kind::Publicity,
                    OUT[place % OUT.len()],
                    on,
                    format!("{occasion}普法宣传{form}"),
                )
            })
        })
        .collect();
    for (place, pieces) in story.works.iter().enumerate() {
        let on = day(2 + place as u8, 20);
        let title = format!("征集{}", WORKS[place % WORKS.len()]);
        all.push(plain(Wish {
            form: "征集".to_owned(),
            quantity: *pieces,
            ..entry(Kind::Work, 4, on, title)
        }));
    }
    let laws = ["安全生产法", "突发事件应对法", "消防法", "行政处罚法"];
    for (place, law) in laws.into_iter().take(story.sessions).enumerate() {
        let on = day(3 + 3 * place as u8, 15);
        let title = format!("党委理论学习中心组专题学习《{law}》");
        let leaders: Vec<PersonId> = bureau.of(bureau.units[0]).collect();
        all.push(Entered {
            wish: Wish {
                audience: Some(leaders.len() as i64),
                ..entry(Kind::StudySession, 0, on, title)
            },
            persons: leaders,
        });
    }
    for (month, title) in [(5, "行政执法三项制度讲座"), (10, "安全生产行刑衔接讲座")] {
        all.push(plain(entry(Kind::Lecture, 4, day(month, 26), title.to_owned())));
    }
    for place in 0..story.courts {
        let some = bureau.persons.iter().skip(place * 46).take(46).map(|person| person.id);
        all.push(Entered {
            wish: Wish {
                mode: Mode::Online,
                ..entry(
                    Kind::CourtObservation,
                    4,
                    day(4 + 3 * place as u8, 18),
                    "网上旁听行政案件庭审".to_owned(),
                )
            },
            persons: some.collect(),
        });
    }
    all.push(plain(Wish {
        mode: Mode::Online,
        place: "全市".to_owned(),
        quantity: story.participations,
        document: "省竞赛组委会关于参赛情况的通报（示例）".to_owned(),
        ..entry(Kind::ContestElsewhere, 4, day(9, 28), story.edition.to_owned())
    }));
    all.push(plain(Wish {
        form: story.award.to_owned(),
        document: "省竞赛组委会关于表彰获奖单位的通报（示例）".to_owned(),
        ..entry(
            Kind::TeamResult,
            4,
            day(10, 30),
            format!("{}{}", story.edition, story.award),
        )
    }));
    all.push(plain(Wish {
        document: "关于学法考法情况的通报（示例）".to_owned(),
        ..entry(Kind::Circular, 4, day(12, 20), "年度学法考法情况通报".to_owned())
    }));
    all.sort_by_key(|entry| entry.wish.day);
    all
}

/// The exam of the year.
async fn sat(
    app: &App,
    clock: &ManualClock,
    caller: &Caller,
    bureau: &Bureau,
    (bank, story): (BankId, &Story),
) -> Result<()> {
    let opens_at = at(story.year, 11, 6, 9);
    clock.set(opens_at);
    let setup = exam::Setup {
        title: format!("{} 年度国家工作人员学法考试", story.year),
        unit: None,
        bank,
        window: Window {
            opens_at,
            closes_at: end_of_day(at(story.year, 11, 24, 9)),
        },
        policy: Policy::jining(),
        blueprint: Blueprint::jining(),
    };
    let id = exam::create(app, caller, setup).await?;
    exam::publish(app, caller, id).await?;
    exam::open(app, caller, id).await?;
    let coming = bureau.persons.len() - story.absent;
    for (place, person) in bureau.persons.iter().take(coming).enumerate() {
        clock.set(Timestamp(opens_at.0 + (place % 15) as i64 * DAY));
        clock.advance_seconds(600 + 97 * place as i64);
        // One in so many, so that those who fail are not all of one unit.
        let fails = story.failing > 0
            && place % (coming / story.failing) == 0
            && place / (coming / story.failing) < story.failing;
        sit(app, clock, id, person, fails).await?;
    }
    Ok(())
}

/// Points that somebody who passes may lose, of the 20 that the pass mark leaves.
const MAY_LOSE: i64 = 18;

/// One person's attempt: each question is answered wrongly by a chance that depends on the law and the unit.
async fn sit(app: &App, clock: &ManualClock, id: ExamId, person: &Person, fails: bool) -> Result<()> {
    let (account, _) = db::account::by_name(&app.db, &person.number)
        .await?
        .ok_or(Fault::NotFound)?;
    let caller = Caller::of(account);
    let attempt = sitting::start(app, &caller, id, Entry::default()).await?;
    let (stored, _) = db::sitting::with_paper(&app.db, attempt)
        .await?
        .ok_or(Fault::NotFound)?;
    let body = db::exam::paper(&app.db, id, person.id, stored.number)
        .await?
        .ok_or(Fault::NotFound)?;
    let paper = Paper::from_bytes(&body).map_err(|_| Fault::NotFound)?;
    let material = sitting::material(app, id).await?;
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&id.0.to_be_bytes());
    let mut dice = PaperDice::new(&seed, id, person.id, 1);
    let mut lost = 0;
    let mut events = Vec::with_capacity(paper.0.len());
    for (item, drawn) in (1u16..).zip(&paper.0) {
        let question = &material.question(drawn.pool).ok_or(Fault::NotFound)?.question;
        let points = material.exam.blueprint.points_of(question.kind).0 / 100;
        let wrong = dice.below(100) < chance(question, person.unit) + if fails { 40 } else { 0 };
        let wrong = wrong && (fails || lost + points <= MAY_LOSE);
        lost += if wrong { points } else { 0 };
        events.push(Event {
            version: item.into(),
            item,
            choice: if wrong {
                another(question, drawn)
            } else {
                drawn.shown(question.key)
            },
            flagged: false,
            text: String::new(),
        });
    }
    clock.advance_seconds(1200);
    sitting::save(app, &caller, attempt, events).await?;
    sitting::hand_in(app, &caller, attempt).await
}

/// How many in a hundred of a unit answer a question of this law wrongly: every unit has a law it knows less well.
fn chance(question: &Question, unit: UnitId) -> u32 {
    let law = question
        .basis
        .first()
        .and_then(|basis| cited(basis))
        .map_or("", |cited| cited.law);
    let letters: u32 = law.chars().map(|c| c as u32).sum();
    let weak = letters
        .wrapping_mul(31)
        .wrapping_add(unit.0 as u32 % 977)
        .is_multiple_of(4);
    4 + if weak { 16 } else { letters % 7 }
}

/// A wrong answer that the sheet takes.
fn another(question: &Question, drawn: &Drawn) -> OptionSet {
    let right = drawn.shown(question.key);
    if matches!(question.kind, Form::Single | Form::TrueFalse) {
        let place = right.places().next().unwrap_or(0);
        return OptionSet::of([(place + 1) % question.options.len().max(1)]);
    }
    // One option more, or one fewer where all of them are right.
    let missing = (0..question.options.len()).find(|place| !right.contains(*place));
    right.toggled(missing.unwrap_or(0))
}
