//! Pictures for tests: planes with guard bytes, and colours in and out.

use crate::{Canvas, Chain, Layer, Person};
use backlot_kernels::Level;
use backlot_media::{ColorSpace, Matrix, PlaneMut, Range, Size, Timestamp};

/// Every matrix with every range.
pub const SPACES: [ColorSpace; 4] = [
    ColorSpace::BT601,
    ColorSpace::BT709,
    ColorSpace::JPEG,
    ColorSpace { matrix: Matrix::Bt709, range: Range::Full },
];

const GUARD: u8 = 0xa5;
const GAP: usize = 7;

/// A plane whose rows are followed by guard bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct TestPlane {
    pub width: usize,
    pub height: usize,
    data: Vec<u8>,
}

impl TestPlane {
    pub fn new(width: usize, height: usize, mut value: impl FnMut(usize, usize) -> u8) -> Self {
        let mut plane = Self { width, height, data: vec![GUARD; (width + GAP) * height] };
        for y in 0..height {
            for x in 0..width {
                plane.data[y * (width + GAP) + x] = value(x, y);
            }
        }
        plane
    }

    pub fn view(&mut self) -> PlaneMut<'_> {
        PlaneMut::new(&mut self.data, self.width, self.height, self.width + GAP)
    }

    pub fn at(&self, x: usize, y: usize) -> u8 {
        assert!(x < self.width && y < self.height);
        self.data[y * (self.width + GAP) + x]
    }

    pub fn values(&self) -> impl Iterator<Item = u8> + '_ {
        self.data.chunks(self.width + GAP).flat_map(|row| &row[..self.width]).copied()
    }

    fn guards_hold(&self) -> bool {
        self.data.chunks(self.width + GAP).all(|row| row[self.width..].iter().all(|&v| v == GUARD))
    }
}

/// A layer that owns its planes.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    pub canvas: Canvas,
    pub yuv: [TestPlane; 3],
    pub matte: Option<TestPlane>,
    pub person: Option<TestPlane>,
    pub seconds: f64,
}

impl Picture {
    /// A picture from a function that returns R'G'B', `0.0..=1.0`, at each pixel's centre; chroma
    /// comes from the mean of its pixels.
    pub fn new(
        (width, height): (u32, u32),
        color: ColorSpace,
        rgb: impl Fn(usize, usize) -> [f64; 3],
    ) -> Self {
        let canvas = Canvas::new(Size::new(width, height).unwrap(), color, Level::best());
        let ((w, h), (cw, ch)) = (canvas.luma(), canvas.chroma());
        let yuv = |x: usize, y: usize| color.encode(rgb(x, y));
        let mean = |i: usize, x: usize, y: usize| {
            let at = |k: usize| yuv((2 * x + k % 2).min(w - 1), (2 * y + k / 2).min(h - 1))[i];
            ((0..4).map(at).sum::<f64>() / 4.0).round() as u8
        };
        let planes = [
            TestPlane::new(w, h, |x, y| yuv(x, y)[0].round() as u8),
            TestPlane::new(cw, ch, |x, y| mean(1, x, y)),
            TestPlane::new(cw, ch, |x, y| mean(2, x, y)),
        ];
        Self { canvas, yuv: planes, matte: None, person: None, seconds: 0.0 }
    }

    pub fn with_matte(mut self, value: impl FnMut(usize, usize) -> u8) -> Self {
        let (w, h) = self.canvas.luma();
        self.matte = Some(TestPlane::new(w, h, value));
        self
    }

    pub fn with_person(mut self, value: impl Fn(usize, usize) -> u8) -> Self {
        let (w, h) = self.canvas.luma();
        self.person = Some(TestPlane::new(w, h, value));
        self
    }

    /// Effects, as people write them, for such pictures.
    pub fn chain(&self, effects: &[&str]) -> Chain {
        let effect = |text: &&str| text.parse().unwrap_or_else(|e| panic!("{text}: {e}"));
        Chain::new(&effects.iter().map(effect).collect::<Vec<_>>(), &self.canvas)
    }

    /// The picture after an effect.
    pub fn after(&self, effect: &str) -> Self {
        self.after_all(&[effect])
    }

    /// The picture after effects that are compiled together.
    pub fn after_all(&self, effects: &[&str]) -> Self {
        let mut result = self.clone();
        result.apply(&mut self.chain(effects));
        result
    }

    pub fn apply(&mut self, chain: &mut Chain) {
        chain.apply(&mut self.layer());
        self.check_guards();
    }

    fn layer(&mut self) -> Layer<'_> {
        let [y, u, v] = &mut self.yuv;
        Layer {
            picture: [y.view(), u.view(), v.view()],
            matte: self.matte.as_mut().map(TestPlane::view),
            person: self.person.as_mut().map(|person| Person::Own(person.view())),
            time: Timestamp::from_secs_f64(self.seconds),
        }
    }

    fn check_guards(&self) {
        let mut planes = self.yuv.iter().chain(&self.matte).chain(&self.person);
        assert!(planes.all(TestPlane::guards_hold), "bytes beside a row were written");
    }

    /// As `apply`, by means of four by four values of the planes, which are lost.
    pub fn apply_to_quarter(&mut self, chain: &mut Chain) {
        let mut quarter = self.yuv.each_mut().map(|plane| {
            let (w, h) = (plane.width, plane.height);
            TestPlane::new(w.div_ceil(4), h.div_ceil(4), |x, y| {
                let (xs, ys) = (4 * x..w.min(4 * x + 4), 4 * y..h.min(4 * y + 4));
                let count = xs.len() * ys.len();
                let values = ys.flat_map(|y| xs.clone().map(move |x| (x, y)));
                let sum: usize = values.map(|(x, y)| usize::from(plane.at(x, y))).sum();
                ((sum + count / 2) / count) as u8
            })
        });
        self.yuv.iter_mut().for_each(|plane| plane.view().fill(0));
        let quarter = quarter.each_mut().map(TestPlane::view);
        chain.apply_to_quarter(quarter.each_ref().map(PlaneMut::as_ref), &mut self.layer());
        self.check_guards();
    }

    /// R'G'B' at a pixel, clamped to `0.0..=1.0`.
    pub fn rgb(&self, x: usize, y: usize) -> [f64; 3] {
        let [luma, u, v] = &self.yuv;
        let yuv = [luma.at(x, y), u.at(x / 2, y / 2), v.at(x / 2, y / 2)];
        self.canvas.color.decode(yuv.map(f64::from)).map(|c| c.clamp(0.0, 1.0))
    }
}
