//! Every limit in one table, checked against each other at compile time.
//!
//! Units are in the name or the doc; lengths are bytes.

/// The longest Noise message, and so the longest sealed body.
pub const MAX_BODY: usize = 65_535;
/// What sealing adds to a payload: an ephemeral key (32) and a tag (16).
pub const SEAL_OVERHEAD: usize = 48;
/// The longest plaintext that can be sealed into one entry.
pub const MAX_PLAINTEXT: usize = MAX_BODY - SEAL_OVERHEAD;
/// The longest encoded header.
pub const MAX_HEADER: usize = 96;
/// The longest entry on the wire: header, signature, body.
pub const MAX_ENTRY: usize = MAX_HEADER + 64 + MAX_BODY;
/// The longest text of a message, in bytes of UTF-8.
pub const MAX_TEXT: usize = 32_768;
/// The longest name of a unit, an office, a person or a position, in bytes of UTF-8.
pub const MAX_NAME: usize = 256;
/// The longest slug or login.
pub const MAX_SLUG: usize = 64;

/// Whom or what one act of an administrator may be about.
pub const MAX_ABOUT: usize = 64;
/// The longest text in an act, in bytes of UTF-8.
pub const MAX_ACT_TEXT: usize = 512;

/// The longest proof of a fork.
pub const MAX_FORK_PROOF: usize = 512;
/// Forks of one office's logs of which others are told: who has forked so many is known well enough.
pub const MAX_FORKS_TOLD: usize = 64;

/// The longest file of evidence.
pub const MAX_EVIDENCE: usize = 256 << 20;
/// Entries in one file of evidence.
pub const MAX_EVIDENCE_ENTRIES: usize = 200_000;

/// Offices to which one bundle is sealed, its maker among them.
pub const MAX_BUNDLE_BOXES: usize = 256;
/// Stretches of logs that one record of a bundle names.
pub const MAX_BUNDLE_RUNS: usize = 4_096;

/// The longest vault, its secret included.
pub const MAX_VAULT: usize = 4 << 10;

/// Entries in one reply to a range request.
pub const MAX_RANGE_ENTRIES: usize = 256;
/// Bytes in one reply to a range request.
pub const MAX_RANGE_BYTES: usize = 1 << 20;
/// Bytes of one page of a frontier.
pub const MAX_FRONTIER_PAGE: usize = 256 << 10;
/// Heads in one page of a frontier or in one checkpoint.
pub const MAX_HEADS: usize = 4_096;
/// Logs whose beginnings were given up that one checkpoint names.
pub const MAX_KEPT: usize = 512;
/// The longest time for which an office may say that a neighbour's logs wait for a quota; no quota lets anything wait for longer.
pub const MAX_SLOWED_S: u32 = 2 * 24 * 3_600;
/// The longest frame of the exchange.
pub const MAX_FRAME: usize = DIRECTORY_MAX_BYTES + (64 << 10);
/// Entries in one gossip message.
pub const MAX_GOSSIP_ENTRIES: usize = 64;
/// Bytes of entries in one gossip message; a larger entry travels by the exchange alone.
pub const MAX_GOSSIP_BYTES: usize = 16 << 10;
/// Wishes in one frame of asks.
pub const MAX_ASKS: usize = 256;
/// Topics in one page of digests.
pub const MAX_TOPICS_PAGE: usize = 8_192;
/// Bytes of a document in one frame.
pub const MAX_PIECE: usize = 64 << 10;
/// The longest frame that holds a range: its entries, their lengths, the log and the place.
pub const MAX_RANGE_FRAME: usize = MAX_RANGE_BYTES + 5 * MAX_RANGE_ENTRIES + 64;
/// Things that one neighbour may be asked for, or may ask for, at the same time.
pub const MAX_STREAMS: usize = 256;
/// Bytes under way from one neighbour, at least; also what is asked for before its rate is known.
pub const MIN_WINDOW: u64 = 8 << 10;
/// Bytes under way from one neighbour, at most.
pub const MAX_WINDOW: u64 = 1 << 20;
/// Bytes under way from all neighbours and in the ledger's hands.
pub const MAX_UNSETTLED: u64 = 8 << 20;
/// Batches of entries in the ledger's hands beyond which nothing more is asked for.
pub const MAX_BATCHES: usize = 256;
/// Logs that one neighbour may be ahead in, as far as is taken note of at a time.
pub const MAX_OFFERS: usize = 16_384;
/// The same, for all neighbours together.
pub const MAX_OFFERS_TOTAL: usize = 131_072;

/// The largest charter: three roles with all the keys that they may have, and the signatures of two root roles.
///
/// Small enough that the longest chain there may be lies in one district file.
pub const CHARTER_MAX_BYTES: usize = 6 << 10;
/// Bytes of charters in one answer: a node that slept through many takes them in few.
pub const MAX_CHARTER_RUN: usize = 64 << 10;
/// The largest directory.
pub const DIRECTORY_MAX_BYTES: usize = 2 << 20;
/// The largest bootstrap list.
pub const BOOTSTRAP_MAX_BYTES: usize = 256 << 10;
/// The largest delegated directory.
pub const SUBCHART_MAX_BYTES: usize = 96 << 10;
/// The largest list of revocations.
pub const REVOCATIONS_MAX_BYTES: usize = 64 << 10;
/// The largest person record.
pub const PERSON_MAX_BYTES: usize = 4 << 10;
/// The largest announcement of a role.
pub const ROLE_MAX_BYTES: usize = 16 << 10;
/// Holders of one role, those of days to come included.
pub const MAX_HOLDERS: usize = 64;
/// The largest announcement of a deputy.
pub const DEPUTY_MAX_BYTES: usize = 256;
/// Offices in one directory.
pub const MAX_OFFICES: usize = 2_000;
/// Offices beyond which delegated directories list no more: the key of an epoch is sealed to all of them in one entry.
pub const MAX_SEALED_TO: usize = 700;
/// Units in one directory.
pub const MAX_UNITS: usize = 20_000;
/// How deep the tree of units may be.
pub const MAX_UNIT_DEPTH: usize = 32;
/// Units that one office may host.
pub const MAX_HOSTED: usize = 512;
/// Groups in one directory.
pub const MAX_GROUPS: usize = 4_096;
/// Delegations in one directory.
pub const MAX_DELEGATIONS: usize = 64;
/// Changes that a chart remembers of the editions before it.
pub const MAX_CHANGES: usize = 20_000;
/// Offices, persons, or cut-offs of one office in a list of revocations.
pub const MAX_REVOKED: usize = 2_000;
/// Keys of one role of the charter; a charter is signed by the keys of two root roles.
pub const MAX_ROLE_KEYS: usize = 16;
/// Charters in the chain of one district.
pub const MAX_CHARTERS: usize = 1_024;
/// The largest district file.
pub const MAX_DISTRICT_FILE: usize = 16 << 20;
/// The longest address in the bootstrap list.
pub const MAX_ADDRESS: usize = 256;
/// Addresses of one office in the bootstrap list.
pub const MAX_ADDRESSES: usize = 8;
/// Signatures on one document.
pub const MAX_SIGNATURES: usize = 32;
/// What the signatures add to a document on the wire, at most.
pub const MAX_SIGNATURES_BYTES: usize = MAX_SIGNATURES * 96 + 64;

/// An epoch ends after so many messages.
pub const EPOCH_MAX_MESSAGES: u32 = 1_000;
/// An epoch ends after so many milliseconds: seven days.
pub const EPOCH_MAX_AGE_MS: u64 = 7 * 24 * 3_600 * 1_000;
/// A remote timestamp moves the local hybrid clock by at most this many milliseconds.
pub const CLOCK_MAX_LEAD_MS: u64 = 5 * 60 * 1_000;

const _: () = assert!(MAX_SEALED_TO * 90 + MAX_DELEGATIONS * 10 + 64 < MAX_BODY);
const _: () = assert!(CHARTER_MAX_BYTES + MAX_SIGNATURES_BYTES < MAX_CHARTER_RUN);
const _: () = assert!(2 * MAX_ROLE_KEYS <= MAX_SIGNATURES);
const _: () = assert!(
    MAX_CHARTERS * CHARTER_MAX_BYTES
        + DIRECTORY_MAX_BYTES
        + MAX_DELEGATIONS * SUBCHART_MAX_BYTES
        + REVOCATIONS_MAX_BYTES
        + BOOTSTRAP_MAX_BYTES
        + (64 << 10)
        < MAX_DISTRICT_FILE
);
const _: () = assert!(3 * MAX_ROLE_KEYS * 32 + MAX_SIGNATURES_BYTES + MAX_NAME + 256 < CHARTER_MAX_BYTES);
const _: () = assert!(MAX_TEXT + 1_024 < MAX_PLAINTEXT);
const _: () = assert!(MAX_ENTRY < MAX_RANGE_BYTES);
const _: () = assert!(MAX_RANGE_BYTES < MAX_FRAME);
const _: () = assert!(MAX_FRONTIER_PAGE < MAX_FRAME);
const _: () = assert!(PERSON_MAX_BYTES < MAX_PLAINTEXT);
const _: () = assert!(ROLE_MAX_BYTES < MAX_PLAINTEXT && MAX_HOLDERS * (117 + 32) + 1_024 < ROLE_MAX_BYTES);
const _: () = assert!(MAX_GOSSIP_BYTES < MAX_RANGE_BYTES);
const _: () = assert!(MAX_RANGE_FRAME < MAX_FRAME);
const _: () = assert!(MAX_PIECE < MAX_FRAME);
const _: () = assert!(MAX_HEADS * 40 < MAX_FRONTIER_PAGE);
const _: () = assert!(MAX_TOPICS_PAGE * 24 < MAX_FRONTIER_PAGE);
const _: () = assert!(MAX_STREAMS <= MAX_ASKS);
const _: () = assert!(MAX_BUNDLE_RUNS * 48 < MAX_FRONTIER_PAGE);
