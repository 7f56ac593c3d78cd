"""Writes zones for octodns-sync that are in sync already: YAML files as the source, equal ones as the target."""

from __future__ import annotations

import shutil
from pathlib import Path

CONFIGURATION = """\
providers:
  wanted:
    class: octodns.provider.yaml.YamlProvider
    directory: wanted
  live:
    class: octodns.provider.yaml.YamlProvider
    directory: live
zones:
"""

ZONE = """\
? ''
: - ttl: 3600
    type: A
    values:
      - 192.0.2.{last}
      - 198.51.100.{last}
  - ttl: 3600
    type: MX
    value:
      exchange: mail.customer-{number}.example.
      preference: 10
  - ttl: 3600
    type: NS
    values:
      - ns1.example.
      - ns2.example.
www:
  ttl: 300
  type: CNAME
  value: customer-{number}.example.
"""


def generate_zones(root: Path, count: int) -> None:
    """Write `count` zones of four records, about as much text as an account file, and `config.yaml` into `root`."""
    (root / "wanted").mkdir(parents=True)
    names = [f"customer-{number}.example." for number in range(count)]
    for number, name in enumerate(names):
        text = ZONE.format(number=number, last=number % 250 + 1)
        (root / "wanted" / f"{name}yaml").write_text(text, encoding="utf-8")
    shutil.copytree(root / "wanted", root / "live")
    zones = "".join(f"  {name}:\n    sources: [wanted]\n    targets: [live]\n" for name in names)
    (root / "config.yaml").write_text(CONFIGURATION + zones, encoding="utf-8")
