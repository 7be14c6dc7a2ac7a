"""What this course adds to Jupyter Book, in the order in which a page is made.

Addresses, labs, links to glossary terms, the list of chapters, folded boxes, pictures, formulas,
and what search engines are told. The notebooks that readers launch are made in `notebooks.py`.
"""

import base64
import json
import os
import re
import shutil
from html import escape
from pathlib import Path
from posixpath import join
from urllib.parse import quote, urlsplit

import yaml
from docutils import nodes
from docutils.parsers.rst import directives, roles
from math_core import LatexError, LatexToMathML
from myst_nb.sphinx_ import HideCodeCellNode
from PIL import Image
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinx.util.math import get_node_equation_number
from sphinx.util.nodes import split_explicit_title
from sphinx_design.dropdown import dropdown_main, dropdown_title
from sphinx_exercise.nodes import solution_node

import notebooks

logger = logging.getLogger(__name__)

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
PROFILE = "https://bioschemas.org/profiles/TrainingMaterial/1.0-RELEASE"
LAUNCHES = {
    "Binder": "https://mybinder.org/v2/gh/{slug}/notebooks?urlpath=lab/tree/book/{page}.ipynb",
    "Codespaces": "https://codespaces.new/{slug}/tree/notebooks?quickstart=1",
    "Colab": "https://colab.research.google.com/github/{slug}/blob/notebooks/book/{page}.ipynb",
}


# Addresses and version -----------------------------------------------------------------


def set_addresses(app, config):
    """Let a fork link to itself, and pages quote the version that CITATION.cff states."""
    slug = os.environ.get("GITHUB_REPOSITORY", config.course_repository)
    owner, name = slug.split("/")
    config.html_baseurl = os.environ.get("SITE_URL", f"https://{owner}.github.io/{name}/")
    launches = {name.lower(): url for name, url in LAUNCHES.items()}
    schemes = {"repository": "https://github.com/{slug}/{page}", **launches}
    config.myst_url_schemes = {"http": None, "https": None, "mailto": None} | {
        scheme: url.format(slug=slug, page="{{path}}") for scheme, url in schemes.items()
    }
    cited = yaml.safe_load(Path(app.srcdir, "CITATION.cff").read_text("utf-8"))
    config.version = config.release = str(cited["version"])
    authors, year = cited["authors"][0]["name"], cited["date-released"].year
    config.myst_substitutions["citation"] = (
        f"{authors[0].upper()}{authors[1:]} ({year}). *{cited['title']}*, "
        f"version {config.version}. <{config.html_baseurl}>"
    )
    config.notfound_urls_prefix = urlsplit(config.html_baseurl).path
    config.html_context |= {"site": config.html_baseurl, "slug": slug, "licence": LICENCE}
    # Every style sheet below _static would be linked on every page; labs and formulas wait.
    kept = [one for one in config.html_css_files if not re.search("labs/|math.css", str(one))]
    config.html_css_files = kept
    config.pygments_dark_style = "a11y-high-contrast-dark"


def pack_starter(app):
    """Pack the folder with which readers begin a study of their own; a chapter links it."""
    archive = Path(app.srcdir, "_build", "starter")
    archive.parent.mkdir(exist_ok=True)
    shutil.make_archive(str(archive), "zip", Path(app.srcdir, "book"), "starter")


# Labs ----------------------------------------------------------------------------------


class lab(nodes.General, nodes.Element):
    """An interactive element; the picture inside is shown until its script has loaded."""


class Lab(SphinxDirective):
    """Place a lab, such as `{lab} neuron` for `<neuron-lab>`, as a figure with a caption."""

    required_arguments = 1
    has_content = True
    option_spec = {
        "alt": directives.unchanged_required,
        "image": directives.uri,
        "load": directives.unchanged,  # `idle`: only when the first screen has been drawn
        "name": directives.unchanged_required,
        "state": directives.unchanged,
    }

    def run(self):
        if missing := {"name", "image", "alt"} - set(self.options):
            raise self.error(f"a lab needs :{':, :'.join(sorted(missing))}:")
        image = nodes.image("", uri=self.options["image"], alt=self.options["alt"])
        data = {key: self.options.get(key, "") for key in ("load", "state")}
        first, *rest = self.parse_content_to_nodes()
        caption = nodes.caption(first.rawsource, "", *first.children)
        figure = nodes.figure("", lab("", image, kind=self.arguments[0], data=data), caption)
        figure["classes"].append("lab")
        figure += nodes.legend("", *rest) if rest else []
        for node in (image, caption, figure):
            self.set_source_info(node)
        self.add_name(figure)
        return [figure]


def visit_lab(self, node):
    data = "".join(f' data-{key}="{escape(text)}"' for key, text in node["data"].items() if text)
    self.body.append(f"<{node['kind']}-lab{data}>")


def depart_lab(self, node):
    self.body.append(f"</{node['kind']}-lab>\n")


class LabRole(SphinxRole):
    """Link to a lab with settings: {lab}`text <lab-neuron?w=2>`."""

    def run(self):
        _, text, target = split_explicit_title(self.text)
        name, _, state = target.partition("?")
        link = nodes.reference("", text, internal=True, lab=name.strip(), state=state)
        self.set_source_info(link)
        return [link], []


def resolve_lab_links(app, doctree, docname):
    labels = app.env.get_domain("std").data["anonlabels"]
    for link in [link for link in doctree.findall(nodes.reference) if "lab" in link]:
        if link["lab"] not in labels:
            logger.warning("there is no lab %r", link["lab"], location=link)
            link.parent.replace(link, link.children)
            continue
        page, anchor = labels[link["lab"]]
        link["refuri"] = f"{app.builder.get_relative_uri(docname, page)}#{anchor}?{link['state']}"


def write_lab_data(app, exception):
    """Write what labs load and chapters glue: numbers as they are, packed ones as base64."""
    digits = {key: f"digits-{key}.bin.gz" for key in ("network", "sample", "show")}
    files = {**digits, "people": "people.json"}
    for glued in Path(app.outdir).parent.glob("jupyter_execute/book/*.glue.json"):
        values = json.loads(glued.read_text("utf-8"))
        for key, name in files.items():
            if value := not exception and values.get(f"{glued.name.split('.')[0]}_{key}"):
                text = value["data"]["text/plain"]
                data = base64.b64decode(text) if name.endswith("gz") else text.encode()
                Path(app.outdir, "_static", "labs", name).write_bytes(data)


# Glossary ------------------------------------------------------------------------------


def read_again(app, env, added, changed, removed):
    """Read all pages again when definitions change, and the list of chapters always."""
    return env.found_docs if "book/glossary" in changed else [env.config.root_doc]


# How a definition's formulas are written in plain text; a pair of braces is left out.
SIGNS = {r"\hat y": "ŷ", r"\log": "log", r"\sum": "∑", r"\cdot": "·", r"\mathbf": ""}


def write_plainly(item, text):
    """Return a definition with its formulas as plain text, and warn of LaTeX that is left."""
    for tex, sign in SIGNS.items():
        text = text.replace(tex, sign)
    for left in re.findall(r"\\[a-zA-Z]+|\\.", text):
        words = "SIGNS in _ext/course.py has no sign for %s"
        logger.warning(words, left, location=item, once=True)
    return " ".join(re.sub("[{}]", "", text).split())


def read_definitions(env):
    """Return page, anchor and definition of each term, by the term in small letters."""
    objects = env.get_domain("std").get_objects()
    terms = {
        anchor: (name.lower(), page) for name, _, kind, page, anchor, _ in objects if kind == "term"
    }
    found = {}
    for page in {page for _, page in terms.values()}:
        for item in env.get_doctree(page).findall(nodes.definition_list_item):
            for anchor in item[0]["ids"]:
                if anchor in terms:
                    words = write_plainly(item, item[-1].astext())
                    found[terms[anchor][0]] = (page, anchor, words)
    return found


def may_link(text):
    """Return whether text is running text, and no part of a link, a title or code."""
    fixed = (nodes.reference, nodes.literal, nodes.math, nodes.strong, nodes.title, nodes.citation)
    node = text.parent
    while node is not None and not isinstance(node, nodes.document):
        if isinstance(node, fixed) or {"unlinked", "objectives"} & set(node["classes"]):
            return False
        node = node.parent
    return True


def link_terms(app, doctree, docname):
    """Link the first use of each glossary term on a page to its definition."""
    terms = read_definitions(app.env)
    if docname in {page for page, _, _ in terms.values()} or docname == app.config.root_doc:
        return
    for bold in doctree.findall(nodes.strong):
        terms.pop(bold.astext().lower(), None)
    words = "|".join(map(re.escape, sorted(terms, key=len, reverse=True)))
    pattern = re.compile(rf"(?<![\w-])({words})(?:e?s)?(?![\w-])", re.IGNORECASE)
    texts = [text for part in doctree.findall(nodes.paragraph) for text in part.findall(nodes.Text)]
    for text in filter(may_link, texts):
        parts, end = [], 0
        for match in pattern.finditer(text):
            if target := terms.pop(match[1].lower(), None):
                page, anchor, definition = target
                uri = f"{app.builder.get_relative_uri(docname, page)}#{anchor}"
                link = nodes.reference("", match[0], refuri=uri, internal=True, classes=["term"])
                link["reftitle"] = definition
                parts += [nodes.Text(text[end : match.start()]), link]
                end = match.end()
        if parts:
            text.parent.replace(text, [*parts, nodes.Text(text[end:])])


# The list of chapters ------------------------------------------------------------------


class chapter_map(nodes.General, nodes.Element):
    """The place of the list of chapters, or of the hours that they take."""


class ChapterMap(SphinxDirective):
    """Place the list of chapters (`{chapter-map}`) or their hours (`{course-hours}`)."""

    def run(self):
        return [chapter_map(kind=self.name)]


def read_box(env, docname):
    """Return what a chapter's first box says: its question, path, and minutes, or None."""
    boxes = env.get_doctree(docname).findall(nodes.admonition)
    text = next((box.astext() for box in boxes if "objectives" in box["classes"]), "")
    question = re.search(r"Questions?:\s+(.*?\?)", text, re.DOTALL)
    times = re.search(r"Time:\s+(\d+) minutes to read, (\d+) for", text)
    path = re.search(r"Path:\s+(core|further)", text)
    if question and times and path:
        return " ".join(question[1].split()), path[1], int(times[1]), int(times[2])
    return None


def list_chapters(app, doctree, docname):
    """Fill the places of `{chapter-map}` and `{course-hours}` from the chapters' boxes."""
    places = list(doctree.findall(chapter_map))
    if not places:
        return
    numbers = {
        name: number[""][0] for name, number in app.env.toc_secnumbers.items() if number.get("")
    }
    chapters = {name: read_box(app.env, name) for name in sorted(numbers, key=numbers.get)}
    cards = nodes.bullet_list(classes=["chapters"])
    for name, box in chapters.items():
        if box is None:
            logger.warning("its first box lacks Questions, Path or Time", location=name)
            continue
        question, path, reading, exercises = box
        uri, title = app.builder.get_relative_uri(docname, name), app.env.titles[name].astext()
        link = nodes.reference("", title, refuri=uri, internal=True)
        time = f"{reading} min to read, {exercises} for the exercises"
        cards += nodes.list_item(
            "",
            nodes.paragraph("", f"{numbers[name]} ", link, classes=["title"]),
            nodes.paragraph("", question),
            nodes.paragraph("", f"{path} · {time}", classes=["time"]),
            classes=[path],
        )
    boxes = [box for box in chapters.values() if box]
    core = [sum(box[i] for box in boxes if box[1] == "core") / 60 for i in (2, 3)]
    whole = [sum(box[i] for box in boxes) / 60 for i in (2, 3)]
    words = f"The core path takes about {core[0]:.0f} hours to read and {core[1]:.0f} for the "
    words += f"exercises; the whole course takes {whole[0]:.0f} and {whole[1]:.0f}."
    for place in places:
        is_map = place["kind"] == "chapter-map"
        place.replace_self(cards if is_map else nodes.paragraph("", words))


# Folded boxes --------------------------------------------------------------------------


def fold(title, content, **attributes):
    """Return `<details>` with a title, without links, since a summary is itself a button."""
    for link in title.findall(nodes.reference):
        link.parent.replace(link, link.children)
    return dropdown_main("", title, *content, **attributes)


def fold_boxes(app, doctree, docname):
    """Fold solutions, each box of the class `dropdown`, and code that MyST-NB has hidden."""
    for section in doctree.findall(nodes.section):
        # sphinx-exercise gives all exercises of a page the same two ids.
        repeated = {"exercise-content", "solution-content"} & set(section["ids"])
        section["ids"] = [name for name in section["ids"] if name not in repeated]
        section["classes"] += repeated
    for box in list(doctree.findall(nodes.Admonition)):
        if isinstance(box, solution_node) or "dropdown" in box["classes"]:
            has_title = isinstance(box[0], nodes.title)
            words = box[0].children if has_title else [nodes.Text(box.tagname.capitalize())]
            if isinstance(box, solution_node):
                number = nodes.inline("", "", *words[1:], classes=["visually-hidden"])
                words = [nodes.Text("Solution"), number]
            classes = [name for name in box["classes"] if name != "dropdown"]
            title = dropdown_title("", "", *words)
            folded = fold(
                title, box[int(has_title) :], ids=box["ids"], classes=["folded", *classes]
            )
            if isinstance(box, solution_node):
                folded["solves"] = box["target_label"]
            box.replace_self(folded)
    for hidden in list(doctree.findall(HideCodeCellNode)):
        cell = hidden.parent
        has_figure = any(cell.findall(nodes.figure))
        words = "Code for this figure" if has_figure else "Code"
        folded = fold(dropdown_title("", words), hidden.children, classes=["code"])
        cell.remove(hidden)
        cell.insert(len(cell) if has_figure else 0, folded)


# Pictures ------------------------------------------------------------------------------


class picture(nodes.General, nodes.Element):
    """An image with its size, which a tap opens by itself."""


PIXELS = {"": 1, "px": 1, "pt": 4 / 3, "mm": 96 / 25.4, "cm": 96 / 2.54}  # in a unit of SVG
DOTS_PER_PIXEL = 150 / 105  # a plot 6.4 inches wide, at matplotlibrc's 150 dpi, fills the text


def measure(path):
    """Return a picture's width and height in CSS pixels."""
    if path.suffix != ".svg":
        with Image.open(path) as image:
            scale = DOTS_PER_PIXEL if "jupyter_execute" in path.parts else 1
            return [round(side / scale) for side in image.size]
    tag = re.search(r"<svg\b[^>]*|$", path.read_text("utf-8"))[0]
    sides = [re.search(rf'\s{name}="([\d.]+)(|px|pt|mm|cm)"', tag) for name in ("width", "height")]
    if all(sides):
        return [round(float(side[1]) * PIXELS[side[2]]) for side in sides]
    box = re.search(r'viewBox="([^"]+)"|$', tag)[1] or "0 0 300 150"  # as browsers have it
    return [round(float(side)) for side in box.split()[2:]]


def size_pictures(app, doctree, docname):
    """State each picture's size, warn of one without words, and make a cell's `x-lab` a lab."""
    for number, image in enumerate(list(doctree.findall(nodes.image))):
        path = Path(app.srcdir, image["uri"])
        if image.get("alt", "").strip() in {"", image["uri"]}:
            place = image
            while not place.line and place.parent:
                place = place.parent
            logger.warning("a picture has no alternative text", location=place)
        if not path.is_file() or isinstance(image.parent, nodes.reference):
            continue
        shown = picture("", size=measure(path), is_first=number == 0)
        kinds = [name for name in image.parent["classes"] if name.endswith("-lab")]
        shown["opens"] = not (kinds or isinstance(image.parent, lab))
        image.replace_self(lab("", shown, kind=kinds[0][:-4], data={}) if kinds else shown)
        shown += image


def visit_picture(self, node):
    image, (width, height) = node[0], node["size"]
    address = join(self.builder.imgpath, quote(self.builder.images[image["uri"]]))
    classes, words = " ".join(image["classes"]), escape(image.get("alt", ""))
    wish = f' style="width: {image["width"]}"' if "width" in image else ""
    loading = "" if node["is_first"] else ' loading="lazy"'
    html = f'<img src="{address}" alt="{words}" width="{width}" height="{height}"'
    html += f'{loading}{wish} class="{classes}">'.replace(' class=""', "")
    self.body.append(f'<a class="picture" href="{address}">{html}</a>' if node["opens"] else html)
    raise nodes.SkipNode


def shrink_plots(app, env):
    """Give plots a palette of 128 colours, which makes them a third as heavy."""
    for path in Path(app.outdir.parent, "jupyter_execute").glob("*.png"):
        with Image.open(path) as image:
            if image.mode != "P":
                image.convert("RGB").quantize(128, Image.Quantize.MAXCOVERAGE, dither=0).save(path)


# Formulas ------------------------------------------------------------------------------


def keep_punctuation(app, doctree, docname):
    """Keep a comma or full stop on the line of the formula before it."""
    for formula in list(doctree.findall(nodes.math)):
        parent, place = formula.parent, formula.parent.index(formula)
        after = parent[place + 1] if place + 1 < len(parent) else None
        if isinstance(after, nodes.Text) and after[:1] in tuple(".,;:!?)"):
            together = nodes.inline("", "", formula, nodes.Text(after[0]), classes=["unbroken"])
            parent[place : place + 2] = [together, nodes.Text(after[1:])]


to_mathml = LatexToMathML(fancy_error=False).convert_with_local_state


def render(node, display):
    try:
        mathml = to_mathml(node.astext(), displaystyle=display)
    except LatexError as error:
        logger.warning("formula %r: %s", node.astext(), error, location=node)
        return ""
    # `scriptlevel` is of the whole of MathML and not of the part that browsers share.
    return re.sub(r' scriptlevel="[^"]*"', "", mathml)


def visit_math(self, node):
    self.body.append(render(node, display=False))
    raise nodes.SkipNode


def visit_displaymath(self, node):
    self.body.append(self.starttag({}, "div", CLASS="math"))
    self.body.append(render(node, display=True))
    if node["number"]:
        number = get_node_equation_number(self, node)
        self.body.append(f'<a class="eqno" href="#{node["ids"][0]}">({number})</a>')
    self.body.append("</div>\n")
    raise nodes.SkipNode


# What templates show -------------------------------------------------------------------


def describe(doctree):
    """Return the first sentences of a page's running text, about 160 letters of them."""
    start = next(doctree.findall(nodes.section), doctree)
    words = " ".join(part.astext() for part in start if isinstance(part, nodes.paragraph)).split()
    text = ""
    for sentence in re.findall(r"\S.*?(?<!Fig)[.?!](?=\s|$)", " ".join(words)):
        if text and len(text) + len(sentence) > 180:
            break
        text = f"{text} {sentence}".strip()
    return text


def tell_templates(app, pagename, templatename, context, doctree):
    """Hand the description, the ways to run and the structured data of a page to templates."""
    if doctree is None:
        context["description"] = f"{pagename.capitalize()}, a page of {app.config.project}."
        return
    context["description"] = describe(doctree) or f"{context['title']} of {app.config.project}."
    context["source"] = Path(app.env.doc2path(pagename)).relative_to(app.srcdir).as_posix()
    if notebook := notebooks.write(app, pagename, doctree):
        values = {"slug": app.config.html_context["slug"], "page": Path(pagename).name}
        context["launches"] = {name: url.format(**values) for name, url in LAUNCHES.items()}
        context["notebook"] = notebook
    if doctree.next_node(lab):
        app.add_css_file("labs/room.css")
        app.add_js_file("labs/loader.mjs", type="module")
    formulas = (nodes.math, nodes.math_block)
    context["has_formula"] = any(isinstance(node, formulas) for node in doctree.findall())
    is_start, box = pagename == app.config.root_doc, read_box(app.env, pagename)
    if box or is_start:
        resource = {
            "@context": "https://schema.org",
            "@type": "LearningResource",
            "http://purl.org/dc/terms/conformsTo": {"@type": "CreativeWork", "@id": PROFILE},
            "name": app.config.project if is_start else app.env.titles[pagename].astext(),
            "description": context["description"],
            "url": context["pageurl"],
            "keywords": ["neural networks", "deep learning", "PyTorch", "biology"],
            "inLanguage": "en-GB",
            "isAccessibleForFree": True,
            "license": LICENCE,
            "author": {"@type": "Organization", "name": app.config.author},
            "educationalLevel": "Beginner",
        }
        if box:
            resource |= {"teaches": box[0], "timeRequired": f"PT{box[2] + box[3]}M"}
            resource["isPartOf"] = app.config.html_baseurl
        context["resource"] = resource


# What the theme, Sphinx and pandas leave unsaid to assistive technology.
MARKS = {
    '<p class="caption" role="heading">': '<p class="caption" role="heading" aria-level="2">',
    '<aside class="sidebar-drawer">': '<aside class="sidebar-drawer" aria-label="Chapters">',
    '<aside class="toc-drawer">': '<aside class="toc-drawer" aria-label="On this page">',
    '<div class="table-wrapper': '<div tabindex="0" class="table-wrapper',
    "<pre>": '<pre tabindex="0">',
    '<div class="output text_html">': '<div tabindex="0" class="output text_html">',
    "<th></th>": "<td></td>",
    ' role="doc-biblioentry"': ' role="none"',  # deprecated
    '<div role="list" class="citation-list">': '<div class="citation-list">',
}


def mark_pages(app, exception):
    """Add these attributes to the written pages, and remove pandas' style and second ids."""
    unseen = set(MARKS)
    twice = r'<style scoped>.*?</style>|(?<=colwidths-auto docutils container") id="[^"]*"'
    for page in [] if exception else Path(app.outdir).rglob("*.html"):
        marked = re.sub(twice, "", page.read_text("utf-8"), flags=re.DOTALL)
        for found, better in MARKS.items():
            marked = marked.replace(found, better)
        page.write_text(marked, "utf-8")
        unseen = {found for found in unseen if MARKS[found] not in marked}
    for found in [] if exception else sorted(unseen):
        words = "no page has %s, which MARKS in _ext/course.py changes; has the theme changed?"
        logger.warning(words, found, type="course", subtype="marks")


def setup(app):
    app.add_config_value("course_repository", "", "env")
    app.add_node(lab, html=(visit_lab, depart_lab))
    app.add_node(picture, html=(visit_picture, None))
    app.add_directive("lab", Lab)
    app.add_role("lab", LabRole())
    # Words that are no term, although the glossary has one of that name: {unlinked}`folds`.
    options = {"class": ["unlinked"]}
    app.add_role("unlinked", roles.CustomRole("unlinked", roles.generic_custom_role, options))
    for name in ("chapter-map", "course-hours"):
        app.add_directive(name, ChapterMap)
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_displaymath, None))
    app.connect("config-inited", set_addresses, priority=900)
    app.connect("builder-inited", pack_starter)
    app.connect("env-get-outdated", read_again)
    early = (list_chapters, resolve_lab_links, link_terms)
    for step in (*early, keep_punctuation, fold_boxes, size_pictures):
        app.connect("doctree-resolved", step)
    app.connect("html-page-context", tell_templates, priority=900)  # after the theme
    app.connect("env-updated", shrink_plots)
    for step in (write_lab_data, mark_pages):
        app.connect("build-finished", step)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
