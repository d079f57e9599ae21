//! Primaries: the red, green and blue that numbers stand for.

/// The chromaticities (x, y of CIE 1931) of red, green, blue and white.
///
/// Source: ITU-T H.273, table 2.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Primaries {
    rgb: [[f64; 2]; 3],
    white: [f64; 2],
}

/// CIE standard illuminants, and the white of film projectors.
const D65: [f64; 2] = [0.3127, 0.3290];
const C: [f64; 2] = [0.310, 0.316];
const E: [f64; 2] = [1.0 / 3.0, 1.0 / 3.0];
const DCI: [f64; 2] = [0.314, 0.351];

/// Cone responses of XYZ (Bradford), in which white is adapted.
const BRADFORD: Matrix =
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]];

/// Rows of a matrix.
pub(super) type Matrix = [[f64; 3]; 3];

impl Primaries {
    /// Those of ITU-R BT.709 and sRGB.
    pub const BT709: Self = Self { rgb: [[0.64, 0.33], [0.30, 0.60], [0.15, 0.06]], white: D65 };

    /// Those of this name in ffmpeg; `None` if unstated or unknown.
    pub fn named(name: &str) -> Option<Self> {
        let (rgb, white) = match name {
            "bt709" => return Some(Self::BT709),
            "bt470m" => ([[0.67, 0.33], [0.21, 0.71], [0.14, 0.08]], C),
            "bt470bg" => ([[0.64, 0.33], [0.29, 0.60], [0.15, 0.06]], D65),
            "smpte170m" | "smpte240m" => ([[0.630, 0.340], [0.310, 0.595], [0.155, 0.070]], D65),
            "film" => ([[0.681, 0.319], [0.243, 0.692], [0.145, 0.049]], C),
            "bt2020" => ([[0.708, 0.292], [0.170, 0.797], [0.131, 0.046]], D65),
            "smpte428" => ([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]], E),
            "smpte431" => ([[0.680, 0.320], [0.265, 0.690], [0.150, 0.060]], DCI),
            "smpte432" => ([[0.680, 0.320], [0.265, 0.690], [0.150, 0.060]], D65),
            "ebu3213" | "jedec-p22" => ([[0.630, 0.340], [0.295, 0.605], [0.155, 0.077]], D65),
            _ => return None,
        };
        Some(Self { rgb, white })
    }

    /// The matrix from linear light in these primaries to linear light in `to`; white stays white.
    pub fn matrix_to(self, to: Self) -> Matrix {
        let adapted = multiply(adaptation(self.white, to.white), self.to_xyz());
        multiply(inverse(to.to_xyz()), adapted)
    }

    fn to_xyz(self) -> Matrix {
        let columns = self.rgb.map(xyz);
        let rows = transposed(columns);
        let shares = apply(inverse(rows), xyz(self.white));
        rows.map(|row| std::array::from_fn(|i| row[i] * shares[i]))
    }
}

/// X, Y, Z of a chromaticity at Y = 1; a red or blue that has no Y is given as it is.
fn xyz([x, y]: [f64; 2]) -> [f64; 3] {
    let over = if y == 0.0 { 1.0 } else { y };
    [x / over, y / over, (1.0 - x - y) / over]
}

fn adaptation(from: [f64; 2], to: [f64; 2]) -> Matrix {
    let (from, to) = (apply(BRADFORD, xyz(from)), apply(BRADFORD, xyz(to)));
    let scaled = std::array::from_fn(|row| BRADFORD[row].map(|v| v * to[row] / from[row]));
    multiply(inverse(BRADFORD), scaled)
}

pub(super) fn apply(matrix: Matrix, v: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| row[0] * v[0] + row[1] * v[1] + row[2] * v[2])
}

fn multiply(a: Matrix, b: Matrix) -> Matrix {
    let columns = transposed(b).map(|column| apply(a, column));
    transposed(columns)
}

fn transposed(m: Matrix) -> Matrix {
    std::array::from_fn(|row| std::array::from_fn(|column| m[column][row]))
}

/// By cofactors; none of our matrices is singular.
fn inverse(m: Matrix) -> Matrix {
    let cofactor = |r: usize, c: usize| {
        let [r1, r2, c1, c2] = [(r + 1) % 3, (r + 2) % 3, (c + 1) % 3, (c + 2) % 3];
        m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1]
    };
    let determinant: f64 = (0..3).map(|c| m[0][c] * cofactor(0, c)).sum();
    std::array::from_fn(|r| std::array::from_fn(|c| cofactor(c, r) / determinant))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 11] = [
        "bt709",
        "bt470m",
        "bt470bg",
        "smpte170m",
        "smpte240m",
        "film",
        "bt2020",
        "smpte428",
        "smpte431",
        "smpte432",
        "ebu3213",
    ];

    #[test]
    fn white_stays_white_and_there_and_back_is_the_same() {
        for name in NAMES {
            let primaries = Primaries::named(name).unwrap();
            let white = apply(primaries.matrix_to(Primaries::BT709), [1.0; 3]);
            assert!(white.iter().all(|v| (v - 1.0).abs() < 1e-9), "{name}: {white:?}");
            let there = primaries.matrix_to(Primaries::BT709);
            let back = multiply(Primaries::BT709.matrix_to(primaries), there);
            for (row, column) in (0..9).map(|i| (i / 3, i % 3)) {
                let expected = if row == column { 1.0 } else { 0.0 };
                assert!((back[row][column] - expected).abs() < 1e-9, "{name}: {back:?}");
            }
        }
        assert_eq!(Primaries::named("unknown"), None);
    }

    /// ITU-R BT.2087, annex 2, gives the matrix from BT.2020 to BT.709 to four digits.
    #[test]
    fn the_published_matrix_comes_out() {
        let published =
            [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]];
        let found = Primaries::named("bt2020").unwrap().matrix_to(Primaries::BT709);
        for (found, published) in found.iter().flatten().zip(published.iter().flatten()) {
            assert!((found - published).abs() < 1e-4, "{found} {published}");
        }
    }
}
