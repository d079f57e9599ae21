//! Whether a JPEG picture has arrived whole, seen from its ends alone.

/// Bytes behind the end of a picture that are tolerated, besides any number of zeroes.
const PADDING: usize = 4096;

/// The picture without what the camera put behind it; `None` if it has no beginning or no end.
///
/// In the coded data every 0xFF is followed by 0 or a restart marker, so an end marker is one.
pub(crate) fn whole(bytes: &[u8]) -> Option<&[u8]> {
    if !bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        return None;
    }
    let filled = bytes.iter().rposition(|&b| b != 0)? + 1;
    let start = filled.saturating_sub(PADDING).max(2);
    let last = bytes[start..filled].windows(2).rposition(|pair| pair == [0xff, 0xd9])?;
    Some(&bytes[..start + last + 2])
}

#[cfg(test)]
mod tests {
    use super::*;

    const PICTURE: [u8; 10] = [0xff, 0xd8, 0xff, 0xdb, 1, 2, 0xff, 0, 0xff, 0xd9];

    fn with(tail: &[u8]) -> Vec<u8> {
        [&PICTURE[..], tail].concat()
    }

    #[test]
    fn whole_pictures_pass_and_padding_goes() {
        for tail in
            [vec![], vec![0; 100_000], vec![0xff; 7], vec![0x55; PADDING - 2], vec![0, 9, 0]]
        {
            assert_eq!(whole(&with(&tail)), Some(&PICTURE[..]), "{} behind", tail.len());
        }
    }

    #[test]
    fn what_has_no_beginning_or_no_end_does_not_pass() {
        for cut in 0..PICTURE.len() {
            assert_eq!(whole(&PICTURE[..cut]), None, "{cut} bytes");
        }
        assert_eq!(whole(&PICTURE[1..]), None);
        assert_eq!(whole(&with(&[0x55; PADDING])), None);
        assert_eq!(whole(&[0; 1000]), None);
        assert_eq!(whole(&[0xff, 0xd8, 0xff, 0]), None);
    }
}
