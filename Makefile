# One line each; the work is in dev/. `make` alone lists the commands.
.DEFAULT_GOAL := help
.PHONY: help up test check down nuke doctor bench bench-list prove screenshots times verify-pins devcontainer api-types lock hooks
DEV := python3 -m dev
LOCK := CUSTOM_COMPILE_COMMAND="make lock" ../.venv/bin/pip-compile --quiet --generate-hashes --strip-extras \
	--allow-unsafe --no-emit-index-url --no-emit-find-links requirements.in

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 13
up: ## everything: tools, cluster, Tilt; the app on localhost:30080, the dashboard on localhost:10350
	@$(DEV) up
down: ## stop Tilt and delete what it deployed
	@$(DEV) down
nuke: ## delete the cluster as well
	@$(DEV) nuke
doctor: ## what is here, what is missing, and the command that fixes it
	@$(DEV) doctor
check: ## lint, types and the quick tests, without a cluster
	@$(DEV) test check
test: ## everything that proves the project, on the real cluster
	@$(DEV) test
bench: ## the inner loop, measured: what a save does, 20 times each
	@BENCH_SAVES=20 $(DEV) test bench
bench-list: ## the list of a user with 100,000 tasks, measured on a throw-away PostgreSQL
	@PYTHONPATH=api .venv/bin/python -m benchmarks.list_at_scale
prove: ## load, faults and scaling on the production images; a long day of the fast lane
	@PROVE=whole SYNC_STEPS=300 SYNC_PAIRS=200 $(DEV) test prove sync
screenshots: ## pictures of the app and of the dashboard for the README, while `make up` runs
	@.venv/bin/python -m tests.e2e.screenshots
times: ## how long each part of the toolchain took to build
	@$(DEV) times
verify-pins: ## compare our pinned hashes with those that the publishers name (needs a network)
	@$(DEV) verify-pins
devcontainer: ## a shell in the dev container, where no image registry answers; elsewhere your editor opens it
	@$(DEV) devcontainer
api-types: ## after a change to the API's routes or schemas: api/openapi.json and the frontend's types
	@cd api && ../.venv/bin/python -m app.openapi > openapi.json.new && mv openapi.json.new openapi.json
	@npm --silent --prefix ui run api:types
lock: ## after a change to a requirements.in: the locked versions with their hashes
	@cd api && $(LOCK)
	@cd api/devserver && $(subst ../.venv,../../.venv,$(LOCK))
	@cd tests && $(LOCK)
	@cd tests/checkov && $(subst ../.venv,../../.venv,$(LOCK))
hooks: ## git checks the subject of each commit against docs/style.md (optional)
	@git config core.hooksPath .githooks
