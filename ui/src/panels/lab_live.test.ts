import { describe, expect, it } from "vitest";
import type { DesignJson } from "../document/model";
import { isOff, labShown, linkLive, nameOf, rateText, targetTags } from "./lab_live";

const design = {
  resources: {
    here: { kind: "region", title: "Here" },
    lane: { kind: "zone", parent: "here", attributes: { letter: "b" } },
    app: { kind: "server", title: "App" },
    db: { kind: "database", title: "DB" },
    entry: { kind: "load-balancer", title: "Entry" },
  },
  links: { "app-db": { from: "app", to: "db" } },
} as unknown as DesignJson;

const off = (name: string, instances: string[] = [], resources: { [id: string]: [number, number] } = {}) => ({
  name,
  instances,
  resources,
});

const target = (node: string, name: string, healthy: boolean) => ({
  node,
  target: name,
  port: 8080,
  healthy,
  seconds: 3,
});

describe("what links carry", () => {
  it("is said in few characters", () => {
    const texts = [0, 7, 999, 1000, 1250, 9990, 12_345, 1_200_000, 2_500_000_000].map((n) =>
      rateText(n, "pkt"),
    );
    expect(texts).toEqual([
      "0 pkt/s",
      "7 pkt/s",
      "999 pkt/s",
      "1 kpkt/s",
      "1.2 kpkt/s",
      "9.9 kpkt/s",
      "12 kpkt/s",
      "1.2 Mpkt/s",
      "2.5 Gpkt/s",
    ]);
  });

  it("has a word where something is wrong, and none where all is quiet", () => {
    const words = [0, 1, 2, 3, 4, 5].map((how) => linkLive([how, 0, 0]).text);
    expect(words).toEqual(["", "", "some do not answer", "no answer", "off", ""]);
    expect(linkLive([1, 20, 900])).toMatchObject({ how: "answers", text: "20 pkt/s", weight: 1 });
    expect(linkLive([99, 20, 900]).how).toBe("unknown");
  });
});

describe("a running lab over its drawing", () => {
  it("shows nothing where nothing is off and nobody looks", () => {
    expect(labShown([], null, design)).toBeNull();
  });

  it("dims what is out as a whole, and counts what is out in part", () => {
    const some = labShown([off("app[0]", ["app[0]"], { app: [1, 2] })], null, design);
    expect([...(some?.off ?? [])]).toEqual([]);
    expect(some?.tags.get("app")).toEqual({ tone: "off", text: "1 of 2 off" });
    const both = [off("app[0]", ["app[0]"], { app: [1, 2] }), off("app[1]", ["app[1]"], { app: [1, 2] })];
    expect([...(labShown(both, null, design)?.off ?? [])]).toEqual(["app"]);
  });

  it("dims a zone's lane and what stands in it alone", () => {
    const shown = labShown([off("zone:here/b", ["app[1]", "db"], { app: [1, 2], db: [1, 1] })], null, design);
    expect([...(shown?.off ?? [])].sort()).toEqual(["db", "lane"]);
    expect(shown?.tags.get("app")?.text).toBe("1 of 2 off");
  });

  it("shows a link that is off before anybody looks", () => {
    expect(labShown([off("link:app-db")], null, design)?.links.get("app-db")?.how).toBe("off");
  });

  it("says of a balancer how many targets are out, whichever node finds it so", () => {
    const one = [
      target("entry[0]", "app[0]", false),
      target("entry[1]", "app[0]", true),
      target("entry[0]", "app[1]", true),
    ];
    expect(targetTags(one).get("entry")).toEqual({ tone: "warning", text: "1 of 2 targets out" });
    expect(targetTags([target("entry", "app", false)]).get("entry")?.text).toBe("no target left");
    expect(targetTags([target("entry", "app", true)]).size).toBe(0);
  });
});

describe("a drawn thing in a running lab", () => {
  it("is named as the core names it", () => {
    expect(["app", "lane", "app-db"].map((id) => nameOf(design, id))).toEqual([
      "app",
      "zone:here/b",
      "link:app-db",
    ]);
    expect(isOff([off("app")], "app")).toBe(true);
    expect(isOff([off("app[0]")], "app")).toBe(false);
  });
});
