//! Closed leads by columns.

use std::ops::Range;

/// What stands in a file for a value that is not known, in small letters. "Select" is a list that was left
/// alone.
const BLANKS: [&str; 8] = ["", "-", "n/a", "na", "nan", "none", "null", "select"];
/// A field is a number when at least so many in a hundred of its values are.
const NUMBERS_PERCENT: usize = 95;

/// A field falls from lead to lead when at least so many steps in a hundred do.
const FALLING_PERCENT: usize = 98;

/// What a field holds, a value for each lead.
#[derive(Clone, Debug)]
pub(crate) enum Values {
    Numbers(Vec<Option<f64>>),
    Texts(Vec<Option<String>>),
}

impl Values {
    pub fn is_known(&self, row: usize) -> bool {
        match self {
            Self::Numbers(numbers) => numbers.get(row).is_some_and(Option::is_some),
            Self::Texts(texts) => texts.get(row).is_some_and(Option::is_some),
        }
    }
}

/// A field of every lead.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub name: String,
    pub values: Values,
}

/// Closed leads, in the order in which they came in.
#[derive(Clone, Debug)]
pub struct Dataset {
    pub(crate) fields: Vec<Field>,
    pub(crate) won: Vec<bool>,
    /// The name of each month and the first of its leads; none where months are not known.
    months: Vec<(String, usize)>,
}

impl Dataset {
    /// Returns the names of its fields, in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|field| field.name.as_str())
    }

    /// Returns how many leads there are.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.won.len()
    }

    /// Returns the months that these leads came in, oldest first, each with those of the leads.
    pub(crate) fn months(&self, rows: Range<usize>) -> impl Iterator<Item = (&str, Range<usize>)> {
        let ends = self.months.iter().skip(1).map(|(_, start)| *start).chain([self.count()]);
        let months = self.months.iter().zip(ends).map(move |((name, start), end)| {
            (name.as_str(), (*start).max(rows.start)..end.min(rows.end))
        });
        months.filter(|(_, rows)| !rows.is_empty())
    }

    /// Returns the name of a field that falls from lead to lead, a number that counts them or a date, `None`
    /// where there is none: then the newest leads seem to stand first.
    #[must_use]
    pub fn falling(&self) -> Option<&str> {
        let is_falling = |field: &&Field| match &field.values {
            Values::Numbers(numbers) => {
                is_falling(numbers.iter().flatten(), |one, other| one > other)
            }
            Values::Texts(texts) => {
                let is_date =
                    |text: &String| text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
                texts.iter().flatten().all(is_date)
                    && is_falling(texts.iter().flatten(), |one, other| one > other)
            }
        };
        self.fields.iter().find(is_falling).map(|field| field.name.as_str())
    }

    pub(crate) fn is_won(&self, row: usize) -> bool {
        self.won.get(row).copied().unwrap_or_default()
    }

    pub(crate) fn count_won(&self, rows: &[usize]) -> usize {
        rows.iter().filter(|row| self.is_won(**row)).count()
    }
}

/// A dataset on its way: leads come one after the other.
#[derive(Clone, Debug)]
pub struct DatasetBuilder {
    names: Vec<String>,
    cells: Vec<Vec<Option<String>>>,
    won: Vec<bool>,
    months: Vec<(String, usize)>,
}

impl DatasetBuilder {
    /// Begins a dataset of these fields.
    #[must_use]
    pub fn new(names: Vec<String>) -> Self {
        let cells = vec![Vec::new(); names.len()];
        Self { names, cells, won: Vec::new(), months: Vec::new() }
    }

    /// Says in which month the leads came that are added from now on. Without it months are not known,
    /// and neither is the calibration by month.
    pub fn set_month(&mut self, name: &str) {
        if self.months.last().is_none_or(|(last, _)| last != name) {
            self.months.push((name.to_owned(), self.won.len()));
        }
    }

    /// Adds a lead: whether it was won, and its fields in their order. What is blank, or missing at the
    /// end, is not known.
    pub fn push<'a>(&mut self, is_won: bool, cells: impl IntoIterator<Item = &'a str>) {
        let mut cells = cells.into_iter();
        for column in &mut self.cells {
            let cell = cells.next().unwrap_or_default().trim();
            column.push((!cell.is_empty()).then(|| cell.to_owned()));
        }
        self.won.push(is_won);
    }

    /// Ends the dataset.
    #[must_use]
    pub fn finish(self) -> Dataset {
        let field = |(name, cells)| Field { name, values: typed(cells) };
        let fields = self.names.into_iter().zip(self.cells).map(field).collect();
        Dataset { fields, won: self.won, months: self.months }
    }
}

/// Whether nearly every one is followed by a smaller one, and none is unknown.
fn is_falling<'a, T: 'a>(
    values: impl Iterator<Item = &'a T> + Clone,
    is_above: impl Fn(&T, &T) -> bool,
) -> bool {
    let steps = values.clone().zip(values.skip(1));
    let (count, falling) = steps.fold((0, 0), |(count, falling), (one, other)| {
        (count + 1, falling + usize::from(is_above(one, other)))
    });
    count > 100 && falling * 100 >= count * FALLING_PERCENT
}

fn typed(cells: Vec<Option<String>>) -> Values {
    let number = |cell: &String| cell.parse::<f64>().ok().filter(|number| number.is_finite());
    let known = cells.iter().flatten();
    let (count, numbers) = known
        .fold((0, 0), |(all, good), cell| (all + 1, good + usize::from(number(cell).is_some())));
    if count > 0 && numbers * 100 >= count * NUMBERS_PERCENT {
        Values::Numbers(cells.iter().map(|cell| cell.as_ref().and_then(number)).collect())
    } else {
        Values::Texts(cells)
    }
}

/// Returns a cell of a file from anywhere, blank where it says in some other way that it is not known.
#[must_use]
pub fn known_cell(cell: &str) -> &str {
    let is_blank = BLANKS.contains(&cell.trim().to_ascii_lowercase().as_str());
    if is_blank { "" } else { cell }
}

/// Reads an outcome: yes, true, won or 1, and their opposites, in whatever case. `None` is a lead that
/// is still open, or a word that says neither.
#[must_use]
pub fn parse_outcome(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "1" | "1.0" | "yes" | "y" | "true" | "won" | "closed won" | "converted" => Some(true),
        "0" | "0.0" | "no" | "n" | "false" | "lost" | "closed lost" | "not converted" => {
            Some(false)
        }
        _ => None,
    }
}
