//! What `--output` and `[output]` name: the virtual cameras that viewers can open.

use anyhow::{Result, bail};
use backlot_media::{
    FrameRate, OutputOpener, PixelFormat, Size, StreamError, VirtualCamera, Waker, Wish,
};
use backlot_scene::config::{OutputConfig, ViewersRule};
use backlot_v4l2::loopback::{LoopbackOpener, LoopbackReport, Output, devices};
use backlot_v4l2::openers::openers;

/// What the user named, before anything is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Named {
    /// Every kind of virtual camera that this machine has.
    Auto,
    /// A v4l2loopback device, by its file or its label.
    Device(String),
    /// A PipeWire node, by the name that viewers see.
    PipeWire(Option<String>),
    /// None.
    None,
}

impl Named {
    fn find(text: &str) -> Self {
        match text.split_once(':') {
            _ if text == "auto" => Self::Auto,
            _ if text == "none" => Self::None,
            _ if text == "pipewire" || text == "pipewire:" => Self::PipeWire(None),
            Some(("pipewire", name)) => Self::PipeWire(Some(name.to_owned())),
            _ => Self::Device(text.to_owned()),
        }
    }
}

/// A virtual camera that is ready to be opened.
pub struct Found {
    /// Opens it.
    pub opener: Box<dyn OutputOpener>,
    /// What it is, in a few words.
    pub words: String,
    /// Where its device is told, if it has one.
    pub device: Option<LoopbackReport>,
}

/// The programs that watch a device.
pub fn watchers(device: &LoopbackReport) -> Vec<String> {
    let Some(opened) = device.last() else { return Vec::new() };
    let others = openers(&opened.path).into_iter().filter(|o| o.pid != std::process::id());
    others.map(|opener| format!("{} ({})", opener.name, opener.pid)).collect()
}

/// Makes ready to open the virtual cameras that are asked for.
///
/// # Errors
/// One sentence when there is no such thing.
pub fn find(asked: &[OutputConfig], viewers: ViewersRule) -> Result<Vec<Found>> {
    let mut all = Vec::new();
    for output in asked {
        let found = match Named::find(&output.device) {
            Named::None => Vec::new(),
            Named::Auto => auto(output, viewers)?,
            Named::Device(name) => {
                let found = loopback(Output::parse(&name), output, viewers);
                found.check()?;
                vec![of_loopback(found)]
            }
            Named::PipeWire(name) => {
                vec![of_pipewire(name.as_deref().unwrap_or(&output.name), output.format)?]
            }
        };
        let tailored = |found: Found| Found { opener: sized(found.opener, output), ..found };
        all.extend(found.into_iter().map(tailored));
    }
    Ok(all)
}

fn of_loopback(opener: LoopbackOpener) -> Found {
    // Where it is in the way of something, the status says so.
    let words = match opener.check() {
        Ok(path) => format!("v4l2loopback {}", path.display()),
        Err(_) => format!("v4l2loopback '{}'", opener.name()),
    };
    let device = Some(opener.report());
    Found { opener: Box::new(opener), words, device }
}

fn of_pipewire(name: &str, format: PixelFormat) -> Result<Found> {
    let words = format!("PipeWire '{name}'");
    Ok(Found { opener: pipewire::opener(name, format)?, words, device: None })
}

/// A v4l2loopback device and a PipeWire node, whichever there can be.
fn auto(output: &OutputConfig, viewers: ViewersRule) -> Result<Vec<Found>> {
    let mut found = Vec::new();
    if !devices().is_empty() {
        found.push(of_loopback(loopback(Output::parse("auto"), output, viewers)));
    }
    if pipewire::is_running() {
        found.push(of_pipewire(&output.name, output.format)?);
    }
    if found.is_empty() {
        bail!(
            "there is no virtual camera: neither a v4l2loopback device nor PipeWire is there \
             ('backlot doctor' tells how to get one)"
        );
    }
    Ok(found)
}

fn loopback(device: Output, output: &OutputConfig, viewers: ViewersRule) -> LoopbackOpener {
    let opener = LoopbackOpener::new(device).format(output.format);
    opener.scan(viewers != ViewersRule::Always)
}

/// The opener, asked for what the settings say of its pictures.
fn sized(opener: Box<dyn OutputOpener>, output: &OutputConfig) -> Box<dyn OutputOpener> {
    if output.size.is_none() && output.rate.is_none() {
        return opener;
    }
    Box::new(Tailored { opener, size: output.size, rate: output.rate })
}

/// A virtual camera whose pictures are not like the camera's.
struct Tailored {
    opener: Box<dyn OutputOpener>,
    size: Option<Size>,
    rate: Option<FrameRate>,
}

impl OutputOpener for Tailored {
    fn name(&self) -> String {
        self.opener.name()
    }

    fn open(&mut self, wish: &Wish, changed: Waker) -> Result<Box<dyn VirtualCamera>, StreamError> {
        let size = self.size.unwrap_or(wish.size);
        self.opener.open(&Wish { size, rate: self.rate.unwrap_or(wish.rate) }, changed)
    }
}

#[cfg(feature = "pipewire")]
mod pipewire {
    use anyhow::Result;
    use backlot_media::{OutputOpener, PixelFormat};
    use backlot_pipewire::PipewireOutputOpener;
    use std::path::PathBuf;

    /// Whether there is a session's socket to connect to.
    pub fn is_running() -> bool {
        let folder = std::env::var_os("PIPEWIRE_RUNTIME_DIR")
            .or_else(|| std::env::var_os("XDG_RUNTIME_DIR"))
            .map(PathBuf::from);
        let remote = std::env::var_os("PIPEWIRE_REMOTE").unwrap_or_else(|| "pipewire-0".into());
        folder.is_some_and(|folder| folder.join(remote).exists())
    }

    /// Makes ready to be a node of that name.
    pub fn opener(name: &str, format: PixelFormat) -> Result<Box<dyn OutputOpener>> {
        Ok(Box::new(PipewireOutputOpener::new().named(name).format(format)))
    }
}

#[cfg(not(feature = "pipewire"))]
mod pipewire {
    use anyhow::{Result, bail};
    use backlot_media::{OutputOpener, PixelFormat};

    pub const fn is_running() -> bool {
        false
    }

    pub fn opener(_: &str, _: PixelFormat) -> Result<Box<dyn OutputOpener>> {
        bail!("this program was built without PipeWire: build it with --features pipewire")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_told_apart() {
        assert_eq!(Named::find("auto"), Named::Auto);
        assert_eq!(Named::find("none"), Named::None);
        assert_eq!(Named::find("/dev/video10"), Named::Device("/dev/video10".to_owned()));
        assert_eq!(Named::find("My Camera: Two"), Named::Device("My Camera: Two".to_owned()));
        assert_eq!(Named::find("pipewire"), Named::PipeWire(None));
        assert_eq!(Named::find("pipewire:Me"), Named::PipeWire(Some("Me".to_owned())));
    }

    #[test]
    fn what_is_not_there_is_said() {
        let output = |device: &str| {
            let mut outputs = backlot_scene::Config::default().outputs;
            outputs[0].device = device.to_owned();
            find(&outputs[..1], ViewersRule::Auto).map(|found| found.len())
        };
        assert_eq!(output("none").unwrap(), 0);
        let error = output("/dev/video987").unwrap_err().to_string();
        assert!(error.contains("/dev/video987"), "{error}");
    }

    #[test]
    fn the_settings_of_an_output_come_before_those_of_the_camera() {
        struct Asks;

        impl OutputOpener for Asks {
            fn name(&self) -> String {
                "asks".to_owned()
            }

            fn open(
                &mut self,
                wish: &Wish,
                _: Waker,
            ) -> Result<Box<dyn VirtualCamera>, StreamError> {
                Err(StreamError::new(wish.size.to_string(), backlot_media::Recovery::Retry))
            }
        }

        let mut output = backlot_scene::Config::default().outputs.remove(0);
        output.size = Some(Size { width: 640, height: 360 });
        let wish = Wish { size: Size { width: 1280, height: 720 }, rate: FrameRate::FPS_30 };
        let opened = sized(Box::new(Asks), &output).open(&wish, std::sync::Arc::new(|| ()));
        assert_eq!(opened.map(|_| ()).unwrap_err().to_string(), "640x360");
    }
}
