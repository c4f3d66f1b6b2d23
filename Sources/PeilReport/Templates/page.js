(() => {
  'use strict';
  const lang = document.documentElement.lang;
  const collator = new Intl.Collator(lang, { numeric: true });
  const all = (within, selector) => [...within.querySelectorAll(selector)];
  const number = text => {
    let clean = text.replace(/[\u2060\s%]/g, '').replace(/\u2212/g, '-');
    clean = lang === 'nl' ? clean.replace(/\./g, '').replace(',', '.') : clean.replace(/,/g, '');
    const found = /^[^\d-]*(-?\d+(?:\.\d+)?)/.exec(clean);
    return found ? parseFloat(found[1]) : NaN;
  };
  const text = (row, column) => {
    const cell = row.cells[column];
    return cell ? (cell.querySelector('[data-row]') || cell).textContent.trim() : '';
  };
  const compare = (a, b, column) => {
    const x = text(a, column), y = text(b, column);
    if (column > 0) {
      const m = number(x), n = number(y);
      if (!isNaN(m) && !isNaN(n)) { return m - n; }
      if (isNaN(m) !== isNaN(n)) { return isNaN(m) ? Infinity : -Infinity; }
    }
    return collator.compare(x, y);
  };
  const sort = (table, column, head) => {
    const down = head.getAttribute('aria-sort') === 'ascending';
    const rows = [...table.tBodies[0].rows], isTotal = row => row.classList.contains('total');
    const sorted = rows.filter(row => !isTotal(row)).sort((a, b) => {
      const order = compare(a, b, column);
      return Math.abs(order) === Infinity ? Math.sign(order) : down ? -order : order;
    });
    table.tBodies[0].append(...sorted, ...rows.filter(isTotal));
    for (const cell of table.tHead.rows[0].cells) { cell.removeAttribute('aria-sort'); }
    head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
  };
  for (const table of all(document, '.tw table,table.heat')) {
    if (!table.tHead || table.tBodies.length !== 1 || table.tBodies[0].rows.length < 3) { continue; }
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      if (!head.textContent.trim()) { return; }
      const button = document.createElement('button');
      button.type = 'button';
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener('click', () => sort(table, column, head));
    });
  }
  const tip = document.createElement('div');
  tip.className = 'tip';
  tip.hidden = true;
  tip.setAttribute('aria-hidden', 'true');
  document.body.append(tip);
  // The narrow drawing has the parts of the wide one, in its order, without their texts.
  const told = part => part.dataset.tip
    || all(part.closest('figure'), 'svg.w g')[all(part.ownerSVGElement, 'g').indexOf(part)].dataset.tip;
  document.addEventListener('pointermove', event => {
    const part = event.target.closest ? event.target.closest('figure svg g') : null;
    tip.hidden = !part;
    if (!part) { return; }
    tip.textContent = told(part);
    tip.style.left = Math.max(4, Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 4)) + 'px';
    tip.style.top = Math.max(4, event.clientY - tip.offsetHeight - 12) + 'px';
  });
  document.addEventListener('keydown', event => { if (event.key === 'Escape') { tip.hidden = true; } });
})();
