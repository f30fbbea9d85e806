// What the fake core says in the page of dev/: the story of the two pictures of the editor.
import type { DesignJson } from "../src/document/model";
import type { DeployStatusDto } from "../src/ipc/generated/DeployStatusDto";
import type { DiagnosticDto } from "../src/ipc/generated/DiagnosticDto";
import type { ExportDto } from "../src/ipc/generated/ExportDto";
import type { JudgementDto } from "../src/ipc/generated/JudgementDto";
import type { MatrixCellDto } from "../src/ipc/generated/MatrixCellDto";
import type { PlanDto } from "../src/ipc/generated/PlanDto";
import type { ProofDto } from "../src/ipc/generated/ProofDto";
import type { RecoveryDto } from "../src/ipc/generated/RecoveryDto";
import type { ResourceFactsDto } from "../src/ipc/generated/ResourceFactsDto";
import type { StartDto } from "../src/ipc/generated/StartDto";

const finding = (key: string, more: Partial<DiagnosticDto>): DiagnosticDto => ({
  key,
  rule: "volume-without-encryption",
  severity: "warning",
  on: "resource",
  message: "volume is not encrypted",
  related: [],
  fixes: [],
  controls: [],
  ...more,
});

export function judgement(design: DesignJson): JudgementDto {
  const links = Object.entries(design.links).map(([id, link]) => [
    id,
    {
      kind: id === "scratch-app" ? "attachment" : "flow",
      label: (link.allow ?? []).map((one) => one.replace("tcp/", "")).join(", "),
      state: id === "scratch-app" ? "unproven" : "proven",
    },
  ]);
  const summaries: Record<string, string> = {
    internet: "anyone",
    entry: "load balancer · 443",
    "way-out": "NAT · one per zone",
    app: "server · 2 vCPU, 4 GiB",
    orders: "PostgreSQL 17 · standby",
    images: "bucket",
    scratch: "50 GiB",
  };
  return {
    session: 1,
    revision: 1,
    environment: "test",
    waived: [],
    diagnostics: [
      finding("1", {
        id: "scratch",
        why: "“Scratch”, attached here, keeps data in the clear",
        fixes: ["Encrypt it"],
        controls: ["Security Hub EC2.3", "CIS AWS v5 5.1.1"],
      }),
      finding("2", {
        rule: "server-in-one-zone",
        severity: "advice",
        id: "app",
        message: "two servers, but only one has a zone of its own",
        fixes: ["Spread them"],
      }),
      finding("3", {
        rule: "tag-missing",
        severity: "warning",
        id: "app",
        attribute: "tags",
        message: "tag owner is missing",
        fixes: ["Add the tag"],
      }),
      finding("4", {
        rule: "tag-missing",
        severity: "warning",
        id: "orders",
        attribute: "tags",
        message: "tag owner is missing",
        fixes: ["Add the tag"],
      }),
    ],
    summaries,
    facts: {
      frankfurt: "region",
      shop: "10.20.0.0/16",
      "web-tier": "public · 10.20.0.0/24",
      "app-tier": "private · 10.20.1.0/24",
      "data-tier": "isolated · 10.20.2.0/24",
    },
    links: Object.fromEntries(links),
    intents: Object.entries(design.intents).map(([id, intent]) => ({
      id,
      text: `${intent.from} ${intent.expect === "only" ? "alone reaches" : "cannot reach"} ${intent.to}`,
      holds: true,
    })),
    partial: false,
    milliseconds: 4,
  };
}

export function facts(design: DesignJson, id: string): ResourceFactsDto {
  const resource = design.resources[id];
  return {
    attributes: {
      image: { value: "debian-12", origin: "inherited", from: "from shop" },
      count: { value: resource?.attributes?.count ?? 1, origin: "default", from: "default" },
      zones: { value: ["a", "b"], origin: "inherited", from: "from Frankfurt" },
    },
    instances: [
      { address: `${id}[0]`, zone: "a", ip: "10.20.1.4" },
      { address: `${id}[1]`, zone: "b", ip: "10.20.1.68" },
    ],
    reserved: [],
    services: [],
    counterparts: { aws: ["aws_instance", "aws_security_group"] },
    onProvider: {
      instance_type: { value: "t3.medium", origin: "derived", from: "from size" },
      monitoring: { value: false, origin: "default", from: "default" },
    },
    reachedBy: ["Entry 8080"],
    reaches: ["Orders 5432", "Images 443"],
  };
}

export function deployed(environment: string): DeployStatusDto {
  if (environment !== "test") return { session: 1, environment, state: "nothing", text: "", lines: [] };
  return {
    session: 1,
    environment,
    state: "running",
    text: "Lab up: 1 network, 3 subnets, 4 servers, 1 load balancer",
    endsIn: 3480,
    lines: [
      {
        state: "ok",
        text: "Lab up: 1 network, 3 subnets, 4 servers, 1 load balancer",
        note: "14 created",
        seconds: 0.18,
      },
      {
        state: "ok",
        text: "Every drawn flow tried: 7 of 7 answer",
        note: "proof and packets agree",
        seconds: 0.04,
      },
      {
        state: "ok",
        text: "Everything else tried: 41 of 41 blocked",
        note: "48 of 48 tries as proven",
        seconds: 0.21,
      },
    ],
  };
}

export function planned(environment: string, destroy: boolean): PlanDto {
  const change = (address: string, kind: string, action: string, loss = false) => ({
    address,
    resource: address.split("[")[0] ?? address,
    kind,
    action,
    reason: destroy ? "you asked for it" : "drawn, not there yet",
    differences: action === "update" ? ["cpu: 2 → 4"] : [],
    disturbs: loss ? ["data-loss"] : [],
  });
  return {
    environment,
    fingerprint: "f",
    summary: destroy ? "4 to destroy" : "2 to create, 1 to change",
    dataLoss: destroy,
    disturbed: [],
    diagnostics: [],
    changes: destroy
      ? [
          change("app[0]", "server", "delete"),
          change("app[1]", "server", "delete"),
          change("orders", "database", "delete", true),
          change("shop", "network", "delete"),
        ]
      : [
          change("app[1]", "server", "create"),
          change("scratch", "volume", "create"),
          change("app[0]", "server", "update"),
        ],
  };
}

const HCL = `terraform {
  required_version = ">= 1.6"
}

# App server
resource "aws_instance" "app" {
  for_each      = local.app
  ami           = data.aws_ami.debian_12.id
  instance_type = "t3.medium"
  subnet_id     = aws_subnet.app_tier[each.value.zone].id

  root_block_device {
    volume_size = 20
    encrypted   = true
  }
}

resource "aws_db_instance" "orders" {
  engine            = "postgres"
  engine_version    = "17"
  allocated_storage = 100
  multi_az          = true
}
`;

export function exported(format: string): ExportDto {
  const file = (path: string, state: string, text = HCL) => ({
    path,
    text,
    bytes: text.length,
    state,
  });
  if (format === "svg") return { files: [file("design.svg", "new", PICTURE)], diagnostics: [] };
  return {
    files: [
      file("main.tf", "changed"),
      file("network.tf", "same"),
      file("variables.tf", "new"),
      file("versions.tf", "foreign"),
    ],
    diagnostics: [],
  };
}

export const proof: ProofDto = {
  answer: "App server reaches Orders on tcp/5432 only",
  reachable: ["tcp/5432"],
  traces: [
    {
      source: "10.20.1.4",
      destination: "10.20.2.4",
      service: "tcp/5432",
      arrives: true,
      hops: [
        { id: "app", what: "security group of App server", because: "allowed by App → Orders", passes: true },
        { id: "shop", what: "route table of app", because: "local route 10.20.0.0/16", passes: true },
        { id: "orders", what: "security group of Orders", because: "allowed by App → Orders", passes: true },
      ],
    },
    {
      source: "10.20.1.4",
      destination: "10.20.2.4",
      service: "tcp/22",
      arrives: false,
      hops: [{ id: "orders", what: "security group of Orders", because: "no rule allows it", passes: false }],
    },
  ],
};

export function matrix(): MatrixCellDto[] {
  const ends = ["internet", "entry", "app[0]", "app[1]", "orders"];
  return ends.flatMap((from) =>
    ends
      .filter((to) => to !== from)
      .map((to) => ({
        from,
        to,
        service: to === "orders" ? "tcp/5432" : "tcp/8080",
        proven: from.startsWith("app") && to === "orders",
        tried: "rejected",
        because: "no rule allows it",
      })),
  );
}

export const recovery: RecoveryDto = {
  edits: 12,
  names: ["Move Worker to app", "Set cpu of App server", "Add volume"],
  differences: ["Worker: parent web → app", "App server: cpu 2 → 4", "volume: new"],
  lost: 0,
  changed: false,
  saved: { at: new Date(Date.now() - 3_600_000).toISOString(), resources: 12, links: 9 },
  recovered: { at: new Date().toISOString(), resources: 13, links: 9 },
};

const PICTURE = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 300" font-family="sans-serif"><rect x="60" y="20" width="360" height="260" rx="10" fill="#f3f6ff" stroke="#aebff5"/><rect x="90" y="60" width="300" height="80" rx="8" fill="#eef8f4" stroke="#b9ddcd"/><rect x="90" y="160" width="300" height="80" rx="8" fill="#fff" stroke="#e3e6eb"/><rect x="170" y="84" width="120" height="36" rx="6" fill="#fff" stroke="#c6ccd6"/><rect x="170" y="184" width="120" height="36" rx="6" fill="#fff" stroke="#c6ccd6"/><path d="M230 120v64" stroke="#12925f" stroke-width="2"/></svg>`;

export const start: StartDto = {
  templates: [
    {
      id: "three-tier-web-shop",
      title: "Three-tier web shop",
      summary: "Load balancer, two app servers, PostgreSQL with standby, over two zones",
      pictureLight: PICTURE,
      pictureDark: PICTURE,
    },
  ],
  recent: [
    {
      path: "/home/me/designs/web-shop.gplan",
      name: "Web shop",
      at: new Date(Date.now() - 720_000).toISOString(),
      exists: true,
      saved: true,
      unsaved: 3,
      deployed: ["test"],
      pictureLight: PICTURE,
      pictureDark: PICTURE,
    },
    {
      path: "/home/me/old.gplan",
      name: "Old",
      at: "2026-03-03T10:00:00Z",
      exists: false,
      saved: true,
      unsaved: 0,
      deployed: [],
      pictureLight: PICTURE,
      pictureDark: PICTURE,
    },
  ],
};
