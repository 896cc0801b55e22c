//! One look-up of a mail domain: a parallel round of questions, a second resolver where the first
//! one fails, and a look at the mail servers themselves.

use std::cell::RefCell;
use std::time::Duration;

use dns_message::base::Rtype;
use futures_util::future::{Either, join_all, select};
use futures_util::join;
use plumbline_domain::email::{Answer, DnsFailure, DomainFacts, HostFacts};
use plumbline_domain::time::Timestamp;
use worker::{AbortSignal, Delay};

use super::doh::{
    Asked, DnsName, Read, Reply, TTL_FAILED, ask, is_alias, read_a, read_aaaa, read_dmarc, read_mx,
    read_spf, read_text, records,
};
use crate::context::now;

/// How long the first resolver has before the second is asked as well, in milliseconds
/// (VALIDATION §2, Fall-back).
const HEDGE_MS: u64 = 60;

/// A look-up that is under way.
pub struct Lookup {
    domain: String,
    resolvers: Vec<String>,
    signal: AbortSignal,
    started_at: Timestamp,
    known: RefCell<DomainFacts>,
}

impl Lookup {
    /// Prepares to ask `resolvers`, the first one first, about `domain` (A-labels); `signal` cuts
    /// the questions that are still open.
    pub fn new(domain: String, resolvers: Vec<String>, signal: AbortSignal) -> Self {
        let started_at = now();
        // What is not answered yet has not come in time.
        let known = RefCell::new(DomainFacts::failed(DnsFailure::Timeout, started_at, 0));
        Self { domain, resolvers, signal, started_at, known }
    }

    /// Returns what is known so far.
    pub fn known(&self) -> DomainFacts {
        let resolver_ms = u32::try_from(now().since(self.started_at)).unwrap_or(u32::MAX);
        DomainFacts { resolver_ms, ..self.known.borrow().clone() }
    }

    /// Asks for what stands under a selector of the domain's signing keys (RFC 6376 §3.6.2.1).
    pub async fn find_key(&self, selector: &str) -> Answer<String> {
        match format!("{selector}._domainkey.{}", self.domain).parse::<DnsName>() {
            Ok(name) => self.find(&name, Rtype::TXT, read_text).await.0,
            Err(_) => Answer::NoData,
        }
    }

    /// Asks everything. Never fails: what went wrong is in the facts.
    pub async fn run(&self) {
        let Ok(name) = self.domain.parse::<DnsName>() else {
            *self.known.borrow_mut() =
                DomainFacts::failed(DnsFailure::Unreachable, self.started_at, 0);
            return;
        };
        let policies = format!("_dmarc.{}", self.domain).parse::<DnsName>().ok();
        let (mx_ttl, a_ttl, aaaa_ttl, (), ()) = join!(
            self.find_mail_hosts(&name),
            async {
                let (a, ttl) = self.find(&name, Rtype::A, read_a).await;
                self.known.borrow_mut().a = a;
                ttl
            },
            async {
                let (aaaa, ttl) = self.find(&name, Rtype::AAAA, read_aaaa).await;
                self.known.borrow_mut().aaaa = aaaa;
                ttl
            },
            async {
                let (spf, _) = self.find(&name, Rtype::TXT, read_spf).await;
                self.known.borrow_mut().spf = spf;
            },
            async {
                if let Some(name) = policies {
                    let (dmarc, _) = self.find(&name, Rtype::TXT, read_dmarc).await;
                    self.known.borrow_mut().dmarc = dmarc;
                }
            },
        );
        let mut known = self.known.borrow_mut();
        let is_implicit = !matches!(known.mx, Answer::Records(_));
        known.ttl_s = if is_implicit { mx_ttl.min(a_ttl).min(aaaa_ttl) } else { mx_ttl };
    }

    /// Finds the MX set and the addresses of its hosts; returns how long both may be kept.
    async fn find_mail_hosts(&self, name: &DnsName) -> u32 {
        let (mx, ttl) = read(&self.answer(name, Rtype::MX, true).await, name, read_mx);
        let hosts: Vec<String> = {
            let mut known = self.known.borrow_mut();
            known.mx = mx;
            known.hosts_to_look_at().into_iter().map(str::to_owned).collect()
        };
        let ttls = join_all(hosts.iter().map(|host| self.find_host(host))).await;
        ttls.into_iter().fold(ttl, u32::min)
    }

    async fn find_host(&self, host: &str) -> u32 {
        let Ok(name) = host.parse::<DnsName>() else { return TTL_FAILED };
        let (v4, (aaaa, aaaa_ttl)) =
            join!(self.answer(&name, Rtype::A, false), self.find(&name, Rtype::AAAA, read_aaaa));
        let is_alias = v4.as_ref().is_ok_and(|reply| is_alias(reply, &name));
        let (a, a_ttl) = read(&v4, &name, read_a);
        self.known.borrow_mut().hosts.push(HostFacts { host: host.to_owned(), a, aaaa, is_alias });
        a_ttl.min(aaaa_ttl)
    }

    async fn find<T>(&self, name: &DnsName, kind: Rtype, reader: Read<T>) -> (Answer<T>, u32) {
        read(&self.answer(name, kind, false).await, name, reader)
    }

    /// Asks the first resolver, and the second where the first may be wrong or, if `hedges`, slow.
    /// One question hedges: with five under way a Worker has one connection left.
    async fn answer(&self, name: &DnsName, kind: Rtype, hedges: bool) -> Result<Reply, DnsFailure> {
        let asked = |resolver| ask(resolver, name, kind, &self.signal);
        let mut resolvers = self.resolvers.iter();
        let Some(first) = resolvers.next() else { return Err(DnsFailure::Unreachable) };
        let Some(second) = resolvers.next() else { return asked(first).await.reply };
        let mut pending = Box::pin(asked(first));
        let first = if hedges {
            match select(&mut pending, Delay::from(Duration::from_millis(HEDGE_MS))).await {
                Either::Left((answered, _)) => answered,
                Either::Right(_) => {
                    let both = select(pending, Box::pin(asked(second))).await;
                    let (one, other) = both.factor_first();
                    return if one.is_settled { one.reply } else { settled(one, other.await) };
                }
            }
        } else {
            pending.await
        };
        if first.is_settled { first.reply } else { settled(first, asked(second).await) }
    }
}

fn read<T>(reply: &Result<Reply, DnsFailure>, name: &DnsName, reader: Read<T>) -> (Answer<T>, u32) {
    match reply {
        Ok(reply) => records(reply, name, reader),
        Err(failure) => (Answer::Failed(*failure), TTL_FAILED),
    }
}

/// Returns the better of two answers, the first of which is not settled: a name that one resolver
/// alone does not know is not known to be missing.
fn settled(first: Asked, second: Asked) -> Result<Reply, DnsFailure> {
    match (first.reply, second.reply) {
        (_, Ok(reply)) => Ok(reply),
        (Ok(_), Err(failure)) | (Err(failure), Err(_)) => Err(failure),
    }
}
