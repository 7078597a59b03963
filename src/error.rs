//! The one error that crosses the wire: what happened and what to do, for a person or for the browser's code.
//! Which layer's error belongs where: `db::Error` stays on the server; `service::Error` is either that or a [`Fault`].

use serde::{Deserialize, Serialize};

use crate::domain::{
    account::WeakPassword,
    activity::ActivityFault,
    attempt::NoStart,
    blueprint::Shortage,
    case::NoCase,
    competition::{RulesFault, limit::HumanCheck, play::NoPlay, player::FormFault},
    course::CourseFault,
    credit::{CreditFault, Held},
    dispute::NoDispute,
    editor::QuestionFault,
    exam::{RoundFault, SetupFault},
    key::KeyFault,
    key_correction::NoCorrection,
    lang::Lang,
    law::LawFault,
    lottery::NoLottery,
    marking::NoMark,
    objection::NoObjection,
    officer::OfficerFault,
    organization::OrganizationFault,
    people::PeopleFault,
    plan::PlanFault,
    record::RecordFault,
    reminder::Unfit,
    slot::{NoEntry, SlotFault},
    study::StudyFault,
    vetting::NoVetting,
};

/// Why a request was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", content = "about", rename_all = "snake_case")]
pub enum Fault {
    NotSignedIn,
    Forbidden,
    /// A form sent from another site.
    CrossSite,
    NotFound,
    BadRequest,
    TooLarge,
    WrongNameOrPassword,
    /// Too many failed sign-ins: seconds until the next try.
    Wait(i64),
    /// A one-time link that was used, withdrawn, or has expired.
    Link,
    Password(WeakPassword),
    /// The two passwords typed are not the same.
    PasswordRepeat,
    CannotStart(NoStart),
    /// Another page or device has saved since; the last version stored.
    Stale(u32),
    /// The deadline is past or the attempt is handed in.
    Late,
    /// The choice does not fit the question.
    NoSuchChoice,
    Setup(Vec<SetupFault>),
    /// A round that cannot be added.
    Round(Vec<RoundFault>),
    /// A slot that cannot be added.
    Slot(Vec<SlotFault>),
    /// The exam asks for more credits than the person has.
    Credits(Box<Held>),
    /// A course was not changed, or a test of it not begun.
    Course(CourseFault),
    /// Rules of credits or admissions were not changed.
    CreditRule(CreditFault),
    /// A personal law record was not changed.
    Record(RecordFault),
    /// No attempt can be begun, and no paper read, here and now.
    Entry(NoEntry),
    /// Every seat of the slot is taken.
    Full,
    Short(Vec<Shortage>),
    /// The exam is not in the state this step needs.
    WrongState,
    /// No file was chosen.
    NoFile,
    /// The uploaded file is no longer kept: choose it again.
    UploadGone,
    /// A change of people or units was not carried out.
    People(PeopleFault),
    /// The directory of units that play was not changed.
    Organization(OrganizationFault),
    /// The name is in use.
    Taken,
    /// A login name that is empty, too long or holds control characters.
    BadName,
    NoSuchAccount,
    /// One account would both act and audit.
    RolesApart,
    /// Nobody would be left to manage roles.
    LastAdministrator,
    /// The clock of the attempt stands.
    Paused,
    /// The exam is sat in Safe Exam Browser with a configuration of its own.
    SafeBrowser,
    /// An extension that is not between one minute and four hours.
    Minutes,
    /// Nobody whom this would concern is sitting.
    NobodyRuns,
    /// A text that is empty, too long or holds control characters.
    Wording,
    KeyCorrection(NoCorrection),
    /// A new key that no correction and no ruling can take.
    NewKey(KeyFault),
    Dispute(NoDispute),
    /// A reading of an answer that is not stored.
    Marking(NoMark),
    Objection(NoObjection),
    Case(NoCase),
    /// No certificate can be issued to this person: not passed, not due, or one is valid.
    NoCertificate,
    /// What was typed is no question that can be stored.
    Question(QuestionFault),
    /// The bank has a question of the same content.
    SameQuestion,
    /// A question stands on an article that is no more: its basis must be written anew.
    NoArticle,
    /// The words of a legal basis cannot say where its articles went.
    BasisUnclear,
    /// Somebody has changed the question since it was looked at.
    QuestionChanged,
    /// A step of the review by two persons that cannot be taken.
    Vetting(NoVetting),
    /// More questions than one file takes.
    TooManyQuestions,
    /// Rules of a competition that cannot hold.
    Rules(Vec<RulesFault>),
    /// No attempt can be begun in the competition.
    CannotPlay(NoPlay),
    /// What somebody typed to join a competition.
    Join(Vec<FormFault>),
    /// Somebody has joined with this telephone number or account.
    JoinedAlready,
    /// So many have joined from there that a small question comes first.
    Human(Box<HumanCheck>),
    /// Faster than a person plays: seconds until the next request.
    Slower(i64),
    /// Only who has joined the competition can do this.
    NotJoined,
    /// Nobody plays in the competition under this code.
    UnknownPlayer,
    /// The link by which a player goes on with another device is not whole, or not of this competition.
    NoSuchPlayer,
    /// The registration was corrected before, or the time for it is over.
    NoCorrection,
    /// The certificate is withdrawn already.
    Withdrawn,
    /// A draw that was not committed to, not drawn or not checked.
    Lottery(NoLottery),
    /// The library of laws was not changed.
    Law(LawFault),
    /// The ledger of activities, or the year, was not changed.
    Activity(ActivityFault),
    /// The plan of a year was not changed.
    Plan(PlanFault),
    /// The ledger of enforcement certificates was not changed.
    Officer(OfficerFault),
    /// Reminders cannot be sent like that.
    Reminders,
    /// Nothing was done in study.
    Study(StudyFault),
    /// What was typed is no e-mail address.
    Email,
    /// The server has no font with Chinese letters to print with.
    NoFont,
    Unavailable,
    /// Something that should not happen; the ticket stands in the log.
    Internal(String),
}

impl Fault {
    /// The HTTP status.
    pub fn status(&self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::NotSignedIn | Self::WrongNameOrPassword => 401,
            Self::Forbidden | Self::CrossSite | Self::SafeBrowser | Self::Entry(_) | Self::Credits(_) => 403,
            Self::NotFound => 404,
            Self::CannotStart(_)
            | Self::Stale(_)
            | Self::Late
            | Self::Short(_)
            | Self::WrongState
            | Self::Full
            | Self::SameQuestion
            | Self::NoArticle
            | Self::BasisUnclear
            | Self::QuestionChanged
            | Self::Taken
            | Self::RolesApart
            | Self::LastAdministrator
            | Self::Paused
            | Self::CannotPlay(_)
            | Self::JoinedAlready
            | Self::NoCorrection
            | Self::NobodyRuns => 409,
            Self::Rules(_) | Self::Join(_) | Self::UnknownPlayer => 422,
            Self::NotJoined => 401,
            Self::NoSuchPlayer => 410,
            Self::NewKey(_) | Self::Objection(NoObjection::Words) | Self::Case(NoCase::Words) | Self::Email => 422,
            Self::KeyCorrection(NoCorrection::SamePerson) | Self::Objection(NoObjection::Own) => 403,
            Self::Case(NoCase::Own | NoCase::SamePerson) => 403,
            Self::KeyCorrection(_) | Self::Objection(_) | Self::Case(_) | Self::NoCertificate | Self::Withdrawn => 409,
            Self::NoFont => 503,
            Self::Link | Self::UploadGone => 410,
            Self::TooLarge => 413,
            Self::Password(_)
            | Self::PasswordRepeat
            | Self::NoSuchChoice
            | Self::Setup(_)
            | Self::Round(_)
            | Self::Slot(_)
            | Self::Question(_)
            | Self::NoFile
            | Self::BadName
            | Self::NoSuchAccount
            | Self::Minutes
            | Self::Wording => 422,
            Self::Marking(NoMark::Taken) => 409,
            Self::Marking(_) => 422,
            Self::People(fault) => fault.status(),
            Self::Lottery(why) => why.status(),
            Self::Vetting(why) => why.status(),
            Self::TooManyQuestions => 422,
            Self::Dispute(why) => why.status(),
            Self::Law(fault) => fault.status(),
            Self::Activity(fault) => fault.status(),
            Self::Plan(fault) => fault.status(),
            Self::Officer(fault) => fault.status(),
            Self::Reminders => 422,
            Self::Course(fault) => fault.status(),
            Self::CreditRule(fault) => fault.status(),
            Self::Record(fault) => fault.status(),
            Self::Study(fault) => fault.status(),
            Self::Organization(fault) => fault.status(),
            Self::Wait(_) | Self::Slower(_) | Self::Human(_) => 429,
            Self::Internal(_) => 500,
            Self::Unavailable => 503,
        }
    }

    /// What happened, what was kept, what to do.
    pub fn message(&self, lang: Lang) -> String {
        let text = match self {
            Self::NotSignedIn => lang.pick("请先登录。", "Please sign in first."),
            Self::Forbidden => lang.pick("您没有这项权限。", "You are not allowed to do this."),
            Self::CrossSite => lang.pick(
                "这个请求来自别的网站，没有执行。请在本站页面上再操作一次。",
                "This request came from another site and was not carried out. Please do it again on our page.",
            ),
            Self::NotFound => lang.pick("没有这个页面，或者您看不到它。", "There is no such page, or it is not yours to see."),
            Self::BadRequest => lang.pick("请求的内容看不懂，没有执行。", "The request could not be read and was not carried out."),
            Self::TooLarge => lang.pick("内容太大，没有保存。文件不能超过 50 MB。", "Too large; nothing was stored. Files may have up to 50 MB."),
            Self::WrongNameOrPassword => lang.pick(
                "账号或密码不对。忘记密码请找本单位管理员要一个新的登录链接。",
                "Name or password is wrong. If you forgot it, ask your administrator for a new sign-in link.",
            ),
            Self::Wait(seconds) => {
                return match lang {
                    Lang::Zh => format!("试错次数较多，请 {seconds} 秒后再试。"),
                    Lang::En => format!("Too many failed tries. Please wait {seconds} seconds."),
                };
            }
            Self::Link => lang.pick(
                "这个链接已经用过或者过期了。请找管理员要一个新的。",
                "This link was used or has expired. Ask your administrator for a new one.",
            ),
            Self::Password(WeakPassword::Short) => lang.pick("密码至少 8 个字符。", "The password needs at least 8 characters."),
            Self::Password(WeakPassword::Long) => lang.pick("密码最多 128 个字符。", "The password may have at most 128 characters."),
            Self::Password(WeakPassword::Guessable) => lang.pick(
                "这个密码太容易猜到，请换一个。",
                "This password is too easy to guess. Please choose another.",
            ),
            Self::PasswordRepeat => lang.pick("两次输入的密码不一样。", "The two passwords are not the same."),
            Self::CannotStart(NoStart::NotYet) => lang.pick("考试还没有开放。", "The exam is not open yet."),
            Self::CannotStart(NoStart::Closed) => lang.pick("考试已经结束。", "The exam has closed."),
            Self::CannotStart(NoStart::NotDue) => lang.pick(
                "您不在这次考试的应考名单里。如有疑问请联系本单位联络员。",
                "You are not on the list for this exam. If in doubt, ask your unit's liaison.",
            ),
            Self::CannotStart(NoStart::NotAdmitted) => lang.pick(
                "现在这一轮不面向您：补考只面向规则里写明的人员。",
                "The round that is open now is not for you: a make-up round admits only those its rules name.",
            ),
            Self::CannotStart(NoStart::NoAttemptLeft) => lang.pick("您已经考完，没有剩余次数。", "You have no attempt left."),
            Self::Stale(_) => lang.pick(
                "您在另一个页面或设备上作答过，这里的内容不是最新的。请刷新本页再继续，已保存的答案都在。",
                "You answered on another page or device, so this one is out of date. Reload to go on; saved answers are kept.",
            ),
            Self::Late => lang.pick(
                "时间已到或已经交卷，这次作答没有计入。之前保存的答案都算数。",
                "Time is up or the paper is handed in, so this answer does not count. Answers saved before do.",
            ),
            Self::NoSuchChoice => lang.pick("这道题没有这样的选项，没有保存。", "This question has no such option; nothing was saved."),
            Self::Slot(faults) => return faults.iter().map(|fault| fault.message(lang)).collect::<Vec<_>>().join(lang.pick("", " ")),
            Self::Entry(why) => return why.message(lang),
            Self::Full => lang.pick("这个场次已经坐满，请选别的场次。", "Every seat of this slot is taken. Choose another one."),
            Self::Round(faults) => return faults.iter().map(|fault| fault.message(lang)).collect::<Vec<_>>().join(lang.pick("", " ")),
            Self::Setup(faults) => return faults.iter().map(|fault| fault.message(lang)).collect::<Vec<_>>().join(lang.pick("", " ")),
            Self::Short(cells) => return shortages(cells, lang),
            Self::WrongState => lang.pick(
                "状态已经变了，这一步没有执行。请刷新页面看看。",
                "The state has changed by now; this step was not carried out. Reload to see.",
            ),
            Self::Question(fault) => return fault.message(lang),
            Self::SameQuestion => lang.pick(
                "题库里已经有一道完全相同的题，没有写入。",
                "The bank has exactly this question already; nothing was stored.",
            ),
            Self::NoArticle => lang.pick(
                "有一条法律依据在现行法律中已经没有对应条文，不能直接确认。请修改题目的法律依据，或停用这道题。",
                "The law in force has no article any more for one of the bases, so this cannot be confirmed. Change the legal basis of the question, or retire it.",
            ),
            Self::BasisUnclear => lang.pick(
                "这条法律依据写了几条，新的条号不能逐条改写。请修改题目的法律依据，按现行法律写明各条，或停用这道题。",
                "This legal basis names several articles, and its words cannot say where all of them went. Change the legal basis of the question so that it names them by the law in force, or retire it.",
            ),
            Self::QuestionChanged => lang.pick(
                "这道题刚被别人改过，没有写入。请对照新的版本再改。",
                "Somebody has changed this question since; nothing was stored. Look at the new version and change that.",
            ),
            Self::Vetting(why) => why.message(lang),
            Self::TooManyQuestions => lang.pick(
                "一个文件最多写 20000 题。请先用筛选条件分批。",
                "A file takes 20,000 questions at most. Narrow the filter and export in parts.",
            ),
            Self::NoFile => lang.pick("请先选择一个文件。", "Please choose a file first."),
            Self::UploadGone => lang.pick("上传的文件已不再保留，请重新选择。", "The uploaded file is no longer kept. Please choose it again."),
            Self::People(fault) => return fault.message(lang),
            Self::Organization(fault) => fault.message(lang),
            Self::Activity(fault) => return fault.message(lang),
            Self::Plan(fault) => return fault.message(lang),
            Self::Officer(fault) => return fault.message(lang),
            Self::Reminders => Unfit.message(lang),
            Self::Law(fault) => fault.message(lang),
            Self::Credits(held) => return held.message(lang),
            Self::Course(fault) => return fault.message(lang),
            Self::CreditRule(fault) => fault.message(lang),
            Self::Record(fault) => fault.message(lang),
            Self::Study(fault) => fault.message(lang),
            Self::KeyCorrection(why) => no_correction(*why, lang),
            Self::NewKey(fault) => return fault.message(lang),
            Self::Dispute(why) => why.message(lang),
            Self::Marking(why) => why.message(lang),
            Self::Objection(NoObjection::TooLate(until)) => {
                return match lang {
                    Lang::Zh => format!("异议期已于 {} 结束，这次没有受理。", until.local()),
                    Lang::En => format!("The time for objections ended at {}; this one was not taken.", until.local()),
                };
            }
            Self::Objection(why) => no_objection(*why, lang),
            Self::Case(NoCase::TooLate(until)) => {
                return match lang {
                    Lang::Zh => format!("申诉期已于 {} 结束，这次申诉没有受理。", until.local()),
                    Lang::En => format!("The time for an appeal ended at {}; this one was not taken.", until.local()),
                };
            }
            Self::Case(why) => no_case(*why, lang),
            Self::NoCertificate => lang.pick(
                "没有颁发：此人没有合格，或者已有一张有效的证书。",
                "Not issued: this person has not passed, or has a valid certificate.",
            ),
            Self::Rules(faults) => return faults.iter().map(|fault| fault.name(lang)).collect::<Vec<_>>().join(lang.pick("；", "; ")) + lang.pick("。", "."),
            Self::Join(faults) => return faults.iter().map(|fault| fault.name(lang)).collect::<Vec<_>>().join(lang.pick("", " ")),
            Self::CannotPlay(why) => return no_play(*why, lang),
            Self::JoinedAlready => lang.pick(
                "这个手机号或账号已经报过名。请用当时的设备，或用报名后给您的“换设备链接”进入。",
                "Somebody has joined with this telephone number or account. Use the device from then, or the link for another device that you were given.",
            ),
            Self::Human(check) => {
                return match lang {
                    Lang::Zh => format!("从这个网络报名的人很多，请先回答一个小问题再提交：{}", check.question(lang)),
                    Lang::En => format!("Many people join from this network. Please answer a small question first: {}", check.question(lang)),
                };
            }
            Self::Slower(seconds) => {
                return match lang {
                    Lang::Zh => format!("操作太快了，请 {seconds} 秒后再试。已保存的答案都在。"),
                    Lang::En => format!("That was too fast. Please wait {seconds} seconds; saved answers are kept."),
                };
            }
            Self::UnknownPlayer => lang.pick(
                "这次竞赛里没有这个参赛编号，没有立项。请核对编号。",
                "Nobody plays in this competition under this code; no case was opened. Check the code.",
            ),
            Self::NotJoined => lang.pick("请先报名参赛。", "Please join the competition first."),
            Self::NoSuchPlayer => lang.pick(
                "这个换设备链接不完整，或者不是这次竞赛的，没有进入。请在原来的设备上把整条链接重新复制一遍。",
                "This link for another device is not whole, or not of this competition; you were not let in. Please copy the whole link again on your first device.",
            ),
            Self::NoCorrection => lang.pick(
                "参赛信息已经改正过一次，或者已过改正期限，没有改动。如有问题请联系主办单位。",
                "Your registration was corrected once, or the time for it is over; nothing was changed. Please ask the organiser.",
            ),
            Self::Withdrawn => lang.pick("这张证书已经撤回过了。", "This certificate is withdrawn already."),
            Self::Lottery(why) => return why.message(lang),
            Self::Email => lang.pick(
                "这不像一个邮箱地址，没有保存。请检查后再填。",
                "This does not look like an e-mail address; nothing was stored. Please check it.",
            ),
            Self::NoFont => lang.pick(
                "服务器上没有中文字体，暂时不能生成 PDF。证书页面可以照常打印；管理员安装 fonts-noto-cjk 或设置 MINGFA_FONT 后即可下载。",
                "The server has no Chinese font, so it cannot make a PDF. The page itself can be printed; the PDF works once fonts-noto-cjk is installed or MINGFA_FONT is set.",
            ),
            Self::Taken => lang.pick("这个名称已经有人用了。", "This name is already in use."),
            Self::BadName => lang.pick("请填写账号，不超过 100 字。", "Give a login name of at most 100 characters."),
            Self::NoSuchAccount => lang.pick(
                "没有这个账号。在册人员的账号就是工号，名册外的人请先新建账号。",
                "There is no such account. Persons of the roster sign in by their number; for others make an account first.",
            ),
            Self::RolesApart => lang.pick(
                "审计员不能同时是考试管理员或系统管理员，没有授予。请换一个账号。",
                "An auditor cannot be an exam or system administrator as well; nothing was granted. Choose another account.",
            ),
            Self::LastAdministrator => lang.pick(
                "这是最后一个全局的系统管理员，没有收回。请先授予另一个账号。",
                "This is the last system administrator for everything; nothing was withdrawn. Grant the role to another account first.",
            ),
            Self::Paused => lang.pick(
                "考试已被暂停，计时停止。已保存的答案都在，恢复后继续。",
                "The exam is paused and the clock stands. Saved answers are kept; go on when it resumes.",
            ),
            Self::SafeBrowser => lang.pick(
                "这场考试要用 Safe Exam Browser 打开，并使用主办单位发的配置文件。请用那个文件重新进入。",
                "This exam is sat in Safe Exam Browser with the organiser's configuration. Please open it with that file.",
            ),
            Self::Minutes => lang.pick(
                "延长时间填 1 到 240 分钟，没有延长。",
                "An extension is between 1 and 240 minutes; nothing was changed.",
            ),
            Self::NobodyRuns => lang.pick(
                "所选范围内没有人正在考，什么都没有改。",
                "Nobody you chose is sitting now; nothing was changed.",
            ),
            Self::Wording => lang.pick("请填写内容，不超过 500 字。", "Write something of at most 500 characters."),
            Self::Unavailable => lang.pick("服务暂时不可用，请稍后再试。", "The service is not available just now. Please try again soon."),
            Self::Internal(ticket) => {
                return match lang {
                    Lang::Zh => format!("出了一个内部错误，这次操作没有保存。请把编号 {ticket} 告诉管理员。"),
                    Lang::En => format!("An internal error occurred; nothing was stored. Please give your administrator this number: {ticket}."),
                };
            }
        };
        text.to_owned()
    }
}

fn no_play(why: NoPlay, lang: Lang) -> String {
    match (why, lang) {
        (NoPlay::NotYet(at), Lang::Zh) => format!("还没有开始，{} 开赛。", at.local()),
        (NoPlay::NotYet(at), Lang::En) => format!("Not open yet; it begins at {}.", at.local()),
        (NoPlay::Over, Lang::Zh) => "竞赛已经结束。".to_owned(),
        (NoPlay::Over, Lang::En) => "The competition is over.".to_owned(),
        (NoPlay::Running, Lang::Zh) => "上一次答题还没有交卷。".to_owned(),
        (NoPlay::Running, Lang::En) => "The last attempt is not handed in yet.".to_owned(),
        (NoPlay::Today(most), Lang::Zh) => format!("今天的 {most} 次机会已经用完，明天零点后可以再答。"),
        (NoPlay::Today(most), Lang::En) => {
            format!("Today's {most} attempt(s) are used; go on after midnight (China time).")
        }
        (NoPlay::Stage(most), Lang::Zh) => format!("本阶段的 {most} 次机会已经用完。"),
        (NoPlay::Stage(most), Lang::En) => format!("The {most} attempt(s) of this stage are used."),
    }
}

fn no_correction(why: NoCorrection, lang: Lang) -> &'static str {
    match why {
        NoCorrection::Another => lang.pick(
            "这道题已有一项更正待批准或已生效。要换一种做法，请先撤销那一项。",
            "A correction of this question waits or is in force. Undo it first to replace it.",
        ),
        NoCorrection::SamePerson => lang.pick(
            "更正要由提出人以外的另一名管理员批准。",
            "Another administrator than the one who proposed it must approve a correction.",
        ),
        NoCorrection::Decided => lang.pick(
            "这项更正已经有了结论，这次操作没有执行。请刷新页面看看。",
            "This correction was decided meanwhile; nothing was carried out. Reload to see.",
        ),
        NoCorrection::Ruling => lang.pick(
            "这项更正是题目裁定的一部分，没有撤销。请到裁定页面一并撤销。",
            "This correction is a part of a ruling and was not undone. Undo the ruling as a whole.",
        ),
    }
}

fn no_objection(why: NoObjection, lang: Lang) -> &'static str {
    match why {
        NoObjection::Running => lang.pick("交卷以后才能提出异议。", "Objections can be raised after the hand-in."),
        NoObjection::TooLate(_) => lang.pick("异议期已经结束。", "The time for objections is over."),
        NoObjection::None => lang.pick("这次考试不接受异议。", "This exam takes no objections."),
        NoObjection::NotShown => lang.pick(
            "成绩还没有公布，公布后可以申请复核。",
            "The score is not shown yet; a review can be asked for when it is.",
        ),
        NoObjection::NoSuchItem => lang.pick("试卷上没有这道题。", "There is no such question on the paper."),
        NoObjection::Raised => lang.pick(
            "您已就此提出过异议，不需要重复提交。",
            "You have raised an objection about this already.",
        ),
        NoObjection::Words => lang.pick(
            "请写明理由，2 到 1000 字。",
            "Please give a reason of 2 to 1000 characters.",
        ),
        NoObjection::Decided => lang.pick(
            "这项异议已经有了结论。请刷新页面看看。",
            "This objection was decided meanwhile. Reload to see.",
        ),
        NoObjection::Own => lang.pick("不能处理自己提出的异议。", "Nobody decides on their own objection."),
    }
}

fn no_case(why: NoCase, lang: Lang) -> &'static str {
    match why {
        NoCase::NoSignal => lang.pick(
            "最近一次比对里没有这条线索。请重新比对后再看。",
            "The last comparison shows no such signal. Compare again and look.",
        ),
        NoCase::Opened => lang.pick(
            "这条线索已经立项核查，不需要重复。",
            "A case about this signal was opened before.",
        ),
        NoCase::Own => lang.pick("不能办理涉及自己的核查。", "Nobody opens or decides a case about themselves."),
        NoCase::SamePerson => lang.pick(
            "要由另一名管理员决定：立项的人不作结论，作结论的人不复核。",
            "Another administrator has to decide: whoever opened it does not, nor does whoever decided judge the appeal.",
        ),
        NoCase::Decided => lang.pick(
            "这项核查现在不能这样办理。请刷新页面看看。",
            "This cannot be done to the case as it stands now. Reload to see.",
        ),
        NoCase::Stated => lang.pick("您已经说明过情况。", "You have given your statement."),
        NoCase::TooLate(_) => lang.pick("申诉期已经结束。", "The time for an appeal is over."),
        NoCase::Words => lang.pick(
            "请写明理由，2 到 1000 字。",
            "Please give a reason of 2 to 1000 characters.",
        ),
    }
}

/// Names every place that is short and by how many.
fn shortages(cells: &[Shortage], lang: Lang) -> String {
    let cells: Vec<_> = cells.iter().map(|shortage| shortage.message(lang)).collect();
    match lang {
        Lang::Zh => format!(
            "题目不够，不能发布：{}。请补充题目、减少题数或放宽范围。",
            cells.join("；")
        ),
        Lang::En => format!(
            "Not enough questions to publish. {}. Add questions, ask for fewer, or widen the bounds.",
            cells.join("; ")
        ),
    }
}

impl From<OrganizationFault> for Fault {
    fn from(fault: OrganizationFault) -> Self {
        Self::Organization(fault)
    }
}

impl From<PeopleFault> for Fault {
    fn from(fault: PeopleFault) -> Self {
        Self::People(fault)
    }
}
