use super::{InputSize, Output, Sidecar};
use backlot_segmenter::{Form, Reading};

fn form(text: &str) -> Form {
    let sidecar = Sidecar::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"));
    let find = |output: &Output| match output {
        Output::Named(name) => Err(name.clone()),
        Output::Numbered(number) => Ok(*number),
    };
    sidecar.form(find).unwrap()
}

#[test]
fn nothing_said_is_a_plain_network() {
    assert_eq!(form(""), Form::PROBABILITY);
}

#[test]
fn scales_are_for_red_green_and_blue() {
    let signed = form("range = [-1, 1]");
    assert_eq!((signed.scale, signed.offset), ([2.0; 3], [-1.0; 3]));
    let text = "order = \"bgr\"\nscale = 255\nmean = [102, 51, 0]\nstd = [51, 102, 255]";
    let form = form(text);
    assert!(form.bgr);
    assert_eq!((form.scale, form.offset), ([1.0, 2.5, 5.0], [0.0, -0.5, -2.0]));
}

#[test]
fn readings_are_read() {
    let person = |text| form(text).person;
    assert_eq!(person("channel = 1"), Reading::Probability { channel: 1 });
    let logits = "reading = \"logits\"\nmiddle = 0.65\nsharpness = 3";
    let expected = Reading::LogOdds { channel: 0, sharpness: 3.0, middle: 0.65 };
    assert_eq!(person(logits), expected);
    let classes = person("reading = \"classes\"\npersons = [15, 2]");
    assert_eq!(classes, Reading::Classes { persons: vec![15, 2], sharpness: 1.0 });
}

#[test]
fn everything_can_be_said() {
    let text = "
picture = \"src\"
input = [512, 288]
layout = \"nchw\"
output_layout = \"NHWC\"
output = 2
states = [[\"r1i\", \"r1o\"]]
constants = { downsample_ratio = 0.25, more = [1, 2.5] }
corners = true
provider = \"cuda\"
parts = { output = 1, names = [\"hair\", \"face\"], channels = [1, 3], sharpness = 2 }
";
    let sidecar = Sidecar::parse(text).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(sidecar.size, Some(InputSize::Fixed(512, 288)));
    assert_eq!((sidecar.pixels, sidecar.output_pixels), (Some(false), Some(true)));
    assert_eq!(sidecar.constants[1], ("more".into(), vec![1.0, 2.5]));
    assert_eq!(sidecar.provider.as_deref(), Some("cuda"));
    let form = form(text);
    assert!(form.recurrent && form.corners && form.output == 2);
    let parts = form.parts.unwrap();
    assert_eq!((parts.output, &parts.channels[..], parts.sharpness), (1, &[1, 3][..], 2.0));
    let side = Sidecar::parse("input = 512").unwrap();
    assert_eq!(side.size, Some(InputSize::LongSide(512)));
}

#[test]
fn mistakes_are_said_in_one_sentence_each() {
    let many = "wat = 1\n".repeat(2);
    for (text, expected) in [
        ("rang = [0, 1]", "1:1: the file beside a network has no 'rang': did you mean 'range'?"),
        (
            "\nrange = [0, 1, 2]",
            "2:9: range must be a list of 2, each a number from -1000000 to 1000000, not one of 3",
        ),
        ("range = [0, nan]", "1:13: range must be a number from -1000000 to 1000000, not NaN"),
        ("range = [1, 1]", "1:1: range: black and white must differ"),
        ("channel = 64", "1:11: channel must be a number from 0 to 63, not 64"),
        ("channel = 1.5", "1:11: channel must be a whole number, not 1.5"),
        ("std = [1, 0, 1]", "1:11: std must be a number from 0.000001 to 1000000, not 0"),
        (
            "layout = \"nhcw\"",
            "1:10: layout must be one of nchw, nhwc, not 'nhcw' (did you mean 'nchw'?)",
        ),
        (
            "mean = [0, 0, 0]\nrange = [0, 1]",
            "2:1: range: it says the same as scale, mean and std: write one or the other",
        ),
        (
            "reading = \"classes\"",
            "1:1: reading: classes need the channels of persons: write persons = [15]",
        ),
        (
            "persons = [1]",
            "1:1: persons: it belongs to reading = \"classes\"; others have a channel",
        ),
        ("sharpness = 3", "1:1: sharpness: it belongs to reading = \"logits\" or \"classes\""),
        (
            "states = [[\"a\"]]",
            "1:11: states must be a list of 2, each text in quotes, not one of 1",
        ),
        ("picture = \"a\"\nstates = [[\"a\", \"b\"]]", "2:1: states: the input 'a' has two uses"),
        (
            "constants = { a = \"b\" }",
            "1:19: constants.a must be a number from -1000000 to 1000000, or a list of 1 to 4096, each a number from -1000000 to 1000000, not 'b'",
        ),
        (
            "parts = { names = [\"a\"], channels = [1, 2] }",
            "1:9: parts: write as many names as channels",
        ),
        ("parts = { nmes = [\"a\"] }", "1:11: parts has no 'nmes': did you mean 'names'?"),
        ("input = [0, 5]", "1:10: input must be a number from 1 to 4096, not 0"),
    ] {
        let issues = Sidecar::parse(text).expect_err(text);
        assert_eq!(issues.to_string(), expected, "{text}");
    }
    assert!(Sidecar::parse(&many).is_err());
}

#[test]
fn what_stands_beside_a_network_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let network = folder.path().join("x.onnx");
    assert_eq!(Sidecar::beside(&network).unwrap(), None);
    std::fs::write(folder.path().join("x.toml"), "channel = 1").unwrap();
    assert_eq!(Sidecar::beside(&network).unwrap().unwrap().channel, Some(1));
    let longer = folder.path().join("x.onnx.toml");
    std::fs::write(&longer, "channel = 2").unwrap();
    assert_eq!(Sidecar::beside(&network).unwrap().unwrap().channel, Some(2));
    std::fs::write(&longer, "chanel = 2").unwrap();
    let said = Sidecar::beside(&network).unwrap_err().to_string();
    let what = "1:1: the file beside a network has no 'chanel': did you mean 'channel'?";
    assert_eq!(said, format!("{}:{what}", longer.display()));
    std::fs::write(&longer, [0xff; 9]).unwrap();
    assert!(Sidecar::beside(&network).unwrap_err().to_string().contains("is no text"));
}
