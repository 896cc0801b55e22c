//! The whole gate.

use anyhow::Result;

pub fn all() -> Result<()> {
    Ok(())
}
pub fn check() -> Result<()> {
    Ok(())
}
