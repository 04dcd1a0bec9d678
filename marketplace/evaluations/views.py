"""The pages of evaluations; each part's stand beside its deeds."""

from marketplace.evaluations import presentation
from marketplace.evaluations.blueprint import blueprint
from marketplace.evaluations.decision import result_views, succession_views
from marketplace.evaluations.decision import views as decision_views
from marketplace.evaluations.panel import assignment_views
from marketplace.evaluations.panel import views as panel_views
from marketplace.evaluations.scoring import views as scoring_views

__all__ = [
    "assignment_views",
    "blueprint",
    "decision_views",
    "panel_views",
    "presentation",
    "result_views",
    "scoring_views",
    "succession_views",
]
