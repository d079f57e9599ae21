//! What hides everything from all viewers.

use super::*;
use std::sync::mpsc::{Receiver, Sender};

#[test]
fn a_cover_hides_the_picture_and_closes_the_camera_until_it_is_taken_away() {
    let mut stand = Stand::usual();
    stand.output.watch(1);
    for cover in [Cover::Pause, Cover::Panic] {
        stand.until("the camera's picture", |s| s.shows_camera());
        let curtain = stand.live.curtain();
        curtain.set(Some(cover));
        stand.until("a card", |s| !s.shows_camera());
        stand.until("a closed camera", |s| !s.camera.open.load(Ordering::Relaxed));
        let before = stand.output.pictures.load(Ordering::Relaxed);
        stand.until("cards for who watches", |s| {
            assert!(!s.shows_camera());
            s.output.pictures.load(Ordering::Relaxed) > before + 4
        });
        assert_eq!(curtain.now(), Some(cover));
        curtain.set(None);
    }
    stand.until("the camera's picture", |s| s.shows_camera());
}

/// Finds nobody, and hangs as long as it is told to.
struct Hanging(Receiver<()>);

impl Keyer for Hanging {
    fn find(&mut self, _: &Frame, matte: &mut Matte) -> Result<(), MatteError> {
        let _ = self.0.recv();
        matte.plane_mut().fill(0);
        Ok(())
    }
}

#[test]
fn a_cover_comes_while_the_worker_and_the_director_hang() {
    let (go, held): (Sender<()>, _) = channel();
    let (build_on, building): (Sender<()>, _) = channel();
    let (held, building) = (Mutex::new(Some(held)), Mutex::new(building));
    let white = Scene::replace("white".parse().unwrap(), Replacement::default());
    let build: StudioBuilder =
        Arc::new(move |program: &Program, rig: &Rig| match held.lock().unwrap().take() {
            Some(held) => {
                Studio::with_finder(program.clone(), rig.canvas, Some(Box::new(Hanging(held))))
            }
            None => {
                let _ = building.lock().unwrap().recv();
                Err(PipelineError::NoModel)
            }
        });
    let mut stand = Stand::first(white, build);
    stand.output.watch(1);
    go.send(()).unwrap();
    stand.until("the scene", |s| s.output.luma.load(Ordering::Relaxed) >= 234);
    // The worker hangs with the next picture.
    let changing = stand.live.show(plain());
    stand.live.curtain().set(Some(Cover::Panic));
    stand.until("a card", |s| s.output.luma.load(Ordering::Relaxed) < 100);
    assert!(changing.look().is_none());
    drop((go, build_on));
}
