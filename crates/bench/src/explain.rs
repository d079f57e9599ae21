//! The plan of a scene, with what each of its steps costs.

use crate::cases::canvas;
use crate::chain::Chain;
use crate::clip::{Clip, WARM_UP};
use crate::error::Result;
use backlot_files::Intake;
use backlot_matte::MatteSettings;
use backlot_media::{Encoding, Rect, Size};
use backlot_networks::{Purpose, load};
use backlot_pipeline::{Program, Stage, Step};
use backlot_terminal::stdio;
use serde::Serialize;
use std::ffi::OsString;
use std::time::Duration;

/// A scene to explain.
#[derive(Clone, Debug)]
pub struct ExplainRequest {
    /// Its name.
    pub name: String,
    /// The scene, and what its names mean.
    pub program: Program,
    /// The size of the pictures.
    pub size: Size,
    /// The network.
    pub model: OsString,
    /// Quality of the matte.
    pub quality: String,
    /// Whether it is printed as JSON.
    pub json: bool,
    /// How files are read.
    pub intake: Intake,
}

/// How many frames are measured.
const FRAMES: usize = 60;

impl ExplainRequest {
    /// Runs the scene on the presenter, and prints its plan.
    ///
    /// # Errors
    /// One sentence about why the scene can't be shown.
    pub fn run(&self) -> Result<()> {
        let canvas = canvas(self.size);
        let model = load(&self.model, Purpose::Live)?;
        let matte = MatteSettings { quality: self.quality.parse()?, ..MatteSettings::default() };
        let clip = Clip::new(None, canvas, Encoding::Jpeg, &self.intake)?;
        let mut chain = Chain::new(&self.program, canvas, (&model, matte), &self.intake)?;
        chain.run(&clip, WARM_UP, 1)?;
        let steps = measure(&mut chain, &clip, self.size)?;
        if self.json {
            return Ok(stdio::print_json(&self.explained(&steps))?);
        }
        stdio::print(self.table(&steps))?;
        Ok(())
    }

    fn explained(&self, steps: &[Step]) -> Explained {
        let steps: Vec<_> = steps.iter().map(Row::of).collect();
        let sum_ms = thousandths(steps.iter().map(|step| step.ms).sum());
        Explained {
            scene: self.name.clone(),
            size: self.size.to_string(),
            frames: FRAMES,
            steps,
            sum_ms,
        }
    }

    /// At most 80 columns wide, as far as names allow.
    fn table(&self, steps: &[Step]) -> String {
        let Self { name, size, .. } = self;
        let mut text =
            format!("'{name}' at {size}: medians of {FRAMES} frames of the presenter\n\n");
        text += &format!("{:<33} {:<22}{:>9}{:>8}\n", "step", "part that is wanted", "scale", "ms");
        for step in steps {
            let Rect { x, y, width, height } = step.region;
            let part = format!("{width}x{height}+{x}+{y}");
            let part = if step.only_in_matte { format!("{part} cut") } else { part };
            let part = match step.share {
                ..1.0 => format!("{part} {:.0} %", 100.0 * step.share),
                _ => part,
            };
            let scale = match step.scale {
                (a, b) if (a - b).abs() < 0.005 => format!("{a:.2}"),
                (a, b) => format!("{a:.2},{b:.2}"),
            };
            text += &format!("{:<33} {part:<22}{scale:>9}{:>8.3}\n", step.name, millis(step.time));
            text += &format!("  {} -> {}\n", step.reads.join(", "), step.writes);
        }
        let sum: Duration = steps.iter().map(|step| step.time).sum();
        text + &format!("\n{:<65}{:>8.3}\n", "sum", millis(sum))
    }
}

/// The steps of a frame, with the median of the cost of each.
fn measure(chain: &mut Chain, clip: &Clip, size: Size) -> Result<Vec<Step>> {
    let mut before: Vec<_> = chain.steps().iter().map(|step| step.time).collect();
    let mut costs = vec![Vec::with_capacity(FRAMES); before.len() + OUTSIDE.len()];
    for _ in 0..FRAMES {
        let outside = chain.step(clip)?;
        for (cost, (stage, _)) in costs.iter_mut().zip(OUTSIDE) {
            cost.push(outside.get(stage));
        }
        for ((cost, before), step) in
            costs[OUTSIDE.len()..].iter_mut().zip(&mut before).zip(chain.steps())
        {
            cost.push(step.time.saturating_sub(std::mem::replace(before, step.time)));
        }
    }
    let own = |(_, [name, reads, writes]): &(Stage, [&str; 3])| {
        Step::new((*name).to_owned(), vec![(*reads).to_owned()], (*writes).to_owned(), size)
    };
    let mut steps: Vec<_> = OUTSIDE.iter().map(own).chain(chain.steps()).collect();
    for (step, cost) in steps.iter_mut().zip(&mut costs) {
        cost.sort_unstable();
        step.time = cost[cost.len() / 2];
    }
    // What viewers get is made last.
    let viewers = steps.remove(OUTSIDE.len() - 1);
    steps.push(viewers);
    Ok(steps)
}

/// What is done outside of the studio, for all cameras together.
const OUTSIDE: [(Stage, [&str; 3]); 3] = [
    (Stage::Decode, ["cameras: read", "JPEG", "cameras, read"]),
    (Stage::Convert, ["cameras: convert", "cameras, read", "cameras"]),
    (Stage::Output, ["viewers: convert", "picture", "viewers' picture"]),
];

/// The plan as JSON.
#[derive(Debug, Serialize)]
struct Explained {
    scene: String,
    size: String,
    frames: usize,
    steps: Vec<Row>,
    sum_ms: f64,
}

/// A step as JSON.
#[derive(Debug, Serialize)]
struct Row {
    name: String,
    reads: Vec<String>,
    writes: String,
    region: [u32; 4],
    scale: [f32; 2],
    only_in_matte: bool,
    share: f64,
    ms: f64,
}

impl Row {
    fn of(step: &Step) -> Self {
        let Rect { x, y, width, height } = step.region;
        Self {
            name: step.name.clone(),
            reads: step.reads.clone(),
            writes: step.writes.clone(),
            region: [x, y, width, height],
            scale: step.scale.into(),
            only_in_matte: step.only_in_matte,
            share: thousandths(step.share),
            ms: thousandths(millis(step.time)),
        }
    }
}

fn thousandths(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
