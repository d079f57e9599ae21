//! Properties that are one of several words.

/// Defines `ALL`, `name`, and reading and writing of an enumeration, from one list of its words.
macro_rules! words {
    ($type:ident, $kind:literal, $($variant:ident = $word:literal),+ $(,)?) => {
        impl $type {
            /// All of them, in the order in which people see them.
            pub const ALL: [Self; Self::WORDS.len()] = [$(Self::$variant),+];
            /// The words for them, in the same order.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word for it.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }

        impl std::str::FromStr for $type {
            type Err = crate::SceneError;

            fn from_str(text: &str) -> Result<Self, crate::SceneError> {
                let found = Self::ALL.into_iter().find(|known| known.name().eq_ignore_ascii_case(text));
                found.ok_or_else(|| crate::SceneError::Word {
                    kind: $kind,
                    given: text.to_owned(),
                    words: Self::WORDS,
                })
            }
        }
    };
}

pub(crate) use words;
