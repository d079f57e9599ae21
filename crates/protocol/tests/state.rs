//! Whoever applies the events has the state, also after they were lines.

use backlot_protocol::{
    Activity, Camera, CameraCounts, CameraState, Event, Figures, Guard, History, Hundredths, Layer,
    Line, Lowered, Mode, Origin, Output, OutputCounts, OutputState, PARTS, Preview, Recording,
    Scene, SceneEntry, Scenes, StageTime, State,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), "[a-c]{1,2}", any::<String>()]
}

fn maybe() -> impl Strategy<Value = Option<String>> {
    option::of(text())
}

fn figure() -> impl Strategy<Value = Hundredths> {
    prop_oneof![(0.0..100.0_f64), any::<f64>()].prop_map(Hundredths::from)
}

fn scenes() -> impl Strategy<Value = Scenes> {
    let origin = select(vec![Origin::Settings, Origin::File, Origin::Ready]);
    let entry = (text(), origin).prop_map(|(name, origin)| SceneEntry { name, origin });
    (vec(entry, 0..3), maybe()).prop_map(|(list, shown)| Scenes { list, shown })
}

fn scene() -> impl Strategy<Value = Scene> {
    let form = vec((text(), text()), 0..2)
        .prop_map(|entries| entries.into_iter().map(|(name, text)| (name, text.into())).collect());
    let area = option::of([figure(), figure(), figure(), figure()]);
    let painted = option::of([figure(), figure()]);
    let effects = vec(text(), 0..2);
    let layer = (text(), maybe(), text(), any::<bool>(), maybe(), painted, effects, form, area);
    let layer = layer.prop_map(|(id, name, source, visible, key, painted, effects, form, area)| {
        Layer { id, name, source, visible, key, painted, effects, form, area }
    });
    let switches = any::<(bool, bool, bool)>();
    (maybe(), text(), vec(layer, 0..3), vec(text(), 0..2), maybe(), switches).prop_map(
        |(name, title, layers, effects, background, (blur, mirror, changed))| Scene {
            name,
            title,
            layers,
            effects,
            background,
            blur,
            mirror,
            changed,
        },
    )
}

fn output() -> impl Strategy<Value = Output> {
    let state = select(vec![OutputState::Waiting, OutputState::Open]);
    (text(), maybe(), state, maybe(), any::<Option<u32>>(), vec(text(), 0..2), maybe()).prop_map(
        |(name, scene, state, mode, viewers, programs, reason)| Output {
            name,
            scene,
            state,
            mode,
            viewers,
            programs,
            reason,
        },
    )
}

fn camera() -> impl Strategy<Value = Camera> {
    use CameraState::{Closed, Starting, Waiting, Works};
    let state = select(vec![Closed, Starting, Works, Waiting]);
    (text(), maybe(), state, maybe(), maybe(), maybe()).prop_map(
        |(name, device, state, mode, reason, remark)| Camera {
            name,
            device,
            state,
            mode,
            reason,
            remark,
        },
    )
}

fn figures() -> impl Strategy<Value = Figures> {
    let stage = (text(), figure()).prop_map(|(stage, ms)| StageTime { stage, ms });
    let output = (text(), any::<[u64; 3]>()).prop_map(|(name, [written, fresh, early])| {
        OutputCounts { name, written, fresh, early, ..OutputCounts::default() }
    });
    let camera = (text(), any::<[u64; 2]>()).prop_map(|(name, [late, lost])| CameraCounts {
        name,
        late,
        lost,
        ..CameraCounts::default()
    });
    let counts = (vec(output, 0..2), vec(camera, 0..2), any::<[u64; 3]>());
    (vec(figure(), 4), vec(stage, 0..3), counts).prop_map(
        |(figures, stages, (outputs, cameras, [finished, dropped, shown]))| Figures {
            fps: figures[0],
            median_ms: figures[1],
            p99_ms: figures[2],
            cpu_percent: figures[3],
            finished,
            dropped,
            shown,
            stages,
            outputs,
            cameras,
            ..Figures::default()
        },
    )
}

/// A state of one program.
fn state() -> impl Strategy<Value = State> {
    use Activity::{Idle, Live, Starting, Waiting};
    use Mode::{Off, Panic, Paused, Running};
    let guard = (any::<bool>(), any::<u64>(), maybe())
        .prop_map(|(shielding, shielded, reason)| Guard { shielding, shielded, reason });
    let lowered =
        (any::<u32>(), text()).prop_map(|(network_every, size)| Lowered { network_every, size });
    let history =
        any::<(bool, bool)>().prop_map(|(can_undo, can_redo)| History { can_undo, can_redo });
    let mode = select(vec![Running, Paused, Panic, Off]);
    let activity = select(vec![Idle, Starting, Live, Waiting]);
    let look = (scenes(), scene(), mode, activity, maybe());
    let devices = (vec(output(), 0..3), vec(camera(), 0..3));
    let preview = (any::<bool>(), any::<u32>(), any::<u32>())
        .prop_map(|(opens_camera, open, stills)| Preview { opens_camera, open, stills });
    let rest = (guard, lowered, preview, history);
    (look, devices, figures(), rest).prop_map(|(look, devices, figures, rest)| {
        let (scenes, scene, mode, activity, message) = look;
        let (outputs, cameras) = devices;
        let (guard, lowered, preview, history) = rest;
        State {
            scenes,
            scene,
            mode,
            activity,
            message,
            outputs,
            cameras,
            figures,
            guard,
            lowered,
            preview,
            history,
            ..State::example()
        }
    })
}

fn sent(line: &Line) -> Line {
    serde_json::from_slice(&line.bytes()).expect("what is written can be read")
}

proptest! {
    #[test]
    fn events_make_the_new_state(before in state(), after in state()) {
        let mut followed = before.clone();
        for event in after.events_since(&before) {
            let line = sent(&Line::Event { event });
            let Line::Event { event } = line else { panic!("{line:?}") };
            followed.apply(&event);
        }
        prop_assert_eq!(&followed, &after);
        prop_assert!(after.events_since(&followed).is_empty());
    }

    #[test]
    fn a_state_is_read_as_it_was_written(state in state()) {
        let line = Line::State { state: Box::new(state) };
        prop_assert_eq!(sent(&line), line);
    }

    #[test]
    fn any_line_is_read_or_not(line in vec(any::<u8>(), 0..200)) {
        let _ = serde_json::from_slice::<Line>(&line);
        if let Err(refusal) = backlot_protocol::read_request(&line) {
            prop_assert!(!refusal.sentence.contains(char::is_control));
        }
    }
}

#[test]
fn each_part_has_an_event_of_its_name() {
    let events = State::example().events_since(&State {
        lowered: Lowered { network_every: 0, size: String::new() },
        guard: Guard { shielded: 1, ..Guard::default() },
        message: Some(String::new()),
        mode: Mode::Off,
        recordings: vec![Recording::default()],
        ..State::default()
    });
    let names: Vec<String> = events
        .iter()
        .map(|event| {
            let value = serde_json::to_value(event).unwrap();
            value.as_object().unwrap().keys().next().unwrap().clone()
        })
        .collect();
    assert_eq!(names, PARTS.iter().map(|part| part.name).collect::<Vec<_>>());
    assert!(State::example().events_since(&State::example()).is_empty());
    let mut state = State::example();
    state.apply(&Event::Gone {});
    assert_eq!(state, State::example());
}
