/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/* Zoom, hints, sorting, filtering, further rows. The page says everything without it. */
(function () {
  'use strict';
  var root = document.documentElement;
  root.classList.add('has-script');

  function element(name, className, text) {
    var made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined && text !== null) made.textContent = text;
    return made;
  }

  /* ---- copying --------------------------------------------------------------------------------------- */
  function copied(button) {
    var before = button.textContent;
    button.textContent = 'copied';
    setTimeout(function () { button.textContent = before; }, 1200);
  }
  document.addEventListener('click', function (event) {
    var button = event.target.closest && event.target.closest('button.copy');
    if (!button) return;
    var text = button.getAttribute('data-text');
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(text).then(function () { copied(button); });
      return;
    }
    var area = element('textarea');
    area.value = text;
    document.body.appendChild(area);
    area.select();
    if (document.execCommand('copy')) copied(button);
    area.remove();
    button.focus();
  });

  /* ---- what a message says is text until it is opened ------------------------------------------------------- */
  document.addEventListener('toggle', function (event) {
    var later = event.target.open ? event.target.querySelector(':scope > noscript') : null;
    if (!later) return;
    var holder = element('div');
    holder.innerHTML = later.textContent;
    later.replaceWith(holder.firstChild);
  }, true);

  /* ---- tables: each cell of the data is [shown, sort key, class, link] or a plain value; read when it is needed --- */
  var PAGE = 200;
  function shownOf(cell) { return Array.isArray(cell) ? cell[0] : cell; }
  function keyOf(cell) { return Array.isArray(cell) && cell[1] !== null ? cell[1] : shownOf(cell); }
  function cellOf(cell, className) {
    var td = element('td', className);
    var text = shownOf(cell) === null ? '' : String(shownOf(cell));
    var inner = td;
    if (Array.isArray(cell) && cell[3]) {
      inner = element('a');
      inner.href = '#' + cell[3];
      td.appendChild(inner);
    }
    if (Array.isArray(cell) && cell[2]) {
      inner.appendChild(element('span', cell[2], text));
    } else {
      inner.appendChild(document.createTextNode(text));
    }
    return td;
  }
  function Table(section) {
    this.table = section.querySelector('table');
    this.body = this.table.tBodies[0];
    this.holder = document.getElementById(section.id + '-data');
    this.data = this.text = null;
    this.filter = section.querySelector('input[type=search]');
    this.more = section.querySelector('button.more');
    this.count = section.querySelector('.count');
    this.column = -1;
    this.shown = PAGE;
    this.isDown = false;
    if (!this.holder) return;
    var self = this;
    this.classes = Array.prototype.map.call(this.table.tHead.rows[0].cells, function (cell) { return cell.getAttribute('data-cell') || ''; });
    Array.prototype.forEach.call(this.table.tHead.rows[0].cells, function (cell, index) {
      var button = element('button', '', cell.textContent);
      button.type = 'button';
      cell.textContent = '';
      cell.appendChild(button);
      cell.setAttribute('aria-sort', 'none');
      button.addEventListener('click', function () { self.sort(index); });
    });
    if (this.filter) this.filter.addEventListener('input', function () { self.shown = PAGE; self.draw(); });
    if (this.more) this.more.addEventListener('click', function () { self.shown += PAGE; self.draw(); });
    this.tell(this.body.rows.length, Number(this.holder.getAttribute('data-rows')));
  }
  Table.prototype.read = function () {
    if (!this.data) this.data = JSON.parse(this.holder.textContent);
    return this.data;
  };
  Table.prototype.words = function () {
    if (!this.text) this.text = this.read().map(function (row) {
      return row.cells.map(shownOf).join(' ').toLowerCase();
    });
    return this.text;
  };
  Table.prototype.sort = function (column) {
    var cells = this.table.tHead.rows[0].cells;
    this.isDown = this.column === column && !this.isDown;
    this.column = column;
    for (var i = 0; i < cells.length; i++)
      cells[i].setAttribute('aria-sort', i !== column ? 'none' : this.isDown ? 'descending' : 'ascending');
    this.draw();
  };
  Table.prototype.chosen = function () {
    var wanted = this.filter ? this.filter.value.trim().toLowerCase() : '', data = this.read();
    var text = wanted === '' ? null : this.words();
    var column = this.column, sign = this.isDown ? -1 : 1;
    var order = [];
    for (var i = 0; i < data.length; i++)
      if (wanted === '' || text[i].indexOf(wanted) >= 0) order.push(i);
    if (column >= 0)
      order.sort(function (a, b) {
        var x = keyOf(data[a].cells[column]), y = keyOf(data[b].cells[column]);
        if (x === y || (x === null && y === null)) return a - b;
        if (x === null) return 1;
        if (y === null) return -1;
        if (typeof x === 'number' && typeof y === 'number') return sign * (x - y) || a - b;
        return sign * (String(x) < String(y) ? -1 : 1);
      });
    return order;
  };
  Table.prototype.draw = function () {
    var order = this.chosen(), fragment = document.createDocumentFragment(), end = Math.min(order.length, this.shown);
    for (var i = 0; i < end; i++) {
      var row = this.data[order[i]], tr = element('tr');
      if (row.id) tr.id = row.id;
      for (var c = 0; c < row.cells.length; c++) tr.appendChild(cellOf(row.cells[c], this.classes[c]));
      fragment.appendChild(tr);
    }
    this.body.textContent = '';
    this.body.appendChild(fragment);
    this.tell(end, order.length);
  };
  Table.prototype.tell = function (shown, all) {
    if (this.count) this.count.textContent = shown === all ? all + ' rows' : shown + ' of ' + all + ' rows';
    if (this.more) this.more.hidden = shown >= all;
  };
  /* A link to a row that is not drawn draws it. */
  Table.prototype.reveal = function (id) {
    for (var i = 0; i < this.read().length; i++) {
      if (this.data[i].id !== id) continue;
      if (this.filter) this.filter.value = '';
      this.column = -1;
      this.shown = Math.max(this.shown, i + 1);
      this.draw();
      return true;
    }
    return false;
  };
  var tables = [];
  Array.prototype.forEach.call(document.querySelectorAll('section.rows'), function (section) {
    var table = new Table(section);
    if (table.holder) tables.push(table);
  });
  function goTo(id) {
    if (!id) return;
    for (var i = 0; i < tables.length && !document.getElementById(id); i++) tables[i].reveal(id);
    var target = document.getElementById(id);
    if (!target) return;
    for (var up = target; up; up = up.parentElement) if (up.tagName === 'DETAILS') up.open = true;
    target.scrollIntoView();
  }
  window.addEventListener('hashchange', function () { goTo(decodeURIComponent(location.hash.slice(1))); });
  goTo(decodeURIComponent(location.hash.slice(1)));

  /* ---- lanes: everything with a time has it as data-t or data-t and data-u, in shares of the whole ------------- */
  function number(node, name) { return parseFloat(node.getAttribute(name)); }
  function Lanes(figure) {
    var self = this;
    this.figure = figure;
    this.svg = figure.querySelector('svg');
    this.left = number(this.svg, 'data-left');
    this.width = number(this.svg, 'data-width');
    this.seconds = number(this.svg, 'data-seconds');
    this.from = 0;
    this.to = 1;
    this.timed = this.svg.querySelectorAll('[data-t]');
    figure.querySelector('.in').addEventListener('click', function () { self.zoom(0.5, 0.5); });
    figure.querySelector('.out').addEventListener('click', function () { self.zoom(2, 0.5); });
    figure.querySelector('.all').addEventListener('click', function () { self.show(0, 1); });
    figure.querySelector('.back').addEventListener('click', function () { self.move(-0.3); });
    figure.querySelector('.on').addEventListener('click', function () { self.move(0.3); });
    this.svg.addEventListener('wheel', function (event) {
      if (!event.ctrlKey) return;
      event.preventDefault();
      var box = self.svg.getBoundingClientRect(), scale = box.width / self.svg.viewBox.baseVal.width;
      self.zoom(event.deltaY < 0 ? 0.8 : 1.25, ((event.clientX - box.left) / scale - self.left) / self.width);
    }, { passive: false });
  }
  Lanes.prototype.zoom = function (factor, at) {
    var span = this.to - this.from, middle = this.from + span * Math.max(0, Math.min(1, at));
    var next = Math.max(1e-6, Math.min(1, span * factor));
    var from = middle - next * (middle - this.from) / span;
    this.show(from, from + next);
  };
  Lanes.prototype.move = function (share) {
    var step = (this.to - this.from) * share;
    this.show(this.from + step, this.to + step);
  };
  Lanes.prototype.show = function (from, to) {
    var span = Math.min(1, to - from);
    this.from = Math.max(0, Math.min(1 - span, from));
    this.to = this.from + span;
    for (var i = 0; i < this.timed.length; i++) this.place(this.timed[i]);
    this.ticks();
  };
  Lanes.prototype.x = function (t) {
    return this.left + this.width * (t - this.from) / (this.to - this.from);
  };
  Lanes.prototype.place = function (node) {
    var t = this.x(number(node, 'data-t')), edge = this.left + this.width, isSpan = node.hasAttribute('data-u');
    if (!isSpan) {
      node.setAttribute('visibility', t < this.left - 0.5 || t > edge + 0.5 ? 'hidden' : 'visible');
      node.setAttribute('transform', 'translate(' + t.toFixed(2) + ' 0)');
      return;
    }
    var u = this.x(number(node, 'data-u')), a = Math.max(this.left, t), b = Math.min(edge, u);
    node.setAttribute('visibility', b < a ? 'hidden' : 'visible');
    node.setAttribute('x', a.toFixed(2));
    node.setAttribute('width', Math.max(0.75, b - a).toFixed(2));
  };
  function shownSeconds(seconds, step) {
    if (step >= 3600) return (seconds / 3600).toFixed(step >= 36000 ? 0 : 1) + ' h';
    if (step >= 60) return (seconds / 60).toFixed(step >= 600 ? 0 : 1) + ' min';
    return seconds.toFixed(step >= 10 ? 0 : step >= 0.1 ? 1 : step >= 0.01 ? 2 : 3) + ' s';
  }
  Lanes.prototype.ticks = function () {
    var ticks = this.svg.querySelectorAll('text.tick'), span = (this.to - this.from) * this.seconds;
    for (var i = 0; i < ticks.length; i++)
      ticks[i].textContent = '+' + shownSeconds(this.from * this.seconds + span * i / (ticks.length - 1), span / (ticks.length - 1));
  };
  Array.prototype.forEach.call(document.querySelectorAll('figure.timed'), function (figure) { new Lanes(figure); });

  /* ---- hints ----------------------------------------------------------------------------------------------- */
  var hint = element('div');
  hint.id = 'hint';
  hint.hidden = true;
  hint.setAttribute('role', 'status');
  document.body.appendChild(hint);
  function tell(event) {
    var node = event.target.closest && event.target.closest('[data-hint]');
    hint.hidden = !node;
    if (!node) return;
    hint.textContent = node.getAttribute('data-hint');
    var box = node.getBoundingClientRect(), x = event.clientX || box.left, y = event.clientY || box.bottom;
    hint.style.left = Math.max(4, Math.min(window.innerWidth - hint.offsetWidth - 8, x + 12)) + 'px';
    hint.style.top = Math.max(4, Math.min(window.innerHeight - hint.offsetHeight - 8, y + 14)) + 'px';
  }
  document.addEventListener('mousemove', tell);
  document.addEventListener('focusin', tell);
  document.addEventListener('focusout', function () { hint.hidden = true; });
})();
