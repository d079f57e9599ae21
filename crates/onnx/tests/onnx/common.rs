use backlot_kernels::Level;
use backlot_onnx::{OnnxError, OnnxFile, OnnxNetwork, Places, Runtime, Wiring};
use backlot_segmenter::{Engine, EngineError, Running};
use backlot_testkit::onnx::{OnnxGraph, onnx_runtime};

/// The runtime; without it tests are skipped.
pub fn runtime() -> Option<Runtime> {
    let Some(library) = onnx_runtime() else {
        println!("skipped: there is no ONNX Runtime ('scripts/setup.sh --tests' brings it)");
        return None;
    };
    let places = Places { named: Some(library), ..Places::default() };
    Some(Runtime::load(&places).unwrap_or_else(|error| panic!("{error}")))
}

pub fn reading(output: usize) -> Wiring {
    Wiring { outputs: vec![output], ..Wiring::default() }
}

pub fn network(
    runtime: &Runtime,
    graph: &OnnxGraph,
    wiring: &Wiring,
) -> Result<OnnxNetwork, OnnxError> {
    OnnxFile::read(runtime, graph.file())?.network(wiring)
}

pub fn start(network: &OnnxNetwork) -> Result<Box<dyn Running>, EngineError> {
    network.start(network.input(1280, 720), Level::best())
}

pub fn run(running: &mut dyn Running, value: f32) -> Vec<f32> {
    running.input_mut().fill(value);
    running.run().unwrap_or_else(|error| panic!("{error}"));
    running.output(0).to_vec()
}
