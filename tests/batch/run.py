#!/usr/bin/env python3
"""Chunks of 'backlot batch' through the engines of deploy/: scripts/batch.sh --test PROGRAM [CASE...]

Each case is a function whose name begins with 'case_': it makes the chunks of one plan in its way, and what is joined
then must be, byte for byte, what 'backlot render' makes. An engine that isn't installed is named and left out.
"""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
from waiting import free_ports, until  # noqa: E402

DEPLOY = ROOT / "deploy"
# Nothing may take longer, however slow the machine.
PATIENCE = 300


class Skipped(Exception):
    pass


def run(*words, check=True, **more):
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, timeout=PATIENCE, **more)
    if check and done.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))}: {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return done


class Desk:
    """A folder with videos, a folder within, a picture and a broken file; and what 'render' makes of it."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.inputs, self.plan = folder / "in", folder / "plan"
        (self.inputs / "sub").mkdir(parents=True)
        look = "--size 160x90 --fps 12 --background original --quality fast --quiet".split()
        run(program, "render", "presenter", "-o", self.inputs / "a.mp4", "--duration", 34, *look)
        run(program, "render", "presenter", "-o", self.inputs / "sub" / "b.mp4", "--duration", 21, *look)
        run(program, "snapshot", "--camera", "presenter", "--raw", "-o", self.inputs / "sub" / "c.png")
        (self.inputs / "broken.mp4").write_bytes((self.inputs / "a.mp4").read_bytes()[:3000])
        self.look = ["--background", "navy", "--quality", "fast"]
        self.expected = {}
        for name in ["a.mp4", "sub/b.mp4", "sub/c.png"]:
            target = folder / f"expected{pathlib.Path(name).suffix}"
            run(program, "render", self.inputs / name, "-o", target, "--force", "--quiet", *self.look)
            self.expected[name] = target.read_bytes()

    def planned(self):
        """A new plan, and how many chunks it has."""
        shutil.rmtree(self.plan, ignore_errors=True)
        done = run(self.program, "batch", "plan", self.inputs, "-r", "-o", self.plan, *self.look, check=False)
        assert done.returncode == 1 and "broken.mp4" in done.stderr, done
        items = json.loads((self.plan / "manifest.json").read_text())["items"]
        return sum(len(item["video"]["chunks"]) if item.get("video") else 1 for item in items)

    def made(self):
        return sum(1 for path in (self.plan / "chunks").iterdir() if not path.name.startswith("."))

    def joined(self):
        """Joins the chunks, and compares with what 'render' makes."""
        results = self.folder / "results"
        shutil.rmtree(results, ignore_errors=True)
        done = run(self.program, "batch", "join", self.plan, "-o", results, check=False)
        assert "broken.mp4" in done.stdout + done.stderr, done
        for name, expected in self.expected.items():
            assert (results / name).read_bytes() == expected, f"{name} differs"


def case_ray_with_a_worker_that_is_killed(desk):
    count = desk.planned()
    with two_workers(desk.folder) as (address, environment):
        command = [sys.executable, DEPLOY / "ray_batch.py", desk.plan, "--program", desk.program, "--address", address]
        process = subprocess.Popen(list(map(str, command)), env=environment, stderr=subprocess.PIPE, text=True)
        until(lambda: workers() or process.poll() is not None, "a worker at work")
        killed = workers()[:1]
        for victim in killed:
            os.kill(victim, signal.SIGKILL)
        said = process.communicate(timeout=PATIENCE)[1]
        assert killed, f"it ended before a worker could be killed: {said}"
        assert process.returncode == 0, said
    assert desk.made() == count, (desk.made(), count)


@contextlib.contextmanager
def two_workers(folder):
    """A Ray cluster on this machine, for two tasks at a time: its address."""
    (port,) = free_ports(1)
    home = folder / "home"
    home.mkdir()
    environment = {**os.environ, "HOME": str(home), "RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "disabled"}
    command = [pathlib.Path(sys.executable).parent / "ray", "start", "--head", "--block", "--num-cpus", 2,
               "--node-ip-address", "127.0.0.1", "--port", port, "--include-dashboard", "false",
               "--disable-usage-stats", "--object-store-memory", 100_000_000]
    with (folder / "ray.out").open("w") as log:
        process = subprocess.Popen(list(map(str, command)), env=environment, stdout=log, stderr=log,
                                   start_new_session=True)
    try:
        until(lambda: "Ray runtime started" in (folder / "ray.out").read_text(), "Ray has started")
        yield f"127.0.0.1:{port}", environment
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def workers():
    """The processes of Ray that make a chunk."""
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if path.read_bytes().startswith(b"ray::make"):
                found.append(int(path.parent.name))
    return found


def case_gnu_parallel(desk):
    if not shutil.which("parallel"):
        raise Skipped("parallel isn't installed")
    count = desk.planned()
    run(DEPLOY / "parallel.sh", desk.plan, "--jobs", 2, env={**os.environ, "BACKLOT": str(desk.program)})
    assert desk.made() == count, (desk.made(), count)
    log = (desk.plan / "parallel.log").read_text().splitlines()
    assert len(log) == count + 1, log


def case_a_kubernetes_job_by_hand(desk):
    import kubernetes_validate
    job = yaml.safe_load((DEPLOY / "kubernetes" / "job.yaml").read_text())
    kubernetes_validate.validate(job, "1.31", strict=True)
    container = job["spec"]["template"]["spec"]["containers"][0]
    for index in range(desk.planned()):
        words = [word.replace("$(JOB_COMPLETION_INDEX)", str(index)).replace("/data/plan", str(desk.plan))
                 for word in container["command"]]
        assert words[0] == "backlot", words
        run(desk.program, *words[1:])


def case_a_slurm_array(desk):
    if not (shutil.which("slurmctld") and shutil.which("slurmd") and shutil.which("munged")):
        raise Skipped("slurmctld, slurmd and munged aren't installed (slurm-wlm)")
    if os.geteuid() != 0:
        raise Skipped("slurmd needs root")
    count = desk.planned()
    with cluster(desk.folder / "slurm") as environment:
        environment["BACKLOT"] = str(desk.program)
        run("sbatch", "--wait", f"--array=0-{count - 1}", "--output", desk.folder / "slurm-%a.out",
            DEPLOY / "slurm" / "chunks.sh", desk.plan, env=environment)
    assert desk.made() == count, (desk.made(), count)


@contextlib.contextmanager
def cluster(folder):
    """Slurm with one node, this one."""
    folder.mkdir()
    host = socket.gethostname().split(".")[0]
    ports = free_ports(2)
    text = f"""
ClusterName=one
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
AuthType=auth/munge
AuthInfo=socket={folder}/munge
CryptoType=crypto/munge
SlurmUser=root
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=none
ReturnToService=2
NodeName={host} NodeAddr=127.0.0.1 CPUs={os.cpu_count()} State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""
    (folder / "slurm.conf").write_text(text)
    for name in ["state", "spool"]:
        (folder / name).mkdir()
    key = folder / "key"
    key.write_bytes(os.urandom(128))
    key.chmod(0o600)
    environment = {**os.environ, "SLURM_CONF": str(folder / "slurm.conf")}
    commands = [
        ["munged", "--foreground", "--force", f"--socket={folder}/munge", f"--key-file={key}",
         f"--pid-file={folder}/munged.pid", f"--log-file={folder}/munged.log", f"--seed-file={folder}/seed"],
        ["slurmctld", "-D"],
        ["slurmd", "-D", "-N", host],
    ]
    with contextlib.ExitStack() as stack:
        for command in commands:
            log = stack.enter_context((folder / f"{command[0]}.out").open("w"))
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
            stack.callback(process.wait)
            stack.callback(process.terminate)
            if command[0] == "munged":
                until(lambda: (folder / "munge").exists(), "munged is there")
        until(lambda: "idle" in run("sinfo", "--noheader", env=environment, check=False).stdout, "a node is idle")
        yield environment


def main():
    program, *wanted = sys.argv[1:]
    program = pathlib.Path(program).resolve()
    cases = {name[5:]: case for name, case in globals().items() if name.startswith("case_")}
    chosen = {name: case for name, case in cases.items()
              if not wanted or any(end in name for end in wanted)}
    if not chosen:
        sys.exit(f"there is no such case: choose from {', '.join(cases)}")
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(program, pathlib.Path(folder))
        for name, case in chosen.items():
            try:
                case(desk)
                desk.joined()
                print(f"ok    {name.replace('_', ' ')}", flush=True)
            except Skipped as why:
                print(f"skip  {name.replace('_', ' ')}: {why}", flush=True)


if __name__ == "__main__":
    main()
