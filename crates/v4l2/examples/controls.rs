//! Lists a camera's controls, sets those given, and restores them all: `controls [NAME
//! [CONTROL=VALUE]...]`.

use backlot_v4l2::{Controls, Wanted};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let controls = Controls::open(&arguments.next().unwrap_or_else(|| "auto".into()))?;
    for control in controls.list() {
        let info = &control.info;
        let (range, value) = (info.minimum..=info.maximum, control.value);
        println!("{} ({:?}): {value:?} of {range:?} {:?}", control.name, info.kind, control.items);
    }
    let before = controls.snapshot();
    for argument in arguments {
        let (name, value) = argument.split_once('=').ok_or("write CONTROL=VALUE")?;
        match controls.set(name, value.parse()?) {
            Ok(now) => println!("{name} is {now}"),
            Err(error) => println!("{error}"),
        }
    }
    let mut wanted: Vec<(String, Wanted)> =
        before.iter().map(|(name, value)| (name.clone(), (*value).into())).collect();
    wanted.push(("no_such_control".into(), Wanted::Value(1)));
    println!("not put back: {:?}", controls.apply(&wanted));
    println!("all as before: {}", controls.snapshot() == before);
    Ok(())
}
