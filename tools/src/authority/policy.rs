//! The district's rules as the authority works on them: figures that differ from those that are signed, and holds.

use okrug_protocol::chart::{Chart, Hold, Policy, PostRule, ResealRule, Retention};
use okrug_protocol::clock::Millis;
use okrug_protocol::ids::{OfficeId, Topic, UnitId};
use serde::{Deserialize, Serialize};

use crate::problem::{Exit, Problem};
use crate::words::said;

/// Figures of the policy that are to be signed; the others stay as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PlanPolicy {
    /// Days for which messages are kept; 0 for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_days: Option<u16>,
    /// Whether keys of old epochs are sealed again for their members.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reseal: Option<bool>,
    /// Whether everybody may write to every unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_by_anyone: Option<bool>,
    /// Entries that an office may write in a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entries_per_day: Option<u32>,
    /// Bytes that an office may write in a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes_per_day: Option<u64>,
    /// Days after which an office announces a new sealing key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sealing_key_days: Option<u16>,
    /// Days for which it keeps a replaced one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sealing_key_grace_days: Option<u16>,
}

impl PlanPolicy {
    /// These, and what `newer` names in place of it.
    #[must_use]
    pub fn with(self, newer: Self) -> Self {
        Self {
            keep_days: newer.keep_days.or(self.keep_days),
            reseal: newer.reseal.or(self.reseal),
            post_by_anyone: newer.post_by_anyone.or(self.post_by_anyone),
            entries_per_day: newer.entries_per_day.or(self.entries_per_day),
            bytes_per_day: newer.bytes_per_day.or(self.bytes_per_day),
            sealing_key_days: newer.sealing_key_days.or(self.sealing_key_days),
            sealing_key_grace_days: newer.sealing_key_grace_days.or(self.sealing_key_grace_days),
        }
    }

    /// The policy that is signed next.
    #[must_use]
    pub fn over(&self, signed: Policy) -> Policy {
        let post = |anyone| if anyone { PostRule::Anyone } else { PostRule::Members };
        let reseal = |again| if again { ResealRule::Members } else { ResealRule::Never };
        Policy {
            retention_days: self.keep_days.unwrap_or(signed.retention_days),
            reseal: self.reseal.map_or(signed.reseal, reseal),
            post: self.post_by_anyone.map_or(signed.post, post),
            entries_per_day: self.entries_per_day.unwrap_or(signed.entries_per_day),
            bytes_per_day: self.bytes_per_day.unwrap_or(signed.bytes_per_day),
            sealing_key_days: self.sealing_key_days.unwrap_or(signed.sealing_key_days),
            sealing_key_grace_days: self.sealing_key_grace_days.unwrap_or(signed.sealing_key_grace_days),
            ..signed
        }
    }
}

/// Whether a district can work by a policy.
///
/// # Errors
/// The first figure that it cannot work by.
pub fn judge(policy: &Policy) -> Result<(), Problem> {
    let bounds = [
        ("keep_days", u64::from(policy.retention_days), 0, 36_500),
        ("entries_per_day", u64::from(policy.entries_per_day), 100, u64::MAX),
        ("bytes_per_day", policy.bytes_per_day, 1 << 20, u64::MAX),
        ("sealing_key_days", u64::from(policy.sealing_key_days), 1, 365),
        ("sealing_key_grace_days", u64::from(policy.sealing_key_grace_days), 1, 3_650),
    ];
    if let Some((name, value, least, most)) = bounds.into_iter().find(|(_, value, least, most)| value < least || value > most) {
        let message = said!(
            "{name}: {value} не от {least} до {most}; ничего не изменено",
            "{name}: {value} is not from {least} to {most}; nothing was changed"
        );
        return Err(Problem::new("bad_policy", Exit::Refused, message));
    }
    if policy.sealing_key_grace_days < policy.sealing_key_days {
        return Err(Problem::new(
            "grace_too_short",
            Exit::Refused,
            said!(
                "прежний ключ должен храниться не меньше, чем служит новый; ничего не изменено",
                "a replaced key must be kept for as long as its successor serves; nothing was changed"
            ),
        )
        .hint(said!("задайте --grace-days больше", "give a larger --grace-days")));
    }
    Ok(())
}

/// Messages that are not erased while this stands: of a unit, of direct messages to an office's people, or of the district.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanHold {
    /// The number of the unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<u32>,
    /// The number of the office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<u32>,
    /// Why.
    pub reason: String,
}

impl PlanHold {
    /// What is held.
    #[must_use]
    pub fn topic(&self) -> Topic {
        match (self.unit, self.office) {
            (Some(unit), _) => Topic::Unit(UnitId(unit)),
            (None, Some(office)) => Topic::Inbox(OfficeId(office)),
            (None, None) => Topic::District,
        }
    }
}

/// What the next chart says of keeping: holds that stand keep the time since when they stand.
#[must_use]
pub fn retention(holds: &[PlanHold], signed: &Chart, now: Millis) -> Retention {
    let row = |hold: &PlanHold| match signed.retention.hold(hold.topic()) {
        Some(before) => Hold { reason: hold.reason.clone(), ..before.clone() },
        None => Hold { topic: hold.topic(), since: now, gone: Millis(0), reason: hold.reason.clone() },
    };
    let mut holds: Vec<Hold> = holds.iter().map(row).collect();
    holds.sort_by_key(|hold| hold.topic);
    holds.dedup_by_key(|hold| hold.topic);
    Retention { holds, ..signed.retention.clone() }
}
