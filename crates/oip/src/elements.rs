//! The elements of a tensor of BYTES: each behind its length in four bytes.

use crate::OipError;

/// Each element in turn; after an error, nothing more.
#[derive(Clone, Debug)]
pub struct Elements<'a> {
    rest: &'a [u8],
}

impl<'a> Elements<'a> {
    pub(crate) const fn new(data: &'a [u8]) -> Self {
        Self { rest: data }
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Result<&'a [u8], OipError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let rest = std::mem::take(&mut self.rest);
        let split = rest.split_first_chunk::<4>().and_then(|(length, rest)| {
            rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)
        });
        let Some((element, rest)) = split else {
            return Some(Err(OipError::new("an element of BYTES is cut short")));
        };
        self.rest = rest;
        Some(Ok(element))
    }
}

/// Appends an element of BYTES.
///
/// # Errors
/// When it has more than 4 GiB.
pub fn push_element(data: &mut Vec<u8>, element: &[u8]) -> Result<(), OipError> {
    let length = u32::try_from(element.len());
    let length = length.map_err(|_| OipError::new("an element of BYTES has at most 4 GiB"))?;
    data.extend_from_slice(&length.to_le_bytes());
    data.extend_from_slice(element);
    Ok(())
}
