//! Pictures of what viewers see, for whoever asks: a viewer of its own, behind the guard like all.

use backlot_control::Answer;
use backlot_files::{Content, Overwrite, Permit, write_picture};
use backlot_guard::{Cleared, OutputOpener, VirtualCamera};
use backlot_media::{
    ColorSpace, Frame, OutputMode, PixelFormat, StreamError, Viewers, Waker, Wish, threads,
};
use backlot_pipeline::live::{Live, OutputId, OutputSetup};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Weak};
use std::time::Duration;

/// How many pictures of the scene are let pass: a camera that was just opened adapts.
const SETTLING: u32 = 3;

/// How long a picture is waited for.
const PATIENCE: Duration = Duration::from_secs(4);

/// Captures under way, which end by themselves.
#[derive(Default)]
pub(crate) struct Captures(Vec<(OutputId, Weak<()>)>);

impl Captures {
    /// Writes a picture of what viewers see, and answers then.
    pub fn begin(&mut self, file: &Path, overwrite: Overwrite, live: &mut Live, answer: Answer) {
        let (sender, pictures) = sync_channel(1);
        let opener = Box::new(Opener(sender));
        let id = match live.add_output(OutputSetup::new(opener)) {
            Ok(id) => id,
            Err(error) => return answer.error(error.to_string()),
        };
        // Gone with the thread, however that ends, and if it can't be started.
        let at_work = Arc::new(());
        self.0.push((id, Arc::downgrade(&at_work)));
        let file = file.to_owned();
        // Where no thread can be started, the answer says that there is none.
        let _ = threads::start("capture", move || {
            let _at_work = at_work;
            answer.send(written(&pictures, &file, overwrite).map(|file| json!({ "file": file })));
        });
    }

    /// Removes the viewers that have seen enough.
    pub fn look(&mut self, live: &Live) {
        self.0.retain(|(id, at_work)| {
            let is_over = at_work.strong_count() == 0;
            if is_over {
                live.remove_output(*id);
            }
            !is_over
        });
    }

    /// Whether an output is one of these.
    pub fn has(&self, id: OutputId) -> bool {
        self.0.iter().any(|(known, _)| *known == id)
    }
}

fn written(
    pictures: &Receiver<Frame>,
    file: &Path,
    overwrite: Overwrite,
) -> Result<PathBuf, String> {
    let picture = pictures.recv_timeout(PATIENCE).map_err(|error| match error {
        RecvTimeoutError::Timeout => "there is no picture: does the camera work?",
        RecvTimeoutError::Disconnected => "the picture can't be taken: try again",
    })?;
    let permit = Permit::from(overwrite);
    write_picture(file, Content::Frame(&picture), &permit).map_err(|error| error.to_string())?;
    Ok(file.to_owned())
}

struct Opener(SyncSender<Frame>);

impl OutputOpener for Opener {
    fn name(&self) -> String {
        "snapshot".to_owned()
    }

    fn open(&mut self, wish: &Wish, changed: Waker) -> Result<Box<dyn VirtualCamera>, StreamError> {
        let mode = OutputMode {
            size: wish.size.rounded_to_even(),
            rate: wish.rate,
            format: PixelFormat::I420,
            color: ColorSpace::BT709,
        };
        changed();
        Ok(Box::new(Viewer { mode, to: self.0.clone(), seen: 0 }))
    }
}

/// A viewer that hands one picture on.
struct Viewer {
    mode: OutputMode,
    to: SyncSender<Frame>,
    seen: u32,
}

impl VirtualCamera for Viewer {
    fn mode(&self) -> OutputMode {
        self.mode
    }

    fn put(&mut self, picture: &Cleared) -> Result<(), StreamError> {
        // Cards have no number.
        self.seen += u32::from(picture.sequence > 0);
        if self.seen == SETTLING {
            let memory = Frame::new(self.mode.format, self.mode.size);
            // Nobody waits for a second one.
            let _ = self.to.try_send(picture.copied(memory).into_frame());
        }
        Ok(())
    }

    fn viewers(&self) -> Viewers {
        Viewers::Count(u32::from(self.seen < SETTLING))
    }
}
