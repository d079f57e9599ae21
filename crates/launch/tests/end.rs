//! A program that ends at once, which can be tried only once in a process.

use backlot_launch::{Limits, Order, end_all};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const LIMITS: Limits = Limits { memory: 1 << 30, total: Some(Duration::from_secs(60)), idle: None };

#[test]
fn all_children_end_and_whoever_waits_for_one_waits_on() {
    static GOT_AN_ANSWER: AtomicBool = AtomicBool::new(false);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("late");
    let mut order = Order::new("sh", LIMITS);
    let script = "while :; do : > \"$0\"; done".into();
    order.args(["-c".into(), script, file.as_os_str().to_owned()]);
    let mut child = order.start().unwrap();
    while !file.exists() {
        std::thread::sleep(Duration::from_millis(1));
    }
    std::thread::spawn(move || {
        child.wait();
        GOT_AN_ANSWER.store(true, Ordering::SeqCst);
    });
    end_all();
    std::fs::remove_file(&file).unwrap();
    let refusal = Order::new("true", LIMITS).run().unwrap_err().to_string();
    assert!(refusal.ends_with("the program is ending"), "{refusal}");
    std::thread::sleep(Duration::from_millis(200));
    assert!(!file.exists(), "the child makes it anew");
    assert!(!GOT_AN_ANSWER.load(Ordering::SeqCst));
}
