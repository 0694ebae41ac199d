//! Who can log in: the positions of the staffing list, which stand for the people in them.

use std::collections::HashMap;

use serde::Serialize;

use super::blueprint::{Blueprint, Site};
use crate::staff::Position;

/// The password of everybody on a machine that is thrown away afterwards.
const PASSWORD: &str = "okrug-demo-2026";

/// Somebody who can log in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Login {
    /// The name to log in with, unique in the office.
    pub login: String,
    /// The password.
    pub password: String,
    /// The position, with a number where the office has several of it.
    pub name: String,
    /// Their position.
    pub position: String,
    /// Their unit, such as `u3`.
    pub unit: String,
}

/// The first `most` people of an office: one of each department in turn, so that departments can talk.
#[must_use]
pub fn logins(blueprint: &Blueprint, site: &Site, most: usize, seed: u64) -> Vec<Login> {
    let positions: Vec<&Position> = blueprint.staffing.positions.iter().filter(|position| position.place == site.slug).collect();
    let mut seats: Vec<(u32, usize, &Position)> = Vec::new();
    for (order, position) in positions.iter().enumerate() {
        let of_the_same = |other: &&&Position| other.department == position.department;
        let before: u32 = positions[..order].iter().filter(of_the_same).map(|other| other.count).sum();
        seats.extend((0..position.count).map(|seat| (before + seat, order, *position)));
    }
    // The seed says with which department an office begins.
    let start = usize::try_from(mix(seed ^ u64::from(site.number)) % 1_000).unwrap_or(0);
    seats.sort_by_key(|(turn, order, _)| (*turn, if seed == 0 { *order } else { (order + start) % positions.len() }));
    let mut taken: HashMap<String, u32> = HashMap::new();
    let people = (1..).zip(seats.into_iter().take(most));
    let login = |(number, (_, _, position)): (u32, (u32, usize, &Position))| {
        let held = taken.entry(position.title.clone()).or_insert(0);
        *held += 1;
        let unit = blueprint.plan.unit(&position.department).map_or(1, |unit| unit.number);
        Login {
            login: format!("login-{number}"),
            password: PASSWORD.to_owned(),
            name: if *held == 1 { position.title.clone() } else { format!("{} {held}", position.title) },
            position: position.title.clone(),
            unit: format!("u{unit}"),
        }
    };
    people.map(login).collect()
}

/// Splitmix64: enough to spread offices, and the same for the same seed everywhere.
fn mix(seed: u64) -> u64 {
    let z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::path::Path;

    use super::*;
    use crate::cluster::Pages;
    use crate::staff;

    #[test]
    fn the_first_people_sit_in_different_departments_and_have_names_of_their_own() {
        let blueprint = Blueprint::lay_out(Path::new("/nowhere"), "Округ", &staff::sample(), 4, Pages::Anywhere).unwrap();
        for site in &blueprint.sites {
            let people = logins(&blueprint, site, 60, 7);
            let units: HashSet<_> = people.iter().take(3).map(|person| &person.unit).collect();
            assert_eq!(units.len(), 3, "{}", site.slug);
            for names in [people.iter().map(|p| &p.login).collect::<HashSet<_>>(), people.iter().map(|p| &p.name).collect()] {
                assert_eq!(names.len(), people.len());
            }
            assert_eq!(people, logins(&blueprint, site, 60, 7), "the same seed gives the same people");
        }
    }
}
