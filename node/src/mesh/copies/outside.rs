//! Datagrams and grants, from memory instead of a socket.

use super::seal::{GRANT, Grant, Opener, token};

/// A grant as a neighbour gives it, and a datagram to whoever has given that grant; how long the frame in it is.
#[must_use]
pub fn copy(bytes: &[u8]) -> Option<usize> {
    let (grant, datagram) = bytes.split_first_chunk::<GRANT>()?;
    let grant = Grant::read(grant)?;
    let mut datagram = datagram.to_vec();
    token(&datagram).filter(|token| *token == grant.token)?;
    Opener::new(&grant).open(&mut datagram).map(<[u8]>::len)
}

/// A grant and a datagram that is opened by it.
#[must_use]
pub fn sealed(frame: &[u8]) -> Vec<u8> {
    let bytes = [7; GRANT];
    let grant = Grant::read(&bytes).expect("it names a port");
    let datagram = super::seal::Sealer::new(&grant).seal(frame).expect("a short frame");
    [&bytes[..], &datagram].concat()
}
