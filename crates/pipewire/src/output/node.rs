//! The node of a virtual camera, on the thread that runs PipeWire's loop.
//!
//! We drive the graph: a cycle runs when we have a picture. A viewer that joins gets the last
//! picture at once, and while nothing new arrives, viewers get the last one again a few times a
//! second.
//! - `STREAMING` and `PAUSED` tell whether anyone watches. A second viewer changes neither.
//! - `is_driving()` becomes true only some milliseconds after `STREAMING`.
//! - The library doesn't hand out a buffer that a viewer still reads; it counts that in the
//!   buffer's `Busy` metadata. So there are eight buffers, and we look at each of them.

use crate::negotiate::{Pods, Video, buffers, fixed, meta};
use crate::session::{End, Remote, Session};
use crate::slot::Reader;
use crate::sys::{Header, Outgoing};
use crate::worker::{Report, Signal};
use crate::{Error, NODE_DESCRIPTION};
use backlot_media::{Clock, MonotonicClock, OutputMode, PixelFormat, Timestamp, Waker};
use pipewire::channel::Receiver;
use pipewire::main_loop::MainLoopRc;
use pipewire::properties::PropertiesBox;
use pipewire::spa::param::ParamType;
use pipewire::spa::utils::Direction;
use pipewire::stream::{Stream, StreamFlags, StreamRc, StreamState};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// How often to check whether a viewer waits for a picture.
const TICK: Duration = Duration::from_millis(20);
/// After this time without a new picture, the last one is shown again.
const REPEAT: Duration = Duration::from_millis(200);

/// A picture, tightly packed.
pub(crate) struct Picture {
    pub(crate) bytes: Vec<u8>,
    /// In ns.
    pub(crate) time: u64,
}

/// The state shared by the thread and the virtual camera.
pub(crate) struct Shared {
    pub(crate) watched: AtomicBool,
    /// The thread was told of a picture and has not looked yet.
    pub(crate) told: AtomicBool,
    /// Why the thread ended on its own.
    pub(crate) ended: OnceLock<String>,
    changed: Waker,
}

impl Shared {
    pub(crate) fn new(changed: Waker) -> Self {
        let (watched, told) = (AtomicBool::new(false), AtomicBool::new(false));
        Self { watched, told, ended: OnceLock::new(), changed }
    }

    fn set_watched(&self, watched: bool) {
        if self.watched.swap(watched, Ordering::AcqRel) != watched {
            (self.changed)();
        }
    }
}

/// The node to make.
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) mode: OutputMode,
    pub(crate) remote: Remote,
    pub(crate) shared: Arc<Shared>,
}

/// The state of the callbacks, all on one thread.
struct Show {
    pictures: RefCell<Reader<Picture>>,
    /// Whether any picture has arrived yet.
    any: Cell<bool>,
    /// Whether the next cycle shows the last picture, even if it isn't new.
    due: Cell<bool>,
    shown: Cell<Option<Timestamp>>,
    last_time: Cell<i64>,
    sequence: Cell<u64>,
    streaming: Cell<bool>,
    stride: i32,
    shared: Arc<Shared>,
    main: MainLoopRc,
    end: End,
}

impl Node {
    /// Makes the node, reports, and serves it until told to quit or the daemon goes.
    pub(crate) fn run(
        self,
        pictures: Reader<Picture>,
        signals: Receiver<Signal>,
        report: &Report<()>,
    ) -> Result<(), Error> {
        let session = Session::connect(&self.remote)?;
        let result = self.serve(&session, pictures, signals, report);
        if let Some(why) = session.end.reason() {
            let _ = self.shared.ended.set(why);
        }
        self.shared.set_watched(false);
        result
    }

    fn serve(
        &self,
        session: &Session,
        pictures: Reader<Picture>,
        signals: Receiver<Signal>,
        report: &Report<()>,
    ) -> Result<(), Error> {
        let show = Rc::new(self.show(session, pictures));
        let stream = StreamRc::new(session.core.clone(), &self.name, self.properties())
            .map_err(Error::refused("make a stream"))?;
        let _listener = self.listen(&stream, &show, report)?;
        let pods = Pods::new(fixed(&Video::from(self.mode)));
        let flags = StreamFlags::DRIVER | StreamFlags::MAP_BUFFERS;
        stream
            .connect(Direction::Output, None, flags, &mut pods.as_params())
            .map_err(Error::refused("make the virtual camera"))?;
        let quit = Rc::new(Cell::new(false));
        let _signals = signals.attach(session.main.loop_(), {
            let (stream, show, quit) = (stream.clone(), show.clone(), quit.clone());
            move |signal| match signal {
                Signal::Picture => show.new_picture(&stream),
                Signal::Quit => {
                    quit.set(true);
                    show.main.quit();
                }
            }
        });
        let timer = session.main.loop_().add_timer({
            let (stream, show) = (stream.clone(), show.clone());
            move |_| show.tick(&stream)
        });
        while !quit.get() && session.end.reason().is_none() {
            let tick = show.streaming.get().then_some(TICK);
            let _ = timer.update_timer(tick, tick);
            session.main.run();
        }
        session.end.reason().map_or(Ok(()), |why| Err(Error::Disconnected(why)))
    }

    fn show(&self, session: &Session, pictures: Reader<Picture>) -> Show {
        Show {
            pictures: RefCell::new(pictures),
            any: Cell::new(false),
            due: Cell::new(false),
            shown: Cell::new(None),
            last_time: Cell::new(0),
            sequence: Cell::new(0),
            streaming: Cell::new(false),
            stride: self.stride(),
            shared: self.shared.clone(),
            main: session.main.clone(),
            end: session.end.clone(),
        }
    }

    /// The properties by which programs choose cameras: the desktop's portal asks for class and
    /// role, browsers for a description.
    fn properties(&self) -> PropertiesBox {
        let mut properties = PropertiesBox::new();
        for (key, value) in [
            (*pipewire::keys::MEDIA_CLASS, "Video/Source"),
            (*pipewire::keys::MEDIA_TYPE, "Video"),
            (*pipewire::keys::MEDIA_CATEGORY, "Capture"),
            (*pipewire::keys::MEDIA_ROLE, "Camera"),
            (*pipewire::keys::NODE_NAME, &self.name),
            (*pipewire::keys::NODE_DESCRIPTION, &self.description),
            (*pipewire::keys::NODE_NICK, &self.description),
            (*pipewire::keys::APP_NAME, NODE_DESCRIPTION),
        ] {
            properties.insert(key, value);
        }
        properties
    }

    fn stride(&self) -> i32 {
        let luma = self.mode.size.width as i32;
        if self.mode.format == PixelFormat::Yuyv { 2 * luma } else { luma }
    }

    fn listen(
        &self,
        stream: &Stream,
        show: &Rc<Show>,
        report: &Report<()>,
    ) -> Result<pipewire::stream::StreamListener<Rc<Show>>, Error> {
        let bytes: usize =
            self.mode.format.planes(self.mode.size).iter().map(|p| p.row_bytes * p.rows).sum();
        let picture = (bytes as i32, self.stride());
        let report = report.clone();
        stream
            .add_local_listener_with_user_data(show.clone())
            .state_changed(move |_, show, _, state| {
                if matches!(state, StreamState::Paused) {
                    let _ = report.try_send(Ok(()));
                }
                show.state(state);
            })
            .param_changed(move |stream, _, id, param| {
                if id == ParamType::Format.as_raw() && param.is_some() {
                    let pods = Pods::new([buffers(Some(picture)), meta()]);
                    let _ = stream.update_params(&mut pods.as_params());
                }
            })
            .process(|stream, show| show.process(stream))
            .register()
            .map_err(Error::refused("listen to a stream"))
    }
}

impl Show {
    fn state(&self, state: StreamState) {
        let streaming = match state {
            StreamState::Error(why) => return self.leave(why),
            StreamState::Unconnected => return self.leave("the node was removed".to_owned()),
            state => state == StreamState::Streaming,
        };
        self.shown.set(None);
        self.shared.set_watched(streaming);
        if self.streaming.replace(streaming) != streaming {
            // The timer belongs to the loop's runner.
            self.main.quit();
        }
    }

    fn leave(&self, why: String) {
        self.end.because(why);
        self.main.quit();
    }

    fn new_picture(&self, stream: &Stream) {
        self.shared.told.store(false, Ordering::Release);
        self.any.set(true);
        self.trigger(stream);
    }

    fn tick(&self, stream: &Stream) {
        let now = MonotonicClock.now();
        if self.shown.get().is_none_or(|shown| now.since(shown) >= REPEAT) {
            self.trigger(stream);
        }
    }

    fn trigger(&self, stream: &Stream) {
        if self.streaming.get() && self.any.get() && stream.is_driving() {
            self.due.set(true);
            let _ = stream.trigger_process();
        }
    }

    /// One cycle of the graph, ours or, should another node drive us, its.
    fn process(&self, stream: &Stream) {
        let mut pictures = self.pictures.borrow_mut();
        let fresh = pictures.refresh();
        self.any.set(self.any.get() || fresh);
        if !(self.due.take() && self.any.get() || fresh) {
            return;
        }
        let Some(mut buffer) = Outgoing::next(stream) else { return };
        let now = MonotonicClock.now();
        let picture = pictures.front();
        let taken = if fresh { picture.time } else { now.nanos() };
        let header = Header { time: self.later(taken), sequence: self.count(), damaged: false };
        if buffer.fill(&picture.bytes, self.stride, header) {
            self.shown.set(Some(now));
        }
    }

    /// A time after the one of the previous picture.
    fn later(&self, time: u64) -> i64 {
        let time = i64::try_from(time).unwrap_or(i64::MAX).max(self.last_time.get() + 1);
        self.last_time.set(time);
        time
    }

    fn count(&self) -> u64 {
        self.sequence.replace(self.sequence.get() + 1)
    }
}
