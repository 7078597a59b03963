//! A large bank and a large library, at the level of the library code: import of the laws of `../shared/data/laws` (left out where they are absent), of 20,000 generated articles and of 100,000
//! questions with legal bases; settling their bases; drawing 10,000 papers of 80; searching the articles.

use std::{fs, path::Path, sync::Arc, time::Duration};

use mingfa::{
    db,
    domain::{
        bank::BankSummary,
        blueprint::{Blueprint, Part, Prepared},
        exam::{Policy, Window},
        id::{ExamId, PersonId},
        item::Kind,
        law::ArticleNumber,
        paper::PoolItem,
        points::Points,
    },
    service::{
        App, Caller, bank,
        clock::SystemClock,
        exam,
        exam::Setup,
        law,
        random::{PaperDice, Random},
        roster,
    },
};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{measure, prepare::Stage, table::Lines};

type Failed = Box<dyn std::error::Error>;

const SEED: u64 = 20_261_204;

pub struct Size {
    laws: u32,
    questions: u32,
    persons: u32,
    searches: usize,
}

pub const CITY: Size = Size {
    laws: 200,
    questions: 100_000,
    persons: 10_000,
    searches: 500,
};
pub const VILLAGE: Size = Size {
    laws: 4,
    questions: 2_000,
    persons: 200,
    searches: 50,
};
/// Articles of each generated law, and of each of its chapters.
const ARTICLES: u32 = 100;
const CHAPTER: u32 = 10;
/// Questions on a paper.
const PAPER: u32 = 80;

/// What the sentences of generated laws and questions are made of.
const WORDS: [&str; 40] = [
    "行政机关",
    "公民",
    "法人",
    "其他组织",
    "应当",
    "可以",
    "不得",
    "依法",
    "申请",
    "许可",
    "处罚",
    "检查",
    "登记",
    "备案",
    "公告",
    "责任",
    "安全生产",
    "应急预案",
    "人民政府",
    "主管部门",
    "监督",
    "管理",
    "消防",
    "水源",
    "食品",
    "药品",
    "档案",
    "建设工程",
    "听证",
    "复议",
    "诉讼",
    "期限",
    "十五日内",
    "书面",
    "告知",
    "说明理由",
    "限期改正",
    "罚款",
    "没收",
    "赔偿",
];
/// What is searched: words of one, two and more characters, several together, an article by its number.
const SEARCHED: [&str; 10] = [
    "罚",
    "处罚",
    "应急预案",
    "安全生产 责任",
    "人民政府",
    "限期改正",
    "不可抗力",
    "第十二条",
    "听证 书面",
    "主管部门 监督 管理",
];

pub async fn on_engine(stage: &Stage, size: &Size) -> Result<Lines, Failed> {
    let app = &stage.app().await?;
    let mut lines = Lines::default();
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    shared_laws(app, &mut lines).await?;
    let texts: Vec<_> = (0..size.laws).map(|number| text(&mut rng, number)).collect();
    let begun = measure::now();
    for (number, text) in texts.into_iter().enumerate() {
        brought(app, &format!("{number}.md"), text.into_bytes()).await?;
    }
    let articles = size.laws * ARTICLES;
    lines.took(
        format!("import of {} laws with {articles} articles", size.laws),
        "",
        begun,
    );
    let file = questions(&mut rng, size);
    let begun = measure::now();
    let report = bank::import(app, &Caller::operator(), "题库", "bank.csv", file.as_bytes()).await?;
    let created = report.created.ok_or("no bank")?;
    lines.took(
        format!("import of a bank of {created} questions with bases"),
        "≤ 10 s",
        begun,
    );
    let bank = bank::banks(app, &Caller::operator()).await?;
    settle(app, &mut lines).await?;
    draw(app, size, bank.first().ok_or("no bank")?, &mut lines).await?;
    search(app, size, articles, &mut lines).await?;
    app.db.close().await;
    Ok(lines)
}

/// The laws beside the repository.
async fn shared_laws(app: &App, lines: &mut Lines) -> Result<(), Failed> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/laws");
    if !folder.is_dir() {
        lines.say(
            "import of the laws beside the repository",
            "",
            "left out: there are none",
        );
        return Ok(());
    }
    let mut paths = Vec::new();
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() { &mut folders } else { &mut paths }.push(path);
        }
    }
    paths.sort();
    let begun = measure::now();
    for path in &paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        brought(app, &name, fs::read(path)?).await?;
    }
    lines.took(
        format!("import of the {} laws beside the repository", paths.len()),
        "",
        begun,
    );
    Ok(())
}

async fn brought(app: &App, name: &str, body: Vec<u8>) -> Result<(), Failed> {
    let (_, stored) = law::import(app, &Caller::operator(), name, body).await?;
    stored.map_err(|fault| format!("{name}: {fault:?}"))?;
    Ok(())
}

fn title(law: u32) -> String {
    format!("示例市第{law}号管理办法")
}

fn sentence(rng: &mut ChaCha8Rng, words: usize) -> String {
    (0..words).map(|_| WORDS[rng.random_range(0..WORDS.len())]).collect()
}

fn article(number: u32) -> String {
    ArticleNumber::new(number, 0).map_or_else(String::new, |number| number.chinese())
}

fn text(rng: &mut ChaCha8Rng, law: u32) -> String {
    let mut text = format!(
        "# {}\n\n（2019年5月6日示例市人民政府令第{law}号公布 自2019年7月1日起施行）\n\n",
        title(law)
    );
    for number in 1..=ARTICLES {
        if number % CHAPTER == 1 {
            let chapter = article(number / CHAPTER + 1).replace('条', "章");
            text += &format!("## {chapter} {}\n\n", sentence(rng, 2));
        }
        let (first, second) = (sentence(rng, 12), sentence(rng, 14));
        text += &format!("{} {first}，{second}。\n\n", article(number));
    }
    text
}

/// Questions that each stand on one article.
fn questions(rng: &mut ChaCha8Rng, size: &Size) -> String {
    let mut csv = String::from("题型,题目,选项A,选项B,选项C,选项D,答案,法律依据\n");
    for number in 0..size.questions {
        let stem = sentence(rng, 8);
        let [a, b, c] = [(); 3].map(|()| sentence(rng, 3));
        let key = ["A", "B", "C", "D"][rng.random_range(0..4)];
        let (law, place) = (rng.random_range(0..size.laws), rng.random_range(1..=ARTICLES));
        csv += &format!(
            "单选题,第{number}题：{stem}？,{a}甲,{b}乙,{c}丙,丁{number},{key},《{}》{}\n",
            title(law),
            article(place)
        );
    }
    csv
}

async fn settle(app: &App, lines: &mut Lines) -> Result<(), Failed> {
    // As after a start: nothing is known of an earlier round.
    let fresh = App::new(app.db.clone(), Arc::new(SystemClock), Random::from_seed(SEED + 1), 1);
    let begun = measure::now();
    let settled = law::settle(&fresh, None).await?;
    let known = settled.known;
    lines.took(
        format!("looking up {known} bases for the first time after a start"),
        "",
        begun,
    );
    let begun = measure::now();
    law::settle(&fresh, None).await?;
    lines.took("the same again, nothing having changed", "≤ 0.2 s", begun);
    Ok(())
}

async fn draw(app: &App, size: &Size, bank: &BankSummary, lines: &mut Lines) -> Result<(), Failed> {
    let operator = Caller::operator();
    let mut csv = String::from("工号,姓名,单位,职级,类别\n");
    for person in 0..size.persons {
        csv += &format!("{},张{person},市局/{}科,科级,公务员\n", 100_000 + person, person / 100);
    }
    roster::import(app, &operator, "roster.csv", csv.as_bytes()).await?;
    let now = app.now();
    let setup = Setup {
        title: "考试".to_owned(),
        unit: None,
        bank: bank.bank.id,
        window: Window {
            opens_at: now,
            closes_at: now.plus_seconds(3600),
        },
        policy: Policy {
            pass_mark: Points::whole(40),
            ..Policy::jining()
        },
        blueprint: Blueprint::of(vec![Part::new(Kind::Single, PAPER, Points::whole(1))]),
    };
    let (policy, blueprint) = (setup.policy.clone(), setup.blueprint.clone());
    let exam = exam::create(app, &operator, setup).await?;
    let begun = measure::now();
    exam::publish(app, &operator, exam).await?;
    lines.took("publishing the exam: its pool is fixed", "", begun);
    papers(app, size, exam, (&policy, &blueprint), lines).await?;
    let begun = measure::now();
    let due = exam::open(app, &operator, exam).await?;
    lines.took(
        format!("opening it whole: {due} papers are drawn and stored"),
        "",
        begun,
    );
    let counts: Vec<(u32, i64)> = (0..size.questions).map(|place| (place, 1)).collect();
    let begun = measure::now();
    let counted: db::Result<()> = app
        .db
        .write(counts, move |tx, counts| {
            Box::pin(async move { db::exam::count_papers(tx, exam, &counts).await })
        })
        .await;
    counted?;
    lines.took(
        format!("counting the papers of all its {} questions", size.questions),
        "",
        begun,
    );
    Ok(())
}

/// The draw alone.
async fn papers(
    app: &App,
    size: &Size,
    exam: ExamId,
    (policy, blueprint): (&Policy, &Blueprint),
    lines: &mut Lines,
) -> Result<(), Failed> {
    let pool: Vec<_> = db::bank::pool(&app.db, exam).await?.iter().map(PoolItem::of).collect();
    let begun = measure::now();
    let prepared = Prepared::new(&pool, blueprint, policy).map_err(|short| format!("{short:?}"))?;
    let mut drawer = prepared.drawer();
    let mut asked = 0;
    for person in 0..size.persons {
        let mut dice = PaperDice::new(&[7; 32], exam, PersonId(i64::from(person)), 1);
        asked += drawer.paper(&mut dice).map_err(|short| format!("{short:?}"))?.0.len();
    }
    let what = format!("drawing {} papers of {PAPER} from {}", size.persons, pool.len());
    lines.took(what, "≤ 2 s", begun);
    match asked == (size.persons * PAPER) as usize {
        true => Ok(()),
        false => Err("papers are short".into()),
    }
}

async fn search(app: &App, size: &Size, articles: u32, lines: &mut Lines) -> Result<(), Failed> {
    let (mut times, mut found): (Vec<Duration>, u64) = (Vec::new(), 0);
    for number in 0..size.searches {
        let begun = measure::now();
        let hits = law::search(app, SEARCHED[number % SEARCHED.len()], false, 1).await?;
        times.push(begun.elapsed());
        found += u64::try_from(hits.total)?;
    }
    times.sort();
    let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)].as_secs_f64() * 1e3;
    let what = format!("a search over {articles} generated articles, p50 / p95 / p99 ms");
    lines.say(
        what,
        "p95 ≤ 20 ms",
        format!("{:.1} / {:.1} / {:.1}", at(50), at(95), at(99)),
    );
    match found {
        0 => Err("nothing is found".into()),
        _ => Ok(()),
    }
}
