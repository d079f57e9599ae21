//! Points and affine maps of the plane.

use crate::math::{cos, sin};

/// A point or a vector; x to the right, y down.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Point {
    pub x: f32,
    pub y: f32,
}

/// The point (x, y).
pub(crate) const fn pt(x: f32, y: f32) -> Point {
    Point { x, y }
}

impl Point {
    pub fn mix(self, other: Self, t: f32) -> Self {
        self + (other - self) * t
    }

    pub fn length(self) -> f32 {
        (self.x * self.x + self.y * self.y).sqrt()
    }
}

impl std::ops::Add for Point {
    type Output = Self;
    fn add(self, o: Self) -> Self {
        pt(self.x + o.x, self.y + o.y)
    }
}

impl std::ops::Sub for Point {
    type Output = Self;
    fn sub(self, o: Self) -> Self {
        pt(self.x - o.x, self.y - o.y)
    }
}

impl std::ops::Mul<f32> for Point {
    type Output = Self;
    fn mul(self, k: f32) -> Self {
        pt(self.x * k, self.y * k)
    }
}

/// The map (x, y) -> (a x + c y + e, b x + d y + f).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Affine {
    pub a: f32,
    pub b: f32,
    pub c: f32,
    pub d: f32,
    pub e: f32,
    pub f: f32,
}

impl Affine {
    pub const IDENTITY: Self = Self { a: 1.0, b: 0.0, c: 0.0, d: 1.0, e: 0.0, f: 0.0 };

    pub const fn scale(x: f32, y: f32) -> Self {
        Self { a: x, d: y, ..Self::IDENTITY }
    }

    pub const fn shift(x: f32, y: f32) -> Self {
        Self { e: x, f: y, ..Self::IDENTITY }
    }

    /// Turns clockwise (y is down) by `radians`.
    pub fn turn(radians: f32) -> Self {
        let (s, c) = (sin(f64::from(radians)) as f32, cos(f64::from(radians)) as f32);
        Self { a: c, b: s, c: -s, d: c, e: 0.0, f: 0.0 }
    }

    /// The map that applies `inner` first.
    pub fn after(self, inner: Self) -> Self {
        let o = self.apply(pt(inner.e, inner.f));
        Self {
            a: self.a * inner.a + self.c * inner.b,
            b: self.b * inner.a + self.d * inner.b,
            c: self.a * inner.c + self.c * inner.d,
            d: self.b * inner.c + self.d * inner.d,
            e: o.x,
            f: o.y,
        }
    }

    /// Shifts by (x, y) before this map.
    pub fn moved(self, x: f32, y: f32) -> Self {
        self.after(Self::shift(x, y))
    }

    /// Turns before this map.
    pub fn turned(self, radians: f32) -> Self {
        self.after(Self::turn(radians))
    }

    /// Scales before this map.
    pub fn scaled(self, x: f32, y: f32) -> Self {
        self.after(Self::scale(x, y))
    }

    pub fn apply(self, p: Point) -> Point {
        pt(self.a * p.x + self.c * p.y + self.e, self.b * p.x + self.d * p.y + self.f)
    }

    /// The inverse map; maps that flatten the plane count as a tiny scale.
    pub fn inverse(self) -> Self {
        let det = self.a * self.d - self.b * self.c;
        let k = if det.abs() < 1e-12 { 1e12 } else { 1.0 / det };
        let (a, b, c, d) = (self.d * k, -self.b * k, -self.c * k, self.a * k);
        Self { a, b, c, d, e: -(a * self.e + c * self.f), f: -(b * self.e + d * self.f) }
    }

    /// How much lengths grow, on average.
    pub fn zoom(self) -> f32 {
        (self.a * self.d - self.b * self.c).abs().sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inverse_undoes() {
        let map = Affine::shift(3.0, -7.0).turned(0.7).scaled(2.0, 0.5).moved(1.0, 1.0);
        let back = map.inverse().apply(map.apply(pt(11.0, 5.0)));
        assert!((back - pt(11.0, 5.0)).length() < 1e-4);
        assert!((map.zoom() - 1.0).abs() < 1e-5);
    }
}
