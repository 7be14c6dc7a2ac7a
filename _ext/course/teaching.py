"""A folded box for each chapter, on the page for teachers."""

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from course.chapters import find_chapters
from course.questions import is_question, number_questions


class Misconceptions(SphinxDirective):
    """A chapter's title and this content, folded: `{misconceptions} book/neuron`.

    Then the misconception of each of its questions, a link, and what is right, and why.
    """

    required_arguments = 1
    has_content = True

    def run(self):
        self.env.note_reread()  # questions may have changed
        data = {"chapter": self.arguments[0], "classes": ["dropdown"]}
        box = nodes.admonition("", *self.parse_content_to_nodes(), **data)
        self.set_source_info(box)
        return [box]


class ListMisconceptions(SphinxPostTransform):
    default_priority = 5  # before the references of reasons are resolved

    def run(self):
        for box in self.document.findall(nodes.admonition):
            name = box.get("chapter", "")
            for chapter in find_chapters(self.env, name.split(), box):
                title = f"{chapter.number} {chapter.title}"
                box.insert(0, nodes.title("", title))
                page = self.app.builder.get_relative_uri(self.env.docname, name)
                doctree = self.env.get_doctree(name)
                number_questions(self.app, doctree, name)
                for question in doctree.findall(is_question):
                    box += [*list_right(question, page)]


def list_right(box, page):
    """Yield what a question is about, with a link to it, and its right answers."""
    link = nodes.reference("", box["title"], refuri=f"{page}#{box['ids'][0]}")
    about = nodes.strong("", "✗ " + box["misconception"].replace("`", ""))
    yield nodes.paragraph("", "", about, nodes.Text(": "), link)
    for option, reason in box.next_node(nodes.definition_list).children:
        if "wrong" not in option["classes"]:
            right = nodes.emphasis("", "", *option.children)
            yield nodes.paragraph("", "", right, nodes.Text(" "), *reason[0].children)


def setup(app):
    app.add_directive("misconceptions", Misconceptions)
    app.add_post_transform(ListMisconceptions)
