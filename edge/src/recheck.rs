//! Addresses grow old: a domain that took mail last year may be gone. Each minute the clock looks at a
//! few of them again.

use std::rc::Rc;

use plumbline_domain::email::{Assessment, EmailAddress, Verdict};
use plumbline_domain::time::{DAY_MS, Timestamp};
use worker::Result;

use crate::context::Ctx;
use crate::email::verify::{Caller, verify_address};
use crate::store::many::ChangedLead;
use crate::store::rechecks::Rechecked;

/// After how many days a verdict is old.
const KNOWN_DAYS: i64 = 30;
/// After how many milliseconds an address that could not be looked at is tried again.
const UNKNOWN_MS: i64 = DAY_MS / 24;
/// How many addresses are looked at in one step: with their mail servers they take up to 44 questions,
/// and an invocation on a free account may ask 50.
const ADDRESSES_MAX: u32 = 4;

/// Looks at the next few old addresses again.
///
/// # Errors
/// When the database fails; then the same addresses come again.
pub async fn recheck_some(ctx: &Rc<Ctx>) -> Result<()> {
    let (store, now) = (ctx.store()?, ctx.now);
    let before = |age_ms| Timestamp::from_ms(now.as_ms() - age_ms);
    let due = store
        .list_due_for_recheck(before(UNKNOWN_MS), before(KNOWN_DAYS * DAY_MS), ADDRESSES_MAX)
        .await?;
    let is_full = due.len() == ADDRESSES_MAX as usize;
    let last = due.last().filter(|_| is_full).map(|lead| lead.summary.id);
    let mut rechecked = Vec::with_capacity(due.len());
    if !due.is_empty() {
        let model = store.find_model().await?;
        for mut lead in due {
            let Some(address) = EmailAddress::from_stored(&lead.summary.email) else { continue };
            let before = lead.summary.verdict;
            let assessment = verify_address(ctx, &address, Caller::Owner).await;
            // A resolver that fails takes nothing from what was known.
            if assessment.verdict == Verdict::Unknown && before != Verdict::Unknown {
                continue;
            }
            // Kept facts may be as old as a day, and were looked at now as far as this lead goes.
            let assessment = Assessment { checked_at: now, ..assessment };
            let kinds = lead.recheck(assessment, &model, now);
            let events = ctx.named(kinds);
            rechecked.push(Rechecked { changed: ChangedLead { lead, events }, before });
        }
    }
    store.finish_recheck(&rechecked, last, now).await
}
