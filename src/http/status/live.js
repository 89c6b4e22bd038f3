// Shows what /metrics says, as rates over the last moments. Nothing is kept.

const interval = 2000;
const samples = [];
const moments = [];

function note(now, before) {
  const of = (name, wanted) => rate(now, before, name, wanted);
  const outcomes = { ok: 0, none: 0, bad: 0 };
  for (const { labels } of now.families.sessgate_requests_total || []) {
    outcomes[colour(labels.outcome)] += of("sessgate_requests_total", labels);
  }
  const near = of("sessgate_near_cache_lookups_total", { result: "hit" });
  const memo = of("sessgate_memo_lookups_total", { result: "hit" }) + of("sessgate_memo_lookups_total", { result: "joined" });
  const reads = of("sessgate_session_reads_total", { role: "led" });
  const looked = near + memo + of("sessgate_session_reads_total");
  moments.push({
    ...outcomes,
    rate: outcomes.ok + outcomes.none + outcomes.bad,
    p50: quantile(0.5, now, before, "sessgate_request_seconds", {}),
    p99: quantile(0.99, now, before, "sessgate_request_seconds", {}),
    hits: looked > 0 ? 1 - reads / looked : NaN,
    looked,
    storeP99: quantile(0.99, now, before, "sessgate_store_call_seconds", {}),
    storeRate: of("sessgate_store_calls_total"),
  });
  if (moments.length > kept + 1) moments.shift();
}

function showTiles() {
  const last = moments.at(-1);
  by("rate").textContent = shortly(last.rate);
  by("p99").textContent = time(last.p99);
  by("p50").textContent = `median ${time(last.p50)}`;
  by("hits").textContent = percent(last.hits);
  by("hits-of").textContent = `of ${shortly(last.looked)}/s`;
  by("store-p99").textContent = time(last.storeP99);
  by("store-rate").textContent = `${shortly(last.storeRate)} calls/s`;
  for (const [id, name] of [["rate-line", "rate"], ["p99-line", "p99"], ["hits-line", "hits"], ["store-line", "storeP99"]]) {
    drawLine(id, moments.map((entry) => entry[name]));
  }
  drawAreas("answers", ["ok", "none", "bad"].map((kind) => ({ kind, values: moments.map((entry) => entry[kind]) })));
}

function showOutcomes({ families }) {
  const totals = new Map();
  for (const { labels, value } of families.sessgate_requests_total || []) {
    totals.set(labels.outcome, (totals.get(labels.outcome) || 0) + value);
  }
  bars("outcomes", [...totals].filter(([, value]) => value > 0).sort((a, b) => b[1] - a[1])
    .map(([name, value]) => ({ name, value, text: whole.format(value), kind: colour(name) })));
}

function showShards(now, before) {
  const { families } = now;
  bars("shards", (families.sessgate_shard_requests_total || []).map(({ labels }) => {
    const each = rate(now, before, "sessgate_shard_requests_total", labels);
    return { name: `shard ${labels.shard}`, value: each,
             text: `${shortly(each)}/s · ${whole.format(sum(families, "sessgate_shard_connections", labels))}` };
  }));
  facts("connections", [
    ["connections on the data port", whole.format(sum(families, "sessgate_connections", { port: "data" }))],
    ["on the control port", whole.format(sum(families, "sessgate_connections", { port: "control" }))],
    ["turned away", whole.format(sum(families, "sessgate_connections_turned_away_total"))],
  ]);
}

function showStore(now) {
  const of = (name) => sum(now.families, `sessgate_store_${name}`);
  const known = (name, text) => (Number.isNaN(of(name)) ? undefined : text(of(name)));
  const isUp = of("up") === 1;
  const calls = sum(now.families, "sessgate_store_calls_total");
  const failed = calls - sum(now.families, "sessgate_store_calls_total", { result: "ok" });
  facts("store", [
    ["kind", now.families.sessgate_build_info[0].labels.store],
    ["can be used", isUp ? "yes" : "no", isUp ? "" : "bad"],
    ["calls", whole.format(calls)],
    ["calls that failed", whole.format(failed), failed > 0 ? "bad" : ""],
    ["room", known("bytes", (bytes) => `${mebibytes(bytes)} of ${mebibytes(of("bytes_max"))}`)],
    ["connections for reads", known("connections", whole.format)],
    ["of those broken so far", known("connections_lost_total", whole.format)],
    ["connections for writes", known("transactions", (count) => `${count}, ${of("transactions_waiting")} waiting`)],
    ["invalidation links", known("links", (links) => `${links} of ${of("links_wanted")}`),
     of("links") < of("links_wanted") ? "bad" : ""],
    ["changes they told of", known("invalidations_total", whole.format)],
    ["clock ahead of ours by", known("clock_skew_seconds", (skew) => `${(1000 * skew).toFixed(1)} ms`)],
  ]);
}

function showCaches({ families }) {
  const share = (name, wanted) => percent(sum(families, name, wanted) / sum(families, name));
  const renewals = (result) => whole.format(sum(families, "sessgate_renewals_total", { result }));
  const superseded = sum(families, "sessgate_tokens_superseded_total");
  facts("caches", [
    ["near-cache hits", share("sessgate_near_cache_lookups_total", { result: "hit" })],
    ["memo hits", share("sessgate_memo_lookups_total", { result: "hit" })],
    ["reads shared", share("sessgate_session_reads_total", { role: "joined" })],
    ["renewals", renewals("done")],
    ["promotions", renewals("promoted")],
    ["lost to another write", renewals("lost")],
    ["failed", renewals("failed")],
    ["superseded tokens", whole.format(superseded), superseded > 0 ? "bad" : ""],
  ]);
}

function showEndpoints(now, before) {
  const names = new Set((now.families.sessgate_requests_total || []).map(({ labels }) => labels.endpoint));
  by("endpoints").replaceChildren(...[...names].map((endpoint) => {
    const row = element("tr");
    const all = sum(now.families, "sessgate_requests_total", { endpoint });
    const ok = sum(now.families, "sessgate_requests_total", { endpoint, outcome: "ok" });
    const cell = element("td");
    cell.append(element("code", endpoint));
    row.append(cell, ...[
      `${shortly(rate(now, before, "sessgate_requests_total", { endpoint }))}/s`,
      time(quantile(0.5, now, before, "sessgate_request_seconds", { endpoint })),
      time(quantile(0.99, now, before, "sessgate_request_seconds", { endpoint })),
      whole.format(all),
      whole.format(all - ok),
    ].map((text) => element("td", text)));
    return row;
  }));
}

function showHealth(text, kind) {
  by("health").textContent = text;
  by("health").className = `pill ${kind}`;
}

function show(now, before) {
  const { version, store } = now.families.sessgate_build_info[0].labels;
  by("build").textContent = `${version} on ${store}`;
  if (sum(now.families, "sessgate_ready") !== 1) showHealth("stopping", "none");
  else if (sum(now.families, "sessgate_store_up") !== 1) showHealth("store away", "bad");
  else showHealth("serving", "ok");
  note(now, before);
  showTiles();
  showOutcomes(now);
  showShards(now, before);
  showStore(now);
  showCaches(now);
  showEndpoints(now, before);
}

async function sample() {
  try {
    const answer = await fetch("metrics");
    if (!answer.ok) throw new Error(String(answer.status));
    const now = { at: performance.now(), families: parse(await answer.text()) };
    const before = samples.at(-1);
    samples.splice(0, samples.length, now);
    if (before) show(now, before);
    setTimeout(sample, before ? interval : 500);
  } catch {
    showHealth("does not answer", "bad");
    setTimeout(sample, interval);
  }
}

sample();
