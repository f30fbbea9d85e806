//! Whatever is drawn, an export comes to an end: with files, or with what cannot be written.

use gp_catalog::{builtin, resolve::resolve};
use gp_export::Options;

/// How many designs are tried; `GP_CASES` sets it.
fn cases() -> u64 {
    std::env::var("GP_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(48)
}

#[test]
fn the_most_senseless_design_is_exported_or_said_not_to_be() {
    for seed in 0..cases() {
        let design = gp_testkit::senseless(seed, 1 + seed as usize % 16);
        for environment in design.environments.keys() {
            let resolved = resolve(&design, builtin(), Some(environment));
            for format in gp_export::formats() {
                eprintln!("seed {seed}, {environment}, {}", format.id);
                gp_export::export(format, &resolved, None, Options::default());
            }
        }
    }
}
