//! Chooses the most suitable of a camera's offers.

use super::offer::{Offer, Span};
use super::video::Video;
use backlot_media::{Encoding, FrameRate, PixelFormat, Size, Wish};

/// The format nearest to the wish: by size, then by rate, then by the cost of reading. `None` if
/// there is no offer.
pub(crate) fn choose(offers: &[Offer], wish: &Wish) -> Option<Video> {
    offers.iter().map(|offer| best_of(offer, wish)).min_by_key(|video| cost(video, wish))
}

fn best_of(offer: &Offer, wish: &Wish) -> Video {
    let size = match &offer.sizes {
        Span::Unknown => wish.size,
        Span::List(list) => nearest(list, |&s| distance(s, wish.size)).unwrap_or(wish.size),
        Span::Range(min, max) => Size {
            width: wish.size.width.max(min.width).min(max.width),
            height: wish.size.height.max(min.height).min(max.height),
        },
    };
    let rate = match &offer.rates {
        Span::Unknown => None,
        Span::List(list) => nearest(list, |&r| rate_cost(r, wish.rate)),
        Span::Range(min, max) if wish.rate.fps() < min.fps() => Some((*min).min_by_fps(*max)),
        Span::Range(_, max) if wish.rate.fps() > max.fps() => Some(*max),
        Span::Range(..) => Some(wish.rate),
    };
    Video { size, rate, encoding: offer.encoding, color: offer.color }
}

trait MinByFps {
    fn min_by_fps(self, other: Self) -> Self;
}

impl MinByFps for FrameRate {
    fn min_by_fps(self, other: Self) -> Self {
        if self.fps() <= other.fps() { self } else { other }
    }
}

fn nearest<T: Copy>(list: &[T], cost: impl Fn(&T) -> u64) -> Option<T> {
    list.iter().copied().min_by_key(|v| cost(v))
}

/// Too small is worse than too large.
fn distance(size: Size, wish: Size) -> u64 {
    let side = |found: u32, wanted: u32| {
        let apart = u64::from(found.abs_diff(wanted));
        if found < wanted { 2 * apart } else { apart }
    };
    side(size.width, wish.width) + side(size.height, wish.height)
}

/// Too slow is much worse than too fast.
fn rate_cost(rate: FrameRate, wish: FrameRate) -> u64 {
    let apart = 1000.0 * (rate.fps() - wish.fps());
    if apart < 0.0 { (-100.0 * apart) as u64 } else { apart as u64 }
}

fn cost(video: &Video, wish: &Wish) -> (u64, u64, u8) {
    let rate = video.rate.map_or(0, |rate| rate_cost(rate, wish.rate));
    let work = match video.encoding {
        Encoding::Raw(PixelFormat::I420) => 0,
        Encoding::Raw(PixelFormat::Nv12) => 1,
        Encoding::Raw(_) => 2,
        Encoding::Jpeg => 3,
    };
    (distance(video.size, wish.size), rate, work)
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_media::ColorSpace;

    const YUYV: Encoding = Encoding::Raw(PixelFormat::Yuyv);

    fn size(width: u32, height: u32) -> Size {
        Size::new(width, height).unwrap()
    }

    fn offer(encoding: Encoding, sizes: &[Size], rates: &[u32]) -> Offer {
        let rates = rates.iter().map(|&r| FrameRate::new(r, 1).unwrap()).collect();
        let sizes = Span::List(sizes.to_vec());
        Offer { encoding, sizes, rates: Span::List(rates), color: ColorSpace::BT601 }
    }

    fn wish(width: u32, height: u32) -> Wish {
        Wish { size: size(width, height), rate: FrameRate::FPS_30 }
    }

    #[test]
    fn raw_pictures_are_taken_unless_they_are_too_slow() {
        let hd = size(1280, 720);
        let jpeg = offer(Encoding::Jpeg, &[hd, size(640, 480)], &[30]);
        let raw = [offer(YUYV, &[hd], &[10, 5]), offer(YUYV, &[size(640, 480)], &[30])];
        let offers = [jpeg, raw[0].clone(), raw[1].clone()];
        assert_eq!(choose(&offers, &wish(1280, 720)).unwrap().encoding, Encoding::Jpeg);
        assert_eq!(choose(&offers, &wish(640, 480)).unwrap().encoding, YUYV);
        assert_eq!(choose(&[], &wish(640, 480)), None);
    }

    #[test]
    fn the_nearest_size_and_rate_are_taken() {
        let offers = [offer(YUYV, &[size(320, 240), size(1920, 1080), size(1280, 960)], &[60, 15])];
        let chosen = choose(&offers, &wish(1280, 720)).unwrap();
        assert_eq!((chosen.size, chosen.rate.unwrap().fps()), (size(1280, 960), 60.0));
    }

    #[test]
    fn ranges_are_clamped_even_if_their_ends_are_crossed() {
        let rates = Span::Range(FrameRate::new(60, 1).unwrap(), FrameRate::new(50, 1).unwrap());
        let sizes = Span::Range(size(800, 600), size(700, 500));
        let offers = [Offer { encoding: YUYV, sizes, rates, color: ColorSpace::BT601 }];
        let chosen = choose(&offers, &wish(640, 480)).unwrap();
        assert_eq!((chosen.size, chosen.rate.unwrap().fps()), (size(700, 500), 50.0));
    }
}
