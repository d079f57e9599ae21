//! A picture to paint on: premultiplied YCbCr with alpha, chroma halved both ways.
//!
//! Two ways to paint: [`Canvas::cover`] adds a body, which also covers what is behind the canvas;
//! [`Canvas::tint`] colours only what is already there and leaves alpha as it is. So alpha depends
//! only on the bodies, and is exact whatever goes behind.

use super::color::Ink;
use super::mask::Mask;

/// The strength of a colour over the plane (in pixels, before the mask).
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shade {
    /// The same everywhere.
    Even(f32),
    /// From 0 to `strength` along a direction: at (x, y) it is the eased `x gx + y gy + g0`.
    Ramp { strength: f32, gx: f32, gy: f32, g0: f32 },
    /// Greatest in the middle of an ellipse, 0 at its border; the six numbers map the plane to
    /// where the ellipse is the unit circle.
    Glow { strength: f32, map: super::Affine },
}

/// Columns and rows, ends excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub x0: usize,
    pub y0: usize,
    pub x1: usize,
    pub y1: usize,
}

impl Window {
    pub const EMPTY: Self = Self { x0: usize::MAX, y0: usize::MAX, x1: 0, y1: 0 };

    pub fn is_empty(self) -> bool {
        self.x0 >= self.x1 || self.y0 >= self.y1
    }

    fn join(self, o: Self) -> Self {
        Self {
            x0: self.x0.min(o.x0),
            y0: self.y0.min(o.y0),
            x1: self.x1.max(o.x1),
            y1: self.y1.max(o.y1),
        }
    }

    fn meet(self, o: Self) -> Self {
        Self {
            x0: self.x0.max(o.x0),
            y0: self.y0.max(o.y0),
            x1: self.x1.min(o.x1),
            y1: self.y1.min(o.y1),
        }
    }
}

/// The picture. Width and height are even.
#[derive(Debug)]
pub(crate) struct Canvas {
    pub width: usize,
    pub height: usize,
    /// Luma times alpha.
    pub y: Vec<f32>,
    /// Alpha.
    pub a: Vec<f32>,
    /// Chroma times alpha, a quarter of the pixels.
    pub u: Vec<f32>,
    pub v: Vec<f32>,
    /// Alpha of the chroma.
    pub ca: Vec<f32>,
    /// Where bodies are.
    pub dirty: Window,
    rows: [Vec<f32>; 3],
}

impl Canvas {
    /// An empty picture with room for `width` x `height` pixels.
    pub fn new(width: usize, height: usize) -> Self {
        let (width, height) = (width.next_multiple_of(2), height.next_multiple_of(2));
        let (all, quarter) = (width * height, width * height / 4);
        Self {
            width,
            height,
            y: vec![0.0; all],
            a: vec![0.0; all],
            u: vec![0.0; quarter],
            v: vec![0.0; quarter],
            ca: vec![0.0; quarter],
            dirty: Window::EMPTY,
            rows: std::array::from_fn(|_| vec![0.0; width]),
        }
    }

    /// Clears the picture.
    pub fn clear(&mut self) {
        let w = self.dirty;
        if w.is_empty() {
            return;
        }
        for y in w.y0..w.y1 {
            let at = y * self.width;
            self.y[at + w.x0..at + w.x1].fill(0.0);
            self.a[at + w.x0..at + w.x1].fill(0.0);
        }
        for y in w.y0 / 2..w.y1 / 2 {
            let at = y * (self.width / 2);
            for plane in [&mut self.u, &mut self.v, &mut self.ca] {
                plane[at + w.x0 / 2..at + w.x1 / 2].fill(0.0);
            }
        }
        self.dirty = Window::EMPTY;
    }

    /// Adds a body of one colour.
    pub fn cover(&mut self, mask: &Mask, ink: Ink, opacity: f32) {
        self.paint(mask, ink, Shade::Even(opacity), true);
    }

    /// Colours what is there, inside the mask.
    pub fn tint(&mut self, mask: &Mask, ink: Ink, shade: Shade) {
        self.paint(mask, ink, shade, false);
    }

    fn paint(&mut self, mask: &Mask, ink: Ink, shade: Shade, body: bool) {
        let all =
            Window { x0: mask.x, y0: mask.y, x1: mask.x + mask.width, y1: mask.y + mask.height };
        let w = if body { all } else { all.meet(shade.window(self)).meet(self.dirty) };
        if w.is_empty() {
            return;
        }
        if body {
            self.dirty = self.dirty.join(w);
        }
        for y in (w.y0..w.y1).step_by(2) {
            self.paint_two_rows(mask, ink, shade, w, y, body);
        }
    }

    fn paint_two_rows(
        &mut self,
        mask: &Mask,
        ink: Ink,
        shade: Shade,
        w: Window,
        y: usize,
        body: bool,
    ) {
        let n = w.x1 - w.x0;
        let lay = if body { cover } else { tint };
        let [upper, lower, mean] = &mut self.rows;
        let (upper, lower, mean) = (&mut upper[..n], &mut lower[..n], &mut mean[..n / 2]);
        for (strength, y) in [(&mut *upper, y), (&mut *lower, y + 1)] {
            shade.row(&mask.row(y - mask.y)[w.x0 - mask.x..][..n], w.x0, y, strength);
            let at = y * self.width + w.x0;
            let alpha = &mut self.a[at..][..n];
            lay(&mut self.y[at..][..n], alpha, strength, ink.y);
            if body {
                cover_alpha(alpha, strength);
            }
        }
        let pairs = upper.chunks_exact(2).zip(lower.chunks_exact(2));
        for (m, (a, b)) in mean.iter_mut().zip(pairs) {
            *m = (a[0] + a[1] + b[0] + b[1]) * 0.25;
        }
        let at = y / 2 * (self.width / 2) + w.x0 / 2;
        let alpha = &mut self.ca[at..][..n / 2];
        lay(&mut self.u[at..][..n / 2], alpha, mean, ink.u);
        lay(&mut self.v[at..][..n / 2], alpha, mean, ink.v);
        if body {
            cover_alpha(alpha, mean);
        }
    }
}

/// Lays a colour over premultiplied values.
fn cover(values: &mut [f32], _: &[f32], strength: &[f32], color: f32) {
    for (v, s) in values.iter_mut().zip(strength) {
        *v += s * (color - *v);
    }
}

/// Lays a colour over premultiplied values where they have alpha.
fn tint(values: &mut [f32], alpha: &[f32], strength: &[f32], color: f32) {
    for ((v, s), a) in values.iter_mut().zip(strength).zip(alpha) {
        *v += s * (color * a - *v);
    }
}

fn cover_alpha(alpha: &mut [f32], strength: &[f32]) {
    for (a, s) in alpha.iter_mut().zip(strength) {
        *a += s * (1.0 - *a);
    }
}

impl Shade {
    /// Where the shade can be anything but 0.
    fn window(self, canvas: &Canvas) -> Window {
        let all = Window { x0: 0, y0: 0, x1: canvas.width, y1: canvas.height };
        let Self::Glow { map, .. } = self else { return all };
        // The image of the unit circle: its half sides are the lengths of the map's rows.
        let back = map.inverse();
        let (rx, ry) = (
            (back.a * back.a + back.c * back.c).sqrt(),
            (back.b * back.b + back.d * back.d).sqrt(),
        );
        let low = |v: f32| v.max(0.0) as usize & !1;
        let high = |v: f32, end: usize| ((v.max(0.0) as usize + 2) & !1).min(end);
        Window {
            x0: low(back.e - rx),
            y0: low(back.f - ry),
            x1: high(back.e + rx, all.x1),
            y1: high(back.f + ry, all.y1),
        }
    }

    /// Strength times coverage for one row that begins at (x0, y).
    fn row(self, cover: &[f32], x0: usize, y: usize, out: &mut [f32]) {
        let (x0, y) = (x0 as f32 + 0.5, y as f32 + 0.5);
        match self {
            Self::Even(strength) => {
                out.iter_mut().zip(cover).for_each(|(o, c)| *o = c * strength);
            }
            Self::Ramp { strength, gx, gy, g0 } => {
                let start = x0 * gx + y * gy + g0;
                for (i, (o, c)) in out.iter_mut().zip(cover).enumerate() {
                    let t = (start + i as u16 as f32 * gx).clamp(0.0, 1.0);
                    *o = c * strength * (t * t * (3.0 - 2.0 * t));
                }
            }
            Self::Glow { strength, map } => {
                let start = map.apply(super::pt(x0, y));
                for (i, (o, c)) in out.iter_mut().zip(cover).enumerate() {
                    let i = i as u16 as f32;
                    let (p, q) = (start.x + i * map.a, start.y + i * map.b);
                    let rest = (1.0 - p * p - q * q).max(0.0);
                    *o = c * strength * rest * rest;
                }
            }
        }
    }
}
