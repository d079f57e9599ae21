//! Groups of users, by the list in `/etc/group`.

use crate::Root;

/// A list of groups, to look up members and numbers in.
pub(crate) fn group_names(text: &str, wanted: impl Fn(&str, u32) -> bool) -> Vec<String> {
    let name = |line: &str| {
        let mut fields = line.split(':');
        let (name, id) = (fields.next()?, fields.nth(1)?.parse().ok()?);
        wanted(fields.next().unwrap_or_default(), id).then(|| name.to_owned())
    };
    text.lines().filter_map(name).collect()
}

/// The name of the group with a number.
pub(crate) fn group_name(root: &Root, id: u32) -> Option<String> {
    let text = root.text("/etc/group")?;
    group_names(&text, |_, found| found == id).into_iter().next()
}
