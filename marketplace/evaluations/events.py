"""What can happen in an evaluation, and the sentence that says so everywhere. The agency's own."""

from __future__ import annotations

from marketplace.core.events import register
from marketplace.core.i18n import _l

register("evaluation.member_added", _l("%(actor)s added an evaluator to the panel."))
register("evaluation.chair_named", _l("%(actor)s named the panel’s chair."))
register("evaluation.member_left", _l("%(actor)s recorded that an evaluator left the panel."))
register("evaluation.assigned", _l("%(actor)s changed which proposals an evaluator scores."))
register("evaluation.due_set", _l("%(actor)s set the date by which scores are wanted."))
register("evaluation.declared", _l("%(actor)s declared interests."))
register("evaluation.recused", _l("An evaluator was recused from a proposal, which is closed to them."))
register("evaluation.scores_voided", _l("Scores were voided for a conflict of interests; they stay on record."))
register("evaluation.start_scoring", _l("%(actor)s started the scoring."))
register("evaluation.locked", _l("%(actor)s locked the scores of a proposal."))
register("evaluation.unlocked", _l("%(actor)s unlocked an evaluator’s scores of a proposal."))
register("evaluation.freeze", _l("%(actor)s froze the panel: consensus began."))
register("evaluation.reopen", _l("%(actor)s reopened the scoring."))
register("evaluation.settled", _l("%(actor)s settled the panel’s score on a criterion."))
register("evaluation.comments_released", _l("%(actor)s chose the comments that the letters carry."))
register("evaluation.voted", _l("%(actor)s voted between proposals of equal total."))
register("evaluation.recommend", _l("%(actor)s made the panel’s recommendation."))
register("evaluation.ask_changes", _l("%(actor)s asked for changes to the recommendation."))
register("evaluation.ask_changes_early", _l("%(actor)s asked for changes to the recommendation."))
register("evaluation.approve", _l("%(actor)s approved the recommendation."))
register("evaluation.decide", _l("%(actor)s announced the decision; the letters went out."))
register("evaluation.letter_sent", _l("The agency sent its letter about the decision."))
register("evaluation.succession_proposed", _l("%(actor)s proposed how to go on without the winner."))
register("evaluation.succession_refused", _l("%(actor)s did not agree with how to go on without the winner."))
register("evaluation.succession_confirmed", _l("%(actor)s confirmed how to go on without the winner."))
