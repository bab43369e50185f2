"use strict";
(() => {
  const NS = "http://www.w3.org/2000/svg";
  const all = JSON.parse(document.getElementById("data").textContent);
  const tip = document.getElementById("tip");
  const INK = "#17242f", RULE = "#d5dbe0";
  const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  const HOUR = 3600e3, DAY = 24 * HOUR;

  const make = (name, attributes, parent, words) => {
    const element = document.createElementNS(NS, name);
    for (const key in attributes) element.setAttribute(key, attributes[key]);
    if (words !== undefined) element.textContent = words;
    if (parent) parent.append(element);
    return element;
  };
  const html = (name, className, words) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    if (words !== undefined) element.textContent = words;
    return element;
  };
  const button = (words, act) => {
    const element = html("button", "", words);
    element.type = "button";
    element.addEventListener("click", act);
    return element;
  };
  const written = (value) => {
    if (value === null || !isFinite(value)) return "–";
    const size = Math.abs(value);
    const decimals = size >= 100 ? 0 : size >= 10 ? 1 : 2;
    return value.toLocaleString("en-GB", { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
      .replace("-", "−");
  };
  const place = (svg, event) => {
    const point = new DOMPoint(event.clientX, event.clientY);
    return point.matrixTransform(svg.getScreenCTM().inverse());
  };
  const showTip = (event, title, rows) => {
    tip.replaceChildren(html("b", "", title));
    for (const [color, name, value] of rows) {
      const row = html("div");
      const swatch = html("i", "swatch");
      swatch.style.setProperty("--c", color);
      row.append(swatch, document.createTextNode(name), html("span", "", value));
      tip.append(row);
    }
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    const left = event.clientX + 16 + box.width > innerWidth ? event.clientX - box.width - 14 : event.clientX + 16;
    tip.style.left = Math.max(4, left) + "px";
    tip.style.top = Math.max(4, Math.min(event.clientY + 14, innerHeight - box.height - 4)) + "px";
  };
  const cursorOf = (svg, top, bottom) => {
    const cursor = make("line", { y1: top, y2: bottom, stroke: INK, "stroke-width": 0.8, visibility: "hidden" }, svg);
    svg.addEventListener("pointerleave", () => { cursor.setAttribute("visibility", "hidden"); tip.hidden = true; });
    return (x) => {
      cursor.setAttribute("x1", x); cursor.setAttribute("x2", x); cursor.setAttribute("visibility", "visible");
    };
  };

  // Charts whose points were drawn once: show the values where the reader points.
  const hover = (figure, data) => {
    const svg = figure.querySelector("svg");
    const move = cursorOf(svg, data.top, data.bottom);
    svg.addEventListener("pointermove", (event) => {
      const { x } = place(svg, event);
      let nearest = 0;
      data.x.forEach((at, i) => { if (Math.abs(at - x) < Math.abs(data.x[nearest] - x)) nearest = i; });
      move(data.x[nearest]);
      showTip(event, data.names[nearest], data.series.map((s) => [s.color, s.name, `${written(s.v[nearest])} ${s.unit}`]));
    });
  };

  // The year: every hour is on the page, packed; draw what the window asks for.
  const unpack = (series) => {
    const bytes = Uint8Array.from(atob(series.data), (letter) => letter.charCodeAt(0));
    const whole = new DataView(bytes.buffer);
    return Float32Array.from({ length: bytes.length / 2 }, (_, i) => whole.getInt16(2 * i, true) * series.scale);
  };
  const niceStep = (span, count) => {
    const rough = span / count, power = 10 ** Math.floor(Math.log10(rough));
    return [1, 2, 2.5, 5, 10].map((f) => f * power).find((step) => step >= rough * 0.99);
  };
  const timeTicks = (from, to, start, step) => {
    const at = (row) => new Date(start + row * step);
    const hours = ((to - from) * step) / HOUR, found = [];
    const every = hours > 24 * 70 ? 0 : hours > 24 * 20 ? 7 * DAY : hours > 60 ? DAY : hours > 20 ? 6 * HOUR : 2 * HOUR;
    for (let row = from; row < to; row++) {
      const t = at(row);
      const isMonth = t.getUTCDate() === 1 && t.getUTCHours() === 0;
      if (every === 0 ? isMonth : (t - Date.UTC(t.getUTCFullYear(), 0, 1)) % every === 0) {
        const day = `${t.getUTCDate()} ${MONTHS[t.getUTCMonth()]}`;
        const clock = `${String(t.getUTCHours()).padStart(2, "0")}:00`;
        found.push([row, every === 0 ? MONTHS[t.getUTCMonth()] : every < DAY && t.getUTCHours() ? clock : day]);
      }
    }
    return found;
  };

  const zoom = (figure, data) => {
    const svg = figure.querySelector("svg"), live = svg.querySelector(".live"), initial = live.innerHTML;
    const start = Date.parse(data.start + "Z"), step = data.step * 1000, size = data.windows[0].to;
    const panels = data.panels.map((p) => ({ ...p, series: p.series.map((s) => ({ ...s, v: unpack(s) })) }));
    const buttons = html("div", "buttons");
    let from = 0, to = size;
    const x = (row) => data.left + ((row - from) / (to - from)) * (data.right - data.left);

    const drawPanel = (panel) => {
      let low = 0, high = 0;
      for (const s of panel.series) for (let i = from; i < to; i++) { low = Math.min(low, s.v[i]); high = Math.max(high, s.v[i]); }
      const jump = niceStep(high - low || 1, Math.max(3, Math.floor((panel.bottom - panel.top) / 45)));
      low = Math.floor(low / jump + 1e-9) * jump; high = Math.ceil(high / jump - 1e-9) * jump;
      const y = (v) => panel.bottom - ((v - low) / (high - low || 1)) * (panel.bottom - panel.top);
      for (let v = low; v <= high + jump / 1e3; v += jump) {
        const at = y(v);
        make("line", { x1: data.left, x2: data.right, y1: at, y2: at, stroke: Math.abs(v) < jump / 1e3 ? INK : RULE, "stroke-width": 0.8 }, live);
        const label = v.toLocaleString("en-GB", { maximumFractionDigits: 2 }).replace("-", "−");
        make("text", { x: data.left - 7, y: at + 4, class: "tick end" }, live, label);
      }
      make("text", { x: data.left - 7, y: panel.top - 12, class: "unit end" }, live, panel.unit);
      const bucket = Math.max(1, Math.floor((to - from) / 850));
      for (const s of panel.series) drawSeries(s, y, bucket);
    };
    const drawSeries = (s, y, bucket) => {
      const above = [], below = [], line = [];
      for (let i = from; i < to; i += bucket) {
        const end = Math.min(i + bucket, to);
        let low = Infinity, high = -Infinity, sum = 0;
        for (let k = i; k < end; k++) { low = Math.min(low, s.v[k]); high = Math.max(high, s.v[k]); sum += s.v[k]; }
        const at = x((i + end) / 2).toFixed(1);
        line.push(`${at},${y(sum / (end - i)).toFixed(1)}`);
        if (bucket > 1) { above.push(`${at},${y(high).toFixed(1)}`); below.unshift(`${at},${y(low).toFixed(1)}`); }
      }
      if (bucket > 1) make("path", { d: "M" + above.concat(below).join("L") + "Z", fill: s.color, "fill-opacity": 0.22 }, live);
      make("path", { d: "M" + line.join("L"), fill: "none", stroke: s.color, "stroke-width": 1.6, "stroke-linejoin": "round" }, live);
    };
    const drawTime = (bottom) => {
      make("line", { x1: data.left, x2: data.right, y1: bottom, y2: bottom, stroke: INK, "stroke-width": 0.8 }, live);
      const ticks = timeTicks(from, to, start, step), between = (to - from) * step > 70 * DAY;
      ticks.forEach(([row, name], i) => {
        const at = between ? (x(row) + (i + 1 < ticks.length ? x(ticks[i + 1][0]) : data.right)) / 2 : x(row);
        make("line", { x1: x(row), x2: x(row), y1: bottom, y2: bottom + 4, stroke: INK, "stroke-width": 0.8 }, live);
        make("text", { x: at, y: bottom + 17, class: "tick middle" }, live, name);
      });
    };
    const draw = (a, b) => {
      from = Math.max(0, Math.round(a)); to = Math.min(size, Math.max(Math.round(b), from + 6));
      if (from === 0 && to === size) live.innerHTML = initial;
      else {
        live.replaceChildren();
        panels.forEach(drawPanel);
        drawTime(panels[panels.length - 1].bottom);
      }
      [...buttons.children].forEach((one, i) => {
        const w = data.windows[i];
        one.setAttribute("aria-pressed", String(w.from === from && w.to === to));
      });
    };
    for (const w of data.windows) buttons.append(button(w.name, () => draw(w.from, w.to)));
    if (data.windows.length > 1) figure.querySelector(".drawing").before(buttons);
    draw(0, size);

    const last = panels[panels.length - 1], brush = make("rect", { y: panels[0].top, height: last.bottom - panels[0].top, fill: INK, "fill-opacity": 0.08, visibility: "hidden" }, svg);
    const move = cursorOf(svg, panels[0].top, last.bottom);
    const rowAt = (event) => {
      const share = (place(svg, event).x - data.left) / (data.right - data.left);
      return Math.min(to - 1, Math.max(from, Math.floor(from + share * (to - from))));
    };
    let grabbed = null;
    svg.style.cursor = "crosshair";
    svg.addEventListener("pointerdown", (event) => { grabbed = rowAt(event); svg.setPointerCapture(event.pointerId); event.preventDefault(); });
    svg.addEventListener("pointermove", (event) => {
      const row = rowAt(event), t = new Date(start + row * step);
      move(x(row + 0.5));
      const title = `${t.getUTCDate()} ${MONTHS[t.getUTCMonth()]} ${String(t.getUTCHours()).padStart(2, "0")}:00`;
      showTip(event, title, panels.flatMap((p) => p.series.map((s) => [s.color, s.name, `${written(s.v[row])} ${p.unit}`])));
      if (grabbed === null) return;
      const a = Math.min(grabbed, row), b = Math.max(grabbed, row) + 1;
      brush.setAttribute("x", x(a)); brush.setAttribute("width", x(b) - x(a)); brush.setAttribute("visibility", "visible");
    });
    svg.addEventListener("pointerup", (event) => {
      const row = rowAt(event);
      brush.setAttribute("visibility", "hidden");
      if (grabbed !== null && Math.abs(row - grabbed) > 2) draw(Math.min(grabbed, row), Math.max(grabbed, row) + 1);
      grabbed = null;
    });
    svg.addEventListener("dblclick", () => draw(0, size));
  };

  // The map: colours by quantity, circuits on and off, the pipe under the pointer, zoom and pan.
  const map = (figure, data) => {
    const svg = figure.querySelector("svg"), groups = [...svg.querySelectorAll("[data-circuit]")];
    const pipes = groups.flatMap((group) => [...group.querySelectorAll("path")]);
    const owner = data.counts.flatMap((count, circuit) => Array(count).fill(circuit));
    const lines = pipes.map((pipe) => pipe.getAttribute("d").slice(1).split("L").map((pair) => pair.split(",").map(Number)));
    const controls = figure.querySelector(".map-controls"), legend = figure.querySelector(".map-legend");
    const detail = figure.querySelector(".map-detail"), shown = data.circuits.map(() => true);
    const circuitLegend = legend.innerHTML;
    let quantity = null;

    const paint = () => {
      pipes.forEach((pipe, i) => {
        if (quantity) pipe.setAttribute("stroke", quantity.colors[quantity.classes[i]]);
        else pipe.removeAttribute("stroke");
      });
      groups.forEach((group, i) => group.setAttribute("visibility", shown[i] ? "visible" : "hidden"));
      if (!quantity) { legend.innerHTML = circuitLegend; return; }
      const list = html("ul", "legend");
      const used = new Set([...quantity.classes].filter((_, i) => shown[owner[i]]));
      quantity.names.forEach((name, i) => {
        if (!used.has(String(i))) return;
        const item = html("li"), swatch = html("i", "swatch");
        swatch.style.setProperty("--c", quantity.colors[i]);
        item.append(swatch, document.createTextNode(name));
        list.append(item);
      });
      legend.replaceChildren(html("h4", "", `${quantity.name}, ${quantity.unit}`), list);
    };
    const row = (title, entries, isPressed, act) => {
      const buttons = html("div", "buttons");
      entries.forEach((name, i) => {
        const one = button(name, () => {
          act(i);
          [...buttons.children].forEach((b, k) => b.setAttribute("aria-pressed", String(isPressed(k))));
          paint();
        });
        one.setAttribute("aria-pressed", String(isPressed(i)));
        buttons.append(one);
      });
      controls.append(html("h4", "", title), buttons);
    };
    const choices = [null, ...data.quantities];
    row("Colour by", choices.map((q) => (q ? q.name : "Circuit")), (i) => choices[i] === quantity, (i) => { quantity = choices[i]; });
    if (data.circuits.length > 1) row("Circuits", data.circuits.map((c) => c.name), (i) => shown[i], (i) => { shown[i] = !shown[i]; });
    controls.hidden = false;
    detail.hidden = false;

    const full = svg.getAttribute("viewBox").split(" ").map(Number);
    let view = [...full];
    const labels = [...svg.querySelectorAll(".place")], widths = pipes.map((pipe) => +pipe.getAttribute("stroke-width"));
    const fixed = [...svg.querySelectorAll(".fixed")];
    const look = (next) => {
      const scale = Math.min(1, Math.max(0.04, next[2] / full[2]));
      view = [Math.min(Math.max(next[0], full[0]), full[0] + full[2] * (1 - scale)), Math.min(Math.max(next[1], full[1]), full[1] + full[3] * (1 - scale)), full[2] * scale, full[3] * scale];
      svg.setAttribute("viewBox", view.join(" "));
      labels.forEach((t) => { t.style.fontSize = `${13.5 * scale}px`; t.style.strokeWidth = `${3 * scale}px`; });
      svg.style.setProperty("--s", scale ** 0.6);
      fixed.forEach((part) => part.setAttribute("visibility", scale < 0.999 ? "hidden" : "visible"));
      pipes.forEach((pipe, i) => pipe.setAttribute("stroke-width", widths[i] * scale ** 0.6));
    };
    const about = (x, y, factor) => look([x - (x - view[0]) * factor, y - (y - view[1]) * factor, view[2] * factor, view[3] * factor]);
    const centre = (factor) => about(view[0] + view[2] / 2, view[1] + view[3] / 2, factor);
    const tools = html("div", "map-zoom");
    tools.append(button("+", () => centre(0.6)), button("−", () => centre(1 / 0.6)), button("⌂", () => look(full)));
    figure.querySelector(".drawing").append(tools);
    svg.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const p = place(svg, event);
      about(p.x, p.y, event.deltaY > 0 ? 1.2 : 1 / 1.2);
    }, { passive: false });

    const reach = (line, p) => {
      let best = Infinity;
      for (let i = 1; i < line.length; i++) {
        const [ax, ay] = line[i - 1], dx = line[i][0] - ax, dy = line[i][1] - ay;
        const t = Math.max(0, Math.min(1, ((p.x - ax) * dx + (p.y - ay) * dy) / (dx * dx + dy * dy || 1)));
        best = Math.min(best, Math.hypot(p.x - ax - t * dx, p.y - ay - t * dy));
      }
      return best;
    };
    let chosen = -1, dragged = null;
    const name = (i) => `${data.ids[i]} · ${data.circuits[owner[i]].name}`;
    const tell = (i) => {
      const table = html("table");
      const facts = [["Type", data.types[i] || "own"], ...data.columns.map((c) => [c.name, `${c.v[i].toLocaleString("en-GB", { minimumFractionDigits: c.decimals, maximumFractionDigits: c.decimals }).replace("-", "−")} ${c.unit}`])];
      for (const [key, value] of facts) {
        const line = table.insertRow();
        line.insertCell().textContent = key;
        const cell = line.insertCell();
        cell.className = "r"; cell.textContent = value;
      }
      detail.replaceChildren(html("h4", "", name(i)), table);
    };
    const invite = () => detail.replaceChildren(html("h4", "", "Point at a pipe to see its figures"));
    invite();
    svg.addEventListener("pointermove", (event) => {
      const p = place(svg, event);
      if (dragged) { look([view[0] + dragged.x - p.x, view[1] + dragged.y - p.y, view[2], view[3]]); return; }
      let best = (9 * view[2]) / full[2], found = -1;
      lines.forEach((line, i) => {
        if (!shown[owner[i]]) return;
        const d = reach(line, p);
        if (d < best) { best = d; found = i; }
      });
      if (found === chosen) { if (found >= 0) showTip(event, name(found), []); return; }
      if (chosen >= 0) pipes[chosen].classList.remove("chosen");
      chosen = found;
      if (found < 0) { tip.hidden = true; return; }
      pipes[found].classList.add("chosen");
      tell(found);
      showTip(event, name(found), []);
    });
    svg.addEventListener("pointerdown", (event) => { if (view[2] < full[2]) { dragged = place(svg, event); svg.setPointerCapture(event.pointerId); } });
    svg.addEventListener("pointerup", () => { dragged = null; });
    svg.addEventListener("pointerleave", () => { tip.hidden = true; });
  };

  const kinds = { hover, zoom, map };
  for (const figure of document.querySelectorAll("[data-figure]")) {
    const data = all[figure.id];
    if (data && kinds[data.kind]) kinds[data.kind](figure, data);
  }

  const links = new Map([...document.querySelectorAll("nav a")].map((a) => [a.hash.slice(1), a]));
  const sections = [...document.querySelectorAll("section")];
  const mark = () => {
    const here = sections.filter((s) => s.getBoundingClientRect().top < 140).pop() || sections[0];
    links.forEach((link, id) => link.classList.toggle("here", id === here.id));
  };
  addEventListener("scroll", mark, { passive: true });
  mark();
})();
