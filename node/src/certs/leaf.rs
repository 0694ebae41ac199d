//! What a node shows to browsers: 90 days at most, so that a stolen disk serves nobody for long.

use okrug_protocol::clock::Millis;
use rustls_pki_types::CertificateDer;

/// A leaf with its chain and its key; it is never written down.
#[derive(Clone)]
pub struct Leaf {
    /// The leaf, then the office's certificate.
    pub chain: Vec<CertificateDer<'static>>,
    /// The secret half (PKCS #8).
    pub key: Vec<u8>,
    /// When it was made.
    pub made: Millis,
    /// Until when it holds.
    pub until: Millis,
}

impl std::fmt::Debug for Leaf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Leaf").field("made", &self.made).field("until", &self.until).finish_non_exhaustive()
    }
}

impl Leaf {
    /// Whether a newer one is due: two thirds have passed, or the clock was set back before it was made.
    #[must_use]
    pub fn is_due(&self, now: Millis) -> bool {
        let life = self.until.0.saturating_sub(self.made.0);
        now < self.made || now.0 - self.made.0 >= life / 3 * 2
    }
}
