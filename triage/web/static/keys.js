// Keys, the help overlay, the undo countdown and the next message fetched ahead. All of it is comfort: every screen
// works without it. A key is declared on its element: data-keys="Enter c" presses it, data-keys-focus="o /" goes there.
(function () {
  "use strict";
  const body = document.body;
  const PAUSE = 300;
  let done = false;

  // A page that has just come into place takes no decision by key for a moment: a second press meant the page before.
  function settle() {
    body.dataset.ready = "no";
    window.setTimeout(function () { body.dataset.ready = "yes"; }, PAUSE);
  }

  function helpDialog() {
    return document.getElementById("help");
  }

  function openHelp(help) {
    help.showModal();
    help.querySelector("form button").focus();
  }

  function typing(target) {
    return target instanceof Element && target.closest("input, textarea, select, [contenteditable], [role=combobox]") !== null;
  }

  function interactive(target) {
    return target instanceof Element && target.closest("a, button, summary, iframe") !== null;
  }

  function find(attribute, key) {
    for (const element of document.querySelectorAll("[" + attribute + "]")) {
      if (element.getAttribute(attribute).split(" ").includes(key) && !element.disabled && element.offsetParent !== null) {
        return element;
      }
    }
    return null;
  }

  function moveRow(step) {
    const rows = Array.from(document.querySelectorAll("[data-row]"));
    if (rows.length === 0) { return false; }
    const here = rows.findIndex((row) => row.closest(".row").contains(document.activeElement));
    const next = here === -1 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(here + step, 0), rows.length - 1);
    rows[next].focus();
    rows[next].closest(".row").scrollIntoView({ block: "nearest" });
    return true;
  }

  function press(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) { return; }
    const help = helpDialog();
    if (typing(event.target) || body.dataset.shortcuts !== "on" || (help && help.open)) { return; }
    if (event.key === "?" && help) { openHelp(help); event.preventDefault(); return; }
    if ((event.key === "j" || event.key === "k") && moveRow(event.key === "j" ? 1 : -1)) { event.preventDefault(); return; }
    if (event.key === "Enter" && interactive(event.target)) { return; }
    const row = document.activeElement && document.activeElement.closest(".row");
    const inRow = row && row.querySelector('[data-row-key="' + CSS.escape(event.key) + '"]');
    const target = inRow || find("data-keys", event.key);
    if (target) {
      event.preventDefault();
      const early = target.matches("[data-decide] button") && body.dataset.ready !== "yes";
      if (!event.repeat && !done && !early) { target.click(); }
      return;
    }
    const place = find("data-keys-focus", event.key);
    if (place) { event.preventDefault(); place.focus(); place.scrollIntoView({ block: "nearest" }); }
  }

  // A decision leaves once: a second press or click while the page is on its way does nothing.
  function once(event) {
    if (done) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    if (event.target.method === "post") {
      done = true;
      window.setTimeout(function () { done = false; }, 4000);
    }
  }

  function countDown() {
    const banner = document.getElementById("banner");
    const clock = banner && banner.querySelector("[data-seconds]");
    if (!clock) { return; }
    const end = performance.now() + Number(clock.dataset.seconds) * 1000;
    const timer = window.setInterval(function () {
      if (!clock.isConnected) { window.clearInterval(timer); return; }
      const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
      clock.textContent = String(left);
      if (left === 0) {
        window.clearInterval(timer);
        const undo = banner.querySelector("form");
        if (undo) { undo.remove(); }
      }
    }, 1000);
  }

  document.addEventListener("keydown", press);
  document.addEventListener("submit", once);
  window.addEventListener("pageshow", function () { done = false; });
  document.addEventListener("click", function (event) {
    const help = helpDialog();
    if (help && body.dataset.shortcuts === "on" && event.target.closest("[data-help]")) { event.preventDefault(); openHelp(help); }
  });
  document.addEventListener("triage:shown", function () { done = false; countDown(); settle(); });
  countDown();
  settle();
})();
