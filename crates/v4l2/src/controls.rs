//! A camera's controls: brightness, focus and the like.

use crate::error::{Error, nearest};
use crate::list::{self, MOST};
use crate::sys::{ControlInfo, ControlKind, Device};
use std::path::PathBuf;

/// A control and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Control {
    /// The name to set it by: `white_balance_automatic`.
    pub name: String,
    /// Its name for people: `White Balance, Automatic`.
    pub title: String,
    /// The driver's description.
    pub info: ControlInfo,
    /// Its value, if it has a readable one.
    pub value: Option<i64>,
    /// The items of a menu with their values.
    pub items: Vec<(i64, String)>,
}

/// A value to give a control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The number itself, 0 or 1 for a switch.
    Value(i64),
    /// The item of a menu with this text.
    Item(String),
}

impl From<i64> for Wanted {
    fn from(value: i64) -> Self {
        Self::Value(value)
    }
}

/// The controls of one device.
#[derive(Debug)]
pub struct Controls {
    device: Device,
    name: String,
    path: PathBuf,
}

impl Controls {
    /// Opens a device by a name that [`find`](crate::find) takes.
    ///
    /// # Errors
    /// Returns an [`Error`] when there is none, or it can't be opened.
    pub fn open(name: &str) -> Result<Self, Error> {
        let node = list::find(name)?;
        let device = Device::open(&node.path)
            .map_err(|error| Error::of_call(name, &node.path, "opening", error))?;
        Ok(Self { device, name: name.into(), path: node.path })
    }

    /// All controls, in the driver's order.
    pub fn list(&self) -> Vec<Control> {
        infos(&self.device).into_iter().map(|info| control(&self.device, info)).collect()
    }

    /// The control with a name or title.
    ///
    /// # Errors
    /// [`Error::NoControl`] with the nearest names.
    pub fn get(&self, name: &str) -> Result<Control, Error> {
        let infos = infos(&self.device);
        let info = named(&infos, name).cloned();
        info.map(|info| control(&self.device, info)).ok_or_else(|| {
            let names: Vec<String> = infos.iter().map(|info| control_name(&info.name)).collect();
            let near = nearest(name, names.iter().map(String::as_str));
            Error::NoControl { name: name.into(), near }
        })
    }

    /// Sets a control, and returns the value that it then has.
    ///
    /// # Errors
    /// [`Error::NoControl`], [`Error::ControlValue`] when the value isn't possible, or the system's
    /// error.
    pub fn set(&self, name: &str, value: i64) -> Result<i64, Error> {
        let control = self.get(name)?;
        if let Some(possible) = objection(&control, value) {
            return Err(Error::ControlValue { name: control.name, value, possible });
        }
        self.device
            .set_control(&control.info, value)
            .map_err(|error| Error::of_call(&self.name, &self.path, "setting a control", error))?;
        Ok(self.device.control(&control.info).unwrap_or(value))
    }

    /// The values that can be set again later, by name.
    pub fn snapshot(&self) -> Vec<(String, i64)> {
        let keeps = |info: &ControlInfo| info.kind != ControlKind::Button && is_settable(info);
        let infos = infos(&self.device).into_iter().filter(keeps);
        infos.filter_map(|i| Some((control_name(&i.name), self.device.control(&i).ok()?))).collect()
    }

    /// Sets values, and returns the names of those that could not be set.
    pub fn apply(&self, values: &[(String, Wanted)]) -> Vec<String> {
        apply_to(&self.device, values)
    }
}

/// Sets values in the driver's order, in which a switch such as "automatic" comes before what it
/// governs; and then again, for drivers with the opposite order. Returns the names of those that
/// could not be set.
pub(crate) fn apply_to(device: &Device, values: &[(String, Wanted)]) -> Vec<String> {
    if values.is_empty() {
        return Vec::new();
    }
    let infos = infos(device);
    let set = |(name, wanted): &&(String, Wanted)| {
        let info = named(&infos, name).filter(|info| is_settable(info));
        info.is_some_and(|info| set_one(device, info, wanted).is_some())
    };
    let place = |name: &str| infos.iter().position(|info| is_named(info, name));
    let mut ordered: Vec<&(String, Wanted)> = values.iter().collect();
    ordered.sort_by_key(|(name, _)| place(name).unwrap_or(usize::MAX));
    let failed: Vec<_> = ordered.into_iter().filter(|wanted| !set(wanted)).collect();
    let failed = failed.into_iter().filter(|wanted| !set(wanted));
    failed.map(|(name, _)| name.clone()).collect()
}

fn set_one(device: &Device, info: &ControlInfo, wanted: &Wanted) -> Option<()> {
    let control = control(device, info.clone());
    let value = match wanted {
        Wanted::Value(value) => *value,
        Wanted::Item(text) => {
            let is_it = |(_, item): &&(i64, String)| item.trim().eq_ignore_ascii_case(text.trim());
            control.items.iter().find(is_it)?.0
        }
    };
    if objection(&control, value).is_some() || control.value == Some(value) {
        return (control.value == Some(value)).then_some(());
    }
    device.set_control(info, value).ok()
}

fn infos(device: &Device) -> Vec<ControlInfo> {
    let (mut found, mut last) = (Vec::new(), 0);
    for _ in 0..MOST {
        let Ok(Some(info)) = device.next_control(last) else { break };
        last = info.id;
        let is_number = !matches!(info.kind, ControlKind::Class | ControlKind::Other);
        if is_number && !info.is_disabled() {
            found.push(info);
        }
    }
    found
}

fn control(device: &Device, info: ControlInfo) -> Control {
    let has_value = info.kind != ControlKind::Button && !info.is_write_only();
    let value = if has_value { device.control(&info).ok() } else { None };
    let is_menu = matches!(info.kind, ControlKind::Menu | ControlKind::IntegerMenu);
    let items = if is_menu { items_of(device, &info) } else { Vec::new() };
    Control { name: control_name(&info.name), title: info.name.clone(), info, value, items }
}

fn items_of(device: &Device, info: &ControlInfo) -> Vec<(i64, String)> {
    let first = u32::try_from(info.minimum).unwrap_or(0);
    let last = u32::try_from(info.maximum).unwrap_or(0).min(first.saturating_add(MOST));
    // Menus may have gaps.
    let item = |index| Some((i64::from(index), device.menu_item(info, index).ok()??));
    (first..=last).filter_map(item).collect()
}

const fn is_settable(info: &ControlInfo) -> bool {
    !info.is_read_only() && !info.is_write_only()
}

fn named<'a>(infos: &'a [ControlInfo], name: &str) -> Option<&'a ControlInfo> {
    infos.iter().find(|info| is_named(info, name))
}

fn is_named(info: &ControlInfo, name: &str) -> bool {
    control_name(&info.name) == control_name(name)
}

/// The name to set a control by: 'White Balance, Automatic' is `white_balance_automatic`.
pub fn control_name(title: &str) -> String {
    let words = title.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("_")
}

/// Why a control can't have a value, as what is possible; `None` if it can.
fn objection(control: &Control, value: i64) -> Option<String> {
    let info = &control.info;
    if info.is_read_only() {
        return Some("it can only be read".into());
    }
    if info.kind == ControlKind::Button {
        return None;
    }
    if !control.items.is_empty() {
        let items = control.items.iter();
        let is_item = control.items.iter().any(|(number, _)| *number == value);
        let texts: Vec<String> = items.map(|(number, name)| format!("{number} ({name})")).collect();
        return (!is_item).then(|| format!("it is one of {}", texts.join(", ")));
    }
    let (low, high, step) = (info.minimum, info.maximum, info.step.max(1));
    if info.kind == ControlKind::Bitmask {
        return (value & !high != 0).then(|| format!("its bits are those of {high:#x}"));
    }
    let in_range = (low..=high).contains(&value) && value.abs_diff(low) % step == 0;
    let steps = if step > 1 { format!(" in steps of {step}") } else { String::new() };
    (!in_range).then(|| format!("it is {low} to {high}{steps}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: ControlKind, (minimum, maximum, step): (i64, i64, u64), flags: u32) -> Control {
        let name = "White Balance, Automatic".to_owned();
        let info = ControlInfo { id: 1, kind, name, minimum, maximum, step, default: 0, flags };
        Control {
            name: control_name(&info.name),
            title: info.name.clone(),
            info,
            value: None,
            items: vec![],
        }
    }

    #[test]
    fn values_are_checked() {
        let number = of(ControlKind::Integer, (-10, 20, 5), 0);
        assert_eq!(number.name, "white_balance_automatic");
        for fine in [-10, 0, 20] {
            assert_eq!(objection(&number, fine), None);
        }
        for bad in [-15, 21, 3, i64::MIN, i64::MAX] {
            assert_eq!(objection(&number, bad).unwrap(), "it is -10 to 20 in steps of 5");
        }
        let wide = of(ControlKind::Integer64, (i64::MIN, i64::MAX, 0), 0);
        assert_eq!(objection(&wide, i64::MAX), None);
        let mut menu = of(ControlKind::Menu, (0, 3, 1), 0);
        menu.items = vec![(1, "Manual".into()), (3, "Aperture".into())];
        assert_eq!(objection(&menu, 3), None);
        assert_eq!(objection(&menu, 2).unwrap(), "it is one of 1 (Manual), 3 (Aperture)");
        let bits = of(ControlKind::Bitmask, (0, 0b101, 0), 0);
        assert_eq!(objection(&bits, 0b100), None);
        assert!(objection(&bits, 0b10).is_some());
        let fixed = of(ControlKind::Integer, (0, 9, 1), 0x4);
        assert_eq!(objection(&fixed, 3).unwrap(), "it can only be read");
    }

    #[test]
    fn names_are_taken_in_any_spelling() {
        let info = of(ControlKind::Boolean, (0, 1, 1), 0).info;
        for name in
            ["white_balance_automatic", "White Balance, Automatic", "white-balance-AUTOMATIC"]
        {
            assert!(is_named(&info, name), "{name}");
        }
        assert!(!is_named(&info, "white_balance"));
    }
}
