// What a running lab does, in words and numbers: made of what the core tells, for the drawing and the panels.
import type { DesignJson, Id } from "../document/model";
import { pairs } from "../document/said";
import type { ShapeMark } from "../editor/editor";
import type { Going, LabShown, LinkGoing } from "../editor/live";
import type { LabLiveDto } from "../ipc/generated/LabLiveDto";
import type { OffDto } from "../ipc/generated/OffDto";
import type { TargetDto } from "../ipc/generated/TargetDto";

/** Whether links show what they carry; kept in the settings. */
export const LIVE = "canvas.live";

/** In the order of their numbers in the core. */
const HOW: readonly Going[] = ["unknown", "answers", "partly", "silent", "off", "plugged"];
export const GOING_WORDS: { [how in Going]: string } = {
  unknown: "Nothing of it can be tried",
  answers: "Answers",
  partly: "Some do not answer",
  silent: "No answer",
  off: "Switched off",
  plugged: "Plugged in",
};

/** 950 → "950 pkt/s", 1,234 → "1.2 kpkt/s". */
export function rateText(count: number, unit: string): string {
  for (const [size, prefix] of [
    [1e9, "G"],
    [1e6, "M"],
    [1e3, "k"],
  ] as const)
    if (count >= size) {
      const value = count / size;
      return `${value < 10 ? Math.floor(value * 10) / 10 : Math.floor(value)} ${prefix}${unit}/s`;
    }
  return `${count} ${unit}/s`;
}

export interface LinkLive extends LinkGoing {
  packets: number;
  bytes: number;
}

export function linkLive([how = 0, packets = 0, bytes = 0]: ArrayLike<number> & Iterable<number>): LinkLive {
  const going = HOW[how] ?? "unknown";
  const text =
    going === "off"
      ? "off"
      : going === "silent"
        ? "no answer"
        : going === "partly"
          ? "some do not answer"
          : packets > 0
            ? rateText(packets, "pkt")
            : "";
  const weight = packets === 0 ? 0 : bytes < 10_000 ? 1 : bytes < 1_000_000 ? 2 : 3;
  return { how: going, text, weight, packets, bytes };
}

export function linksLive(live: LabLiveDto | null): Map<Id, LinkLive> {
  const links = new Map<Id, LinkLive>();
  if (live) for (const [id, numbers] of pairs(live.links)) links.set(id, linkLive(Array.from(numbers)));
  return links;
}

/** The resource of an instance: `app[0]` is of `app`. */
export const resourceOf = (address: string) => address.replace(/\[\d+\]$/, "");

/** What is out of each balancer, where anything is. */
export function targetTags(targets: readonly TargetDto[]): Map<Id, ShapeMark> {
  const all = new Map<Id, Set<string>>();
  const out = new Map<Id, Set<string>>();
  const put = (into: Map<Id, Set<string>>, { node, target, port }: TargetDto) => {
    const id = resourceOf(node);
    into.set(id, (into.get(id) ?? new Set()).add(`${target}:${port}`));
  };
  for (const target of targets) {
    put(all, target);
    if (!target.healthy) put(out, target);
  }
  const tags = new Map<Id, ShapeMark>();
  for (const [id, gone] of out) {
    const count = all.get(id)?.size ?? 0;
    const none = gone.size === count;
    tags.set(id, {
      tone: none ? "error" : "warning",
      text: none ? "no target left" : `${gone.size} of ${count} targets out`,
    });
  }
  return tags;
}

/** Everything that the drawing shows of a lab; null: nothing. */
export function labShown(
  off: readonly OffDto[],
  live: LabLiveDto | null,
  design: DesignJson,
): LabShown | null {
  if (off.length === 0 && !live) return null;
  const { resources } = design;
  const shapes = new Set<Id>();
  const tags = targetTags(live?.targets ?? []);
  const links = new Map<Id, LinkGoing>(linksLive(live));
  const out = new Map<Id, Set<string>>();
  const all = new Map<Id, number>();
  for (const { name, instances, resources: counts } of off) {
    if (name.startsWith("link:")) links.set(name.slice(5), { how: "off", text: "off", weight: 0 });
    else if (name.startsWith("zone:")) for (const lane of lanesOf(design, name)) shapes.add(lane);
    else if (Object.hasOwn(resources, name)) shapes.add(name);
    for (const address of instances) {
      const id = resourceOf(address);
      out.set(id, (out.get(id) ?? new Set()).add(address));
    }
    for (const [id, [, whole]] of Object.entries(counts)) all.set(id, whole);
  }
  for (const [id, gone] of out) {
    if (!Object.hasOwn(resources, id)) continue;
    const whole = all.get(id) ?? gone.size;
    if (gone.size >= whole) shapes.add(id);
    else tags.set(id, { tone: "off", text: `${gone.size} of ${whole} off` });
  }
  return { off: shapes, tags, links };
}

/** The lanes that stand for a zone: of one region, or of all. */
function lanesOf({ resources }: DesignJson, name: string): Id[] {
  const at = name.lastIndexOf("/");
  const region = at < 0 ? null : name.slice(5, at);
  const letter = name.slice(at < 0 ? 5 : at + 1);
  return Object.entries(resources)
    .filter(([, { kind, parent, attributes }]) => {
      const own = typeof attributes?.letter === "string" ? attributes.letter : "a";
      return kind === "zone" && own === letter && (region === null || parent === region);
    })
    .map(([id]) => id);
}

/** By what a drawn thing is switched; a lane is its zone. */
export function nameOf({ resources, links }: DesignJson, id: Id): string {
  const resource = Object.hasOwn(resources, id) ? resources[id] : undefined;
  if (!resource) return Object.hasOwn(links, id) ? `link:${id}` : id;
  if (resource.kind !== "zone") return id;
  const letter = typeof resource.attributes?.letter === "string" ? resource.attributes.letter : "a";
  return resource.parent ? `zone:${resource.parent}/${letter}` : `zone:${letter}`;
}

/** Which of these is off by its own name. */
export function isOff(off: readonly OffDto[], name: string): boolean {
  return off.some((one) => one.name === name);
}
