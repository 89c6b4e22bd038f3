import contextlib
import http.client
import json

PASSED_ON = ("Cookie", "Origin", "Sec-Fetch-Site", "Sec-Fetch-Mode", "X-Request-Id")


# The session behind a browser's request, or None; add_header(name, value) adds a line to the answer that it gets.
# Raises ConnectionError when sessgate cannot tell: answer 503 then, not "signed out".
def get_session(method, headers, add_header, sessgate="127.0.0.1:8080"):
    passed = {name: headers[name] for name in PASSED_ON if name in headers}
    with contextlib.closing(http.client.HTTPConnection(sessgate, timeout=1)) as connection:
        connection.request("GET", "/session", headers=passed | {"X-Forwarded-Method": method})
        answer = connection.getresponse()
        if answer.status != 200:  # 503: unavailable
            raise ConnectionError(f"sessgate answers {answer.status}")
        body = json.load(answer)
    for line in body["setCookie"]:
        add_header("Set-Cookie", line)
    return body["session"]
