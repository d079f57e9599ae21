use super::*;
use backlot_kernels::Level;
use backlot_media::{Frame, PixelFormat, Size};

const WIDTH: usize = 640;
const HEIGHT: usize = 360;
/// Pictures per second.
const RATE: f64 = 30.0;
/// Where the network sees a person: left, top, right and bottom, in pixels.
const CHAIR: [usize; 4] = [240, 120, 400, 360];

/// A room with furniture, as brightness at a place.
fn room(x: f32, y: f32) -> f32 {
    let shelf = if (x / 40.0).floor() as i32 % 2 == 0 { 22.0 } else { -14.0 };
    105.0 + shelf + 20.0 * (x * 0.05).sin() * (y * 0.04).cos()
}

/// A person's clothes and face.
fn person(x: f32, y: f32) -> f32 {
    90.0 + 45.0 * (x * 0.11 + 1.0).sin() * (y * 0.13).cos()
}

/// A camera in front of something, and the network's view of it.
struct Scene {
    presence: Presence,
    motion: Motion,
    geometry: Geometry,
    frame: Frame,
    count: u64,
    seconds: f64,
    noise: f32,
    gated: Vec<f32>,
}

impl Scene {
    fn new() -> Self {
        let size = Size::new(WIDTH as u32, HEIGHT as u32).unwrap();
        let geometry = Geometry::new(size);
        Self {
            presence: Presence::new(geometry),
            motion: Motion::new(geometry, Level::best()),
            geometry,
            frame: Frame::new(PixelFormat::I420, size),
            count: 0,
            seconds: 0.0,
            noise: 3.0,
            gated: vec![0.0; geometry.cells()],
        }
    }

    /// Shows pictures for some time; returns the share of the network's regions that stayed in the
    /// last one.
    fn show(
        &mut self,
        seconds: f64,
        seen: &[[usize; 4]],
        picture: impl Fn(f32, f32, f64) -> f32,
    ) -> f64 {
        let mut matte = vec![0.0; self.geometry.cells()];
        let columns = self.geometry.grid.0;
        let factor = self.geometry.factor;
        for [left, top, right, bottom] in seen {
            for y in top / factor..bottom / factor {
                matte[y * columns + left / factor..y * columns + right / factor].fill(1.0);
            }
        }
        let end = self.seconds + seconds;
        while self.seconds < end - 1e-6 {
            let (time, mut noise) = (self.seconds, Noise(self.count));
            for (y, row) in self.frame.plane_mut(0).rows_mut().enumerate() {
                for (x, value) in row.iter_mut().enumerate() {
                    let grain = self.noise * noise.next();
                    *value = (picture(x as f32, y as f32, time) + grain).clamp(16.0, 235.0) as u8;
                }
            }
            self.motion.observe(self.frame.plane(0));
            let stamp = Timestamp::from_secs_f64(100.0 + time);
            self.presence.observe(&self.motion, &matte, stamp);
            self.follow(&matte);
            self.count += 1;
            self.seconds += 1.0 / RATE;
        }
        self.presence.gate(&matte, &mut self.gated);
        self.gated.iter().sum::<f32>() as f64 / matte.iter().sum::<f32>().max(1.0) as f64
    }

    /// Moves the history's luma towards the present, as a matte does.
    fn follow(&mut self, matte: &[f32]) {
        let threshold = self.motion.threshold(0.15);
        let (moved, luma, seen) = self.motion.for_update();
        let mut history = matte.to_vec();
        backlot_kernels::matte::update(
            Level::best(),
            moved,
            threshold,
            matte,
            luma,
            &mut history,
            seen,
        );
    }

    fn kept_at(&self, x: usize, y: usize) -> bool {
        let factor = self.geometry.factor;
        self.gated[y / factor * self.geometry.grid.0 + x / factor] > 0.5
    }
}

/// Evenly spread over -1 to 1.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f32 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f32 / 8_388_608.0 - 1.0
    }
}

fn empty(x: f32, y: f32, _: f64) -> f32 {
    room(x, y)
}

fn inside([left, top, right, bottom]: [usize; 4], x: f32, y: f32) -> bool {
    (left as f32..right as f32).contains(&x) && (top as f32..bottom as f32).contains(&y)
}

/// A person who blinks every second, in front of the room.
fn sitting(x: f32, y: f32, time: f64) -> f32 {
    let eyes = inside([300, 160, 340, 180], x, y) && time.fract() < 0.2;
    match (eyes, inside(CHAIR, x, y)) {
        (true, _) => 40.0,
        (_, true) => person(x, y),
        _ => room(x, y),
    }
}

#[test]
fn furniture_is_shown_for_half_a_second_and_no_longer() {
    let mut scene = Scene::new();
    assert_eq!(scene.show(0.4, &[CHAIR], empty), 1.0);
    assert_eq!(scene.show(0.4, &[CHAIR], empty), 0.0);
    assert_eq!(scene.show(20.0, &[CHAIR], empty), 0.0);
}

#[test]
fn a_blink_opens_the_whole_region_for_ten_minutes() {
    let mut scene = Scene::new();
    assert_eq!(scene.show(3.0, &[CHAIR], sitting), 1.0);
    // Ten minutes without a movement, in large steps, for the test's sake.
    let still = |x: f32, y: f32, _: f64| sitting(x, y, 0.5);
    let mut hidden = 0;
    for _ in 0..60 {
        hidden += usize::from(scene.show(0.5, &[CHAIR], still) < 1.0);
        scene.seconds += 9.5;
    }
    assert_eq!(hidden, 0);
}

#[test]
fn a_still_person_is_shown_with_the_first_blink() {
    let mut scene = Scene::new();
    let still = |x: f32, y: f32, _: f64| sitting(x, y, 0.5);
    assert_eq!(scene.show(1.5, &[CHAIR], still), 0.0);
    scene.seconds = 2.0;
    assert_eq!(scene.show(0.3, &[CHAIR], sitting), 1.0);
}

#[test]
fn a_newcomer_is_shown_within_half_a_second() {
    let mut scene = Scene::new();
    scene.show(3.0, &[], empty);
    let still = |x: f32, y: f32, _: f64| sitting(x, y, 0.5);
    assert!(scene.show(0.3, &[CHAIR], still) > 0.95);
    assert!(scene.show(5.0, &[CHAIR], still) > 0.95);
}

#[test]
fn another_scene_of_the_same_camera_begins_with_what_was_known() {
    let mut before = Scene::new();
    before.show(2.0, &[], empty);
    before.show(2.0, &[CHAIR], empty);
    let mut after = Scene::new();
    (after.seconds, after.count) = (before.seconds, before.count);
    after.presence.take_over(&mut before.presence);
    assert_eq!(after.show(0.1, &[CHAIR], empty), 0.0, "no second half second");
    assert_eq!(after.show(0.5, &[CHAIR], sitting), 1.0);
    let mut again = Scene::new();
    (again.seconds, again.count) = (after.seconds, after.count);
    again.presence.take_over(&mut after.presence);
    let still = |x: f32, y: f32, _: f64| sitting(x, y, 0.5);
    assert_eq!(again.show(3.0, &[CHAIR], still), 1.0, "nobody has to move again");
}

#[test]
fn a_place_seen_empty_belongs_to_the_room() {
    let mut scene = Scene::new();
    scene.show(2.0, &[CHAIR], sitting);
    scene.show(2.0, &[], empty);
    // The network sees a person there again, but the room is unchanged.
    assert_eq!(scene.show(2.0, &[CHAIR], empty), 0.0);
}

#[test]
fn a_known_room_beside_somebody_stays_hidden() {
    let mut scene = Scene::new();
    scene.show(2.0, &[], empty);
    let merged = [CHAIR, [400, 120, 620, 360]];
    scene.show(2.0, &merged, sitting);
    assert!(scene.kept_at(320, 240) && scene.kept_at(300, 300));
    assert!(!scene.kept_at(540, 240) && !scene.kept_at(600, 300));
}

#[test]
fn light_and_exposure_are_no_movement() {
    let mut scene = Scene::new();
    scene.show(1.0, &[CHAIR], empty);
    let brighter = |x: f32, y: f32, _: f64| 1.25 * room(x, y) - 3.0;
    assert_eq!(scene.show(2.0, &[CHAIR], brighter), 0.0);
    let slowly = |x: f32, y: f32, time: f64| room(x, y) * (1.0 - 0.05 * (time - 3.0) as f32);
    assert_eq!(scene.show(3.0, &[CHAIR], slowly), 0.0);
}

#[test]
fn a_cut_to_another_empty_room_is_no_movement() {
    let mut scene = Scene::new();
    scene.show(1.0, &[CHAIR], empty);
    let other = |x: f32, y: f32, _: f64| 230.0 - room(1.7 * y + 90.0, x);
    assert_eq!(scene.show(0.1, &[CHAIR], other), 0.0);
    assert_eq!(scene.show(2.0, &[CHAIR], other), 0.0);
}

#[test]
fn a_person_from_before_a_cut_has_half_a_second_again() {
    let mut scene = Scene::new();
    assert_eq!(scene.show(2.0, &[CHAIR], sitting), 1.0);
    let other = |x: f32, y: f32, _: f64| 230.0 - room(1.7 * y + 90.0, x);
    assert_eq!(scene.show(0.3, &[CHAIR], other), 1.0);
    assert_eq!(scene.show(1.0, &[CHAIR], other), 0.0);
}

#[test]
fn a_moved_camera_is_no_movement() {
    let mut scene = Scene::new();
    let panned = |x: f32, y: f32, time: f64| {
        let time = time as f32;
        room(x + 9.0 * time, y + 4.0 * (1.3 * time).sin())
    };
    scene.show(1.0, &[CHAIR], panned);
    for _ in 0..10 {
        assert_eq!(scene.show(0.3, &[CHAIR], panned), 0.0);
    }
}

#[test]
fn a_haze_is_nobody() {
    let mut scene = Scene::new();
    scene.show(1.0, &[], empty);
    let mut matte = vec![0.0; scene.geometry.cells()];
    matte.fill(0.5);
    let state = scene.presence.state.as_mut().unwrap();
    mark(state.blocks, &matte, &mut state.most, &mut state.maybe, &mut state.sure);
    assert!(state.maybe.iter().all(|&maybe| maybe) && !state.sure.contains(&true));
}

#[test]
fn a_still_picture_keeps_the_networks_word() {
    let mut scene = Scene::new();
    scene.noise = 0.0;
    assert_eq!(scene.show(5.0, &[CHAIR], empty), 1.0);
}

#[test]
fn nothing_is_remembered_after_a_reset() {
    let mut scene = Scene::new();
    scene.show(1.0, &[CHAIR], empty);
    scene.presence.reset();
    scene.motion.reset();
    assert_eq!(scene.show(0.2, &[CHAIR], empty), 1.0);
}

#[test]
fn another_goes_on_with_the_memory_as_if_it_had_seen_all() {
    let picture = |x: f32, y: f32, time: f64| {
        let moves = 8.0 * (time as f32 * 2.0).sin();
        if (240.0..400.0).contains(&x) && y > 120.0 { person(x + moves, y) } else { room(x, y) }
    };
    let (mut scene, mut other) = (Scene::new(), Scene::new());
    scene.show(3.0, &[CHAIR], picture);
    let memory = scene.presence.memory();
    assert!(other.presence.recall(&memory));
    assert_eq!(other.presence.memory(), memory);
    // Someone who holds still stays only where it is remembered that they moved.
    std::mem::swap(&mut other.presence, &mut scene.presence);
    let still = |x: f32, y: f32, _: f64| picture(x, y, 3.0);
    assert!(scene.show(2.0, &[CHAIR], still) > 0.9);
    for wrong in [&memory[1..], &memory[..memory.len() - 1], &[memory.clone(), vec![0]].concat()] {
        assert!(!other.presence.recall(wrong));
    }
    let mut poisoned = memory.clone();
    let at = poisoned.len() / 2;
    poisoned[at..].fill(255);
    assert!(!other.presence.recall(&poisoned));
}
