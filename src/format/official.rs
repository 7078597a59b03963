//! Documents in the layout of Chinese official ones, GB/T 9704-2012: A4, a type area of 156 × 225 mm, 22 lines of 28
//! characters, text in 仿宋 of size 三号 (16 pt), title in 小标宋 of size 二号 (22 pt), headings 一、 in 黑体, （一） in 楷体 and 1. in 仿宋,
//! page numbers between dashes. Few machines have all of the official fonts: the font table names for each what may stand in its place.

use docx_rs::{
    AlignmentType, Docx, Footer, LineSpacing, LineSpacingType, PageMargin, PageNum, Paragraph, Run, RunFonts,
    SpecialIndentType, Table, TableCell, TableRow, WidthType,
};
use std::io::Cursor;

use crate::domain::annual::report::{Block, Column, Document, numbers};

/// Twentieths of a point in a millimetre, rounded.
const fn mm(millimetres: u32) -> u32 {
    (millimetres * 1440 * 10 + 127) / 254
}

/// Half points: 二号, 三号, 四号, 五号.
const TITLE: usize = 44;
const TEXT: usize = 32;
const FOOT: usize = 28;
const SMALL: usize = 21;
/// The height of one of 22 lines in 225 mm, in twentieths of a point.
const LINE: i32 = 580;

const SONG: &str = "方正小标宋_GBK";
const FANG: &str = "仿宋_GB2312";
const HEI: &str = "黑体";
const KAI: &str = "楷体_GB2312";
/// Of page numbers.
const ROUND: &str = "宋体";
const LATIN: &str = "Times New Roman";

/// Each font with what may stand in its place, the nearest first: the same face under another name, then those of Windows, macOS, WPS
/// and free ones. A name may stand for another one only (`w:altName` holds no more than a list of names).
const FONTS: [(&str, &str, &str); 6] = [
    (
        SONG,
        "roman",
        "方正小标宋简体,小标宋体,华文中宋,STZhongsong,Songti SC,宋体,SimSun,Noto Serif CJK SC",
    ),
    (
        FANG,
        "modern",
        "仿宋,FangSong,华文仿宋,STFangsong,方正仿宋_GBK,FandolFang,Noto Serif CJK SC",
    ),
    (
        HEI,
        "swiss",
        "SimHei,Heiti SC,华文黑体,STHeiti,方正黑体_GBK,Noto Sans CJK SC",
    ),
    (
        KAI,
        "script",
        "楷体,KaiTi,华文楷体,STKaiti,Kaiti SC,方正楷体_GBK,FandolKai,Noto Serif CJK SC",
    ),
    (ROUND, "roman", "SimSun,Songti SC,华文宋体,STSong,Noto Serif CJK SC"),
    (LATIN, "roman", "Liberation Serif,Times,Nimbus Roman"),
];

/// The font table of a document.
fn font_table() -> String {
    let fonts = FONTS.map(|(name, family, others)| {
        let charset = if name == LATIN { "00" } else { "86" };
        format!(
            "<w:font w:name=\"{name}\"><w:altName w:val=\"{others}\"/><w:charset w:val=\"{charset}\"/>\
             <w:family w:val=\"{family}\"/><w:pitch w:val=\"variable\"/></w:font>"
        )
    });
    let fonts = fonts.concat();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
         <w:fonts xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">{fonts}</w:fonts>"
    )
}

fn fonts(name: &str) -> RunFonts {
    RunFonts::new().east_asia(name).ascii(LATIN).hi_ansi(LATIN)
}

fn run(text: &str, font: &str, size: usize) -> Run {
    Run::new().add_text(text).fonts(fonts(font)).size(size)
}

fn lines() -> LineSpacing {
    LineSpacing::new()
        .line_rule(LineSpacingType::Exact)
        .line(LINE)
        .before(0)
        .after(0)
}

/// What may still change stands on a ground of its own.
fn marked(run: Run, draft: bool) -> Run {
    if draft { run.highlight("yellow") } else { run }
}

/// `draft`: its numbers may change.
fn paragraph(text: &str, font: &str, draft: bool) -> Paragraph {
    let start = Paragraph::new()
        .line_spacing(lines())
        .indent(None, Some(SpecialIndentType::FirstLine(640)), None, None)
        .first_line_chars(200);
    let runs = |(number, words): (bool, String)| marked(run(&words, font, TEXT), number && draft);
    numbers(text).into_iter().map(runs).fold(start, Paragraph::add_run)
}

fn table(columns: &[Column], rows: &[Vec<String>], draft: bool) -> Table {
    let width = |column: &Column| mm(column.width) as usize;
    let cell = |column: &Column, text: Run| {
        TableCell::new()
            .width(width(column), WidthType::Dxa)
            .add_paragraph(Paragraph::new().add_run(text))
    };
    let heads = columns.iter().map(|column| cell(column, run(column.head, HEI, SMALL)));
    let head = TableRow::new(heads.collect()).cant_split();
    let row = |texts: &Vec<String>| {
        let cells = columns.iter().zip(texts).map(|(column, text)| {
            let number = column.numbers && text.chars().any(|c| c.is_ascii_digit());
            cell(column, marked(run(text, FANG, SMALL), number && draft))
        });
        TableRow::new(cells.collect())
    };
    Table::new(std::iter::once(head).chain(rows.iter().map(row)).collect())
        .width(mm(156) as usize, WidthType::Dxa)
        .set_grid(columns.iter().map(width).collect())
}

/// The document as a DOCX.
pub fn docx(document: &Document) -> Vec<u8> {
    let foot = Paragraph::new()
        .align(AlignmentType::Center)
        .add_run(run("— ", ROUND, FOOT))
        .add_page_num(PageNum::new())
        .add_run(run(" —", ROUND, FOOT));
    let margin = PageMargin::new()
        .top(mm(37) as i32)
        .bottom(mm(35) as i32)
        .left(mm(28) as i32)
        .right(mm(26) as i32);
    let mut docx = Docx::new()
        .page_size(mm(210), mm(297))
        .page_margin(margin)
        .default_fonts(fonts(FANG))
        .default_size(TEXT)
        .footer(Footer::new().add_paragraph(foot));
    let title = Paragraph::new()
        .align(AlignmentType::Center)
        .line_spacing(
            LineSpacing::new()
                .line_rule(LineSpacingType::AtLeast)
                .line(LINE)
                .after(LINE as u32),
        )
        .add_run(run(&document.title, SONG, TITLE));
    docx = docx.add_paragraph(title);
    if document.draft {
        let note = "草稿：年度尚未封账，加底色的数字都可能变动。";
        docx = docx.add_paragraph(
            Paragraph::new()
                .align(AlignmentType::Center)
                .add_run(run(note, KAI, TEXT)),
        );
    }
    let mut new_page = false;
    for block in &document.blocks {
        let of = |text: &str, font: &str, level: usize| {
            let heading = Paragraph::new()
                .line_spacing(lines())
                .indent(None, Some(SpecialIndentType::FirstLine(640)), None, None)
                .first_line_chars(200)
                .outline_lvl(level)
                .keep_next(true);
            heading.add_run(run(text, font, TEXT))
        };
        docx = match block {
            Block::NewPage => {
                new_page = true;
                continue;
            }
            Block::Heading(text) => docx.add_paragraph(of(text, HEI, 0).page_break_before(new_page)),
            Block::Subheading(text) => docx.add_paragraph(of(text, KAI, 1).page_break_before(new_page)),
            Block::Item(text) => docx.add_paragraph(of(text, FANG, 2).page_break_before(new_page)),
            Block::Paragraph(text) => {
                docx.add_paragraph(paragraph(text, FANG, document.draft).page_break_before(new_page))
            }
            Block::Words(text) => docx.add_paragraph(paragraph(text, FANG, false).page_break_before(new_page)),
            Block::Table(columns, rows) => docx.add_table(table(columns, rows, document.draft)),
        };
        new_page = false;
    }
    let mut file = Cursor::new(Vec::new());
    // Writing to memory does not fail; an empty file would be noticed by every reader.
    let mut parts = docx.build();
    parts.font_table = font_table().into_bytes();
    let _ = parts.pack(&mut file);
    file.into_inner()
}
