//! Who may reach which path. The router is built from this table, so a route cannot be left out of it.

use crate::domain::role::Right;

/// Who may reach a route. The use case behind it checks again, with the part of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// Anybody signed in.
    SignedIn,
    /// A person of the roster.
    Candidate,
    /// Who has joined the competition that the path names, with or without an account.
    Player,
    /// Whoever has this right in some part of the tree.
    Right(Right),
}

/// Method, path, who may.
pub const ACCESS: &[(&str, &str, Access)] = &[
    ("GET", "/", Access::SignedIn),
    ("GET", "/sign-in", Access::Public),
    ("POST", "/sign-in", Access::Public),
    ("POST", "/sign-out", Access::Public),
    ("GET", "/link/{link}", Access::Public),
    ("POST", "/link/{link}", Access::Public),
    ("GET", "/language/{lang}", Access::Public),
    ("GET", "/size/{size}", Access::Public),
    ("GET", "/me", Access::SignedIn),
    ("POST", "/me/email", Access::Candidate),
    ("GET", "/notices", Access::Candidate),
    ("POST", "/notices/read", Access::Candidate),
    ("GET", "/receipt", Access::Public),
    ("GET", "/receipt/{receipt}", Access::Public),
    ("GET", "/certificate", Access::Public),
    ("GET", "/certificate/{code}", Access::Public),
    ("POST", "/certificate/{code}", Access::Public),
    ("GET", "/certificates/{certificate}", Access::Candidate),
    ("GET", "/certificates/{certificate}/pdf", Access::Candidate),
    ("GET", "/exams/{exam}", Access::Candidate),
    ("POST", "/exams/{exam}/start", Access::Candidate),
    ("GET", "/attempts/{attempt}", Access::Candidate),
    ("POST", "/attempts/{attempt}/answer", Access::Candidate),
    ("GET", "/attempts/{attempt}/check", Access::Candidate),
    ("POST", "/attempts/{attempt}/hand-in", Access::Candidate),
    ("GET", "/attempts/{attempt}/result", Access::Candidate),
    ("GET", "/attempts/{attempt}/objection", Access::Candidate),
    ("POST", "/attempts/{attempt}/objection", Access::Candidate),
    ("GET", "/api/v1/attempts/{attempt}", Access::Candidate),
    ("POST", "/api/v1/attempts/{attempt}/answers", Access::Candidate),
    ("GET", "/api/v1/attempts/{attempt}/live", Access::Candidate),
    ("POST", "/api/v1/attempts/{attempt}/beat", Access::Candidate),
    ("GET", "/admin/exams/{exam}/live", Access::Right(Right::ManageExams)),
    ("POST", "/admin/exams/{exam}/live", Access::Right(Right::ManageExams)),
    ("GET", "/admin/exams/{exam}/live/now", Access::Right(Right::ManageExams)),
    ("GET", "/admin/people", Access::Right(Right::ReadPeople)),
    ("POST", "/admin/people/import", Access::Right(Right::ManagePeople)),
    (
        "GET",
        "/admin/people/import/{upload}",
        Access::Right(Right::ManagePeople),
    ),
    (
        "POST",
        "/admin/people/import/{upload}",
        Access::Right(Right::ManagePeople),
    ),
    ("POST", "/admin/people/links", Access::Right(Right::HandOutLinks)),
    (
        "POST",
        "/admin/people/{person}/link",
        Access::Right(Right::HandOutLinks),
    ),
    ("GET", "/admin/people/imports", Access::Right(Right::ManagePeople)),
    (
        "GET",
        "/admin/people/imports/{import}",
        Access::Right(Right::ManagePeople),
    ),
    (
        "POST",
        "/admin/people/imports/{import}/undo",
        Access::Right(Right::ManagePeople),
    ),
    ("GET", "/admin/people/{person}", Access::Right(Right::ReadPeople)),
    (
        "POST",
        "/admin/people/{person}/transfer",
        Access::Right(Right::ManagePeople),
    ),
    (
        "POST",
        "/admin/people/{person}/state",
        Access::Right(Right::ManagePeople),
    ),
    (
        "POST",
        "/admin/people/{person}/accommodations",
        Access::Right(Right::ManagePeople),
    ),
    (
        "POST",
        "/admin/people/{person}/exemptions",
        Access::Right(Right::ManageExams),
    ),
    (
        "POST",
        "/admin/person-changes/{person_change}/withdraw",
        Access::Right(Right::ManagePeople),
    ),
    (
        "POST",
        "/admin/accommodations/{accommodation}/end",
        Access::Right(Right::ManagePeople),
    ),
    ("GET", "/admin/units", Access::Right(Right::ReadPeople)),
    ("GET", "/admin/units/{unit}", Access::Right(Right::ReadPeople)),
    ("POST", "/admin/units/{unit}/move", Access::Right(Right::ManagePeople)),
    ("POST", "/admin/units/{unit}/rename", Access::Right(Right::ManagePeople)),
    ("POST", "/admin/units/{unit}/region", Access::Right(Right::ManagePeople)),
    ("POST", "/admin/units/{unit}/close", Access::Right(Right::ManagePeople)),
    ("POST", "/admin/units/{unit}/reopen", Access::Right(Right::ManagePeople)),
    (
        "POST",
        "/admin/unit-changes/{unit_change}/withdraw",
        Access::Right(Right::ManagePeople),
    ),
    ("GET", "/admin/exemptions", Access::Right(Right::ManageExams)),
    (
        "GET",
        "/admin/exemptions/{exemption}",
        Access::Right(Right::ManageExams),
    ),
    (
        "POST",
        "/admin/exemptions/{exemption}/documents",
        Access::Right(Right::ManageExams),
    ),
    (
        "POST",
        "/admin/exemptions/{exemption}/approve",
        Access::Right(Right::ManageExams),
    ),
    (
        "POST",
        "/admin/exemptions/{exemption}/refuse",
        Access::Right(Right::ManageExams),
    ),
    (
        "POST",
        "/admin/exemptions/{exemption}/withdraw",
        Access::Right(Right::ManageExams),
    ),
    ("GET", "/admin/documents/{document}", Access::Right(Right::ManageExams)),
    ("GET", "/admin/banks", Access::Right(Right::ManageBanks)),
    ("GET", "/admin/banks/{bank}", Access::Right(Right::ManageBanks)),
    ("GET", "/admin/banks/{bank}/near", Access::Right(Right::ManageBanks)),
    (
        "GET",
        "/admin/banks/{bank}/questions/new",
        Access::Right(Right::ManageBanks),
    ),
    (
        "POST",
        "/admin/banks/{bank}/questions/new",
        Access::Right(Right::ManageBanks),
    ),
    (
        "GET",
        "/admin/banks/{bank}/questions/{question}",
        Access::Right(Right::ManageBanks),
    ),
    (
        "POST",
        "/admin/banks/{bank}/questions/{question}",
        Access::Right(Right::ManageBanks),
    ),
    (
        "GET",
        "/admin/banks/{bank}/questions/{question}/edit",
        Access::Right(Right::ManageBanks),
    ),
    (
        "POST",
        "/admin/banks/{bank}/questions/{question}/state",
        Access::Right(Right::ManageBanks),
    ),
    ("POST", "/admin/banks/import", Access::Right(Right::ManageBanks)),
    ("GET", "/admin/banks/import/{upload}", Access::Right(Right::ManageBanks)),
    (
        "POST",
        "/admin/banks/import/{upload}",
        Access::Right(Right::ManageBanks),
    ),
    ("GET", "/admin/exams", Access::Right(Right::ManageExams)),
    ("POST", "/admin/exams", Access::Right(Right::ManageExams)),
    ("GET", "/admin/exams/new", Access::Right(Right::ManageExams)),
    ("GET", "/admin/exams/{exam}", Access::Right(Right::ManageExams)),
    ("POST", "/admin/exams/{exam}", Access::Right(Right::ManageExams)),
    ("GET", "/admin/exams/{exam}/edit", Access::Right(Right::ManageExams)),
    ("POST", "/admin/exams/{exam}/publish", Access::Right(Right::ManageExams)),
    (
        "POST",
        "/admin/exams/{exam}/withdraw",
        Access::Right(Right::ManageExams),
    ),
    ("POST", "/admin/exams/{exam}/open", Access::Right(Right::ManageExams)),
    ("GET", "/admin/exams/{exam}/print", Access::Right(Right::ManageExams)),
    (
        "GET",
        "/admin/exams/{exam}/print/key",
        Access::Right(Right::ManageExams),
    ),
    ("POST", "/admin/exams/{exam}/rounds", Access::Right(Right::ManageExams)),
    (
        "POST",
        "/admin/exams/{exam}/rounds/remove",
        Access::Right(Right::ManageExams),
    ),
    ("POST", "/admin/exams/{exam}/release", Access::Right(Right::ManageExams)),
    ("GET", "/admin/exams/{exam}/figures", Access::Right(Right::ReadFigures)),
    (
        "GET",
        "/admin/exams/{exam}/figures/persons",
        Access::Right(Right::ReadPeople),
    ),
    (
        "GET",
        "/admin/exams/{exam}/figures.xlsx",
        Access::Right(Right::ReadPeople),
    ),
    ("GET", "/admin/figures", Access::Right(Right::ReadFigures)),
    ("GET", "/unit", Access::Right(Right::AskForCorrections)),
    ("POST", "/unit/corrections", Access::Right(Right::AskForCorrections)),
    ("GET", "/admin/corrections", Access::Right(Right::ManagePeople)),
    (
        "POST",
        "/admin/corrections/{correction}",
        Access::Right(Right::ManagePeople),
    ),
    ("GET", "/admin/roles", Access::Right(Right::ManageRoles)),
    ("POST", "/admin/roles/grant", Access::Right(Right::ManageRoles)),
    ("POST", "/admin/roles/withdraw", Access::Right(Right::ManageRoles)),
    ("POST", "/admin/accounts", Access::Right(Right::ManageRoles)),
    ("GET", "/admin/audit", Access::Right(Right::ReadAudit)),
    ("GET", "/admin/exams/{exam}/keys", Access::Right(Right::ManageExams)),
    (
        "GET",
        "/admin/exams/{exam}/keys/{pool}",
        Access::Right(Right::ManageExams),
    ),
    (
        "POST",
        "/admin/exams/{exam}/keys/{pool}",
        Access::Right(Right::ManageExams),
    ),
    (
        "GET",
        "/admin/key-corrections/{key_correction}",
        Access::Right(Right::ManageExams),
    ),
    (
        "POST",
        "/admin/key-corrections/{key_correction}/apply",
        Access::Right(Right::ManageExams),
    ),
    (
        "POST",
        "/admin/key-corrections/{key_correction}/refuse",
        Access::Right(Right::ManageExams),
    ),
    (
        "POST",
        "/admin/key-corrections/{key_correction}/undo",
        Access::Right(Right::ManageExams),
    ),
    ("GET", "/admin/exams/{exam}/signals", Access::Right(Right::ManageExams)),
    ("POST", "/admin/exams/{exam}/signals", Access::Right(Right::ManageExams)),
    ("POST", "/admin/exams/{exam}/cases", Access::Right(Right::ManageExams)),
    ("GET", "/admin/exams/{exam}/slots", Access::Right(Right::ManageExams)),
    ("POST", "/admin/exams/{exam}/slots", Access::Right(Right::ManageExams)),
    (
        "POST",
        "/admin/exams/{exam}/slots/seats",
        Access::Right(Right::ManageExams),
    ),
    (
        "GET",
        "/admin/exams/{exam}/slots/{slot}",
        Access::Right(Right::ManageExams),
    ),
    (
        "POST",
        "/admin/exams/{exam}/slots/{slot}",
        Access::Right(Right::ManageExams),
    ),
    (
        "POST",
        "/admin/exams/{exam}/slots/{slot}/remove",
        Access::Right(Right::ManageExams),
    ),
    ("POST", "/exams/{exam}/seat", Access::Candidate),
    ("GET", "/admin/cases", Access::Right(Right::ManageExams)),
    ("GET", "/admin/cases/{case}", Access::Right(Right::ManageExams)),
    ("POST", "/admin/cases/{case}", Access::Right(Right::ManageExams)),
    ("GET", "/cases/{case}", Access::Candidate),
    ("POST", "/cases/{case}/statement", Access::Candidate),
    ("POST", "/cases/{case}/appeal", Access::Candidate),
    ("GET", "/admin/objections", Access::Right(Right::ManageExams)),
    (
        "GET",
        "/admin/objections/{objection}",
        Access::Right(Right::ManageExams),
    ),
    (
        "POST",
        "/admin/objections/{objection}",
        Access::Right(Right::ManageExams),
    ),
    (
        "GET",
        "/admin/exams/{exam}/certificates",
        Access::Right(Right::ManageExams),
    ),
    (
        "POST",
        "/admin/exams/{exam}/certificates",
        Access::Right(Right::ManageExams),
    ),
    (
        "GET",
        "/admin/certificates/{certificate}",
        Access::Right(Right::ManageExams),
    ),
    (
        "GET",
        "/admin/certificates/{certificate}/pdf",
        Access::Right(Right::ManageExams),
    ),
    (
        "POST",
        "/admin/certificates/{certificate}/withdraw",
        Access::Right(Right::ManageExams),
    ),
    ("GET", "/admin/organizations", Access::Right(Right::ManageCompetitions)),
    (
        "POST",
        "/admin/organizations/import",
        Access::Right(Right::ManageCompetitions),
    ),
    (
        "GET",
        "/admin/organizations/import/{upload}",
        Access::Right(Right::ManageCompetitions),
    ),
    (
        "POST",
        "/admin/organizations/import/{upload}",
        Access::Right(Right::ManageCompetitions),
    ),
    (
        "GET",
        "/admin/organizations/desk",
        Access::Right(Right::ManageCompetitions),
    ),
    (
        "GET",
        "/admin/organizations/{organization}",
        Access::Right(Right::ManageCompetitions),
    ),
    (
        "POST",
        "/admin/organizations/{organization}",
        Access::Right(Right::ManageCompetitions),
    ),
    (
        "POST",
        "/admin/organizations/{organization}/list",
        Access::Right(Right::ManageCompetitions),
    ),
    (
        "POST",
        "/admin/organizations/{organization}/merge",
        Access::Right(Right::ManageCompetitions),
    ),
    (
        "POST",
        "/admin/organizations/{organization}/undo",
        Access::Right(Right::ManageCompetitions),
    ),
    ("GET", "/api/v1/divisions", Access::Public),
    ("GET", "/api/v1/organizations", Access::Public),
    ("GET", "/c/{code}", Access::Public),
    ("POST", "/c/{code}/join", Access::Public),
    ("GET", "/c/{code}/board", Access::Public),
    ("GET", "/c/{code}/qr", Access::Public),
    ("GET", "/c/{code}/enter/{token}", Access::Public),
    ("POST", "/c/{code}/enter/{token}", Access::Public),
    ("GET", "/c/{code}/me", Access::Player),
    ("POST", "/c/{code}/correct", Access::Player),
    ("POST", "/c/{code}/start", Access::Player),
    ("GET", "/c/{code}/play/{number}", Access::Player),
    ("POST", "/c/{code}/play/{number}/answer", Access::Player),
    ("GET", "/c/{code}/play/{number}/check", Access::Player),
    ("POST", "/c/{code}/play/{number}/hand-in", Access::Player),
    ("GET", "/c/{code}/play/{number}/result", Access::Player),
    ("POST", "/api/v1/competitions/{code}/players", Access::Public),
    ("GET", "/api/v1/competitions/{code}/me", Access::Player),
    ("POST", "/api/v1/competitions/{code}/plays", Access::Player),
    ("GET", "/api/v1/competitions/{code}/plays/{number}", Access::Player),
    (
        "POST",
        "/api/v1/competitions/{code}/plays/{number}/answers",
        Access::Player,
    ),
    (
        "POST",
        "/api/v1/competitions/{code}/plays/{number}/hand-in",
        Access::Player,
    ),
    (
        "GET",
        "/api/v1/competitions/{code}/plays/{number}/result",
        Access::Player,
    ),
    ("GET", "/draws/{lottery}", Access::Public),
    ("POST", "/draws/{lottery}", Access::Public),
    ("GET", "/draws/{lottery}/file", Access::Public),
    ("GET", "/draws/{lottery}/list", Access::Public),
    (
        "GET",
        "/admin/competitions/{competition}/draws",
        Access::Right(Right::ManageCompetitions),
    ),
    (
        "POST",
        "/admin/competitions/{competition}/draws",
        Access::Right(Right::ManageCompetitions),
    ),
    (
        "POST",
        "/admin/draws/{lottery}/draw",
        Access::Right(Right::ManageCompetitions),
    ),
    ("GET", "/admin/competitions", Access::Right(Right::ManageCompetitions)),
    ("POST", "/admin/competitions", Access::Right(Right::ManageCompetitions)),
    (
        "GET",
        "/admin/competitions/new",
        Access::Right(Right::ManageCompetitions),
    ),
    (
        "GET",
        "/admin/competitions/{competition}",
        Access::Right(Right::ManageCompetitions),
    ),
    (
        "POST",
        "/admin/competitions/{competition}",
        Access::Right(Right::ManageCompetitions),
    ),
    (
        "GET",
        "/admin/competitions/{competition}/edit",
        Access::Right(Right::ManageCompetitions),
    ),
    (
        "POST",
        "/admin/competitions/{competition}/publish",
        Access::Right(Right::ManageCompetitions),
    ),
    (
        "POST",
        "/admin/competitions/{competition}/rules",
        Access::Right(Right::ManageCompetitions),
    ),
    (
        "GET",
        "/admin/competitions/{competition}/burden",
        Access::Right(Right::ManageCompetitions),
    ),
    (
        "POST",
        "/admin/competitions/{competition}/burden/waive",
        Access::Right(Right::ManageCompetitions),
    ),
    (
        "POST",
        "/admin/competitions/{competition}/burden/restore",
        Access::Right(Right::ManageCompetitions),
    ),
    (
        "GET",
        "/admin/competitions/{competition}/counts",
        Access::Right(Right::ManageCompetitions),
    ),
    (
        "GET",
        "/admin/competitions/{competition}/export.xlsx",
        Access::Right(Right::ManageCompetitions),
    ),
    (
        "GET",
        "/admin/competitions/{competition}/items",
        Access::Right(Right::ManageCompetitions),
    ),
    (
        "POST",
        "/admin/competitions/{competition}/items",
        Access::Right(Right::ManageCompetitions),
    ),
    (
        "GET",
        "/admin/competitions/{competition}/truth",
        Access::Right(Right::ManageCompetitions),
    ),
    (
        "POST",
        "/admin/competitions/{competition}/truth",
        Access::Right(Right::ManageCompetitions),
    ),
    (
        "GET",
        "/admin/competitions/{competition}/cases",
        Access::Right(Right::ManageCompetitions),
    ),
    (
        "POST",
        "/admin/competitions/{competition}/cases",
        Access::Right(Right::ManageCompetitions),
    ),
    (
        "GET",
        "/admin/competition-cases/{competition_case}",
        Access::Right(Right::ManageCompetitions),
    ),
    (
        "POST",
        "/admin/competition-cases/{competition_case}",
        Access::Right(Right::ManageCompetitions),
    ),
    ("GET", "/healthz", Access::Public),
    ("GET", "/readyz", Access::Public),
];

/// Who may reach this method and route pattern; `None` when the table does not know it.
pub fn of(method: &str, pattern: &str) -> Option<Access> {
    ACCESS
        .iter()
        .find(|(m, path, _)| *m == method && *path == pattern)
        .map(|(_, _, access)| *access)
}

/// Whether the path exists, be it for another method.
pub fn knows(pattern: &str) -> bool {
    ACCESS.iter().any(|(_, path, _)| *path == pattern)
}
