//! `reproduce`: re-runs published optimisation results and judges their claims.

mod args;
mod commands;
mod facts;
mod interrupt;
mod listener;
mod output;
mod progress;
mod project;
mod provenance;
mod registry;
mod selection;

use std::process::ExitCode;

use anyhow::Result;
use clap::{CommandFactory as _, Parser as _};
use harness_engine::{EngineError, StoreError};
use harness_performance::PerformanceError;

use args::{Arguments, Command};
use project::WrongInput;

/// How a command ended that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    /// Exit code 0.
    Fine,
    /// Exit code 1: a difference, a failed cell, a vacuous claim.
    Difference,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // A fetch holds nothing that a sudden end could damage, so Ctrl-C may end it at once.
    let listening = match &arguments.command {
        Some(Command::Data { .. }) => Ok(()),
        _ => interrupt::listen(),
    };
    match listening.and_then(|()| dispatch(arguments)) {
        Ok(Status::Fine) => ExitCode::SUCCESS,
        Ok(Status::Difference) => ExitCode::from(1),
        Err(error) => {
            output::error_line(&format!("error: {error:#}"));
            ExitCode::from(if is_wrong_input(&error) { 2 } else { 1 })
        }
    }
}

fn dispatch(arguments: Arguments) -> Result<Status> {
    let common = &arguments.common;
    match arguments.command {
        None => commands::run::run(common, &args::RunArguments::default()),
        Some(Command::Run(run)) => commands::run::run(common, &run),
        Some(Command::List { papers }) => commands::list::list(common, &papers),
        Some(Command::Check { papers }) => commands::check::check(common, &papers),
        Some(Command::Show { what, size }) => commands::show::show(common, &what, size),
        Some(Command::Report {
            papers,
            size,
            check,
        }) => commands::report::report(common, &papers, size, check),
        Some(Command::Verify(verify)) => commands::verify::verify(common, &verify),
        Some(Command::Explain {
            what,
            size,
            verify_cache,
        }) => commands::explain::explain(common, what.as_deref(), size, verify_cache),
        Some(Command::Data { command }) => commands::data::data(common, &command),
        Some(Command::Bench(bench)) => commands::bench::bench(common, &bench),
        Some(Command::Clean { stale }) => commands::clean::clean(common, stale),
        Some(Command::Completions { shell }) => {
            let mut command = Arguments::command();
            clap_complete::generate(shell, &mut command, "reproduce", &mut std::io::stdout());
            Ok(Status::Fine)
        }
    }
}

fn is_wrong_input(error: &anyhow::Error) -> bool {
    if matches!(error.downcast_ref(), Some(EngineError::Store(_))) {
        return false;
    }
    let performance = error.downcast_ref::<PerformanceError>();
    if performance.is_some_and(PerformanceError::is_wrong_input) {
        return true;
    }
    error.is::<WrongInput>() || error.is::<EngineError>() && !error.is::<StoreError>()
}
