//! Stored values into domain values, checked: what the domain cannot read is an error that names the row.

use serde::de::DeserializeOwned;

use super::error::{Error, Result};

/// Where a value was read.
#[derive(Clone, Copy)]
pub(super) struct Column(pub &'static str, pub &'static str, pub i64);

impl Column {
    pub fn unreadable(self) -> Error {
        let Self(table, column, row) = self;
        tracing::error!(table, column, row, "a stored value cannot be read");
        Error::Inconsistent { table, column, row }
    }

    /// A code through the domain's own reader.
    pub fn code<T>(self, code: &str, read: impl Fn(&str) -> Option<T>) -> Result<T> {
        read(code).ok_or_else(|| self.unreadable())
    }

    pub fn json<T: DeserializeOwned>(self, json: &str) -> Result<T> {
        serde_json::from_str(json).map_err(|_| self.unreadable())
    }

    pub fn number<T>(self, value: impl TryInto<T>) -> Result<T> {
        value.try_into().map_err(|_| self.unreadable())
    }
}

/// JSON for a column; the domain's values always have one.
pub(super) fn to_json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
