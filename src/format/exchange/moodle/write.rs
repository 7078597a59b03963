//! Questions as Moodle XML.

use crate::domain::answer::{
    Accept, Blank, Choice, FillIn, Form, GAP, Gap, GapAnswer, Length, Matching, Numeric, OrderRule, Ordering, PairRule,
    Piece, Share, Task, Written,
};
use crate::domain::intake::Loss;
use crate::domain::item::Kind;

use super::super::collection::labels;
use super::super::writing::{Lose, Output};
use super::super::{flow::is_regular, html, xml::Writer};
use super::cloze;
use super::read::{keeps_order, short_name};

const PLAIN: &[(&str, &str)] = &[("format", "plain_text")];
const HTML: &[(&str, &str)] = &[("format", "html")];

/// The bytes of a file with these questions.
pub(in super::super) fn write(tasks: &[Task], output: &mut Output) -> Vec<u8> {
    let mut writer = Writer::new(None);
    writer.begin("quiz", &[]);
    let mut category = "";
    for (place, task) in tasks.iter().enumerate() {
        let lose = &mut |loss, detail: &str| output.lose(place, loss, detail);
        if task.category != category && task.category.is_empty() {
            lose(Loss::Category, "");
        } else if task.category != category {
            category = &task.category;
            writer.line();
            writer.begin("question", &[("type", "category")]);
            writer.begin("category", &[]);
            writer.leaf("text", &[], category);
            writer.end();
            writer.end();
        }
        if question(task, &mut writer, lose).is_some() {
            output.carry(place);
        }
    }
    writer.end();
    writer.out.push('\n');
    writer.out.into_bytes()
}

fn text(writer: &mut Writer, name: &str, attributes: &[(&str, &str)], text: &str) {
    writer.line();
    writer.begin(name, attributes);
    writer.leaf("text", &[], text);
    writer.end();
}

fn setting(writer: &mut Writer, name: &str, value: &str) {
    writer.line();
    writer.leaf(name, &[], value);
}

fn question(task: &Task, writer: &mut Writer, lose: &mut Lose<'_>) -> Option<()> {
    let kind = match &task.form {
        Form::Choice(choice) if is_truth(choice) => "truefalse",
        Form::Choice(_) => "multichoice",
        Form::FillIn(blanks) if blanks.blanks.len() == 1 => "shortanswer",
        Form::FillIn(_) | Form::Cloze(_) => "cloze",
        Form::Numeric(_) => "numerical",
        Form::Matching(_) => "matching",
        Form::Ordering(_) => "ordering",
        Form::Written(_) => "essay",
        Form::Information => "description",
        Form::Case(_) => {
            lose(Loss::Form, task.form.code());
            return None;
        }
    };
    writer.line();
    writer.begin("question", &[("type", kind)]);
    if !task.title.is_empty() && task.title == short_name(task) {
        // It reads back as a name that was made up.
        lose(Loss::Title, &task.title);
    }
    let name = if task.title.is_empty() {
        short_name(task)
    } else {
        task.title.clone()
    };
    text(writer, "name", &[], &name);
    match &task.form {
        Form::FillIn(blanks) if kind == "cloze" => {
            let html = of_blanks(&task.stem, blanks, lose);
            text(writer, "questiontext", HTML, &html);
        }
        Form::Cloze(cloze) => {
            let html = of_pieces(&cloze.pieces, lose);
            text(writer, "questiontext", HTML, &html);
        }
        _ => text(writer, "questiontext", PLAIN, &task.stem),
    }
    text(writer, "generalfeedback", PLAIN, &task.explanation);
    setting(writer, "idnumber", &task.id);
    match &task.form {
        Form::Choice(choice) if is_truth(choice) => of_truth(choice, writer),
        Form::Choice(choice) => of_choice(choice, writer, lose),
        Form::FillIn(blanks) if blanks.blanks.len() == 1 => of_blank(&blanks.blanks[0], writer),
        Form::Numeric(numeric) => of_numeric(numeric, writer, lose),
        Form::Matching(matching) => of_matching(matching, writer, lose),
        Form::Ordering(ordering) => of_ordering(ordering, writer),
        Form::Written(written) => of_written(written, writer, lose),
        _ => (),
    }
    let labels = labels(task);
    if !labels.is_empty() {
        writer.line();
        writer.begin("tags", &[]);
        for label in labels {
            text(writer, "tag", &[], &label);
        }
        writer.end();
    }
    writer.end();
    Some(())
}

fn is_truth(choice: &Choice) -> bool {
    choice.kind == Kind::TrueFalse && choice.options == Choice::truth(true).options
}

fn answer(
    writer: &mut Writer,
    fraction: &str,
    format: &str,
    words: &str,
    feedback: &str,
    more: impl FnOnce(&mut Writer),
) {
    writer.line();
    writer.begin("answer", &[("fraction", fraction), ("format", format)]);
    writer.leaf("text", &[], words);
    more(writer);
    if !feedback.is_empty() {
        text(writer, "feedback", PLAIN, feedback);
    }
    writer.end();
}

fn of_truth(choice: &Choice, writer: &mut Writer) {
    for (place, word) in ["true", "false"].into_iter().enumerate() {
        let fraction = if choice.key.contains(place) { "100" } else { "0" };
        answer(
            writer,
            fraction,
            "moodle_auto_format",
            word,
            &choice.feedback[place],
            |_| (),
        );
    }
}

fn of_choice(choice: &Choice, writer: &mut Writer, lose: &mut Lose<'_>) {
    let one = choice.kind.one_choice();
    if choice.kind == Kind::Indefinite && choice.key.len() > 1 {
        lose(Loss::Indefinite, "");
    }
    let kept = keeps_order(choice).unwrap_or_else(|| {
        lose(Loss::Pinned, &choice.pinned.letters());
        false
    });
    setting(writer, "single", if one { "true" } else { "false" });
    setting(writer, "shuffleanswers", if kept { "false" } else { "true" });
    setting(writer, "answernumbering", "ABCD");
    for (place, option) in choice.options.iter().enumerate() {
        let share = match (choice.key.contains(place), one) {
            (false, _) => Share::NONE,
            (true, true) => Share::FULL,
            (true, false) => Share::of(1, choice.key.len() as u64),
        };
        answer(
            writer,
            &share.to_string(),
            "plain_text",
            option,
            &choice.feedback[place],
            |_| (),
        );
    }
}

fn of_blank(blank: &Blank, writer: &mut Writer) {
    setting(writer, "usecase", "0");
    for accepted in &blank.accepted {
        let words = accepted.text.replace('*', "\\*");
        answer(
            writer,
            &accepted.share.to_string(),
            "plain_text",
            &words,
            &accepted.feedback,
            |_| (),
        );
    }
}

fn of_numeric(numeric: &Numeric, writer: &mut Writer, lose: &mut Lose<'_>) {
    for quantity in &numeric.quantities {
        let (value, tolerance) = match quantity.accept {
            Accept::Near { value, tolerance } => (value, tolerance),
            Accept::Between { .. } | Accept::Percent { .. } => {
                let (low, high) = quantity.accept.bounds();
                lose(Loss::Tolerance, &format!("{low}–{high}"));
                let half = high.minus(low).divided(2).unwrap_or_default();
                (low.plus(half), half)
            }
        };
        answer(
            writer,
            &quantity.share.to_string(),
            "plain_text",
            &value.to_string(),
            &quantity.feedback,
            |writer| {
                writer.leaf("tolerance", &[], &tolerance.to_string());
            },
        );
    }
    if !numeric.unit.is_empty() {
        writer.line();
        writer.begin("units", &[]);
        writer.begin("unit", &[]);
        writer.leaf("multiplier", &[], "1");
        writer.leaf("unit_name", &[], &numeric.unit);
        writer.end();
        writer.end();
    }
}

fn of_matching(matching: &Matching, writer: &mut Writer, lose: &mut Lose<'_>) {
    if matching.rule != PairRule::Each {
        lose(Loss::PairRule, "");
    }
    setting(writer, "shuffleanswers", "true");
    let used = |place: &usize| matching.items.iter().any(|(_, partner)| partner == place);
    let alone = (0..matching.partners.len())
        .filter(|place| !used(place))
        .map(|place| ("", place));
    let pairs = matching.items.iter().map(|(item, partner)| (item.as_str(), *partner));
    for (item, partner) in pairs.chain(alone) {
        writer.line();
        writer.begin("subquestion", PLAIN);
        writer.leaf("text", &[], item);
        writer.begin("answer", &[]);
        writer.leaf("text", &[], &matching.partners[partner]);
        writer.end();
        writer.end();
    }
}

fn of_ordering(ordering: &Ordering, writer: &mut Writer) {
    let rule = match ordering.rule {
        OrderRule::All => "ALL_OR_NOTHING",
        OrderRule::Place => "ABSOLUTE_POSITION",
        OrderRule::Next => "RELATIVE_NEXT_EXCLUDE_LAST",
        OrderRule::Pairs => "RELATIVE_ALL_PREVIOUS_AND_NEXT",
    };
    setting(writer, "layouttype", "VERTICAL");
    setting(writer, "selecttype", "ALL");
    setting(writer, "gradingtype", rule);
    for (place, item) in (1..).zip(&ordering.items) {
        answer(writer, &i32::to_string(&place), "plain_text", item, "", |_| ());
    }
}

fn of_written(written: &Written, writer: &mut Writer, lose: &mut Lose<'_>) {
    for criterion in &written.rubric {
        lose(Loss::Rubric, &criterion.name);
    }
    let limit = |limit: Option<u32>| limit.map(|limit| limit.to_string()).unwrap_or_default();
    let short = written.length == Length::Short;
    setting(writer, "responseformat", if short { "plain" } else { "editor" });
    setting(writer, "responserequired", "1");
    setting(writer, "responsefieldlines", if short { "5" } else { "15" });
    setting(writer, "minwordlimit", &limit(written.least_words));
    setting(writer, "maxwordlimit", &limit(written.most_words));
    setting(writer, "attachments", "0");
    text(writer, "graderinfo", PLAIN, &written.model);
}

/// A stem with its blanks in place; blanks that have none stand at the end.
fn of_blanks(stem: &str, blanks: &FillIn, lose: &mut Lose<'_>) -> String {
    if !blanks.ordered {
        lose(Loss::Unordered, "");
    }
    let parts: Vec<&str> = stem.split(GAP).collect();
    let mut pieces = vec![];
    let placed = parts.len() == blanks.blanks.len() + 1;
    if !placed {
        lose(Loss::GapPlace, stem);
    }
    let mut gaps = blanks.blanks.iter().map(|blank| Gap {
        weight: blank.weight,
        answer: GapAnswer::Text(blank.accepted.clone()),
    });
    if placed {
        for (place, part) in parts.into_iter().enumerate() {
            if place > 0 {
                pieces.extend(gaps.next().map(Piece::Gap));
            }
            pieces.push(Piece::Text(part.to_owned()));
        }
    } else {
        pieces.push(Piece::Text(stem.to_owned()));
        for gap in gaps {
            pieces.extend([Piece::Text("\n".to_owned()), Piece::Gap(gap)]);
        }
    }
    of_pieces(&pieces, lose)
}

fn of_pieces(pieces: &[Piece], lose: &mut Lose<'_>) -> String {
    let shown: String = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.as_str(),
            Piece::Gap(_) => "_",
        })
        .collect();
    let regular = is_regular(&shown);
    let escaped = |text: &str| {
        let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        if regular { text.replace('\n', "<br>") } else { text }
    };
    let mut out = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => out.push_str(&cloze::around(text, &escaped)),
            // Answers are laid out by themselves.
            Piece::Gap(gap) => out.push_str(&cloze::written(gap, &html::written, lose)),
        }
    }
    if regular { out } else { format!("<pre>{out}</pre>") }
}
