//! Full-text search as SQLite's FTS5 sees it: what a query becomes. The index itself is filled by one
//! statement of the Worker, which writes stage, cell and source as the words that are asked for here.

use crate::attribution::Source;
use crate::lead::Stage;
use crate::scoring::Cell;

/// The longest query that is looked at, in characters.
pub const QUERY_CHARS_MAX: usize = 200;
/// The most words of a query that are used.
const WORDS_MAX: usize = 8;

/// Returns the FTS5 expression for words in the text and any facets, or `None` when nothing is asked.
///
/// Every word becomes a quoted phrase, so no operator of the query language reaches SQLite (attack
/// case 8); each matches from its start.
#[must_use]
pub fn match_expression(
    words: &str,
    stage: Option<Stage>,
    cell: Option<Cell>,
    source: Option<Source>,
) -> Option<String> {
    let text = crate::text::truncated(words, QUERY_CHARS_MAX);
    let mut parts: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(WORDS_MAX)
        .map(|word| format!("body : \"{word}\" *"))
        .collect();
    let facets = [stage.map(stage_facet), cell.map(cell_facet), source.map(source_facet)];
    parts.extend(facets.into_iter().flatten().map(|facet| format!("facets : \"{facet}\"")));
    (!parts.is_empty()).then(|| parts.join(" AND "))
}

/// Returns a word of letters and digits only, so that no tokenizer takes it apart.
fn letters(prefix: &str, text: &str) -> String {
    let mut word = prefix.to_owned();
    word.extend(text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()));
    word
}

fn stage_facet(stage: Stage) -> String {
    letters("xstage", stage.as_str())
}

fn cell_facet(cell: Cell) -> String {
    letters("xcell", cell.as_str())
}

fn source_facet(source: Source) -> String {
    letters("xsource", source.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_phrases_only() {
        let plain = |words| match_expression(words, None, None, None);
        assert_eq!(plain("  "), None);
        assert_eq!(plain("%%%"), None);
        assert_eq!(plain("ada").as_deref(), Some(r#"body : "ada" *"#));
        assert_eq!(plain(r#"NEAR(""#).as_deref(), Some(r#"body : "NEAR" *"#));
        assert_eq!(plain(r#"" OR *"#).as_deref(), Some(r#"body : "OR" *"#));
        assert_eq!(
            match_expression("a@b", Some(Stage::Lead), None, Some(Source::PaidSearch)).as_deref(),
            Some(
                r#"body : "a" * AND body : "b" * AND facets : "xstagelead" AND facets : "xsourcepaidsearch""#
            )
        );
    }
}
