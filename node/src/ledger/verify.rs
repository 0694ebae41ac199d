//! Many signatures at once.

use std::thread;

use okrug_protocol::directory::Directory;
use okrug_protocol::log::{Candidate, Refusal, VerifiedEntry};

/// Fewer candidates than this are verified where they are: starting a thread costs about one signature.
const WORTH_A_THREAD: usize = 8;

/// Verifies all candidates, on up to `threads` threads; the outcomes are in their order.
pub(super) fn verify_all(candidates: Vec<Candidate>, directory: &Directory, threads: usize) -> Vec<Result<VerifiedEntry, Refusal>> {
    let share = candidates.len().div_ceil(threads.max(1)).max(WORTH_A_THREAD);
    let verify = |share: Vec<Candidate>| share.into_iter().map(|candidate| candidate.verify(directory)).collect::<Vec<_>>();
    let mut shares = split(candidates, share);
    let Some(mine) = shares.pop() else { return Vec::new() };
    thread::scope(|scope| {
        let others: Vec<_> = shares.into_iter().map(|share| scope.spawn(|| verify(share))).collect();
        let mine = verify(mine);
        let joined = others.into_iter().flat_map(|other| other.join().expect("verifying does not panic"));
        joined.chain(mine).collect()
    })
}

fn split<T>(mut all: Vec<T>, share: usize) -> Vec<Vec<T>> {
    let mut shares = Vec::new();
    while all.len() > share {
        let rest = all.split_off(share);
        shares.push(std::mem::replace(&mut all, rest));
    }
    shares.push(all);
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_in_order_and_nothing_is_left_out() {
        for len in 0..40 {
            let shares = split((0..len).collect(), 8);
            assert!(shares.iter().all(|share| share.len() <= 8));
            assert_eq!(shares.concat(), (0..len).collect::<Vec<_>>());
        }
    }
}
