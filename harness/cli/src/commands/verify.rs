//! `reproduce verify`: from scratch, against what is committed.

mod comparison;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use harness_core::seeds::ROOT_SEED;
use harness_core::{Cell, Size, grid};
use harness_engine::{Engine, Work};
use harness_report::Provenance;

use crate::args::{Common, VerifyArguments};
use crate::commands::run::{committed_folder, default_jobs, execute};
use crate::facts::FACTS;
use crate::listener::Listener;
use crate::output;
use crate::progress::{Display, Mode};
use crate::project::{LoadedPaper, Project, wrong};
use crate::{Status, interrupt};
use comparison::Comparison;

/// Runs again what is committed, wholly or in a sample, and reports every difference.
pub(crate) fn verify(common: &Common, arguments: &VerifyArguments) -> Result<Status> {
    let size = arguments.size;
    if !matches!(size, Size::Quick | Size::Paper) {
        return wrong(format!(
            "--size {size}: only quick and paper reports are committed"
        ));
    }
    let project = Project::find(common.root.as_deref())?;
    let mut papers = project.load(&arguments.papers)?;
    papers.retain(|loaded| committed_folder(&project, size, loaded.paper.slug).is_dir());
    if papers.is_empty() {
        return wrong(format!("none of these papers has a report of size {size}"));
    }
    let sample = arguments.minutes.map(|minutes| Sample {
        seconds: 60.0 * minutes,
        pick: &arguments.pick,
    });
    let work: Vec<Work<'_>> = match &sample {
        None => papers
            .iter()
            .map(|p| Work::whole(&p.paper, &p.manifest, size, ROOT_SEED))
            .collect(),
        Some(sample) => sample.choose(&project, &papers, size)?,
    };
    let scratch = Scratch::new(&project, common)?;
    let engine = Engine::open(scratch.path().join("store"), project.datasets(), FACTS)?;
    let plan = engine.plan(work)?;
    let display = Display::new(Mode::choose(common.quiet || common.json));
    display.say(&format!(
        "{} cells to compare at size {size}",
        plan.jobs().len()
    ));
    for loaded in &papers {
        let slug = loaded.paper.slug;
        display.start(slug, plan.of_paper(slug).len(), std::time::Duration::ZERO);
    }
    let jobs = arguments
        .jobs
        .map_or_else(default_jobs, |jobs| jobs as usize);
    let execution = execute(
        &engine,
        &plan,
        jobs,
        interrupt::flag(),
        &Listener::new(display),
    )?;
    if execution.summary.interrupted > 0 {
        output::error_line("interrupted; nothing was compared");
        return Ok(Status::Difference);
    }
    let mut comparison = Comparison::default();
    for loaded in &papers {
        comparison.cells(&project, loaded, size, &execution)?;
        if sample.is_none() {
            comparison.files(&project, loaded, size, &execution, scratch.path())?;
        }
    }
    comparison.print(common, size)
}

/// A folder that is gone when the command ends.
struct Scratch(std::path::PathBuf);

impl Scratch {
    fn new(project: &Project, common: &Common) -> Result<Self> {
        let name = format!("verify-{}", std::process::id());
        let path = project.root.join(&common.store).join(name);
        fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self(path))
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A folder that cannot be removed is in the git-ignored store and harms nothing.
        drop(fs::remove_dir_all(&self.0));
    }
}

/// Which cells are run again when there is no time for all.
struct Sample<'a> {
    seconds: f64,
    pick: &'a str,
}

impl Sample<'_> {
    /// Cells in the order of a hash of their identity and of `pick`, until the time is used up.
    /// Times are the experiments' means in the committed provenance.
    fn choose<'p>(
        &self,
        project: &Project,
        papers: &'p [LoadedPaper],
        size: Size,
    ) -> Result<Vec<Work<'p>>> {
        let mut cells = Vec::new();
        for (place, loaded) in papers.iter().enumerate() {
            let folder = committed_folder(project, size, loaded.paper.slug);
            let provenance = Provenance::read(&folder)?;
            let own = grid::cells(&loaded.manifest, size);
            let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
            for cell in &own {
                *counts.entry(&cell.experiment).or_default() += 1;
            }
            let seconds = |cell: &Cell| {
                let all = provenance.experiment_seconds.get(&cell.experiment).copied();
                all.unwrap_or(1.0) / counts[cell.experiment.as_str()] as f64
            };
            cells.extend(own.iter().map(|cell| {
                let mut hasher = blake3::Hasher::new();
                hasher.update(&cell.id().0);
                hasher.update(self.pick.as_bytes());
                (
                    *hasher.finalize().as_bytes(),
                    seconds(cell),
                    place,
                    cell.clone(),
                )
            }));
        }
        cells.sort_by_key(|(hash, ..)| *hash);
        let mut left = self.seconds;
        let mut chosen: Vec<Vec<Cell>> = vec![Vec::new(); papers.len()];
        for (_, seconds, place, cell) in cells {
            if seconds <= left {
                left -= seconds;
                chosen[place].push(cell);
            }
        }
        let work = papers.iter().zip(chosen).map(|(loaded, cells)| Work {
            paper: &loaded.paper,
            manifest: &loaded.manifest,
            cells,
            root_seed: ROOT_SEED,
        });
        Ok(work.collect())
    }
}
