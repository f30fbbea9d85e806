import { expect, it } from "vitest";
import { fieldsOf, written } from "./link_fields";

const line = ["bandwidth", "latency", "loss"];
const names = (kind: string, ends: string[]) => fieldsOf(kind, ends).map((field) => field.name);

it("a link says what its ends have a use for", () => {
  expect(names("attachment", ["network", "transit-hub"])).toEqual(["groups", ...line]);
  expect(names("attachment", ["volume", "server"])).toEqual([]);
  expect(names("peering", ["network", "network"])).toEqual(["gateway-transit", ...line]);
  expect(names("peering", ["vpn-gateway", "site"])).toEqual(line);
  expect(names("target", ["api-gateway", "load-balancer"])).toEqual(["method", "path"]);
  expect(names("target", ["load-balancer", "server"])).toEqual(["listener"]);
  expect(names("trigger", ["queue", "function"])).toEqual(["batch"]);
  expect(names("dependency", ["dns-zone", "server"])).toEqual(["name", "failover"]);
  expect(names("flow", ["dns-resolver", "server"])).toEqual(["domains"]);
  expect(names("flow", ["database", "dns-resolver"])).toEqual([]);
  expect(names("flow", ["server", "database"])).toEqual([]);
});

it("what is typed becomes what the file holds, and nothing takes it away", () => {
  expect(written("words", "production, other")).toEqual(["production", "other"]);
  expect(written("number", "443")).toBe(443);
  expect(written("text", "/orders")).toBe("/orders");
  expect(written("words", "")).toBe("");
});
