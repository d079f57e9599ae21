//! From the painted canvas to the codes of a frame: a little softness, dark corners, rounding.

use crate::math::random;
use crate::paint::Canvas;
use backlot_media::{ColorSpace, Frame, Matte, Plane, PlaneMut, Size};

/// The share of light that falls on each neighbour of a pixel, per direction.
const SPILL: f32 = 0.13;
/// Light lost in the corners.
const VIGNETTE: f32 = 0.26;
const DITHER: usize = 1024;

/// The camera's lens and quantiser.
#[derive(Debug)]
pub(crate) struct Lens {
    black: f32,
    span: f32,
    chroma_span: f32,
    /// The light left at (x, y) is `columns[x] - rows[y]`.
    columns: Vec<f32>,
    rows: Vec<f32>,
    dither: Vec<f32>,
    luma: Vec<f32>,
    alpha: Vec<f32>,
}

impl Lens {
    pub fn new(size: Size, color: ColorSpace) -> Self {
        let (w, h) = (size.width as usize, size.height as usize);
        let (even_w, even_h) = (w.next_multiple_of(2), h.next_multiple_of(2));
        let part = |i: usize, n: usize, ratio: f32| {
            let d = (i as f32 + 0.5) * 2.0 / n as f32 - 1.0;
            VIGNETTE * d * d * ratio
        };
        let (ww, hh) = ((w * w) as f32, (h * h) as f32);
        Self {
            black: f32::from(color.range.black()),
            span: color.range.luma_span() as f32,
            chroma_span: color.range.chroma_span() as f32,
            columns: (0..even_w).map(|x| 1.0 - part(x, w, ww / (ww + hh))).collect(),
            rows: (0..even_h).map(|y| part(y, h, hh / (ww + hh))).collect(),
            dither: (0..DITHER + even_w).map(|i| random(0xd17, i as u64) * 0.9 + 0.05).collect(),
            luma: vec![0.0; even_w + 2],
            alpha: vec![0.0; even_w + 2],
        }
    }

    fn dither(&self, y: usize) -> &[f32] {
        &self.dither[(random(0xd18, y as u64) * DITHER as f32) as usize..]
    }

    /// Writes a wholly covered canvas.
    pub fn develop(&self, canvas: &Canvas, frame: &mut Frame) {
        let [mut luma, mut u, mut v] = frame.yuv_mut();
        for (y, row) in luma.rows_mut().enumerate() {
            let from = &canvas.y[y * canvas.width..];
            for (((p, c), light), d) in
                row.iter_mut().zip(from).zip(&self.columns).zip(self.dither(y))
            {
                *p =
                    (self.black + self.span * c.clamp(0.0, 1.0) * (light - self.rows[y]) + d) as u8;
            }
        }
        for (plane, from) in [(&mut u, &canvas.u), (&mut v, &canvas.v)] {
            for (y, row) in plane.rows_mut().enumerate() {
                let from = &from[y * (canvas.width / 2)..];
                let lights = self.columns.chunks_exact(2);
                for (((p, c), light), d) in row.iter_mut().zip(from).zip(lights).zip(self.dither(y))
                {
                    *p = (128.0 + self.chroma_span * c * (light[0] - self.rows[2 * y]) + d) as u8;
                }
            }
        }
    }

    /// Lays the canvas over the frame, and writes its alpha.
    pub fn expose(&mut self, canvas: &Canvas, frame: &mut Frame, truth: Option<&mut Matte>) {
        let mut truth = truth.map(|matte| {
            matte.plane_mut().fill(0);
            matte.plane_mut()
        });
        let w = canvas.dirty;
        if w.is_empty() {
            return;
        }
        let size = frame.size();
        let [mut luma, mut u, mut v] = frame.yuv_mut();
        // Light spills one pixel over the border of the bodies.
        let (x0, x1) = (w.x0.saturating_sub(1), (w.x1 + 1).min(size.width as usize));
        for y in w.y0.saturating_sub(1)..(w.y1 + 1).min(size.height as usize) {
            self.spill(canvas, y, x0, x1);
            self.expose_luma(y, x0, &mut luma.row_mut(y)[x0..x1]);
            if let Some(truth) = &mut truth {
                let row = &mut truth.row_mut(y)[x0..x1];
                row.iter_mut().zip(&self.alpha).for_each(|(t, a)| *t = (a * 255.0 + 0.5) as u8);
            }
        }
        self.expose_chroma(canvas, &canvas.u, &mut u);
        self.expose_chroma(canvas, &canvas.v, &mut v);
    }

    /// Softens one row of luma and alpha.
    fn spill(&mut self, canvas: &Canvas, y: usize, x0: usize, x1: usize) {
        let (w, h) = (canvas.width, canvas.height);
        let (above, below) = (y.saturating_sub(1), (y + 1).min(h - 1));
        let (left, right) = (x0.saturating_sub(1), (x1 + 1).min(w));
        for (plane, out) in [(&canvas.y, &mut self.luma), (&canvas.a, &mut self.alpha)] {
            let row = |y: usize| &plane[y * w + left..y * w + right];
            let across = |row: &[f32], i: usize| {
                let at = i + x0 - left;
                let (before, after) = (row[at.saturating_sub(1)], row[(at + 1).min(row.len() - 1)]);
                row[at] * (1.0 - 2.0 * SPILL) + (before + after) * SPILL
            };
            let (a, b, c) = (row(above), row(y), row(below));
            for (i, o) in out[..x1 - x0].iter_mut().enumerate() {
                *o = across(b, i) * (1.0 - 2.0 * SPILL) + (across(a, i) + across(c, i)) * SPILL;
            }
        }
    }

    fn expose_luma(&self, y: usize, x0: usize, row: &mut [u8]) {
        let light = self.columns[x0..].iter().zip(&self.dither(y)[x0..]);
        for (((p, c), a), (light, d)) in row.iter_mut().zip(&self.luma).zip(&self.alpha).zip(light)
        {
            let person = c * (light - self.rows[y]) * self.span + a * self.black;
            *p = (f32::from(*p) * (1.0 - a) + person + d).clamp(0.0, 255.0) as u8;
        }
    }

    fn expose_chroma(&self, canvas: &Canvas, from: &[f32], plane: &mut PlaneMut<'_>) {
        let w = canvas.dirty;
        let (x0, x1) = (w.x0 / 2, (w.x1 / 2).min(plane.width()));
        for y in w.y0 / 2..(w.y1 / 2).min(plane.height()) {
            let at = y * (canvas.width / 2);
            let (colors, alphas) = (&from[at + x0..at + x1], &canvas.ca[at + x0..at + x1]);
            let light = self.columns[2 * x0..].chunks_exact(2).zip(&self.dither(y)[x0..]);
            let row = &mut plane.row_mut(y)[x0..x1];
            for (((p, c), a), (light, d)) in row.iter_mut().zip(colors).zip(alphas).zip(light) {
                let person = c * (light[0] - self.rows[2 * y]) * self.chroma_span + a * 128.0;
                *p = (f32::from(*p) * (1.0 - a) + person + d).clamp(0.0, 255.0) as u8;
            }
        }
    }
}

/// Copies the planes of one frame into another of the same size, whatever their strides.
pub(crate) fn copy_planes(from: &Frame, to: &mut Frame) {
    let sources: [Plane<'_>; 3] = from.yuv();
    for (mut plane, source) in to.yuv_mut().into_iter().zip(sources) {
        plane.copy_from(source);
    }
}
