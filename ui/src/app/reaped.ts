// Environments whose time is over: what was ended by itself is told, about the rest somebody is asked.
import type { DueDto } from "../ipc/generated/DueDto";
import type { ReapDto } from "../ipc/generated/ReapDto";
import type { Notice } from "../panels/context";
import { sentence } from "../panels/finding";

type Say = (notice: Notice) => void;

export function sayReaped(
  { ended, due }: ReapDto,
  say: Say,
  destroy: (due: DueDto) => Promise<ReapDto | undefined>,
): void {
  const gone = ended.map(named).join(", ");
  // One notice at a time is seen: what waits for an answer counts more.
  if (gone) say({ text: `${gone}: over, and nothing of it is left`, kind: "ok" });
  const [first] = due;
  if (!first) return;
  const { why, summary, refused, dataLoss } = first;
  const text = `${named(first)}: ${why}${summary && `; ${summary}`}`;
  if (refused) return say({ text: `${text}. ${sentence(refused)}`, kind: "error" });
  // What loses data is planned, read and approved where it stands, or by `groundplan reap`.
  if (dataLoss) return say({ text: `${text}. It holds data: destroy it by a plan`, kind: "error" });
  const run = async () => {
    const answer = await destroy(first);
    if (answer) sayReaped({ ...answer, due: answer.due.filter((one) => one.refused) }, say, destroy);
  };
  say({ text, action: { title: "Destroy", run: () => void run() } });
}

const named = ({ environment, name }: DueDto) => `${environment} of ${name}`;
