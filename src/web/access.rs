//! Who may reach which path. The router is built from this table, so a route cannot be left out of it.

/// Who may reach a route. The use case behind it checks again, with the scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// Anybody signed in.
    SignedIn,
    /// A person of the roster.
    Candidate,
    Administrator,
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
    ("GET", "/exams/{exam}", Access::Candidate),
    ("POST", "/exams/{exam}/start", Access::Candidate),
    ("GET", "/attempts/{attempt}", Access::Candidate),
    ("POST", "/attempts/{attempt}/answer", Access::Candidate),
    ("GET", "/attempts/{attempt}/check", Access::Candidate),
    ("POST", "/attempts/{attempt}/hand-in", Access::Candidate),
    ("GET", "/attempts/{attempt}/result", Access::Candidate),
    ("GET", "/api/v1/attempts/{attempt}", Access::Candidate),
    ("POST", "/api/v1/attempts/{attempt}/answers", Access::Candidate),
    ("GET", "/admin/people", Access::Administrator),
    ("POST", "/admin/people/import", Access::Administrator),
    ("GET", "/admin/people/import/{upload}", Access::Administrator),
    ("POST", "/admin/people/import/{upload}", Access::Administrator),
    ("POST", "/admin/people/links", Access::Administrator),
    ("POST", "/admin/people/{person}/link", Access::Administrator),
    ("GET", "/admin/banks", Access::Administrator),
    ("GET", "/admin/banks/{bank}", Access::Administrator),
    ("POST", "/admin/banks/import", Access::Administrator),
    ("GET", "/admin/banks/import/{upload}", Access::Administrator),
    ("POST", "/admin/banks/import/{upload}", Access::Administrator),
    ("GET", "/admin/exams", Access::Administrator),
    ("POST", "/admin/exams", Access::Administrator),
    ("GET", "/admin/exams/new", Access::Administrator),
    ("GET", "/admin/exams/{exam}", Access::Administrator),
    ("POST", "/admin/exams/{exam}", Access::Administrator),
    ("GET", "/admin/exams/{exam}/edit", Access::Administrator),
    ("POST", "/admin/exams/{exam}/publish", Access::Administrator),
    ("POST", "/admin/exams/{exam}/open", Access::Administrator),
    ("GET", "/admin/exams/{exam}/print", Access::Administrator),
    ("GET", "/admin/exams/{exam}/print/key", Access::Administrator),
    ("GET", "/admin/exams/{exam}/figures", Access::Administrator),
    ("GET", "/admin/figures", Access::Administrator),
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
