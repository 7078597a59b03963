//! Marking by people: which exams, which questions, and one answer at a time.

use leptos::prelude::*;

use super::{
    bank::beyond,
    part::{Tone, fault, heading, notice, table, tag},
    shell::{Frame, as_text, page},
};
use crate::{
    domain::{answer::numbered, lang::Lang, marking::COMMENT},
    error::Fault,
    service::marking::{Answer, Desk, Given, Overview, Queue, Row},
};

/// The exams with answers to be read.
pub fn queues(frame: &Frame, queues: &[Queue]) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("阅卷", "Marking");
    let rows = queues
        .iter()
        .map(|queue| {
            let open = match (queue.open, lang) {
                (0, _) => lang.pick("全部评完", "all done").to_owned(),
                (open, Lang::Zh) => format!("{open} 份待阅"),
                (open, Lang::En) => format!("{open} to be read"),
            };
            view! {
                <p class="row between wrap">
                    <a href=format!("/admin/exams/{}/marking", queue.exam.id)>{queue.exam.title.clone()}</a>
                    <span class="small soft num">{open}</span>
                </p>
            }
        })
        .collect_view();
    let none = queues.is_empty().then(|| {
        notice(
            Tone::Plain,
            lang.pick("没有需要人评阅的考试。", "No exam has answers for people to read."),
        )
    });
    let main = view! { {heading(title, "")}<section class="card stack">{none}{rows}</section> };
    page(frame, title, main)
}

/// The questions of an exam whose answers are read.
pub fn overview(frame: &Frame, overview: &Overview) -> impl IntoView {
    let lang = frame.lang;
    let exam = &overview.exam;
    let title = lang.pick("阅卷", "Marking");
    let rows = overview.rows.iter().map(|row| line(lang, overview, row)).collect_view();
    let head = view! {
        <th>{lang.pick("题目", "Question")}</th><th>{lang.pick("题型", "Kind")}</th>
        <th class="n">{lang.pick("已评完", "Done")}</th><th class="n">{lang.pick("待仲裁", "Third reading")}</th>
        <th class="n">{lang.pick("全部答卷", "All answers")}</th><th>{lang.pick("阅卷", "Read")}</th>
    };
    let body = match overview.rows.is_empty() {
        true => notice(
            Tone::Plain,
            lang.pick(
                "还没有要评阅的答卷。有人交卷后，写了文字的题会出现在这里；空着的不用评，得 0 分。",
                "There is nothing to read yet. When somebody hands in, answers appear here; what was left empty needs no reader and earns nothing.",
            ),
        )
        .into_any(),
        false => table(title, head, rows).into_any(),
    };
    let second = exam.policy.second;
    let rule = match (second.percent, lang) {
        (0, Lang::Zh) => "每份答卷评一次。".to_owned(),
        (0, Lang::En) => "Every answer is read once.".to_owned(),
        (percent, Lang::Zh) => format!(
            "{percent}% 的答卷由两人各评一次；相差超过 {} 分的由第三人评定，不超过的取平均。",
            second.threshold
        ),
        (percent, Lang::En) => format!(
            "{percent}% of the answers are read by two people; beyond {} points of difference a third one decides, else the mean counts.",
            second.threshold
        ),
    };
    let main = view! {
        <p class="small"><a href="/admin/marking">{title}</a></p>
        {heading(title, exam.title.clone())}
        <section class="card stack">
            <p class="small soft">{rule}{lang.pick("按题评阅，一次一份，看不到姓名，也看不到别人给的分。", " By question, one answer at a time, without names and without what others gave.")}</p>
            {body}
        </section>
    };
    page(frame, title, main)
}

fn line(lang: Lang, overview: &Overview, row: &Row) -> impl IntoView + use<> {
    let progress = row.progress;
    let stem: String = row.stem.chars().take(60).collect();
    let left = progress.all - progress.done;
    let go = (left > 0).then(|| {
        let href = format!("/admin/exams/{}/marking/{}", overview.exam.id, progress.pool);
        view! { <a class="button small" href=href>{lang.pick("评阅", "Read")}</a> }
    });
    let done = (left == 0).then(|| tag(Tone::Good, lang.pick("评完", "Done")));
    view! {
        <tr>
            <td class="break" lang="zh-CN">{stem}</td><td>{row.kind.name(lang)}</td>
            <td class="n">{progress.done}</td><td class="n">{progress.third}</td><td class="n">{progress.all}</td>
            <td>{go}{done}</td>
        </tr>
    }
}

/// One question, and the answer that the marker has taken.
pub fn desk(frame: &Frame, desk: &Desk, given: &Given, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let (id, pool) = (desk.exam.id, desk.pool);
    let title = lang.pick("评阅", "Read an answer");
    let progress = desk.progress;
    let far = match lang {
        Lang::Zh => format!("本题 {} 份，已评完 {} 份", progress.all, progress.done),
        Lang::En => format!("{} answers to this question, {} done", progress.all, progress.done),
    };
    let model = desk.question.form.as_ref().map(|form| beyond::right(lang, form));
    let parts = desk.question.form.as_ref().map(|form| {
        let blocks = form.asking().blocks;
        let texts = (1..).zip(blocks).filter(|(_, block)| !block.text.is_empty());
        let texts = texts
            .map(|(number, block): (usize, _)| view! { <p class="lines">{format!("({number}) {}", block.text)}</p> });
        texts.collect_view()
    });
    let full = match lang {
        Lang::Zh => format!("{} · 满分 {} 分", desk.question.kind.name(lang), desk.full),
        Lang::En => format!("{} · {} points", desk.question.kind.name(lang), desk.full),
    };
    let body = match &desk.answer {
        Some(answer) => answered(lang, desk, answer, given).into_any(),
        None => {
            let mine = progress.own;
            let left = progress.all - progress.done - mine;
            let words = match (left > 0, mine > 0) {
                (true, _) => "",
                (false, true) => lang.pick(
                    "您能评的都评完了，其余的等其他人评。",
                    "You have read all you can; the rest waits for others.",
                ),
                (false, false) => lang.pick(
                    "这道题没有待评的答卷。",
                    "There is no answer to be read for this question.",
                ),
            };
            let take = (left > 0).then(|| {
                view! {
                    <form action=format!("/admin/exams/{id}/marking/{pool}/take") method="post">
                        <button class="button primary" r#type="submit">{lang.pick("领取一份", "Take one")}</button>
                    </form>
                    <p class="small soft">{lang.pick("领取后十分钟内评完；过时会交给别人，您可以再领。领不到时，是其余的正在别人手里。", "Read it within ten minutes; later it goes to others and you may take another. When there is none to take, others have the rest.")}</p>
                }
            });
            view! { <section class="card stack">{(!words.is_empty()).then(|| notice(Tone::Plain, words))}{take}</section> }
                .into_any()
        }
    };
    let main = view! {
        <p class="small"><a href=format!("/admin/exams/{id}/marking")>{desk.exam.title.clone()}</a></p>
        {heading(title, far)}
        {fault(wrong, lang)}
        <section class="card stack">
            <p class="small soft">{full}</p>
            <p class="lines" lang="zh-CN">{numbered(&desk.question.stem)}</p>
            {parts}
            <details open=true><summary>{lang.pick("参考答案和评分点", "Model answer and criteria")}</summary>{model}</details>
        </section>
        {body}
    };
    page(frame, title, main)
}

fn answered(lang: Lang, desk: &Desk, answer: &Answer, given: &Given) -> impl IntoView + use<> {
    let again = given.reference == answer.reference;
    let criteria = answer
        .criteria
        .iter()
        .enumerate()
        .map(|(at, criterion)| {
            let id = format!("points{at}");
            let name = match criterion.name.as_str() {
                "" => lang.pick("整题", "The whole answer").to_owned(),
                name => name.to_owned(),
            };
            let label = match lang {
                Lang::Zh => format!("{name}（0–{} 分）", criterion.points),
                Lang::En => format!("{name} (0–{})", criterion.points),
            };
            let typed = given.points.get(at).copied().flatten().filter(|_| again);
            let value = typed.map(|points| points.to_string()).unwrap_or_default();
            view! {
                <div class="field">
                    <label for=id.clone()>{label}</label>
                    <input id=id.clone() name=id inputmode="decimal" autocomplete="off" required=true value=value/>
                </div>
            }
        })
        .collect_view();
    let lines = answer
        .lines
        .iter()
        .map(|line| view! { <p class="lines" lang="zh-CN">{line.clone()}</p> })
        .collect_view();
    let third = answer.third.then(|| {
        notice(
            Tone::Action,
            lang.pick(
                "两位评阅人给分相差较大，这一次由您评定。",
                "Two readers differ much; your reading decides.",
            ),
        )
    });
    let until = match lang {
        Lang::Zh => format!("请在 {} 前提交。", answer.until),
        Lang::En => format!("Please submit before {}.", answer.until),
    };
    let comment = if again { given.comment.clone() } else { String::new() };
    view! {
        <section class="card stack">
            <h2>{lang.pick("答卷", "The answer")}</h2>
            {third}
            {lines}
        </section>
        <form class="card stack" action=format!("/admin/exams/{}/marking/{}", desk.exam.id, desk.pool) method="post">
            <h2>{lang.pick("给分", "Points")}</h2>
            <input r#type="hidden" name="answer" value=answer.reference.clone()/>
            <input r#type="hidden" name="criteria" value=answer.criteria.len().to_string()/>
            <div class="halves">{criteria}</div>
            <div class="field">
                <label for="comment">{lang.pick("评语（可不填，考生看不到）", "Comment (optional; candidates do not see it)")}</label>
                <textarea id="comment" name="comment" rows="2" maxlength=COMMENT.to_string() inner_html=as_text(&comment)></textarea>
            </div>
            <div class="row"><button class="button primary" r#type="submit">{lang.pick("提交，下一份", "Submit, next one")}</button></div>
            <p class="small soft num">{until}</p>
        </form>
    }
}
