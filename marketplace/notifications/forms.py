"""The form of preferences."""

from __future__ import annotations

from marketplace.core.forms import Form, MultipleChoiceField
from marketplace.core.i18n import _l
from marketplace.notifications.kinds import LABELS, NoticeKind


class PreferencesForm(Form):
    """Which kinds of notices come by mail too."""

    kinds = MultipleChoiceField(
        _l("Tell me by mail of"), choices=[(kind, LABELS[kind]) for kind in NoticeKind], of=NoticeKind
    )
