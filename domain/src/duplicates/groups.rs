//! Records of one person, from pairs: three records of one person are three pairs, of which one may
//! have slipped through.

use super::model::Match;

/// Returns the groups of places that belong together, each sorted, smallest place first.
#[must_use]
pub fn group(count: usize, matches: &[Match]) -> Vec<Vec<u32>> {
    let mut leader: Vec<usize> = (0..count).collect();
    let mut members: Vec<Vec<u32>> = (0_u32..).take(count).map(|place| vec![place]).collect();
    for one in matches {
        let find = |place: u32| leader.get(place as usize).copied();
        let (Some(a), Some(b)) = (find(one.pair.0), find(one.pair.1)) else { continue };
        if a == b {
            continue;
        }
        let (keep, join) = if a < b { (a, b) } else { (b, a) };
        let joined = members.get_mut(join).map(std::mem::take).unwrap_or_default();
        for place in &joined {
            if let Some(leader) = leader.get_mut(*place as usize) {
                *leader = keep;
            }
        }
        if let Some(kept) = members.get_mut(keep) {
            kept.extend(joined);
        }
    }
    members.retain(|group| group.len() > 1);
    members.iter_mut().for_each(|group| group.sort_unstable());
    members
}
