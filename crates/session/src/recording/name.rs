//! The name of a recording that the user didn't name.

use backlot_settings::Places;
use jiff::Zoned;
use std::path::PathBuf;

/// A name among the user's videos, which says when it began.
pub(crate) fn new_name(places: &Places) -> Result<PathBuf, String> {
    let Some(folder) = places.videos() else {
        return Err(
            "there is no folder for videos: name the file, as in 'backlot record talk.mkv'"
                .to_owned(),
        );
    };
    std::fs::create_dir_all(&folder)
        .map_err(|error| format!("'{}' can't be made: {error}", folder.display()))?;
    let now = Zoned::now().strftime("Backlot %Y-%m-%d %H.%M.%S").to_string();
    let numbers = (2..1000).map(|number| format!("{now} {number}"));
    let mut names = std::iter::once(now.clone()).chain(numbers);
    let free = names.find_map(|name| {
        let path = folder.join(format!("{name}.mkv"));
        (!path.exists()).then_some(path)
    });
    free.ok_or_else(|| format!("'{}' has a thousand recordings of this second", folder.display()))
}
