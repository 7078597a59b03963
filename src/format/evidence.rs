//! What a file that proves an activity is, by its content: what a browser or an office program shows, and no program.

use super::container;
use crate::domain::activity::{ActivityFault, Media};

/// First bytes of what a machine would run.
const PROGRAMS: [&[u8]; 9] = [
    b"MZ",
    b"\x7FELF",
    b"#!",
    b"\xCF\xFA\xED\xFE",
    b"\xFE\xED\xFA\xCF",
    b"\xCA\xFE\xBA\xBE",
    b"dex\n",
    b"\0asm",
    b"L\0\0\0\x01\x14\x02\0",
];

/// Tells what a file is.
///
/// # Errors
/// [`ActivityFault::Program`] for programs, archives that hold one and documents with macros; [`ActivityFault::FileKind`] for
/// anything else that is not taken.
pub fn media(bytes: &[u8]) -> Result<Media, ActivityFault> {
    if PROGRAMS.iter().any(|start| bytes.starts_with(start)) {
        return Err(ActivityFault::Program);
    }
    let at = |place: usize, text: &[u8]| bytes.get(place..).is_some_and(|rest| rest.starts_with(text));
    match () {
        () if at(0, b"\xFF\xD8\xFF") => Ok(Media::Jpeg),
        () if at(0, b"\x89PNG\r\n\x1A\n") => Ok(Media::Png),
        () if at(0, b"RIFF") && at(8, b"WEBP") => Ok(Media::Webp),
        () if at(0, b"%PDF-") => Ok(Media::Pdf),
        () if at(4, b"ftyp") => Ok(Media::Mp4),
        () if at(0, b"PK\x03\x04") => packed(bytes),
        () => Err(ActivityFault::FileKind),
    }
}

fn packed(bytes: &[u8]) -> Result<Media, ActivityFault> {
    let names = container::names(bytes).ok_or(ActivityFault::FileKind)?;
    let lower: Vec<String> = names
        .iter()
        .map(|name| String::from_utf8_lossy(name).to_ascii_lowercase())
        .collect();
    let program = |name: &String| {
        let ends = [
            ".exe",
            ".dll",
            ".bat",
            ".cmd",
            ".com",
            ".js",
            ".vbs",
            ".ps1",
            ".sh",
            ".jar",
            ".apk",
            ".class",
            ".dex",
            "vbaproject.bin",
        ];
        ends.iter().any(|end| name.ends_with(end))
    };
    if lower.iter().any(program) {
        return Err(ActivityFault::Program);
    }
    let holds = |name: &str| lower.iter().any(|held| held == name);
    if holds("[content_types].xml") {
        Ok(Media::Office)
    } else if holds("ofd.xml") {
        Ok(Media::Ofd)
    } else {
        Err(ActivityFault::FileKind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An archive of empty files without their local headers, which nobody looks at here.
    fn archive(names: &[&str]) -> Vec<u8> {
        let mut bytes = b"PK\x03\x04".to_vec();
        let start = bytes.len();
        for name in names {
            let mut entry = vec![0; 46];
            entry[..4].copy_from_slice(b"PK\x01\x02");
            entry[28] = u8::try_from(name.len()).expect("a short name");
            entry.extend(name.as_bytes());
            bytes.extend(entry);
        }
        let (size, count) = (bytes.len() - start, u8::try_from(names.len()).expect("few"));
        let mut end = vec![0; 22];
        end[..4].copy_from_slice(b"PK\x05\x06");
        (end[8], end[10]) = (count, count);
        end[12..16].copy_from_slice(&u32::try_from(size).expect("small").to_le_bytes());
        end[16..20].copy_from_slice(&u32::try_from(start).expect("small").to_le_bytes());
        bytes.extend(end);
        bytes
    }

    #[test]
    fn what_people_attach_is_known_by_its_content() {
        assert_eq!(media(b"\xFF\xD8\xFF\xE0 picture"), Ok(Media::Jpeg));
        assert_eq!(media(b"\x89PNG\r\n\x1A\n"), Ok(Media::Png));
        assert_eq!(media(b"RIFF\x10\0\0\0WEBPVP8 "), Ok(Media::Webp));
        assert_eq!(media(b"%PDF-1.7"), Ok(Media::Pdf));
        assert_eq!(media(b"\0\0\0\x18ftypmp42"), Ok(Media::Mp4));
        assert_eq!(
            media(&archive(&["[Content_Types].xml", "word/document.xml"])),
            Ok(Media::Office)
        );
        assert_eq!(media(&archive(&["OFD.xml", "Doc_0/Document.xml"])), Ok(Media::Ofd));
    }

    #[test]
    fn a_program_is_refused_whatever_its_name() {
        for program in [
            b"MZ\x90\0".as_slice(),
            b"\x7FELF\x02",
            b"#!/bin/sh",
            b"\xCA\xFE\xBA\xBE",
        ] {
            assert_eq!(media(program), Err(ActivityFault::Program));
        }
        assert_eq!(media(&archive(&["照片.jpg", "SETUP.EXE"])), Err(ActivityFault::Program));
        let macros = archive(&["[Content_Types].xml", "word/vbaProject.bin"]);
        assert_eq!(media(&macros), Err(ActivityFault::Program));
    }

    #[test]
    fn anything_else_is_refused_too() {
        for other in [
            b"".as_slice(),
            b"<html>",
            b"RIFF\0\0\0\0WAVE",
            b"PK\x03\x04 torn",
            b"GIF89a",
        ] {
            assert_eq!(media(other), Err(ActivityFault::FileKind));
        }
        assert_eq!(media(&archive(&["a.txt"])), Err(ActivityFault::FileKind));
    }
}
