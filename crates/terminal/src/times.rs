//! Times as typed.

use std::time::Duration;

/// The longest time that an option accepts: a year.
const LONGEST: f64 = 366.0 * 86_400.0;

/// Why a text is no time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TimeError(String);

/// Parses the value of `--duration`.
///
/// # Errors
/// When it is no time above 0, or one of more than a year.
pub fn duration(text: &str) -> Result<Duration, TimeError> {
    let duration = time("--duration", text)?;
    if duration.is_zero() {
        return Err(TimeError(format!(
            "--duration: '{text}' is too short: write a time above 0, as in 10, 2.5 or 1:30"
        )));
    }
    Ok(duration)
}

/// Parses a time given for an option: `90`, `2.5`, `1:30` or `0:01:30`.
///
/// # Errors
/// When it is none, or more than a year.
pub fn time(option: &str, text: &str) -> Result<Duration, TimeError> {
    let seconds = text.split(':').try_fold((0.0, 0), |(sum, parts), part| {
        let is_number = |c: char| c.is_ascii_digit() || c == '.';
        let number: f64 = part.parse().ok().filter(|_| part.chars().all(is_number))?;
        let fits = parts < 3 && (parts == 0 || number < 60.0);
        fits.then_some((sum * 60.0 + number, parts + 1))
    });
    match seconds {
        Some((seconds, _)) if seconds <= LONGEST => Ok(Duration::from_secs_f64(seconds)),
        _ => Err(TimeError(format!(
            "{option}: '{text}' is not a time: write seconds, or 1:30 for a minute and a half"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_seconds_or_have_colons() {
        let time = |text| time("--start", text).map(|time| time.as_secs_f64()).ok();
        for (text, seconds) in
            [("90", 90.0), ("2.5", 2.5), ("1:30", 90.0), ("1:01:30.5", 3690.5), ("0", 0.0)]
        {
            assert_eq!(time(text), Some(seconds), "{text}");
        }
        for bad in ["", "-1", "nan", "inf", "1e3", "1:60", "1:2:3:4", "a", ":", "1:", "1e12", "+5"]
        {
            assert_eq!(time(bad), None, "{bad}");
        }
        for bad in ["0", "-1", "NaN", "99999999999"] {
            assert!(duration(bad).unwrap_err().to_string().contains("--duration"), "{bad}");
        }
        assert_eq!(duration("2.5").unwrap(), Duration::from_millis(2500));
    }
}
