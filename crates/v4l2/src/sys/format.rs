//! Formats, sizes and rates.

use super::abi::{self, Plain};
use super::{BufType, Device, text};
use std::fmt;
use std::io;

/// Four characters that name a pixel format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Fourcc(pub [u8; 4]);

impl Fourcc {
    /// Motion JPEG.
    pub const MJPG: Self = Self(*b"MJPG");
    /// JPEG.
    pub const JPEG: Self = Self(*b"JPEG");
    /// Y0 U Y1 V.
    pub const YUYV: Self = Self(*b"YUYV");
    /// Luma, then U and V interleaved, halved both ways.
    pub const NV12: Self = Self(*b"NV12");
    /// Y, U, V; chroma halved both ways.
    pub const YU12: Self = Self(*b"YU12");
    /// Y, U, V; chroma halved across.
    pub const YUV422P: Self = Self(*b"422P");
    /// Luma alone.
    pub const GREY: Self = Self(*b"GREY");
    /// R G B.
    pub const RGB3: Self = Self(*b"RGB3");

    /// The format of these letters, four at most.
    pub fn of(letters: &str) -> Option<Self> {
        let padded = format!("{letters:<4}");
        padded.into_bytes().try_into().ok().map(Self)
    }

    pub(super) const fn number(self) -> u32 {
        u32::from_le_bytes(self.0)
    }

    pub(super) const fn from_number(number: u32) -> Self {
        Self(number.to_le_bytes())
    }
}

impl fmt::Display for Fourcc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The top bit marks big-endian variants.
        let big_endian = self.0[3] & 0x80 != 0;
        let letters = self.0.map(|b| char::from(b & 0x7f));
        let printable = |c: char| if c.is_ascii_graphic() || c == ' ' { c } else { '?' };
        let text: String = letters.map(printable).iter().collect();
        f.pad(text.trim_end())?;
        if big_endian { f.write_str("-BE") } else { Ok(()) }
    }
}

/// A format that a device offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatDesc {
    /// Its name for programs.
    pub fourcc: Fourcc,
    /// Its name for people.
    pub description: String,
    /// Whether the pictures are compressed.
    pub compressed: bool,
    /// Whether the C library converts it from another one.
    pub emulated: bool,
}

/// The form of a stream's pictures. The four colour fields and `field` hold the kernel's numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Format {
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// The pixel format.
    pub fourcc: Fourcc,
    /// How the rows are interlaced: 0 any, 1 none.
    pub field: u32,
    /// Bytes from one row to the next; 0 for compressed pictures or to let the driver choose.
    pub stride: u32,
    /// The most bytes of a picture.
    pub size_image: u32,
    /// `V4L2_COLORSPACE_*`.
    pub colorspace: u32,
    /// `V4L2_YCBCR_ENC_*`.
    pub ycbcr_enc: u32,
    /// `V4L2_QUANTIZATION_*`.
    pub quantization: u32,
    /// `V4L2_XFER_FUNC_*`.
    pub xfer_func: u32,
}

/// Time from one picture to the next, in seconds as a fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Interval {
    /// The fraction's upper part.
    pub numerator: u32,
    /// The fraction's lower part.
    pub denominator: u32,
}

impl Interval {
    /// Pictures per second; 0 if the driver reports nonsense.
    pub fn fps(self) -> f64 {
        match self.numerator {
            0 => 0.0,
            numerator => f64::from(self.denominator) / f64::from(numerator),
        }
    }
}

/// Sizes that a device offers in a format: one, or a range. All in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Smallest width and height.
    pub min: (u32, u32),
    /// Largest width and height, the same as `min` for a discrete size.
    pub max: (u32, u32),
    /// The step from one to the next, at least 1.
    pub step: (u32, u32),
}

/// Intervals that a device offers at a size: one, or a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Intervals {
    /// Shortest.
    pub min: Interval,
    /// Longest, the same as `min` for a discrete one.
    pub max: Interval,
}

impl Device {
    /// Format number `index` that the device offers, `None` after the last.
    ///
    /// # Errors
    /// Returns the system's error.
    pub fn enum_fmt(&self, of: BufType, index: u32) -> io::Result<Option<FormatDesc>> {
        let mut item = abi::FmtDesc { index, kind: of.number(), ..Plain::zeroed() };
        let found = listed(self.call(&abi::ENUM_FMT, &mut item))?;
        Ok(found.then(|| FormatDesc {
            fourcc: Fourcc::from_number(item.pixelformat),
            description: text(&item.description),
            compressed: item.flags & 1 != 0,
            emulated: item.flags & 2 != 0,
        }))
    }

    /// Size or range of sizes number `index`, `None` after the last. A range is always the only
    /// entry.
    ///
    /// # Errors
    /// Returns the system's error; `ENOTTY` if the driver doesn't report them.
    pub fn enum_framesizes(&self, fourcc: Fourcc, index: u32) -> io::Result<Option<Sizes>> {
        let pixel_format = fourcc.number();
        let mut item = abi::FrmSizeEnum { index, pixel_format, ..Plain::zeroed() };
        if !listed(self.call(&abi::ENUM_FRAMESIZES, &mut item))? {
            return Ok(None);
        }
        if item.kind == DISCRETE {
            let size = (item.min_width, item.max_width);
            return Ok(Some(Sizes { min: size, max: size, step: (1, 1) }));
        }
        // The driver answers every index with the same range.
        Ok((index == 0).then_some(Sizes {
            min: (item.min_width, item.min_height),
            max: (item.max_width, item.max_height),
            step: (item.step_width.max(1), item.step_height.max(1)),
        }))
    }

    /// Interval or range of intervals number `index`, `None` after the last. A range is always the
    /// only entry.
    ///
    /// # Errors
    /// Returns the system's error; `ENOTTY` if the driver doesn't report them.
    pub fn enum_frameintervals(
        &self,
        fourcc: Fourcc,
        (width, height): (u32, u32),
        index: u32,
    ) -> io::Result<Option<Intervals>> {
        let pixel_format = fourcc.number();
        let mut item = abi::FrmIvalEnum { index, pixel_format, width, height, ..Plain::zeroed() };
        if !listed(self.call(&abi::ENUM_FRAMEINTERVALS, &mut item))? {
            return Ok(None);
        }
        let min = Interval::from(item.min);
        if item.kind == DISCRETE {
            return Ok(Some(Intervals { min, max: min }));
        }
        Ok((index == 0).then_some(Intervals { min, max: item.max.into() }))
    }

    /// The format in force.
    ///
    /// # Errors
    /// Returns the system's error; `EINVAL` if the device has no such stream.
    pub fn format(&self, of: BufType) -> io::Result<Format> {
        let mut format = abi::Format { kind: of.number(), ..Plain::zeroed() };
        self.call(&abi::G_FMT, &mut format)?;
        Ok(from_abi(&format.pix))
    }

    /// Asks for a format; returns the one that was granted.
    ///
    /// # Errors
    /// Returns the system's error; `EBUSY` while any program streams.
    pub fn set_format(&self, of: BufType, wanted: &Format) -> io::Result<Format> {
        let mut format = to_abi(of, wanted);
        self.call(&abi::S_FMT, &mut format)?;
        Ok(from_abi(&format.pix))
    }

    /// The time from one picture to the next, `None` if the driver doesn't report it.
    ///
    /// # Errors
    /// Returns the system's error; `ENOTTY` if the driver doesn't report it.
    pub fn interval(&self, of: BufType) -> io::Result<Option<Interval>> {
        let mut parm = abi::StreamParm { kind: of.number(), ..Plain::zeroed() };
        self.call(&abi::G_PARM, &mut parm)?;
        Ok(Interval::from(parm.time_per_frame).possible())
    }

    /// Asks for a time from one picture to the next; returns the one that was granted.
    ///
    /// # Errors
    /// Returns the system's error; `ENOTTY` if the driver can't set it.
    pub fn set_interval(&self, of: BufType, wanted: Interval) -> io::Result<Option<Interval>> {
        let Interval { numerator, denominator } = wanted;
        let mut parm = abi::StreamParm { kind: of.number(), ..Plain::zeroed() };
        parm.time_per_frame = abi::Fract { numerator, denominator };
        self.call(&abi::S_PARM, &mut parm)?;
        Ok(Interval::from(parm.time_per_frame).possible())
    }
}

const DISCRETE: u32 = 1;

/// The driver reports the end of a list as an error.
fn listed(result: io::Result<()>) -> io::Result<bool> {
    match result {
        Ok(()) => Ok(true),
        Err(error) if error.raw_os_error() == Some(libc::EINVAL) => Ok(false),
        Err(error) => Err(error),
    }
}

impl From<abi::Fract> for Interval {
    fn from(fract: abi::Fract) -> Self {
        Self { numerator: fract.numerator, denominator: fract.denominator }
    }
}

impl Interval {
    fn possible(self) -> Option<Self> {
        (self.numerator > 0 && self.denominator > 0).then_some(self)
    }
}

/// Marks the colour fields after it as filled in.
const PIX_FMT_PRIV_MAGIC: u32 = 0xfeed_cafe;

fn to_abi(of: BufType, f: &Format) -> abi::Format {
    let pix = abi::PixFormat {
        width: f.width,
        height: f.height,
        pixelformat: f.fourcc.number(),
        field: f.field,
        bytesperline: f.stride,
        sizeimage: f.size_image,
        colorspace: f.colorspace,
        private: PIX_FMT_PRIV_MAGIC,
        flags: 0,
        ycbcr_enc: f.ycbcr_enc,
        quantization: f.quantization,
        xfer_func: f.xfer_func,
    };
    abi::Format { kind: of.number(), pix, ..Plain::zeroed() }
}

fn from_abi(pix: &abi::PixFormat) -> Format {
    let extended = pix.private == PIX_FMT_PRIV_MAGIC;
    let if_told = |value| if extended { value } else { 0 };
    Format {
        width: pix.width,
        height: pix.height,
        fourcc: Fourcc::from_number(pix.pixelformat),
        field: pix.field,
        stride: pix.bytesperline,
        size_image: pix.sizeimage,
        colorspace: pix.colorspace,
        ycbcr_enc: if_told(pix.ycbcr_enc),
        quantization: if_told(pix.quantization),
        xfer_func: if_told(pix.xfer_func),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_formats_can_be_shown() {
        assert_eq!(Fourcc::MJPG.to_string(), "MJPG");
        assert_eq!(Fourcc(*b"Y16 ").to_string(), "Y16");
        assert_eq!(Fourcc(*b"Y16\xa0").to_string(), "Y16-BE");
        assert_eq!(Fourcc(*b"\x00\n\xffA").to_string(), "???A");
    }
}
