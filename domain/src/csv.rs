//! Cells of CSV (RFC 4180) that no spreadsheet takes for a formula, and that read back as they were.

use crate::phone::PhoneNumber;

/// Characters with which a cell starts a formula in some spreadsheet (attack case 5).
const FORMULA_STARTS: [char; 10] =
    ['=', '+', '-', '@', '\t', '\r', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// Whether a text is a number or a telephone number: a sign and then digits, spaces, brackets, points, commas
/// and dashes alone. Other tools read it as data, and no spreadsheet can call anything with it.
fn is_number(text: &str) -> bool {
    let rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_part = |c: char| c.is_ascii_digit() || " ().,-/\u{a0}".contains(c);
    rest.starts_with(|c: char| c.is_ascii_digit() || c == '(')
        && rest.chars().all(is_part)
        // `+1-1` is a sum to a spreadsheet: dashes stand between the digits of a long number alone.
        && (!rest.contains('-') || rest.chars().filter(char::is_ascii_digit).count() >= 6)
}

/// Returns `text` as one cell. What a spreadsheet would run gets an apostrophe in front, and so does
/// what has one there already, so that [`cell_text`] can take it away again. A number is no formula.
#[must_use]
pub fn cell(text: &str) -> String {
    let is_data = is_number(text) || PhoneNumber::parse(text).is_some();
    let is_formula = text.starts_with(FORMULA_STARTS) && !is_data;
    let guard = if text.starts_with('\'') || is_formula { "'" } else { "" };
    let has_special = text.contains([',', ';', '"', '\n', '\r', '\t']) || text.trim() != text;
    if has_special {
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    } else {
        format!("{guard}{text}")
    }
}

/// Returns the text that [`cell`] was given, from the content of a cell that was read.
#[must_use]
pub fn cell_text(content: &str) -> &str {
    let guarded = content.strip_prefix('\'');
    guarded
        .filter(|rest| rest.starts_with('\'') || rest.starts_with(FORMULA_STARTS))
        .unwrap_or(content)
}

/// Returns one line, ended as RFC 4180 §2 ends it.
#[must_use]
pub fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells.into_iter().map(cell).collect();
    format!("{}\r\n", cells.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Undoes the quoting of RFC 4180 for one cell.
    fn content(cell: &str) -> String {
        cell.strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'))
            .map_or_else(|| cell.to_owned(), |inner| inner.replace("\"\"", "\""))
    }

    #[test]
    fn a_cell_is_text_and_reads_back() {
        for text in [
            "Ada",
            "",
            "=1+1",
            "+49 30",
            "-5",
            "@cmd",
            "\tx",
            "\rx",
            "'quoted",
            "'=x",
            "a,b",
            "a\"b",
            "line\nbreak",
            " padded ",
            "x\",\"=cmd",
            "é",
        ] {
            let cell = cell(text);
            let content = content(&cell);
            assert!(!content.starts_with(FORMULA_STARTS) || is_number(&content), "{cell}");
            assert_eq!(cell_text(&content), text, "{cell}");
        }
        for number in [
            "+44 20 7946 0041",
            "+1 (415) 555-0132",
            "-15",
            "+49-30-901820",
            "-1,000.50",
            "+1 (415) 555-0132 x 9",
        ] {
            assert_eq!(content(&cell(number)), number, "a number is no formula");
        }
        for formula in ["+1+1", "-1-1", "+cmd", "-2*3", "+1 from Anna", "-5 % agreed", "@SUM(A1)"] {
            assert!(cell(formula).trim_start_matches('"').starts_with('\''), "{formula}");
        }
        assert_eq!(cell_text("'tis"), "'tis", "an apostrophe that nobody put there stays");
        assert_eq!(line(["a", "=b", "c,d"]), "a,'=b,\"c,d\"\r\n");
    }
}
