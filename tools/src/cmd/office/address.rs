//! `okrug office address`: where nodes are reached.

use std::net::{Ipv4Addr, Ipv6Addr};

use clap::Subcommand;
use okrug_protocol::bounds::{MAX_ADDRESS, MAX_ADDRESSES};
use serde_json::json;

use super::find;
use crate::authority::Folder;
use crate::authority::plan::PlanOffice;
use crate::context::Context;
use crate::problem::{Exit, Problem};
use crate::words::said;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Add {
        office: String,
        #[arg(value_parser = parse)]
        address: String,
    },
    Remove {
        office: String,
        address: String,
    },
}

pub(super) fn run(context: &Context, args: Args) -> Result<(), Problem> {
    let folder = Folder::change(&context.dir)?;
    let mut plan = folder.plan()?;
    let (office, message) = match args.action {
        Action::Add { office, address } => {
            let office = find(&mut plan, &office)?;
            insert(office, address.clone())?;
            let slug = &office.slug;
            let message = said!("{slug}: добавлен адрес {address}", "{slug}: the address {address} was added");
            (office, message)
        }
        Action::Remove { office, address } => {
            let office = find(&mut plan, &office)?;
            let slug = office.slug.clone();
            let before = office.addresses.len();
            office.addresses.retain(|known| *known != address);
            if office.addresses.len() == before {
                return Err(Problem::new(
                    "no_address",
                    Exit::NotFound,
                    said!("{slug}: адреса {address} нет", "{slug}: there is no address {address}"),
                ));
            }
            (office, said!("{slug}: адрес {address} убран", "{slug}: the address {address} was removed"))
        }
    };
    let value =
        json!({ "office": format!("o{}", office.number), "slug": office.slug, "addresses": office.addresses, "dry_run": context.dry_run });
    if !context.dry_run {
        folder.save_plan(&plan)?;
    }
    context.done(value, &message, Some(&said!("okrug bootstrap sign", "okrug bootstrap sign")))
}

/// Adds an address to an office, once.
pub(super) fn insert(office: &mut PlanOffice, address: String) -> Result<(), Problem> {
    if office.addresses.contains(&address) {
        return Ok(());
    }
    if office.addresses.len() >= MAX_ADDRESSES {
        let slug = &office.slug;
        return Err(Problem::new(
            "too_many_addresses",
            Exit::Refused,
            said!("{slug}: больше {MAX_ADDRESSES} адресов не бывает", "{slug}: there cannot be more than {MAX_ADDRESSES} addresses"),
        ));
    }
    office.addresses.push(address);
    Ok(())
}

/// Reads an address such as `/ip4/192.0.2.7/tcp/7600` or `/dns4/kotlas.example/tcp/7600`.
pub(super) fn parse(text: &str) -> Result<String, String> {
    let parts: Vec<&str> = text.split('/').collect();
    let good = match parts.as_slice() {
        ["", "ip4", ip, "tcp", port] => ip.parse::<Ipv4Addr>().is_ok() && is_port(port),
        ["", "ip6", ip, "tcp", port] => ip.parse::<Ipv6Addr>().is_ok() && is_port(port),
        ["", "dns" | "dns4" | "dns6", name, "tcp", port] => is_host(name) && is_port(port),
        _ => false,
    };
    if good && text.len() <= MAX_ADDRESS { Ok(text.to_owned()) } else { Err("/ip4/192.0.2.7/tcp/7600".to_owned()) }
}

fn is_port(text: &str) -> bool {
    text.parse::<u16>().is_ok_and(|port| port > 0)
}

fn is_host(name: &str) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.');
    (1..=253).contains(&name.len()) && name.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_and_a_port() {
        for good in ["/ip4/192.0.2.7/tcp/7600", "/ip6/2001:db8::1/tcp/1", "/dns4/kotlas.example/tcp/7600"] {
            assert_eq!(parse(good), Ok(good.to_owned()));
        }
        for bad in [
            "192.0.2.7:7600",
            "/ip4/192.0.2.777/tcp/7600",
            "/ip4/192.0.2.7/tcp/0",
            "/ip4/192.0.2.7/udp/7600",
            "/ip4/192.0.2.7/tcp/7600/p2p/x",
            "/dns4//tcp/1",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
