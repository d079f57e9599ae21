//! `panel/openapi.json` is what the types say. `BACKLOT_WRITE_DOCS=1` writes it anew.

use std::path::Path;

#[test]
fn the_document_is_fresh() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../panel/openapi.json");
    let text = backlot_panel::openapi_text();
    if std::env::var_os("BACKLOT_WRITE_DOCS").is_some() {
        std::fs::write(&file, &text).expect("the document can be written");
    }
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        written == text,
        "panel/openapi.json is stale: BACKLOT_WRITE_DOCS=1 cargo test -p backlot-panel --test document"
    );
}
