//! Rules as sentences.

use plumbline_domain::scoring::{Condition, Rule};

/// Says when a rule applies.
pub fn sentence(when: &Condition) -> String {
    let name = |fact: &str| fact.replace('_', " ");
    match when {
        Condition::OneOf { fact, values } => match values.as_slice() {
            [one] => format!("{} is {one}", name(fact)),
            many => format!("{} is one of {}", name(fact), many.join(", ")),
        },
        Condition::Given { fact } => format!("{} is known", name(fact)),
        Condition::Missing { fact } => format!("{} is not known", name(fact)),
        Condition::Contains { fact, text } => format!("{} has “{text}” in it", name(fact)),
        Condition::Matches { fact, pattern } => format!("{} matches {pattern}", name(fact)),
        Condition::Between { fact, from, to } => match (from, to) {
            (Some(from), Some(to)) if from == to => format!("{} is {from}", name(fact)),
            (Some(from), Some(to)) => format!("{} from {from} to {to}", name(fact)),
            (Some(from), None) => format!("{} from {from} on", name(fact)),
            (None, to) => format!("{} up to {}", name(fact), to.unwrap_or_default()),
        },
        Condition::InGroup { fact, group } => {
            format!("{} in the group {}", name(fact), name(group.as_str()))
        }
        Condition::All(parts) => joined(parts, " and "),
        Condition::Any(parts) => joined(parts, " or "),
        Condition::Not(part) => format!("not: {}", part_of(part)),
        Condition::Observed(kind) => name(kind.as_str()),
        Condition::Silent { days } => format!("nothing for {days} days"),
    }
}

fn joined(parts: &[Condition], word: &str) -> String {
    match parts {
        [only] => sentence(only),
        many => many.iter().map(part_of).collect::<Vec<_>>().join(word),
    }
}

/// A part of another condition: what is made of several itself stands in brackets.
fn part_of(part: &Condition) -> String {
    let is_several =
        matches!(part, Condition::All(parts) | Condition::Any(parts) if parts.len() > 1);
    if is_several { format!("({})", sentence(part)) } else { sentence(part) }
}

/// Says when a rule applies, and within what bounds.
pub fn bounded_sentence(rule: &Rule) -> String {
    let mut parts = bounds(rule);
    parts.insert(0, sentence(&rule.when));
    parts.join(", ")
}

/// Says what bounds a rule.
pub fn bounds(rule: &Rule) -> Vec<String> {
    let mut parts = Vec::new();
    let mut bound = |number: Option<String>, words: &str| {
        parts.extend(number.map(|number| words.replace('#', &number)));
    };
    bound(rule.at_least.map(|count| count.to_string()), "from # times on");
    bound(rule.once.then(String::new), "counted once");
    bound(rule.window_days.map(|days| days.to_string()), "within # days");
    bound(rule.half_life_days.map(|days| days.to_string()), "half after # days");
    bound(rule.fades_in_days.map(|days| days.to_string()), "nothing after # days");
    bound(rule.cap.map(|cap| cap.to_string()), "at most # points");
    bound(rule.group.clone(), "in the group #");
    bound(rule.stops.then(String::new), "nothing else counts then");
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_together_stands_in_brackets() {
        let given = |fact: &str| Condition::Given { fact: fact.to_owned() };
        let either = Condition::Any(vec![given("role"), given("job_title")]);
        let all = Condition::All(vec![either.clone(), given("city")]);
        assert_eq!(sentence(&all), "(role is known or job title is known) and city is known");
        let neither = Condition::Not(Box::new(either));
        assert_eq!(sentence(&neither), "not: (role is known or job title is known)");
        let one = Condition::All(vec![Condition::Any(vec![given("city")]), given("need")]);
        assert_eq!(sentence(&one), "city is known and need is known");
    }
}
