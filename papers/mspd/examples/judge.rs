use harness_core::context::NoSnapshots;
use harness_core::run::{Run, RunTable};
use harness_core::seeds::{ROOT_SEED, Streams};
use harness_core::*;
use mspd::PAPER;
use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::time::Instant;
fn main() {
    let size: Size = std::env::args().nth(1).unwrap().parse().unwrap();
    let only = std::env::args().nth(2);
    let text =
        std::fs::read_to_string("/work/main/datasets/breast-cancer/breast_cancer.csv").unwrap();
    let d = Dataset {
        name: "breast-cancer".into(),
        rows: 569,
        columns: 31,
        values: text
            .lines()
            .skip(1)
            .flat_map(|l| {
                l.split(',')
                    .map(|w| w.parse().unwrap())
                    .collect::<Vec<f64>>()
            })
            .collect(),
    };
    let datasets = BTreeMap::from([("breast-cancer".to_owned(), d)]);
    let manifest = manifest::check(&PAPER, "paper.toml", &["breast-cancer".to_owned()])
        .unwrap_or_else(|p| {
            println!("{p}");
            std::process::exit(1)
        });
    let stop = AtomicBool::new(false);
    let mut runs = vec![];
    let mut times: BTreeMap<(String, u32), f64> = BTreeMap::new();
    let mut slow = vec![];
    for cell in grid::cells(&manifest, size) {
        if std::env::var("ONE").is_ok() && cell.replicate > 0 {
            continue;
        }
        if only.as_ref().is_some_and(|o| *o != cell.experiment) {
            continue;
        }
        let e = manifest.experiment(&cell.experiment).unwrap();
        let cps = e.record.as_ref().map_or(vec![], |s| {
            s.steps(cell.axes.get(&s.until).unwrap().as_f64().unwrap() as u64)
        });
        let t = Instant::now();
        let ctx = Context {
            streams: Streams {
                root: ROOT_SEED,
                cell: &cell,
                scopes: &e.streams,
            },
            checkpoints: &cps,
            datasets: &datasets,
            snapshots: &NoSnapshots,
        };
        let mut r = Recorder::new(&e.metrics, &stop);
        let outcome = (PAPER.runner(&cell.experiment).unwrap().run)(&cell.axes, &ctx, &mut r)
            .unwrap_or_else(|e| panic!("{cell}: {e}"));
        let dt = t.elapsed().as_secs_f64();
        *times
            .entry((cell.experiment.clone(), cell.replicate.min(1)))
            .or_default() += dt;
        slow.push((dt, cell.to_string()));
        assert!(r.missing().is_empty(), "{cell} {:?}", r.missing());
        let records = r.finish();
        if only.is_some() {
            println!(
                "{cell} {outcome:?} {:?} {:?}",
                records.scalars,
                records
                    .curves
                    .iter()
                    .map(|(k, c)| (k, c.values.last().copied()))
                    .collect::<Vec<_>>()
            );
        }
        runs.push(Run {
            cell,
            outcome,
            records,
        });
    }
    slow.sort_by(|a, b| b.0.total_cmp(&a.0));
    for s in slow.iter().take(12) {
        println!("{:.3} {}", s.0, s.1)
    }
    let mut tot = 0.0;
    for ((e, r), t) in &times {
        if *r == 0 {
            println!("{t:8.3} {e}");
            tot += t;
        }
    }
    println!(
        "one replicate: {tot:.3} s; all {:.3}",
        times.values().sum::<f64>()
    );
    if only.is_some() || std::env::var("ONE").is_ok() {
        return;
    }
    let table = RunTable::new(runs);
    let ms = claims::measure(&manifest, PAPER.checks, size, &table);
    for f in claims::judge(&manifest, &ms) {
        println!("== {} {:?} {}", f.claim, f.verdict, f.reason);
        for p in &f.parts {
            println!(
                "   {} [{}] {:?} est {:.5} [{:.5}, {:.5}] range {:.5}..{:.5} crit {:?}",
                p.test,
                p.group,
                p.state,
                p.estimate,
                p.low,
                p.high,
                p.smallest,
                p.largest,
                (p.criterion.low, p.criterion.high)
            );
        }
        for c in &f.controls {
            println!("   ABL {} {:?} {}", c.ablation, c.state, c.reason);
            for p in &c.parts {
                println!(
                    "       {} [{}] {:?} {:.5}..{:.5}",
                    p.test, p.group, p.state, p.smallest, p.largest
                );
            }
        }
    }
}
