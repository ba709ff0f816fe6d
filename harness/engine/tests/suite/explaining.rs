//! Every miss names what differs.

use harness_core::Size;
use harness_core::manifest::{Manifest, Spacing};
use harness_core::seeds::Scope;
use harness_core::size::PerSize;
use harness_engine::{BuildFacts, Component, Engine, PaperFacts, Reason, Work};
use harness_testkit::insta::assert_snapshot;
use harness_testkit::tempfile::{TempDir, tempdir};

use crate::support::{TOY, engine, engine_built_from, manifest, plan, run, walk};

const OTHER: PaperFacts = PaperFacts {
    slug: "other",
    sources: "x",
    methods: &[],
};

fn stored() -> (TempDir, Manifest) {
    let folder = tempdir().expect("a folder");
    let manifest = manifest(vec![walk()]);
    run(folder.path(), &manifest);
    (folder, manifest)
}

/// What all four cells, stored under something else, are said to differ in.
fn components(engine: &Engine, manifest: &Manifest) -> Vec<Component> {
    let explanations = engine.explain(&plan(engine, manifest));
    assert_eq!(explanations.len(), 4);
    let reasons: Vec<_> = explanations
        .into_iter()
        .map(|explanation| match explanation.reason {
            Reason::Changed { components } => components,
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(reasons.iter().all(|components| *components == reasons[0]));
    reasons[0].clone()
}

#[test]
fn facts_of_the_build_are_named() {
    let (folder, manifest) = stored();
    let plain = BuildFacts::UNSTATED;
    let changes: [(BuildFacts, Component); 5] = [
        (
            BuildFacts {
                papers: &[
                    OTHER,
                    PaperFacts {
                        slug: "toy",
                        sources: "y",
                        methods: &[],
                    },
                ],
                ..plain
            },
            Component::PaperSources,
        ),
        (
            BuildFacts {
                shared_sources: "new",
                ..plain
            },
            Component::SharedSources,
        ),
        (
            BuildFacts {
                lockfile: "new",
                ..plain
            },
            Component::LockFile,
        ),
        (
            BuildFacts {
                toolchain: "new",
                ..plain
            },
            Component::Toolchain,
        ),
        (
            BuildFacts {
                profile: "new",
                ..plain
            },
            Component::Profile,
        ),
    ];
    for (facts, component) in changes {
        let engine = engine_built_from(folder.path(), facts);
        assert_eq!(components(&engine, &manifest), [component]);
    }
    let another_paper = BuildFacts {
        papers: &[OTHER],
        ..plain
    };
    let engine = engine_built_from(folder.path(), another_paper);
    assert_eq!(plan(&engine, &manifest).misses().count(), 0);
}

#[test]
fn changes_of_the_manifest_are_named() {
    let (folder, stored) = stored();
    let engine = engine(folder.path());
    let changed = |change: fn(&mut Manifest)| {
        let mut manifest = stored.clone();
        change(&mut manifest);
        components(&engine, &manifest)
    };
    let schedule = changed(|manifest| {
        let record = manifest.experiments[0].record.as_mut().expect("it has one");
        record.spacing = Spacing::PerDecade(3);
    });
    assert_eq!(schedule, [Component::Schedule]);
    let metrics = changed(|manifest| {
        manifest.experiments[0].metrics.scalars.push("extra".into());
    });
    assert_eq!(metrics, [Component::Metrics]);
    let seeds = changed(|manifest| {
        let streams = &mut manifest.experiments[0].streams;
        streams.insert("noise".into(), Scope::Paper);
    });
    assert_eq!(seeds, [Component::Seeds]);

    let mut reworded = stored.clone();
    reworded.paper.title = "Another title".into();
    reworded.experiments[0].question = "Why?".into();
    assert_eq!(plan(&engine, &reworded).misses().count(), 0);

    let other_root = Work::whole(&TOY, &stored, Size::Smoke, 8);
    let plan = engine.plan([other_root]).expect("it fits");
    let explanations = engine.explain(&plan);
    let expected = Reason::Changed {
        components: vec![Component::Seeds],
    };
    assert!(
        explanations
            .iter()
            .all(|explanation| explanation.reason == expected)
    );
}

#[test]
fn new_cells_are_compared_with_the_nearest() {
    let (folder, mut grown) = stored();
    grown.experiments[0].axes.insert(
        "scale".into(),
        PerSize::same(vec![1.into(), 2.5.into(), 4.into()]),
    );
    grown.experiments[0].replicates = PerSize::same(3);
    grown.experiments.push(crate::support::long(10));
    let engine = engine_built_from(
        folder.path(),
        BuildFacts {
            lockfile: "new",
            ..BuildFacts::UNSTATED
        },
    );
    let explanations = engine.explain(&plan(&engine, &grown));
    let text: Vec<String> = explanations.iter().map(ToString::to_string).collect();
    assert_snapshot!(text.join("\n"), @r"
    toy/long steps=10 replicate=0: nothing of this experiment is stored
    toy/walk scale=1 steps=100 replicate=0: stored, but made from something else: lock file
    toy/walk scale=1 steps=100 replicate=1: stored, but made from something else: lock file
    toy/walk scale=1 steps=100 replicate=2: not stored; the nearest has replicate=0 and differs in lock file
    toy/walk scale=2.5 steps=100 replicate=0: stored, but made from something else: lock file
    toy/walk scale=2.5 steps=100 replicate=1: stored, but made from something else: lock file
    toy/walk scale=2.5 steps=100 replicate=2: not stored; the nearest has replicate=0 and differs in lock file
    toy/walk scale=4 steps=100 replicate=0: not stored; the nearest has scale=1 instead of 4 and differs in lock file
    toy/walk scale=4 steps=100 replicate=1: not stored; the nearest has scale=1 instead of 4 and differs in lock file
    toy/walk scale=4 steps=100 replicate=2: not stored; the nearest has scale=1 instead of 4, replicate=0 and differs in lock file
    ");
}
