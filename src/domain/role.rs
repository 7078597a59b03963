//! Roles beside that of a candidate, the rights they give, and the part of the unit tree they reach.

use serde::{Deserialize, Serialize};

use super::{
    id::{AccountId, UnitId},
    lang::Lang,
    time::Timestamp,
    unit::Tree,
};

/// What an account may be besides a candidate. One account may hold several, each in a part of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 联络员: knows who in the unit has not sat, hands out links, asks for corrections.
    Liaison,
    /// 考试管理员
    ExamAdministrator,
    /// 系统管理员: roster, units, accounts and roles.
    SystemAdministrator,
    /// 阅卷人: reads answers without names and gives points.
    Marker,
    /// 审计员: reads everything that was done, changes nothing.
    Auditor,
}

/// One thing a role allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Right {
    /// See the persons of a unit and how they stand.
    ReadPeople,
    /// Give persons a one-time link to sign in.
    HandOutLinks,
    /// Ask for a correction of the roster.
    AskForCorrections,
    /// Change the roster and the units, and decide about corrections.
    ManagePeople,
    ManageBanks,
    /// Import laws, correct their days, and make the lists of what must be known.
    ManageLaws,
    /// Write and publish courses, and set what a year asks for in credits.
    ManageCourses,
    /// Confirm entries of personal law records, and enter what many have attended.
    KeepRecords,
    /// Set exams up, publish and open them, and decide all that follows from them.
    ManageExams,
    /// Read the answers of an exam that no rule can mark, and give points.
    MarkPapers,
    /// Set competitions up, publish them, decide all that follows from them, and keep the directory of units that play.
    ManageCompetitions,
    ReadFigures,
    /// Enter activities into the ledger, and decide about those of the units below.
    KeepLedger,
    /// Keep the ledger of enforcement certificates: applications, reviews, training.
    KeepOfficers,
    ManageRoles,
    ReadAudit,
}

impl Right {
    pub const ALL: [Self; 16] = [
        Self::ReadPeople,
        Self::HandOutLinks,
        Self::AskForCorrections,
        Self::ManagePeople,
        Self::ManageBanks,
        Self::ManageLaws,
        Self::ManageCourses,
        Self::KeepRecords,
        Self::ManageExams,
        Self::MarkPapers,
        Self::ManageCompetitions,
        Self::ReadFigures,
        Self::KeepLedger,
        Self::KeepOfficers,
        Self::ManageRoles,
        Self::ReadAudit,
    ];
}

impl Role {
    pub const ALL: [Self; 5] = [
        Self::Liaison,
        Self::ExamAdministrator,
        Self::SystemAdministrator,
        Self::Marker,
        Self::Auditor,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::Liaison => "liaison",
            Self::ExamAdministrator => "exam_administrator",
            Self::SystemAdministrator => "system_administrator",
            Self::Marker => "marker",
            Self::Auditor => "auditor",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Liaison => lang.pick("联络员", "Liaison"),
            Self::ExamAdministrator => lang.pick("考试管理员", "Exam administrator"),
            Self::SystemAdministrator => lang.pick("系统管理员", "System administrator"),
            Self::Marker => lang.pick("阅卷人", "Marker"),
            Self::Auditor => lang.pick("审计员", "Auditor"),
        }
    }

    /// What it is for, in a sentence.
    pub fn purpose(self, lang: Lang) -> &'static str {
        match self {
            Self::Liaison => lang.pick(
                "看本单位谁还没考，发登录链接，提出名册更正，确认学法记录，登记普法活动和执法证。",
                "Sees who of the unit has not sat, hands out sign-in links, asks for corrections, confirms entries of law records, enters activities and enforcement certificates.",
            ),
            Self::ExamAdministrator => lang.pick(
                "管题库、法规库、课程、考试和年度台账，看数据。",
                "Manages question banks, laws, courses, exams and the year's ledger, reads the figures.",
            ),
            Self::SystemAdministrator => lang.pick(
                "管名册、单位、账号和角色。",
                "Manages roster, units, accounts and roles.",
            ),
            Self::Marker => lang.pick(
                "评阅简答、论述等主观题，看不到姓名。",
                "Reads answers that no rule can mark and gives points; sees no names.",
            ),
            Self::Auditor => lang.pick(
                "查看全部管理操作和数据，不能改动。不能兼任管理员。",
                "Reads every administrative act and the figures, changes nothing. Cannot be an administrator as well.",
            ),
        }
    }

    pub fn rights(self) -> &'static [Right] {
        use Right as R;
        match self {
            Self::Liaison => &[
                R::ReadPeople,
                R::HandOutLinks,
                R::AskForCorrections,
                R::KeepLedger,
                R::KeepOfficers,
                R::KeepRecords,
                R::ReadFigures,
            ],
            Self::ExamAdministrator => &[
                R::ReadPeople,
                R::HandOutLinks,
                R::ManageBanks,
                R::ManageLaws,
                R::ManageCourses,
                R::KeepRecords,
                R::ManageExams,
                R::MarkPapers,
                R::ManageCompetitions,
                R::KeepLedger,
                R::KeepOfficers,
                R::ReadFigures,
            ],
            Self::SystemAdministrator => &[
                R::ReadPeople,
                R::HandOutLinks,
                R::ManagePeople,
                R::KeepRecords,
                R::ManageRoles,
                R::ReadFigures,
            ],
            Self::Marker => &[R::MarkPapers],
            Self::Auditor => &[R::ReadPeople, R::ReadFigures, R::ReadAudit],
        }
    }

    /// Whether one account may hold both: who does things does not audit them (三员分立).
    pub fn goes_with(self, other: Self) -> bool {
        let audits = |role| role == Self::Auditor;
        let acts = |role| matches!(role, Self::ExamAdministrator | Self::SystemAdministrator | Self::Marker);
        !(audits(self) && acts(other) || acts(self) && audits(other))
    }
}

/// A role in a part of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Grant {
    pub role: Role,
    /// This unit and all below it; `None`: everywhere.
    pub unit: Option<UnitId>,
}

/// A grant with the account that holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub account: AccountId,
    /// Login name.
    pub name: String,
    /// The person's name, or the login name outside the roster.
    pub display: String,
    pub grant: Grant,
    pub granted_at: Timestamp,
}

/// How far a right reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    Everything,
    /// These units and all below them; never empty.
    Units(Vec<UnitId>),
}

impl Reach {
    /// Where these grants give a right; `None`: nowhere.
    pub fn of(grants: &[Grant], right: Right) -> Option<Self> {
        let giving = || grants.iter().filter(|grant| grant.role.rights().contains(&right));
        if giving().any(|grant| grant.unit.is_none()) {
            return Some(Self::Everything);
        }
        let units: Vec<_> = giving().filter_map(|grant| grant.unit).collect();
        (!units.is_empty()).then_some(Self::Units(units))
    }

    /// Whether a unit lies inside. `None`, what belongs to everybody, lies only inside everything.
    pub fn covers(&self, units: &Tree, unit: Option<UnitId>) -> bool {
        match (self, unit) {
            (Self::Everything, _) => true,
            (Self::Units(_), None) => false,
            (Self::Units(roots), Some(unit)) => units.ancestors(unit).any(|above| roots.contains(&above.id)),
        }
    }

    /// Whether a unit, or any below it, lies inside.
    pub fn meets(&self, units: &Tree, unit: Option<UnitId>) -> bool {
        let below = |root: &UnitId| unit.is_none_or(|unit| units.ancestors(*root).any(|above| above.id == unit));
        self.covers(units, unit) || matches!(self, Self::Units(roots) if roots.iter().any(below))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::unit::Unit;

    const CITY: UnitId = UnitId(1);
    const BUREAU: UnitId = UnitId(2);
    const SECTION: UnitId = UnitId(3);
    const OTHER: UnitId = UnitId(4);

    fn tree() -> Tree {
        let unit = |id, parent, name: &str| Unit {
            id,
            parent,
            name: name.into(),
        };
        Tree::new(vec![
            unit(CITY, None, "市"),
            unit(BUREAU, Some(CITY), "局"),
            unit(SECTION, Some(BUREAU), "科"),
            unit(OTHER, Some(CITY), "他局"),
        ])
    }

    fn grant(role: Role, unit: Option<UnitId>) -> Grant {
        Grant { role, unit }
    }

    #[test]
    fn a_right_reaches_the_unit_of_its_grant_and_those_below() {
        let reach = Reach::of(&[grant(Role::Liaison, Some(BUREAU))], Right::ReadPeople).expect("a reach");
        let covered = |unit| reach.covers(&tree(), unit);
        assert!(covered(Some(BUREAU)) && covered(Some(SECTION)));
        assert!(!covered(Some(CITY)) && !covered(Some(OTHER)) && !covered(None) && !covered(Some(UnitId(99))));
        assert!(reach.meets(&tree(), Some(CITY)) && reach.meets(&tree(), None) && !reach.meets(&tree(), Some(OTHER)));
    }

    #[test]
    fn a_role_gives_no_right_of_another() {
        let liaison = [grant(Role::Liaison, Some(BUREAU))];
        for right in [
            Right::ManagePeople,
            Right::ManageBanks,
            Right::ManageLaws,
            Right::ManageCourses,
            Right::ManageExams,
            Right::ManageRoles,
            Right::ReadAudit,
        ] {
            assert_eq!(Reach::of(&liaison, right), None, "{right:?}");
        }
        assert_eq!(Reach::of(&[], Right::ReadPeople), None);
    }

    #[test]
    fn grants_add_up_and_everywhere_wins() {
        let two = [grant(Role::Liaison, Some(SECTION)), grant(Role::Auditor, Some(OTHER))];
        assert_eq!(
            Reach::of(&two, Right::ReadPeople),
            Some(Reach::Units(vec![SECTION, OTHER]))
        );
        let all = [two[0], grant(Role::Auditor, None)];
        assert_eq!(Reach::of(&all, Right::ReadPeople), Some(Reach::Everything));
        assert_eq!(Reach::of(&all, Right::HandOutLinks), Some(Reach::Units(vec![SECTION])));
    }

    #[test]
    fn an_auditor_changes_nothing_and_is_no_administrator() {
        let reading = [Right::ReadPeople, Right::ReadFigures, Right::ReadAudit];
        assert_eq!(Role::Auditor.rights(), reading);
        assert!(
            !Role::Auditor.goes_with(Role::SystemAdministrator) && !Role::ExamAdministrator.goes_with(Role::Auditor)
        );
        assert!(Role::SystemAdministrator.goes_with(Role::ExamAdministrator) && Role::Auditor.goes_with(Role::Liaison));
    }
}
