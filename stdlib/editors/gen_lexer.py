"""Colours Gen with Pygments: pygmentize -x -l gen_lexer.py:GenLexer boat.gen"""

from pygments.lexer import RegexLexer, bygroups, include, words
from pygments.token import (
    Comment, Keyword, Name, Number, Operator, Punctuation, String, Whitespace)

__all__ = ["GenLexer"]

NAME = r"[^\W\d]\w*"


class GenLexer(RegexLexer):
    """The Gen language."""

    name = "Gen"
    aliases = ["gen"]
    filenames = ["*.gen"]

    KEYWORDS = ("use", "as", "set", "def", "if", "then", "else", "for", "in")
    WORDS = ("and", "or", "not")
    CONSTANTS = ("true", "false", "none")

    tokens = {
        "root": [include("code"), (r"[{}]", Punctuation)],
        "code": [
            (r"\A#!.*", Comment.Hashbang),
            (r"# %%.*", Comment.Special),
            (r"##.*", String.Doc),
            (r"#.*", Comment.Single),
            (r"\s+", Whitespace),
            (r'r"[^"\n]*"', String.Other),
            (r'"""', String.Double, "long text"),
            (r'"', String.Double, "text"),
            (r"0[xX][0-9A-Fa-f_]+", Number.Hex),
            (r"([0-9][0-9_]*(?:\.[0-9][0-9_]*)?(?:[eE][-+]?[0-9][0-9_]*)?)(%(?![\w(])|[A-Za-z]+)",
             bygroups(Number, Keyword.Type)),
            (r"[0-9][0-9_]*(\.[0-9][0-9_]*([eE][-+]?[0-9][0-9_]*)?|[eE][-+]?[0-9][0-9_]*)",
             Number.Float),
            (r"[0-9][0-9_]*", Number.Integer),
            (rf"(def)(\s+)({NAME})", bygroups(Keyword, Whitespace, Name.Function)),
            (rf"(set)(\s+)({NAME})", bygroups(Keyword, Whitespace, Name.Builtin)),
            (rf"({NAME})(\s*)(:)", bygroups(Name.Label, Whitespace, Punctuation)),
            (words(KEYWORDS, prefix=r"\b", suffix=r"\b"), Keyword),
            (words(WORDS, prefix=r"\b", suffix=r"\b"), Operator.Word),
            (words(CONSTANTS, prefix=r"\b", suffix=r"\b"), Keyword.Constant),
            (rf"(\|>)(\s*)({NAME})", bygroups(Operator, Whitespace, Name.Function)),
            (rf"{NAME}(?=\s*\()", Name.Function),
            (NAME, Name),
            (r"\|>|=>|==|!=|<=|>=|\.\.<?|[-+*/%^<>=?]", Operator),
            (r"[()\[\],;:.]", Punctuation),
        ],
        "in text": [
            (r"\\(u\{[0-9A-Fa-f]{1,6}\}|.)", String.Escape),
            (r"\{", String.Interpol, "interpolation"),
        ],
        "text": [
            include("in text"),
            (r'[^"\\{\n]+', String.Double),
            (r'"', String.Double, "#pop"),
            (r"\n", Whitespace, "#pop"),
        ],
        "long text": [
            include("in text"),
            (r'"""', String.Double, "#pop"),
            (r'[^"\\{]+|"', String.Double),
        ],
        "interpolation": [
            (r"\}", String.Interpol, "#pop"),
            (r"\{", Punctuation, "braces"),
            include("code"),
        ],
        "braces": [
            (r"\}", Punctuation, "#pop"),
            (r"\{", Punctuation, "#push"),
            include("code"),
        ],
    }
