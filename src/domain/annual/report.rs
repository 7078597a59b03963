//! The training part of the annual report (法治政府建设年度报告) as a document: what it says, not how it looks.

use super::{AnnualId, Base};
use crate::domain::lang::Lang;

/// A piece of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// 一、
    Heading(String),
    /// （一）
    Subheading(String),
    Paragraph(String),
    /// Heads, and rows of as many cells.
    Table(Vec<String>, Vec<Vec<String>>),
    /// What follows begins on a page of its own.
    NewPage,
}

/// A document in the layout of official ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub title: String,
    /// A draft marks every number, for none of them is final.
    pub draft: bool,
    pub blocks: Vec<Block>,
}

/// Of what the training part of a report tells.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    pub year: u16,
    /// Name of the unit; may be empty.
    pub unit: &'a str,
    pub base: &'a Base,
    /// See [`super::area`].
    pub area: &'a str,
    /// When it was counted.
    pub as_of: &'a str,
    /// The year is not closed.
    pub draft: bool,
}

/// The training part of a unit's report on a year, with the annex of figures and definitions.
pub fn document(told: Told<'_>) -> Document {
    let Told {
        year,
        unit,
        base,
        as_of,
        draft,
        ..
    } = told;
    let mut blocks = vec![Block::Heading("一、学法用法和普法宣传教育情况".to_owned())];
    let sentences = base.sentences(told.area);
    if sentences.is_empty() {
        blocks.push(Block::Paragraph("本年度没有可以统计的内容。".to_owned()));
    }
    blocks.extend(sentences.into_iter().map(Block::Paragraph));
    blocks.push(Block::NewPage);
    blocks.push(Block::Heading("附件：数据和口径".to_owned()));
    let standing = if draft {
        "年度尚未封账，数据以封账后为准。"
    } else {
        "数据已随年度封账。"
    };
    blocks.push(Block::Paragraph(format!("统计时间：{as_of}。{standing}")));
    let heads = ["指标", "数值", "分子", "分母", "口径", "来源"];
    let row = |id: &AnnualId| {
        let (numerator, denominator) = base.parts(*id);
        let denominator = denominator.map_or("—".to_owned(), |denominator| denominator.to_string());
        vec![
            id.name(Lang::Zh).to_owned(),
            format!("{}{}", base.shown(*id), id.unit(Lang::Zh)),
            numerator.to_string(),
            denominator,
            id.definition(Lang::Zh).to_owned(),
            id.source().name(Lang::Zh).to_owned(),
        ]
    };
    blocks.push(Block::Table(
        heads.map(str::to_owned).to_vec(),
        AnnualId::ALL.iter().map(row).collect(),
    ));
    Document {
        title: format!("{unit}{year}年法治政府建设年度报告（学法普法部分）"),
        draft,
        blocks,
    }
}

/// A text in runs: whether a run is a number, and its words. A rate goes with its percent sign, 余 and 近 with theirs.
pub fn numbers(text: &str) -> Vec<(bool, String)> {
    let mut runs: Vec<(bool, String)> = Vec::new();
    for c in text.chars() {
        let within = runs.last().is_some_and(|(number, _)| *number);
        let number = c.is_ascii_digit() || c == '近' || within && matches!(c, '.' | '%' | '余' | '万' | '亿');
        match runs.last_mut() {
            Some((same, run)) if *same == number => run.push(c),
            _ => runs.push((number, c.to_string())),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_apart_from_words() {
        let runs = numbers("合格138人，通过率98.25%，450余万人次。");
        let marked: Vec<_> = runs
            .iter()
            .filter(|(number, _)| *number)
            .map(|(_, run)| run.as_str())
            .collect();
        assert_eq!(marked, ["138", "98.25%", "450余万"]);
        let whole: String = runs.iter().map(|(_, run)| run.as_str()).collect();
        assert_eq!(whole, "合格138人，通过率98.25%，450余万人次。");
    }

    #[test]
    fn the_annex_defines_every_figure() {
        let document = document(Told {
            year: 2023,
            unit: "示例市应急管理局",
            base: &Base::default(),
            area: "全年",
            as_of: "2024-01-05 09:00",
            draft: true,
        });
        let rows = document.blocks.iter().find_map(|block| match block {
            Block::Table(heads, rows) => Some((heads.len(), rows)),
            _ => None,
        });
        let (columns, rows) = rows.expect("a table");
        assert_eq!(rows.len(), AnnualId::ALL.len());
        assert!(
            rows.iter()
                .all(|row| row.len() == columns && row.iter().all(|cell| !cell.is_empty()))
        );
    }
}
