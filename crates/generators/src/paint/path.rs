//! Shapes as closed polygons, flattened while they are built.

use super::affine::{Affine, Point, pt};

/// Distance of a cubic's handles that makes it a quarter of a circle of radius 1.
const QUARTER: f32 = 0.552_284_8;

/// The first quadrant of a circle: (cos, sin) of the eighths of a half turn, for round caps.
const CAP: [(f32, f32); 7] = [
    (0.923_879_5, 0.382_683_43),
    (0.707_106_77, 0.707_106_77),
    (0.382_683_43, 0.923_879_5),
    (0.0, 1.0),
    (-0.382_683_43, 0.923_879_5),
    (-0.707_106_77, 0.707_106_77),
    (-0.923_879_5, 0.382_683_43),
];

/// Closed polygons in device pixels.
#[derive(Clone, Debug, Default)]
pub(crate) struct Path {
    points: Vec<Point>,
    ends: Vec<usize>,
    begin: usize,
}

impl Path {
    /// Clears everything, but keeps the memory.
    pub fn clear(&mut self) {
        self.points.clear();
        self.ends.clear();
        self.begin = 0;
    }

    /// The closed polygons.
    pub fn polygons(&self) -> impl Iterator<Item = &[Point]> {
        let begins = std::iter::once(0).chain(self.ends.iter().copied());
        begins.zip(&self.ends).map(|(begin, &end)| &self.points[begin..end])
    }

    /// Least and greatest coordinates, or `None` without a polygon.
    pub fn bounds(&self) -> Option<(Point, Point)> {
        let first = *self.points.first()?;
        Some(self.points.iter().fold((first, first), |(lo, hi), p| {
            (pt(lo.x.min(p.x), lo.y.min(p.y)), pt(hi.x.max(p.x), hi.y.max(p.y)))
        }))
    }

    /// Ends the polygon, and turns it so that all polygons run the same way round: shapes of one
    /// path then unite where they overlap.
    fn close(&mut self) {
        let ring = &mut self.points[self.begin..];
        if ring.len() < 3 {
            self.points.truncate(self.begin);
            return;
        }
        let next = ring.iter().cycle().skip(1);
        let area: f32 = ring.iter().zip(next).map(|(p, q)| p.x * q.y - q.x * p.y).sum();
        if area < 0.0 {
            ring.reverse();
        }
        self.begin = self.points.len();
        self.ends.push(self.begin);
    }

    /// Begins a contour of an outline, whose direction decides whether it is a body or a hole.
    pub fn move_to(&mut self, p: Point) {
        self.end_contour();
        self.points.push(p);
    }

    /// A straight side of the contour.
    pub fn line_to(&mut self, p: Point) {
        self.points.push(p);
    }

    /// A curved side of the contour.
    pub fn cubic_to(&mut self, handle: Point, other_handle: Point, end: Point) {
        let from = self.points[self.begin..].last().copied().unwrap_or(handle);
        self.cubic([from, handle, other_handle, end]);
    }

    /// Ends the contour as drawn.
    pub fn end_contour(&mut self) {
        if self.points.len() < self.begin + 3 {
            self.points.truncate(self.begin);
            return;
        }
        self.begin = self.points.len();
        self.ends.push(self.begin);
    }

    fn cubic(&mut self, [p0, p1, p2, p3]: [Point; 4]) {
        let length = (p1 - p0).length() + (p2 - p1).length() + (p3 - p2).length();
        let steps = (2.0 + (length * 2.0).sqrt()).min(64.0) as usize;
        for i in 1..=steps {
            let t = i as f32 / steps as f32;
            let s = 1.0 - t;
            let p = p0 * (s * s * s)
                + p1 * (3.0 * s * s * t)
                + p2 * (3.0 * s * t * t)
                + p3 * (t * t * t);
            self.points.push(p);
        }
    }

    /// A polygon with straight sides.
    pub fn polygon(&mut self, map: Affine, corners: &[Point]) {
        self.points.extend(corners.iter().map(|&p| map.apply(p)));
        self.close();
    }

    /// A smooth closed curve through the points (Catmull-Rom).
    pub fn spline(&mut self, map: Affine, through: &[Point]) {
        let n = through.len();
        let at = |i: usize| map.apply(through[i % n]);
        for i in 0..n {
            let [before, from, to, behind] = [at(i + n - 1), at(i), at(i + 1), at(i + 2)];
            self.cubic([
                from,
                from + (to - before) * (1.0 / 6.0),
                to - (behind - from) * (1.0 / 6.0),
                to,
            ]);
        }
        self.close();
    }

    /// An ellipse with its axes along the map's.
    pub fn ellipse(&mut self, map: Affine, center: Point, rx: f32, ry: f32) {
        let at = |x: f32, y: f32| map.apply(pt(center.x + rx * x, center.y + ry * y));
        let quarters = [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)];
        for (x, y) in quarters {
            let (nx, ny) = (-y, x);
            self.cubic([
                at(x, y),
                at(x + QUARTER * nx, y + QUARTER * ny),
                at(nx + QUARTER * x, ny + QUARTER * y),
                at(nx, ny),
            ]);
        }
        self.close();
    }

    /// A rectangle with round corners.
    pub fn rounded(&mut self, map: Affine, from: Point, to: Point, radius: f32) {
        let r = radius.min((to.x - from.x) / 2.0).min((to.y - from.y) / 2.0).max(0.0);
        let (x0, y0, x1, y1) = (from.x + r, from.y + r, to.x - r, to.y - r);
        for (cx, cy, x, y) in
            [(x1, y1, 1.0, 0.0), (x0, y1, 0.0, 1.0), (x0, y0, -1.0, 0.0), (x1, y0, 0.0, -1.0)]
        {
            let at = |x: f32, y: f32| map.apply(pt(cx + r * x, cy + r * y));
            let (nx, ny) = (-y, x);
            self.points.push(at(x, y));
            self.cubic([
                at(x, y),
                at(x + QUARTER * nx, y + QUARTER * ny),
                at(nx + QUARTER * x, ny + QUARTER * y),
                at(nx, ny),
            ]);
        }
        self.close();
    }

    /// A smooth line through the points with a width (in the map's units) at each, round ends.
    ///
    /// At most 16 points.
    pub fn stroke(&mut self, map: Affine, through: &[(Point, f32)]) {
        let n = through.len();
        let zoom = map.zoom();
        let at = |i: isize| map.apply(through[i.clamp(0, n as isize - 1) as usize].0);
        let mut spine = [(Point::default(), 0.0f32); 16 * 6];
        let mut count = 0;
        for i in 0..n as isize - 1 {
            let [before, from, to, behind] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
            let (h0, h1) = (from + (to - before) * (1.0 / 6.0), to - (behind - from) * (1.0 / 6.0));
            let (w0, w1) = (through[i as usize].1, through[i as usize + 1].1);
            let steps = (1.0 + (to - from).length() * 0.15).min(6.0) as usize;
            for k in 0..steps {
                let t = k as f32 / steps as f32;
                let s = 1.0 - t;
                let p = from * (s * s * s)
                    + h0 * (3.0 * s * s * t)
                    + h1 * (3.0 * s * t * t)
                    + to * (t * t * t);
                spine[count] = (p, (w0 + (w1 - w0) * t) * zoom * 0.5);
                count += 1;
            }
        }
        spine[count] = (at(n as isize - 1), through[n - 1].1 * zoom * 0.5);
        self.outline(&spine[..=count]);
    }

    /// The outline of a line that has a half width at each point, in device pixels.
    fn outline(&mut self, spine: &[(Point, f32)]) {
        let n = spine.len();
        let along = |i: usize| {
            let d = spine[(i + 1).min(n - 1)].0 - spine[i.saturating_sub(1)].0;
            let length = d.length();
            if length > 0.0 { d * (1.0 / length) } else { pt(1.0, 0.0) }
        };
        let side = |i: usize, sign: f32| {
            let (d, (p, r)) = (along(i), spine[i]);
            p + pt(-d.y, d.x) * (r * sign)
        };
        let cap = |path: &mut Self, i: usize, sign: f32| {
            let (d, (p, r)) = (along(i) * sign, spine[i]);
            path.points.extend(CAP.map(|(c, s)| p + (pt(-d.y, d.x) * c + d * s) * r));
        };
        self.points.extend((0..n).map(|i| side(i, 1.0)));
        cap(self, n - 1, 1.0);
        self.points.extend((0..n).rev().map(|i| side(i, -1.0)));
        cap(self, 0, -1.0);
        self.close();
    }
}
