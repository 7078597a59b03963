//! Notices (通知): what a person is told, in the inbox and by mail.

use serde::{Deserialize, Serialize};

use super::{
    case,
    id::{
        AttemptId, BankId, CaseId, CertificateId, ExamId, FilingId, LotteryId, NoticeId, PersonId, UnitId, VettingId,
    },
    lang::Lang,
    objection,
    time::Timestamp,
};

/// What happened. No score, no answer and no key stands in one: they are shown where the rules of the exam allow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum About {
    ResultAvailable {
        title: String,
        attempt: AttemptId,
    },
    ScoreChanged {
        title: String,
        attempt: AttemptId,
    },
    ObjectionDecided {
        title: String,
        attempt: AttemptId,
        state: objection::State,
    },
    CertificateIssued {
        title: String,
        certificate: CertificateId,
    },
    CertificateWithdrawn {
        title: String,
        certificate: CertificateId,
    },
    /// Somebody looks into how an attempt was sat.
    CaseOpened {
        title: String,
        case: CaseId,
    },
    CaseDecided {
        title: String,
        case: CaseId,
        state: case::State,
    },
    /// An administrator gave the person a seat.
    SeatGiven {
        title: String,
        exam: ExamId,
        /// Room and time.
        slot: String,
    },
    /// The slot of the person's seat was taken away.
    SeatGone {
        title: String,
        exam: ExamId,
        slot: String,
    },
    /// Somebody looks into how a person plays in a competition. Named by its code, which its pages carry.
    CompetitionCaseOpened {
        title: String,
        code: String,
        case: CaseId,
    },
    CompetitionCaseDecided {
        title: String,
        code: String,
        case: CaseId,
        state: case::State,
    },
    /// A prize of a draw; `title` is that of the draw.
    PrizeWon {
        title: String,
        prize: String,
        draw: LotteryId,
    },
    /// A certificate that a correction had withdrawn holds again.
    CertificateReinstated {
        title: String,
        certificate: CertificateId,
    },
    /// A question that the person wrote was sent back by the second person; `title` is that of the bank.
    QuestionReturned {
        title: String,
        bank: BankId,
        vetting: VettingId,
    },
    /// A question that the person had flagged in a competition was ruled on.
    FlagSettled {
        title: String,
        code: String,
        upheld: bool,
    },
    /// That ruling was taken back.
    FlagReopened {
        title: String,
        code: String,
    },
    /// A question that the person had flagged in study was ruled on.
    StudyFlagSettled {
        upheld: bool,
    },
    /// That ruling was taken back.
    StudyFlagReopened,
    /// To a liaison: the unit has not handed in the figures of a year.
    FiguresDue {
        title: String,
        year: u16,
        unit: UnitId,
        until: Timestamp,
    },
    /// Figures that the person handed in were sent back by the level above; `title` is the unit.
    FiguresReturned {
        title: String,
        year: u16,
        filing: FilingId,
    },
    /// An exam that the person has not passed ends soon.
    ExamEnds {
        title: String,
        exam: ExamId,
        until: Timestamp,
    },
    /// The person's enforcement certificate is to be reviewed.
    ReviewDue {
        number: String,
        year: u16,
        until: Timestamp,
    },
    /// To a liaison: how many persons of the unit have not passed an exam that ends soon.
    PersonsMissing {
        title: String,
        exam: ExamId,
        until: Timestamp,
        persons: usize,
    },
    /// The ruling that had decided an objection was taken back.
    ObjectionReopened {
        title: String,
        attempt: AttemptId,
    },
}

impl About {
    /// One line that says what happened.
    pub fn subject(&self, lang: Lang) -> &'static str {
        match self {
            Self::ResultAvailable { .. } => lang.pick("成绩可以查看了", "Your result is available"),
            Self::ScoreChanged { .. } => lang.pick("您的成绩有更正", "Your score was corrected"),
            Self::ObjectionDecided { .. } => lang.pick("您的异议已有结论", "Your objection was decided"),
            Self::CaseOpened { .. } | Self::CompetitionCaseOpened { .. } => {
                lang.pick("有一项核查请您说明情况", "A case waits for your statement")
            }
            Self::CaseDecided { .. } | Self::CompetitionCaseDecided { .. } => {
                lang.pick("核查已有结论", "A case was decided")
            }
            Self::PrizeWon { .. } => lang.pick("您中奖了", "You have won a prize"),
            Self::FlagSettled { .. } | Self::StudyFlagSettled { .. } => {
                lang.pick("您提出的题目异议已有结论", "A question you flagged was ruled on")
            }
            Self::FlagReopened { .. } | Self::StudyFlagReopened | Self::ObjectionReopened { .. } => lang.pick(
                "题目异议的结论已撤销",
                "The ruling on a question you flagged was undone",
            ),
            Self::SeatGiven { .. } => lang.pick("考场座位已安排", "You have a seat"),
            Self::SeatGone { .. } => lang.pick("您的考场场次已撤销", "Your slot was taken away"),
            Self::CertificateIssued { .. } => lang.pick("合格证书已颁发", "Your certificate was issued"),
            Self::CertificateWithdrawn { .. } => lang.pick("合格证书已撤回", "Your certificate was withdrawn"),
            Self::CertificateReinstated { .. } => lang.pick("合格证书恢复有效", "Your certificate holds again"),
            Self::FiguresDue { .. } => lang.pick("年度数据还没有上报", "Figures of the year are due"),
            Self::FiguresReturned { .. } => lang.pick("上报的数据被退回", "Figures you handed in were sent back"),
            Self::ExamEnds { .. } => lang.pick("考试快要截止了", "An exam ends soon"),
            Self::ReviewDue { .. } => lang.pick("您的执法证待年审", "Your enforcement certificate is to be reviewed"),
            Self::PersonsMissing { .. } => {
                lang.pick("本单位还有人没有通过考试", "Persons of your unit have not passed yet")
            }
            Self::QuestionReturned { .. } => lang.pick("您写的题被退回", "A question of yours was sent back"),
        }
    }

    /// What happened and what to do.
    pub fn text(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::ExamEnds { title, until, .. }, Lang::Zh) => {
                format!("“{title}”{}截止，您还没有通过。已经办好就不用理会。", minute(*until))
            }
            (Self::ExamEnds { title, until, .. }, Lang::En) => format!(
                "“{title}” ends on {}, and you have not passed it yet. If you have meanwhile, nothing is left to do.",
                minute(*until)
            ),
            (Self::ReviewDue { number, year, until }, Lang::Zh) => format!(
                "执法证 {number} 的 {year} 年度年审最晚 {} 办理，请把证件交给本单位经办人。",
                until.day_field()
            ),
            (Self::ReviewDue { number, year, until }, Lang::En) => format!(
                "The review of your certificate {number} for {year} is to be done by {}. Hand the certificate to whoever keeps them in your unit.",
                until.day_field()
            ),
            (
                Self::PersonsMissing {
                    title, until, persons, ..
                },
                Lang::Zh,
            ) => format!("“{title}”{}截止，您负责的单位还有 {persons} 人没有通过，名单见“本单位”。", minute(*until)),
            (
                Self::PersonsMissing {
                    title, until, persons, ..
                },
                Lang::En,
            ) => format!(
                "“{title}” ends on {}; {persons} persons of your units have not passed yet. The list is on the page of your unit.",
                minute(*until)
            ),
            (Self::ResultAvailable { title, .. }, Lang::Zh) => format!("“{title}”的成绩已经公布。"),
            (Self::ResultAvailable { title, .. }, Lang::En) => format!("The result of “{title}” is published."),
            (Self::ScoreChanged { title, .. }, Lang::Zh) => {
                format!("“{title}”有一道题作了更正，您的成绩已重新计算，更正前后的分数都有记录。")
            }
            (Self::ScoreChanged { title, .. }, Lang::En) => format!(
                "A question of “{title}” was corrected and your score counted again; the score before is on record."
            ),
            (Self::ObjectionDecided { title, state, .. }, Lang::Zh) => {
                format!("您对“{title}”提出的异议{}，理由见详情。", state.name(lang))
            }
            (Self::ObjectionDecided { title, state, .. }, Lang::En) => format!(
                "Your objection about “{title}”: {}. The reason is on the page.",
                state.name(lang).to_lowercase()
            ),
            (Self::CaseOpened { title, .. }, Lang::Zh) => {
                format!("“{title}”的作答情况有一处需要核查，请打开详情看依据，并说明情况。成绩不受影响。")
            }
            (Self::CaseOpened { title, .. }, Lang::En) => format!(
                "Something about how you sat “{title}” is looked into. Read the evidence and state your side; your score is not touched."
            ),
            (Self::CompetitionCaseOpened { title, .. }, Lang::Zh) => format!(
                "“{title}”的参赛情况有一处需要核查，请打开详情看依据，并说明情况。核查期间成绩保留，暂不计入榜单。"
            ),
            (Self::CompetitionCaseOpened { title, .. }, Lang::En) => format!(
                "Something about how you play in “{title}” is looked into. Read the evidence and state your side; meanwhile your results are kept but not ranked."
            ),
            (Self::PrizeWon { title, prize, .. }, Lang::Zh) => {
                format!("“{title}”开奖，您抽中{prize}。领奖办法由主办方通知，抽奖页面可以复算中奖结果。")
            }
            (Self::PrizeWon { title, prize, .. }, Lang::En) => format!(
                "“{title}” was drawn: you have won {prize}. The organiser will tell you how to get it; the page of the draw lets anybody pick the winners again."
            ),
            (Self::FlagSettled { title, upheld, .. }, lang) => match (upheld, lang) {
                (true, Lang::Zh) => {
                    format!("您在“{title}”中提出异议的一道题已作更正，相关成绩重新计算。理由见“我的竞赛”。")
                }
                (false, Lang::Zh) => format!("您在“{title}”中提出异议的一道题经复核维持原答案。理由见“我的竞赛”。"),
                (true, Lang::En) => format!(
                    "A question you flagged in “{title}” was corrected and scores were counted again. The reason is on your page of the competition."
                ),
                (false, Lang::En) => format!(
                    "A question you flagged in “{title}” was looked at again and its key stays. The reason is on your page of the competition."
                ),
            },
            (Self::ObjectionReopened { title, .. }, Lang::Zh) => {
                format!("您对“{title}”提出的题目异议，原结论已撤销，等待重新处理。")
            }
            (Self::ObjectionReopened { title, .. }, Lang::En) => {
                format!("The decision on your objection about “{title}” was undone; it waits to be looked at again.")
            }
            (Self::StudyFlagSettled { upheld: true }, lang) => lang
                .pick(
                    "您在学习中提出异议的一道题已作更正，用过它的考试和竞赛重新计分。理由见“我提出的题目异议”。",
                    "A question you flagged in study was corrected, and the exams and competitions that used it were counted again. The reason is on the page of your flags.",
                )
                .to_owned(),
            (Self::StudyFlagSettled { upheld: false }, lang) => lang
                .pick(
                    "您在学习中提出异议的一道题经复核维持原答案。理由见“我提出的题目异议”。",
                    "A question you flagged in study was looked at again and its key stays. The reason is on the page of your flags.",
                )
                .to_owned(),
            (Self::StudyFlagReopened, lang) => lang
                .pick(
                    "您在学习中提出异议的一道题，原结论已撤销，等待重新处理。",
                    "The ruling on a question you flagged in study was undone; it waits to be looked at again.",
                )
                .to_owned(),
            (Self::FlagReopened { title, .. }, Lang::Zh) => {
                format!("您在“{title}”中提出异议的一道题，原结论已撤销，等待重新处理。")
            }
            (Self::FlagReopened { title, .. }, Lang::En) => {
                format!("The ruling on a question you flagged in “{title}” was undone; it waits to be looked at again.")
            }
            (Self::CaseDecided { title, state, .. } | Self::CompetitionCaseDecided { title, state, .. }, Lang::Zh) => {
                format!("“{title}”的核查结论：{}。理由和申诉办法见详情。", state.name(lang))
            }
            (Self::CaseDecided { title, state, .. } | Self::CompetitionCaseDecided { title, state, .. }, Lang::En) => {
                format!(
                    "The case about “{title}”: {}. Reason and appeal are on the page.",
                    state.name(lang).to_lowercase()
                )
            }
            (Self::SeatGiven { title, slot, .. }, Lang::Zh) => {
                format!("“{title}”请到考场参加：{slot}。口令由监考人员当场宣布。")
            }
            (Self::SeatGiven { title, slot, .. }, Lang::En) => {
                format!("“{title}” is sat in a room: {slot}. Its password is read out there.")
            }
            (Self::SeatGone { title, slot, .. }, Lang::Zh) => {
                format!("“{title}”的场次“{slot}”已撤销，请在考试页面另选场次，或等待安排。")
            }
            (Self::SeatGone { title, slot, .. }, Lang::En) => {
                format!(
                    "The slot {slot} of “{title}” was taken away. Choose another one on the page of the exam, or wait for one."
                )
            }
            (Self::CertificateIssued { title, .. }, Lang::Zh) => format!("“{title}”的合格证书可以查看和打印了。"),
            (Self::CertificateIssued { title, .. }, Lang::En) => {
                format!("The certificate of “{title}” can be viewed and printed.")
            }
            (Self::CertificateWithdrawn { title, .. }, Lang::Zh) => {
                format!("“{title}”的合格证书已撤回，原因写在证书页上。如有疑问请联系本单位管理员。")
            }
            (Self::CertificateWithdrawn { title, .. }, Lang::En) => format!(
                "The certificate of “{title}” was withdrawn; its page says why. If in doubt, ask your administrator."
            ),
            (Self::CertificateReinstated { title, .. }, Lang::Zh) => {
                format!("“{title}”的合格证书恢复有效，可以照常使用。")
            }
            (Self::CertificateReinstated { title, .. }, Lang::En) => {
                format!("The certificate of “{title}” holds again.")
            }
            (Self::FiguresDue { title, year, until, .. }, Lang::Zh) => {
                format!("“{title}”{year} 年度数据还没有上报，请在 {} 前报出。报出后不再提醒。", until.day_field())
            }
            (Self::FiguresDue { title, year, until, .. }, Lang::En) => format!(
                "“{title}” has not handed in its figures of {year} yet; they are due before {}. Reminders stop when it has.",
                until.day_field()
            ),
            (Self::FiguresReturned { title, year, .. }, Lang::Zh) => {
                format!("“{title}”{year} 年度数据被上级退回，意见写在回执上。改好后请再报一次。")
            }
            (Self::FiguresReturned { title, year, .. }, Lang::En) => format!(
                "The figures of {year} of “{title}” were sent back; the receipt says why. Mend the records and hand in again."
            ),
            (Self::QuestionReturned { title, .. }, Lang::Zh) => {
                format!("您为题库“{title}”写的一道题被审题人退回，意见见详情。可以照着改好再送审。")
            }
            (Self::QuestionReturned { title, .. }, Lang::En) => format!(
                "A question you wrote for the bank “{title}” was sent back; the comment is on its page. Change it and ask again."
            ),
        }
    }

    /// The page that shows more.
    pub fn path(&self) -> String {
        match self {
            Self::ResultAvailable { attempt, .. } | Self::ScoreChanged { attempt, .. } => {
                format!("/attempts/{attempt}/result")
            }
            Self::ObjectionDecided { attempt, .. } | Self::ObjectionReopened { attempt, .. } => {
                format!("/attempts/{attempt}/objection")
            }
            Self::CaseOpened { case, .. } | Self::CaseDecided { case, .. } => format!("/cases/{case}"),
            Self::CompetitionCaseOpened { code, case, .. } | Self::CompetitionCaseDecided { code, case, .. } => {
                format!("/c/{code}/cases/{case}")
            }
            Self::FlagSettled { code, .. } | Self::FlagReopened { code, .. } => format!("/c/{code}/me"),
            Self::StudyFlagSettled { .. } | Self::StudyFlagReopened => "/study/flags".to_owned(),
            Self::PrizeWon { draw, .. } => format!("/draws/{draw}"),
            Self::SeatGiven { exam, .. } | Self::SeatGone { exam, .. } | Self::ExamEnds { exam, .. } => {
                format!("/exams/{exam}")
            }
            Self::ReviewDue { .. } => "/record".to_owned(),
            Self::PersonsMissing { exam, .. } => format!("/unit?exam={exam}"),
            Self::CertificateIssued { certificate, .. }
            | Self::CertificateWithdrawn { certificate, .. }
            | Self::CertificateReinstated { certificate, .. } => format!("/certificates/{certificate}"),
            Self::FiguresDue { year, unit, .. } => format!("/admin/years/{year}/filings?unit={unit}"),
            Self::FiguresReturned { filing, .. } => format!("/admin/filings/{filing}"),
            Self::QuestionReturned { bank, vetting, .. } => format!("/admin/banks/{bank}/review/{vetting}"),
        }
    }
}

/// `2026-12-01 09:00`
fn minute(at: Timestamp) -> String {
    at.local_field().replace('T', " ")
}

/// Something a person is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub id: NoticeId,
    pub person: PersonId,
    pub about: About,
    pub at: Timestamp,
    pub read: bool,
}

/// How long a mail that cannot be delivered is tried.
pub const GIVE_UP_MS: i64 = 7 * 24 * 3_600_000;
/// A sender that has not said anything for so long has died; another may try.
pub const LEASE_SECONDS: i64 = 600;

/// When to try again after so many failures: one minute, doubling, six hours at most.
pub fn next_try(now: Timestamp, tries: u32) -> Timestamp {
    let minutes = 1i64 << tries.saturating_sub(1).min(9);
    now.plus_seconds(minutes.min(360) * 60)
}

/// An e-mail address as typed, if it can be one: one `@`, something before it, a name with a dot after it, nothing that
/// could break a header.
pub fn email(text: &str) -> Option<&str> {
    let text = text.trim();
    let (local, host) = text.split_once('@')?;
    let plain = |part: &str, more: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
    };
    let labels = host.split('.').count() >= 2 && host.split('.').all(|label| plain(label, "-"));
    let dots = !local.starts_with('.') && !local.ends_with('.') && !local.contains("..");
    (text.len() <= 254 && local.len() <= 64 && plain(local, "!#$%&'*+-/=?^_`{|}~.") && dots && labels).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_six_hours() {
        let wait = |tries| (next_try(Timestamp(0), tries).0 / 60_000) as u32;
        assert_eq!(
            (wait(1), wait(2), wait(3), wait(9), wait(10), wait(60)),
            (1, 2, 4, 256, 360, 360)
        );
    }

    #[test]
    fn addresses_that_could_break_a_header_are_refused() {
        for right in ["a@b.cn", " zhang.san+x@mail.example.gov.cn "] {
            assert_eq!(email(right), Some(right.trim()));
        }
        for wrong in [
            "",
            "@",
            "a@b",
            "a@@b.cn",
            "a b@c.cn",
            "a@b.cn\r\nbcc: x@y.cn",
            "<a@b.cn>",
            ".a@b.cn",
            "张@b.cn",
            "a@b..cn",
        ] {
            assert_eq!(email(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_stored_can_be_read_again() {
        let about = About::ScoreChanged {
            title: "考试".into(),
            attempt: AttemptId(7),
        };
        let json = serde_json::to_string(&about).expect("JSON");
        assert_eq!(serde_json::from_str::<About>(&json).expect("the same"), about);
    }
}
