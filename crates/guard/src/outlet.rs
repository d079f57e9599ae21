//! A virtual camera that gets only pictures of its mode.

use crate::{Cleared, VirtualCamera};
use backlot_media::{OutputMode, Recovery, StreamError, Viewers};

/// A virtual camera whose pictures are checked before they reach it.
pub struct Outlet(Box<dyn VirtualCamera>);

/// A picture that doesn't fit the virtual camera's mode.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the virtual camera takes {expected}, not {found}: convert the picture first")]
pub struct WrongPicture {
    /// Format, size and colour space of the mode.
    pub expected: String,
    /// The same of the picture.
    pub found: String,
}

impl Outlet {
    /// Takes the virtual camera: from now on nothing else reaches it.
    pub fn new(camera: Box<dyn VirtualCamera>) -> Self {
        Self(camera)
    }

    /// What it shows; fixed while it is open.
    pub fn mode(&self) -> OutputMode {
        self.0.mode()
    }

    /// Who watches now. Cheap: no system call.
    pub fn viewers(&self) -> Viewers {
        self.0.viewers()
    }

    /// Shows viewers a picture.
    ///
    /// # Errors
    /// Returns the virtual camera's errors, or [`WrongPicture`], with the advice to reconfigure, if
    /// the picture doesn't fit its mode.
    pub fn show(&mut self, picture: &Cleared) -> Result<(), StreamError> {
        fits(&self.0.mode(), picture).and_then(|()| self.0.put(picture))
    }
}

fn fits(mode: &OutputMode, picture: &Cleared) -> Result<(), StreamError> {
    let expected = (mode.format, mode.size, mode.color);
    let found = (picture.format(), picture.size(), picture.color);
    if expected == found {
        return Ok(());
    }
    let [expected, found] = [expected, found].map(|(f, size, color)| format!("{f} {size} {color}"));
    Err(StreamError::new(WrongPicture { expected, found }, Recovery::Reconfigure))
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_media::{ColorSpace, FrameRate, PixelFormat, Size};

    /// Fails from the third picture on.
    struct Shaky(u64);

    impl VirtualCamera for Shaky {
        fn mode(&self) -> OutputMode {
            mode(PixelFormat::Yuyv)
        }

        fn put(&mut self, picture: &Cleared) -> Result<(), StreamError> {
            assert_eq!(picture.format(), PixelFormat::Yuyv);
            self.0 += 1;
            let gone = || StreamError::new("the device is gone", Recovery::Reopen);
            if self.0 > 2 { Err(gone()) } else { Ok(()) }
        }

        fn viewers(&self) -> Viewers {
            Viewers::Count(3)
        }
    }

    fn mode(format: PixelFormat) -> OutputMode {
        let (size, color) = (Size { width: 4, height: 2 }, ColorSpace::BT601);
        OutputMode { size, rate: FrameRate::FPS_30, format, color }
    }

    fn picture(format: PixelFormat) -> Cleared {
        Cleared::black(&mode(format))
    }

    #[test]
    fn pictures_are_shown() {
        let mut outlet = Outlet::new(Box::new(Shaky(0)));
        assert_eq!(outlet.viewers(), Viewers::Count(3));
        assert_eq!(outlet.mode().format, PixelFormat::Yuyv);
        let results = [(); 3].map(|()| outlet.show(&picture(PixelFormat::Yuyv)).is_ok());
        assert_eq!(results, [true, true, false]);
    }

    #[test]
    fn a_picture_of_another_kind_does_not_reach_the_camera() {
        let mut outlet = Outlet::new(Box::new(Shaky(0)));
        let error = outlet.show(&picture(PixelFormat::I420)).unwrap_err();
        assert_eq!(error.recovery(), Recovery::Reconfigure);
        assert!(error.to_string().starts_with("the virtual camera takes YUYV 4x2"), "{error}");
    }
}
