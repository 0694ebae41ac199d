//! One label for each use of a key or a hash, so that nothing made for one purpose serves another.
//!
//! Every signature, hash, key derivation, associated data and Noise prologue begins with its
//! label, which ends in a zero byte.

macro_rules! labels {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        $($(#[$doc])* pub const $name: &[u8] = concat!("okrug/1/", $text, "\0").as_bytes();)*
        /// Every label, for the test that holds them apart.
        pub const ALL: &[&[u8]] = &[$($name),*];
    };
}

labels! {
    /// Signature of an office over an entry.
    ENTRY = "entry";
    /// Id of an entry.
    ENTRY_ID = "entry-id";
    /// Hash of an entry's body.
    BODY = "body";
    /// Prologue of an entry's sealed body.
    BODY_PROLOGUE = "body-prologue";
    /// Signature of a person inside a message.
    MESSAGE = "message";
    /// Prologue of the content of a direct message.
    DIRECT_CONTENT = "direct-content";
    /// Prologue of a direct message's content key, sealed to a person.
    DIRECT_KEY = "direct-key";
    /// Prologue of the content of a letter to or from a role.
    LETTER_CONTENT = "letter-content";
    /// Prologue of a letter's content key, sealed to the role or to the person.
    LETTER_KEY = "letter-key";
    /// Prologue of a role's secret, sealed to a holder.
    ROLE_KEY = "role-key";
    /// Prologue of a role's secret before, sealed to the next.
    ROLE_BEFORE = "role-before";
    /// Commitment to the content key of a direct message or a letter.
    TEXT_COMMITMENT = "text-commitment";
    /// Prologue of a role's newest secret, locked on the home office's machine.
    ROLE_KEPT = "role-kept";
    /// Prologue of an epoch key, sealed to an office.
    EPOCH_KEY = "epoch-key";
    /// Commitment to an epoch key.
    EPOCH_COMMITMENT = "epoch-commitment";
    /// Prologue of an administrator's act.
    ACT = "act";
    /// Key of one act, from a secret of the office's node.
    ACT_KEY = "act-key";
    /// Commitment to the key of an act.
    ACT_COMMITMENT = "act-commitment";
    /// Prologue of an epoch key that is sealed to an office once more.
    RESEAL = "reseal";
    /// Checksum of a file of evidence.
    EVIDENCE = "evidence";
    /// Signature of an office on a transfer of a person.
    TRANSFER = "transfer";
    /// Prologue of a transfer's key, sealed to the new office.
    TRANSFER_KEY = "transfer-key";
    /// Prologue of a part of a transfer.
    TRANSFER_PART = "transfer-part";
    /// Signature of an office on what a bundle says of itself.
    BUNDLE = "bundle";
    /// Check of the open beginning of a bundle.
    BUNDLE_HEAD = "bundle-head";
    /// By what an office finds its box in a bundle.
    BUNDLE_HINT = "bundle-hint";
    /// Prologue of a bundle's key, sealed to an office.
    BUNDLE_KEY = "bundle-key";
    /// Prologue of a frame of a bundle.
    BUNDLE_FRAME = "bundle-frame";
    /// Prologue of a backup's key, sealed to whoever may restore it.
    BACKUP_KEY = "backup-key";
    /// Signature on a charter.
    CHARTER = "charter";
    /// Signature on a directory.
    DIRECTORY = "directory";
    /// Signature on a delegated directory.
    SUBCHART = "delegated";
    /// Signature on a list of revocations.
    REVOCATIONS = "revocations";
    /// Signature on a bootstrap list.
    BOOTSTRAP = "bootstrap";
    /// Signature of a person on their own record.
    PERSON_SELF = "person-self";
    /// Fingerprint of a person's keys.
    PERSON_KEYS = "person-keys";
    /// Hash of a person's record, in the store.
    PERSON_HASH = "person-hash";
    /// Hash of the code of an invitation, under a key of the node.
    INVITATION = "invitation";
    /// What a session is called where it is listed.
    SESSION_MARK = "session-mark";
    /// The node's share in one vault.
    VAULT_SHARE = "vault-share";
    /// Signature of an office's own keys on its request to be enrolled.
    REQUEST = "request";
    /// Signature of an office on its request for a certificate of its page.
    PAGE_REQUEST = "page-request";
    /// Hash over what a paper says.
    PAPER = "paper";
    /// Check of a line of a paper.
    PAPER_LINE = "paper-line";
    /// Digest of the delegated directories that an office holds.
    EDITIONS = "editions";
    /// Hash of a document.
    DOCUMENT_HASH = "document-hash";
    /// Identity of a district, from its first charter.
    DISTRICT = "district";
    /// Id of a gossip message.
    GOSSIP_ID = "gossip-id";
    /// Digest of a frontier.
    FRONTIER = "frontier";
    /// Seed of the randomness of one sealing, hedged with what is sealed.
    HEDGE = "hedge";
    /// Key of a vault, from a password and the node's vault key.
    VAULT_KEY = "vault-key";
    /// Associated data of a vault.
    VAULT = "vault";
    /// Associated data of a value at rest.
    AT_REST = "at-rest";
    /// Hash of what a client called its request.
    CLIENT_ID = "client-id";
    /// A key derived from the node's master key.
    NODE_KEY = "node-key";
    /// The node's master key, from a secret that systemd keeps.
    MASTER_KEY = "master-key";
    /// Associated data of the node's sealed keys.
    KEY_FILE = "key-file";
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn labels_are_unique_and_no_label_begins_another() {
        for (i, a) in ALL.iter().enumerate() {
            assert_eq!(a.last(), Some(&0));
            for (j, b) in ALL.iter().enumerate() {
                assert!(i == j || !b.starts_with(a), "{i} begins {j}");
            }
        }
    }
}
