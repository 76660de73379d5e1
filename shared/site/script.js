// Suggestions while typing, copying a number, printing. Every page works without any of it.
(() => {
  "use strict";
  const kinds = { school: "school", place: "plaats", municipality: "gemeente", zone: "politiezone", street: "straat" };
  const choice = { school: i => "school-" + i.institutionNumber, place: i => "gemeente-" + i.nis, municipality: i => "gemeente-" + i.nis, zone: i => "zone-" + i.code };
  const status = document.getElementById("status");
  let fading;

  function say(text) {
    clearTimeout(fading);
    status.textContent = text;
    fading = setTimeout(() => { status.textContent = ""; }, 5000);
  }

  // An editable combobox with list autocomplete, as in the ARIA authoring practices: the arrows walk the list,
  // Enter takes an option over into the field, Escape closes. Sending the form stays with the button or Enter.
  function combobox(input) {
    const box = input.parentElement, form = input.form;
    const list = document.createElement("ul"), count = document.createElement("p"), chosen = document.createElement("input");
    list.id = input.id + "-suggesties";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Suggesties");
    count.className = "quiet";
    count.setAttribute("role", "status");
    chosen.type = "hidden";
    chosen.name = "keuze";
    chosen.disabled = true;
    box.classList.add("combobox");
    box.append(list, count);
    form.append(chosen);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id], ["autocomplete", "off"]]) input.setAttribute(name, value);

    let items = [], active = -1, timer, request;

    function show(open) {
      list.hidden = !open;
      input.setAttribute("aria-expanded", String(open));
      if (!open) mark(-1);
    }
    function mark(index) {
      active = index;
      [...list.children].forEach((li, i) => li.setAttribute("aria-selected", String(i === index)));
      if (index < 0) return input.removeAttribute("aria-activedescendant");
      input.setAttribute("aria-activedescendant", list.children[index].id);
      list.children[index].scrollIntoView({ block: "nearest" });
    }
    function where(item) {
      return [item.postcode, item.municipality].filter(Boolean).join(" ");
    }
    function take(index) {
      const item = items[index];
      input.value = [item.name, item.kind === "zone" ? "" : where(item)].filter(Boolean).join(", ");
      chosen.disabled = !choice[item.kind];
      chosen.value = chosen.disabled ? "" : choice[item.kind](item);
      forget();
    }
    function forget() {
      clearTimeout(timer);
      if (request) request.abort();
      items = [];
      list.replaceChildren();
      count.textContent = "";
      show(false);
    }
    function fill(found) {
      items = found;
      list.replaceChildren(...found.map((item, i) => {
        const li = document.createElement("li"), more = document.createElement("span");
        li.id = list.id + "-" + i;
        li.setAttribute("role", "option");
        li.setAttribute("aria-selected", "false");
        more.textContent = [kinds[item.kind], item.kind === "zone" ? item.code : where(item)].filter(Boolean).join(" · ");
        li.append(item.name, " ", more);
        li.addEventListener("click", () => { take(i); input.focus(); });
        return li;
      }));
      count.textContent = found.length === 1 ? "1 suggestie" : found.length ? found.length + " suggesties" : "Geen suggesties";
      active = -1;
      show(found.length > 0);
    }
    async function ask() {
      const text = input.value.trim();
      if (text.length < 2) return forget();
      request = new AbortController();
      try {
        const answer = await fetch(input.dataset.suggestions + "?q=" + encodeURIComponent(text), { signal: request.signal, headers: { Accept: "application/json" } });
        if (!answer.ok) return forget();
        const { items } = await answer.json();
        if (input.value.trim() === text && document.activeElement === input) fill(items);
      } catch {
        // Suggestions are a help, no more: without them the button still searches.
      }
    }

    list.addEventListener("mousedown", event => event.preventDefault()); // keeps the focus in the field
    input.addEventListener("input", () => {
      chosen.disabled = true;
      clearTimeout(timer);
      if (request) request.abort();
      timer = setTimeout(ask, 150);
    });
    input.addEventListener("blur", () => show(false));
    input.addEventListener("keydown", event => {
      if (event.isComposing) return;
      const open = !list.hidden, last = items.length - 1;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (!items.length) return;
        event.preventDefault();
        if (!open) show(true);
        if (event.altKey) return event.key === "ArrowUp" ? show(false) : undefined;
        mark(event.key === "ArrowDown" ? (active < last ? active + 1 : 0) : (active > 0 ? active - 1 : last));
      } else if (event.key === "Enter" && open && active >= 0) {
        event.preventDefault();
        take(active);
      } else if (event.key === "Escape" && open) {
        event.preventDefault();
        show(false);
      }
    });
    form.addEventListener("submit", forget);
  }

  document.querySelectorAll("input[data-suggestions]").forEach(combobox);
  // In a frame on another site: embed.js there is told how high this page is, when that changes and when it asks.
  if (parent !== window && document.body.matches(".framed")) {
    const tell = () => parent.postMessage({ aanspreekpunt: document.body.offsetHeight }, "*");
    new ResizeObserver(tell).observe(document.body);
    addEventListener("message", event => { if (event.source === parent) tell(); });
  }
  document.querySelectorAll("button[data-print]").forEach(button => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
  // A form with work in it: leaving it unsent asks first, and the end of the session is told two minutes before.
  // Nothing of it is kept in the browser.
  document.querySelectorAll("form[data-guard]").forEach(form => {
    let changed = form.dataset.guard !== "";
    form.addEventListener("input", () => { changed = true; });
    form.addEventListener("submit", () => { changed = false; });
    addEventListener("beforeunload", event => { if (changed) event.preventDefault(); });
    const ending = form.querySelector("[data-session]");
    if (ending) setTimeout(() => { ending.hidden = false; }, Math.max(0, Math.min(ending.dataset.session - 120, 2e6)) * 1000);
  });
  if (navigator.clipboard) document.querySelectorAll("button[data-copy]").forEach(button => {
    button.hidden = false;
    button.addEventListener("click", () => navigator.clipboard.writeText(button.dataset.copy).then(
      () => say(button.dataset.copied),
      () => say("Kopiëren lukte niet. Selecteer het nummer of het adres zelf.")));
  });
})();
