//! `docs/control.md` is what the types say. `BACKLOT_WRITE_DOCS=1` writes it anew.

use backlot_protocol::{REQUESTS, read_request, reference};
use std::path::Path;

#[test]
fn the_page_is_fresh() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/control.md");
    let text = reference();
    if std::env::var_os("BACKLOT_WRITE_DOCS").is_some() {
        std::fs::write(&page, &text).expect("the page can be written");
    }
    let written = std::fs::read_to_string(&page).unwrap_or_default();
    assert!(
        written == text,
        "docs/control.md is stale: BACKLOT_WRITE_DOCS=1 cargo test -p backlot-protocol --test reference"
    );
}

#[test]
fn every_example_on_the_page_is_a_request() {
    let page = reference();
    let lines = page.lines().filter(|line| line.starts_with("{\"request\""));
    let read: Vec<_> = lines.map(|line| read_request(line.as_bytes()).unwrap()).collect();
    assert_eq!(read.len(), REQUESTS.len());
}
