//! The file of a draw, written as it is read: a list of a million players is never held as JSON.

use std::io::{self, BufRead, BufReader, Cursor, Lines, Read};

use crate::domain::lottery::{Entrant, Published, list_line};

/// Bytes written at a time, about.
const PIECE: usize = 16 * 1024;

/// The entrants of a list as JSON, with commas between.
struct Entrants<R> {
    lines: Lines<BufReader<R>>,
    /// What is written and not yet read.
    ready: Vec<u8>,
    read: usize,
    first: bool,
}

impl<R: Read> Entrants<R> {
    fn new(list: R) -> Self {
        Self {
            lines: BufReader::new(list).lines(),
            ready: Vec::with_capacity(PIECE + 256),
            read: 0,
            first: true,
        }
    }

    fn write_more(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.read = 0;
        while self.ready.len() < PIECE {
            let Some(line) = self.lines.next().transpose()? else {
                break;
            };
            if !std::mem::take(&mut self.first) {
                self.ready.push(b',');
            }
            let (code, chances) = list_line(&line).map_err(io::Error::other)?;
            let code = code.to_owned();
            serde_json::to_writer(&mut self.ready, &Entrant { code, chances })?;
        }
        Ok(())
    }
}

impl<R: Read> Read for Entrants<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.read == self.ready.len() {
            self.write_more()?;
        }
        let read = (&self.ready[self.read..]).read(into)?;
        self.read += read;
        Ok(read)
    }
}

/// The file of a draw whose entrants stand in `list` and not in `published`.
///
/// # Errors
/// When it cannot be written.
pub(super) fn file<R: Read>(published: &Published, list: R) -> io::Result<impl Read + use<R>> {
    let text = serde_json::to_string(published)?;
    // Quotes inside a text are escaped, so this is the list and nothing else.
    let (head, tail) = text
        .split_once(r#""entrants":[]"#)
        .ok_or_else(|| io::Error::other("the entrants are not empty"))?;
    let head = format!(r#"{head}"entrants":["#);
    let tail = format!("]{tail}\n");
    Ok(Cursor::new(head).chain(Entrants::new(list)).chain(Cursor::new(tail)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lottery::{Prize, Winner, list_text};

    #[test]
    fn the_file_is_the_draw_whatever_its_texts_and_however_long_its_list() {
        for count in [0, 1, 5000] {
            let entrants: Vec<Entrant> = (0..count)
                .map(|number| Entrant {
                    code: format!("K\"{number:06}"),
                    chances: number % 3 + 1,
                })
                .collect();
            let published = Published {
                format: "f".to_owned(),
                title: r#"“题”"entrants":[],\"#.to_owned(),
                prizes: vec![Prize {
                    name: r#""entrants":[]"#.to_owned(),
                    count: 1,
                }],
                public_value: None,
                seed_digest: String::new(),
                list_digest: String::new(),
                commitment: String::new(),
                seed: String::new(),
                entrants: Vec::new(),
                winners: vec![Winner {
                    prize: "奖".to_owned(),
                    code: "K".to_owned(),
                }],
            };
            let mut text = String::new();
            file(&published, Cursor::new(list_text(&entrants)))
                .expect("a file")
                .read_to_string(&mut text)
                .expect("a text");
            let read: Published = serde_json::from_str(&text).expect("JSON");
            assert_eq!(read, Published { entrants, ..published });
        }
    }
}
