//! A network elsewhere as an engine like any other.

use crate::fault::DistantError;
use crate::fit::{Fit, byte, small};
use crate::line::{Line, Place};
use crate::{Address, DistantOptions, Protocol, oip, plain};
use backlot_kernels::Level;
use backlot_nn::TensorShape;
use backlot_segmenter::{Engine, EngineError, Form, Running, SegmentationModel};
use std::fmt;

/// A network elsewhere.
#[derive(Debug)]
struct Distant {
    place: Place,
    /// How pictures fit it, where it says so itself.
    fit: Option<Fit>,
}

/// Finds out what a network elsewhere takes and gives. Each stream of pictures has a line of its own to it.
///
/// # Errors
/// One sentence when it can't be reached, or takes no pictures or gives no masks.
pub fn connect(
    address: &Address,
    options: &DistantOptions,
) -> Result<SegmentationModel, DistantError> {
    let place = Place::new(address, options)?;
    let fit = match &address.protocol {
        Protocol::Plain { .. } => None,
        protocol => {
            let metadata = oip::metadata(&mut Line::new(&place)?, protocol)
                .map_err(|why| why.at(address, &address.authority()))?;
            Some(Fit::of(&metadata).map_err(|why| why.at(address, &address.authority()))?)
        }
    };
    Ok(SegmentationModel::new(Distant { place, fit }, Form::PROBABILITY))
}

impl Engine for Distant {
    fn input(&self, width: usize, height: usize) -> TensorShape {
        let (width, height) = match &self.fit {
            Some(fit) => fit.size(width, height),
            None => small(width, height),
        };
        TensorShape { height, width, channels: 3 }
    }

    fn start(&self, input: TensorShape, _: Level) -> Result<Box<dyn Running>, EngineError> {
        let mut asking = Asking {
            line: Line::new(&self.place)?,
            address: self.place.address.clone(),
            fit: self.fit.clone(),
            is_binary: true,
            input,
            picture: vec![0.0; 3 * input.width * input.height],
            bytes: Vec::new(),
            mask: Vec::new(),
            shape: None,
        };
        // What size the masks have is known once there is one.
        asking.run()?;
        Ok(Box::new(asking))
    }
}

/// One that asks about one picture after the other.
struct Asking {
    line: Line,
    address: Address,
    fit: Option<Fit>,
    is_binary: bool,
    input: TensorShape,
    picture: Vec<f32>,
    bytes: Vec<u8>,
    mask: Vec<f32>,
    shape: Option<TensorShape>,
}

impl fmt::Debug for Asking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asking").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Asking {
    fn ask(&mut self) -> Result<(usize, usize), DistantError> {
        let Self { line, address, fit, is_binary, input, picture, bytes, mask, .. } = self;
        let size = (input.width, input.height);
        match (&address.protocol, fit) {
            (Protocol::Plain { path }, _) => {
                bytes.clear();
                bytes.extend(picture.iter().map(|value| byte(*value)));
                plain::ask(line, path, size, bytes, mask)?;
                Ok(size)
            }
            (protocol, Some(fit)) => {
                let tensor = fit.tensor(size, picture)?;
                fit.mask(&oip::infer(line, protocol, fit, tensor, is_binary)?, mask)
            }
            (_, None) => Err(DistantError::new("the server said nothing of its model")),
        }
    }
}

impl Running for Asking {
    fn input_mut(&mut self) -> &mut [f32] {
        &mut self.picture
    }

    fn run(&mut self) -> Result<(), EngineError> {
        let (width, height) =
            self.ask().map_err(|why| why.at(&self.address, &self.address.authority()))?;
        let shape = TensorShape { height, width, channels: 1 };
        match self.shape.get_or_insert(shape) {
            before if *before == shape => Ok(()),
            before => Err(EngineError(format!(
                "the server's masks were {}x{} and now are {width}x{height}",
                before.width, before.height
            ))),
        }
    }

    fn output(&self, _: usize) -> &[f32] {
        &self.mask
    }

    fn output_shape(&self, index: usize) -> Option<TensorShape> {
        self.shape.filter(|_| index == 0)
    }
}
