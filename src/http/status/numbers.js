// The numbers of /metrics, and what happened between two samples of them. First of the parts of /status.js.
"use strict";

/** `/metrics` as {name: [{labels, value}…]}. */
function parse(text) {
  const families = {};
  for (const line of text.split("\n")) {
    const found = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (!found) continue;
    const labels = {};
    for (const [, name, value] of (found[2] || "").matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) labels[name] = value;
    const value = found[3] === "+Inf" ? Infinity : Number(found[3]);
    (families[found[1]] ||= []).push({ labels, value });
  }
  return families;
}

const fits = (labels, wanted) => Object.entries(wanted).every(([name, value]) => labels[name] === value);

/** The sum of a metric over what carries `wanted`; NaN when the program does not have it. */
function sum(families, name, wanted = {}) {
  const family = families[name];
  return family ? family.filter((s) => fits(s.labels, wanted)).reduce((all, s) => all + s.value, 0) : NaN;
}

/** How much it grew between two samples, each second. A program that was started again counts from nothing. */
function rate(now, before, name, wanted) {
  const grown = sum(now.families, name, wanted) - (sum(before.families, name, wanted) || 0);
  return Math.max(0, grown) / (now.at - before.at) * 1000;
}

/** The time that a share of what was measured between two samples took at most, as Prometheus reckons it. */
function quantile(share, now, before, name, wanted) {
  const grown = new Map();
  for (const [sample, sign] of [[now, 1], [before, -1]]) {
    for (const { labels, value } of sample.families[name + "_bucket"] || []) {
      if (!fits(labels, wanted)) continue;
      const bound = labels.le === "+Inf" ? Infinity : Number(labels.le);
      grown.set(bound, (grown.get(bound) || 0) + sign * value);
    }
  }
  const bounds = [...grown.keys()].sort((a, b) => a - b);
  const all = grown.get(Infinity);
  if (!(all > 0)) return NaN;
  let lower = 0, below = 0;
  for (const bound of bounds) {
    const count = grown.get(bound);
    if (count >= share * all) {
      return bound === Infinity ? lower : lower + (bound - lower) * (share * all - below) / (count - below);
    }
    [lower, below] = [bound, count];
  }
  return NaN;
}
