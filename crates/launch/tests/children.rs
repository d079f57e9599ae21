//! Children that behave well and badly.

use backlot_launch::{Child, Errand, LaunchError, Limits, Order, Overdue};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Generous: anything that doesn't hang is over by then.
const LIMITS: Limits = Limits { memory: 1 << 30, total: Some(Duration::from_secs(60)), idle: None };

fn shell(script: &str, limits: Limits) -> Order {
    let mut order = Order::new("sh", limits);
    order.args(["-c", script]);
    order
}

fn is_there(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, fields)| !fields.trim_start().starts_with('Z'))
}

fn until_gone(pid: u32) {
    let start = Instant::now();
    while is_there(pid) {
        assert!(start.elapsed() < Duration::from_secs(10), "process {pid} stays");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The first line of what a child writes, as a number.
fn number(child: &mut Child) -> u32 {
    let mut line = String::new();
    BufReader::new(child.output().unwrap()).read_line(&mut line).unwrap();
    line.trim().parse().unwrap()
}

#[test]
fn output_and_ending_are_returned() {
    let order =
        shell("echo out; echo \"$WORD\" >&2; exit 3", LIMITS).variable("WORD", "err").clone();
    let (output, ending) = order.output(100).unwrap();
    assert_eq!(output, b"out\n");
    assert_eq!((ending.success, ending.code, ending.log.as_str()), (false, Some(3), "err\n"));
    assert!(shell("exit 0", LIMITS).run().unwrap().success);
    let missing = Order::new("/nowhere/at/all", LIMITS).run().unwrap_err();
    assert!(matches!(missing, LaunchError::Missing(_)), "{missing}");
    assert!(matches!(Order::new("no-such-program", LIMITS).run(), Err(LaunchError::Missing(_))));
}

#[test]
fn large_data_passes_both_ways() {
    let mut child = Order::new("cat", LIMITS).with_input().with_output().start().unwrap();
    let (mut input, mut output) = (child.input().unwrap(), child.output().unwrap());
    let bytes: Vec<u8> = (0..3_000_000_u32).map(|i| (i % 251) as u8).collect();
    let sent = bytes.clone();
    let writer = std::thread::spawn(move || input.write_all(&sent));
    let mut back = Vec::new();
    output.read_to_end(&mut back).unwrap();
    writer.join().unwrap().unwrap();
    assert!(back == bytes && child.wait().success);
}

#[test]
fn complaints_are_bounded_and_do_not_block() {
    let script = "i=0; while [ $i -lt 20000 ]; do echo line $i >&2; i=$((i+1)); done; exit 3";
    let ending = shell(script, LIMITS).run().unwrap();
    assert!(!ending.success && ending.log.len() <= 32 * 1024, "{}", ending.log.len());
    assert!(ending.log.ends_with("line 19999\n"));
}

#[test]
fn a_slow_child_is_killed_with_everything_that_it_started() {
    let limits = Limits { total: Some(Duration::from_millis(700)), ..LIMITS };
    let mut child = shell("sleep 1000 & echo $!; wait", limits).with_output().start().unwrap();
    let mut lines = BufReader::new(child.output().unwrap()).lines();
    let sleeper = lines.next().unwrap().unwrap().parse().unwrap();
    let start = Instant::now();
    assert!(lines.next().is_none(), "the pipe ends although nobody has closed it");
    let ending = child.wait();
    assert!(!ending.success && ending.overdue == Some(Overdue::Total(Duration::from_millis(700))));
    assert!(start.elapsed() < Duration::from_secs(30));
    until_gone(sleeper);
}

#[test]
fn an_idle_child_is_killed_while_someone_waits() {
    let idle = Duration::from_millis(400);
    let limits = Limits { total: None, idle: Some(idle), ..LIMITS };
    let (output, ending) = shell("echo begun; exec sleep 1000", limits).output(100).unwrap();
    assert_eq!((&output[..], ending.overdue), (&b"begun\n"[..], Some(Overdue::Idle(idle))));
    // A reader that doesn't read.
    let mut child = shell("exec sleep 1000", limits).with_input().start().unwrap();
    let mut input = child.input().unwrap();
    assert!(input.write_all(&vec![0; 10 << 20]).is_err());
    assert_eq!(child.wait().overdue, Some(Overdue::Idle(idle)));
    // It may go on while nobody waits for it, and while it works.
    let mut child = shell("sleep 2; echo done", limits).with_output().start().unwrap();
    std::thread::sleep(Duration::from_millis(1800));
    assert!(is_there(child.id()));
    child.kill();
    let busy = "end=$(($(date +%s)+3)); while [ $(date +%s) -lt $end ]; do :; done; echo done";
    assert_eq!(shell(busy, limits).output(100).unwrap().0, b"done\n");
}

#[test]
fn a_child_that_leaves_another_at_its_pipes_is_not_waited_for() {
    let mut child = shell("setsid sleep 20 & echo $!", LIMITS).with_output().start().unwrap();
    let sleeper = number(&mut child);
    let start = Instant::now();
    assert!(child.wait().success);
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    let _ = Command::new("kill").arg(sleeper.to_string()).status();
}

#[test]
fn a_dropped_child_is_gone_with_everything_that_it_started() {
    let mut child = shell("sleep 1000 & echo $!; wait", LIMITS).with_output().start().unwrap();
    let (id, sleeper) = (child.id(), number(&mut child));
    assert!(is_there(id) && is_there(sleeper));
    drop(child);
    assert!(!Path::new(&format!("/proc/{id}")).exists());
    until_gone(sleeper);
}

#[test]
fn memory_is_limited() {
    let limits = Limits { memory: 64 << 20, ..LIMITS };
    let (output, _) = shell("sleep 0.3; ulimit -d", limits).output(100).unwrap();
    assert_eq!(String::from_utf8_lossy(&output).trim(), "65536");
}

/// The name of the test that, started by another, plays the program that is killed.
const PARENT: &str = "plays_the_parent";
const ROLE: &str = "LAUNCH_TEST_ROLE";

#[test]
fn plays_the_parent() {
    if std::env::var_os(ROLE).is_none() {
        return;
    }
    // From a thread that ends at once, which must not count as the parent's end.
    let start = || shell("echo $$; exec sleep 1000", LIMITS).with_output().start().unwrap();
    let mut child = std::thread::spawn(start).join().unwrap();
    let id = number(&mut child);
    std::thread::sleep(Duration::from_millis(500));
    println!("child {id} {}", is_there(id));
    std::thread::sleep(Duration::from_secs(1000));
}

#[test]
fn children_end_with_a_parent_that_is_killed() {
    if !["/usr/bin/setpriv", "/bin/setpriv"].iter().any(|path| Path::new(path).exists()) {
        println!("skipped: needs setpriv of util-linux");
        return;
    }
    let mut parent = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", PARENT, "--nocapture"])
        .env(ROLE, "parent")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(parent.stdout.take().unwrap()).lines().map_while(Result::ok);
    let said = lines.filter_map(|line| line.split_once("child ").map(|(_, rest)| rest.to_owned()));
    let said = said.take(1).next().unwrap();
    let (id, there) = said.split_once(' ').unwrap();
    assert_eq!(there, "true", "the child ended with the thread that asked for it");
    parent.kill().unwrap();
    parent.wait().unwrap();
    until_gone(id.parse().unwrap());
}

#[test]
fn an_abandoned_errand_ends_its_children() {
    let (errand, other) = (Errand::new(), Errand::new());
    let start = || shell("echo $$; sleep 60", LIMITS).with_output().start();
    let mut wanted = other.within(start).unwrap();
    let (mut first, nested) = errand.within(|| (start().unwrap(), other.within(start).unwrap()));
    let pid = number(&mut first);
    errand.give_up();
    until_gone(pid);
    assert!(!first.wait().success);
    let refused = errand.within(start).unwrap_err().to_string();
    assert!(refused.contains("it is no longer needed"), "{refused}");
    assert!(is_there(number(&mut wanted)) && is_there(nested.id()));
    assert!(start().is_ok(), "a thread is at nothing afterwards");
}
