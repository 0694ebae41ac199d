//! What a simulation cost.

/// What a simulation cost, summed over all offices since it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Report {
    /// Virtual time that has passed, in milliseconds.
    pub time_ms: u64,
    /// Entries that offices hold and did not write.
    pub delivered: u64,
    /// Frames of the exchange that were sent.
    pub frames: u64,
    /// Their bytes, without what the layers below add.
    pub bytes: u64,
    /// Those of them that hold entries or documents.
    pub payload_bytes: u64,
    /// Messages of gossip that were sent.
    pub gossip_messages: u64,
    /// Their bytes.
    pub gossip_bytes: u64,
    /// The most asks that one office sent: how many turns the dialogue took.
    pub rounds: u64,
    /// Entries that the exchange fetched although the office held them.
    pub duplicates: u64,
    /// Entries that gossip brought although the office held them.
    pub gossip_duplicates: u64,
    /// The most memory that one exchange kept at a time, in bytes, roughly.
    pub memory: u64,
    /// Rules that were broken.
    pub misbehaved: u64,
}

impl Report {
    /// Bytes of the exchange for each entry delivered.
    #[must_use]
    pub fn bytes_per_delivery(&self) -> u64 {
        self.bytes.checked_div(self.delivered).unwrap_or(0)
    }

    /// Bytes of the exchange that are not entries or documents, for each entry delivered.
    #[must_use]
    pub fn overhead_per_delivery(&self) -> u64 {
        self.bytes.saturating_sub(self.payload_bytes).checked_div(self.delivered).unwrap_or(0)
    }
}
