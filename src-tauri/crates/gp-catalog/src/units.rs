//! Amounts with units as people write them: sizes, stretches of time, rates.
//!
//! Values in a design stay text; this gives them a number where one is needed. Nothing here
//! knows attributes or limits.

/// Bytes of each unit of size, longest spelling first where one is the end of another.
const SIZES: [(&str, u64); 12] = [
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
    ("PiB", 1 << 50),
    ("kB", 1_000),
    ("KB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
    ("PB", 1_000_000_000_000_000),
    ("B", 1),
];

/// Seconds of each unit of time. A month is 30 days, a year 365.
const TIMES: [(&str, u64); 16] = [
    ("second", 1),
    ("seconds", 1),
    ("s", 1),
    ("minute", 60),
    ("minutes", 60),
    ("min", 60),
    ("hour", 3_600),
    ("hours", 3_600),
    ("h", 3_600),
    ("day", 86_400),
    ("days", 86_400),
    ("week", 604_800),
    ("weeks", 604_800),
    ("month", 2_592_000),
    ("months", 2_592_000),
    ("year", 31_536_000),
];

/// Bits per second of each unit of speed.
const SPEEDS: [(&str, u64); 6] = [
    ("bps", 1),
    ("kbps", 1_000),
    ("Kbps", 1_000),
    ("Mbps", 1_000_000),
    ("Gbps", 1_000_000_000),
    ("Tbps", 1_000_000_000_000),
];

/// Microseconds of each unit of delay.
const DELAYS: [(&str, u64); 4] = [("us", 1), ("µs", 1), ("ms", 1_000), ("s", 1_000_000)];

/// Bits per second of `"100 Mbps"`. The error says what is expected.
pub fn speed(text: &str) -> Result<u64, String> {
    amount(text, &SPEEDS).filter(|bits| *bits > 0).ok_or_else(|| {
        format!("“{text}” is not a bandwidth: write a number and a unit, such as \"100 Mbps\"")
    })
}

/// Microseconds of `"20 ms"`, up to ten seconds. The error says what is expected.
pub fn delay(text: &str) -> Result<u32, String> {
    let micros = amount(text, &DELAYS).filter(|micros| *micros <= 10_000_000);
    micros.and_then(|micros| u32::try_from(micros).ok()).ok_or_else(|| {
        format!(
            "“{text}” is not a latency: write a number and a unit, such as \"20 ms\", up to 10 s"
        )
    })
}

/// Millionths of `"1 %"`, `"0.5%"`. The error says what is expected.
pub fn share(text: &str) -> Result<u32, String> {
    let millionths = amount(text, &[("%", 10_000)]).filter(|share| *share <= 1_000_000);
    millionths
        .and_then(|share| u32::try_from(share).ok())
        .ok_or_else(|| format!("“{text}” is not a share: write a percentage, such as \"1 %\""))
}

/// Bytes of `"4 GiB"`, `"500 GB"`. The error says what is expected.
pub fn size(text: &str) -> Result<u64, String> {
    amount(text, &SIZES).ok_or_else(|| {
        format!(
            "“{text}” is not a size: write a number and a unit, such as \"4 GiB\" or \"500 GB\""
        )
    })
}

/// Seconds of `"30 days"`, `"1 hour"`. The error says what is expected.
pub fn duration(text: &str) -> Result<u64, String> {
    let years = text.trim().strip_suffix("years").map(|number| format!("{number}year"));
    amount(years.as_deref().unwrap_or(text), &TIMES).ok_or_else(|| {
        format!("“{text}” is not a stretch of time: write a number and a unit, such as \"30 days\" or \"1 hour\"")
    })
}

/// Bytes per month (of 30 days) of `"200 GB/month"`, `"5 MB/s"`. The error says what is expected.
pub fn rate(text: &str) -> Result<u64, String> {
    let wrong = || {
        format!(
            "“{text}” is not a rate: write a size per time, such as \"200 GB/month\" or \"5 MB/s\""
        )
    };
    let (bytes, per) = text.split_once('/').ok_or_else(wrong)?;
    let bytes = amount(bytes, &SIZES).ok_or_else(wrong)?;
    let seconds = amount(&format!("1 {}", per.trim()), &TIMES).ok_or_else(wrong)?;
    let month = u128::from(bytes) * 2_592_000 / u128::from(seconds);
    u64::try_from(month).map_err(|_| wrong())
}

/// A size as people write it: the largest binary unit that leaves a whole number.
pub fn format_size(bytes: u64) -> String {
    let unit =
        SIZES[..5].iter().rev().find(|(_, unit)| bytes >= *unit && bytes.is_multiple_of(*unit));
    match unit {
        Some((name, unit)) => format!("{} {name}", bytes / unit),
        None => format!("{bytes} B"),
    }
}

/// A stretch of time as people write it: the largest unit that leaves a whole number.
pub fn format_duration(seconds: u64) -> String {
    let units = [("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)];
    let (name, unit) =
        units.into_iter().find(|(_, unit)| seconds.is_multiple_of(*unit)).expect("one divides all");
    let count = seconds / unit;
    format!("{count} {name}{}", if count == 1 { "" } else { "s" })
}

/// Whole gibibytes, rounded up: what providers bill and ask for.
pub fn gibibytes(bytes: u64) -> u64 {
    bytes.div_ceil(1 << 30)
}

fn amount(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, unit) = (&text[..end], text[end..].trim());
    let (_, factor) = units.iter().find(|(name, _)| *name == unit)?;
    if let Ok(whole) = number.parse::<u64>() {
        return whole.checked_mul(*factor);
    }
    let parts: f64 = number.parse().ok()?;
    let total = parts * *factor as f64;
    (total.is_finite() && total < u64::MAX as f64).then_some(total.round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_in_both_families_of_units() {
        for (text, bytes) in [
            ("4 GiB", 4 << 30),
            ("4GiB", 4 << 30),
            ("500 GB", 500_000_000_000),
            ("1.5 TiB", 3 << 39),
            ("0 B", 0),
            ("512 MiB", 512 << 20),
        ] {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn what_a_line_does_to_packets() {
        let speeds = ["100 Mbps", "1.5Gbps", "64 kbps", "0 Mbps", "100 MB", "fast"];
        let speeds = speeds.map(|text| speed(text).ok());
        let expected = [Some(100_000_000), Some(1_500_000_000), Some(64_000), None, None, None];
        assert_eq!(speeds, expected);
        let delays = ["20 ms", "1 s", "250 us", "11 s", "20"].map(|text| delay(text).ok());
        assert_eq!(delays, [Some(20_000), Some(1_000_000), Some(250), None, None]);
        let shares = ["1 %", "0.5%", "100 %", "101 %", "0.01"].map(|text| share(text).ok());
        assert_eq!(shares, [Some(10_000), Some(5_000), Some(1_000_000), None, None]);
    }

    #[test]
    fn what_is_not_a_size_says_what_would_be() {
        for text in [
            "",
            "4",
            "GiB",
            "4 gib",
            "-1 GiB",
            "4 GiB per day",
            "99999999999999999999 GiB",
            "1.2.3 GB",
            "20000000 TB",
        ] {
            let error = size(text).unwrap_err();
            assert!(error.contains("such as \"4 GiB\""), "{text}: {error}");
        }
    }

    #[test]
    fn stretches_of_time() {
        for (text, seconds) in [
            ("30 days", 2_592_000),
            ("1 hour", 3_600),
            ("90 s", 90),
            ("2 years", 63_072_000),
            ("1 year", 31_536_000),
            ("1.5 hours", 5_400),
        ] {
            assert_eq!(duration(text), Ok(seconds), "{text}");
        }
        assert!(duration("soon").unwrap_err().contains("\"30 days\""));
        assert!(duration("30").unwrap_err().contains("“30”"));
    }

    #[test]
    fn rates_come_out_per_month() {
        assert_eq!(rate("200 GB/month"), Ok(200_000_000_000));
        assert_eq!(rate("1 GB / day"), Ok(30_000_000_000));
        assert_eq!(rate("1 B/s"), Ok(2_592_000));
        assert!(rate("200 GB").unwrap_err().contains("\"200 GB/month\""));
        assert!(rate("9000000 TB/s").is_err());
    }

    #[test]
    fn sizes_are_written_as_people_do() {
        assert_eq!(format_size(4 << 30), "4 GiB");
        assert_eq!(format_size(1536 << 20), "1536 MiB");
        assert_eq!(format_size(1000), "1000 B");
        assert_eq!(format_duration(3_024_000), "35 days");
        assert_eq!(format_duration(60), "1 minute");
        assert_eq!(gibibytes((4 << 30) + 1), 5);
    }
}
