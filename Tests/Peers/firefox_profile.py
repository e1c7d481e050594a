"""Starts a headless Firefox without prompts and background downloads."""

import json
import subprocess

PREFERENCES = {
    # The tests have only the loopback interface, and no mDNS.
    "media.peerconnection.ice.loopback": True,
    "media.peerconnection.ice.obfuscate_host_addresses": False,
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    "media.gmp-manager.updateEnabled": False,
}


def start(profile, preferences, *arguments):
    """Starts Firefox with a new profile at that path and additional preferences."""
    profile.mkdir()
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in (PREFERENCES | preferences).items()]
    (profile / "user.js").write_text("\n".join(lines))
    command = ["firefox-esr", "--headless", "--no-remote", "--profile", profile, *arguments]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)
