"""A person at a browser who has a keyboard and no mouse."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page

MOST_STOPS = 150

# What holds the focus: how it shows, and what stands where its middle is. A radio that only its label shows is seen
# where the label stands; of what is taller or wider than the screen, the part on the screen counts.
_STOP = """() => {
  const held = document.activeElement;
  if (!held || held === document.body) return null;
  const label = held.labels?.[0];
  const seen = [held, label].find(part => part?.checkVisibility({ opacityProperty: true, visibilityProperty: true }));
  if (!seen) return { faults: ["is not visible"], markup: held.outerHTML.slice(0, 160) };
  const whole = seen.getBoundingClientRect();
  const line = [...seen.getClientRects()].find(box => box.width && box.height) ?? whole;
  const left = Math.max(line.left, 0), right = Math.min(line.right, document.documentElement.clientWidth);
  const top = Math.max(line.top, 0), bottom = Math.min(line.bottom, innerHeight);
  const at = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  const ringed = [held, label].some(part => {
    const style = part && getComputedStyle(part);
    return style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  });
  const fits = whole.height <= innerHeight;
  const faults = [];
  if (whole.width < 2 || whole.height < 2) faults.push("has no size");
  if (right <= left || bottom <= top || (fits && (whole.top < -1 || whole.bottom > innerHeight + 1)))
    faults.push(`is not on the screen (${whole.top} to ${whole.bottom})`);
  else if (!at || !(seen.contains(at) || at.contains(seen) || held.contains(at) || label?.contains(at)))
    faults.push(`is covered by ${at?.outerHTML.slice(0, 120)}`);
  if (!ringed && !held.matches('[tabindex="-1"]')) faults.push("has no ring");
  return { faults, markup: held.outerHTML.slice(0, 160) };
}"""

# Targets that a finger can miss: smaller than 24 by 24 pixels and nearer to another than 24 (WCAG 2.2, 2.5.8).
# A label is part of its control's target. Links within a line of text are excepted.
_SMALL = """() => {
  const inText = node => getComputedStyle(node).display === "inline"
    && [...node.parentElement.childNodes].some(one => one.nodeType === Node.TEXT_NODE && /[\\p{L}\\p{N}]/u.test(one.data));
  const box = node => {
    const all = [node, ...(node.labels ?? [])].map(one => one.getBoundingClientRect()).filter(one => one.width > 1);
    const left = Math.min(...all.map(one => one.left)), right = Math.max(...all.map(one => one.right));
    const top = Math.min(...all.map(one => one.top)), bottom = Math.max(...all.map(one => one.bottom));
    return { left, right, top, bottom, x: (left + right) / 2, y: (top + bottom) / 2,
             small: right - left < 23.9 || bottom - top < 23.9 };
  };
  const targets = [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter(node => node.type !== "hidden" && node.checkVisibility({ visibilityProperty: true }))
    .filter(node => node.getBoundingClientRect().width > 1)
    .map(node => ({ node, ...box(node) }));
  const crowds = (one, other) => {
    if (one === other || one.node.contains(other.node) || other.node.contains(one.node)) return false;
    const across = Math.max(other.left - one.x, 0, one.x - other.right);
    const down = Math.max(other.top - one.y, 0, one.y - other.bottom);
    return Math.hypot(across, down) < 12 || (other.small && Math.hypot(one.x - other.x, one.y - other.y) < 24);
  };
  return targets.filter(one => one.small && !inText(one.node) && targets.some(other => crowds(one, other)))
    .map(one => one.node.outerHTML.slice(0, 120));
}"""


@dataclass(frozen=True)
class Stop:
    """Where the focus is, as the browser tells it to those who listen."""

    role: str
    name: str
    state: dict[str, object]  # checked, expanded, invalid …: what the role has

    def __str__(self) -> str:
        return f"{self.role} “{self.name}”"


class Keyboard:
    """Somebody's keyboard at one page.

    Whatever it comes to must be visible, on the screen, uncovered, ringed and named, and the targets of each page that
    it opens large enough or apart: a stop or a page that is not so fails the test.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self._tree = page.context.new_cdp_session(page)

    def open(self, address: str) -> Keyboard:
        """Open a page by its address, as one does by typing it; the focus is at its beginning."""
        answer = self.page.goto(address)
        assert answer is not None
        assert answer.status == 200, f"{address}: {answer.status}"
        return self._arrived()

    def press(self, *keys: str) -> Stop | None:
        """Press keys one after the other, on this page; where the focus is then."""
        for key in keys:
            self.page.keyboard.press(key)
        return self.here()

    def type(self, words: str) -> None:
        """Write words into the field that has the focus."""
        self.page.keyboard.type(words)

    def enter(self) -> Keyboard:
        """Press Enter, which leads to another page."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        return self._arrived()

    def to(self, name: str, role: str | None = None, *, back: bool = False) -> Stop:
        """Press Tab until one comes to what is called so.

        Args:
            name: its name, or how the name begins.
            back: go backwards.
        """
        passed: list[str] = []
        for _count in range(MOST_STOPS):
            stop = self.press("Shift+Tab" if back else "Tab")
            if stop is None and passed:
                break
            if stop and stop.name.startswith(name) and role in (None, stop.role):
                return stop
            passed.append(str(stop))
        raise AssertionError(f"no {role or 'stop'} “{name}” on {self.page.url}; passed:\n" + "\n".join(passed))

    def stops(self) -> list[Stop]:
        """Press Tab from the beginning of the page to its end."""
        found: list[Stop] = []
        for _count in range(MOST_STOPS):
            stop = self.press("Tab")
            if stop is None:
                return found
            found.append(stop)
        raise AssertionError(f"more than {MOST_STOPS} stops on {self.page.url}")

    def here(self) -> Stop | None:
        """Where the focus is, once it was found fit to be seen; nothing at the beginning or end of the page."""
        shown = self.page.evaluate(_STOP)
        if shown is None:
            return None
        stop = self._as_heard()
        faults = shown["faults"] + ([] if stop.name else ["has no name"])
        assert not faults, f"{self.page.url}: {stop} {', '.join(faults)}\n{shown['markup']}"
        return stop

    def _as_heard(self) -> Stop:
        held = self._tree.send("Runtime.evaluate", {"expression": "document.activeElement"})["result"]["objectId"]
        (node,) = self._tree.send("Accessibility.getPartialAXTree", {"objectId": held, "fetchRelatives": False})[
            "nodes"
        ]
        state = {each["name"]: each["value"].get("value") for each in node.get("properties", [])}
        return Stop(node["role"]["value"], node.get("name", {}).get("value", ""), state)

    def _arrived(self) -> Keyboard:
        small = self.page.evaluate(_SMALL)
        assert small == [], f"{self.page.url}: targets too small\n" + "\n".join(small)
        return self
