//! How good and how dear mattes are that are carried between looks of the network: reads raw I420
//! pictures from standard input.
//!
//! `ffmpeg -i CLIP -pix_fmt yuv420p -f rawvideo - | carried MODEL.tflite WIDTHxHEIGHT`

use anyhow::{Context, Result};
use backlot_kernels::Level;
use backlot_matte::{MatteSettings, PersonMatte};
use backlot_media::{ColorSpace, Frame, Matte, PixelFormat, Size};
use backlot_nn::Model;
use std::io::Read;
use std::time::Instant;

/// The mattes of all frames, and the milliseconds of each that was carried.
fn mattes(
    model: &Model,
    frames: &[Frame],
    every: usize,
    carry: bool,
) -> Result<(Vec<Matte>, Vec<f64>)> {
    let size = frames[0].size();
    let mut maker = PersonMatte::new(model, size, MatteSettings::default(), Level::best())?;
    let (mut mattes, mut costs): (Vec<Matte>, Vec<f64>) = (Vec::new(), Vec::new());
    let mut missed = 0;
    for (i, frame) in frames.iter().enumerate() {
        let mut matte = Matte::new(size);
        let looks = i % every == 0;
        let start = Instant::now();
        if !looks && !carry {
            let last = mattes.last().context("a first frame")?;
            for (to, from) in matte.plane_mut().rows_mut().zip(last.plane().rows()) {
                to.copy_from_slice(from);
            }
        } else if looks || maker.carry(frame, &mut matte).is_err() {
            missed += usize::from(!looks);
            maker.segment(frame)?;
            maker.refine(frame, &mut matte)?;
        }
        if every == 1 || !looks {
            costs.push(start.elapsed().as_secs_f64() * 1e3);
        }
        mattes.push(matte);
    }
    if missed > 0 {
        println!("  {missed} cuts");
    }
    Ok((mattes, costs))
}

fn iou(a: &Matte, b: &Matte) -> f64 {
    let (mut both, mut any) = (0_u32, 0_u32);
    for (a, b) in a.plane().rows().zip(b.plane().rows()) {
        for (&a, &b) in a.iter().zip(b) {
            both += u32::from(a > 127 && b > 127);
            any += u32::from(a > 127 || b > 127);
        }
    }
    if any < 100 { 1.0 } else { f64::from(both) / f64::from(any) }
}

/// The mean change of the matte from frame to frame where luma stays, per mille.
fn flicker(frames: &[Frame], mattes: &[Matte]) -> f64 {
    let (mut change, mut still) = (0_u64, 0_u64);
    for (f, m) in frames.windows(2).zip(mattes.windows(2)) {
        let [luma, before] = [f[1].plane(0), f[0].plane(0)];
        for y in 0..luma.height() {
            let (a, b) = (m[1].plane().row(y), m[0].plane().row(y));
            for (x, (l, k)) in luma.row(y).iter().zip(before.row(y)).enumerate() {
                if l.abs_diff(*k) < 4 {
                    still += 1;
                    change += u64::from(a[x].abs_diff(b[x]));
                }
            }
        }
    }
    1e3 * change as f64 / (255.0 * still as f64)
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, size] = arguments.as_slice() else {
        anyhow::bail!("usage: carried MODEL.tflite WIDTHxHEIGHT < PICTURES");
    };
    let (model, size) = (Model::from_tflite(&std::fs::read(model)?)?, size.parse::<Size>()?);
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes)?;
    let mut frames = Vec::new();
    for picture in bytes.chunks_exact(size.pixels() * 3 / 2).take(150) {
        let mut frame = Frame::new(PixelFormat::I420, size);
        frame.fill_from_packed(picture)?;
        frame.color = ColorSpace::BT601;
        frame.sequence = frames.len() as u64;
        frames.push(frame);
    }
    let (truth, costs) = mattes(&model, &frames, 1, true)?;
    // A tenth of the frames cost less: nearly what they cost on a machine that does nothing else.
    let cost = |mut v: Vec<f64>| {
        v.sort_by(f64::total_cmp);
        v.get(v.len() / 10).copied().unwrap_or_default()
    };
    println!("  each frame: {:.2} ms, flicker {:.2}", cost(costs), flicker(&frames, &truth));
    for every in 2..=4 {
        for (name, carry) in [("carried ", true), ("repeated", false)] {
            let (found, costs) = mattes(&model, &frames, every, carry)?;
            let between = (0..frames.len()).filter(|i| i % every != 0);
            let mut ious: Vec<f64> = between.map(|i| 100.0 * iou(&found[i], &truth[i])).collect();
            ious.sort_by(f64::total_cmp);
            println!(
                "  every {every} {name}: IoU median {:.2}, 5 % {:.2}, worst {:.2}; flicker {:.2}; {:.2} ms",
                ious[ious.len() / 2],
                ious[ious.len() / 20],
                ious[0],
                flicker(&frames, &found),
                cost(costs)
            );
        }
    }
    Ok(())
}
