//! A file, read and checked by ONNX Runtime.

use crate::error::OnnxError;
use crate::runtime::Runtime;
use crate::wiring::{Port, Provider};
use ort::session::Session;
use ort::value::Outlet;
use std::sync::Arc;

/// A network as its file has it.
#[derive(Debug)]
pub struct OnnxFile {
    pub(crate) runtime: Runtime,
    pub(crate) bytes: Arc<[u8]>,
    pub(crate) session: Session,
    inputs: Vec<Port>,
    outputs: Vec<Port>,
}

impl OnnxFile {
    /// Reads the bytes of a whole file.
    ///
    /// # Errors
    /// Says why ONNX Runtime doesn't take it.
    pub fn read(runtime: &Runtime, bytes: Vec<u8>) -> Result<Self, OnnxError> {
        let session = runtime.session(&bytes, Provider::Cpu)?;
        let ports = |outlets: &[Outlet]| {
            let ports = outlets.iter().map(|outlet| {
                // The binding panics at names that are empty.
                let port = Port::of(outlet).filter(|port| !port.name.is_empty());
                let what = || format!("'{}' holds no numbers, or has no name", outlet.name());
                port.ok_or_else(|| OnnxError::Unfit(what()))
            });
            ports.collect::<Result<Vec<_>, _>>()
        };
        let (inputs, outputs) = (ports(session.inputs())?, ports(session.outputs())?);
        Ok(Self { runtime: runtime.clone(), bytes: bytes.into(), session, inputs, outputs })
    }

    /// What it takes.
    pub fn inputs(&self) -> &[Port] {
        &self.inputs
    }

    /// What it returns.
    pub fn outputs(&self) -> &[Port] {
        &self.outputs
    }
}
