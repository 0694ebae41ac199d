//! A person's move as a file: FORMAT.md, section 5.13.

use okrug_protocol::ids::{OfficeId, UnitId};
use okrug_protocol::sample;
use okrug_protocol::transfer::Transfer;

use super::{golden, moving};

#[test]
fn a_transfer_is_written_and_opened_as_ever() {
    let district = sample::hosting(2, |_| vec![UnitId(1)]);
    let transfer = moving::transfer(&district, 1, 20);
    let kept = golden("transfer", &moving::file(&district, &transfer));
    let (opened, people) = Transfer::open(&kept, district.id(), OfficeId(1), &district.open_keys[0]).unwrap();
    assert_eq!(opened, transfer);
    assert_eq!(people.register.record(transfer.head.person).unwrap().next_home, Some(OfficeId(1)));
}
