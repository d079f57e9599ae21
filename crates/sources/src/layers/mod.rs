//! What layers show besides cameras and other scenes: one file for each kind of source.

mod color;
mod picture;
mod set;
mod video;

use crate::SourceError;
use backlot_files::{FilesError, InputKind, Intake};
use backlot_kernels::Level;
use backlot_media::{ColorSpace, Frame, Matte, Shot, Size, Timestamp, View, Window};
use backlot_scene::{Play, SourceSpec};

/// What a layer shows: found, but not yet at work.
pub trait Material: Send {
    /// What layers need to know of it.
    fn facts(&self) -> Facts;

    /// Puts it to work.
    ///
    /// # Errors
    /// One sentence when it gives no picture.
    fn start(&self, booking: &Booking<'_>) -> Result<Box<dyn Player>, SourceError>;
}

/// What layers need to know of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The size of its pictures; `None` if they are drawn at any size that is wanted.
    pub size: Option<Size>,
    /// Whether something may be seen through its pictures.
    pub has_alpha: bool,
    /// Whether its pictures change with time. Those of others are drawn once, for each form.
    pub moves: bool,
}

/// What is wanted of a source.
#[derive(Clone, Copy, Debug)]
pub struct Booking<'a> {
    /// The size of finished pictures, which what is drawn takes for its own.
    pub size: Size,
    /// Their colours.
    pub color: ColorSpace,
    /// The instructions that may be used.
    pub level: Level,
    /// The parts that layers show, at their sizes; at least one.
    pub views: &'a [View],
    /// What happens at its end.
    pub play: Play,
    /// Whether it waits for pictures.
    pub timing: Timing,
}

/// What a source does while its next picture isn't ready.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Timing {
    /// It waits: each picture is that of its time, counted from zero.
    #[default]
    Exact,
    /// It goes on with the picture before, and plays on from there: nobody waits. Its time begins when
    /// it is first shown.
    Live,
}

/// A source at work.
pub trait Player: Send {
    /// The part and size of its pictures.
    fn view(&self) -> View;

    /// Draws its picture of a time, in I420, in the canvas' colours and the size of [`Player::view`],
    /// and how much of each pixel shows (`None` if all of it does). It may put other memory in their
    /// place. Returns `false` when there is no picture any more.
    ///
    /// # Errors
    /// One sentence when it can't go on.
    fn draw(
        &mut self,
        time: Timestamp,
        picture: &mut Frame,
        alpha: &mut Option<Matte>,
    ) -> Result<bool, SourceError>;
}

/// Finds a source, and reads what it is. `None` for a camera.
///
/// # Errors
/// One sentence when it doesn't exist, or can't be shown.
pub fn material(
    spec: &SourceSpec,
    intake: &Intake,
) -> Result<Option<Box<dyn Material>>, SourceError> {
    Ok(Some(match spec {
        SourceSpec::Camera { .. } => return Ok(None),
        SourceSpec::Color(color) => Box::new(color::Gradient::plain(color)),
        SourceSpec::Gradient(top, bottom) => Box::new(color::Gradient::new(top, bottom)),
        SourceSpec::Set(name) => Box::new(set::Set::named(name)),
        SourceSpec::File(path) => match intake.probe(path)? {
            InputKind::Video(found) => Box::new(video::Video::probed(path, found, intake)?),
            InputKind::Picture => Box::new(picture::Still::read(path, intake)?),
            InputKind::Folder => {
                let why = "it is a folder".to_owned();
                return Err(FilesError::NotMedia { path: path.clone(), why }.into());
            }
        },
    }))
}

impl Booking<'_> {
    /// The view that the only layer wants, or the whole for several.
    fn view_of(&self, native: Size) -> View {
        match self.views {
            [only] => *only,
            _ => self.whole_of(native),
        }
    }

    /// The view of a whole source at the greatest scale that is wanted.
    fn whole_of(&self, native: Size) -> View {
        let window = Window::whole(native);
        let whole = View { window, size: Size { width: 2, height: 2 } };
        let views = std::iter::once(whole).chain(self.views.iter().copied());
        View::holding(views).unwrap_or(whole)
    }
}

/// A picture that never changes.
struct Fixed {
    view: View,
    shot: Shot,
}

impl Player for Fixed {
    fn view(&self) -> View {
        self.view
    }

    fn draw(
        &mut self,
        _: Timestamp,
        picture: &mut Frame,
        alpha: &mut Option<Matte>,
    ) -> Result<bool, SourceError> {
        picture.clone_from(&self.shot.picture);
        alpha.clone_from(&self.shot.alpha);
        Ok(true)
    }
}
