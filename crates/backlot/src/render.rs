//! `backlot render`: the person of every frame on another set.

use crate::cli::RenderArgs;
use crate::input::{Input, Wanted};
use crate::matting::Matting;
use crate::output::Output;
use crate::progress::Progress;
use crate::sinks::{self, Shot, Sink};
use crate::stills::{self, Stills};
use crate::stream::Stream;
use crate::summary::Summary;
use crate::tally::Tally;
use crate::{Outcome, interrupt};
use anyhow::{Result, bail};
use backlot_effects::Canvas;
use backlot_kernels::Level;
use backlot_pipeline::{Job, JobEnd, Studio, StudioOptions};
use backlot_scene::{Background, Scene};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Runs the command.
pub fn run(args: &RenderArgs) -> Result<Outcome> {
    let scene = args.scene.scene()?;
    let wanted = Wanted::parse(&args.stream, args.scene.fit.parse()?)?;
    let output = Output::find(&args.output)?;
    let transparent = args.scene.background()? == Background::Transparent;
    if transparent {
        output.need_alpha()?;
    }
    let input = Input::find(&args.input)?;
    let matting = Matting::parse(&args.matte, input.is_stills())?;
    let stop = interrupt::watch()?;
    let render = Render { args, scene, transparent, wanted, matting, stop };
    let start = Instant::now();
    let mut tally = match (Stills::list(&input)?, &output) {
        (Some(stills), Output::Picture(_) | Output::Folder(_)) => {
            render.each_still(&stills, &output)?
        }
        (stills, _) => render.stream(&input, stills, &output)?,
    };
    tally.notices.extend(render.scene.barely_hidden());
    let interrupted = tally.report.end == JobEnd::Stopped;
    Summary::new(output.path(), tally, start.elapsed()).print(args.run.json, args.run.quiet)?;
    Ok(if interrupted { Outcome::Interrupted } else { Outcome::Done })
}

struct Render<'a> {
    args: &'a RenderArgs,
    scene: Scene,
    transparent: bool,
    wanted: Wanted,
    matting: Matting,
    stop: &'a AtomicBool,
}

impl Render<'_> {
    fn studio(&self, canvas: Canvas) -> Result<Studio> {
        let Matting { model, settings } = &self.matting;
        let options = StudioOptions { canvas, model: Some(model), matte: *settings };
        Ok(Studio::new(&self.scene, options)?)
    }

    const fn is_quiet(&self) -> bool {
        self.args.run.quiet || self.args.run.json
    }

    /// Frames one after the other into one result.
    fn stream(&self, input: &Input, stills: Option<Stills>, output: &Output) -> Result<Tally> {
        let stream = Stream::open(input, stills, output, &self.wanted)?;
        let mut studio = self.studio(stream.canvas)?;
        let mut sink = Sink::open(output, &stream.form, self.transparent, self.args.run.force)?;
        let progress = stream.progress(self.is_quiet());
        let Stream { source, limit, each_by_itself, .. } = stream;
        let report = Job { source, limit, stop: self.stop }.run(
            |frame, _| {
                if each_by_itself {
                    studio.reset();
                }
                let shot = Shot::take(&mut studio, frame, self.transparent)?;
                progress.advance();
                Ok(shot)
            },
            |shot| sink.write(&shot),
        );
        progress.finish();
        let report = report?;
        if report.frames == 0 {
            bail!("'{}' gave no frame, so nothing was written", self.args.input);
        }
        let mut tally = Tally { report, notices: sink.finish()?, ..Tally::default() };
        tally.add(&studio);
        Ok(tally)
    }

    /// Each picture by itself, at its own size.
    fn each_still(&self, stills: &Stills, output: &Output) -> Result<Tally> {
        let ending = self.transparent.then_some("png");
        let targets = stills.targets(output, ending, self.args.run.force)?;
        let progress = Progress::new(Some(targets.len() as u64), self.is_quiet());
        let mut tally = Tally::default();
        let mut studio: Option<(Canvas, Studio)> = None;
        for (path, target) in stills.paths().iter().zip(&targets) {
            if self.stop.load(Ordering::Relaxed) {
                tally.report.end = JobEnd::Stopped;
                break;
            }
            let frame = stills::read(path, &self.wanted)?;
            let canvas = Canvas { size: frame.size(), color: frame.color, level: Level::best() };
            if studio.as_ref().is_none_or(|(known, _)| *known != canvas) {
                let new = (canvas, self.studio(canvas)?);
                studio.replace(new).iter().for_each(|(_, old)| tally.add(old));
            }
            let Some((_, studio)) = &mut studio else { continue };
            studio.reset();
            let shot = Shot::take(studio, frame, self.transparent)?;
            sinks::write_cut(target, &shot.picture, shot.cut.as_ref(), self.args.run.force)?;
            tally.report.frames += 1;
            progress.advance();
        }
        progress.finish();
        studio.iter().for_each(|(_, last)| tally.add(last));
        Ok(tally)
    }
}
