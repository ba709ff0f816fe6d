//! The engine as its users see it: plans, runs, stores and what survives damage.

mod archives; // hostile and broken archives
mod cleaning; // removing records and snapshots
mod clients; // packages
mod damage; // flipped bytes, torn tails, full disks, read-only folders
mod data; // fetching and importing optional data
mod datasets; // digests, shapes, absent data
mod explaining; // which component differs
mod far; // a data set to be fetched
mod outcomes; // panics, bugs, skipped and interrupted cells
mod resuming; // dropped results, two processes, order and threads, snapshots
mod server; // files on the loopback address
mod support;
mod verifying; // running hits again
