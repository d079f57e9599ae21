//! Pictures whose end is missing.

use crate::tiny::Tiny;
use crate::{bytes_of, picture};
use backlot_media::{Frame, PixelFormat};
use backlot_mjpeg::{Decoder, END_MARKER, encode};

/// The number of equal rows of luma from the top.
fn same_rows(a: &Frame, b: &Frame) -> usize {
    a.plane(0).rows().zip(b.plane(0).rows()).take_while(|(a, b)| a == b).count()
}

/// Cuts everywhere: less than half is refused, more is shown and marked as damaged.
fn cut_everywhere(jpeg: &[u8], unit: usize, what: &str) {
    let mut decoder = Decoder::new().unwrap();
    let whole = decoder.decode(jpeg).unwrap().frame;
    let height = whole.size().height as usize;
    let (mut shown, mut refused, mut before) = (0, 0, 0);
    for cut in 0..jpeg.len() - 2 {
        for tail in [&[][..], &END_MARKER, &[0; 40]] {
            let bytes = [&jpeg[..cut], tail].concat();
            // A zero or two could be data.
            let is_padded = tail.first() == Some(&0);
            let Ok(decoded) = decoder.decode(&bytes) else {
                let is_new = shown == 0 || is_padded;
                assert!(is_new, "{what}: cut at {cut}: more was there, and less shown");
                refused += 1;
                continue;
            };
            let same = same_rows(&decoded.frame, &whole);
            if is_padded {
                assert!(same + unit > height / 2, "{what}: cut at {cut}: {same} rows");
            } else if decoded.is_damaged {
                shown += 1;
                assert!(same + unit > height / 2, "{what}: cut at {cut}: {same} rows");
                assert!(
                    same + unit >= before,
                    "{what}: cut at {cut}: {same} rows, {before} before"
                );
                before = before.max(same);
            } else {
                // Only padding was cut away.
                assert!(bytes_of(&decoded.frame) == bytes_of(&whole), "{what}: cut at {cut}");
                assert!(cut + 2 >= jpeg.len() - 2, "{what}: cut at {cut} of {}", jpeg.len());
            }
        }
    }
    assert!(shown > 20 && refused > 20, "{what}: {shown} shown, {refused} refused");
    assert!(bytes_of(&decoder.decode(jpeg).unwrap().frame) == bytes_of(&whole), "{what}");
}

#[test]
fn pictures_that_end_too_early() {
    for (format, unit) in [
        (PixelFormat::I420, 16),
        (PixelFormat::I422, 8),
        (PixelFormat::I444, 8),
        (PixelFormat::Gray8, 8),
    ] {
        for size in ["64x96", "61x83"] {
            let jpeg = encode(&picture(format, size), 60).unwrap();
            cut_everywhere(&jpeg, unit, &format!("{format} {size}"));
        }
    }
}

#[test]
fn with_restart_markers_and_rare_subsamplings() {
    let factors =
        [&[(2, 1), (1, 1), (1, 1)][..], &[(4, 1), (1, 1), (1, 1)], &[(2, 2), (2, 1), (1, 1)]];
    for factors in factors {
        for interval in [0, 1, 3, 7] {
            let tiny = Tiny { size: (96, 128), factors, interval, adobe: None };
            let jpeg = tiny.jpeg(|component, (x, y)| (70 + 40 * component + 9 * x + 3 * y) as u8);
            cut_everywhere(&jpeg, 16, &format!("{factors:?}, a marker every {interval}"));
        }
    }
}

#[test]
fn the_rows_above_continue_where_the_end_is_missing() {
    let tiny =
        Tiny { size: (64, 64), factors: &[(2, 1), (1, 1), (1, 1)], interval: 4, adobe: None };
    let jpeg = tiny.jpeg(|component, (x, y)| [(60 + 8 * x + 4 * y) as u8, 90, 170][component]);
    let sixth = jpeg.windows(2).position(|w| w == [0xff, 0xd5]).unwrap();
    let decoded = Decoder::new().unwrap().decode(&jpeg[..sixth]).unwrap();
    assert!(decoded.is_damaged);
    let [y, u, v] = decoded.frame.yuv();
    for row in 48..64 {
        assert_eq!(y.row(row), y.row(47), "row {row}");
    }
    assert!(u.rows().all(|row| row == [90; 32]) && v.rows().all(|row| row == [170; 32]));
}

#[test]
fn a_loss_in_the_middle_costs_only_itself() {
    let tiny =
        Tiny { size: (64, 128), factors: &[(2, 1), (1, 1), (1, 1)], interval: 4, adobe: None };
    let jpeg = tiny.jpeg(|component, (x, y)| [(60 + 8 * x + 4 * y) as u8, 90, 170][component]);
    let mut decoder = Decoder::new().unwrap();
    let whole = decoder.decode(&jpeg).unwrap().frame;
    let marker = |number: u8| jpeg.windows(2).position(|w| w == [0xff, 0xd0 + number]).unwrap();
    let lost = [&jpeg[..marker(3) + 5], &jpeg[marker(4)..]].concat();
    let decoded = decoder.decode(&lost).unwrap();
    assert!(decoded.is_damaged);
    for row in (0..32).chain(40..128) {
        assert_eq!(decoded.frame.plane(0).row(row), whole.plane(0).row(row), "row {row}");
    }
}
