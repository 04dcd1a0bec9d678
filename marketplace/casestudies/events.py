"""What can happen to a case study, in one sentence each."""

from __future__ import annotations

from marketplace.core.events import register
from marketplace.core.i18n import _l

register("case_study.drafted", _l("%(actor)s drafted the case study from the pilot's record."))
register("edition.clearance_asked", _l("%(actor)s asked both sides to clear version %(number)s."))
register("edition.taken_back", _l("%(actor)s took version %(number)s back to be edited."))
register("edition.cleared", _l("%(actor)s cleared version %(number)s."))
register("edition.published", _l("%(actor)s published version %(number)s."), is_public=True)
register("edition.superseded", _l("Version %(number)s was replaced by a newer one."), is_public=True)
register("edition.retracted", _l("%(actor)s retracted version %(number)s."), is_public=True)
register("case_study.correction_started", _l("%(actor)s began a correction as version %(number)s."))
