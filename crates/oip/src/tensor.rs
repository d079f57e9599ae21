//! Tensors.

use crate::limits::RANK;
use crate::{Datatype, Elements, OipError, Parameters};
use bytes::Bytes;

/// A tensor: its elements one after the other, the last size changing fastest, in the order of bytes that the
/// protocol has (little endian).
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// Its name.
    pub name: String,
    /// The kind of its elements.
    pub datatype: Datatype,
    /// Its sizes.
    pub shape: Vec<u64>,
    /// What else is said of it.
    pub parameters: Parameters,
    /// Its elements.
    pub data: Bytes,
}

impl Tensor {
    /// A tensor of these elements.
    ///
    /// # Errors
    /// When there aren't as many as the shape says.
    pub fn new(
        name: impl Into<String>,
        datatype: Datatype,
        shape: Vec<u64>,
        data: Bytes,
    ) -> Result<Self, OipError> {
        let tensor =
            Self { name: name.into(), datatype, shape, parameters: Parameters::default(), data };
        tensor.check()?;
        Ok(tensor)
    }

    /// How many elements it has.
    ///
    /// # Errors
    /// When the shape has too many sizes, or they are more than can be counted.
    pub fn count(&self) -> Result<u64, OipError> {
        count(&self.shape).map_err(|error| error.named(&self.name))
    }

    /// Each element of a tensor of BYTES.
    pub fn elements(&self) -> Elements<'_> {
        Elements::new(&self.data)
    }

    /// Checks that there are as many elements as the shape says.
    pub(crate) fn check(&self) -> Result<(), OipError> {
        let count = self.count()?;
        let found = self.data.len();
        let wrong = |what: String| Err(OipError::new(what).named(&self.name));
        match self.datatype.size() {
            Some(size) => match count.checked_mul(size) {
                Some(bytes) if bytes == found as u64 => Ok(()),
                Some(bytes) => wrong(format!("its shape takes {bytes} bytes, and it has {found}")),
                None => wrong("its shape takes more bytes than can be counted".to_owned()),
            },
            None => {
                let mut elements = 0_u64;
                for element in self.elements() {
                    element.map_err(|error| error.named(&self.name))?;
                    elements += 1;
                }
                match elements == count {
                    true => Ok(()),
                    false => {
                        wrong(format!("its shape takes {count} elements, and it has {elements}"))
                    }
                }
            }
        }
    }
}

/// How many elements a shape has.
pub(crate) fn count(shape: &[u64]) -> Result<u64, OipError> {
    if shape.len() > RANK {
        return Err(OipError::new(format!("a shape has at most {RANK} sizes")));
    }
    let product = shape.iter().try_fold(1_u64, |product, size| product.checked_mul(*size));
    product.ok_or_else(|| OipError::new("its shape has more elements than can be counted"))
}

/// The sizes of a shape as the protocol has them, with a sign.
pub(crate) fn shape_from(signed: &[i64]) -> Result<Vec<u64>, OipError> {
    let size = |size: &i64| {
        u64::try_from(*size).map_err(|_| OipError::new("a size of its shape is negative"))
    };
    signed.iter().map(size).collect()
}
