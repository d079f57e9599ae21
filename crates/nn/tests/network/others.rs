//! Other models either run, or are refused with the name of what is unsupported. Needs the footage;
//! without it the test says so.

use crate::common::shared;
use backlot_kernels::Level;
use backlot_nn::{Model, Session};

#[test]
fn other_models_are_refused_by_name_or_run() {
    let Some(files) = std::fs::read_dir(shared().join("footage/models")).ok() else {
        println!("skipped: needs BACKLOT_SHARED with footage");
        return;
    };
    let paths = files.map(|f| f.expect("a file").path());
    let mut paths: Vec<_> = paths.filter(|p| p.is_file()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        match Model::from_tflite(&std::fs::read(&path).expect("a readable file")) {
            Ok(model) => {
                let mut session = Session::new(&model, Level::best());
                session.input_mut().fill(0.5);
                assert!(session.run().iter().all(|p| p.is_finite()), "{name}");
                println!("{name}: runs, {:?} -> {:?}", model.input(), model.output());
                let runs = name.contains("selfie") || name == "body-pix-float-050-8.tflite";
                assert!(runs, "{name} is not known to run");
            }
            Err(error) => {
                let message = error.to_string();
                println!("{name}: {message}");
                let named = ["operator", "the model", "a tensor's type", "this is not"];
                assert!(named.iter().any(|n| message.contains(n)), "{name}: {message}");
                let must_run = ["selfie_segmentation.tflite", "body-pix-float-050-8.tflite"];
                assert!(!must_run.iter().any(|n| name.contains(n)), "{name} must run");
            }
        }
    }
}
