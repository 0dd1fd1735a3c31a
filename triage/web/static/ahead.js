// The next message is fetched while this one is read. A decision is sent, and once the service has taken it the next
// message is put in place at once. Whatever is not as foreseen becomes an ordinary page load.
(function () {
  "use strict";
  const FRESH = 60000;
  let ahead = null;

  async function look() {
    ahead = null;
    const desk = document.getElementById("desk");
    const url = desk && desk.dataset.ahead;
    if (!url) { return; }
    try {
      const answer = await fetch(url, { credentials: "same-origin", headers: { Accept: "text/html", "X-Ahead": "1" } });
      if (!answer.ok || answer.redirected) { return; }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      ahead = { page: page, at: performance.now() };
    } catch (_) { ahead = null; }
  }

  function show(page, url, banner) {
    document.title = page.title;
    document.body.replaceChildren(...page.body.childNodes);
    const main = document.getElementById("main");
    if (banner) {
      const box = document.createElement("template");
      box.innerHTML = banner;
      main.prepend(box.content);
    }
    history.pushState({ ahead: true }, "", url);
    window.scrollTo(0, 0);
    main.focus({ preventScroll: true });
    document.dispatchEvent(new CustomEvent("triage:shown"));
  }

  function fits(next) {
    const desk = ahead && ahead.page.getElementById("desk");
    return desk && next && desk.dataset.message === String(next.id) && desk.dataset.version === String(next.version);
  }

  async function decide(event) {
    const form = event.target;
    if (event.defaultPrevented || !form.matches("[data-decide]") || !ahead || performance.now() - ahead.at > FRESH) { return; }
    event.preventDefault();
    const data = new FormData(form, event.submitter);
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", body: data, credentials: "same-origin", headers: { Accept: "application/json" } });
    } catch (_) {
      window.location.reload(); // the way to the service is broken: the message shows whether the decision was taken
      return;
    }
    const kind = answer.headers.get("Content-Type") || "";
    if (answer.ok && kind.startsWith("application/json")) {
      const told = await answer.json();
      if (fits(told.next)) { show(ahead.page, told.url, told.banner); } else { window.location.assign(told.url); }
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    show(page, answer.url.endsWith("/decide") ? window.location.href : answer.url, "");
  }

  document.addEventListener("submit", decide);
  document.addEventListener("triage:shown", look);
  window.addEventListener("popstate", function () { window.location.reload(); });
  look();
})();
