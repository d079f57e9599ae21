//! Networks in ONNX files, as what stands beside them says.

use crate::error::NetworkError;
use backlot_segmenter::SegmentationModel;
use std::path::Path;

/// Reads a network, and what stands beside it.
#[cfg(not(feature = "onnx"))]
pub(crate) fn load(path: &Path) -> Result<SegmentationModel, NetworkError> {
    let why = "this program was built without ONNX: build it with the feature 'onnx', or give a TensorFlow Lite file";
    Err(NetworkError::unfit(path, why))
}

#[cfg(feature = "onnx")]
pub(crate) use with::load;

#[cfg(feature = "onnx")]
mod with {
    use super::{NetworkError, Path, SegmentationModel};
    use crate::sidecar::{InputSize, Output, Sidecar, ready};
    use backlot_files::read_file;
    use backlot_onnx::{
        Layout, OnnxError, OnnxFile, Places, Port, Provider, Runtime, Side, Sizes, Wiring,
    };
    use backlot_segmenter::{Checked, Form};

    /// The largest file that is read: ten times of what finds persons well.
    const LARGEST: u64 = 512 << 20;

    /// Reads a network, and what stands beside it. Well-known ones need nothing beside them.
    pub(crate) fn load(path: &Path) -> Result<SegmentationModel, NetworkError> {
        let beside = Sidecar::beside(path)?;
        let runtime = Runtime::load(&Places::of_environment());
        let runtime = runtime.map_err(|error| NetworkError::unfit(path, error))?;
        let bytes = read_file(path, LARGEST)?;
        wired(&runtime, bytes, beside).map_err(|error| NetworkError::unfit(path, error))
    }

    fn wired(
        runtime: &Runtime,
        bytes: Vec<u8>,
        beside: Option<Sidecar>,
    ) -> Result<SegmentationModel, OnnxError> {
        let file = OnnxFile::read(runtime, bytes)?;
        let described = beside.or_else(|| known(&file));
        let sidecar = described.clone().unwrap_or_default();
        if let Some(key) = sidecar.for_bodypix() {
            return Err(OnnxError::Unfit(format!(
                "the file beside it says '{key}', which is for BodyPix"
            )));
        }
        let form = sidecar.form(|output| find(&file, output))?;
        let provider = provider(&sidecar);
        let network = file.network(&wiring(&sidecar, &form))?;
        let channels = network.channels(form.output);
        if let (None, Some(channels @ 2..)) = (&described, channels) {
            return Err(OnnxError::Unfit(format!(
                "it returns {channels} values for each pixel, and nothing says what they mean: describe them in a file beside it, with the ending .toml (docs/models.md)"
            )));
        }
        if provider == Provider::Cpu {
            return Ok(SegmentationModel::new(network, form));
        }
        let checked = Checked::new(network.on(provider), network, provider.name(), form.recurrent);
        Ok(SegmentationModel::new(checked, form))
    }

    /// What is known of it by the names of what it takes and returns.
    fn known(file: &OnnxFile) -> Option<Sidecar> {
        let sides = |port: &Port| {
            let sides = port.shape.iter().map(|side| match side {
                Side::Of(side) => Some(*side),
                Side::Open => None,
            });
            sides.collect::<Vec<_>>()
        };
        let inputs = file.inputs().iter().map(|port| (port.name.as_str(), sides(port)));
        let inputs: Vec<_> = inputs.collect();
        let inputs: Vec<_> = inputs.iter().map(|(name, sides)| (*name, &sides[..])).collect();
        let outputs: Vec<_> = file.outputs().iter().map(|port| port.name.as_str()).collect();
        ready(&inputs, &outputs)
    }

    fn find(file: &OnnxFile, output: &Output) -> Result<usize, OnnxError> {
        match output {
            Output::Numbered(number) => Ok(*number),
            Output::Named(name) => {
                let mut ports = file.outputs().iter();
                ports.position(|port| port.name == *name).ok_or_else(|| {
                    let known = file.outputs().iter().map(|port| port.name.as_str());
                    let known: Vec<_> = known.collect();
                    OnnxError::Unfit(format!("it has no output '{name}', but {}", known.join(", ")))
                })
            }
        }
    }

    fn wiring(sidecar: &Sidecar, form: &Form) -> Wiring {
        let layout = |pixels: Option<bool>| {
            pixels.map(|pixels| if pixels { Layout::Pixels } else { Layout::Planes })
        };
        let parts = form.parts.as_ref().map(|parts| parts.output);
        let mut outputs: Vec<_> = [form.output].into_iter().chain(parts).collect();
        outputs.dedup();
        Wiring {
            picture: sidecar.picture.clone(),
            sizes: sidecar.size.map(|size| match size {
                InputSize::Fixed(width, height) => Sizes::Fixed(width, height),
                InputSize::LongSide(side) => Sizes::LongSide(side),
            }),
            layout: layout(sidecar.pixels),
            output_layout: layout(sidecar.output_pixels),
            outputs,
            states: sidecar.states.clone(),
            constants: sidecar.constants.clone(),
            provider: Provider::Cpu,
        }
    }

    fn provider(sidecar: &Sidecar) -> Provider {
        let known = [Provider::Cuda, Provider::OpenVino, Provider::WebGpu];
        let asked =
            known.into_iter().find(|known| sidecar.provider.as_deref() == Some(known.name()));
        asked.unwrap_or_default()
    }
}
