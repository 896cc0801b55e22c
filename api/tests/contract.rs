//! Every path fits its route, and the shapes on the wire are the ones written here.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use plumbline_api::{
    Endpoint, api_keys, checks, forms, leads, live, overview, sessions, submissions,
};
use plumbline_domain::field_error::{FieldError, Rule};
use plumbline_domain::id::{ApiKeyId, EventId, FormId, LeadId};
use plumbline_domain::lead::{LeadEvent, LeadEventKind, NextStep, Stage};
use plumbline_domain::time::Timestamp;
use serde_json::{json, to_value};

fn fits<E: Endpoint>(endpoint: &E) {
    let path = endpoint.path();
    let path = path.split('?').next().unwrap();
    let parts: Vec<_> = path.split('/').collect();
    let route: Vec<_> = E::ROUTE.split('/').collect();
    assert_eq!(parts.len(), route.len(), "{path}");
    assert!(
        parts.iter().zip(&route).all(|(part, want)| want.starts_with(':') || part == want),
        "{path}"
    );
}

const AT: Timestamp = Timestamp::from_ms(1_800_000_000_000);

#[test]
fn every_path_fits_its_route() {
    let (lead_id, form_id) = (LeadId::new(AT, [1; 10]), FormId::parse("demo").unwrap());
    fits(&submissions::SubmitLead { form_id: form_id.clone() });
    fits(&submissions::CountPageView { form_id: form_id.clone() });
    fits(&checks::CheckDomain);
    fits(&checks::CheckEmails);
    fits(&checks::CheckDomains);
    fits(&leads::ListLeads::default());
    fits(&leads::FindLead { lead_id });
    fits(&leads::UpdateLead { lead_id });
    fits(&leads::EraseLead { lead_id });
    fits(&live::OpenLiveFeed);
    fits(&overview::ReadOverview { days: 30 });
    fits(&forms::FindForm { form_id: form_id.clone() });
    fits(&forms::UpdateForm { form_id: form_id.clone() });
    fits(&forms::ListSites { form_id });
    fits(&forms::TestSite);
    fits(&sessions::OpenSession);
    fits(&sessions::FindSession);
    fits(&sessions::CloseSession);
    fits(&api_keys::ListApiKeys);
    fits(&api_keys::CreateApiKey);
    fits(&api_keys::RevokeApiKey { api_key_id: ApiKeyId::new(AT, [2; 10]) });
}

#[test]
fn a_list_carries_its_view_in_the_query() {
    let list = leads::ListLeads {
        filter: leads::LeadFilter {
            words: "a&b c".into(),
            stage: Some(Stage::Lead),
            ..Default::default()
        },
        sort: leads::LeadSort::Priority,
        cursor: Some("x.y".into()),
        limit: 20,
    };
    assert_eq!(
        list.path(),
        "/api/v1/leads?sort=priority&q=a%26b%20c&stage=lead&cursor=x.y&limit=20"
    );
}

#[test]
fn messages_keep_their_shape() {
    let lead_id = LeadId::new(AT, [1; 10]);
    let receipt = submissions::SubmissionReceipt { lead_id, next_step: NextStep::Book };
    assert_eq!(
        to_value(receipt).unwrap(),
        json!({ "lead_id": lead_id.to_string(), "next_step": "book" })
    );
    let event = LeadEvent {
        id: EventId::new(AT, [3; 10]),
        lead_id,
        occurred_at: AT,
        kind: LeadEventKind::StageChanged { from: Stage::Lead, to: Stage::Customer, by: None },
    };
    assert_eq!(
        to_value(&event).unwrap(),
        json!({
            "id": event.id.to_string(), "lead_id": lead_id.to_string(),
            "occurred_at": "2027-01-15T08:00:00.000Z",
            "kind": { "stage.changed": { "from": "lead", "to": "customer" } }
        })
    );
    assert_eq!(
        to_value(FieldError::new("name", Rule::TooLong { max: 200 })).unwrap(),
        json!({ "field": "name", "rule": { "code": "too_long", "max": 200 } })
    );
}
