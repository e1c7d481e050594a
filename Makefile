# The two commands of a fresh machine: `make record` and `make test`. Each installs the system packages it lacks, builds,
# and does its job.

PREFIX ?= /usr/local
DESTDIR ?=
DURATION ?= 10s
OUTPUT ?=

SWIFT ?= swift
BIN = .build/release
# The Swift runtime goes into the command: it runs where no Swift is installed, and starts in half the time.
RELEASE = $(SWIFT) build -c release --static-swift-stdlib

# What building and recording need, and beyond that what the tests and the benchmark need.
BUILD_PACKAGES = libc6-dev libx11-dev libxext-dev libxdamage-dev libxfixes-dev libxrandr-dev libyuv-dev libvpx-dev
DEMO_PACKAGES = xvfb xfonts-base openbox
TEST_PACKAGES = $(DEMO_PACKAGES) ffmpeg mkvtoolnix libwebm-tools chromium x11-utils x11-xserver-utils xdotool procps
BENCH_PACKAGES = $(DEMO_PACKAGES) ffmpeg chromium gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good

.PHONY: all setup setup-test setup-bench setup-demo build test lint format bench bench-presets record install uninstall clean

all: build

setup:
	@.ci/packages $(BUILD_PACKAGES)

setup-demo:
	@.ci/packages $(BUILD_PACKAGES) $$([ -n "$$DISPLAY" ] || echo $(DEMO_PACKAGES))

setup-test:
	@.ci/packages $(BUILD_PACKAGES) $(TEST_PACKAGES)

setup-bench:
	@.ci/packages $(BUILD_PACKAGES) $(BENCH_PACKAGES)

build: setup
	$(RELEASE) --product oriel

# The tests run the real command and the real scenes, so those are built for release first.
test: setup-test
	$(RELEASE) --product oriel
	$(RELEASE) --product oriel-scenes
	$(SWIFT) test

lint:
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests

format:
	$(SWIFT) format --in-place --recursive Package.swift Sources Tests

# Oriel beside ffmpeg, GStreamer and Chromium on known desktops: the README's table. BENCH_OPTIONS="--scene scroll" runs a part.
bench: setup-bench
	$(RELEASE) --product oriel
	$(RELEASE) --product oriel-scenes
	$(RELEASE) --product oriel-bench
	$(BIN)/oriel-bench --oriel $(BIN)/oriel --output bench.json $(BENCH_OPTIONS)

# What each preset costs and gives: the README's second table.
bench-presets: setup-bench
	$(RELEASE) --product oriel
	$(RELEASE) --product oriel-scenes
	$(RELEASE) --product oriel-bench
	@for preset in presets/*.yaml; do \
	  name=$$(basename $$preset .yaml); echo "$$name:"; \
	  $(BIN)/oriel-bench --oriel $(BIN)/oriel --recorder oriel --preset $$name --scene typing --scene video \
	    --no-first-frame || exit 1; \
	done

# Records this display, or without one a desktop of its own, and says where the file is.
record: setup-demo
	@$(RELEASE) --product oriel
	@[ -n "$$DISPLAY" ] || $(RELEASE) --product oriel-scenes
	@DURATION="$(DURATION)" OUTPUT="$(OUTPUT)" BIN="$(BIN)" .ci/record

install: build
	install -D -m 755 $(BIN)/oriel $(DESTDIR)$(PREFIX)/bin/oriel
	install -d $(DESTDIR)$(PREFIX)/share/oriel/presets
	install -m 644 presets/*.yaml $(DESTDIR)$(PREFIX)/share/oriel/presets

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/oriel
	rm -rf $(DESTDIR)$(PREFIX)/share/oriel

clean:
	rm -rf .build
