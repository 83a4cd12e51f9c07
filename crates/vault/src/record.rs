//! A case's record: JSON with its format's number in it.

use std::io::{self, Write};

use evidence::{Case, CaseId};
use zeroize::Zeroizing;

use crate::StoreError;

/// The case a record holds, brought up to date.
pub(crate) fn parse(json: &[u8], id: CaseId) -> Result<Case, StoreError> {
    // serde's message can quote the value it stumbled over, which may be a name: only the place is kept.
    let place = |error: serde_json::Error| {
        StoreError::Damaged(format!("record, line {} column {}", error.line(), error.column()))
    };
    let value: serde_json::Value = serde_json::from_slice(json).map_err(place)?;
    let format = value
        .get("format")
        .and_then(serde_json::Value::as_u64)
        .unwrap_or(0);
    let case = match u32::try_from(format).unwrap_or(u32::MAX) {
        1 | Case::FORMAT => serde_json::from_value(value)
            .map(Case::brought_up_to_date)
            .map_err(|_| StoreError::Damaged("record".to_owned()))?,
        0 => return Err(StoreError::Damaged("record without a format".to_owned())),
        newer => return Err(StoreError::Newer(newer)),
    };
    if case.id == id {
        Ok(case)
    } else {
        Err(StoreError::Damaged("another case's record".to_owned()))
    }
}

/// The record of a case, in memory that is wiped.
pub(crate) fn write(case: &Case) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    let unwritable =
        |error: serde_json::Error| StoreError::Damaged(format!("record, {:?}", error.classify()));
    // Counted first: a buffer that grows leaves copies behind that nobody wipes.
    let mut length = Count(0);
    serde_json::to_writer(&mut length, case).map_err(unwritable)?;
    let mut json = Zeroizing::new(Vec::with_capacity(length.0));
    serde_json::to_writer(&mut *json, case).map_err(unwritable)?;
    Ok(json)
}

struct Count(usize);

impl Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
