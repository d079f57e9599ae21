//! Cuts the persons out of a picture: `cargo run --example cut_out -- NETWORK.tflite me.png cut.png`

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let [_, network, from, to] = &std::env::args().collect::<Vec<_>>()[..] else {
        return Err("usage: cut_out NETWORK.tflite PICTURE RESULT.png".into());
    };
    cut_out(network.as_ref(), from.as_ref(), to.as_ref())
}

/// Writes the persons of a picture file to another, with the rest transparent.
pub fn cut_out(
    network: &std::path::Path,
    from: &std::path::Path,
    to: &std::path::Path,
) -> Result<(), Box<dyn std::error::Error>> {
    let picture = image::open(from)?.to_rgb8();
    let (width, height) = picture.dimensions();
    let network = std::fs::read(network)?;
    let mut cutter = backlot_matte::Cutter::for_pictures(&network, width, height)?;
    let rgba = cutter.cut_out(&picture)?;
    Ok(image::save_buffer(to, rgba, width, height, image::ColorType::Rgba8)?)
}
