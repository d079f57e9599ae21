//! Options of v4l2loopback from several files are merged, and the last value of each wins for all
//! devices together, so only one line may exist.

use crate::doctor::{BUFFERS, OptionsLine};
use crate::inventory::free_number;
use backlot_media::{CAMERA_NAME, camera_name};

/// The most devices that the module creates.
const MOST: usize = 8;

/// What to do about the options in other files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Others {
    /// They say nothing about devices.
    None,
    /// They already give us a device.
    HaveOurs(String),
    /// One line for all devices, to stand in this file instead of what is there.
    Combine {
        /// The file.
        path: String,
        /// The line.
        line: String,
    },
}

/// Settings with a value for each device.
const LISTS: [&str; 3] = ["video_nr", "card_label", "exclusive_caps"];

/// Looks at the lines of other files, for so many devices of ours.
pub fn others(lines: &[OptionsLine], taken: &[u32], ours: usize) -> Others {
    let about_devices = |line: &&OptionsLine| {
        line.settings.iter().any(|(name, _)| name == "devices" || LISTS.contains(&&**name))
    };
    let lines: Vec<_> = lines.iter().filter(about_devices).collect();
    let Some(last) = lines.last() else { return Others::None };
    let merged = |wanted: &str| {
        let all = lines.iter().flat_map(|line| &line.settings);
        all.filter(|(name, _)| name == wanted).map(|(_, value)| value.clone()).next_back()
    };
    let list = |name: &str| -> Vec<String> {
        let value = merged(name).filter(|value| !value.is_empty());
        value.map(|v| v.split(',').map(|v| v.trim().to_owned()).collect()).unwrap_or_default()
    };
    let [numbers, labels, exclusive] = LISTS.map(list);
    if labels.iter().any(|label| label == CAMERA_NAME) {
        return Others::HaveOurs(last.path.clone());
    }
    let devices = merged("devices").and_then(|n| n.parse().ok()).unwrap_or(0);
    let count =
        devices.max(numbers.len()).max(labels.len()).clamp(1, MOST.saturating_sub(ours).max(1));
    let mut used = [taken, &numbers_of(&numbers)].concat();
    let own = (0..ours).map(|_| {
        used.push(free_number(&used));
        used[used.len() - 1].to_string()
    });
    let own: Vec<_> = own.collect();
    let with = |list: &[String], fill: &str, ours: Vec<String>| {
        let given = list.iter().cloned().chain(std::iter::repeat(fill.to_owned()));
        given.take(count).chain(ours).collect::<Vec<_>>().join(",")
    };
    let labels = with(&labels, "Virtual camera", (1..=ours).map(camera_name).collect());
    let line = format!(
        "options v4l2loopback devices={} video_nr={} card_label=\"{labels}\" exclusive_caps={}",
        count + ours,
        with(&numbers, "-1", own),
        with(&exclusive, "0", vec!["1".to_owned(); ours]),
    );
    let buffers = match merged("max_buffers") {
        Some(_) => String::new(),
        None => format!(" max_buffers={BUFFERS}"),
    };
    Others::Combine { path: last.path.clone(), line: line + &rest(&lines) + &buffers }
}

/// Settings that don't concern a single device stay as they are.
fn rest(lines: &[&OptionsLine]) -> String {
    let all = lines.iter().flat_map(|line| &line.settings);
    let others = all.filter(|(name, _)| name != "devices" && !LISTS.contains(&&**name));
    let quoted = |value: &String| match value.contains(char::is_whitespace) {
        true => format!("\"{value}\""),
        false => value.clone(),
    };
    others.map(|(name, value)| format!(" {name}={}", quoted(value))).collect()
}

fn numbers_of(list: &[String]) -> Vec<u32> {
    list.iter().filter_map(|number| number.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_of_others_stay_as_they_are() {
        let obs = [("video_nr", "10"), ("card_label", "OBS Cam"), ("exclusive_caps", "1")];
        let obs = OptionsLine::of(
            "/etc/modprobe.d/obs.conf",
            &[&obs[..], &[("max_openers", "4")]].concat(),
        );
        let Others::Combine { path, line: combined } = others(std::slice::from_ref(&obs), &[], 1)
        else {
            panic!("combined")
        };
        assert_eq!(path, obs.path);
        let expected = "options v4l2loopback devices=2 video_nr=10,11 card_label=\"OBS Cam,Backlot\" \
                        exclusive_caps=1,1 max_openers=4 max_buffers=4";
        assert_eq!(combined, expected);
        let bare = OptionsLine::of("/a.conf", &[("devices", "2")]);
        let Others::Combine { line: combined, .. } = others(&[bare], &[10], 1) else { panic!() };
        assert!(combined.contains("devices=3 video_nr=-1,-1,11"), "{combined}");
        assert!(combined.ends_with("exclusive_caps=0,0,1 max_buffers=4"), "{combined}");
        let told = OptionsLine::of("/a.conf", &[("devices", "1"), ("max_buffers", "8")]);
        let Others::Combine { line: combined, .. } = others(&[told], &[], 1) else { panic!() };
        assert!(combined.ends_with("exclusive_caps=0,1 max_buffers=8"), "{combined}");
        let Others::Combine { line: combined, .. } = others(&[obs], &[11], 2) else { panic!() };
        let two = "devices=3 video_nr=10,12,13 card_label=\"OBS Cam,Backlot,Backlot 2\" exclusive_caps=1,1,1";
        assert!(combined.contains(two), "{combined}");
    }

    #[test]
    fn unrelated_options_do_not_matter() {
        assert_eq!(
            others(&[OptionsLine::of("/a.conf", &[("max_buffers", "2")])], &[], 1),
            Others::None
        );
        let ours = OptionsLine::of("/a.conf", &[("card_label", "OBS, Backlot")]);
        assert_eq!(others(&[ours], &[], 1), Others::HaveOurs("/a.conf".into()));
        assert_eq!(free_number(&[0, 10, 11]), 12);
    }
}
