//! Devices in a made-up `/dev` and `/sys`.

use super::*;
use std::os::unix::fs::symlink;

const CAPTURE: u32 = 0x0420_0001;
const METADATA: u32 = 0x04a0_0000;
const OUTPUT: u32 = 0x0520_0002;

fn capability(driver: &str, card: &str, caps: u32) -> Capability {
    let (driver, card) = (driver.to_owned(), card.to_owned());
    Capability { driver, card, bus_info: "usb-1".into(), version: 0, caps }
}

/// Two cameras, each with its node of metadata, a loopback device and one that is forbidden.
fn world() -> (tempfile::TempDir, Vec<Node>) {
    let root = tempfile::tempdir().unwrap();
    let (dev, sys) = (root.path().join("dev"), root.path().join("sys"));
    fs::create_dir_all(dev.join("v4l/by-id")).unwrap();
    fs::create_dir_all(dev.join("v4l/by-path")).unwrap();
    for file in ["video0", "video1", "video2", "video4", "video10", "video99", "video", "null"] {
        fs::write(dev.join(file), "").unwrap();
    }
    symlink("../../video2", dev.join("v4l/by-id/usb-046d_C920_1A2B-video-index0")).unwrap();
    symlink("../../video4", dev.join("v4l/by-id/usb-046d_C920_1A2B-video-index1")).unwrap();
    symlink("../../video1", dev.join("v4l/by-path/pci-0000:00:14.0-usb-0:5-video-index0")).unwrap();
    fs::create_dir_all(sys.join("class/video4linux/video99")).unwrap();
    fs::write(sys.join("class/video4linux/video99/name"), "Forbidden Cam\n").unwrap();
    let nodes = list_under(&dev, &sys, &|path| {
        let file = path.file_name().unwrap().to_str().unwrap();
        Ok(match file {
            "video0" => capability("v4l2 loopback", "Backlot", OUTPUT),
            "video1" => capability("uvcvideo", "Integrated Camera", CAPTURE),
            "video2" => capability("uvcvideo", "HD Pro Webcam C920", CAPTURE),
            "video4" => capability("uvcvideo", "HD Pro Webcam C920", METADATA),
            "video10" => capability("v4l2 loopback", "OBS", CAPTURE),
            _ => return Err(io::Error::from_raw_os_error(libc::EACCES)),
        })
    });
    (root, nodes)
}

#[test]
fn devices_are_told_apart() {
    let (_root, nodes) = world();
    let seen: Vec<_> = nodes.iter().map(|n| (n.number, n.role)).collect();
    let loopback = |captures, outputs| Role::Loopback { captures, outputs };
    let wanted = [
        (0, loopback(false, true)),
        (1, Role::Camera),
        (2, Role::Camera),
        (4, Role::Other),
        (10, loopback(true, false)),
        (99, Role::Unknown),
    ];
    assert_eq!(seen, wanted);
    assert_eq!(nodes[2].by_id.as_deref(), Some("usb-046d_C920_1A2B-video-index0"));
    assert_eq!(nodes[2].by_path, None);
    assert_eq!(nodes[5].card, "Forbidden Cam");
    assert!(nodes[5].problem.as_ref().unwrap().contains("group 'video'"));
    assert!(nodes[5].fault.as_ref().unwrap().is_denied && nodes[0].fault.is_none());
    let abilities = |captures, outputs, metadata| Abilities { captures, outputs, metadata };
    let seen: Vec<_> = nodes.iter().map(|node| node.abilities).collect();
    let [camera, nothing] = [abilities(true, false, false), Abilities::default()];
    let metadata = abilities(false, false, true);
    assert_eq!(seen, [abilities(false, true, false), camera, camera, metadata, camera, nothing]);
}

#[test]
fn a_virtual_camera_that_may_not_be_opened_is_known_by_its_files() {
    let (root, _) = world();
    let class = root.path().join("sys/class/video4linux/video99");
    for file in ["max_openers", "buffers"] {
        fs::write(class.join(file), "1\n").unwrap();
    }
    let denied = |_: &Path| Err(io::Error::from_raw_os_error(libc::EACCES));
    let nodes = list_under(&root.path().join("dev"), &root.path().join("sys"), &denied);
    let loopbacks = nodes.iter().filter(|node| node.is_loopback()).map(|node| node.number);
    assert_eq!(loopbacks.collect::<Vec<_>>(), [99]);
    assert!(matches!(find_among(&nodes, "auto").unwrap().role, Role::Unknown));
}

#[test]
fn a_camera_is_found_by_any_of_its_names() {
    let (root, nodes) = world();
    let full_path = root.path().join("dev/video2").display().to_string();
    let table = [
        ("auto", 1),
        ("2", 2),
        ("video2", 2),
        (&full_path, 2),
        ("10", 10),
        ("usb-046d_C920_1A2B-video-index0", 2),
        ("usb-046d_C920_1A2B", 2),
        ("/dev/v4l/by-id/usb-046d_C920_1A2B-video-index0", 2),
        ("pci-0000:00:14.0-usb-0:5-video-index0", 1),
        ("Integrated Camera", 1),
        ("integrated", 1),
        ("c920", 2),
        ("obs", 10),
    ];
    for (name, number) in table {
        assert_eq!(find_among(&nodes, name).unwrap().number, number, "{name}");
    }
}

#[test]
fn a_missing_camera_is_reported_with_the_present_ones() {
    let (_root, nodes) = world();
    let error = |name: &str| find_among(&nodes, name).unwrap_err().to_string();
    assert!(error("Integratde Camera").contains("there is 'Integrated Camera'"));
    assert!(error("7").starts_with("there is no camera '7'; there is '"));
    assert!(error("cam").contains("may be any of"), "{}", error("cam"));
    assert!(error("").starts_with("there is no camera ''"));
    let auto = find_among(&nodes[..1], "auto").unwrap_err();
    assert!(matches!(auto, Error::NoCamera));
    assert_eq!(find_among(&nodes[3..], "auto").unwrap().role, Role::Unknown);
    assert!(find_among(&[], "x").unwrap_err().to_string().ends_with("none at all"));
    // Advice never names virtual cameras, least of all ours.
    for name in ["Backlto", "backlot2", "OBS Studio", "/dev/video11", "x"] {
        let said = error(name);
        let advice = said.rsplit("; ").next().unwrap();
        assert!(
            !["Backlot", "OBS", "video0'", "video10"].iter().any(|n| advice.contains(n)),
            "{said}"
        );
    }
    let ours = Node { role: Role::Unknown, card: "Backlot".into(), ..nodes[0].clone() };
    assert!(find_among(&[ours], "Backlto").unwrap_err().to_string().ends_with("none at all"));
}
