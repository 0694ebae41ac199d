//! Which office may say what of roles and deputies.

use super::{At, Directory, EnrolError};
use crate::deputy::DeputyRecord;
use crate::ids::OfficeId;
use crate::role::RoleRecord;

impl Directory {
    /// Whether an office may announce a role now.
    ///
    /// # Errors
    /// The rule that stands against it.
    pub fn may_announce(&self, writer: OfficeId, role: &RoleRecord) -> Result<(), EnrolError> {
        self.may_announce_at(writer, role, self.at(writer))
    }

    /// Whether an office that knew these editions might announce a role.
    ///
    /// # Errors
    /// The rule that stands against it.
    pub fn may_announce_at(&self, writer: OfficeId, role: &RoleRecord, at: impl Into<At>) -> Result<(), EnrolError> {
        let at = at.into();
        if !self.listed_at(writer, at) {
            return Err(EnrolError::UnknownOffice);
        }
        if role.office() != writer {
            return Err(EnrolError::ForeignNumber);
        }
        // What is closed is closed even where the directory has changed since.
        if !role.active {
            return Ok(());
        }
        if !self.enrolled_at(writer, at) {
            return Err(EnrolError::MayNotEnrol);
        }
        if self.hosted_at(writer, role.unit, at) { Ok(()) } else { Err(EnrolError::UnitElsewhere) }
    }

    /// Whether an office may say who stands in for a person whose home it is.
    ///
    /// # Errors
    /// The rule that stands against it.
    pub fn may_name_deputy(&self, writer: OfficeId, record: &DeputyRecord) -> Result<(), EnrolError> {
        self.may_name_deputy_at(writer, record, self.at(writer))
    }

    /// Whether an office that knew these editions might say who stands in for a person whose home it is.
    ///
    /// # Errors
    /// The rule that stands against it.
    pub fn may_name_deputy_at(&self, writer: OfficeId, record: &DeputyRecord, at: impl Into<At>) -> Result<(), EnrolError> {
        let at = at.into();
        if !self.listed_at(writer, at) {
            return Err(EnrolError::UnknownOffice);
        }
        if record.office == writer { Ok(()) } else { Err(EnrolError::ForeignRecord) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Millis;
    use crate::ids::{PersonId, RoleId, UnitId};
    use crate::sample;
    use crate::seal::SealKey;

    #[test]
    fn an_office_has_roles_of_its_own_numbers_and_its_own_units() {
        let directory = sample::hosting(2, |office| vec![UnitId(if office.0 == 1 { 2 } else { 3 })]).directory();
        let role = |role, unit, active| RoleRecord {
            role: RoleId(role),
            unit: UnitId(unit),
            title: "Приёмная".to_owned(),
            version: 1,
            since: Millis(0),
            active,
            holders: Vec::new(),
            seal: SealKey([0; 32]),
            boxes: Vec::new(),
            before: None,
        };
        let verdict = |writer, record| directory.may_announce(OfficeId(writer), &record);
        assert_eq!(verdict(1, role(10_001, 2, true)), Ok(()));
        assert_eq!(verdict(2, role(10_001, 3, true)), Err(EnrolError::ForeignNumber));
        assert_eq!(verdict(1, role(10_001, 3, true)), Err(EnrolError::UnitElsewhere));
        assert_eq!(verdict(1, role(10_001, 3, false)), Ok(()));
        assert_eq!(verdict(3, role(30_001, 3, true)), Err(EnrolError::UnknownOffice));
        let deputy = DeputyRecord { person: PersonId(10_001), office: OfficeId(1), version: 1, since: Millis(0), deputy: Vec::new() };
        assert_eq!(directory.may_name_deputy(OfficeId(1), &deputy), Ok(()));
        assert_eq!(directory.may_name_deputy(OfficeId(2), &deputy), Err(EnrolError::ForeignRecord));
    }
}
