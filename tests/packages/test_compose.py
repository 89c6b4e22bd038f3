"""docker/compose.yaml brought up and taken down by README's own lines: signing in through nginx ends in Redis."""

import re
import unittest

import chroots
import container_engine

SERVICES_IMAGE = "localhost/sessgate-services"
OTHERS = dict.fromkeys(("REDIS_IMAGE", "PYTHON_IMAGE", "NGINX_IMAGE"), SERVICES_IMAGE)

# What a person does with a browser, at nginx's own port: this network is shared, so none is published.
SIGN_IN = r"""
nginx=http://127.0.0.1
cookies=$(mktemp)
until curl -sf -o /dev/null $nginx/login; do sleep 0.2; done
curl -sS -o /dev/null -w 'stranger %{http_code} %{redirect_url}\n' -H 'Sec-Fetch-Mode: navigate' $nginx/
curl -sS -o /dev/null -w 'sign-in %{http_code}\n' -c "$cookies" -d name=anna -H "Origin: $nginx" $nginx/login
curl -sS -o /dev/null -w 'guest %{http_code}\n' -b "$cookies" $nginx/
curl -sS -b "$cookies" $nginx/api/session; echo
docker exec redis redis-cli --scan --pattern 'sessgate:s:*' | sed 's/^/key /'
"""


def readme_lines():
    """README's lines that bring it up and take it down again."""
    text = (chroots.ROOT / "README.md").read_text()
    up, down = re.findall(r"^(docker compose .*)$", text, re.MULTILINE)
    return up, down


class ComposeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.engine = cls.enterClassContext(container_engine.engine())
        cls.engine.environment |= OTHERS
        cls.engine.import_root(chroots.machine(), SERVICES_IMAGE)
        cls.engine.build_sessgate()

    def test_signing_in_through_nginx_makes_a_session_in_redis(self):
        up, down = readme_lines()
        self.assertTrue(up.endswith("up -d") and down.endswith("down"), (up, down))

        printed = self.engine.script(f"{up}\ntrap '{down}' EXIT\n{SIGN_IN}")

        self.assertIn("stranger 302 http://127.0.0.1/login?return_to=/\n", printed)
        self.assertRegex(printed, r"sign-in 30[23]\n")
        self.assertIn("guest 200\n", printed)
        self.assertRegex(printed, r'"user": "anna"')
        self.assertRegex(printed, r"key sessgate:s:\{\w{3}\}:\w+")


if __name__ == "__main__":
    unittest.main()
