"""simpleobsws: msgpack, requests, batches and events."""

import asyncio
import sys

import simpleobsws

port, password = int(sys.argv[1]), sys.argv[2]


async def main():
    client = simpleobsws.WebSocketClient(url=f"ws://127.0.0.1:{port}", password=password)
    await client.connect()
    assert await client.wait_until_identified()
    changed = asyncio.Event()

    async def on_event(data):
        changed.set()

    client.register_event_callback(on_event, "VirtualcamStateChanged")
    version = await client.call(simpleobsws.Request("GetVersion"))
    assert version.ok() and version.responseData["rpcVersion"] == 1
    stopped = await client.call(simpleobsws.Request("StopVirtualCam"))
    assert stopped.ok(), stopped
    await asyncio.wait_for(changed.wait(), 20)
    again = await client.call(simpleobsws.Request("StopVirtualCam"))
    assert again.requestStatus.code == 501, again
    results = await client.call_batch(
        [
            simpleobsws.Request("StartVirtualCam"),
            simpleobsws.Request("Sleep", {"sleepMillis": 5}),
            simpleobsws.Request("GetVirtualCamStatus"),
            simpleobsws.Request("Explode"),
            simpleobsws.Request("GetStats"),
        ],
        halt_on_failure=True,
    )
    assert [result.ok() for result in results] == [True, True, True, False], results
    assert results[2].responseData["outputActive"]
    await client.disconnect()


asyncio.run(main())
