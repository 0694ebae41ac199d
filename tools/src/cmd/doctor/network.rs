//! Ports, links, and what waits.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, UdpSocket};

use okrug_node::office::view::{Link, Peer};

use super::check::{Area, Check, Probe};
use super::facts::Facts;
use crate::time::{self, DAY_MS};
use crate::words::{Lang, said};

/// After so many days without a word an office is named.
const MAX_AWAY_DAYS: u64 = 7;
/// What waits longer than this is stuck.
const MAX_WAIT_S: u64 = 24 * 60 * 60;

pub(super) fn checks(facts: &Facts) -> Vec<Check> {
    vec![mesh_port(facts), page_port(facts), mdns(facts), links(facts), away(facts), queue(facts)]
}

/// The socket address of a multiaddr by number; none of one by name.
fn socket(multiaddr: &str) -> Option<SocketAddr> {
    let mut parts = multiaddr.split('/').skip(1);
    let (kind, host, _, port) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let host: IpAddr = kind.starts_with("ip").then(|| host.parse().ok()).flatten()?;
    Some(SocketAddr::new(host, port.parse().ok()?))
}

fn mesh_port(facts: &Facts) -> Check {
    let addresses =
        facts.config().map(|config| config.mesh.listen.iter().filter_map(|address| socket(address.as_str())).collect::<Vec<_>>());
    port(Probe("OKD-040", Area::Network), "mesh.listen", addresses.unwrap_or_default(), facts)
}

fn page_port(facts: &Facts) -> Check {
    port(Probe("OKD-041", Area::Network), "api.listen", facts.config().map(|config| config.api.listen).into_iter().collect(), facts)
}

fn port(probe: Probe, setting: &str, addresses: Vec<SocketAddr>, facts: &Facts) -> Check {
    let Some(first) = addresses.first() else {
        return probe.unknown(said!("{setting}: настройки не прочитаны", "{setting}: the settings were not read"));
    };
    if facts.runs {
        return match facts.status {
            Ok(_) => probe.ok(said!("{setting}: {first} занят этим узлом", "{setting}: this node has {first}")),
            Err(_) => probe.warning(
                said!(
                    "{setting}: папку данных держит процесс, который не отвечает",
                    "{setting}: a process that does not answer has the data directory"
                ),
                said!("перезапустите узел: systemctl restart okrug-node", "restart the node: systemctl restart okrug-node"),
            ),
        };
    }
    // Of the defaults one may be for a protocol that this machine has not.
    let tried: Vec<_> = addresses.iter().map(|address| (address, TcpListener::bind(address).map(drop))).collect();
    let taken = tried.iter().find(|(_, tried)| tried.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::AddrInUse));
    if let Some((address, _)) = taken {
        return probe.error(
            said!("{setting}: порт {address} занят другой программой", "{setting}: another program has {address}"),
            said!("найдите её (ss -ltnp) или задайте другой порт", "find it (ss -ltnp), or set another port"),
        );
    }
    match tried.iter().all(|(_, tried)| tried.is_err()) {
        true => probe.error(
            said!("{setting}: на {first} нельзя ждать соединений", "{setting}: {first} cannot be listened on"),
            said!("укажите адрес этой машины", "set an address of this machine"),
        ),
        false => probe.ok(said!("{setting}: {first} свободен", "{setting}: {first} is free")),
    }
}

fn mdns(facts: &Facts) -> Check {
    let probe = Probe("OKD-042", Area::Network);
    match facts.config().map(|config| config.discovery.mdns) {
        None => {
            return probe
                .unknown(said!("поиск в локальной сети: настройки не прочитаны", "discovery on the LAN: the settings were not read"));
        }
        Some(false) => return probe.ok(said!("поиск в локальной сети выключен", "discovery on the LAN is off")),
        Some(true) => {}
    }
    let group = Ipv4Addr::new(224, 0, 0, 251);
    let joined = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).and_then(|socket| socket.join_multicast_v4(&group, &Ipv4Addr::UNSPECIFIED));
    match joined {
        Ok(()) => probe.ok(said!("поиск в локальной сети возможен", "discovery on the LAN is possible")),
        Err(error) => probe.warning(
            said!("поиск в локальной сети невозможен: {error}", "discovery on the LAN is not possible: {error}"),
            said!(
                "проверьте маршрут для 224.0.0.251 или выключите discovery.mdns",
                "look for a route to 224.0.0.251, or set discovery.mdns to false"
            ),
        ),
    }
}

fn links(facts: &Facts) -> Check {
    let probe = Probe("OKD-043", Area::Network);
    let Ok(status) = &facts.status else {
        return probe.unknown(said!("связи: узел не отвечает", "links: the node does not answer"));
    };
    let (up, all) = (status.peers.iter().filter(|peer| peer.link == Link::Up).count(), status.peers.len());
    if up == 0 && all > 0 {
        return probe.warning(
            said!("связи нет ни с одним из отделений ({all})", "there is a link to none of {all} offices"),
            said!(
                "okrug ping ОТДЕЛЕНИЕ; проверьте сеть и адреса: okrug status",
                "okrug ping OFFICE; look at the network and the addresses: okrug status"
            ),
        );
    }
    probe.ok(said!("связь с {up} из {all} отделений", "links to {up} of {all} offices"))
}

fn away(facts: &Facts) -> Check {
    let probe = Probe("OKD-044", Area::Network);
    let Ok(status) = &facts.status else {
        return probe.unknown(said!("последняя связь: узел не отвечает", "the last contact: the node does not answer"));
    };
    let since = |peer: &Peer| Some((status.clock.now.since(peer.last_contact.max(peer.last_entry)?), peer.slug.clone()));
    let longest = status.peers.iter().filter(|peer| peer.link == Link::Down).filter_map(since).max();
    match longest {
        Some((ms, slug)) if ms > MAX_AWAY_DAYS * DAY_MS => {
            let (ru, en) = (time::span(ms, Lang::Ru), time::span(ms, Lang::En));
            probe.warning(
                said!("{slug} не на связи {ru}", "{slug} has not been heard of for {en}"),
                said!("okrug bundle create --for {slug} --out ПАПКА", "okrug bundle create --for {slug} --out DIR"),
            )
        }
        _ => probe.ok(said!("все отделения слышны не реже раза в неделю", "every office was heard of within a week")),
    }
}

fn queue(facts: &Facts) -> Check {
    let probe = Probe("OKD-045", Area::Network);
    let Ok(status) = &facts.status else {
        return probe.unknown(said!("очередь: узел не отвечает", "the queue: the node does not answer"));
    };
    let oldest = status.peers.iter().filter_map(|peer| Some((peer.queue.oldest_s?, &peer.slug))).max();
    let messages = status.queue.messages;
    match oldest {
        Some((seconds, slug)) if seconds > MAX_WAIT_S => {
            let ms = seconds.saturating_mul(1_000);
            let (ru, en) = (time::span(ms, Lang::Ru), time::span(ms, Lang::En));
            probe.warning(
                said!("сообщение для {slug} ждёт {ru}", "a message for {slug} has waited for {en}"),
                said!(
                    "okrug ping {slug}; или okrug bundle create --for {slug} --out ПАПКА",
                    "okrug ping {slug}; or okrug bundle create --for {slug} --out DIR"
                ),
            )
        }
        _ => probe
            .ok(said!("в очереди {messages}, никто не ждёт дольше суток", "{messages} in the queue, nothing has waited longer than a day")),
    }
}
