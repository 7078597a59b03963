//! The demonstration's year: a plan, and what an invented bureau has recorded of it up to today.

use crate::{
    db,
    domain::{
        activity::{Kind, Mode, Wish as Entry},
        id::UnitId,
        plan::{Kind as PlanKind, Wish},
        time::Timestamp,
        unit::Tree,
    },
    error::Fault,
    service::{App, Caller, Result, activity, credit, plan, year},
};

/// Kind, unit (empty: the bureau itself), month and day, title, form, people reached (-1: not counted), works.
type Done = (Kind, &'static str, (u8, u8), &'static str, &'static str, i64, i64);

const DONE: [Done; 13] = [
    (
        Kind::StudySession,
        "",
        (1, 20),
        "学习《示例市燃气使用安全办法》和本局年度执法检查计划",
        "",
        18,
        1,
    ),
    (Kind::Lecture, "政策法规科", (3, 10), "行政处罚程序讲座", "", 86, 1),
    (
        Kind::Publicity,
        "安全生产执法支队",
        (4, 15),
        "全民国家安全教育日进社区",
        "进社区",
        320,
        1,
    ),
    (
        Kind::StudySession,
        "",
        (5, 12),
        "学习《示例市应急避难场所管理规定》",
        "",
        17,
        1,
    ),
    (Kind::Publicity, "政策法规科", (5, 18), "民法典进企业", "进企业", 150, 1),
    (
        Kind::Publicity,
        "安全生产基础科",
        (6, 16),
        "安全生产月宣传咨询日",
        "现场咨询",
        900,
        1,
    ),
    (Kind::Work, "办公室", (6, 20), "应急普法短视频", "制作短视频", -1, 12),
    (
        Kind::CourtObservation,
        "安全生产执法支队",
        (7, 8),
        "网上旁听行政诉讼庭审",
        "",
        20,
        1,
    ),
    (Kind::StudySession, "", (8, 20), "专题学习行政执法监督", "", 18, 1),
    (Kind::Publicity, "火灾防治管理科", (9, 10), "普法集市", "集市", -1, 1),
    (
        Kind::Lecture,
        "危险化学品监管科",
        (10, 15),
        "危险化学品企业负责人普法讲座",
        "",
        64,
        1,
    ),
    (
        Kind::Publicity,
        "火灾防治管理科",
        (11, 9),
        "消防宣传月进商场",
        "进商场",
        410,
        1,
    ),
    (Kind::Work, "政治部", (11, 12), "以案释法海报", "征集海报", -1, 9),
];

/// Planned beside the proposal: kind, last day, number, title.
const PLANNED: [(PlanKind, (u8, u8), i64, &str); 4] = [
    (PlanKind::CourtObservation, (9, 30), 2, "组织旁听庭审"),
    (PlanKind::Publicity, (12, 31), 12, "全年普法宣教活动"),
    (PlanKind::Work, (12, 31), 30, "制作征集普法作品"),
    (PlanKind::Contest, (12, 31), 1, "举办应急管理普法知识竞赛"),
];

/// Persons on the name list of the court observation.
const OBSERVERS: usize = 20;

/// Begins the year, plans it for the bureau, and enters what was done up to today.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who keeps the ledger everywhere.
pub async fn fill(app: &App, caller: &Caller, bureau: &str) -> Result<()> {
    let number = credit::this_year(app);
    year::begin(app, caller, number).await?;
    let units = db::person::units(&app.db).await?;
    let top = units.child(None, bureau).ok_or(Fault::NotFound)?.id;
    plan::propose(app, caller, number, top).await?;
    let law = units.child(Some(top), "政策法规科").map_or(top, |unit| unit.id);
    for (kind, due, planned, title) in PLANNED {
        let wish = Wish {
            kind,
            unit: top,
            responsible: law,
            title: title.to_owned(),
            begins: Timestamp::of_day(i64::from(number), 1, 1),
            due: Timestamp::of_day(i64::from(number), due.0, due.1),
            planned,
            list: None,
            words: String::new(),
            note: String::new(),
        };
        plan::add(app, caller, number, wish).await?;
    }
    for done in DONE {
        enter(app, caller, number, &units, top, done).await?;
    }
    Ok(())
}

async fn enter(app: &App, caller: &Caller, number: u16, units: &Tree, top: UnitId, done: Done) -> Result<()> {
    let (kind, unit, (month, day), title, form, audience, quantity) = done;
    let day = Timestamp::of_day(i64::from(number), month, day);
    if day.day() > app.now().day() {
        return Ok(());
    }
    let unit = units.child(Some(top), unit).map_or(top, |unit| unit.id);
    let online = kind == Kind::CourtObservation;
    let entry = Entry {
        kind,
        mode: if online { Mode::Online } else { Mode::Onsite },
        unit,
        day,
        title: title.to_owned(),
        place: String::new(),
        form: form.to_owned(),
        audience: (audience >= 0).then_some(audience),
        quantity,
        document: String::new(),
        note: String::new(),
    };
    let id = activity::enter(app, caller, entry, true).await?;
    if online {
        let persons = db::person::all(&app.db).await?.into_iter();
        let there = persons.filter(|person| person.unit == unit).take(OBSERVERS);
        let there: Vec<_> = there.map(|person| person.id).collect();
        activity::add_persons(app, caller, id, &there).await?;
    }
    Ok(())
}
