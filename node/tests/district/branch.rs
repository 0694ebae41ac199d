//! The list of contacts across agencies, as the API gives it: a subtree of another authority stands in its place.

use std::collections::BTreeMap;
use std::sync::Arc;

use okrug_node::api::{self, Access, Parts, Patience, Running};
use okrug_node::config;
use okrug_node::office::view::ChatId;
use okrug_node::words::Lang;
use okrug_protocol::chart::{Delegation, Span, Unit};
use okrug_protocol::document::DocumentKind;
use okrug_protocol::ids::{OfficeId, UnitId, Version};
use okrug_protocol::sample::{self, SampleDistrict, opening, signed, signing};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::offices::{District, until};
use crate::served::client::Client;

fn unit(id: u32, parent: u32, name: &str) -> Unit {
    Unit { id: UnitId(id), parent: Some(UnitId(parent)), name: name.to_owned() }
}

/// Office 1 is of the chart; 2 and 3 are listed, with a hospital and two departments of it, by the agency that has u2.
fn sample() -> SampleDistrict {
    let mut sample = sample::district(1);
    let offices = Span { first: 2, last: 3 };
    sample.amend(|chart| chart.delegations.push(Delegation { offices, since: chart.head.version, epoch: 1, ..sample::delegation(2) }));
    let (key, mut subchart) = sample::delegated(2);
    let since = sample.trust.chart().version();
    subchart.units = vec![unit(201, 2, "Районная больница"), unit(202, 201, "Ёлкинский пункт"), unit(203, 201, "Жуковский пункт")];
    // What is the chart's: a number that was not given, and an office of its numbers.
    subchart.units.push(unit(999, 2, "Чужой отдел"));
    let row = subchart.offices[0].clone();
    let office = |n: u32, hosts: &[u32]| {
        let mut office = row.clone();
        (office.id, office.slug, office.name) = (OfficeId(n), format!("office-{n}"), format!("Корпус № {n}"));
        (office.sign, office.peer, office.seal) = (signing("sign", n).public(), signing("peer", n).public(), opening("open", n).public());
        (office.since, office.hosts) = (since, hosts.iter().copied().map(UnitId).collect());
        office
    };
    subchart.offices = vec![office(2, &[2, 201, 202]), office(3, &[201, 202, 203]), office(77, &[201])];
    (subchart.chart, subchart.head.version) = (since, Version::first_of(1).unwrap());
    subchart.addresses.clear();
    sample.trust.accept_subchart(&signed(subchart, &[&key]).encode()).unwrap();
    sample.file = sample.trust.to_file();
    for n in [2, 3] {
        sample.sign_keys.push(signing("sign", n));
        sample.peer_keys.push(signing("peer", n));
        sample.open_keys.push(opening("open", n));
    }
    sample
}

/// The API of an office, and a client of whoever runs it.
struct Api {
    admin: Client,
    running: Running,
    stop: CancellationToken,
}

impl Api {
    fn of(district: &District, office: u32) -> Self {
        let data = district.folder(office).to_owned();
        let (_, ready) = watch::channel(true);
        let listen = ([127, 0, 0, 1], 0).into();
        let parts = Parts {
            office: district.office(office).clone(),
            api: config::Api { listen, tls: config::TlsMode::Off, tls_cert: None, tls_key: None, hosts: Vec::new() },
            metrics: config::Metrics { listen: None },
            data: data.clone(),
            language: Lang::Ru,
            ready,
            links: Arc::new(Vec::new),
            strangers: Arc::new(|| 0),
            ping: Arc::new(|_, _| Box::pin(async { None })),
            patience: Patience::default(),
            keeper: None,
            backup: None,
        };
        let stop = CancellationToken::new();
        let running = api::start(parts, stop.clone()).unwrap();
        let admin = Client::new(running.address).bearer(&Access::read(&data).unwrap().token);
        Self { admin, running, stop }
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.admin.get(&format!("/api/v1{path}")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    async fn stop(self) {
        self.stop.cancel();
        self.running.ended().await.unwrap();
    }
}

/// One member of each row of a list, by the row's number.
fn by_id(list: &Value, member: &str) -> BTreeMap<String, Value> {
    list.as_array().unwrap().iter().map(|row| (row["id"].as_str().unwrap().to_owned(), row[member].clone())).collect()
}

fn rows<const N: usize>(rows: [(&str, Value); N]) -> BTreeMap<String, Value> {
    rows.into_iter().map(|(id, of)| (id.to_owned(), of)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subtree_of_two_levels_stands_in_the_tree_of_every_office() {
    let district = District::start_with(sample(), 3, |_, _| ()).await;
    let apis = [1, 2, 3].map(|office| Api::of(&district, office));
    let ann = district.person(1, "ann", 2).await;
    let (bob, eve) = (district.person(2, "bob", 202).await, district.person(3, "eve", 202).await);
    let known = [&ann, &bob, &eve].map(|official| official.person.to_string());
    for official in [&ann, &bob, &eve] {
        until(|| official.tree().people.len() == known.len()).await;
    }

    for api in &apis {
        let tree = api.get("/org/tree").await;
        let units = rows([
            ("u1", Value::Null),
            ("u2", json!("u1")),
            ("u3", json!("u1")),
            ("u4", json!("u1")),
            ("u5", json!("u2")),
            ("u201", json!("u2")),
            ("u202", json!("u201")),
            ("u203", json!("u201")),
        ]);
        assert_eq!(by_id(&tree["units"], "parent"), units, "each under its own, and none that was not given");
        let hosting = by_id(&tree["units"], "offices");
        let at = ["u201", "u202", "u203"].map(|unit| hosting[unit].clone());
        assert_eq!(at, [json!(["o2", "o3"]), json!(["o2", "o3"]), json!(["o3"])]);
        let offices = by_id(&tree["offices"], "units");
        assert_eq!(offices.keys().collect::<Vec<_>>(), ["o1", "o2", "o3"], "none that was not given");
        assert_eq!((&offices["o2"], &offices["o3"]), (&json!(["u2", "u201", "u202"]), &json!(["u201", "u202", "u203"])));
        let people = rows([(&*known[0], json!("u2")), (&*known[1], json!("u202")), (&*known[2], json!("u202"))]);
        assert_eq!(by_id(&tree["people"], "unit"), people);
        let status = api.get("/node/status").await;
        let alarm = json!({
            "code": "delegation_escape",
            "about": "the directory of u2: unit u999 has a number that was not delegated, and 1 more rows",
        });
        assert!(status["alarms"].as_array().unwrap().contains(&alarm), "{}", status["alarms"]);
    }

    // One to one across agencies, the department that was given over, and a department within the agency.
    ann.say(ChatId::Person(eve.person), "лично").await;
    eve.reads(ChatId::Person(ann.person), &["лично"]).await;
    ann.say(ChatId::Unit(UnitId(2)), "в канцелярию").await;
    for official in [&bob, &eve] {
        official.reads(ChatId::Unit(UnitId(2)), &["в канцелярию"]).await;
    }
    bob.say(ChatId::Unit(UnitId(202)), "на пункт").await;
    eve.reads(ChatId::Unit(UnitId(202)), &["на пункт"]).await;
    assert!(ann.history(ChatId::Unit(UnitId(202))).is_empty(), "the agency's own is not read at an office of the chart");

    for api in apis {
        api.stop().await;
    }
    district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delegated_directory_is_named_with_its_unit_version_epoch_and_age() {
    let mut district = District::start_with(sample(), 3, |_, _| ()).await;
    for office in [1, 2] {
        let api = Api::of(&district, office);
        let papers = api.get("/node/document").await;
        let paper = papers["documents"].as_array().unwrap().iter().find(|paper| paper["kind"] == "delegated").unwrap().clone();
        let wanted = json!(["Канцелярия", 65_536, 1, "overdue"]); // the sample was signed long ago
        assert_eq!(json!([paper["unit"], paper["version"], paper["epoch"], paper["freshness"]]), wanted);
        let status = api.get("/node/status").await;
        let told = &status["delegated"].as_array().unwrap()[..];
        let [told] = told else { panic!("{status}") };
        for member in ["unit", "version", "epoch", "issued", "refresh_by", "freshness"] {
            assert_eq!(told[member], paper[member], "{member}");
        }
        assert!(told["age_s"].is_u64() && paper["age_s"].is_u64(), "{told} {paper}");
        api.stop().await;
    }
    // Withdrawn, it is kept for what was written under it, and in force no more.
    let withdraw = |sample: &mut SampleDistrict| {
        let held = sample.trust.versions().of(DocumentKind::Subchart(UnitId(2)));
        sample.amend(|chart| {
            let version = chart.head.version;
            (chart.delegations[0].withdrawn, chart.delegations[0].kept) = (Some(version), Some(held));
        });
    };
    district.publish(1, withdraw).await;
    let api = Api::of(&district, 1);
    assert_eq!(api.get("/node/status").await["delegated"], json!([]));
    api.stop().await;
    district.stop().await;
}
