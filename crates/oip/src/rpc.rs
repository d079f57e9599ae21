//! The protocol over gRPC: requests and answers from messages, and messages of them.

use crate::parameters::Parameter;
use crate::pb::model_metadata_response::TensorMetadata as Described;
use crate::tensor::{count, shape_from};
use crate::wire::{ANSWER, REQUEST, check};
use crate::{
    Datatype, InferAnswer, InferRequest, ModelMetadata, OipError, Parameters, Tensor,
    TensorMetadata, Wanted, pb,
};
use bytes::Bytes;
use prost::Message;
use std::collections::BTreeMap;

/// A request as it came, with what it doesn't share with one over REST.
#[derive(Clone, Debug, PartialEq)]
pub struct RpcRequest {
    /// The model.
    pub model: String,
    /// Its version; empty for the usual one.
    pub version: String,
    /// The request.
    pub request: InferRequest,
    /// Whether its elements were raw contents, so that the answer's are, too.
    pub is_raw: bool,
}

impl RpcRequest {
    /// Reads a `ModelInferRequest`.
    ///
    /// # Errors
    /// One sentence when it is none.
    pub fn read(message: Bytes) -> Result<Self, OipError> {
        check(&message, REQUEST)?;
        let message = decode::<pb::ModelInferRequest>(message)?;
        let is_raw = !message.raw_input_contents.is_empty() || message.inputs.is_empty();
        let mut raw = Raw::new(message.raw_input_contents, message.inputs.len())?;
        let mut inputs = Vec::new();
        for input in message.inputs {
            let pb::model_infer_request::InferInputTensor {
                name,
                datatype,
                shape,
                parameters,
                contents,
            } = input;
            inputs.push(tensor(name, &datatype, &shape, parameters, raw.next(contents))?);
        }
        let wanted = |output: pb::model_infer_request::InferRequestedOutputTensor| Wanted {
            name: output.name,
            parameters: parameters_from(output.parameters),
        };
        let request = InferRequest {
            id: message.id,
            parameters: parameters_from(message.parameters),
            inputs,
            outputs: message.outputs.into_iter().map(wanted).collect(),
        };
        Ok(Self { model: message.model_name, version: message.model_version, request, is_raw })
    }

    /// The `ModelInferRequest`, with raw contents.
    pub fn write(&self) -> Vec<u8> {
        let request = &self.request;
        let input = |tensor: &Tensor| pb::model_infer_request::InferInputTensor {
            name: tensor.name.clone(),
            datatype: tensor.datatype.name().to_owned(),
            shape: signed(&tensor.shape),
            parameters: parameters_to(&tensor.parameters),
            contents: None,
        };
        let output = |wanted: &Wanted| pb::model_infer_request::InferRequestedOutputTensor {
            name: wanted.name.clone(),
            parameters: parameters_to(&wanted.parameters),
        };
        pb::ModelInferRequest {
            model_name: self.model.clone(),
            model_version: self.version.clone(),
            id: request.id.clone(),
            parameters: parameters_to(&request.parameters),
            inputs: request.inputs.iter().map(input).collect(),
            outputs: request.outputs.iter().map(output).collect(),
            raw_input_contents: request.inputs.iter().map(|tensor| tensor.data.clone()).collect(),
        }
        .encode_to_vec()
    }
}

impl ModelMetadata {
    /// Reads a `ModelMetadataResponse`.
    ///
    /// # Errors
    /// One sentence when it is none.
    pub fn from_rpc(message: Bytes) -> Result<Self, OipError> {
        let message = decode::<pb::ModelMetadataResponse>(message)?;
        let tensor = |tensor: Described| TensorMetadata {
            name: tensor.name,
            datatype: tensor.datatype,
            shape: tensor.shape,
        };
        Ok(Self {
            name: message.name,
            versions: message.versions,
            platform: message.platform,
            inputs: message.inputs.into_iter().map(tensor).collect(),
            outputs: message.outputs.into_iter().map(tensor).collect(),
        })
    }

    /// The `ModelMetadataResponse`.
    pub fn to_rpc(&self) -> Vec<u8> {
        let tensor = |tensor: &TensorMetadata| Described {
            name: tensor.name.clone(),
            datatype: tensor.datatype.clone(),
            shape: tensor.shape.clone(),
        };
        pb::ModelMetadataResponse {
            name: self.name.clone(),
            versions: self.versions.clone(),
            platform: self.platform.clone(),
            inputs: self.inputs.iter().map(tensor).collect(),
            outputs: self.outputs.iter().map(tensor).collect(),
        }
        .encode_to_vec()
    }
}

impl InferAnswer {
    /// Reads a `ModelInferResponse`.
    ///
    /// # Errors
    /// One sentence when it is none.
    pub fn from_rpc(message: Bytes) -> Result<Self, OipError> {
        check(&message, ANSWER)?;
        let message = decode::<pb::ModelInferResponse>(message)?;
        let mut raw = Raw::new(message.raw_output_contents, message.outputs.len())?;
        let mut outputs = Vec::new();
        for output in message.outputs {
            let pb::model_infer_response::InferOutputTensor {
                name,
                datatype,
                shape,
                parameters,
                contents,
            } = output;
            outputs.push(tensor(name, &datatype, &shape, parameters, raw.next(contents))?);
        }
        Ok(Self {
            model: message.model_name,
            version: message.model_version,
            id: message.id,
            parameters: parameters_from(message.parameters),
            outputs,
        })
    }

    /// The `ModelInferResponse`, with raw contents or others.
    ///
    /// # Errors
    /// When a tensor has no form but raw contents.
    pub fn to_rpc(&self, is_raw: bool) -> Result<Vec<u8>, OipError> {
        let output = |tensor: &Tensor| {
            let contents = if is_raw { None } else { Some(contents_of(tensor)?) };
            Ok(pb::model_infer_response::InferOutputTensor {
                name: tensor.name.clone(),
                datatype: tensor.datatype.name().to_owned(),
                shape: signed(&tensor.shape),
                parameters: parameters_to(&tensor.parameters),
                contents,
            })
        };
        let raw = self.outputs.iter().filter(|_| is_raw).map(|tensor| tensor.data.clone());
        let message = pb::ModelInferResponse {
            model_name: self.model.clone(),
            model_version: self.version.clone(),
            id: self.id.clone(),
            parameters: parameters_to(&self.parameters),
            outputs: self.outputs.iter().map(output).collect::<Result<_, OipError>>()?,
            raw_output_contents: raw.collect(),
        };
        Ok(message.encode_to_vec())
    }
}

fn decode<T: Message + Default>(message: Bytes) -> Result<T, OipError> {
    T::decode(message).map_err(|error| OipError::new(format!("the message can't be read: {error}")))
}

/// Where a tensor's elements are.
enum Given {
    Raw(Bytes),
    Typed(pb::InferTensorContents),
}

/// Raw contents, one after the other, or none.
struct Raw(Option<std::vec::IntoIter<Bytes>>);

impl Raw {
    fn new(raw: Vec<Bytes>, tensors: usize) -> Result<Self, OipError> {
        match raw.len() {
            0 => Ok(Self(None)),
            found if found == tensors => Ok(Self(Some(raw.into_iter()))),
            found => Err(OipError::new(format!(
                "there are {tensors} tensors, and raw contents of {found}"
            ))),
        }
    }

    fn next(&mut self, contents: Option<pb::InferTensorContents>) -> Given {
        match self.0.as_mut().and_then(Iterator::next) {
            Some(raw) => Given::Raw(raw),
            None => Given::Typed(contents.unwrap_or_default()),
        }
    }
}

fn tensor(
    name: String,
    datatype: &str,
    shape: &[i64],
    parameters: BTreeMap<String, pb::InferParameter>,
    given: Given,
) -> Result<Tensor, OipError> {
    let datatype = datatype.parse::<Datatype>().map_err(|error| error.named(&name))?;
    let shape = shape_from(shape).map_err(|error| error.named(&name))?;
    count(&shape).map_err(|error| error.named(&name))?;
    let data = match given {
        Given::Raw(raw) => raw,
        Given::Typed(contents) => {
            elements_of(datatype, contents).map_err(|error| error.named(&name))?.into()
        }
    };
    let parameters = parameters_from(parameters);
    let tensor = Tensor { name, datatype, shape, parameters, data };
    tensor.check()?;
    Ok(tensor)
}

/// Typed contents as elements.
fn elements_of(datatype: Datatype, from: pb::InferTensorContents) -> Result<Vec<u8>, OipError> {
    macro_rules! all {
        ($values:expr, $kind:ty) => {{
            let mut data = Vec::with_capacity($values.len() * size_of::<$kind>());
            for value in $values {
                let fitting = <$kind>::try_from(value)
                    .map_err(|_| OipError::new(format!("{value} is no {datatype}")))?;
                data.extend_from_slice(&fitting.to_le_bytes());
            }
            data
        }};
    }
    Ok(match datatype {
        Datatype::Bool => from.bool_contents.into_iter().map(u8::from).collect(),
        Datatype::Uint8 => all!(from.uint_contents, u8),
        Datatype::Uint16 => all!(from.uint_contents, u16),
        Datatype::Uint32 => from.uint_contents.into_iter().flat_map(u32::to_le_bytes).collect(),
        Datatype::Uint64 => from.uint64_contents.into_iter().flat_map(u64::to_le_bytes).collect(),
        Datatype::Int8 => all!(from.int_contents, i8),
        Datatype::Int16 => all!(from.int_contents, i16),
        Datatype::Int32 => from.int_contents.into_iter().flat_map(i32::to_le_bytes).collect(),
        Datatype::Int64 => from.int64_contents.into_iter().flat_map(i64::to_le_bytes).collect(),
        Datatype::Fp32 => from.fp32_contents.into_iter().flat_map(f32::to_le_bytes).collect(),
        Datatype::Fp64 => from.fp64_contents.into_iter().flat_map(f64::to_le_bytes).collect(),
        Datatype::Fp16 | Datatype::Bf16 => {
            return Err(OipError::new("FP16 and BF16 are sent as raw contents"));
        }
        Datatype::Bytes => {
            let mut data = Vec::new();
            for element in from.bytes_contents {
                crate::push_element(&mut data, &element)?;
            }
            data
        }
    })
}

/// Elements as typed contents.
fn contents_of(tensor: &Tensor) -> Result<pb::InferTensorContents, OipError> {
    let data = &tensor.data;
    let mut to = pb::InferTensorContents::default();
    macro_rules! all {
        ($kind:ty) => {
            data.as_chunks().0.iter().map(|bytes| <$kind>::from_le_bytes(*bytes).into()).collect()
        };
    }
    match tensor.datatype {
        Datatype::Bool => to.bool_contents = data.iter().map(|value| *value != 0).collect(),
        Datatype::Uint8 => to.uint_contents = all!(u8),
        Datatype::Uint16 => to.uint_contents = all!(u16),
        Datatype::Uint32 => to.uint_contents = all!(u32),
        Datatype::Uint64 => to.uint64_contents = all!(u64),
        Datatype::Int8 => to.int_contents = all!(i8),
        Datatype::Int16 => to.int_contents = all!(i16),
        Datatype::Int32 => to.int_contents = all!(i32),
        Datatype::Int64 => to.int64_contents = all!(i64),
        Datatype::Fp32 => to.fp32_contents = all!(f32),
        Datatype::Fp64 => to.fp64_contents = all!(f64),
        Datatype::Fp16 | Datatype::Bf16 => {
            return Err(OipError::new("FP16 and BF16 are sent as raw contents").named(&tensor.name));
        }
        Datatype::Bytes => {
            for element in tensor.elements() {
                to.bytes_contents.push(Bytes::copy_from_slice(element?));
            }
        }
    }
    Ok(to)
}

fn signed(shape: &[u64]) -> Vec<i64> {
    shape.iter().map(|size| i64::try_from(*size).unwrap_or(i64::MAX)).collect()
}

fn parameters_from(from: BTreeMap<String, pb::InferParameter>) -> Parameters {
    use pb::infer_parameter::ParameterChoice as Choice;
    let mut to = Parameters::default();
    for (name, value) in from {
        let value = match value.parameter_choice {
            None => continue,
            Some(Choice::BoolParam(value)) => Parameter::Bool(value),
            Some(Choice::Int64Param(value)) => Parameter::Int(value),
            Some(Choice::Uint64Param(value)) => {
                i64::try_from(value).map_or(Parameter::Float(value as f64), Parameter::Int)
            }
            Some(Choice::DoubleParam(value)) => Parameter::Float(value),
            Some(Choice::StringParam(value)) => Parameter::Text(value),
        };
        to.set(&name, value);
    }
    to
}

fn parameters_to(from: &Parameters) -> BTreeMap<String, pb::InferParameter> {
    use pb::infer_parameter::ParameterChoice as Choice;
    let choice = |value: &Parameter| match value {
        Parameter::Bool(value) => Choice::BoolParam(*value),
        Parameter::Int(value) => Choice::Int64Param(*value),
        Parameter::Float(value) => Choice::DoubleParam(*value),
        Parameter::Text(value) => Choice::StringParam(value.clone()),
    };
    let pair = |(name, value): (&str, &Parameter)| {
        (name.to_owned(), pb::InferParameter { parameter_choice: Some(choice(value)) })
    };
    from.iter().map(pair).collect()
}
