"""Exercises and their solutions."""

from ..draft import Draft, Place, place_of
from .catalogue import refused_by


@refused_by("lint", "solution|sol-|ex-")
def solutions_exchanged(draft: Draft) -> list[Place]:
    """Two solutions of a chapter name each other's exercise."""
    page = draft.pick(draft.chapters())
    starts = [d for d in page.directives if d.name == "solution-start"]
    one, two = draft.random.sample(starts, 2)
    for start, other in ((one, two), (two, one)):
        text = f":::{{solution-start}} {other.argument}"
        draft.replace(page.file, start.line, start.line, text)
    return [place_of(page, one), place_of(page, two)]


@refused_by("lint", "solution|follow|exercise")
def solution_moved_away_from_its_exercise(draft: Draft) -> list[Place]:
    """The solution of a chapter's first exercise stands behind the second exercise."""
    page = draft.pick(draft.chapters())
    lines = draft.lines(page.file)
    (first, second, *_) = [d for d in page.directives if d.name == "solution-start"]
    end = next(d for d in page.directives if d.name == "solution-end")
    block = [*lines[first.line - 1 : end.end], ""]
    between = lines[end.end + 1 : second.line - 1]
    draft.replace(page.file, first.line, second.line - 1, "\n".join([*between, *block]))
    moved = first.line + len(between)
    return [
        Place(page.file, first.line, first.line + 3),
        Place(page.file, moved, second.line + 3),
    ]


@refused_by("lint", "empty|solution")
def solution_left_empty(draft: Draft) -> Place:
    """Nothing stands between the start and the end of a solution."""
    page = draft.pick(draft.chapters())
    starts = [d for d in page.directives if d.name == "solution-start"]
    ends = [d for d in page.directives if d.name == "solution-end"]
    start, end = draft.pick(zip(starts, ends, strict=True))
    draft.cut(page.file, start.end + 1, end.line - 1)
    return Place(page.file, start.line, start.end + 2)


@refused_by("lint", "solution")
def exercise_without_a_solution(draft: Draft) -> Place:
    """A solution is deleted."""
    page = draft.pick(draft.chapters())
    tasks = [d for d in page.directives if d.name == "exercise-start"]
    starts = [d for d in page.directives if d.name == "solution-start"]
    ends = [d for d in page.directives if d.name == "solution-end"]
    task, start, end = draft.pick(zip(tasks, starts, ends, strict=True))
    draft.cut(page.file, start.line, end.end)
    return place_of(page, task)


@refused_by("lint", "exercise|solution")
def solution_without_an_exercise(draft: Draft) -> Place:
    """A solution names an exercise that does not exist."""
    page, start = draft.pick(draft.directives("solution-start"))
    draft.change(page.file, start.line, lambda text: text + "-two")
    return place_of(page, start)


@refused_by("lint", "dropdown")
def solution_that_does_not_fold(draft: Draft) -> Place:
    """A solution lacks the class `dropdown`."""
    page, start = draft.pick(draft.directives("solution-start"))
    lines = draft.lines(page.file)
    line = next(n for n in range(start.line, start.end) if ":class:" in lines[n]) + 1
    draft.cut(page.file, line, line)
    return place_of(page, start)


@refused_by("lint", "exercise-end|solution-end|end|closed")
def exercise_without_its_end(draft: Draft) -> Place:
    """The directive that ends an exercise or a solution is lost."""
    page, end = draft.pick(draft.directives("exercise-end", "solution-end"))
    kind = end.name.removesuffix("-end")
    start = [d for d in page.directives if d.name == f"{kind}-start" and d.line < end.line][-1]
    draft.cut(page.file, end.line, end.end)
    return Place(page.file, start.line, start.end)


@refused_by("lint", "kind|By hand|In code|Predict")
def exercise_without_its_kind(draft: Draft) -> Place:
    """An exercise does not say whether it is done by hand, in code or by prediction."""
    page, start = draft.pick(draft.directives("exercise-start"))
    line = start.end + 2
    draft.change(page.file, line, lambda text: text.split(".* ", 1)[-1])
    return Place(page.file, start.line, line)


@refused_by("lint", "label")
def exercise_without_a_label(draft: Draft) -> Place:
    """An exercise has no label, so that nothing can refer to it."""
    page, start = draft.pick(draft.directives("exercise-start"))
    draft.cut(page.file, start.body_line - 1, start.body_line - 1)
    return Place(page.file, start.line, start.line + 1)
