//! What the URL says about the list, read and written nowhere else.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::params::ParamsMap;
use plumbline_api::encoded;
use plumbline_api::leads::{LeadFilter, LeadSort};
use plumbline_domain::attribution::Source;
use plumbline_domain::id::LeadId;
use plumbline_domain::lead::Stage;
use plumbline_domain::scoring::Cell;

/// Filter, order and the open lead.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// Which leads.
    pub filter: LeadFilter,
    /// In which order.
    pub sort: LeadSort,
    /// The lead that is open beside the list.
    pub lead: Option<LeadId>,
}

impl View {
    fn read(query: &ParamsMap) -> Self {
        let text = |name: &str| query.get(name).unwrap_or_default();
        Self {
            filter: LeadFilter {
                words: text("q"),
                stage: Stage::parse(&text("stage")),
                cell: Cell::parse(&text("cell")),
                source: Source::parse(&text("source")),
            },
            sort: LeadSort::parse(&text("sort")).unwrap_or_default(),
            lead: LeadId::parse(&text("lead")).ok(),
        }
    }

    /// Returns the address of this view; what is as usual is left out.
    pub fn path(&self) -> String {
        self.path_at("/leads")
    }

    /// Returns the address where the leads of this filter are exported.
    pub fn export_path(&self) -> String {
        Self { filter: self.filter.clone(), ..Self::default() }.path_at("/data")
    }

    fn path_at(&self, path: &str) -> String {
        let filter = &self.filter;
        let pairs = [
            ("q", filter.words.clone()),
            ("stage", filter.stage.map(Stage::as_str).unwrap_or_default().to_owned()),
            ("cell", filter.cell.map(Cell::as_str).unwrap_or_default().to_owned()),
            ("source", filter.source.map(Source::as_str).unwrap_or_default().to_owned()),
            (
                "sort",
                if self.sort == LeadSort::Newest {
                    String::new()
                } else {
                    self.sort.as_str().to_owned()
                },
            ),
            ("lead", self.lead.map(|id| id.to_string()).unwrap_or_default()),
        ];
        let query: Vec<_> = pairs
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
    }
}

/// Returns the view of the URL, and the way to another.
pub fn use_view() -> (Memo<View>, Callback<View>) {
    let query = use_query_map();
    let view = Memo::new(move |_| query.with(View::read));
    let navigate = StoredValue::new_local(use_navigate());
    let set_view = Callback::new(move |next: View| {
        // Typing replaces; opening a lead is a step that the back button takes back.
        let replace = next.lead == view.get_untracked().lead;
        let options = NavigateOptions { replace, scroll: false, ..Default::default() };
        navigate.with_value(|navigate| navigate(&next.path(), options));
    });
    (view, set_view)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_view_has_a_short_address() {
        assert_eq!(View::default().path(), "/leads");
        let view = View {
            filter: LeadFilter {
                words: "a b".into(),
                cell: Some(Cell::A1),
                ..LeadFilter::default()
            },
            sort: LeadSort::Priority,
            lead: None,
        };
        assert_eq!(view.path(), "/leads?q=a%20b&cell=A1&sort=priority");
        assert_eq!(view.export_path(), "/data?q=a%20b&cell=A1");
    }
}
