//! How much a message of the gRPC form would take: looked at before its types are made of it, as what takes two
//! bytes on the wire may take a hundred in memory.

use crate::OipError;
use crate::limits::{PARAMETERS, RANK, TENSORS};

/// The most elements of BYTES outside raw contents.
const ELEMENTS: usize = 4096;
/// The most bytes of numbers outside raw contents.
const TYPED_BYTES: usize = 16 << 20;

/// Where a message of tensors has them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbers {
    /// What the request asks for.
    pub wanted: Option<u32>,
    /// Raw contents.
    pub raw: u32,
}

/// Those of a request.
pub(crate) const REQUEST: Numbers = Numbers { wanted: Some(6), raw: 7 };
/// Those of an answer.
pub(crate) const ANSWER: Numbers = Numbers { wanted: None, raw: 6 };

const MESSAGE_PARAMETERS: u32 = 4;
const TENSOR: u32 = 5;
const SHAPE: u32 = 3;
const TENSOR_PARAMETERS: u32 = 4;
const CONTENTS: u32 = 5;
const WANTED_PARAMETERS: u32 = 2;
const BYTES_CONTENTS: u32 = 8;

/// Checks a message of tensors.
pub(crate) fn check(message: &[u8], numbers: Numbers) -> Result<(), OipError> {
    let (mut parameters, mut tensors, mut wanted, mut raw) = (0, 0, 0, 0);
    for field in Fields(message) {
        let (number, value) = field?;
        match number {
            MESSAGE_PARAMETERS => count(&mut parameters, PARAMETERS, "parameters")?,
            TENSOR => {
                count(&mut tensors, TENSORS, "tensors")?;
                check_tensor(value.bytes()?)?;
            }
            _ if number == numbers.raw => count(&mut raw, TENSORS, "raw contents")?,
            _ if Some(number) == numbers.wanted => {
                count(&mut wanted, TENSORS, "outputs")?;
                check_few(value.bytes()?, WANTED_PARAMETERS)?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn check_tensor(tensor: &[u8]) -> Result<(), OipError> {
    check_few(tensor, TENSOR_PARAMETERS)?;
    let (mut sizes, mut elements, mut bytes) = (0, 0, 0);
    for field in Fields(tensor) {
        let (number, value) = field?;
        match (number, value) {
            (SHAPE, Value::Bytes(packed)) => {
                let ends = packed.iter().filter(|byte| **byte < 0x80).count();
                (0..ends).try_for_each(|_| count(&mut sizes, RANK, "sizes of a shape"))?;
            }
            (SHAPE, _) => count(&mut sizes, RANK, "sizes of a shape")?,
            (CONTENTS, Value::Bytes(contents)) => {
                for field in Fields(contents) {
                    match field? {
                        (BYTES_CONTENTS, _) => {
                            count(&mut elements, ELEMENTS, "elements of BYTES")?;
                        }
                        (_, Value::Bytes(packed)) => bytes += packed.len(),
                        (_, Value::Number) => bytes += 1,
                    }
                }
            }
            _ => {}
        }
    }
    if bytes > TYPED_BYTES {
        let most = TYPED_BYTES >> 20;
        let words = format!("more than {most} MiB of numbers: send them as raw_input_contents");
        return Err(OipError::new(words));
    }
    Ok(())
}

fn check_few(message: &[u8], parameters: u32) -> Result<(), OipError> {
    let mut found = 0;
    for field in Fields(message) {
        if field?.0 == parameters {
            count(&mut found, PARAMETERS, "parameters")?;
        }
    }
    Ok(())
}

fn count(found: &mut usize, most: usize, what: &str) -> Result<(), OipError> {
    *found += 1;
    match *found <= most {
        true => Ok(()),
        false => Err(OipError::new(format!("the message has more than {most} {what}"))),
    }
}

#[derive(Clone, Copy, Debug)]
enum Value<'a> {
    Number,
    Bytes(&'a [u8]),
}

impl<'a> Value<'a> {
    fn bytes(self) -> Result<&'a [u8], OipError> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            Self::Number => Err(broken()),
        }
    }
}

fn broken() -> OipError {
    OipError::new("the message can't be read: it isn't one of inference.GRPCInferenceService")
}

/// The fields of a message, one after the other; after an error, none.
struct Fields<'a>(&'a [u8]);

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u32, Value<'a>), OipError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_none() {
            self.0 = &[];
        }
        Some(field.ok_or_else(broken))
    }
}

impl<'a> Fields<'a> {
    fn field(&mut self) -> Option<(u32, Value<'a>)> {
        let key = self.varint()?;
        let number = u32::try_from(key >> 3).ok()?;
        let value = match key & 7 {
            0 => self.varint().map(|_| Value::Number)?,
            1 => self.take(8).map(|_| Value::Number)?,
            2 => {
                let length = self.varint()?;
                Value::Bytes(self.take(length)?)
            }
            5 => self.take(4).map(|_| Value::Number)?,
            _ => return None,
        };
        Some((number, value))
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for place in 0..10 {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= u64::from(byte & 0x7f) << (7 * place);
            if *byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn take(&mut self, length: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(usize::try_from(length).ok()?)?;
        self.0 = rest;
        Some(taken)
    }
}
