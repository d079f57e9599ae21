//! How many of anything a message may have, and lists that keep to it.

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// The most sizes of a shape.
pub(crate) const RANK: usize = 16;
/// The most tensors of a message.
pub(crate) const TENSORS: usize = 32;
/// The most parameters of one thing.
pub(crate) const PARAMETERS: usize = 64;

/// A list of at most `MOST`.
#[derive(Clone, Debug)]
pub(crate) struct Few<T, const MOST: usize>(pub Vec<T>);

impl<T, const MOST: usize> Default for Few<T, MOST> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

struct FewVisitor<T, const MOST: usize>(PhantomData<T>);

impl<'de, T: Deserialize<'de>, const MOST: usize> Visitor<'de> for FewVisitor<T, MOST> {
    type Value = Few<T, MOST>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of at most {MOST}")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut few = Vec::new();
        while let Some(item) = list.next_element()? {
            if few.len() == MOST {
                return Err(A::Error::custom(format!("a list has at most {MOST} entries")));
            }
            few.push(item);
        }
        Ok(Few(few))
    }
}

impl<'de, T: Deserialize<'de>, const MOST: usize> Deserialize<'de> for Few<T, MOST> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_seq(FewVisitor(PhantomData))
    }
}
