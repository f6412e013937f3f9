//! Every file and every command of the SDK's guide, page by page, in one folder.

use std::fs;

use nozzle_tests::root;

use crate::walk::Walk;

/// The pages in their order, as the guide's own page lists them.
fn pages() -> Vec<String> {
    let contents = fs::read_to_string(root().join("sdk/src/guide.rs")).unwrap();
    let page = |rest: &str| rest.split_once(".md\")]").map(|(name, _)| name.to_owned());
    contents.split("../guide/").filter_map(page).collect()
}

#[test]
fn every_step_of_the_guide_works() {
    let mut walk = Walk::new("");
    for page in pages() {
        walk.add(&fs::read_to_string(root().join("sdk/guide").join(page + ".md")).unwrap());
    }
    assert!(walk.len() > 20);
    let wrong = walk.wrong();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
