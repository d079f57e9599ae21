//! Networks in ONNX files, made by the tests that need them, and where the library is that runs them.

use std::path::PathBuf;

/// `FLOAT` of ONNX's types of numbers.
pub const FLOAT: u64 = 1;
/// `UINT8`
pub const UINT8: u64 = 2;
/// `INT64`
pub const INT64: u64 = 7;
/// `BOOL`
pub const BOOL: u64 = 9;
/// `FLOAT16`
pub const FLOAT16: u64 = 10;

/// The library of ONNX Runtime that tests use: the one that is named by `BACKLOT_ONNXRUNTIME`, or the one that
/// `scripts/setup.sh --tests` brings.
pub fn onnx_runtime() -> Option<PathBuf> {
    let named = std::env::var_os("BACKLOT_ONNXRUNTIME").map(PathBuf::from);
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")));
    let own = cache.map(|cache| cache.join("backlot-tools/onnxruntime/onnxruntime/capi"));
    named.or(own).filter(|path| path.exists())
}

/// A graph in the making, as bytes of `GraphProto`.
#[derive(Clone, Debug, Default)]
pub struct OnnxGraph(Vec<u8>);

/// An attribute of a node.
#[derive(Clone, Copy, Debug)]
pub enum Attribute<'a> {
    /// A whole number.
    Int(i64),
    /// Several.
    Ints(&'a [i64]),
    /// Another graph.
    Graph(&'a OnnxGraph),
}

impl OnnxGraph {
    /// Adds an input. A side of 0 is open.
    #[must_use]
    pub fn input(self, name: &str, numbers: u64, sides: &[u64]) -> Self {
        self.with(11, &port(name, numbers, sides))
    }

    /// Adds an output.
    #[must_use]
    pub fn output(self, name: &str, numbers: u64, sides: &[u64]) -> Self {
        self.with(12, &port(name, numbers, sides))
    }

    /// Adds an operation.
    #[must_use]
    pub fn node(
        self,
        operator: &str,
        inputs: &[&str],
        outputs: &[&str],
        attributes: &[(&str, Attribute<'_>)],
    ) -> Self {
        let mut node = Vec::new();
        inputs.iter().for_each(|name| bytes(&mut node, 1, name.as_bytes()));
        outputs.iter().for_each(|name| bytes(&mut node, 2, name.as_bytes()));
        bytes(&mut node, 4, operator.as_bytes());
        for (name, value) in attributes {
            let mut attribute = Vec::new();
            bytes(&mut attribute, 1, name.as_bytes());
            let kind = match value {
                Attribute::Int(value) => {
                    number(&mut attribute, 3, *value as u64);
                    2
                }
                Attribute::Ints(values) => {
                    values.iter().for_each(|value| number(&mut attribute, 8, *value as u64));
                    7
                }
                Attribute::Graph(graph) => {
                    bytes(&mut attribute, 6, &graph.named());
                    5
                }
            };
            number(&mut attribute, 20, kind);
            bytes(&mut node, 5, &attribute);
        }
        self.with(1, &node)
    }

    /// Adds a constant of float32 numbers.
    #[must_use]
    pub fn floats(self, name: &str, sides: &[u64], values: &[f32]) -> Self {
        let raw: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.with(5, &tensor(name, FLOAT, sides, &raw))
    }

    /// Adds a constant of int64 numbers.
    #[must_use]
    pub fn integers(self, name: &str, sides: &[u64], values: &[i64]) -> Self {
        let raw: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.with(5, &tensor(name, INT64, sides, &raw))
    }

    /// Adds a constant that is true.
    #[must_use]
    pub fn truth(self, name: &str) -> Self {
        self.with(5, &tensor(name, BOOL, &[], &[1]))
    }

    /// The bytes of a file with this graph, which uses version 13 of the operators.
    pub fn file(&self) -> Vec<u8> {
        let (mut model, mut operators) = (Vec::new(), Vec::new());
        number(&mut model, 1, 8);
        bytes(&mut model, 7, &self.named());
        bytes(&mut operators, 1, b"");
        number(&mut operators, 2, 13);
        bytes(&mut model, 8, &operators);
        model
    }

    fn named(&self) -> Vec<u8> {
        let mut graph = self.0.clone();
        bytes(&mut graph, 2, b"graph");
        graph
    }

    fn with(mut self, field: u64, value: &[u8]) -> Self {
        bytes(&mut self.0, field, value);
        self
    }
}

/// A network that takes 1x3xHxW pictures of `0.0..=1.0` and returns 1 where their mean is more than a half.
pub fn threshold_network(width: u64, height: u64) -> OnnxGraph {
    OnnxGraph::default()
        .input("picture", FLOAT, &[1, 3, height, width])
        .floats("half", &[], &[0.5])
        .node("ReduceMean", &["picture"], &["mean"], &[("axes", Attribute::Ints(&[1]))])
        .node("Greater", &["mean", "half"], &["is"], &[])
        .node("Cast", &["is"], &["mask"], &[("to", Attribute::Int(FLOAT as i64))])
        .output("mask", FLOAT, &[1, 1, height, width])
}

/// The same, which takes almost for ever.
pub fn slow_network(width: u64, height: u64) -> OnnxGraph {
    let body = OnnxGraph::default()
        .input("turn", INT64, &[])
        .input("on", BOOL, &[])
        .input("before", FLOAT, &[])
        .node("Identity", &["on"], &["still"], &[])
        .node("Cos", &["before"], &["after"], &[])
        .output("still", BOOL, &[])
        .output("after", FLOAT, &[]);
    let loops = [("body", Attribute::Graph(&body))];
    OnnxGraph::default()
        .input("picture", FLOAT, &[1, 3, height, width])
        .node("ReduceMean", &["picture"], &["mean"], &[("axes", Attribute::Ints(&[1]))])
        .node("ReduceMax", &["mean"], &["most"], &[("keepdims", Attribute::Int(0))])
        .integers("turns", &[], &[1 << 40])
        .truth("on")
        .node("Loop", &["turns", "on", "most"], &["last"], &loops)
        .node("Mul", &["mean", "last"], &["mask"], &[])
        .output("mask", FLOAT, &[1, 1, height, width])
}

fn port(name: &str, numbers: u64, sides: &[u64]) -> Vec<u8> {
    let (mut shape, mut kind) = (Vec::new(), Vec::new());
    for (index, side) in sides.iter().enumerate() {
        let mut one = Vec::new();
        match side {
            0 => bytes(&mut one, 2, format!("{name}{index}").as_bytes()),
            side => number(&mut one, 1, *side),
        }
        bytes(&mut shape, 1, &one);
    }
    number(&mut kind, 1, numbers);
    bytes(&mut kind, 2, &shape);
    let (mut typed, mut port) = (Vec::new(), Vec::new());
    bytes(&mut typed, 1, &kind);
    bytes(&mut port, 1, name.as_bytes());
    bytes(&mut port, 2, &typed);
    port
}

fn tensor(name: &str, numbers: u64, sides: &[u64], raw: &[u8]) -> Vec<u8> {
    let mut tensor = Vec::new();
    sides.iter().for_each(|side| number(&mut tensor, 1, *side));
    number(&mut tensor, 2, numbers);
    bytes(&mut tensor, 8, name.as_bytes());
    bytes(&mut tensor, 9, raw);
    tensor
}

/// A field that is a number.
fn number(to: &mut Vec<u8>, field: u64, value: u64) {
    varint(to, field << 3);
    varint(to, value);
}

/// A field that is bytes.
fn bytes(to: &mut Vec<u8>, field: u64, value: &[u8]) {
    varint(to, field << 3 | 2);
    varint(to, value.len() as u64);
    to.extend(value);
}

fn varint(to: &mut Vec<u8>, mut value: u64) {
    while value > 0x7f {
        to.push(value as u8 | 0x80);
        value >>= 7;
    }
    to.push(value as u8);
}
