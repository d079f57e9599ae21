//! Our own camera: it delivers MJPG, on which GStreamer's sink of 0.3.65 crashes, and answers as no
//! honest camera does.

use pipewire::context::ContextRc;
use pipewire::main_loop::MainLoopRc;
use pipewire::properties::properties;
use pipewire::spa::param::ParamType;
use pipewire::spa::param::format::{FormatProperties, MediaSubtype, MediaType};
use pipewire::spa::pod::serialize::PodSerializer;
use pipewire::spa::pod::{Object, Pod, Property, Value};
use pipewire::spa::utils::{Direction, Fraction, Id, Rectangle, SpaTypes};
use pipewire::stream::{StreamFlags, StreamRc};
use std::io::Cursor;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The bytes of its pictures: they begin and end as a JPEG picture does.
pub const JPEG: [u8; 6] = [0xff, 0xd8, 1, 2, 0xff, 0xd9];

/// Offset, size and stride, as a buffer reports them.
pub type Chunk = (u32, u32, i32);

/// The camera. Dropping it takes it away.
pub struct Provider {
    quit: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Provider {
    /// Starts a camera "lab-cam" whose buffers report these values in turn.
    pub fn start(socket: PathBuf, chunks: Vec<Chunk>) -> Self {
        let quit = Arc::new(AtomicBool::new(false));
        let flag = quit.clone();
        let thread = std::thread::spawn(move || provide(&socket, chunks, &flag));
        Self { quit, thread: Some(thread) }
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.quit.store(true, Ordering::SeqCst);
        let _ = self.thread.take().map(std::thread::JoinHandle::join);
    }
}

fn provide(socket: &std::path::Path, chunks: Vec<Chunk>, quit: &Arc<AtomicBool>) {
    pipewire::init();
    let main = MainLoopRc::new(None).unwrap();
    let context = ContextRc::new(&main, None).unwrap();
    let remote = properties! { *pipewire::keys::REMOTE_NAME => socket.to_str().unwrap() };
    let core = context.connect_rc(Some(remote)).unwrap();
    let node = properties! {
        *pipewire::keys::MEDIA_CLASS => "Video/Source",
        *pipewire::keys::MEDIA_ROLE => "Camera",
        *pipewire::keys::NODE_NAME => "lab-cam",
        *pipewire::keys::NODE_DESCRIPTION => "Lab",
    };
    let stream = StreamRc::new(core, "lab-cam", node).unwrap();
    let mut turn = chunks.into_iter().cycle();
    let _listener = stream
        .add_local_listener::<()>()
        .param_changed(|stream, (), id, param| {
            if id == ParamType::Format.as_raw() && param.is_some() {
                let bytes = bytes(buffers());
                stream.update_params(&mut [Pod::from_bytes(&bytes).unwrap()]).unwrap();
            }
        })
        .process(move |stream, ()| {
            let Some(mut buffer) = stream.dequeue_buffer() else { return };
            let data = &mut buffer.datas_mut()[0];
            data.data().unwrap()[..JPEG.len()].copy_from_slice(&JPEG);
            let (offset, size, stride) = turn.next().unwrap();
            let chunk = data.chunk_mut();
            (*chunk.offset_mut(), *chunk.size_mut(), *chunk.stride_mut()) = (offset, size, stride);
        })
        .register()
        .unwrap();
    let flags = StreamFlags::DRIVER | StreamFlags::MAP_BUFFERS;
    let bytes = bytes(format());
    let mut params = [Pod::from_bytes(&bytes).unwrap()];
    stream.connect(Direction::Output, None, flags, &mut params).unwrap();
    let timer = main.loop_().add_timer({
        let (main, stream, quit) = (main.clone(), stream.clone(), quit.clone());
        move |_| {
            let _ = stream.is_driving().then(|| stream.trigger_process());
            if quit.load(Ordering::SeqCst) {
                main.quit();
            }
        }
    });
    let tick = Some(Duration::from_millis(20));
    let _ = timer.update_timer(tick, tick);
    main.run();
}

fn bytes(object: Object) -> Vec<u8> {
    let value = Value::Object(object);
    PodSerializer::serialize(Cursor::new(Vec::new()), &value).unwrap().0.into_inner()
}

fn format() -> Object {
    let id = |key: FormatProperties, value| Property::new(key.as_raw(), Value::Id(Id(value)));
    let size = Rectangle { width: 640, height: 480 };
    let rate = Fraction { num: 30, denom: 1 };
    Object {
        type_: SpaTypes::ObjectParamFormat.as_raw(),
        id: ParamType::EnumFormat.as_raw(),
        properties: vec![
            id(FormatProperties::MediaType, MediaType::Video.as_raw()),
            id(FormatProperties::MediaSubtype, MediaSubtype::Mjpg.as_raw()),
            Property::new(FormatProperties::VideoSize.as_raw(), Value::Rectangle(size)),
            Property::new(FormatProperties::VideoFramerate.as_raw(), Value::Fraction(rate)),
        ],
    }
}

fn buffers() -> Object {
    use pipewire::spa::sys;
    Object {
        type_: SpaTypes::ObjectParamBuffers.as_raw(),
        id: ParamType::Buffers.as_raw(),
        properties: vec![
            Property::new(sys::SPA_PARAM_BUFFERS_blocks, Value::Int(1)),
            Property::new(sys::SPA_PARAM_BUFFERS_size, Value::Int(4096)),
            Property::new(sys::SPA_PARAM_BUFFERS_stride, Value::Int(0)),
        ],
    }
}
