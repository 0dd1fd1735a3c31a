// Small things that stay true while a page is open: the counts of the lists, who else looks at a message, and whether it
// has changed meanwhile. Nothing is asked while the page is hidden. Every screen works without it.
(function () {
  "use strict";
  const COUNTS = 20000;
  const BEAT = 60000;

  function text(node, value) {
    if (node && node.textContent !== value) { node.textContent = value; }
  }

  async function counts() {
    const tabs = document.querySelector("[data-live]");
    if (!tabs || document.hidden) { return; }
    try {
      const answer = await fetch(tabs.dataset.live, { credentials: "same-origin", headers: { Accept: "application/json", "X-Background": "1" } });
      if (!answer.ok || answer.redirected) { return; }
      const found = await answer.json();
      for (const node of tabs.querySelectorAll("[data-count]")) {
        if (node.dataset.count in found) { text(node, found[node.dataset.count]); }
      }
      const said = document.getElementById("live-said");
      if (said && said.dataset.last !== undefined && said.dataset.last !== found.review) {
        text(said, said.dataset.said.replace("{n}", found.review));
      }
      if (said) { said.dataset.last = found.review; }
    } catch (_) { /* the next time will do */ }
  }

  async function beat() {
    const desk = document.getElementById("desk");
    if (!desk || !desk.dataset.here || document.hidden) { return; }
    const data = new FormData();
    data.set("csrf_token", desk.dataset.token);
    try {
      const answer = await fetch(desk.dataset.here, { method: "POST", body: data, credentials: "same-origin", headers: { Accept: "application/json", "X-Background": "1" } });
      if (!answer.ok || answer.redirected) { return; }
      const told = await answer.json();
      text(document.getElementById("looking"), told.others);
      const changed = document.getElementById("changed");
      if (changed) { changed.hidden = String(told.version) === desk.dataset.version; }
    } catch (_) { /* the next time will do */ }
  }

  // A note and a copy stand in one form; they go along with whichever button of the desk decides.
  function carry(event) {
    const extras = document.getElementById("extras");
    if (!extras || !event.target.matches("[data-decide]") || event.target.contains(extras)) { return; }
    for (const field of extras.querySelectorAll("[name]")) {
      if (field.value && !event.formData.has(field.name)) { event.formData.set(field.name, field.value); }
    }
  }

  function opened(event) {
    if (event.target.id === "extras" && event.target.open) { event.target.querySelector("textarea").focus(); }
  }

  document.addEventListener("formdata", carry);
  document.addEventListener("toggle", opened, true);
  document.addEventListener("visibilitychange", function () { counts(); beat(); });
  document.addEventListener("triage:shown", beat);
  window.setInterval(counts, COUNTS);
  window.setInterval(beat, BEAT);
  beat();
})();
