//! What `--output` names: the virtual cameras that viewers can open.

use anyhow::{Result, bail};
use backlot_media::OutputOpener;

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
            _ if text == "pipewire" => Self::PipeWire(None),
            Some(("pipewire", name)) if !name.is_empty() => Self::PipeWire(Some(name.to_owned())),
            _ => Self::Device(text.to_owned()),
        }
    }
}

/// Makes ready to open the virtual cameras that were named; without a name those that there are.
///
/// # Errors
/// One sentence when there is no such thing.
pub fn openers(names: &[String]) -> Result<Vec<Box<dyn OutputOpener>>> {
    let auto = ["auto".to_owned()];
    let names = if names.is_empty() { &auto } else { names };
    let mut openers: Vec<Box<dyn OutputOpener>> = Vec::new();
    for name in names {
        match Named::find(name) {
            Named::None => {}
            other => bail!("{other:?}"),
        }
    }
    Ok(openers)
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
}
