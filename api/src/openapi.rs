//! The OpenAPI 3.1 document, built from the same endpoints that are routed and called.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use crate::problem::Problem;
use crate::{
    Access, Endpoint, api_keys, backup, checks, forms, imports, leads, live, merges, overview,
    people, quarantine, scoring, sessions, submissions, today, track,
};

/// Returns the document.
#[must_use]
pub fn document() -> Value {
    let settings =
        SchemaSettings::draft2020_12().with(|s| s.definitions_path = "/components/schemas".into());
    let mut generator = settings.into_generator();
    let mut paths = Map::new();
    let g = &mut generator;
    add::<submissions::SubmitLead>(g, &mut paths, 201, &["Idempotency-Key"]);
    add::<submissions::CountPageView>(g, &mut paths, 204, &[]);
    add::<checks::CheckDomain>(g, &mut paths, 200, &[]);
    add::<checks::CheckEmails>(g, &mut paths, 200, &[]);
    add::<checks::CheckDomains>(g, &mut paths, 200, &[]);
    add::<checks::CheckHealth>(g, &mut paths, 200, &[]);
    add::<leads::ListLeads>(g, &mut paths, 200, &[]);
    add::<leads::FindLead>(g, &mut paths, 200, &[]);
    add::<leads::UpdateLead>(g, &mut paths, 200, &["If-Match"]);
    add::<leads::EraseLead>(g, &mut paths, 204, &[]);
    add::<merges::MergeLeads>(g, &mut paths, 201, &[]);
    add::<merges::ListMerges>(g, &mut paths, 200, &[]);
    add::<merges::UndoMerge>(g, &mut paths, 204, &[]);
    add::<imports::OpenImport>(g, &mut paths, 201, &[]);
    add::<imports::ListImports>(g, &mut paths, 200, &[]);
    add::<imports::CheckLines>(g, &mut paths, 200, &[]);
    add::<imports::ImportSome>(g, &mut paths, 200, &[]);
    add::<imports::CheckSuppressions>(g, &mut paths, 200, &[]);
    add::<imports::UndoImport>(g, &mut paths, 200, &[]);
    add::<live::OpenLiveFeed>(g, &mut paths, 101, &[]);
    add::<overview::ReadOverview>(g, &mut paths, 200, &[]);
    add::<people::ListPeople>(g, &mut paths, 200, &[]);
    add::<today::ReadToday>(g, &mut paths, 200, &[]);
    add::<track::TrackEvents>(g, &mut paths, 200, &[]);
    add::<scoring::ReadScoring>(g, &mut paths, 200, &[]);
    add::<scoring::FindModel>(g, &mut paths, 200, &[]);
    add::<scoring::PublishModel>(g, &mut paths, 201, &[]);
    add::<scoring::RescoreSome>(g, &mut paths, 200, &[]);
    add::<scoring::ListBook>(g, &mut paths, 200, &[]);
    add::<quarantine::ListQuarantine>(g, &mut paths, 200, &[]);
    add::<quarantine::ReleaseSubmission>(g, &mut paths, 201, &[]);
    add::<quarantine::DiscardSubmission>(g, &mut paths, 204, &[]);
    add::<forms::FindForm>(g, &mut paths, 200, &[]);
    add::<forms::UpdateForm>(g, &mut paths, 200, &[]);
    add::<forms::ListSites>(g, &mut paths, 200, &[]);
    add::<forms::TestSite>(g, &mut paths, 200, &[]);
    add::<sessions::OpenSession>(g, &mut paths, 201, &[]);
    add::<sessions::FindSession>(g, &mut paths, 200, &[]);
    add::<sessions::CloseSession>(g, &mut paths, 204, &[]);
    add::<api_keys::ListApiKeys>(g, &mut paths, 200, &[]);
    add::<api_keys::CreateApiKey>(g, &mut paths, 201, &[]);
    add::<backup::ReadBackup>(g, &mut paths, 200, &[]);
    add::<backup::WriteBackup>(g, &mut paths, 200, &[]);
    add::<backup::FinishRestore>(g, &mut paths, 204, &[]);
    add::<api_keys::RevokeApiKey>(g, &mut paths, 204, &[]);
    Problem::json_schema(g);
    let problem = g.subschema_for::<Problem>();
    debug_assert!(problem.as_object().is_some());
    let schemas = generator.take_definitions(true);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Plumbline",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "MIT", "identifier": "MIT" },
            "description": "Lead capture, validation and scoring that you own."
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "api_key": { "type": "http", "scheme": "bearer", "description": "An API key, plk_…" },
                "session": { "type": "apiKey", "in": "cookie", "name": "__Host-plumbline" }
            }
        }
    })
}

const QUERY: [(&str, &str, &str); 11] = [
    ("/api/v1/backup/:table", "after", "Where the page before ended"),
    ("/api/v1/scoring/book", "after", "The last lead of the page before"),
    ("/api/v1/quarantine", "after", "The last submission of the page before"),
    ("/api/v1/people", "after", "The last lead of the page before"),
    ("/api/v1/leads", "q", "Words that name, address, company, phone or need start with"),
    ("/api/v1/leads", "sort", "newest or priority; a text search is always newest first"),
    ("/api/v1/leads", "stage", "One lifecycle stage"),
    ("/api/v1/leads", "cell", "One cell of the matrix, A1 to C3"),
    ("/api/v1/leads", "source", "One source"),
    ("/api/v1/leads", "cursor", "Where the page before ended"),
    ("/api/v1/leads", "limit", "1 to 100"),
];

fn add<E: Endpoint>(
    generator: &mut SchemaGenerator,
    paths: &mut Map<String, Value>,
    status: u16,
    headers: &[&str],
) where
    E::Body: JsonSchema,
    E::Response: JsonSchema,
{
    let path: Vec<String> = E::ROUTE
        .split('/')
        .map(|part| part.strip_prefix(':').map_or(part.to_owned(), |name| format!("{{{name}}}")))
        .collect();
    let mut parameters: Vec<Value> = E::ROUTE
        .split('/')
        .filter_map(|part| part.strip_prefix(':'))
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect();
    parameters.extend(headers.iter().map(
        |name| json!({ "name": name, "in": "header", "required": false, "schema": { "type": "string" } }),
    ));
    if E::METHOD == crate::Method::Get {
        parameters.extend(QUERY.iter().filter(|(route, ..)| *route == E::ROUTE).map(
            |(_, name, what)| json!({ "name": name, "in": "query", "description": what, "schema": { "type": "string" } }),
        ));
        if E::ROUTE == overview::ReadOverview::ROUTE {
            parameters.push(json!({ "name": "days", "in": "query", "schema": { "type": "integer", "minimum": 1, "maximum": overview::DAYS_MAX } }));
        }
    }
    let problem = json!({
        "description": "What went wrong",
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } }
    });
    let mut answer = json!({ "description": E::SUMMARY });
    if status != 204 && status != 101 {
        let schema = generator.subschema_for::<E::Response>();
        answer["content"] = json!({ "application/json": { "schema": schema } });
    }
    let security = match E::ACCESS {
        Access::Public => json!([]),
        Access::Scoped(scope) => json!([{ "session": [] }, { "api_key": [scope.as_str()] }]),
        Access::Owner => json!([{ "session": [] }]),
    };
    let name = std::any::type_name::<E>().rsplit("::").next().unwrap_or_default();
    let mut operation = json!({
        "operationId": name,
        "summary": E::SUMMARY,
        "parameters": parameters,
        "security": security,
        "responses": { status.to_string(): answer, "default": problem }
    });
    let body = generator.subschema_for::<E::Body>();
    if std::any::type_name::<E::Body>() != std::any::type_name::<crate::NoBody>() {
        operation["requestBody"] =
            json!({ "required": true, "content": { "application/json": { "schema": body } } });
    }
    let entry = paths.entry(path.join("/")).or_insert_with(|| json!({}));
    entry[E::METHOD.as_str().to_ascii_lowercase()] = operation;
}
