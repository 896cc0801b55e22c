//! The hash of the whole state: equal for equal states, whatever machine they are on.

use plumbline_api::backup::BackupTable;
use sha2::{Digest as _, Sha256};

/// A hash on its way over the tables in their order, and the rows of each by its key.
#[derive(Clone, Debug, Default)]
pub struct StateHash {
    hash: Sha256,
    rows: u32,
}

impl StateHash {
    /// Takes in rows as the deployment writes them.
    pub fn add(&mut self, table: BackupTable, rows: &[String]) {
        for row in rows {
            self.hash.update(table.as_str());
            self.hash.update(row);
            self.hash.update("\n");
            self.rows += 1;
        }
    }

    /// Returns the hash in hexadecimal, and how many rows it stands for.
    pub fn finish(self) -> (String, u32) {
        let hash = self.hash.finalize();
        (hash.iter().map(|byte| format!("{byte:02x}")).collect(), self.rows)
    }
}
