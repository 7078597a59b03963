//! A certificate as PDF: one page A4 landscape, a subset of the font inside, the QR code as a drawing.

use std::sync::Arc;

use krilla::{
    Document,
    color::rgb,
    geom::{PathBuilder, Point},
    metadata::Metadata,
    page::PageSettings,
    paint::{Fill, Stroke},
    surface::Surface,
    text::{Font, GlyphId, KrillaGlyph},
};
use skrifa::{
    FontRef, MetadataProvider,
    instance::{LocationRef, Size},
    raw::FileRef,
    string::StringId,
};

/// What stands on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    pub title: String,
    /// One paragraph, set in the middle.
    pub body: String,
    /// Small lines at the foot, beside the QR code.
    pub facts: Vec<String>,
    /// Below the QR code.
    pub hint: String,
    /// Printed across the page; empty: nothing.
    pub stamp: String,
    /// Squares a side of the QR code, and column and row of each dark one.
    pub qr: (usize, Vec<(usize, usize)>),
}

/// Why no PDF could be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoPdf {
    #[error("the font file cannot be read as a font")]
    Font,
    #[error("the page cannot be set")]
    Page,
}

/// A4 landscape in points.
const WIDTH: f32 = 841.89;
const HEIGHT: f32 = 595.28;
const INK: (u8, u8, u8) = (0x1c, 0x24, 0x30);
const SEAL: (u8, u8, u8) = (0xb5, 0x32, 0x2a);
/// The body's measure, and the side of the QR code.
const MEASURE: f32 = 620.0;
const QR: f32 = 92.0;

/// A font ready to set text with.
struct Type<'a> {
    face: FontRef<'a>,
    font: Font,
}

impl<'a> Type<'a> {
    /// Of a collection the face for simplified Chinese, else the first one.
    fn of(bytes: &'a Arc<Vec<u8>>) -> Option<Self> {
        let faces = match FileRef::new(bytes).ok()? {
            FileRef::Font(_) => 1,
            FileRef::Collection(collection) => collection.len(),
        };
        let chinese = |index: &u32| {
            FontRef::from_index(bytes, *index).is_ok_and(|face| {
                let family = face.localized_strings(StringId::FAMILY_NAME).english_or_first();
                family.is_some_and(|family| family.to_string().ends_with(" SC"))
            })
        };
        let index = (0..faces).find(chinese).unwrap_or(0);
        Some(Self {
            face: FontRef::from_index(bytes, index).ok()?,
            font: Font::new(Arc::clone(bytes).into(), index)?,
        })
    }

    /// Glyphs of a line, in units of the font size, and how wide they are together.
    fn line(&self, text: &str) -> (Vec<KrillaGlyph>, f32) {
        let map = self.face.charmap();
        let metrics = self.face.glyph_metrics(Size::new(1.0), LocationRef::default());
        let glyphs: Vec<_> = text
            .char_indices()
            .map(|(at, c)| {
                let glyph = map.map(c).unwrap_or_default();
                let advance = metrics.advance_width(glyph).unwrap_or(1.0);
                let range = at..at + c.len_utf8();
                KrillaGlyph::new(GlyphId::new(glyph.to_u32()), advance, 0.0, 0.0, 0.0, range, None)
            })
            .collect();
        let width = glyphs.iter().map(|glyph| glyph.x_advance).sum();
        (glyphs, width)
    }

    /// Breaks a paragraph into lines of at most `measure`: Chinese between any two characters, but not before a closing
    /// mark; words of letters and digits stay whole where they fit.
    fn lines(&self, text: &str, size: f32, measure: f32) -> Vec<String> {
        let width = |text: &str| self.line(text).1 * size;
        let mut lines = vec![String::new()];
        for piece in pieces(text) {
            let line = lines.last_mut().map_or("", |line| line.as_str());
            if line.is_empty() || width(&format!("{line}{piece}")) <= measure {
                if let Some(line) = lines.last_mut() {
                    line.push_str(&piece);
                }
            } else {
                lines.push(piece.trim_start().to_owned());
            }
        }
        lines
    }

    fn draw(&self, surface: &mut Surface<'_>, text: &str, (x, y): (f32, f32), size: f32) {
        let (glyphs, _) = self.line(text);
        surface.draw_glyphs(Point::from_xy(x, y), &glyphs, self.font.clone(), text, size, false);
    }

    fn centred(&self, surface: &mut Surface<'_>, text: &str, y: f32, size: f32) {
        let width = self.line(text).1 * size;
        self.draw(surface, text, ((WIDTH - width) / 2.0, y), size);
    }
}

/// Marks that never begin a line.
const CLOSING: &str = "，。、；：？！）》〉」』”’…,.;:?!)]";

/// The pieces of a text between which a line may break; none is longer than forty characters.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    for c in text.chars() {
        let word = c.is_ascii_alphanumeric();
        let joins = pieces.last().is_some_and(|piece| {
            let last = piece.chars().next_back().unwrap_or(' ');
            CLOSING.contains(c) || (word && last.is_ascii_alphanumeric() && piece.chars().count() < 40)
        });
        match pieces.last_mut() {
            Some(piece) if joins => piece.push(c),
            _ => pieces.push(c.to_string()),
        }
    }
    pieces
}

/// Sets the page with a font that has Chinese letters (OpenType, TrueType, or a collection).
///
/// # Errors
/// [`NoPdf::Font`] for bytes that are no font.
pub fn write(sheet: &Sheet, font: Vec<u8>) -> Result<Vec<u8>, NoPdf> {
    let bytes = Arc::new(font);
    let letters = Type::of(&bytes).ok_or(NoPdf::Font)?;
    let mut document = Document::new();
    document.set_metadata(
        Metadata::new()
            .title(sheet.title.clone())
            .language("zh-CN".to_owned())
            .creator("Mingfa".to_owned()),
    );
    let settings = PageSettings::from_wh(WIDTH, HEIGHT).ok_or(NoPdf::Page)?;
    let mut page = document.start_page_with(settings);
    let mut surface = page.surface();
    frame(&mut surface, 28.0, 3.0);
    frame(&mut surface, 35.0, 0.8);
    fill(&mut surface, SEAL);
    letters.centred(&mut surface, &sheet.title, 140.0, 44.0);
    fill(&mut surface, INK);
    let size = 20.0;
    for (row, line) in (0u8..).zip(letters.lines(&sheet.body, size, MEASURE)) {
        let y = 215.0 + f32::from(row) * size * 1.9;
        letters.draw(&mut surface, &line, ((WIDTH - MEASURE) / 2.0, y), size);
    }
    let first = HEIGHT - 62.0 - 20.0 * sheet.facts.len().saturating_sub(1).min(10) as f32;
    for (row, line) in (0u8..).zip(&sheet.facts) {
        letters.draw(&mut surface, line, (70.0, first + 20.0 * f32::from(row)), 12.0);
    }
    qr(&mut surface, &sheet.qr);
    letters.draw(&mut surface, &sheet.hint, (WIDTH - 70.0 - QR, HEIGHT - 58.0), 9.0);
    if !sheet.stamp.is_empty() {
        fill(&mut surface, SEAL);
        letters.centred(&mut surface, &sheet.stamp, 400.0, 60.0);
    }
    surface.finish();
    page.finish();
    document.finish().map_err(|_| NoPdf::Page)
}

fn fill(surface: &mut Surface<'_>, (r, g, b): (u8, u8, u8)) {
    surface.set_stroke(None);
    surface.set_fill(Some(Fill {
        paint: rgb::Color::new(r, g, b).into(),
        ..Fill::default()
    }));
}

fn frame(surface: &mut Surface<'_>, inset: f32, width: f32) {
    let mut path = PathBuilder::new();
    rectangle(&mut path, inset, inset, WIDTH - 2.0 * inset, HEIGHT - 2.0 * inset);
    let (r, g, b) = SEAL;
    surface.set_fill(None);
    surface.set_stroke(Some(Stroke {
        paint: rgb::Color::new(r, g, b).into(),
        width,
        ..Stroke::default()
    }));
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

fn qr(surface: &mut Surface<'_>, (width, dark): &(usize, Vec<(usize, usize)>)) {
    let step = QR / (*width).max(1) as f32;
    let (left, top) = (WIDTH - 70.0 - QR, HEIGHT - 72.0 - QR);
    let mut path = PathBuilder::new();
    for (x, y) in dark {
        rectangle(&mut path, left + *x as f32 * step, top + *y as f32 * step, step, step);
    }
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

fn rectangle(path: &mut PathBuilder, x: f32, y: f32, width: f32, height: f32) {
    path.move_to(x, y);
    path.line_to(x + width, y);
    path.line_to(x + width, y + height);
    path.line_to(x, y + height);
    path.close();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_characters_but_not_inside_words_or_before_a_mark() {
        assert_eq!(
            pieces("参加2026年 exam，合格。").join("|"),
            "参|加|2026|年| |exam，|合|格。"
        );
        assert!(
            pieces(&"x".repeat(1000))
                .iter()
                .all(|piece| piece.chars().count() <= 40)
        );
    }

    #[test]
    fn bytes_that_are_no_font_are_refused() {
        let sheet = Sheet {
            title: "合格证书".into(),
            body: String::new(),
            facts: vec![],
            hint: String::new(),
            stamp: String::new(),
            qr: (0, vec![]),
        };
        for bytes in [vec![], b"ttcf".to_vec(), vec![0; 4096]] {
            assert_eq!(write(&sheet, bytes), Err(NoPdf::Font));
        }
    }
}
