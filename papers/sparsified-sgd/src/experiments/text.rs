//! E1: logistic regression on sparse rows.

use std::path::Path;

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::observe::{self, Plan};
use super::setting::{self, check_percent, check_positive, outcome};
use crate::cluster::Cluster;
use crate::compressors::{VALUE_BITS, index_bits};
use crate::data::{Csr, TextShape, read_libsvm, text_like};
use crate::methods::{Method, kept};
use crate::models::{Model, SparseLogistic};
use crate::reference::minimise;
use crate::schedule::StepSizes;
use crate::sparse_sgd::SparseSgd;
use crate::split::{self, Split};

/// c of the large-batch method: batches are c times larger and rounds c times fewer.
const LARGER: u64 = 32;
const FIRST_STEP: f64 = 4.0;

/// The word for generated documents on the axis `corpus`; other words are `file:PATH`.
const GENERATED: &str = "generated";

/// The file that a word of the axis `corpus` names.
fn corpus_file(corpus: &str) -> Option<&Path> {
    corpus.strip_prefix("file:").map(Path::new)
}

fn read(path: &Path, terms: usize) -> Result<(Csr, Vec<f64>), String> {
    read_libsvm(path, terms).map_err(|error| format!("{}: {error}", path.display()))
}

/// The instance of a cell: generated, or read from a file in the LIBSVM format.
fn instance(
    corpus: &str,
    shape: TextShape,
    context: &Context<'_>,
) -> Result<SparseLogistic, CellError> {
    let (features, labels) = match corpus_file(corpus) {
        Some(path) => read(path, shape.terms).map_err(CellError::Bug)?,
        None => text_like(&shape, &mut context.stream("documents")?),
    };
    Ok(SparseLogistic::new(features, labels))
}

fn parts(
    model: &SparseLogistic,
    split: Split,
    nodes: usize,
    context: &Context<'_>,
) -> Result<Vec<Vec<u32>>, CellError> {
    Ok(match split {
        Split::Uniform => split::uniform(model.rows(), nodes, &mut context.stream("split")?),
        Split::Sorted => split::sorted(&model.labels, nodes),
    })
}

/// 4/√(1 + t/t0), t0 = T/10.
fn step_sizes(steps: u64) -> StepSizes {
    StepSizes::InverseRoot {
        first: FIRST_STEP,
        decay: steps as f64 / 10.0,
    }
}

fn check(corpus: &str, shape: &TextShape, nodes: usize) -> Result<(), AxisError> {
    check_positive("terms", shape.terms as u64)?;
    check_positive("nodes", nodes as u64)?;
    if shape.documents < nodes {
        let message = format!(
            "{} documents are not enough for {nodes} nodes",
            shape.documents
        );
        return Err(AxisError::invalid("documents", message));
    }
    if !(1.0..=500.0).contains(&shape.length) {
        return Err(AxisError::invalid("length", "must lie between 1 and 500"));
    }
    match corpus_file(corpus) {
        Some(path) => match read(path, shape.terms) {
            Ok((_, labels)) if labels.len() < nodes => {
                let (file, rows) = (path.display(), labels.len());
                let message = format!("{file}: {rows} rows are not enough for {nodes} nodes");
                Err(AxisError::invalid("corpus", message))
            }
            Ok(_) => Ok(()),
            Err(message) => Err(AxisError::invalid("corpus", message)),
        },
        None if corpus != GENERATED => {
            let message = format!("`{corpus}` is neither `{GENERATED}` nor `file:PATH`");
            Err(AxisError::invalid("corpus", message))
        }
        None => Ok(()),
    }
}

/// Suboptimality of every method against steps and bits.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct TextMethods {
    corpus: String,
    terms: usize,
    documents: usize,
    length: f64,
    nodes: usize,
    steps: u64,
    method: Method,
    percent: f64,
    split: Split,
}

/// One of the two implementations of a step.
enum Run {
    /// Everything is sent.
    Sparse { sgd: SparseSgd, larger: u64 },
    /// Anything else.
    Cluster(Cluster),
}

impl Experiment for TextMethods {
    const NAME: &'static str = "text-methods";

    fn validate(&self) -> Result<(), AxisError> {
        check(&self.corpus, &self.shape(), self.nodes)?;
        check_percent(self.percent)
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let mut model = instance(&self.corpus, self.shape(), context)?;
        let least = minimise(&mut model, 1e-9).value;
        recorder.check_stop()?;
        let parts = parts(&model, self.split, self.nodes, context)?;
        let mut run = self.start(parts, context)?;
        let mut parameters = Vec::new();
        let mut step = 0;
        let mut bits = 0.0;
        for &checkpoint in context.checkpoints {
            while step < checkpoint {
                self.step(&mut run, &mut model, step);
                step += 1;
            }
            bits = match &run {
                Run::Sparse { sgd, larger } => {
                    sgd.parameters(&mut parameters);
                    (VALUE_BITS * self.terms as u64 * (step / larger)) as f64
                }
                Run::Cluster(cluster) => {
                    parameters.clone_from(&cluster.parameters);
                    cluster.bits_up()
                }
            };
            let suboptimality = model.value(&parameters) - least;
            let values = [("suboptimality", suboptimality), ("megabits", 1e-6 * bits)];
            recorder.at(step, &values)?;
        }
        let down = match &run {
            Run::Sparse { .. } => bits,
            Run::Cluster(cluster) => cluster.bits_down as f64,
        };
        let bits_per_step = bits / step as f64;
        let non_zeros = model.features.entries() as f64 / model.rows() as f64;
        recorder.scalars(&[
            ("bits-per-step", bits_per_step),
            ("coded-bits-per-step", self.coded(bits_per_step)),
            ("megabits-down", 1e-6 * down),
            (
                "non-zeros-bits",
                non_zeros * (VALUE_BITS + index_bits(self.terms)) as f64,
            ),
        ])?;
        Ok(match &run {
            Run::Cluster(cluster) => outcome(cluster),
            Run::Sparse { .. } => Outcome::Done,
        })
    }
}

impl TextMethods {
    const fn shape(&self) -> TextShape {
        TextShape {
            terms: self.terms,
            documents: self.documents,
            length: self.length,
        }
    }

    fn start(&self, parts: Vec<Vec<u32>>, context: &Context<'_>) -> Result<Run, CellError> {
        if !self.method.is_dense() {
            let kept = kept(self.percent, self.terms);
            let start = vec![0.0; self.terms];
            return setting::cluster(start, parts, 1, self.method, kept, context).map(Run::Cluster);
        }
        let streams = (0..parts.len()).map(|node| Ok(setting::node_streams(context, node)?.0));
        let streams = streams.collect::<Result<_, CellError>>()?;
        let larger = if self.method == Method::LargeBatch {
            LARGER
        } else {
            1
        };
        Ok(Run::Sparse {
            sgd: SparseSgd::new(self.terms, parts, larger as usize, streams),
            larger,
        })
    }

    /// The step from t to t + 1. The large batches do all their work in every `larger`-th.
    fn step(&self, run: &mut Run, model: &mut SparseLogistic, step: u64) {
        match run {
            Run::Cluster(cluster) => cluster.step(model, step_sizes(self.steps).at(step)),
            Run::Sparse { sgd, larger: 1 } => {
                sgd.step(model, step_sizes(self.steps).at(step));
            }
            Run::Sparse { sgd, larger } => {
                if (step + 1).is_multiple_of(*larger) {
                    let sizes = StepSizes::InverseRoot {
                        first: FIRST_STEP * (*larger as f64).min(4.0),
                        decay: self.steps as f64 / 10.0 / *larger as f64,
                    };
                    sgd.step(model, sizes.at(step / *larger));
                }
            }
        }
    }

    /// Bits of a step if `TopK`'s indices were coded at their entropy.
    fn coded(&self, bits: f64) -> f64 {
        if !matches!(self.method, Method::TopkEf | Method::TopkNoef) {
            return bits;
        }
        let kept = kept(self.percent, self.terms) as f64;
        let index = libm::log2(self.terms as f64 / kept) + std::f64::consts::LOG2_E;
        kept * (VALUE_BITS as f64 + index)
    }
}

/// ξ over training.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct TextAssumption {
    corpus: String,
    terms: usize,
    documents: usize,
    length: f64,
    nodes: usize,
    steps: u64,
    percent: f64,
    split: Split,
    /// ξ is measured at every so many steps.
    every: u64,
}

impl Experiment for TextAssumption {
    const NAME: &'static str = "text-assumption";

    fn validate(&self) -> Result<(), AxisError> {
        check(&self.corpus, &self.shape(), self.nodes)?;
        check_positive("every", self.every)?;
        check_percent(self.percent)
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let mut model = instance(&self.corpus, self.shape(), context)?;
        let parts = parts(&model, self.split, self.nodes, context)?;
        let kept = kept(self.percent, self.terms);
        let start = vec![0.0; self.terms];
        let mut cluster = setting::cluster(start, parts, 1, Method::TopkEf, kept, context)?;
        let checkpoints = context.checkpoints.iter().map(|step| (*step, *step));
        let plan = Plan {
            kept,
            step_sizes: step_sizes(self.steps),
            steps: self.steps,
            every: self.every,
            checkpoints: &checkpoints.collect::<Vec<_>>(),
        };
        observe::run(&mut cluster, &mut model, &plan, recorder)
    }
}

impl TextAssumption {
    const fn shape(&self) -> TextShape {
        TextShape {
            terms: self.terms,
            documents: self.documents,
            length: self.length,
        }
    }
}
