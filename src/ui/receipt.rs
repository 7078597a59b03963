//! The public page that checks a receipt.

use leptos::prelude::*;

use super::{
    part::{Tone, code_form, heading, notice},
    shell::{Frame, page},
};
use crate::{
    domain::{attempt::HandIn, lang::Lang},
    service::receipt::{Proof, Verdict},
};

/// The form, and what became of the code typed last.
pub fn check(frame: &Frame, code: &str, verdict: Option<&Verdict>) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("核验回执", "Check a receipt");
    let below = lang.pick(
        "回执证明一份答卷交卷以后没有被改动过。核验不显示答案和成绩。",
        "A receipt proves that a paper was not altered after its hand-in. Answers and score are not shown.",
    );
    let verdict = verdict.map(|verdict| match verdict {
        Verdict::Genuine(proof) => genuine(lang, proof).into_any(),
        Verdict::Changed => notice(
            Tone::Seal,
            lang.pick(
                "回执码是本系统给出的，但现在的作答记录、试卷或交卷时间与它对不上：交卷以后有过改动。请把回执码交给主办单位查实。",
                "This system gave out this code, but the journal, paper or time of hand-in on record no longer fits: something was changed after the hand-in. Please take the code to the organiser.",
            ),
        )
        .into_any(),
        Verdict::Replaced => notice(
            Tone::Seal,
            lang.pick(
                "作答记录与回执码相符，但系统里存的回执被换过。请把回执码交给主办单位查实。",
                "The journal fits this code, but the receipt on record was replaced. Please take the code to the organiser.",
            ),
        )
        .into_any(),
        Verdict::Unknown => notice(
            Tone::Warn,
            lang.pick(
                "这里没有与此相符的回执。请核对是否抄错，或者是否属于别的考试系统。",
                "No receipt here fits this code. Please check for typing errors, or whether it belongs to another system.",
            ),
        )
        .into_any(),
        Verdict::Malformed => notice(
            Tone::Warn,
            lang.pick(
                "这不是一个完整的回执码。回执码共 13 组，每组 5 个字母或数字。",
                "This is not a whole receipt code: there are 13 groups of 5 letters or digits.",
            ),
        )
        .into_any(),
    });
    let main = view! {
        <div class="narrow stack">
            {heading(title, below)}
            {verdict}
            {code_form("/receipt".to_owned(), lang.pick("回执码", "Receipt code"), code, lang.pick("核验", "Check"))}
        </div>
    };
    page(frame, title, main)
}

fn genuine(lang: Lang, proof: &Proof) -> impl IntoView + use<> {
    let how = match proof.hand_in {
        HandIn::Submit => lang.pick("本人交卷", "by hand"),
        HandIn::AutoSubmit => lang.pick("到时间自动交卷", "by the clock"),
        HandIn::ForceSubmit => lang.pick("考务人员收卷", "by the supervisor"),
    };
    let at = proof.handed_in_at.local();
    let words = match lang {
        Lang::Zh => format!("回执属实：{at} 交卷，作答 {} 题，此后没有任何改动。", proof.answered),
        Lang::En => format!(
            "This receipt is genuine: handed in at {at}, {} answers, nothing was changed since.",
            proof.answered
        ),
    };
    let rows = [
        (lang.pick("考试", "Exam"), proof.title.clone()),
        (lang.pick("考生", "Candidate"), proof.masked_name.clone()),
        (lang.pick("交卷方式", "Handed in"), how.to_owned()),
        (
            lang.pick("作答", "Answered"),
            format!("{} / {}", proof.answered, proof.questions),
        ),
        (lang.pick("作答记录", "Journal entries"), proof.saves.to_string()),
    ];
    let rows = rows
        .into_iter()
        .map(|(label, value)| view! { <tr><th class="plain" scope="row">{label}</th><td class="n">{value}</td></tr> })
        .collect_view();
    view! {
        {notice(Tone::Good, words)}
        <section class="card"><table><tbody>{rows}</tbody></table></section>
    }
}
