"""A desktop's notification service on the session bus: prints the bus address, then each notification, as lines of JSON.

Source: Desktop Notifications Specification 1.2, org.freedesktop.Notifications.
"""

import json
import os

from gi.repository import Gio, GLib

NAME = "org.freedesktop.Notifications"
INTERFACE = f"""<node><interface name="{NAME}"><method name="Notify">
  <arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
  <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/>
  <arg type="a{{sv}}" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="out"/>
</method></interface></node>"""


def called(connection, sender, path, interface, method, arguments, invocation):
    application, _, _, summary, body, *_ = arguments.unpack()
    print(json.dumps({"application": application, "summary": summary, "body": body}), flush=True)
    invocation.return_value(GLib.Variant("(u)", (1,)))


def begin(connection, name):
    description = Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0]
    connection.register_object("/org/freedesktop/Notifications", description, called, None, None)


def ready(connection, name):
    print(json.dumps({"bus": os.environ["DBUS_SESSION_BUS_ADDRESS"]}), flush=True)


Gio.bus_own_name(Gio.BusType.SESSION, NAME, Gio.BusNameOwnerFlags.NONE, begin, ready, None)
GLib.MainLoop().run()
