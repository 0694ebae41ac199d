//! Addresses as people set them: of an interface, of an office, and the budget of a link.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// A text is no address of the form that it should have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no such address")]
pub struct BadAddress(String);

/// A TCP multiaddr without `/p2p`, such as `/ip4/192.0.2.7/tcp/7600` or `/dns4/kotlas.example/tcp/7600`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Multiaddr(String);

impl Multiaddr {
    /// A port of every IPv4 interface.
    #[must_use]
    pub fn any_ip4(port: u16) -> Self {
        Self(format!("/ip4/0.0.0.0/tcp/{port}"))
    }

    /// A port of every IPv6 interface.
    #[must_use]
    pub fn any_ip6(port: u16) -> Self {
        Self(format!("/ip6/::/tcp/{port}"))
    }

    /// A port of this machine alone; 0 for any free one.
    #[must_use]
    pub fn loopback(port: u16) -> Self {
        Self(format!("/ip4/127.0.0.1/tcp/{port}"))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Multiaddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Multiaddr {
    type Err = BadAddress;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || BadAddress(text.to_owned());
        let parts: Vec<&str> = text.strip_prefix('/').ok_or_else(bad)?.split('/').collect();
        let [kind, host, "tcp", port] = parts.as_slice() else { return Err(bad()) };
        let host_fits = match *kind {
            "ip4" => host.parse::<Ipv4Addr>().is_ok(),
            "ip6" => host.parse::<Ipv6Addr>().is_ok(),
            "dns" | "dns4" | "dns6" => !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.'),
            _ => false,
        };
        if host_fits && port.parse::<u16>().is_ok() { Ok(Self(text.to_owned())) } else { Err(bad()) }
    }
}

/// An address of an office, set by hand: `kotlas=/ip4/192.0.2.7/tcp/7600`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Slug or number of the office, such as `kotlas` or `o3`.
    pub office: String,
    /// Where it is.
    pub multiaddr: Multiaddr,
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.office, self.multiaddr)
    }
}

impl FromStr for Address {
    type Err = BadAddress;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (office, multiaddr) = of_office(text)?;
        Ok(Self { office, multiaddr: multiaddr.parse()? })
    }
}

/// The byte budget of one link: `yarensk=2000`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    /// Slug or number of the office, such as `yarensk` or `o7`.
    pub office: String,
    /// Bytes per second.
    pub bytes_per_s: u64,
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.office, self.bytes_per_s)
    }
}

impl FromStr for Budget {
    type Err = BadAddress;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (office, bytes) = of_office(text)?;
        let bytes_per_s = bytes.parse().ok().filter(|bytes| *bytes > 0).ok_or_else(|| BadAddress(text.to_owned()))?;
        Ok(Self { office, bytes_per_s })
    }
}

/// A link that is thin: `yarensk`, `yarensk=500000`, `yarensk@15:00-01:00`, or with both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thin {
    /// Slug or number of the office, such as `yarensk` or `o7`.
    pub office: String,
    /// Bytes in an hour.
    pub bytes_an_hour: Option<u64>,
    /// Hours of the day, in minutes since midnight of Universal Time.
    pub hours: Option<(u16, u16)>,
}

impl fmt::Display for Thin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.office)?;
        self.bytes_an_hour.map_or(Ok(()), |bytes| write!(f, "={bytes}"))?;
        let clock = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        self.hours.map_or(Ok(()), |(from, to)| write!(f, "@{}-{}", clock(from), clock(to)))
    }
}

impl FromStr for Thin {
    type Err = BadAddress;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || BadAddress(text.to_owned());
        let (rest, hours) = match text.split_once('@') {
            Some((rest, hours)) => {
                (rest, Some(hours.split_once('-').and_then(|(from, to)| Some((minutes(from)?, minutes(to)?))).ok_or_else(bad)?))
            }
            None => (text, None),
        };
        let (office, bytes_an_hour) = match rest.split_once('=') {
            Some((office, bytes)) => (office, Some(bytes.trim().parse().map_err(|_| bad())?)),
            None => (rest, None),
        };
        let office = office.trim().to_owned();
        if office.is_empty() { Err(bad()) } else { Ok(Self { office, bytes_an_hour, hours }) }
    }
}

/// Minutes since midnight of a time such as `15:00`.
fn minutes(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

fn of_office(text: &str) -> Result<(String, &str), BadAddress> {
    let (office, rest) = text.split_once('=').ok_or_else(|| BadAddress(text.to_owned()))?;
    if office.is_empty() { Err(BadAddress(text.to_owned())) } else { Ok((office.trim().to_owned(), rest.trim())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tcp_addresses_pass() {
        for good in ["/ip4/0.0.0.0/tcp/7600", "/ip6/::/tcp/0", "/dns4/kotlas.example/tcp/7600"] {
            assert_eq!(good.parse::<Multiaddr>().map(|a| a.to_string()), Ok(good.to_owned()));
        }
        for bad in [
            "",
            "0.0.0.0:7600",
            "/ip4/0.0.0.0/udp/7600",
            "/ip4/300.0.0.1/tcp/1",
            "/ip4/0.0.0.0/tcp/70000",
            "/dns4//tcp/1",
            "/ip4/1.1.1.1/tcp/1/p2p/x",
        ] {
            assert!(bad.parse::<Multiaddr>().is_err(), "{bad}");
        }
    }

    #[test]
    fn an_address_and_a_budget_name_their_office() {
        let address: Address = "kotlas=/ip4/192.0.2.7/tcp/7600".parse().unwrap();
        assert_eq!((address.office.as_str(), address.multiaddr.as_str()), ("kotlas", "/ip4/192.0.2.7/tcp/7600"));
        assert!("/ip4/192.0.2.7/tcp/7600".parse::<Address>().is_err());
        assert_eq!("o7=2000".parse(), Ok(Budget { office: "o7".to_owned(), bytes_per_s: 2000 }));
        assert!("o7=0".parse::<Budget>().is_err());
        for text in ["yarensk", "o7=500000", "o7@15:00-01:30", "yarensk=1@00:00-23:59"] {
            assert_eq!(text.parse::<Thin>().unwrap().to_string(), text);
        }
        for bad in ["", "=5", "o7=", "o7=x", "o7@", "o7@15:00", "o7@24:00-01:00", "o7@15:60-16:00"] {
            assert!(bad.parse::<Thin>().is_err(), "{bad}");
        }
    }
}
