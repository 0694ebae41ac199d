//! Files of the authority's folder, and what its clients and its own programs are handed.

use okrug::authority::folder::Folder;
use okrug::authority::import::import;
use okrug::authority::keys::KeyFile;
use okrug::authority::paper::Paper;
use okrug::authority::plan::Plan;
use okrug::authority::subauthority::PublicKeys;
use okrug::staff;
use okrug_node::certs::{Root, pem, root_of};
use okrug_node::office::view::Event;

use okrug_protocol::sample::ISSUED;

use super::disk::{at, list};
use super::{FILED, Target};
use crate::corpus::golden;
use crate::fixture::district;

pub(super) const TARGETS: &[Target] = &[
    Target::new("authority_plan", plans, |bytes| {
        at("plan/org.toml", bytes, |path| {
            let folder = Folder::open(path.parent().expect("it lies in a folder")).expect("there is a plan");
            folder.plan().is_ok_and(|plan| {
                folder.save_plan(&plan).expect("what was read keeps the rules");
                assert_eq!(folder.plan().ok(), Some(plan), "what was written is not what was read");
                true
            })
        })
    })
    .costs(FILED),
    Target::new(
        "authority_key",
        || vec![format!("format = 1\npublic = \"{}\"\nsealed = \"00ff\"\n", "3f".repeat(32)).into_bytes()],
        |bytes| at("key/a.key", bytes, |path| KeyFile::load(path).is_ok_and(|file| file.public().is_ok())),
    )
    .costs(FILED),
    Target::new(
        "subtree_keys",
        || {
            vec![
                format!("format = 1\ndistrict = \"{0}\"\nunit = 4\nthreshold = 1\nkeys = [\"{0}\", \"{0}\"]\n", "3f".repeat(32))
                    .into_bytes(),
            ]
        },
        |bytes| at("keys/subtree.toml", bytes, |path| PublicKeys::load(path).is_ok()),
    )
    .costs(FILED),
    Target::new("paper_file", papers, |bytes| Paper::read("paper".as_ref(), bytes, district().id()).is_ok()).costs(10),
    Target::new("page_root", roots, |bytes| root_of(bytes).is_some()),
    Target::new("event", events, |bytes| {
        let read = |data| ["message.new", "message.state", "chat.update", "peer", "org.version"].map(|name| Event::read(name, data));
        std::str::from_utf8(bytes).is_ok_and(|data| read(data).iter().any(Option::is_some))
    })
    .costs(4),
];

/// A root certificate, as text and as bytes.
fn roots() -> Vec<Vec<u8>> {
    let root = Root::make("Ханты-Мансийск", ISSUED).expect("a name like any other");
    vec![pem(root.certificate()).into_bytes(), root.certificate().to_vec()]
}

/// What the first lines of the list that ships with the program become, and a plan with every table.
fn plans() -> Vec<Vec<u8>> {
    let mut plan = Plan::new("Ханты-Мансийск");
    import(&mut plan, &staff::read(&list()).expect("the list that ships is one"));
    let folder = tempfile::tempdir().expect("there is a place for files");
    let folder = Folder::create(folder.path()).and_then(|made| made.save_plan(&plan).map(|()| made.path("org.toml")));
    let text = folder.ok().and_then(|path| std::fs::read(path).ok());
    let more = b"\n[policy]\n\n[[suspended]]\noffice = 1\n".to_vec();
    text.into_iter().flat_map(|text| [text.clone(), [text, more.clone()].concat()]).collect()
}

/// Every signed edition as a file that goes between the holders of keys.
fn papers() -> Vec<Vec<u8>> {
    let mut next = district().clone();
    let own = [next.file.chart.clone(), next.amend(|_| {}), next.revoke(&[], &[], &[])];
    own.into_iter().chain(next.file.bootstrap.clone()).chain(golden("charter")).chain(golden("subchart")).collect()
}

fn events() -> Vec<Vec<u8>> {
    let texts = [
        r#"{"id":"o1.77.u12.routine.5","chat":"u2","delivery":{"code":"waiting","done":0,"of":3}}"#,
        r#"{"office":"o2","link":"up"}"#,
        r#"{"office":"o2","state":"up","since":"2026-11-27T10:00:00Z"}"#,
        r#"{"version":65537}"#,
        r#"{"version":"1.7"}"#,
    ];
    texts.map(|text| text.as_bytes().to_vec()).into()
}
