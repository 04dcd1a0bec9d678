// A form with data-autosave="URL" is sent there while it is being written.
//
// The address answers JSON: 200 {"saved_at": "21:42:07", "version": "…"}; 409 when somebody else changed the text, and
// 409 {"switched": true} when the person acts for another organisation than when the page was opened;
// 400 or 422 when it can't be kept as it is; 401 when signed out. A field named "version" is brought up to date, so that
// the next save starts from what was kept.
const WAIT_MS = 1500;
const RETRY_MS = 10000;
const REFUSALS = { 400: "refused", 422: "refused", 401: "signedOut", 409: "conflict" };

for (const form of document.querySelectorAll("form[data-autosave]")) {
  const status = document.querySelector("[data-autosave-status]");
  let timer = null;
  let sending = false;
  let kept = content();
  let stopped = false;
  let sent = false;

  function content() {
    return JSON.stringify([...new FormData(form)].filter(([name, value]) => name !== "version" && typeof value === "string"));
  }

  function say(key, time = "") {
    if (!status) return;
    status.textContent = (status.dataset[key] || "").replace("{time}", time);
    status.classList.toggle("autosave--wrong", !["saved", "saving", "unsaved"].includes(key));
  }

  function later(ms) {
    clearTimeout(timer);
    timer = setTimeout(save, ms);
  }

  function textOnly() {
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (typeof value !== "string") data.delete(name);
    return data;
  }

  async function save() {
    if (sending || stopped) return;
    const now = content();
    if (now === kept) return;
    sending = true;
    say("saving");
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST",
        body: textOnly(),
        headers: { Accept: "application/json" },
        redirect: "manual",
      });
      if (answer.ok) {
        const { saved_at: time, version } = await answer.json();
        kept = now;
        if (version !== undefined && form.elements.version) form.elements.version.value = version;
        say("saved", time);
      } else if (answer.status in REFUSALS || answer.type === "opaqueredirect") {
        let reason = REFUSALS[answer.status] || "signedOut";
        if (reason === "conflict" && (await answer.json()).switched) reason = "switched";
        say(reason);
        // These are not mended by sending again; the form's own button shows the way out.
        stopped = ["conflict", "signedOut", "switched"].includes(reason);
      } else {
        say("offline");
        later(RETRY_MS);
      }
    } catch {
      say("offline");
      later(RETRY_MS);
    } finally {
      sending = false;
      if (!stopped && content() !== now) later(WAIT_MS);
    }
  }

  form.addEventListener("input", () => {
    if (stopped) return;
    say("unsaved");
    later(WAIT_MS);
  });
  form.addEventListener("submit", () => {
    stopped = true;
    sent = true;
    clearTimeout(timer);
  });
  window.addEventListener("online", () => later(0));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save();
  });
  window.addEventListener("beforeunload", (event) => {
    if (content() !== kept && !sent) event.preventDefault();
  });
}
