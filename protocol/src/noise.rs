//! One-message Noise, as sealing needs it, over snow with our own resolver.
//!
//! Two things differ from snow's: its randomness comes from the caller, hedged with what is sealed
//! (a rolled-back machine does not repeat an ephemeral key for another text), and a shared secret
//! of zeros is refused (it means a key of small order, and no secrecy).

use rand_chacha::ChaCha20Rng;
use rand_core::{CryptoRngCore, RngCore, SeedableRng};
use snow::params::{CipherChoice, DHChoice, HashChoice, NoiseParams};
use snow::resolvers::{CryptoResolver, DefaultResolver};
use snow::types::{Cipher, Dh, Hash, Random};
use zeroize::Zeroizing;

use crate::bounds::SEAL_OVERHEAD;
use crate::{digest, labels};

/// Sealing or opening failed. One word to the outside, whatever the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cannot be sealed or opened")]
pub struct NoiseError;

/// Who can open a sealed message.
pub(crate) enum Lock<'a> {
    /// The holder of a static key: pattern N.
    Recipient(&'a [u8; 32]),
    /// Whoever has the shared key: pattern NNpsk0.
    Shared(&'a [u8; 32]),
}

/// What opens a sealed message.
pub(crate) enum Key<'a> {
    /// The recipient's static secret.
    Recipient(&'a [u8; 32]),
    /// The shared key.
    Shared(&'a [u8; 32]),
}

/// Writes one Noise message.
pub(crate) fn write(lock: &Lock<'_>, prologue: &[u8], plaintext: &[u8], rng: &mut impl CryptoRngCore) -> Result<Vec<u8>, NoiseError> {
    let mut fresh = Zeroizing::new([0; 32]);
    rng.fill_bytes(fresh.as_mut());
    let bound = match lock {
        Lock::Recipient(key) | Lock::Shared(key) => *key,
    };
    let seed = digest::hash(labels::HEDGE, &[fresh.as_ref(), bound, &digest::hash(labels::HEDGE, &[prologue]).0, plaintext]);
    let resolver = Resolver(Some(Zeroizing::new(seed.0)));
    let builder = match lock {
        Lock::Recipient(key) => builder(N, resolver)?.remote_public_key(*key),
        Lock::Shared(key) => builder(NN_PSK0, resolver)?.psk(0, key),
    };
    let mut state = builder.and_then(|b| b.prologue(prologue)?.build_initiator()).map_err(|_| NoiseError)?;
    let mut out = vec![0; plaintext.len() + SEAL_OVERHEAD];
    let written = state.write_message(plaintext, &mut out).map_err(|_| NoiseError)?;
    out.truncate(written);
    Ok(out)
}

/// Reads one Noise message.
pub(crate) fn read(key: &Key<'_>, prologue: &[u8], sealed: &[u8]) -> Result<Vec<u8>, NoiseError> {
    let builder = match key {
        Key::Recipient(key) => builder(N, Resolver(None))?.local_private_key(*key),
        Key::Shared(key) => builder(NN_PSK0, Resolver(None))?.psk(0, key),
    };
    let mut state = builder.and_then(|b| b.prologue(prologue)?.build_responder()).map_err(|_| NoiseError)?;
    let mut out = vec![0; sealed.len().checked_sub(SEAL_OVERHEAD).ok_or(NoiseError)?];
    let read = state.read_message(sealed, &mut out).map_err(|_| NoiseError)?;
    out.truncate(read);
    Ok(out)
}

const N: &str = "Noise_N_25519_ChaChaPoly_SHA256";
const NN_PSK0: &str = "Noise_NNpsk0_25519_ChaChaPoly_SHA256";

fn builder<'a>(pattern: &str, resolver: Resolver) -> Result<snow::Builder<'a>, NoiseError> {
    let params: NoiseParams = pattern.parse().map_err(|_| NoiseError)?;
    Ok(snow::Builder::with_resolver(params, Box::new(resolver)))
}

/// snow's primitives with our randomness; a reader needs none.
struct Resolver(Option<Zeroizing<[u8; 32]>>);

impl CryptoResolver for Resolver {
    fn resolve_rng(&self) -> Option<Box<dyn Random>> {
        let seed = self.0.as_ref().map_or([0; 32], |seed| **seed);
        Some(Box::new(Seeded(self.0.is_some().then(|| ChaCha20Rng::from_seed(seed)))))
    }

    fn resolve_dh(&self, choice: &DHChoice) -> Option<Box<dyn Dh>> {
        let inner = DefaultResolver.resolve_dh(choice)?;
        Some(Box::new(Contributory(inner)))
    }

    fn resolve_hash(&self, choice: &HashChoice) -> Option<Box<dyn Hash>> {
        DefaultResolver.resolve_hash(choice)
    }

    fn resolve_cipher(&self, choice: &CipherChoice) -> Option<Box<dyn Cipher>> {
        DefaultResolver.resolve_cipher(choice)
    }
}

/// A generator for one message, or none at all for a reader: asking it then is an error.
struct Seeded(Option<ChaCha20Rng>);

impl Random for Seeded {
    fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), snow::Error> {
        self.0.as_mut().ok_or(snow::Error::Rng)?.fill_bytes(dest);
        Ok(())
    }
}

/// X25519 that refuses a shared secret of zeros.
struct Contributory(Box<dyn Dh>);

impl Dh for Contributory {
    fn name(&self) -> &'static str {
        self.0.name()
    }
    fn pub_len(&self) -> usize {
        self.0.pub_len()
    }
    fn priv_len(&self) -> usize {
        self.0.priv_len()
    }
    fn set(&mut self, privkey: &[u8]) {
        self.0.set(privkey);
    }
    fn generate(&mut self, rng: &mut dyn Random) -> Result<(), snow::Error> {
        self.0.generate(rng)
    }
    fn pubkey(&self) -> &[u8] {
        self.0.pubkey()
    }
    fn privkey(&self) -> &[u8] {
        self.0.privkey()
    }
    fn dh(&self, pubkey: &[u8], out: &mut [u8]) -> Result<(), snow::Error> {
        if pubkey.len() < self.pub_len() {
            return Err(snow::Error::Dh);
        }
        self.0.dh(pubkey, out)?;
        let any = out.iter().take(self.dh_len()).fold(0, |any, byte| any | byte);
        if any == 0 { Err(snow::Error::Dh) } else { Ok(()) }
    }
}

#[cfg(test)]
mod vectors;
