//! The public rules as one line of text in the form's markup: nothing a widget could not read in a
//! few bytes of code, and nothing of it private.
//!
//! One rule is `points,cap,condition`; rules are joined by `;`. A condition is `g:FACT` (known),
//! `f:FACT:VALUE|VALUE` (one of) or `o:OBSERVATION` (seen). An empty cap is none.

use super::{Condition, ObservationKind, Rule, ScoringModel, Thresholds, Visibility};

impl ScoringModel {
    /// Writes the public rules. Labels, ids and thresholds stay behind: nobody sees the number.
    #[must_use]
    pub fn public_rules(&self) -> String {
        let public = self.rules.iter().filter(|rule| rule.visibility == Visibility::Public);
        let lines: Vec<_> = public.filter_map(written).collect();
        lines.join(";")
    }

    /// Reads what [`Self::public_rules`] wrote; what cannot be read is left out.
    #[must_use]
    pub fn from_public_rules(text: &str) -> Self {
        let mut rules = Vec::new();
        for line in text.split(';') {
            rules.extend(read(line));
        }
        let thresholds = Thresholds { fit_a: 0, fit_b: 0, engagement_1: 0, engagement_2: 0 };
        Self { version: 0, rules, group_caps: Vec::new(), thresholds }
    }
}

/// A rule whose values hold a separator cannot be written; it then counts on the server alone.
fn written(rule: &Rule) -> Option<String> {
    let clean = |text: &str| !text.contains([',', ';', ':', '|']);
    let condition = match &rule.when {
        Condition::Given { fact } if clean(fact) => format!("g:{fact}"),
        Condition::OneOf { fact, values } if clean(fact) && values.iter().all(|v| clean(v)) => {
            format!("f:{fact}:{}", values.join("|"))
        }
        Condition::Observed(kind) => format!("o:{}", kind.as_str()),
        _ => return None,
    };
    let cap = rule.cap.map(|cap| cap.to_string()).unwrap_or_default();
    Some(format!("{},{cap},{condition}", rule.points))
}

fn read(line: &str) -> Option<Rule> {
    let mut parts = line.splitn(3, ',');
    let points = parts.next()?.parse().ok()?;
    let cap = parts.next()?.parse().ok();
    let (kind, rest) = parts.next()?.split_once(':')?;
    let when = match kind {
        "g" => Condition::Given { fact: rest.to_owned() },
        "o" => Condition::Observed(ObservationKind::parse(rest)?),
        "f" => {
            let (fact, values) = rest.split_once(':')?;
            let values = values.split('|').map(str::to_owned).collect();
            Condition::OneOf { fact: fact.to_owned(), values }
        }
        _ => return None,
    };
    Some(Rule {
        id: String::new(),
        label: String::new(),
        points,
        visibility: Visibility::Public,
        when,
        cap,
        half_life_days: None,
        group: None,
        stops: false,
    })
}
