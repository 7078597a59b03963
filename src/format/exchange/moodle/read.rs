//! Moodle XML to questions.

use crate::domain::answer::{
    Accept, Blank, Choice, Decimal, Fault, FillIn, Form, Length, Matching, Numeric, OrderRule, Ordering, PairRule,
    Quantity, Share, Task, Written,
};
use crate::domain::intake::{Loss, Matter, Place};
use crate::domain::item::{Kind, OptionSet, pinned};

use super::super::collection::{Categories, Collection, Refused, labelled};
use super::super::flow::Flow;
use super::super::html;
use super::super::options::{Weight, accepted, judged};
use super::super::xml::{Element, parse};
use super::cloze;
use crate::format::text::{brief, tidy};

pub(in super::super) fn read(text: &str) -> Result<Collection, Matter> {
    let root = parse(text, str::to_owned)?;
    let mut collection = Collection::of("moodle-xml");
    let mut category = String::new();
    let mut categories = Categories::default();
    for element in root.elements() {
        let place = Place::Line(element.line);
        if element.name != "question" {
            collection.lose(&place, vec![(Loss::Element, element.name.clone())]);
            continue;
        }
        let kind = element.attribute("type").unwrap_or_default();
        if kind == "category" {
            category = element
                .first("category")
                .map(|name| tidy(&inner(name)))
                .unwrap_or_default();
            categories.add(&category);
            if let Some(info) = element.first("info").map(inner).filter(|info| !info.trim().is_empty()) {
                collection.lose(&place, vec![(Loss::Element, format!("info：{}", tidy(&info)))]);
            }
            continue;
        }
        let mut flow = Flow::default();
        let task = Question { element, kind }.task(&category, &mut flow);
        collection.take(place, task, flow.lost);
    }
    collection.categories = categories.names;
    Ok(collection)
}

/// The text of `<x><text>…</text></x>`, or directly in `<x>`.
fn inner(element: &Element) -> String {
    element.first("text").unwrap_or(element).own_text()
}

/// A text in the form that its element or the question names, as plain text.
fn plain(element: &Element, format: Option<&str>, flow: &mut Flow) -> String {
    for file in element.all("file") {
        flow.lose(Loss::File, file.attribute("name").unwrap_or_default());
    }
    let text = inner(element);
    match element.attribute("format").or(format).unwrap_or("html") {
        "plain_text" | "markdown" => verbatim(flow, |flow| flow.text(&text)),
        "moodle_auto_format" => verbatim(flow, |flow| html::flow(&text, flow)),
        _ => html::flow(&text, flow),
    }
    flow.take()
}

fn verbatim(flow: &mut Flow, lay: impl FnOnce(&mut Flow)) {
    flow.verbatim = true;
    lay(flow);
    flow.verbatim = false;
}

struct Question<'a> {
    element: &'a Element,
    kind: &'a str,
}

/// Elements that are read, mean nothing outside Moodle, or say what is so anyway.
const KNOWN: &[&str] = &[
    "name",
    "questiontext",
    "generalfeedback",
    "answer",
    "subquestion",
    "tags",
    "idnumber",
    "single",
    "shuffleanswers",
    "usecase",
    "units",
    "graderinfo",
    "minwordlimit",
    "maxwordlimit",
    "gradingtype",
    "hidden",
    "penalty",
    "defaultgrade",
    "answernumbering",
    "showstandardinstruction",
    "correctfeedback",
    "partiallycorrectfeedback",
    "incorrectfeedback",
    "shownumcorrect",
    "hint",
    "responseformat",
    "responserequired",
    "responsefieldlines",
    "responsetemplate",
    "attachments",
    "attachmentsrequired",
    "maxbytes",
    "filetypeslist",
    "unitgradingtype",
    "unitpenalty",
    "showunits",
    "unitsleft",
    "layouttype",
    "selecttype",
    "selectcount",
    "gradingtype",
    "showgrading",
    "numberingstyle",
    "shufflequestions",
];

impl Question<'_> {
    fn text_of(&self, name: &str) -> String {
        self.element.first(name).map(inner).unwrap_or_default()
    }

    fn setting(&self, name: &str) -> String {
        tidy(&self.text_of(name))
    }

    fn laid(&self, name: &str, flow: &mut Flow) -> String {
        self.element
            .first(name)
            .map(|element| plain(element, None, flow))
            .unwrap_or_default()
    }

    fn task(&self, category: &str, flow: &mut Flow) -> Result<Task, Refused> {
        let (stem, form) = self.form(flow)?;
        let mut task = Task::new(stem, form);
        task.category = category.to_owned();
        task.id = self.setting("idnumber");
        task.explanation = self.laid("generalfeedback", flow);
        let name = self.setting("name");
        // The name that is made up for a question without one.
        task.title = if name == short_name(&task) { String::new() } else { name };
        let tags = self
            .element
            .first("tags")
            .map(|tags| tags.all("tag").map(inner).collect());
        labelled(&mut task, tags.unwrap_or_default());
        self.lose_settings(flow);
        Ok(task)
    }

    fn lose_settings(&self, flow: &mut Flow) {
        for name in ["correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"] {
            let said = self.laid(name, flow);
            if !said.is_empty() {
                flow.lose(Loss::Feedback, &format!("{name}：{said}"));
            }
        }
        for hint in self.element.all("hint") {
            let said = plain(hint, None, flow);
            flow.lose(Loss::Hint, &said);
        }
        let usual: [(&str, &[&str]); 6] = [
            ("defaultgrade", &["", "1"]),
            ("hidden", &["", "0"]),
            ("penalty", &["", "0", "0.1", "0.3333333", "1"]),
            ("unitgradingtype", &["", "0"]),
            ("selecttype", &["", "0", "ALL"]),
            ("maxbytes", &["", "0"]),
        ];
        for (name, usual) in usual {
            let value = self.setting(name);
            let short = value
                .parse::<Decimal>()
                .map_or_else(|_| value.clone(), |number| number.to_string());
            if !usual.contains(&short.as_str()) {
                flow.lose(Loss::Setting, &format!("{name}：{value}"));
            }
        }
        let zero = |value: &str| value.is_empty() || value == "0";
        for name in ["responsetemplate", "attachments", "attachmentsrequired"] {
            let value = self.setting(name);
            if !zero(&value) {
                flow.lose(Loss::Setting, &format!("{name}：{value}"));
            }
        }
        if self.setting("usecase") == "1" {
            flow.lose(Loss::CaseSensitive, "usecase");
        }
        for element in self
            .element
            .elements()
            .filter(|element| !KNOWN.contains(&element.name.as_str()))
        {
            flow.lose(Loss::Element, &element.name);
        }
    }

    fn form(&self, flow: &mut Flow) -> Result<(String, Form), Refused> {
        if self.kind == "cloze" || self.kind == "multianswer" {
            let text = self.element.first("questiontext");
            for file in text.into_iter().flat_map(|text| text.all("file")) {
                flow.lose(Loss::File, file.attribute("name").unwrap_or_default());
            }
            let named = |(fault, detail): Refused| {
                (
                    fault,
                    if detail.is_empty() {
                        self.setting("name")
                    } else {
                        detail
                    },
                )
            };
            return cloze::form(&text.map(inner).unwrap_or_default(), flow).map_err(named);
        }
        let stem = self.laid("questiontext", flow);
        let form = match self.kind {
            "multichoice" => Form::Choice(self.choice(flow)),
            "truefalse" => Form::Choice(self.truth(flow)),
            "shortanswer" => Form::FillIn(self.blank(flow)),
            "numerical" => Form::Numeric(self.numeric(flow)?),
            "matching" => Form::Matching(self.matching(flow)),
            "ordering" => Form::Ordering(self.ordering(flow)),
            "essay" => Form::Written(self.written(flow)),
            "description" => Form::Information,
            "calculated" | "calculatedsimple" | "calculatedmulti" => {
                return Err((Fault::Computed, self.kind.to_owned()));
            }
            other => return Err((Fault::UnknownType, brief(other))),
        };
        Ok((stem, form))
    }

    fn answers(&self) -> impl Iterator<Item = &Element> {
        self.element.all("answer")
    }

    /// What an answer earns; `None` for less than nothing.
    fn share(answer: &Element) -> Option<Share> {
        let fraction = answer.attribute("fraction").unwrap_or("0").trim();
        if fraction.starts_with('-') {
            None
        } else {
            Some(Share::percent(fraction).unwrap_or_default())
        }
    }

    fn feedback(answer: &Element, flow: &mut Flow) -> String {
        answer
            .first("feedback")
            .map(|feedback| plain(feedback, None, flow))
            .unwrap_or_default()
    }

    fn choice(&self, flow: &mut Flow) -> Choice {
        let one = matches!(self.setting("single").as_str(), "true" | "1" | "");
        let texts: Vec<String> = self.answers().map(|answer| plain(answer, None, flow)).collect();
        let weights: Vec<Weight> = self
            .answers()
            .map(|answer| {
                let share = Self::share(answer);
                Weight::of(share, share == Some(Share::FULL))
            })
            .collect();
        let (kind, key) = judged(&weights, one, &texts, &mut |loss, detail| flow.lose(loss, detail));
        let mut choice = Choice::new(kind, texts, key);
        choice.feedback = self.answers().map(|answer| Self::feedback(answer, flow)).collect();
        let shuffled = !matches!(self.setting("shuffleanswers").as_str(), "false" | "0");
        if !shuffled {
            choice.pinned = OptionSet::of(0..choice.options.len().min(OptionSet::MAX));
        }
        choice
    }

    fn truth(&self, flow: &mut Flow) -> Choice {
        let answer = |word: &str| {
            self.answers()
                .find(|answer| tidy(&inner(answer)).eq_ignore_ascii_case(word))
        };
        let said = |word: &str, flow: &mut Flow| {
            answer(word)
                .map(|answer| Self::feedback(answer, flow))
                .unwrap_or_default()
        };
        let right = |word: &str| answer(word).and_then(Self::share) == Some(Share::FULL);
        let mut choice = Choice::truth(right("true"));
        if right("true") == right("false") {
            choice.key = OptionSet::EMPTY;
        }
        choice.feedback = vec![said("true", flow), said("false", flow)];
        choice
    }

    fn blank(&self, flow: &mut Flow) -> FillIn {
        let mut all = vec![];
        for answer in self.answers() {
            // An answer is typed, so that nothing in it is markup.
            let text = tidy(&inner(answer));
            let feedback = Self::feedback(answer, flow);
            let share = Self::share(answer).unwrap_or_default();
            all.extend(accepted(text, share, feedback, &mut |loss, detail| {
                flow.lose(loss, detail)
            }));
        }
        FillIn {
            blanks: vec![Blank {
                weight: 1,
                accepted: all,
            }],
            ordered: true,
        }
    }

    fn numeric(&self, flow: &mut Flow) -> Result<Numeric, Refused> {
        let mut quantities = vec![];
        for answer in self.answers() {
            let (text, feedback) = (tidy(&inner(answer)), Self::feedback(answer, flow));
            let share = Self::share(answer).unwrap_or_default();
            if share == Share::NONE {
                if !feedback.is_empty() {
                    flow.lose(Loss::Feedback, &feedback);
                }
                continue;
            }
            let number = |text: &str| text.parse::<Decimal>().map_err(|_| (Fault::BadNumber, brief(text)));
            let tolerance = answer
                .first("tolerance")
                .map(|tolerance| tidy(&inner(tolerance)))
                .unwrap_or_default();
            quantities.push(Quantity {
                accept: Accept::Near {
                    value: number(&text)?,
                    tolerance: if tolerance.is_empty() {
                        Decimal::default()
                    } else {
                        number(&tolerance)?
                    },
                },
                share,
                feedback,
            });
        }
        let units = self
            .element
            .first("units")
            .map(|units| units.all("unit").collect::<Vec<_>>());
        let units = units.unwrap_or_default();
        let name = |unit: &&Element| {
            unit.first("unit_name")
                .map(|name| tidy(&inner(name)))
                .unwrap_or_default()
        };
        let factor = |unit: &&Element| {
            unit.first("multiplier")
                .and_then(|factor| tidy(&inner(factor)).parse().ok())
        };
        let main = units.iter().find(|unit| factor(unit) == Some(Decimal::whole(1)));
        for unit in units
            .iter()
            .filter(|unit| main.is_none_or(|main| !std::ptr::eq(*main, **unit)))
        {
            flow.lose(Loss::Unit, &name(unit));
        }
        Ok(Numeric {
            quantities,
            unit: main.map(name).unwrap_or_default(),
        })
    }

    fn matching(&self, flow: &mut Flow) -> Matching {
        let mut matching = Matching {
            items: vec![],
            partners: vec![],
            rule: PairRule::Each,
        };
        for pair in self.element.all("subquestion") {
            let item = plain(pair, None, flow);
            let partner = pair
                .first("answer")
                .map(|answer| tidy(&inner(answer)))
                .unwrap_or_default();
            if !item.is_empty() {
                matching.items.push((item, matching.partners.len()));
            }
            matching.partners.push(partner);
        }
        matching
    }

    /// The answers carry their places as fractions, or stand in order.
    fn ordering(&self, flow: &mut Flow) -> Ordering {
        let mut items: Vec<(Decimal, String)> = self
            .answers()
            .map(|answer| {
                let place = answer.attribute("fraction").and_then(|place| place.trim().parse().ok());
                (place.unwrap_or_default(), plain(answer, None, flow))
            })
            .collect();
        items.sort_by_key(|(place, _)| *place);
        let grading = self.setting("gradingtype");
        let rule = match grading.as_str() {
            "ALL_OR_NOTHING" | "-1" => OrderRule::All,
            "ABSOLUTE_POSITION" | "0" | "" => OrderRule::Place,
            "RELATIVE_NEXT_EXCLUDE_LAST" | "1" => OrderRule::Next,
            "RELATIVE_ALL_PREVIOUS_AND_NEXT" | "4" => OrderRule::Pairs,
            other => {
                flow.lose(Loss::OrderRule, other);
                OrderRule::Place
            }
        };
        Ordering {
            items: items.into_iter().map(|(_, item)| item).collect(),
            rule,
        }
    }

    fn written(&self, flow: &mut Flow) -> Written {
        let limit = |name: &str| self.setting(name).parse().ok().filter(|limit| *limit > 0);
        Written {
            length: if self.setting("responseformat") == "plain" {
                Length::Short
            } else {
                Length::Essay
            },
            model: self.laid("graderinfo", flow),
            rubric: vec![],
            least_words: limit("minwordlimit"),
            most_words: limit("maxwordlimit"),
        }
    }
}

/// How a question without a title is called, since Moodle wants a name.
pub(super) fn short_name(task: &Task) -> String {
    let text = match &task.form {
        Form::Cloze(_) => task.form.name(crate::domain::lang::Lang::Zh).to_owned(),
        _ => task.stem.clone(),
    };
    brief(&text.replace('\n', " "))
}

/// Whether the options keep the place that they have anyway.
pub(super) fn keeps_order(choice: &Choice) -> Option<bool> {
    let all = OptionSet::of(0..choice.options.len().min(OptionSet::MAX));
    match choice.pinned {
        own if own == all => Some(true),
        own if own == pinned(&choice.options) => Some(false),
        _ if choice.kind == Kind::TrueFalse => Some(false),
        _ => None,
    }
}
