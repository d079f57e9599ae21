//! Each request, and the events, as a client gets them.

use crate::kit::{Client, PASSWORD, PICTURE, Program};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

#[test]
fn the_program_is_told_in_both_encodings() {
    let program = Program::start();
    for offer in ["", "obswebsocket.json", "obswebsocket.msgpack"] {
        let mut client = Client::connect(&program, offer);
        assert_eq!(client.hello["d"]["rpcVersion"], 1);
        client.identify(PASSWORD, 0);
        let version = client.ask("GetVersion", Value::Null);
        assert_eq!(version["obsWebSocketVersion"], "5.5.2");
        assert!(version["supportedImageFormats"].as_array().unwrap().contains(&json!("png")));
        let known: Vec<String> =
            serde_json::from_value(version["availableRequests"].clone()).unwrap();
        for kind in known {
            let status = client.response(&kind, Value::Null)["requestStatus"].clone();
            assert_ne!(status["code"], 204, "{kind}");
        }
        let stats = client.ask("GetStats", Value::Null);
        assert_eq!((&stats["activeFps"], &stats["cpuUsage"]), (&json!(30.0), &json!(21.5)));
        let video = client.ask("GetVideoSettings", json!({}));
        assert_eq!((&video["outputWidth"], &video["fpsDenominator"]), (&json!(1280), &json!(1)));
        for id in [json!(5), json!("a"), json!(null), json!({ "a": [true] })] {
            let request = json!({ "requestType": "GetStats", "requestId": id });
            assert_eq!(client.respond(&json!({ "op": 6, "d": request }))["requestId"], id);
        }
    }
}

#[test]
fn what_there_is_none_of_is_said_so() {
    let program = Program::start();
    let mut client = program.client();
    for (kind, field, value) in [
        ("GetStudioModeEnabled", "studioModeEnabled", json!(false)),
        ("GetRecordStatus", "outputActive", json!(false)),
        ("GetStreamStatus", "outputActive", json!(false)),
        ("GetHotkeyList", "hotkeys", json!([])),
        ("GetGroupList", "groups", json!([])),
        ("GetProfileList", "profiles", json!(["Backlot"])),
        ("GetSceneCollectionList", "sceneCollections", json!(["Backlot"])),
    ] {
        assert_eq!(client.ask(kind, Value::Null)[field], value, "{kind}");
    }
    for (kind, code) in [
        ("Explode", 204),
        ("RequestBatch", 204),
        ("", 203),
        ("Sleep", 206),
        ("GetCurrentPreviewScene", 506),
        ("StartRecord", 504),
        ("StopRecord", 501),
        ("StartStream", 504),
        ("SetCurrentProgramScene", 301),
    ] {
        assert_eq!(client.refused(kind, Value::Null), code, "{kind}");
    }
    assert_eq!(client.refused("SetCurrentProgramScene", json!({})), 300);
    assert_eq!(client.refused("SetCurrentProgramScene", json!({ "sceneName": 5 })), 401);
    assert_eq!(client.refused("SetCurrentProgramScene", json!({ "sceneName": "" })), 403);
    assert_eq!(client.refused("SetCurrentProgramScene", json!({ "sceneName": "a\n" })), 600);
    assert!(program.asked.lock().unwrap().is_empty());
}

#[test]
fn scenes_are_listed_and_shown() {
    let program = Program::start();
    let mut client = Client::connect(&program, "");
    client.identify(PASSWORD, 4);
    let list = client.ask("GetSceneList", Value::Null);
    assert_eq!(list["currentProgramSceneName"], "desk");
    assert_eq!(list["scenes"][0]["sceneName"], "original");
    client.ask("SetCurrentProgramScene", json!({ "sceneName": "original" }));
    let asked = json!({ "request": "show-scene", "scene": "original" });
    assert_eq!(program.last(), asked);
    assert_eq!(client.events.pop().unwrap()["eventData"]["sceneName"], "original");
    let now = client.ask("GetCurrentProgramScene", Value::Null);
    assert_eq!(now["currentProgramSceneName"], "original");
    let desk = list["scenes"][1]["sceneUuid"].clone();
    client.ask("SetCurrentProgramScene", json!({ "sceneUuid": desk }));
    assert_eq!(program.last()["scene"], "desk");
    client.events.clear();
    program.change(|state| drop(state.scenes.list.pop()));
    client.ask("GetStats", Value::Null);
    assert_eq!(client.events[0]["eventType"], "SceneListChanged");
    assert_eq!(client.events[0]["eventData"]["scenes"].as_array().unwrap().len(), 1);
}

#[test]
fn scenes_take_over_as_was_set() {
    let program = Program::start();
    let mut client = program.client();
    let now = client.ask("GetCurrentSceneTransition", Value::Null);
    assert_eq!(now["transitionName"], "Cut");
    client.ask("SetCurrentSceneTransition", json!({ "transitionName": "fade" }));
    client.ask("SetCurrentSceneTransitionDuration", json!({ "transitionDuration": 250 }));
    let now = client.ask("GetCurrentSceneTransition", Value::Null);
    assert_eq!((&now["transitionName"], &now["transitionDuration"]), (&json!("Fade"), &json!(250)));
    let list = client.ask("GetSceneTransitionList", Value::Null);
    assert_eq!(list["currentSceneTransitionName"], "Fade");
    assert_eq!(list["transitions"].as_array().unwrap().len(), 4);
    client.ask("SetCurrentProgramScene", json!({ "sceneName": "original" }));
    assert_eq!(program.last()["transition"], "fade:250");
    assert_eq!(
        client.refused("SetCurrentSceneTransition", json!({ "transitionName": "Spin" })),
        600
    );
    let long = json!({ "transitionDuration": 1e9 });
    assert_eq!(client.refused("SetCurrentSceneTransitionDuration", long), 402);
}

#[test]
fn layers_are_scene_items() {
    let program = Program::start();
    let mut client = Client::connect(&program, "");
    client.identify(PASSWORD, 1 << 7);
    let desk = json!({ "sceneName": "desk" });
    let items = client.ask("GetSceneItemList", desk.clone())["sceneItems"].clone();
    assert_eq!(
        (&items[1]["sourceName"], &items[1]["inputKind"]),
        (&json!("me"), &json!("v4l2_input"))
    );
    let id = client.ask("GetSceneItemId", json!({ "sceneName": "desk", "sourceName": "Me" }));
    let id = id["sceneItemId"].clone();
    assert_eq!(items[1]["sceneItemId"], id);
    let item = json!({ "sceneName": "desk", "sceneItemId": id });
    let hidden = json!({ "sceneName": "desk", "sceneItemId": id, "sceneItemEnabled": false });
    client.ask("SetSceneItemEnabled", hidden.clone());
    assert_eq!(program.last(), json!({ "request": "hide-layer", "layer": "me" }));
    assert_eq!(client.events[0]["eventData"]["sceneItemEnabled"], false);
    assert_eq!(client.ask("GetSceneItemEnabled", item.clone())["sceneItemEnabled"], false);
    client.ask("SetSceneItemEnabled", hidden);
    assert_eq!(program.asked.lock().unwrap().len(), 1, "it was hidden already");
    client.ask(
        "SetSceneItemIndex",
        json!({ "sceneName": "desk", "sceneItemId": id, "sceneItemIndex": 0 }),
    );
    assert_eq!(client.ask("GetSceneItemIndex", item.clone())["sceneItemIndex"], 0);
    let transform = client.ask("GetSceneItemTransform", item.clone());
    assert_eq!(transform["sceneItemTransform"]["sourceWidth"], 1280);
    assert_eq!(client.ask("GetSceneItemSource", item)["sourceName"], "me");
    let other = client.ask("GetSceneItemList", json!({ "sceneName": "original" }));
    assert_eq!(program.last()["request"], "list");
    assert_eq!(other["sceneItems"].as_array().unwrap().len(), 2);
    assert_eq!(client.refused("GetSceneItemList", json!({ "sceneName": "gone" })), 600);
    let gone = json!({ "sceneName": "desk", "sceneItemId": 1 });
    assert_eq!(client.refused("GetSceneItemEnabled", gone), 600);
    let inputs = client.ask("GetInputList", json!({ "inputKind": "v4l2_input" }));
    assert_eq!(inputs["inputs"][0]["inputName"], "me");
    let active = client.ask("GetSourceActive", json!({ "sourceName": "me" }));
    assert_eq!(active["videoActive"], false);
}

#[test]
fn effects_are_filters() {
    let program = Program::start();
    let mut client = program.client();
    let source = json!({ "sourceName": "me" });
    let filters = client.ask("GetSourceFilterList", source.clone())["filters"].clone();
    assert_eq!(filters[0]["filterName"], "hologram");
    assert_eq!(filters[0]["filterSettings"], json!({ "ghost": 0.5 }));
    let with = |name: &str, value: Value| json!({ "sourceName": "me", "filterName": "hologram", name: value });
    client.ask("SetSourceFilterSettings", with("filterSettings", json!({ "ghost": 0.2 })));
    assert_eq!(
        program.last(),
        json!({ "request": "set-effect", "effect": "0", "setting": "ghost", "value": "0.2", "layer": "me" })
    );
    let wrong = with("filterSettings", json!({ "ghost": "wrong" }));
    assert_eq!(client.refused("SetSourceFilterSettings", wrong), 702);
    let list = with("filterSettings", json!({ "ghost": [1] }));
    assert_eq!(client.refused("SetSourceFilterSettings", list), 400);
    client.ask("SetSourceFilterEnabled", with("filterEnabled", json!(false)));
    assert!(program.state.lock().unwrap().scene.layers[1].effects.is_empty());
    let one = client.ask("GetSourceFilter", with("a", json!(0)));
    assert_eq!((&one["filterEnabled"], &one["filterKind"]), (&json!(false), &json!("hologram")));
    client.ask("SetSourceFilterEnabled", with("filterEnabled", json!(true)));
    assert_eq!(program.state.lock().unwrap().scene.layers[1].effects, ["hologram:ghost=0.5"]);
    let filters = client.ask("GetSourceFilterList", source)["filters"].clone();
    assert_eq!(filters.as_array().unwrap().len(), 1);
    assert_eq!(client.refused("GetSourceFilterList", json!({ "sourceName": "gone" })), 600);
}

#[test]
fn the_virtual_camera_is_paused() {
    let program = Program::start();
    let mut client = Client::connect(&program, "");
    client.identify(PASSWORD, 1 << 6);
    assert_eq!(client.refused("StartVirtualCam", Value::Null), 500);
    client.ask("StopVirtualCam", Value::Null);
    assert_eq!(program.last()["request"], "pause");
    assert_eq!(client.events[0]["eventData"]["outputState"], "OBS_WEBSOCKET_OUTPUT_STOPPED");
    assert_eq!(client.ask("GetVirtualCamStatus", Value::Null)["outputActive"], false);
    assert_eq!(client.refused("StopVirtualCam", Value::Null), 501);
    assert_eq!(client.ask("ToggleVirtualCam", Value::Null)["outputActive"], true);
    assert_eq!(program.last()["request"], "resume");
    assert_eq!(client.events.len(), 2);
}

#[test]
fn pictures_are_taken() {
    let program = Program::start();
    let mut client = program.client();
    let wish = json!({ "sourceName": "desk", "imageFormat": "png", "imageWidth": 320 });
    let data = client.ask("GetSourceScreenshot", wish)["imageData"].clone();
    let data = data.as_str().unwrap().strip_prefix("data:image/png;base64,").unwrap();
    assert_eq!(STANDARD.decode(data).unwrap(), PICTURE);
    let taken = program.last()["file"].as_str().unwrap().to_owned();
    assert!(!std::path::Path::new(&taken).exists());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("now.jpg");
    let save = |file: &std::path::Path| json!({ "sourceName": "desk", "imageFormat": "jpg", "imageFilePath": file });
    client.ask("SaveSourceScreenshot", save(&file));
    assert_eq!(std::fs::read(&file).unwrap(), PICTURE);
    for wrong in ["now.jpg", "/nowhere/now.jpg", "/"] {
        let code = client.refused("SaveSourceScreenshot", save(wrong.as_ref()));
        assert_eq!(code, 600, "{wrong}");
    }
    let other = json!({ "sourceName": "me", "imageFormat": "png" });
    assert_eq!(client.refused("GetSourceScreenshot", other), 604);
    let other = json!({ "sourceName": "desk", "imageFormat": "exe" });
    assert_eq!(client.refused("GetSourceScreenshot", other), 400);
}

#[test]
fn batches_are_carried_out_in_order() {
    let program = Program::start();
    let mut client = program.client();
    let mut batch = |data: Value| {
        let mut message = json!({ "op": 8, "d": { "requestId": 7 } });
        message["d"].as_object_mut().unwrap().extend(data.as_object().unwrap().clone());
        let response = client.respond(&message);
        assert_eq!(response["requestId"], 7);
        response["results"].as_array().unwrap().clone()
    };
    let codes = |results: &[Value]| {
        let code = |result: &Value| result["requestStatus"]["code"].as_u64().unwrap();
        results.iter().map(code).collect::<Vec<_>>()
    };
    let requests = json!([
        { "requestType": "GetStats", "requestId": "a" },
        { "requestType": "Sleep", "requestData": { "sleepMillis": 2 } },
        { "requestType": "RequestBatch", "requestData": { "requests": [] } },
        5,
        { "requestType": "StopVirtualCam" },
    ]);
    let results = batch(json!({ "requests": requests }));
    assert_eq!(codes(&results), [100, 100, 204, 203, 100]);
    assert_eq!(results[0]["requestId"], "a");
    let results = batch(json!({ "requests": requests, "haltOnFailure": true }));
    assert_eq!(codes(&results), [100, 100, 204]);
    let frames = json!([{ "requestType": "Sleep", "requestData": { "sleepFrames": 1 } }]);
    assert_eq!(codes(&batch(json!({ "requests": frames, "executionType": 1 }))), [100]);
    assert_eq!(codes(&batch(json!({ "requests": frames, "executionType": 2 }))), [206]);
    assert_eq!(codes(&batch(json!({ "requests": frames }))), [300]);
}

#[test]
fn the_end_is_told() {
    let mut program = Program::start();
    let mut client = Client::connect(&program, "");
    client.identify(PASSWORD, 1);
    drop(program.server.take());
    let told = client.read();
    assert_eq!(told["d"]["eventType"], "ExitStarted");
    assert_eq!(client.closed(), 1001);
}
