# Shortcuts; each is one cargo command. `just --list` shows them.

# Run every paper at size quick and rewrite reports/quick.
reproduce *ARGS:
    cargo reproduce {{ARGS}}

# Run all tests.
test *ARGS:
    cargo test --release --workspace {{ARGS}}

# Validate every manifest and report; run nothing.
check:
    cargo reproduce check

# Format and lint.
lint:
    cargo fmt --all --check
    cargo clippy --release --workspace --all-targets -- -D warnings

# Run all benchmarks (or those whose name contains FILTER) and the harness's own figures.
bench *FILTER:
    cargo bench --workspace --bench calibration --bench kernels --bench interpolation --bench overhead -- --noplot {{FILTER}}
    cargo build --release --workspace
    mkdir -p target/performance
    ./target/release/harness-demo --json > target/performance/harness.json

# Count instructions and hold them against their limits; needs valgrind.
instructions:
    bash .ci/instructions

# Everything that continuous integration runs.
ci:
    bash .ci/run
