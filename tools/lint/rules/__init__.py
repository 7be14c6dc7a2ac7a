"""The rules: one module a subject, one function a rule, whose docstring says it."""
