//! Question banks: every layout in, questions and notes out.

use std::collections::HashMap;

use crate::domain::answer::{Cells, Fault, Form};
use crate::domain::intake::{Found, Matter, Note, Place, Reading, check_sizes};
use crate::domain::item::{Difficulty, Kind, OptionSet, Question, State, pinned};

use super::file::{Contents, Refusal, open};
use super::jsonl;
use super::key::{Key, truth};
use super::options::Options;
use super::question_columns::{Columns, WORDS, difficulty, kind};
use super::stem::without_number;
use super::table::{ROW_LIMIT, Row, Section, Table, sections};
use super::text::{brief, parts, tidy};

/// Reads a question bank: XLSX, CSV or JSON Lines in any known layout.
///
/// A question in `found` with a doubt about it that must be settled before use is a [`State::Draft`]; all others
/// are [`State::Ready`] and fit for a paper. The file name serves only to know lock files.
pub fn read(file_name: &str, bytes: &[u8]) -> Reading<Question> {
    let reading = match open(file_name, bytes, WORDS) {
        Ok(Contents::Tables { format, tables }) => from_tables(format, tables),
        Ok(Contents::JsonLines(text)) => from_lines(&text),
        Err(refusal) => Err(refusal),
    };
    let mut reading = reading.unwrap_or_else(Reading::from);
    let repeated = repeated(&reading.found);
    reading.warnings.extend(repeated);
    reading
}

fn from_tables(format: &'static str, tables: Vec<Table>) -> Result<Reading<Question>, Refusal> {
    let (sections, notes) = sections::<Columns>(tables).map_err(|matter| Refusal { format, matter })?;
    let mut reading = Reading {
        format,
        found: vec![],
        warnings: notes,
        errors: vec![],
    };
    for section in &sections {
        for row in section.rows() {
            reading.take(section.table.place(row.number), Authored::from_row(section, row));
        }
    }
    Ok(reading)
}

fn from_lines(text: &str) -> Result<Reading<Question>, Refusal> {
    let format = "jsonl";
    let mut reading = Reading {
        format,
        found: vec![],
        warnings: vec![],
        errors: vec![],
    };
    let mut any = false;
    for (number, line) in jsonl::lines(text) {
        if reading.found.len() + reading.errors.len() >= ROW_LIMIT {
            return Err(Refusal {
                format,
                matter: Matter::TooManyRows { limit: ROW_LIMIT },
            });
        }
        let place = Place::Line(number);
        match line {
            Some(line) => {
                any = true;
                reading.take(place, Authored::from_line(&line));
            }
            None => reading.errors.push(Note {
                place,
                matter: Matter::BadLine,
            }),
        }
    }
    if any {
        Ok(reading)
    } else {
        Err(Refusal {
            format,
            matter: Matter::UnknownJson,
        })
    }
}

impl Reading<Question> {
    fn take(&mut self, place: Place, authored: Authored) {
        let mut doubts = vec![];
        match authored.into_question(&mut doubts) {
            Ok(value) => {
                self.warnings.extend(doubts.into_iter().map(|matter| Note {
                    place: place.clone(),
                    matter,
                }));
                self.found.push(Found { place, value });
            }
            Err(matter) => self.errors.push(Note { place, matter }),
        }
    }
}

/// Notes for questions whose stem stands earlier in the same file, be the options the same or not.
fn repeated(found: &[Found<Question>]) -> Vec<Note> {
    let mut first = HashMap::with_capacity(found.len());
    let mut notes = vec![];
    for Found { place, value } in found {
        let earlier = first.entry(&value.stem).or_insert(place);
        if *earlier != place {
            notes.push(Note {
                place: place.clone(),
                matter: Matter::RepeatedStem {
                    first: (*earlier).clone(),
                },
            });
        }
    }
    notes
}

/// What the file says about the kind.
enum Stated {
    Kind(Kind),
    Unknown(String),
    Blank,
    /// The layout does not tell: the key does.
    ByKey,
}

/// What was made of options and key.
struct Settled {
    options: Vec<String>,
    key: OptionSet,
    /// Whether nothing about them needs to be settled before use.
    sure: bool,
}

/// A question as its author wrote it down, before anything is made of it.
struct Authored {
    kind: Stated,
    /// Whether several options are right, in the author's words.
    several: Option<String>,
    stem: String,
    options: Options,
    key: Key,
    /// The key as accepted answer of a question without options.
    answer: String,
    /// By which rules the answers count; `None`: the layout has no such column.
    rules: Option<String>,
    explanation: String,
    basis: Vec<String>,
    tags: Vec<String>,
    topic: String,
    difficulty: Difficulty,
}

impl Authored {
    fn from_row(section: &Section<Columns>, row: &Row) -> Self {
        let columns = &section.headings;
        let word = row.text(columns.kind);
        let stated = match columns.kind {
            None => Stated::ByKey,
            Some(_) if word.is_empty() => Stated::Blank,
            Some(_) => kind(&word).map_or(Stated::Unknown(word), Stated::Kind),
        };
        let mut tags = parts(&row.text(columns.tags), &['、']);
        let named = tags.first().cloned().unwrap_or_else(|| row.text(columns.topic));
        tags.extend(
            columns
                .tag
                .iter()
                .map(|column| row.text(Some(*column)))
                .filter(|tag| !tag.is_empty()),
        );
        let topic = if named.is_empty() {
            tags.first().cloned().unwrap_or_default()
        } else {
            named
        };
        let level = row.text(columns.difficulty);
        // A word that says no difficulty is not lost: it stays as a tag.
        let level = difficulty(&level).or_else(|| {
            tags.extend((!level.is_empty()).then_some(level));
            None
        });
        Self {
            kind: stated,
            several: columns.several.map(|column| row.text(Some(column))),
            stem: row.text(columns.stem),
            options: options(columns, row),
            key: Key::new(&row.raw(columns.key)),
            answer: row.text(columns.key),
            rules: columns.rules.map(|column| row.text(Some(column))),
            explanation: row.text(columns.explanation),
            basis: parts(&row.text(columns.basis), &['；', ';', '\n']),
            tags,
            topic,
            difficulty: level.unwrap_or_default(),
        }
    }

    fn from_line(line: &jsonl::Line) -> Self {
        let (stem, options) = Options::from_text(&line.input);
        Self {
            kind: Stated::ByKey,
            several: None,
            stem,
            options,
            key: Key::new(&line.answer),
            answer: tidy(&line.answer),
            rules: None,
            explanation: String::new(),
            basis: vec![],
            tags: vec![],
            topic: String::new(),
            difficulty: Difficulty::Unknown,
        }
    }

    /// Makes a question of it, or says why the row is refused. Whatever is doubtful goes into `doubts`.
    fn into_question(mut self, doubts: &mut Vec<Matter>) -> Result<Question, Matter> {
        self.stem = without_number(&self.stem).to_owned();
        let kind = self.decide_kind()?;
        let form = self.form(kind, doubts)?;
        let Settled { options, key, sure } = self.settle(kind, doubts);
        let mut question = Question {
            kind,
            stem: self.stem,
            pinned: pinned(&options),
            form,
            options,
            key,
            explanation: self.explanation,
            basis: self.basis,
            tags: self.tags,
            topic: self.topic,
            difficulty: self.difficulty,
            state: State::Draft,
        };
        check_sizes(&question)?;
        if sure && question.fit().is_ok() {
            question.state = State::Ready;
        }
        Ok(question)
    }

    /// The kind as stated, or as the key tells where the layout does not state one.
    fn decide_kind(&self) -> Result<Kind, Matter> {
        if self.stem.is_empty() {
            return Err(Matter::NoStem);
        }
        let bare = self.options.texts.is_empty();
        let kind = match &self.kind {
            Stated::Blank | Stated::ByKey if bare && self.answer.is_empty() => return Err(Matter::StemOnly),
            Stated::Blank => return Err(Matter::NoKind),
            Stated::Unknown(word) => return Err(Matter::UnknownKind { word: brief(word) }),
            Stated::Kind(kind) => *kind,
            Stated::ByKey if self.is_judgement() => Kind::TrueFalse,
            Stated::ByKey if self.key.letters().len() > 1 => Kind::Multiple,
            Stated::ByKey => Kind::Single,
        };
        let chosen = matches!(kind, Kind::Single | Kind::Multiple | Kind::Indefinite);
        if chosen && bare && !self.key.is_missing() {
            return Err(Matter::NoOptions { key: self.key.word() });
        }
        Ok(kind)
    }

    /// Whether the key is a word for right or wrong that no option letter explains.
    fn is_judgement(&self) -> bool {
        let judged = self.options.texts.iter().all(|text| truth(text).is_some());
        !self.names_options(&self.key.letters()) && judged && self.key.truth().is_some()
    }

    fn names_options(&self, letters: &str) -> bool {
        !letters.is_empty() && letters.chars().all(|c| self.options.place_of(c).is_some())
    }

    fn settle(&self, kind: Kind, doubts: &mut Vec<Matter>) -> Settled {
        match kind {
            // Their answers are no options; those of other kinds do not fit into a table.
            kind if !kind.is_choice() => Settled {
                options: vec![],
                key: OptionSet::EMPTY,
                sure: true,
            },
            Kind::TrueFalse if self.options.texts.is_empty() => self.judge_alone(doubts),
            _ => self.choose(kind, doubts),
        }
    }

    /// What is right in a question beyond choice: by the rules of the table, else a list, or lines as the editor has them.
    fn form(&mut self, kind: Kind, doubts: &mut Vec<Matter>) -> Result<Option<Form>, Matter> {
        if kind.is_choice() {
            let rules = self.rules.take().unwrap_or_default();
            return match rules.is_empty() {
                true => Ok(None),
                false => Err(unusable(Fault::Syntax, &rules)),
            };
        }
        let form = match self.rules.take() {
            Some(rules) => self.ruled(kind, rules)?,
            None => self.listed(kind)?,
        };
        if form.fit().is_err() {
            doubts.push(Matter::NoKey);
        }
        Ok(Some(form))
    }

    fn ruled(&mut self, kind: Kind, rules: String) -> Result<Form, Matter> {
        let answers = match self.answer.is_empty() {
            true => self.options.texts.join("\n"),
            false => self.answer.clone(),
        };
        let cells = Cells {
            text: self.stem.clone(),
            answers,
            rules,
        };
        let (stem, form) = Form::of_cells(kind, &cells)
            .map_err(|wrong| unusable(wrong.fault, &format!("{} {}", cells.rules, cells.answers)))?;
        self.stem = stem;
        Ok(form)
    }

    fn listed(&mut self, kind: Kind) -> Result<Form, Matter> {
        // A model answer with this heading has criteria and a length before it, as the editor has them.
        let headed = kind != Kind::FillBlank && self.answer.lines().any(|line| line.trim() == "参考答案：");
        let list = Form::of_list(kind, &self.accepted_answers(kind)).filter(|_| !headed);
        if let Some(form) = list {
            return Ok(form);
        }
        let (stem, form) =
            Form::read(kind, &self.stem, &self.answer).map_err(|wrong| unusable(wrong.fault, &self.answer))?;
        self.stem = stem;
        Ok(form)
    }

    /// What counts as right in a question without options: blank by blank, or one model answer.
    fn accepted_answers(&self, kind: Kind) -> Vec<String> {
        if self.answer.is_empty() {
            self.options.texts.clone()
        } else if kind == Kind::FillBlank {
            parts(&self.answer, &['；', ';', '\n'])
        } else {
            vec![self.answer.clone()]
        }
    }

    /// A 判断 question without options of its own.
    fn judge_alone(&self, doubts: &mut Vec<Matter>) -> Settled {
        let options = vec!["正确".to_owned(), "错误".to_owned()];
        let (key, sure) = match (self.key.truth(), self.key.letters().as_str()) {
            (Some(right), _) => {
                doubts.extend(self.key.cleaned_word());
                (OptionSet::of([usize::from(!right)]), true)
            }
            (None, letters @ ("A" | "B")) => {
                doubts.push(Matter::OptionsAssumed {
                    key: letters.to_owned(),
                });
                (OptionSet::from_letters(letters).unwrap_or_default(), false)
            }
            _ => {
                doubts.push(self.unusable_key());
                (OptionSet::EMPTY, false)
            }
        };
        Settled { options, key, sure }
    }

    /// A question with options, or one that should have them.
    fn choose(&self, kind: Kind, doubts: &mut Vec<Matter>) -> Settled {
        let count = self.options.texts.len();
        doubts.extend(self.options.doubt.clone());
        if count < 2 {
            doubts.push(Matter::TooFewOptions { count });
        }
        let letters = self.key.letters();
        let key = match self.meant(kind, &letters) {
            Some(place) => {
                doubts.extend(self.key.cleaned_word());
                Some(OptionSet::of([place]))
            }
            None => self.named(kind, &letters, doubts),
        };
        // A key that cannot be placed is kept as it was written, for the person who has to settle it.
        let written = OptionSet::from_letters(&letters).unwrap_or_default();
        let sure = key.is_some() && !self.options.unsure;
        Settled {
            options: self.options.texts.clone(),
            key: key.unwrap_or(written),
            sure,
        }
    }

    /// The one option of a 判断 question that means the same as the word in the key.
    fn meant(&self, kind: Kind, letters: &str) -> Option<usize> {
        if kind != Kind::TrueFalse || self.names_options(letters) {
            return None;
        }
        let right = self.key.truth()?;
        let mut same = (0..self.options.texts.len()).filter(|place| truth(&self.options.texts[*place]) == Some(right));
        same.next().filter(|_| same.next().is_none())
    }

    /// The options that the letters of the key name, if all of them can be placed.
    fn named(&self, kind: Kind, letters: &str, doubts: &mut Vec<Matter>) -> Option<OptionSet> {
        if letters.is_empty() {
            doubts.push(self.unusable_key());
            return None;
        }
        doubts.extend(self.key.cleaned(letters));
        doubts.extend(self.contradiction(kind, letters));
        let places: Option<Vec<usize>> = letters.chars().map(|c| self.options.place_of(c)).collect();
        let letters = letters.to_owned();
        if places.is_none() {
            doubts.push(Matter::KeyNotAnOption {
                letters,
                labels: self.options.labels(),
            });
        } else if !count_suits(kind, letters.len()) {
            doubts.push(Matter::KeyCount { kind, letters });
        }
        places.map(OptionSet::of)
    }

    /// A note that the file calls the question one of several right options and the key names one, or the reverse.
    fn contradiction(&self, kind: Kind, letters: &str) -> Option<Matter> {
        let several = self.several.as_ref()?;
        let agrees = truth(several)? == (letters.len() > 1);
        let note = || Matter::KindByKey {
            stated: several.clone(),
            letters: letters.to_owned(),
            kind,
        };
        (!agrees).then(note)
    }

    fn unusable_key(&self) -> Matter {
        if self.key.is_missing() {
            Matter::NoKey
        } else {
            Matter::UnreadableKey { word: self.key.word() }
        }
    }
}

fn unusable(fault: Fault, detail: &str) -> Matter {
    Matter::Unusable {
        fault,
        detail: brief(detail.trim()),
    }
}

fn count_suits(kind: Kind, letters: usize) -> bool {
    match kind {
        Kind::Multiple => letters >= 2,
        kind => !kind.one_choice() || letters == 1,
    }
}

fn options(columns: &Columns, row: &Row) -> Options {
    let each = columns
        .each_option
        .iter()
        .map(|(place, column)| (*place, row.text(Some(*column))));
    let each: Vec<_> = each.filter(|(_, text)| !text.is_empty()).collect();
    if each.is_empty() {
        Options::from_cell(&row.text(columns.options))
    } else {
        Options::from_columns(each)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use encoding_rs::GB18030;
    use proptest::prelude::*;
    use rust_xlsxwriter::{Format, Workbook};

    use super::*;
    use crate::domain::item::letter;

    const OURS: &str = "题型,题目,选项A,选项B,选项C,选项D,选项E,答案,解析,法律依据,标签";

    fn csv(rows: &[&str]) -> Reading<Question> {
        read("题库.csv", rows.join("\n").as_bytes())
    }

    fn ours(rows: &[&str]) -> Reading<Question> {
        csv(&[&[OURS], rows].concat())
    }

    fn codes(notes: &[Note]) -> Vec<String> {
        notes
            .iter()
            .map(|note| format!("{} {}", note.place, note.matter.code()))
            .collect()
    }

    fn workbook(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
        let mut workbook = Workbook::new();
        for (name, rows) in sheets {
            let sheet = workbook.add_worksheet().set_name(*name).expect("a sheet name");
            for (row, cells) in rows.iter().enumerate() {
                for (column, text) in cells.iter().enumerate() {
                    sheet.write(row as u32, column as u16, *text).expect("a cell");
                }
            }
        }
        workbook.save_to_buffer().expect("a workbook")
    }

    #[test]
    fn our_own_layout_is_read_whole() {
        let reading = ours(&[
            "单选题,\"1.甲\n乙？\",一,二,三,,,B,见第三条,《安全生产法》第三条；《消防法》第二条,总则、责任",
            "判断题,对否？,,,,,,错误,,,",
            "不定项选择题,哪些？,一,二,三,四,五,ABCDE,,,",
        ]);
        assert_eq!((codes(&reading.warnings), codes(&reading.errors)), (vec![], vec![]));
        let first = &reading.found[0].value;
        assert_eq!(
            (first.stem.as_str(), first.options.len(), first.key.letters().as_str()),
            ("甲\n乙？", 3, "B")
        );
        assert_eq!(first.basis, ["《安全生产法》第三条", "《消防法》第二条"]);
        assert_eq!(
            (&first.tags[..], first.explanation.as_str()),
            (&["总则".into(), "责任".into()][..], "见第三条")
        );
        let second = &reading.found[1];
        assert_eq!(
            (second.value.options.join(" "), second.value.key.letters()),
            ("正确 错误".into(), "B".into())
        );
        assert_eq!(second.place, Place::Line(4));
        assert!(reading.found.iter().all(|found| found.value.state == State::Ready));
    }

    #[test]
    fn rows_that_cannot_be_stored_are_refused_with_their_reason() {
        let reading = ours(&[
            "单选题,,一,二,,,,A,,,",
            "画图题,甲？,一,二,,,,A,,,",
            ",甲？,一,二,,,,A,,,",
            "单选题,甲？,,,,,,A,,,",
            ",甲？,,,,,,,,,",
            &format!("单选题,{},一,二,,,,A,,,", "长".repeat(8001)),
        ]);
        assert!(reading.found.is_empty());
        let expected = [
            "2 no_stem",
            "3 unknown_kind",
            "4 no_kind",
            "5 no_options",
            "6 stem_only",
            "7 too_long",
        ];
        assert_eq!(codes(&reading.errors), expected);
        let letters: Vec<String> = (0..11).map(|place| format!("选项{}", letter(place))).collect();
        let header = format!("题型,题目,答案,{}", letters.join(","));
        let many = csv(&[&header, "单选题,甲？,A,1,2,3,4,5,6,7,8,9,10,11"]);
        assert_eq!(codes(&many.errors), ["2 too_many_options"]);
    }

    #[test]
    fn unfinished_questions_are_kept_as_drafts() {
        let reading = ours(&[
            "单选题,一？,一,二,,,,,,,",
            "单选题,二？,一,二,,,,C,,,",
            "单选题,三？,一,二,,,,AB,,,",
            "多选题,四？,一,二,,,,A,,,",
            "单选题,五？,一,,,,,A,,,",
            "单选题,六？,一,二,,,,见解析,,,",
            "判断题,七,,,,,,A,,,",
            "填空题,八___,,,,,,甲；乙,,,",
            "填空题,九___,,,,,,,,,",
            "多选题,十？,,,,,,,,,",
        ]);
        let expected = [
            "2 no_key",
            "3 key_not_an_option",
            "4 key_count",
            "5 key_count",
            "6 too_few_options",
            "7 unreadable_key",
            "8 options_assumed",
            "10 no_key",
            "11 too_few_options",
            "11 no_key",
        ];
        assert_eq!(codes(&reading.warnings), expected);
        assert_eq!((reading.found.len(), reading.errors.len()), (10, 0));
        let ready: Vec<_> = (0..10)
            .filter(|place| reading.found[*place].value.state == State::Ready)
            .collect();
        assert_eq!(ready, [7], "what a table says of a 填空 is all there is to say");
        assert_eq!(
            reading.found[7].value.form.as_ref().map(Form::right),
            Some(vec!["甲".to_owned(), "乙".to_owned()])
        );
    }

    #[test]
    fn the_key_decides_where_no_kind_is_stated() {
        let reading = csv(&[
            "input,output,A,B,C,source,multichoice",
            "一？,B,甲,乙,丙,法考,False",
            "二？,AC,甲,乙,丙,法考,True",
            "三？,A,甲,乙,丙,法考,True",
            "四？,对,,,,法考,False",
        ]);
        let kinds: Vec<_> = reading.found.iter().map(|found| found.value.kind).collect();
        assert_eq!(kinds, [Kind::Single, Kind::Multiple, Kind::Single, Kind::TrueFalse]);
        let contradiction = Matter::KindByKey {
            stated: "True".into(),
            letters: "A".into(),
            kind: Kind::Single,
        };
        assert_eq!(
            reading.warnings,
            [Note {
                place: Place::Line(4),
                matter: contradiction
            }]
        );
        assert!(reading.found.iter().all(|found| found.value.state == State::Ready));
    }

    #[test]
    fn judgements_take_letters_words_and_signs() {
        let reading = ours(&[
            "判断题,一,正确,错误,,,,B,,,",
            "判断题,二,错,对,,,,√,,,",
            "判断题,三,,,,,,×,,,",
            "判断题,四,,,,,,true,,,",
            "判断题,五,违法,合法,,,,正确,,,",
            "判断题,六,正确,错误,,,,F,,,",
        ]);
        let keys: Vec<_> = reading.found.iter().map(|found| found.value.key.letters()).collect();
        assert_eq!(keys, ["B", "B", "B", "A", "", "B"]);
        assert_eq!(codes(&reading.warnings), ["6 unreadable_key"]);
    }

    #[test]
    fn keys_are_cleaned_with_a_warning() {
        let reading = ours(&["多选题,一？,一,二,三,,,\"Ａ, c \",,,", "单选题,二？,一,二,,,,b,,,"]);
        assert_eq!(codes(&reading.warnings), ["2 key_normalised", "3 key_normalised"]);
        assert_eq!(reading.found[0].value.key.letters(), "AC");
        assert_eq!(reading.found[0].value.state, State::Ready);
    }

    #[test]
    fn a_question_that_stands_twice_names_the_first_place() {
        let reading = ours(&[
            "单选题,1.甲？,一,二,,,,A,,,",
            "单选题,乙？,一,三,,,,A,,,",
            "单选题,9、甲？,一,二,,,,A,,,",
            "单选题,甲？,三,四,,,,A,,,",
        ]);
        let repeated = |line| Note {
            place: Place::Line(line),
            matter: Matter::RepeatedStem { first: Place::Line(2) },
        };
        assert_eq!(reading.warnings, [repeated(4), repeated(5)]);
        assert_eq!(reading.found.len(), 4);
    }

    #[test]
    fn every_sheet_is_read_and_titles_are_passed_over() {
        let header: &[&str] = &["题目", "选项A", "选项B", "答案"];
        let question: &[&str] = &["甲？", "一", "二", "A"];
        let bytes = workbook(&[
            ("空", &[]),
            ("一", &[&["2024 年题库"], &[], header, question]),
            ("二", &[header, &["乙？", "一", "二", "B"]]),
            ("说明", &[&["请勿修改"]]),
        ]);
        let reading = read("题库.xlsx", &bytes);
        assert_eq!(reading.format, "xlsx");
        let places: Vec<_> = reading.found.iter().map(|found| found.place.to_string()).collect();
        assert_eq!(places, ["一!4", "二!2"]);
        assert_eq!(codes(&reading.warnings), ["说明 sheet_skipped"]);
    }

    #[test]
    fn a_merged_kind_speaks_for_its_rows() {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet
            .write_row(0, 0, ["题型", "题目", "选项A", "选项B", "答案"])
            .expect("headings");
        sheet
            .merge_range(1, 0, 2, 0, "单选题", &Format::new())
            .expect("a merged kind");
        for row in 1..=2 {
            sheet
                .write_row(row, 1, [format!("{row}甲？").as_str(), "一", "二", "A"])
                .expect("a question");
        }
        let reading = read("a.xlsx", &workbook.save_to_buffer().expect("a workbook"));
        assert_eq!((reading.found.len(), reading.errors.len()), (2, 0));
        assert_eq!(codes(&reading.warnings), ["Sheet1!2 merged_cells"]);
    }

    #[test]
    fn a_bank_may_come_in_the_encoding_of_a_chinese_excel() {
        let text = "题目,选项A,选项B,答案\n甲？,一,二,A\n";
        let (bytes, _, _) = GB18030.encode(text);
        assert_eq!(read("a.csv", &bytes).found.len(), 1);
        let utf_16: Vec<u8> = format!("\u{feff}{}", text.replace(',', "\t"))
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(read("a.txt", &utf_16).found.len(), 1);
    }

    #[test]
    fn files_that_are_no_bank_are_refused_whole() {
        let refusal = |name: &str, bytes: &[u8]| {
            let reading = read(name, bytes);
            assert!(reading.found.is_empty() && reading.errors.len() == 1);
            assert_eq!(reading.errors[0].place, Place::File);
            format!("{} {}", reading.format, reading.errors[0].matter.code())
        };
        assert_eq!(refusal("a.csv", b""), "unknown empty_file");
        assert_eq!(refusal("a.csv", "姓名,工号\n甲,1".as_bytes()), "csv unknown_header");
        assert_eq!(refusal("a.csv", OURS.as_bytes()), "csv no_rows");
        assert_eq!(refusal("a.csv", b"\xff\xff\xff"), "unknown unknown_encoding");
        assert_eq!(refusal("a.json", b"{\"a\":1}\n{}"), "jsonl unknown_json");
        assert_eq!(refusal("a.xlsx", &workbook(&[("空", &[])])), "xlsx no_rows");
        assert_eq!(
            refusal("a.xlsx", &workbook(&[("甲", &[&["姓名"]])])),
            "xlsx unknown_header"
        );
        assert_eq!(refusal("a.xlsx", b"PK\x03\x04"), "unknown damaged_file");
    }

    fn any_cell() -> impl Strategy<Value = String> {
        prop_oneof![
            "[A-Ja-jＡ-Ｄ ,、]{0,4}",
            "(判断题|单选题|多选题|不定项|填空题|简答题|正确|错误|√|×|对|TRUE|F)",
            "(\\*\\*|##)?[A-D][.、:]?.{0,3}(\\*\\*|##|\n| )[A-D][.、:]?.{0,3}",
            "[0-9]{0,3}[.、]?.{0,6}",
            any::<String>(),
        ]
    }

    fn any_heading() -> impl Strategy<Value = &'static str> {
        prop::sample::select(
            &[
                "题型",
                "题目",
                "选项",
                "选项A",
                "选项B",
                "选项C",
                "选项D",
                "答案",
                "标签",
                "multichoice",
                "",
            ][..],
        )
    }

    fn ready_is_fit_and_drafts_are_explained(reading: &Reading<Question>) {
        let doubted: HashSet<String> = reading.warnings.iter().map(|note| note.place.to_string()).collect();
        for found in reading.found.iter().filter(|found| found.value.state == State::Draft) {
            assert!(doubted.contains(&found.place.to_string()), "{:?}", found.value);
        }
        for found in reading.found.iter().filter(|found| found.value.state == State::Ready) {
            assert_eq!(found.value.fit(), Ok(()), "{:?}", found.value);
        }
    }

    proptest! {
        #[test]
        fn no_bytes_panic(name in ".{0,8}", bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            read(&name, &bytes);
        }

        #[test]
        fn no_text_panics_and_ready_questions_are_fit(
            headings in prop::collection::vec(any_heading(), 3..12),
            rows in prop::collection::vec(prop::collection::vec(any_cell(), 0..12), 0..6),
        ) {
            let mut writer = ::csv::WriterBuilder::new().flexible(true).from_writer(vec![]);
            writer.write_record(&headings).expect("headings");
            for row in rows.iter().filter(|row| !row.is_empty()) {
                writer.write_record(row).expect("a row");
            }
            ready_is_fit_and_drafts_are_explained(&read("a.csv", &writer.into_inner().expect("text")));
        }

        #[test]
        fn no_line_panics_and_ready_questions_are_fit(input in any_cell(), answer in any_cell()) {
            let line = serde_json::json!({ "input": format!("？\n{input}\nB:{input}"), "answer": answer });
            ready_is_fit_and_drafts_are_explained(&read("a.jsonl", line.to_string().as_bytes()));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn no_workbook_panics_and_ready_questions_are_fit(
            headings in prop::collection::vec(any_heading(), 3..12),
            rows in prop::collection::vec(prop::collection::vec(any_cell(), 0..12), 0..6),
            merged in (1u32..5, 1u32..5, 0u16..3),
        ) {
            let mut workbook = Workbook::new();
            let sheet = workbook.add_worksheet();
            sheet.write_row(0, 0, headings).expect("headings");
            for (row, cells) in rows.iter().enumerate() {
                sheet.write_row(row as u32 + 1, 0, cells).expect("a row");
            }
            let (first, more, column) = merged;
            sheet.merge_range(first, column, first + more, column, "单选题", &Format::new()).expect("a range");
            ready_is_fit_and_drafts_are_explained(&read("a.xlsx", &workbook.save_to_buffer().expect("a workbook")));
        }
    }
}
