//! A competition as a workbook: every player, units, divisions and days. Players are read page by page and written row by row,
//! so that a million of them take no more memory than a thousand.

use std::collections::HashMap;

use tokio::sync::mpsc;

use super::{
    Contest, boards,
    directory::{counts_for, division_name, headcount, organization_name},
    figures::{Unit, tallies},
    setup,
};
use crate::{
    db,
    domain::{
        audit::Act,
        competition::{
            IdentityType,
            board::{Member, Scope, Tally},
            item_count::Day,
            player::Player,
        },
        id::{CompetitionId, OrganizationId, PlayerId},
        lang::Lang,
        time::{DAY, Timestamp},
    },
    error::Fault,
    format::workbook::{Cell, Column, Sheet, write},
    service::{
        App, Caller, Result,
        audit::{self, By, Deed},
    },
};

/// Players read at a time.
const ROWS: u32 = 2_000;
/// Pages that may wait for being written.
const WAITING: usize = 2;
/// Names a page looks up are kept until there are so many.
const NAMES: usize = 100_000;

type Rows = Vec<Vec<Cell>>;

/// The workbook of a competition within the caller's reach. It takes results of persons out of the platform, so the log keeps
/// who took how many.
///
/// # Errors
/// As [`setup::running`].
pub async fn workbook(app: &App, caller: &Caller, id: CompetitionId, lang: Lang) -> Result<Vec<u8>> {
    let contest = setup::running(app, caller, id).await?;
    let by = By::new(app, caller);
    let joined = boards::look(app, id, |board| board.tally(Scope::All).joined).await?;
    let taken: Result<()> = app
        .db
        .write(by, move |tx, by| {
            Box::pin(async move {
                let deed = Deed::new(Act::PersonsExported, setup::subject(id)).after(&joined);
                audit::record(tx, &by, deed).await
            })
        })
        .await;
    taken?;
    let _permit = app.printing.permit().await?;
    let small = Small::read(app, &contest).await?;
    let (send, mut receive) = mpsc::channel::<Rows>(WAITING);
    let reading = {
        let (app, contest) = (app.clone(), std::sync::Arc::clone(&contest));
        tokio::spawn(async move { players(&app, &contest, lang, send).await })
    };
    let made = tokio::task::spawn_blocking(move || {
        let rows = std::iter::from_fn(move || receive.blocking_recv()).flatten();
        let players = Sheet {
            name: lang.pick("参赛人员", "Players"),
            notes: small.notes(lang),
            head: head(lang, small.staff_times),
            rows: Box::new(rows),
        };
        let created = small.at;
        let sheets = vec![players, small.units(lang), small.divisions(lang), small.days(lang)];
        write(sheets, created)
    });
    let made = made.await.map_err(|_| Fault::Unavailable)?;
    // A reading that broke off must not look like the whole.
    reading.await.map_err(|_| Fault::Unavailable)??;
    made.map_err(|error| {
        tracing::error!(%error, "a workbook could not be written");
        Fault::Unavailable.into()
    })
}

fn head(lang: Lang, staff_times: bool) -> Vec<Column<'static>> {
    vec![
        (lang.pick("编号", "Code"), 16),
        (lang.pick("参赛身份", "Identity"), 20),
        (lang.pick("地区", "Division"), 20),
        (lang.pick("单位", "Unit"), 30),
        (lang.pick("手机号（打码）", "Telephone (masked)"), 16),
        (lang.pick("得分", "Score"), 10),
        (lang.pick("答对题数（各次合计）", "Right (all attempts)"), 12),
        (lang.pick("作答题数（各次合计）", "Answered (all attempts)"), 12),
        (
            if staff_times {
                lang.pick("用时（秒，各次合计）", "Seconds (all attempts)")
            } else {
                lang.pick(
                    "用时（秒，各次合计，不含党政机关干部职工）",
                    "Seconds (all attempts, not of state staff)",
                )
            },
            14,
        ),
        (lang.pick("有效次数", "Valid attempts"), 10),
        (lang.pick("名次", "Rank"), 10),
        (lang.pick("状态", "State"), 12),
    ]
}

/// Names of units and divisions, asked for once.
#[derive(Default)]
struct Names {
    units: HashMap<OrganizationId, String>,
    divisions: HashMap<u32, String>,
}

impl Names {
    async fn unit(&mut self, app: &App, id: OrganizationId) -> Result<String> {
        if self.units.len() >= NAMES {
            self.units.clear();
        }
        if let Some(name) = self.units.get(&id) {
            return Ok(name.clone());
        }
        let name = organization_name(app, counts_for(app, id).await?).await?;
        self.units.insert(id, name.clone());
        Ok(name)
    }

    async fn division(&mut self, app: &App, code: u32) -> Result<String> {
        if let Some(name) = self.divisions.get(&code) {
            return Ok(name.clone());
        }
        let name = division_name(app, code).await?;
        self.divisions.insert(code, name.clone());
        Ok(name)
    }
}

/// Reads all players and hands their rows over, a page at a time.
async fn players(app: &App, contest: &Contest, lang: Lang, send: mpsc::Sender<Rows>) -> Result<()> {
    let (id, mut after, mut names) = (contest.id(), PlayerId(0), Names::default());
    loop {
        let page = db::player::of_competition(&app.db, id, after, ROWS).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = last.id;
        let standing = boards::look(app, id, |board| {
            let of = |player: &Player| (board.member(player.id).copied(), board.rank(Scope::All, player.id));
            page.iter().map(of).collect::<Vec<_>>()
        })
        .await?;
        let mut rows = Vec::with_capacity(page.len());
        for (player, (member, rank)) in page.iter().zip(standing) {
            let division = match player.division {
                0 => String::new(),
                code => names.division(app, code).await?,
            };
            let unit = match player.organization {
                Some(unit) => names.unit(app, unit).await?,
                None => String::new(),
            };
            let times = contest.times_staff() || player.identity != IdentityType::StateStaff;
            rows.push(row(player, (division, unit), member, rank, times, lang));
        }
        // Whoever wrote them is gone.
        if send.send(rows).await.is_err() {
            return Ok(());
        }
    }
}

fn row(
    player: &Player,
    (division, unit): (String, String),
    member: Option<Member>,
    rank: Option<u64>,
    times: bool,
    lang: Lang,
) -> Vec<Cell> {
    let result = member.and_then(|member| member.result);
    let number = |value: Option<u64>| value.map_or(Cell::Empty, count);
    let state = match member {
        Some(member) if member.frozen => lang.pick("核查中，冻结", "Frozen, a case is open"),
        Some(member) if member.result.is_some() => lang.pick("有有效成绩", "Has a valid attempt"),
        _ => lang.pick("没有有效成绩", "No valid attempt"),
    };
    vec![
        player.code.as_str().into(),
        player.identity.name(lang).into(),
        division.into(),
        unit.into(),
        player.phone.as_str().into(),
        result.map_or(Cell::Empty, |result| Cell::Points(result.score)),
        number(result.map(|result| u64::from(result.answers_right))),
        number(result.map(|result| u64::from(result.answers))),
        number(result.filter(|_| times).map(|result| result.time_ms / 1_000)),
        number(result.map(|result| u64::from(result.person_times))),
        number(rank),
        state.into(),
    ]
}

fn count(value: u64) -> Cell {
    Cell::Count(i64::try_from(value).unwrap_or(i64::MAX))
}

/// All but the players: small enough to be held.
struct Small {
    title: String,
    at: Timestamp,
    total: Tally,
    staff_times: bool,
    units: Vec<Unit>,
    divisions: Vec<(u32, String, Tally)>,
    days: Vec<Day>,
    /// When the days were counted.
    counted_at: Option<Timestamp>,
}

impl Small {
    async fn read(app: &App, contest: &Contest) -> Result<Self> {
        let id = contest.id();
        let (total, mut codes) = boards::look(app, id, |board| {
            let codes = board.scopes().filter_map(|(scope, tally)| match scope {
                Scope::Division(code) if tally.joined > 0 => Some((code, *tally)),
                _ => None,
            });
            (board.tally(Scope::All), codes.collect::<Vec<_>>())
        })
        .await?;
        // As texts: each behind the one it lies in.
        codes.sort_by_key(|(code, _)| code.to_string());
        let mut divisions = Vec::with_capacity(codes.len());
        for (code, tally) in codes {
            divisions.push((code, division_name(app, code).await?, tally));
        }
        let mut units = Vec::new();
        for (unit, tally) in tallies(app, id).await? {
            units.push(Unit {
                id: unit,
                name: organization_name(app, unit).await?,
                tally,
                headcount: headcount(app, unit).await?,
            });
        }
        let counted = db::competition_count::get(&app.db, id).await?;
        Ok(Self {
            title: contest.competition.title.clone(),
            at: app.now(),
            total,
            staff_times: contest.times_staff(),
            units,
            divisions,
            counted_at: counted.as_ref().map(|counted| counted.at),
            days: counted.map(|counted| counted.count.days).unwrap_or_default(),
        })
    }

    fn notes(&self, lang: Lang) -> Vec<String> {
        let Tally {
            joined,
            participants,
            person_times,
            frozen,
            ..
        } = self.total;
        let sums = match lang {
            Lang::Zh => format!(
                "报名 {joined} 人，参赛 {participants} 人（有有效成绩），{person_times} 人次（有效的正式赛答题）；核查中冻结 {frozen} 人，不计入。"
            ),
            Lang::En => format!(
                "{joined} joined, {participants} participants (with a valid attempt), {person_times} valid official attempts; {frozen} frozen by a case and not counted."
            ),
        };
        vec![
            self.title.clone(),
            format!("{}{}", lang.pick("统计于：", "Counted: "), self.at.local()),
            sums,
        ]
    }

    fn units(&self, lang: Lang) -> Sheet<'static> {
        let mut head = vec![(lang.pick("单位", "Unit"), 40)];
        head.extend(counted(lang));
        head.extend([
            (lang.pick("登记人数", "People stated"), 11),
            (lang.pick("参与率", "Participation"), 11),
        ]);
        let staff = self.staff_times;
        let rows = self.units.clone().into_iter().map(move |unit| {
            let share = unit.share().and_then(|share| i64::try_from(share).ok());
            let headcount = unit
                .headcount
                .map_or(Cell::Empty, |people| Cell::Count(i64::from(people)));
            let mut row = vec![unit.name.into()];
            row.extend(cells(&unit.tally, staff));
            row.extend([headcount, Cell::Percent(share)]);
            row
        });
        Sheet {
            name: lang.pick("单位", "Units"),
            notes: self.notes(lang),
            head,
            rows: Box::new(rows.collect::<Vec<_>>().into_iter()),
        }
    }

    fn divisions(&self, lang: Lang) -> Sheet<'static> {
        let mut head = vec![
            (lang.pick("代码", "Code"), 14),
            (lang.pick("地区（含下级）", "Division, with those below"), 30),
        ];
        head.extend(counted(lang));
        let rows = self.divisions.iter().map(|(code, name, tally)| {
            let mut row = vec![code.to_string().into(), name.as_str().into()];
            row.extend(cells(tally, self.staff_times));
            row
        });
        Sheet {
            name: lang.pick("地区", "Divisions"),
            notes: self.notes(lang),
            head,
            rows: Box::new(rows.collect::<Vec<_>>().into_iter()),
        }
    }

    fn days(&self, lang: Lang) -> Sheet<'static> {
        let note = match (self.counted_at, lang) {
            (Some(at), Lang::Zh) => format!("逐日数据来自 {} 的全部答题统计。", at.local()),
            (Some(at), Lang::En) => format!("Days are of the count over all attempts of {}.", at.local()),
            (None, lang) => lang
                .pick(
                    "还没有做过全部答题统计，所以没有逐日数据；请先在“题目统计”页统计。",
                    "All attempts have not been counted yet, so there are no days: count them on the page of questions first.",
                )
                .to_owned(),
        };
        let mut notes = self.notes(lang);
        notes.push(note);
        let row = |day: &Day| {
            vec![
                Timestamp(day.day * DAY).day_field().into(),
                count(day.person_times),
                count(day.first),
                count(day.training),
            ]
        };
        Sheet {
            name: lang.pick("逐日", "Days"),
            notes,
            head: vec![
                (lang.pick("日期", "Day"), 14),
                (lang.pick("人次", "Attempts"), 11),
                (lang.pick("首次参赛人数", "First-time players"), 14),
                (lang.pick("训练赛次数（另计）", "Training (apart)"), 14),
            ],
            rows: Box::new(self.days.iter().map(row).collect::<Vec<_>>().into_iter()),
        }
    }
}

/// The columns of counts behind the first ones.
fn counted(lang: Lang) -> [Column<'static>; 6] {
    [
        (lang.pick("报名人数", "Joined"), 11),
        (lang.pick("参赛人数", "Participants"), 11),
        (lang.pick("人次", "Attempts"), 11),
        (lang.pick("正确率", "Accuracy"), 11),
        (lang.pick("人均次数", "Attempts each"), 11),
        (lang.pick("每次平均用时（秒）", "Mean seconds"), 14),
    ]
}

fn cells(tally: &Tally, staff: bool) -> [Cell; 6] {
    let hundredths = |part: u64, whole: u64, factor: u64| {
        let value = (part * factor).checked_div(whole)?;
        i64::try_from(value).ok()
    };
    [
        count(tally.joined),
        count(tally.participants),
        count(tally.person_times),
        Cell::Percent(hundredths(tally.answers_right, tally.answers, 10_000)),
        Cell::Mean(hundredths(tally.person_times, tally.participants, 100)),
        tally.mean_ms(staff).map_or(Cell::Empty, |ms| count(ms / 1_000)),
    ]
}
