//! A file as a table: headings, rows with their line numbers, and the lines that are none.

use std::collections::BTreeMap;

use csv::{ReaderBuilder, StringRecord};

use plumbline_domain::email::EmailAddress;
use plumbline_domain::phone::PhoneNumber;
use plumbline_domain::text::AsciiOnly;

use super::headings::is_known_heading;

/// The most rows of one import.
pub const ROWS_MAX: usize = 100_000;
/// The most columns of a table.
const COLUMNS_MAX: usize = 1_000;
/// How many lines may stand above the headings.
const PREAMBLE_LINES_MAX: usize = 20;
/// What parts the cells of a line.
const SEPARATORS: [char; 4] = [',', ';', '\t', '|'];

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableRow {
    /// The line of the file it begins on, from 1.
    pub line: u32,
    /// Its cells, at most as many as there are headings; those that it lacks at its end are blank.
    pub cells: Vec<String>,
}

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The names of the columns.
    pub headings: Vec<String>,
    /// The rows.
    pub rows: Vec<TableRow>,
    /// Lines that are no row: their number, why, and what they say.
    pub faults: Vec<(u32, String, String)>,
    /// Lines with more cells than there are headings: these are kept in columns without a name.
    pub longer: Vec<u32>,
    /// How many lines above the headings were passed over.
    pub preamble: usize,
    /// Rows beyond [`ROWS_MAX`], which were left out.
    pub left_out: usize,
    /// Whether the first line is a row: no column has a name.
    pub has_no_headings: bool,
}

impl Table {
    /// Reads CSV with commas, semicolons, tabs or bars, or one JSON object a line. Lines may end in any way,
    /// and there may be some above the headings.
    ///
    /// # Errors
    /// Why nothing of it can be used, as a sentence that names the line.
    pub fn read(text: &str) -> Result<Self, String> {
        let text = text.trim_start_matches('\u{feff}');
        // Beside the usual line ends, these are text of a cell.
        let text = if text.contains(['\n', '\r']) {
            text.replace("\r\n", "\n").replace('\r', "\n")
        } else {
            text.replace(['\u{85}', '\u{2028}', '\u{2029}'], "\n")
        };
        let table =
            if text.trim_start().starts_with('{') { read_json(&text) } else { read_csv(&text)? };
        if table.rows.is_empty() && table.faults.is_empty() {
            return Err("There are no rows in this file. The first line names the columns, and each line below it is one lead.".to_owned());
        }
        Ok(table)
    }

    /// Returns the row that begins on a line.
    pub fn row(&self, line: u32) -> Option<&TableRow> {
        let place = self.rows.binary_search_by_key(&line, |row| row.line).ok()?;
        self.rows.get(place)
    }

    /// Returns what a line says that is no row.
    pub fn raw(&self, line: u32) -> Option<&String> {
        let place = self.faults.binary_search_by_key(&line, |(at, ..)| *at).ok()?;
        self.faults.get(place).map(|(.., raw)| raw)
    }

    /// Writes a cell of the row that begins on a line.
    pub fn mend(&mut self, line: u32, column: usize, text: &str) {
        let Ok(place) = self.rows.binary_search_by_key(&line, |row| row.line) else { return };
        if let Some(row) = self.rows.get_mut(place)
            && column < self.headings.len()
        {
            write(&mut row.cells, column, text.to_owned());
        }
    }

    fn add(&mut self, line: u32, cells: Vec<String>) {
        if self.rows.len() == ROWS_MAX {
            self.left_out += 1;
        } else {
            self.rows.push(TableRow { line, cells });
        }
    }
}

/// Writes a cell, after blank ones where the row is shorter.
fn write(cells: &mut Vec<String>, place: usize, text: String) {
    if cells.len() <= place {
        cells.resize(place + 1, String::new());
    }
    if let Some(cell) = cells.get_mut(place) {
        *cell = text;
    }
}

/// Where a table begins.
struct Start {
    /// How many lines stand above the headings.
    lines: usize,
    separator: char,
}

/// Finds the line of the headings and what parts its cells: the line that names the most columns that are
/// known, or else the first one that is not empty.
fn start(text: &str) -> Start {
    let lines = || text.lines().enumerate().take(PREAMBLE_LINES_MAX);
    let first = lines().find(|(_, line)| !line.trim().is_empty());
    // Excel's own way of naming the separator.
    if let Some((at, line)) = first
        && let Some(named) = line.trim().trim_matches('"').to_ascii_lowercase().strip_prefix("sep=")
        && let Some(separator) = named.chars().next().or(Some('\t'))
        && separator.is_ascii()
    {
        return Start { lines: at + 1, separator };
    }
    let first_at = first.map(|(at, _)| at);
    let known = |at: usize, line: &str, separator: char| {
        let cells: Vec<String> =
            unquoted_cells(line, separator).filter(|cell| !cell.trim().is_empty()).collect();
        let known = cells.iter().filter(|cell| is_known_heading(cell)).count();
        // A row may hold words that are headings elsewhere. Below the first line most have to be.
        let are_headings = Some(at) == first_at || known * 2 > cells.len();
        if are_headings { known } else { 0 }
    };
    let candidates = lines().flat_map(|(at, line)| {
        SEPARATORS.into_iter().map(move |separator| (known(at, line, separator), at, separator))
    });
    // Of those that name as many, the first.
    let best = candidates.fold(None, |best: Option<(usize, usize, char)>, next| {
        if best.is_some_and(|best| best.0 >= next.0) { best } else { Some(next) }
    });
    match (best, first) {
        (Some((count, lines, separator)), _) if count >= 2 => Start { lines, separator },
        (_, Some((lines, line))) => {
            let count = |separator: &char| unquoted_cells(line, *separator).count();
            // A line of one column has none: commas are as good as any.
            let most = SEPARATORS.into_iter().rev().max_by_key(count).unwrap_or(',');
            Start { lines, separator: most }
        }
        _ => Start { lines: 0, separator: ',' },
    }
}

/// Returns the cells of a line without their quotation marks.
fn unquoted_cells(line: &str, separator: char) -> impl Iterator<Item = String> {
    let mut cells = vec![String::new()];
    let mut is_quoted = false;
    for letter in line.chars() {
        match letter {
            '"' => is_quoted = !is_quoted,
            _ if letter == separator && !is_quoted => cells.push(String::new()),
            _ => cells.last_mut().into_iter().for_each(|cell| cell.push(letter)),
        }
    }
    cells.into_iter()
}

fn read_csv(text: &str) -> Result<Table, String> {
    let Start { lines: above, separator } = start(text);
    let skipped: usize = text.split_inclusive('\n').take(above).map(str::len).sum();
    let body = text.get(skipped..).unwrap_or_default();
    let (body, unclosed) = without_stray_quotes(body, separator);
    let mut table = Table { preamble: above, ..Table::default() };
    let mut reader = ReaderBuilder::new()
        .delimiter(u8::try_from(separator).unwrap_or(b','))
        .has_headers(false)
        .flexible(true)
        .from_reader(body.as_bytes());
    let mut record = StringRecord::new();
    // Up to which byte the lines were counted, and how many.
    let mut counted = (0, 0);
    let mut rows: Vec<(u32, Vec<String>)> = Vec::new();
    // Text was converted already, so reading it cannot fail.
    while reader.read_record(&mut record).unwrap_or(false) {
        let at = record.position().map_or(0, |at| usize::try_from(at.byte()).unwrap_or(usize::MAX));
        let last_line = line_of(text, skipped.saturating_add(at), &mut counted);
        let mut cells: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
        if table.headings.is_empty() {
            if cells.len() > COLUMNS_MAX {
                return Err(format!(
                    "Line {last_line} names {} columns, and {COLUMNS_MAX} is the most. Perhaps the file has no line ends.",
                    cells.len()
                ));
            }
            // Spreadsheets save columns that were never filled.
            while cells.len() > 1 && cells.last().is_some_and(String::is_empty) {
                cells.pop();
            }
            if is_row(&cells) {
                rows.push((last_line, cells.clone()));
                cells.iter_mut().for_each(String::clear);
                table.has_no_headings = true;
            }
            table.headings = cells;
        } else if cells.iter().any(|cell| !cell.is_empty()) {
            while cells.len() > table.headings.len() && cells.last().is_some_and(String::is_empty) {
                cells.pop();
            }
            rows.push((last_line, cells));
        }
    }
    // A quote that is never closed swallows everything to the end of the file.
    if let Some(byte) = unclosed {
        let line = line_of(text, skipped.saturating_add(byte), &mut (0, 0));
        return Err(format!(
            "A quotation mark on line {line} is never closed. Nothing was read; close it and try again."
        ));
    }
    let named = table.headings.len();
    let columns = rows.iter().map(|(_, cells)| cells.len()).max().unwrap_or(named).min(COLUMNS_MAX);
    table.headings.resize(columns.max(named), String::new());
    let columns = table.headings.len();
    for (line, mut cells) in rows {
        if cells.len() > named {
            table.longer.push(line);
        }
        cells.truncate(columns);
        table.add(line, cells);
    }
    Ok(table)
}

/// Returns the line on which the record at a byte begins, from 1; blank lines before it are passed over.
/// Records come in their order, so each line end is counted once.
fn line_of(text: &str, byte: usize, counted: &mut (usize, usize)) -> u32 {
    let (from, ends) = *counted;
    let passed = text.as_bytes().get(from..byte).unwrap_or_default();
    let ends = ends + passed.iter().filter(|b| **b == b'\n').count();
    *counted = (byte.max(from), ends);
    let rest = text.as_bytes().get(byte..).unwrap_or_default();
    let blank = rest.iter().take_while(|b| **b == b'\n').count();
    u32::try_from(ends + blank + 1).unwrap_or(u32::MAX)
}

/// Whether a first line is a row rather than headings: it holds an address, or a number that is dialed.
fn is_row(cells: &[String]) -> bool {
    let is_value = |cell: &String| {
        EmailAddress::read(cell, &AsciiOnly).is_ok()
            || (cell.starts_with('+') && PhoneNumber::read(cell, &AsciiOnly).is_some())
    };
    cells.iter().any(is_value) && !cells.iter().any(|cell| is_known_heading(cell))
}

/// Blanks quotation marks that open a cell and that nobody meant to open one: the next one stands in the middle
/// of a cell on another line, and without it their own line has as many cells as the first. Returns the text, as
/// long as before, and where a mark stands that is never closed and swallows lines.
fn without_stray_quotes(body: &str, separator: char) -> (String, Option<usize>) {
    let mut bytes = body.as_bytes().to_vec();
    let separator_byte = u8::try_from(separator).unwrap_or(b',');
    let columns = body.lines().find(|line| !line.trim().is_empty());
    let columns = columns.map_or(0, |line| unquoted_cells(line, separator).count());
    let (mut at, mut line_start, mut is_cell_start, mut unclosed) = (0, 0, true, None);
    while let Some(byte) = bytes.get(at).copied() {
        if byte == b'"' && is_cell_start {
            let line_end = body.as_bytes().get(at..).and_then(|rest| {
                rest.iter().position(|byte| *byte == b'\n').map(|length| at + length)
            });
            let line_end = line_end.unwrap_or(body.len());
            let (close, is_clean) = closing(&bytes, at + 1, separator_byte);
            let crosses = close.is_none_or(|close| close > line_end);
            let own_line = body.get(line_start..line_end).unwrap_or_default();
            let is_whole =
                own_line.matches('"').count() == 1 && own_line.split(separator).count() == columns;
            match close {
                _ if crosses && !is_clean && is_whole => {
                    if let Some(mark) = bytes.get_mut(at) {
                        *mark = b' ';
                    }
                }
                None if line_end < body.trim_end().len() => {
                    unclosed = Some(at);
                    break;
                }
                Some(close) => {
                    if let Some(ends) = bytes.get(at..close) {
                        let ends = ends.iter().rposition(|byte| *byte == b'\n');
                        line_start = ends.map_or(line_start, |place| at + place + 1);
                    }
                    at = close;
                }
                None => {}
            }
            is_cell_start = false;
        } else {
            is_cell_start = byte == separator_byte || byte == b'\n';
            if byte == b'\n' {
                line_start = at + 1;
            }
        }
        at += 1;
    }
    (String::from_utf8_lossy(&bytes).into_owned(), unclosed)
}

/// Finds the mark that ends a quoted cell (RFC 4180 §2.7), and says whether the cell ends with it.
fn closing(bytes: &[u8], from: usize, separator: u8) -> (Option<usize>, bool) {
    let mut at = from;
    while let Some(byte) = bytes.get(at) {
        if *byte == b'"' {
            match bytes.get(at + 1) {
                Some(b'"') => at += 1,
                next => {
                    let ends = next.is_none_or(|next| *next == separator || *next == b'\n');
                    return (Some(at), ends);
                }
            }
        }
        at += 1;
    }
    (None, false)
}

fn read_json(text: &str) -> Table {
    let mut table = Table::default();
    let mut columns: BTreeMap<String, usize> = BTreeMap::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let number = u32::try_from(number + 1).unwrap_or(u32::MAX);
        let Ok(object) = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(line)
        else {
            let why = "This is not one JSON object.".to_owned();
            table.faults.push((number, why, line.to_owned()));
            continue;
        };
        let mut cells = Vec::new();
        for (name, value) in flattened(object) {
            let next = table.headings.len();
            let place = *columns.entry(name.clone()).or_insert(next);
            if place == next {
                if next == COLUMNS_MAX {
                    continue;
                }
                table.headings.push(name);
            }
            write(&mut cells, place, value);
        }
        table.add(number, cells);
    }
    table
}

/// Our own export keeps answers in an object of their own.
fn flattened(object: serde_json::Map<String, serde_json::Value>) -> Vec<(String, String)> {
    let mut cells = Vec::new();
    for (name, value) in object {
        match value {
            serde_json::Value::Object(inner) => cells.extend(flattened(inner)),
            serde_json::Value::String(text) => cells.push((name, text)),
            serde_json::Value::Null => {}
            other => cells.push((name, other.to_string())),
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_every_kind() {
        let csv = "\u{feff}Name;Email\r\n\"Lovelace; Ada\";ada@acme.co\n\nBen;ben@acme.co;x\nCid;\"c\nd\"\nEva\n";
        let table = Table::read(csv).unwrap();
        assert_eq!(table.headings, ["Name", "Email", ""]);
        assert_eq!(table.rows[0].cells, ["Lovelace; Ada", "ada@acme.co"]);
        // A line that is longer keeps its cells, and one that is shorter lacks some.
        assert_eq!((table.rows[1].cells[2].as_str(), &table.longer[..]), ("x", &[4][..]));
        assert_eq!((table.rows[2].line, table.rows[2].cells[1].as_str()), (5, "c\nd"));
        assert_eq!((table.rows[3].line, &table.rows[3].cells), (7, &vec!["Eva".to_owned()]));
        assert_eq!(table.faults, []);
        let json = "{\"name\":\"Ada\",\"answers\":{\"company\":\"Acme\"},\"age\":36}\nnot json\n{\"email\":\"b@acme.co\",\"note\":null}\n";
        let table = Table::read(json).unwrap();
        let mut headings = table.headings.clone();
        headings.sort_unstable();
        assert_eq!(headings, ["age", "company", "email", "name"]);
        assert_eq!((table.rows.len(), table.faults[0].0), (2, 2));
        assert!(table.rows.iter().all(|row| row.cells.len() <= 4));
    }

    #[test]
    fn a_long_row_widens_no_other_and_a_short_one_can_be_mended() {
        let csv = format!("Name,Email\nAda\nBen,ben@acme.co{}\n", ",x".repeat(500));
        let mut table = Table::read(&csv).unwrap();
        let widths: Vec<_> = table.rows.iter().map(|row| row.cells.len()).collect();
        assert_eq!((table.headings.len(), widths), (502, vec![1, 502]));
        table.mend(2, 1, "ada@acme.co");
        table.mend(2, 502, "nowhere");
        assert_eq!(table.row(2).unwrap().cells, ["Ada", "ada@acme.co"]);
        assert_eq!((table.row(4), table.raw(2)), (None, None));
    }

    #[test]
    fn stray_quotation_marks_swallow_no_rows() {
        let read = |text: &str| Table::read(text).unwrap();
        let names = |table: &Table| -> Vec<String> {
            table.rows.iter().map(|row| row.cells[0].clone()).collect()
        };
        let two = read("Name,Email\n\"Ben,b@a.co\nCid,c@a.co\n\"Eva,e@a.co\nFay,f@a.co\n");
        assert_eq!(names(&two), ["Ben", "Cid", "Eva", "Fay"]);
        assert_eq!(two.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 3, 4, 5]);
        // An inch is no opening mark, and a line break between marks is a cell's.
        let inch = read("Name,Note\nBen,5\" pipe\nCid,\"one\ntwo\"\n");
        assert_eq!((names(&inch).len(), inch.rows[1].cells[1].as_str()), (2, "one\ntwo"));
        let said = read("Name,Note\nBen,\"he said \"\"no\"\"\nand left\"\nCid,x\n");
        assert_eq!(said.rows[0].cells[1], "he said \"no\"\nand left");
        let open = Table::read("Name,Note\nBen,\"open, and\nCid,x\n").unwrap_err();
        assert!(open.contains("line 2"), "{open}");
    }

    #[test]
    fn a_first_line_that_is_a_row_is_kept_as_one() {
        let table = Table::read("Nora Lind,nora@acme.co\nOle,ole@acme.co\n").unwrap();
        assert!(table.has_no_headings && table.rows.len() == 2);
        assert_eq!((table.rows[0].line, &table.headings[..]), (1, &["", ""].map(String::from)[..]));
        // Words that are headings elsewhere make no row the headings.
        let text = "Kunde;Adresse;Kanal;Herkunft\nA;a@acme.co;E-Mail;Newsletter\n";
        assert_eq!(Table::read(text).unwrap().headings[0], "Kunde");
    }

    #[test]
    fn lines_end_in_any_way() {
        for end in ["\n", "\r\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"] {
            let text = ["Name,Email", "Ada,ada@acme.co", "", "Ben,ben@acme.co"].join(end);
            let table = Table::read(&text).unwrap();
            let lines: Vec<_> = table.rows.iter().map(|row| row.line).collect();
            assert_eq!((table.headings.len(), lines), (2, vec![2, 4]), "{end:?}");
        }
    }

    #[test]
    fn rare_line_ends_beside_usual_ones_are_text() {
        for end in ['\u{85}', '\u{2028}', '\u{2029}'] {
            let text = format!("Name,Note\r\nAda,one{end}two\r\n");
            let table = Table::read(&text).unwrap();
            assert_eq!((table.rows.len(), table.longer.len()), (1, 0), "{end:?}");
            assert_eq!(table.rows[0].cells[1], format!("one{end}two"));
        }
    }

    #[test]
    fn headings_are_found_below_other_lines_and_say_what_parts_the_cells() {
        let excel = "sep=;\nName;Email;Company\nAnna Sepp;anna@example.com;Sepp, Ltd\n";
        let table = Table::read(excel).unwrap();
        assert_eq!((table.headings.len(), table.rows[0].cells[2].as_str()), (3, "Sepp, Ltd"));
        assert_eq!((table.preamble, table.rows[0].line), (1, 3));
        let linked_in = "Notes:\n\"When exporting your connections, you may notice, that some are missing.\"\n\nFirst Name,Last Name,URL,Email Address,Company,Position,Connected On\nAda,Byron,https://x,ada@acme.co,Acme,CTO,31 May 2024\n";
        let table = Table::read(linked_in).unwrap();
        assert_eq!((table.headings[3].as_str(), table.rows[0].line), ("Email Address", 5));
        // The separator that the headings are parted by, whatever else the rows are full of.
        let tabs = "Name\tEmail\tNote\nAda\tada@acme.co\ta, b, c; d\n";
        assert_eq!(Table::read(tabs).unwrap().rows[0].cells[2], "a, b, c; d");
        let report =
            "Leads of May\nmade on 2024-06-01\nVorname;Nachname;E-Mail\nAda;Byron;ada@acme.co\n";
        assert_eq!(Table::read(report).unwrap().headings, ["Vorname", "Nachname", "E-Mail"]);
        let strange = "shoe size,colour\n41,red\n";
        assert_eq!(Table::read(strange).unwrap().headings, ["shoe size", "colour"]);
    }

    #[test]
    fn what_cannot_be_read_says_where() {
        let open = "name,email\nada,ada@acme.co\n\"ben,ben@acme.co\ncid,cid@acme.co\n";
        assert_eq!(Table::read(open).unwrap().rows[1].cells[0], "ben");
        assert_eq!(Table::read("name,size\npipe,5\"\n").unwrap().rows.len(), 1);
        assert!(Table::read("a,b".repeat(2_000).as_str()).unwrap_err().contains("2001 columns"));
        assert!(Table::read("").is_err() && Table::read("name,email\n").is_err());
        let long = format!("email\n{}", "a@b.co\n".repeat(ROWS_MAX + 2));
        assert_eq!(Table::read(&long).unwrap().left_out, 2);
    }
}
