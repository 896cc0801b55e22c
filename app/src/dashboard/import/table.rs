//! A file as a table: headings, rows with their line numbers, and the lines that are none.

use std::collections::BTreeMap;

use csv::{Position, ReaderBuilder, StringRecord};

/// The most rows of one import.
pub const ROWS_MAX: usize = 100_000;
/// The most columns of a table.
const COLUMNS_MAX: usize = 1_000;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableRow {
    /// The line of the file it begins on, from 1.
    pub line: u32,
    /// Its cells, as many as there are headings.
    pub cells: Vec<String>,
}

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The names of the columns.
    pub headings: Vec<String>,
    /// The rows.
    pub rows: Vec<TableRow>,
    /// Lines that are no row, and why.
    pub faults: Vec<(u32, String)>,
    /// Rows beyond [`ROWS_MAX`], which were left out.
    pub left_out: usize,
}

impl Table {
    /// Reads CSV with commas, semicolons or tabs, or one JSON object a line.
    ///
    /// # Errors
    /// Why nothing of it can be used, as a sentence that names the line.
    pub fn read(text: &str) -> Result<Self, String> {
        let text = text.trim_start_matches('\u{feff}');
        let table =
            if text.trim_start().starts_with('{') { read_json(text) } else { read_csv(text)? };
        if table.rows.is_empty() && table.faults.is_empty() {
            return Err("There is no row in that. The first line names the columns, each line below it is one lead.".to_owned());
        }
        Ok(table)
    }

    fn add(&mut self, line: u32, cells: Vec<String>) {
        if self.rows.len() == ROWS_MAX {
            self.left_out += 1;
        } else {
            self.rows.push(TableRow { line, cells });
        }
    }
}

fn read_csv(text: &str) -> Result<Table, String> {
    let mut table = Table::default();
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter(text))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    let mut last_line = 1;
    // Text was converted already, so reading it cannot fail.
    while reader.read_record(&mut record).unwrap_or(false) {
        // A file with line ends of old counts as one line: no two rows may have the same number.
        let line = record.position().map_or(1, |at| line_of(text, at));
        last_line = if table.headings.is_empty() { line } else { line.max(last_line + 1) };
        let cells = || record.iter().map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
        if table.headings.is_empty() {
            if record.len() > COLUMNS_MAX {
                return Err(format!(
                    "Line {last_line} names {} columns, and {COLUMNS_MAX} is the most. Perhaps the file has no line ends.",
                    record.len()
                ));
            }
            table.headings = cells();
        } else if record.len() == table.headings.len() {
            table.add(last_line, cells());
        } else if record.iter().any(|cell| !cell.trim().is_empty()) {
            let sentence = format!(
                "It has {} cells where the first line names {} columns.",
                record.len(),
                table.headings.len()
            );
            table.faults.push((last_line, sentence));
        }
    }
    // A quote that is never closed swallows everything to the end of the file.
    let has_open_quote = text.matches('"').count() % 2 == 1;
    if has_open_quote && record_spans_lines(text, last_line) {
        return Err(format!(
            "A quotation mark on line {last_line} or just below it is never closed. Nothing was read; close it and try again."
        ));
    }
    Ok(table)
}

/// The reader tells where it stood before it passed over blank lines.
fn line_of(text: &str, at: &Position) -> u32 {
    let rest = usize::try_from(at.byte()).ok().and_then(|byte| text.get(byte..)).unwrap_or("");
    let blank = rest.chars().take_while(|c| matches!(c, '\r' | '\n')).filter(|c| *c == '\n');
    u32::try_from(at.line()).unwrap_or(u32::MAX).saturating_add(blank.count() as u32)
}

fn record_spans_lines(text: &str, from_line: u32) -> bool {
    let lines = text.trim_end().split('\n').count();
    lines > from_line as usize
}

/// The separator that the first line has most of, outside of quotes.
fn delimiter(text: &str) -> u8 {
    let first = text.trim_start().lines().next().unwrap_or_default();
    let unquoted: String = first.split('"').step_by(2).collect();
    let count = |separator: &u8| unquoted.bytes().filter(|b| b == separator).count();
    b",;\t|".iter().copied().rev().max_by_key(count).unwrap_or(b',')
}

fn read_json(text: &str) -> Table {
    let mut table = Table::default();
    let mut columns: BTreeMap<String, usize> = BTreeMap::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let number = u32::try_from(number + 1).unwrap_or(u32::MAX);
        let Ok(object) = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(line)
        else {
            table.faults.push((number, "It is not one JSON object.".to_owned()));
            continue;
        };
        let mut cells = vec![String::new(); table.headings.len()];
        for (name, value) in flattened(object) {
            let next = table.headings.len();
            let place = *columns.entry(name.clone()).or_insert(next);
            if place == next {
                if next == COLUMNS_MAX {
                    continue;
                }
                table.headings.push(name);
                cells.push(String::new());
            }
            if let Some(cell) = cells.get_mut(place) {
                *cell = value;
            }
        }
        table.add(number, cells);
    }
    let columns = table.headings.len();
    table.rows.iter_mut().for_each(|row| row.cells.resize(columns, String::new()));
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
        let csv = "\u{feff}Name;Email\r\n\"Lovelace; Ada\";ada@acme.co\n\nBen;ben@acme.co;x\nCid;\"c\nd\"\n";
        let table = Table::read(csv).unwrap();
        assert_eq!(table.headings, ["Name", "Email"]);
        assert_eq!(table.rows[0].cells, ["Lovelace; Ada", "ada@acme.co"]);
        assert_eq!((table.rows[1].line, table.rows[1].cells[1].as_str()), (5, "c\nd"));
        assert_eq!(table.faults.len(), 1);
        assert_eq!(table.faults[0].0, 4);
        let json = "{\"name\":\"Ada\",\"answers\":{\"company\":\"Acme\"},\"age\":36}\nnot json\n{\"email\":\"b@acme.co\",\"note\":null}\n";
        let table = Table::read(json).unwrap();
        let mut headings = table.headings.clone();
        headings.sort_unstable();
        assert_eq!(headings, ["age", "company", "email", "name"]);
        assert_eq!((table.rows.len(), table.faults[0].0), (2, 2));
        assert!(table.rows.iter().all(|row| row.cells.len() == 4));
    }

    #[test]
    fn what_cannot_be_read_says_where() {
        let open = "name,email\nada,ada@acme.co\n\"ben,ben@acme.co\ncid,cid@acme.co\n";
        assert!(Table::read(open).unwrap_err().contains("line 3"));
        assert_eq!(Table::read("name,size\npipe,5\"\n").unwrap().rows.len(), 1);
        assert!(Table::read("a,".repeat(2_000).as_str()).unwrap_err().contains("2001 columns"));
        assert!(Table::read("").is_err() && Table::read("name,email\n").is_err());
        let long = format!("email\n{}", "a@b.co\n".repeat(ROWS_MAX + 2));
        assert_eq!(Table::read(&long).unwrap().left_out, 2);
    }
}
