"""Writing in sections: a long text that several people write section by section, saved while it is typed.

A feature says which sections there are and how one is saved; what else an editor needs is here.
"""
