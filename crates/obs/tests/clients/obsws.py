"""obsws-python: requests, events and a wrong password."""

import sys
import threading

import obsws_python as obs

port, password = int(sys.argv[1]), sys.argv[2]
changed = threading.Event()


def on_current_program_scene_changed(data):
    if data.scene_name == "original":
        changed.set()


events = obs.EventClient(host="127.0.0.1", port=port, password=password)
events.callback.register(on_current_program_scene_changed)
client = obs.ReqClient(host="127.0.0.1", port=port, password=password)
assert client.get_version().obs_web_socket_version == "5.5.2"
assert client.get_scene_list().current_program_scene_name == "desk"
items = client.get_scene_item_list("desk").scene_items
item = next(item for item in items if item["sourceName"] == "me")["sceneItemId"]
client.set_scene_item_enabled("desk", item, False)
assert not client.get_scene_item_enabled("desk", item).scene_item_enabled
client.set_scene_item_enabled("desk", item, True)
client.set_source_filter_settings("me", "hologram", {"ghost": 0.2})
client.toggle_virtual_cam()
assert not client.get_virtual_cam_status().output_active
client.start_virtual_cam()
picture = client.get_source_screenshot("desk", "png", 320, 180, -1).image_data
assert picture.startswith("data:image/png;base64,"), picture
client.set_current_program_scene("original")
assert changed.wait(20), "no event came"
client.set_current_program_scene("desk")
try:
    client.get_input_volume("me")
    raise AssertionError("an unknown request is answered")
except obs.error.OBSSDKRequestError as error:
    assert error.code == 204, error
client.disconnect()
events.disconnect()
try:
    obs.ReqClient(host="127.0.0.1", port=port, password="wrong", timeout=20)
except obs.error.OBSSDKError:
    pass
else:
    raise AssertionError("a wrong password is taken")
