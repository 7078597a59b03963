//! Questions as a QTI package.

use std::collections::BTreeSet;

use crate::domain::answer::{
    Accept, Accepted, Choice, FillIn, Form, GAP, Gap, GapAnswer, Length, Matching, Numeric, OrderRule, Ordering,
    PairRule, Piece, Share, Task, Written,
};
use crate::domain::intake::Loss;
use crate::domain::item::OptionSet;

use super::super::archive::Archive;
use super::super::collection::labels;
use super::super::flow::is_regular;
use super::super::writing::{Lose, Output};
use super::super::xml::Writer;
use super::names::{EXPLANATION, FIELD, MADE_UP, TOOL, UNIT, of_qti3};

/// What differs between the versions, names apart.
struct Version {
    namespace: &'static str,
    item: &'static str,
    test: &'static str,
    schema: &'static str,
    processing: &'static str,
    named: Option<fn(&str) -> String>,
}

const QTI_21: Version = Version {
    namespace: "http://www.imsglobal.org/xsd/imsqti_v2p1",
    item: "imsqti_item_xmlv2p1",
    test: "imsqti_test_xmlv2p1",
    schema: "QTIv2.1 Package",
    processing: "http://www.imsglobal.org/question/qti_v2p1/rptemplates/",
    named: None,
};

const QTI_3: Version = Version {
    namespace: "http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
    item: "imsqti_item_xmlv3p0",
    test: "imsqti_test_xmlv3p0",
    schema: "QTI Package",
    processing: "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/",
    named: Some(of_qti3),
};

/// The bytes of a package with these questions: one section for each run of questions of one category.
pub(in super::super) fn write(tasks: &[Task], three: bool, output: &mut Output) -> Vec<u8> {
    let version = if three { QTI_3 } else { QTI_21 };
    let mut archive = Archive::default();
    let mut written: Vec<(usize, String, String)> = vec![];
    let mut taken = BTreeSet::new();
    for (place, task) in tasks.iter().enumerate() {
        let lose = &mut |loss, detail: &str| output.lose(place, loss, detail);
        let id = identifier(task, place, &mut taken, lose);
        let Some(xml) = item(task, &id, &version, lose) else {
            continue;
        };
        let path = format!("items/{:05}.xml", place + 1);
        archive.add(&path, xml.as_bytes());
        written.push((place, id, path));
        output.carry(place);
    }
    archive.add("test.xml", test(tasks, &written, &version).as_bytes());
    archive.add("imsmanifest.xml", manifest(tasks, &written, &version).as_bytes());
    archive.finish()
}

/// The identifier of an item: its own where XML allows it.
fn identifier(task: &Task, place: usize, taken: &mut BTreeSet<String>, lose: &mut Lose<'_>) -> String {
    let mut letters = task.id.chars();
    let begins = letters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    let sound =
        begins && letters.all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c)) && !task.id.starts_with(MADE_UP);
    if sound && taken.insert(task.id.clone()) {
        return task.id.clone();
    }
    if !task.id.is_empty() {
        lose(Loss::Identifier, &task.id);
    }
    format!("{MADE_UP}{}", place + 1)
}

fn test(tasks: &[Task], written: &[(usize, String, String)], version: &Version) -> String {
    let mut writer = Writer::new(version.named);
    let id = format!("{MADE_UP}test");
    writer.begin(
        "assessmentTest",
        &[
            ("xmlns", version.namespace),
            ("identifier", &id),
            ("title", "test"),
            ("toolName", TOOL),
        ],
    );
    writer.begin(
        "testPart",
        &[
            ("identifier", "part"),
            ("navigationMode", "nonlinear"),
            ("submissionMode", "simultaneous"),
        ],
    );
    let mut open: Option<&str> = None;
    for (place, id, path) in written {
        let category = tasks[*place].category.as_str();
        if open != Some(category) {
            if open.is_some() {
                writer.end();
            }
            writer.line();
            let section = format!("{MADE_UP}section-{}", place + 1);
            let title = if category.is_empty() { "-" } else { category };
            writer.begin(
                "assessmentSection",
                &[("identifier", &section), ("title", title), ("visible", "true")],
            );
            open = Some(category);
        }
        writer.line();
        writer.empty("assessmentItemRef", &[("identifier", id), ("href", path)]);
    }
    for _ in 0..=3 {
        writer.end();
    }
    writer.out
}

fn manifest(tasks: &[Task], written: &[(usize, String, String)], version: &Version) -> String {
    let mut writer = Writer::new(None);
    let lom = "http://ltsc.ieee.org/xsd/LOM";
    writer.begin(
        "manifest",
        &[
            ("xmlns", "http://www.imsglobal.org/xsd/imscp_v1p1"),
            ("identifier", "mingfa-manifest"),
        ],
    );
    writer.begin("metadata", &[]);
    writer.leaf("schema", &[], version.schema);
    writer.leaf("schemaversion", &[], "1.0.0");
    writer.end();
    writer.empty("organizations", &[]);
    writer.begin("resources", &[]);
    writer.line();
    writer.begin(
        "resource",
        &[
            ("identifier", "mingfa-test"),
            ("type", version.test),
            ("href", "test.xml"),
        ],
    );
    writer.empty("file", &[("href", "test.xml")]);
    writer.end();
    for (place, _, path) in written {
        writer.line();
        let id = format!("{MADE_UP}resource-{}", place + 1);
        writer.begin(
            "resource",
            &[("identifier", &id), ("type", version.item), ("href", path)],
        );
        let labels = labels(&tasks[*place]);
        if !labels.is_empty() {
            writer.begin("metadata", &[]);
            writer.begin("lom", &[("xmlns", lom)]);
            writer.begin("general", &[]);
            for label in labels {
                writer.begin("keyword", &[]);
                writer.leaf("string", &[("language", "zh")], &label);
                writer.end();
            }
            writer.end();
            writer.end();
            writer.end();
        }
        writer.empty("file", &[("href", path)]);
        writer.end();
    }
    writer.end();
    writer.end();
    writer.out
}

/// How answers are processed into points.
enum Processing {
    None,
    Template(&'static str),
    /// One for each response: the points are summed.
    Sum(Vec<Part>),
}

enum Part {
    Mapped(String),
    /// The response and the tolerances of its number.
    Equal {
        response: String,
        mode: &'static str,
        tolerance: String,
    },
}

struct Body<'a, 'b> {
    /// Declarations stand before the body.
    declared: Writer,
    body: Writer,
    processing: Processing,
    lose: &'a mut Lose<'b>,
}

fn item(task: &Task, id: &str, version: &Version, lose: &mut Lose<'_>) -> Option<String> {
    let empty = || Writer::part(version.named);
    let mut body = Body {
        declared: empty(),
        body: empty(),
        processing: Processing::None,
        lose,
    };
    body.form(task)?;
    let mut writer = Writer::new(version.named);
    writer.begin(
        "assessmentItem",
        &[
            ("xmlns", version.namespace),
            ("identifier", id),
            ("title", &task.title),
            ("adaptive", "false"),
            ("timeDependent", "false"),
            ("toolName", TOOL),
        ],
    );
    writer.out.push_str(&body.declared.out);
    writer.empty(
        "outcomeDeclaration",
        &[
            ("identifier", "SCORE"),
            ("cardinality", "single"),
            ("baseType", "float"),
        ],
    );
    if !task.explanation.is_empty() {
        writer.begin(
            "outcomeDeclaration",
            &[
                ("identifier", EXPLANATION),
                ("cardinality", "single"),
                ("baseType", "identifier"),
            ],
        );
        writer.begin("defaultValue", &[]);
        writer.leaf("value", &[], "shown");
        writer.end();
        writer.end();
    }
    writer.line();
    writer.begin("itemBody", &[]);
    writer.out.push_str(&body.body.out);
    writer.end();
    writer.line();
    processed(&mut writer, &body.processing, version);
    if !task.explanation.is_empty() {
        writer.begin(
            "modalFeedback",
            &[
                ("outcomeIdentifier", EXPLANATION),
                ("identifier", "shown"),
                ("showHide", "show"),
            ],
        );
        laid_plain(&mut writer, &task.explanation);
        writer.end();
    }
    writer.end();
    Some(writer.out)
}

fn broken(writer: &mut Writer, text: &str, regular: bool) {
    for (line, words) in text.split('\n').enumerate() {
        if line > 0 && regular {
            writer.empty("br", &[]);
        } else if line > 0 {
            writer.out.push('\n');
        }
        writer.text(words);
    }
}

fn processed(writer: &mut Writer, processing: &Processing, version: &Version) {
    match processing {
        Processing::None => (),
        Processing::Template(name) => {
            let template = format!("{}{name}", version.processing);
            writer.empty("responseProcessing", &[("template", &template)]);
        }
        Processing::Sum(parts) => {
            writer.begin("responseProcessing", &[]);
            for part in parts {
                part.write(writer);
            }
            writer.end();
        }
    }
}

impl Part {
    fn write(&self, writer: &mut Writer) {
        let add = |writer: &mut Writer| {
            writer.begin("setOutcomeValue", &[("identifier", "SCORE")]);
            writer.begin("sum", &[]);
            writer.empty("variable", &[("identifier", "SCORE")]);
        };
        match self {
            Self::Mapped(response) => {
                add(writer);
                writer.empty("mapResponse", &[("identifier", response)]);
                writer.end();
                writer.end();
            }
            Self::Equal {
                response,
                mode,
                tolerance,
            } => {
                writer.begin("responseCondition", &[]);
                writer.begin("responseIf", &[]);
                let tolerances = [("toleranceMode", *mode), ("tolerance", tolerance.as_str())];
                writer.begin(
                    "equal",
                    if *mode == "exact" {
                        &tolerances[..1]
                    } else {
                        &tolerances
                    },
                );
                writer.empty("variable", &[("identifier", response)]);
                writer.empty("correct", &[("identifier", response)]);
                writer.end();
                add(writer);
                writer.leaf("baseValue", &[("baseType", "float")], "1");
                for _ in 0..4 {
                    writer.end();
                }
            }
        }
    }
}

/// The identifier of the option, item or partner at a place.
fn choice_id(start: &str, place: usize) -> String {
    format!("{start}{}", place + 1)
}

impl Body<'_, '_> {
    /// Declares a response with what is right and what each value earns.
    fn declare(&mut self, response: &str, kind: (&str, &str), right: &[String], mapped: &[(String, String)]) {
        let (cardinality, base) = kind;
        let writer = &mut self.declared;
        writer.line();
        writer.begin(
            "responseDeclaration",
            &[
                ("identifier", response),
                ("cardinality", cardinality),
                ("baseType", base),
            ],
        );
        if !right.is_empty() {
            writer.begin("correctResponse", &[]);
            for value in right {
                writer.leaf("value", &[], value);
            }
            writer.end();
        }
        if !mapped.is_empty() {
            writer.begin("mapping", &[("defaultValue", "0")]);
            for (key, value) in mapped {
                let case = [
                    ("mapKey", key.as_str()),
                    ("mappedValue", value),
                    ("caseSensitive", "false"),
                ];
                writer.empty("mapEntry", if base == "string" { &case } else { &case[..2] });
            }
            writer.end();
        }
        writer.end();
    }

    fn prompt(&mut self, stem: &str) {
        laid_plain(&mut self.body, stem);
    }

    fn form(&mut self, task: &Task) -> Option<()> {
        match &task.form {
            Form::Choice(choice) => {
                self.prompt(&task.stem);
                self.choice(choice);
            }
            Form::FillIn(blanks) => self.fill_in(&task.stem, blanks),
            Form::Numeric(numeric) => self.numeric(&task.stem, numeric),
            Form::Matching(matching) => {
                self.prompt(&task.stem);
                self.matching(matching);
            }
            Form::Ordering(ordering) => {
                self.prompt(&task.stem);
                self.ordering(ordering);
            }
            Form::Written(written) => {
                self.prompt(&task.stem);
                self.written(written);
            }
            Form::Cloze(cloze) => {
                let mut parts = vec![];
                let text: String = cloze
                    .pieces
                    .iter()
                    .map(|piece| match piece {
                        Piece::Text(text) => text.as_str(),
                        Piece::Gap(_) => "_",
                    })
                    .collect();
                let regular = is_regular(&text);
                self.body.begin(if regular { "p" } else { "pre" }, &[]);
                for piece in &cloze.pieces {
                    match piece {
                        Piece::Text(text) => broken(&mut self.body, text, regular),
                        Piece::Gap(gap) => self.gap(gap, &mut parts),
                    }
                }
                self.body.end();
                self.processing = Processing::Sum(parts);
            }
            Form::Information => self.prompt(&task.stem),
            Form::Case(_) => {
                (self.lose)(Loss::Form, task.form.code());
                return None;
            }
        }
        Some(())
    }

    fn choice(&mut self, choice: &Choice) {
        let one = choice.kind.one_choice();
        let ids: Vec<String> = (0..choice.options.len()).map(|place| choice_id("A", place)).collect();
        let right: Vec<String> = choice.key.places().map(|place| ids[place].clone()).collect();
        self.declare(
            "RESPONSE",
            (if one { "single" } else { "multiple" }, "identifier"),
            &right,
            &[],
        );
        self.processing = Processing::Template("match_correct");
        let all = OptionSet::of(0..choice.options.len().min(OptionSet::MAX));
        let kept = choice.pinned == all;
        let writer = &mut self.body;
        writer.line();
        writer.begin(
            "choiceInteraction",
            &[
                ("responseIdentifier", "RESPONSE"),
                ("shuffle", if kept { "false" } else { "true" }),
                ("maxChoices", if one { "1" } else { "0" }),
                ("class", choice.kind.code()),
            ],
        );
        for (place, option) in choice.options.iter().enumerate() {
            writer.line();
            let fixed = if choice.pinned.contains(place) { "true" } else { "false" };
            writer.begin("simpleChoice", &[("identifier", &ids[place]), ("fixed", fixed)]);
            laid_plain(writer, option);
            if !choice.feedback[place].is_empty() {
                writer.begin(
                    "feedbackInline",
                    &[
                        ("outcomeIdentifier", "SCORE"),
                        ("identifier", &ids[place]),
                        ("showHide", "show"),
                    ],
                );
                let said = &choice.feedback[place];
                broken(writer, said, true);
                if !is_regular(said) {
                    (self.lose)(Loss::LineBreaks, said);
                }
                writer.end();
            }
            writer.end();
        }
        writer.end();
    }

    fn matching(&mut self, matching: &Matching) {
        let pairs: Vec<String> = matching
            .items
            .iter()
            .enumerate()
            .map(|(item, (_, partner))| format!("{} {}", choice_id("L", item), choice_id("R", *partner)))
            .collect();
        let each = matching.rule == PairRule::Each;
        let mapped: Vec<(String, String)> = pairs.iter().map(|pair| (pair.clone(), "1".to_owned())).collect();
        self.declare(
            "RESPONSE",
            ("multiple", "directedPair"),
            &pairs,
            if each { &mapped } else { &[] },
        );
        self.processing = Processing::Template(if each { "map_response" } else { "match_correct" });
        let count = matching.items.len().to_string();
        let writer = &mut self.body;
        writer.line();
        writer.begin(
            "matchInteraction",
            &[
                ("responseIdentifier", "RESPONSE"),
                ("shuffle", "true"),
                ("maxAssociations", &count),
            ],
        );
        let items = matching.items.iter().map(|(item, _)| item.as_str()).collect::<Vec<_>>();
        let partners = matching.partners.iter().map(String::as_str).collect::<Vec<_>>();
        for (start, most, texts) in [("L", "1", items), ("R", "0", partners)] {
            writer.begin("simpleMatchSet", &[]);
            for (place, text) in texts.into_iter().enumerate() {
                writer.line();
                writer.begin(
                    "simpleAssociableChoice",
                    &[("identifier", &choice_id(start, place)), ("matchMax", most)],
                );
                laid_plain(writer, text);
                writer.end();
            }
            writer.end();
        }
        writer.end();
    }

    fn ordering(&mut self, ordering: &Ordering) {
        if ordering.rule != OrderRule::All {
            (self.lose)(Loss::OrderRule, ordering.rule.code());
        }
        let ids: Vec<String> = (0..ordering.items.len()).map(|place| choice_id("A", place)).collect();
        self.declare("RESPONSE", ("ordered", "identifier"), &ids, &[]);
        self.processing = Processing::Template("match_correct");
        let writer = &mut self.body;
        writer.line();
        writer.begin(
            "orderInteraction",
            &[("responseIdentifier", "RESPONSE"), ("shuffle", "true")],
        );
        for (id, item) in ids.iter().zip(&ordering.items) {
            writer.line();
            writer.begin("simpleChoice", &[("identifier", id)]);
            laid_plain(writer, item);
            writer.end();
        }
        writer.end();
    }

    fn written(&mut self, written: &Written) {
        for criterion in &written.rubric {
            (self.lose)(Loss::Rubric, &criterion.name);
        }
        if written.least_words.or(written.most_words).is_some() {
            (self.lose)(Loss::WordLimit, "");
        }
        self.declare("RESPONSE", ("single", "string"), &[], &[]);
        let lines = if written.length == Length::Short { "3" } else { "15" };
        if !written.model.is_empty() {
            self.body.begin("rubricBlock", &[("view", "scorer")]);
            laid_plain(&mut self.body, &written.model);
            self.body.end();
        }
        self.body.line();
        self.body.empty(
            "extendedTextInteraction",
            &[("responseIdentifier", "RESPONSE"), ("expectedLines", lines)],
        );
    }

    fn fill_in(&mut self, stem: &str, blanks: &FillIn) {
        if !blanks.ordered {
            (self.lose)(Loss::Unordered, "");
        }
        let gaps: Vec<Gap> = blanks
            .blanks
            .iter()
            .map(|blank| Gap {
                weight: blank.weight,
                answer: GapAnswer::Text(blank.accepted.clone()),
            })
            .collect();
        let mut parts = vec![];
        if stem.matches(GAP).count() == gaps.len() {
            let regular = is_regular(&stem.replace(GAP, "_"));
            self.body.begin(if regular { "p" } else { "pre" }, &[]);
            for (place, part) in stem.split(GAP).enumerate() {
                if place > 0 {
                    self.gap(&gaps[place - 1], &mut parts);
                }
                broken(&mut self.body, part, regular);
            }
            self.body.end();
        } else {
            self.prompt(stem);
            self.body.begin("p", &[("class", FIELD)]);
            for gap in &gaps {
                self.gap(gap, &mut parts);
            }
            self.body.end();
        }
        self.processing = Processing::Sum(parts);
    }

    fn numeric(&mut self, stem: &str, numeric: &Numeric) {
        self.prompt(stem);
        self.body.begin("p", &[("class", FIELD)]);
        let mut parts = vec![];
        self.number(numeric, &mut parts);
        if !numeric.unit.is_empty() {
            self.body.leaf("span", &[("class", UNIT)], &numeric.unit);
        }
        self.body.end();
        self.processing = Processing::Sum(parts);
    }

    fn gap(&mut self, gap: &Gap, parts: &mut Vec<Part>) {
        let response = choice_id("RESPONSE_", parts.len());
        let earns = |share: Share| {
            let share: crate::domain::answer::Decimal = share.to_string().parse().unwrap_or_default();
            let all = share.times(gap.weight).unwrap_or_default();
            all.divided(100).unwrap_or_default().to_string()
        };
        match &gap.answer {
            GapAnswer::Text(accepted) => {
                for said in accepted.iter().filter(|accepted| !accepted.feedback.is_empty()) {
                    (self.lose)(Loss::Feedback, &said.feedback);
                }
                let right = accepted.iter().find(|accepted| accepted.share == Share::FULL);
                let right: Vec<String> = right.into_iter().map(|accepted| accepted.text.clone()).collect();
                let entry = |accepted: &Accepted| (accepted.text.clone(), earns(accepted.share));
                let mapped: Vec<_> = accepted.iter().map(entry).collect();
                self.declare(&response, ("single", "string"), &right, &mapped);
                self.body.empty(
                    "textEntryInteraction",
                    &[("responseIdentifier", &response), ("expectedLength", "15")],
                );
                parts.push(Part::Mapped(response));
            }
            GapAnswer::Number(numeric) => {
                if gap.weight != 1 {
                    (self.lose)(Loss::GapWeight, &gap.weight.to_string());
                }
                if !numeric.unit.is_empty() {
                    (self.lose)(Loss::Unit, &numeric.unit);
                }
                self.number(numeric, parts);
            }
            GapAnswer::Choice(choice) => {
                let ids: Vec<String> = (0..choice.options.len()).map(|place| choice_id("A", place)).collect();
                let right: Vec<String> = choice.key.places().map(|place| ids[place].clone()).collect();
                if !choice.kind.one_choice() {
                    (self.lose)(Loss::Form, choice.kind.code());
                }
                let mapped: Vec<_> = right.iter().map(|id| (id.clone(), earns(Share::FULL))).collect();
                self.declare(&response, ("single", "identifier"), &right, &mapped);
                self.body.begin(
                    "inlineChoiceInteraction",
                    &[("responseIdentifier", &response), ("shuffle", "true")],
                );
                for (id, option) in ids.iter().zip(&choice.options) {
                    self.body.leaf("inlineChoice", &[("identifier", id)], option);
                    if !is_regular(option) || option.contains('\n') {
                        (self.lose)(Loss::LineBreaks, option);
                    }
                }
                for said in choice.feedback.iter().filter(|said| !said.is_empty()) {
                    (self.lose)(Loss::Feedback, said);
                }
                self.body.end();
                parts.push(Part::Mapped(response));
            }
        }
    }

    /// One number: of several the first that earns everything.
    fn number(&mut self, numeric: &Numeric, parts: &mut Vec<Part>) {
        let response = choice_id("RESPONSE_", parts.len());
        let first = numeric
            .quantities
            .iter()
            .position(|quantity| quantity.share == Share::FULL)
            .unwrap_or_default();
        for (place, quantity) in numeric.quantities.iter().enumerate() {
            if place != first {
                let (low, high) = quantity.accept.bounds();
                (self.lose)(Loss::PartialCredit, &format!("{low}–{high}"));
            }
            if !quantity.feedback.is_empty() {
                (self.lose)(Loss::Feedback, &quantity.feedback);
            }
        }
        let Some(quantity) = numeric.quantities.get(first) else {
            return;
        };
        let (value, mode, tolerance) = match quantity.accept {
            Accept::Near { value, tolerance } if tolerance.is_zero() => (value, "exact", String::new()),
            Accept::Near { value, tolerance } => (value, "absolute", tolerance.to_string()),
            Accept::Percent { value, percent } => (value, "relative", percent.to_string()),
            Accept::Between { low, high } => (low, "absolute", format!("0 {}", high.minus(low))),
        };
        self.declare(&response, ("single", "float"), &[value.to_string()], &[]);
        self.body.empty(
            "textEntryInteraction",
            &[("responseIdentifier", &response), ("expectedLength", "15")],
        );
        parts.push(Part::Equal {
            response,
            mode,
            tolerance,
        });
    }
}

/// A text without gaps, whatever stands in it.
fn laid_plain(writer: &mut Writer, text: &str) {
    let regular = is_regular(text);
    writer.begin(if regular { "p" } else { "pre" }, &[]);
    broken(writer, text, regular);
    writer.end();
}
