// An answer of the core about what is judged now, asked again for every judgement.
import { useEffect, useState } from "react";
import type { CablesDto } from "../../ipc/generated/CablesDto";
import type { CostDto } from "../../ipc/generated/CostDto";
import type { FiguresDto } from "../../ipc/generated/FiguresDto";
import type { SpreadDto } from "../../ipc/generated/SpreadDto";
import { useReadable, useSelected, useWorkbench } from "../context";

interface Answers {
  design_cables: CablesDto;
  design_figures: FiguresDto;
  design_cost: CostDto;
  design_zones: SpreadDto[];
}

export function useJudged<N extends keyof Answers>(name: N): Answers[N] | undefined {
  const { backend, session, ask } = useWorkbench();
  const open = useReadable(session);
  const key = useJudgement();
  const [answer, setAnswer] = useState<Answers[N]>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: an answer holds for one judgement
  useEffect(() => {
    // The design was closed; the panel goes with it.
    if (open < 0) return;
    let wanted = true;
    const asked = backend.call(name, { session: open }) as Promise<Answers[N]>;
    void ask(asked).then((next) => wanted && setAnswer(next));
    return () => {
      wanted = false;
    };
  }, [open, key]);
  return answer;
}

/** Which judgement is on screen: another text for another one. */
export function useJudgement(): string {
  const { facts } = useWorkbench();
  const revision = useSelected(facts, (value) => value.revision);
  const environment = useSelected(facts, (value) => value.environment);
  return `${revision} ${environment}`;
}
