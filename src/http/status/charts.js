// Charts of the status page, in a box of `kept` by 100.

const kept = 60; // samples: two minutes
const x = (index, count) => kept - count + index;

function drawLine(id, values) {
  const most = Math.max(...values.filter(Number.isFinite), 0) * 1.15 || 1;
  const points = values.map((value, i) => [x(i, values.length - 1), 100 - 96 * (value || 0) / most]);
  const path = points.map(([px, py]) => `${px},${py.toFixed(2)}`).join("L");
  const svg = by(id);
  svg.setAttribute("viewBox", `0 0 ${kept} 100`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.replaceChildren();
  if (points.length < 2) return;
  svg.append(shape("path", { class: "under", d: `M${points[0][0]},100L${path}L${kept},100Z` }),
             shape("path", { d: `M${path}` }));
}

/** Stacked areas: `layers` is [{kind, values}…], the first one lowest. */
function drawAreas(id, layers) {
  const svg = by(id);
  const count = layers[0].values.length;
  svg.replaceChildren();
  if (count < 2) return;
  const width = svg.clientWidth, height = svg.clientHeight;
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const totals = layers[0].values.map((_, i) => layers.reduce((all, layer) => all + layer.values[i], 0));
  const most = Math.max(...totals, 1) * 1.1;
  const px = (i) => (x(i, count - 1) / kept * width).toFixed(1);
  const py = (value) => (height - height * value / most).toFixed(1);
  for (const share of [0.5, 1]) {
    const value = share * Math.max(...totals);
    svg.append(shape("line", { x1: 0, x2: width, y1: py(value), y2: py(value) }));
    const label = shape("text", { x: 0, y: Number(py(value)) - 4 });
    label.textContent = shortly(value);
    svg.append(label);
  }
  let under = totals.map(() => 0);
  for (const { kind, values } of layers) {
    const over = under.map((value, i) => value + values[i]);
    const top = over.map((value, i) => `${px(i)},${py(value)}`);
    const bottom = under.map((value, i) => `${px(i)},${py(value)}`).reverse();
    svg.append(shape("path", { class: kind, d: `M${[...top, ...bottom].join("L")}Z` }));
    under = over;
  }
}
