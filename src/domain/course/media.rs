//! Sound and pictures of a lesson: what they are by their content, and which part of them a browser asks for.

use crate::domain::person::codes;

/// The longest name of a file, in characters.
pub const MOST_NAME: usize = 100;
/// Files are kept in pieces of so many bytes, so that a part of them is read without the rest.
pub const PIECE: usize = 256 * 1024;

/// What browsers play without help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    Mp4,
    WebM,
    Mp3,
    M4a,
    Ogg,
    Wav,
}

codes!(Format {
    Mp4 => "mp4", "视频 MP4", "Video MP4";
    WebM => "webm", "视频 WebM", "Video WebM";
    Mp3 => "mp3", "音频 MP3", "Sound MP3";
    M4a => "m4a", "音频 M4A", "Sound M4A";
    Ogg => "ogg", "音频 Ogg", "Sound Ogg";
    Wav => "wav", "音频 WAV", "Sound WAV";
});

impl Format {
    /// What a file is by its first bytes, whatever its name says.
    pub fn of(body: &[u8]) -> Option<Self> {
        let at = |place: usize, what: &[u8]| body.get(place..place + what.len()) == Some(what);
        if at(4, b"ftyp") {
            return Some(if at(8, b"M4A ") || at(8, b"M4B ") {
                Self::M4a
            } else {
                Self::Mp4
            });
        }
        let found = [
            (at(0, &[0x1a, 0x45, 0xdf, 0xa3]), Self::WebM),
            (at(0, b"OggS"), Self::Ogg),
            (at(0, b"RIFF") && at(8, b"WAVE"), Self::Wav),
            (at(0, b"ID3") || is_mpeg_frame(body), Self::Mp3),
        ];
        found.into_iter().find_map(|(is, format)| is.then_some(format))
    }

    pub fn content_type(self) -> &'static str {
        match self {
            Self::Mp4 => "video/mp4",
            Self::WebM => "video/webm",
            Self::Mp3 => "audio/mpeg",
            Self::M4a => "audio/mp4",
            Self::Ogg => "audio/ogg",
            Self::Wav => "audio/wav",
        }
    }

    pub fn is_video(self) -> bool {
        matches!(self, Self::Mp4 | Self::WebM)
    }
}

/// The head of a frame of MPEG layer III.
fn is_mpeg_frame(body: &[u8]) -> bool {
    match body {
        [0xff, second, third, ..] => second & 0xe0 == 0xe0 && second & 0x06 == 0x02 && third & 0xf0 != 0xf0,
        _ => false,
    }
}

/// Bytes of a file, first and last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    pub first: u64,
    pub last: u64,
}

/// What a request for a part of a file of `size` bytes is answered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ranged {
    Whole,
    Part(Range),
    /// Nothing of the file lies there.
    Unsatisfiable,
}

impl Ranged {
    /// Reads a `Range` header (RFC 9110). Several parts at once, or what is no range of bytes, get the whole file.
    pub fn of(header: Option<&str>, size: u64) -> Self {
        let Some((from, to)) = header
            .and_then(|header| header.trim().strip_prefix("bytes="))
            .filter(|ranges| !ranges.contains(','))
            .and_then(|range| range.split_once('-'))
        else {
            return Self::Whole;
        };
        let (from, to) = (from.trim(), to.trim());
        let number = |text: &str| -> Option<u64> {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| text.parse().unwrap_or(u64::MAX))
        };
        let (first, last) = match (number(from), number(to)) {
            (Some(first), Some(last)) if first <= last => (first, last),
            (Some(first), None) if to.is_empty() => (first, u64::MAX),
            (None, Some(0)) if from.is_empty() => return Self::Unsatisfiable,
            (None, Some(end)) if from.is_empty() => (size.saturating_sub(end), u64::MAX),
            _ => return Self::Whole,
        };
        if first >= size {
            return Self::Unsatisfiable;
        }
        Self::Part(Range {
            first,
            last: last.min(size - 1),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_content_says() {
        for (body, format) in [
            (&b"\0\0\0\x20ftypisom\0\0"[..], Some(Format::Mp4)),
            (b"\0\0\0\x20ftypM4A \0\0", Some(Format::M4a)),
            (b"\x1a\x45\xdf\xa3....", Some(Format::WebM)),
            (b"OggS\0\0", Some(Format::Ogg)),
            (b"RIFF\0\0\0\0WAVEfmt ", Some(Format::Wav)),
            (b"ID3\x04\0", Some(Format::Mp3)),
            (b"\xff\xfb\x90\x00", Some(Format::Mp3)),
            (b"RIFF\0\0\0\0AVI ", None),
            (b"<!DOCTYPE html><script>", None),
            (b"\x89PNG\r\n", None),
            (b"", None),
        ] {
            assert_eq!(Format::of(body), format, "{body:?}");
        }
    }

    #[test]
    fn ranges_are_read_as_browsers_ask_for_them() {
        let part = |first, last| Ranged::Part(Range { first, last });
        for (header, answer) in [
            (None, Ranged::Whole),
            (Some("bytes=0-"), part(0, 999)),
            (Some("bytes=0-99"), part(0, 99)),
            (Some("bytes=900-5000"), part(900, 999)),
            (Some("bytes=-100"), part(900, 999)),
            (Some("bytes=-5000"), part(0, 999)),
            (Some("bytes=1000-"), Ranged::Unsatisfiable),
            (Some("bytes=99999999999999999999999-"), Ranged::Unsatisfiable),
            (Some("bytes=-0"), Ranged::Unsatisfiable),
            (Some("bytes=5-2"), Ranged::Whole),
            (Some("bytes=0-1,5-6"), Ranged::Whole),
            (Some("bytes=a-b"), Ranged::Whole),
            (Some("bytes=+1-2"), Ranged::Whole),
            (Some("items=0-1"), Ranged::Whole),
        ] {
            assert_eq!(Ranged::of(header, 1000), answer, "{header:?}");
        }
        assert_eq!(Ranged::of(Some("bytes=0-"), 0), Ranged::Unsatisfiable);
    }
}
