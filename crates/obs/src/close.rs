//! Why a connection is closed.

/// Why a connection is closed, with the protocol's number for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Close {
    /// The number, of those that the protocol lists.
    pub code: u16,
    /// One short sentence.
    pub reason: String,
}

/// The longest reason, in bytes: what fits into a frame that closes.
const REASON_BYTES: usize = 120;

impl Close {
    /// The program ends.
    pub(crate) const ENDS: u16 = 1001;
    /// A message is too long.
    pub(crate) const TOO_LONG: u16 = 1009;
    /// A message can't be read.
    pub(crate) const DECODE: u16 = 4002;
    /// A field is missing.
    pub(crate) const MISSING: u16 = 4003;
    /// A field is of another type.
    pub(crate) const TYPE: u16 = 4004;
    /// A field has a value that can't be.
    pub(crate) const VALUE: u16 = 4005;
    /// There is no such kind of message.
    pub(crate) const OP: u16 = 4006;
    /// Something else came before the client said who it is.
    pub(crate) const NOT_IDENTIFIED: u16 = 4007;
    /// The client said so twice.
    pub(crate) const IDENTIFIED: u16 = 4008;
    /// The password is wrong.
    pub(crate) const PASSWORD: u16 = 4009;
    /// The client speaks another version.
    pub(crate) const VERSION: u16 = 4010;
    /// What is asked for isn't possible.
    pub(crate) const UNSUPPORTED: u16 = 4012;

    pub(crate) fn new(code: u16, reason: impl Into<String>) -> Self {
        let mut reason = reason.into();
        let mut end = reason.len().min(REASON_BYTES);
        while !reason.is_char_boundary(end) {
            end -= 1;
        }
        reason.truncate(end);
        Self { code, reason }
    }
}
