//! Certificates of players: to look at and to print, why there is none yet, and the public check.

use leptos::prelude::*;

use super::path;
use crate::{
    domain::{
        competition::certificate::{Kind, LAST_RANK, NoCertificate},
        lang::Lang,
    },
    service::competition::{
        Contest,
        certificate::{Certificate, Check, Shown, facts, merits, sentence},
    },
    ui::{
        part::{Tone, code_form, heading, moment, notice, qr},
        shell::{Frame, page},
    },
};

/// The path of a certificate of the player who asks.
fn own(contest: &Contest, kind: Kind) -> String {
    format!("{}/certificate?kind={}", path(contest), kind.code())
}

/// The ways to both certificates, for the own page.
pub(super) fn ways(lang: Lang, contest: &Contest) -> impl IntoView + use<> {
    let links = Kind::ALL
        .iter()
        .map(|kind| view! { <a class="button" href=own(contest, *kind)>{kind.name(lang)}</a> })
        .collect_view();
    view! {
        <section class="card stack">
            <h2>{lang.pick("证书", "Certificates")}</h2>
            <div class="row wrap">{links}</div>
        </section>
    }
}

/// A certificate to look at and to print, or why there is none.
pub fn show(
    frame: &Frame,
    contest: &Contest,
    kind: Kind,
    shown: Result<&Shown, NoCertificate>,
) -> impl IntoView + use<> {
    let lang = frame.lang;
    let title = kind.name(lang);
    let others = Kind::ALL
        .iter()
        .filter(|other| **other != kind)
        .map(|other| view! { <a class="button" href=own(contest, *other)>{other.name(lang)}</a> })
        .collect_view();
    let pdf = shown.is_ok().then(|| {
        let to = format!("{}/certificate/pdf?kind={}", path(contest), kind.code());
        view! { <a class="button primary" href=to>{lang.pick("下载 PDF", "Download PDF")}</a> }
    });
    let check = shown.ok().map(|shown| {
        let to = format!("{}/verify/{}", path(contest), shown.certificate.code);
        view! { <a class="button" href=to>{lang.pick("打开核验页", "Open the check page")}</a> }
    });
    let below = match shown {
        Ok(_) => lang
            .pick(
                "打印时请选 A4 横向。扫二维码或凭核验码可以核验真伪；核验页显示的是核验当时的成绩。",
                "Print on A4 landscape. Anybody can check it by the QR code or the code below it; the check shows the results as of then.",
            )
            .to_owned(),
        Err(why) => reason(lang, why),
    };
    let sheet = shown.ok().map(|shown| sheet(lang, shown));
    let main = view! {
        <div class="no-print stack">
            <p class="small"><a href=format!("{}/me", path(contest))>{contest.competition.title.clone()}</a></p>
            <h1>{title}</h1>
            {notice(Tone::Plain, below)}
            <div class="row wrap">{pdf}{check}{others}</div>
        </div>
        {sheet}
    };
    page(frame, title, main)
}

fn sheet(lang: Lang, shown: &Shown) -> impl IntoView + use<> {
    let one = &shown.certificate;
    let lines = facts(one)
        .into_iter()
        .map(|line| view! { <li>{line}</li> })
        .collect_view();
    let label = lang.pick("核验证书的二维码", "QR code to check the certificate");
    let picture = shown.qr.as_ref().map(|code| qr(code, label));
    view! {
        <article class="certificate" lang="zh-CN">
            <p class="certificate-title">{one.kind.name(Lang::Zh)}</p>
            <p class="certificate-body">{sentence(one, Lang::Zh)}</p>
            <div class="certificate-foot">
                <ul>{lines}</ul>
                {picture}
            </div>
        </article>
    }
}

/// Why there is none, in words.
fn reason(lang: Lang, why: NoCertificate) -> String {
    let words = match why {
        NoCertificate::NotGiven => lang.pick("这次竞赛不发证书。", "This competition gives no certificates."),
        NoCertificate::NoName => lang.pick(
            "报名时没有填写姓名，证书上没有可写的名字。可以改正参赛信息的，改正后就有证书。",
            "No name was given when you joined, so there is none to write on it. Where the registration can be corrected, there is a certificate afterwards.",
        ),
        NoCertificate::Frozen => lang.pick(
            "您的成绩正在核查或已经冻结，现在没有证书。",
            "Your results are being looked into or are frozen; there is no certificate now.",
        ),
        NoCertificate::NoResult => lang.pick(
            "还没有有效的正式赛成绩，有了就有证书。",
            "There is no valid result of the official stage yet; with one there is a certificate.",
        ),
        NoCertificate::NotOver(end) => {
            let end = moment(lang, end);
            return match lang {
                Lang::Zh => format!("名次要到竞赛结束才定，{end} 以后再来看。"),
                Lang::En => format!("Ranks are settled when the competition ends. Come back after {end}."),
            };
        }
        NoCertificate::NoAward => {
            return match lang {
                Lang::Zh => format!("获奖证书发给抽奖中奖的人和总排名前 {LAST_RANK} 名。"),
                Lang::En => {
                    format!("A certificate of award goes to those who won in a draw and to ranks 1 to {LAST_RANK}.")
                }
            };
        }
    };
    words.to_owned()
}

/// The public check. `code`: what was typed; empty: nothing yet.
pub fn check(frame: &Frame, contest: &Contest, code: &str, check: Option<&Check>) -> impl IntoView + use<> {
    let lang = frame.lang;
    let title = lang.pick("核验参赛证书和获奖证书", "Check a certificate");
    let verdict = (!code.is_empty()).then(|| match check {
        Some(check) => found(lang, contest, check).into_any(),
        None => notice(
            Tone::Warn,
            lang.pick(
                "核验不通过：这次竞赛没有这个核验码的证书。请核对是否抄错；改正过姓名的，以新证书的核验码为准。",
                "Not valid: no certificate of this competition has this code. Please check for typing errors; after a corrected name the code of the new certificate holds.",
            ),
        )
        .into_any(),
    });
    let action = format!("{}/verify", path(contest));
    let main = view! {
        <div class="narrow stack">
            <p class="small"><a href=path(contest)>{contest.competition.title.clone()}</a></p>
            {heading(title, "")}
            {verdict}
            {code_form(action, lang.pick("核验码", "Code"), code, lang.pick("核验", "Check"))}
        </div>
    };
    page(frame, title, main)
}

fn found(lang: Lang, contest: &Contest, check: &Check) -> impl IntoView + use<> {
    let now = moment(lang, check.now);
    let (tone, words) = match (&check.found, lang) {
        (Ok(_), Lang::Zh) => (Tone::Good, format!("证书真实有效（{now} 核验）。")),
        (Ok(_), Lang::En) => (Tone::Good, format!("Genuine and valid, as of {now}.")),
        (Err(NoCertificate::Frozen), Lang::Zh) => (
            Tone::Warn,
            format!("这份证书的成绩正在核查或已经冻结，现在不能作为凭据（{now} 核验）。"),
        ),
        (Err(NoCertificate::Frozen), Lang::En) => (
            Tone::Warn,
            format!("The results behind it are being looked into or are frozen; it proves nothing now, as of {now}."),
        ),
        (Err(_), Lang::Zh) => (
            Tone::Warn,
            format!("核验不通过：核验码是真的，但按现在的成绩没有这份证书（{now} 核验）。"),
        ),
        (Err(_), Lang::En) => (
            Tone::Warn,
            format!("Not valid: the code is genuine, but by the results of now there is no such certificate ({now})."),
        ),
    };
    let mut rows = vec![
        (lang.pick("证书", "Certificate"), check.kind.name(lang).to_owned()),
        (lang.pick("姓名", "Name"), check.name.clone()),
        (lang.pick("竞赛", "Competition"), contest.competition.title.clone()),
    ];
    if let Ok(certificate) = &check.found {
        rows.extend(results(lang, certificate));
    }
    let rows = rows
        .into_iter()
        .map(|(label, value)| view! { <tr><th class="plain" scope="row">{label}</th><td class="n">{value}</td></tr> })
        .collect_view();
    view! {
        {notice(tone, words)}
        <section class="card"><table><tbody>{rows}</tbody></table></section>
    }
}

/// What whoever checks it compares with the certificate in hand.
fn results(lang: Lang, one: &Certificate) -> Vec<(&'static str, String)> {
    let mut rows = vec![
        (lang.pick("成绩", "Score"), one.score.to_string()),
        (
            lang.pick("有效答题次数", "Valid attempts"),
            one.person_times.to_string(),
        ),
    ];
    let merits = merits(one, lang);
    rows.extend(merits.into_iter().map(|merit| (lang.pick("获奖", "Award"), merit)));
    rows
}
