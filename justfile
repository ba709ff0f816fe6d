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

# Run the benchmarks.
bench *ARGS:
    cargo bench --workspace {{ARGS}}

# Everything that continuous integration runs.
ci:
    bash .ci/run
