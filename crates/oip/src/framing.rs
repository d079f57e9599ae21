//! What the protocol needs of gRPC: where the service is, and how a message is framed, by five bytes before it that say
//! whether it is compressed, and how long it is.

use crate::OipError;
use bytes::Bytes;

/// What the paths of all calls begin with.
pub const SERVICE: &str = "/inference.GRPCInferenceService/";

const HEAD: usize = 5;

/// What stands before a message of so many bytes.
pub fn head(length: usize) -> Bytes {
    let mut head = vec![0];
    head.extend_from_slice(&(length as u32).to_be_bytes());
    head.into()
}

/// The only message of a body.
///
/// # Errors
/// When there is another number of them, or it is compressed.
pub fn message(mut body: Bytes) -> Result<Bytes, OipError> {
    let wrong = |sentence: &str| Err(OipError::new(sentence));
    let Some((&[compressed, a, b, c, d], rest)) = body.split_first_chunk::<HEAD>() else {
        return wrong("the call has no message");
    };
    if compressed != 0 {
        return wrong("messages are taken as they are, not compressed");
    }
    if u32::from_be_bytes([a, b, c, d]) as usize != rest.len() {
        return wrong("the call has no message of the length that it says, or several");
    }
    Ok(body.split_off(HEAD))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_has_one_message() {
        let taken = |bytes: &'static [u8]| message(Bytes::from_static(bytes));
        assert_eq!(taken(b"\0\0\0\0\x02ab").unwrap(), "ab");
        assert_eq!(taken(b"\0\0\0\0\0").unwrap(), "");
        for wrong in
            [&b""[..], b"\0\0\0\0", b"\x01\0\0\0\x02ab", b"\0\0\0\0\x02abc", b"\0\0\0\0\x03ab"]
        {
            assert!(taken(wrong).is_err(), "{wrong:?}");
        }
    }
}
