//! The steady state of each thread allocates nothing.

use super::super::director::canvas_of;
use super::super::parcel::{Packer, Parcel};
use super::super::wings::NextStudio;
use super::*;
use allocation_counter::measure;

/// The number of pictures until everything is allocated.
const WARM_UP: usize = 20;

fn allocations(what: &str, mut step: impl FnMut()) {
    (0..WARM_UP).for_each(|_| step());
    let used = measure(|| (0..WARM_UP).for_each(|_| step()));
    assert_eq!(used.count_total, 0, "{what} allocates");
}

fn parcel(packer: &mut Packer, bytes: &[u8], sequence: u64) -> Parcel {
    let stride = 2 * SIZE.width as usize;
    let raw = RawPicture { bytes, stride, time: MonotonicClock.now(), sequence };
    packer.pack(raw, sequence, 1).unwrap()
}

#[test]
fn of_the_working_thread() {
    let (shared, wings, (calls, _called)) = (shared(), Arc::new(Wings::default()), channel());
    let build = studio_builder(None, MatteSettings::default(), Intake::default());
    let plan = Effort::default();
    let (canvas, sizes) = (canvas_of(plan, &WISH), shared.camera_sizes());
    let rig = Rig { canvas, sizes, kept: Vec::new() };
    let studio = build(&plain().into(), &rig).unwrap();
    *wings.lock().unwrap() = Some(Box::new(NextStudio { studio, plan, governor: None }));
    let mut worker = Worker::new(shared.clone(), wings, calls);
    worker.change_stage();
    let mode = FakeCamera(Arc::default(), 0).mode();
    let (mut packer, bytes, mut next) = (Packer::new(mode), [90, 128].repeat(SIZE.pixels()), 0);
    let port = shared.ports.usual();
    allocations("the worker", || {
        port.parcels.put(parcel(&mut packer, &bytes, next));
        worker.work();
        next += 1;
        assert!(matches!(shared.outputs.all()[0].inbox.take(None), Taken::Item(_)));
    });
    assert_eq!(shared.work.lock().finished, next);
}

#[test]
fn of_a_virtual_cameras_thread() {
    let (_, handle, mut output) = watched_output();
    let shown = black();
    allocations("the output", || {
        output.look_for_viewers();
        output.show(&shown);
        std::thread::sleep(Duration::from_millis(34));
    });
    assert!(handle.pictures.load(Ordering::Relaxed) as usize > WARM_UP);
}

#[test]
fn of_the_cameras_thread() {
    /// A camera that only delivers what it has.
    struct Quick(Vec<u8>, u64);

    impl CameraOpener for Quick {
        fn name(&self) -> String {
            "quick".to_owned()
        }

        fn open(&mut self, _: &Wish) -> Result<Box<dyn Camera>, StreamError> {
            Ok(Box::new(Self(self.0.clone(), 0)))
        }
    }

    impl Camera for Quick {
        fn mode(&self) -> CameraMode {
            FakeCamera(Arc::default(), 0).mode()
        }

        fn next(
            &mut self,
            _: Duration,
            take: &mut dyn FnMut(RawPicture<'_>),
        ) -> Result<Delivery, StreamError> {
            self.1 += 1;
            let (stride, time) = (2 * SIZE.width as usize, MonotonicClock.now());
            take(RawPicture { bytes: &self.0, stride, time, sequence: self.1 });
            Ok(Delivery::Picture)
        }

        fn tally(&self) -> CameraTally {
            CameraTally::default()
        }
    }

    let shared = shared();
    let opener = Box::new(Quick([90, 128].repeat(SIZE.pixels()), 0));
    let (port, (calls, _called)) = (shared.ports.usual(), channel());
    let mut camera = CameraThread::new(shared.clone(), port.clone(), calls, opener);
    camera.open(shared.now());
    allocations("the camera", || camera.capture());
    assert!(port.parcels.is_full() && port.parcels.dropped() > 0);
}
