"""Word of news reaches everybody who waits for it, and those who were busy."""

import threading

from cases.app.worker import News


def test_whoever_was_busy_when_word_came_hears_it_at_the_next_wait_and_once() -> None:
    news = News()
    first, second = news.listener(), news.listener()
    news.tell()
    assert first(0)
    assert not first(0)
    news.tell()
    assert first(0)
    assert second(0)
    assert not second(0)


def test_word_ends_a_wait() -> None:
    news, heard = News(), []
    listeners = [news.listener() for _ in range(3)]
    threads = [
        threading.Thread(target=lambda wait=wait: heard.append(wait(60))) for wait in listeners
    ]
    for thread in threads:
        thread.start()
    news.tell()
    for thread in threads:
        thread.join(20)
    assert heard == [True] * 3
