//! The quick way, where the processor has one, and the tables that it keeps.

#![forbid(unsafe_code)]

use crate::header::Header;
use crate::records::Coded;
use backlot_kernels::Level;

#[cfg(target_arch = "x86_64")]
pub(crate) use here::Quick;

/// There is none for this processor.
#[cfg(not(target_arch = "x86_64"))]
#[derive(Debug, Default)]
pub(crate) struct Quick;

#[cfg(not(target_arch = "x86_64"))]
impl Quick {
    /// Reads nothing.
    pub fn read(&mut self, _: Level, _: &Header, _: &[u8], _: &mut Coded) -> bool {
        false
    }
}

/// What the quick way knows of each place in zigzag, for the steps there.
pub(crate) fn places(steps: &[i16; 64]) -> [u32; 64] {
    #[cfg(target_arch = "x86_64")]
    return crate::avx2::paint::places(steps);
    #[cfg(not(target_arch = "x86_64"))]
    steps.map(|_| 0)
}

#[cfg(target_arch = "x86_64")]
mod here {
    use super::*;
    use crate::avx2::Avx2;
    use crate::entropy::{self, Notes};
    use crate::machine::{Key, Machine};
    use crate::unstuff::Plain;

    /// So many sets of tables are kept.
    const KEPT: usize = 4;

    /// The memory of the quick way.
    #[derive(Debug, Default)]
    pub(crate) struct Quick {
        plain: Plain,
        notes: Notes,
        /// The last used ones first.
        machines: Vec<(Key, Machine)>,
    }

    impl Quick {
        /// Reads a picture's coded data, if the level has a quick way. Returns whether all is as it must be.
        pub fn read(
            &mut self,
            level: Level,
            header: &Header,
            data: &[u8],
            coded: &mut Coded,
        ) -> bool {
            let Some(avx2) = Avx2::of(level) else { return false };
            let Some(machine) = machine(&mut self.machines, header) else { return false };
            self.plain.read(data);
            entropy::read(avx2, machine, header, &self.plain, &mut self.notes, coded)
        }
    }

    /// The tables for a header, which are made if they aren't among the last ones.
    fn machine<'a>(machines: &'a mut Vec<(Key, Machine)>, header: &Header) -> Option<&'a Machine> {
        match machines.iter().position(|(key, _)| key.is_of(header)) {
            Some(0) => {}
            Some(place) => machines[..=place].rotate_right(1),
            None => {
                machines.truncate(KEPT - 1);
                machines.insert(0, (Key::new(header), Machine::new(header)?));
            }
        }
        machines.first().map(|(_, machine)| machine)
    }
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::*;
    use crate::encoder::{Blocks, Drawing, Tables};
    use crate::find;
    use crate::mark::MARK;
    use crate::records::{Pattern, Writer};
    use crate::walk;

    /// The places and values of each block's coefficients, and their sums of means.
    fn blocks(coded: &mut Coded, header: &Header) -> Vec<(i16, Vec<(u16, i32)>)> {
        assert!(coded.index(header, Level::best()));
        let of = |(&start, &mean): (&u32, &i16)| {
            let mut place = 0;
            let mut values: Vec<(u16, i32)> = Vec::new();
            let records = coded.records[start as usize + 1..].iter();
            for record in records.take_while(|&&record| record < MARK) {
                place += record >> 8;
                let value = i32::from(*record as i8);
                match values.last_mut() {
                    Some(last) if last.0 == place => last.1 += value,
                    _ => values.push((place, value)),
                }
            }
            values.retain(|&(place, value)| place > 0 && value != 0);
            (mean, values)
        };
        coded.starts.iter().zip(&coded.means).map(of).collect()
    }

    /// Reads a picture both ways. Returns the number of parts of the quick one.
    fn both_ways_are_one(jpeg: &[u8], what: &str) -> usize {
        let found = find::pictures(jpeg).next().unwrap();
        let header = Header::read(&found).unwrap();
        let data = &found.bytes[found.data..];
        let mut slow = Coded::default();
        let mut writer = Writer::new(&mut slow.records, Pattern::new(&header).count);
        walk::walk(&header, &walk::Tables::new(&header), data, &mut writer).unwrap();
        slow.parts.push(0..writer.end());
        let wanted = blocks(&mut slow, &header);
        let (mut quick, mut coded) = (Quick::default(), Coded::default());
        for _ in 0..2 {
            assert!(quick.read(Level::best(), &header, data, &mut coded), "{what}");
            assert!(blocks(&mut coded, &header) == wanted, "{what}");
        }
        coded.parts.len()
    }

    const FACTORS: [&[(usize, usize)]; 7] = [
        &[(2, 1), (1, 1), (1, 1)],
        &[(2, 2), (1, 2), (1, 2)],
        &[(2, 2), (1, 1), (1, 1)],
        &[(1, 1), (1, 1), (1, 1)],
        &[(1, 2), (1, 1), (1, 1)],
        &[(4, 1), (1, 1), (1, 1)],
        &[(1, 1)],
    ];

    #[test]
    fn the_quick_way_reads_what_the_slow_one_reads() {
        if Level::best() == Level::SCALAR {
            return;
        }
        let mut joined = 0;
        for factors in FACTORS {
            for blocks in [Blocks::Flat, Blocks::Usual, Blocks::Wild] {
                for tables in [Tables::Standard, Tables::Own, Tables::One, Tables::Left] {
                    for (size, interval) in [
                        ((640, 480), 0),
                        ((640, 480), 7),
                        ((640, 480), 80),
                        ((33, 20), 0),
                        ((8, 8), 1),
                    ] {
                        let drawing = Drawing { size, factors, blocks, interval, tables, seed: 2 };
                        let what = format!("{drawing:?}");
                        let parts = both_ways_are_one(&drawing.jpeg(), &what);
                        joined += usize::from(interval == 0 && parts == 3);
                    }
                }
            }
        }
        assert!(joined > 20, "only {joined} pictures were read by several lanes");
    }
}
