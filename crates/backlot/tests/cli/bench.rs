//! `backlot bench`: its JSON and its table.

use crate::common::{Desk, text};

#[test]
fn the_json_has_a_case_for_each_combination() {
    let desk = Desk::new();
    let args = "bench --json --size 64x48 --size 65x49 --frames 4 --scene replace --scene blur";
    let report: serde_json::Value = serde_json::from_slice(&desk.ok(args).stdout).unwrap();
    assert!(report["machine"].is_object() || report["machine"].is_string());
    let cases = report["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 2 * 2 * 2);
    for case in cases {
        assert_eq!(case["frames"], 4);
        for figure in ["cpu_ms", "wall_ms"] {
            assert!(case[figure].as_f64().unwrap() > 0.0, "{case}");
        }
        let stages = case["stages"].as_object().unwrap();
        assert!(
            stages["decode"].as_f64().unwrap() > 0.0 && stages["network"].as_f64().unwrap() > 0.0
        );
    }
    let sizes: Vec<_> = cases.iter().map(|c| c["size"].as_str().unwrap()).collect();
    assert_eq!((sizes[0], sizes[7]), ("64x48", "65x49"));
}

#[test]
fn the_table_has_a_line_for_each_case() {
    let desk = Desk::new();
    let args = "bench --size 64x48 --frames 2 --scene hologram --threads 1";
    let table = text(desk.ok(args).stdout);
    assert!(table.lines().any(|line| line.starts_with("hologram")), "{table}");
    let lines = table.lines().skip(1);
    assert!(lines.map(|line| line.chars().count()).all(|columns| columns <= 80), "{table}");
}
