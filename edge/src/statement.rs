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
    LEADS_LIST_PEOPLE = "leads/list_people.sql";
    LEADS_UPDATE = "leads/update.sql";
    LEADS_ERASE = "leads/erase.sql";
    LEADS_INSERT_MANY = "leads/insert_many.sql";
    LEADS_UPDATE_MANY = "leads/update_many.sql";
    LEADS_ERASE_MANY = "leads/erase_many.sql";
    LEADS_FIND_BY_KEYS = "leads/find_by_keys.sql";
    LEAD_KEYS_INDEX = "lead_keys/index.sql";
    LEAD_KEYS_INSERT_MANY = "lead_keys/insert_many.sql";
    LEAD_KEYS_ERASE_MANY = "lead_keys/erase_many.sql";
    LEAD_KEYS_LIST_SAME = "lead_keys/list_same.sql";
    EVENTS_INSERT_MANY = "events/insert_many.sql";
    EVENTS_ERASE_MANY = "events/erase_many.sql";
    EVENTS_INSERT_AFTER_CHANGE = "events/insert_after_change.sql";
    EVENTS_LIST_OF_LEAD = "events/list_of_lead.sql";
    EVENTS_ERASE_OF_LEAD = "events/erase_of_lead.sql";
    EVENTS_FIND_UNDELIVERED_END = "events/find_undelivered_end.sql";
    EVENTS_LIST_UNDELIVERED = "events/list_undelivered.sql";
    EVENTS_LIST_UNDELIVERED_LEADS = "events/list_undelivered_leads.sql";
    EVENTS_ADVANCE_CURSOR = "events/advance_cursor.sql";
    SEARCH_INDEX = "search/index.sql";
    SEARCH_ERASE = "search/erase.sql";
    SEARCH_ERASE_MANY = "search/erase_many.sql";
    SEARCH_LIST = "search/list.sql";
    IMPORTS_INSERT = "imports/insert.sql";
    IMPORTS_FIND = "imports/find.sql";
    IMPORTS_LIST = "imports/list.sql";
    IMPORTS_NOTE_CREATED = "imports/note_created.sql";
    IMPORTS_NOTE_BEFORE = "imports/note_before.sql";
    IMPORTS_LIST_LEADS = "imports/list_leads.sql";
    IMPORTS_RESTORE_LEADS = "imports/restore_leads.sql";
    IMPORTS_FORGET_LEADS = "imports/forget_leads.sql";
    IMPORTS_ERASE_OF_LEAD = "imports/erase_of_lead.sql";
    IMPORTS_CLOSE = "imports/close.sql";
    SUPPRESSIONS_INSERT_MANY = "suppressions/insert_many.sql";
    SUPPRESSIONS_ERASE_OF_IMPORT = "suppressions/erase_of_import.sql";
    SUPPRESSIONS_FIND_OF_LEAD = "suppressions/find_of_lead.sql";
    SCORING_MODELS_FIND_LATEST = "scoring_models/find_latest.sql";
    BACKUP_READ_SCORING_MODELS = "backup/read_scoring_models.sql";
    BACKUP_WRITE_SCORING_MODELS = "backup/write_scoring_models.sql";
    BACKUP_READ_FORMS = "backup/read_forms.sql";
    BACKUP_WRITE_FORMS = "backup/write_forms.sql";
    BACKUP_READ_EVENTS = "backup/read_events.sql";
    BACKUP_WRITE_EVENTS = "backup/write_events.sql";
    BACKUP_READ_LEADS = "backup/read_leads.sql";
    BACKUP_WRITE_LEADS = "backup/write_leads.sql";
    BACKUP_READ_QUARANTINE = "backup/read_quarantine.sql";
    BACKUP_WRITE_QUARANTINE = "backup/write_quarantine.sql";
    BACKUP_READ_PAGE_COUNTS = "backup/read_page_counts.sql";
    BACKUP_WRITE_PAGE_COUNTS = "backup/write_page_counts.sql";
    BACKUP_READ_IMPORTS = "backup/read_imports.sql";
    BACKUP_WRITE_IMPORTS = "backup/write_imports.sql";
    BACKUP_READ_IMPORT_LEADS = "backup/read_import_leads.sql";
    BACKUP_WRITE_IMPORT_LEADS = "backup/write_import_leads.sql";
    BACKUP_READ_SUPPRESSIONS = "backup/read_suppressions.sql";
    BACKUP_WRITE_SUPPRESSIONS = "backup/write_suppressions.sql";
    BACKUP_READ_MERGES = "backup/read_merges.sql";
    BACKUP_WRITE_MERGES = "backup/write_merges.sql";
    BACKUP_READ_RECHECK_COUNTS = "backup/read_recheck_counts.sql";
    BACKUP_WRITE_RECHECK_COUNTS = "backup/write_recheck_counts.sql";
    BACKUP_DELIVER_AGAIN = "backup/deliver_again.sql";
    MERGES_INSERT = "merges/insert.sql";
    MERGES_ERASE_SEARCH = "merges/erase_search.sql";
    MERGES_MOVE_EVENTS = "merges/move_events.sql";
    MERGES_ERASE_MERGED = "merges/erase_merged.sql";
    MERGES_UPDATE_SURVIVOR = "merges/update_survivor.sql";
    MERGES_MOVE_EVENTS_BACK = "merges/move_events_back.sql";
    MERGES_RESTORE_MERGED = "merges/restore_merged.sql";
    MERGES_RESTORE_SURVIVOR = "merges/restore_survivor.sql";
    MERGES_KEEP_MERGES = "merges/keep_merges.sql";
    MERGES_KEEP_IMPORTS = "merges/keep_imports.sql";
    MERGES_TELL_UNDONE = "merges/tell_undone.sql";
    MERGES_CLOSE = "merges/close.sql";
    MERGES_FIND = "merges/find.sql";
    MERGES_LIST = "merges/list.sql";
    MERGES_ERASE_OF_LEAD = "merges/erase_of_lead.sql";
    MERGES_ERASE_BEFORE = "merges/erase_before.sql";
    RECHECKS_LIST_DUE = "rechecks/list_due.sql";
    RECHECKS_ADVANCE = "rechecks/advance.sql";
    RECHECKS_KEEP_IMPORTS = "rechecks/keep_imports.sql";
    RECHECKS_KEEP_MERGES = "rechecks/keep_merges.sql";
    RECHECKS_COUNT = "rechecks/count.sql";
    RECHECKS_LIST_COUNTS = "rechecks/list_counts.sql";
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
