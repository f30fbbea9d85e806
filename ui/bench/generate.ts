/** A large design of plausible shape: regions of networks of tiers of servers, links mostly nearby. */
import { type DesignJson, emptyDesign, type RectJson } from "../src/document/model";

/** A small generator with a seed, so that every run measures the same drawing. */
export function random(seed: number): () => number {
  let s = seed >>> 0;
  return () => {
    s = (s + 0x6d2b79f5) >>> 0;
    let t = Math.imul(s ^ (s >>> 15), 1 | s);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const COLUMNS = 5;
const PER_SUBNET = 20;
const CELL = { w: 216, h: 88 };
const SUBNET = { w: COLUMNS * CELL.w + 32, h: (PER_SUBNET / COLUMNS) * CELL.h + 64 };
const SUBNETS = 4;
const NETWORKS = 5;
const NETWORK = { w: SUBNET.w + 64, h: SUBNETS * (SUBNET.h + 24) + 72 };
const REGION = { w: NETWORKS * (NETWORK.w + 32) + 64, h: NETWORK.h + 120 };
const KINDS = ["server", "server", "server", "database", "queue", "function", "load-balancer"];
const EXPOSURES = ["public", "private", "private", "isolated"];
const PORTS = [80, 443, 5432, 8080];

export function generate(resources: number, links: number, seed = 7): DesignJson {
  const next = random(seed);
  const design = emptyDesign();
  design.name = `${resources} resources`;
  const leaves: string[] = [];
  let made = 0;
  const add = (id: string, kind: string, parent: string | null, rect: RectJson, attributes = {}) => {
    if (made >= resources) return;
    design.resources[id] = { kind, title: id, attributes, ...(parent !== null ? { parent } : {}) };
    design.layout.resources[id] = rect;
    made++;
  };
  const addSubnet = (network: string, t: number, x: number, y: number) => {
    const subnet = `${network}-tier-${t}`;
    add(subnet, "subnet", network, [x, y, SUBNET.w, SUBNET.h], {
      exposure: EXPOSURES[t],
      cidr: `10.0.${t}.0/24`,
    });
    for (let k = 0; k < PER_SUBNET && made < resources; k++) {
      const kind = KINDS[Math.floor(next() * KINDS.length)]!;
      const at: RectJson = [
        x + 24 + (k % COLUMNS) * CELL.w,
        y + 48 + Math.floor(k / COLUMNS) * CELL.h,
        184,
        56,
      ];
      add(`${subnet}-s${k}`, kind, subnet, at);
      leaves.push(`${subnet}-s${k}`);
    }
  };
  for (let r = 0; made < resources; r++) {
    const rx = (r % 4) * (REGION.w + 120);
    const ry = Math.floor(r / 4) * (REGION.h + 140);
    add(`region-${r}`, "region", null, [rx, ry, REGION.w, REGION.h], { zones: ["a", "b"] });
    for (let n = 0; n < NETWORKS && made < resources; n++) {
      const nx = rx + 32 + n * (NETWORK.w + 32);
      add(`net-${r}-${n}`, "network", `region-${r}`, [nx, ry + 56, NETWORK.w, NETWORK.h], {
        cidr: `10.${r}.0.0/16`,
      });
      for (let t = 0; t < SUBNETS && made < resources; t++)
        addSubnet(`net-${r}-${n}`, t, nx + 32, ry + 104 + t * (SUBNET.h + 24));
    }
  }
  for (let l = 0, n = 0; n < links; l++) {
    const a = Math.floor(next() * leaves.length);
    const near = Math.max(0, Math.min(leaves.length - 1, a + Math.floor(next() * 40) - 20));
    const b = next() < 0.08 ? Math.floor(next() * leaves.length) : near;
    if (a === b) continue;
    n++;
    design.links[`link-${l}`] = { from: leaves[a]!, to: leaves[b]!, allow: [`tcp/${PORTS[l % 4]}`] };
  }
  return design;
}
