// Tables that sort, filter and fold, and a switch for light and dark. Without it the page says the same, with every row in view.
"use strict";
(() => {
  const FOLDED = 25; // rows in view of a table that has more than FOLDS
  const FOLDS = 30;
  const FILTERS = 10; // rows from which on a table has a filter
  const make = (name, properties = {}) => Object.assign(document.createElement(name), properties);

  const keyOf = (cell) => (cell.dataset.key === undefined ? cell.textContent.trim() : Number(cell.dataset.key));
  function compared(a, b, way) {
    if (a === "" || b === "") return (a === "") - (b === ""); // what is empty stands last, whichever way
    return way * (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "en", { numeric: true }));
  }

  function lively(frame) {
    const table = frame.querySelector("table"), body = table.tBodies[0], original = [...body.rows];
    const told = make("p", { className: "told", role: "status" });
    const tools = make("div", { className: "tools" });
    let open = original.length <= FOLDS, wanted = "";

    function settle() {
      let seen = 0, found = 0;
      for (const row of body.rows) {
        const fits = row.textContent.toLowerCase().includes(wanted);
        found += fits;
        row.classList.toggle("away", !fits || (!open && !wanted && seen >= FOLDED));
        seen += fits && !row.classList.contains("away");
      }
      return found;
    }
    if (frame.dataset.sorts !== undefined) sortable(table, body, original, settle, told);
    if (original.length > FILTERS) {
      const box = make("input", { type: "search", autocomplete: "off" });
      const label = make("label", { textContent: "Filter " });
      label.append(box);
      box.setAttribute("aria-label", "Filter rows of: " + table.caption.textContent);
      box.addEventListener("input", () => {
        wanted = box.value.trim().toLowerCase();
        const found = settle();
        told.textContent = wanted ? found + " of " + original.length + " rows" : "";
      });
      tools.append(label);
    }
    if (!open) {
      const all = "Show all " + original.length + " rows", some = "Show the first " + FOLDED;
      const button = make("button", { type: "button", textContent: all });
      button.setAttribute("aria-expanded", "false");
      button.addEventListener("click", () => {
        open = !open;
        button.textContent = open ? some : all;
        button.setAttribute("aria-expanded", String(open));
        settle();
      });
      tools.append(button);
    }
    if (tools.childElementCount) {
      frame.before(tools);
    }
    frame.before(told);
    settle();
  }

  function sortable(table, body, original, settle, told) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const name = head.textContent.trim() || "row";
      const button = make("button", { type: "button" });
      button.append(...head.childNodes);
      if (!button.textContent.trim()) button.setAttribute("aria-label", "by name");
      head.append(button);
      head.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => {
        const next = { none: "ascending", ascending: "descending", descending: "none" }[head.getAttribute("aria-sort")];
        heads.forEach((other) => other.setAttribute("aria-sort", "none"));
        head.setAttribute("aria-sort", next);
        const way = next === "descending" ? -1 : 1;
        const rows = [...original];
        if (next !== "none") {
          const keys = new Map(rows.map((row) => [row, keyOf(row.cells[column])]));
          rows.sort((a, b) => compared(keys.get(a), keys.get(b), way)); // stable: equal rows stay as they stood
        }
        body.append(...rows);
        settle();
        told.textContent = next === "none" ? "In the order of the report" : "Sorted by " + name + ", " + next;
      });
    });
  }

  function themed() {
    const root = document.documentElement, names = ["auto", "light", "dark"];
    let stored = "auto";
    try { stored = localStorage.getItem("pmosim-theme") || "auto"; } catch { /* a browser may keep nothing for files */ }
    const box = make("label", { className: "theme", textContent: "Colours " });
    const choice = make("select");
    for (const name of names) choice.append(make("option", { value: name, textContent: name }));
    const apply = (name) => (name === "auto" ? root.removeAttribute("data-theme") : root.setAttribute("data-theme", name));
    choice.value = names.includes(stored) ? stored : "auto";
    apply(choice.value);
    choice.addEventListener("change", () => {
      apply(choice.value);
      try { localStorage.setItem("pmosim-theme", choice.value); } catch { /* then it holds for this view */ }
    });
    box.append(choice);
    document.querySelector("header").prepend(box);
  }

  themed();
  document.querySelectorAll("[data-table]").forEach(lively);
})();
