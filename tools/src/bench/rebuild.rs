//! A lost office: how long its neighbours take to give it its past back.

use std::fs;
use std::ops::ControlFlow;

use okrug_node::backup::{BackupLock, Scope};
use okrug_node::config::Sources;
use okrug_node::keys::Unlock;
use okrug_node::{clock, run};

use super::held::{fill, only};
use super::rig::{Rig, entries};
use super::{Due, Figure, Setup, broken};
use crate::cluster::Nodes;
use crate::problem::Problem;

const PHRASE: &str = "a phrase of a measurement";

/// The first office writes, two neighbours hear it, it burns; on the new machine are its sealed keys.
pub(super) async fn measure(setup: &Setup) -> Result<Vec<Figure>, Problem> {
    let messages = setup.amount(100_000);
    let blueprint = setup.blueprint(3)?;
    blueprint.found()?;
    let held = fill(&blueprint, messages).await?;
    let rig = Rig::start(&blueprint).await?;
    for user in &rig.users {
        user.wait(|status| entries(status) >= held).await?;
    }
    rig.nodes.stop().await;
    let site = &blueprint.sites[0];
    let (data, file) = (site.data.clone(), setup.root.join("keys.okbak"));
    let lock = BackupLock::of_passphrase(PHRASE, &mut clock::rng())?;
    let source = run::stopped(&data, &Unlock::default())?;
    let out = fs::File::create(&file).map_err(|e| broken("keys", &e))?;
    source.write(&lock, Scope::Keys, source.forecast(Scope::Keys)?, out)?;
    drop(source);
    fs::remove_dir_all(&data).map_err(|e| broken("data", &e))?;

    let neighbours = Nodes::start(&only(&blueprint, 1..3)).await?;
    run::restore_keys(&file, PHRASE, &data, &Unlock::default())?;
    let config = Sources { file: Some(data.join("node.toml")), ..Sources::default() }.load()?.config;
    let rebuilt = run::rebuild(config, 2, None, |_| ControlFlow::Continue(())).await?;
    neighbours.stop().await;
    if rebuilt.entries < held {
        return Err(broken("rebuild", &format!("{} of {held} entries came back", rebuilt.entries)));
    }
    let what = format!("an office of {messages} messages back from its sealed keys and 2 neighbours");
    Ok(vec![Figure::new("rebuild", &what, "s", rebuilt.took.as_secs_f64(), Due::AtMost(120.0))])
}
