//! Before handing in, and after: what is still open, the result, the receipt.

use leptos::prelude::*;

use crate::{
    domain::{
        attempt::{HandIn, Sheet},
        exam::{Band, Minimum},
        item::{Kind, OptionSet},
        key_correction::Method,
        lang::Lang,
        points::Points,
    },
    service::{
        qr::Qr,
        review::{ResultView, Reviewed},
    },
    ui::{
        part::{Tone, duration, heading, notice, qr, tag},
        shell::{Frame, bare, page},
    },
};

/// What the last look before the hand-in is about.
pub struct Check<'a> {
    /// The path of the answer sheet.
    pub page: &'a str,
    pub title: &'a str,
    pub sheet: &'a Sheet,
    pub deadline: &'a str,
    /// In practice, the questions answered with what is right.
    pub so_far: Option<&'a [Reviewed]>,
    /// What is wrong is answered again until all is right (再答至全对).
    pub again: bool,
}

/// The last look before the hand-in: unanswered and marked questions, each a link back.
pub fn check(frame: &Frame, check: &Check<'_>) -> impl IntoView {
    let lang = frame.lang;
    let Check {
        page,
        title,
        sheet,
        deadline,
        so_far,
        again,
    } = *check;
    let list = |pick: fn(&crate::domain::attempt::Answer) -> bool| -> Vec<usize> {
        (1..)
            .zip(&sheet.answers)
            .filter(|(_, answer)| pick(answer))
            .map(|(number, _)| number)
            .collect()
    };
    let open = list(|answer| !answer.is_given());
    let flagged = list(|answer| answer.flagged);
    let warning = match (open.len(), lang) {
        (0, _) => notice(Tone::Good, lang.pick("每道题都作答了。", "Every question is answered.")).into_any(),
        (count, Lang::Zh) => notice(Tone::Warn, format!("还有 {count} 题没有作答，没有作答的题不得分。")).into_any(),
        (count, Lang::En) => notice(
            Tone::Warn,
            format!("{count} question(s) not answered; they score nothing."),
        )
        .into_any(),
    };
    let heading_text = lang.pick("检查并交卷", "Check and hand in");
    let until = match lang {
        Lang::Zh => format!("{title} · {deadline} 自动交卷"),
        Lang::En => format!("{title} · handed in by itself at {deadline}"),
    };
    let main = view! {
        <main class="page narrow stack" id="main">
            {heading(heading_text, until)}
            {warning}
            {numbers(lang.pick("没有作答", "Not answered"), lang, page, &open)}
            {numbers(lang.pick("标记过", "Marked"), lang, page, &flagged)}
            <form class="stack" action=format!("{page}/hand-in") method="post">
                <button class="button primary wide" r#type="submit">{lang.pick("交卷", "Hand in")}</button>
                <a class="button wide" href=page.to_owned()>{lang.pick("回去接着答", "Back to the questions")}</a>
            </form>
            {if again { give_up(lang, page).into_any() } else { view! {
                <p class="small soft">{lang.pick("交卷以后不能再改答案。", "Answers cannot be changed after the hand-in.")}</p>
            }.into_any() }}
            {so_far.map(|answered| {
                let cards = answered.iter().map(|reviewed| question(lang, reviewed)).collect_view();
                view! { <details><summary>{lang.pick("练习：看已答的题对不对", "Practice: how the questions answered so far stand")}</summary><div class="stack">{cards}</div></details> }
            })}
        </main>
    };
    bare(frame, heading_text, main)
}

/// To hand in although not all is right.
fn give_up(lang: Lang, page: &str) -> impl IntoView + use<> {
    view! {
        <p class="small soft">{lang.pick(
            "交卷后会指出哪几题不对，可以接着改，直到全对；得分按每题第一次的答案算。",
            "After the hand-in you are told which questions are wrong and can answer them again until all is right; the score is by the first answers.",
        )}</p>
        <form class="stack" action=format!("{page}/hand-in") method="post">
            <input r#type="hidden" name="give_up" value="yes"/>
            <p class="small soft">{lang.pick(
                "不想再答了，也可以就此结束。没有全对的，这一次不算有效。",
                "You may also end here. Unless all is right, the attempt is not valid.",
            )}</p>
            <button class="button wide" r#type="submit">{lang.pick("不再答，结束这一次", "Give up and end this attempt")}</button>
        </form>
    }
}

fn numbers(title: &'static str, lang: Lang, page: &str, numbers: &[usize]) -> impl IntoView + use<> {
    let links = numbers
        .iter()
        .map(|number| {
            let label = match lang {
                Lang::Zh => format!("第 {number} 题"),
                Lang::En => format!("Question {number}"),
            };
            view! { <a class="cell" href=format!("{page}?q={number}") aria-label=label>{number.to_string()}</a> }
        })
        .collect_view();
    (!numbers.is_empty()).then(|| {
        view! { <section class="card stack"><h2>{title}</h2><div class="cells wide">{links}</div></section> }
    })
}

/// The result as far as the rules show it now. `link`: where anybody can check the receipt.
pub fn result(frame: &Frame, view: &ResultView, link: &str) -> impl IntoView {
    let lang = frame.lang;
    let (shows, band) = (view.shows, view.grade.band);
    let waits = band == Band::Awaiting;
    let score = shows.score.then(|| match (waits, lang) {
        (false, Lang::Zh) => format!("{} 分", view.outcome.settled.score),
        (false, Lang::En) => format!("{} points", view.outcome.settled.score),
        (true, Lang::Zh) => format!("客观题 {} 分", view.outcome.settled.score),
        (true, Lang::En) => format!("{} points by the rules alone", view.outcome.settled.score),
    });
    let words = match waits {
        true => [
            score,
            (shows.score || shows.band).then(|| lang.pick("主观题待阅", "the rest waits to be marked").to_owned()),
        ],
        false => [shows.band.then(|| band.name(lang).to_owned()), score],
    };
    let title = words
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(lang.pick("，", ", "));
    let title = match (title.is_empty(), shows.pending) {
        (false, _) => title,
        (true, true) => lang
            .pick("已交卷，成绩待公布", "Handed in, result not released yet")
            .to_owned(),
        (true, false) => lang.pick("已交卷", "Handed in").to_owned(),
    };
    let stamp = match (shows.band, band.passed()) {
        (false, _) => Some(lang.pick("已交卷", "Done")),
        (true, true) => Some(match lang {
            Lang::Zh => band.name(lang),
            Lang::En => "Pass",
        }),
        (true, false) if waits => Some(lang.pick("已交卷", "Done")),
        (true, false) => None,
    };
    let main = view! {
        <div class="narrow stack">
            <div class="row between">
                <div><p class="soft small">{view.exam.title.clone()}</p><h1>{title.clone()}</h1></div>
                {stamp.map(|text| view! { <span class="stamp" aria-hidden="true">{text}</span> })}
            </div>
            {waits.then(|| notice(Tone::Plain, lang.pick(
                "简答、论述由阅卷人评阅，评完以后才有最终成绩。现在的分数只是客观题得分，不作合格与否的依据。",
                "People read the longer answers. Until they have, there is no final result: the points so far are those that rules give.",
            )))}
            {below(lang, view)}
            {counts(lang, view)}
            <section class="card"><table><tbody>{parts(lang, view)}{facts(lang, view)}</tbody></table></section>
            {changes(lang, view)}
            {answers(lang, view)}
            {receipt(lang, view, link)}
            <div class="row">
                <a class="button" href="/">{lang.pick("回首页", "Home")}</a>
                <a class="button" href=format!("/attempts/{}/objection", view.attempt.id)>{lang.pick("异议与复核", "Objections")}</a>
            </div>
        </div>
    };
    page(frame, &title, main)
}

fn line(label: String, value: String) -> impl IntoView {
    view! { <tr><th class="plain" scope="row">{label}</th><td class="n">{value}</td></tr> }
}

/// The parts that were not enough, where that is why the exam is not passed.
fn below(lang: Lang, view: &ResultView) -> impl IntoView + use<> {
    let of = |minimum: &Minimum| {
        let parts = &view.outcome.settled.parts;
        let reached = parts
            .iter()
            .find(|part| part.kind == minimum.kind)
            .map_or(Points::ZERO, |part| part.score);
        let (name, points) = (minimum.kind.name(lang), minimum.points);
        match lang {
            Lang::Zh => format!("{name}得 {reached} 分，不到 {points} 分"),
            Lang::En => format!("{name}: {reached} points, below {points}"),
        }
    };
    let parts: Vec<_> = view.grade.below.iter().map(of).collect();
    let shows = view.shows;
    (shows.band && shows.parts && !parts.is_empty()).then(|| {
        let parts = parts.join(lang.pick("；", "; "));
        let text = match lang {
            Lang::Zh => format!("{parts}。按规则，题型不到最低分的，总分再高也不合格。"),
            Lang::En => format!("{parts}. By the rules a part below its minimum is not passed, whatever the total."),
        };
        notice(Tone::Warn, text)
    })
}

/// Whether this attempt counts, where there are several.
fn counts(lang: Lang, view: &ResultView) -> impl IntoView + use<> {
    let rule = view.exam.policy.counting.name(lang);
    view.counts.map(|counts| {
        let text = match (counts, lang) {
            (true, Lang::Zh) => format!("您有多次成绩，{rule}，现在算的是这一次。"),
            (false, Lang::Zh) => format!("您有多次成绩，{rule}，现在算的不是这一次。"),
            (true, Lang::En) => format!("You have several results. {rule}: now it is this one."),
            (false, Lang::En) => format!("You have several results. {rule}: now it is another one."),
        };
        notice(Tone::Plain, text)
    })
}

fn parts(lang: Lang, view: &ResultView) -> impl IntoView + use<> {
    view.shows.parts.then(|| {
        let rows = view.outcome.settled.parts.iter();
        rows.map(|part| {
            line(
                part.kind.name(lang).to_owned(),
                match (part.awaiting, lang) {
                    (0, _) => format!("{} / {}", part.score, part.full),
                    (count, Lang::Zh) => format!("{} / {}，{count} 题待阅", part.score, part.full),
                    (count, Lang::En) => format!("{} / {}, {count} to be marked", part.score, part.full),
                },
            )
        })
        .collect_view()
    })
}

fn facts(lang: Lang, view: &ResultView) -> impl IntoView + use<> {
    let outcome = &view.outcome;
    let how = match outcome.hand_in {
        HandIn::Submit => lang.pick("本人交卷", "By yourself"),
        HandIn::AutoSubmit => lang.pick("到时间自动交卷", "By the clock at the deadline"),
        HandIn::ForceSubmit => lang.pick("监考人员收卷", "By the invigilator"),
    };
    let used = duration(lang, outcome.handed_in_at.0 - view.attempt.started_at.0);
    let round = view
        .round
        .map(|round| line(lang.pick("轮次", "Round").to_owned(), round.name(lang)));
    let facts = [
        line(lang.pick("用时", "Time used").to_owned(), used),
        line(
            lang.pick("交卷时间", "Handed in").to_owned(),
            outcome.handed_in_at.local(),
        ),
        line(lang.pick("交卷方式", "How").to_owned(), how.to_owned()),
    ];
    view! { {round}{facts.into_iter().collect_view()} }
}

/// What corrections did to the score.
fn changes(lang: Lang, view: &ResultView) -> impl IntoView + use<> {
    let lines = view
        .changes
        .iter()
        .map(|change| {
            let step = match change.undo {
                true => lang.pick("撤销更正", "Correction undone"),
                false => lang.pick("题目更正", "Question corrected"),
            };
            let scores = format!("{step}：{} → {}", change.before, change.after);
            view! { <li><span class="num">{format!("{} {scores}", change.at.local())}</span><br/><span class="small soft lines">{change.reason.clone()}</span></li> }
        })
        .collect_view();
    (!view.changes.is_empty()).then(|| {
        view! { <section class="card stack"><h2>{lang.pick("成绩更正记录", "Changes of the score")}</h2><ul class="plain-list">{lines}</ul></section> }
    })
}

fn answers(lang: Lang, view: &ResultView) -> impl IntoView + use<> {
    let shown = match &view.wrong {
        None => notice(
            Tone::Plain,
            lang.pick(
                "答案和解析按考试规定的时间公布。",
                "Answers and explanations are shown when the rules of the exam allow.",
            ),
        )
        .into_any(),
        Some(wrong) if wrong.is_empty() => notice(Tone::Good, lang.pick("全部答对。", "All right.")).into_any(),
        Some(wrong) => {
            let corrected = wrong.iter().any(|one| one.corrected.is_some());
            let title = match (corrected, lang) {
                (false, Lang::Zh) => format!("答错的 {} 题", wrong.len()),
                (false, Lang::En) => format!("{} answered wrongly", wrong.len()),
                (true, Lang::Zh) => format!("答错或有更正的 {} 题", wrong.len()),
                (true, Lang::En) => format!("{} answered wrongly or corrected", wrong.len()),
            };
            let cards = wrong.iter().map(|reviewed| question(lang, reviewed)).collect_view();
            view! { <section class="stack"><h2>{title}</h2>{cards}</section> }.into_any()
        }
    };
    let paper = view.paper.as_ref().map(|paper| {
        let title = match lang {
            Lang::Zh => format!("整张试卷，{} 题", paper.len()),
            Lang::En => format!("The whole paper, {} questions", paper.len()),
        };
        let cards = paper.iter().map(|reviewed| question(lang, reviewed)).collect_view();
        view! { <details><summary>{title}</summary><div class="stack">{cards}</div></details> }
    });
    view! { {shown}{paper} }
}

/// A question with the choice made, and as much of the rest as is shown.
pub(in crate::ui) fn question(lang: Lang, reviewed: &Reviewed) -> impl IntoView + use<> {
    let named = |set: OptionSet| {
        let texts: Vec<String> = set
            .places()
            .filter_map(|place| {
                reviewed
                    .shown
                    .options
                    .get(place)
                    .map(|text| format!("{} {text}", crate::domain::item::letter(place)))
            })
            .collect();
        if texts.is_empty() {
            lang.pick("没有作答", "none").to_owned()
        } else {
            texts.join(lang.pick("；", "; "))
        }
    };
    let head = match lang {
        Lang::Zh => format!("第 {} 题 · {}", reviewed.place, reviewed.shown.kind.name(lang)),
        Lang::En => format!("Question {} · {}", reviewed.place, reviewed.shown.kind.name(lang)),
    };
    let corrected = reviewed.corrected.as_ref().map(|method| {
        let words = format!(
            "{}{}",
            lang.pick("本题答案已更正：", "This question was corrected: "),
            Method::name(method.code(), lang)
        );
        notice(Tone::Action, words)
    });
    let right = match (reviewed.right, reviewed.waits, reviewed.part) {
        (_, true, _) => Some(tag(Tone::Plain, lang.pick("待阅", "Waits to be marked").to_owned())),
        (Some(true), ..) => Some(tag(Tone::Good, lang.pick("答对", "Right").to_owned())),
        (Some(false), _, Some(points)) => Some(tag(
            Tone::Action,
            match lang {
                Lang::Zh => format!("得 {points} / {} 分", reviewed.shown.points),
                Lang::En => format!("{points} of {} points", reviewed.shown.points),
            },
        )),
        (Some(false), ..) => Some(tag(Tone::Warn, lang.pick("答错", "Wrong").to_owned())),
        (None, ..) => None,
    };
    let given = match (&reviewed.shown.asking, reviewed.said.is_empty()) {
        (None, _) => named(reviewed.choice),
        (Some(_), true) => lang.pick("没有作答", "none").to_owned(),
        (Some(_), false) => reviewed.said.join("\n"),
    };
    let parts = reviewed.shown.asking.iter().flat_map(|asking| &asking.blocks);
    let parts = (1..)
        .zip(parts)
        .filter(|(_, block)| !block.text.is_empty())
        .map(|(number, block)| view! { <p class="lines">{format!("({number}) {}", block.text)}</p> })
        .collect_view();
    let model = reviewed.model.as_ref().map(|lines| {
        let title = match reviewed.shown.kind {
            Kind::ShortAnswer | Kind::Essay | Kind::Case => lang.pick("参考答案：", "Model answer: "),
            _ => lang.pick("正确答案：", "Right answer: "),
        };
        (!lines.is_empty()).then(|| view! { <p class="small lines">{format!("{title}\n{}", lines.join("\n"))}</p> })
    });
    let key = reviewed.key.map(|key| {
        view! { <p class="small">{format!("{}{}", lang.pick("正确答案：", "Right answer: "), named(key))}</p> }
    });
    let explanation = reviewed.explanation.as_ref().map(|(text, basis)| {
        let basis = basis.join(lang.pick("；", "; "));
        view! {
            <p class="law" lang="zh-CN">{text.clone()}</p>
            {(!basis.is_empty()).then(|| view! { <p class="small soft">{lang.pick("依据：", "Basis: ")}<span lang="zh-CN">{basis}</span></p> })}
        }
    });
    view! {
        <article class="card stack">
            <div class="row between wrap"><h3>{head}</h3>{right}</div>
            <p class="lines">{reviewed.shown.stem.clone()}</p>
            {parts}
            <p class="small lines">{format!("{}{given}", lang.pick("您的答案：", "Your answer: "))}</p>
            {key}
            {model}
            {corrected}
            {explanation}
        </article>
    }
}

fn receipt(lang: Lang, view: &ResultView, link: &str) -> impl IntoView + use<> {
    let code = view.receipt.to_string();
    let picture = Qr::of(link).map(|code| qr(&code, lang.pick("核验回执的二维码", "QR code to check the receipt")));
    view! {
        <section class="card stack">
            <h2>{lang.pick("回执", "Receipt")}</h2>
            <div class="row">
                {picture}
                <p class="code num">{code.clone()}</p>
            </div>
            <p class="small soft">{lang.pick(
                "回执码是您全部作答记录的指纹：事后哪怕改动一次作答，就对不上。请拍照或抄下来。任何人都可以用它核验，核验时看不到答案、成绩和您的全名。",
                "The code is a fingerprint of your whole answer journal: change one answer later and it no longer fits. Please keep it. Anybody can check it without seeing answers, score or your full name.",
            )}</p>
            <p><a href=format!("/receipt/{code}")>{lang.pick("核验这张回执", "Check this receipt")}</a></p>
        </section>
    }
}
