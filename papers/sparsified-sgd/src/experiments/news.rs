//! E9: a news corpus.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::setting::{self, OptionalData, check_percent, check_positive, outcome};
use crate::data::news;
use crate::methods::{Method, kept};
use crate::models::{Model, SparseLogistic};
use crate::reference::minimise;
use crate::schedule::StepSizes;
use crate::split;

const CORPUS: &str = "bbc-news";
/// P.
const NODES: usize = 8;

/// Methods on real documents.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct News {
    data: OptionalData,
    steps: u64,
    method: Method,
    percent: f64,
}

impl Experiment for News {
    const NAME: &'static str = "news-methods";

    fn validate(&self) -> Result<(), AxisError> {
        check_positive("steps", self.steps)?;
        check_percent(self.percent)
    }

    fn datasets(&self) -> Vec<&'static str> {
        self.data.datasets(CORPUS)
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        if let Some(skipped) = self.data.skipped(CORPUS) {
            return Ok(skipped);
        }
        let [training, testing] = news(context.dataset(CORPUS)?);
        let mut training = SparseLogistic::new(training.0, training.1);
        let testing = SparseLogistic::new(testing.0, testing.1);
        let least = minimise(&mut training, 1e-9).value;
        let dimension = training.dimension();
        let kept = kept(self.percent, dimension);
        let parts = split::uniform(training.rows(), NODES, &mut context.stream("split")?);
        let start = vec![0.0; dimension];
        let mut cluster = setting::cluster(start, parts, 1, self.method, kept, context)?;
        let sizes = StepSizes::InverseRoot {
            first: 4.0,
            decay: self.steps as f64 / 10.0,
        };
        for &checkpoint in context.checkpoints {
            while cluster.steps < checkpoint {
                let size = sizes.at(cluster.steps);
                cluster.step(&mut training, size);
            }
            let parameters = &cluster.parameters;
            let values = [
                ("suboptimality", training.value(parameters) - least),
                ("accuracy", testing.accuracy(parameters)),
                ("megabits", 1e-6 * cluster.bits_up()),
            ];
            recorder.at(cluster.steps, &values)?;
        }
        let bits = cluster.bits_up() / cluster.steps as f64;
        recorder.scalar("bits-per-step", bits)?;
        Ok(outcome(&cluster))
    }
}
