//! The library, loaded once for the whole process.

use crate::error::{OnnxError, said};
use crate::library::Places;
use crate::wiring::Provider;
use ort::environment::Environment;
use ort::ep;
use ort::logging::LogLevel;
use ort::session::Session;
use ort::session::builder::{GraphOptimizationLevel, SessionBuilder};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The one that was loaded. A process has one at most, and keeps it.
static LOADED: Mutex<Option<Runtime>> = Mutex::new(None);

/// ONNX Runtime, at hand.
#[derive(Clone, Debug)]
pub struct Runtime {
    environment: Environment,
    path: Arc<Path>,
}

impl Runtime {
    /// Finds and loads the library, unless that has been done.
    ///
    /// # Errors
    /// Says in one sentence that there is none, or what is wrong with the one that there is.
    pub fn load(places: &Places) -> Result<Self, OnnxError> {
        let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(runtime) = &*loaded {
            return Ok(runtime.clone());
        }
        let mut first = None;
        for path in places.libraries()? {
            match open(&path) {
                Ok(environment) => {
                    return Ok(loaded.insert(Self { environment, path: path.into() }).clone());
                }
                Err(error) => first = first.or(Some(error)),
            }
        }
        Err(first.unwrap_or(OnnxError::NoLibrary))
    }

    /// The library's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Prepares a network: on one thread, which doesn't spin.
    pub(crate) fn session(&self, bytes: &[u8], provider: Provider) -> Result<Session, OnnxError> {
        let build = || {
            let mut builder = Session::builder(&self.environment)?
                .with_intra_threads(1)?
                .with_inter_threads(1)?
                .with_parallel_execution(false)?
                .with_intra_op_spinning(false)?
                .with_flush_to_zero()?
                .with_optimization_level(GraphOptimizationLevel::All)?
                .with_log_level(LogLevel::Fatal)?;
            builder = provided(builder, provider)?;
            builder.commit_from_memory(bytes)
        };
        guarded(build)?.map_err(|error| OnnxError::Refused(said(&error)))
    }
}

fn provided(builder: SessionBuilder, provider: Provider) -> ort::Result<SessionBuilder> {
    let dispatch = match provider {
        Provider::Cpu => return Ok(builder),
        Provider::Cuda => ep::CUDA::default().build(),
        Provider::OpenVino => ep::OpenVINO::default().build(),
        Provider::WebGpu => ep::WebGPU::default().build(),
    };
    Ok(builder.with_execution_providers([dispatch.error_on_failure()])?)
}

/// Calls into the binding, which panics where a library or a network has something that it doesn't expect.
pub(crate) fn guarded<T>(call: impl FnOnce() -> T) -> Result<T, OnnxError> {
    catch_unwind(AssertUnwindSafe(call))
        .map_err(|_| OnnxError::Refused("it has something that the binding doesn't know".into()))
}

fn open(path: &Path) -> Result<Environment, OnnxError> {
    let not = |why: String| OnnxError::NotLibrary { path: path.to_owned(), why };
    let build = || match ort::init_from(path) {
        Ok(builder) => {
            let environment = builder.with_name("backlot").with_telemetry(false).build();
            environment.map_err(|error| not(said(&error)))
        }
        Err(error) => Err(unloaded(path, error)),
    };
    let environment = catch_unwind(AssertUnwindSafe(build))
        .map_err(|_| not("it lacks the interface that it should have".into()))??;
    // What goes wrong is returned, and needn't be printed.
    environment.set_log_level(LogLevel::Fatal);
    Ok(environment)
}

fn unloaded(path: &Path, error: ort::LoadDynamicError) -> OnnxError {
    use ort::LoadDynamicError as Why;
    let path: PathBuf = path.to_owned();
    let why = match error {
        Why::BadVersion { version_str: found, .. } => return OnnxError::Version { path, found },
        Why::Dlopen { error, .. } => loader_said(&error),
        Why::MissingApi { .. } => "it lacks the function OrtGetApiBase".into(),
        Why::InvalidVersionString => "its version is no text".into(),
    };
    OnnxError::NotLibrary { path, why }
}

/// What the system's loader said, without the file's name, which is told already.
fn loader_said(error: &dyn std::error::Error) -> String {
    let message = error.source().map_or_else(|| error.to_string(), ToString::to_string);
    let line = message.replace(char::is_control, " ");
    line.rsplit_once(": ").map_or(line.clone(), |(_, why)| why.to_owned())
}
