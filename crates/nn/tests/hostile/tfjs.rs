//! Small `model.json` files that ask for a lot.

use crate::{check_sentence, memory};
use backlot_nn::TfjsFile;

/// The largest `model.json` may have 2 MiB.
const SIZE: usize = (2 << 20) - 1000;
const MOST: usize = 64 << 20;

/// So many times something, within a file.
fn file(before: &str, part: &str, after: &str) -> String {
    let count = (SIZE - before.len() - after.len()) / (part.len() + 1);
    [before, &vec![part; count].join(","), after].concat()
}

#[test]
fn many_small_parts() {
    let nodes = "{\"modelTopology\":{\"node\":[";
    let end = "]},\"weightsManifest\":[]}";
    let weights = "{\"modelTopology\":{\"node\":[]},\"weightsManifest\":[";
    let attributes = ["strides", "dilations", "ksize", "padding", "data_format", "shape"];
    let attributes = attributes.map(|name| format!("\"{name}\":{{}}")).join(",");
    for json in [
        file(nodes, "{\"name\":\"\",\"op\":\"\"}", end),
        file(nodes, &format!("{{\"name\":\"\",\"op\":\"\",\"attr\":{{{attributes}}}}}"), end),
        file(
            &format!("{nodes}{{\"name\":\"a\",\"op\":\"A\",\"input\":["),
            "\"\"",
            &format!("]}}{end}"),
        ),
        file(
            &format!(
                "{nodes}{{\"name\":\"a\",\"op\":\"A\",\"attr\":{{\"strides\":{{\"list\":{{\"i\":["
            ),
            "1",
            &format!("]}}}}}}}}{end}"),
        ),
        file(weights, "{\"paths\":[],\"weights\":[]}", "]}"),
        file(
            &format!("{weights}{{\"paths\":[],\"weights\":["),
            "{\"name\":\"\",\"shape\":[],\"dtype\":\"bool\"}",
            "]}]}",
        ),
        file(&format!("{weights}{{\"weights\":[],\"paths\":["), "\"\"", "]}]}"),
    ] {
        let held = memory::most(|| {
            if let Err(error) = TfjsFile::read(json.as_bytes()) {
                check_sentence(&error.to_string());
            }
        });
        println!("{held} bytes for {}", &json[..80]);
        assert!(held < MOST, "{held} bytes were taken for {}", &json[..120]);
    }
}

/// Weights that are said to be there take nothing before they are.
#[test]
fn weights_that_are_not_there() {
    let json =
        "{\"modelTopology\":{\"node\":[]},\"weightsManifest\":[{\"paths\":[\"a\"],\"weights\":[
        {\"name\":\"a\",\"shape\":[33554432],\"dtype\":\"float32\"}]}]}";
    let held = memory::most(|| {
        let file = TfjsFile::read(json.as_bytes()).expect("it may be");
        assert_eq!(file.shard_bytes(), 128 << 20);
        check_sentence(&file.with_shards(vec![vec![0; 9]]).expect_err("too short").to_string());
    });
    assert!(held < 1 << 20, "{held} bytes were taken");
}
