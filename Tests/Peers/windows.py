"""Shows windows of plain colours on an X display. Reads commands from standard input, and answers each with a line.

Has three X connections, for windows of different programs: names with `_` belong to the second, with `=` to the third.

window NAME X Y WIDTH HEIGHT RRGGBB [TITLE]   maps a window with an optional title, and waits until a window manager
                                              manages it
menu NAME X Y WIDTH HEIGHT RRGGBB             maps an override-redirect window
fill NAME RRGGBB | move NAME X Y | title NAME TITLE | raise NAME | iconify NAME | close NAME
property NAME PROPERTY TYPE HEX               gives a window a property of these bytes
managed                                       waits for a window manager
composited                                    waits for a compositing manager
storm ROUNDS SEED RRGGBB                      shows private windows repeatedly: see below
"""

import ctypes
import os
import random
import sys
import time
from ctypes import byref, c_char_p, c_int, c_long, c_uint, c_ulong, c_void_p

X = ctypes.CDLL("libX11.so.6")
X.XOpenDisplay.restype = c_void_p
for name in ["XDefaultRootWindow", "XCreateWindow", "XInternAtom", "XGetSelectionOwner"]:
    getattr(X, name).restype = c_ulong
HANDLER = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p)
ignore = HANDLER(lambda display, error: 0)  # A window may be gone.
X.XSetErrorHandler(ignore)


class Attributes(ctypes.Structure):
    _fields_ = [
        ("background_pixmap", c_ulong), ("background_pixel", c_ulong), ("border_pixmap", c_ulong),
        ("border_pixel", c_ulong), ("bit_gravity", c_int), ("win_gravity", c_int), ("backing_store", c_int),
        ("backing_planes", c_ulong), ("backing_pixel", c_ulong), ("save_under", c_int), ("event_mask", c_long),
        ("do_not_propagate_mask", c_long), ("override_redirect", c_int), ("colormap", c_ulong), ("cursor", c_ulong),
    ]


class Program:
    def __init__(self, display):
        self.display = c_void_p(X.XOpenDisplay(display.encode()))
        if not self.display:
            sys.exit(f"no display {display}")
        self.root = X.XDefaultRootWindow(self.display)

    def atom(self, name):
        return X.XInternAtom(self.display, name.encode(), 0)

    def window(self, x, y, width, height, colour, title=None, menu=False, owner=None, kind=None):
        attributes = Attributes(background_pixel=colour, override_redirect=int(menu))
        window = X.XCreateWindow(
            self.display, c_ulong(self.root), c_int(x), c_int(y), c_uint(width), c_uint(height), c_uint(0), c_int(0),
            c_uint(1), None, c_ulong(1 << 1 | 1 << 9), byref(attributes))
        if title is not None:
            self.title(window, title)
        if owner is not None:
            X.XSetTransientForHint(self.display, c_ulong(window), c_ulong(owner))
        if kind is not None:
            self.text(window, "WM_CLASS", "STRING", f"{kind.lower()}\0{kind}\0".encode())
        return window

    def text(self, window, name, kind, value):
        X.XChangeProperty(
            self.display, c_ulong(window), c_ulong(self.atom(name)), c_ulong(self.atom(kind)), c_int(8), c_int(0),
            c_char_p(value), c_int(len(value)))

    def number(self, window, name, value):
        X.XChangeProperty(
            self.display, c_ulong(window), c_ulong(self.atom(name)), c_ulong(self.atom("CARDINAL")), c_int(32), c_int(0),
            byref(c_ulong(value)), c_int(1))

    def has(self, window, name):
        """Whether a window has a property."""
        kind, form, count, rest, data = c_ulong(), c_int(), c_ulong(), c_ulong(), c_void_p()
        X.XGetWindowProperty(
            self.display, c_ulong(window), c_ulong(self.atom(name)), c_long(0), c_long(0), c_int(0), c_ulong(0), byref(kind),
            byref(form), byref(count), byref(rest), byref(data))
        if data:
            X.XFree(data)
        return kind.value != 0

    def title(self, window, title, modern=False):
        if modern:
            self.text(window, "_NET_WM_NAME", "UTF8_STRING", title.encode())
        else:
            self.text(window, "WM_NAME", "STRING", title.encode("latin-1", "replace"))
        self.sync()

    def map(self, window):
        X.XMapRaised(self.display, c_ulong(window))
        self.sync()

    def fill(self, window, colour):
        X.XSetWindowBackground(self.display, c_ulong(window), c_ulong(colour))
        X.XClearWindow(self.display, c_ulong(window))
        self.sync()

    def move(self, window, x, y):
        X.XMoveWindow(self.display, c_ulong(window), c_int(x), c_int(y))
        self.sync()

    def act(self, name, window):
        getattr(X, name)(self.display, c_ulong(window))
        self.sync()

    def sync(self):
        X.XSync(self.display, 0)


def storm(own, other, rounds, seed, secret):
    """Shows windows titled "vault" or of that class, with menus and dialogs, in a colour that no recording may contain.

    Menus and dialogs may exist for a moment after their window.
    """
    chance = random.Random(seed)
    place = lambda: (chance.randrange(-50, 560), chance.randrange(-30, 300))
    pause = lambda: time.sleep(chance.choice([0, 0, 0.002, 0.007, 0.015]))
    for number in range(rounds):
        variant = number % 5
        x, y = place()
        if variant == 0:
            window = own.window(x, y, 120, 90, secret, f"The Vault - {number} items")
        elif variant == 1:  # The title is set later.
            window = own.window(x, y, 120, 90, secret)
        elif variant == 2:
            window = own.window(x, y, 120, 90, secret, "Notes", kind="Vault")
        elif variant == 3:  # Private only for a while.
            window = own.window(x, y, 120, 90, 0x804040, "Bank - overview")
        else:
            window = own.window(x, y, 120, 90, secret, "My vault")
        own.map(window)
        pause()
        if variant == 1:
            own.title(window, "vault")
        if variant == 3:
            own.title(window, "Bank - vault", modern=chance.random() < 0.5)
            own.fill(window, secret)
        for step in range(chance.randrange(1, 6)):
            own.move(window, *place())
            if step % 2:
                own.title(window, f"vault {step}", modern=chance.random() < 0.5)
            pause()
        menu = own.window(*place(), 60, 70, secret, menu=True)
        own.map(menu)
        dialog = other.window(*place(), 70, 50, secret, "Password", owner=window)
        other.map(dialog)
        pause()
        if variant == 3:
            other.act("XDestroyWindow", dialog)
            own.act("XDestroyWindow", menu)
            own.fill(window, 0x804040)
            own.title(window, "Bank - overview", modern=True)
            own.title(window, "Bank - overview")
            pause()
        elif chance.random() < 0.5:
            own.act("XUnmapWindow", window)
            pause()
            own.map(window)
            own.move(window, *place())
        ends = [(own, menu), (other, dialog), (own, window)]
        chance.shuffle(ends)
        for program, gone in ends:
            program.act("XDestroyWindow", gone)
            pause()


def main():
    display = sys.argv[1]
    own, other, third = Program(display), Program(display), Program(display)
    windows = {}
    print("ready", flush=True)
    for line in sys.stdin:
        command, *words = line.rstrip("\n").split(" ")
        program = {"_": other, "=": third}.get(words[0][:1] if words else "", own)
        window = windows.get(words[0]) if words else None
        if command in ("window", "menu"):
            place, colour, title = [int(word) for word in words[1:5]], int(words[5], 16), " ".join(words[6:])
            window = program.window(*place, colour, title or None, menu=command == "menu")
            windows[words[0]] = window
            if command == "window":
                program.text(window, "WM_CLASS", "STRING", b"colours\0Colours\0")
                program.number(window, "_NET_WM_PID", os.getpid())
            program.map(window)
            # A window manager that has just started may miss a window.
            for turn in range(1000):
                if command == "menu" or not program.has(program.root, "_NET_SUPPORTING_WM_CHECK"):
                    break
                if program.has(window, "WM_STATE"):
                    break
                time.sleep(0.01)
                if turn % 100 == 99:
                    program.map(window)
        elif command == "fill":
            program.fill(window, int(words[1], 16))
        elif command == "move":
            program.move(window, int(words[1]), int(words[2]))
        elif command == "title":
            program.title(window, " ".join(words[1:]))
        elif command == "property":
            program.text(window, words[1], words[2], bytes.fromhex(words[3]))
            program.sync()
        elif command == "raise":
            program.act("XRaiseWindow", window)
        elif command == "iconify":
            X.XIconifyWindow(program.display, c_ulong(window), c_int(0))
            program.sync()
        elif command == "close":
            program.act("XDestroyWindow", window)
        elif command == "managed":
            while not own.has(own.root, "_NET_CLIENT_LIST"):
                time.sleep(0.01)
        elif command == "composited":
            while not X.XGetSelectionOwner(own.display, c_ulong(own.atom("_NET_WM_CM_S0"))):
                time.sleep(0.01)
        elif command == "storm":
            storm(own, other, int(words[0]), int(words[1]), int(words[2], 16))
        print(f"done {line.strip()}", flush=True)


main()
