//! Lists the session's cameras. It marks our own virtual cameras: they aren't sources.

use crate::negotiate::{Offer, offers_in};
use crate::session::{Remote, Session};
use crate::worker::Worker;
use crate::{Error, NODE_DESCRIPTION, NODE_NAME};
use backlot_media::{CameraMode, FrameRate, Size};
use pipewire::node::{Node, NodeListener};
use pipewire::properties::PropertiesBox;
use pipewire::registry::{GlobalObject, RegistryRc};
use pipewire::spa::param::ParamType;
use pipewire::spa::utils::dict::DictRef;
use pipewire::types::ObjectType;
use std::cell::{Cell, RefCell};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

/// How long the daemon may take to answer one question.
const ANSWER: Duration = Duration::from_secs(2);
/// The most cameras to look at.
const MOST: usize = 64;

/// A camera of the session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CameraInfo {
    /// Number of its node, until the session ends.
    pub id: u32,
    /// `node.name`, which stays the same.
    pub name: String,
    /// The name that programs show.
    pub description: String,
    /// Whether that is its own `node.description`, without which browsers list none.
    pub is_described: bool,
    /// `media.role`: programs list only nodes with the role `Camera`.
    pub role: String,
    /// The video device behind it, if it is one.
    pub device: Option<String>,
    /// Whether it is one of our virtual cameras.
    pub is_ours: bool,
    /// The modes that it reports; for a range, its ends.
    pub modes: Vec<CameraMode>,
}

/// A camera with everything needed to open it.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) info: CameraInfo,
    /// The key by which the session manager finds it.
    pub(crate) target: String,
    /// Whether it calls itself a camera.
    pub(crate) is_camera: bool,
    pub(crate) offers: Vec<Offer>,
}

/// The cameras of the user's PipeWire session, without our own virtual ones.
///
/// # Errors
/// Returns an error if PipeWire doesn't run or answer.
pub fn list() -> Result<Vec<CameraInfo>, Error> {
    Ok(without_ours(list_from(Remote::default())?))
}

/// The cameras of the user's PipeWire session, including our own virtual ones.
///
/// # Errors
/// Returns an error if PipeWire doesn't run or answer.
pub fn list_all() -> Result<Vec<CameraInfo>, Error> {
    list_from(Remote::default())
}

/// The cameras of the daemon that listens at this socket.
///
/// # Errors
/// Returns an error if no daemon listens or answers there.
pub fn list_at(socket: impl Into<PathBuf>) -> Result<Vec<CameraInfo>, Error> {
    Ok(without_ours(list_all_at(socket)?))
}

/// The same, including our own virtual ones.
///
/// # Errors
/// As [`list_at`].
pub fn list_all_at(socket: impl Into<PathBuf>) -> Result<Vec<CameraInfo>, Error> {
    list_from(Remote(Some(socket.into())))
}

fn without_ours(mut cameras: Vec<CameraInfo>) -> Vec<CameraInfo> {
    cameras.retain(|camera| !camera.is_ours);
    cameras
}

fn list_from(remote: Remote) -> Result<Vec<CameraInfo>, Error> {
    let (_, found) = Worker::start("list its cameras", move |_, report| {
        let found = look(&Session::connect(&remote)?)?;
        let _ = report.try_send(Ok(found.into_iter().map(|f| f.info).collect()));
        Ok(())
    })?;
    Ok(found)
}

/// Asks the daemon for its cameras, without ours, and for their modes.
pub(crate) fn survey(session: &Session) -> Result<Vec<Found>, Error> {
    let mut found = look(session)?;
    found.retain(|found| !found.info.is_ours);
    Ok(found)
}

fn look(session: &Session) -> Result<Vec<Found>, Error> {
    let refused = Error::refused("list its cameras");
    let registry = session.core.get_registry_rc().map_err(refused)?;
    let globals: Rc<RefCell<Vec<GlobalObject<PropertiesBox>>>> = Rc::default();
    let _listener = registry
        .add_listener_local()
        .global({
            let globals = globals.clone();
            move |global| {
                if is_camera(global) && globals.borrow().len() < MOST {
                    globals.borrow_mut().push(global.to_owned());
                }
            }
        })
        .register();
    round_trip(session)?;
    let asked: Vec<_> = globals.borrow().iter().filter_map(|g| Asked::of(g, &registry)).collect();
    round_trip(session)?;
    Ok(asked.into_iter().map(Asked::answer).collect())
}

fn is_camera(global: &GlobalObject<&DictRef>) -> bool {
    let class = global.props.and_then(|props| props.get("media.class"));
    global.type_ == ObjectType::Node && class == Some("Video/Source")
}

fn is_ours(props: &DictRef) -> bool {
    props.get("node.name") == Some(NODE_NAME)
        || props.get("application.name") == Some(NODE_DESCRIPTION)
        // The loopback device beside us, as the session manager sees it.
        || props.get("node.description").is_some_and(|d| d.starts_with(NODE_DESCRIPTION))
}

/// A camera whose formats are requested.
struct Asked {
    found: Found,
    offers: Rc<RefCell<Vec<Offer>>>,
    device: Rc<RefCell<Option<String>>>,
    // The answer arrives only while these live; they drop in this order.
    _listener: NodeListener,
    _node: Node,
}

impl Asked {
    fn of(global: &GlobalObject<PropertiesBox>, registry: &RegistryRc) -> Option<Self> {
        let node: Node = registry.bind(global).ok()?;
        let offers: Rc<RefCell<Vec<Offer>>> = Rc::default();
        let device: Rc<RefCell<Option<String>>> = Rc::default();
        let listener = node
            .add_listener_local()
            .info({
                let device = device.clone();
                move |info| {
                    let path = info.props().and_then(|props| props.get("api.v4l2.path"));
                    if let Some(path) = path {
                        *device.borrow_mut() = Some(path.to_owned());
                    }
                }
            })
            .param({
                let offers = offers.clone();
                move |_, id, _, _, param| {
                    let full = offers.borrow().len() >= 1024;
                    if let Some(param) = param.filter(|_| id == ParamType::EnumFormat && !full) {
                        offers.borrow_mut().extend(offers_in(param.as_bytes()));
                    }
                }
            })
            .register();
        node.enum_params(0, Some(ParamType::EnumFormat), 0, u32::MAX);
        let found = Found::of(global)?;
        Some(Self { found, offers, device, _listener: listener, _node: node })
    }

    fn answer(self) -> Found {
        let mut found = self.found;
        found.offers = self.offers.take();
        found.info.device = self.device.take();
        found.info.modes = found.offers.iter().flat_map(modes).take(1024).collect();
        found
    }
}

impl Found {
    fn of(global: &GlobalObject<PropertiesBox>) -> Option<Self> {
        let props = global.props.as_ref()?.dict();
        let get = |key| props.get(key).unwrap_or_default().to_owned();
        let name = get("node.name");
        let description = [get("node.description"), get("node.nick"), name.clone()]
            .into_iter()
            .find(|text| !text.is_empty())?;
        let target = [get("object.serial"), name.clone()].into_iter().find(|t| !t.is_empty())?;
        let info = CameraInfo {
            id: global.id,
            name,
            description,
            is_described: !get("node.description").is_empty(),
            role: get("media.role"),
            device: None,
            is_ours: is_ours(props),
            modes: Vec::new(),
        };
        let is_camera = info.role == "Camera";
        Some(Self { info, target, is_camera, offers: Vec::new() })
    }
}

fn modes(offer: &Offer) -> Vec<CameraMode> {
    let (encoding, color) = (offer.encoding, offer.color);
    let mode = |size: Size, rate: FrameRate| CameraMode { size, rate, encoding, color };
    let (sizes, rates) = (offer.sizes.ends(), offer.rates.ends());
    sizes.iter().flat_map(|&size| rates.iter().map(move |&rate| mode(size, rate))).collect()
}

/// Waits until the daemon has answered all earlier requests.
fn round_trip(session: &Session) -> Result<(), Error> {
    let done = Rc::new(Cell::new(false));
    let main = session.main.clone();
    let sync = session.core.sync(0).map_err(Error::refused("answer"))?;
    let _listener = session
        .core
        .add_listener_local()
        .done({
            let (done, main) = (done.clone(), main.clone());
            move |id, seq| {
                if id == pipewire::core::PW_ID_CORE && seq == sync {
                    done.set(true);
                    main.quit();
                }
            }
        })
        .register();
    let timer = session.main.loop_().add_timer(move |_| main.quit());
    let _ = timer.update_timer(Some(ANSWER), None);
    session.main.run();
    match session.end.reason() {
        Some(why) => Err(Error::Disconnected(why)),
        None if !done.get() => Err(Error::Slow("answer", ANSWER.as_secs())),
        None => Ok(()),
    }
}
