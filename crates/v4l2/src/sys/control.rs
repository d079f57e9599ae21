//! Controls.

use super::abi::{self, Plain};
use super::{Device, text};
use std::io;

/// The kind of a control's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ControlKind {
    /// A number of 32 bits.
    Integer,
    /// 0 or 1.
    Boolean,
    /// One of named items.
    Menu,
    /// Setting it does something; it has no value.
    Button,
    /// A number of 64 bits.
    Integer64,
    /// The name of a group of controls; not a control.
    Class,
    /// Bits.
    Bitmask,
    /// One of numbered items.
    IntegerMenu,
    /// Text, an array or something else that is not one number.
    Other,
}

/// A control as the driver describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlInfo {
    /// Its number.
    pub id: u32,
    /// The kind of its value.
    pub kind: ControlKind,
    /// Its name for people.
    pub name: String,
    /// Smallest value.
    pub minimum: i64,
    /// Largest value.
    pub maximum: i64,
    /// The step from one value to the next.
    pub step: u64,
    /// The value when the device starts.
    pub default: i64,
    /// `V4L2_CTRL_FLAG_*`.
    pub flags: u32,
}

impl ControlInfo {
    /// Whether it can't be used at all.
    pub const fn is_disabled(&self) -> bool {
        self.flags & 0x0001 != 0
    }

    /// Whether it can be read only.
    pub const fn is_read_only(&self) -> bool {
        self.flags & 0x0004 != 0
    }

    /// Whether it has no effect now, because of another control.
    pub const fn is_inactive(&self) -> bool {
        self.flags & 0x0010 != 0
    }

    /// Whether it can be written only.
    pub const fn is_write_only(&self) -> bool {
        self.flags & 0x0040 != 0
    }
}

const NEXT: u32 = 0x8000_0000;

impl Device {
    /// The control with the next number above `after`, 0 for the first; `None` after the last.
    ///
    /// # Errors
    /// Returns the system's error; `ENOTTY` if the device has no controls.
    pub fn next_control(&self, after: u32) -> io::Result<Option<ControlInfo>> {
        let mut item = abi::QueryExtCtrl { id: after | NEXT, ..Plain::zeroed() };
        match self.call(&abi::QUERY_EXT_CTRL, &mut item) {
            Ok(()) => {}
            Err(error) if error.raw_os_error() == Some(libc::EINVAL) => return Ok(None),
            Err(error) => return Err(error),
        }
        // A driver whose numbers don't increase would be asked for ever.
        if item.id <= after {
            return Ok(None);
        }
        let has_payload = item.flags & 0x0100 != 0;
        Ok(Some(ControlInfo {
            id: item.id,
            kind: if has_payload { ControlKind::Other } else { kind_of(item.kind) },
            name: text(&item.name),
            minimum: item.minimum,
            maximum: item.maximum,
            step: item.step,
            default: item.default,
            flags: item.flags,
        }))
    }

    /// The name of an item of a menu, or its number as text; `None` if there is no such item.
    ///
    /// # Errors
    /// Returns the system's error.
    pub fn menu_item(&self, of: &ControlInfo, index: u32) -> io::Result<Option<String>> {
        let mut item = abi::QueryMenu { id: of.id, index, ..Plain::zeroed() };
        match self.call(&abi::QUERYMENU, &mut item) {
            Ok(()) => {}
            Err(error) if error.raw_os_error() == Some(libc::EINVAL) => return Ok(None),
            Err(error) => return Err(error),
        }
        Ok(Some(if of.kind == ControlKind::IntegerMenu {
            let [a, b, c, d, e, f, g, h, ..] = item.name;
            i64::from_ne_bytes([a, b, c, d, e, f, g, h]).to_string()
        } else {
            text(&item.name)
        }))
    }

    /// The value of a control.
    ///
    /// # Errors
    /// Returns the system's error; `EACCES` if it can be written only.
    pub fn control(&self, of: &ControlInfo) -> io::Result<i64> {
        if of.kind == ControlKind::Integer64 {
            return self.wide_control(&abi::G_EXT_CTRLS, of.id, 0);
        }
        let mut control = abi::Control { id: of.id, value: 0 };
        self.call(&abi::G_CTRL, &mut control)?;
        let bits = i64::from(control.value.cast_unsigned());
        Ok(if of.kind == ControlKind::Bitmask { bits } else { control.value.into() })
    }

    /// Sets a control.
    ///
    /// # Errors
    /// `ERANGE` or `EINVAL` for a value that is not possible, `EACCES` if it can be read only.
    pub fn set_control(&self, of: &ControlInfo, value: i64) -> io::Result<()> {
        if of.kind == ControlKind::Integer64 {
            return self.wide_control(&abi::S_EXT_CTRLS, of.id, value).map(|_| ());
        }
        let narrow = if of.kind == ControlKind::Bitmask {
            u32::try_from(value).map(u32::cast_signed)
        } else {
            i32::try_from(value)
        };
        let out_of_range = |_| io::Error::from_raw_os_error(libc::ERANGE);
        let mut control = abi::Control { id: of.id, value: narrow.map_err(out_of_range)? };
        self.call(&abi::S_CTRL, &mut control)
    }

    fn wide_control(
        &self,
        request: &abi::Request<abi::ExtControls>,
        id: u32,
        value: i64,
    ) -> io::Result<i64> {
        let mut control = abi::ExtControl { id, size: 0, reserved: 0, value };
        let mut list = abi::ExtControls {
            which: 0,
            count: 1,
            error_idx: 0,
            request_fd: 0,
            reserved: 0,
            controls: &raw mut control,
        };
        // SAFETY: the list points to one control, as its count says; both live during the call.
        // A size of 0 says that the value is a number and no pointer.
        unsafe { self.call_raw(request, &raw mut list) }?;
        Ok(control.value)
    }
}

fn kind_of(number: u32) -> ControlKind {
    match number {
        1 => ControlKind::Integer,
        2 => ControlKind::Boolean,
        3 => ControlKind::Menu,
        4 => ControlKind::Button,
        5 => ControlKind::Integer64,
        6 => ControlKind::Class,
        8 => ControlKind::Bitmask,
        9 => ControlKind::IntegerMenu,
        _ => ControlKind::Other,
    }
}
