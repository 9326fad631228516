"""What a keyboard's keys type, country by country, by the kernel's names (linux/input-event-codes.h)."""

__all__ = ["ALT_GR", "CONTROL", "ENDS", "IGNORED", "LAYOUTS", "NOTHING", "SHIFT"]

SHIFT = ("KEY_LEFTSHIFT", "KEY_RIGHTSHIFT")
CONTROL = ("KEY_LEFTCTRL", "KEY_RIGHTCTRL")
ALT_GR = ("KEY_RIGHTALT",)
ENDS = ("KEY_ENTER", "KEY_KPENTER", "KEY_TAB")
"""Each ends a scan."""
IGNORED = ("KEY_CAPSLOCK", "KEY_NUMLOCK", "KEY_SCROLLLOCK")
"""What a scanner may press around a scan; the lamps they light change nothing here."""
NOTHING = "·"
"""What types no character of ASCII."""

ROW = tuple(f"KEY_{digit}" for digit in "1234567890")
MARKS = (
    *("KEY_MINUS", "KEY_EQUAL", "KEY_LEFTBRACE", "KEY_RIGHTBRACE", "KEY_BACKSLASH", "KEY_SEMICOLON"),
    *("KEY_APOSTROPHE", "KEY_GRAVE", "KEY_COMMA", "KEY_DOT", "KEY_SLASH", "KEY_102ND", "KEY_RO", "KEY_YEN"),
)
LETTERS = {f"KEY_{letter.upper()}": letter + letter.upper() for letter in "abcdefghijklmnopqrstuvwxyz"}
PAD = {
    **{f"KEY_KP{digit}": digit for digit in "0123456789"},
    "KEY_KPDOT": ".",
    "KEY_KPMINUS": "-",
    "KEY_KPPLUS": "+",
    "KEY_KPASTERISK": "*",
    "KEY_KPSLASH": "/",
    "KEY_SPACE": "  ",
}


def _layout(row: str, marks: str, moved: dict[str, str] | None = None) -> dict[str, str]:
    """By key, what it types alone, with Shift, with AltGr; `moved` are letters that stand elsewhere."""
    typed = (*row.split(" "), *marks.split(" "))
    return {**PAD, **LETTERS, **dict(zip((*ROW, *MARKS), typed, strict=True)), **(moved or {})}


LAYOUTS: dict[str, dict[str, str]] = {
    "us": _layout("1! 2@ 3# 4$ 5% 6^ 7& 8* 9( 0)", "-_ =+ [{ ]} \\| ;: '\" `~ ,< .> /? \\| · ·"),
    "de": _layout(
        '1! 2" 3· 4$ 5% 6& 7/{ 8([ 9)] 0=}',
        "·?\\ · · +*~ #' · · · ,; .: -_ <>| · ·",
        {"KEY_Y": "zZ", "KEY_Z": "yY", "KEY_Q": "qQ@"},
    ),
    "fr": _layout(
        "&1 ·2~ \"3# '4{ (5[ -6| ·7` _8\\ ·9^ ·0@",
        ")·] =+} · $· *· mM ·% · ;. :/ !· <> · ·",
        {"KEY_A": "qQ", "KEY_Q": "aA", "KEY_Z": "wW", "KEY_W": "zZ", "KEY_M": ",?"},
    ),
    "jp": _layout("1! 2\" 3# 4$ 5% 6& 7' 8( 9) 0·", "-= ^~ @` [{ ]} ;+ :* · ,< .> /? · \\_ \\|"),
}
"""The layout to which the scanner itself is set; Korea's is that of the US."""
