//! `mingfa stats`: item analysis and calibration of answers from elsewhere.

use serde::Serialize;

use super::{Error, Result, read};
use crate::{
    config,
    domain::{
        lang::Lang,
        statistics::{
            classical::{Analysis, ItemFigures, PaperFigures, analyse},
            irt::{Ability, Calibration, Curve, Estimate, Model, Precision, Reason, Responses, calibrate},
            remark::{Remark, Thresholds, remarks},
            sheet::{Basis, Given},
        },
    },
    format::responses::{self, Answers},
};

/// # Errors
/// When a file cannot be read, or the answers in it cannot.
pub fn stats(args: &config::Stats) -> Result<()> {
    let (_, body) = read(&args.file)?;
    let key = match &args.key_file {
        Some(path) => Some(String::from_utf8_lossy(&read(path)?.1).into_owned()),
        None => args.key.clone(),
    };
    let answers = responses::read(&body, key.as_deref()).map_err(|fault| Error::Answers {
        path: args.file.display().to_string(),
        fault,
    })?;
    let report = Report::of(&answers);
    if args.json {
        println!("{}", serde_json::to_string_pretty(&report).unwrap_or_default());
    } else {
        report.print();
    }
    Ok(())
}

/// Everything that is printed. `rasch` has slope 1, `one_parameter` one slope for all items, `two_parameter` one for each.
#[derive(Serialize)]
struct Report {
    n: u64,
    basis: Basis,
    #[serde(flatten)]
    paper: PaperOf,
    items: Vec<ItemOf>,
    rasch: Fit,
    one_parameter: Fit,
    two_parameter: Fit,
}

#[derive(Serialize)]
struct PaperOf {
    mean: Option<f64>,
    sd: Option<f64>,
    median: Option<f64>,
    skewness: Option<f64>,
    alpha: Option<f64>,
    sem: Option<f64>,
}

impl From<PaperFigures> for PaperOf {
    fn from(paper: PaperFigures) -> Self {
        Self {
            mean: paper.mean,
            sd: paper.sd,
            median: paper.median,
            skewness: paper.skewness,
            alpha: paper.alpha,
            sem: paper.sem,
        }
    }
}

#[derive(Serialize)]
struct ItemOf {
    item: String,
    #[serde(flatten)]
    figures: ItemFigures,
    remarks: Vec<Remark>,
}

/// A calibration; `null` where a figure or an item has none.
#[derive(Serialize)]
struct Fit {
    a: Slopes,
    b: Vec<Option<f64>>,
    se_a: Slopes,
    se_b: Vec<Option<f64>>,
    loglik: Option<f64>,
    reliability: Option<f64>,
    converged: bool,
    /// By item, the information where there is most of it: at its difficulty.
    max_information: Vec<Option<f64>>,
    /// What the paper tells over abilities from −3 to 3; where papers differ, the average one. Empty where nothing was calibrated.
    test_information: Vec<Precision>,
    /// By row of the file, what the answers say of the person. Empty where nothing was calibrated.
    abilities: Vec<Ability>,
    not_estimable: Vec<Unfit>,
    /// Why nothing was calibrated.
    refused: Option<String>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Slopes {
    Common(Option<f64>),
    Each(Vec<Option<f64>>),
}

#[derive(Serialize)]
struct Unfit {
    item: String,
    reason: Reason,
}

impl Fit {
    fn of(model: Model, answers: &Answers, given: &Responses) -> Self {
        match calibrate(model, given) {
            Ok(found) => Self::found(&found, answers),
            Err(refused) => {
                let none = vec![None; answers.items.len()];
                let slopes = || match model {
                    Model::TwoParameter => Slopes::Each(none.clone()),
                    Model::Rasch | Model::OneParameter => Slopes::Common(None),
                };
                Self {
                    a: slopes(),
                    b: none.clone(),
                    se_a: slopes(),
                    se_b: none.clone(),
                    loglik: None,
                    reliability: None,
                    converged: false,
                    max_information: none,
                    test_information: Vec::new(),
                    abilities: Vec::new(),
                    not_estimable: Vec::new(),
                    refused: Some(refused.to_string()),
                }
            }
        }
    }

    fn found(found: &Calibration, answers: &Answers) -> Self {
        let each = |what: fn(&Estimate) -> Option<f64>| found.items.iter().map(what).collect::<Vec<_>>();
        let slopes = |what: fn(&Estimate) -> Option<f64>| match found.model {
            Model::TwoParameter => Slopes::Each(each(what)),
            Model::Rasch | Model::OneParameter => Slopes::Common(each(what).into_iter().flatten().next()),
        };
        let unfit = |(name, estimate): (&String, &Estimate)| match estimate {
            Estimate::Curve { .. } => None,
            Estimate::NotEstimable(reason) => Some(Unfit {
                item: name.clone(),
                reason: *reason,
            }),
        };
        let mut had = vec![0u64; answers.items.len()];
        answers
            .sheets
            .iter()
            .flatten()
            .for_each(|given| had[given.item as usize] += 1);
        let share = |had: u64| had as f64 / answers.sheets.len() as f64;
        let shares: Vec<f64> = had.into_iter().map(share).collect();
        Self {
            a: slopes(|item| item.curve().map(|curve| curve.a)),
            b: each(|item| item.curve().map(|curve| curve.b)),
            se_a: slopes(|item| item.errors().0),
            se_b: each(|item| item.errors().1),
            loglik: Some(found.log_likelihood),
            reliability: found.reliability,
            converged: found.converged,
            max_information: each(|item| item.curve().map(Curve::most_information)),
            test_information: found.precision(&shares),
            abilities: answers.sheets.iter().map(|sheet| found.ability(right(sheet))).collect(),
            not_estimable: answers.names.iter().zip(&found.items).filter_map(unfit).collect(),
            refused: None,
        }
    }

    fn slope(&self, item: usize) -> Option<f64> {
        match &self.a {
            Slopes::Common(slope) => *slope,
            Slopes::Each(slopes) => slopes.get(item).copied().flatten(),
        }
    }
}

/// Only the full mark is right; what was left empty is wrong.
fn right(sheet: &[Given]) -> impl Iterator<Item = (usize, bool)> {
    sheet.iter().map(|it| (it.item as usize, it.mark >= it.full))
}

impl Report {
    fn of(answers: &Answers) -> Self {
        let basis = Basis::of(&answers.sheets);
        let Analysis { paper, items, .. } = analyse(&answers.items, &answers.sheets, basis);
        let mut given = Responses::new(answers.items.len());
        for sheet in &answers.sheets {
            given.add(right(sheet));
        }
        let fit = |model| Fit::of(model, answers, &given);
        let thresholds = Thresholds::default();
        let item = |((name, item), figures): ((&String, _), ItemFigures)| ItemOf {
            item: name.clone(),
            remarks: remarks(item, &figures, &thresholds),
            figures,
        };
        Self {
            n: answers.sheets.len() as u64,
            basis,
            paper: paper.into(),
            items: answers.names.iter().zip(&answers.items).zip(items).map(item).collect(),
            rasch: fit(Model::Rasch),
            one_parameter: fit(Model::OneParameter),
            two_parameter: fit(Model::TwoParameter),
        }
    }

    fn print(&self) {
        let paper = &self.paper;
        let (kind, score) = match self.basis {
            Basis::Fixed => ("人人同卷", "得分"),
            Basis::Drawn => ("各人抽题，按得分率计", "得分率"),
        };
        println!("{} 份答卷，{} 题，{kind}。", self.n, self.items.len());
        println!(
            "{score}：平均 {}，中位 {}，标准差 {}，偏度 {}；信度（α）{}，测量标准误 {}。",
            number(paper.mean, 3),
            number(paper.median, 3),
            number(paper.sd, 3),
            number(paper.skewness, 3),
            number(paper.alpha, 3),
            number(paper.sem, 3)
        );
        println!();
        let mut rows = vec![HEADING.map(str::to_owned)];
        rows.extend(self.items.iter().enumerate().map(|(place, item)| self.row(place, item)));
        print_table(&rows);
        println!();
        for (name, fit) in [
            ("Rasch（斜率 1）", &self.rasch),
            ("单参数", &self.one_parameter),
            ("双参数", &self.two_parameter),
        ] {
            fit.print(name);
        }
        for item in &self.items {
            for remark in &item.remarks {
                let (name, sentence) = (remark.name(Lang::Zh), remark.sentence(Lang::Zh));
                println!("  {} {name}：{sentence}", item.item);
            }
        }
    }

    fn row(&self, place: usize, item: &ItemOf) -> [String; 12] {
        let figures = &item.figures;
        let percent = |share: Option<f64>| number(share.map(|share| 100.0 * share), 1);
        [
            item.item.clone(),
            figures.papers.to_string(),
            percent(figures.facility),
            number(figures.sd, 3),
            number(figures.discrimination_index, 1),
            number(figures.discriminative_efficiency, 1),
            number(figures.effective_weight, 1),
            percent(figures.groups.map(|groups| groups.upper)),
            percent(figures.groups.map(|groups| groups.middle)),
            percent(figures.groups.map(|groups| groups.lower)),
            number(self.two_parameter.slope(place), 3),
            number(self.two_parameter.b.get(place).copied().flatten(), 3),
        ]
    }
}

const HEADING: [&str; 12] = [
    "题",
    "份数",
    "得分率%",
    "标准差",
    "区分度%",
    "区分效率%",
    "有效权重%",
    "高分组%",
    "中间组%",
    "低分组%",
    "双参数a",
    "双参数b",
];

impl Fit {
    fn print(&self, name: &str) {
        match &self.refused {
            Some(refused) => println!("{name}：没有估计（{refused}）。"),
            None => println!(
                "{name}：对数似然 {}，信度 {}{}{}。",
                number(self.loglik, 3),
                number(self.reliability, 3),
                match &self.a {
                    Slopes::Common(slope) => format!("，斜率 {}", number(*slope, 3)),
                    Slopes::Each(_) => String::new(),
                },
                if self.converged { "" } else { "，没有收敛" }
            ),
        }
        for Unfit { item, reason } in &self.not_estimable {
            println!("  {item} 不能估计：{}", reason.name(Lang::Zh));
        }
    }
}

fn number(value: Option<f64>, places: usize) -> String {
    let Some(value) = value else {
        return "–".to_owned();
    };
    let text = format!("{value:.places$}");
    match text.strip_prefix('-') {
        Some(zero) if zero.chars().all(|c| matches!(c, '0' | '.')) => zero.to_owned(),
        _ => text,
    }
}

/// Columns side by side, numbers to the right; a Chinese character is as wide as two others.
fn print_table<const N: usize>(rows: &[[String; N]]) {
    let width = |text: &str| {
        text.chars()
            .map(|c| if c.is_ascii() || c == '–' { 1 } else { 2 })
            .sum::<usize>()
    };
    let widths: [usize; N] =
        std::array::from_fn(|column| rows.iter().map(|row| width(&row[column])).max().unwrap_or_default());
    for row in rows {
        let mut line = String::new();
        for (place, text) in row.iter().enumerate() {
            let blanks = " ".repeat(widths[place] - width(text));
            line += &if place == 0 {
                format!("{text}{blanks}")
            } else {
                format!("  {blanks}{text}")
            };
        }
        println!("{}", line.trim_end());
    }
}
