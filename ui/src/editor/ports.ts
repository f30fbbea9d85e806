/**
 * Ports of a link as somebody types them: what a word means, why it means nothing, what a half-typed one may
 * become. Pure.
 */

/** What listens at a target: "postgresql", "tcp/5432". */
export interface Service {
  name: string;
  ports: string;
}

/** Names that everybody knows; the file says their ports. */
export const KNOWN_SERVICES: readonly Service[] = [
  { name: "http", ports: "tcp/80" },
  { name: "https", ports: "tcp/443" },
  { name: "ssh", ports: "tcp/22" },
  { name: "dns", ports: "udp/53" },
  { name: "ntp", ports: "udp/123" },
  { name: "postgres", ports: "tcp/5432" },
  { name: "mysql", ports: "tcp/3306" },
  { name: "sqlserver", ports: "tcp/1433" },
  { name: "oracle", ports: "tcp/1521" },
  { name: "mongodb", ports: "tcp/27017" },
  { name: "redis", ports: "tcp/6379" },
  { name: "memcached", ports: "tcp/11211" },
  { name: "elasticsearch", ports: "tcp/9200" },
  { name: "kafka", ports: "tcp/9092" },
  { name: "amqp", ports: "tcp/5672" },
  { name: "mqtt", ports: "tcp/1883" },
  { name: "nfs", ports: "tcp/2049" },
  { name: "smb", ports: "tcp/445" },
  { name: "smtp", ports: "tcp/25" },
  { name: "ldap", ports: "tcp/389" },
  { name: "ldaps", ports: "tcp/636" },
  { name: "rdp", ports: "tcp/3389" },
  { name: "syslog", ports: "udp/514" },
  { name: "grpc", ports: "tcp/50051" },
];

const PORTS = /^(?:(tcp|udp)\/)?(\d{1,6})(?:[-–](\d{1,6}))?$/;
const NAME = /^[a-z][a-z0-9-]*$/;
const MOST = 65535;

export type ParsedPort = { value: string } | { wrong: string };

/** One entry of `allow`. A bare number is TCP; `offered`: the target's services, null where nobody knows them. */
export function parsePort(text: string, offered: readonly Service[] | null): ParsedPort {
  const word = text.trim().toLowerCase();
  const found = PORTS.exec(word);
  if (found) return inRange(found[1] ?? "tcp", Number(found[2]), Number(found[3] ?? found[2]));
  if (word === "icmp" || word === "ping") return { value: "icmp" };
  const own = offered?.find((one) => one.name.toLowerCase() === word);
  if (own) return { value: own.name };
  if (offered === null && NAME.test(word)) return { value: word };
  const known = KNOWN_SERVICES.find((one) => one.name === word);
  if (known) return { value: known.ports };
  return { wrong: `“${text.trim()}” is no port and no service there: ${ways(offered)}` };
}

function inRange(protocol: string, low: number, high: number): ParsedPort {
  if (low < 1 || high > MOST || low > MOST) return { wrong: `ports go from 1 to ${MOST}` };
  if (low > high) return { wrong: `${low}-${high} runs backwards: give the lower port first` };
  return { value: low === high ? `${protocol}/${low}` : `${protocol}/${low}-${high}` };
}

function ways(offered: readonly Service[] | null): string {
  const names = (offered ?? []).slice(0, 3).map((one) => one.name);
  return `give tcp/443, udp/5000-5010, icmp${names.length > 0 ? `, or ${names.join(", ")}` : ", or a service"}`;
}

export type ParsedPorts = { allow: string[] } | { wrong: string };

/** "443, udp/53, http" as the file says it; without a word: all services of the target. */
export function parsePorts(text: string, offered: readonly Service[] | null): ParsedPorts {
  const allow: string[] = [];
  // Marks alone are a slip, and must not open everything.
  if (/^[\s,;]*[,;][\s,;]*$/.test(text)) return { wrong: `“${text.trim()}” names no port: ${ways(offered)}` };
  for (const word of text.split(/[\s,;]+/).filter(Boolean)) {
    const parsed = parsePort(word, offered);
    if ("wrong" in parsed) return parsed;
    if (!allow.includes(parsed.value)) allow.push(parsed.value);
  }
  return { allow };
}

export interface Completion {
  /** The word that is replaced. */
  from: number;
  to: number;
  entries: { text: string; hint: string }[];
}

/** More than that is no help. */
const MOST_ENTRIES = 6;

/** What the word at the caret may become: services of the target first, then what everybody knows. */
export function completePorts(text: string, caret: number, offered: readonly Service[] | null): Completion {
  const from = text.slice(0, caret).search(/[^\s,;]*$/);
  const to = caret + text.slice(caret).search(/$|[\s,;]/);
  const begun = text.slice(from, caret).toLowerCase();
  const there = new Set(text.split(/[\s,;]+/).map((word) => word.toLowerCase()));
  const own = (offered ?? []).map(({ name, ports }) => ({ text: name, hint: ports }));
  const names = new Set(own.map((one) => one.text.toLowerCase()));
  const known = KNOWN_SERVICES.filter((one) => !names.has(one.name));
  const all = begun === "" ? own : [...own, ...known.map(({ name, ports }) => ({ text: name, hint: ports }))];
  const fits = ({ text: name, hint }: { text: string; hint: string }) => {
    const word = name.toLowerCase();
    if (word === begun || there.has(word)) return false;
    return word.startsWith(begun) || (/^\d/.test(begun) && hint.split("/")[1]?.startsWith(begun) === true);
  };
  return { from, to, entries: all.filter(fits).slice(0, MOST_ENTRIES) };
}
