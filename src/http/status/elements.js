// Words and elements of the status page.

const by = (id) => document.getElementById(id);
const none = "–";
const whole = new Intl.NumberFormat("en");

function shortly(number) {
  if (Number.isNaN(number)) return none;
  return number < 10 ? number.toFixed(number && number < 1 ? 2 : 1) : whole.format(Math.round(number));
}

function time(seconds) {
  if (Number.isNaN(seconds)) return none;
  if (seconds < 0.001) return `${Math.round(seconds * 1e6)} µs`;
  return seconds < 1 ? `${(seconds * 1000).toPrecision(3)} ms` : `${seconds.toFixed(2)} s`;
}

const percent = (share) => (Number.isFinite(share) ? `${(100 * share).toFixed(share > 0.999 && share < 1 ? 2 : 1)} %` : none);
const mebibytes = (bytes) => `${whole.format(Math.round(bytes / 2 ** 20))} MiB`;
const colour = (outcome) => outcome === "ok" ? "ok" : outcome === "unavailable" || outcome === "failed" ? "bad" : "none";

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function shape(name, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function facts(id, rows) {
  by(id).replaceChildren(...rows.filter(([, text]) => text !== undefined).flatMap(([name, text, kind]) =>
    [element("dt", name), element("dd", text, kind ? { class: kind } : {})]));
}

function bars(id, rows) {
  const most = Math.max(1, ...rows.map((row) => row.value));
  by(id).replaceChildren(...rows.map(({ name, value, text, kind }) => {
    const fill = element("span", undefined, { class: `fill ${kind || ""}` });
    fill.style.width = `${100 * value / most}%`;
    const track = element("span", undefined, { class: "track" });
    track.append(fill);
    const row = element("li");
    row.append(element("span", name), track, element("span", text, { class: "count" }));
    return row;
  }));
}
