//! What was learned, as a person reads it.

use std::io::{self, Write};

use plumbline_learner::{
    Drift, Evaluation, Learned, Month, Options, Order, Protection, probability,
};

/// Names what people are protected by.
pub fn protected(
    out: &mut dyn Write,
    protected: &[(String, Protection)],
    is_left_out: bool,
) -> io::Result<()> {
    writeln!(out, "\nWhat people are protected by")?;
    if protected.is_empty() {
        writeln!(out, "  nothing by its name")?;
    }
    for (name, protection) in protected {
        let what = match protection {
            Protection::Attribute => "protected",
            Protection::Proxy => "stands for what is protected",
        };
        let fate = if is_left_out { "left out" } else { "kept; --exclude-protected leaves it out" };
        writeln!(out, "  {name}: {what}, {fate}")?;
    }
    Ok(())
}

/// Tells the whole of it.
pub fn learned(out: &mut dyn Write, learned: &Learned, options: &Options) -> io::Result<()> {
    writeln!(out, "\nFields to be careful with")?;
    if learned.suspicions.is_empty() {
        writeln!(out, "  none found")?;
    }
    for suspicion in &learned.suspicions {
        writeln!(out, "  {suspicion}")?;
    }
    match options.order {
        Order::Time => writeln!(out, "\nThe newest 30 %, judged by a card of the others")?,
        Order::Random => writeln!(
            out,
            "\nEach fifth, judged by a card of the others (in any order, which hides drift)"
        )?,
    }
    evaluation(out, &learned.evaluation)?;
    writeln!(out, "  predicted   leads   won, with its 95 % interval")?;
    for step in &learned.evaluation.calibration {
        writeln!(
            out,
            "  {:>7.1} % {:>7}   {:.1}",
            step.predicted * 100.0,
            step.seen.count,
            step.seen
        )?;
    }
    if let Some(drift) = &learned.drift {
        self::drift(out, drift)?;
    }
    let is_advised = learned.drift.as_ref().is_some_and(Drift::is_newest_better);
    match (learned.is_of_newest(), is_advised) {
        (true, _) => writeln!(
            out,
            "  so the card below is learned from the newest tenth; --window all takes all leads"
        )?,
        (false, true) => writeln!(out, "  the card below is learned from all leads all the same")?,
        (false, false) => {}
    }
    writeln!(out, "\nThe card, from leads {} to {}", learned.window.start + 1, learned.window.end)?;
    writeln!(out, "  10 points double the odds, 0 is one in two")?;
    writeln!(
        out,
        "  {:>5}  start ({:.1} %)",
        learned.card.start,
        probability(learned.card.start) * 100.0
    )?;
    for field in &learned.card.fields {
        for bin in field.bins.iter().filter(|bin| bin.points != 0) {
            writeln!(
                out,
                "  {:>+5}  {}: {} ({} of {} won)",
                bin.points, field.name, bin.bin, bin.won, bin.count
            )?;
        }
    }
    Ok(())
}

fn evaluation(out: &mut dyn Write, evaluation: &Evaluation) -> io::Result<()> {
    writeln!(
        out,
        "  {} leads, {} won: AUC {:.3} ± {:.3}, log-loss {:.3} (one rate for all {:.3}), Brier {:.3}, ECE {:.3}",
        evaluation.count,
        evaluation.won,
        evaluation.auc,
        evaluation.auc_margin,
        evaluation.log_loss,
        evaluation.base_log_loss,
        evaluation.brier,
        evaluation.calibration_error
    )?;
    let captured = |share| evaluation.captured_in_best(share) * 100.0;
    writeln!(
        out,
        "  of the won the best tenth holds {:.1} %, the best fifth {:.1} %, the best third {:.1} %",
        captured(0.1),
        captured(0.2),
        captured(1.0 / 3.0)
    )?;
    if !evaluation.is_better_than_chance() {
        writeln!(out, "  no better than chance: do not go by this card")?;
    } else if !evaluation.is_better_than_base_rate() {
        writeln!(out, "  its order helps; its probabilities are worse than one rate for all")?;
    }
    Ok(())
}

fn drift(out: &mut dyn Write, drift: &Drift) -> io::Result<()> {
    writeln!(out, "\nDrift")?;
    writeln!(
        out,
        "  the newest 30 %: {:.1} % won, {:.1} % expected",
        drift.observed * 100.0,
        drift.expected * 100.0
    )?;
    by_month(out, &drift.months)?;
    for shift in &drift.shifts {
        writeln!(out, "  the shares of {} have shifted (PSI {:.2})", shift.field, shift.index)?;
    }
    if !drift.is_alarm {
        return writeln!(out, "  no alarm");
    }
    let what = if drift.is_off {
        "what was learned from older leads misleads"
    } else {
        "newer leads are others than older ones"
    };
    writeln!(out, "  DRIFT: {what}")?;
    let Some((old, new)) = &drift.comparison else {
        return writeln!(out, "  too few outcomes among the newest to learn from them alone");
    };
    writeln!(out, "  the newest fifth, judged by the older 70 %")?;
    evaluation(out, old)?;
    writeln!(out, "  the newest fifth, judged by the tenth before it alone")?;
    evaluation(out, new)
}

fn by_month(out: &mut dyn Write, months: &[Month]) -> io::Result<()> {
    if months.is_empty() {
        return writeln!(out, "  no months: --month names the column that they stand in");
    }
    writeln!(out, "  month      expected   leads   won, with its 95 % interval")?;
    for Month { name, seen, expected, is_off } in months {
        let word = if *is_off { "   OFF" } else { "" };
        writeln!(
            out,
            "  {name:<10} {:>6.1} % {:>7}   {seen:.1}{word}",
            expected * 100.0,
            seen.count
        )?;
    }
    Ok(())
}
