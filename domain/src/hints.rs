//! Hints: what a browser may say of an address or a number before the edge has looked.
//!
//! They come as one file that is fetched on the first touch of a form. Without it nothing is said: a
//! hint is never needed, and never a verdict (VALIDATION §5, stage S2).

use std::hash::Hasher as _;

use fnv::FnvHasher;
use xorf::{BinaryFuse16, BinaryFuse16Ref, DmaSerializable, Filter as _, FilterRef as _};

use crate::email::{DomainClass, FREE, Lists, RELAYS, class_by, self_and_parents, suggest_by};
use crate::phone::PhoneLengths;

/// What stands between two tables of the file: none of their lines is empty.
const BETWEEN: &str = "\n\n";
/// What describes the filter, in bytes.
const DESCRIPTOR_BYTES: usize = BinaryFuse16::DESCRIPTOR_LEN;

/// The hints of a deployment.
#[derive(Clone, Debug)]
pub struct Hints {
    /// In the order in which [`write`] has them.
    tables: Vec<String>,
    descriptor: [u8; DESCRIPTOR_BYTES],
    /// Of throw-away domains. One in 65,000 others is taken for one.
    fingerprints: Vec<u16>,
}

impl Hints {
    /// Reads the file that [`write`] makes; `None` when it is none.
    #[must_use]
    pub fn read(file: &[u8]) -> Option<Self> {
        let (length, rest) = file.split_first_chunk()?;
        let (descriptor, rest) = rest.split_first_chunk()?;
        let (tables, filter) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        let fingerprints: Vec<u16> =
            filter.as_chunks().0.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
        if fingerprints.len() < fingerprints_needed(descriptor)? {
            return None;
        }
        let tables = str::from_utf8(tables).ok()?.split(BETWEEN).map(str::to_owned).collect();
        Some(Self { tables, descriptor: *descriptor, fingerprints })
    }

    fn table(&self, place: usize) -> &str {
        self.tables.get(place).map_or("", String::as_str)
    }

    /// Returns what the tables know of mailboxes and endings.
    #[must_use]
    pub fn lists(&self) -> Lists<'_> {
        Lists { top_level_domains: self.table(0), roles: self.table(1), ..Lists::default() }
    }

    /// Returns how long the numbers of each country are.
    #[must_use]
    pub fn phone_lengths(&self) -> PhoneLengths<'_> {
        PhoneLengths::new(self.table(2))
    }

    /// Returns the class of `domain` (A-labels). One that is called disposable only most likely is.
    #[must_use]
    pub fn class(&self, domain: &str) -> DomainClass {
        class_by(domain, self.table(3), self.table(4), |domain| self.may_be_disposable(domain))
    }

    fn may_be_disposable(&self, domain: &str) -> bool {
        let filter =
            BinaryFuse16Ref::from_dma(&self.descriptor, bytemuck::cast_slice(&self.fingerprints));
        self_and_parents(domain).any(|name| filter.contains(&hash(name)))
    }

    /// Returns the domain that was probably meant, as [`Lists::suggest_domain`] does.
    #[must_use]
    pub fn suggest_domain(&self, domain: &str) -> Option<String> {
        let is_disposable = |domain: &str| self.may_be_disposable(domain);
        suggest_by(domain, self.table(3), self.table(4), is_disposable)
    }
}

/// Writes the file.
///
/// # Errors
/// When no filter can be made of the domains, as of one that is there twice.
pub fn write(lists: &Lists<'_>, phone_lengths: &str) -> Result<Vec<u8>, &'static str> {
    let keys: Vec<u64> = lists.disposable_domains.lines().map(hash).collect();
    let filter = BinaryFuse16::try_from(&keys)?;
    let tables = [lists.top_level_domains, lists.roles, phone_lengths, FREE, RELAYS];
    let tables = tables.map(str::trim).join(BETWEEN);
    let length = u32::try_from(tables.len()).map_err(|_| "the tables are too long")?;
    let mut descriptor = [0; DESCRIPTOR_BYTES];
    filter.dma_copy_descriptor_to(&mut descriptor);
    let fingerprints = filter.fingerprints.iter().flat_map(|fingerprint| fingerprint.to_le_bytes());
    let mut file = length.to_le_bytes().to_vec();
    file.extend(descriptor);
    file.extend(tables.bytes());
    file.extend(fingerprints);
    Ok(file)
}

/// Returns how many fingerprints a look-up may reach for; `None` for what describes no filter: a look-up
/// would then reach beyond them. After the seed there are the length of a segment, a power of two, its
/// mask, and the length of all segments but two.
fn fingerprints_needed(descriptor: &[u8; DESCRIPTOR_BYTES]) -> Option<usize> {
    let (_, numbers) = descriptor.split_first_chunk::<8>()?;
    let mut numbers = numbers.as_chunks().0.iter().map(|bytes| u32::from_le_bytes(*bytes));
    let (segment, mask, counted) = (numbers.next()?, numbers.next()?, numbers.next()?);
    let is_sound = segment.is_power_of_two() && mask == segment - 1 && counted % segment == 0;
    (counted as usize).checked_add(segment as usize * 2).filter(|_| is_sound)
}

fn hash(domain: &str) -> u64 {
    let mut hasher = FnvHasher::default();
    hasher.write(domain.as_bytes());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DISPOSABLE: &str = include_str!("../../public/lists/disposable_domains.txt");
    const LISTS: Lists<'_> = Lists {
        disposable_domains: DISPOSABLE,
        disposable_hosts: "",
        roles: include_str!("../../public/lists/roles.txt"),
        top_level_domains: include_str!("../../public/lists/top_level_domains.txt"),
    };

    #[test]
    fn reads_back_what_was_written() {
        let file = write(&LISTS, "49 5-15\n").unwrap();
        let hints = Hints::read(&file).unwrap();
        assert!(DISPOSABLE.lines().all(|domain| hints.class(domain) == LISTS.class(domain)));
        assert_eq!(hints.class("x.mailinator.com"), DomainClass::Disposable);
        let lists = hints.lists();
        assert!(lists.has_known_ending("acme.co") && !lists.has_known_ending("acme.con"));
        assert!(lists.is_role("sales") && !lists.is_role("ada"));
        assert_eq!(hints.suggest_domain("gmial.com").as_deref(), Some("gmail.com"));
        assert!(hints.suggest_domain("mailinator.com").is_none());
    }

    #[test]
    fn hardly_anybody_is_called_disposable_for_nothing() {
        let hints = Hints::read(&write(&LISTS, "").unwrap()).unwrap();
        let wrong = (0..100_000).filter(|n| hints.may_be_disposable(&format!("company{n}.co")));
        assert!(wrong.count() < 20);
        assert!(FREE.lines().all(|domain| hints.class(domain) == DomainClass::Free));
        assert!(RELAYS.lines().all(|domain| hints.class(domain) == DomainClass::Relay));
    }

    #[test]
    fn half_a_file_is_none() {
        let file = write(&LISTS, "").unwrap();
        for length in [0, 1, 24, 10_000, file.len() - 2_000] {
            assert!(Hints::read(&file[..length]).is_none(), "{length}");
        }
        assert!(Hints::read(&[0xff; 64]).is_none());
    }
}
