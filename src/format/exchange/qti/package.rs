//! Packages: a manifest that lists files, a test that orders items in sections, and the items.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::intake::{Loss, Matter, Note, Place};

use super::super::collection::{Categories, Collection};
use super::super::xml::{self, Element, decode};
use super::{format, is_root, item, names};
use crate::format::container::{Kept, unpack};
use crate::format::text::tidy;

/// The largest XML file of a package.
const ENTRY_LIMIT: u64 = 16 * 1024 * 1024;
/// The most items of one package.
const ITEM_LIMIT: usize = 100_000;
/// Sections within sections, and sections in files of their own.
const MAX_DEPTH: usize = 32;

/// A document of the package.
struct Document {
    path: String,
    root: Element,
    /// The name as it is written.
    named: String,
}

struct Package<'a> {
    bytes: &'a [u8],
    files: BTreeMap<String, Kept>,
    /// By path of the item.
    keywords: BTreeMap<String, Vec<String>>,
    /// Items in the order of the test, with their category.
    order: Vec<(String, String)>,
    visited: BTreeSet<String>,
    notes: Vec<Note>,
    categories: Categories,
}

/// Reads a package. One broken file breaks it: nothing is taken by half.
pub(in super::super) fn read(bytes: &[u8], files: BTreeMap<String, Kept>) -> Collection {
    let mut package = Package {
        bytes,
        files,
        keywords: BTreeMap::new(),
        order: vec![],
        visited: BTreeSet::new(),
        notes: vec![],
        categories: Categories::default(),
    };
    package.collect().unwrap_or_else(|note| Collection {
        errors: vec![note],
        ..Collection::of("qti21")
    })
}

fn at(path: &str, line: usize) -> Place {
    Place::Entry {
        file: path.to_owned(),
        line,
    }
}

impl Package<'_> {
    fn document(&self, path: &str) -> Result<Option<Document>, Note> {
        let Some(kept) = self.files.get(path) else {
            return Ok(None);
        };
        let note = |matter| Note {
            place: at(path, 1),
            matter,
        };
        let bytes = unpack(self.bytes, kept, ENTRY_LIMIT).map_err(|matter| {
            note(match matter {
                Matter::DamagedDocument { detail } => Matter::DamagedFile { detail },
                matter => matter,
            })
        })?;
        let text = decode(&bytes).map_err(note)?;
        let root = xml::parse(&text, names::plain).map_err(note)?;
        Ok(Some(Document {
            path: path.to_owned(),
            named: xml::root(&text).unwrap_or_default().to_owned(),
            root,
        }))
    }

    fn collect(&mut self) -> Result<Collection, Note> {
        let Some(manifest) = self.document("imsmanifest.xml")? else {
            return Ok(Collection::of("qti21"));
        };
        let (mut tests, mut items) = (vec![], vec![]);
        for resource in manifest
            .root
            .below()
            .into_iter()
            .filter(|element| element.name == "resource")
        {
            let (kind, href) = (
                resource.attribute("type").unwrap_or_default(),
                resource.attribute("href"),
            );
            let Some(href) = href.or_else(|| resource.first("file")?.attribute("href")) else {
                continue;
            };
            let path = self.resolved("", href, resource.line)?;
            if kind.contains("test") || kind.contains("assessment") {
                tests.push(path);
            } else if kind.contains("item") {
                self.keywords.insert(path.clone(), keywords(resource));
                items.push(path);
            }
        }
        for path in tests {
            self.visit(&path, "", 0)?;
        }
        // Items that stand in no test; those that do are read once.
        self.order.extend(items.into_iter().map(|path| (path, String::new())));
        let mut collection = Collection::of("qti21");
        let mut read = BTreeSet::new();
        for (path, category) in std::mem::take(&mut self.order) {
            if !read.insert(path.clone()) {
                continue;
            }
            if read.len() > ITEM_LIMIT {
                return Err(Note {
                    place: Place::File,
                    matter: Matter::TooManyRows { limit: ITEM_LIMIT },
                });
            }
            match self.document(&path)? {
                Some(document) if document.root.name == "assessmentItem" => {
                    collection.format = format(&document.named);
                    let place = at(&document.path, document.root.line);
                    let keywords = self.keywords.get(&path).map(Vec::as_slice).unwrap_or_default();
                    item::read(&document.root, place, &category, keywords, &mut collection);
                }
                Some(document) if is_root(&document.named) => (),
                Some(document) => self
                    .notes
                    .push(Note::lost(at(&path, 1), Loss::Element, document.root.name)),
                None => self
                    .notes
                    .push(Note::lost(at("imsmanifest.xml", 1), Loss::Missing, path)),
            }
        }
        collection.categories = std::mem::take(&mut self.categories.names);
        self.notes.append(&mut collection.losses);
        collection.losses = std::mem::take(&mut self.notes);
        Ok(collection)
    }

    /// The path that a reference in a folder names.
    fn resolved(&self, folder: &str, href: &str, line: usize) -> Result<String, Note> {
        let outside = || Note {
            place: Place::Line(line),
            matter: Matter::PathOutside {
                path: href.chars().take(60).collect(),
            },
        };
        let href = href.split(['#', '?']).next().unwrap_or_default();
        let decoded = percent_decoded(href);
        if decoded.starts_with('/') || decoded.contains(['\\', ':']) {
            return Err(outside());
        }
        let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
        for part in decoded.split('/') {
            match part {
                "" | "." => (),
                ".." => {
                    parts.pop().ok_or_else(outside)?;
                }
                part => parts.push(part),
            }
        }
        // A file may be called as the reference is written, escapes and all.
        let path = parts.join("/");
        Ok(if self.files.contains_key(href) && !self.files.contains_key(&path) {
            href.to_owned()
        } else {
            path
        })
    }

    /// Follows a test or a section to its items.
    fn visit(&mut self, path: &str, category: &str, depth: usize) -> Result<(), Note> {
        if depth > MAX_DEPTH || !self.visited.insert(path.to_owned()) {
            return Ok(());
        }
        let Some(document) = self.document(path)? else {
            self.notes
                .push(Note::lost(at("imsmanifest.xml", 1), Loss::Missing, path));
            return Ok(());
        };
        let own = document.root.attribute("toolName") == Some(names::TOOL);
        if document.root.name == "assessmentSection" {
            return self.section(&document, &document.root, category, own, depth);
        }
        for part in document.root.elements() {
            match part.name.as_str() {
                "testPart" => self.inside(&document, part, category, own, depth)?,
                "outcomeDeclaration" => (),
                name if !own => self.notes.push(Note::lost(at(path, part.line), Loss::Setting, name)),
                _ => (),
            }
        }
        Ok(())
    }

    fn section(
        &mut self,
        document: &Document,
        section: &Element,
        category: &str,
        own: bool,
        depth: usize,
    ) -> Result<(), Note> {
        let title = section.attribute("title").map(tidy).unwrap_or_default();
        let unnamed = section
            .attribute("identifier")
            .is_some_and(|id| id.starts_with(names::MADE_UP))
            && title == "-";
        let category = match (category, title.as_str()) {
            (outer, _) if unnamed => outer.to_owned(),
            ("", title) => title.to_owned(),
            (outer, "") => outer.to_owned(),
            (outer, title) => format!("{outer}/{title}"),
        };
        if !category.is_empty() {
            self.categories.add(&category);
        }
        self.inside(document, section, &category, own, depth)
    }

    fn inside(
        &mut self,
        document: &Document,
        around: &Element,
        category: &str,
        own: bool,
        depth: usize,
    ) -> Result<(), Note> {
        let folder = document.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for element in around.elements() {
            let href = element.attribute("href").unwrap_or_default();
            match element.name.as_str() {
                "assessmentItemRef" => {
                    let path = self.resolved(folder, href, element.line)?;
                    for setting in element.elements().filter(|setting| setting.name != "weight" || !own) {
                        self.notes.push(Note::lost(
                            at(&document.path, setting.line),
                            Loss::Setting,
                            setting.name.clone(),
                        ));
                    }
                    if self.files.contains_key(&path) {
                        self.order.push((path, category.to_owned()));
                    } else {
                        self.notes
                            .push(Note::lost(at(&document.path, element.line), Loss::Missing, href));
                    }
                }
                "assessmentSectionRef" => {
                    let path = self.resolved(folder, href, element.line)?;
                    if self.files.contains_key(&path) {
                        self.visit(&path, category, depth + 1)?;
                    } else {
                        self.notes
                            .push(Note::lost(at(&document.path, element.line), Loss::Missing, href));
                    }
                }
                "assessmentSection" => self.section(document, element, category, own, depth + 1)?,
                name => self
                    .notes
                    .push(Note::lost(at(&document.path, element.line), Loss::Setting, name)),
            }
        }
        Ok(())
    }
}

/// What the description of a resource says it is about.
fn keywords(resource: &Element) -> Vec<String> {
    let keywords = resource.below().into_iter().filter(|element| element.name == "keyword");
    let words = keywords.flat_map(|keyword| {
        let strings = keyword
            .below()
            .into_iter()
            .filter(|element| matches!(element.name.as_str(), "string" | "langstring"));
        strings.map(|string| tidy(&string.own_text())).collect::<Vec<_>>()
    });
    words.filter(|word| !word.is_empty()).collect()
}

/// `%C3%A4` as `ä`; what is no such escape stays.
fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes
            .get(at + 1..at + 3)
            .filter(|_| bytes[at] == b'%')
            .and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}
