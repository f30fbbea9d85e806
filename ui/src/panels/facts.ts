// What the core thinks of the design, newest revision. Merges partial judgements; decides nothing itself.
import { pairs, type Said } from "../document/said";
import type { Judgement, Status } from "../editor/editor";
import type { DiagnosticDto } from "../ipc/generated/DiagnosticDto";
import type { IntentFactDto } from "../ipc/generated/IntentFactDto";
import type { JudgementDto } from "../ipc/generated/JudgementDto";
import type { LinkFactDto } from "../ipc/generated/LinkFactDto";
import type { WaivedDto } from "../ipc/generated/WaivedDto";

export interface Facts {
  /** Revision they hold for; -1 before the first judgement. */
  revision: number;
  environment: string;
  diagnostics: readonly DiagnosticDto[];
  /** What a waiver sets aside. */
  waived: readonly WaivedDto[];
  /** Resource, link, intent or environment id → what is said of it. */
  of: ReadonlyMap<string, readonly DiagnosticDto[]>;
  summaries: ReadonlyMap<string, string>;
  containers: ReadonlyMap<string, string>;
  links: ReadonlyMap<string, LinkFactDto>;
  intents: readonly IntentFactDto[];
}

export const NO_FACTS: Facts = {
  revision: -1,
  environment: "",
  diagnostics: [],
  waived: [],
  of: new Map(),
  summaries: new Map(),
  containers: new Map(),
  links: new Map(),
  intents: [],
};

/** The facts after a judgement; the old ones where it is older than what is known. */
export function judged(old: Facts, next: JudgementDto): Facts {
  if (next.revision < old.revision && next.environment === old.environment) return old;
  const links = merged(old.links, next.links, next.partial);
  return {
    revision: next.revision,
    environment: next.environment,
    diagnostics: next.diagnostics,
    waived: next.waived,
    of: grouped(next.diagnostics, links),
    summaries: merged(old.summaries, next.summaries, next.partial),
    containers: merged(old.containers, next.facts, next.partial),
    links,
    intents: next.intents,
  };
}

function merged<T>(old: ReadonlyMap<string, T>, said: Said<T>, partial: boolean): ReadonlyMap<string, T> {
  const next = said instanceof Map ? (said as ReadonlyMap<string, T>) : new Map(pairs(said));
  if (!partial) return next;
  if (next.size === 0) return old;
  const map = new Map(old);
  for (const [id, value] of next) map.set(id, value);
  return map;
}

/** By what they are about. A broken intent is nowhere drawn: it is said of the links that break it, too. */
function grouped(diagnostics: readonly DiagnosticDto[], links: Facts["links"]): Map<string, DiagnosticDto[]> {
  const map = new Map<string, DiagnosticDto[]>();
  const put = (id: string, diagnostic: DiagnosticDto) => {
    const list = map.get(id);
    if (list) list.push(diagnostic);
    else map.set(id, [diagnostic]);
  };
  for (const diagnostic of diagnostics) {
    if (diagnostic.id !== undefined) put(diagnostic.id, diagnostic);
    if (diagnostic.on === "intent")
      for (const id of diagnostic.related) if (links.has(id)) put(id, diagnostic);
  }
  return map;
}

const WEIGHT: Record<string, number> = { error: 3, warning: 2, advice: 1 };

export function weight(severity: string): number {
  return WEIGHT[severity] ?? 0;
}

/** The worst severity among diagnostics. */
export function worst(diagnostics: readonly DiagnosticDto[]): Status {
  let at: Status = "none";
  for (const { severity } of diagnostics) if (weight(severity) > weight(at)) at = severity as Status;
  return at;
}

/** How many of each severity. */
export function tally(diagnostics: readonly DiagnosticDto[]) {
  const counts = { error: 0, warning: 0, advice: 0 };
  for (const { severity } of diagnostics) {
    if (severity in counts) counts[severity as keyof typeof counts] += 1;
  }
  return counts;
}

type Links = { readonly [id: string]: { to: string } };

let arrived: { facts: Facts["links"]; links: Links; at: ReadonlyMap<string, Status> } | null = null;

/** Where proven flows arrive; found anew only when links or what is known of them changed. */
function arrivedAt(facts: Facts["links"], links: Links): ReadonlyMap<string, Status> {
  if (arrived?.facts === facts && arrived.links === links) return arrived.at;
  const at = new Map<string, Status>();
  const wrong: string[] = [];
  for (const [id, { state }] of facts) {
    if (state !== "proven" && state !== "forbidden") continue;
    const link = Object.hasOwn(links, id) ? links[id] : undefined;
    if (!link) continue;
    if (state === "proven") at.set(link.to, "ok");
    else wrong.push(link.to);
  }
  // What arrives there works; what must not arrive does as well.
  for (const id of wrong) at.delete(id);
  arrived = { facts, links, at };
  return at;
}

/**
 * What the drawing shows: a badge for the worst finding, a tick where a proven flow arrives. `dto`: what made it so of
 * what was known `before`.
 */
export function drawn(facts: Facts, links: Links, dto?: JudgementDto, before?: Facts): Judgement {
  const known = arrived?.at;
  const at = arrivedAt(facts.links, links);
  const statuses = {
    get(id: string): Status | undefined {
      const found = facts.of.get(id);
      return found ? worst(found) : at.get(id);
    },
  };
  const { summaries, containers, links: linkFacts } = facts;
  const all = { statuses, summaries, facts: containers, links: linkFacts };
  if (!dto?.partial) return all;
  const resources = new Set([...ids(dto.summaries), ...ids(dto.facts)]);
  const changed = { resources, links: ids(dto.links) };
  // Where ticks stand as they stood, badges differ only where something is or was found.
  if (!before || known !== at) return { ...all, changed };
  return { ...all, changed: { ...changed, statuses: [...before.of.keys(), ...facts.of.keys()] } };
}

function ids(said: Said<unknown>): string[] {
  return Array.from(pairs(said), ([id]) => id);
}

const GROUPED = new Intl.NumberFormat("en");

/** "1 link", "12,000 links". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${GROUPED.format(count)} ${count === 1 ? one : many}`;
}
