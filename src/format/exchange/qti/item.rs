//! One item to a question, or to a case where it asks several things.

use std::collections::HashMap;

use crate::domain::answer::{
    Accept, Accepted, Blank, Case, Choice, Cloze, Decimal, Fault, FillIn, Form, GAP, Gap, GapAnswer, Length, Matching,
    Numeric, OrderRule, Ordering, PairRule, Piece, Quantity, Share, Task, Written,
};
use crate::domain::intake::{Loss, Place};
use crate::domain::item::{Kind, OptionSet, pinned};

use super::super::collection::{Collection, Refused, labelled};
use super::super::flow::{Flow, MARK};
use super::super::options::{Weight, judged};
use super::super::xml::{Element, Node};
use super::names::{EXPLANATION, FIELD, MADE_UP, TOOL, UNIT};
use crate::format::text::{brief, tidy};

/// The most gaps, items or partners of one question.
const PARTS: usize = 100;
/// The most right or mapped values of one response.
const VALUES: usize = 1000;

/// Reads an item into the collection.
pub(super) fn read(root: &Element, place: Place, category: &str, keywords: &[String], collection: &mut Collection) {
    let mut item = Item::of(root);
    match item.task() {
        Ok(Some(mut task)) => {
            task.category = category.to_owned();
            labelled(&mut task, keywords.to_vec());
            collection.take(place, Ok(task), item.flow.lost);
        }
        // Nothing of it can be carried; the losses say so.
        Ok(None) => collection.lose(&place, item.flow.lost),
        Err(refused) => collection.refuse(place, refused),
    }
}

/// Text with gaps, and the interaction behind it.
#[derive(Default)]
struct Segment<'a> {
    text: String,
    gaps: Vec<&'a Element>,
    block: Option<&'a Element>,
}

struct Item<'a> {
    root: &'a Element,
    declared: HashMap<&'a str, &'a Element>,
    flow: Flow,
    segments: Vec<Segment<'a>>,
    gaps: Vec<&'a Element>,
    model: String,
    /// Feedback that stands in the text.
    said: Vec<String>,
    unit: String,
    own: bool,
}

impl<'a> Item<'a> {
    fn of(root: &'a Element) -> Self {
        let declared = root.all("responseDeclaration");
        Self {
            root,
            declared: declared
                .filter_map(|declared| Some((declared.attribute("identifier")?, declared)))
                .collect(),
            flow: Flow::default(),
            segments: vec![],
            gaps: vec![],
            model: String::new(),
            said: vec![],
            unit: String::new(),
            own: root.attribute("toolName") == Some(TOOL),
        }
    }

    fn task(&mut self) -> Result<Option<Task>, Refused> {
        let name = self.root.attribute("identifier").unwrap_or_default();
        if self.root.first("templateDeclaration").is_some() {
            return Err((Fault::Computed, brief(name)));
        }
        if let Some(body) = self.root.first("itemBody") {
            self.lay(body);
        }
        self.end_segment(None);
        self.settings();
        let explanation = self.explanation();
        let title = self.root.attribute("title").map(tidy).unwrap_or_default();
        let id = Some(tidy(name))
            .filter(|id| !id.starts_with(MADE_UP))
            .unwrap_or_default();
        let Some(mut task) = self.assembled()? else {
            return Ok(None);
        };
        task.explanation = explanation;
        (task.title, task.id) = (title, id);
        Ok(Some(task))
    }

    fn end_segment(&mut self, block: Option<&'a Element>) {
        let text = self.flow.take();
        let gaps = std::mem::take(&mut self.gaps);
        if !text.is_empty() || !gaps.is_empty() || block.is_some() {
            self.segments.push(Segment { text, gaps, block });
        }
    }

    fn assembled(&mut self) -> Result<Option<Task>, Refused> {
        let segments = std::mem::take(&mut self.segments);
        let asking = segments
            .iter()
            .filter(|segment| segment.block.is_some() || !segment.gaps.is_empty())
            .count();
        let both = |segment: &Segment| segment.block.is_some() && !segment.gaps.is_empty();
        if asking == 0 {
            if self.flow.lost.iter().any(|(loss, _)| *loss == Loss::Form) {
                return Ok(None);
            }
            let text: Vec<String> = segments.into_iter().map(|segment| segment.text).collect();
            return Ok(Some(Task::new(text.join("\n"), Form::Information)));
        }
        if asking == 1 && !segments.iter().any(both) {
            let (mut texts, mut asked) = (vec![], None);
            for segment in segments {
                if segment.block.is_some() || !segment.gaps.is_empty() {
                    asked = Some(segment);
                } else {
                    texts.push(segment.text);
                }
            }
            let Some(mut segment) = asked else { return Ok(None) };
            if !texts.is_empty() {
                // What stands behind an interaction belongs to its question.
                let own = (!segment.text.is_empty()).then(|| segment.text.clone());
                segment.text = own.into_iter().chain(texts).collect::<Vec<_>>().join("\n");
            }
            return self.question(segment).map(Some);
        }
        let mut case = Case {
            material: String::new(),
            questions: vec![],
        };
        for (place, mut segment) in segments.into_iter().enumerate() {
            if place == 0 && segment.gaps.is_empty() {
                case.material = std::mem::take(&mut segment.text);
            }
            if both(&segment) {
                let text = Segment {
                    block: None,
                    text: std::mem::take(&mut segment.text),
                    gaps: std::mem::take(&mut segment.gaps),
                };
                case.questions.push(self.question(text)?);
            }
            if segment.block.is_some() || !segment.gaps.is_empty() {
                case.questions.push(self.question(segment)?);
            } else if !segment.text.is_empty() {
                case.questions.push(Task::new(segment.text, Form::Information));
            }
        }
        Ok(Some(Task::new("", Form::Case(case))))
    }

    fn question(&mut self, segment: Segment<'a>) -> Result<Task, Refused> {
        match segment.block {
            None => self.with_gaps(&segment.text, &segment.gaps),
            Some(block) => {
                let prompt = block
                    .first("prompt")
                    .map(|prompt| self.text_of(prompt))
                    .unwrap_or_default();
                let stem = [segment.text, prompt].into_iter().filter(|text| !text.is_empty());
                let stem: Vec<String> = stem.collect();
                let form = match block.name.as_str() {
                    "choiceInteraction" => Form::Choice(self.choice(block, "simpleChoice")),
                    "matchInteraction" => Form::Matching(self.matching(block)?),
                    "orderInteraction" => Form::Ordering(self.ordering(block)?),
                    _ => Form::Written(self.written(block)),
                };
                Ok(Task::new(stem.join("\n"), form))
            }
        }
    }

    /// Lays out what a person reads; interactions are set aside in order.
    fn lay(&mut self, element: &'a Element) {
        for node in &element.children {
            match node {
                Node::Text(text) => self.flow.text(text),
                Node::Element(element) => self.lay_element(element),
            }
        }
    }

    fn lay_element(&mut self, element: &'a Element) {
        let attribute = |name: &str| element.attribute(name).unwrap_or_default();
        let class = attribute("class");
        match element.name.as_str() {
            "textEntryInteraction" | "inlineChoiceInteraction" => {
                self.flow.gap();
                self.gaps.push(element);
            }
            "choiceInteraction" | "matchInteraction" | "orderInteraction" | "extendedTextInteraction" => {
                self.end_segment(Some(element));
            }
            name if name.ends_with("Interaction") || name == "portableCustomInteraction" => {
                self.flow.lose(Loss::Form, name);
                // What is to be read stays readable, what is to be touched is gone.
                if name == "hottextInteraction" || name == "gapMatchInteraction" {
                    self.lay(element);
                }
            }
            "br" => self.flow.line_break(),
            "p" | "div" if class == FIELD => {
                let gaps = element.below();
                self.unit = gaps
                    .iter()
                    .find(|gap| gap.attribute("class") == Some(UNIT))
                    .map_or_else(String::new, |unit| tidy(&unit.own_text()));
                self.gaps
                    .extend(gaps.into_iter().filter(|gap| gap.name == "textEntryInteraction"));
            }
            "span" if class == UNIT => self.unit = tidy(&element.own_text()),
            "pre" => {
                self.flow.edge();
                let before = std::mem::replace(&mut self.flow.verbatim, true);
                self.lay(element);
                self.flow.verbatim = before;
                self.flow.edge();
            }
            "p" | "div" | "ul" | "ol" | "section" | "article" | "simpleMatchSet" | "itemBody" => self.block(element),
            "span" | "hottext" | "prompt" => self.lay(element),
            "li" => {
                self.flow.edge();
                self.flow.text("- ");
                self.lay(element);
                self.flow.edge();
            }
            "img" => self.flow.object(Loss::Picture, attribute("alt"), attribute("src")),
            "object" if attribute("type").starts_with("image/") => {
                self.flow.object(Loss::Picture, "", attribute("data"))
            }
            "object" | "audio" | "video" | "math" | "include" | "svg" => {
                let source = [attribute("data"), attribute("src"), attribute("href")].concat();
                let source = if source.is_empty() {
                    element.name.clone()
                } else {
                    source
                };
                self.flow.object(Loss::Media, attribute("alt"), &source);
            }
            "rubricBlock"
                if attribute("view")
                    .split_whitespace()
                    .any(|view| view == "scorer" || view == "tutor") =>
            {
                self.model = self.text_of(element);
            }
            "rubricBlock" => self.block(element),
            "feedbackBlock" | "feedbackInline" => {
                self.flow.lose(Loss::FeedbackCondition, attribute("identifier"));
                let said = self.text_of(element);
                self.said.push(said);
            }
            "printedVariable" | "templateBlock" | "templateInline" | "gapText" | "gapImg" | "stylesheet" | "script" => {
                self.flow.lose(Loss::Element, &element.name);
            }
            "a" => {
                self.flow.lose(Loss::Link, attribute("href"));
                self.lay(element);
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "table" | "tbody" | "thead" | "tr" | "blockquote" | "hr"
            | "dl" | "dt" | "dd" => {
                self.flow.lose(Loss::Markup, &element.name);
                self.block(element);
            }
            "td" | "th" => {
                self.flow.text(" ");
                self.flow.lose(Loss::Markup, &element.name);
                self.lay(element);
            }
            name => {
                self.flow.lose(Loss::Markup, name);
                self.lay(element);
            }
        }
    }

    fn block(&mut self, element: &'a Element) {
        self.flow.edge();
        self.lay(element);
        self.flow.edge();
    }

    /// The text of a part, without the feedback on it.
    fn text_of(&mut self, element: &'a Element) -> String {
        let outer = std::mem::take(&mut self.flow);
        let gaps = std::mem::take(&mut self.gaps);
        for node in &element.children {
            match node {
                Node::Text(text) => self.flow.text(text),
                Node::Element(inner) if inner.name == "feedbackInline" => (),
                Node::Element(inner) => self.lay_element(inner),
            }
        }
        let text = self.flow.take();
        let inner = std::mem::replace(&mut self.flow, outer);
        for (loss, detail) in inner.lost {
            self.flow.lose(loss, &detail);
        }
        self.gaps = gaps;
        text
    }

    fn declaration(&self, interaction: &Element) -> Option<&'a Element> {
        self.declared.get(interaction.attribute("responseIdentifier")?).copied()
    }

    fn settings(&mut self) {
        if self.root.attribute("adaptive") == Some("true") {
            self.flow.lose(Loss::Setting, "adaptive");
        }
        for element in self.root.elements() {
            match element.name.as_str() {
                "responseProcessing" => {
                    let custom = element.elements().next().is_some() && !self.own;
                    if custom {
                        self.flow.lose(Loss::Processing, "");
                    }
                }
                "outcomeDeclaration" if element.attribute("identifier") == Some("MAXSCORE") => {
                    let most = element.below().into_iter().find(|below| below.name == "value");
                    let most = most.map(|value| tidy(&value.own_text())).unwrap_or_default();
                    if most.parse::<Decimal>() != Ok(Decimal::whole(1)) {
                        self.flow.lose(Loss::Setting, &format!("MAXSCORE：{most}"));
                    }
                }
                "responseDeclaration" | "outcomeDeclaration" | "itemBody" | "modalFeedback" => (),
                name => self.flow.lose(Loss::Element, name),
            }
        }
    }

    fn explanation(&mut self) -> String {
        let mut texts = vec![];
        let root = self.root;
        for feedback in root.all("modalFeedback") {
            let explains = feedback.attribute("outcomeIdentifier") == Some(EXPLANATION);
            if !explains {
                self.flow
                    .lose(Loss::FeedbackCondition, feedback.attribute("title").unwrap_or_default());
            }
            let text = self.text_of(feedback);
            if !text.is_empty() && !texts.contains(&text) {
                texts.push(text);
            }
        }
        texts.extend(std::mem::take(&mut self.said));
        texts.join("\n")
    }

    fn template(&self) -> &'a str {
        let processing = self.root.first("responseProcessing");
        processing
            .and_then(|processing| processing.attribute("template"))
            .unwrap_or_default()
    }

    /// Whether points are summed over parts rather than given for the whole.
    fn sums(&self) -> bool {
        let processing = self.root.first("responseProcessing");
        let maps = || {
            processing.is_some_and(|processing| processing.below().iter().any(|element| element.name == "mapResponse"))
        };
        self.template().contains("map_response") || maps()
    }

    fn choice(&mut self, interaction: &'a Element, named: &str) -> Choice {
        let choices: Vec<&Element> = interaction.elements().filter(|element| element.name == named).collect();
        let texts: Vec<String> = choices.iter().map(|choice| self.text_of(choice)).collect();
        let declared = self.declaration(interaction);
        let response = Declared::of(declared);
        if choices.len() > OptionSet::MAX {
            return Choice::new(Kind::Single, texts, OptionSet::EMPTY);
        }
        let one = declared.and_then(|declared| declared.attribute("cardinality")) != Some("multiple");
        let ids = choices
            .iter()
            .map(|choice| choice.attribute("identifier").unwrap_or_default());
        let mut weights = vec![];
        for id in ids {
            let value = response.value(id);
            let right = response.is_right(id);
            let share = response
                .mapped
                .iter()
                .filter(|(key, _)| response.is_right(key))
                .map(|(_, value)| *value);
            let all = share.fold(Decimal::default(), Decimal::plus);
            weights.push(match (right, value) {
                (true, Some(value)) if !one && !value.is_negative() && !all.is_zero() => {
                    Weight::Part(Share::ratio(value, all))
                }
                (true, _) => Weight::Full,
                (false, Some(value)) if value.is_negative() => Weight::Negative,
                (false, Some(value)) if !value.is_zero() && one => Weight::Part(Share::of(1, 2)),
                (false, Some(value)) if !value.is_zero() => {
                    self.flow.lose(Loss::PartialCredit, id);
                    Weight::Nothing
                }
                _ => Weight::Nothing,
            });
        }
        let flow = &mut self.flow;
        let (mut kind, key) = judged(&weights, one, &texts, &mut |loss, detail| flow.lose(loss, detail));
        if response.bounded {
            self.flow.lose(Loss::Setting, "lowerBound / upperBound");
        }
        for (name, usual) in [("minChoices", &["0"][..]), ("maxChoices", &["0", "1"])] {
            if let Some(value) = interaction.attribute(name).filter(|value| !usual.contains(value)) {
                self.flow.lose(Loss::Setting, &format!("{name}：{value}"));
            }
        }
        if self.own
            && let Some(stated) = interaction.attribute("class").and_then(Kind::from_code)
        {
            kind = stated;
        }
        let mut choice = Choice::new(kind, texts, key);
        choice.feedback = choices.iter().map(|choice| self.feedback_on(choice)).collect();
        let fixed =
            (0..choices.len().min(OptionSet::MAX)).filter(|place| choices[*place].attribute("fixed") == Some("true"));
        let fixed = OptionSet::of(fixed);
        choice.pinned = match interaction.attribute("shuffle") {
            Some("false") => OptionSet::of(0..choices.len().min(OptionSet::MAX)),
            _ if self.own => fixed,
            _ => OptionSet(fixed.0 | pinned(&choice.options).0),
        };
        choice
    }

    fn feedback_on(&mut self, choice: &'a Element) -> String {
        let said: Vec<String> = choice.all("feedbackInline").map(|said| self.text_of(said)).collect();
        said.join("\n")
    }

    fn matching(&mut self, interaction: &'a Element) -> Result<Matching, Refused> {
        let sets: Vec<&Element> = interaction.all("simpleMatchSet").collect();
        let [left, right] = sets[..] else {
            return Err((Fault::TooFewPairs, "simpleMatchSet".to_owned()));
        };
        let response = Declared::of(self.declaration(interaction));
        if left.children.len().max(right.children.len()) > 3 * PARTS {
            return Err((Fault::TooLarge, "simpleMatchSet".to_owned()));
        }
        let id = |choice: &Element| choice.attribute("identifier").unwrap_or_default().to_owned();
        let partners: Vec<String> = right.all("simpleAssociableChoice").map(id).collect();
        let mut items = vec![];
        for choice in left.all("simpleAssociableChoice") {
            let own = id(choice);
            let pairs = response.right.iter().filter_map(|pair| {
                let (item, partner) = pair.split_once(char::is_whitespace)?;
                (item == own).then(|| partners.iter().position(|known| known == partner.trim()))
            });
            let pairs: Vec<Option<usize>> = pairs.collect();
            let text = self.text_of(choice);
            match pairs[..] {
                [Some(partner)] => items.push((text, partner)),
                _ => return Err((Fault::BadPair, brief(&text))),
            }
        }
        self.uneven(&response);
        let partners = right
            .all("simpleAssociableChoice")
            .map(|choice| self.text_of(choice))
            .collect();
        Ok(Matching {
            items,
            partners,
            rule: if self.sums() { PairRule::Each } else { PairRule::All },
        })
    }

    /// Names different or negative points of parts that count alike here.
    fn uneven(&mut self, response: &Declared) {
        let mut values: Vec<Decimal> = response.mapped.iter().map(|(_, value)| *value).collect();
        values.sort_unstable();
        values.dedup();
        if values.iter().any(|value| value.is_negative()) || response.default.is_negative() {
            self.flow.lose(Loss::NegativeWeight, "mapping");
        }
        if values
            .iter()
            .filter(|value| !value.is_negative() && !value.is_zero())
            .count()
            > 1
        {
            self.flow.lose(Loss::UnevenWeights, "mapping");
        }
    }

    fn ordering(&mut self, interaction: &'a Element) -> Result<Ordering, Refused> {
        let right = Declared::of(self.declaration(interaction)).right;
        let choices: Vec<&Element> = interaction.all("simpleChoice").collect();
        if choices.len() > PARTS {
            return Err((Fault::TooLarge, choices.len().to_string()));
        }
        let mut items = vec![];
        for id in &right {
            let choice = choices.iter().find(|choice| choice.attribute("identifier") == Some(id));
            items.push(self.text_of(choice.ok_or((Fault::BadOrder, brief(id)))?));
        }
        if items.len() != choices.len() {
            return Err((Fault::BadOrder, items.len().to_string()));
        }
        Ok(Ordering {
            items,
            rule: OrderRule::All,
        })
    }

    fn written(&mut self, interaction: &'a Element) -> Written {
        let few = interaction
            .attribute("expectedLines")
            .and_then(|lines| lines.parse::<u32>().ok());
        let short = few.is_some_and(|lines| lines <= 3);
        Written {
            length: if short { Length::Short } else { Length::Essay },
            model: std::mem::take(&mut self.model),
            ..Written::default()
        }
    }

    fn with_gaps(&mut self, text: &str, elements: &[&'a Element]) -> Result<Task, Refused> {
        if elements.len() > PARTS {
            return Err((Fault::TooLarge, elements.len().to_string()));
        }
        let mut gaps = vec![];
        for element in elements {
            gaps.push(self.gap(element)?);
        }
        let placed = text.matches(MARK).count() == gaps.len();
        if let (
            [
                Gap {
                    answer: GapAnswer::Number(numeric),
                    ..
                },
            ],
            marks,
        ) = (&gaps[..], text.matches(MARK).count())
        {
            let mut numeric = numeric.clone();
            numeric.unit = std::mem::take(&mut self.unit);
            let stem = if marks == 0 {
                text.to_owned()
            } else {
                text.replace(MARK, GAP)
            };
            return Ok(Task::new(stem, Form::Numeric(numeric)));
        }
        let all_text = gaps.iter().all(|gap| matches!(gap.answer, GapAnswer::Text(_)));
        if all_text || !placed {
            let blanks = gaps.into_iter().filter_map(|gap| match gap.answer {
                GapAnswer::Text(accepted) => Some(Blank {
                    weight: gap.weight,
                    accepted,
                }),
                _ => None,
            });
            let blanks = self.without_order(blanks.collect());
            return Ok(Task::new(text.replace(MARK, GAP), Form::FillIn(blanks)));
        }
        let mut pieces = vec![];
        let mut gaps = gaps.into_iter();
        for (place, part) in text.split(MARK).enumerate() {
            if place > 0 {
                pieces.extend(gaps.next().map(Piece::Gap));
            }
            if !part.is_empty() {
                pieces.push(Piece::Text(part.to_owned()));
            }
        }
        Ok(Task::new("", Form::Cloze(Cloze { pieces })))
    }

    /// Blanks that all take the same answers, as many as there are of them, and are compared with each other: each
    /// answer is wanted once, in any order.
    fn without_order(&self, blanks: Vec<Blank>) -> FillIn {
        let processing = self
            .root
            .first("responseProcessing")
            .map(Element::below)
            .unwrap_or_default();
        let compared = processing
            .iter()
            .any(|element| element.name == "stringMatch" && element.all("variable").count() == 2);
        let texts = |blank: &Blank| {
            blank
                .accepted
                .iter()
                .map(|accepted| accepted.text.clone())
                .collect::<Vec<_>>()
        };
        let alike = blanks.windows(2).all(|two| texts(&two[0]) == texts(&two[1]));
        let fits = blanks.len() > 1 && blanks.first().is_some_and(|blank| blank.accepted.len() == blanks.len());
        if compared && alike && fits {
            let wanted = texts(&blanks[0]).into_iter().map(|text| Blank::taking([text]));
            return FillIn {
                blanks: wanted.collect(),
                ordered: false,
            };
        }
        FillIn { blanks, ordered: true }
    }

    fn gap(&mut self, interaction: &'a Element) -> Result<Gap, Refused> {
        if interaction.name == "inlineChoiceInteraction" {
            let mut choice = self.choice(interaction, "inlineChoice");
            if choice.kind == Kind::TrueFalse {
                choice.kind = Kind::Single;
            }
            choice.pinned = OptionSet::EMPTY;
            let response = Declared::of(self.declaration(interaction));
            let weight = response
                .mapped
                .iter()
                .find(|(key, _)| response.is_right(key))
                .and_then(|(_, value)| whole(*value));
            return Ok(Gap {
                weight: weight.unwrap_or(1),
                answer: GapAnswer::Choice(choice),
            });
        }
        if let Some(mask) = interaction.attribute("patternMask") {
            self.flow.lose(Loss::Setting, &format!("patternMask：{mask}"));
        }
        let declared = self.declaration(interaction);
        let response = Declared::of(declared);
        let base = declared
            .and_then(|declared| declared.attribute("baseType"))
            .unwrap_or("string");
        if base == "float" || base == "integer" {
            let mut quantities = vec![];
            for text in &response.right {
                let value = text.parse::<Decimal>().map_err(|_| (Fault::BadNumber, brief(text)))?;
                let accept = self.tolerance(interaction, value)?;
                quantities.push(Quantity {
                    accept,
                    share: Share::FULL,
                    feedback: String::new(),
                });
            }
            return Ok(Gap {
                weight: 1,
                answer: GapAnswer::Number(Numeric {
                    quantities,
                    unit: String::new(),
                }),
            });
        }
        let most = response
            .mapped
            .iter()
            .map(|(_, value)| *value)
            .max()
            .filter(|most| !most.is_zero() && !most.is_negative());
        let mut accepted: Vec<Accepted> = vec![];
        for (key, value) in &response.mapped {
            let share = most.map(|most| Share::ratio(*value, most)).unwrap_or_default();
            if share > Share::NONE {
                accepted.push(Accepted {
                    share,
                    ..Accepted::fully(key.clone())
                });
            }
        }
        for text in &response.correct {
            if !accepted.iter().any(|accepted| accepted.text == *text) {
                accepted.push(Accepted::fully(text.clone()));
            }
        }
        if response.case_sensitive {
            self.flow.lose(Loss::CaseSensitive, "caseSensitive");
        }
        Ok(Gap {
            weight: most.and_then(whole).unwrap_or(1),
            answer: GapAnswer::Text(accepted),
        })
    }

    /// The numbers that count as the right one, as the processing compares them.
    fn tolerance(&mut self, interaction: &Element, value: Decimal) -> Result<Accept, Refused> {
        let id = interaction.attribute("responseIdentifier").unwrap_or_default();
        let processing = self
            .root
            .first("responseProcessing")
            .map(Element::below)
            .unwrap_or_default();
        let compared = processing.into_iter().find(|element| {
            element.name == "equal"
                && element
                    .all("variable")
                    .any(|variable| variable.attribute("identifier") == Some(id))
        });
        let exact = Accept::Near {
            value,
            tolerance: Decimal::default(),
        };
        let Some(equal) = compared else { return Ok(exact) };
        let mode = equal.attribute("toleranceMode").unwrap_or("exact");
        if mode == "exact" {
            return Ok(exact);
        }
        let written = equal.attribute("tolerance").unwrap_or_default();
        let number = |text: &str| text.parse::<Decimal>().map_err(|_| (Fault::BadRange, brief(written)));
        let (below, above) = written.split_once(char::is_whitespace).unwrap_or((written, written));
        let (below, above) = (number(below)?, number(above.trim())?);
        for name in ["includeLowerBound", "includeUpperBound"] {
            if equal.attribute(name) == Some("false") {
                self.flow.lose(Loss::Setting, name);
            }
        }
        Ok(match (mode, below == above) {
            ("relative", true) => Accept::Percent { value, percent: below },
            ("relative", false) => Accept::Between {
                low: value.minus(value.share(below)),
                high: value.plus(value.share(above)),
            },
            (_, true) => Accept::Near {
                value,
                tolerance: below,
            },
            (_, false) => Accept::Between {
                low: value.minus(below),
                high: value.plus(above),
            },
        })
    }
}

fn whole(value: Decimal) -> Option<u32> {
    value
        .to_string()
        .parse()
        .ok()
        .filter(|weight| (1..=1000).contains(weight))
}

/// What a response declaration says is right.
#[derive(Default)]
struct Declared {
    correct: Vec<String>,
    /// What is right: what is said to be, or else all that earns something.
    right: Vec<String>,
    mapped: Vec<(String, Decimal)>,
    default: Decimal,
    bounded: bool,
    case_sensitive: bool,
}

impl Declared {
    fn of(element: Option<&Element>) -> Self {
        let Some(element) = element else { return Self::default() };
        let correct = element.first("correctResponse").map(|correct| {
            correct
                .all("value")
                .take(VALUES)
                .map(|value| tidy(&value.own_text()))
                .collect()
        });
        let mapping = element.first("mapping");
        let number = |element: &Element, name| element.attribute(name).and_then(|value| value.trim().parse().ok());
        let entry = |entry: &Element| Some((tidy(entry.attribute("mapKey")?), number(entry, "mappedValue")?));
        let entries = mapping.map(|mapping| mapping.all("mapEntry").take(VALUES).filter_map(entry).collect());
        let (correct, mapped): (Vec<String>, Vec<(String, Decimal)>) =
            (correct.unwrap_or_default(), entries.unwrap_or_default());
        let earning = mapped
            .iter()
            .filter(|(_, value)| !value.is_negative() && !value.is_zero());
        let earning = || earning.map(|(key, _)| key.clone()).collect();
        let sensitive = |mapping: &Element| {
            mapping
                .all("mapEntry")
                .any(|entry| entry.attribute("caseSensitive") == Some("true"))
        };
        Self {
            right: if correct.is_empty() { earning() } else { correct.clone() },
            correct,
            mapped,
            default: mapping
                .and_then(|mapping| number(mapping, "defaultValue"))
                .unwrap_or_default(),
            bounded: mapping.is_some_and(|mapping| {
                mapping.attribute("lowerBound").is_some() || mapping.attribute("upperBound").is_some()
            }),
            case_sensitive: mapping.is_some_and(sensitive),
        }
    }

    fn value(&self, id: &str) -> Option<Decimal> {
        let own = self.mapped.iter().find(|(key, _)| key == id).map(|(_, value)| *value);
        own.or((!self.mapped.is_empty()).then_some(self.default))
    }

    fn is_right(&self, id: &str) -> bool {
        self.right.iter().any(|right| right == id)
    }
}
