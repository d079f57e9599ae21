//! What somebody sees who looks on from inside the program.

use crate::Cleared;
use backlot_media::Timestamp;

/// What a view shows next.
#[derive(Debug)]
pub enum Seen {
    /// A picture in I420. Cards have the sequence number 0.
    Picture {
        /// The picture.
        picture: Cleared,
        /// When it was shown.
        at: Timestamp,
    },
    /// There was none in that time.
    Nothing,
    /// There will be none any more.
    Over,
}
