"""What restic says is kept, and how long it has been trying."""

from greenroom.vaults.words import Words

RETRY = "Load(<data/0123>, 0, 0) returned error, retrying after 1.2s: connection refused"


def test_a_message_in_json_is_kept_as_text_and_its_file_as_unreadable() -> None:
    words = Words()
    words.heard('{"message_type":"error","error":{"message":"permission denied"},"item":"/a/b"}')
    words.heard("Fatal: no")
    assert (list(words.lines), words.items, words.count) == (["/a/b permission denied", "Fatal: no"], ["/a/b"], 2)


def test_the_older_form_of_an_error_tells_its_file_too() -> None:
    words = Words()
    words.heard('{"message_type":"error","error":{"Op":"open"},"item":"/a/b"}')
    assert words.items == ["/a/b"]


def test_only_a_retry_tells_for_how_long_it_has_been_tried() -> None:
    words = Words()
    assert words.heard("reading") == 0
    first = words.heard(RETRY)
    assert words.heard(RETRY) >= first >= 0
    assert set(words.retries) == {"Load(<data/0123>,"}


def test_of_many_words_the_last_are_kept() -> None:
    words = Words()
    for number in range(1000):
        words.heard(f"line {number}")
    assert (words.count, len(words.lines), words.lines[-1]) == (1000, 200, "line 999")
