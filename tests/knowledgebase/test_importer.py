from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest

from knowledgebase.article import Audience
from knowledgebase.importer import Import, ImportRefused, import_articles
from knowledgebase.markdown import render
from tests.knowledgebase.notion_export import PNG, write_notion_export


def a_zip(path: Path, files: dict[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def take(source: Path, language: str = "") -> Import:
    return import_articles(source, audience=Audience.RESIDENTS, language=language)


def test_a_folder_of_markdown_becomes_articles(tmp_path: Path) -> None:
    (tmp_path / "es").mkdir()
    (tmp_path / "bins.md").write_text(
        "---\ntitle: Which bin\ntopic: waste\nphrasings:\n  - Where does glass go?\n---\nBlue.\n"
    )
    (tmp_path / "es" / "bins.md").write_text("---\ntitle: Qué cubo\ntopic: waste\ntranslation_of: bins\n---\nAzul.\n")

    taken = take(tmp_path)

    assert [(article.slug, article.language, article.topic) for article in taken.articles] == [
        ("bins", "en", "waste"),
        ("bins", "es", "waste"),
    ]
    assert taken.articles[0].phrasings == ("Where does glass go?",)
    assert taken.problems == ()


def test_a_notion_export_of_nested_pages_comes_over_with_links_and_pictures_whole(tmp_path: Path) -> None:
    export = write_notion_export(tmp_path / "Export-1.zip", sections=6, pages=7)

    taken = take(export)

    assert len(taken.articles) == 1 + 6 + 6 * 7 + 2
    assert taken.problems == ()
    slugs = {f"{article.slug}.md" for article in taken.articles}
    for article in taken.articles:
        linked: list[str] = []
        render(article.body_markdown, resolve=lambda address, linked=linked: linked.append(address) or "/x")
        assert linked, article.title
        assert all(address.partition("#")[0] in slugs or address in taken.files for address in linked)
    assert set(taken.files.values()) >= {PNG}
    assert not [article for article in taken.articles if "<aside>" in article.body_markdown]


def test_pages_of_a_notion_export_lose_their_id_and_keep_their_properties(tmp_path: Path) -> None:
    export = write_notion_export(tmp_path / "Export-1.zip", sections=2, pages=2)

    page = next(article for article in take(export).articles if article.title == "Page 1 of section 1")

    assert page.slug == "page-1-of-section-1"
    assert page.topic == "heating"
    assert page.phrasings == ("How does 1 work?", "Why 1?")
    assert "Created:" not in page.body_markdown
    assert page.body_markdown.startswith("> 💡 Read this first.")


def test_large_notion_exports_are_zips_within_a_zip(tmp_path: Path) -> None:
    inner = write_notion_export(tmp_path / "Export-1-Part-1.zip", sections=2, pages=2)
    outer = a_zip(tmp_path / "outer.zip", {"Export-1-Part-1.zip": inner.read_bytes()})

    taken = take(outer)

    assert len(taken.articles) == 1 + 2 + 4 + 2


def test_a_link_of_notion_finds_its_page_by_the_id(tmp_path: Path) -> None:
    number = "0123456789abcdef0123456789abcdef"
    export = a_zip(
        tmp_path / "e.zip",
        {
            f"Keys {number}.md": "# Keys\n\nAsk us.\n",
            f"Home {'f' * 32}.md": f"# Home\n\nSee [keys](https://www.notion.so/acme/Cafe-Keys-{number}?pvs=4).\n",
        },
    )

    taken = take(export)

    assert "[keys](keys.md)" in taken.articles[0].body_markdown


def test_broken_links_and_pictures_are_reported_and_their_words_kept(tmp_path: Path) -> None:
    export = a_zip(
        tmp_path / "e.zip", {"a.md": "# A\n\nSee [the plan](Plan%20B.md) ![the map](map.png).\n\n`[x](y.md)`\n"}
    )

    taken = take(export)

    assert taken.articles[0].body_markdown == "See the plan the map.\n\n`[x](y.md)`\n"
    assert [problem.sentence for problem in taken.problems] == [
        "The page links to 'Plan B.md', which is not in the import: only its words were kept.",
        "The page shows the picture 'map.png', which is not in the import: only its words were kept.",
    ]


def test_two_pages_of_one_title_get_two_slugs(tmp_path: Path) -> None:
    export = a_zip(tmp_path / "e.zip", {"a/keys.md": "# Keys\n\nOne.\n", "b/keys.md": "# Keys\n\nTwo.\n"})

    taken = take(export)

    assert [article.slug for article in taken.articles] == ["keys", "keys-2"]


def test_a_page_that_cannot_be_read_does_not_stop_the_others(tmp_path: Path) -> None:
    export = a_zip(
        tmp_path / "e.zip",
        {"a.md": "---\ntitel: A\n---\nB", "b.md": "# B\n\nC\n", "c.md": "", "d.md": b"# D\n\ncaf\xe9\n"},
    )

    taken = take(export)

    assert [article.title for article in taken.articles] == ["B", "D"]
    assert [(problem.path, problem.sentence) for problem in taken.problems] == [
        ("a.md", "Line 2 names 'titel', no field of an article: did you mean 'title'?"),
        ("c.md", "The article 'c' has no text: write its body below the front matter."),
        ("d.md", "The file is not UTF-8 and was read as Windows-1252: check its accents."),
    ]
    assert "café" in taken.articles[1].body_markdown


def test_a_file_that_only_claims_to_be_a_picture_is_left_behind(tmp_path: Path) -> None:
    export = a_zip(
        tmp_path / "e.zip", {"a.md": "# A\n\n![x](x.png) ![y](y.svg)\n", "x.png": "<script>", "y.svg": "<svg onload=x>"}
    )

    taken = take(export)

    assert taken.files == {}
    assert len(taken.problems) == 2


@pytest.mark.parametrize("name", ["../evil.md", "a/../../evil.md", "/etc/evil.md", "..\\evil.md", "C:/evil.md"])
def test_a_zip_that_leads_out_of_its_folder_is_refused(tmp_path: Path, name: str) -> None:
    export = a_zip(tmp_path / "e.zip", {name: "# A\n\nB\n"})

    with pytest.raises(ImportRefused, match="leads out of it"):
        take(export)


def test_a_link_to_another_file_in_a_zip_is_refused(tmp_path: Path) -> None:
    entry = zipfile.ZipInfo("a.md")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "e.zip", "w") as archive:
        archive.writestr(entry, "/etc/passwd")

    with pytest.raises(ImportRefused, match="holds a link to somewhere else"):
        take(tmp_path / "e.zip")


def test_a_link_out_of_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("# Secret\n\nX\n")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.md").symlink_to(tmp_path / "secret.md")

    with pytest.raises(ImportRefused, match="is a link to somewhere else"):
        take(tmp_path / "in")


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    export = a_zip(tmp_path / "e.zip", {"a.md": b"\x00" * 15_000_000})

    with pytest.raises(ImportRefused, match="it is a zip bomb"):
        take(export)


def test_a_bomb_in_a_zip_within_a_zip_is_refused(tmp_path: Path) -> None:
    inner = a_zip(tmp_path / "inner.zip", {"a.md": b"\x00" * 15_000_000})
    outer = a_zip(tmp_path / "outer.zip", {"Part-1.zip": inner.read_bytes()})

    with pytest.raises(ImportRefused, match="zip bomb"):
        take(outer)


def test_zips_are_opened_one_deep_and_no_deeper(tmp_path: Path) -> None:
    """A zip that holds itself, and again, would never end."""
    data = a_zip(tmp_path / "0.zip", {"a.md": "# A\n\nB\n"}).read_bytes()
    for depth in range(1, 4):
        data = a_zip(tmp_path / f"{depth}.zip", {"Part-1.zip": data}).read_bytes()

    with pytest.raises(ImportRefused, match="no Markdown file"):
        take(tmp_path / "3.zip")


@pytest.mark.parametrize("name", ["../evil.md", "/etc/evil.md"])
def test_a_zip_within_a_zip_leads_nowhere_either(tmp_path: Path, name: str) -> None:
    inner = a_zip(tmp_path / "inner.zip", {name: "# A\n\nB\n"})
    outer = a_zip(tmp_path / "outer.zip", {"Part-1.zip": inner.read_bytes()})

    with pytest.raises(ImportRefused, match="leads out of it"):
        take(outer)


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    export = a_zip(tmp_path / "e.zip", {f"{n}.md": "" for n in range(5_001)}, zipfile.ZIP_STORED)

    with pytest.raises(ImportRefused, match="more than 5,000 files"):
        take(export)


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    export = a_zip(tmp_path / "e.zip", {"a.md": b"x" * 21_000_000}, zipfile.ZIP_STORED)

    with pytest.raises(ImportRefused, match="is larger than 20 MB: make it smaller"):
        take(export)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"not a zip", "neither a folder nor a zip"),
        (b"PK\x05\x06" + b"\x00" * 18, "no Markdown file"),
    ],
)
def test_what_is_no_export_is_refused_with_the_remedy(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "e.zip").write_bytes(content)

    with pytest.raises(ImportRefused, match=sentence):
        take(tmp_path / "e.zip")


def test_a_zip_cut_short_is_refused(tmp_path: Path) -> None:
    export = a_zip(tmp_path / "e.zip", {"a.md": "# A\n\n" + "B" * 5_000}, zipfile.ZIP_STORED)
    damaged = bytearray(export.read_bytes())
    damaged[2_000:2_100] = b"?" * 100
    export.write_bytes(bytes(damaged))

    with pytest.raises(ImportRefused, match="cannot be read to its end"):
        take(export)


def test_a_missing_path_is_named(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="There is no folder or file 'gone"):
        take(tmp_path / "gone.zip")
