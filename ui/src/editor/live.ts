/** How a lab runs, as it is shown over the drawing. No part of the design: it comes and goes with the lab. */
import type { Id } from "../document/model";
import type { ShapeMark } from "./editor";

/** `plugged`: a cable, which carries or not and answers nobody. */
export type Going = "unknown" | "answers" | "partly" | "silent" | "off" | "plugged";

export interface LinkGoing {
  how: Going;
  /** "1.2 kpkt/s", "no answer"; empty: it answers, and carries nothing. */
  text: string;
  /** Traffic for the eye: 0 none, 3 very much. */
  weight: number;
}

export interface LabShown {
  /** Shapes of which everything is switched off. */
  off: ReadonlySet<Id>;
  /** Words at shapes: "1 of 2 off", "1 of 2 targets out". */
  tags: ReadonlyMap<Id, ShapeMark>;
  links: ReadonlyMap<Id, LinkGoing>;
}
