//! What a draft changes of what is published, a sentence for each thing that is another.

use plumbline_domain::scoring::{
    Condition, GroupCap, Rule, ScoringModel, UsageDefinition, UsageRule, Visibility,
};

use super::super::format;
use super::is_other;
use super::sentences::{bounds, sentence};

/// Returns every change.
pub fn changes(published: &ScoringModel, draft: &ScoringModel) -> Vec<String> {
    let mut found = Vec::new();
    let mut instead = |of: &str, old: &str, new: &str| {
        if old != new {
            found.push(format!("{of}: {} instead of {}", or_nothing(new), or_nothing(old)));
        }
    };
    for (before, rule) in
        draft.rules.iter().filter_map(|rule| Some((find(published, &rule.id)?, rule)))
    {
        for (old, new) in parts_of(before).iter().zip(parts_of(rule)) {
            instead(&rule.label, old, &new);
        }
    }
    for ((of, old), (_, new)) in parts(published).iter().zip(parts(draft)) {
        instead(of, old, &new);
    }
    let limit = |model: &ScoringModel, name: &str| {
        let cap = model.group_caps.iter().find(|cap| cap.group == name);
        cap.map(|cap| cap.points.to_string()).unwrap_or_default()
    };
    let is_new = |cap: &&GroupCap| limit(published, &cap.group).is_empty();
    let groups = published.group_caps.iter().chain(draft.group_caps.iter().filter(is_new));
    for GroupCap { group, .. } in groups {
        let name = format!("At most from {group} together");
        instead(&name, &limit(published, group), &limit(draft, group));
    }
    let only_in = |model: &ScoringModel, other: &ScoringModel, word: &str| {
        let rules = model.rules.iter().filter(|rule| find(other, &rule.id).is_none());
        rules
            .map(|rule| format!("{word}: {}, {}", rule.label, format::signed(rule.points)))
            .collect::<Vec<_>>()
    };
    let new = only_in(draft, published, "New");
    let gone = only_in(published, draft, "Gone");
    let order = |model: &ScoringModel, other: &ScoringModel| {
        let rules = model.rules.iter().filter(|rule| find(other, &rule.id).is_some());
        rules.map(|rule| rule.id.clone()).collect::<Vec<_>>()
    };
    let is_reordered = order(published, draft) != order(draft, published);
    found.extend(is_reordered.then(|| "The rules stand in another order.".to_owned()));
    let mut all: Vec<_> = new.into_iter().chain(found).chain(gone).collect();
    if all.is_empty() && is_other(published, draft) {
        all.push("Something differs, though it reads the same.".to_owned());
    }
    all
}

fn find<'a>(model: &'a ScoringModel, id: &str) -> Option<&'a Rule> {
    model.rules.iter().find(|rule| rule.id == id)
}

fn or_nothing(text: &str) -> &str {
    if text.is_empty() { "nothing" } else { text }
}

/// Everything that can be another about a rule.
fn parts_of(rule: &Rule) -> [String; 5] {
    let is_public = rule.visibility == Visibility::Public;
    [
        format::signed(rule.points),
        sentence(&rule.when),
        bounds(rule).join(", "),
        format!("“{}”", rule.label),
        if is_public { "known to the form" } else { "kept from the form" }.to_owned(),
    ]
}

/// Everything else that can be another about a model, by its name.
fn parts(model: &ScoringModel) -> Vec<(&'static str, String)> {
    let (cut, all) = (&model.thresholds, &model.qualification);
    let marketing = &all.marketing;
    let mut qualified: Vec<_> =
        marketing.cells.iter().map(|cell| cell.as_str().to_owned()).collect();
    qualified.extend(marketing.hand_raise.then(|| "whoever asked to be contacted".to_owned()));
    let never = match marketing.never.as_slice() {
        [] => String::new(),
        never => sentence(&Condition::Any(never.to_vec())),
    };
    let learned = model
        .likelihood
        .map(|learned| format!("learned from {} leads", format::count(learned.leads)));
    let points = |points: i32| points.to_string().replace('-', "\u{2212}");
    vec![
        ("A begins at a fit of", points(cut.fit_a)),
        ("B begins at a fit of", points(cut.fit_b)),
        ("1 begins at an engagement of", points(cut.engagement_1)),
        ("2 begins at an engagement of", points(cut.engagement_2)),
        ("The margin at the edge of a band", points(cut.margin)),
        ("How likely a lead is to be won", learned.unwrap_or_default()),
        ("Marketing qualified", qualified.join(", ")),
        ("Never marketing qualified", never),
        ("Marketing qualified, in words", marketing.written.clone()),
        ("Sales must know", all.sales.required.join(", ")),
        ("Sales qualified, in words", all.sales.written.clone()),
        ("Product qualified", used(&all.product)),
        ("Product qualified, in words", all.product.written.clone()),
        ("Customers who may buy more", used(&all.service)),
        ("Customers who may buy more, in words", all.service.written.clone()),
    ]
}

/// Says what must have been done in the product.
fn used(definition: &UsageDefinition) -> String {
    let part = |rule: &UsageRule| {
        let event = rule.event.as_deref().unwrap_or("anything");
        let UsageRule { at_least, within_days, count, .. } = rule;
        format!("{event}, {at_least} {} in {within_days} days", count.as_str())
    };
    definition.usage.iter().map(part).collect::<Vec<_>>().join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model() -> ScoringModel {
        serde_json::from_str(include_str!("../../../../domain/data/default_model.json")).unwrap()
    }

    #[test]
    fn whatever_is_another_is_told_with_what_it_was() {
        let published = model();
        assert_eq!(changes(&published, &published), [""; 0]);
        let mut draft = published.clone();
        let rule = &mut draft.rules[1];
        rule.points = 40;
        rule.when = Condition::Given { fact: "role".to_owned() };
        rule.visibility = Visibility::Private;
        draft.rules[19].window_days = Some(30);
        draft.rules[19].label = "Saw the prices".to_owned();
        draft.rules.swap(2, 3);
        let gone = draft.rules.pop().unwrap();
        draft.rules.push(Rule::private("own.1".into(), "Is known".into(), 5, gone.when));
        draft.thresholds.fit_a = 55;
        draft.group_caps.remove(0);
        draft.qualification.sales.written = "Talked to".to_owned();
        draft.qualification.marketing.hand_raise = false;
        assert_eq!(
            changes(&published, &draft),
            [
                "New: Is known, +5",
                "Decides on the purchase: +40 instead of +25",
                "Decides on the purchase: role is known instead of role is decision_maker",
                "Decides on the purchase: kept from the form instead of known to the form",
                "Saw the prices: within 30 days, half after 14 days, at most 16 points, in the group web instead of half after 14 days, at most 16 points, in the group web",
                "Saw the prices: “Saw the prices” instead of “Looked at the pricing page”",
                "A begins at a fit of: 55 instead of 60",
                "Marketing qualified: A1, A2, B1 instead of A1, A2, B1, whoever asked to be contacted",
                "Sales qualified, in words: Talked to instead of A person of sales has looked and agrees that there is something to sell.",
                "At most from mail together: nothing instead of 20",
                "The rules stand in another order.",
                "Gone: Missed a meeting, −10",
            ]
        );
        // Two texts with a comma between them read as one with a comma in it.
        let role = |values: &[&str]| Condition::OneOf {
            fact: "role".to_owned(),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        };
        let (mut one, mut other) = (published.clone(), published.clone());
        one.rules[1].when = Condition::Any(vec![role(&["a"]), role(&["b"])]);
        other.rules[1].when =
            Condition::Any(vec![Condition::Any(vec![role(&["a"])]), role(&["b"])]);
        assert_eq!(changes(&one, &other), ["Something differs, though it reads the same."]);
        // From one that was learned back to one that was not.
        let mut learned = published.clone();
        learned.likelihood =
            serde_json::from_str(r#"{"start":1,"asked":0,"not_asked":0,"leads":400,"won":90}"#)
                .ok();
        assert_eq!(
            changes(&learned, &published),
            ["How likely a lead is to be won: nothing instead of learned from 400 leads"]
        );
    }
}
