//! Configurations of Safe Exam Browser: the Config Key of an unencrypted `.seb` file.
//!
//! The key is the SHA-256 of the settings as JSON with the keys sorted without regard to case, without white space, without
//! `originatorVersion` and without empty dictionaries; backslashes stand as they are (Safe Exam Browser, "Config Key",
//! developer documentation).

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};
use sha2::{Digest, Sha256};

use crate::domain::hex::hex;

/// The longest file that is read.
const MAX_BYTES: usize = 1024 * 1024;
/// The deepest nesting that is read; real files have four.
const MAX_DEPTH: usize = 32;

/// Why a file is no configuration that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoConfiguration {
    #[error("the file is larger than 1 MB")]
    TooLarge,
    #[error("the file is encrypted or packed; save it without a password")]
    Encrypted,
    #[error("the file is no Safe Exam Browser configuration")]
    Damaged,
}

/// A value of a property list.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    Dict(Vec<(String, Value)>),
    Array(Vec<Value>),
    /// Strings, dates and data.
    Text(String),
    /// Numbers and truth values, as they are written.
    Bare(String),
}

/// The Config Key of a configuration, in lower-case hexadecimal.
///
/// # Errors
/// When it cannot be read.
pub fn config_key(file: &[u8]) -> Result<String, NoConfiguration> {
    let settings = read(file)?;
    let mut json = String::new();
    // The published key of an empty configuration is that of an empty list.
    match settings.is_empty_dict() {
        true => json.push_str("[]"),
        false => settings.write(&mut json),
    }
    Ok(hex(&Sha256::digest(json.as_bytes())))
}

/// What a browser with this Config Key sends with the request for `url`, in lower-case hexadecimal.
pub fn proof(url: &str, config_key: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(url.as_bytes());
    hash.update(config_key.as_bytes());
    hex(&hash.finalize())
}

fn read(file: &[u8]) -> Result<Value, NoConfiguration> {
    if file.len() > MAX_BYTES {
        return Err(NoConfiguration::TooLarge);
    }
    let text = std::str::from_utf8(file).map_err(|_| NoConfiguration::Encrypted)?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    reader.config_mut().expand_empty_elements = true;
    match next_start(&mut reader)? {
        Some(root) if name(&root) == "plist" => (),
        _ => return Err(NoConfiguration::Damaged),
    }
    let first = next_start(&mut reader)?.ok_or(NoConfiguration::Damaged)?;
    let mut settings = value(&mut reader, &first, 0)?;
    let Value::Dict(entries) = &mut settings else {
        return Err(NoConfiguration::Damaged);
    };
    entries.retain(|(key, _)| key != "originatorVersion");
    Ok(settings)
}

fn name(tag: &BytesStart) -> String {
    tag.name().as_ref().to_owned()
}

/// The next element that begins; `None` when the one around it ends first.
fn next_start<'a>(reader: &mut Reader<&'a [u8]>) -> Result<Option<BytesStart<'a>>, NoConfiguration> {
    loop {
        match reader.read_event().map_err(|_| NoConfiguration::Damaged)? {
            Event::Start(tag) => return Ok(Some(tag)),
            Event::End(_) => return Ok(None),
            Event::Eof => return Err(NoConfiguration::Damaged),
            Event::Text(text) if !text.as_ref().trim().is_empty() => return Err(NoConfiguration::Damaged),
            Event::CData(_) | Event::GeneralRef(_) => return Err(NoConfiguration::Damaged),
            _ => (),
        }
    }
}

/// The text up to the end of the element.
fn content(reader: &mut Reader<&[u8]>) -> Result<String, NoConfiguration> {
    let mut all = String::new();
    loop {
        match reader.read_event().map_err(|_| NoConfiguration::Damaged)? {
            Event::Text(text) => all.push_str(&text.xml_content(XmlVersion::Implicit1_0)),
            Event::CData(text) => all.push_str(&text),
            Event::GeneralRef(reference) => all.push(letter(&reference)?),
            Event::End(_) => return Ok(all),
            Event::Comment(_) => (),
            _ => return Err(NoConfiguration::Damaged),
        }
    }
}

fn letter(reference: &quick_xml::events::BytesRef) -> Result<char, NoConfiguration> {
    if let Ok(Some(letter)) = reference.resolve_char_ref() {
        return Ok(letter);
    }
    match reference.as_ref() {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        // An entity of the file's own could be anything.
        _ => Err(NoConfiguration::Damaged),
    }
}

fn value(reader: &mut Reader<&[u8]>, tag: &BytesStart, depth: usize) -> Result<Value, NoConfiguration> {
    if depth > MAX_DEPTH {
        return Err(NoConfiguration::Damaged);
    }
    match name(tag).as_str() {
        "dict" => {
            let mut entries = Vec::new();
            while let Some(tag) = next_start(reader)? {
                if name(&tag) != "key" {
                    return Err(NoConfiguration::Damaged);
                }
                let key = content(reader)?;
                let tag = next_start(reader)?.ok_or(NoConfiguration::Damaged)?;
                entries.push((key, value(reader, &tag, depth + 1)?));
            }
            Ok(Value::Dict(entries))
        }
        "array" => {
            let mut values = Vec::new();
            while let Some(tag) = next_start(reader)? {
                values.push(value(reader, &tag, depth + 1)?);
            }
            Ok(Value::Array(values))
        }
        "string" => Ok(Value::Text(content(reader)?)),
        // Property lists write UTC as Z, the key is made of the long form.
        "date" => Ok(Value::Text(content(reader)?.trim().replace('Z', "+00:00"))),
        "data" => Ok(Value::Text(content(reader)?.split_whitespace().collect())),
        "integer" | "real" => {
            let number = content(reader)?.trim().to_owned();
            match number.parse::<f64>() {
                Ok(value) if value.is_finite() => Ok(Value::Bare(number)),
                _ => Err(NoConfiguration::Damaged),
            }
        }
        truth @ ("true" | "false") => {
            content(reader)?;
            Ok(Value::Bare(truth.to_owned()))
        }
        _ => Err(NoConfiguration::Damaged),
    }
}

impl Value {
    fn is_empty_dict(&self) -> bool {
        matches!(self, Self::Dict(entries) if entries.is_empty())
    }

    fn write(&self, json: &mut String) {
        match self {
            Self::Bare(text) => json.push_str(text),
            Self::Text(text) => write_text(text, json),
            Self::Array(values) => {
                json.push('[');
                for (place, value) in values.iter().enumerate() {
                    if place > 0 {
                        json.push(',');
                    }
                    value.write(json);
                }
                json.push(']');
            }
            Self::Dict(entries) => {
                let mut sorted: Vec<_> = entries.iter().filter(|(_, value)| !value.is_empty_dict()).collect();
                sorted.sort_by_cached_key(|(key, _)| key.to_lowercase());
                json.push('{');
                for (place, (key, value)) in sorted.into_iter().enumerate() {
                    if place > 0 {
                        json.push(',');
                    }
                    write_text(key, json);
                    json.push(':');
                    value.write(json);
                }
                json.push('}');
            }
        }
    }
}

/// As JSON has it, but a backslash stands for itself.
fn write_text(text: &str, json: &mut String) {
    json.push('"');
    for letter in text.chars() {
        match letter {
            '"' => json.push_str("\\\""),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            letter => json.push(letter),
        }
    }
    json.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plist(body: &str) -> String {
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<plist version=\"1.0\">{body}</plist>")
    }

    fn json(body: &str) -> Result<String, NoConfiguration> {
        let mut json = String::new();
        read(plist(body).as_bytes())?.write(&mut json);
        Ok(json)
    }

    #[test]
    fn the_key_of_an_empty_configuration_is_the_published_one() {
        let key = config_key(plist("<dict/>").as_bytes());
        assert_eq!(
            key.as_deref(),
            Ok("4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945")
        );
    }

    #[test]
    fn settings_are_written_in_one_way_only() {
        let written = json(
            "<dict><key>b</key><true/><key>A</key><string>x\\y \"z\" &amp; &#228;</string><key>originatorVersion</key>\
             <string>1</string><key>c</key><dict/><key>d</key><array><integer>-3</integer><dict><key>e</key><data>\nYQ==\n\
             </data></dict></array></dict>",
        );
        assert_eq!(
            written.as_deref(),
            Ok(r#"{"A":"x\y \"z\" & ä","b":true,"d":[-3,{"e":"YQ=="}]}"#)
        );
    }

    #[test]
    fn what_is_no_configuration_is_refused() {
        let deep = format!("{}{}", "<array>".repeat(100), "</array>".repeat(100));
        for body in [
            "",
            "<string>x</string>",
            "<dict><key>a</key></dict>",
            "<dict><string>a</string></dict>",
            "<dict><key>a</key><integer>x</integer></dict>",
            "<dict><key>a</key><string>&own;</string></dict>",
            "<dict><key>a</key><integer>1</integer>",
            &format!("<dict><key>a</key>{deep}</dict>"),
        ] {
            assert!(json(body).is_err(), "{body}");
        }
        assert_eq!(config_key(b"\xff\xfepswd"), Err(NoConfiguration::Encrypted));
        assert_eq!(config_key(&vec![b' '; MAX_BYTES + 1]), Err(NoConfiguration::TooLarge));
    }

    #[test]
    fn a_proof_is_of_one_page_and_one_configuration() {
        let key = "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945";
        let one = proof("https://example.test/attempts/1", key);
        assert_eq!(one.len(), 64);
        assert_ne!(one, proof("https://example.test/attempts/2", key));
        assert_ne!(one, proof("https://example.test/attempts/1", &one));
    }
}
