//! The text of a lesson as it is shown: blocks and spans, with nothing in them that a browser would carry out.

/// Lists and quotations inside one another, at most; deeper ones are put on this level.
pub const MOST_DEPTH: usize = 6;

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    Text(String),
    Strong(Vec<Span>),
    Emphasis(Vec<Span>),
    Code(String),
    /// To a page of ours, or by http or https.
    Link(String, Vec<Span>),
    Break,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// From 1 to 3.
    Heading(u8, Vec<Span>),
    Paragraph(Vec<Span>),
    /// Whether it is numbered, and what stands in its lines.
    List(bool, Vec<Vec<Block>>),
    Quote(Vec<Block>),
    Code(String),
    Rule,
}

/// What a text is made of on the page: blocks, and articles quoted from the library on lines of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Text(Vec<Block>),
    /// The words between `[[` and `]]`.
    Quoted(String),
}
