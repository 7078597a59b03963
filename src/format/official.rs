//! Documents in the layout of Chinese official ones, GB/T 9704-2012: A4, a type area of 156 × 225 mm, 22 lines of 28
//! characters, text in 仿宋 of size 三号 (16 pt), title in 小标宋 of size 二号 (22 pt), headings in 黑体 and 楷体, page numbers
//! between dashes. Fonts are named with a fallback that machines without the official ones have.

use docx_rs::{
    AlignmentType, Docx, Footer, LineSpacing, LineSpacingType, PageMargin, PageNum, Paragraph, Run, RunFonts,
    SpecialIndentType, Table, TableCell, TableRow, WidthType,
};
use std::io::Cursor;

use crate::domain::annual::report::{Block, Document, numbers};

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

fn fonts(name: &str) -> RunFonts {
    RunFonts::new()
        .east_asia(name)
        .ascii("Times New Roman")
        .hi_ansi("Times New Roman")
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

fn paragraph(text: &str, font: &str, draft: bool) -> Paragraph {
    let start = Paragraph::new()
        .line_spacing(lines())
        .indent(None, Some(SpecialIndentType::FirstLine(640)), None, None)
        .first_line_chars(200);
    let marked = |(number, words): (bool, String)| {
        let run = run(&words, font, TEXT);
        if number && draft { run.highlight("yellow") } else { run }
    };
    numbers(text).into_iter().map(marked).fold(start, Paragraph::add_run)
}

fn table(heads: &[String], rows: &[Vec<String>]) -> Table {
    // A tenth of a millimetre more or less does not matter: 156 mm in all.
    const WIDTHS: [u32; 6] = [30, 20, 15, 15, 52, 24];
    let cell = |(place, text): (usize, &String), font: &str| {
        let width = mm(WIDTHS.get(place).copied().unwrap_or(20)) as usize;
        TableCell::new()
            .width(width, WidthType::Dxa)
            .add_paragraph(Paragraph::new().add_run(run(text, font, SMALL)))
    };
    let row = |cells: &[String], font: &str| TableRow::new(cells.iter().enumerate().map(|of| cell(of, font)).collect());
    let head = row(heads, HEI).cant_split();
    Table::new(
        std::iter::once(head)
            .chain(rows.iter().map(|cells| row(cells, FANG)))
            .collect(),
    )
    .width(mm(156) as usize, WidthType::Dxa)
    .set_grid(WIDTHS.map(|width| mm(width) as usize).to_vec())
}

/// The document as a DOCX.
pub fn docx(document: &Document) -> Vec<u8> {
    let foot = Paragraph::new()
        .align(AlignmentType::Center)
        .add_run(run("— ", "宋体", FOOT))
        .add_page_num(PageNum::new())
        .add_run(run(" —", "宋体", FOOT));
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
            Block::Paragraph(text) => {
                docx.add_paragraph(paragraph(text, FANG, document.draft).page_break_before(new_page))
            }
            Block::Table(heads, rows) => docx.add_table(table(heads, rows)),
        };
        new_page = false;
    }
    let mut file = Cursor::new(Vec::new());
    // Writing to memory does not fail; an empty file would be noticed by every reader.
    let _ = docx.build().pack(&mut file);
    file.into_inner()
}
