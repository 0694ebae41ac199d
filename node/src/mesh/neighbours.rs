//! Which offices are worth a link of our own.
//!
//! In a small district: all. In a large one a link to everybody would cost a thin line more than the messages do,
//! so each office keeps those at distances 1, 2, 4, 8 … on the ring of office numbers, and whoever the bootstrap
//! list names. Everybody chooses by the same rule, so a district that was split is joined again by it: some of the
//! chosen are always on the other side. Links that others make to us are kept too.

use std::collections::BTreeSet;

use okrug_protocol::ids::OfficeId;

/// Up to so many offices, everybody is a neighbour of everybody.
const SMALL: usize = 32;
/// Bootstrap offices that are always neighbours.
const MAX_BOOTSTRAP: usize = 8;
/// How far to look beyond a chosen office that does not answer.
const MAX_BEYOND: usize = 8;

/// Chooses neighbours.
///
/// Shapes:  `offices` are those of which an address is known, `true` for the bootstrap list's; `answers` says whether
///          an office was reached when last dialled, or not dialled yet.
pub(super) fn choose(
    ourselves: Option<OfficeId>,
    offices: impl Iterator<Item = (OfficeId, bool)>,
    answers: impl Fn(OfficeId) -> bool,
) -> BTreeSet<OfficeId> {
    let offices: BTreeSet<(OfficeId, bool)> = offices.filter(|(office, _)| Some(*office) != ourselves).collect();
    let ring: Vec<OfficeId> = offices.iter().map(|(office, _)| *office).collect();
    if ring.len() <= SMALL {
        return ring.into_iter().collect();
    }
    let mut chosen: BTreeSet<OfficeId> = offices.iter().filter(|(_, bootstrap)| *bootstrap).map(|(o, _)| *o).take(MAX_BOOTSTRAP).collect();
    let at = ring.partition_point(|office| Some(*office) < ourselves);
    let mut distance = 0;
    while distance < ring.len() {
        let (ahead, behind) = (at + distance, at + ring.len() - 1 - distance);
        chosen.extend(until_one_answers(&ring, (0..MAX_BEYOND).map(|step| ahead + step), &answers));
        chosen.extend(until_one_answers(&ring, (0..MAX_BEYOND).map(|step| behind + ring.len() - step), &answers));
        distance = 2 * distance + 1;
    }
    chosen
}

/// The offices at these places, up to and with the first that answers; the silent ones are tried for ever.
fn until_one_answers(ring: &[OfficeId], places: impl Iterator<Item = usize>, answers: impl Fn(OfficeId) -> bool) -> Vec<OfficeId> {
    let mut chosen = Vec::new();
    for place in places {
        let office = ring[place % ring.len()];
        chosen.push(office);
        if answers(office) {
            break;
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, VecDeque};

    use super::*;

    fn district(size: u32) -> Vec<OfficeId> {
        (1..=size).map(OfficeId).collect()
    }

    /// How many of the living offices are reached from the first of them.
    fn reached(living: &[OfficeId], all: &[OfficeId]) -> usize {
        let answers = |office: OfficeId| living.contains(&office);
        let mut links: BTreeMap<OfficeId, BTreeSet<OfficeId>> = BTreeMap::new();
        for office in living {
            for chosen in choose(Some(*office), all.iter().map(|o| (*o, false)), answers).into_iter().filter(|o| answers(*o)) {
                links.entry(*office).or_default().insert(chosen);
                links.entry(chosen).or_default().insert(*office);
            }
        }
        let (mut seen, mut next) = (BTreeSet::from([living[0]]), VecDeque::from([living[0]]));
        while let Some(office) = next.pop_front() {
            for other in links.remove(&office).unwrap_or_default() {
                if seen.insert(other) {
                    next.push_back(other);
                }
            }
        }
        seen.len()
    }

    #[test]
    fn in_a_small_district_everybody_is_a_neighbour() {
        let chosen = choose(Some(OfficeId(2)), district(23).into_iter().map(|o| (o, false)), |_| true);
        assert_eq!(chosen.len(), 22);
        assert!(!chosen.contains(&OfficeId(2)));
    }

    #[test]
    fn in_a_large_district_links_are_few_and_reach_everybody() {
        let all = district(300);
        let chosen = choose(Some(OfficeId(150)), all.iter().map(|o| (*o, o.0 == 7)), |_| true);
        assert!(chosen.contains(&OfficeId(7)) && chosen.contains(&OfficeId(149)) && chosen.contains(&OfficeId(151)));
        assert!(chosen.len() <= 20, "{}", chosen.len());
        assert_eq!(reached(&all, &all), 300);
    }

    #[test]
    fn with_two_thirds_of_the_offices_off_the_rest_still_reach_each_other() {
        let all = district(300);
        let living: Vec<_> = all.iter().copied().filter(|office| office.0.wrapping_mul(2_654_435_761) >> 16 & 3 == 0).collect();
        assert_eq!(reached(&living, &all), living.len());
    }
}
