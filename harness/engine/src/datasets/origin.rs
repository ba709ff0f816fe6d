//! Where an optional data set is fetched from: the `[fetch]` table of its `meta.toml`.

use serde::Deserialize;
use ureq::http::Uri;

/// What is fetched, and how it is recognised.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Origin {
    /// A published package; either this or `url` is given.
    #[serde(default)]
    pub package: Option<Package>,
    /// A public address, `https://` only.
    #[serde(default)]
    pub url: Option<String>,
    /// The SHA-256 of what is fetched, as 64 hexadecimal digits.
    pub sha256: String,
    /// The size of what is fetched, in bytes.
    pub bytes: u64,
    /// How it is packed; nothing for a file that is used as it is.
    #[serde(default)]
    pub archive: Option<Archive>,
    /// The most bytes that it may unpack to; required of whatever is packed.
    #[serde(default)]
    pub unpacked_bytes: Option<u64>,
}

/// A package that its registry's own client fetches.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// The client.
    pub manager: Manager,
    /// The package's name.
    pub name: String,
    /// Its exact version.
    pub version: String,
}

/// A package client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Manager {
    /// `npm pack NAME@VERSION`.
    Npm,
    /// `pip download --no-deps NAME==VERSION`, wheels only.
    Pip,
}

/// How files are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Archive {
    /// A zip archive, such as a wheel.
    #[serde(rename = "zip")]
    Zip,
    /// A tar archive compressed by gzip.
    #[serde(rename = "tar.gz")]
    TarGz,
    /// One file compressed by gzip.
    #[serde(rename = "gz")]
    Gz,
    /// One file compressed by bzip2.
    #[serde(rename = "bz2")]
    Bz2,
}

impl Archive {
    /// Whether it holds named files.
    pub(crate) fn has_members(self) -> bool {
        matches!(self, Self::Zip | Self::TarGz)
    }
}

impl Origin {
    /// What is wrong with it, if anything is.
    pub(super) fn problem(&self) -> Option<String> {
        match (&self.package, &self.url) {
            (Some(package), None) => {
                if let Some(problem) = package.problem() {
                    return Some(problem);
                }
            }
            (None, Some(url)) if !is_allowed(url) => {
                return Some(format!("`url = \"{url}\"` does not begin with https://"));
            }
            (None, Some(_)) => {}
            _ => return Some("`[fetch]` needs either `package` or `url`".to_owned()),
        }
        if !is_sha256(&self.sha256) {
            return Some("`[fetch]`: `sha256` must be 64 digits of 0-9 and a-f".to_owned());
        }
        if self.archive.is_some() != self.unpacked_bytes.is_some() {
            return Some("`archive` and `unpacked-bytes` go together".to_owned());
        }
        None
    }
}

impl Package {
    /// Names and versions become words of a command line: nothing in them may be read as an
    /// option, a path or another place to fetch from.
    fn problem(&self) -> Option<String> {
        let plain = |text: &str, extra: &[u8]| {
            text.starts_with(|first: char| first.is_ascii_alphanumeric())
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || extra.contains(&byte))
        };
        let name = match self.name.strip_prefix('@').map(|rest| rest.split_once('/')) {
            Some(Some((scope, name))) if self.manager == Manager::Npm => {
                plain(scope, b"-._") && plain(name, b"-._")
            }
            Some(_) => false,
            None => plain(&self.name, b"-._"),
        };
        if !name {
            return Some(format!(
                "`{}` is not the name of a package of a registry",
                self.name
            ));
        }
        (!plain(&self.version, b"-._+!"))
            .then(|| format!("`{}` is not the version of a package", self.version))
    }
}

/// Whether an address may be fetched from: over TLS, or without it from this very machine, where
/// nobody listens in; tests serve files there.
pub(crate) fn is_allowed(url: &str) -> bool {
    url.parse::<Uri>().is_ok_and(|uri| {
        uri.scheme_str() == Some("https") && uri.host().is_some() || is_loopback(&uri)
    })
}

/// Whether an address is plain HTTP on the loopback interface, written as a number so that no name
/// lookup decides.
pub(crate) fn is_loopback(uri: &Uri) -> bool {
    uri.scheme_str() == Some("http") && uri.host() == Some("127.0.0.1")
}

pub(super) fn is_sha256(digits: &str) -> bool {
    digits.len() == 64
        && digits
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
