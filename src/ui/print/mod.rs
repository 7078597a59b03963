//! Printed forms and their keys: pages made for paper.

use leptos::prelude::*;

use super::{
    bank::beyond,
    part::{heading, table},
    shell::{Frame, bare},
};
use crate::{
    domain::{
        blueprint::Part,
        id::ExamId,
        item::{Kind, letter as label},
        lang::Lang,
    },
    service::print::{Form, Key, KeyLine, LETTERS, Printed},
};

/// What stands above the page on the screen and not on paper.
fn tools(lang: Lang, exam: ExamId, letter: char, key: bool) -> impl IntoView + use<> {
    let page = if key { "print/key" } else { "print" };
    let forms = LETTERS
        .map(|other| {
            let here = (other == letter).then_some("page");
            view! { <a href=format!("/admin/exams/{exam}/{page}?form={other}") aria-current=here>{form_name(lang, other)}</a> }
        })
        .collect_view();
    let other = if key {
        (
            format!("/admin/exams/{exam}/print?form={letter}"),
            lang.pick("看试卷", "The form"),
        )
    } else {
        (
            format!("/admin/exams/{exam}/print/key?form={letter}"),
            lang.pick("看答案", "The key"),
        )
    };
    view! {
        <nav class="print-tools row wrap small" aria-label=lang.pick("打印", "Print")>
            <a href=format!("/admin/exams/{exam}")>{lang.pick("回到考试", "Back to the exam")}</a>
            {forms}
            <a href=other.0>{other.1}</a>
            <span class="soft">{lang.pick("用浏览器的打印功能打印，纸张选 A4。", "Print with the browser on A4.")}</span>
        </nav>
    }
}

fn form_name(lang: Lang, letter: char) -> String {
    match lang {
        Lang::Zh => format!("{letter} 卷"),
        Lang::En => format!("Form {letter}"),
    }
}

/// Form and code: the same words on a form and on its key.
fn top(lang: Lang, letter: char, code: &str) -> String {
    match lang {
        Lang::Zh => format!("{letter} 卷　编码 {code}"),
        Lang::En => format!("Form {letter} · code {code}"),
    }
}

fn part_heading(lang: Lang, number: usize, part: &Part) -> String {
    const NUMERALS: [&str; 12] = [
        "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二",
    ];
    let (name, count, points, total) = (
        part.heading(lang),
        part.count,
        part.points,
        part.points.times(part.count),
    );
    match lang {
        Lang::Zh => {
            let numeral = NUMERALS.get(number).copied().unwrap_or_default();
            format!("{numeral}、{name}（{count} 题，每题 {points} 分，共 {total} 分）")
        }
        Lang::En => format!(
            "{}. {name} ({count} questions, {points} each, {total} in all)",
            number + 1
        ),
    }
}

/// A form as it is handed out: title, what to fill in, the answer boxes, then part by part.
pub fn form(frame: &Frame, form: &Form) -> impl IntoView {
    let lang = frame.lang;
    let exam = &form.exam;
    let rules = match lang {
        Lang::Zh => format!(
            "{} 分钟，满分 {} 分。答案写在下面的答题栏里。",
            exam.policy.minutes,
            exam.blueprint.total()
        ),
        Lang::En => format!(
            "{} minutes, {} points. Write your answers into the boxes below.",
            exam.policy.minutes,
            exam.blueprint.total()
        ),
    };
    let fill = [
        lang.pick("姓名", "Name"),
        lang.pick("工号", "Number"),
        lang.pick("单位", "Unit"),
    ]
    .map(|label| view! { <span class="print-blank">{label}<i></i></span> })
    .collect_view();
    let boxes = form
        .parts
        .iter()
        .enumerate()
        .map(|(number, (part, printed))| {
            let boxes = printed
                .iter()
                .map(|printed| view! { <span class="print-box"><b>{printed.number}</b><i></i></span> })
                .collect_view();
            view! { <p class="small">{part_heading(lang, number, part)}</p><div class="print-boxes">{boxes}</div> }
        })
        .collect_view();
    let parts = form
        .parts
        .iter()
        .enumerate()
        .map(|(number, (part, printed))| {
            let instruction = (!part.instruction.is_empty())
                .then(|| view! { <p class="print-instruction">{part.instruction.clone()}</p> });
            let questions = printed
                .iter()
                .map(|printed| question(part.kind, printed))
                .collect_view();
            view! {
                <section class="print-part">
                    <h2>{part_heading(lang, number, part)}</h2>
                    {instruction}
                    {questions}
                </section>
            }
        })
        .collect_view();
    let main = view! {
        {tools(lang, exam.id, form.letter, false)}
        <main class="print" id="main">
            {heading(exam.title.clone(), top(lang, form.letter, &form.code))}
            <p class="print-fill">{fill}</p>
            <p>{rules}</p>
            <section class="print-answers" aria-label=lang.pick("答题栏", "Answer boxes")>{boxes}</section>
            {parts}
            <p class="print-end small">{top(lang, form.letter, &form.code)}</p>
        </main>
    };
    bare(frame, &format!("{} {}", exam.title, form_name(lang, form.letter)), main)
}

fn question(kind: Kind, printed: &Printed) -> impl IntoView + use<> {
    let options = printed
        .options
        .iter()
        .enumerate()
        .map(|(place, text)| view! { <li><b>{format!("{}. ", label(place))}</b>{text.clone()}</li> })
        .collect_view();
    let fields = printed.asking.as_ref().map(|asking| beyond::fields(Lang::Zh, asking));
    let short = kind == Kind::TrueFalse || printed.options.iter().all(|option| option.chars().count() <= 12);
    view! {
        <article class="print-question">
            <p><b class="num">{format!("{}. ", printed.number)}</b><span class="lines">{printed.stem.clone()}</span></p>
            <ol class:short=short>{options}</ol>
            {fields}
        </article>
    }
}

/// The key of a form: right options as printed and as they stand in the bank.
pub fn key(frame: &Frame, key: &Key) -> impl IntoView {
    let lang = frame.lang;
    let exam = &key.exam;
    let parts = key
        .parts
        .iter()
        .enumerate()
        .map(|(number, (part, lines))| {
            let head = view! {
                <th class="n">{lang.pick("题号", "No.")}</th>
                <th>{lang.pick("答案（卷面）", "Key (as printed)")}</th>
                <th>{lang.pick("答案（题库）", "Key (in the bank)")}</th>
                <th>{lang.pick("题目编号", "Question")}</th>
            };
            let rows = lines.iter().map(|line| key_line(lang, line)).collect_view();
            view! {
                <section class="print-part">
                    <h2>{part_heading(lang, number, part)}</h2>
                    {table(lang.pick("答案", "Key"), head, rows)}
                </section>
            }
        })
        .collect_view();
    let title = lang.pick("参考答案", "Key");
    let main = view! {
        {tools(lang, exam.id, key.letter, true)}
        <main class="print" id="main">
            {heading(format!("{} {title}", exam.title), top(lang, key.letter, &key.code))}
            <p>{lang.pick("只供阅卷使用，考试结束前不要外传。编码与试卷上的一致才是这份试卷的答案。", "For marking only; keep it closed until the exam has ended. It is the key of the form with the same code.")}</p>
            {parts}
        </main>
    };
    bare(frame, &format!("{} {title}", exam.title), main)
}

fn key_line(lang: Lang, line: &KeyLine) -> impl IntoView + use<> {
    let version = match lang {
        Lang::Zh => format!("{} 第 {} 版", line.question, line.version),
        Lang::En => format!("{} version {}", line.question, line.version),
    };
    view! {
        <tr>
            <td class="n">{line.number}</td>
            <td><b>{line.shown.letters()}</b><span class="lines">{line.right.join("\n")}</span></td>
            <td>{line.authored.letters()}</td>
            <td class="num small">{version}</td>
        </tr>
    }
}
