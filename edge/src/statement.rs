//! Every SQL statement of the Worker, one static text each. Tests prepare them all.

macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $path:literal;)*) => {
        $($(#[$doc])* pub const $name: &str = include_str!(concat!("../sql/", $path));)*
    };
}

statements! {
    LEADS_INSERT = "leads/insert.sql";
    LEADS_FIND_RECEIPT = "leads/find_receipt.sql";
    LEADS_FIND = "leads/find.sql";
    LEADS_LIST_NEWEST = "leads/list_newest.sql";
    LEADS_LIST_PRIORITY = "leads/list_priority.sql";
    LEADS_UPDATE = "leads/update.sql";
    LEADS_ERASE = "leads/erase.sql";
    EVENTS_INSERT_AFTER_CHANGE = "events/insert_after_change.sql";
    EVENTS_LIST_OF_LEAD = "events/list_of_lead.sql";
    EVENTS_ERASE_OF_LEAD = "events/erase_of_lead.sql";
    EVENTS_FIND_UNDELIVERED_END = "events/find_undelivered_end.sql";
    EVENTS_LIST_UNDELIVERED = "events/list_undelivered.sql";
    EVENTS_LIST_UNDELIVERED_LEADS = "events/list_undelivered_leads.sql";
    EVENTS_ADVANCE_CURSOR = "events/advance_cursor.sql";
    SEARCH_INDEX = "search/index.sql";
    SEARCH_ERASE = "search/erase.sql";
    SEARCH_LIST = "search/list.sql";
    FORMS_FIND = "forms/find.sql";
    FORMS_UPDATE = "forms/update.sql";
    FORMS_COUNT_PAGE_VIEW = "forms/count_page_view.sql";
    QUARANTINE_INSERT = "quarantine/insert.sql";
    QUARANTINE_LIST = "quarantine/list.sql";
    QUARANTINE_FIND = "quarantine/find.sql";
    QUARANTINE_ERASE = "quarantine/erase.sql";
    QUARANTINE_ERASE_BEFORE = "quarantine/erase_before.sql";
    OVERVIEW_LIST_COUNTS = "overview/list_counts.sql";
    OVERVIEW_LIST_PAGES = "overview/list_pages.sql";
    SESSIONS_USE_LINK = "sessions/use_link.sql";
    SESSIONS_OPEN = "sessions/open.sql";
    SESSIONS_FIND = "sessions/find.sql";
    SESSIONS_CLOSE = "sessions/close.sql";
    API_KEYS_INSERT = "api_keys/insert.sql";
    API_KEYS_FIND = "api_keys/find.sql";
    API_KEYS_LIST = "api_keys/list.sql";
    API_KEYS_REVOKE = "api_keys/revoke.sql";
}

#[cfg(test)]
#[path = "statement_tests.rs"]
mod tests;
