//! Which user of this machine is at the other end of a connection, by the operating system's word.
//!
//! Linux lists every connection with the user whose program opened it. From another machine nothing is known.

use std::fs;
use std::net::{IpAddr, SocketAddr};

use okrug_protocol::act::By;

/// The holder of the administrator's token who asks from `address`.
pub(crate) fn token_holder(address: Option<SocketAddr>) -> By {
    let uid = address.and_then(|address| user_at(SocketAddr::new(address.ip().to_canonical(), address.port())));
    By::Token { uid, name: uid.and_then(|uid| name_in(&fs::read_to_string("/etc/passwd").ok()?, uid)) }
}

fn user_at(address: SocketAddr) -> Option<u32> {
    if !address.ip().is_loopback() {
        return None;
    }
    let table = |name: &str| fs::read_to_string(format!("/proc/self/net/{name}")).unwrap_or_default();
    // A socket of both families shows in the table of the sixth, with a mapped address.
    owner_in(&table("tcp"), address).or_else(|| owner_in(&table("tcp6"), address))
}

/// The user of the established connection whose near end is `address`.
fn owner_in(table: &str, address: SocketAddr) -> Option<u32> {
    table.lines().skip(1).find_map(|line| {
        let mut words = line.split_ascii_whitespace().skip(1);
        let (near, _far, state) = (words.next()?, words.next()?, words.next()?);
        let is_it = state == "01" && end(near)? == address;
        is_it.then(|| words.nth(3)?.parse().ok()).flatten()
    })
}

/// An end of a connection as Linux writes it: words of the machine's own byte order in hexadecimal.
fn end(text: &str) -> Option<SocketAddr> {
    let (ip, port) = text.split_once(':')?;
    let word = |at: usize| u32::from_str_radix(ip.get(at * 8..at * 8 + 8)?, 16).ok().map(u32::to_ne_bytes);
    let ip: IpAddr = match ip.len() {
        8 => word(0)?.into(),
        32 => {
            let bytes: Vec<u8> = [word(0)?, word(1)?, word(2)?, word(3)?].concat();
            IpAddr::from(<[u8; 16]>::try_from(bytes).ok()?).to_canonical()
        }
        _ => return None,
    };
    Some(SocketAddr::new(ip, u16::from_str_radix(port, 16).ok()?))
}

fn name_in(passwd: &str, uid: u32) -> Option<String> {
    let fits = |name: &&str| name.len() <= okrug_protocol::bounds::MAX_ACT_TEXT;
    passwd
        .lines()
        .find_map(|line| {
            let mut fields = line.split(':');
            let (name, number) = (fields.next()?, fields.nth(1)?);
            (number.parse() == Ok(uid)).then_some(name)
        })
        .filter(fits)
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1E00 00000000:0000 0A 00000000:00000000 00:00000000 00000000   998        0 1 1 0
   1: 0100007F:D431 0100007F:1E00 01 00000000:00000000 00:00000000 00000000  1000        0 2 1 0
   2: 0100007F:D432 0100007F:1E00 06 00000000:00000000 00:00000000 00000000     0        0 0 3 0";
    const TABLE_6: &str = "\
  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid
   0: 0000000000000000FFFF00000100007F:D433 0000000000000000FFFF00000100007F:1E00 01 00000000:00000000 00:00000000 00000000  1001 0 3
   1: 00000000000000000000000001000000:D434 00000000000000000000000001000000:1E00 01 00000000:00000000 00:00000000 00000000  1002 0 4";

    #[test]
    fn the_user_of_a_connection_is_the_one_who_opened_it() {
        let at = |text: &str| text.parse().unwrap();
        assert_eq!(owner_in(TABLE, at("127.0.0.1:54321")), Some(1_000));
        // Listening, closed, or not there.
        for other in ["127.0.0.1:7680", "127.0.0.1:54322", "127.0.0.1:54323"] {
            assert_eq!(owner_in(TABLE, at(other)), None, "{other}");
        }
        assert_eq!(owner_in(TABLE_6, at("127.0.0.1:54323")), Some(1_001));
        assert_eq!(owner_in(TABLE_6, at("[::1]:54324")), Some(1_002));
        assert_eq!(user_at(at("192.0.2.7:54321")), None);
    }

    #[test]
    fn a_user_has_the_name_of_the_machine_s_own_list() {
        let passwd = "root:x:0:0:root:/root:/bin/sh\nokrug:x:998:998::/var/lib/okrug:/usr/sbin/nologin\n";
        assert_eq!(name_in(passwd, 998).as_deref(), Some("okrug"));
        assert_eq!(name_in(passwd, 5), None);
    }

    #[test]
    fn our_own_connection_is_ours() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let own = std::os::unix::fs::MetadataExt::uid(&fs::metadata("/proc/self").unwrap());
        assert_eq!(user_at(stream.local_addr().unwrap()), Some(own));
    }
}
