//! Cells of CSV (RFC 4180) that no spreadsheet takes for a formula, and that read back as they were.

/// Characters with which a cell starts a formula in some spreadsheet (attack case 5).
const FORMULA_STARTS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Returns `text` as one cell. What a spreadsheet would run gets an apostrophe in front, and so does
/// what has one there already, so that [`cell_text`] can take it away again.
#[must_use]
pub fn cell(text: &str) -> String {
    let guard = if text.starts_with('\'') || text.starts_with(FORMULA_STARTS) { "'" } else { "" };
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
            assert!(!content.starts_with(FORMULA_STARTS), "{cell}");
            assert_eq!(cell_text(&content), text, "{cell}");
        }
        assert_eq!(cell_text("'tis"), "'tis", "an apostrophe that nobody put there stays");
        assert_eq!(line(["a", "=b", "c,d"]), "a,'=b,\"c,d\"\r\n");
    }
}
