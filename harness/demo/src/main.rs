//! Measures what the harness takes beside the cells, and says what benchopt takes for the same.
//!
//! Every figure comes from processes of their own: this program starts itself once for each part,
//! so that times include the start and the most memory used is that of one part.

mod measuring;

use std::io::{self, Write as _};
use std::process::ExitCode;

use measuring::part::Part;
use measuring::{Asked, Failure, measure};

const USAGE: &str = "\
usage: harness-demo [--json] [--cells N] [tiny] [ols] [overhead] [quick]

  tiny       cells of one millisecond, cold and stored; their report, store and memory
  ols        gradient descent on two least-squares problems
  overhead   cells that do nothing, from 100 to N (1,000,000 by default), and a large plan
  quick      the command `reproduce` beside this program: its start, all papers at size quick into
             an empty store, and the same again
  --json     one JSON object instead of a table

Without a name, all four. Run it inside the repository.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some(part) = Part::requested(&arguments) {
        return finish(part.and_then(|part| part.carry_out()));
    }
    match Asked::parse(&arguments) {
        Ok(asked) => finish(measure(&asked).and_then(|measured| measured.text(asked.json))),
        Err(error) => {
            say(&format!("error: {error}\n\n{USAGE}"));
            ExitCode::from(2)
        }
    }
}

fn finish(text: Result<String, Failure>) -> ExitCode {
    match text.and_then(|text| Ok(writeln!(io::stdout().lock(), "{text}")?)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("error: {error}"));
            ExitCode::from(1)
        }
    }
}

fn say(text: &str) {
    // There is nowhere left to say that standard error is gone.
    drop(writeln!(io::stderr().lock(), "{text}"));
}
