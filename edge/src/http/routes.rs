//! Which handler answers which path and method, and who may ask: one line each.

use futures_util::future::LocalBoxFuture;
use plumbline_api::{Access, Endpoint};
use plumbline_api::{
    api_keys as keys_api, backup as backup_api, checks as checks_api, forms as forms_api,
    imports as imports_api,
};
use plumbline_api::{
    leads as leads_api, live as live_api, merges as merges_api, overview as overview_api,
    people as people_api,
};
use plumbline_api::{
    quarantine as quarantine_api, scoring as scoring_api, sessions as sessions_api,
    submissions as submissions_api, today as today_api, track as track_api,
};

use super::guard::{self, Call};
use super::{
    Answer, api_keys, backup, checks, faults, forms, imports, leads, live, merges, overview, pages,
    people, quarantine, scoring, sessions, site_tests, submissions, today, track,
};

/// What answers one method of a path.
#[derive(Clone, Copy)]
pub struct Route {
    /// The method as it stands on the wire.
    pub method: &'static str,
    /// Who may call it.
    pub access: Access,
    /// What answers.
    pub handler: fn(Call) -> LocalBoxFuture<'static, Answer>,
}

macro_rules! route {
    ($method:expr, $path:expr, $access:expr => $handler:path) => {
        (
            $path,
            Route { method: $method, access: $access, handler: |call| Box::pin($handler(call)) },
        )
    };
}

macro_rules! endpoint {
    ($of:ty => $handler:path) => {
        route!(<$of>::METHOD.as_str(), <$of>::ROUTE, <$of>::ACCESS => $handler)
    };
}

macro_rules! public {
    ($method:literal $path:expr => $handler:path) => {
        route!($method, $path, Access::Public => $handler)
    };
}

/// The routes of one module. A module links the handlers of its own and no others.
#[derive(Clone, Copy)]
pub struct Routes(&'static [(&'static str, Route)]);

impl Routes {
    /// Of the module that every request starts.
    pub const CAPTURE: Self = Self(CAPTURE);
    /// Of the module for what an owner does every day.
    pub const DESK: Self = Self(DESK);
    /// Of the module for what an owner does now and then.
    pub const WORKSHOP: Self = Self(WORKSHOP);
}

const CAPTURE: &[(&str, Route)] = &[
    endpoint!(submissions_api::SubmitLead => submissions::submit_lead),
    endpoint!(submissions_api::CountPageView => submissions::count_page_view),
    endpoint!(checks_api::CheckDomain => checks::check_domain),
    endpoint!(checks_api::CheckEmails => checks::check_emails),
    endpoint!(checks_api::CheckDomains => checks::check_domains),
    endpoint!(checks_api::CheckHealth => checks::check_health),
    endpoint!(live_api::OpenLiveFeed => live::open_live_feed),
    endpoint!(quarantine_api::ListQuarantine => quarantine::list_quarantine),
    endpoint!(quarantine_api::ReleaseSubmission => quarantine::release),
    endpoint!(quarantine_api::DiscardSubmission => quarantine::discard),
    endpoint!(forms_api::FindForm => forms::find_form),
    endpoint!(forms_api::UpdateForm => forms::update_form),
    endpoint!(forms_api::ListSites => forms::list_sites),
    public!("OPTIONS" submissions_api::SubmitLead::ROUTE => guard::preflight),
    public!("OPTIONS" submissions_api::CountPageView::ROUTE => guard::preflight),
    public!("OPTIONS" checks_api::CheckDomain::ROUTE => guard::preflight_of_check),
    public!("GET" "/healthz" => pages::show_health),
    public!("GET" "/embed.js" => pages::show_embed),
    public!("GET" "/f/:form_id" => pages::show_form),
    public!("GET" "/f/:form_id/thanks" => pages::show_receipt),
    // The dashboard's one document finds its own way from here.
    public!("GET" "/overview" => pages::show_dashboard),
    public!("GET" "/leads" => pages::show_dashboard),
    public!("GET" "/today" => pages::show_dashboard),
    public!("GET" "/clean" => pages::show_workshop),
    public!("GET" "/import" => pages::show_book),
    public!("GET" "/duplicates" => pages::show_book),
    public!("GET" "/data" => pages::show_workshop),
    public!("GET" "/scoring" => pages::show_studio),
    public!("GET" "/quarantine" => pages::show_workshop),
    public!("GET" "/settings" => pages::show_workshop),
    public!("GET" "/sign-in" => pages::show_dashboard),
];

/// `edge/js/worker.js` knows these, and those after them, by the part of the path after `/api/v1/`.
const DESK: &[(&str, Route)] = &[
    endpoint!(leads_api::ListLeads => leads::list_leads),
    endpoint!(leads_api::FindLead => leads::find_lead),
    endpoint!(leads_api::UpdateLead => leads::update_lead),
    endpoint!(leads_api::EraseLead => leads::erase_lead),
    endpoint!(overview_api::ReadOverview => overview::read_overview),
    endpoint!(today_api::ReadToday => today::read_today),
    endpoint!(track_api::TrackEvents => track::track_events),
    endpoint!(scoring_api::ReadScoring => scoring::read_scoring),
    endpoint!(scoring_api::FindModel => scoring::find_model),
    endpoint!(scoring_api::PublishModel => scoring::publish_model),
    endpoint!(scoring_api::RescoreSome => scoring::rescore),
    endpoint!(scoring_api::ListBook => scoring::list_book),
    endpoint!(sessions_api::OpenSession => sessions::open_session),
    endpoint!(sessions_api::FindSession => sessions::find_session),
    endpoint!(sessions_api::CloseSession => sessions::close_session),
    endpoint!(keys_api::ListApiKeys => api_keys::list_api_keys),
    endpoint!(keys_api::CreateApiKey => api_keys::create_api_key),
    endpoint!(keys_api::RevokeApiKey => api_keys::revoke_api_key),
];

const WORKSHOP: &[(&str, Route)] = &[
    endpoint!(merges_api::MergeLeads => merges::merge_leads),
    endpoint!(merges_api::ListMerges => merges::list_merges),
    endpoint!(merges_api::UndoMerge => merges::undo_merge),
    endpoint!(people_api::ListPeople => people::list_people),
    endpoint!(backup_api::ReadBackup => backup::read_backup),
    endpoint!(backup_api::WriteBackup => backup::write_backup),
    endpoint!(backup_api::FinishRestore => backup::finish_restore),
    endpoint!(imports_api::OpenImport => imports::open_import),
    endpoint!(imports_api::ListImports => imports::list_imports),
    endpoint!(imports_api::CheckLines => imports::check_lines),
    endpoint!(imports_api::ImportSome => imports::import_some),
    endpoint!(imports_api::CheckSuppressions => imports::check_suppressions),
    endpoint!(imports_api::UndoImport => imports::undo_import),
    endpoint!(forms_api::TestSite => site_tests::test_site),
];

/// Routes that only tests may reach.
static FAULT_ROUTES: &[(&str, Route)] = &[public!("POST" "/faults/panic" => faults::trap)];

/// What a path and a method lead to.
pub enum Found {
    /// A handler, and the values of its path's parameters by name.
    Route(Route, Parameters),
    /// The path takes other methods, as `Allow` lists them (RFC 9110 §10.2.1).
    WrongMethod(String),
    /// No path of this Worker.
    Nothing,
}

/// The values of a path's parameters by name.
pub type Parameters = Vec<(&'static str, String)>;

/// Finds what answers `method` at `path`; `HEAD` is `GET` without the body, which the platform
/// leaves out by itself (RFC 9110 §9.3.2).
pub fn find(routes: Routes, method: &str, path: &str, has_fault_routes: bool) -> Found {
    let method = if method == "HEAD" { "GET" } else { method };
    let faults = if has_fault_routes { FAULT_ROUTES } else { &[] };
    let mut others = Vec::new();
    for (pattern, route) in routes.0.iter().chain(faults) {
        let Some(parameters) = parameters(pattern, path) else { continue };
        if route.method == method {
            return Found::Route(*route, parameters);
        }
        others.push(route.method);
    }
    if others.is_empty() { Found::Nothing } else { Found::WrongMethod(others.join(", ")) }
}

/// Returns the parameters that make `pattern` into `path`, if any do.
fn parameters(pattern: &'static str, path: &str) -> Option<Parameters> {
    let mut found = Vec::new();
    let mut segments = path.split('/');
    for wanted in pattern.split('/') {
        let segment = segments.next()?;
        match wanted.strip_prefix(':') {
            Some(name) if !segment.is_empty() => found.push((name, segment.to_owned())),
            None if wanted == segment => {}
            _ => return None,
        }
    }
    segments.next().is_none().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_found_at_its_own_path() {
        for routes in [Routes::CAPTURE, Routes::DESK, Routes::WORKSHOP] {
            for (path, route) in routes.0.iter().chain(FAULT_ROUTES) {
                let example = path.replace(":form_id", "demo").replace(':', "");
                let found = find(routes, route.method, &example, true);
                let Found::Route(found, values) = found else { unreachable!("no {path}") };
                assert_eq!((found.method, found.access), (route.method, route.access));
                assert_eq!(values.len(), path.matches(':').count());
            }
        }
    }

    #[test]
    fn the_script_before_the_modules_knows_the_doors() {
        let script = include_str!("../../js/worker.js");
        let first = |path: &'static str| path.strip_prefix("/api/v1/")?.split('/').next();
        let known = |module: &str| -> Vec<&str> {
            let list = script.split_once(&format!("{module}: [")).unwrap().1;
            let list = list.split_once(']').unwrap().0;
            list.split(',').map(|name| name.trim().trim_matches('\'')).collect()
        };
        let (desk, workshop) = (known("desk"), known("workshop"));
        for (routes, own, other) in [(DESK, &desk, &workshop), (WORKSHOP, &workshop, &desk)] {
            for (path, _) in routes {
                let name = first(path).unwrap();
                assert!(own.contains(&name), "worker.js does not know {path}");
                assert!(!other.contains(&name), "{path} has two doors");
            }
        }
        let known = [desk, workshop].concat();
        for (path, _) in CAPTURE {
            assert!(first(path).is_none_or(|name| !known.contains(&name)), "{path} has two doors");
        }
    }

    #[test]
    fn the_api_document_has_every_endpoint() {
        let document = include_str!("../../../api/src/openapi.rs");
        let endpoints = include_str!("routes.rs").split("endpoint!(").skip(1);
        let named = endpoints.filter_map(|line| line.split_once(" =>")?.0.split_once("_api::"));
        let mut count = 0;
        for (_, name) in named.filter(|(module, _)| !module.contains('\n')) {
            assert!(document.contains(&format!("::{name}>")), "{name} is not in the API document");
            count += 1;
        }
        assert!(count > 30, "{count}");
    }

    #[test]
    fn a_wrong_method_is_told_from_a_wrong_path() {
        let allowed_by = |routes, method, path| match find(routes, method, path, true) {
            Found::WrongMethod(allowed) => allowed,
            Found::Route(..) => "found".to_owned(),
            Found::Nothing => "nothing".to_owned(),
        };
        let allowed = |method, path| allowed_by(Routes::CAPTURE, method, path);
        assert_eq!(allowed_by(Routes::DESK, "PUT", "/api/v1/leads/1"), "GET, PATCH, DELETE");
        assert_eq!(allowed("HEAD", "/f/demo"), "found");
        assert_eq!(allowed("HEAD", "/api/v1/domain-checks"), "POST, OPTIONS");
        assert_eq!(allowed("GET", "/api/v1/nothing"), "nothing");
        assert_eq!(allowed("GET", "/f/"), "nothing");
    }
}
