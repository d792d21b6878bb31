"""Prints what Prometheus' node exporter gives out of the metrics files in a folder."""

import re
import subprocess
import sys
import urllib.request


def main():
    exporter = subprocess.Popen(
        [
            "prometheus-node-exporter",
            "--collector.disable-defaults",
            "--collector.textfile",
            f"--collector.textfile.directory={sys.argv[1]}",
            "--web.listen-address=127.0.0.1:0",
        ],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        for line in exporter.stderr:
            listening = re.search(r"address=(127\.0\.0\.1:[1-9]\d*)", line)
            if listening:
                with urllib.request.urlopen(f"http://{listening[1]}/metrics", timeout=60) as answer:
                    sys.stdout.write(answer.read().decode())
                return
        sys.exit("the node exporter did not start")
    finally:
        exporter.kill()
        exporter.wait()


if __name__ == "__main__":
    main()
