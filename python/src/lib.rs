//! Backlot for Python: the native half, which takes and gives bytes; `backlot/__init__.py` makes numpy's arrays of them.

mod render;

use backlot_matte::{Cutter, MatteError};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use render::Renderer;
use std::fmt::Display;

/// MediaPipe's selfie segmentation, which the set-up brings.
const GENERAL: &[u8] = include_bytes!("../../models/selfie_segmentation.tflite");

/// The same for pictures wider than high.
const LANDSCAPE: &[u8] = include_bytes!("../../models/selfie_segmentation_landscape.tflite");

fn refused(error: impl Display) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// The user's network, or the one that comes with it for this purpose.
fn network(own: Option<&[u8]>, is_video: bool) -> &[u8] {
    own.unwrap_or(if is_video { LANDSCAPE } else { GENERAL })
}

/// Cuts persons out of pictures of one size.
#[pyclass(unsendable, name = "Cutter")]
struct PyCutter(Cutter);

#[pymethods]
impl PyCutter {
    #[new]
    fn new(width: u32, height: u32, is_video: bool, own: Option<&[u8]>) -> PyResult<Self> {
        let network = network(own, is_video);
        let make = if is_video { Cutter::for_video } else { Cutter::for_pictures };
        Ok(Self(make(network, width, height).map_err(refused)?))
    }

    fn matte<'py>(&mut self, py: Python<'py>, rgb: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
        bytes(py, self.0.matte(rgb))
    }

    fn cut_out<'py>(&mut self, py: Python<'py>, rgb: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
        bytes(py, self.0.cut_out(rgb))
    }
}

fn bytes<'py>(py: Python<'py>, made: Result<&[u8], MatteError>) -> PyResult<Bound<'py, PyBytes>> {
    Ok(PyBytes::new(py, made.map_err(refused)?))
}

/// Puts persons on another set, in pictures of one size.
#[pyclass(unsendable, name = "Renderer")]
struct PyRenderer(Renderer);

#[pymethods]
impl PyRenderer {
    #[new]
    fn new(
        size: (u32, u32),
        is_video: bool,
        own: Option<&[u8]>,
        background: &str,
        effects: Vec<String>,
    ) -> PyResult<Self> {
        let network = network(own, is_video);
        Ok(Self(Renderer::new(size, is_video, network, background, &effects)?))
    }

    fn render<'py>(&mut self, py: Python<'py>, rgb: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, self.0.render(rgb)?))
    }
}

#[pymodule]
fn _backlot(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<PyCutter>()?;
    module.add_class::<PyRenderer>()
}
