//! What a deployment to a Cloudflare account uploads.

use anyhow::{Result, bail};

use crate::bundle;
use crate::run;

/// Shows it; the deployment itself is wrangler's, as docs/DEPLOY.md says.
pub fn run(arguments: &[String]) -> Result<()> {
    if arguments != ["--dry-run"] {
        bail!(
            "`cargo xtask deploy --dry-run` shows what would be uploaded; docs/DEPLOY.md says how to deploy"
        );
    }
    bundle::build_all()?;
    run::run("wrangler", ["deploy", "--dry-run", "--outdir", "build/deploy"])
}
