//! What holds for every table of definitions.

use crate::Definition;
use std::collections::BTreeSet;

/// What is wrong with a table, for the tests of whoever defines one: it must be sorted by name, and
/// people must be told what each member and each setting does.
pub fn faults_of_table<D: Definition>() -> Vec<String> {
    let is_sorted = D::all().is_sorted_by_key(Definition::name);
    let unsorted = (!is_sorted).then(|| format!("the table of each {} is not sorted", D::KIND));
    unsorted.into_iter().chain(D::all().iter().flat_map(faults_of)).collect()
}

fn faults_of<D: Definition>(def: &D) -> Vec<String> {
    let (name, summary, settings) = (def.name(), def.summary(), def.settings());
    let names: BTreeSet<_> = settings.iter().map(|setting| setting.name).collect();
    let faults = [
        (summary.is_empty(), "has no summary"),
        (summary.ends_with('.'), "has a summary that ends with a full stop"),
        (names.len() != settings.len(), "has a setting twice"),
        (settings.iter().any(|setting| setting.help.is_empty()), "has a setting without help"),
    ];
    let found = faults.into_iter().filter(|(is_wrong, _)| *is_wrong);
    found.map(|(_, fault)| format!("{name} {fault}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Setting;

    struct Bad(&'static str, &'static str);

    impl Definition for Bad {
        const KIND: &'static str = "thing";
        const LIST: &'static str = "things";

        fn all() -> &'static [Self] {
            &[Self("b", "Ends."), Self("a", "")]
        }

        fn name(&self) -> &'static str {
            self.0
        }

        fn summary(&self) -> &'static str {
            self.1
        }

        fn settings(&self) -> &'static [Setting] {
            &[]
        }
    }

    #[test]
    fn each_fault_is_named() {
        let faults = faults_of_table::<Bad>();
        assert_eq!(
            faults,
            [
                "the table of each thing is not sorted",
                "b has a summary that ends with a full stop",
                "a has no summary"
            ]
        );
    }
}
