//! Random damage of every kind, the same in each run.

use crate::chance::Chance;
use crate::{bytes_of, seeds};
use backlot_mjpeg::Decoder;

const ROUNDS: usize = 8000;

#[test]
fn damage_of_any_kind_does_no_harm() {
    let pictures = seeds::pictures();
    let mut decoder = Decoder::new().unwrap();
    let wanted = bytes_of(&decoder.decode(&pictures[0]).unwrap().frame);
    let mut chance = Chance::new(1);
    let (mut whole, mut damaged, mut refused) = (0, 0, 0);
    for _ in 0..ROUNDS {
        match decoder.decode(&chance.damaged(&pictures)) {
            Ok(decoded) if decoded.is_damaged => damaged += 1,
            Ok(_) => whole += 1,
            Err(_) => refused += 1,
        }
    }
    assert!(whole > 100 && damaged > 100 && refused > 100, "{whole} {damaged} {refused}");
    // None of it has a lasting effect.
    assert!(bytes_of(&decoder.decode(&pictures[0]).unwrap().frame) == wanted);
}
