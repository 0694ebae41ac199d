//! Runs a target with inputs that chance makes of others, the same every time.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use okrug_protocol::digest;
use okrug_protocol::ids::hex;
use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng;

use crate::corpus;
use crate::live;
use crate::mutate::{below, mutate};
use crate::targets::Target;

/// Inputs that were taken and may be changed further, beside the seeds.
const POOL: usize = 256;
/// An input grows to this many bytes by chance, and no further; longer ones are among the seeds.
const LONGEST: usize = 16 << 10;

/// What came of a run.
#[derive(Debug, Default, Clone, Copy)]
pub struct Outcome {
    /// How many inputs were read.
    pub read: u64,
    /// How many of them were taken.
    pub taken: u64,
    /// The most memory that one took, in bytes.
    pub most: usize,
    /// How long it took.
    pub took: Duration,
}

/// How long a target is run: so many executions, and not for longer than so long.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    /// Executions.
    pub times: u64,
    /// The longest that they may take; the bytes to begin with are read in any case.
    pub longest: Duration,
}

/// An input that broke something.
#[derive(Debug, Clone)]
pub struct Finding(String);

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Runs a target with what grows out of a seed, and asks `measured` what memory each execution took.
///
/// Stops at the first input that breaks something, keeps it in a file, and names it.
pub fn run(target: &Target, seed: u64, budget: Budget, mut measured: impl FnMut(&mut dyn FnMut()) -> usize) -> (Outcome, Option<Finding>) {
    let own = digest::hash(b"okrug/test/fuzz\0", &[target.name.as_bytes(), &seed.to_be_bytes()]);
    let mut rng = ChaCha8Rng::from_seed(own.0);
    let seeds = target.seeds();
    let begun = Instant::now();
    let least = u64::try_from(seeds.len()).unwrap_or(0);
    let (mut pool, mut first) = (seeds.clone(), seeds.iter());
    let (mut outcome, before, mut finding) = (Outcome::default(), panics(), None);
    while outcome.read < least || outcome.read < budget.times && (outcome.read % 16 != 0 || begun.elapsed() < budget.longest) {
        // Each seed as it is, then what becomes of them.
        let input = first.next().cloned().unwrap_or_else(|| {
            let mut input = pool[below(&mut rng, pool.len())].clone();
            let other = below(&mut rng, pool.len());
            let longest = LONGEST.max(input.len());
            mutate(&mut rng, &mut input, &pool[other], longest);
            input
        });
        let mut taken = Ok(false);
        let most = measured(&mut || taken = catch_unwind(AssertUnwindSafe(|| (target.run)(&input))));
        outcome.read += 1;
        outcome.most = outcome.most.max(most);
        let bound = target.bound(input.len());
        let Some(taken) = taken.ok().filter(|_| most <= bound && panics() == before) else {
            finding = Some(found(target, &input, most, bound));
            break;
        };
        if taken {
            outcome.taken += 1;
            if outcome.read > least {
                // The pool changes slowly: what is in it has led somewhere.
                if pool.len() < seeds.len() + POOL {
                    pool.push(input);
                } else if below(&mut rng, 16) == 0 {
                    let at = seeds.len() + below(&mut rng, POOL);
                    pool[at] = input;
                }
            }
        }
    }
    outcome.took = begun.elapsed();
    live::stop();
    (outcome, finding)
}

/// How many panics there were, in whatever thread: a task that ends by one fails nobody who waits for it.
fn panics() -> usize {
    static PANICS: AtomicUsize = AtomicUsize::new(0);
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |about| {
            PANICS.fetch_add(1, Relaxed);
            before(about);
        }));
    });
    PANICS.load(Relaxed)
}

fn found(target: &Target, input: &[u8], most: usize, bound: usize) -> Finding {
    let name = corpus::name(input);
    let path = std::env::temp_dir().join(format!("okrug-fuzz-{}-{name}", target.name));
    let kept = std::fs::write(&path, input).map_or_else(|error| error.to_string(), |()| path.display().to_string());
    let head = hex(&input[..input.len().min(200)]);
    Finding(format!(
        "{} broke, or took {most} bytes of memory where {bound} are allowed; the {} bytes, to be kept as tests/fuzz/libfuzzer/corpus/{}/{name}, are in {kept}: {head}",
        target.name,
        input.len(),
        target.name
    ))
}
