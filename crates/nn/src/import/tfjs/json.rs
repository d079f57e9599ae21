//! What a `model.json` has, as far as it matters here. Whatever else it has is passed over.

use crate::ModelError;
use serde::Deserialize;

/// The most bytes of a `model.json`; one of nine hundred nodes has 630 000.
const MAX_BYTES: usize = 2 << 20;

/// A whole file.
#[derive(Debug, Deserialize)]
pub(super) struct Document {
    #[serde(rename = "modelTopology")]
    topology: Option<Topology>,
    #[serde(rename = "weightsManifest")]
    pub(super) groups: Option<Vec<Group>>,
}

#[derive(Debug, Deserialize)]
struct Topology {
    node: Option<Vec<Node>>,
}

/// A node: an operator and what it computes, which its name stands for.
#[derive(Debug, Deserialize)]
pub(super) struct Node {
    pub(super) name: String,
    pub(super) op: String,
    #[serde(default)]
    pub(super) input: Vec<String>,
    #[serde(default)]
    pub(super) attr: Attributes,
}

/// What operators are told besides their inputs.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Attributes {
    pub(super) strides: Option<Box<Attribute>>,
    pub(super) dilations: Option<Box<Attribute>>,
    pub(super) ksize: Option<Box<Attribute>>,
    pub(super) padding: Option<Box<Attribute>>,
    pub(super) explicit_paddings: Option<Box<Attribute>>,
    pub(super) data_format: Option<Box<Attribute>>,
    pub(super) fused_ops: Option<Box<Attribute>>,
    pub(super) epsilon: Option<Box<Attribute>>,
    pub(super) align_corners: Option<Box<Attribute>>,
    pub(super) half_pixel_centers: Option<Box<Attribute>>,
    pub(super) shape: Option<Box<Attribute>>,
}

/// An attribute's value, in the field of its type.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Attribute {
    s: Option<String>,
    f: Option<Number>,
    b: Option<bool>,
    list: Option<List>,
    shape: Option<Shape>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct List {
    i: Vec<Number>,
    s: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Shape {
    dim: Vec<Dim>,
}

#[derive(Debug, Deserialize)]
struct Dim {
    size: Number,
}

impl Node {
    /// What messages call it.
    pub(super) fn label(&self) -> String {
        format!("node '{}' ({})", shown(&self.name, 60), shown(&self.op, 30))
    }

    pub(super) fn wrong(&self, problem: &'static str) -> ModelError {
        ModelError::Operator { operator: self.label(), problem }
    }
}

/// A number; those of 64 bits are written as text.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Number {
    Whole(i64),
    Real(f64),
    Text(String),
}

/// Weights, and the files that hold them one after the other.
#[derive(Debug, Deserialize)]
pub(super) struct Group {
    pub(super) paths: Vec<String>,
    pub(super) weights: Vec<Weight>,
}

/// What is stored for a node.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Weight {
    pub(super) name: String,
    pub(super) shape: Vec<usize>,
    pub(super) dtype: String,
    pub(super) quantization: Option<Quantization>,
}

/// How numbers were made smaller: `stored * scale + min`, or float16.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Quantization {
    pub(super) dtype: String,
    #[serde(default = "one")]
    pub(super) scale: f64,
    #[serde(default)]
    pub(super) min: f64,
}

const fn one() -> f64 {
    1.0
}

impl Document {
    /// Reads a whole file; returns its nodes and its groups of weights.
    pub(super) fn read(bytes: &[u8]) -> Result<(Vec<Node>, Vec<Group>), ModelError> {
        if bytes.len() > MAX_BYTES {
            let (found, limit) = (bytes.len() as u64, MAX_BYTES as u64);
            return Err(ModelError::TooLarge { what: "its JSON file in bytes", found, limit });
        }
        let document: Self = serde_json::from_slice(bytes)
            .map_err(|error| ModelError::Json(shown(&error.to_string(), 120)))?;
        let topology = document.topology.ok_or(ModelError::NotTfjs("it has no 'modelTopology'"))?;
        let nodes = topology.node.ok_or(ModelError::NotTfjs(
            "it has no nodes, as layers models don't: convert the model to a graph model",
        ))?;
        let groups = document.groups.ok_or(ModelError::NotTfjs("it has no 'weightsManifest'"))?;
        Ok((nodes, groups))
    }
}

impl Attribute {
    /// A text, which is stored in base 64.
    pub(super) fn text(&self) -> Option<String> {
        self.s.as_deref().and_then(from_base64)
    }

    pub(super) fn texts(&self) -> Option<Vec<String>> {
        self.list.as_ref()?.s.iter().map(|text| from_base64(text)).collect()
    }

    pub(super) fn whole_numbers(&self) -> Option<Vec<i64>> {
        self.list.as_ref()?.i.iter().map(Number::whole).collect()
    }

    pub(super) fn real(&self) -> Option<f64> {
        match self.f.as_ref()? {
            Number::Whole(value) => Some(*value as f64),
            Number::Real(value) => Some(*value),
            Number::Text(text) => text.parse().ok(),
        }
    }

    pub(super) const fn switch(&self) -> Option<bool> {
        self.b
    }

    /// The dimensions of a shape; those that aren't known are negative.
    pub(super) fn dims(&self) -> Option<Vec<i64>> {
        self.shape.as_ref()?.dim.iter().map(|dim| dim.size.whole()).collect()
    }
}

impl Number {
    fn whole(&self) -> Option<i64> {
        match self {
            Self::Whole(value) => Some(*value),
            Self::Real(_) => None,
            Self::Text(text) => text.parse().ok(),
        }
    }
}

/// Text of a file that may hold anything, on one line and no longer than some characters: the end tells more.
pub(super) fn shown(text: &str, longest: usize) -> String {
    let plain = |c: char| if c.is_control() { '?' } else { c };
    let count = text.chars().count();
    let end = text.chars().skip(count.saturating_sub(longest)).map(plain);
    let cut = if count > longest { "..." } else { "" };
    cut.chars().chain(end).collect()
}

/// The text behind its form in base 64 (RFC 4648, section 4), if it is one.
fn from_base64(text: &str) -> Option<String> {
    let digit = |c: u8| match c {
        b'A'..=b'Z' => Some(c - b'A'),
        b'a'..=b'z' => Some(c - b'a' + 26),
        b'0'..=b'9' => Some(c - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for c in text.trim_end_matches('=').bytes() {
        bits = bits << 6 | u32::from(digit(c)?);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_stored_in_base_64() {
        assert_eq!(from_base64("U0FNRQ==").as_deref(), Some("SAME"));
        assert_eq!(from_base64("VkFMSUQ=").as_deref(), Some("VALID"));
        assert_eq!(from_base64("UmVsdTY=").as_deref(), Some("Relu6"));
        assert_eq!(from_base64(""), Some(String::new()));
        assert_eq!(from_base64("U0FN!"), None);
        assert_eq!(from_base64("/////w=="), None);
    }

    #[test]
    fn long_names_keep_their_end() {
        assert_eq!(shown("a/b\n", 9), "a/b?");
        assert_eq!(shown("abcdef", 3), "...def");
    }
}
