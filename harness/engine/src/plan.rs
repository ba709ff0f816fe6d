//! What there is to do: which cells are stored already, which have to run, and for how long.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use harness_core::experiment::Runner;
use harness_core::grid;
use harness_core::manifest::{ExperimentSpec, Manifest};
use harness_core::seeds::Streams;
use harness_core::{Cell, Paper, Size, Value};

use crate::datasets::Datasets;
use crate::error::PlanError;
use crate::key::{
    BuildFacts, Component, Digest, Ingredients, Key, KeyParts, digest, named_files, short_digest,
};
use crate::parallel::each;
use crate::store::{Index, Place, WorkClass};

/// Cells of one paper to be planned.
#[derive(Clone, Debug)]
pub struct Work<'a> {
    /// The paper's code.
    pub paper: &'a Paper,
    /// Its manifest, after any substitution asked for by the user.
    pub manifest: &'a Manifest,
    /// The cells, in any order.
    pub cells: Vec<Cell>,
    /// The seed from which every stream is derived.
    pub root_seed: u64,
}

impl<'a> Work<'a> {
    /// Every cell that the manifest asks for at one size, ablations included.
    pub fn whole(paper: &'a Paper, manifest: &'a Manifest, size: Size, root_seed: u64) -> Self {
        Self {
            paper,
            manifest,
            cells: grid::cells(manifest, size),
            root_seed,
        }
    }
}

/// All cells of one or several papers, with where their results are or how they are made.
#[derive(Debug)]
pub struct Plan<'a> {
    pub(crate) points: Vec<Point<'a>>,
    pub(crate) jobs: Vec<Job>,
}

/// One planned cell.
#[derive(Clone, Debug)]
pub struct Job {
    /// What is to be run.
    pub cell: Cell,
    /// The key of its result.
    pub key: Key,
    /// What the key is made of.
    pub parts: KeyParts,
    pub(crate) point: usize,
    pub(crate) place: Option<Place>,
    /// How long it takes, judging by similar cells; `None` if there are none.
    pub estimate: Option<Duration>,
}

impl Job {
    /// Whether the result is stored already.
    pub const fn is_hit(&self) -> bool {
        self.place.is_some()
    }
}

/// What all replicates of one grid point share.
#[derive(Debug)]
pub(crate) struct Point<'a> {
    pub(crate) runner: &'a Runner,
    pub(crate) experiment: &'a ExperimentSpec,
    pub(crate) root_seed: u64,
    pub(crate) checkpoints: Arc<[u64]>,
    pub(crate) datasets: Vec<&'static str>,
    pub(crate) work: WorkClass,
    /// All components but the parameters and the seed paths, which differ between replicates.
    ingredients: Ingredients,
}

/// How long the cells that are not stored will take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Estimate {
    /// Time on the clock, for the cells of which something is known.
    pub wall: Duration,
    /// The same cells one after another.
    pub cpu: Duration,
    /// Cells about which nothing is known.
    pub unknown: usize,
}

impl<'a> Plan<'a> {
    /// All cells, ordered by paper, experiment, axes and replicate.
    pub fn jobs(&self) -> &[Job] {
        &self.jobs
    }

    /// The cells whose results are stored.
    pub fn hits(&self) -> impl Iterator<Item = &Job> {
        self.jobs.iter().filter(|job| job.is_hit())
    }

    /// The cells that have to run.
    pub fn misses(&self) -> impl Iterator<Item = &Job> {
        self.jobs.iter().filter(|job| !job.is_hit())
    }

    /// The jobs of one paper.
    pub fn of_paper(&self, slug: &str) -> &[Job] {
        let start = self.jobs.partition_point(|job| *job.cell.paper < *slug);
        let end = self.jobs.partition_point(|job| *job.cell.paper <= *slug);
        &self.jobs[start..end]
    }

    /// How long the misses take on so many threads.
    pub fn estimate(&self, threads: usize) -> Estimate {
        let mut estimate = Estimate::default();
        let mut longest = Duration::ZERO;
        for job in self.misses() {
            match job.estimate {
                Some(time) => {
                    estimate.cpu = estimate.cpu.saturating_add(time);
                    longest = longest.max(time);
                }
                None => estimate.unknown += 1,
            }
        }
        let threads = u32::try_from(threads.max(1)).unwrap_or(u32::MAX);
        estimate.wall = longest.max(estimate.cpu / threads);
        estimate
    }

    pub(crate) fn point(&self, job: &Job) -> &Point<'a> {
        &self.points[job.point]
    }

    /// Plans all cells of several papers; a cell asked for twice is planned once.
    pub(crate) fn make(
        work: Vec<Work<'a>>,
        facts: &BuildFacts,
        datasets: &Datasets,
        index: &Index,
    ) -> Result<Self, PlanError> {
        let parts = each(work, |work| Self::of_work(work, facts, datasets, index));
        let mut parts = parts.into_iter();
        // Nothing is copied where there is one paper.
        let mut plan = parts.next().unwrap_or_else(|| Ok(Self::empty()))?;
        for part in parts {
            let mut part = part?;
            for job in &mut part.jobs {
                job.point += plan.points.len();
            }
            plan.points.append(&mut part.points);
            plan.jobs.append(&mut part.jobs);
        }
        if !plan.jobs.is_sorted_by(|a, b| a.cell < b.cell) {
            plan.jobs.sort_by(|a, b| a.cell.cmp(&b.cell));
            plan.jobs.dedup_by(|a, b| a.cell == b.cell);
        }
        Ok(plan)
    }

    const fn empty() -> Self {
        Self {
            points: Vec::new(),
            jobs: Vec::new(),
        }
    }

    fn of_work(
        work: Work<'a>,
        facts: &BuildFacts,
        datasets: &Datasets,
        index: &Index,
    ) -> Result<Self, PlanError> {
        let mut maker = Maker {
            paper: work.paper,
            manifest: work.manifest,
            root_seed: work.root_seed,
            facts,
            datasets,
            data_digests: BTreeMap::new(),
            current: None,
            schedules: BTreeMap::new(),
        };
        let mut cells = work.cells;
        // As a rule they are in order, and many comparisons are saved.
        if !cells.is_sorted_by(|a, b| a < b) {
            cells.sort_unstable();
            cells.dedup();
        }
        let mut plan = Self::empty();
        plan.jobs.reserve_exact(cells.len());
        for cell in cells {
            let is_same = plan.jobs.last().is_some_and(|job: &Job| {
                job.cell.experiment == cell.experiment && job.cell.axes == cell.axes
            });
            if !is_same {
                plan.points.push(maker.point(&cell)?);
            }
            let point = plan.points.len() - 1;
            plan.jobs.push(job(cell, point, &plan.points[point], index));
        }
        Ok(plan)
    }
}

fn job(cell: Cell, place_of_point: usize, point: &Point<'_>, index: &Index) -> Job {
    let mut ingredients = point.ingredients;
    ingredients.set(Component::Parameters, cell.id().0);
    let streams = Streams {
        root: point.root_seed,
        cell: &cell,
        scopes: &point.experiment.streams,
    };
    ingredients.set(Component::Seeds, digest([streams.paths().as_str()]));
    let key = ingredients.key();
    let place = index.places.get(&key).copied();
    let estimate = match place {
        Some(place) => Some(Duration::from_nanos(place.duration_ns)),
        None => index.estimate(point.work),
    };
    Job {
        cell,
        key,
        parts: ingredients.parts(),
        point: place_of_point,
        place,
        estimate,
    }
}

/// Makes the points of one paper; whatever an experiment's points share is made once.
struct Maker<'a, 'b> {
    paper: &'a Paper,
    manifest: &'a Manifest,
    root_seed: u64,
    facts: &'b BuildFacts,
    datasets: &'b Datasets,
    data_digests: BTreeMap<Vec<&'static str>, Digest>,
    current: Option<(&'a Runner, &'a ExperimentSpec, Ingredients)>,
    /// Checkpoints of the current experiment by last step.
    schedules: BTreeMap<u64, (Arc<[u64]>, Digest)>,
}

impl<'a> Maker<'a, '_> {
    fn point(&mut self, cell: &Cell) -> Result<Point<'a>, PlanError> {
        let (runner, experiment, mut ingredients) = self.experiment(cell)?;
        (runner.validate)(&cell.axes).map_err(|problem| PlanError::Axes {
            cell: Box::new(cell.clone()),
            problem,
        })?;
        let last_step = last_step(experiment, cell)?;
        let (checkpoints, schedule) = self.schedule(experiment, last_step);
        ingredients.set(Component::Schedule, schedule);
        let sources = self.facts.paper_digest(self.paper.slug, &cell.axes);
        ingredients.set(Component::PaperSources, sources);
        let datasets = datasets_of(runner, experiment, cell)?;
        let data = if let Some(known) = self.data_digests.get(&datasets) {
            *known
        } else {
            let data = self.datasets.key_digest(&datasets);
            self.data_digests.insert(datasets.clone(), data);
            data
        };
        let data = match named_files(&cell.axes) {
            None => data,
            Some(own) => *blake3::hash(&[data, own].concat()).as_bytes(),
        };
        ingredients.set(Component::Datasets, data);
        Ok(Point {
            runner,
            experiment,
            root_seed: self.root_seed,
            checkpoints,
            datasets,
            work: work_class(experiment, cell, last_step),
            ingredients,
        })
    }

    /// The runner, the declaration and the components that all points of an experiment share.
    fn experiment(
        &mut self,
        cell: &Cell,
    ) -> Result<(&'a Runner, &'a ExperimentSpec, Ingredients), PlanError> {
        if let Some(current) = self.current
            && current.1.name == cell.experiment
        {
            return Ok(current);
        }
        let missing = (cell.paper.clone(), cell.experiment.clone());
        let Some(experiment) = self.manifest.experiment(&cell.experiment) else {
            let known = self.manifest.experiments.iter();
            return Err(PlanError::UnknownExperiment {
                paper: missing.0,
                experiment: missing.1,
                known: known.map(|experiment| experiment.name.clone()).collect(),
            });
        };
        let Some(runner) = self.paper.runner(&cell.experiment) else {
            let known = self.paper.experiments.iter();
            return Err(PlanError::NoRunner {
                paper: missing.0,
                experiment: missing.1,
                known: known.map(|runner| runner.name.to_owned()).collect(),
            });
        };
        let mut shared = Ingredients::default();
        let declared = &experiment.metrics;
        let names = declared.scalars.iter().map(String::as_str);
        let names = names.chain(["|"]);
        let names = names.chain(declared.curves.iter().map(String::as_str));
        shared.set(Component::Metrics, digest(names));
        for (component, text) in [
            (Component::SharedSources, self.facts.shared_sources),
            (Component::LockFile, self.facts.lockfile),
            (Component::Toolchain, self.facts.toolchain),
            (Component::Profile, self.facts.profile),
        ] {
            shared.set(component, digest([text]));
        }
        self.schedules.clear();
        let current = (runner, experiment, shared);
        self.current = Some(current);
        Ok(current)
    }

    fn schedule(&mut self, experiment: &ExperimentSpec, last_step: u64) -> (Arc<[u64]>, Digest) {
        let made = self.schedules.entry(last_step).or_insert_with(|| {
            let steps: Arc<[u64]> = match &experiment.record {
                Some(schedule) => schedule.steps(last_step).into(),
                None => Arc::new([]),
            };
            let text: Vec<String> = steps.iter().map(u64::to_string).collect();
            let digest = digest(text.iter().map(String::as_str));
            (steps, digest)
        });
        made.clone()
    }
}

/// The data sets that a cell reads, sorted.
fn datasets_of(
    runner: &Runner,
    experiment: &ExperimentSpec,
    cell: &Cell,
) -> Result<Vec<&'static str>, PlanError> {
    let mut names = (runner.datasets)(&cell.axes);
    names.sort_unstable();
    names.dedup();
    let declared = &experiment.datasets;
    match names
        .iter()
        .find(|name| !declared.iter().any(|other| other == *name))
    {
        None => Ok(names),
        Some(name) => Err(PlanError::UndeclaredDataset {
            cell: Box::new(cell.clone()),
            dataset: (*name).to_owned(),
            declared: declared.clone(),
        }),
    }
}

/// The last step of a cell's schedule; 0 where nothing is recorded over steps.
fn last_step(experiment: &ExperimentSpec, cell: &Cell) -> Result<u64, PlanError> {
    let Some(schedule) = &experiment.record else {
        return Ok(0);
    };
    match cell.axes.get(&schedule.until) {
        Some(Value::Int(last)) if *last >= 1 => Ok(*last as u64),
        _ => Err(PlanError::LastStep {
            cell: Box::new(cell.clone()),
            until: schedule.until.clone(),
        }),
    }
}

fn work_class(experiment: &ExperimentSpec, cell: &Cell, last_step: u64) -> WorkClass {
    let paper_and_experiment = [cell.paper.as_str(), experiment.name.as_str()];
    let family = match &experiment.record {
        Some(schedule) => cell.axes.without(std::slice::from_ref(&schedule.until)),
        None => cell.axes.clone(),
    };
    let family = family.to_string();
    WorkClass {
        experiment: short_digest(paper_and_experiment),
        family: short_digest(paper_and_experiment.into_iter().chain([family.as_str()])),
        last_step,
    }
}
