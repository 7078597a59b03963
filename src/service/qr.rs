//! QR codes (GB/T 18284, ISO/IEC 18004) as squares to draw.

use fast_qr::{ECL, QRBuilder};

/// A QR code: `width` squares a side, `dark` row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qr {
    pub width: usize,
    pub dark: Vec<bool>,
}

impl Qr {
    /// The code of a text, which a scanner reads with up to 15 % of it damaged; `None` when the text is too long for
    /// one (some 2,300 bytes).
    pub fn of(text: &str) -> Option<Self> {
        let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
        let squares = &code.data[..code.size * code.size];
        Some(Self {
            width: code.size,
            dark: squares.iter().map(|square| square.value()).collect(),
        })
    }

    /// Column and row of every dark square.
    pub fn squares(&self) -> impl Iterator<Item = (usize, usize)> {
        let width = self.width.max(1);
        self.dark
            .iter()
            .enumerate()
            .filter(|(_, dark)| **dark)
            .map(move |(place, _)| (place % width, place / width))
    }

    /// The dark squares as one SVG path, in units of squares: a bar for each run in a row.
    pub fn path(&self) -> String {
        let mut path = String::new();
        for (y, row) in self.dark.chunks(self.width.max(1)).enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|a, b| a == b) {
                if run[0] {
                    path += &format!("M{x} {y}h{0}v1h-{0}z", run.len());
                }
                x += run.len();
            }
        }
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_finders_and_nothing_is_made_of_what_is_too_long() {
        let qr = Qr::of("https://example.cn/certificate/ABCDE").expect("short enough");
        let dark = |x: usize, y: usize| qr.dark[y * qr.width + x];
        let last = qr.width - 1;
        for (x, y) in [
            (0, 0),
            (6, 0),
            (3, 3),
            (last, 0),
            (last - 3, 3),
            (0, last),
            (3, last - 3),
        ] {
            assert!(dark(x, y), "{x} {y}");
        }
        assert!(!dark(1, 1) && !dark(7, 7) && !dark(last - 7, 0), "the light rings");
        assert_eq!(qr.squares().count(), qr.dark.iter().filter(|dark| **dark).count());
        assert!(Qr::of(&"x".repeat(4000)).is_none());
        assert!(
            qr.path().starts_with("M0 0h7v1h-7zM"),
            "the top of the first finder is one bar"
        );
    }
}
