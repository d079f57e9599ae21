//! Plans which tracks go into a container, and how, from the file's own description.

use crate::video::tracks::Track;
use crate::write::companions::{Companions, Extent};
use crate::write::container::Container;

/// Subtitles that are text.
const TEXT: [&str; 7] = ["subrip", "srt", "ass", "ssa", "webvtt", "mov_text", "text"];

/// Subtitles that are pictures, which Matroska alone holds.
const PICTURES: [&str; 3] = ["hdmv_pgs_subtitle", "dvd_subtitle", "dvb_subtitle"];

/// What happens to the tracks of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Plan<'a> {
    /// Sound tracks from the file, with the options of their codec.
    pub sounds: Vec<(&'a Track, Vec<&'static str>)>,
    /// Subtitles from the file, and their output format.
    pub whole: Vec<(&'a Track, &'static str)>,
    /// Subtitles that are cut first, and their output format.
    pub cut: Vec<(&'a Track, &'static str)>,
    /// Notices for the user.
    pub notices: Vec<String>,
}

impl<'a> Plan<'a> {
    /// All tracks that the container can hold.
    pub fn new(with: &'a Companions, container: Container, extent: Extent) -> Self {
        let mut plan = Self::default();
        plan.plan_sounds(with, container, extent);
        plan.plan_subtitles(with, container, extent);
        plan
    }

    /// Only the first sound track, encoded again: for files with a wrong description.
    pub fn least(with: &'a Companions, container: Container) -> Self {
        let sounds = with.tracks.sounds.first();
        let sounds = sounds.map(|track| (track, container.sound_codec().to_vec()));
        let (name, path) = (container.ending(), with.path.display());
        let kept =
            if sounds.is_some() { "only the first sound track is kept" } else { "none is kept" };
        let notice = format!("{name} can't hold the tracks of '{path}' as they are: {kept}");
        Self { sounds: sounds.into_iter().collect(), notices: vec![notice], ..Self::default() }
    }

    /// No tracks.
    pub fn silent(with: &Companions) -> Self {
        let path = with.path.display();
        let notice = match with.tracks.sounds.is_empty() {
            true => format!("the subtitles of '{path}' can't be read: the video has none"),
            false => format!("the sound of '{path}' can't be read: the video is silent"),
        };
        Self { notices: vec![notice], ..Self::default() }
    }

    /// Whether anything is taken from the file itself.
    pub fn needs_source(&self) -> bool {
        !self.sounds.is_empty() || !self.whole.is_empty()
    }

    /// Whether no track is taken.
    pub fn is_empty(&self) -> bool {
        !self.needs_source() && self.cut.is_empty()
    }

    fn plan_sounds(&mut self, with: &'a Companions, container: Container, extent: Extent) {
        let (name, path) = (container.ending(), with.path.display());
        let (mut anew, mut unknown) = (0, 0);
        for track in &with.tracks.sounds {
            if !is_known(&track.codec) {
                unknown += 1;
                continue;
            }
            // A copy can begin only at a packet, which may be long before.
            let is_copied = extent.start.is_zero() && holds_sound(container, &track.codec);
            anew += usize::from(!is_copied);
            let codec =
                if is_copied { vec!["-c:a", "copy"] } else { container.sound_codec().to_vec() };
            self.sounds.push((track, codec));
        }
        if anew > 0 && extent.start.is_zero() {
            let what = format!("{name} can't hold the sound of '{path}' as it is");
            self.notices.push(format!("{what}: it is encoded again"));
        }
        if unknown > 0 {
            let what = tracks(unknown, "sound track");
            self.notices.push(format!("{what} of '{path}' can't be decoded: left out"));
        }
    }

    fn plan_subtitles(&mut self, with: &'a Companions, container: Container, extent: Extent) {
        let (name, path) = (container.ending(), with.path.display());
        let (mut pictures, mut unknown) = (0, 0);
        for track in &with.tracks.subtitles {
            let codec = track.codec.as_str();
            match (text_codec(container, codec), extent.is_whole()) {
                (Some(to), true) if container == Container::Mkv && codec != "mov_text" => {
                    let to = if codec == "text" { to } else { "copy" };
                    self.whole.push((track, to));
                }
                (Some(to), true) => self.whole.push((track, to)),
                (Some(to), false) => self.cut.push((track, to)),
                (None, true) if container == Container::Mkv && PICTURES.contains(&codec) => {
                    self.whole.push((track, "copy"));
                }
                (None, _) if PICTURES.contains(&codec) => pictures += 1,
                (None, _) => unknown += 1,
            }
        }
        if pictures > 0 {
            let what = format!("{} of '{path}'", tracks(pictures, "subtitle track"));
            self.notices.push(match container {
                Container::Mkv => format!("{what} (pictures, not text) can't be cut: left out"),
                _ => format!("{name} can't hold {what} (pictures, not text): left out (mkv can)"),
            });
        }
        if unknown > 0 {
            let what = tracks(unknown, "subtitle track");
            self.notices.push(format!("{what} of '{path}' can't be taken over: left out"));
        }
    }
}

fn tracks(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        n => format!("{n} {what}s"),
    }
}

fn is_known(codec: &str) -> bool {
    !matches!(codec, "" | "none" | "unknown")
}

/// Whether a container can hold a sound codec.
fn holds_sound(container: Container, codec: &str) -> bool {
    let holds: &[&str] = match container {
        Container::Mp4 => &["aac", "mp3", "mp2", "ac3", "eac3", "alac", "opus"],
        Container::Mov => &["aac", "mp3", "mp2", "ac3", "eac3", "alac", "pcm_s16le", "pcm_s16be"],
        Container::Webm => &["opus", "vorbis"],
        Container::Mkv => &[
            "aac",
            "mp3",
            "mp2",
            "ac3",
            "eac3",
            "dts",
            "truehd",
            "flac",
            "alac",
            "opus",
            "vorbis",
            "wavpack",
            "pcm_u8",
            "pcm_s16le",
            "pcm_s16be",
            "pcm_s24le",
            "pcm_s32le",
            "pcm_f32le",
        ],
        Container::Gif => &[],
    };
    holds.contains(&codec)
}

/// The format in which text is written.
fn text_codec(container: Container, codec: &str) -> Option<&'static str> {
    if !TEXT.contains(&codec) {
        return None;
    }
    match container {
        Container::Mp4 | Container::Mov => Some("mov_text"),
        Container::Webm => Some("webvtt"),
        Container::Mkv if matches!(codec, "ass" | "ssa") => Some("ass"),
        Container::Mkv => Some("srt"),
        Container::Gif => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::video::tracks::Tracks;
    use crate::write::companions::tests::of;

    fn with(sounds: &[&str], subtitles: &[&str], start: u64) -> Companions {
        let mut stream = 0;
        let mut track = |codec: &&str| {
            stream += 1;
            Track { stream, codec: (*codec).to_owned(), ..Track::default() }
        };
        let sounds = sounds.iter().map(&mut track).collect();
        let subtitles = subtitles.iter().map(&mut track).collect();
        of(Tracks { sounds, subtitles, ..Tracks::default() }, start, None)
    }

    #[test]
    fn each_container_gets_what_it_holds() {
        let all = with(&["aac", "", "vorbis"], &["subrip", "ass", "dvd_subtitle", "eia_608"], 0);
        let plan = |container| Plan::new(&all, container, all.extent(None));
        let codecs = |plan: &Plan<'_>| plan.sounds.iter().map(|s| s.1[1]).collect::<Vec<_>>();
        let words = |plan: &Plan<'_>| plan.whole.iter().map(|s| s.1).collect::<Vec<_>>();
        let mp4 = plan(Container::Mp4);
        assert_eq!((codecs(&mp4), words(&mp4)), (vec!["copy", "aac"], vec!["mov_text"; 2]));
        let notices = [
            "mp4 can't hold the sound of 'a.mkv' as it is: it is encoded again",
            "1 sound track of 'a.mkv' can't be decoded: left out",
            "mp4 can't hold 1 subtitle track of 'a.mkv' (pictures, not text): left out (mkv can)",
            "1 subtitle track of 'a.mkv' can't be taken over: left out",
        ];
        assert_eq!(mp4.notices, notices);
        let mkv = plan(Container::Mkv);
        assert_eq!((codecs(&mkv), words(&mkv)), (vec!["copy"; 2], vec!["copy"; 3]));
        let webm = plan(Container::Webm);
        assert_eq!((codecs(&webm), words(&webm)), (vec!["libopus", "copy"], vec!["webvtt"; 2]));
    }

    #[test]
    fn a_part_is_encoded_and_cut() {
        let part = with(&["aac"], &["ass", "hdmv_pgs_subtitle"], 2);
        let plan = Plan::new(&part, Container::Mkv, part.extent(None));
        assert_eq!(plan.sounds[0].1[1], "aac");
        assert_eq!((plan.whole.len(), plan.cut[0].1), (0, "ass"));
        assert_eq!(plan.notices.len(), 1);
        assert!(plan.notices[0].contains("can't be cut"), "{:?}", plan.notices);
    }
}
