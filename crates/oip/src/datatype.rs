//! The kinds of elements.

use crate::OipError;
use std::fmt;
use std::str::FromStr;

/// The kind of a tensor's elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Datatype {
    /// 0 or 1, in a byte.
    Bool,
    /// Not negative, of 8 bits.
    Uint8,
    /// Not negative, of 16 bits.
    Uint16,
    /// Not negative, of 32 bits.
    Uint32,
    /// Not negative, of 64 bits.
    Uint64,
    /// With a sign, of 8 bits.
    Int8,
    /// With a sign, of 16 bits.
    Int16,
    /// With a sign, of 32 bits.
    Int32,
    /// With a sign, of 64 bits.
    Int64,
    /// With a fraction, of 16 bits (IEEE 754).
    Fp16,
    /// With a fraction, of 32 bits.
    Fp32,
    /// With a fraction, of 64 bits.
    Fp64,
    /// With a fraction, the upper 16 bits of one of 32.
    Bf16,
    /// Strings of bytes, each behind its length in four bytes.
    Bytes,
}

impl Datatype {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Bool,
        Self::Uint8,
        Self::Uint16,
        Self::Uint32,
        Self::Uint64,
        Self::Int8,
        Self::Int16,
        Self::Int32,
        Self::Int64,
        Self::Fp16,
        Self::Fp32,
        Self::Fp64,
        Self::Bf16,
        Self::Bytes,
    ];

    /// Its name in the protocol.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bool => "BOOL",
            Self::Uint8 => "UINT8",
            Self::Uint16 => "UINT16",
            Self::Uint32 => "UINT32",
            Self::Uint64 => "UINT64",
            Self::Int8 => "INT8",
            Self::Int16 => "INT16",
            Self::Int32 => "INT32",
            Self::Int64 => "INT64",
            Self::Fp16 => "FP16",
            Self::Fp32 => "FP32",
            Self::Fp64 => "FP64",
            Self::Bf16 => "BF16",
            Self::Bytes => "BYTES",
        }
    }

    /// Bytes of an element; `None` where each has its own length.
    pub const fn size(self) -> Option<u64> {
        match self {
            Self::Bool | Self::Uint8 | Self::Int8 => Some(1),
            Self::Uint16 | Self::Int16 | Self::Fp16 | Self::Bf16 => Some(2),
            Self::Uint32 | Self::Int32 | Self::Fp32 => Some(4),
            Self::Uint64 | Self::Int64 | Self::Fp64 => Some(8),
            Self::Bytes => None,
        }
    }
}

impl fmt::Display for Datatype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Datatype {
    type Err = OipError;

    fn from_str(text: &str) -> Result<Self, OipError> {
        let named = Self::ALL.into_iter().find(|datatype| datatype.name() == text);
        named.ok_or_else(|| OipError::new("there is no such datatype").named(text))
    }
}
