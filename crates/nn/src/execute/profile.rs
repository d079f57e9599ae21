//! Measures how long each step of a network takes, to help make the kernels faster.

use crate::Session;
use crate::graph::{Graph, Node, Op, Shape};
use std::time::{Duration, Instant};

/// A step of a session, and how long it takes.
#[derive(Clone, Debug, PartialEq)]
pub struct StepTime {
    /// The operation and its shapes (height x width x channels).
    pub name: String,
    /// The shortest time of all rounds.
    pub least: Duration,
    /// Multiply-adds of a convolution; 0 for everything else.
    pub multiplications: u64,
}

impl Session {
    /// Times each step alone, `rounds` times in a row. The input may hold anything; the computed
    /// values mean nothing afterwards.
    pub fn time_steps(&mut self, rounds: usize) -> Vec<StepTime> {
        let steps = self.graph.nodes.len();
        let least = |index: usize| {
            let time = |_| {
                let start = Instant::now();
                self.step(index);
                start.elapsed()
            };
            (0..rounds).map(time).min().unwrap_or_default()
        };
        let times: Vec<Duration> = (0..steps).map(least).collect();
        let describe = |(node, least): (&Node, Duration)| StepTime {
            name: describe(&self.graph, node),
            least,
            multiplications: multiplications(&self.graph, node),
        };
        self.graph.nodes.iter().zip(times).map(describe).collect()
    }
}

fn describe(graph: &Graph, node: &Node) -> String {
    let shape = |v: &usize| {
        let Shape { height, width, channels } = graph.shapes[*v];
        format!("{height}x{width}x{channels}")
    };
    let what = match &node.op {
        Op::ResizeAdd(_) => "resize and add".to_owned(),
        Op::Move(_) => "move".to_owned(),
        Op::Softmax => "softmax".to_owned(),
        Op::SumRows => "sum of rows".to_owned(),
        Op::MaxPool { height, reach, .. } => format!("max pool {height} by {}", reach.stride_x),
        Op::Pad { .. } => "pad".to_owned(),
        Op::Conv { weights, activation, gate, residual, .. } => {
            let (h, w) = (weights.height, weights.width);
            let gate = if *gate { " gated" } else { "" };
            let residual = if *residual { " plus" } else { "" };
            format!("conv {h}x{w}{gate}{residual} {activation:?}")
        }
        Op::Expand { weights, reach, activation, project, residual, .. } => {
            let project = if project.is_some() { ", conv 1x1" } else { "" };
            let plus = if *residual { " plus" } else { "" };
            let (size, stride) = (weights.height, reach.stride_x);
            format!("conv 1x1, depthwise {size} by {stride} {activation:?}{project}{plus}")
        }
        Op::Depthwise { weights, reach, activation, add_input } => {
            let plus = if *add_input { " plus" } else { "" };
            format!("depthwise {} by {}{plus} {activation:?}", weights.height, reach.stride_x)
        }
        Op::TransposeConv { activation, .. } => format!("transposed conv {activation:?}"),
        Op::Add { activation } => format!("add {activation:?}"),
        Op::Mul { activation } => format!("multiply {activation:?}"),
        Op::Unary(activation) => format!("{activation:?}"),
        Op::Mean { plus: None } => "mean".to_owned(),
        Op::Mean { plus: Some(_) } => "mean of sum".to_owned(),
        Op::Resize(_) => "resize".to_owned(),
        Op::GateAdd(_) => "gate and add".to_owned(),
    };
    let inputs: Vec<String> = node.inputs.iter().map(shape).collect();
    format!("{what}: {} -> {}", inputs.join(", "), shape(&node.output))
}

fn multiplications(graph: &Graph, node: &Node) -> u64 {
    let out = graph.shapes[node.output];
    let count = match &node.op {
        Op::Conv { weights, .. } | Op::Depthwise { weights, .. } => {
            out.pixels() * weights.values.len()
        }
        Op::Expand { conv, weights, project, .. } => {
            let project = project.as_ref().map_or(0, |project| project.values.len());
            graph.shapes[node.inputs[0]].pixels() * conv.values.len()
                + out.pixels() * (weights.values.len() + project)
        }
        Op::TransposeConv { weights, .. } => out.pixels() / 4 * weights.values.len(),
        _ => 0,
    };
    count as u64
}
