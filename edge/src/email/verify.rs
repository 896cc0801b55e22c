//! The verdict on an address: isolate memory, then KV, then the resolver, all within one time limit.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

use futures_util::future::{Either, select};
use plumbline_domain::email::{Assessment, DnsFailure, DomainFacts, EmailAddress, assess};
use plumbline_domain::time::Timestamp;
use worker::{AbortController, Delay};

use super::doh;
use super::tables::Tables;
use crate::bindings::Bindings;
use crate::context::{Ctx, now};
use crate::http::client::allows;

/// How long a visitor may be kept waiting for DNS, in milliseconds (VALIDATION §7, S3).
const LOOKUP_MS_MAX: u64 = 140;
/// The most domains kept in the memory of one isolate.
const MEMORY_DOMAINS_MAX: usize = 1_000;
/// The shortest life of a KV entry, in seconds, as KV itself demands.
const KV_TTL_MIN: u32 = 60;

thread_local! {
    static MEMORY: RefCell<HashMap<String, DomainFacts>> = RefCell::new(HashMap::new());
}

/// Returns the verdict on `address`; `client` is charged for a domain that has to be looked up.
///
/// Takes at most [`LOOKUP_MS_MAX`]. Never fails: a resolver that does not answer gives `unknown`.
pub async fn verify_address(ctx: &Ctx, address: &EmailAddress, client: &str) -> Assessment {
    let facts = domain_facts(ctx, address.domain(), client).await;
    let tables = Tables::read(&ctx.bindings).await;
    assess(address, &facts, &tables.lists())
}

async fn domain_facts(ctx: &Ctx, domain: &str, client: &str) -> DomainFacts {
    if let Some(facts) = remembered(domain, ctx.now) {
        return facts;
    }
    let limit = AbortController::default();
    let signal = limit.signal();
    let lookup = Box::pin(look_up(ctx, domain, client, &signal));
    let deadline = Delay::from(Duration::from_millis(LOOKUP_MS_MAX));
    let facts = match select(lookup, deadline).await {
        Either::Left((facts, _)) => facts,
        Either::Right(((), lookup)) => {
            // The questions that are still open are cut; those that were answered still count.
            limit.abort();
            match select(lookup, Delay::from(Duration::from_millis(1))).await {
                Either::Left((facts, _)) => facts,
                Either::Right(_) => {
                    DomainFacts::failed(DnsFailure::Timeout, ctx.now, LOOKUP_MS_MAX as u32)
                }
            }
        }
    };
    remember(domain, &facts);
    facts
}

async fn look_up(
    ctx: &Ctx,
    domain: &str,
    client: &str,
    signal: &worker::AbortSignal,
) -> DomainFacts {
    if let Some(facts) = cached(&ctx.bindings, domain, ctx.now).await {
        return facts;
    }
    // One client may not make this a resolver for everybody (attack case 22).
    if !allows(ctx.bindings.lookup_limit(), client).await {
        return DomainFacts::failed(DnsFailure::LookupLimit, ctx.now, 0);
    }
    let facts = doh::query(&ctx.config.resolver_url, domain, now(), signal).await;
    if facts.ttl_s >= KV_TTL_MIN {
        let (bindings, domain, facts) = (ctx.bindings.clone(), domain.to_owned(), facts.clone());
        ctx.in_background(async move {
            if let Err(error) = cache(&bindings, &domain, &facts).await {
                worker::console_warn!("resolver answer not cached: {error}");
            }
        });
    }
    facts
}

fn remembered(domain: &str, now: Timestamp) -> Option<DomainFacts> {
    MEMORY.with_borrow(|memory| memory.get(domain).filter(|facts| is_fresh(facts, now)).cloned())
}

fn remember(domain: &str, facts: &DomainFacts) {
    let lookup_limited =
        matches!(facts.mx, plumbline_domain::email::Answer::Failed(DnsFailure::LookupLimit));
    if lookup_limited {
        return;
    }
    MEMORY.with_borrow_mut(|memory| {
        if memory.len() >= MEMORY_DOMAINS_MAX {
            memory.clear();
        }
        memory.insert(domain.to_owned(), facts.clone());
    });
}

fn is_fresh(facts: &DomainFacts, now: Timestamp) -> bool {
    now.since(facts.checked_at) < i64::from(facts.ttl_s) * 1_000
}

fn cache_key(domain: &str) -> String {
    format!("dns/1/{domain}")
}

async fn cached(bindings: &Bindings, domain: &str, now: Timestamp) -> Option<DomainFacts> {
    let text = bindings.cache().ok()?.get(&cache_key(domain)).text().await.ok()??;
    let facts: DomainFacts = serde_json::from_str(&text).ok()?;
    is_fresh(&facts, now).then_some(facts)
}

async fn cache(bindings: &Bindings, domain: &str, facts: &DomainFacts) -> worker::Result<()> {
    let text = serde_json::to_string(facts)?;
    let put = bindings.cache()?.put(&cache_key(domain), text)?;
    put.expiration_ttl(u64::from(facts.ttl_s)).execute().await?;
    Ok(())
}
