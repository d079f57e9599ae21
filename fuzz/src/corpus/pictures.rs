//! Pictures of each format and of each kind of pixels, and what stands around the pixels.

use crate::drawing::{Blocks, Drawing, Tables};
use image::{DynamicImage, ExtendedColorType, ImageEncoder, ImageFormat, Rgba, RgbaImage};
use std::io::Cursor;

/// One of each kind.
pub fn pictures() -> Vec<Vec<u8>> {
    let picture = RgbaImage::from_fn(9, 7, |x, y| {
        Rgba([(x * 29) as u8, (y * 37) as u8, (x * y * 4) as u8, (255 - x * 20) as u8])
    });
    let picture = DynamicImage::from(picture);
    let rgb = DynamicImage::from(picture.to_rgb8());
    let coded = |picture: &DynamicImage, format: ImageFormat| {
        let mut bytes = Vec::new();
        let written = picture.write_to(&mut Cursor::new(&mut bytes), format);
        written.expect("a small picture can be written");
        bytes
    };
    let gray = DynamicImage::from(picture.to_luma8());
    let deep = DynamicImage::from(picture.to_rgba16());
    let float = DynamicImage::from(picture.to_rgb32f());
    let png = coded(&picture, ImageFormat::Png);
    let jpeg = coded(&rgb, ImageFormat::Jpeg);
    let webp = coded(&picture, ImageFormat::WebP);
    vec![
        png_chunks(&png),
        animated_png(&png),
        coded(&gray, ImageFormat::Png),
        coded(&deep, ImageFormat::Png),
        jpeg_segments(&jpeg),
        coded(&gray, ImageFormat::Jpeg),
        jpeg,
        animated_webp(&webp),
        coded(&rgb, ImageFormat::WebP),
        webp,
        animated_gif(),
        coded(&picture, ImageFormat::Gif),
        coded(&picture, ImageFormat::Bmp),
        coded(&rgb, ImageFormat::Bmp),
        coded(&rgb, ImageFormat::Tiff),
        coded(&gray, ImageFormat::Tiff),
        coded(&deep, ImageFormat::Tiff),
        tiff_of_floats(&float),
    ]
}

/// JPEG pictures of every subsampling that is decoded in parts, with and without restart markers.
pub fn drawings() -> Vec<Vec<u8>> {
    let factors: [&[(usize, usize)]; 7] = [
        &[(2, 1), (1, 1), (1, 1)],
        &[(2, 2), (1, 2), (1, 2)],
        &[(2, 2), (1, 1), (1, 1)],
        &[(1, 1), (1, 1), (1, 1)],
        &[(1, 2), (1, 1), (1, 1)],
        &[(4, 1), (1, 1), (1, 1)],
        &[(1, 1)],
    ];
    let draw = |(index, factors): (usize, &&[(usize, usize)])| {
        let blocks = [Blocks::Usual, Blocks::Wild, Blocks::Flat][index % 3];
        let tables = [Tables::Left, Tables::Own, Tables::One, Tables::Standard][index % 4];
        let (size, interval, seed) = ((70, 44), [0, 3][index % 2], index as u64);
        Drawing { size, factors, blocks, interval, tables, seed }.jpeg()
    };
    factors.iter().enumerate().map(draw).collect()
}

fn tiff_of_floats(picture: &DynamicImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = image::codecs::tiff::TiffEncoder::new(Cursor::new(&mut bytes));
    let (width, height) = (picture.width(), picture.height());
    let written = encoder.write_image(picture.as_bytes(), width, height, ExtendedColorType::Rgb32F);
    written.expect("a small picture can be written");
    bytes
}

/// CRC-32 (ISO 3309), as PNG has it.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum: u32, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 }
        })
    })
}

/// A PNG file whose chunks have right checksums, as far as they are whole.
pub fn with_checksums(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut mended = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n").map(|_| bytes.to_vec())?;
    let mut at = 8;
    while let Some(&[a, b, c, d]) = mended.get(at..at + 4) {
        let end = at.saturating_add(8).saturating_add(u32::from_be_bytes([a, b, c, d]) as usize);
        let Some(sum) = mended.get(at + 4..end).map(crc) else { break };
        let Some(place) = mended.get_mut(end..end + 4) else { break };
        place.copy_from_slice(&sum.to_be_bytes());
        at = end + 4;
    }
    Some(mended)
}

fn chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let named = [&name[..], body].concat();
    [&(body.len() as u32).to_be_bytes()[..], &named, &crc(&named).to_be_bytes()].concat()
}

/// Behind signature and IHDR.
const PNG_BODY: usize = 33;

/// With an orientation, a gamma, primaries, text and the word that it is sRGB.
fn png_chunks(png: &[u8]) -> Vec<u8> {
    let chunks = [
        chunk(b"gAMA", &45_455_u32.to_be_bytes()),
        chunk(b"cHRM", &[0, 0, 0x7a, 0x26].repeat(8)),
        chunk(b"sRGB", &[0]),
        chunk(b"cICP", &[12, 13, 0, 1]),
        chunk(b"eXIf", &exif(6)),
        chunk(b"tEXt", b"Title\0A title"),
        chunk(b"iCCP", &[b"p\0\0", &stored(&profile())[..]].concat()),
    ];
    [&png[..PNG_BODY], &chunks.concat(), &png[PNG_BODY..]].concat()
}

/// Two frames of the same pixels.
fn animated_png(png: &[u8]) -> Vec<u8> {
    let control = |number: u8| {
        let side = |side: u8| [0, 0, 0, side];
        let body = [side(number), side(9), side(7), side(0), side(0), [0, 1, 0, 10]].concat();
        chunk(b"fcTL", &[&body[..], &[1, 0]].concat())
    };
    let end = png.len() - 12;
    let data = &png[PNG_BODY..end];
    let again = [&[0, 0, 0, 2][..], &data[8..data.len() - 4]].concat();
    [
        &png[..PNG_BODY],
        &chunk(b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]),
        &control(0),
        data,
        &control(1),
        &chunk(b"fdAT", &again),
        &png[end..],
    ]
    .concat()
}

/// Bytes as a zlib stream that does not compress (RFC 1950, 1951).
fn stored(bytes: &[u8]) -> Vec<u8> {
    let (a, b) = bytes.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (a + b) % 65_521)
    });
    let length = bytes.len() as u16;
    let head = [&[0x78, 1, 1][..], &length.to_le_bytes(), &(!length).to_le_bytes()].concat();
    [&head[..], bytes, &(b << 16 | a).to_be_bytes()].concat()
}

/// An ICC profile with the primaries of Display P3 and a gamma of 2.2 (ICC.1:2010).
fn profile() -> Vec<u8> {
    let xyz = |values: [u32; 3]| {
        [b"XYZ \0\0\0\0".to_vec(), values.map(u32::to_be_bytes).concat()].concat()
    };
    let curve = [b"curv\0\0\0\0\0\0\0\x01\x02\x33".to_vec(), vec![0; 2]].concat();
    let tags: [(&[u8; 4], Vec<u8>); 7] = [
        (b"wtpt", xyz([0xf6d6, 0x1_0000, 0xd32d])),
        (b"rXYZ", xyz([0x83df, 0x3dbf, 0xffff_ffbb])),
        (b"gXYZ", xyz([0x4abf, 0xb137, 0x0ab9])),
        (b"bXYZ", xyz([0x2838, 0x110b, 0xc8b9])),
        (b"rTRC", curve.clone()),
        (b"gTRC", curve.clone()),
        (b"bTRC", curve),
    ];
    let mut head = vec![0; 128];
    head[8] = 4;
    head[12..24].copy_from_slice(b"mntrRGB XYZ ");
    head[36..40].copy_from_slice(b"acsp");
    head[68..80].copy_from_slice(&[0, 0, 0xf6, 0xd6, 0, 1, 0, 0, 0, 0, 0xd3, 0x2d]);
    let mut at = head.len() + 4 + 12 * tags.len();
    let (mut table, mut bodies) = ((tags.len() as u32).to_be_bytes().to_vec(), Vec::new());
    for (name, body) in &tags {
        let place = [at as u32, body.len() as u32].map(u32::to_be_bytes).concat();
        table.extend([&name[..], &place].concat());
        bodies.extend_from_slice(body);
        at += body.len();
    }
    head[..4].copy_from_slice(&(at as u32).to_be_bytes());
    [head, table, bodies].concat()
}

/// TIFF's head and one entry: the orientation.
fn exif(orientation: u8) -> Vec<u8> {
    let entry = [0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0];
    [&b"II*\0\x08\0\0\0\x01\0"[..], &entry, &[0; 4]].concat()
}

/// With an orientation, a colour profile and Adobe's segment.
fn jpeg_segments(jpeg: &[u8]) -> Vec<u8> {
    let mut bytes = jpeg[..2].to_vec();
    crate::tiny::segment(&mut bytes, 0xe1, &[&b"Exif\0\0"[..], &exif(8)].concat());
    crate::tiny::segment(&mut bytes, 0xe2, &[&b"ICC_PROFILE\0\x01\x01"[..], &profile()].concat());
    crate::tiny::segment(&mut bytes, 0xee, b"Adobe\0\x64\0\0\0\0\x01");
    bytes.extend_from_slice(&jpeg[2..]);
    bytes
}

fn riff(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let padding = &[0][..body.len() % 2];
    [&name[..], &(body.len() as u32).to_le_bytes(), body, padding].concat()
}

/// Two frames of the same pixels, a profile and an orientation (the WebP container specification).
fn animated_webp(webp: &[u8]) -> Vec<u8> {
    let side = |side: u32| side.to_le_bytes()[..3].to_vec();
    let still = &webp[12..];
    let frame = [side(0), side(0), side(8), side(6), side(100), vec![0], still.to_vec()].concat();
    let body = [
        b"WEBP".to_vec(),
        riff(b"VP8X", &[vec![0x3a, 0, 0, 0], side(8), side(6)].concat()),
        riff(b"ICCP", &profile()),
        riff(b"ANIM", &[0, 0, 0, 0, 0, 0]),
        riff(b"ANMF", &frame),
        riff(b"ANMF", &frame),
        riff(b"EXIF", &exif(3)),
    ];
    riff(b"RIFF", &body.concat())
}

/// Two frames with a transparent colour.
fn animated_gif() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
    for shade in [10, 200] {
        let picture =
            RgbaImage::from_fn(5, 4, |x, _| Rgba([shade, 0, 90, if x < 2 { 0 } else { 255 }]));
        encoder.encode_frame(image::Frame::new(picture)).expect("a small picture can be written");
    }
    drop(encoder);
    bytes
}
