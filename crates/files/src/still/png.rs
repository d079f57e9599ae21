//! PNG pictures, row by row: if one is cut short, the rows before the cut are used.

use super::picture::Picture;
use super::reading::{Header, NOTE_BYTES, Reading, Stored, orientation};
use super::samples::{Depth, Samples};
use super::upright::Upright;
use crate::FilesError;
use crate::color::profile::{Described, Model};
use png::{BitDepth, ColorType, DecodingError, Info, Limits, Reader, Transformations};
use std::io::BufReader;

/// The gamma of sRGB in PNG files, 1/2.2, and the tolerance around it.
const USUAL_GAMMA: (f64, f64) = (0.454_55, 0.001);

/// White, red, green and blue of sRGB.
const SRGB_POINTS: [[f64; 2]; 4] = [[0.3127, 0.329], [0.64, 0.33], [0.3, 0.6], [0.15, 0.06]];

pub(super) fn read(reading: Reading<'_>, file: Stored<'_>) -> Result<Picture, FilesError> {
    let limits = Limits { bytes: 2 * NOTE_BYTES };
    let mut decoder = png::Decoder::new_with_limits(BufReader::new(file), limits);
    decoder.set_transformations(Transformations::EXPAND);
    decoder.set_ignore_text_chunk(true);
    let mut reader = decoder.read_info().map_err(|e| failure(reading, e))?;
    let (samples, info) = (samples(&reader), reader.info());
    let mut header = Header {
        width: info.width,
        height: info.height,
        samples,
        described: described(info),
        orientation: info.exif_metadata.as_deref().and_then(orientation),
        besides: 0,
    };
    let bytes = u64::from(header.width) * u64::from(header.height) * samples.bytes() as u64;
    if info.interlaced {
        header.besides = bytes;
        return read_interlaced(reading, &mut reader, &header, bytes);
    }
    let mut upright = reading.begin(&header)?;
    let decoded = put_rows(&mut reader, samples, &mut upright);
    if let Err(error) = decoded.and_then(|()| reader.finish()) {
        reading.note_missing(&upright, failure(reading, error))?;
    }
    Ok(upright.finish())
}

fn put_rows(
    reader: &mut Reader<BufReader<Stored<'_>>>,
    samples: Samples,
    upright: &mut Upright,
) -> Result<(), DecodingError> {
    let mut native = Vec::new();
    let mut y = 0;
    while let Some(row) = reader.next_row()? {
        upright.put(y, in_our_order(row.data(), samples.depth, &mut native));
        y += 1;
    }
    Ok(())
}

fn read_interlaced(
    reading: Reading<'_>,
    reader: &mut Reader<BufReader<Stored<'_>>>,
    header: &Header,
    bytes: u64,
) -> Result<Picture, FilesError> {
    let mut upright = reading.begin(header)?;
    let mut decoded = reading.zeros(bytes)?;
    let ended = reader.next_frame(&mut decoded).and_then(|_| reader.finish());
    let (row_bytes, mut native) = (header.width as usize * header.samples.bytes(), Vec::new());
    for (y, row) in (0..).zip(decoded.chunks_exact(row_bytes)) {
        upright.put(y, in_our_order(row, header.samples.depth, &mut native));
    }
    if let Err(error) = ended {
        reading.note_missing(&upright, failure(reading, error))?;
    }
    Ok(upright.finish())
}

/// PNG stores the upper byte first.
fn in_our_order<'a>(row: &'a [u8], depth: Depth, native: &'a mut Vec<u8>) -> &'a [u8] {
    if depth == Depth::Eight {
        return row;
    }
    native.clear();
    native.extend(
        row.as_chunks::<2>().0.iter().flat_map(|pair| u16::from_be_bytes(*pair).to_ne_bytes()),
    );
    native
}

fn samples(reader: &Reader<BufReader<Stored<'_>>>) -> Samples {
    let (color, depth) = reader.output_color_type();
    let (model, alpha) = match color {
        ColorType::Grayscale => (Model::Gray, false),
        ColorType::GrayscaleAlpha => (Model::Gray, true),
        ColorType::Rgba => (Model::Rgb, true),
        ColorType::Rgb | ColorType::Indexed => (Model::Rgb, false),
    };
    let depth = if depth == BitDepth::Sixteen { Depth::Sixteen } else { Depth::Eight };
    Samples::new(model, alpha, depth)
}

/// Which chunk counts, by the PNG specification, third edition, 4.3: cICP, iCCP, sRGB, gAMA with cHRM.
fn described(info: &Info<'_>) -> Option<Described> {
    if let Some(code) = info.coding_independent_code_points {
        // 1 and 13 are sRGB's own.
        let is_srgb = (code.color_primaries, code.transfer_function) == (1, 13);
        return (!is_srgb).then_some(Described::Cicp(code.color_primaries, code.transfer_function));
    }
    if let Some(profile) = &info.icc_profile {
        return Some(Described::Icc(profile.to_vec()));
    }
    if info.srgb.is_some() {
        return None;
    }
    let gamma = info.gama_chunk.map(|gamma| f64::from(gamma.into_value()));
    let is_usual = |gamma: f64| (gamma - USUAL_GAMMA.0).abs() < USUAL_GAMMA.1;
    let points = info.chrm_chunk.map(|c| {
        [c.white, c.red, c.green, c.blue]
            .map(|(x, y)| [f64::from(x.into_value()), f64::from(y.into_value())])
    });
    let near = |a: &[[f64; 2]; 4]| {
        a.as_flattened().iter().zip(SRGB_POINTS.as_flattened()).all(|(a, b)| (a - b).abs() < 0.002)
    };
    match (gamma, points) {
        (Some(gamma), Some(points)) if !near(&points) => {
            Some(Described::Primaries(1.0 / gamma, points))
        }
        (Some(gamma), _) if !is_usual(gamma) => Some(Described::Gamma(1.0 / gamma)),
        _ => None,
    }
}

fn failure(reading: Reading<'_>, error: DecodingError) -> FilesError {
    match error {
        DecodingError::IoError(error) => reading.io(error),
        DecodingError::LimitsExceeded => reading.damaged("a note in it is too long"),
        _ => reading.spoilt(),
    }
}
