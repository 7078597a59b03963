//! The log of administrative acts: who did what to whom, what was before and after, and why.

use serde::{Deserialize, Serialize};

use super::{id::AccountId, lang::Lang, time::Timestamp};

macro_rules! acts {
    ($($(#[$doc:meta])* $variant:ident => $code:literal, $zh:literal, $en:literal;)+) => {
        /// An administrative act.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Act {
            $($(#[$doc])* $variant),+
        }

        impl Act {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The identifier in tables and JSON.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)+ _ => None }
            }

            pub fn name(self, lang: Lang) -> &'static str {
                match self { $(Self::$variant => lang.pick($zh, $en)),+ }
            }
        }
    };
}

acts! {
    AccountMade => "account_made", "新建账号", "Account made";
    RoleGranted => "role_granted", "授予角色", "Role granted";
    RoleWithdrawn => "role_withdrawn", "收回角色", "Role withdrawn";
    LinkGiven => "link_given", "发登录链接", "Sign-in link given";
    RosterImported => "roster_imported", "导入名册", "Roster imported";
    RosterUndone => "roster_undone", "撤销名册导入", "Roster import undone";
    UnitChanged => "unit_changed", "变更单位", "Unit changed";
    PersonChanged => "person_changed", "变更人员", "Person changed";
    ChangeWithdrawn => "change_withdrawn", "撤回待生效的变动", "Planned change withdrawn";
    AccommodationGiven => "accommodation_given", "给予考试便利", "Accommodation given";
    AccommodationEnded => "accommodation_ended", "结束考试便利", "Accommodation ended";
    ExemptionAsked => "exemption_asked", "申请免考或缓考", "Exemption asked for";
    ExemptionDecided => "exemption_decided", "办理免考或缓考", "Exemption decided";
    DocumentAdded => "document_added", "上传证明材料", "Document added";
    CorrectionAsked => "correction_asked", "提出名册更正", "Correction asked for";
    CorrectionDecided => "correction_decided", "处理名册更正", "Correction decided";
    BankImported => "bank_imported", "导入题目", "Questions imported";
    BankPracticeSet => "bank_practice_set", "开放或关闭题库练习", "Bank opened or closed to practice";
    QuestionAdded => "question_added", "新增题目", "Question added";
    QuestionRevised => "question_revised", "修改题目", "Question revised";
    QuestionStateChanged => "question_state_changed", "启用或停用题目", "Question put in or out of use";
    ExamCreated => "exam_created", "新建考试", "Exam created";
    ExamChanged => "exam_changed", "修改考试", "Exam changed";
    ExamPublished => "exam_published", "发布考试", "Exam published";
    ExamWithdrawn => "exam_withdrawn", "撤回发布", "Exam withdrawn";
    ExamOpened => "exam_opened", "开考", "Exam opened";
    RoundAdded => "round_added", "添加补考", "Round added";
    RoundRemoved => "round_removed", "撤销补考", "Round removed";
    SlotAdded => "slot_added", "添加场次", "Slot added";
    SlotRemoved => "slot_removed", "撤销场次", "Slot removed";
    SeatsGiven => "seats_given", "安排考场座位", "Seats given";
    ResultsReleased => "results_released", "公布成绩", "Results released";
    KeyCorrectionProposed => "key_correction_proposed", "提出答案更正", "Correction of a key proposed";
    KeyCorrectionRefused => "key_correction_refused", "不批准答案更正", "Correction of a key refused";
    KeyCorrectionApplied => "key_correction_applied", "批准答案更正", "Correction of a key applied";
    KeyCorrectionUndone => "key_correction_undone", "撤销答案更正", "Correction of a key undone";
    ObjectionDecided => "objection_decided", "处理异议", "Objection decided";
    SignalsCompared => "signals_compared", "比对作答情况", "Attempts compared";
    CaseOpened => "case_opened", "立项核查", "Case opened";
    CaseDecided => "case_decided", "作出核查结论", "Case decided";
    PersonsExported => "persons_exported", "导出人员名单", "List of persons exported";
    CertificatesIssued => "certificates_issued", "颁发证书", "Certificates issued";
    CertificateWithdrawn => "certificate_withdrawn", "撤回证书", "Certificate withdrawn";
    LotteryCommitted => "lottery_committed", "封存抽奖名单", "List of a prize draw closed";
    LotteryDrawn => "lottery_drawn", "开奖", "Prizes drawn";
    TimeExtended => "time_extended", "延长考试时间", "Time extended";
    AttemptPaused => "attempt_paused", "暂停考试", "Attempt paused";
    AttemptResumed => "attempt_resumed", "恢复考试", "Attempt resumed";
    HandInForced => "hand_in_forced", "强制交卷", "Hand-in forced";
    MessageSent => "message_sent", "发消息", "Message sent";
    CompetitionCreated => "competition_created", "新建竞赛", "Competition created";
    CompetitionChanged => "competition_changed", "修改竞赛", "Competition changed";
    CompetitionPublished => "competition_published", "发布竞赛", "Competition published";
    CompetitionRulesChanged => "competition_rules_changed", "公布新的竞赛规则", "New rules of a competition announced";
    ClauseWaived => "clause_waived", "批准减负例外", "Clause of burden reduction waived";
    CompetitionQuestionsLeft => "competition_questions_left", "竞赛开赛前，法条已变的题目移出", "Questions left a competition before it began, by their law";
    ExamQuestionsLeft => "exam_questions_left", "开考后，法条或题库已变的题目不再抽", "Questions left the later papers of an exam, by their law or bank";
    CompetitionCounted => "competition_counted", "统计竞赛答题", "Attempts of a competition counted";
    ClauseRestored => "clause_restored", "恢复减负要求", "Clause of burden reduction restored";
    /// Somebody with a role tried what was not allowed or not right; nothing changed.
    Refused => "refused", "操作被拒", "Refused";
    DivisionsImported => "divisions_imported", "导入行政区划", "Regions imported";
    OrganizationsImported => "organizations_imported", "导入参赛单位", "Playing units imported";
    OrganizationChanged => "organization_changed", "修改参赛单位", "Playing unit changed";
    OrganizationListed => "organization_listed", "收录参赛单位", "Playing unit listed";
    OrganizationMerged => "organization_merged", "合并参赛单位", "Playing units merged";
    OrganizationUndone => "organization_undone", "撤销收录或合并", "Listing or merge undone";
    QuestionConfirmed => "question_confirmed", "按新法复核题目", "Question confirmed by the law in force";
    QuestionMoved => "question_moved", "题目依据随法律修订变更条号", "Basis of a question moved with its law";
    QuestionsSettled => "questions_settled", "法条变动，题目退出或恢复抽题", "Questions left or came back to the draw by their law";
    LawImported => "law_imported", "导入法规", "Law imported";
    LawChanged => "law_changed", "更正法规日期", "Days of a law corrected";
    LawJoined => "law_joined", "登记法规更名，接上原来的版本", "Law joined with what it was called before";
    LawParted => "law_parted", "撤销法规更名登记", "Law parted from what it was called before";
    LawRemoved => "law_removed", "删除误导入的法规版本", "Version of a law removed that was imported by mistake";
    LawRepealed => "law_repealed", "登记法规废止", "Repeal of a law recorded";
    MustKnowListMade => "must_know_list_made", "编制应知应会清单", "Must-know list made";
    MustKnowListRemoved => "must_know_list_removed", "删除应知应会清单", "Must-know list removed";
    YearBegun => "year_begun", "开始年度", "Year begun";
    YearClosed => "year_closed", "年度封账", "Year closed";
    EditionMade => "edition_made", "生成年度数据版次", "Edition of the year's figures made";
    FiguresFiled => "figures_filed", "上报年度数据", "Figures of the year handed in";
    FilingDecided => "filing_decided", "办理上报数据", "Figures handed in decided upon";
    YearChanged => "year_changed", "修改年度设置", "Year changed";
    ActivityEntered => "activity_entered", "登记活动", "Activity entered";
    ActivityChanged => "activity_changed", "修改活动", "Activity changed";
    ActivityDecided => "activity_decided", "办理活动", "Activity decided";
    AttendeesChanged => "attendees_changed", "修改参加人员", "Name list changed";
    EvidenceAdded => "evidence_added", "上传活动佐证", "Evidence added";
    EvidenceRemoved => "evidence_removed", "删除活动佐证", "Evidence removed";
    ActivitiesImported => "activities_imported", "导入活动台账", "Activities imported";
    PlanEntryAdded => "plan_entry_added", "增加计划任务", "Entry of a plan added";
    PlanEntryChanged => "plan_entry_changed", "修改计划任务", "Entry of a plan changed";
    PlanEntryRemoved => "plan_entry_removed", "删除计划任务", "Entry of a plan removed";
    PlanProposed => "plan_proposed", "放入建议的年度计划", "Proposed plan of a year taken over";
    BankVettingChanged => "bank_vetting_changed", "题库启用或停用双人审题", "Review by two persons of a bank switched";
    BankExported => "bank_exported", "导出题目（含答案）", "Questions exported with their keys";
    QuestionProposed => "question_proposed", "提交题目新版本待审", "New version of a question waits for review";
    QuestionApproved => "question_approved", "审题通过", "Question approved";
    QuestionReturned => "question_returned", "审题退回", "Question sent back";
    QuestionWithdrawn => "question_withdrawn", "撤回送审", "Question withdrawn from review";
    RulingProposed => "ruling_proposed", "提出题目裁定", "Ruling on a question proposed";
    RulingRefused => "ruling_refused", "不批准题目裁定", "Ruling on a question refused";
    RulingApproved => "ruling_approved", "批准题目裁定", "Ruling on a question approved";
    RulingUndone => "ruling_undone", "撤销题目裁定", "Ruling on a question undone";
    RulingCarriedOut => "ruling_carried_out", "题目裁定重算完毕", "Ruling on a question carried out";
    CourseCreated => "course_created", "新建课程", "Course created";
    CourseChanged => "course_changed", "修改课程", "Course changed";
    CoursePublished => "course_published", "发布课程", "Course published";
    CourseWithdrawn => "course_withdrawn", "撤回课程", "Course withdrawn";
    CourseClosed => "course_closed", "结束课程", "Course closed";
    LessonChanged => "lesson_changed", "编写课时", "Lesson written";
    LessonRemoved => "lesson_removed", "删除课时", "Lesson removed";
    LessonMediaAdded => "lesson_media_added", "上传课时音视频", "File of a lesson added";
    LessonMediaRemoved => "lesson_media_removed", "删除课时音视频", "File of a lesson removed";
    CreditRuleMade => "credit_rule_made", "设定学分规则", "Rule of credits made";
    AdmittedWithoutCredits => "admitted_without_credits", "准许学分不足人员参加考试", "Admitted to an exam without its credits";
    RecordEntriesMade => "record_entries_made", "登记学法记录", "Entries of law records made";
    RecordEntryDecided => "record_entry_decided", "确认学法记录", "Entry of a law record decided";
    OfficerCertificateEntered => "officer_certificate_entered", "登记执法证", "Enforcement certificate entered";
    OfficerCertificateState => "officer_certificate_state", "变更执法证状态", "State of an enforcement certificate changed";
    OfficersImported => "officers_imported", "导入执法证台账", "Enforcement certificates imported";
    OfficerReviewed => "officer_reviewed", "执法证年审", "Enforcement certificate reviewed";
    OfficerReviewUndone => "officer_review_undone", "撤销执法证年审", "Review of an enforcement certificate undone";
    OfficerRuleMade => "officer_rule_made", "设定执法人员年度要求", "What a year asks of officers set";
    OfficerTrainingEntered => "officer_training_entered", "登记培训学时", "Training entered";
    OfficerTrainingRemoved => "officer_training_removed", "删除培训学时", "Training removed";
    OfficerApplied => "officer_applied", "执法证申领登记", "Application for a certificate entered";
    OfficerStageTaken => "officer_stage_taken", "登记申领考试结果", "Result of an application's exam entered";
    OfficerApplicationSettled => "officer_application_settled", "办结执法证申领", "Application for a certificate settled";
    RemindersSet => "reminders_set", "修改提醒设置", "Reminders set";
    RemindersSwitched => "reminders_switched", "开关提醒", "Reminders switched on or off";
    OutageCredited => "outage_credited", "故障补时", "Outage made good";
}

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// From 1, without a gap.
    pub seq: u64,
    pub at: Timestamp,
    /// `None`: the operator at the machine.
    pub account: Option<AccountId>,
    /// The name shown, as it was then.
    pub who: String,
    pub act: Act,
    /// What it was done to, for people and for searching, e.g. `exam 12`.
    pub subject: String,
    /// JSON; empty where there is nothing to compare.
    pub before: String,
    pub after: String,
    pub reason: String,
    /// Digest of the entry before; empty before the first.
    pub previous: Vec<u8>,
    /// Digest over all of the above.
    pub hash: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_is_found_by_its_code_and_has_one_of_its_own() {
        for act in Act::ALL {
            assert_eq!(Act::from_code(act.code()), Some(*act));
            assert_eq!(
                serde_json::to_value(act).expect("an act is JSON"),
                serde_json::Value::from(act.code())
            );
        }
    }
}
