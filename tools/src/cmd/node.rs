//! One node of a demo or a measurement, started by this program itself.
//!
//! It reads `node.toml` in its data directory and nothing else, serves until its standard input closes,
//! and says on its standard output what its parent waits for; see [`crate::cluster`].

use std::path::Path;

use okrug_node::config::{Config, Sources};
use okrug_node::{logging, run};
use tokio::sync::mpsc;

use crate::cluster::{CHILD, Says, Tell, stdin};
use crate::print;
use crate::problem::{FileError, Problem};

/// The word by which this program knows that it is to be a node.
pub const WORD: &str = CHILD;

/// Runs the node of a data directory until standard input closes.
///
/// # Errors
/// Whatever stops the node.
pub fn run(data: &Path) -> Result<(), Problem> {
    let config = load(data)?;
    logging::start(&config.log);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(FileError::at(data))?;
    runtime.block_on(serve(config, stdin()))
}

fn load(data: &Path) -> Result<Config, Problem> {
    let sources = Sources { file: Some(data.join("node.toml")), ..Sources::default() };
    Ok(sources.load()?.config)
}

async fn serve(config: Config, mut told: mpsc::Receiver<String>) -> Result<(), Problem> {
    let mut running = run::start(config).await?;
    say(Says::Ready)?;
    loop {
        let line = tokio::select! {
            line = told.recv() => line,
            () = running.broken() => None,
        };
        match line.as_deref().map(Tell::of) {
            Some(Some(Tell::Cut)) => {
                running.cut(true).await;
                say(Says::Cut)?;
            }
            Some(Some(Tell::Join)) => {
                running.cut(false).await;
                say(Says::Joined)?;
            }
            Some(None) => tracing::warn!(event = "word_unknown", line),
            None => return running.stop().await,
        }
    }
}

fn say(says: Says) -> Result<(), Problem> {
    print::line(&serde_json::to_string(&says).expect("a word without anything in it"))
}
