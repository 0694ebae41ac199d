//! Documents: fetched whole, from the start elsewhere, and never an older one.

use crate::table::*;

#[test]
fn who_may_have_erased_by_a_newer_chart_is_asked_again_once_that_is_here() {
    let mut table = Table::with(&[]);
    let newer = Edition { version: Version(9), hash: Short([9; 8]) };
    let editions = Editions { chart: newer, ..Editions::NONE };
    table.frame(PEER, &Frame::Editions(editions));
    table.heads(PEER, &[head(1, 5)]);
    table.range(PEER, log(1), 1, 5, true);
    let out = table.input(In::Settled { ticket: Ticket(0), head: None, verdict: Settled::Withheld });
    assert_eq!((strikes(&out), opened(&out, PEER)), (vec![], vec![]));
    let out = table.input(In::Documents(editions.into()));
    assert_eq!(opened(&out, PEER), [(Item::Log(log(1)), 1)]);
}

#[test]
fn what_a_liar_began_of_a_document_is_fetched_from_the_start_elsewhere() {
    let mut table = Table::with(&[]);
    let newest = Editions { chart: Edition { version: Version(3), hash: Short([3; 8]) }, ..Editions::NONE };
    let (kind, version) = (DocumentKind::Chart, Version(3));
    let item = Item::Document(kind, version);
    let piece = |offset, total, len| Frame::Piece { kind, version, offset, total, bytes: vec![1; len] };
    assert_eq!(opened(&table.frame(PEER, &Frame::Editions(newest)), PEER), [(item, 0)]);
    table.frame(OTHER, &Frame::Editions(newest));
    // It makes the document longer than it is, says more than there is of it, and goes.
    table.frame(PEER, &piece(0, 5_000, 1_500));
    let out = table.input(In::PeerDown { peer: PEER });
    assert_eq!(opened(&out, OTHER), [(item, 1_500)]);
    // Behind its end an honest neighbour has nothing to give. It is asked for all of it, and not accused.
    let out = table.frame(OTHER, &piece(1_500, 0, 0));
    assert_eq!((opened(&out, OTHER), strikes(&out)), (vec![(item, 0)], vec![]));
    let out = table.frame(OTHER, &piece(0, 1_000, 1_000));
    assert!(matches!(&out[..], [Out::Document { peer: OTHER, bytes, .. }, ..] if bytes.len() == 1_000), "{out:?}");
}

#[test]
fn who_ends_a_document_that_a_liar_began_is_asked_again_when_it_is_refused() {
    let mut table = Table::with(&[]);
    let newest = Editions { chart: Edition { version: Version(3), hash: Short([3; 8]) }, ..Editions::NONE };
    let (kind, version) = (DocumentKind::Chart, Version(3));
    let piece = |offset, len| Frame::Piece { kind, version, offset, total: 1_000, bytes: vec![1; len] };
    table.frame(PEER, &Frame::Editions(newest));
    table.frame(OTHER, &Frame::Editions(newest));
    table.frame(PEER, &piece(0, 400));
    table.input(In::PeerDown { peer: PEER });
    table.frame(OTHER, &piece(400, 600));
    let out = table.input(In::DocumentRefused { peer: OTHER, kind, version });
    assert_eq!((opened(&out, OTHER), strikes(&out)), (vec![(Item::Document(kind, version), 0)], vec![]));
    table.frame(OTHER, &piece(0, 1_000));
    let out = table.input(In::DocumentRefused { peer: OTHER, kind, version });
    assert_eq!((opened(&out, OTHER), strikes(&out)), (vec![], vec![Misbehaviour::BadDocument]), "this was all its own");
}

#[test]
fn who_gives_an_old_document_under_the_number_of_a_newer_one_keeps_nobody_from_the_next() {
    let mut table = Table::with(&[]);
    let kind = DocumentKind::Chart;
    let chart = |version: u32| Edition { version: Version(version), hash: Short([u8::try_from(version).unwrap(); 8]) };
    let held = Editions { chart: chart(1), ..Editions::NONE };
    table.input(In::Documents(held.into()));
    table.frame(PEER, &Frame::Editions(Editions { chart: chart(29), ..held }));
    table.frame(PEER, &Frame::Piece { kind, version: Version(29), offset: 0, total: 100, bytes: vec![1; 100] });
    // It is believed, since it is held.
    let mut struck = Vec::new();
    for input in answers(PEER, kind, Version(29), true, held.into()) {
        let out = table.input(input);
        assert_eq!(asks(&out, PEER), []);
        struck.extend(strikes(&out));
    }
    assert_eq!(struck, [Misbehaviour::BadDocument]);
    let out = table.frame(OTHER, &Frame::Editions(Editions { chart: chart(2), ..held }));
    assert_eq!(opened(&out, OTHER), [(Item::Document(kind, Version(2)), 0)]);
}

#[test]
fn a_refused_document_is_not_fetched_again_before_documents_change() {
    let mut table = Table::with(&[]);
    let chart = Edition { version: Version(3), hash: Short([3; 8]) };
    let newer = Frame::Editions(Editions { chart, ..Editions::NONE });
    let item = Item::Document(DocumentKind::Chart, Version(3));
    assert_eq!(opened(&table.frame(PEER, &newer), PEER), [(item, 0)]);
    let piece = Frame::Piece { kind: DocumentKind::Chart, version: Version(3), offset: 0, total: 4, bytes: vec![1; 4] };
    let out = table.frame(PEER, &piece);
    assert!(out.iter().any(|out| matches!(out, Out::Document { bytes, .. } if bytes == &[1; 4])));
    let out = table.input(In::DocumentRefused { peer: PEER, kind: DocumentKind::Chart, version: Version(3) });
    assert_eq!(strikes(&out), [Misbehaviour::BadDocument]);
    assert_eq!(asks(&table.frame(PEER, &newer), PEER), []);
    let charter = Edition { version: Version(1), hash: Short([1; 8]) };
    let out = table.input(In::Documents(Editions { charter, ..Editions::NONE }.into()));
    assert_eq!(opened(&out, PEER), [(item, 0)]);
}

#[test]
fn an_older_document_is_never_fetched_and_another_of_the_same_version_is_as_proof() {
    let mut table = Table::with(&[]);
    let edition = |version, hash| Edition { version: Version(version), hash: Short([hash; 8]) };
    table.input(In::Documents(Editions { chart: edition(3, 3), ..Editions::NONE }.into()));
    let told = |chart| Frame::Editions(Editions { chart, ..Editions::NONE });
    assert_eq!(asks(&table.frame(PEER, &told(edition(2, 2))), PEER), []);
    assert_eq!(asks(&table.frame(PEER, &told(edition(3, 3))), PEER), []);
    assert_eq!(opened(&table.frame(PEER, &told(edition(3, 9))), PEER), [(Item::Document(DocumentKind::Chart, Version(3)), 0)]);
}
