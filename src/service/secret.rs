//! The key under which identity numbers are digested. It comes from the settings or from a file beside an embedded
//! database, and is never stored in the database.

use std::{
    fmt, io,
    path::{Path, PathBuf},
};

use hmac::{Hmac, KeyInit, Mac};
use sm3::Sm3;

use super::random::{Random, digest, hex};
use crate::domain::identity::{Identity, IdentityNumber};

/// Characters that a key in the settings needs.
const SHORTEST: usize = 16;

/// A key. `Debug` does not show it.
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

impl Secret {
    /// The key of a text; `None` when the text is too short for one.
    pub fn of(text: &str) -> Option<Self> {
        let text = text.trim();
        (text.chars().count() >= SHORTEST).then(|| Self(digest(text.as_bytes())))
    }

    /// The file that holds the key of a database file.
    pub fn path(database: &Path) -> PathBuf {
        let mut name = database.as_os_str().to_owned();
        name.push(".key");
        PathBuf::from(name)
    }

    /// The key beside a database file, made at the first start. Only the owner may read it.
    ///
    /// # Errors
    /// When the file can neither be read nor made, or holds no key.
    pub fn beside(database: &Path, random: &Random) -> io::Result<Self> {
        let path = Self::path(database);
        if !path.try_exists()? {
            make(&path, random)?;
        }
        let text = std::fs::read_to_string(&path)?;
        Self::of(&text).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "this file holds no key"))
    }

    /// What is kept of an identity number: HMAC-SM3 (GB/T 15852.2, GB/T 32905) and the masked form.
    pub fn seal(&self, number: &IdentityNumber) -> Identity {
        Identity {
            masked: number.masked(),
            digest: hex(&self.keyed(b"identity number 1", number.as_bytes())),
        }
    }

    /// HMAC-SM3 of something for one purpose.
    pub fn keyed(&self, purpose: &[u8], bytes: &[u8]) -> [u8; 32] {
        // A key is filled up with zeros to the block of the digest (RFC 2104).
        let mut key = hmac::digest::Key::<Hmac<Sm3>>::default();
        key[..self.0.len()].copy_from_slice(&self.0);
        let mut mac = Hmac::<Sm3>::new(&key);
        mac.update(purpose);
        mac.update(bytes);
        mac.finalize().into_bytes().into()
    }
}

/// Writes a new key whole before it gets its name, so that a second process finds either none or all of it.
fn make(path: &Path, random: &Random) -> io::Result<()> {
    use std::io::Write;

    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{}", std::process::id()));
    let draft = PathBuf::from(draft);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    let written = file
        .write_all(format!("{}\n", hex(&random.bytes())).as_bytes())
        .and_then(|()| file.sync_all());
    let named = written.and_then(|()| std::fs::hard_link(&draft, path));
    std::fs::remove_file(&draft)?;
    match named {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        named => named,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number() -> IdentityNumber {
        IdentityNumber::parse("11010519491231002X").expect("a number")
    }

    #[test]
    fn the_same_number_is_digested_alike_under_one_key_only() {
        let secret = |text| Secret::of(text).expect("a key");
        let (one, other) = (secret("sixteen letters."), secret("sixteen letters!"));
        assert_eq!(one.seal(&number()), one.seal(&number()));
        assert_ne!(one.seal(&number()).digest, other.seal(&number()).digest);
        assert!(!one.seal(&number()).digest.contains("11010519491231002"));
        assert!(Secret::of("too short").is_none());
        assert_eq!(format!("{one:?}"), "Secret(***)");
    }

    #[test]
    fn the_key_beside_a_database_is_made_once_and_for_its_owner_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let database = folder.path().join("mingfa.db");
        let first = Secret::beside(&database, &Random::from_seed(1)).expect("a new key");
        let second = Secret::beside(&database, &Random::from_seed(2)).expect("the same key");
        assert_eq!(first.seal(&number()), second.seal(&number()));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(Secret::path(&database))
                .expect("the file")
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 1);
        std::fs::write(Secret::path(&database), "").expect("an empty file");
        assert!(Secret::beside(&database, &Random::from_seed(3)).is_err());
    }
}
