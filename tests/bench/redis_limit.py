"""What redis-benchmark gets out of the same Redis: the most that anybody's reads can be."""

import re
import subprocess

CONNECTIONS = 64
PIPELINE = 16


def gets_per_second(port, cores, pipeline=1):
    """GET requests of a short value a second, over kept connections, `pipeline` of them in one write."""
    command = ["taskset", "-c", ",".join(map(str, cores)), "redis-benchmark", "-p", str(port), "-t", "get", "-q",
               "-n", "100000", "-c", str(CONNECTIONS), "-P", str(pipeline), "-d", "400"]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return float(re.findall(r"GET: ([\d.]+) requests per second", output)[-1])
