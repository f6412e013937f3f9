//! The seeds of the fuzz targets, those that once broke something among them.

use std::fs;
use std::panic::catch_unwind;

use nozzle_tests::fuzz::TARGETS;
use nozzle_tests::root;

#[test]
fn every_seed_passes_its_target() {
    for (name, target) in TARGETS {
        let folder = root().join("tests/fuzz/seeds").join(name);
        let seeds = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let seeds: Vec<_> = seeds.map(|seed| seed.unwrap().path()).collect();
        assert!(!seeds.is_empty(), "{} has no seeds", folder.display());
        for seed in seeds {
            let data = fs::read(&seed).unwrap();
            assert!(catch_unwind(|| target(&data)).is_ok(), "{} breaks `{name}`", seed.display());
        }
    }
}
