//! Who plays.

use super::{Asked, IdentityType, Registration};
use crate::domain::{
    id::{CompetitionId, OrganizationId, PersonId, PlayerId},
    time::{DAY, Timestamp},
};

/// The longest name of a player.
pub const LONGEST_NAME: usize = 40;

/// Somebody who plays in one competition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Player {
    pub id: PlayerId,
    pub competition: CompetitionId,
    /// The name in public lists, e.g. of a draw.
    pub code: String,
    pub identity: IdentityType,
    /// A code of a division; 0: none given.
    pub division: u32,
    pub organization: Option<OrganizationId>,
    /// Empty where none is asked for.
    pub name: String,
    /// Masked, e.g. `138****0001`; empty where none was given.
    pub phone: String,
    /// Of the roster, where the account was used to join.
    pub person: Option<PersonId>,
    /// A digest of the network joined from.
    pub network: i64,
    pub joined_at: Timestamp,
    /// When the own correction was made; `None`: not yet.
    pub corrected_at: Option<Timestamp>,
}

impl Player {
    /// Until when the registration can still be corrected by the player; `None`: not any more, or not at all.
    pub fn correction_until(&self, days: u32, now: Timestamp) -> Option<Timestamp> {
        let until = Timestamp(self.joined_at.0 + i64::from(days) * DAY);
        (self.corrected_at.is_none() && now < until).then_some(until)
    }
}

/// The name as a board shows it: the first character stays.
pub fn masked_name(name: &str) -> String {
    let mut characters = name.chars();
    let stars = name.chars().count().saturating_sub(1).clamp(1, 3);
    match characters.next() {
        Some(first) => format!("{first}{}", "*".repeat(stars)),
        None => String::new(),
    }
}

/// A telephone number of the mainland as eleven digits; `None` for anything else.
pub fn telephone(text: &str) -> Option<String> {
    let digits: String = text
        .chars()
        .filter(|c| !matches!(c, ' ' | '-' | '\u{3000}'))
        .map(|c| match c {
            '０'..='９' => char::from(b'0' + (c as u32 - '０' as u32) as u8),
            other => other,
        })
        .collect();
    let digits = digits.strip_prefix("+86").unwrap_or(&digits).to_owned();
    let fits = digits.len() == 11 && digits.starts_with('1') && digits.bytes().all(|digit| digit.is_ascii_digit());
    fits.then_some(digits)
}

/// `138****0001`
pub fn masked_telephone(digits: &str) -> String {
    match (digits.get(..3), digits.get(7..)) {
        (Some(head), Some(tail)) => format!("{head}****{tail}"),
        _ => String::new(),
    }
}

/// What somebody typed to join.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Form {
    pub identity: Option<IdentityType>,
    pub division: u32,
    pub organization: Option<OrganizationId>,
    /// The name of a unit that is not in the directory.
    pub organization_text: String,
    pub name: String,
    pub phone: String,
    /// An account is signed in and to be used.
    pub account: bool,
}

/// What is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormFault {
    Identity,
    Division,
    /// The competition is not for this division.
    OtherDivision,
    Organization,
    Name,
    Phone,
    Account,
}

super::codes!(FormFault {
    Identity => "identity", "请选择参赛身份。", "Choose an identity type.";
    Division => "division", "请选择所在地区。", "Choose your region.";
    OtherDivision => "other_division", "这次竞赛不面向所选的地区。", "This competition is not for the region you chose.";
    Organization => "organization", "请选择或填写所在单位，不超过 60 字。", "Choose or write your unit, at most 60 characters.";
    Name => "name", "请填写真实姓名，不超过 40 字，不能有尖括号和控制字符。", "Give your real name, at most 40 characters, without angle brackets or control characters.";
    Phone => "phone", "手机号应是 11 位数字。", "A telephone number has 11 digits.";
    Account => "account", "这次竞赛要先登录本站账号再参赛。", "Sign in with your account first to play in this competition.";
});

/// Whether a text can stand on a certificate or a board: something, no markup, nothing invisible.
fn is_plain(text: &str, longest: usize) -> bool {
    let text = text.trim();
    !text.is_empty()
        && text.chars().count() <= longest
        && !text.chars().any(|c| c.is_control() || matches!(c, '<' | '>' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'))
}

impl Form {
    /// Everything wrong with it under these rules.
    pub fn faults(&self, rules: &super::Rules) -> Vec<FormFault> {
        let Registration {
            phone,
            account,
            division,
            organization,
        } = rules.registration;
        let given = self.organization.is_some() || !self.organization_text.trim().is_empty();
        let identity = self.identity.filter(|identity| rules.identities.contains(identity));
        // The public has no unit.
        let needs_unit = organization == Asked::Required && identity != Some(IdentityType::Public);
        let text_fits = self.organization_text.trim().is_empty() || is_plain(&self.organization_text, 60);
        let checks = [
            (identity.is_some(), FormFault::Identity),
            (
                self.division > 0 || (division != Asked::Required && rules.regions.is_empty()),
                FormFault::Division,
            ),
            (
                self.division == 0 || rules.admits_region(self.division),
                FormFault::OtherDivision,
            ),
            ((given || !needs_unit) && text_fits, FormFault::Organization),
            (
                !rules.certificate || is_plain(&self.name, LONGEST_NAME),
                FormFault::Name,
            ),
            (
                telephone(&self.phone).is_some() || (self.phone.trim().is_empty() && phone != Asked::Required),
                FormFault::Phone,
            ),
            (self.account || account != Asked::Required, FormFault::Account),
        ];
        checks
            .into_iter()
            .filter(|(holds, _)| !holds)
            .map(|(_, fault)| fault)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{competition::preset::Preset, exam::Window};

    #[test]
    fn names_and_numbers_are_masked() {
        assert_eq!(masked_name("张三"), "张*");
        assert_eq!(masked_name("欧阳小明"), "欧***");
        assert_eq!(masked_name("李"), "李*");
        assert_eq!(masked_name(""), "");
        assert_eq!(masked_telephone("13800000001"), "138****0001");
    }

    #[test]
    fn telephone_numbers_are_read_as_people_write_them() {
        for text in [
            "13800000001",
            "138 0000 0001",
            "+86-138-0000-0001",
            "１３８０００００００１",
        ] {
            assert_eq!(telephone(text).as_deref(), Some("13800000001"), "{text}");
        }
        for text in ["", "1380000000", "23800000001", "138000000011", "1380000000a"] {
            assert_eq!(telephone(text), None, "{text}");
        }
    }

    #[test]
    fn a_form_is_checked_by_the_rules() {
        let mut rules = Preset::OfficialFive.rules(Window {
            opens_at: Timestamp(0),
            closes_at: Timestamp(30 * DAY),
        });
        rules.registration.organization = Asked::Required;
        let good = Form {
            identity: Some(IdentityType::Employee),
            division: 3703,
            organization_text: "某某化工有限公司".to_owned(),
            name: "张三".to_owned(),
            ..Form::default()
        };
        assert_eq!(good.faults(&rules), []);
        let empty = Form::default();
        assert_eq!(
            empty.faults(&rules),
            [
                FormFault::Identity,
                FormFault::Division,
                FormFault::Organization,
                FormFault::Name
            ]
        );
        for name in ["<b>张三</b>", "张\u{202e}三", "", &"名".repeat(41), "a\nb"] {
            let bad = Form {
                name: name.to_owned(),
                ..good.clone()
            };
            assert_eq!(bad.faults(&rules), [FormFault::Name], "{name}");
        }
        rules.regions = vec![36];
        assert_eq!(good.faults(&rules), [FormFault::OtherDivision]);
        let public = Form {
            identity: Some(IdentityType::Public),
            division: 3601,
            organization_text: String::new(),
            ..good
        };
        assert_eq!(public.faults(&rules), [], "the public has no unit");
    }

    #[test]
    fn a_registration_is_corrected_once_and_in_time() {
        let player = Player {
            id: PlayerId(1),
            competition: CompetitionId(1),
            code: "K1".to_owned(),
            identity: IdentityType::Public,
            division: 0,
            organization: None,
            name: String::new(),
            phone: String::new(),
            person: None,
            network: 0,
            joined_at: Timestamp(1_000),
            corrected_at: None,
        };
        let until = Timestamp(1_000 + 10 * DAY);
        assert_eq!(player.correction_until(10, Timestamp(until.0 - 1)), Some(until));
        assert_eq!(player.correction_until(10, until), None);
        assert_eq!(player.correction_until(0, Timestamp(1_000)), None);
        let corrected = Player {
            corrected_at: Some(Timestamp(2_000)),
            ..player
        };
        assert_eq!(corrected.correction_until(10, Timestamp(3_000)), None);
    }
}
