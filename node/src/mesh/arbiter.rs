//! One link per office: which connection it is when two meet.
//!
//! Two cases look alike and want opposite answers. Both sides dial at once: one of two living connections must go,
//! and both sides must drop the same one. Or a side has lost the link unnoticed, by a restart or a cut line, and
//! dials: then the old connection is dead and the new one must win at once. Numbered greetings tell them apart.
//! What the other side said before it agreed to the link was a crossing; what it says after means that for it the
//! link is gone. Of two greetings that cross, the one of the smaller key counts.

use std::collections::{HashMap, VecDeque};

use libp2p::PeerId;
use libp2p::swarm::ConnectionId;

use super::exchange::Greeting;

/// What to do with a connection on which the other side greeted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Choice {
    /// It is the link: answer with this.
    Accept(Greeting),
    /// Another one is; close it.
    Refuse,
}

#[derive(Debug, Clone, Copy)]
enum State {
    /// We have greeted on this connection and wait for the answer.
    Asked(ConnectionId),
    /// The link, and the other side's last words about it.
    Linked(ConnectionId, Greeting),
}

/// The links of all peers, as far as choosing between connections goes.
#[derive(Debug)]
pub(super) struct Arbiter {
    ourselves: PeerId,
    last: Greeting,
    states: HashMap<PeerId, State>,
    /// Which runs each peer has greeted from, the latest last.
    runs: HashMap<PeerId, VecDeque<u64>>,
}

/// Runs of one peer that are remembered.
const MAX_RUNS: usize = 16;

impl Arbiter {
    /// `boot` is drawn anew at every start.
    pub(super) fn new(ourselves: PeerId, boot: u64) -> Self {
        Self { ourselves, last: Greeting { boot, count: 0 }, states: HashMap::new(), runs: HashMap::new() }
    }

    /// Whether a link stands or is being greeted, so that nothing needs to be dialled.
    pub(super) fn is_busy(&self, peer: &PeerId) -> bool {
        self.states.contains_key(peer)
    }

    /// The connection of the link.
    #[cfg(test)]
    fn link(&self, peer: &PeerId) -> Option<ConnectionId> {
        match self.states.get(peer) {
            Some(State::Linked(connection, _)) => Some(*connection),
            _ => None,
        }
    }

    /// Our words on a connection that we dialled; `None` when there is a link already, or will be.
    pub(super) fn ask(&mut self, peer: PeerId, connection: ConnectionId) -> Option<Greeting> {
        if self.states.contains_key(&peer) {
            return None;
        }
        self.states.insert(peer, State::Asked(connection));
        Some(self.next())
    }

    /// The other side greeted on a connection that it dialled.
    pub(super) fn greeted(&mut self, peer: PeerId, connection: ConnectionId, theirs: Greeting) -> Choice {
        let refuse = match self.states.get(&peer) {
            Some(State::Linked(_, known)) => theirs.is_before(known),
            Some(State::Asked(_)) => self.ourselves < peer,
            None => false,
        };
        if refuse {
            return Choice::Refuse;
        }
        self.states.insert(peer, State::Linked(connection, theirs));
        Choice::Accept(self.next())
    }

    /// The other side answered; `false` when another connection has become the link meanwhile.
    pub(super) fn answered(&mut self, peer: PeerId, connection: ConnectionId, theirs: Greeting) -> bool {
        let expected = matches!(self.states.get(&peer), Some(State::Asked(asked)) if *asked == connection);
        if expected {
            self.states.insert(peer, State::Linked(connection, theirs));
        }
        expected
    }

    /// Takes note of what a peer said; `true` when two nodes speak with one key.
    ///
    /// A node that is started again draws another number, and the one before does not come back. One that does has been
    /// running all along beside another.
    pub(super) fn is_two(&mut self, peer: PeerId, theirs: Greeting) -> bool {
        let runs = self.runs.entry(peer).or_default();
        if runs.back() == Some(&theirs.boot) {
            return false;
        }
        let returned = runs.contains(&theirs.boot);
        runs.retain(|run| *run != theirs.boot);
        runs.push_back(theirs.boot);
        if runs.len() > MAX_RUNS {
            runs.pop_front();
        }
        returned
    }

    /// A connection is gone, or of no use.
    pub(super) fn closed(&mut self, peer: &PeerId, connection: ConnectionId) {
        if let Some(State::Asked(known) | State::Linked(known, _)) = self.states.get(peer)
            && *known == connection
        {
            self.states.remove(peer);
        }
    }

    fn next(&mut self) -> Greeting {
        self.last.count += 1;
        self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The smaller key first; `a` dials connection 1, `b` dials connection 2.
    fn two() -> (Arbiter, Arbiter) {
        let mut peers = [PeerId::random(), PeerId::random()];
        peers.sort();
        (Arbiter::new(peers[0], 7), Arbiter::new(peers[1], 8))
    }

    fn connection(number: usize) -> ConnectionId {
        ConnectionId::new_unchecked(number)
    }

    fn accepted(choice: Choice) -> Greeting {
        match choice {
            Choice::Accept(greeting) => greeting,
            Choice::Refuse => panic!("refused"),
        }
    }

    #[test]
    fn when_both_dial_at_once_both_keep_the_same_connection_in_every_order_of_events() {
        for order in ["b hears, a hears, a is answered", "b hears, a is answered, a hears", "a hears, b hears, a is answered"] {
            let (mut a, mut b) = two();
            let (a_id, b_id) = (a.ourselves, b.ourselves);
            let a_says = a.ask(b_id, connection(1)).unwrap();
            let b_says = b.ask(a_id, connection(2)).unwrap();
            let mut answer = None;
            for step in order.split(", ") {
                match step {
                    "b hears" => answer = Some(accepted(b.greeted(a_id, connection(1), a_says))),
                    "a hears" => assert_eq!(a.greeted(b_id, connection(2), b_says), Choice::Refuse, "{order}"),
                    _ => assert!(a.answered(b_id, connection(1), answer.unwrap())),
                }
            }
            b.closed(&a_id, connection(2));
            assert_eq!(a.link(&b_id), Some(connection(1)), "{order}");
            assert_eq!(b.link(&a_id), Some(connection(1)), "{order}");
        }
    }

    #[test]
    fn a_restarted_peer_replaces_its_stale_link_whoever_dialled_it() {
        for stale_dialled_by_a in [true, false] {
            let (mut a, mut b) = two();
            let (a_id, b_id) = (a.ourselves, b.ourselves);
            if stale_dialled_by_a {
                let answer = accepted(b.greeted(a_id, connection(1), a.ask(b_id, connection(1)).unwrap()));
                assert!(a.answered(b_id, connection(1), answer));
            } else {
                a.greeted(b_id, connection(1), b.ask(a_id, connection(1)).unwrap());
            }
            let mut b_again = Arbiter::new(b_id, 9);
            let b_says = b_again.ask(a_id, connection(2)).unwrap();
            accepted(a.greeted(b_id, connection(2), b_says));
            assert_eq!(a.link(&b_id), Some(connection(2)));
        }
    }

    #[test]
    fn a_peer_that_lost_the_link_unnoticed_gets_a_new_one() {
        let (mut a, mut b) = two();
        let (a_id, b_id) = (a.ourselves, b.ourselves);
        let answer = accepted(b.greeted(a_id, connection(1), a.ask(b_id, connection(1)).unwrap()));
        assert!(a.answered(b_id, connection(1), answer));
        b.closed(&a_id, connection(1));
        let b_says = b.ask(a_id, connection(2)).unwrap();
        accepted(a.greeted(b_id, connection(2), b_says));
        assert_eq!(a.link(&b_id), Some(connection(2)));
        assert!(!a.answered(b_id, connection(1), answer), "the old connection is no link any more");
    }

    #[test]
    fn a_run_that_comes_back_after_another_means_two_nodes_with_one_key() {
        let (mut a, b) = two();
        let says = |boot, count| Greeting { boot, count };
        for boot in [1, 1, 2, 2, 3] {
            assert!(!a.is_two(b.ourselves, says(boot, 1)), "restarts are none");
        }
        assert!(a.is_two(b.ourselves, says(2, 5)));
        assert!(a.is_two(b.ourselves, says(3, 5)));
        for boot in 10..10_000 {
            assert!(!a.is_two(b.ourselves, says(boot, 1)));
        }
        assert_eq!(a.runs[&b.ourselves].len(), MAX_RUNS);
    }

    #[test]
    fn nothing_is_asked_while_a_link_stands() {
        let (mut a, b) = two();
        assert!(a.ask(b.ourselves, connection(1)).is_some());
        assert_eq!(a.ask(b.ourselves, connection(2)), None);
        a.closed(&b.ourselves, connection(2));
        assert!(a.is_busy(&b.ourselves));
        a.closed(&b.ourselves, connection(1));
        assert!(!a.is_busy(&b.ourselves));
    }
}
