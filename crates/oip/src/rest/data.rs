//! The elements of tensors in JSON, nested or not.

use crate::limits::RANK;
use crate::{Datatype, push_element};
use serde::de::{DeserializeSeed, Deserializer, Error, SeqAccess, Visitor};
use std::fmt;

/// Takes elements of a datatype, at most as many as the shape has, at the end of `to`.
#[derive(Debug)]
pub(super) struct Flat<'a> {
    pub datatype: Datatype,
    /// How many more there may be.
    pub left: &'a mut u64,
    pub depth: usize,
    pub to: &'a mut Vec<u8>,
}

impl<'de> DeserializeSeed<'de> for Flat<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        match self.depth {
            0 => from.deserialize_seq(self),
            _ => from.deserialize_any(self),
        }
    }
}

impl<'de> Visitor<'de> for Flat<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "elements of {}", self.datatype)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        if self.depth == RANK {
            return Err(A::Error::custom(format!("lists are nested {RANK} times at most")));
        }
        let Self { datatype, left, depth, to } = self;
        while list
            .next_element_seed(Flat { datatype, left: &mut *left, depth: depth + 1, to: &mut *to })?
            .is_some()
        {}
        Ok(())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        match self.datatype {
            Datatype::Bool => self.put(&[u8::from(value)]),
            datatype => Err(E::custom(format!("{datatype} has numbers, not true and false"))),
        }
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.whole(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.whole(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        match self.datatype {
            Datatype::Fp32 => self.put(&(value as f32).to_le_bytes()),
            Datatype::Fp64 => self.put(&value.to_le_bytes()),
            _ if value.fract() == 0.0 && value.abs() < 9e15 => self.whole(value as i128),
            datatype => Err(E::custom(format!("{value} is no {datatype}"))),
        }
    }

    fn visit_str<E: Error>(mut self, value: &str) -> Result<(), E> {
        if self.datatype != Datatype::Bytes {
            return Err(E::custom(format!("{} has numbers, not texts", self.datatype)));
        }
        self.count()?;
        push_element(self.to, value.as_bytes()).map_err(E::custom)
    }
}

impl Flat<'_> {
    fn count<E: Error>(&mut self) -> Result<(), E> {
        let fewer = self.left.checked_sub(1);
        *self.left =
            fewer.ok_or_else(|| E::custom("there are more elements than its shape has"))?;
        Ok(())
    }

    fn put<E: Error>(mut self, bytes: &[u8]) -> Result<(), E> {
        self.count()?;
        self.to.extend_from_slice(bytes);
        Ok(())
    }

    fn whole<E: Error>(self, value: i128) -> Result<(), E> {
        let unfit = |datatype: Datatype| E::custom(format!("{value} is no {datatype}"));
        macro_rules! fitting {
            ($kind:ty) => {
                match <$kind>::try_from(value) {
                    Ok(value) => self.put(&value.to_le_bytes()),
                    Err(_) => Err(unfit(self.datatype)),
                }
            };
        }
        match self.datatype {
            Datatype::Bool if !matches!(value, 0 | 1) => Err(unfit(Datatype::Bool)),
            Datatype::Bool | Datatype::Uint8 => fitting!(u8),
            Datatype::Uint16 => fitting!(u16),
            Datatype::Uint32 => fitting!(u32),
            Datatype::Uint64 => fitting!(u64),
            Datatype::Int8 => fitting!(i8),
            Datatype::Int16 => fitting!(i16),
            Datatype::Int32 => fitting!(i32),
            Datatype::Int64 => fitting!(i64),
            Datatype::Fp32 => self.put(&(value as f32).to_le_bytes()),
            Datatype::Fp64 => self.put(&(value as f64).to_le_bytes()),
            Datatype::Fp16 | Datatype::Bf16 => {
                let words = format!("{} has no form in JSON: send it as bytes", self.datatype);
                Err(E::custom(words))
            }
            Datatype::Bytes => Err(E::custom("BYTES has texts, not numbers")),
        }
    }
}
