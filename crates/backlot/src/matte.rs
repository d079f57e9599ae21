//! `backlot matte`: the mattes alone, or the person with transparency.

use crate::cli::{MatteArgs, MatteKind};
use crate::input::{Input, Wanted};
use crate::matting::Matting;
use crate::output::Output;
use crate::progress::Progress;
use crate::sinks;
use crate::stills::{self, Stills};
use crate::stream::Stream;
use crate::summary::Summary;
use crate::tally::Tally;
use crate::{Outcome, interrupt};
use anyhow::{Result, bail};
use backlot_effects::Canvas;
use backlot_kernels::Level;
use backlot_matte::{Foreground, PersonMatte};
use backlot_media::{Frame, Matte};
use backlot_pipeline::{Job, JobEnd, PersonFinder, PipelineError, Stage, Stages};
use backlot_scene::Fit;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Runs the command.
pub fn run(args: &MatteArgs) -> Result<Outcome> {
    if !(0.0..=1.0).contains(&args.decontaminate) {
        bail!("--decontaminate must be 0 to 1, not {}", args.decontaminate);
    }
    let wanted = Wanted::parse(&args.stream, Fit::Cover)?;
    let output = Output::find(&args.output)?;
    let kind = kind(args.kind, &output)?;
    let input = Input::find(&args.input)?;
    let matting = Matting::parse(&args.matte, input.is_stills())?.at_its_word();
    let command = Command { args, kind, wanted, matting, stop: interrupt::watch()? };
    let start = Instant::now();
    let tally = match (Stills::list(&input)?, &output) {
        (Some(stills), Output::Picture(_) | Output::Folder(_)) => {
            command.each_still(&stills, &output)?
        }
        (stills, _) => command.stream(&input, stills, &output)?,
    };
    let interrupted = tally.report.end == JobEnd::Stopped;
    Summary::new(output.path(), tally, start.elapsed()).print(args.run.json, args.run.quiet)?;
    Ok(if interrupted { Outcome::Interrupted } else { Outcome::Done })
}

/// What is written: what was asked for, or what the container is for.
fn kind(asked: Option<MatteKind>, output: &Output) -> Result<MatteKind> {
    let by_itself = output.holds_alpha() && matches!(output, Output::Video(_));
    let usual = if by_itself { MatteKind::Person } else { MatteKind::Matte };
    if asked == Some(MatteKind::Person) {
        output.need_alpha()?;
    }
    Ok(asked.unwrap_or(usual))
}

struct Command<'a> {
    args: &'a MatteArgs,
    kind: MatteKind,
    wanted: Wanted,
    matting: Matting,
    stop: &'a AtomicBool,
}

/// Makes the mattes of one stream.
struct Cutter {
    canvas: Canvas,
    finder: PersonMatte,
    foreground: Option<Foreground>,
    decontaminate: f32,
    stages: Stages,
}

impl Cutter {
    fn cut(&mut self, frame: &mut Frame, matte: &mut Matte) -> Result<(), PipelineError> {
        self.finder.find(frame, matte)?;
        let timings = self.finder.timings();
        self.stages.add(Stage::Shrink, timings.shrink);
        self.stages.add(Stage::Network, timings.network);
        self.stages.add(Stage::Refine, timings.refine);
        if let Some(foreground) = &mut self.foreground {
            let start = Instant::now();
            foreground.clean(frame.yuv_mut(), matte.plane(), self.decontaminate);
            self.stages.lap(Stage::Person, start);
        }
        Ok(())
    }
}

impl Command<'_> {
    fn cutter(&self, canvas: Canvas) -> Result<Cutter> {
        let Matting { model, settings } = &self.matting;
        let is_person = self.kind == MatteKind::Person;
        Ok(Cutter {
            canvas,
            finder: PersonMatte::new(model, canvas.size, *settings, canvas.level)?,
            foreground: is_person
                .then(|| Foreground::new(canvas.size, canvas.color.range, canvas.level)),
            decontaminate: self.args.decontaminate,
            stages: Stages::default(),
        })
    }

    const fn is_quiet(&self) -> bool {
        self.args.run.quiet || self.args.run.json
    }

    /// Frames one after the other into one result.
    fn stream(&self, input: &Input, stills: Option<Stills>, output: &Output) -> Result<Tally> {
        let mut stream = Stream::open(input, stills, output, &self.wanted)?;
        stream.form.sound = None;
        let mut cutter = self.cutter(stream.canvas)?;
        let mut sink = sinks::mattes(output, &stream.form, self.kind, self.args.run.force)?;
        let progress = stream.progress(self.is_quiet());
        let Stream { source, limit, each_by_itself, canvas, .. } = stream;
        let report = Job { source, limit, stop: self.stop }.run(
            |mut frame, _| {
                if each_by_itself {
                    PersonFinder::reset(&mut cutter.finder);
                }
                let mut matte = Matte::new(canvas.size);
                cutter.cut(&mut frame, &mut matte)?;
                progress.advance();
                Ok((frame, matte))
            },
            |(frame, matte)| sink.write(&frame, &matte),
        );
        progress.finish();
        let report = report?;
        if report.frames == 0 {
            bail!("'{}' gave no frame, so nothing was written", self.args.input);
        }
        let notices = sink.finish()?;
        Ok(Tally { report, stages: cutter.stages, notices, ..Tally::default() })
    }

    /// Each picture by itself, at its own size.
    fn each_still(&self, stills: &Stills, output: &Output) -> Result<Tally> {
        let targets = stills.targets(output, Some("png"), self.args.run.force)?;
        let progress = Progress::new(Some(targets.len() as u64), self.is_quiet());
        let mut tally = Tally::default();
        let mut cutter: Option<Cutter> = None;
        for (path, target) in stills.paths().iter().zip(&targets) {
            if self.stop.load(Ordering::Relaxed) {
                tally.report.end = JobEnd::Stopped;
                break;
            }
            let mut frame = stills::read(path, &self.wanted)?;
            let canvas = Canvas { size: frame.size(), color: frame.color, level: Level::best() };
            let mut same = match cutter.take().filter(|known| known.canvas == canvas) {
                Some(known) => known,
                None => self.cutter(canvas)?,
            };
            let before = same.stages;
            let mut matte = Matte::new(canvas.size);
            PersonFinder::reset(&mut same.finder);
            same.cut(&mut frame, &mut matte)?;
            sinks::write_matte(target, &frame, &matte, self.kind, self.args.run.force)?;
            tally.stages.merge(&same.stages.since(&before));
            tally.report.frames += 1;
            cutter = Some(same);
            progress.advance();
        }
        progress.finish();
        Ok(tally)
    }
}
