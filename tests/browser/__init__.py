"""The chat as a traveller sees it: Chromium, driven by `drive.mjs`."""
