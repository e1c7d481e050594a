# The two commands for a new machine: `make record` and `make test`. Each installs missing system packages, builds and
# runs. `make help` lists all targets with the comments after `##`.

PREFIX ?= /usr/local
DESTDIR ?=
DURATION ?= 10s
OUTPUT ?=

SWIFT ?= swift
BIN = .build/release
# The Swift runtime is linked into the command: it needs no installed Swift, and starts in half the time. The linker is the
# toolchain's own, which prints no spurious warnings. Packed relocations and the folding of identical functions save 3 MB of
# memory.
LINKER = -Xswiftc -use-ld=lld -Xlinker -z -Xlinker pack-relative-relocs -Xlinker --icf=safe
RELEASE = $(SWIFT) build -c release --static-swift-stdlib $(LINKER)

# The Debian packages that a Swift toolchain from a bare archive needs, those for building and recording, and those for the
# tests and the benchmark. All names are the same in each Debian release.
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
  bench-presets bench-variants bench-room bench-rtc bench-share api fuzz record install uninstall clean

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

# One build contains the tests, the command and the scenes: optimized, since the tests watch a screen in real time, and
# testable, unlike the users' command. C is compiled without optimization, which halves the build time of BoringSSL. The Swift
# runtime is not linked in: Swift Testing exists only as a shared library.
TESTS = .build-tests
TEST_BUILD = $(SWIFT) build -c release $(LINKER) --disable-index-store -Xswiftc -enable-testing -Xcc -O0

build-tests: toolchain
	$(TEST_BUILD) --build-tests --scratch-path $(TESTS)

test: setup-test build-tests ## installs what the tests need, builds them and runs them all; FILTER=REGEX runs those whose names match
	@TESTS=$(TESTS)/release .ci/test

# The tests that need no display, no browser and no installed program, without the long ones.
QUICK_TARGETS = EncodingTests JSEPTests MediaTests RTPTests RoomProtocolTests SDPTests SharingTests WebMTests
QUICK_SKIP = LongRunTests|MutationTests|SoundShareTests|a tone keeps its frequency

check: toolchain ## between two edits: builds what changed and runs the tests that need no display and no browser
	$(SWIFT) build --build-tests
	@TESTS=.build/debug TARGETS="$(QUICK_TARGETS)" SKIP="$(QUICK_SKIP)" LIMITS=no .ci/test

# The targets with C handles, unsafe pointers or threads. Leaks are not checked: GLib and the Swift runtime never free some
# global objects. Suppressions are in .ci, with their reasons.
SANITIZED_TARGETS = CaptureTests EncodingTests JSEPTests MediaRecorderTests RTPTests RecordingTests RoomProtocolTests SDPTests \
  WebMTests WebRTCTests

# Tests that limit the memory, the time or the files of a process: a sanitizer needs more of each.
SANITIZED_SKIP = LargeFileTests|grows linearly with their number|leak no memory|leak nothing here|memory does not grow|a failed write leaves

sanitize: sanitize-address sanitize-thread ## AddressSanitizer and ThreadSanitizer over what has C handles or threads

sanitize-%: setup-test
	$(TEST_BUILD) --build-tests --sanitize=$* --scratch-path .build-$*
	@ASAN_OPTIONS=detect_leaks=0 TSAN_OPTIONS=suppressions=$(CURDIR)/.ci/thread-suppressions \
	  TESTS=.build-$*/release TARGETS="$(SANITIZED_TARGETS)" SKIP="$(SANITIZED_SKIP)" LIMITS=no JOBS=2 .ci/test

# Tests that take too long for each change. CI runs the parts in turn, shortened (`.ci/run`).
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
# What `import Oriel` brings is held against a list, so that a change of it is seen: CI compares, this writes the list.
api: setup-test build-tests ## writes the public declarations of the library into .ci/public-api.txt
	.ci/api $(TESTS)/release > .ci/public-api.txt

docs: setup ## builds the documentation into docs/
	@SWIFT="$(SWIFT)" .ci/docs

# Oriel, ffmpeg, GStreamer and Chromium with the same test scenes: the README's table. BENCH_OPTIONS="--scene scroll" runs a part.
bench: setup-bench ## compares Oriel with ffmpeg, GStreamer and Chromium: the README's table
	$(RELEASE) --product oriel
	$(RELEASE) --product oriel-scenes
	$(RELEASE) --product oriel-bench
	$(BIN)/oriel-bench --oriel $(BIN)/oriel --output bench.json $(BENCH_OPTIONS)

# The additional cost of sound, and of a window instead of the desktop.
bench-variants: setup-bench ## measures the additional cost of sound and of a window
	$(RELEASE) --product oriel
	$(RELEASE) --product oriel-scenes
	$(RELEASE) --product oriel-bench
	$(BIN)/oriel-bench --oriel $(BIN)/oriel --recorder oriel --recorder ffmpeg --variant plain --variant sound --variant window \
	  --scene typing --scene scroll --no-first-frame --output bench-variants.json $(BENCH_OPTIONS)

# The cost and the quality of each preset: the README's table of presets.
bench-presets: setup-bench ## measures the cost and the quality of each preset
	$(RELEASE) --product oriel
	$(RELEASE) --product oriel-scenes
	$(RELEASE) --product oriel-bench
	@for preset in presets/*.yaml; do \
	  name=$$(basename $$preset .yaml); echo "$$name:"; \
	  $(BIN)/oriel-bench --oriel $(BIN)/oriel --recorder oriel --preset $$name --scene typing --scene video \
	    --no-first-frame || exit 1; \
	done

# Oriel's room server and python-socketio's: connections, messages, memory. BENCH_OPTIONS="--framework aiohttp" runs a part.
bench-room: setup ## compares the room server with python-socketio
	@.ci/packages python3-venv
	@.ci/python Tests/BenchRoom/python-server.txt
	$(RELEASE) --product oriel
	$(RELEASE) --product oriel-bench-room
	$(BIN)/oriel-bench-room --oriel $(BIN)/oriel $(BENCH_OPTIONS)

# Sharing from Oriel and from Chromium: delay, CPU, viewers per core. BENCH_OPTIONS="--part delay" runs a part.
bench-rtc: setup-bench ## compares sharing from Oriel with sharing from Chromium
	$(RELEASE) --product oriel-scenes
	$(RELEASE) --product oriel-bench-rtc
	$(BIN)/oriel-bench-rtc --output bench-rtc.json $(BENCH_OPTIONS)

# The same with the whole product (the command, its room and its page), and the time to join.
bench-share: setup-bench ## the same with the command, its room and its page
	$(RELEASE) --product oriel
	$(RELEASE) --product oriel-scenes
	$(RELEASE) --product oriel-bench-rtc
	$(BIN)/oriel-bench-rtc --sharer share --sharer chromium --part delay --part viewers --part joins \
	  --output bench-share.json $(BENCH_OPTIONS)

# Fuzzes the parsers of files and network input, one fuzzer after the other. Inputs that crash go to Tests/Fuzz/Crashes,
# which `make test` replays. FUZZERS=rtc runs only one.
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
# The targets with unsafe pointers or C libraries. Leaks are not checked, as above.
SANITIZERS_server = ,address
SANITIZERS_peer = ,address
FUZZ_MEMORY_webm = 512
FUZZ_MEMORY_rtc = 512
FUZZ_MEMORY_room = 512
# AddressSanitizer keeps freed memory for a while.
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

# Records this display, or a virtual desktop if there is none, and prints where the file is.
record: setup-demo ## records this display, or a virtual desktop, into a file
	@$(RELEASE) --product oriel
	@[ -n "$$DISPLAY" ] || $(RELEASE) --product oriel-scenes
	@DURATION="$(DURATION)" OUTPUT="$(OUTPUT)" BIN="$(BIN)" .ci/record

# The files that `make install` installs, and `make uninstall` removes.
INSTALLED_FILES = bin/oriel share/man/man1/oriel.1 share/bash-completion/completions/oriel \
  share/zsh/site-functions/_oriel share/fish/vendor_completions.d/oriel.fish \
  lib/systemd/system/oriel-rooms.service lib/systemd/system/oriel-rooms.socket
INSTALLED_PRESETS = $(patsubst presets/%,share/oriel/presets/%,$(wildcard presets/*.yaml))
INTO = $(DESTDIR)$(PREFIX)

# The command itself generates its manual page and completions.
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

# Shared folders stay, and so do other files in Oriel's own folders.
uninstall: ## removes the installed files
	cd "$(INTO)" && rm -f $(INSTALLED_FILES) $(INSTALLED_PRESETS)
	cd "$(INTO)" && { [ ! -d share/oriel ] || rmdir --ignore-fail-on-non-empty --parents share/oriel/presets; }

clean: ## removes the build folders
	rm -rf .build .build-*
