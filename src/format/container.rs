//! What the bytes of an upload are, before anything is unpacked; and the unpacking, within a limit.

use std::collections::BTreeMap;
use std::io::Read;

use flate2::read::DeflateDecoder;

use crate::domain::intake::Matter;

use super::exchange::archive::Packed;

/// The largest file that is looked at.
pub(super) const FILE_LIMIT: u64 = 50 * 1024 * 1024;
/// The most that a packed file may declare to hold.
pub(super) const UNPACKED_LIMIT: u64 = 300 * 1024 * 1024;

/// What a file can be read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nature {
    Workbook,
    Text,
}

/// Where the contents of an entry stand in an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kept {
    header: usize,
    method: usize,
    packed: usize,
    /// Declared size when unpacked.
    size: u64,
    crc: u32,
}

/// Tells a workbook from a text file.
///
/// # Errors
/// Why the file is neither, or must not be opened.
pub(super) fn nature(file_name: &str, bytes: &[u8]) -> Result<Nature, Matter> {
    if openable(file_name, bytes)? {
        return workbook(bytes).map(|()| Nature::Workbook);
    }
    match foreign(bytes) {
        Some(kind) => Err(Matter::OtherFile { kind: kind.into() }),
        None => Ok(Nature::Text),
    }
}

/// Tells a Word document from a text file: where the text of the document stands, or `None`.
///
/// # Errors
/// Why the file is neither, or must not be opened, in words for a document.
pub(super) fn document_or_text(file_name: &str, bytes: &[u8]) -> Result<Option<Kept>, Matter> {
    if openable(file_name, bytes).map_err(of_document)? {
        return document(bytes).map(Some).map_err(of_document);
    }
    match foreign(bytes) {
        Some(kind) => Err(Matter::OtherDocument { kind: kind.into() }),
        None => Ok(None),
    }
}

/// The name of the list of contents that makes an archive a package of learning content.
const MANIFEST: &str = "imsmanifest.xml";

/// The files of a package by their paths; `None` for any other file.
///
/// # Errors
/// Why a package must not be opened: a path that leads out of it, or more than the limit when unpacked.
pub(super) fn package(bytes: &[u8]) -> Result<Option<BTreeMap<String, Kept>>, Matter> {
    if bytes.len() as u64 > FILE_LIMIT || !bytes.starts_with(b"PK") {
        return Ok(None);
    }
    let Some(entries) = entries(bytes).filter(|entries| entries.iter().any(|entry| entry.name == MANIFEST.as_bytes()))
    else {
        return Ok(None);
    };
    within_limit(&entries)?;
    let mut files = BTreeMap::new();
    for entry in entries {
        let name = String::from_utf8_lossy(entry.name);
        let outside =
            name.starts_with('/') || name.contains(['\\', ':', '\0']) || name.split('/').any(|part| part == "..");
        if outside {
            return Err(Matter::PathOutside {
                path: name.chars().take(60).collect(),
            });
        }
        files.insert(name.into_owned(), entry.kept);
    }
    Ok(Some(files))
}

/// The entries of a workbook in their order.
///
/// # Errors
/// Why the file is no workbook, or must not be opened: one that was written with macros too.
pub(super) fn workbook_entries(file_name: &str, bytes: &[u8]) -> Result<Vec<(String, Kept)>, Matter> {
    let form = |kind: &str| Matter::NotAForm { kind: kind.into() };
    match nature(file_name, bytes) {
        Ok(Nature::Workbook) => {}
        Ok(Nature::Text) => return Err(form("CSV")),
        Err(Matter::OtherFile { kind }) => return Err(form(&kind)),
        Err(matter) => return Err(matter),
    }
    let entries = entries(bytes).ok_or_else(|| Matter::DamagedFile { detail: "zip".into() })?;
    if entries.iter().any(|entry| entry.name.ends_with(b"vbaProject.bin")) {
        return Err(form(".xlsm"));
    }
    let named = |entry: Entry<'_>| (String::from_utf8_lossy(entry.name).into_owned(), entry.kept);
    Ok(entries.into_iter().map(named).collect())
}

/// An entry as it is packed, to be put into another archive.
///
/// # Errors
/// [`Matter::DamagedFile`] when it is not where the directory says.
pub(super) fn packed<'a>(bytes: &'a [u8], name: &'a str, kept: &Kept) -> Result<Packed<'a>, Matter> {
    let damaged = || Matter::DamagedFile { detail: "zip".into() };
    Ok(Packed {
        name: name.as_bytes(),
        method: u16::try_from(kept.method).map_err(|_| damaged())?,
        crc: kept.crc,
        size: kept.size,
        bytes: contents(bytes, kept).ok_or_else(damaged)?,
    })
}

/// What is said of a workbook, said of a document.
fn of_document(matter: Matter) -> Matter {
    match matter {
        Matter::OtherFile { kind } if kind == "Word" => Matter::OldDocument,
        Matter::OtherFile { kind } => Matter::OtherDocument { kind },
        Matter::OldWorkbook => Matter::OtherDocument { kind: "Excel".into() },
        Matter::ProtectedWorkbook => Matter::ProtectedDocument,
        Matter::DamagedFile { detail } => Matter::DamagedDocument { detail },
        matter => matter,
    }
}

/// Whether a file that may be looked at is a zip archive.
fn openable(file_name: &str, bytes: &[u8]) -> Result<bool, Matter> {
    let size = bytes.len() as u64;
    if size > FILE_LIMIT {
        return Err(Matter::FileTooLarge {
            bytes: size,
            limit: FILE_LIMIT,
        });
    }
    if is_lock_name(file_name) || is_owner_file(bytes) {
        return Err(Matter::LockFile);
    }
    if bytes.iter().all(u8::is_ascii_whitespace) || bytes == b"\xEF\xBB\xBF" {
        return Err(Matter::EmptyFile);
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return Err(compound(bytes));
    }
    Ok(bytes.starts_with(b"PK") && bytes.get(2).is_some_and(|byte| *byte < 9))
}

/// `~$name.xlsx` is left by Excel and WPS, `.~lock.name#` by LibreOffice.
fn is_lock_name(file_name: &str) -> bool {
    let base = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    base.starts_with("~$") || base.starts_with(".~lock.")
}

/// An owner file has a fixed size and holds the length of a user name, the name, padding, and the same in UTF-16.
fn is_owner_file(bytes: &[u8]) -> bool {
    let sized = matches!(bytes.len(), 162 | 165) && bytes.first().is_some_and(|length| (1..=54).contains(length));
    let padded = bytes
        .get(48..54)
        .is_some_and(|end| end.iter().all(|byte| matches!(byte, 0 | b' ')));
    sized && padded && bytes.contains(&0)
}

/// What an OLE compound file is: its directory names its streams in UTF-16.
fn compound(bytes: &[u8]) -> Matter {
    let holds = |name: &str| {
        let units: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(units.len()).step_by(2).any(|window| window == units)
    };
    if holds("EncryptedPackage") {
        Matter::ProtectedWorkbook
    } else if holds("WordDocument") {
        Matter::OtherFile { kind: "Word".into() }
    } else if holds("Workbook") || holds("Book\0") {
        Matter::OldWorkbook
    } else {
        Matter::OtherFile { kind: "OLE".into() }
    }
}

/// File kinds that are met in practice and hold no table that is read here.
fn foreign(bytes: &[u8]) -> Option<&'static str> {
    const KINDS: &[(&[u8], &str)] = &[
        (b"%PDF", "PDF"),
        (b"\x89PNG", "PNG"),
        (b"\xFF\xD8\xFF", "JPEG"),
        (b"GIF8", "GIF"),
        (b"BM\0", "BMP"),
        (b"RIFF", "WebP"),
        (b"Rar!", "RAR"),
        (b"7z\xBC\xAF\x27\x1C", "7-Zip"),
        (b"\x1F\x8B", "gzip"),
        (b"{\\rtf", "RTF"),
    ];
    if let Some((_, kind)) = KINDS.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Some(kind);
    }
    // Many office systems export HTML or XML under the name `.xls`.
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    if text.starts_with(b"<?xml") {
        Some("XML")
    } else if text.starts_with(b"<") {
        Some("HTML")
    } else {
        None
    }
}

/// Checks the directory of a zip archive: that it is a workbook, and that it does not declare more than the limit.
fn workbook(bytes: &[u8]) -> Result<(), Matter> {
    let entries = entries(bytes).ok_or_else(|| Matter::DamagedFile { detail: "zip".into() })?;
    let holds = |start: &str| entries.iter().any(|entry| entry.name.starts_with(start.as_bytes()));
    if !holds("xl/") {
        let kinds = [
            ("word/", "Word"),
            ("ppt/", "PowerPoint"),
            ("content.xml", "OpenDocument"),
            ("Index/", "Numbers"),
        ];
        let kind = kinds
            .iter()
            .find(|(start, _)| holds(start))
            .map_or("zip", |(_, kind)| kind);
        return Err(Matter::OtherFile { kind: kind.into() });
    }
    if holds("xl/workbook.bin") {
        return Err(Matter::OtherFile { kind: ".xlsb".into() });
    }
    within_limit(&entries)
}

fn within_limit(entries: &[Entry]) -> Result<(), Matter> {
    let total = entries
        .iter()
        .fold(0u64, |total, entry| total.saturating_add(entry.kept.size));
    if total > UNPACKED_LIMIT {
        return Err(Matter::UnpacksTooLarge {
            bytes: total,
            limit: UNPACKED_LIMIT,
        });
    }
    Ok(())
}

/// The entry with the text of a Word document.
fn document(bytes: &[u8]) -> Result<Kept, Matter> {
    let damaged = || Matter::DamagedFile { detail: "zip".into() };
    let entries = entries(bytes).ok_or_else(damaged)?;
    let named = |name: &str| entries.iter().find(|entry| entry.name == name.as_bytes());
    let Some(text) = named("word/document.xml") else {
        let holds = |start: &str| entries.iter().any(|entry| entry.name.starts_with(start.as_bytes()));
        let kinds = [
            ("xl/", "Excel"),
            ("ppt/", "PowerPoint"),
            ("content.xml", "OpenDocument"),
            ("word/", "Word"),
        ];
        return match kinds.iter().find(|(start, _)| holds(start)) {
            Some((_, "Word")) => Err(damaged()),
            found => Err(Matter::OtherFile {
                kind: found.map_or("zip", |(_, kind)| kind).into(),
            }),
        };
    };
    within_limit(&entries)?;
    Ok(text.kept)
}

/// Unpacks an entry that declares `limit` bytes at most, and no byte more than it declares.
///
/// # Errors
/// [`Matter::UnpacksTooLarge`], or [`Matter::DamagedDocument`] when it is not what the directory says.
pub(super) fn unpack(bytes: &[u8], kept: &Kept, limit: u64) -> Result<Vec<u8>, Matter> {
    let size = kept.size;
    if size > limit {
        return Err(Matter::UnpacksTooLarge { bytes: size, limit });
    }
    let damaged = || Matter::DamagedDocument { detail: "zip".into() };
    let packed = contents(bytes, kept).ok_or_else(damaged)?;
    let mut unpacked = Vec::new();
    let read = match kept.method {
        0 => packed.take(size + 1).read_to_end(&mut unpacked),
        8 => DeflateDecoder::new(packed).take(size + 1).read_to_end(&mut unpacked),
        _ => return Err(damaged()),
    };
    let whole = read.is_ok_and(|read| read as u64 == size);
    whole.then_some(unpacked).ok_or_else(damaged)
}

/// The packed bytes behind the local header.
fn contents<'a>(bytes: &'a [u8], kept: &Kept) -> Option<&'a [u8]> {
    let header = bytes.get(kept.header..)?;
    let (name, extra) = (short(header, 26)?, short(header, 28)?);
    let contents = header.starts_with(LOCAL).then(|| header.get(30 + name + extra..))??;
    contents.get(..kept.packed)
}

/// The names of what an archive holds; `None` when its list of contents cannot be read.
pub(super) fn names(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    Some(entries(bytes)?.into_iter().map(|entry| entry.name).collect())
}

struct Entry<'a> {
    name: &'a [u8],
    kept: Kept,
}

const LOCAL: &[u8] = b"PK\x03\x04";

const ENTRY: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";
const END_64: &[u8] = b"PK\x06\x06";
const END_64_LOCATOR: &[u8] = b"PK\x06\x07";

/// The central directory of a zip archive; `None` when there is no sound one.
fn entries(bytes: &[u8]) -> Option<Vec<Entry<'_>>> {
    let tail = bytes.len().saturating_sub(22 + usize::from(u16::MAX));
    let end = tail + bytes.get(tail..)?.windows(4).rposition(|window| window == END)?;
    let mut at = directory_start(bytes, end)?;
    let mut entries = vec![];
    while bytes.get(at..)?.starts_with(ENTRY) {
        let (name, extra, comment) = (short(bytes, at + 28)?, short(bytes, at + 30)?, short(bytes, at + 32)?);
        let name_at = at + 46;
        let extra_at = name_at + name;
        let size = long_size(u64::from(word(bytes, at + 24)?), bytes.get(extra_at..extra_at + extra)?);
        entries.push(Entry {
            name: bytes.get(name_at..extra_at)?,
            kept: Kept {
                header: word(bytes, at + 42)? as usize,
                method: short(bytes, at + 10)?,
                packed: word(bytes, at + 20)? as usize,
                size,
                crc: word(bytes, at + 16)?,
            },
        });
        at = extra_at + extra + comment;
    }
    (!entries.is_empty()).then_some(entries)
}

fn directory_start(bytes: &[u8], end: usize) -> Option<usize> {
    let start = word(bytes, end + 16)?;
    if start != u32::MAX {
        return Some(start as usize);
    }
    let locator = end.checked_sub(20)?;
    let end_64 = usize::try_from(double(bytes, locator + 8)?).ok()?;
    let sound =
        bytes.get(locator..locator + 4)? == END_64_LOCATOR && bytes.get(end_64..end_64.checked_add(4)?)? == END_64;
    if sound {
        usize::try_from(double(bytes, end_64 + 48)?).ok()
    } else {
        None
    }
}

/// The unpacked size from the zip64 field, where the short one has no room for it.
fn long_size(size: u64, mut extra: &[u8]) -> u64 {
    if size != u64::from(u32::MAX) {
        return size;
    }
    while let (Some(id), Some(length)) = (short(extra, 0), short(extra, 2)) {
        if id == 1 {
            return double(extra, 4).unwrap_or(u64::MAX);
        }
        extra = extra.get(4 + length..).unwrap_or_default();
    }
    size
}

fn short(bytes: &[u8], at: usize) -> Option<usize> {
    Some(usize::from(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?)))
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn double(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(name: &str, bytes: &[u8]) -> &'static str {
        nature(name, bytes).map_or_else(|matter| matter.code(), |_| "taken")
    }

    /// A zip directory without contents: enough for all that is looked at here.
    fn archive(entries: &[(&str, u32)]) -> Vec<u8> {
        let mut bytes = b"PK\x03\x04".to_vec();
        let start = bytes.len() as u32;
        for (name, size) in entries {
            let mut entry = [0u8; 46];
            entry[..4].copy_from_slice(ENTRY);
            entry[24..28].copy_from_slice(&size.to_le_bytes());
            entry[28..30].copy_from_slice(&(name.len() as u16).to_le_bytes());
            bytes.extend(entry);
            bytes.extend(name.as_bytes());
        }
        let mut end = [0u8; 22];
        end[..4].copy_from_slice(END);
        end[16..20].copy_from_slice(&start.to_le_bytes());
        bytes.extend(end);
        bytes
    }

    fn compound_file(stream: &str) -> Vec<u8> {
        let mut bytes = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
        bytes.resize(512, 0);
        bytes.extend(stream.encode_utf16().flat_map(u16::to_le_bytes));
        bytes.resize(1024, 0);
        bytes
    }

    #[test]
    fn lock_files_are_known_by_name_and_by_content() {
        assert_eq!(refused("上传/~$题库.xlsx", b"x"), "lock_file");
        let mut owner = vec![b' '; 165];
        owner[0] = 3;
        owner[1..4].copy_from_slice(b"abc");
        assert_eq!(refused("题库.csv", &owner), "taken");
        owner[55..62].copy_from_slice(b"\x03\0a\0b\0c");
        assert_eq!(refused("题库.xlsx", &owner), "lock_file");
    }

    #[test]
    fn old_and_protected_workbooks_are_told_apart() {
        assert_eq!(refused("a.xls", &compound_file("Workbook")), "old_workbook");
        assert_eq!(
            refused("a.xlsx", &compound_file("EncryptedPackage")),
            "protected_workbook"
        );
        assert_eq!(refused("a.xlsx", &compound_file("WordDocument")), "other_file");
    }

    #[test]
    fn only_archives_with_a_workbook_inside_are_workbooks() {
        assert_eq!(
            nature("a.zip", &archive(&[("xl/workbook.xml", 9)])),
            Ok(Nature::Workbook)
        );
        let word = nature("a.xlsx", &archive(&[("word/document.xml", 9)]));
        assert_eq!(word, Err(Matter::OtherFile { kind: "Word".into() }));
        assert_eq!(refused("a.xlsx", b"PK\x03\x04 and no more"), "damaged_file");
    }

    #[test]
    fn archives_that_declare_too_much_are_not_unpacked() {
        let bomb = archive(&[("xl/workbook.xml", 9), ("xl/a.xml", 200 << 20), ("xl/b.xml", 200 << 20)]);
        assert_eq!(refused("a.xlsx", &bomb), "unpacks_too_large");
        assert_eq!(
            refused("a.xlsx", &archive(&[("xl/workbook.xml", u32::MAX)])),
            "unpacks_too_large"
        );
    }

    #[test]
    fn empty_large_and_foreign_files_are_refused() {
        assert_eq!(refused("a.csv", b""), "empty_file");
        assert_eq!(refused("a.csv", b"\xEF\xBB\xBF"), "empty_file");
        assert_eq!(refused("a.csv", &vec![b'a'; FILE_LIMIT as usize + 1]), "file_too_large");
        assert_eq!(refused("a.xlsx", b"%PDF-1.7"), "other_file");
        assert_eq!(refused("a.xls", b"\n<html><table>"), "other_file");
    }
}
