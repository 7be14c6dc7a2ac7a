"""Rules on the bibliography."""

from .cases import check_book, each

A = "@article{a,\n  author  = {A, B.},\n  title   = {T},\n  journal = {J},\n  year    = {2020b},\n  doi     = {10.1000/x},\n}\n"
M = "@misc{m,\n  author = {A},\n  title  = {T},\n  year   = {n.d.-a},\n  url    = {https://a.org/},\n}\n"
BOOK_CASES = {
    "bibliography/types": [
        ({"references.bib": A + M}, []),
        (
            {"references.bib": A + "\n" + M.replace("misc", "online")},
            [
                "references.bib:9: no type of entry is called 'online': use one of article, book, inproceedings, misc, phdthesis, techreport"
            ],
        ),
        (
            {"references.bib": A.replace("article", "artical")},
            ["references.bib:1: no type of entry is called 'artical': write article"],
        ),
    ],
    "bibliography/fields": [
        ({"references.bib": A + M}, []),
        ({"references.bib": M.replace("@misc", "@online")}, []),
        (
            {"references.bib": M.replace("@misc", "@online") + A.replace("journal", "jounral")},
            ["references.bib:10: a has no use for the field 'jounral': write journal"],
        ),
        (
            {"references.bib": A.replace("journal", "jounral")},
            ["references.bib:4: a has no use for the field 'jounral': write journal"],
        ),
        (
            {"references.bib": A.replace("  year    = {2020b},\n", "")},
            ["references.bib:1: a has no year: add year = {…},"],
        ),
        (
            {"references.bib": M + A.replace("  title   = {T},\n  journal = {J},\n", "")},
            [
                "references.bib:7: a has no journal: add journal = {…},",
                "references.bib:7: a has no title: add title = {…},",
            ],
        ),
        (
            {"references.bib": M.replace("  url ", "  remark ")},
            [
                "references.bib:5: m has no use for the field 'remark': use one of address, archiveprefix, author, chapter, doi, edition, editor, eprint, howpublished, isbn, month, note, number, pages, series, title, url, urldate, volume, year"
            ],
        ),
    ],
    "bibliography/forms": [
        ({"references.bib": A + M}, []),
        (
            {"references.bib": A.replace("2020b", "20202")},
            ["references.bib:5: a has the year '20202': write the year alone"],
        ),
        (
            {"references.bib": A.replace("10.1000/x", "https://doi.org/10.1000/x")},
            [
                "references.bib:6: a has the doi 'https://doi.org/10.1000/x': write the doi alone"
            ],
        ),
        (
            {"references.bib": M.replace("https://a.org/", "a.org")},
            ["references.bib:5: m has the url 'a.org': write the url alone"],
        ),
        (
            {"references.bib": A.replace("{T}", "{ }")},
            ["references.bib:3: a has an empty field 'title': fill it, or remove it"],
        ),
        (
            {"references.bib": A.replace("2020b", "1899")},
            ["references.bib:5: a has the year '1899': write the year alone"],
        ),
    ],
}


@each(BOOK_CASES)
def test_rule_on_books(rule, source, expected, tmp_path):
    check_book(rule, tmp_path, source, expected)
