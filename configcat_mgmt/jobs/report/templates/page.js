"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const [form, find, differs, stale] = ["filter", "find", "only-differs", "only-stale"].map(byId);
  const groups = [...byId("flags").tBodies].map((body) => ({
    body,
    rows: [...body.rows].slice(1).map((row) => ({
      row,
      text: row.cells[0].textContent.toLowerCase(),
      differs: row.querySelector(".d") !== null,
      stale: row.querySelector(".s") !== null,
    })),
  }));
  const update = () => {
    const words = find.value.toLowerCase().trim();
    let hits = 0;
    for (const { body, rows } of groups) {
      let shown = 0;
      for (const one of rows) {
        const fits = one.text.includes(words) && (!differs.checked || one.differs) && (!stale.checked || one.stale);
        one.row.hidden = !fits;
        shown += fits;
      }
      body.hidden = !shown;
      hits += shown;
    }
    byId("hits").textContent = `${hits} shown`;
  };
  form.hidden = false;
  form.addEventListener("input", update);
  form.addEventListener("submit", (event) => event.preventDefault());
})();
