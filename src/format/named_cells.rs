//! Filling a workbook that somebody else made: cells that have names get figures, and nothing else of it is written anew. The XML of
//! the sheets is changed in place, everything that is not touched is taken over as it is packed.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use super::container::{Kept, UNPACKED_LIMIT, packed, unpack, workbook_entries};
use super::exchange::archive::Archive;
use super::exchange::xml::{Element, parse};
use crate::domain::annual::named::{Filling, Loss, Named, Told, Values, asked};
use crate::domain::intake::Matter;

mod sheet;

use sheet::{Cell, fill, merged};

/// Names of one workbook that are looked at; Excel itself becomes slow long before.
const NAMES: usize = 5_000;
/// Sheets and parts of one workbook; real ones have some dozens.
const SHEETS: usize = 1_000;
const PARTS: usize = 10_000;
const WORKBOOK: &str = "xl/workbook.xml";

/// Fills the named cells of a workbook with these values; gives the workbook and what became of each name.
///
/// # Errors
/// Why the workbook cannot be read, or must not be; [`Matter::NoNamedCells`] when none of its names asks for anything known here.
pub fn filled(file_name: &str, bytes: &[u8], values: &Values<'_>) -> Result<(Vec<u8>, Told), Matter> {
    let parts = Parts::open(file_name, bytes)?;
    let workbook = parts.text(WORKBOOK)?;
    let book = Book::read(&parts, &workbook)?;
    if !book.names.iter().any(|name| asked(&name.name).is_some()) {
        return Err(Matter::NoNamedCells);
    }
    let mut told = Told::default();
    let mut wanted: BTreeMap<&str, BTreeMap<Cell, (usize, Filling)>> = BTreeMap::new();
    let mut areas = Areas::default();
    for (place, name) in book.names.iter().enumerate() {
        let done = match plan(&parts, &book, &mut areas, name, values) {
            Ok((path, cell, filling)) => {
                let shown = filling.shown();
                match wanted.entry(path).or_default().entry(cell) {
                    Entry::Occupied(_) => Err(Loss::Twice),
                    Entry::Vacant(free) => {
                        free.insert((place, filling));
                        Ok(shown)
                    }
                }
            }
            Err(loss) => Err(loss),
        };
        told.named.push(Named {
            name: name.name.clone(),
            place: name.refers.replace('$', ""),
            done,
        });
    }
    let mut changed: BTreeMap<&str, String> = BTreeMap::new();
    // Each part once, however many sheets say that it is theirs.
    let paths: BTreeSet<&str> = book.sheets.values().map(String::as_str).collect();
    for path in paths {
        let cells = wanted.remove(path).unwrap_or_default();
        let (text, formulas) = fill(&parts.text(path)?, &cells, &book.percent)?;
        for place in formulas {
            told.named[place].done = Err(Loss::Formula);
        }
        changed.extend(text.map(|text| (path, text)));
    }
    changed.insert(WORKBOOK, recalculated(&workbook));
    Ok((parts.with(&changed)?, told))
}

/// Merged cells of the sheets that were asked for, each sheet read once.
type Areas<'a> = BTreeMap<&'a str, Vec<(Cell, Cell)>>;

/// Where a name's value goes, and the value.
fn plan<'a>(
    parts: &Parts<'_>,
    book: &'a Book,
    areas: &mut Areas<'a>,
    name: &Name,
    values: &Values<'_>,
) -> Result<(&'a str, Cell, Filling), Loss> {
    let asked = asked(&name.name).ok_or(Loss::NoFigure)?;
    let (sheet, first, last) = reference(&name.refers).ok_or(Loss::NotOneCell)?;
    let path = book.sheets.get(&sheet).ok_or(Loss::NotOneCell)?.as_str();
    if first != last {
        // A cell that was merged of several is one all the same.
        let merged = areas
            .entry(path)
            .or_insert_with(|| parts.text(path).map(|text| merged(&text)).unwrap_or_default());
        if !merged.contains(&(first, last)) {
            return Err(Loss::NotOneCell);
        }
    }
    Ok((path, first, values.of(asked)?))
}

/// The parts of a package.
struct Parts<'a> {
    bytes: &'a [u8],
    entries: Vec<(String, Kept)>,
}

impl<'a> Parts<'a> {
    fn open(file_name: &str, bytes: &'a [u8]) -> Result<Self, Matter> {
        let entries = workbook_entries(file_name, bytes)?;
        match entries.len() {
            ..=PARTS => Ok(Self { bytes, entries }),
            _ => Err(Matter::DamagedFile { detail: "zip".into() }),
        }
    }

    fn text(&self, path: &str) -> Result<String, Matter> {
        let missing = || Matter::DamagedFile {
            detail: path.chars().take(60).collect(),
        };
        let (_, kept) = self.entries.iter().find(|(name, _)| name == path).ok_or_else(missing)?;
        let bytes = unpack(self.bytes, kept, UNPACKED_LIMIT).map_err(|matter| match matter {
            Matter::DamagedDocument { detail } => Matter::DamagedFile { detail },
            matter => matter,
        })?;
        String::from_utf8(bytes).map_err(|_| Matter::UnknownEncoding)
    }

    fn tree(&self, path: &str) -> Result<Element, Matter> {
        parse(self.text(path)?.trim_start_matches('\u{feff}'), str::to_owned)
    }

    /// The same package with other texts in the places of some parts.
    fn with(&self, changed: &BTreeMap<&str, String>) -> Result<Vec<u8>, Matter> {
        let mut archive = Archive::default();
        for (name, kept) in &self.entries {
            match changed.get(name.as_str()) {
                Some(text) => archive.add(name, text.as_bytes()),
                None => archive.add_packed(&packed(self.bytes, name, kept)?),
            }
        }
        Ok(archive.finish())
    }
}

struct Name {
    name: String,
    /// `'上报 表'!$B$3`.
    refers: String,
}

/// What the workbook says of itself.
struct Book {
    names: Vec<Name>,
    /// Path of each worksheet by its name.
    sheets: BTreeMap<String, String>,
    /// Which cell formats show percentages, by their place.
    percent: Vec<bool>,
}

impl Book {
    fn read(parts: &Parts<'_>, workbook: &str) -> Result<Self, Matter> {
        let root = parse(workbook.trim_start_matches('\u{feff}'), str::to_owned)?;
        let relations = parts.tree("xl/_rels/workbook.xml.rels")?;
        let related: BTreeMap<&str, &Element> = relations
            .all("Relationship")
            .filter_map(|one| Some((one.attribute("Id")?, one)))
            .collect();
        let there: BTreeSet<&str> = parts.entries.iter().map(|(name, _)| name.as_str()).collect();
        let path = |id: &str| {
            let relation = related.get(id)?;
            let (kind, target) = (relation.attribute("Type")?, relation.attribute("Target")?);
            let path = target
                .strip_prefix('/')
                .map_or_else(|| format!("xl/{target}"), str::to_owned);
            (kind.ends_with("/worksheet") && there.contains(path.as_str())).then_some(path)
        };
        let sheets = root.first("sheets").into_iter().flat_map(|sheets| sheets.all("sheet"));
        let sheets = sheets.take(SHEETS).filter_map(|sheet| {
            let name = sheet.attribute("name")?.to_owned();
            Some((name, path(sheet.attribute("id")?)?))
        });
        let defined = root
            .first("definedNames")
            .into_iter()
            .flat_map(|names| names.all("definedName"));
        let names = defined.take(NAMES).filter_map(|defined| {
            let name = defined.attribute("name")?;
            // Excel's own, such as the area to be printed.
            let own = name.starts_with("_xlnm.") || name == "Print_Area" || name == "Print_Titles";
            let hidden = defined
                .attribute("hidden")
                .is_some_and(|hidden| hidden == "1" || hidden == "true");
            (!own && (!hidden || asked(name).is_some())).then(|| Name {
                name: name.to_owned(),
                refers: defined.own_text().trim().to_owned(),
            })
        });
        Ok(Self {
            names: names.collect(),
            sheets: sheets.collect(),
            percent: match parts.tree("xl/styles.xml") {
                Ok(styles) => percents(&styles),
                Err(Matter::DamagedFile { .. }) => Vec::new(),
                Err(matter) => return Err(matter),
            },
        })
    }
}

/// Excel's own formats 9 and 10 are `0%` and `0.00%`.
fn percents(styles: &Element) -> Vec<bool> {
    let own = styles
        .first("numFmts")
        .into_iter()
        .flat_map(|formats| formats.all("numFmt"));
    let own: BTreeMap<&str, bool> = own
        .filter_map(|format| {
            Some((
                format.attribute("numFmtId")?,
                format.attribute("formatCode")?.contains('%'),
            ))
        })
        .collect();
    let formats = styles
        .first("cellXfs")
        .into_iter()
        .flat_map(|formats| formats.all("xf"));
    let id = formats.map(|format| format.attribute("numFmtId").unwrap_or("0"));
    id.map(|id| own.get(id).copied().unwrap_or(matches!(id, "9" | "10")))
        .collect()
}

/// Sheet, first and last cell of `'上报 表'!$B$3` or `Sheet1!$B$3:$D$3`; `None` for anything else: other workbooks, several areas,
/// what was deleted, formulas.
fn reference(text: &str) -> Option<(String, Cell, Cell)> {
    let (sheet, cells) = text.rsplit_once('!')?;
    let sheet = match sheet.strip_prefix('\'') {
        Some(quoted) => quoted.strip_suffix('\'')?.replace("''", "'"),
        // A name that needs no quotes has none of these; with them it is several areas.
        None if sheet.contains(['!', ',']) => return None,
        None => sheet.to_owned(),
    };
    let (first, last) = cells.split_once(':').unwrap_or((cells, cells));
    let cell = |text: &str| Cell::parse(&text.replace('$', ""));
    (!sheet.contains(['[', ']'])).then_some((sheet, cell(first)?, cell(last)?))
}

/// The workbook told to compute its formulas anew when it is opened.
fn recalculated(workbook: &str) -> String {
    const ANEW: &str = " fullCalcOnLoad=\"1\"";
    // It is there at most once; what is quoted elsewhere has no bracket in front.
    if let Some(start) = workbook.find("<calcPr").or_else(|| workbook.find(":calcPr")) {
        let name = start + workbook[start..].find("calcPr").unwrap_or_default() + "calcPr".len();
        let tag = workbook[name..].find('>').map(|end| &workbook[name..name + end]);
        return match tag {
            Some(tag) if !tag.contains("fullCalcOnLoad") => format!("{}{ANEW}{}", &workbook[..name], &workbook[name..]),
            Some(tag) => {
                let anew = tag.replace("fullCalcOnLoad=\"0\"", "fullCalcOnLoad=\"1\"");
                format!("{}{anew}{}", &workbook[..name], &workbook[name + tag.len()..])
            }
            None => workbook.to_owned(),
        };
    }
    // There are names, so this end is there; what computes comes right behind them.
    match workbook
        .find("definedNames>")
        .and_then(|_| workbook.rfind("definedNames>"))
    {
        Some(start) => {
            let end = start + "definedNames>".len();
            let open = workbook[..start].rfind("</").map_or("", |at| &workbook[at + 2..start]);
            format!("{}<{open}calcPr{ANEW}/>{}", &workbook[..end], &workbook[end..])
        }
        None => workbook.to_owned(),
    }
}

#[cfg(test)]
mod tests;
