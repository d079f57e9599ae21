//! The kernel's structures and calls, as `linux/videodev2.h` lays them out.

use std::marker::PhantomData;
use std::mem::{offset_of, size_of};

/// Structures that hold only integers: every bit pattern is a valid value.
///
/// # Safety
/// The type holds integers and arrays of integers, and nothing that the kernel follows as a pointer
/// for the types of buffers and of memory that this module asks for.
pub(super) unsafe trait Plain: Copy {
    /// A value of zeroes, which the kernel wants in reserved fields.
    fn zeroed() -> Self {
        // SAFETY: every pattern of bits is a value, by the trait's contract.
        unsafe { std::mem::zeroed() }
    }
}

/// A call that takes a pointer to one `T`; the number of the call holds the size of `T`.
pub(super) struct Request<T> {
    pub(super) number: libc::Ioctl,
    argument: PhantomData<fn(T)>,
}

const KIND: u32 = b'V' as u32;

impl<T> Request<T> {
    const fn new(number: libc::Ioctl) -> Self {
        Self { number, argument: PhantomData }
    }

    const fn reads(number: u32) -> Self {
        Self::new(libc::_IOR::<T>(KIND, number))
    }

    const fn writes(number: u32) -> Self {
        Self::new(libc::_IOW::<T>(KIND, number))
    }

    const fn both(number: u32) -> Self {
        Self::new(libc::_IOWR::<T>(KIND, number))
    }
}

pub(super) const QUERYCAP: Request<Capability> = Request::reads(0);
pub(super) const ENUM_FMT: Request<FmtDesc> = Request::both(2);
pub(super) const G_FMT: Request<Format> = Request::both(4);
pub(super) const S_FMT: Request<Format> = Request::both(5);
pub(super) const REQBUFS: Request<RequestBuffers> = Request::both(8);
pub(super) const QUERYBUF: Request<Buffer> = Request::both(9);
pub(super) const QBUF: Request<Buffer> = Request::both(15);
pub(super) const DQBUF: Request<Buffer> = Request::both(17);
pub(super) const STREAMON: Request<libc::c_int> = Request::writes(18);
pub(super) const STREAMOFF: Request<libc::c_int> = Request::writes(19);
pub(super) const G_PARM: Request<StreamParm> = Request::both(21);
pub(super) const S_PARM: Request<StreamParm> = Request::both(22);
pub(super) const G_CTRL: Request<Control> = Request::both(27);
pub(super) const S_CTRL: Request<Control> = Request::both(28);
pub(super) const QUERYMENU: Request<QueryMenu> = Request::both(37);
pub(super) const G_EXT_CTRLS: Request<ExtControls> = Request::both(71);
pub(super) const S_EXT_CTRLS: Request<ExtControls> = Request::both(72);
pub(super) const ENUM_FRAMESIZES: Request<FrmSizeEnum> = Request::both(74);
pub(super) const ENUM_FRAMEINTERVALS: Request<FrmIvalEnum> = Request::both(75);
pub(super) const DQEVENT: Request<Event> = Request::reads(89);
pub(super) const SUBSCRIBE_EVENT: Request<EventSubscription> = Request::writes(90);
pub(super) const QUERY_EXT_CTRL: Request<QueryExtCtrl> = Request::both(103);

/// Declares structures of integers.
macro_rules! structures {
    ($($name:ident { $($field:ident: $kind:ty),* $(,)? })*) => { $(
        #[repr(C)]
        #[derive(Clone, Copy)]
        pub(super) struct $name { $(pub(super) $field: $kind),* }

        // SAFETY: only integers and arrays of integers.
        unsafe impl Plain for $name {}
    )* };
}

structures! {
    Capability {
        driver: [u8; 16],
        card: [u8; 32],
        bus_info: [u8; 32],
        version: u32,
        capabilities: u32,
        device_caps: u32,
        reserved: [u32; 3],
    }
    FmtDesc {
        index: u32,
        kind: u32,
        flags: u32,
        description: [u8; 32],
        pixelformat: u32,
        mbus_code: u32,
        reserved: [u32; 3],
    }
    Fract { numerator: u32, denominator: u32 }
    // The union; a discrete size uses the first two.
    FrmSizeEnum {
        index: u32,
        pixel_format: u32,
        kind: u32,
        min_width: u32,
        max_width: u32,
        step_width: u32,
        min_height: u32,
        max_height: u32,
        step_height: u32,
        reserved: [u32; 2],
    }
    // The union; a discrete interval uses the first.
    FrmIvalEnum {
        index: u32,
        pixel_format: u32,
        width: u32,
        height: u32,
        kind: u32,
        min: Fract,
        max: Fract,
        step: Fract,
        reserved: [u32; 2],
    }
    PixFormat {
        width: u32,
        height: u32,
        pixelformat: u32,
        field: u32,
        bytesperline: u32,
        sizeimage: u32,
        colorspace: u32,
        private: u32,
        flags: u32,
        ycbcr_enc: u32,
        quantization: u32,
        xfer_func: u32,
    }
    // A union of 200 bytes, aligned like the pointers in it.
    Format { kind: u32, aligned: [u64; 0], pix: PixFormat, rest: [u64; 19] }
    StreamParm {
        kind: u32,
        capability: u32,
        mode: u32,
        time_per_frame: Fract,
        extended_mode: u32,
        buffers: u32,
        reserved: [u32; 4],
        rest: [u32; 40],
    }
    RequestBuffers {
        count: u32,
        kind: u32,
        memory: u32,
        capabilities: u32,
        flags: u8,
        reserved: [u8; 3],
    }
    Timeval { seconds: libc::time_t, micros: libc::suseconds_t }
    Timecode { kind: u32, flags: u32, digits: [u8; 8] }
    // `offset` is the union of offset, pointer and descriptor.
    Buffer {
        index: u32,
        kind: u32,
        bytesused: u32,
        flags: u32,
        field: u32,
        timestamp: Timeval,
        timecode: Timecode,
        sequence: u32,
        memory: u32,
        offset: u64,
        length: u32,
        reserved: [u32; 2],
    }
    Control { id: u32, value: i32 }
    QueryExtCtrl {
        id: u32,
        kind: u32,
        name: [u8; 32],
        minimum: i64,
        maximum: i64,
        step: u64,
        default: i64,
        flags: u32,
        elem_size: u32,
        elems: u32,
        nr_of_dims: u32,
        dims: [u32; 4],
        reserved: [u32; 32],
    }
    // `name` is the union of a name and a 64-bit value; nothing is aligned to more than 4 bytes.
    QueryMenu { id: u32, index: u32, name: [u8; 32], reserved: u32 }
    EventSubscription { kind: u32, id: u32, flags: u32, reserved: [u32; 5] }
    Timespec { seconds: libc::time_t, nanos: libc::c_long }
    // The union of 64 bytes holds 64-bit integers.
    Event {
        kind: u32,
        data: EventData,
        pending: u32,
        sequence: u32,
        timestamp: Timespec,
        id: u32,
        reserved: [u32; 8],
    }
}

#[repr(C, align(8))]
#[derive(Clone, Copy)]
pub(super) struct EventData(pub(super) [u8; 64]);

/// One value of an extended control.
#[repr(C, packed)]
#[derive(Clone, Copy)]
pub(super) struct ExtControl {
    pub(super) id: u32,
    pub(super) size: u32,
    pub(super) reserved: u32,
    pub(super) value: i64,
}

/// Several extended controls, by a pointer.
#[repr(C)]
pub(super) struct ExtControls {
    pub(super) which: u32,
    pub(super) count: u32,
    pub(super) error_idx: u32,
    pub(super) request_fd: i32,
    pub(super) reserved: u32,
    pub(super) controls: *mut ExtControl,
}

// SAFETY: an integer.
unsafe impl Plain for libc::c_int {}

#[cfg(not(target_pointer_width = "64"))]
compile_error!("the structures of Video4Linux are laid out here only for 64-bit systems");

const _: () = {
    assert!(size_of::<Capability>() == 104);
    assert!(size_of::<FmtDesc>() == 64);
    assert!(size_of::<FrmSizeEnum>() == 44);
    assert!(size_of::<FrmIvalEnum>() == 52);
    assert!(size_of::<PixFormat>() == 48);
    assert!(size_of::<Format>() == 208);
    assert!(size_of::<StreamParm>() == 204);
    assert!(size_of::<RequestBuffers>() == 20);
    assert!(size_of::<Buffer>() == 88);
    assert!(size_of::<Control>() == 8);
    assert!(size_of::<QueryExtCtrl>() == 232);
    assert!(size_of::<QueryMenu>() == 44);
    assert!(size_of::<ExtControl>() == 20);
    assert!(size_of::<ExtControls>() == 32);
    assert!(size_of::<EventSubscription>() == 32);
    assert!(size_of::<Event>() == 136);
    assert!(offset_of!(Buffer, timestamp) == 24);
    assert!(offset_of!(Buffer, offset) == 64);
    assert!(offset_of!(Format, pix) == 8);
    assert!(offset_of!(Event, data) == 8);
    assert!(offset_of!(Event, id) == 96);
};
