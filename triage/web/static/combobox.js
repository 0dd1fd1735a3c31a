// Type-to-search over a plain select, after the WAI-ARIA pattern "combobox with list autocomplete". The select stays
// the field that is sent; without this script it is simply used as it is. Folding is the same as in web/fold.py.
(function () {
  "use strict";
  const MOST = 12;

  function fold(text) {
    return text.toLowerCase().replace(/ß/g, "ss").replace(/ς/g, "σ").normalize("NFKD").replace(/\p{M}/gu, "").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  }

  // Every typed word must begin a word of the choice. First comes the code as typed, then the name as typed, then
  // names that begin so, then the rest; among equals the shorter name, so that Guinea stands before Guinea-Bissau.
  function score(choice, words) {
    const have = choice.find.split(" ");
    const typed = words.join(" ");
    if (!words.every((word) => have.some((each) => each.startsWith(word)))) { return -1; }
    if (have[0] === typed) { return 3; }
    const name = fold(choice.text.replace(/ \([A-Z]{2}\)$/, ""));
    if (name === typed) { return 2; }
    return name.startsWith(typed) ? 1 : 0;
  }

  function enhance(combo) {
    const select = combo.querySelector("select");
    const input = document.createElement("input");
    const list = document.createElement("ul");
    const status = document.createElement("p");
    let choices = null;
    let shown = [];
    let active = -1;

    input.type = "text";
    input.autocomplete = "off";
    input.spellcheck = false;
    input.id = select.id + "-search";
    input.placeholder = combo.dataset.hint;
    const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": select.id + "-list" };
    for (const [name, value] of Object.entries(attributes)) { input.setAttribute(name, value); }
    input.setAttribute("data-keys-focus", select.getAttribute("data-keys-focus"));
    select.removeAttribute("data-keys-focus");
    list.id = select.id + "-list";
    list.className = "combo-list";
    list.setAttribute("role", "listbox");
    list.hidden = true;
    status.className = "unseen";
    status.setAttribute("role", "status");
    const label = document.querySelector('label[for="' + select.id + '"]');
    label.htmlFor = input.id;
    list.setAttribute("aria-label", label.textContent);
    select.hidden = true;
    select.required = false;
    combo.append(input, list, status);

    async function load() {
      if (choices === null) {
        choices = Array.from(select.options).filter((each) => each.value).map((each) => ({ value: each.value, text: each.text, find: fold(each.text) }));
        try {
          const answer = await fetch(combo.dataset.source, { credentials: "same-origin" });
          if (answer.ok) { choices = await answer.json(); if (input.value) { search(); } }
        } catch (_) { /* the names in the language of the page still do */ }
      }
    }

    function close() {
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function mark(position) {
      active = position;
      Array.from(list.children).forEach(function (item, at) {
        item.setAttribute("aria-selected", String(at === active));
        if (at === active) { item.scrollIntoView({ block: "nearest" }); input.setAttribute("aria-activedescendant", item.id); }
      });
    }

    function choose(position) {
      const choice = shown[position];
      if (!choice) { return; }
      select.value = choice.value;
      input.value = choice.text;
      input.removeAttribute("aria-invalid");
      close();
    }

    function search() {
      const words = fold(input.value).split(" ").filter(Boolean);
      select.value = "";
      list.replaceChildren();
      if (words.length === 0 || choices === null) { status.textContent = ""; close(); return; }
      shown = choices
        .map((choice) => ({ choice: choice, score: score(choice, words) }))
        .filter((each) => each.score >= 0)
        .sort((a, b) => b.score - a.score || a.choice.text.length - b.choice.text.length)
        .slice(0, MOST)
        .map((each) => each.choice);
      shown.forEach(function (choice, at) {
        const item = document.createElement("li");
        item.id = list.id + "-" + at;
        item.setAttribute("role", "option");
        item.textContent = choice.text;
        item.addEventListener("mousedown", function (event) { event.preventDefault(); choose(at); });
        list.append(item);
      });
      status.textContent = shown.length ? combo.dataset.found.replace("{n}", String(shown.length)) : combo.dataset.none;
      list.hidden = shown.length === 0;
      input.setAttribute("aria-expanded", String(shown.length > 0));
      if (shown.length) { mark(0); } else { close(); }
    }

    input.addEventListener("focus", load);
    input.addEventListener("input", function () { load(); search(); });
    input.addEventListener("blur", close);
    input.addEventListener("keydown", function (event) {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) { search(); return; }
        const step = event.key === "ArrowDown" ? 1 : -1;
        mark((active + step + shown.length) % shown.length);
      } else if (event.key === "Enter" && !list.hidden && active >= 0) {
        event.preventDefault();
        choose(active);
      } else if (event.key === "Escape") {
        event.preventDefault();
        if (list.hidden) { input.value = ""; select.value = ""; input.blur(); } else { close(); }
      }
    });
    select.form.addEventListener("submit", function (event) {
      if (!select.value) {
        event.preventDefault();
        event.stopPropagation();
        input.setAttribute("aria-invalid", "true");
        status.textContent = combo.dataset.none;
        input.focus();
      }
    });
  }

  function enhanceAll() {
    document.querySelectorAll("[data-combo]:not([data-ready])").forEach(function (combo) { combo.dataset.ready = "yes"; enhance(combo); });
  }

  document.addEventListener("triage:shown", enhanceAll);
  enhanceAll();
})();
