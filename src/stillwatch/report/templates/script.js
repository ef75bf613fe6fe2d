"use strict";
// Sorting and filtering for tables; without this script every table is readable as it stands.

function key(row, column) {
  const cell = row.cells[column];
  const text = (cell.dataset.key || cell.textContent).trim();
  const plain = text.replace(/[,%<>\u2009\s]/g, "").replace("\u2212", "-");
  const number = plain === "" ? NaN : Number(plain);
  const nudge = text.startsWith("<") ? -0.01 : text.startsWith(">") ? 0.01 : 0;
  return Number.isNaN(number) ? text.toLowerCase() : number + nudge;
}

function compare(a, b) {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b), "en", { numeric: true });
}

function place(table, rows) {
  const [first, rest] = table.tBodies;
  const shown = first.rows.length;
  first.append(...rows.slice(0, shown));
  if (rest) rest.append(...rows.slice(shown));
}

function sortable(table) {
  for (const [column, head] of [...table.tHead.rows[0].cells].entries()) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const numeric = head.classList.contains("n");
      const now = head.getAttribute("aria-sort");
      const next = now ? (now === "ascending" ? "descending" : "ascending") : numeric ? "descending" : "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", next);
      const sign = next === "ascending" ? 1 : -1;
      const keyed = [...table.tBodies].flatMap((body) => [...body.rows]).map((row) => [key(row, column), row]);
      keyed.sort((a, b) => sign * compare(a[0], b[0]));
      place(table, keyed.map((pair) => pair[1]));
    });
  }
}

function filterable(table) {
  const label = document.createElement("label");
  label.className = "filter";
  const input = document.createElement("input");
  input.type = "search";
  const state = document.createElement("span");
  state.setAttribute("role", "status");
  label.append(table.dataset.filter, input, state);
  const region = table.closest(".scroll");
  region.before(label);
  const all = region.parentElement.querySelector("details.all");
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    let found = 0;
    for (const row of [...table.tBodies].flatMap((body) => [...body.rows])) {
      row.hidden = wanted !== "" && !row.textContent.toLowerCase().includes(wanted);
      found += row.hidden ? 0 : 1;
    }
    if (all && wanted) all.open = true;
    state.textContent = wanted ? `${found} found` : "";
  });
}

for (const table of document.querySelectorAll("table.sortable")) {
  sortable(table);
  if (table.dataset.filter) filterable(table);
}

addEventListener("beforeprint", () => {
  for (const each of document.querySelectorAll("details.ran")) each.open = true;
});
