// What the core would answer to the panels of proof, figures and versions about the template.
import type { PatchJson } from "../src/document/model";
import type { BillDto } from "../src/ipc/generated/BillDto";
import type { CostDto } from "../src/ipc/generated/CostDto";
import type { EarlierDto } from "../src/ipc/generated/EarlierDto";
import type { FiguresDto } from "../src/ipc/generated/FiguresDto";
import type { ReachDto } from "../src/ipc/generated/ReachDto";

export const ends: ReachDto[] = [{ id: "app", title: "App server", ports: ["5432"] }];

export const versions: EarlierDto[] = [
  { is: "before", acts: 1, name: "Set vcpu of App server" },
  { is: "saved", at: "2026-11-26T20:15:00Z" },
  { is: "previous", at: "2026-11-25T18:02:00Z" },
];

export const changes: PatchJson = {
  changes: [
    {
      of: "resource",
      id: "app",
      before: { kind: "server", title: "App server", attributes: { cpu: 2 } },
      after: { kind: "server", title: "App server", attributes: { cpu: 4 } },
    },
    { of: "link", id: "app-orders", before: null, after: { from: "app", to: "orders" } },
    { of: "resource", id: "gone", before: { kind: "queue", title: "Jobs" }, after: null },
    { of: "resource-layout", id: "images", before: [0, 0, 8, 8], after: [8, 0, 8, 8] },
  ],
};

export const figures: FiguresDto = {
  environment: "test",
  kinds: [
    { kind: "server", drawn: 1, real: 2 },
    { kind: "database", drawn: 1, real: 1 },
  ],
  networks: [{ id: "shop", title: "shop", cidr: "10.20.0.0/16", size: 65_536, kept: 0, used: 768 }],
  subnets: [
    { id: "app-tier", title: "app", zone: "a", cidr: "10.20.1.0/28", size: 16, kept: 6, used: 9 },
    { id: "data-tier", title: "data", cidr: "10.20.2.0/24", size: 256, kept: 6, used: 1 },
  ],
  sums: [
    { what: "cpu", amount: 6, over: 3 },
    { what: "memory", amount: 17_179_869_184, over: 3 },
  ],
};

export const cost: CostDto = {
  environment: "production",
  billed: true,
  currency: "USD",
  month: 232.51,
  items: [
    { id: "app", link: false, month: 152.51, byUse: false, unpriced: false },
    { id: "orders", link: false, month: 80, byUse: false, unpriced: true },
    { id: "images", link: false, month: 0, byUse: true, unpriced: false },
  ],
  containers: [{ id: "shop", month: 232.51, partial: true }],
  tags: [{ id: "owner=shop-team", month: 232.51, partial: true }],
  untagged: { id: "", month: 0, partial: false },
  traffic: { id: "", month: 0, partial: false },
  sources: [{ id: "list", title: "A price list", url: "https://example.com/prices", date: "2026-10-01" }],
};

export const bill: BillDto = {
  month: 152.51,
  lines: [
    { what: "Server c7i.large", quantity: 2, price: 0.102, per: "an hour", month: 148.7, source: "list" },
  ],
  unpriced: [],
};
