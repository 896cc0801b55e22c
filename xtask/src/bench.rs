//! Measures.

use anyhow::Result;

/// Runs every measure.
pub fn all() -> Result<()> {
    Ok(())
}
