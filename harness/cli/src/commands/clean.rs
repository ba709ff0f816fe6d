//! `reproduce clean`: the store, or only what nobody needs.

use std::collections::BTreeSet;

use anyhow::Result;
use harness_core::Size;
use harness_core::seeds::ROOT_SEED;
use harness_engine::{Engine, Key, Store, Work};

use crate::Status;
use crate::args::Common;
use crate::facts::FACTS;
use crate::output;
use crate::project::Project;

/// Deletes every result, or those that no registered paper asks for at any size.
pub(crate) fn clean(common: &Common, stale: bool) -> Result<Status> {
    let project = Project::find(common.root.as_deref())?;
    let directory = project.root.join(&common.store);
    let cleaned = if stale {
        let papers = project.load(&[])?;
        let engine = Engine::open(&directory, project.datasets(), FACTS)?;
        let live: BTreeSet<Key> = engine
            .plan(papers.iter().flat_map(|loaded| {
                Size::ALL.map(|size| Work::whole(&loaded.paper, &loaded.manifest, size, ROOT_SEED))
            }))?
            .jobs()
            .iter()
            .map(|job| job.key)
            .collect();
        Store::clean_stale(&directory, |key| live.contains(key))?
    } else {
        Store::clean(&directory)?
    };
    if !common.quiet {
        output::line(&format!(
            "{} results kept, {} and {} snapshots removed, {} bytes freed",
            cleaned.kept, cleaned.removed, cleaned.snapshots, cleaned.bytes
        ))?;
        if cleaned.in_use > 0 {
            output::line(&format!(
                "{} segments are in use by another process and were left alone",
                cleaned.in_use
            ))?;
        }
    }
    Ok(Status::Fine)
}
