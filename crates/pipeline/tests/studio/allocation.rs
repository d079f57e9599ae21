//! The steady state allocates nothing.

use crate::common::{Behaviour, camera, replace, studio};

#[test]
fn frames_are_made_without_allocating() {
    for background in ["navy", "gradient:navy,white", "aurora", "blur:20", "mosaic:16"] {
        for effect in [None, Some("hologram"), Some("mirror")] {
            let mut scene = replace(background);
            scene.layers[1].key = Some(backlot_keys::person());
            scene.layers[1].effects.extend(effect.map(|e| e.parse().unwrap()));
            scene.layers[1].shadow = effect.map(|_| backlot_scene::Shadow::default());
            let mut studio = studio(&scene, &[Behaviour::Right]);
            let mut frames: Vec<_> = (0..8).map(camera).collect();
            let later = frames.split_off(3);
            for frame in frames {
                studio.process(frame).unwrap();
            }
            let counted = allocation_counter::measure(|| {
                for frame in later {
                    studio.process(frame).unwrap();
                }
            });
            assert_eq!(counted.count_total, 0, "{background} {effect:?}");
        }
    }
}
