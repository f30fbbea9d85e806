"""Mininet on the networks of bench_lab.rs: a Linux bridge for each network, a router between them, as many
hosts. Prints figures in milliseconds as JSON. Exit code 3 and a reason where it cannot run."""

import json
import os
import shutil
import sys
import time


def stop(why):
    print(why)
    sys.exit(3)


if os.geteuid() != 0:
    stop("it needs root")
try:
    from mininet.net import Mininet
    from mininet.node import Node
    from mininet.nodelib import LinuxBridge
except ImportError:
    stop("it is not installed (apt install mininet bridge-utils)")

if not shutil.which("ping"):
    stop("it needs ping (apt install iputils-ping)")

# Its pings go one after the other; so many are enough to tell what all take.
MOST_PAIRS = 400


class Router(Node):
    def config(self, **params):
        super().config(**params)
        self.cmd("sysctl -w net.ipv4.ip_forward=1")


def build(servers, networks):
    net = Mininet(controller=None, switch=LinuxBridge, waitConnected=False)
    router = net.addHost("r0", cls=Router, ip=None)
    hosts = []
    for n in range(networks):
        switch = net.addSwitch(f"s{n}")
        net.addLink(switch, router, intfName2=f"r0-e{n}", params2={"ip": f"10.{n}.0.1/24"})
        for s in range(servers // networks):
            host = net.addHost(f"h{n}x{s}", ip=f"10.{n}.0.{10 + s}/24", defaultRoute=f"via 10.{n}.0.1")
            net.addLink(host, switch)
            hosts.append(host)
    net.start()
    return net, hosts


def reaches(one, other):
    return " 0% packet loss" in one.cmd(f"ping -c1 -W1 {other.IP()}")


def main():
    servers, networks = int(sys.argv[1]), int(sys.argv[2])
    found = {}
    begun = time.monotonic()
    milliseconds = lambda since: (time.monotonic() - since) * 1000
    net, hosts = build(servers, networks)
    try:
        found["built"] = milliseconds(begun)
        for _ in range(20):
            if reaches(hosts[0], hosts[1]):
                break
        else:
            stop("its first ping never came through")
        found["first"] = milliseconds(begun)
        pairs = [(a, b) for a in hosts for b in hosts if a is not b]
        tried = pairs[:: max(1, len(pairs) // MOST_PAIRS)]
        begun = time.monotonic()
        found["lost"] = sum(not reaches(a, b) for a, b in tried)
        found["pairs"] = milliseconds(begun) * len(pairs) / len(tried)
        found["pairs-tried"] = len(tried)
        begun = time.monotonic()
        net.delHost(hosts[1])
        switch = net.get("s0")
        late = net.addHost("late", ip="10.0.0.250/24", defaultRoute="via 10.0.0.1")
        link = net.addLink(late, switch)
        late.configDefault(defaultRoute="via 10.0.0.1")
        switch.cmd(f"brctl addif s0 {link.intf2} && ifconfig {link.intf2} up")
        for _ in range(20):
            if reaches(hosts[0], late):
                break
        else:
            stop("its late host was never reached")
        found["change"] = milliseconds(begun)
    finally:
        begun = time.monotonic()
        net.stop()
        found["gone"] = milliseconds(begun)
    print(json.dumps(found))


main()
