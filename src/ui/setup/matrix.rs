//! The blueprint in the set-up form and on the exam's page: parts, bounds by topic and difficulty, questions named one
//! by one, and the report that says whether papers can be made.

use leptos::prelude::*;

use super::super::part::{Tone, notice, table};
use crate::{
    domain::{
        blueprint::{Blueprint, Bound, Count, MAX_COUNT, Part, Report, Tally, cell_name},
        item::{Difficulty, Kind},
        lang::Lang,
    },
    error::Fault,
    ui::shell::as_text,
};

/// One line of bounds as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedBound {
    /// `=` and the topic; empty for any.
    pub topic: String,
    /// The code of the difficulty; empty for any.
    pub difficulty: String,
    pub number: String,
}

/// One part as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedPart {
    pub kind: Kind,
    pub count: String,
    pub points: String,
    /// The place of the part on the paper.
    pub order: String,
    pub title: String,
    pub instruction: String,
    pub bounds: Vec<TypedBound>,
}

/// The blueprint as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedBlueprint {
    /// Every kind once.
    pub parts: Vec<TypedPart>,
    /// Numbers of questions, parted by anything but letters and digits.
    pub must_include: String,
    /// One set a line.
    pub enemies: String,
    pub ceiling: String,
}

fn typed_number(bound: &Bound) -> String {
    match (bound.min, bound.max) {
        (min, max) if min == max => min.to_string(),
        (min, MAX_COUNT) => format!("{min}-"),
        (0, max) => format!("-{max}"),
        (min, max) => format!("{min}-{max}"),
    }
}

impl TypedBlueprint {
    pub fn of(blueprint: &Blueprint) -> Self {
        let typed = |kind: Kind| {
            let order = blueprint.parts.iter().position(|part| part.kind == kind);
            let part = blueprint.part_of(kind);
            TypedPart {
                kind,
                count: part.map_or("0".to_owned(), |part| part.count.to_string()),
                points: part.map_or("1".to_owned(), |part| part.points.to_string()),
                order: order.map_or(String::new(), |place| (place + 1).to_string()),
                title: part.map(|part| part.title.clone()).unwrap_or_default(),
                instruction: part.map(|part| part.instruction.clone()).unwrap_or_default(),
                bounds: part
                    .map(|part| part.bounds.iter().map(typed_bound).collect())
                    .unwrap_or_default(),
            }
        };
        let ids = |set: &[crate::domain::id::QuestionId], by: &str| {
            set.iter().map(ToString::to_string).collect::<Vec<_>>().join(by)
        };
        Self {
            parts: Kind::ALL.into_iter().map(typed).collect(),
            must_include: ids(&blueprint.must_include, "\n"),
            enemies: blueprint
                .enemies
                .iter()
                .map(|set| ids(set, " "))
                .collect::<Vec<_>>()
                .join("\n"),
            ceiling: blueprint.ceiling.map(|percent| percent.to_string()).unwrap_or_default(),
        }
    }
}

fn typed_bound(bound: &Bound) -> TypedBound {
    TypedBound {
        topic: bound
            .topic
            .as_ref()
            .map(|topic| format!("={topic}"))
            .unwrap_or_default(),
        difficulty: bound
            .difficulty
            .map(|level| level.code().to_owned())
            .unwrap_or_default(),
        number: typed_number(bound),
    }
}

/// Empty lines below those that are filled in.
const SPARE: usize = 3;

/// The fieldset of the form. `topics` are those of the bank chosen.
pub fn fields(lang: Lang, typed: &TypedBlueprint, topics: &[(String, i64)]) -> impl IntoView + use<> {
    let (choices, others): (Vec<_>, Vec<_>) = typed.parts.iter().partition(|part| part.kind.is_choice());
    let set = others.iter().any(|part| !matches!(part.count.as_str(), "" | "0"));
    let shown = |parts: Vec<&TypedPart>| {
        let parts = parts.into_iter();
        parts.map(|part| part_fields(lang, part, topics)).collect_view()
    };
    let (parts, others) = (shown(choices), shown(others));
    let named = !(typed.must_include.is_empty() && typed.enemies.is_empty() && typed.ceiling.is_empty());
    view! {
        <fieldset class="card stack">
            <legend><h2>{lang.pick("试卷由什么组成", "What a paper is made of")}</h2></legend>
            <p class="small soft">{lang.pick("题数填 0 表示不出这种题。", "0 questions: none of that kind.")}</p>
            {parts}
            <details class="more" open=set>
                <summary>{lang.pick("填空、数值、连线、排序、简答、论述、案例", "Blanks, numbers, pairs, orders, texts, cases")}</summary>
                <div class="stack">{others}</div>
            </details>
            <details class="more" open=named>
                <summary>{lang.pick("必出题、不能同卷的题、单题使用上限", "Must-include, never together, exposure ceiling")}</summary>
                <div class="stack">
                    <p class="small soft">{lang.pick("题目编号在题库页每道题下面。", "The number of a question stands below it on the bank page.")}</p>
                    <div class="field">
                        <label for="must_include">{lang.pick("每份试卷都要有的题（每行一个编号）", "Questions on every paper (one number a line)")}</label>
                        <textarea id="must_include" name="must_include" inner_html=as_text(&typed.must_include)></textarea>
                    </div>
                    <div class="field">
                        <label for="enemies">{lang.pick("不能同卷的题（每行一组，编号用空格分开）", "Questions that never stand together (one set a line, numbers parted by blanks)")}</label>
                        <textarea id="enemies" name="enemies" inner_html=as_text(&typed.enemies)></textarea>
                    </div>
                    <div class="field">
                        <label for="ceiling">{lang.pick("一道题最多出现在百分之几的试卷上（1 到 100，不限留空）", "A question stands on at most … % of the papers (1 to 100, empty for none)")}</label>
                        <input id="ceiling" name="ceiling" inputmode="numeric" value=typed.ceiling.clone()/>
                    </div>
                </div>
            </details>
        </fieldset>
    }
}

fn part_fields(lang: Lang, part: &TypedPart, topics: &[(String, i64)]) -> impl IntoView + use<> {
    let (name, code) = (part.kind.name(lang), part.kind.code());
    let id = |field: &str| format!("{code}_{field}");
    let detailed = !(part.bounds.is_empty() && part.title.is_empty() && part.instruction.is_empty());
    let spare = std::iter::repeat_n(TypedBound::default(), SPARE);
    let rows = part
        .bounds
        .iter()
        .cloned()
        .chain(spare)
        .enumerate()
        .map(|(place, bound)| bound_fields(lang, part.kind, place, &bound, topics))
        .collect_view();
    view! {
        <div class="thirds" role="group" aria-label=name>
            <p class="strong">{name}</p>
            <div class="field">
                <label for=id("count")>{format!("{name} · {}", lang.pick("题数", "questions"))}</label>
                <input id=id("count") name=id("count") r#type="number" min="0" max="500" value=part.count.clone() required=true/>
            </div>
            <div class="field">
                <label for=id("points")>{format!("{name} · {}", lang.pick("每题分", "points each"))}</label>
                <input id=id("points") name=id("points") inputmode="decimal" value=part.points.clone() required=true/>
            </div>
        </div>
        <details class="more" open=detailed>
            <summary>{format!("{name} · {}", lang.pick("名称、说明、知识点和难度", "title, instruction, topics and difficulties"))}</summary>
            <div class="stack">
                <div class="halves">
                    <div class="field">
                        <label for=id("title")>{lang.pick("大题名称（不填就用题型）", "Title of the part (empty: its kind)")}</label>
                        <input id=id("title") name=id("title") maxlength="50" value=part.title.clone()/>
                    </div>
                    <div class="field">
                        <label for=id("order")>{lang.pick("第几大题（不填按上面的顺序）", "Place on the paper (empty: as listed)")}</label>
                        <input id=id("order") name=id("order") inputmode="numeric" value=part.order.clone()/>
                    </div>
                </div>
                <div class="field">
                    <label for=id("instruction")>{lang.pick("大题说明（可不填）", "Instruction (optional)")}</label>
                    <textarea id=id("instruction") name=id("instruction") maxlength="300" inner_html=as_text(&part.instruction)></textarea>
                </div>
                <p class="small soft">{lang.pick("每行限定一个知识点、一个难度或两者的题数：2-5 是 2 到 5 题，3 正好 3 题，2- 至少 2 题，-5 至多 5 题。", "Each line bounds a topic, a difficulty or both: 2-5 from 2 to 5, 3 exactly 3, 2- at least 2, -5 at most 5.")}</p>
                {rows}
                <div class="row"><button class="button small" r#type="submit" name="more" value=code formnovalidate=true>{lang.pick("再加几行，按所选题库更新知识点", "More lines, topics of the chosen bank")}</button></div>
            </div>
        </details>
    }
}

fn bound_fields(
    lang: Lang,
    kind: Kind,
    place: usize,
    bound: &TypedBound,
    topics: &[(String, i64)],
) -> impl IntoView + use<> {
    let name = |field: &str| format!("{}_bound_{place}_{field}", kind.code());
    let line = match lang {
        Lang::Zh => format!("{}第 {} 行", kind.name(lang), place + 1),
        Lang::En => format!("{}, line {}", kind.name(lang), place + 1),
    };
    let label = |what: &str| format!("{line} · {what}");
    let option = |value: String, text: String, chosen: &str| {
        let selected = value == chosen;
        view! { <option value=value selected=selected>{text}</option> }
    };
    let topic_name = |topic: &str| match topic {
        "" => lang.pick("（无知识点）", "(no topic)").to_owned(),
        topic => topic.to_owned(),
    };
    let known = topics
        .iter()
        .map(|(topic, count)| {
            option(
                format!("={topic}"),
                format!("{}（{count}）", topic_name(topic)),
                &bound.topic,
            )
        })
        .collect_view();
    // A topic that the bank no longer has stays as it was chosen.
    let gone = bound
        .topic
        .strip_prefix('=')
        .filter(|topic| !topics.iter().any(|(known, _)| known == topic))
        .map(|topic| option(bound.topic.clone(), format!("{}（0）", topic_name(topic)), &bound.topic));
    let levels = Difficulty::ALL
        .map(|level| option(level.code().to_owned(), level.name(lang).to_owned(), &bound.difficulty))
        .collect_view();
    view! {
        <div class="bounds" role="group" aria-label=line.clone()>
            <select name=name("topic") aria-label=label(lang.pick("知识点", "topic"))>
                <option value="">{lang.pick("所有知识点", "Any topic")}</option>
                {gone}
                {known}
            </select>
            <select name=name("difficulty") aria-label=label(lang.pick("难度", "difficulty"))>
                <option value="">{lang.pick("所有难度", "Any difficulty")}</option>
                {levels}
            </select>
            <input name=name("number") aria-label=label(lang.pick("题数", "questions")) placeholder=lang.pick("如 2-5", "e.g. 2-5") value=bound.number.clone()/>
        </div>
    }
}

/// What bounds the draw, in words, line by line; the parts as such stand among the rules.
pub fn lines(lang: Lang, blueprint: &Blueprint) -> Vec<String> {
    let mut lines: Vec<String> = blueprint
        .parts
        .iter()
        .filter_map(|part| part_line(lang, part))
        .collect();
    let (must, enemies) = (blueprint.must_include.len(), blueprint.enemies.len());
    if must > 0 {
        lines.push(match lang {
            Lang::Zh => format!("每份试卷都有指定的 {must} 题。"),
            Lang::En => format!("{must} question(s) stand on every paper."),
        });
    }
    if enemies > 0 {
        lines.push(match lang {
            Lang::Zh => format!("有 {enemies} 组题不会同卷。"),
            Lang::En => format!("{enemies} set(s) of questions never stand together."),
        });
    }
    if let Some(percent) = blueprint.ceiling {
        lines.push(match lang {
            Lang::Zh => format!("一道题最多出现在 {percent}% 的试卷上。"),
            Lang::En => format!("A question stands on at most {percent}% of the papers."),
        });
    }
    lines
}

fn part_line(lang: Lang, part: &Part) -> Option<String> {
    let bounds: Vec<_> = part
        .bounds
        .iter()
        .map(|bound| {
            let name = cell_name(bound.topic.as_deref(), bound.difficulty, lang).unwrap_or_default();
            format!("{name} {}", range(lang, bound.min, bound.max))
        })
        .collect();
    (!bounds.is_empty()).then(|| {
        format!(
            "{}{}{}{}",
            part.heading(lang),
            lang.pick("中，", ": "),
            bounds.join(lang.pick("，", ", ")),
            lang.pick("。", "."),
        )
    })
}

fn range(lang: Lang, min: u32, max: u32) -> String {
    match (lang, min, max) {
        (Lang::Zh, min, max) if min == max => format!("{min} 题"),
        (Lang::Zh, min, MAX_COUNT) => format!("至少 {min} 题"),
        (Lang::Zh, 0, max) => format!("至多 {max} 题"),
        (Lang::Zh, min, max) => format!("{min}–{max} 题"),
        (Lang::En, min, max) if min == max => min.to_string(),
        (Lang::En, min, MAX_COUNT) => format!("at least {min}"),
        (Lang::En, 0, max) => format!("at most {max}"),
        (Lang::En, min, max) => format!("{min}–{max}"),
    }
}

/// Whether papers can be made of the bank as it stands: in words, then as a table.
pub fn report(lang: Lang, report: &Report) -> impl IntoView + use<> {
    let verdict = if report.shortages.is_empty() {
        notice(
            Tone::Good,
            lang.pick("题库够用，可以发布。", "The bank is enough; ready to publish."),
        )
        .into_any()
    } else {
        notice(Tone::Warn, Fault::Short(report.shortages.clone()).message(lang)).into_any()
    };
    let foretold = report.exposure.zip(report.papers).map(|(exposure, papers)| {
        let share = format!("{}.{:02}%", exposure / 100, exposure % 100);
        let text = match (lang, papers) {
            (Lang::Zh, 0) => format!("用得最多的题预计出现在 {share} 的试卷上。不同的试卷不到 10 种。"),
            (Lang::Zh, papers) => {
                format!("用得最多的题预计出现在 {share} 的试卷上。不同的试卷至少有 10 的 {papers} 次方种。")
            }
            (Lang::En, 0) => {
                format!("The most used question is expected on {share} of the papers. There are fewer than 10 different papers.")
            }
            (Lang::En, papers) => format!(
                "The most used question is expected on {share} of the papers. There are at least 10 to the power of {papers} different papers."
            ),
        };
        view! { <p class="small">{text}</p> }
    });
    let head = view! {
        <th>{lang.pick("题型和知识点", "Kind and topic")}</th>
        {Difficulty::ALL.map(|level| view! { <th class="n">{level.name(lang)}</th> }).collect_view()}
        <th class="n">{lang.pick("合计", "All")}</th>
    };
    let rows = report.parts.iter().map(|tally| tally_rows(lang, tally)).collect_view();
    view! {
        {verdict}
        {foretold}
        {table(lang.pick("题库可用题数和要求", "Questions ready and asked for"), head, rows)}
        <p class="small soft">{lang.pick("每格是题库可用题数，斜线后是试卷要的题数。", "Each cell: questions ready, and after the stroke what a paper asks for.")}</p>
    }
}

fn tally_rows(lang: Lang, tally: &Tally) -> impl IntoView + use<> {
    let kind = tally.kind.name(lang);
    let row = |name: String, counts: &[Count; 5]| {
        let cells = counts
            .map(|count| {
                let short = count.bound.is_some_and(|(min, _)| count.have < min);
                let text = match count.bound {
                    Some((min, max)) if min == max => format!("{} / {min}", count.have),
                    Some((min, MAX_COUNT)) => format!("{} / {min}–", count.have),
                    Some((min, max)) => format!("{} / {min}–{max}", count.have),
                    None => count.have.to_string(),
                };
                let short = short.then(|| view! { <span class="tag seal">{lang.pick("不够", "short")}</span> });
                view! { <td class="n">{text}{short}</td> }
            })
            .collect_view();
        view! { <tr><th class="plain" scope="row">{name}</th>{cells}</tr> }
    };
    let topics = tally
        .topics
        .iter()
        .map(|(topic, counts)| {
            let name = cell_name(Some(topic), None, lang).unwrap_or_default();
            row(format!("{kind} · {name}"), counts)
        })
        .collect_view();
    let others = (!tally.topics.is_empty()).then(|| {
        row(
            format!("{kind} · {}", lang.pick("其他知识点", "other topics")),
            &tally.others,
        )
    });
    view! { {row(kind.to_owned(), &tally.all)}{topics}{others} }
}
