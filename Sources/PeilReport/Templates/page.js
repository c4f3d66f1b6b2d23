(function () {
  'use strict';
  var lang = document.documentElement.lang;
  var collator = new Intl.Collator(lang, { numeric: true });
  function number(text) {
    var clean = text.replace(/[\u2060\s%]/g, '').replace(/\u2212/g, '-');
    clean = lang === 'nl' ? clean.replace(/\./g, '').replace(',', '.') : clean.replace(/,/g, '');
    var found = /^[^\d-]*(-?\d+(?:\.\d+)?)/.exec(clean);
    return found ? parseFloat(found[1]) : NaN;
  }
  function text(row, column) {
    var cell = row.cells[column];
    if (!cell) { return ''; }
    var spoken = cell.querySelector('span[data-row]');
    return (spoken || cell).textContent.trim();
  }
  function compare(a, b, column) {
    var x = text(a, column), y = text(b, column);
    if (column > 0) {
      var m = number(x), n = number(y);
      if (!isNaN(m) && !isNaN(n)) { return m - n; }
      if (isNaN(m) !== isNaN(n)) { return isNaN(m) ? Infinity : -Infinity; }
    }
    return collator.compare(x, y);
  }
  function sort(table, column, th) {
    var down = th.getAttribute('aria-sort') === 'ascending';
    var body = table.tBodies[0];
    var rows = Array.prototype.slice.call(body.rows);
    var total = rows.filter(function (row) { return row.classList.contains('total'); });
    rows = rows.filter(function (row) { return !row.classList.contains('total'); });
    rows.sort(function (a, b) {
      var order = compare(a, b, column);
      return Math.abs(order) === Infinity ? Math.sign(order) : down ? -order : order;
    });
    rows.concat(total).forEach(function (row) { body.appendChild(row); });
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (cell) {
      if (cell.querySelector('button')) { cell.removeAttribute('aria-sort'); }
    });
    th.setAttribute('aria-sort', down ? 'descending' : 'ascending');
  }
  Array.prototype.forEach.call(document.querySelectorAll('.tw table,table.heat'), function (table) {
    if (!table.tHead || table.tBodies.length !== 1 || table.tBodies[0].rows.length < 3) { return; }
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (th, column) {
      if (!th.textContent.trim()) { return; }
      var button = document.createElement('button');
      button.type = 'button';
      while (th.firstChild) { button.appendChild(th.firstChild); }
      th.appendChild(button);
      button.addEventListener('click', function () { sort(table, column, th); });
    });
  });
  var tip = document.createElement('div');
  tip.className = 'tip';
  tip.hidden = true;
  tip.setAttribute('aria-hidden', 'true');
  document.body.appendChild(tip);
  document.addEventListener('pointermove', function (event) {
    var mark = event.target.closest ? event.target.closest('[data-tip]') : null;
    tip.hidden = !mark;
    if (!mark) { return; }
    tip.textContent = mark.getAttribute('data-tip');
    var width = tip.offsetWidth, height = tip.offsetHeight;
    tip.style.left = Math.max(4, Math.min(event.clientX + 14, innerWidth - width - 4)) + 'px';
    tip.style.top = Math.max(4, event.clientY - height - 12) + 'px';
  });
  document.addEventListener('keydown', function (event) { if (event.key === 'Escape') { tip.hidden = true; } });
})();
