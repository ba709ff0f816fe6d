//! A file server on the loopback address, and archives of any content.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;

use rawzip::path::EntryPath;
use rawzip::{CompressionMethod, ZipArchiveWriter};
use sha2::{Digest as _, Sha256};

/// How a file is served.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// As it is.
    Whole(Vec<u8>),
    /// Announced whole, half of it sent.
    Half(Vec<u8>),
    /// Without saying how long it is.
    Unannounced(Vec<u8>),
    /// It is elsewhere.
    Moved(String),
}

/// A server that answers until the tests end.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
}

impl Server {
    /// Serves these files by path.
    pub(crate) fn start(answers: &[(&str, Answer)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let answers: BTreeMap<String, Answer> = answers
            .iter()
            .map(|(path, answer)| ((*path).to_owned(), answer.clone()))
            .collect();
        let answers = Arc::new(answers);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let answers = Arc::clone(&answers);
                // A client that hangs up early is what some tests are about.
                std::thread::spawn(move || serve(&stream, &answers).ok());
            }
        });
        Self { address }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

fn serve(mut stream: &TcpStream, answers: &BTreeMap<String, Answer>) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    while lines
        .next()
        .transpose()?
        .is_some_and(|line| !line.is_empty())
    {}
    let path = request.split(' ').nth(1).unwrap_or_default();
    let found = |length: usize| format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
    let (head, body): (String, &[u8]) = match answers.get(path) {
        Some(Answer::Whole(body)) => (found(body.len()), body),
        Some(Answer::Half(body)) => (found(body.len()), &body[..body.len() / 2]),
        Some(Answer::Unannounced(body)) => {
            let head = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";
            (head.to_owned(), body)
        }
        Some(Answer::Moved(to)) => {
            let head = format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n");
            (head, &[])
        }
        None => {
            let head = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
            (head.to_owned(), &[])
        }
    };
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(bytes) {
        write!(text, "{byte:02x}").expect("strings take everything");
    }
    text
}

/// An entry of an archive.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Entry<'a> {
    File(&'a str, &'a [u8]),
    Folder(&'a str),
    /// From the first to the second.
    Symlink(&'a str, &'a str),
    Hardlink(&'a str, &'a str),
    Fifo(&'a str),
}

/// A tar archive compressed by gzip; nothing about the paths is checked.
pub(crate) fn tar_gz(entries: &[Entry<'_>]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for entry in entries {
        let (kind, path, target, content): (_, _, _, &[u8]) = match *entry {
            Entry::File(path, content) => (tar::EntryType::Regular, path, "", content),
            Entry::Folder(path) => (tar::EntryType::Directory, path, "", &[]),
            Entry::Symlink(path, target) => (tar::EntryType::Symlink, path, target, &[]),
            Entry::Hardlink(path, target) => (tar::EntryType::Link, path, target, &[]),
            Entry::Fifo(path) => (tar::EntryType::Fifo, path, "", &[]),
        };
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(0o644);
        header.set_size(content.len() as u64);
        let old = header.as_old_mut();
        old.name[..path.len()].copy_from_slice(path.as_bytes());
        old.linkname[..target.len()].copy_from_slice(target.as_bytes());
        header.set_cksum();
        builder.append(&header, content).expect("vectors grow");
    }
    gz(&builder.into_inner().expect("vectors grow"))
}

/// A zip archive; nothing about the paths is checked.
pub(crate) fn zip(entries: &[Entry<'_>]) -> Vec<u8> {
    let mut archive = ZipArchiveWriter::new(Vec::new());
    for entry in entries {
        let (path, content, mode): (_, &[u8], _) = match *entry {
            Entry::File(path, content) => (path, content, 0o100_644),
            Entry::Folder(path) => {
                archive.new_dir(path).create().expect("vectors grow");
                continue;
            }
            Entry::Symlink(path, target) => (path, target.as_bytes(), 0o120_777),
            Entry::Fifo(path) => (path, &[], 0o010_644),
            Entry::Hardlink(..) => panic!("zip has none"),
        };
        let (mut entry, config) = archive
            .new_file(EntryPath::verbatim(path.as_bytes()))
            .compression_method(CompressionMethod::DEFLATE)
            .unix_permissions(mode)
            .start()
            .expect("vectors grow");
        let level = flate2::Compression::default();
        let encoder = flate2::write::DeflateEncoder::new(&mut entry, level);
        let mut writer = config.wrap(encoder);
        writer.write_all(content).expect("vectors grow");
        let (encoder, descriptor) = writer.finish().expect("vectors grow");
        encoder.finish().expect("vectors grow");
        entry.finish(descriptor).expect("vectors grow");
    }
    archive.finish().expect("vectors grow")
}

pub(crate) fn gz(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(content).expect("vectors grow");
    encoder.finish().expect("vectors grow")
}

pub(crate) fn bz2(content: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
    encoder.write_all(content).expect("vectors grow");
    encoder.finish().expect("vectors grow")
}
