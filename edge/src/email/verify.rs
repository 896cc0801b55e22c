//! The verdict on an address: isolate memory, then KV, then a look-up, all within one time limit.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::{Either, join, select};
use plumbline_domain::email::{
    Answer, Assessment, DnsFailure, DomainFacts, EmailAddress, HealthLine, assess, domain_health,
};
use plumbline_domain::time::{DAY_MS, Timestamp};
use worker::{AbortController, Delay};

use super::lookup::Lookup;
use super::tables::Tables;
use crate::bindings::Bindings;
use crate::context::{Ctx, now};
use crate::http::client::allows;

/// How long a visitor may be kept waiting for DNS, in milliseconds (VALIDATION §7, S3).
const LOOKUP_MS_MAX: i64 = 140;
/// How long the owner waits, who asked for the truth and not for speed, in milliseconds.
const OWNER_MS_MAX: i64 = 2_000;
/// How long the owner waits for the health of their domain, in milliseconds.
const HEALTH_MS_MAX: u64 = 3_000;
/// How long a look-up goes on after the answer was sent, in milliseconds.
const BACKGROUND_MS_MAX: u64 = 3_000;
/// How often a request looks whether another one's look-up is done, in milliseconds.
const WAIT_MS: u64 = 5;
/// The most domains kept in the memory of one isolate.
const MEMORY_DOMAINS_MAX: usize = 1_000;
/// The shortest life of a KV entry, in seconds, as KV itself demands.
const KV_TTL_MIN: u32 = 60;
/// How long facts serve after their time while new ones are fetched, in milliseconds.
const STALE_MS_MAX: i64 = DAY_MS;

thread_local! {
    static MEMORY: RefCell<HashMap<String, DomainFacts>> = RefCell::default();
    /// The domains that some request of this isolate is looking up, and since when.
    static UNDER_WAY: RefCell<HashMap<String, Timestamp>> = RefCell::default();
}

/// Who asks for a verdict.
#[derive(Clone, Copy, Debug)]
pub enum Caller<'a> {
    /// A visitor of this network, who may have so many domains looked up and no more: this is no
    /// resolver for everybody (attack case 22).
    Visitor(&'a str),
    /// The owner, or a key of theirs.
    Owner,
}

impl Caller<'_> {
    const fn patience_ms(self) -> i64 {
        match self {
            Self::Visitor(_) => LOOKUP_MS_MAX,
            Self::Owner => OWNER_MS_MAX,
        }
    }
}

/// Returns the verdict on `address`.
///
/// Takes at most [`LOOKUP_MS_MAX`] of a visitor's time. Never fails: a resolver that does not answer
/// gives `unknown`.
pub async fn verify_address(ctx: &Ctx, address: &EmailAddress, caller: Caller<'_>) -> Assessment {
    let facts = domain_facts(ctx, address.domain(), caller).await;
    let tables = Tables::read(&ctx.bindings).await;
    assess(address, &facts, &tables.lists())
}

/// Looks at what the records of a sending domain tell receivers, afresh: its owner may just have mended
/// them. Takes at most [`HEALTH_MS_MAX`]; what has not come by then is not known.
pub async fn look_at_health(ctx: &Ctx, domain: &str, selector: Option<&str>) -> [HealthLine; 4] {
    let limit = AbortController::default();
    let resolvers = ctx.config.resolver_urls.clone();
    let lookup = Lookup::new(domain.to_owned(), resolvers, limit.signal());
    // What is not answered yet has not come in time.
    let dkim = RefCell::new(selector.map(|_| Answer::Failed(DnsFailure::Timeout)));
    let find_key = async {
        if let Some(selector) = selector {
            let found = lookup.find_key(selector).await;
            *dkim.borrow_mut() = Some(found);
        }
    };
    let deadline = Delay::from(Duration::from_millis(HEALTH_MS_MAX));
    select(Box::pin(join(lookup.run(), find_key)), deadline).await;
    limit.abort();
    let dkim = dkim.borrow();
    domain_health(&lookup.known(), dkim.as_ref())
}

async fn domain_facts(ctx: &Ctx, domain: &str, caller: Caller<'_>) -> DomainFacts {
    let started_at = now();
    let kept = match remembered(domain, ctx.now) {
        Some(facts) => Some(facts),
        None => {
            let cached = cached(&ctx.bindings, domain, ctx.now).await;
            if let Some(facts) = &cached {
                remember(domain, facts);
            }
            cached
        }
    };
    match kept {
        Some(facts) if is_fresh(&facts, ctx.now) => facts,
        // What was true a while ago is said at once, and looked at again behind the answer.
        Some(stale) => {
            if may_look_up(ctx, caller).await
                && let Some(work) = begin(ctx, domain)
            {
                ctx.in_background(work.finish());
            }
            stale
        }
        None => look_up(ctx, domain, caller, started_at).await,
    }
}

async fn look_up(
    ctx: &Ctx,
    domain: &str,
    caller: Caller<'_>,
    started_at: Timestamp,
) -> DomainFacts {
    if is_under_way(domain, started_at) {
        return another_requests(domain, caller, started_at).await;
    }
    if !may_look_up(ctx, caller).await {
        return DomainFacts::failed(DnsFailure::LookupLimit, ctx.now, 0);
    }
    let Some(work) = begin(ctx, domain) else {
        return another_requests(domain, caller, started_at).await;
    };
    let lookup = work.lookup.clone();
    let left = caller.patience_ms() - now().since(started_at);
    let deadline = Delay::from(Duration::from_millis(left.max(0).unsigned_abs()));
    if let Either::Right(((), work)) = select(Box::pin(work.finish()), deadline).await {
        // The visitor is answered with what came in time; the rest is for whoever asks next.
        ctx.in_background(work);
    }
    lookup.known()
}

/// Waits for what another request of this isolate is finding out. A promise of one request cannot be
/// awaited in another, so this one looks again and again.
async fn another_requests(domain: &str, caller: Caller<'_>, started_at: Timestamp) -> DomainFacts {
    while now().since(started_at) < caller.patience_ms() {
        Delay::from(Duration::from_millis(WAIT_MS)).await;
        if !is_under_way(domain, now())
            && let Some(facts) = remembered(domain, now())
        {
            return facts;
        }
    }
    let waited_ms = u32::try_from(now().since(started_at)).unwrap_or(u32::MAX);
    DomainFacts::failed(DnsFailure::Timeout, started_at, waited_ms)
}

/// A request that was cut off never says that it is done, so its claim ends by itself.
fn is_under_way(domain: &str, now: Timestamp) -> bool {
    let since = UNDER_WAY.with_borrow(|domains| domains.get(domain).copied());
    since.is_some_and(|since| now.since(since) < 2 * BACKGROUND_MS_MAX.cast_signed())
}

async fn may_look_up(ctx: &Ctx, caller: Caller<'_>) -> bool {
    match caller {
        Caller::Visitor(network) => allows(ctx.bindings.lookup_limit(), network).await,
        Caller::Owner => true,
    }
}

/// A look-up with what has to be done once it is over. The domain is free again when this is
/// dropped, however that comes about.
struct Work {
    lookup: Rc<Lookup>,
    limit: Option<AbortController>,
    domain: String,
    bindings: Bindings,
}

/// Claims a domain, or returns `None` when another request has.
fn begin(ctx: &Ctx, domain: &str) -> Option<Work> {
    if is_under_way(domain, now()) {
        return None;
    }
    UNDER_WAY.with_borrow_mut(|domains| domains.insert(domain.to_owned(), now()));
    let limit = AbortController::default();
    let resolvers = ctx.config.resolver_urls.clone();
    let lookup = Rc::new(Lookup::new(domain.to_owned(), resolvers, limit.signal()));
    Some(Work {
        lookup,
        limit: Some(limit),
        domain: domain.to_owned(),
        bindings: ctx.bindings.clone(),
    })
}

impl Work {
    async fn finish(mut self) {
        let lookup = self.lookup.clone();
        let deadline = Delay::from(Duration::from_millis(BACKGROUND_MS_MAX));
        if let Either::Right(((), run)) = select(Box::pin(lookup.run()), deadline).await
            && let Some(limit) = self.limit.take()
        {
            limit.abort();
            run.await;
        }
        let facts = lookup.known();
        remember(&self.domain, &facts);
        if facts.ttl_s < KV_TTL_MIN {
            return;
        }
        if let Err(error) = cache(&self.bindings, &self.domain, &facts).await {
            worker::console_warn!("resolver answer not cached: {error}");
        }
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        UNDER_WAY.with_borrow_mut(|domains| domains.remove(&self.domain));
    }
}

fn remembered(domain: &str, now: Timestamp) -> Option<DomainFacts> {
    MEMORY.with_borrow(|memory| memory.get(domain).filter(|facts| is_usable(facts, now)).cloned())
}

fn remember(domain: &str, facts: &DomainFacts) {
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

/// A failure is not worth keeping beyond its time; anything else is better than nothing.
fn is_usable(facts: &DomainFacts, now: Timestamp) -> bool {
    let stale_ms = if matches!(facts.mx, Answer::Failed(_)) { 0 } else { STALE_MS_MAX };
    now.since(facts.checked_at) < i64::from(facts.ttl_s) * 1_000 + stale_ms
}

/// Forgets what was found out about a domain; it is asked for again when somebody names it.
pub async fn forget_domain(bindings: &Bindings, domain: &str) {
    MEMORY.with_borrow_mut(|memory| memory.remove(domain));
    let forgotten =
        async { bindings.cache()?.delete(&cache_key(domain)).await.map_err(worker::Error::from) };
    if let Err(error) = forgotten.await {
        worker::console_warn!("a domain was not forgotten: {error}");
    }
}

fn cache_key(domain: &str) -> String {
    format!("dns/2/{domain}")
}

async fn cached(bindings: &Bindings, domain: &str, now: Timestamp) -> Option<DomainFacts> {
    let text = bindings.cache().ok()?.get(&cache_key(domain)).text().await.ok()??;
    let facts: DomainFacts = serde_json::from_slice(text.as_bytes()).ok()?;
    is_usable(&facts, now).then_some(facts)
}

async fn cache(bindings: &Bindings, domain: &str, facts: &DomainFacts) -> worker::Result<()> {
    let text = serde_json::to_string(facts)?;
    let put = bindings.cache()?.put(&cache_key(domain), text)?;
    let kept_s = u64::from(facts.ttl_s) + STALE_MS_MAX.unsigned_abs() / 1_000;
    put.expiration_ttl(kept_s).execute().await?;
    Ok(())
}
