// obs-websocket-js: msgpack, as its main module has it, and JSON.
const [, , folder, port, password] = process.argv;
const assert = require("assert");

async function steer(name, module) {
  const OBSWebSocket = module.default;
  const obs = new OBSWebSocket();
  const hello = await obs.connect(`ws://127.0.0.1:${port}`, password, {
    eventSubscriptions: module.EventSubscription.All,
  });
  assert.equal(hello.negotiatedRpcVersion, 1, name);
  const { currentProgramSceneName } = await obs.call("GetSceneList");
  assert.equal(currentProgramSceneName, "desk");
  const changed = new Promise((done) => obs.once("CurrentProgramSceneChanged", done));
  await obs.call("SetCurrentProgramScene", { sceneName: "original" });
  assert.equal((await changed).sceneName, "original");
  await obs.reidentify({ eventSubscriptions: 0 });
  await obs.call("SetCurrentProgramScene", { sceneName: "desk" });
  const results = await obs.callBatch([
    { requestType: "GetStudioModeEnabled" },
    { requestType: "GetRecordStatus" },
  ]);
  assert.deepEqual(results.map((result) => result.requestStatus.code), [100, 100]);
  await assert.rejects(obs.call("GetInputMute", { inputName: "me" }), { code: 204 });
  await obs.disconnect();
  const wrong = new OBSWebSocket().connect(`ws://127.0.0.1:${port}`, "wrong");
  await assert.rejects(wrong, { code: 4009 });
}

(async () => {
  const load = require("module").createRequire(`${folder}/here.js`);
  await steer("msgpack", load("obs-websocket-js"));
  await steer("json", load("obs-websocket-js/json"));
})().then(() => process.exit(0), (error) => {
  console.error(error);
  process.exit(1);
});
