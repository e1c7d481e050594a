# The two commands of a fresh machine: `make record` and `make test`. Each installs the system packages it lacks, builds,
# and does its job. `make help` lists all targets: a target's line there is the comment behind its `##`.

PREFIX ?= /usr/local
DESTDIR ?=
DURATION ?= 10s
OUTPUT ?=

SWIFT ?= swift
BIN = .build/release
# The Swift runtime goes into the command: it runs where no Swift is installed, and starts in half the time. The linker is
# the toolchain's own, which warns of nothing that a user could mend. What it writes small (relocations, functions that are
# alike) is 3 MB less in memory.
LINKER = -Xswiftc -use-ld=lld -Xlinker -z -Xlinker pack-relative-relocs -Xlinker --icf=safe
RELEASE = $(SWIFT) build -c release --static-swift-stdlib $(LINKER)

# What a Swift toolchain needs that comes as a bare archive, what building and recording need, and beyond that what the
# tests and the benchmark need. The names are those that stay the same from one Debian release to the next.
SWIFT_PACKAGES = g++ libcurl4-openssl-dev libncurses6 libsqlite3-0 libxml2-utils
BUILD_PACKAGES = $(SWIFT_PACKAGES) libc6-dev libx11-dev libxext-dev libxcomposite-dev libxdamage-dev libxfixes-dev libxrandr-dev libxres-dev libyuv-dev \
  libvpx-dev libopus-dev libpng-dev libqrencode-dev pkg-config libnice-dev libssl-dev libsrtp2-dev \
  libpulse-dev libsoxr-dev
DEMO_PACKAGES = xvfb xfonts-base openbox
TEST_PACKAGES = $(DEMO_PACKAGES) xserver-xephyr xserver-xorg-video-dummy picom i3-wm xfwm4 fluxbox systemd \
  ffmpeg mkvtoolnix libwebm-tools chromium x11-utils x11-xserver-utils xdotool procps tinyproxy-bin \
  man-db zsh fish openssl coturn tshark python3-venv nodejs node-socket.io-parser firefox-esr iproute2 iptables zbar-tools \
  gstreamer1.0-nice gstreamer1.0-plugins-bad gstreamer1.0-plugins-good gir1.2-gst-plugins-bad-1.0 python3-gi \
  pulseaudio pulseaudio-utils pipewire pipewire-pulse wireplumber dbus-daemon libfuse2 fuse3
BENCH_PACKAGES = $(DEMO_PACKAGES) ffmpeg chromium gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good \
  x11-utils pulseaudio pulseaudio-utils

.PHONY: all help toolchain setup setup-test setup-bench setup-demo build build-tests test check sanitize soak soak-connections soak-recording lint format docs bench \
  bench-presets bench-variants bench-room bench-rtc bench-share fuzz record install uninstall clean

all: build

help: ## lists the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | awk -F '\t' '{ printf "make %-15s %s\n", $$1, $$2 }'

toolchain:
	@command -v $(SWIFT) >/dev/null || { echo "Oriel is built with Swift 6.3 or later: put it on the PATH" >&2; exit 1; }

setup: toolchain
	@.ci/packages $(BUILD_PACKAGES)

setup-demo: toolchain
	@.ci/packages $(BUILD_PACKAGES) $$([ -n "$$DISPLAY" ] || echo $(DEMO_PACKAGES))

setup-test: toolchain
	@.ci/packages $(BUILD_PACKAGES) $(TEST_PACKAGES)
	@.ci/python
	@.ci/nginx

setup-bench: toolchain
	@.ci/packages $(BUILD_PACKAGES) $(BENCH_PACKAGES)

build: setup ## builds .build/release/oriel
	$(RELEASE) --product oriel

# One build holds the tests, the command and the scenes: optimized, since the tests watch a screen in real time, and testable,
# which the users' command is not. C is compiled without optimization, which halves the time that BoringSSL takes. The Swift
# runtime is not linked in: Swift Testing comes as a shared library alone.
TESTS = .build-tests
TEST_BUILD = $(SWIFT) build -c release $(LINKER) --disable-index-store -Xswiftc -enable-testing -Xcc -O0

build-tests: toolchain
	$(TEST_BUILD) --build-tests --scratch-path $(TESTS)

test: setup-test build-tests ## installs what the tests need, builds them and runs them all; FILTER=REGEX runs those whose names match
	@TESTS=$(TESTS)/release .ci/test

# What needs no display, no browser and no installed program, less what takes long.
QUICK_TARGETS = EncodingTests JSEPTests MediaTests RTPTests RoomProtocolTests SDPTests SharingTests WebMTests
QUICK_SKIP = LongRunTests|MutationTests|SoundShareTests|a tone keeps its frequency

check: toolchain ## between two edits: builds what changed and runs the tests that need no display and no browser
	$(SWIFT) build --build-tests
	@TESTS=.build/debug TARGETS="$(QUICK_TARGETS)" SKIP="$(QUICK_SKIP)" LIMITS=no .ci/test

# The targets with C handles, unsafe pointers or threads. Leaks are not looked for: GLib and the Swift runtime keep what they
# make once. What is suppressed stands in .ci, with its reason.
SANITIZED_TARGETS = CaptureTests EncodingTests JSEPTests MediaRecorderTests RTPTests RecordingTests RoomProtocolTests SDPTests \
  WebMTests WebRTCTests

# What bounds the memory, the time or the files of a process: a sanitizer needs more of each.
SANITIZED_SKIP = LargeFileTests|thousands of windows|leave no memory|leave nothing behind|not the thread wait or memory grow|a write that fails leaves

sanitize: sanitize-address sanitize-thread ## AddressSanitizer and ThreadSanitizer over what has C handles or threads

sanitize-%: setup-test
	$(TEST_BUILD) --build-tests --sanitize=$* --scratch-path .build-$*
	@ASAN_OPTIONS=detect_leaks=0 TSAN_OPTIONS=suppressions=$(CURDIR)/.ci/thread-suppressions \
	  TESTS=.build-$*/release TARGETS="$(SANITIZED_TARGETS)" SKIP="$(SANITIZED_SKIP)" LIMITS=no JOBS=2 .ci/test

# What is too long for each change. CI runs one of the parts in turn, cut short (`.ci/run`).
SOAK_PARTS = fuzz-webm fuzz-rtc fuzz-room fuzz-server fuzz-peer soak-connections soak-recording
soak: $(SOAK_PARTS) sanitize ## fuzzing, hundreds of connections, three hours of recording, sanitizers

SOAK_CONNECTIONS ?= 500
SOAK_FORGERIES ?= 200
soak-connections: setup-test build-tests
	@ORIEL_CONNECTIONS=$(SOAK_CONNECTIONS) ORIEL_CHURN=$(SOAK_CONNECTIONS) ORIEL_FORGERIES=$(SOAK_FORGERIES) \
	  TESTS=$(TESTS)/release FILTER='ChurnTests|TransportLifetimeTests|TURNTests|TransportFaultTests' .ci/test

SOAK_SECONDS ?= 10800
soak-recording: setup-test build-tests
	@ORIEL_RECORDING_SECONDS=$(SOAK_SECONDS) TESTS=$(TESTS)/release FILTER='LongRecordingTests' .ci/test

lint: ## checks the format of all Swift files
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests

format: ## formats all Swift files
	$(SWIFT) format --in-place --recursive Package.swift Sources Tests

# The documentation of every target, and the articles, into docs/.
docs: setup ## makes the documentation into docs/
	@SWIFT="$(SWIFT)" .ci/docs

# Oriel beside ffmpeg, GStreamer and Chromium on known desktops: the README's table. BENCH_OPTIONS="--scene scroll" runs a part.
bench: setup-bench ## Oriel beside ffmpeg, GStreamer and Chromium: the README's table
	$(RELEASE) --product oriel
	$(RELEASE) --product oriel-scenes
	$(RELEASE) --product oriel-bench
	$(BIN)/oriel-bench --oriel $(BIN)/oriel --output bench.json $(BENCH_OPTIONS)

# What sound adds to a recording, and a window in place of the desktop: each beside the plain desktop.
bench-variants: setup-bench ## what sound and a window add to the cost of a recording
	$(RELEASE) --product oriel
	$(RELEASE) --product oriel-scenes
	$(RELEASE) --product oriel-bench
	$(BIN)/oriel-bench --oriel $(BIN)/oriel --recorder oriel --recorder ffmpeg --variant plain --variant sound --variant window \
	  --scene typing --scene scroll --no-first-frame --output bench-variants.json $(BENCH_OPTIONS)

# What each preset costs and gives: the README's second table.
bench-presets: setup-bench ## what each preset costs and gives
	$(RELEASE) --product oriel
	$(RELEASE) --product oriel-scenes
	$(RELEASE) --product oriel-bench
	@for preset in presets/*.yaml; do \
	  name=$$(basename $$preset .yaml); echo "$$name:"; \
	  $(BIN)/oriel-bench --oriel $(BIN)/oriel --recorder oriel --preset $$name --scene typing --scene video \
	    --no-first-frame || exit 1; \
	done

# Oriel's room server beside python-socketio's: connections, messages, memory. BENCH_OPTIONS="--framework aiohttp" runs a part.
bench-room: setup ## the room server beside python-socketio
	@.ci/packages python3-venv
	@.ci/python Tests/BenchRoom/python-server.txt
	$(RELEASE) --product oriel
	$(RELEASE) --product oriel-bench-room
	$(BIN)/oriel-bench-room --oriel $(BIN)/oriel $(BENCH_OPTIONS)

# Sharing from Oriel beside sharing from Chromium: delay, CPU, viewers per core. BENCH_OPTIONS="--part delay" runs a part.
bench-rtc: setup-bench ## sharing from Oriel beside sharing from Chromium
	$(RELEASE) --product oriel-scenes
	$(RELEASE) --product oriel-bench-rtc
	$(BIN)/oriel-bench-rtc --output bench-rtc.json $(BENCH_OPTIONS)

# The same through the whole product: the command, its room and its page, and how long it takes to join.
bench-share: setup-bench ## the same through the command, its room and its page
	$(RELEASE) --product oriel
	$(RELEASE) --product oriel-scenes
	$(RELEASE) --product oriel-bench-rtc
	$(BIN)/oriel-bench-rtc --sharer share --sharer chromium --part delay --part viewers --part joins \
	  --output bench-share.json $(BENCH_OPTIONS)

# Looks for input that breaks what reads files and the network, one fuzzer after the other. What it finds goes to
# Tests/Fuzz/Crashes, which `make test` replays. FUZZERS=rtc runs one alone.
FUZZ_SECONDS ?= 1800
FUZZERS ?= webm rtc room server peer
FOLDER_webm = WebM
FOLDER_rtc = RTC
FOLDER_room = Room
FOLDER_server = Server
FOLDER_peer = Peer
CORPUS_webm = WebM
CORPUS_rtc = SDP RTP
CORPUS_room = Room
CORPUS_server = Server
CORPUS_peer = Peer
# What has pointers of its own or C below it. Leaks are not looked for, as above.
SANITIZERS_server = ,address
SANITIZERS_peer = ,address
FUZZ_MEMORY_webm = 512
FUZZ_MEMORY_rtc = 512
FUZZ_MEMORY_room = 512
# AddressSanitizer keeps what is freed for a while.
FUZZ_MEMORY_server = 2048
FUZZ_MEMORY_peer = 2048
fuzz: setup $(FUZZERS:%=fuzz-%) ## fuzzes the parsers for FUZZ_SECONDS each

fuzz-%:
	$(SWIFT) build -c release --scratch-path .build-fuzz --product oriel-fuzz-$* -Xswiftc -sanitize=fuzzer$(SANITIZERS_$*) \
	  -Xswiftc -use-ld=lld -Xswiftc -DFUZZING -Xswiftc -enable-testing
	mkdir -p .build-fuzz/corpus/$* Tests/Fuzz/Crashes/$(FOLDER_$*)
	SWIFT_BACKTRACE=enable=no .build-fuzz/release/oriel-fuzz-$* -max_total_time=$(FUZZ_SECONDS) -max_len=16384 \
	  -rss_limit_mb=$(FUZZ_MEMORY_$*) -malloc_limit_mb=64 -timeout=10 -detect_leaks=0 -artifact_prefix=Tests/Fuzz/Crashes/$(FOLDER_$*)/ \
	  .build-fuzz/corpus/$* $(CORPUS_$*:%=Tests/Fuzz/Corpus/%)

# Records this display, or without one a desktop of its own, and says where the file is.
record: setup-demo ## records this display, or a desktop of its own, into a file
	@$(RELEASE) --product oriel
	@[ -n "$$DISPLAY" ] || $(RELEASE) --product oriel-scenes
	@DURATION="$(DURATION)" OUTPUT="$(OUTPUT)" BIN="$(BIN)" .ci/record

# Everything that `make install` puts in place, and `make uninstall` takes away.
INSTALLED_FILES = bin/oriel share/man/man1/oriel.1 share/bash-completion/completions/oriel \
  share/zsh/site-functions/_oriel share/fish/vendor_completions.d/oriel.fish \
  lib/systemd/system/oriel-rooms.service lib/systemd/system/oriel-rooms.socket
INSTALLED_PRESETS = $(patsubst presets/%,share/oriel/presets/%,$(wildcard presets/*.yaml))
INTO = $(DESTDIR)$(PREFIX)

# The pages are made by the command itself, so they say what it does.
install: build ## installs the command, its manual page, completions, presets and service
	install -d $(addprefix "$(INTO)"/,$(sort $(dir $(INSTALLED_FILES) $(INSTALLED_PRESETS))))
	install -m 755 --strip $(BIN)/oriel "$(INTO)/bin/oriel"
	install -m 644 presets/*.yaml "$(INTO)/share/oriel/presets"
	$(BIN)/oriel manual >"$(INTO)/share/man/man1/oriel.1"
	$(BIN)/oriel --generate-completion-script bash >"$(INTO)/share/bash-completion/completions/oriel"
	$(BIN)/oriel --generate-completion-script zsh >"$(INTO)/share/zsh/site-functions/_oriel"
	$(BIN)/oriel --generate-completion-script fish >"$(INTO)/share/fish/vendor_completions.d/oriel.fish"
	sed 's|@PREFIX@|$(PREFIX)|' services/oriel-rooms.service >"$(INTO)/lib/systemd/system/oriel-rooms.service"
	install -m 644 services/oriel-rooms.socket "$(INTO)/lib/systemd/system"
	cd "$(INTO)" && chmod 644 $(filter-out bin/%,$(INSTALLED_FILES))

# The folders that others use too stay, and so does what was added to Oriel's own.
uninstall: ## removes what install put in place
	cd "$(INTO)" && rm -f $(INSTALLED_FILES) $(INSTALLED_PRESETS)
	cd "$(INTO)" && { [ ! -d share/oriel ] || rmdir --ignore-fail-on-non-empty --parents share/oriel/presets; }

clean: ## removes what was built
	rm -rf .build .build-*
