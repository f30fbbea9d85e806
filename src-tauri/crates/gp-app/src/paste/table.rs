//! A table as people copy it: from a spreadsheet (tabs), from a CSV file (commas or semicolons,
//! quoted), or from a page in Markdown.

/// One line with something in it.
#[derive(Debug, PartialEq, Eq)]
pub struct Line {
    /// Counted from 1, as editors do.
    pub number: u32,
    pub cells: Vec<String>,
}

/// The lines of a table; `None` where the text is none.
pub fn read(text: &str) -> Option<Vec<Line>> {
    let text = text.trim_start_matches('\u{feff}');
    let lines = if text.trim_start().starts_with('|') { markdown(text) } else { separated(text)? };
    let width = lines.first()?.cells.len();
    (width > 1).then_some(lines)
}

fn markdown(text: &str) -> Vec<Line> {
    let rows = (1..).zip(text.lines()).filter(|(_, line)| line.trim_start().starts_with('|'));
    let cells = |line: &str| {
        let inner = line.trim().trim_start_matches('|').trim_end_matches('|');
        inner.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>()
    };
    let is_rule = |cells: &[String]| {
        cells.iter().all(|cell| !cell.is_empty() && cell.chars().all(|c| matches!(c, '-' | ':')))
    };
    rows.map(|(number, line)| Line { number, cells: cells(line) })
        .filter(|line| !is_rule(&line.cells) && line.cells.iter().any(|cell| !cell.is_empty()))
        .collect()
}

/// What parts the cells of the first line decides.
fn separated(text: &str) -> Option<Vec<Line>> {
    let first = text.lines().find(|line| !line.trim().is_empty())?;
    let parts = ['\t', ';', ','].into_iter().find(|mark| first.contains(*mark))?;
    Some(cells(text, parts))
}

/// By the rules of CSV: a quoted cell may hold separators, line ends, and quotes written twice.
fn cells(text: &str, parts: char) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut line = Line { number: 1, cells: Vec::new() };
    let (mut cell, mut quoted, mut number) = (String::new(), false, 1);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        number += u32::from(letter == '\n');
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => cell.extend(letters.next()),
            '"' if quoted || cell.trim().is_empty() => quoted = !quoted,
            '\n' if !quoted => {
                line.cells.push(std::mem::take(&mut cell));
                lines.push(std::mem::replace(&mut line, Line { number, cells: Vec::new() }));
            }
            letter if letter == parts && !quoted => line.cells.push(std::mem::take(&mut cell)),
            letter => cell.push(letter),
        }
    }
    line.cells.push(cell);
    lines.push(line);
    for cell in lines.iter_mut().flat_map(|line| &mut line.cells) {
        *cell = cell.trim().to_owned();
    }
    lines.retain(|line| line.cells.iter().any(|cell| !cell.is_empty()));
    lines
}

#[cfg(test)]
mod tests {
    use super::read;

    fn check(text: &str, expected: &[(u32, &[&str])]) {
        let lines = read(text).unwrap();
        let found: Vec<(u32, Vec<&str>)> = lines
            .iter()
            .map(|line| (line.number, line.cells.iter().map(String::as_str).collect()))
            .collect();
        let expected: Vec<_> =
            expected.iter().map(|(line, cells)| (*line, cells.to_vec())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn tables_are_read_as_they_are_copied() {
        check(
            "kind\tname\nserver\tApp, front\n",
            &[(1, &["kind", "name"]), (2, &["server", "App, front"])],
        );
        check(
            "kind;name\r\n\r\nserver;App\r\n",
            &[(1, &["kind", "name"]), (3, &["server", "App"])],
        );
        check(
            "kind,name\nserver,\"App, \"\"the\nfirst\"\"\"\nqueue,Q",
            &[
                (1, &["kind", "name"]),
                (2, &["server", "App, \"the\nfirst\""]),
                (4, &["queue", "Q"]),
            ],
        );
        check(
            "| kind | name |\n|---|:--|\n| server | |\n",
            &[(1, &["kind", "name"]), (3, &["server", ""])],
        );
    }

    #[test]
    fn what_has_no_columns_is_no_table() {
        for text in ["", "hello", "two\nlines", "\u{feff}"] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }
}
