"""Headless Chromium that looks at a page as a reader would."""

import json
from contextlib import contextmanager
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

CHECKS = Path(__file__).with_name("page_checks.js")
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",  # root in a container cannot have it; the page is one of our own
    "--disable-dev-shm-usage",  # containers have little of it
    "--disable-gpu",
    "--hide-scrollbars",
)
WIDEST_PHONE = 600  # pixels; a phone lays a page out for 980 unless the page asks for the device's width


@contextmanager
def chromium():
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in ARGUMENTS:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options, Service("/usr/bin/chromedriver"))
    try:
        yield driver
    finally:
        driver.quit()


def complaints_about(driver, page, width, scheme, disturbance=""):
    """What is wrong with the page at this width in this colour scheme. The disturbance is a script that runs first."""
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia",
                           {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                           {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width <= WIDEST_PHONE})
    driver.get(page.as_uri())
    driver.execute_script(disturbance)
    found = driver.execute_script(CHECKS.read_text(encoding="utf-8"), width)
    found += [f"console: {entry['message']}" for entry in driver.get_log("browser")]
    found += [f"request: {url}" for url in requests_of(driver) if url != page.as_uri()]
    return found


def requests_of(driver):
    """Addresses that were asked for; those of data: hold what they ask for."""
    events = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    urls = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
    return [url for url in urls if not url.startswith("data:")]
