//! `backlot bench` and `backlot explain`: their JSON and their tables.

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

/// Two cameras, and a scene inside a scene.
const SCENES: &str = "\
[source.desk]
camera = \"presenter\"
[[scene.small.layer]]
source = \"desk\"
effects = [\"gain:1.2\", \"invert\"]
place = { width = \"25%\" }
[[scene.both.layer]]
source = \"navy\"
[[scene.both.layer]]
source = \"camera\"
key = \"person\"
[[scene.both.layer]]
source = \"scene:small\"
opacity = 0.5
";

#[test]
fn each_step_of_a_plan_has_its_buffers_its_part_and_its_cost() {
    let desk = Desk::new();
    std::fs::write(desk.path("s.toml"), SCENES).unwrap();
    let args = "explain both --settings s.toml --size 64x48 --json";
    let plan: serde_json::Value = serde_json::from_slice(&desk.ok(args).stdout).unwrap();
    let steps = plan["steps"].as_array().unwrap();
    let name = |step: &serde_json::Value| step["name"].as_str().unwrap().to_owned();
    let names: Vec<_> = steps.iter().map(name).collect();
    for wanted in ["camera: key person", "desk: fit", "layer-2: edge", "layer-3/layer-1: fit"] {
        assert!(names.iter().any(|name| name == wanted), "{wanted}: {names:?}");
    }
    // A camera in a scene inside another is hidden, whatever effects it has there.
    assert!(names.iter().any(|name| name == "layer-3/layer-1: shield"), "{names:?}");
    let step = |wanted: &str| steps.iter().find(|step| name(step) == wanted).unwrap();
    assert_eq!(step("layer-2: fit")["only_in_matte"], true);
    assert_eq!(step("desk: fit")["only_in_matte"], false);
    let scale = step("desk: fit")["scale"][0].as_f64().unwrap();
    assert!((scale - 0.25).abs() < 0.01, "{scale}");
    let sum: f64 = steps.iter().map(|step| step["ms"].as_f64().unwrap()).sum();
    assert!((sum - plan["sum_ms"].as_f64().unwrap()).abs() < 0.01);
    for step in steps {
        assert!(!step["reads"].as_array().unwrap().is_empty(), "{step}");
    }
    let table = text(desk.ok("explain both --settings s.toml --size 64x48").stdout);
    assert!(table.contains("camera: key person") && table.contains("sum"), "{table}");
    let said = desk.refused("explain nowhere --settings s.toml");
    assert!(said.contains("no scene 'nowhere'"), "{said}");
}

#[test]
fn a_scene_of_the_settings_is_measured_too() {
    let desk = Desk::new();
    std::fs::write(desk.path("s.toml"), SCENES).unwrap();
    let args = "bench --scene both --settings s.toml --size 64x48 --frames 2 --json";
    let report: serde_json::Value = serde_json::from_slice(&desk.ok(args).stdout).unwrap();
    assert_eq!(report["cases"].as_array().unwrap().len(), 2);
    assert_eq!(report["cases"][0]["scene"], "both");
}
