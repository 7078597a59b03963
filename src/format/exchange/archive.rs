//! Zip archives written: deflated, without times, so that the same questions give the same bytes.

use std::io::Write as _;

use flate2::{Compression, Crc, write::DeflateEncoder};

#[derive(Default)]
pub(in crate::format) struct Archive {
    out: Vec<u8>,
    directory: Vec<u8>,
    count: u16,
}

/// An entry as another archive has packed it.
pub(in crate::format) struct Packed<'a> {
    pub(in crate::format) name: &'a [u8],
    pub(in crate::format) method: u16,
    pub(in crate::format) crc: u32,
    /// When unpacked.
    pub(in crate::format) size: u64,
    pub(in crate::format) bytes: &'a [u8],
}

const DEFLATED: u16 = 8;
/// 1980-01-01, the first day there is.
const DAY: [u8; 4] = [0, 0, 0x21, 0];
/// Names are UTF-8.
const UTF_8: [u8; 2] = [0, 8];

impl Archive {
    /// At most 65,535 entries of less than 4 GB together; the readers take far less.
    pub(in crate::format) fn add(&mut self, name: &str, bytes: &[u8]) {
        let mut crc = Crc::new();
        crc.update(bytes);
        let mut encoder = DeflateEncoder::new(vec![], Compression::default());
        // Writing into memory does not fail.
        let packed = encoder
            .write_all(bytes)
            .and_then(|()| encoder.finish())
            .unwrap_or_default();
        let entry = Packed {
            name: name.as_bytes(),
            method: DEFLATED,
            crc: crc.sum(),
            size: bytes.len() as u64,
            bytes: &packed,
        };
        self.add_packed(&entry);
    }

    /// Takes an entry over from another archive as it is packed there.
    pub(in crate::format) fn add_packed(&mut self, entry: &Packed<'_>) {
        let long = |length: usize| u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes();
        let short = |length: usize| u16::try_from(length).unwrap_or(u16::MAX).to_le_bytes();
        let offset = long(self.out.len());
        let mut common = vec![20, 0];
        common.extend(UTF_8);
        common.extend(entry.method.to_le_bytes());
        common.extend(DAY);
        common.extend(entry.crc.to_le_bytes());
        common.extend(long(entry.bytes.len()));
        common.extend(long(usize::try_from(entry.size).unwrap_or(usize::MAX)));
        common.extend(short(entry.name.len()));
        common.extend([0, 0]);
        self.out.extend(b"PK\x03\x04");
        self.out.extend(&common);
        self.out.extend(entry.name);
        self.out.extend(entry.bytes);
        self.directory.extend(b"PK\x01\x02\x14\x00");
        self.directory.extend(common);
        self.directory.extend([0; 10]);
        self.directory.extend(offset);
        self.directory.extend(entry.name);
        self.count = self.count.saturating_add(1);
    }

    pub(in crate::format) fn finish(mut self) -> Vec<u8> {
        let long = |length: usize| u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes();
        let (start, size) = (long(self.out.len()), long(self.directory.len()));
        self.out.extend(self.directory);
        self.out.extend(b"PK\x05\x06\0\0\0\0");
        self.out.extend(self.count.to_le_bytes());
        self.out.extend(self.count.to_le_bytes());
        self.out.extend(size);
        self.out.extend(start);
        self.out.extend([0, 0]);
        self.out
    }
}
