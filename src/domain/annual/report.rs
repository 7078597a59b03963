//! The training part of the annual report (法治政府建设年度报告) as a document: what it says, not how it looks.

use super::{AnnualId, Base, rounding};
use crate::domain::lang::Lang;

/// A piece of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// 一、
    Heading(String),
    /// （一）
    Subheading(String),
    /// 1.
    Item(String),
    /// Its numbers may change while the document is a draft.
    Paragraph(String),
    /// Words that stay as they are, whatever numbers stand in them.
    Words(String),
    /// Columns, and rows of as many cells.
    Table(&'static [Column], Vec<Vec<String>>),
    /// What follows begins on a page of its own.
    NewPage,
}

/// A column of a table.
#[derive(Debug, PartialEq, Eq)]
pub struct Column {
    pub head: &'static str,
    /// In millimetres; all of a table together 156.
    pub width: u32,
    /// Whether it holds numbers that may change while the document is a draft.
    pub numbers: bool,
}

const fn column(head: &'static str, width: u32, numbers: bool) -> Column {
    Column { head, width, numbers }
}

/// The figures of the annex; what they mean stands below the tables.
const FIGURES: &[Column] = &[
    column("指标", 40, false),
    column("数值", 26, true),
    column("分子", 20, true),
    column("分母", 20, true),
    column("英文名称", 50, false),
];

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
    /// That of the records it is counted from.
    pub version: u16,
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
        version,
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
    blocks.push(Block::Words(format!("统计时间：{as_of}。{standing}")));
    blocks.push(Block::Heading("一、数据".to_owned()));
    for (place, theme, ids) in AnnualId::themes(version) {
        blocks.push(Block::Subheading(format!(
            "（{}）{}",
            ordinal(place),
            theme.name(Lang::Zh)
        )));
        let rows = ids.iter().map(|id| row(base, *id)).collect();
        blocks.push(Block::Table(FIGURES, rows));
    }
    blocks.push(Block::Heading("二、口径".to_owned()));
    for (place, theme, ids) in AnnualId::themes(version) {
        blocks.push(Block::Subheading(format!(
            "（{}）{}",
            ordinal(place),
            theme.name(Lang::Zh)
        )));
        for (place, id) in (1..).zip(ids) {
            blocks.push(Block::Item(format!("{place}.{}", id.name(Lang::Zh))));
            blocks.push(Block::Words(meaning(*id)));
        }
    }
    blocks.push(Block::Heading("三、约数的写法".to_owned()));
    blocks.push(Block::Words(rounding(Lang::Zh)));
    Document {
        title: format!("{unit}{year}年法治政府建设年度报告（学法普法部分）"),
        draft,
        blocks,
    }
}

fn row(base: &Base, id: AnnualId) -> Vec<String> {
    let (numerator, denominator) = base.parts(id);
    vec![
        id.name(Lang::Zh).to_owned(),
        format!("{}{}", base.shown(id), id.unit(Lang::Zh)),
        numerator.to_string(),
        denominator.map_or("—".to_owned(), |denominator| denominator.to_string()),
        id.name(Lang::En).to_owned(),
    ]
}

/// Everything that belongs to a figure besides its name and its value.
fn meaning(id: AnnualId) -> String {
    format!(
        "{}总体：{}。期间：{}。来源：{}。代码 {}，口径第 {} 版。",
        id.definition(Lang::Zh),
        id.population().name(Lang::Zh),
        id.period().name(Lang::Zh),
        id.source().name(Lang::Zh),
        id.code(),
        id.version()
    )
}

/// Chinese numerals to ten; beyond that there are no headings.
fn ordinal(place: usize) -> char {
    "一二三四五六七八九十"
        .chars()
        .nth(place.saturating_sub(1))
        .unwrap_or('十')
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
    use crate::domain::annual::records::VERSION;

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
            version: VERSION,
            area: "全年",
            as_of: "2024-01-05 09:00",
            draft: true,
        });
        let mut tables = Vec::new();
        let mut meanings = Vec::new();
        let mut items = Vec::new();
        for block in &document.blocks {
            match block {
                Block::Table(columns, rows) => {
                    assert!(rows.iter().all(|row| row.len() == columns.len()));
                    assert_eq!(columns.iter().map(|column| column.width).sum::<u32>(), 156);
                    tables.extend(rows.iter().cloned());
                }
                Block::Words(text) => meanings.push(text.as_str()),
                Block::Item(text) => items.push(text.as_str()),
                _ => {}
            }
        }
        assert!(tables.iter().flatten().all(|cell| !cell.is_empty()));
        assert_eq!((tables.len(), items.len()), (AnnualId::ALL.len(), AnnualId::ALL.len()));
        for (id, row) in AnnualId::ALL.iter().zip(&tables) {
            assert_eq!(
                (row[0].as_str(), row[4].as_str()),
                (id.name(Lang::Zh), id.name(Lang::En))
            );
            let told = meanings.iter().find(|text| text.starts_with(id.definition(Lang::Zh)));
            let told = told.expect("its definition");
            assert!(told.contains(id.population().name(Lang::Zh)) && told.contains(id.period().name(Lang::Zh)));
            assert!(told.contains(id.code()) && told.contains(id.source().name(Lang::Zh)));
        }
        assert!(items[0].starts_with("1.") && items[1].starts_with("2."));
        assert!(
            meanings.contains(&rounding(Lang::Zh).as_str()),
            "how 余 and 近 are written"
        );
        let headings: Vec<_> = document
            .blocks
            .iter()
            .filter_map(|block| match block {
                Block::Heading(text) | Block::Subheading(text) => Some(text.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(
            headings[..5],
            [
                "一、学法用法和普法宣传教育情况",
                "附件：数据和口径",
                "一、数据",
                "（一）考试",
                "（二）竞赛"
            ]
        );
        assert!(
            AnnualId::themes(VERSION).count() <= 10,
            "numerals of headings end there"
        );
    }

    #[test]
    fn the_annex_of_an_older_edition_leaves_out_what_it_did_not_count() {
        let document = document(Told {
            year: 2021,
            unit: "",
            base: &Base::default(),
            version: 0,
            area: "全年",
            as_of: "2022-01-05 09:00",
            draft: false,
        });
        let rows = document.blocks.iter().filter_map(|block| match block {
            Block::Table(_, rows) => Some(rows.len()),
            _ => None,
        });
        assert_eq!(rows.sum::<usize>(), AnnualId::of_version(0).len());
        let officers = AnnualId::OfficersDue.name(Lang::Zh);
        assert!(
            !document
                .blocks
                .iter()
                .any(|block| matches!(block, Block::Item(text) if text.ends_with(officers)))
        );
    }
}
