//! Certificates: as a page to print, as a list to issue them from, and the public check.

use leptos::prelude::*;

use super::{
    part::{Tone, choice, code_form, fault, heading, moment, notice, pager, qr, table, tag},
    shell::{Frame, page},
};
use crate::{
    domain::{
        certificate::{Certificate, Shows},
        lang::Lang,
    },
    error::Fault,
    service::certificate::{Check, Overview, Shown, day, sentence},
};

/// The public page that checks a certificate.
pub fn check(frame: &Frame, code: &str, check: Option<&Check>) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("核验证书", "Check a certificate");
    let verdict = check.map(|check| match check {
        Check::Found { .. } => found(lang, code, check).into_any(),
        Check::Unknown => notice(
            Tone::Warn,
            lang.pick(
                "没有这个核验码的证书。请核对是否抄错。",
                "No certificate has this code. Please check for typing errors.",
            ),
        )
        .into_any(),
        Check::Malformed => notice(
            Tone::Warn,
            lang.pick(
                "这不是一个完整的核验码。核验码共 5 组，每组 5 个字母或数字。",
                "This is not a whole code: there are 5 groups of 5 letters or digits.",
            ),
        )
        .into_any(),
    });
    let main = view! {
        <div class="narrow stack">
            {heading(title, "")}
            {verdict}
            {code_form("/certificate".to_owned(), lang.pick("核验码", "Code"), code, lang.pick("核验", "Check"))}
        </div>
    };
    page(frame, title, main)
}

fn found(lang: Lang, code: &str, check: &Check) -> Option<impl IntoView + use<>> {
    let Check::Found {
        number,
        title,
        name,
        name_fits,
        issued_at,
        rescored_at,
        withdrawn,
    } = check
    else {
        return None;
    };
    let verdict = match withdrawn {
        None => notice(
            Tone::Good,
            lang.pick("证书真实有效。", "The certificate is genuine and valid."),
        )
        .into_any(),
        Some(withdrawn) => {
            let at = moment(lang, withdrawn.at);
            let words = match lang {
                Lang::Zh => format!("证书已于 {at} 撤回，不再有效。原因：{}", withdrawn.reason),
                Lang::En => format!("Withdrawn on {at}, no longer valid. Reason: {}", withdrawn.reason),
            };
            notice(Tone::Seal, words).into_any()
        }
    };
    let fits = name_fits.map(|fits| match fits {
        true => notice(
            Tone::Good,
            lang.pick("姓名与证书一致。", "The name is the one on the certificate."),
        ),
        false => notice(
            Tone::Warn,
            lang.pick(
                "填写的姓名与证书不一致。",
                "The name is not the one on the certificate.",
            ),
        ),
    });
    let rescored = rescored_at.map(|at| {
        let at = moment(lang, at);
        let words = match lang {
            Lang::Zh => format!("证书上的成绩于 {at} 作过更正，以本人重新打印的证书为准。"),
            Lang::En => format!("The score on it was corrected on {at}; a fresh print shows the right one."),
        };
        notice(Tone::Warn, words)
    });
    let rows = [
        (lang.pick("证书编号", "Number"), number.clone()),
        (lang.pick("姓名", "Name"), name.clone()),
        (lang.pick("考试", "Exam"), title.clone()),
        (lang.pick("颁发日期", "Issued"), moment(lang, *issued_at)),
    ];
    let rows = rows
        .into_iter()
        .map(|(label, value)| view! { <tr><th class="plain" scope="row">{label}</th><td class="n">{value}</td></tr> })
        .collect_view();
    let ask = (*name_fits != Some(true)).then(|| {
        let action = format!("/certificate/{}", super::shell::encode(code.trim()));
        view! {
            <form class="card stack" action=action method="post">
                <div class="field">
                    <label for="name">{lang.pick("核对姓名", "Check the name")}</label>
                    <input id="name" name="name" maxlength="60" autocomplete="off" required=true aria-describedby="name-hint"/>
                    <p class="small soft" id="name-hint">{lang.pick(
                        "姓名默认隐去。填写证书上的全名，可以核对是否一致。",
                        "The name is hidden. Write the full name on the certificate to see whether it is the same.",
                    )}</p>
                </div>
                <button class="button" r#type="submit">{lang.pick("核对", "Compare")}</button>
            </form>
        }
    });
    Some(view! {
        {verdict}{fits}{rescored}
        <section class="card"><table><tbody>{rows}</tbody></table></section>
        {ask}
    })
}

/// A certificate to look at and to print.
pub fn show(frame: &Frame, shown: &Shown) -> impl IntoView {
    let lang = frame.lang;
    let one = &shown.certificate;
    let title = lang.pick("合格证书", "Certificate");
    let below = match &one.withdrawn {
        None => notice(
            Tone::Plain,
            lang.pick(
                "打印时请选 A4 横向。扫二维码或凭核验码可以核验真伪。",
                "Print on A4 landscape. Anybody can check it by the QR code or the code below it.",
            ),
        )
        .into_any(),
        Some(withdrawn) => {
            let at = moment(lang, withdrawn.at);
            let words = match lang {
                Lang::Zh => format!("这张证书已于 {at} 撤回。原因：{}", withdrawn.reason),
                Lang::En => format!("This certificate was withdrawn on {at}. Reason: {}", withdrawn.reason),
            };
            notice(Tone::Seal, words).into_any()
        }
    };
    let stamp = one
        .withdrawn
        .as_ref()
        .map(|_| view! { <span class="stamp" aria-hidden="true">"已撤回"</span> });
    let picture = shown
        .qr
        .as_ref()
        .map(|code| qr(code, lang.pick("核验证书的二维码", "QR code to check the certificate")));
    // The manager's way to it and the holder's are two.
    let own = if frame.path.starts_with("/admin/") {
        "/admin"
    } else {
        ""
    };
    let pdf = format!("{own}/certificates/{}/pdf", one.id);
    let main = view! {
        <div class="no-print stack">
            <h1>{title}</h1>
            {below}
            <div class="row">
                <a class="button primary" href=pdf>{lang.pick("下载 PDF", "Download PDF")}</a>
                <a class="button" href=format!("/certificate/{}", one.code)>{lang.pick("打开核验页", "Open the check page")}</a>
            </div>
        </div>
        <article class="certificate" lang="zh-CN">
            <p class="certificate-title">"合格证书"</p>
            <p class="certificate-body">{sentence(one, Lang::Zh)}</p>
            {stamp}
            <div class="certificate-foot">
                <ul>
                    <li>{format!("证书编号：{}", one.number)}</li>
                    <li>{format!("颁发日期：{}", day(one.issued_at))}</li>
                    <li>{format!("核验码：{}", one.code)}</li>
                </ul>
                {picture}
            </div>
        </article>
    };
    page(frame, title, main)
}

/// The certificates of an exam, and the form to issue more.
pub fn overview(frame: &Frame, overview: &Overview, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let (exam, id) = (&overview.exam, overview.exam.id);
    let title = lang.pick("合格证书", "Certificates");
    let below = match lang {
        Lang::Zh => format!("{} · 已颁发 {} 张（含已撤回）", exam.title, overview.all),
        Lang::En => format!("{} · {} issued, withdrawn ones included", exam.title, overview.all),
    };
    let options = |lang| {
        Shows::ALL
            .into_iter()
            .map(|shows| (shows.code().to_owned(), shows.name(lang).to_owned()))
            .collect()
    };
    let issue = match overview.eligible {
        0 => notice(
            Tone::Plain,
            lang.pick(
                "合格人员都有有效证书，没有可以颁发的。",
                "Everybody who passed has a valid certificate; there is none to issue.",
            ),
        )
        .into_any(),
        eligible => {
            let words = match lang {
                Lang::Zh => format!("{eligible} 人合格而没有有效证书。不填工号就发给所有人。"),
                Lang::En => {
                    format!("{eligible} passed and have no valid certificate. Without a number all of them get one.")
                }
            };
            view! {
                <form class="card stack" action=format!("/admin/exams/{id}/certificates") method="post">
                    <h2>{lang.pick("颁发证书", "Issue certificates")}</h2>
                    <p>{words}</p>
                    <div class="halves">
                        {choice("shows", lang.pick("证书上写什么", "What stands on it"), options(lang), Shows::Grade.code())}
                        <div class="field">
                            <label for="number">{lang.pick("只发给这个工号（可不填）", "Only this number (optional)")}</label>
                            <input id="number" name="number" maxlength="60" autocomplete="off"/>
                        </div>
                    </div>
                    <button class="button primary" r#type="submit">{lang.pick("颁发", "Issue")}</button>
                </form>
            }
            .into_any()
        }
    };
    let rows = overview.certificates.iter().map(|one| row(lang, one)).collect_view();
    let head = view! {
        <th>{lang.pick("编号", "Number")}</th><th>{lang.pick("姓名", "Name")}</th><th>{lang.pick("单位", "Unit")}</th>
        <th class="n">{lang.pick("成绩", "Score")}</th><th>{lang.pick("状态", "State")}</th><th>{lang.pick("撤回", "Withdraw")}</th>
    };
    let list = (!overview.certificates.is_empty())
        .then(|| view! { <section class="card">{table(title, head, rows)}</section> });
    let main = view! {
        <p class="small"><a href=format!("/admin/exams/{id}")>{exam.title.clone()}</a></p>
        {heading(title, below)}
        {fault(wrong, lang)}
        {issue}
        {list}
        {pager(lang, overview.page, overview.pages, |page| format!("/admin/exams/{id}/certificates?page={page}"))}
    };
    page(frame, title, main)
}

fn row(lang: Lang, one: &Certificate) -> impl IntoView + use<> {
    let state = match &one.withdrawn {
        None => tag(Tone::Good, lang.pick("有效", "Valid")).into_any(),
        Some(withdrawn) => view! {
            {tag(Tone::Seal, lang.pick("已撤回", "Withdrawn"))}
            <span class="small soft">{format!(" {} {}", withdrawn.at.local(), withdrawn.reason)}</span>
        }
        .into_any(),
    };
    let label = format!("{} {}", lang.pick("撤回原因", "Reason to withdraw"), one.number);
    let withdraw = one.withdrawn.is_none().then(|| {
        view! {
            <form class="row nowrap" action=format!("/admin/certificates/{}/withdraw", one.id) method="post">
                <div class="field"><input name="reason" maxlength="1000" required=true aria-label=label placeholder=lang.pick("原因", "Reason")/></div>
                <button class="button small" r#type="submit">{lang.pick("撤回", "Withdraw")}</button>
            </form>
        }
    });
    view! {
        <tr>
            <td><a href=format!("/admin/certificates/{}", one.id)>{one.number.clone()}</a></td>
            <td>{one.name.clone()}</td><td>{one.unit.clone()}</td><td class="n">{one.score.to_string()}</td>
            <td>{state}</td><td>{withdraw}</td>
        </tr>
    }
}

/// A withdrawal that was not carried out.
pub fn refused(frame: &Frame, shown: &Shown, wrong: &Fault) -> impl IntoView {
    let lang = frame.lang;
    let one = &shown.certificate;
    let title = lang.pick("没有撤回", "Not withdrawn");
    let main = view! {
        <div class="narrow stack">
            {heading(title, one.number.clone())}
            {fault(Some(wrong), lang)}
            <p><a class="button" href=format!("/admin/exams/{}/certificates", one.exam)>{lang.pick("回证书列表", "Back to the list")}</a></p>
        </div>
    };
    page(frame, title, main)
}
