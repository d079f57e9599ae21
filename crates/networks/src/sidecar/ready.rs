//! Sidecars of networks that many have, for who has only the network's file.

use super::Sidecar;

/// The sides of an input; `None` where they are open.
pub(crate) type Shape<'a> = &'a [Option<usize>];

/// A network that is known by the names of what it takes and returns.
struct Ready {
    /// The picture's input.
    input: &'static str,
    /// Its sides; 0 is any.
    sides: [usize; 4],
    /// Outputs that it has, beside others.
    outputs: &'static [&'static str],
    text: &'static str,
}

macro_rules! text {
    ($name:literal) => {
        include_str!(concat!("../../sidecars/", $name, ".toml"))
    };
}

const READY: &[Ready] = &[
    Ready {
        input: "src",
        sides: [1, 3, 0, 0],
        outputs: &["pha", "r1o", "r2o", "r3o", "r4o"],
        text: text!("rvm"),
    },
    Ready {
        input: "input",
        sides: [1, 3, 256, 256],
        outputs: &["seg", "alpha"],
        text: text!("mobile-human-matting"),
    },
    Ready { input: "input", sides: [1, 3, 0, 0], outputs: &["output"], text: text!("modnet") },
    Ready {
        input: "x",
        sides: [1, 3, 0, 0],
        outputs: &["save_infer_model/scale_0.tmp_1"],
        text: text!("pp-humanseg"),
    },
    Ready {
        input: "input.1",
        sides: [1, 3, 320, 320],
        outputs: &["1959", "1960", "1965"],
        text: text!("u2netp"),
    },
    Ready { input: "data", sides: [1, 3, 320, 320], outputs: &["Softmax/1"], text: text!("sinet") },
    Ready {
        input: "input_1:0",
        sides: [1, 144, 256, 3],
        outputs: &["segment:0"],
        text: text!("meet"),
    },
    Ready {
        input: "input_1:0",
        sides: [1, 256, 256, 3],
        outputs: &["activation_10"],
        text: text!("selfie-general"),
    },
];

/// The sidecar of a network that is known by its inputs with their sides, and its outputs.
pub(crate) fn ready(inputs: &[(&str, Shape<'_>)], outputs: &[&str]) -> Option<Sidecar> {
    let known = READY.iter().find(|ready| {
        let fits = |(name, sides): &(&str, Shape<'_>)| {
            let same = |(own, side): (&usize, &Option<usize>)| {
                *own == 0 || side.is_none_or(|side| side == *own)
            };
            *name == ready.input && sides.len() == 4 && ready.sides.iter().zip(*sides).all(same)
        };
        inputs.iter().any(fits) && ready.outputs.iter().all(|name| outputs.contains(name))
    })?;
    // A test reads them all.
    Sidecar::parse(known.text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_right() {
        for ready in READY {
            Sidecar::parse(ready.text).unwrap_or_else(|e| panic!("{}: {e}", ready.input));
        }
    }

    #[test]
    fn networks_are_known_by_names_and_sizes() {
        let open = [Some(1), Some(3), None, None];
        let known = ready(
            &[("src", &open), ("r1i", &[None; 4])],
            &["fgr", "pha", "r1o", "r2o", "r3o", "r4o"],
        );
        assert_eq!(known.unwrap().states.len(), 4);
        assert!(ready(&[("src", &open)], &["fgr", "pha"]).is_none());
        assert!(ready(&[("input", &open)], &["output"]).is_some());
        assert!(
            ready(&[("input_1:0", &[Some(1), Some(9), Some(9), Some(3)])], &["segment:0"])
                .is_none()
        );
    }
}
