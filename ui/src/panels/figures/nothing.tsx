// Where there is nothing to count, the way to something.
import { Button, Empty } from "../../controls/button";
import { useWorkbench } from "../context";

export function NothingYet({ text }: { text: string }) {
  const { run } = useWorkbench();
  return (
    <Empty text={text}>
      <Button small onPress={() => run("part-add")}>
        Add a part
      </Button>
    </Empty>
  );
}
