//! Every part in every state on one page, for whoever changes the style.

use leptos::prelude::*;
use plumbline_domain::scoring::{Cell, Dimension, Score, ScoreReason};
use plumbline_domain::time::Timestamp;

use super::chart::{Bar, Columns, Rows};
use super::score_waterfall::ScoreWaterfall;
use super::ui::{Badge, Card, Empty, Failure, Loading, Mark, Tone};

/// The design page.
#[component]
pub fn Design() -> impl IntoView {
    let bar = |label: &str, count| Bar { label: label.to_owned(), count, note: String::new() };
    let reason = |label: &str, points, dimension| ScoreReason {
        rule: label.to_owned(),
        label: label.to_owned(),
        dimension,
        points,
        age_ms: (dimension == Dimension::Engagement).then_some(0),
        times: None,
    };
    let score = Score {
        fit: 45,
        engagement: 50,
        cell: Cell::B1,
        reasons: vec![
            reason("Decides on the purchase", 25, Dimension::Fit),
            reason("Company size in the target band", 20, Dimension::Fit),
            reason("Writes from a free provider", -10, Dimension::Fit),
            reason("Writes from a company address", 10, Dimension::Fit),
            reason("Asked to be contacted", 50, Dimension::Engagement),
        ],
        model_version: 1,
        scored_at: Timestamp::default(),
    };
    let empty = Score { fit: 0, engagement: 0, cell: Cell::C3, reasons: vec![], ..score.clone() };
    let cells = Cell::ALL
        .map(|cell| view! { <span class="cell" data-cell=cell.as_str()>{cell.as_str()}</span> });
    view! {
        <div class="design">
            <h1>"Design"</h1>
            <Card title="Mark"><p class="design__row"><Mark /></p></Card>
            <Card title="Buttons"><p class="design__row">
                <button class="button">"Plain"</button>
                <button class="button is-accent">"Accent"</button>
                <button class="button is-bad">"Destructive"</button>
                <button class="button is-quiet">"Quiet"</button>
                <button class="button" disabled>"Disabled"</button>
            </p></Card>
            <Card title="Inputs"><p class="design__row">
                <input class="input" aria-label="Empty" placeholder="Empty" />
                <input class="input" aria-label="Filled" value="Filled" />
                <input class="input" aria-label="Wrong" value="Wrong" aria-invalid="true" />
                <input class="input" aria-label="Disabled" value="Disabled" disabled />
                <select class="input" aria-label="Choice"><option>"Choice"</option></select>
                <label class="check"><input type="checkbox" checked />"Ticked"</label>
            </p></Card>
            <Card title="Badges"><p class="design__row">
                <Badge text="Plain" /><Badge text="Accent" tone=Tone::Accent /><Badge text="Good" tone=Tone::Good />
                <Badge text="Warn" tone=Tone::Warn /><Badge text="Bad" tone=Tone::Bad />
            </p></Card>
            <Card title="Cells"><p class="design__row">{cells.collect_view()}</p></Card>
            <Card title="Loading"><Loading what="something" /></Card>
            <Card title="Failure"><Failure sentence="There is no connection." retry=|| () /></Card>
            <Card title="Empty"><Empty title="Nothing yet" text="It appears here."><button class="button is-accent">"Make one"</button></Empty></Card>
            <Card title="Columns"><Columns title="Per day" bars=vec![bar("1 Nov", 3), bar("2 Nov", 0), bar("3 Nov", 12), bar("4 Nov", 7)] /></Card>
            <Card title="Rows"><Rows title="Sources" bars=vec![bar("Direct", 120), bar("E-mail", 40), bar("Referral", 0)] /></Card>
            <Card title="Waterfall"><ScoreWaterfall score=score.clone() dimension=Dimension::Fit /><ScoreWaterfall score dimension=Dimension::Engagement /></Card>
            <Card title="Waterfall, nothing known"><ScoreWaterfall score=empty dimension=Dimension::Fit /></Card>
        </div>
    }
}
