(() => {
  const page = document, isDutch = page.documentElement.lang === 'nl', words = new Intl.Collator(page.documentElement.lang, { numeric: true });
  const all = (within, selector) => [...within.querySelectorAll(selector)];
  const said = (row, column) => row.cells[column].textContent.trim();
  const number = text => {
    const clean = text.replace(/[\u2060\s]/g, '').replace('\u2212', '-').replace(isDutch ? /\./g : /,/g, '').replace(',', '.');
    return parseFloat((/-?\d[\d.]*/.exec(clean) || [])[0]);
  };
  const sort = (table, column, head) => {
    const body = table.tBodies[0], way = head.getAttribute('aria-sort') === 'ascending' ? -1 : 1;
    const value = row => column ? number(said(row, column)) : NaN, isTotal = row => row.classList.contains('total');
    body.append(...[...body.rows].sort((a, b) => isTotal(a) - isTotal(b) || isNaN(value(a)) - isNaN(value(b))
      || way * (isNaN(value(a)) ? words.compare(said(a, column), said(b, column)) : value(a) - value(b))));
    for (const cell of head.parentNode.cells) { cell.removeAttribute('aria-sort'); }
    head.setAttribute('aria-sort', way < 0 ? 'descending' : 'ascending');
  };
  // Each part of a drawing is a row of its table, in their order or at the place that it names.
  const told = new Map();
  for (const drawing of all(page, 'svg[role]')) {
    const table = drawing.closest('figure').querySelector('table'), rows = [...table.tBodies[0].rows], parts = all(drawing, ':scope>g:not([class])');
    parts.forEach((part, place) => {
      const row = rows[part.dataset.n || (parts.length === rows.length ? place : -1)];
      if (row) {
        told.set(part, [...row.cells].map((cell, column) =>
          (column ? table.tHead.rows[0].cells[column].textContent + ': ' : '') + cell.textContent).join('\n'));
      }
    });
  }
  for (const table of all(page, '.tw table,table.heat')) {
    if (table.tBodies[0].rows.length < 3) { continue; }
    all(table.tHead, 'th').forEach((head, column) => {
      if (!head.textContent.trim()) { return; }
      const button = page.createElement('button');
      button.type = 'button';
      button.append(...head.childNodes);
      head.append(button);
      button.onclick = () => sort(table, column, head);
    });
  }
  const tip = page.createElement('div');
  tip.className = 'tip';
  tip.hidden = true;
  tip.setAttribute('aria-hidden', 'true');
  page.body.append(tip);
  page.onpointermove = event => {
    const text = event.target.closest && told.get(event.target.closest('svg>g'));
    tip.hidden = !text;
    if (!text) { return; }
    tip.textContent = text;
    tip.style.left = Math.max(4, Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 4)) + 'px';
    tip.style.top = Math.max(4, event.clientY - tip.offsetHeight - 12) + 'px';
  };
  page.onkeydown = event => { if (event.key === 'Escape') { tip.hidden = true; } };
})();
