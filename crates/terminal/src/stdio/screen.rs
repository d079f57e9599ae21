//! Standard error on a terminal: lines, and below them an optional status.

/// A message to the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// Lines that stay.
    Line(String),
    /// The status, which replaces the last one.
    Status(String),
    /// The status becomes a line that stays.
    Leave,
}

/// Removes the status.
const CLEAR: &str = "\r\x1b[2K";

/// The contents of the cursor's line.
#[derive(Debug)]
pub struct Screen {
    status: String,
}

impl Screen {
    /// Nothing.
    pub const fn new() -> Self {
        Self { status: String::new() }
    }

    /// The text to write for a message.
    pub fn after(&mut self, message: Message) -> String {
        let clear = if self.status.is_empty() { "" } else { CLEAR };
        match message {
            Message::Line(text) => {
                format!("{clear}{}\n{}", text.trim_end_matches('\n'), self.status)
            }
            Message::Status(status) => {
                self.status = status;
                format!("{CLEAR}{}", self.status)
            }
            Message::Leave if self.status.is_empty() => String::new(),
            Message::Leave => {
                self.status.clear();
                "\n".to_owned()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stand_above_the_status() {
        let mut screen = Screen::new();
        let line = |text: &str| Message::Line(text.to_owned());
        assert_eq!(screen.after(line("a\nb\n")), "a\nb\n");
        assert_eq!(screen.after(Message::Leave), "");
        assert_eq!(screen.after(Message::Status("30 fps".to_owned())), "\r\x1b[2K30 fps");
        assert_eq!(screen.after(line("c")), "\r\x1b[2Kc\n30 fps");
        assert_eq!(screen.after(Message::Leave), "\n");
        assert_eq!(screen.after(line("d")), "d\n");
    }
}
