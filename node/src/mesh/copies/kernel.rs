//! What the system says of a connection: how many of its packets were lost. Linux only; elsewhere it says nothing.
//!
//! `TCP_INFO` would be the way, but no safe code reaches it. The same figures come over a netlink socket (`sock_diag(7)`), for any
//! user and without asking anything of the line.

use std::net::SocketAddr;

use super::losses::Told;

/// What it says of the connection between the two; `None` where it does not know it, or is asked in vain.
#[cfg(target_os = "linux")]
pub(super) fn told(here: SocketAddr, there: SocketAddr) -> Option<Told> {
    use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, netlink, recv, send, socket_with};

    let socket = socket_with(AddressFamily::NETLINK, SocketType::DGRAM, SocketFlags::CLOEXEC, Some(netlink::SOCK_DIAG)).ok()?;
    send(&socket, &question(here, there), SendFlags::empty()).ok()?;
    let mut answer = [0; 2 << 10];
    // The kernel has answered before it returned from the question.
    let (_, bytes) = recv(&socket, &mut answer[..], RecvFlags::DONTWAIT).ok()?;
    counts(answer.get(..bytes)?)
}

/// Elsewhere nothing is known.
#[cfg(not(target_os = "linux"))]
pub(super) fn told(_: SocketAddr, _: SocketAddr) -> Option<Told> {
    None
}

/// `SOCK_DIAG_BY_FAMILY`, the message's kind in both directions.
#[cfg(any(target_os = "linux", test))]
const BY_FAMILY: u16 = 20;
/// `INET_DIAG_INFO`, the attribute with `struct tcp_info`.
#[cfg(any(target_os = "linux", test))]
const INFO: u16 = 2;
/// `sizeof(struct nlmsghdr) + sizeof(struct inet_diag_msg)`.
#[cfg(any(target_os = "linux", test))]
const ATTRIBUTES_AT: usize = 16 + 72;

/// `struct nlmsghdr`, `struct inet_diag_req_v2`.
#[cfg(any(target_os = "linux", test))]
fn question(here: SocketAddr, there: SocketAddr) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(72);
    bytes.extend_from_slice(&72_u32.to_ne_bytes());
    bytes.extend_from_slice(&BY_FAMILY.to_ne_bytes());
    // NLM_F_REQUEST; number and sender do not matter.
    bytes.extend_from_slice(&1_u16.to_ne_bytes());
    bytes.extend_from_slice(&[0; 8]);
    // AF_INET or AF_INET6, IPPROTO_TCP, the attribute that is wanted, in all states.
    bytes.extend_from_slice(&[if here.is_ipv4() { 2 } else { 10 }, 6, 1 << (INFO - 1), 0]);
    bytes.extend_from_slice(&u32::MAX.to_ne_bytes());
    bytes.extend_from_slice(&here.port().to_be_bytes());
    bytes.extend_from_slice(&there.port().to_be_bytes());
    for side in [here, there] {
        let mut address = [0; 16];
        match side {
            SocketAddr::V4(side) => address[..4].copy_from_slice(&side.ip().octets()),
            SocketAddr::V6(side) => address = side.ip().octets(),
        }
        bytes.extend_from_slice(&address);
    }
    let interface = match here {
        SocketAddr::V6(here) => here.scope_id(),
        SocketAddr::V4(_) => 0,
    };
    bytes.extend_from_slice(&interface.to_ne_bytes());
    // INET_DIAG_NOCOOKIE.
    bytes.extend_from_slice(&[u8::MAX; 8]);
    bytes
}

/// The counts in an answer; `None` when it has none, or the kernel is one that does not count what was only late (before 4.19).
#[cfg(any(target_os = "linux", test))]
fn counts(answer: &[u8]) -> Option<Told> {
    let half = |at: usize| answer.get(at..at + 2)?.try_into().ok().map(u16::from_ne_bytes);
    if half(4)? != BY_FAMILY {
        return None;
    }
    let mut at = ATTRIBUTES_AT;
    while half(at + 2)? != INFO {
        // An attribute of no length would be read for ever.
        at += usize::from(half(at)?).max(4).next_multiple_of(4);
    }
    let info = answer.get(at + 4..at + usize::from(half(at)?))?;
    let count = |at: usize| info.get(at..at + 4)?.try_into().ok().map(u32::from_ne_bytes);
    // tcpi_retrans: sent again and not answered yet; tcpi_total_retrans, tcpi_data_segs_out, tcpi_dsack_dups.
    let (open, again, sent, late) = (count(36)?, count(100)?, count(156)?, count(216)?);
    Some(Told { lost: again.saturating_sub(late.saturating_add(open)), sent })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn the_system_counts_what_a_connection_sends_over_either_kind_of_address() {
        for host in ["127.0.0.1:0", "[::1]:0"] {
            // A machine need not have both.
            let Ok(listener) = TcpListener::bind(host) else { continue };
            let mut caller = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
            let (mut called, _) = listener.accept().unwrap();
            let (here, there) = (caller.local_addr().unwrap(), caller.peer_addr().unwrap());
            assert_eq!(told(here, there).unwrap().sent, 0);
            caller.write_all(b"one").unwrap();
            called.read_exact(&mut [0; 3]).unwrap();
            assert!(told(here, there).unwrap().sent >= 1);
            assert_eq!(told(there, here).unwrap(), Told::default());
            let nobody = SocketAddr::new(here.ip(), 1);
            assert_eq!(told(nobody, there), None);
        }
    }

    #[test]
    fn an_answer_that_is_short_or_strange_says_nothing() {
        let mut answer = vec![0; ATTRIBUTES_AT];
        answer[4..6].copy_from_slice(&BY_FAMILY.to_ne_bytes());
        assert_eq!(counts(&answer), None, "no attributes");
        let mut unending = answer.clone();
        unending.resize(400, 0);
        assert_eq!(counts(&unending), None, "attributes of no length");
        let info = |length: u16| [&length.to_ne_bytes()[..], &INFO.to_ne_bytes(), &vec![1; usize::from(length) - 4]].concat();
        assert_eq!(counts(&[&answer[..], &info(4 + 216)].concat()), None, "an old kernel");
        assert!(counts(&[&answer[..], &info(4 + 220)].concat()).is_some());
        let whole = [&answer[..], &info(4 + 220)].concat();
        assert!((0..whole.len()).all(|length| counts(&whole[..length]).is_none()));
    }
}
