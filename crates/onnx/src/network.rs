//! A network that is ready to be put to work.

use crate::element::filled;
use crate::error::OnnxError;
use crate::file::OnnxFile;
use crate::running::{Got, OnnxRunning, State};
use crate::runtime::Runtime;
use crate::watch::Watch;
use crate::wiring::{Layout, Port, Provider, Side, Sizes, Wiring};
use backlot_kernels::Level;
use backlot_segmenter::{Engine, EngineError, Running, TensorShape};
use ort::session::Session;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The longest that one picture may take. Live pictures are behind the shield long before.
const LONGEST: Duration = Duration::from_secs(30);
/// The longest side of a picture.
const LONGEST_SIDE: usize = 4096;
/// What sides of pictures are multiples of, where they can be anything.
const STEP: usize = 32;

/// A network of an ONNX file. Each stream of pictures has a session of its own.
#[derive(Debug)]
pub struct OnnxNetwork {
    runtime: Runtime,
    bytes: Arc<[u8]>,
    provider: Provider,
    /// The session that read the file, for the first who starts.
    spare: Mutex<Option<Session>>,
    size: Size,
    picture: usize,
    layout: Layout,
    inputs: Vec<Input>,
    outputs: Vec<Output>,
    longest: Duration,
}

/// The picture's height and width, where the network says them, and what is taken otherwise.
#[derive(Clone, Copy, Debug)]
struct Size {
    own: [Side; 2],
    open: Option<Sizes>,
}

#[derive(Clone, Debug)]
struct Input {
    port: Port,
    /// What it holds at first; nothing for the picture.
    value: Vec<f32>,
    /// The output that it gets the next time.
    from: Option<String>,
}

#[derive(Clone, Debug)]
struct Output {
    index: usize,
    port: Port,
    layout: Layout,
}

impl OnnxFile {
    /// The network, with each of its inputs and outputs put to use.
    ///
    /// # Errors
    /// Says which input or output isn't there, isn't used, or has another form.
    pub fn network(self, wiring: &Wiring) -> Result<OnnxNetwork, OnnxError> {
        OnnxNetwork::new(self, wiring)
    }
}

impl OnnxNetwork {
    fn new(file: OnnxFile, wiring: &Wiring) -> Result<Self, OnnxError> {
        let inputs = inputs(&file, wiring)?;
        let picture = inputs.iter().position(|input| input.value.is_empty());
        let picture = picture.ok_or_else(|| OnnxError::Unfit("it takes no picture".into()))?;
        let (layout, own) = layout(&inputs[picture].port, wiring.layout)?;
        let output_layout = wiring.output_layout.unwrap_or(layout);
        let outputs = wiring.outputs.iter().map(|index| {
            let none = || OnnxError::Unfit(format!("it has no output {index}"));
            let port = file.outputs().get(*index).cloned().ok_or_else(none)?;
            Ok(Output { index: *index, port, layout: output_layout })
        });
        let (outputs, provider) = (outputs.collect::<Result<_, _>>()?, wiring.provider);
        let size = Size { own, open: wiring.sizes };
        size.check()?;
        let OnnxFile { runtime, bytes, session, .. } = file;
        let spare = Mutex::new((provider == Provider::Cpu).then_some(session));
        let longest = LONGEST;
        Ok(Self {
            runtime,
            bytes,
            provider,
            spare,
            size,
            picture,
            layout,
            inputs,
            outputs,
            longest,
        })
    }

    /// The same, ended when one picture takes longer than that.
    #[must_use]
    pub const fn no_longer_than(mut self, longest: Duration) -> Self {
        self.longest = longest;
        self
    }

    /// The same, computed by something else.
    #[must_use]
    pub fn on(&self, provider: Provider) -> Self {
        let (runtime, bytes) = (self.runtime.clone(), self.bytes.clone());
        let (inputs, outputs) = (self.inputs.clone(), self.outputs.clone());
        let spare = Mutex::new(None);
        Self { runtime, bytes, provider, spare, inputs, outputs, ..*self }
    }

    /// The values for each pixel of an output, if the file says it and the output is read.
    pub fn channels(&self, output: usize) -> Option<usize> {
        let output = self.outputs.iter().find(|known| known.index == output)?;
        let got = Got::new(output.index, output.port.clone(), output.layout);
        Some(got.shape()?.channels)
    }

    fn session(&self) -> Result<Session, OnnxError> {
        let spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner).take();
        spare.map_or_else(|| self.runtime.session(&self.bytes, self.provider), Ok)
    }

    fn running(&self, input: TensorShape) -> Result<OnnxRunning, OnnxError> {
        let session = self.session()?;
        let values = self.inputs.iter().enumerate().map(|(index, given)| {
            let shape = given.port.shape.iter().map(|side| match side {
                Side::Of(side) => *side,
                Side::Open => 1,
            });
            if index != self.picture {
                return filled(given.port.numbers, &shape.collect::<Vec<_>>(), &given.value);
            }
            let TensorShape { height, width, channels } = input;
            let shape = match self.layout {
                Layout::Planes => [1, channels, height, width],
                Layout::Pixels => [1, height, width, channels],
            };
            filled(given.port.numbers, &shape, &[0.0])
        });
        let values = values.collect::<Result<Vec<_>, _>>()?;
        let states = self.inputs.iter().enumerate().filter_map(|(input, given)| {
            Some(State { input, output: given.from.clone()?, now: None })
        });
        let outputs = self
            .outputs
            .iter()
            .map(|output| Got::new(output.index, output.port.clone(), output.layout));
        let watch = Watch::new(self.longest)?;
        let (outputs, states) = (outputs.collect(), states.collect());
        let picture = vec![0.0; input.height * input.width * input.channels];
        let mut running = OnnxRunning {
            session,
            watch,
            picture,
            input: self.picture,
            layout: self.layout,
            values,
            outputs,
            states,
        };
        running.settle()?;
        Ok(running)
    }
}

impl Engine for OnnxNetwork {
    fn input(&self, width: usize, height: usize) -> TensorShape {
        let (width, height) = self.size.of(width, height);
        TensorShape { height, width, channels: 3 }
    }

    fn start(&self, input: TensorShape, _: Level) -> Result<Box<dyn Running>, EngineError> {
        let running = self.running(input).map_err(|error| EngineError(error.to_string()))?;
        Ok(Box::new(running))
    }
}

impl Size {
    fn check(&self) -> Result<(), OnnxError> {
        let is_open = self.own.contains(&Side::Open);
        let unfit = |what: String| Err(OnnxError::Unfit(what));
        match self.open {
            None if is_open => unfit(
                "it takes pictures of any size: say which with input = [WIDTH, HEIGHT]".into(),
            ),
            Some(Sizes::Fixed(width, height)) => {
                let fits = |own: Side, side: usize| own == Side::Open || own == Side::Of(side);
                if fits(self.own[0], height) && fits(self.own[1], width) {
                    return self.limited(width, height);
                }
                unfit(format!("it doesn't take pictures of {width}x{height}"))
            }
            Some(Sizes::LongSide(_)) if !is_open => Ok(()),
            Some(Sizes::LongSide(side)) => self.limited(side, side),
            None => {
                let (width, height) = self.of(1, 1);
                self.limited(width, height)
            }
        }
    }

    fn limited(&self, width: usize, height: usize) -> Result<(), OnnxError> {
        let is_fine = |side| (1..=LONGEST_SIDE).contains(&side);
        if is_fine(width) && is_fine(height) {
            return Ok(());
        }
        let size = format!("{width}x{height}");
        Err(OnnxError::Unfit(format!(
            "it takes pictures of {size}, but at most {LONGEST_SIDE} is supported"
        )))
    }

    /// Width and height for a source's.
    fn of(&self, width: usize, height: usize) -> (usize, usize) {
        let (wide, high) = match self.open {
            Some(Sizes::Fixed(width, height)) => (width, height),
            Some(Sizes::LongSide(side)) => {
                let long = width.max(height).max(1);
                let scaled = |length: usize| {
                    let share = length * side / long;
                    (share.div_ceil(STEP) * STEP).clamp(STEP, side.max(STEP))
                };
                (scaled(width), scaled(height))
            }
            None => (1, 1),
        };
        let own = |own, open| if let Side::Of(side) = own { side } else { open };
        (own(self.own[1], wide), own(self.own[0], high))
    }
}

/// Puts each input to use.
fn inputs(file: &OnnxFile, wiring: &Wiring) -> Result<Vec<Input>, OnnxError> {
    let unfit = |what: String| OnnxError::Unfit(what);
    let has = |ports: &[Port], what: &str, name: &str| {
        if ports.iter().any(|port| port.name == *name) {
            return Ok(());
        }
        let known: Vec<_> = ports.iter().map(|port| port.name.as_str()).collect();
        Err(unfit(format!("it has no {what} '{name}', but {}", known.join(", "))))
    };
    for [input, output] in &wiring.states {
        has(file.inputs(), "input", input)?;
        has(file.outputs(), "output", output)?;
    }
    let constants = wiring.constants.iter().map(|(name, _)| name);
    for name in constants.chain(&wiring.picture) {
        has(file.inputs(), "input", name)?;
    }
    let (mut all, mut pictures) = (Vec::new(), 0);
    for port in file.inputs().iter().cloned() {
        let state = wiring.states.iter().find(|[input, _]| *input == port.name);
        let constant = wiring.constants.iter().find(|(name, _)| *name == port.name);
        let is_picture = wiring.picture.as_ref().is_none_or(|name| *name == port.name);
        let (value, from) = match (state, constant) {
            (Some([_, output]), _) => (vec![0.0], Some(output.clone())),
            (_, Some((_, value))) if !value.is_empty() => (value.clone(), None),
            _ if is_picture && pictures == 0 => (Vec::new(), None),
            _ => {
                return Err(unfit(format!(
                    "its input '{}' is neither the picture nor a state nor a constant: describe it beside the file",
                    port.name
                )));
            }
        };
        pictures += usize::from(value.is_empty());
        all.push(Input { port, value, from });
    }
    Ok(all)
}

/// The order of the picture's values, and its height and width.
fn layout(port: &Port, asked: Option<Layout>) -> Result<(Layout, [Side; 2]), OnnxError> {
    let open = |side: Side, of: usize| side == Side::Of(of) || side == Side::Open;
    let [batch, a, b, c] = port.shape[..] else {
        let what = format!("its input {port} is no picture: use one of four dimensions");
        return Err(OnnxError::Unfit(what));
    };
    let likely = if a == Side::Of(3) && c != Side::Of(3) { Layout::Planes } else { Layout::Pixels };
    let found = asked.unwrap_or(likely);
    let (channels, sides) = match found {
        Layout::Planes => (a, [b, c]),
        Layout::Pixels => (c, [a, b]),
    };
    if !open(batch, 1) || !open(channels, 3) || (asked.is_none() && channels == Side::Open) {
        let what = format!("its input {port} is no picture of three colours, or needs a layout");
        return Err(OnnxError::Unfit(what));
    }
    Ok((found, sides))
}
