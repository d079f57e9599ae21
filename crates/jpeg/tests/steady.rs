//! While pictures stay of one kind, nothing is allocated.

use backlot_jpeg::{Decoder, Level, McuMask, PlaneMut, Scale};

#[path = "exact/encoder.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod encoder;

use encoder::{Blocks, Drawing, Tables};

#[test]
fn nothing_is_allocated_while_pictures_stay_of_one_kind() {
    let pictures: Vec<_> = [7, 8, 9]
        .into_iter()
        .flat_map(|seed| {
            [0, 20].map(|interval| {
                let factors = &[(2, 1), (1, 1), (1, 1)];
                let (size, blocks, tables) = ((640, 360), Blocks::Usual, Tables::Own);
                Drawing { size, factors, blocks, interval, tables, seed }.jpeg()
            })
        })
        .collect();
    for level in Level::available() {
        let mut decoder = Decoder::new(level);
        let mut mask = McuMask::new(40, 45);
        mask.fill();
        let mut full = [vec![0; 640 * 360], vec![0; 320 * 360], vec![0; 320 * 360]];
        let mut small = [vec![0; 160 * 90], vec![0; 80 * 90], vec![0; 80 * 90]];
        let mut read = |jpeg: &[u8]| {
            let picture = decoder.read(jpeg).unwrap();
            let strides = [640, 320, 320];
            let mut planes = full.each_mut();
            let mut strides = strides.iter();
            let mut lent = planes.each_mut().map(|bytes| {
                let stride = *strides.next().unwrap();
                PlaneMut { bytes, stride }
            });
            picture.blocks(&mask, Scale::Full, &mut lent).unwrap();
            let [y, u, v] = &mut small;
            let lend = |bytes, stride| PlaneMut { bytes, stride };
            picture.quarter(&mut [lend(y, 160), lend(u, 80), lend(v, 80)]).unwrap();
        };
        pictures.iter().for_each(|jpeg| read(jpeg));
        let counts = allocation_counter::measure(|| pictures.iter().for_each(|jpeg| read(jpeg)));
        assert_eq!(counts.count_total, 0, "{level}");
    }
}
