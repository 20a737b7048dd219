"""How well and how fast questions find their article: `python bench/answers.py [--draws N] [--articles N]`.

banking77 stands in for a knowledge base: each of its 77 intents is an article whose title is the intent's name and whose
phrasings are questions drawn from its training set; the 3,080 questions of its test set are asked. Plain BM25 over the
same texts runs beside it. Speed is taken on articles drawn from the same questions.
"""

from __future__ import annotations

import argparse
import csv
import math
import random
import resource
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from classifiers.encoder import open_encoder
from knowledgebase.answer import answer
from knowledgebase.article import Article, Audience
from knowledgebase.index import KnowledgeIndex
from knowledgebase.seed import first_articles
from knowledgebase.stems import typed_words

DATA = Path(__file__).parents[2] / "shared" / "data" / "banking77"
PHRASINGS = (0, 1, 4, 10)
Asked = list[tuple[str, str]]


def read_rows(name: str) -> Asked:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [(row["text"], row["category"]) for row in csv.DictReader(file)]


def read_texts() -> tuple[list[str], list[str]]:
    """Give texts to make articles of and questions to ask: banking77's, or those of our first articles."""
    if DATA.is_dir():
        return [text for text, _ in read_rows("train")], [text for text, _ in read_rows("test")]
    phrasings = [phrasing for article in first_articles() for phrasing in article.phrasings]
    return phrasings, phrasings


def an_article(slug: str, title: str, phrasings: Sequence[str], body: str = "") -> Article:
    return Article(
        slug=slug,
        title=title,
        topic="general",
        audience=Audience.RESIDENTS,
        language="en",
        body_markdown=body or title,
        phrasings=tuple(phrasings),
    )


def draw_articles(train: Asked, count: int, seed: int) -> list[Article]:
    by_intent: dict[str, list[str]] = defaultdict(list)
    for text, intent in train:
        by_intent[intent].append(text)
    draw = random.Random(seed)
    return [
        an_article(slug, slug.replace("_", " "), draw.sample(texts, count)) for slug, texts in sorted(by_intent.items())
    ]


def first_hits(test: Asked, find: Callable[[str], str]) -> float:
    return 100 * sum(find(text) == intent for text, intent in test) / len(test)


def by_index(articles: list[Article]) -> Callable[[str], str]:
    index = KnowledgeIndex(articles, encoder=open_encoder())

    def find(text: str) -> str:
        hits = index.search(text, audience=Audience.RESIDENTS, language="en", limit=1)
        return hits[0].article.slug if hits else ""

    return find


def by_bm25(articles: list[Article], k1: float = 1.2, b: float = 0.75) -> Callable[[str], str]:
    texts = [Counter(typed_words(" ".join((article.title, *article.phrasings)), "en")) for article in articles]
    lengths = [sum(text.values()) for text in texts]
    mean = sum(lengths) / len(lengths)
    containing = Counter(word for text in texts for word in text)

    def find(question: str) -> str:
        scores = [0.0] * len(texts)
        for word in typed_words(question, "en"):
            if word in containing:
                rare = math.log(1 + (len(texts) - containing[word] + 0.5) / (containing[word] + 0.5))
                for number, text in enumerate(texts):
                    if count := text[word]:
                        scores[number] += rare * count * (k1 + 1) / (count + k1 * (1 - b + b * lengths[number] / mean))
        return articles[max(range(len(texts)), key=scores.__getitem__)].slug

    return find


def print_quality(draws: int, questions: int) -> None:
    train, test = read_rows("train"), read_rows("test")
    test = random.Random(0).sample(test, min(questions, len(test)))
    print(f"banking77 as a knowledge base: first hit right, % of {len(test)} questions, mean of {draws} draws")
    print(f"{'phrasings an article':<24}{'BM25':>8}{'ours':>8}")
    for count in PHRASINGS:
        drawn = [draw_articles(train, count, seed) for seed in range(draws if count else 1)]
        bm25 = statistics.mean(first_hits(test, by_bm25(articles)) for articles in drawn)
        ours = statistics.mean(first_hits(test, by_index(articles)) for articles in drawn)
        print(f"{count:<24}{bm25:>8.1f}{ours:>8.1f}", flush=True)


def print_speed(count: int, questions: int) -> None:
    draw = random.Random(0)
    bodies = [article.body_markdown for article in first_articles()]
    texts, asked = read_texts()
    articles = [
        an_article(f"a-{n}", f"{draw.choice(texts)} ({n})", draw.sample(texts, 4), draw.choice(bodies))
        for n in range(count)
    ]
    began = time.perf_counter()
    index = KnowledgeIndex(articles, encoder=open_encoder())
    built = time.perf_counter() - began
    times = []
    for text in draw.sample(asked, min(questions, len(asked))):
        began = time.perf_counter()
        answer(text, audience=Audience.RESIDENTS, index=index)
        times.append(1000 * (time.perf_counter() - began))
    began = time.perf_counter()
    index.put(an_article("new", "May I paint the cellar orange?", ["Is an orange cellar allowed?"]))
    added = 1000 * (time.perf_counter() - began)
    found = index.search("orange cellar", audience=Audience.RESIDENTS, language="en", limit=1)
    times.sort()
    print(f"\nspeed with {count:,} articles of 5 phrases")
    print(
        f"  answer p50 / p95 / max    {times[len(times) // 2]:.1f} / {times[int(len(times) * 0.95)]:.1f} / {times[-1]:.1f} ms"
    )
    print(
        f"  one article added         {added:.1f} ms, found at once: {'yes' if found[0].article.slug == 'new' else 'NO'}"
    )
    print(f"  index built from nothing  {built:.1f} s")
    print(f"  largest memory            {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=3, help="random draws of phrasings")
    parser.add_argument("--questions", type=int, default=3080, help="how many test questions are asked")
    parser.add_argument("--articles", type=int, default=5_000, help="articles in the speed test")
    options = parser.parse_args(arguments)
    if not DATA.is_dir():
        print("banking77 is not beside this checkout (../shared/data/banking77): only speed is measured.")
    else:
        print_quality(options.draws, options.questions)
    print_speed(options.articles, min(300, options.questions))
    return 0


if __name__ == "__main__":
    sys.exit(main())
