//! "Did you mean …?"

/// The known name that is most similar to `name`, if any is similar at all.
///
/// Names that begin alike count as similar; otherwise up to a third of the letters may differ.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    let like = |candidate: &str| {
        let distance = strsim::damerau_levenshtein(&wanted, candidate);
        let begins = wanted.len() >= 3 && candidate.starts_with(&wanted);
        let tolerated = 1.max(candidate.len().max(wanted.len()) / 3);
        (begins || distance <= tolerated).then_some(distance)
    };
    let scored = known.into_iter().filter_map(|k| Some((like(k)?, k)));
    scored.min_by_key(|(distance, _)| *distance).map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_understood_and_other_words_are_not() {
        let known = ["hologram", "blur", "mosaic", "colormap"];
        assert_eq!(nearest("hologran", known), Some("hologram"));
        assert_eq!(nearest("holo", known), Some("hologram"));
        assert_eq!(nearest("Blru", known), Some("blur"));
        assert_eq!(nearest("sepia", known), None);
        assert_eq!(nearest("", known), None);
    }
}
