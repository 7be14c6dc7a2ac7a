"""Each rule of the linter, seen to refuse what breaks it and to accept what does not."""
