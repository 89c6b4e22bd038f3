# The front door. Each target is one script; what it does is written there.
.PHONY: help run demo test proof simulate fuzz soak bench bench-proxy format clean
.DEFAULT_GOAL := help

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

run: ## Build sessgate and start it on ./sessgate-data, or STORE=redis://…, with a demo session and curl lines to try
	@scripts/run

demo: ## Start nginx, sessgate and a small application to sign in to, on http://localhost:8000
	@scripts/run-demo

test: ## Build everything and run every test (under 10 minutes on 2 cores)
	@scripts/test

proof: ## Run the tests under the sanitizers, clang-tidy and the fuzzers, with a summary
	@scripts/proof

simulate: ## Run SEEDS=100000 simulated histories of sidecars, browsers and Redis, with progress
	@scripts/simulate

fuzz: ## Run each fuzz target for SECONDS_EACH=600 and say which lines were reached
	@scripts/fuzz

soak: ## Ask for an hour while Redis is killed, stopped and cut off, and check every answer
	@scripts/soak

bench: ## Measure server CPU for each GET /session beside nginx, in a table
	@scripts/bench

bench-proxy: ## Measure what asking sessgate costs nginx, beside a stub that always says yes
	@scripts/bench-proxy

format: ## Lay out all C++ files with clang-format 14
	@scripts/format

clean: ## Remove what was built (data in ./sessgate-data stays)
	@rm -rf build
