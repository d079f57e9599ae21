//! Loads the kernel module with the options that were written.

use super::facts::Facts;
use crate::HostError;
use backlot_launch::{Ending, Limits, Order};
use backlot_media::is_camera_name;

/// The kernel module.
const MODULE: &str = "v4l2loopback";

/// Loads the kernel module, anew if it is loaded without a device of ours. Only root may.
///
/// # Errors
/// When it isn't there, can't be loaded, or is in use without such a device.
pub fn load(facts: &Facts) -> Result<(), HostError> {
    if has_device() {
        return Ok(());
    }
    if let Some(lack) = &facts.lack {
        let way = lack.mend.as_ref().map(|command| format!(": {command}")).unwrap_or_default();
        return Err(HostError::Lack(format!("{}{way}", lack.what)));
    }
    if std::path::Path::new("/sys/module").join(MODULE).exists()
        && !modprobe(&["-r", MODULE])?.success
    {
        return Err(HostError::InUse);
    }
    let ending = modprobe(&[MODULE])?;
    let last = ending.log.lines().last().unwrap_or("modprobe failed").to_owned();
    if ending.success { Ok(()) } else { Err(HostError::Load(last)) }
}

/// Whether there is a device with our name.
fn has_device() -> bool {
    let all = backlot_v4l2::loopback::devices();
    all.iter().any(|device| is_camera_name(&device.label))
}

fn modprobe(args: &[&str]) -> Result<Ending, HostError> {
    let mut order = Order::new("modprobe", Limits::PROBE);
    order.args(args).run().map_err(|error| HostError::Load(error.to_string()))
}
