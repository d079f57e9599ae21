//! Faults of all kinds at once, in random order.

use crate::finder::Conduct;
use crate::stand::{SIZE, Stand, YUYV, hiding};
use backlot_media::{Encoding, Size};
use backlot_testkit::CameraFault;
use std::time::Duration;

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        (self.0 >> 33) as usize % sides
    }
}

fn disturb(stand: &mut Stand, dice: &mut Dice) {
    match dice.roll(7) {
        0 => stand.finder.set(Conduct::WRONG[dice.roll(Conduct::WRONG.len())]),
        1 => stand.finder.set(Conduct::HARMLESS[dice.roll(Conduct::HARMLESS.len())]),
        2 => stand.camera.set_fault(match dice.roll(5) {
            0 => CameraFault::Unplugged,
            1 => CameraFault::Silent,
            2 => CameraFault::Rubbish,
            3 => CameraFault::Damaged,
            _ => CameraFault::None,
        }),
        3 => {
            let size = [SIZE, Size { width: 640, height: 480 }][dice.roll(2)];
            stand.camera.set_mode(size, [YUYV, Encoding::Jpeg][dice.roll(2)]);
        }
        4 => stand.output.watch(dice.roll(3) as u32),
        5 => stand.output.fail(dice.roll(3) as u32),
        _ => {
            let background = ["navy", "blur", "aurora"][dice.roll(3)];
            stand.show(hiding(background)).unwrap();
        }
    }
}

#[test]
fn no_order_of_faults_shows_the_room() {
    for seed in 0..3 {
        let mut dice = Dice(seed);
        let mut stand = Stand::watched(&hiding("navy"));
        for _ in 0..60 {
            disturb(&mut stand, &mut dice);
            std::thread::sleep(Duration::from_millis(dice.roll(60) as u64));
        }
        stand.camera.set_fault(CameraFault::None);
        stand.finder.set(Conduct::Right);
        stand.output.fail(0);
        stand.output.watch(1);
        stand.until_the_scene_is_seen();
        stand.assert_hidden(&format!("seed {seed}"));
    }
}
