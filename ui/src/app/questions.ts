// Questions that must be answered before something goes on. One at a time; each is a promise.
import { type Readable, signal } from "../document/signal";
import type { MergeDto } from "../ipc/generated/MergeDto";
import type { RecoveryDto } from "../ipc/generated/RecoveryDto";

export interface Answers {
  unsaved: "save" | "discard" | "cancel";
  deploying: "stop" | "cancel";
  "changed-on-disk":
    | "reload"
    | "keep"
    | "save-as"
    | "cancel"
    | { merge: string; choices: { [key: string]: "mine" | "theirs" } };
  replace: "replace" | "save-as" | "cancel";
  recovery: "recovered" | "saved" | "save-as";
  path: string | undefined;
}

export type Question =
  | { is: "unsaved"; name: string; why: "edits" | "runs" }
  | { is: "deploying"; name: string; environment: string }
  | { is: "changed-on-disk"; path: string; merge: MergeDto | undefined }
  | { is: "replace"; path: string }
  | { is: "recovery"; recovery: RecoveryDto; path: string | undefined }
  | { is: "path"; mode: "open" | "save" | "folder"; title: string; suggestion: string | undefined };

export interface Asked {
  question: Question;
  answer: (answer: never) => void;
}

export interface Questions {
  current: Readable<Asked | null>;
  ask<Q extends Question>(question: Q): Promise<Answers[Q["is"]]>;
}

export function createQuestions(): Questions {
  const current = signal<Asked | null>(null);
  const waiting: Asked[] = [];
  const next = () => current.set(waiting[0] ?? null);
  return {
    current,
    ask<Q extends Question>(question: Q) {
      return new Promise<Answers[Q["is"]]>((resolve) => {
        const asked: Asked = {
          question,
          answer: (answer) => {
            waiting.splice(waiting.indexOf(asked), 1);
            next();
            resolve(answer);
          },
        };
        waiting.push(asked);
        next();
      });
    },
  };
}
