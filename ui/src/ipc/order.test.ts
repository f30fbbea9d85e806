import { expect, it } from "vitest";
import type { CommandName } from "./backend";
import { type Call, inOrder } from "./order";

/** A core that answers when it is told to. */
function slowCore() {
  const began: string[] = [];
  const waiting: { settle: (fine: boolean) => void }[] = [];
  const core = ((name: CommandName) => {
    began.push(name);
    return new Promise((resolve, reject) => {
      waiting.push({ settle: (fine) => (fine ? resolve({}) : reject(new Error("refused"))) });
    });
  }) as Call;
  const settle = async (index: number, fine = true) => {
    waiting[index]?.settle(fine);
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { call: inOrder(core), began, settle };
}

const edit = { session: 1, edit: { edit: "set-name", name: "x" } } as const;

it("lets no save overtake the edit before it", async () => {
  const { call, began, settle } = slowCore();
  void call("design_edit", edit);
  void call("design_save", { session: 1 });
  expect(began).toEqual(["design_edit"]);
  await settle(0);
  expect(began).toEqual(["design_edit", "design_save"]);
});

it("goes on after a change that was refused", async () => {
  const { call, began, settle } = slowCore();
  const refused = expect(call("design_edit", edit)).rejects.toThrow("refused");
  void call("design_undo", { session: 1 });
  void call("design_save", { session: 1 });
  await settle(0, false);
  await refused;
  expect(began).toEqual(["design_edit", "design_undo"]);
  await settle(1);
  expect(began).toEqual(["design_edit", "design_undo", "design_save"]);
});

it("lets a question wait for the changes before it, and nothing wait for a question", async () => {
  const { call, began, settle } = slowCore();
  void call("design_edit", edit);
  void call("proof_matrix", { session: 1 });
  void call("design_undo", { session: 1 });
  await settle(0);
  expect(began).toEqual(["design_edit", "proof_matrix", "design_undo"]);
});

it("keeps designs apart, and what has none waits for nothing", () => {
  const { call, began } = slowCore();
  void call("design_edit", edit);
  void call("design_edit", { ...edit, session: 2 });
  void call("start_page", undefined);
  expect(began).toEqual(["design_edit", "design_edit", "start_page"]);
});
