//! The door: a new office shows that it is one, an office without documents fetches them, and nobody else gets anything.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use futures::{AsyncReadExt, AsyncWriteExt};
use okrug_node::documents::Documents;
use okrug_node::engine::Admitted;
use okrug_node::mesh::{self, Config, Event, Events, FetchError, Handle, Multiaddr, Source, endpoint_of, fetch};
use okrug_protocol::chart::Chart;
use okrug_protocol::codec;
use okrug_protocol::document::DocumentKind;
use okrug_protocol::ids::{DistrictId, Hash32, OfficeId, Version};
use okrug_protocol::sample::{self, SampleDistrict};
use okrug_protocol::trust::Versions;
use tempfile::TempDir;
use tokio::net::TcpSocket;
use tokio_util::compat::TokioAsyncReadCompatExt;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::district::within;
use crate::raw::{self, Secured};

/// The district before and after its third office was admitted.
fn editions() -> (SampleDistrict, SampleDistrict) {
    let (before, third) = (sample::district(2), sample::district(3));
    let mut after = before.clone();
    after.amend(|chart: &mut Chart| {
        let office = third.trust.chart().doc().offices[2].clone();
        chart.offices.push(okrug_protocol::chart::Office { since: chart.head.version, ..office });
    });
    (before, after)
}

/// The mesh of an office with its documents.
struct Office {
    handle: Handle,
    events: Events,
    address: Multiaddr,
    documents: Arc<Documents>,
    _folder: TempDir,
    _guard: DropGuard,
}

impl Office {
    async fn start(number: u32, district: &SampleDistrict) -> Self {
        let folder = TempDir::new().unwrap();
        let documents = Arc::new(Documents::enter(folder.path(), &district.file.encode(), None).unwrap());
        let config = Config::of(district.id(), vec!["/ip4/127.0.0.1/tcp/0".parse().unwrap()]);
        let cancel = CancellationToken::new();
        let admission = Arc::new(Admitted::new(&documents));
        let (handle, mut events) = mesh::spawn(config, &seed(number), admission, cancel.clone()).unwrap();
        let Event::Listening(address) = within(events.recv()).await.unwrap() else { panic!("the first event says where") };
        Self { handle, events, address, documents, _folder: folder, _guard: cancel.drop_guard() }
    }

    async fn up(&mut self, office: u32) {
        while !matches!(within(self.events.recv()).await, Some(Event::Up { office: other, .. }) if other == OfficeId(office)) {}
    }

    fn chart(&self) -> Version {
        self.documents.versions().chart.0
    }

    /// A caller at the door, from an address of its own on loopback, who means this district.
    async fn visit(&self, from: u8, errand: u8, district: DistrictId, seed: [u8; 32]) -> io::Result<Secured> {
        let (ip, port) = endpoint_of(&self.address).unwrap();
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::from(([127, 0, 0, from], 0)))?;
        let socket = socket.connect((ip, port).into()).await?;
        let mut io = raw::noise_for(socket.compat(), &format!("/okrug/{}/door/1", self.district().0.short()), seed).await?;
        io.write_all(&[errand]).await?;
        io.write_all(&district.0.0).await?;
        io.flush().await?;
        Ok(io)
    }

    /// The same to show something; says which editions are held there.
    async fn show(&self, from: u8) -> io::Result<(Secured, Versions)> {
        let mut io = self.visit(from, 1, self.district(), seed(3)).await?;
        let editions = read(&mut io).await?;
        Ok((io, codec::decode_canonical(&editions, 1_000).unwrap()))
    }

    fn district(&self) -> DistrictId {
        self.documents.directory().district()
    }
}

fn seed(office: u32) -> [u8; 32] {
    *sample::signing("peer", office).seed()
}

async fn read(io: &mut Secured) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    io.read_exact(&mut length).await?;
    let mut bytes = vec![0; usize::try_from(u32::from_be_bytes(length)).unwrap()];
    io.read_exact(&mut bytes).await?;
    Ok(bytes)
}

async fn write(io: &mut Secured, bytes: &[u8]) -> io::Result<()> {
    io.write_all(&u32::try_from(bytes.len()).unwrap().to_be_bytes()).await?;
    io.write_all(bytes).await?;
    io.flush().await
}

fn shown(bytes: &[u8]) -> Vec<u8> {
    codec::encode(&(DocumentKind::Chart, bytes.to_vec()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_office_is_let_in_by_a_neighbour_that_had_not_heard_of_it() {
    let (before, after) = editions();
    let (mut neighbour, mut new) = (Office::start(1, &before).await, Office::start(3, &after).await);
    new.handle.address(OfficeId(1), vec![neighbour.address.clone()], Source::Bootstrap).await;
    new.up(1).await;
    neighbour.up(3).await;
    assert_eq!(neighbour.chart(), Version(2));
    assert!(neighbour.documents.directory().office(OfficeId(3)).is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_forged_ends_the_visit_and_changes_nothing() {
    let (before, after) = editions();
    let office = Office::start(1, &before).await;
    let forged = sample::signed(after.trust.chart().doc().clone(), &[&sample::signing("thief", 0)]).encode();
    let mut damaged = after.file.chart.clone();
    damaged[100] ^= 1;
    for (from, bytes) in (2..).zip([shown(&forged), shown(&damaged), b"nonsense".to_vec(), shown(&before.file.charters[0])]) {
        let (mut io, editions) = within(office.show(from)).await.unwrap();
        assert_eq!(editions.chart.0, Version(1));
        write(&mut io, &bytes).await.unwrap();
        // A second one, good this time, is not looked at any more.
        let _ = write(&mut io, &shown(&after.file.chart)).await;
        let _ = write(&mut io, &[]).await;
        assert!(within(read(&mut io)).await.is_err(), "visit {from}");
        assert_eq!(office.chart(), Version(1), "visit {from}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_older_is_seen_and_makes_nobody_an_office() {
    let (before, mut after) = editions();
    after.amend(|chart| chart.offices.truncate(2));
    let office = Office::start(1, &after).await;
    let (mut io, editions) = within(office.show(2)).await.unwrap();
    assert_eq!(editions.chart.0, Version(3));
    for older in [&before.file.chart, &editions_of(2)] {
        write(&mut io, &shown(older)).await.unwrap();
    }
    write(&mut io, &[]).await.unwrap();
    assert_eq!(within(read(&mut io)).await.unwrap(), [2], "it was an office once");
    assert_eq!(office.chart(), Version(3));
}

/// The chart that listed the third office, before it was removed.
fn editions_of(version: u32) -> Vec<u8> {
    let (before, after) = editions();
    if version == 1 { before.file.chart } else { after.file.chart }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_that_counts_no_more_is_told_so_and_nothing_else() {
    let before = sample::district(3);
    let (mut revoked, mut closed) = (before.clone(), before.clone());
    // The list is of the third edition's time: what the chart says since then stays among those who belong to the district.
    revoked.amend(|chart| chart.units[0].name = "Переименованный отдел".to_owned());
    revoked.revoke(&[OfficeId(3)], &[], &[]);
    closed.amend(|chart| chart.offices.truncate(2));
    for (after, chart, gone) in [(&revoked, Version(1), true), (&closed, Version(2), false)] {
        let (neighbour, late) = (Office::start(1, after).await, Office::start(3, &before).await);
        let mut directory = late.documents.follow();
        late.handle.address(OfficeId(1), vec![neighbour.address.clone()], Source::Bootstrap).await;
        within(directory.wait_for(|directory| directory.member(OfficeId(3)).is_none())).await.unwrap();
        assert_eq!((late.chart(), late.documents.directory().is_revoked(OfficeId(3))), (chart, gone));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_revoked_is_shown_the_list_and_no_newer_directory() {
    let before = sample::district(3);
    let mut after = before.clone();
    after.amend(|chart| chart.units[0].name = "Переименованный отдел".to_owned());
    after.revoke(&[OfficeId(3)], &[], &[]);
    let office = Office::start(1, &after).await;
    let (mut io, _) = within(office.show(2)).await.unwrap();
    write(&mut io, &[]).await.unwrap();
    assert_eq!(within(read(&mut io)).await.unwrap(), [2]);
    write(&mut io, &codec::encode(&before.trust.versions())).await.unwrap();
    let mut told = Vec::new();
    while let Some(frame) = Some(within(read(&mut io)).await.unwrap()).filter(|frame| !frame.is_empty()) {
        let (kind, _): (DocumentKind, Vec<u8>) = codec::decode_canonical(&frame, 1 << 20).unwrap();
        told.push(kind);
    }
    assert_eq!(told, [DocumentKind::Revocations]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_is_not_told_who_was_removed() {
    let mut district = sample::district(3);
    district.revoke(&[OfficeId(3)], &[], &[]);
    let office = Office::start(1, &district).await;
    for (from, key, answer) in [(2, [9; 32], [0]), (3, seed(3), [2])] {
        let mut io = within(office.visit(from, 1, office.district(), key)).await.unwrap();
        within(read(&mut io)).await.unwrap();
        write(&mut io, &[]).await.unwrap();
        assert_eq!(within(read(&mut io)).await.unwrap(), answer);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_longer_than_any_document_is_not_read() {
    let (before, _) = editions();
    let office = Office::start(1, &before).await;
    let (mut io, _) = within(office.show(2)).await.unwrap();
    io.write_all(&u32::MAX.to_be_bytes()).await.unwrap();
    io.flush().await.unwrap();
    assert!(within(read(&mut io)).await.is_err(), "the connection ends, though nothing more has come");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_dawdles_at_the_door_keeps_nobody_out_but_those_of_his_address() {
    let (before, after) = editions();
    let office = Office::start(1, &before).await;
    let (dawdler, _) = within(office.show(2)).await.unwrap();
    assert!(within(office.show(2)).await.is_err(), "one at a time from one address");
    let (mut io, _) = within(office.show(3)).await.unwrap();
    write(&mut io, &shown(&after.file.chart)).await.unwrap();
    write(&mut io, &[]).await.unwrap();
    assert_eq!(within(read(&mut io)).await.unwrap(), [1]);
    drop(dawdler);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_at_the_door_is_heard_once_and_keeps_no_office_from_linking() {
    let (before, _) = editions();
    let (office, mut other) = (Office::start(1, &before).await, Office::start(2, &before).await);
    let mut visits = Vec::new();
    for _ in 0..50 {
        visits.extend(within(office.show(2)).await.ok());
    }
    assert_eq!(visits.len(), 1, "the first holds the place of its address");
    other.handle.address(OfficeId(1), vec![office.address.clone()], Source::Bootstrap).await;
    other.up(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_without_documents_fetches_them_and_nobody_else_does() {
    let (before, after) = editions();
    let neighbour = Office::start(1, &after).await;
    let file = fetch(&neighbour.address, &seed(3), after.id()).await.unwrap();
    assert_eq!(file, after.file.encode());
    // Once a second from one address; these come from others.
    let mut stranger = within(neighbour.visit(2, 2, after.id(), [9; 32])).await.unwrap();
    assert_eq!(within(read(&mut stranger)).await.unwrap(), b"", "a stranger gets nothing");
    let mut guess = within(neighbour.visit(3, 2, DistrictId(Hash32([7; 32])), seed(3))).await.unwrap();
    assert!(within(read(&mut guess)).await.is_err(), "who does not know the district is not answered");
    let unheard = Office::start(1, &before).await;
    assert!(matches!(fetch(&unheard.address, &seed(3), after.id()).await, Err(FetchError::NotKnown)));
}
