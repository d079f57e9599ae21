//! Requests and answers as they are sent.

use super::RestBody;
use crate::parameters::Parameter;
use crate::{Datatype, InferAnswer, InferRequest, OipError, Parameters, Tensor};
use serde::Serialize;

/// What is written so far.
struct Writing {
    json: Vec<u8>,
    /// Tensors as bytes, in order.
    behind: Vec<u8>,
    is_binary: bool,
}

impl InferRequest {
    /// The request as it is sent, with the elements of tensors as JSON or as bytes behind it.
    ///
    /// # Errors
    /// When a tensor has no form in JSON.
    pub fn to_rest(&self, is_binary: bool) -> Result<RestBody, OipError> {
        let mut writing = Writing::new();
        writing.text("{");
        writing.named("id", &self.id);
        writing.parameters(&self.parameters);
        writing.text("\"inputs\":[");
        for (index, input) in self.inputs.iter().enumerate() {
            writing.tensor(index, input, is_binary)?;
        }
        writing.text("]");
        if !self.outputs.is_empty() {
            writing.text(",\"outputs\":[");
            for (index, output) in self.outputs.iter().enumerate() {
                writing.text(if index == 0 { "{" } else { ",{" });
                writing.parameters(&output.parameters);
                writing.text("\"name\":");
                writing.value(&output.name);
                writing.text("}");
            }
            writing.text("]");
        }
        writing.text("}");
        Ok(writing.finish())
    }
}

impl InferAnswer {
    /// The answer as it is sent; `is_binary` says which outputs are bytes.
    ///
    /// # Errors
    /// When a tensor has no form in JSON.
    pub fn to_rest(&self, is_binary: impl Fn(&str) -> bool) -> Result<RestBody, OipError> {
        let mut writing = Writing::new();
        writing.text("{");
        writing.named("model_name", &self.model);
        writing.named("model_version", &self.version);
        if !self.id.is_empty() {
            writing.named("id", &self.id);
        }
        writing.parameters(&self.parameters);
        writing.text("\"outputs\":[");
        for (index, output) in self.outputs.iter().enumerate() {
            writing.tensor(index, output, is_binary(&output.name))?;
        }
        writing.text("]}");
        Ok(writing.finish())
    }
}

impl Writing {
    const fn new() -> Self {
        Self { json: Vec::new(), behind: Vec::new(), is_binary: false }
    }

    fn finish(mut self) -> RestBody {
        let header_length = self.is_binary.then_some(self.json.len());
        self.json.append(&mut self.behind);
        RestBody { header_length, bytes: self.json }
    }

    fn text(&mut self, text: &str) {
        self.json.extend_from_slice(text.as_bytes());
    }

    fn value(&mut self, value: &impl Serialize) {
        // Writing what has no maps to memory never fails.
        let _ = serde_json::to_writer(&mut self.json, value);
    }

    /// A member, and a comma.
    fn named(&mut self, name: &str, value: &impl Serialize) {
        self.value(&name);
        self.text(":");
        self.value(value);
        self.text(",");
    }

    fn parameters(&mut self, parameters: &Parameters) {
        if !parameters.is_empty() {
            self.named("parameters", parameters);
        }
    }

    fn tensor(&mut self, index: usize, tensor: &Tensor, is_binary: bool) -> Result<(), OipError> {
        self.text(if index == 0 { "{" } else { ",{" });
        self.named("name", &tensor.name);
        self.named("datatype", &tensor.datatype.name());
        if is_binary {
            let mut parameters = tensor.parameters.clone();
            let size = i64::try_from(tensor.data.len()).unwrap_or(i64::MAX);
            parameters.set("binary_data_size", Parameter::Int(size));
            self.parameters(&parameters);
            self.behind.extend_from_slice(&tensor.data);
            self.is_binary = true;
        } else {
            self.parameters(&tensor.parameters);
            self.text("\"data\":[");
            self.elements(tensor).map_err(|error| error.named(&tensor.name))?;
            self.text("],");
        }
        self.text("\"shape\":");
        self.value(&tensor.shape);
        self.text("}");
        Ok(())
    }

    fn elements(&mut self, tensor: &Tensor) -> Result<(), OipError> {
        macro_rules! numbers {
            ($kind:ty) => {
                for bytes in tensor.data.as_chunks().0 {
                    self.value(&<$kind>::from_le_bytes(*bytes));
                    self.json.push(b',');
                }
            };
        }
        match tensor.datatype {
            Datatype::Bool => tensor.data.iter().for_each(|value| {
                self.text(if *value == 0 { "false," } else { "true," });
            }),
            Datatype::Uint8 => self.small(&tensor.data),
            Datatype::Uint16 => numbers!(u16),
            Datatype::Uint32 => numbers!(u32),
            Datatype::Uint64 => numbers!(u64),
            Datatype::Int8 => numbers!(i8),
            Datatype::Int16 => numbers!(i16),
            Datatype::Int32 => numbers!(i32),
            Datatype::Int64 => numbers!(i64),
            Datatype::Fp32 => numbers!(f32),
            Datatype::Fp64 => numbers!(f64),
            Datatype::Fp16 | Datatype::Bf16 => {
                return Err(OipError::new("FP16 and BF16 have no form in JSON: ask for bytes"));
            }
            Datatype::Bytes => {
                for element in tensor.elements() {
                    let text = std::str::from_utf8(element?);
                    let text = text.map_err(|_| {
                        OipError::new("what is no text has no form in JSON: ask for bytes")
                    })?;
                    self.value(&text);
                    self.json.push(b',');
                }
            }
        }
        // The comma behind the last one.
        if self.json.last() == Some(&b',') {
            self.json.pop();
        }
        Ok(())
    }

    /// Mattes are long: a digit at a time.
    fn small(&mut self, values: &[u8]) {
        self.json.reserve(4 * values.len());
        for value in values {
            if *value >= 100 {
                self.json.push(b'0' + value / 100);
            }
            if *value >= 10 {
                self.json.push(b'0' + value / 10 % 10);
            }
            self.json.extend_from_slice(&[b'0' + value % 10, b',']);
        }
    }
}
