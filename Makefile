# The front door. Each target is one script; what it does is written there.
.PHONY: help run demo test proof mutate packages simulate fuzz soak lucia-race bench bench-counts bench-scale bench-scrape bench-memory redis-memory format clean
.DEFAULT_GOAL := help

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

run: ## Build sessgate and start it on ./sessgate-data, or STORE=redis://…, with a demo session and curl lines to try
	@scripts/run

demo: ## Start nginx, sessgate and a small application to sign in to, on http://localhost:8000
	@scripts/run-demo

test: ## Build everything and run every test (under 10 minutes on 2 cores)
	@scripts/test

proof: ## Search the model at full size; tests under sanitizers, clang-tidy, fuzzers, long drills, packages, counts
	@scripts/proof

mutate: ## Put one deliberate defect after the other into a copy of the code, and have the tests catch each
	@scripts/mutate

packages: ## Build the Debian package and the image, and install and run them in chroots (as root)
	@scripts/packages

simulate: ## Run SEEDS=100000 simulated histories of sidecars, browsers and Redis, or GARBLED=1000000 requests on garbled replies
	@scripts/simulate

fuzz: ## Run each fuzz target for SECONDS_EACH=600 and say which lines were reached
	@scripts/fuzz

soak: ## Check every answer for an hour while sessgate and its stores are killed and disturbed, and watch what it takes
	@scripts/soak

lucia-race: ## Let Lucia, or its recipe, and sessgate renew and revoke the same 10,000 sessions, and count what came back
	@scripts/lucia-race

bench: ## Measure CPU, throughput and latency of a session check beside other servers (20 minutes), with a verdict for each goal
	@scripts/bench

bench-counts: ## Count the instructions and system calls of a request, which repeat on any machine
	@scripts/bench-counts

bench-scale: ## Measure how cost grows with sessions, connections, shards, sidecars and Redis servers
	@scripts/bench-scale

bench-scrape: ## Measure what scrapes of /metrics cost under load
	@scripts/bench-scrape

bench-memory: ## Measure what the program needs of memory, for each session that it keeps and each idle connection
	@scripts/bench-memory

redis-memory: ## Load a million sessions into Redis, and print what each takes there and in the near-cache
	@scripts/redis-memory

format: ## Lay out all C++ files with clang-format 14
	@scripts/format

clean: ## Remove what was built (data in ./sessgate-data stays)
	@rm -rf build
