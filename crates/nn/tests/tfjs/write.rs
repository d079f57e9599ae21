//! Writes graph models.

use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// How numbers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    Float32,
    Float16,
    Uint16,
    Uint8,
}

/// A model while it is written.
#[derive(Debug)]
pub struct Writer {
    pub nodes: Vec<Value>,
    pub weights: Vec<Value>,
    pub bytes: Vec<u8>,
    stored: Stored,
    state: u64,
}

/// What stands for a text in attributes: base 64.
pub fn text(plain: &str) -> Value {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut written = String::new();
    for three in plain.as_bytes().chunks(3) {
        let bits = (0..3).fold(0_u32, |bits, i| bits << 8 | u32::from(*three.get(i).unwrap_or(&0)));
        for digit in 0..4 {
            let is_there = digit <= three.len();
            let at = (bits >> (18 - 6 * digit)) as usize % 64;
            written.push(if is_there { char::from(DIGITS[at]) } else { '=' });
        }
    }
    json!({ "s": written })
}

/// A list of numbers, which are written as text.
pub fn list(numbers: &[i64]) -> Value {
    json!({ "list": { "i": numbers.iter().map(i64::to_string).collect::<Vec<_>>() } })
}

impl Writer {
    /// One with an input of any size.
    pub fn new(stored: Stored) -> Self {
        let mut writer =
            Self { nodes: vec![], weights: vec![], bytes: vec![], stored, state: 0x2545_f491 };
        let dims: Vec<_> =
            ["1", "-1", "-1", "3"].iter().map(|size| json!({ "size": size })).collect();
        writer.node("sub_2", "Placeholder", &[], json!({ "shape": { "shape": { "dim": dims } } }));
        writer
    }

    pub fn node(&mut self, name: &str, op: &str, inputs: &[&str], attr: Value) -> String {
        self.nodes.push(json!({ "name": name, "op": op, "input": inputs, "attr": attr }));
        name.to_owned()
    }

    fn random(&mut self) -> u32 {
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) as u32
    }

    fn constant(
        &mut self,
        name: &str,
        dims: &[usize],
        dtype: &str,
        quantization: Option<Value>,
    ) -> String {
        let mut weight = json!({ "name": name, "shape": dims, "dtype": dtype });
        if let Some(quantization) = quantization {
            weight["quantization"] = quantization;
        }
        self.weights.push(weight);
        self.node(name, "Const", &[], json!({}))
    }

    /// Random numbers from `-most` to `most`.
    pub fn noise(&mut self, name: &str, dims: &[usize], most: f64) -> String {
        let count: usize = dims.iter().product();
        let stored = self.stored;
        let of = |steps: f64, dtype: &str| json!({ "dtype": dtype, "scale": 2.0 * most / steps, "min": -most });
        let quantization = match stored {
            Stored::Float32 => None,
            Stored::Float16 => Some(json!({ "dtype": "float16" })),
            Stored::Uint16 => Some(of(65_535.0, "uint16")),
            Stored::Uint8 => Some(of(255.0, "uint8")),
        };
        for _ in 0..count {
            let random = self.random();
            match stored {
                Stored::Float32 => {
                    let value = (f64::from(random) / f64::from(1_u32 << 30) - 1.0) * most;
                    self.bytes.extend((value as f32).to_le_bytes());
                }
                // Of less than 1, with either sign.
                Stored::Float16 => self.bytes.extend((random as u16 & 0xbbff).to_le_bytes()),
                Stored::Uint16 => self.bytes.extend((random as u16).to_le_bytes()),
                Stored::Uint8 => self.bytes.push(random as u8),
            }
        }
        self.constant(name, dims, "float32", quantization)
    }

    pub fn floats(&mut self, name: &str, dims: &[usize], values: &[f32]) -> String {
        self.bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
        self.constant(name, dims, "float32", None)
    }

    pub fn ints(&mut self, name: &str, dims: &[usize], values: &[i32]) -> String {
        self.bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
        self.constant(name, dims, "int32", None)
    }

    /// The `model.json`.
    pub fn json(&self) -> Vec<u8> {
        let group = json!({ "paths": ["group1-shard1of2.bin", "group1-shard2of2.bin"], "weights": self.weights });
        let model = json!({
            "format": "graph-model",
            "modelTopology": { "node": self.nodes, "versions": { "producer": 440 } },
            "weightsManifest": [group],
        });
        model.to_string().into_bytes()
    }

    /// What its files hold: no weight ends where the first does.
    pub fn shards(&self) -> Vec<Vec<u8>> {
        let (first, second) = self.bytes.split_at(self.bytes.len() / 2 + 1);
        vec![first.to_vec(), second.to_vec()]
    }

    /// Writes it into a folder.
    pub fn save(&self, folder: &Path) -> PathBuf {
        for (name, bytes) in
            ["group1-shard1of2.bin", "group1-shard2of2.bin"].iter().zip(self.shards())
        {
            std::fs::write(folder.join(name), bytes).expect("the weights are written");
        }
        let path = folder.join("model.json");
        std::fs::write(&path, self.json()).expect("the model is written");
        path
    }
}

/// A window's attributes.
pub fn window(stride: i64, dilation: i64, padding: &str) -> Value {
    json!({
        "T": { "type": "DT_FLOAT" },
        "data_format": text("NHWC"),
        "strides": list(&[1, stride, stride, 1]),
        "dilations": list(&[1, dilation, dilation, 1]),
        "padding": text(padding),
    })
}

/// BodyPix with ResNet50, as the converter names its nodes.
pub struct ResNet {
    pub writer: Writer,
}

impl ResNet {
    /// `stride` is the network's pixels for one of the result: 16 or 32.
    pub fn new(stored: Stored, stride: i64) -> Self {
        let mut net = Self { writer: Writer::new(stored) };
        let padded = net.pad("resnet_v1_50/Pad", "sub_2", 3);
        let first = net.conv("resnet_v1_50/conv1", &padded, [7, 3, 64], window(2, 1, "VALID"));
        let first = net.relu("resnet_v1_50/conv1/Relu", &first);
        let mut pool = window(2, 1, "SAME");
        pool["ksize"] = list(&[1, 3, 3, 1]);
        let mut x = net.writer.node("resnet_v1_50/pool1/MaxPool", "MaxPool", &[&first], pool);
        let (mut channels, mut moved, mut dilation) = (64, 4, 1);
        for (block, units) in [3, 4, 6, 3].into_iter().enumerate() {
            for unit in 1..=units {
                let is_last = unit == units && block < 3;
                let (mut step, rate) = (if is_last { 2 } else { 1 }, dilation);
                if step == 2 && moved == stride {
                    (step, dilation) = (1, dilation * 2);
                }
                moved *= step;
                let name = format!("resnet_v1_50/block{}/unit_{unit}/bottleneck_v1", block + 1);
                x = net.unit(&name, &x, [channels, 64 << block], step, rate);
                channels = 256 << block;
            }
        }
        net.head("float_segments", "resnet_v1_50/segment_2", &x, 1);
        net.head("float_part_heatmaps", "resnet_v1_50/part_heatmap_2", &x, 24);
        net
    }

    fn pad(&mut self, name: &str, x: &str, zeros: i32) -> String {
        let list = [0, 0, zeros, zeros, zeros, zeros, 0, 0];
        let paddings = self.writer.ints(&format!("{name}/paddings"), &[4, 2], &list);
        self.writer.node(name, "Pad", &[x, &paddings], json!({ "T": { "type": "DT_FLOAT" } }))
    }

    fn relu(&mut self, name: &str, x: &str) -> String {
        self.writer.node(name, "Relu", &[x], json!({ "T": { "type": "DT_FLOAT" } }))
    }

    fn conv(
        &mut self,
        name: &str,
        x: &str,
        [side, inputs, outputs]: [usize; 3],
        window: Value,
    ) -> String {
        let most = (1.5 / (side * side * inputs) as f64).sqrt();
        let weights =
            self.writer.noise(&format!("{name}/weights"), &[side, side, inputs, outputs], most);
        let bias = self.writer.noise(&format!("{name}/Conv2D_bias"), &[outputs], 0.1);
        let sums =
            self.writer.node(&format!("{name}/BiasAdd/conv"), "Conv2D", &[x, &weights], window);
        self.writer.node(&format!("{name}/BiasAdd"), "BiasAdd", &[&sums, &bias], json!({}))
    }

    fn unit(
        &mut self,
        name: &str,
        x: &str,
        [inputs, inner]: [usize; 2],
        stride: i64,
        rate: i64,
    ) -> String {
        let shortcut = if inputs == 4 * inner {
            let mut pool = window(stride, 1, "VALID");
            pool["ksize"] = list(&[1, 1, 1, 1]);
            match stride {
                1 => x.to_owned(),
                _ => self.writer.node(&format!("{name}/shortcut/MaxPool"), "MaxPool", &[x], pool),
            }
        } else {
            let plain = window(stride, 1, "SAME");
            self.conv(&format!("{name}/shortcut"), x, [1, inputs, 4 * inner], plain)
        };
        let first =
            self.conv(&format!("{name}/conv1"), x, [1, inputs, inner], window(1, 1, "SAME"));
        let first = self.relu(&format!("{name}/conv1/Relu"), &first);
        let (first, how) = match stride {
            1 => (first, window(1, rate, "SAME")),
            _ => (self.pad(&format!("{name}/conv2/Pad"), &first, 1), window(stride, 1, "VALID")),
        };
        let second = self.conv(&format!("{name}/conv2"), &first, [3, inner, inner], how);
        let second = self.relu(&format!("{name}/conv2/Relu"), &second);
        let third = self.conv(
            &format!("{name}/conv3"),
            &second,
            [1, inner, 4 * inner],
            window(1, 1, "SAME"),
        );
        let sum = self.writer.node(&format!("{name}/add"), "Add", &[&shortcut, &third], json!({}));
        self.relu(&format!("{name}/Relu"), &sum)
    }

    fn head(&mut self, name: &str, weights: &str, x: &str, outputs: usize) {
        let kernel = self.writer.noise(&format!("{weights}/weights"), &[1, 1, 2048, outputs], 0.02);
        let bias = self.writer.noise(&format!("{weights}/Conv2D_bias"), &[outputs], 0.1);
        let sums = self.writer.node(
            &format!("{name}/conv"),
            "Conv2D",
            &[x, &kernel],
            window(1, 1, "SAME"),
        );
        self.writer.node(name, "BiasAdd", &[&sums, &bias], json!({}));
    }
}
