//! One cell's result in full, for `run --cell`.

use std::collections::BTreeMap;

use anyhow::Result;
use harness_core::{Outcome, RunTable};
use harness_engine::Execution;
use serde_json::json;

use crate::Status;
use crate::args::Common;
use crate::output;
use crate::project::wrong;

/// Prints everything that the cells recorded.
pub(crate) fn print_cells(common: &Common, digits: &str, execution: &Execution) -> Result<Status> {
    let mut status = Status::Fine;
    for run in execution.tables.values().flat_map(RunTable::runs) {
        if matches!(run.outcome, Outcome::Failed { .. }) {
            status = Status::Difference;
        }
        let digest = run.records.digest(&run.outcome);
        if common.json {
            let curves: BTreeMap<&str, Vec<(u64, f64)>> = run
                .records
                .curves
                .iter()
                .map(|(k, c)| (k.as_str(), c.points().collect()))
                .collect();
            let value = json!({
                "cell": run.cell.to_string(), "identity": run.cell.id().to_string(),
                "outcome": run.outcome.name(), "digest": digest,
                "scalars": run.records.scalars, "curves": curves,
            });
            output::line(&serde_json::to_string_pretty(&value)?)?;
            continue;
        }
        output::line(&format!(
            "{}\n  {:?}, digest {digest}",
            run.cell, run.outcome
        ))?;
        for (metric, value) in &run.records.scalars {
            output::line(&format!("  {metric} = {value}"))?;
        }
        for (metric, curve) in &run.records.curves {
            for (step, value) in curve.points() {
                output::line(&format!("  {metric} @ {step} = {value}"))?;
            }
        }
    }
    if execution
        .tables
        .values()
        .all(|table| table.runs().is_empty())
    {
        return wrong(format!("no cell starts with `{digits}`"));
    }
    Ok(status)
}
