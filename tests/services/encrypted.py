#!/usr/bin/env python3
"""The camera's mattes come over TLS: scripts/services.sh --tls PROGRAM

A proxy that speaks TLS with a certificate of the test's own stands before 'backlot serve'. In all three forms the network
elsewhere must lead when its authority is trusted (--model-ca), and never when it isn't.
"""

import asyncio
import pathlib
import re
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time

from camera import Camera


def certificate(folder):
    """An authority, and a certificate for localhost that it signed."""
    def openssl(*words):
        subprocess.run(["openssl", *words], check=True, capture_output=True, cwd=folder)

    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=an authority", "-keyout", "ca.key", "-out", "ca.pem")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost",
            "-keyout", "key.pem", "-out", "request.pem")
    (folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n")
    openssl("x509", "-req", "-in", "request.pem", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
            "-days", "2", "-extfile", "names", "-out", "certificate.pem")


def encrypting(folder, protocol, port):
    """Starts to pass on to a port what comes encrypted; returns where."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    context.set_alpn_protocols([protocol])
    found, started = [], threading.Event()

    async def carry(reader, writer):
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
        writer.close()

    async def serve(reader, writer):
        there = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(carry(reader, there[1]), carry(there[0], writer), return_exceptions=True)

    async def main():
        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
        found.append(server.sockets[0].getsockname()[1])
        started.set()
        await server.serve_forever()

    threading.Thread(target=lambda: asyncio.run(main()), daemon=True).start()
    started.wait()
    return found[0]


def main():
    (program,) = sys.argv[1:]
    command = [program, "serve", "--listen", "127.0.0.1:0", "--grpc", "127.0.0.1:0"]
    service = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        certificate(folder)
        ports = [int(re.search(r":(\d+)", service.stderr.readline().split(" at ")[-1])[1]) for _ in range(2)]
        http, grpc = encrypting(folder, "http/1.1", ports[0]), encrypting(folder, "h2", ports[1])
        try:
            for address in [f"https://localhost:{http}", f"oip+https://localhost:{http}/v2/models/general",
                            f"oip+grpcs://localhost:{grpc}/v2/models/general"]:
                with Camera(program, address, 10, "--model-ca", folder / "ca.pem") as camera:
                    camera.until_led("elsewhere")
                with Camera(program, address, 10, "-v") as camera:
                    camera.until_led("own")
                    time.sleep(4)
                    assert camera.status["lead"] == "own", camera.status
                    assert any("certificate" in line for line in camera.said), camera.said
                print(f"ok  {address.split(':')[0]}", flush=True)
        finally:
            service.send_signal(signal.SIGTERM)
            service.wait()


if __name__ == "__main__":
    main()
