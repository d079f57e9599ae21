//! The stream from a camera, on the thread that runs PipeWire's loop.

use super::intake::Intake;
use super::{Taken, pick};
use crate::list::survey;
use crate::negotiate::{Offer, Pods, Video, buffers, choose, meta, offers_in, wanted};
use crate::session::{End, Remote, Session};
use crate::slot::Writer;
use crate::sys::Incoming;
use crate::worker::{Report, Signal};
use crate::{Error, NODE_DESCRIPTION};
use backlot_media::{CameraTally, Clock, Encoding, MonotonicClock, Wish};
use pipewire::channel::Receiver;
use pipewire::main_loop::MainLoopRc;
use pipewire::properties::PropertiesBox;
use pipewire::spa::param::ParamType;
use pipewire::spa::pod::Pod;
use pipewire::spa::utils::Direction;
use pipewire::stream::{StreamFlags, StreamListener, StreamRc, StreamState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::time::Instant;

/// Wakes the thread that waits for a picture.
#[derive(Default)]
pub(super) struct Bell {
    rung: Mutex<bool>,
    changed: Condvar,
}

impl Bell {
    fn ring(&self) {
        *self.rung.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_one();
    }

    /// Waits for the bell. Returns false if it stays silent until then.
    pub(super) fn wait(&self, until: Instant) -> bool {
        let left = until.saturating_duration_since(Instant::now());
        let rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut rung, _) = self
            .changed
            .wait_timeout_while(rung, left, |rung| !*rung)
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *rung)
    }
}

/// The state shared by the thread and the camera.
#[derive(Default)]
pub(super) struct Shared {
    pub(super) bell: Bell,
    damaged: AtomicU64,
    late: AtomicU64,
    lost: AtomicU64,
    ended: OnceLock<Ended>,
}

/// Why the stream is over.
enum Ended {
    Gone,
    Disconnected(String),
}

impl Shared {
    pub(super) fn tally(&self) -> CameraTally {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        CameraTally { damaged: get(&self.damaged), late: get(&self.late), lost: get(&self.lost) }
    }

    pub(super) fn failure(&self, name: &str) -> Option<Error> {
        Some(match self.ended.get()? {
            Ended::Gone => Error::CameraGone(name.to_owned()),
            Ended::Disconnected(why) => Error::Disconnected(why.clone()),
        })
    }
}

/// The camera to open.
pub(super) struct Stream {
    pub(super) wanted: Option<String>,
    pub(super) remote: Remote,
    pub(super) wish: Wish,
    /// Encodings that could not be read.
    pub(super) avoided: Vec<Encoding>,
    pub(super) shared: Arc<Shared>,
}

/// The opened camera.
pub(super) struct Opened {
    pub(super) name: String,
    pub(super) video: Video,
}

/// The state of the stream's callbacks.
struct Receive {
    name: String,
    intake: Option<Intake>,
    /// The mode promised at the opening.
    promised: Option<Video>,
    pictures: Writer<Taken>,
    shared: Arc<Shared>,
    report: Report<Opened>,
    main: MainLoopRc,
    end: End,
}

impl Stream {
    /// Opens the camera, reports its mode, and takes its pictures until told to quit or it ends.
    pub(super) fn run(
        self,
        pictures: Writer<Taken>,
        signals: Receiver<Signal>,
        report: &Report<Opened>,
    ) -> Result<(), Error> {
        let session = Session::connect(&self.remote)?;
        let result = self.serve(&session, pictures, signals, report);
        if let Err(error) = &result {
            let _ = self.shared.ended.set(match error {
                Error::Disconnected(why) => Ended::Disconnected(why.clone()),
                _ => Ended::Gone,
            });
            self.shared.bell.ring();
        }
        result
    }

    fn serve(
        &self,
        session: &Session,
        pictures: Writer<Taken>,
        signals: Receiver<Signal>,
        report: &Report<Opened>,
    ) -> Result<(), Error> {
        let cameras = survey(session)?;
        let camera = pick(&cameras, self.wanted.as_deref())?;
        let name = camera.info.description.clone();
        let video = self.choose(&camera.offers, &name)?;
        let gone = End::default();
        let _removal = watch_removal(session, camera.info.id, &gone)?;
        let stream = StreamRc::new(session.core.clone(), "backlot-in", properties(&camera.target))
            .map_err(Error::refused("make a stream"))?;
        let receive = Receive {
            name: name.clone(),
            intake: None,
            promised: None,
            pictures,
            shared: self.shared.clone(),
            report: report.clone(),
            main: session.main.clone(),
            end: gone.clone(),
        };
        let _listener = receive.listen(&stream)?;
        let pods = Pods::new(wanted(&video));
        // Another camera in its place would be a surprise.
        let flags =
            StreamFlags::AUTOCONNECT | StreamFlags::MAP_BUFFERS | StreamFlags::DONT_RECONNECT;
        stream
            .connect(Direction::Input, None, flags, &mut pods.as_params())
            .map_err(Error::refused("open the camera"))?;
        let main = session.main.clone();
        let _signals = signals.attach(session.main.loop_(), move |_| main.quit());
        session.main.run();
        match (session.end.reason(), gone.reason()) {
            (Some(why), _) => Err(Error::Disconnected(why)),
            (None, Some(_)) => Err(Error::CameraGone(name)),
            (None, None) => Ok(()),
        }
    }
}

impl Stream {
    /// The most suitable offer, without those that could not be read.
    fn choose(&self, offers: &[Offer], name: &str) -> Result<Video, Error> {
        let may_be = |offer: &&Offer| !self.avoided.contains(&offer.encoding);
        let readable: Vec<Offer> = offers.iter().filter(may_be).cloned().collect();
        choose(&readable, &self.wish).ok_or_else(|| match offers {
            [] => Error::NoFormat(name.to_owned()),
            _ => Error::Unreadable(name.to_owned()),
        })
    }
}

fn properties(target: &str) -> PropertiesBox {
    let mut properties = PropertiesBox::new();
    for (key, value) in [
        (*pipewire::keys::MEDIA_TYPE, "Video"),
        (*pipewire::keys::MEDIA_CATEGORY, "Capture"),
        (*pipewire::keys::MEDIA_ROLE, "Camera"),
        (*pipewire::keys::APP_NAME, NODE_DESCRIPTION),
        (*pipewire::keys::TARGET_OBJECT, target),
    ] {
        properties.insert(key, value);
    }
    properties
}

/// Notices the removal of a node while it lives; fields drop in this order.
struct Removal {
    _listener: pipewire::registry::Listener,
    _registry: pipewire::registry::RegistryRc,
}

fn watch_removal(session: &Session, node: u32, gone: &End) -> Result<Removal, Error> {
    let registry = session.core.get_registry_rc().map_err(Error::refused("list its cameras"))?;
    let (main, gone) = (session.main.clone(), gone.clone());
    let listener = registry
        .add_listener_local()
        .global_remove(move |id| {
            if id == node {
                gone.because("the camera was removed");
                main.quit();
            }
        })
        .register();
    Ok(Removal { _listener: listener, _registry: registry })
}

impl Receive {
    fn listen(self, stream: &StreamRc) -> Result<StreamListener<Self>, Error> {
        stream
            .add_local_listener_with_user_data(self)
            .state_changed(|_, receive, old, new| receive.state(&old, new))
            .param_changed(|stream, receive, id, param| {
                let param = param.filter(|_| id == ParamType::Format.as_raw());
                if param.is_some_and(|param| receive.format(param)) {
                    let pods = Pods::new([buffers(None), meta()]);
                    let _ = stream.update_params(&mut pods.as_params());
                }
            })
            .process(|stream, receive| receive.process(stream))
            .register()
            .map_err(Error::refused("listen to a stream"))
    }

    fn state(&self, old: &StreamState, new: StreamState) {
        let lost = match new {
            StreamState::Error(why) => Some(why),
            StreamState::Unconnected if *old != StreamState::Unconnected => {
                Some("the stream was removed".to_owned())
            }
            _ => None,
        };
        if let Some(why) = lost {
            self.leave(&why);
        }
    }

    fn leave(&self, why: &str) {
        self.end.because(why);
        self.main.quit();
    }

    /// Takes the negotiated format. Returns whether it can be read.
    fn format(&mut self, param: &Pod) -> bool {
        let Some(video) = settled(param.as_bytes()) else {
            self.leave("it chose a format that was not asked for");
            return false;
        };
        // The mode of an open camera can't change: it must be opened again.
        if self.promised.is_some_and(|promised| promised != video) {
            self.leave("it changed its format");
            return false;
        }
        self.promised = Some(video);
        self.intake = Some(Intake::new(video));
        let _ = self.report.try_send(Ok(Opened { name: self.name.clone(), video }));
        true
    }

    fn process(&mut self, stream: &pipewire::stream::Stream) {
        let Some(mut buffer) = Incoming::next(stream) else { return };
        let mut sequence = self.count(&buffer);
        while let Some(newer) = Incoming::next(stream) {
            self.shared.late.fetch_add(1, Ordering::Relaxed);
            buffer = newer;
            sequence = self.count(&buffer);
        }
        if self.take(&buffer, sequence).is_none() {
            self.shared.damaged.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn count(&mut self, buffer: &Incoming<'_>) -> u64 {
        let (number, lost) = self.intake.as_mut().map_or((0, 0), |i| i.count(buffer.header()));
        self.shared.lost.fetch_add(lost, Ordering::Relaxed);
        number
    }

    fn take(&mut self, buffer: &Incoming<'_>, sequence: u64) -> Option<()> {
        let header = buffer.header();
        if header.is_some_and(|h| h.damaged) {
            return None;
        }
        let part = buffer.part()?;
        let (length, stride) = self.intake.as_ref()?.picture(part.size, part.stride)?;
        let back = self.pictures.back();
        back.bytes.resize(length, 0);
        if !buffer.copy(&part, &mut back.bytes) {
            return None;
        }
        back.stride = stride;
        back.time = Intake::time(header, MonotonicClock.now());
        back.sequence = sequence;
        if self.pictures.publish() {
            self.shared.late.fetch_add(1, Ordering::Relaxed);
        }
        self.shared.bell.ring();
        Some(())
    }
}

/// A format with nothing left to choose.
fn settled(param: &[u8]) -> Option<Video> {
    let offers = offers_in(param);
    let [offer] = &offers[..] else { return None };
    let (sizes, rates) = (offer.sizes.ends(), offer.rates.ends());
    let size = *sizes.first()?;
    Some(Video { size, rate: rates.first().copied(), encoding: offer.encoding, color: offer.color })
}
