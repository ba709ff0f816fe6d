//! Lists the method files under `src/methods/`.

fn main() -> std::io::Result<()> {
    harness_build::list_methods()
}
