//! Parts of packed documents (DOCX, XLSX), read by hand, so that no other program is needed to see what stands in them.

use std::io::Read as _;

use flate2::read::DeflateDecoder;

fn number(bytes: &[u8], at: usize, length: usize) -> usize {
    let digits = &bytes[at..at + length];
    digits.iter().rev().fold(0, |sum, digit| sum << 8 | usize::from(*digit))
}

/// A part of an archive as text.
pub fn part(bytes: &[u8], name: &str) -> String {
    let end = bytes
        .windows(4)
        .rposition(|four| four == b"PK\x05\x06")
        .expect("an archive");
    let mut at = number(bytes, end + 16, 4);
    for _ in 0..number(bytes, end + 10, 2) {
        let lengths = [28, 30, 32].map(|place| number(bytes, at + place, 2));
        if &bytes[at + 46..at + 46 + lengths[0]] == name.as_bytes() {
            let (method, packed) = (number(bytes, at + 10, 2), number(bytes, at + 20, 4));
            let head = number(bytes, at + 42, 4);
            let from = head + 30 + number(bytes, head + 26, 2) + number(bytes, head + 28, 2);
            let body = &bytes[from..from + packed];
            let mut text = String::new();
            match method {
                0 => text.push_str(&String::from_utf8_lossy(body)),
                _ => drop(
                    DeflateDecoder::new(body)
                        .read_to_string(&mut text)
                        .expect("it is unpacked"),
                ),
            }
            return text;
        }
        at += 46 + lengths.iter().sum::<usize>();
    }
    panic!("no {name} in the archive");
}
