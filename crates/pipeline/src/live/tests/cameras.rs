//! Several cameras, none, and virtual cameras with scenes of their own.

use super::*;
use backlot_scene::Config;

/// The camera on the left, and a declared one on the right.
const BESIDE: &str = "\
[source.desk]
camera = \"desk\"
[[scene.both.layer]]
source = \"camera\"
place = { anchor = \"left\", width = \"50%\" }
[[scene.both.layer]]
source = \"desk\"
place = { anchor = \"right\", width = \"50%\" }
[[scene.white.layer]]
source = \"white\"
[[scene.desk-only.layer]]
source = \"desk\"
";

const DESK: u32 = 150;

struct Two {
    stand: Stand,
    desk: Arc<CameraHandle>,
}

/// Shows a scene of [`BESIDE`], and others on request.
fn program(name: &str, others: &[&str]) -> Program {
    let document = Config::parse(BESIDE).unwrap().document;
    let scene = document.scene(name).unwrap().form.scene();
    Program::new(scene, &document).with_others(others.iter().copied(), &document)
}

impl Two {
    fn new(program: Program) -> Self {
        let desk = Arc::new(CameraHandle::default());
        desk.luma.store(DESK, Ordering::Relaxed);
        let found = desk.clone();
        let find: CameraFinder = Box::new(move |name| {
            assert_eq!(name, "desk");
            Box::new(FakeOpener(found.clone()))
        });
        let build = studio_builder(None, MatteSettings::default(), Intake::default());
        let stand = Stand::with(program, build, find);
        Self { stand, desk }
    }

    fn until_open(&mut self, usual: bool, desk: bool) {
        let own = self.desk.clone();
        let what = format!("cameras open: {usual} and {desk}");
        self.stand.until(&what, |stand| {
            let is_open = [&stand.camera, &own].map(|camera| camera.open.load(Ordering::Relaxed));
            is_open == [usual, desk]
        });
    }

    fn until_sides(&mut self, what: &str, holds: impl Fn(u32, u32) -> bool) {
        self.stand.until(what, |stand| {
            let [left, right] = [&stand.output.luma, &stand.output.right];
            holds(left.load(Ordering::Relaxed), right.load(Ordering::Relaxed))
        });
    }
}

#[test]
fn two_cameras_show_side_by_side_and_either_may_go() {
    let mut two = Two::new(program("both", &[]));
    two.stand.output.watch(1);
    two.until_sides("both", |left, right| (left, right) == (77, DESK));
    two.until_open(true, true);
    for (gone, side) in [(two.desk.clone(), "right"), (two.stand.camera.clone(), "left")] {
        gone.unplugged.store(true, Ordering::Relaxed);
        two.until_sides("a card in one place", |left, right| match side {
            "right" => left == 77 && right != DESK,
            _ => left != 77 && right == DESK,
        });
        let before = two.stand.live.status();
        two.stand.until("fresh pictures of the other", |stand| {
            let now = stand.live.status();
            now.state == LiveState::Live && now.finished > before.finished + 20
        });
        gone.unplugged.store(false, Ordering::Relaxed);
        two.until_sides("both again", |left, right| (left, right) == (77, DESK));
    }
    two.stand.output.watch(0);
    two.until_open(false, false);
}

#[test]
fn without_both_cameras_the_clock_goes_on() {
    let mut two = Two::new(program("both", &[]));
    two.stand.camera.unplugged.store(true, Ordering::Relaxed);
    two.desk.unplugged.store(true, Ordering::Relaxed);
    two.stand.output.watch(1);
    two.stand.until("pictures by the clock", |stand| stand.live.status().finished > 20);
    assert_eq!(two.stand.live.status().state, LiveState::Waiting);
}

#[test]
fn a_scene_without_cameras_opens_none_and_keeps_the_rate() {
    let mut two = Two::new(program("white", &[]));
    two.stand.output.watch(1);
    two.stand.until("pictures", |stand| stand.live.status().finished > 5);
    let (start, before) = (Instant::now(), two.stand.live.status().finished);
    two.stand.until("more of them", |stand| stand.live.status().finished > before + 30);
    assert!(start.elapsed() >= Duration::from_millis(900), "faster than the rate");
    two.until_open(false, false);
    two.until_sides("white", |left, right| left >= 234 && right >= 234);
}

#[test]
fn each_output_shows_its_own_scene_and_opens_only_its_cameras() {
    let mut two = Two::new(program("white", &["desk-only"]));
    let other = Arc::new(OutputHandle::default());
    let opener = Box::new(FakeOutputOpener(other.clone()));
    let scene = Some("desk-only".to_owned());
    let setup = OutputSetup { scene, ..OutputSetup::new(opener) };
    let id = two.stand.live.add_output(setup).unwrap();
    let shown = other.clone();
    two.stand.until("another virtual camera", |_| shown.pictures.load(Ordering::Relaxed) > 0);
    two.stand.output.watch(1);
    two.until_sides("white", |left, _| left >= 234);
    two.until_open(false, false);
    other.watch(1);
    two.until_open(false, true);
    two.stand.until("the desk", |_| other.luma.load(Ordering::Relaxed) == DESK);
    two.until_sides("white all the while", |left, right| left >= 234 && right >= 234);
    // A name that isn't on show is never another scene.
    two.stand.live.set_output_scene(id, Some("nowhere".to_owned()));
    two.until_open(false, false);
    two.stand.until("a card", |_| other.luma.load(Ordering::Relaxed) < 70);
    two.stand.live.set_output_scene(id, None);
    two.stand.until("the program's scene", |_| other.luma.load(Ordering::Relaxed) >= 234);
}

#[test]
fn a_declared_camera_that_no_scene_needs_any_more_is_closed() {
    let mut two = Two::new(program("both", &[]));
    two.stand.output.watch(1);
    two.until_open(true, true);
    two.stand.live.show(program("white", &[])).wait().unwrap();
    two.until_open(false, false);
    assert!(two.stand.live.status().declared.is_empty());
    two.stand.live.show(program("desk-only", &[])).wait().unwrap();
    two.until_open(false, true);
    two.until_sides("the desk", |left, right| (left, right) == (DESK, DESK));
}

#[test]
fn a_scene_fades_into_the_next_and_the_camera_hides_meanwhile() {
    let mut two = Two::new(program("both", &[]));
    two.stand.output.watch(1);
    two.until_sides("both", |left, right| (left, right) == (77, DESK));
    let passage = |millis| {
        let length = Duration::from_millis(millis);
        Some(crate::Passage { transition: crate::Transition::Fade, length })
    };
    let change = |name: &str, millis| Change {
        program: Some(program(name, &[])),
        passage: passage(millis),
        ..Change::default()
    };
    two.stand.live.change(change("white", 600)).wait().unwrap();
    two.until_sides("something between", |left, _| (90..225).contains(&left));
    two.until_sides("the other scene", |left, right| left >= 234 && right >= 234);
    // Its cameras are closed once it has given way.
    two.until_open(false, false);
    // An answer under way never keeps the next.
    two.stand.live.change(change("desk-only", 5000)).wait().unwrap();
    two.until_open(false, true);
    two.stand.live.show(program("both", &[])).wait().unwrap();
    two.until_sides("both at once", |left, right| (left, right) == (77, DESK));
    assert_eq!(two.stand.live.status().panics, 0);
}
