//! A day, handed in by whoever has a clock. Knows no time and no zone.

use std::{fmt, str::FromStr};

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The day, if there is one.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            1..=12 => 31,
            _ => return None,
        };
        (1..=days).contains(&day).then_some(Self { year, month, day })
    }
}

impl FromStr for Date {
    type Err = ();

    /// `2027-03-31`; a time behind it is cut off.
    fn from_str(text: &str) -> Result<Self, ()> {
        let day = text.get(..10).ok_or(())?;
        let rest = text.as_bytes().get(10);
        let mut parts = day.split('-');
        let mut number = |length: usize| {
            let part = parts.next().filter(|p| p.len() == length).ok_or(())?;
            part.bytes()
                .all(|b| b.is_ascii_digit())
                .then_some(part)
                .ok_or(())?
                .parse::<u16>()
                .map_err(drop)
        };
        let (year, month, day) = (number(4)?, number(2)?, number(2)?);
        if !matches!(rest, None | Some(b'T' | b't' | b' ')) {
            return Err(());
        }
        Self::new(year, month as u8, day as u8).ok_or(())
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_and_compared() {
        let day = |text: &str| text.parse::<Date>();
        assert!(day("2027-03-31").unwrap() < day("2027-04-01T12:00:00Z").unwrap());
        for wrong in [
            "",
            "2027",
            "2027-02-29",
            "2027-13-01",
            "27-01-01",
            "2027-03-31x",
            "2027-3-31",
            "+027-03-31",
        ] {
            assert_eq!(day(wrong), Err(()), "{wrong}");
        }
        assert_eq!(day("2028-02-29").unwrap().to_string(), "2028-02-29");
    }
}
