//! The keys of a file beside a network.

use super::{InputSize, Output, PartsOf, Sidecar, Way};
use backlot_scene::config::{Issue, Issues, Place};
use backlot_scene::form::{Field, Property, Refusal, Step, Takes, Value};

/// The most channels of an output.
const CHANNEL: Takes = Takes::Number { min: 0.0, max: 63.0, unit: None };
const CHANNELS: Takes = Takes::List(&CHANNEL, [1, 64]);
const ANY: Takes = Takes::Number { min: -1e6, max: 1e6, unit: None };
const MORE_THAN_NOTHING: Takes = Takes::Number { min: 1e-6, max: 1e6, unit: None };
const SIDE: Takes = Takes::Number { min: 1.0, max: 4096.0, unit: None };
const OUTPUT: Takes = Takes::Either(&[Takes::Text, CHANNEL]);
const LAYOUT: Takes = Takes::Words(&["nchw", "nhwc"]);

const PARTS: &[Field] = &[
    Field { name: "output", takes: OUTPUT, help: "The output, if it isn't the person's." },
    Field { name: "names", takes: Takes::List(&Takes::Text, [1, 64]), help: "Their names." },
    Field { name: "channels", takes: CHANNELS, help: "The channel of each." },
    Field { name: "sharpness", takes: MORE_THAN_NOTHING, help: "As that of the person." },
];

/// A key that is only read.
const fn key(
    name: &'static str,
    takes: Takes,
    help: &'static str,
    read: fn(&mut Sidecar, &Value) -> Result<(), Refusal>,
) -> Property<Sidecar> {
    Property { name, takes, help, example: None, read, write: |_| None }
}

pub(super) const PROPERTIES: &[Property<Sidecar>] = &[
    key(
        "input",
        Takes::Either(&[
            Takes::List(&SIDE, [2, 2]),
            Takes::Number { min: 32.0, max: 4096.0, unit: None },
        ]),
        "Width and height of its pictures; or their long side, where the source's shape is kept.",
        |sidecar, value| {
            sidecar.size = Some(match wholes(value)?[..] {
                [width, height] => InputSize::Fixed(width, height),
                [side, ..] => InputSize::LongSide(side),
                [] => return Err(Refusal::says(&"there is no size")),
            });
            Ok(())
        },
    ),
    key("picture", Takes::Text, "The input that takes the picture.", |sidecar, value| {
        sidecar.picture = value.as_text().map(str::to_owned);
        Ok(())
    }),
    key(
        "layout",
        LAYOUT,
        "Whether the picture comes in planes (nchw) or not.",
        |sidecar, value| {
            sidecar.pixels = is(value, "nhwc");
            Ok(())
        },
    ),
    key("output_layout", LAYOUT, "The same of the outputs.", |sidecar, value| {
        sidecar.output_pixels = is(value, "nhwc");
        Ok(())
    }),
    key("range", Takes::List(&ANY, [2, 2]), "What black and white are.", |sidecar, value| {
        sidecar.range = numbers(value).try_into().ok();
        Ok(())
    }),
    key("scale", MORE_THAN_NOTHING, "What white is before the mean goes.", |sidecar, value| {
        sidecar.scale = Some(value.share());
        Ok(())
    }),
    key("mean", Takes::List(&ANY, [3, 3]), "What is subtracted then.", |sidecar, value| {
        sidecar.mean = numbers(value).try_into().ok();
        Ok(())
    }),
    key(
        "std",
        Takes::List(&MORE_THAN_NOTHING, [3, 3]),
        "What it is divided by at last.",
        |sidecar, value| {
            sidecar.std = numbers(value).try_into().ok();
            Ok(())
        },
    ),
    key("order", Takes::Words(&["rgb", "bgr"]), "The order of the colours.", |sidecar, value| {
        sidecar.bgr = is(value, "bgr") == Some(true);
        Ok(())
    }),
    key("output", OUTPUT, "The output that tells of persons.", |sidecar, value| {
        sidecar.output = Some(output(value)?);
        Ok(())
    }),
    key(
        "reading",
        Takes::Words(&["probability", "logits", "classes"]),
        "How it tells: by probabilities, their log-odds, or unnormalised classes.",
        |sidecar, value| {
            let words = [Way::Probability, Way::Logits, Way::Classes];
            let names = ["probability", "logits", "classes"];
            sidecar.reading = words
                .into_iter()
                .zip(names)
                .find(|(_, name)| is(value, name) == Some(true))
                .map(|(way, _)| way);
            Ok(())
        },
    ),
    key("channel", CHANNEL, "The person's channel.", |sidecar, value| {
        sidecar.channel = wholes(value)?.first().copied();
        Ok(())
    }),
    key("persons", CHANNELS, "The channels of classes that are persons.", |sidecar, value| {
        sidecar.persons = Some(wholes(value)?);
        Ok(())
    }),
    key("sharpness", MORE_THAN_NOTHING, "How much log-odds are sharpened.", |sidecar, value| {
        sidecar.sharpness = Some(value.share());
        Ok(())
    }),
    key("middle", ANY, "The value at which a person is as likely as none.", |sidecar, value| {
        sidecar.middle = Some(value.share());
        Ok(())
    }),
    key("corners", Takes::Switch, "Whether corners lie on corners.", |sidecar, value| {
        sidecar.corners = value.as_switch() == Some(true);
        Ok(())
    }),
    key("parts", Takes::Table(PARTS), "Parts of a person.", |sidecar, value| {
        sidecar.parts = Some(parts(value)?);
        Ok(())
    }),
    key(
        "states",
        Takes::List(&Takes::List(&Takes::Text, [2, 2]), [1, 16]),
        "Inputs that get an output of the run before: [[\"r1i\", \"r1o\"]].",
        |sidecar, value| {
            let pairs = value.items().iter().map(|pair| texts(pair).try_into().ok());
            sidecar.states = pairs.flatten().collect();
            Ok(())
        },
    ),
    key("constants", Takes::Values, "Inputs that always get the same.", |sidecar, value| {
        sidecar.constants = constants(value)?;
        Ok(())
    }),
    key(
        "provider",
        Takes::Words(&["cpu", "cuda", "openvino", "webgpu"]),
        "What computes it.",
        |sidecar, value| {
            sidecar.provider = value.as_text().map(str::to_ascii_lowercase);
            Ok(())
        },
    ),
    key(
        "threshold",
        Takes::Number { min: 0.01, max: 0.99, unit: None },
        "BodyPix: how likely a person a pixel must be.",
        |sidecar, value| {
            sidecar.threshold = Some(value.share());
            Ok(())
        },
    ),
    key(
        "resolution",
        Takes::Either(&[
            Takes::Words(&["low", "medium", "high", "full"]),
            Takes::Number { min: 0.05, max: 2.0, unit: None },
        ]),
        "BodyPix: the share of the picture's size that it looks at.",
        |sidecar, value| {
            let words = [("low", 0.25), ("medium", 0.5), ("high", 0.75), ("full", 1.0)];
            let word = words.into_iter().find(|(word, _)| is(value, word) == Some(true));
            sidecar.resolution = word.map(|(_, share)| share).or_else(|| value.as_number());
            Ok(())
        },
    ),
];

fn is(value: &Value, word: &str) -> Option<bool> {
    value.as_text().map(|text| text.eq_ignore_ascii_case(word))
}

fn numbers(value: &Value) -> Vec<f32> {
    value.items().iter().map(Value::share).collect()
}

fn texts(value: &Value) -> Vec<String> {
    value.items().iter().filter_map(Value::as_text).map(str::to_owned).collect()
}

fn wholes(value: &Value) -> Result<Vec<usize>, Refusal> {
    let whole = |item: &Value| {
        let number = item.as_number().unwrap_or(f64::NAN);
        let is_whole = number.fract() == 0.0 && number >= 0.0;
        is_whole
            .then_some(number as usize)
            .ok_or_else(|| Refusal::must_be(&"a whole number", &number))
    };
    value.items().iter().map(whole).collect()
}

fn output(value: &Value) -> Result<Output, Refusal> {
    match value.as_text() {
        Some(name) => Ok(Output::Named(name.to_owned())),
        None => Ok(Output::Numbered(wholes(value)?.first().copied().unwrap_or_default())),
    }
}

fn parts(value: &Value) -> Result<PartsOf, Refusal> {
    let given = |name| value.get(name);
    let names = given("names").map(texts).unwrap_or_default();
    let channels = given("channels").map(wholes).transpose()?.unwrap_or_default();
    if names.is_empty() || names.len() != channels.len() {
        return Err(Refusal::says(&"write as many names as channels"));
    }
    let sharpness = given("sharpness").map(Value::share);
    Ok(PartsOf { output: given("output").map(output).transpose()?, names, channels, sharpness })
}

fn constants(value: &Value) -> Result<Vec<(String, Vec<f32>)>, Refusal> {
    /// More than any network needs.
    const LIST: Takes = Takes::Either(&[ANY, Takes::List(&ANY, [1, 4096])]);
    let Value::Table(entries) = value else { return Ok(Vec::new()) };
    let entries = entries.iter().map(|(name, value)| {
        LIST.check(value).map_err(|refusal| refusal.within(Step::Key(name.clone())))?;
        Ok((name.clone(), numbers(value)))
    });
    entries.collect()
}

/// A mistake that shows when all keys are read, at the line of one of them.
pub(super) fn misplaced(text: &str, key: &str, what: &str) -> Issues {
    let is_it = |line: &str| {
        let rest = line.trim_start().strip_prefix(key);
        rest.is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    let line = text.lines().position(is_it).unwrap_or_default() as u32 + 1;
    Issues::one(Issue::new(Place { line, column: 1 }, format!("{key}: {what}")))
}
