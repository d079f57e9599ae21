//! Pictures in and out.

use crate::common::{Folder, assert_near, ffmpeg, flat, rgb_at};
use backlot_files::{
    Content, FilesError, InputKind, Intake, Overwrite, Picture, PictureFormat, matte_as_png,
    picture_from_bytes, picture_to_frame, read_picture, write_picture,
};
use backlot_media::{ColorSpace, Matte, Size};
use backlot_scene::Fit;
use image::{DynamicImage, ImageBuffer, ImageFormat, Luma, LumaA, Rgb as Pixel, Rgba};
use std::path::Path;

fn size(width: u32, height: u32) -> Size {
    Size::new(width, height).unwrap()
}

fn read(path: &Path) -> Picture {
    read_picture(path, &Intake::default()).unwrap_or_else(|e| panic!("{e}"))
}

fn pixel(picture: &Picture, x: usize, y: usize) -> [u8; 4] {
    picture.frame().plane(0).row(y)[4 * x..][..4].try_into().unwrap()
}

/// 6x4: red on the left, blue on the right.
fn red_and_blue() -> DynamicImage {
    let color = |x| if x < 3 { Pixel([255_u8, 0, 0]) } else { Pixel([0, 0, 255]) };
    ImageBuffer::from_fn(6, 4, |x, _| color(x)).into()
}

#[test]
fn pictures_are_read_by_content_whatever_their_name() {
    let folder = Folder::new();
    for format in
        [ImageFormat::Png, ImageFormat::Bmp, ImageFormat::Gif, ImageFormat::Tiff, ImageFormat::WebP]
    {
        let path = folder.at("picture.mp4");
        red_and_blue().save_with_format(&path, format).unwrap();
        assert_eq!(Intake::default().probe(&path).unwrap(), InputKind::Picture, "{format:?}");
        let picture = read(&path);
        assert_eq!(picture.size(), size(6, 4), "{format:?}");
        assert_eq!(pixel(&picture, 0, 0), [255, 0, 0, 255], "{format:?}");
        assert_eq!(pixel(&picture, 5, 3), [0, 0, 255, 255], "{format:?}");
    }
}

#[test]
fn all_kinds_of_pixels_become_eight_bit_colour_with_alpha() {
    let folder = Folder::new();
    let path = folder.at("a.png");
    let check = |image: DynamicImage, expected: [u8; 4], has_alpha: bool| {
        image.save(&path).unwrap();
        let picture = read(&path);
        assert_eq!((pixel(&picture, 1, 1), picture.has_alpha()), (expected, has_alpha));
    };
    let rgb16 = ImageBuffer::from_pixel(2, 2, Pixel([65535_u16, 32896, 0]));
    check(rgb16.into(), [255, 128, 0, 255], false);
    let rgba16 = ImageBuffer::from_pixel(2, 2, Rgba([65535_u16, 0, 0, 32896]));
    check(rgba16.into(), [255, 0, 0, 128], true);
    check(ImageBuffer::from_pixel(2, 2, Luma([77_u8])).into(), [77, 77, 77, 255], false);
    check(ImageBuffer::from_pixel(2, 2, LumaA([77_u8, 9])).into(), [77, 77, 77, 9], true);
    ffmpeg("-f lavfi -i color=0xff00ff:s=5x3,format=rgb24 -frames:v 1 -pix_fmt pal8", &path);
    let [r, g, b, alpha] = pixel(&read(&path), 1, 1).map(i32::from);
    assert_near([r, g, b], [255, 0, 255], 4, "palette");
    assert_eq!(alpha, 255);
}

#[test]
fn a_cmyk_jpeg_has_its_colours() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/cmyk.jpg");
    let picture = read(&path);
    let at = |x| pixel(&picture, x, 8).map(i32::from);
    let [r, g, b, _] = at(2);
    assert_near([r, g, b], [255, 0, 0], 8, "no cyan, all magenta and yellow");
    let [r, g, b, _] = at(13);
    assert_near([r, g, b], [0, 255, 255], 8, "all cyan");
}

/// A JPEG with an orientation (Exif 2.3: tag 0x0112 in the first directory).
fn with_orientation(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut note = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    note.extend_from_slice(&[orientation, 0, 0, 0, 0, 0, 0]);
    let length = (note.len() as u16 + 2).to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &note, &jpeg[2..]].concat()
}

#[test]
fn photos_are_turned_upright() {
    let folder = Folder::new();
    let path = folder.at("a.jpg");
    let mut jpeg = std::io::Cursor::new(Vec::new());
    let large = red_and_blue().resize_exact(48, 32, image::imageops::FilterType::Nearest);
    large.write_to(&mut jpeg, ImageFormat::Jpeg).unwrap();
    // Where the red side is: 1 left, 3 right, 6 top, 8 bottom.
    for (orientation, expected, red, blue) in [
        (1, size(48, 32), (4, 16), (44, 16)),
        (3, size(48, 32), (44, 16), (4, 16)),
        (6, size(32, 48), (16, 4), (16, 44)),
        (8, size(32, 48), (16, 44), (16, 4)),
    ] {
        std::fs::write(&path, with_orientation(jpeg.get_ref(), orientation)).unwrap();
        let picture = read(&path);
        assert_eq!(picture.size(), expected);
        let at = |(x, y): (usize, usize)| {
            let [r, g, b, _] = pixel(&picture, x, y).map(i32::from);
            [r, g, b]
        };
        assert_near(at(red), [254, 0, 0], 6, &format!("orientation {orientation}"));
        assert_near(at(blue), [0, 0, 254], 6, &format!("orientation {orientation}"));
    }
}

#[test]
fn damaged_and_impossible_pictures_get_one_sentence() {
    let folder = Folder::new();
    let path = folder.at("a.png");
    let message = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        let message = read_picture(&path, &Intake::default()).unwrap_err().to_string();
        assert!(!message.contains('\n') && message.len() < 300, "{message}");
        message
    };
    red_and_blue().save(&path).unwrap();
    let png = std::fs::read(&path).unwrap();
    assert!(message(&png[..40]).contains("is damaged or cut short"));
    let mut wide = png.clone();
    wide[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
    // The header's checksum is now wrong, which decoders report first.
    assert!(!message(&wide).is_empty());
    assert!(message(b"hello").contains("it is text"));
    assert!(message(&[0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]).contains("damaged"));
    ffmpeg("-f lavfi -i testsrc=s=32x32:d=0.2 -f mp4 -pix_fmt yuv420p", &path);
    assert!(
        read_picture(&path, &Intake::default()).unwrap_err().to_string().contains("can't be read")
    );
    assert!(
        read_picture(folder.path(), &Intake::default())
            .unwrap_err()
            .to_string()
            .contains("it is a folder")
    );
}

#[test]
fn a_picture_fills_a_canvas() {
    let folder = Folder::new();
    let path = folder.at("a.png");
    let half = Rgba([255_u8, 0, 0, 128]);
    DynamicImage::from(ImageBuffer::from_pixel(40, 20, half)).save(&path).unwrap();
    let picture = read(&path);
    for fit in Fit::ALL {
        let over = [0, 0, 255];
        let frame = picture_to_frame(&picture, size(33, 31), fit, ColorSpace::BT709, over);
        assert_eq!((frame.size(), frame.color), (size(33, 31), ColorSpace::BT709));
        assert_near(rgb_at(&frame, 16, 15), [128, 0, 127], 3, fit.name());
        let corner = if fit == Fit::Contain { [0, 0, 255] } else { [128, 0, 127] };
        assert_near(rgb_at(&frame, 0, 0), corner, 3, fit.name());
    }
}

#[test]
fn what_is_written_comes_back() {
    let folder = Folder::new();
    let frame = flat(size(21, 13), [30, 160, 90], ColorSpace::BT709);
    for ending in PictureFormat::ENDINGS.split(", ") {
        let path = folder.at(&format!("a.{ending}"));
        write_picture(&path, Content::Frame(&frame), &Overwrite::Never.into()).unwrap();
        let picture = read(&path);
        assert_eq!(picture.size(), frame.size());
        let [r, g, b, _] = pixel(&picture, 20, 12).map(i32::from);
        assert_near([r, g, b], [30, 160, 90], 4, ending);
        let again = write_picture(&path, Content::Frame(&frame), &Overwrite::Never.into());
        assert!(matches!(again, Err(FilesError::Exists(_))));
        write_picture(&path, Content::Frame(&frame), &Overwrite::Always.into()).unwrap();
    }
    let error =
        write_picture(&folder.at("a.xyz"), Content::Frame(&frame), &Overwrite::Never.into());
    assert!(error.unwrap_err().to_string().contains("its ending must be one of png, jpg"));
}

#[test]
fn mattes_are_grey_to_the_byte_and_people_are_transparent() {
    let folder = Folder::new();
    let shape = size(5, 4);
    let frame = flat(shape, [200, 100, 50], ColorSpace::BT601);
    let mut matte = Matte::new(shape);
    matte.plane_mut().row_mut(1).copy_from_slice(&[0, 1, 128, 254, 255]);
    let (grey, person) = (folder.at("grey.png"), folder.at("person.png"));
    write_picture(&grey, Content::Matte(&matte), &Overwrite::Never.into()).unwrap();
    let image = image::open(&grey).unwrap();
    assert_eq!(image.color(), image::ColorType::L8);
    assert_eq!(image.as_bytes()[5..10], [0, 1, 128, 254, 255]);
    write_picture(&person, Content::Person(&frame, &matte), &Overwrite::Never.into()).unwrap();
    let picture = read(&person);
    assert_eq!(pixel(&picture, 0, 1), [0; 4], "nothing of the room is in the file");
    let [r, g, b, alpha] = pixel(&picture, 2, 1).map(i32::from);
    assert_near([r, g, b], [200, 100, 50], 2, "person");
    assert_eq!(alpha, 128);
    let jpeg = write_picture(
        &folder.at("a.jpg"),
        Content::Person(&frame, &matte),
        &Overwrite::Never.into(),
    );
    assert!(
        jpeg.unwrap_err().to_string().contains("can't be the name of a picture with transparency")
    );
}

#[test]
fn rare_stills_are_stills() {
    let folder = Folder::new();
    let source = folder.at("source.png");
    image::RgbImage::from_fn(64, 48, |x, _| {
        Pixel(if x < 32 { [200, 60, 30] } else { [30, 90, 180] })
    })
    .save(&source)
    .unwrap();
    for (ending, words, most) in [
        ("avif", "-c:v libaom-av1 -still-picture 1 -crf 10 -pix_fmt yuv444p", 8),
        ("jp2", "", 8),
        ("qoi", "", 1),
        ("tga", "", 1),
        ("ppm", "", 1),
        ("pam", "", 1),
        ("pgm", "", 256),
        ("pbm", "", 256),
    ] {
        let path = folder.at(&format!("a.{ending}"));
        ffmpeg(&format!("-i {} -frames:v 1 {words}", source.display()), &path);
        assert_eq!(Intake::default().probe(&path).unwrap(), InputKind::Picture, "{ending}");
        let picture = read(&path);
        assert_eq!((picture.size(), picture.has_alpha()), (size(64, 48), false), "{ending}");
        for (x, expected) in [(8, [200, 60, 30]), (56, [30, 90, 180])] {
            let [r, g, b, _] = pixel(&picture, x, 24).map(i32::from);
            assert_near([r, g, b], expected, most, ending);
        }
    }
    std::fs::write(folder.at("a.ppm"), "P3\n# by hand\n2 1\n255\n255 0 0  0 0 255\n").unwrap();
    assert_eq!(pixel(&read(&folder.at("a.ppm")), 1, 0), [0, 0, 255, 255]);
    std::fs::write(folder.at("a.txt"), "P2 is my favourite planet\n").unwrap();
    assert!(Intake::default().probe(&folder.at("a.txt")).is_err());
}

#[test]
fn heic_is_named_with_what_to_do() {
    let folder = Folder::new();
    let path = folder.at("a.heic");
    for brands in [&b"heic\0\0\0\0mif1heic"[..], b"mif1\0\0\0\0mif1heicmiaf"] {
        let length = (brands.len() as u32 + 8).to_be_bytes();
        std::fs::write(&path, [&length[..], b"ftyp", brands, &[0; 64]].concat()).unwrap();
        let probed = Intake::default().probe(&path).unwrap_err().to_string();
        let read = read_picture(&path, &Intake::default()).unwrap_err().to_string();
        assert_eq!(probed, read);
        assert!(read.contains("HEIC pictures can't be read: save it as JPEG"), "{read}");
    }
}

#[test]
fn bytes_are_read_as_a_file_with_them_is() {
    let folder = Folder::new();
    let name = Path::new("the picture");
    for ending in ["png", "jpg", "webp", "bmp", "tiff", "gif", "ppm"] {
        let path = folder.at(&format!("a.{ending}"));
        red_and_blue().to_rgb8().save(&path).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        let (file, memory) = (read(&path), picture_from_bytes(name, &bytes, &Intake::default()));
        let memory = memory.unwrap_or_else(|e| panic!("{ending}: {e}"));
        assert_eq!(memory.size(), file.size(), "{ending}");
        assert!(memory.frame().plane(0).rows().eq(file.frame().plane(0).rows()), "{ending}");
    }
    let refused = |bytes: &[u8], intake: &Intake| {
        picture_from_bytes(name, bytes, intake).unwrap_err().to_string()
    };
    let intake = Intake::default();
    assert!(refused(b"", &intake).contains("it is empty"));
    assert!(refused(b"hello", &intake).contains("'the picture' is neither a picture"));
    assert!(refused(b"qoif\0\0\0\x01", &intake).contains("takes another program"));
    let few = Intake { most_pixels: Some(23), ..Intake::default() };
    let png = std::fs::read(folder.at("a.png")).unwrap();
    assert!(refused(&png, &few).contains("is 6x4: at most 23 pixels"));
    let enough = Intake { most_pixels: Some(24), ..Intake::default() };
    assert!(picture_from_bytes(name, &png, &enough).is_ok());
}

#[test]
fn raw_pixels_are_a_picture_of_exactly_their_size() {
    let pixels: Vec<u8> = red_and_blue().to_rgb8().into_raw();
    let picture = Picture::from_rgb(size(6, 4), &pixels).unwrap();
    assert_eq!(
        (pixel(&picture, 0, 0), pixel(&picture, 5, 3)),
        ([255, 0, 0, 255], [0, 0, 255, 255])
    );
    assert!(!picture.has_alpha());
    assert!(Picture::from_rgb(size(6, 3), &pixels).is_none());
    assert!(Picture::from_rgb(size(6, 4), &pixels[1..]).is_none());
    let png = matte_as_png(&Matte::new(size(5, 3))).unwrap();
    let grey = image::load_from_memory_with_format(&png, ImageFormat::Png).unwrap();
    assert_eq!((grey.color(), grey.width(), grey.height()), (image::ColorType::L8, 5, 3));
}
